"""Values of clean tables as labels."""

from analysis.text import formatting
from analysis.text.formatting import text as _


def name(value: str | None) -> str:
    """A value of a clean table as a label of its own, whether it is there or not.

    >>> formatting.use("en"); name("economic cooperation"), name(None)
    ('Economic cooperation', 'n/a')
    """
    if formatting.missing(value) or not value:
        return formatting.number(None)
    label = _(value)
    return label[:1].upper() + label[1:]
