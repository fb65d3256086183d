"""Commitments and their payments in one list, told apart by codes alone ("EJ" and "DP", "ENG" and
"PAY", "C" and "P"): added up, each grant would count twice.
"""

from collections.abc import Mapping

import pandas as pd

from analysis.declare.shares import HALF, MOST
from analysis.layout.headers.words import which_say
from analysis.layout.payments.repeated_references import amounts_by_row
from analysis.layout.payments.sides_of_transfers import other_sides
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block

_CODE = r"\s*[^\W\d_]{1,5}\.?\s*"
_FEWEST = 3  # recipients that stand under both codes


def payments_by_codes(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The code of payments under a header of two codes, where the same recipients stand under both
    of them, for no more money under one than under the other.

    Where the codes are none of those known of accounts, most of both sums must be equal; where all
    amounts are, in their order, they are sides of a transfer, which are asked as such.
    """
    names = _first_of(columns, "recipient", "agreement_id", "partner_id")
    amounts = _first_of(columns, "amount", "value_eur", "planned_amount_eur")
    if len(names) != 1 or len(amounts) != 1:
        return {}
    used = {*names, *amounts, *_first_of(columns, "date", "start")}
    texts_by_header = {}
    for header in [header for header in block.columns if header not in used]:
        column = block.columns[header]
        codes = column.codes
        texts = column.used()
        if len(texts) != 2 or not texts.str.fullmatch(_CODE).all():
            continue
        recipients = block.columns[names[0]].codes
        amount_of_row = amounts_by_row(block.columns[amounts[0]])
        rows = pd.DataFrame({"recipient": recipients, "amount": amount_of_row, "code": codes})
        payment = _code_of_payments(texts, rows)
        if payment and header not in other_sides(block, columns):
            texts_by_header[header] = [payment]
    return texts_by_header


def _first_of(columns: Mapping[str, tuple[str, ...]], *names: str) -> tuple[str, ...]:
    """The headers of the first of some columns that a table has."""
    return next((columns[name] for name in names if columns.get(name)), ())


def _code_of_payments(texts: pd.Series, rows: pd.DataFrame) -> str:
    """Of two texts the code of the rows that pay those of the other; blank where none does."""
    is_payment = which_say("code of a payment", texts)
    is_commitment = which_say("code of a commitment", texts)
    is_known = is_payment.sum() == 1 and is_commitment.sum() == 1
    first, second = rows.loc[rows["code"].isin(texts.index), "code"].unique()
    pairs = [(first, second), (second, first)]
    if is_known:
        pairs = [(texts.index[is_commitment][0], texts.index[is_payment][0])]
    for committed, paid in pairs:
        if _pays(rows, committed, paid, may_be_in_part=is_known):
            return str(texts[paid])
    return ""


def _pays(rows: pd.DataFrame, committed: int, paid: int, *, may_be_in_part: bool) -> bool:
    """Whether the rows under one code pay those under another, recipient by recipient."""
    payments = _sums_by_recipient(rows, paid)
    commitments = _sums_by_recipient(rows, committed).reindex(payments.index)
    is_paid = commitments.notna()
    if is_paid.sum() < _FEWEST or commitments[is_paid].nunique() < _FEWEST:
        return False
    is_within = is_paid & (payments <= commitments + HALF_CENT)
    is_equal = is_paid & ((payments - commitments).abs() < HALF_CENT)
    fewest_equal = 0.0 if may_be_in_part else HALF
    return bool(is_within.mean() >= MOST and is_equal.mean() >= fewest_equal)


def _sums_by_recipient(rows: pd.DataFrame, code: int) -> pd.Series:
    """The amounts under a code, by recipient; of rows that name none, none."""
    is_of_one = (rows["code"] == code) & (rows["recipient"] >= 0)
    return rows[is_of_one].groupby("recipient")["amount"].sum()
