"""The files of the figures of an executed notebook: data, drawing, picture, workbook, words."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import matplotlib
import typst

from analysis.article import workbook_export
from analysis.article.table_export import NOT_NUMBERS
from analysis.report import result_cache

PIXELS_PER_INCH = 120.0  # of a picture half a page wide: sharp on a slide, some 60 kB
FONTS = Path(matplotlib.get_data_path()) / "fonts/ttf"  # what the drawings were measured with
SHEETS = """#set page(width: auto, height: auto, margin: 0pt)
#for drawing in json(bytes(sys.inputs.drawings)) { page(image(bytes(drawing), width: 600pt)) }"""


def write_figures(records: list[dict], folder: Path) -> None:
    """Write the files of what a notebook publishes into an empty folder, each named by its id."""
    drawings = {}
    for record in records:
        if "csv" not in record:
            continue
        file = folder / f"{record['id']}.csv"
        file.write_text(record["csv"], encoding="utf-8", newline="")
        if record["kind"] == "exhibit" and not record["svg"]:
            workbook_export.write_workbook(
                file.with_suffix(".xlsx"), {record["id"]: _sheet(record)}
            )
        if record.get("svg"):
            file.with_suffix(".svg").write_text(record["svg"], encoding="utf-8")
            drawings[record["id"]] = record["svg"]
        facts = {
            name: value for name, value in record.items() if name not in ("csv", "svg", "rows")
        }
        result_cache.write_json(file.with_suffix(".json"), facts)
    for id, picture in zip(drawings, pictures([*drawings.values()]), strict=True):
        (folder / f"{id}.png").write_bytes(picture)


def pictures(drawings: list[str]) -> list[bytes]:
    """Drawings (SVG) as PNG, in one go and the same bytes each time."""
    if not drawings:
        return []
    options: dict[str, Any] = {
        "sys_inputs": {"drawings": json.dumps(drawings)},
        "font_paths": [FONTS],
        "ignore_system_fonts": True,
        "format": "png",
        "ppi": PIXELS_PER_INCH,
    }
    sheets: Any = typst.compile(SHEETS.encode(), **options)
    if isinstance(sheets, list):
        return sheets
    return [sheets]


def _sheet(record: dict) -> list[list]:
    head, *rows = csv.reader(io.StringIO(record["csv"]))
    texts = [record["formats"][name] in NOT_NUMBERS for name in head]
    return [
        [record["labels"][name] for name in head],
        *([_value(*pair) for pair in zip(row, texts, strict=True)] for row in rows),
    ]


def _value(cell: str, is_text: bool) -> str | float | None:
    if cell == "":
        return None
    if is_text or cell == "s":
        return cell
    return float(cell)
