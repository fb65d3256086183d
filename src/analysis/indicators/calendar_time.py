"""Relations over calendar time: what runs when, how sources come and go, who is absent a year
later.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.relations import months_between
from analysis.stats import intervals


def counted_until(relations: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """The day until which each relation counts among those that run: this one where its agreement
    covers it (status *running*), though its source may see less far; else its last sign of life.

    >>> relations = pd.DataFrame({"status": ["running", "to confirm"], "last_known": pd.to_datetime(["2018-12-31", "2018-12-31"])})
    >>> counted_until(relations, pd.Timestamp("2019-06-30")).astype(str).tolist()
    ['2019-06-30', '2018-12-31']
    """
    return relations["last_known"].mask(relations["status"] == "running", day)


def running_by_month(relations: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Relations running at the end of each month (the last one: on the day), with those begun and
    ended in it.

    Indexed by the first day of the month, from the first entry to the day; columns ``running,
    begun, ended``. A relation counts from its entry, when its source could first see it, to its
    last sign of life, or to the day where its status says that it runs (`counted_until`).

    >>> relations = pd.DataFrame({"start": pd.to_datetime(["2018-01-10"]), "entry": pd.to_datetime(["2018-01-10"]),
    ...     "last_known": pd.to_datetime(["2018-03-05"]), "ended": True, "status": "ended"})
    >>> running_by_month(relations, pd.Timestamp("2018-04-15"))["running"].tolist()
    [1, 1, 0, 0]
    """
    if relations.empty:
        no_month = pd.DatetimeIndex([], name="month")
        return pd.DataFrame({"running": [], "begun": [], "ended": []}, no_month, dtype="int64")
    begins = min(relations["entry"].min(), day)  # a source may begin to see later than the day
    months = pd.date_range(begins.to_period("M").to_timestamp(), day, freq="MS", name="month")
    closes = (months + pd.offsets.MonthEnd(0)).to_numpy().astype("datetime64[D]")
    closes[-1] = np.datetime64(day, "D")

    def until(dates: pd.Series, side: str) -> np.ndarray:
        return np.searchsorted(np.sort(dates.to_numpy(dtype="datetime64[D]")), closes, side=side)

    ends = relations.loc[relations["ended"].astype(bool), "last_known"]
    new = relations.loc[relations["entry"] <= relations["start"], "start"]
    running = until(relations["entry"], "right") - until(counted_until(relations, day), "left")
    begun, ended = (np.diff(until(dates, "right"), prepend=0) for dates in (new, ends))
    return pd.DataFrame({"running": running, "begun": begun, "ended": ended}, index=months)


_FADED = 0.1  # of the most relations it ever had: a source left with less has wound down
_SOME = 30  # relations: a source that never had as many at once fades by chance


def courses(relations: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """How the sources of relations came and went, by entity: where one closes or falls silent, its
    relations end with it.

    ``peak`` (most relations at the end of a month) and ``peak_on``; ``faded_on``, the month from
    which never more than a tenth of these ran, missing unless the source wound down so;
    ``silent_from, silent_to``, the first months without any relation between two with some, as
    where a year is missing from a file. Entities that never had thirty relations at once are left
    out.

    >>> relations = pd.DataFrame({"entity": "E", "start": pd.to_datetime(["2014-01-01"] * 30 + ["2016-01-01"]),
    ...     "last_known": pd.to_datetime(["2014-12-31"] * 30 + ["2016-12-31"]), "ended": False, "status": "to confirm"}).assign(entry=lambda rows: rows["start"])
    >>> courses(relations, pd.Timestamp("2016-12-31")).astype(str).loc["E"].tolist()
    ['30', '2014-01-01', '2015-01-01', '2015-01-01', '2015-12-01']
    """
    rows = {}
    for entity, part in relations.groupby("entity", sort=True):
        if len(part) < _SOME:
            continue
        running = running_by_month(part, min(day, part["last_known"].max()))["running"]
        if running.max() < _SOME:
            continue
        month = running.index
        above = np.flatnonzero(running > _FADED * running.max())
        with_any = np.flatnonzero(running > 0)
        faded = silent_from = silent_to = pd.NaT
        if above[-1] + 1 < len(month):
            faded = month[above[-1] + 1]
        gaps = np.flatnonzero(np.diff(with_any) > 1)
        if len(gaps):
            silent_from = month[with_any[gaps[0]] + 1]
            silent_to = month[with_any[gaps[0] + 1] - 1]
        rows[entity] = [running.max(), running.idxmax(), faded, silent_from, silent_to]
    columns = ["peak", "peak_on", "faded_on", "silent_from", "silent_to"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def follow_up_by_window(relations: pd.DataFrame, edges) -> pd.DataFrame:
    """The follow-up of each relation cut at calendar days, so that a curve per window shows what
    that time was like.

    One row per relation and window it was watched in: the columns of `relations` with ``window``
    (number of the edges passed, 0 before the first), ``entry_months`` and ``duration_months`` in
    the window, and ``ended`` only where the end falls in it. Give them to `curve` with
    ``strata=window``: each window follows relations of all ages (period analysis), where cohorts
    would compare young relations with old ones.

    >>> relations = pd.DataFrame({"start": pd.to_datetime(["2013-01-01"]), "last_known": pd.to_datetime(["2014-12-31"]),
    ...     "entry_months": [0.0], "duration_months": [24.0], "ended": [True]})
    >>> follow_up_by_window(relations, ["2014-01-01"])[["window", "entry_months", "duration_months", "ended"]].values.tolist()
    [[0, 0.0, 12.0, False], [1, 12.0, 24.0, True]]
    """
    many = len(relations)
    cuts = [np.full(many, -np.inf)]
    for edge in edges:
        before = np.full(many, pd.Timestamp(edge) - pd.Timedelta(days=1))
        cuts.append(months_between(relations["start"], before))
    cuts.append(np.full(many, np.inf))
    entry = relations["entry_months"].to_numpy(dtype=float)
    duration = relations["duration_months"].to_numpy(dtype=float)
    parts = []
    for window, (begin, finish) in enumerate(pairwise(cuts)):
        begins, finishes = np.maximum(entry, begin), np.minimum(duration, finish)
        ended = relations["ended"].to_numpy(dtype=bool) & (duration <= finish)
        part = relations.assign(
            window=window, entry_months=begins, duration_months=finishes, ended=ended
        )
        parts.append(part[finishes > begins])
    return pd.concat(parts)


def discontinuity(
    year: pd.Series, identity: pd.Series, seen: pd.Series | None = None, *, confidence: float = 0.95
) -> pd.DataFrame:
    """The share of each year's recipients who are absent the next year, for a yearly list: ``n,
    lost, value, low, high`` by year.

    Rows with no identity are no recipient; a recipient counts once a year. `seen` says whether the
    source of a row sees the year after: by default, whether that year is in the list. A row of
    which it does not makes no one a recipient whose return is looked for; a year without any is
    missing. A change of identifiers looks like a loss: compare identity rules before believing a
    peak.

    >>> discontinuity(pd.Series([2013, 2013, 2014]), pd.Series(["a", "b", "a"]))[["n", "lost"]].values.tolist()
    [[2, 1], [1, <NA>]]
    """
    listed = pd.DataFrame({"year": year, "identity": identity})
    listed["seen"] = (listed["year"] + 1).isin(year) if seen is None else seen
    listed = listed.dropna().groupby(["year", "identity"])["seen"].any().reset_index()
    after = listed.assign(year=listed["year"] - 1, lost=False)[["year", "identity", "lost"]]
    returned = listed.merge(after, how="left", on=["year", "identity"])["lost"]
    listed["lost"] = returned.isna().to_numpy()
    base = listed[listed["seen"]].groupby("year")["lost"].agg(n="size", lost="sum")
    table = base.reindex(sorted(listed["year"].unique())).rename_axis("year").astype("Int64")
    table["n"] = table["n"].fillna(listed.groupby("year").size())
    return table.join(
        intervals.wilson(table["lost"].astype("Float64"), table["n"], confidence=confidence)
    )
