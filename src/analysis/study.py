"""Raw exports -> clean tables -> executed notebooks -> reports: the only writer of the study's files.

What was made is kept under a key of all that made it, so that nothing is computed twice; a report takes its place all at
once, so that an interrupted run leaves the previous one whole.
"""

import ast
import csv
import hashlib
import io
import json
import shutil
from collections.abc import Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from analysis import batch, kernels, parameters, store, words
from analysis.faults import Fault, Refused, nearest

_ = words.text

PACKAGE = Path(__file__).parent
ROOT = Path.cwd() if (Path.cwd() / "notebooks").is_dir() else PACKAGE.parent.parent
NOTEBOOKS, PROCESSED, REPORTS = ROOT / "notebooks", ROOT / "data/processed", ROOT / "reports"
BY = ("region", "domain", "level", "partner")
ABOUT_DATA = "inputs.json"


class Rendered(NamedTuple):
    """A finished run: its index page, and one line per notebook that failed."""

    index: Path
    failures: list[str]


class Edition(NamedTuple):
    """One report of a run: its folder below the output, what it is asked, the notebooks it renders, what its pages say."""

    place: str
    asked: parameters.Parameters
    notebooks: list[Path]
    meta: dict


@cache
def _code() -> bytes:
    """The hash of the package: what was made by other code is made again."""
    return store.key_of([PACKAGE], {}).encode()


# ---- raw to clean
def refuse_foreign(folder: Path, mark: str) -> None:
    """Refuse to put something in the place of a folder that holds other things than what was put there before (file `mark`)."""
    if folder.exists() and not (folder / mark).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(
            [
                Fault(
                    str(folder), None, "", "parameter", "", "holds other things, which would be lost; give a new or empty folder"
                )
            ],
            2,
        )


def clean(data: Path, given: dict, out: Path | None = None, study_file: Path | None = None, force: bool = False) -> Path:
    """Clean raw exports into `data/processed/<name>` (or `out`) unless the same has been done; returns the folder.

    The raw files' hashes are kept beside the tables, in inputs.json.
    """
    from analysis import layouts

    asked = parameters.parse({name: value for name, value in given.items() if name != "data"})
    if not data.exists():
        raise Refused([Fault(str(data), None, "", "missing", "", "no such file or folder; give raw exports with --data")])
    study = layouts.study_file(data, study_file)
    folder = out or PROCESSED / study.name
    refuse_foreign(folder, ABOUT_DATA)
    inputs = [data, *([study_file] if study_file else [])]
    key = store.key_of(inputs, {"identity": asked.identity}, code=[_code()])
    kept = folder / ABOUT_DATA
    if not force and kept.is_file() and json.loads(kept.read_text(encoding="utf-8"))["key"] == key:
        return folder
    from analysis import clean as cleaning

    cleaned = cleaning.clean(data, identity=asked.identity, study_file=study_file)
    if empty := cleaning.nothing_left(cleaned):
        raise Refused(empty)
    hashes = {file.relative_to(data).as_posix() if data.is_dir() else file.name: _hash(file) for file in _files(data)}
    folder.parent.mkdir(parents=True, exist_ok=True)
    with store.whole(folder) as new:
        cleaning.write(cleaned, new)
        _write_json(new / ABOUT_DATA, {"key": key, "files": hashes})
    return folder


def _files(data: Path) -> list[Path]:
    return sorted(file for file in data.rglob("*") if file.is_file()) if data.is_dir() else [data]


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _write_json(file: Path, content: dict) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


# ---- clean to reports
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
        raise Refused(
            [Fault("--resume", None, "", "parameter", "", "takes up finished work, --force does it again: choose one")], 2
        )
    chosen = [Path(file).absolute() for file in notebooks or []]
    missing = [Fault(str(file), None, "", "missing", "", "no such notebook") for file in chosen if not file.is_file()]
    if missing:
        raise Refused(missing)
    given = _saved(chosen, {*given, by, "lang" if langs else ""}) | given
    asked = [parameters.parse({**given, "lang": lang}) for lang in dict.fromkeys(langs or [given.get("lang", "fr")])]
    if by and by not in BY:
        near = nearest(by, list(BY), 1)
        hint = f", did you mean {near[0]}?" if near else ""
        raise Refused([Fault("--by", None, "", "parameter", by, f"expected one of {', '.join(BY)}{hint}")], 2)
    folder = clean(data, given, study_file=study_file, force=force)
    out = out or REPORTS / folder.name
    refuse_foreign(out, "run.json")
    inputs = json.loads((folder / ABOUT_DATA).read_text(encoding="utf-8"))
    files = chosen or sorted(NOTEBOOKS.glob("*.ipynb"))
    asks = {"asked": [one.model_dump() for one in asked], "by": by, "inputs": inputs["key"]}
    key = store.key_of(files, asks, code=[_code()])
    if not force and _is_whole(out, key):
        return Rendered(_index(out, asked), [])

    kernels.warm()  # its imports go on beside what follows
    editions = [edition for one in asked for edition in _editions(folder, one, by, chosen, len(asked) > 1, inputs)]
    if not editions:
        raise Refused([Fault("--by", None, "", "parameter", by, "nothing in this study to make a report of")], 2)
    jobs = {edition.place: [_job(edition, file, folder, inputs["key"]) for file in edition.notebooks] for edition in editions}
    metas = {job.key: (edition.meta, _slug(edition, job.notebook)) for edition in editions for job in jobs[edition.place]}
    results = batch.execute(
        [job for some in jobs.values() for job in some], out.parent / ".work" / out.name, workers=workers or None, cluster=cluster or None,
        before=translate, after=partial(publish, metas), force=force, label=folder.name,
    )  # fmt: skip
    made = {result.job.key: result for result in results}
    failures = []
    told = {**inputs, "raw": str(data), "study_file": str(study_file or ""), "chosen": [str(file) for file in notebooks or []]}
    out.parent.mkdir(parents=True, exist_ok=True)
    with store.whole(out) as new:
        for edition in editions:
            failures += _assemble(edition, [made[job.key] for job in jobs[edition.place]], new / edition.place, folder, told)
        if by:
            for one in asked:
                place = new / one.lang if len(asked) > 1 else new
                _compare(place, [edition for edition in editions if edition.asked.lang == one.lang], by, new, folder, inputs)
        manifest = {
            "key": "" if failures else key,
            "files": {file.relative_to(new).as_posix(): _hash(file) for file in _files(new)},
        }
        _write_json(new / "run.json", manifest)
    store.prune(out.parent / ".work" / out.name, made)
    return Rendered(_index(out, asked), failures)


def _index(out: Path, asked: Sequence[parameters.Parameters]) -> Path:
    return (out / asked[0].lang if len(asked) > 1 else out) / "index.html"


def _is_whole(out: Path, key: str) -> bool:
    """Whether a folder holds the report of this key with every file as it was written."""
    record = out / "run.json"
    if not record.is_file():
        return False
    held = json.loads(record.read_text(encoding="utf-8"))
    return held["key"] == key and all((out / name).is_file() and _hash(out / name) == sha for name, sha in held["files"].items())


def _editions(folder: Path, asked, by: str, chosen: list[Path], several: bool, inputs: dict) -> Iterator[Edition]:
    from analysis import explore

    study = explore.Study(folder, asked)
    if asked.partner:
        from analysis.exhibits import portrait

        portrait.agreed(study)
    root = f"{asked.lang}/" if several else ""
    portrait = bool(asked.partner) or by == "partner"
    files = chosen or [file for file in sorted(NOTEBOOKS.glob("*.ipynb")) if (file.stem == "portrait") == portrait]
    if not by:
        yield Edition(root, asked, files, _meta(study, files, inputs))
        return
    for value in study.values(by):
        one = study.where(**{by: value})
        yield Edition(f"{root}{place_name(value)}/", one.parameters, files, _meta(one, files, inputs))


def place_name(value: str) -> str:
    """A value as a folder name.

    >>> place_name("Île-de-France"), place_name("../x")
    ('ile-de-france', 'x')
    """
    import re
    import unicodedata

    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or hashlib.sha256(value.encode()).hexdigest()[:12]


def _slug(edition: Edition, notebook: Path) -> str:
    return "index" if notebook == edition.notebooks[0] else notebook.stem


def _meta(study, files: list[Path], inputs: dict) -> dict:
    """What the pages of an edition say beside their notebooks (fields of `report.html.Meta`)."""
    from importlib.metadata import version

    words.use(study.lang)
    titles = {"index" if file == files[0] else file.stem: _title(file) for file in files}
    shown = {name: str(value) for name, value in study.parameters.model_dump().items() if value != "" and name != "data"}
    shown |= {"day": str(study.day.date())}
    return {
        "study": study.title, "pages": list(titles.items()), "day": study.day, "about": study.about_line, "parameters": shown,
        "inputs": inputs["key"][:12], "version": version("partnership-impact-study"), "source": study.source_line,
        "synthetic": study.synthetic,
    }  # fmt: skip


def _title(notebook: Path) -> str:
    """The short title of a notebook in the present language: its first heading up to the colon."""
    import re

    for cell in _cells(notebook):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and source.startswith("# "):
            return re.split(r"\s*:\s|\n", _(source)[2:])[0]
    return notebook.stem


def _cells(notebook: Path) -> list[dict]:
    try:
        return json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError):
        expected = "is no notebook; give a file that JupyterLab opens (.ipynb)"
        raise Refused([Fault(notebook.name, None, "", "notebook", "", expected)], 3) from None


def _parameters_cell(notebook: Path) -> str:
    tagged = ["".join(cell["source"]) for cell in _cells(notebook) if "parameters" in cell["metadata"].get("tags", [])]
    if not tagged:
        raise Refused(
            [Fault(notebook.name, None, "", "notebook", "", "no cell tagged `parameters`; tag the cell that sets them")], 3
        )
    return tagged[0]


def _saved(notebooks: list[Path], told: set[str]) -> dict:
    """What chosen notebooks were saved with: it stands where the command says nothing else (`told`)."""
    saved: dict[str, set] = {}
    for notebook in notebooks:
        for line in ast.parse(_parameters_cell(notebook)).body:
            if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant) and isinstance(line.targets[0], ast.Name):
                saved.setdefault(line.targets[0].id, set()).add(line.value.value)
    known = {
        name: values
        for name, values in saved.items()
        if name in parameters.Parameters.model_fields and name not in {*told, "data"}
    }
    expected = "the notebooks chosen were saved with different values; render them one by one, or give this parameter"
    differ = [Fault(name, None, "", "parameter", "", expected) for name, values in known.items() if len(values) > 1]
    if differ:
        raise Refused(differ, 2)
    return {name: values.pop() for name, values in known.items()}


def _job(edition: Edition, notebook: Path, folder: Path, inputs_key: str) -> batch.Job:
    written = _parameters_cell(notebook)
    # a name is found from the notebook's own folder, wherever the project stands
    near = folder.parent == ROOT / "data/processed" and notebook.is_relative_to(ROOT)
    asked = edition.asked.model_dump() | {"data": folder.name if near else str(folder.absolute())}
    taken = {name: value for name, value in asked.items() if name == "lang" or f"\n{name} =" in "\n" + written}
    meta = {**edition.meta, "day": str(edition.meta["day"])}
    key = store.key_of([notebook], {"asked": taken, "inputs": inputs_key, "meta": meta}, code=[_code()], lang=edition.asked.lang)
    return batch.Job(notebook, taken, key)


def translate(notebook, job: batch.Job) -> None:
    """Put a notebook's prose into the language of its run, before it is executed."""
    words.use(job.parameters["lang"])
    _translated(notebook)


def _translated(notebook) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _(cell.source)


def publish(metas: dict, notebook, job: batch.Job, folder: Path) -> None:
    """Write beside an executed notebook its page and the files of its figures."""
    from analysis import workbook
    from analysis.report import html

    words.use(job.parameters["lang"])
    meta, slug = metas[job.key]
    (folder / f"{slug}.html").write_text(html.page(notebook, html.Meta(slug=slug, **meta)), encoding="utf-8")
    figures = folder / "figures"
    figures.mkdir()
    records = html.records(notebook)
    for record in records:
        if "csv" in record:
            (figures / f"{record['id']}.csv").write_text(record["csv"], encoding="utf-8", newline="")
            if record["kind"] == "exhibit" and not record["svg"]:
                workbook.write(figures / f"{record['id']}.xlsx", {record["id"]: _sheet(record)})
            if record.get("svg"):
                (figures / f"{record['id']}.svg").write_text(record["svg"], encoding="utf-8")
            _write_json(
                figures / f"{record['id']}.json",
                {name: value for name, value in record.items() if name not in ("csv", "svg", "rows")},
            )
    _write_json(folder / "records.json", {"records": records})


def _sheet(record: dict) -> list[list]:
    """A table's rows for a workbook, under the words of its columns; numbers are numbers."""
    head, *rows = csv.reader(io.StringIO(record["csv"]))
    kinds = record["formats"]
    texts = [kinds[name] in ("text", "date") for name in head]
    read = lambda cell, text: (cell or None) if text or cell in ("", "s") else float(cell)
    return [[record["labels"][name] for name in head], *([read(*pair) for pair in zip(row, texts, strict=True)] for row in rows)]


def _assemble(edition: Edition, results: list[batch.Result], place: Path, cleaned: Path, inputs: dict) -> list[str]:
    """Put an edition's pages, notebooks, figures and manifest in their place; one line per notebook that failed."""
    import nbformat

    from analysis.report import html

    words.use(edition.asked.lang)
    (place / "figures").mkdir(parents=True, exist_ok=True)
    (place / "notebooks").mkdir(exist_ok=True)
    failed, figures, brief = [], {}, None
    for result in results:
        notebook, slug = result.job.notebook, _slug(edition, result.job.notebook)
        if result.failure:
            line = f"{notebook.name}: cell {result.failure.cell}: {result.failure.message}"
            failed.append((notebook, line))
            (place / "logs").mkdir(exist_ok=True)
            (place / "logs" / f"{notebook.stem}.log").write_text(result.failure.trace + "\n", encoding="utf-8")
            continue
        shutil.copy(result.folder / f"{slug}.html", place / f"{slug}.html")
        shutil.copy(result.folder / notebook.name, place / "notebooks" / notebook.name)
        for file in sorted((result.folder / "figures").iterdir()):
            shutil.copy(file, place / "figures" / file.name)
        records = json.loads((result.folder / "records.json").read_text(encoding="utf-8"))["records"]
        brief = result.folder / notebook.name if slug == "index" else brief
        for record in records:
            if "csv" in record:
                names = sorted(file.name for file in (result.folder / "figures").glob(f"{record['id']}.*"))
                figures[record["id"]] = {
                    "page": f"{slug}.html#{record['id']}", "n": record.get("n"),
                    "files": {f"figures/{name}": _hash(result.folder / "figures" / name) for name in names},
                }  # fmt: skip
    first = nbformat.read(brief, as_version=4) if brief else nbformat.v4.new_notebook()
    meta = html.Meta(slug="index", failed=[(_title(notebook), line) for notebook, line in failed], **edition.meta)
    if failed:
        (place / "index.html").write_text(html.page(first, meta), encoding="utf-8")
    if first.cells:
        from analysis.report import pdf

        (place / "brief.pdf").write_bytes(pdf.brief(first, meta))
    if edition.asked.audience == "team":
        _relations(edition, cleaned, place)
    _write_json(place / "manifest.json", _manifest(edition, inputs, figures, [line for _notebook, line in failed]))
    return [line for _notebook, line in failed]


def _relations(edition: Edition, cleaned: Path, place: Path) -> None:
    """The relations of a report for the team, so that a later edition can be compared with it."""
    from analysis import scope
    from analysis.exhibit import to_csv

    kept = ["partner_id", "entity", "start", "end", "last_known", "status"]
    (place / "relations.csv").write_bytes(to_csv(scope.Study(cleaned, edition.asked).relations[kept]))


def _manifest(edition: Edition, inputs: dict, figures: dict, failed: list[str]) -> dict:
    """What links every number on a page to its data, parameters, inputs and code."""
    from importlib.metadata import version

    packages = ("partnership-impact-study", "pandas", "numpy", "matplotlib", "papermill", "nbconvert", "typst")
    return {
        "study": edition.meta["study"], "day": str(edition.meta["day"].date()), "synthetic": edition.meta["synthetic"],
        "parameters": edition.asked.model_dump() | {"data": ""}, "inputs": inputs["files"], "inputs_key": inputs["key"], "raw": inputs["raw"], "study_file": inputs["study_file"], "chosen": inputs["chosen"],
        "code": _code().decode(), "versions": {name: version(name) for name in packages},
        "notebooks": [file.name for file in edition.notebooks], "figures": figures, "failed": failed,
    }  # fmt: skip


def _compare(place: Path, editions: list[Edition], by: str, root: Path, cleaned: Path, inputs: dict) -> None:
    """The index of a run by region, domain, level or partner: what each report says, side by side; it speaks of the whole study."""
    from analysis import explore
    from analysis.report import html, index

    study = explore.Study(cleaned, editions[0].asked.model_copy(update={by: ""}))
    rows = []
    for edition in editions:
        keys = root / edition.place / "figures/T8.json"
        record = json.loads(keys.read_text(encoding="utf-8")) if keys.is_file() else {"numbers": []}
        target = (root / edition.place / "index.html").relative_to(place).as_posix()
        rows.append((getattr(edition.asked, by), target, record["numbers"]))
    meta = html.Meta(slug="index", manifest=False, **_meta(study, [], inputs) | {"pages": [("index", _("Comparison"))]})
    (place / "index.html").write_text(index.compared(rows, by, meta), encoding="utf-8")


QUIET = {  # JupyterLab asks nobody for news, updates or extensions
    "LabApp.app_settings_dir": str(PACKAGE / "template/lab"), "LabApp.news_url": "None", "LabApp.extension_manager": "readonly",
    "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
}  # fmt: skip


def lab(lang: str, browser: bool = True) -> int:
    """Open JupyterLab at the guided tour, in the language chosen; returns its exit code.

    The tour is a copy that may be changed at will: it is written anew only once the original is newer. The demonstration is
    cleaned where it is not yet.
    """
    import subprocess
    import sys

    import nbformat

    lang = parameters.parse({"lang": lang}).lang
    if not (PROCESSED / "demo").is_dir():
        clean(ROOT / "data/raw/demo", {})
    tour = NOTEBOOKS / "explore/start.ipynb"
    opened = tour.with_name(f"start.{lang}.ipynb")
    if not opened.is_file() or opened.stat().st_mtime < tour.stat().st_mtime:
        words.use(lang)
        notebook = nbformat.read(tour, as_version=4)
        _translated(notebook)
        for cell in notebook.cells:
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = cell.source.replace('lang = "fr"', f'lang = "{lang}"')
        store.write(opened, nbformat.writes(notebook) + "\n")
    chosen = [f"--{name}={value}" for name, value in (QUIET | {"ServerApp.root_dir": str(ROOT)}).items()]
    command = [sys.executable, "-m", "jupyterlab", str(opened), *chosen, *([] if browser else ["--no-browser"])]
    return subprocess.call(command, cwd=ROOT)
