"""The relations of a study as known on its day, and as they would be under other choices."""

import numpy as np
import pandas as pd

from analysis import relations
from analysis.declare.faults import unknown
from analysis.study import filters
from analysis.study.once import once

_KEYS = {"identifier": "identifier_key", "name": "name_key", "both": "partner_id"}


def all_known(study) -> pd.DataFrame:
    """Every relation known on the day, before the filters."""
    choices = (study.day, study.parameters.grace_days, study.conventions["silence_months"])
    relations_on_day = study.folder.shared(
        "relations as known", lambda: _known(study.folder, *choices), *choices
    )
    return relations_on_day.copy(deep=False)


def in_scope(study, all_relations: pd.DataFrame) -> pd.DataFrame:
    """Those of the relations that the filters and choices by hand keep, own columns beside them."""
    in_filters = filters.kept_relations(all_relations, study.filters, study.folder)
    return study.own.applied(in_filters)


def followed(study) -> pd.DataFrame:
    """The relations whose start is seen, followed up to the settled day of their source."""
    rows, grace_days = study.relations, study.parameters.grace_days
    settled = relations.settled(rows, study.seen_until(rows), grace_days, study.raw("holes"))
    return settled[settled["start_seen"].astype("bool")]


@once
def alive(study) -> np.ndarray:
    """Which relations in scope have not ended, among those whose source still sees."""
    relations_in_scope = study.relations
    is_silent = _is_of_silent_source(study, relations_in_scope)
    return (relations_in_scope["status"].ne("ended") & ~is_silent).to_numpy()


@once
def leaves_silent_sources_out(study) -> bool:
    """Whether a relation of the whole study has not ended, but is of a source that sees no more."""
    every_relation = study.all_relations
    is_silent = _is_of_silent_source(study, every_relation)
    return bool((every_relation["status"].ne("ended") & is_silent).any())


def _is_of_silent_source(study, relations_of_entities: pd.DataFrame) -> pd.Series:
    silence = pd.DateOffset(months=study.conventions["silence_months"])
    last_seen = study.seen_until(relations_of_entities)
    entity, holes = relations_of_entities["entity"], study.raw("holes")
    last_day = relations.last_days_before_silence(entity, last_seen, study.windows, holes)
    return last_day < study.day - silence


def rechained(
    study, *, grace_days: int | None = None, whole_group: bool = False, identity: str = ""
) -> pd.DataFrame:
    """The relations in scope had another choice been made.

    Another grace, one relation per partner with the whole group, or another rule of who is who
    (known for all relations together, so without filters).

    >>> from analysis import explore
    >>> study = explore.open("demo")
    >>> len(study.rechained(grace_days=720)) < len(study.relations)
    True
    """
    if grace_days is None:
        grace_days = study.parameters.grace_days
    choices = (study.day, grace_days, study.conventions["silence_months"])
    if whole_group or identity:
        chained = _known_otherwise(study.folder, *choices, whole_group, identity)
    else:
        chained = _known(study.folder, *choices)
    return in_scope(study, chained)


def _known(folder, day: pd.Timestamp, grace_days: int, silence_months: int) -> pd.DataFrame:
    ids, signs_of_life = folder.shared("signs of life", folder.numbered_signs_of_life)
    return relations.as_known_on(
        folder.chains,
        day,
        grace_days=grace_days,
        windows=folder.raw("windows"),
        last_sign=relations.signs_of_life(ids, day, signs_of_life),
        holes=folder.raw("holes"),
        silence_months=silence_months,
    )


def _known_otherwise(
    folder,
    day: pd.Timestamp,
    grace_days: int,
    silence_months: int,
    whole_group: bool,
    identity: str,
) -> pd.DataFrame:
    windows, holes = folder.raw("windows"), folder.raw("holes")
    if identity:
        agreements = _identified_agreements(folder, identity)
    else:
        agreements = folder.raw("agreements")
    if whole_group:
        agreements = agreements.assign(entity="all")
        windows = windows.assign(entity="all").groupby("entity", as_index=False)
        windows = windows.agg({"first": "min", "last": "max", "last_start": "max"})
        holes = None  # a hole of one source is none of all
    chained = relations.in_chains(agreements, folder.raw("partners"))
    signs = relations.signs_of_life(chained["agreement_id"], day, folder.signs_of_life())
    return relations.as_known_on(
        chained,
        day,
        grace_days=grace_days,
        windows=windows,
        last_sign=signs,
        holes=holes,
        silence_months=silence_months,
    )


def _identified_agreements(folder, identity: str) -> pd.DataFrame:
    if identity not in _KEYS:
        raise unknown("identity", identity, _KEYS, 3)
    key = _KEYS[identity]
    named = folder.raw("identities").dropna(subset=key).rename(columns={"end": "until"})
    named = named[["agreement_id", "entity", "start", "until"]].assign(partner_id=named[key])
    recorded = ["agreement_id", "signed_on", "planned_end", "end", "tacit_renewal", "previous_id"]
    recorded = folder.raw("agreements")[[*recorded, "end_reason"]]
    agreements = named.merge(recorded, on="agreement_id", how="left")
    unrecorded = ~agreements["agreement_id"].isin(recorded["agreement_id"])
    planned = agreements["planned_end"].mask(unrecorded, agreements["until"])
    return agreements.assign(planned_end=planned)
