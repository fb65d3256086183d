"""Amounts that another column multiplies: those of one unit beside how many were given ("Montant
unitaire; Nombre de bourses"), and those of all funders beside what share of them is ours ("Montant
total; Notre part (%)").
"""

from collections.abc import Iterable

import pandas as pd

from analysis import parse
from analysis.declare.shares import NEARLY_ALL
from analysis.layout.headers.numbers_of_cells import Numbers
from analysis.layout.headers.words import says
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block

PER_UNIT, PER_SHARE = "per unit", "our share"  # the reasons of such doubts


def reason_of_product(block: Block, headers: tuple[str, ...]) -> str:
    """Why an amount counts only once multiplied by another column; blank where it does as it is."""
    if are_of_a_unit(block, headers):
        return PER_UNIT
    if len(headers) == 1 and _is_of_all_funders(block, headers[0]):
        return PER_SHARE
    return ""


def _is_of_all_funders(block: Block, header: str) -> bool:
    """Whether another column says which shares of an amount are ours, not all of them whole, and
    the amount is not what these shares give of yet another one.
    """
    others = [other for other in block.columns if other != header]
    for share_header in [other for other in others if says("our share", other)]:
        share = _numbers(block, share_header)
        whole = 100 if share.max() > 1 else 1
        if share.between(0, whole).mean() < NEARLY_ALL or share.eq(whole).all():
            continue
        amount = _numbers(block, header)
        products = [_numbers(block, other) * share / whole for other in others]
        if not any(
            ((amount - product).abs() <= HALF_CENT).mean() >= NEARLY_ALL for product in products
        ):
            return True
    return False


def _numbers(block: Block, header: str) -> pd.Series:
    texts = block.columns[header].series().str.replace("%", "", regex=False)
    return parse.amounts(texts)[0].astype("float64")


def are_of_a_unit(block: Block, headers: Iterable[str]) -> bool:
    """Whether the headers of an amount say that it is that of one unit, and another column counts
    these.
    """
    return all(says("amount of a unit", header) for header in headers) and any(
        says("number of units", header) and Numbers(column).share >= NEARLY_ALL
        for header, column in block.columns.items()
        if header not in headers
    )
