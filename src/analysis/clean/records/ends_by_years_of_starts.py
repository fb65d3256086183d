"""Ends that count from the year of their start: "31/12/N+2" of what began in 2014 is 31/12/2016."""

import pandas as pd

from analysis import parse
from analysis.layout import Mapping
from analysis.parse.years_of_starts import count_from_starts, in_years
from analysis.read import Block, Coded

END_COLUMNS = ("planned_end", "end")
_STARTS = ("planned_start", "start", "date", "signed_on")


def with_years_of_starts(cells: Coded, block: Block, mapping: Mapping, order: str) -> Coded:
    """The cells of a column of ends, with the year in the place of "N+2"; as they are in rows that
    tell no start.
    """
    if not count_from_starts(cells.values).any():
        return cells
    year = _years_of_starts(block, mapping, order)
    text = cells.series()
    is_relative = count_from_starts(text) & year.notna()
    pairs = zip(text[is_relative], year[is_relative], strict=True)
    text[is_relative] = [in_years(end, year_of_start) for end, year_of_start in pairs]
    return Coded.of(text)


def _years_of_starts(block: Block, mapping: Mapping, order: str) -> pd.Series:
    """The year in which what each row tells of begins, by the first column that says it."""
    year = pd.Series(pd.NA, range(len(block.lines)), dtype="Int64")
    for name in _STARTS:
        for header in mapping.columns.get(name, ()):
            starts, _unread = parse.dates(
                block.columns[header].series(), usual=order, since_1904=block.since_1904
            )
            year = year.fillna(starts["date"].dt.year.astype("Int64"))
    return year
