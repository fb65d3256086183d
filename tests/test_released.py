"""Nothing leaves the study team undisclosed: pages for others publish exhibits and prose only."""

import re

import nbformat
import pytest

import tiny
from analysis.declare.faults import Refused
from analysis.run import folders

WORK = "study.relations.head(2)"
BY_HAND = (
    "from analysis.study import published\npublished.build(explore.Study(__import__('pathlib').Path("
    "data), study.parameters.model_copy(update={'audience': 'team'})), 'F8')"
)
PRINT = "print('SECRET', len(explore.open(data).relations))"
RAW = {
    "a frame": "study.answers if False else study.partners.head(3)",
    "a print": PRINT,
    "a plot": "import matplotlib.pyplot as plt\nfigure = plt.figure()\nplt.plot([1, 2])\nplt.show()",
    "an exhibit made by hand": BY_HAND,
    "an exhibit for the team": "explore.open(data, lang=lang).exhibit('F8')",
    "an exhibit of a part": "study.where(level='local').exhibit('F8')",
    "an exhibit of another day": "study.on('2018-06-01').exhibit('F8')",
    "an exhibit of other groups": "study.exhibit('F3', by='level')",
    "a part": "study.where(level='local')",
}
NOTICE = "Non publié"


def notebook(file, *sources: str, strict: bool):
    """A notebook of one figure that shows its work, and then what these cells show."""
    tiny.notebook(file, "Raw", '"F8"')
    written = nbformat.read(file, as_version=4)
    written.cells.insert(3, nbformat.v4.new_code_cell(WORK, metadata={"tags": ["work"]}))
    written.cells += [nbformat.v4.new_code_cell(source) for source in sources]
    if strict:
        written.cells[1]["source"] += "\nstrict: bool = True"
    nbformat.write(written, file)
    return file


@pytest.fixture
def run(desk, typed):
    def rendered(*names: str, audience: str, strict: bool = False):
        """The exit code of a run, its faults, its page and the bytes of all its files."""
        sources = [RAW[name] for name in names]
        file = notebook(desk / "one.ipynb", *sources, strict=strict)
        asked = ("run", "--data", "raw", "--notebook", file, "--audience", audience)
        code, _said, wrong = typed(*asked, "--replace", "--out", "out")
        page = (desk / "out/index.html").read_text(encoding="utf-8")
        files = [file for file in (desk / "out").rglob("*") if file.is_file()]
        return code, wrong, page, b"".join(file.read_bytes() for file in files)

    return rendered


def shown_work(page: str) -> tuple[int, int]:
    """How often a page folds the work of a figure, and how often it says the code of that work."""
    return page.count('<details class="work"'), page.count(WORK)


@pytest.mark.usefixtures("released_of_f8")
def test_directors_get_exhibits_and_prose_only(run):
    names = ("a frame", "a print", "a plot", "an exhibit for the team")
    code, wrong, page, written = run(*names, audience="directors")
    assert (code, wrong) == (0, [])
    assert page.count(NOTICE) == len(names) and 'id="F8"' in page
    assert "SECRET', len" not in page and b"Partenaire 0" not in written
    assert b"image/png" not in written
    assert shown_work(page) == (0, 0)


def test_partners_get_what_was_disclosed_for_them(run, desk):
    names = ("a print", "an exhibit for the team", "an exhibit made by hand")
    code, wrong, page, written = run(*names, audience="partners")
    assert (code, wrong) == (0, [])
    assert page.count(NOTICE) == len(names) and page.count('<article class="exhibit') == 1
    assert b"SECRET 60" not in written and shown_work(page) == (0, 0)
    assert (desk / folders.RELEASES).is_dir()  # what they were told is kept
    published = nbformat.read(desk / "out/notebooks/one.ipynb", as_version=4)
    outputs = [output for cell in published.cells for output in cell.get("outputs", [])]
    assert all(output.output_type != "stream" for output in outputs)


@pytest.mark.usefixtures("released_of_f8")
def test_partners_get_nothing_that_no_edition_of_theirs_was_planned_with(run):
    """The whole less two levels is the third: what a page adds to its edition would tell it."""
    names = [name for name in RAW if name.startswith("an exhibit of")]
    code, wrong, page, written = run(*names, "a part", audience="partners")
    assert (code, wrong) == (0, [])
    assert page.count("À côté des éditions qui sortent") == len(names) + 1
    assert page.count('<article class="exhibit') == 1
    assert not re.search(r"\b21.relations", written.decode(errors="ignore"))  # local ones


def test_the_team_sees_all_that_a_cell_shows(run, desk):
    code, _wrong, page, _written = run("a print", audience="team", strict=True)
    assert code == 0 and "SECRET 60" in page and NOTICE not in page
    assert shown_work(page) == (1, 1)
    assert not (desk / folders.RELEASES).exists()  # nothing was released


@pytest.mark.usefixtures("released_of_f8")
def test_a_strict_notebook_is_refused_instead(run):
    code, wrong, _page, written = run("a print", audience="directors", strict=True)
    assert code == 1 and "one.ipynb: cell 6: shows what is no exhibit" in wrong[0]
    assert b"SECRET 60" not in written
    assert run(audience="directors", strict=True)[0] == 0


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


@pytest.fixture(scope="module")
def opened_for_partners(opened) -> list:
    """A study opened for partners, of all its relations, of a region and on another day."""
    study = opened(lang="en", audience="partners")
    return [study, study.where(region="Bretagne"), study.on("2017-12-31")]


@pytest.mark.parametrize("rows", ROWS)
def test_raw_access_from_a_study_opened_for_partners_is_refused_in_words(opened_for_partners, rows):
    study = opened_for_partners[0]
    for each in opened_for_partners:
        with pytest.raises(Refused, match="opened for partners shows exhibits|team only"):
            eval(f"each.{rows}", {"each": each, "study": study})


def test_a_study_opened_for_partners_stays_theirs_and_shows_exhibits(opened_for_partners):
    study = opened_for_partners[0]
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


@pytest.mark.usefixtures("released_of_f8")
def test_a_report_for_partners_is_verified_on_data_that_it_does_not_name(run, desk, typed):
    run(audience="partners")
    manifest = (desk / "out/manifest.json").read_text(encoding="utf-8")
    assert '"raw"' not in manifest and str(desk) not in manifest
    code, said, wrong = typed("verify", "out", "--data", "raw")
    assert (code, said, wrong) == (0, ["the report is reproduced"], [])
    signed = tiny.agreements()
    (desk / "raw/agreements.csv").write_text(tiny.written(signed[:-9]), encoding="utf-8")
    code, said, _wrong = typed("verify", "out", "--data", "raw")
    assert code == 1 and any("F8.csv" in line for line in said), said


@pytest.mark.usefixtures("released_of_f8")
def test_the_line_above_a_page_tells_no_size_that_its_edition_withholds(desk, typed):
    signed = tiny.agreements()
    for row in signed[1:]:
        if row[0] in ("A000", "A002"):  # two begin between the two days
            row[-2:] = ["2018-06-10", "2019-06-09"]
    (desk / "raw/agreements.csv").write_text(tiny.written(signed), encoding="utf-8")
    file = notebook(desk / "one.ipynb", strict=False)
    asked = ("run", "--data", "raw", "--notebook", file, "--audience", "partners", "--lang", "en")
    about = []
    for day in ("2018-06-27", "2018-06-01"):
        code, _said, wrong = typed(*asked, "--day", day, "--out", f"out/{day}")
        assert (code, wrong) == (0, [])
        page = (desk / "out" / day / "index.html").read_text(encoding="utf-8")
        about.append(re.search(r'content="Impact study · ([^"]*)"', page)[1])
    assert about[0].startswith("situation on 27 June 2018 · 60\u00a0relations")
    assert about[1] == "situation on 1 June 2018"
