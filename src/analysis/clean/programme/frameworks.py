"""Local agreements under a framework agreement of the same data: their amounts lie within its own, or
are added to it, which the team says.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis import layout, read
from analysis.clean.team.source_overlaps import BlockOfSource
from analysis.declare.shares import MOST
from analysis.layout.drafts.proposed_columns import tells_rows_apart

_AMOUNTS = {"grants": "amount", "agreements": "planned_amount_eur"}  # what would count twice


def ask_about_frameworks(parts: Sequence[BlockOfSource]) -> None:
    """Ask whether amounts of agreements that name their framework lie within its own; where
    study.toml says so, they are blank here and count there.
    """
    candidates = [part for part in parts if part.mapping and part.mapping.table in _AMOUNTS]
    for part in candidates:
        header = _header_of_frameworks(part, candidates)
        if not header or _AMOUNTS[part.mapping.table] not in part.mapping.columns:
            continue
        answer = part.stated.framework if part.stated else None
        if answer is None or "framework" in part.stated.guessed:
            doubt = layout.Doubt(layout.ABOUT_FRAMEWORKS, (header,), (), layout.FRAMEWORK)
            part.mapping = replace(part.mapping, doubts=(*part.mapping.doubts, doubt))
        elif answer == "within":
            numbers = _numbers_of_agreements(header, part, candidates)
            part.block = _without_amounts(part, header, numbers)


def _header_of_frameworks(part: BlockOfSource, parts: Sequence[BlockOfSource]) -> str:
    """The header under which agreements name the framework that they are of; blank where none is."""
    for header in part.block.columns:
        if not layout.says("framework", header) or tells_rows_apart(part.block, header):
            continue
        frameworks = _texts(part.block, header)
        numbers = _numbers_of_agreements(header, part, parts)
        if frameworks and len(frameworks & numbers) >= MOST * len(frameworks):
            return header
    return ""


def _numbers_of_agreements(
    header: str, part: BlockOfSource, parts: Sequence[BlockOfSource]
) -> set[str]:
    """What tells agreements apart, under any other header than that of their frameworks."""
    numbers = set()
    for other in parts:
        for name in other.block.columns:
            is_itself = other is part and name == header
            if not is_itself and tells_rows_apart(other.block, name):
                numbers |= _texts(other.block, name)
    return numbers


def _texts(block: read.Block, header: str) -> set[str]:
    return {read.folded(text) for text in block.columns[header].values.dropna()} - {""}


def _without_amounts(part: BlockOfSource, header: str, numbers: set[str]) -> read.Block:
    """The block whose rows that name a framework bear no amount."""
    frameworks = part.block.columns[header]
    is_known = frameworks.values.map(read.folded, na_action="ignore").isin(numbers)
    is_within = np.append(is_known.to_numpy(bool), False)[frameworks.codes]
    columns = dict(part.block.columns)
    for name in part.mapping.columns[_AMOUNTS[part.mapping.table]]:
        codes = np.where(is_within, -1, columns[name].codes).astype(np.int32)
        columns[name] = read.Coded(codes, columns[name].values)
    return replace(part.block, columns=columns)
