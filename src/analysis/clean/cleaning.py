"""A cleaning under way: its rows from what the files hold to clean tables, what is asked on the way
and what is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from analysis import layout
from analysis.clean import review_lists
from analysis.clean.amounts import own_totals
from analysis.clean.amounts.amounts_in_words_alone import remarks_on_amounts_in_words
from analysis.clean.amounts.currency import currency_of
from analysis.clean.amounts.distant_amounts import distant_amounts
from analysis.clean.amounts.foreign_amounts import (
    cells_of,
    foreign_amounts,
    questions_on_foreign,
    remarks_on_foreign,
)
from analysis.clean.days import undated_rows
from analysis.clean.days.distant_dates import distant_dates
from analysis.clean.days.observation_day import observation_day
from analysis.clean.grants.exclusions import remarks_on_private_persons
from analysis.clean.grants.grant_lists import clean_grants
from analysis.clean.partners.homonyms import NAMESAKES, questions_on_namesakes
from analysis.clean.partners.partners_of_other_tables import (
    remarks_on_unknown_partners,
    tables_together,
)
from analysis.clean.programme.lost_agreements import lost_agreements, unread_agreements
from analysis.clean.programme.payments_by_partner import remarks_on_contributions
from analysis.clean.programme.programme_tables import clean_programme
from analysis.clean.programme.statuses_without_end import remarks_on_statuses
from analysis.clean.records.rows import FAULTS, Tables
from analysis.clean.records.rows_read import read_all
from analysis.clean.records.yearly_amounts import remarks_on_yearly_amounts
from analysis.clean.several_lists.equal_rows import repeats_counted
from analysis.clean.sheets.malformed_records import questions_on_broken, remarks_on_mended
from analysis.clean.sheets.parts_of_files import Part
from analysis.clean.sheets.sources import headers_by_column
from analysis.clean.team import control_total, decisions
from analysis.clean.unclear_rows import (
    accepted,
    questions_on_grants,
    questions_on_programme,
    unclear_amounts,
    unread_grants,
)
from analysis.declare.faults import Fault, Refused


@dataclass
class Review:
    """What a team is asked and told: guesses that it accepts, cells that are not used, remarks."""

    accept_guesses: bool
    guesses: list[str]
    cells: list[pd.DataFrame]
    remarks: list[str]

    def ask(
        self,
        questions: list[Fault],
        cells: Sequence[pd.DataFrame],
        beside: Sequence[Fault] = (),
        *,
        is_known_otherwise: bool = False,
    ) -> None:
        """Raise Refused with questions, those `beside` them and the cells that they are about; go on
        where guesses are accepted, or where the answer `is_known_otherwise`.
        """
        is_accepted = self.accept_guesses or is_known_otherwise
        self.guesses += accepted(questions, is_accepted, cells, beside)


@dataclass
class Cleaning:
    """The blocks of a study with the rows, tables and notes that are made of them, step by step in
    the order of the methods below.
    """

    parts: list[Part]
    study: layout.StudyDescription
    aliases: pd.DataFrame | None  # the team's decisions who is who
    identity: str
    review: Review
    notes: Tables = field(default_factory=dict)
    by_table: Tables = field(default_factory=dict)  # rows, until a step below takes them
    unread: list[pd.DataFrame] = field(default_factory=list)  # cells
    asides: pd.DataFrame = field(default_factory=pd.DataFrame)  # records that are no rows
    headers: dict[str, dict[str, str]] = field(default_factory=dict)  # of columns, by source
    decided: list[pd.DataFrame] = field(default_factory=list)  # rows with what became of each
    tables: Tables = field(default_factory=dict)  # clean
    is_of_grants: bool = False

    def read_rows(self, folder_name: str) -> None:
        """Read the rows of all blocks, by table, and the cells that say nothing readable."""
        self.by_table, self.asides, self.unread = read_all(self.parts, folder_name)
        self.headers = headers_by_column(self.parts)
        self.is_of_grants = "grants" in self.by_table

    def ask_about_cells(self, *, is_asked_already: bool) -> list[Fault]:
        """Ask about cells that can be read in two ways or in none, or that lie far from all others;
        the questions about amounts that cannot be read, which a total may answer.
        """
        rows, unread, cells = self.by_table, self.unread, self.review.cells
        questions = unclear_amounts(rows, unread) + unread_grants(rows, unread, "dates")
        questions += questions_on_broken(self.asides, rows)
        questions += unread_agreements(rows, unread, self.headers)
        may_be_distant = {} if is_asked_already else rows
        distant, distant_cells = distant_dates(may_be_distant, self.headers, cells)
        slips, cells_of_slips = distant_amounts(may_be_distant, self.headers, cells)
        amounts_unknown = unread_grants(rows, unread, "amounts")
        cells_asked = [*unread, *distant_cells, *cells_of_slips]
        self.review.ask(questions + distant + slips, cells_asked, beside=amounts_unknown)
        cells += unread + decisions_on_partners(rows, self.aliases)
        self.review.remarks += remarks_on_amounts_in_words(rows, unread)
        self.review.remarks += remarks_on_yearly_amounts(rows)
        return amounts_unknown

    def clean_lists_of_grants(self, term_months: int, amounts_unknown: list[Fault]) -> None:
        """Clean the lists of grants, compare them with their totals, and ask what they leave open."""
        self.decided, self.tables, unused = clean_grants(
            self.by_table, self.study, self.identity, term_months, self.aliases, self.notes
        )
        self.review.cells += unused
        totals, tolerance_eur = self._totals()
        unknown = own_totals.asked_of_cells(amounts_unknown, totals, self.unread, tolerance_eur)
        if self.is_of_grants:
            control_total.refuse_another_total(
                self.decided, self.tables, self.study, unknown, self.unread
            )
        is_known_in_all = bool(self.study.control_total)
        self.review.ask(unknown, self.unread, is_known_otherwise=is_known_in_all)
        self._ask_about_grants()
        self._tell_about_grants()

    def _totals(self) -> tuple[pd.DataFrame, float]:
        """The totals that lists write below their rows, and how far these may miss them."""
        totals = self.notes.get("totals", pd.DataFrame())
        return totals, self.study.numbers["totals_tolerance_eur"]

    def _ask_about_grants(self) -> None:
        usual = currency_of(self.notes, self.study.currency)
        foreign = foreign_amounts(self.decided, self.asides, usual)
        questions = questions_on_grants(self.notes, self.headers.get("recipient", {}))
        questions += questions_on_foreign(foreign, self.unread, self.parts, usual)
        totals, tolerance_eur = self._totals()
        questions += undated_rows.questions_on_undated(
            self.decided,
            totals,
            self.asides,
            self.headers.get("date", {}),
            tolerance_eur,
            undated_rows.with_dates_unknown(self.parts),
        )
        lost, lost_cells = lost_agreements(self.decided, self.headers, self.unread)
        undated = undated_rows.cells_of_undated(self.decided)
        self.review.ask(questions + lost, [cells_of(foreign, self.unread), undated, *lost_cells])

    def _tell_about_grants(self) -> None:
        remarks = self.review.remarks
        remarks += repeats_counted(self.notes.pop("again", pd.DataFrame()))
        remarks += remarks_on_mended((part.block.source, part.mended) for part in self.parts)
        remarks += own_totals.remarks_on_totals(*self._totals())
        remarks += remarks_on_foreign(self.decided, currency_of(self.notes, self.study.currency))
        remarks += undated_rows.remarks_on_undated(self.decided)
        remarks += remarks_on_private_persons(self.decided)

    def clean_tables_of_programme(self) -> None:
        """Clean the tables of a programme (agreements, contributions, surveys ...), ask what they
        leave open, and join them with those that grants made.
        """
        of_programme, tables, unused = clean_programme(
            self.by_table, self.study, self.identity, self.aliases, self.notes
        )
        lost, lost_cells = lost_agreements(of_programme, self.headers, self.unread)
        of_several = self.notes.get(NAMESAKES, pd.DataFrame(columns=FAULTS))
        questions = questions_on_programme(self.notes) + questions_on_namesakes(of_several) + lost
        self.review.ask(questions, [*lost_cells, *self.unread, of_several])
        if not self.is_of_grants:
            control_total.refuse_another_total(of_programme, tables, self.study, [], [])
        self.review.cells += [*unused, of_several]
        usual = currency_of(self.notes, self.study.currency)
        payments = self.notes.pop("payments", None)
        self.review.remarks += remarks_on_contributions(payments, usual, self.parts)
        self.decided = [self.asides, *self.decided, *of_programme]
        self.tables = tables_together(self.tables, tables, self.aliases)
        self.review.remarks += remarks_on_unknown_partners(
            self.tables, self.is_of_grants, self.notes
        )

    def look_at_tables(self) -> None:
        """Note how complete the clean tables are, and which of their rows somebody should look at."""
        self.notes["completeness"] = review_lists.completeness(self.tables)
        self.review.cells += review_lists.remarks(
            self.tables, self.aliases, self.is_of_grants, self.notes
        )

    def about(self, day: str | None) -> dict[str, object]:
        """What `study.toml` and the rows say of the study as a whole: its name, its day, its
        conventions.
        """
        study = self.study
        about = {
            "name": study.name,
            "title": study.title or study.name,
            "synthetic": study.synthetic,
            "grants": self.is_of_grants,
            "identity": self.identity,
            "currency": currency_of(self.notes, study.currency),
        }
        day = day or study.day or study.observed_to
        about |= observation_day(day, self.tables, self.notes, self.is_of_grants)
        grace_days = study.numbers["grace_days"]
        self.review.remarks += remarks_on_statuses(self.tables, about["day"], grace_days)
        self.review.remarks += review_lists.remarks_on_pairs(self.notes)
        stated = {
            "words": study.words,
            "conventions": study.conventions,
            "targets": study.target,
            "actions": [action.model_dump() for action in study.action],
            "guesses": self.review.guesses,
        }
        return about | {name: content for name, content in stated.items() if content}


def decisions_on_partners(by_table: Tables, aliases: pd.DataFrame | None) -> list[pd.DataFrame]:
    """Remarks on the team's decisions who is who; raises Refused where they contradict the rows."""
    if aliases is None:
        return []
    if several := decisions.borne_by_several(aliases, by_table):
        raise Refused(several)
    return decisions.strangers(aliases, by_table)
