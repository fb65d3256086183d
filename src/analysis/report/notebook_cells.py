"""What a notebook says before it is run: its title, the parameters that it was saved with, its prose in another language."""

import ast
import json
import re
from pathlib import Path

from analysis.declare import parameters
from analysis.declare.faults import Fault, Refused, refusal
from analysis.text import formatting

_ = formatting.text


def title(notebook: Path) -> str:
    """The short title of a notebook in the present language: its first heading up to the colon."""
    for cell in _cells(notebook):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and source.startswith("# "):
            return re.split(r"\s*:\s|\n", _(source)[2:])[0]
    return notebook.stem


def _cells(notebook: Path) -> list[dict]:
    try:
        return json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError):
        raise refusal(
            notebook.name,
            "is no notebook; give a file that JupyterLab opens (.ipynb)",
            rule="notebook",
        ) from None


def settings(notebook: Path) -> str:
    """The source of the cell that sets a notebook's parameters."""
    tagged = [
        "".join(cell["source"])
        for cell in _cells(notebook)
        if "parameters" in cell["metadata"].get("tags", [])
    ]
    if not tagged:
        raise refusal(
            notebook.name,
            "no cell tagged `parameters`; tag the cell that sets them",
            rule="notebook",
        )
    return tagged[0]


def saved(notebooks: list[Path], told: set[str]) -> dict:
    """What chosen notebooks were saved with: it stands where the command says nothing else (`told`)."""
    known: dict[str, set] = {}
    for notebook in notebooks:
        for line in ast.parse(settings(notebook)).body:
            if (
                isinstance(line, ast.Assign)
                and isinstance(line.value, ast.Constant)
                and isinstance(line.targets[0], ast.Name)
            ):
                name = line.targets[0].id
                if name in parameters.Parameters.model_fields and name not in {*told, "data"}:
                    known.setdefault(name, set()).add(line.value.value)
    expected = "the notebooks chosen were saved with different values; render them one by one, or give this parameter"
    if differ := [
        Fault(name, None, "", "parameter", "", expected)
        for name, values in known.items()
        if len(values) > 1
    ]:
        raise Refused(differ, 2)
    return {name: values.pop() for name, values in known.items()}


def translate(notebook) -> None:
    """Put a notebook's prose into the present language."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _(cell.source)
