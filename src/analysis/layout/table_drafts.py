"""What a block would be as one of the tables: which header seems to serve which column, and what is
in doubt about it.
"""

from dataclasses import dataclass

from analysis.declare import schema
from analysis.layout.agreements_by_words import entity_of_all
from analysis.layout.cell_evidence import holds
from analysis.layout.columns_offered import (
    MOST_OFFERED,
    amounts_offered,
    most_complete,
    names_offered,
)
from analysis.layout.complementary_amounts import COMPLEMENTARY, take_complementary_amounts
from analysis.layout.currencies_of_amounts import without_currencies_of_others
from analysis.layout.doubts import doubts_of, heads_a_pivot_table
from analysis.layout.doubts_about_amounts import is_since_the_beginning, likely_amounts
from analysis.layout.entities_of_grants import take_entities
from analysis.layout.mapping import SINCE_BEGINNING, Doubt, Mapping
from analysis.layout.matched_references import match_references
from analysis.layout.proposed_columns import (
    DATES,
    add_by_cells,
    add_dates,
    add_keys,
    add_resembling,
)
from analysis.layout.recognition import completed_mapping, matched_as
from analysis.layout.study_keys import StudyDescription
from analysis.layout.table_match import Match
from analysis.layout.table_words import words_of_name
from analysis.layout.unexplained import unread_reason
from analysis.layout.wide_survey import side_of
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

    found: Match
    sure: frozenset[str]
    stem: str  # of the file
    study: StudyDescription

    def mapping(self) -> Mapping:
        """The columns with all that is in doubt about them and with the choices that are offered."""
        return self._completed(self._doubts(), NEEDED.get(self.found.table, ()))

    def without_doubts(self) -> Mapping:
        """The same without what is in doubt but for amounts that nothing names, which takes most of
        the time: enough to tell which table a block is likeliest to hold.
        """
        return self._completed(self._amounts_unnamed(), ())

    def _completed(self, doubts: list[Doubt], needed: tuple[str, ...]) -> Mapping:
        found, block, stem = self.found, self.found.block, self.stem
        constants = entity_of_all(found, words_of_name(stem, block.sheet), self.study)
        is_survey = found.table == "answers"
        side = side_of(f"{stem} {block.source.partition('#')[2]}") if is_survey else ""
        if side and "side" not in found.columns:
            constants["side"] = side
        return completed_mapping(block, found, constants, stem, self.study, doubts, needed)

    def _doubts(self) -> list[Doubt]:
        found = self.found
        doubts = [
            Doubt(name, found.columns[name], _others(found, name), _why(found, name))
            for name in _carrying(found.table)
            if name in found.columns and name not in self.sure
        ]
        doubtful = {doubt.column for doubt in doubts}
        further = doubts_of(found.block, found, set())
        doubts += [doubt for doubt in further if doubt.column not in doubtful]
        return doubts + self._amounts_unnamed()

    def _amounts_unnamed(self) -> list[Doubt]:
        """The question about amounts of which no header tells, where some column may hold them."""
        found = self.found
        if found.table == "grants" and "amount" not in found.columns:
            offered = amounts_offered(found.block, found.free)
            return [Doubt("amount", (), tuple(offered), "unnamed")]
        if found.table == "agreements" and "planned_amount_eur" not in found.columns:
            likely = tuple(likely_amounts(found.block, found.free)[:MOST_OFFERED])
            return [Doubt("planned_amount_eur", (), likely, "unnamed")] if likely else []
        return []


def table_draft(table: str, block: Block, stem: str, study: StudyDescription) -> TableDraft:
    """A block of no known layout as a table: by its headers, what these resemble and its cells."""
    found = matched_as(table, block, stem)
    sure = frozenset(found.columns)
    if table != "grants":
        add_keys(found)  # "Code" is the row's before it resembles a longer name
    add_resembling(found)
    if table == "grants":
        add_by_cells(found)
        take_entities(found)
        take_complementary_amounts(found)
        match_references(found)
        without_currencies_of_others(found)
    else:
        add_keys(found)
        if table in DATES:
            add_dates(found)
    return TableDraft(found, sure, stem, study)


def _carrying(table: str) -> tuple[str, ...]:
    others = ("planned_start", "planned_end", "end", "term_months")
    return tuple(dict.fromkeys((*NEEDED.get(table, ()), *others)))


def _why(found: Match, name: str) -> str:
    """Why a column that only its header or its cells tell is in doubt."""
    if heads_a_pivot_table(found.columns[name]):
        return "pivot"
    if name == "amount" and all(map(is_since_the_beginning, found.columns[name])):
        return SINCE_BEGINNING
    if found.how.get(name) == COMPLEMENTARY:
        return COMPLEMENTARY
    column = schema.columns(found.table)[name]
    return unread_reason(found.block, found.columns[name], column) or "unnamed"


def _others(found: Match, name: str) -> tuple[str, ...]:
    """The next likeliest headers of a column: of an amount, whatever else looks like money."""
    column, block = schema.columns(found.table)[name], found.block
    others: list[str] = []
    if column.unit == "EUR" or name == "amount":
        others = amounts_offered(block, found.free)
    elif column.kind == "date":
        starts = found.columns.get("planned_start", ()) if name == "date" else ()
        headers = [*starts, *found.free]
        others = most_complete(block, [h for h in headers if holds(block, h, column)])
    elif name == "recipient":
        return tuple(names_offered(block, [*found.columns.get("funder", ()), *found.free]))
    return tuple(others[: MOST_OFFERED - 1])
