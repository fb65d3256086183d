"""The blocks of one file and what each of them holds: by its headers, or as study.toml says."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import layout, read
from analysis.clean.team.corrections import correct
from analysis.clean.team.source_overlaps import of_this_source
from analysis.declare.faults import Fault, Refused

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


class ReadingOptions(NamedTuple):
    """What the files of a folder are read by."""

    root: Path
    study: layout.StudyDescription
    sources: list[tuple[Path, layout.Source | None]]
    vocabulary: frozenset[str]
    titles: dict[str, dict[str, str]]  # of the columns of each file, where its folder tells them
    corrections: pd.DataFrame


def contents_of_file(
    options: ReadingOptions, named: tuple[Path, layout.Source | None]
) -> tuple[list[Part], list[Fault]]:
    """The blocks of a file with their mappings, and what makes it unusable."""
    file, source = named
    parts, faults = [], []
    try:
        blocks = _blocks_of(file, source, options.root, options.vocabulary, options.titles)
        blocks = of_this_source(blocks, file, source, options.sources)
        fates = [correct(block, options.corrections) for block in blocks]
        stem = read.shown(Path(file.stem))
        for block, fate in zip(blocks, fates, strict=True):
            part, wrong = _part(block, source, stem, options.study)
            part.as_read, part.corrections = replace(block), fate
            parts.append(part)
            faults += wrong
    except Refused as refused:
        faults += refused.faults
    return parts, faults


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
        file,
        name,
        vocabulary=vocabulary,
        sheet=source.sheet,
        header_row=source.header_row,
        stated=layout.stated_headers([source]),
    )


def _part(
    block: read.Block, source: layout.Source | None, stem: str, study: layout.StudyDescription
) -> tuple[Part, list[Fault]]:
    """A block by its headers or as study.toml says, and what is wrong with that."""
    if layout.stands_sideways(block):
        return Part(block, stem, None, source), [layout.turn_it(block)]
    is_no_list = layout.stands_as_forms(block) or layout.stands_as_statement(block)
    if source is None and is_no_list:  # told where no list stands beside it
        return Part(block, stem, None, source), []
    columns = source.columns if source else {}
    named = {read.folded(header) for headers in columns.values() for header in headers}
    amounts = {read.folded(header) for name in _YEARLY_AMOUNTS for header in columns.get(name, ())}
    whole = _in_rows(block, named, source.table if source else None)
    long = layout.by_period(whole, named, amounts=amounts)
    used, mapping, faults = long, None, []
    if source:
        used = layout.by_period_and_kind(whole, long, source.table, columns)
    elif block.columns:
        used, mapping = _recognised(whole, long, stem, study)
        used, mapping = _without_recaps(used, mapping, stem, study)
        used, mapping = _with_days_of_ends(used, mapping)
    # rows made of the columns of a row are numbered by that row and by what their headers told
    made = layout.MADE_OF_HEADERS & (used.columns.keys() - whole.columns.keys())
    if source and block.columns:
        used, mapping, faults = _as_stated(block, used, source, stem, study)
    if mapping and "contribution_id" in mapping.columns:
        mapping.columns["contribution_id"] += tuple(sorted(made))
    return Part(used, stem, mapping, source), faults


def _without_recaps(
    used: read.Block, mapping: layout.Mapping | None, stem: str, study: layout.StudyDescription
) -> tuple[read.Block, layout.Mapping | None]:
    """A list of grants without the recapitulations below it, and what the rest of it means."""
    if mapping is None or mapping.table != "grants":
        return used, mapping
    details = layout.without_recaps(used, mapping.columns)
    if details is used:
        return used, mapping
    return details, layout.recognise(details, stem, study)


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
    """The block that is used, by year where its table has years, and by kind where it is of
    contributions, and what its columns mean.
    """
    mapping = layout.recognise(long, stem, study)
    if mapping is None:
        return long, None
    used = layout.by_period_and_kind(whole, long, mapping.table)
    return used, mapping if used is long else layout.recognise(used, stem, study)


def _in_rows(block: read.Block, named: set[str], stated_table: str | None) -> read.Block:
    """A block whose sides, items and periods stand in rows, and whose grants tell who received them
    and which they amend.
    """
    filled = layout.with_dittos_filled(layout.with_days_apart(layout.with_lines_apart(block)))
    filled = layout.with_ends_of_statuses(layout.with_extended_periods(filled))
    filled = layout.by_agreement(layout.by_side(filled, named), named)
    whole = layout.with_period_starts(layout.by_item(filled, named))
    details = layout.without_annexes(whole, stated_table)
    whole = layout.with_renewed_ends(layout.without_acronyms(details))
    if stated_table not in (None, "grants"):
        return whole
    whole = layout.with_recipients_of_titles(whole)
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
    if source.table == "grants":
        used = layout.without_recaps(used, source.columns)
    with_ends, columns = layout.with_days_of_remarks(used, source.columns, source.table)
    as_read = source.model_copy(update={"columns": columns})
    mapping, faults = layout.as_told(with_ends, as_read, stem, study, survey)
    if "leave_out" not in source.guessed:  # else they are shown in the question
        used = layout.without_rows(used, source.leave_out)  # by what remarks say besides the day
    if "subtract" not in source.guessed:
        used = layout.with_rows_subtracted(used, source.subtract, mapping.columns)
    if "in_kind" not in source.guessed:
        used = layout.without_amounts_in_kind(used, source.in_kind, mapping.columns)
    used, _columns = layout.with_days_of_remarks(used, source.columns, source.table)
    if source.same_reference in layout.OF_ONE_GRANT:
        used = layout.with_ends_of_references(used, mapping.columns)
    if source.blank_cells == "above":
        used = layout.filled_down(used, mapping.columns)
    return used, mapping, faults
