"""What whole and parts tell of a course: month by month, whole less the other parts is a part's
own.

A course leaves the team at months between which no or enough relations began or ended (`curves`).
Of one part it is told at more months where the whole and all others tell them.
"""

from collections.abc import Collection, Iterable, Iterator

from analysis.disclosure.edition import Edition
from analysis.disclosure.families import CellOfEdition, Family
from analysis.disclosure.figure_table import BASE, Table
from analysis.disclosure.secrecy_rules import Limits, is_small

_COLUMN = "running"  # how many run, by month


def steps_to_hide(
    families: Iterable[Family],
    hidden: Collection[CellOfEdition],
    published: Collection[CellOfEdition],
    limits: Limits,
) -> set[CellOfEdition]:
    """The months to hide, in the smallest other part that can, so that the course of one part, or
    of what all of them leave, is not told with steps of a few; in the whole where no part can.
    """
    more = set()
    for family in families:
        months = sorted(row for row, column in family.table.value if column == _COLUMN)
        for alone in _alone(family):
            others = [name for name in family.parts if name != alone]
            course = _course(family, alone, others, months, hidden)
            for month in _small_steps(course, limits):
                cells = [(name, month, _COLUMN) for name in others]
                free = [cell for cell in cells if cell not in published]
                value = {cell: family.parts[cell[0]].value[cell[1:]] for cell in free}
                wholes = [
                    cell for cell in family.of_wholes((month, _COLUMN)) if cell not in published
                ]
                if free:
                    more.add(min(free, key=lambda cell: (value[cell], cell)))
                else:
                    more.update(wholes[:1])
    return more


def _alone(family: Family) -> list[Edition | None]:
    """Whose course the others tell: that of what all parts leave (None), else of each part."""
    bases = [table.value.get(BASE, float("nan")) for table in family.parts.values()]
    is_all = family.table.value.get(BASE) == sum(bases)
    if is_all:
        return [*family.parts]
    return [None]


def _course(
    family: Family,
    alone: Edition | None,
    others: list[Edition],
    months: list[str],
    hidden: Collection[CellOfEdition],
) -> list[tuple[str, float, bool]]:
    """Month by month what is told of a part (or of what all leave): the number, and whether only
    the others tell it.
    """

    def is_shown(name: Edition, table: Table, month: str) -> bool:
        return (month, _COLUMN) in table.value and (name, month, _COLUMN) not in hidden

    course = []
    own = family.parts[alone] if alone else None
    for month in months if own is None else sorted({*months, *_months(own)}):
        cell = (month, _COLUMN)
        if alone and own and is_shown(alone, own, month):
            course.append((month, own.value[cell], False))
        elif all(is_shown(*whole, month) for whole in family.wholes.items()) and all(
            is_shown(name, family.parts[name], month) for name in others
        ):
            told = sum(family.parts[name].value[cell] for name in others)
            course.append((month, family.table.value[cell] - told, True))
    return course


def _months(table: Table) -> Iterator[str]:
    return (row for row, column in table.value if column == _COLUMN)


def _small_steps(course: list[tuple[str, float, bool]], limits: Limits) -> Iterator[str]:
    """The months that only others tell and that follow, or are followed, by a step of a few."""
    before: tuple[str, float, bool] | None = None
    for month, number, by_others in course:
        if before and is_small(abs(number - before[1]), limits["secret_below"]):
            if by_others:
                yield month
                continue
            if before[2]:
                yield before[0]
        before = (month, number, by_others)
