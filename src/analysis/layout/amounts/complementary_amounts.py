"""Columns of amounts that complement each other, as what was granted stands in one while a grant
runs and what was paid in another once it is over: no row fills both, and each alone is a false total.
"""

import json
import re

import numpy as np

from analysis.declare.shares import FEW, NEARLY_ALL
from analysis.layout.amounts.given_in_kind import is_in_kind
from analysis.layout.headers.columns_offered import money_offered
from analysis.layout.headers.header_words import PART
from analysis.layout.headers.numbers_of_cells import tells_of_something_else
from analysis.layout.headers.table_match import Match
from analysis.layout.headers.words import says
from analysis.layout.mapping import Doubt
from analysis.layout.rows.sums_in_rows import amount_of_rows, says_total
from analysis.layout.shapes.year_columns import OF_YEARS
from analysis.read import Block

COMPLEMENTARY = "amounts of several columns"  # reason of a doubt, and how amounts were recognised
_IN_BOTH = 0.02  # share of the rows of a column up to which another may be filled too
_NO_GRANT = (
    *("lent in an amount", "beside such purposes", "money back", "booked as received"),
    *("balance", "amount refused"),
)
# The columns of amounts and of who receives them, by table.
_COLUMNS = {"grants": ("amount", "recipient"), "agreements": ("planned_amount_eur", "partner_id")}


def take_complementary_amounts(found: Match) -> None:
    """Take all columns of amounts that complement the one that was taken, to be asked: those that
    are filled where it is blank, and nowhere else, if hardly any row is left without an amount.
    """
    if found.table not in _COLUMNS:
        return
    amount, recipient = _COLUMNS[found.table]
    taken = found.columns.get(amount, ())
    is_by_year = OF_YEARS in found.block.written_as  # a row for each amount
    if len(taken) != 1 or PART in found.columns or is_by_year:
        return
    is_row = _rows_that_name(found, recipient)
    has_amount = _has_amount(found.block, taken[0], is_row)
    n_rows = np.count_nonzero(is_row)
    if not 0 < np.count_nonzero(has_amount) < (1 - FEW) * n_rows:
        return
    headers = list(taken)
    for header in filter(_may_be_granted, money_offered(found.block, found.free)):
        is_filled = _has_amount(found.block, header, is_row)
        n_filled = np.count_nonzero(is_filled)
        n_in_both = np.count_nonzero(is_filled & has_amount)
        if n_filled > FEW * n_rows and n_in_both <= _IN_BOTH * n_filled:
            headers.append(header)
            has_amount |= is_filled
    if len(headers) > 1 and np.count_nonzero(has_amount) >= NEARLY_ALL * n_rows:
        found.take(amount, tuple(sorted(headers, key=found.headers.index)), COMPLEMENTARY)


def _rows_that_name(found: Match, recipient: str) -> np.ndarray:
    """Which rows name somebody and are no totals."""
    is_row = ~says_total(found.block)
    for header in found.columns.get(recipient, ()):
        is_row &= found.block.columns[header].codes >= 0
    return is_row


def _has_amount(block: Block, header: str, is_row: np.ndarray) -> np.ndarray:
    return is_row & (amount_of_rows(block, (header,)) != 0)


def _may_be_granted(header: str) -> bool:
    """Whether nothing in a header says that its amounts are other than granted or paid.

    >>> [_may_be_granted(header) for header in ("Total versé", "Montant demandé", "Prêt", "Crédit")]
    [True, False, False, False]
    """
    without_total = re.sub("(?i)total", "", header)
    if tells_of_something_else(without_total) or is_in_kind(header):
        return False
    return not any(says(kind, header) for kind in _NO_GRANT)


def answers_of_complements(doubt: Doubt) -> str:
    """The answers to such a question: all columns together, or one of them, or another.

    >>> answers_of_complements(Doubt("amount", ("Accordé", "Payé"), (), COMPLEMENTARY))
    'amount = ["Accordé", "Payé"] | amount = "Accordé" | amount = "Payé"'
    """
    together = f"{doubt.column} = {json.dumps(list(doubt.headers), ensure_ascii=False)}"
    alone = [f'{doubt.column} = "{header}"' for header in (*doubt.headers, *doubt.others)]
    return " | ".join([together, *alone])
