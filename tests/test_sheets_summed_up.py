"""A sheet with a row for each of the others, and what these add up to, lists nothing of its own."""

import pytest

from analysis import clean
from test_team_programme import workbook

HEADER = ["Association partenaire", "Action", "Du", "Au", "Montant €"]
OF_WEST = [
    ["Secours rural", "Épicerie", "2022-01-01", "2024-12-31", 9000],
    ["Jeunes d’ici", "Volontaires", "2022-09-01", "2023-08-31", 6500],
]
OF_SOUTH = [
    ["Créer ensemble", "Microcrédit", "2022-04-01", "2025-03-31", 18000],
    ["Budget clair", "Conseil", "2023-01-01", "2025-12-31", 15000],
]


def directions_with(recap: list[list], *, subtotal: bool) -> dict[str, list[list]]:
    """The sheets of two directions behind one that sums them up."""
    sheets = {"Récap": [["Direction", "Nombre", "Montant €"], *recap]}
    for name, rows in (("Dir. Ouest", OF_WEST), ("Dir. Sud", OF_SOUTH)):
        total = [["Sous-total", None, None, None, sum(row[-1] for row in rows)]]
        sheets[name] = [HEADER, *rows, *(total if subtotal else [])]
    return sheets


def rule_of_recap(folder) -> set[str]:
    """Why the rows of the sheet that sums up are set aside."""
    counts = clean.clean(folder, accept_guesses=True).ledger
    is_aside = counts["source"].str.endswith("Récap") & counts["action"].eq("set aside")
    return {*counts.loc[is_aside, "rule"]}


@pytest.mark.parametrize("subtotal", [True, False])
def test_the_totals_of_other_sheets_list_nothing(tmp_path, subtotal):
    recap = [["Dir. Ouest", 2, 15500], ["Dir. Sud", 2, 33000], ["Total", 4, 48500]]
    folder = workbook(tmp_path / "d", directions_with(recap, subtotal=subtotal))
    assert rule_of_recap(folder) == {"recapitulation"}
    agreements = clean.clean(folder, accept_guesses=True).tables["agreements"]
    assert agreements["planned_amount_eur"].sum() == 48500


def test_other_amounts_than_those_of_the_sheets_are_no_totals(tmp_path):
    recap = [["Dir. Ouest", 2, 15500], ["Dir. Sud", 2, 40000]]
    folder = workbook(tmp_path / "d", directions_with(recap, subtotal=True))
    assert "recapitulation" not in rule_of_recap(folder)
