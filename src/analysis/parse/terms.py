"""How long something lasts, in months: of figures, words and units."""

import numpy as np
import pandas as pd

from analysis.parse.column import Read, extracted, faults, matching, sub, text, without_accents
from analysis.parse.quantities import amounts
from analysis.parse.remembered import remembered
from analysis.text.messages import say

_RENEWABLE = (
    "renouvel|reconduct|tacit|renew|stillschweigend|stilzwijgend|automat|verlanger|verleng"
    "|prorrog|prorog|rinnov|renova"
)
# What happens after a term: "3 ans renouvelable", "2 ans + TR", "1 Jahr, dann stillschweigend …".
_AFTER_A_TERM = (
    rf"[ ,;(+]+(?:(?:ferme|tr|t\.r\.)\b|(?:{_RENEWABLE})|(?:puis|et|avec|sans|then|and|with|without|no|dann|danach|und|mit|ohne"
    rf"|daarna|dan|en|met|zonder|luego|despues|y|con|sin|poi|quindi|e|senza) .*(?:{_RENEWABLE})).*$"
)
_NUMBER_WORDS = {
    1: "une?|one|eine?|een|uno?|um",
    2: "deux|two|zwei|twee|dos|due|dois",
    3: "trois|three|drei|drie|tres|tre",
    4: "quatre|four|vier|cuatro|quattro|quatro",
    5: "cinq|five|funf|vijf|cinco|cinque",
}
_YEARLY_TERMS = {
    1: "annuel(?:le)?|annuale|anual",
    2: "(?:bisannuel|biennal)(?:le|e)?|bienal",
    3: "triennale?s?|trienal",
    4: "quadriennale?s?|quadrienal",
    5: "quinquennale?s?|quinquenal",
}


@remembered
def months(cells: pd.Series, *, years: bool = False) -> Read:
    """Months, Float64, of "24", "2 ans", "18 mois", "1 year"; bare numbers: months, or `years`.

    >>> months(pd.Series(["24", "2 ans", "18 mois", "1.5 years", "long"]))[0].tolist()
    [24.0, 24.0, 18.0, 18.0, <NA>]
    >>> months(pd.Series(["deux ans", "3 ans renouvelable", "triennale", "zwei Jahre"]))[0].tolist()
    [24.0, 36.0, 36.0, 24.0]
    >>> months(pd.Series(["2 ans + TR", "3 ans puis tacite reconduction", "1 an et demi"]))[0].tolist()
    [24.0, 36.0, <NA>]
    """
    plain = _in_numbers(text(cells))
    form = r"^(?P<number>[^a-z]*?) ?(?P<unit>mois|months?|mths?|mnd|mon|m|monate?n?|maand(?:en)?|mes(?:es)?|mes[ei]|ans?|annees?|années?|years?|yrs?|y|jahre?n?|ja(?:ar|ren)|a[nñ]os?|ann[oi])?\.?$"
    parts = extracted(plain.str.lower(), form)
    number, _faults = amounts(parts["number"])
    is_years = matching(parts["unit"], "^[ayj]") | (matching(parts["unit"], "^$") & years)
    value = (number * np.where(is_years, 12.0, 1.0)).rename(cells.name)
    message = say("parse.months")
    return value, faults(cells, (plain.notna() & value.isna(), "M02", message))


def _in_numbers(plain: pd.Series) -> pd.Series:
    """Terms with their numbers in figures, and without what happens after them ("renouvelable")."""
    lower = without_accents(plain)
    lower = sub(lower, _AFTER_A_TERM)
    for number, words in _NUMBER_WORDS.items():
        lower = sub(lower, rf"^(?:{words}) ", f"{number} ")
    for number, word in _YEARLY_TERMS.items():
        lower = sub(lower, rf"^{word}$", f"{number} ans")
    return lower
