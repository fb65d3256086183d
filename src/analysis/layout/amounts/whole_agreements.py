"""The amount of an agreement of several years that stands on the line of each of its years: added
up by line it would count once for each of them.
"""

import pandas as pd

from analysis.declare.shares import HALF, NEARLY_ALL
from analysis.layout.headers.words import says
from analysis.layout.payments.repeated_references import amounts_by_row
from analysis.read import Block

WHOLE_AGREEMENT = "whole agreement"  # the reason of such a doubt
_FEWEST = 3  # recipients with lines of several days or years


def repeats_a_whole(block: Block, columns: dict[str, tuple[str, ...]]) -> bool:
    """Whether a header speaks of the amount of several years, and each recipient has the same one
    on lines of several days or years. Equal grants of one year after the other look the same.
    """
    amounts, recipients, dates = (columns.get(name, ()) for name in ("amount", "recipient", "date"))
    if not (len(amounts) == len(recipients) == len(dates) == 1):
        return False
    if not says("amount of several years", amounts[0]):
        return False
    lines = pd.DataFrame(
        {
            "recipient": block.columns[recipients[0]].codes,
            "date": block.columns[dates[0]].codes,
            "amount": amounts_by_row(block.columns[amounts[0]]),
        }
    )
    lines = lines[lines["recipient"].ge(0) & lines["amount"].gt(0)]
    lines = lines.drop_duplicates(["recipient", "date", "amount"])
    by_recipient = lines[lines.duplicated("recipient", keep=False)].groupby("recipient")
    if len(by_recipient) < _FEWEST:
        return False
    is_one_amount = by_recipient["amount"].nunique().eq(1)
    first = by_recipient["amount"].first()
    return bool(is_one_amount.mean() >= NEARLY_ALL and first.nunique() >= HALF * len(first))
