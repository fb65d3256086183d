"""Clean tables on disk: one parquet each, the ledger and the quarantine as CSV, a Data Package that describes them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from analysis.clean.arrow_tables import TEXT, Tables, plain
from analysis.declare import schema as tables
from analysis.read import parallel

if TYPE_CHECKING:
    from analysis.clean import Cleaned

MANY = 1 << 18  # texts
TYPES = {"integer": "integer", "number": "number", "bool": "boolean", "date": "date"}


def write(cleaned: "Cleaned", out: Path) -> None:
    """The tables, notes, ledger and quarantine of a cleaning, in a folder; the same tables give the same bytes."""
    import pyarrow.parquet as parquet

    out.mkdir(parents=True, exist_ok=True)
    notes = Tables()
    notes.update({name: note for name, note in cleaned.notes.items() if name != "candidates"})

    def put(name: str) -> None:
        held = cleaned.tables if name in cleaned.tables else notes
        table = held.arrow(name)
        for at, column in enumerate(
            table.columns
        ):  # each part of a file would hold all texts again
            if pa.types.is_dictionary(column.type) and len(column.chunk(0).dictionary) > MANY:
                table = table.set_column(at, table.field(at).with_type(TEXT), plain(column))
        # What identifies a row is its own; other texts are shared by many.
        shared = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
        shared += [
            field.name
            for field in table.schema
            if field.type == TEXT and not field.name.endswith(("_id", "key"))
        ]
        with parquet.ParquetWriter(
            out / f"{name}.parquet",
            table.schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=shared or False,
            write_statistics=False,
            store_schema=held is notes,
        ) as file:
            file.write_table(table)
            file.add_key_value_metadata(table.schema.metadata)

    parallel.each(put, [*cleaned.tables, *notes])
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
        "resources": [_resource(name, cleaned.tables.arrow(name)) for name in cleaned.tables],
    }
    text = json.dumps(package, ensure_ascii=False, indent=1)
    (out / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def _resource(name: str, table: pa.Table) -> dict:
    """A table in the terms of the Table Schema, its labels in both languages."""
    declared = tables.declared().get(name, {})
    fields = []
    for column in table.column_names:
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
            constraints |= (
                {"enum": list(kind.values)} if kind.values and kind.kind == "category" else {}
            )
            field |= {"constraints": constraints} if constraints else {}
        elif pa.types.is_timestamp(table.schema.field(column).type):
            field["type"] = "date"
        fields.append(field)
    schema = {"fields": fields} | ({"primaryKey": tables.key(name)} if declared else {})
    return {
        "name": name,
        "path": f"{name}.parquet",
        "format": "parquet",
        "rows": len(table),
        "schema": schema,
    }
