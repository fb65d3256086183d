"""Text files: encoding, separator and records, in bulk where the file is regular, else record by record."""

import codecs
import csv
import io
import mmap
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import abreast
from analysis.faults import Fault, Refused
from analysis.read.block import Block, Coded, Record, coded
from analysis.read.grid import HEAD, find_header, from_grid, joined_header, names_of, place_uneven, set_titles, without_odd_rows

if TYPE_CHECKING:
    import pyarrow as pa

PART = 1 << 25  # bytes that are read at once
MANY = 1 << 22  # cells
MARK = b"\xef\xbb\xbf"  # of UTF-8
DELIMITERS = ";,\t|"
WIDEST = 1 << 14  # columns, as in a spreadsheet
RUN_ON = 60  # lines that one quoted cell may span
WRAPPED = re.compile(r'"(?:[^";,\t|]|"")*[;,\t|](?:[^"]|"")*"\r?')  # a whole record in quotes
LONE = re.compile(rb"\r(?!\n)")
ACCENTS = frozenset("àâäçèéêëîïôöùûüœÀÂÇÈÉÊÎÔÙ«»’–°€\u00a0")
csv.field_size_limit(1 << 30)


def from_text(data: bytes | mmap.mmap, source: str, vocabulary: frozenset[str], header_row: int | None) -> list[Block]:
    head = data[: 1 << 16].removeprefix(MARK)
    if wide := _wide(head):
        return from_text(data[:].decode(wide, errors="replace").encode(), source, vocabulary, header_row)
    if (old := _of_old(head)) and (old != "utf-7" or data[:].isascii()):
        text = data[:].decode(old, errors="replace")
        high = (letter for letter in text if letter > "\x7f")
        if old != "utf-7" or all(letter in ACCENTS or (letter.isalpha() and letter < "\u0250") for letter in high):
            return from_text(text.encode(), source, vocabulary, header_row)
    if re.search(LONE, head.rstrip(b"\r")):
        return from_text(re.sub(LONE, b"\n", data[:]), source, vocabulary, header_row)
    head = _plain(head)
    end = len(head) if len(data) < 1 << 16 else head.rfind(b"\n") + 1 or len(head)
    lines = [decoded(line) for line in head[:end].split(b"\n")]
    if any(lines) and all(re.fullmatch(WRAPPED, line) for line in lines if line):
        unwrapped = re.sub(rb'(?m)^"(.*?)"\r?$', lambda line: line[1].replace(b'""', b'"'), _plain(data[:].removeprefix(MARK)))
        return from_text(unwrapped, source, vocabulary, header_row)
    said = re.fullmatch('"?sep=(.)"?', lines[0].strip("\r"))  # as spreadsheets are told
    delimiter = said[1] if said else _delimiter(lines[: HEAD * 2])
    records = [record for record, _ in zip(_records(lines, delimiter), range(HEAD), strict=False)]
    if max((len(record.cells) for record in records), default=0) > WIDEST:
        message = f"more than {WIDEST} columns; export the table with fewer"
        raise Refused([Fault(source, records[0].line, "", "unreadable", "", message)])
    header = find_header(records, vocabulary, header_row)
    if header is not None and joined_header(records, header, len(records), vocabulary)[0] == records[header].cells:
        block = _by_arrow(data, source, records, header, delimiter, vocabulary)
        if block is not None:
            return [block]
    data = _plain(data[:].removeprefix(MARK))
    lines = [decoded(line) for line in data.split(b"\n")]
    width = len(records[header].cells) if header is not None else None
    found = from_grid(list(_records(lines, delimiter, width)), source, vocabulary, header_row, delimiter)
    for block in found:
        block.encoding = "utf-8" if _is_utf8(data) else _other(data)
    return found


def _plain(data: bytes) -> bytes:
    """Lines that end with a line feed, and quotes within quotes written twice (databases write them after a backslash)."""
    if b"\r" in data and re.search(LONE, data):
        data = re.sub(LONE, b"\n", data)
    return re.sub(rb'\\"(?![;,\t|\r\n])', b'""', data) if b"\\" in data else data


def _wide(data: bytes) -> str:
    """Which UTF-16 (or UTF-32) the bytes are, by their mark or by the zeros between their letters; blank where they are none."""
    if data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "utf-32"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    zeros = [data[side:2000:2].count(0) > 0.3 * len(data[side:2000:2]) for side in (0, 1)]
    return {(False, True): "utf-16-le", (True, False): "utf-16-be"}.get(tuple(zeros), "")


def _of_old(head: bytes) -> str:
    """UTF-7, Mac Roman or the encoding of DOS, where the accents make sense as these and none as Windows-1252; else blank."""
    if head.isascii():
        return "utf-7" if re.search(rb"\+A[A-Za-z0-9+/]{2,}-", head) else ""
    if not head.decode("utf-8", errors="ignore").isascii():
        return ""
    good, usual = {}, {}
    for encoding in ("cp1252", "mac_roman", "cp850"):
        text = head.decode(encoding, errors="replace")
        high = [letter for letter in text if letter > "\x7f"]
        astray = len(re.findall("[a-z][ÀÂÇÈÉÊÎÔÙ]", text))  # a capital within a word
        good[encoding] = (sum(letter in ACCENTS for letter in high) - astray) / len(high)
        usual[encoding] = sum(letter in "éèêàçôîâ" for letter in high)
    best = max(good, key=lambda encoding: (round(good[encoding], 1), usual[encoding]))
    return best if best != "cp1252" and good[best] > 0.9 and good["cp1252"] < 0.5 else ""


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


def _is_utf8(data: bytes) -> bool:
    import pyarrow as pa

    whole = pa.LargeStringArray.from_buffers(1, pa.py_buffer(np.array([0, len(data)])), pa.py_buffer(data))
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _other(data: bytes) -> str:
    """How bytes that are not UTF-8 throughout were written, for the record: the cells are decoded one by one."""
    return "cp1252" if data[: 1 << 20].decode("utf-8", errors="ignore").isascii() else "mixed"


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
    data: bytes | mmap.mmap, source: str, records: list[Record], header: int, delimiter: str, vocabulary: frozenset[str]
) -> Block | None:
    """The one block of a regular file, read in bulk, some of its records at a time: memory holds its distinct texts, never the
    whole file. None where its records do not answer to the lines of the file."""

    names = names_of(records[header].cells)
    first = records[header].line + records[header].text.count("\n")
    start = _offset(data, first)
    if len(names) < 2 or not data[start : start + 1024].strip():
        return None
    block = Block(source, records[header].line, {}, np.array([], dtype=np.int64), delimiter=delimiter, encoding="utf-8")
    set_titles(block, records[:header])
    columns = [_Column() for _name in names]
    lines: list[np.ndarray] = []
    for body, begins in _parts(data, start, first):
        if not body or (parsed := _parsed(body, delimiter, len(names))) is None:
            return None
        table, beside, uneven = parsed
        if block.encoding == "utf-8" and not _is_utf8(body):
            block.encoding = _other(data)
        for line, raw in uneven:
            text = decoded(raw)
            cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
            place_uneven(block, len(names), line + begins, cells, text)
        lines.append(beside + begins)
        abreast.each(lambda pair: pair[0].add(pair[1]), zip(columns, table.columns, strict=True))
        del parsed, table
    block.lines = np.concatenate(lines)
    if not len(block.lines):
        return None
    large = len(block.lines) > MANY  # then one column takes much room: one after the other
    found = [column.coded() for column in columns] if large else abreast.each(_Column.coded, columns)
    block.columns = dict(zip(names, found, strict=True))
    abreast.release()
    return without_odd_rows(block, vocabulary)


def _parts(data: bytes | mmap.mmap, start: int, line: int) -> Iterator[tuple[bytes, int]]:
    """The records from `start` on as plain bytes, some at a time, each part with the number of lines above it; a part without
    bytes says that a quote never closes."""
    rest = b""
    while start < len(data) or rest:
        end = len(data) if len(data) - start < PART * 5 // 4 else start + PART
        end = end if end == len(data) else data.rfind(b"\n", start, end) + 1 or len(data)
        part, start = rest + _plain(data[start:end]), end
        if hasattr(data, "madvise"):  # not on Windows, and not plain bytes
            data.madvise(mmap.MADV_DONTNEED)  # what is read need not stay
        rest = b""
        if part.count(b'"') % 2:
            breaks, quotes = (_positions(np.frombuffer(part, dtype=np.uint8), mark) for mark in (10, 34))
            closed = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
            cut = closed[-1] + 1 if len(closed) else 0
            if start == len(data) or np.count_nonzero(breaks >= cut) > RUN_ON:
                yield b"", line
                return
            part, rest = part[:cut], part[cut:]
        if part.lstrip(b"\r\n"):
            yield part, line
        line += np.count_nonzero(np.frombuffer(part, np.uint8) == 10)


def _parsed(body: bytes, delimiter: str, width: int) -> tuple["pa.Table", np.ndarray, list[tuple[int, bytes]]] | None:
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
            convert_options=arrow.ConvertOptions(column_types=dict.fromkeys(keys, pa.large_binary()), strings_can_be_null=False),
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
            table = parsed(even) if even else pa.table([pa.array([], pa.large_binary())] * width, keys) if len(uneven) else None
        except pa.ArrowInvalid:
            table = None
    if table is None or table.num_rows + len(uneven) != len(starts) or any(b"\n" in body[starts[at] : ends[at]] for at in uneven):
        return None
    return table, np.delete(lines, uneven), [(int(lines[at]), body[starts[at] : ends[at]]) for at in uneven]


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
        return coded(np.concatenate([chunk.indices.to_numpy() for chunk in whole.chunks]), _texts(whole.chunk(0).dictionary))


def _encoded(cells) -> tuple[np.ndarray, pd.Series]:
    """Codes into the distinct texts. Many millions are told apart by their last letter first: a table of all takes three times
    the room of the texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(cells) < MANY:
        whole = cells.combine_chunks().dictionary_encode()
        return whole.indices.to_numpy(), _texts(whole.dictionary)
    last = pc.binary_slice(cells, -1).combine_chunks().dictionary_encode()
    codes, found, size = np.empty(len(cells), dtype=np.int32), [], 0
    for letter in range(len(last.dictionary)):
        which = pc.equal(last.indices, letter)
        some = cells.filter(which).combine_chunks().dictionary_encode()
        codes[which.to_numpy(zero_copy_only=False)] = some.indices.to_numpy() + size
        size += len(some.dictionary)
        found.append(some.dictionary)
    return codes, _texts(pa.concat_arrays(found))


def _offset(data: bytes, lines: int) -> int:
    at = 0
    for _ in range(lines):
        at = data.find(b"\n", at) + 1
        if at == 0:
            return len(data)
    return at


def _positions(raw: np.ndarray, mark: int) -> np.ndarray:
    step = 1 << 20  # what is compared on the way stays in the cache
    return np.concatenate([np.flatnonzero(raw[at : at + step] == mark) + at for at in range(0, len(raw), step)])


def _record_bounds(body: bytes, delimiter: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None:
    """Start, end and line (from 1) of each record that is not blank, taking quoted line breaks into account, and the quotes that
    are no letters; None where quotes about a line break are not those about a cell (inches, a quote that never closes)."""
    raw = np.frombuffer(body, dtype=np.uint8)
    breaks, quotes = _positions(raw, 10), _positions(raw, 34) if b'"' in body else np.array([], dtype=np.int64)
    if raw[-1] != 10:
        breaks = np.append(breaks, len(raw))
    place = np.searchsorted(quotes, breaks) if len(quotes) else np.zeros(len(breaks), dtype=np.int64)
    ends = breaks[place % 2 == 0]
    if len(quotes):
        border = np.isin(np.arange(256), list(b"\n\r" + delimiter.encode()))
        opened, closed = quotes[::2], quotes[1::2]
        before = raw[opened - 1]
        within = np.flatnonzero((opened > 0) & ~border[before] & (before != 34))  # letters of a cell
        about = np.unique(place[place % 2 == 1]) // 2  # the pairs about a line break
        after = raw[np.minimum(closed[about] + 1, len(raw) - 1)]
        stray = border[raw[closed[within] - 1]].any() or np.isin(about, within).any() or not (border[after] | (after == 34)).all()
        if stray or np.diff(np.flatnonzero(place % 2 == 0), prepend=-1).max() > RUN_ON + 1:
            return None
        quotes = np.delete(quotes, np.append(2 * within, 2 * within + 1))
    starts = np.append(0, ends[:-1] + 1)
    lines = np.searchsorted(breaks, starts) + 1 if len(ends) < len(breaks) else np.arange(1, len(starts) + 1)
    blank = starts == ends
    short = np.flatnonzero(ends - starts == 1)
    blank[short] = raw[starts[short]] == 13
    return (starts[~blank], ends[~blank], lines[~blank], quotes) if blank.any() else (starts, ends, lines, quotes)


def _uneven(body: bytes, starts: np.ndarray, ends: np.ndarray, quotes: np.ndarray, delimiter: str, width: int) -> np.ndarray:
    """The records that do not hold as many separators outside quotes as the header."""
    raw = np.frombuffer(body, dtype=np.uint8)
    marks = _positions(raw, ord(delimiter))
    marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
    return np.flatnonzero(np.searchsorted(marks, ends) - np.searchsorted(marks, starts) != width - 1)


def _texts(dictionary) -> pd.Series:
    """Distinct cells as text: all at once where they are UTF-8, else those that are not, one by one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = dictionary.view(pa.large_string())
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
    ends = np.frombuffer(ends, np.int64)[: len(cells) + 1]
    raw = raw.to_pybytes()[: ends[-1]]
    if not raw.decode("utf-8", errors="ignore").isascii() or re.search(rb"\xfc[\x80-\xbf]{5}", raw):
        return pa.array([decoded(cell) for cell in cells.to_pylist()], pa.large_string())
    letters = [bytes([byte]).decode("cp1252", errors="analysis.latin-1").encode() for byte in range(256)]
    bytes_ = np.frombuffer(raw, np.uint8)
    high = np.flatnonzero(bytes_ > 127)
    wider = np.array([len(letter) - 1 for letter in letters])[bytes_[high]]
    moved = ends + np.append(0, np.cumsum(wider))[np.searchsorted(high, ends)]
    text = raw.decode("cp1252", errors="analysis.latin-1").encode()
    return pa.LargeStringArray.from_buffers(len(cells), pa.py_buffer(moved), pa.py_buffer(text))
