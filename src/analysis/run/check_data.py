"""What is understood of raw files, what is wrong with them, and a draft of their `study.toml`."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from analysis import clean as cleaning
from analysis import layout
from analysis.clean.grants import exclusions
from analysis.clean.grants.untold_of_grants import remarks_on_untold
from analysis.clean.sheets.files_not_named import NOT_NAMED
from analysis.declare import parameters
from analysis.declare.faults import Fault, Refused
from analysis.files import own_files
from analysis.files.draft_seal import is_untouched, with_seal
from analysis.text import formatting
from analysis.text.messages import entries, say

_ = formatting.text
SHOWN = 3  # cells of one kind that are shown; the others are counted


@dataclass
class Checked:
    """What a check found: faults that stop a run, lines about cells that could not be read (they do
    not), what is understood of each source, a draft of `study.toml`, cells to mend and pairs of
    partners that may be one; where there are no faults, whether all that is read is right, which
    stops a run until it is confirmed.
    """

    faults: list[Fault]
    remarks: list[str] = field(default_factory=list)
    understood: list[str] = field(default_factory=list)
    draft: str = ""
    to_mend: pd.DataFrame = field(default_factory=pd.DataFrame)
    pairs: pd.DataFrame = field(default_factory=pd.DataFrame)
    to_confirm: list[Fault] = field(default_factory=list)


def check(path: Path, study_file: Path | None = None, lang: str = "fr") -> Checked:
    """What a run would make of a raw file or folder.

    Titles, totals and the like are no faults: the ledger tells them.
    """
    formatting.use(parameters.parse({"lang": lang}).lang)
    path = Path(path)
    parts = None
    try:
        study = layout.study_file(path, study_file)
        parts, strays, faults = cleaning.parts_of(path, study)
        contents = (_copies(parts), strays, faults)
        result = cleaning.clean(path, study_file=study_file, contents=contents)
    except Refused as refusal:
        checked = Checked(refusal.faults)
        is_readable = not any(fault.rule in ("study.toml", "missing") for fault in refusal.faults)
        if is_readable:
            if parts is None:
                raise
            checked.draft = _draft_of(parts, study, refusal.faults)
        if parts is not None and len(refusal.cells):
            checked.to_mend = cleaning.rows_to_mend(parts, refusal.cells)
        return checked
    currency = cleaning.currency_untold(result)
    formatting.count_in(str(result.about["currency"]))
    read = cleaning.reading_in_all(result)
    is_stated = len(study.control) == len(layout.CONTROLS)
    total = ""
    if read and not (result.questions or is_stated):
        total = say("layout.total_to_state", read=read)
    candidates, partners = result.notes.get("candidates"), result.tables.get("partners")
    pairs = pd.DataFrame()
    if candidates is not None and partners is not None and len(candidates):
        pairs = cleaning.decisions.pairs_to_decide(candidates, partners)
    return Checked(
        cleaning.nothing_left(result),
        unread_cells(result.quarantine, result.ledger) + result.remarks,
        [
            *_understood(result),
            *filter(None, [cleaning.day_taken(result.about), currency]),
            *(remarks_on_untold(result.tables) if result.about["grants"] else []),
            *filter(None, [total]),
        ],
        _draft_of(parts, _with_guesses(study, result.questions)),
        cleaning.rows_to_mend(parts, result.quarantine),
        pairs,
        result.questions,
    )


def _copies(parts: list[cleaning.Part]) -> list[cleaning.Part]:
    blocks = [replace(part.block, columns=dict(part.block.columns)) for part in parts]
    return [replace(part, block=block) for part, block in zip(parts, blocks, strict=True)]


def _draft_of(parts: list, study: layout.StudyDescription, faults: Sequence[Fault] = ()) -> str:
    lines_of_source: dict[str, dict[str, str]] = {}
    for fault in faults:
        if fault.answer:
            lines_of_source.setdefault(fault.file, {})[fault.column] = fault.answer
    drafts = []
    for part in parts:
        if part.mapping:
            lines = lines_of_source.get(part.block.source, {})
            drafts.append((part.block, layout.with_answers_about_rows(part.mapping, lines)))
    not_read = [
        part.block.source
        for part in parts
        if any(aside.rule == "no known layout" for aside in part.block.aside)
    ]
    if drafts:
        return layout.draft(drafts, study, not_read)
    return ""


def _with_guesses(
    study: layout.StudyDescription, questions: list[Fault]
) -> layout.StudyDescription:
    """The study with what questions propose for it, to be confirmed."""
    guesses = tomllib.loads("\n".join(question.answer for question in questions))
    return study.model_copy(update={**guesses, "guessed": study.guessed | set(guesses)})


def unread_cells(quarantine: pd.DataFrame, ledger: pd.DataFrame | None = None) -> list[str]:
    """Cells and rows that could not be read, by source, column and rule, three of each shown; with
    a ledger, of how many rows.

    >>> cells = pd.DataFrame({"source": "a.csv", "line": [2, 3], "column": "date", "rule": "M04", "value": ["x", "y"], "message": "no date"})
    >>> unread_cells(cells)
    ["a.csv, date: no date (2: line 2 'x', line 3 'y')"]
    """
    rows_of = {} if ledger is None else _rows_by_source(ledger)
    unexpected = quarantine[~quarantine["rule"].isin([*exclusions.EXPECTED_RULES, NOT_NAMED])]
    lines = []
    for (source, column, _rule, message), cells in unexpected.groupby(
        ["source", "column", "rule", "message"], sort=False, dropna=False
    ):
        where = ", ".join(str(name) for name in (source, column) if name)
        examples = [
            _("line {line}", line=str(cell.line)) + (f" {cell.value!r}" if cell.value else "")
            for cell in cells.dropna(subset="line").head(SHOWN).itertuples()
        ]
        more = ", …" if len(cells) > SHOWN else ""
        count = f"{len(cells)}"
        if source in rows_of:
            count = say("layout.of_rows", count=len(cells), rows=rows_of[source])
        shown = f"{', '.join(examples)}{more}"
        examples_in_brackets = ""
        if examples:
            examples_in_brackets = _("({count}: {examples})", count=count, examples=shown)
        examples_text = f" {examples_in_brackets}".rstrip()
        lines.append(f"{where}: {message}{examples_text}")
    return lines


def _rows_by_source(ledger: pd.DataFrame) -> dict[str, int]:
    is_row = ledger["action"].isin(["kept", "merged", "set aside"])
    rows = ledger[is_row & ~ledger["rule"].isin([*exclusions.NO_ROWS, "total"])]
    counts = rows.groupby("source", observed=True)["rows"].sum()
    return {str(source): int(count) for source, count in counts.items()}


def _understood(result: cleaning.Cleaned) -> list[str]:
    counts = result.ledger.groupby(["source", "action"], sort=False)["rows"].sum()
    lines = []
    for source, mappings in result.mappings.items():
        lines += [f"{source}: {mapping}" for mapping in dict.fromkeys(map(str, mappings))]
        fates = [f"{_(action)} {rows}" for action, rows in counts[source].items()]
        why = "" if mappings else _why_apart(result.ledger, source)
        lines.append(f"{source}: {', '.join(fates)}{why}")
    return lines


def _why_apart(ledger: pd.DataFrame, source: str) -> str:
    rules = ledger.loc[ledger["source"].eq(source), "rule"]
    sentences_of_asides = entries("clean.asides")
    reasons = [
        sentences_of_asides[rule]
        for rule in dict.fromkeys(rules)
        if rule in sentences_of_asides and rule != "title"
    ]
    if reasons:
        return f" ({' ; '.join(reasons)})"
    return ""


def write_draft(path: Path, draft: str, *, answered: bool = False) -> Path:
    """Put a draft beside the data as `study.toml`; one that somebody has changed is never replaced,
    and stays where it is `answered` whole.

    Its last line tells a draft that nobody has touched.
    """
    if not draft:
        message = _("nothing can be drafted before these faults are mended")
        raise Refused([Fault(str(path), None, "", "layout", "", message)])
    file = (path if path.is_dir() else path.parent) / "study.toml"
    if file.exists() and not is_untouched(
        own_files.content_of(file, file.parent).decode(errors="replace")
    ):
        if answered:
            return file
        message = _("is there and was changed by hand: it is not replaced")
        raise Refused([Fault(str(file), None, "", "study.toml", "", message)])
    own_files.save(file, with_seal(draft).encode())
    return file


def write_beside(path: Path, checked: Checked) -> Iterator[str]:
    """Put what a study needs beside its data: lists to decide on, then study.toml; one line each,
    as soon as its file is written, since study.toml may be refused.
    """
    yield from write_lists(path, checked)
    yield str(write_draft(path, checked.draft, answered=not checked.faults))


def write_lists(path: Path, checked: Checked) -> list[str]:
    """Add to `corrections.csv` and `partners.csv` beside the data what is to be mended and decided;
    one line each.

    What stands there is never changed: only rows that it does not hold yet are added.
    """
    folder = path if path.is_dir() else path.parent
    decisions = cleaning.decisions
    lines = []
    for name, rows, key in (
        (decisions.CORRECTIONS, checked.to_mend, ["file", "line", "column"]),
        (decisions.PARTNERS, checked.pairs, decisions.PARTNER_SIDES),
    ):
        if len(rows):
            count = decisions.add_rows(folder / name, rows, key)
            lines.append(_("{file}: {count} to decide added", file=str(folder / name), count=count))
    return lines
