"""Rows that tell one sum of money twice: where it leaves and where it goes, its debit and its credit.
Added up, it would count twice.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.layout.headers.cell_evidence import dates_like
from analysis.layout.headers.words import says, which_say
from analysis.layout.payments.repeated_references import amounts_by_row
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block

_FEWEST = 4  # rows of a side from which equal amounts are no chance
_SIDES = ("where money leaves", "where money goes")
_BOOKED = ("booked as received", "booked as paid")


def other_sides(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The header of a column of two texts with that of the rows that may not count: where money
    comes from beside where it goes ("Origem" and "Destino"), what is received beside what is paid
    ("Crédit" and "Débit"), or a side whose amounts are those of the other, row by row.
    """
    amounts = columns.get("amount", ())
    if len(amounts) != 1:
        return {}
    amount = amounts_by_row(block.columns[amounts[0]])
    served = {header for headers in columns.values() for header in headers}
    texts_by_header = {}
    for header, column in block.columns.items():
        codes = column.codes
        texts = column.used()
        if header in served or len(texts) != 2:
            continue
        other_side = _said_to_be_other(header, texts)
        if not other_side and _may_be_sides(block, header, texts):
            other_side = _equal_to_the_other(texts, codes, amount)
        if other_side:
            texts_by_header[header] = other_side
    return texts_by_header


def _said_to_be_other(header: str, texts: pd.Series) -> list[str]:
    """Of two texts that say both sides of a transfer or of an account, the one that gives nothing;
    single letters say it below a header that does.
    """
    if texts.str.strip().str.len().max() == 1:
        of_letters = " in letters"
    else:
        of_letters = ""
    for other, given in (_SIDES, _BOOKED):
        if of_letters and not says(f"header of {given} or not", header):
            continue
        is_other, is_given = (which_say(side + of_letters, texts) for side in (other, given))
        if is_other.sum() == 1 and list(is_given) == list(~is_other):
            return list(texts[is_other])
    return []


def _may_be_sides(block: Block, header: str, texts: pd.Series) -> bool:
    """Whether two texts may be sides of the same money: no parts of it, nor times of its payment,
    nor what was committed and what was paid of it.
    """
    numbers_taken_off = texts.str.replace(r"\d+", "", regex=True)
    are_parts = numbers_taken_off.nunique() == 1 or which_say("payment in a kind", texts).any()
    are_stages = all(
        which_say(f"code of a {stage}", texts).any() for stage in ("commitment", "payment")
    )
    return not are_parts and not are_stages and not dates_like(block, header)


def _equal_to_the_other(texts: pd.Series, codes: np.ndarray, amount: np.ndarray) -> list[str]:
    """The text of the side that comes first, where the amounts of both are equal in their order and
    not all alike.
    """
    sides = [amount[codes == code] for code in texts.index]
    if len(sides[0]) != len(sides[1]) or len(sides[0]) < _FEWEST or np.isnan(amount).any():
        return []
    are_equal = (np.abs(sides[0] - sides[1]) < HALF_CENT).all() and len(np.unique(sides[0])) > 2
    if are_equal:
        return [texts[codes[codes >= 0][0]]]
    return []
