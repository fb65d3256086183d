"""Sheets that tell more of agreements which another sheet lists: amendments, extensions, early
ends.
"""

from collections.abc import Set
from dataclasses import replace

from analysis.declare.shares import MOST
from analysis.layout.agreements.kinds_of_amendments import header_of_kinds, tell_ends_apart
from analysis.layout.amounts.doubts_about_amounts import amounts_unnamed
from analysis.layout.doubts import doubts_of
from analysis.layout.headers.cell_evidence import dates_like, folded_values
from analysis.layout.headers.header_matching import ONE_END, match
from analysis.layout.headers.header_names import names_money
from analysis.layout.headers.table_match import BY_CELLS, BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.layout.mapping import Doubt, Mapping
from analysis.layout.recognition import completed_mapping
from analysis.layout.shapes.sideways import stands_sideways
from analysis.layout.study_keys import StudyDescription
from analysis.layout.terms.changed_ends import (
    tells_early_end,
    tells_extended_end,
    with_changed_ends,
)
from analysis.read import Block, folded
from analysis.read.total_words import BEGINS_WITH_TOTAL

CHANGE = "change of agreements"  # words that say so
MAY_CHANGE = ("planned_end", "end", "planned_amount_eur")  # what such a sheet may change


def amending_instead(
    blocks: list[tuple[Block, str, Mapping | None]], study: StudyDescription
) -> list[Mapping | None]:
    """For each block, with its stem and how it is read, how it is read instead where its numbers
    are mostly those of agreements that another lists, and its name, or a header of one that no
    layout explains, says that it changes these.

    Whom an agreement is with, and its start unless one is written or that of a renewal, stand in that
    other list. None
    where a block stays what it is.
    """
    numbers: set[str] = set()
    candidates = []
    for block, stem, mapping in blocks:
        is_named = says(CHANGE, block.sheet or stem)
        is_agreements = mapping is not None and mapping.table == "agreements"
        if is_agreements and not is_named:
            numbers |= numbers_of_agreements(block, mapping)
        may_be_list = mapping is None or (is_named and _may_be_agreements(mapping, block, stem))
        candidates.append(may_be_list and not stands_sideways(block))
    return [
        _amending(block, stem, study, numbers) if is_candidate and numbers else None
        for (block, stem, _mapping), is_candidate in zip(blocks, candidates, strict=True)
    ]


def _may_be_agreements(mapping: Mapping, block: Block, stem: str) -> bool:
    """Whether a block that is read is one of agreements, or drafted as payments without a name that
    says so.
    """
    is_draft = mapping.table == "contributions" and bool(mapping.doubts)
    is_draft &= not says("payments", block.sheet or stem)
    return mapping.table in ("agreements", "grants") or is_draft


def numbers_of_agreements(block: Block, mapping: Mapping) -> set[str]:
    """The numbers of the agreements that a block lists, folded; none where they are made of several
    columns, as of whom they are with and since when.
    """
    headers = mapping.columns.get("agreement_id", ())
    if len(headers) == 1:
        return folded_values(block, headers)
    return set()


def _amending(
    block: Block, stem: str, study: StudyDescription, numbers: Set[str]
) -> Mapping | None:
    """How a block is read that changes agreements of these numbers; None where it is something
    else.
    """
    name = block.sheet or stem
    extended = [header for header in block.columns if tells_extended_end(block, header)]
    early = [header for header in block.columns if tells_early_end(block, header)]
    number = header_of_numbers(block, numbers)
    if not number or not (says(CHANGE, name) or extended or early):
        return None
    found = with_changed_ends(match(block, "agreements"))
    for column in [column for column, headers in found.columns.items() if number in headers]:
        del found.columns[column]
    found.take("agreement_id", (number,), BY_WORDS)
    _take_start_and_amount(found)
    end = "end" if says("early end", name) else "planned_end"
    _take_ends(found, extended, early, end)
    _take_kinds(found)
    doubts = [*doubts_of(block, found, set()), *amounts_unnamed(found)]
    if not any(column in found.columns for column in MAY_CHANGE):
        dates = [header for header in block.columns if dates_like(block, header)]
        doubts.append(Doubt(end, (), tuple(dates[:3]), "unnamed"))
    mapping = completed_mapping(block, found, {}, stem, study, doubts)
    return replace(mapping, amends=True)


def _take_start_and_amount(found: Match) -> None:
    """Take the start of renewals and the money of amendments where no known header tells them."""
    money = [header for header in found.free if names_money(header)]
    if "start" not in found.columns:
        starts = [header for header in found.free if _tells_start_of_renewal(found.block, header)]
        found.take("start", tuple(starts[:1]), BY_WORDS)
    if "planned_amount_eur" not in found.columns:
        found.take("planned_amount_eur", tuple(money[:1]), BY_WORDS)


def header_of_numbers(block: Block, numbers: Set[str]) -> str:
    """The header above most numbers of agreements; blank where none has enough."""
    known = {}
    for header, column in block.columns.items():
        values = column.values.dropna()
        values = values[~values.str.contains(BEGINS_WITH_TOTAL, regex=True)].map(folded)
        known[header] = values.isin(numbers).mean() if len(values) else 0
    # where two columns count from 1, the one of the amendments says so
    in_order = sorted(known, key=lambda header: says(CHANGE, header))
    best = max(in_order, key=known.__getitem__, default="")
    if best and known[best] >= MOST:
        return best
    return ""


def _tells_start_of_renewal(block: Block, header: str) -> bool:
    """Whether a header says from when an agreement was renewed, not until when, above dates."""
    is_said = says("start of a renewal", header) and not says("renewed end", header)
    return is_said and dates_like(block, header)


def _take_ends(found: Match, extended: list[str], early: list[str], end: str) -> None:
    """Take the days to which agreements were extended, or on which they ended; `end` is what one
    that says no more is.
    """
    if found.how.get("planned_end") == ONE_END:  # the end of a change is the new one
        found.take(end, found.columns.pop("planned_end"), BY_WORDS)
    free = found.free
    if "planned_end" not in found.columns:
        found.take("planned_end", tuple(name for name in extended if name in free), BY_WORDS)
    if "end" in found.columns:
        found.how["end"] = BY_WORDS  # all of such a sheet may have ended early
    else:
        found.take("end", tuple(name for name in early if name in free), BY_WORDS)


def _take_kinds(found: Match) -> None:
    """Take what says of each new end whether it came early, as both ends that it may be."""
    ends = [name for name in ("planned_end", "end") if name in found.columns]
    if len(ends) != 1 or len(found.columns[ends[0]]) != 1:
        return
    dates = found.columns[ends[0]]
    kinds = header_of_kinds(found.block, dates[0])
    if not kinds:
        return
    is_plain = tell_ends_apart(found.block, kinds, dates[0])
    if found.columns.get("end_reason") == (kinds,):
        del found.columns["end_reason"]
    found.take("status_as_given", (kinds,), BY_WORDS)
    found.take("planned_end", dates, BY_WORDS)
    found.take("end", dates, BY_WORDS if is_plain else BY_CELLS)
