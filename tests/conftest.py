"""Fixtures that more than one test file uses."""

import sys
from pathlib import Path

import pytest
from hypothesis import settings

import tiny

ROOT = Path(__file__).parent.parent

settings.register_profile("study", deadline=None)  # a busy machine is no fault
settings.load_profile("study")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public files and published numbers beside the project; tests that need it skip where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared (public files and published numbers), which is not here")
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Path:
    """The demonstration programme, cleaned into a folder of the tests."""
    from analysis import study

    return study.clean(ROOT / "data/raw/demo", {}, out=tmp_path_factory.mktemp("processed") / "demo")


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Path:
    """A folder laid out as the repository, with two small notebooks; what is run in this process writes nowhere else."""
    from analysis import study

    tiny.desk(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name, place in {"ROOT": "", "NOTEBOOKS": "notebooks", "PROCESSED": "data/processed", "REPORTS": "reports"}.items():
        monkeypatch.setattr(study, name, tmp_path / place)
    return tmp_path


@pytest.fixture
def typed(desk, monkeypatch, capsys):
    """Type a command at the desk: its exit code, the lines it said and the lines it complained in."""
    from analysis import cli

    def run(*words) -> tuple[int, list[str], list[str]]:
        monkeypatch.setattr(sys, "argv", ["impact-study", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code, said.out.splitlines(), said.err.splitlines()

    return run
