"""The files of a study as blocks with mappings; what is no data, and what makes it unusable."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from analysis import layout, read
from analysis.clean.partners.codes_of_several_partners import ask_about_codes_of_several
from analysis.clean.programme.frameworks import ask_about_frameworks
from analysis.clean.sheets.files_not_named import files_not_named
from analysis.clean.sheets.parts_of_files import Part, ReadingOptions, contents_of_file
from analysis.clean.sheets.sheets_apart import ask_whether_decided, without_sheets_of_nothing
from analysis.clean.sheets.sheets_of_a_programme import (
    as_amendments,
    as_keyed_by_codes,
    as_numbered_grants,
    as_one_programme,
    as_payments,
)
from analysis.clean.sheets.sheets_of_entities import ask_about_entities
from analysis.clean.sheets.sheets_of_payments import ask_about_payments
from analysis.clean.sheets.sheets_summed_up import without_sheets_of_sums
from analysis.clean.sheets.sums_by_partner_and_year import (
    ask_about_sums_by_partner_and_year,
    without_sums_by_partner_and_year,
)
from analysis.clean.sheets.unknown_blocks import draft_unknown, unexplained
from analysis.clean.side_by_side import in_processes
from analysis.clean.team import decisions
from analysis.clean.team.corrections import corrections_of
from analysis.clean.team.source_overlaps import read_twice
from analysis.declare import schema
from analysis.declare.faults import Fault, refusal
from analysis.text.messages import say

Contents = tuple[list[Part], list[Fault], list[Fault]]


def parts_of(folder: Path, study: layout.StudyDescription) -> Contents:
    """All blocks with their mappings; files that hold no data; what makes the folder unusable."""
    no_data = say("clean.no_data_file")
    if folder.is_file() and folder.suffix.lower() not in (*read.SUFFIXES, ""):
        return [], [], refusal(folder.name, no_data, rule="unreadable").faults
    root = folder if folder.is_dir() else folder.parent
    files, documents = _files_of(folder)
    sources, faults = _sources_of(files, study, root, folder.name)
    titles = {} if study.source else layout.field_titles(folder)
    options = ReadingOptions(
        root, study, sources, layout.vocabulary(study), titles, corrections_of(folder)
    )
    raw_bytes = [file.stat().st_size for file, _source in sources]
    contents = list(in_processes(partial(contents_of_file, options), sources, raw_bytes))
    parts = [part for parts_of_file, _faults in contents for part in parts_of_file]
    for (file, source), (_parts, wrong) in zip(sources, contents, strict=True):
        rules = {fault.rule for fault in wrong}
        # a text without a header, of which nobody said that it holds data, is a document
        if file.suffix.lower() == ".txt" and source is None and rules == {"header"}:
            documents.append(file)
        else:  # what is wrong with a file that several sources name is told once
            faults += [fault for fault in wrong if fault not in faults]
    faults += read_twice(parts)
    as_amendments(parts, study)
    draft_unknown(parts, study)
    as_amendments(parts, study)  # of agreements that a draft alone tells
    without_sheets_of_sums(parts)
    without_sums_by_partner_and_year(parts)
    as_payments(parts, study)
    faults += unexplained(parts)
    if not study.source:
        as_one_programme(parts, study)
        as_payments(parts, study)  # of agreements that seemed to be a list of grants
        without_sums_by_partner_and_year(parts)  # of payments that seemed to be something else
        as_keyed_by_codes(parts)
        as_numbered_grants(parts)
        ask_about_codes_of_several(parts)
        without_sheets_of_nothing(parts)
        ask_about_sums_by_partner_and_year(parts)
        ask_about_entities(parts)
    ask_whether_decided(parts)
    ask_about_payments(parts)
    ask_about_frameworks(parts)
    parts += _questions_of_surveys(parts, study)
    if not parts and not faults:
        faults += refusal(folder.name, say("clean.no_data_here"), rule="empty").faults
    strays = [
        Fault(read.shown(file.relative_to(root)), None, "", "not read", "", no_data)
        for file in documents
        if file.suffix.lower() not in (".md", ".toml")
    ]
    return parts, strays + files_not_named(files, sources, root), faults


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
