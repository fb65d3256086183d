"""Names that some rows write with the acronym that stands beside them ("ARES - Ares" beside "ARES")."""

import re
from dataclasses import replace

import pandas as pd

from analysis.layout.headers.words import says
from analysis.read import Block, Coded, folded


def without_acronyms(block: Block) -> Block:
    """The block in which a name with its acronym is the name alone, where another row with that
    acronym bears it.
    """
    of_acronyms = [header for header in block.columns if says("header of acronyms", header)]
    if len(of_acronyms) != 1:
        return block
    acronyms = block.columns[of_acronyms[0]].series()
    plain = {}
    for header, column in block.columns.items():
        names = pd.DataFrame({"name": column.series(), "acronym": acronyms}).dropna()
        bare_names = _bare_names(names.drop_duplicates())
        if header not in of_acronyms and bare_names:
            plain[header] = Coded.of(column.series().replace(bare_names))
    if plain:
        return replace(block, columns=block.columns | plain)
    return block


def _bare_names(names: pd.DataFrame) -> dict[str, str]:
    """The name without its acronym of each that another row bears so.

    >>> names = pd.DataFrame({"name": ["Ares", "ARES - Ares", "ARES - Autre"], "acronym": "ARES"})
    >>> _bare_names(names)
    {'ARES - Ares': 'Ares'}
    """
    name_by_keys = {
        (folded(row.acronym), folded(row.name)): row.name for row in names.itertuples(index=False)
    }
    bare_names = {}
    for row in names.itertuples(index=False):
        acronym = re.escape(row.acronym.strip())
        before = re.sub(rf"(?i)^\s*{acronym}\s*[-–—:|/]\s*", "", row.name)
        bare = re.sub(rf"(?i)\s*(?:[-–—:|/]\s*{acronym}|[(\[]\s*{acronym}\s*[)\]])\s*$", "", before)
        known_name = name_by_keys.get((folded(row.acronym), folded(bare)))
        if known_name and bare != row.name:
            bare_names[row.name] = known_name
    return bare_names
