"""The files that a team writes beside its raw data (study.toml, decisions): read only where they
are plain files of the folder, and written only there. Raw folders are received, and a link or a
pipe may bear any of these names.
"""

import contextlib
import os
import shutil
import stat
from pathlib import Path
from typing import BinaryIO

from analysis.declare.faults import refusal
from analysis.files.links import refuse_outside
from analysis.text.messages import say

OWN_BYTES = 10 << 20  # of a file that a team writes: study.toml, decisions


def stream_of(file: Path, folder: Path | None = None) -> BinaryIO:
    """A file to be read; raises Refused where it leads out of the folder, or is a pipe or the like."""
    if folder is not None:
        refuse_outside(folder, [file])
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise refusal(file.name, say("read.no_plain_file"), rule="unreadable")
        return file.open("rb")
    except OSError as error:
        message = say("read.no_permission", why=error.strerror or str(error))
        raise refusal(file.name, message, rule="unreadable") from None


def content_of(file: Path, folder: Path | None = None) -> bytes:
    """What a file holds; raises Refused as `stream_of` does, and where it is larger than any hand
    writes.
    """
    with stream_of(file, folder) as stream:
        content = stream.read(OWN_BYTES + 1)
    if len(content) > OWN_BYTES:
        message = say("read.own_too_large", n=OWN_BYTES >> 20)
        raise refusal(file.name, message, rule="unreadable")
    return content


def save(file: Path, content: bytes) -> None:
    """Write a file whole, or leave it as it was; raises Refused where a link bears its name, or it
    may not be written.
    """
    if file.is_symlink():
        raise refusal(str(file), say("read.is_link"), rule="unreadable")
    beside = file.with_name(f".{file.name}.{os.getpid()}.new")  # two may save at once
    try:
        beside.unlink(missing_ok=True)
        with beside.open("xb") as new:
            new.write(content)
        if file.exists():
            shutil.copymode(file, beside)
        os.replace(beside, file)
    except OSError as error:
        message = say("read.not_written", why=error.strerror or str(error))
        raise refusal(str(file), message, rule="unreadable") from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
