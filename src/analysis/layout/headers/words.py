"""What headers, cells and names of sheets say in words: money that comes back, amounts that change,
sheets that only sum up. The words stand in `reference/words.toml`.
"""

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources

import numpy as np
import pandas as pd

from analysis import parse
from analysis.read import as_tuple, matching
from analysis.read.total_words import BEYOND_FIGURES

FEW_TEXTS = 50  # up to which Python's expressions, built once, are as fast as RE2


def which_say(tells: str, texts: pd.Series) -> pd.Series:
    """Which of some texts have words of a kind in them.

    >>> which_say("money back", pd.Series(["Trop-perçu", "Réduction des déchets"])).tolist()
    [True, False]
    """
    if len(texts) <= FEW_TEXTS:
        says_so = [_says(tells, plain) for plain in _plain_texts(as_tuple(texts))]
    else:
        says_so = matching(texts, BEYOND_FIGURES)
        says_so[says_so] = which_match(parse.fold(texts[says_so]), pattern_of(tells))
    return pd.Series(says_so, texts.index, dtype=bool, name=texts.name)


def which_match(plain: pd.Series, words: re.Pattern) -> np.ndarray:
    """Which folded texts a pattern of many words is found in; missing ones are not.

    RE2 reads long columns faster, but builds the pattern anew for each of them, and knows neither
    where a word ends beside a letter such as "ø" or "ß" nor what must not follow.
    """
    if len(plain) > FEW_TEXTS and "(?!" not in words.pattern and plain.str.isascii().all():
        return matching(plain, words.pattern)
    matches = [isinstance(text, str) and bool(words.search(text)) for text in plain]
    return np.array(matches, dtype=bool)


@lru_cache(1 << 12)  # the same headers are asked about again and again
def says(tells: str, text: str) -> bool:
    """Whether one text has words of a kind in it.

    >>> says("changed amount", "Montant après avenant"), says("changed amount", "Montant")
    (True, False)
    """
    return _says(tells, *_plain_texts((text,)))


def _says(tells: str, plain: str | None) -> bool:
    return plain is not None and pattern_of(tells).search(plain) is not None


@lru_cache(1 << 12)  # each kind of words is looked for in the same texts
def _plain_texts(texts: tuple[str | None, ...]) -> tuple[str | None, ...]:
    """Folded texts; None where figures stand alone or nothing does."""
    written = pd.Series(texts, dtype="str")
    return as_tuple(parse.fold(written).where(matching(written, BEYOND_FIGURES)))


def number_of_words(texts: pd.Series) -> np.ndarray:
    """How many words each text has; NaN where it is missing.

    >>> number_of_words(pd.Series(["Club de lecture", None], dtype="str")).tolist()
    [3.0, nan]
    """
    return np.array([np.nan if text is None else len(text.split()) for text in as_tuple(texts)])


@cache
def pattern_of(tells: str) -> re.Pattern:
    """The pattern of words of a kind in folded texts."""
    return re.compile("|".join(_framed(**words) for words in _words_by_kind()[tells]))


@cache
def _words_by_kind() -> dict[str, list[dict]]:
    text = (resources.files("analysis") / "reference/words.toml").read_text("utf-8")
    return tomllib.loads(text)


def _framed(words: list[str], frame: str = "{}") -> str:
    """The pattern of one set of words, each of which may stand at the place of `{}`."""
    return frame.replace("{}", f"(?:{'|'.join(words)})")
