"""The portrait of one partner that agreed to it: its path (P1), what each brings (P2) and says
(P3).
"""

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, line_names, words_of
from analysis.article.rules import Rules
from analysis.charts import Point, colour, grids, heading, marks, new_figure, stacked, wrap
from analysis.charts.look import room
from analysis.declare.faults import refusal
from analysis.declare.schema import in_language, reference
from analysis.exhibits.followed_relations import estimator_columns, settled_relations
from analysis.exhibits.phrases import name
from analysis.indicators import durability, lines, survey
from analysis.stats import survival
from analysis.study.filters import partner_ids
from analysis.text import formatting
from analysis.text.facts import Count, Day, Label, Number, Share, labelled_shares, mean


def consenting_partner(study) -> pd.Series:
    """The partner whose portrait is asked; refused without its consent on one of its projects."""
    partner_id = study.parameters.partner
    nobody = not partner_id and not study.values("partner")
    words_of(study, "P1").refuse_if(nobody, "no_consent")
    partners = study.raw("partners")
    codes = []
    if partner_id:
        codes = partner_ids(partner_id, partners)
    if len(codes) != 1:
        raise refusal("partner", "a portrait is of one partner: give its code or name")
    partner = partners[partners["partner_id"] == codes[0]].iloc[0]
    if partner["partner_id"] not in study.values("partner"):
        message = "no project of this partner carries its consent to a portrait (column portrait_consent of the projects)"
        raise refusal("partner", message, partner_id)
    return partner


def standing(study, partner: pd.Series) -> dict[str, object]:
    """What the words of every portrait tell: whose it is, and whether the relation lasted."""
    months = study.relations["duration_months"].max()
    lasted = formatting.is_missing(months) or months >= study.conventions["lasted_months"]
    return {"partner": partner["name"], "lasted": bool(lasted)}


def published_facts(study, partner: pd.Series) -> Exhibit:
    """P1 of a partner of whom the sources hold nothing but its consent: what public pages say."""
    words = words_of(study, "P1")
    portraits = reference("portraits")
    table = portraits[portraits["project"] == partner["name"]]
    words.refuse_if(table.empty, "no_agreement")
    number = table["value"].astype("float64").map(formatting.number)
    value = table["value"].where((table["unit"] == "year") & table["value"].notna(), number)
    data = table.assign(value=value, fact=in_language(table, "fact", study.lang))
    data = data[["fact", "value", "as_of", "source"]]
    first = data.dropna(subset="as_of").iloc[0].drop("source")
    facts = standing(study, partner) | {"public": True, **first}
    n, rules, source = len(data), Rules(open=True), words.group("public_pages")
    return Exhibit.of(words, "durability", data, n=n, facts=facts, rules=rules, source=source)


def P1(study) -> Exhibit:
    """The path of one partner: its agreements, their events, its projects and sites, in time."""
    partner = consenting_partner(study)
    agreements = study.agreements
    if agreements.empty:
        return published_facts(study, partner)
    words = words_of(study, "P1")
    moments = dated_moments(study, words)
    end = agreements["end"].fillna(agreements["planned_end"]).fillna(study.day)
    spans = pd.DataFrame({"what": words.group("agreement"), "label": agreements["entity"]})
    spans = spans.assign(start=agreements["start"], end=end).sort_values(["start", "end"])
    data = pd.concat([spans, moments]).astype({"label": "str"})
    first_start = agreements["start"].min()
    facts = standing(study, partner) | {
        "public": False,
        "duration": mean(study.relations["duration_months"].max() / 12),
        "several": len(study.relations) > 1,
        "moments": Count(len(moments)),
        "first": Day(first_start),
        "first_year": Day(first_start, "year"),
        "last_year": Day(study.day, "year"),
        "running": bool((study.relations["status"] == "running").any()),
    }
    draw, n, rules = partial(draw_path, study.day), len(agreements), Rules(open=True)
    return Exhibit.of(words, "durability", data, draw, n=n, facts=facts, rules=rules)


def dated_moments(study, words: ExhibitWords) -> pd.DataFrame:
    """What happened on one day: events of the agreements, starts of projects, openings of sites."""
    events, projects, sites = study.events, study.projects, study.sites
    entities = study.agreements.drop_duplicates("agreement_id").set_index("agreement_id")["entity"]
    kinds = [name(kind) for kind in events["kind"]]
    moments = [
        (kinds, events["agreement_id"].map(entities), events["date"]),
        (words.group("project"), projects["name"], projects["start"]),
        (words.group("site"), sites["department"], sites["opened"]),
    ]
    frames = [pd.DataFrame({"what": what, "label": of, "start": on}) for what, of, on in moments]
    return pd.concat(frames).dropna(subset="start").sort_values(["start", "what"])


def draw_path(day: pd.Timestamp, data: pd.DataFrame, narrow: bool):
    """A bar for each agreement, a dot for each moment, a row for each entity and kind of moment."""
    rows = data["label"].where(data["end"].notna(), data["what"])
    labels = list(dict.fromkeys(rows))
    figure, (axes,) = new_figure(narrow, height=0.42 * len(labels) + 0.8)
    points = []
    for row in data.assign(height=rows.map(labels.index)).itertuples():
        when = formatting.date(row.start)
        if formatting.is_missing(row.end):
            dot = {"color": colour("ink"), "markersize": 5.5, "clip_on": False}
            axes.plot(row.start, row.height, "o", **dot)
        else:
            when = f"{when} – {formatting.date(row.end)}"
            length = row.end - row.start
            fill = {"color": colour("durability"), "edgecolor": colour("paper")}
            axes.barh(row.height, length, 0.5, row.start, linewidth=1.5, **fill)
        points.append(Point(axes, row.start, row.height, f"{row.label}\n{row.what} · {when}"))
    axes.axvline(day, color=colour("axis"), linewidth=1, linestyle=(0, (1, 1.5)))
    wide = room("path_name", narrow)
    axes.set_yticks(range(len(labels)), [wrap(label, wide) for label in labels])
    axes.set_ylim(len(labels) - 0.4, -0.6)
    years = pd.date_range(data["start"].min(), data[["start", "end"]].max(axis=None), freq="YS")
    years = years[:: max(1, len(years) // room("path_years", narrow))]
    axes.set_xticks(years, [formatting.date(year, "year") for year in years])
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    return figure, points


def P2(study) -> Exhibit:
    """What each side brought, year by year, each kind in its own unit: units are never added up."""
    partner, words = consenting_partner(study), words_of(study, "P2")
    contributions = study.contributions.dropna(subset=["quantity", "unit"])
    words.refuse_if(contributions.empty, "no_quantity")
    by = ["direction", "kind", "unit", "year"]
    data = contributions.groupby(by, as_index=False)["quantity"].sum(min_count=1)
    kinds = data.groupby("direction")["kind"].nunique()
    from_group, from_partner = (int(kinds.get(side, 0)) for side in ("to partner", "to group"))
    sides = {"to partner": words.group("from_group"), "to group": words.group("from_partner")}
    data = data.assign(
        direction=data["direction"].map(sides),
        kind=[name(kind) for kind in data["kind"]],
        unit=data["unit"].map(words.names("units") | {"EUR": formatting.currency()}),
        year=data["year"].astype("str"),
    )
    first = data.iloc[0]
    facts = standing(study, partner) | {
        "from_group": Number(from_group),
        "from_partner": Number(from_partner),
        "side": first["direction"],
        "kind": Label(first["kind"]),
        "unit": first["unit"],
        "year": first["year"],
        "quantity": Number(first["quantity"]),
    }

    def draw(data, narrow):
        arrows = {sides["to partner"]: "→ ", sides["to group"]: "← "}
        rows = data["direction"].map(arrows) + data["kind"] + " (" + data["unit"] + ")"
        grid = data.assign(row=rows).pivot_table(
            index="row", columns="year", values="quantity", aggfunc="sum", sort=False
        )
        years = range(int(grid.columns.min()), int(grid.columns.max()) + 1)
        grid = grid.reindex(columns=[str(year) for year in years]).astype("float64")
        texts = grid.map(formatting.number).where(grid.notna(), "")
        highest = grid.max(axis=1)
        depth = grid.div(highest.where(highest > 0), axis=0)
        figure, (axes,) = new_figure(narrow, height=0.46 * len(grid) + 0.9)
        look = {"texts": texts, "limits": (0, 1), "missing": words.picture("none")}
        return figure, grids.matrix(axes, depth, "strength", narrow, **look)

    n, rules = len(contributions), Rules(open=True)
    return Exhibit.of(words, "strength", data, draw, n=n, facts=facts, rules=rules)


def P3(study) -> Exhibit:
    """What both sides say, which lines are known, and where the relation stands among all."""
    partner, words = consenting_partner(study), words_of(study, "P3")
    words.refuse_if(study.relations.empty, "no_relation")
    places = places_among_all(study, words)
    known_by_relation = study.lines.notna().sum(axis=1)
    states = study.lines.iloc[known_by_relation.argmax()]
    named = {True: words.group("yes"), False: words.group("no")}
    state = states.astype(object).map(named).fillna(words.group("unknown"))
    line_states = pd.DataFrame({"label": states.index.map(line_names(study)), "state": state})
    data = words.views(words=scores_by_dimension(study), line=line_states, place=places)
    data = data[["view", "label", "partner", "group", "state", "own", "share"]]
    relations = len(study.all_relations)
    facts = standing(study, partner) | {
        "known": Number(int(known_by_relation.max())),
        "fragile": Number(int(states[list(lines.FRAGILITY)].sum())),
        "strong": Number(int(states[list(lines.STRENGTH)].sum())),
        "ended_before": Share(places["share"].iloc[0], of=relations),
        "relations": Count(relations),
        "places": labelled_shares(places["label"], places["share"], [relations] * len(places)),
    }
    draw, rules = partial(draw_views, words), Rules(team_only=words.refusal("team_only"))
    n = len(study.relations)
    look = {"rules": rules, "states": {"relations": n}}
    return Exhibit.of(words, "strength", data, draw, n=n, facts=facts, **look)


def places_among_all(study, words: ExhibitWords) -> pd.DataFrame:
    """Where the relation stands among all in age, agreements and renewals, and the share below.

    Of age, on the settled day, it is the share that had ended before (Kaplan-Meier): those that
    still run are no shorter for being young.
    """
    grace_days = study.parameters.grace_days
    everyone = settled_relations(study, study.all_relations, grace_days)
    everyone = everyone[everyone["start_seen"].astype("bool")]
    age = settled_relations(study, study.relations, grace_days)["duration_months"].max()
    rows = [(words.group("age"), age, share_ended_before(everyone, age))]
    for column in ("agreements", "renewals"):
        counts = study.all_relations[column].astype(float)
        most = float(study.relations[column].max())
        share_below = ((counts < most).mean() + (counts <= most).mean()) / 2
        rows.append((words.group(column), most, share_below))
    return pd.DataFrame(rows, columns=["label", "own", "share"])


def share_ended_before(everyone: pd.DataFrame, months: float) -> float:
    """The share of followed relations that had ended before they were as old; missing without any.

    >>> lasted = pd.DataFrame({"duration_months": [12.0, 24.0, 24.0, 48.0], "ended": [True, True, False, False], "entry_months": 0.0})
    >>> share_ended_before(lasted, 36)
    0.5
    """
    if everyone.empty or formatting.is_missing(months):
        return np.nan
    curve = durability.curve(**estimator_columns(everyone))
    just_before = np.nextafter(months, 0)
    return float(1 - survival.at(curve, just_before)["value"].iloc[0])


def scores_by_dimension(study) -> pd.DataFrame:
    """Both sides' scores by dimension in the last wave in which this partner took part."""
    if study.answers.empty:
        return pd.DataFrame({"label": [], "partner": [], "group": []})
    scored = survey.scored(study.answers, study.items)
    sides = survey.sides(scored, share=study.conventions["survey_share"])
    pairs = survey.pairs(sides).reset_index()
    last_wave = pairs[pairs["wave"] == pairs["wave"].max()]
    scores = last_wave.groupby("dimension")[["partner", "group"]].mean()
    return scores.assign(label=[name(dimension) for dimension in scores.index])


def draw_views(words: ExhibitWords, data: pd.DataFrame, narrow: bool):
    """Both sides' scores, the places among all relations the twenty lines, one above the other."""
    scores, places = words.view(data, "words"), words.view(data, "place")
    scores_height = marks.tall(len(scores), narrow, 1.0) if len(scores) else 0.4
    heights = [scores_height, marks.tall(len(places), narrow, 1.0), room("states_height", narrow)]
    figure, (scores_axes, places_axes, lines_axes) = stacked(narrow, heights)
    points = []
    if len(scores):
        pairs = scores.rename(columns={"partner": "a", "group": "b"})
        sides = (words.picture("partner"), words.picture("group"))
        points += marks.dumbbell(scores_axes, pairs, sides, "strength", narrow)
    else:
        scores_axes.set_axis_off()
        heading(scores_axes, words.picture("no_answer"))
    dots = places.rename(columns={"share": "value"}).assign(low=np.nan, high=np.nan)
    look = {"sort": False, "limits": (0, 1), "reference": (0.5, words.picture("half"))}
    points += marks.dots(places_axes, dots, "durability", narrow, **look)
    return figure, points + list_lines(words, lines_axes, words.view(data, "line"), narrow)


def list_lines(words: ExhibitWords, axes: Axes, data: pd.DataFrame, narrow: bool) -> list[Point]:
    """The twenty lines by name, fragility then strength: full for yes, hollow for no, ? unknown."""
    axes.set_axis_off()
    axes.set_ylim(room("states_rows", narrow), -0.6)
    marks_of = {words.group("yes"): "●", words.group("no"): "○", words.group("unknown"): "?"}
    points = []

    def write(text: str, left: float, row: float, **look) -> None:
        where = {"xycoords": ("figure fraction", "data"), "va": "center", "annotation_clip": False}
        axes.annotate(text, (left, row), **where, **look).set_in_layout(False)

    for position, line in enumerate(data.itertuples()):
        row, family, text_x, point_x = position % 10 + 1, "fragility", 0.02, 0.02
        if position >= 10:
            row += room("strength_row", narrow)
            family, text_x, point_x = "strength", room("strength_left", narrow), 0.6
        bold = {"color": colour(f"{family}-text"), "fontweight": "bold"}
        if position % 10 == 0:
            write(words.picture(family), text_x, row - 1, **bold)
        write(marks_of[line.state], text_x, row, **bold)
        tone = colour("mute" if line.state == words.group("unknown") else "ink")
        name_of_line = wrap(line.label, room("state_name", narrow), 1)
        write(name_of_line, text_x + room("state_indent", narrow), row, color=tone)
        points.append(Point(axes, point_x, row, f"{line.label}\n{line.state}"))
    return points
