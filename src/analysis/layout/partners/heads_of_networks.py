"""Rows of a network with the sum of its branches, which stand further in below it: whether the head
or the branches are the partners is asked.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.layout.headers.words import which_say
from analysis.layout.rows.sums_in_rows import amount_of_rows
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block, matching

MARKED = r"^\s*[-–—•·*>→]+\s*\w"  # an item below the row above: "- section foot"
INDENTED = r"^[ \t\xa0]{2,}\S"
_A_NAME = r"^\W*\p{Lu}"  # "Jardin de Tours", not "section foot"


def heads_of_branches(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The header of recipients with the names of heads whose amount is the sum of the recipients
    further in below them, to the cent; but for those above parts of one grant ("fonctionnement").
    """
    names, amounts = columns.get("recipient", ()), columns.get("amount", ())
    if len(names) != 1 or not amounts:
        return {}
    column = block.columns[names[0]]
    is_inner = matching(column.values, INDENTED) | matching(column.values, MARKED)
    if not is_inner.any() or is_inner.all():
        return {}
    is_name = matching(column.values, _A_NAME) & ~which_say("part of a grant", column.values)
    rows = pd.DataFrame(
        {
            "name": column.series(),
            "amount": amount_of_rows(block, amounts),
            "is_branch": np.append(is_inner, False)[column.codes],
            "is_name": np.append(is_name, False)[column.codes],
        }
    )
    rows["group"] = (~rows["is_branch"]).cumsum()
    head = rows[~rows["is_branch"]].set_index("group")
    branches = rows[rows["is_branch"]].groupby("group")
    is_sum = (branches["amount"].sum() - head["amount"]).abs().lt(HALF_CENT) & head["amount"].gt(0)
    is_network = is_sum & branches["is_name"].all() & branches.size().gt(1)
    heads = head["name"][is_network.reindex(head.index, fill_value=False)].dropna()
    if len(heads):
        return {names[0]: list(heads.unique())}
    return {}
