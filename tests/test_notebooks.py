"""The study's notebooks show their analysis: frame, function, figure; the tour and the gallery run top to bottom."""

import nbformat
import pytest

from analysis.report.notebook_cells import WORK
from analysis.study import gallery, published
from conftest import ROOT
from test_explore import execute


@pytest.mark.parametrize("name", ["start", "gallery"])
def test_the_tour_and_the_gallery_run_top_to_bottom(cleaned_demo, tmp_path, name):
    notebook = nbformat.read(ROOT / f"notebooks/explore/{name}.ipynb", as_version=4)
    execute(notebook, cleaned_demo)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type == "error"]


def test_the_gallery_is_as_it_is_generated():
    written = (ROOT / "notebooks/explore/gallery.ipynb").read_text(encoding="utf-8")
    again = "python -m analysis.study.gallery notebooks/explore/gallery.ipynb"
    assert written == gallery.text(), f"a figure came or went: {again}"
    assert all(f'exhibit("{id}")'.replace('"', '\\"') in written for id in published.modules())


def test_notebooks_of_the_study_show_how_figures_are_computed():
    shown = {}
    for file in sorted((ROOT / "notebooks").glob("[2-7]*.ipynb")):
        cells = nbformat.read(file, as_version=4).cells
        shown[file.stem] = [cell.source for cell in cells if WORK in cell.metadata.get("tags", [])]
    assert all(shown.values())
    assert sum("sns." in source for sources in shown.values() for source in sources) >= 5
