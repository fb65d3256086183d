"""What a clean table is, declared once: key, kinds, units, labels in French and English, aliases of
raw headers.

The declaration is data (`reference/columns.csv`), so that the study team can read and extend it. It
checks a table, orders its columns, documents it (data dictionary, Table Schema) and labels it.

In a clean table, sets are text sorted and joined with ``|`` (`str.get_dummies("|")` opens them),
dates are timestamps without time, and what is missing is missing: never zero, never a blank string.
"""

import csv
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

import pandas as pd

_KINDS = {
    "integer": "Int64",
    "number": "Float64",
    "bool": "boolean",
    "date": "datetime64[us]",
}  # every other kind is text ("str")
# Required columns that a date tells where they are blank: a convention that names no other day
# takes effect on its signature.
LISTED = ("contributions", "answers", "events")  # tables to whose rows no other refers
TOLD_BY = {"agreements": {"start": "signed_on"}, "contributions": {"year": "date"}}


class Column(NamedTuple):
    """A declared column: `kind` says how it is read and stored, `values` what it may hold."""

    table: str
    name: str
    kind: str
    key: bool
    required: bool
    unit: str
    values: tuple[str, ...]
    label_fr: str
    label_en: str
    aliases: tuple[str, ...]

    @property
    def dtype(self) -> str:
        return _KINDS.get(self.kind, "str")

    def label(self, lang: str) -> str:
        """What the column is called, without the euro: a study counts in its own currency.

        >>> columns("contributions")["value_eur"].label("fr")
        'Valeur'
        """
        if lang == "fr":
            return self.label_fr.removesuffix(" (€)")
        return self.label_en.removesuffix(" (EUR)")


def reference(name: str) -> pd.DataFrame:
    """A table of the folder `reference/` as text: what the study knows beforehand.

    >>> reference("departments").set_index("department").at["29", "name"]
    'Finistère'
    """
    with (resources.files("analysis") / f"reference/{name}.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype="str")


def in_language(rows: pd.DataFrame, name: str, lang: str) -> pd.Series:
    """A column of reference rows in a language; in English where they lack that language.

    >>> in_language(reference("tables"), "label", "en").iloc[0]
    'partners'
    """
    return rows.get(f"{name}_{lang}", rows[f"{name}_en"])


@cache
def declared_tables() -> dict[str, dict[str, Column]]:
    """All declared tables, each a dict of its columns in order.

    >>> list(declared_tables()["votes"])
    ['proposal_id', 'voter', 'side', 'points']
    """
    tables: dict[str, dict[str, Column]] = {}
    with (resources.files("analysis") / "reference/columns.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            split = lambda text: tuple(part for part in text.split("|") if part)  # noqa: E731
            column = Column(
                row["table"],
                row["column"],
                row["kind"],
                row["key"] == "1",
                row["required"] == "1",
                row["unit"],
                split(row["values"]),
                row["label_fr"],
                row["label_en"],
                split(row["aliases"]),
            )
            tables.setdefault(column.table, {})[column.name] = column
    return tables


def columns(table: str) -> dict[str, Column]:
    """The declared columns of a table, by name, in order."""
    return declared_tables()[table]


def key(table: str) -> list[str]:
    """The columns that together name one row.

    >>> key("votes")
    ['proposal_id', 'voter']
    """
    return [column.name for column in columns(table).values() if column.key]


def conform(frame: pd.DataFrame, table: str, only: Sequence[str] | None = None) -> pd.DataFrame:
    """The frame with the declared columns (or `only` some), typed, in order; lacking ones empty.

    >>> conform(pd.DataFrame({"points": ["3"], "voter": ["V1"]}), "votes").dtypes.astype(str).tolist()
    ['str', 'str', 'str', 'Float64']
    """
    typed_columns = {}
    for name, column in columns(table).items():
        if only is not None and name not in only:
            continue
        if name in frame:
            typed_columns[name] = typed(frame[name], column)
        else:
            typed_columns[name] = pd.Series(pd.NA, index=frame.index, dtype=column.dtype)
    return pd.DataFrame(typed_columns, index=frame.index)


def typed(values: pd.Series, column: Column) -> pd.Series:
    """Values in the type of their column (texts may be categories); no number raises."""
    if column.dtype == "str" and isinstance(values.dtype, pd.CategoricalDtype):
        return values
    if column.kind in ("number", "integer") and not pd.api.types.is_numeric_dtype(values.dtype):
        values = pd.to_numeric(values)
    return values.astype(column.dtype)


def empty(table: str) -> pd.DataFrame:
    """A clean table without rows."""
    return conform(pd.DataFrame(index=pd.RangeIndex(0)), table)
