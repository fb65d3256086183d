"""Amounts of which a long list says but a word ("voir convention", "TBD"): told, since their rows
count without money. Of a short list they are asked.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.clean.records.numbers_in_cells import hold_a_number, tell_of_an_amount
from analysis.clean.records.rows import column
from analysis.clean.unclear_rows import FEW_ROWS, FEWEST_UNREAD, MONEY, cells_shown
from analysis.text.messages import say


def remarks_on_amounts_in_words(
    by_table: Mapping[str, pd.DataFrame], unread: Sequence[pd.DataFrame]
) -> list[str]:
    """How many amounts of each long list are but a word, where they are several."""
    remarks = []
    for table, name in MONEY.items():
        rows = by_table.get(table, pd.DataFrame(columns=["source", "line"]))
        for cells in filter(len, unread):
            source = cells["source"].iloc[0]
            is_without_amount = column(rows, name, "Float64").isna() & column(rows, "~label").isna()
            lines = rows.loc[rows["source"].eq(source) & is_without_amount, "line"]
            cells = cells[cells["column"].eq(name) & cells["line"].isin(lines)]
            is_word = tell_of_an_amount(cells["value"]) & ~hold_a_number(cells["value"])
            words = cells[is_word]
            row_count = int(rows["source"].eq(source).sum())
            if row_count >= FEW_ROWS and len(words) >= FEWEST_UNREAD:
                values = {"source": source, "rows": len(words), "cells": cells_shown(words)}
                remarks.append(say("layout.amounts_in_words", **values))
    return remarks
