"""Many small groups estimated together: each is drawn towards what all have in common, the more so
the less it tells.

Both models average over how much groups differ, by a grid, with the prior that takes every degree
of pooling for equally likely (uniform shrinkage: Christiansen and Morris 1997; Daniels 1999). So no
group's interval forgets that this is unknown, as plugging in one estimate would, and none collapses
where groups do not seem to differ at all.
"""

import numpy as np
import pandas as pd

from analysis.stats import array_checks
from analysis.stats.array_checks import upper_tail

GRID = 40  # steps of the degree of pooling
MEANS = 100  # steps of the common mean of shares
_COLUMNS = ["value", "low", "high", "own_weight"]


def pool_shares(k, n, *, confidence: float = 0.95) -> pd.DataFrame:
    """The share of each group, k of n, partially pooled (beta-binomial).

    One row per group: ``value, low, high`` (posterior mean and quantiles) and ``own_weight``, how
    much of the value is the group's own share (0 to 1). Counts may be fractions, where a design
    effect has shrunk them. A group of n = 0 is given what is likely for any group.

    >>> pool_shares([0, 5, 9], [2, 10, 18])["value"].round(2).tolist()
    [0.36, 0.47, 0.48]
    """
    from scipy.special import betaln

    index = array_checks.index_of(k)
    k, n = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    array_checks.refuse((k < 0) | (k > n), "counts are negative or exceed their base")
    if not n.sum() > 0:
        return pd.DataFrame(
            np.nan, index=index if index is not None else range(len(n)), columns=_COLUMNS
        )
    pooling = (np.arange(GRID) + 0.5) / GRID
    typical = len(n) / (1 / np.maximum(n, 1)).sum()
    size = (
        typical * pooling / (1 - pooling)
    )  # of the prior sample that a degree of pooling amounts to
    mean = (np.arange(MEANS) + 0.5) / MEANS
    prior_yes = (size[:, None] * mean).ravel()
    prior_no = (size[:, None] * (1 - mean)).ravel()
    log_weight = np.zeros(len(prior_yes))
    for yes, total in zip(k, n, strict=True):
        log_weight += betaln(prior_yes + yes, prior_no + total - yes) - betaln(prior_yes, prior_no)
    weight = _normalised(log_weight)
    grid = prior_yes[weight > 0], prior_no[weight > 0], weight[weight > 0]
    rows = [
        _share_of_group(yes, total, *grid, upper_tail(confidence))
        for yes, total in zip(k, n, strict=True)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS, index=index)


def pool_estimates(values, errors, *, confidence: float = 0.95) -> pd.DataFrame:
    """Estimates with their standard errors, partially pooled (normal model with a common mean, as
    Fay and Herriot 1979).

    Columns as `pool_shares`. An estimate or an error that is missing tells nothing: that group is
    given what is likely for any. Use a scale on which estimates are about normal, such as log(-log
    S) for survival.

    >>> pool_estimates([0.0, 1.0, 2.0], [1.0, 1.0, 1.0])["value"].round(2).tolist()
    [0.61, 1.0, 1.39]
    """
    index = array_checks.index_of(values)
    values, errors = np.asarray(values, dtype=float), np.asarray(errors, dtype=float)
    has_value = np.isfinite(values) & (errors > 0) & np.isfinite(errors)
    if has_value.sum() < 2:
        lone = np.where(has_value, values, np.nan)
        return pd.DataFrame(
            {name: lone if name == "value" else np.nan for name in _COLUMNS}, index=index
        )
    known_estimates, variance = values[has_value], errors[has_value] ** 2
    pooling = (np.arange(GRID) + 0.5) / GRID
    between = len(known_estimates) / (1 / variance).sum() * (1 - pooling) / pooling
    precision = 1 / (variance + between[:, None])
    mean = (precision * known_estimates).sum(axis=1) / precision.sum(axis=1)
    mean_variance = 1 / precision.sum(axis=1)
    log_weight = 0.5 * (
        np.log(precision).sum(axis=1)
        - np.log(precision.sum(axis=1))
        - (precision * (known_estimates - mean[:, None]) ** 2).sum(axis=1)
    )
    weight = _normalised(log_weight)
    rows = []
    for value, error, is_known in zip(values, errors, has_value, strict=True):
        if is_known:
            own_weight = between / (between + error**2)
        else:
            own_weight = np.zeros(GRID)
        centre = mean + own_weight * (value - mean if is_known else 0.0)
        # what the group itself leaves unknown, and what is unknown of the mean it is drawn to
        within = between * (1 - own_weight) + (1 - own_weight) ** 2 * mean_variance
        low, high = _normal_mixture_limits(centre, np.sqrt(within), weight, upper_tail(confidence))
        rows.append([weight @ centre, low, high, weight @ own_weight])
    return pd.DataFrame(rows, columns=_COLUMNS, index=index)


def _normalised(log_weight: np.ndarray) -> np.ndarray:
    weight = np.exp(log_weight - log_weight.max())
    weight[weight < 1e-4] = 0
    return weight / weight.sum()


def _share_of_group(yes, total, prior_yes, prior_no, weight, tail: float) -> list[float]:
    from scipy.optimize import brentq
    from scipy.special import betainc

    a, b = prior_yes + yes, prior_no + total - yes
    value = weight @ (a / (a + b))

    def limit(share: float) -> float:
        return brentq(lambda at: weight @ betainc(a, b, at) - share, 0.0, 1.0, xtol=1e-6)

    return [value, limit(tail), limit(1 - tail), weight @ (total / (total + prior_yes + prior_no))]


def _normal_mixture_limits(centre, spread, weight, tail: float) -> tuple[float, float]:
    from scipy.optimize import brentq
    from scipy.special import ndtr

    least, most = (centre - 9 * spread).min(), (centre + 9 * spread).max()

    def limit(share: float) -> float:
        return brentq(
            lambda at: weight @ ndtr((at - centre) / spread) - share, least, most, xtol=1e-9
        )

    return limit(tail), limit(1 - tail)
