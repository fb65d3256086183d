"""From proposals to the roadmap (F26, T6) and the support on offer (F27)."""

import pandas as pd

from analysis import roadmap, tables, territories, words
from analysis.exhibit import Exhibit, Unsupported
from analysis.exhibits.across import name
from analysis.exhibits.statements import common
from analysis.figures import grids, heading, marks, new
from analysis.words import text as _

FEW = 5  # voters: below, nobody's choice could stay their own
SEED = 20180627
SHOWN = 15


def _ranked(study) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """The ranking of merged proposals (both sides half and half), the shares of points by voter, and each voter's side."""
    if not study.has("votes") or not study.has("proposals"):
        raise Unsupported(_("No vote on proposals is recorded: there is no order to show."))
    proposals, votes = study.proposals, study.votes
    stands_for = roadmap.merged(proposals)
    shares = roadmap.normalised(votes, stands_for)
    side = roadmap.sides(votes)
    if len(shares) < FEW:
        raise Unsupported(_("Fewer than five people voted: the order would tell their choices."))
    found = roadmap.ranking(shares, side, seed=SEED)
    for one in roadmap.SIDES:
        own = shares[side.reindex(shares.index) == one]
        ranks = roadmap.ranking(own, seed=SEED)["rank"] if len(own) >= FEW else pd.Series(dtype="Int64")
        found[f"rank_{one}"] = ranks.reindex(found.index).astype("Int64")
    known = proposals.drop_duplicates("proposal_id").set_index("proposal_id")
    merged = stands_for.value_counts()
    found["merged"] = merged.reindex(found.index).astype("Int64")
    return found.join(known[["text", "workshop", "challenge", "impact", "effort"]]), shares, side


def F26(study) -> Exhibit:
    """Which proposals come first, with how far their rank may move, and where they stand by impact and effort."""
    found, shares, side = _ranked(study)
    pooled = roadmap.kendall_w(shares)
    sizes = side.reindex(shares.index).value_counts()
    data = found.reset_index()[
        ["rank", "text", "score", "low", "high", "first", "rank_partner", "rank_group", "voters", "merged", "impact", "effort"]
    ]
    sure = data[data["first"] >= 0.9]
    best = data.iloc[0]

    def draw(data, narrow):
        shown = data.head(SHOWN)
        heights = marks.tall(len(shown), narrow), 2.9
        figure, axes = new(narrow, height=sum(heights) / 2, panels=2, columns=1)
        axes[0].get_gridspec().set_height_ratios(heights)
        rows = shown.assign(label=shown["rank"].astype(str) + ". " + shown["text"], value=shown["rank"])
        points = marks.dots(axes[0], rows, "across", narrow, words.number, sort=False, limits=(0.5, len(data) + 0.5))
        axes[0].set_xticks(sorted({1, *range(5, len(data) + 1, 5)}))
        heading(axes[0], _("Rank, 90 % interval"))
        placed = shown.dropna(subset=["impact", "effort"]).round({"impact": 0, "effort": 0})
        texts = placed.assign(rank=placed["rank"].astype(str)).pivot_table(
            index="impact", columns="effort", values="rank", aggfunc=", ".join
        )
        many = placed.pivot_table(index="impact", columns="effort", values="rank", aggfunc="size")
        scale = [5, 4, 3, 2, 1]
        grid = lambda table: (
            table.reindex(index=scale, columns=scale[::-1])
            .set_axis([words.number(n) for n in scale], axis=0)
            .set_axis([words.number(n) for n in scale[::-1]], axis=1)
        )
        cells = grid(texts).astype("object").fillna("")
        told = _("Rank of each proposal: effort across, impact upwards (1 to 5)")
        points += grids.matrix(axes[1], grid(many).fillna(0), "across", narrow, texts=cells, columns=told)
        return figure, points

    return Exhibit(
        **common(study),
        id="F26",
        family="across",
        title=words.plural(
            len(sure), "{n} proposal is among the first five whoever votes; the order of the others is open",
            "{n} proposals are among the first five whoever votes; the order of the others is open",
        ).format(n=words.number(len(sure))),
        subtitle=_("Rank of proposals by the share of each voter's points, both sides weighing one half, 90 % interval"),
        reading=_(
            "“{text}” comes first with {score} of the points; its rank would lie between {low} and {high} with other voters."
        ).format(
            text=best["text"], score=words.percent(best["score"], 1), low=words.number(best["low"]),
            high=words.number(best["high"]),
        ),
        scope=_(
            "{n} voters ({partner} partners, {group} of the group), {proposals} proposals once duplicates are merged."
        ).format(
            n=words.number(len(shares)), partner=words.number(int(sizes.get("partner", 0))),
            group=words.number(int(sizes.get("group", 0))), proposals=words.number(len(found)),
        ),
        note=_(
            "Each voter's points are brought to the same total. Intervals come from drawing voters again within each side (2,000 "
            "times); those who were not in the room are not in them. Agreement between voters: Kendall's W = {w} (0 none, 1 "
            "full), corrected for ties. Below five voters a side has no order of its own. Numbers in the grid are ranks."
        ).format(w=words.number(pooled.w, 2)),
        n=len(shares),
        n_unit=_("voters"),
        alt=_("Ranks with intervals. The first three: {list}.").format(list=" ; ".join(data["text"].head(3))),
        data=data,
        labels={
            "rank": _("Rank"), "text": _("Proposal"), "score": _("Share of points"), "low": _("Rank at best"),
            "high": _("Rank at worst"), "first": _("Among the first five"), "rank_partner": _("Rank for partners"),
            "rank_group": _("Rank for the group"), "voters": _("Voters who gave it points"), "merged": _("Proposals merged"),
            "impact": _("Impact"), "effort": _("Effort"),
        },
        formats={"text": "text", "score": "percent", "first": "percent"}
        | dict.fromkeys(["rank", "low", "high", "rank_partner", "rank_group", "voters", "merged"], "integer")
        | dict.fromkeys(["impact", "effort"], "number"),
        draw=draw,
    )  # fmt: skip


def T6(study) -> Exhibit:
    """The roadmap as a table to work with: every proposal, its rank, how sure, and what its impact and effort suggest."""
    found, shares, _side = _ranked(study)
    quadrant = roadmap.quadrant(found["impact"], found["effort"])
    data = found.reset_index().assign(
        interval=[words.interval(low, high) for low, high in zip(found["low"], found["high"], strict=True)],
        suggestion=[words.number(None) if words.missing(value) else name(value) for value in quadrant.tolist()],
        challenge=[words.number(None) if words.missing(value) else name(value) for value in found["challenge"]],
    )
    data = data[["rank", "text", "workshop", "challenge", "interval", "first", "rank_partner", "rank_group", "suggestion"]]
    ready = int((quadrant.eq("do first") & (found["first"] >= 0.5)).sum())
    return Exhibit(
        **common(study),
        id="T6",
        family="across",
        title=words.plural(
            ready, "{n} proposal is both wanted and within reach", "{n} proposals are both wanted and within reach"
        ).format(n=words.number(ready)),
        subtitle=_("Proposals in the order of votes, with what impact and effort suggest"),
        reading=_("“{text}” is among the first five in {first} of the draws; suggestion: {suggestion}.").format(
            text=data["text"].iloc[0], first=words.percent(data["first"].iloc[0]), suggestion=data["suggestion"].iloc[0]
        ),
        scope=_("{n} proposals, {voters} voters.").format(n=words.number(len(data)), voters=words.number(len(shares))),
        note=_(
            "“Do first”: impact of 3 or more and effort of 3 or less, on the five-point scales of the workshops; a suggestion to "
            "discuss, not a decision. Wanted: among the first five in at least half of the draws."
        ),
        n=len(shares),
        n_unit=_("voters"),
        alt=_("A table of {n} proposals in the order of votes.").format(n=words.number(len(data))),
        data=data,
        labels={
            "rank": _("Rank"), "text": _("Proposal"), "workshop": _("Workshop"), "challenge": _("Challenge"),
            "interval": _("Rank, 90 %"), "first": _("Among the first five"), "rank_partner": _("Rank for partners"),
            "rank_group": _("Rank for the group"), "suggestion": _("Suggestion"),
        },
        formats=dict.fromkeys(["text", "workshop", "challenge", "interval", "suggestion"], "text")
        | {"first": "percent"}
        | dict.fromkeys(["rank", "rank_partner", "rank_group"], "integer"),
        draw=None,
    )  # fmt: skip


def active_offers(study) -> pd.DataFrame:
    """The offers active on the day, or the words that say there is none."""
    offers = roadmap.active(study.offers, study.day)
    if offers.empty:
        raise Unsupported(_("No active support offer is recorded: the offer cannot be shown."))
    return offers


def F27(study) -> Exhibit:
    """How many active offers each region has by phase and kind, the national ones apart, and where none is recorded."""
    offers = active_offers(study)
    phases, kinds = (list(tables.columns("offers")[column].values) for column in ("phase", "kind"))
    regions = pd.Index([study.parameters.region]) if study.parameters.region else territories.regions().index
    found = roadmap.offer_matrix(offers, regions, phases, kinds)
    exposed, per, _kind = territories.exposure()
    place = {roadmap.NATIONAL: _("National")}
    short = {place[roadmap.NATIONAL]: place[roadmap.NATIONAL]} | territories.regions()["short_name"].to_dict()
    data = found.assign(
        rate=(found["offers"] / found["region"].map(exposed).astype("float64") * per),
        region=[place.get(region, region) for region in found["region"]],
        phase=[name(phase) for phase in found["phase"]],
        kind=[name(kind) for kind in found["kind"]],
    )[["region", "phase", "kind", "offers", "rate", "checked", "stale"]]
    inside = data[data["region"] != place[roadmap.NATIONAL]]
    gaps = inside[inside["offers"] == 0]
    barest = gaps.groupby("region", sort=False).size().sort_values(ascending=False, kind="stable")
    stale = int(offers["stale"].sum())
    last = offers["verified_on"].where(offers["verified_on"] <= study.day).max()
    national = int((offers["scope"] == roadmap.NATIONAL).sum())

    def draw(data, narrow):
        rows = data["region"].unique()
        figure, axes = new(narrow, height=0.27 * len(rows) + 1.1, panels=len(kinds))
        points, most = [], data["offers"].max()
        for panel, kind in zip(axes, kinds, strict=True):
            table = data[data["kind"] == name(kind)].pivot(index="region", columns="phase", values="offers")
            table = table.loc[rows, [name(phase) for phase in phases]].astype("float64")
            table = table.where(table > 0).rename(index=short)
            points += grids.matrix(panel, table, "across", True, limits=(1, most), missing=_("none recorded"), columns=name(kind))
            if not narrow and panel is not axes[0]:
                panel.set_yticklabels([])
        return figure, points

    return Exhibit(
        **common(study),
        id="F27",
        family="across",
        title=_("{gaps} of {cells} cells of the regional offer have no offer recorded").format(
            gaps=words.number(len(gaps)), cells=words.number(len(inside))
        ),
        subtitle=_("Active support offers by region, phase of the project and kind; national offers on a row of their own"),
        reading=_("{national} national offers serve every region; besides, {region} has {n} empty cells of {all}.").format(
            national=words.number(national), region=barest.index[0] if len(barest) else "–",
            n=words.number(int(barest.iloc[0]) if len(barest) else 0), all=words.number(len(phases) * len(kinds)),
        ),
        scope=_("{n} offers active on {day}.").format(n=words.number(len(offers)), day=words.date(study.day)),
        note=_(
            "Hatched: none recorded, which does not mean that none exists. An offer that covers several regions counts in each; "
            "national ones are added to none. Last check: {last}; {stale} offers were not checked for a year or were never."
        ).format(last=words.date(last), stale=words.number(stale)),
        n=len(offers),
        n_unit=_("offers"),
        alt=_("A grid of regions by phase, for support and for finance. Regions with most empty cells: {list}.").format(
            list=words.join([f"{region} ({words.number(int(n))})" for region, n in barest.head(3).items()]) or "–"
        ),
        data=data,
        labels={
            "region": _("Region"), "phase": _("Phase"), "kind": _("Kind"), "offers": _("Active offers"),
            "rate": _("Per 1,000 ESS structures") if per == 1_000 else _("Per 100,000 inhabitants"), "checked": _("Last check"),
            "stale": _("To be checked"),
        },
        formats={
            "region": "text", "phase": "text", "kind": "text", "offers": "integer", "rate": "number", "checked": "date",
            "stale": "integer",
        },
        draw=draw,
    )  # fmt: skip
