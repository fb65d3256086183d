"""Headers of grant lists understood by their words, as people put them together ("Nom de
l'association bénéficiaire").

`reference/header_words.csv` says for each column which words name it (heads, the likeliest first)
and which may stand beside them. A header means a column where it holds one of its heads and nothing
else but such words.
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np

from analysis.parse.column import reference_rows

ELIDED, VOWELS = ("d", "l"), ("a", "e", "i", "o", "u", "h")  # the article before a vowel
ARTICLES = [
    *ELIDED,
    *(
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "un",
        "une",
        "a",
        "au",
        "aux",
        "en",
        "par",
        "pour",
        "et",
        "ou",
    ),
    *(
        "the",
        "of",
        "for",
        "by",
        "or",
        "and",
        "der",
        "die",
        "in",
        "van",
        "von",
        "di",
        "del",
        "della",
        "do",
        "da",
        "dos",
        "das",
        "el",
        "los",
        "las",
    ),
]
PART = "~part"  # what a header means that names a part of an amount
ALONE = 0.5  # how far from its usual words a head is that has none beside it: the first companion makes it surer, others less so
_ENDINGS = ("", "e", "s", "es")  # feminine and plural
_UMLAUTS = ("ä", "ö", "ü")
_ENDINGS_OF_SHORT = ("", "s")  # of two letters, that others make another word ("år" and "are")
LONGEST = 80  # letters beyond which a text is no header


class Sense(NamedTuple):
    """A column that a header may mean: how far from its usual words (the less, the likelier), and
    in which layout.
    """

    head: float
    beside: float
    layout: str


def _spellings(word: str) -> list[str]:
    """How a word stands in folded headers: either letter of a class, accented letters lost or not,
    German ones written with an "e".

    >>> _spellings("accordé en"), _spellings("organi[sz]ation")
    (['accordeen', 'accorden'], ['organisation', 'organization'])
    >>> _spellings("förderer")
    ['forderer', 'foerderer', 'frderer']
    """
    ways = [[*either] or _plain(letter) for either, letter in re.findall(r"\[(\w+)\]|(\S)", word)]
    texts = map("".join, product(*ways))
    return [
        text for text in texts if len(text) >= min(len(ways), 4)
    ]  # less than four letters may be any word


def _plain(letter: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", letter.casefold())  # the Greek "ς" as the "σ" of headers
    if len(bare) == 1:
        return [bare]
    if letter.casefold() in _UMLAUTS:
        return [bare[0], bare[0] + "e", ""]
    return [bare[0], ""]


@cache
def _grammar() -> tuple[dict[str, set[int]], int, list[tuple[str, str, int, dict[int, list[int]]]]]:
    """The numbers of the words behind each spelling; the length of the longest; and for each row of
    the words its column, its layout, how many heads it has, and the places of each of its words.
    """
    rows, numbers = [], {}
    for row in reference_rows("header_words"):
        heads, companions = (row[name].split("|") for name in ("heads", "companions"))
        places: dict[int, list[int]] = {}
        for position, word in enumerate([*heads, *companions, *ARTICLES]):
            places.setdefault(numbers.setdefault(word, len(numbers)), []).append(position)
        rows.append((row["column"], row["layout"], len(heads), places))
    spelled: dict[str, set[int]] = {}
    for word, number in numbers.items():
        for spelling in _spellings(word):
            spelled.setdefault(spelling, set()).add(number)
    return spelled, max(map(len, spelled)), rows


def _steps(name: str) -> list[tuple[int, int, set[int]]]:
    """The words on any way through a folded header: from where, to where, which ones; none where no
    way leads to its end.
    """
    spelled, longest, _rows = _grammar()
    reached, steps = {0}, []
    for at in range(len(name)):
        for past in range(at + 1, min(at + longest, len(name)) + 1) if at in reached else ():
            words = spelled.get(name[at:past], ())
            if words and (name[at:past] not in ELIDED or name[past : past + 1] in VOWELS):
                endings = _ENDINGS if past > at + 2 else _ENDINGS_OF_SHORT
                ends = {past + len(ending) for ending in endings if name.startswith(ending, past)}
                reached |= ends
                steps += [(at, end, words) for end in ends]
    if len(name) in reached:
        return steps
    return []


@lru_cache(1 << 16)
def senses(name: str) -> dict[str, Sense]:
    """What a folded header may mean, by column.

    >>> list(senses("nomdelassociationbeneficiaire")), list(senses("naturejuridiquedubeneficiaire"))
    (['recipient'], [])
    >>> "date" in senses("ar"), "date" in senses("area")
    (True, False)
    """
    sense_of: dict[str, Sense] = {}
    steps = _steps(name) if len(name) <= LONGEST else []
    for column, layout, heads, places in _grammar()[2] if steps else ():
        # The likeliest head and companion on a way through the header, by how far the way has come.
        ways = {0: (np.inf, np.inf)}
        for at, end, words in steps:
            for position in (
                position for word in words if at in ways for position in places.get(word, ())
            ):
                head, beside = ways[at]
                if position < heads:
                    new = (min(head, position), beside)
                else:
                    new = (head, min(beside, position - heads))
                ways[end] = min(new, ways.get(end, new))
        head, beside = ways.get(len(name), (np.inf, np.inf))
        if head < np.inf:
            sense = Sense(head, ALONE if beside == np.inf else beside, layout)
            sense_of[column] = min(sense_of.get(column, sense), sense, key=lambda each: each[:2])
    return sense_of
