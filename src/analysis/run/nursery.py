"""The process that kernels are forked from, once it has imported what they need.

It is started as `python -P -m analysis.run.nursery NUMBER`, with the number of a socket. Each
message there asks for one kernel and brings a pipe, into which go "ready" with the kernel's process
number once it listens, in one line that no other can come before, and how it ended. When the socket closes, its starter has ended: this
process ends too, and its kernels with it.
"""

import json
import os
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import NamedTuple

from analysis.declare.processes import end_with_parent

MESSAGE_BYTES = 1 << 20


class Kernel(NamedTuple):
    """A kernel to be: the arguments of ipykernel, its environment and its working folder."""

    arguments: list[str]
    env: dict[str, str]
    folder: str


def serve(channel: socket.socket) -> tuple[Kernel, int] | None:
    """Fork a kernel for each message until the socket closes; returns, in a fork, what it is to be."""
    watched = selectors.DefaultSelector()
    watched.register(channel, selectors.EVENT_READ)
    pipes: dict[int, int] = {}  # process number -> the pipe that hears of it
    while True:
        for key, _events in watched.select():
            if key.fileobj is not channel:
                _say_how_it_ended(pid := key.data, pipes.pop(pid))
                watched.unregister(key.fileobj)
                os.close(key.fd)
                continue
            message, numbers, _flags, _address = socket.recv_fds(channel, MESSAGE_BYTES, 1)
            if not message:
                return None
            [pipe] = numbers
            pid = os.fork()
            if pid == 0:
                watched.close()
                channel.close()
                for other in pipes.values():
                    os.close(other)
                return Kernel(*json.loads(message)), pipe
            pipes[pid] = pipe
            watched.register(os.pidfd_open(pid), selectors.EVENT_READ, pid)


def _say(pipe: int, line: str) -> None:
    with suppress(BrokenPipeError):  # whoever asked has ended
        os.write(pipe, f"{line}\n".encode())


def _say_how_it_ended(pid: int, pipe: int) -> None:
    _pid, status = os.waitpid(pid, 0)
    _say(pipe, str(os.waitstatus_to_exitcode(status)))
    os.close(pipe)


def become(kernel: Kernel, pipe: int) -> None:
    """Be a kernel, in a process that was forked for it, until it is asked to end."""
    nursery = os.getppid()
    end_with_parent()
    if os.getppid() != nursery:
        return
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    _as_if_just_imported(kernel)

    from ipykernel.kernelapp import IPKernelApp

    sys.argv = ["ipykernel_launcher", *kernel.arguments]
    app = IPKernelApp.instance(parent_handle=nursery)
    app.initialize(kernel.arguments)
    _say(pipe, f"ready {os.getpid()}")
    os.close(pipe)
    app.start()


def _as_if_just_imported(kernel: Kernel) -> None:
    import matplotlib
    import numpy

    settings = matplotlib.matplotlib_fname()
    os.environ.clear()
    os.environ.update(kernel.env)
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    time.tzset()
    os.chdir(kernel.folder)
    libraries = [position for position, path in enumerate(sys.path) if path.endswith("-packages")]
    sys.path.insert(libraries[0] if libraries else 0, "")  # modules beside a notebook, as IPython
    if matplotlib.matplotlib_fname() != settings:
        matplotlib.rcParams.update(matplotlib.rc_params())
    matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
    numpy.random.seed()  # noqa: NPY002


def main() -> None:
    """Import what kernels need, then fork them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    channel = socket.socket(fileno=int(sys.argv[1]))

    from analysis.run import kernel_imports  # noqa: F401

    exit_code = serve(channel)
    if exit_code:
        become(*exit_code)


if __name__ == "__main__":
    main()
