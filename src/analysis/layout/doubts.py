"""What a mapping takes for granted and the cells or other columns do not bear out: asked, never
guessed.
"""

import re
from dataclasses import replace

from analysis.declare import schema
from analysis.layout.agreements.amended_references import reason_of_references
from analysis.layout.amounts.amount_scale import unit_in_doubt
from analysis.layout.amounts.changed_amounts import CHANGED
from analysis.layout.amounts.complementary_amounts import COMPLEMENTARY
from analysis.layout.amounts.currencies_of_amounts import reason_of_currencies
from analysis.layout.amounts.debit_and_credit import DEBIT_AND_CREDIT
from analysis.layout.amounts.doubts_about_amounts import (
    AMOUNT_BY_TABLE,
    about_amount,
    denied_amount,
    small_without_unit,
    sums_since_the_beginning,
)
from analysis.layout.amounts.given_in_kind import VALUED
from analysis.layout.amounts.periods_of_amounts import OF_PERIODS, periods_of
from analysis.layout.amounts.shared_amounts import SHARED
from analysis.layout.amounts.unit_amounts import reason_of_product
from analysis.layout.amounts.whole_agreements import WHOLE_AGREEMENT
from analysis.layout.headers import row_numbers
from analysis.layout.headers.cell_evidence import are_ranges, sample
from analysis.layout.headers.columns_offered import (
    MOST_OFFERED,
    amounts_offered,
    dates_offered,
    names_offered,
)
from analysis.layout.headers.header_matching import MEASURE_BY_TABLE, ONE_END
from analysis.layout.headers.headers_of_no_grant import heads_a_pivot_table
from analysis.layout.headers.table_match import BY_CELLS, Match
from analysis.layout.headers.unexplained import unread_reason
from analysis.layout.headers.version_columns import tells_versions
from analysis.layout.mapping import LESS, Doubt
from analysis.layout.partners.doubts_about_recipients import about_recipient
from analysis.layout.partners.entities_of_grants import MAY_BE_ENTITY, possible_entities
from analysis.layout.partners.names_in_places import names_in_places
from analysis.layout.partners.numbers_of_recipients import NAMES_OF_A_NUMBER
from analysis.layout.partners.several_partners import (
    reason_by_cells,
)
from analysis.layout.payments import stages
from analysis.layout.payments.matched_references import ON_SEVERAL_LINES
from analysis.layout.payments.paid_in_parts import paid_in_parts
from analysis.layout.payments.payments_by_reference import PAYMENTS_LIKELY
from analysis.layout.rows.marked_rows import ABOUT_HIDDEN, ABOUT_ROWS, HIDDEN_ROWS, OTHER_ROWS
from analysis.layout.rows.rows_in_doubt import rows_in_doubt
from analysis.layout.rows.unread_outcomes import open_outcomes
from analysis.layout.shapes.blank_cells import (
    NAMED_ONCE,
    REASON_BLANK,
    as_one_question,
    stands_once_a_group,
)
from analysis.layout.shapes.side_tables import OF_HIDDEN
from analysis.layout.terms.changed_ends import ends_in_remarks, renewals_in_the_row
from analysis.layout.terms.date_order import is_order_open
from analysis.layout.terms.dates_in_doubt import doubt_about_date, reason_of_end
from analysis.layout.terms.dates_of_blanks import FROM_TWO_COLUMNS
from analysis.layout.terms.exits_of_partners import doubts_about_exits
from analysis.layout.terms.further_terms import further_terms
from analysis.layout.terms.partnerships_without_end import runs_beyond_assumed_ends
from analysis.layout.terms.periods_in_notes import periods_told
from analysis.layout.terms.starts_of_relations import paid_after_assumed_ends, reason_of_start
from analysis.layout.terms.term_units import OF_TERMS, unit_is_open
from analysis.parse.amount_phrases import says_a_year
from analysis.read import Block, spaced

_OF_PRODUCTS = ("amount", "planned_amount_eur")  # which another column may multiply
WITH_ROWS_IN_DOUBT = ("grants", "agreements", "contributions")
# Headers of amounts that may be those of one year of a grant of several.
PER_YEAR = re.compile(
    r"(?i)\bannuel|\bannual|\bper (?:year|annum)|(?:/|\bpar) ?an\b|j[äa]hrlich|\bpro jahr|\bp\. ?a\b|jahresbetrag|jaarlijks|\bper jaar|jaarbedrag|anualidad|\banuale?s?\b|\bannu[oa]\b"
)


def doubts_of(block: Block, found: Match, stated: set[str]) -> tuple[Doubt, ...]:
    """The columns of a match that carry numbers and are not sure; those that study.toml states are,
    but for amounts that are plainly no money.
    """
    doubts = []
    for name, headers in found.columns.items():
        column = schema.columns(found.table).get(name)
        if column is None:
            continue
        if found.how.get(name) == MAY_BE_ENTITY and name not in stated:
            doubts.append(Doubt(name, headers, possible_entities(found), MAY_BE_ENTITY))
        elif reason := _reason_of_its_own(block, found, name):
            others = periods_of(block, found.free) if reason == OF_PERIODS else ()
            doubts.append(Doubt(name, headers, others, reason))
        elif reason := unread_reason(block, headers, column, is_stated=name in stated):
            others = _next_likeliest(block, found, column)
            doubts.append(Doubt(name, headers, others, reason, is_stated=name in stated))
        elif name in _OF_PRODUCTS and (reason := reason_of_product(block, headers)):
            doubts.append(Doubt(name, headers, (), reason, is_stated=name in stated))
        elif name == "amount" and (in_parts := paid_in_parts(block, found.columns)):
            doubts.append(replace(in_parts, is_stated=name in stated))
        elif name in stated:
            doubts += denied_amount(block, found, name)
        else:
            reason, others = _reason_and_rivals(block, found, column)
            doubts += [Doubt(name, headers, others, reason)] if reason else []
    doubts += small_without_unit(found, {doubt.column for doubt in doubts})
    return as_one_question([*doubts, *_beside_columns(block, found, stated)])


def _beside_columns(block: Block, found: Match, stated: set[str]) -> list[Doubt]:
    """What is in doubt beside what a column means: ends told elsewhere, units, sums, and rows."""
    of_ends = [*doubts_about_exits(found), *renewals_in_the_row(found), *ends_in_remarks(found)]
    of_ends += further_terms(found)
    of_ends += periods_told(found) or runs_beyond_assumed_ends(found)
    of_ends += paid_after_assumed_ends(found, stated)
    doubts = [doubt for doubt in of_ends if doubt.column not in stated]
    doubts += [*_unit_of_terms(block, found), *sums_since_the_beginning(found, stated)]
    may_be_in_doubt = found.table in WITH_ROWS_IN_DOUBT
    if may_be_in_doubt and (in_doubt := rows_in_doubt(block, found.columns)):
        doubts += _about_rows(in_doubt)
    return doubts


def _about_rows(in_doubt: dict[str, list[str]]) -> list[Doubt]:
    """The question about rows that other columns tell of, and the one about those that a workbook
    hides.
    """
    told = tuple(header for header in in_doubt if header != OF_HIDDEN)
    doubts = [Doubt(ABOUT_ROWS, told, (), OTHER_ROWS)] if told else []
    if OF_HIDDEN in in_doubt:
        doubts.append(Doubt(ABOUT_HIDDEN, (OF_HIDDEN,), (), HIDDEN_ROWS))
    return doubts


def _reason_and_rivals(
    block: Block, found: Match, column: schema.Column
) -> tuple[str, tuple[str, ...]]:
    """Why a column that is not stated is in doubt, and which other headers may be meant."""
    name = column.name
    if heads_a_pivot_table(found.columns[name]):
        return "pivot", ()
    if found.how.get(name) == BY_CELLS:
        reason = reason_by_cells(block, name, found.columns[name])
        return reason, _others_by_cells(block, found, column)
    if found.how.get(name) in (ONE_END, FROM_TWO_COLUMNS, NAMES_OF_A_NUMBER):
        return found.how[name], ()
    if found.how.get(name) == DEBIT_AND_CREDIT:
        return DEBIT_AND_CREDIT, found.columns[LESS]
    if column.unit == "EUR" or name == "amount":
        return about_amount(block, found, name)
    if name == "currency":
        return reason_of_currencies(found), ()
    if name in ("planned_end", "end"):
        return reason_of_end(block, found, name), ()
    if name == "planned_start":
        return reason_of_start(found), ()
    if name == "date" and found.table == "grants":
        return doubt_about_date(block, found)
    is_partner = (found.table, name) in (("grants", "recipient"), ("agreements", "partner_id"))
    return about_recipient(block, found) if is_partner else ("", ())


def _others_by_cells(block: Block, found: Match, column: schema.Column) -> tuple[str, ...]:
    """What else may be meant by a recipient, an end or an amount that only cells tell, the likeliest
    first.
    """
    if column.name == "recipient":
        return tuple(names_offered(block, found.free))
    if column.unit == "EUR" or column.name == "planned_end":
        return _next_likeliest(block, found, column)
    return ()


def _unit_of_terms(block: Block, found: Match) -> list[Doubt]:
    """The question whether terms count years or months, where nothing says so."""
    headers = found.columns.get("term_months", ())
    is_open = bool(headers) and unit_is_open(block, headers)
    return [Doubt("term_months", headers, (), OF_TERMS)] if is_open else []


def _reason_of_its_own(block: Block, found: Match, name: str) -> str:
    """Why what a column holds leaves something open that no other column answers; else blank."""
    headers = found.columns[name]
    if found.how.get(name) in (COMPLEMENTARY, CHANGED, VALUED):
        return found.how[name]
    is_amount = name == AMOUNT_BY_TABLE.get(found.table)
    if is_amount and (reason := _reason_of_amount(block, found, headers)):
        return reason
    if name == "outcome" and (reason := open_outcomes(block, headers)):
        return reason
    if found.table == "grants" and (reason := _reason_of_grants(block, found, name)):
        return reason
    if found.table == "agreements" and (reason := _reason_of_agreements(block, found, name)):
        return reason
    if name == "stage" and stages.leave_doubt(block, headers):
        return "unread stages"
    if row_numbers.repeat(block, found.table, found.columns, name):
        return "repeated number"
    return _reason_of_reference(found, headers) if name == "reference" else ""


def _reason_of_reference(found: Match, headers: tuple[str, ...]) -> str:
    how = found.how.get("reference", "")
    if how == ON_SEVERAL_LINES:
        numbering = found.columns.get("~amendment", ())
        are_versions = any(tells_versions(found.block, header) for header in numbering)
        return "amended reference" if are_versions else reason_of_references(headers)
    return how if how in (SHARED, WHOLE_AGREEMENT, PAYMENTS_LIKELY) else ""


def _reason_of_grants(block: Block, found: Match, name: str) -> str:
    """What a column of a grant list leaves open, as programmes never do; else blank."""
    if stands_once_a_group(block, found.columns, name):
        return REASON_BLANK
    if name == "recipient" and names_in_places(block, found.columns):
        return "several places"
    return "date order" if name == "date" and is_order_open(block, found.columns) else ""


def _reason_of_agreements(block: Block, found: Match, name: str) -> str:
    """What amounts, starts or names of agreements leave open; else blank."""
    headers = found.columns[name]
    if name == MEASURE_BY_TABLE["agreements"]:
        return _reason_of_years(block, found, headers)
    if name in ("start", *NAMED_ONCE) and stands_once_a_group(block, found.columns, name):
        return REASON_BLANK
    if name != "start":
        return ""
    columns = {"amount": "planned_amount_eur", "recipient": "partner_id"}
    as_of_grants = {of: found.columns.get(own, ()) for of, own in columns.items()}
    days = (*headers, *found.columns.get("planned_end", ()))
    return "date order" if is_order_open(block, as_of_grants | {"date": days}) else ""


def _reason_of_amount(block: Block, found: Match, headers: tuple[str, ...]) -> str:
    """What the amounts of a table leave open: their unit, and of grants of which period they are."""
    reason = unit_in_doubt(block, headers)
    is_of_grants = found.table == "grants"
    return _reason_of_years(block, found, headers) if is_of_grants and not reason else reason


def _reason_of_years(block: Block, found: Match, headers: tuple[str, ...]) -> str:
    """Why amounts may be those of each year of a term: a column says so of each, or their header."""
    if periods_of(block, found.free) and _tells_terms(block, found):
        return OF_PERIODS
    return "per year" if _is_of_a_year(block, found, headers) else ""


def _is_of_a_year(block: Block, found: Match, headers: tuple[str, ...]) -> bool:
    """Whether headers beside a term, or cells, say that amounts are those of one year."""
    is_per_year = any(PER_YEAR.search(spaced(header)) for header in headers)
    by_header = is_per_year and _tells_terms(block, found)
    return by_header or any(says_a_year(sample(block.columns[header])) for header in headers)


def _tells_terms(block: Block, found: Match) -> bool:
    """Whether a list says how long what it lists lasts."""
    if not {"term_months", "planned_end", "end"}.isdisjoint(found.columns):
        return True
    return any(are_ranges(block, found.columns.get(name, ())) for name in ("date", "start"))


def _next_likeliest(block: Block, found: Match, column: schema.Column) -> tuple[str, ...]:
    """The next likeliest headers of a date or an amount."""
    offered = dates_offered if column.kind == "date" else amounts_offered
    return tuple(offered(block, found.free)[: MOST_OFFERED - 1])
