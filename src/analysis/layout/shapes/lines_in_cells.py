"""Rows whose cells hold a list each, line by line: one row for each line."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.declare.shares import HALF
from analysis.read import Block, Coded, matching
from analysis.read.figures import FIGURE

_FEWEST = 2  # columns of which one holds figures
_FEWEST_ROWS = 2


def with_lines_apart(block: Block) -> Block:
    """The block with a row for each line of the cells of a row, where several columns have as many
    lines in each row where one of them holds several figures: names and their amounts.

    What has one line belongs to all. Where the lines of a row do not answer to each other, nothing
    is taken apart: its amounts cannot be read, which is asked.
    """
    lists = {
        header: column
        for header, column in block.columns.items()
        if matching(column.values, r"\S\s*\n\s*\S").any()
    }
    if len(lists) < _FEWEST:
        return block
    lines = pd.DataFrame({header: _lines(column) for header, column in lists.items()})
    count = lines.map(len)
    of_figures = [header for header in lists if _are_figures(lines.loc[count[header] > 1, header])]
    if not of_figures:
        return block
    is_list = count[of_figures].gt(1).any(axis=1)
    if is_list.sum() < _FEWEST_ROWS and is_list.mean() < HALF:
        return block
    answering = count.loc[is_list].eq(count.loc[is_list, of_figures[0]], axis=0).all()
    headers = [header for header in lists if answering[header]]
    if len(headers) < _FEWEST or of_figures[0] not in headers:
        return block
    # a name may be wrapped where there is one figure
    repeats = count[of_figures[0]].where(is_list, 1).clip(lower=1)
    position = np.repeat(np.arange(len(lines)), repeats)
    columns = {}
    for header, column in block.columns.items():
        if header in headers:
            apart = lines[header].where(is_list, _joined(lines[header]))
            texts = apart.explode().astype("str").reset_index(drop=True)
            columns[header] = Coded.of(texts)
        else:
            columns[header] = column.rows(position)
    return replace(block, columns=columns, lines=block.lines[position])


def _lines(column: Coded) -> pd.Series:
    """The lines of each cell that are not blank; a blank cell has none."""
    of_values = [
        [line.strip() for line in text.split("\n") if line.strip()]
        for text in column.values.fillna("")
    ]
    return pd.Series([of_values[code] if code >= 0 else [] for code in column.codes], dtype=object)


def _joined(lines: pd.Series) -> pd.Series:
    """The lines of each cell as one; a blank cell stays blank."""
    return lines.map(lambda texts: [" ".join(texts)] if texts else [])


def _are_figures(lines: pd.Series) -> bool:
    """Whether all lines of some cells are figures, and some cell has several."""
    texts = lines.explode().dropna().astype("str")
    return bool(len(texts) > len(lines)) and bool(texts.str.fullmatch(FIGURE).all())
