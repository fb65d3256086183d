"""Many notebooks run at once, each only if it has not been run before with the same key."""

import os
import re
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from analysis.declare.faults import refusal
from analysis.report import STEPS, result_cache
from analysis.run.terminal import visible

LOOPBACK = ("127.0.0.1", "localhost", "::1")
UNDISCLOSED = (
    "shows what is no exhibit of the study, which leaves the team only as one: use study.exhibit or "
    "study.present, or do not ask `strict`"
)
CELL_FILES = re.compile(r"(?:[^\s'\"(<]*/)?ipykernel_\d+/")


class Job(NamedTuple):
    """A notebook to run with parameters (plain literals), and the key of all that its result
    depends on (`key_of`).

    `published` are the parameters as the executed notebook shows them: no folder of this machine is
    among them. `lang` is the language of its pages, whether it takes that parameter or not.
    """

    notebook: Path
    parameters: dict[str, Any]
    key: str
    published: dict[str, Any] | None = None
    lang: str = "fr"


class Failure(NamedTuple):
    """Why a notebook did not run to its end: `kind` is "error" (a cell raised), "dead" (the kernel
    died) or "undisclosed" (a strict notebook shows what its audience may not see). `cell` counts
    from 1 in the notebook as written; `message` is the last line of the error, `trace` all of it.
    """

    kind: str
    cell: int
    message: str
    trace: str


class Result(NamedTuple):
    """What became of a job: the folder that holds what it made, or the failure.

    `reused` says that it was there already.
    """

    job: Job
    folder: Path
    failure: Failure | None
    reused: bool


Before = Callable[[Any, Job], None]
After = Callable[[Any, Job, Path], None]


def execute(
    jobs: Sequence[Job],
    work: Path,
    *,
    workers: int = 0,
    cluster: str = "",
    before: Before | None = None,
    after: After | None = None,
    force: bool = False,
    label: str = "",
) -> list[Result]:
    """Run the jobs and return their results in the same order, whatever the number of workers.

    What a job makes stands in `work/<key>/`, which appears whole or not at all: the executed
    notebook under its own name, its bytes a function of the job alone, and what `after(notebook,
    job, folder)`, which may amend it, writes there. A job whose folder exists is not run again,
    unless by `force`. `before(notebook, job)` may change the notebook before its parameters are
    set. Both run beside other jobs, in threads here and in workers of the cluster there, so they
    must be functions of a module.

    `workers` notebooks run at once, by default as many as the cores that may be used. With
    `cluster`, the address of a Dask scheduler, the same calls run on its workers, which need this
    package and the same folders; the jobs of a worker that dies are run by others. When stderr is a
    terminal it shows progress, named by `label`.
    """
    pending = [job for job in jobs if force or not (work / job.key).is_dir()]
    failures: dict[str, Failure | None] = {}
    if pending:
        work.mkdir(parents=True, exist_ok=True)
        failures = _run_all(pending, work.absolute(), workers, cluster, before, after, label)
    keys_run = {job.key for job in pending}
    return [
        Result(job, work / job.key, failures.get(job.key), job.key not in keys_run) for job in jobs
    ]


def _run_all(
    jobs: Sequence[Job],
    work: Path,
    workers: int,
    cluster: str,
    before: Before | None,
    after: After | None,
    label: str,
) -> dict[str, Failure | None]:
    """Run the jobs, of which none stands in `work`, and return how each failed, by its key."""
    import joblib  # here, as a run that has nothing to do goes without

    from analysis.run import warm_kernels

    of_each_key = {job.key: job for job in jobs}.values()
    calls = [joblib.delayed(_run)(job, work / job.key, before, after) for job in of_each_key]
    if cluster:
        backend = _cluster(cluster)
    else:
        warm_kernels.warm()
        import papermill  # noqa: F401 (beside the imports of kernels)

        backend = joblib.parallel_config("threading", n_jobs=workers or -1)
    with backend:
        try:
            finished = joblib.Parallel(batch_size=1, return_as="generator_unordered")(calls)
            return dict(_shown(finished, len(calls), label))
        except BaseException:
            warm_kernels.stop()  # or other threads' notebooks would go on
            raise


def begin_imports() -> None:
    """Begin the imports of kernels, which a run that has nothing to do goes without."""
    from analysis.run import warm_kernels

    warm_kernels.warm()


def _cluster(address: str) -> Any:
    import joblib

    position = urlsplit(address)
    if position.scheme not in ("tcp", "tls") or not position.hostname:
        expected = "expected tls://host:8786, or tcp://127.0.0.1:8786 on this machine"
        raise refusal("--cluster", expected, address)
    if position.scheme == "tcp" and position.hostname not in LOOPBACK:
        warning = (
            f"--cluster {address}: whoever reaches this address can run code as you: let only "
            "trusted workers reach it, use tls://, or bind the scheduler to 127.0.0.1"
        )
        print(warning, file=sys.stderr)
    try:
        return joblib.parallel_config("dask", scheduler_host=address)
    except (OSError, ValueError):
        answer = "no Dask scheduler answers there; start one with: dask scheduler --host 127.0.0.1"
        raise refusal("--cluster", answer, address) from None


def _shown(finished: Iterator[Any], total: int, label: str) -> Iterator[Any]:
    from rich import progress
    from rich.console import Console

    if os.environ.get(STEPS):
        for done, item in enumerate(finished, 1):
            print(f"{STEPS} {done}/{total}", file=sys.stderr, flush=True)
            yield item
        return
    named = progress.TextColumn("{task.description}", markup=False)
    count, remaining = progress.MofNCompleteColumn(), progress.TimeRemainingColumn()
    columns = named, progress.BarColumn(), count, remaining
    terminal, quiet = Console(file=sys.__stderr__), not sys.stderr.isatty()
    with progress.Progress(*columns, console=terminal, disable=quiet, transient=True) as shown:
        yield from shown.track(finished, total, description=visible(label))


def _run(
    job: Job, folder: Path, before: Before | None, after: After | None
) -> tuple[str, Failure | None]:
    import nbformat
    import papermill
    from nbclient.exceptions import DeadKernelError
    from traitlets.config import Config

    from analysis.report import released
    from analysis.run import warm_kernels

    notebook = nbformat.read(job.notebook, as_version=4)
    written = [cell.get("id") for cell in notebook.cells]
    if before:
        before(notebook, job)
    begun: list[Any] = []

    def failed(kind: str, trace: str) -> tuple[str, Failure]:
        # the cell that papermill inserts for the parameters is not in the notebook as written: its
        # place is the cell's before
        places = [written.index(cell.id) + 1 for cell in begun if cell.get("id") in written]
        trace = CELL_FILES.sub("", trace).strip()
        return job.key, Failure(kind, places[-1] if places else 0, trace.splitlines()[-1], trace)

    try:
        executed = papermill.execute_notebook(
            notebook,
            None,
            job.parameters,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            record_timing=False,
            request_save_on_cell_execute=False,
            coalesce_streams=True,
            kernel_manager_class=warm_kernels.WarmManager,
            shutdown_kernel="immediate",
            config=Config({"KernelManager": {"transport_encryption": "auto"}}),
            resources={"metadata": {"path": str(job.notebook.parent)}},
            on_cell_start=lambda cell, cell_index: begun.append(cell),
        )
    except papermill.PapermillExecutionError as error:
        return failed("error", str(error))
    except DeadKernelError as error:
        return failed("dead", f"DeadKernelError: {error}")
    _settle(executed, job)
    left_out = released.leave_out(executed, job.parameters.get("audience", "team"))
    if left_out and released.is_strict(executed):
        position = 0
        if left_out[0] in written:
            position = written.index(left_out[0]) + 1
        return job.key, Failure("undisclosed", position, UNDISCLOSED, UNDISCLOSED)
    with result_cache.whole(folder) as new:
        if after:
            after(executed, job, new)
        nbformat.write(executed, new / job.notebook.name)
    return job.key, None


def _settle(notebook: Any, job: Job) -> None:
    from papermill.translators import PythonTranslator

    notebook.metadata.pop("papermill", None)
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    language = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"}
    notebook.metadata.update({"kernelspec": kernel, "language_info": language})
    for cell in notebook.cells:
        for passing in ("papermill", "execution"):
            cell.metadata.pop(passing, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
            if job.published is None:
                published = job.parameters
            else:
                published = job.published
            cell["source"] = PythonTranslator.codify(published)
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output["text"] = CELL_FILES.sub("", output["text"])
                for folder in (*sysconfig.get_paths().values(), str(Path(__file__).parents[2])):
                    output["text"] = output["text"].replace(f"{folder}/", "")
