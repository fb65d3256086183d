"""Amounts that a list writes in one currency beside those of the currencies that its rows name."""

import re

from analysis import parse
from analysis.declare.shares import HALF
from analysis.layout.headers.cell_evidence import sample
from analysis.layout.headers.numbers_of_cells import Numbers, not_money
from analysis.layout.headers.table_match import Match
from analysis.layout.headers.words import says
from analysis.parse.column import synonyms
from analysis.read import Coded, matching

CONVERTED = "converted"  # the reason of such a doubt
_WORDS = [word for word in synonyms("currency of an amount") if len(word) > 1 or word in "€£$"]
_NAMED = re.compile("(?i)" + "|".join(rf"(?<![a-z]){re.escape(word)}(?![a-z])" for word in _WORDS))


def converted_amounts(found: Match, headers: tuple[str, ...]) -> tuple[str, ...]:
    """Free columns of money whose headers ("Amount (EUR)", "in company currency", "Amount
    (converted)") or cells ("$5,000") tell one currency, where the header that was taken names none
    and the rows are in several.
    """
    if "currency" not in found.columns or any(map(_NAMED.search, headers)):
        return ()
    named = [sample(found.block.columns[header]) for header in found.columns["currency"]]
    if max(parse.currencies(cells, named=True).nunique() for cells in named) < 2:
        return ()
    return tuple(
        header
        for header in found.free
        if (
            _NAMED.search(header)
            or says("currency of the company", header)
            or says("converted amount", header)
            or _bears_one_currency(found.block.columns[header])
        )
        and _holds_money(Numbers(found.block.columns[header]))
    )


def _bears_one_currency(column: Coded) -> bool:
    """Whether each cell of a column of amounts writes the same currency beside its figures."""
    cells = sample(column)
    borne = parse.currencies(cells[matching(cells, "[0-9]")])
    return len(borne) > 0 and bool(borne.notna().all()) and borne.nunique() == 1


def _holds_money(numbers: Numbers) -> bool:
    return numbers.share > HALF and not not_money(numbers, named=True)
