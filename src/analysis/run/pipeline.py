"""Raw exports -> clean tables -> executed notebooks -> reports: the only writer of the study's
files.

What was made is kept under a key of all that made it, so that nothing is computed twice; a report
takes its place all at once, so that an interrupted run leaves the previous one whole; one run at a
time writes a folder.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from analysis.declare import parameters
from analysis.declare.faults import Fault, Refused, did_you_mean, refusal
from analysis.report import binding, result_cache
from analysis.report.notebook_cells import (
    existing,
    own_values,
    refuse_untaken,
    saved,
    settings,
    translate,
    without_work,
)
from analysis.run import clean_tables, folders, kept_editions, notebook_jobs, warm_kernels
from analysis.run import project as projects
from analysis.run.clean_tables import clean, code_key
from analysis.run.folders import WAIT_SECONDS
from analysis.text import formatting

__all__ = ["clean", "run"]
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
    chosen = existing([Path(file).absolute() for file in notebooks or []])
    given = saved(chosen, {*given, by, "lang" if langs else ""}) | given
    own_values_of_notebook = own_values(chosen, given)
    given = {name: value for name, value in given.items() if name not in own_values_of_notebook}
    raw = clean_tables.Raw(data, study_file, projects.current(data))
    languages = dict.fromkeys(langs or [given.get("lang", raw.project.lang)])
    parameter_sets = [parameters.parse({**given, "lang": lang}) for lang in languages]
    if by and by not in BY:
        raise refusal("--by", f"expected one of {', '.join(BY)}" + did_you_mean(by, BY, 1), by)
    for parameter_set in parameter_sets:
        files = chosen or own_notebooks(raw.project, parameter_set, by)
        taken = ["data", *own_values_of_notebook, *parameters.moved(parameter_set), by]
        refuse_untaken(files, [name for name in taken if name])
    processed = processed or clean_tables.folder_of(raw, out)
    out = out or raw.project.reports / raw.name
    with folders.sole_use(processed, wait_seconds):
        ways = force, replace, accept_guesses
        imports = warm_kernels.warm  # they go on beside it
        cleaned = clean_tables.cleaned(raw, parameter_sets[0], processed, *ways, beside=imports)
        if cleaned.inputs["day_taken"] and not parameter_sets[0].day:
            print(cleaned.inputs["day_taken"], file=sys.stderr)
        origin = raw.origin | {"audience": parameter_sets[0].audience}
        origin["parameters"] = _choices(parameter_sets, by)
        report = Report(
            raw.project, cleaned, parameter_sets, by, chosen, out, origin, own_values_of_notebook
        )
        index = report.place_of(parameter_sets[0]) / "index.html"
        report.refuse_to_replace(replace)
        if not force and report.is_whole():
            return Rendered(index, [])
        editions = report.editions()
        with folders.sole_use(out, wait_seconds):
            report.refuse_to_replace(replace)
            if not force and report.is_whole():
                return Rendered(index, [])
            return Rendered(index, report.render(editions, workers, cluster, force))


def _choices(asked: list[parameters.Parameters], by: str) -> str:
    """What makes a report another one than that of the same data, in words: all but the day."""
    names = [name for name in parameters.moved(asked[0]) if name not in ("day", "lang", "audience")]
    chosen = {name: parameters.written(getattr(asked[0], name)) for name in names}
    if by:
        chosen["by"] = by
    chosen["lang"] = ",".join(parameter_set.lang for parameter_set in asked)
    return " ".join(f"{name}={value}" for name, value in chosen.items())


def own_notebooks(project: projects.Project, asked: parameters.Parameters, by: str) -> list[Path]:
    """The study's own notebooks: those of portraits where partners are looked at, else the others."""
    of_partner = bool(asked.partner) or by == "partner"
    notebooks = sorted(project.notebooks.glob("*.ipynb"))
    return [file for file in notebooks if (file.stem == "portrait") == of_partner]


class Report(NamedTuple):
    """A report to be made in the folder `out`: what is asked, of which tables, by which notebooks."""

    project: projects.Project
    cleaned: clean_tables.Cleaned
    asked: list[parameters.Parameters]
    by: str
    chosen: list[Path]
    out: Path
    origin: dict[str, str]
    own: dict[str, object]

    @property
    def chosen_names(self) -> list[str]:
        """The notebooks that were chosen, as records name them."""
        return [self.project.name_of(file) for file in self.chosen]

    @property
    def key(self) -> str:
        """The key of all that the report depends on."""
        files = self.chosen or sorted(self.project.notebooks.glob("*.ipynb"))
        asks = {
            "asked": [parameter_set.model_dump() for parameter_set in self.asked],
            "by": self.by,
            "inputs": self.cleaned.inputs["key"],
            "own": self.own,
        }
        return result_cache.key_of(files, asks, code=[code_key()])

    def place_of(self, asked: parameters.Parameters) -> Path:
        """The folder of one language's report."""
        return self.out / asked.lang if len(self.asked) > 1 else self.out

    def refuse_to_replace(self, replace: bool) -> None:
        """Refuse a folder of other things, or of another origin unless it is to be replaced."""
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
        editions = [edition for asked in self.asked for edition in self._editions_of(asked)]
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
            position = f"{root}{result_cache.place_name(value)}/"
            yield edition(study.where(**{self.by: value}), position, files, inputs_key)

    def render(self, editions: list, workers: int, cluster: str, force: bool) -> list[str]:
        """Execute the notebooks and put the report in its place; a line for each that failed."""
        from analysis.report import assemble as reports
        from analysis.report import last_edition  # which needs pandas

        day = str(editions[0].meta["day"].date())
        earlier_editions = kept_editions.earlier(self.out, self.origin, day)
        last_day = max((name for name in earlier_editions if name < day), default="")
        released = self._release()
        jobs, metas = {}, {}
        for edition in editions:
            last = None
            if last_day:
                last = last_edition.read(earlier_editions[last_day] / edition.place)
            for file in edition.notebooks:
                job = self._job(edition, file, last)
                jobs[edition.place, file] = job
                metas[job.key] = (edition.meta, edition.slug(file), last)
        work = self.out.parent / ".work" / self.out.name
        results = notebook_jobs.execute(
            list(jobs.values()),
            work,
            workers=workers,
            cluster=cluster,
            before=translated,
            after=partial(reports.publish, metas),
            force=force,
            label=self.cleaned.folder.name,
        )
        finished = {result.job.key: result for result in results}
        failures = []
        inputs, origin = self.cleaned.inputs, self.origin
        kept_editions.say_what_is_replaced(self.out, day, inputs["key"])
        about = {"inputs": inputs["files"], "inputs_key": inputs["key"], "raw": origin["data"]}
        about["cleaned"] = self.project.name_of(self.cleaned.folder)
        about |= {"study_file": origin["study_file"], "chosen": self.chosen_names}
        about["code"] = code_key().decode()
        with result_cache.whole(self.out) as new:
            for edition in editions:
                records = [finished[jobs[edition.place, file].key] for file in edition.notebooks]
                place, tables = new / edition.place, self.cleaned.folder
                failures += reports.assemble(edition, records, place, tables, about)
                if foreign := binding.foreign_files(place):
                    message = "another run has written into this report; run again"
                    faults = [Fault(line, None, "", "foreign", "", message) for line in foreign]
                    raise Refused(faults)
            if self.by:
                self._compare(editions, new)
            written = {"audience": origin["audience"], "files": result_cache.hashes(new)}
            result_cache.write_json(new / "run.json", written)
            kept_editions.carry(earlier_editions, self.out, new, day, editions[0].meta)
        if released is not None:
            released.record(self.audience)
        record = {"key": self.key, "origin": origin, "chosen": self.chosen_names, "day": day}
        record["inputs_key"] = inputs["key"]
        if failures:
            record["key"] = ""
        result_cache.write_json(folders.record_of(self.out), record)
        result_cache.prune(work, finished)
        return failures

    @property
    def audience(self) -> str:
        """Who will read the report."""
        return self.asked[0].audience

    def _release(self):
        """What a report for others than the team withholds because of all that is published
        together, decided before its notebooks run; None for the team, and for portraits, which are
        told by consent.
        """
        of_partner = self.by == "partner" or bool(self.asked[0].partner)
        if self.audience == "team" or of_partner:
            return None
        from analysis.run import releases

        studies = self._studies(self.asked[0])
        ledger = releases.ledger_of(self.out, studies[0].title)
        released = releases.planned(studies, ledger, self.cleaned.inputs["key"])
        released.hand_down(self.cleaned.folder)
        return released

    def _withheld(self, edition) -> list[bytes]:
        """What an edition withholds, as a part of the key of its notebooks."""
        from analysis.study import withholding

        record = withholding.record_of(self.cleaned.folder, edition.asked)
        return [json.dumps(record, sort_keys=True).encode()] if record else []

    def _studies(self, asked: parameters.Parameters) -> list:
        """The studies that the report shows, in one language: all tell the same numbers."""
        from analysis import explore

        study = explore.Study(self.cleaned.folder, asked.model_copy(update={"lang": "en"}))
        if not self.by:
            return [study]
        return [study.where(**{self.by: value}) for value in study.values(self.by)]

    def _compare(self, editions: list, new: Path) -> None:
        """The pages that set the reports of one language side by side."""
        from analysis.report import by_index

        tables, inputs_key = self.cleaned.folder, self.cleaned.inputs["key"]
        for asked in self.asked:
            formatting.use(asked.lang)
            same = [edition for edition in editions if edition.asked.lang == asked.lang]
            position = new / self.place_of(asked).relative_to(self.out)
            by_index.write_index(position, same, self.by, new, tables, inputs_key)

    def _job(self, edition, notebook: Path, last: Any) -> notebook_jobs.Job:
        """A notebook to be run, with the parameters that it takes."""
        takes = {"lang", *settings(notebook)}
        folder = {"data": str(self.cleaned.folder.absolute())}
        values = edition.asked.model_dump() | folder | self.own
        values_taken = {name: value for name, value in values.items() if name in takes}
        meta = {**edition.meta, "day": str(edition.meta["day"])}
        withheld = [] if self.audience == "team" else self._withheld(edition)
        asks = {"asked": values_taken, "inputs": self.cleaned.inputs["key"], "meta": meta}
        asks["last"] = last
        code, lang = [code_key(), *withheld], edition.asked.lang
        key = result_cache.key_of([notebook], asks, code=code, lang=lang)
        named = {"data": self.cleaned.folder.name} if "data" in values_taken else {}
        return notebook_jobs.Job(notebook, values_taken, key, values_taken | named)


def translated(notebook, job: notebook_jobs.Job) -> None:
    """Put a notebook's prose into the language of its run, before it is executed."""
    formatting.use(job.parameters["lang"])
    translate(notebook)
    if job.parameters.get("audience", "team") != "team":
        without_work(notebook)
