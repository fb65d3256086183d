"""Cells of raw files that the team corrected: put in before anything is read, and told."""

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.clean.ledger import CORRECTED, remark
from analysis.clean.partners.personal_data import masked
from analysis.clean.records.rows import FAULTS
from analysis.clean.team.decisions import CORRECTION_COLUMNS, CORRECTIONS, NO_FIT, decisions_in
from analysis.declare.faults import Fault, Refused
from analysis.read import Block, Coded
from analysis.text.messages import say

_NOTHING_CORRECTED = pd.DataFrame(columns=CORRECTION_COLUMNS, dtype="str")


def corrections_of(folder: Path) -> pd.DataFrame:
    """The cells that the team corrected (`CORRECTION_COLUMNS`, texts); rows without a correction
    are still to mend.

    Raises Refused where the file lacks a column, holds a line that is no number, or corrects one
    cell in two ways.
    """
    file = folder / CORRECTIONS
    if not file.exists():
        return _NOTHING_CORRECTED.copy()
    table = decisions_in(file, CORRECTION_COLUMNS)[CORRECTION_COLUMNS]
    cells = table[table["correction"] != ""].drop_duplicates()
    no_line = ~cells["line"].str.fullmatch(r"\d+")
    twice = cells.duplicated(["file", "line", "column"], keep=False)
    faults = []
    for which, message in (
        (no_line, say("clean.expected_line")),
        (twice & ~no_line, say("clean.corrected_twice")),
    ):
        for cell in cells[which].itertuples():
            line = int(cell.Index) + 2
            where = f"{cell.file}, {cell.line}, {cell.column}"
            faults.append(Fault(CORRECTIONS, line, "", CORRECTIONS, where, message))
    if faults:
        raise Refused(faults)
    return cells


def correct(block: Block, corrections: pd.DataFrame) -> pd.DataFrame:
    """Puts corrections into the cells of a block, in place; returns what became of those that name
    a cell of it.

    The table is one of the quarantine, under the index of `corrections`: rule `CORRECTED` where the
    cell held the value that was corrected, else `NO_FIT`.
    """
    if corrections.empty:
        return pd.DataFrame(columns=FAULTS)
    places = {str(line): row_number for row_number, line in enumerate(block.lines.tolist())}
    headers = {_squeezed(header): header for header in block.columns}
    fates = {}
    for cell in corrections[corrections["file"] == block.source].itertuples():
        header = headers.get(_squeezed(cell.column))
        if cell.line not in places or header is None:
            continue
        row_number, column = places[cell.line], block.columns[header]
        holds = value_at(column, row_number)
        if _squeezed(holds) == _squeezed(cell.value):
            block.columns[header] = _with_value(column, row_number, cell.correction)
            message = say("clean.corrected", value=repr(cell.correction))
            fates[cell.Index] = (CORRECTED, message)
        else:
            message = say(
                "clean.not_applied",
                old=repr(cell.value),
                new=repr(holds),
            )
            fates[cell.Index] = (NO_FIT, message)
    met = corrections.loc[list(fates)].rename(columns={"file": "source"})
    met["rule"] = [rule for rule, _message in fates.values()]
    met["message"] = [message for _rule, message in fates.values()]
    return met.assign(value=masked(met["value"])).astype({"line": "int64"})[FAULTS]


def value_at(column: Coded, place: int) -> str:
    """The text of a cell; blank where there is none."""
    number = column.codes[place]
    if number < 0:
        return ""
    return str(column.values.iloc[number])


def _with_value(column: Coded, place: int, text: str) -> Coded:
    codes = column.codes.copy()
    codes[place] = len(column.values)
    more = pd.Series([text], dtype=column.values.dtype)
    values, distinct = pd.factorize(pd.concat([column.values, more], ignore_index=True))
    renumbered = np.append(values, -1)[codes]
    return Coded(renumbered.astype(np.int32), pd.Series(distinct, dtype=column.values.dtype))


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def unmet(corrections: pd.DataFrame, met: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Corrections of cells that no file has, as remarks of the quarantine."""
    numbers_met = {number for fates in met for number in fates.index}
    lost = corrections[~corrections.index.isin(numbers_met)]
    return [
        remark(NO_FIT, say("clean.no_such_cell", line=cell.line, column=cell.column), cell.file)
        for cell in lost.itertuples()
    ]
