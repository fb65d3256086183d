"""From proposals to the roadmap: which come first (F26), and as a table to work with (T6)."""

import pandas as pd

from analysis.article.exhibit import Exhibit, Rules, refuse_if
from analysis.charts import above, colour, grids, heading, marks, stacked
from analysis.declare.conventions import DEFAULTS
from analysis.exhibits.phrases import name
from analysis.indicators import proposals as roadmap
from analysis.text import formatting
from analysis.text.formatting import text as _

FEW = DEFAULTS["secret_below"]  # voters: below, nobody's choice could stay their own
SEED = 20180627
SHOWN = 15


def _ranked(study) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """The ranking of merged proposals (both sides half and half), the shares of points by voter, and each voter's side."""
    refuse_if(
        not study.has("votes") or not study.has("proposals"),
        _("No vote on proposals is recorded: there is no order to show."),
    )
    proposals, votes = study.proposals, study.votes
    stands_for = roadmap.merged(proposals)
    shares = roadmap.normalised(votes, stands_for)
    side = roadmap.sides(votes)
    refuse_if(
        len(shares) < FEW, _("Fewer than five people voted: the order would tell their choices.")
    )
    found = roadmap.ranking(shares, side, seed=SEED)
    for one in roadmap.SIDES:
        own = shares[side.reindex(shares.index) == one]
        ranks = (
            roadmap.ranking(own, seed=SEED)["rank"] if len(own) >= FEW else pd.Series(dtype="Int64")
        )
        found[f"rank_{one}"] = ranks.reindex(found.index).astype("Int64")
    known = proposals.drop_duplicates("proposal_id").set_index("proposal_id")
    found["merged"] = stands_for.value_counts().reindex(found.index).astype("Int64")
    return found.join(known[["text", "workshop", "challenge", "impact", "effort"]]), shares, side


def F26(study) -> Exhibit:
    """Which proposals come first, with how far their rank may move, and where they stand by impact and effort."""
    data, shares, side = _ranked(study)
    sizes = side.reindex(shares.index).value_counts()
    sure, best = int((data["first"] >= 0.9).sum()), data.iloc[0]

    def draw(data, narrow):
        shown = data.head(SHOWN)
        figure, axes = stacked(narrow, (marks.tall(len(shown), narrow), 2.9))
        rows = shown.assign(
            label=shown["rank"].astype(str) + ". " + shown["text"],
            value=shown["rank"],
            said=shown["first"].map(formatting.percent),
        )
        points = marks.dots(
            axes[0],
            rows,
            "across",
            narrow,
            formatting.number,
            sort=False,
            limits=(0.5, len(data) + 0.5),
        )
        axes[0].set_xticks(sorted({1, *range(5, len(data) + 1, 5)}))
        above(axes[0], _("among the first five"), colour("ink"), at="right" if narrow else "beyond")
        heading(axes[0], _("Rank, 90% interval"))
        placed = shown.dropna(subset=["impact", "effort"]).round({"impact": 0, "effort": 0})
        cells = placed["rank"].astype(str).groupby([placed["impact"], placed["effort"]])
        scale = {n: formatting.number(n) for n in (1, 2, 3, 4, 5)}
        grid = lambda of_cells: (
            of_cells.unstack()
            .reindex(index=[*scale][::-1], columns=scale)
            .rename(index=scale, columns=scale)
        )
        texts = grid(cells.agg(", ".join)).astype("object").fillna("")
        points += grids.matrix(
            axes[1],
            grid(cells.size()).fillna(0),
            "across",
            narrow,
            texts=texts,
            columns=_("Rank of each proposal: effort across, impact upwards (1 to 5)"),
        )
        return figure, points

    return Exhibit.of(
        study,
        "F26",
        "across",
        data,
        draw,
        n=len(shares),
        unit=_("voters"),
        rules=Rules(ranks=True),
        columns={
            "rank": (_("Rank"), "integer"),
            "text": _("Proposal"),
            "score": (_("Share of points"), "percent"),
            "low": (_("Rank at best"), "integer"),
            "high": (_("Rank at worst"), "integer"),
            "first": (_("Among the first five"), "percent"),
            "rank_partner": (_("Rank for partners"), "integer"),
            "rank_group": (_("Rank for the group"), "integer"),
            "voters": (_("Voters who gave it points"), "integer"),
            "merged": (_("Proposals merged"), "integer"),
            "impact": (_("Impact"), "number"),
            "effort": (_("Effort"), "number"),
        },
        title=_(
            "{n} {n:proposal is|proposals are} among the first five whoever votes; the order of the others is open",
            n=sure,
        ),
        subtitle=_(
            "Rank of proposals by the share of each voter's points, both sides weighing one half, 90% interval"
        ),
        reading=_(
            "“{text}” comes first with {score} of the points; its rank would lie between {low} and {high} with other "
            "voters.",
            text=best["text"],
            score=formatting.percent(best["score"], 1),
            low=best["low"],
            high=best["high"],
        ),
        scope=_(
            "{n} {n:voter|voters} ({partner} {partner:partner|partners}, {group} of the group), {proposals} {proposals:proposal|proposals} once duplicates are merged.",
            n=len(shares),
            partner=sizes.get("partner", 0),
            group=sizes.get("group", 0),
            proposals=len(data),
        ),
        note=_(
            "Each voter's points are brought to the same total. Intervals come from drawing voters again within each side "
            "(2,000 times); those who were not in the room are not in them. Agreement between voters: Kendall's W = {w} (0 "
            "none, 1 full), corrected for ties. Below five voters a side has no order of its own. Numbers in the grid are "
            "ranks.",
            w=formatting.number(roadmap.kendall_w(shares), 2),
        ),
        alt=_(
            "Ranks with intervals. The first three: {list}.", list=" ; ".join(data["text"].head(3))
        ),
    )


def T6(study) -> Exhibit:
    """The roadmap as a table to work with: every proposal, its rank, how sure, and what its impact and effort suggest."""
    found, shares, _side = _ranked(study)
    quadrant = roadmap.quadrant(found["impact"], found["effort"])
    data = found.assign(
        interval=[
            formatting.interval(low, high)
            for low, high in zip(found["low"], found["high"], strict=True)
        ],
        suggestion=[name(value) for value in quadrant],
        challenge=[name(value) for value in found["challenge"]],
    )
    best = data.iloc[0][["text", "suggestion"]]
    ready = int((quadrant.eq("do first") & (found["first"] >= 0.5)).sum())
    return Exhibit.of(
        study,
        "T6",
        "across",
        data,
        n=len(shares),
        unit=_("voters"),
        rules=Rules(open=True),
        columns={
            "rank": (_("Rank"), "integer"),
            "text": _("Proposal"),
            "suggestion": _("Suggestion"),
            "interval": _("Rank, 90%"),
            "first": (_("Among the first five"), "percent"),
            "rank_partner": (_("Rank for partners"), "integer"),
            "rank_group": (_("Rank for the group"), "integer"),
            "workshop": _("Workshop"),
            "challenge": _("Challenge"),
        },
        title=_("{n} {n:proposal is|proposals are} both wanted and within reach", n=ready),
        subtitle=_("Proposals in the order of votes, with what impact and effort suggest"),
        reading=_(
            "“{text}” is among the first five in {first} of the draws; suggestion: {suggestion}.",
            first=formatting.percent(data["first"].iloc[0]),
            **best,
        ),
        scope=_(
            "{n} {n:proposal|proposals}, {voters} {voters:voter|voters}.",
            n=len(data),
            voters=len(shares),
        ),
        note=_(
            "“Do first”: impact of 3 or more and effort of 3 or less, on the five-point scales of the workshops; a suggestion "
            "to discuss, not a decision. Wanted: among the first five in at least half of the draws."
        ),
        alt=_("A table of {n} {n:proposal|proposals} in the order of votes.", n=len(data)),
    )
