"""The day that a question shows as an example of the day on which a programme is observed."""

from collections.abc import Iterable

import pandas as pd

from analysis import parse
from analysis.layout.mapping import Mapping
from analysis.parse.month_arithmetic import last_day
from analysis.read import Block

_WHERE_NOTHING_IS_DATED = "2018-12-31"
_BEGINNINGS = ("start", "planned_start", "date", "signed_on", "year_end")


def example_day(blocks: Iterable[tuple[Block, Mapping]]) -> str:
    """The last day on which the tables tell that something began, or ended otherwise than planned, as
    YYYY-MM-DD: the programme is observed then, or later.
    """
    days = [
        _last_day_under(block, header)
        for block, mapping in blocks
        for header in _headers_of_facts(mapping)
        if header in block.columns
    ]
    latest = pd.Series(days, dtype="datetime64[us]").max()
    if pd.isna(latest):
        return _WHERE_NOTHING_IS_DATED
    return str(latest.date())


def _headers_of_facts(mapping: Mapping) -> list[str]:
    headers = [header for name in _BEGINNINGS for header in mapping.columns.get(name, ())]
    planned_ends = mapping.columns.get("planned_end", ())
    return headers + [each for each in mapping.columns.get("end", ()) if each not in planned_ends]


def _last_day_under(block: Block, header: str) -> pd.Timestamp:
    days = parse.dates(block.columns[header].values.reset_index(drop=True))[0]
    return last_day(days["date"], days["precision"]).max()
