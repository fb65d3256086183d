"""Fixtures that more than one test file uses."""

from pathlib import Path

import pytest
from hypothesis import settings

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
