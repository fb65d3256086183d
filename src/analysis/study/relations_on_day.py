"""The relations of a cleaned folder as known on a day, and as they would be under other choices."""

import pandas as pd

from analysis import relations
from analysis.declare.faults import unknown
from analysis.study.cleaned_folder import CleanedFolder

KEYS = {"identifier": "identifier_key", "name": "name_key", "both": "partner_id"}


def relations_known(
    folder: CleanedFolder, day: pd.Timestamp, grace_days: int, silence_months: int
) -> pd.DataFrame:
    """Every relation known on a day."""
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


def relations_otherwise(
    folder: CleanedFolder,
    day: pd.Timestamp,
    grace_days: int,
    silence_months: int,
    *,
    whole_group: bool = False,
    identity: str = "",
) -> pd.DataFrame:
    """Every relation had the group been taken as one, or by another rule of who is who."""
    if not identity and not whole_group:
        return relations_known(folder, day, grace_days, silence_months)
    windows, holes = folder.raw("windows"), folder.raw("holes")
    agreements = identified_agreements(folder, identity) if identity else folder.raw("agreements")
    if whole_group:
        agreements = agreements.assign(entity="all")
        sides = {"first": [windows["first"].min()], "last": [windows["last"].max()]}
        windows = pd.DataFrame({"entity": ["all"]} | sides)
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


def identified_agreements(folder: CleanedFolder, identity: str) -> pd.DataFrame:
    """The agreements of the partners that another rule of who is who knows."""
    if identity not in KEYS:
        raise unknown("identity", identity, KEYS, 3)
    key = KEYS[identity]
    named = folder.raw("identities").dropna(subset=key).rename(columns={"end": "until"})
    named = named[["agreement_id", "entity", "start", "until"]].assign(partner_id=named[key])
    recorded = ["agreement_id", "signed_on", "planned_end", "end", "tacit_renewal", "previous_id"]
    recorded = folder.raw("agreements")[[*recorded, "end_reason"]]
    agreements = named.merge(recorded, on="agreement_id", how="left")
    unrecorded = ~agreements["agreement_id"].isin(recorded["agreement_id"])
    planned = agreements["planned_end"].mask(unrecorded, agreements["until"])
    return agreements.assign(planned_end=planned)
