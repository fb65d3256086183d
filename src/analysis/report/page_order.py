"""In which order a page shows what a notebook shows: its opening, its sections, what cannot be
shown last.
"""

import re

import nbformat

from analysis.article.captions import MIME, OPENING_MIME, number_of
from analysis.report.notebook_cells import PART_TAG, WORK, opens_section, sections
from analysis.text.messages import say


def exhibit_records(*cells: nbformat.NotebookNode) -> list[dict]:
    """What executed cells publish, in order: the records of their exhibits, key numbers and
    refusals.
    """
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]


def opened(notebook: nbformat.NotebookNode) -> tuple[str, str, nbformat.NotebookNode]:
    """The title of a notebook, the words under it, and the notebook without its opening.

    Figures that no heading comes before get one: a reader who goes from heading to heading misses
    none. Sections of which nothing can be shown are told together at the end.
    """
    body = nbformat.from_dict({**notebook, "cells": list(notebook.cells)})
    first_shown = next((at for at, cell in enumerate(body.cells) if exhibit_records(cell)), None)
    prose = "\n".join(
        cell.source for cell in body.cells[:first_shown] if cell.cell_type == "markdown"
    )
    if first_shown is not None and not re.search("^## ", prose, re.M):
        body.cells.insert(
            first_shown, nbformat.v4.new_markdown_cell(f"## {say('sheet.figures')}", id="figures")
        )
    title = under = ""
    for cell in body.cells:
        if cell.cell_type == "markdown" and cell.source.lstrip().startswith("# "):
            body.cells.remove(cell)
            title, _line, under = cell.source.lstrip().partition("\n")
            break
    briefs = [record for record in exhibit_records(*body.cells) if record["kind"] == "brief"]
    if briefs:
        title = f"# {briefs[0]['title']}"
        body.cells = _decisive(body.cells)
    else:
        body.cells = _gathered(_work_last(_parts_of_figures(body.cells)))
    return title[2:].strip(), under.strip(), body


def _decisive(every: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    cells = [nbformat.from_dict(cell) for cell in every if not _is_work(cell)]
    for cell in cells:
        if cell.cell_type == "markdown":  # of a question, no word but itself
            cell.source = cell.source.partition("\n")[0]
        outputs = cell.get("outputs", [])
        cell["outputs"] = [one for one in outputs if OPENING_MIME not in one.get("data", {})]
    return cells


def _is_work(cell: nbformat.NotebookNode) -> bool:
    return WORK in cell.metadata.get("tags", [])


def parts(cells: list[nbformat.NotebookNode]) -> dict[str, str]:
    """The figure under which each part is folded, by the id of the part: the last one before it in
    its section. Without one, a part stands on its own.
    """
    main_of = {}
    for section in sections(cells):
        shown = [(cell, record) for cell in section for record in exhibit_records(cell)]
        exhibits = [(cell, record["id"]) for cell, record in shown if record["kind"] == "exhibit"]
        main = None
        for cell, id in exhibits:
            if main is not None and PART_TAG in cell.metadata.get("tags", []):
                main_of[id] = main
            else:
                main = id
    return main_of


def _parts_of_figures(every: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    main_of, shown_next = parts(every), ""
    cells = [nbformat.from_dict(cell) for cell in every]
    for cell in reversed(cells):
        ids = [record["id"] for record in exhibit_records(cell)]
        if ids and not (_is_work(cell) and shown_next):
            shown_next = ids[0]
            shown_by = cell
        if _is_work(cell) and shown_next:
            cell.metadata["of"] = shown_next
            shown_by.metadata["work"] = True
            cell.metadata["open"] = shown_by is cell  # nothing else answers its question
        if opens_section(cell):
            shown_next = ""
        tags = cell.metadata.get("tags", [])
        if PART_TAG in tags and not set(ids) <= set(main_of):
            cell.metadata["tags"] = [tag for tag in tags if tag != PART_TAG]
    return cells


def _work_last(every: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    cells: list[nbformat.NotebookNode] = []
    work: list[nbformat.NotebookNode] = []
    for cell in every:
        if opens_section(cell):
            cells, work = [*cells, *work], []
        (work if _is_work(cell) else cells).append(cell)
    return [*cells, *work]


def _gathered(every: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    cells: list[nbformat.NotebookNode] = []
    reasons: dict[str, tuple[list[str], list[str]]] = {}
    for section in sections(every):
        records = exhibit_records(*section)
        refused = [record for record in records if record["kind"] == "unsupported"]
        cells_shown = [cell for cell in section if not _is_work(cell)]
        n_outputs = sum(len(cell.get("outputs", [])) for cell in cells_shown)
        # a computation may show a figure of the analyst's where the question has no answer
        if not refused or len(refused) < max(len(records), n_outputs):
            cells += section
            continue
        for record in refused:
            questions, numbers = reasons.setdefault(record["reason"], ([], []))
            questions.append(section[0].source.partition("\n")[0].removeprefix("## "))
            if any(character.isdigit() for character in record["id"]):  # the brief has no number
                numbers.append(number_of(record["id"]))
    if reasons:
        lines = [f"## {say('sheet.untold')}", ""]
        for reason, (questions, numbers) in reasons.items():
            named = f" ({', '.join(numbers)})" if numbers else ""
            lines.append(f"- **{' '.join(dict.fromkeys(questions))}** {reason}{named}")
        cells.append(nbformat.v4.new_markdown_cell("\n".join(lines), id="untold"))
    return cells
