"""Rows of payments beside those of the grants that they pay: added up, a grant would count twice."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.layout.amount_scale import unit_in_doubt
from analysis.layout.cell_evidence import LOOKED_AT
from analysis.layout.money_words import which_say
from analysis.layout.repeated_references import amounts_by_row
from analysis.read import Block

_MOST_KINDS = 12  # distinct texts of a column beyond which it tells no kinds
_NEARLY_ALL = 0.8  # share of the recipients of payments that have a grant too


def payments_of_grants(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """The words for payments under a header, where other rows of it are grants to the same recipients
    ("Commitment" and "Payment").
    """
    recipient = columns.get("recipient", ())
    if len(recipient) != 1:
        return {}
    names = block.columns[recipient[0]].codes[:LOOKED_AT]
    texts_by_header = {}
    for header, column in block.columns.items():
        codes = column.codes[:LOOKED_AT]
        kinds = column.values.iloc[np.unique(codes[codes >= 0])]
        if header == recipient[0] or not 2 <= len(kinds) <= _MOST_KINDS:
            continue
        is_grant = which_say("grant in a kind", kinds)
        is_payment = which_say("payment in a kind", kinds) & ~is_grant
        paid = _recipients(names, codes, kinds[is_payment])
        granted = _recipients(names, codes, kinds[is_grant])
        if len(paid) and np.isin(paid, granted).mean() >= _NEARLY_ALL:
            texts_by_header[header] = list(kinds[is_payment])
    return texts_by_header


def receipts_beside_grants(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """The words under a header whose amounts are all above zero, where most are below: what an
    account receives, beside what it pays.
    """
    amounts = columns.get("amount", ())
    if len(amounts) != 1 or unit_in_doubt(block, amounts) != "turned":
        return {}
    amount = amounts_by_row(block.columns[amounts[0]])
    served = {header for headers in columns.values() for header in headers}
    texts_by_header = {}
    for header, column in block.columns.items():
        codes = column.codes[:LOOKED_AT]
        kinds = column.values.iloc[np.unique(codes[codes >= 0])]
        if header in served or not 2 <= len(kinds) <= _MOST_KINDS:
            continue
        is_paid = np.isin(kinds.index, codes[amount < 0])
        if is_paid.any() and not is_paid.all():
            texts_by_header[header] = list(kinds[~is_paid])
    return texts_by_header


def _recipients(names: np.ndarray, codes: np.ndarray, kinds: pd.Series) -> np.ndarray:
    """The recipients of the rows that bear some texts."""
    found = np.unique(names[np.isin(codes, kinds.index)])
    return found[found >= 0]
