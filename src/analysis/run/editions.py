"""Whether a report is reproduced by running it again: each number that differs is named."""

import csv
import io
import math
import shutil
import tempfile
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from analysis.declare.faults import refusal
from analysis.report import binding, result_cache
from analysis.run import folders, pipeline
from analysis.run import project as projects
from analysis.run.report_content import other_content

TOLERANCE = 1e-9  # relative, on numbers with decimals; everything else must be the same text
REFERENCE = Path("reports/reference")
KEPT = ("study", "day", "parameters", "raw", "study_file", "notebooks", "chosen", "inputs")
NO_METHOD = ("day", "lang", "data")  # parameters that are no choice of method
SAID = ("title", "reading", "scope", "note", "n", "base")  # of a figure, beside its data


def manifest_of(report: Path) -> dict:
    """What a report was made from; where the folder holds several reports, which of them to give."""
    file = report / "manifest.json"
    if file.is_file():
        manifest = result_cache.read_json(file)
        if manifest is None or not _is_manifest(manifest):
            expected = "is no whole manifest of a report; give another report, or run it again"
            raise refusal(str(file), expected, rule="unreadable")
        return manifest
    if not report.is_dir():
        expected = "no such folder; give the folder of a rendered report"
        raise refusal(str(report), expected, rule="missing")
    inside = sorted(report.glob("*/manifest.json")) or sorted(report.glob("*/*/manifest.json"))
    expected = "no report is here: it has no manifest.json"
    if inside:
        names = ", ".join(str(file.parent) for file in inside)
        expected = f"holds several reports: give one of {names}"
    raise refusal(str(report), expected, rule="missing")


_KINDS = {
    **dict.fromkeys(("parameters", "inputs", "files", "conventions"), dict),
    **dict.fromkeys(("raw", "study_file", "day", "edition", "inputs_key"), str),
    "chosen": list,
}


def _is_manifest(record: dict) -> bool:
    kinds = {name: kind for name, kind in _KINDS.items() if name in record}
    is_whole = all(isinstance(record[name], kind) for name, kind in kinds.items())
    return is_whole and all(isinstance(name, str) for name in record.get("chosen", []))


def verify(
    report: Path | None = None,
    data: Path | None = None,
    study_file: Path | None = None,
    notebooks: Sequence[Path] | None = None,
) -> list[str]:
    """Run a report again on its data and name every difference; none: it is reproduced.

    Files that are not as the report's own run wrote them are named first. Without a report, the
    demonstration is held to the numbers kept in reports/reference. A report that left the team does
    not say which its data are: `data` and `study_file` do, else the record beside the report. Data
    or notebooks that are gone are refused by name.

    A report may come from anyone, and notebooks are code: those that it names are run only where
    they are the project's own or came with this package, others where `notebooks` gives them.
    Likewise it reads no data outside the project but those that are given.
    """
    project = projects.current()
    report = report or project.folder / REFERENCE
    manifest = manifest_of(report)
    if project.notebooks.is_relative_to(report.resolve()):
        expected = "holds the notebooks that would be run; go to a project of your own"
        raise refusal(str(report), expected, rule="foreign")
    origin = _origin(report, manifest)
    within = [project.folder, *([data] if data else [])]
    raw = data or _still_there(project, report, "data", origin["data"], within)
    if study_file is None and origin["study_file"]:
        study_file = _still_there(project, report, "study file", origin["study_file"], within)
    chosen = [*(notebooks or ())] or _own_notebooks(project, report, origin.get("chosen", []))
    if "lang" not in manifest.get("parameters", {}):
        expected = "does not say its parameters; give another report, or run it again"
        raise refusal(str(report), expected, rule="unreadable")
    foreign = binding.foreign_files(report) if "files" in manifest else []
    stated = {name: value for name, value in manifest["parameters"].items() if value != ""}
    lang = stated.pop("lang")
    stated.pop("data", None)
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / "report"
        _copy_releases(report, Path(folder))
        rendered = pipeline.run(
            raw,
            stated,
            langs=[lang],
            out=again,
            notebooks=chosen,
            study_file=study_file,
            accept_guesses=bool(manifest.get("guesses")),
            processed=Path(folder) / "processed" / "again",
        )
        all_differences = foreign + rendered.failures + differences(report, again)
        named = tuple(f"{line.partition(':')[0]}:" for line in all_differences)
        others = other_content(report, again, of_same_notebooks="chosen" in origin)
        return all_differences + [line for line in others if not line.startswith(named)]


def _copy_releases(report: Path, folder: Path) -> None:
    whole = report.absolute()
    ledgers = [beside / folders.RELEASES for beside in whole.parents[:2]]
    for ledger in [ledger for ledger in ledgers if ledger.is_dir()][:1]:
        (folder / folders.RELEASES).mkdir()
        for file in ledger.glob("*.json"):
            if file.is_file() and not file.is_symlink():  # a pipe would never end
                shutil.copy(file, folder / folders.RELEASES)


def _origin(report: Path, manifest: dict) -> dict:
    if "raw" in manifest:
        return {"study_file": "", **manifest, "data": manifest["raw"]}
    whole = report.absolute()
    for folder in (whole, *whole.parents[:2]):
        record = folders.report_record(folder)
        if record is not None:
            origin = record["origin"] | {"chosen": record["chosen"]}
            named = (origin.get("data"), origin.get("study_file"), *origin["chosen"])
            if all(isinstance(name, str) for name in named):
                return origin
    expected = "does not say which its data are; give the raw files with --data"
    raise refusal(str(report), expected, rule="missing")


def _own_notebooks(project: projects.Project, report: Path, names: list[str]) -> list[Path]:
    within = [project.notebooks, projects.shipped()]
    files = []
    for name in names:
        file = _found(project, report, "notebook", name)
        beside = [project.folder] if project.has_own_notebooks else []
        if file.parent not in beside and not _lies_in(file, within):
            expected = "names a notebook that is not one of this project: nothing was run; "
            expected += "read it, then give it with --notebook"
            raise refusal(str(report), expected, name, rule="foreign")
        files.append(file)
    return files


def _still_there(
    project: projects.Project, report: Path, role: str, name: str, within: list[Path]
) -> Path:
    path = _found(project, report, role, name)
    if not _lies_in(path, within):
        option = "--data" if role == "data" else "--study"
        expected = f"its {role} is outside this project: give it with {option}"
        raise refusal(str(report), expected, name, rule="foreign")
    return path


def _lies_in(path: Path, within: list[Path]) -> bool:
    return any(path.is_relative_to(folder.resolve()) for folder in within)


def _found(project: projects.Project, report: Path, role: str, name: str) -> Path:
    for path in (project.folder / name, Path(name)):
        if path.exists():
            return path.resolve()
    expected = f"its {role} is gone: put it back where it was, or give another report"
    raise refusal(str(report), expected, name, rule="missing")


def keep(report: Path, reference: Path) -> None:
    """Keep a report's numbers, and what they were made from, as the reference of later runs."""
    manifest = manifest_of(report)
    folders.refuse_foreign(reference, "manifest.json")
    with result_cache.whole(reference) as new:
        (new / "figures").mkdir()
        for file in sorted((report / "figures").glob("*.csv")):
            result_cache.write_whole(new / "figures" / file.name, file.read_bytes())
        result_cache.write_json(new / "manifest.json", {name: manifest[name] for name in KEPT})


def differences(earlier: Path, later: Path) -> list[str]:
    """What differs between two reports: inputs, figures, cells beyond the tolerance, words."""
    before, after = manifest_of(earlier), manifest_of(later)
    sentences = []
    if "inputs" in before and "inputs" in after:
        for name, old, new in differing(before["inputs"], after["inputs"]):
            sentences.append(f"{name}: {changed(old, new)}")
    first, second = earlier / "figures", later / "figures"
    old = {file.name for file in first.glob("*.csv")}
    new = {file.name for file in second.glob("*.csv")}
    sentences += [f"figures/{name}: not made again" for name in sorted(old - new)]
    sentences += [f"figures/{name}: not in the report before" for name in sorted(new - old)]
    for name in sorted(old & new):
        sentences += _cells(name, first / name, second / name)
        words = Path(name).with_suffix(".json")
        sentences += _sentences(first / words, second / words)
    return sentences


def differing(before: dict, after: dict) -> list[tuple[str, object, object]]:
    """The entries of two records that are not the same: name, before, after."""
    names = sorted(before.keys() | after.keys())
    pairs = [(name, before.get(name), after.get(name)) for name in names]
    return [(name, old, new) for name, old, new in pairs if old != new]


def changed(old, new) -> str:
    """What became of an entry, in words."""
    if old is None:
        return "added"
    if new is None:
        return "gone"
    return "other content"


def _cells(name: str, earlier: Path, later: Path) -> list[str]:
    if earlier.read_bytes() == later.read_bytes():
        return []
    texts = (file.read_text(encoding="utf-8", errors="replace") for file in (earlier, later))
    try:
        old, new = ([*csv.reader(io.StringIO(text))] for text in texts)
    except csv.Error:
        return [f"figures/{name}: no table that can be read"]
    if len(old) != len(new) or old[:1] != new[:1]:
        return [f"figures/{name}: {_size(old)} before, {_size(new)} now"]
    sentences = []
    for line, pair in enumerate(zip(old[1:], new[1:], strict=True), start=2):
        for column, first, second in zip_longest(old[0], *pair, fillvalue=""):
            if not _same(first, second):
                where = f"figures/{name}, line {line}, {column or 'beyond the columns'}"
                sentences.append(f"{where}: {first} before, {second} now")
    if len(sentences) > 5:
        sentences[5:] = [f"figures/{name}: {len(sentences) - 5} more"]
    return sentences


def _size(rows: list[list[str]]) -> str:
    columns = ", ".join(rows[0]) if rows else "nothing"
    return f"{max(len(rows) - 1, 0)} rows of {columns}"


def _same(earlier: str, later: str) -> bool:
    if earlier == later:
        return True
    try:
        first, second = float(earlier), float(later)
    except ValueError:
        return False
    decimals = "." in earlier + later or "e" in (earlier + later).lower()
    return decimals and math.isclose(first, second, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _sentences(earlier: Path, later: Path) -> list[str]:
    if not (earlier.is_file() and later.is_file()):
        return []
    old, new = (result_cache.read_json(file) or {} for file in (earlier, later))
    sentences = ({name: record.get(name) for name in SAID} for record in (old, new))
    return [
        f"figures/{earlier.name}, {name}: “{before}” before, “{now}” now"
        for name, before, now in differing(*sentences)
    ]
