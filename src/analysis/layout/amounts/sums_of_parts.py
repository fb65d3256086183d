"""Columns that hold amounts whole, beside others that hold their parts: the first to be offered
where nothing says which column is the amount granted.
"""

import re
from collections.abc import Iterable
from itertools import chain, combinations, permutations

import numpy as np

from analysis.declare.shares import NEARLY_ALL
from analysis.layout.headers.numbers_of_cells import tells_of_something_else
from analysis.layout.headers.words import says
from analysis.layout.payments.repeated_references import amounts_by_row
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block, spaced

_MOST = 6  # columns of numbers beyond which no sums are looked for
_TOTAL = re.compile(r"(?i)\w*(?:total|totaal)\w*")


def whole_amounts(block: Block, headers: Iterable[str]) -> list[str]:
    """The headers of amounts that are the sum of others in nearly all rows, or that say both a
    total and a grant; none that tells of a request, a budget or a cost.
    """
    possible = list(headers)
    granted = [header for header in possible if not tells_of_another_sum(header)]
    if len(possible) <= _MOST:
        sums = _sums(block, granted, possible)
    else:
        sums = set()
    return [header for header in granted if header in sums or says_whole_grant(header)]


def fuller_amounts(block: Block, headers: Iterable[str]) -> set[str]:
    """The headers of amounts that repeat all those of another column, and hold more: what a list
    told apart only from a sum on ("Total", "Amounts above 10,000").
    """
    amounts = {header: amounts_by_row(block.columns[header]) for header in headers}
    return {
        header
        for header, other in permutations(amounts, 2)
        if _repeats_and_adds(amounts[header], amounts[other]) and not tells_of_another_sum(header)
    }


def _repeats_and_adds(amount: np.ndarray, other: np.ndarray) -> bool:
    """Whether amounts are those of another column wherever this has some, and stand in more rows."""
    is_filled = ~np.isnan(other)
    is_further = ~is_filled & ~np.isnan(amount)
    is_equal = np.isclose(amount[is_filled], other[is_filled], rtol=0, atol=HALF_CENT)
    return bool(is_filled.any() and is_equal.all() and is_further.any())


def says_whole_grant(header: str) -> bool:
    """Whether a header says the whole of what was granted.

    >>> says_whole_grant("Totale assegnato"), says_whole_grant("Total concedido")
    (True, True)
    >>> says_whole_grant("Montant accordé"), says_whole_grant("Total paid")
    (False, False)
    """
    is_granted = says("granted amount", header) or says("committed amount", header)
    is_whole = is_granted and not says("part of an amount", header)
    return bool(_TOTAL.search(spaced(header))) and is_whole


def tells_of_another_sum(header: str) -> bool:
    """Whether a header tells of a request, a budget or a cost, be it a total or not.

    >>> tells_of_another_sum("Totale assegnato"), tells_of_another_sum("Coût total")
    (False, True)
    """
    return tells_of_something_else(_TOTAL.sub("", header))


def _sums(block: Block, granted: list[str], headers: list[str]) -> set[str]:
    """Which headers hold the sum of two others or more."""
    amounts = {header: np.nan_to_num(amounts_by_row(block.columns[header])) for header in headers}
    sums = set()
    for header in granted:
        whole = amounts[header]
        parts = [name for name in headers if name != header and _is_part(amounts[name], whole)]
        sizes = range(2, len(parts) + 1)
        choices = chain.from_iterable(combinations(parts, size) for size in sizes)
        if any(_are_equal(sum(amounts[name] for name in some), whole) for some in choices):
            sums.add(header)
    return sums


def _is_part(part: np.ndarray, whole: np.ndarray) -> bool:
    """Whether amounts are parts of others: no more than these, and less in some rows."""
    is_within = (part <= whole + HALF_CENT).mean() >= NEARLY_ALL
    return bool(is_within and part.any() and (part < whole - HALF_CENT).any())


def _are_equal(amounts: np.ndarray, others: np.ndarray) -> bool:
    is_equal = np.isclose(amounts, others, rtol=0, atol=HALF_CENT)
    return bool(others.any() and is_equal.mean() >= NEARLY_ALL)
