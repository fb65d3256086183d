"""Rows of a table as coded columns, and the numbers by which they are compared and put in order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.declare import schema
from analysis.read import Coded


@dataclass
class Rows:
    """Rows of one table from any number of sources: typed columns, and where each row comes from."""

    table: str
    columns: dict[str, Coded]
    source: np.ndarray
    line: np.ndarray
    record: np.ndarray  # equal for records equal in every cell of the file, used or not

    def __len__(self) -> int:
        return len(self.line)

    def rows(self, kept: np.ndarray) -> "Rows":
        """The rows of a mask or of positions."""
        codes = {
            id(column.codes): column.codes for column in self.columns.values()
        }  # what is read from one cell shares them
        codes = {key: held[kept] for key, held in codes.items()}
        columns = {
            name: Coded(codes[id(column.codes)], column.values)
            for name, column in self.columns.items()
        }
        return Rows(self.table, columns, self.source[kept], self.line[kept], self.record[kept])

    def only(self, names: Sequence[str]) -> "Rows":
        """The rows with some of their columns."""
        columns = {name: self.columns[name] for name in names if name in self.columns}
        return Rows(self.table, columns, self.source, self.line, self.record)

    def known(self, name: str) -> np.ndarray:
        """Whether each row holds a value in a column."""
        if name not in self.columns:
            return np.zeros(len(self), dtype=bool)
        column = self.columns[name]
        return np.append(column.values.notna().to_numpy(dtype=bool), False)[column.codes]

    def series(self, name: str) -> pd.Series:
        """A column in full; missing throughout where the rows do not have it."""
        if name not in self.columns:
            declared = schema.columns(self.table)
            return pd.Series(
                pd.NA,
                index=range(len(self)),
                dtype=declared[name].dtype if name in declared else "str",
            )
        return self.columns[name].series()

    def keys(self, name: str) -> np.ndarray:
        """Codes by which equal values of a column are equal; -1 where missing."""
        if name not in self.columns:
            return np.full(len(self), -1)
        column = self.columns[name]
        return np.append(pd.factorize(column.values)[0], -1)[column.codes]

    def ranked(self, names: list[str]) -> np.ndarray:
        """Numbers by which the rows are in the order of some columns (what is missing comes last), equal where these are equal."""
        places = []
        for name in [name for name in names if name in self.columns]:
            rank = self.columns[name].values.rank(method="dense").to_numpy(float, na_value=np.nan)
            last = np.nanmax(rank, initial=0) + 1
            places.append(
                np.append(np.nan_to_num(rank, nan=last), last).astype(np.int64)[
                    self.columns[name].codes
                ]
            )
        return packed(places)

    def days(self, name: str) -> np.ndarray:
        """A column of dates, in full."""
        column = self.columns[name]
        return np.append(column.values.to_numpy("datetime64[D]"), np.datetime64("NaT"))[
            column.codes
        ]

    def put(self, name: str, at: np.ndarray, values: pd.Series | None) -> None:
        """Other values (or none) at some positions of a column."""
        if not len(at):
            return
        declared = schema.columns(self.table)[name].dtype
        held = self.columns.get(
            name, Coded(np.full(len(self), -1, dtype=np.int32), pd.Series(dtype=declared))
        )
        codes, whole = held.codes.copy(), held.values
        codes[at] = -1
        if values is not None:
            known = values.notna().to_numpy(bool)
            codes[at[known]] = np.arange(np.count_nonzero(known)) + len(whole)
            whole = pd.concat([whole, values[known]], ignore_index=True).astype(declared)
        self.columns[name] = Coded(codes, whole)

    def distinct(self, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Codes of the rows by their cells in some columns, and the first row of each code: what depends on these columns
        alone is worked out once for each."""
        codes = pd.factorize(
            mixed([self.columns[name].codes for name in names if name in self.columns])
        )[0]
        first = np.empty(codes.max(initial=-1) + 1, dtype=np.int64)
        first[codes[::-1]] = np.arange(len(self))[::-1]
        return codes, first

    def frame(self) -> pd.DataFrame:
        """All columns in full, with `source` (a number) and `line`."""
        return pd.DataFrame(
            {name: self.series(name) for name in self.columns}
            | {"source": self.source, "line": self.line}
        )


def together(parts: list[Rows]) -> Rows:
    """The rows of several sources as one; a column that a source lacks is missing there."""
    if len(parts) == 1:
        return parts[0]
    columns = {}
    for name in dict.fromkeys(name for part in parts for name in part.columns):
        held = [part.columns[name] for part in parts if name in part.columns]
        values = pd.concat([column.values for column in held], ignore_index=True).astype(
            held[0].values.dtype
        )
        offsets = iter(np.cumsum([0, *(len(column.values) for column in held)]).tolist())
        pieces = []
        for part in parts:
            if name in part.columns:
                codes, offset = part.columns[name].codes, next(offsets)
                pieces.append(np.where(codes < 0, -1, codes + offset).astype(np.int32))
            else:
                pieces.append(np.full(len(part), -1, dtype=np.int32))
        columns[name] = Coded(np.concatenate(pieces), values)
    origin = [
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("source", "line", "record")
    ]
    return Rows(parts[0].table, columns, *origin)


def mixed(keys: list[np.ndarray]) -> np.ndarray:
    """One 64-bit number for each combination of codes: equal combinations are equal, others differ but for one chance in 10^7."""
    number = np.full(len(keys[0]), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for start in range(
        0, len(number), 1 << 16
    ):  # some rows at a time: what is worked out on the way stays in the cache
        part = number[start : start + (1 << 16)]
        for key in keys:
            part ^= key[start : start + len(part)].astype(np.int64).view(np.uint64) + np.uint64(1)
            part *= np.uint64(0xFF51AFD7ED558CCD)
            part ^= part >> np.uint64(32)
    return number


def repeated(keys: np.ndarray) -> np.ndarray:
    """The positions of keys that are met more than once.

    >>> repeated(np.array([7, 5, 7])).tolist()
    [0, 2]
    """
    met = np.sort(keys)
    return np.flatnonzero(
        pd.Series(keys).isin(met[1:][met[1:] == met[:-1]])
    )  # most are met once: no table of all is needed


def packed(columns: list[np.ndarray]) -> np.ndarray:
    """One number for each row, so that the rows are in order by these columns of whole numbers where the numbers are.

    >>> packed([np.array([1, 0, 1]), np.array([-1, 5, 3])]).argsort().tolist()
    [1, 0, 2]
    """
    number, span = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns if len(number) else ():
        low, wide = int(column.min()), int(column.max()) - int(column.min()) + 1
        if span * wide >= 1 << 63:  # too many to multiply: numbered anew first
            met, number = np.unique(number, return_inverse=True)
            span = len(met)
        number *= wide
        number += column
        number -= low
        span *= wide
    return number
