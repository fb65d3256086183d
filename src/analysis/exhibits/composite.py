"""The composite of strength by region (F15C), beside the lines and never in their place: which order of regions holds, if any."""

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit, Rules, refuse_if
from analysis.charts import heading, marks, stacked
from analysis.declare.conventions import DEFAULTS
from analysis.exhibits.line_counts import live
from analysis.indicators import composite_indicator, lines
from analysis.text import formatting
from analysis.text.formatting import text as _

FEW = DEFAULTS[
    "percent_from"
]  # relations: a region with fewer is not ranked, and a line known on fewer tells nothing of it
LEAST = 3  # regions to compare
SURE = (
    0.95  # of the draws in which one region stands above another, for the order of the two to hold
)
SEED, SAMPLES, CHOICES = 2018, 60, 30  # sets of partners drawn, and choices drawn on each
DIMENSIONS = {  # each is the mean share of relations on its lines; the dimensions weigh alike
    formatting.mark("both sides satisfied"): ("LS1", "LS2"),
    formatting.mark("breadth"): ("LS3", "LS4", "LS5"),
    formatting.mark("depth"): ("LS6", "LS7"),
    formatting.mark("reach"): ("LS8", "LS9"),
    formatting.mark("joint review"): ("LS10",),
}
GOALPOSTS = dict.fromkeys(
    DIMENSIONS, (0.0, 1.0)
)  # none of the relations, all of them: no region that joins moves another
FACTORS = {
    "weights": formatting.mark("weights of the dimensions"),
    "normalisation": formatting.mark("common scale"),
    "aggregation": formatting.mark("arithmetic or geometric mean"),
    "exclusion": formatting.mark("a dimension left out"),
}


def dimensions(yes: np.ndarray, known: np.ndarray, told: np.ndarray) -> np.ndarray:
    """Values of the dimensions (last axis) from counts by line; a dimension of which a line is not `told` is missing."""
    share = np.divide(yes, known, out=np.full(np.shape(yes), np.nan), where=told & (known > 0))
    place = {line: at for at, line in enumerate(lines.STRENGTH)}
    return np.stack(
        [
            share[..., [place[line] for line in named]].mean(axis=-1)
            for named in DIMENSIONS.values()
        ],
        axis=-1,
    )


def _ranks(counts: dict[str, tuple[np.ndarray, np.ndarray]], told: np.ndarray) -> np.ndarray:
    """Ranks of the regions (rows) when partners are drawn again (second axis) and choices on each such draw (third)."""
    random, drawn = np.random.default_rng(SEED), []
    for (yes, known), here in zip(counts.values(), told, strict=True):
        times = random.multinomial(len(yes), np.full(len(yes), 1 / len(yes)), SAMPLES)
        drawn.append(dimensions(times @ yes, times @ known, here))
    items = np.stack(drawn, axis=1)
    moved = [
        composite_indicator.rank_draws(
            pd.DataFrame(one, columns=list(DIMENSIONS)),
            goalposts=GOALPOSTS,
            draws=CHOICES,
            seed=SEED + place,
        )
        for place, one in enumerate(items)
    ]
    return np.stack([table.to_numpy() for table in moved], axis=1)


def F15C(study) -> Exhibit:
    """Regions by the composite of their dimensions of strength, and how far choices and chance may move each."""
    relations = live(study)
    region = relations.set_index("relation_id")["region"]
    stated = study.lines.iloc[relations.index][list(lines.STRENGTH)]
    partner = relations["partner_id"].to_numpy()
    counts = {}
    for name, rows in stated.groupby(region, sort=True):
        own = partner[stated.index.get_indexer(rows.index)]
        if len(rows) >= FEW:
            yes, known = (
                table.astype(float).groupby(own).sum().to_numpy()
                for table in (rows.fillna(False), rows.notna())
            )
            counts[name] = yes, known
    told = {name: known.sum(axis=0) >= FEW for name, (_yes, known) in counts.items()}
    items = pd.DataFrame(
        {
            name: dimensions(yes.sum(axis=0), known.sum(axis=0), told[name])
            for name, (yes, known) in counts.items()
        },
        index=list(DIMENSIONS),
        dtype=float,
    ).T
    score = composite_indicator.composite(items, goalposts=GOALPOSTS).dropna()
    refuse_if(
        len(score) < LEAST,
        _(
            "Fewer than three regions have ten relations and three dimensions of strength known on ten "
            "of them: no order of regions can be shown."
        ),
    )
    items = items.loc[score.index]
    moved = _ranks(
        {name: counts[name] for name in items.index}, np.array([told[name] for name in items.index])
    )
    within, spread = moved.var(axis=2).mean(), moved.reshape(len(items), -1).var(axis=1).mean()
    above = (moved[:, None] < moved[None]).mean(axis=(2, 3))
    held, pairs = int((above >= SURE).sum()), len(items) * (len(items) - 1) // 2
    beyond = (1 - study.conventions["rank_confidence"]) / 2
    bounds = [beyond, 1 - beyond]
    low, high = np.quantile(moved.reshape(len(items), -1), bounds, axis=1, method="inverted_cdf")
    without = composite_indicator.leave_one_out(items, goalposts=GOALPOSTS).drop(columns="all")
    geometric = composite_indicator.composite(items, goalposts=GOALPOSTS, aggregation="geometric")
    regions = pd.DataFrame(
        {
            "view": _("region"),
            "label": items.index,
            "n": region.value_counts().reindex(items.index),
            "score": score,
            "rank": composite_indicator.ranks(score),
            "low": low,
            "high": high,
            "rank_geometric": composite_indicator.ranks(geometric),
            "rank_best": without.min(axis=1),
            "rank_worst": without.max(axis=1),
        }
    ).sort_values(["rank", "label"])
    moves = composite_indicator.sobol(items, goalposts=GOALPOSTS, samples=256, seed=SEED)[
        "total"
    ].rename(index=FACTORS)
    choices = pd.DataFrame(
        {"view": _("choice"), "label": [_(name) for name in moves.index], "share": moves.to_numpy()}
    )
    data = pd.concat([regions, choices.sort_values("share", ascending=False)], ignore_index=True)
    whole = ["n", "rank", "low", "high", "rank_geometric", "rank_best", "rank_worst"]
    data[whole] = data[whole].astype("Int64")
    first, many = data.iloc[0], int(regions["n"].sum())
    names = [_("arithmetic mean"), _("geometric mean")]

    finding = (
        _(
            "The order of regions by strength holds in {n} {n:pair|pairs} of {all}: the others cannot be told apart",
            n=held,
            all=pairs,
        )
        if held
        else _("No region can be told from another by the strength of its relations")
    )

    def draw(data, narrow):
        ranked, moves = (data[data["view"] == view] for view in (_("region"), _("choice")))
        heights = marks.tall(len(ranked), narrow), marks.tall(len(moves), narrow, 0.6)
        figure, axes = stacked(narrow, heights)
        own = ranked.assign(series=names[0], value=ranked["rank"])
        other = ranked.assign(
            series=names[1], value=ranked["rank_geometric"], low=np.nan, high=np.nan
        )
        both = pd.concat([own, other]).astype({"value": float, "low": float, "high": float})
        points = marks.dots(
            axes[0],
            both,
            "strength",
            narrow,
            formatting.number,
            sort=False,
            limits=(0.5, len(ranked) + 0.5),
        )
        heading(axes[0], _("Rank of the region, and where nine draws in ten put it"), "strength")
        shown = moves.rename(columns={"share": "value"})[["label", "value"]]
        points += marks.bars(axes[1], shown, "strength", narrow, formatting.percent)
        heading(axes[1], _("What moves the ranks, among the choices"), "strength")
        return figure, points

    told = {
        "region": first["label"],
        "rank": first["rank"],
        "geometric": first["rank_geometric"],
        "low": first["low"],
        "high": first["high"],
        "best": first["rank_best"],
        "worst": first["rank_worst"],
    }
    made_of = formatting.join(
        _("{name} ({lines})", name=_(name), lines=", ".join(named))
        for name, named in DIMENSIONS.items()
    )
    return Exhibit.of(
        study,
        "F15C",
        "strength",
        data,
        draw,
        n=many,
        unit=_("relations"),
        rules=Rules(
            ranks=True,
            not_partners=_("Regions are not ranked by name outside the team and the directors."),
        ),
        columns={
            "view": _("Part"),
            "label": _("Region or choice"),
            "n": (_("Relations"), "integer"),
            "score": (_("Composite (0 to 1)"), "number"),
            "rank": (_("Rank"), "integer"),
            "low": (_("Rank at best"), "integer"),
            "high": (_("Rank at worst"), "integer"),
            "rank_geometric": (_("Rank, geometric mean"), "integer"),
            "rank_best": (_("Best rank without a dimension"), "integer"),
            "rank_worst": (_("Worst rank without a dimension"), "integer"),
            "share": (_("Part in the movement"), "percent"),
        },
        title=finding,
        subtitle=_(
            "Rank of regions by the composite of five dimensions of strength, 5-95% interval over the choices and the "
            "partners drawn again"
        ),
        reading=_(
            "{region} ranks {rank} ({geometric} by the geometric mean); nine draws in ten put it between {low} and {high}, "
            "and leaving a dimension out between {best} and {worst}.",
            **told,
        ),
        scope=_(
            "{n} relations running or to confirm in {regions} regions that have ten or more and three dimensions known; "
            "{scope}.",
            n=many,
            regions=len(items),
            scope=study.scope_line,
        ),
        note=_(
            "A composite hides what the lines show: read figure F15 first. Dimensions: {dimensions}; each is the mean share of "
            "relations on its lines, between 0 (none) and 1 (all), and they weigh alike. Each draw takes other weights, "
            "another common scale, one mean or the other, leaves out a dimension or none, and draws the partners of each "
            "region again, which alone makes {chance} of the movement. An order holds where it is the same in 95% of draws. "
            "The lower panel sums above 100% where choices act together.",
            dimensions=made_of,
            chance=formatting.percent(1 - within / spread if spread else 0),
        ),
        alt=_(
            "A dot and an interval for each of {regions} regions. {finding}.",
            regions=len(items),
            finding=finding,
        ),
    )
