"""The parameters of a study: what each means, its default and what it may be.

This is their only declaration. The command's options, the parameter cell of a notebook, the panel
of JupyterLab, the door `explore.open` and README are made from it, or held to it by a test.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import PurePath
from typing import Annotated, Literal, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)

from analysis.declare.faults import Fault, Refused, did_you_mean

EXPECTED = {  # what pydantic finds, for the study team
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_parsing": "expected a number",
    "greater_than": "expected more than {gt}",
    "greater_than_equal": "expected {ge} or more",
    "less_than": "expected less than {lt}",
    "less_than_equal": "expected {le} or less",
    "string_type": "expected a text, or several: a list, or texts joined by |",
    "dict_type": "expected names and numbers such as LF1=0.4, LF4=2",
}
SIGNS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
_LEVELS = ("local", "regional", "national")


def _joined(value: object) -> object:
    return "|".join(map(str, value)) if isinstance(value, list | tuple | set) else value


Values = Annotated[str, BeforeValidator(_joined)]  # a value, or several joined by |


class Parameters(BaseModel):
    """What a study is asked; blank: "all" or "as the data say"; titled: in the panel.

    >>> Parameters(grace_days=365, region=["Bretagne", "Normandie"]).region
    'Bretagne|Normandie'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: str = Field("demo", description="cleaned study: a name under data/processed or a folder")
    day: str = Field(
        "", title="Day", description="observation date, YYYY-MM-DD; blank: the study's own day"
    )
    region: Values = Field("", title="Region", description="keep one region")
    department: Values = Field("", description="keep one department, by its code")
    domain: Values = Field(
        "", title="Domain", description="keep relations that began in this domain"
    )
    level: Values = Field(
        "", title="Level", description="keep one level: local, regional or national"
    )
    entity: Values = Field("", description="keep one entity of the group, or one funder")
    kind: Values = Field(
        "",
        title="Form of partnership",
        description="keep relations that began in this form of partnership",
    )
    identity: Literal["both", "identifier", "name"] = Field(
        "both", title="Who is who", description="who is who: by identifier, by exact name, or both"
    )
    grace_days: int = Field(
        180,
        title="Grace (days)",
        ge=0,
        le=1100,
        description="days after a term within which it may still be renewed",
    )
    horizon_months: int = Field(36, ge=6, le=240, description="horizon of durations, in months")
    confidence: float = Field(0.95, gt=0.5, lt=1, description="confidence of all intervals")
    thresholds: dict[str, float] = Field(
        {}, description="conventions of the method moved for this study, by name"
    )
    lang: Literal["fr", "en"] = Field("fr", description="language: fr or en")
    audience: Literal["team", "directors", "partners"] = Field(
        "team", description="who will read: team, directors or partners"
    )
    partner: Values = Field("", description="the partner of a portrait: code or name")

    @field_validator("data", mode="before")
    @classmethod
    def _folder(cls, value):
        return str(value) if isinstance(value, PurePath) else value

    @field_validator("day", mode="before")
    @classmethod
    def _real_day(cls, value):
        text = value.isoformat() if isinstance(value, date) else str(value or "")
        if text:
            try:
                text = date.fromisoformat(text).isoformat()
            except ValueError:
                raise ValueError("expected a date such as 2018-06-27") from None
        return text

    @field_validator("level")
    @classmethod
    def _real_levels(cls, value):
        for level in filter(None, value.split("|")):
            if level not in _LEVELS:
                expected = f"expected one of {', '.join(_LEVELS)}"
                raise ValueError(expected + did_you_mean(level, _LEVELS, 1))
        return value

    @field_validator("thresholds", mode="before")
    @classmethod
    def _written_thresholds(cls, value):
        if not isinstance(value, str):
            return value
        pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
        return {name.strip(): number.strip() for name, _sign, number in pairs}

    @field_validator("thresholds")
    @classmethod
    def _real_thresholds(cls, value):
        if not value:
            return value
        from analysis.declare.conventions import DEFAULTS, conventions

        # a number that stands for something counted in whole is written without a point
        whole = {name for name, default in DEFAULTS.items() if isinstance(default, int)}
        value = {
            name: int(number) if name in whole and number == int(number) else number
            for name, number in value.items()
        }
        try:
            conventions(value)
        except Refused as refused:
            faults = "; ".join(f"{fault.column}: {fault.message}" for fault in refused.faults)
            raise ValueError(faults.replace("conventions.", "")) from None
        return value


FIELDS = Parameters.model_fields


def parse(given: Mapping[str, object]) -> Parameters:
    """Parameters from names and values, or all that is wrong with them at once.

    Text is read as the type needs.

    >>> parse({"grace_day": 90, "horizon_months": "long", "confidence": 95})
    Traceback (most recent call last):
    analysis.declare.faults.Refused: horizon_months: expected a whole number (met: 'long')
    confidence: expected less than 1.0 (met: '95')
    grace_day: no such parameter, did you mean grace_days?
    """
    try:
        return Parameters(**given)
    except ValidationError as errors:
        faults = []
        for error in errors.errors():
            name = str(error["loc"][0])
            value = str(error["input"]) if name in FIELDS else ""
            faults.append(Fault(name, None, "", "parameter", value, _sentence(name, error)))
        raise Refused(faults, exit_code=2) from None


def moved(asked: Parameters) -> list[str]:
    """The names of the parameters that are not at their default, the data apart.

    >>> moved(Parameters(data="x", grace_days=365))
    ['grace_days']
    """
    return [
        name
        for name, field in FIELDS.items()
        if name != "data" and getattr(asked, name) != field.default
    ]


def _sentence(name: str, error: dict) -> str:
    if error["type"] == "extra_forbidden":
        return "no such parameter" + did_you_mean(name, FIELDS, 1)
    if error["type"] == "literal_error":
        words = choices_of(name)
        return f"expected one of {', '.join(words)}" + did_you_mean(str(error["input"]), words, 1)
    expected = EXPECTED.get(error["type"], error["msg"].removeprefix("Value error, "))
    return expected.format(**error.get("ctx", {}))


def choices_of(name: str) -> list[str]:
    """The words that a parameter may be, none where it is free.

    >>> choices_of("lang")
    ['fr', 'en']
    """
    if name == "level":
        return list(_LEVELS)
    annotation = FIELDS[name].annotation
    return list(get_args(annotation)) if get_origin(annotation) is Literal else []


def bounds_of(name: str) -> dict[str, float]:
    """The least and the most that a number may be, by what pydantic calls them.

    >>> bounds_of("grace_days")
    {'ge': 0, 'le': 1100}
    """
    return {
        bound: getattr(rule, bound)
        for rule in FIELDS[name].metadata
        for bound in SIGNS
        if hasattr(rule, bound)
    }


def described() -> list[tuple[str, str, str, str]]:
    """Each parameter as (name, default, allowed, meaning), for the command `params`."""
    rows = []
    for name, field in FIELDS.items():
        bounds = [f"{SIGNS[bound]} {limit}" for bound, limit in bounds_of(name).items()]
        free = "names and numbers: LF1=0.4, LF4=2" if name == "thresholds" else "text"
        allowed = ", ".join(choices_of(name)) or " and ".join(bounds) or free
        rows.append((name, command_value(field.default), allowed, field.description))
    return rows


def command_value(value: object) -> str:
    """A value as a command takes it.

    >>> command_value({"LF1": 0.4, "LF4": 2}), command_value("Bretagne|Normandie")
    ('LF1=0.4, LF4=2', 'Bretagne|Normandie')
    """
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={number}" for name, number in value.items())
    return str(value)


# ---- in a notebook
CELL_TYPES = {int: "int", float: "float"}  # others are texts, which papermill passes as texts
IN_CELLS = [name for name in FIELDS if name != "partner"]  # which portraits alone take


def parameter_cell(values: Mapping[str, object] | None = None, names: list[str] = IN_CELLS) -> str:
    """The parameter cell of a notebook: a line for each parameter, with its type and its meaning.

    >>> print(parameter_cell({"region": "Bretagne"}, ["region", "grace_days"]))
    region: str = "Bretagne"  # keep one region
    grace_days: int = 180  # days after a term within which it may still be renewed
    """
    values_by_name = values or {}
    lines = []
    for name in names:
        if name not in FIELDS:  # a notebook's own
            lines.append(f"{name} = {literal(values_by_name.get(name, ''))}")
            continue
        field = FIELDS[name]
        kind = "dict" if name == "thresholds" else CELL_TYPES.get(field.annotation, "str")
        value = literal(values_by_name.get(name, field.default))
        lines.append(f"{name}: {kind} = {value}  # {field.description}")
    return "\n".join(lines)


def literal(value: object) -> str:
    """A value as it is written in a notebook: text in double quotes, whatever it holds.

    >>> literal('Les "Amis"'), literal(180)
    ('"Les \\\\"Amis\\\\""', '180')
    """
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def keywords(function: Callable) -> Callable:
    """Let a function that takes `**asked` show every parameter by name, type and default.

    >>> @keywords
    ... def opened(data="demo", **asked): ...
    >>> list(inspect.signature(opened).parameters)[:3]
    ['data', 'day', 'region']
    """
    signature = inspect.signature(function)
    stated = {
        name: parameter
        for name, parameter in signature.parameters.items()
        if parameter.kind is not parameter.VAR_KEYWORD
    }
    how, fields = inspect.Parameter.KEYWORD_ONLY, {}
    for name, field in FIELDS.items():
        of_study = inspect.Parameter(name, how, default=field.default, annotation=field.annotation)
        fields[name] = of_study
    function.__signature__ = signature.replace(parameters=[*(stated | fields | stated).values()])
    return function
