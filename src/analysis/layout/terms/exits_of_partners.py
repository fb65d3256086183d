"""Columns of the days on which some partners left before their term, blank for all who stayed."""

import json
import re

import pandas as pd

from analysis import parse
from analysis.declare.shares import HALF, NEARLY_ALL
from analysis.layout.headers.cell_evidence import dates_like
from analysis.layout.headers.header_words import senses
from analysis.layout.headers.table_match import Match
from analysis.layout.headers.words import says
from analysis.layout.mapping import Doubt
from analysis.layout.rows.sales_stages import tells_when_deals_closed
from analysis.layout.terms.term_units import YEARS
from analysis.parse.month_arithmetic import last_day, later
from analysis.read import Block, folded, spaced

MAY_HAVE_LEFT = "may have left"  # the reason of a doubt whether such days are ends
_FEWEST_DAYS = 2  # that say something, under a header that says nothing
_OF_ANOTHER_THING = ("day within a term", "day of a record", "notice of an end", "partner since")


def tells_when_a_partner_left(block: Block, header: str) -> bool:
    """Whether a header says when a partner left ("Année de sortie", "Austritt"), above dates."""
    return says("exit of a partner", spaced(header)) and dates_like(block, header)


def _may_say_that_it_ended(header: str) -> bool:
    """Whether a header says when a partner left, or that something was closed, perhaps its file.

    >>> _may_say_that_it_ended("Date de clôture"), _may_say_that_it_ended("Clôture de l'exercice")
    (True, False)
    """
    words = spaced(header)
    return says("exit of a partner", words) or says("perhaps an end", words)


def told_exits(found: Match) -> list[str]:
    """The free headers that say when partners left, of which some did, within their terms."""
    return [
        header
        for header in found.free
        if tells_when_a_partner_left(found.block, header)
        and not says("day within a term", spaced(header))  # "Date de sortie du rapport"
        and _is_of_some_rows(found.block, header)
        and _share_within_terms(found, header) >= NEARLY_ALL
    ]


def exits_without_outcome(found: Match) -> list[str]:
    """The headers that say that requests were withdrawn, above days on which some rows had begun
    ("Abandon le"): they tell no longer what became of requests, and may be ends.
    """
    outcomes = found.columns.get("outcome", ())
    if {"planned_start", "start"}.isdisjoint(found.columns):
        return []
    exits = [
        header
        for header in outcomes
        if dates_like(found.block, header)
        and _is_of_some_rows(found.block, header)
        and _share_within_terms(found, header) >= NEARLY_ALL
    ]
    others = tuple(header for header in outcomes if header not in exits)
    if exits and others:
        found.columns["outcome"] = others
    elif exits:
        del found.columns["outcome"]
    return exits


def possible_exits(found: Match) -> list[str]:
    """The free headers of days before the planned end of their rows, which may be those on which
    partners left: their words say so, or say nothing above the days of some rows alone.
    """
    block = found.block
    if "planned_end" not in found.columns and "term_months" not in found.columns:
        return []
    return [
        header
        for header in found.free
        if dates_like(block, header)
        and not tells_when_deals_closed(block, header)
        and (
            _may_hold_ends(found, header)
            if _may_say_that_it_ended(header)
            else _may_tell_exits(found, header)
        )
    ]


def _may_hold_ends(found: Match, header: str) -> bool:
    """Whether days may be those of ends: most lie within the terms of their rows or on their last
    days, as those of agreements that ran their course do, and at least one before.
    """
    is_within = _share_within_terms(found, header, of_last_days=True) > HALF
    return is_within and _share_within_terms(found, header) > 0


def _may_tell_exits(found: Match, header: str) -> bool:
    """Whether a header that says nothing of its days stands above those of some rows, all within the
    terms of these.
    """
    is_filled = found.block.columns[header].codes >= 0
    if not _is_of_some_rows(found.block, header) or is_filled.sum() < _FEWEST_DAYS:
        return False
    words = spaced(header)
    says_else = senses(folded(header)) or any(says(kind, words) for kind in _OF_ANOTHER_THING)
    return not says_else and _share_within_terms(found, header) == 1


def _is_of_some_rows(block: Block, header: str) -> bool:
    is_filled = block.columns[header].codes >= 0
    return bool(is_filled.any() and is_filled.mean() <= HALF)


def _share_within_terms(found: Match, header: str, *, of_last_days: bool = False) -> float:
    """The share of the days below a header that lie between the start and the planned end of their
    rows, or on it too, 0-1, where there is one; 0 where no row tells its start.
    """
    starts, ends = _starts_of_terms(found), ends_of_terms(found)
    exits = _days(found.block, header)
    is_after_start = last_day(exits["date"], exits["precision"]) >= starts
    if of_last_days:
        is_beyond = exits["date"] > ends
    else:
        is_beyond = exits["date"] >= ends
    is_within = is_after_start & ~is_beyond
    is_known = exits["date"].notna() & starts.notna()
    if is_known.any():
        return float(is_within[is_known].mean())
    return 0.0


def _starts_of_terms(found: Match) -> pd.Series:
    """The day on which the term of each row starts, as far as known."""
    names = [name for name in ("planned_start", "start", "date") if name in found.columns]
    if names:
        return _days(found.block, found.columns[names[0]][0])["date"]
    return _unknown(found)


def ends_of_terms(found: Match) -> pd.Series:
    """The planned end of each row: of several the first told, else by how long it lasts."""
    ends = _unknown(found)
    for header in found.columns.get("planned_end", ()):
        days = _days(found.block, header)
        ends = ends.fillna(last_day(days["date"], days["precision"]))
    for header in found.columns.get("term_months", ()):
        counts_years = bool(re.search(YEARS, spaced(header)))
        months = parse.months(found.block.columns[header].series(), years=counts_years)[0]
        whole_months = months.reset_index(drop=True).astype("Float64").round()
        last_days = later(_starts_of_terms(found), whole_months.fillna(0).to_numpy(int))
        ends = ends.fillna(last_days.where(whole_months.ge(1).fillna(False)))
    return ends


def _unknown(found: Match) -> pd.Series:
    return pd.Series(pd.NaT, range(len(found.block.lines)), dtype="datetime64[us]")


def _days(block: Block, header: str) -> pd.DataFrame:
    """The date of each row under a header, and its precision."""
    column = block.columns[header]
    days = parse.dates(column.values.reset_index(drop=True))[0]
    return days.reindex(column.codes).reset_index(drop=True)  # a blank cell has the code -1


def doubts_about_exits(found: Match) -> tuple[Doubt, ...]:
    """The question whether the days that may be exits, which were taken first, are the ends of grants
    that have another end planned.
    """
    headers = found.columns.get("planned_end", ())
    is_asked = found.how.get("planned_end") == MAY_HAVE_LEFT
    if is_asked:
        return (Doubt("planned_end", headers, (), MAY_HAVE_LEFT),)
    return ()


def answers_about_exits(headers: tuple[str, ...]) -> str:
    """What study.toml is to say: the day of leaving, or of a remark, where there is one, or the
    planned end alone.

    >>> print(answers_about_exits(("Départ", "Fin")))
    planned_end = ["Départ", "Fin"] | planned_end = "Fin"
    >>> print(answers_about_exits(("Départ",)))
    planned_end = "Départ" | planned_end = ""
    """
    choices = [_as_one(headers), _as_one(headers[1:])]
    listed = [json.dumps(choice, ensure_ascii=False) for choice in choices]
    return " | ".join(f"planned_end = {choice}" for choice in listed)


def _as_one(headers: tuple[str, ...]) -> tuple[str, ...] | str:
    if len(headers) > 1:
        return headers
    return "".join(headers)
