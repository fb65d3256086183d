"""Headers of the persons to whom one speaks."""

import re

from analysis.read import folded

# Folded headers of the person to speak to; "referentie" is a reference.
_CONTACT = re.compile(
    r"(?:(?:nom|prenom|name|nombre|nome|naam|personn?a?e?|pessoa|principal|main|lead)s?"
    r"(?:de|du|des|of|del|di|do|van)?)?"
    r"(?:contact(?:s$|o|e|p|n|$|[dv])|contatt[oi]|contato|kontakt|referent(?!ie)|interlocut|ansprechp"
    r"|ansprechs|aanspreekp|correspondant)|personadiriferimento"
)


def names_a_contact(header: str) -> bool:
    """Whether a header names the persons to whom one speaks, who are no part of a study.

    >>> names_a_contact("Referente di progetto"), names_a_contact("Nom du contact")
    (True, True)
    >>> names_a_contact("Referentienummer"), names_a_contact("Contract")
    (False, False)
    """
    return _CONTACT.match(folded(header)) is not None
