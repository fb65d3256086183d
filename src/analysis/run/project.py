"""Where a project's notebooks, cleaned tables and reports are.

Notebooks are code, so they are never taken from the folder that a command happens to be typed in:
received files may lie there. A folder is a project where it says so by a file of its own,
`.impact-study`, as `impact-study new` writes it; else the notebooks are those that came with this
package.
"""

from pathlib import Path
from typing import NamedTuple

from analysis.declare.faults import refusal
from analysis.report import result_cache

MARKER = ".impact-study"
RAW = Path("data/raw")
DEMO = RAW / "demo"
PACKAGE = Path(__file__).resolve().parent.parent


class Project(NamedTuple):
    """The folder that results are written below, and the notebooks that make them."""

    folder: Path
    notebooks: Path

    @property
    def processed(self) -> Path:
        """The folder of cleaned tables, one folder per study."""
        return self.folder / "data/processed"

    @property
    def reports(self) -> Path:
        """The folder of reports."""
        return self.folder / "reports"

    @property
    def has_own_notebooks(self) -> bool:
        """Whether the notebooks are the folder's own: those that came with the package are not."""
        return self.notebooks.parent == self.folder

    @property
    def lang(self) -> str:
        """The language of the project, as its marker says; French where it says none."""
        marker = result_cache.read_json(self.folder / MARKER, lang=str)
        if marker:
            return marker["lang"]
        return "fr"

    @property
    def raw(self) -> Path:
        """The raw files that are meant where none are named: the project's, or the demonstration's."""
        own_folder = self.folder / RAW
        if (own_folder / "study.toml").is_file():
            return own_folder
        if DEMO.is_dir():
            return DEMO
        return self.folder / DEMO

    def name_of(self, path: Path) -> str:
        """A path as a record names it: from the project's folder where it lies below it, so that a
        project may move.

        >>> Project(Path("/study"), Path("/study/notebooks")).name_of(Path("/study/data/raw/a"))
        'data/raw/a'
        """
        resolved = path.resolve()
        if resolved.is_relative_to(self.folder):
            return resolved.relative_to(self.folder).as_posix()
        return resolved.as_posix()


def current(data: Path | None = None) -> Project:
    """The project that a command is typed in, for a study of raw files in `data`.

    It is the nearest folder, at or above the working folder, that holds a marker and does not lie
    within the data; else the source tree that this package is run from; else the working folder,
    with the package's notebooks. A working folder that lies within the data raises Refused: what is
    written there would be read as data.
    """
    working = Path.cwd().resolve()
    for folder in (working, *working.parents):
        if (folder / MARKER).is_file() and not _within(folder, data):
            own_notebooks = folder / "notebooks"
            return Project(folder, own_notebooks if own_notebooks.is_dir() else shipped())
    checkout = PACKAGE.parent.parent
    if PACKAGE.parent.name == "src" and (checkout / "notebooks").is_dir():
        return Project(checkout, checkout / "notebooks")
    if _within(working, data):
        among = "is the folder of the raw files; go to another folder, where results may be written"
        raise refusal(str(working), among)
    return Project(working, shipped())


def shipped() -> Path:
    """The notebooks that came with the package: below it when installed, else beside `src`."""
    installed = PACKAGE / "notebooks"
    if installed.is_dir():
        return installed
    return PACKAGE.parent.parent / "notebooks"


def _within(folder: Path, data: Path | None) -> bool:
    return data is not None and folder.is_relative_to(data.resolve())
