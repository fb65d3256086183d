"""Marks on rows and columns: dots with intervals, dumbbells, yes / no / unknown bars, columns, rank intervals, funnel.

Drawings on rows name each row at its left where there is room, and above it in the narrow form; what the row says in
figures stands at its right, so that the picture reads as a table too.
"""

from collections.abc import Callable, Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import words
from analysis.figures import Point, above, colour, groups, key, name_ends, plain_ticks, readable, shares, swatches, wrap
from analysis.words import text as _

HATCH = "////"


def tall(rows: int, narrow: bool, extra: float = 0.75, series: int = 1) -> float:
    """The height in inches that a drawing of so many rows needs, with `series` dots each; `extra` is for what stands around."""
    return max(rows, 1) * ((0.6 if narrow else 0.34) + (0.13 if narrow else 0.08) * (series - 1)) + extra


def _rows(
    axes: Axes, names: Sequence[str], narrow: bool, said: Sequence[str], tones: Sequence[str], aside: Sequence[str] | None = None
) -> float:
    """Rows from the top: their names, and at the right what each says (bold, coloured), then `aside` (muted, wide form only).

    Returns where in a row its marks stand, as a shift from the row's number.
    """
    axes.set_ylim(len(names) - (0.75 if narrow else 0.5), -(0.8 if narrow else 0.5))
    axes.set_yticks([])
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    size = matplotlib.rcParams["font.size"]
    place = {"xycoords": axes.get_yaxis_transform(), "textcoords": "offset points", "annotation_clip": False, "fontsize": size}
    paper = {"boxstyle": "square,pad=0.1", "facecolor": colour("paper"), "linewidth": 0}
    wide = max((len(one) for one in said), default=0) * size * 0.68
    shift, each = 18 + wide, int((235 - wide) / (size * 0.58))  # letters of a name that leave room for the value beside it
    for row, (name, value, tone) in enumerate(zip(names, said, tones, strict=True)):
        if narrow:
            axes.annotate(wrap(name, each), (0, row - 0.24), (0, 0), va="bottom", linespacing=1.1, bbox=paper, **place)
            axes.annotate(
                value, (1, row - 0.24), (0, 0), ha="right", va="bottom", color=tone, fontweight="bold", bbox=paper, **place
            )
        else:
            axes.annotate(wrap(name, 34), (0, row), (-8, 0), ha="right", va="center", **place)
            axes.annotate(value, (1, row), (10, 0), va="center", color=tone, fontweight="bold", **place)
            if aside is not None:
                axes.annotate(
                    aside[row], (1, row), (shift, 0), va="center", color=colour("mute"), **place | {"fontsize": size - 0.5}
                )
    return -0.04 if narrow else 0.0


def dots(
    axes: Axes,
    table: pd.DataFrame,
    family: str,
    narrow: bool,
    write: Callable[[float], str] = words.percent,
    sort: bool = True,
    limits: tuple[float, float] | None = None,
    reference: tuple[float, str] | None = None,
    series: Sequence[str] | None = None,
) -> list[Point]:
    """A dot and its interval per row: columns label, value, low, high and, where there is one, n.

    Rows with a missing value are named and say so. Rows are sorted from the highest value, or kept (`sort=False`). With a
    column `series` (up to 4 values, in the order given by `series`), each row holds one dot per series, told by marker and
    colour. `reference` is a value drawn across, and its name. For ranks: `write=words.number`, `sort=False`.
    """  # fmt: skip
    table = table.assign(series=table.get("series", ""))
    kinds = list(series or dict.fromkeys(table["series"]))
    first = table[table["series"] == kinds[0]]
    order = first.sort_values(["value", "label"], ascending=[False, True], kind="stable") if sort else first
    names = list(order["label"])
    value_of = order.set_index("label")["value"]
    n_of = order.set_index("label")["n"] if "n" in order else None
    looks = dict(zip(kinds, groups(family, len(kinds)), strict=True))
    said = [words.number(None) if words.missing(value_of[name]) else write(value_of[name]) for name in names]
    aside = None if n_of is None else [_("n = {n}").format(n=words.number(n_of[name])) for name in names]
    shift = _rows(axes, names, narrow, said, [readable(looks[kinds[0]][0])] * len(names), aside)
    known = table.dropna(subset=["value"])
    if limits is None:
        low, high = known[["low", "value"]].min(axis=None), known[["high", "value"]].max(axis=None)
        limits = (0, 1) if write is words.percent and high > 0.5 else (min(0, low), (high if high > 0 else 1) * 1.05)
    axes.set_xlim(*limits)
    if write is words.percent and limits == (0, 1):
        shares(axes.xaxis)
    else:
        axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(4, steps=[1, 2, 5, 10], integer=write is words.number))
        axes.xaxis.set_major_formatter(plain_ticks(write))
    points = []
    step = 0.2 if len(kinds) < 3 else 0.15
    for kind_at, kind in enumerate(kinds):
        tone, _dash, marker = looks[kind]
        for row in known[known["series"] == kind].to_dict("records"):
            y = names.index(row["label"]) + step * (kind_at - (0 if narrow else (len(kinds) - 1) / 2)) + shift
            if not (words.missing(row["low"]) or words.missing(row["high"])):
                axes.plot([row["low"], row["high"]], [y, y], color=tone, linewidth=3.2, alpha=0.42, solid_capstyle="round")
            axes.plot(row["value"], y, marker, color=tone, markersize=6.5, markeredgecolor=colour("paper"), clip_on=False)
            who = " · ".join(part for part in (str(row["label"]), str(kind)) if part)
            points.append(Point(axes, row["value"], y, f"{who}\n{_told(row, write)}"))
    if reference:
        axes.axvline(reference[0], color=colour("ink"), linewidth=1, linestyle=(0, (1, 1.5)), zorder=1)
        axes.annotate(
            wrap(reference[1], 26, 1), (reference[0], 1), (0, 3), xycoords=("data", "axes fraction"), textcoords="offset points",
            ha="center", va="bottom", color=colour("ink"), fontsize=matplotlib.rcParams["axes.labelsize"], annotation_clip=False, gid="above left",
        )  # fmt: skip
    if len(kinds) > 1:
        key(axes, [(str(kind), looks[kind][0], looks[kind][2], None) for kind in kinds])
    return points


def _told(row: dict, write: Callable[[float], str]) -> str:
    low, high, n = (row.get(name) for name in ("low", "high", "n"))
    interval = "" if words.missing(low) or words.missing(high) else (
        f" ({words.interval(low, high, share=True)})" if write is words.percent else f" ({write(low)}–{write(high)})"
    )  # fmt: skip
    return write(row["value"]) + interval + ("" if words.missing(n) else ", " + _("n = {n}").format(n=words.number(n)))


def tenths(value: float) -> str:
    """A number with one decimal."""
    return words.number(value, 1)


def signed(value: float, write: Callable[[float], str]) -> str:
    """A difference: its sign is always written, but for what is rounded to none.

    >>> words.use("en"); signed(-1.26, tenths)
    '−1.3'
    >>> signed(-0.04, tenths)
    '0.0'
    """
    size = write(abs(value))
    return size if size == write(0.0) else ("+" if value > 0 else "−") + size


def dumbbell(
    axes: Axes,
    table: pd.DataFrame,
    sides: tuple[str, str],
    family: str,
    narrow: bool,
    write: Callable[[float], str] = tenths,
    limits: tuple[float, float] = (0, 10),
    sort: bool = True,
) -> list[Point]:
    """Two sides of each row, joined: columns label, a, b and, where there is one, n; `sides` names a and b.

    The figure at the right of a row is the difference a - b. Rows are sorted from the largest difference.
    """  # fmt: skip
    table = table.assign(gap=table["a"] - table["b"])
    if sort:
        table = table.sort_values(
            ["gap", "label"], ascending=[False, True], kind="stable", key=lambda c: c.abs() if c.name == "gap" else c
        )
    names = list(table["label"])
    gaps = [words.number(None) if words.missing(gap) else signed(gap, write) for gap in table["gap"]]
    aside = [_("n = {n}").format(n=words.number(n)) for n in table["n"]] if "n" in table else None
    shift = _rows(axes, names, narrow, gaps, [colour("ink")] * len(names), aside)
    axes.set_xlim(*limits)
    axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda value, _place: words.number(value))
    looks = groups(family, 2)
    points = []
    for row, values in enumerate(table.to_dict("records")):
        y = row + shift
        axes.plot([values["a"], values["b"]], [y, y], color=colour("axis"), linewidth=2, zorder=1)
        for side, name, (tone, _dash, marker), size in zip("ab", sides, looks, (8.5, 5.5), strict=True):
            if not words.missing(values[side]):
                axes.plot(values[side], y, marker, color=tone, markersize=size, markeredgecolor=colour("paper"), clip_on=False)
                points.append(
                    Point(
                        axes,
                        values[side],
                        y,
                        f"{values['label']}\n" + _("{when}: {value}").format(when=name, value=write(values[side])),
                    )
                )
    key(axes, [(name, tone, marker, None) for name, (tone, _dash, marker) in zip(sides, looks, strict=True)])
    above(axes, _("Difference"), colour("mute"), at="right" if narrow else "beyond")
    return points


def states(axes: Axes, table: pd.DataFrame, family: str, narrow: bool, sort: bool = True) -> list[Point]:
    """Yes, no and unknown per line, as shares of all: columns label, yes, no, unknown (counts), low, high (of yes among known).

    Every figure in a bar is that bar's length. At the right, the share of yes among those known, with its interval: the
    two differ as far as the state is unknown, and unknown is never counted as no.
    """
    counts = table[["yes", "no", "unknown"]].astype(float)
    total, known = counts.sum(axis=1), counts["yes"] + counts["no"]
    table = table.assign(
        share=(counts["yes"] / known.where(known > 0)), known=known, **counts.div(total.where(total > 0), axis=0).fillna(0)
    )
    if sort:
        table = table.sort_values(["share", "label"], ascending=[False, True], kind="stable")
    tone = colour(f"{family}-text")
    said = [words.number(None) if words.missing(share) else words.percent(share) for share in table["share"]]
    aside = [
        "" if words.missing(row["low"]) else _("{interval} of {n} known").format(
            interval=words.interval(row["low"], row["high"], share=True), n=words.number(row["known"])
        )
        for row in table.to_dict("records")
    ]  # fmt: skip
    shift = _rows(axes, list(table["label"]), narrow, said, [tone] * len(table), aside)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)
    size = matplotlib.rcParams["xtick.labelsize"]
    points = []
    fills = {"yes": (tone, colour("on")), "no": (colour("no"), colour("ink")), "unknown": ("none", colour("ink"))}
    thick = 0.3 if narrow else 0.6
    rows, start = np.arange(len(table)) + shift, np.zeros(len(table))
    for part, (fill, ink) in fills.items():
        hatch = {"hatch": HATCH, "edgecolor": colour("axis")} if part == "unknown" else {}
        axes.barh(rows, table[part], thick, start, color=fill, linewidth=0, **hatch)
        box = {"boxstyle": "square,pad=0.12", "facecolor": colour("paper"), "linewidth": 0} if part == "unknown" else None
        for y, left, long in zip(rows, start, table[part], strict=True):
            if long >= (0.12 if narrow else 0.13):
                axes.text(
                    left + long / 2, y, words.percent(long), ha="center", va="center_baseline", color=ink, fontsize=size - 0.5, bbox=box
                )  # fmt: skip
        start = start + table[part].to_numpy()
    axes.barh(rows, start, thick, fill=False, edgecolor=colour("axis"), linewidth=0.6)
    for place, row in enumerate(table.to_dict("records")):
        share = words.number(None) if words.missing(row["share"]) else words.percent(row["share"])
        points.append(
            Point(
                axes,
                row["yes"],
                float(rows[place]),
                f"{row['label']}\n" + _("{share} of those known {aside}").format(share=share, aside=aside[place]).strip(),
            )
        )
    swatches(axes, [(_("yes"), tone, 1), (_("no"), colour("no"), 1), (_("unknown"), "", None)])
    above(axes, _("yes, of those known"), tone, at="right" if narrow else "beyond")
    return points


def bars(
    axes: Axes,
    table: pd.DataFrame,
    family: str,
    narrow: bool,
    write: Callable[[float], str] = words.number,
    sort: bool = True,
) -> list[Point]:
    """A bar from zero per row with its value at its right: columns label, value and, where there are, low, high, n."""  # fmt: skip
    if sort:
        table = table.sort_values(["value", "label"], ascending=[False, True], kind="stable")
    aside = [_("n = {n}").format(n=words.number(n)) for n in table["n"]] if "n" in table else None
    said = [words.number(None) if words.missing(value) else write(value) for value in table["value"]]
    shift = _rows(axes, list(table["label"]), narrow, said, [readable(colour(family))] * len(table), aside)
    axes.set_xticks([])
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)
    columns = [column for column in ("value", "high") if column in table]
    low, high = min(0, table["value"].min(skipna=True)), table[columns].max(axis=None)
    axes.set_xlim(low if low == low else 0, high if high > 0 else 1)
    points = []
    for place, row in enumerate(table.to_dict("records")):
        if words.missing(row["value"]):
            continue
        y = place + shift
        axes.barh(y, row["value"], 0.28 if narrow else 0.56, color=colour(family), linewidth=0)
        if not words.missing(row.get("low")):
            axes.plot([row["low"], row["high"]], [y, y], color=colour("ink"), linewidth=1.1)
        points.append(Point(axes, row["value"], y, f"{row['label']}\n{_told(row, write)}"))
    return points


def columns(
    axes: Axes,
    table: pd.DataFrame,
    family: str,
    narrow: bool,
    write: Callable[[float], str] = words.number,
    name: bool = True,
) -> list[Point]:
    """Upright columns, stacked by series (index: periods or classes in order; columns: series); negative values hang below."""  # fmt: skip
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
        axes.bar(places, full, 0.62, base, color=tone, alpha=alpha, edgecolor=colour("paper"), linewidth=0.6)
        up, down = up + np.maximum(full, 0), down + np.minimum(full, 0)
        for place, height in enumerate(heights):
            if not np.isnan(height) and height != 0:
                who = f"{table.index[place]} · {series}" if many > 1 else str(table.index[place])
                points.append(Point(axes, place, base[place] + full[place] / 2, f"{who}\n{write(height)}"))
        ends.append((base[-1] + full[-1] / 2, str(series), colour("ink")))
        samples.append((str(series), tone, alpha))
    every = max(1, -(-len(table) // (6 if narrow else 12)))
    axes.set_xticks(places[::every], [wrap(label, 10) for label in table.index[::every]])
    axes.set_xlim(-0.6, len(table) - 0.4)
    axes.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(4, integer=write is words.number))
    axes.yaxis.set_major_formatter(plain_ticks(write))
    if (down < 0).any():
        axes.axhline(0, color=colour("axis"), linewidth=0.8)
    if many == 1 and len(table) <= (8 if narrow else 14):
        for place, height in enumerate(up + down):
            said = words.number(None) if np.isnan(heights[place]) else write(height)
            axes.annotate(
                said, (place, max(height, 0)), (0, 3), textcoords="offset points", ha="center", va="bottom",
                color=readable(colour(family)), fontweight="bold", fontsize=matplotlib.rcParams["xtick.labelsize"],
            )  # fmt: skip
        axes.set_yticks([])
    if many > 1 and name:
        swatches(axes, samples) if narrow else name_ends(axes, len(table) - 0.6, ends)
    return points


def funnel(
    axes: Axes,
    table: pd.DataFrame,
    limits: pd.DataFrame,
    centre: float,
    family: str,
    narrow: bool,
    write: Callable[[float], str] = words.percent,
) -> list[Point]:
    """Value against size: columns label, n, value; `limits` (index n; columns inner low, inner high, outer low, outer high).

    Whoever stands outside the outer limits is named: being first or last means nothing inside them.
    """  # fmt: skip
    sizes = limits.index.to_numpy(dtype=float)
    for (low, high), alpha in zip((limits.columns[2:], limits.columns[:2]), (0.10, 0.12), strict=True):
        axes.fill_between(
            sizes,
            limits[low].to_numpy(dtype=float),
            limits[high].to_numpy(dtype=float),
            color=colour("axis"),
            alpha=alpha,
            linewidth=0,
        )
    axes.axhline(centre, color=colour("ink"), linewidth=1, linestyle=(0, (1, 1.5)))
    known = table.dropna(subset=["value", "n"])
    outer = [np.interp(known["n"].astype(float), sizes, limits[column].astype(float)) for column in limits.columns[2:]]
    out = (known["value"] < outer[0]) | (known["value"] > outer[1])
    axes.plot(known["n"][~out], known["value"][~out], "o", color=colour("axis"), markersize=5, markeredgecolor=colour("paper"))
    axes.plot(known["n"][out], known["value"][out], "D", color=colour(family), markersize=6.5, markeredgecolor=colour("paper"))
    for row in known[out].sort_values("label").to_dict("records"):
        axes.annotate(
            wrap(row["label"], 22, 1), (row["n"], row["value"]), (6, 0), textcoords="offset points", va="center",
            color=readable(colour(family)), fontweight="bold", annotation_clip=False,
        )  # fmt: skip
    axes.set_xlim(0, sizes.max() * 1.02)
    axes.yaxis.set_major_locator(matplotlib.ticker.MaxNLocator(4))
    axes.yaxis.set_major_formatter(plain_ticks(write))
    axes.xaxis.set_major_formatter(lambda value, _place: words.number(value))
    axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(4 if narrow else 6))
    order = np.argsort(~out.to_numpy(), kind="stable")  # those outside first: they keep their point where there are many
    return [
        Point(axes, row["n"], row["value"], f"{row['label']}\n{_told(row, write)}")
        for row in known.iloc[order].to_dict("records")
    ]
