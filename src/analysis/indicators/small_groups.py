"""Small groups (regions, domains, entities) side by side: raw, drawn together, and which of them
stands out if any.
"""

import numpy as np
import pandas as pd

from analysis.stats import array_checks, funnel, intervals, partial_pooling

_COLUMNS = [
    *("n", "value", "low", "high", "pooled", "pooled_low", "pooled_high", "own_weight"),
    *("z", "p_value", "p_holm", "stands_out"),
]


def _log_log(share: pd.Series) -> pd.Series:
    """Shares on the complementary log-log scale; none and all have no place on it."""
    return np.log(-np.log(share.where(share.between(0, 1, inclusive="neither"))))


_SCALES = {  # of an estimate: to where its error is alike on both sides, and back
    "survival": (_log_log, lambda value: np.exp(-np.exp(value))),
    "mean": (lambda value: value, lambda value: value),
}


def of_numbers(numbers: pd.DataFrame, scale: str, *, confidence: float = 0.95) -> pd.DataFrame:
    """One number of many groups, known by ``value, low, high, n`` alone, drawn together.

    `scale` is "share" (beta-binomial), "survival" (complementary log-log) or "mean". Columns ``n,
    value, low, high`` as given, ``pooled, pooled_low, pooled_high, own_weight``, and ``z, p_value,
    p_holm, stands_out`` against the number of all (funnel with overdispersion, Holm). A group of
    which nothing or all has ended tells nothing: it never stands out.

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
        z = _from_others(centre, error)
    raw = numbers[["n", "value", "low", "high"]]
    return _side_by_side(raw, pooled, funnel.outliers(z, confidence=confidence))


def _from_others(values: pd.Series, errors: pd.Series) -> pd.Series:
    precision = 1 / errors**2
    if not precision.sum() > 0:
        return pd.Series(np.nan, index=values.index)
    mean = (values * precision).sum() / precision.sum()
    own_part = 1 - precision / precision.sum()  # a group is part of the mean it is compared with
    return (values - mean) / (errors * np.sqrt(own_part))


def _side_by_side(raw: pd.DataFrame, pooled: pd.DataFrame, outlying: pd.DataFrame) -> pd.DataFrame:
    named = pooled.rename(columns={"value": "pooled", "low": "pooled_low", "high": "pooled_high"})
    table = pd.concat([raw, named.set_axis(raw.index), outlying.set_axis(raw.index)], axis=1)
    return table[_COLUMNS]
