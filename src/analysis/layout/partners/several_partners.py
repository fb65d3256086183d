"""Agreements or grants of several partners: named in columns of their own ("Partenaire 1",
"Partenaire 2"), of which only the first would count, or in one cell ("A / B"), as one partner of
both names. Asked, since a row of the file for each of them is what tells them apart.
"""

import re

import pandas as pd
from pandas.api.typing import SeriesGroupBy

from analysis.declare.shares import HALF
from analysis.layout.headers.cell_evidence import sample
from analysis.parse import fold
from analysis.read import Block, folded

IN_COLUMNS, IN_CELLS = "partners in columns", "partners in cells"  # reasons of such doubts
_FURTHER = re.compile(
    r"(?i)^(?:co|autres?|other|second|weitere[rs]?|ander[es]?|otr[oa]s?|altr[oi])\b[- ]*"
)
_NUMBER = re.compile(r"[ _.n°]*\d+$")
_STRONG = re.compile(r"\s[/+|]\s|\s*[;\n]\s*")
_WEAK = re.compile(r"\s(?:et|and|und|en|y|e|&)\s|,\s*")
_PLURAL = re.compile(r"(?i)\((?:s|e|en|es)\)")  # "Partenaire(s)"
_FEWEST = 2  # cells that name several partners
_MANY = 0.005  # share of the names, below which the number of partners hardly changes
_LETTERS = 3  # that a name has at least


def partners_in_columns(block: Block, headers: tuple[str, ...], free: list[str]) -> tuple[str, ...]:
    """The other columns of partners, whose headers differ from that which was taken by a number
    ("Partenaire 2" beside "Partenaire 1") or a word ("Autre partenaire").
    """
    if len(headers) != 1:
        return ()
    name = _bare(headers[0])
    return tuple(header for header in free if _bare(header) == name and _hold_names(block, header))


def _bare(header: str) -> str:
    """A folded header without its number, or the word that says that it is of further partners."""
    return folded(_FURTHER.sub("", _NUMBER.sub("", header)))


def _hold_names(block: Block, header: str) -> bool:
    cells = sample(block.columns[header])
    return bool(len(cells)) and bool(cells.str.contains(r"[^\W\d_]{3}").mean() > HALF)


def are_partners_in_cells(block: Block, headers: tuple[str, ...]) -> bool:
    """Whether some cells name several partners, as a header says ("Partenaire(s)") or as parts of
    them do that stand alone in other cells.
    """
    if len(headers) != 1:
        return False
    names = block.columns[headers[0]].values.dropna()
    apart = names[names.str.contains(_STRONG)]
    joined = names[names.str.contains(_WEAK) & ~names.index.isin(apart.index)]
    if _PLURAL.search(headers[0]) and (len(apart) or len(joined) >= _FEWEST):
        return True
    fewest = max(1, _MANY * len(names))
    if len(apart) + len(joined) < fewest:
        return False
    known = set(fold(names))
    sure = _all_stand_alone(apart, _STRONG, known, 2) + _all_stand_alone(joined, _WEAK, known, 3)
    if sure >= fewest:
        return True
    met = _parts_stand_alone(apart, _STRONG, known).any().sum()
    met += _parts_stand_alone(joined, _WEAK, known).all().sum()
    return bool(met >= max(_FEWEST, fewest))


def reason_by_cells(block: Block, column: str, headers: tuple[str, ...]) -> str:
    """Why a column that only its cells tell is in doubt: recipients that may be several in a cell
    would be asked of no more once it is confirmed.
    """
    if column == "recipient" and are_partners_in_cells(block, headers):
        return IN_CELLS
    return "unnamed"


def _all_stand_alone(texts: pd.Series, mark: re.Pattern, known: set[str], parts: int) -> int:
    """How many cells have so many parts or more, each of which is the whole of another cell."""
    several = texts[texts.map(lambda text: len(mark.split(text)) >= parts)]
    return int(_parts_stand_alone(several, mark, known).all().sum())


def _parts_stand_alone(texts: pd.Series, mark: re.Pattern, known: set[str]) -> SeriesGroupBy:
    """By text, whether each part of it between marks is the whole of another text."""
    parts = fold(texts.map(mark.split).explode().astype("str"))
    is_known = parts.isin(known) & parts.str.len().ge(_LETTERS)
    return is_known.groupby(level=0)
