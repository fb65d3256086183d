"""What names the edition that a study makes, and which relations an edition looks at."""

from collections.abc import Iterator

import pandas as pd

from analysis.declare import parameters
from analysis.declare.conventions import DEFAULTS
from analysis.declare.faults import Refused
from analysis.disclosure.edition import Edition
from analysis.study.filters import FILTERS, kept_relations

# Parameters that make no other edition: intervals are no wider or narrower for other relations.
NO_CHOICE = ("data", "lang", "audience", "day", "confidence", "thresholds")
NESTED = ("region", "department", "level", "entity")  # filters of which a relation has one value
_PLACES = {"region": "department"}  # filters of places, and those of the places in them


def edition_of(study) -> Edition:
    """The edition that a study makes: another choice of method counts as another day, whether the
    command moved a convention or the study's own file.
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
    filters = sorted((name, str(value)) for name, value in study.filters.items())
    return Edition(day, tuple(filters))


def with_relations(edition: Edition, study) -> Edition:
    """The edition with the relations that it would look at on the day of a study; with none where it
    asks for a partner who is known no more.
    """
    try:
        kept = kept_relations(study.all_relations, dict(edition.filters), study.folder)
    except Refused:
        return edition
    return edition.looking_at(frozenset(kept["relation_id"]), frozenset(_shared(kept, edition)))


def _shared(relations: pd.DataFrame, edition: Edition) -> Iterator[str]:
    own = {name for name, _value in edition.filters}
    for name, place in FILTERS.items():
        if name not in own and place.column in NESTED:
            values = relations[place.column]
            is_one = values.nunique() == 1 or _PLACES.get(name) in own
            if is_one and len(values) and values.notna().all():
                yield "|".join(sorted(values.astype("str").unique()))
