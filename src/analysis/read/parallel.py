"""Columns and tables side by side, on every core: the arithmetic of Arrow and numpy runs outside
Python's lock.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context


def each(work: Callable, items: Iterable) -> list:
    """What `work` makes of each item, in their order, in the language of the caller.

    >>> each(abs, [-1, 2])
    [1, 2]
    """
    import pyarrow as pa

    with ThreadPoolExecutor(pa.cpu_count()) as threads:
        return [
            done.result()
            for done in [threads.submit(copy_context().run, work, item) for item in items]
        ]


def ahead(items: Iterator) -> Iterator:
    """The items in their order, the next one worked out while one is used.

    >>> list(ahead(iter("ab")))
    ['a', 'b']
    """
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(copy_context().run, next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(copy_context().run, next, items, None)
            yield item


def release() -> None:
    """Give memory that is free back to the system: a large study leaves more behind than it holds."""
    import pyarrow as pa

    for pool in (pa.default_memory_pool(), pa.system_memory_pool()):
        pool.release_unused()
