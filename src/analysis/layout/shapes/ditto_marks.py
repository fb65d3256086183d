"""Cells that but say "the same as above": idem, ditto, two strokes."""

from dataclasses import replace

import numpy as np

from analysis import parse
from analysis.parse.column import synonyms
from analysis.read import Block, Coded, matching

_STROKES = r"""^\s*-*\s*(?:["″”“〃＂]+|''|’’|´´|,,)\s*-*\s*$"""
_SHORT = r"^[^0-9]{1,20}$"


def with_dittos_filled(block: Block) -> Block:
    """The block whose dittos hold what stands above them.

    A word in capitals may be somebody's name ("IDEM"), unless another cell of its row is a ditto.
    """
    dittos = {header: _dittos(column) for header, column in block.columns.items()}
    dittos = {header: says for header, says in dittos.items() if says.any()}
    if not dittos:
        return block
    of_rows = {header: says[block.columns[header].codes] for header, says in dittos.items()}
    per_row = np.sum(list(of_rows.values()), axis=0)
    filled = {}
    for header, is_ditto in of_rows.items():
        column = block.columns[header]
        capitals = np.append(column.values.str.isupper().to_numpy(bool), False)[column.codes]
        filled[header] = _from_above(column, is_ditto & (~capitals | (per_row > 1)))
    return replace(block, columns=block.columns | filled)


def _dittos(column: Coded) -> np.ndarray:
    """Which distinct cells of a column say "the same as above"; last that blank ones do not."""
    is_ditto = matching(column.values, _SHORT)
    short = column.values[is_ditto]
    is_word = parse.fold(short).isin(synonyms("same as above"))
    is_ditto[is_ditto] = is_word | matching(short, _STROKES)
    return np.append(is_ditto, False)


def _from_above(column: Coded, is_ditto: np.ndarray) -> Coded:
    """A column whose dittos hold the last cell above that is none."""
    rows = np.where(is_ditto, 0, np.arange(len(column.codes)))
    return column.rows(np.maximum.accumulate(rows))
