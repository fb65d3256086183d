"""The index of a run by region, domain, level or partner: the key numbers of each report side by
side.
"""

import json
from html import escape
from pathlib import Path
from typing import NamedTuple

from analysis import explore
from analysis.article.exhibit import number_of
from analysis.article.table_export import said, written
from analysis.report import binding, html_page
from analysis.report.assemble import Edition, edition
from analysis.text import formatting
from analysis.text.formatting import text as _


class Row(NamedTuple):
    """A report of the run: the link to it, its key numbers by key, and what each of its figures
    finds by id.
    """

    link: str
    numbers: dict[str, dict]
    findings: dict[str, str]


def write(
    place: Path, editions: list[Edition], by: str, root: Path, cleaned: Path, inputs_key: str
) -> None:
    """Write the index of the reports below `root`, in the folder `place`.

    A report whose key numbers are not known is linked and says so; where none has any, what each
    finds stands side by side.
    """
    titles = {
        "region": (_("Region"), _("# Region by region")),
        "domain": (_("Domain"), _("# Domain by domain")),
        "level": (_("Level"), _("# Level by level")),
        "partner": (_("Partner"), _("# Partner by partner")),
    }
    note = _(
        "Each row is a report of its own. Small numbers swing: two values whose intervals overlap are not told apart, and the first and the "
        "last of a list are often its smallest."
    )
    head, title = titles[by]
    whole_parameters = editions[0].asked.model_copy(update={by: ""})
    whole = edition(explore.Study(cleaned, whole_parameters), "", [], inputs_key)
    table = _table(head, [_row(place, root, item, by) for item in editions])
    manifests = {item.place: _read(root / item.place / "manifest.json") for item in editions}
    names = {report: manifest["edition"] for report, manifest in manifests.items()}
    page_list = {"pages": [("index", _("Comparison"))], "edition": binding.edition_of({}, names)}
    meta = html_page.Meta(slug="index", manifest=False, **whole.meta | page_list)
    page = html_page.composed([(f"{title}\n\n{note}", table)], meta)
    (place / "index.html").write_text(page, encoding="utf-8")


def _read(file: Path) -> dict:
    return json.loads(file.read_text(encoding="utf-8"))


def _row(place: Path, root: Path, edition: Edition, by: str) -> Row:
    report = root / edition.place
    address = (report / "index.html").relative_to(place).as_posix()
    name = _(getattr(edition.asked, by))
    link = f'<a href="{escape(address)}">{escape(name)}</a>'
    key_numbers = report / "figures/T8.json"
    if key_numbers.is_file():
        numbers = _read(key_numbers)["numbers"]
        return Row(link, {number["key"]: number for number in numbers}, {})
    records = [_read(file) for file in sorted((report / "figures").glob("*.json"))]
    findings = {record["id"]: record["title"] for record in records if "title" in record}
    return Row(link, {}, findings)


def _table(head: str, rows: list[Row]) -> str:
    """The rows as a table of key numbers, or of findings where no report has key numbers."""
    absent = formatting.number(None)
    labels = {key: number["label"] for row in rows for key, number in row.numbers.items()}
    if labels:
        cells = [[_cell(row.numbers.get(key)) for key in labels] for row in rows]
    else:
        labels = {id: number_of(id) for row in rows for id in row.findings}
        cells = [[said(row.findings.get(id, absent)) for id in labels] for row in rows]
    numeric = ' class="num"' if any(row.numbers for row in rows) else ""
    names = [escape(name) for name in (head, *labels.values())]
    body = [[row.link, *others] for row, others in zip(rows, cells, strict=True)]
    table = html_page.grid(names, body, numeric)
    if f">{absent}<" not in table:
        return table
    return f"{table}<p>{escape(_('{mark}: not available', mark=absent))}</p>"


def _cell(number: dict | None) -> str:
    if number is None or number["value"] is None:
        return escape(formatting.number(None))
    remarks = [number["interval"], f"n = {written(number['n'], 'integer')}"]
    small = " ".join(f"<small>{escape(remark)}</small>" for remark in remarks)
    return f"<b>{escape(number['written'])}</b> {small}"
