"""How much sums leave open of what is hidden: the one linear programme of disclosure.

It serves one table, a page with its figures, a family of reports with their whole, and editions of
other days alike: what a reader knows is written as sums between cells, whatever a cell is.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csc_array
from scipy.sparse.csgraph import connected_components

from analysis.disclosure.possible_values import Unknowns, exchanged, not_open
from analysis.disclosure.secrecy_rules import Limits, is_small

Cell = Hashable


class Sum(NamedTuple):
    """What a reader knows: parts, less the whole where it is a cell too, are `total`; with `rest`,
    up to what is not told. A part that stands in it twice counts twice. Further `wholes` are
    subtracted as the whole is. `editions` are those that it is known by, where it holds between
    several: those too that have no such cell.
    """

    parts: list
    whole: Cell | None
    total: float
    rest: bool
    wholes: tuple = ()
    editions: frozenset = frozenset()

    @property
    def cells(self) -> list:
        """Every cell that the sum is about."""
        return [*self.parts, *self.subtracted]

    @property
    def subtracted(self) -> list:
        """The cells that are subtracted."""
        if self.whole is None:
            return [*self.wholes]
        return [self.whole, *self.wholes]


class Protection(NamedTuple):
    """Cells to hide, the sums that tell a hidden number although no more of them can be hidden, and
    the hidden cells that these `told`.
    """

    hidden: set
    solved: list[Sum]
    told: frozenset = frozenset()


def rest_of(item: Sum, value: Mapping[Cell, float]) -> float:
    """What is left of the whole of a sum, or of its total, beside its parts."""
    whole = sum(value[cell] for cell in item.subtracted)
    return item.total + whole - sum(value[part] for part in item.parts)


def protected(
    value: Mapping[Cell, float],
    sums: Iterable[Sum],
    hidden: Iterable[Cell],
    limits: Limits,
    *,
    amounts: Collection[Cell] = (),
    published: Collection[Cell] = (),
    left: Collection[Cell] = (),
    told: Collection[Cell] = (),
) -> Protection:
    """The cells to hide beside those that are `hidden` already, so that none of them can be worked
    out from the sums.

    A hidden count keeps `open_values` possible values, an amount (`amounts`) that is hidden for its
    own sake an interval that goes `prior_percent` beyond it on either side, one that is hidden for
    others a tenth of that. What is `published` already is hidden no more. What parts leave of their
    whole (`left`) is told nowhere, may be none, and is protected where it is small. What is hidden
    and `told` all the same, before, is protected no more. A value that is not known (of an earlier
    edition) is missing.

    >>> value = {"a": 3, "b": 40, "c": 20}
    >>> limits = {"secret_below": 5, "open_values": 3, "prior_percent": 0.1}
    >>> sorted(protected(value, [Sum(["a", "b", "c"], None, 63, False)], {"a"}, limits).hidden)
    ['a', 'c']
    """
    few = limits["secret_below"]
    sums = list(sums)
    rests = {("rest", id(item)): rest_of(item, value) for item in sums if item.rest}
    unknown = {name for name, rest in rests.items() if np.isnan(rest)}
    # a large rest says nothing of its part; an unknown one, that it is no more than the whole
    is_heeded = unknown | {name for name, rest in rests.items() if is_small(rest, few)}
    sums = [item for item in sums if not item.rest or ("rest", id(item)) in is_heeded]
    closed = set(published)
    for item in sums:
        if not any(value[part] for part in item.parts):
            closed.update(item.parts)  # which a zero tells
    own = set(hidden)
    closed = _told_by_closed(sums, closed, own | set(left))
    margins = {}
    for cell in amounts:
        margins[cell] = limits["prior_percent"] * (1 if cell in own else 0.1)
    unheeded = {*unknown, *told, *(cell for cell in left if not is_small(value[cell], few))}
    search = _Search(
        value,
        sums,
        margins,
        limits["open_values"],
        closed,
        own | set(left),
        unheeded,
        frozenset(left),
    )
    while more := search.companions():
        search.hidden |= more
    return Protection(search.hidden - set(left), search.solved, frozenset(search.told))


def _told_by_closed(sums: list[Sum], closed: set, hidden: set) -> set:
    """The cells that it is no use to hide: those that are closed, and those that the sums tell with
    nothing but these.
    """
    closed = set(closed)
    exact_sums = [item for item in sums if not item.rest and hidden.isdisjoint(item.cells)]
    is_closing = True
    while is_closing:
        is_closing = False
        for item in exact_sums:
            free = set(item.cells) - closed
            if len(free) == 1:
                closed |= free
                is_closing = True
    return closed


@dataclass
class _Search:
    """The search for cells to hide. More hidden cells leave more open, so what was once found open
    (`open_cells`, and rests by their sum) stays so and is not asked again.
    """

    value: Mapping[Cell, float]
    sums: list[Sum]
    margins: Mapping[Cell, float]
    open_values: float
    closed: set
    hidden: set
    open_cells: set  # at first those that need no protection, or that nothing can protect
    left: frozenset  # hidden cells that may be none whatever the others are
    solved: list[Sum] = field(default_factory=list)
    told: set = field(default_factory=set)  # cells that these tell
    settled: set[tuple] = field(default_factory=set)

    def companions(self) -> set:
        """The next cells to hide, none near another; empty where there is nothing to be done."""
        chosen: set[Cell] = set()
        for group in self._groups():
            cells = sorted({cell for item in group for cell in item.cells if cell in self.hidden})
            state = (len(group), *cells)
            if state in self.settled:
                continue
            unknowns = self._unknowns(group, cells)
            columns = self._narrow(unknowns, group)
            narrow = [[group[row] for row in unknowns.rows_of(column)] for column in columns]
            chosen_here = self._chosen(narrow)
            chosen |= chosen_here
            if not chosen_here:
                self.settled.add(state)
                self.solved += [item for told_by in narrow for item in told_by]
                self.told.update(cells[column] for column in columns if column < len(cells))
        return chosen

    def _chosen(self, narrow: list[list[Sum]]) -> set:
        """For each number that is too narrow a cell of its sums, unless one near it was chosen:
        first for those that stand alone in a sum, which tell the others.
        """
        alone = [[item for item in told_by if self._is_alone(item)] for told_by in narrow]
        pairs = [(told_by, self._next(told_by)) for told_by in alone]
        if all(cell is None for _told_by, cell in pairs):
            pairs = [(told_by, self._next(told_by)) for told_by in narrow]
        chosen: set[Cell] = set()
        touched: set[Cell] = set()
        for told_by, cell in sorted(
            [(told_by, cell) for told_by, cell in pairs if cell is not None],
            key=lambda pair: self._size(pair[1]),
        ):
            near = {near for item in told_by for near in item.cells}
            if not near & touched:  # it may open the others too
                chosen.add(cell)
                touched |= near
        return chosen

    def _size(self, cell: Cell) -> tuple:
        return (self.value[cell] == 0, self.value[cell], cell)

    def _next(self, told_by: list[Sum]) -> Cell | None:
        """The smallest part that can be hidden, zeros after the others; the whole only where no
        part is left.
        """
        not_free = self.hidden | self.closed
        parts = [cell for item in told_by for cell in item.parts if cell not in not_free]
        wholes = [cell for item in told_by for cell in item.subtracted]
        return min(
            parts or [cell for cell in wholes if cell not in not_free], key=self._size, default=None
        )

    def _is_alone(self, item: Sum) -> bool:
        """Whether a sum has one hidden cell only."""
        return not item.rest and len(self.hidden.intersection(item.cells)) == 1

    def _groups(self) -> list[list[Sum]]:
        """The sums with something hidden in them, those that share a hidden cell together."""
        concerned, rows, columns = [], [], []
        number_of: dict[Cell, int] = {}
        for item in self.sums:
            cells = [cell for cell in item.cells if cell in self.hidden]
            if cells or item.rest:
                rows += [len(concerned)] * len(cells)
                columns += [number_of.setdefault(cell, len(number_of)) for cell in cells]
                concerned.append(item)
        size = len(concerned) + len(number_of)
        columns = [len(concerned) + column for column in columns]
        graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(size, size))
        _count, label = connected_components(graph, directed=False)
        groups: dict[int, list[Sum]] = {}
        for item, name in zip(concerned, label, strict=False):
            groups.setdefault(int(name), []).append(item)
        return list(groups.values())

    def _unknowns(self, sums: list[Sum], cells: list) -> Unknowns:
        column_of = {cell: column for column, cell in enumerate(cells)}
        rests = [row for row, item in enumerate(sums) if item.rest]
        entries = [(row, column, 1) for column, row in enumerate(rests, len(cells))]
        targets = np.array([item.total for item in sums], float)
        for row, item in enumerate(sums):
            signs_of_cells = [(cell, 1) for cell in item.parts]
            signs_of_cells += [(cell, -1) for cell in item.subtracted]
            for cell, sign in signs_of_cells:
                if cell in column_of:
                    entries.append((row, column_of[cell], sign))
                else:
                    targets[row] -= sign * self.value[cell]
        rows, columns, signs = np.array(entries).T
        shape = (len(sums), len(cells) + len(rests))
        matrix = csc_array(coo_array((signs.astype(float), (rows, columns)), shape=shape))
        matrix.sort_indices()
        known = [self.value[cell] for cell in cells]
        truth = np.array([*known, *(rest_of(sums[row], self.value) for row in rests)], float)
        of_cells = [self.margins.get(cell, np.nan) for cell in cells]
        margins = np.array([*of_cells, *[np.nan] * len(rests)], float)
        # a reader knows whether zeros are hidden; of an earlier edition nobody else does
        told = [self.value[cell] for cell in cells if cell not in self.left]
        count_from = float(not any(number < 1 for number in told))
        least = np.where(np.isnan(margins), count_from, 0.0)
        least[len(cells) :] = 0
        least[[column for column, cell in enumerate(cells) if cell in self.left]] = 0
        return Unknowns(cells, matrix, targets, least, truth, margins)

    def _narrow(self, unknowns: Unknowns, sums: list[Sum]) -> list[int]:
        """The unknowns that are not open enough; those that are, are remembered."""
        rests = [("rest", id(item)) for item in sums if item.rest]
        names = [*unknowns.cells, *rests]
        unsure = np.array([name not in self.open_cells for name in names])
        unsure &= ~exchanged(unknowns, self.open_values)
        narrow = not_open(unknowns, unsure, self.open_values)
        self.open_cells |= {name for column, name in enumerate(names) if column not in narrow}
        return sorted(narrow)
