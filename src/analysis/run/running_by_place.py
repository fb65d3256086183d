"""How many relations run in a place, as the map of a whole and the report of the place tell it:
neither may tell with the other how few are to confirm.
"""

from collections.abc import Iterable, Mapping

from analysis.disclosure.figure_table import Edition, Table, TableCell
from analysis.disclosure.solver import is_small

OF_PLACES = "F22"  # the figure that is a map


def untold_by_wholes(name: Edition, study, maps: Mapping[Edition, Table | None]) -> set[int]:
    """Where the map of a whole told how many relations of this part run, and few of it are to
    confirm: neither those not ended are told, nor those that have.
    """
    for whole, table in maps.items():
        if by := whole.parts_by(name):
            told = _place_cells(table, dict(name.filters)[by])
            if told and _few_to_confirm(study):
                ended = int((study.relations["status"] == "ended").sum())
                return {len(study.relations) - ended, ended}
    return set()


def told_by_parts(
    name: Edition, table: Table, study, released: Iterable[Edition]
) -> set[TableCell]:
    """The places of the map of a whole whose own reports were released, where few are to confirm."""
    cells = set()
    for part in released:
        if by := name.parts_by(part):
            place = dict(part.filters)[by]
            if _few_to_confirm(study.where(**{by: place})):
                cells |= _place_cells(table, place)
    return cells


def _few_to_confirm(study) -> bool:
    """Whether few relations are to confirm: those that run, and those not ended, would tell them."""
    status = study.relations["status"]
    return is_small((status == "to confirm").sum(), study.conventions["secret_below"])


def _place_cells(table: Table | None, place: str) -> set[TableCell]:
    """The cells of the map of a whole that tell how many relations run in a place, not hidden."""
    shown = set() if table is None else table.value.keys() - table.hidden
    return {(row, column) for row, column in shown if place in row.split(" | ")}
