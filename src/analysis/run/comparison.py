"""What changed from one edition of a report to a later one: parameters and data, headlines,
relations.
"""

import json
from html import escape
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.article.table_export import to_csv
from analysis.declare import parameters
from analysis.declare.faults import refusal
from analysis.indicators import edition_changes, edition_parts
from analysis.report import result_cache
from analysis.run import editions, folders
from analysis.run import project as projects
from analysis.stats import influence
from analysis.text import formatting
from analysis.text.facts import Count, Day, Number
from analysis.text.sentences import Words

NAMED_ON_PAGE = 40  # relations; all of them are in the CSV
DATES = ["start", "end", "entry", "last_known", "last_seen", "settled_day"]
FOLLOWED = {"survival": influence.of_survival, "mean": influence.of_restricted_mean}
PARTS = ["recording", "rates", "composition"]


class Edition(NamedTuple):
    """One report: what it was made from, its key numbers by key, its relations (None but in a
    team's report).
    """

    folder: Path
    manifest: dict
    numbers: dict[str, dict]
    relations: pd.DataFrame | None

    @property
    def day(self) -> pd.Timestamp:
        return pd.Timestamp(self.manifest["day"])

    @property
    def parameters(self) -> dict:
        """What it was asked, and the conventions that it moved, by name; the day and the language
        are no choice of method.
        """
        chosen_parameters = dict(self.manifest["parameters"])
        moved = chosen_parameters.pop("thresholds", None) or {}
        others = {
            name: value
            for name, value in chosen_parameters.items()
            if name not in editions.NO_METHOD
        }
        return others | moved


def compare(before: Path, after: Path, out: Path | None = None, lang: str = "") -> Path:
    """Write what changed from one report to a later one, and a CSV of the relations that changed;
    returns the page.

    Parameters and data come first, then each headline's change with its interval and parts, then
    the relations by their lasting ids. The language is that of the later report unless another is
    asked for.
    """
    from analysis.report import html_page

    old, new = _edition(before), _edition(after)
    formatting.use(parameters.parse({"lang": lang or new.manifest["parameters"]["lang"]}).lang)
    if old.day > new.day:
        raise refusal(
            str(before),
            f"is later than {after} ({new.manifest['day']}): give the earlier report first",
            old.manifest["day"],
        )
    words = Words("editions", formatting.language(), {})
    changed = _changed_relations(old, new)
    headlines = _headline_changes(old, new, changed)
    parts = [
        (f"# {words.written('title')}\n\n{_answer(words, old, new, headlines)}", ""),
        (f"## {words.written('headings.made_from')}", _made_from(words, old, new)),
        (f"## {words.written('headings.headlines')}", _headlines(words, old, new, headlines)),
        (f"## {words.written('headings.relations')}", _relations(words, changed)),
    ]
    meta = html_page.Meta(
        study=new.manifest["study"],
        slug="index",
        pages=[("index", formatting.text("Comparison"))],
        day=new.day,
        about=words.written("about", old=Day(old.day), new=Day(new.day)),
        parameters={},
        inputs=new.manifest.get("inputs_key", "")[:12],
        edition=new.manifest["edition"],
        version=new.manifest["versions"]["partnership-impact-study"],
        source=words.written("source"),
        synthetic=new.manifest["synthetic"] or old.manifest["synthetic"],
    )
    name = f"{before.absolute().name}-{after.absolute().name}"
    folder = out or projects.current().reports / "compared" / name
    compared = {"before": old.manifest["edition"], "after": new.manifest["edition"]}
    with folders.sole_use(folder):
        folders.refuse_foreign(folder, "manifest.json")
        with result_cache.whole(folder) as new_folder:
            result_cache.write(new_folder / "index.html", html_page.composed(parts, meta))
            result_cache.write(new_folder / "headlines.csv", to_csv(headlines))
            if changed is not None:
                result_cache.write(new_folder / "relations.csv", to_csv(changed))
            result_cache.write_json(new_folder / "manifest.json", compared)
    return folder / "index.html"


# ---- what the reports hold
def _edition(report: Path) -> Edition:
    manifest = editions.manifest_of(report)
    if "edition" not in manifest:
        expected = "holds kept numbers, not a whole report; give the report itself"
        raise refusal(str(report), expected, rule="missing")
    numbers = report / "figures/T8.json"
    by_key = {}
    if numbers.is_file():
        numbers_by_name = json.loads(numbers.read_text(encoding="utf-8"))["numbers"]
        by_key = {number["key"]: number for number in numbers_by_name}
    return Edition(report, manifest, by_key, _relations_of(report / "relations.csv"))


def _relations_of(file: Path) -> pd.DataFrame | None:
    if not file.is_file():
        return None
    texts = {"relation_id": "str", "partner_id": "str", "entity": "str", "name": "str"}
    relations = pd.read_csv(file, dtype=texts, keep_default_na=False, na_values=[""])
    if "relation_id" not in relations:
        expected = "was made before relations kept their number from one edition to the next"
        raise refusal(str(file), f"{expected}; run that edition again", rule="missing")
    dates = {name: pd.to_datetime(relations[name]).astype("datetime64[us]") for name in DATES}
    return edition_changes.with_durations(relations.assign(**dates))


def _changed_relations(old: Edition, new: Edition) -> pd.DataFrame | None:
    """The relations that changed, with the name of each partner; None where a report does not keep
    relations.
    """
    if old.relations is None or new.relations is None:
        return None
    grace_days = old.manifest["parameters"]["grace_days"]
    changed = edition_changes.relation_changes(old.relations, new.relations, old.day, grace_days)
    relations_of_both = pd.concat([new.relations, old.relations]).drop_duplicates("partner_id")
    names = changed["partner_id"].map(relations_of_both.set_index("partner_id")["name"])
    changed.insert(1, "name", names.fillna(changed["partner_id"]))
    return changed


def _headline_changes(old: Edition, new: Edition, changed: pd.DataFrame | None) -> pd.DataFrame:
    """One row per headline of the later edition: both values, the change, its interval and its
    parts.

    Interval and parts are missing where a parameter or convention differs, since its effect would
    pass for the facts', where relations are not kept, and for what is no measure of relations (the
    renewal of terms).
    """
    rows = []
    for key, number in new.numbers.items():
        values = [edition.numbers.get(key, {}).get("value") for edition in (old, new)]
        before, after = (np.nan if value is None else float(value) for value in values)
        row = {"key": key, "label": number["label"], "before": before, "after": after}
        row |= {"change": after - before} | dict.fromkeys(["low", "high", *PARTS], np.nan)
        change = None
        if changed is not None and old.parameters == new.parameters:
            change = _paired_change(key, old, new, changed)
        if change is not None and np.allclose([change.before, change.after], [before, after]):
            row |= {name: getattr(change, name) for name in ["low", "high", *PARTS]}
        rows.append(row)
    columns = ["key", "label", "before", "after", "change", "low", "high", *PARTS]
    return pd.DataFrame(rows, columns=columns)


def _paired_change(
    key: str, old: Edition, new: Edition, changed: pd.DataFrame
) -> edition_parts.Change | None:
    chosen_parameters = new.manifest["parameters"]
    relations_then, relations_now = old.relations, new.relations
    if relations_then is None or relations_now is None:
        return None
    if key in FOLLOWED:
        settled_before = edition_changes.settled_by_earlier(
            relations_then, relations_now, old.day, chosen_parameters["grace_days"]
        )
        return edition_parts.of_followed(
            FOLLOWED[key],
            *(relations_then, relations_now, settled_before),
            *(chosen_parameters["horizon_months"], chosen_parameters["confidence"]),
        )
    if key not in relations_then or key not in relations_now:
        return None
    recorded = changed["recorded_late"] | changed["change"].isin(["corrected", "gone"])
    recorded_ids = pd.Index(changed.loc[recorded, "relation_id"])
    line_then = _line_of_living(relations_then, key)
    line_now = _line_of_living(relations_now, key)
    return edition_parts.of_share(
        line_then, line_now, recorded_ids, chosen_parameters["confidence"]
    )


def _line_of_living(relations: pd.DataFrame, line: str) -> pd.DataFrame:
    """A line of the living relations of an edition, by relation: partner_id and value."""
    living = relations[relations["alive"].astype("bool")].set_index("relation_id")
    return living.rename(columns={line: "value"})[["partner_id", "value"]]


# ---- the page
def _answer(words: Words, old: Edition, new: Edition, headlines: pd.DataFrame) -> str:
    measured = headlines["low"].notna()
    moved = measured & ((headlines["low"] > 0) | (headlines["high"] < 0))
    answer = words.written("answer", moved=Number(moved.sum()), measured=Number(measured.sum()))
    if old.parameters != new.parameters:
        return f"{words.written('parameters_differ')} {answer}"
    return answer


def _table(words: Words, heads: list[str], rows: list[list[str]]) -> str:
    from analysis.report import html_page

    if not rows:
        return f"<p>{escape(words.written('nothing'))}</p>"
    names = [escape(words.written(f"heads.{head}")) for head in heads]
    return html_page.grid(names, [[escape(cell) for cell in row] for row in rows])


def _made_from(words: Words, old: Edition, new: Edition) -> str:
    """Parameters and conventions that differ, then the study and its day, files and code."""
    differing = editions.differing(old.parameters, new.parameters)
    facts = [{name: one.manifest[name] for name in ("study", "day")} for one in (old, new)]
    rows = [
        [formatting.text(name), *("–" if value in (None, "") else str(value) for value in values)]
        for name, *values in [*differing, *editions.differing(*facts)]
    ]
    inputs = [edition.manifest.get("inputs", {}) for edition in (old, new)]
    for name, *hashes in editions.differing(*inputs):
        state = editions.changed(*hashes).replace(" ", "_")
        rows.append([name, "", words.written(f"files.{state}")])
    if old.manifest["code"] != new.manifest["code"]:
        rows.append([words.written("files.code"), "", words.written("files.other_content")])
    return _table(words, ["what", "before", "after"], rows)


def _headlines(words: Words, old: Edition, new: Edition, headlines: pd.DataFrame) -> str:
    rows = []
    for row in headlines.to_dict("records"):
        in_months = row["key"] == "mean"
        sentences = [
            edition.numbers[row["key"]]["written"]
            if edition.numbers.get(row["key"], {}).get("value") is not None
            else formatting.number(None)
            for edition in (old, new)
        ]
        change = _signed(row["change"], in_months)
        if not np.isnan(row["low"]):
            limits = [_signed(row[limit], in_months) for limit in ("low", "high")]
            change = words.written("change", change=change, low=limits[0], high=limits[1])
        unit = words.written("units.months" if in_months else "units.points")
        parts = [_signed(row[part], in_months) for part in PARTS]
        rows.append([row["label"], *sentences, f"{change} {unit}", *parts])
    note = f"<p>{escape(words.written('parts'))}</p>" if headlines["low"].notna().any() else ""
    heads = ["headline", "before", "after", "change", *PARTS]
    return _table(words, heads, rows) + note


def _signed(value: float, in_months: bool) -> str:
    """A change in points, or in months, with its sign."""
    if np.isnan(value):
        return formatting.number(None)
    digits = round(value if in_months else 100 * value, 1) + 0.0
    sign = "+" if digits > 0 else "−" if digits < 0 else ""
    return sign + formatting.number(abs(digits), 1)


def _relations(words: Words, changed: pd.DataFrame | None) -> str:
    if changed is None:
        return f"<p>{escape(words.written('team_only'))}</p>"
    counts = []
    for change in edition_changes.CHANGES:
        late = changed.loc[changed["change"] == change, "recorded_late"]
        numbers = [formatting.number(count) for count in ((~late).sum(), late.sum())]
        if len(late):
            counts.append([words.written(f"changes.{change}"), *numbers])
    summary = _table(words, ["fate", "real", "late"], counts)
    if changed.empty:
        return summary
    rows = []
    for row in changed.head(NAMED_ON_PAGE).to_dict("records"):
        late_remark = words.written("late") if row["recorded_late"] else ""
        start, end = (
            formatting.date(row[name]) if pd.notna(row[name]) else ""
            for name in ("start", "end_after")
        )
        fate = words.written(f"changes.{row['change']}")
        rows.append(
            [row["name"], row["entity"], row["relation_id"], f"{fate}{late_remark}", start, end]
        )
    heads = ["partner", "entity", "relation", "fate", "start", "end"]
    link = words.written("download", shown=Count(len(rows)), all=Count(len(changed)))
    link = f'<p><a href="relations.csv">{escape(link)}</a></p>'
    return summary + _table(words, heads, rows) + link
