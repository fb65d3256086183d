"""Curves of several groups side by side: beside how many relations all of them follow, as F3 tells,
what some of them follow is what the others do.
"""

from collections.abc import Iterator
from itertools import combinations

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.secrecy_rules import Limits, is_small


def told_at_risk(
    exhibit: Exhibit, told: pd.DataFrame, horizon: int, limits: Limits = DEFAULTS
) -> set[tuple[int, str]]:
    """The cells of curves side by side to hide, so that beside how many all of them follow they do
    not tell that the others follow a few together, or lost a few from one month to the next: how
    many the smallest of these curves follows in that month. The row of the `horizon` is told at the
    expense of the one before.
    """
    data = exhibit.data
    if not {"stratum", "at_risk", "survival"} <= set(data) or data["stratum"].nunique() < 2:
        return set()
    hidden: set[int] = set()
    for names in _sets_of_some(data["stratum"].unique()):
        before: float | None = None
        for month, rows in _told_together(told, names):
            if hidden.isdisjoint(rows.index):
                lost = _month_to_hide(data, told, names, before, month, horizon, limits)
                if lost is not None:
                    at_risk = told[told["stratum"].isin(names) & told["months"].eq(lost)]["at_risk"]
                    hidden.add(int(at_risk.astype(float).idxmin()))
                if lost != month:
                    before = month
    return {(row, "at_risk") for row in hidden}


def _sets_of_some(strata) -> Iterator[tuple[str, ...]]:
    for size in range(1, len(strata)):
        yield from combinations(strata, size)


def _told_together(
    told: pd.DataFrame, names: tuple[str, ...]
) -> Iterator[tuple[float, pd.DataFrame]]:
    """The months at which each of these curves is told, with their rows."""
    for month, rows in told[told["stratum"].isin(names)].groupby("months"):
        if len(rows) == len(names):
            yield float(month), rows


def _month_to_hide(
    data: pd.DataFrame,
    told: pd.DataFrame,
    names: tuple[str, ...],
    before: float | None,
    month: float,
    horizon: int,
    limits: Limits,
) -> float | None:
    """Which of two months told one after the other is not to be told, if one is not."""
    few = limits["secret_below"]
    followed = _followed_by_others(data, names, month)
    if is_small(followed, few):
        return month
    if before is None:
        return None
    step = abs(_followed_by_others(data, names, before) - followed)
    if not is_small(step, few):
        return None
    return before if month == horizon else month


def _followed_by_others(data: pd.DataFrame, names: tuple[str, ...], month: float) -> float:
    """How many other curves than these follow as F3 tells it, just before the last loss by a month
    of any curve; these curves tell how many they follow just before their own.
    """
    last = data.loc[data["months"] <= month, "months"].max()
    followed = 0.0
    for name, curve in data.groupby("stratum", sort=False):
        of_all = curve.loc[curve["months"] >= last, "at_risk"]
        if len(of_all):
            followed += float(of_all.iloc[0])
        if name in names:
            followed -= float(curve.loc[curve["months"] <= month, "at_risk"].iloc[-1])
    return followed
