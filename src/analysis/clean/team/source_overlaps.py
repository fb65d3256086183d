"""What several `[[source]]` say of one sheet: each its own table, and no row twice."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from analysis import layout, read
from analysis.declare.faults import Fault
from analysis.text import formatting
from analysis.text.messages import say


class BlockOfSource(Protocol):
    """A block, the stem of its file, what it holds, and what study.toml says of its source."""

    block: read.Block
    stem: str
    mapping: layout.Mapping | None
    stated: layout.Source | None


def of_this_source(
    blocks: list[read.Block],
    file: Path,
    source: layout.Source | None,
    sources: list[tuple[Path, layout.Source | None]],
) -> list[read.Block]:
    """The blocks without those of which another source of the file states the row of the header."""
    elsewhere = {
        other.header_row
        for other_file, other in sources
        if source is not None and other is not None and other_file == file
        if other is not source and other.sheet == source.sheet
    }
    if source is None or not source.header_row:
        return blocks
    elsewhere -= {source.header_row, None}
    return [block for block in blocks if block.header_line not in elsewhere]


def read_twice(parts: Sequence[BlockOfSource]) -> list[Fault]:
    """Sheets that two sources take the same columns of for the same table: all would count twice."""
    met, faults = set(), []
    for part in parts:
        block, mapping = part.block, part.mapping
        if part.stated is None or mapping is None:
            continue
        columns = tuple(sorted(mapping.columns.items()))
        read_as = (block.source, block.header_line, mapping.table, columns)
        if read_as in met:
            message = say("clean.read_twice", table=formatting.text(mapping.table))
            faults.append(Fault(block.source, None, "files", "twice", "", message))
        met.add(read_as)
    return faults
