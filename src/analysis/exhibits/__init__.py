"""The study's figures and tables: one function per id, indicator + drawing + words + data; one module per family."""

import re
from functools import cache
from importlib import import_module
from inspect import signature
from pathlib import Path

from analysis.declare.faults import Fault, Refused, did_you_mean, refusal
from analysis.read import parallel


@cache
def modules() -> dict[str, str]:
    """The module of each exhibit, by id: found by the names of functions, so that only what is asked for is imported.

    >>> modules()["F22R"]
    'territories'
    """
    files = sorted(Path(__file__).parent.glob("*.py"))
    found = {
        file.stem: re.findall(
            r"^def ([A-Z]\d+[A-Z]?)\(", file.read_text(encoding="utf-8"), re.MULTILINE
        )
        for file in files
    }
    return {name: module for module, names in found.items() for name in names}


def build(study, name: str, **options):
    """The exhibit of this id for a study, for instance `build(study, "F3", by="domain")`.

    An id that does not exist is refused with the nearest ones; data that do not support the exhibit raise
    `exhibit.Unsupported`, which says why in words.
    """
    if name not in modules():
        raise refusal(
            "exhibit", f"no such exhibit{did_you_mean(name, modules(), told=len(modules()))}", name
        )
    function = getattr(import_module(f"analysis.exhibits.{modules()[name]}"), name)
    allowed = list(signature(function).parameters)[1:]
    if wrong := [option for option in options if option not in allowed]:
        told = f"{name} has no such option" + (
            f", it has {' and '.join(allowed)}" if allowed else ""
        )
        raise Refused(
            [Fault("exhibit", None, "", "parameter", option, told) for option in wrong], 2
        )
    made = function(study, **options)
    parallel.release()
    return made
