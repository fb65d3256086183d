"""Who is who: one partner under several spellings. Identifiers first, then names; what is likely but not sure is proposed for review."""

import math

import numpy as np
import pandas as pd

from analysis import cells


def normalised(names: pd.Series) -> pd.Series:
    """Names as compared: without case, accents, punctuation or double spaces; missing where nothing is left.

    >>> normalised(pd.Series(["Les Amis-de-l'École ", "LES AMIS DE L ECOLE"])).tolist()
    ['les amis de l ecole', 'les amis de l ecole']
    """
    folded = cells.fold(names)
    return folded.mask(folded.eq(""))


def identify(records: pd.DataFrame, aliases: pd.DataFrame | None = None, rule: str = "both") -> pd.DataFrame:
    """The partner of each record, by its identifier and by its name.

    `records` holds `identifier` (clean, missing where unknown) and `name`. `identifier_key` and `name_key` are what each
    says alone. `partner_id` follows the rule: "identifier" (missing without one), "name" (the exact normalised name), or
    "both": the identifier, and without one the partner that alone bears the name; a name that several identifiers bear is a
    partner of its own. `aliases` (`partner, same_as, decision`: names or partner_id, and "same" or "different") are the
    team's decisions: both sides of "same" are one partner, whose key is that of `same_as`.

    >>> records = pd.DataFrame({"identifier": ["732829320", None, None], "name": ["Ain Rugby", "AIN-RUGBY", "Judo"]})
    >>> identify(records)["partner_id"].tolist()
    ['732829320', '732829320', 'judo']
    """
    identifier = records["identifier"].astype("str")
    name = normalised(records["name"])
    same = _same(aliases)
    identifier_key, name_key = identifier.replace(same), name.replace(same)
    if rule == "identifier":
        partner = identifier_key
    elif rule == "name":
        partner = name_key
    else:
        bearers = pd.DataFrame({"name": name_key, "identifier": identifier_key}).dropna().drop_duplicates()
        alone = bearers.drop_duplicates("name", keep=False).set_index("name")["identifier"]
        partner = identifier_key.fillna(name_key.map(alone)).fillna(name_key)
    found = {"partner_id": partner.replace(same), "identifier_key": identifier_key, "name_key": name_key}
    return pd.DataFrame(found, index=records.index).astype("str")


def _same(aliases: pd.DataFrame | None) -> dict[str, str]:
    """Each key that the team declared the same as another -> the key at the end of the chain."""
    if aliases is None or aliases.empty:
        return {}
    said = aliases[aliases["decision"].astype("str").str.casefold().isin(["same", "même", "meme", "oui", "yes"])]
    sides = [said[side].astype("str") for side in ("partner", "same_as")]
    keys = [side.where(side.str.fullmatch(r"[A-Z]*\d[\dA-Z]*"), normalised(side)) for side in sides]
    chain = {left: right for left, right in zip(*keys, strict=True) if left != right}
    ends = {}
    for start in chain:
        seen, end = {start}, chain[start]
        while end in chain and end not in seen:
            seen.add(end)
            end = chain[end]
        ends[start] = end
    return ends
