"""Proportions, rates, differences, concentration and several tests at once, each with its interval;
`bootstrap` for the rest.

Numbers in, a Series out (``value, low, high``); Series or arrays in, a frame out with one row each.
What cannot be computed (nothing observed) is missing, not zero. Intervals are at 95 % unless
`confidence` says otherwise.
"""

import numpy as np
import pandas as pd

from analysis.stats.array_checks import (
    as_series,
    codes,
    ratio,
    refuse,
    require_alike,
    upper_tail,
    z_of,
)
from analysis.stats.bootstrap import bootstrap as bootstrap  # one door to intervals


def wilson(k, n, *, population=None, confidence: float = 0.95):
    """A proportion k / n with Wilson's score interval; missing where n is 0.

    `population` is the size of what the n were drawn from without replacement: the distance from
    the proportion to each limit, so the half-width, shrinks by sqrt((N - n) / (N - 1)), to nothing
    when all were asked.

    >>> wilson(8, 18).round(3).to_dict()
    {'value': 0.444, 'low': 0.246, 'high': 0.663}
    """
    shape, (k, n, *among) = _align(
        k=k, n=n, **({} if population is None else {"population": population})
    )
    refuse(k > n, "counts exceed their base")
    share = ratio(k, n)
    low, high = _score(share, n, z_of(confidence))
    for population in among:
        refuse(n > population, "bases exceed their population")
        factor = np.sqrt(
            np.where(population > 1, (population - n) / np.maximum(population - 1, 1), 0)
        )
        low, high = share - factor * (share - low), share + factor * (high - share)
    return _frame(shape, share, low, high)


def newcombe(k1, n1, k2, n2, *, confidence: float = 0.95):
    """The difference of two independent proportions, k1 / n1 - k2 / n2, with Newcombe's hybrid
    score interval (method 10).

    >>> newcombe(56, 70, 48, 80).round(4).to_dict()
    {'value': 0.2, 'low': 0.0524, 'high': 0.3339}
    """
    shape, (k1, n1, k2, n2) = _align(k1=k1, n1=n1, k2=k2, n2=n2)
    refuse((k1 > n1) | (k2 > n2), "counts exceed their base")
    share1, share2, z = ratio(k1, n1), ratio(k2, n2), z_of(confidence)
    (low1, high1), (low2, high2) = _score(share1, n1, z), _score(share2, n2, z)
    low = share1 - share2 - np.sqrt((share1 - low1) ** 2 + (high2 - share2) ** 2)
    high = share1 - share2 + np.sqrt((high1 - share1) ** 2 + (share2 - low2) ** 2)
    return _frame(shape, share1 - share2, low, high)


def poisson_rate(k, exposure=1, *, confidence: float = 0.95):
    """A rate, k events over an exposure (persons, years, inhabitants), with the exact Poisson
    interval (Garwood).

    Zero events have a low limit of 0 and a high one above; missing where the exposure is 0.

    >>> poisson_rate(0, 10).round(3).to_dict()
    {'value': 0.0, 'low': 0.0, 'high': 0.369}
    """
    from scipy.special import gammaincinv

    shape, (k, exposure) = _align(k=k, exposure=exposure)
    tail = upper_tail(confidence)
    low = np.where(k > 0, gammaincinv(np.maximum(k, 1e-300), tail), 0 * k)
    return _frame(
        shape,
        ratio(k, exposure),
        ratio(low, exposure),
        ratio(gammaincinv(k + 1, 1 - tail), exposure),
    )


def holm(p) -> pd.Series:
    """p-values of several tests, raised so that a false alarm anywhere keeps its level (Holm);
    missing ones count for nothing.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    series = pd.Series(p, dtype="float64", name="p_value")
    raised = series.to_numpy(copy=True)
    refuse((raised < 0) | (raised > 1), "p-values lie outside 0-1")
    order = np.argsort(raised, kind="stable")[: series.count()]
    tests_left = np.arange(len(order), 0, -1)
    raised[order] = np.minimum(np.maximum.accumulate(raised[order] * tests_left), 1)
    return pd.Series(raised, index=series.index, name="p_value")


def concentration(amounts) -> pd.Series:
    """How much of a total rests on few: ``n`` of those who have some, ``hhi`` (sum of squared
    shares, 0-1), ``hhi_star`` (0 when all are equal, 1 when one has all; missing for one),
    ``effective`` (1 / hhi, equal shares that would give it), ``top_10`` and ``top_1`` (share of the
    ten and of the largest), ``gini`` among those who have some (population form).

    Missing amounts are left out; negative ones are refused; all is missing when nothing is given.

    >>> concentration([50, 30, 20]).round(2).to_dict()
    {'n': 3.0, 'hhi': 0.38, 'hhi_star': 0.07, 'effective': 2.63, 'top_10': 1.0, 'top_1': 0.5, 'gini': 0.2}
    """
    values = _amounts(amounts)
    shares = values[values > 0][::-1]
    n, names = len(shares), ["n", "hhi", "hhi_star", "effective", "top_10", "top_1", "gini"]
    if not n:
        return pd.Series([0.0] + [np.nan] * 6, index=names)
    shares = shares / shares.sum()
    hhi = (shares**2).sum()
    star = (hhi - 1 / n) / (1 - 1 / n) if n > 1 else np.nan
    gini = (shares[::-1] * (2 * np.arange(1, n + 1) - n - 1)).sum() / n
    return pd.Series([n, hhi, star, 1 / hhi, shares[:10].sum(), shares[0], gini], index=names)


def lorenz(amounts) -> pd.DataFrame:
    """The Lorenz curve: the share of the total (``amount``) that each share of the smallest
    ``holders`` has, from (0, 0).

    >>> lorenz([1, 3])["amount"].tolist()
    [0.0, 0.25, 1.0]
    """
    values = _amounts(amounts)
    cumulated = np.concatenate([[0.0], np.cumsum(values)])
    holders = np.linspace(0, 1, len(cumulated))
    return pd.DataFrame({"holders": holders, "amount": ratio(cumulated, cumulated[-1])})


def design_effect(yes: pd.Series | pd.DataFrame, cluster) -> float | pd.Series:
    """By how much the rows of a cluster, alike as they are, widen the variance of a share: at least
    1.

    The cluster-robust variance, times C / (C - 1) for C clusters, over the binomial one, on the
    rows where `yes` is known. A share over n rows tells as much as one over n / design_effect
    independent rows; those of a single cluster, as one. Of a frame, one per column.

    >>> design_effect(pd.Series([True, True, True, True, False, False, False, False]), list("aabbccdd"))
    2.6666666666666665
    """
    units = codes(cluster, "cluster", sort=False)[0]
    effects = {}
    for name, column in pd.DataFrame(yes).items():
        is_known = column.notna().to_numpy()
        values = column.to_numpy(dtype=float, na_value=np.nan)[is_known]
        effects[name] = _design_effect(values, units[is_known])
    if isinstance(yes, pd.DataFrame):
        return pd.Series(effects, dtype=float)
    return next(iter(effects.values()))


def _design_effect(values: np.ndarray, units: np.ndarray) -> float:
    residuals = values - values.mean() if len(values) else values
    clusters = np.count_nonzero(np.bincount(units))
    alone = (residuals**2).sum()
    if clusters == len(values) or alone == 0:
        return 1.0
    if clusters == 1:
        return float(len(values))
    together = (np.bincount(units, weights=residuals) ** 2).sum()
    return float(max(1.0, together / alone * clusters / (clusters - 1)))


def _amounts(given) -> np.ndarray:
    values = np.sort(pd.Series(given).dropna().to_numpy(dtype=float))
    refuse((values < 0) | np.isinf(values), "amounts are negative or infinite")
    return values


def _score(share, n, z):
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.where(share == 0, 0, centre - half), np.where(share == 1, 1, centre + half)


def _align(**given) -> tuple[pd.Index | None, list]:
    columns = [value for value in given.values() if np.ndim(value)]
    require_alike(*columns)
    indexes = [value.index for value in columns if isinstance(value, pd.Series)]
    indexes += [pd.RangeIndex(len(value)) for value in columns]
    shape = indexes[0] if indexes else None
    arrays = []
    for name, value in given.items():
        array = as_series(value if np.ndim(value) else [value]).to_numpy(
            dtype=float, na_value=np.nan
        )
        refuse(array < 0, f"values of {name} are negative")
        arrays.append(np.broadcast_to(array, 1 if shape is None else len(shape)))
    return shape, arrays


def _frame(shape: pd.Index | None, value, low, high) -> pd.DataFrame | pd.Series:
    frame = pd.DataFrame({"value": value, "low": low, "high": high}, index=shape)
    if shape is not None:
        return frame
    return frame.iloc[0].rename(None)
