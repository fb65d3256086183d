"""What was granted, beside what was paid of it year by year: the grant counts, once."""

from collections.abc import Iterable

import pandas as pd

from analysis.declare.shares import HALF, NEARLY_ALL
from analysis.layout.amounts.sums_of_parts import tells_of_another_sum
from analysis.layout.headers.header_names import known_headers, sense_of, spellings
from analysis.layout.headers.numbers_of_cells import (
    Numbers,
    amounts_of_rows,
    money_likeness,
    tells_of_something_else,
)
from analysis.layout.headers.words import says
from analysis.read import Block, folded

_EURO = 1.0  # by which rounded payments may miss it


def is_paid_by_year(block: Block, yearly: Iterable[str], others: Iterable[str]) -> bool:
    """Whether columns of years tell what was paid of amounts that one of the `others` holds.

    Their headers speak of payments ("Versé 2022") and that of the other one is an amount without a
    year ("Montant engagé"); or they are bare years, filled in most rows, beside what was committed
    ("Engagement total"). Of nearly no row more was paid than that; of some less, else it is their
    sum.
    """
    yearly = list(yearly)
    payments = [amounts_of_rows(block.columns[header]).fillna(0) for header in yearly]
    paid = pd.concat(payments, axis=1).sum(axis=1)
    if all(says("paid amount", header) for header in yearly):
        wholes = [header for header in others if _names_a_grant(header)]
    elif paid.gt(0).mean() >= HALF:
        wholes = [
            header for header in others if _names_a_grant(header) or _names_a_commitment(header)
        ]
    else:
        return False
    return any(exceed_payments(block, header, paid) for header in wholes)


def exceed_payments(block: Block, header: str, paid: pd.Series) -> bool:
    """Whether a column holds money of which, in nearly all rows, no more was paid, and in some
    less.
    """
    granted = amounts_of_rows(block.columns[header])
    rest = (granted - paid)[granted.gt(0).fillna(False)]
    is_within = len(rest) > 0 and rest.ge(-_EURO).mean() >= NEARLY_ALL
    is_rest = bool(is_within and rest.gt(_EURO).any())
    return is_rest and money_likeness(Numbers(block.columns[header])) > 0


def takes_a_whole_column(block: Block, stated: set[str], yearly: Iterable[str]) -> bool:
    """Whether study.toml takes for the amount (`stated`, folded headers) a column that stands in
    the file beside those of the years.
    """
    columns = {folded(header) for header in block.columns}
    return not stated.isdisjoint(columns - {folded(header) for header in yearly})


def _names_a_grant(header: str) -> bool:
    """Whether a header names an amount that is no payment, request, change or sum."""
    other_kinds = ("paid amount", "changed amount", "header of no money")
    if tells_of_something_else(header) or any(says(kind, header) for kind in other_kinds):
        return False
    names = known_headers()["grants"]["amount"]
    return bool(sense_of(header, "amount")) or any((name,) in names for name in spellings(header))


def _names_a_commitment(header: str) -> bool:
    """Whether a header names what was granted or committed, be it in all ("Engagement total"), and
    nothing paid.
    """
    other_kinds = ("paid amount", "changed amount", "header of no money")
    if tells_of_another_sum(header) or any(says(kind, header) for kind in other_kinds):
        return False
    return says("granted amount", header) or says("committed amount", header)
