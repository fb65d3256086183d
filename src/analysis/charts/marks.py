"""Marks on rows: dots with intervals, dumbbells, yes / no / unknown bars, plain bars.

Drawings on rows name each row at its left where there is room, and above it in the narrow form;
what the row says in figures stands at its right, so that the picture reads as a table too.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import charts
from analysis.charts import Point, above, legend, plain_ticks, share_axis, swatches
from analysis.charts.look import HATCH, colour, groups, readable, room
from analysis.charts.rows import bases_of, named_rows, value_and_base, without_axis
from analysis.text import formatting
from analysis.text.messages import say

DOTTED = (0, (1, 1.5))


def tall(rows: int, narrow: bool, extra: float = 0.75) -> float:
    """The height in inches that a drawing of so many rows needs; `extra` is for what stands around."""
    return max(rows, 1) * room("row", narrow) + extra


def on_rows(
    mark: Callable, family: str, *, shown: Callable = lambda data: data, x: str = "", **options
) -> Callable:
    """The drawing (`Exhibit.draw`) of one mark on the rows `shown` of the data; `x` says what the
    axis counts.
    """

    def draw(data: pd.DataFrame, narrow: bool):
        rows = shown(data)
        figure, (axes,) = charts.new_figure(narrow, height=tall(len(rows), narrow))
        points = mark(axes, rows, family, narrow, **options)
        charts.axis_words(axes, x=x)
        return figure, points

    return draw


def dots(
    axes: Axes,
    table: pd.DataFrame,
    family: str,
    narrow: bool,
    write: Callable[[float], str] = formatting.percent,
    sort: bool = True,
    limits: tuple[float, float] | None = None,
    reference: tuple[float, str] | None = None,
) -> list[Point]:
    """A dot and its interval per row: columns label, value, low, high and, where there is one, n.

    Rows with a missing value are named and say so. Rows are sorted from the highest value, or kept
    (`sort=False`). With a column `series` (up to 4 values, in their order of appearance), each row
    holds one dot per series, told by marker and colour; a series without a value is not named.
    `reference` is a value drawn across, and
    its name. A column `said` replaces what a row says at its right.
    """
    table = table.assign(series=table.get("series", ""))
    kinds = list(dict.fromkeys(table["series"]))
    looks = dict(zip(kinds, groups(family, len(kinds)), strict=True))
    order = table[table["series"] == kinds[0]]
    if sort:
        order = order.sort_values(["value", "label"], ascending=[False, True], kind="stable")
    names = list(order["label"])
    values = list(order.get("said", order["value"].map(write)))
    shift = named_rows(axes, names, narrow, values, readable(looks[kinds[0]][0]), bases_of(order))
    known_rows = table.dropna(subset=["value"])
    _value_axis(axes, known_rows, narrow, write, limits)
    row_of = {name: row for row, name in enumerate(names)}
    step = 0.2 if len(kinds) < 3 else 0.15
    middle = 0 if narrow else (len(kinds) - 1) / 2
    points, samples = [], []
    for position, (kind, (tone, _dash, marker)) in enumerate(looks.items()):
        rows = known_rows[known_rows["series"] == kind]
        if rows.empty:
            continue
        if len(kinds) > 1:
            samples.append((str(kind), tone, marker, None))
        ys = rows["label"].map(row_of).to_numpy() + step * (position - middle) + shift
        low, high, value = (rows[name].astype(float) for name in ("low", "high", "value"))
        axes.hlines(ys, low, high, color=tone, linewidth=3.2, alpha=0.42, capstyle="round")
        dot = {"color": tone, "markersize": 6.5, "markeredgecolor": colour("paper")}
        axes.plot(value, ys, marker, clip_on=False, **dot)
        for y, row in zip(ys, rows.to_dict("records"), strict=True):
            who = " · ".join(part for part in (str(row["label"]), str(kind)) if part)
            points.append(Point(axes, row["value"], y, f"{who}\n{value_and_base(row, write)}"))
    if reference:
        value, name = reference
        axes.axvline(value, color=colour("ink"), linewidth=1, linestyle=DOTTED, zorder=1)
        samples.append((name, colour("ink"), None, DOTTED))
    if samples:
        legend(axes, samples)
    return points


def _value_axis(
    axes: Axes, rows: pd.DataFrame, narrow: bool, write: Callable, limits: tuple | None
) -> None:
    if limits is None:
        low = rows[["low", "value"]].min(axis=None)
        high = rows[["high", "value"]].max(axis=None)
        limits = (min(0, low), (high if high > 0 else 1) * 1.05)
        if write is formatting.percent and high > 0.5:
            limits = (0, 1)
    axes.set_xlim(*limits)
    if write is formatting.percent and limits == (0, 1):
        share_axis(axes.xaxis)
        return
    whole = write is formatting.number
    many = room("ticks", narrow)
    axes.xaxis.set_major_locator(MaxNLocator(many, steps=[1, 2, 5, 10], integer=whole))
    axes.xaxis.set_major_formatter(plain_ticks(write))


def tenths(value: float) -> str:
    """A number with one decimal."""
    return formatting.number(value, 1)


def signed(value: float, write: Callable[[float], str]) -> str:
    """A difference: its sign is always written, but for what is rounded to none.

    >>> formatting.use("en"); signed(-1.26, tenths)
    '−1.3'
    >>> signed(-0.04, tenths)
    '0.0'
    """
    size = write(abs(value))
    if size == write(0.0):
        return size
    if value > 0:
        return f"+{size}"
    return f"−{size}"


def dumbbell(
    axes: Axes, table: pd.DataFrame, sides: tuple[str, str], family: str, narrow: bool
) -> list[Point]:
    """Two sides of each row, joined: columns label, a, b (0 to 10) and, where there is one, n;
    `sides` names a and b.

    The figure at the right of a row is the difference a - b. Rows are sorted from the largest
    difference.
    """
    gap = table["a"] - table["b"]
    table = table.assign(gap=gap, apart=gap.abs())
    table = table.sort_values(["apart", "label"], ascending=[False, True], kind="stable")
    gaps = [
        formatting.number(None) if formatting.is_missing(gap) else signed(gap, tenths)
        for gap in table["gap"]
    ]
    shift = named_rows(axes, list(table["label"]), narrow, gaps, colour("ink"), bases_of(table))
    axes.set_xlim(0, 10)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda value, _place: formatting.number(value))
    looks = dict(zip(sides, groups(family, 2), strict=True))
    # one under the other: sides that agree do not hide each other
    upper = np.arange(len(table)) + shift - room("sides_shift", narrow)
    joined = {"color": colour("axis"), "linewidth": 1.5, "zorder": 1}
    for a, b, y in zip(table["a"], table["b"], upper, strict=True):
        axes.plot([a, b], [y, y + 0.24], **joined)
    points = []
    for side, name, size, ys in zip("ab", sides, (6.5, 5), (upper, upper + 0.24), strict=True):
        tone, _dash, marker = looks[name]
        dot = {"color": tone, "markersize": size, "markeredgecolor": colour("paper")}
        axes.plot(table[side].astype(float), ys, marker, clip_on=False, **dot)
        for label, value, y in zip(table["label"], table[side], ys, strict=True):
            if not formatting.is_missing(value):
                words = say("figures.drawn.value", when=name, value=tenths(value))
                points.append(Point(axes, value, y, f"{label}\n{words}"))
    legend(axes, [(name, tone, marker, None) for name, (tone, _dash, marker) in looks.items()])
    above(axes, say("figures.drawn.difference"), colour("mute"), at="right" if narrow else "beyond")
    return points


def state_bars(axes: Axes, table: pd.DataFrame, family: str, narrow: bool) -> list[Point]:
    """Yes, no and unknown per line, as shares of all: columns label, yes, no, unknown (counts),
    low, high (of yes among known).

    Every figure in a bar is that bar's length. At the right, the share of yes among those known,
    with its interval: the two differ as far as the state is unknown, and unknown is never counted
    as no.
    """
    counts = table[["yes", "no", "unknown"]].astype(float)
    total, known_counts = counts.sum(axis=1), counts["yes"] + counts["no"]
    of_all = counts.div(total.where(total > 0), axis=0).fillna(0)
    share = counts["yes"] / known_counts.where(known_counts > 0)
    table = table.assign(share=share, known=known_counts, **of_all)
    table = table.sort_values(["share", "label"], ascending=[False, True], kind="stable")
    tone = colour(f"{family}-text")
    labels = [formatting.percent(share) for share in table["share"]]
    aside = []
    for row in table.itertuples():
        interval = formatting.interval(row.low, row.high, share=True)
        of_known = say("figures.drawn.of_known", interval=interval, n=row.known)
        aside.append("" if formatting.is_missing(row.low) else of_known)
    shift = named_rows(axes, list(table["label"]), narrow, labels, tone, aside)
    without_axis(axes)
    rows, start = np.arange(len(table)) + shift, np.zeros(len(table))
    paper = {"boxstyle": "square,pad=0.12", "facecolor": colour("paper"), "linewidth": 0}
    hatched = {"facecolor": "none", "edgecolor": colour("axis"), "hatch": HATCH[:4]}
    looks = {
        "yes": ({"facecolor": tone}, {"color": colour("on")}),
        "no": ({"facecolor": colour("no")}, {"color": colour("ink")}),
        "unknown": (hatched, {"color": colour("ink"), "bbox": paper}),
    }
    bar = {"height": room("state_bar", narrow), "clip_on": False}
    words = {"fontsize": rcParams["xtick.labelsize"] - 0.5, "in_layout": False}
    for part, (filling, ink) in looks.items():
        drawn = axes.barh(rows, table[part], left=start, linewidth=0, **bar, **filling)
        is_wide = table[part] >= room("named_state", narrow)
        texts = table[part].map(formatting.percent).where(is_wide, "")
        axes.bar_label(drawn, texts, label_type="center", **words, **ink)
        start = start + table[part].to_numpy()
    frame = {"facecolor": "none", "edgecolor": colour("axis"), "linewidth": 0.6}
    axes.barh(rows, start, **bar, **frame)
    axes.set_xlim(0, 1)
    fillings = {"yes": (tone, 1), "no": (colour("no"), 1), "unknown": ("", None)}
    swatches(axes, [(say(f"figures.drawn.{state}"), *look) for state, look in fillings.items()])
    above(axes, say("figures.drawn.yes_of_known"), tone, at="left" if narrow else "beyond")
    points = []
    for y, name, yes, share, among in zip(
        rows, table["label"], table["yes"], labels, aside, strict=True
    ):
        text = say("figures.drawn.share_of_known", share=share, aside=among)
        points.append(Point(axes, yes, float(y), f"{name}\n{text}"))
    return points


def bars(
    axes: Axes,
    table: pd.DataFrame,
    family: str,
    narrow: bool,
    write: Callable[[float], str] = formatting.number,
) -> list[Point]:
    """A bar from zero per row, as they come, with its value at its right: columns label, value and,
    where there are, n and `is_pale`: of what the title does not tell.
    """
    values = [write(value) for value in table["value"]]
    tone = readable(colour(family))
    shift = named_rows(axes, list(table["label"]), narrow, values, tone, bases_of(table))
    without_axis(axes)
    ys = np.arange(len(table)) + shift
    lengths = table["value"].astype(float)
    is_pale = table.get("is_pale", pd.Series(False, table.index))
    tones = is_pale.map({False: colour(family), True: colour("axis")})
    axes.barh(ys, lengths, room("bar", narrow), color=tones, linewidth=0)
    axes.set_xlim(0, lengths.max() if lengths.max() > 0 else 1)
    return [
        Point(axes, row["value"], y, f"{row['label']}\n{value_and_base(row, write)}")
        for y, row in zip(ys, table.to_dict("records"), strict=True)
        if not formatting.is_missing(row["value"])
    ]
