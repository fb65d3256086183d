"""What a mapping takes for granted and the cells or other columns do not bear out: asked, never
guessed.
"""

from itertools import chain

import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.declare.faults import Fault
from analysis.layout.amount_scale import (
    bears_single_units,
    scales_of_titles,
    titles_above,
    written_unit,
)
from analysis.layout.cell_evidence import (
    LOOKED_AT,
    MANY_NUMBERS,
    SAMPLE,
    Numbers,
    dates_like,
    money_likeness,
    not_money,
    sample,
    tells_of_something_else,
)
from analysis.layout.header_matching import (
    BY_CELLS,
    BY_NAME,
    BY_WORDS,
    DROPPED,
    ONE_END,
    Match,
)
from analysis.layout.header_names import names_money, says_money, sense_of
from analysis.layout.header_words import ALONE
from analysis.layout.mapping import Doubt, Mapping
from analysis.layout.study_keys import StudyDescription
from analysis.layout.titles import day_in_titles
from analysis.layout.unexplained import FEW, unread_reason
from analysis.read import Block, folded
from analysis.text import formatting
from analysis.text.messages import entries, say

_ANSWERS = {  # what study.toml is to say where that is not the column alone
    "no scale": "scale = [0, 10]",
    "units": 'unit = "k" | "1"',
    "no dimension": '[source.questions] "…" = "relationship"',
    "one end": 'planned_end = "{header}" | end = "{header}"',
}
NO_COLUMN = ("units", "no scale", "no dimension")  # reasons that no column answers
RIVAL = 1.6  # likeness to money from which another column may be the amount
POSSIBLE = 1.0  # likeness from which a column is proposed where no header says money
FREE_TEXT = 80  # letters of a cell, as a mean, from which a column is free text


def doubts_of(block: Block, found: Match, stated: set[str]) -> tuple[Doubt, ...]:
    """The columns of a match that carry numbers and are not sure; those that study.toml states are,
    but for amounts that are plainly no money.
    """
    doubts = []
    for name, headers in found.columns.items():
        column = schema.columns(found.table).get(name)
        if column is None:
            continue
        if name == "amount" and _in_several_units(block, headers):
            doubts.append(Doubt(name, headers, (), "units"))
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


def day_question(
    study: StudyDescription, blocks: list[tuple[Block, Mapping]], folder: str
) -> list[Fault]:
    """The question on which day a programme is looked at, where its tables are guessed and nobody
    states the day.

    Grant lists are looked at on the last day that they see, unless another is stated.
    """
    is_guessed = any(mapping.doubts and mapping.table != "grants" for _block, mapping in blocks)
    if "day" not in study.guessed and (study.day or not is_guessed):
        return []
    day = str(study.day or day_in_titles(block for block, _mapping in blocks) or "2018-12-31")
    message = say(
        "layout.which_day",
        answer=f"day = {day}",
    )
    return [Fault(folder, None, "", "question", "", message)]


def questions(block: Block, mapping: Mapping) -> list[Fault]:
    """The plain questions of a block: one for each doubt, with the likeliest columns and what
    stands in them.
    """
    return [_question(block, mapping.table, doubt) for doubt in mapping.doubts]


def reason_of(doubt: Doubt) -> str:
    """Why a column is not sure, in words."""
    return say(f"layout.reasons.{doubt.reason}")


def _question(block: Block, table: str, doubt: Doubt) -> Fault:
    label = schema.columns(table)[doubt.column].label(formatting.language())
    headers = [*doubt.headers, *doubt.others]
    header = headers[0] if headers else "…"
    question = "denied_column" if doubt.is_stated else "which_column"
    if doubt.reason in NO_COLUMN:
        question = f"asked.{doubt.reason}"
    message = say(
        f"layout.{question}",
        meaning=entries("layout.meanings").get(f"{table} {doubt.column}", f"« {label} »"),
        columns=", ".join(f"`{header}` ({examples(block, header)})" for header in headers),
        reason=reason_of(doubt),
        column=f"`{header}`",
        answer=_ANSWERS.get(doubt.reason, '{column} = "{header}"').format(
            column=doubt.column, header=header
        ),
    )
    return Fault(block.source, block.header_line or None, "", "question", "", message)


def examples(block: Block, header: str) -> str:
    """The first three values under a header; none of free text, which may tell of persons."""
    if header not in block.columns:
        return ""
    values = parse.text(block.columns[header].values.iloc[:SAMPLE]).dropna()
    if DROPPED.match(folded(header)) or (len(values) and values.str.len().mean() > FREE_TEXT):
        return say("layout.free_text")
    values = values.iloc[:3]
    return " | ".join(" ".join(text.split())[:40] for text in values)
