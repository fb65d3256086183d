"""Whether two editions by different choices of method count the same units in classes of different
bounds: at 30 % by the one, at 31 % by the other, so that their rows together tell who lies between.

Rows are met by what they count. Where other rows are there, bounds were moved; where the rows are
the same, as many of them as lie on one side of a bound are compared.
"""

from collections.abc import Iterator

from analysis.disclosure.figure_table import BASE, BETWEEN_LABELS, Table, TableCell
from analysis.disclosure.secrecy_rules import Limits, is_small


def has_other_classes(table: Table, earlier: Table, limits: Limits) -> bool:
    """Whether rows of the same relations differ by their bounds, or by few units that passed one.

    >>> def classes(*counts: float) -> Table:
    ...     return Table({(row, "n"): n for row, n in zip("abc", counts)}, set())
    >>> limits = {"secret_below": 5}
    >>> has_other_classes(classes(40, 30, 20), classes(40, 20, 20), limits)
    False
    >>> has_other_classes(classes(40, 30, 20), classes(50, 18, 22), limits)
    True
    """
    if _rows(table) != _rows(earlier):
        return True
    few = limits["secret_below"]
    for cells in _columns(table):
        for in_order in (cells, cells[::-1]):
            if any(is_small(abs(step), few) for step in _steps(in_order, table, earlier)):
                return True
    return False


def has_rows_beyond(table: Table, whole: Table) -> bool:
    """Whether a part has rows that its whole has not: theirs are other classes."""
    return not _rows(table) <= _rows(whole)


def rest_on_the_same(table: Table, earlier: Table, limits: Limits) -> bool:
    """Whether what a figure rests on moved by fewer than are told."""
    return abs(table.value.get(BASE, 0) - earlier.value.get(BASE, 0)) < limits["secret_below"]


def _rows(table: Table) -> set[str]:
    return {row for row, _column in table.value.keys() - {BASE}}


def _columns(table: Table) -> Iterator[list[TableCell]]:
    """The cells of each column in the order of the rows, those under each heading together."""
    columns: dict[tuple[str, str], list[TableCell]] = {}
    for row, column in table.value.keys() - table.amounts - {BASE}:
        columns.setdefault((row.rpartition(BETWEEN_LABELS)[0], column), []).append((row, column))
    order = {cell: position for position, cell in enumerate(table.value)}
    for cells in columns.values():
        yield sorted(cells, key=lambda cell: order[cell])


def _steps(cells: list[TableCell], table: Table, earlier: Table) -> Iterator[float]:
    """By how much the first cells together moved, where more than one of them did, as far as both
    editions tell them.
    """
    total, moved = 0.0, 0
    for cell in cells:
        if cell in table.hidden or cell in earlier.hidden or cell not in earlier.value:
            return
        step = table.value[cell] - earlier.value[cell]
        total, moved = total + step, moved + (step != 0)
        if moved > 1:
            yield total
