"""Warm kernels: Jupyter kernels forked from a process that has already imported what the study
needs.

A forked kernel is as a fresh one: own session, environment, working folder, streams, random state,
matplotlib settings. Where forking is not safe (Windows, macOS), kernels start as ordinary
processes.
"""

import asyncio
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from functools import cache
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Type, default

from analysis.run import kernel_files
from analysis.run.nursery import MESSAGE_BYTES, Kernel

SOCKET_PATH = 107  # letters of a socket's path that Linux takes
SPECIFICATION = KernelSpec(
    argv=["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    display_name="Python 3 (warm)",
    language="python",
    metadata={
        "debugger": True,
        "supported_encryption": ["curve"],
        "kernel_provisioner": {"provisioner_name": "warm-provisioner"},
    },
)


class Nursery:
    """The process that this one's kernels are forked from, and the socket by which it is asked for
    them.

    It has a session of its own, so that a Ctrl-C in the terminal does not reach its imports; it
    ends with this process, whose end of the socket then closes.
    """

    def __init__(self):
        self.channel, other_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.channel.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MESSAGE_BYTES)
        number = other_end.fileno()
        command = [sys.executable, "-P", "-m", "analysis.run.nursery", str(number)]
        with other_end:
            self.process = subprocess.Popen(
                command,
                pass_fds=[number],
                cwd=Path(__file__).parent,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def fork(self, kernel: Kernel) -> "ForkedKernel":
        """A process that has become the kernel and listens; OSError where there is none."""
        heard, write_end = os.pipe()
        try:
            socket.send_fds(self.channel, [json.dumps(kernel).encode()], [write_end])
        except OSError:
            os.close(heard)
            raise
        finally:
            os.close(write_end)
        return ForkedKernel(heard)

    def stop(self) -> None:
        """End it at once, and with it all its kernels."""
        self.process.kill()
        self.process.wait()
        self.channel.close()


_nurseries: list[Nursery] = []  # one at most
_starting = threading.Lock()


def nursery() -> Nursery | None:
    """The nursery of this process, started where there is none; None where forking is not safe."""
    if sys.platform != "linux":
        _say_once(f"kernels start cold: forking is not safe on {sys.platform}")
        return None
    with _starting:
        for present in list(_nurseries):
            if present.process.poll() is not None:
                _nurseries.remove(present)
        if not _nurseries:
            _nurseries.append(Nursery())
        return _nurseries[0]


def warm() -> bool:
    """Begin the imports in the process that kernels are forked from; whether it can be done here.

    Nothing has to call it: the first kernel does.
    """
    return nursery() is not None


def stop() -> None:
    """End the process that kernels are forked from, and with it all kernels launched from it."""
    with _starting:
        while _nurseries:
            _nurseries.pop().stop()


class WarmProvisioner(LocalProvisioner):
    """Launches a kernel by forking; all else is as with any local kernel."""

    process: Any  # subprocess.Popen or what stands for it

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel for the command, or start it as an ordinary process."""
        env = (kwargs.get("env") or dict(os.environ)) | {"JPY_PARENT_PID": str(os.getpid())}
        folder = str(Path(kwargs.get("cwd") or ".").absolute())
        source = nursery()
        if source:
            try:
                kernel = Kernel(cmd[3:], env, folder)
                self.process = await asyncio.to_thread(source.fork, kernel)
            except OSError as problem:
                failed = "the process to fork them from has failed"
                _say_once(f"kernels start cold: {failed} ({problem!r})")
            else:
                self.pid = self.pgid = self.process.pid
                self.cwd = folder
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and await its end here: the manager would look every 0.1 s."""
        await super().kill(restart)
        if isinstance(self.process, ForkedKernel):
            await asyncio.to_thread(self.process.wait, 1)


class WarmClient(AsyncKernelClient):
    """A client that does not wait for what a forked kernel has already done."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """As any client, but reads up to the kernel's "idle", not up to 0.2 s of silence."""
        message_id = self.kernel_info()
        try:
            await self.get_shell_msg(timeout=timeout)
            while True:
                heard = await self.get_iopub_msg(timeout=1)
                answers = heard["parent_header"].get("msg_id") == message_id
                if answers and heard["content"].get("execution_state") == "idle":
                    return
        except Empty:
            await super().wait_for_ready(timeout)


class WarmManager(AsyncKernelManager):
    """A kernel manager that needs no installed kernelspec: all its kernels are warm ones.

    Their sockets are files, where the system has them: a free port may be taken by another before
    the kernel binds it.
    """

    client_factory = Type(WarmClient)

    @default("connection_file")
    def _connection_file(self) -> str:
        return str(kernel_files.folder() / f"{uuid4().hex}.json")

    @default("transport")
    def _transport(self) -> str:
        shortest = len(f"{tempfile.gettempdir()}/impact-study-12345678/-ipc-5{uuid4().hex}")
        if sys.platform == "linux" and shortest < SOCKET_PATH:
            return "ipc"
        return "tcp"

    @property
    def kernel_spec(self) -> KernelSpec:
        """The specification of a warm kernel."""
        return SPECIFICATION


@cache
def _say_once(message: str) -> None:
    logging.getLogger(__name__).warning(message)


class ForkedKernel:
    """A forked kernel as its launcher sees it: what the provisioner uses of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, heard: int):
        self.returncode: int | None = None
        weakref.finalize(self, os.close, heard)
        self._heard = os.fdopen(heard, "rb", buffering=0, closefd=False)
        self._asking = threading.Lock()
        state, _space, number = self._line().partition(" ")
        if state != "ready":
            raise ChildProcessError(f"a kernel ended with {state} before it listened")
        self.pid = int(number)

    def _line(self) -> str:
        return self._heard.readline().decode().strip()

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code, once the nursery has said it; a nursery that says none was killed."""
        if self.returncode is None and select.select([self._heard], [], [], timeout)[0]:
            with self._asking:  # a thread of `kill` may wait beside the manager's polling
                if self.returncode is None:
                    self.returncode = int(self._line() or -signal.SIGKILL)
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """Kill the kernel."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)
