"""Rows from the top, as marks stand on them: names, the value of each, on how many it rests."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes

from analysis.charts import colour, wrap
from analysis.charts.look import room
from analysis.text import formatting
from analysis.text.messages import say
from analysis.text.typography import written_range


def bases_of(table: pd.DataFrame) -> list[str]:
    """On how many each row rests, where that is told."""
    return [say("figures.drawn.n", n=n) for n in table.get("n", [])]


def value_and_base(row: dict, write: Callable[[float], str]) -> str:
    """What a dot tells: its value, its interval and on how many it rests.

    >>> formatting.use("en"); value_and_base({"value": 0.011, "low": 0.009, "high": 0.013, "n": 505}, formatting.percent)
    '1% (0.9–1.3%), n = 505'
    >>> from analysis.text.facts import Points
    >>> value_and_base({"value": -0.02, "low": -0.13, "high": 0.09, "n": 119}, lambda share: Points(share).written())
    '−2 points (−13 points to +9 points), n = 119'
    """
    low, high, n = (row.get(name) for name in ("low", "high", "n"))
    label = write(row["value"])
    if not (formatting.is_missing(low) or formatting.is_missing(high)):
        label += f" ({_interval(low, high, write)})"
    if formatting.is_missing(n):
        return label
    return label + ", " + say("figures.drawn.n", n=n)


def _interval(low: float, high: float, write: Callable[[float], str]) -> str:
    first, last = write(low), write(high)
    if write is formatting.percent:
        return formatting.interval(low, high, share=True)
    if first == last:
        return say("figures.drawn.within_rounding")
    return written_range(first, last)


def named_rows(
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
            name = wrap(name, letters, 3)
            write(name, (0, row - 0.3), (0, 0), fontsize=size, linespacing=1.1, **look)
            write(value, (1, row - 0.3), (0, 0), ha="right", **bold, **look)
    else:
        axes.set_yticks(range(len(names)), [wrap(name, 34, 3) for name in names])
        axes.tick_params(axis="y", labelsize=size, labelcolor=colour("ink"), pad=5)
        for row, value in enumerate(values):
            write(value, (1, row), (10, 0), va="center", **bold)
        for row, text in enumerate(aside):
            look = {"color": colour("mute"), "fontsize": size - 0.5}
            write(text, (1, row), (18 + wide, 0), va="center", **look)
    rows = max(len(names), 1)  # a drawing of no row has a height too
    axes.set_ylim(rows - room("below_rows", narrow), -room("above_rows", narrow))
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    return room("marks_shift", narrow)


def without_axis(axes: Axes) -> None:
    """No axis below: every bar says its value."""
    axes.set_xticks([])
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)
