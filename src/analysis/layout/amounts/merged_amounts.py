"""Amounts in a cell that is merged over the rows of several partners: what each of them receives is
not known, and whether the further ones are partners of their own is asked.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.layout.rows.marked_rows import word_of_lines
from analysis.layout.shapes.side_tables import OF_MERGED
from analysis.read import Block, Coded, folded

MERGED = "montant fusionné / merged amount"  # what such a row bears under OF_MERGED


def rows_with_merged_amounts(block: Block) -> Coded:
    """The word of the rows whose amount stands in the merged cell of a row above."""
    return word_of_lines(block, frozenset(block.merged_into), MERGED)


def partners_sharing_amounts(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """The word for rows whose amount stands in the merged cell of another partner above."""
    if len(names_sharing_amounts(block, columns)):
        return {OF_MERGED: [MERGED]}
    return {}


def names_sharing_amounts(block: Block, columns: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The names of partners whose amount stands in the merged cell of another one above."""
    partners = columns.get("recipient", columns.get("partner_id", ()))
    amounts = columns.get("amount", columns.get("planned_amount_eur", ()))
    if not block.merged_into or len(partners) != 1 or not amounts:
        return []
    has_amount = np.any([block.columns[header].codes >= 0 for header in amounts], axis=0)
    rows = pd.DataFrame(
        {"name": block.columns[partners[0]].series(), "has_amount": has_amount}
    ).set_axis(block.lines)
    first = rows.reindex(pd.Series(block.lines, block.lines).map(block.merged_into))
    first = first.set_axis(rows.index)
    name, name_of_first = (
        names.map(folded, na_action="ignore") for names in (rows["name"], first["name"])
    )
    is_other = name.notna() & name_of_first.notna() & name.ne(name_of_first)
    is_shared = is_other & ~rows["has_amount"] & first["has_amount"].eq(True)
    return list(rows.loc[is_shared, "name"].unique())
