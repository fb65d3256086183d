"""What exhibits say in the same way: names, lists of shares, intervals and the columns that hold them."""

from collections.abc import Iterable

from analysis.text import formatting
from analysis.text.formatting import text as _


def name(value: str | None) -> str:
    """A value of a clean table as a label of its own, whether it is there or not.

    >>> formatting.use("en"); name("economic cooperation"), name(None)
    ('Economic cooperation', 'n/a')
    """
    if formatting.missing(value) or not value:
        return formatting.number(None)
    said = _(value)
    return said[:1].upper() + said[1:]


def each(labels: Iterable[str], shares: Iterable[float], digits: int = 0) -> str:
    """Every label with its share, in a sentence.

    >>> formatting.use("en"); each(["Own", "Franchise"], [0.6, 0.4])
    'Own 60% and Franchise 40%'
    """
    return formatting.join(
        f"{label} {formatting.percent(share, digits)}"
        for label, share in zip(labels, shares, strict=True)
    )


def interval(row, digits: int = 0) -> str:
    """The interval of a share, from its `low` to its `high`.

    >>> formatting.use("en"); interval({"low": 0.53, "high": 0.59})
    '53–59%'
    """
    return formatting.interval(row["low"], row["high"], digits, share=True)


def bounds() -> dict[str, tuple[str, str]]:
    """The columns of the interval of a share."""
    return {"low": (_("Low"), "percent"), "high": (_("High"), "percent")}
