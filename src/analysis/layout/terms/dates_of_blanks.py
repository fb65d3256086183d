"""Rows that a column of dates leaves blank, and the column that tells theirs instead."""

from collections.abc import Iterator

import numpy as np

from analysis import parse
from analysis.declare.shares import FEW, HALF
from analysis.layout.headers.cell_evidence import dates_like, has_gaps, mostly_years
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.table_match import Match
from analysis.layout.headers.words import says
from analysis.layout.shapes.period_columns import START
from analysis.read import Block

FROM_TWO_COLUMNS = "dates of two columns"  # the reason of a doubt, and how a date was recognised


def add_years(found: Match) -> None:
    """Where some rows have no date, a column of years beside it tells theirs, or else the period of
    payment.
    """
    if not has_gaps(found.block, found.columns.get("date", ())):
        return
    years = [header for header in _named_dates(found) if mostly_years(found.block, header)]
    starts = [header for header in found.free if header.endswith(START)]
    found.columns["date"] += (*years[:1], *starts[:1])


def add_other_date(found: Match) -> None:
    """Where rows with an amount still have no date, another column of dates may tell theirs, which
    is asked; one whose header says no more than that it is a date ("base_date") only where these
    rows are more than a few.
    """
    dates = found.columns.get("date") or found.columns.get("planned_start", ())
    if not has_gaps(found.block, dates):
        return
    has_amount = _has_amount(found)
    is_open = has_amount & ~_has_date(found.block, dates)
    if not is_open.any():
        return
    possible = list(_named_dates(found))
    if is_open.sum() > FEW * has_amount.sum():
        possible += [header for header in found.free if says("some date", header)]
    for header in possible:
        tells = _has_date(found.block, (header,))[is_open].mean() > HALF
        if tells and dates_like(found.block, header):
            found.take("date", (*dates, header), FROM_TWO_COLUMNS)
            return


def _named_dates(found: Match) -> Iterator[str]:
    """The free headers whose words say the date of a grant."""
    return (header for header in found.free if sense_of(header, "date"))


def _has_amount(found: Match) -> np.ndarray:
    """Which rows have something under a header of amounts."""
    filled = [found.block.columns[header].codes >= 0 for header in found.columns.get("amount", ())]
    if filled:
        return np.any(filled, axis=0)
    return np.zeros(len(found.block.lines), dtype=bool)


def _has_date(block: Block, headers: tuple[str, ...]) -> np.ndarray:
    """Which rows have a date under one of some headers."""
    has_date = np.zeros(len(block.lines), dtype=bool)
    for header in headers:
        column = block.columns[header]
        is_read = parse.dates(column.values)[0]["date"].notna().to_numpy()
        has_date |= np.append(is_read, False)[column.codes]  # a blank cell has the code -1
    return has_date
