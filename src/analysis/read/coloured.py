"""Rows that a workbook colours, and what a legend beside or below them says of a colour."""

import re
from dataclasses import replace

import numpy as np

from analysis.read.block import Aside, Block, cell
from analysis.read.workbook import Page

LEGEND = re.compile(r"(?i)l[ée]gende|\blegend\b|\b(?:colou?r )?key\b|leyenda|legenda|code couleur")
MOST_IN_LEGEND = 3  # cells of a row of a sheet that is but a legend

Place = tuple[int, int]  # the column, from 0, and the line of a cell


def with_colours(blocks: list[Block], page: Page, pages: list[Page]) -> list[Block]:
    """The blocks of a sheet with the lines that bear each colour, what a legend says of colours,
    and the notes of sheets that only explain. A legend beside a table, or in its last rows, is
    taken out of it.
    """
    if not page.colours:
        return blocks
    places = _places(page)
    taken = {line for block in blocks for line in _lines_of(block)}
    return [_with_colours(block, page, pages, places, taken) for block in blocks]


def _with_colours(
    block: Block, page: Page, pages: list[Page], places: set[Place], taken: set[int]
) -> Block:
    width = _width(block, places)
    columns = dict(list(block.columns.items())[:width])
    of_words = _words_at_the_end(block, page)
    coloured = {line for _column, line in places}
    at_the_end = [line for line in of_words if line in coloured]
    is_kept = ~np.isin(block.lines, at_the_end)
    columns = {header: column.rows(is_kept) for header, column in columns.items()}
    notes = tuple(_text_of(page, line) for line in of_words)
    block = replace(block, columns=columns, lines=block.lines[is_kept], notes_elsewhere=notes)
    block.aside += [Aside(line, "title", _text_of(page, line)) for line in at_the_end]
    block.colours = _lines_of_colours(page, width, set(map(int, block.lines)))
    for column, line in sorted(places):
        is_beside = column >= width and line in taken
        if is_beside or line not in taken or line in at_the_end:
            # the title of a group of rows bears their colour
            _explain(block, page, places, (column, line), but_for=0 if is_beside else line + 1)
    for each in pages:
        if each is not page and _only_explains(each):
            others = _places(each)
            for place in sorted(others):
                _explain(block, each, others, place)
            rows = range(1, len(each.grid) + 1)
            block.notes_elsewhere += tuple(filter(None, (_text_of(each, row) for row in rows)))
    return block


def _lines_of(block: Block) -> set[int]:
    """The lines of the rows and of the header of a block."""
    lines = set(map(int, block.lines))
    return lines.union(range(block.header_line, min(lines, default=block.header_line + 1)))


def _text_of(page: Page, line: int) -> str:
    """The texts of a row of a sheet."""
    return " ".join(filter(None, (cell(value).strip() for value in page.grid[line - 1])))


def _words_at_the_end(block: Block, page: Page) -> list[int]:
    """The last lines of a table that hold but one or two words, and no number."""
    found: list[int] = []
    for line in map(int, block.lines[::-1]):
        words = [text for value in page.grid[line - 1] if (text := cell(value).strip())]
        is_of_words = len(words) < MOST_IN_LEGEND and not re.search(r"\d", "".join(words))
        if not is_of_words or len(block.columns) < MOST_IN_LEGEND:
            break
        found.insert(0, line)
    return found


def _width(block: Block, places: set[Place]) -> int:
    """How many columns the table has: those before a blank one, or before a legend, behind which
    only coloured cells and the words beside them stand.
    """
    for place, (header, column) in enumerate(block.columns.items()):
        is_blank = bool((column.codes < 0).all())
        if place and (is_blank or LEGEND.search(header)) and _is_legend_from(block, places, place):
            return place
    return len(block.columns)


def _is_legend_from(block: Block, places: set[Place], first: int) -> bool:
    """Whether the cells of some last columns are all coloured, or stand beside one that is, and say
    each thing once: a column of yes and no explains nothing.
    """
    columns = list(block.columns.values())
    for column in columns[first:]:
        filled_codes = column.codes[column.codes >= 0]
        if len(np.unique(filled_codes)) < len(filled_codes):
            return False
    filled = [
        (place, int(line))
        for place in range(first, len(columns))
        for line in block.lines[columns[place].codes >= 0]
    ]
    beside = [(c, r) in places or (c - 1, r) in places for c, r in filled]
    return all(beside) and any(column >= first for column, _line in places)


def _places(page: Page) -> set[Place]:
    """The coloured cells of a sheet."""
    return {
        (column, line)
        for by_column in page.colours.values()
        for column, lines in by_column.items()
        for line in lines
    }


def _lines_of_colours(page: Page, width: int, lines: set[int]) -> dict[str, frozenset[int]]:
    """The lines of a table that bear each colour, but for columns that bear it in all of them."""
    by_colour = {}
    for colour, by_column in page.colours.items():
        bearing = [
            lines.intersection(coloured) for column, coloured in by_column.items() if column < width
        ]
        some = frozenset().union(*(each for each in bearing if each != lines))
        if some:
            by_colour[colour] = some
    return by_colour


def _explain(block: Block, page: Page, places: set[Place], place: Place, but_for: int = 0) -> None:
    """Take the words in a coloured cell, and in one right of it without a colour, as what its
    colour means; but for a colour that some line bears.
    """
    column, line = place
    row = page.grid[line - 1] if line <= len(page.grid) else []
    words = [cell(value).strip() for value in row[column : column + 2]]
    if words[0:1] != [""] and (column + 1, line) in places:
        words = words[:1]
    word = " ".join(filter(None, words))
    for colour, by_column in page.colours.items():
        lines = block.colours.get(colour, frozenset())
        is_told = re.search(r"[^\W\d_]", word) and lines and but_for not in lines
        if is_told and line in by_column.get(column, ()):
            block.legend.setdefault(colour, word)


def _only_explains(page: Page) -> bool:
    """Whether a sheet is but a legend: no row of it is wide."""
    filled = [sum(bool(cell(value).strip()) for value in row) for row in page.grid]
    return max(filled, default=0) <= MOST_IN_LEGEND
