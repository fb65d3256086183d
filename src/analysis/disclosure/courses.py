"""What whole and parts tell of courses: month by month, whole less the other parts is a part's own,
and whole less a few of them is that of all others together.

A course leaves the team at months between which no or enough relations began or ended (`curves`).
Of one part, or of several, it is told at more months where the whole and all others tell them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from analysis.disclosure.edition import Edition
from analysis.disclosure.families import CellOfEdition, Family
from analysis.disclosure.few_editions import MOST_EDITIONS
from analysis.disclosure.figure_table import BASE, Table, TableCell
from analysis.disclosure.secrecy_rules import Limits, is_small

_FOLLOWED = ("running", "at_risk")  # how many run, or are followed, by month
_RISING = ("ended", "count")  # how many have ended by a cause, or are in a state that none leaves


class MonthTold(NamedTuple):
    """A month at which a course is told: the number, and whether only other editions tell it."""

    cell: TableCell
    number: float
    by_others: bool


def steps_to_hide(
    families: Iterable[Family],
    hidden: Collection[CellOfEdition],
    published: Collection[CellOfEdition],
    limits: Limits,
) -> set[CellOfEdition]:
    """The months to hide, in the smallest part that can, so that no course of one part, or of what
    some of them leave, is told with steps of a few; in the whole where no part can.
    """
    more = set()
    for family in families:
        for cells in _courses_of(family):
            for others, own in _sets_of_others(family):
                course = _course(family, others, own, cells, hidden)
                stating = {row for name in others for row in family.parts[name].facts}
                for cell in _small_steps(course, stating, limits):
                    of_parts = [(name, *cell) for name in others]
                    free = [each for each in of_parts if each not in published]
                    value = {each: family.parts[each[0]].value[cell] for each in free}
                    wholes = [each for each in family.of_wholes(cell) if each not in published]
                    if free:
                        more.add(min(free, key=lambda each: (value[each], each)))
                    else:
                        more.update(wholes[:1])
    return more


def _courses_of(family: Family) -> Iterator[list[TableCell]]:
    """The cells of each course of which all steps are of relations that began or ended, by month:
    of counts that rise and fall only how many run or are followed.
    """
    tables = [*family.wholes.values(), *family.parts.values()]
    times = {row: time for table in tables for row, time in table.times.items()}
    courses: dict[tuple[str, str], dict[TableCell, float]] = {}
    for cell in {cell for table in tables for cell in table.value}:
        row, column = cell
        if column in (*_FOLLOWED, *_RISING) and row in times:
            courses.setdefault((times[row].curve, column), {})[cell] = times[row].month
    for (_curve, column), month in courses.items():
        cells = sorted(month, key=lambda cell: (month[cell], cell))
        if column in _FOLLOWED or all(_rises(table.value, cells) for table in tables):
            yield cells


def _rises(value: Mapping[TableCell, float], cells: list[TableCell]) -> bool:
    numbers = [value[cell] for cell in cells if cell in value and value[cell] == value[cell]]
    return numbers == sorted(numbers)


def _sets_of_others(family: Family) -> Iterator[tuple[tuple[Edition, ...], Edition | None]]:
    """The parts beside whose courses that of the whole tells that of the rest, and the part that
    the rest is, if it is one: all but one where they make the whole, else all; and as few as a
    reader subtracts (`few_editions`).
    """
    parts = tuple(family.parts)
    bases = [table.value.get(BASE, float("nan")) for table in family.parts.values()]
    most = len(parts)
    if family.table.value.get(BASE) == sum(bases):
        most -= 1
        for own in parts:
            yield tuple(name for name in parts if name != own), own
    else:
        yield parts, None
    for size in range(1, min(most, MOST_EDITIONS)):
        for others in combinations(parts, size):
            yield others, None


def _course(
    family: Family,
    others: tuple[Edition, ...],
    own: Edition | None,
    cells: list[TableCell],
    hidden: Collection[CellOfEdition],
) -> list[MonthTold]:
    """Month by month what is told of that which the others leave, by the figure of the part that it
    is where that tells it.
    """

    def is_shown(name: Edition, table: Table, cell: TableCell) -> bool:
        return cell in table.value and (name, *cell) not in hidden

    course = []
    for cell in cells:
        if own and is_shown(own, family.parts[own], cell):
            course.append(MonthTold(cell, family.parts[own].value[cell], by_others=False))
        elif all(is_shown(*whole, cell) for whole in family.wholes.items()) and all(
            is_shown(name, family.parts[name], cell) for name in others
        ):
            told = sum(family.parts[name].value[cell] for name in others)
            course.append(MonthTold(cell, family.table.value[cell] - told, by_others=True))
    return course


def _small_steps(
    course: list[MonthTold], stating: Collection[str], limits: Limits
) -> Iterator[TableCell]:
    """The months that only others tell and that follow, or are followed by, a step of a few; those
    of which something is stated (rows `stating`) at the expense of those before.
    """
    before: MonthTold | None = None
    for month in course:
        if before and is_small(abs(month.number - before.number), limits["secret_below"]):
            is_stated = month.cell[0] in stating and before.cell[0] not in stating
            if month.by_others and not (is_stated and before.by_others):
                yield month.cell
                continue
            if before.by_others:
                yield before.cell
        before = month
