"""Rows that bear the number of one grant on several days: its payments, perhaps, each of which would
count as a grant.
"""

from collections.abc import Mapping

import pandas as pd

from analysis.declare.shares import MOST
from analysis.layout.headers.cell_evidence import mostly_years
from analysis.layout.headers.grant_numbers import numbers_grants
from analysis.layout.headers.words import says
from analysis.layout.payments.payments_of_grants import instalments
from analysis.layout.payments.repeated_references import (
    COMMON_SHARE,
    FEWEST,
    amounts_by_row,
    tells_grants_apart,
)
from analysis.read import Block

PAYMENTS_LIKELY = "payments likely"  # the reason of such a doubt


def seem_to_be_payments(block: Block, columns: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether the number of a grant comes again on other days, for the same recipient: some of them
    in a list that is called payments, or whose day or amount is; else many.
    """
    names = ("reference", "recipient", "date", "amount")
    headers = [header for name in names for header in columns.get(name, ())]
    if len(headers) != len(names) or len(set(headers)) != len(names):
        return False
    reference, recipient, day, amount = headers
    if not (numbers_grants(reference) or tells_grants_apart(reference)):
        return False
    is_called_payments = any(says("payments", name) for name in (block.source, day, amount))
    if mostly_years(block, day) and not is_called_payments:
        return False
    rows = pd.DataFrame(
        {
            "reference": block.columns[reference].codes,
            "recipient": block.columns[recipient].codes,
            "day": block.columns[day].codes,
            "amount": amounts_by_row(block.columns[amount]),
        }
    )
    rows = rows[rows["reference"].ge(0) & rows["amount"].gt(0)]
    rows = rows[~instalments(block, (reference,), (recipient,))[rows.index]]
    again = rows[rows.duplicated("reference", keep=False)]
    by_reference = again.groupby("reference")
    is_of_one = by_reference["recipient"].nunique().eq(1)
    is_paid_later = is_of_one & by_reference["day"].nunique().gt(1)
    if is_called_payments:
        return bool(is_paid_later.any())
    are_common = len(is_paid_later) >= FEWEST and len(again) >= COMMON_SHARE * len(rows)
    return bool(are_common and is_paid_later.mean() >= MOST)
