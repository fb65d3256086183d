"""`study.toml`: what a study is called, its day, and which file is which; validated, and its slips
told in words.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal

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
from analysis.declare.faults import Fault, Refused, nearest
from analysis.declare.key_numbers import KEY_NUMBERS
from analysis.layout.data_package import about_clean_tables, package_of
from analysis.read.files import refuse_outside
from analysis.text import formatting

_ = formatting.text
DERIVED = {"relations", "identities"}  # tables that are computed, never read
PSEUDO = ("~total", "~part", "~precision", "~unit", "~text", "~period", "~bool", "~number", "~code")
OneOrMany = Annotated[
    list[str],
    BeforeValidator(lambda value: [value] * bool(value) if isinstance(value, str) else value),
]
# What study.toml may hold beside [study].
TABLES = ("source", "conventions", "target", "action")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """How a sentence about a wrong word in the team's files ends, in the language of the run."""
    near = nearest(word, list(known), 1)
    return _(", did you mean {name}?", name=near[0]) if near else ""


class Source(BaseModel):
    """One `[[source]]`: files, the table they hold, raw headers (`columns`) and constants of
    columns that they lack.

    A survey with one column for each question names these in `questions` (header -> dimension),
    with the `scale` of the answers and the headers of `reversed` questions, whose low answers are
    the good ones.
    """

    model_config = ConfigDict(extra="allow")

    files: OneOrMany
    table: str
    columns: dict[str, OneOrMany] = Field(default_factory=dict)
    questions: dict[str, str] = Field(default_factory=dict)
    scale: list[float] = Field(default_factory=list)
    reversed: OneOrMany = Field(default_factory=list)
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
    def _within_the_folder(cls, patterns: list[str]) -> list[str]:
        for pattern in patterns:
            if PurePath(pattern).is_absolute() or ".." in PurePath(pattern).parts:
                raise ValueError(
                    _("{name} leads out of the folder of the data", name=repr(pattern))
                )
        return patterns

    @field_validator("table")
    @classmethod
    def _declared(cls, table: str) -> str:
        known_names = [name for name in schema.declared() if name not in DERIVED]
        if table not in known_names:
            raise ValueError(_("no such table") + did_you_mean(table, known_names))
        return table

    @field_validator("scale")
    @classmethod
    def _two_ends(cls, scale: list[float]) -> list[float]:
        if scale and (len(scale) != 2 or scale[0] >= scale[1]):
            raise ValueError(_("expected the lowest and the highest answer, such as [0, 10]"))
        return scale

    @field_validator("questions")
    @classmethod
    def _of_dimensions(cls, questions: dict[str, str]) -> dict[str, str]:
        known_names = schema.columns("items")["dimension"].values
        for dimension in questions.values():
            if dimension and dimension not in known_names:
                raise ValueError(
                    _(
                        "{name}: expected one of {known}",
                        name=repr(dimension),
                        known=", ".join(known_names),
                    )
                )
        return questions

    @model_validator(mode="after")
    def _columns_of_the_table(self) -> "Source":
        if self.table not in schema.declared():
            return self
        declared = list(schema.columns(self.table))
        for name in set(type(self).model_fields) & set(self.columns) - set(declared):
            raise ValueError(_("{name}: write it above [source.columns]", name=repr(name)))
        known_names, keys = [*declared, *PSEUDO], list(type(self).model_fields)
        for name in [*self.columns, *self.constants]:
            if name not in known_names:
                message = _(
                    "{name} is no column of {table} and no key", name=repr(name), table=self.table
                )
                raise ValueError(message + did_you_mean(name, [*declared, *keys]))
        if self.split is not None and self.split not in known_names:
            message = _("{name} is no column of {table}", name=repr(self.split), table=self.table)
            raise ValueError(message + did_you_mean(self.split, declared))
        return self

    @property
    def constants(self) -> dict[str, str]:
        """Columns that hold one value for all rows of the source."""
        return {name: str(value) for name, value in (self.model_extra or {}).items()}


class Action(BaseModel):
    """A decision that the team writes beside a finding: `line` is a figure or a line ("F12",
    "LF6").
    """

    model_config = ConfigDict(extra="forbid")

    line: str
    who: str
    text: str
    by: str = ""


class Study(BaseModel):
    """`study.toml`: what the study is called, its day, what its sources can have seen, and which
    file is which.
    """

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

    @field_validator("target")
    @classmethod
    def _of_key_numbers(cls, targets: dict[str, float]) -> dict[str, float]:
        for key, value in targets.items():
            if key not in KEY_NUMBERS:
                raise ValueError(
                    _(
                        "{name}: expected one of {known}",
                        name=repr(key),
                        known=", ".join(KEY_NUMBERS),
                    )
                    + did_you_mean(key, KEY_NUMBERS)
                )
            if key != "mean" and not 0 <= value <= 1:
                raise ValueError(_("{name}: expected a share, from 0 to 1", name=repr(key)))
        return targets

    @field_validator("name")
    @classmethod
    def _folder_name(cls, name: str) -> str:
        if not re.fullmatch(r"[\w][\w.-]*", name):
            raise ValueError(_("expected a folder name: letters, digits, '-', '_' and '.'"))
        return name


def study_file(folder: Path, given: Path | None = None) -> Study:
    """The study that a raw folder (or one file) describes; without `study.toml`, one named after
    it.

    A folder of clean tables says what it is in its `datapackage.json`.

    Raises Refused with all that is wrong in `study.toml` at once.
    """
    if not folder.exists():
        message = _("no such file or folder; check --data")
        raise Refused([Fault(str(folder), None, "", "missing", "", message)])
    if given is not None and not given.is_file():
        message = _("no such file; give a study.toml with --study")
        raise Refused([Fault(str(given), None, "", "missing", "", message)])
    about = about_clean_tables(folder)
    if given is None and about is not None:
        fields = {name: about[name] for name in ("name", "title", "synthetic")}
        return Study(**fields, day=about["day"] or None)
    if given is None and folder.is_dir() and (folder / "study.toml").exists():
        given = folder / "study.toml"
    return _as_written(given, folder.name) if given else _named_after(folder)


def _named_after(folder: Path) -> Study:
    """The study of a folder or file that no study.toml describes."""
    stem = folder.stem if folder.is_file() else folder.resolve().name
    name = re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "study"
    title = str(package_of(folder).get("title", ""))
    return Study(name=name, title=title or re.sub(r"[-_]+", " ", name))


def _as_written(path: Path, folder: str) -> Study:
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        message = _("not valid TOML: {why}", why=str(error))
        number = int(line[1]) if line else None
        raise Refused([Fault(path.name, number, "", "study.toml", "", message)]) from None
    known_names = ["study", *TABLES]
    faults = [
        Fault(
            path.name,
            None,
            name,
            "study.toml",
            "",
            _("no such key") + did_you_mean(name, known_names),
        )
        for name in content
        if name not in known_names
    ]
    head = content.pop("study", {})
    try:
        study = Study(**({"name": folder} | head), **content)
    except ValidationError as error:
        faults += [_slip(path.name, item) for item in error.errors()]
    except TypeError:  # [study] is no table
        message = _("expected a table [study] and tables [[source]]")
        faults.append(Fault(path.name, None, "study", "study.toml", "", message))
    if faults:
        raise Refused(faults)
    conventions.conventions(study.conventions, path.name)
    guessed = marked(text)
    study.guessed = guessed.get(0, set())
    for number, source in enumerate(study.source, 1):
        source.guessed |= guessed.get(number, set())
    return study


def marked(text: str) -> dict[int, set[str]]:
    r"""The keys whose line bears the remark `# ?`: guesses that nobody has confirmed, by the number
    of their `[[source]]` (0: `[study]`).

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


def _slip(file: str, error: Any) -> Fault:
    """What pydantic found wrong, in the words of a person."""
    position = ".".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"])
    kind = error["type"]
    if kind == "extra_forbidden":
        message = _("no such key") + did_you_mean(str(error["loc"][-1]), Study.model_fields)
    elif kind == "missing":
        message = _("required, and not there")
    elif kind == "value_error":
        message = error["msg"].removeprefix("Value error, ")
    elif kind == "literal_error":
        message = _("expected {choices}", choices=error["ctx"]["expected"])
    elif kind.startswith("date"):
        message = _("expected a day, such as 2018-06-27")
    else:
        expected = {"string": _("a text"), "list": _("a list"), "bool": _("true or false")}
        kinds = [words for name, words in expected.items() if kind.startswith(name)]
        message = _("expected {choices}", choices=kinds[0] if kinds else _("a number"))
    value = error["input"] if isinstance(error["input"], str | int | float) else ""
    return Fault(file, None, position, "study.toml", str(value), message)


def files_of(source: Source, files: list[Path], root: Path) -> list[Path]:
    """The files under a folder that a source names: any by its name, the data files by globs, in
    the order of their names.
    """
    named = {file for pattern in source.files for file in root.glob(pattern)}
    refuse_outside(root, sorted(named))
    return sorted(
        file for file in named if file in files or (file.is_file() and file.name in source.files)
    )


def dated(name: str) -> str:
    """The latest day, month or year that a file's name bears, as digits to compare; blank where it
    bears none.

    >>> dated("export-2019-03-28") > dated("data-2018")
    True
    """
    match_groups = re.findall(
        r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])?[-_.]?(0[1-9]|[12]\d|3[01])?(?!\d)", name
    )
    return max(("".join(parts) for parts in match_groups), default="")
