"""Files read in a process apart (`reader_process.py`): one process for all files of a run, begun
anew where one breaks it.
"""

import atexit
import os
import pickle
import selectors
import subprocess
import sys
import threading
from pathlib import Path

from analysis.read import limits, reader_process
from analysis.text import formatting
from analysis.text.messages import say


class Reader:
    """The process that reads, started when it is first asked; requests wait for one another."""

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None
        self.owner = 0  # a forked process must not end its parent's
        self.lock = threading.Lock()

    def read(self, kind: str, data: bytes, sheet: str | None = None):
        """What a file (workbook, markup, json, parquet) holds; OSError says why it cannot be read."""
        with self.lock:
            process = self._started()
            try:
                reader_process.send(process.stdin, (kind, sheet, data))
                verdict, content = self._received(process, limits.SECONDS + len(data) // 2**20)
            except (BrokenPipeError, EOFError):
                self.stop()
                raise OSError(say("read.too_much_memory")) from None
            except TimeoutError:
                self.stop()
                raise OSError(say("read.too_slow")) from None
        if verdict == "failed":
            sentence, fields = content
            raise OSError(sentence if fields is None else formatting.text(sentence, **fields))
        return content

    def stop(self) -> None:
        """End the process; the next request starts another."""
        if self.process is not None and self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None

    def _started(self) -> subprocess.Popen:
        if self.process is None or self.process.poll() is not None:
            file, self.owner = Path(reader_process.__file__), os.getpid()
            self.process = subprocess.Popen(
                [sys.executable, "-P", str(file)],
                cwd=file.parent,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self.process

    def _received(self, process: subprocess.Popen, seconds: float) -> tuple:
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(seconds):
                raise TimeoutError
        head = process.stdout.read(reader_process.LENGTH.size)
        if len(head) < reader_process.LENGTH.size:
            raise EOFError
        (length,) = reader_process.LENGTH.unpack(head)
        body = process.stdout.read(length)
        if len(body) < length:
            raise EOFError
        return pickle.loads(body)


reader = Reader()
atexit.register(reader.stop)
