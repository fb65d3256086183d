"""The rows that the parts of all files hold, by the table that they are of."""

from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from analysis.clean import ledger
from analysis.clean.partners.personal_data import without_needless_numbers
from analysis.clean.records.cells import read_rows
from analysis.clean.records.rows import Tables, rows_together
from analysis.clean.sheets.malformed_records import mend
from analysis.clean.sheets.parts_of_files import Part
from analysis.clean.sheets.sources import ranks
from analysis.clean.sheets.two_studies import refuse_two_studies
from analysis.clean.side_by_side import in_processes
from analysis.read import memory

_BYTES_OF_A_CELL = 10  # about, in the raw files at hand


class _RowsOfPart(NamedTuple):
    """What is read of a part: its rows, cells and records that are not read, and lines that were
    mended.
    """

    rows: pd.DataFrame
    cells_not_read: pd.DataFrame
    unread: list[tuple[int, str, str, str]]
    mended_lines: list[int]


def _rows_of_part(part: Part) -> _RowsOfPart:
    """The rows of a part with a mapping, its broken records among them where one reading fits."""
    block = replace(part.block, columns=dict(part.block.columns))
    unread, mended_lines = mend(block, part.mapping, part.as_read.columns if part.as_read else ())
    rows, cells_not_read = read_rows(block, part.mapping, part.stated)
    return _RowsOfPart(rows, cells_not_read, unread, mended_lines)


def read_all(parts: list[Part], folder: str) -> tuple[Tables, pd.DataFrame, list[pd.DataFrame]]:
    """The rows of each table, over all blocks; records that are no rows; cells not read."""
    rank = ranks(parts)
    by_table: dict[str, list[pd.DataFrame]] = {}
    asides: list[tuple[str, int, str, str, str]] = []
    cells = []
    mapped = [part for part in parts if part.mapping]
    raw_bytes = [
        _BYTES_OF_A_CELL * len(part.block.lines) * len(part.block.columns) for part in mapped
    ]
    for part, of_part in zip(mapped, in_processes(_rows_of_part, mapped, raw_bytes), strict=True):
        part.mended = of_part.mended_lines
        asides += [(part.block.source, *record) for record in of_part.unread]
        by_table.setdefault(part.mapping.table, []).append(of_part.rows)
        cells.append(of_part.cells_not_read)
        part.block.columns, part.as_read = {}, None  # read: the raw cells need not stay
        memory.release()
    for part in parts:
        source = part.block.source
        asides += [(source, each.line, each.rule, each.value, "") for each in part.block.aside]
    refuse_two_studies(folder, by_table)
    rows_of = {table: rows_together(blocks, rank) for table, blocks in by_table.items()}
    return without_needless_numbers(rows_of), ledger.aside_records(asides), cells
