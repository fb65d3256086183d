"""A draft for files of no known layout: which table they seem to hold, which column seems to be
which, what is in doubt.
"""

import itertools
from collections.abc import Iterable
from functools import cache

import pandas as pd
from rapidfuzz import fuzz

from analysis import parse
from analysis.declare import schema
from analysis.declare.faults import Fault
from analysis.layout.cell_evidence import Numbers, holds, not_money, sample
from analysis.layout.doubts import (
    POSSIBLE,
    doubts_of,
    likely_amounts,
)
from analysis.layout.header_matching import BY_WORDS, Match, match
from analysis.layout.header_names import known_headers, sense_of
from analysis.layout.mapping import Doubt, Mapping
from analysis.layout.recognition import completed, missing_columns, survey_doubts, year_of
from analysis.layout.study_file import Study
from analysis.layout.wide_survey import by_question, side_of, survey_of
from analysis.layout.year_columns import by_year
from analysis.parse.column import reference
from analysis.read import Block, folded
from analysis.text import formatting

_ = formatting.text
ALIKE = 0.75  # likeness of a header to a known name from which it is proposed
NEEDED = {  # columns that carry numbers: proposed or asked, never left out in silence
    "grants": ("recipient", "amount", "date"),
    "agreements": ("partner_id", "entity", "start", "planned_end"),
    "contributions": ("agreement_id", "year", "kind", "direction", "value_eur"),
    "accounts": ("partner_id", "year_end", "revenue_total"),
    "answers": ("partner_id", "entity", "side", "item", "value"),
}
OF_A_PROGRAMME = ("partners", "agreements", "contributions", "accounts", "answers", "events")
NUMBER = ("n", "no", "num", "numero", "id", "code", "ref", "reference")  # folded headers of keys
MEANT = {  # columns of the programme that a word of grant lists names
    "partner_id": "recipient",
    "name": "recipient",
    "entity": "funder",
    "value_eur": "amount",
    "planned_amount_eur": "amount",
    "start": "planned_start",
    "planned_end": "planned_end",
    "date": "date",
    "status_as_given": "outcome",
}


def drafted(
    block: Block, stem: str, study: Study, tables: Iterable[str] = ()
) -> tuple[Block, Mapping]:
    """What a block of no known layout seems to be, each column that carries numbers in doubt unless
    its header and its cells say the same; and the block, one row for each year or question where
    its headers bear these.

    `tables` are those that it may hold; by default all that are read.
    """
    survey = survey_of(block, year_of(block, stem))
    if survey:
        block = by_question(block, survey)
        mapping = _drafted_as("answers", block, stem, study)
        doubts = (*mapping.doubts, *survey_doubts(survey))
        return block, mapping._replace(survey=survey, doubts=doubts)
    if not tables and "amount" not in match(block, "grants").columns:
        block = by_year(block, any_word=True)
    drafts = [_drafted_as(table, block, stem, study) for table in tables or known_headers()]
    return block, max(drafts, key=lambda draft: _likelihood(draft, block, stem))


def programme_instead(
    blocks: list[tuple[Block, str, Mapping]], study: Study
) -> list[tuple[Block, Mapping] | None]:
    """For each block what it is instead of a grant list, where others of the study are tables of a
    programme.

    A sheet "Conventions" beside one of payments is no list of grants of its own. None where a block
    stays what it is.
    """
    tables = {mapping.table for _block, _stem, mapping in blocks}
    instead: list[tuple[Block, Mapping] | None] = [None] * len(blocks)
    if "grants" not in tables or not tables & set(OF_A_PROGRAMME):
        return instead
    for position, (block, stem, mapping) in enumerate(blocks):
        if mapping.table == "grants":
            long, draft = drafted(block, stem, study, OF_A_PROGRAMME)
            if explains(draft, long):
                instead[position] = (long, draft)
    return instead


def _likelihood(draft: Mapping, block: Block, stem: str) -> float:
    lacking = len(missing_columns(draft))
    named = names_table(f"{stem} {block.source.partition('#')[2]}", draft.table)
    is_grants = draft.table == "grants"
    return len(draft.columns) - 2 * lacking + 3 * named + 1.5 * is_grants


def explains(draft: Mapping, block: Block) -> bool:
    """Whether a draft says enough of a block to ask about the rest: who received what, or most that
    its table needs.
    """
    if draft.table == "grants":
        is_amount_asked = any(doubt.column == "amount" and doubt.others for doubt in draft.doubts)
        needed = {"recipient", "date"} if is_amount_asked else {"recipient", "amount"}
        return needed <= set(draft.columns) and len(block.lines) > 1
    required = [column for column in schema.columns(draft.table).values() if column.required]
    return len(missing_columns(draft)) < len(required) / 2


def unanswerable(block: Block, mapping: Mapping | None) -> list[Fault]:
    """What not even accepted guesses can stand for: required columns that nothing seems to hold."""
    if mapping is None:
        return []
    table = schema.columns(mapping.table)
    return [
        Fault(
            block.source,
            block.header_line,
            table[name].label(formatting.language()),
            "required",
            "",
            _("nothing seems to hold it; state it in study.toml"),
        )
        for name in missing_columns(mapping)
    ]


def names_table(text: str, table: str) -> bool:
    """Whether the name of a file or a sheet names a table.

    >>> names_table("Conventions 2018", "agreements"), names_table("Conventions 2018", "sites")
    (True, False)
    """
    return any(word in folded(text) for word in _table_words()[table])


@cache
def _table_words() -> dict[str, list[str]]:
    return {
        row["table"]: [folded(word) for word in row["words"].split("|")]
        for row in reference("tables")
    }


def _drafted_as(table: str, block: Block, stem: str, study: Study) -> Mapping:
    result = match(block, table)
    sure = set(result.columns)
    _add_resembling(result)
    if table == "grants":
        _add_by_cells(result)
    else:
        _add_keys(result)
    doubts = [
        Doubt(name, result.columns[name], _others(result, name), "unnamed")
        for name in _carrying(table)
        if name in result.columns and name not in sure
    ]
    doubtful = {doubt.column for doubt in doubts}
    doubts += doubts_of(block, result, doubtful)
    if table == "grants" and "amount" not in result.columns:
        doubts.append(Doubt("amount", (), tuple(_numbers(block, result.free)[:3]), "unnamed"))
    constants = {}
    side = side_of(f"{stem} {block.source.partition('#')[2]}") if table == "answers" else ""
    if side and "side" not in result.columns:
        constants["side"] = side
    return completed(block, result, constants, stem, study, doubts, NEEDED.get(table, ()))


def _carrying(table: str) -> tuple[str, ...]:
    return (*NEEDED.get(table, ()), "planned_start", "planned_end", "end", "term_months")


def _others(found: Match, name: str) -> tuple[str, ...]:
    """The next likeliest headers of a column: of an amount, whatever else looks like money."""
    column = schema.columns(found.table)[name]
    if column.unit == "EUR" or name == "amount":
        return tuple(likely_amounts(found.block, found.free, POSSIBLE)[:2])
    if column.kind == "date":
        others = [header for header in found.free if holds(found.block, header, column)]
        return tuple(others[:2])
    return ()


def _numbers(block: Block, headers: list[str]) -> list[str]:
    """The headers of numbers that may be amounts though they look like codes; those of one length
    come last.
    """
    numbers = {header: Numbers(block.columns[header]) for header in headers}
    possible = [
        header
        for header in headers
        if not_money(numbers[header], named=False) in ("", "identifiers", "codes")
    ]
    return sorted(possible, key=lambda header: numbers[header].lengths.nunique() == 1)


def _add_resembling(found: Match) -> None:
    """Headers that resemble a known name, or say in the words of grant lists what a column of the
    programme holds.
    """
    scores = []
    for position, header in enumerate(found.free):
        for name, names in known_headers()[found.table].items():
            if name.startswith("~") or name in found.columns:
                continue
            likeness = max(_likeness(header, joined[0]) for joined in names)
            if found.table != "grants" and name in MEANT and sense_of(header, MEANT[name]):
                likeness = max(likeness, 0.9)
            if likeness >= ALIKE and holds(found.block, header, schema.columns(found.table)[name]):
                scores.append((-likeness, position, name, header))
    for _score, _place, name, header in sorted(scores):
        if name not in found.columns and header in found.free:
            found.take(name, (header,), BY_WORDS)


def _add_keys(found: Match) -> None:
    """The number of each row, where a header says no more than that; of partners the code or the
    name that is missing.
    """
    key = schema.key(found.table)[0]
    for header in found.free if key not in found.columns and len(found.block.lines) else ():
        column = found.block.columns[header]
        one_each = (column.codes >= 0).mean() > 0.9 and not pd.Series(
            column.codes
        ).duplicated().any()
        if folded(header) in NUMBER and (one_each or len(column.codes) < 2):
            found.take(key, (header,), BY_WORDS)
            break
    if found.table == "partners" and "name" in found.columns:
        found.columns.setdefault("partner_id", found.columns["name"])
        found.how.setdefault("partner_id", BY_WORDS)


@cache
def _likeness(header: str, known: str) -> float:
    """How alike a header and a known folded name are, 0-1; an abbreviation is like the word that it
    begins.
    """
    name = folded(header)
    whole = fuzz.ratio(name, known) / 100
    shorter, longer = sorted((name, known), key=len)
    begins = len(shorter) >= 4 and longer.startswith(shorter)
    return max(whole, 0.8 if begins else 0.0)


def _add_by_cells(found: Match) -> None:
    """Columns of a grant list that only their cells tell: identifiers, amounts, who received, dates
    and ends.
    """
    block = found.block
    for header in found.free:
        if "siret" not in found.columns and _are_identifiers(block, header):
            found.take("siret", (header,), BY_WORDS)
    amounts = likely_amounts(block, found.free, POSSIBLE)
    if "amount" not in found.columns and amounts:
        found.take("amount", (amounts[0],), BY_WORDS)
    if "recipient" not in found.columns:
        names = sorted(found.free, key=lambda header: -_namelike(block, header))
        if names and _namelike(block, names[0]) > 0.5:
            found.take("recipient", (names[0],), BY_WORDS)
    if "date" in found.columns and "planned_end" in found.columns:
        return
    _add_dates(found)


def _are_identifiers(block: Block, header: str) -> bool:
    """Whether nearly all cells hold a SIREN or SIRET whose checksum is right, and they differ."""
    cells = sample(block.columns[header])
    return len(cells) > 1 and bool(parse.siren(cells)[0].notna().mean() > 0.9)


def _namelike(block: Block, header: str) -> float:
    """How much the cells under a header look like names of many: words, few digits, most of them
    different, 0-1.4.
    """
    cells = sample(block.columns[header])
    if len(cells) < 2:
        return 0.0
    letters, digits = cells.str.count(r"[^\W\d_]"), cells.str.count(r"\d")
    worded = ((letters >= 3) & (letters > 2 * digits) & ~cells.str.contains("@")).mean()
    variety = block.columns[header].values.nunique() / max(len(block.lines), 1)
    if worded <= 0.5:
        return 0.0
    return float(worded + 0.4 * min(variety, 1.0) - 0.2 * (digits > 0).mean())


def _add_dates(found: Match) -> None:
    """Of two columns of dates that follow each other in nearly every row, the first is the date and
    the second the end.
    """
    declared = schema.columns("grants")["date"]
    headers = [header for header in found.free if _dates_like(found.block, header, declared)]
    headers = list(found.columns.get("date", ())) + headers
    read = {h: parse.dates(found.block.columns[h].series())[0] for h in headers}
    precise = sorted(headers, key=lambda h: float((read[h]["precision"] != "day").mean()))
    for first, last in itertools.permutations(precise, 2):
        if _follow(read[first], read[last]):
            found.take("date", (first,), found.how.get("date", BY_WORDS))
            if "planned_end" not in found.columns:
                found.take("planned_end", (last,), BY_WORDS)
            return
    if "date" not in found.columns and precise:
        found.take("date", (precise[0],), BY_WORDS)


def _dates_like(block: Block, header: str, declared: schema.Column) -> bool:
    """Whether cells are dates: written as days or months, or all of them years."""
    if not holds(block, header, declared):
        return False
    cells = sample(block.columns[header])
    if not len(cells):
        return False
    as_number = cells.str.fullmatch(r"\d+([.,]\d+)?").mean() > 0.5
    years = cells.str.fullmatch(r"(?:19|20)\d\d").mean() > 0.9
    return bool(years or not as_number)


def _follow(first: pd.DataFrame, last: pd.DataFrame) -> bool:
    in_both = first["date"].notna() & last["date"].notna()
    # a year and a day of it are no start and end
    within = (first["precision"] == "year") & (first["date"].dt.year == last["date"].dt.year)
    return bool(in_both.any() and ((first["date"] < last["date"]) & ~within)[in_both].mean() > 0.9)
