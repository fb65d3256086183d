"""A run by entity, region, domain, level or partner: the key numbers of each report side by side,
and a page for each among the others.
"""

import json
from html import escape
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import explore
from analysis.article.captions import number_of
from analysis.article.exhibit_words import standing_facts
from analysis.article.table_export import cell_text, escaped
from analysis.indicators import small_groups
from analysis.report import among_page, binding, html_page
from analysis.report.assemble import ReportEdition, edition
from analysis.study import opening, published
from analysis.text import formatting
from analysis.text.facts import Label
from analysis.text.sentences import Words

_SCALES = {"survival": "survival", "mean": "mean"}  # of key numbers; all others are shares


_ALONE = 2  # with fewer, what is together is one of them


class Row(NamedTuple):
    """A report of the run: its name, the folder that holds it, its key numbers by key, and what
    each of its figures finds by id.
    """

    name: str
    folder: str
    numbers: dict[str, dict]
    findings: dict[str, str]


def write_index(
    place: Path, editions: list[ReportEdition], by: str, root: Path, inputs_key: str
) -> None:
    """Write the index of the reports below `root`, in the folder `place`, and beside it the page of
    each among the others.

    A report whose key numbers are not known is linked and says so; where none has any, what each
    finds stands side by side.
    """
    rows = [_row(place, root, item, by) for item in editions]
    whole = editions[0].study.with_(**{by: ""})
    words = Words("pages", whole.lang, standing_facts(whole))
    pooled = _pooled(rows, whole.parameters.confidence)
    manifests = {item.place: _read(root / item.place / "manifest.json") for item in editions}
    names = {report: manifest["edition"] for report, manifest in manifests.items()}
    comparison = ("index", words.written("by.comparison"))
    page_list = {"pages": [comparison], "edition": binding.edition_name({}, names)}
    facts = edition(whole, "", [], inputs_key).meta | page_list | {"manifest": False}
    if not _tells_whole(whole):
        facts["about"] = opening.study_and_day(whole)
    title = words.written("by.title", by=by)
    text = f"# {title}\n\n{words.written('by.note')}"
    asked = {row.folder: getattr(item.asked, by) for row, item in zip(rows, editions, strict=True)}
    values = [asked[row.folder] for row in _unshown(rows, pooled)]
    table = _table(words, words.written("by.head", by=by), rows, pooled, others(whole, by, values))
    pages = {"index": html_page.composed([(text, table)], html_page.Meta(slug="index", **facts))}
    if pooled:
        key_numbers = published.build(whole, "T8", tried=False)
        untold = {} if _tells_whole(whole) else {"value": None}
        together = {
            number.key: number.json() | untold
            for number in published.for_audience(whole, key_numbers).numbers
        }
        for row in rows:
            parts = among_page.among_parts(words, row, rows, pooled, together)
            slug = row.folder.replace("/", "-")
            report = (f"{row.folder}/index", words.written("among.report"))
            facts["pages"] = [comparison, (slug, row.name), report]
            pages[slug] = html_page.composed(parts, html_page.Meta(slug=slug, **facts))
    for slug, page in pages.items():
        (place / f"{slug}.html").write_text(page, encoding="utf-8")


def _read(file: Path) -> dict:
    return json.loads(file.read_text(encoding="utf-8"))


def _row(place: Path, root: Path, edition: ReportEdition, by: str) -> Row:
    report = root / edition.place
    folder = report.relative_to(place).as_posix()
    name = formatting.text(getattr(edition.asked, by))
    key_numbers = report / "figures/T8.json"
    if key_numbers.is_file():
        numbers = _read(key_numbers)["numbers"]
        return Row(name, folder, {number["key"]: number for number in numbers}, {})
    records = [_read(file) for file in sorted((report / "figures").glob("*.json"))]
    findings = {record["id"]: record["title"] for record in records if "title" in record}
    return Row(name, folder, {}, findings)


def _pooled(rows: list[Row], confidence: float) -> dict[str, pd.DataFrame]:
    pooled = {}
    for key in dict.fromkeys(key for row in rows for key in row.numbers):
        shown = {row.folder: row.numbers[key] for row in rows if _is_shown(row.numbers.get(key))}
        if len(shown) > 1:
            frame = pd.DataFrame.from_dict(shown, orient="index")
            frame = frame[["value", "low", "high", "n"]].astype(float)
            scale = _SCALES.get(key, "share")
            pooled[key] = small_groups.of_numbers(frame, scale, confidence=confidence)
    return pooled


def _is_shown(number: dict | None) -> bool:
    return number is not None and number["value"] is not None and number["n"] != "s"


def _tells_whole(whole: explore.Study) -> bool:
    return whole.parameters.audience == "team"


def others(whole: explore.Study, by: str, values: list[str]) -> dict[str, dict]:
    """The key numbers of all relations of several values of a filter together; none of one value,
    nor where the whole is not told.
    """
    if len(values) < _ALONE or not _tells_whole(whole):
        return {}
    shown = whole.with_(**{by: "|".join(values)}).exhibit("T8", tried=False)
    return {number.key: number.json() for number in getattr(shown, "numbers", ())}


def _unshown(rows: list[Row], pooled: dict[str, pd.DataFrame]) -> list[Row]:
    return [row for row in rows if pooled and not any(map(_is_shown, row.numbers.values()))]


def _table(
    words: Words,
    head: str,
    rows: list[Row],
    pooled: dict[str, pd.DataFrame],
    together: dict[str, dict],
) -> str:
    absent = formatting.number(None)
    unshown = _unshown(rows, pooled)
    rows = [row for row in rows if row not in unshown]
    labels = {
        key: number.get("title") or number["label"]
        for row in rows
        for key, number in row.numbers.items()
    }
    if labels:
        cells = [[_cell(words, row, key, pooled) for key in labels] for row in rows]
    else:
        labels = {id: number_of(id) for row in rows for id in row.findings}
        cells = [[escaped(row.findings.get(id, absent)) for id in labels] for row in rows]
    numeric = ""
    if any(row.numbers for row in rows):
        numeric = ' class="num"'
    names = [escape(name) for name in (head, *labels.values())]
    body = [[_links(words, row, pooled), *own] for row, own in zip(rows, cells, strict=True)]
    small = ", ".join(_links(words, row, {}) for row in unshown)
    small = f"{escape(words.written('by.others'))} {small}"
    if together:
        row = Row("", "", together, {})
        body.append([small, *(_cell(words, row, key, {}) for key in labels)])
    table = html_page.html_table(names, body, numeric)
    if f">{absent}<" in table:
        below = [escape(words.written("by.absent", mark=absent))]
    else:
        below = []
    if unshown and not together:
        below.append(small)
    return table + "".join(f"<p>{line}</p>" for line in below)


def _links(words: Words, row: Row, pooled: dict[str, pd.DataFrame]) -> str:
    report = f"{escape(row.folder)}/index.html"
    if not pooled:
        return f'<a href="{report}">{escape(row.name)}</a>'
    page = f"{escape(row.folder.replace('/', '-'))}.html"
    link = f'<a href="{report}">{escape(words.written("by.report"))}'
    hidden = f'<span class="hidden"> {escape(row.name)}</span></a>'
    return f'<a href="{page}">{escape(row.name)}</a> <small>{link}{hidden}</small>'


def _cell(words: Words, row: Row, key: str, pooled: dict[str, pd.DataFrame]) -> str:
    number = row.numbers.get(key)
    if number is None or number["value"] is None:
        return escape(formatting.number(None))
    remarks = [number["interval"], f"n = {cell_text(number['n'], 'integer')}"]
    mark = ""
    if key in pooled and row.folder in pooled[key].index:
        together = pooled[key].loc[row.folder]
        value = among_page.value_in_words(
            number, pooled[key]["pooled"].astype("float64")[row.folder]
        )
        remarks.append(words.written("by.pooled", value=Label(value)))
        mark = " *" * bool(together["stands_out"])
    small = " ".join(f"<small>{escape(remark)}</small>" for remark in remarks)
    return f"<b>{escape(number['written'])}{mark}</b> {small}"
