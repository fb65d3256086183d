"""Two editions of a report: what changed between them, and whether one is reproduced by running it again."""

import csv
import io
import json
import math
import tempfile
from html import escape
from pathlib import Path

import pandas as pd

from analysis import store, words
from analysis.faults import Fault, Refused

_ = words.text

TOLERANCE = 1e-9  # relative, on numbers; everything else must be the same text
REFERENCE = Path("reports/reference")


def _manifest(report: Path) -> dict:
    file = report / "manifest.json"
    if not file.is_file():
        expected = "no manifest.json here; give the folder of a rendered report (with --lang twice: one of its language folders)"
        raise Refused([Fault(str(report), None, "", "missing", "", expected)])
    return json.loads(file.read_text(encoding="utf-8"))


# ---- is it reproduced?
def verify(report: Path | None = None) -> list[str]:
    """Run a report again with its parameters on its data and name every difference; none means that it is reproduced.

    Without a report, the demonstration is held to the numbers kept in reports/reference.
    """
    from analysis import study

    report = report or study.ROOT / REFERENCE
    manifest = _manifest(report)
    given = {name: value for name, value in manifest["parameters"].items() if name not in ("data", "lang") and value != ""}
    chosen = [study.NOTEBOOKS / name for name in manifest["notebooks"]] if manifest["chosen"] else None
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report"
        rendered = study.run(
            Path(manifest["raw"]), given, langs=[manifest["parameters"]["lang"]], out=out, notebooks=chosen,
            study_file=Path(manifest["study_file"]) if manifest["study_file"] else None,
        )  # fmt: skip
        return rendered.failures + differences(report, out)


def keep(report: Path, reference: Path) -> None:
    """Keep the numbers of a report, and what they were made from, as the reference that later runs are held to."""
    manifest = _manifest(report)
    with store.whole(reference) as new:
        (new / "figures").mkdir()
        for file in sorted((report / "figures").glob("*.csv")):
            store.write(new / "figures" / file.name, file.read_bytes())
        kept = {
            name: manifest[name] for name in ("study", "day", "parameters", "raw", "study_file", "notebooks", "chosen", "inputs")
        }
        store.write(new / "manifest.json", json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def differences(kept: Path, made: Path) -> list[str]:
    """What differs between the numbers of two reports: inputs, figures there or not, and each cell beyond the tolerance."""
    before, after = _manifest(kept), _manifest(made)
    told = [f"{name}: {_changed(old, new)}" for name, old, new in _apart(before["inputs"], after["inputs"])]
    one, other = ({file.name: file for file in (folder / "figures").glob("*.csv")} for folder in (kept, made))
    told += [f"figures/{name}: not made again" for name in sorted(one.keys() - other.keys())]
    told += [f"figures/{name}: not in the report before" for name in sorted(other.keys() - one.keys())]
    for name in sorted(one.keys() & other.keys()):
        told += _cells(name, one[name], other[name])
    return told


def _apart(before: dict, after: dict) -> list[tuple[str, object, object]]:
    names = sorted(before.keys() | after.keys())
    return [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


def _changed(old, new) -> str:
    return "added" if old is None else "gone" if new is None else "other content"


def _cells(name: str, kept: Path, made: Path, most: int = 5) -> list[str]:
    """The cells of a CSV that differ, the first few named."""
    if kept.read_bytes() == made.read_bytes():
        return []
    old, new = ([*csv.reader(io.StringIO(file.read_text(encoding="utf-8")))] for file in (kept, made))
    if len(old) != len(new) or old[0] != new[0]:
        return [
            f"figures/{name}: {len(old) - 1} rows of {', '.join(old[0])} before, {len(new) - 1} rows of {', '.join(new[0])} now"
        ]
    told = []
    for line, (left, right) in enumerate(zip(old[1:], new[1:], strict=True), start=2):
        told += [
            f"figures/{name}, line {line}, {column}: {one} before, {other} now"
            for column, one, other in zip(old[0], left, right, strict=True)
            if not _same(one, other)
        ]
    return told[:most] + ([f"figures/{name}: {len(told) - most} more"] if len(told) > most else [])


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        return math.isclose(float(one), float(other), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    except ValueError:
        return False


# ---- what changed?
def compare(before: Path, after: Path, out: Path | None = None, lang: str = "fr") -> Path:
    """Render what changed from one report to a later one: data, parameters, numbers, relations; returns the page.

    What the later one tells of the time before the first one's day was recorded late; the rest is real change.
    """
    import nbformat

    from analysis import study
    from analysis.report import html

    words.use(lang)
    old, new = _manifest(before), _manifest(after)
    parts = [
        ("## " + _("What do the two reports stand on?"), _pairs(old, new)),
        ("## " + _("Have the key numbers moved?"), _numbers(before, after)),
        ("## " + _("Which relations have moved, and was it late recording or real change?"), _relations(before, after, old, new)),
    ]
    notebook = nbformat.v4.new_notebook()
    fields = {"old": words.date(pd.Timestamp(old["day"])), "new": words.date(pd.Timestamp(new["day"]))}
    told = _("From {old} to {new}.").format(**fields)
    notebook.cells = [nbformat.v4.new_markdown_cell(f"# {_('From one edition to the next')}\n\n{told}")]
    for heading, content in parts:
        notebook.cells += [
            nbformat.v4.new_markdown_cell(heading),
            nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("display_data", {"text/html": content})]),
        ]
    meta = html.Meta(
        study=new["study"], slug="index", pages=[("index", _("Comparison"))], day=pd.Timestamp(new["day"]), about=told, parameters={},
        inputs=new["inputs_key"][:12], version=new["versions"]["partnership-impact-study"], source=_("The two reports compared."),
        synthetic=new["synthetic"] or old["synthetic"],
    )  # fmt: skip
    folder = out or study.REPORTS / "compared" / f"{before.absolute().name}-{after.absolute().name}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with store.whole(folder) as made:
        (made / "index.html").write_text(html.page(notebook, meta), encoding="utf-8")
        store.write(
            made / "manifest.json", json.dumps({"before": old["inputs_key"], "after": new["inputs_key"]}, indent=1) + "\n"
        )
    return folder / "index.html"


def _table(head: list[str], rows: list[list[str]]) -> str:
    if not rows:
        return f"<p>{escape(_('Nothing has changed.'))}</p>"
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(
        "<tr>" + f'<th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _pairs(old: dict, new: dict) -> str:
    """Parameters, files and code that differ."""
    states = {"added": _("added"), "gone": _("gone"), "other content": _("other content")}
    rows = [
        [name, str(one or "–"), str(other or "–")]
        for name, one, other in _apart({**old["parameters"], "day": old["day"]}, {**new["parameters"], "day": new["day"]})
    ]
    rows += [[name, "", states[_changed(one, other)]] for name, one, other in _apart(old["inputs"], new["inputs"])]
    rows += [[_("code of the study"), old["code"][:12], new["code"][:12]]] if old["code"] != new["code"] else []
    return _table([_("What"), _("Before"), _("After")], rows)


def _numbers(before: Path, after: Path) -> str:
    """The key numbers of both, with their intervals; whether they can be told apart."""
    kept = []
    for report in (before, after):
        file = report / "figures/T8.json"
        kept.append(
            {one["key"]: one for one in json.loads(file.read_text(encoding="utf-8"))["numbers"]} if file.is_file() else {}
        )
    rows = []
    for key, new in kept[1].items():
        old = kept[0].get(key)
        if old is None or old["value"] is None or new["value"] is None:
            verdict = _("not comparable")
        elif old["value"] == new["value"]:
            verdict = _("the same")
        elif None in (old["low"], new["low"]):
            verdict = _("moved; no interval says how surely")
        else:
            verdict = (
                _("moved within the intervals")
                if old["low"] <= new["high"] and new["low"] <= old["high"]
                else _("moved beyond the intervals")
            )
        said = lambda one: (
            f"{one['written']} ({one['interval']}, n = {words.number(one['n'])})"
            if one and one["value"] is not None
            else words.number(None)
        )
        rows.append([new["label"], said(old), said(new), verdict])
    return _table([_("Key number"), _("Before"), _("After"), _("Verdict")], rows)


def moved(old: pd.DataFrame, new: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Relations of a later edition that differ from an earlier one of this day: columns partner_id, entity, start, what, late.

    `late` is true where the later edition tells of something that had happened by the earlier one's day. Relations are the
    same when partner, entity and start are.

    >>> old = pd.DataFrame({"partner_id": ["P"], "entity": "E", "start": ["2015-01-01"], "end": [None], "status": ["running"]})
    >>> new = old.assign(end="2017-12-31", status="ended")
    >>> moved(old, new, pd.Timestamp("2018-06-27"))[["what", "late"]].values.tolist()
    [['running -> ended', True]]
    """
    key = ["partner_id", "entity", "start"]
    both = old.merge(new, on=key, how="outer", suffixes=("_old", "_new"), indicator="where")
    what = both["status_old"].astype("str").fillna("absent") + " -> " + both["status_new"].astype("str").fillna("gone")
    apart = both[both["status_old"].astype("str").fillna("") != both["status_new"].astype("str").fillna("")]
    start, end = pd.to_datetime(apart["start"]), pd.to_datetime(apart["end_new"])
    late = (apart["where"].eq("right_only") & (start <= day)) | (end <= day) | apart["where"].eq("left_only")
    return apart[key].assign(what=what[apart.index], late=late.fillna(False).astype(bool)).reset_index(drop=True)


def _relations(before: Path, after: Path, old: dict, new: dict) -> str:
    files = [report / "relations.csv" for report in (before, after)]
    if not all(file.is_file() for file in files):
        return f"<p>{escape(_('Relations are kept in reports for the study team only.'))}</p>"
    found = moved(*(pd.read_csv(file, dtype="str") for file in files), pd.Timestamp(old["day"]))
    counts = found.groupby(["what", "late"]).size().unstack("late").reindex(columns=[True, False]).fillna(0).astype(int)
    rows = [
        [" → ".join(_(part) for part in what.split(" -> ")), words.number(row[True]), words.number(row[False])]
        for what, row in counts.iterrows()
    ]
    return _table(
        [
            _("Change of status"),
            _("Late recording (it had happened before {day})").format(day=words.date(pd.Timestamp(old["day"]))),
            _("Real change since"),
        ],
        rows,
    )
