"""Annexes below an agreement, on rows of their own, that add up to its amount: they tell what it is
for, and it alone counts.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.layout.agreements.amended_references import ENDING_OF_AMENDMENT
from analysis.layout.headers.header_matching import match
from analysis.layout.rows.sums_in_rows import amount_of_rows
from analysis.parse.quantities import HALF_CENT
from analysis.read import Aside, Block, folded, matching

BROKEN_DOWN = "part of an amount"  # the rule of such rows
# How the references of annexes end: "2016-001/A1", "2016-001-2", "2016-001 annexe 2".
_ENDING = (
    rf"{ENDING_OF_AMENDMENT}|[\s/_.-]\d{{1,2}}$"
    r"|(?i:[\s/_.,-]+\(?(?:ann?e?x\w*|anl\w*|anh\w*|bijl\w*|anej\w*|alleg\w*|lot|volet|part)\.?\s*\d+\)?$)"
)
_FEWEST = 3  # agreements whose annexes add up to them: of fewer it may be chance
_COLUMNS = {"grants": ("recipient", "amount"), "agreements": ("partner_id", "planned_amount_eur")}


def without_annexes(block: Block, stated_table: str | None) -> Block:
    """The block without the rows of annexes, where those of each agreement add up to it to the cent;
    a table of another kind, as study.toml states it, as it is.

    An annex bears the reference of its agreement with an ending, and names the same partner.
    """
    tables = [table for table in _COLUMNS if stated_table in (None, table)]
    headers = [header for header in block.columns if tables and _may_number_annexes(block, header)]
    for table in tables if headers else ():
        columns = match(block, table).columns
        partners, amounts = (columns.get(name, ()) for name in _COLUMNS[table])
        if len(partners) != 1 or len(amounts) != 1:
            continue
        for header in headers:
            if header in (partners[0], amounts[0]):
                continue
            rows = pd.DataFrame(
                {
                    "reference": block.columns[header].series(),
                    "partner": block.columns[partners[0]].series(),
                    "amount": amount_of_rows(block, amounts),
                }
            )
            is_annex = _are_annexes(rows)
            if is_annex.any():
                return _without(block, is_annex, header)
    return block


def _may_number_annexes(block: Block, header: str) -> bool:
    """Whether enough references below a header are others with an ending."""
    references = block.columns[header].values.dropna()
    with_ending = references[matching(references, _ENDING)]
    if len(with_ending) < _FEWEST:
        return False
    stems = with_ending.str.replace(_ENDING, "", regex=True)
    return bool(stems[stems.isin(references.array)].nunique() >= _FEWEST)


def _are_annexes(rows: pd.DataFrame) -> np.ndarray:
    """Which rows break down the amount of another; none where those of one do not add up to it."""
    reference = rows["reference"].str.strip()
    stem = reference.str.replace(_ENDING, "", regex=True)
    is_whole = reference.notna() & ~reference.duplicated(keep=False)
    wholes = rows[is_whole].set_index(reference[is_whole])
    is_annex = stem.ne(reference) & stem.isin(wholes.index)
    whole = wholes.reindex(stem[is_annex]).set_axis(rows.index[is_annex])
    names_same = (
        whole["partner"]
        .map(folded, na_action="ignore")
        .eq(rows.loc[is_annex, "partner"].map(folded, na_action="ignore"))
    )
    parts = rows.loc[is_annex, "amount"].groupby(stem[is_annex]).agg(["sum", "size"])
    differs = (parts["sum"] - wholes.loc[parts.index, "amount"]).abs() >= HALF_CENT
    adds_up = not differs.any() and (parts["size"] > 1).all() and names_same.all()
    is_broken_down = adds_up and len(parts) >= _FEWEST and parts["sum"].gt(0).all()
    return is_annex.to_numpy(bool) & is_broken_down


def _without(block: Block, is_annex: np.ndarray, header: str) -> Block:
    """The block without some rows, which are set aside with their reference."""
    columns = {name: column.rows(~is_annex) for name, column in block.columns.items()}
    references = block.columns[header].rows(is_annex).series()
    aside = [
        Aside(int(line), BROKEN_DOWN, str(reference))
        for line, reference in zip(block.lines[is_annex], references, strict=True)
    ]
    lines = block.lines[~is_annex]
    return replace(block, columns=columns, lines=lines, aside=[*block.aside, *aside])
