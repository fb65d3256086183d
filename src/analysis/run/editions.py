"""Two editions of a report: what changed between them, and whether one is reproduced by running it again."""

import csv
import io
import json
import math
import tempfile
from html import escape
from itertools import zip_longest
from pathlib import Path

import pandas as pd

from analysis.article.table_export import written
from analysis.declare import parameters
from analysis.declare.faults import refusal
from analysis.report import binding, result_cache
from analysis.run import folders, pipeline
from analysis.run import project as projects
from analysis.text import formatting

_ = formatting.text

TOLERANCE = 1e-9  # relative, on numbers with decimals; everything else must be the same text
REFERENCE = Path("reports/reference")
KEPT = ("study", "day", "parameters", "raw", "study_file", "notebooks", "chosen", "inputs")
SAID = ("title", "reading", "scope", "note", "n", "base")  # of a figure, beside its data


def _manifest(report: Path) -> dict:
    """What a report was made from; where the folder holds several reports, which of them to give."""
    file = report / "manifest.json"
    if file.is_file():
        return json.loads(file.read_text(encoding="utf-8"))
    if not report.is_dir():
        raise refusal(
            str(report), "no such folder; give the folder of a rendered report", rule="missing"
        )
    inside = next(
        filter(None, (sorted(report.glob(f"{depth}manifest.json")) for depth in ("*/", "*/*/"))), []
    )
    several = (
        f"holds several reports: give one of {', '.join(str(found.parent) for found in inside)}"
    )
    raise refusal(
        str(report),
        several if inside else "no report is here: it has no manifest.json",
        rule="missing",
    )


# ---- is it reproduced?
def verify(
    report: Path | None = None, data: Path | None = None, study_file: Path | None = None
) -> list[str]:
    """Run a report again with its parameters on its data and name every difference; none means that it is reproduced.

    Files that are not as the report's own run wrote them are named first. Without a report, the demonstration is held to
    the numbers kept in reports/reference. A report that left the team does not say which its data are: `data` and
    `study_file` do, else the record beside the report. Data or notebooks that are gone are refused by name.
    """
    project = projects.current()
    report = report or project.folder / REFERENCE
    manifest = _manifest(report)
    origin = _origin(report, manifest)
    raw = data or _still_there(project, report, "data", origin["data"])
    if study_file is None and origin["study_file"]:
        study_file = _still_there(project, report, "study file", origin["study_file"])
    chosen = [_still_there(project, report, "notebook", name) for name in origin.get("chosen", [])]
    foreign = binding.foreign_files(report) if "files" in manifest else []
    asked = manifest["parameters"]
    given = {
        name: value for name, value in asked.items() if name not in ("data", "lang") and value != ""
    }
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / "report"
        rendered = pipeline.run(
            raw,
            given,
            langs=[asked["lang"]],
            out=again,
            notebooks=chosen,
            study_file=study_file,
            accept_guesses=bool(manifest.get("guesses")),
            processed=Path(folder) / "processed" / "again",
        )
        return foreign + rendered.failures + differences(report, again)


def _origin(report: Path, manifest: dict) -> dict:
    """Which raw files, study file and notebooks a report was made from: as its manifest says, or the record beside it."""
    if "raw" in manifest:
        return {
            "data": manifest["raw"],
            "study_file": manifest["study_file"],
            "chosen": manifest["chosen"],
        }
    whole = report.absolute()
    for folder in (whole, *whole.parents[:2]):
        record = folders.read_json(folders.record_of(folder))
        if record is not None:
            return record["origin"] | {"chosen": record["chosen"]}
    raise refusal(
        str(report),
        "does not say which its data are; give the raw files with --data",
        rule="missing",
    )


def _still_there(project: projects.Project, report: Path, what: str, place: str) -> Path:
    """A file or folder that a report was made from, as it was named from where the report was made or from the project."""
    for path in (project.folder / place, Path(place)):
        if path.exists():
            return path
    raise refusal(
        str(report),
        f"its {what} is gone: put it back where it was, or give another report",
        place,
        rule="missing",
    )


def keep(report: Path, reference: Path) -> None:
    """Keep the numbers of a report, and what they were made from, as the reference that later runs are held to."""
    manifest = _manifest(report)
    folders.refuse_foreign(reference, "manifest.json")
    with result_cache.whole(reference) as new:
        (new / "figures").mkdir()
        for file in sorted((report / "figures").glob("*.csv")):
            result_cache.write(new / "figures" / file.name, file.read_bytes())
        result_cache.write_json(new / "manifest.json", {name: manifest[name] for name in KEPT})


def differences(kept: Path, made: Path) -> list[str]:
    """What differs between the numbers of two reports: inputs, figures there or not, each cell beyond the tolerance, words."""
    before, after = _manifest(kept), _manifest(made)
    told = []
    if "inputs" in before and "inputs" in after:
        for name, old, new in _apart(before["inputs"], after["inputs"]):
            told.append(f"{name}: {_changed(old, new)}")
    one, other = (
        {file.name: file for file in (folder / "figures").glob("*.csv")} for folder in (kept, made)
    )
    told += [f"figures/{name}: not made again" for name in sorted(one.keys() - other.keys())]
    told += [
        f"figures/{name}: not in the report before" for name in sorted(other.keys() - one.keys())
    ]
    for name in sorted(one.keys() & other.keys()):
        told += _cells(name, one[name], other[name])
        told += _sentences(one[name].with_suffix(".json"), other[name].with_suffix(".json"))
    return told


def _apart(before: dict, after: dict) -> list[tuple[str, object, object]]:
    names = sorted(before.keys() | after.keys())
    return [
        (name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _changed(old, new) -> str:
    return "added" if old is None else "gone" if new is None else "other content"


def _cells(name: str, kept: Path, made: Path) -> list[str]:
    """The cells of a CSV that differ, the first five named."""
    if kept.read_bytes() == made.read_bytes():
        return []
    old, new = (
        [*csv.reader(io.StringIO(file.read_text(encoding="utf-8", errors="replace")))]
        for file in (kept, made)
    )
    if len(old) != len(new) or old[:1] != new[:1]:
        size = lambda rows: (
            f"{max(len(rows) - 1, 0)} rows of {', '.join(rows[0]) if rows else 'nothing'}"
        )
        return [f"figures/{name}: {size(old)} before, {size(new)} now"]
    told = []
    for line, pair in enumerate(zip(old[1:], new[1:], strict=True), start=2):
        for column, one, other in zip_longest(old[0], *pair, fillvalue=""):
            if not _same(one, other):
                told.append(
                    f"figures/{name}, line {line}, {column or 'beyond the columns'}: {one} before, {other} now"
                )
    return told[:5] + ([f"figures/{name}: {len(told) - 5} more"] if len(told) > 5 else [])


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        left, right = float(one), float(other)
    except ValueError:
        return False
    decimals = "." in one + other or "e" in (one + other).lower()
    return decimals and math.isclose(left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _sentences(kept: Path, made: Path) -> list[str]:
    """What is said about a figure and differs, where both reports hold it."""
    if not (kept.is_file() and made.is_file()):
        return []
    old, new = (json.loads(file.read_text(encoding="utf-8")) for file in (kept, made))
    apart = [name for name in SAID if old.get(name) != new.get(name)]
    return [
        f"figures/{kept.name}, {name}: “{old.get(name)}” before, “{new.get(name)}” now"
        for name in apart
    ]


# ---- what changed?
def compare(before: Path, after: Path, out: Path | None = None, lang: str = "") -> Path:
    """Render what changed from one report to a later one: data, parameters, numbers, relations; returns the page.

    What the later one tells of the time before the first one's day was recorded late; the rest is real change. The language
    is that of the later report unless another is asked for.
    """
    from analysis.report import html_page

    old, new = _manifest(before), _manifest(after)
    for report, manifest in ((before, old), (after, new)):
        if "edition" not in manifest:
            raise refusal(
                str(report),
                "holds kept numbers, not a whole report; give the report itself",
                rule="missing",
            )
    formatting.use(parameters.parse({"lang": lang or new["parameters"]["lang"]}).lang)
    if old["day"] > new["day"]:
        raise refusal(
            str(before),
            f"is later than {after} ({new['day']}): give the earlier report first",
            old["day"],
        )
    day = pd.Timestamp(new["day"])
    told = _("From {old} to {new}.", old=pd.Timestamp(old["day"]), new=day)
    if _asked(old) != _asked(new):
        told += " " + _(
            "The parameters differ: what moved may come from them as well as from the data."
        )
    meta = html_page.Meta(
        study=new["study"],
        slug="index",
        pages=[("index", _("Comparison"))],
        day=day,
        about=told,
        parameters={},
        inputs=new.get("inputs_key", "")[:12],
        edition=new["edition"],
        version=new["versions"]["partnership-impact-study"],
        source=_("The two reports compared."),
        synthetic=new["synthetic"] or old["synthetic"],
    )
    numbers = _numbers(before, after)
    beyond = numbers.count(f"<td>{escape(_('moved beyond the intervals'))}</td>")
    answer = _("{n} key {n:number has|numbers have} moved beyond the intervals.", n=beyond)
    parts = [
        (f"# {_('From one edition to the next')}\n\n{answer}", ""),
        ("## " + _("What do the two reports stand on?"), _pairs(old, new)),
        ("## " + _("Have the key numbers moved?"), numbers),
        (
            "## " + _("Which relations have moved, and was it late recording or real change?"),
            _relations(before, after, old, new),
        ),
    ]
    name = f"{before.absolute().name}-{after.absolute().name}"
    folder = out or projects.current().reports / "compared" / name
    compared = {"before": old["edition"], "after": new["edition"]}
    with folders.sole_use(folder):
        folders.refuse_foreign(folder, "manifest.json")
        with result_cache.whole(folder) as made:
            result_cache.write(made / "index.html", html_page.composed(parts, meta))
            result_cache.write_json(made / "manifest.json", compared)
    return folder / "index.html"


def _asked(manifest: dict) -> dict:
    return {
        name: value
        for name, value in manifest["parameters"].items()
        if name not in ("day", "lang", "data")
    }


def _table(head: list[str], rows: list[list[str]]) -> str:
    from analysis.report import html_page

    told = html_page.grid(
        [escape(name) for name in head], [[escape(cell) for cell in row] for row in rows]
    )
    return told if rows else f"<p>{escape(_('Nothing has changed.'))}</p>"


def _pairs(old: dict, new: dict) -> str:
    """Parameters, files and code that differ."""
    states = {"added": _("added"), "gone": _("gone"), "other content": _("other content")}
    asked = [{**one["parameters"], "study": one["study"], "day": one["day"]} for one in (old, new)]
    rows = [[_(name), str(one or "–"), str(other or "–")] for name, one, other in _apart(*asked)]
    rows += [
        [name, "", states[_changed(one, other)]]
        for name, one, other in _apart(old.get("inputs", {}), new.get("inputs", {}))
    ]
    rows += (
        [[_("code of the study"), "", states["other content"]]]
        if old["code"] != new["code"]
        else []
    )
    return _table([_("What"), _("Before"), _("After")], rows)


def _numbers(before: Path, after: Path) -> str:
    """The key numbers of both, with their intervals; whether they can be told apart."""
    files = (report / "figures/T8.json" for report in (before, after))
    numbers = (
        json.loads(file.read_text(encoding="utf-8"))["numbers"] if file.is_file() else []
        for file in files
    )
    kept = [{one["key"]: one for one in some} for some in numbers]

    def said(one: dict | None) -> str:
        if not one or one["value"] is None:
            return formatting.number(None)
        return f"{one['written']} ({one['interval']}, n\u00a0=\u00a0{written(one['n'], 'integer')})"

    rows = [
        [new["label"], said(kept[0].get(key)), said(new), _verdict(kept[0].get(key), new)]
        for key, new in kept[1].items()
    ]
    return _table([_("Key number"), _("Before"), _("After"), _("Verdict")], rows)


def _verdict(old: dict | None, new: dict) -> str:
    if old is None or old["value"] is None or new["value"] is None:
        return _("not comparable")
    if old["value"] == new["value"]:
        return _("the same")
    if None in (old["low"], new["low"]):
        return _("moved; no interval says how surely")
    overlap = old["low"] <= new["high"] and new["low"] <= old["high"]
    return _("moved within the intervals") if overlap else _("moved beyond the intervals")


def moved(
    old: pd.DataFrame, new: pd.DataFrame, day: pd.Timestamp, grace_days: int = 180
) -> pd.DataFrame:
    """Relations of a later edition that differ from an earlier one of this day: columns partner_id, entity, start, what, late.

    Relations are the same when partner, entity and start are. `late` is true where the earlier edition could have known:
    a relation begun by its day; an end of a relation that it held to run; an end whose grace had elapsed; an end taken back, moved or
    struck out. An end whose grace elapsed since is real change, and so is all that came later.

    >>> old = pd.DataFrame({"partner_id": ["P"], "entity": "E", "start": ["2015-01-01"], "end": [None], "status": ["running"]})
    >>> new = old.assign(end="2017-12-31", status="ended")
    >>> moved(old, new, pd.Timestamp("2018-06-27"))[["what", "late"]].values.tolist()
    [['running -> ended', True]]
    """
    key = ["partner_id", "entity", "start"]
    both = old.merge(new, on=key, how="outer", suffixes=("_old", "_new"))
    was, now = (
        both["status_old"].astype("str").fillna("absent"),
        both["status_new"].astype("str").fillna("gone"),
    )
    ended = (was == "ended") & (now == "ended") & (both["end_old"] != both["end_new"])
    apart = (was != now) | ended
    start, end = pd.to_datetime(both["start"]), pd.to_datetime(both["end_new"])
    late = (
        ((was == "absent") & (start <= day))
        | (now == "gone")
        | (was == "ended")
        | ((was == "running") & (end <= day))
        | ((was == "to confirm") & (end + pd.Timedelta(days=grace_days) <= day))
    )
    what = (was + " -> " + now).mask(ended, "ended -> ended on another date")
    return (
        both[key]
        .assign(what=what, late=late.fillna(False).astype(bool))[apart]
        .reset_index(drop=True)
    )


def _relations(before: Path, after: Path, old: dict, new: dict) -> str:
    files = [report / "relations.csv" for report in (before, after)]
    if not all(file.is_file() for file in files):
        return f"<p>{escape(_('Relations are kept in reports for the study team only.'))}</p>"
    day = pd.Timestamp(old["day"])
    relations = (
        pd.read_csv(file, dtype="str", keep_default_na=False, na_values=[""]) for file in files
    )
    found = moved(*relations, day, new["parameters"]["grace_days"])
    counts = (
        found.groupby(["what", "late"])
        .size()
        .unstack("late")
        .reindex(columns=[True, False])
        .fillna(0)
        .astype(int)
    )
    said = lambda what: " → ".join(_(part) for part in what.split(" -> "))
    rows = [
        [said(what), formatting.number(row[True]), formatting.number(row[False])]
        for what, row in counts.iterrows()
    ]
    late = _("Late recording (the report of {day} could have known)", day=day)
    return _table([_("Change of status"), late, _("Real change since")], rows)
