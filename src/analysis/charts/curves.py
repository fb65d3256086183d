"""Lines and areas: survival curves, counts over months, stacked steps, lines with bands."""

from collections.abc import Callable, Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import (
    Point,
    colour,
    groups,
    inches,
    key,
    name_ends,
    plain_ticks,
    readable,
    shares,
    swatches,
    wrap,
)
from analysis.declare.conventions import DEFAULTS
from analysis.text import formatting
from analysis.text.formatting import text as _

FEW = DEFAULTS["curve_at_risk"]  # at risk: below, a curve is drawn pale


def months_axis(axes: Axes, horizon: float, narrow: bool) -> dict[int, str]:
    """Ticks of an axis of months since the start, in years where they are whole; returns what is written at each."""
    letters = len(_("{n} {n:year|years}", n=horizon // 12)) + 2
    many = min(5, 40 // letters) if narrow else 6  # as many as stand beside each other
    step = next(
        step for step in (3, 6, 12, 24, 36, 60, 120, 240, 480, horizon) if horizon / step <= many
    )
    say = lambda m: (
        _("{n} {n:year|years}", n=m // 12) if step >= 12 else _("{n} {n:month|months}", n=m)
    )
    ticks = {
        month: say(month) if month else _("start") for month in range(0, int(horizon) + 1, step)
    }
    axes.set_xlim(0, _beyond(horizon))
    axes.set_xticks([*ticks], [*ticks.values()])
    return ticks


def _beyond(horizon: float) -> float:
    """Where an axis of months ends: a little after the horizon, so that a step at the horizon itself is seen."""
    return horizon * 1.025


def survival(
    axes: Axes, table: pd.DataFrame, family: str, narrow: bool, horizon: float
) -> list[Point]:
    """Curves of what still runs, by months since the start, with band, numbers followed below and pale tails.

    `table` has the columns stratum, months, at_risk, survival, low, high (one row per distinct time); strata keep their
    order of appearance. A curve is pale from where fewer than 10 are at risk.
    """
    strata = list(dict.fromkeys(table["stratum"]))
    horizon = float(horizon)
    axes.set_ylim(0, 1.005)
    shares(axes.yaxis)
    ticks = months_axis(axes, horizon, narrow)
    axes.axhline(0.5, color=colour("axis"), linewidth=0.9, linestyle=(0, (1, 2)))
    points, ends, samples, pale = [], [], [], False
    size = matplotlib.rcParams["xtick.labelsize"]
    for row, (stratum, (tone, dash, _marker)) in enumerate(
        zip(strata, groups(family, len(strata)), strict=True)
    ):
        curve = table[(table["stratum"] == stratum) & (table["months"] <= horizon)]
        last = (
            {"months": _beyond(horizon), "at_risk": 0}
            | curve.iloc[-1][["survival", "low", "high"]].to_dict()
            if len(curve)
            else {}
        )
        first = {
            "months": 0.0,
            "at_risk": curve["at_risk"].max() if len(curve) else 0,
            "survival": 1.0,
            "low": 1.0,
            "high": 1.0,
        }
        steps = pd.DataFrame(
            [first, *curve[list(first)].to_dict("records"), *([last] if last else [])]
        ).astype(float)
        time, level = steps["months"].to_numpy(), steps["survival"].to_numpy()
        few = steps.index[
            (steps["at_risk"] < FEW) & (steps.index < len(steps) - 1) & (steps.index > 0)
        ]
        cut = int(few[0]) if len(few) else len(steps)
        pale = pale or cut < len(steps)
        axes.plot(
            time[: cut + 1], level[: cut + 1], drawstyle="steps-post", color=tone, linestyle=dash
        )
        axes.plot(
            time[cut:],
            level[cut:],
            drawstyle="steps-post",
            color=tone,
            linestyle=dash,
            linewidth=1.3,
            alpha=0.4,
        )
        for part, alpha in ((slice(0, cut + 1), 0.13), (slice(cut, None), 0.05)):
            low, high = steps["low"].to_numpy()[part], steps["high"].to_numpy()[part]
            axes.fill_between(
                time[part], low, high, step="post", color=tone, alpha=alpha, linewidth=0
            )
        name, label_tone, under = str(stratum), readable(tone), (2.9 + 1.45 * (row + 1)) * size
        ends.append((level[-1], name, label_tone))
        samples.append((name, tone, None, dash))
        for month in ticks:
            followed = next(iter(curve.loc[curve["months"] >= month, "at_risk"]), 0)
            axes.annotate(
                formatting.number(followed),
                (month, 0),
                (0, -under),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                ha="center",
                va="center",
                color=label_tone,
                fontsize=size,
                annotation_clip=False,
            )
            here = steps[steps["months"] <= month].iloc[-1]
            if month:
                said = _(
                    "{when}: {share} ({interval}), {n} followed",
                    when=ticks[month],
                    share=formatting.percent(here["survival"]),
                    interval=formatting.interval(here["low"], here["high"], share=True),
                    n=followed,
                )
                points.append(
                    Point(
                        axes,
                        month,
                        here["survival"],
                        f"{name}\n{said}" if len(strata) > 1 else said,
                    )
                )
        if (
            len(strata) > 1
        ):  # a sample of the line before its row, so that no row is told by colour only
            axes.plot(
                [-0.55, -0.28],
                [-under / 72] * 2,
                color=tone,
                linestyle=dash,
                transform=inches(axes, y=0),
                clip_on=False,
            )
        elif (level <= 0.5).any():
            middle = time[level <= 0.5][0]
            axes.plot(middle, 0.5, "o", color=tone, markersize=6, markeredgecolor=colour("paper"))
            late = middle > 0.6 * horizon
            axes.annotate(
                wrap(_("half have ended by {n} {n:month|months}", n=middle), 16 if narrow else 40),
                (middle, 0.5),
                (-7 if late else 7, -5 if late else 5),
                textcoords="offset points",
                ha="right" if late else "left",
                va="top" if late else "bottom",
                color=label_tone,
                fontweight="bold",
            )
    axes.annotate(
        _("Still followed (pale curve: fewer than 10)") if pale else _("Still followed"),
        (0, 0),
        (0, -2.9 * size),
        xycoords="axes fraction",
        textcoords="offset points",
        va="center",
        color=colour("mute"),
        fontsize=size,
        annotation_clip=False,
    )
    axes.xaxis.labelpad = (
        1.45 * (len(strata) + 1) + 0.6
    ) * size  # what the axis counts stands under the numbers
    if len(strata) > 1:
        key(axes, samples) if narrow else name_ends(axes, _beyond(horizon), ends)
    return points


def year_ticks(axes: Axes, years: Sequence, many: int) -> None:
    """An axis of years (numbers, or the days on which they begin), of which so many at most are written."""
    shown = years[:: max(1, -(-len(years) // many))]
    axes.set_xticks(shown, [str(getattr(year, "year", year)) for year in shown])


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
    tone, small = colour(family), matplotlib.rcParams["xtick.labelsize"]
    axes.set_xlim(dates[0], dates[-1])
    axes.set_ylim(0, float(np.nanmax(values)) * 1.08 or 1)
    axes.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(plain_ticks(formatting.number))
    year_ticks(axes, pd.date_range(dates[0], dates[-1], freq="YS"), 5 if narrow else 9)
    axes.fill_between(dates, 0, values, color=tone, alpha=0.14, linewidth=0)
    axes.plot(dates, values, color=tone)
    known = np.flatnonzero(~np.isnan(values))
    told = [
        _("{when}: {value}", when=formatting.date(dates[k], "month"), value=values[k])
        for k in known
    ]
    every = max(1, len(known) // 12)
    points = [Point(axes, dates[k], values[k], said) for k, said in zip(known, told, strict=True)][
        ::-1
    ][::every][::-1]
    _milestones(axes, milestones, narrow)
    if unsure_from is not None:
        low, high = axes.get_ylim()
        hatch = {"facecolor": "none", "edgecolor": colour("axis"), "hatch": "////", "linewidth": 0}
        axes.fill_between([max(unsure_from, dates[0]), dates[-1]], low, high, **hatch)
        axes.annotate(
            _("hatched: {why}", why=why),
            (1, 0),
            (0, -2.6 * small),
            ha="right",
            va="center",
            xycoords="axes fraction",
            textcoords="offset points",
            color=colour("mute"),
            fontsize=small,
        )
    name_ends(
        axes,
        dates[-1],
        [(values[k], formatting.number(values[k]), readable(tone)) for k in known[-1:]],
        22,
    )
    return points


def _milestones(axes: Axes, milestones: Sequence[tuple[pd.Timestamp, str]], narrow: bool) -> None:
    """Dated events over the series, each with a hairline down to the axis, on levels of their own.

    Names of early events run to the right of their line, of late ones to its left; levels are ordered so that lines pass under names.
    """
    size = matplotlib.rcParams["xtick.labelsize"]
    first, last = axes.get_xlim()
    inside = [
        (min(matplotlib.dates.date2num(day), last), f"{day.year} {said}")
        for day, said in sorted(milestones)
    ]
    inside = [(place, wrap(said, 20 if narrow else 40)) for place, said in inside if place >= first]
    if not inside:
        return
    low, high = axes.get_ylim()
    line = size * 1.35 / (axes.figure.get_figheight() * 72 * 0.72)
    lines = sum(said.count("\n") + 1 for _place, said in inside)
    axes.set_ylim(low, low + (high - low) / max(0.35, 1 - line * lines))
    top = 1.0
    middle = (first + last) / 2
    late = [(place, said) for place, said in inside if place > middle]
    for place, said in [one for one in inside if one not in late] + late[::-1]:
        left = place > middle
        axes.plot(
            [place, place],
            [0, top],
            color=colour("axis"),
            linewidth=0.8,
            transform=axes.get_xaxis_transform(),
            clip_on=False,
        )
        axes.annotate(
            said,
            (place, top),
            (-5 if left else 5, 0),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="right" if left else "left",
            va="top",
            color=colour("mute"),
            fontsize=size,
            linespacing=1.15,
            bbox={"boxstyle": "square,pad=0.05", "facecolor": colour("paper"), "linewidth": 0},
        )
        top -= line * (said.count("\n") + 1)


def stack(
    axes: Axes, table: pd.DataFrame, family: str, narrow: bool, horizon: float, rest: str
) -> list[Point]:
    """Shares that add up, by months since the start (index: months; columns: names), from the bottom, with names at the end.

    One hue goes from full to pale; `rest` names what is left up to 100 %.
    """
    horizon = float(horizon)
    table = table[table.index <= horizon]
    axes.set_ylim(0, 1)
    shares(axes.yaxis)
    ticks = months_axis(axes, horizon, narrow)
    table = pd.concat([table, table.tail(1).set_axis([_beyond(horizon)])])
    base, tone = np.zeros(len(table)), colour(family)
    months = table.index.to_numpy(dtype=float)
    points, ends, samples = [], [], []
    for k, (name, series) in enumerate(table.items()):
        values = series.fillna(0).to_numpy(dtype=float)
        alpha = 1 - 0.75 * k / max(1, table.shape[1] - 1)
        axes.fill_between(
            months, base, base + values, step="post", facecolor=tone, alpha=alpha, linewidth=0
        )
        axes.plot(months, base + values, drawstyle="steps-post", color=colour("paper"), linewidth=1)
        ends.append(
            (base[-1] + values[-1] / 2, f"{name} {formatting.percent(values[-1])}", colour("ink"))
        )
        samples.append((ends[-1][1], tone, alpha))
        for month in [*ticks][1:]:
            at = int(np.searchsorted(months, month, side="right")) - 1
            said = _("{when}: {value}", when=ticks[month], value=formatting.percent(values[at]))
            points.append(Point(axes, month, base[at] + values[at] / 2, f"{name}\n{said}"))
        base = base + values
    left = f"{rest} {formatting.percent(1 - base[-1])}"
    samples.append((left, colour("paper"), 1))
    ends.append(((base[-1] + 1) / 2, left, colour("mute")))
    swatches(axes, samples) if narrow else name_ends(axes, _beyond(horizon), ends, 24)
    return points


def bands(
    axes: Axes,
    table: pd.DataFrame,
    family: str,
    narrow: bool,
    limits: tuple[float, float],
    write: Callable[[float], str] = formatting.percent,
) -> list[Point]:
    """Lines with bands: columns group, x, value, low, high; x are numbers or dates, the names stand at the ends.

    Two rows of a group make a slope: the same drawing for two waves as for many years.
    """
    strata = list(dict.fromkeys(table["group"]))
    points, ends, samples = [], [], []
    for group, (tone, dash, marker) in zip(strata, groups(family, len(strata)), strict=True):
        rows = (
            table[table["group"] == group].sort_values("x", kind="stable").dropna(subset=["value"])
        )
        if rows.empty:
            continue
        values, low, high = (
            rows[name].to_numpy(dtype=float, na_value=np.nan) for name in ("value", "low", "high")
        )
        axes.fill_between(rows["x"], low, high, color=tone, alpha=0.13, linewidth=0)
        axes.plot(rows["x"], values, color=tone, linestyle=dash, marker=marker, markersize=4.5)
        said = f"{group} {write(values[-1])}"
        ends.append((rows["x"].iloc[-1], values[-1], said, readable(tone)))
        samples.append((said, tone, None, dash))
        for row in rows.to_dict("records"):
            said = f"{write(row['value'])} ({write(row['low'])}–{write(row['high'])})"
            points.append(Point(axes, row["x"], row["value"], f"{group}\n{said}"))
    axes.set_ylim(*limits)
    axes.yaxis.set_major_formatter(plain_ticks(write))
    axes.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(5))
    places = sorted(set(table["x"]))
    if len(places) <= (5 if narrow else 8) and pd.api.types.is_numeric_dtype(table["x"]):
        axes.set_xticks(places, [formatting.number(place) for place in places])
    if ends:
        key(axes, samples) if narrow else name_ends(
            axes, max(end[0] for end in ends), [end[1:] for end in ends], 24
        )
    return points
