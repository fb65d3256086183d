"""The portrait of one partner that agreed to it: its path (P1) and what each side brings (P2)."""

from functools import partial

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.charts import Point, colour, grids, new_figure, wrap
from analysis.charts.look import room
from analysis.declare.faults import refusal
from analysis.declare.schema import in_language, reference
from analysis.exhibits import strength
from analysis.exhibits.labels_of_brought import LabelsOfBrought
from analysis.exhibits.phrases import name
from analysis.indicators import territories
from analysis.study.filters import partner_ids
from analysis.text import formatting
from analysis.text.facts import Count, Day, Label, Number, mean


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
    department_names = territories.departments()["name"].to_dict()
    moments = [
        ([*map(name, events["kind"])], events["agreement_id"].map(entities), events["date"]),
        (words.group("project"), projects["name"], projects["start"]),
        (words.group("site"), sites["department"].replace(department_names), sites["opened"]),
    ]
    frames = [pd.DataFrame({"what": what, "label": of, "start": on}) for what, of, on in moments]
    return pd.concat(frames).dropna(subset="start").sort_values(["start", "what"])


def draw_path(day: pd.Timestamp, data: pd.DataFrame, narrow: bool):
    """A bar for each agreement, a dot for each moment, a row for each entity and kind of moment; an
    agreement that begins before another of its row has ended is a thinner bar on that one.
    """
    rows = data["label"].where(data["end"].notna(), data["what"])
    labels = list(dict.fromkeys(rows))
    figure, (axes,) = new_figure(narrow, height=0.42 * len(labels) + 0.8)
    points = []
    last_end = data.groupby(rows)["end"].cummax().groupby(rows).shift()
    is_beside = data["start"] < last_end
    placed = data.assign(
        height=rows.map(labels.index), width=is_beside.map({True: 0.2, False: 0.5})
    )
    for row in placed.itertuples():
        when = formatting.date(row.start)
        if formatting.is_missing(row.end):
            dot = {"color": colour("ink"), "markersize": 5.5, "clip_on": False}
            axes.plot(row.start, row.height, "o", **dot)
        else:
            when = f"{when} – {formatting.date(row.end)}"
            length = row.end - row.start
            fill = {"color": colour("durability"), "edgecolor": colour("paper")}
            axes.barh(row.height, length, row.width, row.start, linewidth=1.5, **fill)
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
    """What each side brought, year by year: nothing is added up across units, or across what is
    promised and what is paid.
    """
    partner, words = consenting_partner(study), words_of(study, "P2")
    every = strength.brought(study).reset_index()
    known = every[every["quantity"].notna()]
    words.refuse_if(study.contributions.empty or known.empty, "no_quantity")
    by = ["direction", "kind", "unit", "stage", "year"]
    known = known.sort_values(by, ascending=[False, True, True, True, True])
    labels = LabelsOfBrought(words_of(study, "F18"), study.is_grants)
    sides = {"to partner": words.group("from_group"), "to group": words.group("from_partner")}
    data = labels.written(known[[*by, "quantity"]])
    data = data.assign(direction=known["direction"].map(sides), kind=data["kind"].map(name))
    kinds = known.groupby("direction")["kind"].nunique()
    first = data.iloc[0]
    facts = standing(study, partner) | {
        "from_group": Number(int(kinds.get("to partner", 0))),
        "from_partner": Number(int(kinds.get("to group", 0))),
        "side": first["direction"],
        "kind": Label(first["kind"]),
        "unit": first["unit"],
        "stage": Label(first["stage"]),
        "unknown": bool(every["unknown"].any()),
        "year": first["year"],
        "quantity": Number(first["quantity"]),
    }

    def draw(data, narrow):
        arrows = {sides["to partner"]: "→ ", sides["to group"]: "← "}
        unit = data["unit"] + ", " + data["stage"]
        rows = data["direction"].map(arrows) + data["kind"] + " (" + unit + ")"
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

    n, rules = int((every["rows"] - every["unknown"]).sum()), Rules(open=True)
    look = {"rules": rules, "formats": {"quantity": "number"}}
    return Exhibit.of(words, "strength", data, draw, n=n, facts=facts, **look)
