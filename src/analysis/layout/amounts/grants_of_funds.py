"""The grant of a fund of the Union beside what all sides paid together or what a project cost."""

from collections.abc import Iterable

from analysis.layout.amounts.sums_of_parts import tells_of_another_sum
from analysis.layout.headers.numbers_of_cells import Numbers, money_likeness
from analysis.layout.headers.table_match import Match
from analysis.layout.headers.words import says
from analysis.read import spaced

_MONEY = 1.0  # likeness from which numbers are money


def is_grant_of_fund(header: str) -> bool:
    """Whether a header says what a fund of the Union granted.

    >>> is_grant_of_fund("eu_amount"), is_grant_of_fund("Financement FEDER (UE)")
    (True, True)
    >>> is_grant_of_fund("Financement public sans FEDER"), is_grant_of_fund("Total cost (EU)")
    (False, False)
    """
    is_named = says("fund of the Union", header) and not says("beside a fund", header)
    return is_named and not is_cost(header)


def is_of_all_sides(header: str) -> bool:
    """Whether a header says a total, or public money, and neither a grant nor a fund: what all
    sides paid together.

    >>> is_of_all_sides("total"), is_of_all_sides("Financement public")
    (True, True)
    >>> is_of_all_sides("Total accordé"), is_of_all_sides("Total FEDER")
    (False, False)
    """
    is_granted = says("granted amount", header) or says("fund of the Union", header)
    return says("funding of all sides", header) and not is_granted


def is_cost(header: str) -> bool:
    """Whether a header says a request, a budget or what a project costs, in all or as far as it may
    be paid for.

    >>> is_cost("coût_total"), is_cost("Celkové způsobilé výdaje"), is_cost("Montant UE")
    (True, True, False)
    """
    return tells_of_another_sum(spaced(header)) or says("whole of a project", header)


def grants_of_funds_first(headers: Iterable[str]) -> list[str]:
    """Headers of amounts, the likeliest first: where this is what all sides paid, the grants of
    funds come before it.
    """
    amounts = list(headers)
    if amounts and is_of_all_sides(amounts[0]):
        amounts.sort(key=lambda header: not is_grant_of_fund(header))
    return amounts


def grants_beside_wholes(headers: Iterable[str]) -> set[str]:
    """Of headers of money the grants of funds, where others say what all sides paid or the cost."""
    amounts = list(headers)
    if not any(is_of_all_sides(header) or is_cost(header) for header in amounts):
        return set()
    return {header for header in amounts if is_grant_of_fund(header)}


def funding_of_all_sides(found: Match, headers: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of what all sides paid together, beside the grant of a fund."""
    if len(headers) != 1 or not is_grant_of_fund(headers[0]):
        return ()
    totals = found.columns.get("~total", ())
    possible = [header for header in (*totals, *found.free) if is_of_all_sides(header)]
    return tuple(
        header
        for header in possible
        if not is_cost(header) and money_likeness(Numbers(found.block.columns[header])) >= _MONEY
    )
