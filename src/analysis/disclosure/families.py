"""What a whole and its parts tell of each other: the parts that are shown, and what they leave.

A part of which a figure is not shown, or that has no report, is no secret by that: whole less the
other parts is its figure. What all shown parts leave of a whole is therefore a table of its own,
hidden as a whole, in which no small count may be worked out.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from analysis.disclosure.disjoint_parts import sets_apart
from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import BASE, Table
from analysis.disclosure.overlaps import sums_of_overlaps
from analysis.disclosure.solver import Limits, Sum, is_small

CellOfEdition = tuple  # (edition, row, column)


class Known(NamedTuple):
    """What a reader of all editions knows: the sums between them, and the cells that are `left`,
    with their values (missing where a released edition hides what they follow from).
    """

    left: dict[CellOfEdition, float]
    sums: list[Sum]


class Family(NamedTuple):
    """A whole and those of its parts that show a figure, all of one filter."""

    whole: Edition
    table: Table
    parts: Mapping[Edition, Table]
    remainder: Edition  # names what the parts leave
    surplus: Edition  # names what they have more

    @property
    def of_other_days(self) -> bool:
        """Whether a part is of another day than the whole: its relations may have moved."""
        return any(name.day != self.whole.day for name in self.parts)

    def of_parts(self, cell: tuple) -> list[CellOfEdition]:
        """The same cell of the parts that have it."""
        return [(name, *cell) for name, part in self.parts.items() if cell in part.value]

    def left_of(self, cell: tuple) -> float:
        """What the parts leave of a cell of the whole."""
        told = sum(self.parts[name].value[cell] for name, *_cell in self.of_parts(cell))
        return self.table.value[cell] - told


def known_of(tables: Mapping[Edition, Table], limits: Limits) -> Known:
    """The sums between wholes and their parts, what the parts leave, and what they have more, as
    those of another day or with partners in several.
    """
    known = Known({}, [])
    for family in families_of(tables):
        lefts = {cell: family.left_of(cell) for cell in family.table.value}
        told = {cell: left for cell, left in lefts.items() if family.of_parts(cell)}
        if not told:
            continue
        adds_up, is_part = _columns(family, told)
        small = {
            cell
            for cell, left in told.items()
            if is_small(left, limits["secret_below"]) and cell not in family.table.amounts
        }
        if any(cell[1] in is_part for cell in small):
            known.left.update(
                {
                    (family.remainder, *cell): left
                    for cell, left in lefts.items()
                    if cell[1] in is_part and cell not in family.table.amounts
                }
            )
            known.sums.extend(_sums_of_what_is_left(family, known.left))
        is_in_several = told.get(BASE, 0.0) < 0  # partners; relations are in one part each
        if family.of_other_days or is_in_several:
            more = {cell: -left for cell, left in told.items() if cell not in family.table.amounts}
            grown = {cell for cell, step in more.items() if is_small(step, limits["secret_below"])}
            known.left.update({(family.surplus, *cell): more[cell] for cell in grown})
        known.sums.extend(_sums_of_cells(family, told, small, adds_up, is_part, known.left))
        known.sums.extend(_all_but_a_few(family, limits))
        others = {column for _row, column in told} - adds_up - is_part
        known.sums.extend(sums_of_overlaps(family, told, others))
    return known


def families_of(tables: Mapping[Edition, Table]) -> Iterator[Family]:
    """Each whole with parts by one filter that share nothing: those of its day, and those of
    another day, or another choice of method, that have no whole of their own; cells that did not
    move add up all the same. Of parts that hold others each has its turn, and a department stands for a
    region that has no report. Parts that have a whole of their own only complete those of its day:
    what these leave of it stands beside the last part on any other day.
    """
    editions_told = {(name.day, name.filters) for name in tables}
    for whole, table in tables.items():
        days_with_a_whole = {day for day, filters in editions_told if filters == whole.filters}
        other_days = days_with_a_whole - {whole.day}
        without_own = [name for name in tables if name.day not in other_days]
        with_own = [name for name in tables if name.day in other_days]
        families = _parts_by_filter(whole, without_own, editions_told)
        of_others = _parts_by_filter(whole, with_own, editions_told)
        for by, editions in families.direct.items():
            parts_of_whole = [*editions, *families.standing.get(by, ())]
            completing = [*of_others.direct.get(by, ()), *of_others.standing.get(by, ())]
            for names in sets_apart(whole, parts_of_whole, completing):
                parts = {name: tables[name] for name in names}
                less = "; ".join(f"{_own_values(name, whole)} {name.day}" for name in names)
                beside = [
                    Edition(whole.day, (*whole.filters, (by, f"{word} {less}")))
                    for word in ("not", "more in")
                ]
                yield Family(whole, table, parts, *beside)


class PartsByFilter(NamedTuple):
    """The parts of a whole by their filter, and others `standing` for one, as a department does for
    a region that has no report.
    """

    direct: dict[str, list[Edition]]
    standing: dict[str, list[Edition]]


def _parts_by_filter(
    whole: Edition, editions: Iterable[Edition], editions_told: set[tuple]
) -> PartsByFilter:
    parts = PartsByFilter({}, {})
    for other in editions:
        if by := whole.parts_by(other):
            parts.direct.setdefault(by, []).append(other)
            for name, value in other.within:
                around = tuple(sorted((*whole.filters, (name, value))))
                if name not in dict(whole.filters) and (other.day, around) not in editions_told:
                    parts.standing.setdefault(name, []).append(other)
    return parts


def _own_values(part: Edition, whole: Edition) -> str:
    """The values by which a part is one."""
    return " ".join(value for by, value in part.filters if (by, value) not in whole.filters)


def _sums_of_cells(
    family: Family,
    told: Mapping[tuple, float],
    small: set[tuple],
    adds_up: set[str],
    is_part: set[str],
    left: Mapping[CellOfEdition, float],
) -> Iterator[Sum]:
    """A cell of a whole is the sum of those of its parts, where it is; or all but a few of it."""
    for cell, rest in told.items():
        parts, total = family.of_parts(cell), (family.whole, *cell)
        if (family.remainder, *cell) in left:
            yield Sum([*parts, (family.remainder, *cell)], total, 0.0, False)
        elif (family.surplus, *cell) in left:
            yield Sum(parts, total, 0.0, False, ((family.surplus, *cell),))
        elif abs(rest) < 1e-6 * max(1.0, abs(family.table.value[cell])):
            yield Sum(parts, total, 0.0, False)
        elif rest != rest and cell[1] in adds_up | is_part:
            yield Sum(parts, total, 0.0, cell[1] not in adds_up)
        elif cell in small:
            yield Sum(parts, total, 0.0, True)


def _sums_of_what_is_left(family: Family, left: Mapping[CellOfEdition, float]) -> Iterator[Sum]:
    """The sums that a whole declares hold of what its parts leave too; and a cell that no part
    shows is left whole.
    """
    remainder = family.remainder
    for cell in family.table.value:
        if (remainder, *cell) in left and not family.of_parts(cell):
            yield Sum([(remainder, *cell)], (family.whole, *cell), 0.0, False)
    for item in family.table.sums:
        if item.rest:
            parts = [(remainder, *part) for part in item.parts if (remainder, *part) in left]
            if parts and _base_left(family, item) == 0:
                yield Sum(parts, None, 0.0, False)
            continue
        if any((remainder, *cell) not in left for cell in item.cells):
            continue
        total = sum(left[remainder, *part] for part in item.parts)
        if item.whole is not None:
            total -= left[remainder, *item.whole]
        if total != total:
            total = _total_left(family, item)
        if total == total:
            parts = [(remainder, *part) for part in item.parts]
            yield Sum(parts, item.whole and (remainder, *item.whole), total, False)


def _all_but_a_few(family: Family, limits: Limits) -> Iterator[Sum]:
    """What the parts leave of a base beside what they leave of its part, where that is a few: of 14
    known 13 renewed.
    """
    for item in family.table.sums:
        if not item.rest or item.whole is None or len(item.parts) != 1:
            continue
        (counted,) = item.parts
        bases, counts = family.of_parts(item.whole), family.of_parts(counted)
        if len(bases) != len(counts):
            continue
        left = family.left_of(counted)
        few = family.left_of(item.whole) - left
        if left > 0 and is_small(few, limits["secret_below"]):
            parts = [*bases, (family.whole, *counted)]
            yield Sum(parts, (family.whole, *item.whole), 0.0, True, tuple(counts))


def _base_left(family: Family, item: Sum) -> float:
    """What the parts leave of the base of a sum with a rest: where it is none, so are its parts."""
    if item.whole is None:
        is_base = item.total == family.table.value.get(BASE)
        return family.left_of(BASE) if is_base else float("nan")
    return family.left_of(item.whole) if family.of_parts(item.whole) else float("nan")


def _total_left(family: Family, item: Sum) -> float:
    """What the totals of the parts leave of that of the whole; missing where one has another sum."""
    key = (item.parts, item.whole)
    total = item.total
    for part in family.parts.values():
        alike = [own.total for own in part.sums if (own.parts, own.whole) == key and not own.rest]
        total -= alike[0] if alike else float("nan")
    return total


def _columns(family: Family, rest: Mapping[tuple[str, str], float]) -> tuple[set[str], set[str]]:
    """The columns in which all parts make the whole, and those in which they make no more than it
    (some parts have no such figure), as the rows that all tell show; zeros show nothing, and where
    no row does, what the figure rests on shows it, or its other columns where it rests on nothing
    (the opening). Of parts of other days rows have moved: where
    most have not, the others are taken not to have.
    """
    table = family.table
    adds_up, is_part = set(), set()
    for column in {column for _row, column in rest}:
        rows = [cell for cell in rest if cell[1] == column and table.value[cell] > 0]
        lefts = [rest[cell] / table.value[cell] for cell in rows if rest[cell] == rest[cell]]
        lefts = lefts or [rest.get(BASE, float("nan"))]
        if BASE not in table.value and lefts[0] != lefts[0]:
            lefts = [left for left in rest.values() if left == left] or lefts
        unmoved = [left for left in lefts if abs(left) < 1e-6]
        if len(unmoved) == len(lefts) or (family.of_other_days and 2 * len(unmoved) >= len(lefts)):
            adds_up.add(column)
        elif min(lefts) > -1e-6:
            is_part.add(column)
    return adds_up, is_part
