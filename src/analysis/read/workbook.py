"""Workbooks as grids of values: `.xls` in a process of its own, since a broken one may ask for more memory than there is."""

import io
import pickle
import re
import subprocess
import sys
import zipfile
import zlib
from contextlib import nullcontext
from functools import reduce
from html import unescape
from typing import NamedTuple

COMPOUND = b"\xd0\xcf\x11\xe0"  # how an .xls file begins
LOCKED = "EncryptedPackage".encode(
    "utf-16-le"
)  # what such a file holds where it is an .xlsx with a password
BROKEN = (
    OSError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    RuntimeError,
    NotImplementedError,
)  # how archives fail
LIMIT = 4 << 30  # bytes that the process of an .xls may take


class Page(NamedTuple):
    """A sheet: its cells by row, the areas (first and last corner) that are merged, and whether its days count from 1904."""

    name: str
    visible: bool
    grid: list[list]
    merged: list
    since_1904: bool = False


def pages(data: bytes, sheet: str | None) -> list[Page]:
    """The worksheets of a workbook (or the one asked for); raises OSError where it cannot be read."""
    if data[:4] == COMPOUND and LOCKED in data:
        raise OSError("it is protected by a password")
    return _apart(data, sheet) if data[:4] == COMPOUND else _pages(data, sheet)


def members(data: bytes) -> dict[str, int]:
    """What an archive says that it holds, and how many bytes each unpacks to; nothing where it is none or too broken to say."""
    try:
        return {
            member.filename: member.file_size
            for member in zipfile.ZipFile(io.BytesIO(data)).infolist()
        }
    except BROKEN:
        return {}


def _pages(data: bytes, sheet: str | None) -> list[Page]:
    import python_calamine

    try:
        unseen, since_1904 = _unseen(data), _since_1904(data)
    except BROKEN:
        unseen, since_1904 = {}, False  # the reader of workbooks may read on all the same
    found = []
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for meta in book.sheets_metadata:
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet and sheet in (None, meta.name):
                page = book.get_sheet_by_name(meta.name)
                visible = meta.visible == python_calamine.SheetVisibleEnum.Visible
                grid = page.to_python(skip_empty_area=False)
                for row, column, text in unseen.get(meta.name, ()) if grid else ():
                    if row < len(grid) and column < len(grid[row]) and grid[row][column] == "":
                        grid[row][column] = text
                found.append(
                    Page(meta.name, visible, grid, page.merged_cell_ranges or [], since_1904)
                )
    except BaseException as error:
        # The reader panics on some broken files; its PanicException is no Exception.
        if (
            not isinstance(error, (python_calamine.CalamineError, *BROKEN))
            and type(error).__name__ != "PanicException"
        ):
            raise
        raise OSError(str(error)) from None
    return found


def _since_1904(data: bytes) -> bool:
    """Whether a workbook says that a day is written as a number from 1904 on, as those of an old Macintosh do."""
    if data[:4] == COMPOUND:  # the record of the epoch stands before that of precision
        return b"\x22\0\2\0\1\0\x0e\0\2\0" in data
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        said = book.read("xl/workbook.xml") if "xl/workbook.xml" in book.namelist() else b""
    return (
        re.search(rb"""<(?:\w+:)?workbookPr\b[^>]*\bdate1904=["'](?:1|true)["']""", said)
        is not None
    )


def _unseen(data: bytes) -> dict[str, list[tuple[int, int, str]]]:
    """What the reader of workbooks leaves blank in an xlsx, by sheet: formulas that no program has computed, and errors."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) if data[:2] == b"PK" else nullcontext() as book:
        held_in = set(book.namelist()) if book else set()
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= held_in:
            return found
        tags = [
            dict(re.findall(r'([\w:]+)="([^"]*)"', tag))
            for name in ("xl/_rels/workbook.xml.rels", "xl/workbook.xml")
            for tag in re.findall(
                r"<(?:\w+:)?(?:Relationship|sheet) [^>]*>", book.read(name).decode(errors="replace")
            )
        ]
        parts = {
            tag["Id"]: tag.get("Target", "").lstrip("/").removeprefix("xl/")
            for tag in tags
            if "Id" in tag
        }
        for tag in tags:
            part = f"xl/{parts.get(tag.get('r:id', ''))}"
            xml = (
                book.read(part).decode(errors="replace")
                if "name" in tag and part in held_in
                else ""
            )
            cells = (
                re.findall(r"<c ([^>]*[^/>])>(.*?)</c>", xml, re.DOTALL)
                if "<f" in xml or 't="e"' in xml
                else []
            )
            for written, inner in cells:
                held = dict(re.findall(r'(\w+)="([^"]*)"', written))
                formula, value = (
                    re.search(r"<f[^>]*>([^<]*)", inner),
                    re.search(r"<v>([^<]+)", inner),
                )
                place = re.fullmatch(r"([A-Z]+)(\d+)", held.get("r", ""))
                if place and (held.get("t") == "e" or (formula and not value and "t" not in held)):
                    column = reduce(
                        lambda number, letter: number * 26 + ord(letter) - 64, place[1], 0
                    )
                    text = value[1] if value else f"={formula[1]}" if formula else ""
                    found.setdefault(unescape(tag["name"]), []).append(
                        (int(place[2]) - 1, column - 1, unescape(text))
                    )
    return found


def _apart(data: bytes, sheet: str | None) -> list[Page]:
    command = [sys.executable, "-m", "analysis.read.workbook", *([sheet] if sheet else [])]
    done = subprocess.run(command, input=data, capture_output=True)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise OSError(
            said[-1]
            if said and done.returncode == 1
            else "it is broken: reading it would take more than 4 GB"
        )
    return [Page(*page) for page in pickle.loads(done.stdout)]


def main() -> None:
    """A workbook on standard input, its pages (pickled) on standard output."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
    try:
        found = _pages(sys.stdin.buffer.read(), sys.argv[1] if len(sys.argv) > 1 else None)
    except OSError as error:
        sys.exit(str(error))
    sys.stdout.buffer.write(pickle.dumps([tuple(page) for page in found]))


if __name__ == "__main__":
    main()
