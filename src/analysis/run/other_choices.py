"""What an edition does not tell, since one of its day and filters was released by another choice of
method.

What a figure tells of other choices (T4, T5) stands beside what another edition tells of its own: a
line at 30 % less the same line at 35 % is how many lie between.
"""

import re
from collections.abc import Iterable, Mapping

from analysis.disclosure.figure_table import Edition, Table
from analysis.disclosure.withheld import FIGURES_OF_LINES, Withheld

_OF_CHOICES = "T4"  # the figure whose rows are other choices, beside the study's own

_Figures = Mapping[str, Table | None]


def untold_by_other_choices(
    name: Edition, figures: _Figures, released: Mapping[Edition, _Figures]
) -> Withheld:
    """The figure of other choices where another edition told its own, and the lines whose threshold
    is another there; nothing of an edition that was released itself, which tells what it told.
    """
    if name in released:
        return Withheld()
    refused, lines = set(), set()
    date, thresholds, choices = _choices(name)
    for other, told in released.items():
        other_date, other_thresholds, other_choices = _choices(other)
        if other.filters != name.filters or other_date != date:
            continue
        if choices != other_choices and told.get(_OF_CHOICES) is not None:
            refused.add(_OF_CHOICES)
        if any(told.get(id) is not None for id in FIGURES_OF_LINES):
            lines |= {line for line, _number in thresholds ^ other_thresholds}
    cells = {
        id: tuple(sorted({*_cells_of_lines(table, lines)}))
        for id in FIGURES_OF_LINES
        if (table := figures.get(id)) is not None and lines
    }
    facts = frozenset(f"line.{line}.share" for line in lines)
    return Withheld(figures=frozenset(refused), cells=cells, facts=facts)


def _choices(name: Edition) -> tuple[str, set[tuple[str, str]], str]:
    """The date of an edition, the thresholds of lines that it moved, and its other choices."""
    date, _blank, choices = name.day.partition(" ")
    thresholds = set(re.findall(r"\b(L[FS]\d+)=([^,\s]+)", choices))
    others = re.sub(r"(thresholds=)?L[FS]\d+=[^,\s]+,?", "", choices)
    return date, thresholds, " ".join(others.split())


def _cells_of_lines(table: Table, lines: set[str]) -> Iterable[tuple[int, str]]:
    """What the rows of these lines tell of their threshold, as the figure names its cells: not of
    how many a line is known.
    """
    for (row, _column), (position, column) in table.places.items():
        if row.split(" | ")[0] in lines:
            if column in ("yes", "no"):
                yield position, column
            yield position, "share"
