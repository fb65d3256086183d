"""What all drawings share: colours named for what they mean, two widths, direct labels, points that
tell their value.

A drawing function takes data and Axes, draws, and returns the points whose value a reader may ask
for. Each drawing has two forms, wide (a laptop, a sheet of paper) and narrow (a phone, or half a
page): same data, panels stacked, larger text.

- `survival_curves`: what still runs by time since the start, numbers followed below.
- `curves`: counts over months with milestones, stacked steps, lines with bands.
- `marks`: dots with intervals, dumbbells, yes / no / unknown bars, columns, funnel.
- `grids`: matrix of values, tile map, combinations.

Nothing here reads a file, computes an indicator or saves anything.
"""

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import NamedTuple

import matplotlib
import matplotlib.rcsetup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import ScaledTranslation

from analysis.text import formatting

# role: (on light paper, on dark paper). A hex stands for one role only: the SVG's colours are
# exchanged by it.
COLOURS = {
    "paper": ("#fbfaf7", "#14171c"),
    "ink": ("#1d2129", "#eceef1"),
    "mute": ("#5b616b", "#a9b0bb"),
    "axis": ("#81868f", "#7d8592"),
    "rule": ("#dcdfe4", "#333a45"),
    "no": ("#e4e6ea", "#2b313b"),
    "deep": ("#010101", "#010101"),  # text on the upper middle step of a scale, dark on both papers
    "on": ("#ffffff", "#0f1318"),  # text on a full colour
    "durability": ("#0077bb", "#5ab4ea"),
    "durability-text": ("#0072b3", "#5ab4eb"),
    "durability-deep": ("#00446b", "#b5dcf7"),
    "fragility": ("#cc3311", "#ff8a70"),
    "fragility-text": ("#c22f0f", "#ff8a71"),
    "fragility-deep": ("#741c08", "#ffc9bb"),
    "strength": ("#009988", "#4cc9b5"),
    "strength-text": ("#00806f", "#4cc9b6"),
    "strength-deep": ("#004d43", "#b0eade"),
    "across": ("#3d4350", "#c6ccd6"),
    "across-text": ("#3d4351", "#c6ccd7"),
    "across-deep": ("#14161b", "#f4f5f7"),
    "stamp": ("#7d5200", "#ffd27a"),
    "stamp-paper": ("#fff4d6", "#3a2f12"),
}
CYCLE = ("durability", "across", "strength", "fragility", "axis", "durability-deep")
ROLES = {  # what the style sheet would have to say again
    "text.color": "ink",
    "axes.edgecolor": "axis",
    "axes.labelcolor": "mute",
    "grid.color": "rule",
    "xtick.color": "axis",
    "ytick.color": "axis",
    "xtick.labelcolor": "mute",
    "ytick.labelcolor": "mute",
    "patch.edgecolor": "paper",
}
FAMILIES = ("durability", "fragility", "strength", "across", "quality")
STYLES = (("-", "o"), ((0, (5, 2)), "s"), ((0, (1.3, 1.5)), "D"), ((0, (7, 1.8, 1.5, 1.8)), "^"))
WIDE, NARROW = 7.2, 3.6  # inches
NARROW_STYLE = {
    "font.size": 10.5,
    "axes.labelsize": 10,
    "axes.titlesize": 11,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "lines.linewidth": 2.3,
}


class Point(NamedTuple):
    """A place of the drawing, in data coordinates of its Axes, and what it says when pointed at or
    focused.
    """

    axes: Axes
    x: object
    y: object
    label: str


def colour(role: str) -> str:
    """The colour of a role on light paper ("quality" is drawn as "across").

    >>> colour("fragility")
    '#cc3311'
    """
    return COLOURS[role.replace("quality", "across")][0]


def groups(family: str, many: int) -> list[tuple[str, object, str]]:
    """(colour, line style, marker) of each of up to four groups: told apart without colour too.

    >>> [marker for _, _, marker in groups("durability", 3)]
    ['o', 's', 'D']
    """
    if many > len(STYLES):
        raise ValueError(f"{many} groups in one drawing: at most {len(STYLES)} can be told apart")
    roles = (
        (family, "ink", "axis", f"{family}-deep")
        if family not in ("across", "quality")
        else ("ink", "axis", "mute", "across")
    )
    return [(colour(role), *style) for role, style in zip(roles[:many], STYLES, strict=False)]


def readable(tone: str) -> str:
    """The colour for words that belong to a mark of this colour: as near as 4.5 : 1 on paper
    allows.

    >>> readable(colour("strength")) == colour("strength-text")
    True
    """
    roles = {"axis": "mute"} | {family: f"{family}-text" for family in FAMILIES[:-1]}
    return {colour(mark): colour(text) for mark, text in roles.items()}.get(tone, tone)


@contextmanager
def style(narrow: bool) -> Iterator[None]:
    """The look of the study, for what is drawn and saved inside."""
    with matplotlib.rc_context(
        matplotlib.rcParamsDefault | _settings() | (NARROW_STYLE if narrow else {})
    ):
        yield


@cache
def _settings() -> matplotlib.RcParams:
    """The style sheet, with the colours of the roles: they are declared in `COLOURS` alone."""
    with resources.as_file(resources.files("analysis") / "study.mplstyle") as sheet:
        settings = matplotlib.rc_params_from_file(sheet, use_default_template=False)
    settings["axes.prop_cycle"] = matplotlib.rcsetup.cycler(color=[colour(role) for role in CYCLE])
    for setting, role in ROLES.items():
        settings[setting] = colour(role)
    return settings


def new(
    narrow: bool,
    height: float,
    panels: int = 1,
    widths: Sequence[float] | None = None,
    share: bool = False,
    columns: int | None = None,
) -> tuple[Figure, list[Axes]]:
    """A figure and its panels: side by side where there is room (`columns` a row, else all), one
    under the other where not.

    `height` is that of one panel, in inches; `widths` are relative; `share` gives all panels the
    same scales.
    """
    across = 1 if narrow else (columns or panels)
    down = -(-panels // across)
    figure = Figure(figsize=(NARROW if narrow else WIDE, height * down))
    ratios = list(widths) if widths and not narrow else None
    axes = figure.subplots(
        down, across, squeeze=False, width_ratios=ratios, sharex=share, sharey=share
    ).flatten()
    for unused in axes[panels:]:
        unused.set_axis_off()
    return figure, list(axes[:panels])


def stacked(narrow: bool, heights: Sequence[float]) -> tuple[Figure, list[Axes]]:
    """A figure and its panels, one under the other, of these heights in inches."""
    figure, axes = new(narrow, height=sum(heights) / len(heights), panels=len(heights), columns=1)
    axes[0].get_gridspec().set_height_ratios(heights)
    return figure, axes


def wrap(text: object, width: int, lines: int = 2) -> str:
    """The text broken at `width` characters into at most `lines` lines, the rest cut with an
    ellipsis.

    >>> wrap("Skills sponsorship of the group", 18)
    'Skills sponsorship\\nof the group'
    """
    return (
        "\n".join(
            textwrap.wrap(
                formatting.typeset(str(text)),
                width,
                max_lines=lines,
                placeholder="…",
                break_on_hyphens=True,
            )
        )
        or "–"
    )


def above(
    axes: Axes,
    text: str,
    tone: str,
    bold: bool = False,
    x: float = 0.0,
    at: str = "left",
    heading: bool = False,
) -> float:
    """A text over the drawing, over what already stands there; headings keep to the top. Returns
    its height in points.

    It starts at the left edge shifted by `x` points, ends at the right edge (`at="right"`) or
    starts there (`at="beyond"`); it is broken into lines where it is wider than its panel.
    """
    size = matplotlib.rcParams["axes.titlesize" if heading else "axes.labelsize"]

    def top(label) -> float:
        return label.xyann[1] + size * (0.25 + 1.25 * (label.get_text().count("\n") + 1))

    under = ("above left", "above right") if at == "right" else (f"above {at}",)
    lift = max(
        (top(text_artist) for text_artist in axes.texts if text_artist.get_gid() in under),
        default=6.0,
    )
    room = axes.get_position().width * axes.figure.get_figwidth() * 72 * 1.12 - x
    lines = wrap(text, max(12, int(room / (size * (0.64 if bold else 0.56)))), 3)
    level = "\n" not in lines  # words beside each other stand on one line, whatever hangs below it
    axes.annotate(
        lines,
        (0 if at == "left" else 1, 1),
        (x + 10 * (at == "beyond"), lift + size * 0.2 * level),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right" if at == "right" else "left",
        va="baseline" if level else "bottom",
        color=tone,
        fontsize=size,
        fontweight="bold" if bold else "normal",
        linespacing=1.15,
        annotation_clip=False,
        gid="heading" if heading else f"above {at}",
    )
    highest = max(
        (
            top(text_artist)
            for text_artist in axes.texts
            if str(text_artist.get_gid()).startswith("above")
        ),
        default=6.0,
    )
    for text_artist in axes.texts:
        if text_artist.get_gid() == "heading":
            text_artist.xyann = (text_artist.xyann[0], highest + 2)
    return lift


def heading(axes: Axes, text: str, family: str = "ink") -> None:
    """The name of a panel, over all else that stands above it."""
    above(
        axes,
        text,
        colour(f"{family}-text" if family in FAMILIES[:-1] else "ink"),
        bold=True,
        heading=True,
    )


def axis_words(axes: Axes, x: str = "", y: str = "") -> None:
    """What each axis counts, in words: the vertical one is told above the axis, read across as all
    text.
    """
    if x:
        room = axes.get_position().width * axes.figure.get_figwidth() * 72 * 1.12
        axes.set_xlabel(
            wrap(x, int(room / (matplotlib.rcParams["axes.labelsize"] * 0.56))),
            loc="left",
            ma="left",
        )
    if y:
        above(axes, y, colour("mute"))


def inches(axes: Axes, y: float = 1):
    """Coordinates in inches from a corner of the drawing (by default its top left), for samples
    beside words.
    """
    return axes.figure.dpi_scale_trans + ScaledTranslation(0, y, axes.transAxes)


def _names(
    axes: Axes, names: Sequence[tuple[str, str, bool]], sample: float
) -> list[tuple[float, float]]:
    """Names (text, colour, bold) over the drawing, on one line where they fit and else one a line,
    with room for a sample before each; returns where each sample stands, in points from the top
    left corner.
    """
    size = matplotlib.rcParams["axes.labelsize"]
    room = axes.figure.get_figwidth() * 72 * 0.72
    wides = [
        sample + 5 + (len(name) + 1.2) * size * (0.68 if bold else 0.6)
        for name, _tone, bold in names
    ]
    beside = sum(wides) <= room
    x, places = 0.0, []
    for k, (name, tone, bold) in enumerate(names if beside else names[::-1]):
        if beside and k:
            axes.texts[-1].set_gid("beside")
        places.append((x, above(axes, name, tone, bold, x + sample + 5)))
        x += wides[k] if beside else 0
    return places if beside else places[::-1]


def key(axes: Axes, items: Sequence[tuple[str, str, str | None, object]]) -> None:
    """What each line or marker stands for, over the drawing: (name, colour, marker or None, line
    style).
    """
    size = matplotlib.rcParams["axes.labelsize"]
    sample = 8 if all(marker for _, _, marker, _ in items) else 24
    places = _names(axes, [(name, readable(tone), True) for name, tone, _, _ in items], sample)
    for (x, lift), (_name, tone, marker, dash) in zip(places, items, strict=True):
        xs = [(x + sample / 2) / 72] if marker else [x / 72, (x + sample) / 72]
        look = {"marker": marker, "markersize": 6} if marker else {"linestyle": dash}
        axes.plot(
            xs,
            [(lift + size * 0.45) / 72] * len(xs),
            color=tone,
            transform=inches(axes),
            clip_on=False,
            **look,
        )


def swatches(axes: Axes, items: Sequence[tuple[str, str, float | None]]) -> None:
    """What each filling stands for, over the drawing: (name, colour, opacity, or None for hatched)."""
    size = matplotlib.rcParams["axes.labelsize"]
    places = _names(axes, [(swatch[0], colour("ink"), False) for swatch in items], size * 1.2)
    for (x, lift), (_name, tone, opacity) in zip(places, items, strict=True):
        patch_properties = {
            "xy": (x / 72, lift / 72),
            "width": size * 1.2 / 72,
            "height": size / 72,
        }
        patch_properties |= {"transform": inches(axes), "clip_on": False}
        hatched = {"facecolor": "none", "edgecolor": colour("axis"), "hatch": "//////"}
        axes.add_patch(
            Rectangle(
                **patch_properties,
                linewidth=0,
                **(hatched if opacity is None else {"facecolor": tone, "alpha": opacity}),
            )
        )
        axes.add_patch(
            Rectangle(**patch_properties, linewidth=0.6, facecolor="none", edgecolor=colour("axis"))
        )


def shares(axis, many: int = 4) -> None:
    """An axis of shares, from none to all, written as percentages."""
    places = [k / many for k in range(many + 1)]
    axis.set_ticks(places, [formatting.percent(tick) for tick in places])


def spread(places: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """The middles of things of these sizes, moved as little as needed so that none covers another,
    in the same order.

    >>> spread([1.0, 1.1, 5.0], [1.0, 1.0, 1.0])
    [0.55, 1.55, 5.0]
    """
    order = sorted(range(len(places)), key=lambda k: (places[k], k))
    clusters: list[list[int]] = []

    def size(cluster: list[int]) -> float:
        return sum(sizes[k] for k in cluster)

    def middle(cluster: list[int]) -> float:
        return sum(places[k] for k in cluster) / len(cluster)

    for k in order:
        clusters.append([k])
        while (
            len(clusters) > 1
            and middle(clusters[-1]) - middle(clusters[-2])
            < (size(clusters[-1]) + size(clusters[-2])) / 2
        ):
            last = clusters.pop()
            clusters[-1] += last
    moved = list(places)
    for cluster in clusters:
        foot = middle(cluster) - size(cluster) / 2
        for k in cluster:
            moved[k] = foot + sizes[k] / 2
            foot += sizes[k]
    return moved


def plain_ticks(write: Callable[[float], str]) -> Callable[[float, object], str]:
    """The numbers of an axis: as the values are written, without a decimal that is zero."""
    return lambda value, _place: re.sub(r"[.,]0(?=\D*$)", "", write(value))


def name_ends(
    axes: Axes, x: float, ends: Sequence[tuple[float, str, str]], width: int = 20
) -> None:
    """Names of lines beside their last value: (y, name, colour of the text), kept from covering
    each other and within the axes.
    """
    size = matplotlib.rcParams["font.size"]
    texts = [wrap(name, width) for _, name, _ in ends]
    low, high = axes.get_ylim()
    unit = (high - low) / (axes.figure.get_figheight() * 72 * 0.68)  # a point, in data
    sizes = [unit * size * (0.2 + 1.2 * (text.count("\n") + 1)) for text in texts]
    places = spread([min(max(y, low), high) for y, _, _ in ends], sizes)
    tops = (place + tall / 2 for place, tall in zip(places, sizes, strict=True))
    feet = (place - tall / 2 for place, tall in zip(places, sizes, strict=True))
    shift = max(min(0.0, high - max(tops, default=high)), low - min(feet, default=low))
    for (_, _, tone), text, y in zip(ends, texts, places, strict=True):
        axes.annotate(
            text,
            (x, y + shift),
            (6, 0),
            textcoords="offset points",
            va="center",
            color=tone,
            fontweight="bold",
            linespacing=1.1,
            annotation_clip=False,
        )
