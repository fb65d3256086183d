"""What a reader of several openings could take for the numbers of relations that they hide.

A number that a table shows is seen not to be a hidden one. So all that it could be are hidden by
value, and which these are must not depend on which of them is true.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from analysis.disclosure.edition import Edition
from analysis.disclosure.families import families_of, known_of
from analysis.disclosure.figure_table import Table
from analysis.disclosure.secrecy_rules import Limits, is_small
from analysis.disclosure.solver import Cell, Sum
from analysis.disclosure.withheld import RESTED_ON


def possible_numbers(
    openings: Mapping[Edition, Table], new: Collection[Edition], limits: Limits
) -> dict[Edition, set[int]]:
    """For each `new` edition what a reader of all openings, of one day, could take for the numbers
    that its own hides and figures rest on: `values_beside` each of them, between the bounds that the
    sums of all leave.

    A hidden number that is small may be any that is small; one that no sum bounds may be anything,
    and nothing is hidden beside it.

    >>> from analysis.disclosure.solver import Sum
    >>> cells = running, few, both = ("", "running"), ("", "to confirm"), ("", "not ended")
    >>> sums = [Sum([running, few], both, 0.0, False)]
    >>> alone = Table({running: 44.0, few: 3.0, both: 47.0}, {running, few}, sums=sums)
    >>> name = Edition("2018-06-27")
    >>> sorted(possible_numbers({name: alone}, [name], {"secret_below": 5})[name])
    [43, 44, 45, 46]
    """
    few = limits["secret_below"]
    known = known_of(families_of(openings, new), limits)
    value = {(name, *cell): n for name, t in openings.items() for cell, n in t.value.items()}
    own_sums = [
        Sum([(name, *part) for part in item.parts], (name, *item.whole), item.total, item.rest)
        for name, table in openings.items()
        for item in table.sums
        if item.whole is not None
    ]
    hidden = {(name, *cell) for name, table in openings.items() for cell in table.hidden}
    hidden |= known.left.keys()
    programme = _programme([*own_sums, *known.sums], value | known.left, hidden, few)
    numbers: dict[Edition, set[int]] = {name: set() for name in new}
    for cell in sorted(hidden & value.keys()):
        is_asked = cell[0] in numbers and cell[2] in RESTED_ON
        if is_asked and (bounds := programme.bounds_of(cell)):
            numbers[cell[0]] |= values_beside(value[cell], *bounds, few)
    return numbers


def values_beside(number: float, low: float, high: float, few: float) -> set[int]:
    """Of the whole numbers between two bounds the run in which a hidden number lies: all of them
    where they are few, else one of several runs, of which none has fewer than `few` less one. They
    depend on the bounds alone, and so are the same for each number of the run.

    >>> sorted(values_beside(160, 159, 162, 5)), sorted(values_beside(50, 1, 100, 5))
    ([159, 160, 161, 162], [49, 50, 51, 52])
    """
    least, most, size = round(low), round(high), int(few) - 1
    runs = max((most - least + 1) // size, 1)
    run = min(int(number - least) // size, runs - 1)
    first = least + run * size
    last = most if run == runs - 1 else first + size - 1
    return {value for value in range(first, last + 1) if value > 0}


class _Programme(NamedTuple):
    """The sums of hidden cells, a row each, with what is not told of those with a rest."""

    cells: list[Cell]
    matrix: np.ndarray
    targets: list[float]
    bounds: list[tuple[float, float]]

    def bounds_of(self, cell: Cell) -> tuple[float, float] | None:
        """The least and the most that a cell can be; None where no sum says."""
        if cell not in self.cells:
            return None
        aim = np.array([float(unknown == cell) for unknown in self.cells])
        sums = {"A_eq": self.matrix, "b_eq": self.targets, "bounds": self.bounds}
        least, most = (linprog(towards, **sums, method="highs") for towards in (aim, -aim))
        if least.x is None or most.x is None:
            return None
        return float(np.ceil(least.fun - 1e-6)), float(np.floor(-most.fun + 1e-6))


def _programme(
    sums: Iterable[Sum], value: Mapping[Cell, float], hidden: Collection[Cell], few: float
) -> _Programme:
    rows: list[Counter] = []
    targets: list[float] = []
    for item in sums:
        signs = Counter(item.parts)
        signs.subtract(item.subtracted)
        told = [sign * value[cell] for cell, sign in signs.items() if cell not in hidden]
        row = Counter({cell: sign for cell, sign in signs.items() if cell in hidden})
        target = item.total - sum(told)
        if row and target == target:
            if item.rest:
                row["rest", len(rows)] = 1
            rows.append(row)
            targets.append(target)
    cells = [*dict.fromkeys(cell for row in rows for cell in row)]
    matrix = np.array([[row[cell] for cell in cells] for row in rows], float)
    return _Programme(cells, matrix, targets, [_bounds(value.get(cell), few) for cell in cells])


def _bounds(number: float | None, few: float) -> tuple[float, float]:
    if number is None or number != number or number == 0:
        return 0.0, np.inf
    return (1.0, few - 1) if is_small(number, few) else (1.0, np.inf)
