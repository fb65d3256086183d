"""What a study withholds from its audience beyond the rules of each figure."""

import json
from collections.abc import Mapping
from pathlib import Path

from analysis.declare.parameters import Parameters, command_value
from analysis.disclosure.companions import companions, possible_companions
from analysis.disclosure.withheld import Withheld, possible_sizes, untold_sizes

_PARTS = ("region", "level")  # filters whose parts add up to the whole
FILE = "withheld.json"  # in a cleaned folder: what its releases withhold


def study_key(asked: Parameters) -> str:
    """What names an edition among others of its cleaned folder: its parameters, but language and
    place.
    """
    values = asked.model_dump(exclude={"data", "lang"})
    return " ".join(
        f"{name}={command_value(value)}" for name, value in values.items() if value != ""
    )


def records(folder: Path) -> dict[str, dict]:
    """What the editions of a cleaned folder withhold, by their keys; those that withhold nothing
    beyond their own numbers stand there too.
    """
    file = folder / FILE
    if file.is_file():
        return json.loads(file.read_text(encoding="utf-8"))
    return {}


def record_of_study(folder: Path, asked: Parameters) -> dict:
    """What an edition of a cleaned folder withholds; empty where it is nothing."""
    return records(folder).get(study_key(asked), {})


def is_in_no_edition(
    study, options: Mapping[str, object] | None = None, *, needs_no_plan: bool = False
) -> bool:
    """Whether nothing was planned for what a study tells, with these options of a figure, although
    its cleaned folder has editions that leave the team: what these tell of each other was worked
    out of their own relations, parameters and figures alone. What `needs_no_plan`, as the portrait
    of a partner who consents to it, is in none only where something of it was chosen by hand.
    """
    planned = records(study.folder.path)
    is_by_hand = study.own.chosen is not None or bool(study.own.frames) or bool(options)
    is_planned = (needs_no_plan or study_key(study.parameters) in planned) and not is_by_hand
    return bool(planned) and study.parameters.audience != "team" and not is_planned


def withheld(study) -> Withheld:
    """What a study withholds: by its own numbers, and because of what was released with it and
    before it.
    """
    return _withheld(study, record_of_study(study.folder.path, study.parameters))


def of_own_numbers(study) -> Withheld:
    """What a study withholds before any release is planned: a plan that took an earlier one for the
    figures' own rules would hand down nothing.
    """
    return _withheld(study, {})


def _withheld(study, record: dict) -> Withheld:
    limits = study.conventions
    sizes = untold_sizes(study.relations, limits)
    possible = possible_sizes(study.relations, limits)
    parts = [(by, value) for by, value in study.filters.items() if by in _PARTS]
    if parts:
        few = limits["secret_below"]
        sizes |= companions(study.all_relations, *parts[0], few)
        possible |= possible_companions(study.all_relations, *parts[0], few)
    return Withheld.of_record(record, sizes, possible)
