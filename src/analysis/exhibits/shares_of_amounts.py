"""How amounts are shared out (F10P): the shares of the largest, over partners, regions and entities,
year by year, and the curve of all; and which of these tell what single partners receive.
"""

from collections.abc import Collection
from typing import NamedTuple

import pandas as pd

from analysis.article.exhibit_words import ExhibitWords
from analysis.disclosure.concentration import (
    HOLDERS,
    hhi_tells_first,
    hhi_tells_group,
    points_of_one,
    share_tells_one,
)
from analysis.disclosure.secrecy_rules import Limits
from analysis.indicators import fragility
from analysis.stats import intervals
from analysis.text import formatting

UNITS = {"partners": "partner_id", "regions": "region", "entities": "entity"}
# Told to the team alone: a programme may be that of one partner.
TEAM_UNITS = {"programmes": "programme"}
POINTS = 20  # of the curve at most
PARTNERS_BETWEEN = 5  # two points of the curve at least: no step is one partner's amount


class AmountRules(NamedTuple):
    """What decides whether an amount may be told: the limits, and the partners whose portraits tell
    theirs.
    """

    limits: Limits
    with_portraits: Collection[str]


def telling_shares(views: pd.DataFrame) -> tuple[tuple[int, str], ...]:
    """The shares and indices (row, column) of all views that tell what a single partner receives."""
    return tuple(
        (row, column)
        for column in ("value", "hhi")
        for row in views.index[views[f"{column}_tells"].fillna(False).astype(bool)]
    )


def shares_of_largest(
    spread: dict, last: pd.DataFrame, words: ExhibitWords, rules: AmountRules
) -> pd.DataFrame:
    """The shares of the first holder and of the ten first, of each kind of holder (`spread`)."""
    rows = []
    units = UNITS | TEAM_UNITS
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
            row["value_tells"] = share_tells_one(of_largest, of_others, *rules)
            # the sum of squares tells the first of all, and others that are large
            row["hhi_tells"] = holders == 1 and (
                row["value_tells"] or hhi_tells_group(last, units[unit], half_digit, *rules)
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


def curve_of_amounts(last: pd.DataFrame, n: int, rules: AmountRules) -> pd.DataFrame:
    """The share of amounts that the smallest `x` of all `n` partners hold (Lorenz curve)."""
    amounts = _by_partner(last)
    amounts = amounts[amounts > 0]
    steps = int(min(POINTS, n // PARTNERS_BETWEEN)) or 1
    below = [step * n // steps for step in range(steps + 1)]
    curve = pd.DataFrame({"x": [step / steps for step in range(steps + 1)]})
    curve["value"] = intervals.lorenz(amounts)["amount"].astype(float).iloc[below].to_numpy()
    curve["label"] = curve["x"].map(formatting.percent)
    return curve.assign(value_tells=points_of_one(amounts, below, *rules))


def _half_digit(n: int) -> float:
    """Of a measure that rests on `n`, as others than the team are told it."""
    return 0.5 * 10.0 ** -len(str(n))


def shares_by_year(funding: pd.DataFrame, n: int, rules: AmountRules) -> pd.DataFrame:
    """The share of the ten first partners of each year, told as exactly as `n` bears."""
    rows, half_digit = [], _half_digit(n)
    for year, in_year in funding.groupby("year"):
        concentration = fragility.programme(in_year["amount"], in_year["partner_id"])
        amounts = _by_partner(in_year)
        is_told = share_tells_one(amounts[:HOLDERS], amounts[HOLDERS:], *rules)
        row = {"label": str(int(year)), **_share_row(concentration, "top_10", HOLDERS)}
        tells = {"value_tells": is_told}
        tells["hhi_tells"] = is_told or hhi_tells_first(amounts, half_digit, *rules)
        rows.append(row | tells)
    return pd.DataFrame(rows)
