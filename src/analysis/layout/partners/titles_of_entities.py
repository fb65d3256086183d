"""Titles between agreements that may name the entity of those below ("DIRECTION SUD")."""

import re
from dataclasses import replace

from analysis.layout.mapping import Doubt, Mapping
from analysis.layout.shapes.titles import titles_by_line, titles_of_rows
from analysis.read import Block

NAMED_BY_TITLES = "titles of entities"  # the reason of the doubt whether they do
_MOST_WORDS = 6  # of the name of an entity


def names_in_titles(block: Block) -> list[str]:
    """The titles above the rows, in their order, where each row stands below one of several between
    the rows that may be names: short, and without figures. Else none.
    """
    last_line = max(block.lines, default=0)
    titles = {
        line: title for line, title in titles_by_line(block) if block.header_line < line < last_line
    }
    are_names = all(
        len(name.split()) <= _MOST_WORDS and not re.search(r"\d", name) for name in titles.values()
    )
    is_above_all = bool(titles) and min(titles) < min(block.lines)
    names = list(titles_of_rows(block).series().dropna().unique())
    if are_names and is_above_all and len(names) > 1:
        return names
    return []


def with_entities_of_titles(block: Block, mapping: Mapping) -> Mapping:
    """How agreements are read that else would all be of the study: each of the entity that the title
    above it names, where titles seem to, which is asked.
    """
    is_assumed = mapping.table == "agreements" and "entity" in mapping.constants
    if not (is_assumed and names_in_titles(block)):
        return mapping
    constants = {name: text for name, text in mapping.constants.items() if name != "entity"}
    doubts = (*mapping.doubts, Doubt("entity", (), (), NAMED_BY_TITLES))
    return replace(mapping, constants=constants, split="entity", doubts=doubts)
