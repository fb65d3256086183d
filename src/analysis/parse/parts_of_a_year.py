"""Quarters and halves of a year, written before or after it, as people of six languages write them."""

import re

import pandas as pd

from analysis.parse.column import synonyms

_WORDS = synonyms("number of a part of a year")  # "ii", "premier", "drittes"
_WRITTEN = "|".join(sorted(_WORDS, key=len, reverse=True))
_NTH = r"(?: ?\.?(?:er|ere|re|e|eme|nd|rd|st|th|de|[oaºª°])|\.)? ?"
_OF = r"(?:de|del|of|van|des jahres|l'exercice|exercice)"
WORDS_OF_QUARTERS = r"trimestre|trim\.?|quarter|quartal|quart\.?|kwartaal|kwart\.?"
_HALVES = r"semestre|sem\.?|halbjahr|halfjaar|half[- ]?year|half|hj\.?"
_PARTS = {
    rf"(?:(?:{WORDS_OF_QUARTERS}) ?|t|q)(?P<q>[1-4]|iv|i{{1,3}})": "quarter",
    rf"(?P<q>[1-4]){_NTH}(?:{WORDS_OF_QUARTERS}|t|q)": "quarter",
    rf"(?P<q>{_WRITTEN})\.? (?:{WORDS_OF_QUARTERS})": "quarter",
    rf"(?:(?:{_HALVES}) ?|s|h)(?P<h>[12]|i{{1,2}})": "half-year",
    rf"(?P<h>[12]){_NTH}(?:{_HALVES}|s|h)": "half-year",
    rf"(?P<h>{_WRITTEN})\.? (?:{_HALVES})": "half-year",
}
# Form of a text -> precision.
FORMS_OF_PARTS = {
    form: precision
    for part, precision in _PARTS.items()
    for form in (
        rf"^{part}[-/, ]*(?:{_OF} )*(?P<y>[1-9][0-9]{{3}})$",
        rf"^(?P<y>[1-9][0-9]{{3}})[-/, ]*{part}$",
    )
}
# Any such part, whichever it is.
ANY_PART_OF_YEAR = "(?:" + re.sub(r"\?P<\w>", "?:", "|".join(_PARTS)) + ")"


def parts_in_figures(parts: pd.DataFrame) -> pd.DataFrame:
    """Fields of dates in which the number of a quarter or half may be a word, with figures alone.

    >>> parts_in_figures(pd.DataFrame({"q": ["iv", "2", "premier"], "y": ["2016"] * 3}))["q"].tolist()
    ['4', '2', '1']
    """
    counted = {name: parts[name].replace(_WORDS) for name in ("q", "h") if name in parts}
    return parts.assign(**counted)
