"""The end, the middle and the beginning of a year, of a part of it or of a month, as people of six
languages write when something ends: "fin 2018", "Ende Juni 2019", "mid-2017".
"""

import pandas as pd

from analysis.parse.column import sub
from analysis.parse.month_names import ENDINGS_OF_MONTHS, NAMES_OF_MONTHS
from analysis.parse.parts_of_a_year import ANY_PART_OF_YEAR

_END = (
    r"(?:a la |en )?fin(?: de)?|(?:by |at )?(?:the )?end(?: of)?|year[ -]end|jahresende|ende"
    r"|einde?|jaareinde|(?:a )?(?:finales|fines|final)|(?:a )?fine|(?:no )?fim"
)
_WITHIN = r"courant|en cours de|during|im laufe|in de loop|durante|nel corso|ao longo"
_BEGINNING = (
    r"(?:au )?debut(?: de)?|(?:the )?(?:beginning|start)(?: of)?|anfang|beginn?"
    r"|(?:a )?(?:principios|inicios|comienzos)|(?:a )?inizi?o?|(?:no )?inicio"
)
_MIDDLE = (
    r"(?:a la )?mi|(?:the )?mid(?:dle)?(?: of)?|mitte|midden|medio|(?:a )?(?:mediados|meta|meados)"
)
_OF = r"[ -]+(?:(?:du|de|des|d'|del?|del?l?a?|di|do|of|the|van|het|l'|annee|year|jahr(?:es)?|jaar|ano|anno)[ ]?)*"
_YEAR = r"[12][0-9]{3}"
_MONTH = rf"(?:{NAMES_OF_MONTHS})(?:{ENDINGS_OF_MONTHS})?\.?[-/. ]*(?:(?:del?|of) )?{_YEAR}"
_PART = rf"{ANY_PART_OF_YEAR}[-/, ]*(?:(?:del?|of|van) )?{_YEAR}"
# What a phrase becomes: the end of a period, and what lies within it, is the period, of which the
# last day is meant; the middle of a year its first half, the beginning its first quarter.
_PHRASES = {
    rf"^(?:{_END}|{_WITHIN}){_OF}({_PART}|{_MONTH}|{_YEAR})$": r"\1",
    rf"^(?:{_MIDDLE}|{_BEGINNING}){_OF}({_MONTH})$": r"\1",
    rf"^(?:{_MIDDLE}){_OF}({_YEAR})$": r"s1 \1",
    rf"^(?:{_BEGINNING}){_OF}({_YEAR})$": r"t1 \1",
}
# A part of a year, a month, or a year of which such words stand in front, within a sentence.
PERIOD_IN_A_SENTENCE = (
    rf"\b(?:(?:{_END}|{_WITHIN}|{_MIDDLE}|{_BEGINNING}){_OF})?(?:{_PART}|{_MONTH})\b"
    rf"|\b(?:{_END}|{_WITHIN}|{_MIDDLE}|{_BEGINNING}){_OF}{_YEAR}\b"
)


def without_edges(plain: pd.Series) -> pd.Series:
    """Small texts without accents, in which the edge of a period is a period that ends there.

    >>> without_edges(pd.Series(["fin juin 2019", "end of 2018", "debut 2017", "2016"])).tolist()
    ['juin 2019', '2018', 't1 2017', '2016']
    """
    for phrase, period in _PHRASES.items():
        plain = sub(plain, phrase, period)
    return plain
