"""A report can be walked: from a number to its figure, its data and the cell that made it; and no link leads nowhere."""

import json
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import bs4
import nbformat
import pytest

import tiny
from analysis.declare import parameters
from analysis.report import assemble
from analysis.run import editions, report_run
from analysis.run import project as projects
from conftest import ROOT


def parsed_pages(report: Path) -> dict[Path, bs4.BeautifulSoup]:
    """All pages below a folder, each parsed once."""
    return {
        page.resolve(): bs4.BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
        for page in report.rglob("*.html")
    }


def anchors(page: bs4.BeautifulSoup) -> set[str]:
    return {tag["id"] for tag in page(id=True)}


def broken_links(pages: dict[Path, bs4.BeautifulSoup]) -> list[str]:
    """The links of these pages that lead to no file, or to no place in a page."""
    places = {page: anchors(content) for page, content in pages.items()}
    broken = []
    for page, content in pages.items():
        for tag in content(True):
            for address in {tag.get("href"), tag.get("src"), tag.get("xlink:href")} - {None}:
                link = urlsplit(address)
                if link.scheme:
                    continue
                target = (page.parent / unquote(link.path)).resolve() if link.path else page
                is_there = target.is_file() and link.fragment in {"", *places.get(target, ())}
                if not is_there:
                    broken.append(f"{page.name}: {address}")
    return broken


def test_the_demonstration_gives_the_numbers_kept_as_its_reference(demo_report):
    reference = ROOT / "reports/reference"
    if not (reference / "manifest.json").is_file():
        pytest.skip("no reference is kept in reports/reference")
    assert editions.differences(reference, demo_report) == []


@pytest.fixture(scope="module")
def demo_pages(demo_report) -> dict[Path, bs4.BeautifulSoup]:
    return parsed_pages(demo_report)


def test_every_link_of_the_demonstration_leads_somewhere(demo_pages):
    assert broken_links(demo_pages) == []


def test_from_the_manifest_to_each_figure_its_page_its_files_and_its_cell(demo_report, demo_pages):
    ids = {page: anchors(content) for page, content in demo_pages.items()}
    notebooks = {
        file.relative_to(demo_report).as_posix(): nbformat.read(file, as_version=4)
        for file in demo_report.rglob("*.ipynb")
    }
    manifest = json.loads((demo_report / "manifest.json").read_text(encoding="utf-8"))
    assert {"T8", "F3", "F22", "T4"} <= set(manifest["figures"])
    for id, figure in manifest["figures"].items():
        page, _hash, place = figure["page"].partition("#")
        content = demo_pages[(demo_report / page).resolve()]
        article = content.find("article", id=id)
        assert place == id and id in ids[(demo_report / page).resolve()]
        assert all((demo_report / file).is_file() for file in figure["files"])
        cells = notebooks[figure["notebook"]].cells
        (source,) = [cell.source for cell in cells if cell.id == figure["cell"]]
        assert id.partition("-")[0] in source or "exhibit" in source or "present" in source
        if article is not None:
            links = {tag["href"] for tag in article.select("a[href]")}
            assert {*figure["files"], f"#{id}"} - {f"figures/{id}.json"} <= links
            assert figure["notebook"] in links and figure["cell"] in article.get_text()
            assert all(name in article.get_text() for name in figure["functions"])
        if f"figures/{id}.svg" in figure["files"]:
            assert (demo_report / f"figures/{id}.png").read_bytes()[:4] == b"\x89PNG"
    told = json.loads((demo_report / "figures/T8.json").read_text(encoding="utf-8"))["numbers"]
    kept = manifest["figures"]["T8"]["key_numbers"]
    assert {key: number["value"] for key, number in kept.items()} == {
        number["key"]: number["value"] for number in told
    }


def test_a_part_is_folded_under_the_figure_that_it_belongs_to(demo_report, demo_pages):
    figures = json.loads((demo_report / "manifest.json").read_text(encoding="utf-8"))["figures"]
    main_of = {id: figure["part_of"] for id, figure in figures.items() if "part_of" in figure}
    assert {"T4": "F3", "T5": "F8", "T3": "F13", "T6": "F26"}.items() <= main_of.items()
    own_drawings = {id for id in figures if id.startswith("X")}  # of the notebooks' analysts
    assert len(figures.keys() - main_of.keys() - own_drawings) <= 35
    for id, main in main_of.items():
        place, _hash, _id = figures[id]["page"].partition("#")
        page = demo_pages[(demo_report / place).resolve()]
        assert page.select_one(f"details.part #{id}") and page.select_one(f"#{main}")
        assert not page.select(f"nav.contents a[href$='#{id}']")


def test_a_grant_list_comes_with_its_money_first():
    project = projects.Project(ROOT, ROOT / "notebooks")
    asked = parameters.Parameters()
    programme = [file.stem for file in report_run.own_notebooks(project, asked, "")]
    grants = [file.stem for file in report_run.own_notebooks(project, asked, "", is_grants=True)]
    assert grants[:3] == ["0_brief", "3b_money", "1_quality"]
    assert programme == sorted(grants) != grants


def test_links_lead_somewhere_where_a_report_is_split_or_kept(desk, typed):
    signed = [row for row in tiny.agreements() if row[3] != "national"]
    tiny.programme(desk / "raw", signed=signed)
    tiny.notebook(desk / "one.ipynb", "The essentials", '"F8"')
    given = ("run", "--data", "raw", "--notebook", "one.ipynb", "--out", "out", "--by", "level")
    assert typed(*given, "--day", "2017-06-27")[0] == 0
    assert typed(*given)[0] == 0
    assert (desk / "out/editions/2017-06-27/local/index.html").is_file()
    pages = parsed_pages(desk / "out")
    assert broken_links(pages) == []
    (desk / "out/local/method.html").unlink()
    assert broken_links(pages)


def test_reports_of_alike_names_stand_in_folders_of_their_own(desk, monkeypatch):
    """Names that give one folder, or the place of another page, or more letters than one may have."""
    names = ["A b", "a-b", "Île", "ile", "index", "editions", "B" * 5000]
    asked = parameters.parse({})
    study = SimpleNamespace(parameters=asked, is_grants=False, values=lambda by: names)
    study.where = lambda **of: study
    monkeypatch.setattr(assemble, "edition", lambda study, place, files, inputs: place)
    cleaned = SimpleNamespace(inputs={"key": ""})
    given = (cleaned, [asked], "entity", [], desk / "out", {}, {})
    report = report_run.Report(projects.current(), *given)
    places = [*report._editions_of(study)]
    for place in places:
        (desk / "out" / place).mkdir(parents=True)
    assert len({*places}) == len(names) and not {"index/", "editions/"} & {*places}
