"""From when to when the source of each agreement sees what goes on."""

import pandas as pd

from analysis.relations.lookup import place


def first_days_seen(rows: pd.DataFrame, windows: pd.DataFrame) -> pd.Series:
    """The first day that the source of each row (by its `entity`) sees, else missing."""
    return _days(rows, windows, "first")


def last_days_seen(rows: pd.DataFrame, windows: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """The last day that the source of each row (by its `entity`) sees, the day at most.

    An agreement that was signed, or granted, by then and starts later is known all the same, from
    its start on: `last_start` of the windows tells the last start that the source knows.

    >>> windows = {"entity": ["E"], "last": ["2018-05-21"], "last_start": ["2018-06-01"]}
    >>> windows, starts = pd.DataFrame(windows), pd.to_datetime(["2016-01-01", "2018-06-01"])
    >>> rows = pd.DataFrame({"entity": "E", "start": starts})
    >>> last_days_seen(rows, windows, pd.Timestamp("2018-06-27")).astype("str").tolist()
    ['2018-05-21', '2018-06-01']
    """
    last = _days(rows, windows, "last")
    last_seen = last.fillna(day).clip(upper=day)
    if "start" not in rows:
        return last_seen
    starts_later = rows["start"].between(last_seen, _days(rows, windows, "last_start"))
    if "signed_on" in rows:
        starts_later &= ~(rows["signed_on"] > last)
    return last_seen.mask(starts_later, rows["start"]).clip(upper=day)


def _days(rows: pd.DataFrame, windows: pd.DataFrame, side: str) -> pd.Series:
    told = windows.reindex(columns=["entity", side]).astype({"entity": "str"})
    days = told[side].astype("datetime64[us]").array
    position = place(rows["entity"], told["entity"])
    return pd.Series(days.take(position, allow_fill=True), rows.index)
