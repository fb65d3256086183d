"""Rows that are but provisional, as only a code says whose header names both that may stand below it
("E/P", "Ferme/Prév."): whether they count is the team's to say.
"""

from collections.abc import Mapping

import pandas as pd

from analysis.layout.headers.words import says, which_say
from analysis.read import Block

_MOST_CODES = 3  # distinct cells: both codes, and one for what is neither
_CODE = r"\s*[^\W\d_]{1,4}\.?\s*"


def provisional_by_letter(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """The code of provisional rows under each header that names it beside that of firm ones."""
    texts_by_header = {}
    for header in block.columns:
        if not says("header of firm or provisional", header):
            continue
        texts = block.columns[header].used()
        is_few = 2 <= len(texts) <= _MOST_CODES
        if is_few and texts.str.fullmatch(_CODE).all():
            texts_by_header[header] = _provisional(texts)
    return texts_by_header


def _provisional(texts: pd.Series) -> list[str]:
    """The codes that begin "provisional"; else the letter that only beside another is one ("A/F" for
    actual and forecast, "D/V" for definitief and voorlopig).
    """
    is_provisional = which_say("code of what is provisional", texts)
    if not is_provisional.any():
        is_provisional = which_say("code of what is provisional, or else firm", texts)
    if is_provisional.all():
        return []
    return list(texts[is_provisional])
