"""A draft of `study.toml` as text: what is sure, what seems to be (marked `# ?` at the end
of its line, which can be removed as it stands), what nothing tells, and what is not used.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import starmap

from analysis.declare import schema
from analysis.layout.agreements.amended_references import share_of_additions
from analysis.layout.amounts.amount_scale import UNTOLD_UNITS
from analysis.layout.amounts.debit_and_credit import DEBIT_AND_CREDIT
from analysis.layout.amounts.given_in_kind import WITHIN
from analysis.layout.drafts.answers_by_total import answers_by_total
from analysis.layout.drafts.columns_shown import as_in_file, examples, examples_and_sum
from analysis.layout.drafts.likeliest_answers import (
    KEYS_ASKED,
    NOT_TAKEN,
    OF_ROWS,
    likeliest_answer,
    with_columns_proposed,
    with_entity_of_study,
    without_funder_of_study,
)
from analysis.layout.drafts.lines_about_rows import lines_about_rows, toml_text
from analysis.layout.drafts.lines_about_surveys import lines_of_questions, survey_keys
from analysis.layout.drafts.questions import NO_COLUMN, day_question, reason_of
from analysis.layout.headers.made_columns import is_made
from analysis.layout.known_lists import is_known_list
from analysis.layout.mapping import (
    LESS,
    QUESTIONS_OF_A_SURVEY,
    SINCE_BEGINNING,
    Doubt,
    Mapping,
)
from analysis.layout.partners.titles_of_entities import NAMED_BY_TITLES
from analysis.layout.payments.repeated_references import stand_on_several_days
from analysis.layout.rows.marked_rows import ROWS_BY_REASON
from analysis.layout.shapes.titles import day_in_titles
from analysis.layout.shapes.wide_survey import ANSWER_COLUMNS
from analysis.layout.shapes.year_columns import OF_YEARS
from analysis.layout.study_keys import CONTROLS, StudyDescription
from analysis.layout.terms.example_day import example_day
from analysis.read import NAMELESS, Block
from analysis.text import formatting
from analysis.text.messages import say

_ = formatting.text
WIDTH = 96  # letters of a line of remarks
# Columns of which one value may hold for all rows of a source.
ONE_FOR_ALL = ("entity", "direction", "kind", "side", "year")


def draft(
    blocks: list[tuple[Block, Mapping]], study: StudyDescription, not_read: Sequence[str] = ()
) -> str:
    """A `study.toml` for files that are not sure: what is, what seems to be (marked `# ?`), what
    nothing tells, and which sheets are `not_read`.
    """
    head = textwrap.wrap(say("layout.how_to_answer"), WIDTH, break_on_hyphens=False)
    lines = [f"# {line}" for line in head]
    lines += ["[study]", f"name = {toml_text(study.name)}"]
    lines += [f"title = {toml_text(study.title or study.name)}"]
    stated = study.words | ({"currency": study.currency} if study.currency else {})
    lines += [f"{name} = {toml_text(word)}" for name, word in stated.items()]
    controls = {name: getattr(study, name) for name in sorted(CONTROLS, reverse=True)}
    lines += [
        f"{name} = {stated}{' # ?' if name in study.guessed else ''}"
        for name, stated in controls.items()
        if stated
    ]
    if not any(controls.values()) and not all(is_known_list(mapping) for _block, mapping in blocks):
        lines.append(f"# control_total = …  # {say('layout.books_in_all')}")
    remark = say("layout.looked_at_on")
    if study.day:
        lines.append(f"day = {study.day}")
    elif day_question(study, blocks, ""):
        lines.append(f"day = {day_in_titles(block for block, _mapping in blocks)}  # {remark} # ?")
    elif any(mapping.table != "grants" for _block, mapping in blocks):
        lines.append(f"# day = {example_day(blocks)}  # {remark}")
    blocks = [
        (block, without_funder_of_study(with_entity_of_study(mapping, study), study))
        for block, mapping in starmap(as_in_file, blocks)
    ]
    described = [each for each in blocks if each[1].layout != QUESTIONS_OF_A_SURVEY]
    # the first of two lines of headers, in two languages, is a table of no rows
    described = [each for each in described if len(each[0].lines)] or described
    for alike in _alike(described):
        lines += ["", *_source_lines(alike)]
    if not_read:
        lines += ["", "# " + say("layout.not_read", sheets=", ".join(sorted(not_read)))]
    return "\n".join(lines) + "\n"


def _alike(blocks: list[tuple[Block, Mapping]]) -> list[list[tuple[Block, Mapping]]]:
    """The blocks in groups of which one source says all: files of the same headers, read alike."""
    groups: dict[tuple[tuple[str, bool], ...], list[tuple[Block, Mapping]]] = {}
    for block, mapping in blocks:
        source_lines = []
        for line in _source_lines([(block, mapping)]):
            is_asked = line.endswith(" # ?")
            if not line.startswith("files = ") and (is_asked or not line.startswith("#")):
                source_lines.append((line.partition("  # ")[0], is_asked))
        groups.setdefault(tuple(source_lines), []).append((block, mapping))
    return list(groups.values())


def _source_lines(alike: list[tuple[Block, Mapping]]) -> list[str]:
    """What study.toml says of blocks that are read alike, with examples of the first."""
    block, mapping = alike[0]
    mapping = with_columns_proposed(mapping)
    doubts = {doubt.column: doubt for doubt in mapping.doubts}
    files = [same_block.source.partition("#")[0] for same_block, _mapping in alike]
    lines = _head_lines(block, mapping, doubts, list(dict.fromkeys(files)))
    if mapping.survey:
        lines += survey_keys(mapping.survey)
    lines += ["[source.columns]", *_column_lines(block, mapping, doubts)]
    if mapping.survey:
        lines += lines_of_questions(mapping.survey)
    if any(doubt.reason in ROWS_BY_REASON for doubt in mapping.doubts):
        lines += lines_about_rows(block, mapping)
    if any(doubt.reason == "unread outcomes" for doubt in doubts.values()):
        lines.append("[source.outcomes]")
        outcomes = answers_by_total(block, mapping).outcomes
        lines += [_outcome_line(word, likely) for word, likely in outcomes.items()]
    names = [name for name in mapping.columns if name[0] != "~" or name == LESS]
    used = {header for name in names for header in mapping.columns[name]}
    others = [header for header in block.columns if header not in used]
    if others:
        lines.append("# " + say("layout.not_used"))
    lines += [f"# {toml_text(header)}: {examples(block, header)}" for header in others]
    return lines


def _head_lines(
    block: Block, mapping: Mapping, doubts: dict[str, Doubt], files: list[str]
) -> list[str]:
    """Which files and table a source is, and what stands for all its rows."""
    sheet = block.source.partition("#")[2]
    lines = ["[[source]]", f"files = {_listed(files)}", f"table = {toml_text(mapping.table)}"]
    if sheet:
        lines.append(f"sheet = {toml_text(sheet)}")
    if NAMELESS in block.columns and not block.header_line:
        lines.append("header_row = 0  # " + say("layout.no_header_row"))
    elif block.header_line > 1:
        lines.append(f"header_row = {block.header_line}")
    constants = dict(mapping.constants)
    if mapping.survey:
        constants.pop("wave", None)  # told by the keys of the survey
    for name, value in constants.items():
        lines.append(_stated(name, toml_text(value), doubts.get(name), block, mapping))
    if mapping.amends:
        lines.append("amends = true")
    if mapping.split:
        lines.append(_split_line(mapping.split, doubts))
    lines += _answers_of_all_rows(block, mapping, doubts)
    for name, doubt in doubts.items():
        is_told_above = doubt.reason in (*ROWS_BY_REASON, NAMED_BY_TITLES)
        may_be_one = name in ONE_FOR_ALL or _is_date_of_all_rows(name, doubt)
        if may_be_one and not is_told_above and not _is_told(name, doubt, mapping):
            lines.append(f'# {name} = "…"  # {say("layout.one_for_all")} # ?')
    return lines


def _split_line(name: str, doubts: dict[str, Doubt]) -> str:
    """The line that says that titles above the rows hold a column; as a guess where it is asked."""
    line = f"split = {toml_text(name)}"
    is_asked = name in doubts and doubts[name].reason == NAMED_BY_TITLES
    if is_asked:
        return f"{line}  # {reason_of(doubts[name])} # ?"
    return line


def _answers_of_all_rows(block: Block, mapping: Mapping, doubts: dict[str, Doubt]) -> Iterable[str]:
    """A line for each answer that stands for all rows: the likeliest, or in a comment where none
    is.
    """
    answers: dict[str, str] = {}
    for doubt in doubts.values():
        if doubt.reason == OF_ROWS:
            (answer,) = doubt.others
            answers[doubt.column] = f"{answer}  # {say(f'layout.choices.{doubt.column[1:]}')} # ?"
        elif doubt.reason in KEYS_ASKED:
            key, likeliest = KEYS_ASKED[doubt.reason][0], likeliest_answer(block, mapping, doubt)
            if key == "same_reference":
                likeliest = answers_by_total(block, mapping).same_reference
            # no unit is likelier where several are told, no answer where equal rows may be payments,
            # or where some amendments replace an amount and others add to it
            is_payment = doubt.reason == "repeated reference" and stand_on_several_days(
                block, mapping.columns
            )
            is_mixed = doubt.reason == "amended reference" and 0 < share_of_additions(block) < 1
            if doubt.reason in UNTOLD_UNITS or is_payment or is_mixed:
                start = "# "
            else:
                start = ""
            together = [examples(block, header) for header in doubt.headers if is_made(header)]
            remarks = "; ".join([*together, say(f"layout.choices.{key}")])
            line = f"{start}{key} = {toml_text(likeliest)}  # {remarks} # ?"
            answers.setdefault(key, line)  # two columns may ask for one key
    return answers.values()


def _is_date_of_all_rows(name: str, doubt: Doubt) -> bool:
    """Whether no column may hold the dates of a list: one may hold for all its rows."""
    return name == "date" and not doubt.headers and not doubt.others


def _is_told(name: str, doubt: Doubt, mapping: Mapping) -> bool:
    """Whether a header or a constant seems to tell a column."""
    return bool(name in mapping.columns or name in mapping.constants)


def _column_lines(block: Block, mapping: Mapping, doubts: dict[str, Doubt]) -> list[str]:
    """The header of each column, in the order of the table, then what nothing tells."""
    columns_of_answers = ANSWER_COLUMNS if mapping.survey else {}
    lines = []
    declared = list(schema.columns(mapping.table))
    further = [name for name in mapping.columns if name not in declared and name[0] != "~"]
    for name in [*declared, *further]:
        if name not in mapping.columns or name in columns_of_answers:
            continue
        headers = tuple(
            header
            for header in mapping.columns[name]
            if header != OF_YEARS and not is_made(header)  # which the next reading makes again
        )
        if headers:
            lines.append(_stated(name, _listed(headers), doubts.get(name), block, mapping, headers))
    if LESS in mapping.columns:
        if not {DEBIT_AND_CREDIT, WITHIN}.isdisjoint(doubt.reason for doubt in doubts.values()):
            mark = " # ?"
        else:
            mark = ""
        headers = _listed(mapping.columns[LESS])
        lines.append(f'"{LESS}" = {headers}  # {say("layout.taken_off")}{mark}')
    return lines + _untold_columns(block, mapping, doubts)


def _untold_columns(block: Block, mapping: Mapping, doubts: dict[str, Doubt]) -> list[str]:
    """The columns that nothing tells, with the likeliest header where there is one."""
    lines = []
    for name, doubt in doubts.items():
        is_told = name in mapping.columns or name in mapping.constants
        if is_told or name.startswith("~"):  # asked by keys of their own
            continue
        if (doubt.others or doubt.headers) and name not in ONE_FOR_ALL:
            guess, *others = (*doubt.headers, *doubt.others)  # the likeliest, still asked
            asked = replace(doubt, headers=(guess,), others=tuple(others))
            lines.append(_stated(name, toml_text(guess), asked, block, mapping, (guess,)))
        elif name in ONE_FOR_ALL:
            lines += [
                f"# {_stated(name, toml_text(other), doubt, block, mapping)}"
                for other in doubt.others
            ]
        elif not _is_date_of_all_rows(name, doubt):
            lines.append(f'# {name} = "…"  # {reason_of(doubt)} # ?')
    return lines


def _outcome_line(word: str, likely: str) -> str:
    return f'{toml_text(word)} = "{likely}"  # {say("layout.outcome_choices")} # ?'


def _stated(
    name: str,
    value: str,
    doubt: Doubt | None,
    block: Block,
    mapping: Mapping,
    headers: tuple[str, ...] = (),
) -> str:
    remarks = [examples_and_sum(block, mapping, header, doubt) for header in headers]
    if doubt is None:
        return f"{name} = {value}" + (f"  # {'; '.join(remarks)}" if any(remarks) else "")
    remarks.append(reason_of(doubt))
    for candidate in doubt.others:
        shown = examples_and_sum(block, mapping, candidate, doubt)
        remarks.append(f"{toml_text(candidate)}: {shown}")
    mark = "" if doubt.reason in NO_COLUMN else " # ?"  # asked by a key of its own
    start = "# " if doubt.reason == SINCE_BEGINNING else ""  # nothing that would count twice
    if doubt.reason in NOT_TAKEN:
        remarks[0], value = f"{value}: {remarks[0]}", '""'
    return f"{start}{name} = {value}  # {'; '.join(filter(None, remarks))}{mark}"


def _listed(texts: Sequence[str]) -> str:
    quoted = ", ".join(map(toml_text, texts))
    if len(texts) > 1:
        return f"[{quoted}]"
    return quoted
