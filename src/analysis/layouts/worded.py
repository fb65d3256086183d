"""Headers of grant lists understood by their words, as people put them together ("Nom de l'association bénéficiaire").

`reference/header_words.csv` says for each column which words name it (heads, the likeliest first) and which may stand beside
them. A header means a column where it holds one of its heads and nothing else but such words.
"""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np

from analysis.cells.column import reference

ARTICLES = [
    "[dl](?=[aeiouh])", *("de", "du", "des", "la", "le", "les", "un", "une", "a", "au", "aux", "en", "par", "pour", "et", "ou"),
    *("the", "of", "for", "by", "or", "and", "der", "die", "in", "van", "von", "di", "del", "della"),
]  # fmt: skip
ENDINGS = ("", "e", "s", "es")  # feminine and plural
LONGEST = 80  # letters beyond which a text is no header


class Sense(NamedTuple):
    """A column that a header may mean: how far from its usual words (the less, the likelier), and in which layout."""

    head: float
    beside: float
    layout: str


def _pattern(word: str) -> str:
    """A word as it stands in folded headers, its accented letters lost or not.

    >>> _pattern("accordé en")
    'accorde?en'
    """
    split = [unicodedata.normalize("NFKD", letter) for letter in word.replace(" ", "")]
    return "".join(letters[0] + "?" * (len(letters) > 1) for letters in split)


@cache
def _grammar() -> tuple[re.Pattern, list[tuple[str, str, int, list[re.Pattern]]]]:
    """How any header begins; and for each row of the words its column, its layout, how many heads it has, and its words."""
    rows, all_words = [], set()
    for row in reference("header_words"):
        heads, companions = ([_pattern(word) for word in row[name].split("|")] for name in ("heads", "companions"))
        words = [*heads, *companions, *ARTICLES]
        all_words.update(words)
        rows.append((row["column"], row["layout"], len(heads), [re.compile(word) for word in words]))
    return re.compile("|".join(sorted(all_words))), rows


@cache
def senses(name: str) -> dict[str, Sense]:
    """What a folded header may mean, by column.

    >>> list(senses("nomdelassociationbeneficiaire")), list(senses("naturejuridiquedubeneficiaire"))
    (['recipient'], [])
    """
    begins, rows = _grammar()
    found: dict[str, Sense] = {}
    if len(name) > LONGEST or not begins.match(name):
        return found
    for column, layout, heads, words in rows:
        # The likeliest head and companion on a way through the header, by how far the way has come.
        ways = {0: (np.inf, np.inf)}
        for at in range(len(name)):
            if at not in ways:
                continue
            for place, word in enumerate(words):
                if not (met := word.match(name, at)):
                    continue
                head, beside = ways[at]
                new = (min(head, place), beside) if place < heads else (head, min(beside, place - heads))
                for end in (met.end() + len(ending) for ending in ENDINGS if name.startswith(ending, met.end())):
                    ways[end] = min(new, ways.get(end, new))
        head, beside = ways.get(len(name), (np.inf, np.inf))
        if head < np.inf:
            # The first companion makes a head surer, the others less so.
            sense = Sense(head, 0.5 if beside == np.inf else beside, layout)
            found[column] = min(found.get(column, sense), sense, key=lambda each: each[:2])
    return found
