"""`study.toml`: what a study is called, its day, and which file is which; validated, and its slips told in words."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path, PurePath
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from analysis.declare import conventions, schema
from analysis.declare.faults import Fault, Refused, did_you_mean, refusal
from analysis.layout.data_package import about_clean_tables, package_of
from analysis.read.files import refuse_outside

DERIVED = {"relations", "identities"}  # tables that are computed, never read
PSEUDO = (
    "~total",
    "~part",
    "~precision",
    "~unit",
    "~text",
    "~period",
    "~bool",
    "~number",
    "~code",
)  # see `headers.csv`
OneOrMany = Annotated[
    list[str],
    BeforeValidator(lambda value: [value] * bool(value) if isinstance(value, str) else value),
]


# What study.toml may hold beside [study].
TABLES = ("source", "conventions", "target", "action")


class Source(BaseModel):
    """One `[[source]]`: files, the table they hold, raw headers (`columns`) and constants of columns that they lack."""

    model_config = ConfigDict(extra="allow")

    files: OneOrMany
    table: str
    columns: dict[str, OneOrMany] = Field(default_factory=dict)
    sheet: str | None = None
    header_row: int | None = Field(None, ge=0)  # 0: there is none
    decimal: Literal[",", "."] | None = None
    date_order: Literal["day", "month"] | None = None
    unit: Literal["k", "M"] | None = None
    split: str | None = None
    precedence: int = 0
    guessed: set[str] = Field(default_factory=set)  # keys whose line ends with the remark `# ?`

    @field_validator("files")
    @classmethod
    def _within_the_folder(cls, value):
        for pattern in value:
            if PurePath(pattern).is_absolute() or ".." in PurePath(pattern).parts:
                raise ValueError(f"{pattern!r} leads out of the folder of the data")
        return value

    @field_validator("table")
    @classmethod
    def _declared(cls, value):
        known = [table for table in schema.declared() if table not in DERIVED]
        if value not in known:
            raise ValueError(f"no such table{did_you_mean(value, known, 1)}")
        return value

    @model_validator(mode="after")
    def _columns_of_the_table(self):
        declared = list(schema.columns(self.table)) if self.table in schema.declared() else []
        known = [*declared, *PSEUDO] if declared else []
        fields = set(type(self).model_fields)
        for name in [*self.columns, *(self.model_extra or {})]:
            if name not in known:
                raise ValueError(
                    f"{name!r} is no column of {self.table} and no key{did_you_mean(name, [*declared, *fields], 1)}"
                )
        if self.split is not None and self.split not in known:
            raise ValueError(
                f"split: {self.split!r} is no column of {self.table}{did_you_mean(self.split, declared, 1)}"
            )
        return self

    @property
    def constants(self) -> dict[str, str]:
        """Columns that hold one value for all rows of the source."""
        return {name: str(value) for name, value in (self.model_extra or {}).items()}


class Action(BaseModel):
    """A decision that the team writes beside a finding: `line` is a figure or a line ("F12", "LF6")."""

    model_config = ConfigDict(extra="forbid")

    line: str
    who: str
    text: str
    by: str = ""


class Study(BaseModel):
    """`study.toml`: what the study is called, its day, what its sources can have seen, and which file is which."""

    model_config = ConfigDict(extra="forbid")

    name: str
    title: str = ""
    day: date | None = None
    synthetic: bool = False
    observed_from: date | None = None
    observed_to: date | None = None
    source: list[Source] = Field(default_factory=list)
    conventions: dict[str, float] = Field(default_factory=dict)
    target: dict[str, float] = Field(default_factory=dict)
    action: list[Action] = Field(default_factory=list)
    guessed: set[str] = Field(default_factory=set)

    @property
    def numbers(self) -> Mapping[str, float]:
        """The conventions in force: those of the method, and those that the study moves."""
        return conventions.conventions(self.conventions)

    @field_validator("name")
    @classmethod
    def _folder_name(cls, value):
        if not re.fullmatch(r"[\w][\w.-]*", value):
            raise ValueError("expected a folder name: letters, digits, '-', '_' and '.'")
        return value


def study_file(folder: Path, given: Path | None = None) -> Study:
    """The study that a raw folder (or one file) describes; without `study.toml`, one named after it.

    A folder of clean tables says what it is in its `datapackage.json`.

    Raises Refused with all that is wrong in `study.toml` at once.
    """
    if not folder.exists():
        raise refusal(str(folder), "no such file or folder; check --data", rule="missing")
    if given is not None and not given.is_file():
        raise refusal(str(given), "no such file; give a study.toml with --study", rule="missing")
    about = about_clean_tables(folder)
    if given is None and about is not None:
        fields = {name: about[name] for name in ("name", "title", "synthetic")}
        return Study(**fields, day=about["day"] or None)
    path = given or (folder / "study.toml" if folder.is_dir() else folder.parent / "study.toml")
    if not path.exists() or (given is None and folder.is_file()):
        stem = folder.stem if folder.is_file() else folder.resolve().name
        name = re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "study"
        title = str(package_of(folder).get("title", ""))
        return Study(name=name, title=title or re.sub(r"[-_]+", " ", name))
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        wrong = Fault(
            path.name,
            int(line[1]) if line else None,
            "",
            "study.toml",
            "",
            f"not valid TOML: {error}",
        )
        raise Refused([wrong]) from None
    head, stray, faults = (
        content.pop("study", {}),
        [name for name in content if name not in TABLES],
        [],
    )
    for name in stray:
        faults.append(
            Fault(
                path.name,
                None,
                name,
                "study.toml",
                "",
                f"no such key{did_you_mean(name, ['study', *TABLES], 1)}",
            )
        )
    try:
        study = Study(**({"name": folder.name} | head), **content)
    except (ValidationError, TypeError) as error:
        faults += _toml_faults(path.name, error)
    if faults:
        raise Refused(faults)
    conventions.conventions(study.conventions, path.name)
    guessed = marked(text)
    study.guessed = guessed.get(0, set())
    for number, source in enumerate(study.source, 1):
        source.guessed |= guessed.get(number, set())
    return study


def marked(text: str) -> dict[int, set[str]]:
    r"""The keys whose line bears the remark `# ?`: guesses that nobody has confirmed, by the number of their
    `[[source]]` (0: `[study]`).

    >>> marked('[study]\nday = 2018-01-01 # ?\n[[source]]\nfiles = "# ?"\n[source.columns]\namount = "A" # ? 5 | 6')
    {0: {'day'}, 1: {'amount'}}
    """
    number, keys = 0, {}
    for line in text.splitlines():
        bare = re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', "", line)
        if bare.strip().startswith("[[source]]"):
            number += 1
        key = re.match(r"\s*([\w~]+)\s*=.*#\s*\?", bare)
        if key:
            keys.setdefault(number, set()).add(key[1])
    return keys


def _toml_faults(file: str, error: ValidationError | TypeError) -> list[Fault]:
    if isinstance(error, TypeError):
        return [
            Fault(
                file,
                None,
                "study",
                "study.toml",
                "",
                "expected a table [study] and tables [[source]]",
            )
        ]
    found = []
    for each in error.errors():
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in each["loc"])
        message = each["msg"].removeprefix("Value error, ")
        if each["type"] == "extra_forbidden":
            message = f"no such key{did_you_mean(str(each['loc'][-1]), Study.model_fields, 1)}"
        value = each["input"] if isinstance(each["input"], str | int | float) else ""
        found.append(Fault(file, None, where, "study.toml", str(value), message))
    return found


def files_of(source: Source, files: list[Path], root: Path) -> list[Path]:
    """The files under a folder that a source names: any by its name, the data files by globs, in the order of their names."""
    named = {file for pattern in source.files for file in root.glob(pattern)}
    refuse_outside(root, sorted(named))
    return sorted(
        file for file in named if file in files or (file.is_file() and file.name in source.files)
    )


def dated(name: str) -> str:
    """The latest day, month or year that a file's name bears, as digits to compare; blank where it bears none.

    >>> dated("export-2019-03-28") > dated("data-2018")
    True
    """
    found = re.findall(
        r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])?[-_.]?(0[1-9]|[12]\d|3[01])?(?!\d)", name
    )
    return max(("".join(parts) for parts in found), default="")
