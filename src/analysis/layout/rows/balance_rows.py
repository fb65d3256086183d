"""Rows of a ledger that name nobody but a balance: what was carried over from the year before
("Report à nouveau") and what is left at the end ("Solde au 31/12/2018").
"""

from collections.abc import Mapping

import numpy as np

from analysis.layout.headers.words import which_say
from analysis.layout.rows.sums_in_rows import amount_of_rows, says_total
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block

_NAMES = ("recipient", "partner_id")
_AMOUNTS = ("amount", "value_eur", "planned_amount_eur")


def rows_of_balances(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The header of names with those that say a balance, of rows that bear an amount."""
    amounts = tuple(header for column in _AMOUNTS for header in columns.get(column, ()))
    if not amounts:
        return {}
    texts_by_header = {}
    for header in [name for column in _NAMES for name in columns.get(column, ())]:
        names = block.columns[header]
        is_balance = which_say("balance of an account", names.values)
        if not is_balance.any():
            continue
        codes = names.codes
        may_count = (amount_of_rows(block, amounts) != 0) & ~_are_sums_so_far(block, amounts)
        is_counted = np.isin(names.values.index, codes[(codes >= 0) & may_count])
        texts_by_header[header] = list(names.values[is_balance & is_counted])
    return texts_by_header


def _are_sums_so_far(block: Block, amounts: tuple[str, ...]) -> np.ndarray:
    """Which rows bear a word for a total and the sum of all above, carried over a page: totals."""
    is_total, amount = says_total(block), amount_of_rows(block, amounts)
    above = np.cumsum(np.where(is_total, 0.0, amount))
    return is_total & (amount > 0) & (np.abs(above - amount) < HALF_CENT)
