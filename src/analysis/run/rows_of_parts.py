"""What the report of a part would tell of its whole: what it rests on is the row of the whole that
bears its name, and that row may be hidden to protect another; so is its curve that of the row. A department is as large as its
region, or tells how large that is at least.
"""

from collections.abc import Iterator, Mapping

from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import BASE, BETWEEN_LABELS, OPENING, Table, TableCell
from analysis.disclosure.possible_numbers import values_beside
from analysis.disclosure.secrecy_rules import Limits
from analysis.disclosure.withheld import Withheld
from analysis.text import formatting

_Figures = Mapping[str, Table | None]
CURVE_OF_ALL = "F3"  # the figure of the curve of all relations of an edition


def untold_rows_of_wholes(
    name: Edition,
    figures: _Figures,
    released: Mapping[Edition, _Figures],
    limits: Limits = DEFAULTS,
) -> Withheld:
    """The sizes of a part that its whole hid in a row of the part's name, or of what all of the
    part lies within, and what these are possible to be; nothing of an edition that was released
    itself, which tells what it told.
    """
    sizes: set[int] = set()
    possible: set[int] = set()
    if name in released:
        return Withheld()
    for whole, figures_of_whole in released.items():
        for labels in _labels_of_part(name, whole):
            for id in figures.keys() & figures_of_whole.keys():
                part, of_whole = figures[id], figures_of_whole[id]
                if part is None or of_whole is None:
                    continue
                hidden = {cell for cell in of_whole.hidden if _has_label(cell, labels)}
                for column in sorted({column for _row, column in hidden - of_whole.amounts}):
                    size = _size_of_rows(labels, column, part, figures.get(OPENING))
                    if size is not None:
                        cells = {cell for cell in hidden if cell[1] == column}
                        sizes.add(size)
                        possible |= _possible_sizes(size, cells, of_whole, limits["secret_below"])
    return Withheld(sizes=frozenset(sizes), possible_statuses=frozenset(possible))


def hide_months_of_wholes(
    name: Edition, table: Table, released: Mapping[Edition, _Figures]
) -> None:
    """Hide in a curve of a part the months at which a whole hid the row of the part's name: the
    curve of one level, among those of all levels, is the curve of the report of that level.
    """
    months = {
        _month(cell)
        for whole, figures in released.items()
        for labels in _labels_of_part(name, whole)
        for each in figures.values()
        for cell in (each.hidden if each else ())
        if _label(cell) in labels
    }
    table.hidden |= {
        cell for cell in table.value if cell[0] in table.times and _month(cell) in months
    }


def hide_months_of_parts(name: Edition, table: Table, released: Mapping[Edition, _Figures]) -> None:
    """Hide in all curves of a whole the months at which it hides the row of a part whose own curve
    was told before: with it the others would tell what the row was hidden for.
    """
    months_told: set[TableCell] = set()
    for part, figures in released.items():
        curve = figures.get(CURVE_OF_ALL)
        if curve is None:
            continue
        shown = {
            _month(cell) for cell in curve.value.keys() - curve.hidden if cell[0] in curve.times
        }
        for labels in _labels_of_part(part, name):
            hidden = {_month(cell) for cell in table.hidden if _label(cell) in labels}
            months_told |= shown & hidden
    table.hidden |= {cell for cell in table.value if _month(cell) in months_told}


def _label(cell: TableCell) -> str:
    return cell[0].partition(BETWEEN_LABELS)[0]


def _month(cell: TableCell) -> tuple[str, str]:
    row, column = cell
    return row.partition(BETWEEN_LABELS)[-1], column


def _labels_of_part(part: Edition, whole: Edition) -> Iterator[set[str]]:
    if whole.holds(part):
        for value in sorted({*part.own_values(whole), *(part.lies_in - whole.lies_in)}):
            names = value.split("|")
            yield {*names, *map(formatting.text, names)}


def _has_label(cell: TableCell, labels: set[str]) -> bool:
    return bool(labels & set(cell[0].split(BETWEEN_LABELS)))


def _size_of_rows(labels: set[str], column: str, part: Table, opening: Table | None) -> int | None:
    """What the rows of these labels count in a part; None where that is not how large it is."""
    bases = {part.value.get(BASE), *(opening.value.values() if opening else ())}
    cells = [cell for cell in part.value if cell[1] == column and _has_label(cell, labels)]
    count = sum(part.value[cell] for cell in cells)
    if count in bases:
        return int(count)
    return None


def _possible_sizes(size: int, cells: set[TableCell], whole: Table, few: float) -> set[int]:
    """What a reader of a whole could take for what these hidden cells of it make: at most what the
    shown cells of a sum leave, less one for each other cell that it hides.
    """
    most = []
    for item in whole.sums:
        if item.rest or not cells <= {*item.parts}:
            continue
        of_hidden = item.total + sum(whole.value[cell] for cell in item.subtracted)
        of_hidden -= sum(whole.value[cell] for cell in item.parts if cell not in whole.hidden)
        others = len(whole.hidden.intersection(item.parts) - cells)
        if of_hidden == of_hidden:
            most.append(of_hidden - others)
    if most:
        return values_beside(size, 1, min(most), int(few) - 1)
    return set()
