"""Cells on a grid: a matrix of values, a map of equal tiles, combinations of sets."""

from collections.abc import Callable, Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.charts import Point, axis_words, colour, inches, readable, wrap
from analysis.text import formatting
from analysis.text.formatting import text as _

STEPS = (0.1, 0.27, 0.46, 0.68, 1.0)  # opacity of a family's colour, from least to most
INKS = ("ink", "ink", "ink", "deep", "on")  # the text that is read on each


def steps(values: np.ndarray, low: float | None = None, high: float | None = None) -> np.ndarray:
    """The step of the colour scale (0 to 4) of each value between low and high (by default the
    range); -1 where missing.

    >>> steps(np.array([0.0, 0.5, 1.0, np.nan])).tolist()
    [0, 2, 4, -1]
    """
    values = np.asarray(values, dtype=float)
    known_values = values[~np.isnan(values)]
    low = (known_values.min() if known_values.size else 0) if low is None else low
    high = (known_values.max() if known_values.size else 1) if high is None else high
    scaled = np.zeros_like(values) if high == low else (values - low) / (high - low)
    return np.where(
        np.isnan(values),
        -1,
        np.clip(np.nan_to_num(scaled) * len(STEPS), 0, len(STEPS) - 1).astype(int),
    )


def _cell(axes: Axes, x: float, y: float, step: int, family: str, said: str, size: float) -> None:
    """One cell: filled by its step, hatched where missing, its text readable on it."""
    anchor = {
        "xy": (x - 0.475, y - 0.475),
        "width": 0.95,
        "height": 0.95,
        "clip_on": False,
        "linewidth": 0,
    }
    if step < 0:
        axes.add_patch(
            Rectangle(**anchor, facecolor="none", edgecolor=colour("axis"), hatch="////", alpha=0.6)
        )
    else:
        axes.add_patch(Rectangle(**anchor, facecolor=(colour(f"{family}-text"), STEPS[step])))
    box = (
        {"boxstyle": "square,pad=0.12", "facecolor": colour("paper"), "linewidth": 0}
        if step < 0 and said
        else None
    )
    ink = colour(INKS[step]) if step >= 0 else colour("mute")
    axes.text(x, y, said, ha="center", va="center", color=ink, fontsize=size, bbox=box)


def matrix(
    axes: Axes,
    values: pd.DataFrame,
    family: str,
    narrow: bool,
    texts: pd.DataFrame | None = None,
    limits: tuple[float | None, float | None] = (None, None),
    missing: str | None = None,
    columns: str = "",
    rows: str = "",
) -> list[Point]:
    """A value per row and column, told by text and by depth of colour; hatched where there is none
    (`missing` says why).

    `texts` replaces the written value of a cell; `columns` and `rows` say what the two directions
    are.
    """
    grid = values.to_numpy(dtype=float, na_value=np.nan)
    depth = steps(grid, *limits)
    size = matplotlib.rcParams["xtick.labelsize"] - (
        0 if grid.shape[1] <= (6 if narrow else 12) else 1.5
    )
    points = []
    for y, name in enumerate(values.index):
        for x, column in enumerate(values.columns):
            caption = (
                texts.iat[y, x]
                if texts is not None
                else ""
                if depth[y, x] < 0
                else formatting.number(grid[y, x])
            )
            _cell(axes, x, y, int(depth[y, x]), family, str(caption), size)
            if caption:  # the legend says what an empty cell means
                points.append(Point(axes, x, y, f"{name} · {column}\n{caption}"))
    axes.set_xlim(-0.5, len(values.columns) - 0.5)
    axes.set_ylim(len(values) - 0.5, -0.5)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.xaxis.set_label_position("top")
    room = axes.get_position().width * axes.figure.get_figwidth() * 72
    characters_per_cell = max(4, int(room / size / 0.62 / max(1, len(values.columns))))
    upright = (
        max(
            (
                len(word)
                for column in values.columns
                for word in str(column).replace("-", " ").split()
            ),
            default=0,
        )
        > characters_per_cell
    )
    axes.set_xticks(
        range(len(values.columns)),
        [wrap(column, 16 if upright else characters_per_cell, 3) for column in values.columns],
    )
    if upright:
        axes.tick_params(axis="x", labelrotation=55)
        for label in axes.get_xticklabels():
            label.set(ha="left", rotation_mode="anchor")
    axes.set_yticks(range(len(values)), [wrap(name, 16 if narrow else 32) for name in values.index])
    if columns:
        axis_words(axes, x=columns)
    below = [
        text
        for text in (
            rows,
            _("hatched: {why}", why=missing) if missing and (depth < 0).any() else "",
        )
        if text
    ]
    if below:
        axes.annotate(
            " · ".join(below),
            (0, 0),
            (0, -10),
            xycoords="axes fraction",
            textcoords="offset points",
            va="top",
            color=colour("mute"),
            fontsize=matplotlib.rcParams["xtick.labelsize"],
        )
    return points


def tiles(
    axes: Axes,
    table: pd.DataFrame,
    family: str,
    narrow: bool,
    write: Callable[[float], str],
    missing: str,
) -> list[Point]:
    """A map of equal tiles: columns row, column (places on the grid), code, label, value; every
    territory has the same area.

    Hatched where the value is missing (`missing` says why). `code` is written in the tile, with its
    value in the wide form.
    """
    depth = steps(table["value"].to_numpy(dtype=float, na_value=np.nan))
    crowd = table["column"].max() - table["column"].min() + 1
    label = matplotlib.rcParams["xtick.labelsize"]
    room = (NARROW_TILE if narrow else WIDE_TILE) / crowd
    points = []
    for step, tile in zip(depth, table.to_dict("records"), strict=True):
        value = formatting.number(None) if step < 0 else write(tile["value"])
        labels = tile["code"] if narrow or step < 0 or crowd > 16 else f"{tile['code']}\n{value}"
        size = min(
            label, room, 2.4 * room / len(str(tile["code"])) if crowd > 8 else room
        )  # codes overseas have three digits
        _cell(axes, tile["column"], tile["row"], int(step), family, labels, size)
        points.append(
            Point(
                axes,
                tile["column"],
                tile["row"],
                f"{tile['label']}\n{missing if step < 0 else value}",
            )
        )
    axes.set_xlim(table["column"].min() - 0.55, table["column"].max() + 0.55)
    axes.set_ylim(table["row"].max() + 0.55, table["row"].min() - 0.55)
    axes.set_aspect("equal", anchor="N")
    axes.set_axis_off()
    known_values = table["value"].dropna()
    _scale(
        axes,
        (write(known_values.min()), write(known_values.max())) if len(known_values) else None,
        family,
        missing if (depth < 0).any() else "",
    )
    return points


def _scale(axes: Axes, ends: tuple[str, str] | None, family: str, missing: str) -> None:
    """What the colours mean, under a map: the steps between the lowest and the highest value, then
    the hatch and why.
    """
    size = matplotlib.rcParams["xtick.labelsize"]
    tall, x, below = size / 72, 0.0, -2.0 * size / 72
    look = {"va": "center_baseline", "color": colour("mute"), "fontsize": size}

    def words_at(text: str) -> None:
        axes.text(x, below + tall * 0.38, text, transform=inches(axes, y=0), **look)

    anchor = {"transform": inches(axes, y=0), "clip_on": False, "height": tall}
    if ends:
        words_at(ends[0])
        x += (len(ends[0]) * 0.62 + 0.5) * tall
        for opacity in STEPS:
            axes.add_patch(
                Rectangle(
                    (x, below),
                    width=1.6 * tall,
                    facecolor=(colour(f"{family}-text"), opacity),
                    linewidth=0,
                    **anchor,
                )
            )
            x += 1.6 * tall
        x += 0.5 * tall
        words_at(ends[1])
    if missing:
        x, below = 0.0, below - (1.7 * tall if ends else 0)
        hatch = {
            "facecolor": "none",
            "edgecolor": colour("axis"),
            "hatch": "//////",
            "linewidth": 0,
        }
        axes.add_patch(Rectangle((x, below), width=1.6 * tall, **hatch, **anchor))
        x += 2.1 * tall
        words_at(missing)


WIDE_TILE, NARROW_TILE = 130.0, 115.0  # font size times tiles across


def combinations(
    axes: Axes, table: pd.DataFrame, sets: Sequence[str], family: str, narrow: bool
) -> list[Point]:
    """Which sets occur together: one column per combination (rows of `table`: a bool per set, and
    `value`), sets as rows.

    A full dot where the set belongs to the combination; the value stands above, and columns go from
    the most frequent.
    """
    table = table.sort_values(["value", *sets], ascending=False, kind="stable").head(
        8 if narrow else 14
    )
    top = float(table["value"].max()) if len(table) else 1.0
    tall = 1.5 if narrow else 2.2
    points = []
    for x, row in enumerate(table.to_dict("records")):
        height = tall * row["value"] / top
        axes.bar(x, height, 0.62, -0.75 - height, color=colour(family), linewidth=0)
        axes.text(
            x,
            -0.9 - height,
            formatting.number(row["value"]),
            ha="center",
            va="bottom",
            color=readable(colour(family)),
            fontweight="bold",
            fontsize=matplotlib.rcParams["xtick.labelsize"],
        )
        inside = [y for y, name in enumerate(sets) if row[name]]
        for y in range(len(sets)):
            axes.plot(
                x, y, "o", markersize=7, color=colour(family) if y in inside else colour("rule")
            )
        if inside:
            axes.plot([x, x], [inside[0], inside[-1]], color=colour(family), linewidth=2)
        sets_label = formatting.join(sets[y] for y in inside) or _("none")
        points.append(
            Point(axes, x, -0.75 - height / 2, f"{sets_label}\n{formatting.number(row['value'])}")
        )
    axes.set_yticks(range(len(sets)), [wrap(name, 18 if narrow else 34) for name in sets])
    axes.set_xticks([])
    axes.set_ylim(len(sets) - 0.5, -1.4 - tall)
    axes.set_xlim(-0.6, max(len(table), 1) - 0.4)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    return points
