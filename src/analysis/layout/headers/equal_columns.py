"""Columns of one header, and columns of one content."""

import re

import pandas as pd

from analysis.declare.shares import HALF, NEARLY_ALL
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.header_words import PART
from analysis.layout.headers.numbers_of_cells import (
    Numbers,
    amounts_of_rows,
    not_money,
    tells_of_something_else,
)
from analysis.layout.headers.table_match import Match
from analysis.layout.headers.words import says
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block, spaced

_TOTAL = re.compile(r"(?i)\b(?:total|gesamt|totaal|totale|summe|suma|somma|somme)")
_FEWEST_PARTS, _MOST_PARTS = 2, 6


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
        if numbers.share > HALF
        and not not_money(numbers, named=True)
        and not agree(block, headers[0], header)
    )


def parts_of_total(block: Block, found: Match, headers: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that a column of totals adds up, as of what each of several funders gives
    ("Ville; État; CAF; Total"); none where they are parts of one grant, of years or of payments.
    """
    if not _TOTAL.search(spaced(headers[0])):
        return total_of_the_part(block, found, headers)
    if len(headers) > 1:
        return ()
    if "~part" in found.columns:
        return ()
    columns = {header: Numbers(block.columns[header]) for header in found.free}
    parts = [
        header
        for header, numbers in columns.items()
        if numbers.share > HALF and not not_money(numbers, named=True)
        if not (re.search(r"\d", header) or sense_of(header, PART) or says("payments", header))
    ]
    if not _FEWEST_PARTS <= len(parts) <= _MOST_PARTS:
        return ()
    if _add_up(block, parts, headers[0]):
        return tuple(parts)
    return ()


def total_of_the_part(block: Block, found: Match, headers: tuple[str, ...]) -> tuple[str, ...]:
    """The column of totals that adds up an amount and others that nothing tells from it ("Aide;
    Bonus; Total"); none where these are of something else, of years or of payments.
    """
    totals = found.columns.get("~total", ())
    if len(headers) > 1 or len(totals) != 1 or _TOTAL.search(spaced(headers[0])):
        return ()
    if says("granted amount", headers[0]):
        return ()
    others = {header: Numbers(block.columns[header]) for header in found.free}
    parts = [
        header
        for header, numbers in others.items()
        if numbers.share > HALF and not not_money(numbers, named=True)
        if not (re.search(r"\d", header) or tells_of_something_else(header))
    ]
    if not 1 <= len(parts) < _MOST_PARTS:
        return ()
    if _add_up(block, [*headers, *parts], totals[0]):
        return totals
    return ()


def _add_up(block: Block, parts: list[str], total: str) -> bool:
    """Whether a column is the sum of others in nearly all rows."""
    whole = amounts_of_rows(block.columns[total])
    amounts = [amounts_of_rows(block.columns[header]).fillna(0) for header in parts]
    is_sum = (pd.concat(amounts, axis=1).sum(axis=1) - whole).abs() < HALF_CENT
    return bool(is_sum.fillna(False).mean() >= NEARLY_ALL)


def agree(block: Block, header: str, other: str) -> bool:
    """Whether two columns hold the same amounts in nearly all rows."""
    first, second = (amounts_of_rows(block.columns[name]) for name in (header, other))
    in_both = first.notna() & second.notna()
    return bool(in_both.any() and (first[in_both] == second[in_both]).mean() > 0.98)
