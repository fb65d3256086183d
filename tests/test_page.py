"""A page stands alone, holds every output of its notebook, and can be read by everybody: on a phone, in the dark, on paper, by ear."""

import base64
import hashlib
import io
import json
import os
import random
import re
import shutil
import subprocess
from copy import deepcopy
from functools import cache

import nbformat
import pandas as pd
import pytest
import typst

import gallery
from analysis.article.captions import MIME
from analysis.report import (
    among_page,
    by_index,
    figure_files,
    html_page,
    notebook_cells,
    page_order,
    pdf_brief,
    untold,
)
from analysis.text import formatting
from analysis.text.facts import Label, Number
from analysis.text.sentences import Words

CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OF_A_LIBRARY = "lib/site-packages/x.py:7: UserWarning: odd\nmore of it\n  pack(it)\n"
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


pytestmark = pytest.mark.usefixtures("english")


def outputs() -> nbformat.NotebookNode:
    """A notebook with every kind of output that a notebook of the study may hold."""
    return deepcopy(_outputs(formatting.language()))


@cache
def _outputs(_lang: str) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output
    frame = pd.DataFrame({"name": ["<i>Les Amis</i>"], "share": [0.5]})
    return gallery.notebook(
        "# Outputs\n\nWhat is under the title.",
        "## Prose\n\nInline $S(t)$ and\n\n$$\\hat S(t)=\\prod_i\\left(1-\\frac{d_i}{n_i}\\right)$$\n\n| a | b |\n|---|---|\n| cell-a | 2 |\n\n"
        "<b>raw html</b> and `code`\n\n## Prose",
        gallery.cell(
            output("stream", name="stdout", text="printed <b>line</b>"),
            output("stream", name="stderr", text="\x1b[31mwarned\x1b[0m"),
            output("stream", name="stderr", text=OF_A_LIBRARY),
            output(
                "execute_result",
                {
                    "text/html": frame.style.set_uuid("one").format(escape="html").to_html(),
                    "text/plain": "frame",
                },
            ),
            output(
                "display_data",
                {
                    "text/html": '<p onclick="x()" style="color:red">paragraph<script>x()</script><a href="javascript:x()">link</a></p>'
                },
            ),
            output(
                "display_data",
                {
                    "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'><text>hidden</text></svg>",
                    "text/plain": "a drawing",
                },
            ),
            output("display_data", {"image/png": PIXEL, "text/plain": "a photograph"}),
            output("display_data", {"text/plain": "plain <text>"}),
            output("display_data", {"text/markdown": "marked **down**", "text/plain": ""}),
            output("display_data", {"text/latex": "$x^2$"}),
            output("display_data", {"application/x-unknown": "?", "text/plain": "unknown kind"}),
            output(
                "error",
                ename="ValueError",
                evalue="boom <b>",
                traceback=["\x1b[31mTraceback", "last line"],
            ),
            tags=["lede"],
        ),
        "## Exhibits",
        gallery.cell(gallery.exhibit("F3")),
        gallery.cell(gallery.key_numbers()),
    )


def test_every_output_reaches_the_page():
    page = html_page.page(outputs(), gallery.meta("outputs"))
    for shown in (
        "<h1>Outputs</h1>",
        "What is under the title.",
        '<h2 id="prose">',
        '<h2 id="prose-2">',
        "cell-a",
        "&lt;b&gt;raw html&lt;/b&gt;",
        "<code>code</code>",
        "printed &lt;b&gt;line&lt;/b&gt;",
        '<pre class="stderr">warned</pre>',
        "&lt;i&gt;Les Amis&lt;/i&gt;",
        "paragraph",
        "link",
        'alt="a drawing"',
        'alt="a photograph"',
        "plain &lt;text&gt;",
        "<strong>down</strong>",
        "unknown kind",
        "ValueError",
        "boom &lt;b&gt;",
        "last line",
        'id="F3"',
        'id="T8"',
    ):
        assert shown in page, shown
    assert page.count("<math") == 3
    assert 'class="outputs lede"' in page
    for hidden in (
        "UserWarning",
        "hidden_code",
        "<script",
        "onclick",
        "javascript:",
        " style=",
        "\x1b",
        "<i>Les Amis",
    ):
        assert hidden not in page, hidden
    assert page.count("<style") == 1


def test_a_page_allows_its_own_style_and_nothing_else():
    page = html_page.page(gallery.brief(), gallery.meta())
    sheet = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    known = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{known}'; img-src data:;" in page
    outside = set(re.findall(r"https?://[^\"' )<]+", page)) - {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
        "http://www.w3.org/1998/Math/MathML",
    }
    assert not outside
    assert len(re.findall(r'\bid="([^"]+)"', page)) == len(set(re.findall(r'\bid="([^"]+)"', page)))


def test_a_page_says_what_it_stands_on_and_what_failed():
    page = html_page.page(
        gallery.brief(), gallery.meta(failed=[("Durability", "KeyError: 'sites' <b>")])
    )
    for said in (
        "grace_days = 180",
        "3f9ac21b",
        "0.1.0",
        "27 June 2018",
        "demonstration data",
        "KeyError: &#39;sites&#39; &lt;b&gt;",
        'lang="en"',
    ):
        assert said in page, said
    formatting.use("fr")
    french = html_page.page(gallery.brief(), gallery.meta(failed=[("Durability", "KeyError")]))
    assert (
        'lang="fr"' in french
        and "données de démonstration" in french
        and "Absent de ce rapport" in french
    )
    assert "demonstration data" not in html_page.page(
        gallery.notebook("# A", "b"), gallery.meta(synthetic=False)
    )


def test_same_bytes_twice():
    assert html_page.page(outputs(), gallery.meta()) == html_page.page(outputs(), gallery.meta())
    assert pdf_brief.brief(gallery.brief(), gallery.meta()) == pdf_brief.brief(
        gallery.brief(), gallery.meta()
    )


def test_a_heavy_notebook_is_cut_between_its_sections(monkeypatch):
    whole = html_page.pages(outputs(), gallery.meta("outputs"))
    assert list(whole) == ["outputs"]
    monkeypatch.setattr(html_page, "HEAVIEST", len(whole["outputs"]) - 1)
    parts = html_page.pages(outputs(), gallery.meta("outputs"))
    assert list(parts) == ["outputs", "outputs-2"]
    assert 'id="F3"' not in parts["outputs"] and 'id="F3"' in parts["outputs-2"]
    assert 'href="outputs-2.html#F3"' in parts["outputs"], "each part lists the sections of all"
    assert "Outputs (2 of 2)" in parts["outputs-2"] and "cell-a" not in parts["outputs-2"]


def test_a_part_stands_alone_where_its_figure_is_not_shown():
    part = gallery.cell(gallery.exhibit("T1"), tags=["part"])
    part.metadata["en"] = "Does it hold?"
    for main, folded in ((gallery.exhibit("F3"), 1), (gallery.Unsupported("No.", "F3"), 0)):
        notebook = gallery.notebook("# A", "## How long?", gallery.cell(main), part)
        page = html_page.page(notebook, gallery.meta("outputs"))
        assert page.count('<details class="part"><summary><b>Table T1</b> Does it hold?') == folded
        assert page.count('id="T1"') == 1
        assert page_order.parts(notebook.cells) == ({"T1": "F3"} if folded else {})


def test_figures_that_no_heading_comes_before_get_one():
    figure = gallery.cell(gallery.exhibit("F3"))
    for cells, heading in (
        (("# A", figure), "## Figures"),
        (("# A", "## Why?", figure), "## Why?"),
    ):
        _title, _under, body = page_order.opened(gallery.notebook(*cells))
        prose = [cell.source for cell in body.cells if cell.cell_type == "markdown"]
        assert prose == [heading]


def test_a_page_that_could_show_nothing_is_linked_by_none():
    refused = gallery.Unsupported("No vote.", "F26")._repr_mimebundle_()[MIME]
    own = {"kind": "exhibit", "id": "X5"}  # a drawing in the work of a question
    assert untold.reasons([refused, refused, own]) == ["No vote."]
    assert untold.reasons([refused, {"kind": "exhibit", "id": "F1"}]) == []
    listed = [("index", "Essentials"), ("road", "Road & map"), ("method", "Words")]
    text = html_page.page(gallery.brief(), gallery.meta("index", pages=listed))
    assert 'class="next" href="road.html"' in text
    cut = untold.without(text, listed, {"road"})
    assert "road.html" not in cut and 'class="next" href="method.html"' in cut and "map" not in cut
    assert untold.without(text, listed, set()) == text
    assert (
        "next"
        not in untold.without(text, listed, {"road", "method"}).partition('<nav class="turn')[2]
    )


def test_records_are_what_is_published():
    records = page_order.exhibit_records(*gallery.brief().cells)
    assert [(record["kind"], record.get("id")) for record in records] == [
        ("keys", "T8"),
        ("exhibit", "F3"),
        ("exhibit", "F8"),
        ("exhibit", "F15"),
        ("unsupported", "F24"),
        ("exhibit", "T1"),
    ]
    json.dumps(records)
    assert records[1]["csv"].startswith("stratum,months,at_risk,survival,low,high\n")


def test_a_computation_of_a_question_without_answer_keeps_its_figure():
    refused = gallery.cell(gallery.Unsupported("One group.", "F4"))
    of_the_analyst = gallery.cell(gallery.exhibit("F8", id="X1"), tags=["work"])
    questions = {
        len(shown): page_order.opened(gallery.notebook("# A page", "## Who lasts longer?", *shown))[
            2
        ]
        for shown in ([refused], [refused, of_the_analyst])
    }
    listed = {
        many: len(page_order.exhibit_records(*body.cells)) for many, body in questions.items()
    }
    assert listed == {1: 0, 2: 2}, "told in a line at the end; kept with what it shows"


@pytest.mark.parametrize(("tags", "is_kept"), [([], True), (["work"], False)])
def test_a_drawing_of_the_analysts_own_is_kept_beside_a_figure_that_cannot_be_shown(tags, is_kept):
    refused = gallery.cell(gallery.Unsupported("One group.", "F4"))
    drawing = nbformat.v4.new_output("display_data", {"text/plain": "<Axes>"})
    own = nbformat.v4.new_code_cell("ax", outputs=[drawing], metadata={"tags": tags})
    notebook = gallery.notebook("# A page", "## Who lasts longer?", refused, own)
    _title, _under, body = page_order.opened(notebook)
    assert any(drawing in cell.get("outputs", []) for cell in body.cells) == is_kept


def test_the_pdf_is_tagged_titled_and_in_its_language():
    from pypdf import PdfReader

    formatting.use("fr")
    reader = PdfReader(
        io.BytesIO(
            pdf_brief.brief(gallery.brief(), gallery.meta(failed=[("Durabilité", "KeyError")]))
        )
    )
    root = reader.trailer["/Root"]
    assert (
        root["/Lang"] == "fr-FR"
        and root["/MarkInfo"]["/Marked"]
        and b"pdfuaid" in root["/Metadata"].get_data()
    )
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for said in (
        "Lasting, weakening, growing stronger",
        "More than half",
        "What F3 finds",
        "Figure F24",
        "n = 812 relations",
        "Shared places",
        "18",
        "Absent de",
    ):
        assert said in text, said


def test_a_drawing_without_alternative_text_is_no_pdf():
    notebook = gallery.brief()
    record = page_order.exhibit_records(*notebook.cells)[1]
    record["alt"] = ""
    with pytest.raises(typst.TypstError, match="alt"):
        pdf_brief.brief(notebook, gallery.meta())


def test_a_thousand_hostile_names_are_text_in_a_workbook(tmp_path):
    import openpyxl

    from analysis.article import table_export as shown
    from analysis.article import workbook_export
    from test_exhibit import HOSTILE

    drawn = random.Random(20180627)
    letters = [*"=+-@\t\r\x00\x0b\x1f\u202e\ufffe<&'é😀 ", "a", "1", "_x0041_"]
    names = [
        *HOSTILE,
        *("".join(drawn.choices(letters, k=drawn.randint(1, 60))) for _name in range(1000)),
    ]
    table = pd.DataFrame({"label": names, "value": range(len(names))})
    built = gallery.exhibit(
        "F6",
        data=table,
        draw=None,
        labels={name: name for name in table},
        formats={"label": "text", "value": "integer"},
    )
    record = built._repr_mimebundle_()[MIME]
    workbook_export.write_workbook(tmp_path / "F6.xlsx", {"F6": figure_files._sheet(record)})
    cells = [
        row[0] for row in openpyxl.load_workbook(tmp_path / "F6.xlsx")["F6"].iter_rows(min_row=2)
    ]
    assert len(cells) == len(names) and all(cell.data_type == "s" for cell in cells)
    assert not any(str(cell.value).startswith(("=", "+", "-", "@")) for cell in cells)
    assert [cell.value.lstrip("'") for cell in cells] == [
        shown.printable(name).lstrip("'") for name in names
    ]


def test_a_table_without_a_picture_is_a_workbook_too(tmp_path):
    tables = [gallery.exhibit("F6", draw=None), gallery.exhibit("F6", id="F7")]
    figure_files.write_figures([each._repr_mimebundle_()[MIME] for each in tables], tmp_path)
    files = {file.name for file in tmp_path.iterdir()}
    of_both = {f"{id}.{ending}" for id in ("F6", "F7") for ending in ("csv", "json")}
    assert files == {*of_both, "F6.xlsx", "F7.svg", "F7.png"}


def test_hostile_names_are_text_in_the_pdf():
    from pypdf import PdfReader

    from test_exhibit import HOSTILE

    cells = [gallery.cell(gallery.Unsupported(name)) for name in HOSTILE * 50]
    cells = [
        gallery.cell(gallery.exhibit("T1")),
        *cells,
    ]  # beside a figure, refusals stay in their place
    reader = PdfReader(
        io.BytesIO(pdf_brief.brief(gallery.notebook("# <b>Title</b> #let", *cells), gallery.meta()))
    )
    text = "".join(page.extract_text() for page in reader.pages)
    for said in ("<script>alert(1)</script>", "=HYPERLINK(1)", "#let x = 1", "{{ 7*7 }}"):
        assert text.count(said) >= 49, said


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("needs Chromium (set CHROMIUM to its path), which is not here")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


def side_by_side() -> str:
    """The index of two reports, and under it one of them among the others."""
    known = [number for number in gallery.key_numbers().numbers if number.format == "percent"]
    numbers = {number.key: number.json() for number in known}
    rows = [by_index.Row(level, level, numbers, {}) for level in ("local", "national")]
    words = Words("pages", "en", {"confidence": Label("95%"), "percent_from": Number(10)})
    pooled = by_index._pooled(rows, 0.95)
    table = by_index._table(words, "Level", rows, pooled, {})
    parts = among_page.among_parts(words, rows[0], rows, pooled, numbers)
    return html_page.composed([("# By level", table), *parts[1:]], gallery.meta("side"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    formatting.use("en")
    folder = tmp_path_factory.mktemp("pages")
    with_work = outputs()
    drawing = gallery.DRAWN["F8"][2]
    silent = gallery.exhibit("F8", draw=lambda data, narrow: (drawing(data, narrow)[0], []))
    with_work.cells.append(gallery.cell(silent, tags=["work"]))
    refused = (gallery.Unsupported("No survey.", "F13"), gallery.Unsupported("One wave.", "F14"))
    with_work.cells += [gallery.cell(one) for one in refused]
    for slug, notebook in (
        ("index", gallery.brief()),
        ("drawings", gallery.drawings()),
        ("outputs", with_work),
    ):
        (folder / f"{slug}.html").write_text(
            html_page.page(notebook, gallery.meta(slug, failed=[("A page", "ValueError")])),
            encoding="utf-8",
        )
    (folder / "side.html").write_text(side_by_side(), encoding="utf-8")
    return folder


def _open(browser, file, width=1280, scheme="light"):
    """The page, what it asked the network for and what it complained of."""
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    heard = []
    page.on(
        "request",
        lambda request: (
            heard.append(request.url) if not request.url.startswith(("file:", "data:")) else None
        ),
    )
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(file.as_uri())
    return page, heard


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("slug", ["index", "drawings", "outputs", "side"])
def test_no_barrier_no_request_no_error(browser, pages, slug, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page, heard = _open(browser, pages / f"{slug}.html", width, scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(
        page,
        options={
            "runOnly": [
                "wcag2a",
                "wcag2aa",
                "wcag21a",
                "wcag21aa",
                "wcag22a",
                "wcag22aa",
                "best-practice",
            ],
            "resultTypes": ["violations"],  # of what passes, one example is enough
        },
    )
    told = [
        (one["id"], one["nodes"][0]["html"][:200], one["nodes"][0].get("failureSummary"))
        for one in found.response["violations"]
    ]
    heard = [
        one for one in heard if "image" not in one.lower()
    ]  # the one-pixel picture of the test is broken
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert not told and not heard
    assert wide <= width


@pytest.mark.browser
def test_the_form_of_a_figure_follows_its_room(browser, pages):
    page, _heard = _open(browser, pages / "index.html", 390)
    assert (
        page.locator("#F3 .narrow svg").is_visible()
        and not page.locator("#F3 .wide svg").is_visible()
    )
    page.set_viewport_size({"width": 1280, "height": 900})
    assert (
        page.locator("#F3 .wide svg").is_visible() and page.locator("#F8 .wide svg").is_visible()
    ), "one under the other, each has the whole column"
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('#F3 .wide text')].map(one => one.getBoundingClientRect().height))"
    )
    page.close()
    assert smallest >= 11


@pytest.mark.browser
def test_focus_on_a_point_shows_its_value(browser, pages):
    page, _heard = _open(browser, pages / "index.html")
    tip = page.locator("#F3 .wide .pt .tip").nth(2)
    assert tip.evaluate("one => getComputedStyle(one).opacity") == "0"
    page.locator("#F3 .wide .pt").nth(2).focus()
    assert tip.evaluate("one => getComputedStyle(one).opacity") == "1"
    page.close()


@pytest.mark.browser
def test_the_keyboard_meets_the_skip_link_first(browser, pages):
    page, _heard = _open(browser, pages / "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.close()


def _printed(browser, file) -> list[str]:
    """What each sheet of the printed page says."""
    from pypdf import PdfReader

    page, _heard = _open(browser, file)
    printed = io.BytesIO(page.pdf(prefer_css_page_size=True))
    page.close()
    return [" ".join(sheet.extract_text().split()) for sheet in PdfReader(printed).pages]


@pytest.mark.browser
def test_printed_figures_are_whole_and_pages_are_numbered(browser, pages):
    printed = _printed(browser, pages / "drawings.html")
    assert (
        f"1 / {len(printed)}" in printed[0]
        and "A study of invented numbers" in printed[0]
        and "demonstration data" in printed[0]
    )
    for id in gallery.DRAWN:
        number = f"What {id} finds"
        sheet = next(text for text in printed if number in text)
        # what a figure rests on stands below its drawing
        assert sheet.count("n = 1,347 relations") >= sheet.count("finds, in one sentence"), (
            f"{id}, its title and its base stand on one sheet"
        )


@pytest.mark.browser
def test_on_paper_a_question_stands_with_its_answer(browser, tmp_path):
    """Whatever stands before: text of another length moves where the sheet ends."""
    lead = "A line that says what the figure rests on. "
    asked = [
        one
        for lines, id in enumerate(gallery.DRAWN)
        for one in (
            f"## Which drawing is {id}?\n\n{lead}",
            gallery.cell(gallery.exhibit(id)),
            lead * 3 * lines,
        )
    ]
    page = html_page.page(gallery.notebook("# Drawings", *asked), gallery.meta("drawings"))
    (tmp_path / "asked.html").write_text(page, encoding="utf-8")
    sheets = _printed(browser, tmp_path / "asked.html")
    for id in gallery.DRAWN:
        sheet = next(text for text in sheets if f"What {id} finds" in text)
        assert f"Which drawing is {id}?" in sheet, id


@pytest.mark.browser
def test_a_hostile_page_runs_nothing(browser, tmp_path):
    from test_exhibit import HOSTILE

    data = pd.DataFrame({"label": HOSTILE, "value": 0.5, "low": None, "high": None})
    exhibit = gallery.exhibit(
        "F6",
        data=data,
        title=HOSTILE[0],
        labels=dict(zip(data, data, strict=True)),
        formats=dict.fromkeys(data, "text"),
    )
    page = html_page.page(
        gallery.notebook("# " + HOSTILE[0], "## " + HOSTILE[1], gallery.cell(exhibit)),
        gallery.meta(study=HOSTILE[2], about=HOSTILE[0]),
    )
    (tmp_path / "hostile.html").write_text(page, encoding="utf-8")
    opened, heard = _open(browser, tmp_path / "hostile.html")
    scripts = opened.evaluate("document.scripts.length + document.images.length")
    title = opened.locator("h1").inner_text()
    opened.close()
    assert not heard and scripts == 0 and title == HOSTILE[0]


def test_help_stays_light():
    """The page's libraries are not loaded by what only builds exhibits."""
    code = "import sys, analysis.article.exhibit; print([name for name in ('nbconvert', 'typst', 'seaborn', 'scipy') if name in sys.modules])"
    assert (
        subprocess.run(
            [os.sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )


def _cell(source: str, *tags: str, shows: str = ""):
    """A code cell with these tags, and the figure that it shows."""
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})
    if shows:
        record = {"kind": "exhibit", "id": shows}
        cell.outputs = [nbformat.v4.new_output("display_data", {MIME: record})]
    return cell


def test_a_computation_is_named_by_its_figure_and_open_where_it_is_the_only_answer():
    cells = [
        nbformat.v4.new_markdown_cell("# Page"),
        nbformat.v4.new_markdown_cell("## Who lasts longer?"),
        _cell("compare", "work", shows="X1"),
        _cell("show", shows="F4"),
        nbformat.v4.new_markdown_cell("## Since when?"),
        _cell("draw", "work", shows="X5"),
    ]
    _title, _under, body = page_order.opened(nbformat.v4.new_notebook(cells=cells))
    work = [cell.metadata for cell in body.cells if "work" in cell.metadata.get("tags", [])]
    assert [(cell["of"], cell["open"]) for cell in work] == [("F4", False), ("X5", True)]


def test_a_question_that_the_teams_work_alone_answers_leaves_with_it():
    questions = ["## Who lasts longer?", "## Since when?", "## What is meant?"]
    first, second, third = map(nbformat.v4.new_markdown_cell, questions)
    cells = [first, _cell("compare", "work"), _cell("show"), second, _cell("draw", "work"), third]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook_cells.without_work(notebook)
    assert [cell.source for cell in notebook.cells] == [questions[0], "show", questions[2]]
