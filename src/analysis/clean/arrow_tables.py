"""Clean tables as Arrow holds them: a text that many rows share is held once, a column that says nothing weighs nothing."""

from collections.abc import Iterator, MutableMapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.declare import schema
from analysis.read import Coded

if TYPE_CHECKING:
    from analysis.clean.coded_rows import Rows

TEXT = pa.large_string()
# How an Arrow column is read by pandas; text is "str".
DTYPES = {
    pa.float64(): "Float64",
    pa.int64(): "Int64",
    pa.bool_(): "boolean",
    pa.timestamp("us"): "datetime64[us]",
}
_OF_DTYPE = {dtype: arrow for arrow, dtype in DTYPES.items()}


class Tables(MutableMapping[str, pd.DataFrame]):
    """Tables by name, each a frame when it is asked for, however it is held.

    >>> held = Tables()
    >>> held["votes"] = pa.table({"voter": shared(np.array([0, 0, -1]), pd.Series(["V1"]))})
    >>> held["votes"]["voter"].tolist()
    ['V1', 'V1', nan]
    """

    def __init__(self):
        self._held: dict[str, pa.Table | pd.DataFrame] = {}
        self._arrow: dict[str, pa.Table] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        held = self._held[name]
        return _frame(held) if isinstance(held, pa.Table) else held

    def __setitem__(self, name: str, table: pa.Table | pd.DataFrame) -> None:
        self._held[name] = table
        self._arrow.pop(name, None)

    def __delitem__(self, name: str) -> None:
        del self._held[name]
        self._arrow.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def arrow(self, name: str) -> pa.Table:
        """The table as Arrow holds it, with what pandas needs to read it as a frame."""
        if name not in self._arrow:
            held = self._held[name]
            if isinstance(held, pa.Table):
                meta = pa.Schema.from_pandas(
                    _frame(held.slice(0, 0)), preserve_index=False
                ).metadata
                self._arrow[name] = held.replace_schema_metadata(meta)
            else:
                self._arrow[name] = pa.Table.from_pandas(held, preserve_index=False)
        return self._arrow[name]

    def columns(self, name: str, which: Sequence[str]) -> pd.DataFrame:
        """Some columns of a table as a frame."""
        return _frame(self.arrow(name).select(which))


def _frame(held: pa.Table) -> pd.DataFrame:
    columns = {}
    for name, column in zip(held.column_names, held.columns, strict=True):
        dtype = pd.api.types.pandas_dtype(DTYPES.get(column.type, "str"))
        columns[name] = (
            column.to_pandas() if dtype.kind == "M" else dtype.__from_arrow__(plain(column))
        )
    return pd.DataFrame(columns)


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column, its texts one by one."""
    return column.cast(TEXT) if pa.types.is_dictionary(column.type) else column


def encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column of texts as codes into its distinct texts."""
    whole = column.combine_chunks()
    return whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()


def table_of(rows: "Rows", order: np.ndarray) -> pa.Table:
    """The declared table of some rows, in some order; their columns are let go one by one, so that no table is held twice."""
    made = {}
    for name, column in schema.columns(rows.table).items():
        if name in rows.columns:
            made[name] = spread(rows.columns.pop(name).rows(order), column.dtype)
    return declared(rows.table, len(order), **made)


def spread(column: Coded, dtype: str) -> pa.Array:
    """A column in full; texts of which there are few are shared by the rows."""
    if dtype == "str" and 4 * len(column.values) < len(column.codes):
        codes, values = pd.factorize(column.values)
        return shared(np.append(codes, -1).astype(np.int32)[column.codes], values)
    at = pa.array(column.codes, mask=column.codes < 0)
    return pa.array(
        column.values, TEXT if dtype == "str" else _OF_DTYPE[dtype], from_pandas=True
    ).take(at)


def shared(codes: np.ndarray, texts: pd.Series | pd.Index) -> pa.DictionaryArray:
    """Texts that many rows share, by codes; -1 is missing."""
    none = codes < 0
    return pa.DictionaryArray.from_arrays(
        pa.array(codes, mask=none if none.any() else None), pa.array(texts, TEXT)
    )


def days(numbers: np.ndarray, known: np.ndarray | None = None) -> pa.Array:
    """Numbers of days since 1970 as dates; missing where they are not `known`."""
    whole = pa.array(numbers, pa.int32(), mask=None if known is None else ~known)
    return whole.view(pa.date32()).cast(pa.timestamp("us"))


def declared(table: str, size: int, /, **columns: pa.Array | str) -> pa.Table:
    """A declared table from its columns; one text stands for a whole column, and absent columns are empty."""
    same = np.zeros(size, dtype=np.int8)
    empty = {dtype: pa.nulls(size, arrow) for dtype, arrow in _OF_DTYPE.items()} | {
        "str": shared(same - 1, pd.Series([""]))
    }
    whole = {}
    for column, kind in schema.columns(table).items():
        given = columns.get(column)
        whole[column] = (
            empty[kind.dtype]
            if given is None
            else shared(same, pd.Series([given]))
            if isinstance(given, str)
            else given
        )
    return pa.table(whole)
