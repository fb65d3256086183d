"""Clean tables on disk: one parquet each, the ledger and the quarantine as CSV, a Data Package that
describes them.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analysis.declare import schema as tables

if TYPE_CHECKING:
    from analysis.clean import Cleaned

TYPES = {"integer": "integer", "number": "number", "bool": "boolean", "date": "date"}


def write(cleaned: "Cleaned", out: Path) -> None:
    """The tables, notes, ledger and quarantine in a folder; the same tables give the same bytes."""
    out.mkdir(parents=True, exist_ok=True)
    notes = {name: note for name, note in cleaned.notes.items() if name != "candidates"}
    frames = {**notes, **cleaned.tables}
    for name, frame in frames.items():
        # What identifies a row is its own; other texts are shared by many.
        shared = [column for column in frame if not column.endswith(("_id", "key"))]
        frame.to_parquet(
            out / f"{name}.parquet",
            index=False,
            compression="zstd",
            compression_level=1,
            use_dictionary=shared or False,
            write_statistics=False,
        )
    lists = {
        "ledger": cleaned.ledger,
        "quarantine": cleaned.quarantine,
        "candidates": cleaned.notes.get("candidates"),
    }
    for name, table in lists.items():
        if table is not None:
            table.to_csv(out / f"{name}.csv", index=False, lineterminator="\n")
    package = {
        "profile": "tabular-data-package",
        "name": cleaned.about["name"],
        "title": cleaned.about["title"],
        "study": cleaned.about,
        "resources": [_resource(name, table) for name, table in cleaned.tables.items()],
    }
    text = json.dumps(package, ensure_ascii=False, indent=1)
    (out / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def _resource(name: str, table: pd.DataFrame) -> dict:
    """A table in the terms of the Table Schema, its labels in both languages."""
    declared = tables.declared_tables().get(name, {})
    schema: dict[str, object] = {
        "fields": [_field(declared.get(column), column, table[column]) for column in table]
    }
    if declared:
        schema["primaryKey"] = tables.key(name)
    return {
        "name": name,
        "path": f"{name}.parquet",
        "format": "parquet",
        "rows": len(table),
        "schema": schema,
    }


def _field(declared: tables.Column | None, name: str, values: pd.Series) -> dict:
    """A column in the terms of the Table Schema."""
    if declared is None:
        is_date = pd.api.types.is_datetime64_dtype(values.dtype)
        return {"name": name, "type": "date" if is_date else "string"}
    labels = {lang: declared.label(lang) for lang in ("fr", "en")}
    field: dict[str, object] = {"name": name, "type": TYPES.get(declared.kind, "string")}
    field |= {"title": labels["fr"], "titles": labels}
    field |= {"unit": declared.unit} if declared.unit else {}
    constraints: dict[str, object] = {"required": True} if declared.required else {}
    if declared.values and declared.kind == "category":
        constraints["enum"] = list(declared.values)
    return field | ({"constraints": constraints} if constraints else {})
