"""Workbooks, JSON and frames as blocks of text."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import numpy as np
import pandas as pd

from analysis.faults import Fault, Refused
from analysis.read.block import Aside, Block, Record, coded
from analysis.read.grid import FIGURE, HEAD, YEAR, find_header, from_grid
from analysis.read.workbook import Page, pages

SUM = rf"(?!(?:{YEAR.pattern}|[\d ]{{9,}}|[\d ]+\.\d+\.\d+)$){FIGURE}"  # a number that is no year, identifier or day


def from_workbook(data: bytes, source: str, vocabulary: frozenset[str], sheet: str | None, header_row: int | None) -> list[Block]:
    try:
        found = pages(data, sheet)
    except OSError as error:
        message = f"cannot be read as a workbook ({error}); open it in a spreadsheet and save it again"
        raise Refused([Fault(source, None, "", "unreadable", sheet or "", message)]) from None
    return _from_pages(found, source, vocabulary, sheet, header_row)


def from_markup(data: bytes, source: str, vocabulary: frozenset[str], sheet: str | None, header_row: int | None) -> list[Block]:
    """The tables of a web page, or of a workbook that was saved as XML; much software names such exports .xls."""
    said = re.search(rb"(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", data[:2048])
    text = ""
    for encoding in ("utf-8-sig", said[1].decode() if said else "cp1252", "cp1252", "latin-1"):
        try:
            text = text or data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    web = _Web()
    web.feed(text)
    web.close()
    if not any(len(page.grid) > 1 for page in web.found):
        message = "a web page (HTML or XML) without a table; export the table as CSV or xlsx"
        raise Refused([Fault(source, None, "", "unreadable", "", message)])
    for page in web.found:
        width = max(map(len, page.grid), default=0)
        page.grid[:] = [row + [""] * (width - len(row)) for row in page.grid]
    return _from_pages(web.found, source, vocabulary, sheet, header_row)


ROWS, CELLS, BREAKS = {"tr", "row"}, {"td", "th", "cell"}, {"br", "p", "div", "li", "data"}


@dataclass
class _Open:
    """A table that is being read: the places that cells above cover, the text of its open cell, and where that stands."""

    page: Page
    covered: set[tuple[int, int]] = field(default_factory=set)
    text: list[str] | None = None
    left: int = 0


class _Web(HTMLParser):
    """The tables of a page in the order in which they open, each by itself; what opens next closes a row or cell left open."""

    def __init__(self):
        super().__init__()
        self.found: list[Page] = []
        self.open: list[_Open] = []
        self.sheet, self.silent = "", False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        tag, held = tag.rpartition(":")[2], {name.rpartition(":")[2]: value or "" for name, value in attributes}
        self.silent = tag in ("script", "style")
        if tag == "worksheet":
            self.sheet = held.get("name", "")
        elif tag == "table":
            self.found.append(Page(self.sheet or f"table {len(self.found) + 1}", True, [], []))
            self.open.append(_Open(self.found[-1]))
        elif self.open and tag in ROWS:
            self.written()
            self.open[-1].page.grid.append([])
        elif self.open and tag in CELLS:
            self.written()
            self.begun(self.open[-1], {name: min(int(value), 1000) for name, value in held.items() if value.isdecimal()})
        elif tag in BREAKS:
            self.handle_data(" ")

    def begun(self, table: _Open, held: dict[str, int]) -> None:
        """A cell opens at the next place that is free (or that it names)."""
        grid = table.page.grid
        grid += [[]] * (not grid)
        line, row = len(grid) - 1, grid[-1]
        row += [""] * (held.get("index", 0) - 1 - len(row))
        while (line, len(row)) in table.covered:
            row.append("")
        table.left, table.text = len(row), []
        wide = max(held.get("colspan", 1), held.get("mergeacross", 0) + 1)
        down = max(held.get("rowspan", 1) - 1, held.get("mergedown", 0))
        row += [""] * wide
        if down:
            table.page.merged.append(((line, table.left), (line + down, table.left + wide - 1)))
            table.covered.update((line + i, table.left + j) for i in range(1, down + 1) for j in range(wide))

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1].text is not None and not self.silent:
            self.open[-1].text.append(data)

    def written(self) -> None:
        """The open cell closes."""
        table = self.open[-1]
        if table.text is not None:
            table.page.grid[-1][table.left] = " ".join("".join(table.text).split())
        table.text = None

    def handle_endtag(self, tag: str) -> None:
        tag, self.silent = tag.rpartition(":")[2], False
        if self.open and tag in ROWS | CELLS | {"table"}:
            self.written()
            self.open = self.open[: len(self.open) - (tag == "table")]

    def close(self) -> None:
        super().close()
        for _table in self.open:
            self.handle_endtag("table")


def _from_pages(
    found: list[Page], source: str, vocabulary: frozenset[str], sheet: str | None, header_row: int | None
) -> list[Block]:
    sheets = {}
    for page in found:
        texts = [[cell(value) for value in row] for row in page.grid]
        for (top, left), (bottom, right) in page.merged:
            # A cell merged downwards holds for each row that it covers (an amount: once for all); one merged sideways is a label.
            if left == right and bottom < len(texts) and left < len(texts[top]) and not re.fullmatch(SUM, texts[top][left]):
                for row in range(top + 1, bottom + 1):
                    texts[row][left] = texts[row][left] or texts[top][left]
        records = [Record(i, row, ";".join(row)) for i, row in enumerate(texts, 1) if any(cell.strip() for cell in row)]
        if records:
            sheets[page.name] = (records, page.visible)
    if not sheets:
        asked = f"no sheet {sheet!r} with rows" if sheet else "no sheet with rows"
        raise Refused([Fault(source, None, "", "empty", "", asked)])
    blocks = []
    for name, (records, visible) in sheets.items():
        place = source if (len(sheets) == 1 and not sheet) else f"{source}#{name}"
        if visible or sheet is not None:
            if find_header(records[:HEAD], vocabulary, header_row) is None and len(sheets) > 1 and header_row != 0:
                block = Block(place, records[0].line, {}, np.array([], dtype=np.int64))
                block.aside = [Aside(record.line, "sheet without header", "") for record in records]
                blocks.append(block)
            else:
                blocks += from_grid(records, place, vocabulary, header_row)
        else:
            block = Block(place, records[0].line, {}, np.array([], dtype=np.int64))
            block.aside = [Aside(record.line, "hidden sheet", "") for record in records]
            blocks.append(block)
    return blocks


def cell(value) -> str:
    """A spreadsheet cell as text: whole numbers without a point, dates as YYYY-MM-DD."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(float(value))
    if hasattr(value, "isoformat"):
        return value.isoformat().removesuffix("T00:00:00")
    return str(value)


def from_json(data: bytes, source: str) -> Block:
    """Records of a JSON list (or of the fullest list in an object, at any depth, or one a line), nested names joined by a colon;
    rows under a list of names are records too; lines count records."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        try:
            content = [json.loads(line) for line in data.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            line = getattr(error, "lineno", None)
            raise Refused([Fault(source, line, "", "unreadable", "", f"not valid JSON ({error}); export it again")]) from None
    found = list(_lists(content)) if isinstance(content, dict) else [content] if isinstance(content, list) else []
    content = max((rows for rows in found if _cells(rows)), key=_cells, default=[content])
    if all(isinstance(row, list) for row in content):  # a table: its first row, or a list of the same width beside it, names it
        names = next((names for names in _names(found) if len(names) == len(content[0])), None)
        names, content = (names, content) if names else (list(map(cell, content[0])), content[1:])
        content = [dict(zip(names, row, strict=False)) for row in content]
    records = {line: _flat(_unwrapped(record)) for line, record in enumerate(content, 1) if isinstance(record, dict)}
    if not any(records.values()):
        raise Refused([Fault(source, None, "", "empty", "", "expected a list of records; the file holds none")])
    block = from_frame(pd.DataFrame(records.values(), dtype="object"), source)
    block.lines = np.array(list(records))
    block.aside = [Aside(line, "no record", cell(value)) for line, value in enumerate(content, 1) if line not in records]
    return block


def _lists(held: dict) -> Iterator[list]:
    """The lists of records, rows or names in an object, at any depth."""
    for value in held.values():
        if isinstance(value, dict):
            yield from _lists(value)
        elif isinstance(value, list):
            yield value


def _cells(rows: list) -> int:
    """How many values the records or rows of a list hold."""
    return sum(len(row) for row in rows if isinstance(row, dict | list))


def _names(lists: list[list]) -> Iterator[list[str]]:
    """What may name the columns of rows: texts, or records that bear a name."""
    for held in lists:
        names = [item.get("name", item.get("id")) if isinstance(item, dict) else item for item in held]
        if all(isinstance(name, str) for name in names):
            yield names


def _unwrapped(record: dict) -> dict:
    """A record whose values stand one level down, as portals and map servers write it."""
    for name in ("fields", "properties", "attributes"):
        if isinstance(record.get(name), dict):
            return {key: value for key, value in record.items() if key != name} | record[name]
    return record


def _flat(record, prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, list):
            for number, item in enumerate(value, 1):
                suffix = "" if number == 1 else f" {number}"
                flat |= _flat({f"{name}{suffix}": item}, prefix)
        elif isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}:")
        elif value is not None:
            flat[prefix + name] = cell(value)
    return flat


def from_frame(frame: pd.DataFrame, source: str, decimal: str | None = None) -> Block:
    columns = {}
    for name in frame:
        values = frame[name]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            values = values.dt.strftime("%Y-%m-%d")
        codes, distinct = pd.factorize(values)
        texts = [cell(value).encode("utf-8", errors="replace").decode() for value in distinct]  # JSON may hold half letters
        columns[str(name).encode("utf-8", errors="replace").decode()] = coded(
            codes.astype(np.int32), pd.Series(texts, dtype="str")
        )
    return Block(source, 0, columns, np.arange(1, len(frame) + 1), encoding="utf-8", decimal=decimal)
