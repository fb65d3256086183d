"""Blocks of a grid: where headers stand, and which records are no rows."""

import re

import numpy as np
import pandas as pd

from analysis.declare.faults import Fault, Refused
from analysis.read import limits
from analysis.read.block import (
    NAMELESS,
    Aside,
    Block,
    Coded,
    Record,
    coded,
    folded,
    matching,
    repaired,
)
from analysis.text import formatting

_ = formatting.text
YEAR = re.compile(r"(?:19|20)\d\d(?: ?[-/] ?(?:\d\d){1,2})?")
FIGURE = r"[-+(]?[$£€]? ?\d[\d\s.,'’]*(?:[€$£]|euros?)?\)?"


def names_of(cells: list[str]) -> list[str]:
    """Header texts on one line, distinct: a blank or repeated one takes the last name and a number.

    >>> names_of(["Adresse ", "", "Montant", "Montant"])
    ['Adresse', 'Adresse 2', 'Montant', 'Montant 2']
    """
    names: list[str] = []
    used: set[str] = set()
    numbers: dict[str, int] = {}
    last = NAMELESS
    for cell in cells:
        last = name = " ".join(repaired(cell).split()) or last
        while name in used:
            numbers[last] = numbers.get(last, 1) + 1
            name = f"{last} {numbers[last]}"
        used.add(name)
        names.append(name)
    return names


def is_header(cells: list[str], vocabulary: frozenset[str]) -> bool:
    """Whether at least two cells, and half of those that are filled, are known header names, and
    none an amount.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < 2 or any(
        re.fullmatch(FIGURE, cell) and not YEAR.fullmatch(cell) for cell in filled
    ):
        return False
    known_count = sum(
        folded(cell) in vocabulary or folded(re.sub(r"\(.*?\)", "", cell)) in vocabulary
        for cell in filled
    )
    return known_count >= max(2, len(filled) / 2)


def find_header(
    records: list[Record], vocabulary: frozenset[str], header_row: int | None
) -> int | None:
    """Position of the first header: the row asked for (0: there is none), else known names, else
    the first wide record without figures.
    """
    if header_row is not None:
        return next((i for i, record in enumerate(records) if record.line == header_row), None)
    known_header = next(
        (i for i, record in enumerate(records) if is_header(record.cells, vocabulary)), None
    )
    if known_header is not None or not records:
        return known_header
    filled = [sum(bool(cell.strip()) for cell in record.cells) for record in records]
    wide = [
        i
        for i, record in enumerate(records)
        if filled[i] >= max(2, 0.6 * max(filled))
        and not any(
            cell.strip()[:1].isdigit() and not YEAR.fullmatch(re.sub(r"\(.*?\)", "", cell).strip())
            for cell in record.cells
        )
    ]
    return wide[0] if wide else None


def from_grid(
    records: list[Record],
    source: str,
    vocabulary: frozenset[str],
    header_row: int | None,
    delimiter: str = "",
) -> list[Block]:
    """Blocks of a grid: each header opens one, a repeated header is set aside; a grid without any
    is one block.
    """
    first = find_header(records[: limits.HEADER_RECORDS], vocabulary, header_row)
    width = max((len(record.cells) for record in records), default=0)
    if width > limits.COLUMNS:
        message = _(
            "more than {columns} columns; export the table with fewer", columns=limits.COLUMNS
        )
        raise Refused([Fault(source, None, "", "unreadable", "", message)])
    if first is None and (header_row or width < 2):
        text = records[0].text[:80] if records else ""
        message = _("no header found; say in study.toml which line holds it (header_row)")
        raise Refused(
            [Fault(source, records[0].line if records else None, "", "header", text, message)]
        )
    if first is None:
        block = Block(source, 0, {}, np.array([], dtype=np.int64), delimiter=delimiter)
        fill(block, names_of([""] * width), records)
        return [block]
    heads = [first]
    for i in range(first + 1, len(records)):
        under = i == heads[-1] + 1 and _completes(records[i].cells, records[i - 1].cells)
        if is_header(records[i].cells, vocabulary) and not under:
            heads.append(i)
    blocks: list[Block] = []
    shape: list[str] = []
    rows: list[Record] = []
    before = records[:first]
    for head, following in zip(heads, [*heads[1:], len(records)], strict=True):
        cells, below = joined_header(records, head, following, vocabulary)
        widest = max(
            (
                i
                for record in records[below:following]
                for i, cell in enumerate(record.cells, 1)
                if cell.strip()
            ),
            default=0,
        )
        while (
            cells and not cells[-1].strip() and len(cells) > widest
        ):  # a separator at the end of the header names no column
            cells.pop()
        if blocks and [folded(name) for name in names_of(cells)] == [
            folded(name) for name in shape
        ]:
            blocks[-1].aside.append(Aside(records[head].line, "repeated header", ""))
            rows += records[below:following]
            continue
        if blocks:
            fill(blocks[-1], shape, rows)
            blocks[-1].aside.append(Aside(records[head].line, "header", ""))
        shape = names_of(cells)
        blocks.append(
            Block(source, records[head].line, {}, np.array([], dtype=np.int64), delimiter=delimiter)
        )
        set_titles(blocks[-1], before)
        blocks[-1].aside += [
            Aside(record.line, "header", "") for record in records[head + 1 : below]
        ]
        rows, before = list(records[below:following]), []
    fill(blocks[-1], shape, rows)
    return blocks


def _completes(under: list[str], above: list[str]) -> bool:
    """Whether a line of labels fills gaps of the header above it."""
    gaps = any(
        cell.strip() and (i >= len(above) or not above[i].strip()) for i, cell in enumerate(under)
    )
    return gaps and not any(re.search(r"\d", YEAR.sub("", cell)) for cell in under)


def joined_header(
    records: list[Record], head: int, following: int, vocabulary: frozenset[str]
) -> tuple[list[str], int]:
    """The header's cells, with those of a second line below it or of a line of groups above it; and
    where rows begin.
    """
    cells, below = list(records[head].cells), head + 1
    if below < following:
        under = records[below].cells
        is_group_above = not cells[0].strip() and all(cell.strip() for cell in under)
        is_second_line = not under[0].strip() or is_group_above or is_header(under, vocabulary)
        if _completes(under, cells) and is_second_line:
            cells += [""] * (len(under) - len(cells))
            group = ""
            for i, cell in enumerate(under):
                group = cells[i].strip() or group
                if cell.strip() and cell.strip() != group:
                    cells[i] = f"{group} {cell}".strip()
            return cells, below + 1
    repeated = {
        cell.strip()
        for cell in cells
        if cell.strip() and sum(cell.strip() == other_cell.strip() for other_cell in cells) > 1
    }
    if head and repeated and sum(bool(cell.strip()) for cell in records[head - 1].cells) > 1:
        group = ""
        for i, cell in enumerate(cells):
            above = records[head - 1].cells[i].strip() if i < len(records[head - 1].cells) else ""
            group = above or group
            cells[i] = (
                cell if cell.strip() else above
            )  # a name that two lines share may stand on the first
            if cell.strip() in repeated:
                cells[i] = f"{group} {cell.strip()}".strip()
    return cells, below


def fill(block: Block, names: list[str], records: list[Record]) -> None:
    """The rows of a block as coded columns; records of another width are placed apart."""
    rows = []
    for record in records:
        cells = record.cells
        if len(cells) > len(names) and not any(cell.strip() for cell in cells[len(names) :]):
            cells = cells[: len(names)]
        if len(cells) == len(names):
            rows.append((record.line, cells))
        else:
            place_uneven(block, len(names), record.line, cells, record.text)
    block.lines = np.array([line for line, _ in rows], dtype=np.int64)
    for i, name in enumerate(names):
        codes, values = pd.factorize(np.array([cells[i] for _, cells in rows], dtype=object))
        block.columns[name] = coded(codes.astype(np.int32), pd.Series(values, dtype="str"))
    without_odd_rows(block, frozenset())


def set_titles(block: Block, records: list[Record]) -> None:
    for record in records:
        text = " ".join(cell.strip() for cell in record.cells if cell.strip())
        block.aside.append(Aside(record.line, "title", text))
        block.titles.append(text)


def place_uneven(block: Block, width: int, line: int, cells: list[str], text: str) -> None:
    """A record of another width: one cell is a title or a footer; more, or a whole record in
    quotes, are to be read with care.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    marks = (
        ";,\t|" if re.search(r"\d", text) else block.delimiter
    )  # a record with another separator, or wrapped in quotes
    wrapped = width > 1 and filled and any(filled[0].count(mark) >= width - 1 for mark in marks)
    if len(filled) == 1 and not wrapped:
        block.aside.append(Aside(line, "title", filled[0]))
        block.titles.append(filled[0])
    elif filled:
        block.ragged.append((line, text))


def without_odd_rows(block: Block, vocabulary: frozenset[str]) -> Block | None:
    """The block without blank rows, section names (one filled cell) and repeats of its header.

    None where another header stands inside: the file must then be read record by record.
    """
    if not block.columns:
        return block
    filled = np.sum([column.codes >= 0 for column in block.columns.values()], axis=0)
    single = (filled == 1) & (len(block.columns) > 2)
    for at in np.flatnonzero(single):
        text = next(
            str(c.values.iloc[c.codes[at]]).strip()
            for c in block.columns.values()
            if c.codes[at] >= 0
        )
        if re.fullmatch(FIGURE, text) and not YEAR.fullmatch(text):
            single[at] = False  # an amount alone: a total that bears no label
            continue
        block.aside.append(Aside(int(block.lines[at]), "title", text))
        block.titles.append(text)
    name, first = next(iter(block.columns.items()))
    wanted = vocabulary | {folded(name)}
    # A long number is no word of a header: references, by the million, need not be folded.
    worded = ~matching(first.values, r"\p{Nd}{5}") | bool(re.search(r"\d{5}", name))
    like = np.zeros(len(worded), dtype=bool)
    like[worded] = [
        isinstance(text, str) and len(text) < 80 and folded(text) in wanted
        for text in first.values[worded]
    ]
    repeated = np.zeros(len(filled), dtype=bool)
    for at in np.flatnonzero(np.append(like, False)[first.codes]) if like.any() else ():
        cells = [
            str(c.values.iloc[c.codes[at]]) if c.codes[at] >= 0 else ""
            for c in block.columns.values()
        ]
        same = sum(
            folded(cell) == folded(name) for cell, name in zip(cells, block.columns, strict=True)
        )
        if same >= max(2, filled[at] / 2):
            repeated[at] = True
            block.aside.append(Aside(int(block.lines[at]), "repeated header", ""))
        elif is_header(cells, vocabulary):
            return None
    is_kept = (filled > 0) & ~single & ~repeated
    if not is_kept.all():
        block.lines = block.lines[is_kept]
        block.columns = {name: _left(column, is_kept) for name, column in block.columns.items()}
    return block


def _left(column: Coded, kept: np.ndarray) -> Coded:
    """A column without some rows; a text that stood only there is none of its distinct texts."""
    kept_column, gone = column.rows(kept), np.unique(column.codes[~kept])
    gone = gone[(gone >= 0) & ~np.isin(gone, kept_column.codes)]
    return (
        kept_column._replace(values=kept_column.values.mask(kept_column.values.index.isin(gone)))
        if len(gone)
        else kept_column
    )
