"""What each side brings, in words: whose it is, of which kind, in which unit, at which stage."""

from analysis.article.exhibit_words import ExhibitWords
from analysis.text import formatting

_UNITS = {"day": "days", "hour": "hours", "FTE month": "fte_months", "m2 month": "m2_months"}


class LabelsOfBrought:
    """The words of figure F18 for the values of the table of contributions; a value that is missing
    is not stated: the kind of what is granted partly in money and partly in kind, a stage.
    """

    def __init__(self, words: ExhibitWords, is_grants: bool):
        self.words = words
        self.prefix = "grants_" if is_grants else ""

    def direction(self, value: str) -> str:
        return self.words.group(self.prefix + value.replace(" ", "_"))

    def named(self, value: str | None) -> str:
        if formatting.is_missing(value):
            return self.words.group("unstated")
        return formatting.text(value)

    def unit(self, value: str) -> str:
        if value == "EUR":
            return formatting.currency()
        return self.words.group(_UNITS.get(value, "unstated"))
