"""`study.toml`: what a study is called, its day, and which file is which; validated, and its slips
told in words.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analysis.declare import conventions
from analysis.declare.faults import Fault, Refused, refusal
from analysis.files import own_files
from analysis.files.draft_seal import is_untouched
from analysis.files.links import refuse_outside
from analysis.files.study_name import name_of_files
from analysis.layout.data_package import DATA_PACKAGE, about_clean_tables, package_of
from analysis.layout.study_keys import TABLES, Source, StudyDescription, suggested_word
from analysis.text.messages import entries, say


def study_file(folder: Path, given: Path | None = None) -> StudyDescription:
    """The study that a raw folder (or one file) describes; without `study.toml`, one named after
    it.

    A folder of clean tables says what it is in its `datapackage.json`.

    Raises Refused with all that is wrong in `study.toml` at once.
    """
    if not folder.exists():
        message = say("layout.no_data")
        raise Refused([Fault(str(folder), None, "", "missing", "", message)])
    if given is not None and not given.is_file():
        message = say("layout.no_study_file")
        raise Refused([Fault(str(given), None, "", "missing", "", message)])
    about = about_clean_tables(folder)
    if given is None and about is not None:
        return _as_packaged(about)
    if given is None and folder.is_dir() and (folder / "study.toml").exists():
        given = folder / "study.toml"
        written = own_files.content_of(given, folder)
        study = _as_written(given, written, folder.name)
        return _named_after(folder) if _is_unanswered(study, written) else study
    if given is not None:
        return _as_written(given, own_files.content_of(given), folder.name)
    return _named_after(folder)


def _is_unanswered(study: StudyDescription, written: bytes) -> bool:
    """Whether a study is a draft with guesses that nobody has touched: it decides nothing, and the
    files say again what they leave to choose from.
    """
    has_guesses = study.guessed or any(source.guessed for source in study.source)
    return bool(has_guesses) and is_untouched(written.decode(errors="replace"))


def _named_after(folder: Path) -> StudyDescription:
    """The study of a folder or file that no study.toml describes."""
    name = name_of_files(folder)
    title = str(package_of(folder).get("title", ""))
    return StudyDescription(name=name, title=title or re.sub(r"[-_]+", " ", name))


def _as_packaged(about: dict) -> StudyDescription:
    """The study that the package of a folder of clean tables describes."""
    fields = {name: about[name] for name in ("name", "title", "synthetic") if name in about}
    words = about.get("words", {})
    fields |= words if isinstance(words, dict) else {"words": words}  # no key of a study
    try:
        return StudyDescription(**fields | {"day": about.get("day") or None})
    except ValidationError as error:
        raise Refused([_slip(DATA_PACKAGE, item) for item in error.errors()]) from None


def _as_written(path: Path, written: bytes, folder: str) -> StudyDescription:
    try:
        text = written.decode("utf-8-sig")
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # of too many digits, or nested too deep, too
        line = re.search(r"line (\d+)", str(error))
        message = say("layout.not_toml", why=str(error))
        number = int(line[1]) if line else None
        raise Refused([Fault(path.name, number, "", "study.toml", "", message)]) from None
    known_names = ["study", *TABLES]
    faults = [
        Fault(path.name, None, name, "study.toml", "", _why_unknown(name))
        for name in content
        if name not in known_names
    ]
    tables = {name: content[name] for name in TABLES if name in content}
    try:
        study = StudyDescription(**({"name": folder} | content.get("study", {})), **tables)
    except ValidationError as error:
        faults += [_slip(path.name, item) for item in error.errors()]
    except TypeError:  # [study] is no table
        message = say("layout.expected_tables")
        faults.append(Fault(path.name, None, "study", "study.toml", "", message))
    if faults:
        raise Refused(faults)
    conventions.conventions(study.conventions, path.name)
    guessed = marked(text)
    study.guessed = guessed.get(0, set())
    for number, source in enumerate(study.source, 1):
        source.guessed |= guessed.get(number, set())
    return study


def _why_unknown(name: str) -> str:
    """What to do about a key that stands above every section of study.toml."""
    if name in StudyDescription.model_fields:
        return say("layout.below", section="[study]")
    if name in Source.model_fields:
        return say("layout.below", section="[[source]]")
    return say("layout.no_such_key") + suggested_word(name, ["study", *TABLES])


def marked(text: str) -> dict[int, set[str]]:
    r"""The keys whose line bears the remark `# ?`: guesses that nobody has confirmed, by the number
    of their `[[source]]` (0: `[study]`); texts of a team's own go by the section that they stand
    in.

    >>> marked('[[source]]\n[source.outcomes]\n"Hors délai" = "undecided" # ?')
    {1: {'outcomes'}}
    >>> marked('[study]\nday = 2018-01-01 # ?\n[[source]]\nfiles = "# ?"\n[source.columns]\namount = "A" # ? 5 | 6')
    {0: {'day'}, 1: {'amount'}}
    """
    number, section, keys = 0, "", {}
    for line in text.splitlines():
        bare = re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', "", line)
        if bare.strip().startswith("[[source]]"):
            number += 1
        heading = re.match(r"\s*\[source\.(\w+)\]", bare)
        section = heading[1] if heading else section
        key = re.match(r"\s*([\w~]*)\s*=.*#\s*\?", bare)
        if key:
            keys.setdefault(number, set()).add(key[1] or section)
    return keys


def _slip(file: str, error: Any) -> Fault:
    """What pydantic found wrong, in the words of a person."""
    position = ".".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"])
    kind = error["type"]
    if kind == "extra_forbidden":
        message = say("layout.no_such_key") + suggested_word(
            str(error["loc"][-1]), StudyDescription.model_fields
        )
    elif kind == "missing":
        message = say("layout.required")
    elif kind == "value_error":
        message = error["msg"].removeprefix("Value error, ")
    elif kind == "literal_error":
        message = say("layout.expected", choices=error["ctx"]["expected"])
    elif kind.startswith("date"):
        message = say("layout.expected_day")
    else:
        kinds = entries("layout.kinds")
        expected = next((name for name in kinds if kind.startswith(name)), "number")
        message = say("layout.expected", choices=kinds[expected])
    if isinstance(error["input"], str | int | float):
        value = error["input"]
    else:
        value = ""
    return Fault(file, None, position, "study.toml", str(value), message)


def files_of(source: Source, files: list[Path], root: Path) -> list[Path]:
    """The files under a folder that a source names: any by its name, the data files by globs, in
    the order of their names.
    """
    named: set[Path] = set()
    for pattern in source.files:
        try:
            named |= {*root.glob(pattern)}
        except (ValueError, IndexError, NotImplementedError, OSError, RecursionError):
            message = say("layout.no_pattern")
            raise refusal("study.toml", message, pattern, rule="study.toml") from None
    refuse_outside(root, sorted(named))
    return sorted(
        file for file in named if file in files or (file.is_file() and file.name in source.files)
    )
