"""What the curves of durability share: their rows, and their drawing."""

from collections.abc import Callable

import pandas as pd

from analysis.charts import axis_words, new, survival_curves
from analysis.exhibits.followed_relations import estimator_columns
from analysis.indicators import durability

CURVE = ["stratum", "months", "at_risk", "ended", "censored", "survival", "low", "high"]


def curve_rows(some_relations: pd.DataFrame, confidence: float, group: pd.Series) -> pd.DataFrame:
    """The curves of followed relations as published (columns `CURVE`), one per group."""
    columns = estimator_columns(some_relations)
    built = durability.curve(**columns, strata=group.to_numpy(object), confidence=confidence)
    return built.rename(columns={"time": "months"})[CURVE]


def thinned(data: pd.DataFrame) -> pd.DataFrame:
    """Of each quarter of a month the first row and the last: as much as is seen of a curve with
    thousands of times.
    """
    quarter = (data["months"] * 4).astype(int)
    months = data.groupby(["stratum", quarter], sort=False)["months"]
    is_first = data["months"] == months.transform("first")
    is_last = data["months"] == months.transform("last")
    return data[is_first | is_last]


def drawn_until(data: pd.DataFrame, horizon: float, few: float) -> float:
    """How far to draw: to the last time with `few` followed, in whole years, and at least to the
    horizon.
    """
    last_solid = data.loc[data["at_risk"] >= few, "months"].max()
    if pd.isna(last_solid):
        return horizon
    whole_years = -(-float(last_solid) // 12) * 12
    return max(horizon, whole_years)


def curve_drawing(
    study, words, horizon: float, levels: list[tuple[float, str]], wide: float, tall: float
) -> Callable:
    """The drawing of curves, in a wide and a tall form of so many inches; `levels` are marked at
    the horizon.
    """
    few = study.conventions["curve_at_risk"]

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=tall if narrow else wide)
        until = drawn_until(data, horizon, few)
        points = survival_curves.survival(axes, thinned(data), "durability", narrow, until, few)
        if levels:
            points += survival_curves.mark_horizon(axes, horizon, levels, "durability")
        axis_words(axes, y=words.picture("y"))
        return figure, points

    return draw
