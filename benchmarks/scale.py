"""Time and peak memory of a study by its size: draw, clean, relations, lines, and one page, each in a process of its own.

python benchmarks/scale.py                 # 10 000, 100 000 and 1 000 000 relations: some minutes
python benchmarks/scale.py 10000000        # other sizes
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

import record

STEPS = {
    "draw and write": "import synthetic; synthetic.write_demo(Path(where) / 'raw', 1, many)",
    "clean": "from analysis.run import pipeline; pipeline.clean_folder(Path(where) / 'raw', {}, out=Path(where) / 'clean')",
    "relations": "from analysis import explore; explore.open(where + '/clean').relations",
    "lines": "from analysis import explore; explore.open(where + '/clean').lines",
    "figures": "from analysis import explore; study = explore.open(where + '/clean')\n"
    "for name in ('F1', 'F3', 'F4', 'F8', 'F9', 'F15', 'F16', 'F22'):\n"
    "    built = study.exhibit(name)\n"
    "    largest = max(largest, *map(len, built.drawings)) if hasattr(built, 'drawings') else largest",
}
MEASURED = "import resource, time\nprint(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, largest / 1024)"


def main(sizes: list[int]) -> None:
    rows = []
    try:
        _measure(sizes, rows)
    finally:  # what was measured stands, should a step of the next size fail
        record.section(
            "Scale",
            pd.DataFrame(rows),
            "Each step in a process of its own, imports included; the folder is on disk.",
            image="scale.svg",
        )
        _plot(pd.DataFrame(rows), Path(__file__).with_name("scale.svg"))


def _measure(sizes: list[int], rows: list[dict]) -> None:
    for many in sizes:
        with tempfile.TemporaryDirectory() as where:
            for step, code in STEPS.items():
                program = f"from pathlib import Path\nwhere, many, largest = {where!r}, {many}, 0\n{code}\n{MEASURED}"
                ran = subprocess.run(
                    [sys.executable, "-c", program],
                    capture_output=True,
                    text=True,
                    env=os.environ | {"PYTHONPATH": str(record.TESTS)},
                )
                if ran.returncode:
                    sys.exit(
                        ran.stderr
                        or f"{step}, {many:,} relations: ended by signal {-ran.returncode}"
                    )
                spent, peak, largest = map(float, ran.stdout.split())
                rows.append(
                    {
                        "relations": many,
                        "step": step,
                        "processor seconds": spent,
                        "us a relation": 1e6 * spent / many,
                        "peak MB": peak,
                        "largest SVG, kB": largest or float("nan"),
                    }
                )
                print(rows[-1], flush=True)


def _plot(rows: pd.DataFrame, file: Path) -> None:
    import matplotlib

    matplotlib.rcParams["svg.hashsalt"] = "scale"
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    for step, part in rows.groupby("step", sort=False):
        left.loglog(part["relations"], part["processor seconds"], marker="o", label=step)
        right.loglog(part["relations"], part["peak MB"], marker="o")
    left.set(xlabel="relations", ylabel="processor seconds")
    right.set(xlabel="relations", ylabel="peak MB")
    left.legend(frameon=False, fontsize=8)
    figure.savefig(file, metadata={"Date": None})


if __name__ == "__main__":
    main([int(float(size)) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
