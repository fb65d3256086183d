"""Where the years of a source have holes: years without rows, with far fewer than usual, or not
over (METHOD 9.7).
"""

import statistics
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.declare.conventions import DEFAULTS

_COLUMNS = ["entity", "year", "first", "last", "kind", "rows", "usual_rows"]


def windows_of(dated: pd.DataFrame, observed_from: object, observed_to: object) -> pd.DataFrame:
    """From when to when a source sees each entity: as stated, else first `date` to `last`; and the
    last `start` of what it knew by then (`known_on`), which may lie ahead.

    >>> days = pd.to_datetime(["2012-03-01", "2010-01-01"])
    >>> dated = pd.DataFrame({"entity": "A", "date": days, "last": days, "known_on": days})
    >>> dated["start"] = days + pd.DateOffset(years=2)
    >>> windows_of(dated, None, "2013-12-31").astype("str").to_numpy().tolist()
    [['A', '2010-01-01', '2013-12-31', '2014-03-01']]
    """
    of_entity = dated.groupby("entity")
    if observed_to:
        last_day = pd.Timestamp(observed_to)
    else:
        last_day = of_entity["last"].transform("max")
    known_start = dated["start"].where(dated["known_on"] <= last_day)
    days = {
        "first": of_entity["date"].min(),
        "last": of_entity["last"].max(),
        "last_start": known_start.groupby(dated["entity"]).max(),
    }
    observed = pd.DataFrame(days).reset_index()
    if observed_from:
        observed["first"] = pd.Timestamp(observed_from)
    if observed_to:
        observed["last"] = pd.Timestamp(observed_to)
    return observed.astype({"entity": "str"} | dict.fromkeys(days, "datetime64[us]"))


def source_holes(
    dated: pd.DataFrame, windows: pd.DataFrame, numbers: Mapping[str, float] = DEFAULTS
) -> pd.DataFrame:
    """The years of each entity in which its source cannot have held all rows, one row each.

    `dated` has one row per record: `entity`, `date`; `windows` says from when to when each entity
    is seen (`first`, `last`). A hole goes from its `first` to its `last` day. `kind` is "no rows",
    "few rows" (fewer than the share `hole_share` of usual, and further from it than chance
    explains), or "not over": the last year, from the day after the last day seen, where earlier
    years held more than the share `late_share` of their rows after that day; where they held no
    more, the last year is over and may have few rows. `numbers` are the conventions. Usual is the
    median of the two nearest years with rows on each side, the lower of both sides.

    >>> dates = pd.to_datetime([f"{year}-03-01" for year in (2010, 2012) for _row in range(30)])
    >>> windows = pd.DataFrame({"entity": ["A"], "first": dates.min(), "last": pd.Timestamp("2012-12-31")})
    >>> source_holes(pd.DataFrame({"entity": "A", "date": dates}), windows)[["year", "kind", "usual_rows"]].to_numpy().tolist()
    [[2011, 'no rows', 30.0]]
    """
    if not len(windows):
        return pd.DataFrame(columns=_COLUMNS)
    last_of = windows.set_index("entity")["last"]
    last_day = dated["entity"].map(last_of).astype("datetime64[us]")
    rows_to_date = dated[(dated["date"] <= last_day).to_numpy(dtype=bool)]
    year = rows_to_date["date"].dt.year.rename("year")
    counts = (
        rows_to_date.groupby(["entity", year], observed=True).size().rename("rows").reset_index()
    )
    late_share = _late_share(rows_to_date.assign(year=year), last_of)
    is_over = late_share <= numbers["late_share"]
    years = _unfinished_years(late_share.index[~is_over], counts, last_of, numbers)
    for entity, rows in counts.groupby("entity", observed=True):
        last_year = _last_whole_year(last_of[entity], bool(is_over.get(entity, False)))
        rows_by_year = dict(zip(rows["year"].tolist(), rows["rows"].tolist(), strict=True))
        years += _holes_of(rows_by_year, last_year, entity, numbers)
    table = pd.DataFrame(years, columns=_COLUMNS).astype(
        {"entity": "str", "year": "int64", "kind": "str", "rows": "int64", "usual_rows": "float64"}
    )
    days = {"first": "datetime64[us]", "last": "datetime64[us]"}
    return table.astype(days).sort_values(["entity", "year"], ignore_index=True)


def _last_whole_year(last_day: pd.Timestamp, is_over: bool) -> int:
    """The last year seen whole: a source whose years are over by some day has one that ends so."""
    if is_over or (last_day.month, last_day.day) == (12, 31):
        return last_day.year
    return last_day.year - 1


def _holes_of(
    rows: Mapping[int, int], last_whole_year: int, entity: str, numbers: Mapping[str, float]
) -> list[tuple]:
    """The years without rows, or with few, among the whole years of one entity after its first."""
    years = []
    for year in range(min(rows) + 1, last_whole_year + 1):
        number = rows.get(year, 0)
        usual = _usual_rows(rows, year)
        chance = numbers["hole_deviations"] * np.sqrt(usual)
        if number < numbers["hole_share"] * usual and number < usual - chance:
            kind = "few rows" if number else "no rows"
            days = pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)
            years.append((entity, year, *days, kind, number, usual))
    return years


def _usual_rows(rows: Mapping[int, int], year: int) -> float:
    """The lower of the medians of the two years with rows before and after a year."""
    years = sorted(rows)
    before = [rows[other] for other in years if other < year][-2:]
    after = [rows[other] for other in years if other > year][:2]
    return min(statistics.median(side) for side in (before, after) if side)


def _late_share(seen: pd.DataFrame, last_of: pd.Series) -> pd.Series:
    """What share of the rows of its three years before the last an entity had after the last day's
    date; none of entities without rows in these years.
    """
    last = seen["entity"].map(last_of).astype("datetime64[us]")
    day_of_year = 100 * seen["date"].dt.month + seen["date"].dt.day
    earlier = seen.assign(late=day_of_year > 100 * last.dt.month + last.dt.day)
    years_ago = last.dt.year - seen["year"]
    earlier = earlier[years_ago.between(1, 3)]
    return earlier.groupby("entity", observed=True)["late"].mean()


def _unfinished_years(
    entities: pd.Index, counts: pd.DataFrame, last_of: pd.Series, numbers: Mapping[str, float]
) -> list[tuple]:
    """The rest of the last year of entities whose earlier years held rows after their last day."""
    years = []
    for entity in entities:
        day = last_of[entity]
        rows = counts[counts["entity"] == entity].set_index("year")["rows"]
        usual = rows[rows.index < day.year].tail(2).median()
        if usual > numbers["hole_deviations"] ** 2:
            days = day + pd.Timedelta(days=1), pd.Timestamp(day.year, 12, 31)
            years.append((entity, day.year, *days, "not over", int(rows.get(day.year, 0)), usual))
    return years
