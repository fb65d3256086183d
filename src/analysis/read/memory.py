"""Memory that is free, given back to the system."""


def release() -> None:
    """Give memory that is free back to the system: a large study leaves more behind than it holds."""
    import pyarrow as pa

    for pool in (pa.default_memory_pool(), pa.system_memory_pool()):
        pool.release_unused()
