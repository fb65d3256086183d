"""The parameters of a study: what each means, its default and what it may be; one declaration for commands and notebooks."""

from datetime import date
from pathlib import PurePath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from analysis.declare.conventions import DEFAULTS
from analysis.declare.faults import Fault, Refused, did_you_mean

SAID = {  # what pydantic finds, for the study team
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_parsing": "expected a number",
    "greater_than": "expected more than {gt}",
    "greater_than_equal": "expected {ge} or more",
    "less_than": "expected less than {lt}",
    "less_than_equal": "expected {le} or less",
    "string_type": "expected a text",
}
SIGNS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}


class Parameters(BaseModel):
    """What a study is asked. Blank text means "all" or "as the data say".

    >>> Parameters(grace_days=365).grace_days
    365
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: str = Field("demo", description="cleaned study: a name under data/processed, or a folder")
    day: str = Field(
        "",
        description="observation date, YYYY-MM-DD; blank: the study's own day, else the last day its sources see",
    )
    region: str = Field(
        "", description="keep relations of partners in this region (present regions)"
    )
    domain: str = Field("", description="keep relations that began in this domain")
    level: Literal["", "local", "regional", "national"] = Field(
        "", description="keep relations of this level at their start"
    )
    kind: str = Field("", description="keep relations that began in this form of partnership")
    identity: Literal["both", "identifier", "name"] = Field(
        "both", description="who is who: by identifier, by exact name, or both (identifiers first)"
    )
    grace_days: int = Field(
        DEFAULTS["grace_days"],
        ge=0,
        le=1100,
        description="days after a term within which a new agreement continues the relation",
    )
    horizon_months: int = Field(
        DEFAULTS["horizon_months"],
        ge=6,
        le=240,
        description="horizon of survival and mean duration, in months",
    )
    confidence: float = Field(
        DEFAULTS["confidence"], gt=0.5, lt=1, description="confidence of all intervals"
    )
    lang: Literal["fr", "en"] = Field("fr", description="language of the report")
    audience: Literal["team", "directors", "partners"] = Field(
        "team", description="who will read: decides names, suppression and which figures appear"
    )
    partner: str = Field("", description="the partner of a portrait: code or name")

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


def parse(given: dict[str, object]) -> Parameters:
    """Parameters from names and values (text is read as the type needs), or all that is wrong with them at once.

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
            value = str(error["input"]) if name in Parameters.model_fields else ""
            faults.append(Fault(name, None, "", "parameter", value, _sentence(name, error)))
        raise Refused(faults, exit_code=2) from None


def _sentence(name: str, error: dict) -> str:
    if error["type"] in ("extra_forbidden", "literal_error"):
        one_of = error["type"] == "literal_error"
        known = [*filter(None, choices(name))] if one_of else list(Parameters.model_fields)
        expected = f"expected one of {', '.join(known)}" if one_of else "no such parameter"
        return expected + did_you_mean(str(error["input"]) if one_of else name, known, 1)
    said = SAID.get(error["type"], error["msg"].removeprefix("Value error, "))
    return said.format(**error.get("ctx", {}))


def choices(name: str) -> list[str]:
    """The words that a parameter may be, none where it is free.

    >>> choices("lang")
    ['fr', 'en']
    """
    return [str(word) for word in getattr(Parameters.model_fields[name].annotation, "__args__", ())]


def described() -> list[tuple[str, str, str, str]]:
    """Each parameter as (name, default, allowed, meaning), for the command `params`."""
    rows = []
    for name, field in Parameters.model_fields.items():
        limits = [
            f"{sign} {getattr(rule, bound)}"
            for rule in field.metadata
            for bound, sign in SIGNS.items()
            if hasattr(rule, bound)
        ]
        allowed = (
            ", ".join(word for word in choices(name) if word) or " and ".join(limits) or "text"
        )
        rows.append((name, str(field.default), allowed, field.description))
    return rows
