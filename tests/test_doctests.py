"""Every worked example of the library runs; those of the explorer's door on the demonstration, cleaned in a folder of its own."""

import doctest
import importlib

import pytest

from conftest import ROOT

SOURCE = ROOT / "src/analysis"
NAMES = sorted(
    ".".join(file.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
    for file in SOURCE.rglob("*.py")
)
DOORS = (
    "analysis.explore",
    "analysis.article.exhibit",
    *(name for name in NAMES if name.startswith("analysis.study.")),
)


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name not in (*DOORS, "analysis.run.kernel_imports")]
)
def test_examples_run(name):
    from analysis.text import formatting

    formatting.use("en")
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", DOORS)
def test_examples_of_the_door_run(name, cleaned_demo, monkeypatch):
    monkeypatch.chdir(cleaned_demo)
    assert doctest.testmod(importlib.import_module(name)).failed == 0
