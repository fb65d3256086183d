"""Blocks of no known layout: what they seem to be, or that nothing explains them."""

from collections.abc import Sequence

from analysis import layout, read
from analysis.clean.sheets.sheets_apart import set_sheets_aside
from analysis.clean.team.source_overlaps import BlockOfSource
from analysis.declare.faults import Fault
from analysis.layout.rows.outcome_titles import outcome_said


def draft_unknown(parts: Sequence[BlockOfSource], study: layout.StudyDescription) -> None:
    """Draft what blocks of no known layout seem to be, where that explains enough of them."""
    known_files = _files_known(parts)
    for part in parts:
        block = part.block
        if part.mapping is not None or not block.columns or _is_no_list(block):
            continue
        # beside a known list a table of names and numbers may be but a summary of it
        is_alone = _file_of(block) not in known_files
        long, draft = layout.drafted(block, part.stem, study, is_alone=is_alone)
        is_of_refusals = outcome_said(block.sheet) and not is_alone
        is_told = layout.explains(draft, long, may_be_undated=is_alone, may_lack_amounts=is_alone)
        if is_told and not is_of_refusals:
            part.block, part.mapping = long, draft
    _draft_alike(parts, study)


def _draft_alike(parts: Sequence[BlockOfSource], study: layout.StudyDescription) -> None:
    """Draft the blocks that bear the headers of a known one of their file, however short: a page
    has a table for each region, of a single row here and there.
    """
    tables = {
        (_file_of(part.block), *part.block.columns): part.mapping.table
        for part in parts
        if part.mapping is not None
    }
    for part in parts:
        table = tables.get((_file_of(part.block), *part.block.columns))
        if part.mapping is None and table and part.block.lines:
            part.block, part.mapping = layout.drafted(part.block, part.stem, study, [table])


def unexplained(parts: Sequence[BlockOfSource]) -> list[Fault]:
    """Blocks that nothing explains: set aside beside a known one in their file, else a fault; of
    forms one fault for each file.
    """
    known_files = _files_known(parts)
    faults, files_of_forms = [], set()
    for part in parts:
        block, file = part.block, _file_of(part.block)
        if part.mapping is not None or not block.columns or layout.stands_sideways(block):
            continue
        if file in known_files:
            set_sheets_aside(block, "no known layout")
        elif layout.stands_as_statement(block):
            faults += [layout.turn_accounts(block)] if file not in files_of_forms else []
            files_of_forms.add(file)
        elif layout.stands_as_forms(block):
            faults += [layout.turn_it(block)] if file not in files_of_forms else []
            files_of_forms.add(file)
        elif layout.years_stand_below_names(block):
            faults.append(layout.turn_it(block))
        else:
            faults.append(layout.unrecognised(block))
    return faults


def _is_no_list(block: read.Block) -> bool:
    """Whether a block is no list as it stands, which is told in words of its own."""
    is_statement = layout.stands_as_statement(block)
    return is_statement or layout.stands_sideways(block) or layout.stands_as_forms(block)


def _files_known(parts: Sequence[BlockOfSource]) -> set[str]:
    """The files of which a block is known."""
    return {_file_of(part.block) for part in parts if part.mapping is not None}


def _file_of(block: read.Block) -> str:
    return block.source.partition("#")[0]
