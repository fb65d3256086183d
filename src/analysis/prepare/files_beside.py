"""The files beside the data as they were read, so that nothing written there since is lost."""

from pathlib import Path

import pandas as pd

from analysis import layout
from analysis.clean.team import decisions
from analysis.declare.faults import Fault, Refused
from analysis.files import own_files
from analysis.text.messages import say

STUDY_FILE = "study.toml"
BEFORE = "study.before.toml"  # what a study.toml changed by hand held before it was written again
_FILES = (STUDY_FILE, decisions.PARTNERS, decisions.CORRECTIONS)


class FilesBeside:
    """The three files of a folder as they are now."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.content = {name: self._content_of(name) for name in _FILES}

    def save(
        self, study_toml: str, as_read: str, pairs: pd.DataFrame, corrections: pd.DataFrame
    ) -> None:
        """Write them; a `study.toml` that is not what the page makes of it (`as_read`) becomes
        `BEFORE`. Raises Refused, and writes nothing, where one of them is not as it was read.
        """
        changed = [name for name in _FILES if self._content_of(name) != self.content[name]]
        if changed:
            message = say("prepare.changed_meanwhile")
            raise Refused([Fault(name, None, "", "changed", "", message) for name in changed])
        before = self.content[STUDY_FILE]
        if before not in (None, study_toml.encode(), as_read.encode()):
            own_files.save(self.folder / BEFORE, before)
        own_files.save(self.folder / STUDY_FILE, study_toml.encode())
        if len(pairs):
            decisions.write_rows(self.folder / decisions.PARTNERS, pairs)
        if len(corrections):
            decisions.write_rows(self.folder / decisions.CORRECTIONS, corrections)

    def _content_of(self, name: str) -> bytes | None:
        file = self.folder / name
        if file.exists():
            return own_files.content_of(file, self.folder)
        return None


def without_controls_guessed(study: layout.StudyDescription) -> layout.StudyDescription:
    """The study without a total that a draft proposes and nobody has confirmed: it is asked anew of
    what is read now.
    """
    guessed = layout.CONTROLS & study.guessed
    return study.model_copy(
        update={**dict.fromkeys(guessed, 0), "guessed": study.guessed - guessed}
    )
