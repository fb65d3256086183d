"""Whether two names may be one organisation written in two ways, as codes that both bear suggest."""

from rapidfuzz.distance import OSA

from analysis.layout.headers.header_words import ARTICLES

_LONG = 5  # letters of a word from which a slip in it is seen through
_ACRONYM = 3  # letters of an acronym


def may_be_one_name(first: str, second: str) -> bool:
    """Whether the words of one folded name all stand in the other, perhaps shortened or with a
    slip, or are its initials.

    >>> may_be_one_name("avitarelle", "l avitarelle"), may_be_one_name("mfr", "maison familiale rurale")
    (True, True)
    >>> may_be_one_name("judo club d ain", "judo club du var")
    False
    """
    shorter, longer = sorted((_words(first), _words(second)), key=len)
    if not shorter:
        return False
    initials = "".join(word[0] for word in longer)
    is_acronym = len(shorter) == 1 and len(shorter[0]) >= _ACRONYM
    if is_acronym and initials.startswith(shorter[0]):
        return True
    return all(any(_may_be_one_word(word, other) for other in longer) for word in shorter)


def _words(name: str) -> list[str]:
    return [word for word in name.split() if word not in ARTICLES]


def _may_be_one_word(first: str, second: str) -> bool:
    """Whether two words are one, or one that was shortened ("ets", "assoc") or has a slip in it."""
    short, long = sorted((first, second), key=len)
    if short == long:
        return True
    if short.isdigit() or long.isdigit() or short[0] != long[0]:
        return False
    if long.startswith(short):
        return True
    if len(short) >= _LONG and OSA.distance(short, long) <= 1:
        return True
    return short[-1] == long[-1] and _stand_in_order(short, long)


def _stand_in_order(letters: str, word: str) -> bool:
    """Whether all letters stand in a word, in their order."""
    position = -1
    for letter in letters:
        position = word.find(letter, position + 1)
        if position < 0:
            return False
    return True
