"""The page that tells what changed from one edition of a report to a later one."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.article.table_export import escaped
from analysis.declare import conventions
from analysis.indicators import edition_changes, edition_parts
from analysis.indicators.edition_parts import PARTS
from analysis.report import html_page
from analysis.text import formatting
from analysis.text.facts import Count, Day, Number
from analysis.text.sentences import Words, spoken

NUMERIC = ' class="num"'  # of the cells of a table but its first column
NAMED_OF_EACH = 8  # relations of each kind of change; all of them are in the CSV
_DIGITS = {"running": 0, "mean": 1}  # of a headline; the others are shares, told in tenths
Pairs = list[tuple[str, object, object]]


class Seen(NamedTuple):
    """What differs between two editions: the manifests, what differs of method, facts and files
    (name, before, after), the headlines, the relations and how many stand in both.
    """

    before: dict
    after: dict
    method: Pairs
    facts: Pairs
    inputs: Pairs
    headlines: pd.DataFrame
    relations: pd.DataFrame | None
    in_both: int | None


def page_of_changes(seen: Seen) -> str:
    """The page, in the language in use."""
    words = Words("editions", formatting.language(), {})
    headlines = _headlines(words, seen)
    parts = [
        (f"# {words.written('title')}\n\n{_answer(words, seen)}", ""),
        (f"## {words.written('headings.made_from')}", _made_from(words, seen)),
        (f"## {words.written('headings.headlines')}", headlines),
        (f"## {words.written('headings.relations')}", _relations(words, seen.relations)),
    ]
    old, new = seen.before, seen.after
    days = {"old": Day(pd.Timestamp(old["day"])), "new": Day(pd.Timestamp(new["day"]))}
    meta = html_page.Meta(
        study=new["study"],
        slug="index",
        brief=False,
        pages=[("index", formatting.text("Comparison"))],
        day=pd.Timestamp(new["day"]),
        about=words.written("about", **days),
        parameters={},
        inputs=new.get("inputs_key", "")[:12],
        edition=new["edition"],
        version=new["versions"]["partnership-impact-study"],
        source=words.written("source"),
        synthetic=new["synthetic"] or old["synthetic"],
    )
    return html_page.composed(parts, meta)


def _answer(words: Words, seen: Seen) -> str:
    headlines = seen.headlines
    measured = headlines["low"].notna()
    asked = seen.after["parameters"]
    confidence = asked.get("confidence", conventions.DEFAULTS["confidence"])
    moved = edition_parts.moved_for_sure(headlines, confidence)
    facts = {
        "moved": Number(moved.sum()),
        "measured": Number(measured.sum()),
        "other_method": bool(seen.method),
        "method_apart": bool(headlines["method"].notna().any()),
        "none_in_both": seen.in_both == 0,
        "gone": Count(0 if seen.relations is None else (seen.relations["change"] == "gone").sum()),
        "before": seen.before["study"],
        "after": seen.after["study"],
    }
    return spoken(words.sentences("answer", facts))


def _table(words: Words, heads: list[str], rows: list[list[str]], kind: str = "") -> str:
    if not rows:
        return f"<p>{escaped(words.written('nothing'))}</p>"
    names = [escaped(words.written(f"heads.{head}")) for head in heads]
    return html_page.html_table(names, [[escaped(cell) for cell in row] for row in rows], kind)


def _made_from(words: Words, seen: Seen) -> str:
    in_force = conventions.declared(lang=formatting.language())
    meanings = dict(zip(in_force["name"], in_force["meaning"], strict=True))
    meanings |= Words("method", formatting.language(), {}).names("parameters")
    rows = []
    for name, *values in [*seen.method, *seen.facts]:
        label = meanings.get(name, words.written(f"heads.{name}") if name in _SAID else name)
        if name == "day":
            values = [formatting.date(pd.Timestamp(str(day))) for day in values]
        rows.append([label, *(_setting(value) for value in values)])
    for name, old_hash, new_hash in seen.inputs:
        state = "other_content"
        if old_hash is None or new_hash is None:
            state = "added" if old_hash is None else "gone"
        rows.append([name, "", words.written(f"files.{state}")])
    if seen.before["code"] != seen.after["code"]:
        rows.append([words.written("files.code"), "", words.written("files.other_content")])
    return _table(words, ["what", "before", "after"], rows)


_SAID = ("study", "day")


def _setting(value) -> str:
    if value in (None, ""):
        return "–"
    if isinstance(value, int | float):
        return formatting.number(value, len(f"{value:.6f}".rstrip("0").partition(".")[2]))
    return str(value)


# ---- headlines
def _headlines(words: Words, seen: Seen) -> str:
    has_method = bool(seen.method) and bool(seen.headlines["method"].notna().any())
    rows = []
    for row in seen.headlines.to_dict("records"):
        key = row["key"]
        label = row["label"] or words.written(f"labels.{key}")
        values = [_level(words, row[name], key) for name in ("before", "after")]
        change = row["facts"] if has_method else row["change"]
        unit = {"running": "relations", "mean": "months"}.get(key, "points")
        cell = words.written(f"units.{unit}", change=_signed(change, key))
        if not np.isnan(row["low"]):
            limits = {name: _signed(row[name], key) for name in ("low", "high")}
            cell = words.written("change", change=cell, **limits)
        method = [_signed(row["method"], key)] if has_method else []
        rows.append([label, *values, *method, cell, *(_signed(row[part], key) for part in PARTS)])
    note = ""
    if seen.headlines["low"].notna().any():
        note = f"<p>{escaped(words.written('parts'))}</p>"
    heads = ["headline", "before", "after", *(["method", "facts"] if has_method else ["change"])]
    return _table(words, [*heads, *PARTS], rows, NUMERIC) + note


def _level(words: Words, value: float, key: str) -> str:
    if np.isnan(value):
        return formatting.number(None)
    if key == "mean":
        return words.written("units.months", change=formatting.number(value, _DIGITS[key]))
    if key in _DIGITS:
        return formatting.number(value, _DIGITS[key])
    return formatting.percent(value, 1)


def _signed(value: float, key: str) -> str:
    if np.isnan(value):
        return formatting.number(None)
    digits = _DIGITS.get(key, 1)
    rounded = round(value if key in _DIGITS else 100 * value, digits) + 0.0
    sign = {1: "+", 0: "", -1: "−"}[np.sign(rounded)]
    return sign + formatting.number(abs(rounded), digits)


# ---- relations
def _relations(words: Words, changed: pd.DataFrame | None) -> str:
    if changed is None:
        return f"<p>{escaped(words.written('team_only'))}</p>"
    counts = []
    for change in edition_changes.CHANGES:
        late = changed.loc[changed["change"] == change, "recorded_late"]
        numbers = [formatting.number(count) for count in ((~late).sum(), late.sum())]
        if len(late):
            counts.append([words.written(f"changes.{change}"), *numbers])
    summary = _table(words, ["fate", "real", "late_count"], counts, NUMERIC)
    if changed.empty:
        return summary
    several_entities = changed["entity"].nunique() > 1
    rows = []
    named = changed.groupby(["change", "recorded_late"], sort=False).head(NAMED_OF_EACH)
    for row in named.to_dict("records"):
        late_remark = ""
        if row["recorded_late"]:
            late_remark = words.written("late")
        dates = [
            formatting.date(row[name]) if pd.notna(row[name]) else ""
            for name in ("start", "end_before", "end_after")
        ]
        fate = words.written(f"changes.{row['change']}")
        entity = [row["entity"]] if several_entities else []
        rows.append([row["name"], *entity, f"{fate}{late_remark}", *dates, row["relation_id"]])
    heads = ["partner", *(["entity"] if several_entities else []), "fate", "start"]
    heads += ["end_before", "end_after", "relation"]
    columns_filled = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    heads = [heads[place] for place in columns_filled]
    rows = [[row[place] for place in columns_filled] for row in rows]
    link = words.written("download", shown=Count(len(rows)), all=Count(len(changed)))
    link = f'<p><a href="relations.csv">{escaped(link)}</a></p>'
    return summary + _table(words, heads, rows) + link
