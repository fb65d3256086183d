"""Marks on rows and columns: dots with intervals, dumbbells, yes / no / unknown bars, columns, rank
intervals, funnel.

Drawings on rows name each row at its left where there is room, and above it in the narrow form;
what the row says in figures stands at its right, so that the picture reads as a table too.
"""

from collections.abc import Callable, Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.transforms import TransformedPatchPath

from analysis import charts
from analysis.charts import (
    Point,
    above,
    colour,
    groups,
    key,
    name_ends,
    plain_ticks,
    readable,
    shares,
    swatches,
    wrap,
)
from analysis.text import formatting
from analysis.text.formatting import text as _

HATCH = "////"


def tall(rows: int, narrow: bool, extra: float = 0.75) -> float:
    """The height in inches that a drawing of so many rows needs; `extra` is for what stands around."""
    return max(rows, 1) * (0.6 if narrow else 0.34) + extra


def on_rows(
    mark: Callable, family: str, *, shown: Callable = lambda data: data, x: str = "", **options
) -> Callable:
    """The drawing (`Exhibit.draw`) of one mark on the rows `shown` of the data; `x` says what the
    axis counts.
    """

    def draw(data: pd.DataFrame, narrow: bool):
        rows = shown(data)
        figure, (axes,) = charts.new(narrow, height=tall(len(rows), narrow))
        points = mark(axes, rows, family, narrow, **options)
        charts.axis_words(axes, x=x)
        return figure, points

    return draw


def _bases(table: pd.DataFrame) -> list[str] | None:
    """On how many each row rests, where that is told."""
    return [_("n = {n}", n=n) for n in table["n"]] if "n" in table else None


def _rows(
    axes: Axes,
    names: Sequence[str],
    narrow: bool,
    said: Sequence[str],
    tones: Sequence[str],
    aside: Sequence[str] | None = None,
) -> float:
    """Rows from the top: their names, and at the right what each says (bold, coloured), then
    `aside` (muted, wide form only).

    Returns where in a row its marks stand, as a shift from the row's number.
    """
    axes.set_ylim(len(names) - (0.75 if narrow else 0.5), -(0.8 if narrow else 0.5))
    axes.set_yticks([])
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    size = matplotlib.rcParams["font.size"]
    label_properties = {
        "xycoords": axes.get_yaxis_transform(),
        "textcoords": "offset points",
        "annotation_clip": False,
        "fontsize": size,
    }
    paper = {"boxstyle": "square,pad=0.1", "facecolor": colour("paper"), "linewidth": 0}
    wide = max((len(label) for label in said), default=0) * size * 0.68
    shift, item = (
        18 + wide,
        int((235 - wide) / (size * 0.58)),
    )  # letters of a name that leave room for the value beside it
    for row, (name, value, tone) in enumerate(zip(names, said, tones, strict=True)):
        if narrow:
            label_properties["in_layout"] = (
                False  # within the axes, as nothing has to make room for
            )
            axes.annotate(
                wrap(name, item),
                (0, row - 0.24),
                (0, 0),
                va="bottom",
                linespacing=1.1,
                bbox=paper,
                **label_properties,
            )
            end_properties = label_properties | {
                "ha": "right",
                "va": "bottom",
                "fontweight": "bold",
                "bbox": paper,
            }
            axes.annotate(value, (1, row - 0.24), (0, 0), color=tone, **end_properties)
        else:
            axes.annotate(
                wrap(name, 34), (0, row), (-8, 0), ha="right", va="center", **label_properties
            )
            axes.annotate(
                value,
                (1, row),
                (10, 0),
                va="center",
                color=tone,
                fontweight="bold",
                **label_properties,
            )
            if aside is not None:
                small = label_properties | {"fontsize": size - 0.5}
                axes.annotate(
                    aside[row], (1, row), (shift, 0), va="center", color=colour("mute"), **small
                )
    return -0.04 if narrow else 0.0


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
    order = table[table["series"] == kinds[0]]
    order = (
        order.sort_values(["value", "label"], ascending=[False, True], kind="stable")
        if sort
        else order
    )
    names = list(order["label"])
    looks = dict(zip(kinds, groups(family, len(kinds)), strict=True))
    labels = list(order["said"]) if "said" in order else [write(value) for value in order["value"]]
    tones = [readable(looks[kinds[0]][0])] * len(names)
    shift = _rows(axes, names, narrow, labels, tones, _bases(order))
    known_rows = table.dropna(subset=["value"])
    if limits is None:
        low, high = (
            known_rows[["low", "value"]].min(axis=None),
            known_rows[["high", "value"]].max(axis=None),
        )
        limits = (
            (0, 1)
            if write is formatting.percent and high > 0.5
            else (min(0, low), (high if high > 0 else 1) * 1.05)
        )
    axes.set_xlim(*limits)
    if write is formatting.percent and limits == (0, 1):
        shares(axes.xaxis)
    else:
        axes.xaxis.set_major_locator(
            matplotlib.ticker.MaxNLocator(
                4, steps=[1, 2, 5, 10], integer=write is formatting.number
            )
        )
        axes.xaxis.set_major_formatter(plain_ticks(write))
    points = []
    step = 0.2 if len(kinds) < 3 else 0.15
    for kind_at, kind in enumerate(kinds):
        tone, _dash, marker = looks[kind]
        for row in known_rows[known_rows["series"] == kind].to_dict("records"):
            y = (
                names.index(row["label"])
                + step * (kind_at - (0 if narrow else (len(kinds) - 1) / 2))
                + shift
            )
            if not (formatting.missing(row["low"]) or formatting.missing(row["high"])):
                axes.plot(
                    [row["low"], row["high"]],
                    [y, y],
                    color=tone,
                    linewidth=3.2,
                    alpha=0.42,
                    solid_capstyle="round",
                )
            axes.plot(
                row["value"],
                y,
                marker,
                color=tone,
                markersize=6.5,
                markeredgecolor=colour("paper"),
                clip_on=False,
            )
            who = " · ".join(part for part in (str(row["label"]), str(kind)) if part)
            points.append(Point(axes, row["value"], y, f"{who}\n{_told(row, write)}"))
    if reference:
        axes.axvline(
            reference[0], color=colour("ink"), linewidth=1, linestyle=(0, (1, 1.5)), zorder=1
        )
        axes.annotate(
            wrap(reference[1], 26, 1),
            (reference[0], 1),
            (0, 3),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=colour("ink"),
            fontsize=matplotlib.rcParams["axes.labelsize"],
            annotation_clip=False,
            gid="above left",
        )
    if len(kinds) > 1:
        key(axes, [(str(kind), looks[kind][0], looks[kind][2], None) for kind in kinds])
    return points


def _told(row: dict, write: Callable[[float], str]) -> str:
    low, high, n = (row.get(name) for name in ("low", "high", "n"))
    label = write(row["value"])
    if not (formatting.missing(low) or formatting.missing(high)):
        label += f" ({formatting.interval(low, high, share=True) if write is formatting.percent else f'{write(low)}–{write(high)}'})"
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
    shift = _rows(
        axes, list(table["label"]), narrow, gaps, [colour("ink")] * len(table), _bases(table)
    )
    axes.set_xlim(0, 10)
    axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda value, _place: formatting.number(value))
    looks = groups(family, 2)
    points = []
    for row, values in enumerate(table.to_dict("records")):
        ys = (
            row + shift,
            row + shift + 0.24,
        )  # one under the other: sides that agree do not hide each other
        ys = ys if narrow else (ys[0] - 0.12, ys[1] - 0.12)
        axes.plot([values["a"], values["b"]], ys, color=colour("axis"), linewidth=1.5, zorder=1)
        for side, name, (tone, _dash, marker), size, y in zip(
            "ab", sides, looks, (6.5, 5), ys, strict=True
        ):
            if not formatting.missing(values[side]):
                axes.plot(
                    values[side],
                    y,
                    marker,
                    color=tone,
                    markersize=size,
                    markeredgecolor=colour("paper"),
                    clip_on=False,
                )
                label = _("{when}: {value}", when=name, value=tenths(values[side]))
                points.append(Point(axes, values[side], y, f"{values['label']}\n{label}"))
    key(
        axes,
        [
            (name, tone, marker, None)
            for name, (tone, _dash, marker) in zip(sides, looks, strict=True)
        ],
    )
    above(axes, _("Difference"), colour("mute"), at="right" if narrow else "beyond")
    return points


def states(axes: Axes, table: pd.DataFrame, family: str, narrow: bool) -> list[Point]:
    """Yes, no and unknown per line, as shares of all: columns label, yes, no, unknown (counts),
    low, high (of yes among known).

    Every figure in a bar is that bar's length. At the right, the share of yes among those known,
    with its interval: the two differ as far as the state is unknown, and unknown is never counted
    as no.
    """
    counts = table[["yes", "no", "unknown"]].astype(float)
    total, known_counts = counts.sum(axis=1), counts["yes"] + counts["no"]
    of_all = counts.div(total.where(total > 0), axis=0).fillna(0)
    table = table.assign(
        share=counts["yes"] / known_counts.where(known_counts > 0), known=known_counts, **of_all
    )
    table = table.sort_values(["share", "label"], ascending=[False, True], kind="stable")
    tone = colour(f"{family}-text")
    labels = [formatting.percent(share) for share in table["share"]]
    aside = []
    for row in table.itertuples():
        interval = formatting.interval(row.low, row.high, share=True)
        of_known = _("{interval} of {n} known", interval=interval, n=row.known)
        aside.append("" if formatting.missing(row.low) else of_known)
    shift = _rows(axes, list(table["label"]), narrow, labels, [tone] * len(table), aside)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)
    size = matplotlib.rcParams["xtick.labelsize"]
    points = []
    fills = {
        "yes": (tone, colour("on")),
        "no": (colour("no"), colour("ink")),
        "unknown": ("none", colour("ink")),
    }
    thick = 0.3 if narrow else 0.6
    rows, start = np.arange(len(table)) + shift, np.zeros(len(table))
    within = TransformedPatchPath(axes.patch)  # one for all texts
    for part, (fill, ink) in fills.items():
        hatch = {"hatch": HATCH, "edgecolor": colour("axis")} if part == "unknown" else {}
        _boxes(axes, rows, start, table[part], thick, facecolor=fill, linewidth=0, **hatch)
        box = (
            {"boxstyle": "square,pad=0.12", "facecolor": colour("paper"), "linewidth": 0}
            if part == "unknown"
            else None
        )
        for y, start_x, long in zip(rows, start, table[part], strict=True):
            if long >= (0.12 if narrow else 0.13):
                axes.text(
                    start_x + long / 2,
                    y,
                    formatting.percent(long),
                    ha="center",
                    va="center_baseline",
                    color=ink,
                    fontsize=size - 0.5,
                    bbox=box,
                    in_layout=False,
                    clip_path=within,
                )
        start = start + table[part].to_numpy()
    _boxes(
        axes,
        rows,
        np.zeros(len(rows)),
        start,
        thick,
        facecolor="none",
        edgecolor=colour("axis"),
        linewidth=0.6,
    )
    for y, label, yes, share, among in zip(
        rows, table["label"], table["yes"], labels, aside, strict=True
    ):
        text = _("{share} of those known {aside}", share=share, aside=among).strip()
        points.append(Point(axes, yes, float(y), f"{label}\n{text}"))
    swatches(axes, [(_("yes"), tone, 1), (_("no"), colour("no"), 1), (_("unknown"), "", None)])
    above(axes, _("yes, of those known"), tone, at="right" if narrow else "beyond")
    return points


def _boxes(
    axes: Axes, rows: np.ndarray, left: np.ndarray, long: Sequence[float], thick: float, **look
) -> None:
    """Bars of one look as one mark: drawn in half the time of as many."""
    right_edge, foot, top = left + np.asarray(long), rows - thick / 2, rows + thick / 2
    corners = np.stack(
        [[left, foot], [right_edge, foot], [right_edge, top], [left, top]]
    ).transpose(2, 0, 1)
    axes.add_collection(PolyCollection(corners, clip_on=False, **look), autolim=False)


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
    labels = [write(value) for value in table["value"]]
    shift = _rows(
        axes,
        list(table["label"]),
        narrow,
        labels,
        [readable(colour(family))] * len(table),
        _bases(table),
    )
    axes.set_xticks([])
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)
    axes.set_xlim(0, table["value"].max() if table["value"].max() > 0 else 1)
    points = []
    for row_number, row in enumerate(table.to_dict("records")):
        if not formatting.missing(row["value"]):
            axes.barh(
                row_number + shift,
                row["value"],
                0.28 if narrow else 0.56,
                color=colour(family),
                linewidth=0,
            )
            points.append(
                Point(
                    axes, row["value"], row_number + shift, f"{row['label']}\n{_told(row, write)}"
                )
            )
    return points


def columns(
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
    places = np.arange(len(table))
    up, down = np.zeros(len(table)), np.zeros(len(table))
    many = table.shape[1]
    points, ends, samples = [], [], []
    for k, (series, values) in enumerate(table.items()):
        heights = values.to_numpy(dtype=float, na_value=np.nan)
        full = np.nan_to_num(heights)
        base = np.where(full >= 0, up, down)
        tone = colour(family)
        alpha = 1 - 0.72 * k / max(1, many - 1) if many > 1 else 1
        axes.bar(places, full, 0.62, base, color=colour("paper"), linewidth=0)
        axes.bar(
            places,
            full,
            0.62,
            base,
            color=tone,
            alpha=alpha,
            edgecolor=colour("paper"),
            linewidth=0.6,
        )
        up, down = up + np.maximum(full, 0), down + np.minimum(full, 0)
        for column_number, height in enumerate(heights):
            if not np.isnan(height) and height != 0:
                who = (
                    f"{table.index[column_number]} · {series}"
                    if many > 1
                    else str(table.index[column_number])
                )
                points.append(
                    Point(
                        axes,
                        column_number,
                        base[column_number] + full[column_number] / 2,
                        f"{who}\n{write(height)}",
                    )
                )
        last = max(
            np.flatnonzero(abs(full) > 0.1 * abs(full).max()), default=-1
        )  # where its part is large enough to be seen
        ends.append((base[last] + full[last] / 2, str(series), colour("ink")))
        samples.append((str(series), tone, alpha))
    if unfinished:
        total = up[-1] - down[-1]
        hatched = {"facecolor": "none", "edgecolor": colour("axis"), "hatch": "////"}
        axes.bar(places[-1:], [total], 0.62, down[-1:], linewidth=0, **hatched)
    every = max(1, -(-len(table) // (6 if narrow else 13)))
    axes.set_xticks(places[::every], [wrap(label, 10) for label in table.index[::every]])
    axes.set_xlim(-0.6, len(table) - 0.4)
    axes.yaxis.set_major_locator(
        matplotlib.ticker.MaxNLocator(4, integer=write is formatting.number)
    )
    axes.yaxis.set_major_formatter(plain_ticks(write))
    if (down < 0).any():
        axes.axhline(0, color=colour("axis"), linewidth=0.8)
    is_complete = table.notna().all(axis=1).to_numpy()
    if many == 1 and len(table) <= (8 if narrow else 14):
        for column_number, height in enumerate(up + down):
            axes.annotate(
                write(height if is_complete[column_number] else None),
                (column_number, max(height, 0)),
                (0, 3),
                textcoords="offset points",
                ha="center",
                va="bottom",
                color=readable(colour(family)),
                fontweight="bold",
                fontsize=matplotlib.rcParams["xtick.labelsize"],
            )
        axes.set_yticks([])
    if many > 1 and name:
        swatches(axes, samples) if narrow else name_ends(axes, len(table) - 0.4, ends)
    return points


def funnel(
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
    for (low, high), alpha in zip(
        (limits.columns[2:], limits.columns[:2]), (0.10, 0.12), strict=True
    ):
        axes.fill_between(
            sizes, limits[low], limits[high], color=colour("axis"), alpha=alpha, linewidth=0
        )
    axes.axhline(centre, color=colour("ink"), linewidth=1, linestyle=(0, (1, 1.5)))
    known_rows = table.dropna(subset=["value", "n"])
    outer = [
        np.interp(known_rows["n"].astype(float), sizes, limits[column].astype(float))
        for column in limits.columns[2:]
    ]
    out = (known_rows["value"] < outer[0]) | (known_rows["value"] > outer[1])
    axes.plot(
        known_rows["n"][~out],
        known_rows["value"][~out],
        "o",
        color=colour("axis"),
        markersize=5,
        markeredgecolor=colour("paper"),
    )
    axes.plot(
        known_rows["n"][out],
        known_rows["value"][out],
        "D",
        color=colour(family),
        markersize=6.5,
        markeredgecolor=colour("paper"),
    )
    for row in known_rows[out].sort_values("label").to_dict("records"):
        axes.annotate(
            wrap(row["label"], 22, 1),
            (row["n"], row["value"]),
            (6, 0),
            textcoords="offset points",
            va="center",
            color=readable(colour(family)),
            fontweight="bold",
            annotation_clip=False,
        )
    axes.set_xlim(0, sizes.max() * 1.02)
    axes.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(4))
    axes.yaxis.set_major_formatter(plain_ticks(write))
    axes.xaxis.set_major_formatter(lambda value, _place: formatting.number(value))
    axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(4 if narrow else 6))
    order = np.argsort(
        ~out.to_numpy(), kind="stable"
    )  # those outside first: they keep their point where there are many
    rows = known_rows.iloc[order].to_dict("records")
    return [
        Point(axes, row["n"], row["value"], f"{row['label']}\n{_told(row, write)}") for row in rows
    ]
