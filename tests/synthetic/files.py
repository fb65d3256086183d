"""Files as offices write them, the same bytes every time: CSV in a chosen encoding, OpenDocument sheets."""

from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.article.workbook_export import pack


def write_csv(
    path: Path,
    frame: pd.DataFrame,
    *,
    delimiter: str = ";",
    encoding: str = "cp1252",
    bom: bool = False,
    append: bool = False,
) -> None:
    """A frame as CSV, its numbers with a decimal comma; `append` adds the rows to a file that stands.

    `bom` puts a UTF-8 byte order mark in front, whatever the encoding: some programmes do.
    """
    cells = {
        place: _plain(frame.iloc[:, place]) for place in range(frame.shape[1])
    }  # a header may stand twice
    text = pd.DataFrame(cells).to_csv(
        sep=delimiter, index=False, header=not append and list(frame.columns), lineterminator="\n"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab" if append else "wb") as file:
        file.write(b"\xef\xbb\xbf" * (bom and not append) + text.encode(encoding, "replace"))


def _plain(cells: pd.Series) -> pd.Series | np.ndarray:
    if pd.api.types.infer_dtype(cells) in ("string", "empty"):
        return cells
    codes, distinct = pd.factorize(cells)
    written = [
        value if isinstance(value, str) else f"{value:.15g}".replace(".", ",") for value in distinct
    ]
    return np.array([*written, None], dtype=object)[codes]


def write_ods(path: Path, sheets: dict[str, list[list]]) -> None:
    """Sheets of text and numbers as an OpenDocument spreadsheet."""
    row = lambda cells: f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>"
    body = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(row, rows))}</table:table>'
        for name, rows in sheets.items()
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
    pack(
        path,
        {
            "mimetype": kind.encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        },
    )


def _ods_cell(value) -> str:
    if value is None or value != value:
        return "<table:table-cell/>"
    kind = '"string"' if isinstance(value, str) else f'"float" office:value="{value}"'
    return f"<table:table-cell office:value-type={kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"
