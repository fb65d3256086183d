"""Which entity of the company signs each grant of a team's list, as a column of its own tells."""

from itertools import compress

import pytest

from analysis.clean.sheets.sources import parts_of
from analysis.layout import OF_ENTITIES, study_file
from analysis.layout.headers.header_matching import match
from analysis.layout.headers.table_match import BY_WORDS
from analysis.layout.headers.words import says
from analysis.layout.partners.entities_of_grants import MAY_BE_ENTITY
from analysis.run.check_data import Checked, check
from raw_lists import accepted, block_of
from test_team_habits import agreements_of, workbook

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


def asked_of(checked: Checked) -> list[str]:
    """What is asked of a list, but for the day of the study."""
    return [fault.message for fault in checked.faults if fault.file.startswith("suivi.xlsx")]


def given(folder, checked: Checked, *answers: tuple[str, str]):
    """The agreements of a folder whose draft is accepted, but for answers that differ."""
    return accepted(folder, checked.draft, *answers, day="2018-12-31").tables["agreements"]


def entities_of(agreements) -> set[str]:
    """The entities with which the partner of two directions has agreements."""
    is_of_both = agreements["partner_id"].str.contains("emploi")
    return set(agreements.loc[is_of_both, "entity"])


def who_signs(header: str, rows: list[list[object]] = ROWS) -> tuple[str | None, str | None]:
    """The header that is taken for who signs, and how."""
    found = match(block_of(["Partenaire", header, "Début", "Fin", "Montant (€)"], *rows), "grants")
    (taken,) = found.columns.get("funder", (None,))
    return taken, found.how.get("funder")


SURE = ["Direction métier", "Direction régionale", "Filiale", "Entité", "Business Unit"]


@pytest.mark.parametrize("header", SURE)
def test_a_header_that_surely_names_an_entity_tells_who_signs(header):
    assert who_signs(header) == (header, BY_WORDS)


def test_agreements_are_of_the_entities_that_a_sure_header_tells(tmp_path):
    folder = partnerships(tmp_path, "Filiale")
    assert entities_of(agreements_of(folder)) == {"Courrier", "Banque"}


@pytest.mark.parametrize("header", ["Agence", "Territoire", "Métier", "Pôle", "Branche"])
def test_what_may_be_an_entity_or_a_place_is_doubted(header):
    assert who_signs(header) == (header, MAY_BE_ENTITY)


def test_what_may_be_an_entity_is_asked_where_it_matters(tmp_path):
    folder = partnerships(tmp_path, "Agence")
    checked = check(folder)
    (question,) = asked_of(checked)
    assert 'funder = "Agence" | funder = ""' in question
    assert entities_of(given(folder, checked)) == {"Courrier", "Banque"}
    of_no_entity = given(folder, checked, ('funder = "Agence"', 'funder = ""'))
    assert len(entities_of(of_no_entity)) == 1


def test_what_may_be_an_entity_is_not_asked_where_each_partner_has_one(tmp_path):
    of_one_each = [row for row in ROWS if row[1] != "Courrier"]
    folder = partnerships(tmp_path, "Pôle", of_one_each)
    assert agreements_of(folder)["entity"].nunique() == 1


@pytest.mark.parametrize("header", ["Entité", "Agence"])
def test_an_entity_that_some_rows_lack_is_doubted_before_they_are_set_aside(header):
    rows = [["Emploi et Dignité", None, *ROWS[0][2:]], *ROWS[1:]]
    assert who_signs(header, rows) == (header, MAY_BE_ENTITY)


@pytest.mark.parametrize("beside", ["Commune", "SIRET"])
def test_places_in_lists_of_towns_or_registered_bodies_are_not_asked(beside):
    cells = {"Commune": "Brest", "SIRET": "44229377500016"}
    head = ["Bénéficiaire", "Département", "Début", "Fin", "Montant (€)"]
    assert "funder" in match(block_of(head, *ROWS), "grants").columns
    rows = [[*row, cells[beside]] for row in ROWS]
    assert "funder" not in match(block_of([*head, beside], *rows), "grants").columns


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


CALLED_PARTS = ["Direction Nord", "Filiale Colis", "Niederlassung Süd"]
CALLED_OTHERWISE = ["Culture", "Sport", "2018", "2019", "Associations", "Écoles"]


def test_names_say_a_part_of_a_company():
    called = [name for name in CALLED_PARTS + CALLED_OTHERWISE if says("part of a company", name)]
    assert called == CALLED_PARTS


NAMES, TITLES = ("Direction Nord", "Direction Sud"), ("Dons Direction Nord", "Dons Direction Sud")


@pytest.mark.parametrize(("names", "titles"), [(NAMES, ()), (("Nord", "Sud"), TITLES)])
def test_lists_called_parts_of_a_company_are_asked_which_they_are_of(tmp_path, names, titles):
    folder = by_sheets(tmp_path, names, titles)
    checked = check(folder)
    (question,) = asked_of(checked)
    assert "funder = " in question and "entity = " not in question
    agreements = given(folder, checked)
    of_amicale = agreements[agreements["partner_id"].eq("amicale")]
    assert {*of_amicale["entity"]} == {*names} == {*agreements["entity"]}
    one_funder = [(f'funder = "{name}"', 'funder = "La Poste"') for name in names]
    assert {*given(folder, checked, *one_funder)["entity"]} == {"La Poste"}


def names_asked(folder) -> list[str]:
    """The funders of which it is asked whether they are those of lists that are called so."""
    parts, _strays, _faults = parts_of(folder, study_file(folder, None))
    is_asked = [any(doubt.reason == OF_ENTITIES for doubt in part.mapping.doubts) for part in parts]
    return [part.mapping.constants["funder"] for part in compress(parts, is_asked)]


def test_the_name_of_a_sheet_and_not_the_title_in_it_is_asked(tmp_path):
    assert names_asked(by_sheets(tmp_path, NAMES, TITLES)) == [*NAMES]


@pytest.mark.parametrize(
    "names", [("Culture", "Sport"), ("2018", "2019"), ("Associations", "Écoles")]
)
def test_lists_of_themes_or_years_are_of_one_funder(tmp_path, names):
    assert names_asked(by_sheets(tmp_path, names)) == []


def test_beside_them_the_head_office_is_asked_too(tmp_path):
    names = ("Direction Nord", "Direction Sud", "Siège")
    lists = (NORTH, SOUTH, [["Dune", "01/01/2019", "31/12/2021", 9000]])
    sheets = {name: [DATED, *rows] for name, rows in zip(names, lists, strict=True)}
    folder = workbook(tmp_path, sheets, "suivi.xlsx")
    assert names_asked(folder) == [*names]


def test_one_list_called_so_among_others_is_of_no_entity(tmp_path):
    folder = by_sheets(tmp_path, ("Direction Nord", "Culture"))
    assert agreements_of(folder)["entity"].nunique() == 1
