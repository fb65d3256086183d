"""Strength beside fragility (F16), stages of the partnership (F17), what each side brings (F18)."""

from functools import partial

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import words_of
from analysis.article.rules import Rules
from analysis.charts import axis_words, grids, heading, new_figure, upright, wrap
from analysis.disclosure.concentration import is_told_by_portraits, partners_with_portraits
from analysis.disclosure.secrecy_rules import is_small
from analysis.exhibits.labels_of_brought import LabelsOfBrought
from analysis.exhibits.line_counts import live, living
from analysis.exhibits.phrases import name, share_facts
from analysis.exhibits.source_holes import hole_facts, sees_other_years
from analysis.exhibits.years_of_money import (
    amount_name,
    amount_rows,
    contributions_of_no_agreement,
    last_year_drawn,
    last_year_over,
    rows_drawn,
    stage_drawn,
    stage_facts,
    without_amount,
    year_of_sums,
)
from analysis.indicators import contributions, lines
from analysis.relations import membership
from analysis.study.once import result
from analysis.text import formatting
from analysis.text.facts import Count, Label, Listed, Number, Quantity, mean

FRAGILITY_BANDS = {"0–1": (0, 1), "2": (2, 2), "3+": (3, 10)}
STRENGTH_BANDS = {"0–1": (0, 1), "2–3": (2, 3), "4+": (4, 10)}
KINDS_IN_TITLE = 3


@result
def profiles(study) -> pd.DataFrame:
    """Of each living relation the lines of fragility (x) and strength (y) that hold, or are
    unknown.
    """
    stated = study.lines.loc[living(study, "relation_id")["relation_id"]]
    fragile = lines.profile(stated[list(lines.FRAGILITY)])
    strong = lines.profile(stated[list(lines.STRENGTH)])
    columns = {
        "x": fragile["yes"],
        "y": strong["yes"],
        "x_unknown": fragile["unknown"],
        "y_unknown": strong["unknown"],
    }
    return pd.DataFrame(columns)


@result
def passages(study) -> pd.DataFrame:
    """From which stage to which relations went (`contributions.transitions`)."""
    agreements = study.only("agreements", "agreement_id", "partner_id", "entity", "start", "kinds")
    return contributions.transitions(agreements, membership(agreements, study.relations))


@result
def brought(study) -> pd.DataFrame:
    """What each side brought (`contributions.contributed`)."""
    return contributions.contributed(_given_by_partner(study))


def brought_by_partner(study) -> list[pd.Series]:
    """What each partner brought, or received, of each row of `brought`, in their order."""
    of_partners = contributions.of_partners(_given_by_partner(study))
    by = [name for name in of_partners.index.names if name != "partner"]
    groups = of_partners.groupby(level=by, dropna=False, sort=True)
    return [amounts.droplevel(by).astype(float) for _row, amounts in groups]


def told_by_portraits(study, by_partner: list[pd.Series]) -> tuple[tuple[int, str], ...]:
    """The amounts and counts of partners (row, column) of `brought` that would tell what single
    partners brought, or how few of them did, to who reads the portraits of those who consent to
    one: the others are too few, or one of them has nearly all.
    """
    consenting = partners_with_portraits(study)
    telling = []
    for row, amounts in enumerate(by_partner):
        if is_told_by_portraits(amounts, study.conventions, consenting):
            telling.append((row, "quantity"))
        # a portrait that says nothing of the row leaves its partner among the others
        has_portrait = amounts.gt(0) & amounts.index.isin(consenting)
        if has_portrait.any() and is_small(
            (~has_portrait).sum(), study.conventions["secret_below"]
        ):
            telling.append((row, "partners"))
    return tuple(telling)


def _given_by_partner(study) -> pd.DataFrame:
    resources = study.resources
    partner = study.beside(resources["agreement_id"], "agreements", "partner_id")["partner_id"]
    return resources.assign(partner=partner)


def F16(study) -> Exhibit:
    """Each relation's lines of fragility against its lines of strength, and how many are unknown."""
    words = words_of(study, "F16")
    live(study, words, "relation_id")  # or the words that say that there is none
    counted = profiles(study)
    fragile_known = counted["x_unknown"] < len(lines.FRAGILITY)
    strong_known = counted["y_unknown"] < len(lines.STRENGTH)
    words.refuse_if(not (fragile_known.any() and strong_known.any()), "one_unknown")
    bands = [
        banded(counted["x"], FRAGILITY_BANDS).rename("fragility"),
        banded(counted["y"], STRENGTH_BANDS).rename("strength"),
    ]
    groups = counted.groupby(bands, observed=False)
    data = groups.size().rename("n").to_frame().join(groups.mean()).reset_index()
    data = data.astype({"fragility": "str", "strength": "str"})
    means, largest = counted.mean(), data.loc[data["n"].idxmax()]
    n = len(counted)
    facts = {
        "fragile": mean(means["x"], of=n),
        "strong": mean(means["y"], of=n),
        "unknown": mean(means["x_unknown"] + means["y_unknown"], of=n),
        "lines": Number(len(lines.LINES)),
        "largest": Count(largest["n"], of=n),
        "largest_fragility": Label(largest["fragility"]),
        "largest_strength": Label(largest["strength"]),
        "fragility_unknown": mean(largest["x_unknown"]),
        "strength_unknown": mean(largest["y_unknown"]),
    }

    def draw(data, narrow):
        figure, (axes,) = new_figure(narrow, height=3.0, narrow_height=3.2)
        counts = data.pivot(index="strength", columns="fragility", values="n")
        counts = counts.loc[list(STRENGTH_BANDS)[::-1], list(FRAGILITY_BANDS)]
        numbers = counts.apply(pd.to_numeric, errors="coerce").astype(float)
        points = grids.matrix(axes, numbers, "across", narrow, texts=counts.map(_written))
        axes.tick_params(labeltop=False, labelbottom=True)
        axes.xaxis.set_label_position("bottom")
        axis_words(axes, x=words.picture("fragility"), y=words.picture("strength"))
        return figure, points

    rules = Rules(count_means=tuple(counted))
    return Exhibit.of(words, "across", data, draw, n=n, facts=facts, rules=rules)


def banded(counts: pd.Series, bands: dict[str, tuple[int, int]]) -> pd.Series:
    edges = [-1, *(last for _first, last in bands.values())]
    return pd.cut(counts, edges, labels=list(bands))


def _written(count) -> str:
    if isinstance(count, str):
        return count
    return formatting.number(count)


# ---- F17
def F17(study) -> Exhibit:
    """From which stage to which relations went between their first and their last agreement."""
    words = words_of(study, "F17")
    repeated = passages(study)
    stages = list(contributions.STAGES)
    passages_between_stages = repeated.loc[stages, stages]
    n = int(passages_between_stages.sum(axis=None))
    words.refuse_if(n < study.conventions["percent_from"], "few")
    further = int(np.triu(passages_between_stages, 1).sum())
    back = int(np.tril(passages_between_stages, -1).sum())
    facts = {
        **share_facts(study, further, n),
        "further": Count(further, of=n),
        "back": Count(back, of=n),
        "same": Count(n - further - back, of=n),
        "repeated": Count(int(repeated.sum(axis=None))),
    }
    labels = {stage: formatting.text(stage) for stage in repeated.index}
    data = repeated.rename(index=labels, columns=labels).stack().rename("relations").reset_index()

    def draw(data, narrow):
        figure, (axes,) = new_figure(narrow, height=2.9, narrow_height=3.1)
        order = [labels[stage] for stage in stages]
        is_known = data["before"].isin(order) & data["after"].isin(order)
        values = data[is_known].pivot(index="before", columns="after", values="relations")
        titles = {"columns": words.picture("columns"), "rows": words.picture("rows")}
        values = values.loc[order, order]
        texts = values.map(formatting.number)  # a passage that is hidden says so
        points = grids.matrix(axes, values, "strength", narrow, texts=texts, **titles)
        if not narrow:
            axes.set_xticklabels([wrap(label, 16) for label in order])
        return figure, points

    rules = Rules(total=True)
    return Exhibit.of(words, "strength", data, draw, n=n, facts=facts, rules=rules)


# ---- F18
def F18(study) -> Exhibit:
    """What each side brings, year by year, every kind in its own unit."""
    words = words_of(study, "F18")
    words.refuse_if(study.resources.empty, "none")
    every = brought(study).reset_index()
    stage, last_year = stage_drawn(every), last_year_drawn(study, every)
    drawn = rows_drawn(study, every)
    words.refuse_if(drawn.empty, "no_full_year")
    order = ["direction", "kind", "unit", "year"]
    drawn = drawn.sort_values(order, ascending=[False, True, True, True])
    panels = list(drawn[order[:-1]].drop_duplicates().itertuples(index=False))
    labels = LabelsOfBrought(words, study.is_grants)
    data = labels.written(every)

    def draw(data, narrow):
        full = data[data["stage"] == labels.named(stage)]
        full = full[full["year"].astype(int) <= last_year]
        years = range(int(full["year"].astype(int).min()), last_year + 1)
        columns = min(2, len(panels))
        figure, axes = new_figure(narrow, height=2.1, panels=len(panels), columns=columns)
        amount = partial(formatting.money, is_named=True)
        points = []
        for axis, panel in zip(axes, panels, strict=True):
            is_own = full["direction"] == labels.direction(panel.direction)
            is_own &= full["kind"] == labels.named(panel.kind)
            is_own &= full["unit"] == labels.unit(panel.unit)
            by_year = full[is_own].set_index("year")[["quantity"]].astype(float)
            by_year = by_year.reindex([str(year) for year in years])
            write = amount if panel.unit == contributions.UNIT_OF_MONEY else formatting.number
            points += upright.upright_columns(axis, by_year, "strength", narrow, write=write)
            axis.set_ylim(top=axis.get_ylim()[1] * 1.1)
            axis_words(axis, y=labels.direction(panel.direction))
            title = f"{name(labels.named(panel.kind))}, {labels.unit(panel.unit)}"
            heading(axis, title, "strength")
        return figure, points

    n = int(every["rows"].sum())
    year = year_of_sums(study, drawn)
    facts = _brought_facts(drawn[drawn["year"] == year], labels) | hole_facts(study)
    silent = without_amount(study).sum()
    facts |= {"stage": Label(labels.named(stage)), "without_amount": Count(silent)}
    facts["unknown"] = Count(every["unknown"].sum() + silent)
    facts["of_no_agreement"] = Count(contributions_of_no_agreement(study))
    facts["other_years"] = sees_other_years(study, int(drawn["year"].min()), last_year)
    facts["later_years"] = bool(year < drawn["year"].max())
    facts["open_year"] = year > last_year_over(study)
    facts |= stage_facts(study, stage)
    columns = ["direction", "kind", "unit", "stage", "year", "quantity", "rows", "unknown"]
    columns += ["partners", "largest"]
    rules = Rules(
        amounts=amount_rows(every),
        left_out=("unknown",),
        two_largest=tuple(data["two_largest"]),
        telling=told_by_portraits(study, brought_by_partner(study)),
        of_other_units=True,
    )
    formats = {"quantity": "number"}
    money = money_by_year(study)
    money = money[money["year"] == year]
    states = {amount_name(row.year): row.quantity for row in money.itertuples(index=False)}
    given = {"n": n, "facts": facts, "rules": rules, "formats": formats, "states": states}
    return Exhibit.of(words, "strength", data[columns], draw, **given)


def money_by_year(study) -> pd.DataFrame:
    """The money given to partners in each year that F18 draws, by its row there."""
    drawn = rows_drawn(study, brought(study).reset_index())
    is_money = (drawn["direction"] == "to partner") & (drawn["kind"] == "cash")
    return drawn[is_money & (drawn["unit"] == contributions.UNIT_OF_MONEY)].sort_values("year")


def _brought_facts(latest: pd.DataFrame, labels: LabelsOfBrought) -> dict:
    """What each side brought in the year that the title tells, of which these are the rows."""

    def quantity(value: float, unit: str) -> Quantity:
        if unit == contributions.UNIT_OF_MONEY:
            return Quantity(value, unit="", money=True)
        return Quantity(value, unit=labels.unit(unit), money=False)

    def listed(direction: str) -> list:
        rows = latest[latest["direction"] == direction]
        kinds = rows["kind"].map(labels.named).map(Label)
        return list(zip(kinds, map(quantity, rows["quantity"], rows["unit"]), strict=True))

    to_partner, to_group = listed("to partner"), listed("to group")
    return {
        "year": Label(str(latest["year"].iloc[0])),
        "to_partner": Listed(to_partner),
        "to_group": Listed(to_group),
        "first_to_partner": Listed(to_partner[:KINDS_IN_TITLE]),
        "first_to_group": Listed(to_group[:KINDS_IN_TITLE]),
        "to_partner_label": Label(labels.direction("to partner")),
        "to_group_label": Label(labels.direction("to group")),
    }
