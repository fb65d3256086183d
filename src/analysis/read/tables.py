"""Workbooks, web pages, JSON and parquet, which a process apart opens, as blocks of text."""

import io
import re

import numpy as np
import pandas as pd

from analysis.declare.faults import Fault, Refused
from analysis.read import limits
from analysis.read.apart import reader
from analysis.read.block import Aside, Block, Coded, Record, cell, coded
from analysis.read.grid import FIGURE, YEAR, find_header, from_grid
from analysis.read.workbook import Page
from analysis.text import formatting

_ = formatting.text
# A number that is no year, identifier or day.
SUM = rf"(?!(?:{YEAR.pattern}|[\d ]{{9,}}|[\d ]+\.\d+\.\d+)$){FIGURE}"


def from_workbook(
    data: bytes, source: str, vocabulary: frozenset[str], sheet: str | None, header_row: int | None
) -> list[Block]:
    try:
        pages = [Page(*page) for page in reader.read("workbook", data, sheet)]
    except OSError as error:
        message = _(
            "cannot be read as a workbook ({why}); open it in a spreadsheet and save it again",
            why=str(error),
        )
        raise Refused([Fault(source, None, "", "unreadable", sheet or "", message)]) from None
    return _from_pages(pages, source, vocabulary, sheet, header_row)


def from_markup(
    data: bytes, source: str, vocabulary: frozenset[str], sheet: str | None, header_row: int | None
) -> list[Block]:
    """The tables of a web page, or of a workbook that was saved as XML; much software names such
    exports .xls.
    """
    try:
        pages = [Page(*page) for page in reader.read("markup", data)]
    except OSError as error:
        message = _("cannot be read as a web page ({why}); export the table as CSV", why=str(error))
        raise Refused([Fault(source, None, "", "unreadable", "", message)]) from None
    if not any(len(page.grid) > 1 for page in pages):
        message = _("a web page (HTML or XML) without a table; export the table as CSV or xlsx")
        raise Refused([Fault(source, None, "", "unreadable", "", message)])
    return _from_pages(pages, source, vocabulary, sheet, header_row)


def from_json(data: bytes, source: str) -> Block:
    """The records of a JSON file; its lines count records."""
    try:
        columns, numbers, others = reader.read("json", data)
    except OSError as error:
        message = _("not valid JSON ({why}); export it again", why=str(error))
        raise Refused([Fault(source, None, "", "unreadable", "", message)]) from None
    if not columns:
        message = _("expected a list of records; the file holds none")
        raise Refused([Fault(source, None, "", "empty", "", message)])
    block = Block(source, 0, {}, np.array(numbers, dtype=np.int64), encoding="utf-8")
    for name, (codes, texts) in columns.items():
        block.columns[name] = coded(np.array(codes), pd.Series(texts, dtype="str"))
    block.aside = [Aside(number, "no record", text) for number, text in others]
    return block


def from_parquet(data: bytes, source: str) -> Block:
    """The rows of a parquet file; its lines count them."""
    import pyarrow as pa

    try:
        stream = reader.read("parquet", data)
    except OSError as error:
        message = _("cannot be read as parquet ({why}); export it again", why=str(error))
        raise Refused([Fault(source, None, "", "unreadable", "", message)]) from None
    frame = pa.ipc.open_stream(io.BytesIO(stream)).read_all().to_pandas()
    lines = np.arange(1, len(frame) + 1)
    block = Block(source, 0, {}, lines, encoding="utf-8", decimal=".")
    block.columns = {str(name): _as_text(frame[name]) for name in frame}
    return block


def _as_text(values: pd.Series) -> Coded:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = values.dt.strftime("%Y-%m-%d")
    codes, distinct = pd.factorize(values)
    return coded(
        codes.astype(np.int32), pd.Series([cell(value) for value in distinct], dtype="str")
    )


def _from_pages(
    pages: list[Page],
    source: str,
    vocabulary: frozenset[str],
    sheet: str | None,
    header_row: int | None,
) -> list[Block]:
    by_sheet = {page.name: (records, page) for page in pages if (records := _records_of(page))}
    if not by_sheet:
        message = (
            _("no sheet {name} with rows", name=repr(sheet)) if sheet else _("no sheet with rows")
        )
        raise Refused([Fault(source, None, "", "empty", "", message)])
    blocks = []
    for name, (records, page) in by_sheet.items():
        position = source if len(by_sheet) == 1 and not sheet else f"{source}#{name}"
        headless = find_header(records[: limits.HEADER_RECORDS], vocabulary, header_row) is None
        if not page.visible and sheet is None:
            of_page = [_set_aside(position, records, "hidden sheet")]
        elif headless and len(by_sheet) > 1 and header_row != 0:
            of_page = [_set_aside(position, records, "sheet without header")]
        else:
            of_page = from_grid(records, position, vocabulary, header_row)
        for block in of_page:
            block.since_1904 = page.since_1904
        blocks += of_page
    return blocks


def _records_of(page: Page) -> list[Record]:
    """The rows of a sheet that are not blank.

    A cell merged downwards holds for each row that it covers (an amount: once for all); one merged
    sideways is a label.
    """
    texts = [[cell(value) for value in row] for row in page.grid]
    for (top, left_column), (bottom, right_column) in page.merged:
        within = (
            left_column == right_column and bottom < len(texts) and left_column < len(texts[top])
        )
        if within and not re.fullmatch(SUM, texts[top][left_column]):
            for row in range(top + 1, bottom + 1):
                texts[row][left_column] = texts[row][left_column] or texts[top][left_column]
    return [
        Record(line, row, ";".join(row))
        for line, row in enumerate(texts, 1)
        if any(text.strip() for text in row)
    ]


def _set_aside(place: str, records: list[Record], rule: str) -> Block:
    block = Block(place, records[0].line, {}, np.array([], dtype=np.int64))
    block.aside = [Aside(record.line, rule, "") for record in records]
    return block
