"""Rows that name nobody of those who received, of much of the money: asked, and left out if so."""

import pytest

from analysis.layout.rows.rows_of_nobody import rows_of_nobody
from analysis.run.check_data import check
from raw_lists import accepted, block_of
from test_changed_amounts import GRANTED, rows, total, written

HEADER = "Association;Date;Montant"


def names_of_nobody(name: str) -> dict[str, list[str]]:
    """The names that are asked in a list of which one row of much money has a name."""
    head = HEADER.split(";")
    lines = [line.split(";") for line in [*rows(), f"{name};2018-07-05;5000"]]
    columns = {"recipient": (head[0],), "date": (head[1],), "amount": (head[2],)}
    return rows_of_nobody(block_of(head, *lines), columns)


@pytest.mark.parametrize(
    "name",
    [
        *("Aides aux particuliers", "Divers bénéficiaires", "Divers"),
        *("Autres subventions < 1000 €", "Subventions inférieures à 1 500 €"),
        *("Soziale Unterstützung an Einzelpersonen", "Subventionen unter € 1.200,--", "Sonstige"),
        *("Kleinbeträge", "Other grants under £1,000", "Subsidies aan particulieren"),
        *("Ayudas a particulares", "Contributi a privati"),
    ],
)
def test_names_say_what_many_together_received(name):
    assert names_of_nobody(name) == {"Association": [name]}


def test_what_many_together_received_is_asked_and_counts_if_the_answer_says_so(tmp_path):
    written(tmp_path, [HEADER, *rows(), "Divers;2018-07-05;5000"])
    checked = check(tmp_path)
    assert "« Divers »" in " ".join(map(str, checked.faults))
    for answers, given in (((), GRANTED), ([('["Divers"]', "[]")], GRANTED + 5000)):
        tables = accepted(tmp_path, checked.draft, *answers).tables
        assert tables["contributions"]["value_eur"].sum() == given


def test_a_little_money_of_nobody_is_not_asked(tmp_path):
    written(tmp_path, [HEADER, *rows(), "Sonstige;2018-07-05;100"])
    assert total(tmp_path) == GRANTED + 100


@pytest.mark.parametrize(
    "name",
    [
        *("Fédération des particuliers employeurs", "Divers-Cité"),
        *("Aide aux familles du Rhône ADMR", "Small Grants Foundation", "Autres regards"),
    ],
)
def test_names_of_somebody_are_not_asked(name):
    assert names_of_nobody(name) == {}
