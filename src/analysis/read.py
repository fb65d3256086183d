"""A raw file -> blocks of text: a header and the rows below it, each with its line; reads, never repairs.

What a file lies about is settled here and nowhere else: its kind (by content, not by suffix), its encoding (UTF-8, then
Windows-1252, cell by cell, so that one bad line harms no other), its separator, where its header stands, and which of
its records are no rows (titles, section names, repeated headers, footers). A column is held as codes into its distinct
texts, so that everything later reads each distinct text once.
"""

import codecs
import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.faults import Fault, Refused

SUFFIXES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".parquet"}
DELIMITERS = ";,\t|"
HEAD = 60  # records among which a header is looked for
RUN_ON = 60  # lines that one quoted cell may span


class Coded(NamedTuple):
    """A column as codes into its distinct values; -1 where the cell is blank.

    >>> Coded(np.array([0, -1, 0]), pd.Series(["a"], dtype="str")).series().tolist()
    ['a', nan, 'a']
    """

    codes: np.ndarray
    values: pd.Series

    def series(self) -> pd.Series:
        """The column in full, one value a row."""
        return pd.Series(self.values.array.take(self.codes, allow_fill=True), dtype=self.values.dtype)

    def rows(self, kept: np.ndarray) -> "Coded":
        """The column at some rows only (a mask or positions)."""
        return Coded(self.codes[kept], self.values)


class Aside(NamedTuple):
    """A record that is no row, and why."""

    line: int
    rule: str
    value: str


@dataclass
class Block:
    """A header and the rows below it. `ragged` holds records whose cells do not answer to the header, as written."""

    source: str
    header_line: int
    columns: dict[str, Coded]
    lines: np.ndarray
    aside: list[Aside] = field(default_factory=list)
    ragged: list[tuple[int, str]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    delimiter: str = ""
    encoding: str = ""
    decimal: str | None = None  # where the file itself says so


@cache
def folded(text: str) -> str:
    """A header without case, accents, spaces or punctuation, so that its spellings meet.

    >>> folded("Nom de l’attributaire ") == folded("NOM DE L'ATTRIBUTAIRE")
    True
    """
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe"))
    return "".join(letter for letter in plain.casefold() if letter.isalnum())


def data_files(path: Path) -> tuple[list[Path], list[Path]]:
    """The files that may hold data, and the others (documents, dumps, hidden), both in the order of their names."""
    if path.is_file():
        return [path], []
    found = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith((".", "~$")))
    return [file for file in found if file.suffix.lower() in SUFFIXES], [f for f in found if f.suffix.lower() not in SUFFIXES]


def blocks(
    path: Path,
    source: str,
    *,
    vocabulary: frozenset[str] = frozenset(),
    sheet: str | None = None,
    header_row: int | None = None,
) -> list[Block]:
    """All blocks of a file. `vocabulary` holds folded header names: a record made of them is a header wherever it stands.

    Raises Refused with one fault where the file is empty or cannot be read.
    """
    data = path.read_bytes()
    if not data.strip(b"\xef\xbb\xbf \t\r\n;,\x00"):
        raise Refused([Fault(source, None, "", "empty", "", "the file is empty; replace it or leave it out of the folder")])
    if data[:4] == b"PAR1":
        return [_from_frame(pd.read_parquet(path), source, decimal=".")]
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return _from_workbook(data, source, vocabulary, sheet, header_row)
    if data[:5].lstrip(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") and path.suffix.lower() == ".json":
        return [_from_json(data, source)]
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods", ".json", ".parquet"):
        message = f"not a {path.suffix.lower()} file although its name says so; export it again"
        raise Refused([Fault(source, None, "", "unreadable", "", message)])
    return _from_text(data, source, vocabulary, header_row)


# Text files


def _from_text(data: bytes, source: str, vocabulary: frozenset[str], header_row: int | None) -> list[Block]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", errors="replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in data and b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    encoding = _encoding(data)
    end = len(data) if len(data) < 1 << 18 else data.rfind(b"\n", 0, 1 << 18) + 1 or len(data)
    head = [decoded(line) for line in data[:end].split(b"\n")]
    delimiter = _delimiter(head[: HEAD * 2])
    records = [record for record, _ in zip(_records(head, delimiter), range(HEAD), strict=False)]
    header = _header(records, vocabulary, header_row)
    if header is not None and _joined_header(records, header, len(records))[0] == records[header].cells:
        block = _by_arrow(data, source, records, header, delimiter, vocabulary)
        if block is not None:
            block.encoding = encoding
            return [block]
    lines = [decoded(line) for line in data.split(b"\n")]
    width = len(records[header].cells) if header is not None else None
    found = _from_grid(list(_records(lines, delimiter, width)), source, vocabulary, header_row, delimiter)
    for block in found:
        block.encoding = encoding
    return found


class _Record(NamedTuple):
    line: int
    cells: list[str]
    text: str


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

    whole = pa.StringArray.from_buffers(1, pa.py_buffer(np.array([0, len(data)], dtype=np.int32)), pa.py_buffer(data))
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


def _records(lines: list[str], delimiter: str, width: int | None = None) -> Iterator[_Record]:
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
            yield _Record(at + 1, cells, text)
        at = last + 1


def _by_arrow(
    data: bytes, source: str, records: list[_Record], header: int, delimiter: str, vocabulary: frozenset[str]
) -> Block | None:
    """The one block of a regular file, read in bulk; None where its records do not answer to the lines of the file."""
    import pyarrow as pa
    import pyarrow.csv as arrow

    names = _names(records[header].cells)
    first = records[header].line + records[header].text.count("\n")
    start = _offset(data, first)
    body = memoryview(data)[start:]
    if len(names) < 2 or not bytes(body[:1024]).strip():
        return None
    bounds = _record_bounds(body)
    if bounds is None:
        return None
    starts, ends, lines = bounds
    keys = [str(i) for i in range(len(names))]

    def parsed(text) -> pa.Table:
        return arrow.read_csv(
            pa.BufferReader(pa.py_buffer(text)),
            read_options=arrow.ReadOptions(column_names=keys, block_size=1 << 23),
            parse_options=arrow.ParseOptions(delimiter=delimiter, newlines_in_values=bool(lines[-1] != len(lines))),
            convert_options=arrow.ConvertOptions(
                column_types={key: pa.dictionary(pa.int32(), pa.binary()) for key in keys}, strings_can_be_null=False
            ),
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
    good = np.ones(len(starts), dtype=bool)
    good[uneven] = False
    table = table.unify_dictionaries()
    columns = {}
    for key, name in zip(keys, names, strict=True):
        chunks = table[key].chunks
        codes = np.concatenate([chunk.indices.to_numpy(zero_copy_only=False) for chunk in chunks]).astype(np.int32, copy=False)
        columns[name] = _coded(codes, _texts(chunks[0].dictionary))
    block = Block(source, records[header].line, columns, lines[good] + first, delimiter=delimiter)
    _set_titles(block, records[:header])
    for at in uneven:
        text = decoded(bytes(body[starts[at] : ends[at]]))
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        _place_uneven(block, len(names), int(lines[at] + first), cells, text)
    pa.default_memory_pool().release_unused()  # a large file leaves more behind than it holds
    return _without_odd_rows(block, vocabulary)


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


def _record_bounds(body: memoryview) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Start, end and line (from 1) of each record that is not blank, taking quoted line breaks into account."""
    raw = np.frombuffer(body, dtype=np.uint8)
    breaks, quotes = _positions(raw, 10), _positions(raw, 34)
    if raw[-1] != 10:
        breaks = np.append(breaks, len(raw))
    ends = breaks[np.searchsorted(quotes, breaks) % 2 == 0] if len(quotes) else breaks
    if len(quotes) % 2 or not len(ends):
        return None
    starts = np.append(0, ends[:-1] + 1)
    lines = np.searchsorted(breaks, starts) + 1 if len(ends) < len(breaks) else np.arange(1, len(starts) + 1)
    length = ends - starts
    blank = (length == 0) | ((length == 1) & (raw[np.minimum(starts, len(raw) - 1)] == 13))
    return starts[~blank], ends[~blank], lines[~blank]


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
            mended = pa.array(_decoded_all(dictionary.filter(pa.array(~plain)).to_pylist()), pa.string())
            texts = pc.replace_with_mask(texts, pa.array(~plain), mended)
    return pd.Series(pd.array(texts, dtype="str"))


def _decoded_all(cells: list[bytes]) -> list[str]:
    """Each cell decoded; in one go where none of them holds UTF-8."""
    joined = b"\x1e".join(cells)
    if joined.decode("utf-8", errors="ignore").isascii() and not re.search(rb"\xfc[\x80-\xbf]{5}", joined):
        together = decoded(joined).split("\x1e")
        if len(together) == len(cells):
            return together
    return [decoded(cell) for cell in cells]


def _coded(codes: np.ndarray, values: pd.Series) -> Coded:
    """Codes with blank texts marked -1."""
    blank = (values.isna() | (values.str.strip() == "")).to_numpy(dtype=bool)
    if blank.any():
        codes = np.where(codes < 0, -1, np.where(blank, -1, np.arange(len(values), dtype=np.int32))[codes])
    return Coded(codes.astype(np.int32, copy=False), values)


# Blocks of any grid


def _names(cells: list[str]) -> list[str]:
    """Header texts on one line, distinct: a blank or repeated one takes the last name and a number.

    >>> _names(["Adresse ", "", "Montant", "Montant"])
    ['Adresse', 'Adresse 2', 'Montant', 'Montant 2']
    """
    names: list[str] = []
    last = "column"
    for cell in cells:
        last = name = " ".join(cell.split()) or last
        number = 2
        while name in names:
            name, number = f"{last} {number}", number + 1
        names.append(name)
    return names


def _is_header(cells: list[str], vocabulary: frozenset[str]) -> bool:
    """Whether at least two cells, and half of those that are filled, are known header names."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < 2:
        return False
    known = sum(folded(cell) in vocabulary or folded(re.sub(r"\(.*?\)", "", cell)) in vocabulary for cell in filled)
    return known >= max(2, len(filled) / 2)


def _header(records: list[_Record], vocabulary: frozenset[str], header_row: int | None) -> int | None:
    """Position of the first header: the row asked for, else known names, else the first wide record without figures."""
    if header_row is not None:
        return next((i for i, record in enumerate(records) if record.line == header_row), None)
    known = next((i for i, record in enumerate(records) if _is_header(record.cells, vocabulary)), None)
    if known is not None or not records:
        return known
    filled = [sum(bool(cell.strip()) for cell in record.cells) for record in records]
    wide = [
        i
        for i, record in enumerate(records)
        if filled[i] >= max(2, 0.6 * max(filled)) and not any(cell.strip()[:1].isdigit() for cell in record.cells)
    ]
    return wide[0] if wide else None


def _from_grid(
    records: list[_Record], source: str, vocabulary: frozenset[str], header_row: int | None, delimiter: str = ""
) -> list[Block]:
    """Blocks of a grid: each header opens one, a repeated header is set aside."""
    first = _header(records[:HEAD], vocabulary, header_row)
    if first is None:
        text = records[0].text[:80] if records else ""
        message = "no header found; say in study.toml which line holds it (header_row)"
        raise Refused([Fault(source, records[0].line if records else None, "", "header", text, message)])
    heads = [i for i, record in enumerate(records) if i == first or (i > first and _is_header(record.cells, vocabulary))]
    found: list[Block] = []
    shape: list[str] = []
    rows: list[_Record] = []
    before = records[:first]
    for head, following in zip(heads, [*heads[1:], len(records)], strict=True):
        cells, below = _joined_header(records, head, following)
        if found and [folded(name) for name in _names(cells)] == [folded(name) for name in shape]:
            found[-1].aside.append(Aside(records[head].line, "repeated header", ""))
            rows += records[below:following]
            continue
        if found:
            _fill(found[-1], shape, rows)
            found[-1].aside.append(Aside(records[head].line, "header", ""))
        shape = _names(cells)
        found.append(Block(source, records[head].line, {}, np.array([], dtype=np.int64), delimiter=delimiter))
        _set_titles(found[-1], before)
        found[-1].aside += [Aside(record.line, "header", "") for record in records[head + 1 : below]]
        rows, before = list(records[below:following]), []
    _fill(found[-1], shape, rows)
    return found


def _joined_header(records: list[_Record], head: int, following: int) -> tuple[list[str], int]:
    """The header's cells, with those of a second line below it or of a line of groups above it; and where rows begin."""
    cells, below = list(records[head].cells), head + 1
    if below < following:
        under = records[below].cells
        gaps = [i for i, cell in enumerate(under) if cell.strip() and (i >= len(cells) or not cells[i].strip())]
        labels = all(not re.search(r"\d", cell) for cell in under)
        if gaps and labels and not under[0].strip():
            cells += [""] * (len(under) - len(cells))
            group = ""
            for i, cell in enumerate(under):
                group = cells[i].strip() or group
                if cell.strip():
                    cells[i] = f"{group} {cell}".strip()
            return cells, below + 1
    repeated = {cell.strip() for cell in cells if cell.strip() and sum(cell.strip() == other.strip() for other in cells) > 1}
    if head and repeated and sum(bool(cell.strip()) for cell in records[head - 1].cells) > 1:
        group = ""
        for i, cell in enumerate(cells):
            above = records[head - 1].cells[i].strip() if i < len(records[head - 1].cells) else ""
            group = above or group
            if cell.strip() in repeated:
                cells[i] = f"{group} {cell.strip()}".strip()
    return cells, below


def _fill(block: Block, names: list[str], records: list[_Record]) -> None:
    """The rows of a block as coded columns; records of another width are placed apart."""
    rows = []
    for record in records:
        cells = record.cells
        if len(cells) > len(names) and not any(cell.strip() for cell in cells[len(names) :]):
            cells = cells[: len(names)]
        if len(cells) == len(names):
            rows.append((record.line, cells))
        else:
            _place_uneven(block, len(names), record.line, cells, record.text)
    block.lines = np.array([line for line, _ in rows], dtype=np.int64)
    for i, name in enumerate(names):
        codes, values = pd.factorize(np.array([cells[i] for _, cells in rows], dtype=object))
        block.columns[name] = _coded(codes.astype(np.int32), pd.Series(values, dtype="str"))
    _without_odd_rows(block, frozenset())


def _set_titles(block: Block, records: list[_Record]) -> None:
    for record in records:
        text = " ".join(cell.strip() for cell in record.cells if cell.strip())
        block.aside.append(Aside(record.line, "title", text))
        block.titles.append(text)


def _place_uneven(block: Block, width: int, line: int, cells: list[str], text: str) -> None:
    """A record of another width: one cell is a title or a footer; more, or a whole record in quotes, are to be read with care."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    wrapped = block.delimiter and filled and filled[0].count(block.delimiter) >= width - 1
    if len(filled) == 1 and not wrapped:
        block.aside.append(Aside(line, "title", filled[0]))
        block.titles.append(filled[0])
    elif filled:
        block.ragged.append((line, text))


def _without_odd_rows(block: Block, vocabulary: frozenset[str]) -> Block | None:
    """The block without blank rows, section names (one filled cell) and repeats of its header.

    None where another header stands inside: the file must then be read record by record.
    """
    if not block.columns:
        return block
    filled = np.sum([column.codes >= 0 for column in block.columns.values()], axis=0)
    single = (filled == 1) & (len(block.columns) > 2)
    for at in np.flatnonzero(single):
        text = next(c.values.iloc[c.codes[at]] for c in block.columns.values() if c.codes[at] >= 0)
        block.aside.append(Aside(int(block.lines[at]), "title", str(text).strip()))
        block.titles.append(str(text).strip())
    name, first = next(iter(block.columns.items()))
    wanted = vocabulary | {folded(name)}
    like = (
        first.values.map(lambda text: len(text) < 80 and folded(text) in wanted, na_action="ignore").fillna(False).to_numpy(bool)
    )
    repeated = np.zeros(len(filled), dtype=bool)
    for at in np.flatnonzero(np.append(like, False)[first.codes]) if like.any() else ():
        cells = [str(c.values.iloc[c.codes[at]]) if c.codes[at] >= 0 else "" for c in block.columns.values()]
        same = sum(folded(cell) == folded(name) for cell, name in zip(cells, block.columns, strict=True))
        if same >= max(2, filled[at] / 2):
            repeated[at] = True
            block.aside.append(Aside(int(block.lines[at]), "repeated header", ""))
        elif _is_header(cells, vocabulary):
            return None
    kept = (filled > 0) & ~single & ~repeated
    if not kept.all():
        block.lines = block.lines[kept]
        block.columns = {name: column.rows(kept) for name, column in block.columns.items()}
    return block


# Workbooks, JSON, frames


def _from_workbook(
    data: bytes, source: str, vocabulary: frozenset[str], sheet: str | None, header_row: int | None
) -> list[Block]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (python_calamine.CalamineError, OSError) as error:
        message = f"cannot be opened as a workbook ({error}); open it in a spreadsheet and save it again"
        raise Refused([Fault(source, None, "", "unreadable", "", message)]) from None
    sheets = {}
    for meta in book.sheets_metadata:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet or (sheet is not None and meta.name != sheet):
            continue
        try:
            page = book.get_sheet_by_name(meta.name)
            grid = page.to_python(skip_empty_area=False)
        except python_calamine.CalamineError as error:
            message = f"sheet {meta.name!r} cannot be read ({error}); open the workbook in a spreadsheet and save it again"
            raise Refused([Fault(source, None, "", "unreadable", meta.name, message)]) from None
        texts = [[_cell(value) for value in row] for row in grid]
        for (top, left), (bottom, right) in page.merged_cell_ranges or ():
            # A cell merged downwards holds for each row that it covers; one merged sideways is a label.
            if left == right and bottom < len(texts) and left < len(texts[top]):
                for row in range(top + 1, bottom + 1):
                    texts[row][left] = texts[row][left] or texts[top][left]
        records = [_Record(i, row, ";".join(row)) for i, row in enumerate(texts, 1) if any(cell.strip() for cell in row)]
        if records:
            sheets[meta.name] = (records, meta.visible == python_calamine.SheetVisibleEnum.Visible)
    if not sheets:
        asked = (
            f"no sheet {sheet!r} with rows; sheets are {', '.join(map(repr, book.sheet_names))}"
            if sheet
            else "no sheet with rows"
        )
        raise Refused([Fault(source, None, "", "empty", "", asked)])
    found = []
    for name, (records, visible) in sheets.items():
        place = source if len(book.sheet_names if sheet else sheets) == 1 else f"{source}#{name}"
        if visible or sheet is not None:
            if _header(records[:HEAD], vocabulary, header_row) is None and len(sheets) > 1:
                block = Block(place, records[0].line, {}, np.array([], dtype=np.int64))
                block.aside = [Aside(record.line, "sheet without header", "") for record in records]
                found.append(block)
            else:
                found += _from_grid(records, place, vocabulary, header_row)
        else:
            block = Block(place, records[0].line, {}, np.array([], dtype=np.int64))
            block.aside = [Aside(record.line, "hidden sheet", "") for record in records]
            found.append(block)
    return found


def _cell(value) -> str:
    """A spreadsheet cell as text: whole numbers without a point, dates as YYYY-MM-DD."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(float(value))
    if hasattr(value, "isoformat"):
        return value.isoformat().removesuffix("T00:00:00")
    return str(value)


def _from_json(data: bytes, source: str) -> Block:
    """Records of a JSON list (or of the first list in an object), nested names joined by a colon; lines count records."""
    try:
        content = json.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        line = getattr(error, "lineno", None)
        raise Refused([Fault(source, line, "", "unreadable", "", f"not valid JSON ({error}); export it again")]) from None
    if isinstance(content, dict):
        content = next((value for value in content.values() if isinstance(value, list)), [content])
    records = [_flat(record) for record in content if isinstance(record, dict)]
    if not any(records):
        raise Refused([Fault(source, None, "", "empty", "", "expected a list of records; the file holds none")])
    return _from_frame(pd.DataFrame(records, dtype="object"), source)


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
            flat[prefix + name] = _cell(value)
    return flat


def _from_frame(frame: pd.DataFrame, source: str, decimal: str | None = None) -> Block:
    columns = {}
    for name in frame:
        values = frame[name]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            values = values.dt.strftime("%Y-%m-%d")
        codes, distinct = pd.factorize(values)
        columns[str(name)] = _coded(codes.astype(np.int32), pd.Series([_cell(value) for value in distinct], dtype="str"))
    return Block(source, 0, columns, np.arange(1, len(frame) + 1), encoding="utf-8", decimal=decimal)
