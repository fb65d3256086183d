"""Lists that write each grant once in every language of a country ("X asbl", "X vzw")."""

import numpy as np
import pandas as pd

from analysis.layout.headers.words import says, which_say
from analysis.read import Block

_FEWEST = 3  # rows of each language that must agree
_DISTINCT = 3  # texts that a column must have for its agreement to mean anything


def languages_beside_the_first(block: Block) -> dict[str, list[str]]:
    """By the header of a column of languages, those after the first, where each has the same cells
    in another column, date or amount: added up, the grants would count once for each language.
    """
    return {
        header: later
        for header in block.columns
        if says("header of languages", header) and (later := _later_languages(block, header))
    }


def _later_languages(block: Block, header: str) -> list[str]:
    column = block.columns[header]
    codes = column.codes
    language = pd.Series(codes)[codes >= 0]
    used = column.values.iloc[list(dict.fromkeys(language))]
    rows_of_each = language.value_counts()
    if len(used) < 2 or not which_say("language", used).all():
        return []
    if rows_of_each.nunique() > 1 or rows_of_each.iloc[0] < _FEWEST:
        return []
    others = [other for name, other in block.columns.items() if name != header]
    is_repeated = any(_has_the_same(other.codes, language) for other in others)
    if is_repeated:
        return list(used.iloc[1:])
    return []


def _has_the_same(codes: np.ndarray, language: pd.Series) -> bool:
    """Whether a column has the same cells, as often, in the rows of each language."""
    cells = pd.Series(codes)[language.index]
    if cells.lt(0).all() or cells.nunique() < _DISTINCT:
        return False
    counts = pd.crosstab(cells, language)
    return bool(counts.eq(counts.iloc[:, 0], axis=0).all(axis=None))
