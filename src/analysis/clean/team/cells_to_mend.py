"""Cells of raw files that the team may correct, as their files write them."""

import pandas as pd

from analysis.clean.sheets.parts_of_files import Part
from analysis.clean.team import decisions
from analysis.clean.team.corrections import value_at
from analysis.declare import schema
from analysis.layout.terms.changed_ends import header_of_days

DECISIVE = ("recipient", "date")  # of grants: a row without them counts for nothing


def cells_to_mend(parts: list[Part], quarantine: pd.DataFrame, expected: list[str]) -> pd.DataFrame:
    """Cells that could not be read, and blank ones without which their row counts for nothing, for
    the team to correct.

    One row a cell (`decisions.CORRECTION_COLUMNS`), as its file writes it. `expected` are the rules
    that are nobody's fault.
    """
    wrong = quarantine[quarantine["line"].notna() & ~quarantine["rule"].isin(expected)]
    by_source = dict(tuple(wrong.groupby("source")))
    cells = []
    for part in parts:
        if part.mapping is None or part.as_read is None or part.block.source not in by_source:
            continue
        places = {line: row_number for row_number, line in enumerate(part.as_read.lines.tolist())}
        for fault in by_source[part.block.source].itertuples():
            if fault.line in places:
                row_number = places[fault.line]
                for header, value in _cells_at_fault(part, row_number, fault.column, fault.value):
                    line = int(fault.line)  # a float beside faults of no line
                    cells.append((part.block.source, line, header, value, fault.message, ""))
    table = pd.DataFrame(cells, columns=decisions.CORRECTION_COLUMNS).astype("str")
    return table.drop_duplicates(["file", "line", "column"], ignore_index=True)


def _cells_at_fault(part: Part, place: int, column: str, shown: str) -> list[tuple[str, str]]:
    """The header and the text of the cells that a fault of a row is about."""
    columns = part.as_read.columns
    row = {header: value_at(cells, place) for header, cells in columns.items()}
    headers_of = part.mapping.columns
    if column:
        remarks = {header_of_days(header, column): header for header in row}
        written = [remarks.get(header, header) for header in headers_of.get(column, ())]
        meant = [header for header in written if header in row]
        same = [header for header in meant or row if row[header] and row[header][:200] == shown]
        return [(header, row[header]) for header in (same or meant)[:1]]
    declared = schema.columns(part.mapping.table)
    needed = [name for name in headers_of if name in declared and declared[name].required]
    needed += [name for name in DECISIVE if name in headers_of]
    headers = dict.fromkeys(header for name in needed for header in headers_of[name])
    return [(header, "") for header in headers if row.get(header) == ""]
