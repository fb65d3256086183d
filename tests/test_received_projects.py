"""What a project, a raw folder or a list of names that came from somebody else may not do."""

import hashlib
import json

import pandas as pd
import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.report import result_cache
from analysis.run import folders
from analysis.study.filters import partner_id_of


@pytest.fixture
def elsewhere(tmp_path):
    """Somebody's own files, outside the project."""
    thesis = tmp_path / "elsewhere/thesis"
    thesis.mkdir(parents=True)
    (thesis / "chapter.txt").write_text("x", encoding="utf-8")
    return tmp_path / "elsewhere"


@pytest.mark.parametrize("link", ["reports", "reports/p", "reports/.work", "reports/.work/p"])
def test_results_of_a_project_are_written_through_no_link(tmp_path, elsewhere, link):
    project = tmp_path / "project"
    place = project / link
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere)
    with pytest.raises(Refused, match="link"):
        folders.refuse_links_out(project / "reports/p", project)
    folders.refuse_links_out(elsewhere / "p", project)  # given by name


def test_a_run_leaves_what_a_link_of_a_received_project_leads_to(rendered_desk, elsewhere, typed):
    work = rendered_desk / ".work"
    for entry in sorted(work.rglob("*"), reverse=True):
        entry.rmdir() if entry.is_dir() else entry.unlink()
    (work / "out").symlink_to(elsewhere)
    code, said, wrong = typed("run", "--data", "raw", "--notebook", "one.ipynb", "--out", "out")
    assert (code, said) == (2, []) and "link" in wrong[0]
    assert (elsewhere / "thesis/chapter.txt").read_text(encoding="utf-8") == "x"


def test_only_finished_work_is_removed_from_its_folder(tmp_path):
    for name in ("a" * 64, "b" * 64, "thesis"):
        (tmp_path / name).mkdir()
    result_cache.prune(tmp_path, ["a" * 64])
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a" * 64, "thesis"]


def test_a_name_of_two_partners_is_asked_back_and_a_code_is_nobodys_name():
    columns = {"partner_id": ["P1", "P2", "P3"], "name": ["Amicale", "Amicale", "P1"]}
    partners = pd.DataFrame(columns)
    assert partner_id_of("P1", partners) == "P1"
    with pytest.raises(Refused, match="P1, P2"):
        partner_id_of("Amicale", partners)


def test_files_of_hidden_folders_are_no_data(tmp_path):
    text = "Association;Montant (€);Date\nA;10;01/03/2018\n"
    (tmp_path / ".work").mkdir()
    for place in ("liste.csv", ".work/liste.csv"):
        (tmp_path / place).write_text(text, encoding="utf-8")
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == 10


def test_a_page_that_tells_other_numbers_is_not_reproduced(rendered_desk, typed):
    page = rendered_desk / "out/index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("</h1>", " 97 %</h1>", 1), "utf-8")
    manifest_file = rendered_desk / "out/manifest.json"
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    manifest["files"]["index.html"] = hashlib.sha256(page.read_bytes()).hexdigest()
    manifest_file.write_text(json.dumps(manifest), encoding="utf-8")
    code, said, _wrong = typed("verify", "out")
    assert code == 1 and said[0].startswith("index.html: ")
