"""Numbers that rows of two lists share though each list may have begun its numbers anew: they prove
no row to be the same as another.
"""

import pandas as pd

from analysis.declare.shares import HALF


def begin_anew(pairs: pd.DataFrame) -> pd.Series:
    """Whether the number that two rows share may tell other records in each list: the recipient (or
    partner) is another, as in most such rows of the list, and too few amounts are the list's own
    for equal ones to prove one record under names of two languages.

    pairs: one row per two rows of one number: the `source` of the one, whether its recipient
    `is_another` than that of the other, and its `amount`.

    >>> pairs = pd.DataFrame({"source": ["south", "south"], "is_another": [True, True]})
    >>> begin_anew(pairs.assign(amount=[500.0, 500])).tolist()
    [True, True]
    >>> begin_anew(pairs.assign(amount=[10.0, 20])).tolist()
    [False, False]
    """
    by_source = pairs.groupby(pairs["source"].astype("str"))
    is_mostly_another = by_source["is_another"].transform("mean") > HALF
    amount_count = by_source["amount"].transform("nunique")
    has_few_amounts = amount_count <= HALF * by_source["amount"].transform("size")
    return pairs["is_another"] & is_mostly_another & has_few_amounts
