"""Region reports from the study's own notebooks, executed and as pages: this project against papermill and nbconvert.

    .venv/bin/python benchmarks/reports.py [PEERS]

Three notebooks for each of seven regions are 21 reports. Both sides make the same pages, with nbconvert's own template. A
peer starts anew for every report, so that it takes as long for each: PEERS (2) regions tell its seconds per report.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import pandas as pd

import record
from analysis.report import result_cache
from analysis.run import notebook_jobs, pipeline
from analysis.run import project as projects

BIN = Path(sys.executable).parent
PROJECT = projects.current()
NOTEBOOKS = [
    PROJECT.notebooks / name
    for name in ("2_durability.ipynb", "3_fragility.ipynb", "4_strength.ipynb")
]
REGIONS = [
    "Bretagne",
    "Grand Est",
    "Hauts-de-France",
    "Île-de-France",
    "Normandie",
    "Nouvelle-Aquitaine",
    "Occitanie",
]


def page(notebook, job: notebook_jobs.Job, folder: Path) -> None:
    """The page that `jupyter nbconvert --to html` makes."""
    from nbconvert.exporters.html import HTMLExporter

    body, _ = HTMLExporter().from_notebook_node(notebook)
    result_cache.write_whole(folder / f"{job.notebook.stem}.html", body)


def ours(out: Path) -> None:
    jobs = [
        notebook_jobs.Job(file, {"region": region}, f"{region}-{file.stem}")
        for region, file in product(REGIONS, NOTEBOOKS)
    ]
    results = notebook_jobs.execute(jobs, out, after=page)
    assert not any(result.failure for result in results), results


def theirs(report: tuple[str, Path], out: Path) -> None:
    region, notebook = report
    folder = out / f"{region}-{notebook.stem}"
    folder.mkdir(parents=True)
    executed = folder / notebook.name
    run = {"check": True, "capture_output": True, "cwd": notebook.parent}
    subprocess.run(
        [BIN / "papermill", "--no-progress-bar", "-r", "region", region, notebook, executed], **run
    )
    subprocess.run([BIN / "jupyter", "nbconvert", "--to", "html", executed], **run)


def shown(out: Path, reports: list[tuple[str, Path]]) -> list:
    """What the executed notebooks show: each side must show the same."""
    files = (out / f"{region}-{notebook.stem}" / notebook.name for region, notebook in reports)
    every = [json.loads(file.read_text(encoding="utf-8"))["cells"] for file in files]
    return [
        [
            output.get("data", output.get("text"))
            for cell in cells
            for output in cell.get("outputs", [])
        ]
        for cells in every
    ]


def timed(call, *arguments) -> float:
    began = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - began


def main(peers: int) -> None:
    pipeline.clean_folder(PROJECT.folder / "data/raw/demo", {})
    every, some = list(product(REGIONS, NOTEBOOKS)), list(product(REGIONS[:peers], NOTEBOOKS))
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        run_ours = lambda name: subprocess.run(
            [sys.executable, __file__, "--ours", place / name], check=True
        )
        first = timed(run_ours, "ours") / len(every)
        one = timed(lambda: [theirs(report, place / "one") for report in some]) / len(some)
        with ThreadPoolExecutor(2) as pool:
            two = timed(
                lambda: list(pool.map(lambda report: theirs(report, place / "two"), some))
            ) / len(some)
        slower = max(
            first, timed(run_ours, "last") / len(every)
        )  # the machine may have other work at one end
        assert shown(place / "ours", some) == shown(place / "one", some)
    rows = [
        (
            "this project, two at once; the slower of two runs, before and after the others",
            len(every),
            slower,
            1.0,
        ),
        ("papermill and nbconvert, two at once", len(some), two, two / slower),
        ("papermill and nbconvert, one after the other", len(some), one, one / slower),
    ]
    table = pd.DataFrame(
        rows, columns=["who", "reports made", "seconds per report", "times as long"]
    )
    note = (
        "Region reports from the study's notebooks 2 to 4: executed with a region and made into HTML pages by nbconvert's template, by "
        f"processes started cold, bytecode compiled. Load when it ended: {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores."
    )
    packages = [
        "papermill",
        "nbconvert",
        "ipykernel",
        "jupyter-client",
        "joblib",
        "pandas",
        "matplotlib",
        "seaborn",
    ]
    record.section("Reports", table, note, packages)


if __name__ == "__main__":
    if "--ours" in sys.argv:
        ours(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
