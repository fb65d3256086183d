"""The relations and terms that a team's report keeps, so that a later edition can be compared with
it.
"""

import pandas as pd

from analysis import explore
from analysis.exhibits import key_numbers, renewals
from analysis.relations import membership
from analysis.relations.holes import settled_days
from analysis.study import relations_on_day

_COLUMNS = [
    "relation_id",
    "partner_id",
    "entity",
    "start",
    "end",
    "last_known",
    "status",
    "cause",
    "interruptions",
    "ended",
    "start_seen",
    "entry",
]


def relations_to_keep(study: explore.Study) -> pd.DataFrame:
    """The relations in scope: who, from when to when, up to when their source sees, whether it
    lives, and its key lines.
    """
    relations = study.relations[_COLUMNS].reset_index(drop=True)
    last_seen, grace_days = study.seen_until(study.relations), study.parameters.grace_days
    settled_day = settled_days(study.relations, last_seen, grace_days, study.raw("holes"))
    names = study.only("partners", "partner_id", "name").set_index("partner_id")["name"]
    alive = relations_on_day.alive(study)
    lines = study.lines[list(key_numbers.LINES_TOLD)].reset_index(drop=True)
    return relations.assign(
        name=relations["partner_id"].map(names),
        last_seen=last_seen.to_numpy(),
        settled_day=settled_day.to_numpy(),
        alive=alive,
        **lines,
    )


def kept_terms(study: explore.Study) -> pd.DataFrame:
    """What became of each agreement's term: agreement, relation, partner, entity, term, whether it
    was renewed (missing: not known yet).
    """
    terms = renewals.terms(study)
    agreements = study.only("agreements", "agreement_id", "partner_id", "entity", "start")
    relation = membership(agreements, study.relations)
    terms = terms.assign(
        agreement_id=agreements["agreement_id"].reindex(terms.index),
        relation_id=relation.reindex(terms.index),
    )
    columns = ["agreement_id", "relation_id", "partner_id", "entity", "term", "renewed"]
    return terms[columns].reset_index(drop=True)
