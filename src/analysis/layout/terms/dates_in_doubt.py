"""Days of a list of grants that may be others than the days of the grants."""

import pandas as pd

from analysis import parse
from analysis.declare.shares import HALF, NEARLY_ALL
from analysis.layout.headers.cell_evidence import dates_like, days_of_rows, sample
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.header_words import ALONE
from analysis.layout.headers.numbers_of_cells import tells_of_something_else
from analysis.layout.headers.table_match import BY_NAME, Match
from analysis.layout.headers.unexplained import FEWEST_FILLED
from analysis.layout.terms.days_of_years import days_that_may_be_meant
from analysis.read import Block

LASTS_DAYS = "lasts days"  # the reason of a doubt about ends, of which a draft proposes none
SHORTEST_TERM = 28  # days, below which what ends may be a vote or a call rather than a grant


def reason_of_end(block: Block, found: Match, name: str) -> str:
    """Why the days of an end may be none: those of the start again, often before it, or but days
    after it, as votes and calls for projects end; else blank.
    """
    start = next(
        (
            start_column
            for start_column in ("planned_start", "start", "date")
            if start_column in found.columns
        ),
        None,
    )
    if start is None or found.columns[start] == found.columns[name]:
        return ""
    begin = days_of_rows(block.columns[found.columns[start][0]])
    last = days_of_rows(
        block.columns[found.columns[name][0]], to_the_last=True
    )  # 31 December of a year
    in_both = begin.notna() & last.notna()
    if in_both.sum() < FEWEST_FILLED:
        return ""
    if (begin[in_both] == last[in_both]).mean() > HALF:
        return "same as start"
    if (last[in_both] < begin[in_both]).mean() > 0.3:
        return "before start"
    is_short = (last - begin)[in_both] < pd.Timedelta(days=SHORTEST_TERM)
    if is_short.mean() >= NEARLY_ALL:
        return LASTS_DAYS
    return ""


def doubt_about_date(block: Block, found: Match) -> tuple[str, tuple[str, ...]]:
    """Why the day of a grant is in doubt, and which other columns may tell it: the day of a request
    beside other days, a year beside days that lie in it, or one day in all rows under a header that
    says no more than "Date".
    """
    headers = found.columns["date"]
    if found.how.get("date") == BY_NAME or len(headers) > 1:
        return "", ()
    if tells_of_something_else(headers[0]):  # the day of a request, where others may be later
        others = tuple(header for header in found.free if dates_like(block, header))
        if others:
            return ("rival", others[:2])
        return ("", ())
    if len(block.lines) < FEWEST_FILLED:
        return "", ()
    if days := days_that_may_be_meant(found):
        return "rival", days[:2]
    sense = sense_of(headers[0], "date")
    alone = sense is not None and sense.beside == ALONE
    days = parse.dates(sample(block.columns[headers[0]]))[0]
    one_day = days["date"].nunique() == 1 and days["precision"].eq("day").all()
    return ("one day" if alone and one_day else ""), ()
