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
BYTES_OF_LEGEND = 20_000  # of a sheet that may but explain another
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
CELL = re.compile(rb'<(?:\w+:)?c [^>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"')


REPEATED = re.compile(
    rb"<table:(?:table-|covered-table-)(row|cell)\b([^>]*?)(/>|></|>)"
)  # rows and cells of an ods


class Page(NamedTuple):
    """A sheet: cells by row, merged areas (first and last corner), whether days count from 1904,
    the rows that are struck through, from 1, which cells bear a colour: by column, from 0, and row,
    the rows that are hidden, what the comments of cells say, with their rows, and the signs that
    the format of cells shows beside their numbers, with their rows and columns, from 0.
    """

    name: str
    visible: bool
    grid: list[list]
    merged: list
    since_1904: bool = False
    struck: frozenset[int] = frozenset()
    colours: dict[str, dict[int, list[int]]] = {}
    hidden: frozenset[int] = frozenset()
    comments: tuple[tuple[int, str], ...] = ()
    signs: dict[str, list[tuple[int, int]]] = {}


def read_pages(
    data: bytes, sheet: str | None, most_cells: int, row_styles, cell_comments, cell_signs
) -> list[Page]:
    """The worksheets of a workbook (or the one asked for), with what the modules `row_styles`,
    `cell_comments` and `cell_signs` find in them; raises OSError where it cannot be read.
    """
    import python_calamine

    if data[:4] == COMPOUND and LOCKED in data:
        raise ValueError("it is protected by a password", {})
    parts = _parts(data)
    _refuse_far_cells(parts, most_cells)
    _refuse_repeated_cells(data, most_cells)
    unseen, since_1904 = _unseen(parts), _since_1904(data)
    looks, comments = _looks(data, parts, row_styles), _comments(data, cell_comments)
    signs = _signs(data, parts, cell_signs)
    pages = []
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for meta in _worksheets(book, sheet, parts):
            page = book.get_sheet_by_name(meta.name)
            grid = page.to_python(skip_empty_area=False)
            _add_texts(grid, unseen.get(meta.name, ()))
            visible = meta.visible == python_calamine.SheetVisibleEnum.Visible
            merged = page.merged_cell_ranges or []
            sheet_comments = tuple(comments.get(meta.name, ()))
            look = looks.get(meta.name, ())
            shown = meta.name, visible, grid, merged, since_1904, *look
            sheet_signs = signs.get(meta.name, {})
            pages.append(Page(*shown, comments=sheet_comments, signs=sheet_signs))
    except BaseException as error:
        if isinstance(error, ValueError) and len(error.args) == 2:
            raise  # a sentence
        # The reader panics on some broken files; its PanicException is no Exception.
        is_known_error = isinstance(error, (python_calamine.CalamineError, *_BROKEN))
        if not is_known_error and type(error).__name__ != "PanicException":
            raise
        raise OSError(str(error)) from None
    return pages


def _worksheets(book, sheet: str | None, parts: dict[str, bytes]) -> list:
    """What is told of the worksheets of a workbook (or of the one asked for, and of those that are
    so small that they may be a legend).
    """
    import python_calamine

    names = [meta.name for meta in book.sheets_metadata]
    for name in names:
        if names.count(name) > 1:  # the reader gives the same one for both
            raise ValueError("two of its sheets are called {name}: rename one", {"name": name})
    small = {name for name, xml in parts.items() if len(xml) < BYTES_OF_LEGEND}
    wanted = set(names) if sheet is None else {sheet, *small}
    return [
        meta
        for meta in book.sheets_metadata
        if meta.typ == python_calamine.SheetTypeEnum.WorkSheet and meta.name in wanted
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
            return {name: book.read(path) for name, path in _paths_of_sheets(book).items()}
    except _BROKEN:
        return {}


def _paths_of_sheets(book: zipfile.ZipFile) -> dict[str, str]:
    """Where the sheets of an xlsx stand in it, by name."""
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    targets = {}
    for relation in relations:
        target = relation.get("Target", "").lstrip("/").removeprefix("xl/")
        targets[relation.get("Id")] = f"xl/{target}"
    paths = {}
    for tag in ElementTree.fromstring(book.read("xl/workbook.xml")).iter():
        ids = [value for name, value in tag.items() if name.endswith("}id")]
        if tag.tag.endswith("}sheet") and ids and ids[0] in targets:
            paths[unescape(tag.get("name", ""))] = targets[ids[0]]
    return paths


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


def _looks(data: bytes, parts: dict[str, bytes], row_styles) -> dict[str, tuple]:
    """The rows struck through, the coloured cells and the hidden rows of each sheet; none where
    nothing tells.
    """
    try:
        styles = row_styles.styles_of(data)
        looks = row_styles.sheets_of_ods(data, styles)
    except _BROKEN:
        return {}
    for name, xml in parts.items():
        looks[name] = (
            row_styles.struck_rows(xml, styles),
            row_styles.coloured_cells(xml, styles),
            row_styles.hidden_rows(xml),
        )
    return looks


def _comments(data: bytes, cell_comments) -> dict[str, list[tuple[int, str]]]:
    """What the comments of cells say, by sheet, with their rows; nothing of a broken workbook."""
    if data[:2] != b"PK":
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            if "content.xml" in book.namelist():
                return cell_comments.of_ods(data)
            return cell_comments.of_xlsx(book, _paths_of_sheets(book))
    except _BROKEN:
        return {}


def _signs(data: bytes, parts: dict[str, bytes], cell_signs) -> dict[str, dict]:
    """The signs that the format of cells shows, by sheet; nothing of a broken workbook."""
    try:
        return cell_signs.signs_by_sheet(data, parts, column_number)
    except _BROKEN:
        return {}


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
