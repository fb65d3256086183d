"""A composite of several scales: normalise, weigh, aggregate; and how far a rank may move.

A composite stands beside the lines, never in their place. Its goalposts are fixed beforehand, so
that a unit that joins or leaves moves no other's score; what the choices behind it do to the ranks
is part of the answer.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.declare.conventions import DEFAULTS
from analysis.stats.array_checks import numeric_items

# the choices that the uncertainty of a rank ranges over
NORMALISATIONS = ("goalposts", "minmax", "rank")
AGGREGATIONS = ("arithmetic", "geometric")
NEVER_NONE = 1e-12  # of the weights is in each draw, so that an item left out leaves its weight


def normalise(items: pd.DataFrame, method: str, goalposts=None) -> pd.DataFrame:
    """Items (units x items) on one scale, more being better. `goalposts` gives each item its
    (worst, best): a mapping, a frame of two columns by item, or pairs in the order of the columns.

    ``goalposts``: 0 at the worst, 1 at the best and beyond. The others depend on the units present:
    ``minmax`` (0 to 1), ``rank`` (1 the lowest, ties share the lower). An item whose worst lies
    above its best is turned over first. Missing stays missing.

    >>> normalise(pd.DataFrame({"a": [1.0, 2.0, 5.0]}), "goalposts", {"a": (0, 4)})["a"].tolist()
    [0.25, 0.5, 1.0]
    """
    items = numeric_items(items)
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
    if method == "rank":
        return items.rank(method="min")
    raise ValueError(f"method is {', '.join(NORMALISATIONS)}, not {method!r}")


def composite(
    items: pd.DataFrame,
    weights=None,
    goalposts=None,
    aggregation: str = "arithmetic",
    *,
    known: float = DEFAULTS["composite_share"],
) -> pd.Series:
    """One score per unit: items set between their goalposts, then their weighted arithmetic or
    geometric mean.

    `weights` by item (a Series, a mapping, or a list in the order of the columns; equal without)
    are brought to sum 1. Without `goalposts` the items are taken as they stand. In the geometric
    mean a low item is not made good by a high one, and a zero makes zero. A missing item leaves its
    weight to the others, as long as the known ones carry 60 % of it; else the score is missing.

    >>> items = pd.DataFrame({"a": [21, 6], "b": [1, 6], "c": [1, 6], "d": [1, 6]}, index=["x", "y"])
    >>> composite(items, aggregation="geometric").round(2).to_dict()
    {'x': 2.14, 'y': 6.0}
    """
    items = numeric_items(items)
    if goalposts is None:
        values = items
    else:
        values = normalise(items, "goalposts", goalposts)
    weight = _weights(items, weights)
    score = _aggregate(values.to_numpy(), weight[None], aggregation)[:, 0]
    enough = values.notna().to_numpy() @ weight >= known - 1e-9
    return pd.Series(np.where(enough, score, np.nan), index=items.index, name="composite")


def score_ranks(scores: pd.Series | pd.DataFrame) -> pd.Series | pd.DataFrame:
    """Rank 1 for the highest score; equals share the better rank; a missing score has none.

    >>> score_ranks(pd.Series([0.5, 0.9, 0.5])).tolist()
    [2.0, 1.0, 2.0]
    """
    return scores.round(12).rank(ascending=False, method="min")


def rank_draws(
    items: pd.DataFrame, weights=None, goalposts=None, *, draws: int = 2000, seed: int
) -> pd.DataFrame:
    """The rank of each unit (rows) under choices drawn at random (columns).

    Each draw takes weights around those given (Dirichlet, as spread as equal ones when all mixes
    are as likely), one of three normalisations (goalposts where given, min-max, ranks), either
    aggregation, and leaves out one item or none.

    >>> items = pd.DataFrame({"a": [1, 2], "b": [1, 2]}, index=["low", "top"])
    >>> rank_draws(items, goalposts={"a": (0, 4), "b": (0, 4)}, draws=3, seed=1).loc["top"].tolist()
    [1.0, 1.0, 1.0]
    """
    items = numeric_items(items)
    weight, choice = _weights(items, weights), _choices(goalposts)
    random, many = np.random.default_rng(seed), len(weight)
    drawn = random.dirichlet(np.maximum(weight * many, 1e-6), draws) + NEVER_NONE * weight
    settings = (
        random.integers(0, len(choice), draws),
        random.integers(0, 2, draws),
        random.integers(0, many + 1, draws),
    )
    return _ranks_under(items, goalposts, drawn, *settings)


def leave_one_out(
    items: pd.DataFrame,
    weights=None,
    goalposts=None,
    aggregation: str = "arithmetic",
    *,
    known: float = DEFAULTS["composite_share"],
) -> pd.DataFrame:
    """The rank of each unit with all items (column ``all``) and without each (one column per item
    left out).

    >>> items = pd.DataFrame({"a": [1, 3], "b": [4, 3]}, index=["x", "y"])
    >>> leave_one_out(items).loc["x"].to_dict()
    {'all': 2.0, 'a': 1.0, 'b': 2.0}
    """
    items = numeric_items(items)
    weight = pd.Series(_weights(items, weights), index=items.columns)
    posts = None if goalposts is None else _goalposts(items, goalposts)

    def without(kept: pd.Index) -> pd.Series:
        kept_posts = None if posts is None else posts.loc[kept]
        return composite(items[kept], weight[kept], kept_posts, aggregation, known=known)

    scores = {"all": without(items.columns)}
    if items.shape[1] > 1:
        for item in items.columns:
            if weight.drop(item).sum() > 0:
                scores[item] = without(items.columns.drop(item))
    return score_ranks(pd.DataFrame(scores))


def sobol(
    items: pd.DataFrame,
    weights=None,
    goalposts=None,
    *,
    samples: int = 512,
    seed: int,
    known: float = DEFAULTS["composite_share"],
) -> pd.DataFrame:
    """Which choice moves the ranks: Sobol indices of the mean absolute shift of rank from the
    composite as given (SALib).

    Rows ``weights, normalisation, aggregation, exclusion``; columns ``first`` (alone), ``total``
    (with all it acts with), and ``first_error``, ``total_error`` (half-widths at 95 %). `samples`
    is a power of two; the composite is computed 10 times as often. All missing where nothing moves.

    >>> items = pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]})
    >>> sobol(items, goalposts={"a": (0, 4), "b": (0, 4)}, samples=16, seed=1)["total"].isna().all()
    np.True_
    """
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    if samples < 2 or samples & (samples - 1):
        raise ValueError(f"samples are a power of 2, such as 512, not {samples!r}")
    items = numeric_items(items)
    weight = _weights(items, weights)
    many, choice = len(weight), _choices(goalposts)
    factors = ["weights"] * many + ["normalisation", "aggregation", "exclusion"]
    problem = {
        "num_vars": many + 3,
        "names": [f"{name} {number}" for number, name in enumerate(factors)],
        "groups": factors,
        "bounds": [[0, 1]] * (many + 3),
    }
    drawn = np.clip(
        sample.sample(problem, samples, calc_second_order=False, seed=seed), 1e-9, 1 - 1e-9
    )
    # exponentials in these proportions: a Dirichlet around the weights
    tried = -np.log(drawn[:, :many]) * weight * many
    pick = np.floor(drawn[:, many:] * [len(choice), 2, many + 1]).astype(int).T
    rank = score_ranks(composite(items, weights, goalposts, known=known)).dropna()
    drawn = tried / tried.sum(axis=1, keepdims=True) + NEVER_NONE * weight
    moved = _ranks_under(items.loc[rank.index], goalposts, drawn, *pick)
    shift = moved.sub(rank, axis=0).abs().mean().fillna(0).to_numpy()
    names = list(dict.fromkeys(factors))
    columns = {"S1": "first", "S1_conf": "first_error", "ST": "total", "ST_conf": "total_error"}
    if np.ptp(shift) == 0:
        return pd.DataFrame(np.nan, index=names, columns=list(columns.values()))
    result = analyze.analyze(problem, shift, calc_second_order=False, seed=seed)
    return pd.DataFrame({columns[name]: result[name] for name in columns}, index=names)


def _goalposts(items: pd.DataFrame, goalposts) -> pd.DataFrame:
    if not isinstance(goalposts, pd.DataFrame | Mapping):
        goalposts = dict(zip(items.columns, goalposts, strict=True))
    if not isinstance(goalposts, pd.DataFrame):
        goalposts = pd.DataFrame.from_dict(goalposts, orient="index")
    posts = goalposts
    if {"worst", "best"} <= set(posts):
        posts = posts[["worst", "best"]]
    if posts.shape[1] != 2:
        raise ValueError(
            f"goalposts are pairs of a worst and a best value, not {posts.shape[1]} values by item"
        )
    posts = posts.set_axis(["worst", "best"], axis=1).astype(float).reindex(items.columns)
    is_known = np.isfinite(posts.to_numpy()).all(axis=1)
    wrong = posts.index[~is_known | (posts["worst"] == posts["best"]).to_numpy()]
    if len(wrong):
        raise ValueError(
            f"goalposts need a worst and another best value for: {', '.join(map(str, wrong))}"
        )
    return posts


def _weights(items: pd.DataFrame, weights) -> np.ndarray:
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
    is_known = ~np.isnan(values)
    if aggregation == "geometric":
        if (values < 0).any():
            raise ValueError("a geometric mean needs items of zero or more: give goalposts")
        with np.errstate(divide="ignore"):
            values = np.log(values)
    elif aggregation != "arithmetic":
        raise ValueError(f"aggregation is arithmetic or geometric, not {aggregation!r}")
    void = np.where(is_known & np.isinf(values), 1.0, 0.0) @ weights.T > 0
    finite_values = np.where(is_known & np.isfinite(values), values, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = finite_values @ weights.T / (is_known @ weights.T)
    if aggregation == "geometric":
        return np.where(void, 0, np.exp(mean))
    return mean


def _choices(goalposts) -> tuple[str, ...]:
    if goalposts is not None:
        return NORMALISATIONS
    return NORMALISATIONS[1:]


def _ranks_under(items, goalposts, weights, normalisation, aggregation, left_out) -> pd.DataFrame:
    weights = weights.copy()
    last = items.shape[1] - 1
    alone = weights[np.arange(len(weights)), np.minimum(left_out, last)]
    # an item that has all the weight stays
    drop = (left_out <= last) & (alone < weights.sum(axis=1))
    weights[np.flatnonzero(drop), left_out[drop]] = 0
    scores = np.empty((len(items), len(weights)))
    for position, method in enumerate(_choices(goalposts)):
        values = normalise(items, method, goalposts).to_numpy()
        for kind, name in enumerate(AGGREGATIONS):
            same_choice = (normalisation == position) & (aggregation == kind)
            scores[:, same_choice] = _aggregate(values, weights[same_choice], name)
    return score_ranks(pd.DataFrame(scores, index=items.index))
