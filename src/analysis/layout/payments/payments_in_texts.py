"""Rows that pay one grant, as only their texts say ("Acompte convention 2018", "Solde convention
2018"): counted each for itself, one agreement would be two.
"""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.headers.cell_evidence import days_of_rows
from analysis.layout.headers.header_matching import lists_grants, match
from analysis.layout.headers.made_columns import FIRST, OF_PAYMENTS
from analysis.layout.headers.words import pattern_of, which_say
from analysis.read import Block, Coded

FIRST_PAYMENT, LAST_PAYMENT = "first payment", "last payment"
# What texts of payments hold beside what is paid: numbers of payments, shares, small words.
_BESIDE = re.compile(
    r"\b(?:\d{1,2}|de|du|des|d|la|le|les|l|sur|n|no|pour|cent|of|the|on|for|von|vom|der|des|die|fur"
    r"|auf|di|del|della|su|sulla|para|por|sobre|da|do|van|op|het|voor|versement|paiement|payment)\b"
)


def with_grants_of_payments(block: Block) -> Block:
    """The block with the grant of each row as a column of its own, where rows of one recipient pay
    one thing, the first of them in advance and the last the balance.
    """
    if FIRST in block.columns:
        return block
    telling = [header for header, column in block.columns.items() if _tells_both(column)]
    columns = match(block, "grants").columns if telling else {}
    if not telling or not lists_grants(columns) or "reference" in columns:
        return block
    grant = np.full(len(block.lines), -1)
    for header in telling:
        if header not in columns["recipient"]:
            grant = np.where(grant >= 0, grant, _first_of_each(block, columns, header))
    if (grant < 0).all():
        return block
    firsts = np.unique(grant[grant >= 0])
    codes = np.where(grant >= 0, np.searchsorted(firsts, grant), -1).astype(np.int32)
    names = pd.Series([f"line {block.lines[row]}" for row in firsts], dtype="str")
    return replace(block, columns={**block.columns, OF_PAYMENTS: Coded(codes, names)})


def _tells_both(column: Coded) -> bool:
    """Whether some texts of a column speak of a first payment, and others of a last one."""
    texts = column.values
    is_last = which_say(LAST_PAYMENT, texts)
    return bool(is_last.any() and (which_say(FIRST_PAYMENT, texts) & ~is_last).any())


def _first_of_each(block: Block, columns: dict[str, tuple[str, ...]], header: str) -> np.ndarray:
    """The first row of the grant that each row pays, by what its text says beside the payment; -1
    where none does.
    """
    texts = block.columns[header]
    is_last = which_say(LAST_PAYMENT, texts.values)
    is_first = which_say(FIRST_PAYMENT, texts.values) & ~is_last
    rows = pd.DataFrame(
        {
            "recipient": block.columns[columns["recipient"][0]].codes,
            "paid for": Coded(texts.codes, _paid_for(texts.values)).series(),
            "is last": np.append(is_last, False)[texts.codes],
            "is first": np.append(is_first, False)[texts.codes],
            "date": _days(block, columns),
        }
    )
    others = [name for name in columns.get("purpose", ()) if name != header]
    of_purpose = {name: block.columns[name].codes for name in others}
    rows = rows.assign(**of_purpose)[rows["is last"] | rows["is first"]]
    grant = np.full(len(block.lines), -1)
    for _grant, payments in rows.groupby(["recipient", "paid for", *others]):
        in_order = payments.sort_values(["date", "is last"], kind="stable")
        advances: list[int] = []
        for row, is_balance in in_order["is last"].items():
            advances.append(row)
            if is_balance:
                grant[advances] = advances[0] if len(advances) > 1 else -1
                advances = []
    return grant


def _paid_for(texts: pd.Series) -> pd.Series:
    """What texts say beside the words for payments."""
    plain = parse.fold(texts).fillna("")
    for tells in (LAST_PAYMENT, FIRST_PAYMENT):
        plain = plain.str.replace(pattern_of(tells), " ", regex=True)
    plain = plain.str.replace(_BESIDE, " ", regex=True)
    return plain.str.split().str.join(" ")


def _days(block: Block, columns: dict[str, tuple[str, ...]]) -> pd.Series:
    """The date of each row; one for all where no column holds any."""
    if "date" not in columns:
        return pd.Series(0, range(len(block.lines)))
    return days_of_rows(block.columns[columns["date"][0]])
