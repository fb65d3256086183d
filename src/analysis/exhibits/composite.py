"""The composite of strength by region (F15C), beside the lines: shown where an order holds."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import words_of
from analysis.article.rules import Rules
from analysis.charts import heading, marks, stacked
from analysis.exhibits.line_counts import live
from analysis.indicators import composite_indicator, lines
from analysis.stats import intervals
from analysis.text import formatting
from analysis.text.facts import Label, Listed, Number, Proportion, Rank

REGIONS_LEAST = 3  # to be compared
_SEED, SAMPLES, CHOICES = 2018, 60, 30  # sets of partners drawn, and choices drawn on each
_DIMENSIONS = {  # each is the mean share of relations on its lines; the dimensions weigh alike
    "satisfaction": ("LS1", "LS2"),
    "breadth": ("LS3", "LS4", "LS5"),
    "depth": ("LS6", "LS7"),
    "reach": ("LS8", "LS9"),
    "review": ("LS10",),
}
# from none of the relations to all of them: no region that joins moves another
GOALPOSTS = dict.fromkeys(_DIMENSIONS, (0.0, 1.0))
_RANKS = ["rank", "low", "high", "rank_geometric", "rank_best", "rank_worst"]


class LineCounts(NamedTuple):
    """Relations of each partner (rows) that are yes, and known, on each line of strength (columns)."""

    yes: np.ndarray
    known: np.ndarray


def F15C(study) -> Exhibit:
    """Regions by the composite of their dimensions of strength, and what may move each."""
    words = words_of(study, "F15C")
    relations = live(study, words)
    few = study.conventions["percent_from"]
    counts = _counts_by_region(study, relations, few)
    is_told = {region: count.known.sum(axis=0) >= few for region, count in counts.items()}
    items = {
        region: dimensions(count.yes.sum(axis=0), count.known.sum(axis=0), is_told[region])
        for region, count in counts.items()
    }
    items = pd.DataFrame(items, index=list(_DIMENSIONS), dtype=float).T
    choices = {"goalposts": GOALPOSTS, "known": study.conventions["composite_share"]}
    score = composite_indicator.composite(items, **choices).dropna()
    words.refuse_if(len(score) < REGIONS_LEAST, "few", regions_least=Number(REGIONS_LEAST))
    items = items.loc[score.index]
    drawn = drawn_dimensions(
        {region: counts[region] for region in items.index},
        np.array([is_told[region] for region in items.index]),
    )
    ranks = drawn_ranks(drawn)
    confidence = study.parameters.confidence
    n_pairs_in_order = int(order_holds(score.to_numpy(), drawn, ranks, confidence).sum())
    words.refuse_if(n_pairs_in_order == 0, "no_order", regions=Number(len(items)))
    beyond = (1 - study.conventions["rank_confidence"]) / 2
    regions = _regions(items, score, ranks, beyond, choices)
    regions["n"] = relations["region"].value_counts().reindex(items.index)
    effects = composite_indicator.sobol(items, samples=256, seed=_SEED, **choices)
    share = effects["total"].sort_values(ascending=False)
    labels = [words.group(factor) for factor in share.index]
    moves = pd.DataFrame({"label": labels, "share": share.to_numpy()})
    data = words.views(region=regions, choice=moves)
    data = data[["view", "label", "n", "score", *_RANKS, "share"]]
    data[["n", *_RANKS]] = data[["n", *_RANKS]].astype("Int64")

    def draw(data, narrow):
        ranked, moves = words.view(data, "region"), words.view(data, "choice")
        heights = marks.tall(len(ranked), narrow), marks.tall(len(moves), narrow, 0.6)
        figure, (top, bottom) = stacked(narrow, heights)
        arithmetic_ranks = ranked.assign(series=words.picture("arithmetic"), value=ranked["rank"])
        geometric_ranks = ranked.drop(columns=["low", "high"]).assign(
            series=words.picture("geometric"), value=ranked["rank_geometric"]
        )
        ranks_of_both = pd.concat([arithmetic_ranks, geometric_ranks])
        ranks_of_both = ranks_of_both.astype({"value": float, "low": float, "high": float})
        limits = (0.5, len(ranked) + 0.5)
        points = marks.dots(
            top, ranks_of_both, "strength", narrow, formatting.number, sort=False, limits=limits
        )
        heading(top, words.picture("ranks"), "strength")
        parts = moves.rename(columns={"share": "value"})[["label", "value"]]
        points += marks.bars(bottom, parts, "strength", narrow, formatting.percent)
        heading(bottom, words.picture("moves"), "strength")
        return figure, points

    first = regions.iloc[0]
    within = ranks.var(axis=2).mean()
    whole = ranks.reshape(len(items), -1).var(axis=1).mean()
    items_of = [f"{words.group(name)} ({', '.join(of)})" for name, of in _DIMENSIONS.items()]
    facts = {
        "held": Number(n_pairs_in_order),
        "pairs": Number(len(items) * (len(items) - 1) // 2),
        "regions": Number(len(items)),
        "region": Label(first["label"]),
        "dimensions": Listed([Label(label) for label in items_of]),
        "chance": Proportion(1 - within / whole if whole else 0.0),
        **{name: Rank(first[name]) for name in _RANKS},
    }
    rules = Rules(not_partners=words.refusal("not_partners"))
    n = int(regions["n"].sum())
    return Exhibit.of(words, "strength", data, draw, n=n, facts=facts, rules=rules)


def _counts_by_region(study, relations: pd.DataFrame, few: int) -> dict[str, LineCounts]:
    stated = study.lines.iloc[relations.index][list(lines.STRENGTH)]
    region = pd.Series(relations["region"].to_numpy(), stated.index)
    partner = pd.Series(relations["partner_id"].to_numpy(), stated.index)
    counts = {}
    for name, rows in stated.groupby(region, sort=True):
        if len(rows) >= few:
            own = partner[rows.index]
            yes = rows.fillna(False).astype(float).groupby(own).sum()
            known_by_region = rows.notna().astype(float).groupby(own).sum()
            counts[name] = LineCounts(yes.to_numpy(), known_by_region.to_numpy())
    return counts


def dimensions(yes: np.ndarray, known: np.ndarray, is_told: np.ndarray) -> np.ndarray:
    """Values of the dimensions (last axis) from counts by line; missing where a line is not told."""
    share = np.divide(yes, known, out=np.full(np.shape(yes), np.nan), where=is_told & (known > 0))
    position = {line: at for at, line in enumerate(lines.STRENGTH)}
    values = [
        share[..., [position[line] for line in of]].mean(axis=-1) for of in _DIMENSIONS.values()
    ]
    return np.stack(values, axis=-1)


def drawn_dimensions(counts: dict[str, LineCounts], is_told: np.ndarray) -> np.ndarray:
    """Dimensions (last axis) of the regions (first) when partners are drawn again (second)."""
    random = np.random.default_rng(_SEED)
    drawn = []
    for count, lines_told in zip(counts.values(), is_told, strict=True):
        partners = len(count.yes)
        times = random.multinomial(partners, np.full(partners, 1 / partners), SAMPLES)
        drawn.append(dimensions(times @ count.yes, times @ count.known, lines_told))
    return np.stack(drawn)


def drawn_ranks(drawn: np.ndarray) -> np.ndarray:
    """Ranks of the regions (first axis) by draw of partners (second) and of choices (third)."""
    ranks = [
        composite_indicator.rank_draws(
            pd.DataFrame(drawn[:, sample], columns=list(_DIMENSIONS)),
            goalposts=GOALPOSTS,
            draws=CHOICES,
            seed=_SEED + sample,
        ).to_numpy()
        for sample in range(drawn.shape[1])
    ]
    return np.stack(ranks, axis=1)


def order_holds(
    score: np.ndarray, drawn: np.ndarray, ranks: np.ndarray, confidence: float
) -> np.ndarray:
    """For each pair of regions, whether their order holds: beyond chance, and whatever the choices.

    Beyond chance: the difference of the scores against its spread over the partners drawn again
    (Holm over all pairs). Whatever the choices: the same order in as many of the draws as the
    confidence asks.
    """
    from scipy.special import ndtr

    first, second = np.triu_indices(len(score), 1)
    scores = np.nanmean(drawn, axis=-1)
    spread = (scores[first] - scores[second]).std(axis=1, ddof=1)
    distance = np.abs(score[first] - score[second]) / np.maximum(spread, 1e-12)
    beyond_chance = intervals.holm(2 * ndtr(-distance)).to_numpy() <= 1 - confidence
    above = (ranks[first] < ranks[second]).mean(axis=(1, 2))
    below = (ranks[first] > ranks[second]).mean(axis=(1, 2))
    return beyond_chance & (np.where(score[first] > score[second], above, below) >= confidence)


def _regions(
    items: pd.DataFrame, score: pd.Series, ranks: np.ndarray, beyond: float, choices: dict
) -> pd.DataFrame:
    bounds = [beyond, 1 - beyond]
    low, high = np.quantile(ranks.reshape(len(items), -1), bounds, axis=1, method="inverted_cdf")
    without = composite_indicator.leave_one_out(items, **choices).drop(columns="all")
    geometric = composite_indicator.composite(items, aggregation="geometric", **choices)
    regions = {
        "label": items.index,
        "score": score,
        "rank": composite_indicator.score_ranks(score),
        "low": low,
        "high": high,
        "rank_geometric": composite_indicator.score_ranks(geometric),
        "rank_best": without.min(axis=1),
        "rank_worst": without.max(axis=1),
    }
    return pd.DataFrame(regions).sort_values(["rank", "label"])
