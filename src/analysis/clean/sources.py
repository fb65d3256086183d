"""The files of a study as blocks with mappings; what is no data, and what makes it unusable."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from analysis import layout, read
from analysis.clean import decisions
from analysis.clean.corrections import correct, corrections_of
from analysis.clean.frameworks import ask_about_frameworks
from analysis.clean.sheets_apart import ask_whether_decided, without_sheets_of_nothing
from analysis.clean.sheets_not_named import sheets_not_named
from analysis.clean.sheets_of_a_programme import (
    as_amendments,
    as_keyed_by_codes,
    as_one_programme,
    as_payments,
)
from analysis.clean.sheets_of_entities import ask_about_entities
from analysis.clean.sheets_of_payments import ask_about_payments
from analysis.clean.sheets_summed_up import without_sheets_of_sums
from analysis.clean.source_overlaps import of_this_source, read_twice
from analysis.clean.unknown_blocks import draft_unknown, unexplained
from analysis.declare import schema
from analysis.declare.faults import Fault, Refused, refusal
from analysis.text.messages import say

# What a list that may have one column for each year gives in each of them.
_YEARLY_AMOUNTS = ("amount", "value_eur")


@dataclass
class Part:
    """A block of a file, what it holds, and what study.toml says of its source."""

    block: read.Block
    stem: str
    mapping: layout.Mapping | None = None
    stated: layout.Source | None = None
    as_read: read.Block | None = None  # the block with the headers of its file, corrected
    corrections: pd.DataFrame | None = None  # what became of the team's corrections of this block
    mended: list[int] = field(default_factory=list)  # lines that fit the header in one way alone


Contents = tuple[list[Part], list[Fault], list[Fault]]


def parts_of(folder: Path, study: layout.StudyDescription) -> Contents:
    """All blocks with their mappings; files that hold no data; what makes the folder unusable."""
    no_data = say("clean.no_data_file")
    if folder.is_file() and folder.suffix.lower() not in (*read.SUFFIXES, ""):
        return [], [], refusal(folder.name, no_data, rule="unreadable").faults
    root = folder if folder.is_dir() else folder.parent
    files, documents = _files_of(folder)
    sources, faults = _sources_of(files, study, root, folder.name)
    vocabulary = layout.vocabulary(study)
    titles = {} if study.source else layout.field_titles(folder)
    corrections = corrections_of(folder)
    parts: list[Part] = []
    for file, source in sources:
        try:
            blocks = _blocks_of(file, source, root, vocabulary, titles)
            blocks = of_this_source(blocks, file, source, sources)
            fates = [correct(block, corrections) for block in blocks]
            stem = read.shown(Path(file.stem))
            for block, fate in zip(blocks, fates, strict=True):
                part, wrong = _part(block, source, stem, study)
                part.as_read, part.corrections = replace(block), fate
                parts.append(part)
                faults += wrong
        except Refused as refused:
            rules = {fault.rule for fault in refused.faults}
            # a text without a header, of which nobody said that it holds data, is a document
            if file.suffix.lower() == ".txt" and source is None and rules == {"header"}:
                documents.append(file)
            else:
                faults += refused.faults
    faults += read_twice(parts)
    as_amendments(parts, study)
    draft_unknown(parts, study)
    without_sheets_of_sums(parts)
    as_payments(parts, study)
    faults += unexplained(parts)
    if not study.source:
        as_one_programme(parts, study)
        as_payments(parts, study)  # of agreements that seemed to be a list of grants
        as_keyed_by_codes(parts)
        without_sheets_of_nothing(parts)
        ask_about_entities(parts)
    ask_whether_decided(parts)
    ask_about_payments(parts)
    ask_about_frameworks(parts)
    parts += _questions_of_surveys(parts, study)
    if not parts and not faults:
        faults += refusal(folder.name, say("clean.no_data_here"), rule="empty").faults
    unnamed = sorted(set(files) - {file for file, _source in sources})
    messages = dict.fromkeys(documents, no_data)
    messages |= dict.fromkeys(unnamed, say("clean.not_named"))
    names = {
        read.shown(file.relative_to(root)): message
        for file, message in messages.items()
        if file.suffix.lower() not in (".md", ".toml")
    }
    strays = [Fault(name, None, "", "not read", "", message) for name, message in names.items()]
    return parts, strays + sheets_not_named(sources, root), faults


def _files_of(folder: Path) -> tuple[list[Path], list[Path]]:
    """The files that may hold data, and the others; in a cleaned folder, the clean tables alone."""
    if layout.about_clean_tables(folder) is not None:
        tables = [table for table in schema.declared_tables() if table not in layout.DERIVED]
        files = [folder / f"{table}.parquet" for table in tables]
        return [file for file in files if file.is_file()], []
    files, documents = read.data_files(folder)
    if folder.is_file():
        return files, documents
    no_data = [file for file in files if file.parent == folder and decisions.is_decisions(file)]
    no_data.append(folder / "datapackage.json")
    return [file for file in files if file not in no_data], documents


def _sources_of(
    files: list[Path], study: layout.StudyDescription, root: Path, folder: str
) -> tuple[list[tuple[Path, layout.Source | None]], list[Fault]]:
    """Each file with what study.toml states of it; all files where it states nothing."""
    if not study.source:
        return [(file, None) for file in files], []
    sources: list[tuple[Path, layout.Source | None]] = []
    faults = []
    for source in study.source:
        named = layout.files_of(source, files, root)
        sources += [(file, source) for file in named]
        if not named:
            message = say("clean.no_such_file")
            names = ", ".join(source.files)
            faults.append(Fault(folder, None, "files", "missing", names, message))
    return sources, faults


def _blocks_of(
    file: Path,
    source: layout.Source | None,
    root: Path,
    vocabulary: frozenset[str],
    titles: dict[str, dict[str, str]],
) -> list[read.Block]:
    """The blocks of a file as it lies."""
    name = read.shown(file.relative_to(root))
    if source is None:
        blocks = read.blocks(file, name, vocabulary=vocabulary)
        return [layout.with_titles(block, titles.get(name, {})) for block in blocks]
    return read.blocks(
        file, name, vocabulary=vocabulary, sheet=source.sheet, header_row=source.header_row
    )


def _part(
    block: read.Block, source: layout.Source | None, stem: str, study: layout.StudyDescription
) -> tuple[Part, list[Fault]]:
    """A block by its headers or as study.toml says, and what is wrong with that."""
    if layout.stands_sideways(block):
        return Part(block, stem, None, source), [layout.turn_it(block)]
    if source is None and layout.stands_as_forms(block):  # told where no list stands beside it
        return Part(block, stem, None, source), []
    columns = source.columns if source else {}
    named = {read.folded(header) for headers in columns.values() for header in headers}
    amounts = {read.folded(header) for name in _YEARLY_AMOUNTS for header in columns.get(name, ())}
    whole = _in_rows(block, named, may_hold_grants=source is None or source.table == "grants")
    long = layout.by_period(whole, named, amounts=amounts)
    used, mapping, faults = long, None, []
    if source:
        used = long if source.table in layout.YEARLY else whole
    elif block.columns:
        used, mapping = _recognised(whole, long, stem, study)
        used, mapping = _with_days_of_ends(used, mapping)
    is_by_year = used is long and long is not whole
    if source and block.columns:
        used, mapping, faults = _as_stated(block, used, source, stem, study)
    if is_by_year and mapping and "contribution_id" in mapping.columns:
        # rows made of the columns of a row are numbered by that row and the year
        mapping.columns["contribution_id"] += (layout.OF_YEARS,)
    return Part(used, stem, mapping, source), faults


def _with_days_of_ends(
    used: read.Block, mapping: layout.Mapping | None
) -> tuple[read.Block, layout.Mapping | None]:
    """The block whose planned ends are the day that holds ("prolongée au 31/12/2018"), and its mapping."""
    if mapping is None or "planned_end" not in mapping.columns:
        return used, mapping
    ends = {"planned_end": mapping.columns["planned_end"]}
    changed, columns = layout.with_days_of_remarks(used, ends, mapping.table)
    return changed, replace(mapping, columns=mapping.columns | columns)


def _recognised(
    whole: read.Block, long: read.Block, stem: str, study: layout.StudyDescription
) -> tuple[read.Block, layout.Mapping | None]:
    """The block that is used, by year where its table has years, and what its columns mean."""
    mapping = layout.recognise(long, stem, study)
    if long is whole or mapping is None or mapping.table in layout.YEARLY:
        return long, mapping
    return whole, layout.recognise(whole, stem, study)


def _in_rows(block: read.Block, named: set[str], *, may_hold_grants: bool) -> read.Block:
    """A block whose sides, items and periods stand in rows, and whose grants tell who received them
    and which they amend.
    """
    filled = layout.with_dittos_filled(layout.with_days_apart(layout.with_lines_apart(block)))
    filled = layout.with_ends_of_statuses(layout.with_extended_periods(filled))
    filled = layout.by_agreement(layout.by_side(filled, named), named)
    whole = layout.with_period_starts(layout.by_item(filled, named))
    whole = layout.with_renewed_ends(layout.without_acronyms(layout.without_annexes(whole)))
    if not may_hold_grants:
        return whole
    amended = layout.with_first_references(layout.without_numbers(whole))
    return layout.with_grants_of_payments(amended)


def _as_stated(
    block: read.Block,
    used: read.Block,
    source: layout.Source,
    stem: str,
    study: layout.StudyDescription,
) -> tuple[read.Block, layout.Mapping, list[Fault]]:
    """A block as its source in study.toml describes it: the rows that are used, what their columns
    mean, and what is wrong with that.
    """
    survey = layout.survey_as_stated(block, source, stem)
    if survey:
        used = layout.by_question(block, survey)
    with_ends, columns = layout.with_days_of_remarks(used, source.columns, source.table)
    as_read = source.model_copy(update={"columns": columns})
    mapping, faults = layout.as_told(with_ends, as_read, stem, study, survey)
    if "leave_out" not in source.guessed:  # else they are shown in the question
        used = layout.without_rows(used, source.leave_out)  # by what remarks say besides the day
    used, _columns = layout.with_days_of_remarks(used, source.columns, source.table)
    if source.same_reference in layout.OF_ONE_GRANT:
        used = layout.with_ends_of_references(used, mapping.columns)
    if source.blank_cells == "above":
        used = layout.filled_down(used, mapping.columns)
    return used, mapping, faults


def _questions_of_surveys(parts: list[Part], study: layout.StudyDescription) -> list[Part]:
    """The questions of surveys that had one column for each, as parts of their own."""
    questions = []
    for part in parts:
        if part.mapping and part.mapping.survey:
            block = layout.questions_of(part.block, part.mapping.survey)
            mapping = layout.recognise(block, part.stem, study)
            if mapping:
                mapping = replace(mapping, layout=layout.QUESTIONS_OF_A_SURVEY)
            questions.append(Part(block, part.stem, mapping))
    return questions


def records_read(parts: list[Part]) -> dict[str, int]:
    """How many records each source holds, as read, before anything is decided."""
    blocks = sorted((part.block for part in parts), key=lambda block: block.source)
    records: dict[str, int] = {}
    for block in blocks:
        number = len(block.lines) + len(block.ragged) + len(block.aside)
        records[block.source] = records.get(block.source, 0) + number
    return records


def mappings_of(parts: list[Part]) -> dict[str, list[layout.Mapping]]:
    """How each source was read, block by block."""
    mappings: dict[str, list[layout.Mapping]] = {}
    for part in parts:
        mappings.setdefault(part.block.source, []).extend([part.mapping] if part.mapping else [])
    return mappings


def headers_by_column(parts: list[Part]) -> dict[str, dict[str, str]]:
    """For each column, the header under which each source that has it holds it."""
    headers: dict[str, dict[str, str]] = {}
    for part in parts:
        for name, of_part in part.mapping.columns.items() if part.mapping else ():
            if of_part:
                headers.setdefault(name, {})[part.block.source] = of_part[0]
    return headers


def ranks(parts: list[Part]) -> dict[str, int]:
    """Which source to believe first (0): by `precedence`, the date in its name, its name."""
    claims = {
        part.block.source: (
            part.stated.precedence if part.stated else 0,
            layout.dated(part.stem),
            part.block.source,
        )
        for part in parts
    }
    best_first = sorted(claims, key=claims.__getitem__, reverse=True)
    return {source: rank for rank, source in enumerate(best_first)}
