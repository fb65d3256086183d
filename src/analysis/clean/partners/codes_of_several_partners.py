"""Cells of agreements and of other tables that bear the codes of several partners ("P01 / P02"):
one partner of both codes would come of them, so that it is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from analysis import layout
from analysis.clean.team.source_overlaps import BlockOfSource
from analysis.layout.partners.several_partners import IN_CELLS

_MARKS = re.compile(r"\s*[/+|;,&\n]\s*|\s+(?:et|and|und|en|y|e)\s+")


def ask_about_codes_of_several(parts: Sequence[BlockOfSource]) -> None:
    """Ask of tables of which study.toml says nothing and in which cells bear several codes of a list
    of partners, unless something else is asked of these codes already.
    """
    listed = _codes_listed(parts)
    for part in parts if listed else ():
        mapping = part.mapping
        if part.stated is not None or mapping is None or mapping.table == "partners":
            continue
        headers = mapping.columns.get("partner_id", ())
        is_asked = any(doubt.column == "partner_id" for doubt in mapping.doubts)
        if not is_asked and any(_bear_several(part, header, listed) for header in headers):
            doubt = layout.Doubt("partner_id", headers, (), IN_CELLS)
            part.mapping = replace(mapping, doubts=(*mapping.doubts, doubt))


def _codes_listed(parts: Sequence[BlockOfSource]) -> set[str]:
    """The codes of all lists of partners that tell codes beside the names."""
    codes = set()
    for part in parts:
        columns = part.mapping.columns if part.mapping is not None else {}
        headers = columns.get("partner_id", ())
        is_list = part.mapping is not None and part.mapping.table == "partners"
        if is_list and headers != columns.get("name", ()):
            codes |= {code for header in headers for code in _texts(part, header)}
    return codes


def _bear_several(part: BlockOfSource, header: str, listed: set[str]) -> bool:
    """Whether a cell that is no code of a partner is made of two of them or more."""
    return any(len(codes_in_one_cell(text, listed)) > 1 for text in _texts(part, header) - listed)


def _texts(part: BlockOfSource, header: str) -> set[str]:
    column = part.block.columns.get(header)
    if column is None:
        return set()
    return {text.strip() for text in column.values.dropna()}


def codes_in_one_cell(text: str, listed: set[str]) -> list[str]:
    """The codes that a cell is made of; none where a part of it is no code of a partner.

    >>> codes_in_one_cell("P01 / P02", {"P01", "P02"}), codes_in_one_cell("P01 / RH", {"P01", "P02"})
    (['P01', 'P02'], [])
    """
    codes = _MARKS.split(text)
    if set(codes) <= listed:
        return codes
    return []
