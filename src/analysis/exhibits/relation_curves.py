"""What the curves of durability share: their rows, and their drawing."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.charts import axis_words, new_figure, survival_curves

CURVE = ["stratum", "months", "at_risk", "ended", "censored", "survival", "low", "high"]


def thinned(data: pd.DataFrame) -> pd.DataFrame:
    """Of each quarter of a month the first row and the last: as much as is seen of a long curve."""
    quarter = (data["months"] * 4).astype(int)
    months = data.groupby(["stratum", quarter], sort=False)["months"]
    is_first = data["months"] == months.transform("first")
    is_last = data["months"] == months.transform("last")
    return data[is_first | is_last]


def curve_drawing(
    study,
    words,
    horizon: float,
    levels: list[tuple[float, str]],
    wide: float,
    tall: float,
    median: float | None = None,
) -> Callable:
    """The drawing of curves with `levels` marked at the horizon, and the `median` of a single one.

    They are drawn to the last whole year with enough followed, and at least to the horizon.
    Nothing is marked where the data that are drawn do not tell how many reach it.
    """
    few = study.conventions["curve_at_risk"]

    def draw(data, narrow):
        figure, (axes,) = new_figure(narrow, height=wide, narrow_height=tall)
        last_solid = data.loc[data["at_risk"] >= few, "months"].max()
        until = max(horizon, np.ceil(last_solid / 12) * 12)
        points = survival_curves.survival(
            axes, thinned(data), "durability", narrow, until, few, median
        )
        at_horizon = data.loc[data["months"] <= horizon, "survival"].tail(1)
        if levels and at_horizon.notna().all():
            points += survival_curves.mark_horizon(axes, horizon, levels, "durability")
        axis_words(axes, y=words.picture("y"))
        return figure, points

    return draw
