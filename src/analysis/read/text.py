"""Text files: encoding, separator and records, in bulk where the file is regular, else record by record."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis import abreast
from analysis.faults import Fault, Refused
from analysis.read.block import Block, Coded, Record, coded
from analysis.read.grid import HEAD, find_header, from_grid, joined_header, names_of, place_uneven, set_titles, without_odd_rows

DELIMITERS = ";,\t|"
WIDEST = 1 << 14  # columns, as in a spreadsheet
RUN_ON = 60  # lines that one quoted cell may span
WRAPPED = re.compile(r'"(?:[^";,\t|]|"")*[;,\t|](?:[^"]|"")*"\r?')  # a whole record in quotes
LONE = re.compile(rb"\r(?!\n)")
ACCENTS = frozenset("àâäçèéêëîïôöùûüœÀÂÇÈÉÊÎÔÙ«»’–°€\u00a0")
csv.field_size_limit(1 << 30)


def from_text(data: bytes, source: str, vocabulary: frozenset[str], header_row: int | None) -> list[Block]:
    if wide := _wide(data):
        data = data.decode(wide, errors="replace").encode()
    data = _of_old(data.removeprefix(b"\xef\xbb\xbf"))
    if re.search(LONE, data):
        data = re.sub(LONE, b"\n", data)
    if b'\\"' in data:  # as databases write a quote within quotes
        data = re.sub(rb'\\"(?![;,\t|\r\n])', b'""', data)
    encoding = _encoding(data)
    end = len(data) if len(data) < 1 << 16 else data.rfind(b"\n", 0, 1 << 16) + 1 or len(data)
    head = [decoded(line) for line in data[:end].split(b"\n")]
    if any(head) and all(re.fullmatch(WRAPPED, line) for line in head if line):
        return from_text(
            re.sub(rb'(?m)^"(.*?)"\r?$', lambda line: line[1].replace(b'""', b'"'), data), source, vocabulary, header_row
        )
    said = re.fullmatch('"?sep=(.)"?', head[0].strip("\r"))  # as spreadsheets are told
    delimiter = said[1] if said else _delimiter(head[: HEAD * 2])
    records = [record for record, _ in zip(_records(head, delimiter), range(HEAD), strict=False)]
    if max((len(record.cells) for record in records), default=0) > WIDEST:
        message = f"more than {WIDEST} columns; export the table with fewer"
        raise Refused([Fault(source, records[0].line, "", "unreadable", "", message)])
    header = find_header(records, vocabulary, header_row)
    if header is not None and joined_header(records, header, len(records), vocabulary)[0] == records[header].cells:
        block = _by_arrow(data, source, records, header, delimiter, vocabulary)
        if block is not None:
            block.encoding = encoding
            return [block]
    lines = [decoded(line) for line in data.split(b"\n")]
    width = len(records[header].cells) if header is not None else None
    found = from_grid(list(_records(lines, delimiter, width)), source, vocabulary, header_row, delimiter)
    for block in found:
        block.encoding = encoding
    return found


def _wide(data: bytes) -> str:
    """Which UTF-16 (or UTF-32) the bytes are, by their mark or by the zeros between their letters; blank where they are none."""
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "utf-32"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    zeros = [data[side:2000:2].count(0) > 0.3 * len(data[side:2000:2]) for side in (0, 1)]
    return {(False, True): "utf-16-le", (True, False): "utf-16-be"}.get(tuple(zeros), "")


def _of_old(data: bytes) -> bytes:
    """The bytes as UTF-8 where their accents make sense as UTF-7, Mac Roman or those of DOS, and none as Windows-1252."""
    head = data[: 1 << 16]
    if re.search(rb"\+A[A-Za-z0-9+/]{2,}-", head) and data.isascii():
        text = data.decode("utf-7", errors="replace")
        latin = all(letter in ACCENTS or (letter.isalpha() and letter < "\u0250") for letter in text if letter > "\x7f")
        return text.encode() if latin else data
    if head.isascii() or not head.decode("utf-8", errors="ignore").isascii():
        return data
    good, usual = {}, {}
    for encoding in ("cp1252", "mac_roman", "cp850"):
        text = head.decode(encoding, errors="replace")
        high = [letter for letter in text if letter > "\x7f"]
        astray = len(re.findall("[a-z][ÀÂÇÈÉÊÎÔÙ]", text))  # a capital within a word
        good[encoding] = (sum(letter in ACCENTS for letter in high) - astray) / len(high)
        usual[encoding] = sum(letter in "éèêàçôîâ" for letter in high)
    best = max(good, key=lambda encoding: (round(good[encoding], 1), usual[encoding]))
    return data.decode(best).encode() if best != "cp1252" and good[best] > 0.9 and good["cp1252"] < 0.5 else data


def decoded(raw: bytes) -> str:
    r"""Bytes as text: UTF-8, else UTF-8 in which R wrote foreign bytes as `<e9>` packed in six, else Windows-1252.

    >>> decoded("é".encode("cp1252")), decoded("é".encode()), decoded(b"\xfc\xbe\x8e\x96\x94\xbc")
    ('é', 'é', 'é')
    """
    raw = raw.rstrip(b"\r")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        mended = re.sub(rb"\xfc[\x80-\xbf]{5}", _unpacked, raw)
    try:
        return mended.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="analysis.latin-1")


# Five bytes mean nothing in Windows-1252; they stay visible as the control characters of ISO 8859-1.
codecs.register_error("analysis.latin-1", lambda error: (error.object[error.start : error.end].decode("latin-1"), error.end))


def _unpacked(match: re.Match) -> bytes:
    number = 0
    for byte in match.group()[1:]:
        number = number << 6 | byte & 0x3F
    written = re.fullmatch(rb"<([0-9a-f]{2})>", number.to_bytes(4, "little"))
    if written is None:
        return match.group()
    return bytes.fromhex(written.group(1).decode()).decode("cp1252", errors="replace").encode()


def _encoding(data: bytes) -> str:
    """How the file was written, for the record: the cells are decoded one by one."""
    import pyarrow as pa

    whole = pa.LargeStringArray.from_buffers(1, pa.py_buffer(np.array([0, len(data)])), pa.py_buffer(data))
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return "cp1252" if data[: 1 << 20].decode("utf-8", errors="ignore").isascii() else "mixed"
    return "utf-8"


def _delimiter(lines: list[str]) -> str:
    """The separator that most lines hold most often, outside quotes."""
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines if line.strip()]
    counts = {mark: sorted(line.count(mark) for line in bare) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: (counts[mark][len(bare) // 2], counts[mark][-1]) if bare else (0, 0))


def _records(lines: list[str], delimiter: str, width: int | None = None) -> Iterator[Record]:
    """Records of a separated file; a quoted cell may span lines, a quote that never closes is a character.

    A record that runs over lines must have `width` cells where that is known; otherwise each line stands alone.
    """
    mark = re.escape(delimiter)
    closed = re.compile(rf'(?:(?<={mark})|^)"(?:[^"]|"")*"(?={mark}|$)')
    opened = re.compile(rf'(?:^|{mark})"')
    at = 0
    while at < len(lines):
        text, last = lines[at].rstrip("\r"), at
        if '"' in text:
            while opened.search(closed.sub("", text)) and last - at < RUN_ON and last + 1 < len(lines):
                last += 1
                text += "\n" + lines[last].rstrip("\r")
            cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
            if last > at and (opened.search(closed.sub("", text)) or (width is not None and len(cells) != width)):
                text, last = lines[at].rstrip("\r"), at
                cells = text.split(delimiter)
        else:
            cells = text.split(delimiter)
        if any(cell.strip() for cell in cells):
            yield Record(at + 1, cells, text)
        at = last + 1


def _by_arrow(
    data: bytes, source: str, records: list[Record], header: int, delimiter: str, vocabulary: frozenset[str]
) -> Block | None:
    """The one block of a regular file, read in bulk; None where its records do not answer to the lines of the file."""
    import pyarrow as pa
    import pyarrow.csv as arrow

    names = names_of(records[header].cells)
    first = records[header].line + records[header].text.count("\n")
    start = _offset(data, first)
    body = memoryview(data)[start:]
    if len(names) < 2 or not bytes(body[:1024]).strip():
        return None
    bounds = _record_bounds(body, quoted=data.find(b'"', start) >= 0)
    if bounds is None:
        return None
    starts, ends, lines = bounds
    over_lines = bool(lines[-1] != len(lines))
    keys = [str(i) for i in range(len(names))]

    def parsed(text) -> pa.Table:
        return arrow.read_csv(
            pa.BufferReader(pa.py_buffer(text)),
            read_options=arrow.ReadOptions(column_names=keys, block_size=1 << 22),
            parse_options=arrow.ParseOptions(delimiter=delimiter, newlines_in_values=over_lines),
            convert_options=arrow.ConvertOptions(column_types=dict.fromkeys(keys, pa.binary()), strings_can_be_null=False),
        )

    uneven = np.array([], dtype=np.int64)
    try:
        table = parsed(body)
    except pa.ArrowInvalid:
        uneven = _uneven(body, starts, ends, delimiter, len(names))
        table = None
    if table is None and 0 < len(uneven) < len(starts):
        pieces = np.split(np.arange(len(starts)), uneven)
        kept = [piece[1:] if i else piece for i, piece in enumerate(pieces)]
        try:
            table = parsed(b"\n".join(bytes(body[starts[rows[0]] : ends[rows[-1]]]) for rows in kept if len(rows)))
        except pa.ArrowInvalid:
            return None
    if table is None or table.num_rows == 0 or table.num_rows + len(uneven) != len(starts):
        return None
    block = Block(source, records[header].line, {}, np.delete(lines, uneven) + first, delimiter=delimiter)
    set_titles(block, records[:header])
    for at in uneven:
        text = decoded(bytes(body[starts[at] : ends[at]]))
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        place_uneven(block, len(names), int(lines[at] + first), cells, text)
    raw = dict(zip(names, table.columns, strict=True))
    del table, starts, ends, lines, bounds  # each column is let go once it is encoded
    block.columns = dict(zip(names, abreast.each(lambda name: _encoded(raw.pop(name)), names), strict=True))
    pa.default_memory_pool().release_unused()  # a large file leaves more behind than it holds
    return without_odd_rows(block, vocabulary)


def _encoded(cells) -> Coded:
    """A column of bytes as codes into its distinct texts."""
    encoded = cells.dictionary_encode()
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in encoded.chunks])
    return coded(codes, _texts(encoded.chunk(0).dictionary))


def _offset(data: bytes, lines: int) -> int:
    at = 0
    for _ in range(lines):
        at = data.find(b"\n", at) + 1
        if at == 0:
            return len(data)
    return at


def _positions(raw: np.ndarray, mark: int) -> np.ndarray:
    step = 1 << 24
    return np.concatenate([np.flatnonzero(raw[at : at + step] == mark) + at for at in range(0, len(raw), step)])


def _record_bounds(body: memoryview, quoted: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Start, end and line (from 1) of each record that is not blank, taking quoted line breaks into account."""
    raw = np.frombuffer(body, dtype=np.uint8)
    breaks, quotes = _positions(raw, 10), _positions(raw, 34) if quoted else ()
    if raw[-1] != 10:
        breaks = np.append(breaks, len(raw))
    ends = breaks[np.searchsorted(quotes, breaks) % 2 == 0] if len(quotes) else breaks
    if len(quotes) % 2 or not len(ends):
        return None
    starts = np.append(0, ends[:-1] + 1)
    lines = np.searchsorted(breaks, starts) + 1 if len(ends) < len(breaks) else np.arange(1, len(starts) + 1)
    blank = starts == ends
    short = np.flatnonzero(ends - starts == 1)
    blank[short] = raw[starts[short]] == 13
    return (starts[~blank], ends[~blank], lines[~blank]) if blank.any() else (starts, ends, lines)


def _uneven(body: memoryview, starts: np.ndarray, ends: np.ndarray, delimiter: str, width: int) -> np.ndarray:
    """The records that do not hold as many separators outside quotes as the header."""
    raw = np.frombuffer(body, dtype=np.uint8)
    marks, quotes = _positions(raw, ord(delimiter)), _positions(raw, 34)
    marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
    return np.flatnonzero(np.searchsorted(marks, ends) - np.searchsorted(marks, starts) != width - 1)


def _texts(dictionary) -> pd.Series:
    """Distinct cells as text: all at once where they are UTF-8, else those that are not, one by one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = dictionary.view(pa.string())
    plain = pc.string_is_ascii(texts).to_numpy(zero_copy_only=False)
    if not plain.all():
        try:
            texts.validate(full=True)
        except pa.ArrowInvalid:
            texts = pc.replace_with_mask(texts, pa.array(~plain), _decoded_all(dictionary.filter(pa.array(~plain))))
    return pd.Series(pd.array(texts, dtype="str"))


def _decoded_all(cells):
    """Each cell decoded; all at once, each byte a letter, where none of them holds UTF-8."""
    import pyarrow as pa

    _valid, ends, raw = cells.buffers()
    ends = np.frombuffer(ends, np.int32)[: len(cells) + 1]
    raw = raw.to_pybytes()[: ends[-1]]
    if not raw.decode("utf-8", errors="ignore").isascii() or re.search(rb"\xfc[\x80-\xbf]{5}", raw):
        return pa.array([decoded(cell) for cell in cells.to_pylist()], pa.string())
    letters = [bytes([byte]).decode("cp1252", errors="analysis.latin-1").encode() for byte in range(256)]
    wide = np.array([len(letter) for letter in letters], dtype=np.int32)[np.frombuffer(raw, np.uint8)]
    moved = np.append(0, np.cumsum(wide, dtype=np.int32))[ends].astype(np.int32)
    text = raw.decode("cp1252", errors="analysis.latin-1").encode()
    return pa.StringArray.from_buffers(len(cells), pa.py_buffer(moved), pa.py_buffer(text))
