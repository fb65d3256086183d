"""What went wrong, in sentences: which file or limit, and what to do about it."""

import errno
import tempfile
import traceback
from collections.abc import Sequence

from analysis.declare.faults import Fault, Refused
from analysis.text.messages import say

PAGE = 60  # lines that a person reads before mending anything
DONE = {  # the system's own errors: what to do about them
    errno.ENOSPC: "the disk is full; free some space, or give another folder with --out",
    errno.EDQUOT: "your share of the disk is used up; free some space, or give another --out",
    errno.EROFS: "nothing can be written there; give another folder with --out",
    errno.EFBIG: "larger than this shell lets a file be; raise the limit (ulimit -f unlimited)",
    errno.EMFILE: "more files are open than this shell allows; raise the limit (ulimit -n 4096)",
    errno.ENFILE: "more files are open than this machine allows; run again when it is less busy",
    errno.EAGAIN: "no more processes may be started; raise the limit (ulimit -u) or end others",
    errno.ENOMEM: "not enough memory; raise the limit (ulimit -v), or give --workers 1",
    errno.EACCES: "you may not read or write it; ask for the right, or give another file or folder",
    errno.EPERM: "you may not change it; ask for the right, or give another file or folder",
    errno.EISDIR: "is a folder, and a file is expected here; rename or move it",
    errno.ENOTDIR: "a file stands where a folder is expected; give another folder",
    errno.ENOENT: "no such file or folder: it may have been moved meanwhile; run again",
    errno.ENAMETOOLONG: "this name is too long; give a shorter one",
}
MEMORY = (
    "not enough memory; raise the limit (ulimit -v), give --workers 1, or give parts of the data"
)


def one_page(lines: Sequence) -> list[str]:
    """As many lines as are read before anything is mended, and how many there are more.

    >>> one_page([str(number) for number in range(62)])[-2:]
    ['59', '… and 2 more; mend these first']
    """
    page = [str(line) for line in lines[:PAGE]]
    if len(lines) > PAGE:
        page.append(f"… and {len(lines) - PAGE} more; mend these first")
    return page


def told(faults: Sequence[Fault], remarks: Sequence = ()) -> list[str]:
    """What is wrong or asked, then remarks; where something is asked, how it is answered."""
    lines = one_page([*faults, *remarks])
    is_asked = any(fault.rule == "question" for fault in faults)
    if is_asked:
        return [*lines, say("layout.how_to_answer")]
    return lines


def explained(failure: Exception) -> tuple[list[str], int]:
    """What went wrong, and the exit code: 2 for what was asked, 3 for data, 1 for a fault of ours."""
    if isinstance(failure, Refused):
        return told(failure.faults), failure.exit_code
    if hasattr(failure, "format_message"):  # the command line itself is off
        return [failure.format_message().rstrip()], 2
    # a library too large for the limit cannot be mapped, and is said not to be importable
    if isinstance(failure, MemoryError) or "failed to map segment" in str(failure):
        return [MEMORY], 2
    if isinstance(failure, RuntimeError) and "start new thread" in str(failure):
        return [DONE[errno.EAGAIN]], 2
    number = getattr(failure, "errno", None)  # of the system's errors, and of those of sockets
    if number in DONE:
        name = getattr(failure, "filename", None)
        return [f"{name}: {DONE[number]}" if name else DONE[number]], 2
    if isinstance(failure, OSError) and failure.filename:
        return [f"{failure.filename}: {failure.strerror}; give another file or folder"], 2
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="impact-study-", suffix=".log", delete=False
    ) as log:
        log.write("".join(traceback.format_exception(failure)))
    first = next(iter(str(failure).splitlines()), "")
    return [f"unexpected {type(failure).__name__}: {first}; full trace in {log.name}"], 1
