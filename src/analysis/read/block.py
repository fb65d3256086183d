"""What reading gives: blocks of rows under a header, each column as codes into its distinct texts."""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

NAMELESS = "column"  # the name of a column that has no header
TEXTS_REMEMBERED = 600  # of a column, up to which what is read of it is kept
_CAPITAL_WITHIN = re.compile(
    r"(?<=[^\W_][^\W\dA-Z_])(?=[A-Z])"
)  # that of "amountEUR", not of "kNOK"


class Coded(NamedTuple):
    """A column as codes into its distinct values; -1 where the cell is blank.

    >>> Coded(np.array([0, -1, 0]), pd.Series(["a"], dtype="str")).series().tolist()
    ['a', nan, 'a']
    """

    codes: np.ndarray
    values: pd.Series

    @classmethod
    def of(cls, texts: pd.Series) -> "Coded":
        """A column of one text a row, in which missing ones are blank.

        >>> Coded.of(pd.Series(["a", None, "a"], dtype="str")).codes.tolist()
        [0, -1, 0]
        """
        codes, distinct_texts = pd.factorize(texts)
        return cls(codes.astype(np.int32), pd.Series(distinct_texts, dtype="str"))

    def series(self) -> pd.Series:
        """The column in full, one value a row."""
        return pd.Series(
            self.values.array.take(self.codes, allow_fill=True), dtype=self.values.dtype
        )

    def each(self, reader: Callable[[pd.Series], pd.Series]) -> pd.Series:
        """What a reader of texts makes of the cell of each row, one value a row: each distinct text
        is read once.

        >>> Coded(np.array([0, -1, 0]), pd.Series(["a"], dtype="str")).each(lambda texts: texts.str.upper()).tolist()
        ['A', nan, 'A']
        """
        used = self.used()
        read = reader(used.reset_index(drop=True))
        place = np.full(len(self.values) + 1, -1)  # of a value among those that were read
        place[used.index] = np.arange(len(used))
        return pd.Series(read.array.take(place[self.codes], allow_fill=True))

    def used(self) -> pd.Series:
        """The distinct values that stand on some row, by their codes.

        >>> Coded(np.array([1, -1]), pd.Series(["a", "b"], dtype="str")).used().to_dict()
        {1: 'b'}
        """
        is_used = np.zeros(len(self.values) + 1, dtype=bool)
        is_used[self.codes] = True  # a blank marks the last
        return self.values[is_used[:-1]]

    def rows(self, kept: np.ndarray) -> "Coded":
        """The column at some rows only (a mask or positions)."""
        return Coded(self.codes[kept], self.values)


class Aside(NamedTuple):
    """A record that is no row, and why."""

    line: int
    rule: str
    value: str


@dataclass(eq=False)  # a block is itself alone, by which what is found out of it is remembered
class Block:
    """A header and the rows below it; `ragged`: records, as written, that do not answer to it."""

    source: str
    header_line: int
    columns: dict[str, Coded]
    lines: np.ndarray
    aside: list[Aside] = field(default_factory=list)
    ragged: list[tuple[int, str]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    delimiter: str = ""
    encoding: str = ""
    decimal: str | None = None  # where the file itself says so
    since_1904: bool = False  # numbers that are days count from 1904, as the file itself says
    sheet: str = ""  # its name in a workbook
    struck: frozenset[int] = frozenset()  # lines that a workbook strikes through
    hidden: frozenset[int] = frozenset()  # lines that it hides, by hand or by a filter
    # lines that a merged amount covers -> the first line of it
    merged_into: dict[int, int] = field(default_factory=dict)
    colours: dict[str, frozenset[int]] = field(default_factory=dict)  # the lines that bear each
    legend: dict[str, str] = field(default_factory=dict)  # colour -> what a legend says of it
    notes_elsewhere: tuple[str, ...] = ()  # texts of sheets that only explain
    written_as: dict[str, str] = field(default_factory=dict)  # header that was made -> the file's
    # header that was made of those of several years -> the file's
    made_of: dict[str, tuple[str, ...]] = field(default_factory=dict)


def empty_block(source: str, line: int, delimiter: str = "") -> Block:
    """A block to which nothing was added yet."""
    return Block(source, line, {}, np.array([], dtype=np.int64), delimiter=delimiter)


def repaired(text: str) -> str:
    """Text decoded as cp1252 (or latin-1) instead of UTF-8, decoded back where that is exact.

    >>> repaired("BÃ©nÃ©ficiaire")
    'Bénéficiaire'
    """
    for encoding in ("cp1252", "latin-1"):
        try:
            if text.isascii():
                return text
            return repaired(text.encode(encoding).decode("utf-8"))
        except UnicodeError:
            continue
    return text


@lru_cache(1 << 16)  # headers recur; the cells that are compared with them may be any number
def folded(text: str) -> str:
    """A header without case, accents, spaces or punctuation, so that its spellings meet.

    >>> folded("Nom de l’attributaire ") == folded("NOM DE L'ATTRIBUTAIRE")
    True
    """
    plain = unicodedata.normalize("NFKD", repaired(text).replace("œ", "oe"))
    return "".join(letter for letter in plain.casefold() if letter.isalnum())


def spaced(header: str) -> str:
    """A header with a space wherever an underscore or a capital parts two words: of "sum_mln" and
    "amountMln" a pattern of words finds the unit too.

    >>> [spaced(header) for header in ("sum_mln", "montantAnnuel", "Montant (k€)")]
    ['sum mln', 'montant Annuel', 'Montant (k€)']
    """
    return _CAPITAL_WITHIN.sub(" ", header).replace("_", " ")


class Request(NamedTuple):
    """What is asked of a file: its name, known header names, a sheet alone, the line of its header.

    `header_row` 0 says that it has none: its columns are then named by their places. `stated` are
    the folded headers that study.toml says of this file: one of them may stand alone in its line.
    """

    source: str
    vocabulary: frozenset[str] = frozenset()
    sheet: str | None = None
    header_row: int | None = None
    packed: int = 0  # bytes of the file as it lies
    is_member: bool = False  # of an archive or a workbook
    stated: frozenset[str] = frozenset()

    def of(self, member: str) -> "Request":
        """The same asked of a file within an archive."""
        source = f"{self.source}#{member}"
        return self._replace(source=source, sheet=None, is_member=True)

    def states_alone(self, cells: list[str]) -> bool:
        """Whether one cell alone is filled, and study.toml states it as a header of this file."""
        filled = [cell for cell in cells if cell.strip()]
        return len(filled) == 1 and folded(filled[0]) in self.stated


class Record(NamedTuple):
    """A record of a file: its line, its cells, and how it was written."""

    line: int
    cells: list[str]
    text: str


def as_tuple(texts: pd.Series) -> tuple[str | None, ...]:
    """The texts of a column, as what is remembered of them is found by: ten times as fast as tuple()
    of pandas' texts, which are made one by one.

    >>> as_tuple(pd.Series(["12 €", None], dtype="str"))
    ('12 €', None)
    """
    import pyarrow as pa

    array = pa.array(texts.array, pa.large_string(), from_pandas=True)
    return tuple(array.to_numpy(zero_copy_only=False).tolist())


def matching(texts: pd.Series, pattern: str) -> np.ndarray:
    """Which texts a regular expression is found in (RE2); missing ones are not.

    >>> matching(pd.Series(["12 €", None, "Ain"], dtype="str"), "[0-9]").tolist()
    [True, False, False]
    """
    if len(texts) <= TEXTS_REMEMBERED:
        return _matching_of_few(as_tuple(texts), pattern).copy()
    return _searched(texts, pattern)


@lru_cache(1 << 12)  # RE2 builds the pattern anew for each call: of few texts that is nearly all
def _matching_of_few(texts: tuple[str, ...], pattern: str) -> np.ndarray:
    return _searched(texts, pattern)


def _searched(texts: Collection[str], pattern: str) -> np.ndarray:
    import pyarrow as pa
    import pyarrow.compute as pc

    is_match = pc.match_substring_regex(
        pa.array(texts, pa.large_string(), from_pandas=True), pattern
    )
    return pc.fill_null(is_match, False).to_numpy(zero_copy_only=False)


def distinct_texts(cells: list[str]) -> set[str]:
    """The texts of some cells, blank ones left out."""
    return {cell.strip() for cell in cells} - {""}


def bears(cells: list[str], names: set[str]) -> bool:
    """Whether some cells hold the names of a header, in any order, and nothing else.

    >>> bears(["Montant", "", "Nom "], {"Nom", "Montant"}), bears(["Nom"], {"Nom", "Montant"})
    (True, False)
    """
    is_possible = len(names) > 1 and cells and (cells[0].strip() in names or not cells[0].strip())
    return bool(is_possible) and distinct_texts(cells) == names


def cell(value) -> str:
    """A spreadsheet cell as text: whole numbers without a point, dates as YYYY-MM-DD."""
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e16:
            return str(int(value))
        return repr(float(value))
    if hasattr(value, "isoformat"):
        return value.isoformat().removesuffix("T00:00:00")
    return str(value)


def coded(codes: np.ndarray, values: pd.Series) -> Coded:
    """Codes with blank texts marked -1."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pa.array(values, pa.large_string(), from_pandas=True)
    blank = pc.fill_null(
        pc.or_(pc.utf8_is_space(texts), pc.equal(pc.binary_length(texts), 0)), True
    ).to_numpy(zero_copy_only=False)
    if blank.any():
        places = np.where(blank, -1, np.arange(len(values), dtype=np.int32))
        codes = np.append(places, np.int32(-1))[codes]
    return Coded(codes.astype(np.int32, copy=False), values)
