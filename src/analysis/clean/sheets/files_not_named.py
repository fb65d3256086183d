"""Files and sheets that study.toml does not name though it names others: nothing is read of them."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from analysis import layout, read
from analysis.declare.faults import Fault, Refused
from analysis.text.messages import say

NOT_NAMED = "not named"  # the rule of what nothing is read of
_LARGEST_BYTES = 2_000_000  # of a workbook that is read once more for the names of its sheets


def files_not_named(
    files: Sequence[Path], sources: Sequence[tuple[Path, layout.Source | None]], root: Path
) -> list[Fault]:
    """The files that no source names, and the sheets with rows that none names, of small workbooks
    of which all sources name one. Files of a folder of which none is named are no data of the team.
    """
    message = say("clean.not_named")
    named = {file for file, _source in sources}
    folders = {file.parent for file in named}
    faults = []
    for file in sorted({*files} - named):
        rule = NOT_NAMED if file.parent in folders else "not read"
        faults.append(Fault(read.shown(file.relative_to(root)), None, "", rule, "", message))
    sheets = _sheets_not_named(sources, root)
    return faults + [Fault(sheet, None, "", NOT_NAMED, "", message) for sheet in sheets]


def remarks_on_files(quarantine: pd.DataFrame) -> list[str]:
    """One sentence for each file and sheet of which nothing is read."""
    not_named = quarantine[quarantine["rule"] == NOT_NAMED]
    sources, messages = not_named["source"], not_named["message"]
    return [f"{name}: {message}" for name, message in zip(sources, messages, strict=True)]


def _sheets_not_named(
    sources: Sequence[tuple[Path, layout.Source | None]], root: Path
) -> dict[str, None]:
    named: dict[Path, set[str]] = {}
    for file, source in sources:
        named.setdefault(file, set()).add(source.sheet or "" if source else "")
    not_named: dict[str, None] = {}
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
        not_named |= dict.fromkeys(others)
    return not_named
