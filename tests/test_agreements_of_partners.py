"""One agreement with several partners, each on a row of its own: asked, since one of them alone
would count.
"""

import pytest

from analysis.run.check_data import check
from test_team_habits import HEAD, MORE, TWO, agreements_of, questions, with_answers, workbook

WITH_TWO = ["C1", "Bouée", *TWO[0][2:]]  # the row of Alpha again, with another partner
PAID = ["N° contribution", "N° convention", "Année", "Sens", "Nature", "Valeur (€)"]


def answered(folder, answer: str):
    """The agreements once study.toml says what such rows are."""
    key = ('table = "agreements"', f'table = "agreements"\nsame_reference = "{answer}"')
    return agreements_of(with_answers(folder, key))


@pytest.mark.parametrize(
    ("answer", "partners", "total"),
    [
        ("shared", {"Alpha", "Bouée"}, 3000),
        ("apart", {"Alpha", "Bouée"}, 6000),
        ("once", {"Alpha"}, 3000),
    ],
)
def test_an_agreement_told_with_several_partners_is_asked(tmp_path, answer, partners, total):
    folder = workbook(tmp_path, {"Conventions": [HEAD, TWO[0], WITH_TWO, *MORE]})
    (message,) = questions(folder).values()
    assert "(C1)" in message and f'same_reference = "{answer}"' in message
    agreements = answered(folder, answer)
    of_one = agreements[
        agreements["agreement_id"].str.startswith("C1 ") | agreements["agreement_id"].eq("C1")
    ]
    assert set(of_one["partner_id"]) == partners
    assert of_one["planned_amount_eur"].sum() == total


def test_payments_of_a_shared_agreement_are_of_its_first_partner(tmp_path):
    paid = [PAID, ["V1", "C1", 2016, "vers le partenaire", "Numéraire", 10]]
    sheets = {"Conventions": [HEAD, TWO[0], WITH_TWO], "Versements": paid}
    agreements = answered(workbook(tmp_path, sheets), "shared")
    assert agreements.set_index("agreement_id")["partner_id"].to_dict() == {
        "C1": "Alpha",
        "C1 Bouée": "Bouée",
    }


@pytest.mark.parametrize(
    "row",
    [
        ["C1", "Bouée", "Sud", *TWO[0][3:5], 2000],  # its part of the amount
        ["C1", "Bouée", "Nord", "01/01/2017", "31/12/2019", 3000],  # numbered anew
        ["C1", "ALPHA", *TWO[0][2:]],
        ["C1", *TWO[0][1:]],
    ],
)
def test_other_rows_of_one_number_are_not_asked_whose_they_are(tmp_path, row):
    folder = workbook(tmp_path, {"Conventions": [HEAD, TWO[0], row, *MORE]})
    assert not any('"shared"' in str(fault) for fault in check(folder).faults)


def test_an_agreement_that_two_sheets_tell_with_other_names_counts_once(tmp_path):
    sheets = {"2016": [HEAD, TWO[0], *MORE], "Toutes": [HEAD, ["C1", "Alphaa", *TWO[0][2:]], *MORE]}
    agreements = agreements_of(workbook(tmp_path, sheets), accept_guesses=True)
    assert agreements["agreement_id"].eq("C1").sum() == 1
