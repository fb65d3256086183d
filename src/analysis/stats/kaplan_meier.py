"""The share still going after each time, and what is read off its curve: quantiles, values at a
time, restricted means.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.stats import risk_table
from analysis.stats.array_checks import upper_tail, z_of

LEVEL_TOLERANCE = (
    1e-9  # rounding left by a product of fractions, when a curve is compared with a level
)
_SCALES = ("log-log", "log", "plain")


def kaplan_meier(
    duration, ended, *, entry=None, strata=None, confidence=0.95, interval="log-log", few=0
) -> pd.DataFrame:
    """The share still going after each time, by Kaplan-Meier, with a pointwise interval.

    Columns ``[stratum,] time, at_risk, ended, censored, survival, std_error, low, high``, one row
    per distinct duration of a stratum (so no row at time 0, where survival is 1). `entry` is the
    time from which a row was watched (delayed entry); 0 or None is from the start. `std_error` is
    Greenwood's. `interval` is one of

    - ``log-log``, ``log``, ``plain``: from Greenwood's variance on that scale; before the first end
      they shrink to 1, and
      where survival is 0 they and the standard error are missing;
    - ``beta``: the beta product of Fay, Brittain and Proschan (2013) by the method of moments.
      Without censoring it is the
      exact binomial interval; it stays honest for few rows, before the first end and at 0. With
      delayed entry the same
      products run over the rows at risk. Where fewer than `few` are at risk it takes the place of
      the others.

    >>> kaplan_meier([6, 6, 7, 10], [True, False, True, True])[["time", "at_risk", "ended", "censored", "survival"]]
       time  at_risk  ended  censored  survival
    0     6        4      1         1     0.750
    1     7        2      1         0     0.375
    2    10        1      1         0     0.000
    """
    z = z_of(confidence)
    duration, ended, entry, strata = risk_table.checked_follow_up(duration, ended, entry, strata)
    table = risk_table.count_at_risk(duration, ended, 2, entry, strata)
    at_risk, ends = table.at_risk, table.counts[:, 1]
    survival = table.running(np.multiply, 1 - ends / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative_error = np.sqrt(table.running(np.add, ends / (at_risk * (at_risk - ends))))
        error = survival * relative_error
    if interval == "beta":
        low, high = limits(survival, error, z, "plain")
        by_beta = np.arange(len(at_risk))
    else:
        low, high = limits(survival, error, z, interval)
        by_beta = np.flatnonzero(at_risk < few)
    low[by_beta], high[by_beta] = _beta_product(table, upper_tail(confidence), by_beta)
    return table.frame(
        time=table.time,
        at_risk=at_risk,
        ended=ends,
        censored=table.counts[:, 0],
        survival=survival,
        std_error=error,
        low=low,
        high=high,
    )


def quantile(curve: pd.DataFrame, p: float = 0.5) -> pd.DataFrame:
    """The time by which a share `p` has ended: the first at which survival is 1 - p or less;
    missing if never reached.

    One row per stratum (index), columns ``value, low, high``: the limits are the first times at
    which the curve's own limits are 1 - p or less. Where the curve lies flat on 1 - p the start of
    the flat part is taken (R takes its middle).

    >>> quantile(kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1], interval="plain"))["value"].tolist()
    [2.0]
    """
    if np.ndim(p) or not 0 <= p <= 1:
        raise ValueError(f"p is a share between 0 and 1, such as 0.5, not {p!r}")

    def first_times_below(part: pd.DataFrame) -> list[float]:
        is_below = part[["survival", "low", "high"]].to_numpy() <= 1 - p + LEVEL_TOLERANCE
        times = part["time"].to_numpy()[is_below.argmax(axis=0)]
        return np.where(is_below.any(axis=0), times, np.nan).tolist()

    return _by_stratum(curve, first_times_below, ["value", "low", "high"])


def at(curve: pd.DataFrame, time: float) -> pd.DataFrame:
    """A curve read at one time: columns ``value, low, high, at_risk``, one row per stratum (index).

    Before the first row the value is 1 (its limits too, and as many at risk as ever left). Past the
    last row it is missing, unless nothing was left by then: nobody was watched any more.

    >>> at(kaplan_meier([2, 4, 6], [1, 1, 0]), 5).round(3).values.tolist()
    [[0.333, 0.009, 0.774, 1.0]]
    """
    if np.ndim(time):
        raise ValueError(f"a curve is read at one time, not at {time!r}")

    def values_there(part: pd.DataFrame) -> list[float]:
        last_row = np.searchsorted(part["time"].to_numpy(), time, side="right") - 1
        is_last = last_row + 1 == len(part)
        next_at_risk = 0 if is_last else part["at_risk"].iat[last_row + 1]
        if last_row < 0:
            return [1.0, 1.0, 1.0, next_at_risk]
        row = part.iloc[last_row]
        if is_last and time > row["time"] and row["survival"] > 0:
            return [np.nan, np.nan, np.nan, 0]
        at_risk = next_at_risk
        if time == row["time"]:
            at_risk = row["at_risk"]
        return [row["survival"], row["low"], row["high"], at_risk]

    return _by_stratum(curve, values_there, ["value", "low", "high", "at_risk"])


def rmst(curve: pd.DataFrame, horizon: float, *, confidence: float = 0.95) -> pd.DataFrame:
    """The mean time lived up to `horizon` (restricted mean: the area under the curve), in the
    curve's unit.

    One row per stratum (index), columns ``value, std_error, low, high``. Missing where watching
    stops before the horizon while some still go on. `std_error` is Greenwood's (as in R). The
    interval is on the log-log scale of the share of the horizon, with that variance times d / (d -
    1) for d ends and Student's t for n - 1: the plain normal one covers 75 to 91 % at n = 15.
    Without any end the low limit is what is left if all that may end (exact binomial) ends at once;
    where all end at one time nothing tells how far apart ends may lie, and the limits are missing.

    >>> rmst(kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1]), 4)["value"].tolist()
    [2.5]
    """
    if np.ndim(horizon) or not 0 < horizon < np.inf:
        raise ValueError(f"a horizon is a time above 0, not {horizon!r}")
    tail = upper_tail(confidence)

    def restricted_mean(part: pd.DataFrame) -> list[float]:
        until = part[part["time"] <= horizon]
        steps = np.concatenate([[1.0], until["survival"].to_numpy()])
        if part["time"].iat[-1] < horizon and steps[-1] > 0:
            return [np.nan] * 4
        times = until["time"].to_numpy(dtype=float)
        areas = steps * np.diff(np.concatenate([[0.0], times, [horizon]]))
        value = areas.sum()
        error = _greenwood_error_of_area(until, areas)
        return [value, error, *_restricted_mean_limits(part, value, error, horizon, tail)]

    return _by_stratum(curve, restricted_mean, ["value", "std_error", "low", "high"])


def limits(value, error, z, scale: str):
    """Pointwise limits of a probability on a scale; they shrink to the value where the error is
    zero.
    """
    if scale not in _SCALES:
        raise ValueError(
            f"interval is log-log, log, plain or beta (of survival alone), not {scale!r}"
        )
    with np.errstate(all="ignore"):
        relative_error = np.where(error == 0, 0, error / value)
        if scale == "plain":
            low, high = value - z * error, value + z * error
        elif scale == "log":
            low, high = value * np.exp(-z * relative_error), value * np.exp(z * relative_error)
        else:
            width = np.where(error == 0, 0, z * relative_error / np.abs(np.log(value)))
            low, high = value ** np.exp(width), value ** np.exp(-width)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def _greenwood_error_of_area(until: pd.DataFrame, areas: np.ndarray) -> float:
    at_risk = until["at_risk"].to_numpy(dtype=float)
    ends = until["ended"].to_numpy(dtype=float)
    area_ahead = areas.sum() - np.cumsum(areas)[:-1]
    survivors = at_risk - ends
    terms = np.divide(
        area_ahead**2 * ends, at_risk * survivors, out=np.zeros(len(ends)), where=survivors > 0
    )
    return float(np.sqrt(terms.sum()))


def _restricted_mean_limits(
    part: pd.DataFrame, value: float, error: float, horizon: float, tail: float
) -> tuple[float, float]:
    from scipy.special import stdtrit

    leaving = part[["ended", "censored"]].sum(axis=1)
    ends = part.loc[part["time"] <= horizon, "ended"].sum()
    if ends == 0:
        still_watched = leaving[part["time"] >= horizon].sum()
        return horizon * tail ** (1 / still_watched), value
    if error == 0:
        return np.nan, np.nan
    reach = stdtrit(max(leaving.sum() - 1, 1), 1 - tail) * np.sqrt(ends / max(ends - 1, 1))
    low, high = limits(value / horizon, error / horizon, reach, "log-log")
    return horizon * low, horizon * high


def _beta_product(table: risk_table.RiskTable, tail: float, rows: np.ndarray):
    """Limits by a product of betas, one per time with an end, matched in two moments.

    Of d ends among n it is Beta(n - d + 1, d) for the upper limit; the lower one takes one more
    factor Beta(m, 1) for the m left at risk.
    """
    from scipy.special import betaincinv

    n, d = table.at_risk.astype(float), table.counts[:, 1].astype(float)
    a = n - d + 1
    log_mean = table.running(np.add, np.log(a / (a + d)))[rows]
    # log of E[X^2] / E[X]^2
    log_spread = table.running(np.add, np.log1p(d / (a * (a + d + 1))))[rows]
    remaining = (n - table.counts.sum(axis=1))[rows]

    def limit(log_mean, log_spread, tail):
        mean, spread = np.exp(log_mean), np.expm1(log_spread)
        with np.errstate(divide="ignore", invalid="ignore"):
            size = (1 - mean) / (mean * spread) - 1
            return betaincinv(mean * size, (1 - mean) * size, tail)

    high = np.where(log_mean == 0, 1.0, limit(log_mean, log_spread, 1 - tail))
    with np.errstate(divide="ignore", invalid="ignore"):
        lower_log_mean = log_mean + np.log(remaining / (remaining + 1))
        lower_log_spread = log_spread + np.log1p(1 / (remaining * (remaining + 2)))
        low = limit(lower_log_mean, lower_log_spread, tail)
    # where late entries fill an empty risk set again, more is known of what follows than of what is
    # left: nothing
    survival = table.running(np.multiply, 1 - d / n)[rows]
    return np.where(remaining == 0, 0.0, np.minimum(low, survival)), high


def _by_stratum(
    curve: pd.DataFrame, reading: Callable[[pd.DataFrame], list], columns: list[str]
) -> pd.DataFrame:
    if "stratum" in curve:
        parts = curve.groupby("stratum", sort=False, observed=True)
        rows = {stratum: reading(part) for stratum, part in parts}
    else:
        rows = {0: reading(curve)} if len(curve) else {}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=float)
    if "stratum" in curve:
        return frame.rename_axis("stratum")
    return frame
