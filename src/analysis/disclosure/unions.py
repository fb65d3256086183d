"""What unions of values of one filter tell together, where they overlap: `entity=A|B` and `A|C`,
with their whole, tell A, B and C, although none of these has a report.

Each union is a sum of pieces, which are in the same unions. What a reader can make of the unions is
a piece, or another union: whichever of the two follows from them is one more sum.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

import numpy as np

from analysis.disclosure.figure_table import Edition, Table
from analysis.disclosure.solver import Limits, Sum, is_small

CellOfEdition = tuple  # (edition, row, column)
_MOST_TIMES = 6  # that a piece is taken for its multiple to be made of whole unions


class Combination(NamedTuple):
    """Editions each of which is taken so many times (below none: subtracted), and makes the target
    `multiple` times; the target is an edition, or a piece without a report (`is_piece`).
    """

    target: Edition
    is_piece: bool
    multiple: int
    times: Mapping[Edition, int]

    def shared_cells(self, tables: Mapping[Edition, Table]) -> set[tuple]:
        """The cells that all of the editions have."""
        return set.intersection(*(set(tables[name].value) for name in self.times))

    def value_of(self, tables: Mapping[Edition, Table], cell: tuple) -> float:
        """A cell of the target."""
        terms = (times * tables[name].value[cell] for name, times in self.times.items())
        return sum(terms) / self.multiple

    def sum_of(self, cell: tuple) -> Sum:
        """A cell of the target as a sum that a reader knows."""
        parts: list = [(self.target, *cell)] * self.multiple
        wholes: list = []
        for name, times in self.times.items():
            (wholes if times > 0 else parts).extend([(name, *cell)] * abs(times))
        return Sum(parts, None, 0.0, False, tuple(wholes))


def combinations_of(tables: Mapping[Edition, Table]) -> Iterator[Combination]:
    """What the unions of one day and filter that overlap tell of their pieces, and of each other.

    A whole is taken to hold no other values than its unions name; where it does, this tells more
    than is known.
    """
    editions = {(name.day, name.filters): name for name in tables}
    for (day, by, others), scopes in _scopes(tables).items():
        whole = editions.get((day, others))
        if whole is not None and any(a & b for a, b in combinations(scopes.values(), 2)):
            yield from _of_what_none_names(whole, by, scopes)
        if not any(_cross(*pair) for pair in combinations(scopes.values(), 2)):
            continue
        every = frozenset().union(*scopes.values())
        is_needed = whole is not None and every not in scopes.values()
        scope_of = scopes | {whole: every} if is_needed else scopes
        pieces = _pieces(scope_of)
        rows = np.array(list(pieces), float).T
        names = list(scope_of)
        for position, values in enumerate(pieces.values()):
            if values not in scope_of.values():
                target = Edition(day, (*others, (by, f"only {'|'.join(sorted(values))}")))
                yield from _made(target, True, np.eye(len(pieces))[position], rows, names)
        for position, name in enumerate(names):
            others_of_day = [other for other in names if other != name]
            yield from _made(
                name, False, rows[position], np.delete(rows, position, axis=0), others_of_day
            )


def _of_what_none_names(
    whole: Edition, by: str, scopes: Mapping[Edition, frozenset[str]]
) -> Iterator[Combination]:
    """What unions that share values leave of their whole, where they tell all that they hold."""
    pieces = _pieces(scopes)
    in_unions = np.array(list(pieces), float).T
    rest = np.append(np.zeros(len(pieces)), 1.0)
    rows = np.vstack([np.column_stack([in_unions, np.zeros(len(scopes))]), np.ones(len(rest))])
    target = Edition(whole.day, (*whole.filters, (by, "only what none names")))
    yield from _made(target, True, rest, rows, [*scopes, whole])


def _pieces(scope_of: Mapping[Edition, frozenset[str]]) -> dict[tuple, set[str]]:
    """The values that stand in the same unions, by which of the unions these are."""
    pieces: dict[tuple, set[str]] = {}
    for value in sorted(frozenset().union(*scope_of.values())):
        stands_in = tuple(value in scope for scope in scope_of.values())
        pieces.setdefault(stands_in, set()).add(value)
    return pieces


def known_of_unions(
    tables: Mapping[Edition, Table], limits: Limits
) -> tuple[dict[CellOfEdition, float], list[Sum]]:
    """The counts of pieces that are small, with their values, and the sums that tell them, or that
    tell one union by others.
    """
    pieces_left: dict[CellOfEdition, float] = {}
    sums: list[Sum] = []
    for combination in combinations_of(tables):
        counts = combination.shared_cells(tables)
        if not combination.is_piece:
            counts &= tables[combination.target].value.keys()
        values = {cell: combination.value_of(tables, cell) for cell in sorted(counts)}
        for column in sorted({column for _row, column in counts}):
            of_column = {cell: value for cell, value in values.items() if cell[1] == column}
            if combination.is_piece:
                if any(value < -1e-6 for value in of_column.values()):  # the whole holds others too
                    continue
                told_cells = [
                    cell
                    for cell, value in of_column.items()
                    if is_small(value, limits["secret_below"])
                    and not any(cell in tables[name].amounts for name in combination.times)
                ]
                pieces_left |= {(combination.target, *cell): values[cell] for cell in told_cells}
            else:
                target = tables[combination.target].value
                steps = [abs(value - target[cell]) for cell, value in of_column.items()]
                told_cells = [*of_column] if not any(step > 1e-6 for step in steps) else []
            sums += [combination.sum_of(cell) for cell in told_cells]
    return pieces_left, sums


def _scopes(tables: Mapping[Edition, Table]) -> dict[tuple, dict[Edition, frozenset[str]]]:
    """The values of a filter that editions keep to, by their day, the filter and the other filters."""
    scopes: dict[tuple, dict[Edition, frozenset[str]]] = {}
    for name in tables:
        for by, value in name.filters:
            others = tuple(item for item in name.filters if item[0] != by)
            of_filter = scopes.setdefault((name.day, by, others), {})
            of_filter[name] = frozenset(value.split("|"))
    return scopes


def _cross(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether two unions share values and none of them holds the other."""
    return bool(first & second) and not (first <= second or second <= first)


def _made(
    target: Edition, is_piece: bool, pieces: np.ndarray, rows: np.ndarray, names: list[Edition]
) -> Iterator[Combination]:
    """The fewest editions, of so many pieces each, that make one of these pieces; none if they do
    not.
    """
    from scipy.optimize import linprog

    size = len(names)
    result = linprog(
        np.ones(2 * size), A_eq=np.hstack([rows.T, -rows.T]), b_eq=pieces, method="highs"
    )
    if result.x is None:
        return
    share = result.x[:size] - result.x[size:]
    for multiple in range(1, _MOST_TIMES + 1):
        times = np.round(share * multiple)
        if np.abs(times - share * multiple).max() < 1e-6:
            times_of = {name: int(n) for name, n in zip(names, times, strict=True) if n}
            yield Combination(target, is_piece, multiple, times_of)
            return
