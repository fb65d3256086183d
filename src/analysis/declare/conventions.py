"""The numbers that METHOD sets, declared once in `reference/conventions.csv`: thresholds, windows,
limits.

A study starts from `DEFAULTS` and may move some of them (`[conventions]` in its `study.toml`, or
`Study.with_`): `conventions({"LF1": 0.4})` gives all of them, checked. Code that has a study takes
its numbers from `study.conventions`; a function that may be called without one takes the default of
its argument from `DEFAULTS`.

A number written with a decimal point may have decimals; one without stands for something that is
counted in whole.
"""

import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import pandas as pd

from analysis.declare.faults import Fault, Refused, did_you_mean
from analysis.declare.schema import in_language, reference

# Parameters of every study: given by name where others are given (-p grace_days=90), not in
# [conventions].
PARAMETERS = ("grace_days", "horizon_months", "confidence")

# What cleaning reads: moved in study.toml, or with -p thresholds where a run cleans, not in a
# folder that is clean.
AT_CLEANING = (
    "hole_share",
    "hole_deviations",
    "late_share",
    "revenue_tolerance",
    "totals_tolerance_eur",
)


def _number(written: str) -> float:
    if "." in written:
        return float(written)
    return int(written)


_DECLARED = reference("conventions").set_index("name")
DEFAULTS: Mapping[str, float] = MappingProxyType(
    {name: _number(written) for name, written in _DECLARED["value"].items()}
)


def conventions(
    given: Mapping[str, object] | None = None, file: str = "study.toml"
) -> Mapping[str, float]:
    """All conventions, with those that a study gives in place of the defaults; read-only.

    Raises Refused with all that is wrong at once: unknown names (with the nearest), no numbers,
    numbers out of range.

    >>> conventions({"LF1": 0.4})["LF1"], conventions()["LF1"]
    (0.4, 0.3)
    >>> conventions({"LF1": 40, "secret_bellow": 3})
    Traceback (most recent call last):
    analysis.declare.faults.Refused: study.toml, conventions.LF1: expected a number from 0 to 1 (met: '40')
    study.toml, conventions.secret_bellow: no such convention, did you mean secret_below?
    """
    given = given or {}
    messages = {name: _fault(name, value) for name, value in given.items()}
    faults = [
        Fault(file, None, f"conventions.{name}", "conventions", _written(name, given), message)
        for name, message in messages.items()
        if message
    ]
    if faults:
        raise Refused(faults)
    whole = {name for name in given if isinstance(DEFAULTS[name], int)}
    moved = {name: int(value) if name in whole else value for name, value in given.items()}
    return MappingProxyType({**DEFAULTS, **moved})


def value(name: str, overrides: Mapping[str, object] | None = None) -> float:
    """One convention, with the overrides of a study heeded.

    >>> value("secret_below"), value("secret_below", {"secret_below": 11})
    (5, 11)
    """
    return conventions(overrides)[name]


def declared(values: Mapping[str, float] = DEFAULTS, lang: str = "en") -> pd.DataFrame:
    """Every convention as a reader sees it: name, value, default, unit, source, meaning.

    >>> declared(conventions({"LF1": 0.4})).set_index("name").loc["LF1", ["value", "default"]].tolist()
    [0.4, 0.3]
    """
    table = _DECLARED.assign(meaning=in_language(_DECLARED, "meaning", lang))
    numbers = pd.DataFrame({"value": dict(values), "default": dict(DEFAULTS)}, dtype=object)
    return numbers.join(table[["unit", "source", "meaning"]]).rename_axis("name").reset_index()


@cache
def unit(name: str) -> str:
    """The unit of a convention.

    >>> unit("grace_days")
    'days'
    """
    return _DECLARED.at[name, "unit"]


def bounds(name: str) -> tuple[float, float]:
    """The least and the most that a convention may be.

    >>> bounds("LF1")
    (0, 1)
    """
    return _number(_DECLARED.at[name, "low"]), _number(_DECLARED.at[name, "high"])


def _written(name: str, given: Mapping[str, object]) -> str:
    if name in DEFAULTS:
        return str(given[name])
    return ""


def _fault(name: str, value: object) -> str:
    if name not in DEFAULTS:
        return f"no such convention{did_you_mean(name, DEFAULTS, 1)}"
    if name in PARAMETERS:
        return f"a parameter, not a convention of a study: give it as -p {name}=..."
    low, high = bounds(name)
    whole = isinstance(DEFAULTS[name], int)
    expected = f"expected a {'whole number' if whole else 'number'} from {low} to {high}"
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        return expected
    if not low <= value <= high or (whole and value != int(value)):
        return expected
    return ""
