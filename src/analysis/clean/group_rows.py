"""Rows of a list that are no grants of their own though nothing labels them: a programme with the
sum of the grants below it, and what of a grant went to what ("dont fonctionnement").
"""

import numpy as np
import pandas as pd

from analysis.clean.rows import column
from analysis.parse.quantities import CENT
from analysis.read import Block
from analysis.read.total_words import BARE

OF_WHICH = (
    r"(?i)^\W*(?:dont|of which|davon|darunter|waarvan|di cui|de los cuales|de las cuales|dos quais"
    r"|das quais|herav|varav)\b"
)
MARKED = r"^\s*[-–—•·*>→]+\s*\w"  # an item below the row above: "- section foot"
INDENTED = r"^[ \t\u00a0]{2,}\S"


def parts_of_the_row_above(rows: pd.DataFrame, measure: str, tolerance_eur: float) -> pd.Series:
    """Which rows say "of which" and add up to no more than the row that they stand below, or begin
    with a dash, or stand further in, and add up to it exactly.

    A recipient may be called so: a row without an amount above it that covers them stays.
    """
    says_part = column(rows, "recipient").str.contains(OF_WHICH, na=False)
    is_marked = column(rows, "recipient").str.contains(MARKED, na=False)
    is_marked |= column(rows, "~is_indented", "boolean").fillna(False).astype(bool)
    is_marked &= ~says_part
    is_part = pd.Series(False, index=rows.index)
    if says_part.any():
        whole, parts = _whole_and_parts(rows, measure, says_part)
        is_part |= says_part & (parts <= whole + tolerance_eur)
    if is_marked.any():
        whole, parts = _whole_and_parts(rows, measure, is_marked)
        is_part |= is_marked & ((parts - whole).abs() < CENT)
    return is_part


def are_indented(block: Block, recipient: tuple[str, ...]) -> pd.Series:
    """Whether the recipient of each row stands further in, by spaces."""
    is_indented = pd.Series(False, range(len(block.lines)))
    for header in recipient:
        names = block.columns[header]
        begins_with_spaces = names.values.str.contains(INDENTED, na=False).to_numpy(bool)
        is_indented |= np.append(begins_with_spaces, False)[names.codes]
    return is_indented


def _whole_and_parts(
    rows: pd.DataFrame, measure: str, says_part: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """With each row, the amount of the last that is no part, and the sum of the parts below that."""
    in_order = rows.sort_values(["source", "line"])
    is_part = says_part[in_order.index]
    new_source = in_order["source"].ne(in_order["source"].shift())
    group = (~is_part | new_source).cumsum()
    amount = column(in_order, measure, "Float64").astype("float64")
    whole = amount.where(~is_part).groupby(group).transform("first")
    parts = amount.where(is_part).groupby(group).transform("sum")
    return whole.reindex(rows.index), parts.reindex(rows.index)


def sums_of_a_group(rows: pd.DataFrame, measure: str, somebody: pd.Series) -> pd.Series:
    """Which rows are the sum of those below them, or above, where a whole source is made of such
    groups: each begins with its sum, or ends with it, and two or more hold several rows. A total
    of all is not among them; a line of columns by year is a row of each year. Where one of these
    sums is `somebody`, a recipient on a day of its own, round amounts add up by chance.
    """
    is_group_sum = pd.Series(False, index=rows.index)
    details = rows[~column(rows, "~label").str.match(BARE, na=False)]
    by_year = ["date"] if details.duplicated(["source", "line"]).any() and "date" in rows else []
    for _group, of_group in details.groupby(["source", *by_year], observed=True):
        in_order = of_group.sort_values("line")
        amounts = column(in_order, measure, "Float64").astype("float64").to_numpy()
        heads = _heads(amounts)
        ends = [len(amounts) - 1 - place for place in _heads(amounts[::-1])]
        sums = in_order.index[heads or ends]
        is_by_chance = _have_days(in_order) and somebody[sums].any()
        is_group_sum[sums] = bool(by_year) or not is_by_chance
    return is_group_sum


def _have_days(rows: pd.DataFrame) -> bool:
    """Whether rows bear days that differ: a programme may well bear the year of its grants."""
    days = column(rows, "date").where(column(rows, "date_precision").eq("day"))
    return bool(days.nunique() > 1)


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
