"""Files recognised by their headers, refused in words that help."""

import re
from collections.abc import Iterable
from dataclasses import replace

from analysis.declare import schema
from analysis.declare.faults import Fault
from analysis.layout.agreements.agreements_by_words import entity_of_all, with_words_of_agreements
from analysis.layout.amounts.changed_amounts import take_added_amounts, take_provisional_amount
from analysis.layout.amounts.complementary_amounts import take_complementary_amounts
from analysis.layout.amounts.currencies_of_amounts import without_currencies_of_others
from analysis.layout.amounts.debit_and_credit import take_debit_and_credit
from analysis.layout.amounts.doubts_about_amounts import amounts_unnamed
from analysis.layout.amounts.given_in_kind import take_valuations_with_money
from analysis.layout.doubts import doubts_of
from analysis.layout.drafts.choices_for_untold import choices_for
from analysis.layout.headers.cell_evidence import are_ranges, holds
from analysis.layout.headers.header_matching import lists_grants, match, matched
from analysis.layout.headers.header_names import (
    PROGRAMME,
    YEAR_IN_WORDS,
    known_headers,
    sense_of,
    spellings,
)
from analysis.layout.headers.header_words import PART
from analysis.layout.headers.table_match import Match
from analysis.layout.headers.table_words import words_of_name
from analysis.layout.headers.unexplained import lists_payments, unexplained_dates
from analysis.layout.known_lists import STANDARDS
from analysis.layout.mapping import Doubt, Mapping
from analysis.layout.partners.persons import lists_persons
from analysis.layout.partners.titles_of_entities import with_entities_of_titles
from analysis.layout.payments.payment_sheets import constants_of_payments
from analysis.layout.shapes.titled_dates import tell_several_days
from analysis.layout.shapes.titles import bears_a_day, publisher_of, year_of
from analysis.layout.study_keys import StudyDescription
from analysis.layout.terms.changed_ends import with_changed_ends
from analysis.layout.terms.partnerships_without_end import lists_partnerships
from analysis.layout.terms.starts_of_relations import year_paid_later
from analysis.read import NAMELESS, Block, folded
from analysis.text.messages import say

_ENDS = {"planned_end", "end", "term_months"}  # what tells how long an agreement lasts


def recognise(block: Block, stem: str, study: StudyDescription) -> Mapping | None:
    """The table that explains most headers of a block, its required columns present; None where
    there is none.

    A grant list may take its funder from the study's title and its year from the file (its name or
    a title above the table).
    """
    best, best_match, best_score = None, None, 0.0
    matches = {table: matched_as(table, block, stem) for table in known_headers()}
    for table, table_match in matches.items():
        if _is_excluded(table_match, matches["grants"]):
            continue
        constants = entity_of_all(table_match, words_of_name(stem, block.sheet), study)
        mapping = completed_mapping(block, table_match, constants, stem, study)
        used = len(block.columns) - len(mapping.unread)
        is_named = folded(table) in folded(f"{stem} {block.source.partition('#')[2]}")
        score = used + 1.5 * is_named + len(mapping.columns) / len(known_headers()[table])
        enough = used + ("date" in mapping.constants) >= min(3, len(block.columns))
        if enough and score > best_score and not missing_columns(mapping):
            best, best_match, best_score = mapping, table_match, score
    if best is None:
        return None
    ends = unexplained_dates(best_match)
    columns = best.columns | {doubt.column: doubt.headers for doubt in ends}
    doubts = (*doubts_of(block, best_match, set()), *ends, *best.doubts)
    doubts += tuple(amounts_unnamed(best_match))
    told = {*columns, *best.constants, *(doubt.column for doubt in doubts)}
    if best.table == "agreements" and _ENDS.isdisjoint(told):
        ends = choices_for(best_match, "planned_end")
        doubts += (Doubt("planned_end", (), ends, "unnamed"),)
    read = replace(best, columns=columns, unread=_unread(block, columns), doubts=doubts)
    return with_entities_of_titles(block, read)


def matched_as(table: str, block: Block, stem: str) -> Match:
    """Which headers of a block serve the columns of a table, with what the name of its sheet or
    file tells.
    """
    found = with_words_of_agreements(match(block, table), words_of_name(stem, block.sheet))
    take_complementary_amounts(found)
    take_provisional_amount(found)
    take_added_amounts(found)
    take_debit_and_credit(found)
    take_valuations_with_money(found)
    without_currencies_of_others(found)
    return with_changed_ends(found)


def _is_excluded(found: Match, as_grants: Match) -> bool:
    """Whether a block can be no table of a kind: grants of no amount to nobody, or of partners since
    some day; partners where it lists money given, or persons.
    """
    if found.table == "grants":
        return not {"recipient", "amount"} <= set(found.columns) or lists_partnerships(found)
    if found.table != "partners":
        return False
    # who received what without a date, and amounts and dates that cannot be read, are asked
    lists_money = lists_grants(as_grants.columns) or lists_payments(found.free)
    return lists_money or lists_persons(found.block)


def completed_mapping(
    block: Block,
    found: Match,
    stated: dict[str, str],
    stem: str,
    study: StudyDescription,
    doubts: Iterable[Doubt] = (),
    needed: tuple[str, ...] = (),
    split: str | None = None,
) -> Mapping:
    """The mapping of a match: completed by what headers do not tell (funder, year), with its doubts
    and those about columns that are needed and that nothing tells.
    """
    name = words_of_name(stem, block.sheet)
    columns, doubts = dict(found.columns), list(doubts)
    constants = constants_of_payments(found, name) | stated
    if found.table == "grants":
        _complete_funder(block, columns, constants, study, bool(stated))
        if study.currency:
            constants.setdefault("currency", study.currency)
        if split is None and _dated_by_days_of_titles(block, columns, constants):
            split = "date"
        if split != "date":
            doubts += _complete_date(block, columns, constants, stem)
        if split is None and _dated_by_titles(block, columns, constants):
            split = "date"
    known_names = {*columns, *constants, split, *(doubt.column for doubt in doubts)}
    known_names |= {
        name for name, date in schema.TOLD_BY.get(found.table, {}).items() if date in known_names
    }
    if "term_months" in columns:
        known_names.add("planned_end")
    doubts += [
        Doubt(name, (), choices_for(found, name), "unnamed")
        for name in needed
        if name not in known_names
    ]
    return Mapping(
        layout_of(block, found.table, columns),
        found.table,
        columns,
        constants,
        _unread(block, columns),
        split,
        tuple(doubts),
        named_by_study=frozenset(
            column for column, text in constants.items() if folded(text) == folded(study.name)
        ),
    )


def missing_columns(mapping: Mapping) -> list[str]:
    """The required columns of a table that a mapping lacks and no other column tells; of what
    amends agreements of another sheet, their number alone.
    """
    missing = _missing(mapping.table, mapping.columns, mapping.constants, {mapping.split})
    return [name for name in missing if name == "agreement_id" or not mapping.amends]


def _missing(table: str, *known: Iterable[str]) -> list[str]:
    names = set().union(*known)
    names |= {column for column, date in schema.TOLD_BY.get(table, {}).items() if date in names}
    if table in schema.LISTED:
        names |= set(schema.key(table))  # rows without a number get one
    required = [column.name for column in schema.columns(table).values() if column.required]
    return [name for name in required if name not in names]


def layout_of(block: Block, table: str, columns: dict[str, tuple[str, ...]]) -> str:
    """The layout that most headers of the file are of: of equals rather words of everybody than a
    public standard, which tells more (of euros); else an export of the programme. Headers that were
    made, as for columns of years, are no evidence.
    """
    layouts: list[str] = []
    for column, made_or_written in columns.items():
        headers = [block.written_as.get(header, header) for header in made_or_written]
        known_names = known_headers()[table].get(column, {})
        exact = [
            layout
            for joined, layout in known_names.items()
            if all(any(name in spellings(header) for header in headers) for name in joined)
        ]
        public = [layout for layout in exact if layout != PROGRAMME]
        sense = None
        if table == "grants" and not public and headers:
            sense = sense_of(headers[0], column) or sense_of(headers[0], PART)
        layouts += [sense.layout] if sense else public
    of_everybody = [layout for layout in layouts if layout not in STANDARDS]
    return max([*of_everybody, *layouts], key=layouts.count, default=PROGRAMME)


def _complete_funder(
    block: Block,
    columns: dict[str, tuple[str, ...]],
    constants: dict[str, str],
    study: StudyDescription,
    stated: bool,
) -> None:
    if "funder" in columns or "funder" in constants:
        return
    publisher = {} if stated else publisher_of(block)
    constants |= publisher or {"funder": study.title or study.name}


def _complete_date(
    block: Block, columns: dict[str, tuple[str, ...]], constants: dict[str, str], stem: str
) -> list[Doubt]:
    """The date of a list without one: its starts, else the year that its headers, titles or file
    tell.
    """
    if "date" in columns or "date" in constants:
        return []
    if "planned_start" in columns:
        if year := year_paid_later(block, columns):
            constants["date"] = year
        else:
            columns["date"] = columns["planned_start"]
        return []
    year = year_of(block, stem, columns.get("amount", ()))
    # Where a column that nothing explains holds dates, no year of a title or of a file's name may
    # stand for them.
    declared = schema.columns("grants")["date"]
    if not year or any(holds(block, header, declared) for header in _unread(block, columns)):
        return []
    constants["date"] = year
    only_in_name = year_of(block, "", columns.get("amount", ())) != year
    if only_in_name and bears_a_day(stem):
        return [Doubt("date", (), (), "file date")]
    return []


def _dated_by_days_of_titles(
    block: Block, columns: dict[str, tuple[str, ...]], constants: dict[str, str]
) -> bool:
    """Whether a list of which no column may hold dates has titles with days, which tell more than
    a year of its name or header does.
    """
    if not {"date", "planned_start"}.isdisjoint({*columns, *constants}):
        return False
    declared = schema.columns("grants")["date"]
    if any(holds(block, header, declared) for header in _unread(block, columns)):
        return False
    return tell_several_days(block, columns)


def _dated_by_titles(
    block: Block, columns: dict[str, tuple[str, ...]], constants: dict[str, str]
) -> bool:
    """Whether a list of grants without a date or a period has titles that bear several years, the
    first of them above all rows.
    """
    if "date" in columns or "date" in constants or are_ranges(block, _unread(block, columns)):
        return False
    years = [
        aside.line
        for aside in block.aside
        if aside.rule == "title" and re.search(rf"(?<!\d){YEAR_IN_WORDS}(?!\d)", aside.value)
    ]
    return len(years) > 1 and min(years) < min(block.lines, default=0)


def _unread(block: Block, columns: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    used = {header for headers in columns.values() for header in headers}
    return tuple(header for header in block.columns if header not in used)


def unrecognised(block: Block) -> Fault:
    """What a person is told of a block that no layout explains: the headers seen and the nearest
    table.
    """
    match_by_table = {table: matched(block, table) for table in known_headers()}
    near = max(
        match_by_table,
        key=lambda table: len(match_by_table[table]) / len(known_headers()[table]) ** 0.5,
    )
    lacking = [name for name in _missing(near, match_by_table[near]) if name != "funder"]
    if near == "grants" and "amount" not in match_by_table[near]:
        lacking.append("amount")
    hint = ""
    if match_by_table[near] and lacking:
        hint = " " + say("layout.nearest_table", table=near, columns=", ".join(lacking))
    if NAMELESS in block.columns and not block.header_line:
        reason = say("layout.no_header")
    else:
        reason = say("layout.no_known_layout", headers=", ".join(block.columns)) + hint
    advice = say("layout.describe_it")
    return Fault(block.source, block.header_line, "", "layout", "", f"{reason}; {advice}")
