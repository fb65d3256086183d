"""Which raw column is which: a file recognised by its headers, or as `study.toml` says, or asked.

Known headers are data: the labels and aliases of `reference/columns.csv` for the programme's own
exports, and `reference/headers.csv` for public layouts (SCDL subsidies, 360Giving, grant lists in
French and in English). There, the first header of a column that a file holds is taken; `A + B`
takes both, joined (text) or added up (numbers); a column that starts with `~` is no column of the
table: `~total` holds totals of other rows, `~precision` says how precise the date is, and the
others only tell what such cells look like.

What carries numbers and is not sure is a doubt of its mapping, and a question to the team.
"""

from analysis.layout.agreements.amended_references import ENDING_OF_AMENDMENT, with_first_references
from analysis.layout.agreements.amending_sheets import amending_instead
from analysis.layout.agreements.kinds_of_amendments import which_say_early_end
from analysis.layout.amounts.amount_scale import scale_of, titles_above
from analysis.layout.amounts.amounts_broken_down import without_annexes
from analysis.layout.amounts.units_of_rows import units_of_rows
from analysis.layout.data_package import about_clean_tables, field_titles
from analysis.layout.drafts.likeliest_answers import with_answers_about_rows
from analysis.layout.drafts.questions import NO_COLUMN, day_question, questions
from analysis.layout.drafts.study_file_draft import (
    as_proposed,
    drafted,
    explains,
    programme_instead,
    unanswerable,
)
from analysis.layout.drafts.study_file_writer import draft
from analysis.layout.headers.cell_evidence import days_of_rows, tells_units_of_work
from analysis.layout.headers.header_matching import DROPPED
from analysis.layout.headers.header_names import stated_headers, vocabulary
from analysis.layout.headers.headers_of_no_grant import heads_a_pivot_table
from analysis.layout.headers.numbers_of_cells import amounts_of_rows
from analysis.layout.headers.outcome_columns import outcome_of_blanks
from analysis.layout.headers.words import says
from analysis.layout.known_lists import is_known_list
from analysis.layout.mapping import (
    ABOUT_FRAMEWORKS,
    FRAMEWORK,
    OF_ENTITIES,
    QUESTIONS_OF_A_SURVEY,
    Doubt,
    Mapping,
)
from analysis.layout.partners.acronyms_in_names import without_acronyms
from analysis.layout.partners.codes_of_partners import keyed_by_codes
from analysis.layout.partners.numbered_names import without_numbers
from analysis.layout.partners.partner_directories import lists_of_its_years
from analysis.layout.payments.payments_in_texts import with_grants_of_payments
from analysis.layout.payments.payments_of_agreements import paying_instead
from analysis.layout.payments.payments_of_grants import instalments
from analysis.layout.payments.references_in_common import with_references_in_common
from analysis.layout.payments.sides_of_contributions import directions
from analysis.layout.payments.stages import stages
from analysis.layout.recognition import recognise, unrecognised
from analysis.layout.rows.explained_marks import notes_of_marks
from analysis.layout.rows.kinds_of_rows import without_amounts_in_kind
from analysis.layout.rows.recaps_below import without_recaps
from analysis.layout.rows.rows_left_out import LEFT_OUT, without_rows
from analysis.layout.rows.subtracted_rows import with_rows_subtracted
from analysis.layout.rows.unread_outcomes import BLANK
from analysis.layout.shapes.blank_cells import filled_down
from analysis.layout.shapes.days_beside_amounts import with_days_apart
from analysis.layout.shapes.ditto_marks import with_dittos_filled
from analysis.layout.shapes.kind_columns import MADE_OF_HEADERS, by_period_and_kind
from analysis.layout.shapes.lines_in_cells import with_lines_apart
from analysis.layout.shapes.long_rows import by_item
from analysis.layout.shapes.month_columns import by_period
from analysis.layout.shapes.numbered_agreements import by_agreement
from analysis.layout.shapes.period_columns import with_period_starts
from analysis.layout.shapes.side_tables import by_side
from analysis.layout.shapes.sideways import (
    stands_as_forms,
    stands_sideways,
    turn_it,
    years_stand_below_names,
)
from analysis.layout.shapes.statements import stands_as_statement, turn_accounts
from analysis.layout.shapes.titled_columns import with_recipients_of_titles, with_titles
from analysis.layout.shapes.titles import dated, header_of_one_year
from analysis.layout.shapes.uncalculated import uncalculated
from analysis.layout.shapes.wide_survey import by_question, questions_of
from analysis.layout.shapes.year_columns import OF_YEARS
from analysis.layout.stated_mapping import as_told, survey_as_stated
from analysis.layout.study_file import files_of, study_file
from analysis.layout.study_keys import CONTROLS, DERIVED, OUTCOMES, Source, StudyDescription
from analysis.layout.terms.changed_ends import days_not_read, with_days_of_remarks
from analysis.layout.terms.ends_of_references import OF_ONE_GRANT, with_ends_of_references
from analysis.layout.terms.extended_periods import with_extended_periods
from analysis.layout.terms.extensions_by_a_while import extended_by_a_while
from analysis.layout.terms.renewals_by_year import with_renewed_ends
from analysis.layout.terms.statuses_by_year import with_ends_of_statuses

__all__ = [
    "as_proposed",
    "ABOUT_FRAMEWORKS",
    "FRAMEWORK",
    "OF_ENTITIES",
    "ENDING_OF_AMENDMENT",
    "BLANK",
    "CONTROLS",
    "DERIVED",
    "DROPPED",
    "LEFT_OUT",
    "NO_COLUMN",
    "OF_ONE_GRANT",
    "MADE_OF_HEADERS",
    "OF_YEARS",
    "OUTCOMES",
    "QUESTIONS_OF_A_SURVEY",
    "Doubt",
    "Mapping",
    "Source",
    "StudyDescription",
    "about_clean_tables",
    "amending_instead",
    "amounts_of_rows",
    "days_of_rows",
    "as_told",
    "by_agreement",
    "by_item",
    "by_period",
    "by_period_and_kind",
    "by_question",
    "by_side",
    "dated",
    "days_not_read",
    "day_question",
    "directions",
    "draft",
    "drafted",
    "filled_down",
    "explains",
    "extended_by_a_while",
    "field_titles",
    "files_of",
    "header_of_one_year",
    "instalments",
    "heads_a_pivot_table",
    "is_known_list",
    "keyed_by_codes",
    "lists_of_its_years",
    "notes_of_marks",
    "outcome_of_blanks",
    "programme_instead",
    "paying_instead",
    "questions",
    "questions_of",
    "recognise",
    "says",
    "amounts_of_rows",
    "tells_units_of_work",
    "scale_of",
    "stages",
    "stands_as_forms",
    "stands_as_statement",
    "stands_sideways",
    "stated_headers",
    "study_file",
    "survey_as_stated",
    "titles_above",
    "turn_accounts",
    "turn_it",
    "unanswerable",
    "uncalculated",
    "units_of_rows",
    "unrecognised",
    "years_stand_below_names",
    "vocabulary",
    "which_say_early_end",
    "with_answers_about_rows",
    "with_days_apart",
    "with_days_of_remarks",
    "with_dittos_filled",
    "with_ends_of_references",
    "with_ends_of_statuses",
    "with_extended_periods",
    "with_lines_apart",
    "with_first_references",
    "with_grants_of_payments",
    "with_period_starts",
    "with_renewed_ends",
    "with_rows_subtracted",
    "with_recipients_of_titles",
    "with_references_in_common",
    "with_titles",
    "without_acronyms",
    "without_amounts_in_kind",
    "without_annexes",
    "without_numbers",
    "without_recaps",
    "without_rows",
]
