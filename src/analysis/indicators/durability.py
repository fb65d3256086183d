"""How durable relations are: renewals, cohorts, what runs when, and how sure one may be of a curve.

Takes the frame `relations` (or columns of it) as known on a day, gives Series and frames. The
estimators are in `survival`; here stands what is particular to relations: several per partner, some
lost from sight, windows of calendar time.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.relations import months_between, renewals
from analysis.stats import influence, intervals, survival

BETA = 30  # at risk: below, the beta product interval stays honest where log-log does not


def curve(duration, ended, *, entry=None, strata=None, confidence: float = 0.95) -> pd.DataFrame:
    """The Kaplan-Meier curve as the study shows it: log-log limits, but beta-product ones where
    fewer than 30 are at risk.

    Columns of `survival.kaplan_meier` and ``interval``, which says the kind of each row's limits.

    >>> curve([1, 2], [True, False])["interval"].unique().tolist()
    ['beta']
    """
    built = survival.kaplan_meier(
        duration, ended, entry=entry, strata=strata, confidence=confidence, few=BETA
    )
    return built.assign(interval=np.where(built["at_risk"] < BETA, "beta", "log-log"))


def renewal(
    term: pd.Series, renewed: pd.Series, day: pd.Timestamp, grace: pd.Timedelta
) -> pd.Series:
    """Whether each agreement that has come to its term was renewed; missing while its grace still
    runs.

    Agreements still running are no failures and no successes, so leave them out of any rate. Nor is
    one that was renewed before its grace elapsed counted yet: its companions that may still be
    renewed are not.

    >>> term = pd.Series(pd.to_datetime(["2015-06-30", "2018-05-31"]), index=["A", "B"])
    >>> renewal(term, pd.Series([False, False], index=["A", "B"]), pd.Timestamp("2018-06-27"), pd.Timedelta(days=180))
    A    False
    B     <NA>
    Name: renewal, dtype: boolean
    """
    ripe = (term + grace <= day).fillna(False).astype(bool)
    return renewed.astype("boolean").where(ripe).rename("renewal")


def terms(
    agreements: pd.DataFrame, day: pd.Timestamp | pd.Series, *, grace: pd.Timedelta
) -> pd.DataFrame:
    """What became of the term of each agreement known on the day, by row of `agreements`: ``term,
    renewed, how``.

    `day` may differ by row, where sources cease to see before it: a term whose grace runs past it
    is neither renewed nor not. The term is the planned end, or the effective one where it came
    first. `renewed` is missing until the grace has elapsed (see `renewal`); `how` is ``explicit``
    (another agreement renews it, see `relations.renewal`), ``tacit`` (the agreement renews itself
    and no end up to its term is recorded: one that ended later did renew itself then) or missing.

    >>> agreements = pd.DataFrame({"partner_id": "P", "entity": "E", "start": pd.to_datetime(["2014-01-01", "2015-03-01"]),
    ...     "planned_end": pd.to_datetime(["2014-12-31", "2016-02-29"]), "end": pd.NaT, "tacit_renewal": [False, False]})
    >>> terms(agreements, pd.Timestamp("2018-06-27"), grace=pd.Timedelta(days=180))[["renewed", "how"]].values.tolist()
    [[True, 'explicit'], [False, nan]]
    """
    day = pd.Series(day, index=agreements.index, dtype="datetime64[us]")
    links = renewals(agreements, day, grace.days)
    ended_at_term = agreements["end"] <= links["term"]
    renews_itself = agreements["tacit_renewal"].fillna(False).astype("bool")
    tacit = renews_itself & ~ended_at_term & ~links["renewed"]
    renewed = renewal(links["term"], links["renewed"] | tacit, day, grace)
    how = pd.Series(None, index=agreements.index, dtype="str")
    was_renewed = renewed.fillna(False).astype("bool")
    how = how.mask(was_renewed, "tacit").mask(was_renewed & links["renewed"], "explicit")
    return pd.DataFrame({"term": links["term"], "renewed": renewed, "how": how})


def renewal_rate(
    terms: pd.DataFrame,
    by: pd.Series | None = None,
    *,
    partner: pd.Series | None = None,
    confidence=0.95,
) -> pd.DataFrame:
    """The share of ripe terms that were renewed: ``n, renewed, explicit, tacit, value, low, high``,
    one row per value of `by`.

    Wilson's interval; with `partner`, on as many terms as the likeness of one partner's terms
    leaves (design effect).

    >>> renewed = pd.DataFrame({"renewed": pd.array([True, False, None]), "how": ["explicit", None, None]})
    >>> renewal_rate(renewed)[["n", "renewed", "explicit", "tacit"]].values.tolist()
    [[2, 1, 1, 0]]
    """
    ripe = terms[terms["renewed"].notna()]
    group = pd.Series(0, index=ripe.index) if by is None else by.loc[ripe.index]
    ways = {way: (ripe["how"] == way).astype(int) for way in ("explicit", "tacit")}
    counts = pd.DataFrame(
        {"n": 1, "renewed": ripe["renewed"].astype(int), **ways}, index=ripe.index
    )
    table = counts.groupby(group, observed=True).sum()
    effect = pd.Series(1.0, index=table.index)
    if partner is not None:
        parts = ripe["renewed"].groupby(group, observed=True)
        effect = pd.Series(
            {name: intervals.design_effect(part, partner.loc[part.index]) for name, part in parts},
            dtype=float,
        )
    return table.join(
        intervals.wilson(table["renewed"] / effect, table["n"] / effect, confidence=confidence)
    )


def running_by_month(relations: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Relations running at the end of each month (the last one: on the day), with those begun and
    ended in it.

    Indexed by the first day of the month, from the first entry to the day; columns ``running,
    begun, ended``. A relation counts from its entry, when its source could first see it, to its
    last sign of life.

    >>> relations = pd.DataFrame({"start": pd.to_datetime(["2018-01-10"]), "entry": pd.to_datetime(["2018-01-10"]),
    ...     "last_known": pd.to_datetime(["2018-03-05"]), "ended": [True]})
    >>> running_by_month(relations, pd.Timestamp("2018-04-15"))["running"].tolist()
    [1, 1, 0, 0]
    """
    if relations.empty:
        return pd.DataFrame(
            {"running": [], "begun": [], "ended": []},
            index=pd.DatetimeIndex([], name="month"),
            dtype="int64",
        )
    begins = min(relations["entry"].min(), day)  # a source may begin to see later than the day
    months = pd.date_range(begins.to_period("M").to_timestamp(), day, freq="MS", name="month")
    closes = (months + pd.offsets.MonthEnd(0)).to_numpy().astype("datetime64[D]")
    closes[-1] = np.datetime64(day, "D")

    def until(dates: pd.Series, side: str) -> np.ndarray:
        return np.searchsorted(np.sort(dates.to_numpy(dtype="datetime64[D]")), closes, side=side)

    ends = relations.loc[relations["ended"].astype(bool), "last_known"]
    new = relations.loc[relations["entry"] <= relations["start"], "start"]
    running = until(relations["entry"], "right") - until(relations["last_known"], "left")
    begun, ended = (np.diff(until(dates, "right"), prepend=0) for dates in (new, ends))
    return pd.DataFrame({"running": running, "begun": begun, "ended": ended}, index=months)


def cohorts(
    relations: pd.DataFrame,
    day: pd.Timestamp | pd.Series,
    months=(12, 24, 36),
    *,
    grace_days: int = 180,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """What is left of each year's new relations after so many months, where all of them could be
    followed that long.

    One row per year of start and month: ``cohort, months, n, known, kept, value, low, high``
    (Wilson on the known). A relation that ends at that month is not left. `day` may differ by
    relation, where sources cease to see before it: those that cease together count where their
    youngest of the year was that old the grace before (an end that comes later is not known yet);
    without any, n is 0 and the rest missing. A relation lost from sight before (to confirm) is not
    known; one that its source did not see from the start is in no cohort.

    >>> relations = pd.DataFrame({"start": pd.to_datetime(["2015-02-01", "2015-03-01"]), "entry_months": 0.0,
    ...     "duration_months": [24.0, 40.0], "ended": [True, False]})
    >>> cohorts(relations, pd.Timestamp("2018-12-31"))[["months", "n", "kept"]].values.tolist()
    [[12, 2, 2], [24, 2, 1], [36, 2, 1]]
    """
    until = pd.Series(day, index=relations.index, dtype="datetime64[us]")[
        relations["entry_months"] <= 0
    ]
    followed_relations = relations.loc[until.index]
    year, duration, ended = (
        followed_relations["start"].dt.year,
        followed_relations["duration_months"],
        followed_relations["ended"].astype(bool),
    )
    age = pd.Series(
        months_between(followed_relations["start"], until - pd.Timedelta(days=grace_days)),
        index=followed_relations.index,
    )
    youngest = age.groupby([year, until]).transform("min")
    tables = []
    for month in months:
        followed = youngest >= month
        is_retained = followed & ((duration > month) | ((duration == month) & ~ended))
        is_known = is_retained | (followed & ended & (duration <= month))
        sums = (
            pd.DataFrame({"n": followed, "known": is_known, "kept": is_retained})
            .groupby(year)
            .sum()
            .astype("Int64")
        )
        sums[["known", "kept"]] = sums[["known", "kept"]].where(sums["n"] > 0)
        interval = intervals.wilson(sums["kept"], sums["known"], confidence=confidence)
        tables.append(sums.join(interval).assign(months=month).rename_axis("cohort").reset_index())
    columns = ["cohort", "months", "n", "known", "kept", "value", "low", "high"]
    return pd.concat(tables)[columns].sort_values(["cohort", "months"], ignore_index=True)


def by_partner(
    duration, ended, partner, horizon: float, *, entry=None, confidence: float = 0.95
) -> pd.DataFrame:
    """Survival at the horizon and restricted mean up to it, with intervals that let one partner's
    relations be alike.

    Rows ``survival`` and ``rmst``, columns ``value, std_error, low, high``. The error sums the
    influence of all relations of a partner (infinitesimal jackknife, as R's `cluster`), times P /
    (P - 1) for P partners in the variance; the interval is on the log-log scale with Student's t
    for P - 1, and never inside the one for independent relations. Missing where watching stops
    before the horizon.

    >>> by_partner([12, 24, 48, 48], [True, True, False, False], ["P", "P", "Q", "R"], 36)["value"].tolist()
    [0.5, 27.0]
    """
    from scipy.special import stdtrit

    estimate = curve(duration, ended, entry=entry, confidence=confidence)
    alone = pd.DataFrame(
        {
            "survival": survival.at(estimate, horizon).iloc[0],
            "rmst": survival.rmst(estimate, horizon, confidence=confidence).iloc[0],
        }
    ).T[["value", "std_error", "low", "high"]]
    codes, partners = pd.factorize(pd.Series(partner))
    many = len(partners)
    for name, scale, statistic in [
        ("survival", 1, influence.of_survival),
        ("rmst", horizon, influence.of_restricted_mean),
    ]:
        by_row = statistic(duration, ended, horizon, entry=entry).by_row
        sums = influence.cluster_sums(by_row, codes, many)
        error = np.sqrt((sums**2).sum() * many / max(many - 1, 1))
        value = alone.at[name, "value"]
        if many > 1 and error > 0 and value > 0:
            t = stdtrit(many - 1, (1 + confidence) / 2)
            low, high = survival.limits(value / scale, error / scale, t, "log-log")
            alone.loc[name, ["std_error", "low", "high"]] = (
                error,
                min(scale * low, alone.at[name, "low"]),
                max(scale * high, alone.at[name, "high"]),
            )
    return alone


def extremes(
    relations: pd.DataFrame, until: pd.Timestamp | pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The relations if all those lost from sight (to confirm) ran on until then, and if all had
    ended when last seen.

    `until` is the last day that their source sees. The truth lies between the two.

    >>> relations = pd.DataFrame({"start": pd.to_datetime(["2014-01-01"] * 2), "last_known": pd.to_datetime(["2014-12-31", "2017-12-31"]),
    ...     "duration_months": [12.0, 48.0], "ended": False, "status": ["to confirm", "running"]})
    >>> [variant["duration_months"].tolist() for variant in extremes(relations, pd.Timestamp("2017-12-31"))]
    [[48.0, 48.0], [12.0, 48.0]]
    """
    until = pd.Series(until, index=relations.index, dtype="datetime64[us]")
    lost = (relations["status"] == "to confirm") & (relations["last_known"] < until)
    to_then = relations["duration_months"].mask(
        lost, pd.Series(months_between(relations["start"], until), relations.index)
    )
    running_on = relations.assign(
        duration_months=to_then, last_known=relations["last_known"].mask(lost, until)
    )
    return running_on, relations.assign(ended=relations["ended"].astype(bool) | lost)


FADED = 0.1  # of the most relations it ever had: a source left with less has wound down
SOME = 30  # relations: a source that never had as many at once fades by chance


def courses(relations: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """How the sources of relations came and went, by entity: where one closes or falls silent, its
    relations end with it.

    ``peak`` (most relations at the end of a month) and ``peak_on``; ``faded_on``, the month from
    which never more than a tenth of these ran, missing unless the source wound down so;
    ``silent_from, silent_to``, the first months without any relation between two with some, as
    where a year is missing from a file. Entities that never had thirty relations at once are left
    out.

    >>> relations = pd.DataFrame({"entity": "E", "start": pd.to_datetime(["2014-01-01"] * 30 + ["2016-01-01"]),
    ...     "last_known": pd.to_datetime(["2014-12-31"] * 30 + ["2016-12-31"]), "ended": False}).assign(entry=lambda rows: rows["start"])
    >>> courses(relations, pd.Timestamp("2016-12-31")).astype(str).loc["E"].tolist()
    ['30', '2014-01-01', '2015-01-01', '2015-01-01', '2015-12-01']
    """
    rows = {}
    for entity, part in relations.groupby("entity", sort=True):
        running = (
            running_by_month(part, min(day, part["last_known"].max()))["running"]
            if len(part) >= SOME
            else pd.Series([0])
        )
        if running.max() < SOME:
            continue
        month = running.index
        above, with_any = (
            np.flatnonzero(running > FADED * running.max()),
            np.flatnonzero(running > 0),
        )
        faded = month[above[-1] + 1] if above[-1] + 1 < len(month) else pd.NaT
        gap = np.flatnonzero(np.diff(with_any) > 1)[:1]
        silent = (
            (month[with_any[gap[0]] + 1], month[with_any[gap[0] + 1] - 1])
            if len(gap)
            else (pd.NaT, pd.NaT)
        )
        rows[entity] = [running.max(), running.idxmax(), faded, *silent]
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["peak", "peak_on", "faded_on", "silent_from", "silent_to"]
    )


def periods(relations: pd.DataFrame, edges) -> pd.DataFrame:
    """The follow-up of each relation cut at calendar days, so that a curve per window shows what
    that time was like.

    One row per relation and window it was watched in: the columns of `relations` with ``window``
    (number of the edges passed, 0 before the first), ``entry_months`` and ``duration_months`` in
    the window, and ``ended`` only where the end falls in it. Give them to `curve` with
    ``strata=window``: each window follows relations of all ages (period analysis), where cohorts
    would compare young relations with old ones.

    >>> relations = pd.DataFrame({"start": pd.to_datetime(["2013-01-01"]), "last_known": pd.to_datetime(["2014-12-31"]),
    ...     "entry_months": [0.0], "duration_months": [24.0], "ended": [True]})
    >>> periods(relations, ["2014-01-01"])[["window", "entry_months", "duration_months", "ended"]].values.tolist()
    [[0, 0.0, 12.0, False], [1, 12.0, 24.0, True]]
    """
    many = len(relations)
    before = (np.full(many, pd.Timestamp(edge) - pd.Timedelta(days=1)) for edge in edges)
    cuts = [
        np.full(many, -np.inf),
        *(months_between(relations["start"], day) for day in before),
        np.full(many, np.inf),
    ]
    entry, duration = (
        relations[name].to_numpy(dtype=float) for name in ("entry_months", "duration_months")
    )
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
    listed["lost"] = (
        listed.merge(after, how="left", on=["year", "identity"])["lost"].isna().to_numpy()
    )
    base = listed[listed["seen"]].groupby("year")["lost"].agg(n="size", lost="sum")
    table = base.reindex(sorted(listed["year"].unique())).rename_axis("year").astype("Int64")
    table["n"] = table["n"].fillna(listed.groupby("year").size())
    return table.join(
        intervals.wilson(table["lost"].astype("Float64"), table["n"], confidence=confidence)
    )
