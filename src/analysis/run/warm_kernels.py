"""Warm kernels: Jupyter kernels forked from a process that has already imported what the study needs.

Any tool that starts kernels through `jupyter_client` (papermill, nbclient, nbconvert, JupyterLab) gets them by the kernelspec
that `install` writes: ``papermill -k warm in.ipynb out.ipynb``. A forked kernel is as a fresh one: own session, environment,
working folder, streams, random state, matplotlib settings. What an interpreter reads only as it starts (PYTHONHASHSEED, thread
numbers…) cannot be changed after a fork, so a kernel launched with other such variables than its launcher's starts as an ordinary
process; so does every kernel where forking is not safe (Windows, macOS).
"""

import asyncio
import atexit
import ctypes
import json
import logging
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from multiprocessing import connection, forkserver, resource_tracker
from pathlib import Path
from queue import Empty
from typing import Any, NamedTuple
from uuid import uuid4

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.localinterfaces import localhost
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Type, default

NAME = "warm"
READ_AT_START = (
    "PYTHON",
    "LANG",
    "LC_",
    "LD_",
    "MALLOC_",
    "OMP_",
    "OPENBLAS_",
    "MKL_",
    "ARROW_",
    "PANDAS_",
    "MPLCONFIGDIR",
)


def specification() -> dict[str, Any]:
    """The kernelspec, as `kernel.json` holds it: the ordinary Python kernel but for its provisioner.

    >>> specification()["metadata"]["kernel_provisioner"]
    {'provisioner_name': 'warm-provisioner'}
    """
    provisioner = {"provisioner_name": "warm-provisioner"}
    return {
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (warm)",
        "language": "python",
        "metadata": {
            "debugger": True,
            "supported_encryption": ["curve"],
            "kernel_provisioner": provisioner,
        },
    }


def install(prefix: Path) -> Path:
    """Write the kernelspec `warm` below a prefix and return its folder.

    With ``sys.prefix`` every Jupyter tool of the environment finds it; with any other folder, tools find it that run with
    ``JUPYTER_PATH=<prefix>/share/jupyter``.
    """
    folder = prefix / "share/jupyter/kernels" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kernel.json").write_text(
        json.dumps(specification(), indent=1) + "\n", encoding="utf-8"
    )
    return folder


def warm() -> bool:
    """Begin the imports in the process that kernels are forked from, beside whatever the caller does next.

    Nothing has to call it: the first kernel does. Returns whether kernels can be forked here.
    """
    if sys.platform != "linux":
        _say_once(f"kernels start cold: forking is not safe on {sys.platform}")
        return False
    resource_tracker.ensure_running()  # the fork server would start it, and with it allow the signal again
    allowed = signal.pthread_sigmask(
        signal.SIG_BLOCK, [signal.SIGINT]
    )  # Ctrl-C in a terminal reaches the imports too
    try:
        _server().ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, allowed)
    return True


def stop() -> None:
    """End the process that kernels are forked from, and with it all kernels that this process has launched from it."""
    for key in [key for key in _servers if key[0] == os.getpid()]:
        server = _servers.pop(key)
        if server._forkserver_pid:
            os.kill(server._forkserver_pid, signal.SIGKILL)
        server._stop()


class WarmProvisioner(LocalProvisioner):
    """Launches a kernel by forking; signals, polling, restarts and clean-up are those of any local kernel."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Fork a kernel for the command, or start it as an ordinary process where a fork would not be the same."""
        kwargs = self._scrub_kwargs(kwargs)
        standard = cmd[:3] == [sys.executable, "-m", "ipykernel_launcher"] and kwargs.keys() <= {
            "env",
            "cwd",
        }
        env = (kwargs.get("env") or dict(os.environ)) | {"JPY_PARENT_PID": str(os.getpid())}
        if standard and _read_at_start(env) == _read_at_start(os.environ) and warm():
            kernel = _Kernel(cmd[3:], env, str(Path(kwargs.get("cwd") or ".").absolute()))
            try:
                self.process = await asyncio.to_thread(_fork, _server(), kernel)
            except (OSError, EOFError) as problem:
                _say_once(
                    f"kernels start cold: the process to fork them from has failed ({problem!r})"
                )
            else:
                self.pid = self.pgid = self.process.pid
                self.cwd = kernel.cwd
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel, and await its end here, where it takes a moment; the manager would look every 0.1 s."""
        await super().kill(restart)
        if isinstance(self.process, _Forked):
            await asyncio.to_thread(self.process.wait, 1)


class WarmClient(AsyncKernelClient):
    """A client that does not wait for what a forked kernel has already done."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """As any client, but what the kernel has published is read up to its "idle", not up to 0.2 s of silence."""
        asked = self.kernel_info()
        try:
            self._handle_kernel_info_reply(await self.get_shell_msg(timeout=timeout))
            heard = {}
            while (
                heard.get("parent_header", {}).get("msg_id") != asked
                or heard["content"].get("execution_state") != "idle"
            ):
                heard = await self.get_iopub_msg(timeout=1)
        except Empty:
            await super().wait_for_ready(timeout)


class WarmManager(AsyncKernelManager):
    """A kernel manager that needs no installed kernelspec: all its kernels are warm ones."""

    client_factory = Type(WarmClient)

    @default("transport")
    def _transport(self) -> str:
        """Sockets that are files, where the system has them: a free port may be taken by another before the kernel binds it."""
        return (
            "ipc" if sys.platform == "linux" and len(tempfile.gettempdir()) < 50 else "tcp"
        )  # a socket's path has 107 letters

    @default("ip")
    def _ip(self) -> str:
        return (
            str(Path(tempfile.gettempdir(), f"kernel-{uuid4().hex}"))
            if self.transport == "ipc"
            else localhost()
        )

    @property
    def kernel_spec(self) -> KernelSpec:
        if self._kernel_spec is None:
            self._kernel_spec = KernelSpec(resource_dir="", **specification())
        return self._kernel_spec


_servers: dict[tuple, forkserver.ForkServer] = {}


def _server() -> forkserver.ForkServer:
    """The fork server of this process for this environment, of which it takes what a fork cannot change."""
    server = _servers.setdefault(
        (os.getpid(), *_read_at_start(os.environ)), forkserver.ForkServer()
    )
    server.set_forkserver_preload(["analysis.run.kernel_imports"])
    return server


def _read_at_start(env: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(item for item in env.items() if item[0].startswith(READ_AT_START))


@cache
def _say_once(message: str) -> None:
    logging.getLogger(__name__).warning(message)


def _fork(server: forkserver.ForkServer, kernel: "_Kernel") -> "_Forked":
    """The process that has become the kernel and listens.

    `multiprocessing.Process` would run the caller's main script again in each child, as it does on Windows; what it
    sends is two pickles, a preparation and an object with `_bootstrap`, so these are sent here without the preparation.
    """
    ready, listening = os.pipe()
    try:
        status, data = server.connect_to_new_process([1, 2, listening])
    finally:
        os.close(listening)
    with open(data, "wb") as pipe:
        pickle.dump({}, pipe)
        pickle.dump(kernel, pipe)
    process = _Forked(forkserver.read_signed(status), status)
    with open(ready, "rb") as pipe:
        if not pipe.read(1):
            raise ChildProcessError(f"it ended with {process.wait()} before it listened")
    return process


class _Kernel(NamedTuple):
    """A kernel to be, sent to the forked process, which becomes it."""

    arguments: list[str]
    env: dict[str, str]
    cwd: str

    def _bootstrap(self, parent_sentinel: int) -> int:
        """Become the kernel; multiprocessing calls this in the forked process and ends it with the number returned."""
        # The server ends with the process that started it, whose end of this pipe alone shall keep it alive;
        # and a kernel ends with its server.
        os.close(forkserver.ensure_running.__self__._forkserver_alive_fd)
        server = os.getppid()
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != server:
            return 1
        os.setsid()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        stdout, stderr, ready = forkserver.get_inherited_fds()
        for stream, number in ((os.open(os.devnull, os.O_RDONLY), 0), (stdout, 1), (stderr, 2)):
            os.dup2(stream, number)
            os.close(stream)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        self._refresh()

        from ipykernel.kernelapp import IPKernelApp

        sys.argv = ["ipykernel_launcher", *self.arguments]
        app = IPKernelApp.instance(parent_handle=server)
        app.initialize(self.arguments)
        with suppress(BrokenPipeError):  # its launcher has died, and it is about to
            os.write(ready, b"1")
        os.close(ready)
        app.start()
        atexit._run_exitfuncs()  # a forked process ends by os._exit
        return 0

    def _refresh(self) -> None:
        """Give what was imported before the fork the state that it would have if this kernel imported it."""
        import matplotlib
        import numpy

        settings = matplotlib.matplotlib_fname()
        os.environ.clear()
        os.environ.update(self.env)
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        time.tzset()
        os.chdir(self.cwd)
        if "" in sys.path:
            sys.path.remove("")  # as ipykernel_launcher does; IPython adds it again
        if matplotlib.matplotlib_fname() != settings:
            matplotlib.rcParams.update(matplotlib.rc_params())
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
        numpy.random.seed()  # noqa: NPY002


class _Forked:
    """A forked kernel as its launcher sees it: the part of `subprocess.Popen` that the local provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, status: int):
        self.pid = pid
        self.returncode: int | None = None
        self._status, self._lock = status, threading.Lock()
        weakref.finalize(self, os.close, status)

    def poll(self) -> int | None:
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code, once the server has said it; a server that says none was killed, and its kernels with it."""
        if self.returncode is None and connection.wait([self._status], timeout):
            with (
                self._lock
            ):  # it is said once, and a thread of `kill` may wait beside the manager's polling
                if self.returncode is None:
                    try:
                        self.returncode = forkserver.read_signed(self._status)
                    except EOFError:
                        self.returncode = -signal.SIGKILL
        return self.returncode

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)
