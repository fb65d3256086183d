"""Amounts that seem to hold what was given in kind, as a loan or a guarantee, which another column
tells.
"""

import re

import pandas as pd

from analysis import parse
from analysis.declare.shares import NEARLY_ALL
from analysis.layout.headers.header_names import says_money
from analysis.layout.headers.kinds_of_headers import kind_of_header
from analysis.layout.headers.numbers_of_cells import amounts_of_rows
from analysis.layout.headers.table_match import Match
from analysis.layout.mapping import LESS, Doubt
from analysis.parse.column import reference_rows
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block, folded

IN_KIND = "in kind"  # the reason of such a doubt
WITHIN = "in kind within"  # the reason of one where no column tells the money alone
VALUED = "money and valuations"  # the reason of one about contributions
WORTH_ALONE = "worth alone"  # the reason of one where no other column tells money
_WHOLE = re.compile("total|ensemble|global|cumul|gesamt|totaal|overall|combined")


def money_apart(found: Match, headers: tuple[str, ...]) -> tuple[()] | tuple[str, tuple[str, ...]]:
    """Where the column that was taken as the amount holds what another says to be in kind (it says
    that it is the whole, or it is the sum of the two): the reason, and the columns that may be the
    money alone, or else what is to be taken off it.
    """
    if found.table not in ("grants", "agreements") or len(headers) != 1:
        return ()
    block, taken = found.block, headers[0]
    whole = _numbers(block, taken)
    others = [header for header in found.free if header not in headers]
    beside = [header for header in others if is_in_kind(header)]
    for header in beside:
        in_kind = _numbers(block, header)
        is_both = whole.notna() & in_kind.gt(0)
        if not is_both.any() or (whole >= in_kind)[is_both].mean() < NEARLY_ALL:
            continue
        rest = (whole - in_kind.fillna(0))[is_both]
        money = [
            other for other in others if other not in beside and _are_equal(block, other, rest)
        ]
        if money:
            return IN_KIND, tuple(money)
        if _WHOLE.search(folded(taken)):
            return WITHIN, (header,)
    return ()


def total_with_kind(found: Match, headers: tuple[str, ...]) -> tuple[str, ...]:
    """The column that adds what another says to be in kind to the money that was taken as the
    amount ("Numéraire; Valorisation compétences; Total").
    """
    if found.table != "grants" or len(headers) != 1:
        return ()
    block, others = found.block, [*found.free, *found.columns.get("~total", ())]
    money = _numbers(block, headers[0]).fillna(0)
    for header in filter(is_in_kind, others):
        in_kind = _numbers(block, header)
        if not in_kind.gt(0).any():
            continue
        totals = [
            other
            for other in others
            if other != header and _are_equal(block, other, money + in_kind.fillna(0))
        ]
        if totals:
            return tuple(totals)
    return ()


def answers_of_wholes(doubt: Doubt) -> str:
    """The answers to a question about an amount that holds what was given in kind: less this, or
    whole.

    >>> answers_of_wholes(Doubt("amount", ("Total",), ("En nature",), WITHIN))
    'amount = "Total" ; "~less" = "En nature" | amount = "Total"'
    """
    whole = f'{doubt.column} = "{doubt.headers[0]}"'
    return f'{whole} ; "{LESS}" = "{doubt.others[0]}" | {whole}'


def take_valuations_with_money(found: Match) -> None:
    """Take with the money of contributions what was worth what was given in kind ("Montant;
    Valorisation"), whichever of the two was taken: both together are asked.
    """
    taken = found.columns.get("value_eur", ())
    if found.table != "contributions" or len(taken) != 1:
        return
    if not any(map(is_in_kind, (*taken, *found.free))):
        return
    free = [header for header in found.free if _numbers(found.block, header).gt(0).any()]
    money = [header for header in (*taken, *free) if says_money(header) or kind_of_header(header)]
    money = [header for header in money if not is_in_kind(header)]
    valuations = [header for header in (*taken, *free) if is_in_kind(header)]
    if money and valuations and {*taken} <= {*money, *valuations}:
        found.take("value_eur", (*money[:1], *valuations), VALUED)


def tell_worth_alone(headers: tuple[str, ...]) -> bool:
    """Whether the headers of an amount, of which there is one at least, all say what was given in
    kind, lent or guaranteed.
    """
    return bool(headers) and all(map(is_in_kind, headers))


def is_in_kind(header: str) -> bool:
    """Whether a header says that its amounts are worth what was given in kind.

    >>> is_in_kind("Valorisation en nature"), is_in_kind("Montant")
    (True, False)
    """
    words = {row["stands_in"]: row["words"] for row in reference_rows("beside_money")}
    (plain,) = parse.fold(pd.Series([header], dtype="str")).fillna("")
    return re.search(words["header"], plain) is not None


def _numbers(block: Block, header: str) -> pd.Series:
    return amounts_of_rows(block.columns[header]).astype("float64")


def _are_equal(block: Block, header: str, amounts: pd.Series) -> bool:
    """Whether a column holds some amounts in nearly all of their rows."""
    differences = (_numbers(block, header)[amounts.index] - amounts).abs()
    return bool((differences < HALF_CENT).mean() >= NEARLY_ALL)
