"""Small groups side by side: raw, drawn together, and which of them stands out."""

import numpy as np
import pandas as pd

from analysis.stats import array_checks, funnel, influence, intervals, partial_pooling

_COLUMNS = [
    *("n", "value", "low", "high", "pooled", "pooled_low", "pooled_high", "own_weight"),
    *("z", "p_value", "p_holm", "stands_out"),
]


def pooled_shares(
    yes: pd.Series, group: pd.Series, *, cluster: pd.Series | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """The share of yes in each group, raw and partially pooled, and whether it stands out.

    One row per group: ``n`` known, ``value, low, high`` (Wilson), ``pooled, pooled_low,
    pooled_high, own_weight`` (beta-binomial), ``z, p_value, p_holm, stands_out`` (funnel with
    overdispersion, Holm). One design effect serves every group.

    >>> table = pooled_shares(pd.Series([True, True, False] * 20), pd.Series(["a", "b", "c", "d"] * 15))
    >>> table["stands_out"].tolist()
    [False, False, False, False]
    """
    is_known = yes.notna() & group.notna()
    yes, group = yes[is_known].astype(float), group[is_known]
    counts = yes.groupby(group, observed=True).agg(["sum", "size"])
    effect = 1.0
    if cluster is not None:
        effect = _design_effect_within(yes, group, cluster[is_known])
    k, n = counts["sum"] / effect, counts["size"] / effect
    table = intervals.wilson(k, n, confidence=confidence).assign(n=counts["size"])
    pooled = partial_pooling.pool_shares(k, n, confidence=confidence)
    overall = yes.mean()
    z = pd.Series(np.nan, index=counts.index)
    if 0 < overall < 1:
        z[:] = funnel.share_z(k, n, overall)
    return _side_by_side(table, pooled, funnel.outliers(z, confidence=confidence))


def survivals(
    duration,
    ended,
    group: pd.Series,
    horizon: float,
    *,
    entry=None,
    cluster=None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The share still going after `horizon` by group, raw and pooled, and whether it stands out.

    Columns as `pooled_shares`, on the complementary log-log scale, errors by cluster. A group in
    which nothing or all has ended, or not watched so long, tells nothing and never stands out.

    >>> region = pd.Series(list("abcde") * 8)
    >>> survivals([10, 20, 30, 40] * 10, [True] * 40, region, 25)["stands_out"].tolist()
    [False, False, False, False, False]
    """
    array_checks.require_alike(duration, ended, group, entry, cluster)
    frame = pd.DataFrame(
        {"duration": np.asarray(duration), "ended": np.asarray(ended), "group": np.asarray(group)}
    )
    frame["entry"] = 0 if entry is None else np.asarray(entry)
    frame["cluster"] = np.arange(len(frame)) if cluster is None else np.asarray(cluster)
    rows = {}
    for name, part in frame.dropna(subset=["group"]).groupby("group", observed=True, sort=True):
        rows[name] = _survival_of_group(part, horizon, confidence)
    columns = ["n", "value", "low", "high", "log_log", "error", "df"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("group")
    pooled = partial_pooling.pool_estimates(table["log_log"], table["error"], confidence=confidence)
    back = pd.DataFrame(
        {
            "value": np.exp(-np.exp(pooled["value"])),
            "low": np.exp(-np.exp(pooled["high"])),
            "high": np.exp(-np.exp(pooled["low"])),
            "own_weight": pooled["own_weight"],
        }
    )
    z = _normal_z(table["log_log"], table["error"], table["df"])
    return _side_by_side(
        table[["n", "value", "low", "high"]], back, funnel.outliers(z, confidence=confidence)
    )


_SCALES = {  # of an estimate: to where its error is alike on both sides, and back
    "survival": (lambda value: np.log(-np.log(value)), lambda value: np.exp(-np.exp(value))),
    "mean": (lambda value: value, lambda value: value),
}


def of_numbers(numbers: pd.DataFrame, scale: str, *, confidence: float = 0.95) -> pd.DataFrame:
    """One number of many groups, known by ``value, low, high, n`` alone, drawn together.

    `scale` is "share" (beta-binomial), "survival" (complementary log-log) or "mean". Columns as
    `pooled_shares`.

    >>> groups = pd.DataFrame({"value": [0.5, 0.6], "low": [0.4, 0.4], "high": [0.6, 0.8]})
    >>> of_numbers(groups.assign(n=[96, 23]), "share")["stands_out"].tolist()
    [False, False]
    """
    if scale == "share":
        alone = intervals.wilson(numbers["value"] * numbers["n"], numbers["n"])
        width = (numbers["high"] - numbers["low"]) / (alone["high"] - alone["low"])
        effect = (width**2).clip(lower=1).fillna(1)
        n = numbers["n"] / effect
        k = numbers["value"] * n
        pooled = partial_pooling.pool_shares(k, n, confidence=confidence)
        overall = k.sum() / n.sum()
        z = pd.Series(np.nan, index=numbers.index)
        if 0 < overall < 1:
            z[:] = funnel.share_z(k, n, overall)
    else:
        to_scale, from_scale = _SCALES[scale]
        centre = to_scale(numbers["value"])
        reach = (to_scale(numbers["high"]) - to_scale(numbers["low"])).abs() / 2
        error = reach / array_checks.z_of(confidence)
        drawn = partial_pooling.pool_estimates(centre, error, confidence=confidence)
        limits = from_scale(drawn[["low", "high"]])
        pooled = drawn.assign(
            value=from_scale(drawn["value"]), low=limits.min(axis=1), high=limits.max(axis=1)
        )
        z = _normal_z(centre, error, pd.Series(np.inf, index=numbers.index))
    raw = numbers[["n", "value", "low", "high"]]
    return _side_by_side(raw, pooled, funnel.outliers(z, confidence=confidence))


def _survival_of_group(part: pd.DataFrame, horizon: float, confidence: float) -> list[float]:
    from scipy.special import stdtrit

    estimate = influence.of_survival(part["duration"], part["ended"], horizon, entry=part["entry"])
    clusters, names = array_checks.codes(part["cluster"], "cluster")
    cluster_count = len(names)
    sums = influence.cluster_sums(estimate.by_row, clusters, cluster_count)
    share = estimate.value
    if not 0 < share < 1 or cluster_count < 2:
        return [len(part), share, *[np.nan] * 5]
    # few clusters may cancel out by chance: never less than what independent rows would leave
    # unknown
    together = (sums**2).sum() * cluster_count / (cluster_count - 1)
    alone = (estimate.by_row**2).sum() * len(part) / (len(part) - 1)
    error = np.sqrt(max(together, alone)) / (share * -np.log(share))
    if not error > 1e-9:
        return [len(part), share, *[np.nan] * 5]
    log_log = np.log(-np.log(share))
    reach = stdtrit(cluster_count - 1, 1 - array_checks.upper_tail(confidence)) * error
    low, high = (float(np.exp(-np.exp(log_log + shift))) for shift in (reach, -reach))
    return [len(part), share, low, high, log_log, error, cluster_count - 1]


def _normal_z(values: pd.Series, errors: pd.Series, df: pd.Series) -> pd.Series:
    """How far each lies from the mean weighted by precision, as a normal deviate of Student's t."""
    from scipy.special import ndtri, stdtr

    precision = 1 / errors**2
    if not precision.sum() > 0:
        return pd.Series(np.nan, index=values.index)
    mean = (values * precision).sum() / precision.sum()
    own_part = 1 - precision / precision.sum()  # a group is part of the mean it is compared with
    student = (values - mean) / (errors * np.sqrt(own_part))
    return pd.Series(-ndtri(stdtr(df, -np.abs(student))) * np.sign(student), index=values.index)


def _design_effect_within(yes: pd.Series, group: pd.Series, cluster: pd.Series) -> float:
    """By how much clusters widen the variance of a share, about the share of each group."""
    residuals = yes - yes.groupby(group, observed=True).transform("mean")
    units = pd.Series(array_checks.codes(cluster, "cluster")[0], index=yes.index)
    together, alone = (residuals.groupby(units).sum() ** 2).sum(), (residuals**2).sum()
    return max(1.0, float(together / alone)) if alone > 0 else 1.0


def _side_by_side(raw: pd.DataFrame, pooled: pd.DataFrame, outlying: pd.DataFrame) -> pd.DataFrame:
    named = pooled.rename(columns={"value": "pooled", "low": "pooled_low", "high": "pooled_high"})
    table = pd.concat([raw, named.set_axis(raw.index), outlying.set_axis(raw.index)], axis=1)
    return table[_COLUMNS]
