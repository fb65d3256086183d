"""Twenty region reports, executed and as pages: this project against papermill and nbconvert, in the same run.

    .venv/bin/python benchmarks/reports.py [NOTEBOOK --regions Bretagne,Corse,…] [--page module:function]

Without NOTEBOOK it writes a small one that imports and draws as the study's do. Every side makes the same pages with nbconvert's
own template, unless `--page` names a function for this project's side, as `analysis.batch.execute` takes it for `after`.
"""

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

import record
from analysis import batch, store

BIN = Path(sys.executable).parent
SOURCES = (
    "import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd\nimport seaborn as sns\n\nrng = np.random.default_rng(7)",
    'relations = pd.DataFrame({"region": region, "kind": rng.choice(list("abcd"), 5000), "months": rng.exponential(30, 5000)})\n'
    "relations.describe()",
    'relations.groupby("kind")["months"].agg(["size", "mean", "median"])',
    "fig, ax = plt.subplots()\nsns.ecdfplot(relations, x='months', hue='kind', ax=ax, complementary=True)\nax.set_title(region);",
    "fig, ax = plt.subplots()\nsns.boxplot(relations, x='kind', y='months', ax=ax)\nax.set_title(region);",
    "print(region, len(relations))",
)


def small_notebook(file: Path) -> Path:
    import nbformat

    new = nbformat.v4
    parameters = new.new_code_cell('region = "11"', metadata={"tags": ["parameters"]})
    cells = [new.new_markdown_cell("# A region"), parameters, *map(new.new_code_cell, SOURCES)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new.new_notebook(cells=cells, metadata={"kernelspec": kernel}), file)
    return file


def page(notebook, job, folder: Path) -> None:
    """The page that `jupyter nbconvert --to html` makes."""
    from nbconvert.exporters.html import HTMLExporter

    body, _ = HTMLExporter().from_notebook_node(notebook)
    store.write(folder / f"{job.notebook.stem}.html", body)


def ours(notebook: Path, regions: list[str], out: Path, after: str) -> None:
    module, function = after.split(":")
    jobs = [batch.Job(notebook, {"region": region}, region) for region in regions]
    results = batch.execute(jobs, out, after=getattr(importlib.import_module(module), function))
    assert not any(result.failure for result in results), results


def theirs(notebook: Path, region: str, out: Path) -> None:
    folder = out / region
    folder.mkdir(parents=True)
    executed = folder / notebook.name
    run = {"check": True, "capture_output": True, "cwd": notebook.parent}
    subprocess.run([BIN / "papermill", "--no-progress-bar", "-r", "region", region, notebook, executed], **run)
    subprocess.run([BIN / "jupyter", "nbconvert", "--to", "html", executed], **run)


def shown(out: Path, notebook: Path, regions: list[str]) -> list:
    """What the executed notebooks show: each side must show the same."""
    every = [json.loads((out / region / notebook.name).read_text(encoding="utf-8"))["cells"] for region in regions]
    return [[output.get("data", output.get("text")) for cell in cells for output in cell.get("outputs", [])] for cells in every]


def timed(call, *arguments) -> float:
    began = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebook", nargs="?", type=Path, help="with a parameter `region`")
    parser.add_argument("--regions", default=",".join(f"{number:02d}" for number in range(1, 21)), help="one report each")
    parser.add_argument("--page", default="reports:page")
    parser.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    regions = asked.regions.split(",")
    if asked.ours:
        return ours(asked.notebook, regions, asked.ours, asked.page)

    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        notebook = (asked.notebook or small_notebook(place / "region.ipynb")).absolute()
        run_ours = [sys.executable, __file__, notebook, "--regions", asked.regions, "--page", asked.page, "--ours"]
        ours_first = timed(lambda: subprocess.run([*run_ours, place / "ours"], check=True))
        one = timed(lambda: [theirs(notebook, region, place / "one") for region in regions])
        with ThreadPoolExecutor(2) as pool:
            two = timed(lambda: list(pool.map(lambda region: theirs(notebook, region, place / "two"), regions)))
        ours_last = timed(lambda: subprocess.run([*run_ours, place / "last"], check=True))
        assert shown(place / "ours", notebook, regions) == shown(place / "one", notebook, regions)

    slower = max(ours_first, ours_last)  # the machine may have other work at one end
    seconds = {
        "this project, the slower of two runs": slower,
        "papermill and nbconvert, two at once": two,
        "papermill and nbconvert, one after the other": one,
    }
    rows = pd.DataFrame([[who, took, took / len(regions), took / slower] for who, took in seconds.items()])
    rows.columns = ["who", "seconds", "seconds per report", "times as long"]
    note = f"{len(regions)} region reports from {notebook.name}: notebooks executed with a region and made into HTML pages, by processes started cold."
    record.section(
        "Reports",
        rows,
        note,
        ["papermill", "nbconvert", "ipykernel", "jupyter-client", "joblib", "pandas", "matplotlib", "seaborn"],
    )


if __name__ == "__main__":
    main()
