"""Survival curves: what still runs by time since the start, how many are followed, and what is left
at the horizon.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from analysis.charts import Point, legend, name_ends, note, share_axis, wrap, write_near
from analysis.charts.curves import axis_end, months_axis
from analysis.charts.look import colour, groups, readable, room
from analysis.declare.conventions import DEFAULTS
from analysis.text import formatting
from analysis.text.messages import say

LINE = 1.45  # height of a line under the drawing, in letters
FIRST_LINE = 2.9  # where the first of them stands below the axis, in letters


class _Curve(NamedTuple):
    name: str
    rows: pd.DataFrame
    steps: pd.DataFrame
    pale_from: int
    tone: str
    dash: object

    @property
    def is_pale(self) -> bool:
        return self.pale_from < len(self.steps)

    def at(self, months: float) -> pd.Series:
        return self.steps[self.steps["months"] <= months].iloc[-1]

    def followed_at(self, months: float) -> float:
        """How many are followed at a time; missing where the curve does not tell that time."""
        if not self.has_each_end:
            return self.rows.loc[self.rows["months"] == months, "at_risk"].max()  # of one or none
        later = self.rows.loc[self.rows["months"] >= months, "at_risk"]
        if len(later):
            return later.iloc[0]
        if self.is_whole:
            return 0
        return np.nan

    @property
    def has_each_end(self) -> bool:
        """Whether each time at which one ends has its row; a curve that leaves the team is told at
        some times alone, between which nothing is known.
        """
        return {"ended", "censored"} <= set(self.rows)

    def tells(self, months: float) -> bool:
        return self.has_each_end or bool((self.rows["months"] == months).any())

    @property
    def is_whole(self) -> bool:
        if self.rows.empty:
            return True
        last = self.rows.iloc[-1]
        return last["at_risk"] <= last["ended"] + last["censored"]


def survival(
    axes: Axes,
    table: pd.DataFrame,
    family: str,
    narrow: bool,
    horizon: float,
    few: float = DEFAULTS["curve_at_risk"],
    median: float | None = None,
) -> list[Point]:
    """Curves of what still runs, by months since the start, with band, numbers followed below and
    pale tails.

    `table` has the columns stratum, months, at_risk, survival, low, high (one row per distinct
    time); strata keep their order of appearance. A curve is pale from where fewer than `few` are at
    risk, and bears its name where it is solid. Of a single curve it is written when half have
    ended; steps put together for an audience that reach half at another time than the `median` of
    all, bear no such words. Without the columns ended and censored the rows are some times of a
    curve: they are marked and joined by straight lines, and no number is written at another time.
    """
    horizon = float(horizon)
    axes.set_ylim(0, 1.005)
    share_axis(axes.yaxis)
    ticks = months_axis(axes, horizon, narrow)
    axes.axhline(0.5, color=colour("axis"), linewidth=0.9, linestyle=(0, (1, 2)))
    drawn = _curves(table, family, horizon, few)
    points = []
    for curve in drawn:
        _draw(axes, curve)
        points += _points(axes, curve, ticks, several=len(drawn) > 1)
    _numbers_followed(axes, drawn, ticks, few)
    if len(drawn) == 1:
        _half_have_ended(axes, drawn[0], horizon, narrow, median)
    elif narrow:
        legend(axes, [(curve.name, curve.tone, None, curve.dash) for curve in drawn])
    else:
        _name_curves(axes, drawn, horizon)
    return points


def mark_horizon(
    axes: Axes, months: float, levels: Sequence[tuple[float, str]], family: str
) -> list[Point]:
    """A hairline at the horizon, with a mark and words for each level there: one, or both sides of
    a cliff.
    """
    tone = colour(family)
    axes.axvline(months, color=colour("axis"), linewidth=0.9, linestyle=(0, (4, 2)))
    points = []
    for position, (level, words) in enumerate(levels):
        axes.plot(months, level, "s", color=tone, markersize=6, markeredgecolor=colour("paper"))
        shift = (6, 7)  # above the curve, at its right; the other below, at its left
        if position > 0:
            shift = (-6, -6)
        elif level > 0.93:  # above it stands what the axis shows
            shift = (6, -6)
        write_near(axes, words, (months, level), shift, readable(tone))
        points.append(Point(axes, months, level, words))
    return points


# ---- parts of the drawing
def _curves(table: pd.DataFrame, family: str, horizon: float, few: float) -> list[_Curve]:
    names = list(dict.fromkeys(table["stratum"]))
    drawn = []
    for name, (tone, dash, _marker) in zip(names, groups(family, len(names)), strict=True):
        rows = table[table["stratum"] == name]
        until_horizon = rows[rows["months"] <= horizon]
        steps = _steps(until_horizon, horizon, goes_on=len(until_horizon) < len(rows))
        inside = (steps.index > 0) & (steps["months"] <= horizon)
        pale = steps.index[inside & (steps["at_risk"] < few)]
        pale_from = int(pale[0]) if len(pale) else len(steps)
        drawn.append(_Curve(str(name), rows, steps, pale_from, tone, dash))
    return drawn


def _steps(rows: pd.DataFrame, horizon: float, goes_on: bool) -> pd.DataFrame:
    columns = ["months", "at_risk", "survival", "low", "high"]
    start = {"months": 0.0, "at_risk": rows["at_risk"].max() if len(rows) else 0}
    start |= {"survival": 1.0, "low": 1.0, "high": 1.0}
    steps = [start, *rows[columns].to_dict("records")]
    if len(rows) and (goes_on or rows["months"].iloc[-1] >= horizon):
        steps.append(steps[-1] | {"months": axis_end(horizon), "at_risk": 0})
    return pd.DataFrame(steps).astype(float)


def _draw(axes: Axes, curve: _Curve) -> None:
    cut = curve.pale_from
    solid, pale = curve.steps.iloc[: cut + 1], curve.steps.iloc[cut:]
    faint = {"linewidth": 1.3, "alpha": 0.4}
    line, step = {"drawstyle": "steps-post"}, "post"
    if not curve.has_each_end:
        line, step = {"marker": "o", "markersize": 2.5}, None
    for rows, look, opacity in ((solid, {}, 0.13), (pale, faint, 0.05)):
        look = look | line | {"color": curve.tone, "linestyle": curve.dash}
        axes.plot(rows["months"], rows["survival"], **look)
        band = {"step": step, "color": curve.tone, "alpha": opacity, "linewidth": 0}
        axes.fill_between(rows["months"], rows["low"], rows["high"], **band)


def _points(axes: Axes, curve: _Curve, ticks: dict[int, str], several: bool) -> list[Point]:
    points = []
    for month in list(ticks)[1:]:
        if not curve.followed_at(month) > 0:
            continue  # nobody, or nobody that may be told
        level = curve.at(month)
        words = say(
            "figures.drawn.survival",
            when=ticks[month],
            share=formatting.percent(level["survival"]),
            interval=formatting.interval(level["low"], level["high"], share=True),
            n=curve.followed_at(month),
        )
        label = f"{curve.name}\n{words}" if several else words
        points.append(Point(axes, month, level["survival"], label))
    return points


def _numbers_followed(axes: Axes, drawn: list[_Curve], ticks: dict[int, str], few: float) -> None:
    size = rcParams["xtick.labelsize"]
    several = len(drawn) > 1
    is_pale = any(curve.is_pale for curve in drawn)
    title = say("figures.drawn.followed", few=few * is_pale)
    mark = partial(_under, axes)
    mark(title, 0, FIRST_LINE * size, colour("mute"))
    line = 0
    for curve in drawn:
        tone = readable(curve.tone)
        if several:
            line += 1
            depth = (FIRST_LINE + LINE * line) * size
            mark(curve.name, 0, depth, tone)
            sample = {"color": curve.tone, "linestyle": curve.dash, "clip_on": False}
            below = axes.figure.dpi_scale_trans + ScaledTranslation(0, 0, axes.transAxes)
            axes.plot([-0.55, -0.28], [-depth / 72] * 2, transform=below, **sample)
        line += 1
        for month in ticks:
            if not curve.tells(month):
                continue
            number = formatting.number(curve.followed_at(month))
            mark(number, month, (FIRST_LINE + LINE * line) * size, tone, centred=True)
    axes.xaxis.labelpad = (LINE * (line + 1) + 0.6) * size  # what the axis counts stands below


def _under(
    axes: Axes, text: str, months: float, depth: float, tone: str, centred: bool = False
) -> None:
    look = {"ha": "center" if centred else "left", "va": "center", "color": tone}
    look |= {"xycoords": ("data", "axes fraction"), "annotation_clip": False}
    note(axes, text, (months, 0), (0, -depth), **look)


def _name_curves(axes: Axes, drawn: list[_Curve], horizon: float) -> None:
    ends = []
    for curve in drawn:
        last_step = curve.steps.iloc[-1]
        if not curve.is_pale and last_step["months"] >= horizon:
            ends.append((last_step["survival"], curve.name, readable(curve.tone)))
            continue
        stop = curve.steps.iloc[min(curve.pale_from, len(curve.steps) - 1)]
        if stop["months"] < horizon / 8:
            continue  # no room among the other curves: its name stands with its numbers below
        place = (stop["months"], curve.steps["survival"].iloc[curve.pale_from - 1])
        write_near(axes, wrap(curve.name, 20), place, (4, 4), readable(curve.tone))
    name_ends(axes, axis_end(horizon), ends)


def _half_have_ended(
    axes: Axes, curve: _Curve, horizon: float, narrow: bool, median: float | None
) -> None:
    below = curve.steps[curve.steps["survival"] <= 0.5]
    if below.empty:
        return
    middle = below["months"].iloc[0]
    median = middle if median is None else median
    if not abs(middle - median) <= 0.5:  # nor where it is not reached
        return
    axes.plot(middle, 0.5, "o", color=curve.tone, markersize=6, markeredgecolor=colour("paper"))
    words = wrap(say("figures.drawn.half_ended", n=round(median)), room("half_ended", narrow))
    shift = (7, 5)
    if middle > 0.6 * horizon:
        shift = (-7, -5)
    paper = {"boxstyle": "square,pad=0.05", "facecolor": colour("paper"), "linewidth": 0}
    write_near(axes, words, (middle, 0.5), shift, readable(curve.tone), bbox=paper)
