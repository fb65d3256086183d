"""An executed notebook -> one HTML page that stands alone: no script, no request, one style sheet
known by its hash.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources

import nbconvert
import nbformat
import numpy as np
import pandas as pd
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from traitlets.config import Config

from analysis.article import stylesheets
from analysis.article.captions import number_of, stylesheet
from analysis.article.table_export import filled, printable
from analysis.report import binding, notebook_cells, page_content, walk
from analysis.report.page_content import Prose, one_drawing, unbroken
from analysis.report.page_order import exhibit_records, opened
from analysis.text import formatting, sentences
from analysis.text.facts import Number
from analysis.text.messages import say

HEAVIEST = 145_000  # bytes of a page: what a phone opens at once
LISTED_FROM = 3  # sections from which a page lists what stands on it


@dataclass(frozen=True, kw_only=True)
class Meta:
    """What a page says beside its notebook; `slug` is its file name without .html, `pages` lists
    all pages in order.
    """

    study: str
    slug: str
    pages: Sequence[tuple[str, str]]
    day: pd.Timestamp
    about: str  # as of when and on how many, in words
    parameters: dict[str, str]
    inputs: str  # the hash of all inputs; blank in a report that leaves the team
    version: str
    source: str
    synthetic: bool
    guesses: int = 0  # columns whose meaning nobody has confirmed
    asked: dict = field(default_factory=dict)  # every parameter of the run, as the manifest has it
    edition: str = binding.UNSTAMPED
    notebook: str = ""  # the file of the executed notebook beside the page, in notebooks/
    manifest: bool = True  # whether a manifest.json stands beside the page
    brief: bool = True  # and whether a brief.pdf does
    failed: Sequence[tuple[str, str]] = ()  # notebooks that failed: title, last line of the error

    @property
    def of_team(self) -> bool:
        """Whether the report is the study team's own."""
        return self.asked.get("audience") == "team"

    @property
    def state(self) -> str:
        """As of when, in words."""
        return say("sheet.state", day=self.day)

    @property
    def origin(self) -> list[str]:
        """Where all numbers come from, as it stands at the foot of every sheet."""
        facts = {"version": self.version, "state": self.state}
        origin_text = say("sheet.edition", hash=self.edition, **facts)
        if self.inputs:
            origin_text = say("sheet.inputs", hash=self.inputs, **facts)
        guessed = say("sheet.guessed", n=self.guesses)
        return [self.source + f" {guessed}" * bool(self.guesses), origin_text]

    @property
    def caution(self) -> str:
        """What every page of data that are not what they seem bears."""
        if self.synthetic:
            return say("figures.stamped")
        if self.guesses:
            return say("sheet.unconfirmed")
        return ""

    @property
    def stamp(self) -> str:
        """The run that the page belongs to, for its head."""
        return binding.page_stamp(self.edition, self.inputs, self.asked)


class _Exporter(nbconvert.HTMLExporter):
    """As `HTMLExporter`, without its last pass, which writes SVG's names in lower case."""

    def from_notebook_node(self, nb, resources=None, **kw):
        return nbconvert.TemplateExporter.from_notebook_node(self, nb, resources, **kw)


def _contents(cells: Sequence[nbformat.NotebookNode]) -> list[dict]:
    anchors: list[dict] = []
    prose = MarkdownWithMath(Prose(anchors))
    items: list[dict] = []
    for cell in cells:
        if cell.cell_type == "markdown":
            before = len(anchors)
            prose.render(cell.source)
            items += [anchor for anchor in anchors[before:] if anchor["level"] == 2]
        is_part = notebook_cells.PART_TAG in cell.metadata.get("tags", [])
        for record in exhibit_records(cell) if items else ():
            if record["kind"] == "exhibit" and not is_part:
                facts = {
                    "id": record["id"],
                    "number": number_of(record["id"]).split()[-1],
                    "text": record["title"],
                }
                items[-1]["exhibits"].append(facts)
    return items


def html_table(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    """A table of texts that are HTML already, its first column as row headers.

    >>> html_table(["What", "Now"], [["day", "2018"]])
    '<table><thead><tr><th scope="col">What</th><th scope="col">Now</th></tr></thead><tbody><tr><th scope="row">day</th><td>2018</td></tr></tbody></table>'
    """
    return filled("plain_table", head=head, rows=rows, kind=kind)


def composed(parts: Sequence[tuple[str, str]], meta: Meta) -> str:
    """A page that no notebook gave: texts in Markdown, each with the HTML that stands under it, or
    with none.
    """
    notebook = nbformat.v4.new_notebook()
    for text, below in parts:
        notebook.cells.append(nbformat.v4.new_markdown_cell(text))
        if below:
            output = nbformat.v4.new_output("display_data", {"text/html": below})
            notebook.cells.append(nbformat.v4.new_code_cell("", outputs=[output]))
    return page(notebook, meta)


def css_text(text: str) -> str:
    """A text as a CSS string.

    >>> css_text('a "b"')
    '"a \\\\22 b\\\\22 "'
    """
    escaped = re.sub(r"[^\w ·–\-’,.:]|_", lambda c: f"\\{ord(c[0]):x} ", printable(text))
    return f'"{escaped}"'


def pages(notebook: nbformat.NotebookNode, meta: Meta) -> dict[str, str]:
    """The pages of an executed notebook by slug, in the present language: one, or as many parts,
    cut between sections, as keep each below `HEAVIEST`.
    """
    _title, _under, body = opened(notebook)
    sections = notebook_cells.sections(body.cells)
    weights = np.array([sum(_weight(cell) for cell in section) for section in sections])
    written = {meta.slug: page(notebook, meta)}
    middles = (weights.cumsum() - weights / 2) / max(weights.sum(), 1)
    for many in range(2, len(sections) + 1):
        if max(len(text.encode()) for text in written.values()) <= HEAVIEST:
            break
        part_of_section = (middles * many).astype(int)
        written = _written_parts(notebook, meta, sections, part_of_section)
    return written


def _weight(cell: nbformat.NotebookNode) -> int:
    outputs = cell.get("outputs", [])
    shown = "".join(str(output.get("data", {}).get("text/html", "")) for output in outputs)
    shown = shown.replace(stylesheet(), "")
    is_work = notebook_cells.WORK in cell.metadata.get("tags", [])
    return len(cell.source) + len(one_drawing(shown) if is_work else shown)


def _written_parts(
    notebook: nbformat.NotebookNode, meta: Meta, sections: list, part_of_section: np.ndarray
) -> dict[str, str]:
    title, under, _body = opened(notebook)
    parts = []
    for part in sorted(set(part_of_section)):
        chosen = [position for position, own in enumerate(part_of_section) if own == part]
        parts.append([cell for position in chosen for cell in sections[position]])
    slugs = [meta.slug] + [f"{meta.slug}-{number}" for number in range(2, len(parts) + 1)]
    items = [_contents(cells) for cells in parts]
    words = sentences.Words("pages", formatting.language(), {})
    short_title = dict(meta.pages).get(meta.slug, title)

    def headed(title: str, position: int) -> str:
        facts = {"part": Number(position + 1), "parts": Number(len(slugs))}
        return words.written("part", title=title, **facts)

    written = {}
    for position, (slug, cells) in enumerate(zip(slugs, parts, strict=True)):
        listed = [
            item | {"page": "" if other == slug else f"{other}.html"}
            for other, own in zip(slugs, items, strict=True)
            for item in own
        ]
        beside = {}
        if position:
            beside["previous"] = (slugs[position - 1], headed(short_title, position - 1))
        if position + 1 < len(slugs):
            beside["next"] = (slugs[position + 1], headed(short_title, position + 1))
        heading = headed(title or meta.study, position)
        opening = under if position == 0 else ""
        written[slug] = _page(heading, opening, cells, listed, notebook, meta, beside)
    return written


def page(notebook: nbformat.NotebookNode, meta: Meta) -> str:
    """An executed notebook as one page, in the present language.

    The slug "index" is the brief; it says what failed.
    """
    title, under, body = opened(notebook)
    items = _contents(body.cells)
    listed = items if len(items) > LISTED_FROM else []
    return _page(title or meta.study, under, body.cells, listed, notebook, meta, {})


def _page(
    title: str,
    under: str,
    cells: list,
    items: list[dict],
    notebook: nbformat.NotebookNode,
    meta: Meta,
    beside: dict[str, tuple[str, str]],
) -> str:
    body = nbformat.from_dict({**notebook, "cells": cells})
    anchors: list[dict] = []
    running = f":root{{--running:{css_text(meta.study)};--stamped:{css_text(meta.caution)};--state:{css_text(meta.state)}}}"
    visible = "".join(str(output) for cell in cells for output in cell.get("outputs", []))
    chosen = dict.fromkeys(re.findall(r'<option class="([a-z]-\d+)"', visible))
    sheet = stylesheets.page_styles(chosen) + running
    before, after = _neighbours(meta, beside)
    parameters_text = " · ".join(f"{name} = {value}" for name, value in meta.parameters.items())
    parameters = []
    is_brief = any(record["kind"] == "brief" for record in exhibit_records(*cells))
    if parameters_text and not is_brief:  # which says no more than two sheets hold
        parameters = [say("sheet.parameters", parameters=parameters_text)]
    content = {
        "lang": formatting.language(),
        "title": title,
        "heading": unbroken(title),
        "opening": MarkdownWithMath(Prose(anchors)).render(under) if under else "",
        "contents": items,
        "style": sheet,
        "style_hash": base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode(),
        "previous": before,
        "next": after,
        "footer": [meta.origin[0], *parameters, meta.origin[1]],
        "colon": "\u00a0: " if formatting.language() == "fr" else ": ",
    }
    with resources.as_file(resources.files("analysis") / "template") as folder:
        left_out = ("exclude_input", "exclude_input_prompt", "exclude_output_prompt")
        options = {
            "template_name": "page",
            "extra_template_basedirs": [str(folder)],
            "config": Config({"TemplateExporter": dict.fromkeys(left_out, True)}),
            "filters": page_content.TEMPLATE_FILTERS
            | {
                "walked": walk.walked,
                "markdown2html": MarkdownWithMath(Prose(anchors)).render,
            },
        }
        exporter = _Exporter(**options)
        exporter.environment.bytecode_cache = page_content.COMPILED
        return exporter.from_notebook_node(body, resources={"page": content, "meta": meta})[0]


def _neighbours(meta: Meta, beside: dict[str, tuple[str, str]]) -> list:
    places = [slug for slug, _title in meta.pages]
    if meta.slug not in places:
        return [None, None]
    position = places.index(meta.slug)
    before = meta.pages[position - 1] if position else None
    after = meta.pages[position + 1] if position + 1 < len(places) else None
    return [beside.get("previous", before), beside.get("next", after)]
