"""What a whole and its parts tell of each other: the parts that are shown, and what they leave.

A part of which a figure is not shown, or that has no report, is no secret by that: whole less the
other parts is its figure. What all shown parts leave of a whole is therefore a table of its own,
hidden as a whole, in which no small count may be worked out.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from analysis.disclosure.disjoint_parts import wholes_and_parts_among
from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import BASE, Holders, Table
from analysis.disclosure.overlaps import sums_of_overlaps
from analysis.disclosure.secrecy_rules import Limits, is_small
from analysis.disclosure.solver import Sum

CellOfEdition = tuple  # (edition, row, column)


class Known(NamedTuple):
    """What a reader of all editions knows: the sums between them, and the cells that are `left`,
    with their values (missing where a released edition hides what they follow from).
    """

    left: dict[CellOfEdition, float]
    sums: list[Sum]


class Family(NamedTuple):
    """A whole, or several, with parts that show a figure too (`disjoint_parts`)."""

    wholes: Mapping[Edition, Table]
    table: Table  # of the wholes together
    parts: Mapping[Edition, Table]
    remainder: Edition  # names what the parts leave
    surplus: Edition  # names what they have more

    @property
    def editions(self) -> frozenset[Edition]:
        """The wholes and the parts, those too that do not have each row."""
        return frozenset([*self.wholes, *self.parts])

    @property
    def of_other_days(self) -> bool:
        """Whether a part is of another day than the whole, or one of several wholes than the
        others: its relations may have moved.
        """
        return any(name.day != self.remainder.day for name in (*self.wholes, *self.parts))

    @property
    def counts_relations(self) -> bool:
        """Whether relations of one day are counted, and nothing else: each is in one part."""
        tables = [*self.wholes.values(), *self.parts.values()]
        return any(table.of_relations for table in tables) and not self.of_other_days

    @property
    def has_all_relations(self) -> bool:
        """Whether each relation is in as many parts as wholes."""
        in_wholes, in_parts = (
            Counter(relation for name in names for relation in name.relations)
            for names in (self.wholes, self.parts)
        )
        return in_wholes == in_parts

    @property
    def shares_partners(self) -> bool:
        """Whether parts of one whole rest on more together: partners; relations are in one each."""
        return len(self.wholes) == 1 and BASE in self.table.value and self.left_of(BASE) < 0

    def of_wholes(self, cell: tuple) -> list[CellOfEdition]:
        """The same cell of the wholes that have it."""
        return [(name, *cell) for name, whole in self.wholes.items() if cell in whole.value]

    def of_parts(self, cell: tuple) -> list[CellOfEdition]:
        """The same cell of the parts that have it."""
        return [(name, *cell) for name, part in self.parts.items() if cell in part.value]

    def left_of(self, cell: tuple) -> float:
        """What the parts leave of a cell of the whole."""
        told = sum(self.parts[name].value[cell] for name, *_cell in self.of_parts(cell))
        return self.table.value[cell] - told


def known_of(families: Iterable[Family], limits: Limits) -> Known:
    """The sums between wholes and their parts, what the parts leave, and what they have more, as
    those of another day or with partners in several.
    """
    known = Known({}, [])
    for family in families:
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
        if family.of_other_days or family.shares_partners:
            more = {cell: -left for cell, left in told.items() if cell not in family.table.amounts}
            grown = {cell for cell, step in more.items() if is_small(step, limits["secret_below"])}
            known.left.update({(family.surplus, *cell): more[cell] for cell in grown})
        known.sums.extend(_sums_of_cells(family, told, small, adds_up, is_part, known.left))
        known.sums.extend(_all_but_a_few(family, limits))
        others = {column for _row, column in told} - adds_up - is_part
        known.sums.extend(sums_of_overlaps(family, told, others))
    return known


def families_of(tables: Mapping[Edition, Table], new: Collection[Edition]) -> Iterator[Family]:
    """The wholes and their parts among the editions that show a figure, some of them `new`."""
    for names in wholes_and_parts_among(tables, new):
        wholes = {name: tables[name] for name in names.wholes}
        parts = {name: tables[name] for name in names.parts}
        mark = " less ".join(str(sorted(map(tuple, editions))) for editions in names)
        day = names.wholes[0].day
        beside = [Edition(day, ((word, mark),)) for word in ("left of", "more than")]
        yield Family(wholes, _joined([*wholes.values()]), parts, *beside)


def _joined(tables: list[Table]) -> Table:
    """The table of several wholes that share nothing, of whom a partner may have to do with each."""
    first, *others = tables
    if not others:
        return first
    value: dict[tuple, float] = {}
    holders: dict[tuple, Holders] = {}
    for table in tables:
        for cell, number in table.value.items():
            value[cell] = value.get(cell, 0.0) + number
        for cell, of_table in table.holders.items():
            of_both = holders.get(cell, Holders(0, 0.0, 0.0, 0.0))
            partners = max(of_table.partners, of_both.partners)
            amounts = (own + other for own, other in zip(of_table[1:], of_both[1:], strict=True))
            holders[cell] = Holders(partners, *amounts)
    sums = [
        Sum(item.parts, item.whole, _total_of(tables, item), item.rest, item.wholes)
        for item in first.sums
    ]
    return Table(
        value,
        set().union(*(table.hidden for table in tables)),
        set().union(*(table.amounts for table in tables)),
        [item for item in sums if item.total == item.total],
        holders=holders,
    )


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
        parts, wholes = family.of_parts(cell), tuple(family.of_wholes(cell))
        up_to_a_rest = False
        if (family.remainder, *cell) in left:
            parts = [*parts, (family.remainder, *cell)]
        elif (family.surplus, *cell) in left:
            wholes = (*wholes, (family.surplus, *cell))
        elif abs(rest) < 1e-6 * max(1.0, abs(family.table.value[cell])):
            pass
        elif rest != rest and cell[1] in (adds_up if len(wholes) > 1 else adds_up | is_part):
            up_to_a_rest = cell[1] not in adds_up
        elif cell in small:
            up_to_a_rest = True
        else:
            continue
        yield Sum(parts, None, 0.0, up_to_a_rest, wholes, family.editions)


def _sums_of_what_is_left(family: Family, left: Mapping[CellOfEdition, float]) -> Iterator[Sum]:
    """The sums that a whole declares hold of what its parts leave too; and a cell that no part
    shows is left whole.
    """
    remainder = family.remainder
    for cell in family.table.value:
        if (remainder, *cell) in left and not family.of_parts(cell):
            yield Sum([(remainder, *cell)], None, 0.0, False, tuple(family.of_wholes(cell)))
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
            total = item.total - _total_of(family.parts.values(), item)
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
            parts = [*bases, *family.of_wholes(counted)]
            wholes = family.of_wholes(item.whole)
            yield Sum(parts, None, 0.0, True, (*wholes, *counts))


def _base_left(family: Family, item: Sum) -> float:
    """What the parts leave of the base of a sum with a rest: where it is none, so are its parts."""
    if item.whole is None:
        is_base = item.total == family.table.value.get(BASE)
        if is_base:
            return family.left_of(BASE)
        return float("nan")
    if family.of_parts(item.whole):
        return family.left_of(item.whole)
    return float("nan")


def _total_of(tables: Iterable[Table], item: Sum) -> float:
    """The totals of a sum in these tables together; missing where one has no such sum."""
    together = 0.0
    for table in tables:
        alike = [own for own in table.sums if own.parts == item.parts and own.whole == item.whole]
        totals = [own.total for own in alike if own.rest == item.rest]
        together += totals[0] if totals else float("nan")
    return together


def _columns(family: Family, rest: Mapping[tuple[str, str], float]) -> tuple[set[str], set[str]]:
    """The columns in which all parts make the whole, and those in which they make no more than it
    (some parts have no such figure), as the rows that all tell show; zeros show nothing, and where
    no row does, what the figure rests on shows it, or its other columns where it rests on nothing
    (the opening). Of parts of other days rows have moved: where
    most have not, the others are taken not to have.
    """
    adds_up, is_part = set(), set()
    columns = {column for _row, column in rest}
    if family.counts_relations:
        if family.has_all_relations:
            return (columns, is_part)
        return (adds_up, columns)
    for column in columns:
        lefts = _shares_left(family, rest, column)
        unmoved = [left for left in lefts if abs(left) < 1e-6]
        if len(unmoved) == len(lefts) or (family.of_other_days and 2 * len(unmoved) >= len(lefts)):
            adds_up.add(column)
        elif min(lefts) > -1e-6:
            is_part.add(column)
    return adds_up, is_part


def _shares_left(family: Family, rest: Mapping[tuple[str, str], float], column: str) -> list[float]:
    """What the parts leave of the rows of a column, of one of each; where no row tells it, of what
    stands for them.
    """
    value = family.table.value
    rows = [cell for cell in rest if cell[1] == column and value[cell] > 0]
    lefts = [rest[cell] / value[cell] for cell in rows if rest[cell] == rest[cell]]
    lefts = lefts or [rest.get(BASE, float("nan"))]
    if BASE not in value and lefts[0] != lefts[0]:
        lefts = [left for left in rest.values() if left == left] or lefts
    return lefts
