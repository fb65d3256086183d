"""The column of days that tells the same as a column of years ("start_year" beside
"period_start_date"), and tells it better.
"""

from analysis.declare.shares import HALF, NEARLY_ALL
from analysis.layout.headers.cell_evidence import dates_like, days_of_rows, has_gaps, mostly_years
from analysis.layout.headers.header_names import says_an_end
from analysis.layout.headers.table_match import BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.layout.terms.planned_ends import is_day_of_payment

_DATE_BY_TABLE = {"grants": "date", "agreements": "start"}


def take_days_of_years(found: Match) -> None:
    """Where the date of most rows is a year, take a column of days that lie in these years: for the
    start where its header speaks of one, for the date where it speaks of a decision or a signature.

    Days of which the header says neither, as of requests or payments, leave the year as it is.
    """
    date = _DATE_BY_TABLE[found.table]
    years = found.columns.get(date, ())
    days = _days_in_years(found, years)
    starts = [header for header in days if _says(header, "day of a start")]
    decisions = [header for header in days if _says(header, "day of a decision")]
    if found.table == "grants" and starts and "planned_start" not in found.columns:
        found.take("planned_start", (starts[0],), BY_WORDS)
    better = decisions if found.table == "grants" else starts
    if better:
        rest = years if has_gaps(found.block, (better[0],)) else ()
        found.take(date, (better[0], *rest), BY_WORDS)


def days_that_may_be_meant(found: Match) -> tuple[str, ...]:
    """The free columns of days that lie in the years by which grants are dated, where no header says
    of what else they are: an end, a payment, a request, a record.
    """
    return tuple(
        header
        for header in _days_in_years(found, found.columns.get("date", ()))
        if not (
            says_an_end(header)
            or is_day_of_payment(header)
            or says("day of something else", header)
            or says("day of a record", header)
        )
    )


def _days_in_years(found: Match, years: tuple[str, ...]) -> list[str]:
    """The free columns of days that lie in the years of a column, if it tells years."""
    if len(years) != 1 or not mostly_years(found.block, years[0]):
        return []
    return [header for header in found.free if _lie_in_years(found, header, years[0])]


def _says(header: str, what: str) -> bool:
    return says(what, header) and not (says_an_end(header) or says("day of a record", header))


def _lie_in_years(found: Match, header: str, header_of_years: str) -> bool:
    """Whether the cells under a header are days of the years beside them, in nearly all rows."""
    if not dates_like(found.block, header) or mostly_years(found.block, header):
        return False
    columns = found.block.columns
    day, year = days_of_rows(columns[header]), days_of_rows(columns[header_of_years])
    has_both = day.notna() & year.notna()
    is_same = (day.dt.year == year.dt.year)[has_both]
    return bool(has_both.sum() > HALF * year.notna().sum() and is_same.mean() >= NEARLY_ALL)
