"""Columns of which a list fills only the first row of each group: whether a blank cell means the
same as the one above it is asked.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.layout.mapping import Doubt
from analysis.read import Block, Coded
from analysis.read.total_words import BEGINS_WITH_TOTAL, matching_labels

REASON_BLANK = "blank cells"
MAY_STAND_ONCE = ("date", "recipient", "funder", "programme")
# What agreements with several partners tell once, where their start stands once.
OF_AGREEMENTS = ("agreement_id", "entity", "start", "planned_end", "term_months")
# What a list of agreements may tell once for several: without it their rows count for nothing.
NAMED_ONCE = ("partner_id", "entity")
FEWEST_OF_BOTH = 2  # filled cells of such a column, and blank ones
BLANK_SHARE = 0.3  # share of the rows with an amount from which blank cells are asked about
LOST_SHARE = 0.05  # share of agreements that may not be lost for want of a name


def as_one_question(doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """The doubts with those about blank cells as one: one key answers for all such columns."""
    about_blanks = [doubt for doubt in doubts if doubt.reason == REASON_BLANK]
    if len(about_blanks) < 2:
        return tuple(doubts)
    headers = tuple(header for doubt in about_blanks for header in doubt.headers)
    others = [doubt for doubt in doubts if doubt.reason != REASON_BLANK]
    return (replace(about_blanks[0], headers=headers), *others)


def stands_once_a_group(block: Block, columns: dict[str, tuple[str, ...]], name: str) -> bool:
    """Whether a column begins filled and is blank in many rows that bear an amount, or, of
    agreements, name a partner.
    """
    if name in NAMED_ONCE:
        return _names_several_agreements(block, columns, name)
    may_stand_once = name == "start" or name in MAY_STAND_ONCE
    headers = columns.get(name, ())
    telling = columns.get("partner_id" if name == "start" else "amount", ())
    if not may_stand_once or len(headers) != 1 or len(telling) != 1:
        return False
    is_told = block.columns[telling[0]].codes >= 0
    is_record = is_told & ~_says_total(block)
    is_filled = (block.columns[headers[0]].codes >= 0)[is_record]
    if min(is_filled.sum(), (~is_filled).sum()) < FEWEST_OF_BOTH or not is_filled[0]:
        return False
    return bool((~is_filled).mean() >= BLANK_SHARE)


def _names_several_agreements(block: Block, columns: dict[str, tuple[str, ...]], name: str) -> bool:
    """Whether the partner or the entity of agreements begins filled and is blank in more of the rows
    with a start than may be lost.
    """
    headers, starts = columns.get(name, ()), columns.get("start", ())
    if len(headers) != 1 or len(starts) != 1 or headers == starts:
        return False
    codes = block.columns[headers[0]].codes[block.columns[starts[0]].codes >= 0]
    is_filled = codes >= 0
    if not is_filled.any() or not is_filled[0] or (~is_filled).sum() < FEWEST_OF_BOTH:
        return False
    if name == "partner_id" and len(np.unique(codes[is_filled])) < FEWEST_OF_BOTH:
        return False  # one partner of all is none that the rows below share
    return bool((~is_filled).mean() > LOST_SHARE)


def _says_total(block: Block) -> np.ndarray:
    """Which rows say in one of the first columns that they are a total."""
    says = np.zeros(len(block.lines), dtype=bool)
    for column in list(block.columns.values())[:3]:
        is_label = matching_labels(column.values, BEGINS_WITH_TOTAL)
        says |= np.append(is_label, False)[column.codes]
    return says


def filled_down(block: Block, columns: dict[str, tuple[str, ...]]) -> Block:
    """The block whose columns that stand once a group hold for each row of it."""
    filled = {}
    for name in MAY_STAND_ONCE:
        if stands_once_a_group(block, columns, name):
            header = columns[name][0]
            filled[header] = _from_above(block.columns[header])
    for name in NAMED_ONCE:
        if stands_once_a_group(block, columns, name):
            has_start = block.columns[columns["start"][0]].codes >= 0
            is_blank = block.columns[columns[name][0]].codes < 0
            # whoever leaves the partner blank leaves the number of its agreement blank too
            if name == "partner_id":
                told_with_it = (name, "agreement_id")
            else:
                told_with_it = (name,)
            filled |= _filled_where(block, columns, told_with_it, is_blank & has_start)
    if stands_once_a_group(block, columns, "start"):
        filled |= _told_once_of_agreements(block, columns)
    return replace(block, columns=block.columns | filled)


def _told_once_of_agreements(block: Block, columns: dict[str, tuple[str, ...]]) -> dict[str, Coded]:
    """The columns of agreements with several partners, filled in the rows without a start."""
    has_no_start = block.columns[columns["start"][0]].codes < 0
    return _filled_where(block, columns, OF_AGREEMENTS, has_no_start)


def _filled_where(
    block: Block, columns: dict[str, tuple[str, ...]], names: tuple[str, ...], is_filled: np.ndarray
) -> dict[str, Coded]:
    """Some columns, those of one header each, filled from above in some rows: titles and totals
    among the others name nobody.
    """
    headers = [columns[name][0] for name in names if len(columns.get(name, ())) == 1]
    filled = {}
    for header in [header for header in headers if header in block.columns]:
        own = block.columns[header]
        above = _from_above(own)
        filled[header] = Coded(np.where(is_filled, above.codes, own.codes), own.values)
    return filled


def _from_above(column: Coded) -> Coded:
    places = np.where(column.codes >= 0, np.arange(len(column.codes)), 0)
    return column.rows(np.maximum.accumulate(places))
