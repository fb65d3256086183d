"""Two counts against each other, one disc per pair of counts, with how far what is unknown could
move it.
"""

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import Point, above, colour
from analysis.text import formatting
from analysis.text.formatting import text as _


def profiles(axes: Axes, table: pd.DataFrame, across: str, up: str, narrow: bool) -> list[Point]:
    """Columns fragility, strength (names of the groups), x, y (lines that are yes, on average), n,
    x_unknown, y_unknown.

    A disc's area is its n, written where there is room; its whiskers run, right and up, as far as
    its unknown lines could move it. Nothing is subtracted: more to the right is more fragile,
    higher is stronger, and a relation may be both.
    """
    room = (0.058 if narrow else 0.05) * min(axes.figure.get_size_inches()) * 72
    area = (2 * room) ** 2 * table["n"] / table["n"].max()
    # Whiskers of discs on one level would lie on each other: each is set a little apart, still
    # within its disc.
    label_offset = {
        side: 0.16 * (table.groupby(level)[side].rank() - 2)
        for side, level in (("x", "strength"), ("y", "fragility"))
    }
    for k, row in enumerate(table.to_dict("records")):
        low, label_x = (
            row["y"] - label_offset["x"].iloc[k],
            row["x"] + 0.8 * label_offset["y"].iloc[k],
        )
        for xs, ys, end, tone in (
            ([row["x"], row["x"] + row["x_unknown"]], [low, low], "|", "fragility"),
            ([label_x, label_x], [row["y"], row["y"] + row["y_unknown"]], "_", "strength"),
        ):
            axes.plot(xs, ys, color=colour(tone), linewidth=1.3, zorder=1)
            axes.plot(xs[1], ys[1], end, color=colour(tone), markersize=6, zorder=1)
    axes.scatter(
        table["x"],
        table["y"],
        s=np.maximum(area, 16),
        color=colour("across"),
        alpha=0.92,
        linewidth=0,
        zorder=2,
    )
    points = []
    for row, size in zip(table.to_dict("records"), area, strict=True):
        if size**0.5 >= matplotlib.rcParams["xtick.labelsize"] * 0.64 * len(
            formatting.number(row["n"])
        ):
            axes.text(
                row["x"],
                row["y"],
                formatting.number(row["n"]),
                ha="center",
                va="center",
                color=colour("on"),
                fontsize=matplotlib.rcParams["xtick.labelsize"] - 1,
                zorder=3,
            )
        x, y, x_unknown, y_unknown = (
            formatting.number(row[part], 1) for part in ("x", "y", "x_unknown", "y_unknown")
        )
        label = _("{n} {n:relation|relations}: {x} fragility, {y} strength", n=row["n"], x=x, y=y)
        unknown = _("unknown: {x} fragility, {y} strength", x=x_unknown, y=y_unknown)
        points.append(Point(axes, row["x"], row["y"], f"{label}\n{unknown}"))
    axes.set_xlim(-0.7, min(10.5, table["x"].max() + table["x_unknown"].max() + 0.3))
    axes.set_ylim(-0.7, min(10.5, table["y"].max() + table["y_unknown"].max() + 0.3))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(matplotlib.ticker.MultipleLocator(1 if not narrow else 2))
        axis.set_major_formatter(lambda value, _place: formatting.number(value))
    axes.grid(True, axis="both")
    axes.set_xlabel(across, loc="left", color=colour("fragility-text"))
    above(axes, up, colour("strength-text"))
    return points
