"""Many notebooks at once give what one after the other gives, once, whatever fails, dies or is stopped meanwhile."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from analysis.report import result_cache
from analysis.run import notebook_jobs
from test_kernels import ended
from tiny import files

PLOT = """
import os, warnings
import matplotlib.pyplot as plt
warnings.warn("a warning names the file of its cell")
print(region, os.getcwd(), flush=True)
plt.plot([seed, 1]);
"""
COUNT = "with open(log, 'a') as file: print(region, file=file)"
FAIL = """
if region == "raises":
    raise ValueError("first line\\nlast line")
if region == "dies":
    os._exit(1)
"""


@pytest.fixture
def notebook(tmp_path) -> Path:
    """A notebook of four cells: a text, its parameters, a plot with a warning, and one that fails for some regions."""
    return written(tmp_path / "region.ipynb", PLOT, FAIL)


def written(file: Path, *sources: str) -> Path:
    new = nbformat.v4
    parameters = new.new_code_cell(
        "region = 'Bretagne'\nseed = 1\nlog = ''", metadata={"tags": ["parameters"]}
    )
    cells = [new.new_markdown_cell("# How long?"), parameters, *map(new.new_code_cell, sources)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    nbformat.write(
        new.new_notebook(
            cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "x"}}
        ),
        file,
    )
    return file


def jobs_for(notebook: Path, *regions: str, **others) -> list[notebook_jobs.Job]:
    every = [{"region": region, **others} for region in regions]
    return [
        notebook_jobs.Job(notebook, parameters, result_cache.key_of([notebook], parameters))
        for parameters in every
    ]


def title(notebook, job):
    notebook.cells[0].source = f"# {job.parameters['region']}"


def page(notebook, job, folder):
    result_cache.write_whole(folder / "page.txt", notebook.cells[0].source)


def test_any_number_of_workers_gives_the_same_bytes(notebook, tmp_path):
    jobs = jobs_for(notebook, "Bretagne", "Corse", "Grand Est")
    made = []
    for workers in (1, 2):
        work = tmp_path / str(workers)
        results = notebook_jobs.execute(jobs, work, workers=workers, before=title, after=page)
        assert [
            (result.job, result.folder, result.failure, result.reused) for result in results
        ] == [(job, work / job.key, None, False) for job in jobs]
        made.append(files(work))
    assert made[0] == made[1]
    assert [made[0][f"{job.key}/page.txt"] for job in jobs] == [
        b"# Bretagne",
        b"# Corse",
        b"# Grand Est",
    ]


def test_the_executed_notebook_says_what_was_run_and_nothing_of_the_run(notebook, tmp_path):
    [result] = notebook_jobs.execute(jobs_for(notebook, "Corse"), tmp_path / "work")
    text = (result.folder / "region.ipynb").read_text(encoding="utf-8")
    executed = nbformat.reads(text, 4)
    nbformat.validate(executed)
    assert executed.metadata.keys() == {"kernelspec", "language_info"}
    assert [cell.id for cell in executed.cells] == [
        "cell-0",
        "cell-1",
        "injected-parameters",
        "cell-2",
        "cell-3",
    ]
    assert 'region = "Corse"' in executed.cells[2].source
    printed = {
        output.get("name", output.output_type): output for output in executed.cells[3].outputs
    }
    assert (
        printed["stdout"].text == f"Corse {tmp_path}\n"
    )  # the notebook's own folder, as in JupyterLab
    assert "a warning names the file" in printed["stderr"].text
    assert "image/png" in printed["display_data"].data
    assert "ipykernel_" not in text and sys.version.split()[0] not in text


def test_failures_are_told_apart_and_stop_no_other_notebook(notebook, tmp_path):
    jobs = jobs_for(notebook, "raises", "dies", "Corse")
    raised, died, well = notebook_jobs.execute(jobs, tmp_path / "work", workers=3)
    assert [(result.failure.kind, result.failure.cell) for result in (raised, died)] == [
        ("error", 4),
        ("dead", 4),
    ]
    assert raised.failure.message == "last line"
    assert "ValueError" in raised.failure.trace and "\x1b" not in raised.failure.trace
    assert died.failure.message.startswith("DeadKernelError")
    assert not any(result.folder.exists() for result in (raised, died))
    assert well.failure is None and well.folder.is_dir()


def test_a_job_runs_once_for_its_key(tmp_path):
    notebook, log = written(tmp_path / "count.ipynb", COUNT), tmp_path / "log"
    jobs = jobs_for(notebook, "a", "b", log=str(log))
    first = notebook_jobs.execute([*jobs, jobs[0]], tmp_path / "work", workers=1)
    again = notebook_jobs.execute(jobs, tmp_path / "work")
    assert log.read_text().split() == ["a", "b"]
    assert [result.reused for result in (*first, *again)] == [False, False, False, True, True]
    notebook_jobs.execute(jobs[1:], tmp_path / "work", force=True)
    assert log.read_text().split() == ["a", "b", "b"]
    notebook_jobs.execute(jobs_for(notebook, "a", log=str(log), seed=2), tmp_path / "work")
    assert log.read_text().split() == ["a", "b", "b", "a"]


BATCH = """
import signal
import sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # who starts the tests in the background may ignore it
import test_batch
from analysis.run import notebook_jobs
notebook, log, work = map(Path, sys.argv[1:])
notebook_jobs.execute(test_batch.jobs_for(notebook, *"abcd", log=str(log)), work, workers=2)
"""
STOP = """
import os
from pathlib import Path
with open(log, "a") as file:
    print(region, os.getpid(), os.getppid(), file=file)
if region == "c" and not Path(log + ".stopped").exists():
    Path(log + ".stopped").touch()
    os.kill(int(os.environ["JPY_PARENT_PID"]), {number})
    while True: pass
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_run_leaves_no_process_and_finished_work_is_kept(number, tmp_path):
    notebook, log = (
        written(tmp_path / "stop.ipynb", STOP.replace("{number}", str(int(number)))),
        tmp_path / "log",
    )
    jobs, work = jobs_for(notebook, *"abcd", log=str(log)), tmp_path / "work"
    command = [sys.executable, "-c", BATCH, notebook, log, work]
    stopped = subprocess.run(
        command, capture_output=True, text=True, timeout=600, cwd=Path(__file__).parent
    )
    assert stopped.returncode == -number
    assert stopped.stderr.count("Traceback") == (
        number == signal.SIGINT
    )  # Ctrl-C's own, and no thread's
    begun = [line.split() for line in log.read_text().splitlines()]
    assert ended(*(int(pid) for _, *pids in begun for pid in pids))
    finished = [job for job in jobs if (work / job.key).is_dir()]
    assert all(
        (job_folder / "stop.ipynb").is_file() for job_folder in (work / job.key for job in finished)
    )
    assert [result.reused for result in notebook_jobs.execute(jobs, work)] == [
        job in finished for job in jobs
    ]
    after = [line.split()[0] for line in log.read_text().splitlines()][len(begun) :]
    assert sorted(after) == [job.parameters["region"] for job in jobs if job not in finished]


WAIT = """
import os
if region == "waits":
    print(open(log).read())
else:
    with open(log, "w") as pipe:
        pipe.write(str(os.getpid()))
    while True: pass
"""


def broken(notebook, job, folder):
    raise ZeroDivisionError(notebook.cells[-1].outputs[0].text)


def test_an_error_of_the_caller_ends_the_other_notebooks(tmp_path):
    notebook, pipe = written(tmp_path / "wait.ipynb", WAIT), tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ZeroDivisionError) as raised:
        notebook_jobs.execute(
            jobs_for(notebook, "waits", "loops", log=str(pipe)),
            tmp_path / "work",
            workers=2,
            after=broken,
        )
    assert ended(int(str(raised.value)))


KILL = """
import os
from pathlib import Path
try:
    Path(log).touch(exist_ok=False)
except FileExistsError:
    pass
else:
    os.kill(int(os.environ["JPY_PARENT_PID"]), 9)
    while True: pass
print(region)
"""


def test_a_cluster_gives_the_same_bytes_and_loses_nothing_with_a_worker(tmp_path):
    distributed = pytest.importorskip("distributed")
    notebook = written(tmp_path / "kill.ipynb", KILL)
    jobs = jobs_for(notebook, *"abcd", log=str(tmp_path / "killed"))
    options = {
        "n_workers": 2,
        "threads_per_worker": 1,
        "dashboard_address": None,
        "silence_logs": 50,
    }
    with distributed.LocalCluster(**options) as cluster:
        assert len(cluster.scheduler_info["workers"]) == 2
        results = notebook_jobs.execute(
            jobs, tmp_path / "there", cluster=cluster.scheduler_address, before=title, after=page
        )
    assert (tmp_path / "killed").exists()
    assert [result.failure for result in results] == [None] * 4
    notebook_jobs.execute(jobs, tmp_path / "here", workers=2, before=title, after=page)
    assert files(tmp_path / "there") == files(tmp_path / "here")
    assert len(files(tmp_path / "here")) == 8
    assert json.loads((results[0].folder / "kill.ipynb").read_text())["cells"][-1]["outputs"][0][
        "text"
    ] == ["a\n"]
