"""Rows that a workbook marks as a whole: struck through, hidden or filtered away."""

import numpy as np
import pandas as pd

from analysis.layout.rows.kinds_of_rows import are_in_kind
from analysis.layout.rows.remarks_in_names import says_ended
from analysis.layout.shapes.side_tables import OF_HIDDEN, OF_MERGED, OF_STRIKES
from analysis.read import Block, Coded

STRUCK = "barré / struck through"  # what such a row bears under OF_STRIKES
HIDDEN = "masqué / hidden"  # and under OF_HIDDEN
OTHER_ROWS = "other rows"  # the reason of a doubt about rows that other columns tell of
HIDDEN_ROWS = "hidden rows"  # and about those that a workbook hides, which count unless denied
ABOUT_ROWS, ABOUT_HIDDEN = "~rows", "~hidden"  # the columns by which these doubts go
ROWS_BY_REASON = {OTHER_ROWS: ABOUT_ROWS, HIDDEN_ROWS: ABOUT_HIDDEN}
KEYS_ABOUT_ROWS = ("leave_out", "subtract", "in_kind")  # of a source, which answer these doubts


def marked_lines(block: Block) -> dict[str, list[str]]:
    """The words for rows that a workbook strikes through or hides, where these are not all."""
    marked = {OF_STRIKES: (block.struck, STRUCK), OF_HIDDEN: (block.hidden, HIDDEN)}
    texts_by_header = {}
    for header, (lines, word) in marked.items():
        is_marked = np.isin(block.lines, list(lines))
        if is_marked.any() and not is_marked.all():
            texts_by_header[header] = [word]
    return texts_by_header


def word_of_lines(block: Block, lines: frozenset[int], word: str) -> Coded:
    """A word for the rows on some lines, as a column; blank for the others."""
    is_marked = np.isin(block.lines, list(lines))
    return Coded(np.where(is_marked, 0, -1).astype(np.int32), pd.Series([word], dtype="str"))


def texts_proposed(header: str, texts: list[str]) -> list[str]:
    """The texts under a header whose rows a draft proposes to leave out: none of those that a
    workbook but hides, as a filter does, none of a partner that shares the amount of another, none
    of an agreement that ended, none of what was given in kind, which tells of a relation too, and
    no blank cells beside texts: a blank says nothing against a grant.

    >>> texts_proposed("Statut", ["brouillon", ""]), texts_proposed("hidden", ["masqué / hidden"])
    (['brouillon'], [])
    """
    if header in (OF_HIDDEN, OF_MERGED) or are_in_kind(texts):
        return []
    texts = texts_said(texts)
    has_ended = says_ended(pd.Series(texts, dtype="str"))
    return [text for text, is_over in zip(texts, has_ended, strict=True) if not is_over]


def texts_said(texts: list[str]) -> list[str]:
    """The texts without that of blank cells, where others stand beside it."""
    return [text for text in texts if text] or texts
