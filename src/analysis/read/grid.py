"""Blocks of a grid: where headers stand, and which records are no rows."""

import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.declare.faults import Fault, Refused, refusal
from analysis.read import limits
from analysis.read.below import notes_below
from analysis.read.block import (
    NAMELESS,
    Aside,
    Block,
    Coded,
    Record,
    Request,
    bears,
    coded,
    distinct_texts,
    empty_block,
    folded,
    matching,
    repaired,
)
from analysis.read.figures import HEADING, is_amount, is_year
from analysis.read.groups_of_headers import completes, is_header, joined_header
from analysis.read.ruled_lines import ruled_lines_set_aside
from analysis.text.messages import say


def names_of(cells: list[str]) -> list[str]:
    """Header texts on one line, distinct: a blank or repeated one takes the last name and a number.

    >>> names_of(["Adresse ", "", "Montant", "Montant"])
    ['Adresse', 'Adresse 2', 'Montant', 'Montant 2']
    """
    names: list[str] = []
    used: set[str] = set()
    numbers: Counter[str] = Counter()
    last = NAMELESS
    for cell in cells:
        last = name = " ".join(repaired(cell).split()) or last
        while name in used:
            numbers[last] += 1
            name = f"{last} {numbers[last] + 1}"
        used.add(name)
        names.append(name)
    return names


def find_header(records: list[Record], request: Request) -> int | None:
    """The first header: the row asked for (0: none), known names, a wide record of no figures; of
    one column, that which study.toml states.
    """
    if request.header_row is not None:
        lines = [record.line for record in records]
        if request.header_row in lines:
            return lines.index(request.header_row)
        return None
    for place, record in enumerate(records):
        if is_header(record.cells, request.vocabulary):
            return place
    n_filled = [sum(bool(cell.strip()) for cell in record.cells) for record in records]
    if max(n_filled, default=0) == 1:
        stated = (i for i, record in enumerate(records) if request.states_alone(record.cells))
        return next(stated, None)
    wide = max(2, 0.6 * max(n_filled, default=0))
    for place, record in enumerate(records):
        cells = [cell.strip() for cell in record.cells]
        figures = [cell for cell in cells if cell[:1].isdigit() and not HEADING.match(cell)]
        if n_filled[place] >= wide and all(map(is_year, figures)):
            return place
    return None


def refuse_too_wide(width: int, source: str) -> None:
    """Refuse a table of more columns than a spreadsheet has."""
    if width > limits.COLUMNS:
        message = say("read.too_many_columns", columns=limits.COLUMNS)
        raise refusal(source, message, rule="unreadable")


def from_grid(records: list[Record], request: Request, delimiter: str = "") -> list[Block]:
    """Blocks of a grid: each header opens one, a repeated one is set aside; without any, one."""
    width = max((len(record.cells) for record in records), default=0)
    refuse_too_wide(width, request.source)
    first = find_header(records[: limits.HEADER_RECORDS], request)
    if first is None:
        return [_without_header(records, request, width, delimiter)]
    heads, names_of_first = [first], distinct_texts(records[first].cells)
    for i in range(first + 1, len(records)):
        under = i == heads[-1] + 1 and completes(records[i].cells, records[i - 1].cells)
        cells = records[i].cells
        is_head = is_header(cells, request.vocabulary) or bears(cells, names_of_first)
        if is_head and not under:
            heads.append(i)
    sections: list[tuple[Block, list[str], list[Record]]] = []
    shape: list[str] = []
    for head, following in pairwise([*heads, len(records)]):
        line = records[head].line
        cells, below = joined_header(records, head, following, request.vocabulary)
        rows = records[below:following]
        names = names_of(_without_empty_end(cells, rows))
        last_shape, shape = shape, [folded(name) for name in names]
        if sections and shape == last_shape:
            sections[-1][0].aside.extend(
                Aside(record.line, "repeated header", "") for record in records[head:below]
            )
            sections[-1][2].extend(rows)
            continue
        block = empty_block(request.source, line, delimiter)
        if sections:
            sections[-1][0].aside.append(Aside(line, "header", ""))
            set_titles(block, _titles_at_the_end(sections[-1][2]))
        else:
            set_titles(block, records[:first])
            if request.header_row:  # rows of other tables may stand above it
                n_near = len(_titles_at_the_end(records[:first]))
                block.titles = block.titles[len(block.titles) - n_near :]
        block.aside += [Aside(record.line, "header", "") for record in records[head + 1 : below]]
        sections.append((block, names, rows))
    for block, names, rows in sections:
        fill(block, names, rows)
    return [block for block, _names, _rows in sections]


def _titles_at_the_end(records: list[Record]) -> list[Record]:
    """The titles at the end of some records, taken out of them: they stand above the next table."""
    titles: list[Record] = []
    while records:
        filled = [cell.strip() for cell in records[-1].cells if cell.strip()]
        if len(filled) > 1 or (filled and is_amount(filled[0])):
            break
        titles.insert(0, records.pop())
    return titles


def _without_header(records: list[Record], request: Request, width: int, delimiter: str) -> Block:
    """The block of a grid without header, where its columns can be named by their places."""
    if request.header_row or width < 2:
        line, text = (records[0].line, records[0].text[:80]) if records else (None, "")
        message = say("read.no_header")
        raise Refused([Fault(request.source, line, "", "header", text, message)])
    block = empty_block(request.source, 0, delimiter)
    fill(block, names_of([""] * width), records)
    return block


def _without_empty_end(cells: list[str], rows: list[Record]) -> list[str]:
    """A header without separators at its end, which name no column."""
    filled = (i for row in rows for i, cell in enumerate(row.cells, 1) if cell.strip())
    widest = max(filled, default=0)
    while len(cells) > widest and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def fill(block: Block, names: list[str], records: list[Record]) -> None:
    """The rows of a block as coded columns; records of another width are placed apart."""
    rows, lines = [], []
    for record in records:
        cells = record.cells
        if not any(cell.strip() for cell in cells[len(names) :]):
            cells = cells[: len(names)]
        if len(cells) == len(names):
            rows.append(cells)
            lines.append(record.line)
        else:
            place_uneven(block, len(names), record.line, record.cells, record.text)
    block.lines = np.array(lines, dtype=np.int64)
    for i, name in enumerate(names):
        codes, values = pd.factorize(np.array([cells[i] for cells in rows], dtype=object))
        block.columns[name] = coded(codes.astype(np.int32), pd.Series(values, dtype="str"))
    without_odd_rows(block, frozenset())


def set_titles(block: Block, records: list[Record]) -> None:
    """Records above a header, as the titles of its block."""
    for record in records:
        text = " ".join(cell.strip() for cell in record.cells if cell.strip())
        _set_title(block, record.line, text)


def _set_title(block: Block, line: int, text: str) -> None:
    block.aside.append(Aside(line, "title", text))
    block.titles.append(text)


def place_uneven(block: Block, width: int, line: int, cells: list[str], text: str) -> None:
    """A record of another width: a title or footer where one cell is filled, else to be mended."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    # a record with another separator, or wrapped in quotes, is one cell too
    marks = ";,\t|" if re.search(r"\d", text) else block.delimiter
    wrapped = width > 1 and filled and any(filled[0].count(mark) >= width - 1 for mark in marks)
    if len(filled) == 1 and not wrapped:
        _set_title(block, line, filled[0])
    elif filled:
        block.ragged.append((line, text))


def without_odd_rows(block: Block, vocabulary: frozenset[str]) -> Block | None:
    """The block without blank rows, section names, repeated headers; None: another is inside."""
    if not block.columns:
        return block
    n_filled = np.sum([column.codes >= 0 for column in block.columns.values()], axis=0)
    is_odd = (n_filled == 0) | ruled_lines_set_aside(block)
    if len(block.columns) > 2:
        alone = n_filled == 1
    else:
        alone = notes_below(block, n_filled)
    for row in np.flatnonzero(alone):
        text = "".join(_cells_of(block, row)).strip()
        if not is_amount(text):  # an amount alone: a total that bears no label
            is_odd[row] = True
            _set_title(block, int(block.lines[row]), text)
    header = [folded(name) for name in block.columns]
    for row in _like_headers(block, vocabulary | {header[0]}):
        cells = _cells_of(block, row)
        same = sum(folded(cell) == name for cell, name in zip(cells, header, strict=True))
        if same >= max(2, n_filled[row] / 2):
            is_odd[row] = True
            block.aside.append(Aside(int(block.lines[row]), "repeated header", ""))
        elif is_header(cells, vocabulary):
            return None
    if is_odd.any():
        block.lines = block.lines[~is_odd]
        block.columns = {name: _left(column, ~is_odd) for name, column in block.columns.items()}
    return block


def _cells_of(block: Block, row: int) -> list[str]:
    """The cells of a row, blank where it has none."""
    cells = [(column.values, column.codes[row]) for column in block.columns.values()]
    return [str(values.iloc[code]) if code >= 0 else "" for values, code in cells]


def _like_headers(block: Block, wanted: frozenset[str]) -> np.ndarray:
    """Rows whose first cell is a header name. A long number is none: references need no folding."""
    name, first = next(iter(block.columns.items()))
    is_word = ~matching(first.values, r"\p{Nd}{5}") | bool(re.search(r"\d{5}", name))
    is_like = np.zeros(len(is_word) + 1, dtype=bool)
    is_like[:-1][is_word] = [
        isinstance(text, str) and len(text) < 80 and folded(text) in wanted
        for text in first.values[is_word]
    ]
    if is_like.any():
        return np.flatnonzero(is_like[first.codes])
    return np.array([], dtype=int)


def _left(column: Coded, kept: np.ndarray) -> Coded:
    """A column without some rows; a text that stood only there is none of its distinct texts."""
    codes, gone = column.codes[kept], np.unique(column.codes[~kept])
    gone = gone[(gone >= 0) & ~np.isin(gone, codes)]
    return Coded(codes, column.values.mask(column.values.index.isin(gone)))
