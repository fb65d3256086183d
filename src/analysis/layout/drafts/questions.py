"""The plain questions about what is not sure, and their answers in study.toml."""

import json
from itertools import chain, starmap

from analysis import parse
from analysis.declare import schema
from analysis.declare.faults import Fault, question_about
from analysis.layout.amounts.amount_scale import OF_UNITS, UNTOLD_UNITS
from analysis.layout.amounts.changed_amounts import CHANGED, answers_of_changes, would_count_twice
from analysis.layout.amounts.complementary_amounts import COMPLEMENTARY, answers_of_complements
from analysis.layout.amounts.converted_amounts import CONVERTED
from analysis.layout.amounts.currencies_of_amounts import CONTRADICTED, OF_ANOTHER
from analysis.layout.amounts.debit_and_credit import DEBIT_AND_CREDIT, answers_of_ledgers
from analysis.layout.amounts.given_in_kind import VALUED, WITHIN, WORTH_ALONE, answers_of_wholes
from analysis.layout.amounts.periods_of_amounts import OF_PERIODS
from analysis.layout.amounts.shared_amounts import SHARED
from analysis.layout.amounts.whole_agreements import WHOLE_AGREEMENT
from analysis.layout.amounts.yearly_rivals import ANOTHER_STAGE, BESIDE_OTHERS
from analysis.layout.drafts.columns_shown import as_in_file, both_added, shown_column
from analysis.layout.drafts.proposed_columns import MEANT
from analysis.layout.drafts.questions_about_rows import (
    answer_about_rows,
    headers_with_blanks,
    names_asked,
    names_with_merged_amounts,
    other_answers_about_rows,
    quoted,
    rows_asked,
    texts_left_out,
    texts_shown,
    totals_by_answer,
)
from analysis.layout.drafts.sheets_in_doubt import asked_of_sheets
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.made_columns import is_made
from analysis.layout.mapping import (
    FRAMEWORK,
    OF_ENTITIES,
    ONE_FOR_ALL_ROWS,
    SINCE_BEGINNING,
    Doubt,
    Mapping,
    constant_line,
)
from analysis.layout.partners.entities_of_grants import MAY_BE_ENTITY
from analysis.layout.partners.heads_of_networks import heads_of_branches
from analysis.layout.partners.names_in_places import names_in_places
from analysis.layout.partners.titles_of_entities import NAMED_BY_TITLES, names_in_titles
from analysis.layout.payments.paid_in_parts import REASON, amount_once_each
from analysis.layout.payments.payments_by_reference import PAYMENTS_LIKELY
from analysis.layout.rows.marked_rows import ROWS_BY_REASON
from analysis.layout.rows.sums_in_rows import sums_of_all_others
from analysis.layout.rows.unread_outcomes import DISAGREE, unread_outcomes
from analysis.layout.shapes.titles import day_in_titles
from analysis.layout.shapes.year_columns import without_period
from analysis.layout.study_keys import OUTCOMES, StudyDescription
from analysis.layout.terms.changed_ends import IN_REMARKS, RENEWED
from analysis.layout.terms.dates_of_blanks import FROM_TWO_COLUMNS
from analysis.layout.terms.example_day import example_day
from analysis.layout.terms.exits_of_partners import MAY_HAVE_LEFT, answers_about_exits
from analysis.layout.terms.further_terms import UNREAD_TERMS
from analysis.layout.terms.partnerships_without_end import RUNS_ON
from analysis.layout.terms.starts_of_relations import OF_RELATION, PAID_LATER
from analysis.read import Block
from analysis.text import formatting
from analysis.text.messages import entries, say

_ANSWERS = {  # what study.toml is to say where that is not the column alone
    "no scale": "scale = [0, 10]",
    "units": 'unit = "k" | "1"',
    "decimals": 'unit = "M" | "k" | "1"',
    "small": 'unit = "k" | "1"',
    "hundredths": 'unit = "c" | "1"',
    "turned": 'unit = "-1" | "1"',
    "no dimension": '[source.questions] "…" = "relationship"',
    "repeated reference": 'same_reference = "once" | "last" | "add"',
    "amended reference": 'same_reference = "last" | "add"',
    "payments told": 'same_reference = "add" | "apart"',
    PAYMENTS_LIKELY: 'same_reference = "add" | "apart"',
    SHARED: 'reference = "{header}" ; same_reference = "shared" | "add"',
    "unread outcomes": '[source.outcomes] "…" = "granted" | "refused" | "withdrawn" | "undecided"',
    "date order": 'date_order = "day" | "month"',
    "per year": 'amount_per = "year" | "grant"',
    OF_PERIODS: 'amount_per = "{other}" | "year" | "grant"',
    "unit of terms": 'term_unit = "year" | "month"',
    "blank cells": 'blank_cells = "above" | "unknown"',
    "several places": 'homonyms = "apart" | "one"',
    NAMED_BY_TITLES: 'split = "entity" | entity = "…"',
    FRAMEWORK: 'framework = "within" | "beside"',
    REASON: 'amount = "{other}"',
    WHOLE_AGREEMENT: 'same_reference = "apart" | "once"',
    CONVERTED: 'amount = "{other}" | amount = "{header}"',
    CONTRADICTED: 'currency = "{header}" | currency = ""',
    OF_ANOTHER: 'currency = "" | currency = "{header}"',
    RUNS_ON: 'planned_end = "en cours"',
    PAID_LATER: 'planned_end = "en cours"',
    OF_RELATION: 'planned_start = "" | planned_start = "{header}"',
    FROM_TWO_COLUMNS: 'date = ["{header}", "{other}"] | date = "{header}"',
    "one end": 'planned_end = "{header}" | end = "{header}"',
}
# Reasons why a whole sheet may be no list of grants.
OF_A_SHEET = (
    "sums of others",
    "money back",
    "not decided",
    "payments of others",
    "example",
    "other kind of list",
)
NO_COLUMN = (  # reasons that no column answers
    *OF_UNITS,
    *("no scale", "no dimension"),
    "unread outcomes",
    *("repeated reference", "amended reference", "payments told", PAYMENTS_LIKELY, SHARED),
    *(WHOLE_AGREEMENT, "date order", "per year", OF_PERIODS, "unit of terms", "blank cells"),
    *("several places", FRAMEWORK),
    *ROWS_BY_REASON,
)
# Reasons of doubts about certain columns, asked in sentences of their own.
OF_SOME_COLUMNS = (
    REASON,
    CHANGED,
    COMPLEMENTARY,
    VALUED,
    WITHIN,
    WORTH_ALONE,
    DEBIT_AND_CREDIT,
    CONTRADICTED,
    OF_ANOTHER,
    DISAGREE,
    IN_REMARKS,
    RENEWED,
    UNREAD_TERMS,
    MAY_HAVE_LEFT,
    RUNS_ON,
    OF_RELATION,
    PAID_LATER,
    FROM_TWO_COLUMNS,
    OF_ENTITIES,
    MAY_BE_ENTITY,
    SINCE_BEGINNING,
    NAMED_BY_TITLES,
)
FILES_SHOWN = 3  # names of further files of which the same is asked
NAMES_SHOWN = 3  # names of which it is asked whether they are of one recipient


def day_question(
    study: StudyDescription, blocks: list[tuple[Block, Mapping]], folder: str
) -> list[Fault]:
    """The question on which day a programme is looked at, where titles above its tables tell one, or
    study.toml marks it as a guess.

    Where nobody states the day and no title tells it, it is the last that the tables show, which is
    told with what is read, whether something else is asked or not.
    """
    is_programme = any(mapping.table != "grants" for _block, mapping in blocks)
    day_of_titles = day_in_titles(block for block, _mapping in blocks)
    is_told_by_titles = is_programme and day_of_titles and not study.day
    if "day" not in study.guessed and not is_told_by_titles:
        return []
    day = study.day or day_of_titles or example_day(blocks)
    message = say("layout.which_day", answer=f"day = {day}")
    return [question_about(folder, message)]


def questions(blocks: list[tuple[Block, Mapping]]) -> list[Fault]:
    """The plain questions of all blocks: one for each doubt, with the likeliest columns and what
    stands in them; the same doubt about several files or sheets is one question, and so are several
    about a sheet that may be no table of the study.
    """
    asked: dict[tuple[str, Doubt], list[tuple[Block, Mapping]]] = {}
    for block, mapping in starmap(as_in_file, blocks):
        for doubt in mapping.doubts:
            asked.setdefault((mapping.table, doubt), []).append((block, mapping))
    questions_of_doubts = [
        (doubt, alike, _question(alike, table, doubt)) for (table, doubt), alike in asked.items()
    ]
    return asked_of_sheets(questions_of_doubts, blocks)


def reason_of(doubt: Doubt) -> str:
    """Why a column is not sure, in words; of what its header says in its own words, that."""
    sense = MEANT.get(doubt.column, doubt.column)
    if doubt.reason == "unnamed" and any(sense_of(header, sense) for header in doubt.headers):
        return say("layout.named_in_words")
    return say(f"layout.reasons.{doubt.reason}")


def _question(alike: list[tuple[Block, Mapping]], table: str, doubt: Doubt) -> Fault:
    block, mapping = alike[0]
    declared = schema.columns(table).get(doubt.column)
    label = declared.label(formatting.language()) if declared else ""
    headers = [*doubt.headers, *doubt.others]
    header = headers[0] if headers else "…"
    rows = rows_asked(alike, doubt)
    words = [quoted(word) for word in _words_asked(alike, doubt)] + texts_shown(alike, rows)
    question = "layout.denied_column" if doubt.is_stated else "layout.which_column"
    if doubt.reason in (*NO_COLUMN, *OF_A_SHEET, *OF_SOME_COLUMNS):
        reason = "units" if doubt.reason in UNTOLD_UNITS else doubt.reason
        question = f"layout.asked.{reason}"
    message = say(
        question,
        meaning=entries("layout.meanings").get(f"{table} {doubt.column}", f"« {label} »"),
        columns=", ".join(shown_column(block, mapping, header, doubt) for header in headers),
        reason=reason_of(doubt),
        words=", ".join(words),
        column=f"`{header}`",
        amount=" + ".join(f"`{name}`" for name in mapping.columns.get("amount", ())),
        parts=f"`{doubt.others[0]}`" if doubt.others else "",
        once_each=amount_once_each(doubt, mapping.doubts),
        sums=names_asked(alike, doubt, sums_of_all_others),
        blanks=headers_with_blanks(rows),
        heads=names_asked(alike, doubt, heads_of_branches),
        sharing=", ".join(map(quoted, names_with_merged_amounts(alike, rows))),
        answer=_answer(declared, doubt, header) if not rows else answer_about_rows(alike, rows),
        **totals_by_answer(alike, doubt),
        are_left_out=any(texts_left_out(alike, rows).values()),
        added=both_added(doubt, headers),
        counts_twice=would_count_twice(doubt),
        constant=constant_line(doubt.column) if doubt.column in ONE_FOR_ALL_ROWS else "",
        **other_answers_about_rows(alike, rows),
        are_grants=table == "grants",
        is_made=is_made(header),
    )
    others = [other.source for other, _mapping in alike[1:]]
    if others:
        more = "" if len(others) <= FILES_SHOWN else ", …"
        shown = ", ".join(others[:FILES_SHOWN]) + more
        message = say("layout.asked_of_others", question=message, n=len(others), sources=shown)
    return Fault(block.source, block.header_line or None, "", "question", "", message)


_ANSWERS_OF_DOUBTS = {
    COMPLEMENTARY: answers_of_complements,
    VALUED: answers_of_complements,
    WITHIN: answers_of_wholes,
    CHANGED: answers_of_changes,
    DEBIT_AND_CREDIT: answers_of_ledgers,
    MAY_HAVE_LEFT: lambda doubt: answers_about_exits(doubt.headers),
    IN_REMARKS: lambda doubt: answers_about_exits(doubt.headers),
}


def _answer(column: schema.Column, doubt: Doubt, header: str) -> str:
    """What study.toml is to say: a header, or a value where the column has but some and no header
    seems to hold it.
    """
    if doubt.reason in _ANSWERS:
        other = next(iter((*doubt.others, *doubt.headers[1:])), "")
        return _ANSWERS[doubt.reason].format(header=header, other=other)
    if doubt.reason in _ANSWERS_OF_DOUBTS:
        return _ANSWERS_OF_DOUBTS[doubt.reason](doubt)
    if doubt.reason in (MAY_BE_ENTITY, WORTH_ALONE):
        return " | ".join(f'{column.name} = "{name}"' for name in (header, *doubt.others, ""))
    if doubt.reason == RENEWED:
        return _last_filled_or_first(column, doubt)
    if doubt.reason in OF_A_SHEET:
        return f'{column.name} = "undecided" | {column.name} = "granted"'
    if doubt.reason == BESIDE_OTHERS:
        return _answer_of_years(column, doubt)
    if doubt.reason == ANOTHER_STAGE:
        others = dict.fromkeys(without_period(other) for other in doubt.others)
        return " | ".join(f'{column.name} = "{name}"' for name in (*doubt.headers, *others))
    if column.kind == "outcome" and not (doubt.headers or doubt.others):
        return " | ".join(f'{column.name} = "{outcome}"' for outcome in OUTCOMES)
    values = [] if doubt.headers else parse.words_for_values(column)
    headers = [header] if doubt.headers or doubt.others or not values else []
    return " | ".join(f'{column.name} = "{value}"' for value in (*headers, *values))


def _answer_of_years(column: schema.Column, doubt: Doubt) -> str:
    """One word for the amounts of several years ("Numéraire"), or which of one year add up."""
    headers = [*doubt.headers, *doubt.others]
    names = {without_period(header) for header in headers}
    if len(names) == 1 and "" not in names:
        return f'{column.name} = "{names.pop()}"'
    lists = [json.dumps(some, ensure_ascii=False) for some in (headers, list(doubt.headers))]
    return f"{column.name} = {' | '.join(lists)}"


def _last_filled_or_first(column: schema.Column, doubt: Doubt) -> str:
    """The ends of all renewals, the last first, or the one before any."""
    listed = json.dumps(list(doubt.headers), ensure_ascii=False)
    return f'{column.name} = {listed} | {column.name} = "{doubt.headers[-1]}"'


def _words_asked(alike: list[tuple[Block, Mapping]], doubt: Doubt) -> list[str]:
    if doubt.reason == "several places":
        named = [names_in_places(block, mapping.columns) for block, mapping in alike]
        return list(dict.fromkeys(chain(*named)))[:NAMES_SHOWN]
    if doubt.reason == NAMED_BY_TITLES:
        titles = [title for block, _mapping in alike for title in names_in_titles(block)]
        return list(dict.fromkeys(titles))[:NAMES_SHOWN]
    if doubt.reason != "unread outcomes":
        return []
    words = [word for block, _mapping in alike for word in unread_outcomes(block, doubt.headers)]
    return list(dict.fromkeys(words))
