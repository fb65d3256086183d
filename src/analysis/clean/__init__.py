"""Raw files -> clean tables, a ledger of every record, and a quarantine of what is not read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from analysis import layout
from analysis.clean import ledger
from analysis.clean.amounts.currency import currency_untold
from analysis.clean.amounts.currency_of_a_programme import (
    currency_question,
    with_currency_of_headers,
)
from analysis.clean.cleaning import Cleaning, Review
from analysis.clean.data_package import write
from analysis.clean.days.observation_day import day_taken
from analysis.clean.grants.exclusions import EXPECTED_RULES
from analysis.clean.grants.quantities_untold import remarks_on_quantities
from analysis.clean.ledger import trace
from analysis.clean.programme.statuses_without_end import remarks_on_parts
from analysis.clean.records.rows import Tables
from analysis.clean.records.rows_read import read_all
from analysis.clean.several_lists.repeats import joined_key
from analysis.clean.sheets.files_not_named import remarks_on_files
from analysis.clean.sheets.parts_of_files import Part
from analysis.clean.sheets.sources import Contents, mappings_of, parts_of, records_read
from analysis.clean.team import control_total, decisions
from analysis.clean.team.cells_to_mend import cells_to_mend
from analysis.clean.team.corrections import corrections_of, unmet
from analysis.declare.faults import Fault, Refused
from analysis.text import formatting
from analysis.text.messages import say

# What clean tables alone no longer tell.
NOT_IN_TABLES = ("identities", "windows", "holes", "breaks", "currencies", "programmes")


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
    # whether the total read is that of the team's books, where nobody has said what columns mean
    questions: list[Fault] = field(default_factory=list)


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
    remarks = [*remarks_on_parts(parts), *remarks_on_quantities(parts)]
    review = Review(accept_guesses, guesses, cells, remarks)
    study = with_currency_of_headers(study, parts)
    cleaning = Cleaning(parts, study, aliases, identity, review)
    read_counts, mappings = records_read(parts), mappings_of(parts)
    cleaning.read_rows(folder.name)
    earlier = layout.about_clean_tables(folder)  # of these, all was asked
    amounts_unknown = cleaning.ask_about_cells(is_asked_already=earlier is not None)
    cleaning.clean_lists_of_grants(term_months, amounts_unknown)
    cleaning.clean_tables_of_programme()
    if earlier is not None:
        cleaning.is_of_grants = earlier["grants"]
        take_from_clean_tables(folder, cleaning.tables, cleaning.notes)
    cleaning.look_at_tables()
    about = cleaning.about(day)
    if earlier is not None and "day_seen_in" in earlier and not day:
        about["day_seen_in"] = earlier["day_seen_in"]
    tables, notes, decided = cleaning.tables, cleaning.notes, cleaning.decided
    quarantine = ledger.quarantine(decided, review.cells)
    counts = ledger.checked(ledger.ledger(read_counts, decided, quarantine))
    notes["lines"] = ledger.lines(read_counts, decided)
    remarks = remarks_on_files(quarantine) + review.remarks
    result = Cleaned(tables, counts, quarantine, notes, about, mappings, remarks)
    if earlier is None:
        result.questions = reading_question(result, study)
    if accept_guesses and result.questions:
        about["guesses"] = [*review.guesses, *map(str, result.questions)]
        result.questions = []
    return result


def reading_question(result: Cleaned, study: layout.StudyDescription) -> list[Fault]:
    """The question whether all that is read is what the team's own books say, unless study.toml
    says what that is, data are drawn, or the columns are known beforehand (`is_known_list`).

    What a column means is guessed from its words and cells, however sure it seems; the total tells
    where a guess is wrong, and where there is none the number of agreements.
    """
    with_titles = set(result.ledger.loc[result.ledger["rule"] == "title", "source"])
    is_known = all(
        layout.is_known_list(mapping, has_titles=source in with_titles)
        for source, of_source in result.mappings.items()
        for mapping in of_source
    )
    if study.synthetic or is_known or not len(result.tables.get("agreements", ())):
        return []
    key, value = control_total.as_control(result.tables)
    if key in study.control or "control_total" in study.control:
        return []
    answer = f"{key} = {value:.15g}"
    read = reading_in_all(result)
    message = say("layout.total_to_confirm", read=read, answer=answer)
    return [Fault("study.toml", None, key, control_total.CONTROL_TOTAL, "", message, answer)]


def reading_in_all(result: Cleaned) -> str:
    """What was read in all, and of which columns, for the team to hold against its books."""
    lines = result.notes["lines"]
    return control_total.total_read(result.tables, lines, result.about, result.mappings)


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
