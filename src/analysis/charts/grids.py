"""Cells on a grid: a matrix of values, a map of equal tiles (both heatmaps of seaborn),
combinations of sets.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from analysis.charts import Point, axis_words, note, swatches, wrap
from analysis.charts.look import HATCH, colour, readable, room
from analysis.text import formatting
from analysis.text.messages import say

OPACITIES = (0.1, 0.27, 0.46, 0.68, 1.0)  # opacity of a family's colour, from least to most
INKS = ("ink", "ink", "ink", "deep", "on")  # the text that is read on each
TILES = 130.0  # font size times tiles across


def colour_steps(
    values: np.ndarray, low: float | None = None, high: float | None = None
) -> np.ndarray:
    """The step of the colour scale (0 to 4) of each value between low and high (by default the
    range); -1 where missing.

    >>> colour_steps(np.array([0.0, 0.5, 1.0, np.nan])).tolist()
    [0, 2, 4, -1]
    """
    values = np.asarray(values, dtype=float)
    known_values = values[~np.isnan(values)]
    if not known_values.size:
        return np.full(values.shape, -1)
    low = known_values.min() if low is None else low
    high = known_values.max() if high is None else high
    if high == low:
        scaled = np.zeros_like(values)
    else:
        scaled = (values - low) / (high - low)
    step = np.clip(np.nan_to_num(scaled) * len(OPACITIES), 0, len(OPACITIES) - 1).astype(int)
    return np.where(np.isnan(values), -1, step)


def _cells(axes: Axes, depth: np.ndarray, texts: np.ndarray, family: str, size: float) -> None:
    import seaborn

    tone = colour(f"{family}-text")
    shades = ListedColormap([(tone, opacity) for opacity in OPACITIES])
    look = {
        "cmap": shades,
        "vmin": -0.5,
        "vmax": len(OPACITIES) - 0.5,
        "cbar": False,
        "linewidths": 2,
    }
    look |= {"linecolor": colour("paper"), "annot_kws": {"fontsize": size}}
    look |= {"xticklabels": False, "yticklabels": False}
    seaborn.heatmap(depth, mask=depth < 0, annot=texts, fmt="", ax=axes, **look)
    axes.collections[0].set_clip_on(False)
    for text, step in zip(axes.texts, depth[depth >= 0], strict=True):
        text.set_color(colour(INKS[step]))
    paper = {"boxstyle": "square,pad=0.12", "facecolor": colour("paper"), "linewidth": 0}
    words = {"ha": "center", "va": "center", "color": colour("mute"), "fontsize": size}
    hatched = {"facecolor": "none", "edgecolor": colour("axis"), "hatch": HATCH[:4], "alpha": 0.6}
    for y, x in np.argwhere(depth == -1):
        axes.add_patch(Rectangle((x + 0.03, y + 0.03), 0.94, 0.94, linewidth=0, **hatched))
        if texts[y, x]:
            axes.text(x + 0.5, y + 0.5, texts[y, x], bbox=paper, **words)
    axes.grid(False)
    axes.spines[:].set_visible(False)


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
    depth = colour_steps(values.to_numpy(dtype=float, na_value=np.nan), *limits)
    if texts is None:
        texts = values.astype(float).map(formatting.number).where(depth >= 0, "")
    captions = texts.astype(str).to_numpy(dtype=object)
    tall, wide = depth.shape
    label_size = rcParams["xtick.labelsize"]
    size = label_size - 1.5 * (wide > room("grid_columns", narrow))
    _cells(axes, depth, captions, family, size)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.xaxis.set_label_position("top")
    points_wide = axes.get_position().width * axes.figure.get_figwidth() * 72
    letters = max(4, int(points_wide / size / 0.62 / max(1, wide)))
    words = " ".join(map(str, values.columns)).replace("-", " ").split()
    upright = any(len(word) > letters for word in words)
    names = [wrap(column, 16 if upright else letters, 3) for column in values.columns]
    axes.set_xticks(np.arange(wide) + 0.5, names)
    if upright:
        axes.tick_params(axis="x", labelrotation=55)
        for label in axes.get_xticklabels():
            label.set(ha="left", rotation_mode="anchor")
    names = [wrap(name, room("name", narrow), 3) for name in values.index]
    axes.set_yticks(np.arange(tall) + 0.5, names, rotation=0)
    if columns:
        axis_words(axes, x=columns)
    why = ""
    if missing and (depth < 0).any():
        why = say("figures.drawn.hatched", why=missing)
    below = " · ".join(text for text in (rows, why) if text)
    note(axes, below, (0, 0), (0, -10), va="top")
    return [
        Point(axes, x + 0.5, y + 0.5, f"{values.index[y]} · {values.columns[x]}\n{captions[y, x]}")
        for y, x in np.ndindex(tall, wide)
        if captions[y, x]  # the legend says what an empty cell means
    ]


def tiles(
    axes: Axes,
    table: pd.DataFrame,
    family: str,
    write: Callable[[float], str],
    missing: str,
) -> list[Point]:
    """A map of equal tiles: columns row, column (places on the grid), code, label, value; every
    territory has the same area.

    Hatched where the value is missing (`missing` says why). `code` is written in the tile.
    """
    xs, ys = (table[side].astype(int) - int(table[side].min()) for side in ("column", "row"))
    shape = ys.max() + 1, xs.max() + 1
    step = colour_steps(table["value"].to_numpy(dtype=float, na_value=np.nan))
    values = table["value"].map(write, na_action="ignore").fillna(missing)
    codes = table["code"].astype(str)
    depth, texts = np.full(shape, -2), np.full(shape, "", dtype=object)
    depth[ys, xs], texts[ys, xs] = step, codes
    longest = codes.str.len().max() if shape[1] > 8 else 1
    size = min(rcParams["xtick.labelsize"], TILES / shape[1], 2.4 * TILES / shape[1] / longest)
    _cells(axes, depth, texts, family, size)
    axes.set_aspect("equal", anchor="N")
    axes.set_axis_off()
    known_values = table["value"].dropna()
    if len(known_values):
        scale = axes.figure.colorbar(
            axes.collections[0], ax=axes, location="bottom", shrink=0.4, aspect=20, pad=0.02
        )
        ends = [write(known_values.min()), write(known_values.max())]
        scale.set_ticks([0, len(OPACITIES) - 1], labels=ends)
        scale.outline.set_visible(False)
        scale.ax.tick_params(length=0)
    if (step < 0).any():
        swatches(axes, [(missing, "", None)])
    return [
        Point(axes, x + 0.5, y + 0.5, f"{label}\n{value}")
        for x, y, label, value in zip(xs, ys, table["label"], values, strict=True)
    ]


def combination_dots(
    axes: Axes, table: pd.DataFrame, sets: Sequence[str], family: str, narrow: bool
) -> list[Point]:
    """Which sets occur together: one column per combination (rows of `table`: a bool per set, and
    `value`), sets as rows.

    A full dot where the set belongs to the combination; the value stands above, and columns go from
    the most frequent.
    """
    table = table.sort_values(["value", *sets], ascending=False, kind="stable")
    table = table.head(room("combinations", narrow))
    tone, tall = colour(family), room("combination_height", narrow)
    values = table["value"].astype(float)
    heights = (tall * values / max(values.max(), 1)).to_numpy()
    places = np.arange(len(table))
    written = values.map(formatting.number)
    axes.set_ylim(len(sets) - 0.5, -1.4 - tall)
    bars = axes.bar(places, -heights, 0.62, -0.75, color=tone, linewidth=0)
    look = {"color": readable(tone), "fontweight": "bold", "fontsize": rcParams["xtick.labelsize"]}
    axes.bar_label(bars, written, padding=3, **look)
    points = []
    for x, row in enumerate(table[list(sets)].to_numpy(dtype=bool)):
        inside = np.flatnonzero(row)
        axes.plot([x] * len(sets), range(len(sets)), "o", markersize=7, color=colour("rule"))
        axes.plot([x] * len(inside), inside, "o-", markersize=7, linewidth=2, color=tone)
        names = formatting.join(sets[y] for y in inside) or say("figures.drawn.none")
        points.append(Point(axes, x, -0.75 - heights[x] / 2, f"{names}\n{written.iloc[x]}"))
    axes.set_yticks(range(len(sets)), [wrap(name, room("set_name", narrow)) for name in sets])
    axes.set_xticks([])
    axes.set_xlim(-0.6, max(len(table), 1) - 0.4)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    return points
