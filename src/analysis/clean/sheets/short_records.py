"""What the cells of a record look like, and records that stop before the end of their header: rows
where they leave out what other rows leave blank.
"""

import csv
import io
import re
from typing import NamedTuple

from analysis.clean.team.cells_to_mend import DECISIVE
from analysis.declare import schema
from analysis.layout import Mapping
from analysis.read import Block

# What the cells of a kind look like; a kind that is not listed may hold any text.
SHAPES = {
    "date": r"(?:\d{4}(?:-\d\d(?:-\d\d)?)?|\d{1,2}/\d{1,2}/\d{2,4})?",
    "period": r"(?:[\d/-]{4,10}(?:\s*[_/]\s*[\d/-]{4,10})?)?",
    "number": r"(?:-?\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?\s*(?:€|euros?|%)?)?",
    "siret": r"(?:\d[\d\s]{7,17})?",
    "bool": r"(?:oui|non|yes|no|vrai|faux|true|false|0|1|x)?",
    "code": r"[\w./-]*",
    "digits": r"\d*",
    "currency": r"(?:[a-z]{3}|[^\W\d][\w ]+|[$£€])?",
}
# How dates and numbers are known again: their digits alike, or what stands beside digits and marks.
_FORMS = {"date": (r"\d", "0"), **dict.fromkeys(("number", "integer", "~part"), (r"[\d.,'\s]", ""))}


class GoodCells(NamedTuple):
    """What the cells of a column are in good rows: whether texts without which a row counts too,
    whether some are blank, and the forms of dates and numbers.
    """

    kind: str
    may_lack: bool
    has_blanks: bool
    forms: set[str]


def cells_of_text(text: str, delimiter: str) -> list[list[str]]:
    """The cells of each record of a text.

    >>> cells_of_text('A,"1,5"', ",")
    [['A', '1,5']]
    """
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def looks(cell: str, kind: str) -> bool:
    """Whether a cell has the shape of its kind, where a column of the table takes it.

    >>> looks("2016-04-03", "date"), looks("bal", "date"), looks("bal", "text")
    (True, False, True)
    """
    return kind not in SHAPES or re.fullmatch(SHAPES[kind], cell.strip(), re.IGNORECASE) is not None


def good_cells(block: Block, mapping: Mapping, kinds: list[str]) -> list[GoodCells]:
    """What the good rows of a block hold in each column."""
    declared = schema.columns(mapping.table)
    required = {name for name, column in declared.items() if column.required}
    names = required.union(DECISIVE) & mapping.columns.keys()
    needed = {header for name in names for header in mapping.columns[name]}
    return [
        GoodCells(
            kind,
            kind == "text" and header not in needed,
            bool((column.codes < 0).any()),
            {_form(cell, kind) for cell in column.values.dropna()} if kind in _FORMS else set(),
        )
        for (header, column), kind in zip(block.columns.items(), kinds, strict=True)
    ]


def _form(cell: str, kind: str) -> str:
    return re.sub(*_FORMS[kind], cell.strip())


def reading_of_short(
    text: str, delimiter: str, columns: list[GoodCells], *, is_last: bool
) -> list[list[str]]:
    """The reading of a record that leaves out texts at the end which good rows leave blank too, and
    whose dates and numbers are written as theirs; none where one of these may be cut off, as within
    the last cell of a file.

    >>> sums, notes = GoodCells("number", False, False, {""}), GoodCells("text", True, True, set())
    >>> reading_of_short("500;A", ";", [sums, notes, notes], is_last=False)
    [['500', 'A', '']]
    """
    split = cells_of_text(text, delimiter)
    cells = split[0] if len(split) == 1 else []
    lacking = len(columns) - len(cells)
    are_in_text = delimiter == "," and any(cell.startswith(" ") for cell in cells)
    if are_in_text or not 0 < lacking < len(cells):
        return []
    reading = cells + [""] * lacking
    fits = all(map(_is_as_in_good_rows, reading, columns))
    may_lack = all(column.may_lack for column in columns[len(cells) - is_last :])
    if fits and may_lack:
        return [reading]
    return []


def _is_as_in_good_rows(cell: str, column: GoodCells) -> bool:
    if not cell.strip():
        return column.has_blanks
    if column.kind in _FORMS:
        return bool(re.search(r"\d", cell)) and _form(cell, column.kind) in column.forms
    return looks(cell, column.kind)
