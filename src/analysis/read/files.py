"""The files of a folder, and the blocks of each, by what its content is."""

import re
from pathlib import Path

from analysis.declare.faults import refusal
from analysis.files.links import files_within, is_hidden
from analysis.read.archives import (
    GZIP,
    gunzipped,
    members,
    most_bytes,
    too_deep,
    too_large,
    unzipped,
)
from analysis.read.block import Aside, Block, Request, empty_block
from analysis.read.delimited import from_text
from analysis.read.tables import from_json, from_markup, from_parquet, from_workbook
from analysis.text.messages import say

BOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
JSON = {".json", ".jsonl", ".ndjson", ".geojson"}
SUFFIXES = (
    {".csv", ".tsv", ".tab", ".txt", ".dat", ".html", ".parquet", ".zip", ".gz"} | BOOKS | JSON
)
CONTROL = re.compile(rb"[\x01-\x08\x0e-\x19\x7f]")
_HEAD_BYTES = 1 << 20  # that tell what a file is


def data_files(path: Path) -> tuple[list[Path], list[Path]]:
    """The files that may hold data, and the others (documents, dumps, hidden), both in the order of
    their names.

    Raises Refused with every link that leads out of the folder.
    """
    if path.is_file():
        return [path], []
    files = files_within(path)
    may_hold = [file for file in files if file.suffix.lower() in SUFFIXES]
    return may_hold, [file for file in files if file.suffix.lower() not in SUFFIXES]


def blocks(
    path: Path,
    source: str,
    *,
    vocabulary: frozenset[str] = frozenset(),
    sheet: str | None = None,
    header_row: int | None = None,
    stated: frozenset[str] = frozenset(),
) -> list[Block]:
    """All blocks of a file. `vocabulary` holds folded header names: a record made of them is a
    header wherever it stands. `stated` are those that study.toml says of this file: one of them
    may be the header of its only column.

    A header row of 0 says that the file has none: its columns are then named by their places.
    Raises Refused with one fault where the file is empty or cannot be read.
    """
    try:
        data = path.read_bytes()
        request = Request(source, vocabulary, sheet, header_row, len(data), stated=stated)
        return _blocks(data, path.suffix.lower(), request)
    except OSError as error:
        why = error.strerror or str(error)
        message = say("read.no_permission", why=why)
        raise refusal(source, message, rule="unreadable") from None


def _blocks(data: bytes, suffix: str, request: Request) -> list[Block]:
    head, source = data[:_HEAD_BYTES], request.source
    if not re.search(rb"[^\xef\xbb\xbf \t\r\n;,\x00]", head):
        message = say("read.empty")
        raise refusal(source, message, rule="empty")
    if head[:4] == b"PAR1":
        return [from_parquet(data, source)]
    if head[:2] == GZIP:
        if request.is_member:
            raise too_deep(source)
        inner = Path(re.sub(r"(\.gz)+$", "", source)).suffix.lower()
        return _blocks(gunzipped(data, source), inner, request)
    if head[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return _of_workbook_or_archive(data, request)
    begin = head[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if suffix in JSON and begin[:1] in (b"{", b"["):
        return [from_json(data, source)]
    if begin[:1] == b"<":
        return from_markup(data, request)
    if wrong := _no_text(begin, suffix):
        raise refusal(source, wrong, rule="unreadable")
    return from_text(data, request)


def _of_workbook_or_archive(data: bytes, request: Request) -> list[Block]:
    parts = members(data)
    # where it is broken, its bytes say what it is
    marks = b" ".join(map(str.encode, parts)) or data
    is_workbook = b"[Content_Types].xml" in marks or b"mimetype" in marks[:64]
    if data[:2] == b"PK" and not is_workbook:
        if request.is_member:
            raise too_deep(request.source)
        return _of_archive(data, request)
    if sum(parts.values()) > most_bytes(request.packed):
        raise too_large(request.source, most_bytes(request.packed))
    return from_workbook(data, request)


def _no_text(begin: bytes, suffix: str) -> str:
    """Why a file is none of text; blank where it is."""
    if suffix in (*JSON, ".parquet"):
        return say("read.not_as_named", suffix=suffix)
    controls = len(CONTROL.findall(begin)) > len(begin) / 20
    is_utf8 = len(begin.decode(errors="ignore").encode()) >= len(begin) - 3
    # Much software names its text exports .xls.
    if (controls and not is_utf8) or (suffix in BOOKS and CONTROL.search(begin)):
        return say(
            "read.not_text_as_named",
            suffix=suffix or "text",
        )
    if begin[:4] == b"%PDF":
        return say("read.pdf")
    return ""


def _of_archive(data: bytes, request: Request) -> list[Block]:
    """The blocks of the files of an archive, each a sheet of it; others are set aside."""

    def wanted(names: list[str]) -> list[str]:
        names = [name for name in names if request.sheet in (None, name)]
        suffixes = SUFFIXES - {".zip", ".gz", ".txt"}
        may_hold = [name for name in names if not is_hidden(name)]
        tables = [name for name in may_hold if Path(name).suffix.lower() in suffixes]
        return tables or [name for name in names if name.lower().endswith(".txt")]

    is_book = Path(request.source).suffix.lower() in BOOKS
    names, files = unzipped(data, request.source, wanted, is_book, request.packed)
    results = []
    for name in names:
        inner = request.of(name)
        if name in files:
            results += _blocks(files[name], Path(name).suffix.lower(), inner)
        elif request.sheet is None:
            block = empty_block(inner.source, 0)
            block.aside.append(Aside(1, "not read", ""))
            results.append(block)
    return results
