"""Sheets that but tell what each of the other sheets of their workbook adds up to, under its name:
"Dir. Ouest", 46 500.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis import layout, parse, read
from analysis.clean.source_overlaps import BlockOfSource
from analysis.parse.quantities import CENT
from analysis.read.total_words import BEGINS_WITH_TOTAL

_FEWEST_SHEETS = 2
_AMOUNTS = ("amount", "planned_amount_eur", "value_eur")
_SCALES = (1, 1000, 0.001)  # sums in thousands of what is listed in units, and the reverse


def recapitulates_sheets(part: BlockOfSource, parts: Sequence[BlockOfSource]) -> bool:
    """Whether the rows of a sheet bear the names of others of its workbook, and one of its columns
    what each of these adds up to, or writes below its rows as its own total.
    """
    by_sheet = _sums_by_sheet(part, parts)
    if len(by_sheet) < _FEWEST_SHEETS:
        return False
    for names in part.block.columns.values():
        sheets = names.series().reset_index(drop=True)
        is_total = read.matching(sheets, BEGINS_WITH_TOTAL) | sheets.isna().to_numpy()
        sheets = sheets[~is_total].map(read.folded)
        if len(sheets) < _FEWEST_SHEETS or not sheets.isin(by_sheet).all():
            continue
        return any(_are_sums(column, sheets, by_sheet) for column in part.block.columns.values())
    return False


def _sums_by_sheet(part: BlockOfSource, parts: Sequence[BlockOfSource]) -> dict[str, list[float]]:
    """What each other sheet of the workbook may be said to add up to, by its folded name."""
    file = part.block.source.partition("#")[0]
    return {
        read.folded(other.block.sheet): _own_sums(other.block, other.mapping)
        for other in parts
        if other is not part
        and other.mapping is not None
        and other.block.sheet
        and other.block.source.partition("#")[0] == file
    }


def _own_sums(block: read.Block, mapping: layout.Mapping) -> list[float]:
    """The sum of the amounts of a sheet, and the totals that it writes itself."""
    headers = next((mapping.columns[name] for name in _AMOUNTS if name in mapping.columns), ())
    if not headers:
        return []
    texts = block.columns[headers[0]].series().reset_index(drop=True)
    amounts = parse.amounts(texts)[0].to_numpy(float, na_value=0.0)
    is_total = np.zeros(len(amounts), dtype=bool)
    for column in block.columns.values():
        is_label = read.matching(column.values, BEGINS_WITH_TOTAL)
        is_total |= np.append(is_label, False)[column.codes]
    return [float(amounts[~is_total].sum()), *map(float, amounts[is_total])]


def _are_sums(column: read.Coded, sheets: pd.Series, by_sheet: dict[str, list[float]]) -> bool:
    """Whether the cells of a column are what the sheets of their rows add up to, in one scale."""
    cells = column.series().reset_index(drop=True)[sheets.index]
    amounts = parse.amounts(cells)[0].to_numpy(float, na_value=np.nan)
    return any(
        all(
            any(abs(amount * scale - own) <= CENT for own in by_sheet[sheet])
            for sheet, amount in zip(sheets, amounts, strict=True)
        )
        for scale in _SCALES
    )
