"""Decimal numbers as they are written: their last digit does not depend on their binary form."""

from decimal import ROUND_HALF_UP, Decimal


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
