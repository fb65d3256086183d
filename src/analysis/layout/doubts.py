"""What a mapping takes for granted and the cells or other columns do not bear out: asked, never
guessed.
"""

from itertools import chain

import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.layout.amount_scale import (
    bears_single_units,
    scales_of_titles,
    titles_above,
    written_unit,
)
from analysis.layout.cell_evidence import (
    LOOKED_AT,
    MANY_NUMBERS,
    Numbers,
    dates_like,
    money_likeness,
    not_money,
    sample,
    tells_of_something_else,
)
from analysis.layout.date_order import is_order_open
from analysis.layout.header_matching import (
    BY_CELLS,
    BY_NAME,
    BY_WORDS,
    ON_SEVERAL_LINES,
    ONE_END,
    Match,
)
from analysis.layout.header_names import names_money, says_money, sense_of
from analysis.layout.header_words import ALONE
from analysis.layout.mapping import Doubt
from analysis.layout.unexplained import FEW, unread_reason
from analysis.layout.unread_outcomes import unread_outcomes
from analysis.read import Block

RIVAL = 1.6  # likeness to money from which another column may be the amount
POSSIBLE = 1.0  # likeness from which a column is proposed where no header says money


def doubts_of(block: Block, found: Match, stated: set[str]) -> tuple[Doubt, ...]:
    """The columns of a match that carry numbers and are not sure; those that study.toml states are,
    but for amounts that are plainly no money.
    """
    doubts = []
    for name, headers in found.columns.items():
        column = schema.columns(found.table).get(name)
        if column is None:
            continue
        if reason := _reason_of_its_own(block, found, name):
            doubts.append(Doubt(name, headers, (), reason))
            continue
        if reason := unread_reason(block, headers, column):
            others = _readable(block, found, column)
            doubts.append(Doubt(name, headers, others, reason, is_stated=name in stated))
            continue
        if name in stated:
            doubts += _denied_amount(block, found, name)
            continue
        reason, others = "", ()
        if found.how.get(name) == BY_CELLS:
            reason = "unnamed"
        elif found.how.get(name) == ONE_END:
            reason = "one end"
        elif column.unit == "EUR" or name == "amount":
            reason, others = _about_amount(block, found, name)
        elif name in ("planned_end", "end"):
            reason = _about_end(block, found, name)
        elif name == "date" and found.table == "grants":
            reason = _about_date(block, found)
        elif name == "recipient":
            reason, others = _about_recipient(block, found)
        if reason:
            doubts.append(Doubt(name, headers, others, reason))
    return tuple(doubts)


def _reason_of_its_own(block: Block, found: Match, name: str) -> str:
    """Why what a column holds leaves something open that no other column answers; else blank."""
    headers = found.columns[name]
    if name == "amount" and _in_several_units(block, headers):
        return "units"
    if name == "outcome" and unread_outcomes(block, headers):
        return "unread outcomes"
    if name == "date" and found.table == "grants" and is_order_open(block, found.columns):
        return "date order"
    if name == "reference" and found.how.get(name) == ON_SEVERAL_LINES:
        return "repeated reference"
    return ""


def _readable(block: Block, found: Match, column: schema.Column) -> tuple[str, ...]:
    """The next likeliest headers of a date or an amount whose own cells cannot be read."""
    if column.kind != "date":
        return tuple(likely_amounts(block, found.free, POSSIBLE)[:2])
    return tuple([header for header in found.free if dates_like(block, header)][:2])


def likely_amounts(block: Block, headers: list[str], least: float = RIVAL) -> list[str]:
    """The headers whose cells look like money, the likeliest first.

    One that tells of something else (a request, a budget) is likely only where a column is to be
    proposed and no other is.
    """
    likeness = {
        header: money_likeness(Numbers(block.columns[header])) + bool(sense_of(header, "amount"))
        for header in headers
    }
    likely = [header for header in headers if likeness[header] >= least]
    granted = [header for header in likely if not tells_of_something_else(header)]
    if least == RIVAL or granted:
        likely = granted
    return sorted(likely, key=lambda header: (-likeness[header], headers.index(header)))


def _about_amount(block: Block, found: Match, name: str) -> tuple[str, tuple[str, ...]]:
    """Why an amount is in doubt, and which other columns may be meant."""
    headers = found.columns[name]
    by_name = found.how.get(name) != BY_WORDS
    explicit = by_name or all(says_money(header) for header in headers)
    others = tuple(likely_amounts(block, found.free)[:2])
    for header in headers:
        numbers = Numbers(block.columns[header])
        reason = not_money(numbers, named=explicit) if len(numbers.values) else ""
        if reason:
            return reason, others
    if by_name or len(headers) > 1:
        return "", ()
    if explicit:  # then only a header that speaks of money too may be meant instead
        others = tuple(
            candidate
            for candidate in others
            if (says_money(candidate) or names_money(candidate))
            and not _agree(block, headers[0], candidate)
        )
    return ("rival", others) if others else ("", ())


def _in_several_units(block: Block, headers: tuple[str, ...]) -> bool:
    """Whether titles of a block count in several units, or in another than its cells say, and its
    header in none.
    """
    if any(map(written_unit, headers)):
        return False
    between_rows = (aside.value for aside in block.aside if aside.rule == "title")
    scales = set(scales_of_titles([*titles_above(block), *between_rows]))
    if len(scales) != 1 or scales == {""}:
        return len(scales) > 1
    texts = (block.columns[header].values.head(LOOKED_AT).dropna() for header in headers)
    return any(map(bears_single_units, chain.from_iterable(texts)))


def _denied_amount(block: Block, found: Match, name: str) -> list[Doubt]:
    """The doubt about a stated amount whose header says no money and whose cells say something else."""
    headers = found.columns[name]
    if found.table != "grants" or name != "amount" or all(map(says_money, headers)):
        return []
    for header in headers:
        numbers = Numbers(block.columns[header])
        reason = not_money(numbers, named=False) if len(numbers.values) >= MANY_NUMBERS else ""
        if reason == "identifiers" and not (numbers.is_of_one_length or numbers.is_dense):
            reason = ""  # amounts may all differ
        if reason and not says_money(header):
            others = tuple(likely_amounts(block, found.free, POSSIBLE)[:2])
            return [Doubt(name, (header,), others, reason, is_stated=True)]
    return []


def _agree(block: Block, header: str, other: str) -> bool:
    """Whether two columns hold the same amounts in nearly all rows."""
    first, second = (
        parse.amounts(block.columns[amounts_header].series())[0]
        for amounts_header in (header, other)
    )
    in_both = first.notna() & second.notna()
    return bool(in_both.any() and (first[in_both] == second[in_both]).mean() > 0.98)


def _days(block: Block, headers: tuple[str, ...]) -> pd.Series:
    column = block.columns[headers[0]]
    days = parse.dates(column.values.reset_index(drop=True))[0]["date"]
    return days.reindex(column.codes).reset_index(drop=True)  # a blank cell has the code -1


def _about_end(block: Block, found: Match, name: str) -> str:
    start = next(
        (
            start_column
            for start_column in ("planned_start", "start", "date")
            if start_column in found.columns
        ),
        None,
    )
    if start is None or found.columns[start] == found.columns[name]:
        return ""
    begin, end = _days(block, found.columns[start]), _days(block, found.columns[name])
    in_both = begin.notna() & end.notna()
    if in_both.sum() < FEW:
        return ""
    if (begin[in_both] == end[in_both]).mean() > 0.5:
        return "same as start"
    return "before start" if (end[in_both] < begin[in_both]).mean() > 0.3 else ""


def _about_date(block: Block, found: Match) -> str:
    headers = found.columns["date"]
    if found.how.get("date") == BY_NAME or len(block.lines) < FEW or len(headers) > 1:
        return ""
    sense = sense_of(headers[0], "date")
    alone = sense is not None and sense.beside == ALONE
    days = parse.dates(sample(block.columns[headers[0]]))[0]
    one_day = days["date"].nunique() == 1 and days["precision"].eq("day").all()
    return "one day" if alone and one_day else ""


def _about_recipient(block: Block, found: Match) -> tuple[str, tuple[str, ...]]:
    headers = found.columns["recipient"]
    if found.how.get("recipient") == BY_NAME or len(block.lines) < FEW:
        return "", ()
    values = block.columns[headers[0]].values.nunique()
    others = [
        header
        for header in found.free
        if sense_of(header, "recipient") and block.columns[header].values.nunique() > 5 * values
    ]
    return ("one value", tuple(others)) if values == 1 or others else ("", ())
