"""Raw exports -> clean tables -> executed notebooks -> reports: the only writer of the study's files.

What was made is kept under a key of all that made it, so that nothing is computed twice; a report takes its place all at
once, so that an interrupted run leaves the previous one whole; one run at a time writes a folder.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from analysis.declare import conventions, parameters
from analysis.declare.faults import Fault, Refused, did_you_mean, refusal
from analysis.report import binding, result_cache
from analysis.report.notebook_cells import (
    own_values,
    refuse_untaken,
    saved,
    settings,
    translate,
    without_work,
)
from analysis.run import folders, notebook_jobs, warm_kernels
from analysis.run import project as projects
from analysis.run.folders import WAIT_SECONDS
from analysis.text import formatting

BY = ("region", "domain", "level", "partner")
ABOUT_DATA = "inputs.json"


@dataclass(frozen=True)
class Rendered:
    """A finished run: its index page, and one line per notebook that failed."""

    index: Path
    failures: list[str]


class Cleaned(NamedTuple):
    """A folder of clean tables and the record of the raw files that they were made from."""

    folder: Path
    inputs: dict[str, Any]


@cache
def _code() -> bytes:
    """The hash of the package: what was made by other code is made again."""
    return result_cache.key_of([projects.PACKAGE], {}).encode()


def clean(
    data: Path,
    given: dict,
    out: Path | None = None,
    study_file: Path | None = None,
    force: bool = False,
    replace: bool = False,
    accept_guesses: bool = False,
    wait_seconds: float = WAIT_SECONDS,
) -> Path:
    """Clean raw exports into `data/processed/<name>` (or `out`) unless the same has been done; returns the folder.

    The raw files' hashes are kept beside the tables, in inputs.json.
    """
    project = projects.current(data)
    given = {"lang": project.lang} | given
    folder = out or project.processed / _study_name(data, study_file)
    with folders.sole_use(folder, wait_seconds):
        _cleaned(project, data, given, folder, study_file, force, replace, accept_guesses)
    return folder


def _study_name(data: Path, study_file: Path | None) -> str:
    """The name of the study that raw files describe."""
    from analysis import layout

    if not data.exists():
        raise refusal(
            str(data), "no such file or folder; give raw exports with --data", rule="missing"
        )
    return layout.study_file(data, study_file).name


def _cleaned(
    project: projects.Project,
    data: Path,
    given: dict,
    folder: Path,
    study_file: Path | None,
    force: bool,
    replace: bool,
    accept_guesses: bool,
    beside: Callable[[], object] | None = None,
) -> Cleaned:
    """Clean tables in a folder that this run alone uses; `beside` is begun where there is something to clean."""
    asked = parameters.parse({name: value for name, value in given.items() if name != "data"})
    origin = _origin(project, data, study_file)
    folders.refuse_foreign(folder, ABOUT_DATA)
    inputs = folders.read_json(folder / ABOUT_DATA)
    if not replace:
        folders.refuse_other_origin(folder, inputs and inputs.get("origin", origin), origin)
    raw_files = [data, *([study_file] if study_file else [])]
    of_cleaning = {
        name: number for name, number in asked.thresholds.items() if name in conventions.AT_CLEANING
    }
    how: dict[str, Any] = {
        "identity": asked.identity,
        "accept_guesses": accept_guesses,
        "thresholds": of_cleaning,
    }
    key = result_cache.key_of(raw_files, how, code=[_code()], lang=asked.lang)
    if not force and inputs and (inputs["key"], inputs.get("origin")) == (key, origin):
        return Cleaned(folder, inputs)

    if beside:
        beside()
    from analysis import clean as cleaning

    hashes = result_cache.hashes(data)
    formatting.use(asked.lang)  # of all that is said of raw files
    tables = cleaning.clean(data, study_file=study_file, **how)
    _refuse_changed(hashes, result_cache.hashes(data))
    if empty := cleaning.nothing_left(tables):
        raise Refused(empty)
    inputs = {"key": key, "files": hashes, "origin": origin}
    with result_cache.whole(folder) as new:
        cleaning.write(tables, new)
        result_cache.write_json(new / ABOUT_DATA, inputs)
    return Cleaned(folder, inputs)


def _origin(project: projects.Project, data: Path, study_file: Path | None) -> dict[str, str]:
    """Which raw files and which study file results are made from, as records name them."""
    return {
        "data": project.name_of(data),
        "study_file": project.name_of(study_file) if study_file else "",
    }


def _refuse_changed(before: dict[str, str], after: dict[str, str]) -> None:
    """Refuse raw files that changed while they were read: no hash could say what was analysed."""
    names = sorted(before.keys() | after.keys())
    changed = [name for name in names if before.get(name) != after.get(name)]
    if changed:
        told = "changed while it was read; run again once nobody writes it"
        raise Refused([Fault(name, None, "", "changed", "", told) for name in changed])


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
    """Render a study: one folder per language where several are asked, one report per value of `by` where it is given.

    Nothing is done where nothing changed. Notebooks that an interrupted run had finished are taken up again in any case;
    `resume` only says so aloud by refusing `force`. What was made from other data, by another study file or for another
    audience is replaced only if `replace` says so; another run that writes the same folder is awaited for so long.
    Clean tables stand in `processed`, by default below the project's data/processed.
    """
    if force and resume:
        raise refusal("--resume", "takes up finished work, --force does it again: choose one")
    chosen = _existing([Path(file).absolute() for file in notebooks or []])
    given = saved(chosen, {*given, by, "lang" if langs else ""}) | given
    own = own_values(chosen, given)
    given = {name: value for name, value in given.items() if name not in own}
    project = projects.current(data)
    languages = dict.fromkeys(langs or [given.get("lang", project.lang)])
    asked = [parameters.parse({**given, "lang": lang}) for lang in languages]
    if by and by not in BY:
        raise refusal("--by", f"expected one of {', '.join(BY)}" + did_you_mean(by, BY, 1), by)
    for one in asked:
        files = chosen or own_notebooks(project, one, by)
        refuse_untaken(files, ["data", *own, *parameters.moved(one), *([by] if by else [])])
    name = _study_name(data, study_file)
    origin = _origin(project, data, study_file)
    processed = processed or _processed_folder(project.processed / name, origin, out)
    out = out or project.reports / name
    with folders.sole_use(processed, wait_seconds):
        cleaned = _cleaned(
            project,
            data,
            {**given, "lang": asked[0].lang},
            processed,
            study_file,
            force,
            replace,
            accept_guesses,
            beside=warm_kernels.warm,
        )  # imports go on beside it
        report = _Report(
            project=project,
            cleaned=cleaned,
            asked=asked,
            by=by,
            chosen=chosen,
            named=[project.name_of(file) for file in chosen],
            out=out,
            origin=origin | {"audience": asked[0].audience},
            own=own,
        )
        index = report.place_of(asked[0]) / "index.html"
        report.refuse_to_replace(replace)
        if not force and report.is_whole():
            return Rendered(index, [])
        editions = report.editions()
        with folders.sole_use(out, wait_seconds):
            report.refuse_to_replace(replace)
            if not force and report.is_whole():
                return Rendered(index, [])
            return Rendered(index, report.render(editions, workers, cluster, force))


def own_notebooks(project: projects.Project, asked: parameters.Parameters, by: str) -> list[Path]:
    """The study's own notebooks: those of portraits where partners are looked at, else the others."""
    of_partner = bool(asked.partner) or by == "partner"
    notebooks = sorted(project.notebooks.glob("*.ipynb"))
    return [file for file in notebooks if (file.stem == "portrait") == of_partner]


def _existing(notebooks: list[Path]) -> list[Path]:
    """The notebooks, all of which are there."""
    missing = [
        Fault(str(file), None, "", "missing", "", "no such notebook")
        for file in notebooks
        if not file.is_file()
    ]
    if missing:
        raise Refused(missing)
    return notebooks


def _processed_folder(folder: Path, origin: dict[str, str], out: Path | None) -> Path:
    """Where clean tables go: where a study of the same name from other data stands, under the name of the output."""
    inputs = folders.read_json(folder / ABOUT_DATA)
    if out is None or not inputs or inputs.get("origin", origin) == origin:
        return folder
    return folder.with_name(out.absolute().name)


class _Report(NamedTuple):
    """A report to be made in the folder `out`: what it is asked, from which clean tables, by which notebooks."""

    project: projects.Project
    cleaned: Cleaned
    asked: list[parameters.Parameters]
    by: str
    chosen: list[Path]
    named: list[str]
    out: Path
    origin: dict[str, str]
    own: dict[str, object]

    @property
    def key(self) -> str:
        """The key of all that the report depends on."""
        files = self.chosen or sorted(self.project.notebooks.glob("*.ipynb"))
        asks = {
            "asked": [one.model_dump() for one in self.asked],
            "by": self.by,
            "inputs": self.cleaned.inputs["key"],
            "own": self.own,
        }
        return result_cache.key_of(files, asks, code=[_code()])

    def place_of(self, asked: parameters.Parameters) -> Path:
        """The folder of one language's report."""
        return self.out / asked.lang if len(self.asked) > 1 else self.out

    def refuse_to_replace(self, replace: bool) -> None:
        """Refuse a folder of other things, and one made from another origin unless it is to be replaced."""
        folders.refuse_foreign(self.out, "run.json")
        if not replace:
            before = folders.origin_of_report(self.out)
            folders.refuse_other_origin(self.out, before, self.origin)

    def is_whole(self) -> bool:
        """Whether the folder holds this report with every file as it was written."""
        record = folders.read_json(folders.record_of(self.out))
        written = folders.read_json(self.out / "run.json")
        if record is None or written is None:
            return False
        if (record["key"], record["origin"]) != (self.key, self.origin):
            return False
        try:
            return written["files"].items() <= result_cache.hashes(self.out).items()
        except OSError:  # another run puts its own in its place just now
            return False

    def editions(self) -> list:
        """What is to be rendered: one report for each language and each value of `by`."""
        editions = [edition for one in self.asked for edition in self._editions_of(one)]
        if not editions:
            raise refusal("--by", "nothing in this study to make a report of", self.by)
        return editions

    def _editions_of(self, asked: parameters.Parameters) -> Iterator:
        warm_kernels.warm()
        from analysis import explore
        from analysis.report.assemble import edition

        study = explore.Study(self.cleaned.folder, asked)
        if asked.partner:
            from analysis.exhibits import portrait

            portrait.consenting_partner(study)
        root = f"{asked.lang}/" if len(self.asked) > 1 else ""
        files = self.chosen or own_notebooks(self.project, asked, self.by)
        inputs_key = self.cleaned.inputs["key"]
        if not self.by:
            yield edition(study, root, files, inputs_key)
            return
        for value in study.values(self.by):
            place = f"{root}{result_cache.place_name(value)}/"
            yield edition(study.where(**{self.by: value}), place, files, inputs_key)

    def render(self, editions: list, workers: int, cluster: str, force: bool) -> list[str]:
        """Execute the notebooks and put the report in its place; one line for each notebook that failed."""
        from analysis.report import assemble as reports

        jobs, metas = {}, {}
        for edition in editions:
            for file in edition.notebooks:
                job = self._job(edition, file)
                jobs[edition.place, file] = job
                metas[job.key] = (edition.meta, edition.slug(file))
        work = self.out.parent / ".work" / self.out.name
        results = notebook_jobs.execute(
            list(jobs.values()),
            work,
            workers=workers or None,
            cluster=cluster or None,
            before=translated,
            after=partial(reports.publish, metas),
            force=force,
            label=self.cleaned.folder.name,
        )
        finished = {result.job.key: result for result in results}
        failures = []
        with result_cache.whole(self.out) as new:
            for edition in editions:
                made = [finished[jobs[edition.place, file].key] for file in edition.notebooks]
                place = new / edition.place
                failures += reports.assemble(
                    edition, made, place, self.cleaned.folder, self._about()
                )
                _refuse_foreign_files(place)
            for one in self.asked if self.by else []:
                self._compare(editions, one, new)
            written = {"audience": self.origin["audience"], "files": result_cache.hashes(new)}
            result_cache.write_json(new / "run.json", written)
        record = {
            "key": "" if failures else self.key,
            "origin": self.origin,
            "chosen": self.named,
        }
        result_cache.write_json(folders.record_of(self.out), record)
        result_cache.prune(work, finished)
        return failures

    def _about(self) -> dict[str, Any]:
        """What the manifest of a report for the study team says of data and code."""
        return {
            "inputs": self.cleaned.inputs["files"],
            "inputs_key": self.cleaned.inputs["key"],
            "raw": self.origin["data"],
            "study_file": self.origin["study_file"],
            "chosen": self.named,
            "code": _code().decode(),
        }

    def _compare(self, editions: list, asked: parameters.Parameters, new: Path) -> None:
        """The page that sets the reports of one language side by side."""
        from analysis.report import assemble as reports

        formatting.use(asked.lang)
        same = [edition for edition in editions if edition.asked.lang == asked.lang]
        place = new / self.place_of(asked).relative_to(self.out)
        reports.compare(place, same, self.by, new, self.cleaned.folder, self.cleaned.inputs["key"])

    def _job(self, edition, notebook: Path) -> notebook_jobs.Job:
        """A notebook to be run, with the parameters that it takes."""
        takes = settings(notebook)
        asked = edition.asked.model_dump() | {"data": str(self.cleaned.folder.absolute())}
        asked |= self.own
        taken = {name: value for name, value in asked.items() if name == "lang" or name in takes}
        meta = {**edition.meta, "day": str(edition.meta["day"])}
        key = result_cache.key_of(
            [notebook],
            {"asked": taken, "inputs": self.cleaned.inputs["key"], "meta": meta},
            code=[_code()],
            lang=edition.asked.lang,
        )
        named = {"data": self.cleaned.folder.name} if "data" in taken else {}
        return notebook_jobs.Job(notebook, taken, key, taken | named)


def _refuse_foreign_files(place: Path) -> None:
    """Refuse a report that holds a file which this run did not write."""
    if foreign := binding.foreign_files(place):
        told = "another run has written into this report; run again"
        raise Refused([Fault(line, None, "", "foreign", "", told) for line in foreign])


def translated(notebook, job: notebook_jobs.Job) -> None:
    """Put a notebook's prose into the language of its run, before it is executed."""
    formatting.use(job.parameters["lang"])
    translate(notebook)
    if job.parameters.get("audience", "team") != "team":
        without_work(notebook)
