"""What changed from one edition of a report to a later one: parameters and data, headlines,
relations.
"""

import io
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.article.table_export import to_csv
from analysis.declare import conventions, parameters
from analysis.declare.faults import Refused, refusal
from analysis.indicators import edition_changes, edition_parts
from analysis.indicators.edition_parts import PARTS
from analysis.report import change_page, result_cache
from analysis.run import clean_tables, editions, folders
from analysis.run import project as projects
from analysis.stats import influence
from analysis.text import formatting

DATE_COLUMNS = ["start", "end", "entry", "last_known", "last_seen", "settled_day", "term"]
TEXTS = ["relation_id", "agreement_id", "partner_id", "entity", "name"]
FOLLOWED = {"survival": influence.of_survival, "mean": influence.of_restricted_mean}
_COLUMNS = ["key", "label", "before", "after", "change", "method", "facts", "low", "high", *PARTS]


class ComparedEdition(NamedTuple):
    """One report: what it was made from, its key numbers by key, its relations and terms, which are
    kept in a team's report only.
    """

    manifest: dict
    numbers: dict[str, dict]
    relations: pd.DataFrame = pd.DataFrame()
    terms: pd.DataFrame = pd.DataFrame()
    keeps_relations: bool = False

    @property
    def day(self) -> pd.Timestamp:
        return pd.Timestamp(self.manifest["day"])

    @property
    def grace_days(self) -> int:
        return self.manifest["parameters"]["grace_days"]

    @property
    def method(self) -> dict:
        """What it was asked and the conventions in force, by name; the day and the language are no
        choice of method.
        """
        asked = {
            name: value
            for name, value in self.manifest["parameters"].items()
            if name not in (*editions.NO_METHOD, "thresholds")
        }
        return self.manifest["conventions"] | asked


def compare_reports(before: Path, after: Path, out: Path | None = None, lang: str = "") -> Path:
    """Write what changed from one report to a later one, and CSVs of the headlines and of the
    relations that changed; returns the page.

    Parameters and data come first, then each headline's change with its interval and parts, then
    the relations by their lasting ids. The language is that of the later report unless another is
    asked for.
    """
    old, new = _edition(before), _edition(after)
    formatting.use(parameters.parse({"lang": lang or new.manifest["parameters"]["lang"]}).lang)
    if old.day > new.day:
        expected = f"is later than {after} ({new.manifest['day']}): give the earlier report first"
        raise refusal(str(before), expected, old.manifest["day"])
    same_method = old.method == new.method
    new_as_before = new if same_method else _under_earlier_method(old, new)
    comparable = new_as_before or new
    changed = _changed_relations(old, comparable)
    headlines = _headline_changes(old, new, new_as_before, changed)
    seen = change_page.Seen(
        before=old.manifest,
        after=new.manifest,
        method=editions.differing(old.method, new.method),
        facts=editions.differing(*(_made_of(edition) for edition in (old, new))),
        inputs=editions.differing(*(edition.manifest.get("inputs", {}) for edition in (old, new))),
        headlines=headlines,
        relations=changed,
        in_both=_in_both(old, comparable),
    )
    name = f"{before.absolute().name}-{after.absolute().name}"
    folder = out or projects.current().reports / "compared" / name
    compared = {"before": old.manifest["edition"], "after": new.manifest["edition"]}
    with folders.sole_use(folder):
        folders.refuse_foreign(folder, "manifest.json")
        with result_cache.whole(folder) as new_folder:
            result_cache.write_whole(new_folder / "index.html", change_page.page_of_changes(seen))
            result_cache.write_whole(new_folder / "headlines.csv", to_csv(headlines))
            if changed is not None:
                result_cache.write_whole(new_folder / "relations.csv", to_csv(changed))
            result_cache.write_json(new_folder / "manifest.json", compared)
    return folder / "index.html"


# ---- what the reports hold
def _edition(report: Path) -> ComparedEdition:
    manifest = editions.manifest_of(report)
    if "edition" not in manifest:
        expected = "holds kept numbers, not a whole report; give the report itself"
        raise refusal(str(report), expected, rule="missing")
    if not {"conventions", "parameters", "day"} <= manifest.keys():
        expected = "was made before reports kept what a comparison needs; run that edition again"
        raise refusal(str(report), expected, rule="missing")
    numbers = report / "figures/T8.json"
    by_key = {}
    if numbers.is_file():
        by_key = _by_key(json.loads(numbers.read_text(encoding="utf-8"))["numbers"])
    if not (report / "relations.csv").is_file():
        return ComparedEdition(manifest, by_key)
    relations, terms = (_table((report / f"{name}.csv").read_bytes()) for name in _TABLES)
    return ComparedEdition(manifest, by_key, edition_changes.with_durations(relations), terms, True)


_TABLES = ("relations", "terms")


def _by_key(numbers: list[dict]) -> dict[str, dict]:
    return {number["key"]: number for number in numbers if number["recorded"]}


def _table(content: bytes) -> pd.DataFrame:
    texts = dict.fromkeys(TEXTS, "str")
    table = pd.read_csv(io.BytesIO(content), dtype=texts, keep_default_na=False, na_values=[""])
    dates = {
        name: pd.to_datetime(table[name]).astype("datetime64[us]")
        for name in DATE_COLUMNS
        if name in table
    }
    return table.assign(**dates)


def _under_earlier_method(old: ComparedEdition, new: ComparedEdition) -> ComparedEdition | None:
    from analysis import explore
    from analysis.exhibits import key_numbers
    from analysis.report import edition_relations

    folder = projects.current().folder / new.manifest.get("cleaned", "")
    inputs = clean_tables.record_in(folder)
    if inputs is None or inputs["key"] != new.manifest.get("inputs_key"):
        return None
    moved = {
        name: value
        for name, value in old.manifest["conventions"].items()
        if value != conventions.DEFAULTS.get(name)
    }
    differing = editions.differing(old.manifest["conventions"], new.manifest["conventions"])
    if {name for name, *_values in differing} & {*conventions.AT_CLEANING}:
        return None
    lang, day = formatting.language(), new.manifest["day"]
    asked = old.manifest["parameters"] | {"thresholds": moved, "day": day, "lang": lang}
    try:
        study = explore.Study(folder, parameters.parse(asked))
        numbers = [number.json() for number in key_numbers.T8(study, tried=False).numbers]
    except Refused:
        return None
    relations = _table(to_csv(edition_relations.relations_to_keep(study)))
    terms = _table(to_csv(edition_relations.kept_terms(study)))
    manifest = new.manifest | {"parameters": asked}
    relations = edition_changes.with_durations(relations)
    return ComparedEdition(manifest, _by_key(numbers), relations, terms, True)


def _made_of(edition: ComparedEdition) -> dict:
    return {name: edition.manifest[name] for name in ("study", "day")}


# ---- what became of relations and headlines
def _in_both(old: ComparedEdition, new: ComparedEdition) -> int | None:
    if not (old.keeps_relations and new.keeps_relations):
        return None
    return int(old.relations["relation_id"].isin(new.relations["relation_id"]).sum())


def _changed_relations(old: ComparedEdition, new: ComparedEdition) -> pd.DataFrame | None:
    if not (old.keeps_relations and new.keeps_relations):
        return None
    merges_then, merges_now = (
        {tuple(pair.values()) for pair in edition.manifest.get("merges", [])}
        for edition in (old, new)
    )
    merged = {partner for pair in merges_now - merges_then for partner in pair}
    changed = edition_changes.relation_changes(
        old.relations, new.relations, old.day, old.grace_days, merged
    )
    relations_of_both = pd.concat([new.relations, old.relations]).drop_duplicates("partner_id")
    names = changed["partner_id"].map(relations_of_both.set_index("partner_id")["name"])
    changed.insert(2, "name", names.fillna(changed["partner_id"]))
    rank = changed["change"].map(edition_changes.CHANGES.index)
    changed = changed.assign(rank=rank).sort_values(["rank", "name", "relation_id"], kind="stable")
    return changed.drop(columns="rank").reset_index(drop=True)


def _headline_changes(
    old: ComparedEdition,
    new: ComparedEdition,
    new_as_before: ComparedEdition | None,
    changed: pd.DataFrame | None,
) -> pd.DataFrame:
    rows = []
    for key, number in ({"running": {"label": ""}} | new.numbers).items():
        if key == "running" and changed is None:
            continue
        before, after = (_value(edition, key) for edition in (old, new))
        label = number.get("title") or number["label"]  # reports of before have no title
        row = dict.fromkeys(_COLUMNS, np.nan) | {"key": key, "label": label}
        row |= {"before": before, "after": after, "change": after - before}
        if new_as_before is not None:
            facts = _value(new_as_before, key) - before
            row |= {"facts": facts, "method": row["change"] - facts}
        change = None
        if changed is not None and new_as_before is not None:
            change = _paired_change(key, old, new_as_before, changed)
        if change is not None and np.allclose([change.before, change.value], [before, facts]):
            row |= {name: getattr(change, name) for name in ["low", "high", *PARTS]}
        rows.append(row)
    return pd.DataFrame(rows, columns=_COLUMNS)


def _value(edition: ComparedEdition, key: str) -> float:
    if key == "running":
        return float((edition.relations["status"] == "running").sum())
    value = edition.numbers.get(key, {}).get("value")
    if value is None:
        return np.nan
    return float(value)


def _paired_change(
    key: str, old: ComparedEdition, new: ComparedEdition, changed: pd.DataFrame
) -> edition_parts.HeadlineChange | None:
    asked = new.manifest["parameters"]
    part_of = edition_changes.part_of(changed)
    if key in FOLLOWED:
        settled_before = edition_changes.settled_by_earlier(
            old.relations, new.relations, old.day, old.grace_days
        )
        return edition_parts.of_followed(
            FOLLOWED[key],
            *(old.relations, new.relations, settled_before, part_of.index[part_of == "late"]),
            *(asked["horizon_months"], asked["confidence"]),
        )
    if key == "renewal":
        last_seen = old.relations.groupby("entity")["last_seen"].max()
        then, now = (
            edition.terms.set_index("agreement_id").assign(
                value=edition.terms["renewed"].astype("boolean").array,
                last_seen=edition.terms["entity"].map(last_seen).fillna(old.day).array,
            )
            for edition in (old, new)
        )
        part_of = edition_changes.part_of_terms(then, now, old.grace_days)
        return edition_parts.of_share(then, now, part_of, asked["confidence"])
    if key == "running":
        then, now = (
            edition.relations.set_index("relation_id").assign(
                value=(edition.relations["status"] == "running").array
            )
            for edition in (old, new)
        )
        return edition_parts.of_count(then, now, part_of, asked["confidence"])
    if key not in old.relations or key not in new.relations:
        return None
    then, now = (_line_of_living(edition.relations, key) for edition in (old, new))
    return edition_parts.of_share(then, now, part_of, asked["confidence"])


def _line_of_living(relations: pd.DataFrame, line: str) -> pd.DataFrame:
    living = relations[relations["alive"].astype("bool")].set_index("relation_id")
    return living.rename(columns={line: "value"})[["partner_id", "value"]]
