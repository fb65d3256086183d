"""What no column of a block tells of its rows: one value for all, or what titles between them say."""

import numpy as np
import pandas as pd

from analysis.layout import Mapping, Source
from analysis.layout.shapes.titled_dates import dates_above_rows, years_above_rows
from analysis.layout.shapes.titles import titles_of_rows
from analysis.read import Block, Coded


def constants_of_rows(block: Block, mapping: Mapping, stated: Source | None) -> dict[str, Coded]:
    """Cells that no column holds: one for the block, or (`split`) the last title above each row."""
    same = np.zeros(len(block.lines), dtype=np.int32)
    constants = {
        name: Coded(same, pd.Series([value], dtype="str"))
        for name, value in mapping.constants.items()
    }
    if mapping.split == "date":
        order = stated.date_order if stated else None
        constants["date"] = dates_above_rows(block, mapping.columns, order)
    elif mapping.split == "year":
        constants["year"] = years_above_rows(block)
    elif mapping.split:
        constants[mapping.split] = titles_of_rows(block)
    return constants
