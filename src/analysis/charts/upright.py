"""Marks on upright axes: columns by period, classes of one width, value against size."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.charts import Point, name_ends, note, plain_ticks, swatches, wrap, write_near
from analysis.charts.look import HATCH, colour, readable, room
from analysis.charts.marks import DOTTED
from analysis.charts.rows import value_and_base
from analysis.text import formatting


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

    A period of which nothing may be drawn says so. Where the last period is `unfinished`, it is
    hatched: what it will hold is not known yet.
    """
    places, many, paper = np.arange(len(table)), table.shape[1], colour("paper")
    up, down = np.zeros(len(table)), np.zeros(len(table))
    points, ends, samples = [], [], []
    for position, (series, values) in enumerate(table.items()):
        heights = values.to_numpy(dtype=float, na_value=np.nan)
        full = np.nan_to_num(heights)
        base = np.where(full >= 0, up, down)
        alpha = 1 - 0.72 * position / max(1, many - 1)
        axes.bar(places, full, 0.62, base, color=paper, linewidth=0)
        look = {"color": colour(family), "alpha": alpha, "edgecolor": paper, "linewidth": 0.6}
        axes.bar(places, full, 0.62, base, **look)
        up, down = up + np.maximum(full, 0), down + np.minimum(full, 0)
        middles = base + full / 2
        for column in np.flatnonzero(full):
            who = str(table.index[column]) + (f" · {series}" if many > 1 else "")
            words = f"{who}\n{write(heights[column])}"
            points.append(Point(axes, column, middles[column], words))
        if not full.any() and many > 1:
            continue  # a name or a sample of what is nowhere drawn would be sought in vain
        # named where its part is large enough to be seen
        last = max(np.flatnonzero(abs(full) > 0.1 * abs(full).max()), default=-1)
        ends.append((middles[last], str(series), colour("ink")))
        samples.append((str(series), colour(family), alpha))
    if many > 1:
        for column in np.flatnonzero(table.isna().all(axis=1)):  # no column is not zero
            words = {"ha": "center", "color": colour("mute"), "textcoords": "offset points"}
            axes.annotate(formatting.number(None), (column, up[column]), (0, 3), **words)
    if unfinished:
        hatched = {"facecolor": "none", "edgecolor": colour("axis"), "hatch": HATCH[:4]}
        axes.bar(places[-1:], (up - down)[-1:], 0.62, down[-1:], linewidth=0, **hatched)
    every = max(1, -(-len(table) // room("columns", narrow)))
    axes.set_xticks(places[::every], [wrap(label, 10, 3) for label in table.index[::every]])
    axes.set_xlim(-0.6, len(table) - 0.4)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=write is formatting.number))
    axes.yaxis.set_major_formatter(plain_ticks(write))
    if (down < 0).any():
        axes.axhline(0, color=colour("axis"), linewidth=0.8)
    if many == 1 and len(table) <= room("valued_columns", narrow):
        tone = readable(colour(family))
        _label_columns(axes, up + down, table.iloc[:, 0], write, tone, narrow)
    if many > 1 and name:
        swatches(axes, samples) if narrow else name_ends(axes, len(table) - 0.4, ends)
    return points


def _stand_apart(axes: Axes, texts: Sequence[str], narrow: bool) -> bool:
    """Whether words above columns, one each, leave room between neighbours."""
    inches = axes.get_window_extent().width / axes.figure.dpi
    longest = max(map(len, texts), default=0)
    return longest * room("value_sign", narrow) * len(texts) <= inches


def _label_columns(
    axes: Axes,
    heights: Sequence[float],
    values: pd.Series,
    write: Callable[[float], str],
    tone: str,
    narrow: bool,
) -> None:
    """Write above each column its value, where all have room beside one another; the axis tells
    values where they have not.
    """
    texts = [write(None if formatting.is_missing(value) else value) for value in values]
    if not _stand_apart(axes, texts, narrow):
        return
    for position, (height, text) in enumerate(zip(heights, texts, strict=True)):
        look = {"xycoords": "data", "ha": "center", "color": tone, "fontweight": "bold"}
        note(axes, text, (position, max(height, 0)), (0, 3), **look)
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
        note(axes, text, (x, height), (0, 3), xycoords="data", ha="center")
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
        name = wrap(row.label, 22, 1)
        write_near(axes, name, (row.n, row.value), (6, 0), readable(colour(family)))
    axes.set_xlim(0, sizes.max() * 1.02)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(plain_ticks(write))
    axes.xaxis.set_major_formatter(lambda value, _place: formatting.number(value))
    axes.xaxis.set_major_locator(MaxNLocator(room("sizes", narrow)))
    # those outside first: they keep their point where there are many
    rows = pd.concat([beyond, within]).to_dict("records")
    return [
        Point(axes, row["n"], row["value"], f"{row['label']}\n{value_and_base(row, write)}")
        for row in rows
    ]
