"""Amounts of one unit beside how many were given ("Montant unitaire; Nombre de bourses")."""

from collections.abc import Iterable

from analysis.layout.cell_evidence import Numbers
from analysis.layout.words import says
from analysis.read import Block

PER_UNIT = "per unit"  # the reason of such a doubt
_MOSTLY = 0.9  # share of the cells below such a header that are numbers


def are_of_a_unit(block: Block, headers: Iterable[str]) -> bool:
    """Whether the headers of an amount say that it is that of one unit, and another column counts
    these.
    """
    return all(says("amount of a unit", header) for header in headers) and any(
        says("number of units", header) and Numbers(column).share >= _MOSTLY
        for header, column in block.columns.items()
        if header not in headers
    )
