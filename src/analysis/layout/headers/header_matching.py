"""Which headers of a block are which columns of a table: by known names, then by their words."""

import re

import pandas as pd

from analysis.declare import schema
from analysis.declare.shares import HALF
from analysis.layout.amounts.amount_scale import written_unit
from analysis.layout.amounts.columns_of_currencies import take_currencies
from analysis.layout.amounts.given_in_kind import is_in_kind
from analysis.layout.amounts.order_of_amounts import likeliest_amounts_first
from analysis.layout.amounts.planned_and_done import planned_instead
from analysis.layout.amounts.shares_of_a_whole import take_shares
from analysis.layout.amounts.totals_of_years import set_totals_apart, take_total_of_years
from analysis.layout.headers.cell_evidence import dates_like, has_gaps, holds, sample, tells_money
from analysis.layout.headers.header_names import (
    YEAR_IN_WORDS,
    headers_by_name,
    known_headers,
    says_money,
    sense_of,
    slips,
    spellings,
)
from analysis.layout.headers.header_words import ALONE, PART, Sense
from analysis.layout.headers.headers_of_no_grant import PERCENT, is_of_no_grant
from analysis.layout.headers.numbers_of_cells import Numbers, amounts_of_rows, money_likeness
from analysis.layout.headers.outcome_columns import answers_its_header, take_outcomes
from analysis.layout.headers.row_numbers import are_numbers
from analysis.layout.headers.table_match import BY_CELLS, BY_NAME, BY_SLIP, BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.layout.partners.numbers_of_recipients import (
    are_numbers_beside_names,
    take_numbers_of_recipients,
)
from analysis.layout.partners.recipients_told import take_givers, take_recipients
from analysis.layout.payments import stages
from analysis.layout.payments.matched_references import match_references
from analysis.layout.payments.paid_in_parts import take_whole_amount
from analysis.layout.payments.repeated_references import amendments
from analysis.layout.payments.sides_of_contributions import tells_directions
from analysis.layout.rows.sales_stages import tells_deals
from analysis.layout.terms.dates_of_blanks import add_other_date, add_years
from analysis.layout.terms.days_of_years import take_days_of_years
from analysis.layout.terms.starts_of_relations import leave_starts_of_relations
from analysis.layout.terms.term_columns import take_periods, take_terms
from analysis.read import Block, folded, spaced

TOLD_BY_CELLS = {
    "grants": {"kind"},
    "contributions": {"kind", "direction"},
    "events": {"kind"},
    "partners": {"region", "department"},  # of France: "North" is none, nor "Adult services"
}
DROPPED = re.compile("notes|comment|remarque|observation|annotation|memo")  # how free notes begin
# What a row of a programme's table is worth, under whatever header says money.
MEASURE_BY_TABLE = {"contributions": "value_eur", "agreements": "planned_amount_eur"}
ONE_END = "one end"  # headers that say no more than "end", of agreements that have no other
EFFECTIVE = re.compile(".*(?:effecti|actual|r[ée]el)")  # folded headers of ends that came


def matched(block: Block, table: str) -> dict[str, tuple[str, ...]]:
    """Raw headers of a block for each column of a table that it holds; a header serves one column."""
    return match(block, table).columns


def match(block: Block, table: str) -> Match:
    """The headers of a block for a table: known names, then headers understood by their words; one
    that means nothing is taken for a long known name within a letter or two.
    """
    headers = [
        header
        for header in block.columns
        if not DROPPED.match(folded(header))
        and not (table == "grants" and is_of_no_grant(block, header))
    ]
    table_match = Match(block, table, headers)
    _match_names(table_match)
    if table == "grants":
        _match_words(table_match)
        take_currencies(table_match, "currency")
        take_recipients(table_match)
        take_whole_amount(table_match)
        take_shares(table_match, "amount")
        take_outcomes(table_match)
        take_days_of_years(table_match)
        add_years(table_match)
        _add_parts(table_match)
        add_other_date(table_match)
        set_totals_apart(table_match)
        match_references(table_match)
        take_periods(table_match)
        take_terms(table_match)
        leave_starts_of_relations(table_match)
        take_total_of_years(table_match, "amount")
        take_givers(table_match)
        take_numbers_of_recipients(table_match)
    if table in MEASURE_BY_TABLE:
        _match_programme(table_match)
    return table_match


def _match_programme(found: Match) -> None:
    """What agreements and contributions are worth, in which currency, at which stage, until when."""
    block, measure = found.block, MEASURE_BY_TABLE[found.table]
    if measure not in found.columns:
        found.take(measure, _headers_of_worth(found, measure), BY_WORDS)
    take_shares(found, measure)
    if measure in found.columns:
        codes = [header for header in found.free if sense_of(header, "currency")]
        found.take("~currency", tuple(codes[:1]), BY_WORDS)
        take_currencies(found, "~currency")
    if found.table == "contributions" and "stage" not in found.columns:
        marks = stages.told_by_marks(block, found.free)
        others = () if marks else stages.told_by_cells(block, found.free)
        found.take("stage", marks or others, BY_WORDS if marks else BY_CELLS)
    if found.table == "contributions" and "direction" not in found.columns:
        cells = {header: sample(block.columns[header]) for header in found.free}
        of_sides = [header for header in cells if tells_directions(cells[header], header)]
        found.take("direction", tuple(of_sides[:1]), BY_WORDS)
    if found.table == "agreements":
        take_days_of_years(found)
        _plan_only_end(found)
        take_terms(found)
        found.take("~amendment", amendments(block, found.free), BY_WORDS)


def _headers_of_worth(found: Match, measure: str) -> tuple[str, ...]:
    """The header of what each row is worth: of agreements what is planned rather than paid, and
    where no cell can be read one whose cells tell money all the same, which is asked.
    """
    amount = schema.columns(found.table)[measure]
    named = [header for header in found.free if says_money(header)]
    if found.table == "agreements":
        named += [header for header in found.free if says("worth", header)]
    named.sort(key=is_in_kind)
    fitting = tuple([header for header in named if holds(found.block, header, amount)][:1])
    if found.table != "agreements":
        return fitting
    unread = tuple([header for header in named if tells_money(found.block, header)][:1])
    return planned_instead(found.block, fitting, found.free) or fitting or unread


def lists_grants(columns: dict[str, tuple[str, ...]]) -> bool:
    """Whether the headers matched for grants name recipients and, as money, what they received."""
    amounts = columns.get("amount", ())
    return "recipient" in columns and any(
        says_money(name) or written_unit(name) for name in amounts
    )


def _match_names(found: Match) -> None:
    by_name = headers_by_name(found.headers)
    with_slips = slips(by_name) | by_name
    for column, names_of_column in known_headers()[found.table].items():
        free = set(found.free)
        possible = [
            joined
            for joined in names_of_column
            if all(with_slips.get(name) in free for name in joined)
        ]
        if not possible:
            continue
        if column.startswith("~") and column not in ("~total", "~precision"):
            names = [name for joined in possible for name in joined]
        else:
            names = list(possible[0])
        headers = tuple(dict.fromkeys(with_slips[name] for name in names))
        if found.table == "agreements" and schema.columns("agreements")[column].kind == "number":
            headers = _of_all_years(found.headers, headers, possible[0][0])
        if not _bears_out(found, column, headers[0]):
            continue
        slip = any(name not in by_name for name in names)
        found.take(column, headers, BY_SLIP if slip else BY_NAME)


def _bears_out(found: Match, column: str, header: str) -> bool:
    """Whether the cells under a known name are what it says: "Imputation" may be a code, "Nature"
    an instalment, "Convention" a yes or no.
    """
    if (found.table, column) == ("contributions", "stage"):
        return stages.are_told(found.block, header)
    if (found.table, column) == ("grants", "recipient"):
        return not are_numbers_beside_names(found, header)
    declared = schema.columns(found.table).get(column)
    if declared is not None and declared.kind == "id":
        return are_numbers(found.block, header) and not written_unit(header)
    if declared is not None and declared.kind == "date" and re.search(YEAR_IN_WORDS, header):
        is_money = money_likeness(Numbers(found.block.columns[header])) > 0  # "Échéance 2019"
        return dates_like(found.block, header) or not is_money
    if column == "planned_end":  # "Échéance" of instalments: "1/2"
        return not sample(found.block.columns[header]).str.fullmatch(r"\d ?/ ?\d").mean() > HALF
    if column in {"funder", "town", "siret"} | TOLD_BY_CELLS.get(found.table, set()):
        return holds(found.block, header, declared)
    return True


def _plan_only_end(found: Match) -> None:
    """The only end of agreements is the planned one: asked, unless it says so ("End (planned)")."""
    headers = found.columns.get("end", ())
    if not headers or "planned_end" in found.columns or EFFECTIVE.match(folded(headers[0])):
        return
    del found.columns["end"]
    found.take("planned_end", headers, BY_WORDS if says("planned end", headers[0]) else ONE_END)


def _of_all_years(headers: list[str], matched: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The headers of one amount of an agreement, which may stand once for each year."""
    return tuple(
        header
        for header in headers
        if header in matched or (re.search(YEAR_IN_WORDS, header) and name in spellings(header))
    )


def _match_words(found: Match) -> None:
    """Columns that no known name was found for, by the words of headers. Of what became of a
    request every column may tell: first those whose header says it, then a decision before an
    opinion.
    """
    answered = tuple(header for header in found.free if answers_its_header(found.block, header))
    for column in schema.columns(found.table).values():
        if column.name in found.columns:
            continue
        others = [header for header in found.free if header not in answered]
        senses = [(sense_of(header, column.name), header) for header in others]
        likely = sorted((pair for pair in senses if pair[0]), key=lambda pair: pair[0])
        fitting = [header for _sense, header in likely if holds(found.block, header, column)]
        if column.name == "funder":  # "Fundacja / Foundation" may be who received
            fitting = [header for header in fitting if not sense_of(header, "recipient")]
        if column.name == "amount":
            fitting = likeliest_amounts_first(found.block, fitting)
        several = None if column.kind == "outcome" else 1
        found.take(column.name, tuple(fitting[:several]), BY_WORDS)
    if answered:
        deals = tuple(header for header in found.free if tells_deals(found.block, header))
        found.take("outcome", (*answered, *found.columns.get("outcome", deals)), BY_WORDS)


def _add_parts(found: Match) -> None:
    """The parts of an amount, where no column holds it whole in every row."""
    whole = found.columns.get("amount")
    if whole and not has_gaps(found.block, whole):
        return
    parts = _parts(found.block, found.free, beside=bool(whole))
    found.take(PART if whole else "amount", parts, BY_WORDS)


def _parts(block: Block, headers: list[str], *, beside: bool) -> tuple[str, ...]:
    """The headers of one amount under several titles ("Fonctionnement", "Investissement").

    None where they are marks of what a grant is for, or percentages: a header or a sign says so, or
    the amount stands `beside` them.
    """
    likeliest: dict[float, tuple[Sense, str]] = {}
    for header in headers:
        sense = sense_of(header, PART)
        if sense and _may_be_part(block, header, sense):
            likeliest[sense.head] = min(likeliest.get(sense.head, (sense, header)), (sense, header))
    chosen = {header for _sense, header in likeliest.values()}
    parts = tuple(header for header in headers if header in chosen)
    if not any(says("first payment", header) for header in parts):  # "Solde" of an account
        parts = tuple(header for header in parts if not says("balance", header))
    if len(parts) > 1 and _are_shares(block, parts, beside):
        return ()
    return parts


def _may_be_part(block: Block, header: str, sense: Sense) -> bool:
    marks = set(block.columns[header].values.dropna())
    if marks in ({"0"}, {"1"}, {"0", "1"}):
        return False
    # An English word alone may tell of the recipient ("Revenue", "Capital"), unless a currency
    # stands beside it.
    english_word = sense.layout.endswith("English") and sense.beside == ALONE
    if english_word and not re.search(r"[$£€]", header):
        return False
    return holds(block, header, schema.columns("grants")["amount"])


def _are_shares(block: Block, headers: tuple[str, ...], beside: bool) -> bool:
    """Whether the parts add up to one or to a hundred in every row."""
    texts = {header: block.columns[header].values for header in headers}
    percent = beside or any(PERCENT.search(spaced(header)) for header in block.columns)
    percent |= any(text.str.contains("%", regex=False).any() for text in texts.values())
    amounts = [amounts_of_rows(block.columns[header]).fillna(0) for header in headers]
    whole = pd.concat(amounts, axis=1).sum(axis=1)
    return bool(whole.any() and whole.isin([0, 1, *[100] * percent]).all())
