"""Text as its language is set: the apostrophes, and in French the no-break spaces."""

import re

from analysis.text.language import language

_TO = {"fr": "à", "en": "to"}
NARROW, BROAD = "\u202f", "\u00a0"

_MONTHS = "(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)|(?<=\ws)'(?= \w)")
_FRENCH = [
    (re.compile(r"«[ \u00a0\u202f]*"), "«" + BROAD),
    (re.compile(r"[ \u00a0\u202f]*»"), BROAD + "»"),
    (
        re.compile(r"(?<=[\w)»’”}…%€])[ \u00a0\u202f]+([;!?]+)(?=[\s\u00a0\u202f»)]|$)"),
        NARROW + r"\1",
    ),
    (re.compile(r"(?<=[\w)»’”}…%€])[ \u00a0\u202f]+:(?=\s|$)"), BROAD + ":"),
    (re.compile(r"(?<=[\d}])[ \u00a0\u202f]*%"), NARROW + "%"),
    (re.compile(r"(?<=[\d}])[ \u00a0\u202f]+(?=[kM]?€)"), BROAD),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NARROW),
    (re.compile(r"(?<=[\d}])[ \u00a0](?=(?:\{\w+:)?(?:ans?|mois|jours?|points?)\b)"), BROAD),
    (re.compile(r"\b([np])[ \u00a0]=[ \u00a0](?=[\d{])"), rf"\1{BROAD}={BROAD}"),
    (re.compile(rf"\b(\d\d?|1er) (?={_MONTHS}\b)"), r"\1" + BROAD),
    (re.compile(rf"\b({_MONTHS}) (?=\d{{4}}\b)"), r"\1" + BROAD),
    (re.compile(r"(?<=\d) (à|et) (?=\d)"), rf" \1{BROAD}"),
]


def typeset(words: str, lang: str | None = None) -> str:
    """Plain text (no markup) with the spaces and apostrophes of its language; doing it twice
    changes nothing. Sentences are written with a space before : ; ! and ?, which is made one that
    does not break; names of the data that have none there get none.

    >>> typeset("Qu'est-ce qui dure : 56 % ?", "fr")
    'Qu’est-ce qui dure\\xa0: 56\\u202f%\\u202f?'
    >>> typeset("Le premier : Homeless Link: Hull", "fr")
    'Le premier\\xa0: Homeless Link: Hull'
    >>> typeset("a partner's relations, partners' answers", "en")
    'a partner’s relations, partners’ answers'
    """
    words = _APOSTROPHE.sub("’", words)
    if (lang or language()) == "fr":
        for pattern, replacement in _FRENCH:
            words = pattern.sub(replacement, words)
    return words


def within_quotes(words: str, lang: str | None = None) -> str:
    """A text as it stands between quotation marks: its own are the inner ones.

    >>> within_quotes("« Local » : 55 %", "fr"), within_quotes("“Local”: 55%", "en")
    ('“Local”\\xa0: 55\\u202f%', '‘Local’: 55%')
    """
    lang = lang or language()
    outer, inner = (("«" + BROAD, BROAD + "»"), "“”") if lang == "fr" else ("“”", "‘’")
    words = typeset(words, lang)
    for mark, inner_mark in zip(outer, inner, strict=True):
        words = words.replace(mark, inner_mark)
    return words


def written_range(first: str, last: str) -> str:
    """Two bounds as they are written, joined by an en dash, or by a word where one has a sign.

    >>> from analysis.text import formatting; formatting.use("en")
    >>> written_range("2.0", "2.5"), written_range("−13 points", "+9 points")
    ('2.0–2.5', '−13 points to +9 points')
    """
    if {first[:1], last[:1]} & {"−", "+"}:  # a dash before a minus is not read
        return f"{first} {_TO.get(language(), '–')} {last}"
    return f"{first}–{last}"
