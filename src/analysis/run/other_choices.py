"""What an edition does not tell, since one of its day and filters was released by another choice of
method.

What a figure tells of other choices (T4, T5) stands beside what another edition tells of its own: a
line at 30 % less the same line at 35 % is how many lie between. So do classes that a convention
bounds: beside those of another bound a figure is not told.
"""

import re
from collections.abc import Iterable, Mapping

from analysis.disclosure.figure_table import Edition, Table
from analysis.disclosure.other_classes import has_other_classes, has_rows_beyond, rest_on_the_same
from analysis.disclosure.solver import Limits
from analysis.disclosure.withheld import FIGURES_OF_LINES, Withheld

_OF_CHOICES = "T4"  # the figure whose rows are other choices, beside the study's own

_Figures = Mapping[str, Table | None]


def untold_by_other_choices(
    name: Edition, figures: _Figures, released: Mapping[Edition, _Figures], limits: Limits
) -> Withheld:
    """The figure of other choices where another edition told its own, the figures that it told of
    other classes, and the lines whose threshold is another there; nothing of an edition that was
    released itself, which tells what it told.
    """
    if name in released:
        return Withheld()
    refused, lines = {*_of_other_classes(name, figures, released, limits)}, set()
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


def _of_other_classes(
    name: Edition, figures: _Figures, released: Mapping[Edition, _Figures], limits: Limits
) -> Iterable[str]:
    """The figures that another edition, by another choice of method, told of the same relations, or
    of a whole or part of them, in other classes; curves are compared month by month.
    """
    for other, told in released.items():
        if _method(other) == _method(name):
            continue
        for id, table in figures.items():
            earlier = told.get(id)
            if table is None or earlier is None or not table.places or table.times:
                continue
            if _tells_other_classes(id, (name, table), (other, earlier), limits):
                yield id


def _tells_other_classes(
    id: str, now: tuple[Edition, Table], before: tuple[Edition, Table], limits: Limits
) -> bool:
    """Whether two editions tell a figure in classes that may be set beside each other; lines are
    no classes, and compared one by one.
    """
    (name, table), (other, earlier) = now, before
    is_of_day = name.day.split()[0] == other.day.split()[0]
    if other.filters == name.filters:
        if not is_of_day and not rest_on_the_same(table, earlier, limits):
            return False
        if id in FIGURES_OF_LINES:
            return has_rows_beyond(table, earlier) and _choices(name)[2] != _choices(other)[2]
        return has_other_classes(table, earlier, limits)
    if not is_of_day or id in FIGURES_OF_LINES:
        return False
    if name.parts_by(other):
        return has_rows_beyond(earlier, table)
    return bool(other.parts_by(name)) and has_rows_beyond(table, earlier)


def _method(name: Edition) -> str:
    """The choices of method of an edition, whatever version of the data it was made from."""
    choices = name.day.partition(" ")[2]
    return re.sub(r"(^|\s)[0-9a-f]{12}$", "", choices)


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
