"""Composite strength and the scales under it: normalise, weigh, aggregate; how far a rank may move; how well items agree.

A composite stands beside the lines, never in their place. Its goalposts are fixed beforehand, so that a unit that joins or
leaves moves no other's score; what the choices behind it do to the ranks is part of the answer.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis import estimates
from analysis.vectors import beyond

NORMALISATIONS = ("goalposts", "minmax", "rank")  # the choices that the uncertainty of a rank ranges over
AGGREGATIONS = ("arithmetic", "geometric")
NEVER_NONE = 1e-12  # of the weights given is in each draw, so that an item left out leaves its weight to some other
LEAST_OWN = 0.005  # of an item's variance, in a model with a common factor (as R's factanal)
FEW = 30  # respondents below which no reliability is told


def normalise(items: pd.DataFrame, method: str, goalposts=None) -> pd.DataFrame:
    """Items (units x items) on one scale, more being better. `goalposts` gives each item its (worst, best): a mapping, a frame of two
    columns by item, or pairs in the order of the columns.

    ``goalposts``: 0 at the worst, 1 at the best and beyond. The others depend on the units present: ``minmax`` (0 to 1), ``zscore``
    (sd with n - 1), ``rank`` (1 the lowest, ties share the lower), ``percentile`` (rank over number), ``mean`` and ``best`` (ratio to
    the mean, to the best). An item whose worst lies above its best is turned over first. Missing stays missing.

    >>> normalise(pd.DataFrame({"a": [1.0, 2.0, 5.0]}), "goalposts", {"a": (0, 4)})["a"].tolist()
    [0.25, 0.5, 1.0]
    """
    items = _table(items)
    if goalposts is not None:
        posts = _goalposts(items, goalposts)
        worst, best = posts["worst"].to_numpy(), posts["best"].to_numpy()
        if method == "goalposts":
            share = ((items.to_numpy() - worst) / (best - worst)).clip(0, 1)
            return pd.DataFrame(share, index=items.index, columns=items.columns)
        items = items * np.where(worst > best, -1, 1)
    elif method == "goalposts":
        raise ValueError("goalposts are needed: the worst and the best value of each item")
    if method == "minmax":
        return (items - items.min()) / (items.max() - items.min()).replace(0, np.nan)
    if method == "zscore":
        return (items - items.mean()) / items.std().replace(0, np.nan)
    if method in ("rank", "percentile"):
        rank = items.rank(method="min")
        return rank / items.count() if method == "percentile" else rank
    if method in ("mean", "best"):
        return items / (items.mean() if method == "mean" else items.max())
    raise ValueError(f"method is goalposts, minmax, zscore, rank, percentile, mean or best, not {method!r}")


def composite(
    items: pd.DataFrame, weights=None, goalposts=None, aggregation: str = "arithmetic", *, known: float = 0.6
) -> pd.Series:
    """One score per unit: items set between their goalposts, then their weighted arithmetic or geometric mean.

    `weights` by item (a Series, a mapping, or a list in the order of the columns; equal without) are brought to sum 1. Without
    `goalposts` the items are taken as they stand. In the geometric mean a low item is not made good by a high one, and a zero
    makes zero. A missing item leaves its weight to the others, as long as the known ones carry 60 % of it; else the score is
    missing.

    >>> items = pd.DataFrame({"a": [21, 6], "b": [1, 6], "c": [1, 6], "d": [1, 6]}, index=["x", "y"])
    >>> composite(items, aggregation="geometric").round(2).to_dict()
    {'x': 2.14, 'y': 6.0}
    """
    items = _table(items)
    values = items if goalposts is None else normalise(items, "goalposts", goalposts)
    weight = _weights(items, weights)
    score = _aggregate(values.to_numpy(), weight[None], aggregation)[:, 0]
    enough = values.notna().to_numpy() @ weight >= known - 1e-9
    return pd.Series(np.where(enough, score, np.nan), index=items.index, name="composite")


def ranks(scores: pd.Series | pd.DataFrame) -> pd.Series | pd.DataFrame:
    """Rank 1 for the highest score; equals share the better rank; a missing score has none.

    >>> ranks(pd.Series([0.5, 0.9, 0.5])).tolist()
    [2.0, 1.0, 2.0]
    """
    return scores.round(12).rank(ascending=False, method="min")


def rank_interval(
    items: pd.DataFrame, weights=None, goalposts=None, aggregation: str = "arithmetic", *, draws: int = 2000, seed: int,
    confidence: float = 0.90,
) -> pd.DataFrame:  # fmt: skip
    """How far the rank of each unit moves with the choices behind the composite: ``rank, low, median, high`` (5-95 % of `rank_draws`).

    Units without a score have no rank.

    >>> items = pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]}, index=["low", "middle", "top"])
    >>> rank_interval(items, goalposts={"a": (0, 4), "b": (0, 4)}, seed=1).loc["top"].tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    items, tail = _table(items), beyond(confidence)
    score = composite(items, weights, goalposts, aggregation)
    moved = rank_draws(items[score.notna()], weights, goalposts, draws=draws, seed=seed)
    spread = moved.quantile([tail, 0.5, 1 - tail], axis=1).T.set_axis(["low", "median", "high"], axis=1)
    return spread.reindex(items.index).assign(rank=ranks(score))[["rank", "low", "median", "high"]]


def rank_draws(items: pd.DataFrame, weights=None, goalposts=None, *, draws: int = 2000, seed: int) -> pd.DataFrame:
    """The rank of each unit (rows) under choices drawn at random (columns).

    Each draw takes weights around those given (Dirichlet, as spread as equal ones when all mixes are as likely), one of three
    normalisations (goalposts where given, min-max, ranks), either aggregation, and leaves out one item or none.

    >>> items = pd.DataFrame({"a": [1, 2], "b": [1, 2]}, index=["low", "top"])
    >>> rank_draws(items, goalposts={"a": (0, 4), "b": (0, 4)}, draws=3, seed=1).loc["top"].tolist()
    [1.0, 1.0, 1.0]
    """
    items = _table(items)
    weight, random, choice = _weights(items, weights), np.random.default_rng(seed), _choices(goalposts)
    many = len(weight)
    drawn = random.dirichlet(np.maximum(weight * many, 1e-6), draws) + NEVER_NONE * weight
    settings = random.integers(0, len(choice), draws), random.integers(0, 2, draws), random.integers(0, many + 1, draws)
    return _ranks_under(items, goalposts, drawn, *settings)


def leave_one_out(items: pd.DataFrame, weights=None, goalposts=None, aggregation: str = "arithmetic") -> pd.DataFrame:
    """The rank of each unit with all items (column ``all``) and without each (one column per item left out).

    >>> items = pd.DataFrame({"a": [1, 3], "b": [4, 3]}, index=["x", "y"])
    >>> leave_one_out(items).loc["x"].to_dict()
    {'all': 2.0, 'a': 1.0, 'b': 2.0}
    """
    items = _table(items)
    weight = pd.Series(_weights(items, weights), index=items.columns)
    posts = None if goalposts is None else _goalposts(items, goalposts)

    def without(kept: pd.Index) -> pd.Series:
        return composite(items[kept], weight[kept], None if posts is None else posts.loc[kept], aggregation)

    scores = {"all": without(items.columns)}
    if items.shape[1] > 1:
        scores |= {item: without(items.columns.drop(item)) for item in items.columns if weight.drop(item).sum() > 0}
    return ranks(pd.DataFrame(scores))


def sobol(items: pd.DataFrame, weights=None, goalposts=None, *, samples: int = 512, seed: int) -> pd.DataFrame:
    """Which choice moves the ranks: Sobol indices of the mean absolute shift of rank from the composite as given (SALib).

    Rows ``weights, normalisation, aggregation, exclusion``; columns ``first`` (alone), ``total`` (with all it acts with), and
    ``first_error``, ``total_error`` (half-widths at 95 %). `samples` is a power of two; the composite is computed 10 times as
    often. All missing where nothing moves.

    >>> items = pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]})
    >>> sobol(items, goalposts={"a": (0, 4), "b": (0, 4)}, samples=16, seed=1)["total"].isna().all()
    np.True_
    """
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    if samples < 2 or samples & (samples - 1):
        raise ValueError(f"samples are a power of 2, such as 512, not {samples!r}")
    items = _table(items)
    weight = _weights(items, weights)
    many, choice = len(weight), _choices(goalposts)
    factors = ["weights"] * many + ["normalisation", "aggregation", "exclusion"]
    problem = {
        "num_vars": many + 3, "names": [f"{name} {place}" for place, name in enumerate(factors)], "groups": factors,
        "bounds": [[0, 1]] * (many + 3),
    }  # fmt: skip
    drawn = np.clip(sample.sample(problem, samples, calc_second_order=False, seed=seed), 1e-9, 1 - 1e-9)
    tried = -np.log(drawn[:, :many]) * weight * many  # exponentials in these proportions: a Dirichlet around the weights
    pick = [np.floor(drawn[:, many + place] * size).astype(int) for place, size in enumerate([len(choice), 2, many + 1])]
    rank = ranks(composite(items, weights, goalposts)).dropna()
    drawn = tried / tried.sum(axis=1, keepdims=True) + NEVER_NONE * weight
    moved = _ranks_under(items.loc[rank.index], goalposts, drawn, *pick)
    shift = moved.sub(rank, axis=0).abs().mean().fillna(0).to_numpy()
    names = list(dict.fromkeys(factors))
    if np.ptp(shift) == 0:
        return pd.DataFrame(np.nan, index=names, columns=["first", "first_error", "total", "total_error"])
    found = analyze.analyze(problem, shift, calc_second_order=False, seed=seed)
    return pd.DataFrame(
        {"first": found["S1"], "first_error": found["S1_conf"], "total": found["ST"], "total_error": found["ST_conf"]},
        index=names,
    )


def alpha(items: pd.DataFrame, *, standardised: bool = False) -> float:
    """Cronbach's alpha: how far items that should say one thing do (1 is perfect agreement; it may be negative).

    Units with a missing item are left out. `standardised` gives each item the same variance first. Missing with fewer than
    two items or units, or where the total does not vary.

    >>> round(alpha(pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]})), 3)
    0.889
    """
    return _alpha(_complete(items, standardised))


def omega(items: pd.DataFrame, family: str = "ml") -> float:
    """McDonald's omega total: the share of the sum's variance due to what items have in common. The family must be named:

    ``ml`` is the maximum-likelihood one-factor model of the covariances (as lavaan); ``minres`` is the minimum-residual
    one-factor model of the correlations (as psych's omega_tot). Units with a missing item are left out; missing with fewer
    than three items or no more units than items.

    >>> random = np.random.default_rng(1)
    >>> common = random.normal(size=500)
    >>> items = pd.DataFrame({name: common + random.normal(size=500) for name in "abcd"})
    >>> round(omega(items), 2)  # four items, half of each shared: 0.8 but for chance
    0.77
    """
    values = _complete(items, standardised=False)
    if family not in ("ml", "minres"):
        raise ValueError(f"family is ml or minres, not {family!r}")
    spread = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(values.shape[1])
    if values.shape[1] < 3 or len(values) <= values.shape[1] or not spread.all():
        return np.nan
    correlation = np.corrcoef(values.T)
    unique = _uniqueness(correlation, family)
    if family == "minres":
        return float(1 - unique.sum() / correlation.sum())
    root = np.sqrt(unique)
    top, vector = (part[..., -1] for part in np.linalg.eigh(correlation / np.outer(root, root)))
    loading = spread * root * vector * np.sqrt(top - 1)
    common = loading.sum() ** 2
    return float(common / (common + (spread**2 * unique).sum()))


def item_statistics(items: pd.DataFrame, *, standardised: bool = False) -> pd.DataFrame:
    """What each item brings: ``mean, sd, total_correlation`` (with the sum), ``rest_correlation`` (with the sum of the others) and
    ``alpha_without``.

    >>> items = pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4], "c": [4, 1, 3, 2]})
    >>> item_statistics(items)["rest_correlation"].round(2).tolist()
    [0.63, 0.0, -0.63]
    """
    values = _complete(items, standardised)
    columns = ["mean", "sd", "total_correlation", "rest_correlation", "alpha_without"]
    table = pd.DataFrame(np.nan, index=_table(items).columns, columns=columns)
    if len(values) < 2:
        return table
    total = values.sum(axis=1, keepdims=True)
    table["mean"], table["sd"] = values.mean(axis=0), values.std(axis=0, ddof=1)
    for name, other in (("total_correlation", total), ("rest_correlation", total - values)):
        apart = other - other.mean(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            together = ((values - values.mean(axis=0)) * apart).sum(axis=0) / (len(values) - 1)
            table[name] = together / (table["sd"].to_numpy() * apart.std(axis=0, ddof=1))
    table["alpha_without"] = [_alpha(np.delete(values, place, axis=1)) for place in range(values.shape[1])]
    return table


def reliability(items: pd.DataFrame, *, cluster=None, draws: int = 2000, seed: int, confidence: float = 0.95) -> pd.DataFrame:
    """Alpha with its bootstrap interval and omega (family ``ml``), rows ``alpha, omega``; columns ``value, low, high, n``.

    None is told under 30 complete respondents. `cluster` (same index) says which respondents belong together.

    >>> reliability(pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]}), seed=1)["value"].isna().all()
    np.True_
    """
    whole = _table(items).dropna()
    table = pd.DataFrame(np.nan, index=["alpha", "omega"], columns=["value", "low", "high"]).assign(n=len(whole))
    if len(whole) >= FEW:
        among = None if cluster is None else cluster.loc[whole.index]
        drawn = estimates.bootstrap(whole, _alpha, cluster=among, draws=draws, seed=seed, confidence=confidence)
        table.loc["alpha", ["value", "low", "high"]] = drawn[["value", "low", "high"]]
        table.loc["omega", "value"] = omega(whole)
    return table


def icc(ratings: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Intraclass correlations of raters (columns) on targets (rows), by Shrout and Fleiss: rows ``ICC1, ICC2, ICC3`` (one rater) and
    ``ICC1k, ICC2k, ICC3k`` (the mean of all); columns ``value, low, high``. Targets with a missing rating are left out.

    1: raters differ by target; 2: a random sample of raters rates all; 3: these raters only, whatever their level.

    >>> icc(pd.DataFrame({"first": [9, 6, 8, 7, 10, 6], "second": [2, 1, 4, 1, 5, 2]}))["value"].round(2).tolist()
    [-0.5, 0.13, 0.75, -1.97, 0.22, 0.85]
    """
    from scipy.special import fdtri

    values = _complete(ratings, standardised=False)
    n, k = values.shape
    names = ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]
    table = pd.DataFrame(np.nan, index=names, columns=["value", "low", "high"])
    if n < 2 or k < 2:
        return table
    centred = values - values.mean()
    between = k * (centred.mean(axis=1) ** 2).sum() / (n - 1)
    raters = n * (centred.mean(axis=0) ** 2).sum() / (k - 1)
    within = ((values - values.mean(axis=1, keepdims=True)) ** 2).sum() / (n * (k - 1))
    error = (within * n * (k - 1) - raters * (k - 1)) / ((n - 1) * (k - 1))
    top, free, free_one = 1 - beyond(confidence), (n - 1) * (k - 1), n * (k - 1)

    def single(ratio):  # of a mean square to another, infinite where raters agree wholly
        return 1 - k / (ratio + k - 1)

    with np.errstate(divide="ignore", invalid="ignore"):
        one, three = between / within, between / error
        limits1 = one / fdtri(n - 1, free_one, top), one * fdtri(free_one, n - 1, top)
        limits3 = three / fdtri(n - 1, free, top), three * fdtri(free, n - 1, top)
        two = (between - error) / (between + (k - 1) * error + k * (raters - error) / n)
        a, b = k * two / (n * (1 - two)), 1 + k * two * (n - 1) / (n * (1 - two))
        freedom = (a * raters + b * error) ** 2 / ((a * raters) ** 2 / (k - 1) + (b * error) ** 2 / free)
        f_low, f_high = fdtri(n - 1, freedom, top), fdtri(freedom, n - 1, top)
        spread = k * raters + (k * n - k - n) * error
        low2 = n * (between - f_low * error) / (f_low * spread + n * between)
        high2 = n * (f_high * between - error) / (spread + n * f_high * between)
    rows = [[single(one), *map(single, limits1)], [two, low2, high2], [single(three), *map(single, limits3)]]
    table.iloc[:3] = rows
    table.iloc[3:] = [[k * value / (1 + (k - 1) * value) for value in row] for row in rows]
    return table


def _goalposts(items: pd.DataFrame, goalposts) -> pd.DataFrame:
    """Goalposts as a frame ``worst, best`` in the order of the items; a frame that names these two may hold them in any order."""
    if not isinstance(goalposts, pd.DataFrame):
        pairs = goalposts if isinstance(goalposts, Mapping) else dict(zip(items.columns, goalposts, strict=True))
        goalposts = pd.DataFrame.from_dict(pairs, orient="index")
    posts = goalposts[["worst", "best"]] if {"worst", "best"} <= set(goalposts) else goalposts
    if posts.shape[1] != 2:
        raise ValueError(f"goalposts are pairs of a worst and a best value, not {posts.shape[1]} values by item")
    posts = posts.set_axis(["worst", "best"], axis=1).astype(float).reindex(items.columns)
    wrong = posts.index[~np.isfinite(posts.to_numpy()).all(axis=1) | (posts["worst"] == posts["best"]).to_numpy()]
    if len(wrong):
        raise ValueError(f"goalposts need a worst and another best value for: {', '.join(map(str, wrong))}")
    return posts


def _weights(items: pd.DataFrame, weights) -> np.ndarray:
    """Weights in the order of the items, summing to 1."""
    if weights is None:
        weights = np.ones(items.shape[1])
    elif isinstance(weights, pd.Series | dict):
        named = pd.Series(weights, dtype=float)
        if set(named.index) != set(items.columns):
            unknown = sorted(map(str, set(named.index) ^ set(items.columns)))
            raise ValueError(f"weights and items do not name the same: {', '.join(unknown)}")
        weights = named[items.columns]
    weights = np.asarray(weights, dtype=float)
    if len(weights) != items.shape[1] or not (weights >= 0).all() or not weights.sum() > 0:
        raise ValueError(
            f"one weight per item is needed, none negative and not all zero: {weights.tolist()} for {items.shape[1]} items"
        )
    return weights / weights.sum()


def _aggregate(values: np.ndarray, weights: np.ndarray, aggregation: str) -> np.ndarray:
    """Means of units x items under rows of weights, as units x rows; missing items leave their weight to the others."""
    there = ~np.isnan(values)
    if aggregation == "geometric":
        if (values < 0).any():
            raise ValueError("a geometric mean needs items of zero or more: give goalposts")
        with np.errstate(divide="ignore"):
            values = np.log(values)
    elif aggregation != "arithmetic":
        raise ValueError(f"aggregation is arithmetic or geometric, not {aggregation!r}")
    void = np.where(there & np.isinf(values), 1.0, 0.0) @ weights.T > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(there & np.isfinite(values), values, 0) @ weights.T / (there @ weights.T)
    return np.where(void, 0, np.exp(mean)) if aggregation == "geometric" else mean


def _choices(goalposts) -> tuple[str, ...]:
    return NORMALISATIONS if goalposts is not None else NORMALISATIONS[1:]


def _ranks_under(items, goalposts, weights, normalisation, aggregation, left_out) -> pd.DataFrame:
    """Ranks of the units (rows) under each draw (columns) of weights and choices; `left_out` past the last item leaves out none."""
    weights = weights.copy()
    alone = np.take_along_axis(weights, np.minimum(left_out, items.shape[1] - 1)[:, None], axis=1)[:, 0]
    drop = (left_out < items.shape[1]) & (alone < weights.sum(axis=1))  # an item that has all the weight stays
    weights[np.flatnonzero(drop), left_out[drop]] = 0
    scores = np.empty((len(items), len(weights)))
    for place, method in enumerate(_choices(goalposts)):
        values = normalise(items, method, goalposts).to_numpy()
        for kind, name in enumerate(AGGREGATIONS):
            here = (normalisation == place) & (aggregation == kind)
            scores[:, here] = _aggregate(values, weights[here], name)
    return ranks(pd.DataFrame(scores, index=items.index))


def _table(items) -> pd.DataFrame:
    """Items as a frame of floats, units x items."""
    frame = pd.DataFrame(items)
    if all(dtype == "float64" for dtype in frame.dtypes):
        return frame
    wrong = [str(name) for name, column in frame.items() if column.dtype.kind not in "biuf" and not _numeric(column)]
    if wrong:
        raise ValueError(f"items must be numbers: {', '.join(wrong)}")
    return frame.astype(float)


def _numeric(column: pd.Series) -> bool:
    known = column.dropna().infer_objects()
    return known.empty or known.dtype.kind in "biuf"


def _complete(items, standardised: bool) -> np.ndarray:
    values = _table(items).dropna().to_numpy()
    if not standardised or len(values) < 2:
        return values
    spread = values.std(axis=0, ddof=1)
    return (values - values.mean(axis=0)) / np.where(spread > 0, spread, np.nan)


def _alpha(values: np.ndarray) -> float:
    n, k = values.shape
    if n < 2 or k < 2:
        return np.nan
    total = values.sum(axis=1).var(ddof=1)
    return float(k / (k - 1) * (1 - values.var(axis=0, ddof=1).sum() / total)) if total > 0 else np.nan


def _uniqueness(correlation: np.ndarray, family: str) -> np.ndarray:
    """The share of each item's variance that is its own, in a model with one common factor; at least LEAST_OWN."""
    from scipy.optimize import minimize

    correlation = correlation + 1e-9 * np.eye(len(correlation))  # items that follow from one another have an inverse too

    def loss(log_unique):
        unique = np.exp(log_unique)
        if family == "ml":
            rest = np.linalg.eigvalsh(correlation / np.sqrt(np.outer(unique, unique)))[:-1]
            return (rest - np.log(np.maximum(rest, 1e-300)) - 1).sum()
        values, vectors = np.linalg.eigh(correlation - np.diag(unique))
        return (np.triu(correlation - max(values[-1], 0) * np.outer(vectors[:, -1], vectors[:, -1]), 1) ** 2).sum()

    start = np.log(np.clip(1 / np.diag(np.linalg.inv(correlation)), LEAST_OWN, 1))
    found = minimize(
        loss, start, method="L-BFGS-B", bounds=[(np.log(LEAST_OWN), 0)] * len(start), options={"ftol": 1e-15, "gtol": 1e-10}
    )
    return np.exp(found.x)
