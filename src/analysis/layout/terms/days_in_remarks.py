"""The days that remarks tell beside words of an end or of an extension: "Résiliée le 30/09/2017",
"beendet Ende 2016", "prolongée jusqu'en juin 2019".
"""

import re
from functools import cache, partial
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.layout.headers.words import pattern_of, which_say
from analysis.layout.terms.only_asked import changes_that_hold
from analysis.parse.column import without_accents
from analysis.parse.edges_of_periods import PERIOD_IN_A_SENTENCE
from analysis.read import matching

WORDS_OF_STOPS = ("early end", "stop in a remark")  # kinds of words by which something stopped
CALLED_OFF = "called off on a day"  # words by which what had begun by that day stopped too
WORDS_OF_ENDS = (*WORDS_OF_STOPS, CALLED_OFF)
# Days in small letters without accents: 30/09/2017, 2017-09-30, 30 septembre 2017.
_DAY = (
    r"\b(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d"
    r"|\d{1,2}(?:er|\.)? (?:de )?[a-z]{3,12}\.? (?:del? )?(?:19|20)\d\d)\b"
)
# A month in figures, and a year that words or brackets tell to be one: "en 2016", "(2016)".
_MONTH = r"(?<![\d/.-])(?:0?[1-9]|1[0-2])[/-](?:19|20)\d\d\b"
_YEAR = r"(?:(?<=\ben )|(?<=\bin )|(?<=\bem )|(?<=\bnel )|(?<=\bjahr )|(?<=\())(?:19|20)\d\d\b(?![/.-]\d)"
# What stands between the words of an end and its day, and before the day on which it takes effect.
_AT_ONCE = re.compile(
    r"\W*(?:(?:le|au|des|on|am|zum|per|el|al|il|dal|op|em|desde|en|in|im|nel|since|depuis|seit"
    r"|a compter du|a partir du|a la date du|a effet du|from|as of)\W+)?"
)
_IN_EFFECT = re.compile(
    r"(?:\b(?:effet|effect\w*|efectos?|effetto|efeitos?)\b(?: \w+)?|\b(?:zum|per|au|a partir du))\W*$"
)
# What stands right before the day until which something runs.
_UNTIL = re.compile(
    r"(?:\b(?:au|jusqu\W?(?:au|a|en)(?: fin)?|to|until|till|bis(?: zum)?|tot(?: en met)?|al?|hasta(?: el)?"
    r"|fino al?|ate)\W*)$"
)


def days_of_ends(texts: pd.Series, kinds_of_words: tuple[str, ...]) -> pd.Series:
    """The day, month or year that each text tells beside words of some kinds, those of the first
    kind first, or the text itself where several may be meant; missing: no such words, or no day.

    >>> texts = pd.Series(["Résiliée en sept. 2016", "beendet Ende 2016", "visite le 03/02/2017"])
    >>> days_of_ends(texts, WORDS_OF_STOPS).tolist()
    ['sept. 2016', 'ende 2016', nan]
    """
    texts = texts.astype("str")
    days = pd.Series(np.nan, texts.index, dtype="str")
    with_figures = texts[matching(texts, "[0-9]")]  # no day is told without
    for kind in kinds_of_words if len(with_figures) else ():
        is_open = days[with_figures.index].isna()
        says_so = which_say(kind, with_figures)
        telling = changes_that_hold(with_figures[says_so & is_open], kind)
        telling = telling[which_say(kind, telling)]
        plain = without_accents(telling)
        days_of_kind = plain.map(partial(_day_of_an_end, kind=kind), na_action="ignore").astype(
            "str"
        )
        as_written = days_of_kind.mask(days_of_kind == plain, telling)
        days = days.fillna(as_written.reindex(texts.index))
    return days


def has_a_day(texts: pd.Series) -> pd.Series:
    """Whether each text tells a day, a month or a year, whatever of.

    >>> has_a_day(pd.Series(["vu le 03/02/2017", "en sept. 2016", "bilan n° 2016"])).tolist()
    [True, True, False]
    """
    plain = without_accents(texts.astype("str"))
    return plain.map(lambda text: bool(_date_in_a_remark().search(text)), na_action="ignore").eq(
        True
    )


def _day_of_an_end(remark: str, kind: str = "early end") -> str | None:
    """The day on which a remark says, in words of a kind, that something ended or until when it was
    extended: the one that takes effect, else the one right behind the words, else the only one
    behind them, else the last one before.

    >>> _day_of_an_end("signee le 01/01/2016, resiliee le 30/09/2017 (lettre du 02/05/2017)")
    '30/09/2017'
    >>> _day_of_an_end("gekundigt am 01.06.2017 zum 31.12.2017")
    '31.12.2017'
    >>> _day_of_an_end("rupture : courrier du 02/05/2017, solde le 30/09/2017")
    'rupture : courrier du 02/05/2017, solde le 30/09/2017'
    >>> _day_of_an_end("avenant du 03/02/2017, prolongee jusqu'au 31/12/2019", "extended end")
    '31/12/2019'
    """
    days = list(_date_in_a_remark().finditer(remark))
    if not days:
        return None
    words = pattern_of(kind).search(remark)
    behind = [day for day in days if words and day.start() > words.start()]
    in_effect = [day for day in behind if _IN_EFFECT.search(remark[: day.start()])]
    at_once = [day for day in behind if _AT_ONCE.fullmatch(remark[words.end() : day.start()])]
    likely = in_effect or at_once or behind or days[-1:]
    if words and kind == "extended end":
        likely = _last_of_extensions(remark[words.start() :]) or likely
    likely_days = {day.group() for day in likely}
    if len(likely_days) == 1:
        return likely_days.pop()
    return remark


def _last_of_extensions(remark: str) -> list[re.Match]:
    """The day until which something was extended last, where a remark tells several, one after the
    other, as a list of one; else none.

    >>> [day.group() for day in _last_of_extensions("prolongee au 30/06/2019 puis jusqu'au 31/12/2019")]
    ['31/12/2019']
    """
    days = [
        day for day in _date_in_a_remark().finditer(remark) if _UNTIL.search(remark[: day.start()])
    ]
    between = [remark[first.end() : second.start()] for first, second in pairwise(days)]
    follow = between and all(pattern_of("and then until").search(text) for text in between)
    if follow:
        return days[-1:]
    return []


@cache
def _date_in_a_remark() -> re.Pattern:
    """The pattern of days, else of months and parts of years, else of years."""
    return re.compile("|".join((_DAY, PERIOD_IN_A_SENTENCE, _MONTH, _YEAR)))
