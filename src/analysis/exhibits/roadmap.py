"""From proposals to the roadmap (F26, T6) and the support on offer (F27)."""

import pandas as pd

from analysis import roadmap, tables, territories, words
from analysis.exhibit import Exhibit, refuse_if
from analysis.exhibits.phrases import name
from analysis.figures import above, colour, grids, heading, marks, new, stacked
from analysis.words import text as _

FEW = 5  # voters: below, nobody's choice could stay their own
SEED = 20180627
SHOWN = 15


def _ranked(study) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """The ranking of merged proposals (both sides half and half), the shares of points by voter, and each voter's side."""
    refuse_if(not study.has("votes") or not study.has("proposals"),
        _("No vote on proposals is recorded: there is no order to show."))  # fmt: skip
    proposals, votes = study.proposals, study.votes
    stands_for = roadmap.merged(proposals)
    shares = roadmap.normalised(votes, stands_for)
    side = roadmap.sides(votes)
    refuse_if(len(shares) < FEW, _("Fewer than five people voted: the order would tell their choices."))
    found = roadmap.ranking(shares, side, seed=SEED)
    for one in roadmap.SIDES:
        own = shares[side.reindex(shares.index) == one]
        ranks = roadmap.ranking(own, seed=SEED)["rank"] if len(own) >= FEW else pd.Series(dtype="Int64")
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
            label=shown["rank"].astype(str) + ". " + shown["text"], value=shown["rank"], said=shown["first"].map(words.percent)
        )
        points = marks.dots(axes[0], rows, "across", narrow, words.number, sort=False, limits=(0.5, len(data) + 0.5))
        axes[0].set_xticks(sorted({1, *range(5, len(data) + 1, 5)}))
        above(axes[0], _("among the first five"), colour("ink"), at="right" if narrow else "beyond")
        heading(axes[0], _("Rank, 90 % interval"))
        placed = shown.dropna(subset=["impact", "effort"]).round({"impact": 0, "effort": 0})
        cells = placed["rank"].astype(str).groupby([placed["impact"], placed["effort"]])
        scale = {n: words.number(n) for n in (1, 2, 3, 4, 5)}
        grid = lambda of_cells: of_cells.unstack().reindex(index=[*scale][::-1], columns=scale).rename(index=scale, columns=scale)
        texts = grid(cells.agg(", ".join)).astype("object").fillna("")
        points += grids.matrix(axes[1], grid(cells.size()).fillna(0), "across", narrow, texts=texts,
            columns=_("Rank of each proposal: effort across, impact upwards (1 to 5)"))  # fmt: skip
        return figure, points

    return Exhibit.of(study, "F26", "across", data, draw, n=len(shares), unit=_("voters"),
        columns={"rank": (_("Rank"), "integer"), "text": _("Proposal"), "score": (_("Share of points"), "percent"),
            "low": (_("Rank at best"), "integer"), "high": (_("Rank at worst"), "integer"),
            "first": (_("Among the first five"), "percent"), "rank_partner": (_("Rank for partners"), "integer"),
            "rank_group": (_("Rank for the group"), "integer"), "voters": (_("Voters who gave it points"), "integer"),
            "merged": (_("Proposals merged"), "integer"), "impact": (_("Impact"), "number"), "effort": (_("Effort"), "number")},
        title=words.plural(sure, "{n} proposal is among the first five whoever votes; the order of the others is open",
            "{n} proposals are among the first five whoever votes; the order of the others is open", n=sure),
        subtitle=_("Rank of proposals by the share of each voter's points, both sides weighing one half, 90 % interval"),
        reading=_("“{text}” comes first with {score} of the points; its rank would lie between {low} and {high} with other "
                  "voters.", text=best["text"], score=words.percent(best["score"], 1), low=best["low"], high=best["high"]),
        scope=_("{n} voters ({partner} partners, {group} of the group), {proposals} proposals once duplicates are merged.",
            n=len(shares), partner=sizes.get("partner", 0), group=sizes.get("group", 0), proposals=len(data)),
        note=_("Each voter's points are brought to the same total. Intervals come from drawing voters again within each side "
               "(2,000 times); those who were not in the room are not in them. Agreement between voters: Kendall's W = {w} (0 "
               "none, 1 full), corrected for ties. Below five voters a side has no order of its own. Numbers in the grid are "
               "ranks.", w=words.number(roadmap.kendall_w(shares), 2)),
        alt=_("Ranks with intervals. The first three: {list}.", list=" ; ".join(data["text"].head(3))),
    )  # fmt: skip


def T6(study) -> Exhibit:
    """The roadmap as a table to work with: every proposal, its rank, how sure, and what its impact and effort suggest."""
    found, shares, _side = _ranked(study)
    quadrant = roadmap.quadrant(found["impact"], found["effort"])
    data = found.assign(
        interval=[words.interval(low, high) for low, high in zip(found["low"], found["high"], strict=True)],
        suggestion=[name(value) for value in quadrant], challenge=[name(value) for value in found["challenge"]],
    )  # fmt: skip
    best = data.iloc[0][["text", "suggestion"]]
    ready = int((quadrant.eq("do first") & (found["first"] >= 0.5)).sum())
    return Exhibit.of(study, "T6", "across", data, n=len(shares), unit=_("voters"),
        columns={"rank": (_("Rank"), "integer"), "text": _("Proposal"), "suggestion": _("Suggestion"), "interval": _("Rank, 90 %"),
            "first": (_("Among the first five"), "percent"), "rank_partner": (_("Rank for partners"), "integer"),
            "rank_group": (_("Rank for the group"), "integer"), "workshop": _("Workshop"), "challenge": _("Challenge")},
        title=words.plural(ready, "{n} proposal is both wanted and within reach",
            "{n} proposals are both wanted and within reach", n=ready),
        subtitle=_("Proposals in the order of votes, with what impact and effort suggest"),
        reading=_("“{text}” is among the first five in {first} of the draws; suggestion: {suggestion}.",
            first=words.percent(data["first"].iloc[0]), **best),
        scope=_("{n} proposals, {voters} voters.", n=len(data), voters=len(shares)),
        note=_("“Do first”: impact of 3 or more and effort of 3 or less, on the five-point scales of the workshops; a suggestion "
               "to discuss, not a decision. Wanted: among the first five in at least half of the draws."),
        alt=_("A table of {n} proposals in the order of votes.", n=len(data)),
    )  # fmt: skip


def active_offers(study) -> pd.DataFrame:
    """The offers active on the day, or the words that say there is none."""
    offers = roadmap.active(study.offers, study.day)
    refuse_if(offers.empty, _("No active support offer is recorded: the offer cannot be shown."))
    return offers


def F27(study) -> Exhibit:
    """How many active offers each region has by phase and kind, the national ones apart, and where none is recorded."""
    offers = active_offers(study)
    phases, kinds = (list(tables.columns("offers")[column].values) for column in ("phase", "kind"))
    regions = pd.Index([study.parameters.region]) if study.parameters.region else territories.regions().index
    found = roadmap.offer_matrix(offers, regions, phases, kinds)
    exposed, per, _kind = territories.exposure()
    data = found.assign(
        rate=found["offers"] / found["region"].map(exposed).astype("float64") * per,
        region=[_("National") if region == roadmap.NATIONAL else region for region in found["region"]],
        phase=[name(phase) for phase in found["phase"]], kind=[name(kind) for kind in found["kind"]],
    )  # fmt: skip
    inside = data[data["region"] != _("National")]
    gaps = inside[inside["offers"] == 0]
    barest = gaps.groupby("region", sort=False).size().sort_values(ascending=False, kind="stable")
    barest = barest if len(barest) else pd.Series({"–": 0})
    last = offers["verified_on"].where(offers["verified_on"] <= study.day).max()

    def draw(data, narrow):
        rows = data["region"].unique()
        figure, axes = new(narrow, height=0.27 * len(rows) + 1.1, panels=len(kinds))
        points, most = [], data["offers"].max()
        for panel, kind in zip(axes, kinds, strict=True):
            table = data[data["kind"] == name(kind)].pivot(index="region", columns="phase", values="offers")
            table = table.loc[rows, [name(phase) for phase in phases]].astype("float64")
            table = table.where(table > 0)
            table = table.rename(index=territories.regions()["short_name"]) if narrow else table
            points += grids.matrix(
                panel, table, "across", narrow, limits=(1, most), missing=_("none recorded"), columns=name(kind)
            )
            if not narrow and panel is not axes[0]:
                panel.set_yticklabels([])
        return figure, points

    return Exhibit.of(study, "F27", "across", data, draw, n=len(offers), unit=_("offers"),
        columns={"region": _("Region"), "phase": _("Phase"), "kind": _("Kind"),
            "offers": (_("Active offers"), "integer"),
            "rate": (_("Per 1,000 ESS structures") if per == 1_000 else _("Per 100,000 inhabitants"), "number"), "checked": (_("Last check"), "date"),
            "stale": (_("To be checked"), "integer")},
        title=_("{gaps} of {cells} cells of the regional offer have no offer recorded", gaps=len(gaps), cells=len(inside)),
        subtitle=_("Active support offers by region, phase of the project and kind; national offers on a row of their own"),
        reading=_("{national} national offers serve every region; besides, {region} has {n} empty cells of {all}.",
            national=(offers["scope"] == roadmap.NATIONAL).sum(), region=barest.index[0], n=barest.iloc[0],
            all=len(phases) * len(kinds)),
        scope=_("{n} offers active on {day}.", n=len(offers), day=study.day),
        note=_("Hatched: none recorded, which does not mean that none exists. An offer that covers several regions counts in "
               "each; national ones are added to none. Last check: {last}; {stale} offers were not checked for a year or were "
               "never.", last=last, stale=offers["stale"].sum()),
        alt=_("A grid of regions by phase, for support and for finance. Regions with most empty cells: {list}.",
            list=words.join(f"{region} ({words.number(n)})" if n else region for region, n in barest.head(3).items())),
    )  # fmt: skip
