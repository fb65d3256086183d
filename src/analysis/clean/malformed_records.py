"""Records whose cells do not answer to the header: repaired where exactly one reading fits, else left for a person."""

import csv
import io
import re
from collections import Counter

import numpy as np
import pandas as pd

from analysis.declare import schema
from analysis.layout import DROPPED, Mapping
from analysis.read import Block, Coded, folded
from analysis.text import formatting

_ = formatting.text
# What the cells of a kind look like; a kind that is not listed may hold any text.
SHAPES = {
    "date": r"(?:\d{4}(?:-\d\d(?:-\d\d)?)?|\d{1,2}/\d{1,2}/\d{2,4})?",
    "period": r"(?:[\d/-]{4,10}(?:\s*[_/]\s*[\d/-]{4,10})?)?",
    "number": r"(?:-?\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?\s*(?:€|euros?|%)?)?",
    "siret": r"(?:\d[\d\s]{7,17})?",
    "bool": r"(?:oui|non|yes|no|vrai|faux|true|false|0|1|x)?",
    "code": r"[\w./-]*",
    "currency": r"(?:[a-z]{3}|[^\W\d][\w ]+|[$£€])?",
}
CENTS, WHOLE = re.compile(r"\d\d"), re.compile(r"-?(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})*|\d{1,9})")
MANY = 50  # readings of one record beyond which no more are sought, and separators too many beyond which none is


def mend(block: Block, mapping: Mapping) -> list[tuple[int, str, str, str]]:
    """Adds to the block the records of `ragged` that have one reading; returns the others: line, rule, text, message."""
    if not block.ragged:
        return []
    kinds = _kinds(block, mapping)
    optional = _trailing_blanks(block)
    readings = {
        line: _readings(
            _unwrapped(text, block.delimiter, len(kinds)), block.delimiter, kinds, optional
        )
        for line, text in block.ragged
    }
    _narrow(list(readings.values()), len(kinds))
    rows, left = [], []
    noted = any(
        DROPPED.match(folded(header)) for header in block.columns
    )  # what people note of people stays where it is
    for line, text in block.ragged:
        found = readings[line]
        if len(found) == 1:
            rows.append((line, found[0]))
        else:
            message = (
                _("several readings fit the header; correct the line")
                if found
                else _("no reading fits the header; correct the line")
            )
            left.append(
                (
                    line,
                    "cells",
                    text.split(block.delimiter or ";")[0] + "…" if noted else text[:200],
                    message,
                )
            )
    block.ragged = []
    _add(block, rows)
    return left


def _narrow(readings: list[list[list[str]]], width: int) -> None:
    """Leaves the readings in which each column holds what it holds elsewhere: where one value, free of separators, is possible
    in most records, a record in which it is possible too has that value there.
    """
    if len(readings) < 5:
        return
    for place in range(width):
        possible = Counter(
            cell for found in readings for cell in {reading[place].strip() for reading in found}
        )
        usual, times = max(
            possible.items(), key=lambda item: (item[1], -len(item[0]), item[0]), default=("", 0)
        )
        if times >= 0.5 * len(readings):
            for found in readings:
                kept = [reading for reading in found if reading[place].strip() == usual]
                found[:] = kept or found


def _kinds(block: Block, mapping: Mapping) -> list[str]:
    """The kind of each raw column, from the column that it maps to; with "~" where no column of the table takes it."""
    declared = schema.columns(mapping.table)
    kind_of = {}
    for name, headers in mapping.columns.items():
        for header in headers:
            kind_of[header] = (
                name if name.startswith("~") or name in SHAPES else declared[name].kind
            )
    return [kind_of.get(header, "text") for header in block.columns]


def _trailing_blanks(block: Block) -> int:
    """How many columns at the end are blank in most good rows: a record may stop before them."""
    if not len(block.lines):
        return 0
    filled = [float((column.codes >= 0).mean()) for column in block.columns.values()]
    return int(np.argmax(np.append(np.array(filled[::-1]) >= 0.5, True)))


def _unwrapped(text: str, delimiter: str, width: int) -> list[list[str]]:
    """The cells of a record as split, and as split once more where a spreadsheet wrapped whole records in quotes; by another
    separator where its own splits nothing."""
    found = []
    for outer in (None, *";\t,"):
        inner = (
            text
            if outer is None
            else outer.join(next(csv.reader(io.StringIO(text, newline=""), delimiter=outer), []))
        )
        if outer == delimiter or (outer is not None and '"' not in text):
            continue
        inner = re.sub(r"[;\t]+$", "", inner) if delimiter not in ";\t" else inner
        split = (
            [inner.split(delimiter)]
            if outer is not None
            else list(csv.reader(io.StringIO(inner, newline=""), delimiter=delimiter))
        )
        if len(split) == 1 and len(split[0]) >= 2 and split[0] not in found:
            found.append(split[0])
    others = [
        next(csv.reader(io.StringIO(text, newline=""), delimiter=mark), [])
        for mark in ";\t,|"
        if mark != delimiter
    ]
    return found or [cells for cells in others if len(cells) == width]


def _readings(
    splits: list[list[str]], delimiter: str, kinds: list[str], optional: int
) -> list[list[str]]:
    """Ways to give the cells of a record to the columns: the first split that has any decides."""
    for split in splits:
        cells = _with_cents(split) if delimiter == "," else split
        while len(cells) > len(kinds) and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) < len(kinds):
            short = len(kinds) - len(cells)
            if short > optional:
                continue
            cells = cells + [""] * short
        as_split = [cells] if len(cells) == len(kinds) and all(map(_looks, cells, kinds)) else []
        found = as_split or _fits(cells, delimiter, kinds)
        if found:
            return found
    return []


def _looks(cell: str, kind: str) -> bool:
    """Whether a cell has the shape of its kind, where a column of the table takes it."""
    return kind not in SHAPES or re.fullmatch(SHAPES[kind], cell.strip(), re.IGNORECASE) is not None


def _with_cents(cells: list[str]) -> list[str]:
    """Cells in which two digits after a number are its cents: no other reading of "24 975,00" makes sense."""
    joined: list[str] = []
    for cell in cells:
        if joined and CENTS.fullmatch(cell) and WHOLE.fullmatch(joined[-1]):
            joined[-1] += f",{cell}"
        else:
            joined.append(cell)
    return joined


def _fits(cells: list[str], delimiter: str, kinds: list[str]) -> list[list[str]]:
    """Ways to cut a run of cells into columns, each of its kind's shape.

    Text may hold the separator; where that is a comma, what begins with a space goes on the cell before it.
    """
    shapes = [
        re.compile(SHAPES[kind.strip("~")], re.IGNORECASE) if kind.strip("~") in SHAPES else None
        for kind in kinds
    ]
    spare = len(cells) - len(kinds)
    found: list[list[str]] = []
    dead: set[tuple[int, int]] = (
        set()
    )  # places from which no way leads on: without them the search doubles with each cell
    if spare > MANY:
        return found

    def place(cell: int, column: int, done: list[str]) -> None:
        if len(found) >= MANY or (cell, column) in dead:
            return
        before = len(found)
        if column == len(kinds):
            if cell == len(cells):
                found.append(done)
            return
        left = len(kinds) - column - 1
        longest = min(len(cells) - cell - left, spare + 1)
        for width in range(1, longest + 1):
            after = cell + width
            if after < len(cells) and delimiter == "," and cells[after].startswith(" "):
                continue
            text = delimiter.join(cells[cell:after])
            shape = shapes[column]
            if shape is None or shape.fullmatch(text.strip()):
                place(after, column + 1, [*done, text])
        if len(found) == before:
            dead.add((cell, column))

    place(0, 0, [])
    return found


def _add(block: Block, rows: list[tuple[int, list[str]]]) -> None:
    """Rows appended to a block."""
    if not rows:
        return
    block.lines = np.append(block.lines, [line for line, _cells in rows]).astype(np.int64)
    for place, (name, column) in enumerate(block.columns.items()):
        texts = pd.concat(
            [column.series(), pd.Series([cells[place] for _line, cells in rows], dtype="str")],
            ignore_index=True,
        )
        codes, values = pd.factorize(texts.mask(texts.str.strip() == ""))
        block.columns[name] = Coded(codes.astype(np.int32), pd.Series(values, dtype="str"))
