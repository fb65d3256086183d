"""JupyterLab at the guided tour of a study: a copy that may be changed at will, in the language chosen."""

import subprocess
import sys

import nbformat

from analysis.declare import parameters
from analysis.report import notebook_cells, result_cache
from analysis.run import pipeline
from analysis.text import formatting

QUIET = {  # JupyterLab asks nobody for news, updates or extensions
    "LabApp.app_settings_dir": str(pipeline.PACKAGE / "template/lab"),
    "LabApp.news_url": "None",
    "LabApp.extension_manager": "readonly",
    "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
}


def open(lang: str, browser: bool = True) -> int:
    """Open JupyterLab and return its exit code.

    The tour is written anew only once the original is newer. The demonstration is cleaned where it is not yet.
    """
    lang = parameters.parse({"lang": lang}).lang
    if not (pipeline.PROCESSED / "demo").is_dir():
        pipeline.clean(pipeline.ROOT / "data/raw/demo", {})
    tour = pipeline.NOTEBOOKS / "explore/start.ipynb"
    opened = tour.with_name(f"start.{lang}.ipynb")
    if not opened.is_file() or opened.stat().st_mtime < tour.stat().st_mtime:
        formatting.use(lang)
        notebook = nbformat.read(tour, as_version=4)
        notebook_cells.translate(notebook)
        for cell in notebook.cells:
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = cell.source.replace('lang = "fr"', f'lang = "{lang}"')
        result_cache.write(opened, nbformat.writes(notebook) + "\n")
    chosen = [
        f"--{name}={value}"
        for name, value in (QUIET | {"ServerApp.root_dir": str(pipeline.ROOT)}).items()
    ]
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        str(opened),
        *chosen,
        *([] if browser else ["--no-browser"]),
    ]
    return subprocess.call(command, cwd=pipeline.ROOT)
