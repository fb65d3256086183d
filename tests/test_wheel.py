"""What is installed is enough: the wheel holds the notebooks, and renders a study outside the source tree."""

import ast
import json
import os
import shutil
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request

import pytest

import tiny
from conftest import ROOT
from test_house import modules

MAIN = "from analysis.__main__ import main; main()"
BUILD = "from setuptools import build_meta; print(build_meta.build_wheel('dist'))"
NAMES = {  # what is imported by another name than it is installed by
    "bs4": "beautifulsoup4",
    "stdnum": "python-stdnum",
    "python_calamine": "python-calamine",
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder that the wheel, built from a copy of the source tree, is installed in: an empty one, outside the
    repository, beside the libraries of the present environment (no registry is needed)."""
    place = tmp_path_factory.mktemp("wheel")
    for name in ("src", "notebooks"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("*.egg-info"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, place)
    (place / "notebooks/explore/start.fr.ipynb").write_text("{}", encoding="utf-8")
    subprocess.run([sys.executable, "-c", BUILD], cwd=place, check=True, capture_output=True)
    [wheel] = (place / "dist").glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, "--target", place / "lib", wheel], check=True)
    return place / "lib"


def test_the_wheel_holds_the_notebooks_as_they_are_written(installed):
    names = {file.name for file in (installed / "analysis/notebooks").rglob("*.ipynb")}
    assert {"0_brief.ipynb", "portrait.ipynb", "start.ipynb"} <= names
    assert "start.fr.ipynb" not in names
    source, packed = ROOT / "src/analysis", installed / "analysis"
    files = [file for file in source.rglob("*") if file.is_file() and file.suffix != ".pyc"]
    names = {file.relative_to(source) for file in files}
    assert len(names) > 250 and [name for name in names if not (packed / name).is_file()] == []


def test_the_wheel_renders_a_study_where_there_is_no_project(installed, tmp_path):
    tiny.programme(tmp_path / "exports")
    (tmp_path / "desk").mkdir()
    installed = shutil.copytree(installed, tmp_path / "lib")
    first = ("1_quality.ipynb", "6_trajectory.ipynb")  # of those that it would find
    for notebook in (installed / "analysis/notebooks").glob("*.ipynb"):
        if notebook.name not in first:
            notebook.unlink()
    command = [sys.executable, "-P", "-c", MAIN, "run", "--data", "../exports", "--lang", "en"]
    env = os.environ | {"PYTHONPATH": str(installed)}
    done = subprocess.run(
        command, cwd=tmp_path / "desk", env=env, capture_output=True, text=True, timeout=600
    )
    assert (done.returncode, done.stderr) == (0, "")
    report = tmp_path / "desk/reports/tiny"
    assert done.stdout == f"{report / 'index.html'}\n"
    assert sorted(file.name for file in (report / "notebooks").iterdir()) == list(first)
    assert str(installed) not in (report / "notebooks/1_quality.ipynb").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def own_project(installed, tmp_path_factory):
    """A project of one's own, laid out in English by the installed wheel, and how commands are typed in it."""
    folder = tmp_path_factory.mktemp("team") / "our study"
    env = os.environ | {"PYTHONPATH": str(installed), "HOME": str(folder.parent)}

    def type_in(where, *words, **options):
        command = [sys.executable, "-P", "-c", MAIN, *words]
        return subprocess.Popen(command, cwd=where, env=env, text=True, **options)

    done = type_in(folder.parent, "new", "our study", "--lang", "en", stdout=subprocess.PIPE)
    assert done.communicate(timeout=600)[0] == f"{folder}\n" and done.returncode == 0
    return folder, type_in


def test_new_lays_out_a_project_in_its_language(own_project):
    folder, type_in = own_project
    names = {".impact-study", ".gitignore", "README.md", "data", "notebooks"}
    assert {file.name for file in folder.iterdir()} == names
    assert {file.name for file in (folder / "data/raw").iterdir()} == {
        *("study.toml", "corrections.csv", "partners.csv")
    }
    assert len((folder / "README.md").read_text(encoding="utf-8").splitlines()) == 10
    brief = (folder / "notebooks/0_brief.ipynb").read_text(encoding="utf-8")
    assert "## Findings and decisions" in brief and 'lang: str = \\"en\\"' in brief
    again = type_in(folder.parent, "new", "our study", stderr=subprocess.PIPE)
    assert "is there already" in again.communicate(timeout=600)[1] and again.returncode == 3


def test_commands_typed_inside_know_the_project_and_its_language(own_project):
    folder, type_in = own_project
    tiny.programme(folder / "data/raw")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    check = type_in(folder / "notebooks", "check", **pipes)
    told = check.communicate(timeout=600)
    assert check.returncode == 0, told
    run = type_in(folder / "notebooks", "run", "--notebook", "1_quality.ipynb", **pipes)
    told = run.communicate(timeout=600)
    assert (told, run.returncode) == ((f"{folder / 'reports/tiny/index.html'}\n", ""), 0)
    assert '<html lang="en"' in (folder / "reports/tiny/index.html").read_text(encoding="utf-8")


def test_lab_starts_in_the_project(own_project):
    folder, type_in = own_project
    tiny.programme(folder / "data/raw")
    words = ("lab", "--no-browser", "--allow-root")
    server = type_in(folder, *words, stderr=subprocess.PIPE, start_new_session=True)
    lines = []
    for line in server.stderr:
        lines.append(line)
        if "?token=" in line:
            break
    assert server.poll() is None, "".join(lines)
    page, _, token = lines[-1].split()[-1].partition("?token=")
    address, _, opened = page.partition("/lab/tree/")
    assert opened == "notebooks/explore/start.en.ipynb"
    listing = ask_server(server, f"{address}/api/contents/notebooks/explore", token)
    assert "start.en.ipynb" in {file["name"] for file in json.loads(listing)["content"]}
    # a signal that arrives while extensions start may be lost: the server is asked to end
    ask_server(server, f"{address}/api/shutdown", token, method="POST")
    server.communicate(timeout=600)
    assert server.returncode == 0
    assert (folder / "notebooks/explore/start.en.ipynb").is_file()


def ask_server(server, address: str, token: str, method: str = "GET") -> bytes:
    """What a Jupyter server answers to a request that bears its token, once it listens."""
    headers = {"Authorization": f"token {token}"}
    request = urllib.request.Request(address, headers=headers, method=method)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while server.poll() is None:
        try:
            with direct.open(request, timeout=600) as answer:
                return answer.read()
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise  # it names its address a moment before it listens there
    raise AssertionError(f"the server ended with {server.returncode}")


def test_what_is_imported_is_declared_and_what_is_declared_is_used():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {name.partition(">")[0].lower() for name in project["dependencies"]}
    imported = set()
    for file in modules():
        for word in third_party(file):
            imported.add(NAMES.get(word, word).lower())
    assert imported - declared == set()
    unused = declared - imported
    # JupyterLab is run as a program; the others are imported by name, or by notebooks.
    assert unused <= {"jupyterlab", "seaborn", "python-stdnum"}


def third_party(file) -> set[str]:
    """The packages that a module imports, without Python's own and this one."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names - sys.stdlib_module_names - {"analysis"}


def test_no_lock_names_a_registry():
    for lock in sorted(ROOT.glob("requirements*.lock")):
        lines = lock.read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if "://" in line or "index-url" in line], lock.name
        assert lines.count("") == 0
