"""Plans of funding: the same recipient in the same year on a row for each of those who fund it, of
whom but one, or some, are of the study.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.declare.shares import HALF
from analysis.layout.headers.words import says, which_say
from analysis.read import Block

_MOST_FUNDERS = 30  # distinct texts of a column of funders
_FEWEST = 3  # such recipients


def rows_of_other_funders(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """The funders but our own ("Notre Fondation"), or but the most frequent, under a header of
    funders where most recipients stand under several of them on one date.
    """
    names, dates = columns.get("recipient", ()), columns.get("date", ())
    if len(names) != 1 or not dates:
        return {}
    for header in [header for header in block.columns if says("header of funders", header)]:
        column = block.columns[header]
        rows = pd.DataFrame(
            {
                "recipient": block.columns[names[0]].codes,
                "date": block.columns[dates[0]].codes,
                "funder": column.codes,
            }
        )
        rows = rows[(rows["recipient"] >= 0) & (rows["funder"] >= 0)]
        funders = rows.groupby(["recipient", "date"])["funder"].nunique()
        several = funders.gt(1)
        is_few = 2 <= rows["funder"].nunique() <= _MOST_FUNDERS
        if is_few and several.sum() >= _FEWEST and several.mean() >= HALF:
            return {header: _others_than_ours(column.values, rows["funder"])}
    return {}


def _others_than_ours(values: pd.Series, codes: pd.Series) -> list[str]:
    funders = values.iloc[np.unique(codes)]
    is_ours = which_say("ourselves", funders)
    if not is_ours.any():
        is_ours = funders.index == codes.mode().iloc[0]
    return list(funders[~is_ours])
