"""The study's notebooks show their analysis: a method in words, a frame, a function, and the figure that takes its result."""

import ast
import gc
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import nbformat
import numpy as np
import pandas as pd
import pytest

import tiny
from analysis import clean, explore
from analysis.article.captions import Unsupported
from analysis.declare.faults import Refused
from analysis.report.notebook_cells import WORK
from analysis.run import new_project, pipeline
from analysis.study import gallery, published
from analysis.study.python_source import syntax_tree
from conftest import ROOT

FILES = sorted((ROOT / "notebooks").glob("[0-7p]*.ipynb"))
SAME = {  # what is computed by hand in the cell above, and what the exhibit shows
    "T1": 'ledger.loc[ledger["action"] == "read", "rows"].sum() == data["read"].iloc[-1]',
    "T2": 'counts.iloc[0] == data["partners"].iloc[0]',
    "F4": 'np.isclose(by_level["survival"].sum(), data["survival"].sum())',
    "F5": 'np.isclose(*[rows.groupby("cause")["incidence"].max().sum() for rows in (ends, data)])',
    "F7": 'len(data) > 1 and data["value"].isin(cohorts["value"]).all()',
    "F9": 'dependences["dependence"].notna().sum() == shown.n',
    "F10": 'ratios["hhi"].notna().sum() == shown.n',
    "F11": '(flags["scored"] == 4).sum() == shown.n',
    "F13": 'pairs.loc[survey.ordered(pairs)[-1]].xs("relationship", level="dimension")["gap"].count() == shown.n',
    "F2": 'forms["count"].isin(data["count"]).all()',
    "F19": 'by_domain["count"].sum() == data["count"].sum()',
    "F20": 'challenges["share"].tolist() == data["share"].tolist()',
    "F22": 'rates["count"].sum() == shown.n',
    "F24": 'by_exposure["size"].sum() == shown.n',
    "F25": 'openings["opened"].sum() == data["opened"].sum()',
    "F26": "len(shares) == shown.n",
    "F27": 'matrix["offers"].sum() == data["offers"].sum()',
    "F27P": 'serving["offer_id"].nunique() == shown.n',
}
SLOW = {"B1", "T8", "T4", "F3R", "F26", "T6"}  # computed again, they would take a minute
BY_ROW = {"prevalence", "sensitivity", "passages", "lines"}  # all of whose rows are looked up


def exhibit_call(source: str) -> ast.Call | None:
    """The call of `study.exhibit` that a cell ends in."""
    last = ast.parse(source).body[-1]
    call = getattr(last, "value", None)
    is_exhibit = isinstance(call, ast.Call) and ast.unparse(call.func) == "study.exhibit"
    return call if is_exhibit else None


def other(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with half of its rows, or of its numbers where each row is looked up by name."""
    if name not in BY_ROW:
        return frame.head(len(frame) // 2)
    if name == "lines":
        return frame.notna()
    return frame.assign(**{column: frame[column] // 2 for column in frame.select_dtypes("number")})


def told(exhibit) -> tuple:
    """The data of an exhibit and the words that tell them."""
    return exhibit.csv(), exhibit.title, exhibit.reading, exhibit.alt


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_question_says_its_method_and_computes_what_its_exhibit_shows(
    cleaned_demo, file, monkeypatch
):
    monkeypatch.chdir(cleaned_demo)
    cells = nbformat.read(file, as_version=4).cells
    names = {"display": lambda *shown: None, "np": np}
    prose, work, questions = "", False, 0
    for cell in cells:
        if cell.cell_type == "markdown":
            prose = cell.source, cell.metadata["en"]
            continue
        call = exhibit_call(cell.source)
        if call is None:
            exec(cell.source, names)
            if "partner" in names and "parameters" in cell.metadata.get("tags", []):
                names["partner"] = explore.open("demo").values("partner")[0]
            work = WORK in cell.metadata.get("tags", [])
            continue
        id = call.args[0].value
        assert work and call.keywords, id
        assert all(len(said.split("\n\n", 1)[1]) > 60 for said in prose), id
        given = {keyword.arg: names[keyword.value.id] for keyword in call.keywords}
        shown = names["study"].exhibit(id, **given)
        questions += 1
        work = False
        if isinstance(shown, Unsupported):
            continue
        assert not shown.changed, id
        if id in SAME:
            assert eval(SAME[id], names | {"shown": shown, "data": shown.data}), id
        if id not in SLOW:
            changed = {name: other(name, frame) for name, frame in given.items()}
            moved = names["study"].exhibit(id, **changed)
            if not isinstance(moved, Unsupported):
                assert moved.changed and told(moved) != told(shown), id
    assert questions >= 2


@pytest.mark.parametrize("tool", ["nbconvert", "papermill"])
def test_a_notebook_runs_without_the_command_from_any_folder(cleaned_demo, tmp_path, tool):
    own = shutil.copy(ROOT / "notebooks/1_quality.ipynb", cleaned_demo)
    away = tmp_path / "away.ipynb"
    words = {
        "nbconvert": ["--execute", "--to", "notebook", "--output", away, own],
        "papermill": [own, away, "-p", "region", "Bretagne"],
    }
    here = cleaned_demo if tool == "papermill" else tmp_path
    command = [sys.executable, "-m", tool, *map(str, words[tool])]
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert len([cell for cell in nbformat.read(away, 4).cells if cell.get("outputs")]) >= 9


OWN_FIGURE = """from functools import partial
import seaborn as sns
draw = partial(sns.histplot, x="duration_months", hue="status")
study.present(study.relations, draw, id="X7", title="Own", reading="Own.")"""


def test_an_own_figure_reaches_the_report_of_every_level(desk, typed):
    levels = tiny.LEVELS[:2]
    signed = [row for row in tiny.agreements() if row[3] in ("level", *levels)]
    tiny.programme(desk / "raw", signed=signed)
    tiny.notebook(desk / "own.ipynb", "Own", last=OWN_FIGURE)
    asked = ("run", "--data", "raw", "--notebook", "own.ipynb")
    code, _said, wrong = typed(*asked, "--by", "level", "--out", "out")
    assert code == 0, wrong
    for level in levels:
        folder = desk / "out" / level
        assert 'id="X7"' in (folder / "index.html").read_text(encoding="utf-8")
        assert {f"X7.{ending}" for ending in ("svg", "csv", "json")} <= {
            file.name for file in (folder / "figures").iterdir()
        }


def run_by_hand(name: str, **asked) -> explore.Study:
    """The study of a notebook of the analysts whose cells are run in turn, and nothing is drawn."""
    variables = {"display": lambda *shown: None}
    for cell in nbformat.read(ROOT / f"notebooks/explore/{name}.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source, variables)
        if "parameters" in cell.metadata.get("tags", []):
            variables |= asked
    return variables["study"]


def test_the_tour_runs_top_to_bottom(cleaned_demo, monkeypatch):
    (cleaned_demo / "notebooks").mkdir(exist_ok=True)
    monkeypatch.chdir(cleaned_demo / "notebooks")
    assert run_by_hand("start").about["synthetic"]


@pytest.mark.parametrize("name", ["start", "gallery"])
def test_they_ask_for_nothing_of_the_demonstration(tmp_path, monkeypatch, name):
    tiny.programme(tmp_path / "raw")
    clean.write(clean.clean(tmp_path / "raw"), tmp_path / "data/processed/own")
    monkeypatch.chdir(tmp_path)
    assert run_by_hand(name, data="own", lang="en").title == "Petit programme"


def another_thread_goes_on(phase: str, info: dict) -> None:
    """Python that runs while a tree is built: only then can CPython lose count of its depth."""
    sum(range(50))


def test_cells_are_parsed_while_other_threads_parse():
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py")][:200]
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.callbacks.append(another_thread_goes_on)
    gc.set_threshold(20)
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            trees = list(threads.map(syntax_tree, sources))
    finally:
        gc.callbacks.remove(another_thread_goes_on)
        gc.set_threshold(*threshold)
        sys.setswitchinterval(interval)
    assert [len(tree.body) > 0 for tree in trees] == [True] * len(sources)


def test_the_gallery_is_as_it_is_generated():
    written = (ROOT / "notebooks/explore/gallery.ipynb").read_text(encoding="utf-8")
    again = "python -m analysis.study.gallery notebooks/explore/gallery.ipynb"
    assert written == gallery.notebook_text(), f"a figure came or went: {again}"
    assert all(f'exhibit("{id}")'.replace('"', '\\"') in written for id in published.modules())


def test_a_result_is_taken_only_where_it_is_read(opened):
    taken = "F1 has no such option, it takes the frames running and followed and relations"
    with pytest.raises(Refused, match=taken):
        opened().exhibit("F1", curve=pd.DataFrame())


def test_a_wrong_frame_in_place_of_a_result_is_refused_in_words(opened):
    lacking = "curve: expected a frame with the columns .*, lacks at_risk, .*survival"
    for wrong, told in ((pd.DataFrame({"time": [12.0]}), lacking), ([12.0], "curve: expected")):
        with pytest.raises(Refused, match=told):
            opened(lang="en").exhibit("F3", curve=wrong)


def test_seaborn_draws_in_the_notebooks_of_the_study():
    sources = [cell.source for file in FILES for cell in nbformat.read(file, 4).cells]
    assert sum("sns." in source for source in sources) >= 5


def test_the_model_of_the_tour_says_why_it_cannot_be_fitted():
    tour = nbformat.read(ROOT / "notebooks/explore/start.ipynb", as_version=4)
    [source] = [cell.source for cell in tour.cells if cell.id == "tour-14"]
    starts = pd.to_datetime(["2015-01-01", "2016-01-01", "2017-01-01"])
    columns = {"start": starts, "ended": False, "duration_months": [30.0, 20.0, 10.0]}
    followed = pd.DataFrame(columns | {"entry_months": 0.0, "partner_id": list("abc")})
    names = {"study": SimpleNamespace(followed=followed)}
    exec(source, names)  # noqa: S102 (the notebook's own cell)
    assert "nothing ends" in names["model"]


def test_a_new_project_keeps_the_prose_of_both_languages(tmp_path, english):
    folder = new_project.new(tmp_path / "ours", "en")
    told = []
    for file in FILES:
        copied = nbformat.read(folder / "notebooks" / file.name, as_version=4)
        shipped = nbformat.read(file, as_version=4)
        for own, cell in zip(copied.cells, shipped.cells, strict=True):
            if cell.cell_type == "markdown" and "en" in cell.metadata:
                told.append((own.source, own.metadata.get("fr"), own.metadata.get("en")))
                assert told[-1] == (cell.metadata["en"], cell.source, None)
    assert len(told) > len(FILES)


@pytest.mark.parametrize(
    ("names", "is_of_agreements"),
    [((), True), ((FILES[0].name,), True), (("ours.ipynb",), False)],
)
def test_own_notebooks_alone_are_run_without_agreements(names, is_of_agreements):
    chosen = [ROOT / "notebooks" / name for name in names]
    assert pipeline._needs_agreements(chosen) == is_of_agreements
