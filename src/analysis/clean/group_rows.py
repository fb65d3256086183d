"""Rows of a list that are no grants of their own though nothing labels them: a programme with the sum
of the grants below it, and what of a grant went to what ("dont fonctionnement").
"""

import numpy as np
import pandas as pd

from analysis.clean.rows import column

OF_WHICH = (
    r"(?i)^\W*(?:dont|of which|davon|darunter|waarvan|di cui|de los cuales|de las cuales|dos quais"
    r"|das quais|herav|varav)\b"
)
CENT = 0.005


def parts_of_the_row_above(rows: pd.DataFrame, measure: str, tolerance_eur: float) -> pd.Series:
    """Which rows say "of which" and add up to no more than the row that they stand below.

    A recipient may be called so: a row without an amount above it that covers them stays.
    """
    says_part = column(rows, "recipient").str.contains(OF_WHICH, na=False)
    if not says_part.any():
        return says_part
    in_order = rows.sort_values(["source", "line"])
    is_part = says_part[in_order.index]
    new_source = in_order["source"].ne(in_order["source"].shift())
    group = (~is_part | new_source).cumsum()
    amount = column(in_order, measure, "Float64").astype("float64")
    whole = amount.where(~is_part).groupby(group).transform("first")
    parts = amount.where(is_part).groupby(group).transform("sum")
    return (is_part & (parts <= whole + tolerance_eur)).reindex(rows.index)


def sums_of_the_rows_below(rows: pd.DataFrame, measure: str) -> pd.Series:
    """Which rows are the sum of those below them, where a whole source is made of such groups: each
    begins with its sum, and two or more hold several rows.
    """
    found = pd.Series(False, index=rows.index)
    unlabelled = rows[column(rows, "~label").isna()]
    for _source, of_source in unlabelled.groupby("source", observed=True):
        in_order = of_source.sort_values("line")
        amounts = column(in_order, measure, "Float64").astype("float64").to_numpy()
        found[in_order.index[_heads(amounts)]] = True
    return found


def _heads(amounts: np.ndarray) -> list[int]:
    """The places of the sums; none where the amounts are not all in groups that begin with theirs.

    >>> _heads(np.array([1000.0, 400, 600, 900, 200, 700]))
    [0, 3]
    >>> _heads(np.array([1000.0, 400, 600, 900, 200, 600]))
    []
    """
    heads, groups_of_several, place = [], 0, 0
    if not (amounts > 0).all():
        return []
    up_to = np.cumsum(amounts)  # with each row, the sum of all rows up to it
    while place < len(amounts):
        end_of_group = up_to[place] + amounts[place]
        last = int(np.searchsorted(up_to, end_of_group - CENT))
        if last == len(amounts) or abs(up_to[last] - end_of_group) > CENT:
            return []
        heads.append(place)
        groups_of_several += last > place + 1
        place = last + 1
    return heads if groups_of_several > 1 else []
