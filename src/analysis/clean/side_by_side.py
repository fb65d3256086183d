"""The same work on several files or tables, in processes side by side where that saves time."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from analysis.declare.processes import end_with_parent

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
LEAST_BYTES = 200_000  # of raw files, below which processes cost more time than they save
MOST_BYTES = 1 << 28  # above which each file is read with all the memory that there is


def in_processes(
    work: Callable[[_Item], _Result], items: Sequence[_Item], raw_bytes: Sequence[int]
) -> Iterator[_Result]:
    """What a function makes of each item, in their order; `raw_bytes`: how large each item is.

    Processes are forked from this one, so that they know its language and conventions; where that
    is not safe (other systems than Linux, a process with threads of its own, as a notebook's) or
    not worth it, and where a process fails, one item is worked on after the other. The function
    must be one that can be pickled and may not change its item: this process would not see it.

    >>> list(in_processes(abs, [-3, 2], [10, 20]))
    [3, 2]
    """
    workers = min(len(items), _processors())
    is_safe = sys.platform == "linux" and threading.active_count() == 1
    is_worth_it = workers > 1 and LEAST_BYTES <= sum(raw_bytes) <= MOST_BYTES
    processes = _processes(workers) if is_safe and is_worth_it else None
    if processes is None:
        yield from map(work, items)
        return
    with processes:
        try:
            futures = _submitted(processes, work, items, raw_bytes)
            for place, item in enumerate(items):
                yield _result(futures.get(place), work, item)
        finally:
            processes.shutdown(wait=False, cancel_futures=True)


def _processes(workers: int) -> ProcessPoolExecutor | None:
    """Processes to be forked from this one; None where the system has no means to talk with them."""
    try:
        return ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), _begin)
    except (OSError, NotImplementedError):
        return None


def _submitted(
    processes: ProcessPoolExecutor,
    work: Callable[[_Item], _Result],
    items: Sequence[_Item],
    raw_bytes: Sequence[int],
) -> dict[int, Future[_Result]]:
    """What is asked of the processes by the place of its item, the largest first; nothing where the
    system lets no process be forked.
    """
    largest_first = sorted(range(len(items)), key=lambda place: -raw_bytes[place])
    try:
        return {place: processes.submit(work, items[place]) for place in largest_first}
    except OSError:
        return {}


def _result(
    future: Future[_Result] | None, work: Callable[[_Item], _Result], item: _Item
) -> _Result:
    """What a process made of an item; made here where none could, for want of memory say."""
    try:
        if future:
            return future.result()
        return work(item)
    except BrokenProcessPool:
        return work(item)


def _processors() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return 1


def _begin() -> None:
    """End with the process that began this one, and at a signal without a word: that one says it."""
    end_with_parent()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
