"""What names the edition that a study makes, among those that a ledger of releases holds."""

from collections.abc import Iterator

from analysis.declare import parameters
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.edition import Edition
from analysis.study.filters import FILTERS

# Parameters that make no other edition: intervals are no wider or narrower for other relations.
NO_CHOICE = ("data", "lang", "audience", "day", "confidence", "thresholds")
NESTED = ("region", "department", "level", "entity")  # filters of which a relation has one value
_PLACES = {"region": "department"}  # filters of places, and those of the places in them


def edition_of(study) -> Edition:
    """The edition that a study makes: another choice of method counts as another day, whether the
    command moved a convention or the study's own file.

    It lies `within` each filter that all of its relations share, as a department within its
    region, and several within theirs.
    """
    values = study.parameters.model_dump()
    choices = {
        name: parameters.command_value(values[name])
        for name in parameters.moved(study.parameters)
        if name not in (*NO_CHOICE, *study.filters)
    }
    in_force = sorted(study.conventions.items())
    if moved := {name: number for name, number in in_force if number != DEFAULTS[name]}:
        choices["thresholds"] = parameters.command_value(moved)
    day = " ".join([str(study.day.date()), *(f"{name}={text}" for name, text in choices.items())])
    filters = [(name, str(value)) for name, value in study.filters.items()]
    return Edition(day, tuple(sorted(filters)), tuple(_shared_filters(study)))


def _shared_filters(study) -> Iterator[tuple[str, str]]:
    """The filters, other than those of a study, that would keep all of its relations."""
    for name, place in FILTERS.items():
        if name not in study.filters and place.column in NESTED:
            values = study.relations[place.column]
            is_one = values.nunique() == 1 or _PLACES.get(name) in study.filters
            if is_one and len(values) and values.notna().all():
                yield name, "|".join(sorted(values.astype("str").unique()))
