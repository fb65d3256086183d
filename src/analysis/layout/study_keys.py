"""The keys of `study.toml`, as they are declared and validated."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import PurePath
from typing import Annotated, Literal, get_args

import pandas as pd
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from analysis import parse
from analysis.declare import conventions, schema
from analysis.declare.faults import nearest
from analysis.declare.key_numbers import KEY_NUMBERS
from analysis.files.study_name import FOLDER_NAME
from analysis.text.messages import say

MOST_MONEY = 1e15  # more than any books hold
CONTROLS = {"control_total", "control_agreements"}  # what the team's own books say
DERIVED = {"relations", "identities"}  # tables that are computed, never read
PSEUDO = (
    "~total",
    "~part",
    "~less",
    "~precision",
    "~unit",
    "~text",
    "~period",
    "~bool",
    "~number",
    "~code",
    "~amendment",
    "~amended_on",
    "term_months",  # of agreements, which have an end instead
)
Outcome = Literal["granted", "refused", "withdrawn", "undecided"]
OUTCOMES = get_args(Outcome)
OneOrMany = Annotated[
    list[str],
    BeforeValidator(lambda value: [value] * bool(value) if isinstance(value, str) else value),
]
# Keys that say something of some tables alone.
TABLES_OF_KEY = {
    "same_reference": ("grants", "agreements"),
    "same_as_others": ("grants", "partners", "agreements", *schema.LISTED),
    "amends": ("agreements",),
    "in_kind": ("agreements",),
    "amount_per": ("grants", "agreements"),
    "term_unit": ("grants", "agreements"),
    "blank_cells": ("grants", "agreements"),
    "homonyms": ("grants",),
    "framework": ("grants", "agreements"),
    "outcomes": ("grants",),
    "entities": ("agreements",),
    "questions": ("answers",),
    "scale": ("answers",),
    "reversed": ("answers",),
}
# What study.toml may hold beside [study].
TABLES = ("source", "conventions", "target", "action")


def suggested_word(word: str, known: Iterable[str]) -> str:
    """How a sentence about a wrong word in the team's files ends, in the language of the run."""
    near = nearest(word, list(known), 1)
    if near:
        return say("layout.did_you_mean", name=near[0])
    return ""


class Source(BaseModel):
    """One `[[source]]`: files, the table they hold, raw headers (`columns`) and constants of
    columns that they lack.

    A survey with one column for each question names these in `questions` (header -> dimension),
    with the `scale` of the answers and the headers of `reversed` questions, whose low answers are
    the good ones. `outcomes` tells what words of the column of outcomes mean ("Pipeline" ->
    undecided), `leave_out` which rows are no grants (header -> texts), `subtract`
    of which the amounts are taken back, `in_kind` which agreements gave no money, `entities` for
    which entity a name stands ("Dir. Est" -> "Direction Est"), and `blank_cells` what a blank date or name means
    in a list that writes them once a group. `same_as_others` says whether
    rows equal to those of another source are the same grants, agreements or payments, `homonyms` whether one
    name in several places is one recipient, `amends` whether rows change agreements that another
    source lists.
    """

    model_config = ConfigDict(extra="allow")

    files: OneOrMany
    table: str
    columns: dict[str, OneOrMany] = Field(default_factory=dict)
    questions: dict[str, str] = Field(default_factory=dict)
    scale: list[float] = Field(default_factory=list)
    reversed: OneOrMany = Field(default_factory=list)
    outcomes: dict[str, Outcome] = Field(default_factory=dict)
    leave_out: dict[str, OneOrMany] = Field(default_factory=dict)
    subtract: dict[str, OneOrMany] = Field(default_factory=dict)
    in_kind: dict[str, OneOrMany] = Field(default_factory=dict)
    entities: dict[str, str] = Field(default_factory=dict)
    sheet: str | None = None
    header_row: int | None = Field(None, ge=0)  # 0: there is none
    decimal: Literal[",", "."] | None = None
    date_order: Literal["day", "month"] | None = None
    unit: Literal["1", "k", "M", "lakh", "crore", "c", "-1"] | None = None
    same_reference: Literal["once", "last", "add", "shared", "apart"] | None = None
    same_as_others: bool | None = None
    amends: bool = False
    amount_per: str | None = None  # "year", "grant", or the header that says it of each row
    term_unit: Literal["year", "month"] | None = None
    blank_cells: Literal["above", "unknown"] | None = None
    homonyms: Literal["one", "apart"] | None = None
    framework: Literal["within", "beside"] | None = None
    split: str | None = None
    precedence: int = 0
    guessed: set[str] = Field(default_factory=set)  # keys whose line ends with the remark `# ?`

    @field_validator("files")
    @classmethod
    def _within_the_folder(cls, patterns: list[str]) -> list[str]:
        for pattern in patterns:
            if PurePath(pattern).is_absolute() or ".." in PurePath(pattern).parts:
                raise ValueError(say("layout.outside", name=repr(pattern)))
        return patterns

    @field_validator("table")
    @classmethod
    def _declared(cls, table: str) -> str:
        known_names = [name for name in schema.declared_tables() if name not in DERIVED]
        if table not in known_names:
            raise ValueError(say("layout.no_such_table") + suggested_word(table, known_names))
        return table

    @field_validator("scale")
    @classmethod
    def _two_ends(cls, scale: list[float]) -> list[float]:
        if scale and (len(scale) != 2 or scale[0] >= scale[1]):
            raise ValueError(say("layout.expected_scale"))
        return scale

    @field_validator("questions")
    @classmethod
    def _of_dimensions(cls, questions: dict[str, str]) -> dict[str, str]:
        known_names = schema.columns("items")["dimension"].values
        for dimension in questions.values():
            if dimension and dimension not in known_names:
                raise ValueError(
                    say(
                        "layout.expected_one_of",
                        name=repr(dimension),
                        known=", ".join(known_names),
                    )
                )
        return questions

    @model_validator(mode="after")
    def _columns_of_the_table(self) -> "Source":
        if self.table not in schema.declared_tables():
            return self
        declared = list(schema.columns(self.table))
        for name in set(type(self).model_fields) & set(self.columns) - set(declared):
            raise ValueError(say("layout.above_columns", name=repr(name)))
        known_names, keys = [*declared, *PSEUDO], list(type(self).model_fields)
        for name in [*self.columns, *self.constants]:
            if name not in known_names:
                message = say("layout.no_column_or_key", name=repr(name), table=self.table)
                raise ValueError(message + suggested_word(name, [*declared, *keys]))
        for name, value in self.constants.items():
            self._refuse_unread(name, value)
        if self.split is not None and self.split not in known_names:
            message = say("layout.no_such_column", name=repr(self.split), table=self.table)
            raise ValueError(message + suggested_word(self.split, declared))
        return self

    def _refuse_unread(self, name: str, value: str) -> None:
        """Refuse a value for all rows that is no date or outcome where one belongs."""
        declared = schema.columns(self.table).get(name)
        kind = declared.kind if declared else ""
        cell = pd.Series([value], dtype="str")
        goes_on = name == "planned_end" and parse.open_ends(cell).all()
        if kind == "date" and not goes_on and parse.dates(cell)[0]["date"].isna().any():
            raise ValueError(say("layout.expected_date", name=repr(name)))
        if kind == "outcome" and parse.outcomes(cell)[0].isna().any():
            known = ", ".join(OUTCOMES)
            raise ValueError(say("layout.expected_one_of", name=repr(name), known=known))

    @model_validator(mode="after")
    def _keys_of_the_table(self) -> "Source":
        for key, tables in TABLES_OF_KEY.items():
            if key in self.model_fields_set and self.table not in tables:
                named = ", ".join(tables)
                raise ValueError(say("layout.only_of", name=repr(key), tables=named, n=len(tables)))
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


class StudyDescription(BaseModel):
    """`study.toml`: what the study is called, its day, what its sources can have seen, and which
    file is which.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    title: str = ""
    publisher: str = ""  # who gives, as pages name it
    recipients: str = ""  # who partners are ("des associations")
    grants: str = ""  # what agreements are ("des bourses")
    currency: str = ""
    day: date | None = None
    synthetic: bool = False
    observed_from: date | None = None
    observed_to: date | None = None
    # what all agreements add up to in the team's books, and how many they are; 0: not stated
    control_total: Annotated[float, Field(ge=-MOST_MONEY, le=MOST_MONEY)] = 0
    control_agreements: Annotated[int, Field(ge=0)] = 0
    source: list[Source] = Field(default_factory=list)
    conventions: dict[str, float] = Field(default_factory=dict)
    target: dict[str, float] = Field(default_factory=dict)
    action: list[Action] = Field(default_factory=list)
    guessed: set[str] = Field(default_factory=set)

    @property
    def numbers(self) -> Mapping[str, float]:
        """The conventions in force: those of the method, and those that the study moves."""
        return conventions.conventions(self.conventions)

    @property
    def control(self) -> dict[str, float]:
        """What the team's own books say of all agreements, where it is stated and no guess."""
        names = sorted(CONTROLS - self.guessed)
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    @property
    def words(self) -> dict[str, str]:
        """The publisher's own words, those that are stated."""
        own_words = {name: getattr(self, name) for name in ("publisher", "recipients", "grants")}
        return {name: word for name, word in own_words.items() if word}

    @field_validator("currency")
    @classmethod
    def _currency_code(cls, currency: str) -> str:
        if currency and not re.fullmatch("[A-Z]{3}", currency):
            raise ValueError(say("layout.expected_currency"))
        return currency

    @field_validator("target")
    @classmethod
    def _of_key_numbers(cls, targets: dict[str, float]) -> dict[str, float]:
        for key, value in targets.items():
            if key not in KEY_NUMBERS:
                raise ValueError(
                    say(
                        "layout.expected_one_of",
                        name=repr(key),
                        known=", ".join(KEY_NUMBERS),
                    )
                    + suggested_word(key, KEY_NUMBERS)
                )
            if key != "mean" and not 0 <= value <= 1:
                raise ValueError(say("layout.expected_share", name=repr(key)))
        return targets

    @field_validator("name")
    @classmethod
    def _folder_name(cls, name: str) -> str:
        if not re.fullmatch(FOLDER_NAME, name):
            raise ValueError(say("layout.expected_folder_name"))
        return name
