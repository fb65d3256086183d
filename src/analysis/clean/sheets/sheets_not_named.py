"""Sheets of workbooks of which study.toml names others: nothing is read of them."""

from collections.abc import Sequence
from pathlib import Path

from analysis import layout, read
from analysis.declare.faults import Fault, Refused
from analysis.text.messages import say

SHEET_NOT_NAMED = "sheet not named"  # the rule of what nothing is read of
_LARGEST_BYTES = 2_000_000  # of a workbook that is read once more for the names of its sheets


def sheets_not_named(
    sources: Sequence[tuple[Path, layout.Source | None]], root: Path
) -> list[Fault]:
    """The sheets with rows that no source names, of small workbooks of which all sources name one."""
    named: dict[Path, set[str]] = {}
    for file, source in sources:
        named.setdefault(file, set()).add(source.sheet or "" if source else "")
    not_named = []
    for file, sheets in named.items():
        if "" in sheets or file.stat().st_size > _LARGEST_BYTES:
            continue
        try:
            blocks = read.blocks(file, read.shown(file.relative_to(root)))
        except Refused:  # what is wrong elsewhere in it is no fault of what is read
            continue
        others = [
            block.source for block in blocks if block.sheet not in sheets and len(block.lines)
        ]
        not_named += dict.fromkeys(others)
    message = say("clean.not_named")
    return [Fault(sheet, None, "", SHEET_NOT_NAMED, "", message) for sheet in not_named]
