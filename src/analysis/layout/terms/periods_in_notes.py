"""From when to when grants run, as notes tell it in words: "Grant period: 2013 - 2015",
"Laufzeit bis 2015", "for 2013/14 to 2015/16".
"""

import re
from functools import cache

import numpy as np
import pandas as pd

from analysis.declare.shares import FEW, HALF
from analysis.layout.headers.cell_evidence import days_of_rows
from analysis.layout.headers.columns_offered import MOST_OFFERED
from analysis.layout.headers.table_match import Match
from analysis.layout.headers.words import pattern_of
from analysis.layout.mapping import Doubt
from analysis.parse.column import without_accents
from analysis.parse.month_names import ENDINGS_OF_MONTHS, NAMES_OF_MONTHS
from analysis.read import Block

IN_NOTES = "period in notes"  # the reason of a doubt
_ENDS = {"planned_end", "end", "term_months"}
_NEAR = 2  # years between the date of a grant and the begin of the period that is its own
_LONGEST = 50  # years, beyond which two years are no term
# A day, a month, a year of two calendar years, or a year, in small letters without accents.
_MONTH_NAME = rf"(?:{NAMES_OF_MONTHS})(?:{ENDINGS_OF_MONTHS})?\.?"
_MOMENT = (
    r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d"
    rf"|\d{{1,2}}(?:er|st|nd|rd|th|\.)? (?:de |of )?{_MONTH_NAME},? (?:del? )?(?:19|20)\d\d"
    rf"|{_MONTH_NAME} \d{{1,2}}, (?:19|20)\d\d|{_MONTH_NAME} (?:de )?(?:19|20)\d\d"
    r"|(?:0?[1-9]|1[0-2])[/.](?:19|20)\d\d"
    r"|(?:19|20)\d\d/(?:(?:19|20)\d\d|\d\d)(?!\d)|(?:19|20)\d\d)"
)
_TO = (
    r"(?:\s?[-–—]\s?|\s?->\s?|\s?→\s?|\s(?:to|through|thru|until|till|and|au|a|jusqu'?(?: ?au| ?en| ?a)?"
    r"|et|bis(?: zum)?|und|tot(?: en met)?|t/m|en met|al|hasta|ate|y|e)\s)"
)
_OPENING = (
    r"\W*(?:(?:is|of|from|for|between|runs?|covers?|the|years?|du|de|des|le|les|la|annees?|entre|vom|von|ab|den|die"
    r"|jahre?|bis|zum|until|till|jusqu'(?:en|au|a)|tot|hasta|fino|al|au|van|vanaf|jaren|dal|dall|del|desde|anos?|anni|:)\W+)*"
)
_PERIOD = rf"{_OPENING}(?P<first>{_MOMENT})(?:{_TO}(?P<last>{_MOMENT}|\d\d(?![\d/.-])))"
_STRONG, _WEAK = "period in a note", "years in a note"  # kinds of words before a period


def ends_of_periods(texts: pd.Series) -> pd.Series:
    """The end of the period that each text tells in words, as written; missing where none does.

    >>> texts = pd.Series(["Grant period: 2013 - 2015", "Laufzeit: 2016", "pour 2013/14 à 2015/16"])
    >>> ends_of_periods(texts).tolist()
    ['2015', '2016', '2015/16']
    """
    return _periods(texts)["last"]


def _periods(texts: pd.Series) -> pd.DataFrame:
    """The `first` and the `last` moment of the period that each text tells, as written."""
    plain = without_accents(texts.astype("str").str.lower())
    periods = [_period_of(text) if isinstance(text, str) else ("", "") for text in plain]
    moments = pd.DataFrame(periods, texts.index, columns=["first", "last"], dtype="str")
    return moments.mask(moments.eq(""))


def _period_of(text: str) -> tuple[str, str]:
    """The first and the last moment of the only period that a text tells; blank where none is."""
    periods = {_moments(period) for period in _period_after_words().finditer(text)}
    periods = {(first, last) for first, last in periods if _is_term(first, last)}
    if not periods:  # "Grant period: 2012"
        alone = {period["only"] for period in _moment_after_words().finditer(text)}
        periods = {(only, only) for only in alone}
    if len(periods) == 1:
        return periods.pop()
    return ("", "")


def _moments(period: re.Match) -> tuple[str, str]:
    """The first and the last moment of a period; "2013-15" ends in 2015."""
    first, last = period["first"], period["last"]
    century = re.match(r"(?:19|20)(?=\d\d$)", first)
    return first, f"{century[0]}{last}" if century and len(last) == 2 else last


def _is_term(first: str, last: str) -> bool:
    years = [re.search(r"(?:19|20)\d\d", moment) for moment in (first, last)]
    return all(years) and 0 <= int(years[1][0]) - int(years[0][0]) <= _LONGEST


@cache
def _period_after_words() -> re.Pattern:
    words = f"{pattern_of(_STRONG).pattern}|{pattern_of(_WEAK).pattern}"
    return re.compile(rf"(?:{words}){_PERIOD}")


@cache
def _moment_after_words() -> re.Pattern:
    """The pattern of a period that is but a day, a month or a year."""
    return re.compile(
        rf"(?:{pattern_of(_STRONG).pattern}){_OPENING}(?P<only>{_MOMENT})(?!\d|[/.-]\d)"
    )


def periods_told(found: Match) -> tuple[Doubt, ...]:
    """The question whether notes tell when grants or agreements end, where no column does: notes
    that tell a period on more than a few rows, or purposes that do on most, which begins about when
    the grant was made.
    """
    is_listed = found.table in ("grants", "agreements")
    if not is_listed or not _ENDS.isdisjoint(found.columns):
        return ()
    years = _years_of_rows(found)
    purposes = found.columns.get("purpose", ())
    served = {header for headers in found.columns.values() for header in headers} - {*purposes}
    shares = {
        header: _share_that_tells(found.block, header, years)
        for header in found.block.columns  # notes too, which serve no column
        if header not in served
    }
    telling = [
        header for header, share in shares.items() if share > (HALF if header in purposes else FEW)
    ]
    if not telling:
        return ()
    likeliest, *others = sorted(telling, key=lambda header: -shares[header])
    return (Doubt("planned_end", (likeliest,), tuple(others[: MOST_OFFERED - 1]), IN_NOTES),)


def _years_of_rows(found: Match) -> np.ndarray:
    """The year of the date or start of each row; 0 where none is read."""
    names = ("planned_start", "start", "date")
    headers = next((found.columns[name] for name in names if name in found.columns), ())
    if not headers or headers[0] not in found.block.columns:
        return np.zeros(len(found.block.lines), dtype=int)
    return days_of_rows(found.block.columns[headers[0]]).dt.year.fillna(0).to_numpy(int)


def _share_that_tells(block: Block, header: str, years: np.ndarray) -> float:
    """Of how many rows the texts under a header tell a period that begins about when the grant was
    made.
    """
    column = block.columns[header]
    codes = column.codes
    if not len(codes):
        return 0.0
    begins = _periods(column.values)["first"].str.extract(r"((?:19|20)\d\d)")[0]
    year_of_text = np.append(begins.fillna("0").to_numpy(int), 0)
    begins_in = year_of_text[codes]  # a blank cell has the code -1
    is_near = (np.abs(begins_in - years) <= _NEAR) | (years == 0)
    return float(((begins_in > 0) & is_near).mean())
