"""Cells that hold an amount and the day on which it was given: "$5,000.00" above "10/23/2020"."""

from dataclasses import replace

import numpy as np

from analysis.declare.shares import NEARLY_ALL
from analysis.parse.column import extracted
from analysis.read import Block, Coded, matching
from analysis.read.figures import FIGURE

OF_DAYS = " (date)"  # what the name of a column of such days ends with
_DAY = r"(?P<day>[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
_AMOUNT_AND_DAY = rf"(?s)^\s*(?P<amount>{FIGURE}?)(?:\s*[(,;\n]\s*|\s+(?:-|–|on|le|du|am|vom|op)?\s*){_DAY}\)?\s*$"
_FIRST_DAY = r"^[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{2,4}$"
_FEWEST_ROWS = 3


def with_days_apart(block: Block) -> Block:
    """The block in which columns of amounts with the day of each are two, one of amounts alone and
    one of days.

    >>> import pandas as pd
    >>> texts = pd.Series(["$5,000.00\\n10/23/2020", "$30\\n10/24/2020"])
    >>> cells = Coded(np.array([0, 1, 0]), texts)
    >>> block = with_days_apart(Block("a.csv", 1, {"Amount": cells}, np.arange(3)))
    >>> {header: list(column.values) for header, column in block.columns.items()}
    {'Amount': ['$5,000.00', '$30'], 'Amount (date)': ['10/23/2020', '10/24/2020']}
    """
    columns: dict[str, Coded] = {}
    for header, column in block.columns.items():
        columns[header] = column
        if np.count_nonzero(column.codes >= 0) < _FEWEST_ROWS or header + OF_DAYS in block.columns:
            continue
        is_both = matching(column.values, _AMOUNT_AND_DAY)
        if is_both.mean() < NEARLY_ALL:
            continue
        parts = extracted(column.values, _AMOUNT_AND_DAY)
        if matching(parts["amount"], _FIRST_DAY).any():  # "01.01.2017 - 31.12.2017" is a period
            continue
        columns[header] = Coded(column.codes, parts["amount"].fillna(column.values))
        is_dated = np.append(is_both, False)[column.codes]
        columns[header + OF_DAYS] = Coded(
            np.where(is_dated, column.codes, -1), parts["day"].fillna("")
        )
    if len(columns) == len(block.columns):
        return block
    return replace(block, columns=columns)
