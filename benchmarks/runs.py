"""The demonstration study run as a user runs it: how long, how much memory, the same bytes, and whole whenever it is killed.

    .venv/bin/python benchmarks/runs.py [KILLS]

Each step is a process of its own, started cold, in a desk of its own. KILLS (50) runs of one notebook are killed at random
moments; their number is all that takes long.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pandas as pd

import record

ROOT = Path(__file__).resolve().parent.parent
COMMAND = Path(sys.executable).with_name("impact-study")
WITHOUT_NOTEBOOKS = """
import ast, json, sys
from pathlib import Path
from analysis.run import pipeline as study
from analysis.text import formatting as words
study.clean_folder(Path("data/raw/demo"), {})
for lang in ("fr", "en"):
    for file in sorted(Path("notebooks").glob("[0-9]_*.ipynb")):
        names = {}
        for cell in json.loads(file.read_text())["cells"]:
            if cell["cell_type"] == "code":
                body = ast.parse("".join(cell["source"]).replace('lang = "fr"', f'lang = "{lang}"')).body
                for line in body:
                    if isinstance(line, ast.Expr):
                        shown = eval(ast.unparse(line), names)
                        getattr(shown, "_repr_mimebundle_", getattr(shown, "_repr_html_", lambda: ""))()
                    else:
                        exec(ast.unparse(line), names)
"""


def desk(place: Path) -> Path:
    """A folder with the study's notebooks and raw exports, and nothing made yet."""
    shutil.copytree(ROOT / "notebooks", place / "notebooks")
    (place / ".impact-study").touch()
    shutil.copytree(ROOT / "data/raw/demo", place / "data/raw/demo")
    return place


def run(where: Path, *given: str, **how) -> subprocess.Popen:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    return subprocess.Popen([COMMAND, *given], cwd=where, **quiet | how)


def timed(where: Path, *given: str) -> float:
    began = time.perf_counter()
    assert run(where, *given).wait() == 0, given
    return time.perf_counter() - began


def below(root: int) -> list[int]:
    """A process and all that it started, and what those started."""
    parent = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
    found = [root]
    for process in found:
        found += [child for child, of in parent.items() if of == process]
    return found


def peak_memory(where: Path, *given: str) -> float:
    """The greatest sum over all processes of a run of their share of the memory (PSS), in MB."""
    running, peak = run(where, *given), 0
    while running.poll() is None:
        total = 0
        for process in below(running.pid):
            try:
                lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        peak = max(peak, total)
        time.sleep(0.1)
    assert running.returncode == 0
    return peak / 1024


def bytes_of(report: Path) -> dict[str, str]:
    files = (file for file in sorted(report.rglob("*")) if file.is_file())
    return {
        file.relative_to(report).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


def first_page(where: Path, began: float, found: list[float]) -> None:
    while not found:
        if any((where / "reports/.work").rglob("*.html")) or any(
            (where / "reports").glob("demo/**/*.html")
        ):
            found.append(time.perf_counter() - began)
        time.sleep(0.02)


def left_behind(where: Path) -> list[int]:
    """The processes that work in a desk."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            found += (
                [int(link.parent.name)] if Path(os.readlink(link)).is_relative_to(where) else []
            )
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
    return found


def killed(where: Path, times: int) -> list[tuple[str, object, str]]:
    """Run one notebook with ever another grace, kill it at a random moment, look at the report; then take it up."""
    one = ("run", "--notebook", "notebooks/2_durability.ipynb", "--out", "reports/killed")
    asked = lambda days: ("-p", f"grace_days={days}")
    whole = timed(where, *one, *asked(100))
    moments, report, broken, finished, orphans = random.Random(7), where / "reports/killed", 0, 0, 0
    for k in range(times):
        running = run(where, *one, *asked(101 + k))
        try:
            running.wait(moments.uniform(0, whole))
            finished += 1
        except subprocess.TimeoutExpired:
            os.kill(running.pid, signal.SIGKILL)
            running.wait()
        held = json.loads((report / "run.json").read_text(encoding="utf-8"))["files"]
        broken += any(bytes_of(report).get(name) != digest for name, digest in held.items())
        until = time.monotonic() + 5
        while left_behind(where) and time.monotonic() < until:
            time.sleep(0.1)
        orphans += len(left_behind(where))
    timed(where, *one, *asked(100 + times), "--resume")
    resumed = bytes_of(report)
    shutil.rmtree(report.parent)
    timed(where, *one, *asked(100 + times))
    return [
        (f"killed by signal 9 at {times} random moments: reports not whole", broken, "0"),
        ("of these runs, ended before the signal", finished, ""),
        ("processes left five seconds after a kill, all together", orphans, "0"),
        (
            "`--resume` then gives the bytes of a run from nothing",
            "yes" if bytes_of(report) == resumed else "no",
            "yes",
        ),
    ]


def main(kills: int) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as place:
        alone = desk(Path(place) / "alone")
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", WITHOUT_NOTEBOOKS], cwd=alone, check=True, capture_output=True
        )
        computed = time.perf_counter() - began
        where, seen = desk(Path(place) / "study"), []
        looking = threading.Thread(target=first_page, args=(where, time.perf_counter(), seen))
        looking.start()
        both = timed(where, "run", "--lang", "fr", "--lang", "en")
        looking.join()
        rows += [
            (
                "its computation alone, in one process: clean, every cell of every notebook, two languages, s",
                computed,
                "",
            ),
            ("the demonstration study from nothing in two languages, s", both, ""),
            ("… times its computation", both / computed, "< 2.5"),
            ("… its first page, s", seen[0], "a few"),
            (
                "again, unchanged (best of 3), s",
                min(timed(where, "run", "--lang", "fr", "--lang", "en") for _ in range(3)),
                "<= 1.5",
            ),
            ("`--help` (best of 5), s", min(timed(where, "--help") for _ in range(5)), "<= 0.3"),
        ]
        with_two = ("run", "--workers", "2", "--out", "reports/two")
        rows.append(
            (
                "peak memory with 2 workers, all processes together (PSS), MB",
                peak_memory(where, *with_two),
                "<= 1,536",
            )
        )
        made = {"2": bytes_of(where / "reports/two")}
        for workers in ("1", "4"):
            timed(where, "run", "--workers", workers, "--out", f"reports/{workers}")
            made[workers] = bytes_of(where / f"reports/{workers}")
        same = made["1"] == made["2"] == made["4"]
        rows.append(
            (
                f"1, 2 and 4 workers give the same bytes ({len(made['1'])} files)",
                "yes" if same else "no",
                "yes",
            )
        )
        rows += killed(where, kills)
    table = pd.DataFrame(rows, columns=["what", "measured", "asked"]).astype({"measured": object})
    note = "The command `impact-study`, each step a process started cold; seconds on the clock, so other work on the machine counts."
    packages = [
        "papermill",
        "nbclient",
        "ipykernel",
        "jupyter-client",
        "joblib",
        "pandas",
        "matplotlib",
    ]
    record.section(
        "Runs",
        table,
        f"{note} Load when it ended: {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores.",
        packages,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
