"""What all drawings share: colours named for what they mean, two widths, direct labels, points that
tell their value.

A drawing function takes data and Axes, draws, and returns the points whose value a reader may ask
for. Each drawing has two forms, wide (a laptop, a sheet of paper) and narrow (a phone, or half a
page): same data, panels stacked, larger text.

- `look`: colours by what they mean, the style of lines and letters.
- `survival_curves`: what still runs by time since the start, numbers followed below.
- `curves`: counts over months with milestones, stacked steps, lines with bands.
- `marks`: on rows: dots with intervals, dumbbells, yes / no / unknown bars, plain bars.
- `upright`: columns, classes of one width, value against size.
- `grids`: matrix of values, tile map, combinations.

Nothing here computes an indicator or saves anything.
"""

import re
import textwrap
from collections.abc import Callable, Sequence
from typing import NamedTuple

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.offsetbox import (
    AnchoredOffsetbox,
    DrawingArea,
    HPacker,
    OffsetBox,
    TextArea,
    VPacker,
)
from matplotlib.patches import Rectangle
from matplotlib.transforms import ScaledTranslation

from analysis.charts.look import FAMILIES, HATCH, colour, readable, room, style
from analysis.text import formatting

CORNERS = {  # of what stands over a drawing: which of its corners is where, shifted by points
    "left": ("lower left", 0, 0),
    "right": ("lower right", 1, 0),
    "beyond": ("lower left", 1, 10),
}


class Point(NamedTuple):
    """A place of the drawing, in data coordinates of its Axes, and what it says when pointed at or
    focused.
    """

    axes: Axes
    x: object
    y: object
    label: str


def new_figure(
    narrow: bool,
    height: float,
    panels: int = 1,
    widths: Sequence[float] | None = None,
    share: bool = False,
    columns: int | None = None,
    narrow_height: float | None = None,
) -> tuple[Figure, list[Axes]]:
    """A figure and its panels, side by side (`columns` a row) or, narrow, one under the other.

    `height` is of one panel, in inches (`narrow_height` where that form needs another); `widths`
    are relative; `share` gives panels the same scales.

    >>> float(new_figure(False, height=1, panels=3, columns=2)[0].get_figheight())
    2.0
    """
    across = columns or panels
    if narrow:
        across, height = 1, narrow_height or height
    down = -(-panels // across)
    figure = Figure(figsize=(room("width", narrow), height * down))
    ratios = list(widths) if widths and not narrow else None
    axes = figure.subplots(
        down, across, squeeze=False, width_ratios=ratios, sharex=share, sharey=share
    ).flatten()
    for unused in axes[panels:]:
        unused.set_axis_off()
    return figure, list(axes[:panels])


def stacked(narrow: bool, heights: Sequence[float]) -> tuple[Figure, list[Axes]]:
    """A figure and its panels, one under the other, of these heights in inches."""
    many, mean = len(heights), sum(heights) / len(heights)
    figure, axes = new_figure(narrow, height=mean, panels=many, columns=1)
    axes[0].get_gridspec().set_height_ratios(heights)
    return figure, axes


def shows_nothing(draw: Callable, data: pd.DataFrame) -> bool:
    """Whether a drawing (`Exhibit.draw`) of these data has nothing but what stands around it.

    >>> shows_nothing(lambda data, narrow: (new_figure(narrow, height=1)[0], []), None)
    True
    """
    with style(narrow=False):
        figure, points = draw(data, False)
    return not points and not any(axes.has_data() for axes in figure.axes)


def wrap(text: object, width: int, lines: int = 2) -> str:
    """The text broken at `width` characters into at most `lines` lines, the rest cut with an
    ellipsis.

    >>> wrap("Skills sponsorship of the group for partners", 18)
    'Skills sponsorship\\nof the group for…'
    """
    words = formatting.typeset(str(text))
    return "\n".join(textwrap.wrap(words, width, max_lines=lines, placeholder="…")) or "–"


# ---- what stands over a drawing
def _put_over(axes: Axes, row: OffsetBox, at: str = "left") -> None:
    boxes = [artist for artist in axes.artists if artist.get_gid() == f"over {at}"]
    if not boxes:
        corner, x, shift = CORNERS[at]
        rows = VPacker(children=[], align=corner.split()[1], pad=0, sep=3)
        shifted = axes.transAxes + ScaledTranslation(
            shift / 72, 6 / 72, axes.figure.dpi_scale_trans
        )
        look = {"frameon": False, "pad": 0, "borderpad": 0, "clip_on": False}
        box = AnchoredOffsetbox(
            corner, child=rows, bbox_to_anchor=(x, 1), bbox_transform=shifted, **look
        )
        box.set_gid(f"over {at}")
        boxes = [axes.add_artist(box)]
    rows_over = boxes[0].get_child().get_children()
    has_heading = bool(rows_over) and rows_over[0].get_gid() == "heading"
    row.set_figure(axes.figure)
    row.axes = axes
    rows_over.insert(int(has_heading), row)


def _words(axes: Axes, text: str, tone: str, bold: bool = False, role: str = "label") -> TextArea:
    size = matplotlib.rcParams[f"axes.{role}size"]
    room_pt = axes.get_position().width * axes.figure.get_figwidth() * 72 * 1.12
    letters = max(12, int(room_pt / (size * (0.64 if bold else 0.56))))
    look = {"color": tone, "fontsize": size, "linespacing": 1.15}
    return TextArea(
        wrap(text, letters, 3), textprops=look | {"fontweight": "bold" if bold else "normal"}
    )


def above(axes: Axes, text: str, tone: str, at: str = "left") -> None:
    """A text over the drawing, over what already stands there: at its left edge, its right edge
    (`at="right"`) or from there on (`at="beyond"`).
    """
    _put_over(axes, _words(axes, text, tone), at)


def heading(axes: Axes, text: str, family: str = "ink") -> None:
    """The name of a panel, over all else that stands above it."""
    tone = colour(f"{family}-text" if family in FAMILIES[:-1] else "ink")
    row = _words(axes, text, tone, bold=True, role="title")
    _put_over(axes, row)
    row.set_gid("heading")


def axis_words(axes: Axes, x: str = "", y: str = "") -> None:
    """What each axis counts, in words: the vertical one is told above the axis, read across as all
    text.
    """
    if x:
        room_pt = axes.get_position().width * axes.figure.get_figwidth() * 72 * 1.12
        letters = int(room_pt / (matplotlib.rcParams["axes.labelsize"] * 0.56))
        axes.set_xlabel(wrap(x, letters), loc="left", ma="left")
    if y:
        above(axes, y, colour("mute"))


def _put_key(axes: Axes, entries: Sequence[tuple[str, str, bool, Artist]], wide: float) -> None:
    size = matplotlib.rcParams["axes.labelsize"]
    room_pt = axes.figure.get_figwidth() * 72 * 0.72
    needed = sum(
        wide + 5 + (len(name) + 1.2) * size * (0.68 if is_bold else 0.6)
        for name, _tone, is_bold, _sample in entries
    )
    letters = int((room_pt * 1.2 - wide) / (size * 0.66))
    cells = []
    for name, tone, is_bold, sample in entries:
        area = DrawingArea(wide, size)
        area.add_artist(sample)
        look = {"color": tone, "fontsize": size, "fontweight": "bold" if is_bold else "normal"}
        words = TextArea(wrap(name, letters), textprops=look)
        cells.append(HPacker(children=[area, words], align="center", pad=0, sep=5))
    packer, apart = (HPacker, 12) if needed <= room_pt else (VPacker, 3)
    _put_over(axes, packer(children=cells, align="baseline", pad=0, sep=apart))


def legend(axes: Axes, items: Sequence[tuple[str, str, str | None, object]]) -> None:
    """What each line or marker stands for, over the drawing: (name, colour, marker or None, line
    style).
    """
    middle = matplotlib.rcParams["axes.labelsize"] / 2
    wide = 8 if all(marker for _, _, marker, _ in items) else 24
    entries = []
    for name, tone, marker, dash in items:
        xs = [wide / 2] if marker else [0, wide]
        look = {"linestyle": dash}
        if marker:
            look = {"marker": marker, "markersize": 6}
        sample = Line2D(xs, [middle] * len(xs), color=tone, **look)
        entries.append((name, readable(tone), True, sample))
    _put_key(axes, entries, wide)


def swatches(axes: Axes, items: Sequence[tuple[str, str, float | None]]) -> None:
    """What each filling stands for, over the drawing: (name, colour, opacity, or None for hatched)."""
    size = matplotlib.rcParams["axes.labelsize"]
    entries = []
    for name, tone, opacity in items:
        look = {"facecolor": "none", "hatch": HATCH}
        if opacity is not None:
            look = {"facecolor": (tone, opacity)}
        sample = Rectangle(
            (0, 0), size * 1.2, size, linewidth=0.6, edgecolor=colour("axis"), **look
        )
        entries.append((name, colour("ink"), False, sample))
    _put_key(axes, entries, size * 1.2)


# ---- axes
def share_axis(axis, many: int = 4) -> None:
    """An axis of shares, from none to all, written as percentages."""
    places = [k / many for k in range(many + 1)]
    axis.set_ticks(places, [formatting.percent(tick) for tick in places])


def plain_ticks(write: Callable[[float], str]) -> Callable[[float, object], str]:
    """The numbers of an axis: as the values are written, without a decimal that is zero, and
    without a unit in words, which stands over the axis.
    """
    return lambda value, _place: re.sub(r"[.,]0(?=\D*$)|\s[^\W\d]{5,}$", "", write(value))


def spread_apart(places: Sequence[float], sizes: Sequence[float]) -> np.ndarray:
    """The middles of things of these sizes, moved as little as needed so that none covers another,
    in the same order.

    >>> spread_apart([1.0, 1.1, 5.0], [1.0, 1.0, 1.0]).round(2).tolist()
    [0.55, 1.55, 5.0]
    """
    from scipy.optimize import isotonic_regression

    order = np.argsort(places, kind="stable")
    sizes_in_order = np.asarray(sizes, dtype=float)[order]
    packed = np.cumsum(sizes_in_order) - sizes_in_order / 2  # their middles, each upon the last
    moved = np.empty(len(order))
    moved[order] = isotonic_regression(np.asarray(places)[order] - packed).x + packed
    return moved


def write_near(
    axes: Axes, text: str, place: tuple, shift: tuple[float, float], tone: str, **look
) -> None:
    """Bold words beside a place of the drawing, shifted from it by so many points."""
    across, up = shift
    look |= {"ha": "right" if across < 0 else "left", "color": tone, "fontweight": "bold"}
    look["va"] = {-1: "top", 0: "center", 1: "bottom"}[int(np.sign(up))]
    axes.annotate(text, place, shift, textcoords="offset points", annotation_clip=False, **look)


def note(axes: Axes, text: str, place: tuple, shift: tuple[float, float], **look: object) -> None:
    """Small words that number or explain, shifted by points from a place of the axes: `xycoords`
    says where that is in another way.
    """
    plain = {"xycoords": "axes fraction", "textcoords": "offset points", "color": colour("mute")}
    plain |= {"fontsize": matplotlib.rcParams["xtick.labelsize"]}
    axes.annotate(text, place, shift, **plain | look)


def name_ends(
    axes: Axes, x: float, ends: Sequence[tuple[float, str, str]], width: int = 20
) -> None:
    """Names of lines beside their last value: (y, name, colour of the text), kept from covering
    each other and within the axes.
    """
    if not ends:
        return
    low, high = axes.get_ylim()
    texts = [wrap(name, width) for _, name, _ in ends]
    unit = (high - low) / (axes.figure.get_figheight() * 72 * 0.68)  # a point, in data
    lines = np.array([text.count("\n") + 1 for text in texts])
    sizes = unit * matplotlib.rcParams["font.size"] * (0.2 + 1.2 * lines)
    places = spread_apart(np.clip([y for y, _, _ in ends], low, high), sizes)
    too_high, too_low = (places + sizes / 2).max() - high, low - (places - sizes / 2).min()
    places += max(min(0.0, -too_high), too_low)
    for (_, _, tone), text, y in zip(ends, texts, places, strict=True):
        write_near(axes, text, (x, y), (6, 0), tone, linespacing=1.1)
