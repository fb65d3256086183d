"""A report on its way: what is asked, which notebooks run, and the folder that takes the last one's
place at once.
"""

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from analysis.declare import parameters
from analysis.declare.faults import Fault, Refused, refusal
from analysis.report import binding, result_cache
from analysis.report.notebook_cells import code_of, settings, translate, without_work
from analysis.run import clean_tables, folders, kept_editions, notebook_jobs
from analysis.run import project as projects
from analysis.run.clean_tables import code_key
from analysis.text import formatting


def own_notebooks(
    project: projects.Project, asked: parameters.Parameters, by: str, is_grants: bool = False
) -> list[Path]:
    """The study's own notebooks: those of portraits where partners are looked at, else the others.

    A grant list is about money first: after the brief, its page comes before all others.
    """
    of_partner = bool(asked.partner) or by == "partner"
    notebooks = sorted(project.notebooks.glob("*.ipynb"))
    own = [file for file in notebooks if (file.stem == "portrait") == of_partner]
    if is_grants:
        own[1:] = sorted(own[1:], key=lambda file: not file.stem.endswith("_money"))
    return own


def say_own_code(notebooks: list[Path]) -> None:
    """Say on stderr which notebooks run other code than those that came with this package: a
    project may have come from somebody else.
    """
    shipped = projects.shipped()
    own = []
    for file in dict.fromkeys(notebooks):
        same = shipped / file.name
        if not same.is_file() or code_of(file) != code_of(same):
            own.append(file.name)
    if own:
        names = ", ".join(own)
        told = f"{notebooks[0].parent}: not as they came with this program: {names}"
        print(f"{told}; their code runs with your rights", file=sys.stderr)


class Report(NamedTuple):
    """A report to be made in the folder `out`: what is asked, of which tables, by which notebooks."""

    project: projects.Project
    cleaned: clean_tables.CleanTables
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
        if len(self.asked) > 1:
            return self.out / asked.lang
        return self.out

    def refuse_to_replace(self, replace: bool) -> None:
        """Refuse a folder of other things, or of another origin unless it is to be replaced."""
        folders.refuse_foreign(self.out, "run.json")
        if not replace:
            before = folders.origin_of_report(self.out)
            folders.refuse_other_origin(self.out, before, self.origin)

    def is_whole(self) -> bool:
        """Whether the folder holds this report with every file as it was written."""
        record = folders.report_record(self.out)
        written = result_cache.read_json(self.out / "run.json", files=dict)
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
        notebook_jobs.begin_imports()
        from analysis import explore

        study = explore.Study(self.cleaned.folder, self.asked[0])
        studies = [study.with_(lang=asked.lang) for asked in self.asked]
        editions = [edition for study in studies for edition in self._editions_of(study)]
        if not editions:
            raise refusal("--by", "nothing in this study to make a report of", self.by)
        return editions

    def _editions_of(self, study) -> Iterator:
        from analysis.report.assemble import edition

        asked = study.parameters
        if asked.partner:
            from analysis.exhibits import portrait

            portrait.consenting_partner(study)
        root = f"{asked.lang}/" if len(self.asked) > 1 else ""
        files = self.chosen or own_notebooks(self.project, asked, self.by, study.is_grants)
        inputs_key = self.cleaned.inputs["key"]
        if not self.by:
            yield edition(study, root, files, inputs_key)
            return
        for value, name in result_cache.place_names(study.values(self.by)).items():
            position = f"{root}{name}/"
            yield edition(study.where(**{self.by: value}), position, files, inputs_key)

    def render(self, editions: list, workers: int, cluster: str, force: bool) -> list[str]:
        """Execute the notebooks and put the report in its place; a line for each that failed."""
        from analysis.report import assemble as reports
        from analysis.report import last_edition  # which needs pandas

        if not self.chosen:
            say_own_code([file for edition in editions for file in edition.notebooks])
        day = str(editions[0].meta["day"].date())
        earlier_editions = kept_editions.earlier(self.out, self.origin, day)
        last_day = max((name for name in earlier_editions if name < day), default="")
        self._say_weaker_rules(editions[0].study)
        released = self._release(editions)
        jobs, metas = {}, {}
        for edition in editions:
            last = None
            if last_day:
                report = earlier_editions[last_day] / edition.place
                last = last_edition.read(report, last_day)
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
                place = new / edition.place
                failures += reports.assemble(edition, records, place, about)
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
            released.record(self.asked[0].audience)
            self._sign(released.ledger, editions[0].study)
        record = {"key": self.key, "origin": origin, "chosen": self.chosen_names, "day": day}
        record["inputs_key"] = inputs["key"]
        if failures:
            record["key"] = ""
        result_cache.write_json(folders.record_of(self.out), record)
        result_cache.prune(work, finished)
        return failures

    def _release(self, editions: list):
        of_partner = self.by == "partner" or bool(self.asked[0].partner)
        if self.asked[0].audience == "team" or of_partner:
            return None
        from analysis.run import ledgers, releases

        lang = self.asked[0].lang  # all languages tell the same numbers
        studies = [item.study.with_(lang="en") for item in editions if item.asked.lang == lang]
        marks = ledgers.marks_of(studies[0], self.origin["data"])
        ledger, read = ledgers.ledgers_beside(self.out, studies[0].title, marks)
        data = self.cleaned.inputs["key_of_any_language"]
        formatting.use(lang)  # of a refusal
        released = releases.planned(studies, ledger, data, read=read)
        released.hand_down(self.cleaned.folder)
        for edition in editions:  # the line above each page too tells what is left to tell
            edition.meta["about"] = edition.study.about_line
        return released

    def _say_weaker_rules(self, study) -> None:
        from analysis.disclosure.weaker_rules import weaker_rules_said

        formatting.use(self.asked[0].lang)
        sentence = weaker_rules_said(study.conventions)
        if sentence and self.asked[0].audience != "team":
            print(sentence, file=sys.stderr)

    def _sign(self, ledger: Path, study) -> None:
        from analysis.run import ledgers

        ledgers.sign(ledger, ledgers.marks_of(study, self.origin["data"]))

    def _withheld(self, edition) -> list[bytes]:
        from analysis.study import withholding

        record = withholding.record_of_study(self.cleaned.folder, edition.asked)
        if record:
            return [json.dumps(record, sort_keys=True).encode()]
        return []

    def _compare(self, editions: list, new: Path) -> None:
        from analysis.report import by_index

        inputs_key = self.cleaned.inputs["key"]
        for asked in self.asked:
            formatting.use(asked.lang)
            same = [edition for edition in editions if edition.asked.lang == asked.lang]
            position = new / self.place_of(asked).relative_to(self.out)
            by_index.write_index(position, same, self.by, new, inputs_key)

    def _job(self, edition, notebook: Path, last: Any) -> notebook_jobs.Job:
        takes = settings(notebook)
        folder = {"data": str(self.cleaned.folder.absolute())}
        values = edition.asked.model_dump() | folder | self.own
        values_taken = {name: value for name, value in values.items() if name in takes}
        meta = {**edition.meta, "day": str(edition.meta["day"])}
        if self.asked[0].audience == "team":
            withheld = []
        else:
            withheld = self._withheld(edition)
        asks = {"asked": values_taken, "inputs": self.cleaned.inputs["key"], "meta": meta}
        asks["last"] = last
        code, lang = [code_key(), *withheld], edition.asked.lang
        key = result_cache.key_of([notebook], asks, code=code, lang=lang)
        if "data" in values_taken:
            named = {"data": self.cleaned.folder.name}
        else:
            named = {}
        return notebook_jobs.Job(notebook, values_taken, key, values_taken | named, lang)


def translated(notebook, job: notebook_jobs.Job) -> None:
    """Put a notebook's prose into the language of its run, before it is executed."""
    formatting.use(job.lang)
    translate(notebook)
    if job.parameters.get("audience", "team") != "team":
        without_work(notebook)
