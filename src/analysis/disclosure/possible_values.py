"""Which hidden numbers have too few possible values, by interval and by linear programme."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csc_array


class Unknowns(NamedTuple):
    """The hidden numbers of some sums: columns of `matrix` (a row for each sum), the hidden cells
    first, then what is not told of the sums with a rest.
    """

    cells: list
    matrix: csc_array
    targets: np.ndarray
    least: np.ndarray
    truth: np.ndarray
    margins: np.ndarray  # of amounts; missing for counts

    def rows_of(self, column: int) -> np.ndarray:
        """The sums that an unknown stands in."""
        return self.matrix.indices[self.matrix.indptr[column] : self.matrix.indptr[column + 1]]


def exchanged(unknowns: Unknowns, open_values: float) -> np.ndarray:
    """Which counts are surely open: they stand in the same sums as others, with enough among them
    to be shared out otherwise.
    """
    matrix = unknowns.matrix
    kinds: dict[tuple, list[int]] = {}
    for column in range(matrix.shape[1]):
        entries = slice(matrix.indptr[column], matrix.indptr[column + 1])
        kind = (*matrix.indices[entries], *matrix.data[entries])
        kinds.setdefault(kind, []).append(column)
    above = np.nan_to_num(unknowns.truth - unknowns.least)
    is_open = np.zeros(matrix.shape[1], bool)
    for alike in kinds.values():
        is_open[alike] = len(alike) > 1 and above[alike].sum() >= open_values - 1
    return is_open & np.isnan(unknowns.margins)


def not_open(unknowns: Unknowns, unsure: np.ndarray, open_values: float) -> set[int]:
    """Which of the unsure ones have too few possible values.

    Bounds that each sum alone sets tell most of those that are narrow. Each solution of a programme
    is a possible state of all unknowns: between the least and the most of those that were met every
    value is possible, so that most of the others are open before they are asked for.
    """
    scale = np.nanmax(np.abs(unknowns.truth), initial=0) + np.abs(unknowns.targets).max(initial=0)
    most = 10 * scale + 100  # so that nothing is unbounded
    is_told = unsure & _is_narrow(unknowns, *_bounds(unknowns, most), open_values)
    low, high = unknowns.truth.copy(), unknowns.truth.copy()

    def asked() -> np.ndarray:
        return unsure & ~is_told & _is_narrow(unknowns, low, high, open_values)

    def widen(aim: np.ndarray) -> None:
        nonlocal unknowns
        state = _state(unknowns, aim, most)
        if state is None:
            unknowns = _agreeing(unknowns, most)
            state = _state(unknowns, aim, most)
        if state is not None:  # else nothing shows that a number is open
            np.fmin(low, state, out=low)
            np.fmax(high, state, out=high)

    order = np.arange(len(low))
    for bit in range(len(low).bit_length()):  # many at once, any two of them once apart
        side = np.where(order >> bit & 1, 1.0, -1.0)
        for aim in (side, -side):
            if asked().sum() > 2:
                widen(np.where(asked(), aim, 0.0))
    narrow = set(np.flatnonzero(is_told))
    for column in np.flatnonzero(unsure & ~is_told):
        aim = (order == column).astype(float)
        for towards in (aim, -aim):
            if asked()[column]:
                widen(towards)
        if asked()[column]:
            narrow.add(column)
    return {int(column) for column in narrow}


def _is_narrow(
    unknowns: Unknowns, low: np.ndarray, high: np.ndarray, open_values: float
) -> np.ndarray:
    """Which unknowns are not open enough between these bounds."""
    amount = np.where(np.isnan(unknowns.truth), (low + high) / 2, unknowns.truth)
    margin = unknowns.margins * amount
    is_open_amount = (amount - low >= margin) & (high - amount >= margin)
    is_open_count = np.floor(high + 1e-6) - np.ceil(low - 1e-6) >= open_values - 1
    return ~np.where(np.isnan(unknowns.margins), is_open_count, is_open_amount)


def _bounds(unknowns: Unknowns, most: float) -> tuple[np.ndarray, np.ndarray]:
    """Between what the unknowns lie as each sum says with the bounds of its other unknowns."""
    entries = coo_array(unknowns.matrix)
    rows, columns = entries.coords
    sign, targets = entries.data, unknowns.targets
    low, high = unknowns.least.copy(), np.full(len(unknowns.least), most)
    for _round in range(4):
        lowest = np.where(sign > 0, low[columns], -high[columns])
        highest = np.where(sign > 0, high[columns], -low[columns])
        rest_low = np.bincount(rows, lowest, len(targets))[rows] - lowest
        rest_high = np.bincount(rows, highest, len(targets))[rows] - highest
        ends = sign * (targets[rows] - rest_low), sign * (targets[rows] - rest_high)
        np.maximum.at(low, columns, np.minimum(*ends))
        np.minimum.at(high, columns, np.maximum(*ends))
    if (low > high + 1e-6).any():  # amounts that add up but for their decimals
        return unknowns.least, np.full(len(low), most)
    return low, high


def _state(unknowns: Unknowns, aim: np.ndarray, most: float) -> np.ndarray | None:
    """The possible state with the least of an aim: matrix x unknowns = targets; None where none is
    found.
    """
    from scipy.optimize import linprog

    bounds = np.column_stack([unknowns.least, np.full(len(aim), most)])
    matrix, targets = unknowns.matrix, unknowns.targets
    return linprog(aim, A_eq=matrix, b_eq=targets, bounds=bounds, method="highs").x


def _agreeing(unknowns: Unknowns, most: float) -> Unknowns:
    """The same with targets moved as little as makes the sums agree: they do not quite where
    amounts lost decimals.
    """
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, hstack

    sums, columns = unknowns.matrix.shape
    apart = eye_array(sums, format="csc")
    lower = np.concatenate([unknowns.least, np.zeros(2 * sums)])
    result = linprog(
        np.concatenate([np.zeros(columns), np.ones(2 * sums)]),
        A_eq=hstack([unknowns.matrix, apart, -apart], format="csc"),
        b_eq=unknowns.targets,
        bounds=np.column_stack([lower, np.full(len(lower), most)]),
        method="highs",
    )
    if result.x is None:
        return unknowns
    return unknowns._replace(targets=unknowns.matrix @ result.x[:columns])
