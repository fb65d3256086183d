"""Which raw column is which: a file recognised by its headers, or as `study.toml` says.

Known headers are data: the labels and aliases of `reference/columns.csv` for the programme's own exports, and
`reference/headers.csv` for public layouts (SCDL subsidies, 360Giving, grant lists in French and in English). There, the
first header of a column that a file holds is taken; `A + B` takes both, joined (text) or added up (numbers); a column
that starts with `~` is no column of the table: `~total` holds totals of other rows, `~precision` says how precise the date
is, and the others only tell what such cells look like.
"""

import csv
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal, NamedTuple

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from analysis import cells, tables
from analysis.faults import Fault, Refused, nearest
from analysis.read import Block, folded

FROM_FILE = {"funder", "date"}  # required columns that the name of a file or folder may supply
DERIVED = {"relations", "identities"}  # tables that are computed, never read
PROGRAMME = "programme export"
DROPPED = ("notes", "commentaire", "commentaires", "remarque", "remarques", "observation", "observations", "comments")


class Mapping(NamedTuple):
    """How the rows of a block become rows of a table: raw headers of each column, constants, headers left unread."""

    layout: str
    table: str
    columns: dict[str, tuple[str, ...]]
    constants: dict[str, str]
    unread: tuple[str, ...] = ()


# study.toml


class Source(BaseModel):
    """One `[[source]]`: files, the table they hold, raw headers (`columns`) and constants of columns that they lack."""

    model_config = ConfigDict(extra="allow")

    files: list[str]
    table: str
    columns: dict[str, list[str]] = Field(default_factory=dict)
    sheet: str | None = None
    header_row: int | None = Field(None, ge=1)
    decimal: Literal[",", "."] | None = None
    date_order: Literal["day", "month"] | None = None
    unit: Literal["k", "M"] | None = None
    split: str | None = None
    precedence: int = 0

    @field_validator("files", mode="before")
    @classmethod
    def _one_or_many(cls, value):
        return [value] if isinstance(value, str) else value

    @field_validator("columns", mode="before")
    @classmethod
    def _one_or_joined(cls, value):
        return {name: [raw] if isinstance(raw, str) else raw for name, raw in value.items()} if isinstance(value, dict) else value

    @field_validator("table")
    @classmethod
    def _declared(cls, value):
        known = [table for table in tables.declared() if table not in DERIVED]
        if value not in known:
            raise ValueError(f"no such table{_did_you_mean(value, known)}")
        return value

    @model_validator(mode="after")
    def _columns_of_the_table(self):
        known = [*tables.columns(self.table), *_PSEUDO] if self.table in tables.declared() else []
        fields = set(type(self).model_fields)
        for name in [*self.columns, *(self.model_extra or {})]:
            if name not in known:
                raise ValueError(f"{name!r} is no column of {self.table} and no key{_did_you_mean(name, [*known, *fields])}")
        if self.split is not None and self.split not in known:
            raise ValueError(f"split: {self.split!r} is no column of {self.table}{_did_you_mean(self.split, known)}")
        return self

    @property
    def constants(self) -> dict[str, str]:
        """Columns that hold one value for all rows of the source."""
        return {name: str(value) for name, value in (self.model_extra or {}).items()}


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
        raise Refused([Fault(str(folder), None, "", "missing", "", "no such file or folder; check --data")])
    package = folder / "datapackage.json"
    if given is None and package.is_file():
        about = json.loads(package.read_text(encoding="utf-8"))["study"]
        return Study(**{name: about[name] for name in ("name", "title", "synthetic")}, day=about["day"] or None)
    path = given or (folder / "study.toml" if folder.is_dir() else folder.parent / "study.toml")
    if not path.exists() or (given is None and folder.is_file()):
        stem = folder.stem if folder.is_file() else folder.resolve().name
        name = re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "study"
        return Study(name=name, title=re.sub(r"[-_]+", " ", name))
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        raise Refused(
            [Fault(path.name, int(line[1]) if line else None, "", "study.toml", "", f"not valid TOML: {error}")]
        ) from None
    head = content.pop("study", {})
    stray = [name for name in content if name != "source"]
    faults = [
        Fault(path.name, None, name, "study.toml", "", f"no such key{_did_you_mean(name, ['study', 'source'])}") for name in stray
    ]
    try:
        study = Study(**({"name": folder.name} | head), source=content.get("source", []))
    except (ValidationError, TypeError) as error:
        faults += _toml_faults(path.name, error)
    if faults:
        raise Refused(faults)
    return study


def _toml_faults(file: str, error: ValidationError | TypeError) -> list[Fault]:
    if isinstance(error, TypeError):
        return [Fault(file, None, "study", "study.toml", "", "expected a table [study] and tables [[source]]")]
    found = []
    for each in error.errors():
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in each["loc"])
        message = each["msg"].removeprefix("Value error, ")
        if each["type"] == "extra_forbidden":
            message = f"no such key{_did_you_mean(str(each['loc'][-1]), list(Study.model_fields))}"
        value = each["input"] if isinstance(each["input"], str | int | float) else ""
        found.append(Fault(file, None, where, "study.toml", str(value), message))
    return found


def _did_you_mean(wrong: str, known: list[str]) -> str:
    near = nearest(wrong, [name for name in known if not name.startswith("~")], 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def files_of(source: Source, files: list[Path], root: Path) -> list[Path]:
    """The files under a folder that a source names by its globs, in the order of their names."""
    named = {file for pattern in source.files for file in root.glob(pattern)}
    return [file for file in files if file in named]


def dated(name: str) -> str:
    """The latest day, month or year that a file's name bears, as digits to compare; blank where it bears none.

    >>> dated("export-2019-03-28") > dated("data-2018")
    True
    """
    found = re.findall(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])?[-_.]?(0[1-9]|[12]\d|3[01])?(?!\d)", name)
    return max(("".join(parts) for parts in found), default="")


# Recognition


_PSEUDO = ("~total", "~precision", "~text", "~period", "~bool", "~number", "~code")


@cache
def known_headers() -> dict[tuple[str, str], dict[str, list[tuple[str, ...]]]]:
    """(layout, table) -> column -> its headers in order of preference, each a tuple of folded headers to join."""
    found: dict[tuple[str, str], dict[str, list[tuple[str, ...]]]] = {}
    for table, columns in tables.declared().items():
        if table in DERIVED:
            continue
        spelled = found.setdefault((PROGRAMME, table), {})
        for column in columns.values():
            spellings = (column.name, column.label_fr, column.label_en, *column.aliases)
            spelled[column.name] = [(name,) for name in dict.fromkeys(map(folded, spellings))]
    with (resources.files("analysis") / "reference/headers.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            joined = tuple(folded(part) for part in row["header"].split(" + "))
            found.setdefault((row["layout"], row["table"]), {}).setdefault(row["column"], []).append(joined)
    return found


def vocabulary(study: Study) -> frozenset[str]:
    """All folded names that make a record a header: the known ones and those that `study.toml` names."""
    known = {
        name for columns in known_headers().values() for headers in columns.values() for joined in headers for name in joined
    }
    told = {folded(raw) for source in study.source for headers in source.columns.values() for raw in headers}
    return frozenset(known | told)


def _spellings(header: str) -> list[str]:
    """A header as written and without its remarks in brackets or after a footnote mark."""
    return list(
        dict.fromkeys([folded(header), folded(re.sub(r"\s*\(.*?\)", "", header)), folded(re.sub(r"\s*\(.*", "", header))])
    )


def _matched(block: Block, spelled: dict[str, list[tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Raw headers of a block for each column that it holds; a header serves one column of the table."""
    by_name: dict[str, str] = {}
    for header in reversed(list(block.columns)):
        if folded(header) not in DROPPED:
            by_name |= {name: header for name in _spellings(header) if name}
    by_name |= {folded(header): header for header in block.columns if folded(header) not in DROPPED}
    found: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for column, headers in spelled.items():
        kept = [joined for joined in headers if all(name in by_name for name in joined)]
        free = [joined for joined in kept if not any(by_name[name] in taken for name in joined)]
        if column.startswith("~") and column not in ("~total", "~precision"):
            raw = tuple(dict.fromkeys(by_name[name] for joined in free for name in joined))
        else:
            raw = tuple(by_name[name] for name in free[0]) if free else ()
        if raw:
            found[column] = raw
            taken.update(raw)
    return found


def _missing(table: str, matched: dict[str, tuple[str, ...]], constants: dict[str, str]) -> list[str]:
    required = [column.name for column in tables.columns(table).values() if column.required]
    return [name for name in required if name not in matched and name not in constants]


def recognise(block: Block, stem: str, study: Study) -> Mapping | None:
    """The known layout that explains most headers of a block, its required columns present; None where there is none.

    A grant list may take its funder from the study's title and its year from the file (its name or a title above the table).
    """
    best, best_score = None, 0.0
    for (layout, table), spelled in known_headers().items():
        matched = _matched(block, spelled)
        constants = {}
        if table == "grants":
            if "recipient" not in matched or not {"amount", "date"} & set(matched):
                continue
            if "funder" not in matched:
                constants |= publisher_of(block) or {"funder": study.title or study.name}
            if "date" not in matched and (year := year_of(block, stem)):
                constants["date"] = year
        if _missing(table, matched, constants):
            continue
        used = {raw for headers in matched.values() for raw in headers}
        score = len(used) + (1.5 if _named_for(stem, block, table) else 0) + len(matched) / len(spelled)
        if len(used) >= min(3, len(block.columns)) and score > best_score:
            best, best_score = Mapping(layout, table, matched, constants, _unread(block, matched)), score
    return best


def _named_for(stem: str, block: Block, table: str) -> bool:
    return folded(table) in folded(f"{stem} {block.source.partition('#')[2]}")


def _unread(block: Block, matched: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    used = {raw for headers in matched.values() for raw in headers}
    return tuple(header for header in block.columns if header not in used)


def as_told(block: Block, source: Source, stem: str, study: Study) -> tuple[Mapping, list[Fault]]:
    """The mapping that a `[[source]]` of study.toml gives for a block, and what it names in vain.

    Columns that the source does not mention are looked for under their known headers.
    """
    by_name = {folded(header): header for header in block.columns}
    faults, matched = [], {}
    for column, headers in source.columns.items():
        lacking = [raw for raw in headers if folded(raw) not in by_name]
        if lacking:
            near = nearest(lacking[0], list(block.columns), 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            message = f"no such header{hint} (headers: {', '.join(block.columns)}); edit [source.columns] in study.toml"
            faults.append(Fault(block.source, block.header_line, column, "header", lacking[0], message))
        else:
            matched[column] = tuple(by_name[folded(raw)] for raw in headers)
    taken = {raw for headers in matched.values() for raw in headers}
    candidates = [_matched(block, spelled) for (_, table), spelled in known_headers().items() if table == source.table]
    for column, raw in max(candidates, key=len, default={}).items():
        if column not in matched and column not in source.constants and not taken & set(raw):
            matched[column] = raw
    constants = dict(source.constants)
    if source.table == "grants":
        if "funder" not in matched and "funder" not in constants:
            constants["funder"] = study.title or study.name
        if "date" not in matched and "date" not in constants and source.split != "date" and (year := year_of(block, stem)):
            constants["date"] = year
    split = {source.split: ""} if source.split else {}
    for name in _missing(source.table, matched, constants | split):
        message = f"required column {name!r} of {source.table} is missing; map it in [source.columns] of study.toml"
        faults.append(Fault(block.source, block.header_line, name, "required", "", message))
    return Mapping("study.toml", source.table, matched, constants, _unread(block, matched)), faults


def publisher_of(block: Block) -> dict[str, str]:
    """Funder and its SIRET where a title above the table holds both ("Département de la Sarthe 227 200 029 00014")."""
    for title in block.titles[:5]:
        found = re.fullmatch(r"(.*\w)\W+((?:\d ?){13}\d)", title)
        if found and cells.siret(pd.Series([found[2]]))[0].notna().all():
            return {"funder": found[1].strip(), "funder_id": found[2]}
    return {}


def year_of(block: Block, stem: str) -> str:
    """The one year that titles of the table or the file's name tell; blank where they tell none or several."""
    year = r"(?<!\d)(?:19[5-9]\d|20\d\d)(?!\d)"
    above = {found for title in block.titles[:3] for found in re.findall(year, title)}
    named = set(re.findall(year, stem))
    totals = {found for text in _total_labels(block) for found in re.findall(year, text)}
    for told in (named if len(named) == 1 else set(), named & totals, above):
        if len(told) == 1:
            return told.pop()
    return ""


def _total_labels(block: Block) -> Iterator[str]:
    for column in list(block.columns.values())[:2]:
        yield from column.values[column.values.str.contains(r"^\s*(?:sous[- ])?total", case=False, na=False)]


def unknown(block: Block) -> Fault:
    """What a person is told of a block that no layout explains: the headers seen and the nearest layout."""
    near, lacking = "", []
    best = 0.0
    for (layout, table), spelled in known_headers().items():
        matched = _matched(block, spelled)
        if len(matched) / len(spelled) ** 0.5 > best:
            best, near = len(matched) / len(spelled) ** 0.5, f"{layout}, table {table}"
            lacking = _missing(table, matched, {})
    hint = f"nearest known layout: {near}" + (f", which also needs {', '.join(lacking)}" if lacking else "") if near else ""
    message = f"headers of no known layout: {', '.join(block.columns)}" + (f" ({hint})" if hint else "")
    advice = "describe the file in study.toml; `impact-study check` prints a draft"
    return Fault(block.source, block.header_line, "", "layout", "", f"{message}; {advice}")


# A draft of study.toml


def draft(blocks: list[Block], study: Study) -> str:
    """A `study.toml` for unknown files: the best guesses, and the first three values of every column as comments."""
    lines = ["[study]", f'name = "{study.name}"', f'title = "{study.title or study.name}"', "synthetic = false"]
    for block in blocks:
        guessed = _guessed(block)
        file, _, sheet = block.source.partition("#")
        lines += ["", "[[source]]", f"files = {_quoted(file)}", 'table = "grants"']
        lines += [f"sheet = {_quoted(sheet)}"] if sheet else []
        lines += [f"header_row = {block.header_line}"] if block.header_line > 1 else []
        if "funder" not in guessed:
            lines.append(f'funder = "{study.title or study.name}"  # constant: no column seems to hold it')
        if "date" not in guessed:
            lines.append(f'date = "{year_of(block, file)}"  # constant: no column seems to hold it')
        lines.append("[source.columns]")
        lines += [f"{column} = {_quoted(header)}  # {_examples(block, header)}" for column, header in guessed.items()]
        others = [header for header in block.columns if header not in guessed.values()]
        lines += ["# not used:"] * bool(others)
        lines += [f"# {_quoted(header)}: {_examples(block, header)}" for header in others]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _examples(block: Block, header: str) -> str:
    return " | ".join(" ".join(text.split())[:40] for text in block.columns[header].values.dropna().iloc[:3])


SHAPES = {
    "siret": r"\d{9}|\d{14}|\d{3} \d{3} \d{3}(?: \d{5})?",
    "date": r"(?:19|20)\d\d|\d{4}-\d\d-\d\d.*|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}/\d{4}",
    "postcode": r"\d{5}",
    "amount": r"[-(]?[$£€]? ?\d[\d \u00a0\u202f.,]*(?: ?(?:€|euros?|k€|M€))?\)?",
}


def _guessed(block: Block) -> dict[str, str]:
    """The likeliest header of each column of a grant list: by what its cells look like and by the names that it resembles."""
    from rapidfuzz import fuzz

    names: dict[str, set[str]] = {}
    for (_, table), spelled in known_headers().items():
        if table == "grants":
            for column, headers in spelled.items():
                names.setdefault(column, set()).update(joined[0] for joined in headers)
    scores = []
    for header, column in block.columns.items():
        texts = column.values.iloc[:200].str.strip()
        filled = texts[texts != ""]
        for name, spellings in names.items():
            if name.startswith("~") or filled.empty:
                continue
            alike = max(fuzz.ratio(folded(header), spelling) for spelling in spellings) / 100
            shape = SHAPES.get(name)
            fits = filled.str.fullmatch(shape, case=False).mean() if shape else 0.5 if name in ("recipient", "purpose") else 0.3
            if shape and fits < 0.5:
                continue
            if name == "recipient" and (filled.str.fullmatch("|".join(SHAPES.values())).mean() > 0.3 or len(column.values) < 2):
                continue
            if alike + fits >= (1.0 if shape else 1.2) or (name in ("recipient", "amount", "date") and alike + fits > 0.95):
                scores.append((alike + fits, name, header))
    guessed: dict[str, str] = {}
    for _, name, header in sorted(scores, key=lambda score: (-score[0], score[1], score[2])):
        if name not in guessed and header not in guessed.values():
            guessed[name] = header
    return dict(sorted(guessed.items(), key=lambda item: list(tables.columns("grants")).index(item[0])))
