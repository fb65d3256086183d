"""The numbers that the method sets, as facts of their units."""

from dataclasses import dataclass

from analysis.text.facts import Days, Fact, Label, Money, Months, Number, Share, Years

_UNITS = {"days": Days, "months": Months, "years": Years, "share": Share, "EUR": Money}


@dataclass(frozen=True, eq=False)
class Convention(Fact):
    """A number that the method sets, as the fact that its unit makes it: no secret of anybody."""

    value: float
    fact: Fact

    def written(self) -> str:
        return self.fact.written()


def of_unit(value: float, unit: str) -> Convention:
    """A number that the method sets, written as its unit asks; as many decimals as it has, one at
    most.

    >>> from analysis.text import formatting
    >>> formatting.use("en"); of_unit(0.3, "share").written(), of_unit(7.0, "points of ten").written()
    ('30%', '7')
    """
    kind = _UNITS.get(unit, Number)
    if unit == "calendar year":  # no thousands apart
        return Convention(value, Label(str(value)))
    if kind is Money:
        return Convention(value, Money(value))
    scaled = value * 100 if kind is Share else value
    return Convention(value, kind(value, digits=0 if round(scaled, 6) == round(scaled) else 1))
