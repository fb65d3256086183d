"""What editions of the same relations, of other days or other choices of method, tell of a figure.

A cell that did not move is the same cell: what hid it once hides it again, and what was told once
protects nothing any more. A curve is told at the months of all of them together.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import BASE, Table, TableCell
from analysis.disclosure.secrecy_rules import Limits
from analysis.disclosure.solver import Sum


class OtherDays(NamedTuple):
    """Of the cells of an edition: those to hide for what others told, those that others told, and
    of these the ones in rows of which nothing moved, so that a reader takes them for the same.
    """

    hidden: set[TableCell]
    told: set[TableCell]
    told_again: set[TableCell]


def other_days(
    edition: Edition, table: Table, released: Mapping[Edition, Table], limits: Limits
) -> OtherDays:
    """What the editions of the same relations that were `released` make of the cells of a table."""
    hidden: set[TableCell] = set()
    told: set[TableCell] = set()
    told_again: set[TableCell] = set()
    for earlier in _of_same_relations(edition, released):
        hidden |= hidden_still(table, earlier, limits)
        shared_cells = _shown(earlier) & table.value.keys()
        unmoved = {cell for cell in shared_cells if table.value[cell] == earlier.value[cell]}
        moved_rows = {row for row, _column in shared_cells - unmoved}
        told |= unmoved
        told_again |= {cell for cell in unmoved if cell[0] not in moved_rows}
    apart = hidden | {BASE}
    return OtherDays(hidden, told - apart, told_again - apart)


def is_unmoved(table: Table, earlier: Table) -> bool:
    """Whether a table has the cells of an earlier one, the same number in each that it told, and
    tells of no cliff an upper side that the earlier did not.
    """
    has_moved = any(table.value.get(cell) != earlier.value[cell] for cell in _shown(earlier))
    tells_more = any(
        row.reached not in (None, earlier.times[name].reached)
        for name, row in table.times.items()
        if name in earlier.times
    )
    return table.value.keys() == earlier.value.keys() and not has_moved and not tells_more


def hidden_still(table: Table, earlier: Table, limits: Limits) -> set[TableCell]:
    """The cells that an earlier edition hid and that moved by fewer than are told, as far as a
    reader can see: by the sums that they were hidden in, or else by the other cells of their row.

    >>> cells = [("a", "n"), ("b", "n"), ("c", "n")]
    >>> earlier = Table(
    ...     {cells[0]: float("nan"), cells[1]: float("nan"), cells[2]: 30.0},
    ...     {*cells[:2]},
    ...     sums=[Sum(cells, None, 37.0, False)],
    ... )
    >>> now = Table({cells[0]: 5.0, cells[1]: 2.0, cells[2]: 48.0}, set())
    >>> sorted(hidden_still(now, earlier, {"secret_below": 5}))
    [('a', 'n'), ('b', 'n')]
    """
    few = limits["secret_below"] - 0.5
    still: set[TableCell] = set()
    asked: set[TableCell] = set()
    for item in [item for item in earlier.sums if not item.rest]:
        cells = [cell for cell in item.cells if cell in earlier.hidden]
        asked.update(cells)
        if cells and abs(_moved(item, cells, table, earlier)) < few:
            still.update(cells)
    for cell in earlier.hidden - asked:
        if not any(step >= few for step in _steps_of_row(cell[0], table, earlier)):
            still.add(cell)
    return still & table.value.keys()


def _moved(item: Sum, cells: list[TableCell], table: Table, earlier: Table) -> float:
    """By how much the hidden cells of a sum together moved since an earlier edition."""
    signs = {cell: -1 if cell == item.whole else 1 for cell in item.cells}
    shown = [cell for cell in item.cells if cell not in cells]
    before = item.total - sum(signs[cell] * earlier.value[cell] for cell in shown)
    return sum(signs[cell] * table.value.get(cell, 0.0) for cell in cells) - before


def _steps_of_row(row: str, table: Table, earlier: Table) -> Iterator[float]:
    """How much each cell of a row moved that an earlier edition told; what the figure rests on
    speaks for a row of which nothing was told.
    """
    cells = [cell for cell in _shown(earlier) if cell[0] == row and cell in table.value]
    for cell in cells or [cell for cell in [BASE] if cell in table.value.keys() & _shown(earlier)]:
        yield abs(table.value[cell] - earlier.value[cell])


def _shown(table: Table) -> set[TableCell]:
    return table.value.keys() - table.hidden


def _of_same_relations(edition: Edition, released: Mapping[Edition, Table]) -> Iterable[Table]:
    for other, table in released.items():
        if other.is_of_same(edition) and other != edition:
            yield table
