"""Text files: separator and records, in bulk where the file is regular, else record by record."""

import csv
import io
import re
from collections.abc import Iterator

from analysis.declare.faults import Fault, Refused
from analysis.read.block import Block, Record
from analysis.read.bulk import RUN_ON, in_bulk
from analysis.read.encodings import MARK, decoded, is_utf8, legacy, modern, plain
from analysis.read.grid import HEAD, WIDEST, find_header, from_grid, joined_header
from analysis.read.stored import StoredBytes
from analysis.text import formatting

_ = formatting.text
DELIMITERS = ";,\t|"
WRAPPED = re.compile(r'"(?:[^";,\t|]|"")*[;,\t|](?:[^"]|"")*"\r?')  # a whole record in quotes
LONGEST_LINE = WIDEST * 32  # bytes of a header
csv.field_size_limit(1 << 30)


def from_text(
    data: bytes | StoredBytes, source: str, vocabulary: frozenset[str], header_row: int | None
) -> list[Block]:
    if (anew := modern(data)) is not None:
        return from_text(anew, source, vocabulary, header_row)
    _refuse_long_line(data, source)
    head = plain(data[: 1 << 16].removeprefix(MARK))
    end = len(head) if len(data) < 1 << 16 else head.rfind(b"\n") + 1 or len(head)
    lines = [decoded(line) for line in head[:end].split(b"\n")]
    if any(lines) and all(re.fullmatch(WRAPPED, line) for line in lines if line):
        unwrapped = re.sub(
            rb'(?m)^"(.*?)"\r?$',
            lambda line: line[1].replace(b'""', b'"'),
            plain(data[:].removeprefix(MARK)),
        )
        return from_text(unwrapped, source, vocabulary, header_row)
    said = re.fullmatch('"?sep=(.)"?', lines[0].strip("\r"))  # as spreadsheets are told
    delimiter = said[1] if said else _delimiter(lines[: HEAD * 2])
    records = [
        record for record, _place in zip(_records(lines, delimiter), range(HEAD), strict=False)
    ]
    if max((len(record.cells) for record in records), default=0) > WIDEST:
        message = _("more than {columns} columns; export the table with fewer", columns=WIDEST)
        raise Refused([Fault(source, records[0].line, "", "unreadable", "", message)])
    header = find_header(records, vocabulary, header_row)
    if (
        header is not None
        and joined_header(records, header, len(records), vocabulary)[0] == records[header].cells
    ):
        for content in (data, _with_quote_closed(data, delimiter)):
            block = content and in_bulk(content, source, records, header, delimiter, vocabulary)
            if block:
                return [block]
    data = plain(data[:].removeprefix(MARK))
    lines = [decoded(line) for line in data.split(b"\n")]
    width = len(records[header].cells) if header is not None else None
    found = from_grid(
        list(_records(lines, delimiter, width)), source, vocabulary, header_row, delimiter
    )
    for block in found:
        block.encoding = "utf-8" if is_utf8(data) else legacy(data)
    return found


def _refuse_long_line(data: bytes | StoredBytes, source: str) -> None:
    """Refuse a file whose first line is longer than any header: a table of too many columns, or none at all."""
    if len(data) > LONGEST_LINE and b"\n" not in data[:LONGEST_LINE]:
        message = _(
            "its first line is longer than {n} kB: more than {columns} columns, or no table; export fewer",
            n=LONGEST_LINE >> 10,
            columns=WIDEST,
        )
        raise Refused([Fault(source, 1, "", "unreadable", "", message)])


def _with_quote_closed(data: bytes | StoredBytes, delimiter: str) -> bytes | None:
    """The file with the one quote in it that never closes written as a letter of its cell; None where there is no such
    quote, or several.

    Read record by record, a large file takes minutes because of one.
    """
    lines = plain(data[:].removeprefix(MARK)).split(b"\n")
    odd = [at for at, line in enumerate(lines) if line.count(b'"') % 2]
    if len(odd) != 1:
        return None
    mark = re.escape(delimiter.encode())
    opened = rb'((?:^|%b))"([^"%b\r]*)(?=%b|\r?$)' % (mark, mark, mark)
    lines[odd[0]] = re.sub(opened, rb'\1"""\2"', lines[odd[0]], count=1)
    return b"\n".join(lines)


def _delimiter(lines: list[str]) -> str:
    """The separator that most lines hold most often, outside quotes."""
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines if line.strip()]
    counts = {mark: sorted(line.count(mark) for line in bare) for mark in DELIMITERS}
    return max(
        DELIMITERS,
        key=lambda mark: (counts[mark][len(bare) // 2], counts[mark][-1]) if bare else (0, 0),
    )


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
            while (
                opened.search(closed.sub("", text)) and last - at < RUN_ON and last + 1 < len(lines)
            ):
                last += 1
                text += "\n" + lines[last].rstrip("\r")
            cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
            if last > at and (
                opened.search(closed.sub("", text)) or (width is not None and len(cells) != width)
            ):
                text, last = lines[at].rstrip("\r"), at
                cells = text.split(delimiter)
        else:
            cells = text.split(delimiter)
        if any(cell.strip() for cell in cells):
            yield Record(at + 1, cells, text)
        at = last + 1
