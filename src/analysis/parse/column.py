"""A column of text: trimmed, repaired, folded; and the regular expressions (RE2) by which readers
take it apart.

Readers are given each distinct text once (see `once_each`); none works cell by cell.
"""

import csv
import re
from collections.abc import Callable
from functools import cache
from html import unescape
from html.entities import html5
from importlib import resources

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.parse.remembered import remembered
from analysis.read import as_tuple, matching, repaired

Read = tuple[pd.Series, pd.DataFrame]

# Letters, for a class, by whole blocks of scripts. RE2 builds `\pL`, each letter there is, anew for
# each call, which takes longer than to read a column of some hundred texts.
LETTERS = (
    r"a-zA-Z\x{aa}\x{b5}\x{ba}\x{c0}-\x{1fff}\x{2c00}-\x{2dff}\x{3040}-\x{fdff}\x{fe70}-\x{ffdc}"
)
_TEXT = pd.StringDtype(na_value=np.nan)  # what pandas makes of "str"
_NO_FAULTS = pd.DataFrame(columns=["rule", "value", "message"], dtype="str")
_BEYOND_ASCII = r"[^\x00-\x7f]"


@cache
def reference_rows(name: str) -> list[dict[str, str]]:
    """The rows of a reference table of the package, as text."""
    with (resources.files("analysis") / f"reference/{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def synonyms(column: str) -> dict[str, str]:
    """What people write in a column -> what it means, from `reference/synonyms.csv`.

    >>> synonyms("open end")["en cours"]
    'open'
    """
    return {
        row["raw"]: row["value"] for row in reference_rows("synonyms") if row["column"] == column
    }


def _arrow(texts: pd.Series) -> pa.Array:
    # of its array alone, which holds Arrow's: of a Series pyarrow first asks what else it may be
    array = pa.array(texts.array, pa.large_string(), from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        return array.combine_chunks()
    return array


def _series(array: pa.Array, texts: pd.Series) -> pd.Series:
    return pd.Series(_TEXT.__from_arrow__(array), texts.index, name=texts.name)


def sub(texts: pd.Series, pattern: str, replacement: str = "") -> pd.Series:
    """Texts with a regular expression (RE2) replaced: the same whatever letters a column holds."""
    return _series(pc.replace_substring_regex(_arrow(texts), pattern, replacement), texts)


def extracted(texts: pd.Series, pattern: str) -> pd.DataFrame:
    """The named groups of an expression: missing where a text does not match, blank where empty."""
    parts = pc.extract_regex(_arrow(texts), pattern)
    fields = {field.name: pc.struct_field(parts, field.name) for field in parts.type}
    columns = {name: _TEXT.__from_arrow__(field) for name, field in fields.items()}
    return pd.DataFrame(columns, index=texts.index)


def mapped(keys: pd.Series, table: dict[str, str]) -> pd.Series:
    """The value that a table holds for each key; missing where it holds none."""
    values = [table.get(key) for key in as_tuple(keys)]
    return pd.Series(values, keys.index, dtype="str", name=keys.name)


# Accents, Hebrew points and Arabic vowel signs, which a name may bear or not. The signs of Thai or
# Hindi vowels are letters: without them, and without the marks of Japanese letters, names meet.
_ACCENTS = r"[\x{300}-\x{36f}\x{591}-\x{5bd}\x{5c1}\x{5c2}\x{64b}-\x{65f}\x{670}]+"


def without_accents(texts: pd.Series) -> pd.Series:
    """Small letters without their accents."""
    letters = sub(texts.str.normalize("NFKD"), _ACCENTS)
    return _changed(letters, matching(letters, _BEYOND_ASCII), _without_marks_of_any).str.lower()


def _without_marks_of_any(letters: pd.Series) -> pd.Series:
    """Letters in one piece, without the marks that may stand on those of any script."""
    return sub(letters.str.normalize("NFC"), r"\p{Inherited}+")


def faults(cells: pd.Series, *kinds: tuple[np.ndarray, str, str]) -> pd.DataFrame:
    """One row per cell that bears a fault; of kinds (which, rule, message) the first counts."""
    which, rules, messages = zip(*kinds, strict=True)
    kind = np.select([np.asarray(bad, dtype=bool) for bad in which], range(len(kinds)), -1)
    is_fault = kind >= 0
    if not is_fault.any():
        return _NO_FAULTS.set_axis(cells.index[is_fault])
    kind = kind[is_fault]
    columns = {
        "rule": np.array(rules, object)[kind],
        "value": cells.array[is_fault],
        "message": np.array(messages, object)[kind],
    }
    return pd.DataFrame(columns, index=cells.index[is_fault], dtype="str")


def once_each(reader: Callable[[pd.Series], pd.Series], cells: pd.Series) -> pd.Series:
    """What a reader of texts makes of the cells of a column in which texts recur.

    >>> once_each(fold, pd.Series(["Été", None, "Été"])).tolist()
    ['ete', nan, 'ete']
    """
    codes, texts = pd.factorize(cells.astype("str"))
    values = reader(pd.Series(texts, dtype="str"))
    return values.reindex(codes).set_axis(cells.index).rename(cells.name)


# Texts in which nothing is to do: plain letters, marks and digits of the European alphabets, single
# spaces between them.
_ODD = r"[^\x20-\x7e\x{a1}-\x{ac}\x{ae}-\x{2ff}\x{2010}-\x{2027}\x{20ac}]|^[ '=]| $|  |[ÂÃâ][^\x00-\x7f]|_x000[dD]_|&#?\w+;"
_REFERENCE = r"&(#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);"  # a character, as HTML writes it
_BROKEN = r"[ÂÃâ][^\x00-\x7f]|[\x{ff01}-\x{ff5e}]"
_MARKED = (r"^'([^']*)'$", r"^'([0-9=+-])", r'^="([^"]*)"$')  # quoted, or as text for a spreadsheet
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}  # as wide as Chinese letters


def _changed(
    texts: pd.Series, which: np.ndarray, change: Callable[[pd.Series], pd.Series]
) -> pd.Series:
    """Texts of which some are changed."""
    if not which.any():
        return texts
    new = _arrow(change(texts[which]))
    return _series(pc.replace_with_mask(_arrow(texts), pa.array(which), new), texts)


def _mended(texts: pd.Series) -> pd.Series:
    texts = _changed(texts, matching(texts, _REFERENCE), lambda some: some.map(_without_references))
    texts = _changed(texts, matching(texts, _BROKEN), lambda some: some.map(_undoubled))
    texts = _series(pc.utf8_normalize(_arrow(texts), "NFC"), texts)
    texts = sub(sub(texts, r"(?:[\s\v\pZ\x{85}]|_x000[dD]_)+", " "), r"\pC")
    texts = sub(texts, "  +", " ").str.strip()
    for marked in _MARKED:
        texts = sub(texts, marked, r"\1")
    return texts


def _without_references(text: str) -> str:
    """Text with the letters that HTML writes by name or number ("&amp;"), where it has such a name;
    also those of a list that was written so twice ("&amp;amp;").
    """
    plain = re.sub(_REFERENCE, _referred, text)
    return text if plain == text else _without_references(plain)


def _referred(reference: re.Match) -> str:
    name = reference[1]
    if name.startswith("#"):
        return unescape(reference[0])
    return html5.get(f"{name};", reference[0])


def _undoubled(text: str) -> str:
    return repaired(text).translate(_WIDE)


@remembered
def text(cells: pd.Series) -> pd.Series:
    """Trimmed text; missing where the cell says that nothing is known.

    Spaces of all kinds become one plain space, control characters go, doubly encoded letters are
    repaired where that is exact, and letters that HTML writes by name or number ("&amp;") are read.
    Markup and formulas stay as they are: plain text.

    >>> text(pd.Series([" les  AssociÃ©s", "n.c.", "<b>R&amp;D</b>"])).tolist()
    ['les Associés', nan, '<b>R&D</b>']
    """
    cells = cells.astype("str")
    plain = _changed(cells, matching(cells, _ODD), _mended)
    says_nothing = pc.is_in(pc.utf8_lower(_arrow(plain)), _words_for_missing())
    is_missing = says_nothing.to_numpy(zero_copy_only=False)
    if is_missing.any():
        return plain.mask(is_missing)
    return plain


@cache
def _words_for_missing() -> pa.Array:
    return pa.array(["", *synonyms("missing")], pa.large_string())


def missing(cells: pd.Series) -> pd.Series:
    """Why a cell is missing ("blank", "not communicated" ...); missing where it says something.

    >>> missing(pd.Series(["NC", "sans objet", "", "12"])).tolist()
    ['not communicated', 'not applicable', 'blank', nan]
    """
    plain = sub(cells.astype("str").fillna(""), r"[\s\v\pZ]+", " ").str.strip().str.lower()
    return mapped(plain, {"": "blank"} | synonyms("missing"))


def declined(answers: pd.Series) -> pd.Series:
    """Which answers of a survey say that there is no opinion; "SA" does so nowhere else.

    >>> declined(pd.Series(["NSP", "SA", "7", "NC"])).tolist()
    [True, True, False, False]
    """
    short = answers.astype("str").str.strip().str.lower().isin(synonyms("answers.value"))
    return missing(answers).eq("no opinion").fillna(False) | short


def is_spreadsheet_error(cells: pd.Series) -> np.ndarray:
    """Which cells hold what a spreadsheet shows where it could not calculate, or has no room.

    >>> is_spreadsheet_error(pd.Series(["#REF!", "#N/A", "########", "12", None])).tolist()
    [True, True, True, False, False]
    """
    begins = matching(cells, r"^[\s\pZ]*#")
    if not begins.any():
        return begins
    return (
        begins & (missing(cells).eq("spreadsheet error") | matching(cells, r"^#{3,}$")).to_numpy()
    )


@remembered
def fold(cells: pd.Series) -> pd.Series:
    """Text without case, accents or punctuation, for comparison.

    >>> fold(pd.Series(["L'Œuvre d'Ain-Été (01)"])).tolist()
    ['l oeuvre d ain ete 01']
    """
    return bare_letters(text(cells))


def bare_letters(texts: pd.Series) -> pd.Series:
    """Letters and digits alone, small, without accents, one space between words."""
    has_accents = matching(texts, _BEYOND_ASCII)
    plain = _changed(texts, has_accents, _without_ligatures).str.lower()
    is_other = has_accents & matching(plain, _BEYOND_ASCII)
    if is_other.any():
        plain = _changed(plain, is_other, lambda some: sub(some, r"[^\pL\pN\pM]+", " "))
        plain = _changed(plain, ~is_other, lambda some: sub(some, "[^a-z0-9]+", " "))
    else:
        plain = sub(plain, "[^a-z0-9]+", " ")
    return plain.str.strip()


def _without_ligatures(texts: pd.Series) -> pd.Series:
    """Small letters without their accents, of which those that were written in one are two."""
    plain = without_accents(texts)
    return plain.str.replace("œ", "oe", regex=False).str.replace("æ", "ae", regex=False)
