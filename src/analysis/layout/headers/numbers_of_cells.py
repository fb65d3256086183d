"""The numbers under a header: whether they may be amounts of money, and why not."""

import re

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare.shares import HALF, NEARLY_ALL
from analysis.layout.headers.cell_evidence import WRITES_MONEY, share_written
from analysis.layout.headers.words import says
from analysis.read import Coded, matching, spaced
from analysis.read.total_words import BEGINS_WITH_TOTAL, matching_labels

_YEAR_BEFORE = re.compile(r"(?i)\bn ?[-–] ?1\b")
MANY_NUMBERS = 10  # numbers that can contradict a header that says money


class Numbers:
    """The numbers under a header, row by row, with the texts that they are read from."""

    def __init__(self, column: Coded):
        rows = column.codes
        used = np.unique(rows[rows >= 0])
        texts = column.values.iloc[used]
        is_no_total = ~matching_labels(texts, BEGINS_WITH_TOTAL)
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
        if len(self.values):
            return float(self.values.notna().mean())
        return 0.0

    @property
    def whole(self) -> bool:
        """Whether all numbers are whole, written without cents, thousands or a currency."""
        return bool(share_written(self.texts, r"-?\d+(?:\.0)?") > 0.98)

    @property
    def round_share(self) -> float:
        """How many are multiples of ten; of numbers without meaning one in ten is."""
        known_values = self.values.dropna()
        if len(known_values):
            return float(known_values.mod(10).eq(0).mean())
        return 0.0

    @property
    def lengths(self) -> pd.Series:
        """How many digits the numbers have."""
        return self.texts.str.replace(r"\.0$", "", regex=True).str.len()

    @property
    def is_of_one_length(self) -> bool:
        return bool(self.lengths.eq(self.lengths.mode().iloc[0]).mean() > NEARLY_ALL)

    @property
    def is_dense(self) -> bool:
        """Whether they count on, less than ten apart on average: numbers of files, and no amounts."""
        known_values = self.values.dropna()
        return bool(known_values.max() - known_values.min() < 10 * len(known_values))

    @property
    def distinct_share(self) -> float:
        known_values = self.values.dropna()
        if len(known_values):
            return known_values.nunique() / len(known_values)
        return 0.0


def amounts_of_rows(column: Coded) -> pd.Series:
    """The amount of each row of a column, Float64; missing where a cell is none.

    >>> amounts_of_rows(Coded(np.array([0, -1, 0]), pd.Series(["12 €"], dtype="str"))).tolist()
    [12.0, <NA>, 12.0]
    """
    return column.each(lambda texts: parse.amounts(texts)[0])


def _amounts_at_a_glance(texts: pd.Series) -> pd.Series:
    """The amounts of a column; where nothing shows what its mark means ("12.500"), that between
    thousands: a number either way, which is asked before it counts.
    """
    amounts, unread = parse.amounts(texts)
    is_open = unread["rule"].eq("M03")
    if is_open.any():  # remarks ("0. 18-19") have marks of their own
        has_point = texts[unread.index[is_open]].str.contains(".", regex=False)
        mark = "." if has_point.mean() >= HALF else ","
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
    if numbers.share < HALF or not len(known_values):
        return "no numbers"
    if _are_shares(numbers):
        return "percentages"
    if not numbers.whole or known_values.eq(0).all():
        return ""
    count = len(known_values)
    meanings = {
        "row numbers": count >= 3 and known_values.diff().iloc[1:].eq(1).mean() > NEARLY_ALL,
        "years": count >= 3 and known_values.between(1950, 2050).mean() > 0.95,
        "marks": known_values.isin([0, 1]).all(),
        "scale": count >= 5 and known_values.between(0, 10).all(),
        "leading zeros": share_written(numbers.texts, r"0\d+") > 0.05,
    }
    other_meaning = next((reason for reason, holds_so in meanings.items() if holds_so), "")
    return other_meaning or _like_codes(numbers, known_values, named)


def _are_shares(numbers: Numbers) -> bool:
    """Whether most numbers are written as percentages."""
    return bool(numbers.texts.str.contains("%", regex=False).mean() > HALF)


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


def are_of_places(header: str, numbers: Numbers) -> bool:
    """Whether numbers are coordinates, or the codes of places: small and whole under a header that
    names places, which may also say who paid ("Département": 12 000).

    >>> codes = Numbers(Coded(np.array([0, 1, 2]), pd.Series(["42", "68", "50"])))
    >>> are_of_places("département attributeur", codes), are_of_places("Montant", codes)
    (True, False)
    """
    if says("header of coordinates", spaced(header)):
        return True
    known_values = numbers.values.dropna()
    if not len(known_values) or not says("header of places", spaced(header)):
        return False
    are_small = numbers.whole and known_values.between(0, 999).all()
    return bool(are_small and known_values.mod(50).eq(0).mean() < HALF)


def money_likeness(numbers: Numbers) -> float:
    """How much numbers look like money, 0-3: a currency, cents or thousands, round numbers, a wide
    range, a total.
    """
    if not_money(numbers, named=False):
        return 0.0
    known_values = numbers.values.dropna()
    written = matching(numbers.texts, WRITES_MONEY).mean()
    cents = numbers.texts.str.contains(r"[.,]\d{2}(?!\d)|\d[ \u00a0\u202f']\d{3}").mean()
    if (known_values > 0).any():
        wide = known_values.max() >= 20 * max(float(known_values[known_values > 0].min()), 0.01)
    else:
        wide = False
    return float(
        numbers.share
        + 0.5 * written
        + 0.4 * cents
        + 0.4 * numbers.round_share
        + 0.2 * wide
        + 0.5 * is_sum_of_others(numbers)
    )


def tells_of_something_else(header: str) -> bool:
    """Whether a header says that its numbers are asked for, budgets, counts or totals, and no
    amounts granted.
    """
    words = spaced(header)
    is_other = says("amount asked for", words) or says("other than an amount", words)
    return is_other or _YEAR_BEFORE.search(words) is not None
