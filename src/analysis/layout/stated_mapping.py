"""What `study.toml` says of a block: the mapping that a `[[source]]` gives, and what it names in
vain.
"""

from dataclasses import replace

from analysis.declare.faults import Fault
from analysis.layout.amounts.amount_scale import OF_UNITS
from analysis.layout.amounts.changed_amounts import take_added_amounts, take_provisional_amount
from analysis.layout.amounts.complementary_amounts import take_complementary_amounts
from analysis.layout.amounts.currencies_of_amounts import without_currencies_of_others
from analysis.layout.amounts.debit_and_credit import take_debit_and_credit
from analysis.layout.amounts.periods_of_amounts import OF_ALL_ROWS, OF_PERIODS, unread_periods
from analysis.layout.amounts.shared_amounts import SHARED
from analysis.layout.amounts.whole_agreements import WHOLE_AGREEMENT
from analysis.layout.doubts import doubts_of
from analysis.layout.headers.header_matching import match
from analysis.layout.headers.table_match import BY_CELLS, Match
from analysis.layout.headers.unexplained import UNREAD
from analysis.layout.mapping import Doubt, Mapping, constant_line
from analysis.layout.partners.entities_of_grants import MAY_BE_ENTITY
from analysis.layout.partners.numbers_of_recipients import take_numbers_of_recipients
from analysis.layout.partners.recipients_told import take_givers
from analysis.layout.partners.titles_of_entities import NAMED_BY_TITLES
from analysis.layout.payments.matched_references import match_references
from analysis.layout.payments.paid_in_parts import REASON
from analysis.layout.payments.payments_by_reference import PAYMENTS_LIKELY
from analysis.layout.recognition import completed_mapping, missing_columns
from analysis.layout.rows.coloured_rows import is_of_colours
from analysis.layout.rows.explained_marks import OF_NOTES
from analysis.layout.rows.marked_rows import KEYS_ABOUT_ROWS, ROWS_BY_REASON
from analysis.layout.rows.rows_in_doubt import rows_in_doubt
from analysis.layout.rows.rows_left_out import without_rows
from analysis.layout.rows.unread_outcomes import all_told, unread_outcomes
from analysis.layout.shapes.side_tables import (
    OF_HIDDEN,
    OF_MERGED,
    OF_SHEETS,
    OF_STRIKES,
    OF_TITLES,
)
from analysis.layout.shapes.titles import wave_of
from analysis.layout.shapes.wide_survey import Survey, stated_survey
from analysis.layout.study_keys import Source, StudyDescription, suggested_word
from analysis.layout.terms.changed_ends import with_changed_ends
from analysis.layout.terms.date_order import BOTH_ORDERS
from analysis.layout.terms.dates_of_blanks import add_years
from analysis.layout.terms.partnerships_without_end import RUNS_ON
from analysis.layout.terms.starts_of_relations import PAID_LATER
from analysis.read import Block, folded
from analysis.text.messages import say

STATED_BY = {  # reason of a doubt -> the key of a source that answers it
    "repeated reference": "same_reference",
    "amended reference": "same_reference",
    "payments told": "same_reference",
    PAYMENTS_LIKELY: "same_reference",
    SHARED: "same_reference",
    WHOLE_AGREEMENT: "same_reference",
    "per year": "amount_per",
    OF_PERIODS: "amount_per",
    "unit of terms": "term_unit",
    "blank cells": "blank_cells",
    "several places": "homonyms",
}
# What is left out by, beside columns.
_NO_COLUMNS = (OF_NOTES, OF_STRIKES, OF_HIDDEN, OF_MERGED, OF_SHEETS, OF_TITLES)
# The keys whose lines the draft marks as guesses.
KEY_OF_REASON = {
    **STATED_BY,
    **dict.fromkeys(OF_UNITS, "unit"),
    "date order": "date_order",
    "unread outcomes": "outcomes",
    **dict.fromkeys(ROWS_BY_REASON, "leave_out"),
}


def as_told(
    block: Block, source: Source, stem: str, study: StudyDescription, survey: Survey | None = None
) -> tuple[Mapping, list[Fault]]:
    """The mapping that a `[[source]]` of study.toml gives for a block, and what it names in vain.

    Columns that the source does not mention are looked for under their known headers; one that it
    leaves blank (`planned_end = ""`) is not there. What it marks with a question mark is still in
    doubt.
    """
    stated, faults = _stated_columns(block, source)
    table_match = _matched_as_stated(block, source, stated)
    doubts = [
        doubt
        for doubt in doubts_of(block, table_match, set(stated))
        if not _is_answered(block, source, doubt, source.constants.get("currency", study.currency))
        and not _counts_once(source, doubt, table_match.columns)
    ]
    faults += _faults_of_periods(block, source)
    faults += _texts_of_no_row(block, source, table_match.columns)
    if survey:
        doubts += survey_doubts(survey, are_guessed="questions" in source.guessed)
    doubts += _marked_doubts(source, stated, {doubt.column for doubt in doubts})
    mapping = completed_mapping(
        block, table_match, source.constants, stem, study, doubts, split=source.split
    )
    mapping = replace(mapping, amends=source.amends)
    faulty = {fault.column for fault in faults}
    for name in [name for name in missing_columns(mapping) if name not in faulty]:
        message = say(
            "layout.column_missing",
            name=repr(name),
            table=source.table,
            line=constant_line(name),
        )
        faults.append(Fault(block.source, block.header_line, name, "required", "", message))
    # The language of the headers tells how numbers are written.
    return replace(mapping, layout=f"study.toml, {mapping.layout}", survey=survey), faults


def _matched_as_stated(block: Block, source: Source, stated: dict[str, tuple[str, ...]]) -> Match:
    """The columns that a source states, and under known headers those that it does not mention."""
    table_match = with_changed_ends(match(block, source.table))
    is_funder_open = table_match.how.get("funder") in (BY_CELLS, MAY_BE_ENTITY)
    if "funder" in source.constants and is_funder_open:
        table_match.columns.pop("funder")  # one gave all, and nothing but cells said otherwise
    used_headers = {header for headers in stated.values() for header in headers}
    searched = {
        column: headers
        for column, headers in table_match.columns.items()
        if column not in source.columns and not used_headers & set(headers)
    }
    table_match.columns = {
        column: headers for column, headers in stated.items() if headers
    } | searched
    if not {"amount", "planned_amount_eur"} & set(source.columns):
        take_complementary_amounts(table_match)
        take_provisional_amount(table_match)
        take_added_amounts(table_match)
        take_debit_and_credit(table_match)
    without_currencies_of_others(table_match)  # a draft named it for the amount that it proposed
    if source.table == "grants" and stated.get("date"):
        add_years(table_match)
    if source.same_reference == "apart":
        table_match.columns.pop("reference", None)
    elif source.table == "grants":
        match_references(table_match)
    if _tells_no_giver(source, table_match):
        take_givers(table_match)  # which the header of who received may have hidden
    if source.table == "grants" and "recipient_id" not in source.columns:
        take_numbers_of_recipients(table_match)
    return table_match


def _tells_no_giver(source: Source, table_match: Match) -> bool:
    """Whether a source of grants says who received, and neither it nor a header who gave."""
    is_told = "funder" in (table_match.columns | source.columns | source.constants)
    return source.table == "grants" and "recipient" in source.columns and not is_told


def _is_answered(block: Block, source: Source, doubt: Doubt, currency: str | None) -> bool:
    """Whether a key of a source answers a doubt that no column does; a guess answers none."""
    if KEY_OF_REASON.get(doubt.reason) in source.guessed:
        return False
    if doubt.reason in ROWS_BY_REASON:
        return _tells_rows(source, doubt)
    if doubt.reason in (RUNS_ON, PAID_LATER):
        return doubt.column in source.constants and doubt.column not in source.guessed
    if doubt.reason in ("unread stages", "repeated number"):
        return doubt.column in source.columns and doubt.column not in source.guessed
    if doubt.reason == "unread outcomes":
        return all_told(unread_outcomes(block, doubt.headers), source.outcomes)
    if doubt.reason in STATED_BY:
        return getattr(source, STATED_BY[doubt.reason]) is not None
    if doubt.reason == "date order":
        tells_order = bool(currency) and currency not in BOTH_ORDERS
        return source.date_order is not None or tells_order
    # whoever tells the unit of the amounts knows that they are money
    is_about_unit = doubt.reason in OF_UNITS or doubt.is_stated
    return source.unit is not None and is_about_unit and doubt.reason not in UNREAD


def _tells_rows(source: Source, doubt: Doubt) -> bool:
    """Whether a source says of the rows under all headers in doubt whether they count."""
    if not source.guessed.isdisjoint(KEYS_ABOUT_ROWS):
        return False
    stated = [header for key in KEYS_ABOUT_ROWS for header in getattr(source, key)]
    return {folded(header) for header in doubt.headers} <= set(map(folded, stated))


def _counts_once(source: Source, doubt: Doubt, columns: dict[str, tuple[str, ...]]) -> bool:
    """Whether a source says that an amount which lines of one grant repeat counts once for each
    reference.
    """
    is_told = "reference" in columns and "same_reference" not in source.guessed
    is_once = is_told and source.same_reference in ("once", "last")
    return doubt.reason == REASON and is_once


def _faults_of_periods(block: Block, source: Source) -> list[Fault]:
    """What is wrong with the column that says of which period each amount is."""
    header = source.amount_per
    if header is None or header in OF_ALL_ROWS:
        return []
    if header not in block.columns:
        return [_no_such_header(block, "amount_per", header)]
    unread = unread_periods(block, header)
    if not unread:
        return []
    words = ", ".join(f"« {word} »" for word in unread)
    message = say("layout.no_period", words=words)
    return [Fault(block.source, block.header_line, header, "study.toml", "", message)]


def _stated_columns(block: Block, source: Source) -> tuple[dict[str, tuple[str, ...]], list[Fault]]:
    """The headers of a block that a source names for each column, and the faults of those that the
    block lacks.
    """
    by_name = {folded(header): header for header in block.columns}
    stated, faults = {}, []
    for header in source.leave_out:
        is_known = folded(header) in {*by_name, *_NO_COLUMNS}
        if not is_known and not is_of_colours(header):
            faults.append(_no_such_header(block, "leave_out", header))
    for key, texts_by_header in (("subtract", source.subtract), ("in_kind", source.in_kind)):
        unknown = [header for header in texts_by_header if folded(header) not in by_name]
        faults += [_no_such_header(block, key, header) for header in unknown]
    for column, headers in source.columns.items():
        lacking = [header for header in headers if folded(header) not in by_name]
        if lacking:
            faults.append(_no_such_header(block, column, lacking[0]))
        else:
            stated[column] = tuple(by_name[folded(header)] for header in headers)
    return stated, faults


def _texts_of_no_row(
    block: Block, source: Source, columns: dict[str, tuple[str, ...]]
) -> list[Fault]:
    """What a source leaves out, subtracts or takes for gifts in kind under a header of which some
    rows are in doubt, where no row bears any of it: an answer that would change nothing.
    """
    stated = [(key, *item) for key in KEYS_ABOUT_ROWS for item in getattr(source, key).items()]
    in_doubt = rows_in_doubt(block, columns) if stated else {}
    asked_by_name = {folded(header): texts for header, texts in in_doubt.items()}
    faults = []
    for key, header, texts in stated:
        asked = asked_by_name.get(folded(header), [])
        left = without_rows(block, {header: texts})
        if texts and asked and len(left.lines) == len(block.lines):
            words = ", ".join(f"« {text} »" for text in asked)
            message = say("layout.no_such_text", header=header, words=words)
            value = ", ".join(texts)
            faults.append(Fault(block.source, block.header_line, key, "header", value, message))
    return faults


def _marked_doubts(
    source: Source, stated: dict[str, tuple[str, ...]], doubted: set[str]
) -> list[Doubt]:
    """The columns that a source marks with a question mark, but for those in doubt anyway."""
    marked = [name for name in sorted(source.guessed) if name not in doubted]
    in_use = [name for name in marked if name in stated or name in source.constants]
    doubts = [Doubt(name, stated.get(name, ()), (), "marked") for name in in_use]
    if "split" in source.guessed and source.split == "entity":
        doubts.append(Doubt("entity", (), (), NAMED_BY_TITLES))
    return doubts


def survey_as_stated(block: Block, source: Source, stem: str) -> Survey | None:
    """The survey that study.toml describes: its wave is the year of the file or its titles unless
    stated.
    """
    if not source.questions:
        return None
    wave = source.constants.get("wave", wave_of(block, stem))
    return stated_survey(block, source.questions, source.scale, source.reversed, wave)


def survey_doubts(survey: Survey, *, are_guessed: bool = False) -> list[Doubt]:
    """What a wide survey leaves open: what its questions are about, which may be but guessed, and
    from what to what its answers go.
    """
    first = tuple(survey.questions)[:2]
    doubts = [] if survey.scale else [Doubt("value", first, (), "no scale")]
    if not survey.wave:
        doubts.append(Doubt("wave", (), (), "unnamed"))
    if are_guessed or not all(survey.questions.values()):
        doubts.append(Doubt("item", first, (), "no dimension"))
    return doubts


def _no_such_header(block: Block, column: str, header: str) -> Fault:
    message = say(
        "layout.no_such_header",
        hint=suggested_word(header, block.columns),
        headers=", ".join(block.columns),
        line=f'{column} = "{header}"',
    )
    return Fault(block.source, block.header_line, column, "header", header, message)
