"""The exhibits of a study as its audience may see them: found by id, built, and disclosed by what
each declares.
"""

import re
from dataclasses import replace
from functools import cache
from importlib import import_module
from inspect import signature
from pathlib import Path

from analysis.article.brief import Brief
from analysis.article.captions import Unsupported
from analysis.declare.faults import Fault, Refused, did_you_mean, refusal
from analysis.disclosure import audiences, findings
from analysis.read import memory
from analysis.study.withholding import withheld

_EXHIBITS = Path(__file__).parent.parent / "exhibits"


@cache
def modules() -> dict[str, str]:
    """The module of each exhibit, by id.

    They are found by the names of functions, so that only what is asked for is imported.

    >>> modules()["F22"]
    'territories'
    """
    module_of = {}
    for file in sorted(_EXHIBITS.glob("*.py")):
        source = file.read_text(encoding="utf-8")
        names = re.findall(r"^def ([A-Z]\d+[A-Z]?)\(", source, re.MULTILINE)
        module_of |= dict.fromkeys(names, file.stem)
    return module_of


def function(id: str):
    """The function that builds the exhibit of this id; an unknown id is refused, with the nearest."""
    module_by_id = modules()
    if id not in module_by_id:
        raise refusal(
            "exhibit",
            f"no such exhibit{did_you_mean(id, module_by_id, told=len(module_by_id))}",
            id,
        )
    return getattr(import_module(f"analysis.exhibits.{module_by_id[id]}"), id)


def build(study, id: str, **options):
    """The exhibit of this id as the study team sees it, for instance `build(study, "F3",
    by="domain")`.

    Data that do not support the exhibit raise `exhibit.Unsupported`, which says why in words.
    """
    made_by = function(id)
    allowed = list(signature(made_by).parameters)[1:]
    expected = f"{id} has no such option"
    if allowed:
        expected += f", it has {' and '.join(allowed)}"
    wrong = [option for option in options if option not in allowed]
    if wrong:
        faults = [Fault("exhibit", None, "", "parameter", option, expected) for option in wrong]
        raise Refused(faults, 2)
    built = made_by(study, **options)
    memory.release()
    return built


def exhibit_for_audience(study, id: str, **options):
    """The exhibit as the study's audience may see it, or the words that say why there is none."""
    try:
        return for_audience(study, build(study, id, **options))
    except Unsupported as unsupported:
        audience = study.parameters.audience
        return Unsupported(unsupported.reason, unsupported.id or id, audience)


def for_audience(study, built):
    """A built exhibit as the study's audience may see it; `Unsupported` where it may not."""
    audience, limits = study.parameters.audience, study.conventions
    if audience == "team":
        return built
    hold_back = withheld(study.with_rows)
    if isinstance(built, Brief):
        published_data = findings.public_brief(built, audience, limits, hold_back)
    else:
        horizon = study.parameters.horizon_months
        published_data = audiences.disclosed(
            built, audience, horizon=horizon, withheld=hold_back, limits=limits
        )
    return replace(published_data, audience=audience)
