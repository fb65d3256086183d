"""Sheets of a workbook with a row for each other sheet, which tells what that one adds up to."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis import parse, read
from analysis.clean.sheets_apart import set_sheets_aside
from analysis.clean.source_overlaps import BlockOfSource
from analysis.layout.sums_in_rows import amount_of_rows, are_sums, are_totals
from analysis.parse.quantities import CENT

_FEWEST = 2  # sheets that a sheet sums up
_MOST_ROWS = 100  # of a sheet that has one for each of the others
_SCALES = (1, 1000, 0.001)  # sums in thousands of what is listed in units, and the reverse
_AMOUNTS = ("amount", "planned_amount_eur", "value_eur")


def without_sheets_of_sums(parts: Sequence[BlockOfSource]) -> None:
    """Set aside the sheets of which study.toml says nothing, whose rows each name another sheet and
    bear its total, as that sheet says it or as its rows add up: they list nothing of their own.
    """
    for part in parts:
        may_sum_up = part.stated is None and 0 < len(part.block.lines) <= _MOST_ROWS
        if may_sum_up and _sums_up(part.block, _totals_by_sheet(part, parts)):
            set_sheets_aside(part.block, "recapitulation")
            part.mapping = None


def _totals_by_sheet(
    summing: BlockOfSource, parts: Sequence[BlockOfSource]
) -> dict[str, np.ndarray]:
    """For each other sheet of its workbook, by folded name, the amounts that may be its total."""
    workbook = summing.block.source.partition("#")[0]
    totals = {}
    for part in parts:
        is_other = part is not summing and part.block.source.partition("#")[0] == workbook
        if not is_other or part.mapping is None or not part.block.sheet:
            continue
        headers = [header for name in _AMOUNTS for header in part.mapping.columns.get(name, ())]
        if headers:
            amount = amount_of_rows(part.block, tuple(headers))
            is_sum = are_sums(part.block, part.mapping.columns, amount)
            sums = [*amount[is_sum], amount[~is_sum].sum()]
            totals[read.folded(part.block.sheet)] = np.array(sums)
    return totals


def _sums_up(block: read.Block, totals: dict[str, np.ndarray]) -> bool:
    """Whether all rows but those of totals name a sheet, and a column holds the totals of these."""
    is_row = ~are_totals(block)
    texts = {header: column.series()[is_row] for header, column in block.columns.items()}
    for names in texts.values():
        sheets = names.map(read.folded, na_action="ignore")
        if len(sheets) < _FEWEST or sheets.duplicated().any() or not sheets.isin(totals).all():
            continue
        for cells in texts.values():
            amounts = parse.amounts(cells)[0].astype("float64")
            if any(_are_totals_of(sheets, scale * amounts, totals) for scale in _SCALES):
                return True
    return False


def _are_totals_of(sheets: pd.Series, amounts: pd.Series, totals: dict[str, np.ndarray]) -> bool:
    """Whether each amount may be the total of its sheet."""
    pairs = zip(sheets, amounts, strict=True)
    return all((np.abs(totals[sheet] - amount) < CENT).any() for sheet, amount in pairs)
