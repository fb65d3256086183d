"""Strength: the lines present (F15), beside those of fragility (F16), stages (F17), what each side brings (F18)."""

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit, Rules, refuse_if
from analysis.charts import axis_words, grids, heading, marks, new, wrap
from analysis.charts.profiles import profiles
from analysis.declare.conventions import DEFAULTS
from analysis.exhibits.line_counts import live, scope_words
from analysis.exhibits.phrases import interval, name
from analysis.indicators import contributions, lines
from analysis.relations import membership
from analysis.stats import intervals
from analysis.text import formatting
from analysis.text.formatting import text as _

FEW = DEFAULTS["percent_from"]  # relations: fewer make no table of passages


def F16(study) -> Exhibit:
    """Each relation's lines of fragility against its lines of strength, and how far the unknown ones could move it."""
    relations = live(study, "relation_id")
    stated = study.lines.iloc[relations.index]
    fragile, strong = (
        lines.profile(stated[list(lines.FRAGILITY)]),
        lines.profile(stated[list(lines.STRENGTH)]),
    )
    whole = _(
        "One of the two families of lines is wholly unknown: they cannot be set side by side."
    )
    refuse_if(not (fragile["known"].any() and strong["known"].any()), whole)
    both = {
        "x": fragile["yes"],
        "y": strong["yes"],
        "x_unknown": fragile["unknown"],
        "y_unknown": strong["unknown"],
    }
    both = pd.DataFrame(both)
    bands = [
        pd.cut(both["x"], [-1, 1, 2, 10], labels=["0–1", "2", "3+"]).rename("fragility"),
        pd.cut(both["y"], [-1, 1, 3, 10], labels=["0–1", "2–3", "4+"]).rename("strength"),
    ]
    data = both.groupby(bands).mean().assign(n=both.groupby(bands).size()).reset_index()
    data = data.astype({"fragility": "str", "strength": "str"})
    mean, most = both.mean(), data.loc[data["n"].idxmax()]
    of_most = {part: formatting.mean(most[part]) for part in both}

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.7 if narrow else 4.4)
        return figure, profiles(
            axes, data, _("Lines of fragility seen"), _("Lines of strength seen"), narrow
        )

    return Exhibit.of(
        study,
        "F16",
        "across",
        data,
        draw,
        n=len(relations),
        unit=_("relations"),
        columns={
            "fragility": _("Lines of fragility"),
            "strength": _("Lines of strength"),
            "n": (_("Relations"), "integer"),
            "x": (_("Fragility (mean)"), "number"),
            "y": (_("Strength (mean)"), "number"),
            "x_unknown": (_("Unknown, fragility (mean)"), "number"),
            "y_unknown": (_("Unknown, strength (mean)"), "number"),
        },
        title=_(
            "A relation shows {x} {x:line|lines} of fragility and {y} of strength on average; {unknown} of twenty {unknown:is|are} unknown",
            x=formatting.mean(mean["x"]),
            y=formatting.mean(mean["y"]),
            unknown=formatting.mean(mean[["x_unknown", "y_unknown"]].sum()),
        ),
        subtitle=_(
            "Relations by number of lines of fragility and of strength: discs at the means of nine groups, whiskers for "
            "unknown lines"
        ),
        reading=_(
            "{n} {n:relation shows|relations show} {fragility} lines of fragility and {strength} of strength; their {x} and {y} unknown lines, on average, could still be yes: that is as far as the whiskers run.",
            n=most["n"],
            fragility=most["fragility"],
            strength=most["strength"],
            x=of_most["x_unknown"],
            y=of_most["y_unknown"],
        ),
        scope=scope_words(study, len(relations)),
        note=_(
            "The two counts are never subtracted: a relation may be strong and exposed. A relation of which more is known "
            "shows more lines of both kinds; whiskers say how many could be added."
        ),
        alt=_(
            "Nine discs by lines of fragility (across) and of strength (up); the largest, {n} {n:relation|relations}, at {x} and {y}.",
            n=most["n"],
            x=of_most["x"],
            y=of_most["y"],
        ),
    )


def F17(study) -> Exhibit:
    """From which stage to which relations went between their first and their last agreement."""
    agreements = study.only("agreements", "agreement_id", "partner_id", "entity", "start", "kinds")
    table = contributions.transitions(agreements, membership(agreements, study.relations))
    known = table.loc[list(contributions.STAGES), list(contributions.STAGES)]
    n = int(known.sum(axis=None))
    refuse_if(
        n < FEW,
        _(
            "Fewer than ten relations have two agreements or more whose form is known: no passage from one stage to another can be shown."
        ),
    )
    further, back = int(np.triu(known, 1).sum()), int(np.tril(known, -1).sum())
    fields = {"n": n, "further": further, "back": back, "same": n - further - back}
    share = intervals.wilson(further, n, confidence=study.parameters.confidence)
    names = {stage: _(stage) for stage in table.index}
    data = table.rename(index=names, columns=names).stack().rename("relations").reset_index()

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.1 if narrow else 2.9)
        seen = data[(data["before"] != names["unknown"]) & (data["after"] != names["unknown"])]
        values = seen.pivot(index="before", columns="after", values="relations")
        order = [names[stage] for stage in contributions.STAGES]
        said = {"columns": _("Last agreement"), "rows": _("down: first agreement")}
        points = grids.matrix(axes, values.loc[order, order], "strength", narrow, **said)
        if not narrow:
            axes.set_xticks(range(len(order)), [wrap(name, 16) for name in order])
        return figure, points

    return Exhibit.of(
        study,
        "F17",
        "strength",
        data,
        draw,
        n=n,
        unit=_("relations"),
        rules=Rules(total=True),
        columns={
            "before": _("First agreement"),
            "after": _("Last agreement"),
            "relations": (_("Relations"), "integer"),
        },
        title=_(
            "{share} of relations that were renewed have gone further",
            share=formatting.percent(share["value"]),
        )
        if further
        else _("None of the relations that were renewed has gone further"),
        subtitle=_(
            "Stage of the first agreement (rows) and of the last one (columns), relations with two agreements or more"
        ),
        reading=_(
            "Of {n} relations, {further} ({interval}) went to a further stage, {back} to an earlier one, {same} stayed.",
            interval=interval(share),
            **fields,
        ),
        scope=_(
            "{n} relations with two agreements or more whose forms are known, of {all}.",
            n=n,
            all=int(table.sum(axis=None)),
        ),
        note=_(
            "Stages in the order philanthropy, responsible practice, economic cooperation, societal innovation; an agreement "
            "stands at its furthest form. The order is a convention: to stay at a stage is no failure. Only relations that "
            "were renewed are seen."
        ),
        alt=_(
            "A grid of four stages by four; on the diagonal, {same} {same:relation|relations} that stayed; beyond it, {further}; before it, {back}.",
            **fields,
        ),
    )


def F18(study) -> Exhibit:
    """What each side brings, year by year, every kind in its own unit."""
    refuse_if(
        study.contributions.empty,
        _("No contribution is recorded: what each side brings cannot be shown."),
    )
    partner = study.beside(study.contributions["agreement_id"], "agreements", "partner_id")[
        "partner_id"
    ]
    found = contributions.contributed(study.contributions.assign(partner=partner)).reset_index()
    stage = "paid" if (found["stage"] == "paid").any() else found["stage"].mode().get(0)
    over = study.day.year - (not study.day.is_year_end)
    shown = found[(found["stage"] == stage) & (found["year"] <= over) & found["quantity"].notna()]
    refuse_if(
        shown.empty,
        _(
            "No full year of contributions of known quantity is recorded before {day}.",
            day=study.day,
        ),
    )
    sides = {
        "to partner": _("from the Group to partners"),
        "to group": _("from partners to the Group"),
    }
    gave = _("In {year} the Group brought {list}")
    if study.is_grants:
        sides = {"to partner": _("from funders to recipients"), "to group": _("to funders")}
        gave = _("In {year} funders gave {list}")
    units = {
        "EUR": formatting.currency(),
        "day": _("days"),
        "hour": _("hours"),
        "FTE month": _("FTE months"),
        "m2 month": _("m² months"),
    }
    say = lambda unit: units.get(unit, _("not told"))
    write = lambda unit: formatting.money if unit == "EUR" else formatting.number
    shown = shown.sort_values(
        ["direction", "kind", "unit", "year"], ascending=[False, True, True, True]
    )
    panels = list(dict.fromkeys(zip(shown["direction"], shown["kind"], shown["unit"], strict=True)))
    last = shown[shown["year"] == shown["year"].max()]
    told = {side: [] for side in sides}
    for row in last.itertuples():
        unit = "" if row.unit == "EUR" else " " + say(row.unit)
        told[row.direction].append(
            _("{kind} {quantity}", kind=_(row.kind), quantity=write(row.unit)(row.quantity) + unit)
        )
    by_side = [
        _("{side}: {list}", side=sides[side], list=formatting.join(kinds))
        for side, kinds in told.items()
        if kinds
    ]
    fields = {
        "year": str(int(last["year"].max())),
        "list": formatting.typeset("; ".join(by_side)),
        "stage": _(stage),
    }
    data = found.assign(
        direction=found["direction"].map(sides),
        kind=found["kind"].map(_),
        unit=found["unit"].map(say),
        stage=found["stage"].map(_, na_action="ignore").fillna(_("not told")),
        year=found["year"].astype("str"),
    )

    def draw(data, narrow):
        kept = data[(data["stage"] == _(stage)) & (data["year"].astype(int) <= over)]
        figure, axes = new(narrow, height=2.1, panels=len(panels), columns=min(2, len(panels)))
        years = [str(year) for year in range(int(kept["year"].min()), over + 1)]
        points = []
        for place, (side, kind, unit) in zip(axes, panels, strict=True):
            rows = kept[
                (kept["direction"] == sides[side])
                & (kept["kind"] == _(kind))
                & (kept["unit"] == say(unit))
            ]
            table = rows.set_index("year")[["quantity"]].reindex(years).astype(float)
            points += marks.columns(place, table, "strength", narrow, write=write(unit))
            place.set_ylim(top=place.get_ylim()[1] * 1.1)
            axis_words(place, y=sides[side])
            heading(place, f"{name(kind)}, {say(unit)}", "strength")
        return figure, points

    return Exhibit.of(
        study,
        "F18",
        "strength",
        data,
        draw,
        n=int(found["rows"].sum()),
        unit=_("contributions"),
        rules=Rules(left_out=("unknown",)),
        columns={
            "direction": _("Direction"),
            "kind": _("Kind"),
            "unit": _("Unit"),
            "stage": _("Stage"),
            "year": _("Year"),
            "quantity": (_("Quantity"), "number"),
            "rows": (_("Contributions"), "integer"),
            "unknown": (_("Of unknown quantity"), "integer"),
            "partners": (_("Partners"), "integer"),
            "largest": (_("Part of the first partner"), "percent"),
        },
        title=gave.format(year=fields["year"], list=formatting.join(told["to partner"][:3]))
        if told["to partner"]
        else _(
            "In {year} partners brought {list}",
            year=fields["year"],
            list=formatting.join(told["to group"][:3]),
        ),
        subtitle=_(
            "Quantities that each side brought, by kind and year, each in its own unit ({stage})",
            **fields,
        ),
        reading=_("In {year}, {list}.", **fields),
        scope=_(
            "{n} {n:contribution|contributions} recorded up to {day}; full years only in the picture, all in the CSV.",
            n=int(found["rows"].sum()),
            day=study.day,
        ),
        note=_(
            "Units are never added up: a day of work is no amount of money. Purchases pay for what partners sell and are no "
            "gift. What was promised stands apart from what was paid."
        )
        + (
            _(" Contributions of unknown quantity: {n}, not summed.", n=unknown)
            if (unknown := int(found["unknown"].sum()))
            else ""
        ),
        alt=_("One panel per direction and kind, columns by year. In {year}, {list}.", **fields),
    )
