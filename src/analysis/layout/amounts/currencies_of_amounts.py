"""Whether a column of currencies tells that of the amounts that were taken: it may belong to
another amount beside them ("currency" of "foreign sum"), or contradict their header ("Amount (EUR)").
"""

import re

import pandas as pd

from analysis import parse
from analysis.declare.shares import FEW, HALF
from analysis.layout.headers.cell_evidence import sample
from analysis.layout.headers.header_matching import MEASURE_BY_TABLE
from analysis.layout.headers.header_names import names_money
from analysis.layout.headers.numbers_of_cells import Numbers, not_money
from analysis.layout.headers.table_match import Match
from analysis.layout.headers.words import says
from analysis.read import spaced

CODE = (  # of a currency, in a header
    r"€|£|zł|\bR\$|\bKč|[₺₹¥₪₦₩₴₽]|\b(?:EUR|USD|GBP|CHF|CAD|AUD|NZD|MXN|PLN|SEK|NOK|DKK|CZK|HUF|RON|"
    r"BGN|TRY|BRL|INR|JPY|ZAR|ILS|HRK|ISK|KES|NGN|UGX|TZS|GHS|XOF|XAF|TND|CNY|HKD|SGD|euros?|TL|Rs|"
    r"yen)\b"
)
CURRENCY = rf"{CODE}|\b(?:US|CA?|AU?|MX|NZ|HK)\$|\$|\bkr\b|\b(?:dollars|pounds)\b"
CONTRADICTED = "currency of the header"  # the reason of a doubt: header and cells name two
OF_ANOTHER = "currency of another amount"  # the reason of a doubt: another amount is nearer
OF_OTHERS = "~currency of others"  # the column that is left unused
_COLUMN_OF_CURRENCIES = {"grants": "currency"} | dict.fromkeys(MEASURE_BY_TABLE, "~currency")
_AS_ONE = 0.95  # share of the rows in which a currency stands where an amount does


def without_currencies_of_others(found: Match) -> None:
    """Leaves a column of currencies unused that plainly belongs to another amount: it is filled
    where that one is and not where the amounts that count are, or their header says that they are
    converted, or names a currency itself and another amount stands nearer.
    """
    name = _COLUMN_OF_CURRENCIES.get(found.table, "")
    amounts = _amounts(found)
    if len(found.columns.get(name, ())) != 1 or not amounts:
        return
    (header,) = found.columns[name]
    rivals = _other_amounts(found)
    is_named = re.search(rf"(?i){CODE}", spaced(" ".join(amounts)))
    if found.table in MEASURE_BY_TABLE and says_converted(amounts):
        found.columns[OF_OTHERS] = found.columns.pop(name)
        return
    is_of_rival = any(_stands_with(found, header, rival) for rival in rivals)
    if is_of_rival or (is_named and _nearer(found, header, rivals)):
        found.columns[OF_OTHERS] = found.columns.pop(name)


def says_converted(headers: tuple[str, ...]) -> bool:
    """Whether headers of amounts say that these are in one currency, into which others are converted.

    >>> says_converted(("Amount (converted)",)), says_converted(("Amount",))
    (True, False)
    """
    return any(says("converted amount", h) or says("currency of the company", h) for h in headers)


def reason_of_currencies(found: Match) -> str:
    """Why a column of currencies may not tell those of the amounts of grants: their header names
    another one, or another amount bears the name of the column, or speaks of a currency and stands
    nearer; blank where they are plainly its own.
    """
    (header,) = found.columns["currency"]
    amounts = _amounts(found)
    if not amounts:
        return ""
    code = _code_of(amounts)
    codes = parse.currencies(sample(found.block.columns[header]), named=True).dropna()
    rivals = _other_amounts(found)
    if code and codes.ne(code).any():
        if _nearer(found, header, rivals, or_as_near=True):
            return OF_ANOTHER
        return CONTRADICTED
    if any(_shares_a_name(header, rival, amounts) for rival in rivals):
        return OF_ANOTHER
    if any(says("some currency", spaced(amount)) for amount in amounts):
        return ""
    speaks_of_one = [
        says("some currency", spaced(rival)) for rival in _nearer(found, header, rivals)
    ]
    if any(speaks_of_one):
        return OF_ANOTHER
    return ""


def _amounts(found: Match) -> tuple[str, ...]:
    """The headers of the amounts that count."""
    return found.columns.get(MEASURE_BY_TABLE.get(found.table, "amount"), ())


def _code_of(amounts: tuple[str, ...]) -> str:
    """The code of the currency that headers of amounts name; blank where they name none."""
    written = re.search(rf"(?i){CODE}", spaced(" ".join(amounts)))
    if not written:
        return ""
    (code,) = parse.currencies(pd.Series([f"1 {written[0]}"], dtype="str"))
    is_one = isinstance(code, str) and len(code) == len("EUR")
    if is_one:
        return code
    return ""


def _other_amounts(found: Match) -> list[str]:
    """The free headers whose cells may be amounts of money."""
    numbers = {header: Numbers(found.block.columns[header]) for header in found.free}
    return [
        header
        for header, cells in numbers.items()
        if cells.share > HALF and not not_money(cells, named=True)
    ]


def _stands_with(found: Match, header: str, rival: str) -> bool:
    """Whether currencies stand in the rows of another amount, and only there, while the amounts
    that count stand in more rows.
    """
    columns = found.block.columns
    has_code = columns[header].codes >= 0
    if not has_code.any():
        return False
    has_own = pd.Series(False, index=range(len(has_code)))
    for amount in _amounts(found):
        has_own |= _is_given(columns[amount].series())
    is_alike = _is_given(columns[rival].series()).to_numpy() == has_code
    lacks_code = has_own.to_numpy() & ~has_code
    return bool(is_alike.mean() >= _AS_ONE and lacks_code.mean() > FEW)


def _is_given(cells: pd.Series) -> pd.Series:
    """Which cells hold an amount other than zero."""
    amounts = parse.amounts(cells)[0].reset_index(drop=True)
    return amounts.notna() & amounts.ne(0).fillna(False)


def _shares_a_name(header: str, rival: str, amounts: tuple[str, ...]) -> bool:
    """Whether a header of currencies says whose they are, and another amount alone has that name.

    >>> _shares_a_name("Cost currency", "Total cost", ("Grant",))
    True
    >>> _shares_a_name("Currency code", "Total cost", ("Grant",))
    False
    """
    of_amounts = {word for amount in amounts for word in _words(amount)}
    shared = (_words(header) & _words(rival)) - of_amounts
    return any(not says("some currency", word) and not names_money(word) for word in shared)


def _words(header: str) -> set[str]:
    """The folded words of a header that have more than two letters."""
    (words,) = parse.fold(pd.Series([spaced(header)], dtype="str"))
    return {word for word in str(words).split() if len(word) > 2}


def _nearer(found: Match, header: str, rivals: list[str], *, or_as_near: bool = False) -> list[str]:
    """The other amounts that stand nearer to a column of currencies than those that count, or as
    near.
    """
    place = {name: number for number, name in enumerate(found.headers)}
    away = min(
        (abs(place[amount] - place[header]) for amount in _amounts(found) if amount in place),
        default=len(place),
    )
    return [rival for rival in rivals if abs(place[rival] - place[header]) < away + or_as_near]
