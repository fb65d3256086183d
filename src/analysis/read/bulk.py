"""Regular text files in bulk: the records of a part at a time, told apart by Arrow, each column as codes into its distinct texts."""

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.read import parallel
from analysis.read.block import Block, Coded, Record, coded
from analysis.read.encodings import decoded, is_utf8, legacy, plain, texts
from analysis.read.grid import names_of, place_uneven, set_titles, without_odd_rows
from analysis.read.stored import StoredBytes

if TYPE_CHECKING:
    import pyarrow as pa

PART = 1 << 25  # bytes that are read at once
MANY = 1 << 22  # cells
RUN_ON = 60  # lines that one quoted cell may span


def in_bulk(
    data: bytes | StoredBytes,
    source: str,
    records: list[Record],
    header: int,
    delimiter: str,
    vocabulary: frozenset[str],
) -> Block | None:
    """The one block of a regular file, read in bulk, some of its records at a time: memory holds its distinct texts, never the
    whole file. None where its records do not answer to the lines of the file."""

    names = names_of(records[header].cells)
    first = records[header].line + records[header].text.count("\n")
    start = _offset(data, first)
    if len(names) < 2 or not data[start : start + 1024].strip():
        return None
    block = Block(
        source,
        records[header].line,
        {},
        np.array([], dtype=np.int64),
        delimiter=delimiter,
        encoding="utf-8",
    )
    set_titles(block, records[:header])
    columns = [_Column() for _name in names]
    lines: list[np.ndarray] = []
    parts = (
        (body, begins, body and _parsed(body, delimiter, len(names)))
        for body, begins in _parts(data, start, first)
    )
    for body, begins, parsed in parallel.ahead(parts):
        if not parsed:
            return None
        table, beside, uneven = parsed
        if block.encoding == "utf-8" and not is_utf8(body):
            block.encoding = legacy(data)
        for line, raw in uneven:
            text = decoded(raw)
            cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
            place_uneven(block, len(names), line + begins, cells, text)
        lines.append(beside + begins)
        parallel.each(lambda pair: pair[0].add(pair[1]), zip(columns, table.columns, strict=True))
        del parsed, table
    block.lines = np.concatenate(lines)
    if not len(block.lines):
        return None
    large = len(block.lines) > MANY  # then one column takes much room: one after the other
    found = (
        [column.coded() for column in columns] if large else parallel.each(_Column.coded, columns)
    )
    block.columns = dict(zip(names, found, strict=True))
    parallel.release()
    return without_odd_rows(block, vocabulary)


def _parts(data: bytes | StoredBytes, start: int, line: int) -> Iterator[tuple[bytes, int]]:
    """The records from `start` on as plain bytes, some at a time, each part with the number of lines above it; a part without
    bytes says that a quote never closes."""
    rest = b""
    while start < len(data) or rest:
        end = len(data) if len(data) - start < PART * 5 // 4 else start + PART
        end = end if end == len(data) else data.rfind(b"\n", start, end) + 1 or len(data)
        part, start = rest + plain(data[start:end]), end
        rest = b""
        if part.count(b'"') % 2:
            breaks, quotes = (
                _positions(np.frombuffer(part, dtype=np.uint8), mark) for mark in (10, 34)
            )
            closed = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
            cut = closed[-1] + 1 if len(closed) else 0
            if start == len(data) or np.count_nonzero(breaks >= cut) > RUN_ON:
                yield b"", line
                return
            part, rest = part[:cut], part[cut:]
        if part.lstrip(b"\r\n"):
            yield part, line
        line += np.count_nonzero(np.frombuffer(part, np.uint8) == 10)


def _parsed(
    body: bytes, delimiter: str, width: int
) -> tuple["pa.Table", np.ndarray, list[tuple[int, bytes]]] | None:
    """The records of a part: their cells by column, their lines (from 1), and those of another width with theirs; None where they
    do not answer to its lines."""
    import pyarrow as pa
    import pyarrow.csv as arrow

    bounds = _record_bounds(body, delimiter)
    if bounds is None:
        return None
    starts, ends, lines, quotes = bounds
    over_lines = len(lines) > 0 and bool(lines[-1] != len(lines))
    keys = [str(i) for i in range(width)]

    def parsed(text: bytes) -> pa.Table:
        return arrow.read_csv(
            pa.BufferReader(pa.py_buffer(text)),
            read_options=arrow.ReadOptions(column_names=keys, block_size=1 << 22),
            parse_options=arrow.ParseOptions(delimiter=delimiter, newlines_in_values=over_lines),
            convert_options=arrow.ConvertOptions(
                column_types=dict.fromkeys(keys, pa.large_binary()), strings_can_be_null=False
            ),
        )

    uneven = np.array([], dtype=np.int64)
    try:
        table = parsed(body)
    except pa.ArrowInvalid:
        uneven = _uneven(body, starts, ends, quotes, delimiter, width)
        pieces = np.split(np.arange(len(starts)), uneven)
        kept = [piece[1:] if i else piece for i, piece in enumerate(pieces)]
        even = b"\n".join(body[starts[rows[0]] : ends[rows[-1]]] for rows in kept if len(rows))
        try:
            table = (
                parsed(even)
                if even
                else pa.table([pa.array([], pa.large_binary())] * width, keys)
                if len(uneven)
                else None
            )
        except pa.ArrowInvalid:
            table = None
    if (
        table is None
        or table.num_rows + len(uneven) != len(starts)
        or any(b"\n" in body[starts[at] : ends[at]] for at in uneven)
    ):
        return None
    return (
        table,
        np.delete(lines, uneven),
        [(int(lines[at]), body[starts[at] : ends[at]]) for at in uneven],
    )


class _Column:
    """A column whose cells arrive some at a time: what repeats is encoded at once, else (`wide`) when all cells are there."""

    def __init__(self):
        self.pieces: list = []
        self.wide: bool | None = None

    def add(self, cells) -> None:
        if not len(cells):
            return
        cells = cells.combine_chunks()
        encoded = None if self.wide else cells.dictionary_encode()
        if self.wide is None:
            self.wide = 2 * len(encoded.dictionary) > len(cells)
        self.pieces.append(cells if self.wide else encoded)

    def coded(self) -> Coded:
        """The column as codes into its distinct texts; its pieces are let go."""
        import pyarrow as pa

        whole, self.pieces = pa.chunked_array(self.pieces), []
        if self.wide:
            return coded(*_encoded(whole))
        whole = whole.unify_dictionaries()
        return coded(
            np.concatenate([chunk.indices.to_numpy() for chunk in whole.chunks]),
            texts(whole.chunk(0).dictionary),
        )


def _encoded(cells) -> tuple[np.ndarray, pd.Series]:
    """Codes into the distinct texts. Many millions are told apart by their last letter first: a table of all takes three times
    the room of the texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(cells) < MANY:
        whole = cells.combine_chunks().dictionary_encode()
        return whole.indices.to_numpy(), texts(whole.dictionary)
    last = pc.binary_slice(cells, -1).combine_chunks().dictionary_encode()
    codes, found, size = np.empty(len(cells), dtype=np.int32), [], 0
    for letter in range(len(last.dictionary)):
        which = pc.equal(last.indices, letter)
        some = cells.filter(which).combine_chunks().dictionary_encode()
        codes[which.to_numpy(zero_copy_only=False)] = some.indices.to_numpy() + size
        size += len(some.dictionary)
        found.append(some.dictionary)
    return codes, texts(pa.concat_arrays(found))


def _offset(data: bytes, lines: int) -> int:
    at = 0
    for _ in range(lines):
        at = data.find(b"\n", at) + 1
        if at == 0:
            return len(data)
    return at


def _positions(raw: np.ndarray, mark: int) -> np.ndarray:
    step = 1 << 20  # what is compared on the way stays in the cache
    return np.concatenate(
        [np.flatnonzero(raw[at : at + step] == mark) + at for at in range(0, len(raw), step)]
    )


def _record_bounds(
    body: bytes, delimiter: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None:
    """Start, end and line (from 1) of each record that is not blank, taking quoted line breaks into account, and the quotes that
    are no letters; None where quotes about a line break are not those about a cell (inches, a quote that never closes)."""
    raw = np.frombuffer(body, dtype=np.uint8)
    breaks, quotes = (
        _positions(raw, 10),
        _positions(raw, 34) if b'"' in body else np.array([], dtype=np.int64),
    )
    if raw[-1] != 10:
        breaks = np.append(breaks, len(raw))
    place = (
        np.searchsorted(quotes, breaks) if len(quotes) else np.zeros(len(breaks), dtype=np.int64)
    )
    ends = breaks[place % 2 == 0]
    if len(quotes):
        border = np.isin(np.arange(256), list(b"\n\r" + delimiter.encode()))
        opened, closed = quotes[::2], quotes[1::2]
        before = raw[opened - 1]
        within = np.flatnonzero(
            (opened > 0) & ~border[before] & (before != 34)
        )  # letters of a cell
        about = np.unique(place[place % 2 == 1]) // 2  # the pairs about a line break
        after = raw[np.minimum(closed[about] + 1, len(raw) - 1)]
        stray = (
            border[raw[closed[within] - 1]].any()
            or np.isin(about, within).any()
            or not (border[after] | (after == 34)).all()
        )
        if stray or np.diff(np.flatnonzero(place % 2 == 0), prepend=-1).max() > RUN_ON + 1:
            return None
        quotes = np.delete(quotes, np.append(2 * within, 2 * within + 1))
    starts = np.append(0, ends[:-1] + 1)
    lines = (
        np.searchsorted(breaks, starts) + 1
        if len(ends) < len(breaks)
        else np.arange(1, len(starts) + 1)
    )
    blank = starts == ends
    short = np.flatnonzero(ends - starts == 1)
    blank[short] = raw[starts[short]] == 13
    return (
        (starts[~blank], ends[~blank], lines[~blank], quotes)
        if blank.any()
        else (starts, ends, lines, quotes)
    )


def _uneven(
    body: bytes,
    starts: np.ndarray,
    ends: np.ndarray,
    quotes: np.ndarray,
    delimiter: str,
    width: int,
) -> np.ndarray:
    """The records that do not hold as many separators outside quotes as the header."""
    raw = np.frombuffer(body, dtype=np.uint8)
    marks = _positions(raw, ord(delimiter))
    marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
    return np.flatnonzero(
        np.searchsorted(marks, ends) - np.searchsorted(marks, starts) != width - 1
    )
