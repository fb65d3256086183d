"""Where the sockets and keys of this process's kernels are: a folder that none leaves for long."""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import filelock

from analysis.report import unfinished

PREFIX = "impact-study-"
_locks: list[filelock.FileLock] = []  # held as long as this process lives


def folder() -> Path:
    """A folder that only this user may read, removed when this process ends, or by the next one."""
    return _folder_of(os.getpid())


@cache
def _folder_of(_pid: int) -> Path:
    sweep()
    while True:
        own_folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = filelock.FileLock(own_folder / "lock")
        try:
            lock.acquire(timeout=0)
        except (OSError, filelock.Timeout):  # another process sweeps it just now
            continue
        _locks.append(lock)
        unfinished.begin(own_folder)
        atexit.register(shutil.rmtree, own_folder, ignore_errors=True)
        return own_folder


def sweep() -> None:
    """Remove the folders of processes that have ended without doing so: nobody holds their lock."""
    for leftover in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            with filelock.FileLock(leftover / "lock").acquire(timeout=0):
                shutil.rmtree(leftover, ignore_errors=True)
        except (OSError, filelock.Timeout):  # it is in use, another user's, or gone
            continue
