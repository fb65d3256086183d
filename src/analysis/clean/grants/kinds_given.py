"""What grants give beside money, as a column of a list says it."""

import re

import pandas as pd

from analysis import parse
from analysis.clean.records.rows import spread
from analysis.declare import schema
from analysis.declare.shares import HALF
from analysis.layout import Mapping
from analysis.read import Block, spaced

_KIND = re.compile(r"(?i)\bnature|\btype|\bforme|\bkind\b|\bform of|\bart der|\bapport")


def kinds_given(block: Block, mapping: Mapping) -> pd.Series:
    """What each grant gives, in the words of contributions, as the column of kinds says it, else
    one of which most words are such; missing where they say nothing of it ("Subvention
    d'équipement").
    """
    declared_kinds = schema.columns("contributions")["kind"]
    used = {header for headers in mapping.columns.values() for header in headers}
    possible = [
        header for header in block.columns if _KIND.search(spaced(header)) and header not in used
    ]
    named = mapping.columns.get("kind", ())
    for header in (*named, *possible):
        column = block.columns[header]
        kinds = parse.categories(column.values, declared_kinds)[0]
        if header in named or kinds.notna().mean() > HALF:
            return spread(kinds, column.codes)
    return pd.Series(pd.NA, range(len(block.lines)), dtype="str")
