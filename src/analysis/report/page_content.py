"""What stands in a page: prose from Markdown, HTML outputs without what could run, pictures as
images.
"""

import base64
import re
from functools import lru_cache
from html import escape
from typing import cast

import bs4
import jinja2
from latex2mathml import converter
from nbconvert.filters.markdown_mistune import IPythonRenderer

from analysis.article.captions import MIME, number_of, stylesheet
from analysis.article.table_export import escaped, printable
from analysis.report import notebook_cells, result_cache
from analysis.text import formatting
from analysis.text.messages import say


class _CompiledTemplates(jinja2.BytecodeCache):
    """The templates of pages, compiled once for a language: what they `say` is part of the code."""

    def __init__(self):
        self.code = {}

    def load_bytecode(self, bucket):
        code = self.code.get((bucket.key, formatting.language()))
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket):
        self.code[bucket.key, formatting.language()] = bucket.bytecode_to_string()


COMPILED = _CompiledTemplates()
# A warning names its file and line, goes on over some lines, and ends with the line of code, set in.
LIBRARY_WARNING = re.compile(
    r"^\S*site-packages\S*:\d+: \w*Warning:.*(?:\n(?! ).*)*?(?:\n +.*|\Z)\n?", re.MULTILINE
)


def unbroken(text: str) -> str:
    """A question that no line breaks at its hyphen: "peuvent-ils" stays whole, as headings are set
    in few words a line.
    """
    return re.sub(r"-(?=(?:t-)?(?:ils?|elles?|on|ce)\b)|(?<=-t)-", "-\u2060", text)


class Prose(IPythonRenderer):
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
        anchor = {"stem": id, "id": id, "text": plain, "level": level, "exhibits": []}
        if n_same:
            anchor["id"] = f"{id}-{n_same + 1}"
        self.anchors.append(anchor)
        return f'<h{level} id="{anchor["id"]}">{unbroken(text)}</h{level}>'

    def inline_math(self, body: str) -> str:
        return converter.convert(body, display="inline")

    def block_math(self, body: str) -> str:
        return _scrolled(converter.convert(body, display="block"), say("sheet.formula"))

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def table(self, text: str) -> str:
        return _scrolled(f"<table>{text}</table>", say("sheet.table"))


def _scrolled(wide: str, name: str) -> str:
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(name)}">{wide}</div>'


def as_html(data: dict) -> str:
    """An HTML output: the study's own as it is, any other without script, style or handlers, its
    tables in a frame that scrolls.
    """
    if MIME in data:
        return data["text/html"].replace(stylesheet(), "", 1)
    return _harmless(data["text/html"], formatting.language())


_RUN_OR_LEAD_OUT = ["script", "style", "iframe", "object", "embed", "link", "meta", "base", "form"]
_OTHER_SCHEME = re.compile(r"\s*(?!https?:|data:image/)[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@lru_cache(maxsize=64)
def _harmless(html: str, lang: str) -> str:
    """Others' HTML: parsed once, as the reports of a run hold the same tables."""
    soup = bs4.BeautifulSoup(html, "html.parser")
    for tag in soup(_RUN_OR_LEAD_OUT):
        tag.decompose()
    for tag in soup(True):
        for name in list(tag.attrs):
            if name.startswith("on") or name in ("style", "border", "srcset"):
                del tag[name]
        for name in ("href", "src", "xlink:href"):
            if _OTHER_SCHEME.match(str(tag.get(name, ""))):
                del tag[name]  # javascript: and its like
    for cell in soup("th"):
        if not cell.get_text(strip=True):
            cell.name = "td"  # the corner of a table heads nothing
    outermost = [table for table in soup("table") if not table.find_parent("table")]
    for table in outermost:
        frame = bs4.BeautifulSoup(_scrolled("", say("sheet.table")), "html.parser").div
        table.wrap(cast(bs4.Tag, frame))
    return str(soup)


def without_library_warnings(text: str) -> str:
    """What a cell wrote to its error stream, without the warnings of the libraries under it, which
    tell a reader of the page nothing; the notebook keeps them.

    >>> without_library_warnings("ours\\nlib/site-packages/x.py:7: UserWarning: odd\\n  pack(it)\\n")
    'ours\\n'
    """
    return LIBRARY_WARNING.sub("", text)


def as_image(output: dict, kind: str) -> str:
    """A picture that is no exhibit, as an image of its own; its alternative text is that of the
    output, else its plain text.
    """
    data = output["data"][kind]
    encoded = "".join(data.split())
    if kind == "image/svg+xml":
        encoded = base64.b64encode(data.encode()).decode()
    alt = output.get("metadata", {}).get("alt") or output["data"].get("text/plain")
    alt = printable(alt or say("sheet.picture"))
    return f'<img src="data:{kind};base64,{encoded}" alt="{escape(alt)}">'


def question(cell: dict) -> str:
    """What a part of a figure answers, after its number, as its cell's metadata says it."""
    record = next(item["data"][MIME] for item in cell["outputs"] if MIME in item["data"])
    text = notebook_cells.cell_prose("", cell["metadata"]) or record["title"]
    return f"<b>{escape(number_of(record['id']))}</b> {escaped(text)}"


def one_drawing(shown: str) -> str:
    """What is shown, each figure with its wide drawing alone, in a frame that scrolls."""
    wide = re.sub('<div class="narrow"><svg.*?</svg></div>', "", shown)
    name = escape(say("sheet.picture"))
    frame = f'<div class="wide" tabindex="0" role="group" aria-label="{name}">'
    return wide.replace('<div class="wide">', frame)


TEMPLATE_FILTERS = {  # by which the template of a page writes what stands in it
    "say": say,
    "as_html": as_html,
    "as_image": as_image,
    "one_drawing": one_drawing,
    "question": question,
    "number_of": number_of,
    "without_library_warnings": without_library_warnings,
}
