"""What changed from one edition of a report to a later one: data, parameters, numbers, relations."""

import json
from html import escape
from pathlib import Path

import pandas as pd

from analysis.article.table_export import written
from analysis.declare import parameters
from analysis.declare.faults import refusal
from analysis.report import result_cache
from analysis.run import editions, folders
from analysis.run import project as projects
from analysis.text import formatting

_ = formatting.text


def compare(before: Path, after: Path, out: Path | None = None, lang: str = "") -> Path:
    """Render what changed from one report to a later one: data, parameters, numbers, relations; returns the page.

    What the later one tells of the time before the first one's day was recorded late; the rest is real change. The language
    is that of the later report unless another is asked for.
    """
    from analysis.report import html_page

    old, new = editions.manifest_of(before), editions.manifest_of(after)
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
    rows = [
        [_(name), str(one or "–"), str(other or "–")]
        for name, one, other in editions.differing(*asked)
    ]
    rows += [
        [name, "", states[editions.changed(one, other)]]
        for name, one, other in editions.differing(old.get("inputs", {}), new.get("inputs", {}))
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
    earlier, later = (
        pd.read_csv(file, dtype="str", keep_default_na=False, na_values=[""]) for file in files
    )
    found = moved(earlier, later, day, new["parameters"]["grace_days"])
    counts = (
        found.groupby(["what", "late"])
        .size()
        .unstack("late")
        .reindex(columns=[True, False])
        .fillna(0)
        .astype(int)
    )
    rows = []
    for change, row in counts.iterrows():
        words = " → ".join(_(part) for part in str(change).split(" -> "))
        rows.append([words, formatting.number(row[True]), formatting.number(row[False])])
    late = _("Late recording (the report of {day} could have known)", day=day)
    return _table([_("Change of status"), late, _("Real change since")], rows)
