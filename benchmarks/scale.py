"""Time and peak memory of a study by its size: draw, clean, relations, lines, and one page, each in a process of its own.

python benchmarks/scale.py                 # 10 000 and 100 000 relations
python benchmarks/scale.py 1000000         # other sizes: minutes and gigabytes
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

import record

STEPS = {
    "draw and write": "from analysis import demo; demo.write_demo(Path(where) / 'raw', 1, many)",
    "clean": "from analysis import study; study.clean(Path(where) / 'raw', {}, out=Path(where) / 'clean')",
    "relations": "from analysis import explore; print(len(explore.open(where + '/clean').relations))",
    "lines": "from analysis import explore; print(len(explore.open(where + '/clean').lines))",
    "brief's exhibits": "from analysis import explore; study = explore.open(where + '/clean')\n"
    "print(max(len(study.exhibit(name)._repr_mimebundle_()['text/html']) for name in ('F1', 'F3', 'F8', 'F15')))",
}
MEASURED = "import resource, sys\nprint('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"


def main(sizes: list[int]) -> None:
    rows = []
    for many in sizes:
        with tempfile.TemporaryDirectory() as where:
            for step, code in STEPS.items():
                program = f"from pathlib import Path\nwhere, many = {where!r}, {many}\n{code}\n{MEASURED}"
                begun = time.perf_counter()
                ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
                spent = time.perf_counter() - begun
                if ran.returncode:
                    print(ran.stderr, file=sys.stderr)
                    sys.exit(1)
                peak = int(ran.stderr.split("peak")[-1])
                rows.append(
                    {
                        "relations": many,
                        "step": step,
                        "seconds": spent,
                        "us a relation": 1e6 * spent / many,
                        "peak MB": peak / 1024,
                    }
                )
                print(rows[-1])
    record.section("Scale", pd.DataFrame(rows), "Each step in a process of its own, imports included; the folder is on disk.")
    _plot(pd.DataFrame(rows), Path(__file__).with_name("scale.svg"))


def _plot(rows: pd.DataFrame, file: Path) -> None:
    import matplotlib

    matplotlib.rcParams["svg.hashsalt"] = "scale"
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    for step, part in rows.groupby("step", sort=False):
        left.loglog(part["relations"], part["seconds"], marker="o", label=step)
        right.loglog(part["relations"], part["peak MB"], marker="o")
    left.set(xlabel="relations", ylabel="seconds")
    right.set(xlabel="relations", ylabel="peak MB")
    left.legend(frameon=False, fontsize=8)
    figure.savefig(file, metadata={"Date": None})


if __name__ == "__main__":
    main([int(float(size)) for size in sys.argv[1:]] or [10_000, 100_000])
