"""Ledgers with two columns of amounts, what was paid ("Débit", "Soll") and what came back ("Crédit",
"Haben"): what was granted is the first less the second.
"""

import re

from analysis.layout.headers.table_match import BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.layout.mapping import LESS, Doubt
from analysis.layout.rows.sums_in_rows import amount_of_rows

DEBIT_AND_CREDIT = "debit and credit"  # reason of a doubt, and how amounts were recognised
_WORDS_OF_AMOUNTS = re.compile(
    r"(?i)\b(?:montants?|betrag|amounts?|importe|bedrag|importo|valor|eur(?:os?)?|en)\b|[(€).:]"
)


def take_debit_and_credit(found: Match) -> None:
    """Take as the amount of grants what a ledger books as paid, less what it books as received, to
    be asked, where no row fills both and no other column is their amount.
    """
    if found.table != "grants":
        return
    debits, credits = (
        [header for header in found.headers if _says(side, header)]
        for side in ("booked as paid", "booked as received")
    )
    sides = {*debits, *credits}
    headers_of_amount = set(found.columns.get("amount", ()))
    headers_used = {header for headers in found.columns.values() for header in headers}
    is_free = headers_of_amount <= sides and sides.isdisjoint(headers_used - headers_of_amount)
    if not is_free or not len(debits) == len(credits) == 1:
        return
    paid, received = (amount_of_rows(found.block, (header,)) != 0 for header in (*debits, *credits))
    if paid.any() and received.any() and not (paid & received).any():
        found.take("amount", tuple(debits), DEBIT_AND_CREDIT)
        found.take(LESS, tuple(credits), BY_WORDS)


def is_booked(header: str) -> bool:
    """Whether a header says one side of an account.

    >>> is_booked("Débit"), is_booked("Montant crédit (€)"), is_booked("Montant annulé")
    (True, True, False)
    """
    return _says("booked as paid", header) or _says("booked as received", header)


def _says(side: str, header: str) -> bool:
    return says(side, _WORDS_OF_AMOUNTS.sub(" ", header).strip())


def answers_of_ledgers(doubt: Doubt) -> str:
    """The answers to a question about a ledger: what was paid less what came back, the other way
    round, or the first alone.

    >>> answers_of_ledgers(Doubt("amount", ("Soll",), ("Haben",), DEBIT_AND_CREDIT))
    'amount = "Soll" ; "~less" = "Haben" | amount = "Haben" ; "~less" = "Soll" | amount = "Soll"'
    """
    (debit,), (credit,) = doubt.headers, doubt.others
    less = 'amount = "{}" ; "~less" = "{}"'
    answers = (less.format(debit, credit), less.format(credit, debit), f'amount = "{debit}"')
    return " | ".join(answers)
