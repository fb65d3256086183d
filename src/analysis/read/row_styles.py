"""Which cells of a workbook are struck through, filled with a colour or written in one, and which
rows it hides.

Run by `reader_process.py` alone: it imports nothing of this package.
"""

import colorsys
import io
import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

FILLED = re.compile(
    rb"<(?:\w+:)?c ([^>]{0,300}[^>/])>"
)  # the attributes of a cell that is not blank
ROW_TAG = re.compile(rb"<(?:\w+:)?row ([^>]{0,500})>")  # the attributes of a row
# The order in which an xlsx counts the colours of its theme, and those of most workbooks.
THEME = {
    **{"lt1": "FFFFFF", "dk1": "000000", "lt2": "E7E6E6", "dk2": "44546A"},
    **{"accent1": "4472C4", "accent2": "ED7D31", "accent3": "A5A5A5"},
    **{"accent4": "FFC000", "accent5": "5B9BD5", "accent6": "70AD47"},
}
PLAIN = {"fill": "FFFFFF", "font": "000000"}  # what is no colour
MOST_REPEATED = 200  # cells or rows that an ods repeats, beyond which it speaks of the whole sheet

Colours = dict[str, dict[int, list[int]]]  # colour -> column, from 0 -> rows, from 1


class Styles(NamedTuple):
    """The styles of cells, by their number or name: those that strike through, and the colours
    ("fill #D9D9D9", "font #FF0000") of the others.
    """

    struck: frozenset
    colours: dict


def styles_of(data: bytes) -> Styles:
    """The styles of an xlsx or an ods; none of another workbook. A broken one raises."""
    if data[:2] != b"PK":
        return Styles(frozenset(), {})
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = set(book.namelist())
        if "content.xml" in names:
            return _styles_of_ods(book.read("content.xml"))
        if "xl/theme/theme1.xml" in names:
            theme = book.read("xl/theme/theme1.xml")
        else:
            theme = b""
        return _styles_of_xlsx(book.read("xl/styles.xml"), theme)


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _get(element: ElementTree.Element, name: str, default: str = "") -> str:
    """An attribute by its name without a namespace."""
    values = [value for key, value in element.items() if key.rpartition("}")[2] == name]
    if values:
        return values[0]
    return default


# ---- xlsx
def _styles_of_xlsx(xml: bytes, theme: bytes) -> Styles:
    by_tag = {_tag(child): child for child in ElementTree.fromstring(xml)}
    palette = _theme_colours(theme)
    fonts, fills = list(by_tag.get("fonts", ())), list(by_tag.get("fills", ()))
    struck, colours = set(), {}
    for number, style in enumerate(by_tag.get("cellXfs", ())):
        font, fill = int(style.get("fontId", 0)), int(style.get("fillId", 0))
        found = []
        if fill < len(fills):
            found.append(("fill", _fill_colour(fills[fill], palette)))
        if font < len(fonts):
            found.append(("font", _font_colour(fonts[font], palette)))
            if _strikes_through(fonts[font]):
                struck.add(number)
        named = [f"{kind} #{code}" for kind, code in found if code not in ("", PLAIN[kind])]
        if named:
            colours[number] = named
    return Styles(frozenset(struck), colours)


def _theme_colours(xml: bytes) -> list[str]:
    """The colours of a theme in the order in which styles count them."""
    told = {}
    for scheme in ElementTree.fromstring(xml).iter() if xml else ():
        if _tag(scheme) in THEME and len(scheme):
            told[_tag(scheme)] = _get(scheme[0], "lastClr") or _get(scheme[0], "val")
    return [told.get(name, code) for name, code in THEME.items()]


def _strikes_through(font: ElementTree.Element) -> bool:
    marks = [mark for mark in font if _tag(mark) == "strike"]
    return any(mark.get("val", "1") not in ("0", "false") for mark in marks)


def _fill_colour(fill: ElementTree.Element, palette: list[str]) -> str:
    for pattern in fill:
        kind = pattern.get("patternType", "none")
        if _tag(pattern) != "patternFill" or kind == "none":
            continue
        if kind != "solid":
            return kind  # a hatching
        return "".join(_code(child, palette) for child in pattern if _tag(child) == "fgColor")
    return ""


def _font_colour(font: ElementTree.Element, palette: list[str]) -> str:
    tags = {_tag(mark): mark for mark in font}
    if "color" not in tags or "u" in tags:  # a link is underlined
        return ""
    return _code(tags["color"], palette)


def _code(colour: ElementTree.Element, palette: list[str]) -> str:
    """A colour as six hexadecimal digits; blank where the system chooses it."""
    if rgb := colour.get("rgb"):
        return rgb[-6:].upper()
    theme = int(colour.get("theme", -1))
    if 0 <= theme < len(palette):
        return _tinted(palette[theme], float(colour.get("tint", 0)))
    indexed = int(colour.get("indexed", 64))
    if 9 < indexed < 64:
        return f"indexed {indexed}"
    return ""


def _tinted(code: str, tint: float) -> str:
    """A colour of a theme made darker (tint below 0) or lighter.

    >>> _tinted("FFFFFF", -0.15), _tinted("000000", 0.5)
    ('D9D9D9', '808080')
    """
    red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (0, 2, 4))
    hue, light, colourful = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light + (1 - light) * tint
    parts = colorsys.hls_to_rgb(hue, light, colourful)
    return "".join(f"{round(255 * part):02X}" for part in parts)


def struck_rows(xml: bytes, styles: Styles) -> frozenset[int]:
    """The rows of a sheet of an xlsx of which half of the filled cells or more are struck through."""
    if not styles.struck:
        return frozenset()
    counts: dict[int, list[int]] = {}
    for attributes in FILLED.findall(xml):
        row = re.search(rb'\br="[A-Z]{1,3}(\d{1,7})"', attributes)
        style = re.search(rb'\bs="(\d{1,6})"', attributes)
        if row:
            count = counts.setdefault(int(row[1]), [0, 0])
            count[0] += 1
            count[1] += style is not None and int(style[1]) in styles.struck
    return frozenset(row for row, (filled, struck) in counts.items() if 2 * struck >= filled)


def hidden_rows(xml: bytes) -> frozenset[int]:
    """The rows that a sheet of an xlsx hides, by hand or by a filter."""
    rows = set()
    for attributes in ROW_TAG.findall(xml) if b"hidden=" in xml else ():
        row = re.search(rb'\br="(\d{1,7})"', attributes)
        if row and re.search(rb'\bhidden="(?:1|true)"', attributes):
            rows.add(int(row[1]))
    return frozenset(rows)


def coloured_cells(xml: bytes, styles: Styles) -> Colours:
    """The cells of a sheet of an xlsx that bear each colour."""
    found: Colours = {}
    if not styles.colours or not xml:
        return found
    numbers = b"|".join(str(number).encode() for number in styles.colours)
    pattern = rb'<(?:\w+:)?c ([^>]{0,300}?\bs="(?:' + numbers + rb')"[^>]{0,300})>'
    for attributes in re.findall(pattern, xml):
        place = re.search(rb'\br="([A-Z]{1,3})(\d{1,7})"', attributes)
        style = re.search(rb'\bs="(\d{1,6})"', attributes)
        if place and style:
            column = _column_number(place[1])
            _add(found, styles.colours[int(style[1])], column, int(place[2]))
    return found


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number - 1


def _add(found: Colours, colours: list[str], column: int, row: int) -> None:
    for colour in colours:
        found.setdefault(colour, {}).setdefault(column, []).append(row)


# ---- ods
def _styles_of_ods(xml: bytes) -> Styles:
    struck, colours = set(), {}
    for _event, element in ElementTree.iterparse(io.BytesIO(xml)):
        if _tag(element) == "automatic-styles":
            for style in element:
                properties = {_tag(child): child for child in style}
                _add_style_of_ods(_get(style, "name"), properties, struck, colours)
            break
    return Styles(frozenset(struck), colours)


def _add_style_of_ods(name: str, properties: dict, struck: set, colours: dict) -> None:
    cell, text = properties.get("table-cell-properties"), properties.get("text-properties")
    found = []
    if cell is not None:
        found.append(("fill", _get(cell, "background-color")))
    if text is not None:
        found.append(("font", _get(text, "color")))
        if _get(text, "text-line-through-style", "none") != "none":
            struck.add(name)
    codes = [(kind, code.lstrip("#").upper()) for kind, code in found if code.startswith("#")]
    named = [f"{kind} #{code}" for kind, code in codes if code != PLAIN[kind]]
    if named:
        colours[name] = named


class SheetOfOds(NamedTuple):
    """The rows struck through, the coloured cells and the hidden rows of a sheet."""

    struck: frozenset[int]
    colours: Colours
    hidden: frozenset[int]


def sheets_of_ods(data: bytes, styles: Styles) -> dict[str, SheetOfOds]:
    """What is struck through, coloured and hidden in each sheet of an ods; nothing of another
    workbook.
    """
    if data[:2] != b"PK":
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        if "content.xml" not in book.namelist():
            return {}
        xml = book.read("content.xml")
    if not (styles.struck or styles.colours or b"visibility=" in xml):
        return {}
    sheets = {}
    for _event, element in ElementTree.iterparse(io.BytesIO(xml)):
        if _tag(element) == "table":
            sheets[_get(element, "name")] = _sheet_of_ods(element, styles)
            element.clear()
    return sheets


def _sheet_of_ods(table: ElementTree.Element, styles: Styles) -> SheetOfOds:
    usual = [
        _get(column, "default-cell-style-name")
        for column in table.iter()
        if _tag(column) == "table-column"
        for _repeat in range(_times(column, "number-columns-repeated"))
    ]
    struck, hidden, found, line = set(), set(), {}, 1
    for row in [element for element in table.iter() if _tag(element) == "table-row"]:
        cells = list(_cells_of_ods(row, usual))
        filled = [style for _column, style, is_filled in cells if is_filled]
        lines = range(line, line + _times(row, "number-rows-repeated"))
        if filled and 2 * sum(style in styles.struck for style in filled) >= len(filled):
            struck.update(lines)
        if _get(row, "visibility") in ("collapse", "filter"):
            hidden.update(lines)
        for column, style, _is_filled in cells:
            for each in lines:
                _add(found, styles.colours.get(style, []), column, each)
        line += int(_get(row, "number-rows-repeated", "1"))
    return SheetOfOds(frozenset(struck), found, frozenset(hidden))


def _cells_of_ods(row: ElementTree.Element, usual: list[str]) -> Iterator[tuple[int, str, bool]]:
    """The column, the style and whether something is in it, of each cell of a row."""
    column = 0
    for cell in row:
        if _tag(cell) not in ("table-cell", "covered-table-cell"):
            continue
        for place in range(column, column + _times(cell, "number-columns-repeated")):
            own = usual[place] if place < len(usual) else ""
            yield place, _get(cell, "style-name", own), len(cell) > 0
        column += int(_get(cell, "number-columns-repeated", "1"))


def _times(element: ElementTree.Element, repeated: str) -> int:
    return min(int(_get(element, repeated, "1")), MOST_REPEATED)
