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
