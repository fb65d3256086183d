"""The command `impact-study`.

From its first import on, Ctrl-C ends it with one line, whatever it falls into.
"""

import gc
import os
import signal
import sys
from os import _exit as leave_at_once

from analysis.report import unfinished

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
# Objects made until Python looks for cycles again: pandas makes many small ones and hardly a cycle,
# and a tenth of a cleaning went into looking.
OBJECTS_UNTIL_COLLECTION = 100_000
SHOW_CURSOR = b"\r\x1b[K\x1b[?25h"  # progress hides it


def end_at_once(number: int, _frame: object) -> None:
    """End here: an exception would be lost where it falls into a callback, of a garbage collection
    say.

    What was unfinished is removed; kernels end with this process.
    """
    unfinished.remove_all()
    if os.isatty(sys.__stderr__.fileno()):
        os.write(sys.__stderr__.fileno(), SHOW_CURSOR)
    os.write(sys.__stderr__.fileno(), b"interrupted\n")
    leave_at_once(128 + number)


def main() -> None:
    """Run the command that the arguments name, and leave with its exit code."""
    for name in SIGNALS:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number and signal.getsignal(number) is not signal.SIG_IGN:  # nohup, or in the background
            signal.signal(number, end_at_once)
    gc.set_threshold(OBJECTS_UNTIL_COLLECTION)
    from analysis.run.cli import main as command

    command()


if __name__ == "__main__":
    main()
