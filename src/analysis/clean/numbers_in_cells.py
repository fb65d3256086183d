"""Whether cells that cannot be read hold a number all the same: one that is lost unless it is asked."""

import pandas as pd

from analysis.layout.words import which_say

_FIGURE_OR_FAULT = r"[0-9]|^\s*#"  # "1 300 ou 1 500", "#REF!"


def hold_a_number(cells: pd.Series) -> pd.Series:
    """Which cells hold a figure, a number in words, or the fault of a formula; a word alone says that
    nothing is known, or stands in the wrong column.

    >>> hold_a_number(pd.Series(["mille trois cents euros", "l 500", "à définir"])).tolist()
    [True, True, False]
    """
    return cells.str.contains(_FIGURE_OR_FAULT, na=False) | which_say("number in words", cells)
