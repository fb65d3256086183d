"""Workbooks, JSON and frames as blocks of text."""

import json
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.declare.faults import Fault, Refused
from analysis.read.block import Aside, Block, Record, coded
from analysis.read.grid import FIGURE, HEAD, YEAR, find_header, from_grid
from analysis.read.workbook import Page, pages

SUM = rf"(?!(?:{YEAR.pattern}|[\d ]{{9,}}|[\d ]+\.\d+\.\d+)$){FIGURE}"  # a number that is no year, identifier or day


def from_workbook(
    data: bytes, source: str, vocabulary: frozenset[str], sheet: str | None, header_row: int | None
) -> list[Block]:
    try:
        found = pages(data, sheet)
    except OSError as error:
        message = (
            f"cannot be read as a workbook ({error}); open it in a spreadsheet and save it again"
        )
        raise Refused([Fault(source, None, "", "unreadable", sheet or "", message)]) from None
    return _from_pages(found, source, vocabulary, sheet, header_row)


def from_markup(
    data: bytes, source: str, vocabulary: frozenset[str], sheet: str | None, header_row: int | None
) -> list[Block]:
    """The tables of a web page, or of a workbook that was saved as XML; much software names such exports .xls."""
    said = re.search(rb"(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", data[:2048])
    text = ""
    for encoding in ("utf-8-sig", said[1].decode() if said else "cp1252", "cp1252", "latin-1"):
        try:
            text = text or data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    found = _tables(text)
    if not any(len(page.grid) > 1 for page in found):
        message = "a web page (HTML or XML) without a table; export the table as CSV or xlsx"
        raise Refused([Fault(source, None, "", "unreadable", "", message)])
    return _from_pages(found, source, vocabulary, sheet, header_row)


def _tables(text: str) -> list[Page]:
    """The tables of a page in the order in which they open, each by itself; what XML calls `ss:Table` is one too."""
    import lxml.etree
    import lxml.html

    plain = re.sub(r"<(/?)\w+:", r"<\1", text.replace("\0", "")).encode(errors="replace")
    parser = lxml.html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = lxml.html.document_fromstring(plain, parser)
    except lxml.etree.ParserError:  # nothing but remarks
        return []
    for mark in root.iter("br", "p", "div", "li", "data"):
        mark.text = f" {mark.text or ''}"
    for hidden in list(root.iter("script", "style")):
        hidden.drop_tree()
    found = []
    tables = list(root.iter("table"))
    for number, table in reversed(
        list(enumerate(tables, 1))
    ):  # one within another first, which it leaves once read
        sheet = next(
            (held for above in table.iterancestors("worksheet") for held in above.values()),
            f"table {number}",
        )
        found.append(Page(sheet, True, *_cells_of(table)))
        table.drop_tree()
    return found[::-1]


def _cells_of(table) -> tuple[list[list[str]], list]:
    """The texts of a table by row, and the areas that are merged downwards."""
    grid, merged, covered = [], [], set()
    for each in table.iter("tr", "row", "td", "th", "cell"):
        grid += [[]] * (each.tag in ("tr", "row") or not grid)
        if each.tag in ("tr", "row"):
            continue
        line, row = len(grid) - 1, grid[-1]
        held = {
            name.rpartition(":")[2]: min(int(value), 1000)
            for name, value in each.items()
            if value.isdecimal()
        }
        row += [""] * (
            held.get("index", 0) - 1 - len(row)
        )  # a cell stands at the next place that is free, or that it names
        while (line, len(row)) in covered:
            row.append("")
        wide = max(held.get("colspan", 1), held.get("mergeacross", 0) + 1)
        down, left = max(held.get("rowspan", 1) - 1, held.get("mergedown", 0)), len(row)
        if down:
            merged.append(((line, left), (line + down, left + wide - 1)))
            covered.update((line + i, left + j) for i in range(1, down + 1) for j in range(wide))
        row += [" ".join("".join(each.itertext()).split())] + [""] * (wide - 1)
    width = max(map(len, grid), default=0)
    return [row + [""] * (width - len(row)) for row in grid], merged


def _from_pages(
    found: list[Page],
    source: str,
    vocabulary: frozenset[str],
    sheet: str | None,
    header_row: int | None,
) -> list[Block]:
    sheets = {}
    for page in found:
        texts = [[cell(value) for value in row] for row in page.grid]
        for (top, left), (bottom, right) in page.merged:
            # A cell merged downwards holds for each row that it covers (an amount: once for all); one merged sideways is a label.
            if (
                left == right
                and bottom < len(texts)
                and left < len(texts[top])
                and not re.fullmatch(SUM, texts[top][left])
            ):
                for row in range(top + 1, bottom + 1):
                    texts[row][left] = texts[row][left] or texts[top][left]
        records = [
            Record(i, row, ";".join(row))
            for i, row in enumerate(texts, 1)
            if any(cell.strip() for cell in row)
        ]
        if records:
            sheets[page.name] = (records, page)
    if not sheets:
        asked = f"no sheet {sheet!r} with rows" if sheet else "no sheet with rows"
        raise Refused([Fault(source, None, "", "empty", "", asked)])
    blocks = []
    for name, (records, page) in sheets.items():
        place = source if (len(sheets) == 1 and not sheet) else f"{source}#{name}"
        begun = len(blocks)
        if page.visible or sheet is not None:
            if (
                find_header(records[:HEAD], vocabulary, header_row) is None
                and len(sheets) > 1
                and header_row != 0
            ):
                block = Block(place, records[0].line, {}, np.array([], dtype=np.int64))
                block.aside = [Aside(record.line, "sheet without header", "") for record in records]
                blocks.append(block)
            else:
                blocks += from_grid(records, place, vocabulary, header_row)
        else:
            block = Block(place, records[0].line, {}, np.array([], dtype=np.int64))
            block.aside = [Aside(record.line, "hidden sheet", "") for record in records]
            blocks.append(block)
        for block in blocks[begun:]:
            block.since_1904 = page.since_1904
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
            raise Refused(
                [
                    Fault(
                        source,
                        line,
                        "",
                        "unreadable",
                        "",
                        f"not valid JSON ({error}); export it again",
                    )
                ]
            ) from None
    found = (
        _joined(_lists(content))
        if isinstance(content, dict)
        else [content]
        if isinstance(content, list)
        else []
    )
    named = [names for rows in found if (names := _names(rows))]
    content = max(
        (rows for rows in found if _cells(rows)),
        key=lambda rows: (not _describes(rows, found), _cells(rows)),
        default=[content],
    )
    if all(
        isinstance(row, list) for row in content
    ):  # a table: its first row, or a list of the same width beside it, names it
        names = next((names for names in named if len(names) == len(content[0])), None)
        names, content = (names, content) if names else (list(map(cell, content[0])), content[1:])
        content = [dict(zip(names, row, strict=False)) for row in content]
    records = {
        line: _flat(_unwrapped(record))
        for line, record in enumerate(content, 1)
        if isinstance(record, dict)
    }
    if not any(records.values()):
        raise Refused(
            [
                Fault(
                    source, None, "", "empty", "", "expected a list of records; the file holds none"
                )
            ]
        )
    block = from_frame(pd.DataFrame(records.values(), dtype="object"), source)
    block.lines = np.array(list(records))
    block.aside = [
        Aside(line, "no record", cell(value))
        for line, value in enumerate(content, 1)
        if line not in records
    ]
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


def _names(held: list) -> list[str]:
    """What may name the columns of rows: texts, or records that bear a name; none where the list holds anything else."""
    names = [item.get("name", item.get("id")) if isinstance(item, dict) else item for item in held]
    return names if all(isinstance(name, str) for name in names) else []


def _joined(lists: Iterator[list]) -> list[list]:
    """The lists, those of the same records as one ("2017": [...], "2018": [...]): most of their names are the same."""
    found: list[list] = []
    for rows in lists:
        names = set(rows[0]) if rows and isinstance(rows[0], dict) else set()
        same = (held for held in found if names and isinstance(held[0], dict))
        alike = next(
            (
                held
                for held in same
                if 2 * len(names & set(held[0])) > max(len(names), len(held[0]))
            ),
            None,
        )
        if alike is None:
            found += [list(rows)] * bool(rows)
        else:
            alike += rows
    return found


def _describes(held: list, lists: list[list]) -> bool:
    """Whether a list names the columns of the records or rows of another."""
    names = _names(held)
    rows = [rows[0] for rows in lists if rows and rows is not held]
    return bool(names) and any(
        (isinstance(row, dict) and len(row) > 1 and set(row) <= {*names})
        or (isinstance(row, list) and len(row) == len(names))
        for row in rows
    )


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
        texts = [
            cell(value).encode("utf-8", errors="replace").decode() for value in distinct
        ]  # JSON may hold half letters
        columns[str(name).encode("utf-8", errors="replace").decode()] = coded(
            codes.astype(np.int32), pd.Series(texts, dtype="str")
        )
    return Block(
        source, 0, columns, np.arange(1, len(frame) + 1), encoding="utf-8", decimal=decimal
    )
