"""Amounts that a cell writes with more than a number: what a year, a part of it, a sum, a product."""

import re

import pandas as pd

from analysis.declare.shares import NEARLY_ALL
from analysis.parse.column import matching, sub, synonyms

# "(dont 200 € exceptionnel)", "davon 100 €": a part of the amount before it.
_PART_OF_IT = (
    r"(?i)([0-9](?: ?(?:€|eur|euros?|[$£]|chf|gbp|usd))?) ?[(,;–-]? ?\b(?:dont|y compris|incl\.?|including|"
    r"of which|inkl\.?|davon|darunter|waarvan|inclusief|di cui|de l[oa]s cuales|incluid[oa]s?)\b.*$"
)
_A_YEAR = (
    r"(?i)([0-9] ?(?:€|eur|euros?|[$£]|chf|gbp|usd)?) ?(?:(?:/|par|per|pro|al|all['’]) ?"
    r"(?:ans?|ann[ée]es?|years?|yr|annum|jahr|jaar|año|anno)|p\.? ?a\.?|annuels?|jährlich|jaarlijks)$"
)
_NUMBER = r"[^+x×*]*[0-9][^+x×*]*"
_SUM, _PRODUCT = rf"^{_NUMBER}(?:\+{_NUMBER})+$", rf"(?i)^[0-9]{{1,2}} ?[x×*] ?{_NUMBER}$"
_FACTOR = r"(?i)^([0-9]{1,2}) ?[x×*] ?"
_CURRENCY = "|".join(map(re.escape, synonyms("currency of an amount")))
_SCALE = rf"(?: ?(?:{'|'.join(synonyms('scale of an amount'))})\b)?"
_FIGURES = r"[0-9](?:[0-9.,'’ ]*[0-9])?"
_MARKED = (  # an amount that bears its currency
    rf"(?:(?:{_CURRENCY}) ?{_FIGURES}{_SCALE}|{_FIGURES}{_SCALE} ?(?:{_CURRENCY}))"
)
_DAY = r"(?:[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
_KIND_WORD = (
    r"(?:(?:un)?restricted|general|operating|core|support|funding|grants?|awards?|gifts?|donations?|"
    r"contributions?|subsid(?:y|ies)|subventions?|aides?|dons?|dotations?|bourses?|zuschuss|zuschüsse|"
    r"zuwendung(?:en)?|förderung|spenden?|subsidies?|schenking(?:en)?|subvenci(?:ón|ones)|donaci(?:ón|ones)|"
    r"ayudas?|contribut[oi]|sovvenzion[ei]|donazion[ei]|doaç(?:ão|ões)|loans?|equity|debts?|convertible|"
    r"notes?|guarantees?|prêts?|avances?|remboursables?|garanties?|darlehen|préstamos?|prestit[oi]|leningen|lening)"
)
_BETWEEN = r"(?: ?[,;:|(–-] ?| )"
_AMOUNT_BEFORE = rf"(?i)^({_MARKED}){_BETWEEN}(?:{_DAY}|{_KIND_WORD}(?: {_KIND_WORD})*)\)?$"
_AMOUNT_AFTER = rf"(?i)^{_DAY}{_BETWEEN}({_MARKED})$"


def says_a_year(written: pd.Series) -> bool:
    """Whether nearly all cells of a column say that their amounts are those of a year.

    >>> says_a_year(pd.Series(["3 800 €/an", "£500 per year"])), says_a_year(pd.Series(["3 800 €"]))
    (True, False)
    """
    filled = written.dropna()
    return bool(len(filled)) and bool(matching(filled, _A_YEAR).mean() >= NEARLY_ALL)


def without_phrases(written: pd.Series) -> pd.Series:
    """Cells without what stands beside the number and changes none: a part of it, a last point, the
    day or the kind of a grant beside an amount with its currency, and "a year" where all of the
    column say so.

    >>> without_phrases(pd.Series(["$5,000.00 10/23/2020", "$2.6 million unrestricted grants"])).tolist()
    ['$5,000.00', '$2.6 million']
    >>> without_phrases(pd.Series(["2 150 € (dont 200 € exceptionnel)", "15,350.", "1 200 €"])).tolist()
    ['2 150 €', '15,350', '1 200 €']
    """
    bare = sub(sub(written, _PART_OF_IT, r"\1"), r"([0-9])\.$", r"\1")
    bare = sub(sub(bare, _AMOUNT_BEFORE, r"\1"), _AMOUNT_AFTER, r"\1")
    if says_a_year(bare):
        return sub(bare, _A_YEAR, r"\1")
    return bare


def calculations(written: pd.Series) -> pd.DataFrame:
    """What cells that are a sum or a product of amounts are made of: a row for each amount of them,
    with its `cell` (label), `factor` and `text`.

    >>> calculations(pd.Series(["1200 + 500", "3 x 5 000 €", "7"]))["text"].tolist()
    ['1200', '500', '5 000 €']
    """
    sums, products = written[matching(written, _SUM)], written[matching(written, _PRODUCT)]
    terms = sums.str.split("+", regex=False).explode().str.strip()
    factors = products.str.extract(_FACTOR)[0].astype("float64")
    return pd.DataFrame(
        {
            "cell": [*terms.index, *products.index],
            "factor": [*[1.0] * len(terms), *factors],
            "text": pd.Series([*terms, *sub(products, _FACTOR)], dtype="str"),
        }
    )
