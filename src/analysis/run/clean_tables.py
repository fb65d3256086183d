"""Raw exports -> clean tables, kept under a key of all that made them, so that nothing is cleaned
twice.
"""

import gc
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from analysis.declare import parameters
from analysis.declare.faults import Fault, Refused, refusal
from analysis.files.links import files_within
from analysis.files.study_name import name_at_a_glance
from analysis.report import result_cache
from analysis.run import folders
from analysis.run import project as projects
from analysis.run.folders import WAIT_SECONDS
from analysis.text import formatting
from analysis.text.messages import say

RECORD = "inputs.json"


class Raw(NamedTuple):
    """Raw exports, the study file that describes them if kept elsewhere, and their project."""

    data: Path
    study_file: Path | None
    project: projects.Project

    @property
    def name(self) -> str:
        """The name of the study that the files describe."""
        if name := name_at_a_glance(self.data, self.study_file):
            return name
        from analysis import layout

        if not self.data.exists():
            expected = "no such file or folder; give raw exports with --data"
            raise refusal(str(self.data), expected, rule="missing")
        return layout.study_file(self.data, self.study_file).name

    @property
    def origin(self) -> dict[str, str]:
        """Which raw files and which study file results are made from, as records name them."""
        study_file = ""
        if self.study_file:
            study_file = self.project.name_of(self.study_file)
        return {"data": self.project.name_of(self.data), "study_file": study_file}

    @property
    def files(self) -> list[Path]:
        """All that cleaning reads."""
        return [self.data, *([self.study_file] if self.study_file else [])]


class CleanTables(NamedTuple):
    """A folder of clean tables and the record of the raw files that they were made from."""

    folder: Path
    inputs: dict[str, Any]


@cache
def code_key() -> bytes:
    """The hash of the package: what was made by other code is made again."""
    return result_cache.key_of([projects.PACKAGE], {}).encode()


def clean_folder(
    data: Path,
    given: dict,
    out: Path | None = None,
    study_file: Path | None = None,
    force: bool = False,
    replace: bool = False,
    accept_guesses: bool = False,
    wait_seconds: float = WAIT_SECONDS,
) -> Path:
    """Clean raw exports into `data/processed/<name>` (or `out`) unless that is done; their folder."""
    raw = Raw(data, study_file, projects.current(data))
    choices = {"lang": raw.project.lang, **given}
    choices.pop("data", None)
    asked = parameters.parse(choices)
    folder = out or raw.project.processed / raw.name
    folders.refuse_among_raw_files(folder, raw.data)
    with folders.sole_use(folder, wait_seconds):
        tables = cleaned(raw, asked, folder, force, replace, accept_guesses)
    say_remarks(tables)
    return folder


def say_remarks(tables: CleanTables) -> None:
    """Say of rows that count what the team should know of them."""
    for remark in tables.inputs["remarks"]:
        print(remark, file=sys.stderr)


def cleaned(
    raw: Raw,
    asked: parameters.Parameters,
    folder: Path,
    force: bool,
    replace: bool,
    accept_guesses: bool,
    beside: Callable[[], object] | None = None,
) -> CleanTables:
    """Clean tables in a folder that this run alone uses; `beside` is begun if there is work to do."""
    folders.refuse_foreign(folder, RECORD)
    inputs = record_in(folder)
    if inputs and not replace:
        folders.refuse_other_origin(folder, inputs["origin"], raw.origin)
    how: dict[str, Any] = {"identity": asked.identity, "accept_guesses": accept_guesses}
    how["thresholds"] = _at_cleaning(asked.thresholds)
    files_within(raw.data)  # refuses links that lead out, before anything is read
    of_any_language = result_cache.key_of(raw.files, how, code=[code_key()])
    key = result_cache.key_of([of_any_language.encode()], {}, lang=asked.lang)
    is_done = inputs is not None and (inputs["key"], inputs["origin"]) == (key, raw.origin)
    # tables made for a report of a day of its own may be of a study whose day is still to be asked
    is_day_told = bool(asked.day) or not (inputs or {}).get("is_day_given", False)
    if not force and inputs and is_done and is_day_told:
        return CleanTables(folder, inputs)

    if beside:
        beside()
    from analysis import clean as cleaning

    gc.freeze()  # what was imported stays: no collection need look at it again
    hashes = result_cache.hashes(raw.data)
    formatting.use(asked.lang)  # of all that is said of raw files
    is_day_given = bool(asked.day)
    tables = cleaning.clean(raw.data, study_file=raw.study_file, is_day_given=is_day_given, **how)
    if changed := dict(hashes.items() ^ result_cache.hashes(raw.data).items()):
        expected = "changed while it was read; run again once nobody writes it"
        faults = [Fault(name, None, "", "changed", "", expected) for name in sorted(changed)]
        raise Refused(faults)
    if empty := cleaning.nothing_left(tables):
        raise Refused(empty)
    if tables.questions:
        raise Refused(tables.questions)
    inputs = {"key": key, "files": hashes, "origin": raw.origin, "is_day_given": is_day_given}
    inputs["key_of_any_language"] = of_any_language
    inputs |= {"day_taken": cleaning.day_taken(tables.about), "remarks": tables.remarks}
    with result_cache.whole(folder) as new:
        cleaning.write(tables, new)
        result_cache.write_json(new / RECORD, inputs)
    return CleanTables(folder, inputs)


def refuse_without_agreements(tables: CleanTables) -> None:
    """Refuse a report on tables of which none holds agreements or grants, which all of it is about."""
    if not (tables.folder / "agreements.parquet").is_file():
        message = say("clean.no_agreements_read")
        raise Refused([Fault(tables.folder.name, None, "", "agreements", "", message)])


def record_in(folder: Path) -> dict[str, Any] | None:
    """The record of the raw files that a folder of clean tables was made from; None where there is
    none, or none whole.
    """
    record = result_cache.read_json(folder / RECORD, key=str, files=dict, origin=dict, remarks=list)
    if record and "day_taken" in record:
        return record
    return None


def folder_of(raw: Raw, out: Path | None) -> Path:
    """Where clean tables go: where other data of that name stand, under the name of the output."""
    folder = raw.project.processed / raw.name
    inputs = record_in(folder)
    if out is None or not inputs or inputs["origin"] == raw.origin:
        return folder
    return folder.with_name(out.absolute().name)


def _at_cleaning(thresholds: Mapping[str, float]) -> dict[str, float]:
    if not thresholds:
        return {}
    from analysis.declare import conventions  # which needs pandas: an unchanged run goes without

    return {name: thresholds[name] for name in thresholds if name in conventions.AT_CLEANING}
