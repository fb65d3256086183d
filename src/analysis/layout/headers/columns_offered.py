"""The columns that a question offers for an amount, a recipient or a date: the likeliest first."""

import re
from collections.abc import Iterable

from analysis import parse
from analysis.layout.amounts.amount_scale import written_unit
from analysis.layout.amounts.given_in_kind import is_in_kind
from analysis.layout.amounts.grants_of_funds import grants_beside_wholes
from analysis.layout.amounts.running_sums import running_sums
from analysis.layout.amounts.sums_of_parts import fuller_amounts, whole_amounts
from analysis.layout.headers.cell_evidence import dates_like, sample
from analysis.layout.headers.header_names import names_money, says_an_end, sense_of
from analysis.layout.headers.numbers_of_cells import (
    Numbers,
    are_of_places,
    money_likeness,
    not_money,
    tells_of_something_else,
)
from analysis.layout.headers.words import says
from analysis.layout.shapes.year_columns import OF_YEARS
from analysis.read import Block, matching

MOST_OFFERED = 5  # columns that a question names
MOST_NAMES = 9  # columns of names that the question who received names
POSSIBLE = 1.0  # likeness to money from which a column may be an amount that no header names
FEWEST_ROWS = 5  # rows from which one value in all of them says something
LONG_NAME = 45  # letters, as a mean, from which texts tell what was paid for rather than whom
NAMELIKE = 0.5  # likeness from which a column may hold names
_ON_EACH_ROW = 0.95  # share of the rows that name somebody where a column tells who received
_REGISTER = 7  # digits of a number of a register, all of one length
# The number of whoever is named, before or behind the name: "Udruga Sunce (OIB 15351583880)".
_NUMBER_OF_THE_NAMED = (
    r"^\d{6,}(?:\s+|\s*[-–:,]\s*)|\s*[(\[]\s*(?:[A-Za-z]{2,6}\W*)?\d[\d ./-]*[)\]]$"
    r"|(?:\s+|\s*[–,]\s*|\s+-\s*)\d{6,}$"  # "PMT-000123" is one code
)
_ROUND = 0.3  # share of round numbers that amounts have and numbers of a register have not


def amounts_offered(block: Block, headers: Iterable[str]) -> list[str]:
    """The headers of numbers that may be the amount granted: what looks like money; what looks like
    codes only where nothing else may be it.
    """
    possible = list(headers)
    offered = money_offered(block, possible) or _numbers_like_codes(block, possible)
    return offered[:MOST_OFFERED]


def money_offered(block: Block, headers: Iterable[str]) -> list[str]:
    """The headers of what looks like money by its cells or its words, the likeliest first: whole
    amounts before the parts that they sum up and those that they repeat, the grant of a fund before
    what all sides paid, and requests, costs, counts and balances last; none of running sums.
    """
    likeness = {}
    for header in headers:
        numbers = Numbers(block.columns[header])
        if _may_be_money(header, numbers) and _looks_like_money(header, numbers):
            likeness[header] = _likeness_of_amount(block, header, numbers)
    whole = {*whole_amounts(block, likeness), *fuller_amounts(block, likeness)}
    sums = running_sums(block, likeness)
    possible = [header for header in likeness if header not in sums]
    of_funds = grants_beside_wholes(possible)
    return sorted(
        possible,
        key=lambda header: (header not in of_funds, header not in whole, -likeness[header]),
    )


def says_currency_or_money(header: str) -> bool:
    """Whether a header names money or a currency, though perhaps not the amount granted.

    >>> says_currency_or_money("usd_commitment"), says_currency_or_money("Budget de l'année")
    (True, True)
    >>> says_currency_or_money("type_of_finance")
    False
    """
    return _names_a_currency(header) or _names_money(header)


def _names_a_currency(header: str) -> bool:
    return says("currency in a header", _words_apart(header)) or bool(written_unit(header))


def _names_money(header: str) -> bool:
    words = _words_apart(header)
    return says("money in a header", words) or says("worth", words) or names_money(words)


def _words_apart(header: str) -> str:
    """A header with spaces between its words: "contributionID" is an "ID"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)


def _may_be_money(header: str, numbers: Numbers) -> bool:
    """Whether numbers are neither codes, as their header says or as those of registers look, nor
    places, nor nothing but zeros.
    """
    if says("number of a taxpayer", header) or numbers.values.dropna().eq(0).all():
        return False
    if are_of_places(header, numbers):
        return False
    if says("header of no money", _words_apart(header)):
        if _names_a_currency(header) or sense_of(header, "amount"):
            return True
        # "Budget de l'année" is money, "N° d'engagement" none
        return _names_money(header) and money_likeness(numbers) >= POSSIBLE
    return says_currency_or_money(header) or not _are_of_a_register(numbers)


def _looks_like_money(header: str, numbers: Numbers) -> bool:
    """Whether numbers look like money, or their header says it though they look like codes."""
    if money_likeness(numbers) >= POSSIBLE:
        return True
    return says_currency_or_money(header) and _may_be_codes(numbers)


def _may_be_codes(numbers: Numbers) -> bool:
    """Whether numbers may be amounts though they look like codes."""
    is_filled = len(numbers.values) > 0
    return is_filled and not_money(numbers, named=False) in ("", "identifiers", "codes")


def _are_of_a_register(numbers: Numbers) -> bool:
    """Whether numbers are whole, long, all of one length and none of them round."""
    is_long = bool(len(numbers.values)) and numbers.lengths.mode().iloc[0] >= _REGISTER
    return is_long and numbers.whole and numbers.is_of_one_length and numbers.round_share < _ROUND


def _likeness_of_amount(block: Block, header: str, numbers: Numbers) -> float:
    """How likely a column is the amount granted, by its cells and by the words of its header."""
    likeness = max(money_likeness(numbers), POSSIBLE) + 0.3 * _filled_share(block, header)
    likeness += 1.0 * (bool(sense_of(header, "amount")) or stood_in_years(block, header))
    likeness += 0.5 * _names_money(header) + 0.2 * _names_a_currency(header)
    if says("granted amount", header) and not says("payments", header):
        likeness += 0.5
    if says("constant prices", header):
        likeness -= 0.2
    without_budget = header.lower().replace("budget", "")
    if tells_of_something_else(without_budget):
        likeness -= 3.0
    elif tells_of_something_else(header):  # a budget is an amount where nothing else is
        likeness -= 0.3
    if says("balance", header) or is_in_kind(header):
        likeness -= 2.0
    if says("only estimated", header):
        likeness -= 1.0
    if says("whole of a project", header):
        likeness -= 1.0
    if _says_one_value(block, numbers):
        likeness -= 0.5
    return round(likeness, 6)


def stood_in_years(block: Block, header: str) -> bool:
    """Whether a column was one for each year in the file ("budget2014; budget2015")."""
    headers = list(block.columns)
    return OF_YEARS in headers and headers.index(header) > headers.index(OF_YEARS)


def _numbers_like_codes(block: Block, headers: list[str]) -> list[str]:
    """The headers of numbers that may be amounts though they look like codes; those of one length
    come last.
    """
    numbers = {header: Numbers(block.columns[header]) for header in headers}
    possible = [
        header
        for header in headers
        if _may_be_money(header, numbers[header]) and _may_be_codes(numbers[header])
    ]
    sums = running_sums(block, possible)
    possible = [header for header in possible if header not in sums]
    return sorted(possible, key=lambda header: numbers[header].lengths.nunique() == 1)


def _says_one_value(block: Block, numbers: Numbers) -> bool:
    """Whether all rows have the same number, as a code of the whole list is."""
    return len(block.lines) >= FEWEST_ROWS and numbers.values.dropna().nunique() == 1


def _filled_share(block: Block, header: str) -> float:
    codes = block.columns[header].codes
    if len(codes):
        return float((codes >= 0).mean())
    return 0.0


def names_offered(block: Block, headers: Iterable[str]) -> list[str]:
    """The headers of what looks like the names of those who received, the likeliest first, then
    those that some rows leave blank, and last what a header says of who gave.
    """
    likeness = {header: _likeness_of_names(block, header) for header in headers}
    named = [header for header in likeness if likeness[header] > NAMELIKE]
    has_blanks = {header: _filled_share(block, header) < _ON_EACH_ROW for header in named}
    named.sort(
        key=lambda header: (_speaks_of_givers(header), has_blanks[header], -likeness[header])
    )
    return named[:MOST_NAMES]


def _speaks_of_givers(header: str) -> bool:
    """Whether a header says who gave, or where such a person lives.

    >>> _speaks_of_givers("Naam donateur"), _speaks_of_givers("Party")
    (True, False)
    """
    return says("giver in a header", header)


def _likeness_of_names(block: Block, header: str) -> float:
    """How much the cells under a header, and its words, look like names of many, 0-3.4: words, few
    digits but for the number of whoever is named, most of them different, some of them of
    organisations; no addresses or texts of pages and no sentences.
    """
    cells = sample(block.columns[header]).str.replace(_NUMBER_OF_THE_NAMED, "", regex=True)
    if len(cells) < 2:
        return 0.0
    letters, digits = cells.str.count(r"[^\W\d_]"), cells.str.count(r"\d")
    is_address = matching(cells, r"@|://|^www\.|^<\w|\.(?:png|jpe?g|gif|svg|pdf)$")
    is_named = (letters >= 3) & (letters > 2 * digits) & ~is_address
    is_named &= parse.booleans(cells)[0].isna()  # "TRUE" names nobody
    worded = is_named.mean()
    if worded <= NAMELIKE:
        return 0.0
    variety = block.columns[header].values.nunique() / max(len(block.lines), 1)
    likeness = worded + 0.4 * min(variety, 1.0) - 0.2 * (digits > 0).mean()
    organisations = sum(says("name of an organisation", cell) for cell in cells) / len(cells)
    likeness += 0.5 * organisations
    likeness -= 0.4 * (cells.str.len().mean() > LONG_NAME)
    likeness -= 0.3 * matching(cells, r"^[A-Z]{2,3}$").mean()  # codes of countries
    likeness += 0.5 * says("header of names", header) + 0.5 * says("party to a contract", header)
    likeness += 0.5 * says("who is given to", header)
    # "State" says either a kind or a place
    likeness -= 0.5 * (says("header of kinds", header) or says("header of places", header))
    return float(likeness)


def dates_offered(block: Block, headers: Iterable[str]) -> list[str]:
    """The headers of dates, first those of grants, then those that leave fewest rows without one,
    and days before months and years.
    """
    dates = most_complete(block, [header for header in headers if dates_like(block, header)])
    of_grants = days_of_grants(dates)
    return [*of_grants, *(header for header in dates if header not in of_grants)]


def days_of_grants(headers: Iterable[str]) -> list[str]:
    """Of headers of dates those of neither an estimate, unless it is that of an end, nor the day on
    which a row was written; all where there are no others.

    >>> days_of_grants(["Est. Close Date", "Actual Close Date", "Modified On"])
    ['Actual Close Date']
    >>> days_of_grants(["Start", "Expected end date", "Expected payment"])
    ['Start', 'Expected end date']
    """
    possible = list(headers)
    of_grants = [
        header
        for header in possible
        if not says("day of a record", header)
        and (says_an_end(header) or not says("only estimated", header))
    ]
    return of_grants or possible


def most_complete(block: Block, headers: Iterable[str]) -> list[str]:
    """Headers of dates in the order of how many rows they leave without one, then of how precise
    they are.
    """
    return sorted(headers, key=lambda header: _lacks(block, header))


def _lacks(block: Block, header: str) -> tuple[float, float]:
    read = parse.dates(block.columns[header].series())[0]
    without = read["date"].isna()
    return round(float(without.mean()), 1), float((read["precision"] != "day").mean())
