"""Folders that are of no use once this process has ended, so that whoever ends it by a signal can
remove them.
"""

import shutil
from pathlib import Path

_folders: set[Path] = set()


def begin(folder: Path) -> None:
    """A folder that is worth something only once it is finished."""
    _folders.add(folder)


def finish(folder: Path) -> None:
    """The folder is finished, or gone."""
    _folders.discard(folder)


def remove_all() -> None:
    """Remove what is unfinished."""
    for folder in list(_folders):
        shutil.rmtree(folder, ignore_errors=True)
