"""Proportions, rates, differences, concentration, several tests at once and resampling, each with its interval.

Numbers in, a Series out (``value, low, high``); Series or arrays in, a frame out with one row each. What cannot be
computed (nothing observed) is missing, not zero. Intervals are at 95 % unless `confidence` says otherwise.
"""

import numpy as np
import pandas as pd


def wilson(k, n, *, population=None, confidence: float = 0.95):
    """A proportion k / n with Wilson's score interval; missing where n is 0.

    `population` is the size of what the n were drawn from without replacement: the distance from the proportion to
    each limit, so the half-width, shrinks by sqrt((N - n) / (N - 1)), to nothing when all were asked.

    >>> wilson(8, 18).round(3).to_dict()
    {'value': 0.444, 'low': 0.246, 'high': 0.663}
    """
    shape, (k, n, population) = _align(k=k, n=n, population=population)
    refuse(k > n, "counts exceed their base")
    share = _ratio(k, n)
    low, high = _score(share, n, z_of(confidence))
    if population is not None:
        refuse(n > population, "bases exceed their population")
        factor = np.sqrt(np.where(population > 1, (population - n) / np.maximum(population - 1, 1), 0))
        low, high = share - factor * (share - low), share + factor * (high - share)
    return _frame(shape, share, low, high)


def newcombe(k1, n1, k2, n2, *, confidence: float = 0.95):
    """The difference of two independent proportions, k1 / n1 - k2 / n2, with Newcombe's hybrid score interval (method 10).

    >>> newcombe(56, 70, 48, 80).round(4).to_dict()
    {'value': 0.2, 'low': 0.0524, 'high': 0.3339}
    """
    shape, (k1, n1, k2, n2) = _align(k1=k1, n1=n1, k2=k2, n2=n2)
    refuse((k1 > n1) | (k2 > n2), "counts exceed their base")
    one, two, z = _ratio(k1, n1), _ratio(k2, n2), z_of(confidence)
    (low1, high1), (low2, high2) = _score(one, n1, z), _score(two, n2, z)
    low = one - two - np.sqrt((one - low1) ** 2 + (high2 - two) ** 2)
    high = one - two + np.sqrt((high1 - one) ** 2 + (two - low2) ** 2)
    return _frame(shape, one - two, low, high)


def poisson_rate(k, exposure=1, *, confidence: float = 0.95):
    """A rate, k events over an exposure (persons, years, inhabitants), with the exact Poisson interval (Garwood).

    Zero events have a low limit of 0 and a high one above; missing where the exposure is 0.

    >>> poisson_rate(0, 10).round(3).to_dict()
    {'value': 0.0, 'low': 0.0, 'high': 0.369}
    """
    from scipy.special import gammaincinv

    shape, (k, exposure) = _align(k=k, exposure=exposure)
    tail = (1 - confidence) / 2
    low = np.where(k > 0, gammaincinv(np.maximum(k, 1e-300), tail), 0 * k)
    return _frame(shape, _ratio(k, exposure), _ratio(low, exposure), _ratio(gammaincinv(k + 1, 1 - tail), exposure))


def holm(p) -> pd.Series:
    """p-values of several tests, raised so that a false alarm anywhere keeps its level (Holm); missing ones count for nothing.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    series = pd.Series(p, dtype="float64", name="p_value")
    raised, order = series.to_numpy(copy=True), np.argsort(series.to_numpy(), kind="stable")[: series.count()]
    refuse((raised < 0) | (raised > 1), "p-values lie outside 0-1")
    raised[order] = np.minimum(np.maximum.accumulate(raised[order] * np.arange(len(order), 0, -1)), 1)
    return pd.Series(raised, index=series.index, name="p_value")


def concentration(amounts) -> pd.Series:
    """How much of a total rests on few: ``n`` of those who have some, ``hhi`` (sum of squared shares, 0-1), ``hhi_star`` (0 when
    all are equal, 1 when one has all; missing for one), ``effective`` (1 / hhi, equal shares that would give it), ``top_10``
    and ``top_1`` (share of the ten and of the largest), ``gini`` among those who have some (population form).

    Missing amounts are left out; negative ones are refused; all is missing when nothing is given.

    >>> concentration([50, 30, 20]).round(2).to_dict()
    {'n': 3.0, 'hhi': 0.38, 'hhi_star': 0.07, 'effective': 2.63, 'top_10': 1.0, 'top_1': 0.5, 'gini': 0.2}
    """
    values = pd.Series(amounts).dropna().to_numpy(dtype=float)
    refuse(values < 0, "amounts are negative")
    shares = np.sort(values[values > 0])[::-1]
    n, names = len(shares), ["n", "hhi", "hhi_star", "effective", "top_10", "top_1", "gini"]
    if not n:
        return pd.Series([0.0] + [np.nan] * 6, index=names)
    shares = shares / shares.sum()
    hhi = (shares**2).sum()
    star = (hhi - 1 / n) / (1 - 1 / n) if n > 1 else np.nan
    gini = (shares[::-1] * (2 * np.arange(1, n + 1) - n - 1)).sum() / n
    return pd.Series([n, hhi, star, 1 / hhi, shares[:10].sum(), shares[0], gini], index=names)


def lorenz(amounts) -> pd.DataFrame:
    """The Lorenz curve: the share of the total (``amount``) that each share of the smallest ``holders`` has, from (0, 0).

    >>> lorenz([1, 3])["amount"].tolist()
    [0.0, 0.25, 1.0]
    """
    values = np.sort(pd.Series(amounts).dropna().to_numpy(dtype=float))
    refuse(values < 0, "amounts are negative")
    held = np.concatenate([[0.0], np.cumsum(values)])
    return pd.DataFrame({"holders": np.linspace(0, 1, len(held)) if len(values) else [0.0], "amount": _ratio(held, held[-1])})


def design_effect(yes: pd.Series, cluster) -> float:
    """By how much the rows of a cluster, alike as they are, widen the variance of a share: at least 1.

    The cluster-robust variance over the binomial one, on the rows where `yes` is known. A share over n rows tells as much as
    one over n / design_effect independent rows.

    >>> design_effect(pd.Series([True, True, False, False]), ["a", "a", "b", "b"])
    2.0
    """
    known = pd.Series(yes).notna().to_numpy()
    apart = pd.Series(yes)[known].to_numpy(dtype=float)
    apart = apart - apart.mean() if len(apart) else apart
    together = np.bincount(_codes(cluster, "cluster")[0][known], weights=apart) ** 2
    alone = (apart**2).sum()
    return float(max(1.0, together.sum() / alone)) if alone > 0 else 1.0


FEW = 500  # units below which resampling counts are drawn exactly, without Poisson's approximation


def bootstrap(values, statistic, *, cluster=None, groups=None, draws: int = 2000, seed: int, confidence: float = 0.95):
    """A statistic and its interval by resampling rows, or whole clusters (all rows of a partner come and go together).

    `statistic` is ``"mean"``, ``"sum"``, ``"ratio"`` (of the sums of two columns), or any function of the resampled rows (a numpy
    array, rows first) that returns a number. The named ones, and numpy's mean and sum, are the fast path: no row is
    copied, each draw weighs the units' totals by how often they were drawn. Below 500 units these counts are
    multinomial; above, independent Poisson(1) counts (Hanley and MacGibbon 2006), whose spread differs by less than 1 in 500.

    With `groups` the answer is a frame, one row per group, each resampled within itself; draws of two groups are not
    independent of one another, so compare groups by a statistic of both. ``value, std_error, low, high``: the
    percentile interval, widened as Student's t widens the normal for so many units (Hesterberg 2015). One unit has no
    interval; a proportion near 0 or 1 is better served by `wilson`. Rows with a missing value are refused.

    >>> bootstrap([1, 2, 3, 4], "mean", seed=1).round(2).to_dict()
    {'value': 2.5, 'std_error': 0.56, 'low': 1.0, 'high': 4.0}
    """
    rows = np.asarray(values, dtype=float)
    refuse(
        np.isnan(rows.T).reshape(-1, len(rows)).any(axis=0) if len(rows) else rows,
        "rows have a missing value: leave them out, and count them",
    )
    group, labels = (np.zeros(len(rows), np.int64), pd.Index([0])) if groups is None else _codes(groups, "groups")
    name = {np.mean: "mean", np.sum: "sum"}.get(statistic, statistic) if callable(statistic) else statistic
    if not callable(name) and name not in ("mean", "sum", "ratio"):
        raise ValueError(f"statistic is mean, sum, ratio or a function, not {name!r}")
    # a fixed order of units and rows, so that the order given changes nothing
    order = np.lexsort((*np.atleast_2d(rows.T)[::-1], *(() if cluster is None else (_codes(cluster, "cluster")[0],)), group))
    unit = None if cluster is None else _codes(cluster, "cluster")[0][order]
    parts = [_Units(rows[order], unit, *edges) for edges in _runs(group[order], len(labels))]
    random = np.random.default_rng(seed)
    draw = _resampled if callable(name) else _weighted
    frame = pd.DataFrame(np.nan, columns=["value", "std_error", "low", "high"], index=labels.rename("group"))
    for place, (observed, replicates) in enumerate(draw(parts, name, draws, random)):
        frame.iat[place, 0] = observed
        known, tail = replicates[np.isfinite(replicates)], _widened(parts[place].many, confidence)
        if len(known) > 1 and tail:
            frame.iloc[place, 1:] = known.std(ddof=1), *np.quantile(known, [tail, 1 - tail])
    return frame if groups is not None else frame.iloc[0].rename(None)


class _Units:
    """The units of one group (rows, or the rows of each cluster together), in an order that depends on their values only."""

    def __init__(self, rows, unit, first: int, last: int):
        self.rows = rows[first:last]
        changes = np.ones(last - first, bool) if unit is None else np.diff(unit[first:last], prepend=-1) != 0
        self.starts = np.flatnonzero(changes)
        self.lengths = np.diff(self.starts, append=last - first)
        self.many = len(self.starts)

    def totals(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Numerator and denominator of the statistic, by unit."""
        if name == "ratio":
            return tuple(np.add.reduceat(self.rows, self.starts, axis=0).T) if self.many else (np.zeros(0), np.zeros(0))
        simple = self.many == len(self.rows)
        total = self.rows if simple else np.add.reduceat(self.rows, self.starts)
        return total, (np.ones(self.many) if name == "sum" else self.lengths.astype(float))

    def take(self, units: np.ndarray) -> np.ndarray:
        """The rows of the units drawn."""
        if self.many == len(self.rows):
            return self.rows[units]
        lengths = self.lengths[units]
        return self.rows[np.repeat(self.starts[units] - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())]


def _weighted(parts, name: str, draws: int, random):
    """Statistics that are a ratio of two totals: each draw is a row of weights, all groups of a size in one product."""
    totals = [part.totals(name) for part in parts]
    scale = [part.many if name == "sum" else 1 for part in parts]
    replicates = np.full((len(parts), draws), np.nan)
    large = [place for place, part in enumerate(parts) if part.many >= FEW]
    for place, part in enumerate(parts):
        if 0 < part.many < FEW:
            drawn = random.integers(0, part.many, (draws, part.many)) + part.many * np.arange(draws)[:, None]
            weights = np.bincount(drawn.ravel(), minlength=draws * part.many).reshape(draws, part.many)
            replicates[place] = _ratio(weights @ totals[place][0], weights @ totals[place][1])
    blocks = {}  # groups of like size share one product, so that little of it multiplies padding
    for place in large:
        blocks.setdefault(parts[place].many.bit_length(), []).append(place)
    matrices = {}
    for size, places in blocks.items():
        matrix = np.zeros((max(parts[place].many for place in places), 2 * len(places)))
        for column, place in enumerate(places):
            matrix[: parts[place].many, [column, len(places) + column]] = np.column_stack(totals[place])
        matrices[size] = matrix
    longest = max((len(matrix) for matrix in matrices.values()), default=1)
    step = max(1, 5_000_000 // longest)
    for first in range(0, draws if large else 0, step):
        last = min(first + step, draws)
        weights = _poisson(random, (last - first, longest))
        for size, places in blocks.items():
            product = weights[:, : len(matrices[size])] @ matrices[size]
            replicates[places, first:last] = _ratio(product[:, : len(places)], product[:, len(places) :]).T
    observed = [_ratio(top.sum(), bottom.sum()) for top, bottom in totals]
    return [(value * by, drawn * by) for value, drawn, by in zip(observed, replicates, scale, strict=True)]


def _resampled(parts, statistic, draws: int, random):
    """Any statistic, one draw at a time."""
    for part in parts:
        drawn = (part.take(random.integers(0, part.many, part.many)) for _ in range(draws if part.many > 1 else 0))
        replicates = np.fromiter((statistic(rows) for rows in drawn), dtype=float)
        yield (float(statistic(part.rows)) if part.many else np.nan), replicates


def _poisson(random, shape) -> np.ndarray:
    """Independent Poisson(1) counts from 16 random bits each: mean 1 and variance 0.99997."""
    from scipy.special import pdtr

    table = np.searchsorted(pdtr(np.arange(12), 1), (np.arange(65536) + 0.5) / 65536).astype(float)
    return table[random.integers(0, 65536, shape, dtype=np.uint16)]


def _widened(units: int, confidence: float) -> float | None:
    """The tail to cut on each side of the replicates of so many units; None where one unit tells nothing."""
    from scipy.special import ndtr, stdtrit

    return ndtr(np.sqrt(units / (units - 1)) * stdtrit(units - 1, (1 - confidence) / 2)) if units > 1 else None


def _runs(codes: np.ndarray, many: int):
    edges = np.searchsorted(codes, np.arange(many + 1))
    return zip(edges[:-1], edges[1:], strict=True)


def _codes(labels, name: str) -> tuple[np.ndarray, pd.Index]:
    codes, levels = pd.factorize(labels if isinstance(labels, pd.Series) else pd.Series(labels), sort=True)
    refuse(codes < 0, f"values of {name} are missing: leave these rows out, or name them")
    return codes, pd.Index(levels)


def _score(share, n, z):
    """Wilson's limits; 0 and 1 are exact where nobody or everybody says yes."""
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.where(share == 0, 0, centre - half), np.where(share == 1, 1, centre + half)


def _align(**given) -> tuple[pd.Index | None, list]:
    """Numbers as arrays of one length (missing ones NaN), with the index of the Series among them; None for lone numbers."""
    series = {name: value for name, value in given.items() if isinstance(value, pd.Series)}
    indexes = [value.index for value in series.values()]
    if any(not index.equals(indexes[0]) for index in indexes[1:]):
        raise ValueError("the Series given are indexed differently: align them first")
    arrays = {
        name: None if value is None else np.asarray(pd.to_numeric(pd.Series(value), errors="raise"), dtype=float)
        for name, value in given.items()
    }
    for name, array in arrays.items():
        if array is not None:
            refuse(array < 0, f"values of {name} are negative")
    lone = all(value is None or np.ndim(value) == 0 for value in given.values())
    known = [array for array in arrays.values() if array is not None]
    shape = None if lone else indexes[0] if indexes else pd.RangeIndex(max(len(array) for array in known))
    return shape, [array if array is None else np.broadcast_to(array, 1 if lone else len(shape)) for array in arrays.values()]


def _frame(shape: pd.Index | None, value, low, high) -> pd.DataFrame | pd.Series:
    frame = pd.DataFrame({"value": value, "low": low, "high": high}, index=shape)
    return frame if shape is not None else frame.iloc[0].rename(None)


def _ratio(top, bottom):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(bottom) != 0, np.divide(top, bottom), np.nan)


def refuse(bad: np.ndarray, what: str) -> None:
    """Raise a ValueError that says how many rows are bad, in what, and which is the first.

    >>> refuse(np.array([False, True]), "durations are negative")
    Traceback (most recent call last):
    ValueError: 1 of 2 durations are negative (the first at position 1)
    """
    if np.any(bad):
        raise ValueError(f"{np.sum(bad)} of {len(bad)} {what} (the first at position {np.argmax(bad)})")


def z_of(confidence: float) -> float:
    """How many standard errors to each side a normal interval of this confidence reaches.

    >>> round(z_of(0.95), 3)
    1.96
    """
    from scipy.special import ndtri

    if not 0 < confidence < 1:
        raise ValueError(f"confidence lies between 0 and 1, such as 0.95, not {confidence!r}")
    return float(ndtri((1 + confidence) / 2))
