"""Notes of a list by which a grant depends on something, or is but estimated: whether it
counts, nothing says.
"""

import pandas as pd

from analysis import parse
from analysis.layout.headers.words import pattern_of, says


def says_but_a_condition(note: str) -> bool:
    """Whether a note speaks of a condition or an estimate, and of nothing by which a grant is none.

    >>> says_but_a_condition("² sous réserve du vote"), says_but_a_condition("* annulée sous réserve")
    (True, False)
    """
    plain = str(parse.fold(pd.Series([note])).iloc[0])
    without_condition = pattern_of("condition of a grant").sub("", plain)
    return without_condition != plain and not says("note of no grant", without_condition)
