"""A raw file -> blocks of text: a header and the rows below it, each with its line; reads, never repairs.

What a file lies about is settled here and nowhere else: its kind (by content, not by suffix), its encoding (UTF-8, then
Windows-1252, cell by cell, so that one bad line harms no other), its separator, where its header stands, and which of
its records are no rows (titles, section names, repeated headers, footers). A column is held as codes into its distinct
texts, so that everything later reads each distinct text once.
"""

import re
from pathlib import Path

import pandas as pd

from analysis.faults import Fault, Refused
from analysis.read.block import Aside, Block, Coded, folded
from analysis.read.sheets import from_frame, from_json, from_workbook
from analysis.read.text import from_text

__all__ = ["Aside", "Block", "Coded", "blocks", "data_files", "folded"]
BOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
SUFFIXES = {".csv", ".tsv", ".txt", ".json", ".parquet"} | BOOKS


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
    if not re.search(rb"[^\xef\xbb\xbf \t\r\n;,\x00]", data):
        raise Refused([Fault(source, None, "", "empty", "", "the file is empty; replace it or leave it out of the folder")])
    if data[:4] == b"PAR1":
        return [from_frame(pd.read_parquet(path), source, decimal=".")]
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return from_workbook(data, source, vocabulary, sheet, header_row)
    suffix, begin = path.suffix.lower(), data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if suffix == ".json" and begin[:1] in (b"{", b"["):
        return [from_json(data, source)]
    if begin[:1] == b"<":
        message = "a web page (HTML or XML) although its name says otherwise; open it in a spreadsheet and save it as xlsx"
        raise Refused([Fault(source, None, "", "unreadable", "", message)])
    # Much software names its text exports .xls.
    if suffix in (".json", ".parquet") or (suffix in BOOKS and re.search(rb"[\x00-\x08\x0e-\x1f]", begin.replace(b"\0", b""))):
        message = f"not a {suffix} file although its name says so; export it again"
        raise Refused([Fault(source, None, "", "unreadable", "", message)])
    return from_text(data, source, vocabulary, header_row)
