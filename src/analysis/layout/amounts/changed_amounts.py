"""Amounts beside the one that was taken: of other years, or of the same grants as they were
changed.
"""

import json

from analysis.declare.shares import HALF
from analysis.layout.amounts.converted_amounts import CONVERTED, converted_amounts
from analysis.layout.amounts.grants_of_funds import funding_of_all_sides
from analysis.layout.amounts.paid_by_year import exceed_payments
from analysis.layout.amounts.planned_and_done import paid_beside_planned, planned_beside_paid
from analysis.layout.amounts.yearly_rivals import (
    ANOTHER_STAGE,
    BESIDE_OTHERS,
    of_another_stage,
    wholes_beyond_years,
    yearly_rivals,
)
from analysis.layout.headers.cell_evidence import dates_like
from analysis.layout.headers.header_names import names_money
from analysis.layout.headers.headers_of_no_grant import PERCENT
from analysis.layout.headers.numbers_of_cells import (
    Numbers,
    amounts_of_rows,
    are_of_places,
    tells_of_something_else,
)
from analysis.layout.headers.table_match import BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.layout.mapping import Doubt
from analysis.layout.payments.repeated_references import says_amendment
from analysis.layout.shapes.numbered_agreements import name_and_number
from analysis.layout.terms.renewals_in_columns import says_renewal
from analysis.read import spaced

CHANGED = "changed amount"  # the reason of such a doubt


def rivals_by_header(
    found: Match, headers: tuple[str, ...]
) -> tuple[()] | tuple[str, tuple[str, ...]]:
    """The reason and the headers of other columns that may count instead of an amount, or beside
    it; empty where no header says so.
    """
    of_grants = (
        (CONVERTED, converted_amounts),
        (BESIDE_OTHERS, yearly_rivals),
        (ANOTHER_STAGE, of_another_stage),
        ("rival", wholes_beyond_years),
        ("rival", spent_amounts),
        (CHANGED, changed_amounts),
        ("rival", funding_of_all_sides),
        ("rival", committed_amounts),
        ("rival", _planned_amounts),
    )
    of_programmes = ((BESIDE_OTHERS, yearly_rivals), (CHANGED, changed_amounts))
    for reason, rivals_of in of_grants if found.table == "grants" else of_programmes:
        if rivals := rivals_of(found, headers):
            return reason, rivals
    is_by_words = found.table == "agreements" and found.how["planned_amount_eur"] == BY_WORDS
    if is_by_words and (paid := paid_beside_planned(found, headers)):
        return "rival", paid
    return ()


def _planned_amounts(found: Match, headers: tuple[str, ...]) -> tuple[str, ...]:
    return planned_beside_paid(found.block, headers, found.free)


def spent_amounts(found: Match, headers: tuple[str, ...]) -> tuple[str, ...]:
    """Columns of what the accounts say was spent ("CA 2018") of an amount that a budget voted
    ("Total voté 2018"), and in some rows less.
    """
    if len(headers) != 1 or not says("voted in a budget", headers[0]):
        return ()
    return tuple(
        header
        for header in found.free
        if says("spent by the accounts", header)
        and exceed_payments(
            found.block, headers[0], amounts_of_rows(found.block.columns[header]).fillna(0)
        )
    )


def committed_amounts(found: Match, headers: tuple[str, ...]) -> tuple[str, ...]:
    """Columns of what was granted ("Engagé") beside an amount of what was paid ("Mandaté")."""
    if not all(says("payments", header) for header in headers):
        return ()
    return tuple(header for header in found.free if _may_be_committed(found, header))


def _may_be_committed(found: Match, header: str) -> bool:
    """Whether a header says that something was granted, and not paid, above numbers that may be
    money.
    """
    is_said = says("granted amount", header) and not says("payments", header)
    if not is_said or says("header of no money", header) or tells_of_something_else(header):
        return False
    numbers = Numbers(found.block.columns[header])
    is_money = numbers.share > HALF and not are_of_places(header, numbers)
    return is_money and not dates_like(found.block, header)


def changed_amounts(found: Match, headers: tuple[str, ...]) -> tuple[str, ...]:
    """Columns that change an amount ("Montant après avenant", "Part annulée"), the fullest first."""
    amounts = {
        header: amounts_of_rows(found.block.columns[header])
        for header in found.headers
        if _may_change(found, header, headers)
    }
    taken = amounts_of_rows(found.block.columns[headers[0]])
    # what says the same in every row changes nothing
    telling = [
        header
        for header, amount in amounts.items()
        if amount.fillna(0).ne(0).any() and not amount.fillna(taken).equals(taken)
    ]
    return tuple(sorted(telling, key=lambda header: -int(amounts[header].notna().sum())))


def take_provisional_amount(found: Match) -> None:
    """Take the provisional amount of grants and agreements instead of a final one that some rows
    lack ("Montant prévisionnel", "Montant définitif"), which changes it where it is known: asked.
    """
    if found.table == "agreements":
        measure = "planned_amount_eur"
    else:
        measure = "amount"
    taken = found.columns.get(measure, ())
    if len(taken) != 1 or not says("final amount", taken[0]):
        return
    is_final = amounts_of_rows(found.block.columns[taken[0]]).notna()
    provisional = [
        header
        for header in found.free
        if says("provisional amount", header)
        and _may_be_money(found, header)
        and (amounts_of_rows(found.block.columns[header]).notna() & ~is_final).any()
    ]
    found.take(measure, tuple(provisional[:1]), BY_WORDS)


def take_added_amounts(found: Match) -> None:
    """Take with the amount of agreements what its header says to be added to it ("Montant
    complémentaire"), or of amendments where it is less in every row: all together are asked.
    """
    taken = found.columns.get("planned_amount_eur", ())
    if found.table != "agreements" or len(taken) != 1:
        return
    amount = amounts_of_rows(found.block.columns[taken[0]])
    added = [
        header
        for header in found.free
        if _may_change(found, header, taken)
        and not says("whole amount", header)
        and (
            says("added to an amount", header)
            or says_renewal(header)
            or (
                says_amendment(header)
                and (amounts_of_rows(found.block.columns[header]) < amount).all()
            )
        )
    ]
    if added:
        found.take("planned_amount_eur", (*taken, *added), CHANGED)


def _may_change(found: Match, header: str, taken: tuple[str, ...]) -> bool:
    """Whether a header that serves nothing else says a change, above numbers that may be money."""
    if header not in found.free or header in taken:
        return False
    is_final = says("provisional amount", taken[0]) and says("final amount", header)
    return (is_final or _says_change(header)) and _may_be_money(found, header)


def _may_be_money(found: Match, header: str) -> bool:
    if PERCENT.search(spaced(header)):
        return False
    # a total of what was granted may stand as it was changed; a total that was asked for may not
    if tells_of_something_else(header.lower().replace("total", "")):
        return False
    numbers = Numbers(found.block.columns[header])
    return numbers.share > HALF and not dates_like(found.block, header)


def _says_change(header: str) -> bool:
    """Whether a header may be of an amount that changes another, or of a renewal.

    >>> _says_change("Avenant n°1 : montant"), _says_change("Montant du renouvellement")
    (True, True)
    >>> _says_change("N° d'avenant"), _says_change("Nombre de renouvellements")
    (False, False)
    """
    name, _number = name_and_number(header)
    is_change = says("changed amount", name) or (says_renewal(header) and names_money(header))
    return is_change and not says("header of no money", name)


def answers_of_changes(doubt: Doubt) -> str:
    """The answers to a question about such an amount: the first alone, the last one filled, and
    unless this counts twice all added up, or the first less the second.

    >>> answers_of_changes(Doubt("amount", ("Accordé",), ("Ajouté",), CHANGED)).split(" | ")[2]
    'amount = ["Accordé", "Ajouté"]'
    """
    name, (first, second, *_others) = doubt.column, (*doubt.headers, *doubt.others)
    together = json.dumps([*doubt.headers, *doubt.others], ensure_ascii=False)
    answers = [f'{name} = "{first}"', f'{name} = "{second}" ; "~part" = "{first}"']
    if not would_count_twice(doubt):
        answers += [f"{name} = {together}", f'{name} = "{first}" ; "~less" = "{second}"']
    return " | ".join(answers)


def would_count_twice(doubt: Doubt) -> bool:
    """Whether the second of the amounts in such a doubt says what the first is after a change.

    >>> would_count_twice(Doubt("amount", ("Accordé",), ("Montant actualisé",), CHANGED))
    True
    >>> would_count_twice(Doubt("amount", ("Accordé",), ("Avenant",), CHANGED))
    False
    """
    if doubt.reason != CHANGED:
        return False
    _first, second, *_others = (*doubt.headers, *doubt.others)
    return says("amount as changed", second) and not says("added to an amount", second)
