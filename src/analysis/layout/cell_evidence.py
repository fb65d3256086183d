"""What the cells under a header look like: whether they are what a column holds, and why numbers
may be no money.
"""

import re
from functools import cache

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.read import Block, Coded, folded, matching, spaced
from analysis.read.total_words import BEGINS_WITH_TOTAL

DATES_OF_ENDS = ("planned_end", "end")  # columns of dates of which the last day is meant
SAMPLE = 200  # distinct cells that are looked at to tell what a column holds
A_FEW = 0.3  # share of dates from which words beside them may tell that an end is open
LOOKED_AT = 5000  # rows that are looked at to tell amounts from other numbers
MANY_NUMBERS = 10  # numbers that can contradict a header that says money
DAY_NUMBERS = (32874, 54788)  # 1 January 1990 and 31 December 2049
_MONEY = r"(?i)[€$£]|\b(?:eur|euros?|usd|gbp|chf|k€|m€)\b"
WORDED = {  # what the cells of a column of texts must hold
    "siret": r"(?:\d\D?){8}|\d[eE]\+?\d",  # zeros in front may be lost
    "town": r"[^\W\d_]",
    "rna": r"\d",
    "commune_code": r"\d",
    "recipient": r"[^\W\d_]",
    "purpose": r"[^\W\d_]",
    "funder": r"[^\W\d_]",
}


def sample(column: Coded) -> pd.Series:
    """Some distinct cells of a column: trimmed, without what is missing and the labels of totals."""
    sampled = column.values.iloc[:SAMPLE]
    sampled = sampled[~matching(sampled, BEGINS_WITH_TOTAL)]
    return parse.text(sampled.reset_index(drop=True)).dropna().reset_index(drop=True)


def without_remarks(amounts: pd.Series) -> pd.Series:
    """The cells of a column of amounts, without those that say instead what became of a request
    ("refusé"), and without remarks in brackets behind figures.

    >>> without_remarks(pd.Series(["1200 (refusé)", "refus", "800 € (voté)", "640"])).tolist()
    ['1200', '800 €', '640']
    """
    bare = amounts.str.replace(r"(?<=\d)([^\d(]{0,3}?)\s*\([^)]*\)$", r"\1", regex=True)
    return bare[parse.outcomes(bare)[0].isna()]


MOST_OUTCOMES = 6  # distinct words of a column of outcomes of which one known word is enough


def holds(block: Block, header: str, column: schema.Column) -> bool:
    """Whether most cells under a header are what a column holds: dates, numbers, digits of an
    identifier, words.
    """
    cells = sample(block.columns[header])
    if not len(cells):
        return not len(block.lines)
    if column.kind == "date":
        if cells.str.fullmatch(r"\d{5}").mean() > 0.5:  # days, or amounts
            return day_numbers(block, header)
        is_end = column.name in DATES_OF_ENDS
        return _are_dates(cells, fewest=0.0 if is_end else A_FEW, of_ends=is_end)
    elif column.kind == "number":
        unread = parse.amounts(cells)[1]["rule"].reindex(cells.index)
        fits = parse.months(cells)[0].notna() | unread.ne("M02")
    elif column.kind == "outcome":
        outcomes = parse.outcomes(cells)[0]
        # among few words one that is known says what the others speak of
        is_of_few = 2 <= len(cells) <= MOST_OUTCOMES and outcomes.notna().any()
        if is_of_few and outcomes.isna().any():
            return True
        # what runs throughout may be the recipient
        return bool(outcomes.notna().mean() >= 0.5 and outcomes.dropna().ne("running").any())
    elif column.kind == "category":
        fits = parse.categories(cells, column)[0].notna()
    elif column.name == "kind":
        return not dates_like(block, header)
    else:
        fits = cells.str.contains(WORDED.get(column.name, "."))
    return bool(fits.mean() > 0.5)


def _are_dates(cells: pd.Series, fewest: float, *, of_ends: bool = True) -> bool:
    """Whether most texts are dates; or most are dates and words for an end that is open, of which
    more than a share are dates.
    """
    read, unread = parse.dates(cells, of_ends=of_ends)
    is_date = read["date"].notna()
    is_word = parse.text(cells).notna() & ~cells.str.contains(r"\d")
    is_open = is_word & ~cells.index.isin(unread.index)
    with_open_ends = (is_date | is_open).mean() > 0.5
    return bool(is_date.mean() > 0.5 or (is_date.mean() > fewest and with_open_ends))


def dates_like(block: Block, header: str) -> bool:
    """Whether most cells under a header are dates: written as days or months, or all of them years."""
    cells = sample(block.columns[header])
    if not len(cells) or not _are_dates(cells, fewest=A_FEW):
        return False
    as_number = cells.str.fullmatch(r"\d+([.,]\d+)?").mean() > 0.5
    years = cells.str.fullmatch(r"(?:19|20)\d\d").mean() > 0.9
    return bool(years or not as_number)


def tells_money(block: Block, header: str) -> bool:
    """Whether most cells under a header write a figure and a currency, whatever stands beside them
    ("£5k p.a. x 3yrs").
    """
    cells = sample(block.columns[header])
    is_money = matching(cells, r"[0-9]") & matching(cells, _MONEY)
    return len(cells) > 0 and bool(is_money.mean() > 0.5)


def day_numbers(block: Block, header: str) -> bool:
    """Whether nearly all cells are days of 1990 to 2049 as spreadsheets count them (43281)."""
    cells = sample(block.columns[header])
    days = pd.to_numeric(cells.where(cells.str.fullmatch(r"\d{5}")), errors="coerce")
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
    cells = block.columns[header].values.iloc[:SAMPLE]
    return bool(parse.dates(cells)[0]["precision"].eq("year").mean() > 0.5)


class Numbers:
    """The numbers under a header, row by row, with the texts that they are read from."""

    def __init__(self, column: Coded):
        rows = column.codes[:LOOKED_AT]
        used = np.unique(rows[rows >= 0])
        texts = column.values.iloc[used]
        is_no_total = ~matching(texts, BEGINS_WITH_TOTAL)
        self.distinct_texts = parse.text(texts[is_no_total].reset_index(drop=True)).dropna()
        self.distinct = _amounts_at_a_glance(self.distinct_texts)
        position = np.full(len(column.values) + 1, -1)
        position[used[is_no_total][self.distinct_texts.index]] = np.arange(len(self.distinct_texts))
        at = position[rows]
        self.texts = self.distinct_texts.iloc[at[at >= 0]].reset_index(drop=True)
        self.values = self.distinct.iloc[at[at >= 0]].reset_index(drop=True)

    @property
    def share(self) -> float:
        """How many of the filled cells are numbers, 0-1."""
        return float(self.values.notna().mean()) if len(self.values) else 0.0

    @property
    def whole(self) -> bool:
        """Whether all numbers are whole, written without cents, thousands or a currency."""
        return bool(self.texts.str.fullmatch(r"-?\d+(?:\.0)?").mean() > 0.98)

    @property
    def round_share(self) -> float:
        """How many are multiples of ten; of numbers without meaning one in ten is."""
        known_values = self.values.dropna()
        return float(known_values.mod(10).eq(0).mean()) if len(known_values) else 0.0

    @property
    def lengths(self) -> pd.Series:
        """How many digits the numbers have."""
        return self.texts.str.replace(r"\.0$", "", regex=True).str.len()

    @property
    def is_of_one_length(self) -> bool:
        return bool(self.lengths.eq(self.lengths.mode().iloc[0]).mean() > 0.9)

    @property
    def is_dense(self) -> bool:
        """Whether they count on, less than ten apart on average: numbers of files, and no amounts."""
        known_values = self.values.dropna()
        return bool(known_values.max() - known_values.min() < 10 * len(known_values))

    @property
    def distinct_share(self) -> float:
        known_values = self.values.dropna()
        return known_values.nunique() / len(known_values) if len(known_values) else 0.0


def _amounts_at_a_glance(texts: pd.Series) -> pd.Series:
    """The amounts of a column; where nothing shows what its mark means ("12.500"), that between
    thousands: a number either way, which is asked before it counts.
    """
    amounts, unread = parse.amounts(texts)
    is_open = unread["rule"].eq("M03")
    if is_open.any():  # remarks ("0. 18-19") have marks of their own
        has_point = texts[unread.index[is_open]].str.contains(".", regex=False)
        mark = "." if has_point.mean() >= 0.5 else ","
        amounts, _unread = parse.amounts(texts, groups=mark)
    return amounts.astype("Float64")


def not_money(numbers: Numbers, *, named: bool) -> str:
    """Why numbers are no amounts of money, as a reason of `text/en/layout.toml`; blank where they
    may be.

    Where the header says money (`named`), only what no list of amounts can be counts against it,
    over ten rows or more.
    """
    known_values = numbers.values.dropna()
    if named and (len(known_values) < MANY_NUMBERS or known_values.nunique() < 3):
        return ""
    if numbers.share < 0.5 or not len(known_values):
        return "no numbers"
    if numbers.texts.str.contains("%", regex=False).mean() > 0.5:
        return "percentages"
    is_share = known_values.between(0, 1).all() and known_values.mod(1).ne(0).any()
    if is_share and not named:
        return "percentages"
    if not numbers.whole or known_values.eq(0).all():
        return ""
    count = len(known_values)
    meanings = {
        "row numbers": count >= 3 and known_values.diff().iloc[1:].eq(1).mean() > 0.9,
        "years": count >= 3 and known_values.between(1950, 2050).mean() > 0.95,
        "marks": known_values.isin([0, 1]).all(),
        "scale": count >= 5 and known_values.between(0, 10).all(),
        "leading zeros": numbers.texts.str.fullmatch(r"0\d+").mean() > 0.05,
    }
    other_meaning = next((reason for reason, holds_so in meanings.items() if holds_so), "")
    return other_meaning or _like_codes(numbers, known_values, named)


def _like_codes(numbers: Numbers, known: pd.Series, named: bool) -> str:
    """Whether whole numbers look like identifiers or codes: of one length, none round, all distinct
    or few.
    """
    # codes have no total among them
    if len(known) < 5 or numbers.round_share >= 0.3 or is_sum_of_others(numbers):
        return ""
    one_length = numbers.is_of_one_length
    long = numbers.lengths.mode().iloc[0] >= 7
    if numbers.distinct_share > 0.95 and (not named or (one_length and long)):
        return "identifiers"
    if named:
        return ""
    if known.between(0, 99).all():
        return "small whole numbers"
    if one_length and numbers.distinct_share < 0.2:
        return "codes"
    return ""


def is_sum_of_others(numbers: Numbers) -> bool:
    """Whether one value is the sum of all others, to a unit: a total row, which only amounts have."""
    known_values = numbers.values.dropna()
    if len(known_values) < 4 or known_values.nunique() < 3:
        return False
    return bool(
        ((known_values.sum() - 2 * known_values).abs() <= 1).any() and known_values.max() > 10
    )


def money_likeness(numbers: Numbers) -> float:
    """How much numbers look like money, 0-3: a currency, cents or thousands, round numbers, a wide
    range, a total.
    """
    if not_money(numbers, named=False):
        return 0.0
    known_values = numbers.values.dropna()
    written = numbers.texts.str.contains(_MONEY).mean()
    cents = numbers.texts.str.contains(r"[.,]\d{2}(?!\d)|\d[ \u00a0\u202f']\d{3}").mean()
    wide = (
        known_values.max() >= 20 * max(float(known_values[known_values > 0].min()), 0.01)
        if (known_values > 0).any()
        else False
    )
    return float(
        numbers.share
        + 0.5 * written
        + 0.4 * cents
        + 0.4 * numbers.round_share
        + 0.2 * wide
        + 0.5 * is_sum_of_others(numbers)
    )


@cache
def _asked_for() -> re.Pattern:
    return re.compile(
        r"(?i)demand|sollicit|propos|request|applied|nombre|number|\bnb\b|budget|co[uû]t|cost|total|"
        r"beantragt|solicitad|richiest|aangevraagd|gew[üu]nscht|kosten|kostnad|s[øo]kt|residu|restant|"
        r"\bn ?[-–] ?1\b|pr[ée]c[ée]dent|previous|vorjahr"
    )


def tells_of_something_else(header: str) -> bool:
    """Whether a header says that its numbers are asked for, budgets, counts or totals, and no
    amounts granted.
    """
    return _asked_for().search(spaced(header)) is not None
