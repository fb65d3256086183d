"""A sheet with a row for each of the others, and what these add up to, lists nothing of its own."""

import pytest

from analysis import clean
from analysis.run import check_data
from test_agreements_in_kind import RECAPITULATION, directions
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


@pytest.mark.parametrize(("subtotal", "unit"), [(True, 1), (False, 1), (True, 1000)])
def test_the_totals_of_other_sheets_list_nothing(tmp_path, subtotal, unit):
    amounts = [amount / unit for amount in (15500, 33000, 48500)]
    recap = [["Dir. Ouest", 2, amounts[0]], ["Dir. Sud", 2, amounts[1]], ["Total", 4, amounts[2]]]
    folder = workbook(tmp_path / "d", directions_with(recap, subtotal=subtotal))
    assert rule_of_recap(folder) == {"recapitulation"}
    agreements = clean.clean(folder, accept_guesses=True).tables["agreements"]
    assert agreements["planned_amount_eur"].sum() == 48500


def test_other_amounts_than_those_of_the_sheets_are_no_totals(tmp_path):
    recap = [["Dir. Ouest", 2, 15500], ["Dir. Sud", 2, 40000]]
    folder = workbook(tmp_path / "d", directions_with(recap, subtotal=True))
    assert "recapitulation" not in rule_of_recap(folder)


def test_a_sheet_of_what_the_other_sheets_add_up_to_is_not_asked(tmp_path):
    checked = check_data.check(directions(tmp_path))
    assert 'sheet = "Récap"' not in checked.draft
    assert not any("Récap" in fault.file and fault.rule == "question" for fault in checked.faults)


@pytest.mark.parametrize(("row", "amount"), [(1, 15600), (2, 2300)])
def test_a_sheet_that_tells_other_sums_is_asked(tmp_path, row, amount):
    recapitulation = [list(line) for line in RECAPITULATION]
    recapitulation[row][2] = amount
    checked = check_data.check(directions(tmp_path, recapitulation))
    assert any("Récap" in fault.file and fault.rule == "question" for fault in checked.faults)
