"""Raw exports -> clean tables -> executed notebooks -> reports: the only writer of the study's
files.

What was made is kept under a key of all that made it, so that nothing is computed twice; a report
takes its place all at once, so that an interrupted run leaves the previous one whole; one run at a
time writes a folder.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.declare import parameters
from analysis.declare.faults import did_you_mean, refusal
from analysis.report.notebook_cells import existing, own_values, refuse_untaken, saved
from analysis.run import clean_tables, folders, notebook_jobs
from analysis.run import project as projects
from analysis.run.clean_tables import clean_folder
from analysis.run.folders import WAIT_SECONDS
from analysis.run.report_run import Report, own_notebooks

__all__ = ["clean_folder", "run"]
BY = ("entity", "region", "domain", "level", "partner")


@dataclass(frozen=True)
class Rendered:
    """A finished run: its index page, and one line per notebook that failed."""

    index: Path
    failures: list[str]


def run(
    data: Path,
    given: dict,
    *,
    langs: Sequence[str] | None = None,
    out: Path | None = None,
    by: str = "",
    notebooks: Sequence[Path] | None = None,
    study_file: Path | None = None,
    workers: int = 0,
    cluster: str = "",
    force: bool = False,
    resume: bool = False,
    replace: bool = False,
    accept_guesses: bool = False,
    wait_seconds: float = WAIT_SECONDS,
    processed: Path | None = None,
) -> Rendered:
    """Render a study: a folder per language where several are asked, a report per value of `by`.

    Nothing is done where nothing changed. Notebooks that an interrupted run had finished are taken
    up again in any case; `resume` only says so aloud by refusing `force`. What was made from other
    data, by another study file, for another audience or with other parameters is replaced only if
    `replace` says so, and an edition of another day is kept; another run that writes the same
    folder is awaited for so long. Clean tables stand in `processed`, by default below the project's
    data/processed.
    """
    if force and resume:
        raise refusal("--resume", "takes up finished work, --force does it again: choose one")
    raw = clean_tables.Raw(data, study_file, projects.current(data))
    chosen = existing([Path(file).absolute() for file in notebooks or []])
    given = saved(chosen, {*given, by, "lang" if langs else ""}) | given
    own_values_of_notebook = own_values(chosen, given)
    asked = _asked(raw.project, given, own_values_of_notebook, langs, by, chosen)
    processed = processed or clean_tables.folder_of(raw, out)
    out = out or raw.project.reports / raw.name
    for results in (processed, out):
        folders.refuse_links_out(results, raw.project.folder)
        folders.refuse_among_raw_files(results, raw.data)
    with folders.sole_use(processed, wait_seconds):
        ways = force, replace, accept_guesses
        imports = notebook_jobs.begin_imports  # they go on beside it
        cleaned = clean_tables.cleaned(raw, asked[0], processed, *ways, beside=imports)
        if _needs_agreements(chosen):
            clean_tables.refuse_without_agreements(cleaned)
        if cleaned.inputs["day_taken"] and not asked[0].day:
            print(cleaned.inputs["day_taken"], file=sys.stderr)
        clean_tables.say_remarks(cleaned)
        origin = raw.origin | {"audience": asked[0].audience, "parameters": _choices(asked, by)}
        report = Report(
            raw.project, cleaned, asked, by, chosen, out, origin, own_values_of_notebook
        )
        index = report.place_of(asked[0]) / "index.html"
        if not force and report.is_whole():
            return Rendered(index, [])
        editions = report.editions()  # refuses what the study does not hold, before anything else
        with folders.sole_use(out, wait_seconds):
            report.refuse_to_replace(replace)
            if not force and report.is_whole():  # another run has made it meanwhile
                return Rendered(index, [])
            return Rendered(index, report.render(editions, workers, cluster, force))


def _needs_agreements(chosen: list[Path]) -> bool:
    shipped = {file.name for file in projects.shipped().glob("*.ipynb")}
    return not chosen or not shipped.isdisjoint(file.name for file in chosen)


def _asked(
    project: projects.Project,
    given: dict,
    own_values_of_notebook: dict,
    langs: Sequence[str] | None,
    by: str,
    chosen: list[Path],
) -> list[parameters.Parameters]:
    given = {name: value for name, value in given.items() if name not in own_values_of_notebook}
    languages = dict.fromkeys(langs or [given.get("lang", project.lang)])
    asked = [parameters.parse({**given, "lang": lang}) for lang in languages]
    if by and by not in BY:
        raise refusal("--by", f"expected one of {', '.join(BY)}" + did_you_mean(by, BY, 1), by)
    for parameter_set in asked:
        files = chosen or own_notebooks(project, parameter_set, by)
        taken = ["data", *own_values_of_notebook, *parameters.moved(parameter_set), by]
        refuse_untaken(files, [name for name in taken if name])
    return asked


def _choices(asked: list[parameters.Parameters], by: str) -> str:
    names = [name for name in parameters.moved(asked[0]) if name not in ("day", "lang", "audience")]
    chosen = {name: parameters.command_value(getattr(asked[0], name)) for name in names}
    if by:
        chosen["by"] = by
    chosen["lang"] = ",".join(parameter_set.lang for parameter_set in asked)
    return " ".join(f"{name}={value}" for name, value in chosen.items())
