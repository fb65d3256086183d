"""Nothing leaves the study team undisclosed: pages for others publish exhibits and prose only."""

import nbformat
import pytest

import tiny
from analysis import explore
from analysis.declare.faults import Refused

RAW = {
    "a frame": "study.answers if False else study.partners.head(3)",
    "a print": "print('SECRET', len(study.relations))",
    "a plot": "import matplotlib.pyplot as plt\nfigure = plt.figure()\nplt.plot([1, 2])\nplt.show()",
    "an exhibit made by hand": (
        "from analysis.study import published\npublished.build(explore.Study("
        "explore.locate(data), study.parameters.model_copy(update={'audience': 'team'})), 'F8')"
    ),
    "an exhibit for the team": "explore.open(data, lang=lang).exhibit('F8')",
}


def notebook(file, source: str, strict: bool = False):
    tiny.notebook(file, "Raw", '"F8"', last=source)
    if strict:
        written = nbformat.read(file, as_version=4)
        written.cells[1]["source"] += "\nstrict: bool = True"
        nbformat.write(written, file)
    return file


@pytest.fixture
def run(desk, typed):
    typed("clean", "--data", "raw")

    def rendered(source: str, audience: str, strict: bool = False) -> tuple[int, list[str], bytes]:
        file = notebook(desk / "one.ipynb", source, strict)
        given = ("run", "--data", "raw", "--notebook", file, "--audience", audience)
        code, _said, wrong = typed(*given, "--replace", "--out", "out")
        files = [file for file in (desk / "out").rglob("*") if file.is_file()]
        return code, wrong, b"".join(file.read_bytes() for file in files)

    return rendered


@pytest.mark.parametrize("name", ["a frame", "a print", "a plot"])
def test_directors_get_exhibits_and_prose_only(run, desk, name):
    code, wrong, written = run(RAW[name], "directors")
    assert (code, wrong) == (0, [])
    page = (desk / "out/index.html").read_text(encoding="utf-8")
    assert page.count("Non publié") == 1 and 'id="F8"' in page
    assert b"SECRET', len" not in page.encode() and b"Partenaire 0" not in written
    assert b"data:image/png" not in written and b"image/png" not in written


@pytest.mark.parametrize("name", ["a print", "an exhibit for the team", "an exhibit made by hand"])
def test_partners_get_what_was_disclosed_for_them(run, desk, name):
    source = RAW[name].replace("len(study.relations)", "len(explore.open(data).relations)")
    source = source.replace("explore.locate", "__import__('pathlib').Path")
    code, wrong, _written = run(source, "partners")
    assert (code, wrong) == (0, [])
    page = (desk / "out/index.html").read_text(encoding="utf-8")
    assert page.count("Non publié") == 1 and page.count('<article class="exhibit') == 1
    kept = nbformat.read(desk / "out/notebooks/one.ipynb", as_version=4)
    assert all(
        output.output_type != "stream" for cell in kept.cells for output in cell.get("outputs", [])
    )


def test_the_team_sees_all_that_a_cell_shows(run, desk):
    assert run(RAW["a print"], "team")[0] == 0
    page = (desk / "out/index.html").read_text(encoding="utf-8")
    assert "SECRET 60" in page and "Non publié" not in page


def test_a_strict_notebook_is_refused_instead(run):
    code, wrong, written = run(RAW["a print"], "directors", strict=True)
    assert code == 1 and "one.ipynb: cell 5: shows what is no exhibit" in wrong[0]
    assert b"SECRET 60" not in written
    assert run("study.exhibit('F1')", "directors", strict=True)[0] == 0
    assert run(RAW["a print"], "team", strict=True)[0] == 0


ROWS = [
    "answers",
    "compare(study)",
    "dictionary('partners')",
    "explode('domains')",
    "export('partners.csv')",
    "followed",
    "known('partners')",
    "ledger",
    "lines",
    "measures",
    "panel()",
    "raw('partners')",
    "relations",
    "tables",
    "values('relation_id')",
    "where(partner_id='all')",
    "why('R1')",
]


@pytest.mark.parametrize("rows", ROWS)
def test_raw_access_from_a_study_opened_for_partners_is_refused_in_words(demo, rows):
    study = explore.open(demo, lang="en", audience="partners")
    for each in (study, study.where(region="Bretagne"), study.on("2017-12-31")):
        with pytest.raises(Refused, match="opened for partners shows exhibits|team only"):
            eval(f"each.{rows}", {"each": each, "study": study})
    with pytest.raises(Refused, match="stays theirs"):
        study.with_(audience="team")
    with pytest.raises(Refused, match="did you mean"):
        _ = study.relatons
    assert study.exhibit("F8").audience == "partners" and "relations" in study.opening()[0]


def test_the_tour_is_not_for_partners(desk, typed):
    (desk / "start.ipynb").write_bytes((tiny.ROOT / "notebooks/explore/start.ipynb").read_bytes())
    given = ("run", "--data", "raw", "--notebook", "start.ipynb", "--audience", "partners")
    code, _said, wrong = typed(*given)
    assert code == 2 and "does not take the parameter audience" in wrong[0]


def test_how_a_figure_is_computed_is_folded_for_the_team_and_absent_for_others(desk, typed):
    file = tiny.notebook(desk / "one.ipynb", "Work", '"F8"')
    notebook = nbformat.read(file, as_version=4)
    work = nbformat.v4.new_code_cell("study.relations.head(2)", metadata={"tags": ["work"]})
    notebook.cells.insert(3, work)
    nbformat.write(notebook, file)
    for audience, folded in (("team", 1), ("directors", 0), ("partners", 0)):
        given = ("run", "--data", "raw", "--notebook", file, "--audience", audience)
        assert typed(*given, "--out", audience)[::2] == (0, [])
        page = (desk / audience / "index.html").read_text(encoding="utf-8")
        assert page.count('<details class="work"') == folded
        assert page.count("study.relations.head(2)") == folded and "Non publié" not in page
