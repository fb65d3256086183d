"""Fixtures that more than one test file uses."""

import fcntl
import gc
import os
import shutil
import sys
from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import settings

import tiny
from analysis.__main__ import OBJECTS_UNTIL_COLLECTION

gc.set_threshold(OBJECTS_UNTIL_COLLECTION)  # as the command does
ROOT = Path(__file__).parent.parent

# Each commit is held to the same drawn examples, so that what is green stays green; DRAW=anew draws
# others. No deadline: a busy machine is no fault.
draws_anew = os.environ.get("DRAW") == "anew"
settings.register_profile("study", deadline=None, max_examples=50, derandomize=not draws_anew)
settings.load_profile("study")

# Files of few tests that take long: begun first, so that no process is left waiting for another.
LONG = (
    "test_prepare",
    "test_lab",
    "test_wheel",
    "test_batch",
    "test_folders",
    "test_page",
    "test_study",
    "test_clean_whole",
    "test_french_workbook",
    "test_secrecy",
)


def pytest_collection_modifyitems(items):
    """Put the tests that take long first (`--no-loadscope-reorder` keeps this order)."""
    items.sort(key=lambda item: item.path.stem not in LONG)


def pytest_collection_finish():
    """What was imported stays: no collection need look at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public files and published numbers beside the project; tests that need it skip where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared (public files and published numbers), which is not here")
    return folder


def of_all_workers(tmp_path_factory) -> Path:
    """The folder that the processes of this run share."""
    mine = tmp_path_factory.getbasetemp()
    return mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine


@pytest.fixture(scope="session")
def cleaned_demo(tmp_path_factory) -> Path:
    """A folder laid out as the project, with the demonstration programme cleaned once for all workers; read it only."""
    from analysis.run import pipeline

    root = of_all_workers(tmp_path_factory) / "project"
    root.mkdir(exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pipeline.clean_folder(ROOT / "data/raw/demo", {}, out=root / "data/processed/demo")
    return root


@pytest.fixture(scope="session")
def demo(cleaned_demo) -> Path:
    """The folder of the cleaned demonstration programme."""
    return cleaned_demo / "data/processed/demo"


@pytest.fixture(scope="session")
def opened(demo):
    """Open the demonstration with these parameters, as `explore.open` does, once: what one test has
    worked out of it is not worked out again by the next. Who changes code or data opens it anew.
    """
    from analysis import explore
    from analysis.declare import parameters
    from analysis.study.cleaned_folder import CleanedFolder

    folder = CleanedFolder(demo, "both")

    @cache
    def once(given: tuple) -> explore.Study:
        asked = parameters.parse({"data": demo, **dict(given)})
        return explore.Study(folder, asked, shows_rows=asked.audience != "partners")

    def study(**asked) -> explore.Study:
        given = sorted((name, value) for name, value in asked.items() if value)
        opened_before = once(tuple(given))
        opened_before.speak()
        return opened_before

    return study


@pytest.fixture(scope="session")
def demo_report(cleaned_demo) -> Path:
    """The report of the demonstration programme, rendered once; read it only."""
    from analysis.run import pipeline

    raw, processed = ROOT / "data/raw/demo", cleaned_demo / "data/processed/demo"
    report = cleaned_demo / "reports/demo"
    with (cleaned_demo / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        rendered = pipeline.run(raw, {}, out=report, processed=processed)
    assert rendered.failures == []
    return report


@pytest.fixture(autouse=True)
def french_and_euros():
    """Each test begins as a command does, in French and in euros: what another test, or a list in
    pounds, left spoken does not reach it.
    """
    from analysis.text import language

    language.use("fr")
    language.count_in("EUR")


@pytest.fixture
def english(french_and_euros):
    """The language of tests that read words."""
    from analysis.text import formatting as words

    words.use("en")


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    """A project with two small notebooks and raw files; what is run in this process writes nowhere else."""
    tiny.desk(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def rendered_once(tmp_path_factory) -> Path:
    """A desk whose notebook `one.ipynb`, of one figure, is rendered in `out`; copy it, never write in it."""
    from analysis.run import pipeline

    folder = of_all_workers(tmp_path_factory) / "rendered"
    folder.mkdir(exist_ok=True)
    with (folder.parent / "rendered.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "out").exists():
            tiny.desk(folder)
            one = tiny.notebook(folder / "one.ipynb", "The essentials", '"F8"')
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(folder)
                rendered = pipeline.run(Path("raw"), {}, notebooks=[one], out=Path("out"))
            assert rendered.failures == []
    return folder


@pytest.fixture
def rendered_desk(rendered_once, tmp_path, monkeypatch) -> Path:
    """A desk on which `run --data raw --notebook one.ipynb --out out` has just been typed."""
    shutil.copytree(rendered_once, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def released_of_f8(monkeypatch):
    """Runs of this process work out what they withhold of F8 alone, not of all figures of a study, which takes three
    times as long as the run (`test_partners_get_what_was_disclosed_for_them` runs with all).
    """
    from analysis.run import releases

    monkeypatch.setattr(releases, "planned", partial(releases.planned, ids=("F8",)))


@pytest.fixture
def typed(tmp_path, monkeypatch, capsys):
    """Type a command in the test's folder: its exit code, the lines it said and the lines it complained in."""
    from analysis.run import cli

    monkeypatch.chdir(tmp_path)

    def run(*words) -> tuple[int, list[str], list[str]]:
        monkeypatch.setattr(sys, "argv", ["impact-study", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code, said.out.splitlines(), said.err.splitlines()

    return run
