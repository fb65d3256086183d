"""A process that opens what others made: workbooks, web pages, parquet; one after the other, with a limit of memory.

It is started by its file, alone and in a fixed folder, so that nothing that lies beside the data is ever run; the modules
that it needs are loaded from beside it. It reads requests (pickled: kind, sheet, bytes) from standard input and answers
each on standard output: ("done", what it read) or ("failed", why). Where a file needs more than the limit, the process
ends, and whoever asked says so.
"""

import pickle
import struct
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

MEMORY = 4 << 30  # bytes that the process may take
LENGTH = struct.Struct("<Q")


def send(stream, message: object) -> None:
    written = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(written)))
    stream.write(written)
    stream.flush()


def beside(name: str):
    """The module of a file beside this one."""
    spec = spec_from_file_location(f"reader_{name}", Path(__file__).with_name(f"{name}.py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(kind: str, sheet: str | None, data: bytes) -> tuple[str, object]:
    """What is read of a file, or why it cannot be."""
    try:
        if kind == "workbook":
            return "done", [tuple(page) for page in beside("workbook").read_pages(data, sheet)]
        if kind == "markup":
            return "done", beside("markup").read_tables(data)
        return "done", beside("parquet").read_columns(data)
    except MemoryError:
        return "failed", "reading it would take more than 4 GB"
    except (OSError, ValueError) as error:
        return "failed", str(error)


def main() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := requests.read(LENGTH.size)) == LENGTH.size:
        request = pickle.loads(requests.read(LENGTH.unpack(head)[0]))
        send(answers, answer(*request))


if __name__ == "__main__":
    main()
