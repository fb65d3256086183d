"""A warm kernel is a fresh kernel that starts fast: same state, same signals, same end; and none outlives its launcher."""

import asyncio
import functools
import json
import os
import select
import signal
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest
from jupyter_client.manager import AsyncKernelManager

from analysis.run import kernel_imports, warm_kernels

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

STATE = """
import json, multiprocessing, os, signal, sys
import matplotlib.pyplot as plt, numpy, pandas
print(json.dumps({
    "settings": {name: str(value) for name, value in plt.rcParams.items()},
    "backend": plt.get_backend(),
    "path": sys.path, "folder": os.getcwd(), "main": __name__, "arguments": len(sys.argv), "files": sys.stdin.fileno(),
    "environment": {name: value for name, value in os.environ.items() if name not in {"JPY_PARENT_PID", "JPY_SESSION_NAME"}},
    "process": [multiprocessing.current_process().name, multiprocessing.get_start_method(allow_none=True)],
    "signals": [str(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE)],
    "blocked": len(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "leader": os.getsid(0) == os.getpgid(0) == os.getpid(),
    "display": [pandas.get_option("display.width"), numpy.get_printoptions()["precision"]],
}, sort_keys=True))
"""


@asynccontextmanager
async def started(manager=warm_kernels.WarmManager, **launch):
    """A started kernel's manager and client; the kernel is killed at the end if it still runs."""
    kernel = manager(kernel_name="python3", transport_encryption="auto")
    await kernel.start_kernel(**launch)
    client = kernel.client()
    client.start_channels()
    await client.wait_for_ready(timeout=600)
    try:
        yield kernel, client
    finally:
        client.stop_channels()
        if kernel.has_kernel:
            await kernel.shutdown_kernel(now=True)


def ran(test):
    """A test that awaits, run to its end."""
    return functools.wraps(test)(lambda **given: asyncio.run(test(**given)))


async def said(client, code: str) -> str:
    """What the code prints; the name of the exception if it raises."""
    printed = []
    reply = await client.execute_interactive(
        code,
        timeout=600,
        output_hook=lambda message: printed.append(message["content"].get("text", "")),
    )
    return (
        "".join(printed).strip()
        if reply["content"]["status"] == "ok"
        else reply["content"]["ename"]
    )


def ended(*pids: int) -> bool:
    """Whether the processes end within ten minutes: long before, unless something holds them."""
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        alive = not select.select([handle], [], [], 600)[0]
        os.close(handle)
        if alive:
            return False
    return True


@ran
async def test_its_modules_are_imported_before_the_first_cell():
    async with started() as (kernel, client):
        assert isinstance(kernel.provisioner.process, warm_kernels.ForkedKernel)
        held = json.loads(
            await said(client, "import sys, json; print(json.dumps(sorted(sys.modules)))")
        )
    assert set(kernel_imports.MODULES) <= set(held)


def test_its_state_is_that_of_an_ordinary_kernel(tmp_path):
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 7\n")

    async def run(manager):
        async with started(manager, cwd=str(tmp_path), env={**os.environ, "CITY": "Nantes"}) as (
            _,
            client,
        ):
            return json.loads(await said(client, STATE))

    warm, ordinary = (
        asyncio.run(run(warm_kernels.WarmManager)),
        asyncio.run(run(AsyncKernelManager)),
    )
    assert warm == ordinary
    assert warm["settings"]["lines.linewidth"] == "7.0"
    assert warm["environment"]["CITY"] == "Nantes"
    assert warm["folder"] == str(tmp_path)


# What a hostile notebook can change, and how another would see it.
HOSTILE = {
    "pandas option": ("pd.set_option('display.max_rows', 3)", "pd.get_option('display.max_rows')"),
    "pandas float format": (
        "pd.options.display.float_format = str",
        "pd.options.display.float_format",
    ),
    "pandas engine": (
        "pd.options.io.parquet.engine = 'pyarrow'",
        "pd.options.io.parquet.engine",
    ),
    "patched mean": ("pd.Series.mean = len", "pd.Series([1, 3]).mean()"),
    "patched merge": ("pd.DataFrame.merge = 0", "callable(pd.DataFrame.merge)"),
    "patched accessor": ("pd.Series.evil = 1", "hasattr(pd.Series, 'evil')"),
    "numpy print": ("np.set_printoptions(precision=1)", "np.get_printoptions()['precision']"),
    "numpy errors": ("np.seterr(all='raise')", "np.geterr()['divide']"),
    "numpy function": ("np.sum = max", "np.sum([1, 2])"),
    "seed of numpy": (
        "np.random.seed(1)",
        "np.random.get_state()[1][0] == 1812433253 or np.random.random() == 0.417022004702574",
    ),
    "seed of random": ("random.seed(1)", "random.random() == 0.13436424411240122"),
    "style": ("plt.style.use('dark_background')", "plt.rcParams['figure.facecolor']"),
    "line width": ("plt.rcParams['lines.linewidth'] = 9", "plt.rcParams['lines.linewidth']"),
    "fonts": ("plt.rcParams['font.family'] = ['serif']", "plt.rcParams['font.family']"),
    "displays": (
        "get_ipython().display_formatter.formatters['text/html'].enabled = False",
        "get_ipython().display_formatter.formatters['text/html'].enabled",
    ),
    "seaborn": ("seaborn.set_palette('pastel')", "str(plt.rcParams['axes.prop_cycle'])"),
    "language": ("formatting.use('en')", "formatting.language()"),
    "catalogue": ("formatting.number = str", "formatting.number(1234.5, 1)"),
    "package function": ("explore.open = None", "callable(explore.open)"),
    "new module": ("sys.modules['evil'] = sys", "'evil' in sys.modules"),
    "imported module": ("import wave", "'wave' in sys.modules"),
    "module path": ("sys.path.insert(0, '/evil')", "sys.path"),
    "import hook": ("sys.meta_path.append(None)", "len(sys.meta_path)"),
    "builtin name": ("builtins.evil = 1", "hasattr(builtins, 'evil')"),
    "builtin function": ("builtins.sorted = list", "sorted([2, 1])"),
    "warnings": ("warnings.simplefilter('ignore')", "len(warnings.filters)"),
    "log level": ("logging.disable(50)", "logging.root.manager.disable"),
    "working folder": ("os.chdir('/')", "os.getcwd()"),
    "environment": ("os.environ['EVIL'] = '1'", "'EVIL' in os.environ"),
    "file mask": ("os.umask(0o777)", "(lambda old: os.umask(old) or old)(os.umask(0))"),
    "signals": (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "str(signal.getsignal(signal.SIGTERM))",
    ),
    "decimals": ("decimal.getcontext().prec = 2", "decimal.getcontext().prec"),
    "recursion": ("sys.setrecursionlimit(2000)", "sys.getrecursionlimit()"),
}
NAMES = """
import builtins, decimal, json, logging, os, random, signal, sys, warnings
import matplotlib.pyplot as plt, numpy as np, pandas as pd, seaborn
from analysis import explore
from analysis.text import formatting
"""


def looked() -> str:
    """Code that prints each state of a kernel, by name."""
    lines = [f"    {name!r}: repr({look})," for name, (_change, look) in HOSTILE.items()]
    return NAMES + "print(__import__('json').dumps({\n" + "\n".join(lines) + "\n}))"


@pytest.fixture(scope="module")
def nursery() -> int:
    """The process number of a nursery that has not forked any kernel yet."""
    warm_kernels.stop()
    assert warm_kernels.warm()
    return warm_kernels.nursery().process.pid


@ran
async def test_no_state_of_a_hostile_notebook_reaches_another(nursery):
    """Kernels that were forked before it and after it are as one that never had such a neighbour."""
    async with started() as (_, alone):
        untouched = json.loads(await said(alone, looked()))
    async with started() as (_, before), started() as (_, hostile):
        await said(before, NAMES)
        for change, _look in HOSTILE.values():
            await said(hostile, f"{NAMES}{change}")
        async with started() as (_, after):
            for client in (before, after):
                assert json.loads(await said(client, looked())) == untouched
        unseen = [
            name
            for name, (_change, look) in HOSTILE.items()
            if await said(hostile, f"print(repr({look}))") == untouched[name]
        ]
        assert (unseen, len(HOSTILE)) == ([], 33)


@ran
async def test_no_two_kernels_draw_the_same_numbers():
    code = "import random, numpy; print(random.random(), numpy.random.random())"
    async with started() as (_, one), started() as (_, other):
        assert not set((await said(one, code)).split()) & set((await said(other, code)).split())


@ran
async def test_libraries_with_threads_work_after_the_fork(tmp_path):
    code = f"""
import numpy, pandas
table = pandas.DataFrame({{"place": ["a", "b"] * 50_000, "n": range(100_000)}})
table.to_parquet({str(tmp_path / "t.parquet")!r})
read = pandas.read_parquet({str(tmp_path / "t.parquet")!r})
print(read.equals(table), numpy.linalg.matrix_rank(numpy.eye(300) @ numpy.eye(300)))
"""
    async with started() as (_, client):
        assert await said(client, code) == "True 300"


@ran
async def test_what_a_child_process_prints_reaches_the_notebook():
    env = {
        name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"
    }  # ipykernel then watches 1 and 2
    async with started(env=env) as (_, client):
        client.execute("import subprocess; subprocess.run(['echo', 'from a child'])")
        message = await client.get_iopub_msg(timeout=600)
        while message["msg_type"] != "stream":  # it may come after the reply
            message = await client.get_iopub_msg(timeout=600)
        assert message["content"]["text"].strip() == "from a child"


@ran
async def test_an_interrupt_stops_the_cell_and_not_the_kernel():
    async with started() as (kernel, client):
        client.execute("print('begun', flush=True)\nwhile True: pass", stop_on_error=False)
        while (await client.get_iopub_msg(timeout=600))["msg_type"] != "stream":
            pass
        await kernel.interrupt_kernel()
        while (reply := await client.get_shell_msg(timeout=600))["msg_type"] != "execute_reply":
            pass
        assert (reply["content"]["ename"], await said(client, "print(1 + 1)")) == (
            "KeyboardInterrupt",
            "2",
        )


@ran
async def test_a_restart_gives_a_new_kernel_at_the_same_ports():
    async with started() as (kernel, client):
        await said(client, "kept = 1")
        before = kernel.provisioner.pid
        await kernel.restart_kernel(now=True)
        await client.wait_for_ready(timeout=600)
        assert (
            before != kernel.provisioner.pid
            and ended(before)
            and await said(client, "kept") == "NameError"
        )


@ran
async def test_an_asked_end_runs_exit_handlers_and_is_zero(tmp_path):
    async with started() as (kernel, client):
        await said(
            client,
            f"import atexit, pathlib; atexit.register(pathlib.Path({str(tmp_path / 'bye')!r}).touch)",
        )
        process = kernel.provisioner.process
        assert await kernel.is_alive()
        await kernel.shutdown_kernel()
        assert (process.wait(600), kernel.has_kernel) == (0, False)
    assert (tmp_path / "bye").exists()


@pytest.mark.parametrize("code, status", [("os._exit(3)", 3), ("os.kill(os.getpid(), 9)", -9)])
@ran
async def test_a_crash_is_seen_with_its_exit_code(code, status):
    async with started() as (kernel, client):
        client.execute(f"import os; {code}")
        assert kernel.provisioner.process.wait(600) == status
        assert (await kernel.is_alive(), await kernel.provisioner.poll()) == (False, status)


LAUNCHER = """
import asyncio
import signal
from analysis.run import warm_kernels as kernels
async def run():
    kernel = kernels.WarmManager(kernel_name="python3")
    await kernel.start_kernel()
    client = kernel.client()
    client.start_channels()
    await client.wait_for_ready(timeout=600)
    client.execute("while True: pass")
    print(kernel.provisioner.pid, kernels.nursery().process.pid, flush=True)
    await asyncio.Event().wait()
signal.signal(signal.SIGINT, signal.default_int_handler)  # who starts the tests may ignore it
asyncio.run(run())
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_kernel_outlives_its_launcher(number):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", LAUNCHER], text=True, **pipes) as launcher:
        kernel, server = map(int, launcher.stdout.readline().split())
        launcher.send_signal(number)
        assert ended(kernel, server)


@ran
async def test_ctrl_c_in_the_terminal_does_not_reach_the_imports(nursery):
    assert os.getpgid(nursery) == os.getsid(nursery) == nursery != os.getsid(0)
    async with started() as (_, client):
        assert int(await said(client, "import os; print(os.getppid())")) == nursery


@ran
async def test_a_kernel_whose_nursery_is_killed_ends_and_is_seen_dead():
    async with started() as (kernel, _):
        os.kill(warm_kernels.nursery().process.pid, signal.SIGKILL)
        assert kernel.provisioner.process.wait(600) == -9
        assert not await kernel.is_alive() and ended(kernel.provisioner.pid)


@ran
async def test_where_forking_is_not_safe_kernels_are_ordinary_and_one_line_says_so(
    monkeypatch, caplog
):
    monkeypatch.setattr(warm_kernels.sys, "platform", "darwin")
    warm_kernels._say_once.cache_clear()
    async with started() as (kernel, client):
        assert isinstance(kernel.provisioner.process, subprocess.Popen)
        assert await said(client, "print(1)") == "1"
    assert not warm_kernels.warm()
    assert [
        record.getMessage()
        for record in caplog.records
        if record.name == "analysis.run.warm_kernels"
    ] == ["kernels start cold: forking is not safe on darwin"]
