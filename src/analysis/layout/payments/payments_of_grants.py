"""Rows of payments: beside those of the grants that they pay, added up, a grant would count twice;
alone, those of one reference are one grant.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.declare.shares import MOST
from analysis.layout.amounts.amount_scale import unit_in_doubt
from analysis.layout.headers.words import which_say
from analysis.layout.payments.repeated_references import amounts_by_row, tells_grants_apart
from analysis.read import Block

_MOST_KINDS = 12  # distinct texts of a column beyond which it tells no kinds


def payments_of_grants(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """The words for payments under a header, where other rows of it are grants to the same
    recipients ("Commitment" and "Payment").
    """
    recipient = columns.get("recipient", ())
    if len(recipient) != 1:
        return {}
    names = block.columns[recipient[0]].codes
    texts_by_header = {}
    for header, column in block.columns.items():
        codes = column.codes
        kinds = column.used()
        if header == recipient[0] or not 2 <= len(kinds) <= _MOST_KINDS:
            continue
        is_grant = which_say("grant in a kind", kinds)
        is_payment = which_say("payment in a kind", kinds) & ~is_grant
        paid = _recipients(names, codes, kinds[is_payment])
        granted = _recipients(names, codes, kinds[is_grant])
        if len(paid) and np.isin(paid, granted).mean() >= MOST:
            texts_by_header[header] = list(kinds[is_payment])
    return texts_by_header


def instalments(
    block: Block, references: tuple[str, ...] | None, recipients: tuple[str, ...] | None
) -> np.ndarray:
    """Which rows pay a part of one grant: its reference stands on several lines of one recipient,
    and all of them say a payment ("Acompte", "Solde").
    """
    is_part = np.zeros(len(block.lines), dtype=bool)
    if not references or not recipients:
        return is_part
    grant = [block.columns[name].codes for name, *_others in (references, recipients)]
    is_told = (grant[0] >= 0) & (grant[1] >= 0)
    for header, column in block.columns.items():
        if header in (*references, *recipients) or not 2 <= column.values.nunique() <= _MOST_KINDS:
            continue
        says_payment = which_say("payment in a kind", column.values).to_numpy(bool)
        if not says_payment.any():
            continue
        is_paid = pd.Series(np.append(says_payment, False)[column.codes])
        of_grant = is_paid.groupby(grant)
        is_of_several = of_grant.transform("all") & of_grant.transform("size").gt(1)
        is_part |= is_of_several.to_numpy(bool) & is_told
    return is_part


def reference_of_instalments(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The header of references that tell of which grant a row is a part; none where no row is one."""
    recipient = columns.get("recipient", ())
    if len(recipient) != 1:
        return ()
    taken = {header for headers in columns.values() for header in headers}
    named = [header for header in block.columns if tells_grants_apart(header)]
    telling = [header for header in named if header not in taken]
    return tuple(
        [header for header in telling if instalments(block, (header,), recipient).any()][:1]
    )


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
        codes = column.codes
        kinds = column.used()
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
