"""Decimal numbers as they are written: their last digit does not depend on their binary form."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple


class AmountUnit(NamedTuple):
    """A unit of money: its `size`, from which amount on it is used, what smaller amounts are rounded
    to, and its signs.
    """

    size: float
    least: float
    rounded_below: float
    french: str
    english: str


SINGLE = AmountUnit(1, 0, 1, "", "")
THOUSANDS = AmountUnit(1e3, 1e4, 1, "k", "k")
AMOUNT_UNITS = (  # in whole thousands, 1,500 would lose a third
    AmountUnit(1e9, 1e9, 1e6, "Md", "bn"),
    AmountUnit(1e6, 1e6, 1e3, "M", "M"),
    THOUSANDS,
)


def exact_decimal(value: float, digits: int) -> Decimal:
    """The value as it is written: Babel rounds decimals half to even, and 0.285 must not depend on
    its binary form; what is rounded to none bears no sign.

    >>> exact_decimal(0.285, 2), exact_decimal(-0.001, 2)
    (Decimal('0.285'), Decimal('0'))
    """
    exact = Decimal(repr(float(value)))
    return exact if round(exact, digits) else Decimal(0)


def half_up(value: float, digits: int) -> float:
    """A number rounded to some decimals, a half away from zero.

    >>> half_up(38.5, 0), half_up(1.15, 1), half_up(-2.5, 0)
    (39.0, 1.2, -3.0)
    """
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def unit_of_amount(amount: float, *, from_thousand: bool = False) -> AmountUnit:
    """The unit that an amount is written in: the largest that it reaches once rounded. Beside others
    in thousands, thousands are told from the first one on (`from_thousand`).

    >>> unit_of_amount(999_499).english, unit_of_amount(999_500).english, unit_of_amount(-8_000).size
    ('k', 'M', 1)
    >>> unit_of_amount(8_000, from_thousand=True).english, unit_of_amount(900, from_thousand=True).size
    ('k', 1)
    """
    for unit in AMOUNT_UNITS:
        if half_up(abs(amount) / unit.rounded_below, 0) * unit.rounded_below >= unit.least:
            return unit
    if from_thousand and half_up(abs(amount), 0) >= THOUSANDS.size:
        return THOUSANDS
    return SINGLE
