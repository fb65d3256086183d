"""P-values as tables tell them."""

from analysis.text import formatting


def p_value(value: float) -> str:
    """A p-value in thousandths; what is less than one of them as less, never as zero.

    >>> formatting.use("en"); p_value(0.0213), p_value(0.000001)
    ('0.021', '< 0.001')
    """
    if value < 0.001:
        return f"< {formatting.number(0.001, 3)}"
    return formatting.number(value, 3)
