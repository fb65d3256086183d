"""An executed notebook -> one HTML page that stands alone: no script, no request, one style sheet
known by its hash.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from importlib import resources

import bs4
import nbconvert
import nbformat
import pandas as pd
from latex2mathml import converter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets.config import Config

from analysis.article import stylesheets
from analysis.article.exhibit import MIME, number_of, stylesheet
from analysis.article.table_export import printable
from analysis.report import binding, result_cache
from analysis.report.page_order import opened, records
from analysis.text import formatting
from analysis.text.formatting import text as _


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
    manifest: bool = True  # whether a manifest.json stands beside the page
    failed: Sequence[tuple[str, str]] = field(
        default=()
    )  # notebooks that failed: title, last line of the error

    @property
    def state(self) -> str:
        """As of when, in words."""
        return _("as of {day}", day=self.day)

    @property
    def origin(self) -> list[str]:
        """Where all numbers come from, as it stands at the foot of every sheet."""
        facts = {"version": self.version, "state": self.state}
        if self.inputs:
            origin_text = _(
                "Inputs {hash} · version {version} · {state}", hash=self.inputs, **facts
            )
        else:
            origin_text = _(
                "Edition {hash} · version {version} · {state}", hash=self.edition, **facts
            )
        guessed = _(
            "{n} {n:column is|columns are} guessed and not confirmed (see the quality page).",
            n=self.guesses,
        )
        return [self.source + f" {guessed}" * bool(self.guesses), origin_text]

    @property
    def caution(self) -> str:
        """What every page of data that are not what they seem bears."""
        if self.synthetic:
            return _("demonstration data")
        return _("columns not confirmed") if self.guesses else ""

    @property
    def stamp(self) -> str:
        """The run that the page belongs to, for its head."""
        return binding.page_stamp(self.edition, self.inputs, self.asked)


def unbroken(text: str) -> str:
    """A question that no line breaks at its hyphen: "peuvent-ils" stays whole, as headings are set
    in few words a line.
    """
    return re.sub(r"-(?=(?:t-)?(?:ils?|elles?|on|ce)\b)|(?<=-t)-", "-\u2060", text)


class _Prose(IPythonRenderer):
    """Markdown whose formulas are MathML, whose headings can be linked to and whose raw HTML is
    text.
    """

    def __init__(self, anchors: list[dict]):
        super().__init__(escape=True, exclude_anchor_links=True)
        self.anchors = anchors

    def heading(self, text: str, level: int, **attrs) -> str:
        level = max(level, 2)
        plain = bs4.BeautifulSoup(text, "html.parser").get_text()
        id = result_cache.slug(plain)[:60] or "section"
        n_same = sum(anchor["stem"] == id for anchor in self.anchors)
        anchor = {
            "stem": id,
            "id": f"{id}-{n_same + 1}" if n_same else id,
            "text": plain,
            "level": level,
            "exhibits": [],
        }
        self.anchors.append(anchor)
        return f'<h{level} id="{anchor["id"]}">{unbroken(text)}</h{level}>'

    def inline_math(self, body: str) -> str:
        return converter.convert(body, display="inline")

    def block_math(self, body: str) -> str:
        return _scrolled(converter.convert(body, display="block"), _("Formula"))

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def table(self, text: str) -> str:
        return _scrolled(f"<table>{text}</table>", _("Table"))


class _Exporter(nbconvert.HTMLExporter):
    """As `HTMLExporter`, without its last pass, which reads the whole page again and writes SVG's
    names in lower case.
    """

    def from_notebook_node(self, nb, resources=None, **kw):
        return nbconvert.TemplateExporter.from_notebook_node(self, nb, resources, **kw)


def _scrolled(wide: str, name: str) -> str:
    """What may be wider than a phone, in a frame that scrolls, also by the keyboard."""
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(name)}">{wide}</div>'


def _as_html(data: dict) -> str:
    """An HTML output: the study's own as it is, any other without script, style or handlers, its
    tables in a frame that scrolls.
    """
    if MIME in data:
        return data["text/html"].replace(stylesheet(), "", 1)
    soup = bs4.BeautifulSoup(data["text/html"], "html.parser")
    for tag in soup(
        ["script", "style", "iframe", "object", "embed", "link", "meta", "base", "form"]
    ):
        tag.decompose()
    for tag in soup(True):
        for name in [
            name
            for name in tag.attrs
            if name.startswith("on") or name in ("style", "border", "srcset")
        ]:
            del tag[name]
        for name in ("href", "src", "xlink:href"):
            if re.match(
                r"\s*(?!https?:|data:image/)[a-z][a-z0-9+.-]*:",
                str(tag.get(name, "")),
                re.IGNORECASE,
            ):
                del tag[name]  # javascript: and its like
    for cell in soup("th"):
        if not cell.get_text(strip=True):
            cell.name = "td"  # the corner of a table heads nothing
    for table in soup("table"):
        table.replace_with(bs4.BeautifulSoup(_scrolled(str(table), _("Table")), "html.parser"))
    return str(soup)


def _as_image(output: dict, kind: str) -> str:
    """A picture that is no exhibit, as an image of its own; its alternative text is that of the
    output, else its plain text.
    """
    data = output["data"][kind]
    encoded = (
        base64.b64encode(data.encode()).decode()
        if kind == "image/svg+xml"
        else "".join(data.split())
    )
    alt = output.get("metadata", {}).get("alt") or output["data"].get("text/plain") or _("Picture")
    return f'<img src="data:{kind};base64,{encoded}" alt="{escape(printable(alt))}">'


def _contents(
    notebook: nbformat.NotebookNode, prose: MarkdownWithMath, anchors: list[dict]
) -> list[dict]:
    """Headings of the second level, each with the exhibits under it."""
    items: list[dict] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            before = len(anchors)
            prose.render(cell.source)
            items += [anchor for anchor in anchors[before:] if anchor["level"] == 2]
        for record in records(cell) if items else ():
            if record["kind"] == "exhibit":
                facts = {
                    "id": record["id"],
                    "number": number_of(record["id"]).split()[-1],
                    "text": record["title"],
                }
                items[-1]["exhibits"].append(facts)
    return items if len(items) > 1 else []


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    """A table of texts that are HTML already, its first column as row headers.

    >>> grid(["What", "Now"], [["day", "2018"]])
    '<table><thead><tr><th scope="col">What</th><th scope="col">Now</th></tr></thead><tbody><tr><th scope="row">day</th><td>2018</td></tr></tbody></table>'
    """
    first, *others = (
        f'<th scope="col"{kind if position else ""}>{name}</th>'
        for position, name in enumerate(head)
    )
    top = first + "".join(others)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td{kind}>{cell}</td>" for cell in others)}</tr>'
        for first, *others in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


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
    return (
        '"'
        + "".join(
            c if c.isalnum() or c in " ·–-’,.:" else f"\\{ord(c):x} " for c in printable(text)
        )
        + '"'
    )


def page(notebook: nbformat.NotebookNode, meta: Meta) -> str:
    """The page of an executed notebook, in the present language.

    The slug "index" is the brief; it says what failed.
    """
    title, under, body = opened(notebook)
    listed: list[dict] = []
    items = _contents(body, MarkdownWithMath(_Prose(listed)), listed)
    anchors: list[dict] = []
    running = f":root{{--running:{css_text(meta.study)};--stamped:{css_text(meta.caution)};--state:{css_text(meta.state)}}}"
    visible = "".join(str(output) for cell in body.cells for output in cell.get("outputs", []))
    sheet = (
        stylesheets.page(dict.fromkeys(re.findall(r'<option class="([a-z]-\d+)"', visible)))
        + running
    )
    places = [slug for slug, _title in meta.pages]
    page_number = places.index(meta.slug) if meta.slug in places else None
    parameters_text = " · ".join(f"{name} = {value}" for name, value in meta.parameters.items())
    parameters = (
        [_("Parameters: {parameters}", parameters=parameters_text)] if parameters_text else []
    )
    content = {
        "lang": formatting.language(),
        "title": title or meta.study,
        "heading": unbroken(title or meta.study),
        "opening": MarkdownWithMath(_Prose(anchors)).render(under) if under else "",
        "contents": items,
        "style": sheet,
        "style_hash": base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode(),
        "previous": meta.pages[page_number - 1] if page_number else None,
        "next": meta.pages[page_number + 1]
        if page_number is not None and page_number + 1 < len(places)
        else None,
        "footer": [meta.origin[0], *parameters, meta.origin[1]],
        "colon": "\u00a0: " if formatting.language() == "fr" else ": ",
    }
    with resources.as_file(resources.files("analysis") / "template") as folder:
        bare = dict.fromkeys(
            ("exclude_input", "exclude_input_prompt", "exclude_output_prompt"), True
        )
        config = Config({"TemplateExporter": bare})
        exporter = _Exporter(
            template_name="page", extra_template_basedirs=[str(folder)], config=config
        )
        exporter.register_filter("say", formatting.text)
        exporter.register_filter("as_html", _as_html)
        exporter.register_filter("as_image", _as_image)
        exporter.register_filter("markdown2html", MarkdownWithMath(_Prose(anchors)).render)
        return exporter.from_notebook_node(body, resources={"page": content, "meta": meta})[0]
