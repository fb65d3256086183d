"""Lines and areas: counts over months, stacked steps, lines with bands."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import MaxNLocator

from analysis.charts import Point, legend, name_ends, note, plain_ticks, share_axis, swatches, wrap
from analysis.charts.look import HATCH, colour, groups, readable, room
from analysis.charts.rows import value_and_base
from analysis.text import formatting
from analysis.text.messages import say


def months_axis(axes: Axes, horizon: float, narrow: bool) -> dict[int, str]:
    """Ticks of an axis of months since the start, in years where they are whole; returns what is
    written at each.
    """
    for step in (3, 6, 12, 24, 36, 60, 120, 240, 480, int(horizon)):
        unit, months = ("years", 12) if step >= 12 else ("months", 1)
        ticks = {0: say("figures.drawn.start")}
        for month in range(step, int(horizon) + 1, step):
            ticks[month] = say(f"figures.drawn.{unit}", n=month // months)
        letters = sum(len(label) + 2 for label in ticks.values())
        is_sparse = horizon / step <= room("month_ticks", narrow)
        if is_sparse and letters <= room("month_letters", narrow):
            break  # they stand beside each other
    axes.set_xlim(0, axis_end(horizon))
    axes.set_xticks([*ticks], [*ticks.values()])
    return ticks


def axis_end(horizon: float) -> float:
    """Where an axis of months ends: a little after the horizon, so that a step at the horizon
    itself is seen.
    """
    return horizon * 1.025


def year_ticks(axes: Axes, years: Sequence, many: int) -> None:
    """An axis of years (numbers, or the days on which they begin), of which so many at most are
    written.
    """
    labelled_years = years[:: max(1, -(-len(years) // many))]
    axes.set_xticks(labelled_years, [str(getattr(year, "year", year)) for year in labelled_years])


def over_time(
    axes: Axes,
    series: pd.Series,
    family: str,
    narrow: bool,
    unsure_from: pd.Timestamp | None = None,
    why: str = "",
    milestones: Sequence[tuple[pd.Timestamp, str]] = (),
) -> list[Point]:
    """Counts over months (index: dates) as an area, the last one written.

    From `unsure_from` on the picture is hatched and says why. Milestones are dated.
    """
    dates, values = series.index, series.to_numpy(dtype=float, na_value=np.nan)
    tone = colour(family)
    axes.set_xlim(dates[0], dates[-1])
    axes.set_ylim(0, float(np.nanmax(values)) * 1.08 or 1)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(plain_ticks(formatting.number))
    year_ticks(axes, pd.date_range(dates[0], dates[-1], freq="YS"), room("years", narrow))
    axes.fill_between(dates, 0, values, color=tone, alpha=0.14, linewidth=0)
    axes.plot(dates, values, color=tone)
    known_positions = np.flatnonzero(~np.isnan(values))
    every = max(1, len(known_positions) // 12)
    points = []
    for k in known_positions[::-1][::every][::-1]:  # the last one among them
        when = formatting.date(dates[k], "month")
        label = say("figures.drawn.value", when=when, value=values[k])
        points.append(Point(axes, dates[k], values[k], label))
    _milestones(axes, milestones, narrow)
    if unsure_from is not None:
        unsure = [max(unsure_from, dates[0]), dates[-1]]
        hatched = {"facecolor": "none", "edgecolor": colour("axis"), "hatch": HATCH[:4]}
        axes.fill_between(unsure, *axes.get_ylim(), linewidth=0, **hatched)
        words = say("figures.drawn.hatched", why=why)
        note(axes, words, (1, 0), (0, -2.6 * rcParams["xtick.labelsize"]), ha="right", va="center")
    last = values[known_positions[-1]]
    name_ends(
        axes, dates[known_positions[-1]], [(last, formatting.number(last), readable(tone))], 22
    )
    return points


def _milestones(axes: Axes, milestones: Sequence[tuple[pd.Timestamp, str]], narrow: bool) -> None:
    """Dated events over the series, each with a hairline down to the axis, on levels of their own.

    Names of early events run to the right of their line, of late ones to its left.
    """
    size = rcParams["xtick.labelsize"]
    first, last = axes.get_xlim()
    inside = [
        (min(date2num(day), last), f"{day.year} {label}") for day, label in sorted(milestones)
    ]
    inside = [(x, wrap(label, room("milestone", narrow))) for x, label in inside if x >= first]
    if not inside:
        return
    low, high = axes.get_ylim()
    line = size * 1.35 / (axes.figure.get_figheight() * 72 * 0.72)
    lines = sum(label.count("\n") + 1 for _place, label in inside)
    axes.set_ylim(low, low + (high - low) / max(0.35, 1 - line * lines))
    top = 1.0
    middle = (first + last) / 2
    late = [(x, label) for x, label in inside if x > middle]
    box = {"boxstyle": "square,pad=0.05", "facecolor": colour("paper"), "linewidth": 0}
    rule = {"color": colour("axis"), "linewidth": 0.8, "clip_on": False}
    for x, label in [*(milestone for milestone in inside if milestone not in late), *late[::-1]]:
        axes.plot([x, x], [0, top], transform=axes.get_xaxis_transform(), **rule)
        side = {"ha": "left", "va": "top", "linespacing": 1.15, "bbox": box}
        shift = (5, 0)
        if x > middle:
            side["ha"], shift = "right", (-5, 0)
        note(axes, label, (x, top), shift, xycoords=("data", "axes fraction"), **side)
        top -= line * (label.count("\n") + 1)


def stack(
    axes: Axes,
    table: pd.DataFrame,
    family: str,
    narrow: bool,
    horizon: float,
    rest: str,
    at_some_times: bool = False,
) -> list[Point]:
    """Shares that add up, by months since the start (index: months; columns: names), from the
    bottom, with names at the end.

    One hue goes from full to pale; `rest` names what is left up to 100 %. Shares last until the
    next time of the table, or (`at_some_times`) nothing is known of what is between: straight lines
    join them, and no value is told at another time.
    """
    horizon = float(horizon)
    table = table[table.index <= horizon]
    step = "post"
    if at_some_times:
        table, step = table.dropna(), None
    axes.set_ylim(0, 1)
    share_axis(axes.yaxis)
    ticks = months_axis(axes, horizon, narrow)
    table = pd.concat([table, table.tail(1).set_axis([axis_end(horizon)])])
    base, tone = np.zeros(len(table)), colour(family)
    months = table.index.to_numpy(dtype=float)
    points, ends, samples = [], [], []
    for k, (name, series) in enumerate(table.items()):
        top = base + series.fillna(0).to_numpy(dtype=float)
        alpha = 1 - 0.75 * k / max(1, table.shape[1] - 1)
        look = {"facecolor": tone, "alpha": alpha, "linewidth": 0}
        axes.fill_between(months, base, top, step=step, **look)
        line = "default" if at_some_times else "steps-post"
        axes.plot(months, top, drawstyle=line, color=colour("paper"), linewidth=1)
        middle, label = (base + top) / 2, f"{name} {formatting.percent((top - base)[-1])}"
        ends.append((middle[-1], label, colour("ink")))
        samples.append((label, tone, alpha))
        for month in [*ticks][1:]:
            if at_some_times and month not in months:
                continue
            at = int(np.searchsorted(months, month, side="right")) - 1
            share = formatting.percent((top - base)[at])
            words = say("figures.drawn.value", when=ticks[month], value=share)
            points.append(Point(axes, month, middle[at], f"{name}\n{words}"))
        base = top
    remainder_label = f"{rest} {formatting.percent(1 - base[-1])}"
    samples.append((remainder_label, colour("paper"), 1))
    ends.append(((base[-1] + 1) / 2, remainder_label, colour("mute")))
    swatches(axes, samples) if narrow else name_ends(axes, axis_end(horizon), ends, 24)
    return points


def bands(
    axes: Axes,
    table: pd.DataFrame,
    family: str,
    narrow: bool,
    limits: tuple[float, float],
    write: Callable[[float], str] = formatting.percent,
) -> list[Point]:
    """Lines with bands: columns group, x, value, low, high; x are numbers or dates, the names stand
    at the ends.

    Two rows of a group make a slope: the same drawing for two waves as for many years.
    """
    strata = list(dict.fromkeys(table["group"]))
    points, ends, samples = [], [], []
    for group, (tone, dash, marker) in zip(strata, groups(family, len(strata)), strict=True):
        rows = table[table["group"] == group].dropna(subset=["value"])
        rows = rows.sort_values("x", kind="stable")
        if rows.empty:
            continue
        values, low, high = (rows[name].astype(float) for name in ("value", "low", "high"))
        axes.fill_between(rows["x"], low, high, color=tone, alpha=0.13, linewidth=0)
        axes.plot(rows["x"], values, color=tone, linestyle=dash, marker=marker, markersize=4.5)
        label = f"{group} {write(values.iloc[-1])}".strip()
        ends.append((values.iloc[-1], label, readable(tone)))
        samples.append((label, tone, None, dash))
        for row in rows.itertuples():
            interval = {name: getattr(row, name) for name in ("value", "low", "high")}
            label = value_and_base(interval, write)
            points.append(Point(axes, row.x, row.value, f"{group}\n{label}".strip()))
    axes.set_ylim(*limits)
    axes.yaxis.set_major_formatter(plain_ticks(write))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    places = sorted(set(table["x"]))
    if len(places) <= room("waves", narrow) and pd.api.types.is_numeric_dtype(table["x"]):
        axes.set_xticks(places, [formatting.number(tick) for tick in places])
    if samples:
        last = table.dropna(subset=["value"])["x"].max()
        is_keyed = narrow and strata != [""]  # a line without a name has its value at its end
        legend(axes, samples) if is_keyed else name_ends(axes, last, ends, 24)
    return points
