"""Workbooks without a clock, whose texts are texts: the same sheets give the same bytes, and
nothing in them runs.
"""

import io
import re
import zipfile
from pathlib import Path

import pandas as pd

_STAMP = (2018, 6, 27, 0, 0, 0)


def write_workbook(
    path: Path, sheets: dict[str, list[list]], merged: dict[str, list[str]] | None = None
) -> None:
    """Sheets (rows of text, numbers and dates) as a workbook; `merged` names the merged areas of
    each.
    """
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for line, row in enumerate(rows, 1):
            for column_number, value in enumerate(row, 1):
                if value is None or value is pd.NaT or value is pd.NA or value != value:
                    continue
                cell = sheet.cell(line, column_number, value)
                if isinstance(value, str) and value.startswith("="):
                    cell.data_type = "s"  # a formula typed as text stays text
                if hasattr(value, "year"):
                    cell.number_format = "DD/MM/YYYY"
        for area in (merged or {}).get(name, []):
            sheet.merge_cells(area)
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    clock = rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*"
    members["docProps/core.xml"] = re.sub(
        clock, rb"\g<1>2018-06-27T00:00:00Z", members["docProps/core.xml"]
    )
    pack(path, members)


def pack(path: Path, members: dict[str, bytes]) -> None:
    """Members as a zip archive that knows no clock; `mimetype` is stored first and plain, as
    OpenDocument asks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            if name == "mimetype":
                how = zipfile.ZIP_STORED
            else:
                how = zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _STAMP), data, how, 9)
