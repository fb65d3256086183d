"""A report can be walked: from a number to its figure, its data and the cell that made it; and no link leads nowhere."""

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

import bs4
import nbformat
import pytest

import tiny
from analysis.declare import parameters
from analysis.run import editions, report_run
from analysis.run import project as projects
from conftest import ROOT


def read(page: Path) -> bs4.BeautifulSoup:
    return bs4.BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def anchors(page: Path) -> set[str]:
    return {tag["id"] for tag in read(page)(id=True)}


def broken_links(report: Path) -> list[str]:
    """The links of all pages below a folder that lead to no file, or to no place in a page."""
    places = {page.resolve(): anchors(page) for page in report.rglob("*.html")}
    broken = []
    for page in places:
        for tag in read(page)(True):
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


def test_every_link_of_the_demonstration_leads_somewhere(demo_report):
    assert broken_links(demo_report) == []


def test_from_the_manifest_to_each_figure_its_page_its_files_and_its_cell(demo_report):
    manifest = json.loads((demo_report / "manifest.json").read_text(encoding="utf-8"))
    assert {"T8", "F3", "F22", "T4"} <= set(manifest["figures"])
    for id, figure in manifest["figures"].items():
        page, _hash, place = figure["page"].partition("#")
        assert place == id and id in anchors(demo_report / page)
        assert all((demo_report / file).is_file() for file in figure["files"])
        notebook = nbformat.read(demo_report / figure["notebook"], as_version=4)
        (source,) = [cell.source for cell in notebook.cells if cell.id == figure["cell"]]
        assert id.partition("-")[0] in source or "exhibit" in source or "present" in source
        article = read(demo_report / page).select_one(f"article#{id}")
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


def test_a_part_is_folded_under_the_figure_that_it_belongs_to(demo_report):
    figures = json.loads((demo_report / "manifest.json").read_text(encoding="utf-8"))["figures"]
    main_of = {id: figure["part_of"] for id, figure in figures.items() if "part_of" in figure}
    assert {"T4": "F3", "T5": "F8", "T3": "F13", "T6": "F26"}.items() <= main_of.items()
    own_drawings = {id for id in figures if id.startswith("X")}  # of the notebooks' analysts
    assert len(figures.keys() - main_of.keys() - own_drawings) <= 35
    for id, main in main_of.items():
        place, _hash, _id = figures[id]["page"].partition("#")
        page = read(demo_report / place)
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
    tiny.notebook(desk / "one.ipynb", "The essentials", '"F3"', '"F8"')
    given = ("run", "--data", "raw", "--notebook", "one.ipynb", "--out", "out", "--by", "level")
    assert typed(*given, "--day", "2017-06-27")[0] == 0
    assert typed(*given)[0] == 0
    assert (desk / "out/editions/2017-06-27/local/index.html").is_file()
    assert broken_links(desk / "out") == []
    (desk / "out/local/method.html").unlink()
    assert broken_links(desk / "out")
