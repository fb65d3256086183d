"""The decision brief is short: two sheets, few stops, plain words, nothing said twice; in both languages."""

import io
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import bs4
import nbformat
import pandas as pd
import pytest
from pypdf import PdfReader

import gallery
from analysis.article import brief_pictures
from analysis.article.captions import MIME
from analysis.report import assemble, html_page, notebook_cells, pdf_brief
from analysis.text import formatting
from conftest import ROOT

METHOD_WORDS = re.compile(
    r"Kaplan|Meier|log-log|b[eê]ta\b|Holm|Kendall|E-value|valeur E\b|om[eé]ga", re.IGNORECASE
)


@pytest.fixture(scope="module", params=["fr", "en"])
def brief(request, opened):
    """The page of the brief as text and tags, and its sheets of paper."""
    study = opened(lang=request.param)
    notebook = nbformat.read(ROOT / "notebooks/0_brief.ipynb", as_version=4)
    formatting.use(request.param)
    notebook_cells.translate(notebook)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    shown = gallery.notebook(
        cells[0],
        cells[1],
        gallery.cell(study.exhibit("B1")),
        cells[2],
        gallery.cell(study.exhibit("T8")),
    )
    files = sorted(Path(ROOT / "notebooks").glob("[0-7]*.ipynb"))
    meta = html_page.Meta(slug="index", **assemble.edition(study, "", files, "").meta)
    page = bs4.BeautifulSoup(html_page.page(shown, meta), "html.parser")
    for hidden in page(["style", "head"]):
        hidden.decompose()
    sheets = PdfReader(io.BytesIO(pdf_brief.brief(shown, meta)))
    yield page, sheets
    formatting.use("fr")


def test_the_brief_is_below_nine_hundred_words_on_two_sheets_and_forty_stops(brief):
    page, sheets = brief
    assert len(page.get_text(" ").split()) < 900
    assert len(page.select("a[href], summary, select, [tabindex='0']")) <= 40
    assert len(sheets.pages) == 2
    assert len(" ".join(sheet.extract_text() for sheet in sheets.pages).split()) < 900


def test_the_brief_says_nothing_in_the_words_of_the_method_and_nothing_twice(brief):
    page, sheets = brief
    paper = " ".join(sheet.extract_text() for sheet in sheets.pages)
    assert not METHOD_WORDS.findall(page.get_text(" ") + paper)
    told = page.select("main :is(h2, h3, .sub, i), .findings > .base, footer p")
    sentences = [tag.get_text(" ", strip=True) for tag in told]
    assert len(sentences) == len(set(sentences)) > 15
    source = " ".join(page.select("footer p")[0].get_text(" ").split())
    assert " ".join(paper.split()).count(source) == 1


def titles(outline: list) -> list[str]:
    """The titles of an outline, those below others after them."""
    below = [titles(entry) if isinstance(entry, list) else [entry.title] for entry in outline]
    return [" ".join(title.split()) for level in below for title in level]


def test_the_outline_of_the_paper_names_each_finding(brief):
    page, sheets = brief
    findings = [" ".join(tag.get_text().split()) for tag in page.select(".finding h3")]
    assert len(findings) >= 4 and set(findings) <= set(titles(sheets.outline))


@pytest.mark.parametrize(("years", "hidden_on_a_phone"), [(6, 0), (8, 4)])
def test_amounts_of_many_years_stand_above_each_second_column_on_a_phone(years, hidden_on_a_phone):
    labels = [str(2019 - years + place) for place in range(years)]
    finding = SimpleNamespace(
        kind="amount",
        family="strength",
        years=(2017, 2018),
        columns=pd.DataFrame({"label": labels, "now": [47_000_000.0] * years}),
    )
    picture = bs4.BeautifulSoup(brief_pictures.picture(finding), "html.parser")
    assert len(picture.select("text.second")) == hidden_on_a_phone
    last_amount = picture.find_all("text")[-2]
    assert last_amount.get_text().startswith("47") and not last_amount.get("class")


@pytest.mark.parametrize("audience", ["team", "directors", "partners"])
def test_partners_alone_are_not_asked_to_decide(opened, audience):
    brief = replace(opened().exhibit("B1"), audience=audience)
    form = bs4.BeautifulSoup(brief.html(), "html.parser").select(".action.ask")
    is_asked = audience != "partners"
    assert len(form) == (is_asked and sum(one.action is None for one in brief.findings))
    assert ("aucune décision inscrite" in brief.title) == is_asked
    assert brief.title.startswith("Cinq constats")


def test_a_label_of_three_lines_stands_clear_of_the_gauge_below_it():
    """Four numbers in a row: between the last line of a label and the interval lies the gauge, of
    eight points, which a label of two lines leaves free.
    """
    label = "sont échues ou le seront sous 180 jours, sans suite connue"
    notebook = gallery.brief()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    keys = next(output for output in outputs if output["data"][MIME]["kind"] == "keys")
    first = keys["data"][MIME]["numbers"][0] | {"label": label, "interval": "47–51"}
    keys["data"][MIME]["numbers"] = [first] * 4
    alone = gallery.notebook("# Nombres")
    alone.cells.append(nbformat.v4.new_code_cell(outputs=[keys]))
    sheet = PdfReader(io.BytesIO(pdf_brief.brief(alone, gallery.meta()))).pages[0]
    heights: dict[str, float] = {}
    sheet.extract_text(
        visitor_text=lambda text, place, *_font: heights.setdefault(text.strip()[:5], place[5])
    )
    assert heights["connu"] - heights["47–51"] > 20
