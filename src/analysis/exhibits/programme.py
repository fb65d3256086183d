"""How concentrated the programme itself is (F10P): amounts over partners, regions, entities and the
programmes that grant lists name.
"""

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.charts import Point, axis_words, colour, heading, marks, new_figure, share_axis
from analysis.disclosure import audiences
from analysis.disclosure.concentration import (
    HOLDERS,
    hhi_tells_first,
    hhi_tells_group,
    points_of_one,
    share_tells_one,
)
from analysis.disclosure.secrecy_rules import Limits
from analysis.exhibits.source_holes import hole_facts
from analysis.exhibits.years_of_money import shares_of_amounts, year_facts, year_told
from analysis.indicators import fragility
from analysis.stats import intervals
from analysis.text import formatting
from analysis.text.facts import Count, Label, Listed, Money, Number, Proportion, Share

_UNITS = {"partners": "partner_id", "regions": "region", "entities": "entity"}
# Told to the team alone: a programme may be that of one partner.
_TEAM_UNITS = {"programmes": "programme"}
POINTS = 20  # of the curve at most
PARTNERS_BETWEEN = 5  # two points of the curve at least: no step is one partner's amount
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
    units = _UNITS
    if audiences.may_name_partners(study):
        units = _UNITS | _TEAM_UNITS
    elif study.filters:  # beside the whole, a group's share of a part tells the rest of the group
        units = {"partners": _UNITS["partners"]}
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
    limits = study.conventions
    views = {
        "share": _largest(spread, last, words, limits),
        "curve": _curve(last, n, limits),
        "year": _years(funding, n, limits),
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
        "paid": bool((funding["stage"] == "paid").any()),
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
    rules = Rules(telling=_telling(every), rests_on=rests_on, of_other_units=True)
    states = {f"ten_largest.{int(year)}": partners["top_10"]}
    given_to = {"n": n, "facts": facts, "formats": formats, "rules": rules, "states": states}
    return Exhibit.of(words, "fragility", data, draw, **given_to)


def _telling(views: pd.DataFrame) -> tuple[tuple[int, str], ...]:
    return tuple(
        (row, column)
        for column in ("value", "hhi")
        for row in views.index[views[f"{column}_tells"].fillna(False).astype(bool)]
    )


def _largest(spread: dict, last: pd.DataFrame, words: ExhibitWords, limits: Limits) -> pd.DataFrame:
    rows = []
    units = _UNITS | _TEAM_UNITS
    half_digit = _half_digit(last["partner_id"].nunique())
    for unit, concentration in spread.items():
        by_unit = last.groupby(units[unit])["amount"].sum().sort_values(ascending=False)
        for holders, column, series in ((1, "top_1", "first"), (HOLDERS, "top_10", "first_ten")):
            if unit != "partners" and concentration["n"] <= holders > 1:
                continue  # ten of ten have all
            row = {"label": unit, "series": words.group(series)}
            row |= _share_row(concentration, column, holders)
            is_largest = last[units[unit]].isin(by_unit.index[:holders])
            of_largest, of_others = _by_partner(last[is_largest]), _by_partner(last[~is_largest])
            row["value_tells"] = share_tells_one(of_largest, of_others, limits)
            # the sum of squares tells the first of all, and others that are large
            row["hhi_tells"] = holders == 1 and (
                row["value_tells"] or hhi_tells_group(last, units[unit], half_digit, limits)
            )
            if unit != "partners":
                row |= {"units": None, "largest": None}
            rows.append(row)
    return pd.DataFrame(rows).astype({"units": float, "largest": float})


def _share_row(concentration: pd.Series, column: str, holders: int) -> dict:
    return {
        "n": concentration["n"],
        "value": concentration[column],
        "hhi": concentration["hhi"],
        "units": min(holders, int(concentration["n"])),
        "largest": concentration["top_1"],
    }


def _by_partner(funding: pd.DataFrame) -> pd.Series:
    amounts = funding["amount"].groupby(funding["partner_id"]).sum().clip(lower=0)
    return amounts.sort_values(ascending=False)


def _curve(last: pd.DataFrame, n: int, limits: Limits) -> pd.DataFrame:
    amounts = _by_partner(last)
    amounts = amounts[amounts > 0]
    steps = int(min(POINTS, n // PARTNERS_BETWEEN)) or 1
    below = [step * n // steps for step in range(steps + 1)]
    curve = pd.DataFrame({"x": [step / steps for step in range(steps + 1)]})
    curve["value"] = intervals.lorenz(amounts)["amount"].astype(float).iloc[below].to_numpy()
    curve["label"] = curve["x"].map(formatting.percent)
    return curve.assign(value_tells=points_of_one(amounts, below, limits))


def _half_digit(n: int) -> float:
    """Of a measure that rests on `n`, as others than the team are told it."""
    return 0.5 * 10.0 ** -len(str(n))


def _years(funding: pd.DataFrame, n: int, limits: Limits) -> pd.DataFrame:
    rows, half_digit = [], _half_digit(n)
    for year, in_year in funding.groupby("year"):
        concentration = fragility.programme(in_year["amount"], in_year["partner_id"])
        amounts = _by_partner(in_year)
        is_told = share_tells_one(amounts[:HOLDERS], amounts[HOLDERS:], limits)
        row = {"label": str(int(year)), **_share_row(concentration, "top_10", HOLDERS)}
        tells = {"value_tells": is_told}
        tells["hhi_tells"] = is_told or hhi_tells_first(amounts, half_digit, limits)
        rows.append(row | tells)
    return pd.DataFrame(rows)


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
    """The names and amounts of those who received most, for the team alone."""
    if not audiences.may_name_partners(study):
        return []
    amounts = last.groupby("partner_id")["amount"].sum().reset_index()
    amounts = amounts.sort_values(["amount", "partner_id"], ascending=[False, True]).head(HOLDERS)
    names = study.beside(amounts["partner_id"], "partners", "name")["name"]
    return [
        (Label(str(name)), Money(amount))
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


def given(study, words: ExhibitWords) -> pd.DataFrame:
    """Money given to partners up to the day, one row each; what was paid where payments are known."""
    rows = study.contributions
    is_money = (rows["direction"] == "to partner") & (rows["kind"] == "cash")
    rows = rows[is_money & rows["value_eur"].notna()]
    is_paid = rows["stage"] == "paid"
    rows = rows[is_paid] if is_paid.any() else rows
    words.refuse_if(rows.empty, "no_amount")
    agreement = study.beside(
        rows["agreement_id"], "agreements", "partner_id", "entity", "programme"
    )
    region = study.beside(agreement["partner_id"], "partners", "region")["region"]
    columns = {
        "partner_id": agreement["partner_id"].array,
        "entity": agreement["entity"].array,
        "region": region.array,
        "programme": agreement["programme"].array,
        "year": rows["year"].array.astype(float),
        "amount": rows["value_eur"].array.astype(float),
        "stage": rows["stage"].array,
    }
    return pd.DataFrame(columns)
