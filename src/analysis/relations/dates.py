"""Calendar months, and what tables held at the end of a day."""

import numpy as np
import pandas as pd

OPEN_END = pd.Timestamp("9999-12-31")  # stands where ends are compared for an end that is not known


def months_between(start, end) -> np.ndarray:
    """Calendar months from the first to the last day, both included: whole months and years come
    out whole.

    A part of a month counts as its share of that calendar month. Missing dates give NaN.

    >>> months_between(["2008-01-01", "2016-02-15"], ["2008-12-31", "2016-02-15"]).round(3).tolist()
    [12.0, 0.034]
    """
    first_day = np.asarray(pd.to_datetime(start), dtype="datetime64[D]")
    day_after = np.asarray(pd.to_datetime(end), dtype="datetime64[D]") + 1
    first_month = first_day.astype("datetime64[M]")
    days_before = first_day - first_month.astype("datetime64[D]")  # in the first month

    def anniversary(months: np.ndarray) -> np.ndarray:
        month = first_month + months
        days_of_month = (month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")
        return month.astype("datetime64[D]") + np.minimum(days_before, days_of_month - 1)

    whole_months = day_after.astype("datetime64[M]") - first_month
    whole_months = whole_months - (anniversary(whole_months) > day_after)
    reached = anniversary(whole_months)
    part = (day_after - reached) / (anniversary(whole_months + 1) - reached)
    return whole_months / np.timedelta64(1, "M") + part


def month_ends(day: pd.Timestamp, months: int) -> list[pd.Timestamp]:
    """The day, then the last day of each of so many whole months that follow it.

    They are counted from the day after, as `months_between` counts: the six months after 30 June
    end on 31 December.

    >>> [f"{end:%d %B}" for end in month_ends(pd.Timestamp("2024-06-30"), 2)]
    ['30 June', '31 July', '31 August']
    """
    day_after = day + pd.Timedelta(days=1)
    return [
        day_after + pd.DateOffset(months=month) - pd.Timedelta(days=1)
        for month in range(months + 1)
    ]


# The date that brings a row of each table into being, and the date that ends it.
BEGINS = {
    "agreements": "start",
    "projects": "start",
    "contributions": "date",
    "accounts": "year_end",
    "answers": "date",
    "events": "date",
    "sites": "opened",
    "support": "start",
    "offers": "active_from",
}
ENDS = {
    "agreements": "end",
    "projects": "end",
    "sites": "closed",
    "support": "end",
    "partners": "dissolved_on",
}


def known(table: pd.DataFrame, name: str, day: pd.Timestamp) -> pd.DataFrame:
    """What a table held at the end of the day: later rows are not there yet, later ends are not
    known.

    Rows without a date stay. A contribution known by its year alone is there once the year is over.

    >>> sites = pd.DataFrame({"opened": pd.to_datetime(["2016-01-01", "2019-01-01"]), "closed": pd.to_datetime(["2018-12-31", None])})
    >>> known(sites, "sites", pd.Timestamp("2018-06-27"))["closed"].tolist()
    [NaT]
    """
    begins = table.get(
        BEGINS.get(name, ""), pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]")
    )
    if name == "contributions":
        begins = begins.fillna(year_over(table["year"]))
    later = begins > day
    begun = table[~later] if later.any() else table
    if ENDS.get(name) in begun:
        begun = begun.assign(**{ENDS[name]: begun[ENDS[name]].where(begun[ENDS[name]] <= day)})
    return begun


def year_over(years: pd.Series) -> pd.Series:
    """The last day of each year, missing where the year is.

    >>> year_over(pd.Series([2017, None], dtype="Int64")).tolist()
    [Timestamp('2017-12-31 00:00:00'), NaT]
    """
    number = years.to_numpy(dtype=float, na_value=np.nan)
    sound = (number > 0) & (number < 10_000)
    since_1970 = np.where(sound, number, 1969).astype(np.int64) - 1969
    following = since_1970.astype("datetime64[Y]").astype("datetime64[us]")
    return pd.Series(following - np.timedelta64(1, "D"), years.index).where(sound)
