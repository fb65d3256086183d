"""Sheets that stand beside the tables of a programme, read as what they are of it."""

from collections.abc import Sequence

from analysis import layout
from analysis.clean.team.source_overlaps import BlockOfSource


def as_one_programme(parts: Sequence[BlockOfSource], study: layout.StudyDescription) -> None:
    """Lists of grants beside tables of a programme become tables of it too."""
    mapped_parts = [part for part in parts if part.mapping is not None]
    blocks = [(part.block, part.stem, part.mapping) for part in mapped_parts]
    for part, instead in zip(mapped_parts, layout.programme_instead(blocks, study), strict=True):
        if instead:
            part.block, part.mapping = instead


def as_amendments(parts: Sequence[BlockOfSource], study: layout.StudyDescription) -> None:
    """Sheets of which study.toml says nothing, and that change agreements which another sheet lists,
    become rows of their table.
    """
    blocks = [(part.block, part.stem, part.mapping) for part in parts]
    for part, amending in zip(parts, layout.amending_instead(blocks, study), strict=True):
        if amending and part.stated is None:
            part.mapping = amending


def as_payments(parts: Sequence[BlockOfSource], study: layout.StudyDescription) -> None:
    """Sheets of which study.toml says nothing, and whose numbers are those of agreements of another
    sheet, become the payments of these.
    """
    blocks = [(part.block, part.stem, part.mapping) for part in parts]
    for part, paying in zip(parts, layout.paying_instead(blocks, study), strict=True):
        if paying and part.stated is None:
            part.block, part.mapping = paying


def as_keyed_by_codes(parts: Sequence[BlockOfSource]) -> None:
    """Partners known by their names alone are known by the codes that another table names them by."""
    mapped_parts = [part for part in parts if part.mapping is not None]
    blocks = [(part.block, part.mapping) for part in mapped_parts]
    for part, mapping in zip(mapped_parts, layout.keyed_by_codes(blocks), strict=True):
        part.mapping = mapping


def as_numbered_grants(parts: Sequence[BlockOfSource]) -> None:
    """Lists of grants are known by the numbers of agreements that several of them bear."""
    mapped_parts = [part for part in parts if part.mapping is not None]
    blocks = [(part.block, part.mapping) for part in mapped_parts]
    mappings = layout.with_references_in_common(blocks)
    for part, mapping in zip(mapped_parts, mappings, strict=True):
        part.mapping = mapping
