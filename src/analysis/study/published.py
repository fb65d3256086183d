"""The exhibits of a study as its audience may see them: found by id, built, and disclosed by what
each declares.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib import import_module
from inspect import signature
from pathlib import Path

from analysis.article.brief import Brief
from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.declare.faults import Fault, Refused, did_you_mean, refusal
from analysis.disclosure import audiences, findings
from analysis.read import memory
from analysis.study.withholding import is_in_no_edition, withheld
from analysis.text.messages import say

_EXHIBITS = Path(__file__).parent.parent / "exhibits"
# Of one partner, who consents to it: no release is planned with them.
PORTRAITS = ("P1", "P2", "P3")


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
        near = did_you_mean(id, module_by_id, told=len(module_by_id))
        raise refusal("exhibit", f"no such exhibit{near}", id)
    return getattr(import_module(f"analysis.exhibits.{module_by_id[id]}"), id)


def build(study, id: str, **options):
    """The exhibit of this id as the study team sees it, for instance `build(study, "F3",
    by="domain")`.

    Data that do not support the exhibit raise `exhibit.Unsupported`, which says why in words.
    """
    refuse_other_options(id, options)
    built = function(id)(study, **options)
    memory.release()
    return built


def refuse_other_options(id: str, options: Iterable[str], frames: Iterable[str] = ()) -> None:
    """Raise Refused where an exhibit has none of these options; told are those that it has, and the
    `frames` that it takes.
    """
    allowed = list(signature(function(id)).parameters)[1:]
    expected = f"{id} has no such option"
    if allowed:
        expected += f", it has {' and '.join(allowed)}"
    if takes := " and ".join(frames):
        expected += (
            f", and takes the frames {takes}" if allowed else f", it takes the frames {takes}"
        )
    faults = [
        Fault("exhibit", None, "", "parameter", option, expected)
        for option in options
        if option not in allowed
    ]
    if faults:
        raise Refused(faults, 2)


def marked_as_changed(built, *, has_own_result: bool):
    """A built exhibit of a frame that was changed by hand, with a mark. Rows that were chosen are
    counted in its scope; where a result was changed, nothing tells of which rows it is, and the
    scope is said to be that of the study's own.
    """
    marked = replace(built, changed=say("own_figure.changed"))
    if not (has_own_result and isinstance(built, Exhibit)):
        return marked
    return replace(marked, scope=say("own_figure.changed_scope", scope=built.scope))


def exhibit_for_audience(study, id: str, **options):
    """The exhibit as the study's audience may see it, or the words that say why there is none; so
    for one that is in no edition of those planned to leave the team (`is_in_no_edition`).
    """
    audience = study.parameters.audience
    other = {name: value for name, value in options.items() if value != _usual(id, name)}
    if is_in_no_edition(study.with_rows, other, needs_no_plan=id in PORTRAITS):
        return Unsupported(say("withheld.no_edition"), id, audience)
    try:
        return for_audience(study, build(study, id, **options))
    except Unsupported as unsupported:
        return Unsupported(unsupported.reason, unsupported.id or id, audience)


def _usual(id: str, option: str) -> object:
    """What a figure takes where an option is not given; None where it has none of this name."""
    option_by_name = signature(function(id)).parameters
    if option in option_by_name:
        return option_by_name[option].default
    return None


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
