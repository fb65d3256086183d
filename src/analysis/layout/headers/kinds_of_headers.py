"""Headers of amounts that say of which kind of contribution they are: "Numéraire (€)",
"Valorisation en nature".
"""

from collections.abc import Iterable
from functools import cache

import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.layout.amounts.amount_scale import written_unit
from analysis.layout.headers.words import says


@cache
def kind_of_header(header: str) -> str:
    """The kind of contribution that a header says beside words for how much; blank where it says
    none, or more than that.

    >>> kind_of_header("Numéraire (€)"), kind_of_header("Valorisation en nature")
    ('cash', 'goods')
    >>> kind_of_header("Locaux loués")
    ''
    """
    (plain,) = parse.fold(pd.Series([header.replace(written_unit(header), "")], dtype="str"))
    if not isinstance(plain, str):
        return ""
    possible = pd.Series(list(_parts_of_a_name(plain.split())), dtype="str")
    kinds = parse.categories(possible, schema.columns("contributions")["kind"])[0].dropna()
    if kinds.empty:
        return ""
    return str(kinds.iloc[0])


def _parts_of_a_name(words: list[str]) -> Iterable[str]:
    """The parts of a header beside which only words for how much stand, the longest first."""
    for count in range(len(words), 0, -1):
        for first in range(len(words) - count + 1):
            beside = [*words[:first], *words[first + count :]]
            if all(says("beside a kind", word) for word in beside):
                yield " ".join(words[first : first + count])
