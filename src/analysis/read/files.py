"""The files of a folder, and the blocks of each, by what its content is."""

import os
import re
from pathlib import Path

import numpy as np

from analysis.declare.faults import Fault, Refused
from analysis.read.archives import (
    gunzipped,
    is_hidden,
    members,
    most_bytes,
    too_large,
    unreadable,
    unzipped,
)
from analysis.read.block import Aside, Block
from analysis.read.delimited import from_text
from analysis.read.tables import from_json, from_markup, from_parquet, from_workbook
from analysis.text import formatting

_ = formatting.text
BOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
JSON = {".json", ".jsonl", ".ndjson", ".geojson"}
SUFFIXES = (
    {".csv", ".tsv", ".tab", ".txt", ".dat", ".html", ".parquet", ".zip", ".gz"} | BOOKS | JSON
)
CONTROL = re.compile(rb"[\x01-\x08\x0e-\x19\x7f]")
HEAD_BYTES = 1 << 20  # that tell what a file is


def data_files(path: Path) -> tuple[list[Path], list[Path]]:
    """The files that may hold data, and the others (documents, dumps, hidden), both in the order of
    their names.

    Raises Refused with every link that leads out of the folder.
    """
    if path.is_file():
        return [path], []
    files = sorted(file for file in path.rglob("*") if file.is_file() and not is_hidden(file.name))
    refuse_outside(path, files)
    may_hold = [file for file in files if file.suffix.lower() in SUFFIXES]
    return may_hold, [file for file in files if file.suffix.lower() not in SUFFIXES]


def refuse_outside(folder: Path, files: list[Path]) -> None:
    """Refuse files that do not lie in the folder, wherever links or `..` lead."""
    root = folder.resolve()
    message = _("leads out of the folder of the data; put the file itself there")
    outside = [file for file in files if not file.resolve().is_relative_to(root)]
    if outside:
        raise Refused([Fault(shown(file), None, "", "unreadable", "", message) for file in outside])


def shown(path: Path) -> str:
    """A path as text that can be written: what is no UTF-8 in a name is replaced.

    >>> shown(Path("2018") / "caf\\udce9.csv")
    '2018/caf�.csv'
    """
    return os.fsencode(path.as_posix()).decode(errors="replace")


def blocks(
    path: Path,
    source: str,
    *,
    vocabulary: frozenset[str] = frozenset(),
    sheet: str | None = None,
    header_row: int | None = None,
) -> list[Block]:
    """All blocks of a file. `vocabulary` holds folded header names: a record made of them is a
    header wherever it stands.

    A header row of 0 says that the file has none: its columns are then named by their places.
    Raises Refused with one fault where the file is empty or cannot be read.
    """
    suffix = path.suffix.lower()
    try:
        data = path.read_bytes()
        return _blocks(data, suffix, source, vocabulary, sheet, header_row)
    except OSError as error:
        why = error.strerror or str(error)
        message = _("cannot be read ({why}); change its permissions or leave it out", why=why)
        raise unreadable(source, message) from None


def _blocks(
    data: bytes,
    suffix: str,
    source: str,
    vocabulary: frozenset[str],
    sheet: str | None,
    header_row: int | None,
) -> list[Block]:
    head = data[:HEAD_BYTES]
    if not re.search(rb"[^\xef\xbb\xbf \t\r\n;,\x00]", head):
        message = _("the file is empty; replace it or leave it out of the folder")
        raise Refused([Fault(source, None, "", "empty", "", message)])
    if head[:4] == b"PAR1":
        return [from_parquet(data, source)]
    if head[:2] == b"\x1f\x8b":
        inner = Path(source.removesuffix(".gz")).suffix.lower()
        return _blocks(gunzipped(data, source), inner, source, vocabulary, sheet, header_row)
    if head[:4] == b"PK\x03\x04" and not _is_workbook(data):
        return _of_archive(data, source, vocabulary, sheet, header_row)
    if head[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        if sum(members(data).values()) > most_bytes(len(data)):
            raise too_large(source, most_bytes(len(data)))
        return from_workbook(data, source, vocabulary, sheet, header_row)
    begin = head[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if suffix in JSON and begin[:1] in (b"{", b"["):
        return [from_json(data, source)]
    if begin[:1] == b"<":
        return from_markup(data, source, vocabulary, sheet, header_row)
    _refuse_no_text(begin, suffix, source)
    return from_text(data, source, vocabulary, header_row)


def _is_workbook(data: bytes) -> bool:
    """Whether an archive is a workbook: what it holds says so, or where it is broken, its bytes do."""
    marks = b" ".join(map(str.encode, members(data))) or data
    return b"[Content_Types].xml" in marks or b"mimetype" in marks[:64]


def _refuse_no_text(begin: bytes, suffix: str, source: str) -> None:
    if suffix in (*JSON, ".parquet"):
        message = _("not a {suffix} file although its name says so; export it again", suffix=suffix)
        raise unreadable(source, message)
    controls = len(CONTROL.findall(begin)) > len(begin) / 20
    is_utf8 = len(begin.decode(errors="ignore").encode()) >= len(begin) - 3
    # Much software names its text exports .xls.
    if (controls and not is_utf8) or (suffix in BOOKS and CONTROL.search(begin)):
        message = _(
            "not a {suffix} file although its name says otherwise; export the table as CSV or xlsx",
            suffix=suffix or "text",
        )
        raise unreadable(source, message)
    if begin[:4] == b"%PDF":
        message = _("a PDF although its name says otherwise; export the table as CSV or xlsx")
        raise unreadable(source, message)


def _of_archive(
    data: bytes,
    source: str,
    vocabulary: frozenset[str],
    sheet: str | None,
    header_row: int | None,
) -> list[Block]:
    """The blocks of the files of an archive, each named as a sheet of it; what holds no data is set
    aside by its name.
    """

    def wanted(names: list[str]) -> list[str]:
        wanted_names = [name for name in names if sheet in (None, name)]
        tables = [
            name
            for name in wanted_names
            if Path(name).suffix.lower() in SUFFIXES - {".zip", ".gz", ".txt"}
            and not is_hidden(name)
        ]
        return tables or [name for name in wanted_names if name.lower().endswith(".txt")]

    names, files = unzipped(data, source, wanted, Path(source).suffix.lower() in BOOKS)
    results = []
    for name in names:
        position = f"{source}#{name}"
        if name in files:
            suffix = Path(name).suffix.lower()
            results += _blocks(files[name], suffix, position, vocabulary, None, header_row)
        elif sheet is None:
            none = np.array([], dtype=np.int64)
            results.append(Block(position, 0, {}, none, aside=[Aside(1, "not read", "")]))
    return results
