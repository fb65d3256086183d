"""What the cells under a header look like: whether they are what a column holds, and why numbers
may be no money.
"""

from collections.abc import Iterable
from functools import lru_cache, partial
from math import ceil

import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.declare.shares import HALF
from analysis.parse.month_arithmetic import last_day
from analysis.parse.remembered import READINGS_KEPT
from analysis.parse.years_of_starts import as_any_year
from analysis.read import Block, Coded, as_tuple, folded, matching
from analysis.read.total_words import BEGINS_WITH_TOTAL, matching_labels

DATES_OF_ENDS = ("planned_end", "end")  # columns of dates of which the last day is meant
SAMPLE = 200  # distinct cells, at most, that are looked at to tell what a column holds
A_FEW = 0.3  # share of dates from which words beside them may tell that an end is open
DAY_NUMBER = r"\d{5}(?:[.,]\d+)?"  # as spreadsheets count days, perhaps with the hour as a fraction
DAY_NUMBERS = (32874, 54788)  # 1 January 1990 and 31 December 2049
WRITES_MONEY = r"(?i)[€$£]|\b(?:eur|euros?|usd|gbp|chf|k€|m€)\b"
POSTCODES = (
    r"(?i)^(?:[A-Z]{1,2}-)?\d(?:[ -]?\d){2}"  # digits, perhaps a country before and a town after
    r"|^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$"  # British
    r"|^[A-Z]\d[A-Z] ?\d[A-Z]\d$"  # Canadian
    r"|^[A-Z]\d[\dW] ?[A-Z\d]{4}$"  # Irish
)
# Spanish numbers, of a company and of a person: one letter beside seven or eight digits.
SPANISH_NUMBER = r"(?i)[A-Z][ -]?\d{7}[ -]?[A-Z\d]|\d{8}[ -]?[A-Z]"
WORDED = {  # what the cells of a column of texts must hold
    "siret": r"(?:\d\D?){8}|\d[eE]\+?\d",  # zeros in front may be lost
    "town": r"[^\W\d_]",
    "rna": r"\d",
    "commune_code": r"\d",
    "postcode": POSTCODES,
    "recipient": r"[^\W\d_]",
    "purpose": r"[^\W\d_]",
    "funder": r"[^\W\d_]",
}


def sample(column: Coded) -> pd.Series:
    """Some distinct cells of a column: trimmed, without what is missing and the labels of totals."""
    return _known_texts(as_tuple(_from_all_over(column))).copy(deep=False)


def _from_all_over(column: Coded) -> pd.Series:
    """Up to SAMPLE distinct cells: a list in the order of its years begins as it does not go on."""
    step = ceil(len(column.values) / SAMPLE)
    return column.values.iloc[:: max(step, 1)]


@lru_cache(READINGS_KEPT)  # what a column may hold is asked of the same cells twenty times
def _known_texts(cells: tuple[str, ...]) -> pd.Series:
    texts = pd.Series(cells, dtype="str")
    texts = texts[~matching_labels(texts, BEGINS_WITH_TOTAL)]
    return parse.text(texts.reset_index(drop=True)).dropna().reset_index(drop=True)


def days_of_rows(column: Coded, *, to_the_last: bool = False) -> pd.Series:
    """The day of each row of a column, missing where a cell is no date; of a month or a year its
    first day, or `to_the_last`.

    >>> months = Coded.of(pd.Series(["3/2018", None], dtype="str"))
    >>> days_of_rows(months, to_the_last=True).dt.day.tolist()
    [31.0, nan]
    """
    return column.each(partial(_days, to_the_last=to_the_last))


def _days(texts: pd.Series, *, to_the_last: bool) -> pd.Series:
    dates = parse.dates(texts)[0]
    if to_the_last:
        return last_day(dates["date"], dates["precision"])
    return dates["date"]


def share_written(cells: pd.Series, form: str) -> float:
    """The share of some cells that are written in a form and nothing else, 0-1; 0 of none.

    >>> share_written(pd.Series(["2018", "avril 2018"], dtype="str"), "[0-9]{4}")
    0.5
    """
    return float(matching(cells, rf"\A(?:{form})\z").mean()) if len(cells) else 0.0


def without_remarks(amounts: pd.Series) -> pd.Series:
    """The cells of a column of amounts, without those that say instead what became of a request
    ("refusé"), and without remarks in brackets behind figures.

    >>> without_remarks(pd.Series(["1200 (refusé)", "refus", "800 € (voté)", "640"])).tolist()
    ['1200', '800 €', '640']
    """
    bare = amounts.str.replace(r"(?<=\d)([^\d(]{0,3}?)\s*\([^)]*\)$", r"\1", regex=True)
    return bare[parse.outcomes(bare)[0].isna()]


_PLACES = {"region": parse.regions, "department": parse.departments}
MOST_OUTCOMES = 6  # distinct words of a column of outcomes of which one known word is enough


def holds(block: Block, header: str, column: schema.Column) -> bool:
    """Whether most cells under a header are what a column holds: dates, numbers, digits of an
    identifier, words.
    """
    cells = sample(block.columns[header])
    if not len(cells):
        return not len(block.lines)
    if column.kind == "date":
        if share_written(cells, DAY_NUMBER) > 0.5:  # days, or amounts
            return day_numbers(block, header)
        is_end = column.name in DATES_OF_ENDS
        return _are_dates(cells, fewest=0.0 if is_end else A_FEW, of_ends=is_end)
    elif column.kind == "number":
        return _are_numbers(block, cells, column)
    elif column.kind == "outcome":
        outcomes = parse.outcomes(cells)[0]
        # among few words one that is known says what the others speak of
        is_of_few = 2 <= len(cells) <= MOST_OUTCOMES and outcomes.notna().any()
        if is_of_few and outcomes.isna().any():
            return True
        # what runs throughout may be the recipient
        return bool(outcomes.notna().mean() >= HALF and outcomes.dropna().ne("running").any())
    elif column.kind == "category":
        fits = parse.categories(cells, column)[0].notna()
    elif column.kind in _PLACES:
        fits = _PLACES[column.kind](cells)[0].notna()
    elif column.name == "kind":
        return not dates_like(block, header)
    else:
        fits = cells.str.contains(WORDED.get(column.name, "."))
        if column.name == "siret":
            fits &= ~matching(cells, rf"\A(?:{SPANISH_NUMBER})\z")
    return bool(fits.mean() > HALF)


def _are_numbers(block: Block, cells: pd.Series, column: schema.Column) -> bool:
    if column.name == "term_months" and tells_units_of_work(block):
        return False
    unread = parse.amounts(cells)[1]["rule"].reindex(cells.index)
    fits = parse.months(cells)[0].notna() | unread.ne("M02")
    return bool(fits.mean() > HALF)


def tells_units_of_work(block: Block) -> bool:
    """Whether a column says of each row whether it counts hours or days of work ("Unité": "heures"):
    a duration beside it is no term.
    """
    unit = schema.columns("contributions")["unit"]
    for column in block.columns.values():
        units = parse.categories(sample(column), unit)[0]
        if len(units) and units.isin(["hour", "day"]).mean() > HALF:
            return True
    return False


def _are_dates(cells: pd.Series, fewest: float, *, of_ends: bool = True) -> bool:
    """Whether most texts are dates; or most are dates and words for an end that is open, of which
    more than a share are dates.
    """
    read, unread = parse.dates(as_any_year(cells) if of_ends else cells, of_ends=of_ends)
    is_date = read["date"].notna()
    share_of_dates = is_date.mean()
    if share_of_dates > 0.5 or share_of_dates <= fewest:
        return bool(share_of_dates > 0.5)
    is_word = parse.text(cells).notna() & ~matching(cells, r"[0-9]")
    is_open = is_word & ~cells.index.isin(unread.index)
    return bool((is_date | is_open).mean() > HALF)


def dates_like(block: Block, header: str) -> bool:
    """Whether most cells under a header are dates: written as days or months, or all of them years."""
    cells = sample(block.columns[header])
    if not len(cells) or not _are_dates(cells, fewest=A_FEW):
        return False
    as_number = share_written(cells, r"\d+([.,]\d+)?") > 0.5
    years = share_written(cells, r"(?:19|20)\d\d") > 0.9
    return bool(years or not as_number)


def tells_money(block: Block, header: str) -> bool:
    """Whether most cells under a header write a figure and a currency, whatever stands beside them
    ("£5k p.a. x 3yrs").
    """
    cells = sample(block.columns[header])
    is_money = matching(cells, r"[0-9]") & matching(cells, WRITES_MONEY)
    return len(cells) > 0 and bool(is_money.mean() > HALF)


def day_numbers(block: Block, header: str) -> bool:
    """Whether nearly all cells are days of 1990 to 2049 as spreadsheets count them (43281)."""
    cells = sample(block.columns[header])
    numbers = cells.where(matching(cells, rf"\A(?:{DAY_NUMBER})\z"))
    days = pd.to_numeric(numbers.str.replace(",", "."), errors="coerce")
    return bool(len(cells) and days.between(*DAY_NUMBERS).mean() > 0.95)


def folded_values(block: Block, headers: tuple[str, ...]) -> set[str]:
    """What stands under some headers, folded; blanks are nothing."""
    values = {
        folded(value) for header in headers for value in block.columns[header].values.dropna()
    }
    return values - {""}


def has_gaps(block: Block, headers: tuple[str, ...]) -> bool:
    """Whether some rows have nothing under a header, or no more than a word for it."""
    if not headers:
        return False
    column = block.columns[headers[0]]
    without_digits = ~matching(column.values, r"\p{Nd}") & column.values.notna().to_numpy()
    return bool((column.codes < 0).any() or without_digits.any())


def mostly_years(block: Block, header: str) -> bool:
    """Whether most cells under a header are years."""
    cells = _from_all_over(block.columns[header])
    return bool(parse.dates(cells)[0]["precision"].eq("year").mean() > HALF)


def are_ranges(block: Block, headers: Iterable[str]) -> bool:
    """Whether most cells under one of some headers tell from when to when ("2015-2017")."""
    cells = [sample(block.columns[header]) for header in headers if header in block.columns]
    shares = [parse.range_ends(texts).notna().mean() for texts in cells if len(texts)]
    return any(share > HALF for share in shares)
