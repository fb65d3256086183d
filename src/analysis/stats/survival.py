"""How long things last when many have not ended yet: estimators of time to an end. Arrays or Series in, frames out.

Conventions held throughout: a row is at risk at t when entry < t <= duration; ends come before censorings of the same
time; times stand in whatever unit they came in. What cannot be known is missing, never zero: a duration or an end that is
missing is refused (leave the row out and count it), a missing cause is a censoring. Series are taken in the order
given, and must then share one index.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.stats import array_checks, cox_likelihood, risk_table
from analysis.stats.array_checks import refuse, z_of

NEAR = 1e-9  # rounding left by a product of fractions, when a curve is compared with a level
ROUNDING = 1e-15  # of a variance that should be zero


def kaplan_meier(
    duration, ended, *, entry=None, strata=None, confidence=0.95, interval="log-log", few=0
) -> pd.DataFrame:
    """The share still going after each time, by Kaplan-Meier, with a pointwise interval.

    Columns ``[stratum,] time, at_risk, ended, censored, survival, std_error, low, high``, one row per distinct duration
    of a stratum (so no row at time 0, where survival is 1). `entry` is the time from which a row was watched (delayed
    entry); 0 or None is from the start. `std_error` is Greenwood's. `interval` is one of

    - ``log-log``, ``log``, ``plain``: from Greenwood's variance on that scale; before the first end they shrink to 1, and
      where survival is 0 they and the standard error are missing;
    - ``beta``: the beta product of Fay, Brittain and Proschan (2013) by the method of moments. Without censoring it is the
      exact binomial interval; it stays honest for few rows, before the first end and at 0. With delayed entry the same
      products run over the rows at risk. Where fewer than `few` are at risk it takes the place of the others.

    >>> kaplan_meier([6, 6, 7, 10], [True, False, True, True])[["time", "at_risk", "ended", "censored", "survival"]]
       time  at_risk  ended  censored  survival
    0     6        4      1         1     0.750
    1     7        2      1         0     0.375
    2    10        1      1         0     0.000
    """
    z = z_of(confidence)
    duration, ended, entry, strata = _checked(duration, ended, entry, strata)
    tally = risk_table.tally(duration, ended, 2, entry, strata)
    at_risk, ends = tally.at_risk, tally.counts[:, 1]
    survival = tally.running(np.multiply, 1 - ends / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.sqrt(tally.running(np.add, ends / (at_risk * (at_risk - ends))))
        error = survival * relative
    low, high = limits(survival, error, z, "plain" if interval == "beta" else interval)
    rows = np.flatnonzero(at_risk < (np.inf if interval == "beta" else few))
    low[rows], high[rows] = _beta_product(tally, array_checks.beyond(confidence), rows)
    return tally.frame(
        time=tally.time,
        at_risk=at_risk,
        ended=ends,
        censored=tally.counts[:, 0],
        survival=survival,
        std_error=error,
        low=low,
        high=high,
    )


def quantile(curve: pd.DataFrame, p: float = 0.5) -> pd.DataFrame:
    """The time by which a share `p` has ended: the first at which survival is 1 - p or less; missing if never reached.

    One row per stratum (index), columns ``value, low, high``: the limits are the first times at which the curve's own
    limits are 1 - p or less. Where the curve lies flat on 1 - p the start of the flat part is taken (R takes its middle).

    >>> quantile(kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1], interval="plain"))["value"].tolist()
    [2.0]
    """
    if np.ndim(p) or not 0 <= p <= 1:
        raise ValueError(f"p is a share between 0 and 1, such as 0.5, not {p!r}")

    def reached(part: pd.DataFrame) -> list[float]:
        below = part[["survival", "low", "high"]].to_numpy() <= 1 - p + NEAR
        return [part["time"].iat[column.argmax()] if column.any() else np.nan for column in below.T]

    return _by_stratum(curve, reached, ["value", "low", "high"])


def at(curve: pd.DataFrame, time: float) -> pd.DataFrame:
    """A curve read at one time: columns ``value, low, high, at_risk``, one row per stratum (index).

    Before the first row the value is 1 (its limits too, and as many at risk as ever left). Past the last row it is
    missing, unless nothing was left by then: nobody was watched any more.

    >>> at(kaplan_meier([2, 4, 6], [1, 1, 0]), 5).round(3).values.tolist()
    [[0.333, 0.009, 0.774, 1.0]]
    """
    if np.ndim(time):
        raise ValueError(f"a curve is read at one time, not at {time!r}")

    def there(part: pd.DataFrame) -> list[float]:
        place = np.searchsorted(part["time"].to_numpy(), time, side="right") - 1
        row = part.iloc[max(place, 0)]
        ahead = part.iloc[place + 1]["at_risk"] if place + 1 < len(part) else 0
        if place < 0:
            return [1.0, 1.0, 1.0, ahead]
        if time > row["time"] and place + 1 == len(part) and row["survival"] > 0:
            return [np.nan, np.nan, np.nan, 0]
        return [
            row["survival"],
            row["low"],
            row["high"],
            row["at_risk"] if time == row["time"] else ahead,
        ]

    return _by_stratum(curve, there, ["value", "low", "high", "at_risk"])


def rmst(curve: pd.DataFrame, horizon: float, *, confidence: float = 0.95) -> pd.DataFrame:
    """The mean time lived up to `horizon` (restricted mean: the area under the curve), in the curve's unit.

    One row per stratum (index), columns ``value, std_error, low, high``. Missing where watching stops before the horizon
    while some still go on. `std_error` is Greenwood's (as in R). The interval is on the log-log scale of the share of
    the horizon, with that variance times d / (d - 1) for d ends and Student's t for n - 1: the plain normal one covers 75 to
    91 % at n = 15. Without any end the low limit is what is left if all that may end (exact binomial) ends at once; where
    all end at one time nothing tells how far apart ends may lie, and the limits are missing.

    >>> rmst(kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1]), 4)["value"].tolist()
    [2.5]
    """
    from scipy.special import stdtrit

    if np.ndim(horizon) or not 0 < horizon < np.inf:
        raise ValueError(f"a horizon is a time above 0, not {horizon!r}")
    tail = array_checks.beyond(confidence)

    def mean(part: pd.DataFrame) -> list[float]:
        seen = part[part["time"] <= horizon]
        time, at_risk, ends = (
            seen[name].to_numpy(dtype=float) for name in ("time", "at_risk", "ended")
        )
        steps = np.concatenate([[1.0], seen["survival"].to_numpy()])
        area = steps * np.diff(np.concatenate([[0.0], time, [horizon]]))
        if part["time"].iat[-1] < horizon and steps[-1] > 0:
            return [np.nan] * 4
        ahead = area.sum() - np.cumsum(area)[:-1]
        survivors = at_risk - ends
        terms = np.divide(
            ahead**2 * ends, at_risk * survivors, out=np.zeros(len(ends)), where=survivors > 0
        )
        value, error, many = area.sum(), np.sqrt(terms.sum()), ends.sum()
        if many == 0:
            left = part.loc[part["time"] >= horizon, ["ended", "censored"]].to_numpy().sum()
            low, high = horizon * tail ** (1 / left), value
        elif error == 0:
            low = high = np.nan
        else:
            wide = stdtrit(max(part[["ended", "censored"]].to_numpy().sum() - 1, 1), 1 - tail)
            wide *= np.sqrt(many / max(many - 1, 1))
            low, high = (
                horizon * limit
                for limit in limits(value / horizon, error / horizon, wide, "log-log")
            )
        return [value, error, low, high]

    return _by_stratum(curve, mean, ["value", "std_error", "low", "high"])


def logrank(duration, ended, group, *, entry=None) -> pd.DataFrame:
    """Whether groups end at the same pace: the log-rank test.

    One row per group (index) with ``n``, ``observed`` ends and those ``expected`` if all groups were alike; the test's
    ``statistic`` (chi-squared), ``df`` and ``p_value`` are the same on each row. Groups never at risk when something
    ends count no degree of freedom; with fewer than two that do, the statistic and its p-value are missing.

    >>> logrank([1, 2, 3, 4], [1, 1, 1, 1], ["a", "a", "b", "b"])["expected"].round(3).to_dict()
    {'a': 0.833, 'b': 3.167}
    """
    from scipy.special import chdtrc

    duration, ended, entry, group = _checked(duration, ended, entry, group)
    codes, levels = array_checks.levels(group, "group")
    times, ends = np.unique(duration[ended], return_counts=True)
    at_risk, observed = (
        np.zeros((len(levels), len(times))),
        np.bincount(codes[ended], minlength=len(levels)),
    )
    for code in range(len(levels)):
        here = codes == code
        came = here.sum() if entry is None else np.searchsorted(np.sort(entry[here]), times)
        at_risk[code] = came - np.searchsorted(np.sort(duration[here]), times)
    total = at_risk.sum(axis=0)
    share = at_risk / total
    expected = share @ ends
    spread = ends * (total - ends) / np.maximum(total - 1, 1)
    variance = np.diag(share @ spread) - (share * spread) @ share.T
    counted = np.flatnonzero(expected > 0)[
        1:
    ]  # the differences sum to zero: one group says nothing new
    statistic = p_value = np.nan
    if len(counted):
        excess = (observed - expected)[counted]
        statistic = (
            excess @ np.linalg.pinv(variance[np.ix_(counted, counted)], hermitian=True) @ excess
        )
        p_value = chdtrc(len(counted), statistic)
    n = np.bincount(codes, minlength=len(levels))
    test = {"statistic": statistic, "df": len(counted), "p_value": p_value}
    frame = pd.DataFrame(
        {"n": n, "observed": observed, "expected": expected, **test}, index=levels.rename("group")
    )
    return frame[frame["n"] > 0]


def cumulative_incidence(
    duration, cause, *, entry=None, strata=None, confidence=0.95, interval="log-log"
) -> pd.DataFrame:
    """The share that has ended from each cause after each time, by Aalen-Johansen: causes compete, and none is censored.

    `cause` names what each row ended from; a *missing* cause (None, NaN, NA) is a row still going; a cause 0 or "" is a
    cause like another. Columns ``[stratum,] time, cause, incidence, std_error, low, high``, one row per distinct duration
    of the stratum and cause seen anywhere; no cause at all gives no row. At any time the incidences and the
    Kaplan-Meier survival sum to 1. The variance is that of the multinomial counts (R's for data without delayed entry);
    `interval` is ``log-log``, ``log`` or ``plain``, of the incidence itself.

    >>> cumulative_incidence([2, 2, 3, 4], ["aim", None, "stop", "aim"])[["time", "cause", "incidence"]]
       time cause  incidence
    0     2   aim      0.250
    1     2  stop      0.000
    2     3   aim      0.250
    3     3  stop      0.375
    4     4   aim      0.625
    5     4  stop      0.375
    """
    z = z_of(confidence)
    array_checks.together(duration, cause, entry, strata)
    kinds, causes = pd.factorize(array_checks.as_series(cause), sort=True)
    tally = risk_table.tally(
        risk_table.durations(duration),
        kinds + 1,
        len(causes) + 1,
        risk_table.entries(entry, duration),
        strata,
    )
    hazard = tally.counts[:, 1:] / tally.at_risk[:, None]
    left = 1 - hazard.sum(axis=1)
    survival = tally.running(np.multiply, left)
    # survival just before each time, from the times before it in the stratum
    before = np.concatenate([[1.0], survival])[: len(survival)]
    before[tally.bounds[:-1][np.diff(tally.bounds) > 0]] = 1
    incidences, errors = [], []
    for p in hazard.T:
        incidence = tally.running(np.add, before * p)
        # Var = sum over past times of (p(1-p)S^2 - 2pS G + q/(1-q) G^2) / at risk, G the incidence since then,
        # written as a polynomial in the incidence now, so that one pass gives every time.
        odds = np.divide(1 - left, left, out=np.zeros(len(left)), where=left > NEAR)
        flow = before * p
        constant = tally.running(
            np.add,
            (p * (1 - p) * before**2 + 2 * flow * incidence + odds * incidence**2) / tally.at_risk,
        )
        linear = tally.running(np.add, 2 * (flow + odds * incidence) / tally.at_risk)
        square = tally.running(np.add, odds / tally.at_risk)
        variance = constant - incidence * linear + incidence**2 * square
        errors.append(np.sqrt(np.where(variance > ROUNDING, variance, 0)))
        incidences.append(incidence)
    value, error = (
        np.reshape(found, (len(causes), len(tally.time))).T.ravel()
        for found in (incidences, errors)
    )
    low, high = limits(value, error, z, interval)
    frame = (
        tally.frame(time=tally.time)
        .loc[lambda rows: rows.index.repeat(len(causes))]
        .reset_index(drop=True)
    )
    return frame.assign(
        cause=causes.take(np.tile(np.arange(len(causes)), len(tally.time))),
        incidence=value,
        std_error=error,
        low=low,
        high=high,
    )


def mean_cumulative(start, stop, event, subject, *, confidence=0.95) -> pd.DataFrame:
    """The mean number of events per subject by each time, when events may recur (Nelson's mean cumulative function).

    A row watches a subject over (start, stop] and says whether an event closed it; a subject's rows follow one another, and a
    row may last no time where a second event comes with another. Columns ``time, at_risk, events, mean, std_error, low, high``, one row per
    distinct stop. The variance sums over subjects (Lawless and Nadeau: events of one subject need not be independent; one
    subject alone has none); the interval is on the log scale.

    >>> mean_cumulative([0, 2, 0], [2, 4, 3], [1, 1, 0], ["a", "a", "b"])[["time", "at_risk", "events", "mean"]]
       time  at_risk  events  mean
    0     2        2       1   0.5
    1     3        2       0   0.5
    2     4        1       1   1.5
    """
    z = z_of(confidence)
    stop, event, start, subject = _checked(stop, event, start, subject, name="event", instants=True)
    subjects, names = array_checks.levels(subject, "subject")
    begin = np.full(len(stop), -1) if start is None else start
    order = np.lexsort((begin, stop, subjects))
    place = np.argsort(order)
    follows, reached = np.diff(subjects[order], prepend=-1) == 0, np.roll(stop[order], 1)
    overlap = follows & (begin[order] < reached)
    refuse(overlap[place], "rows begin before the row of the same subject ahead of them stops")
    instant = (begin == stop)[order] & ~(follows & (reached == stop[order]))
    refuse(instant[place], "rows last no time, and nobody watched their subject just before")
    tally = risk_table.tally(stop, event, 2, start, None)
    times, events = tally.time, tally.counts[:, 1]
    mean = np.cumsum(events / tally.at_risk)
    last = np.searchsorted(times, stop)
    first = (
        np.zeros(len(stop), dtype=np.int64)
        if start is None
        else np.searchsorted(times, start, side="right")
    )
    variance = np.zeros(len(times))
    some = max(1, 4_000_000 // max(len(times), 1))  # subjects at once, to bound the memory
    edges = np.searchsorted(subjects[order], np.arange(0, len(names) + some, some))
    for begin, finish in zip(edges[:-1], edges[1:], strict=True):
        rows = order[begin:finish]
        own = subjects[rows] % some
        change = np.zeros((some if len(names) > some else len(names), len(times) + 1))
        np.add.at(change, (own, first[rows]), 1)
        np.add.at(change, (own, last[rows] + 1), -1)
        watched = np.cumsum(change[:, :-1], axis=1)
        happened = np.zeros_like(watched)
        np.add.at(happened, (own, last[rows]), event[rows])
        influence = np.cumsum(
            (happened - watched * (events / tally.at_risk)) / tally.at_risk, axis=1
        )
        variance += (influence**2).sum(axis=0)
    error = np.sqrt(variance) if len(names) > 1 else np.full(len(times), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.exp(z * np.where(mean > 0, error / mean, 0))
    counts = {"time": times, "at_risk": tally.at_risk, "events": events}
    return pd.DataFrame(
        counts | {"mean": mean, "std_error": error, "low": mean / factor, "high": mean * factor}
    )


def cox(
    duration,
    ended,
    covariates,
    *,
    entry=None,
    strata=None,
    cluster=None,
    ties="efron",
    penalty=0,
    confidence=0.95,
) -> pd.DataFrame:
    """How covariates multiply the pace at which things end: Cox's proportional hazards by partial likelihood.

    `covariates` is a frame (or a Series, or a 2-d array); text, categories and booleans become indicators against their
    first level. A covariate that changes with time takes one row per period, from `entry` to `duration`. `cluster` says
    which rows belong together and gives `robust_error` (missing without); `strata` have each their own baseline; `ties` is
    ``efron`` or ``breslow``; a `penalty` above 0 shrinks the coefficients (ridge, on covariates scaled to 1), which keeps
    one that separates the ends finite. One row per covariate (index): ``coefficient`` (log hazard ratio), ``hazard_ratio``,
    ``std_error`` and ``robust_error`` of the coefficient, ``low`` and ``high`` of the *hazard ratio*, ``p_value`` (Wald; these
    three from the robust error where there is one). ``proportionality`` is the chi-squared of a ratio that drifts with time
    (score test against 1 - the Kaplan-Meier curve, as R's `cox.zph`), ``proportionality_p`` its p-value and
    ``proportionality_p_all`` that of all covariates together.

    >>> cox([1, 1, 6, 6, 8, 9], [1, 0, 1, 1, 0, 1], {"x": [1, 1, 1, 0, 0, 0]})["coefficient"].round(6).tolist()
    [1.676857]
    """
    from scipy.special import chdtrc, ndtr

    if ties not in ("efron", "breslow"):
        raise ValueError(f"ties is efron or breslow, not {ties!r}")
    if penalty < 0:
        raise ValueError(f"a penalty is 0 or more, not {penalty!r}")
    z = z_of(confidence)
    # a frame numbered from 0 has no labels of its own: it is taken in the order given
    frame = _covariates(covariates)
    labelled = None if frame.index.equals(pd.RangeIndex(len(frame))) else frame
    duration, ended, entry, strata, cluster, _ = _checked(
        duration, ended, entry, strata, cluster, labelled
    )
    design = _design(frame, len(duration))
    codes = None if strata is None else array_checks.levels(strata, "strata")[0]
    fit = cox_likelihood.fit(
        design, duration, ended, entry, codes, efron=ties == "efron", penalty=penalty
    )
    whole = risk_table.tally(duration, ended, 2, entry, None)
    before = np.searchsorted(
        whole.time, fit.event_times
    )  # the Kaplan-Meier curve just before each end
    passed = 1 - np.concatenate([[1.0], np.cumprod(1 - whole.counts[:, 1] / whole.at_risk)])[before]
    drift, drift_all = fit.drift(passed - passed.mean())
    error, robust = np.sqrt(np.diag(fit.variance)), np.full(len(fit.coefficients), np.nan)
    if cluster is not None:
        clusters, names = array_checks.levels(cluster, "cluster")
        if len(names) < 2:
            raise ValueError("all rows are of one cluster: a robust error compares clusters")
        robust = fit.robust_error(clusters, len(names))
    used = error if cluster is None else robust
    with np.errstate(
        over="ignore", under="ignore"
    ):  # per unit of a covariate in very large ones, a ratio may pass all numbers
        ratio, low, high = (np.exp(fit.coefficients + shift * used) for shift in (0, -z, z))
    return pd.DataFrame(
        {
            "coefficient": fit.coefficients,
            "hazard_ratio": ratio,
            "std_error": error,
            "robust_error": robust,
            "low": low,
            "high": high,
            "p_value": 2 * ndtr(-np.abs(fit.coefficients / used)),
            "proportionality": drift,
            "proportionality_p": chdtrc(1, drift),
            "proportionality_p_all": chdtrc(len(drift), drift_all),
        },
        index=pd.Index(design.columns, name="covariate"),
    )


def predict(duration, ended, covariates, new, time, *, penalty=0) -> pd.Series:
    """The chance that each row of `new` (covariates like those fitted) still goes on at `time`, by Cox's model (`penalty` as in `cox`).

    >>> predict([1, 2, 3, 4], [1, 1, 1, 0], {"x": [1, 0, 1, 0]}, {"x": [0, 1]}, 3).round(3).tolist()
    [0.527, 0.194]
    """
    duration, ended, _ = _checked(duration, ended, None)
    fitted, asked = _covariates(covariates), _covariates(new)
    if set(fitted) != set(asked):
        raise ValueError(
            f"fitted are {', '.join(map(str, fitted))}, to predict are {', '.join(map(str, asked))}"
        )
    named = fitted.columns[[column.dtype.kind not in "biuf" for _, column in fitted.items()]]
    unseen = sorted(
        f"{name} {value}" for name in named for value in set(asked[name]) - set(fitted[name])
    )
    if unseen:
        raise ValueError(f"no fitted row has {', '.join(unseen)}")
    both = pd.concat([fitted, asked], keys=["fitted", "new"])
    design = _design(both, len(both))
    known, asked = design.loc["fitted"], design.loc["new"]
    fit = cox_likelihood.fit(known, duration, ended, None, None, efron=True, penalty=penalty)
    hazard = fit.slot_hazards[fit.event_times <= time].sum()
    pace = np.exp((asked - known.mean()).to_numpy() @ fit.coefficients)
    return pd.Series(np.exp(-hazard * pace), index=asked.index, name="predicted")


def brier(duration, ended, predicted, time) -> pd.Series:
    """The squared error of each predicted chance to go on at `time`, by row: its mean is the Brier score (0 is perfect).

    What was censored before `time` counts 0, and the others for it: one over the chance not to be censored before
    their end or `time` (Graf 1999; at ties ends come first, so that what is censored at `time` itself still goes on at it).

    >>> brier([1, 2, 3, 4], [1, 0, 1, 1], [0.5, 0.5, 0.5, 0.5], 3).round(3).tolist()
    [0.25, 0.0, 0.375, 0.375]
    """
    index = duration.index if isinstance(duration, pd.Series) else None
    duration, ended, _, predicted = _checked(duration, ended, None, predicted)
    predicted = array_checks.numbers(predicted, "predicted")
    tally = risk_table.tally(duration, ended, 2, None, None)
    stays = np.concatenate(
        [
            [1.0],
            np.cumprod(1 - tally.counts[:, 0] / np.maximum(tally.at_risk - tally.counts[:, 1], 1)),
        ]
    )
    chance = stays[np.searchsorted(tally.time, np.minimum(duration, time), side="left")]
    gone = ended & (duration <= time)
    there = ~gone & (duration >= time)
    weight = np.divide(1, chance, out=np.zeros(len(chance)), where=gone | there)
    return pd.Series(weight * (there - predicted) ** 2, index=index, name="squared_error")


def limits(value, error, z, scale: str):
    """Pointwise limits of a probability on a scale; they shrink to the value where the error is zero."""
    if scale not in ("log-log", "log", "plain"):
        raise ValueError(
            f"interval is log-log, log, plain or beta (of survival alone), not {scale!r}"
        )
    with np.errstate(all="ignore"):
        relative = np.where(error == 0, 0, error / value)
        if scale == "plain":
            low, high = value - z * error, value + z * error
        elif scale == "log":
            low, high = value * np.exp(-z * relative), value * np.exp(z * relative)
        else:
            width = np.where(error == 0, 0, z * relative / np.abs(np.log(value)))
            low, high = value ** np.exp(width), value ** np.exp(-width)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def _beta_product(tally: risk_table.Tally, tail: float, rows: np.ndarray):
    """Limits of these rows by a product of independent betas, one per time with an end, each product matched by one beta in two moments.

    The share surviving a time with d ends among n is Beta(n - d + 1, d) for the upper limit; the lower limit takes one more
    factor Beta(m, 1), the m left at risk being all that is known of what comes before the next time.
    """
    from scipy.special import betaincinv

    n, d = tally.at_risk.astype(float), tally.counts[:, 1].astype(float)
    a = n - d + 1
    log_mean = tally.running(np.add, np.log(a / (a + d)))[rows]
    log_spread = tally.running(np.add, np.log1p(d / (a * (a + d + 1))))[
        rows
    ]  # log of E[X^2] / E[X]^2
    left = (n - tally.counts.sum(axis=1))[rows]

    def limit(log_mean, log_spread, tail):
        mean, spread = np.exp(log_mean), np.expm1(log_spread)
        with np.errstate(divide="ignore", invalid="ignore"):
            size = (1 - mean) / (mean * spread) - 1
            return betaincinv(mean * size, (1 - mean) * size, tail)

    high = np.where(log_mean == 0, 1.0, limit(log_mean, log_spread, 1 - tail))
    with np.errstate(divide="ignore", invalid="ignore"):
        low = limit(
            log_mean + np.log(left / (left + 1)),
            log_spread + np.log1p(1 / (left * (left + 2))),
            tail,
        )
    # where late entries fill an empty risk set again, more is known of what follows than of what is left: nothing
    return np.where(
        left == 0, 0.0, np.minimum(low, tally.running(np.multiply, 1 - d / n)[rows])
    ), high


def _by_stratum(
    curve: pd.DataFrame, reading: Callable[[pd.DataFrame], list], columns: list[str]
) -> pd.DataFrame:
    parts = (
        curve.groupby("stratum", sort=False, observed=True)
        if "stratum" in curve
        else [(0, curve)] * bool(len(curve))
    )
    rows = {stratum: reading(part) for stratum, part in parts}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=float)
    return frame.rename_axis("stratum") if "stratum" in curve else frame


def _checked(duration, ended, entry, *beside, name: str = "ended", instants: bool = False):
    """Durations, whether each ended and entries as plain arrays, and the columns beside them as given: all of one length."""
    array_checks.together(duration, ended, entry, *beside)
    duration = risk_table.durations(duration)
    return (
        duration,
        array_checks.flags(ended, name),
        risk_table.entries(entry, duration, instants),
        *beside,
    )


def _covariates(given) -> pd.DataFrame:
    frame = (
        given.to_frame(given.name or "x") if isinstance(given, pd.Series) else pd.DataFrame(given)
    )
    return frame.infer_objects()


def _design(covariates: pd.DataFrame, rows: int) -> pd.DataFrame:
    """Covariates as floats, in their order: text, categories and booleans become indicators against their first level met."""
    if len(covariates) != rows:
        raise ValueError(f"covariates have {len(covariates)} rows, durations {rows}")
    columns = []
    for place, name in enumerate(covariates):
        column = covariates.iloc[:, place]
        if column.dtype.kind in "biufmM":
            columns.append((name, array_checks.numbers(column, name)))
        else:
            codes, names = array_checks.levels(column, name)
            met = np.unique(codes)
            columns += [(f"{name}_{names[code]}", codes == code) for code in met[1:]] or [
                (name, codes * 0)
            ]
    if not columns:
        raise ValueError("no covariate is given")
    names, values = zip(*columns, strict=True)
    return pd.DataFrame(
        np.column_stack(values).astype(float), columns=list(names), index=covariates.index
    )
