"""What an executed notebook may show outside the study team: prose, exhibits and the study's
opening.

`study.exhibit` is the only door through which numbers leave disclosed. Whatever else a cell shows
(a frame, a print, a plot, an exhibit made by hand or for another audience) is left out, with one
line that says so; a notebook that sets `strict: bool = True` in its parameter cell is refused.
"""

from html import escape

import nbformat

from analysis.article.captions import MIME, OPENING_MIME
from analysis.report.notebook_cells import set_values
from analysis.text.messages import say

AUDIENCES = ("team", "directors", "partners")  # each may see less than the one before it


def may_show(output: nbformat.NotebookNode, audience: str) -> bool:
    """Whether an output was disclosed for this audience, or for one that may see less."""
    data = output.get("data", {})
    record = data.get(MIME) or data.get(OPENING_MIME) or {}
    disclosed_for = record.get("audience", "team")
    return AUDIENCES.index(disclosed_for) >= AUDIENCES.index(audience)


def leave_out(notebook: nbformat.NotebookNode, audience: str) -> list[str]:
    """Take out of an executed notebook what its audience may not see; the ids of the cells
    concerned.
    """
    if audience == "team":
        return []
    notebook.metadata.pop("widgets", None)
    cells = []
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        released_outputs = [output for output in outputs if may_show(output, audience)]
        if len(released_outputs) < len(outputs):
            cells.append(cell.get("id", ""))
            cell["outputs"] = [*released_outputs, nbformat.v4.new_output("display_data", _notice())]
    return cells


def _notice() -> dict[str, str]:
    sentence = say("sheet.left_out")
    return {
        "text/html": f'<div class="unsupported"><p>{escape(sentence)}</p></div>',
        "text/plain": sentence,
    }


def is_strict(notebook: nbformat.NotebookNode) -> bool:
    """Whether a notebook asks to be refused rather than shown without some of its outputs."""
    sources = [
        cell.source
        for cell in notebook.cells
        if {"parameters", "injected-parameters"} & set(cell.metadata.get("tags", []))
    ]
    values = {name: value for source in sources for name, value in set_values(source).items()}
    return values.get("strict") is True
