"""How many relations run in a place, as the map of a whole and the report of the place tell it:
neither may tell with the other how few are to confirm.
"""

from collections.abc import Iterable, Mapping

from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import BETWEEN_LABELS, Table, TableCell
from analysis.disclosure.secrecy_rules import is_small
from analysis.disclosure.solver import Sum

OF_PLACES = "F22"  # the figure that is a map


def untold_by_wholes(name: Edition, study, maps: Mapping[Edition, Table | None]) -> set[int]:
    """Where the map of a whole told how many relations of this part run, and few of it are to
    confirm: neither those not ended are told, nor those that have, nor what these could be taken
    for, of which only what is not told would be left.
    """
    for whole, table in maps.items():
        if table is not None and whole.holds(name):
            is_told = any(
                _is_told(table, cells)
                for place in name.own_values(whole)
                for cells in _cells_by_column(table, place).values()
            )
            if is_told and _few_to_confirm(study):
                every, few = len(study.relations), int(study.conventions["secret_below"])
                running = int((study.relations["status"] == "running").sum())
                not_ended = {running + to_confirm for to_confirm in range(1, few)}
                return not_ended | {every - size for size in not_ended if size < every}
    return set()


def hide_told_by_parts(name: Edition, table: Table, study, released: Iterable[Edition]) -> None:
    """Hide in the map of a whole the places whose own reports were released, where few are to
    confirm; of several that one report joined, only what they make together.
    """
    for part in released:
        if name.holds(part) and _few_to_confirm(study.where(**dict(part.filters))):
            for place in part.own_values(name):
                for (kind, column), cells in _cells_by_column(table, place).items():
                    if "|" in place:
                        _hide_sum(table, ("", f"{kind} {column} in {place}"), cells)
                    else:
                        table.hidden |= cells


def _hide_sum(table: Table, together: TableCell, cells: set[TableCell]) -> None:
    alike = [item for item in table.sums if not item.rest and cells <= {*item.parts}]
    for item in alike:
        others = [cell for cell in item.parts if cell not in cells]
        parts = [together, *others]
        table.sums.append(Sum(parts, item.whole, item.total, item.rest, item.wholes))
    table.value[together] = sum(table.value[cell] for cell in cells)
    table.hidden.add(together)
    table.sums.append(Sum(sorted(cells), together, 0.0, False))


def _few_to_confirm(study) -> bool:
    status = study.relations["status"]
    return bool(is_small((status == "to confirm").sum(), study.conventions["secret_below"]))


def _cells_by_column(table: Table, place: str) -> dict[tuple[str, str], set[TableCell]]:
    places = set(place.split("|"))
    cells: dict[tuple[str, str], set[TableCell]] = {}
    for row, column in table.value:
        kind, *labels = row.split(BETWEEN_LABELS)
        if places & {kind, *labels}:
            cells.setdefault((kind if labels else "", column), set()).add((row, column))
    return cells


def _is_told(table: Table, cells: set[TableCell]) -> bool:
    """Whether a map tells what these cells make together: it shows each, or all others of a sum."""
    if cells.isdisjoint(table.hidden):
        return True
    return any(
        not item.rest and cells <= {*item.parts} and table.hidden.isdisjoint({*item.cells} - cells)
        for item in table.sums
    )
