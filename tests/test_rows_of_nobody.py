"""Rows that name nobody of those who received, of much of the money: asked, and left out if so."""

import pytest

from test_changed_amounts import GRANTED, answered, asked, rows, total, written

HEADER = "Association;Date;Montant"


@pytest.mark.parametrize(
    "name",
    [
        "Aides aux particuliers",
        "Divers bénéficiaires",
        "Divers",
        "Autres subventions < 1000 €",
        "Subventions inférieures à 1 500 €",
        "Soziale Unterstützung an Einzelpersonen",
        "Subventionen unter € 1.200,--",
        "Sonstige",
        "Kleinbeträge",
        "Other grants under £1,000",
        "Subsidies aan particulieren",
        "Ayudas a particulares",
        "Contributi a privati",
    ],
)
def test_what_many_together_received_is_asked(tmp_path, name):
    written(tmp_path, [HEADER, *rows(), f"{name};2018-07-05;5000"])
    assert f"« {name} »" in asked(tmp_path)
    assert total(answered(tmp_path)) == GRANTED


def test_they_count_if_the_answer_says_so(tmp_path):
    written(tmp_path, [HEADER, *rows(), "Divers;2018-07-05;5000"])
    assert total(answered(tmp_path, '["Divers"]', "[]")) == GRANTED + 5000


def test_a_little_money_of_nobody_is_not_asked(tmp_path):
    written(tmp_path, [HEADER, *rows(), "Sonstige;2018-07-05;100"])
    assert total(tmp_path) == GRANTED + 100


@pytest.mark.parametrize(
    "name",
    [
        "Fédération des particuliers employeurs",
        "Divers-Cité",
        "Aide aux familles du Rhône ADMR",
        "Small Grants Foundation",
        "Autres regards",
    ],
)
def test_names_of_somebody_are_not_asked(tmp_path, name):
    written(tmp_path, [HEADER, *rows(), f"{name};2018-07-05;5000"])
    assert total(tmp_path) == GRANTED + 5000
