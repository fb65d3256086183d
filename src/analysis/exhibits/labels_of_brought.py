"""What each side brings, in words: whose it is, of which kind, in which unit, at which stage."""

import pandas as pd

from analysis.article.exhibit_words import ExhibitWords
from analysis.indicators.contributions import UNIT_OF_MONEY
from analysis.text import formatting

_UNITS = {"day": "days", "hour": "hours", "FTE month": "fte_months", "m2 month": "m2_months"}


class LabelsOfBrought:
    """The words of figure F18 for the values of the table of contributions; a value that is missing
    is not stated: the kind of what is granted partly in money and partly in kind, a stage.
    """

    def __init__(self, words: ExhibitWords, is_grants: bool):
        self.words = words
        self.prefix = "grants_" if is_grants else ""

    def written(self, brought: pd.DataFrame) -> pd.DataFrame:
        """The rows of what was brought (`strength.brought`), with words for their values."""
        return brought.assign(
            direction=brought["direction"].map(self.direction),
            kind=brought["kind"].map(self.named),
            unit=brought["unit"].map(self.unit),
            stage=brought["stage"].map(self.named),
            year=brought["year"].astype("str"),
        )

    def direction(self, value: str) -> str:
        return self.words.group(self.prefix + value.replace(" ", "_"))

    def named(self, value: str | None) -> str:
        if formatting.is_missing(value):
            return self.words.group("unstated")
        return formatting.text(value)

    def unit(self, value: str) -> str:
        if value == UNIT_OF_MONEY:
            return formatting.currency()
        return self.words.group(_UNITS.get(value, "unstated"))
