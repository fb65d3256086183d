"""How durable relations are: renewals, cohorts, what runs when, and how sure one may be of a curve.

Takes the frame `relations` (or columns of it) as known on a day, gives Series and frames. The
estimators are in `survival`; here stands what is particular to relations: several per partner, some
lost from sight, windows of calendar time.
"""

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


def terms(
    agreements: pd.DataFrame, day: pd.Timestamp | pd.Series, *, grace: pd.Timedelta
) -> pd.DataFrame:
    """What became of the term of each agreement known on the day, by row of `agreements`: ``term,
    renewed, how``.

    `day` may differ by row, where sources cease to see before it: a term whose grace runs past it
    is neither renewed nor not. The term is the planned end, or the effective one where it came
    first. `renewed` is missing until the grace has elapsed, also for one renewed
    before: its companions that may still be renewed are not; `how` is ``explicit``
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
    ripe = (links["term"] + grace <= day).fillna(False).astype(bool)
    renewed = (links["renewed"] | tacit).astype("boolean").where(ripe)
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
    if by is None:
        group = pd.Series(0, index=ripe.index)
    else:
        group = by.loc[ripe.index]
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
    until = pd.Series(day, index=relations.index, dtype="datetime64[us]")
    relations = relations[relations["entry_months"] <= 0]
    until = until[relations.index]
    year, duration = relations["start"].dt.year, relations["duration_months"]
    ended = relations["ended"].astype(bool)
    age = months_between(relations["start"], until - pd.Timedelta(days=grace_days))
    age = pd.Series(age, index=relations.index)
    youngest = age.groupby([year, until]).transform("min")
    tables = []
    for month in months:
        followed = youngest >= month
        is_retained = followed & ((duration > month) | ((duration == month) & ~ended))
        is_known = is_retained | (followed & ended & (duration <= month))
        sums = pd.DataFrame({"n": followed, "known": is_known, "kept": is_retained})
        sums = sums.groupby(year).sum().astype("Int64")
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
    before the horizon, and where there is no relation.

    >>> by_partner([12, 24, 48, 48], [True, True, False, False], ["P", "P", "Q", "R"], 36)["value"].tolist()
    [0.5, 27.0]
    """
    from scipy.special import stdtrit

    columns = ["value", "std_error", "low", "high"]
    if not len(duration):  # nobody is followed
        return pd.DataFrame(np.nan, index=["survival", "rmst"], columns=columns)
    estimate = curve(duration, ended, entry=entry, confidence=confidence)
    alone = pd.DataFrame(
        {
            "survival": survival.at(estimate, horizon).iloc[0],
            "rmst": survival.rmst(estimate, horizon, confidence=confidence).iloc[0],
        }
    ).T[columns]
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
            low = min(scale * low, alone.at[name, "low"])
            high = max(scale * high, alone.at[name, "high"])
            alone.loc[name, ["std_error", "low", "high"]] = error, low, high
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
    months = pd.Series(months_between(relations["start"], until), relations.index)
    running_on = relations.assign(
        duration_months=relations["duration_months"].mask(lost, months),
        last_known=relations["last_known"].mask(lost, until),
    )
    return running_on, relations.assign(ended=relations["ended"].astype(bool) | lost)
