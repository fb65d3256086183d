"""What parts tell of their whole where one unit stands in several of them, as a partner does in two
levels: it counts once in the whole, which has no fewer than any part, and no more than all parts
together.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from analysis.disclosure.figure_table import TableCell
from analysis.disclosure.other_days import is_unmoved
from analysis.disclosure.solver import Sum

if TYPE_CHECKING:
    from analysis.disclosure.families import Family


def sums_of_overlaps(
    family: "Family", told: Mapping[TableCell, float], columns: Collection[str]
) -> Iterator[Sum]:
    """The bounds that a whole and its parts set each other in the columns that do not add up, by
    what the parts leave of each cell (`told`, missing where a released edition hides something).
    """
    if family.of_other_days or not family.shares_partners:
        return
    if all(is_unmoved(part, family.table) for part in family.parts.values()):
        return  # a figure that looks at all in each report, as that of the votes
    cells = [cell for cell in told if cell[1] in columns and cell not in family.table.amounts]
    not_covered = {cell[1] for cell in cells if told[cell] > 0}  # a part has no such figure
    for cell in cells:
        parts, (total,) = family.of_parts(cell), family.of_wholes(cell)
        for name, *_cell in parts:
            is_more = family.table.value[cell] != family.parts[name].value[cell]
            yield Sum([(name, *cell)], total, 0.0, is_more)
        if told[cell] != told[cell] and cell[1] not in not_covered:
            yield Sum([total], None, 0.0, True, tuple(parts))
