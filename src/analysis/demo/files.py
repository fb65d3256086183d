"""Files as offices write them, the same bytes every time: CSV in a chosen encoding, OpenDocument sheets."""

from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.workbook import pack


def write_csv(
    path: Path, frame: pd.DataFrame, *, delimiter: str = ";", encoding: str = "cp1252", bom: bool = False, append: bool = False
) -> None:
    """A frame as CSV, its numbers with a decimal comma; `append` adds the rows to a file that stands.

    `bom` puts a UTF-8 byte order mark in front, whatever the encoding: some programmes do.
    """
    special = f'["\\n\\r{delimiter}]'
    quoted = lambda cell: pc.if_else(
        pc.match_substring_regex(cell, special),
        pc.binary_join_element_wise('"', pc.replace_substring(cell, '"', '""'), '"', ""),
        cell,
    )
    columns = []
    for place in range(frame.shape[1]):
        cells = frame.iloc[:, place]
        if pd.api.types.infer_dtype(cells) not in ("string", "empty"):
            codes, distinct = pd.factorize(cells)
            cells = np.array([*map(_plain, distinct), None], dtype=object)[codes]
        columns.append(quoted(pa.array(cells, pa.string(), from_pandas=True)))
    lines = pc.binary_join_element_wise(*columns, delimiter, null_handling="replace", null_replacement="")
    head = "" if append else delimiter.join(f'"{name}"' if delimiter in name else name for name in frame.columns) + "\n"
    text = head + "".join(f"{line}\n" for line in lines.to_pylist())
    data = (b"\xef\xbb\xbf" if bom and not append else b"") + text.encode(encoding, "replace")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab" if append else "wb") as file:
        file.write(data)


def _plain(value) -> str:
    return value if isinstance(value, str) else f"{value:.15g}".replace(".", ",")


def write_ods(path: Path, sheets: dict[str, list[list]]) -> None:
    """Sheets of text and numbers as an OpenDocument spreadsheet."""
    body = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(_ods_row, rows))}</table:table>' for name, rows in sheets.items()
    )
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names} office:version="1.2"><office:body>'
        f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.2">{entry.format("/", kind)}{entry.format("content.xml", "text/xml")}</manifest:manifest>'
    )
    pack(path, {"mimetype": kind.encode(), "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()})


def _ods_row(row: list) -> str:
    cells = []
    for value in row:
        if value is None or value != value:
            cells.append("<table:table-cell/>")
        elif isinstance(value, str):
            cells.append(f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>')
        else:
            cells.append(
                f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
            )
    return f"<table:table-row>{''.join(cells)}</table:table-row>"
