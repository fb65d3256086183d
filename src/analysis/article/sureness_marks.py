"""The marks of how sure a number is: each with a small picture, its name and its words."""

from dataclasses import dataclass

from analysis.article.table_export import filled


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One mark of how sure a number is: its name, what it measures in words, whether it holds.

    `values` are what is drawn: the known share from 0, half the width of the interval in points, or
    the moves under other choices in points. `counts` are those that its words tell of, which a rule
    may hide.
    """

    name: str
    label: str
    text: str
    holds: bool
    values: tuple[float, ...] = ()  # none where it could not be measured
    counts: tuple[int, ...] = ()

    def html(self) -> str:
        """The mark as a list item: a small picture, its name, its words."""
        return filled("mark", mark=self)
