"""Columns of one header, and columns of one content."""

import re

from analysis import parse
from analysis.layout.cell_evidence import Numbers, not_money
from analysis.layout.header_matching import Match
from analysis.read import Block

_MOSTLY = 0.5  # share of the cells that must be numbers


def under_the_same_header(block: Block, found: Match, headers: tuple[str, ...]) -> tuple[str, ...]:
    """Other amounts whose header is the same, which reading numbers ("Montant"; "Montant 2")."""
    if len(headers) > 1:
        return ()
    numbered = re.compile(rf"{re.escape(headers[0])} \d+")
    twins = {
        header: Numbers(block.columns[header])
        for header in found.free
        if numbered.fullmatch(header)
    }
    return tuple(
        header
        for header, numbers in twins.items()
        if numbers.share > _MOSTLY
        and not not_money(numbers, named=True)
        and not agree(block, headers[0], header)
    )


def agree(block: Block, header: str, other: str) -> bool:
    """Whether two columns hold the same amounts in nearly all rows."""
    first, second = (
        parse.amounts(block.columns[amounts_header].series())[0]
        for amounts_header in (header, other)
    )
    in_both = first.notna() & second.notna()
    return bool(in_both.any() and (first[in_both] == second[in_both]).mean() > 0.98)
