"""Agreements or grants of several partners: named in columns of their own ("Partenaire 1",
"Partenaire 2"), of which only the first would count, or in one cell ("A / B"), as one partner of
both names. Asked, since a row of the file for each of them is what tells them apart.
"""

import re

from analysis.layout.headers.cell_evidence import LOOKED_AT, sample
from analysis.read import Block, folded

IN_COLUMNS, IN_CELLS = "partners in columns", "partners in cells"  # reasons of such doubts
_FURTHER = re.compile(
    r"(?i)^(?:co|autres?|other|second|weitere[rs]?|ander[es]?|otr[oa]s?|altr[oi])\b[- ]*"
)
_NUMBER = re.compile(r"[ _.n°]*\d+$")
_STRONG = re.compile(r"\s[/+|]\s|\s*[;\n]\s*")
_WEAK = re.compile(r"\s(?:et|and|und|en|y|e|&)\s")
_PLURAL = re.compile(r"(?i)\((?:s|e|en|es)\)")  # "Partenaire(s)"
_FEWEST = 2  # cells that name several partners
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
    return bool(len(cells)) and bool(cells.str.contains(r"[^\W\d_]{3}").mean() > 0.5)


def are_partners_in_cells(block: Block, headers: tuple[str, ...]) -> bool:
    """Whether some cells name several partners, as a header says ("Partenaire(s)") or as parts of
    them do that stand alone in other cells.
    """
    if len(headers) != 1:
        return False
    names = block.columns[headers[0]].values.iloc[:LOOKED_AT].dropna()
    apart = names[names.str.contains(_STRONG)]
    joined = names[names.str.contains(_WEAK) & ~names.index.isin(apart.index)]
    if _PLURAL.search(headers[0]) and (len(apart) or len(joined) >= _FEWEST):
        return True
    known = {folded(name) for name in names}
    met = sum(any(_parts_known(text, _STRONG, known)) for text in apart)
    met += sum(all(_parts_known(text, _WEAK, known)) for text in joined)
    return met >= _FEWEST


def _parts_known(text: str, mark: re.Pattern, known: set[str]) -> list[bool]:
    """Of each part of a cell, whether it stands alone in another cell."""
    parts = [folded(part) for part in mark.split(text)]
    return [len(part) >= _LETTERS and part in known for part in parts]
