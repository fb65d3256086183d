"""P-values as tables tell them."""

from analysis.text import formatting

_DIGITS = 3


def p_value(value: float) -> str:
    """A p-value in thousandths; what is less than one of them as less, never as zero.

    >>> formatting.use("en"); p_value(0.0213), p_value(0.000001)
    ('0.021', '< 0.001')
    """
    smallest = 10**-_DIGITS
    if value < smallest:
        return f"< {formatting.number(smallest, _DIGITS)}"
    return formatting.number(value, _DIGITS)
