"""The brief as a PDF that everybody can read: tagged (PDF/UA-1), the same bytes twice, refused
where a picture says nothing.
"""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

import mistune
import nbformat
import typst

from analysis.article.captions import MIME, family_name, notes, number_of
from analysis.article.table_export import cell_text, printable
from analysis.charts.look import COLOURS
from analysis.report import figure_files
from analysis.report.html_page import Meta, opened
from analysis.text import formatting
from analysis.text.messages import say, unit_of_count

_STAMP = 0  # seconds since 1970: the file's own date says nothing, the day of observation is on every sheet


def brief(
    notebook: nbformat.NotebookNode, meta: Meta, figures: Mapping[str, dict] | None = None
) -> bytes:
    """The PDF of an executed notebook: its words, key numbers, drawings and tables, in its order;
    `figures` by id, each with the page that the PDF links to.

    A drawing whose alternative text is empty raises `typst.TypstError`.
    """
    title, under, body = opened(notebook)
    blocks = _prose(under)
    for cell in body.cells:
        if cell.cell_type == "markdown":
            blocks += _prose(cell.source)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if MIME in data:
                blocks += _block(data[MIME])
            else:
                blocks += _prose(data.get("text/markdown", ""))
    content = {
        "title": title or meta.study,
        "study": meta.study,
        "about": meta.about,
        "blocks": blocks,
        "pages": {id: figure["page"] for id, figure in (figures or {}).items()},
        "lang": formatting.language(),
        "region": "FR" if formatting.language() == "fr" else "GB",
        "stamp": meta.caution,
        "state": meta.state,
        "colours": {role: light for role, (light, _dark) in COLOURS.items()},
        "footer": [
            *(say("sheet.failed") + f" {name} ({reason})" for name, reason in meta.failed),
            *meta.origin,
        ],
    }
    template = (resources.files("analysis") / "template/brief.typ").read_bytes()
    options: dict[str, Any] = {
        "sys_inputs": {"content": json.dumps(_clean(content))},
        "font_paths": [figure_files.FONTS],
        "ignore_system_fonts": True,
        "format": "pdf",
        "pdf_standards": "ua-1",
        "timestamp": _STAMP,
    }
    return typst.compile(template, **options)


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _clean(value_of_part) for name, value_of_part in value.items()}
    if isinstance(value, list):
        return [_clean(value_of_part) for value_of_part in value]
    if isinstance(value, str):
        return printable(value)
    return value


def _prose(source: str) -> list[dict]:
    blocks = []
    tokens: Any = mistune.create_markdown(renderer="ast")(source)
    for token in tokens:
        if token["type"] == "heading":
            text = "".join(run["text"] for run in _runs(token["children"]))
            blocks.append({"kind": "heading", "level": token["attrs"]["level"], "text": text})
        elif token["type"] == "list":
            blocks.append(
                {"kind": "list", "items": [_runs(item["children"]) for item in token["children"]]}
            )
        elif runs := _runs([token]):
            blocks.append({"kind": "text", "runs": runs})
    return blocks


def _runs(tokens: list[dict], style: str = "") -> list[dict]:
    runs = []
    for token in tokens:
        inner = {"strong": "strong", "emphasis": "emph"}.get(token["type"], style)
        if token["type"] in ("softbreak", "linebreak"):
            runs.append({"text": " ", "style": ""})
        elif "children" in token:
            runs += _runs(token["children"], inner)
        elif token.get("raw", "").strip("\n"):
            runs.append({"text": token["raw"], "style": style})
            if token["type"] in ("codespan", "block_code"):
                runs[-1]["style"] = "code"
    return runs


def _block(record: dict) -> list[dict]:
    kind = record["kind"]
    if kind == "keys":
        numbers = [
            number
            | {
                "count": cell_text(number["n"], "integer"),
                "n_unit": unit_of_count(number["n"], number["n_unit"]),
                "last": number.get("last", ""),
            }
            for number in record["numbers"]
            if number["has_card"]
        ]
        return [record | {"numbers": numbers}]  # the source stands at the foot of the sheet
    if kind == "brief":
        return [record]
    if kind == "unsupported":
        named = ""
        if record["id"]:
            named = f"{number_of(record['id'])} – "
        return [record | {"said": f"{named}{say('figures.not_shown')} {record['reason']}"}]
    return [
        record
        | {
            "number": number_of(record["id"]),
            "family_name": family_name(record["family"]),
            "stamp": say("figures.stamped") if record["synthetic"] else "",
            "notes": [[name, record[field]] for field, name in notes().items()],
        }
    ]
