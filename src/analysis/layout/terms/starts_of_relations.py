"""Columns that tell since when recipients are partners, beside the payments of each year: no start of
each payment.
"""

import re
from collections.abc import Mapping

import pandas as pd

from analysis import parse
from analysis.declare.shares import FEW
from analysis.layout.headers.header_names import YEAR_IN_WORDS
from analysis.layout.headers.table_match import Match
from analysis.layout.mapping import Doubt
from analysis.layout.partners.partner_directories import tells_since_when
from analysis.read import Block

OF_RELATION, PAID_LATER = "start of the relation", "paid later"  # the reasons of doubts
ASSUMED_MONTHS = 12  # how long a grant is taken to last of which nothing tells it
_ENDS = ("planned_end", "term_months")


def leave_starts_of_relations(found: Match) -> None:
    """Leaves a column unused that says since when someone is a partner ("Partner since"), where
    grants are dated after they would have ended if they had begun then.
    """
    starts = found.columns.get("planned_start", ())
    says_partner = any(tells_since_when(found.block, header) for header in starts)
    if says_partner and _share_dated_late(found.block, found.columns) > 0:
        del found.columns["planned_start"], found.how["planned_start"]


def lists_partners_since_when(as_grants: Match) -> bool:
    """Whether a block tells since when someone is a partner, and is no list of payments that says
    it beside their dates.
    """
    block, columns = as_grants.block, as_grants.columns
    headers = [header for header in block.columns if tells_since_when(block, header)]
    are_unused = set(headers) <= set(as_grants.free)
    return bool(headers) and not (are_unused and {"recipient", "date"} <= set(columns))


def reason_of_start(found: Match) -> str:
    """Why the start of grants may be that of the relation: they are dated after they would have
    ended; else blank.
    """
    is_asked = found.table == "grants" and _share_dated_late(found.block, found.columns) > FEW
    if is_asked:
        return OF_RELATION
    return ""


def paid_after_assumed_ends(found: Match, stated: set[str]) -> tuple[Doubt, ...]:
    """The question when grants end whose start study.toml states, where many are dated after the
    end that would be assumed.
    """
    is_stated = found.table == "grants" and "planned_start" in stated
    is_asked = is_stated and _share_dated_late(found.block, found.columns) > FEW
    if is_asked:
        return (Doubt("planned_end", (), (), PAID_LATER),)
    return ()


def year_paid_later(block: Block, columns: Mapping[str, tuple[str, ...]]) -> str:
    """The year that the header of the amount bears ("Montant 2024"), where many grants would have
    ended before it if they lasted a year from their start; else blank.
    """
    year = _year_of_amounts(columns)
    if year and _share_dated_late(block, columns) > FEW:
        return year
    return ""


def _share_dated_late(block: Block, columns: Mapping[str, tuple[str, ...]]) -> float:
    """The share of the grants that are dated after the end that is assumed from their start, 0-1; 0
    where a column tells how long they last, or nothing but the start tells their date.
    """
    starts = columns.get("planned_start", ())
    if not starts or any(name in columns for name in _ENDS):
        return 0.0
    start, date = _first_days(block, starts[0], may_be_periods=False), _dates(block, columns)
    is_known = start.notna() & date.notna()
    if not is_known.any():
        return 0.0
    is_late = date >= start + pd.DateOffset(months=ASSUMED_MONTHS)
    return float(is_late[is_known].mean())


def _dates(block: Block, columns: Mapping[str, tuple[str, ...]]) -> pd.Series:
    """The date of each grant: of its own column, else the year that the header of its amount bears."""
    if "date" in columns:
        return _first_days(block, columns["date"][0], may_be_periods=True)
    year = _year_of_amounts(columns)
    day = pd.Timestamp(f"{year}-01-01") if year else pd.NaT
    return pd.Series(day, index=range(len(block.lines)), dtype="datetime64[us]")


def _year_of_amounts(columns: Mapping[str, tuple[str, ...]]) -> str:
    """The one year that the headers of amounts bear; blank where they bear none or several."""
    headers = " ".join(columns.get("amount", ()))
    years = set(re.findall(rf"(?<!\d){YEAR_IN_WORDS}(?!\d)", headers))
    if len(years) == 1:
        return years.pop()
    return ""


def _first_days(block: Block, header: str, *, may_be_periods: bool) -> pd.Series:
    """The first day of what each row says; none of periods, which tell an end too, unless they may
    be.
    """
    column = block.columns[header]
    cells = column.values.reset_index(drop=True)
    days = parse.dates(cells, yearly=may_be_periods)[0]["date"]
    if not may_be_periods:
        days = days.where(parse.range_ends(cells).isna())
    return days.reindex(column.codes).reset_index(drop=True)  # a blank is of code -1
