"""Workbooks as grids of values.

Run by `reader_process.py` alone: it imports nothing of this package.
"""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from html import unescape
from typing import NamedTuple
from xml.etree import ElementTree

COMPOUND = b"\xd0\xcf\x11\xe0"  # how an .xls file begins
# What such a file holds where it is an .xlsx with a password.
LOCKED = "EncryptedPackage".encode("utf-16-le")
_BROKEN = (  # how archives and their parts fail
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    KeyError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    ElementTree.ParseError,
)
FILLED = re.compile(
    rb"<(?:\w+:)?c ([^>]{0,300}[^>/])>"
)  # the attributes of a cell that is not blank
CELL = re.compile(rb'<(?:\w+:)?c [^>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"')


REPEATED = re.compile(
    rb"<table:(?:table-|covered-table-)(row|cell)\b([^>]*?)(/>|></|>)"
)  # rows and cells of an ods


class Page(NamedTuple):
    """A sheet: cells by row, merged areas (first and last corner), whether days count from 1904, and
    the rows that are struck through, from 1.
    """

    name: str
    visible: bool
    grid: list[list]
    merged: list
    since_1904: bool = False
    struck: frozenset[int] = frozenset()


def read_pages(data: bytes, sheet: str | None, most_cells: int) -> list[Page]:
    """The worksheets of a workbook (or the one asked for); raises OSError where it cannot be read."""
    import python_calamine

    if data[:4] == COMPOUND and LOCKED in data:
        raise ValueError("it is protected by a password", {})
    parts = _parts(data)
    _refuse_far_cells(parts, most_cells)
    _refuse_repeated_cells(data, most_cells)
    unseen, since_1904, styles = _unseen(parts), _since_1904(data), _struck_styles(data)
    pages = []
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for meta in _worksheets(book, sheet):
            page = book.get_sheet_by_name(meta.name)
            grid = page.to_python(skip_empty_area=False)
            _add_texts(grid, unseen.get(meta.name, ()))
            visible = meta.visible == python_calamine.SheetVisibleEnum.Visible
            merged = page.merged_cell_ranges or []
            struck = _struck_rows(parts.get(meta.name, b""), styles)
            pages.append(Page(meta.name, visible, grid, merged, since_1904, struck))
    except BaseException as error:
        if isinstance(error, ValueError) and len(error.args) == 2:
            raise  # a sentence
        # The reader panics on some broken files; its PanicException is no Exception.
        is_known_error = isinstance(error, (python_calamine.CalamineError, *_BROKEN))
        if not is_known_error and type(error).__name__ != "PanicException":
            raise
        raise OSError(str(error)) from None
    return pages


def _worksheets(book, sheet: str | None) -> list:
    """What is told of the worksheets of a workbook (or of the one asked for)."""
    import python_calamine

    names = [meta.name for meta in book.sheets_metadata]
    for name in names:
        if names.count(name) > 1:  # the reader gives the same one for both
            raise ValueError("two of its sheets are called {name}: rename one", {"name": name})
    return [
        meta
        for meta in book.sheets_metadata
        if meta.typ == python_calamine.SheetTypeEnum.WorkSheet and sheet in (None, meta.name)
    ]


def _add_texts(grid: list[list], texts: Iterable[tuple[int, int, str]]) -> None:
    """Put texts (row, column, text) into cells that the reader leaves blank."""
    for row, column, text in texts:
        if row < len(grid) and column < len(grid[row]) and grid[row][column] == "":
            grid[row][column] = text


def column_number(letters: str) -> int:
    """The place of a column, from 0.

    >>> column_number("A"), column_number("XFD")
    (0, 16383)
    """
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _parts(data: bytes) -> dict[str, bytes]:
    """The sheets of an xlsx by name; none where it is another kind of workbook, or too broken."""
    if data[:2] != b"PK":
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
            targets = {}
            for relation in relations:
                target = relation.get("Target", "").lstrip("/").removeprefix("xl/")
                targets[relation.get("Id")] = target
            sheets = {}
            for tag in ElementTree.fromstring(book.read("xl/workbook.xml")).iter():
                ids = [value for name, value in tag.items() if name.endswith("}id")]
                if tag.tag.endswith("}sheet") and ids and ids[0] in targets:
                    sheets[unescape(tag.get("name", ""))] = book.read(f"xl/{targets[ids[0]]}")
            return sheets
    except _BROKEN:
        return {}


def _refuse_far_cells(parts: dict[str, bytes], most_cells: int) -> None:
    """Refuse a sheet that spans far more cells than it holds: they would take gigabytes."""
    for name, xml in parts.items():
        rows = columns = count = 0
        for letters, row in CELL.findall(xml):
            count += 1
            rows, columns = max(rows, int(row)), max(columns, column_number(letters.decode()) + 1)
        if rows * columns > max(most_cells, 100 * count):
            size = {"sheet": name, "rows": str(rows), "columns": str(columns), "count": str(count)}
            raise ValueError(
                "sheet {sheet} spans {rows} rows and {columns} columns but holds {count} cells: "
                "delete what stands far from the table",
                size,
            )


def _refuse_repeated_cells(data: bytes, most_cells: int) -> None:
    """Refuse an ods whose filled cells, repeated as it says, would take gigabytes."""
    if data[:2] != b"PK":
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            xml = book.read("content.xml")
    except _BROKEN:
        return
    times = cells = blank = 0
    for kind, attributes, end in REPEATED.findall(xml):
        repeated = re.search(rb"""-repeated\s*=\s*["'](\d{1,20})""", attributes)
        count = int(repeated[1]) if repeated else 1
        if kind == b"row":
            times, blank = count, 0
        elif end != b">" and b"value" not in attributes:
            blank += count  # takes no place unless a filled cell follows
        else:
            cells += times * (blank + count)
            blank = 0
        if cells > most_cells:
            limit = {"cells": str(most_cells)}
            raise ValueError("its tables span more than {cells} cells", limit)


def _struck_styles(data: bytes) -> frozenset[int]:
    """The numbers of the styles of an xlsx whose font strikes through."""
    if data[:2] != b"PK":
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            xml = book.read("xl/styles.xml")
        if b"strike" not in xml:
            return frozenset()
        by_tag = {child.tag.rpartition("}")[2]: child for child in ElementTree.fromstring(xml)}
    except _BROKEN:
        return frozenset()
    fonts = [_strikes_through(font) for font in by_tag.get("fonts", ())]
    used = [int(style.get("fontId", 0)) for style in by_tag.get("cellXfs", ())]
    return frozenset(
        number for number, font in enumerate(used) if font < len(fonts) and fonts[font]
    )


def _strikes_through(font: ElementTree.Element) -> bool:
    marks = [mark for mark in font if mark.tag.rpartition("}")[2] == "strike"]
    return any(mark.get("val", "1") not in ("0", "false") for mark in marks)


def _struck_rows(xml: bytes, styles: frozenset[int]) -> frozenset[int]:
    """The rows of a sheet of which half of the filled cells or more bear one of some styles."""
    if not styles:
        return frozenset()
    counts: dict[int, list[int]] = {}
    for attributes in FILLED.findall(xml):
        row = re.search(rb'\br="[A-Z]{1,3}(\d{1,7})"', attributes)
        style = re.search(rb'\bs="(\d{1,6})"', attributes)
        if row:
            count = counts.setdefault(int(row[1]), [0, 0])
            count[0] += 1
            count[1] += style is not None and int(style[1]) in styles
    return frozenset(row for row, (filled, struck) in counts.items() if 2 * struck >= filled)


def _since_1904(data: bytes) -> bool:
    """Whether a workbook counts its days from 1904 on, as those of an old Macintosh do."""
    if data[:4] == COMPOUND:  # the record of the epoch stands before that of precision
        return b"\x22\0\2\0\1\0\x0e\0\2\0" in data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            xml = book.read("xl/workbook.xml")
    except _BROKEN:
        return False
    marked = rb"""<(?:\w+:)?workbookPr\b[^>]*\bdate1904=["'](?:1|true)["']"""
    return re.search(marked, xml) is not None


def _unseen(parts: dict[str, bytes]) -> dict[str, list[tuple[int, int, str]]]:
    """What the reader leaves blank in an xlsx, by sheet: formulas not computed, and errors."""
    by_name = {}
    for name, xml in parts.items():
        if b"<f" in xml or b't="e"' in xml:
            try:
                by_name[name] = _unseen_cells(xml)
            except ElementTree.ParseError:
                continue  # the reader of workbooks may read on all the same
    return by_name


def _unseen_cells(xml: bytes) -> list[tuple[int, int, str]]:
    cells = []
    for _event, element in ElementTree.iterparse(io.BytesIO(xml)):
        kind = element.tag.rpartition("}")[2]
        if kind == "row":
            element.clear()
        if kind != "c":
            continue
        parts = {child.tag.rpartition("}")[2]: child.text or "" for child in element}
        formula, value = parts.get("f", ""), parts.get("v", "")
        position = re.fullmatch(r"([A-Z]+)(\d+)", element.get("r", ""))
        uncomputed = "f" in parts and not value and element.get("t") is None
        if position and (element.get("t") == "e" or uncomputed):
            text = value or (f"={formula}" if formula else "")
            cells.append((int(position[2]) - 1, column_number(position[1]), text))
        element.clear()
    return cells
