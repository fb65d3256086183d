"""Marks on rows and columns: dots with intervals, dumbbells, yes / no / unknown bars, columns, rank
intervals, funnel.

Drawings on rows name each row at its left where there is room, and above it in the narrow form;
what the row says in figures stands at its right, so that the picture reads as a table too.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis import charts
from analysis.charts import (
    HATCH,
    Point,
    above,
    colour,
    groups,
    legend,
    name_ends,
    plain_ticks,
    readable,
    share_axis,
    swatches,
    wrap,
)
from analysis.text import formatting
from analysis.text.formatting import text as _

DOTTED = (0, (1, 1.5))


def tall(rows: int, narrow: bool, extra: float = 0.75) -> float:
    """The height in inches that a drawing of so many rows needs; `extra` is for what stands around."""
    return max(rows, 1) * (0.66 if narrow else 0.34) + extra


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


def _bases(table: pd.DataFrame) -> list[str]:
    """On how many each row rests, where that is told."""
    return [_("n = {n}", n=n) for n in table.get("n", [])]


def _rows(
    axes: Axes,
    names: Sequence[str],
    narrow: bool,
    values: Sequence[str],
    tone: str,
    aside: Sequence[str] = (),
) -> float:
    """Rows from the top: their names, and at the right the value of each (bold, coloured), then
    `aside` (muted, wide form only).

    Returns where in a row its marks stand, as a shift from the row's number.
    """
    size = rcParams["font.size"]
    wide = max((len(value) for value in values), default=0) * size * 0.68
    write = partial(
        axes.annotate,
        xycoords=axes.get_yaxis_transform(),
        textcoords="offset points",
        annotation_clip=False,
    )
    bold = {"color": tone, "fontweight": "bold", "fontsize": size}
    axes.set_yticks([])
    if narrow:
        letters = int((235 - wide) / (size * 0.58))  # that leave room for the value beside them
        paper = {"boxstyle": "square,pad=0.1", "facecolor": colour("paper"), "linewidth": 0}
        look = {"va": "bottom", "bbox": paper, "in_layout": False}
        for row, (name, value) in enumerate(zip(names, values, strict=True)):
            name = wrap(name, letters)
            write(name, (0, row - 0.3), (0, 0), fontsize=size, linespacing=1.1, **look)
            write(value, (1, row - 0.3), (0, 0), ha="right", **bold, **look)
    else:
        axes.set_yticks(range(len(names)), [wrap(name, 34) for name in names])
        axes.tick_params(axis="y", labelsize=size, labelcolor=colour("ink"), pad=5)
        for row, value in enumerate(values):
            write(value, (1, row), (10, 0), va="center", **bold)
        for row, text in enumerate(aside):
            look = {"color": colour("mute"), "fontsize": size - 0.5}
            write(text, (1, row), (18 + wide, 0), va="center", **look)
    axes.set_ylim(len(names) - (0.78 if narrow else 0.5), -(0.86 if narrow else 0.5))
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    return -0.1 if narrow else 0.0


def _bare(axes: Axes) -> None:
    """No axis below: every bar says its value."""
    axes.set_xticks([])
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)


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
    holds one dot per series, told by marker and colour. `reference` is a value drawn across, and
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
    shift = _rows(axes, names, narrow, values, readable(looks[kinds[0]][0]), _bases(order))
    known_rows = table.dropna(subset=["value"])
    _value_axis(axes, known_rows, narrow, write, limits)
    row_of = {name: row for row, name in enumerate(names)}
    step = 0.2 if len(kinds) < 3 else 0.15
    middle = 0 if narrow else (len(kinds) - 1) / 2
    points = []
    for place, (kind, (tone, _dash, marker)) in enumerate(looks.items()):
        rows = known_rows[known_rows["series"] == kind]
        ys = rows["label"].map(row_of).to_numpy() + step * (place - middle) + shift
        low, high, value = (rows[name].astype(float) for name in ("low", "high", "value"))
        axes.hlines(ys, low, high, color=tone, linewidth=3.2, alpha=0.42, capstyle="round")
        dot = {"color": tone, "markersize": 6.5, "markeredgecolor": colour("paper")}
        axes.plot(value, ys, marker, clip_on=False, **dot)
        for y, row in zip(ys, rows.to_dict("records"), strict=True):
            who = " · ".join(part for part in (str(row["label"]), str(kind)) if part)
            points.append(Point(axes, row["value"], y, f"{who}\n{_told(row, write)}"))
    samples = []
    if len(kinds) > 1:
        samples = [(str(kind), tone, marker, None) for kind, (tone, _d, marker) in looks.items()]
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
    """The axis of values: from zero (or the lowest) to what is drawn, all shares where many are."""
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
    axes.xaxis.set_major_locator(
        MaxNLocator(3 if narrow else 4, steps=[1, 2, 5, 10], integer=whole)
    )
    axes.xaxis.set_major_formatter(plain_ticks(write))


def _told(row: dict, write: Callable[[float], str]) -> str:
    """What a dot tells: its value, its interval and on how many it rests."""
    low, high, n = (row.get(name) for name in ("low", "high", "n"))
    label = write(row["value"])
    if not (formatting.missing(low) or formatting.missing(high)):
        interval = f"{write(low)}–{write(high)}"
        if write is formatting.percent:
            interval = formatting.interval(low, high, share=True)
        label += f" ({interval})"
    return label if formatting.missing(n) else label + ", " + _("n = {n}", n=n)


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
    return size if size == write(0.0) else ("+" if value > 0 else "−") + size


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
        formatting.number(None) if formatting.missing(gap) else signed(gap, tenths)
        for gap in table["gap"]
    ]
    shift = _rows(axes, list(table["label"]), narrow, gaps, colour("ink"), _bases(table))
    axes.set_xlim(0, 10)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda value, _place: formatting.number(value))
    looks = dict(zip(sides, groups(family, 2), strict=True))
    # one under the other: sides that agree do not hide each other
    upper = np.arange(len(table)) + shift - (0 if narrow else 0.12)
    joined = {"color": colour("axis"), "linewidth": 1.5, "zorder": 1}
    for a, b, y in zip(table["a"], table["b"], upper, strict=True):
        axes.plot([a, b], [y, y + 0.24], **joined)
    points = []
    for side, name, size, ys in zip("ab", sides, (6.5, 5), (upper, upper + 0.24), strict=True):
        tone, _dash, marker = looks[name]
        dot = {"color": tone, "markersize": size, "markeredgecolor": colour("paper")}
        axes.plot(table[side].astype(float), ys, marker, clip_on=False, **dot)
        for label, value, y in zip(table["label"], table[side], ys, strict=True):
            if not formatting.missing(value):
                words = _("{when}: {value}", when=name, value=tenths(value))
                points.append(Point(axes, value, y, f"{label}\n{words}"))
    legend(axes, [(name, tone, marker, None) for name, (tone, _dash, marker) in looks.items()])
    above(axes, _("Difference"), colour("mute"), at="right" if narrow else "beyond")
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
        of_known = _("{interval} of {n} known", interval=interval, n=row.known)
        aside.append("" if formatting.missing(row.low) else of_known)
    shift = _rows(axes, list(table["label"]), narrow, labels, tone, aside)
    _bare(axes)
    rows, start = np.arange(len(table)) + shift, np.zeros(len(table))
    paper = {"boxstyle": "square,pad=0.12", "facecolor": colour("paper"), "linewidth": 0}
    hatched = {"facecolor": "none", "edgecolor": colour("axis"), "hatch": HATCH[:4]}
    looks = {
        "yes": ({"facecolor": tone}, {"color": colour("on")}),
        "no": ({"facecolor": colour("no")}, {"color": colour("ink")}),
        "unknown": (hatched, {"color": colour("ink"), "bbox": paper}),
    }
    bar = {"height": 0.3 if narrow else 0.6, "clip_on": False}
    words = {"fontsize": rcParams["xtick.labelsize"] - 0.5, "in_layout": False}
    for part, (filling, ink) in looks.items():
        drawn = axes.barh(rows, table[part], left=start, linewidth=0, **bar, **filling)
        is_wide = table[part] >= (0.12 if narrow else 0.13)
        texts = table[part].map(formatting.percent).where(is_wide, "")
        axes.bar_label(drawn, texts, label_type="center", **words, **ink)
        start = start + table[part].to_numpy()
    frame = {"facecolor": "none", "edgecolor": colour("axis"), "linewidth": 0.6}
    axes.barh(rows, start, **bar, **frame)
    axes.set_xlim(0, 1)
    swatches(axes, [(_("yes"), tone, 1), (_("no"), colour("no"), 1), (_("unknown"), "", None)])
    above(axes, _("yes, of those known"), tone, at="left" if narrow else "beyond")
    points = []
    for y, name, yes, share, among in zip(
        rows, table["label"], table["yes"], labels, aside, strict=True
    ):
        text = _("{share} of those known {aside}", share=share, aside=among).strip()
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
    where there is one, n.
    """
    values = [write(value) for value in table["value"]]
    tone = readable(colour(family))
    shift = _rows(axes, list(table["label"]), narrow, values, tone, _bases(table))
    _bare(axes)
    ys = np.arange(len(table)) + shift
    lengths = table["value"].astype(float)
    axes.barh(ys, lengths, 0.28 if narrow else 0.56, color=colour(family), linewidth=0)
    axes.set_xlim(0, lengths.max() if lengths.max() > 0 else 1)
    return [
        Point(axes, row["value"], y, f"{row['label']}\n{_told(row, write)}")
        for y, row in zip(ys, table.to_dict("records"), strict=True)
        if not formatting.missing(row["value"])
    ]


def upright_columns(
    axes: Axes,
    table: pd.DataFrame,
    family: str,
    narrow: bool,
    write: Callable[[float], str] = formatting.number,
    name: bool = True,
    unfinished: bool = False,
) -> list[Point]:
    """Upright columns, stacked by series (index: periods or classes in order; columns: series);
    negative values hang below.

    Where the last period is `unfinished`, it is hatched: what it will hold is not known yet.
    """
    places, many, paper = np.arange(len(table)), table.shape[1], colour("paper")
    up, down = np.zeros(len(table)), np.zeros(len(table))
    points, ends, samples = [], [], []
    for place, (series, values) in enumerate(table.items()):
        heights = values.to_numpy(dtype=float, na_value=np.nan)
        full = np.nan_to_num(heights)
        base = np.where(full >= 0, up, down)
        alpha = 1 - 0.72 * place / max(1, many - 1)
        axes.bar(places, full, 0.62, base, color=paper, linewidth=0)
        look = {"color": colour(family), "alpha": alpha, "edgecolor": paper, "linewidth": 0.6}
        axes.bar(places, full, 0.62, base, **look)
        up, down = up + np.maximum(full, 0), down + np.minimum(full, 0)
        middles = base + full / 2
        for column in np.flatnonzero(full):
            who = str(table.index[column]) + (f" · {series}" if many > 1 else "")
            words = f"{who}\n{write(heights[column])}"
            points.append(Point(axes, column, middles[column], words))
        # named where its part is large enough to be seen
        last = max(np.flatnonzero(abs(full) > 0.1 * abs(full).max()), default=-1)
        ends.append((middles[last], str(series), colour("ink")))
        samples.append((str(series), colour(family), alpha))
    if unfinished:
        hatched = {"facecolor": "none", "edgecolor": colour("axis"), "hatch": HATCH[:4]}
        axes.bar(places[-1:], (up - down)[-1:], 0.62, down[-1:], linewidth=0, **hatched)
    every = max(1, -(-len(table) // (6 if narrow else 13)))
    axes.set_xticks(places[::every], [wrap(label, 10) for label in table.index[::every]])
    axes.set_xlim(-0.6, len(table) - 0.4)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=write is formatting.number))
    axes.yaxis.set_major_formatter(plain_ticks(write))
    if (down < 0).any():
        axes.axhline(0, color=colour("axis"), linewidth=0.8)
    if many == 1 and len(table) <= (8 if narrow else 14):
        label_columns(axes, up + down, table.iloc[:, 0], write, readable(colour(family)))
    if many > 1 and name:
        swatches(axes, samples) if narrow else name_ends(axes, len(table) - 0.4, ends)
    return points


def label_columns(
    axes: Axes, heights: Sequence[float], values: pd.Series, write: Callable, tone: str
) -> None:
    """The value of each column over it, in place of the axis."""
    for place, (height, value) in enumerate(zip(heights, values, strict=True)):
        axes.annotate(
            write(None if formatting.missing(value) else value),
            (place, max(height, 0)),
            (0, 3),
            textcoords="offset points",
            ha="center",
            color=tone,
            fontweight="bold",
            fontsize=rcParams["xtick.labelsize"],
        )
    axes.set_yticks([])


def histogram(
    axes: Axes,
    starts: Sequence[float],
    width: float,
    values: pd.Series,
    is_full: Sequence[bool],
    family: str,
    write: Callable[[float], str] = formatting.number,
) -> list[Point]:
    """What falls into classes of one width, by where they begin (drawn by seaborn); those marked
    are in full colour, the others pale. The index of `values` names the classes; a text stands for
    a hidden value.
    """
    import seaborn

    edges = [*np.round(starts, 9), round(starts[-1] + width, 9)]
    heights = pd.to_numeric(values, errors="coerce").fillna(0).to_numpy(dtype=float)
    rows = pd.DataFrame({"class": np.array(edges[:-1]) + width / 2, "height": heights})
    rows["is_full"] = list(is_full)
    look = {"multiple": "stack", "edgecolor": colour("paper"), "alpha": 1, "legend": False}
    look |= {"hue": "is_full", "hue_order": [False, True]}
    look |= {"palette": [colour("axis"), colour(family)], "bins": edges}
    seaborn.histplot(rows, x="class", weights="height", ax=axes, **look)
    axes.set(xlabel="", ylabel="", xlim=(edges[0], edges[-1]), yticks=[])
    points = []
    for x, height, name, value in zip(rows["class"], heights, values.index, values, strict=True):
        text = value if isinstance(value, str) else write(value)
        words = {"ha": "center", "color": colour("mute"), "textcoords": "offset points"}
        axes.annotate(text, (x, height), (0, 3), fontsize=rcParams["xtick.labelsize"], **words)
        points.append(Point(axes, x, height, f"{name}\n{text}"))
    axes.set_ylim(0, max(heights.max(), 1e-9) * 1.18)
    return points


def funnel_plot(
    axes: Axes,
    table: pd.DataFrame,
    limits: pd.DataFrame,
    centre: float,
    family: str,
    narrow: bool,
    write: Callable[[float], str] = formatting.percent,
) -> list[Point]:
    """Value against size: columns label, n, value; `limits` (index n; columns inner low, inner
    high, outer low, outer high).

    Whoever stands outside the outer limits is named: being first or last means nothing inside them.
    """
    sizes = limits.index.to_numpy(dtype=float)
    for band, alpha in (("outer", 0.10), ("inner", 0.12)):
        edges = limits[f"{band} low"], limits[f"{band} high"]
        axes.fill_between(sizes, *edges, color=colour("axis"), alpha=alpha, linewidth=0)
    axes.axhline(centre, color=colour("ink"), linewidth=1, linestyle=DOTTED)
    known_rows = table.dropna(subset=["value", "n"]).astype({"value": float, "n": float})
    low, high = (
        np.interp(known_rows["n"], sizes, limits[f"outer {side}"].astype(float))
        for side in ("low", "high")
    )
    is_out = ~known_rows["value"].between(low, high)
    beyond, within = known_rows[is_out], known_rows[~is_out]
    paper = {"markeredgecolor": colour("paper")}
    axes.plot(within["n"], within["value"], "o", color=colour("axis"), markersize=5, **paper)
    axes.plot(beyond["n"], beyond["value"], "D", color=colour(family), markersize=6.5, **paper)
    for row in beyond.sort_values("label").itertuples():
        axes.annotate(
            wrap(row.label, 22, 1),
            (row.n, row.value),
            (6, 0),
            textcoords="offset points",
            va="center",
            color=readable(colour(family)),
            fontweight="bold",
            annotation_clip=False,
        )
    axes.set_xlim(0, sizes.max() * 1.02)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(plain_ticks(write))
    axes.xaxis.set_major_formatter(lambda value, _place: formatting.number(value))
    axes.xaxis.set_major_locator(MaxNLocator(4 if narrow else 6))
    # those outside first: they keep their point where there are many
    rows = pd.concat([beyond, within]).to_dict("records")
    return [
        Point(axes, row["n"], row["value"], f"{row['label']}\n{_told(row, write)}") for row in rows
    ]
