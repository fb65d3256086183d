"""Headers of the persons to whom one speaks, and rows that are told once for each of them."""

import re
from collections.abc import Mapping

import pandas as pd

from analysis.read import Block, folded

# Folded headers of the person to speak to; "referentie" is a reference.
_CONTACT = re.compile(
    r"(?:(?:nom|prenom|name|nombre|nome|naam|personn?a?e?|pessoa|principal|main|lead)s?"
    r"(?:de|du|des|of|del|di|do|van)?)?"
    r"(?:contact(?:s$|o|e|p|n|$|[dv])|contatt[oi]|contato|kontakt|referent(?!ie)|interlocut|ansprechp"
    r"|ansprechs|aanspreekp|correspondant)|personadiriferimento"
)
# Of what else is told of a person.
_OF_A_PERSON = re.compile(
    r"(?:e?mail|courriel|telefoon|telefono?|telephone|tel(?:$|\d|du|de|contact|fix|port)|phone|mobile|portable"
    r"|fonction|funktion|functie|funcion|jobtitle|prenom|firstname|vorname|voornaam|civilite|anrede)"
)


def names_a_contact(header: str) -> bool:
    """Whether a header names the persons to whom one speaks, who are no part of a study.

    >>> names_a_contact("Referente di progetto"), names_a_contact("Nom du contact")
    (True, True)
    >>> names_a_contact("Referentienummer"), names_a_contact("Contract")
    (False, False)
    """
    return _CONTACT.match(folded(header)) is not None


def tells_of_a_person(header: str) -> bool:
    """Whether a header names a contact, or tells of one: a function, an address, a number.

    >>> tells_of_a_person("Fonction contact"), tells_of_a_person("Email"), tells_of_a_person("Montant")
    (True, True, False)
    """
    return names_a_contact(header) or _OF_A_PERSON.match(folded(header)) is not None


def told_once_a_contact(block: Block, columns: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The headers in all of which several rows of a recipient are equal, that differ in nothing but
    the persons whom they name: one grant, as a tool of contacts exports it for each of them. None
    where no rows are so.
    """
    of_persons = [header for header in block.columns if tells_of_a_person(header)]
    telling = tuple(header for header in block.columns if header not in of_persons)
    is_dated = not {"date", "planned_start"}.isdisjoint(columns)
    if not of_persons or not is_dated or not {"recipient", "amount"} <= columns.keys():
        return ()
    codes = pd.DataFrame({name: block.columns[name].codes for name in block.columns})
    is_named = codes[columns["recipient"][0]].ge(0)
    again = codes[is_named & codes.duplicated([*telling], keep=False)]
    persons_of_one = again.groupby([*telling])[of_persons].nunique()
    if persons_of_one.gt(1).any(axis=None):
        return telling
    return ()
