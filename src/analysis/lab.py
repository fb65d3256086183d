"""JupyterLab at the guided tour of a study: a copy that may be changed at will, in the language chosen."""

import subprocess
import sys

import nbformat

from analysis import notebooks, parameters, store, study, words

QUIET = {  # JupyterLab asks nobody for news, updates or extensions
    "LabApp.app_settings_dir": str(study.PACKAGE / "template/lab"),
    "LabApp.news_url": "None",
    "LabApp.extension_manager": "readonly",
    "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
}


def open(lang: str, browser: bool = True) -> int:
    """Open JupyterLab and return its exit code.

    The tour is written anew only once the original is newer. The demonstration is cleaned where it is not yet.
    """
    lang = parameters.parse({"lang": lang}).lang
    if not (study.PROCESSED / "demo").is_dir():
        study.clean(study.ROOT / "data/raw/demo", {})
    tour = study.NOTEBOOKS / "explore/start.ipynb"
    opened = tour.with_name(f"start.{lang}.ipynb")
    if not opened.is_file() or opened.stat().st_mtime < tour.stat().st_mtime:
        words.use(lang)
        notebook = nbformat.read(tour, as_version=4)
        notebooks.translate(notebook)
        for cell in notebook.cells:
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = cell.source.replace('lang = "fr"', f'lang = "{lang}"')
        store.write(opened, nbformat.writes(notebook) + "\n")
    chosen = [
        f"--{name}={value}"
        for name, value in (QUIET | {"ServerApp.root_dir": str(study.ROOT)}).items()
    ]
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        str(opened),
        *chosen,
        *([] if browser else ["--no-browser"]),
    ]
    return subprocess.call(command, cwd=study.ROOT)
