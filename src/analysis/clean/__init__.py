"""Raw files -> clean tables, a ledger of every record, and a quarantine of what could not be read."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import layout, read
from analysis.clean import (
    agreements,
    duplicates,
    grants,
    programme_tables,
    review_lists,
    total_rows,
)
from analysis.clean.arrow_tables import Tables
from analysis.clean.coded_rows import Rows, together
from analysis.clean.data_package import write
from analysis.clean.exclusions import (
    NOT_GRANTED,
    NOTHING_GIVEN,
    PRIVATE_PERSONS,
    private_persons,
)
from analysis.clean.holes import source_holes
from analysis.clean.ledger import Books, Fates, trace
from analysis.clean.malformed_records import mend
from analysis.clean.typed_columns import read_rows
from analysis.declare import schema as tables
from analysis.declare.faults import Fault, Refused
from analysis.linkage import partner_matching
from analysis.read import parallel
from analysis.text import formatting

__all__ = ["EXPECTED_RULES", "Cleaned", "clean", "nothing_left", "parts_of", "trace", "write"]
_ = formatting.text
ALIASES = "aliases.csv"
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
    *NOT_GRANTED.values(),
    NOTHING_GIVEN,
    PRIVATE_PERSONS,
]
EXPECTED = "expected CSV, TSV, xlsx, xls, ods, JSON, HTML, parquet, or these in a zip"


@dataclass
class Cleaned:
    """Clean tables by name; every record accounted for; what could not be read; and notes for the quality page."""

    tables: Tables
    ledger: pd.DataFrame
    quarantine: pd.DataFrame
    notes: dict[str, pd.DataFrame]
    about: dict[str, object]
    mappings: dict[str, list[layout.Mapping]]  # how each source was read, block by block


@dataclass
class Part:
    """A block of a file, what it holds, and what study.toml says of its source."""

    block: read.Block
    stem: str
    mapping: layout.Mapping | None = None
    told: layout.Source | None = None


def clean(
    folder: Path,
    *,
    identity: str = "both",
    day: str | None = None,
    term_months: int = 12,
    study_file: Path | None = None,
    aliases: pd.DataFrame | None = None,
    accept_guesses: bool = False,
) -> Cleaned:
    """The clean tables of a raw folder or file; raises Refused with all that makes it unusable at once.

    What a column means and what is not sure is asked: these questions are faults too, unless guesses are accepted; then
    they stand in `about`.

    `identity` says who is one partner: by "identifier" (rows without one are set aside), by exact "name", or "both"; `aliases`
    (by default `aliases.csv` in the folder) are the team's decisions.
    A grant without planned end covers `term_months` from its date, or the year where only that is known. `day` is the
    observation date that the tables will be looked at on unless a report says otherwise; nothing is cut here.
    """
    folder = Path(folder)
    study = layout.study_file(folder, study_file)
    parts, strays, faults = parts_of(folder, study)
    if aliases is None:
        aliases, wrong = _aliases(folder)
        faults += wrong
    questions = [
        question
        for part in parts
        if part.mapping
        for question in layout.questions(part.block, part.mapping)
    ]
    if accept_guesses:
        faults += [
            fault for part in parts for fault in layout.unanswerable(part.block, part.mapping)
        ]
    if faults or (questions and not accept_guesses):
        raise Refused(faults + questions)
    books = Books(_counted(parts), _ranks(parts))
    by_table = _read_all(parts, books)
    for stray in strays:
        books.remark(stray.rule, stray.message, stray.file)

    built = Tables()
    notes: dict[str, pd.DataFrame] = {}
    is_grants = "grants" in by_table
    both = sorted({"partners", "agreements", "contributions"} & set(by_table)) if is_grants else []
    if both:
        message = (
            f"grants make these tables: clean them apart from {', '.join(both)}, as two studies"
        )
        raise Refused([Fault(folder.name, None, "", "two studies", "", message)])
    if is_grants:
        _from_grants(
            by_table.pop("grants"), books, study, identity, term_months, aliases, built, notes
        )
    programme_tables.clean(by_table, books, study, identity, aliases, built, notes)
    if layout.about_clean_tables(folder) is not None:
        is_grants = _as_cleaned_before(folder, built, notes)
    notes["lines"] = books.lines()
    notes["completeness"] = review_lists.completeness(built)
    if {"partners", "agreements"} <= set(built):
        likely = review_lists.candidates(built, aliases)
        notes["candidates"] = pd.DataFrame() if likely is None else likely
        if likely is None:
            books.remark(
                "candidates",
                _("more than {n} spellings: pairs that may be one partner were not sought").format(
                    n=review_lists.MANY
                ),
            )
    if is_grants and "agreements" in built:
        for left, right in review_lists.funders_alike(notes["windows"]["entity"]):
            books.remark(
                "funder", _("two funders, or one? {left} / {right}").format(left=left, right=right)
            )
    seen = (
        notes["windows"]["last"].max() if "windows" in notes and len(notes["windows"]) else pd.NaT
    )
    chosen = pd.Timestamp(day or study.day) if day or study.day else seen
    about = {
        "name": study.name,
        "title": study.title or study.name,
        "day": "" if pd.isna(chosen) else str(chosen.date()),
        "synthetic": study.synthetic,
        "grants": is_grants,
        "identity": identity,
        "currency": _currency(notes),
    }
    if questions:
        about["guesses"] = [str(question) for question in questions]
    mappings: dict[str, list[layout.Mapping]] = {}
    for part in parts:
        mappings.setdefault(part.block.source, []).extend([part.mapping] if part.mapping else [])
    return Cleaned(built, books.ledger(), books.quarantined(), notes, about, mappings)


def _read_all(parts: list[Part], books: Books) -> dict[str, Rows]:
    """The rows of each table, over all blocks; what is no row, and what could not be read, goes into the books."""
    by_table: dict[str, list[Rows]] = {}
    for part in parts:
        if part.mapping is not None:
            books.set_aside(part.block.source, mend(part.block, part.mapping))
            rows, wrong = read_rows(
                part.block, part.mapping, books.number[part.block.source], part.told
            )
            by_table.setdefault(part.mapping.table, []).append(rows)
            books.quarantine.append(wrong)
            part.block.columns = {}  # read: the raw cells need not stay
            parallel.release()
        books.set_aside(
            part.block.source,
            [(aside.line, aside.rule, aside.value, "") for aside in part.block.aside],
        )
    return {table: together(rows) for table, rows in by_table.items()}


def nothing_left(result: Cleaned) -> list[Fault]:
    """One fault for each source of a study that no row is left in; none where some table has rows."""
    if any(result.tables.arrow(name).num_rows for name in result.tables):
        return []
    ledger = result.ledger.assign(
        said=lambda rows: (
            rows["action"] + " " + rows["rows"].astype("str") + " " + rows["rule"]
        ).str.strip()
    )
    told = ledger.groupby("source")["said"].agg(", ".join)
    return [
        Fault(source, None, "", "empty", "", f"holds no row that can be used ({said})")
        for source, said in told.items()
    ]


def _aliases(folder: Path) -> tuple[pd.DataFrame | None, list[Fault]]:
    """The team's decisions on who is who (`aliases.csv` beside the raw files: partner, same_as, decision)."""
    file = folder / ALIASES
    if not file.is_file():
        return None, []
    decided = read.blocks(file, ALIASES, vocabulary=frozenset({"partner", "sameas", "decision"}))[0]
    lacking = [name for name in ("partner", "same_as", "decision") if name not in decided.columns]
    if lacking:
        return None, [
            Fault(
                ALIASES,
                decided.header_line,
                ", ".join(lacking),
                "required",
                "",
                "expected columns partner, same_as, decision",
            )
        ]
    return pd.DataFrame({name: column.series() for name, column in decided.columns.items()}).dropna(
        subset=["partner", "same_as", "decision"]
    ), []


def parts_of(folder: Path, study: layout.Study) -> tuple[list[Part], list[Fault], list[Fault]]:
    """All blocks of the data files with their mappings; files that hold no data; and what makes the folder unusable."""
    root = folder if folder.is_dir() else folder.parent
    files, documents = read.data_files(folder)
    files = [file for file in files if file != folder / ALIASES]
    files = [file for file in files if file != folder / "datapackage.json"]
    titles = {} if study.source else layout.field_titles(folder)
    if layout.about_clean_tables(folder) is not None:
        files = [
            folder / f"{table}.parquet"
            for table in tables.declared()
            if table not in layout.DERIVED
        ]
        files, documents = [file for file in files if file.is_file()], []
    faults, parts = [], []
    if folder.is_file() and folder.suffix.lower() not in (*read.SUFFIXES, ""):
        return (
            [],
            [],
            [Fault(folder.name, None, "", "unreadable", "", f"not a data file ({EXPECTED})")],
        )
    known = layout.vocabulary(study)
    told: list[tuple[Path, layout.Source | None]] = (
        [] if study.source else [(file, None) for file in files]
    )
    for source in study.source:
        named = layout.files_of(source, files, root)
        told += [(file, source) for file in named]
        if not named:
            message = "no file of this name; edit files in study.toml"
            faults.append(
                Fault(folder.name, None, "files", "missing", ", ".join(source.files), message)
            )
    for file, source in told:
        name = read.shown(file.relative_to(root))
        asked = {"sheet": source.sheet, "header_row": source.header_row} if source else {}
        try:
            blocks = read.blocks(file, name, vocabulary=known, **asked)
        except Refused as refusal:
            prose = (
                file.suffix.lower() == ".txt"
                and not source
                and {fault.rule for fault in refusal.faults} == {"header"}
            )
            documents += [file] * prose
            faults += refusal.faults * (not prose)
            continue
        stem = read.shown(Path(file.stem))
        named = (
            {read.folded(raw) for headers in source.columns.values() for raw in headers}
            if source
            else set()
        )
        for block in blocks:
            block = layout.with_titles(block, titles.get(name, {}))
            whole = layout.with_period_starts(layout.by_item(layout.by_side(block), named))
            part = Part(layout.by_year(whole, named), stem, told=source)
            if source and source.table not in layout.YEARLY:
                part.block = whole
            if source and block.columns:
                part.mapping, wrong = layout.as_told(part.block, source, stem, study)
                faults += wrong
            elif block.columns:
                part.mapping = layout.recognise(part.block, stem, study)
                if part.mapping and part.mapping.table not in layout.YEARLY:
                    part.block, part.mapping = whole, layout.recognise(whole, stem, study)
            if (
                part.mapping
                and part.block is not whole
                and "contribution_id" in part.mapping.columns
            ):
                part.mapping.columns["contribution_id"] += (
                    layout.OF_YEARS,
                )  # a number for each year's
            parts.append(part)
    faults += _unknown(parts, study)
    if not parts and not faults:
        faults.append(Fault(folder.name, None, "", "empty", "", f"no data file here ({EXPECTED})"))
    unnamed = sorted(set(files) - {file for file, _source in told})
    strays = [
        Fault(read.shown(file.relative_to(root)), None, "", "not read", "", message)
        for held, message in (
            (documents, f"not a data file ({EXPECTED})"),
            (unnamed, "no [[source]] of study.toml names it"),
        )
        for file in held
        if file.suffix.lower() not in (".md", ".toml")
    ]
    return parts, strays, faults


def _unknown(parts: list[Part], study: layout.Study) -> list[Fault]:
    """Blocks of no known layout get a draft, whose doubts are asked; those that not even a draft explains are faults.

    One that stands beside a known one in its file, and that is no list of amounts, is set aside instead.
    """
    known = {part.block.source.partition("#")[0] for part in parts if part.mapping is not None}
    faults = []
    for part in parts:
        block = part.block
        if part.mapping is not None or not block.columns:
            continue
        long, draft = layout.drafted(block, part.stem, study)
        beside = block.source.partition("#")[0] in known
        if layout.explains(draft, long):
            part.block, part.mapping = long, draft
        elif beside:
            lines = [*block.lines.tolist(), *(line for line, _text in block.ragged)]
            block.aside += [read.Aside(line, "no known layout", "") for line in lines]
            block.columns, block.lines, block.ragged = {}, block.lines[:0], []
        else:
            faults.append(layout.unknown(block))
    return faults


def _counted(parts: list[Part]) -> dict[str, int]:
    """How many records each source holds, as read, before anything is decided."""
    read_: dict[str, int] = {}
    for part in sorted(parts, key=lambda part: part.block.source):
        block = part.block
        read_[block.source] = (
            read_.get(block.source, 0) + len(block.lines) + len(block.ragged) + len(block.aside)
        )
    return read_


def _ranks(parts: list[Part]) -> dict[str, tuple]:
    """Which source to believe: the one of greater `precedence`, then the one whose name bears the later date, then the last name."""
    return {
        part.block.source: (
            part.told.precedence if part.told else 0,
            layout.dated(part.stem),
            part.block.source,
        )
        for part in parts
    }


def _from_grants(
    rows: Rows, books: Books, study, identity: str, term_months: int, aliases, built, notes
) -> None:
    """Partners, agreements and contributions of grant lists, with the notes that go with them."""
    fates = books.open(rows)
    written = rows.columns["recipient"].values
    (rows, at), names = parallel.each(
        lambda step: step(),
        [
            lambda: _once_each(rows, books, fates, notes),
            lambda: partner_matching.normalised(written),
        ],
    )
    period = grants.periods(rows, term_months)
    books.cells(
        rows,
        period.turned,
        "planned_end",
        "R01",
        _("the planned end comes before the start: not used"),
    )
    foreign, notes["currencies"] = grants.foreign(rows)
    books.cells(
        rows,
        foreign,
        "amount",
        "M19",
        _("in another currency than most, or in several: the amount is not used"),
    )
    who = grants.recipients(rows, names, identity, aliases)
    made = agreements.terms(rows, who, period)
    without = {"identifier": "no identifier", "name": "no name"}.get(identity, "no identity")
    message = _("the identity rule of this study keeps no such row")
    fates.set_aside(at[made.number < 0], without, message, "recipient")
    notes["windows"] = grants.windows(rows, period, study.observed_from, study.observed_to)
    notes["holes"] = source_holes(
        pd.DataFrame({"entity": rows.series("funder"), "date": grants.dates(period.date)}),
        notes["windows"],
    )
    keys = [who.who[name] for name in ("identifier_key", "name_key")]
    notes["breaks"], built["partners"], made_of = parallel.each(
        lambda step: step(),
        [
            lambda: review_lists.breaks(made.entity, grants.years(period.start), *keys, who.codes),
            lambda: agreements.partners(rows, made, who),
            lambda: agreements.tables_of(
                made, agreements.summed(rows, made, foreign), who, _currency(notes)
            ),
        ],
    )
    built.update(made_of)
    fates.close()
    fates.keys(at, pd.Series(made.ids), made.number)


def _once_each(rows: Rows, books: Books, fates: Fates, notes) -> tuple[Rows, np.ndarray]:
    """The rows that stand for a grant of their own, and their positions: without totals, gaps and repeats."""
    nameless = ~(
        rows.known("recipient")
        | rows.known("siren")
        | rows.known("rna")
        | rows.known("recipient_id")
    )
    asked = rows.series("outcome").isin(NOT_GRANTED).to_numpy(bool)
    is_total, notes["totals"] = total_rows.found(rows, "amount", nameless, books.sources, asked)
    fates.set_aside(is_total, "total", _("the sum of other rows"), "~label")
    for outcome, rule in NOT_GRANTED.items() if "outcome" in rows.columns else ():
        told = rows.series("outcome").eq(outcome).fillna(False).to_numpy(bool)
        fates.set_aside(told, rule, _("a request that was not granted is no grant"), "recipient")
    fates.set_aside(nameless, "no recipient", _("neither name nor identifier"), "amount")
    nothing = rows.series("amount").eq(0) & ~rows.series("~beside")
    fates.set_aside(
        nothing.fillna(False).to_numpy(bool),
        NOTHING_GIVEN,
        _("0 EUR, nothing in kind, no loan and no guarantee: no relation"),
        "recipient",
    )
    recipients = rows.columns["recipient"]
    people = private_persons(partner_matching.normalised(recipients.values))
    anonymous = ~(rows.known("siren") | rows.known("rna") | rows.known("recipient_id"))
    fates.set_aside(
        np.append(people, False)[recipients.codes] & anonymous,
        PRIVATE_PERSONS,
        _("private persons together are no partner"),
        "recipient",
    )
    fates.set_aside(~rows.known("funder"), "no funder", _("no funder"), "recipient")
    fates.set_aside(~rows.known("date"), "no date", _("no date that can be read"), "recipient")
    rows.columns["funder"] = grants.entities(rows)
    rows, at = fates.left()
    sure, undecided = duplicates.repeats(rows)
    same, notes["conflicts"] = duplicates.by_reference(rows, books.rank, books.sources, sure >= 0)
    again = np.full(len(rows), -1)
    if len(books.sources) > 1:
        again = duplicates.across(grants.comparable(rows), books.rank, grants.SAMENESS, "~what")
    for into, rule in (
        (sure, "exact repeat"),
        (same, "reference in another source"),
        (again, "record in another source"),
    ):
        fates.merge(at[into >= 0], rule, at[into[into >= 0]])
    fates.note(at[undecided], duplicates.UNDECIDED)
    rows, at = fates.left()
    for compared in ("reference", "purpose"):
        rows.columns.pop(compared, None)
    return rows, at


def _currency(notes: dict[str, pd.DataFrame]) -> str:
    """The currency of the amounts: that of most rows that say one; blank where none does; euros where there are no grants."""
    known = notes.get("currencies")
    return "EUR" if known is None else str(known["currency"].iloc[0]) if len(known) else ""


def _as_cleaned_before(
    folder: Path, built: dict[str, pd.DataFrame], notes: dict[str, pd.DataFrame]
) -> bool:
    """What clean tables no longer tell is taken from where it was written: identities by name, windows, breaks, currency."""
    for name, into in (
        ("identities", built),
        ("windows", notes),
        ("holes", notes),
        ("breaks", notes),
        ("currencies", notes),
    ):
        if (folder / f"{name}.parquet").is_file():
            into[name] = pd.read_parquet(folder / f"{name}.parquet")
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["study"]["grants"]
