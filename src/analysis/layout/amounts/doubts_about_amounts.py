"""Amounts in doubt: columns that may be none, and others that may be meant."""

from analysis.layout.amounts.amount_scale import are_small_without_unit
from analysis.layout.amounts.changed_amounts import rivals_by_header
from analysis.layout.amounts.given_in_kind import (
    WORTH_ALONE,
    money_apart,
    tell_worth_alone,
    total_with_kind,
)
from analysis.layout.amounts.running_sums import running_sums
from analysis.layout.headers.columns_offered import (
    MOST_OFFERED,
    amounts_offered,
    money_offered,
    says_currency_or_money,
)
from analysis.layout.headers.equal_columns import agree, parts_of_total, under_the_same_header
from analysis.layout.headers.header_matching import MEASURE_BY_TABLE
from analysis.layout.headers.header_names import names_money, says_money, sense_of
from analysis.layout.headers.numbers_of_cells import (
    MANY_NUMBERS,
    Numbers,
    are_of_places,
    money_likeness,
    not_money,
    tells_of_something_else,
)
from analysis.layout.headers.table_match import BY_WORDS, Match
from analysis.layout.headers.unexplained import SOME
from analysis.layout.headers.words import says
from analysis.layout.mapping import SINCE_BEGINNING, Doubt
from analysis.read import Block
from analysis.read.figures import YEAR

# The column of each table whose amounts tell in which unit all are.
AMOUNT_BY_TABLE = MEASURE_BY_TABLE | {"grants": "amount", "accounts": "revenue_total"}
_OF_MONEY = ("amount", "planned_amount_eur")  # contributions may be in kind
RIVAL = 1.6  # likeness to money from which another column may be the amount


def about_amount(block: Block, found: Match, name: str) -> tuple[str, tuple[str, ...]]:
    """Why an amount is in doubt, and which other columns may be meant."""
    headers = found.columns[name]
    by_name = found.how.get(name) != BY_WORDS
    explicit = by_name or all(says_money(header) for header in headers)
    if reason := _why_no_money(block, headers, explicit=explicit):
        return reason, tuple(amounts_offered(block, found.free)[: MOST_OFFERED - 1])
    if name in _OF_MONEY and tell_worth_alone(headers):
        return WORTH_ALONE, tuple(amounts_offered(block, found.free)[: MOST_OFFERED - 1])
    others = tuple(likely_amounts(block, found.free)[: MOST_OFFERED - 1])
    twins = under_the_same_header(block, found, headers)
    if twins := twins or parts_of_total(block, found, headers):
        return "rival", twins
    if apart := money_apart(found, headers):
        return apart
    if totals := total_with_kind(found, headers):
        return "rival", totals
    rivals = rivals_by_header(found, headers)
    if rivals or by_name or len(headers) > 1:
        return rivals or ("", ())
    if explicit:
        others = _that_speak_of_money_too(block, headers[0], others)
    later = _of_a_later_year(block, found, headers[0])
    others = tuple(dict.fromkeys((*others, *later)))
    if others:
        return ("rival", others)
    return ("", ())


def _that_speak_of_money_too(block: Block, amount: str, others: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that may be meant instead of one whose header says that it is money."""
    return tuple(
        header
        for header in others
        if (says_money(header) or names_money(header)) and not agree(block, amount, header)
    )


def denied_amount(block: Block, found: Match, name: str) -> list[Doubt]:
    """The doubt about a stated amount whose header says no money and whose cells say something
    else.
    """
    headers = found.columns[name]
    if found.table != "grants" or name != "amount" or all(map(says_money, headers)):
        return []
    for header in headers:
        numbers = Numbers(block.columns[header])
        if len(numbers.values) >= MANY_NUMBERS:
            reason = not_money(numbers, named=False)
        else:
            reason = ""
        if reason == "identifiers" and not (numbers.is_of_one_length or numbers.is_dense):
            reason = ""  # amounts may all differ
        if reason == "no numbers" and numbers.share >= SOME:
            reason = ""  # the cells that are none are asked one by one
        if reason and not says_money(header):
            others = tuple(amounts_offered(block, found.free)[: MOST_OFFERED - 1])
            return [Doubt(name, (header,), others, reason, is_stated=True)]
    return []


def small_without_unit(found: Match, in_doubt: set[str]) -> list[Doubt]:
    """The question in which unit the amounts of a table are that leave no other in doubt: all are
    small, and nothing names a unit.
    """
    amount = AMOUNT_BY_TABLE.get(found.table)
    headers = found.columns.get(amount, ())
    is_asked = bool(headers) and amount not in in_doubt
    if is_asked and are_small_without_unit(found.block, headers):
        return [Doubt(amount, headers, (), "small")]
    return []


def is_since_the_beginning(header: str) -> bool:
    """Whether a header says that its amounts are sums since the beginning, of which each sheet or
    year repeats those before.

    >>> is_since_the_beginning("Cumul versé (€)"), is_since_the_beginning("Montant versé")
    (True, False)
    """
    return says("sum since the beginning", header)


def sums_since_the_beginning(found: Match, stated: set[str]) -> list[Doubt]:
    """The question whether sums since the beginning are the amounts of grants that have no other,
    while study.toml does not say so.
    """
    if found.table != "grants" or "amount" in found.columns or "amount" in stated:
        return []
    headers = tuple(
        header
        for header in found.free
        if is_since_the_beginning(header) and money_likeness(Numbers(found.block.columns[header]))
    )
    if headers:
        return [Doubt("amount", headers[:1], headers[1:], SINCE_BEGINNING)]
    return []


def likely_amounts(block: Block, headers: list[str]) -> list[str]:
    """The headers whose cells are so like money that they may be meant instead of an amount that
    was taken, the likeliest first; none of taxpayers' numbers, requests, budgets or running sums.
    """
    likeness = {
        header: _likeness(block, header)
        for header in headers
        if not (says("number of a taxpayer", header) or tells_of_something_else(header))
    }
    likely = [header for header in likeness if likeness[header] >= RIVAL]
    sums = running_sums(block, likely)
    return sorted(
        (header for header in likely if header not in sums), key=lambda header: -likeness[header]
    )


def amounts_unnamed(found: Match) -> list[Doubt]:
    """The question about the amounts of agreements or payments of which no known header tells,
    where some column may hold them by its cells, or by a word for money in its header ("Budget
    conventionné"); not that of a whole project.
    """
    measure = MEASURE_BY_TABLE.get(found.table)
    if measure is None or measure in found.columns:
        return []
    likely = likely_amounts(found.block, found.free) or [
        header
        for header in money_offered(found.block, found.free)
        if says_currency_or_money(header) and not says("whole of a project", header)
    ]
    if likely:
        return [amount_unnamed(measure, tuple(likely[:MOST_OFFERED]))]
    return []


def amount_unnamed(measure: str, offered: tuple[str, ...]) -> Doubt:
    """The question about an amount that no header names, where some columns may hold it."""
    reason = "unnamed"
    if measure in _OF_MONEY and tell_worth_alone(offered):
        reason = WORTH_ALONE
    return Doubt(measure, (), offered, reason)


def _likeness(block: Block, header: str) -> float:
    """How much a column looks like money, by its numbers and by the words of its header ("Montant",
    "Soutien annuel", "Don"); not at all where they are of places.
    """
    numbers = Numbers(block.columns[header])
    if are_of_places(header, numbers):
        return 0.0
    by_numbers = money_likeness(numbers)
    is_named = sense_of(header, "amount") or (by_numbers > 0 and says("money given", header))
    return round(by_numbers + bool(is_named), 6)


def _why_no_money(block: Block, headers: tuple[str, ...], *, explicit: bool) -> str:
    """Why the numbers of a column are no amounts; blank where all may be."""
    for header in headers:
        numbers = Numbers(block.columns[header])
        if len(numbers.values) and (reason := not_money(numbers, named=explicit)):
            return reason
    return ""


def _of_a_later_year(block: Block, found: Match, header: str) -> tuple[str, ...]:
    """Other amounts whose headers bear a later year than the one that was taken ("Décision 2019"
    beside "Attribué 2018").
    """
    years = YEAR.findall(header)
    if not years:
        return ()
    later = [
        candidate
        for candidate in found.free
        if max(YEAR.findall(candidate), default="") > max(years)
        and not tells_of_something_else(candidate)
    ]
    numbers = {candidate: Numbers(block.columns[candidate]) for candidate in later}
    return tuple(
        candidate
        for candidate in later
        if len(numbers[candidate].values)
        and not_money(numbers[candidate], named=False) in ("", "identifiers", "codes")
    )
