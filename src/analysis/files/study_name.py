"""What a study is called, without a look at its tables."""

import re
import tomllib
from pathlib import Path

from analysis.declare.faults import Refused
from analysis.files import own_files

DATA_PACKAGE = "datapackage.json"
FOLDER_NAME = r"[\w][\w.-]*"


def name_of_files(files: Path) -> str:
    """The name of a study that no study.toml names: that of its folder or file, as a folder can bear
    it.

    >>> name_of_files(Path("Nos partenariats 2018"))
    'Nos-partenariats-2018'
    """
    stem = files.stem if files.is_file() else files.resolve().name
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "study"


def name_at_a_glance(data: Path, study_file: Path | None) -> str:
    """The name of a study as study.toml writes it, or else that of its files; blank where that takes
    a closer look: study.toml is faulty or names none, or the folder may be one of clean tables.
    """
    file = study_file or data / "study.toml"
    may_be_clean = study_file is None and (data / DATA_PACKAGE).exists()
    if may_be_clean or not data.exists():
        return ""
    if study_file is None and not file.exists():
        return name_of_files(data)
    try:
        content = own_files.content_of(file, None if study_file else data)
        study = tomllib.loads(content.decode("utf-8-sig")).get("study")
    except (Refused, ValueError, RecursionError):
        return ""
    name = study.get("name") if isinstance(study, dict) else None
    if isinstance(name, str) and re.fullmatch(FOLDER_NAME, name):
        return name
    return ""
