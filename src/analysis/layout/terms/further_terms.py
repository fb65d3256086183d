"""Further terms in the row of a first one: columns of a second start and a second end, or numbered
like those that are read, that nothing reads. It is asked whether they are grants of their own.
"""

from itertools import pairwise

import pandas as pd

from analysis.declare.shares import HALF, NEARLY_ALL
from analysis.layout.headers.cell_evidence import dates_like, days_of_rows, sample
from analysis.layout.headers.header_words import senses
from analysis.layout.headers.table_match import Match
from analysis.layout.mapping import Doubt
from analysis.layout.shapes.numbered_agreements import name_and_number
from analysis.layout.terms.renewals_in_columns import says_renewal
from analysis.read import folded

UNREAD_TERMS = "further terms"  # the reason of the doubt
_OF_TERMS = (
    *("date", "start", "planned_start", "planned_end", "term_months"),
    *("amount", "planned_amount_eur"),
)
_ASKED_OF = ("planned_end", "term_months", "start", "date")  # the likeliest first


def further_terms(found: Match) -> tuple[Doubt, ...]:
    """The question whether unread columns tell a further grant or agreement of each row."""
    ends = found.columns.get("planned_end", ())
    if found.table not in ("grants", "agreements"):
        return ()
    headers = _numbered_like_those_read(found)
    if not headers and ends:
        dated = [header for header in found.free if dates_like(found.block, header)]
        headers = next((pair for pair in pairwise(dated) if _follow(found, ends, pair)), ())
    asked = next((name for name in _ASKED_OF if name in found.columns), "")
    if not headers or not asked:
        return ()
    return (Doubt(asked, found.columns[asked], tuple(headers), UNREAD_TERMS),)


def _numbered_like_those_read(found: Match) -> list[str]:
    """The unread headers that are those of a term and its amount but for a number ("Date début 2",
    "Montant 2"); none where they are of one column alone, or begin with the first.
    """
    column_of_name = {
        name_and_number(header)[0]: column
        for column in _OF_TERMS
        for header in found.columns.get(column, ())
    }
    alike: dict[str, list[str]] = {}
    for header in found.free:
        name, number = name_and_number(header)
        if number and name in column_of_name and len(sample(found.block.columns[header])):
            alike.setdefault(number, []).append(header)
    for headers in alike.values():
        columns = {column_of_name[name_and_number(header)[0]] for header in headers}
        if len(columns) > 1 and any(dates_like(found.block, header) for header in headers):
            return headers
    return []


def _follow(found: Match, ends: tuple[str, ...], pair: tuple[str, str]) -> bool:
    """Whether two columns tell from when to when a further term runs: after the first, and at once
    in most rows unless their headers say that they are a start and an end, or a renewal.
    """
    first_end = days_of_rows(found.block.columns[ends[-1]], to_the_last=True)
    start, end = (days_of_rows(found.block.columns[header]) for header in pair)
    rows = pd.DataFrame({"first_end": first_end, "start": start, "end": end}).dropna()
    if rows.empty:
        return False
    is_later = (rows["start"] > rows["first_end"]) & (rows["end"] > rows["start"])
    if is_later.mean() < NEARLY_ALL:
        return False
    is_next_day = rows["start"] == rows["first_end"] + pd.Timedelta(days=1)
    return is_next_day.mean() >= HALF or _say_a_term(*pair)


def _say_a_term(start: str, end: str) -> bool:
    starts, ends = senses(folded(start)), senses(folded(end))
    is_term = not {"planned_start", "date"}.isdisjoint(starts) and "planned_end" in ends
    return is_term or says_renewal(start) or says_renewal(end)
