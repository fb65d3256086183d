"""How much sums leave open of what is hidden: the one linear programme of disclosure.

It serves one table, a page with its figures, a family of reports with their whole, and editions of
other days alike: what a reader knows is written as sums between cells, whatever a cell is.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Cell = Hashable
Limits = Mapping[str, float]  # the conventions in force, those of disclosure among them


class Sum(NamedTuple):
    """What a reader knows: parts, less the whole where it is a cell too, are `total`; with `rest`,
    up to what is not told.
    """

    parts: list
    whole: Cell | None
    total: float
    rest: bool

    @property
    def cells(self) -> list:
        """Every cell that the sum is about."""
        return [*self.parts, self.whole] if self.whole is not None else list(self.parts)


class Protection(NamedTuple):
    """Cells to hide, and the sums that tell a hidden number although no more of them can be hidden."""

    hidden: set
    solved: list[Sum]


def is_small(value, few: float):
    """Whether a count is above zero and below `few`."""
    return (value > 0.5) & (value < few - 0.5)


def rest_of(item: Sum, value: Mapping[Cell, float]) -> float:
    """What is left of the whole of a sum, or of its total, beside its parts."""
    whole = 0 if item.whole is None else value[item.whole]
    return item.total + whole - sum(value[part] for part in item.parts)


def protected(
    value: Mapping[Cell, float],
    sums: Iterable[Sum],
    hidden: Iterable[Cell],
    limits: Limits,
    *,
    amounts: Collection[Cell] = (),
    published: Collection[Cell] = (),
) -> Protection:
    """The cells to hide beside those that are `hidden` already, so that none of them can be worked
    out from the sums.

    A hidden count keeps `open_values` possible values, an amount (`amounts`) that is hidden for its
    own sake an interval that goes `prior_percent` beyond it on either side, one that is hidden for
    others a tenth of that. What is `published` already is hidden no more. A
    value that is not known (of an earlier edition) is missing.

    >>> value = {"a": 3, "b": 40, "c": 20}
    >>> limits = {"secret_below": 5, "open_values": 3, "prior_percent": 0.1}
    >>> sorted(protected(value, [Sum(["a", "b", "c"], None, 63, False)], {"a"}, limits).hidden)
    ['a', 'c']
    """
    few = limits["secret_below"]
    # a large rest says nothing of its part
    sums = [item for item in sums if not item.rest or is_small(rest_of(item, value), few)]
    told_by_zero = {
        cell for item in sums if not any(value[part] for part in item.parts) for cell in item.parts
    }
    own = set(hidden)
    hidden, closed = set(hidden), told_by_zero | set(published)
    solved: list[Sum] = []
    sound: set[tuple] = set()

    def size(cell: Cell) -> tuple:
        return (value[cell] == 0, value[cell], cell)

    while True:
        more: set[Cell] = set()
        for group in _groups(sums, hidden):
            cells = sorted({cell for item in group for cell in item.cells if cell in hidden})
            state = (len(group), *cells)
            if state in sound:
                continue
            prior = limits["prior_percent"]
            margins = {
                cell: prior if cell in own else prior / 10 for cell in cells if cell in amounts
            }
            narrow = list(_narrow(group, cells, value, limits["open_values"], margins))
            if not narrow:
                sound.add(state)
            touched: set[Cell] = set()
            candidates = [_next(told_by, size, hidden | closed) for told_by in narrow]
            for told_by, cell in sorted(
                zip(narrow, candidates, strict=True),
                key=lambda pair: (pair[1] is None, pair[1] and size(pair[1])),
            ):
                if cell is None:
                    continue
                near = {near for item in told_by for near in item.cells}
                if not near & touched:  # it may open the others too
                    more.add(cell)
                    touched |= near
            if narrow and not touched:
                solved += [item for told_by in narrow for item in told_by]
                sound.add(state)
        if not more:
            return Protection(hidden, solved)
        hidden |= more


def _next(told_by: list[Sum], size, closed: set[Cell]) -> Cell | None:
    """The next cell to hide in some sums: the smallest part, zeros after the others; the whole only
    where no part is left.
    """
    parts = [cell for item in told_by for cell in item.parts if cell not in closed]
    wholes = [item.whole for item in told_by if item.whole is not None]
    return min(parts or [cell for cell in wholes if cell not in closed], key=size, default=None)


def _groups(sums: list[Sum], hidden: set[Cell]) -> list[list[Sum]]:
    """The sums with something hidden in them, those that share a hidden cell together."""
    concerned = [item for item in sums if item.rest or any(cell in hidden for cell in item.cells)]
    number_of: dict[Cell, int] = {}
    links = [
        (row, number_of.setdefault(cell, len(number_of)))
        for row, item in enumerate(concerned)
        for cell in item.cells
        if cell in hidden
    ]
    size = len(concerned) + len(number_of)
    rows = [row for row, _cell in links]
    columns = [len(concerned) + cell for _row, cell in links]
    graph = coo_array((np.ones(len(links)), (rows, columns)), shape=(size, size))
    _count, label = connected_components(graph, directed=False)
    groups: dict[int, list[Sum]] = {}
    for item, name in zip(concerned, label, strict=False):
        groups.setdefault(int(name), []).append(item)
    return list(groups.values())


def _narrow(
    sums: list[Sum],
    cells: list[Cell],
    value: Mapping[Cell, float],
    open_values: float,
    margins: Mapping[Cell, float],
) -> Iterator[list[Sum]]:
    """For each hidden number of these sums that is not open enough, the sums that it stands in;
    amounts have `margins` as shares of them.
    """
    rests = [position for position, item in enumerate(sums) if item.rest]
    column_of = {cell: column for column, cell in enumerate(cells)}
    matrix, targets = np.zeros((len(sums), len(cells) + len(rests))), np.zeros(len(sums))
    for row, item in enumerate(sums):
        targets[row] = item.total
        for cell in item.cells:
            sign = -1 if cell is item.whole else 1
            if cell in column_of:
                matrix[row, column_of[cell]] += sign
            else:
                targets[row] -= sign * value[cell]
    for column, row in enumerate(rests, len(cells)):
        matrix[row, column] = 1
    # a reader knows whether zeros are hidden
    count_from = 0.0 if any(not value[cell] >= 1 for cell in cells) else 1.0
    least = np.array(
        [0.0 if cell in margins else count_from for cell in cells] + [0.0] * len(rests)
    )
    truth = np.array(
        [value[cell] for cell in cells] + [rest_of(sums[row], value) for row in rests], float
    )
    is_amount = np.array([cell in margins for cell in cells] + [False] * len(rests))
    is_open = _exchanged(matrix, np.nan_to_num(truth - least), open_values) & ~is_amount
    for column in np.flatnonzero(~is_open):
        low, high = _interval(matrix, targets, least, column)
        if is_amount[column]:
            amount = np.nan_to_num(truth[column], nan=(low + high) / 2)
            margin = margins[cells[column]] * amount
            narrow = amount - low < margin or high - amount < margin
        else:
            narrow = np.floor(high + 1e-6) - np.ceil(low - 1e-6) < open_values - 1
        if narrow:
            yield [sums[row] for row in np.flatnonzero(matrix[:, column])]


def _exchanged(matrix: np.ndarray, above: np.ndarray, open_values: float) -> np.ndarray:
    """Which unknowns are surely open: they stand in the same sums as others, with enough among them
    to be shared out otherwise.
    """
    _columns, kind, many = np.unique(matrix, axis=1, return_inverse=True, return_counts=True)
    kind = kind.ravel()
    return (many[kind] > 1) & (np.bincount(kind, above)[kind] >= open_values - 1)


def _interval(
    matrix: np.ndarray, right: np.ndarray, least: np.ndarray, column: int
) -> tuple[float, float]:
    """Between what an unknown lies, where matrix x unknowns = right and each is its least or more."""
    from scipy.optimize import linprog

    aim = np.eye(len(least))[column]
    ends = [
        linprog(
            sign * aim,
            A_eq=matrix,
            b_eq=right,
            bounds=[(low, None) for low in least],
            method="highs",
        )
        for sign in (1, -1)
    ]
    return tuple(
        sign * end.fun if end.status == 0 else -sign * np.inf
        for sign, end in zip((1, -1), ends, strict=True)
    )
