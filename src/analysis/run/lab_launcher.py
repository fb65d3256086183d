"""JupyterLab at the guided tour of a study: a copy that may be changed at will, in the language chosen."""

import signal
import subprocess
import sys
from pathlib import Path

import nbformat

from analysis import layout
from analysis.declare import parameters
from analysis.report import notebook_cells, result_cache
from analysis.run import pipeline
from analysis.run import project as projects
from analysis.text import formatting

QUIET = {  # JupyterLab asks nobody for news, updates or extensions, and nobody whether Ctrl-C was meant
    "LabApp.app_settings_dir": str(projects.PACKAGE / "template/lab"),
    "LabApp.news_url": "None",
    "LabApp.extension_manager": "readonly",
    "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "ServerApp.answer_yes": "True",
}


def open(lang: str, browser: bool = True, allow_root: bool = False) -> int:
    """Open JupyterLab and return its exit code.

    The tour is written anew only once the original is newer. The project's raw files, or those of the demonstration, are
    cleaned where they are not yet. Ctrl-C and SIGTERM end JupyterLab, and with it its kernels.
    """
    project = projects.current()
    lang = parameters.parse({"lang": lang or project.lang}).lang
    name = layout.study_file(project.raw).name
    if not (project.processed / name).is_dir():
        pipeline.clean(project.raw, {"lang": lang})
    return _jupyterlab(project, _tour(project, lang, name), browser, allow_root)


def _jupyterlab(project: projects.Project, notebook: Path, browser: bool, allow_root: bool) -> int:
    """JupyterLab on a notebook of a project, until it is ended; its exit code."""
    chosen = QUIET | {"ServerApp.root_dir": str(project.folder)}
    command = [sys.executable, "-P", "-m", "jupyterlab", str(notebook)]
    command += [f"--{name}={value}" for name, value in chosen.items()]
    if not browser:
        command.append("--no-browser")
    if allow_root:
        command.append("--allow-root")
    with subprocess.Popen(command, cwd=project.folder) as server:
        signal.signal(signal.SIGTERM, lambda _number, _frame: server.terminate())
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to JupyterLab too
        return server.wait()


def _tour(project: projects.Project, lang: str, name: str) -> Path:
    """The tour of a study in a language, below the project's own notebooks."""
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
            cell.source = parameters.cell(values, list(values))
    copy.parent.mkdir(parents=True, exist_ok=True)
    result_cache.write(copy, nbformat.writes(notebook) + "\n")
    return copy
