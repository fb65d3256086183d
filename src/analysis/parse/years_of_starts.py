"""Ends that count from the year in which something starts: "31/12/N+2", "fin N+1", "Jahr + 3"."""

import re

import pandas as pd

from analysis.parse.column import matching

# "N+2"; "N" alone only where the day of a date stands before it.
_FORM = r"(?i)\b(?:n|y|ann[ée]e|year|jahr|jaar|a[ñn]o|anno) ?\+ ?{}\b|(?<=[0-9][/. -])n(?=\s*$)"
_SAYS_SO, _YEAR_OF_START = re.compile(_FORM.format("[0-9]")), re.compile(_FORM.format("([0-9])"))
_MAY_COUNT = r"(?i)\+ ?[0-9]\b|[0-9][/. -]n\s*$"


def count_from_starts(texts: pd.Series) -> pd.Series:
    """Which texts name a year that counts from the year of a start.

    >>> count_from_starts(pd.Series(["31/12/N+2", "31/12/2016", "30/06/n"])).tolist()
    [True, False, True]
    """
    may_count = pd.Series(matching(texts, _MAY_COUNT), texts.index)  # fast, and seldom so
    if not may_count.any():
        return may_count
    return may_count & texts.where(may_count, "").str.contains(_SAYS_SO).eq(True)


def in_years(text: str, year_of_start: int) -> str:
    """A text with the year in the place of what counts from the year of a start.

    >>> in_years("31/12/N+2", 2014), in_years("30/06/N", 2014)
    ('31/12/2016', '30/06/2014')
    """
    return _YEAR_OF_START.sub(lambda mark: str(year_of_start + int(mark[1] or 0)), text)


def as_any_year(texts: pd.Series) -> pd.Series:
    """Texts with some year in the place of what counts from that of a start, to tell whether they
    are dates.

    >>> as_any_year(pd.Series(["31/12/N+2", "en cours"], dtype="str")).tolist()
    ['31/12/2002', 'en cours']
    """
    counts = count_from_starts(texts)
    if not counts.any():
        return texts
    in_some_year = texts[counts].map(lambda text: in_years(text, 2000))
    return in_some_year.reindex(texts.index).fillna(texts)
