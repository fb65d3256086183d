"""What a reader of several openings could take for the numbers of relations that they hide.

A number that a table shows is seen not to be a hidden one. So all that it could be are hidden by
value, and which these are must not depend on which of them is true.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from analysis.disclosure.edition import Edition
from analysis.disclosure.families import families_of, known_of
from analysis.disclosure.figure_table import Table
from analysis.disclosure.secrecy_rules import Limits
from analysis.disclosure.solver import Cell, Sum
from analysis.disclosure.withheld import RESTED_ON


def possible_numbers(
    openings: Mapping[Edition, Table], new: Collection[Edition], limits: Limits
) -> dict[Edition, set[int]]:
    """For each `new` edition what a reader of all openings, of one day, could take for the numbers
    that its own hides and figures rest on: `values_beside` each of them, between the bounds that the
    sums of all leave.

    Which of the hidden numbers are small no reader is told, and so no bound says it. A number that
    no sum bounds may be anything, and nothing is hidden beside it.

    >>> from analysis.disclosure.solver import Sum
    >>> cells = running, few, both = ("", "running"), ("", "to confirm"), ("", "not ended")
    >>> sums = [Sum([running, few], both, 0.0, False)]
    >>> alone = Table({running: 44.0, few: 3.0, both: 47.0}, {running, few}, sums=sums)
    >>> name = Edition("2018-06-27")
    >>> sorted(possible_numbers({name: alone}, [name], {"secret_below": 5})[name])
    [43, 44, 45, 46]
    """
    known = known_of(families_of(openings, new), limits)
    value = {(name, *cell): n for name, t in openings.items() for cell, n in t.value.items()}
    own_sums = [
        Sum([(name, *part) for part in item.parts], (name, *item.whole), item.total, item.rest)
        for name, table in openings.items()
        for item in table.sums
        if item.whole is not None
    ]
    hidden = {(name, *cell) for name, table in openings.items() for cell in table.hidden}
    known_hidden = hidden & value.keys()
    hides_zeros = any(value[cell] < 1 for cell in known_hidden)  # a reader knows whether it does
    size = int(limits["secret_below"]) - (not hides_zeros)
    above_zero = set() if hides_zeros else known_hidden
    hidden |= known.left.keys()
    programme = _programme([*own_sums, *known.sums], value | known.left, hidden, above_zero)
    numbers: dict[Edition, set[int]] = {name: set() for name in new}
    for cell in sorted(known_hidden):
        is_asked = cell[0] in numbers and cell[2] in RESTED_ON
        if is_asked and (bounds := programme.bounds_of(cell)):
            numbers[cell[0]] |= values_beside(value[cell], *bounds, size)
    return numbers


def values_beside(number: float, low: float, high: float, size: int) -> set[int]:
    """Of the whole numbers between two bounds the run in which a hidden number lies: all of them
    where they are few, else one of several runs of `size`, counted from both ends; what is over
    stands in the middle. They depend on the bounds alone, and so are the same for each number of the
    run; and of two numbers with one sum a run at an end of the one is a run of the other.

    >>> sorted(values_beside(160, 159, 162, 4)), sorted(values_beside(50, 1, 100, 4))
    ([159, 160, 161, 162], [49, 50, 51, 52])
    """
    least, most = round(low), round(high)
    runs = max((most - least + 1) // size, 1)
    steps = [size * run for run in range((runs + 1) // 2)]
    center = [(least + most + 1) // 2] if runs % 2 == 0 else []
    above = [most + 1 - step for step in reversed(steps)]
    borders = [*(least + step for step in steps), *center, *above]
    run = bisect(borders[1:-1], number)
    return {value for value in range(borders[run], borders[run + 1]) if value > 0}


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
    sums: Iterable[Sum], value: Mapping[Cell, float], hidden: Collection[Cell], above_zero: set
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
    bounds = [(float(cell in above_zero), np.inf) for cell in cells]
    return _Programme(cells, matrix, targets, bounds)
