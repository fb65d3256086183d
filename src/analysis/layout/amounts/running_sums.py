"""Columns of what has added up so far ("Solde progressif", "Cumul") beside the amounts that they add
up: never the amount of a row.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.declare.shares import NEARLY_ALL
from analysis.layout.payments.repeated_references import amounts_by_row
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block

_FEWEST = 4  # rows from which steps of one column are no chance


def running_sums(block: Block, headers: Iterable[str]) -> set[str]:
    """Which of some headers hold running sums of the amounts of another column, from the top or the
    bottom.
    """
    possible = list(headers)
    if not possible:
        return set()
    amounts = {header: _amounts(block, header) for header in block.columns}
    amounts = {header: amount for header, amount in amounts.items() if amount.notna().any()}
    return {
        header
        for header in possible
        if header in amounts
        and any(_runs_up(amounts[header], amounts[other]) for other in amounts if other != header)
    }


def _amounts(block: Block, header: str) -> pd.Series:
    return pd.Series(amounts_by_row(block.columns[header]))


def _runs_up(sums: pd.Series, amount: pd.Series) -> bool:
    """Whether numbers move from row to row by the amounts of other ones, up or down.

    >>> _runs_up(pd.Series([50, 150, 350, 650, 1050]), pd.Series([50, 100, 200, 300, 400]))
    True
    """
    is_moved = amount.notna() & amount.ne(0)
    if amount[is_moved].nunique() < 2:  # marks, which numbers of rows count
        return False
    for step in (sums.diff(), sums.diff(-1)):
        moves = step.abs()[is_moved & step.notna()]
        is_equal = np.isclose(moves, amount.abs()[moves.index], rtol=0, atol=HALF_CENT)
        if len(moves) >= _FEWEST and is_equal.mean() >= NEARLY_ALL:
            return True
    return False
