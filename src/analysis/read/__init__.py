"""A raw file -> blocks of text: a header and the rows below it, each with its line; reads, never repairs.

What a file lies about is settled here and nowhere else: its kind (by content, not by suffix), its encoding (UTF-8, then
Windows-1252, cell by cell, so that one bad line harms no other), its separator, where its header stands, and which of
its records are no rows (titles, section names, repeated headers, footers). A column is held as codes into its distinct
texts, so that everything later reads each distinct text once.
"""

import gzip
import io
import os
import re
import zipfile
import zlib
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.declare.faults import Fault, Refused
from analysis.read.block import NAMELESS, Aside, Block, Coded, folded, matching, repaired
from analysis.read.bulk import PART
from analysis.read.sheets import from_frame, from_json, from_markup, from_workbook
from analysis.read.text import from_text
from analysis.read.workbook import members

__all__ = [
    "NAMELESS",
    "Aside",
    "Block",
    "Coded",
    "blocks",
    "data_files",
    "folded",
    "matching",
    "repaired",
    "shown",
]
BOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
JSON = {".json", ".jsonl", ".ndjson", ".geojson"}
SUFFIXES = (
    {".csv", ".tsv", ".tab", ".txt", ".dat", ".html", ".parquet", ".zip", ".gz"} | BOOKS | JSON
)
MOST = 2 << 30  # bytes that an archive may hold
CONTROL = re.compile(rb"[\x01-\x08\x0e-\x19\x7f]")


def data_files(path: Path) -> tuple[list[Path], list[Path]]:
    """The files that may hold data, and the others (documents, dumps, hidden), both in the order of their names."""
    if path.is_file():
        return [path], []
    found = sorted(file for file in path.rglob("*") if file.is_file() and not _hidden(file.name))
    return [file for file in found if file.suffix.lower() in SUFFIXES], [
        f for f in found if f.suffix.lower() not in SUFFIXES
    ]


def _hidden(name: str) -> bool:
    """Whether a file is one that systems and offices leave beside others ("__MACOSX/._list.csv", "~$list.xlsx")."""
    return Path(name).name.startswith((".", "~$"))


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
    """All blocks of a file. `vocabulary` holds folded header names: a record made of them is a header wherever it stands.

    A header row of 0 says that the file has none: its columns are then named by their places.
    Raises Refused with one fault where the file is empty or cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(PART)
            if len(data) == PART:  # a large text is looked at where it lies, some of it at a time
                file.seek(0)
                whole = re.match(rb"(?:\xef\xbb\xbf)?\s*(?:[<{[]|PAR1|PK|\x1f\x8b|\xd0\xcf)", data)
                data = file.read() if whole else mmap(file.fileno(), 0, access=ACCESS_READ)
    except OSError as error:
        raise _unreadable(
            source, f"cannot be opened ({error.strerror}); change its permissions or leave it out"
        ) from None
    return _blocks(data, path.suffix.lower(), source, vocabulary, sheet, header_row)


def _blocks(data: bytes, suffix: str, source: str, *asked) -> list[Block]:
    vocabulary, sheet, header_row = asked
    if not re.search(rb"[^\xef\xbb\xbf \t\r\n;,\x00]", data):
        raise Refused(
            [
                Fault(
                    source,
                    None,
                    "",
                    "empty",
                    "",
                    "the file is empty; replace it or leave it out of the folder",
                )
            ]
        )
    if data[:4] == b"PAR1":
        return [from_frame(pd.read_parquet(io.BytesIO(data)), source, decimal=".")]
    if data[:2] == b"\x1f\x8b":
        try:
            inner = gzip.GzipFile(fileobj=io.BytesIO(data)).read(MOST + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise _unreadable(source, f"cannot be unpacked ({error}); export it again") from None
        if len(inner) > MOST:
            raise _unreadable(source, "more than 2 GB once unpacked; unpack it and cut it")
        return _blocks(inner, Path(source.removesuffix(".gz")).suffix.lower(), source, *asked)
    held = members(data) if data[:4] == b"PK\x03\x04" else {}
    # What an archive holds says whether it is a workbook; where it is broken, its bytes do.
    marks = b" ".join(map(str.encode, held)) or (data if data[:4] == b"PK\x03\x04" else b"")
    if (
        data[:4] == b"PK\x03\x04"
        and b"[Content_Types].xml" not in marks
        and b"mimetype" not in marks[:64]
    ):
        return _unpacked(data, source, *asked)
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        if sum(held.values()) > MOST:
            raise _unreadable(source, "more than 2 GB once unpacked; save it as CSV")
        return from_workbook(data, source, *asked)
    begin = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if suffix in JSON and begin[:1] in (b"{", b"["):
        return [from_json(data, source)]
    if begin[:1] == b"<":
        return from_markup(data, source, *asked)
    if suffix in (*JSON, ".parquet"):
        raise _unreadable(source, f"not a {suffix} file although its name says so; export it again")
    binary = (
        len(CONTROL.findall(begin)) > len(begin) / 20
        and len(begin.decode(errors="ignore").encode()) < len(begin) - 3
    )
    if (
        begin[:4] == b"%PDF" or binary or (suffix in BOOKS and CONTROL.search(begin))
    ):  # much software names its text exports .xls
        kind = "a PDF" if begin[:4] == b"%PDF" else f"not a {suffix or 'text'} file"
        raise _unreadable(
            source, f"{kind} although its name says otherwise; export the table as CSV or xlsx"
        )
    return from_text(data, source, vocabulary, header_row)


def _unpacked(
    data: bytes, source: str, vocabulary: frozenset[str], sheet: str | None, header_row: int | None
) -> list[Block]:
    """The blocks of the files of an archive, each named as a sheet of it; what holds no data is set aside by its name."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = sorted(
            name for name in archive.namelist() if not name.endswith("/") and sheet in (None, name)
        )
        known = {
            name: Path(name).suffix.lower() in SUFFIXES - {".zip", ".gz", ".txt"}
            and not _hidden(name)
            for name in names
        }
        held = [
            name
            for name in names
            if known[name] or (not any(known.values()) and name.lower().endswith(".txt"))
        ]
        if sum(archive.getinfo(name).file_size for name in held) > MOST:
            raise _unreadable(source, "more than 2 GB once unpacked; unpack it and cut it")
        files = {name: archive.read(name) for name in held}
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        NotImplementedError,
        ValueError,
        EOFError,
        OSError,
    ) as error:
        way = "open it and save it again" if Path(source).suffix.lower() in BOOKS else "unpack it"
        raise _unreadable(source, f"cannot be unpacked ({error}); {way}") from None
    found = []
    for name in names:
        place = f"{source}#{name}"
        if name in files:
            found += _blocks(
                files[name], Path(name).suffix.lower(), place, vocabulary, None, header_row
            )
        else:
            found.append(
                Block(place, 0, {}, np.array([], dtype=np.int64), aside=[Aside(1, "not read", "")])
            )
    return found


def _unreadable(source: str, message: str) -> Refused:
    return Refused([Fault(source, None, "", "unreadable", "", message)])
