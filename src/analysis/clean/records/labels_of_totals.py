"""What the cells of a row say of totals, and whether the row names a recipient beside them: a
remark or a purpose may begin with such a word ("Total refurbishment of the hall"); and, of one
column for each year, in which column its amount stood, since such a list adds up each of them.
"""

import numpy as np
import pandas as pd

from analysis.clean.records.columns_together import first_known
from analysis.clean.records.rows import spread
from analysis.layout import OF_YEARS, Mapping
from analysis.layout.rows.sums_in_rows import have_dates_of_their_own
from analysis.read import Block
from analysis.read.total_words import POSSIBLE_LABEL, labels_by_column


def labels_of_totals(block: Block, mapping: Mapping) -> dict[str, pd.Series]:
    """What each row says of totals ("Sous-total Bretagne", `~label`), and whether a recipient
    stands beside it (`~label_beside`), so that but a sum makes it a total; and the year or month of the column
    in which its amount stood (`~column_period`); nothing where no row says so.

    Beside a recipient the word counts in the first cell of the row; elsewhere it is a remark where
    the row bears a date of its own.
    """
    says_total = labels_by_column(block.columns, POSSIBLE_LABEL)
    if not any(says.any() for says in says_total.values()):
        return {}
    names_recipient = _names_recipient(block, mapping, says_total)
    is_dated = have_dates_of_their_own(block, mapping.columns)
    is_filled = np.zeros(len(block.lines), dtype=bool)  # in a column further left
    alone, beside = [], []
    for header, column in block.columns.items():
        if says_total[header].any():
            label = spread(column.values.where(says_total[header]), column.codes)
            needs_sum = names_recipient & (is_dated | is_filled)
            alone.append(label.mask(needs_sum))
            beside.append(label.where(needs_sum & ~(is_dated & is_filled)))
        is_filled |= column.codes >= 0
    labels = first_known([*alone, *beside])
    columns = {
        "~label": labels,
        "~label_beside": (first_known(alone).isna() & labels.notna()).astype("boolean"),
    }
    if pd.Index(block.lines).has_duplicates:
        columns["~column_period"] = _columns_of_lines(block)
    return columns


def _columns_of_lines(block: Block) -> pd.Series:
    """Of which column of its line each row is: of which year, else which of several agreements."""
    if OF_YEARS in block.columns:
        return block.columns[OF_YEARS].series().reset_index(drop=True)
    lines = pd.Series(block.lines)
    return lines.groupby(lines).cumcount().astype("str")


def _names_recipient(
    block: Block, mapping: Mapping, says_total: dict[str, np.ndarray]
) -> np.ndarray:
    """Which rows name a recipient that is not called as totals are."""
    names_recipient = np.zeros(len(block.lines), dtype=bool)
    for header in mapping.columns.get("recipient", ()):
        codes = block.columns[header].codes
        names_recipient |= np.append(~says_total[header], False)[codes]
    return names_recipient
