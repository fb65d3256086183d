"""Records whose cells do not answer to the header: repaired where exactly one reading fits, else
left for a person.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable

import numpy as np
import pandas as pd

from analysis.clean.sheets.short_records import (
    SHAPES,
    cells_of_text,
    good_cells,
    looks,
    reading_of_short,
)
from analysis.clean.unclear_rows import MONEY, UNCLEAR, cells_shown
from analysis.declare import schema
from analysis.declare.faults import Fault, question_about
from analysis.layout import DROPPED, Mapping
from analysis.read import Block, Coded, folded
from analysis.text.messages import say

CENTS, WHOLE = re.compile(r"\d\d"), re.compile(r"-?(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})*|\d{1,9})")
BROKEN = "broken line"  # the rule of records that no one reading fits
_SHOWN = 3  # lines that are named; the others are counted
_FEWEST = 5  # rows from which a column of digits alone is known to hold nothing else
_MANY = 50  # readings of one record beyond which no more are sought, and separators too many beyond which none is


def mend(
    block: Block, mapping: Mapping, headers: Collection[str] = ()
) -> tuple[list[tuple[int, str, str, str]], list[int]]:
    """Adds `ragged` records of one reading to the block; returns the others and why, and the lines
    of those that were added. A record may stop early where the columns are the `headers` of the
    file.
    """
    if not block.ragged:
        return [], []
    kinds = _kinds(block, mapping)
    optional = _trailing_blanks(block)
    readings = [
        _readings(_splits(text, block.delimiter, len(kinds)), block.delimiter, kinds, optional)
        for _line, text in block.ragged
    ]
    _narrow(readings, len(kinds))
    if mapping.table in MONEY and list(headers) == list(block.columns) and not all(readings):
        columns = good_cells(block, mapping, kinds)
        last = block.lines.max(initial=0)  # of the good rows
        for (line, text), ways in zip(block.ragged, readings, strict=True):
            if not ways:
                ways += reading_of_short(text, block.delimiter, columns, is_last=line > last)
    has_notes = any(DROPPED.match(folded(header)) for header in block.columns)
    rows, unread = [], []
    for (line, text), ways in zip(block.ragged, readings, strict=True):
        if len(ways) == 1:
            rows.append((line, ways[0]))
            continue
        several = say("clean.several_readings")
        message = several if ways else say("clean.no_reading")
        # What people note of people stays where it is.
        if has_notes:
            excerpt = text.split(block.delimiter or ";")[0] + "…"
        else:
            excerpt = text[:200]
        unread.append((line, BROKEN, excerpt, message))
    block.ragged = []
    _add(block, rows)
    return unread, [line for line, _cells in rows]


def remarks_on_mended(lines_by_source: Iterable[tuple[str, list[int]]]) -> list[str]:
    """That lines of a source had other cells than its header, and were read in the one way that
    fits it; nothing of sources where there are none.
    """
    remarks = []
    for source, lines in lines_by_source:
        if lines:
            shown = ", ".join(map(str, sorted(lines)[:_SHOWN])) + ", …" * (len(lines) > _SHOWN)
            remarks.append(say("clean.mended_lines", source=source, n=len(lines), lines=shown))
    return remarks


def questions_on_broken(asides: pd.DataFrame, by_table: dict[str, pd.DataFrame]) -> list[Fault]:
    """The question what stands in lines with figures that no one reading fits, for each source of
    money of which they are more than a few: its total without them is false.
    """
    has_figures = asides["value"].str.contains(r"\d|…$", na=False)  # an excerpt may hide them
    broken = asides[asides["rule"].eq(BROKEN) & has_figures]
    questions = []
    for table in MONEY:
        rows = by_table.get(table, pd.DataFrame({"source": []}))
        for source, lines in broken.groupby("source"):
            count = int(rows["source"].eq(source).sum())
            if count and len(lines) > UNCLEAR * (count + len(lines)):
                message = say("clean.broken_lines", n=len(lines), lines=cells_shown(lines))
                questions.append(question_about(str(source), message))
    return questions


def _narrow(readings: list[list[list[str]]], width: int) -> None:
    """Leaves of each record the readings with the value that a column has in most, where it may."""
    if len(readings) < 5:
        return
    for column in range(width):
        possible = Counter(
            cell for ways in readings for cell in {way[column].strip() for way in ways}
        )
        if not possible:
            continue
        usual = max(possible, key=lambda cell: (possible[cell], -len(cell), cell))
        if possible[usual] >= 0.5 * len(readings):
            for ways in readings:
                ways[:] = [way for way in ways if way[column].strip() == usual] or ways


def _kinds(block: Block, mapping: Mapping) -> list[str]:
    """The kind of each raw column by its mapping; with "~" where the table has no such column."""
    declared = schema.columns(mapping.table)
    kind_of = {}
    for name, headers in mapping.columns.items():
        is_kind = name.startswith("~") or name in SHAPES
        kind_of |= dict.fromkeys(headers, name if is_kind else declared[name].kind)
    kinds = {header: kind_of.get(header, "text") for header in block.columns}
    kinds |= {
        header: "digits"
        for header, kind in kinds.items()
        if kind == "text" and _are_digits(block.columns[header], len(block.lines))
    }
    return list(kinds.values())


def _are_digits(column: Coded, rows: int) -> bool:
    """Whether all cells of a column are digits, as those of codes are, and of enough rows."""
    is_digits = column.used().str.fullmatch(r"\s*\d+\s*").fillna(False)
    return rows >= _FEWEST and len(is_digits) > 0 and bool(is_digits.all())


def _trailing_blanks(block: Block) -> int:
    """How many columns at the end are blank in most good rows: a record may stop before them."""
    if not len(block.lines):
        return 0
    filled = [float((column.codes >= 0).mean()) for column in block.columns.values()]
    return int(np.argmax(np.append(np.array(filled[::-1]) >= 0.5, True)))


def _splits(text: str, delimiter: str, width: int) -> list[list[str]]:
    """The cells of a record: split, unwrapped and split again, or by another separator."""
    trailing = r"[;\t]+$" if delimiter not in ";\t" else "$^"
    splits = cells_of_text(re.sub(trailing, "", text), delimiter)
    splits = splits if len(splits) == 1 else []
    for wrapper in ";\t," if '"' in text else "":
        if wrapper != delimiter:
            inner = wrapper.join((cells_of_text(text, wrapper) or [[]])[0])
            splits.append(re.sub(trailing, "", inner).split(delimiter))
    splits = [cells for number, cells in enumerate(splits) if cells not in splits[:number]]
    splits = [cells for cells in splits if len(cells) >= 2]
    others = [(cells_of_text(text, mark) or [[]])[0] for mark in ";\t,|" if mark != delimiter]
    return splits or [cells for cells in others if len(cells) == width]


def _readings(
    splits: list[list[str]], delimiter: str, kinds: list[str], optional: int
) -> list[list[str]]:
    """Ways to give the cells of a record to the columns: the first split that has any decides, and
    of one by commas that in which two digits behind a number are its cents.
    """
    if delimiter == ",":
        with_cents = [_with_cents(split) for split in splits]
    else:
        with_cents = []
    for cells in [*with_cents, *splits]:
        while len(cells) > len(kinds) and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) < len(kinds):
            short = len(kinds) - len(cells)
            if short > optional:
                continue
            cells = cells + [""] * short
        if len(cells) == len(kinds) and all(map(looks, cells, kinds)):
            as_split = [cells]
        else:
            as_split = []
        readings = as_split or _fits(cells, delimiter, kinds)
        if readings:
            return readings
    return []


def _with_cents(cells: list[str]) -> list[str]:
    """Cells in which two digits after a number are its cents ("24 975,00")."""
    joined: list[str] = []
    for cell in cells:
        if joined and CENTS.fullmatch(cell) and WHOLE.fullmatch(joined[-1]):
            joined[-1] += f",{cell}"
        else:
            joined.append(cell)
    return joined


def _fits(cells: list[str], delimiter: str, kinds: list[str]) -> list[list[str]]:
    """Ways to cut cells into columns of their kind's shape; text may hold the separator."""
    spare = len(cells) - len(kinds)
    ways: list[list[str]] = []
    # Places from which no way leads on: without them the search doubles with each cell.
    dead: set[tuple[int, int]] = set()

    def place(cell: int, column: int, done: list[str]) -> None:
        if len(ways) >= _MANY or (cell, column) in dead:
            return
        if column == len(kinds):
            ways.extend([done] if cell == len(cells) else [])
            return
        n_ways = len(ways)
        columns_after = len(kinds) - column - 1
        longest = min(len(cells) - cell - columns_after, spare + 1)
        for after in range(cell + 1, cell + longest + 1):
            if after < len(cells) and delimiter == "," and cells[after].startswith(" "):
                continue
            text = delimiter.join(cells[cell:after])
            if looks(text, kinds[column].strip("~")):
                place(after, column + 1, [*done, text])
        if len(ways) == n_ways:
            dead.add((cell, column))

    if spare <= _MANY:
        place(0, 0, [])
    return ways


def _add(block: Block, rows: list[tuple[int, list[str]]]) -> None:
    """Rows appended to a block."""
    if not rows:
        return
    lines, cells = zip(*rows, strict=True)
    block.lines = np.append(block.lines, lines).astype(np.int64)
    added = pd.DataFrame(cells, columns=list(block.columns), dtype="str")
    for name, column in block.columns.items():
        texts = pd.concat([column.series(), added[name]], ignore_index=True)
        block.columns[name] = Coded.of(texts.mask(texts.str.strip() == ""))
