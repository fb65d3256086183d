"""A project of a study team's own: its notebooks, its choices and a place for its exports."""

import json
import re
from pathlib import Path

import nbformat
import pandas as pd

from analysis import clean as cleaning
from analysis import layout
from analysis.declare import parameters
from analysis.declare.faults import refusal
from analysis.report import notebook_cells
from analysis.run import check_data
from analysis.run import project as projects
from analysis.text import formatting

IGNORED = ["data/processed/", "reports/", ".ipynb_checkpoints/", "notebooks/explore/start.*.ipynb"]
TEMPLATES = projects.PACKAGE / "template/project"


def new(folder: Path, lang: str) -> Path:
    """Lay out a project in a new or empty folder, in French or English; returns the folder.

    It holds `data/raw` (with `study.toml` and the lists of decisions), `notebooks`, a README and a
    .gitignore, and is known as a project by its marker, which names its language.
    """
    lang = parameters.parse({"lang": lang}).lang
    formatting.use(lang)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise refusal(str(folder), "is there already; give a new or empty folder", rule="new")
    folder = folder.resolve()
    name = re.sub(r"[^\w.-]+", "-", folder.name).strip("-.") or "study"
    title = re.sub(r"[-_]+", " ", name)
    _write_notebooks(folder, name, lang)
    raw = folder / projects.RAW
    raw.mkdir(parents=True)
    check_data.write_draft(raw, layout.draft([], layout.StudyDescription(name=name, title=title)))
    decisions = cleaning.decisions
    for file, columns in (
        (decisions.CORRECTIONS, decisions.CORRECTION_COLUMNS),
        (decisions.PARTNERS, decisions.PARTNER_COLUMNS),
    ):
        decisions.write_rows(raw / file, pd.DataFrame(columns=columns))
    readme = (TEMPLATES / f"README.{lang}.md").read_text(encoding="utf-8")
    (folder / "README.md").write_text(readme.format(title=title, name=name), encoding="utf-8")
    (folder / ".gitignore").write_text("\n".join(IGNORED) + "\n", encoding="utf-8")
    marker = json.dumps({"lang": lang}) + "\n"
    (folder / projects.MARKER).write_text(marker, encoding="utf-8")
    return folder


def _write_notebooks(folder: Path, name: str, lang: str) -> None:
    shipped = projects.shipped()
    for original in sorted(shipped.rglob("*.ipynb")):
        is_copy = original.name.startswith("start.") and original.name != "start.ipynb"
        is_copy |= original.name in ("my-question.ipynb", "prepare.ipynb")
        if is_copy or ".ipynb_checkpoints" in original.parts:
            continue
        notebook = nbformat.read(original, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                french = cell.source
                cell.source = notebook_cells.cell_prose(french, cell.metadata)
                if cell.metadata.pop(lang, None) is not None:
                    cell.metadata["fr"] = french
            elif "parameters" in cell.metadata.get("tags", []):
                values = notebook_cells.settings(original)
                own = {"data": name, "lang": lang, "partner": ""}  # none of the demonstration's
                values |= {key: value for key, value in own.items() if key in values}
                cell.source = parameters.parameter_cell(values, list(values))
        file = folder / "notebooks" / original.relative_to(shipped)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
