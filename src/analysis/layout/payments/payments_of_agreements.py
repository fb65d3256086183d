"""Lists of payments under agreements that another sheet numbers."""

import re

from analysis.layout.agreements.amending_sheets import header_of_numbers, numbers_of_agreements
from analysis.layout.doubts import doubts_of
from analysis.layout.drafts.table_drafts import NEEDED
from analysis.layout.headers.cell_evidence import folded_values
from analysis.layout.headers.header_matching import match
from analysis.layout.headers.table_match import BY_WORDS
from analysis.layout.headers.table_words import names_table, words_of_name
from analysis.layout.mapping import Mapping
from analysis.layout.payments.payment_sheets import take_days_and_amounts
from analysis.layout.recognition import completed_mapping
from analysis.layout.shapes.kind_columns import by_kind
from analysis.layout.shapes.sideways import stands_sideways
from analysis.layout.shapes.year_columns import by_year
from analysis.layout.study_keys import StudyDescription
from analysis.read import Block
from analysis.read.figures import YEAR

_OTHERS = (None, "grants", "accounts", "contributions")  # what else such a list is taken for


def paying_instead(
    blocks: list[tuple[Block, str, Mapping | None]], study: StudyDescription
) -> list[tuple[Block, Mapping] | None]:
    """For each block, with its stem and how it is read, how it is read instead where its numbers
    are mostly those of agreements that another lists, beside days or years and amounts; on a sheet
    called payments the names of their partners do as well.

    None where a block stays what it is.
    """
    numbers: set[str] = set()
    partners: set[str] = set()
    for block, _stem, mapping in blocks:
        if mapping is not None and mapping.table == "agreements":
            numbers |= numbers_of_agreements(block, mapping)
            partners |= folded_values(block, mapping.columns.get("partner_id", ()))
    instead: list[tuple[Block, Mapping] | None] = [None] * len(blocks)
    for position, (block, stem, mapping) in enumerate(blocks if numbers | partners else ()):
        table = mapping.table if mapping else None
        is_sure = table == "contributions" and _is_sure_of("agreement_id", mapping)
        if table in _OTHERS and not is_sure and not stands_sideways(block):
            are_payments = names_table(words_of_name(stem, block.sheet), "contributions")
            names = numbers | partners if are_payments else numbers
            number = header_of_numbers(block, names)
            are_payments |= table == "contributions"
            if number:
                year = _year_of_list(mapping)
                instead[position] = _paying(block, stem, study, number, year, are_payments)
    return instead


def _is_sure_of(column: str, mapping: Mapping) -> bool:
    return column in mapping.columns and all(doubt.column != column for doubt in mapping.doubts)


def _year_of_list(mapping: Mapping | None) -> dict[str, str]:
    """The year of all payments of a list, as its name or its title tells it; else nothing."""
    date = mapping.constants.get("date", "") if mapping else ""
    if re.fullmatch(YEAR, date):
        return {"year": date}
    return {}


def _paying(
    block: Block,
    stem: str,
    study: StudyDescription,
    number: str,
    year_of_list: dict[str, str],
    are_payments: bool,
) -> tuple[Block, Mapping] | None:
    """A block as the payments of agreements whose numbers stand under a header; None where it is
    something else.
    """
    long = by_kind(by_year(block, any_word=True))
    found = match(long, "contributions")
    for column in [column for column, headers in found.columns.items() if number in headers]:
        del found.columns[column]
    found.take("agreement_id", (number,), BY_WORDS)
    take_days_and_amounts(found, are_payments=are_payments)
    tells_when = not {"date", "year"}.isdisjoint(found.columns)
    if "value_eur" not in found.columns or not (tells_when or year_of_list):
        return None
    doubts = doubts_of(long, found, set())
    constants = {} if tells_when else year_of_list
    return long, completed_mapping(
        long, found, constants, stem, study, doubts, needed=NEEDED["contributions"]
    )
