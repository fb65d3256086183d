"""What a header promises and its cells do not keep, and columns of dates or money that nothing
explains: asked, never passed over.
"""

import re

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.declare.shares import HALF, MOST
from analysis.layout.headers.cell_evidence import (
    DATES_OF_ENDS,
    WRITES_MONEY,
    dates_like,
    days_of_rows,
    mostly_years,
    without_remarks,
)
from analysis.layout.headers.header_names import says_money, sense_of
from analysis.layout.headers.table_match import BY_CELLS, BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.layout.mapping import Doubt
from analysis.layout.terms.planned_ends import is_day_of_payment
from analysis.parse.years_of_starts import as_any_year
from analysis.read import Block
from analysis.read.figures import PART_OF_YEAR, YEAR

_PART_AND_YEAR = re.compile(rf"(?i){PART_OF_YEAR}.{{0,12}}\b{YEAR.pattern}")
_LIKE_AN_AMOUNT = rf"{WRITES_MONEY}|[0-9][.,'’ ]?[0-9][.,'’ ]?[0-9]"
FROM = re.compile(r"(?i)\b(?:du|from|von|van|dal|desde)$")
TO = re.compile(r"(?i)(?:au|to|until|bis|tot|al|hasta)\b")
FEWEST_FILLED = 5  # rows that show anything
SOME = 0.1  # share of the cells of a stated column that shows that it is the one that was meant
CARRYING = (  # columns that numbers of the study rest on
    *("amount", "planned_amount_eur", "value_eur", "revenue_total"),
    *("date", "start", "planned_start", "planned_end", "end", "year", "year_end"),
)
UNREAD = ("no dates", "no numbers")  # reasons that no unit and no word of the team mends
LATER_DAYS = 180  # after which a date is no payment of a grant, but its end
DATED = {  # columns of dates that a table may lack: of which one says enough
    "agreements": ("planned_end", "end"),
    "projects": ("start",),
    "grants": ("planned_end", "term_months"),
}


def unread_reason(
    block: Block, headers: tuple[str, ...], column: schema.Column, *, is_stated: bool = False
) -> str:
    """Why most cells under some headers cannot be what a column holds, as a reason of
    `text/en/layout.toml`; blank where they can, or where those of a stated column can but for some,
    or hold figures among words: of which each is asked.
    """
    if not headers or column.name not in CARRYING:
        return ""
    shares = [_unread_share(block, header, column) for header in headers]
    if min(shares) <= (1 - SOME if is_stated else 0.5):
        return ""
    if is_stated and column.kind != "date" and _hold_figures(block, headers):
        return ""
    if column.kind == "date":
        return UNREAD[0]
    return UNREAD[1]


def _hold_figures(block: Block, headers: tuple[str, ...]) -> bool:
    """Whether most cells under one of some headers hold what may be an amount among words, as "voir
    annexe 3" does not: what each of them says is asked cell by cell.
    """
    texts = [block.columns[header].values for header in headers]
    return any(cells.str.contains(_LIKE_AN_AMOUNT, na=False).mean() > HALF for cells in texts)


def _unread_share(block: Block, header: str, declared: schema.Column) -> float:
    """How many of the filled cells under a header are neither dates nor, else, numbers, 0-1; 0
    where too few cells tell.
    """
    is_date = declared.kind == "date"
    column = block.columns[header]
    codes = column.codes
    codes = codes[codes >= 0]
    if len(codes) < FEWEST_FILLED:
        return 0.0
    used = np.unique(codes)
    texts = column.values.iloc[used]
    if not is_date and len(texts_without_remarks := without_remarks(texts)) < len(texts):
        used, texts = used[texts.index.isin(texts_without_remarks.index)], texts_without_remarks
        codes = codes[np.isin(codes, used)]
        if len(codes) < FEWEST_FILLED:
            return float(len(texts_without_remarks) == 0)
    of_ends = declared.name in DATES_OF_ENDS
    if of_ends:  # "31/12/N+2" is read by the year of its start
        texts = as_any_year(texts)
    unread = (parse.dates(texts, of_ends=of_ends) if is_date else parse.amounts(texts))[1]
    unread = unread[unread["rule"].isin(["M02", "M04"])]
    if not is_date:  # "up to 500" tells a number all the same
        bounds = parse.upper_bounds(texts)
        unread = unread[bounds.reindex(unread.index).isna()]
    is_unread = texts.index.isin(unread.index)
    return float(np.isin(codes, used[is_unread]).mean())


def unexplained_dates(found: Match) -> tuple[Doubt, ...]:
    """The question which column holds the term (or the start) of a table that tells none, where
    some column that nothing explains holds dates; of grants only dates that end something.
    """
    names = DATED.get(found.table, ())
    known = set(names).intersection(found.columns)
    if found.table == "agreements" and found.how.get("end") in (BY_WORDS, BY_CELLS):
        known.discard("end")  # of the few that ended early, which leaves the term of all untold
    if not names or known:
        return ()
    headers = [
        header
        for header in found.free
        if dates_like(found.block, header)
        and not (says("day of a record", header) or is_day_of_payment(header))
    ]
    if found.table == "grants":
        headers = [header for header in headers if _lie_later(found, header)]
        headers.sort(key=lambda header: _days_of(found, header).median(), reverse=True)
        starts = _starts_within_years(found, headers[:1]) or _from_before_to(found, headers[:1])
        if headers and starts:
            start = Doubt("planned_start", (starts[0],), tuple(starts[1:3]), "unnamed")
            return (Doubt(names[0], (headers[0],), tuple(headers[1:3]), "unnamed"), start)
    if headers:
        return (Doubt(names[0], (headers[0],), tuple(headers[1:3]), "unnamed"),)
    return ()


def _starts_within_years(found: Match, ends: list[str]) -> list[str]:
    """The headers of dates that may be the starts of grants of which only the year is told: most
    lie within it.
    """
    dates = found.columns.get("date", ())
    if not dates or "planned_start" in found.columns or not mostly_years(found.block, dates[0]):
        return []
    years = _days_of(found, dates[0]).dt.year
    possible = []
    for header in [header for header in found.free if header not in ends]:
        if dates_like(found.block, header):
            days = _days_of(found, header)
            is_known = days.notna() & years.notna()
            if (days.dt.year == years)[is_known].mean() > MOST:
                possible.append(header)
    return possible


def _from_before_to(found: Match, ends: list[str]) -> list[str]:
    """The column left of an end, where their headers say from when to when ("Convention du; au")."""
    headers = list(found.block.columns)
    place = headers.index(ends[0]) if ends else 0
    if not place or "planned_start" in found.columns or not TO.match(ends[0]):
        return []
    before = headers[place - 1]
    is_start = before in found.free and FROM.search(before) and dates_like(found.block, before)
    if is_start:
        return [before]
    return []


def _days_of(found: Match, header: str) -> pd.Series:
    return days_of_rows(found.block.columns[header])


def _lie_later(found: Match, header: str) -> bool:
    """Whether dates lie half a year or more after those of their grants, as ends do and payments
    do not.
    """
    if "date" not in found.columns:
        return False
    days = (_days_of(found, header) - _days_of(found, found.columns["date"][0])).dt.days.dropna()
    return bool(len(days) >= FEWEST_FILLED and (days >= LATER_DAYS).mean() > HALF)


def lists_payments(headers: list[str]) -> bool:
    """Whether headers that a list of partners does not use say both money and its date, or parts of
    years ("Q1 2018; Q2 2018"), whatever their cells hold.
    """
    if sum(bool(_PART_AND_YEAR.search(header)) for header in headers) > 1:
        return True
    return any(map(says_money, headers)) and any(sense_of(header, "date") for header in headers)
