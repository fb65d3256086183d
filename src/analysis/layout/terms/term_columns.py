"""Columns that tell how long grants or agreements last, or from when to when."""

import numpy as np

from analysis import parse
from analysis.declare.shares import HALF
from analysis.layout.headers.cell_evidence import sample, tells_units_of_work
from analysis.layout.headers.header_names import says_an_end, sense_of
from analysis.layout.headers.table_match import BY_CELLS, BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.read import Block, matching


def take_terms(found: Match) -> None:
    """Take how long grants or agreements last ("Durée") where no header says when they end, one
    that does has terms below it ("Fin": "3 ans"), or is blank in rows whose duration is told.
    """
    if "term_months" in found.columns:
        return
    planned = found.columns.get("planned_end", ())
    if len(planned) == 1 and _tells_terms_in_words(found.block, planned[0]):
        del found.columns["planned_end"]
        found.take("term_months", planned, BY_WORDS)
    else:
        headers = [header for header in found.free if _tells_terms(found.block, header)]
        if planned:
            headers = [header for header in headers if _fills_blanks(found, planned, header)]
        found.take("term_months", tuple(headers[:1]), BY_WORDS)


def _fills_blanks(found: Match, planned: tuple[str, ...], header: str) -> bool:
    """Whether a header tells a duration in rows whose planned end is blank."""
    columns = found.block.columns
    is_blank = np.logical_and.reduce([columns[end].codes < 0 for end in planned])
    return says("duration", header) and bool((is_blank & (columns[header].codes >= 0)).any())


def _tells_terms(block: Block, header: str) -> bool:
    """Whether a header says a duration above numbers, or an end above terms in words."""
    if says("duration", header):
        if tells_units_of_work(block):
            return False
        cells = sample(block.columns[header])
        return len(cells) > 0 and bool(parse.months(cells)[0].notna().mean() > HALF)
    is_end = says_an_end(header) or sense_of(header, "planned_end") is not None
    return is_end and _tells_terms_in_words(block, header)


def _tells_terms_in_words(block: Block, header: str) -> bool:
    """Whether most cells write a number of years or months with its unit ("3 ans"), and no date."""
    cells = sample(block.columns[header])
    is_term = parse.months(cells)[0].notna() & matching(cells, "[A-Za-z]")
    is_term &= parse.dates(cells)[0]["date"].isna()
    return len(cells) > 0 and bool(is_term.mean() > HALF)


def take_periods(found: Match) -> None:
    """Take from when to when dated grants run, where one column tells both ("Laufzeit": "01.01.2017
    - 31.12.2018"); asked where its header does not say so.
    """
    columns_of_terms = {"planned_start", "planned_end", "term_months"} & set(found.columns)
    if columns_of_terms or "date" not in found.columns:
        return
    for header in found.free:
        cells = sample(found.block.columns[header])
        if len(cells) and parse.range_ends(cells).notna().mean() > HALF:
            says_so = says("duration", header) or says("period of a grant", header)
            how = BY_WORDS if says_so else BY_CELLS
            found.take("planned_start", (header,), how)
            found.take("planned_end", (header,), how)
            return
