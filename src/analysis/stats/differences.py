"""Differences between groups, and between causes of end, each with an interval that lets the rows
of a cluster be alike.

Differences of restricted means and of survival say how much longer, also where curves cross. All
pairs are compared, and ``p_holm`` is raised so that a false alarm anywhere among them keeps its
level (Holm 1979): say that two differ where it is below 1 - confidence. The interval is that of one
pair alone.
"""

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.stats import array_checks, influence, intervals, kaplan_meier
from analysis.stats.array_checks import upper_tail

DIFFERENCE_COLUMNS = ["value", "std_error", "df", "low", "high", "p_value"]


def of_restricted_means(
    duration, ended, group, horizon: float, *, entry=None, cluster=None, confidence: float = 0.95
) -> pd.DataFrame:
    """How much longer one group lasts than another within `horizon`: differences of restricted
    means, all pairs.

    Rows ``group, other``; columns ``value`` (mean of group - mean of other, in the unit of the
    durations), ``std_error, df, low, high, p_value, p_holm``. The error sums the influences of the
    rows of a cluster, on both sides of the difference where it stands on both, and P / (P - 1)
    widens the variance of a group of P clusters. The interval is put together from those of the two
    groups (log-log, exact where nothing ends; Student's t with Welch's degrees of freedom), so that
    small groups keep their skewness (MOVER, Zou and Donner 2008); p-value and interval agree.
    Missing where watching stops before the horizon in one of the two.

    >>> table = of_restricted_means([1, 2, 3, 4] * 2, [1] * 8, list("aaaabbbb"), 3)
    >>> table[["value", "p_holm"]].values.tolist()
    [[0.0, 1.0]]
    """
    return _between_groups(
        influence.of_restricted_mean,
        *(duration, ended, group, horizon, entry, cluster, confidence),
        scale=horizon,
    )


def of_survival(
    duration, ended, group, time: float, *, entry=None, cluster=None, confidence: float = 0.95
) -> pd.DataFrame:
    """Differences, all pairs of groups, of the share still going after `time`; as
    `of_restricted_means`.

    >>> of_survival([1, 2, 3, 4] * 2, [1] * 8, list("aaaabbbb"), 2)["value"].tolist()
    [0.0]
    """
    return _between_groups(
        influence.of_survival,
        *(duration, ended, group, time, entry, cluster, confidence),
        scale=1,
    )


def of_incidences(
    duration, cause, time: float, *, entry=None, cluster=None, confidence: float = 0.95
) -> pd.DataFrame:
    """Differences, all pairs of causes, of the share ended by `time` from each: the same rows, so
    the errors are paired.

    Rows ``cause, other`` in decreasing order of incidence; columns as `of_restricted_means`, value
    = incidence of cause - incidence of other (Aalen-Johansen). P / (P - 1) for P clusters,
    Student's t for P - 1.

    >>> of_incidences([1, 2, 3, 4], ["aim", "stop", "aim", None], 3)["value"].tolist()
    [0.25]
    """
    array_checks.require_alike(duration, cause, entry, cluster)
    influences = influence.of_incidences(duration, cause, time, entry=entry)
    clusters, cluster_count = array_checks.cluster_codes(cluster, len(duration))
    by_incidence = sorted(influences, key=lambda name: -influences[name].value)
    rows = {}
    for pair in combinations(by_incidence, 2):
        first, second = influences[pair[0]], influences[pair[1]]
        sums = influence.cluster_sums(first.by_row - second.by_row, clusters, cluster_count)
        variance = (sums**2).sum() * cluster_count / max(cluster_count - 1, 1)
        value = first.value - second.value
        rows[pair] = _estimate(value, variance, cluster_count - 1, confidence)
    return all_pairs(rows, ["cause", "other"], DIFFERENCE_COLUMNS)


class _GroupEstimate(NamedTuple):
    value: float
    variance: float
    by_cluster: np.ndarray
    clusters: int
    scale: float

    def limits(self, tail: float, df: float) -> tuple[float, float]:
        from scipy.special import stdtrit

        if self.value == self.scale:
            return self.scale * tail ** (1 / self.clusters), self.scale
        if self.value == 0:
            return 0.0, self.scale * (1 - tail ** (1 / self.clusters))
        if self.variance == 0:
            return np.nan, np.nan  # all ended at one time: nothing tells how far apart ends may lie
        error = np.sqrt(self.variance)
        reach = stdtrit(df, 1 - tail)
        low, high = kaplan_meier.limits(
            self.value / self.scale, error / self.scale, reach, "log-log"
        )
        return self.scale * float(low), self.scale * float(high)


def _between_groups(
    estimate, duration, ended, group, time, entry, cluster, confidence, *, scale: float
) -> pd.DataFrame:
    array_checks.require_alike(duration, ended, group, entry, cluster)
    groups, names = array_checks.levels(group, "group")
    clusters, cluster_count = array_checks.cluster_codes(cluster, len(groups))
    duration, ended = np.asarray(duration), np.asarray(ended)
    by_group = {}
    for code in np.unique(groups):
        rows = np.flatnonzero(groups == code)
        entered = array_checks.some_rows(entry, rows)
        part = estimate(duration[rows], ended[rows], time, entry=entered)
        size = len(np.unique(clusters[rows]))
        widened = part.by_row * np.sqrt(size / max(size - 1, 1))
        sums = influence.cluster_sums(widened, clusters[rows], cluster_count)
        variance = float((sums**2).sum())
        by_group[names[code]] = _GroupEstimate(part.value, variance, sums, size, scale)
    tail = upper_tail(confidence)
    rows = {
        pair: _group_difference(by_group[pair[0]], by_group[pair[1]], tail)
        for pair in combinations(by_group, 2)
    }
    return all_pairs(rows, ["group", "other"], DIFFERENCE_COLUMNS)


def _group_difference(first: _GroupEstimate, second: _GroupEstimate, tail: float) -> list[float]:
    """Value, standard error, degrees of freedom, limits and p-value of a difference of two groups.

    The limits come from those of the two groups (MOVER); the p-value is that of the widest interval
    which leaves out zero.
    """
    value = first.value - second.value
    shared = float((first.by_cluster * second.by_cluster).sum())
    error = np.sqrt(max(first.variance + second.variance - 2 * shared, 0.0))
    df = _welch(first, second)
    if not (df >= 1 and np.isfinite(value)):
        return [value, error, df, np.nan, np.nan, np.nan]
    low, high = _mover(first, second, shared, tail, df)
    return [value, error, df, low, high, _mover_p_value(first, second, shared, df)]


def _mover(first, second, shared: float, tail: float, df: float) -> tuple[float, float]:
    low_first, high_first = first.limits(tail, df)
    low_second, high_second = second.limits(tail, df)
    product = np.sqrt(first.variance * second.variance)
    correlation = 0.0
    if product > 0:
        correlation = min(shared / product, 1.0)

    def reach(first: float, second: float) -> float:
        return np.sqrt(max(first**2 + second**2 - 2 * correlation * first * second, 0.0))

    down, up = first.value - low_first, high_first - first.value
    second_down, second_up = second.value - low_second, high_second - second.value
    if np.isnan(down + up + second_down + second_up):
        return np.nan, np.nan
    value = first.value - second.value
    return value - reach(down, second_up), value + reach(up, second_down)


def _mover_p_value(first, second, shared: float, df: float) -> float:
    from scipy.optimize import brentq

    value = first.value - second.value
    near = 0 if value > 0 else 1
    least, most = 1e-15, 0.5 - 1e-12

    def limit_at(tail: float) -> float:
        return _mover(first, second, shared, tail, df)[near]

    if value == 0:
        return 1.0
    at_least = limit_at(least)
    if np.isnan(at_least):
        return np.nan
    if at_least * value > 0:
        return 2 * least
    if limit_at(most) * value <= 0:
        return 1.0
    return 2 * brentq(limit_at, least, most, xtol=1e-16, rtol=1e-9)


def _welch(first: _GroupEstimate, second: _GroupEstimate) -> float:
    """Degrees of freedom of the sum of two variances by clusters (Welch 1947)."""
    if min(first.clusters, second.clusters) < 2:
        return np.nan
    total = first.variance + second.variance
    if total == 0:
        return float(min(first.clusters, second.clusters) - 1)
    parts = [group.variance**2 / (group.clusters - 1) for group in (first, second)]
    return total**2 / sum(parts)


def _estimate(value: float, variance: float, df: float, confidence: float) -> list[float]:
    error = np.sqrt(variance)
    if not (error > 0 and df >= 1 and np.isfinite(value)):
        return [value, error, df, np.nan, np.nan, np.nan]
    limits = array_checks.student_limits(value, error, df, confidence)
    return [value, error, df, *limits]


def all_pairs(rows: dict, names: list[str], columns: list[str]) -> pd.DataFrame:
    """A row for each pair (the keys, of these names), with ``p_holm`` over all of them."""
    index = None
    if rows:
        index = pd.MultiIndex.from_tuples(list(rows), names=names)
    table = pd.DataFrame(list(rows.values()), columns=columns, index=index, dtype=float)
    return table.assign(p_holm=intervals.holm(table["p_value"]))
