"""Whether a list that says of partners no more than who they are tells money beside their names."""

from analysis.layout.headers.columns_offered import money_offered
from analysis.layout.headers.numbers_of_cells import (
    Numbers,
    money_likeness,
    tells_of_something_else,
)
from analysis.layout.headers.table_match import Match

_WHO = {"partner_id", "name", "acronym", "siren", "siret", "rna"}  # columns that but say who it is
_LIKE_MONEY = 1.35  # likeness of numbers with cents, a currency, or many round ones


def is_names_beside_money(found: Match) -> bool:
    """Whether the cells of a list that was matched with partners look like money, and its headers
    tell nothing of partners but who they are: what each received is asked, never passed over.
    """
    if not _WHO.issuperset(found.columns):
        return False
    return any(
        money_likeness(Numbers(found.block.columns[header])) >= _LIKE_MONEY
        for header in money_offered(found.block, found.free)
        if not tells_of_something_else(header)
    )
