"""Which files lie in a received folder: none that a link brings in from elsewhere."""

import os
from pathlib import Path

from analysis.declare.faults import Fault, Refused
from analysis.text.messages import say


def files_within(folder: Path) -> list[Path]:
    """The files of a folder and of those below it, by name, without hidden ones.

    Raises Refused with every link that leads out of the folder.
    """
    entries = sorted(
        entry
        for entry in folder.rglob("*")
        if not any(map(is_hidden, entry.relative_to(folder).parts))
    )
    files = [entry for entry in entries if entry.is_file()]
    linked_folders = [entry for entry in entries if entry.is_symlink() and entry.is_dir()]
    refuse_outside(folder, files + linked_folders)
    return files


def is_hidden(name: str) -> bool:
    """Whether systems and offices left a file beside others ("._list.csv", "~$list.xlsx")."""
    return Path(name).name.startswith((".", "~$"))


def refuse_outside(folder: Path, files: list[Path]) -> None:
    """Refuse files that do not lie in the folder, wherever links or `..` lead."""
    root = folder.resolve()
    message = say("read.outside")
    outside = [file for file in files if not file.resolve().is_relative_to(root)]
    if outside:
        raise Refused([Fault(shown(file), None, "", "unreadable", "", message) for file in outside])


def shown(path: Path) -> str:
    """A path as text that can be written: what is no UTF-8 in a name is replaced.

    >>> shown(Path("2018") / "caf\\udce9.csv")
    '2018/caf�.csv'
    """
    return os.fsencode(path.as_posix()).decode(errors="replace")
