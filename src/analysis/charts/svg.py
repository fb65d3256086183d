"""A drawing as SVG text: the same bytes each time, its colours by role, its text still text, its
points focusable.

Written without style attributes, so that it stands in a page whose security policy allows one known
style sheet only.
"""

import io
import re
import warnings
from collections.abc import Sequence
from functools import lru_cache
from html import escape

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from analysis.charts import Point
from analysis.charts.look import COLOURS
from analysis.charts.svg_neighbours import lightened
from analysis.text.typography import typeset

STOPS = 16  # places of a drawing that the keyboard stops at; the others answer the mouse only
LONG_LINE, NEAR = 60, 6  # a curve of that many places; tenths of a point
_FONTS = "'Avenir Next','Segoe UI',Inter,Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif"
NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
_UNSHOWN = re.compile(
    r'(?:<!--.*?-->|<metadata>.*?</metadata>|<style type="text/css">.*?</style>)\s*', re.DOTALL
)
_ATTRIBUTE = re.compile(r' ([\w:-]+)="([^"]*)"')
_ROLES = {light: f"var(--{role})" for role, (light, _dark) in COLOURS.items()}


@lru_cache(1 << 16)
def _measured(text: str, font: FontProperties, math: bool) -> tuple[float, float, float]:
    return text_to_path.get_text_width_height_descent(text, font, math)


def _shared_edge(lines: list[tuple[float, float]]) -> str:
    """At which edge lines, each from one x to another, are aligned.

    >>> _shared_edge([(10, 50), (30, 50)]), _shared_edge([(10, 50), (20, 40)])
    ('right', 'center')
    """
    edges = {
        "left": [start for start, _ in lines],
        "right": [end for _, end in lines],
        "center": [(start + end) / 2 for start, end in lines],
    }
    spread = {edge: max(places) - min(places) for edge, places in edges.items() if places}
    return min(spread, key=lambda edge: spread[edge], default="left")


class _Renderer(RendererSVG):
    """Matplotlib's, which measures a text once for all drawings: half of their time goes there."""

    def get_text_width_height_descent(self, s, prop, ismath):
        return _measured(s, prop, ismath)

    def open_group(self, s, gid=None):
        super().open_group(s, gid)
        if s == "text":
            self._lines = []

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        """A line of several comes without the text that it belongs to, hence without its anchor."""
        s = typeset(s)
        if mtext is None and angle == 0:
            self._lines.append((x, y, s, gc, prop, ismath))
        else:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)

    def close_group(self, s):
        """Anchor each line at the edge that all share: the reader's font has other widths."""
        if s == "text":
            lines, self._lines = self._lines, []
            edge = _shared_edge(
                [(x, x + _measured(s, prop, math)[0]) for x, _, s, _, prop, math in lines]
            )
            for x, y, line, gc, prop, math in lines:
                width = _measured(line, prop, math)[0]
                anchor = x + {"left": 0, "center": width / 2, "right": width}[edge]
                placed_text = Text(anchor, self.height - y, line, ha=edge)
                super().draw_text(gc, x, y, line, prop, 0, math, placed_text)
        super().close_group(s)


class _Canvas(FigureCanvasSVG):
    def write(self) -> str:
        written = io.StringIO()
        width, height = (size * 72 for size in self.figure.get_size_inches())
        self.figure.dpi = 72
        self.renderer = _Renderer(
            width, height, written, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
        )
        self.figure.draw(self.renderer)
        self.renderer.finalize()
        return written.getvalue()

    def get_renderer(self) -> _Renderer:
        return self.renderer


def _style(style: str) -> str:
    declarations = []
    for name, value in (part.split(":", 1) for part in style.split(";") if ":" in part):
        name, value = name.strip(), value.strip()
        if name == "font-family" or (name, value) in (
            ("text-anchor", "start"),
            ("stroke-dashoffset", "0"),
            ("stroke-linejoin", "miter"),
        ):
            continue  # the page's own, or that of the whole drawing; and what goes without saying or cannot be seen
        declarations.append(f'{name}="{_ROLES.get(value, value)}"')
    return " " + " ".join(declarations)


def _path(path: str) -> str:
    """A path of straight lines by its steps, in tenths of a point, straight runs in one.

    >>> _path("M 0 1 L 0 1 L 1.01 1 L 3 1 L 3 5 L 0 1 z ")
    'M0 1h3v4z'
    """
    if re.search("[^MLz0-9. -]", path):
        return re.sub(" ?([A-Za-z]) ?", lambda letter: letter[1], path)
    path_data = ""
    for part in path.split("M")[1:]:
        places = [
            (round(float(x) * 10), round(float(y) * 10))
            for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", part)
        ]
        places = _apart(places)
        steps: list[tuple[int, int]] = []
        for (ax, ay), (bx, by) in zip(
            places, places[1:] + places[:1] * ("z" in part), strict=False
        ):
            step = bx - ax, by - ay
            if (
                steps
                and step[0] * steps[-1][1] == step[1] * steps[-1][0]
                and step[0] * steps[-1][0] + step[1] * steps[-1][1] > 0
            ):
                steps[-1] = steps[-1][0] + step[0], steps[-1][1] + step[1]
            elif any(step):
                steps.append(step)
        written = [_step(*step) for step in steps]
        path_data += f"M{places[0][0] / 10:g} {places[0][1] / 10:g}" + "".join(
            written[:-1] + ["z"] if "z" in part else written or ["h0"]
        )
    return path_data.replace(" -", "-")


def _step(x: int, y: int) -> str:
    if not y:
        return f"h{x / 10:g}"
    if not x:
        return f"v{y / 10:g}"
    return f"l{x / 10:g} {y / 10:g}"


def _apart(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places of a long line without those that the eye cannot tell from the one before."""
    if len(places) < LONG_LINE:
        return places
    apart = places[:1]
    for x, y in places[1:-1]:
        if abs(x - apart[-1][0]) >= NEAR or abs(y - apart[-1][1]) >= NEAR:
            apart.append((x, y))
    return [*apart, places[-1]]


def _attribute(name: str, value: str, names: dict[str, str]) -> str:
    if (name == "id" and value not in names) or (
        name == "transform" and value.startswith("rotate(-0 ")
    ):
        return ""
    if name in ("x", "y"):
        value = f"{round(float(value), 1):g}"
    elif name == "d":
        value = _path(value)
    elif name == "id":
        value = names[value]
    elif "#" in value:
        value = re.sub(r"(?<=url\(#)[^)]+|(?<=^#).+", lambda found: names[found[0]], value)
    if "." in value:
        value = re.sub(r"(?<=\d\.\d\d)\d+", "", value)
    if name == "style":
        return _style(value)
    return f' {name}="{value}"'


def svg(figure: Figure, points: Sequence[Point], prefix: str, alt: str) -> str:
    """The drawing with its points, to stand in a page; call within `figures.style`. `prefix` keeps
    ids apart on a page.

    Colours are `var(--role)`: `plain` gives the same drawing with its light colours only.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", r"Glyph .* missing from font|Matplotlib currently does not support"
        )  # text stays text
        text = _Canvas(figure).write()
        width, height = (size * 72 for size in figure.get_size_inches())
        tips = [_tip(point, figure, width, height, stop) for point, stop in _stops(points)]
    text = _UNSHOWN.sub("", text[text.index("<svg") :])
    used = dict.fromkeys(re.findall(r'(?:url\(|href=")#([^)"]+)', text))
    names = {name: f"{prefix}-{position}" for position, name in enumerate(used)}

    def attributes(tag: re.Match) -> str:
        written = " ".join(tag[0].split())
        return _ATTRIBUTE.sub(lambda found: _attribute(found[1], found[2], names), written)

    text = re.sub(r"<[a-zA-Z][^>]*>", attributes, text)  # never the words between tags
    text = re.sub(r">\s+<(?!/?tspan)", "><", text)
    size = f'font-size="{matplotlib.rcParams["xtick.labelsize"]:g}px"'
    content = text[text.index(">") + 1 : text.rindex("</svg>")].replace("<defs></defs>", "")
    content = re.sub("(<use[^>]*) xlink:href=", r"\1 href=", content.replace(f" {size}", ""))
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="group" {size} stroke-linejoin="round">'
        f'<g role="img" aria-label="{escape(alt)}">{lightened(content)}</g>{"".join(tips)}</svg>'
    )


def _stops(points: Sequence[Point]) -> list[tuple[Point, bool]]:
    many = len(points)
    chosen = set(range(many))
    if many > STOPS:
        chosen = {round(k * (many - 1) / (STOPS - 1)) for k in range(STOPS)}
    return [(point, position in chosen) for position, point in enumerate(points)]


def _tip(point: Point, figure: Figure, width: float, height: float, stop: bool) -> str:
    axes = point.axes
    x, y = float(axes.convert_xunits(point.x)), float(axes.convert_yunits(point.y))
    x, y = axes.transData.transform((x, y)) * 72 / figure.dpi
    y = height - y
    label = typeset(point.label)
    tip_text = escape(" – ".join(label.split("\n")))
    if not stop:
        return (
            f'<circle class="pt" cx="{x:.1f}" cy="{y:.1f}" r="8"><title>{tip_text}</title></circle>'
        )
    size = matplotlib.rcParams["xtick.labelsize"]
    lines = [line if len(line) <= 48 else line[:47] + "…" for line in label.split("\n")]
    font = FontProperties(size=size, weight="bold")
    wide = max(_measured(line, font, False)[0] for line in lines) + 12
    tall = size * 1.4 * len(lines) + 8
    tip_x = min(max(x - wide / 2, 1), max(width - wide - 1, 1)) - x
    top = -tall - 8 if y - tall - 8 > 0 else 8
    texts = "".join(
        f'<text x="{tip_x + 6:.0f}" y="{top + 4 + size * (1.4 * k + 1.05):.1f}">{escape(line)}</text>'
        for k, line in enumerate(lines)
    )
    return (
        f'<g class="pt" role="img" aria-label="{tip_text}" tabindex="0" transform="translate({x:.1f} {y:.1f})"><circle r="8"/>'
        f'<g class="tip"><rect x="{tip_x:.0f}" y="{top:.0f}" width="{wide:.0f}" height="{tall:.0f}"/>{texts}</g></g>'
    )


def plain_svg(drawing: str) -> str:
    """The drawing with its light colours written out, on white, without points: for a file, a slide
    or a sheet of paper.
    """
    points = r'<g class="pt".*?</g></g>|<circle class="pt".*?</circle>'
    drawing = re.sub(points, "", drawing).replace("var(--paper)", "#ffffff")
    drawing = drawing.replace("<svg ", f'<svg {NAMESPACES} font-family="{_FONTS}" ', 1)
    drawing = re.sub("(<use[^>]*) href=", r"\1 xlink:href=", drawing)
    return re.sub(r"var\(--([\w-]+)\)", lambda found: COLOURS[found[1]][0], drawing)
