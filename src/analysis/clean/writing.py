"""Clean tables on disk: one parquet each, the ledger and the quarantine as CSV, a Data Package that describes them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analysis import tables

if TYPE_CHECKING:
    from analysis.clean import Cleaned

TYPES = {"integer": "integer", "number": "number", "bool": "boolean", "date": "date"}


def write(cleaned: "Cleaned", out: Path) -> None:
    """The tables, notes, ledger and quarantine of a cleaning, in a folder; the same tables give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    out.mkdir(parents=True, exist_ok=True)
    notes = {name: note for name, note in cleaned.notes.items() if name != "candidates"}
    for name, table in (cleaned.tables | notes).items():
        arrow = pa.Table.from_pandas(table, preserve_index=False)
        repeated = [column for column in table if not column.endswith("_id") and table[column].dtype in ("str", "category")]
        parquet.write_table(
            arrow, out / f"{name}.parquet", compression="zstd", compression_level=1, use_dictionary=repeated or False
        )
    for name, table in (
        ("ledger", cleaned.ledger),
        ("quarantine", cleaned.quarantine),
        ("candidates", cleaned.notes.get("candidates")),
    ):
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
    declared = tables.declared().get(name, {})
    fields = []
    for column in table.columns:
        field = {"name": column, "type": "string"}
        if column in declared:
            kind = declared[column]
            field |= {
                "type": TYPES.get(kind.kind, "string"),
                "title": kind.label_fr,
                "titles": {"fr": kind.label_fr, "en": kind.label_en},
            }
            field |= {"unit": kind.unit} if kind.unit else {}
            constraints = {"required": True} if kind.required else {}
            constraints |= {"enum": list(kind.values)} if kind.values and kind.kind == "category" else {}
            field |= {"constraints": constraints} if constraints else {}
        elif pd.api.types.is_datetime64_any_dtype(table[column].dtype):
            field["type"] = "date"
        fields.append(field)
    schema = {"fields": fields} | ({"primaryKey": tables.key(name)} if declared else {})
    return {"name": name, "path": f"{name}.parquet", "format": "parquet", "rows": len(table), "schema": schema}
