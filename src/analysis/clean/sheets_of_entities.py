"""Lists of agreements of one shape that name no entity: each may be of the entity by which its sheet
or file is called, which is asked.
"""

from collections.abc import Sequence
from dataclasses import replace

from analysis import layout
from analysis.clean.list_versions import words_but_of_versions
from analysis.clean.source_overlaps import BlockOfSource
from analysis.read import folded


def ask_about_entities(parts: Sequence[BlockOfSource]) -> None:
    """Ask whether each of several lists of agreements is of the entity that its name tells, where no
    column does: they have the same headers, and names that tell no year, version or stage alone.
    """
    by_shape: dict[frozenset[str], list[BlockOfSource]] = {}
    for part in parts:
        if _lists_agreements_of_nobody(part):
            shape = frozenset(folded(header) for header in part.block.columns)
            by_shape.setdefault(shape, []).append(part)
    for alike in by_shape.values():
        names = [_name(part, alike) for part in alike]
        bare_names = {" ".join(words_but_of_versions(f"#{name}")) for name in names}
        are_stages = any(layout.says("stage of agreements", name) for name in names)
        if len(bare_names) > 1 and len({*names}) == len(names) and not are_stages:
            for part, name in zip(alike, names, strict=True):
                part.mapping = _of_entity(part.mapping, name)


def _lists_agreements_of_nobody(part: BlockOfSource) -> bool:
    """Whether a list of agreements that study.toml does not describe names no entity."""
    mapping = part.mapping
    is_drafted = part.stated is None and mapping is not None and not mapping.amends
    return is_drafted and mapping.table == "agreements" and "entity" not in mapping.columns


def _name(part: BlockOfSource, alike: Sequence[BlockOfSource]) -> str:
    """What a list is called: its sheet where its file holds several, else its file."""
    file = part.block.source.partition("#")[0]
    in_file = [other for other in alike if other.block.source.partition("#")[0] == file]
    return part.block.sheet if len(in_file) > 1 and part.block.sheet else part.stem


def _of_entity(mapping: layout.Mapping, name: str) -> layout.Mapping:
    """How a list is read that may be of the entity of this name."""
    others = [doubt for doubt in mapping.doubts if doubt.column != "entity"]
    doubt = layout.Doubt("entity", (), (), layout.OF_ENTITIES)
    constants = mapping.constants | {"entity": name}
    return replace(mapping, constants=constants, doubts=(*others, doubt))
