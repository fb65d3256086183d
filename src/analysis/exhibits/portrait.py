"""The portrait of one partner that agreed to it: its path (P1), what each brings (P2), what each says (P3)."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.article.exhibit import Exhibit, Rules, refuse_if
from analysis.article.exhibit_words import line_names
from analysis.charts import Point, colour, grids, heading, marks, new, stacked, wrap
from analysis.declare.faults import refusal
from analysis.declare.schema import reference
from analysis.exhibits.followed_relations import estimator_columns, settled_relations
from analysis.exhibits.phrases import each, name
from analysis.indicators import durability, lines, survey
from analysis.stats import survival
from analysis.text import formatting
from analysis.text.formatting import text as _


def agreed(study) -> pd.Series:
    """The partner whose portrait is asked; refused without a partner, or without its consent on one of its projects."""
    asked = study.parameters.partner
    if not asked:
        raise refusal("partner", "a portrait is of one partner: give its code or name")
    everyone = study.raw("partners")
    one = everyone[(everyone["partner_id"] == asked) | (everyone["name"] == asked)].iloc[0]
    if one["partner_id"] not in study.values("partner"):
        message = "no project of this partner carries its consent to a portrait (column portrait_consent of the projects)"
        raise refusal("partner", message, asked)
    return one


LASTED = 36  # months: a shorter path is shown because its partner agreed to it, and not because it lasted


def _because(study) -> str:
    """Why this partner: those told in public lasted, others are said to have lasted only where they did."""
    months = study.relations["duration_months"].max()
    if formatting.missing(months) or months >= LASTED:
        return _(
            "Chosen because it lasted: a portrait shows how a partnership went, not how partnerships go."
        )
    return _(
        "Shown because its partner agrees: a portrait shows how a partnership went, not how partnerships go."
    )


def published(partner: str) -> pd.DataFrame:
    """What public pages say of a project: fact, value, date and source; figures that vary by source stand side by side."""
    table = reference("portraits").query("project == @partner")
    number = table["value"].astype("float64").map(formatting.number)
    value = table["value"].where((table["unit"] == "year") & table["value"].notna(), number)
    return table.assign(value=value, fact=table[f"fact_{formatting.language()}"])


def _known_in_public(study, partner: pd.Series) -> Exhibit:
    """P1 of a partner of whom the sources hold nothing but its consent: what public pages say, and nothing more."""
    data = published(partner["name"])
    refuse_if(
        data.empty,
        _("No agreement of this partner is known on this day: there is no path to show."),
    )
    first = data.dropna(subset="as_of").iloc[0][["fact", "value", "as_of"]]
    return Exhibit.of(
        study,
        "P1",
        "durability",
        data,
        n=len(data),
        unit=_("facts"),
        rules=Rules(open=True),
        source=_("The public pages named in the last column."),
        columns={
            "fact": _("Fact"),
            "value": _("Value"),
            "as_of": _("As of"),
            "source": _("Source"),
        },
        title=_(
            "{partner}: {n} {n:fact|facts} from public pages", partner=partner["name"], n=len(data)
        ),
        subtitle=_("Facts published about the project, each with its date and its source"),
        reading=_("{fact}: {value} ({as_of}).", **first),
        scope=_(
            "The sources of this study hold no agreement of this partner; only what is public is shown."
        ),
        note=_because(study)
        + " "
        + _(
            "Where two sources differ, both stand with their date; none is corrected by the other."
        ),
        alt=_("A table of {n} {n:fact|facts}.", n=len(data)),
    )


def P1(study) -> Exhibit:
    """The path of one partner: its agreements, their events, its projects and sites, in time."""
    partner = agreed(study)
    agreements, events = study.agreements, study.events
    if agreements.empty:
        return _known_in_public(study, partner)
    last = agreements["end"].fillna(agreements["planned_end"]).fillna(study.day)
    placed = lambda what, label, start, **end: pd.DataFrame(
        {"what": what, "label": label, "start": start, **end}
    )
    spans = placed(_("Agreement"), agreements["entity"], agreements["start"], end=last).sort_values(
        ["start", "end"]
    )
    entity = events["agreement_id"].map(
        agreements.drop_duplicates("agreement_id").set_index("agreement_id")["entity"]
    )
    moments = (
        pd.concat(
            [
                placed([name(kind) for kind in events["kind"]], entity, events["date"]),
                placed(_("Start of a project"), study.projects["name"], study.projects["start"]),
                placed(_("Opening of a site"), study.sites["department"], study.sites["opened"]),
            ]
        )
        .dropna(subset="start")
        .sort_values(["start", "what"])
    )
    data = pd.concat([spans, moments]).astype({"label": "str"})
    years = study.relations["duration_months"].max() / 12
    running = (study.relations["status"] == "running").any()

    def draw(data, narrow):
        rows = list(dict.fromkeys(data["label"].where(data["end"].notna(), data["what"])))
        figure, (axes,) = new(narrow, height=0.42 * len(rows) + 0.8)
        points = []
        for row in data.to_dict("records"):
            if formatting.missing(row["end"]):
                place, told = rows.index(row["what"]), formatting.date(row["start"])
                axes.plot(
                    row["start"], place, "o", color=colour("ink"), markersize=5.5, clip_on=False
                )
            else:
                place, told = (
                    rows.index(row["label"]),
                    f"{formatting.date(row['start'])} – {formatting.date(row['end'])}",
                )
                length = row["end"] - row["start"]
                axes.barh(
                    place,
                    length,
                    0.5,
                    row["start"],
                    color=colour("durability"),
                    edgecolor=colour("paper"),
                    linewidth=1.5,
                )
            points.append(
                Point(axes, row["start"], place, f"{row['label']}\n{row['what']} · {told}")
            )
        axes.axvline(study.day, color=colour("axis"), linewidth=1, linestyle=(0, (1, 1.5)))
        axes.set_yticks(range(len(rows)), [wrap(label, 16 if narrow else 30) for label in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        years = pd.date_range(data["start"].min(), data[["start", "end"]].max(axis=None), freq="YS")
        years = years[:: max(1, len(years) // (4 if narrow else 8))]
        axes.set_xticks(years, [formatting.date(day, "year") for day in years])
        axes.grid(True, axis="x")
        axes.grid(False, axis="y")
        return figure, points

    return Exhibit.of(
        study,
        "P1",
        "durability",
        data,
        draw,
        n=len(agreements),
        unit=_("agreements"),
        rules=Rules(open=True),
        columns={
            "what": _("What"),
            "label": _("Name"),
            "start": (_("Date or start"), "date"),
            "end": (_("End or term"), "date"),
        },
        title=_(
            "{partner}: {years} {years:year|years} with the group, {agreements} {agreements:agreement|agreements}",
            partner=partner["name"],
            years=formatting.mean(years),
            agreements=len(agreements),
        ),
        subtitle=_("Agreements from start to end (bars), events, projects and sites (dots)"),
        reading=_(
            "The first agreement known began on {first}; on {day} the relation is {state}.",
            first=agreements["start"].min(),
            day=study.day,
            state=_("running") if running else _("not running"),
        ),
        scope=_(
            "All that the sources hold on this partner, with its consent, as known on {day}.",
            day=study.day,
        ),
        note=_because(study),
        alt=_(
            "A timeline of {agreements} {agreements:agreement|agreements} and {events} {events:event|events}, from {first} to {day}.",
            agreements=len(agreements),
            events=len(moments),
            first=formatting.date(agreements["start"].min(), "year"),
            day=formatting.date(study.day, "year"),
        ),
    )


def P2(study) -> Exhibit:
    """What each side brought, year by year, each kind in its own unit: units are never added up."""
    partner = agreed(study)
    given = study.contributions.dropna(subset=["quantity", "unit"])
    refuse_if(
        given.empty,
        _(
            "No contribution with a quantity is recorded for this partner: what each side brings is not known."
        ),
    )
    sides = {"to partner": _("from the group"), "to group": _("from the partner")}
    units = {
        "EUR": "€",
        "day": _("days"),
        "hour": _("hours"),
        "FTE month": _("FTE months"),
        "m2 month": _("m² × months"),
    }
    data = given.groupby(["direction", "kind", "unit", "year"], as_index=False)["quantity"].sum(
        min_count=1
    )
    data = data.assign(
        direction=data["direction"].map(sides),
        kind=[name(kind) for kind in data["kind"]],
        unit=data["unit"].map(units),
        year=data["year"].astype("str"),
    )
    kinds = data.groupby("direction")["kind"].nunique().reindex(sides.values(), fill_value=0)
    parts = formatting.join(
        _("{n} {n:kind|kinds} {side}", n=n, side=side) if n else _("none {side}", side=side)
        for side, n in kinds.items()
    )
    first = data.iloc[0].rename({"direction": "side"})

    def draw(data, narrow):
        arrow = {sides["to partner"]: "→ ", sides["to group"]: "← "}
        rows = data["direction"].map(arrow) + data["kind"] + " (" + data["unit"] + ")"
        table = data.assign(row=rows).pivot_table(
            index="row", columns="year", values="quantity", aggfunc="sum", sort=False
        )
        first_year, last_year = int(table.columns.min()), int(table.columns.max())
        every_year = [str(year) for year in range(first_year, last_year + 1)]
        table = table.reindex(columns=every_year).astype("float64")
        texts = table.map(lambda value: "" if np.isnan(value) else formatting.number(value))
        figure, (axes,) = new(narrow, height=0.46 * len(table) + 0.9)
        depth = table.div(table.max(axis=1).where(table.max(axis=1) > 0), axis=0)
        return figure, grids.matrix(
            axes, depth, "strength", narrow, texts=texts, limits=(0, 1), missing=_("none recorded")
        )

    return Exhibit.of(
        study,
        "P2",
        "strength",
        data,
        draw,
        n=len(given),
        unit=_("contributions"),
        rules=Rules(open=True),
        columns={
            "direction": _("Direction"),
            "kind": _("Kind"),
            "unit": _("Unit"),
            "year": _("Year"),
            "quantity": (_("Quantity"), "number"),
        },
        title=_("{partner}: {parts}", partner=partner["name"], parts=parts),
        subtitle=_(
            "Contributions of the group (→) and of the partner (←) by year, each in its own unit; colour compares a row "
            "with its highest year"
        ),
        reading=_("In {year}, “{kind}” {side}: {quantity} {unit}.", **first),
        scope=_(
            "{n} {n:contribution|contributions} of the agreements of this partner.", n=len(given)
        ),
        note=_because(study)
        + " "
        + _(
            "An empty cell says that none is recorded. Days, euros and square metres are not added up."
        ),
        alt=_("A grid of kinds by year. {parts}.", parts=parts),
    )


def P3(study) -> Exhibit:
    """What both sides say, which lines are known, and where the relation stands among all."""
    partner = agreed(study)
    relations = study.relations
    refuse_if(relations.empty, _("No relation of this partner is known on this day."))
    placed = _places(study)
    state = study.lines.iloc[study.lines.notna().sum(axis=1).argmax()]
    said = state.astype(object).map({True: _("yes"), False: _("no")}).fillna(_("unknown"))
    told = pd.DataFrame(
        {"view": _("line"), "label": state.index.map(line_names(study)), "state": said}
    )
    data = pd.concat([_spoken(study), told, placed])
    counted = {
        "n": state.notna().sum(),
        "fragile": state[list(lines.FRAGILITY)].sum(),
        "strong": state[list(lines.STRENGTH)].sum(),
    }

    def draw(data, narrow):
        voices, ranks, held = (
            data[data["view"] == view] for view in (_("words"), _("place"), _("line"))
        )
        heights = [
            marks.tall(len(voices), narrow, 1.0) if len(voices) else 0.4,
            marks.tall(len(ranks), narrow, 1.0),
            5.9 if narrow else 3.1,
        ]
        figure, axes = stacked(narrow, heights)
        points = []
        if len(voices):
            pairs = voices.rename(columns={"partner": "a", "group": "b"})
            points += marks.dumbbell(axes[0], pairs, (_("partner"), _("group")), "strength", narrow)
        else:
            axes[0].set_axis_off()
            heading(axes[0], _("No answer to the survey"))
        spread = ranks.rename(columns={"share": "value"}).assign(low=np.nan, high=np.nan)
        half = (0.5, _("half of all relations"))
        points += marks.dots(
            axes[1], spread, "durability", narrow, sort=False, limits=(0, 1), reference=half
        )
        return figure, points + _listed(axes[2], held, narrow)

    return Exhibit.of(
        study,
        "P3",
        "strength",
        data,
        draw,
        n=len(relations),
        unit=_("relations"),
        rules=Rules(
            team_only=_("What one side answers about the other by name is for the study team only.")
        ),
        columns={
            "view": _("View"),
            "label": _("Item"),
            "partner": (_("The partner"), "number"),
            "group": (_("The group"), "number"),
            "state": _("State"),
            "own": (_("Value"), "number"),
            "share": (_("Share of relations below"), "percent"),
        },
        title=_(
            "{partner}: {n} of 20 lines known; seen: {fragile} of fragility, {strong} of strength",
            partner=partner["name"],
            **counted,
        ),
        subtitle=_(
            "Score of each side on 0-10; share of all relations below; lines: ● yes, ○ no, ? unknown"
        ),
        reading=_(
            "{share} of all relations whose start is seen had ended before that age.",
            share=formatting.percent(placed["share"].iloc[0]),
        ),
        scope=_(
            "One partner, with its consent; {n} {n:relation|relations} for the places.",
            n=len(study.all_relations),
        ),
        note=_because(study)
        + " "
        + _(
            "Fragility and strength are read side by side, never netted. A line that is not known is not a “no”."
        ),
        alt=_(
            "Scores of both sides, then the place of the relation: {list}.",
            list=each(placed["label"], placed["share"]),
        ),
    )


def _places(study) -> pd.DataFrame:
    """Where the relation stands among all: how old it is, how many agreements and renewals it has, and the share below.

    Age is that on the settled day, and the share is of relations that had ended before it (Kaplan-Meier): those that still
    run are no shorter for being young.
    """
    grace_days = study.parameters.grace_days
    everyone = settled_relations(study, study.all_relations, grace_days)
    everyone = everyone[everyone["start_seen"].astype("bool")]
    own = settled_relations(study, study.relations, grace_days)
    age = own["duration_months"].max()
    rows = [
        (_("Months of the relation, up to the settled day"), age, share_ended_before(everyone, age))
    ]
    for column, label in {
        "agreements": _("Agreements in a row"),
        "renewals": _("Renewals"),
    }.items():
        counts = study.all_relations[column].astype(float)
        most = float(study.relations[column].max())
        rows.append((label, most, ((counts < most).mean() + (counts <= most).mean()) / 2))
    places = pd.DataFrame(rows, columns=["label", "own", "share"])
    return places.assign(view=_("place"))


def share_ended_before(everyone: pd.DataFrame, months: float) -> float:
    """The share of followed relations that had ended before they were as old; missing where none was followed so long.

    >>> lasted = pd.DataFrame({"duration_months": [12.0, 24.0, 24.0, 48.0], "ended": [True, True, False, False], "entry_months": 0.0})
    >>> share_ended_before(lasted, 36)
    0.5
    """
    if everyone.empty or formatting.missing(months):
        return np.nan
    curve = durability.curve(**estimator_columns(everyone))
    just_before = np.nextafter(months, 0)
    return float(1 - survival.at(curve, just_before)["value"].iloc[0])


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
            title = {"fragility": _("Lines of fragility"), "strength": _("Lines of strength")}[
                family
            ]
            axes.annotate(
                title, (left, row - 1), color=colour(f"{family}-text"), fontweight="bold", **put
            ).set_in_layout(False)
        mark = {_("yes"): "●", _("no"): "○"}.get(state, "?")
        axes.annotate(
            mark, (left, row), color=colour(f"{family}-text"), fontweight="bold", **put
        ).set_in_layout(False)
        tone, said = (
            colour("mute" if state == _("unknown") else "ink"),
            wrap(label, 40 if narrow else 50, 1),
        )
        axes.annotate(
            said, (left + (0.06 if narrow else 0.03), row), color=tone, **put
        ).set_in_layout(False)
        points.append(Point(axes, 0.02 if place < 10 else 0.6, row, f"{label}\n{state}"))
    return points


def _spoken(study) -> pd.DataFrame:
    """Both sides' scores by dimension in the last wave in which this partner took part."""
    if study.answers.empty:
        return pd.DataFrame({"view": [], "label": [], "partner": [], "group": []})
    scored = survey.scored(study.answers, study.items)
    sides = survey.sides(scored, share=study.conventions["survey_share"])
    pairs = survey.pairs(sides).reset_index()
    pairs = (
        pairs[pairs["wave"] == pairs["wave"].max()]
        .groupby("dimension")[["partner", "group"]]
        .mean()
    )
    return pairs.assign(view=_("words"), label=[name(dimension) for dimension in pairs.index])
