"""Curves of the same relations told at other months: of several editions together a curve makes
steps, and none of them may be of a few.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.disclosure.curves import BESIDE
from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import Table, TableCell
from analysis.disclosure.secrecy_rules import Limits, is_small


class CurvePoint(NamedTuple):
    """What a curve tells at a month: a count, and the survival where it is one."""

    month: float
    count: float
    survival: float | None


def steps_since(
    edition: Edition, table: Table, released: Mapping[Edition, Table], limits: Limits
) -> set[TableCell]:
    """The cells of a table's curves that other editions of the same relations, told at other
    months, would make a step of a few; and those of parts that another told together, or apart.
    """
    hidden: set[TableCell] = set()
    others = [
        other
        for name, other in released.items()
        if name.is_of_same(edition) and name != edition and _is_same_curve(table, other)
    ]
    points: dict[TableCell, list[CurvePoint]] = {}
    for other in others:
        for cell in other.value.keys() - other.hidden:
            if cell[0] in other.times:
                curve = (other.times[cell[0]].curve, cell[1])
                points.setdefault(curve, []).extend(_points_at(other, cell))
    for cell in _in_order(table):
        curve = (table.times[cell[0]].curve, cell[1])
        told, now = points.get(curve, []), _points_at(table, cell)
        ends = table.ends.get(curve[0])
        steps = [step for point in now for step in _steps_beside(told, point, ends)]
        is_near = any(is_small(step, limits["secret_below"]) for step in steps)
        if _is_divided(curve, points) or is_near:
            hidden.add(cell)
        elif told and cell not in table.hidden:
            told.extend(now)
    return hidden


def _in_order(table: Table) -> list[TableCell]:
    """The cells of curves, first those of rows that state something, then by month."""
    cells = [cell for cell in table.value if cell[0] in table.times]
    return sorted(
        cells, key=lambda cell: (cell[0] not in table.facts, table.times[cell[0]].month, cell)
    )


def _points_at(table: Table, cell: TableCell) -> list[CurvePoint]:
    """What a curve tells at the month of a row; of a cliff also what it tells just ahead of it."""
    row, count = table.times[cell[0]], table.value[cell]
    points = [CurvePoint(row.month, count, row.survival)]
    if row.reached is not None:
        points.append(CurvePoint(float(np.nextafter(row.month, 0)), count, row.reached))
    return points


def _is_same_curve(table: Table, other: Table) -> bool:
    """Whether most of what both tell of the same months is the same; where they share no month it
    may be.
    """
    shared = [
        cell
        for cell in other.value.keys() - other.hidden
        if cell in table.value and cell[0] in other.times
    ]
    return 2 * sum(table.value[cell] == other.value[cell] for cell in shared) >= len(shared)


def _is_divided(curve: TableCell, points: Mapping[TableCell, list[CurvePoint]]) -> bool:
    """Whether another edition told a part of this curve alone, or this one as a part of another."""
    name, column = curve
    parts = set(name.split(BESIDE))
    others = [set(other.split(BESIDE)) for other, of_column in points if of_column == column]
    return any(parts < other or other < parts for other in others)


def _steps_beside(
    told: list[CurvePoint], now: CurvePoint, ends: pd.Series | None
) -> Iterator[float]:
    """All steps that a point makes with those that are told beside it."""
    yield from _steps(told, now)
    yield from _ended(told, now, ends)


def _steps(told: list[CurvePoint], now: CurvePoint) -> Iterator[float]:
    """How many entered or left between a point and those beside it, and how many ended at most."""
    for first, second in _pairs(told, now):
        yield abs(second.count - first.count)
        if first.survival and second.survival is not None:
            yield round(first.count * (1 - second.survival / first.survival))


def _ended(told: list[CurvePoint], now: CurvePoint, ends: pd.Series | None) -> Iterator[float]:
    """How many ended between a point that none told before and those beside it."""
    if ends is None or any(point.month == now.month for point in told):
        return
    for first, second in _pairs(told, now):
        yield ends[(ends.index > first.month) & (ends.index <= second.month)].sum()


def _pairs(told: list[CurvePoint], now: CurvePoint) -> Iterator[tuple[CurvePoint, CurvePoint]]:
    """The last point before another one with it, and it with the first point after."""
    before = [point for point in told if point.month < now.month]
    after = [point for point in told if point.month > now.month]
    yield from [(max(before), now)] if before else []
    yield from [(now, min(after))] if after else []
