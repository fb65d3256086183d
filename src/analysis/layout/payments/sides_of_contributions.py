"""Which way contributions went, as a column says of who gave them or of who received them."""

import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.layout.headers.words import says, which_say
from analysis.parse.column import Read

GROUP, PARTNER = "to group", "to partner"


def directions(texts: pd.Series, header: str) -> Read:
    """Which way contributions went: by words for it, or by a side under a header that says whether
    it gave or received.

    >>> directions(pd.Series(["nous", "partenaire"]), "Qui apporte")[0].tolist()
    ['to partner', 'to group']
    >>> directions(pd.Series(["nous", "vers le partenaire"]), "Reçu par")[0].tolist()
    ['to group', 'to partner']
    """
    direction, wrong = parse.categories(texts, schema.columns("contributions")["direction"])
    receiver = _receivers(texts)
    if _is_of_givers(header):
        direction = direction.fillna(receiver.replace({GROUP: PARTNER, PARTNER: GROUP}))
    elif _is_of_receivers(header):
        direction = direction.fillna(receiver)
    return direction, wrong[direction.reindex(wrong.index).isna()]


def are_sides(texts: pd.Series) -> bool:
    """Whether all texts name a side of a partnership, and both of them are named.

    >>> are_sides(pd.Series(["Le Groupe", "L'association"])), are_sides(pd.Series(["nous", "Adie"]))
    (True, False)
    """
    receiver = _receivers(texts)
    return bool(receiver.notna().all() and receiver.nunique() == 2)


def tells_directions(texts: pd.Series, header: str) -> bool:
    """Whether a header says who gave, or who received, and all texts under it name a side."""
    return is_of_a_side(header) and len(texts) > 0 and bool(_receivers(texts).notna().all())


def is_of_a_side(header: str) -> bool:
    """Whether a header says who gave or who received ("Apporteur", "Reçu par")."""
    return _is_of_givers(header) or _is_of_receivers(header)


def _receivers(texts: pd.Series) -> pd.Series:
    """Each text as the direction of what the side that it names receives; missing where none."""
    direction = pd.Series(pd.NA, index=texts.index, dtype="str")
    direction = direction.mask(which_say("side of the group", texts), GROUP)
    return direction.mask(which_say("side of the partner", texts), PARTNER)


def _is_of_givers(header: str) -> bool:
    return says("who contributes", header) or says("where money leaves", header)


def _is_of_receivers(header: str) -> bool:
    return says("who is contributed to", header) or says("where money goes", header)
