"""Proportions, rates, differences, concentration, several tests at once and resampling, each with its interval.

Numbers in, a Series out (``value, low, high``); Series or arrays in, a frame out with one row each. What cannot be
computed (nothing observed) is missing, not zero. Intervals are at 95 % unless `confidence` says otherwise.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.stats.array_checks import as_series, beyond, codes, refuse, together, z_of


def wilson(k, n, *, population=None, confidence: float = 0.95):
    """A proportion k / n with Wilson's score interval; missing where n is 0.

    `population` is the size of what the n were drawn from without replacement: the distance from the proportion to
    each limit, so the half-width, shrinks by sqrt((N - n) / (N - 1)), to nothing when all were asked.

    >>> wilson(8, 18).round(3).to_dict()
    {'value': 0.444, 'low': 0.246, 'high': 0.663}
    """
    shape, (k, n, *among) = _align(
        k=k, n=n, **({} if population is None else {"population": population})
    )
    refuse(k > n, "counts exceed their base")
    share = _ratio(k, n)
    low, high = _score(share, n, z_of(confidence))
    for population in among:
        refuse(n > population, "bases exceed their population")
        factor = np.sqrt(
            np.where(population > 1, (population - n) / np.maximum(population - 1, 1), 0)
        )
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


def alike(k, n) -> float:
    """The p-value of Pearson's chi-squared test that several proportions k / n are draws of one; missing for fewer than two.

    >>> round(alike([8, 12, 30], [20, 20, 40]), 3)
    0.03
    """
    from scipy.special import chdtrc

    _shape, (k, n) = _align(k=k, n=n)
    refuse(k > n, "counts exceed their base")
    k, n = k[n > 0], n[n > 0]
    share = _ratio(k.sum(), n.sum())
    if len(n) < 2 or share in (0, 1):
        return np.nan
    return float(chdtrc(len(n) - 1, ((k - n * share) ** 2 / n).sum() / (share * (1 - share))))


def poisson_rate(k, exposure=1, *, confidence: float = 0.95):
    """A rate, k events over an exposure (persons, years, inhabitants), with the exact Poisson interval (Garwood).

    Zero events have a low limit of 0 and a high one above; missing where the exposure is 0.

    >>> poisson_rate(0, 10).round(3).to_dict()
    {'value': 0.0, 'low': 0.0, 'high': 0.369}
    """
    from scipy.special import gammaincinv

    shape, (k, exposure) = _align(k=k, exposure=exposure)
    tail = beyond(confidence)
    low = np.where(k > 0, gammaincinv(np.maximum(k, 1e-300), tail), 0 * k)
    return _frame(
        shape,
        _ratio(k, exposure),
        _ratio(low, exposure),
        _ratio(gammaincinv(k + 1, 1 - tail), exposure),
    )


def holm(p) -> pd.Series:
    """p-values of several tests, raised so that a false alarm anywhere keeps its level (Holm); missing ones count for nothing.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    series = pd.Series(p, dtype="float64", name="p_value")
    raised, order = (
        series.to_numpy(copy=True),
        np.argsort(series.to_numpy(), kind="stable")[: series.count()],
    )
    refuse((raised < 0) | (raised > 1), "p-values lie outside 0-1")
    raised[order] = np.minimum(
        np.maximum.accumulate(raised[order] * np.arange(len(order), 0, -1)), 1
    )
    return pd.Series(raised, index=series.index, name="p_value")


def concentration(amounts) -> pd.Series:
    """How much of a total rests on few: ``n`` of those who have some, ``hhi`` (sum of squared shares, 0-1), ``hhi_star`` (0 when
    all are equal, 1 when one has all; missing for one), ``effective`` (1 / hhi, equal shares that would give it), ``top_10``
    and ``top_1`` (share of the ten and of the largest), ``gini`` among those who have some (population form).

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
    """The Lorenz curve: the share of the total (``amount``) that each share of the smallest ``holders`` has, from (0, 0).

    >>> lorenz([1, 3])["amount"].tolist()
    [0.0, 0.25, 1.0]
    """
    values = _amounts(amounts)
    held = np.concatenate([[0.0], np.cumsum(values)])
    return pd.DataFrame(
        {
            "holders": np.linspace(0, 1, len(held)) if len(values) else [0.0],
            "amount": _ratio(held, held[-1]),
        }
    )


def design_effect(yes: pd.Series | pd.DataFrame, cluster) -> float | pd.Series:
    """By how much the rows of a cluster, alike as they are, widen the variance of a share: at least 1.

    The cluster-robust variance, times C / (C - 1) for C clusters, over the binomial one, on the rows where `yes` is known. A
    share over n rows tells as much as one over n / design_effect independent rows; those of a single cluster, as one. Of a frame,
    one per column.

    >>> design_effect(pd.Series([True, True, True, True, False, False, False, False]), list("aabbccdd"))
    2.6666666666666665
    """
    units, effect = codes(cluster, "cluster", sort=False)[0], {}
    for name, column in pd.DataFrame(yes).items():
        known = column.notna().to_numpy()
        apart, held = column.to_numpy(dtype=float, na_value=np.nan)[known], units[known]
        apart = apart - apart.mean() if len(apart) else apart
        together, alone = (np.bincount(held, weights=apart) ** 2).sum(), (apart**2).sum()
        many = np.count_nonzero(np.bincount(held))
        widened = (
            max(1.0, together / alone * many / (many - 1)) if many > 1 and alone > 0 else len(apart)
        )
        effect[name] = 1.0 if many == len(apart) or alone == 0 else float(widened)
    return (
        pd.Series(effect, dtype=float)
        if isinstance(yes, pd.DataFrame)
        else next(iter(effect.values()))
    )


def _amounts(given) -> np.ndarray:
    """The amounts known, smallest first."""
    values = np.sort(pd.Series(given).dropna().to_numpy(dtype=float))
    refuse((values < 0) | np.isinf(values), "amounts are negative or infinite")
    return values


EXACT = (
    500  # units below which resampling counts are drawn exactly, without Poisson's approximation
)
FEWEST = 8  # units below which too few different samples can be drawn to tell a tail


def bootstrap(
    values,
    statistic,
    *,
    cluster=None,
    groups=None,
    draws: int = 2000,
    seed: int,
    confidence: float = 0.95,
    bounds: tuple[float, float] = (-np.inf, np.inf),
):
    """A statistic and its interval by resampling rows, or whole clusters (all rows of a partner come and go together).

    `statistic` is ``"mean"``, ``"sum"``, ``"ratio"`` (of the sums of two columns), or any function of the resampled rows (a numpy
    array, rows first) that returns a number. The named ones are the fast path: no row is copied, each draw weighs the units' totals by how often they were drawn. Below 500 units these counts are
    multinomial; above, independent Poisson(1) counts (Hanley and MacGibbon 2006), whose spread differs by less than 1 in 500.

    ``value, std_error, low, high``; with `groups` a frame, one row per group, each resampled within itself (draws of two
    groups are not independent of one another: compare groups by a statistic of both). The interval of a named
    statistic is studentised (bootstrap-t, Student's own below 8 units), that of a function the percentile one, widened as
    Student's t widens the normal (Hesterberg 2015); both count clusters of unequal size as fewer equal ones (Kish). One
    unit has no interval; a proportion is better served by `wilson`. Limits are kept within `bounds`, what the statistic
    can be at all. Rows with a missing value are refused.

    >>> bootstrap(range(1, 11), "mean", seed=1).round(1).to_dict()
    {'value': 5.5, 'std_error': 0.9, 'low': 3.2, 'high': 7.6}
    """
    together(values, cluster, groups)
    rows = np.asarray(values, dtype=float)
    wrong = ~np.isfinite(rows.T).reshape(-1, len(rows)).all(axis=0) if len(rows) else rows
    refuse(wrong, "rows have a missing or infinite value: leave them out, and count them")
    group, labels = (
        (np.zeros(len(rows), np.int64), pd.Index([0]))
        if groups is None
        else codes(groups, "groups")
    )
    if not callable(statistic) and statistic not in ("mean", "sum", "ratio"):
        raise ValueError(f"statistic is mean, sum, ratio or a function, not {statistic!r}")
    if not callable(statistic) and rows.shape[1:] != ((2,) if statistic == "ratio" else ()):
        many = "two columns" if statistic == "ratio" else "one column"
        raise ValueError(f"a {statistic} takes {many}, not values of shape {rows.shape}")
    if draws < 2:
        raise ValueError(f"draws are 2 or more, not {draws!r}")
    tail = beyond(confidence)
    # a fixed order of units and rows, so that the order given changes nothing
    unit = None if cluster is None else codes(cluster, "cluster")[0]
    order = np.lexsort((*np.atleast_2d(rows.T)[::-1], *(() if unit is None else (unit,)), group))
    edges = np.searchsorted(group[order], np.arange(len(labels) + 1))
    parts = [
        _Units(rows[order], None if unit is None else unit[order], *ends)
        for ends in pairwise(edges)
    ]
    found = (_resampled if callable(statistic) else _weighted)(
        parts, statistic, draws, np.random.default_rng(seed), tail
    )
    frame = pd.DataFrame(
        found,
        columns=["value", "std_error", "low", "high"],
        index=labels.rename("group"),
        dtype=float,
    )
    frame[["low", "high"]] = frame[["low", "high"]].clip(*bounds)
    return frame if groups is not None else frame.iloc[0].rename(None)


class _Units:
    """The units of one group (rows, or the rows of each cluster together), in an order that depends on their values only."""

    def __init__(self, rows, unit, first: int, last: int):
        self.rows = rows[first:last]
        changes = (
            np.ones(last - first, bool)
            if unit is None
            else np.diff(unit[first:last], prepend=-1) != 0
        )
        self.starts = np.flatnonzero(changes)
        self.lengths = np.diff(self.starts, append=last - first)
        self.many = len(self.starts)
        sizes = self.lengths / max(self.lengths.max(initial=0), 1)
        self.worth = (
            sizes.sum() ** 2 / (sizes**2).sum() if self.many else 0
        )  # so many units of one size

    def totals(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Numerator and denominator of the statistic, by unit."""
        if not self.many:
            return np.zeros(0), np.zeros(0)
        sums = (
            self.rows
            if self.many == len(self.rows)
            else np.add.reduceat(self.rows, self.starts, axis=0)
        )
        if name == "ratio":
            return sums[:, 0], sums[:, 1]
        return sums, (np.ones(self.many) if name == "sum" else self.lengths.astype(float))

    def take(self, units: np.ndarray) -> np.ndarray:
        """The rows of the units drawn."""
        if self.many == len(self.rows):
            return self.rows[units]
        lengths = self.lengths[units]
        return self.rows[
            np.repeat(self.starts[units] - np.cumsum(lengths) + lengths, lengths)
            + np.arange(lengths.sum())
        ]


def _weighted(parts, name: str, draws: int, random, tail: float) -> np.ndarray:
    """Ratios of two totals, of which a draw changes the weights alone: the groups of like size share one matrix product."""
    found, pieces, blocks = np.full((len(parts), 4), np.nan), [], {}
    for place, part in enumerate(parts):
        top, bottom = part.totals(name)
        found[place, 0] = _ratio(top.sum(), bottom.sum())
        apart = top - found[place, 0] * bottom
        pieces.append(np.column_stack([apart, bottom, apart**2, apart * bottom, bottom**2]))
        if part.many > 1 and np.isfinite(found[place, 0]):
            exact = part.many < EXACT
            blocks.setdefault((exact, part.many if exact else part.many.bit_length()), []).append(
                place
            )
    for (exact, _size), places in blocks.items():
        longest = max(parts[place].many for place in places)
        matrix = np.zeros((longest, len(places), 5))
        for column, place in enumerate(places):
            matrix[: parts[place].many, column] = pieces[place]
        step, weigh, sums = max(1, 5_000_000 // longest), _multinomial if exact else _poisson, []
        for first in range(0, draws, step):
            weights = weigh(random, (min(step, draws - first), longest))
            sums.append(weights @ matrix.reshape(longest, -1))
        drawn = np.concatenate(sums).reshape(draws, len(places), 5)
        for column, place in enumerate(places):
            found[place, 1:] = _studentised(
                found[place, 0], drawn[:, column], pieces[place], parts[place], tail
            )
    return found * np.array([part.many if name == "sum" else 1 for part in parts])[:, None]


def _studentised(value, drawn, pieces, part, tail: float) -> tuple[float, float, float]:
    """Standard error and limits of a ratio, from the five totals of each draw and of the sample."""
    from scipy.special import stdtr, stdtrit

    def spread(shift, totals):
        return (
            np.sqrt(
                np.maximum(
                    totals[..., 2] - 2 * shift * totals[..., 3] + shift**2 * totals[..., 4], 0
                )
            )
            / totals[..., 1]
        )

    with np.errstate(divide="ignore", invalid="ignore"):
        shift = drawn[:, 0] / drawn[:, 1]
        student = shift / spread(shift, drawn)
    own, student = spread(0, pieces.sum(axis=0)), student[np.isfinite(student)]
    widen = np.sqrt(part.worth / (part.worth - 1)) if part.worth > 1 else np.nan
    reach = stdtrit(part.worth - 1, tail) if part.worth > 1 else np.nan
    if part.many < FEWEST or own == 0:
        low, high = value + reach * widen * own, value - reach * widen * own
    else:
        tail = stdtr(part.many - 1, reach * widen / np.sqrt(part.many / (part.many - 1)))
        low, high = value - own * np.quantile(student, [1 - tail, tail])
    return np.std(shift[np.isfinite(shift)], ddof=1), low, high


def _resampled(parts, statistic, draws: int, random, tail: float) -> np.ndarray:
    """Any statistic, one draw at a time."""
    from scipy.special import ndtr, stdtrit

    found = np.full((len(parts), 4), np.nan)
    for place, part in enumerate(parts):
        value = statistic(part.rows) if part.many else np.nan
        if np.ndim(value):
            raise ValueError(
                f"the statistic gives values of shape {np.shape(value)}: one number is needed"
            )
        found[place, 0] = value
        if part.worth > 1:
            drawn = (part.take(random.integers(0, part.many, part.many)) for _ in range(draws))
            known = np.array([statistic(rows) for rows in drawn], dtype=float)
            known = known[np.isfinite(known)]
            wider = ndtr(np.sqrt(part.worth / (part.worth - 1)) * stdtrit(part.worth - 1, tail))
            if len(known) > 1:
                found[place, 1:] = known.std(ddof=1), *np.quantile(known, [wider, 1 - wider])
    return found


def _multinomial(random, shape) -> np.ndarray:
    """How often each of some units is drawn when as many are drawn with replacement, by draw."""
    draws, many = shape
    drawn = random.integers(0, many, shape) + many * np.arange(draws)[:, None]
    return np.bincount(drawn.ravel(), minlength=draws * many).reshape(shape).astype(float)


def _poisson(random, shape) -> np.ndarray:
    """Independent Poisson(1) counts from 16 random bits each: mean 1 and variance 0.99997."""
    from scipy.special import pdtr

    table = np.searchsorted(pdtr(np.arange(12), 1), (np.arange(65536) + 0.5) / 65536).astype(float)
    return table[random.integers(0, 65536, shape, dtype=np.uint16)]


def _score(share, n, z):
    """Wilson's limits; 0 and 1 are exact where nobody or everybody says yes."""
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.where(share == 0, 0, centre - half), np.where(share == 1, 1, centre + half)


def _align(**given) -> tuple[pd.Index | None, list]:
    """Numbers as arrays of one length (missing ones NaN), with the index of the Series among them; None for lone numbers."""
    columns = [value for value in given.values() if np.ndim(value)]
    together(*columns)
    indexes = [value.index for value in columns if isinstance(value, pd.Series)]
    shape = indexes[0] if indexes else pd.RangeIndex(len(columns[0])) if columns else None
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
    return frame if shape is not None else frame.iloc[0].rename(None)


def _ratio(top, bottom):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(bottom) != 0, np.divide(top, bottom), np.nan)
