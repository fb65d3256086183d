"""Rows left out of a list by the texts that they bear, as `[source.leave_out]` of study.toml says or a
draft proposes.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from analysis.declare.shares import NEARLY_ALL
from analysis.layout.amounts.merged_amounts import rows_with_merged_amounts
from analysis.layout.headers.words import says
from analysis.layout.rows.coloured_rows import is_of_colours, rows_of_colour
from analysis.layout.rows.explained_marks import rows_of_notes
from analysis.layout.rows.marked_rows import HIDDEN, STRUCK, word_of_lines
from analysis.layout.rows.notes_of_conditions import says_but_a_condition
from analysis.layout.shapes.side_tables import (
    OF_HIDDEN,
    OF_MERGED,
    OF_NOTES,
    OF_SHEETS,
    OF_STRIKES,
    OF_TITLES,
)
from analysis.layout.shapes.titles import name_of_list, titles_of_rows
from analysis.read import Aside, Block, folded

LEFT_OUT = "left out"  # the rule of such rows


def are_nearly_all_rows(block: Block, header: str, texts: list[str]) -> bool:
    """Whether nearly all rows of a block bear one of some texts under a header of its own."""
    if header not in block.columns:
        return False
    n_left = len(without_rows(block, {header: texts}).lines)
    return n_left < (1 - NEARLY_ALL) * len(block.lines)


def is_proposed(block: Block, header: str, texts: list[str]) -> bool:
    """Whether a draft proposes to leave rows out: not where nothing says that they are no grants,
    as colours do not and notes of a condition, or where nearly nothing would be left.
    """
    is_open = is_of_colours(header) and not says("note of no grant", texts[0])
    is_open |= header == OF_NOTES and any(map(says_but_a_condition, texts))
    return not is_open and not are_nearly_all_rows(block, header, texts)


def without_rows(block: Block, leave_out: Mapping[str, list[str]]) -> Block:
    """The block without the rows that bear one of some texts under a header, blank ones by ""."""
    if not leave_out:
        return block
    by_name = {folded(header): column for header, column in block.columns.items()}
    by_name.setdefault(folded(OF_TITLES), titles_of_rows(block))
    by_name.setdefault(folded(OF_STRIKES), word_of_lines(block, block.struck, STRUCK))
    by_name.setdefault(folded(OF_HIDDEN), word_of_lines(block, block.hidden, HIDDEN))
    by_name.setdefault(OF_SHEETS, word_of_lines(block, frozenset(block.lines), name_of_list(block)))
    by_name.setdefault(folded(OF_NOTES), rows_of_notes(block))
    by_name.setdefault(OF_MERGED, rows_with_merged_amounts(block))
    is_left_out = np.zeros(len(block.lines), dtype=bool)
    aside = list(block.aside)
    for header, texts in leave_out.items():
        if is_of_colours(header):
            by_name.setdefault(folded(header), rows_of_colour(block, header, texts))
        if folded(header) not in by_name:
            continue  # told as a fault
        column = by_name[folded(header)]
        unwanted = {folded(text) for text in texts}
        is_unwanted = column.values.map(folded, na_action="ignore").isin(unwanted).to_numpy(bool)
        is_here = np.append(is_unwanted, "" in unwanted)[column.codes] & ~is_left_out
        values = np.append(column.values.to_numpy(), "")[column.codes[is_here]]
        aside += [
            Aside(int(line), LEFT_OUT, str(value))
            for line, value in zip(block.lines[is_here], values, strict=True)
        ]
        is_left_out |= is_here
    if not is_left_out.any():
        return block
    columns = {header: column.rows(~is_left_out) for header, column in block.columns.items()}
    return replace(block, columns=columns, lines=block.lines[~is_left_out], aside=aside)
