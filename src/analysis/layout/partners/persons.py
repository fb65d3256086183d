"""Whether a sheet lists persons, who are no partners."""

from analysis.layout.headers.contacts import names_a_contact
from analysis.layout.headers.header_matching import matched
from analysis.read import Block, folded

FIRST_NAME = {"prenom", "prenoms", "firstname", "givenname", "forename", "vorname", "voornaam"}
FIRST_NAME |= {"nombredepila", "fornavn", "fornamn", "civilite"}
# What somebody is within an organisation.
FIRST_NAME |= {"fonction", "jobtitle", "position", "funktion", "functie", "cargo", "ruolo"}
SURNAME = {
    "nom",
    "nomdefamille",
    "name",
    "lastname",
    "surname",
    "nachname",
    "achternaam",
    "cognome",
}
SURNAME |= {"naam", "nombre", "nome", "imie", "namn", "navn"}


def lists_persons(block: Block) -> bool:
    """Whether a block lists persons (who are no partners): first names or titles beside surnames,
    or names on a sheet of contacts.

    A list that names its partners elsewhere ("Nom du partenaire") may name a contact of each too.
    """
    names = {folded(header) for header in matched(block, "partners").get("name", ())}
    is_of_contacts = names_a_contact(block.sheet)
    tells_persons = is_of_contacts or not FIRST_NAME.isdisjoint(map(folded, block.columns))
    return names <= SURNAME and tells_persons
