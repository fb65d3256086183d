"""JupyterLab at the guided tour of a study: a copy that may be changed at will."""

import signal
import subprocess
import sys
from pathlib import Path

import nbformat

from analysis import layout
from analysis.declare import parameters
from analysis.declare.faults import refusal
from analysis.report import notebook_cells, result_cache
from analysis.run import page_server, pipeline
from analysis.run import project as projects
from analysis.text import formatting
from analysis.text.messages import say

QUIET = {  # JupyterLab asks nobody for news, updates or extensions, and nobody whether Ctrl-C was meant
    "LabApp.app_settings_dir": str(projects.PACKAGE / "template/lab"),
    "LabApp.news_url": "None",
    "LabApp.extension_manager": "readonly",
    "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "ServerApp.answer_yes": "True",
}


def open_lab(lang: str, browser: bool = True, allow_root: bool = False) -> int:
    """Open JupyterLab and return its exit code.

    The tour is written anew only once the original is newer. The project's raw files, or those of
    the demonstration, are cleaned where they are not yet. Ctrl-C and SIGTERM end JupyterLab, and
    with it its kernels.
    """
    project = projects.current()
    lang = parameters.parse({"lang": lang or project.lang}).lang
    name = layout.study_file(project.raw).name
    if not (project.processed / name).is_dir():
        pipeline.clean_folder(project.raw, {"lang": lang})
    tour = _tour(project, lang, name).relative_to(project.folder)
    address = {"LabApp.default_url": f"/lab/tree/{tour.as_posix()}"}
    return _jupyterlab(project, address, browser, allow_root)


def prepare(data: Path, lang: str, browser: bool = True, allow_root: bool = False) -> int:
    """Open JupyterLab on the page that prepares a folder of raw files, and return its exit code.

    Its server runs the page before it opens (`page_server`).
    """
    if not data.is_dir():
        expected = "expected a folder of raw files; put them into one"
        raise refusal(str(data), expected, rule="missing")
    project = projects.current(data)
    lang = parameters.parse({"lang": lang or project.lang}).lang
    formatting.use(lang)
    opened = [repr(str(item)) for item in (data.absolute(), lang, project.reports)]
    source = f"from analysis import prepare\n\nprepare.open({', '.join(opened)})"
    cells = [
        nbformat.v4.new_markdown_cell(say("prepare.page_below"), id="words"),
        nbformat.v4.new_code_cell(source, id="page", metadata={"jupyter": {"source_hidden": True}}),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    file = project.folder / page_server.NOTEBOOK
    file.parent.mkdir(parents=True, exist_ok=True)
    result_cache.write_whole(file, nbformat.writes(notebook) + "\n")
    # lists and buttons of the page keep their keys, which JupyterLab else takes for its cells
    settings = {
        "LabApp.app_settings_dir": str(projects.PACKAGE / "template/prepare"),
        "LabApp.default_url": f"/lab/tree/{page_server.NOTEBOOK}",
        "ServerApp.jpserver_extensions": f"{page_server.__name__}=True",
    }
    return _jupyterlab(project, settings, browser, allow_root)


def _jupyterlab(
    project: projects.Project, settings: dict[str, str], browser: bool, allow_root: bool
) -> int:
    chosen = QUIET | {"ServerApp.root_dir": str(project.folder)} | settings
    command = [sys.executable, "-P", "-m", "jupyterlab"]
    command += [f"--{name}={value}" for name, value in chosen.items()]
    flags = {"--no-browser": not browser, "--allow-root": allow_root}
    command += [flag for flag, is_asked in flags.items() if is_asked]
    with subprocess.Popen(command, cwd=project.folder) as server:
        signal.signal(signal.SIGTERM, lambda _number, _frame: server.terminate())
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to JupyterLab too
        return server.wait()


def _tour(project: projects.Project, lang: str, name: str) -> Path:
    original = project.notebooks / "explore/start.ipynb"
    copy = project.folder / f"notebooks/explore/start.{lang}.ipynb"
    if copy.is_file() and copy.stat().st_mtime >= original.stat().st_mtime:
        return copy
    formatting.use(lang)
    notebook = nbformat.read(original, as_version=4)
    notebook_cells.translate(notebook)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            values = notebook_cells.settings(original) | {"data": name, "lang": lang}
            cell.source = parameters.parameter_cell(values, list(values))
    copy.parent.mkdir(parents=True, exist_ok=True)
    result_cache.write_whole(copy, nbformat.writes(notebook) + "\n")
    return copy
