"""Lists that look like grants and are agreements, since payments beside them bear their numbers."""

from collections.abc import Iterable
from dataclasses import replace

from analysis.declare.shares import HALF
from analysis.layout.agreements.agreements_by_words import take_words_of_agreements
from analysis.layout.agreements.amending_sheets import header_of_numbers
from analysis.layout.drafts.likeliest_answers import with_columns_proposed
from analysis.layout.drafts.proposed_columns import tells_rows_apart
from analysis.layout.drafts.table_drafts import TableDraft
from analysis.layout.headers.cell_evidence import dates_like, folded_values, sample
from analysis.layout.headers.header_matching import match
from analysis.layout.headers.table_match import BY_WORDS, Match
from analysis.layout.mapping import Mapping
from analysis.layout.study_keys import StudyDescription
from analysis.read import Block, folded

_NEEDED = {"partner_id", "start"}  # what such a list tells of each agreement
_OF_GRANTS = {  # columns of agreements, and those of grants that hold the same, likeliest first
    "partner_id": ("recipient",),
    "start": ("planned_start", "date"),
    "planned_end": ("planned_end",),
    "planned_amount_eur": ("amount",),
}


def as_agreements_paid(
    block: Block,
    stem: str,
    as_grants: Mapping,
    study: StudyDescription,
    payments: Iterable[Block],
) -> Mapping | None:
    """How a block that is read `as_grants` is read whose rows bear the numbers that payments name:
    as the agreements that these pay. None where no payment bears one, or where the list does not
    tell with whom and since when each is.
    """
    number = _number_paid(block, list(payments))
    if not number:
        return None
    matched = match(block, "agreements")
    for column in [column for column, headers in matched.columns.items() if number in headers]:
        del matched.columns[column]
    matched.take("agreement_id", (number,), BY_WORDS)
    take_words_of_agreements(matched)
    _take_as_grants(matched, as_grants)
    if not matched.columns.keys() >= _NEEDED:
        return None
    mapping = TableDraft(matched, frozenset(matched.columns), stem, study).mapping()
    if "entity" in matched.columns or "funder" not in as_grants.constants:
        return mapping
    # one funder gave all grants, and no column says who signed
    doubts = tuple(doubt for doubt in mapping.doubts if doubt.column != "entity")
    constants = mapping.constants | {"entity": as_grants.constants["funder"]}
    return replace(mapping, constants=constants, doubts=doubts)


def _take_as_grants(matched: Match, as_grants: Mapping) -> None:
    """Take what nothing tells of agreements yet from what the same block tells of grants; of amounts
    in several currencies those that the list writes in one.
    """
    columns = with_columns_proposed(as_grants).columns
    if columns.get("amount") != as_grants.columns.get("amount"):
        for column in ("planned_amount_eur", "~currency"):
            matched.columns.pop(column, None)
    for column, names in _OF_GRANTS.items():
        telling = [name for name in names if len(columns.get(name, ())) == 1]
        if telling and column not in matched.columns:
            (header,) = columns[telling[0]]
            matched.take(column, tuple({header}.intersection(matched.free)), BY_WORDS)


def _number_paid(block: Block, payments: list[Block]) -> str:
    """The header of the numbers that tell rows apart and that payments bear; blank where none does.

    Numbers of figures alone may be those of anything: payments bear them under the same header.
    """
    for header in block.columns:
        if not tells_rows_apart(block, header) or dates_like(block, header):
            continue
        numbers = folded_values(block, (header,))
        are_codes = sample(block.columns[header]).str.contains(r"[^\W\d_]").mean() > HALF
        for others in payments:
            paid = header_of_numbers(others, numbers)
            is_named_so = are_codes or folded(paid) == folded(header)
            if paid and is_named_so and not tells_rows_apart(others, paid):
                return header
    return ""
