"""The support on offer: how much where (F27), and as a table narrowed without a script (F27P)."""

from dataclasses import dataclass
from html import escape

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.charts import grids, new_figure
from analysis.declare import schema
from analysis.exhibits.phrases import name
from analysis.exhibits.territories import chosen_regions, rate_words
from analysis.indicators import proposals, territories
from analysis.text import formatting
from analysis.text.facts import Day, Label, Listed, Number


@dataclass(frozen=True, eq=False, kw_only=True)
class Filtered(Exhibit):
    """A table with a list of choices above it for each of several subjects; the style sheet hides
    the rows not chosen.

    `choices`: subject -> (values to choose from, for each row those it answers to). A row that
    answers to none answers to all: a national offer serves every region. Value `k` of subject `a`
    is the class `a-k` of its option and of its rows (`style.choices`).
    """

    choices: dict[str, tuple[list[str], list[list[str]]]]
    unfiltered: str

    def json(self) -> dict:
        record = super().json()
        del record["choices"], record["unfiltered"]
        return record

    def html(self) -> str:
        """The article, its table under the lists of choices."""
        lists, classes = "", [[] for _row in range(len(self.data))]
        for subject, (label, (values, members)) in zip("abc", self.choices.items(), strict=True):
            lists += f"<label>{escape(label)} <select><option>{escape(self.unfiltered)}</option>"
            for k, value in enumerate(values):
                lists += (
                    f'<option class="{subject}-{k}">{escape(formatting.typeset(value))}</option>'
                )
                for row, members_of_row in zip(classes, members, strict=True):
                    if not members_of_row or value in members_of_row:
                        row.append(f"{subject}-{k}")
            lists += "</select></label>"
        before, opened, after = super().html().partition("<tbody>")
        picture = '<div class="picture filtered"><div class="choices">' + lists + "</div>"
        html = before.replace('<div class="picture">', picture) + opened
        first, *rows = after.split("<tr>")
        for row_classes, row in zip(classes, rows, strict=False):
            first += f'<tr class="{" ".join(row_classes)}">{row}'
        return html + first


def F27(study) -> Exhibit:
    """How many active offers each region has by phase and kind, the national ones apart."""
    words = words_of(study, "F27")
    offers = proposals.serving(
        active_offers(study, words), study.parameters.region or None, None, None
    )
    phases, kinds = (list(schema.columns("offers")[column].values) for column in ("phase", "kind"))
    regions = pd.Index(chosen_regions(study) or territories.regions().index)
    matrix = proposals.offer_matrix(offers, regions, phases, kinds)
    exposed, per = territories.population_exposed()
    per_words = rate_words(words, per)
    cells = matrix.assign(
        rate=matrix["offers"] / matrix["region"].map(exposed).astype("float64") * per,
        region=matrix["region"].replace(proposals.NATIONAL, words.group("national")),
        phase=matrix["phase"].map(name),
        kind=matrix["kind"].map(name),
    )
    regional = cells[cells["region"] != words.group("national")]
    gaps = regional[regional["offers"] == 0].groupby("region", sort=False).size()
    gaps = gaps.sort_values(ascending=False, kind="stable")
    checked = offers["verified_on"]
    facts = {
        "gaps": Number(gaps.sum()),
        "cells": Number(len(regional)),
        "national": Number((offers["scope"] == proposals.NATIONAL).sum()),
        "region": Label(next(iter(gaps.index), "")),
        "region_gaps": Number(next(iter(gaps), 0)),
        "region_cells": Number(len(phases) * len(kinds)),
        "checked": Day(checked.where(checked <= study.day).max()),
        "stale": Number(offers["stale"].sum()),
        "barest": Listed([Label(f"{region} ({size})") for region, size in gaps.head(3).items()]),
        "per": name(per_words),
    }

    def draw(data, narrow):
        rows = data["region"].unique()
        figure, axes = new_figure(narrow, height=0.27 * len(rows) + 1.1, panels=len(kinds))
        points, limits = [], (1, data["offers"].max())
        for panel, kind in zip(axes, map(name, kinds), strict=True):
            of_kind = data[data["kind"] == kind]
            table = of_kind.pivot(index="region", columns="phase", values="offers")
            table = table.loc[rows, [name(phase) for phase in phases]].astype("float64")
            table = table.where(table > 0)
            if narrow:
                table = table.rename(index=territories.regions()["short_name"])
            none = words.picture("none")
            points += grids.matrix(
                panel, table, "across", narrow, limits=limits, missing=none, columns=kind
            )
            if not narrow and panel is not axes[0]:
                panel.set_yticklabels([])
        return figure, points

    data = cells[["region", "phase", "kind", "offers", "rate", "checked", "stale"]]
    n, rules = len(offers), Rules(open=True)
    return Exhibit.of(words, "across", data, draw, n=n, facts=facts, rules=rules)


def F27P(study) -> Exhibit:
    """Which active offers serve each project of the partner looked at; else all active offers."""
    words = words_of(study, "F27P")
    offers = active_offers(study, words)
    of_partner = bool(study.parameters.partner)
    if of_partner:
        served = _serving_partner(study, offers)
        words.refuse_if(served.empty, "none_serves")
    else:
        served = proposals.serving(offers, study.parameters.region or None, None, None)
        served = served.assign(needs_met=served["need"])
    needs = [list(map(name, members)) for members in _members(served["needs_met"])]
    states = {True: words.group("stale"), False: words.group("checked")}
    data = served.assign(
        phase=served["phase"].map(name),
        kind=served["kind"].map(name),
        place=_listed(_members(served["regions"]), words.group("national")),
        needs_met=_listed(needs, "–"),
        state=served["stale"].astype(bool).map(states),
    )
    first = data.iloc[0]
    facts = {
        "of_partner": of_partner,
        "offer": Label(first["name"]),
        "operator": Label(first["operator"]),
        "kind": Label(first["kind"]),
        "phase": Label(first["phase"]),
        "rows": Number(len(data)),
    }
    columns = ["place", "phase", "kind", "needs_met", "operator", "verified_on", "state"]
    if of_partner:
        columns = ["project", *columns]
    data = data[["name", *columns]]
    filters = {"choices": _choices(served, words), "unfiltered": words.group("no_filter")}
    n, rules = served["offer_id"].nunique(), Rules(open=True)
    return Filtered.of(words, "across", data, n=n, facts=facts, rules=rules, **filters)


def active_offers(study, words: ExhibitWords) -> pd.DataFrame:
    """The offers active on the day, or the words that say there is none."""
    offers = proposals.active(study.offers, study.day, study.conventions["offer_days"])
    words.refuse_if(offers.empty, "no_offer")
    return offers


def _serving_partner(study, offers: pd.DataFrame) -> pd.DataFrame:
    partners = study.only("partners", "partner_id", "region").drop_duplicates("partner_id")
    region_of = partners.set_index("partner_id")["region"]
    served = [offers.head(0)]
    for project in study.projects.itertuples():
        stated = (region_of.get(project.partner_id), project.phase, project.need)
        values_or_none = [None if formatting.is_missing(value) else value for value in stated]
        served.append(proposals.serving(offers, *values_or_none).assign(project=project.name))
    return pd.concat(served)


def _members(sets: pd.Series) -> list[list[str]]:
    return [[part for part in value.split("|") if part] for value in sets.fillna("")]


def _listed(names_by_row: list[list[str]], where_none: str) -> list[str]:
    return [formatting.join(names) if names else where_none for names in names_by_row]


def _choices(offers: pd.DataFrame, words: ExhibitWords) -> dict[str, tuple]:
    regions = sorted(territories.regions().index)
    choices = {words.group("region"): (regions, _members(offers["regions"]))}
    for column in ("phase", "need"):
        values = [name(value) for value in schema.columns("offers")[column].values]
        names = [list(map(name, members)) for members in _members(offers[column])]
        choices[words.group(column)] = (values, names)
    return choices
