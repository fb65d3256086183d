"""Values of clean tables as labels, and what many sentences tell."""

from analysis.stats import intervals
from analysis.text import formatting
from analysis.text.facts import Interval, Share


def name(value: str | None) -> str:
    """A value of a clean table as a label of its own, whether it is there or not.

    >>> formatting.use("en"); name("economic cooperation"), name(None)
    ('Economic cooperation', 'n/a')
    """
    if formatting.is_missing(value) or not value:
        return formatting.number(None)
    label = formatting.text(value)
    return label[:1].upper() + label[1:]


def share_facts(study, count: float, n: float, base: int | None = None) -> dict[str, object]:
    """The facts `share` and `interval` of so many of n; of `base` units, where they are not all
    independent.
    """
    share = intervals.wilson(count, n, confidence=study.parameters.confidence)
    of = int(n) if base is None else base
    return {
        "share": Share(share["value"], of=of),
        "interval": Interval(share["low"], share["high"]),
    }


def tenths_borne(n: int) -> int:
    """How many decimals a percentage of so many units bears, up to one: as many as its table has
    for those who see it rounded.

    >>> tenths_borne(90), tenths_borne(505)
    (0, 1)
    """
    return int(n >= 100)
