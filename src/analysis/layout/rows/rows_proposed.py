"""Which of the rows in doubt a draft proposes to leave out: none that takes back what was granted,
which must count against it, but for balances; none that stands in the place of another; and none
that gave no money but something in kind.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from analysis.layout.headers.words import says
from analysis.layout.payments.repeated_references import amounts_by_row
from analysis.layout.rows.kinds_of_rows import say_in_kind
from analysis.layout.rows.marked_rows import texts_proposed
from analysis.read import Block

_AMOUNTS = ("amount", "value_eur", "planned_amount_eur")


def texts_to_leave_out(
    block: Block, columns: Mapping[str, tuple[str, ...]], header: str, texts: list[str]
) -> list[str]:
    """The texts under a header whose rows a draft proposes to leave out."""
    taken_back = {
        text
        for text in taking_money_back(block, columns, header, texts)
        if not (says("balance of an account", text) or says("nobody yet", text))
    }
    amounts_beside = amounts_by_text(block, columns, header, texts)
    with_money = {text for text, amounts in amounts_beside.items() if amounts.any()}
    in_kind_alone = {
        text
        for text in texts
        if text not in with_money and say_in_kind(pd.Series([text], dtype="str")).iloc[0]
    }
    return [
        text
        for text in texts_proposed(header, texts)
        if text not in taken_back | in_kind_alone and not replaces_another(text)
    ]


def taking_money_back(
    block: Block, columns: Mapping[str, tuple[str, ...]], header: str, texts: Iterable[str]
) -> set[str]:
    """Those of some texts under a header all of whose amounts are below zero."""
    amounts_beside = amounts_by_text(block, columns, header, texts)
    return {
        text for text, amounts in amounts_beside.items() if len(amounts) and (amounts < 0).all()
    }


def amounts_by_text(
    block: Block, columns: Mapping[str, tuple[str, ...]], header: str, texts: Iterable[str]
) -> dict[str, np.ndarray]:
    """The amounts that stand beside each of some texts under a header."""
    headers = next((columns[name] for name in _AMOUNTS if columns.get(name)), ())
    if len(headers) != 1 or header not in block.columns:
        return {}
    amount = amounts_by_row(block.columns[headers[0]])
    column = block.columns[header]
    codes = column.codes
    amounts_beside = {}
    for text in texts:
        of_text = amount[np.isin(codes, np.flatnonzero(column.values.eq(text)))]
        amounts_beside[text] = of_text[~np.isnan(of_text)]
    return amounts_beside


def replaces_another(text: str) -> bool:
    """Whether a text says that its row stands in the place of another, and not another in its.

    >>> replaces_another("Annule et remplace D05"), replaces_another("Annulée et remplacée par D05b")
    (True, False)
    """
    return says("replaces another", text) and not says("replaced by another", text)
