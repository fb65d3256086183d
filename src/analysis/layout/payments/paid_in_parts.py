"""An amount that stands on each line of its payments: added up by line it would count several
times.
"""

import json
from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare.shares import HALF, MOST
from analysis.layout.amounts.sums_of_parts import tells_of_another_sum
from analysis.layout.headers.cell_evidence import sample
from analysis.layout.headers.table_match import BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.layout.mapping import Doubt
from analysis.layout.payments.repeated_references import amounts_by_row
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block

REASON = "paid in parts"
_FEWEST = 2  # grants that are paid whole, one of them on several lines at least
# What lines of one grant may have in common, beside their recipient and amount.
_IN_COMMON = (("date", "purpose"), ("purpose",), ("date",), ())


def paid_in_parts(block: Block, columns: dict[str, tuple[str, ...]]) -> Doubt | None:
    """The doubt about an amount that several lines of one grant repeat, where another column holds
    the parts that add up to it; None where none does.

    Its headers are the amount and those that tell such a grant, the other one holds the parts. Two
    grants that are truly equal and paid are together paid twice the amount.
    """
    amounts, recipient = columns.get("amount", ()), columns.get("recipient", ())
    if len(amounts) != 1 or not recipient:
        return None
    taken = {*amounts, *recipient, *columns.get("date", ())}
    lines = pd.DataFrame({header: column.codes for header, column in block.columns.items()})
    lines = lines.assign(**{amounts[0]: amounts_by_row(block.columns[amounts[0]])})
    lines = lines[lines[amounts[0]].gt(0) & lines[recipient[0]].ge(0)]
    if not lines.duplicated([*recipient, *amounts]).any():
        return None
    for header in [header for header in block.columns if header not in taken]:
        if not parse.amounts(sample(block.columns[header]))[0].notna().mean() > HALF:
            continue
        paid = pd.Series(amounts_by_row(block.columns[header]))[lines.index]
        for names in _IN_COMMON:
            in_common = [shared for name in names for shared in columns.get(name, ())]
            in_common = [shared for shared in dict.fromkeys(in_common) if shared != header]
            tell_grants = [lines[name] for name in (*recipient, *in_common, *amounts)]
            of_grant = paid.groupby(tell_grants, sort=False)
            is_told = "date" in names or (
                says("whole amount", amounts[0]) and says("part of an amount", header)
            )
            if _adds_up(of_grant, lines[amounts[0]], is_of_one_grant=is_told):
                return Doubt("amount", (*amounts, *in_common), (header,), REASON)
    return None


def take_whole_amount(found: Match) -> None:
    """Take the whole amount for that of a grant, instead of the payments beside it on each line
    ("Total award", "Amount paid"): which of both counts is asked then.
    """
    amounts = found.columns.get("amount", ())
    if len(amounts) != 1 or not says("part of an amount", amounts[0]):
        return
    for header in found.free:
        if not says("whole amount", header) or tells_of_another_sum(header):
            continue
        if says("part of an amount", header):
            continue
        doubt = paid_in_parts(found.block, {**found.columns, "amount": (header,)})
        if doubt is not None and doubt.others == amounts:
            found.take("amount", (header,), BY_WORDS)
            return


def _adds_up(of_grant, amount: pd.Series, *, is_of_one_grant: bool) -> bool:
    """Whether what is paid on the lines of each grant adds up to its amount.

    Equal parts alone may be advances on equal grants of several years: then the grants of one line
    must be paid whole too, or a day or headers ("Award total", "Payment") say that they are of one.
    """
    grants = of_grant.agg(paid="sum", least="min", most="max", lines="size")
    grants["amount"] = grants.index.get_level_values(amount.name)
    grants = grants[grants["paid"] > 0]
    grants["is_whole"] = np.isclose(grants["paid"], grants["amount"], rtol=0, atol=HALF_CENT)
    several, single = grants[grants["lines"] > 1], grants[grants["lines"] == 1]
    whole = several[several["is_whole"]]
    is_in_parts = whole["most"] < whole["paid"]  # else one line is paid whole, and others nothing
    is_enough = is_in_parts.any() and grants["is_whole"].sum() >= _FEWEST
    if not is_enough or len(whole) < HALF * len(several):
        return False
    if (several["paid"] <= several["amount"] + HALF_CENT).mean() < MOST:
        return False
    if len(single):
        singles_are_whole = single["is_whole"].mean() >= MOST
    else:
        singles_are_whole = is_of_one_grant
    return bool((whole["most"] > whole["least"]).any() or singles_are_whole)


def amount_once_each(doubt: Doubt, doubts: Iterable[Doubt]) -> str:
    """The line of study.toml that tells the grants of such an amount apart, so that each counts
    once: by their reference, where `doubts` ask about one; blank for another doubt.
    """
    if doubt.reason != REASON:
        return ""
    amount, *in_common = doubt.headers
    references = [each.headers for each in doubts if each.column == "reference"]
    headers = next(iter(references), (*in_common, amount))
    told = headers[0] if len(headers) == 1 else headers
    return f"reference = {json.dumps(told, ensure_ascii=False)}"
