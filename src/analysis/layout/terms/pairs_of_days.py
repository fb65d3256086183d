"""Which columns of dates follow each other in nearly every row: the first tells starts, the second
ends.
"""

import itertools
from collections.abc import Iterable, Sequence

import pandas as pd

from analysis import parse
from analysis.declare.shares import NEARLY_ALL
from analysis.layout.headers.header_names import says_an_end
from analysis.layout.headers.words import says
from analysis.layout.rows.sales_stages import tells_when_deals_closed
from analysis.layout.terms.planned_ends import is_day_of_payment, tells_planned_end
from analysis.read import Block

A_FEW_ROWS = 0.1  # share of rows more that a column may leave without a date


def _dates_by_header(block: Block, headers: Iterable[str]) -> dict[str, pd.DataFrame]:
    """The dates of each row under some headers."""
    return {header: parse.dates(block.columns[header].series())[0] for header in headers}


def starts_and_ends(
    block: Block, headers: Sequence[str], starts: Sequence[str], dates: Sequence[str]
) -> list[tuple[str, str]]:
    """The pairs of headers of dates, the first among the starts, of which the second follows the
    first; before the others those of which the second says an end.
    """
    read = _dates_by_header(block, dates)
    no_ends = {header: days for header, days in read.items() if not says_an_end(header)}
    firsts = starts or _with_fewest_blanks(no_ends)
    planned = [header for header in headers if tells_planned_end(block, header)]
    in_order = dict.fromkeys([*firsts, *planned, *dates])  # a planned end may be but estimated
    read = _dates_by_header(block, in_order)
    pairs = [
        (first, last)
        for first, last in itertools.permutations(read, 2)
        if first in firsts and _may_end(block, last) and _follow(read[first], read[last])
    ]
    return sorted(pairs, key=lambda pair: not says_an_end(pair[1]))


def _may_end(block: Block, header: str) -> bool:
    """Whether a header of dates does not say that something was paid, written down or, of deals,
    decided on them.
    """
    if tells_when_deals_closed(block, header):
        return False
    return not is_day_of_payment(header) and not says("day of a record", header)


def _with_fewest_blanks(read: dict[str, pd.DataFrame]) -> list[str]:
    """The headers of dates that give one to about as many rows as any other does."""
    shares = {header: float(dates["date"].notna().mean()) for header, dates in read.items()}
    fullest = max(shares.values(), default=0.0)
    return [header for header, share in shares.items() if share >= fullest - A_FEW_ROWS]


def _follow(first: pd.DataFrame, last: pd.DataFrame) -> bool:
    in_both = first["date"].notna() & last["date"].notna()
    # a year and a day of it are no start and end
    within = (first["precision"] == "year") & (first["date"].dt.year == last["date"].dt.year)
    follows = (first["date"] < last["date"]) & ~within
    return bool(in_both.any() and follows[in_both].mean() > NEARLY_ALL)
