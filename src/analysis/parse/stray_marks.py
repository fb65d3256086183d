"""Marks around a date that say nothing: half a pair of brackets, a quotation mark, a comma."""

import pandas as pd

from analysis.parse.column import sub

_MARKS = {  # a cell without other brackets than those around it, then the marks at its ends
    r"^[(\[]([^()\[\]]*)[)\]]?$": r"\1",
    r"^([^()\[\]]*)[)\]]$": r"\1",
    r"""^[*'"«»“”‘’.,;: ]+|[*'"«»“”‘’.,;: ]+$""": "",
}


def without_stray_marks(plain: pd.Series) -> pd.Series:
    """Texts without what stands around them by a slip; remarks in brackets stay.

    >>> texts = pd.Series(["(november 2018", "2017]", "'12/03/2018,", "2018 (voté)"])
    >>> without_stray_marks(texts).tolist()
    ['november 2018', '2017', '12/03/2018', '2018 (voté)']
    """
    for mark, bare in _MARKS.items():
        plain = sub(plain, mark, bare)
    return plain
