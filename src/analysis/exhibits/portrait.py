"""The portrait of one partner that agreed to it: its path (P1), what each brings (P2), what each says (P3)."""

from importlib import resources

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import lines as statements
from analysis import survey, words
from analysis.exhibit import Exhibit, Unsupported
from analysis.exhibits.across import name
from analysis.exhibits.statements import common, names
from analysis.faults import Fault, Refused
from analysis.figures import Point, colour, grids, heading, marks, new, wrap
from analysis.words import text as _


def agreed(study) -> pd.Series:
    """The partner whose portrait is asked; refused without a partner, or without its consent on one of its projects."""
    asked = study.parameters.partner
    if not asked:
        raise Refused([Fault("partner", None, "", "parameter", "", "a portrait is of one partner: give its code or name")], 2)
    everyone = study.raw("partners")
    one = everyone[(everyone["partner_id"] == asked) | (everyone["name"] == asked)].iloc[0]
    projects = study.known("projects")
    consent = projects.loc[projects["partner_id"] == one["partner_id"], "portrait_consent"]
    if not consent.fillna(False).any():
        message = "no project of this partner carries its consent to a portrait (column portrait_consent of the projects)"
        raise Refused([Fault("partner", None, "", "consent", asked, message)], 2)
    return one


def _because() -> str:
    return _("Chosen because it lasted: a portrait shows how a partnership went, not how partnerships go.")


def published(partner: str) -> pd.DataFrame:
    """What public pages say of a project: fact, value, date and source; figures that vary by source stand side by side."""
    with (resources.files("analysis") / "reference/portraits.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype="str").query("project == @partner")
    value = [
        words.number(None) if words.missing(row.value) else row.value if row.unit == "year" else words.number(float(row.value))
        for row in table.itertuples()
    ]
    table = table.assign(value=value).rename(columns={f"fact_{words.language()}": "fact"})
    return table[["fact", "value", "as_of", "source"]].reset_index(drop=True)


def _known_in_public(study, partner: pd.Series) -> Exhibit:
    """P1 of a partner of whom the sources hold nothing but its consent: what public pages say, and nothing more."""
    data = published(partner["name"])
    if data.empty:
        raise Unsupported(_("No agreement of this partner is known on this day: there is no path to show."))
    first = data.dropna(subset="as_of").iloc[0]
    return Exhibit(
        **common(study) | {"source": _("The public pages named in the last column.")},
        id="P1",
        family="durability",
        title=_("{partner}: {n} facts from public pages").format(partner=partner["name"], n=words.number(len(data))),
        subtitle=_("Facts published about the project, each with its date and its source"),
        reading=_("{fact}: {value} ({as_of}).").format(**first[["fact", "value", "as_of"]]),
        scope=_("The sources of this study hold no agreement of this partner; only what is public is shown."),
        note=_because() + " " + _("Where two sources differ, both stand with their date; none is corrected by the other."),
        n=len(data),
        n_unit=_("facts"),
        alt=_("A table of {n} facts.").format(n=words.number(len(data))),
        data=data,
        labels={"fact": _("Fact"), "value": _("Value"), "as_of": _("As of"), "source": _("Source")},
        formats=dict.fromkeys(data.columns, "text"),
        draw=None,
    )  # fmt: skip


def P1(study) -> Exhibit:
    """The path of one partner: its agreements, their events, its projects and sites, in time."""
    partner = agreed(study)
    agreements, events = study.agreements, study.events
    if agreements.empty:
        return _known_in_public(study, partner)
    last = agreements["end"].fillna(agreements["planned_end"]).fillna(study.day)
    spans = pd.DataFrame(
        {"what": _("Agreement"), "label": agreements["entity"], "start": agreements["start"], "end": last}
    ).sort_values(["start", "end"])
    entity_of = agreements.drop_duplicates("agreement_id").set_index("agreement_id")["entity"]
    moments = [
        {
            "what": [name(kind) for kind in events["kind"]],
            "label": events["agreement_id"].map(entity_of),
            "start": events["date"],
        },
        {"what": _("Start of a project"), "label": study.projects["name"], "start": study.projects["start"]},
        {"what": _("Opening of a site"), "label": study.sites["department"], "start": study.sites["opened"]},
    ]
    moments = pd.concat([pd.DataFrame(rows) for rows in moments]).dropna(subset="start").sort_values(["start", "what"])
    data = pd.concat([spans, moments], ignore_index=True).astype({"label": "str"})
    relations = study.relations
    years = relations["duration_months"].max() / 12
    running = (relations["status"] == "running").any()

    def draw(data, narrow):
        rows = list(dict.fromkeys(data["label"].where(data["end"].notna(), data["what"])))
        figure, (axes,) = new(narrow, height=0.42 * len(rows) + 0.8)
        points = []
        for row in data.to_dict("records"):
            if words.missing(row["end"]):
                place, told = rows.index(row["what"]), words.date(row["start"])
                axes.plot(row["start"], place, "o", color=colour("ink"), markersize=5.5, clip_on=False)
            else:
                place, told = rows.index(row["label"]), f"{words.date(row['start'])} – {words.date(row['end'])}"
                length = row["end"] - row["start"]
                axes.barh(place, length, 0.5, row["start"], color=colour("durability"), edgecolor=colour("paper"), linewidth=1.5)
            points.append(Point(axes, row["start"], place, f"{row['label']}\n{row['what']} · {told}"))
        axes.axvline(study.day, color=colour("axis"), linewidth=1, linestyle=(0, (1, 1.5)))
        axes.set_yticks(range(len(rows)), [wrap(label, 16 if narrow else 30) for label in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        years = pd.date_range(data["start"].min(), data[["start", "end"]].max(axis=None), freq="YS")
        years = years[:: max(1, len(years) // (4 if narrow else 8))]
        axes.set_xticks(years, [words.date(day, "year") for day in years])
        axes.grid(True, axis="x")
        axes.grid(False, axis="y")
        return figure, points

    return Exhibit(
        **common(study),
        id="P1",
        family="durability",
        title=words.plural(
            len(agreements), "{partner}: {years} years with the group, {agreements} agreement", "{partner}: {years} years with the group, {agreements} agreements",
        ).format(partner=partner["name"], years=words.number(years, int(round(years, 1) % 1 > 0)), agreements=words.number(len(agreements))),
        subtitle=_("Agreements from start to end (bars), events, projects and sites (dots)"),
        reading=_("The first agreement known began on {first}; on {day} the relation is {state}.").format(
            first=words.date(agreements["start"].min()), day=words.date(study.day),
            state=_("running") if running else _("not running"),
        ),
        scope=_("All that the sources hold on this partner, with its consent, as known on {day}.").format(
            day=words.date(study.day)
        ),
        note=_because(),
        n=len(agreements),
        n_unit=_("agreements"),
        alt=_("A timeline of {agreements} agreements and {events} events, from {first} to {day}.").format(
            agreements=words.number(len(agreements)), events=words.number(len(moments)),
            first=words.date(agreements["start"].min(), "year"), day=words.date(study.day, "year"),
        ),
        data=data,
        labels={"what": _("What"), "label": _("Name"), "start": _("Date or start"), "end": _("End or term")},
        formats={"what": "text", "label": "text", "start": "date", "end": "date"},
        draw=draw,
    )  # fmt: skip


def P2(study) -> Exhibit:
    """What each side brought, year by year, each kind in its own unit: units are never added up."""
    partner = agreed(study)
    given = study.contributions.dropna(subset=["quantity", "unit"])
    if given.empty:
        raise Unsupported(_("No contribution with a quantity is recorded for this partner: what each side brings is not known."))
    sides = {"to partner": _("from the group"), "to group": _("from the partner")}
    units = {"EUR": "€", "day": _("days"), "hour": _("hours"), "FTE month": _("FTE months"), "m2 month": _("m² × months")}
    data = given.groupby(["direction", "kind", "unit", "year"], as_index=False)["quantity"].sum(min_count=1)
    data = data.assign(
        direction=data["direction"].map(sides), kind=[name(kind) for kind in data["kind"]],
        unit=data["unit"].map(units), year=data["year"].astype("str"),
    )  # fmt: skip
    kinds = data.groupby("direction")["kind"].nunique()
    many = {side: int(kinds.get(side, 0)) for side in sides.values()}
    parts = [
        words.plural(n, "{n} kind {side}", "{n} kinds {side}").format(n=words.number(n), side=side) for side, n in many.items()
    ]
    first = data.iloc[0]

    def draw(data, narrow):
        arrow = {sides["to partner"]: "→ ", sides["to group"]: "← "}
        rows = data["direction"].map(arrow) + data["kind"] + " (" + data["unit"] + ")"
        table = data.assign(row=rows).pivot_table(index="row", columns="year", values="quantity", aggfunc="sum", sort=False)
        table = table.reindex(columns=sorted(table.columns)).astype("float64")
        texts = table.map(lambda value: "" if np.isnan(value) else words.number(value))
        figure, (axes,) = new(narrow, height=0.46 * len(table) + 0.9)
        depth = table.div(table.max(axis=1).where(table.max(axis=1) > 0), axis=0)
        return figure, grids.matrix(axes, depth, "strength", narrow, texts=texts, limits=(0, 1), missing=_("none recorded"))

    return Exhibit(
        **common(study),
        id="P2",
        family="strength",
        title=_("{partner}: {parts}").format(partner=partner["name"], parts=words.join(parts)),
        subtitle=_(
            "Contributions of the group (→) and of the partner (←) by year, each in its own unit; colour compares a row with its highest year"
        ),
        reading=_("In {year}, “{kind}” {side}: {quantity} {unit}.").format(
            year=first["year"], kind=first["kind"], side=first["direction"], quantity=words.number(first["quantity"]),
            unit=first["unit"],
        ),
        scope=_("{n} contributions of the agreements of this partner.").format(n=words.number(len(given))),
        note=_because() + " " + _("An empty cell says that none is recorded. Days, euros and square metres are not added up."),
        n=len(given),
        n_unit=_("contributions"),
        alt=_("A grid of kinds by year. {parts}.").format(parts=words.join(parts)),
        data=data,
        labels={"direction": _("Direction"), "kind": _("Kind"), "unit": _("Unit"), "year": _("Year"), "quantity": _("Quantity")},
        formats={"direction": "text", "kind": "text", "unit": "text", "year": "text", "quantity": "number"},
        draw=draw,
    )  # fmt: skip


def P3(study) -> Exhibit:
    """What both sides say, which lines are known, and where the relation stands among all."""
    partner = agreed(study)
    relations = study.relations
    if relations.empty:
        raise Unsupported(_("No relation of this partner is known on this day."))
    everyone = study.all_relations
    place = {
        _("Months of the relation"): ("duration_months", relations["duration_months"].max()),
        _("Agreements in a row"): ("agreements", relations["agreements"].max()),
        _("Renewals"): ("renewals", relations["renewals"].max()),
    }
    below = {
        label: ((everyone[column] < own).mean() + (everyone[column] <= own).mean()) / 2 for label, (column, own) in place.items()
    }
    own = [float(own) for _column, own in place.values()]
    placed = pd.DataFrame({"view": _("place"), "label": list(place), "own": own, "share": list(below.values())})
    spoken = _spoken(study)
    state = study.lines.iloc[study.lines.notna().sum(axis=1).argmax()]
    said = [_("unknown") if words.missing(value) else _("yes") if value else _("no") for value in state]
    told = pd.DataFrame({"view": _("line"), "label": state.index.map(names()), "state": said})
    data = pd.concat([spoken, told, placed], ignore_index=True)[["view", "label", "partner", "group", "state", "own", "share"]]
    yes, sure = state.fillna(False), int(state.notna().sum())
    counted = {
        kind: words.number(int(yes[list(group)].sum()))
        for kind, group in (("fragile", statements.FRAGILITY), ("strong", statements.STRENGTH))
    }

    def draw(data, narrow):
        voices, ranks, held = (data[data["view"] == view] for view in (_("words"), _("place"), _("line")))
        heights = [
            marks.tall(len(voices), narrow, 1.0) if len(voices) else 0.4,
            marks.tall(len(ranks), narrow, 1.0),
            5.9 if narrow else 3.1,
        ]
        figure, axes = new(narrow, height=sum(heights) / 3, panels=3, columns=1)
        axes[0].get_gridspec().set_height_ratios(heights)
        points = []
        if len(voices):
            pairs = voices.rename(columns={"partner": "a", "group": "b"})
            points += marks.dumbbell(
                axes[0], pairs, (_("partner"), _("group")), "strength", narrow, lambda value: words.number(value, 1)
            )
        else:
            axes[0].set_axis_off()
            heading(axes[0], _("No answer to the survey"))
        spread = ranks.rename(columns={"share": "value"}).assign(low=np.nan, high=np.nan)
        half = (0.5, _("half of all relations"))
        points += marks.dots(axes[1], spread, "durability", narrow, sort=False, limits=(0, 1), reference=half)
        return figure, points + _listed(axes[2], held, narrow)

    return Exhibit(
        **common(study),
        id="P3",
        family="strength",
        title=_("{partner}: {n} of 20 lines known, {fragile} of fragility and {strong} of strength").format(
            partner=partner["name"], n=words.number(sure), **counted
        ),
        subtitle=_("Score of each side on 0-10; share of all relations below; lines: ● yes, ○ no, ? unknown"),
        reading=_("{share} of all relations are shorter.").format(share=words.percent(placed["share"].iloc[0])),
        scope=_("One partner, with its consent; {n} relations for the places.").format(n=words.number(len(everyone))),
        note=_because()
        + " "
        + _("Fragility and strength are read side by side, never netted. A line that is not known is not a “no”."),
        n=len(relations),
        n_unit=_("relations"),
        alt=_("Scores of both sides, then the place of the relation: {list}.").format(
            list=words.join([f"{row.label} {words.percent(row.share)}" for row in placed.itertuples()])
        ),
        data=data,
        labels={
            "view": _("View"), "label": _("Item"), "partner": _("The partner"), "group": _("The group"), "state": _("State"),
            "own": _("Value"), "share": _("Share of relations below"),
        },
        formats={
            "view": "text", "label": "text", "partner": "number", "group": "number", "state": "text", "own": "number",
            "share": "percent",
        },
        draw=draw,
    )  # fmt: skip


def _listed(axes: Axes, held: pd.DataFrame, narrow: bool) -> list[Point]:
    """The twenty lines by name, fragility then strength: a full mark for yes, a hollow one for no, a question mark for unknown."""
    axes.set_axis_off()
    axes.set_ylim(21.5 if narrow else 10.5, -0.6)
    points = []
    for place, (label, state) in enumerate(held[["label", "state"]].itertuples(index=False)):
        family = "fragility" if place < 10 else "strength"
        row = place % 10 + 1 + (11 if narrow and place >= 10 else 0)
        left = 0.02 if narrow or place < 10 else 0.52
        put = {"xycoords": ("figure fraction", "data"), "va": "center", "annotation_clip": False}
        if place % 10 == 0:
            title = {"fragility": _("Lines of fragility"), "strength": _("Lines of strength")}[family]
            axes.annotate(title, (left, row - 1), color=colour(f"{family}-text"), fontweight="bold", **put).set_in_layout(False)
        mark = {_("yes"): "●", _("no"): "○"}.get(state, "?")
        axes.annotate(mark, (left, row), color=colour(f"{family}-text"), fontweight="bold", **put).set_in_layout(False)
        known = state != _("unknown")
        said = wrap(label, 46 if narrow else 50, 1)
        axes.annotate(
            said, (left + (0.06 if narrow else 0.03), row), color=colour("ink" if known else "mute"), **put
        ).set_in_layout(False)
        points.append(Point(axes, 0.02 if place < 10 else 0.6, row, f"{label}\n{state}"))
    return points


def _spoken(study) -> pd.DataFrame:
    """Both sides' scores by dimension in the last wave in which this partner took part."""
    if study.answers.empty:
        return pd.DataFrame({"view": [], "label": [], "partner": [], "group": []})
    pairs = survey.pairs(survey.sides(survey.scored(study.answers, study.items))).reset_index()
    pairs = pairs[pairs["wave"] == pairs["wave"].max()].groupby("dimension")[["partner", "group"]].mean()
    return pairs.assign(view=_("words"), label=[name(dimension) for dimension in pairs.index]).reset_index(drop=True)
