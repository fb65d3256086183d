"""Raw files -> clean tables, a ledger of every record, and a quarantine of what could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis import layout
from analysis.clean import decisions, ledger, review_lists
from analysis.clean.cells import read_rows
from analysis.clean.data_package import write
from analysis.clean.exclusions import NOT_GRANTED, NOTHING_GIVEN, PRIVATE_PERSONS
from analysis.clean.grant_lists import clean_grants, currency_of
from analysis.clean.ledger import trace
from analysis.clean.malformed_records import mend
from analysis.clean.programme_tables import clean_programme, last_seen
from analysis.clean.repeats import joined_key
from analysis.clean.rows import together
from analysis.clean.sources import Part, cells_to_mend, parts_of, ranks, records_read
from analysis.declare.faults import Fault, Refused
from analysis.read import parallel
from analysis.text import formatting

__all__ = [
    "EXPECTED_RULES",
    "Cleaned",
    "Part",
    "clean",
    "day_taken",
    "decisions",
    "joined_key",
    "nothing_left",
    "parts_of",
    "rows_to_mend",
    "trace",
    "write",
]
_ = formatting.text
# What is set aside without being anybody's fault.
EXPECTED_RULES = [
    "title",
    "header",
    "repeated header",
    "hidden sheet",
    "no known layout",
    "total",
    "not read",
    "funder",
    "candidates",
    ledger.CORRECTED,
    *NOT_GRANTED.values(),
    NOTHING_GIVEN,
    PRIVATE_PERSONS,
]
Tables = dict[str, pd.DataFrame]


@dataclass
class Cleaned:
    """Clean tables by name; every record accounted for; what could not be read; and notes for the
    quality page.
    """

    tables: Tables
    ledger: pd.DataFrame
    quarantine: pd.DataFrame
    notes: Tables
    about: dict[str, object]
    mappings: dict[str, list[layout.Mapping]]  # how each source was read, block by block


def _stated(study: layout.Study) -> dict[str, object]:
    """What study.toml states beside its sources: conventions, targets and the team's decisions;
    nothing where it is silent.
    """
    stated = {
        "conventions": study.conventions,
        "targets": study.target,
        "actions": [action.model_dump() for action in study.action],
    }
    return {name: content for name, content in stated.items() if content}


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
) -> Cleaned:
    """The clean tables of a raw folder or file; raises Refused with all that makes it unusable at
    once.

    What a column means and what is not sure is asked: these questions are faults too, unless
    guesses are accepted; then they stand in `about`.

    `identity` says who is one partner: by "identifier" (rows without one are set aside), by exact
    "name", or "both"; `aliases` (by default `partners.csv` in the folder) are the team's decisions.
    Its `corrections.csv` is applied before parsing. A grant without planned end covers
    `term_months` from its date, or the year where only that is known. `day` is the observation date
    that the tables will be looked at on unless a report says otherwise; nothing is cut here.
    `thresholds` are conventions moved beyond those that `study.toml` moves.
    """
    folder = Path(folder)
    study = layout.study_file(folder, study_file)
    if thresholds:
        study = study.model_copy(update={"conventions": study.conventions | dict(thresholds)})
    corrections = decisions.corrections_of(folder)
    parts, strays, faults = parts_of(folder, study)
    if aliases is None:
        try:
            aliases = decisions.pairs_of(folder)
        except Refused as refused:
            faults += refused.faults
    questions = _questions(parts, study, folder.name)
    if accept_guesses:
        faults += [
            fault for part in parts for fault in layout.unanswerable(part.block, part.mapping)
        ]
    if faults or (questions and not accept_guesses):
        raise Refused(faults + questions)

    notes: Tables = {}
    read_counts, rank = records_read(parts), ranks(parts)
    by_table, asides, cells = _read_all(parts, rank)
    cells += [ledger.remark(stray.rule, stray.message, stray.file) for stray in strays]
    is_grants = "grants" in by_table
    _refuse_two_studies(by_table, folder.name)
    met = [part.corrections for part in parts if part.corrections is not None]
    cells += [*met, *decisions.unmet(corrections, met)]
    if aliases is not None:
        if several := decisions.borne_by_several(aliases, by_table):
            raise Refused(several)
        cells += decisions.strangers(aliases, by_table)
    tables: Tables = {}
    decided = [asides]
    if is_grants:
        rows, tables, unused = clean_grants(
            by_table.pop("grants"), study, identity, term_months, aliases, notes
        )
        decided.append(rows.assign(table="grants"))
        cells.append(unused)
    if by_table:
        by_programme, others, unused_cells = clean_programme(
            by_table, study, identity, aliases, notes
        )
        decided += by_programme
        tables |= others
        cells += unused_cells
    before = layout.about_clean_tables(folder)
    if before is not None:
        is_grants = before["grants"]
        _take_from_clean_tables(folder, tables, notes)
    notes["lines"] = ledger.lines(read_counts, decided)
    notes["completeness"] = review_lists.completeness(tables)
    cells += _remarks(tables, aliases, is_grants, notes)
    about = {
        "name": study.name,
        "title": study.title or study.name,
        "synthetic": study.synthetic,
        "grants": is_grants,
        "identity": identity,
        "currency": currency_of(notes),
    }
    about |= _day(day or study.day or study.observed_to, tables, notes, is_grants)
    if before is not None and "day_seen_in" in before and not day:
        about["day_seen_in"] = before["day_seen_in"]
    about |= _stated(study)
    if questions:
        about["guesses"] = [str(question) for question in questions]
    mappings: dict[str, list[layout.Mapping]] = {}
    for part in parts:
        mappings.setdefault(part.block.source, []).extend([part.mapping] if part.mapping else [])
    counts, quarantine = ledger.ledger(read_counts, decided), ledger.quarantine(decided, cells)
    counts = ledger.with_corrections(counts, quarantine)
    return Cleaned(tables, counts, quarantine, notes, about, mappings)


def rows_to_mend(parts: list[Part], quarantine: pd.DataFrame) -> pd.DataFrame:
    """Cells that the team may correct in `corrections.csv` (see `sources.cells_to_mend`)."""
    return cells_to_mend(parts, quarantine, [*EXPECTED_RULES, decisions.NO_FIT])


def _questions(parts: list[Part], study: layout.Study, folder: str) -> list[Fault]:
    """What is to be asked of the meaning of columns, and of the day."""
    mapped = [(part.block, part.mapping) for part in parts if part.mapping]
    questions = [
        question for block, mapping in mapped for question in layout.questions(block, mapping)
    ]
    return questions + layout.day_question(study, mapped, folder)


def _refuse_two_studies(by_table: dict[str, pd.DataFrame], folder: str) -> None:
    """Grants make partners, agreements and contributions: a folder that holds these too is two
    studies.
    """
    tables_of_both = sorted({"partners", "agreements", "contributions"} & set(by_table))
    if "grants" in by_table and tables_of_both:
        message = _(
            "grants make these tables: clean them apart from {tables}, as two studies",
            tables=", ".join(tables_of_both),
        )
        raise Refused([Fault(folder, None, "", "two studies", "", message)])


def _remarks(
    tables: Tables,
    aliases: pd.DataFrame | None,
    is_grants: bool,
    notes: Tables,
) -> list[pd.DataFrame]:
    """What people should look at: pairs of partners, and of funders, that may be one."""
    remarks = []
    if {"partners", "agreements"} <= set(tables):
        likely = review_lists.candidates(tables, aliases)
        notes["candidates"] = pd.DataFrame() if likely is None else likely
        if likely is None:
            message = _("more than {n} spellings: pairs that may be one partner were not sought")
            remarks.append(ledger.remark("candidates", message.format(n=review_lists.MANY)))
    if is_grants and "agreements" in tables:
        message = _("two funders, or one? {left} / {right}")
        for first_funder, second_funder in review_lists.funders_alike(notes["windows"]["entity"]):
            remarks.append(
                ledger.remark("funder", message.format(left=first_funder, right=second_funder))
            )
    return remarks


def _day(stated: object, tables: Tables, notes: Tables, is_grants: bool) -> dict[str, str]:
    """The observation date, blank where nothing tells it; where nobody states it, the last that any
    source sees, with the table that shows it.
    """
    if stated:
        return {"day": str(pd.Timestamp(stated).date())}
    if "windows" not in notes or notes["windows"]["last"].isna().all():
        return {"day": ""}
    day = str(notes["windows"]["last"].max().date())
    return {"day": day, "day_seen_in": "grants" if is_grants else last_seen(tables).idxmax()}


def day_taken(about: Mapping[str, object]) -> str:
    """On which day a cleaned study is looked at and why, where nobody states it; else blank."""
    if "day_seen_in" not in about:
        return ""
    return _(
        "observation day: {day}, the last that the table of {table} shows; another: day in study.toml",
        day=about["day"],
        table=_(str(about["day_seen_in"])),
    )


def _read_all(
    parts: list[Part], rank: dict[str, int]
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, list[pd.DataFrame]]:
    """The rows of each table, over all blocks; records that are no rows; and cells that could not
    be read.
    """
    by_table: dict[str, list[pd.DataFrame]] = {}
    asides, cells = [], []
    for part in parts:
        block = part.block
        if part.mapping is not None:
            asides.append(ledger.aside_records(block.source, mend(block, part.mapping)))
            rows, wrong = read_rows(block, part.mapping, part.stated)
            by_table.setdefault(part.mapping.table, []).append(rows)
            cells.append(wrong)
            block.columns = {}  # read: the raw cells need not stay
            part.as_read = None
            parallel.release()
        records = [(aside.line, aside.rule, aside.value, "") for aside in block.aside]
        asides.append(ledger.aside_records(block.source, records))
    rows_of = {table: together(blocks, rank) for table, blocks in by_table.items()}
    return rows_of, pd.concat(asides, ignore_index=True), cells


def nothing_left(result: Cleaned) -> list[Fault]:
    """One fault for each source of a study that no row is left in; none where some table has rows."""
    if any(len(table) for table in result.tables.values()):
        return []
    counts = result.ledger
    fates = counts["action"] + " " + counts["rows"].astype("str") + " " + counts["rule"]
    by_source = fates.str.strip().groupby(counts["source"]).agg(", ".join)
    return [
        Fault(
            source,
            None,
            "",
            "empty",
            "",
            _("holds no row that can be used ({fates})", fates=fates_of_source),
        )
        for source, fates_of_source in by_source.items()
    ]


def _take_from_clean_tables(folder: Path, tables: Tables, notes: Tables) -> None:
    """What clean tables no longer tell is taken from where it was written: identities by name,
    windows, breaks, currency.
    """
    for name, into in (
        ("identities", tables),
        ("windows", notes),
        ("holes", notes),
        ("breaks", notes),
        ("currencies", notes),
    ):
        if (folder / f"{name}.parquet").is_file():
            into[name] = pd.read_parquet(folder / f"{name}.parquet")
