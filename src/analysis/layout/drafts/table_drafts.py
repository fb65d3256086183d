"""What a block would be as one of the tables: which header seems to serve which column, and what is
in doubt about it.
"""

from dataclasses import dataclass

from analysis import parse
from analysis.declare import schema
from analysis.layout.agreements.agreements_by_words import entity_of_all
from analysis.layout.amounts.changed_amounts import CHANGED, changed_amounts
from analysis.layout.amounts.complementary_amounts import COMPLEMENTARY, take_complementary_amounts
from analysis.layout.amounts.currencies_of_amounts import without_currencies_of_others
from analysis.layout.amounts.doubts_about_amounts import (
    amount_unnamed,
    amounts_unnamed,
    is_since_the_beginning,
)
from analysis.layout.amounts.given_in_kind import WORTH_ALONE, tell_worth_alone
from analysis.layout.amounts.yearly_rivals import ANOTHER_STAGE, of_another_stage
from analysis.layout.doubts import doubts_of
from analysis.layout.drafts.proposed_columns import (
    DATES,
    add_by_cells,
    add_dates,
    add_keys,
    add_resembling,
)
from analysis.layout.headers.cell_evidence import holds, sample
from analysis.layout.headers.columns_offered import (
    MOST_OFFERED,
    amounts_offered,
    most_complete,
    names_offered,
)
from analysis.layout.headers.headers_of_no_grant import heads_a_pivot_table
from analysis.layout.headers.table_match import BY_CELLS, Match
from analysis.layout.headers.table_words import words_of_name
from analysis.layout.headers.unexplained import unread_reason
from analysis.layout.mapping import SINCE_BEGINNING, Doubt, Mapping
from analysis.layout.partners.entities_of_grants import take_entities
from analysis.layout.partners.several_partners import reason_by_cells
from analysis.layout.payments.matched_references import match_references
from analysis.layout.payments.payment_sheets import take_days_and_amounts
from analysis.layout.recognition import completed_mapping, matched_as
from analysis.layout.shapes.wide_survey import side_of
from analysis.layout.study_keys import StudyDescription
from analysis.read import Block

NEEDED = {  # columns that carry numbers: proposed or asked, never left out in silence
    "grants": ("recipient", "amount", "date"),
    "agreements": ("partner_id", "entity", "start", "planned_end"),
    "contributions": ("agreement_id", "year", "kind", "direction", "value_eur"),
    "accounts": ("partner_id", "year_end", "revenue_total"),
    "answers": ("partner_id", "entity", "side", "item", "value"),
}


@dataclass(frozen=True)
class TableDraft:
    """Which headers of a block seem to serve the columns of a table, and which of them are `sure`."""

    match: Match
    sure: frozenset[str]
    stem: str  # of the file
    study: StudyDescription

    def mapping(self) -> Mapping:
        """The columns with all that is in doubt about them and with the choices that are offered."""
        if self.match.table == "contributions":
            take_days_and_amounts(self.match, are_payments=True)
        return self._completed(self._doubts(), NEEDED.get(self.match.table, ()))

    def without_doubts(self) -> Mapping:
        """The same without what is in doubt but for amounts that nothing names, which takes most of
        the time: enough to tell which table a block is likeliest to hold.
        """
        return self._completed(self._amounts_unnamed(), ())

    def _completed(self, doubts: list[Doubt], needed: tuple[str, ...]) -> Mapping:
        match, block, stem = self.match, self.match.block, self.stem
        constants = entity_of_all(match, words_of_name(stem, block.sheet), self.study)
        is_survey = match.table == "answers"
        if is_survey:
            side = side_of(f"{stem} {block.source.partition('#')[2]}")
        else:
            side = ""
        if side and "side" not in match.columns:
            constants["side"] = side
        return completed_mapping(block, match, constants, stem, self.study, doubts, needed)

    def _doubts(self) -> list[Doubt]:
        match = self.match
        doubts = [
            Doubt(name, match.columns[name], _others(match, name), _why(match, name))
            for name in _carrying(match.table)
            if name in match.columns and name not in self.sure
        ]
        doubtful = {doubt.column for doubt in doubts}
        further = doubts_of(match.block, match, set())
        doubts += [doubt for doubt in further if doubt.column not in doubtful]
        return doubts + self._amounts_unnamed()

    def _amounts_unnamed(self) -> list[Doubt]:
        """The question about amounts of which no header tells, where some column may hold them."""
        match = self.match
        if match.table == "grants" and "amount" not in match.columns:
            offered = amounts_offered(match.block, match.free)
            return [amount_unnamed("amount", tuple(offered))]
        if match.table == "agreements":
            return amounts_unnamed(match)
        return []


def table_draft(table: str, block: Block, stem: str, study: StudyDescription) -> TableDraft:
    """A block of no known layout as a table: by its headers, what these resemble and its cells."""
    match = matched_as(table, block, stem)
    sure = frozenset(match.columns)
    if table != "grants":
        add_keys(match)  # "Code" is the row's before it resembles a longer name
    if table == "contributions":
        take_days_and_amounts(match, are_payments=False)  # "Montant prévu" resembles "Montant"
    if table == "answers":
        _take_side(match)
    add_resembling(match)
    if table == "grants":
        add_by_cells(match)
        take_entities(match)
        take_complementary_amounts(match)
        match_references(match)
        without_currencies_of_others(match)
    else:
        add_keys(match)
        if table in DATES:
            add_dates(match)
    return TableDraft(match, sure, stem, study)


def _take_side(match: Match) -> None:
    """The side of each answer, where no header is its name and the cells of one say both."""
    if "side" in match.columns:
        return
    column = schema.columns("answers")["side"]
    for header in match.free:
        sides, _wrong = parse.categories(sample(match.block.columns[header]), column)
        if sides.notna().all() and sides.nunique() == 2:
            match.take("side", (header,), BY_CELLS)
            return


def _carrying(table: str) -> tuple[str, ...]:
    others = ("planned_start", "planned_end", "end", "term_months")
    return tuple(dict.fromkeys((*NEEDED.get(table, ()), *others)))


def _why(match: Match, name: str) -> str:
    """Why a column that only its header or its cells tell is in doubt."""
    if heads_a_pivot_table(match.columns[name]):
        return "pivot"
    if name == "amount" and all(map(is_since_the_beginning, match.columns[name])):
        return SINCE_BEGINNING
    if match.how.get(name) == COMPLEMENTARY:
        return COMPLEMENTARY
    if name == "amount" and tell_worth_alone(match.columns[name]):
        return WORTH_ALONE
    if name == "amount" and of_another_stage(match, match.columns[name]):
        return ANOTHER_STAGE
    if name == "amount" and changed_amounts(match, match.columns[name]):
        return CHANGED
    column = schema.columns(match.table)[name]
    unread = unread_reason(match.block, match.columns[name], column)
    return unread or reason_by_cells(match.block, name, match.columns[name])


def _others(match: Match, name: str) -> tuple[str, ...]:
    """The next likeliest headers of a column: of an amount, whatever else looks like money."""
    column, block = schema.columns(match.table)[name], match.block
    others: list[str] = []
    if name == "amount" and (of_stage := of_another_stage(match, match.columns[name])):
        return of_stage
    if name == "amount" and (changed := changed_amounts(match, match.columns[name])):
        return changed
    if column.unit == "EUR" or name == "amount":
        others = amounts_offered(block, match.free)
    elif column.kind == "date":
        if name == "date":
            starts = match.columns.get("planned_start", ())
        else:
            starts = ()
        headers = [*starts, *match.free]
        others = most_complete(block, [h for h in headers if holds(block, h, column)])
    elif name == "recipient":
        return tuple(names_offered(block, [*match.columns.get("funder", ()), *match.free]))
    return tuple(others[: MOST_OFFERED - 1])
