"""A column of text, cleaned: its distinct texts are worked on once each, then spread over the cells."""

import csv
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.read import repaired

STRING = pa.large_string()
TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
Read = tuple[pd.Series, pd.DataFrame]
Kind = tuple[np.ndarray, str, str]


class Distinct(NamedTuple):
    """A column as its distinct texts: as met, as cleaned (null where nothing is known), and which of them each cell holds."""

    cells: pd.Series
    raw: pa.Array
    text: pa.Array
    codes: pa.Array

    def spread(self, values: pa.Array, dtype: str = "str") -> pd.Series:
        """One value per distinct text -> one value per cell."""
        spread = values.take(self.codes)
        if dtype.startswith("datetime"):
            array = pd.array(spread.to_numpy(zero_copy_only=False), dtype=dtype)
        else:
            array = (TEXT if dtype == "str" else pd.api.types.pandas_dtype(dtype)).__from_arrow__(
                spread
            )
        return pd.Series(array, index=self.cells.index, name=self.cells.name)

    def faults(self, *kinds: Kind) -> pd.DataFrame:
        """One row per cell that bears a fault. A kind is: which distinct texts, rule, message; the first that applies counts."""
        kind = np.zeros(len(self.raw), "i8")
        for number, (bad, _rule, _message) in enumerate(kinds, 1):
            kind[bad & (kind == 0)] = number
        met = pc.fill_null(pa.array(kind).take(self.codes), 0).to_numpy(zero_copy_only=False)
        rows = np.flatnonzero(met)
        which = met[rows] - 1
        frame = {
            "rule": np.array([rule for _bad, rule, _message in kinds], object)[which],
            "value": self.cells.array[rows],
            "message": np.array([message for _bad, _rule, message in kinds], object)[which],
        }
        return pd.DataFrame(frame, index=self.cells.index[rows], dtype="str")


def distinct(cells: pd.Series) -> Distinct:
    """The column by its distinct texts."""
    array = pa.array(cells.astype("str"), STRING, from_pandas=True)
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    encoded = array.dictionary_encode()
    return Distinct(cells, encoded.dictionary, clean(encoded.dictionary), encoded.indices)


@cache
def reference(name: str) -> list[dict[str, str]]:
    """The rows of a reference table of the package, as text."""
    with (resources.files("analysis") / f"reference/{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def synonyms(column: str) -> dict[str, str]:
    """What people write in a column -> what it means, from `reference/synonyms.csv`.

    >>> synonyms("open end")["en cours"]
    'open'
    """
    return {row["raw"]: row["value"] for row in reference("synonyms") if row["column"] == column}


def flags(condition: pa.Array) -> np.ndarray:
    """A condition as booleans; null is false."""
    return pc.fill_null(condition, False).to_numpy(zero_copy_only=False)


def like(values: pa.Array, pattern: str) -> np.ndarray:
    """Which texts match a regular expression; null does not."""
    return flags(pc.match_substring_regex(values, pattern))


def sub(values: pa.Array, pattern: str, replacement: str = "") -> pa.Array:
    """Texts with what matches a regular expression replaced."""
    return pc.replace_substring_regex(values, pattern, replacement)


def mapped(keys: pa.Array, table: dict[str, str]) -> pa.Array:
    """The value that a table holds for each key; null where it holds none."""
    found = pc.index_in(keys, pa.array(list(table), STRING), skip_nulls=True)
    return pa.array(list(table.values()), STRING).take(found)


# Texts in which nothing is to do: plain letters, marks and digits of the European alphabets, single spaces between them.
_ODD = r"[^\x20-\x7e\x{a1}-\x{ac}\x{ae}-\x{2ff}\x{2010}-\x{2027}\x{20ac}]|^[ '=]| $|  |[ÂÃâ][^\x00-\x7f]|_x000[dD]_"

_WIDE = {
    wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)
}  # letters and digits as wide as Chinese ones


def clean(raw: pa.Array) -> pa.Array:
    """Trimmed, repaired texts; null where they say that nothing is known."""
    odd = pc.match_substring_regex(raw, _ODD)
    some = raw.filter(odd)
    broken = pc.match_substring_regex(some, r"[ÂÃâ][^\x00-\x7f]|[\x{ff01}-\x{ff5e}]")
    mended = pa.array(
        [repaired(text).translate(_WIDE) for text in some.filter(broken).to_pylist()], STRING
    )
    some = pc.utf8_normalize(pc.replace_with_mask(some, broken, mended), "NFC")
    some = sub(sub(some, r"(?:[\s\v\pZ\x{85}]|_x000[dD]_)+", " "), r"\pC")
    some = pc.utf8_trim_whitespace(sub(some, "  +", " "))
    for marked in (
        r"^'([^']*)'$",
        r"^'([0-9=+-])",
        r'^="([^"]*)"$',
    ):  # quoted, or marked as text for a spreadsheet
        some = sub(some, marked, r"\1")
    text = pc.replace_with_mask(raw, odd, some)
    short = pc.less_equal(pc.binary_length(text), 40)  # no code for what is missing is longer
    absent = pc.is_valid(_codes(text.filter(short)))
    return pc.replace_with_mask(
        text, short, pc.if_else(absent, pa.scalar(None, STRING), text.filter(short))
    )


def _codes(text: pa.Array) -> pa.Array:
    return mapped(pc.utf8_lower(text), {"": "blank"} | synonyms("missing"))


def text(cells: pd.Series) -> pd.Series:
    """Trimmed text; missing where the cell says that nothing is known.

    Spaces of all kinds become one plain space, control characters go, doubly encoded letters are repaired where that is
    exact. Markup and formulas stay as they are: plain text.

    >>> text(pd.Series([" les  AssociÃ©s", "n.c.", "<b>Ain</b>"])).tolist()
    ['les Associés', nan, '<b>Ain</b>']
    """
    column = distinct(cells)
    return column.spread(column.text)


def missing(cells: pd.Series) -> pd.Series:
    """Why a cell is missing ("blank", "not communicated", "not applicable" ...); missing where the cell says something.

    >>> missing(pd.Series(["NC", "sans objet", "", "12"])).tolist()
    ['not communicated', 'not applicable', 'blank', nan]
    """
    column = distinct(cells.astype("str").fillna(""))
    return column.spread(_codes(pc.utf8_trim_whitespace(sub(column.raw, r"[\s\v\pZ]+", " "))))


# Capitals as small letters, marks as spaces, byte by byte: no text is moved.
_FOLDED = bytes(
    byte
    if byte > 127 or chr(byte).isdigit()
    else ord(chr(byte).lower())
    if chr(byte).isalpha()
    else 32
    for byte in range(256)
)


def folded(values: pa.Array) -> pa.Array:
    """Texts without case, accents or punctuation."""
    values = _changed(values, pc.invert(pc.string_is_ascii(values)), _unaccented)
    valid, offsets, texts = values.buffers()
    small = pa.py_buffer(texts.to_pybytes().translate(_FOLDED) if texts else b"")
    plain = pa.LargeStringArray.from_buffers(
        len(values), offsets, small, valid, offset=values.offset
    )
    return _changed(
        plain,
        pc.match_substring_regex(plain, "^ | $|  "),
        lambda some: pc.utf8_trim_whitespace(sub(some, "  +", " ")),
    )


def _unaccented(values: pa.Array) -> pa.Array:
    plain = sub(pc.utf8_normalize(pc.utf8_lower(values), "NFKD"), r"\pM+")
    return _changed(plain, pc.invert(pc.string_is_ascii(plain)), _plain)


def _plain(values: pa.Array) -> pa.Array:
    """Letters that are two in one as two, marks that are no letters as spaces."""
    parted = pc.replace_substring(pc.replace_substring(values, "œ", "oe"), "æ", "ae")
    return sub(parted, r"[^\x00-\x7f\pL\pN]+", " ")


def _changed(values: pa.Array, which: pa.Array, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Values of which some are changed."""
    return pc.replace_with_mask(values, which, change(values.filter(which)))


def fold(cells: pd.Series) -> pd.Series:
    """Text without case, accents or punctuation, for comparison.

    >>> fold(pd.Series(["L'Œuvre d'Ain-Été (01)"])).tolist()
    ['l oeuvre d ain ete 01']
    """
    column = distinct(cells)
    return column.spread(folded(column.text))
