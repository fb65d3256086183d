"""Text files: separator and records, parsed by Arrow where quotes are regular, else record by
record.
"""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow

from analysis.declare.faults import Fault, Refused
from analysis.read import limits
from analysis.read.block import Block, Record, Request, bears, coded, empty_block
from analysis.read.encodings import MARK, decoded, encoding_of, modern, plain, transcoded
from analysis.read.grid import (
    find_header,
    from_grid,
    names_of,
    place_uneven,
    refuse_too_wide,
    set_titles,
    without_odd_rows,
)
from analysis.read.groups_of_headers import joined_header
from analysis.text.messages import say

DELIMITERS = ";,\t|"
_HEAD_BYTES = 1 << 16  # in which the separator and the header are looked for
WRAPPED = re.compile(r'"(?:[^";,\t|]|"")*[;,\t|](?:[^"]|"")*"')  # a whole record in quotes
csv.field_size_limit(1 << 30)


def from_text(data: bytes, request: Request) -> list[Block]:
    """The blocks of a text file."""
    data = modern(data)
    encoding = encoding_of(data)
    data = plain(data.removeprefix(MARK))
    if len(data) > limits.HEADER_BYTES and b"\n" not in data[: limits.HEADER_BYTES]:
        message = say(
            "read.header_too_long",
            n=limits.HEADER_BYTES >> 10,
            columns=limits.COLUMNS,
        )
        raise Refused([Fault(request.source, 1, "", "unreadable", "", message)])
    head = data[:_HEAD_BYTES]
    if len(data) <= _HEAD_BYTES:
        end = len(head)
    else:
        end = head.rfind(b"\n") + 1 or len(head)
    lines = [decoded(line) for line in head[:end].split(b"\n")]
    if any(lines) and all(re.fullmatch(WRAPPED, line) for line in lines if line):
        inner = re.sub(rb'(?m)^"(.*?)"$', lambda line: line[1].replace(b'""', b'"'), data)
        return from_text(inner, request)
    stated = re.fullmatch(r'"?sep=([^"\s\0]|[\t ])"?', lines[0])  # as spreadsheets are told
    if stated:
        delimiter = stated[1]
    else:
        delimiter = _delimiter(lines[: 2 * limits.HEADER_RECORDS])
    records = list(islice(_records(lines, delimiter), limits.HEADER_RECORDS))
    refuse_too_wide(max((len(record.cells) for record in records), default=0), request.source)
    header = find_header(records, request)
    data = transcoded(data, delimiter)
    block, width = None, None
    if header is not None:
        width = len(records[header].cells)
        cells, _below = joined_header(records, header, len(records), request.vocabulary)
        if cells == records[header].cells:
            block = _by_arrow(data, request, records, header, delimiter)
    if block is None:
        every_record = list(_records(data.decode().split("\n"), delimiter, width))
        blocks = from_grid(every_record, request, delimiter)
    else:
        blocks = [block]
    for block in blocks:
        block.encoding = encoding
    return blocks


def _by_arrow(
    data: bytes, request: Request, records: list[Record], header: int, delimiter: str
) -> Block | None:
    """The one block of a file whose quotes stand about whole cells; None: read record by record."""
    names = names_of(records[header].cells)
    last_line = records[header].line + records[header].text.count("\n")
    body = data.split(b"\n", last_line)[-1]
    has_quotes = b'"' in body
    if len(names) < 2 or not body.strip():
        return None
    if has_quotes and not _quotes_about_cells(body, delimiter):
        return None
    table, uneven = _parsed(body, len(names), delimiter, has_quotes)
    if table is None:
        return None
    heights = np.ones(table.num_rows, dtype=np.int64)  # lines that each record spans
    for column in table.columns if has_quotes else ():
        heights += pc.count_substring(column, "\n").to_numpy()
    if heights.max(initial=1) > limits.CELL_LINES or any("\n" in text for _n, text in uneven):
        return None
    at = np.array([number for number, _text in uneven], dtype=np.int64)
    # each uneven record takes one line among those of the others
    heights = np.insert(heights, at - np.arange(len(at)), 1)
    lines = last_line + 1 + np.cumsum(heights) - heights
    block = empty_block(request.source, records[header].line, delimiter)
    block.lines = np.delete(lines, at)
    set_titles(block, records[:header])
    for number, text in uneven:
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        place_uneven(block, len(names), int(lines[number]), cells, text)
    if not len(block.lines):
        return None
    for name, column in zip(names, table.columns, strict=True):
        cells = column.combine_chunks().dictionary_encode()
        texts = pd.Series(pd.array(cells.dictionary, dtype="str"))
        block.columns[name] = coded(cells.indices.to_numpy(), texts)
    if _bears_another_header(block):
        return None
    return without_odd_rows(block, request.vocabulary)


def _bears_another_header(block: Block) -> bool:
    """Whether a row of a block holds the names of its columns in another order."""
    names = set(block.columns)
    for name, column in block.columns.items():
        is_other = column.values.isin(names - {name}).to_numpy(bool)
        for row in np.flatnonzero(np.append(is_other, False)[column.codes])[:1]:
            cells = [column.rows([row]).series().iloc[0] for column in block.columns.values()]
            if bears([cell for cell in cells if isinstance(cell, str)], names):
                return True
    return False


def _parsed(
    body: bytes, width: int, delimiter: str, has_quotes: bool
) -> tuple[pa.Table | None, list[tuple[int, str]]]:
    """The cells of a body by Arrow (None: it cannot), and its records of another width."""
    if not delimiter.isascii():  # Arrow takes one byte
        return None, []
    uneven: list[tuple[int, str]] = []

    def set_apart(row) -> str:
        uneven.append((row.number - 1, row.text))
        return "skip"

    keys = [str(number) for number in range(width)]
    types = dict.fromkeys(keys, pa.large_string())
    # rows are numbered by one thread only
    how_read = arrow.ReadOptions(column_names=keys, use_threads=False, block_size=1 << 24)
    how_parsed = arrow.ParseOptions(
        delimiter=delimiter,
        newlines_in_values=has_quotes,
        ignore_empty_lines=False,
        invalid_row_handler=set_apart,
    )
    how_converted = arrow.ConvertOptions(column_types=types, strings_can_be_null=False)
    try:
        return arrow.read_csv(pa.BufferReader(body), how_read, how_parsed, how_converted), uneven
    except pa.ArrowInvalid:
        return None, []


def _quotes_about_cells(body: bytes, delimiter: str) -> bool:
    """Whether each quote opens or closes a cell, or is a letter within one that no quote opens."""
    raw = np.frombuffer(b"\n" + body + b"\n", dtype=np.uint8)
    quotes = np.flatnonzero(raw == ord('"'))
    is_border = np.isin(np.arange(256), [ord("\n"), ord(delimiter)])
    opens, closes = is_border[raw[quotes - 1]], is_border[raw[quotes + 1]]
    if opens[::2].all() and closes[1::2].all() and len(quotes) % 2 == 0:
        return True
    mark = re.escape(delimiter.encode())
    stray = rb'(?:\A|[%b\n])"(?:[^"]++|"")*+(?:"[^"%b\n]|\Z)' % (mark, mark)
    return re.search(stray, body) is None


def _delimiter(lines: list[str]) -> str:
    """The separator that most lines hold most often, outside quotes."""
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines if line.strip()]
    counts = {mark: sorted(line.count(mark) for line in bare) for mark in DELIMITERS}
    return max(
        DELIMITERS,
        key=lambda mark: (counts[mark][len(bare) // 2], counts[mark][-1]) if bare else (0, 0),
    )


def _records(lines: list[str], delimiter: str, width: int | None = None) -> Iterator[Record]:
    """Records of a separated file; one that runs over lines has `width` cells, where known."""
    mark = re.escape(delimiter)
    closed = re.compile(rf'(?:(?<={mark})|^)"(?:[^"]|"")*"(?={mark}|$)')
    opened = re.compile(rf'(?:^|{mark})"')

    def runs_on(text: str) -> bool:
        return opened.search(closed.sub("", text)) is not None

    at = 0
    # a quote that never closes is looked after for many lines; where many do, no longer
    letters_left = limits.QUOTE_EFFORT * (1000 + sum(map(len, lines)))
    while at < len(lines):
        text, last = lines[at], at
        cells = text.split(delimiter)
        if '"' in text:
            while (
                last - at < limits.CELL_LINES
                and last + 1 < len(lines)
                and letters_left > 0
                and ('"' not in lines[last] or runs_on(text))
            ):
                last += 1
                letters_left -= len(text)
                text += "\n" + lines[last]
            in_quotes = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
            if last > at and (runs_on(text) or width not in (None, len(in_quotes))):
                text, last = lines[at], at
            else:
                cells = in_quotes
        if any(cell.strip() for cell in cells):
            yield Record(at + 1, cells, text)
        at = last + 1
