"""Lines that tools draw between headers and rows, or above a total: dashes in each column."""

import numpy as np

from analysis.read.block import Aside, Block, matching

_DRAWN = r"\A\s*(?:-{2,}|={2,}|_{2,}|[─━═]{2,})\s*\z"  # one dash alone stands for nothing known


def ruled_lines_set_aside(block: Block) -> np.ndarray:
    """Which rows of a block of columns are drawn: two cells or more, and each that is filled holds
    two dashes or more and nothing else, as SQL tools write below a header. They are set aside in
    the block as part of its header.
    """
    is_drawn = np.ones(len(block.lines), dtype=bool)
    n_drawn = np.zeros(len(block.lines), dtype=int)
    for column in block.columns.values():
        draws = np.append(matching(column.values, _DRAWN), False)[column.codes]
        is_drawn &= draws | (column.codes < 0)
        n_drawn += draws
        if not is_drawn.any():
            return is_drawn
    is_drawn &= n_drawn > 1
    block.aside += [Aside(int(line), "header", "") for line in block.lines[is_drawn]]
    return is_drawn
