"""Rows of a list that tell what of the grant above went to what ("dont fonctionnement")."""

import numpy as np
import pandas as pd

from analysis.clean.records.rows import column
from analysis.layout.partners.heads_of_networks import INDENTED, MARKED
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block

OF_WHICH = (
    r"(?i)^\W*(?:dont|of which|davon|darunter|waarvan|di cui|de los cuales|de las cuales|dos quais"
    r"|das quais|herav|varav)\b"
)


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
        is_part |= is_marked & ((parts - whole).abs() < HALF_CENT)
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
