"""Workbooks, web pages, JSON and parquet, which a process apart opens, as blocks of text."""

import io
import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.declare import schema
from analysis.declare.faults import refusal
from analysis.read import limits
from analysis.read.apart import reader
from analysis.read.block import Aside, Block, Coded, Record, Request, cell, coded, empty_block
from analysis.read.coloured import with_colours
from analysis.read.figures import FIGURE, YEAR
from analysis.read.grid import find_header, from_grid, names_of
from analysis.read.workbook import Page
from analysis.text.messages import say

OF_COMMENTS = "commentaires / comments"  # the header of what the comments of cells say
# A number that is no year, identifier or day.
SUM = rf"(?!(?:{YEAR.pattern}|[\d ]{{9,}}|[\d ]+\.\d+\.\d+)$){FIGURE}"


def from_workbook(data: bytes, request: Request) -> list[Block]:
    """The blocks of the sheets of a workbook."""
    pages = [Page(*page) for page in _read(request.source, "workbook", data, request.sheet)]
    write_currencies(pages)
    return _from_pages(pages, request)


def from_markup(data: bytes, request: Request) -> list[Block]:
    """The tables of a web page, or of a workbook saved as XML, which much software names .xls."""
    pages = [Page(*page) for page in _read(request.source, "markup", data)]
    names = distinct_names([page.name for page in pages])
    pages = [page._replace(name=name) for page, name in zip(pages, names, strict=True)]
    if not any(len(page.grid) > 1 for page in pages):
        message = say("read.no_table_in_page")
        raise refusal(request.source, message, rule="unreadable")
    asked_for = [page for page in pages if request.sheet in (None, page.name)]
    if not asked_for:
        names = ", ".join(page.name for page in pages)
        message = say("read.no_such_table", name=repr(request.sheet), names=names)
        raise refusal(request.source, message, rule="empty")
    return _from_pages(pages, request)


def from_json(data: bytes, source: str) -> Block:
    """The records of a JSON file; its lines count records."""
    columns, numbers, others = _read(source, "json", data)
    if not columns:
        raise refusal(source, say("read.no_records"), rule="empty")
    block = Block(source, 0, {}, np.array(numbers, dtype=np.int64), encoding="utf-8")
    for name, (codes, texts) in columns.items():
        block.columns[name] = coded(np.array(codes), pd.Series(texts, dtype="str"))
    block.aside = [Aside(number, "no record", text) for number, text in others]
    return block


def from_parquet(data: bytes, source: str) -> Block:
    """The rows of a parquet file; its lines count them."""
    import pyarrow as pa

    stream = _read(source, "parquet", data)
    table = pa.ipc.open_stream(io.BytesIO(stream)).read_all()
    table = table.rename_columns(distinct_names(table.column_names))
    frame = table.to_pandas()
    lines = np.arange(1, len(frame) + 1)
    block = Block(source, 0, {}, lines, encoding="utf-8", decimal=".")
    for name in frame:
        values = frame[name]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            values = values.dt.strftime("%Y-%m-%d")
        codes, distinct = pd.factorize(values)
        texts = pd.Series([cell(value) for value in distinct], dtype="str")
        block.columns[str(name)] = coded(codes.astype(np.int32), texts)
    return block


def _read(source: str, kind: str, data: bytes, sheet: str | None = None):
    """What the process apart reads of a file; where it cannot, a refusal that says why."""
    try:
        return reader.read(kind, data, sheet)
    except OSError as error:
        message = say(f"read.unreadable.{kind}", why=str(error))
        raise refusal(source, message, sheet or "", rule="unreadable") from None


def distinct_names(names: list[str]) -> list[str]:
    """Names as they are where each stands once, else numbered as those of columns.

    >>> distinct_names(["2019 ", "2020"]), distinct_names(["A", "A"])
    (['2019 ', '2020'], ['A', 'A 2'])
    """
    if len({*names}) == len(names):
        return names
    return names_of(names)


def _from_pages(pages: list[Page], request: Request) -> list[Block]:
    asked_for = [page for page in pages if request.sheet in (None, page.name)]
    read_pages = [(page, records) for page in asked_for if (records := _records_of(page, request))]
    if not read_pages:
        message = say("read.no_sheet")
        if request.sheet:
            message = say("read.no_such_sheet", name=repr(request.sheet))
        raise refusal(request.source, message, rule="empty")
    blocks = []
    for page, records in read_pages:
        of_sheet = request
        if len(read_pages) > 1 or request.sheet:
            of_sheet = request.of(page.name)
        headless = find_header(records[: limits.HEADER_RECORDS], request) is None
        if not page.visible and request.sheet is None:
            of_page = [_set_aside(of_sheet.source, records, "hidden sheet")]
        elif headless and len(read_pages) > 1 and request.header_row != 0:
            if _are_notes(records):
                rule = "notes"
            else:
                rule = "sheet without header"
            of_page = [_set_aside(of_sheet.source, records, rule)]
        else:
            of_page = from_grid(records, of_sheet)
        for block in of_page:
            block.since_1904, block.sheet = page.since_1904, page.name
            block.struck, block.hidden = page.struck, page.hidden
            block.merged_into = _lines_of_merged_amounts(page)
        of_page = with_colours(of_page, page, pages)
        blocks += [with_comments(block, page.comments) for block in of_page]
    return blocks


def with_comments(block: Block, comments: Iterable[tuple[int, str]]) -> Block:
    """A block with a column of what the comments of its cells say, as a remark on their row; the
    same block where no row bears one.

    >>> columns = {"Nom": Coded(np.array([0, 1]), pd.Series(["Alpha", "Bravo"]))}
    >>> block = with_comments(Block("a.xlsx", 1, columns, np.array([2, 3])), [(3, "annulé")])
    >>> block.columns[OF_COMMENTS].codes.tolist(), block.columns[OF_COMMENTS].values.tolist()
    ([-1, 0], ['annulé'])
    """
    text_by_line: dict[int, str] = {}
    for line, text in comments:
        text_by_line[line] = f"{text_by_line[line]} ; {text}" if line in text_by_line else text
    texts = pd.Series(block.lines).map(text_by_line).replace("", pd.NA)
    if texts.isna().all():
        return block
    column = Coded.of(texts)
    return replace(block, columns={**block.columns, OF_COMMENTS: column})


def _records_of(page: Page, request: Request) -> list[Record]:
    """The rows of a sheet that are not blank.

    A cell merged downwards holds for each row that it covers (an amount: once for all); one merged
    sideways is a label. Raises Refused where those would be filled with far more than a table
    holds.
    """
    texts = [[cell(value) for value in row] for row in page.grid]
    letters_filled = 0
    for (top, left), (bottom, right) in page.merged:
        within = left == right and bottom < len(texts) and left < len(texts[top])
        if within and not _is_sum(texts, top, left):
            letters_filled += (bottom - top) * (len(texts[top][left]) + 1)
            if letters_filled > limits.MERGED_LETTERS:
                message = say("read.too_much_merged", name=page.name)
                raise refusal(request.source, message, rule="unreadable")
            for row in range(top + 1, bottom + 1):
                texts[row][left] = texts[row][left] or texts[top][left]
    return [
        Record(line, row, ";".join(row))
        for line, row in enumerate(texts, 1)
        if any(text.strip() for text in row)
    ]


def _is_sum(texts: list[list[str]], row: int, column: int) -> bool:
    """Whether a cell is an amount: "2000" is one too where most figures of its column are no years."""
    text = texts[row][column]
    if re.fullmatch(SUM, text):
        return True
    if not re.fullmatch(FIGURE, text):
        return False
    figures = [line[column] for line in texts if re.fullmatch(FIGURE, line[column])]
    sums = [other for other in figures if re.fullmatch(SUM, other)]
    return len(sums) > len(figures) / 2


def _lines_of_merged_amounts(page: Page) -> dict[int, int]:
    """With each line that an amount merged downwards covers, the first line of it."""
    if page.merged:
        texts = [[cell(value) for value in row] for row in page.grid]
    else:
        texts = []
    first_lines = {}
    for (top, left), (bottom, right) in page.merged:
        is_within = left == right and top < len(page.grid) and left < len(page.grid[top])
        if is_within and _is_sum(texts, top, left):
            last = min(bottom, len(page.grid) - 1)
            first_lines |= {line + 1: top + 1 for line in range(top + 1, last + 1)}
    return first_lines


def _are_notes(records: list[Record]) -> bool:
    """Whether the records of a sheet are but sentences: one cell each, with letters."""
    cells = [[text for text in record.cells if text.strip()] for record in records]
    return all(len(texts) == 1 and re.search(r"[^\W\d_]", texts[0]) for texts in cells)


def write_currencies(pages: list[Page]) -> None:
    """Writes beside numbers the currency that the format of their cells alone shows, where some show
    another than the euro; else the currency is that of the list, as where no format shows one.
    """
    signs = {sign for page in pages for sign in page.signs}
    if not signs:
        return
    synonyms = schema.reference("synonyms")
    currencies = synonyms[synonyms["column"] == "currency of an amount"].set_index("raw")["value"]
    shown = {sign: currencies.get(sign.lower(), "") for sign in signs}
    if not {*shown.values()} - {"", "EUR"}:
        return
    for page in pages:
        for sign, cells in page.signs.items():
            if shown[sign]:
                _write_beside(page.grid, sign, cells)


def _write_beside(grid: list[list], sign: str, cells: list[tuple[int, int]]) -> None:
    for row, column in cells:
        if row >= len(grid) or column >= len(grid[row]):
            continue
        value = grid[row][column]
        if isinstance(value, int | float) and not isinstance(value, bool):
            grid[row][column] = f"{value:.15g} {sign}"


def _set_aside(source: str, records: list[Record], rule: str) -> Block:
    block = empty_block(source, records[0].line)
    block.aside = [Aside(record.line, rule, "") for record in records]
    return block
