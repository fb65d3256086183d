"""Columns that tell how long grants or agreements last, or from when to when."""

from analysis import parse
from analysis.layout.cell_evidence import sample
from analysis.layout.table_match import BY_CELLS, BY_WORDS, Match
from analysis.layout.words import says

_MOSTLY = 0.5  # share of the cells of a header that have to be what it says


def take_terms(found: Match) -> None:
    """Take how long grants or agreements last ("Durée") where no header says when they end."""
    if {"planned_end", "term_months"} & set(found.columns):
        return
    for header in found.free:
        cells = sample(found.block.columns[header])
        is_read = parse.months(cells)[0].notna()
        if says("duration", header) and len(cells) and is_read.mean() > _MOSTLY:
            found.take("term_months", (header,), BY_WORDS)
            return


def take_periods(found: Match) -> None:
    """Take from when to when dated grants run, where one column tells both ("Laufzeit": "01.01.2017
    - 31.12.2018"); asked where its header does not say so.
    """
    columns_of_terms = {"planned_start", "planned_end", "term_months"} & set(found.columns)
    if columns_of_terms or "date" not in found.columns:
        return
    for header in found.free:
        cells = sample(found.block.columns[header])
        if len(cells) and parse.range_ends(cells).notna().mean() > _MOSTLY:
            says_so = says("duration", header) or says("period of a grant", header)
            how = BY_WORDS if says_so else BY_CELLS
            found.take("planned_start", (header,), how)
            found.take("planned_end", (header,), how)
            return
