"""What a cell of a raw table holds as a number: an amount, a year, the place of something in a row."""

import re

ORDINAL = re.compile(r"(?i)\d{1,2} ?(?:er|[eè]re|e|[eè]me|st|nd|rd|th|\.?[oº°])\b")
# A year, a span of two ("2016/17"), or several in a row ("2020-2021-2022").
YEAR = re.compile(r"(?:19|20)\d\d(?:(?: ?[-/] ?(?:19|20)\d\d)+| ?[-/] ?(?:\d\d){1,2})?")
# The number of an item before its words, without another figure: "1(a) Name", "1. Nom"; no day.
_ITEM = r"[1-9]\d?(?:[.)]|\.? ?\([a-z]\)) ?[^\W\d_]{3}\D*$"
# What names a column though it begins with a figure: "1er trimestre", "2. Rate", "2019 uitbetaald".
HEADING = re.compile(
    rf"{ORDINAL.pattern}|[1-9]\. ?[^\W\d_]{{4}}|{_ITEM}|{YEAR.pattern} [^\W\d_]{{4}}"
)
# A quarter or half of a year, as headers write it before its year or after it.
PART_OF_YEAR = (
    r"(?:\b(?:[tqsh]|trim\w*\.?|sem\w*\.?|quarter|quartal|kwartaal|halbjahr|halfjaar) ?[1-4]\b|"
    r"\b[1-4] ?(?:er|e|[eè]me|nd|st|rd|th|[.º°])? ?"
    r"(?:trim\w*|sem\w*|quarter|quartal|kwartaal|half|halbjahr|halfjaar)\b\.?)"
)
FIGURE = r"[-+(]?[$£€]? ?\d[\d\s.,'’]*(?:[€$£]|euros?)?\)?"


def is_amount(text: str) -> bool:
    return bool(re.fullmatch(FIGURE, text)) and not is_year(text)


def is_year(text: str) -> bool:
    """Whether a text is a year or years, or two with a currency ("2016/17 £"): "2000 €" is an
    amount.

    >>> [is_year(text) for text in ("2020-2021-2022", "2015/16", "2018-05-02", "2000 €")]
    [True, True, False, False]
    """
    plain = without_remark(text)
    without_currency = re.sub(r"(?i)\s*(?:k?[€$£]|euros?)$", "", plain)
    is_span = without_currency != plain and not without_currency.isdigit()
    return bool(YEAR.fullmatch(without_currency if is_span else plain))


def without_remark(cell: str) -> str:
    return re.sub(r"\(.*?\)", "", cell).strip()
