"""Days, months and years that titles between the rows of a list tell of the rows below them."""

import re
from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from analysis import parse
from analysis.layout.shapes.titles import titles_of_rows
from analysis.layout.terms.date_order import is_open_in
from analysis.read import Block, Coded

_MOST_WORDS = 5  # of a date: "12 de marzo de 2016"
_WORD = re.compile(r"[^\s()\[\];:,–—]*\w[^\s()\[\];:,–—]*")
_ENDS_WITH_YEAR = re.compile(r"(?:^|[^\d])(?:19|20)\d\d$|^(?:19|20)\d\d[-/]\d\d?[-/]\d\d?$")
_A_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER_OF_A_YEAR = re.compile(r"\d{1,3}[-/.](?:19|20)\d\d")  # "Délibération n° 12/2016"
_IN_NUMBERS = re.compile(r"[\d/. -]+")
# A day on which a list was made or how it stood, which is none of its grants.
_OF_THE_LIST = re.compile(
    r"(?i)\b[ée]dit[ée]|[ée]dition|mise? [àa] jour|actualis|imprim|export|extra[ic]t|\bupdated?\b"
    r"|\bprinted|\bversion|gedruckt|aktualisiert|aggiornat|actualizad|bijgewerkt"
)
_AS_OF = re.compile(r"(?i)\b(?:au|as (?:of|at)|stand|per|al|a fecha de)$")


def dates_of_titles(titles: list[str]) -> list[str]:
    """The one day, month or quarter that each title tells, as it is written there, else its year;
    blank where it tells none.

    A day of the list itself ("Édité le") tells no more than its year.

    >>> dates_of_titles(["Commission du 12 mars 2016", "Séance du 12/03/2016", "2017 Grants", "Sport"])
    ['12 mars 2016', '12/03/2016', '2017', '']
    """
    phrases = [phrase for title in titles for phrase in _phrases(title)]
    read = parse.dates(pd.Series(phrases, dtype="str"))[0]
    is_finer = read["precision"].notna() & read["precision"].ne("year")
    first_day = dict(zip(phrases, read["date"].where(is_finer), strict=True))
    told = []
    for title in titles:
        if _OF_THE_LIST.search(title):
            days = {}
        else:
            days = _days_in(title, first_day)
        is_one = len(set(days.values())) == 1
        told += [next(iter(days))] if is_one else _years_of([title])
    return told


def _phrases(title: str) -> Iterator[str]:
    """What may be a date in a title: some words up to each year, the longest first."""
    for _before, longest_first in _words_to_years(title):
        yield from longest_first


def _words_to_years(title: str) -> Iterator[tuple[str, list[str]]]:
    """For each year in a title all words up to it, and the phrases that end with it and begin after
    the year before.
    """
    words = [word.strip(".") for word in _WORD.findall(title)]
    first = 0
    for last, word in enumerate(words):
        if not _ENDS_WITH_YEAR.search(word):
            continue
        starts = range(max(first, last + 1 - _MOST_WORDS), last + 1)
        phrases = [" ".join(words[start : last + 1]) for start in starts]
        phrases = [phrase for phrase in phrases if not _NUMBER_OF_A_YEAR.fullmatch(phrase)]
        yield " ".join(words[: last + 1]), phrases
        first = last + 1


def _days_in(title: str, first_day: Mapping[str, pd.Timestamp]) -> dict[str, pd.Timestamp]:
    """The phrases of a title that tell a day, month or quarter of what stands below, with its first
    day; none where one tells how the list stood.
    """
    days = {}
    for words, phrases in _words_to_years(title):
        finer = [phrase for phrase in phrases if pd.notna(first_day[phrase])]
        if not finer:
            continue
        # The longest knows that "n° 3" is no day; the shortest that says the same is the bare date.
        day = first_day[finer[0]]
        phrase = [phrase for phrase in finer if first_day[phrase] == day][-1]
        before = words.removesuffix(phrase).strip()
        if _AS_OF.search(before):
            return {}
        is_impossible = phrase == finer[0] and phrase[:1].isalpha() and before[-1:].isdigit()
        if not is_impossible:  # as "30 février 2016" is
            days[phrase] = day
    return days


def dates_above_rows(
    block: Block, columns: Mapping[str, tuple[str, ...]], order: str | None = None
) -> Coded:
    """The date that the last title with one tells above each row, as it is written there; where
    nothing but an `order` of day and month would tell which day is meant, its year.
    """
    titles = titles_of_rows(block)
    dates = dates_of_titles(list(titles.values))
    if order is None and is_open_in(pd.Series(dates, dtype="str"), block, columns):
        years = _years_of(titles.values)
        pairs = zip(dates, years, strict=True)
        dates = [year if _IN_NUMBERS.fullmatch(date) else date for date, year in pairs]
    return Coded(titles.codes, _with_those_above(dates))


def years_above_rows(block: Block) -> Coded:
    """The year that the last title with one tells above each row."""
    titles = titles_of_rows(block)
    return Coded(titles.codes, _with_those_above(_years_of(titles.values)))


def _years_of(titles: Iterable[str]) -> list[str]:
    """The first year that each title bears; blank where it bears none."""
    years = map(_A_YEAR.search, titles)
    return [year.group() if year else "" for year in years]


def _with_those_above(dates: list[str]) -> pd.Series:
    """Dates of titles: one without names something else, and the date above it still holds."""
    return pd.Series(dates, dtype="str").replace("", None).ffill()


def tell_several_days(block: Block, columns: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether titles give each row a date, and not all of them the same day, month or quarter."""
    if not any(aside.rule == "title" for aside in block.aside):
        return False
    dates = dates_above_rows(block, columns).series()
    is_day = dates.notna() & ~dates.isin(years_above_rows(block).values)
    return bool(dates.notna().all() and dates[is_day].nunique() > 1)
