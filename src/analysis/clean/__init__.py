"""Raw files -> clean tables, a ledger of every record, and a quarantine of what is not read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from analysis import layout
from analysis.clean import (
    control_total,
    decisions,
    ledger,
    own_totals,
    review_lists,
    undated_rows,
)
from analysis.clean.amounts_in_words_alone import remarks_on_amounts_in_words
from analysis.clean.cells import read_rows
from analysis.clean.cells_to_mend import cells_to_mend
from analysis.clean.corrections import corrections_of, unmet
from analysis.clean.currency import currency_of, currency_untold
from analysis.clean.currency_of_a_programme import currency_question, with_currency_of_headers
from analysis.clean.data_package import write
from analysis.clean.distant_amounts import distant_amounts
from analysis.clean.distant_dates import distant_dates
from analysis.clean.equal_rows import repeats_counted
from analysis.clean.exclusions import EXPECTED_RULES
from analysis.clean.foreign_amounts import (
    cells_of,
    foreign_amounts,
    questions_on_foreign,
    remarks_on_foreign,
)
from analysis.clean.grant_lists import clean_grants
from analysis.clean.ledger import trace
from analysis.clean.lost_agreements import lost_agreements, unread_agreements
from analysis.clean.malformed_records import mend, questions_on_broken, remarks_on_mended
from analysis.clean.observation_day import day_taken, observation_day
from analysis.clean.partners_of_other_tables import remarks_on_unknown_partners, tables_together
from analysis.clean.parts_of_files import Part
from analysis.clean.payments_by_partner import remarks_on_contributions
from analysis.clean.personal_data import without_needless_numbers
from analysis.clean.programme_tables import clean_programme
from analysis.clean.repeats import joined_key
from analysis.clean.rows import Tables, rows_together
from analysis.clean.rows_read import read_all
from analysis.clean.sources import (
    Contents,
    headers_by_column,
    mappings_of,
    parts_of,
    records_read,
)
from analysis.clean.statuses_without_end import remarks_on_parts, remarks_on_statuses
from analysis.clean.two_studies import refuse_two_studies
from analysis.clean.unclear_rows import (
    accepted,
    questions_on_grants,
    questions_on_programme,
    unclear_amounts,
    unread_grants,
)
from analysis.clean.yearly_amounts import remarks_on_yearly_amounts
from analysis.declare.faults import Fault, Refused, refusal
from analysis.read import memory
from analysis.text import formatting
from analysis.text.messages import say

# What clean tables alone no longer tell.
NOT_IN_TABLES = ("identities", "windows", "holes", "breaks", "currencies")


@dataclass
class Cleaned:
    """Clean tables by name; every record accounted for; what could not be read; notes; mappings."""

    tables: Tables
    ledger: pd.DataFrame
    quarantine: pd.DataFrame
    notes: Tables
    about: dict[str, object]
    mappings: dict[str, list[layout.Mapping]]  # how each source was read, block by block
    remarks: list[str] = field(default_factory=list)  # on rows that count and may not be grants


def clean(
    folder: Path,
    *,
    identity: str = "both",
    day: str | None = None,
    term_months: int = 12,
    study_file: Path | None = None,
    aliases: pd.DataFrame | None = None,
    accept_guesses: bool = False,
    thresholds: Mapping[str, float] | None = None,
    contents: Contents | None = None,
    is_day_given: bool = False,
) -> Cleaned:
    """The clean tables of a raw folder or file; raises Refused with all that is unusable at once.

    What a column means and what is not sure is asked: these questions are faults too, unless
    guesses are accepted; then they stand in `about`.

    `identity` says who is one partner: by "identifier" (rows without one are set aside), by exact
    "name", or "both"; `aliases` (by default `partners.csv` in the folder) are the team's decisions.
    Its `corrections.csv` is applied before parsing. A grant without planned end covers
    `term_months` from its date, or the year where only that is known. `day` is the observation date
    that the tables will be looked at on unless a report says otherwise; nothing is cut here.
    `thresholds` are conventions moved beyond those that `study.toml` moves. `contents`, what
    `parts_of` gives, are used up; without them the files are read. The day is not asked where it
    stands here, or where every report says its own (`is_day_given`).
    """
    folder = Path(folder)
    study = layout.study_file(folder, study_file)
    study = study.model_copy(update={"conventions": study.conventions | dict(thresholds or {})})
    is_day_asked = not (day or is_day_given)
    parts, aliases, guesses, cells = understood(
        folder, study, aliases, accept_guesses, is_day_asked, contents
    )
    study = with_currency_of_headers(study, parts)
    notes: Tables = {}
    read_counts, mappings = records_read(parts), mappings_of(parts)
    remarks = remarks_on_parts(parts)
    by_table, asides, unread = read_all(parts, folder.name)
    headers = headers_by_column(parts)
    unclear = unclear_amounts(by_table, unread) + unread_grants(by_table, unread, "dates")
    unclear += questions_on_broken(asides, by_table) + unread_agreements(by_table, unread, headers)
    before = layout.about_clean_tables(folder)  # of these, all was asked
    not_asked_yet = by_table if before is None else {}
    distant, distant_cells = distant_dates(not_asked_yet, headers, cells)
    slips, cells_of_slips = distant_amounts(not_asked_yet, headers, cells)
    unknown = unread_grants(by_table, unread, "amounts")
    cells_asked = [*unread, *distant_cells, *cells_of_slips]
    guesses += accepted(unclear + distant + slips, accept_guesses, cells_asked, beside=unknown)
    cells += unread + decisions_on_partners(by_table, aliases)
    is_grants = "grants" in by_table
    remarks += remarks_on_amounts_in_words(by_table, unread) + remarks_on_yearly_amounts(by_table)
    decided, tables, unused = clean_grants(by_table, study, identity, term_months, aliases, notes)
    missed, tolerance = notes.get("totals", pd.DataFrame()), study.numbers["totals_tolerance_eur"]
    unknown = own_totals.asked_of_cells(unknown, missed, unread, tolerance)
    if is_grants:
        control_total.refuse_another_total(decided, tables, study, unknown, unread)
    guesses += accepted(unknown, accept_guesses or bool(study.control_total), unread)
    usual = currency_of(notes, study.currency)
    foreign = foreign_amounts(decided, asides, usual)
    alike = questions_on_grants(notes, headers.get("recipient", {}))
    alike += questions_on_foreign(foreign, unread, parts, usual)
    beside = (
        missed,
        asides,
        headers.get("date", {}),
        tolerance,
        undated_rows.with_dates_unknown(parts),
    )
    alike += undated_rows.questions_on_undated(decided, *beside)
    guesses += accepted(alike, accept_guesses, [cells_of(foreign, unread)])
    remarks += repeats_counted(notes.pop("again", pd.DataFrame()))
    remarks += remarks_on_mended((part.block.source, part.mended) for part in parts)
    remarks += own_totals.remarks_on_totals(missed, tolerance) + remarks_on_foreign(decided, usual)
    remarks += undated_rows.remarks_on_undated(decided)
    by_programme, others, unused_cells = clean_programme(by_table, study, identity, aliases, notes)
    lost, lost_cells = lost_agreements(by_programme, headers, unread)
    lost_cells = [*lost_cells, *unread]
    guesses += accepted(questions_on_programme(notes) + lost, accept_guesses, lost_cells)
    if not is_grants:
        control_total.refuse_another_total(by_programme, others, study, [], [])
    remarks += remarks_on_contributions(notes.pop("payments", None), usual, parts)
    decided, tables = [asides, *decided, *by_programme], tables_together(tables, others, aliases)
    remarks += remarks_on_unknown_partners(tables, is_grants, notes)
    if before is not None:
        is_grants = before["grants"]
        take_from_clean_tables(folder, tables, notes)
    notes["completeness"] = review_lists.completeness(tables)
    cells += unused + unused_cells + review_lists.remarks(tables, aliases, is_grants, notes)
    quarantine = ledger.quarantine(decided, cells)
    counts = ledger.checked(ledger.ledger(read_counts, decided, quarantine))
    notes["lines"] = ledger.lines(read_counts, decided)
    about = {
        "name": study.name,
        "title": study.title or study.name,
        "synthetic": study.synthetic,
        "grants": is_grants,
        "identity": identity,
        "currency": currency_of(notes, study.currency),
    }
    about |= observation_day(day or study.day or study.observed_to, tables, notes, is_grants)
    remarks += remarks_on_statuses(tables, about["day"], study.numbers["grace_days"])
    remarks += review_lists.remarks_on_pairs(notes)
    if before is not None and "day_seen_in" in before and not day:
        about["day_seen_in"] = before["day_seen_in"]
    stated = {
        "words": study.words,
        "conventions": study.conventions,
        "targets": study.target,
        "actions": [action.model_dump() for action in study.action],
        "guesses": guesses,
    }
    about |= {name: content for name, content in stated.items() if content}
    return Cleaned(tables, counts, quarantine, notes, about, mappings, remarks)


def understood(
    folder: Path,
    study: layout.StudyDescription,
    aliases: pd.DataFrame | None,
    accept_guesses: bool,
    is_day_asked: bool = True,
    contents: Contents | None = None,
) -> tuple[list[Part], pd.DataFrame | None, list[str], list[pd.DataFrame]]:
    """The blocks of the files and what each holds; aliases; guesses accepted; what to remark."""
    corrections = corrections_of(folder)
    parts, strays, faults = contents or parts_of(folder, study)
    try:
        aliases = decisions.pairs_of(folder) if aliases is None else aliases
    except Refused as refused:
        faults += refused.faults
    mapped = [(part.block, part.mapping) for part in parts if part.mapping]
    for each in mapped:
        faults += [*layout.uncalculated(*each), *layout.units_of_rows(*each)]
    questions = layout.questions(mapped)
    if is_day_asked:
        questions += layout.day_question(study, mapped, folder.resolve().name)
    questions += currency_question(study, parts)
    if accept_guesses:
        for part in parts:
            faults += layout.unanswerable(part.block, part.mapping)
            part.block, part.mapping = layout.as_proposed(part.block, part.mapping)
    if faults or (questions and not accept_guesses):
        raise Refused(faults + questions)
    met = [part.corrections for part in parts if part.corrections is not None]
    cells = [ledger.remark(stray.rule, stray.message, stray.file) for stray in strays]
    cells += [*met, *unmet(corrections, met)]
    return parts, aliases, list(map(str, questions)), cells


def decisions_on_partners(by_table: Tables, aliases: pd.DataFrame | None) -> list[pd.DataFrame]:
    """Remarks on the team's decisions who is who; raises Refused where they contradict the rows."""
    if aliases is None:
        return []
    if several := decisions.borne_by_several(aliases, by_table):
        raise Refused(several)
    return decisions.strangers(aliases, by_table)


def take_from_clean_tables(folder: Path, tables: Tables, notes: Tables) -> None:
    """Take from a cleaned folder what its tables no longer tell."""
    for name in NOT_IN_TABLES:
        if (folder / f"{name}.parquet").is_file():
            into = tables if name == "identities" else notes
            into[name] = pd.read_parquet(folder / f"{name}.parquet")


def rows_to_mend(parts: list[Part], quarantine: pd.DataFrame) -> pd.DataFrame:
    """Cells that the team may correct in `corrections.csv` (see `cells_to_mend`)."""
    return cells_to_mend(parts, quarantine, [*EXPECTED_RULES, decisions.NO_FIT])


def nothing_left(result: Cleaned) -> list[Fault]:
    """One fault for each source that no row is left in though it holds some: of all sources where
    all tables are empty, else of those whose rows could not be used.
    """
    counts = result.ledger
    if any(len(table) for table in result.tables.values()):
        used = counts.loc[counts["action"].isin(["kept", "merged"]), "source"]
        unusable = counts["action"].eq("set aside") & ~counts["rule"].isin(EXPECTED_RULES)
        sources = set(counts.loc[unusable, "source"]) - set(used)
        counts = counts[counts["source"].isin(sources)]
    action, rule = (
        counts[name].map(lambda text: formatting.text(text) if text else "")
        for name in ("action", "rule")
    )
    fates = action + " " + counts["rows"].astype("str") + " " + rule
    by_source = fates.str.strip().groupby(counts["source"]).agg(", ".join)
    messages = {
        source: say("clean.nothing_left", fates=fates_of_source)
        for source, fates_of_source in by_source.items()
        if fates_of_source
    }
    return [Fault(file, None, "", "empty", "", message) for file, message in messages.items()]
