"""How concentrated the programme itself is (F10P): amounts over partners, regions, entities and the
programmes that grant lists name.
"""

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.charts import Point, axis_words, colour, heading, marks, new_figure, share_axis
from analysis.disclosure import permissions
from analysis.disclosure.concentration import HOLDERS, partners_with_portraits
from analysis.exhibits.shares_of_amounts import (
    TEAM_UNITS,
    UNITS,
    AmountRules,
    curve_of_amounts,
    shares_by_year,
    shares_of_largest,
    telling_shares,
)
from analysis.exhibits.source_holes import hole_facts
from analysis.exhibits.years_of_money import (
    given,
    shares_of_amounts,
    stage_drawn,
    stage_facts,
    year_facts,
    year_told,
)
from analysis.indicators import fragility
from analysis.text import formatting
from analysis.text.facts import Count, Label, Listed, Money, Number, Proportion, Share
from analysis.text.rounding import SINGLE, unit_of_amount

PROGRAMMES_TOLD = 5
_COLUMNS = ["view", "label", "series", "x", "units", "n", "value", "hhi", "largest"]


def F10P(study) -> Exhibit:
    """How concentrated the programme itself is: amounts over partners, regions, entities and, for
    the team, the programmes that grant lists name.
    """
    words = words_of(study, "F10P")
    funding = given(study, words)
    year = year_told(study, funding)
    words.refuse_if(year is None, "no_full_year")
    last = funding[funding["year"] == year]
    units = UNITS
    if permissions.may_name_partners(study):
        units = UNITS | TEAM_UNITS
    elif study.filters:  # beside the whole, a group's share of a part tells the rest of the group
        units = {"partners": UNITS["partners"]}
    labels = {unit: words.group(unit) for unit in units}
    spread = {
        unit: fragility.programme(last["amount"], last[column])
        for unit, column in units.items()
        if last[column].nunique() > 1
    }
    year_label = Label(str(int(year)))
    words.refuse_if("partners" not in spread, "one_partner")
    partners = spread["partners"]
    n = int(partners["n"])
    words.refuse_if(n < study.conventions["percent_from"], "few", year=year_label)
    programmes = None
    if "programmes" in spread:
        programmes = by_programme(last)
    amount_rules = AmountRules(study.conventions, partners_with_portraits(study))
    views = {
        "share": shares_of_largest(spread, last, words, amount_rules),
        "curve": curve_of_amounts(last, n, amount_rules),
        "year": shares_by_year(funding, n, amount_rules),
    }
    if programmes is not None:
        views["programme"] = programmes
    every = words.views(**views)
    data = every.reindex(columns=_COLUMNS)
    data["label"] = data["label"].replace(labels)

    def draw(data, narrow):
        shares = words.view(data, "share")
        # Of one kind of holder, or one whose shares may be told, the dots would fill no panel.
        panels = min(shares.loc[shares["value"].notna(), "label"].nunique(), 2) or 1
        figure, axes = new_figure(narrow, height=3.1, panels=panels)
        points = _draw_curve(axes[0], words.view(data, "curve"), words)
        if panels == 2:
            points += _draw_largest(axes[1], shares, narrow)
            heading(axes[1], words.picture("largest"), "fragility")
        return figure, points

    firsts = [
        (Label(labels[unit]), Proportion(concentration["top_1"]))
        for unit, concentration in spread.items()
    ]
    facts = {
        "year": year_label,
        **year_facts(study, year),
        "share": Proportion(partners["top_10"]),
        "total": Money(partners["total"]),
        "hhi": Number(partners["hhi"], digits=4),
        "equal": Number(partners["effective"]),
        "gini": Number(partners["gini"], digits=2),
        **stage_facts(study, stage_drawn(funding)),
        "firsts": Listed(firsts),
        "over": Listed([Label(labels[unit].lower()) for unit in spread]),
        "recipients": Listed(largest_recipients(study, last)),
        **_programmes_told(last, programmes),
        **hole_facts(study),
        **_withdrawal(study, spread),
    }
    formats = {"value": "percent", "x": "percent", "n": "integer", "units": "integer"}
    every = every.reset_index(drop=True)
    rests_on = shares_of_amounts(words.view(every, "year")["label"], year)
    rules = Rules(telling=telling_shares(every), rests_on=rests_on, of_other_units=True)
    states = {f"ten_largest.{int(year)}": partners["top_10"]}
    given_to = {"n": n, "facts": facts, "formats": formats, "rules": rules, "states": states}
    return Exhibit.of(words, "fragility", data, draw, **given_to)


def by_programme(last: pd.DataFrame) -> pd.DataFrame:
    """What each programme receives, the largest first: its partners, its share of the amounts whose
    programme is said, and what part of it goes to its first partner.
    """
    by_partner = last.groupby(["programme", "partner_id"])["amount"].sum().clip(lower=0)
    by_programme = by_partner[by_partner > 0].groupby(level="programme")
    amounts = by_programme.sum()
    columns = {
        "n": by_programme.size(),
        "value": amounts / amounts.sum(),
        "largest": by_programme.max() / amounts,
    }
    programmes = pd.DataFrame(columns)
    programmes = programmes.rename_axis("label").reset_index()
    return programmes.sort_values(["value", "label"], ascending=[False, True])


def _programmes_told(last: pd.DataFrame, programmes: pd.DataFrame | None) -> dict:
    if programmes is None:
        return {"programmes": Listed([]), "programme_count": None, "without_programme": None}
    largest_programmes = programmes.head(PROGRAMMES_TOLD)
    without = last.loc[last["programme"].isna(), "amount"].sum() / last["amount"].sum()
    shares = zip(largest_programmes["label"], largest_programmes["value"], strict=True)
    return {
        "programmes": Listed(
            [(Label(programme), Proportion(share)) for programme, share in shares]
        ),
        "programme_count": Count(len(programmes)),
        "without_programme": Proportion(without) if without > 0 else None,
    }


def largest_recipients(study, last: pd.DataFrame) -> list[tuple[Label, Money]]:
    """The names and amounts of those who received most, for the team alone; amounts in thousands
    where all of them together are told so.
    """
    if not permissions.may_name_partners(study):
        return []
    amounts = last.groupby("partner_id")["amount"].sum().reset_index()
    amounts = amounts.sort_values(["amount", "partner_id"], ascending=[False, True]).head(HOLDERS)
    names = study.beside(amounts["partner_id"], "partners", "name")["name"]
    in_thousands = unit_of_amount(last["amount"].sum()) is not SINGLE
    return [
        (Label(str(name)), Money(amount, from_thousand=in_thousands))
        for name, amount in zip(names, amounts["amount"], strict=True)
    ]


def _withdrawal(study, spread: dict) -> dict:
    entities = spread.get("entities")
    if entities is None:
        return dict.fromkeys(("entity", "money", "relations", "partners"))
    alive = study.relations[study.relations["status"] != "ended"]
    lost = fragility.withdrawal(study.relations, entities["first"])
    return {
        "entity": Label(entities["first"]),
        "money": Proportion(entities["top_1"]),
        "relations": Share(lost["relations"], of=len(alive)),
        "partners": Share(lost["partners"], of=alive["partner_id"].nunique()),
    }


def _draw_curve(axes, table: pd.DataFrame, words: ExhibitWords) -> list[Point]:
    tone = colour("fragility")
    axes.plot([0, 1], [0, 1], color=colour("axis"), linestyle=(0, (1, 2)))
    axes.plot(table["x"], table["value"], color=tone)
    axes.fill_between(table["x"], table["value"], table["x"], color=tone, alpha=0.13, linewidth=0)
    aside = {"textcoords": "offset points", "ha": "right", "color": colour("mute")}
    axes.annotate(words.picture("equal"), (0.72, 0.72), (-8, 2), **aside)
    share_axis(axes.xaxis, many=2)
    share_axis(axes.yaxis, many=2)
    axes.set_ylim(0, 1)
    axis_words(axes, x=words.picture("partners"))
    heading(axes, words.picture("held"), "fragility")
    points = []
    for row in table.iloc[2:-1:3].itertuples():
        holders = words.picture("smallest", holders=row.label)
        amount = words.picture("hold", amount=Proportion(row.value))
        points.append(Point(axes, row.x, row.value, f"{holders}\n{amount}"))
    return points


def _draw_largest(axes, shares: pd.DataFrame, narrow: bool) -> list[Point]:
    largest = shares.drop(columns="n").assign(low=float("nan"), high=float("nan"))
    written = largest["value"].map(formatting.percent)
    share_texts = written.groupby(largest["label"]).agg(" · ".join)
    largest = largest.assign(said=largest["label"].map(share_texts))
    return marks.dots(axes, largest, "fragility", narrow, sort=False, limits=(0, 1))
