"""Words that tell of money that comes back, of amounts that change and of sheets that only sum up,
as headers, cells and names of sheets write them: `reference/changed_money.csv`.
"""

import re
from functools import cache, lru_cache

import pandas as pd

from analysis import parse
from analysis.parse.column import reference_rows
from analysis.read import matching


def which_say(tells: str, texts: pd.Series) -> pd.Series:
    """Which of some texts have words of a kind in them.

    >>> which_say("money back", pd.Series(["Trop-perçu", "Réduction des déchets"])).tolist()
    [True, False]
    """
    plain = parse.fold(texts).fillna("")
    words = _words()[tells]
    if plain.str.isascii().all():
        return pd.Series(matching(plain, words.pattern), plain.index, name=plain.name)
    # where a word ends before or after a letter such as "ø" or "ß", RE2 does not know
    return plain.str.contains(words, regex=True).astype(bool)


@lru_cache(1 << 12)  # the same headers are asked about again and again
def says(tells: str, text: str) -> bool:
    """Whether one text has words of a kind in it.

    >>> says("changed amount", "Montant après avenant"), says("changed amount", "Montant")
    (True, False)
    """
    return bool(which_say(tells, pd.Series([text], dtype="str")).iloc[0])


def pattern_of(tells: str) -> re.Pattern:
    """The pattern of words of a kind in folded texts."""
    return _words()[tells]


@cache
def _words() -> dict[str, re.Pattern]:
    return {row["tells"]: re.compile(row["words"]) for row in reference_rows("changed_money")}
