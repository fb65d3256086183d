"""Workbooks, JSON and frames as blocks of text."""

import json
import warnings

import numpy as np
import pandas as pd

from analysis.faults import Fault, Refused
from analysis.read.block import Aside, Block, Record, coded
from analysis.read.grid import HEAD, find_header, from_grid
from analysis.read.workbook import Page, pages


def from_workbook(data: bytes, source: str, vocabulary: frozenset[str], sheet: str | None, header_row: int | None) -> list[Block]:
    try:
        found = pages(data, sheet)
    except OSError as error:
        message = f"cannot be read as a workbook ({error}); open it in a spreadsheet and save it again"
        raise Refused([Fault(source, None, "", "unreadable", sheet or "", message)]) from None
    return _from_pages(found, source, vocabulary, sheet, header_row)


def from_markup(data: bytes, source: str, vocabulary: frozenset[str], sheet: str | None, header_row: int | None) -> list[Block]:
    """The tables of a web page, or of a workbook that was saved as XML; much software names such exports .xls."""
    from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)  # the one parser serves both: rows and cells are all that is read
        page = BeautifulSoup(data, "html.parser")
    for number, table in enumerate(page.find_all("table"), 1):
        grid: list[list[str]] = []
        below: dict[tuple[int, int], str] = {}  # what cells that span rows leave in those below
        for line, row in enumerate(table.find_all(["tr", "row"])):
            texts: list[str] = []
            for each in row.find_all(["td", "th", "cell"]):
                while (line, len(texts)) in below:
                    texts.append(below[line, len(texts)])
                texts += [""] * (_number(each, "ss:index", 0) - 1 - len(texts))
                text = each.get_text(" ", strip=True)
                for more in range(1, _number(each, "rowspan", 1) + _number(each, "ss:mergedown", 0)):
                    below[line + more, len(texts)] = text
                texts += [text, *[""] * (_number(each, "colspan", 1) - 1 + _number(each, "ss:mergeacross", 0))]
            grid.append(texts)
        name = table.find_parent("worksheet")
        found.append(Page(name.get("ss:name") if name else f"table {number}", True, grid, []))
    if not any(len(page.grid) > 1 for page in found):
        message = "a web page (HTML or XML) without a table; export the table as CSV or xlsx"
        raise Refused([Fault(source, None, "", "unreadable", "", message)])
    width = {page.name: max(map(len, page.grid), default=0) for page in found}
    found = [page._replace(grid=[row + [""] * (width[page.name] - len(row)) for row in page.grid]) for page in found]
    return _from_pages(found, source, vocabulary, sheet, header_row)


def _number(cell, attribute: str, usual: int) -> int:
    """A small number that a cell of a web page bears."""
    text = str(cell.get(attribute, ""))
    return min(int(text), 1000) if text.isdecimal() else usual


def _from_pages(
    found: list[Page], source: str, vocabulary: frozenset[str], sheet: str | None, header_row: int | None
) -> list[Block]:
    sheets = {}
    for page in found:
        texts = [[cell(value) for value in row] for row in page.grid]
        for (top, left), (bottom, right) in page.merged:
            # A cell merged downwards holds for each row that it covers; one merged sideways is a label.
            if left == right and bottom < len(texts) and left < len(texts[top]):
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
    """Records of a JSON list (or of the longest list in an object, or one a line), nested names joined by a colon; lines count
    records."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        try:
            content = [json.loads(line) for line in data.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            line = getattr(error, "lineno", None)
            raise Refused([Fault(source, line, "", "unreadable", "", f"not valid JSON ({error}); export it again")]) from None
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list) and any(isinstance(item, dict) for item in value)]
        content = max(lists, key=len, default=[content])
    records = {line: _flat(_unwrapped(record)) for line, record in enumerate(content, 1) if isinstance(record, dict)}
    if not any(records.values()):
        raise Refused([Fault(source, None, "", "empty", "", "expected a list of records; the file holds none")])
    block = from_frame(pd.DataFrame(records.values(), dtype="object"), source)
    block.lines = np.array(list(records))
    block.aside = [Aside(line, "no record", cell(value)) for line, value in enumerate(content, 1) if line not in records]
    return block


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
