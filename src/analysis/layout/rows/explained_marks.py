"""Rows that bear a mark which a note of the list explains: "Judo club *", and below the list
"* subvention annulée".
"""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.layout.headers.words import says
from analysis.layout.rows.sums_in_rows import amount_of_rows
from analysis.layout.shapes.side_tables import OF_NOTES
from analysis.read import Block, Coded

# A mark and what it says: "* refusée", "(1) : withdrawn", "x = abgelehnt".
_NOTE = re.compile(
    r"\s*(\*+|†+|‡+|[¹²³]|#+|\(\*+\)|\(?[0-9]{1,2}\)|\(?[a-z]\)|[A-Za-z](?=\s*[:=]))\s*[:=–—-]?\s*(\S.*)"
)


def rows_of_notes(block: Block) -> Coded:
    """The note that explains the mark of each row; missing where it bears none that is explained."""
    notes = notes_of_marks(block)
    codes = np.full(len(block.lines), -1, dtype=np.int32)
    for number, mark in enumerate(notes.values()):
        codes[_bear(block, mark)] = number
    return Coded(codes, pd.Series(list(notes), dtype="str"))


def notes_of_marks(block: Block) -> dict[str, str]:
    """The notes of a list that explain a mark which rows of it bear, with the mark."""
    texts = [aside.value for aside in block.aside if aside.rule == "title"]
    matches = [(text, _NOTE.fullmatch(text)) for cell in texts for text in cell.splitlines()]
    marks = {text: match[1].strip("()") for text, match in matches if match}
    return {text: mark for text, mark in marks.items() if _bear(block, mark).any()}


def notes_of_no_grant(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The notes by which marked rows may be no grants, or not as they are written; but for codes of
    the outcome, whose column is asked about.
    """
    outcomes = [block.columns[header].values for header in columns.get("outcome", ())]
    codes = {code for values in outcomes for code in values.dropna().str.strip()}
    notes = [
        text
        for text, mark in notes_of_marks(block).items()
        if mark not in codes and says("note of no grant", text)
    ]
    if notes:
        return {OF_NOTES: notes}
    return {}


def weight_of_notes(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[int, float]]:
    """With each note that explains a mark, how many rows bear the mark and what they add up to."""
    headers = columns.get("amount", ()) or columns.get("planned_amount_eur", ())
    if headers:
        amount_of_row = amount_of_rows(block, headers)
    else:
        amount_of_row = np.zeros(len(block.lines))
    is_marked_by_note = {note: _bear(block, mark) for note, mark in notes_of_marks(block).items()}
    return {
        note: (int(is_marked.sum()), float(amount_of_row[is_marked].sum()))
        for note, is_marked in is_marked_by_note.items()
    }


def _bear(block: Block, mark: str) -> np.ndarray:
    """Which rows bear a mark: before or behind the text of a cell, or alone in it."""
    is_marked = np.zeros(len(block.lines), dtype=bool)
    form = _form_of(mark)
    for column in block.columns.values():
        is_here = column.values.str.contains(form, na=False).to_numpy(bool)
        is_marked |= np.append(is_here, False)[column.codes]
    return is_marked


def _form_of(mark: str) -> re.Pattern:
    """The pattern of cells that bear a mark: a letter or a number stands in brackets, or a letter
    alone; a sign is not part of a longer one.
    """
    sign = re.escape(mark)
    if mark.isdigit() and mark.isascii():
        return re.compile(rf"[^\s(]\s*\({mark}\)\s*$")
    if mark.isalpha():
        return re.compile(rf"\({sign}\)\s*$|^\s*{sign}\s*$")
    first_sign = re.escape(mark[0])
    return re.compile(rf"(?<!{first_sign}){sign}\)?\s*$|^\s*\(?{sign}(?!{first_sign})")
