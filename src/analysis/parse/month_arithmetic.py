"""Dates moved by calendar months, and the last day of a month, a quarter or a year."""

import numpy as np
import pandas as pd

DAYS_A_MONTH = 30.4375  # of a year of 365.25 days
PRECISIONS = {"day": 0, "month": 1, "quarter": 3, "half-year": 6, "year": 12}  # months left open


def later(date: pd.Series, months: np.ndarray) -> pd.Series:
    """Dates moved by calendar months (to the last day of a shorter month); missing stays missing.

    >>> later(pd.Series(pd.to_datetime(["2016-01-31"])), np.array([1])).dt.day.tolist()
    [29]
    """
    day, month = date.to_numpy("M8[D]"), date.to_numpy("M8[M]")
    moved = month + months
    length = (moved + 1).astype("M8[D]") - moved.astype("M8[D]")
    moved = moved.astype("M8[D]") + np.minimum(day - month.astype("M8[D]"), length - 1)
    return pd.Series(moved.astype("M8[us]"), date.index)


def last_day(date: pd.Series, precision: pd.Series) -> pd.Series:
    """The last day of what dates tell: that of the month or the year, where only these are known.

    >>> last_day(pd.Series(pd.to_datetime(["2016-02-01"])), pd.Series(["month"])).dt.day.tolist()
    [29]
    """
    months = precision.map(PRECISIONS).fillna(0).to_numpy(int)
    return later(date, months) - pd.to_timedelta(np.where(months > 0, 1, 0), unit="D")
