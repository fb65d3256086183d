"""Grants that a column says to be cancelled and another to be paid: asked, since the money left."""

import numpy as np

from analysis import parse
from analysis.layout.headers.outcome_columns import REFUSALS
from analysis.layout.headers.words import says
from analysis.read import Block


def words_of_paid(block: Block, headers: tuple[str, ...]) -> list[str]:
    """The words under some headers of outcomes that say no grant, on rows of which a column of
    payments holds a day or an amount.
    """
    paying = [header for header in block.columns if says("payment of a row", header)]
    paying = [header for header in paying if header not in headers]
    if not paying:
        return []
    is_paid = np.logical_or.reduce([_is_filled(block, header) for header in paying])
    words = []
    for header in headers:
        column = block.columns[header]
        texts = parse.text(column.values.reset_index(drop=True))
        is_none = parse.outcomes_under(header, texts)[0].isin(REFUSALS)
        codes = column.codes[is_paid]
        of_paid = is_none & np.isin(np.arange(len(texts)), codes)
        words += [" ".join(text.split()) for text in texts[of_paid]]
    return list(dict.fromkeys(words))


def _is_filled(block: Block, header: str) -> np.ndarray:
    """Which rows have a day, or an amount above zero, under a header."""
    column = block.columns[header]
    texts = column.values.reset_index(drop=True)
    days = parse.dates(texts)[0]["date"].notna()
    amounts = parse.amounts(texts)[0].gt(0).fillna(False)
    return np.append((days | amounts).to_numpy(bool), False)[column.codes]
