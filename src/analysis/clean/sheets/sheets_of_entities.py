"""Lists of agreements of one shape that name no entity: each may be of the entity by which its sheet
or file is called, which is asked. So may lists of grants that tell from when to when these are,
where names or titles say a part of a company ("Direction Nord").
"""

from collections.abc import Sequence
from dataclasses import replace

from analysis import layout
from analysis.clean.several_lists.list_versions import words_but_of_versions
from analysis.clean.team.source_overlaps import BlockOfSource
from analysis.read import folded

_COLUMNS = {"agreements": "entity", "grants": "funder"}  # what tells who gives, by table
_FEWEST, _MOST = 2, 0.5  # lists that are called parts of a company
_OF_TERMS = ({"planned_start", "date"}, {"planned_end", "term_months"})
_OF_PUBLIC_LISTS = {"siret", "rna", "recipient_id", "town"}  # of which one body gives all


def ask_about_entities(parts: Sequence[BlockOfSource]) -> None:
    """Ask whether each of several lists of agreements is of the entity that its name tells, where no
    column does: they have the same headers, or some of each shape are called parts of a company, and
    names that tell no year, version or stage alone. Of lists of grants only where most are called
    parts of a company, by their names or titles.
    """
    by_shape: dict[tuple[str, frozenset[str]], list[BlockOfSource]] = {}
    for part in parts:
        if _lists_agreements_of_nobody(part) or _lists_dated_grants_of_nobody(part):
            shape = frozenset(folded(header) for header in part.block.columns)
            by_shape.setdefault((part.mapping.table, shape), []).append(part)
    for alike in _lists_alike(by_shape):
        names = [_name(part, alike) for part in alike]
        bare_names = {" ".join(words_but_of_versions(f"#{name}")) for name in names}
        are_stages = any(layout.says("stage of agreements", name) for name in names)
        are_apart = len(bare_names) > 1 and len({*names}) == len(names) and not are_stages
        if are_apart and (alike[0].mapping.table == "agreements" or _are_parts_of_one(alike)):
            for part, name in zip(alike, names, strict=True):
                part.mapping = _of_entity(part.mapping, name)


def _lists_alike(
    by_shape: dict[tuple[str, frozenset[str]], list[BlockOfSource]],
) -> list[list[BlockOfSource]]:
    """The lists of each shape; those of agreements together where lists of these shapes are called
    parts of a company, each of which may have headers of its own.
    """
    of_parts, others = [], []
    all_lists = [part for lists in by_shape.values() for part in lists]
    for (table, _headers), lists in by_shape.items():
        if table == "agreements" and _parts_of_a_company(lists, all_lists):
            of_parts += lists
        else:
            others.append(lists)
    return [of_parts, *others]


def _lists_agreements_of_nobody(part: BlockOfSource) -> bool:
    """Whether a list of agreements that study.toml does not describe names no entity."""
    mapping = part.mapping
    is_drafted = part.stated is None and mapping is not None and not mapping.amends
    return is_drafted and mapping.table == "agreements" and "entity" not in mapping.columns


def _lists_dated_grants_of_nobody(part: BlockOfSource) -> bool:
    """Whether a list of grants that study.toml does not describe tells from when to when these are,
    and no funder.
    """
    mapping = part.mapping
    if part.stated is not None or mapping is None or mapping.table != "grants":
        return False
    if "funder" in mapping.columns or "funder_id" in mapping.constants:
        return False
    is_dated = not any(terms.isdisjoint(mapping.columns) for terms in _OF_TERMS)
    return is_dated and _OF_PUBLIC_LISTS.isdisjoint(mapping.columns)


def _are_parts_of_one(alike: Sequence[BlockOfSource]) -> bool:
    """Whether most of several lists, and two at least, are called parts of a company: beside these
    a third may be called "Siège".
    """
    return len(_parts_of_a_company(alike, alike)) >= max(_FEWEST, _MOST * len(alike))


def _parts_of_a_company(
    lists: Sequence[BlockOfSource], beside: Sequence[BlockOfSource]
) -> list[BlockOfSource]:
    """The lists of which the name, or a title above, says a part of a company."""
    return [
        part
        for part in lists
        if any(
            layout.says("part of a company", name)
            for name in (_name(part, beside), *part.block.titles)
        )
    ]


def _name(part: BlockOfSource, alike: Sequence[BlockOfSource]) -> str:
    """What a list is called: its sheet where its file holds several, else its file."""
    file = part.block.source.partition("#")[0]
    in_file = [other for other in alike if other.block.source.partition("#")[0] == file]
    if len(in_file) > 1 and part.block.sheet:
        return part.block.sheet
    return part.stem


def _of_entity(mapping: layout.Mapping, name: str) -> layout.Mapping:
    """How a list is read that may be of the entity of this name."""
    column = _COLUMNS[mapping.table]
    others = [doubt for doubt in mapping.doubts if doubt.column != column]
    doubt = layout.Doubt(column, (), (), layout.OF_ENTITIES)
    constants = mapping.constants | {column: name}
    return replace(mapping, constants=constants, doubts=(*others, doubt))
