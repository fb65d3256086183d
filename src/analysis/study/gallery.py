"""The gallery: a notebook with every figure of the study, what computes it, its options and its
first rows.

Written by `python -m analysis.study.gallery notebooks/explore/gallery.ipynb`; a test holds the file
to what is written here.
"""

import sys
from pathlib import Path

import nbformat
from nbformat import v4

from analysis.declare import parameters
from analysis.study.catalogue import exhibits
from analysis.study.notebook_writer import KERNEL, SET_UP

TITLE = "# Galerie : toutes les figures de l’étude"
TITLE_EN = "# Gallery: every figure of the study"
INTRODUCTION = "Sous chaque figure : la fonction qui la calcule, ses options, les premières lignes de ses données."
INTRODUCTION_EN = (
    "Under each figure: the function that computes it, its options, the first rows of its data."
)
PORTRAIT = 'portrait = study.where(partner=study.values("partner")[:1])'


def notebook() -> nbformat.NotebookNode:
    """The gallery as a notebook."""
    cells = [
        _prose(f"{TITLE}\n\n{INTRODUCTION}", f"{TITLE_EN}\n\n{INTRODUCTION_EN}"),
        v4.new_code_cell(
            parameters.parameter_cell(names=["data", "day", "lang"]),
            metadata={"tags": ["parameters"]},
        ),
        v4.new_code_cell(f"{SET_UP}\n"),
        v4.new_code_cell(f"{PORTRAIT}\nfigures = study.exhibits()"),
    ]
    for id, row in exhibits().iterrows():
        owner = "study"
        if row["family"].startswith("portrait"):
            owner = "portrait"
        cells.append(_prose(f"## {id}", f"## {id}"))
        cells.append(v4.new_code_cell(f'figures.loc[["{id}"]]'))
        cells.append(v4.new_code_cell(f'shown = {owner}.exhibit("{id}")\nshown'))
        cells.append(v4.new_code_cell("shown.data.head(3)"))
    for cell_number, cell in enumerate(cells):
        cell["id"] = f"gallery-{cell_number:03}"
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return v4.new_notebook(cells=cells, metadata=metadata)


def _prose(french: str, english: str) -> nbformat.NotebookNode:
    return v4.new_markdown_cell(french, metadata={"en": english})


def notebook_text() -> str:
    """The gallery as the text of its file."""
    return nbformat.writes(notebook()) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(notebook_text(), encoding="utf-8")
