"""Raw exports -> clean tables -> executed notebooks -> reports: the only writer of the study's files.

What was made is kept under a key of all that made it, so that nothing is computed twice; a report takes its place all at
once, so that an interrupted run leaves the previous one whole.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from analysis.declare import parameters
from analysis.declare.faults import Fault, Refused, did_you_mean, refusal
from analysis.report import result_cache
from analysis.report.notebook_cells import saved, settings, translate
from analysis.run import notebook_jobs, warm_kernels
from analysis.text import formatting

PACKAGE = Path(__file__).parent.parent
ROOT = Path.cwd() if (Path.cwd() / "notebooks").is_dir() else PACKAGE.parent.parent
NOTEBOOKS, PROCESSED, REPORTS = ROOT / "notebooks", ROOT / "data/processed", ROOT / "reports"
BY = ("region", "domain", "level", "partner")
ABOUT_DATA = "inputs.json"


class Rendered(NamedTuple):
    """A finished run: its index page, and one line per notebook that failed."""

    index: Path
    failures: list[str]


@cache
def _code() -> bytes:
    """The hash of the package: what was made by other code is made again."""
    return result_cache.key_of([PACKAGE], {}).encode()


def refuse_foreign(folder: Path, mark: str) -> None:
    """Refuse to put something in the place of a folder that holds other things than what was put there before (file `mark`)."""
    if (
        folder.exists()
        and not (folder / mark).is_file()
        and (not folder.is_dir() or any(folder.iterdir()))
    ):
        raise refusal(
            str(folder), "holds other things, which would be lost; give a new or empty folder"
        )


def clean(
    data: Path,
    given: dict,
    out: Path | None = None,
    study_file: Path | None = None,
    force: bool = False,
    beside: Callable[[], object] | None = None,
) -> Path:
    """Clean raw exports into `data/processed/<name>` (or `out`) unless the same has been done; returns the folder.

    The raw files' hashes are kept beside the tables, in inputs.json. `beside` is begun where there is something to clean.
    """
    from analysis import layout

    asked = parameters.parse({name: value for name, value in given.items() if name != "data"})
    if not data.exists():
        raise refusal(
            str(data), "no such file or folder; give raw exports with --data", rule="missing"
        )
    folder = out or PROCESSED / layout.study_file(data, study_file).name
    refuse_foreign(folder, ABOUT_DATA)
    key = result_cache.key_of(
        [data, *([study_file] if study_file else [])], {"identity": asked.identity}, code=[_code()]
    )
    if force or not (folder / ABOUT_DATA).is_file() or _inputs(folder)["key"] != key:
        if beside:
            beside()
        from analysis import clean as cleaning

        cleaned = cleaning.clean(data, identity=asked.identity, study_file=study_file)
        if empty := cleaning.nothing_left(cleaned):
            raise Refused(empty)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with result_cache.whole(folder) as new:
            cleaning.write(cleaned, new)
            result_cache.write_json(
                new / ABOUT_DATA, {"key": key, "files": result_cache.hashes(data)}
            )
    return folder


def _inputs(folder: Path) -> dict:
    return json.loads((folder / ABOUT_DATA).read_text(encoding="utf-8"))


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
) -> Rendered:
    """Render a study: one folder per language where several are asked, one report per value of `by` where it is given.

    Nothing is done where nothing changed. Notebooks that an interrupted run had finished are taken up again in any case;
    `resume` only says so aloud by refusing `force`.
    """
    if force and resume:
        raise refusal("--resume", "takes up finished work, --force does it again: choose one")
    chosen = [Path(file).absolute() for file in notebooks or []]
    if missing := [
        Fault(str(file), None, "", "missing", "", "no such notebook")
        for file in chosen
        if not file.is_file()
    ]:
        raise Refused(missing)
    given = saved(chosen, {*given, by, "lang" if langs else ""}) | given
    asked = [
        parameters.parse({**given, "lang": lang})
        for lang in dict.fromkeys(langs or [given.get("lang", "fr")])
    ]
    if by and by not in BY:
        raise refusal("--by", f"expected one of {', '.join(BY)}" + did_you_mean(by, BY, 1), by)
    folder = clean(
        data, given, study_file=study_file, force=force, beside=warm_kernels.warm
    )  # imports go on beside it
    out = out or REPORTS / folder.name
    refuse_foreign(out, "run.json")
    inputs = _inputs(folder)
    files = chosen or sorted(NOTEBOOKS.glob("*.ipynb"))
    asks = {"asked": [one.model_dump() for one in asked], "by": by, "inputs": inputs["key"]}
    key = result_cache.key_of(files, asks, code=[_code()])
    index = (out / asked[0].lang if len(asked) > 1 else out) / "index.html"
    if not force and _is_whole(out, key):
        return Rendered(index, [])

    warm_kernels.warm()
    from analysis.report import assemble as reports

    editions = [
        edition
        for one in asked
        for edition in _editions(folder, one, by, chosen, len(asked) > 1, inputs["key"])
    ]
    if not editions:
        raise refusal("--by", "nothing in this study to make a report of", by)
    jobs = [
        [_job(edition, file, folder, inputs["key"]) for file in edition.notebooks]
        for edition in editions
    ]
    pairs = list(zip(editions, jobs, strict=True))
    metas = {
        job.key: (edition.meta, edition.slug(job.notebook))
        for edition, some in pairs
        for job in some
    }
    work = out.parent / ".work" / out.name
    results = notebook_jobs.execute(
        sum(jobs, []),
        work,
        workers=workers or None,
        cluster=cluster or None,
        before=translated,
        after=partial(reports.publish, metas),
        force=force,
        label=folder.name,
    )
    made = {result.job.key: result for result in results}
    failures = []
    told = {
        "inputs": inputs["files"],
        "inputs_key": inputs["key"],
        "raw": str(data),
        "study_file": str(study_file or ""),
        "chosen": [str(file) for file in notebooks or []],
        "code": _code().decode(),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    with result_cache.whole(out) as new:
        for edition, some in pairs:
            failures += reports.assemble(
                edition, [made[job.key] for job in some], new / edition.place, folder, told
            )
        for one in asked if by else []:
            same = [edition for edition in editions if edition.asked.lang == one.lang]
            formatting.use(one.lang)
            reports.compare(
                new / one.lang if len(asked) > 1 else new, same, by, new, folder, inputs["key"]
            )
        result_cache.write_json(
            new / "run.json", {"key": "" if failures else key, "files": result_cache.hashes(new)}
        )
    result_cache.prune(work, made)
    return Rendered(index, failures)


def _is_whole(out: Path, key: str) -> bool:
    """Whether a folder holds the report of this key with every file as it was written."""
    if not (out / "run.json").is_file():
        return False
    held = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return held["key"] == key and held["files"].items() <= result_cache.hashes(out).items()


def _editions(
    folder: Path, asked, by: str, chosen: list[Path], several: bool, inputs_key: str
) -> Iterator:
    from analysis import explore
    from analysis.report.assemble import edition

    study = explore.Study(folder, asked)
    if asked.partner:
        from analysis.exhibits import portrait

        portrait.agreed(study)
    root, of_partner = f"{asked.lang}/" if several else "", bool(asked.partner) or by == "partner"
    files = chosen or [
        file
        for file in sorted(NOTEBOOKS.glob("*.ipynb"))
        if (file.stem == "portrait") == of_partner
    ]
    if not by:
        yield edition(study, root, files, inputs_key)
    for value in study.values(by) if by else []:
        yield edition(
            study.where(**{by: value}),
            f"{root}{result_cache.place_name(value)}/",
            files,
            inputs_key,
        )


def _job(edition, notebook: Path, folder: Path, inputs_key: str) -> notebook_jobs.Job:
    written = settings(notebook)
    # a name is found from the notebook's own folder, wherever the project stands
    near = folder.parent == ROOT / "data/processed" and notebook.is_relative_to(ROOT)
    asked = edition.asked.model_dump() | {"data": folder.name if near else str(folder.absolute())}
    taken = {
        name: value
        for name, value in asked.items()
        if name == "lang" or f"\n{name} =" in "\n" + written
    }
    meta = {**edition.meta, "day": str(edition.meta["day"])}
    key = result_cache.key_of(
        [notebook],
        {"asked": taken, "inputs": inputs_key, "meta": meta},
        code=[_code()],
        lang=edition.asked.lang,
    )
    return notebook_jobs.Job(notebook, taken, key)


def translated(notebook, job: notebook_jobs.Job) -> None:
    """Put a notebook's prose into the language of its run, before it is executed."""
    formatting.use(job.parameters["lang"])
    translate(notebook)
