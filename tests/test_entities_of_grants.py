"""Which entity of the company signs each grant of a team's list, as a column of its own tells."""

import pytest

from analysis.layout.words import says
from test_team_habits import agreements_of, questions, with_answers, workbook

ROWS = [
    ["Emploi et Dignité", "Courrier", "01/04/2021", "31/03/2023", 20000],
    ["Emploi et Dignité", "Banque", "01/07/2023", "31/12/2024", 15000],
    ["Unis-Cité", "Colis", "01/01/2021", "31/12/2023", 36000],
    ["Unis-Cité", "Colis", "01/01/2024", "31/12/2026", 39000],
    ["Fondation Entraide", "Banque", "01/02/2022", "31/01/2026", 96000],
    ["Cyber-Grange", "Colis", "01/09/2024", "31/08/2025", 9000],
]


def partnerships(folder, header: str, rows: list[list[object]] = ROWS):
    """The folder with a list of partnerships of which a column, under a header, may tell who signs."""
    head = ["Partenaire", header, "Début", "Fin", "Montant (€)"]
    return workbook(folder, {"Feuil1": [head, *rows]}, "suivi.xlsx")


def entities_of(agreements) -> set[str]:
    """The entities with which the partner of two directions has agreements."""
    is_of_both = agreements["partner_id"].str.contains("emploi")
    return set(agreements.loc[is_of_both, "entity"])


@pytest.mark.parametrize(
    "header", ["Direction métier", "Direction régionale", "Filiale", "Entité", "Business Unit"]
)
def test_a_header_that_surely_names_an_entity_tells_who_signs(tmp_path, header):
    folder = partnerships(tmp_path, header)
    assert entities_of(agreements_of(folder)) == {"Courrier", "Banque"}


@pytest.mark.parametrize("header", ["Agence", "Territoire", "Métier", "Pôle", "Branche"])
def test_what_may_be_an_entity_or_a_place_is_asked_where_it_matters(tmp_path, header):
    folder = partnerships(tmp_path, header)
    (question,) = questions(folder).values()
    assert f'funder = "{header}" | funder = ""' in question
    assert entities_of(agreements_of(with_answers(folder))) == {"Courrier", "Banque"}
    (folder / "study.toml").unlink()
    of_no_entity = with_answers(folder, (f'funder = "{header}"', 'funder = ""'))
    assert len(entities_of(agreements_of(of_no_entity))) == 1


def test_what_may_be_an_entity_is_not_asked_where_each_partner_has_one(tmp_path):
    of_one_each = [row for row in ROWS if row[1] != "Courrier"]
    folder = partnerships(tmp_path, "Pôle", of_one_each)
    assert agreements_of(folder)["entity"].nunique() == 1


@pytest.mark.parametrize("header", ["Entité", "Agence"])
def test_an_entity_that_some_rows_lack_is_asked_before_they_are_set_aside(tmp_path, header):
    rows = [["Emploi et Dignité", None, *ROWS[0][2:]], *ROWS[1:]]
    folder = partnerships(tmp_path, header, rows)
    (question,) = questions(folder).values()
    assert f'funder = "{header}" | funder = ""' in question


@pytest.mark.parametrize("beside", ["Commune", "SIRET"])
def test_places_in_lists_of_towns_or_registered_bodies_are_not_asked(tmp_path, beside):
    cells = {"Commune": "Brest", "SIRET": "44229377500016"}
    head = ["Bénéficiaire", "Département", "Début", "Fin", "Montant (€)", beside]
    rows = [[*row, cells[beside]] for row in ROWS]
    folder = workbook(tmp_path, {"Feuil1": [head, *rows]}, "subventions.xlsx")
    assert agreements_of(folder)["entity"].nunique() == 1


def test_directions_of_projects_and_bodies_that_receive_sign_nothing():
    others = ["Direction du projet", "Entité bénéficiaire", "Branche d'activité", "Dirección"]
    assert not any(says("entity that signs", header) for header in others)


DATED = ["Association", "Date de début", "Date de fin", "Montant (€)"]
NORTH = [["Amicale", "01/01/2018", "31/12/2018", 1000], ["Bouée", "01/02/2018", "31/01/2019", 2000]]
SOUTH = [
    ["Amicale", "01/03/2018", "31/12/2018", 1500],
    ["Cabane", "01/02/2019", "31/01/2020", 4000],
]


def by_sheets(folder, names: tuple[str, str], titles: tuple[str, ...] = ()):
    """The folder with a list in each of two sheets, below titles."""
    above = [[[title]] for title in titles] or [[], []]
    sheets = {
        name: [*title, DATED, *rows]
        for name, title, rows in zip(names, above, (NORTH, SOUTH), strict=True)
    }
    return workbook(folder, sheets, "suivi.xlsx")


@pytest.mark.parametrize(
    ("names", "titles"),
    [
        (("Direction Nord", "Direction Sud"), ()),
        (
            ("Direction Nord", "Direction Sud"),
            ("Partenariats Direction Nord", "Partenariats Direction Sud"),
        ),
        (("Nord", "Sud"), ("Partenariats Direction Nord", "Partenariats Direction Sud")),
        (("Filiale Colis", "Filiale Banque"), ()),
        (("Niederlassung Nord", "Niederlassung Süd"), ()),
    ],
)
def test_lists_called_parts_of_a_company_are_asked_which_they_are_of(tmp_path, names, titles):
    folder = by_sheets(tmp_path, names, titles)
    (question,) = questions(folder).values()
    assert "funder = " in question and "entity = " not in question
    agreements = agreements_of(with_answers(folder))
    of_amicale = agreements[agreements["partner_id"].eq("amicale")]
    assert {*of_amicale["entity"]} == {*names} == {*agreements["entity"]}
    one_funder = [(f'funder = "{name}"', 'funder = "La Poste"') for name in names]
    (folder / "study.toml").unlink()
    assert {*agreements_of(with_answers(folder, *one_funder))["entity"]} == {"La Poste"}


@pytest.mark.parametrize(
    "names", [("Culture", "Sport"), ("2018", "2019"), ("Associations", "Écoles")]
)
def test_lists_of_themes_or_years_are_of_one_funder(tmp_path, names):
    assert agreements_of(by_sheets(tmp_path, names))["entity"].nunique() == 1


def test_beside_them_the_head_office_is_asked_too(tmp_path):
    names = ("Direction Nord", "Direction Sud", "Siège")
    lists = (NORTH, SOUTH, [["Dune", "01/01/2019", "31/12/2021", 9000]])
    sheets = {name: [DATED, *rows] for name, rows in zip(names, lists, strict=True)}
    folder = workbook(tmp_path, sheets, "suivi.xlsx")
    assert {*agreements_of(with_answers(folder))["entity"]} == {*names}


def test_one_list_called_so_among_others_is_of_no_entity(tmp_path):
    folder = by_sheets(tmp_path, ("Direction Nord", "Culture"))
    assert agreements_of(folder)["entity"].nunique() == 1
