"""A draft for files of no known layout: which table they seem to hold, which column seems to be
which, what is in doubt.
"""

from collections.abc import Iterable
from dataclasses import replace

from analysis.declare import schema
from analysis.declare.faults import Fault
from analysis.layout.agreements.agreements_paid import as_agreements_paid
from analysis.layout.drafts.answers_by_total import answers_by_total
from analysis.layout.drafts.likeliest_answers import NOT_TAKEN, with_columns_proposed
from analysis.layout.drafts.table_drafts import table_draft
from analysis.layout.headers.cell_evidence import dates_like
from analysis.layout.headers.header_matching import lists_grants, match
from analysis.layout.headers.header_names import known_headers
from analysis.layout.headers.table_words import names_table, words_of_name
from analysis.layout.headers.unexplained import lists_payments
from analysis.layout.mapping import Doubt, Mapping
from analysis.layout.partners.money_beside_names import is_names_beside_money
from analysis.layout.partners.partner_directories import Mapped, directories
from analysis.layout.partners.persons import lists_persons
from analysis.layout.recognition import missing_columns
from analysis.layout.rows.kinds_of_rows import without_amounts_in_kind
from analysis.layout.rows.marked_rows import ROWS_BY_REASON
from analysis.layout.rows.rows_in_doubt import rows_in_doubt
from analysis.layout.rows.rows_left_out import is_proposed, without_rows
from analysis.layout.rows.subtracted_rows import with_rows_subtracted
from analysis.layout.shapes.kind_columns import by_kind
from analysis.layout.shapes.month_columns import by_period
from analysis.layout.shapes.titles import wave_of
from analysis.layout.shapes.wide_survey import by_question, survey_of
from analysis.layout.stated_mapping import survey_doubts
from analysis.layout.study_keys import StudyDescription
from analysis.layout.terms.changed_ends import IN_REMARKS, with_days_of_remarks
from analysis.layout.terms.partnerships_without_end import (
    lists_partners_without_amounts,
    take_names_and_blank_ends,
)
from analysis.layout.terms.planned_ends import is_day_of_payment
from analysis.layout.terms.starts_of_relations import lists_partners_since_when
from analysis.read import Block, folded
from analysis.text import formatting
from analysis.text.messages import say

DIRECTORY = ("annuaire", "partenaire", "adherent", "directory", "partner", "member")  # sheets
OF_A_PROGRAMME = ("agreements", "contributions", "accounts", "answers", "events")


def drafted(
    block: Block,
    stem: str,
    study: StudyDescription,
    tables: Iterable[str] = (),
    *,
    is_alone: bool = True,
) -> tuple[Block, Mapping]:
    """What a block of no known layout seems to be, each column that carries numbers in doubt unless
    its header and its cells say the same; and the block, one row for each year or question where
    its headers bear these.

    `tables` are those that it may hold; by default all that are read, and of partners with since
    when they are ("Partner since") their agreements. Where it `is_alone`, beside no known one of
    its file, its partners may be listed without any amount or end.
    """
    name = words_of_name(stem, block.sheet)
    is_named = "answers" in tables or (not tables and names_table(name, "answers"))
    unnumbered = match(block, "answers").free if is_named else ()
    survey = survey_of(block, wave_of(block, stem), unnumbered)
    if survey and (not tables or "answers" in tables):
        block = by_question(block, survey)
        mapping = table_draft("answers", block, stem, study).mapping()
        doubts = (*mapping.doubts, *survey_doubts(survey))
        return block, replace(mapping, survey=survey, doubts=doubts)
    if not tables and _lists_partnerships(block, is_alone=is_alone):
        as_agreements = table_draft("agreements", block, stem, study)
        take_names_and_blank_ends(as_agreements.match)
        return block, _numbered_by_partner_and_start(as_agreements.mapping())
    if not tables:
        grants = match(block, "grants").columns
        if "amount" not in grants:
            block = by_period(block, any_word=True)
            grants = match(block, "grants").columns
        tables = list(known_headers())
        as_partners = match(block, "partners")
        lists_money = lists_grants(grants) or lists_payments(as_partners.free)
        lists_money |= is_names_beside_money(as_partners)
        if lists_persons(block) or (lists_money and not _is_named_directory(block)):
            tables.remove("partners")  # who received what is no list of partners, dated or not
    blocks = {"contributions": by_kind(block)}
    drafts = [table_draft(table, blocks.get(table, block), stem, study) for table in tables]
    likeliest = max(drafts, key=lambda draft: _likelihood(draft.without_doubts(), block, stem))
    return likeliest.match.block, _numbered_by_partner_and_start(likeliest.mapping())


def _lists_partnerships(block: Block, *, is_alone: bool) -> bool:
    """Whether a block tells since when partners are some, be it alone without any amount or end."""
    if lists_partners_since_when(match(block, "grants")):
        return True
    as_agreements = match(block, "agreements")
    return is_alone and not lists_persons(block) and lists_partners_without_amounts(as_agreements)


def _numbered_by_partner_and_start(draft: Mapping) -> Mapping:
    """The draft of agreements, numbered by with whom and since when they are where no column does."""
    columns = draft.columns
    start = columns.get("start", columns.get("signed_on", ()))
    partner = columns.get("partner_id", ())
    if draft.table != "agreements" or "agreement_id" in columns or not (partner and start):
        return draft
    number = dict.fromkeys([*partner, *start, *columns.get("entity", ())])
    return replace(draft, columns=columns | {"agreement_id": tuple(number)})


def programme_instead(
    blocks: list[Mapped], study: StudyDescription
) -> list[tuple[Block, Mapping] | None]:
    """For each block what it is instead of a grant list, where others of the study are tables of a
    programme.

    A sheet "Conventions" beside one of payments is no list of grants of its own. A directory of
    those whom another sheet names is one of partners where that sheet is of a programme; else its
    date is asked. None where a block stays what it is.
    """
    possible_directories = directories(blocks)
    tables = {mapping.table for *_, mapping in blocks}
    instead: list[tuple[Block, Mapping] | None] = [None] * len(blocks)
    if not possible_directories and not tables & {"partners", *OF_A_PROGRAMME}:
        return instead
    payments = [block for block, _stem, mapping in blocks if mapping.table == "contributions"]
    for position, mapped in enumerate(blocks):
        if mapped[2].table == "grants":
            is_directory = position in possible_directories
            instead[position] = _of_programme(mapped, study, payments, is_directory)
    stay_grants = any(
        mapping.table == "grants" and new is None
        for new, (*_, mapping) in zip(instead, blocks, strict=True)
    )
    if possible_directories and stay_grants:
        instead = [None] * len(blocks)
        for position in possible_directories:
            block, _stem, mapping = blocks[position]
            doubts = (*mapping.doubts, Doubt("date", (), (), "directory"))
            instead[position] = (block, replace(mapping, doubts=doubts))
    return instead


def _of_programme(
    mapped: Mapped, study: StudyDescription, payments: list[Block], is_directory: bool
) -> tuple[Block, Mapping] | None:
    """What a list of grants is as a table of a programme: agreements or payments, or another that
    the name of its sheet or file says; the agreements that `payments` name by their numbers. None
    where nothing says enough.
    """
    block, stem, as_grants = mapped
    paid = as_agreements_paid(block, stem, as_grants, study, payments)
    if paid:
        return (block, paid)
    name = words_of_name(stem, block.source.partition("#")[2])
    tables = [
        table
        for table in OF_A_PROGRAMME
        if table in ("agreements", "contributions") or names_table(name, table)
    ]
    if is_directory or _is_named_directory(block):
        tables = ["partners"]
    long, draft = drafted(block, stem, study, tables)
    if explains(draft, long):
        return (long, draft)
    return None


def _is_named_directory(block: Block) -> bool:
    """Whether the name of a sheet says that it lists partners ("Annuaire")."""
    return any(word in folded(block.sheet) for word in DIRECTORY)


def _likelihood(draft: Mapping, block: Block, stem: str) -> tuple[float, bool]:
    """How well a draft fits a block, and whether it is one of payments that says enough of it,
    where others fit as well.
    """
    lacking = len(missing_columns(draft))
    named = names_table(words_of_name(stem, block.source.partition("#")[2]), draft.table)
    is_grants = draft.table == "grants" and explains(draft, block)
    # a day of payment beside a grant is understood, though no column takes it
    is_paid_on = is_grants and any(
        is_day_of_payment(header) and dates_like(block, header) for header in draft.unread
    )
    fits = len(draft.columns) + is_paid_on - 2 * lacking + 3 * named + 1.5 * is_grants
    return fits, draft.table == "contributions" and explains(draft, block)


def explains(
    draft: Mapping, block: Block, *, may_be_undated: bool = True, may_lack_amounts: bool = False
) -> bool:
    """Whether a draft says enough of a block to ask about the rest: who received, and which column
    may be what (where it is not to be undated, also when), or with whom, from when and until when
    agreements are that may lack amounts; or most that its table needs.
    """
    if draft.table == "grants":
        is_amount_asked = any(doubt.column == "amount" and doubt.others for doubt in draft.doubts)
        tells_terms = not {"planned_end", "term_months"}.isdisjoint(draft.columns)
        if is_amount_asked:
            needed = {"recipient"}
        elif may_lack_amounts and tells_terms:
            needed = {"recipient", "date"}
        else:
            needed = {"recipient", "amount"}
        needed |= {"date"} if is_amount_asked and not may_be_undated else set()
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
            say("layout.nothing_holds_it"),
        )
        for name in missing_columns(mapping)
    ]


def as_proposed(block: Block, mapping: Mapping | None) -> tuple[Block, Mapping | None]:
    """A block without the rows in doubt that a draft proposes to leave out, and its mapping without
    the columns that it proposes not to take, as accepted guesses do.
    """
    doubts = mapping.doubts if mapping else ()
    not_taken = {doubt.column for doubt in doubts if doubt.reason in NOT_TAKEN}
    if not_taken:
        columns = {name: of for name, of in mapping.columns.items() if name not in not_taken}
        mapping = replace(mapping, columns=columns)
    if mapping and any(doubt.reason == IN_REMARKS for doubt in doubts):
        ends = with_columns_proposed(mapping).columns
        block, columns = with_days_of_remarks(block, ends, mapping.table)
        mapping = replace(mapping, columns=columns)
    if not any(doubt.reason in ROWS_BY_REASON for doubt in doubts):
        return block, mapping
    answers = answers_by_total(block, mapping)
    in_doubt = rows_in_doubt(block, mapping.columns)
    leave_out = {
        header: answers.leave_out[header]
        for header, texts in in_doubt.items()
        if is_proposed(block, header, texts)
    }
    block = with_rows_subtracted(block, answers.subtract, mapping.columns)
    block = without_amounts_in_kind(block, answers.in_kind, mapping.columns)
    return without_rows(block, leave_out), mapping
