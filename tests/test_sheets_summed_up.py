"""A sheet with a row for each of the others, and what these add up to, lists nothing of its own."""

import pytest

from analysis import clean, layout
from analysis.run import check_data
from raw_lists import as_read, kept_of
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


def rules_of_recap(folder) -> set[str]:
    """Why the rows of the sheet that sums up are set aside as the files are read."""
    parts, _strays, _faults = clean.parts_of(folder, layout.study_file(folder))
    (block,) = [part.block for part in parts if part.block.source.endswith("Récap")]
    return {aside.rule for aside in block.aside}


@pytest.mark.parametrize(("subtotal", "unit"), [(True, 1), (False, 1), (True, 1000)])
def test_the_totals_of_other_sheets_list_nothing(tmp_path, subtotal, unit):
    amounts = [amount / unit for amount in (15500, 33000, 48500)]
    recap = [["Dir. Ouest", 2, amounts[0]], ["Dir. Sud", 2, amounts[1]], ["Total", 4, amounts[2]]]
    folder = workbook(tmp_path / "d", directions_with(recap, subtotal=subtotal))
    assert rules_of_recap(folder) == {"recapitulation"}
    grants = kept_of(as_read(folder)[0]["grants"])
    assert grants["amount"].sum() == 48500


def test_other_amounts_than_those_of_the_sheets_are_no_totals(tmp_path):
    recap = [["Dir. Ouest", 2, 15500], ["Dir. Sud", 2, 40000]]
    folder = workbook(tmp_path / "d", directions_with(recap, subtotal=True))
    assert "recapitulation" not in rules_of_recap(folder)


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


AGREEMENTS = [
    ["N° convention", "Partenaire", "Direction", "Date de début", "Date de fin prévue", "Montant"],
    ["C1", "Alpha", "DR Nord", "2014-01-01", "2016-12-31", 30000],
    ["C2", "Beta", "DR Nord", "2014-05-01", "2016-04-30", 20000],
    ["C3", "Gamma", "DR Sud", "2015-01-01", "2017-12-31", 45000],
    ["C4", "Delta", "DR Sud", "2015-06-01", "2016-05-31", 10000],
]
BY_PARTNER = [["Alpha", 30000], ["Beta", 20000], ["Gamma", 45000], ["Delta", 10000]]
SUMS = {  # name of the sheet, its rows
    "of entities": (
        "Synthèse",
        [["Direction", "Nombre", "Montant"], ["DR Nord", 2, 50000], ["DR Sud", 2, 55000]],
    ),
    "with a total": (
        "Tableau de bord",
        [["Direction", "Montant"], ["DR Sud", 55000], ["DR Nord", 50000], ["Total", 105000]],
    ),
    "in thousands": ("Feuil2", [["Dir.", "k€"], ["DR Nord", 50], ["DR Sud", 55]]),
    "of years": ("Summary", [["Année", "Montant (€)"], [2014, 50000], [2015, 55000]]),
    "of partners": ("Récap", [["Partenaire", "Montant (€)"], *BY_PARTNER, ["Total", 105000]]),
}
TOTAL = ["Total", 4, 104000]
NO_SUMS = {
    "another amount": (
        "Synthèse",
        [
            ["Direction", "Nombre", "Montant (€)"],
            ["DR Nord", 2, 49000],
            ["DR Sud", 2, 55000],
            TOTAL,
        ],
    ),
    "some only": ("Autres", [["Partenaire", "Montant (€)"], *BY_PARTNER[:2]]),
    "the same again": ("Autres aides", [["Partenaire", "Montant (€)"], *BY_PARTNER]),
}


@pytest.mark.parametrize("case", SUMS)
def test_a_sheet_of_what_agreements_add_up_to_is_left_aside(tmp_path, case):
    sheet, rows = SUMS[case]
    folder = workbook(tmp_path / "d", {"Conventions": AGREEMENTS, sheet: rows})
    rows_by_table, asked = as_read(folder)
    assert not asked and list(rows_by_table) == ["agreements"]
    assert rows_by_table["agreements"]["planned_amount_eur"].sum() == 105000


def test_the_ledger_tells_that_such_a_sheet_sums_up(tmp_path):
    sheet, rows = SUMS["with a total"]
    result = clean.clean(workbook(tmp_path / "d", {"Conventions": AGREEMENTS, sheet: rows}))
    of_sheet = result.ledger[result.ledger["source"].str.endswith(sheet)]
    assert {*of_sheet["rule"]} <= {"recapitulation", "no known layout", ""}
    assert result.tables["agreements"]["planned_amount_eur"].sum() == 105000


@pytest.mark.parametrize("left_out", ["En négociation", "Refusée"])
def test_a_sheet_of_sums_may_leave_out_what_is_refused_and_knows_no_copies(tmp_path, left_out):
    statuses = ["Statut", "En cours", left_out, "En cours", "Terminée"]
    rows = [[*row, status] for row, status in zip(AGREEMENTS, statuses, strict=True)]
    recap = [["Direction", "Montant"], ["DR Nord", 30000], ["DR Sud", 55000]]
    sheets = {"Conventions": rows, "Conventions (2)": rows, "Synthèse": recap}
    folder = workbook(tmp_path / "d", sheets)
    parts, _strays, _faults = clean.parts_of(folder, layout.study_file(folder))
    (block,) = [part.block for part in parts if part.block.sheet == "Synthèse"]
    assert {aside.rule for aside in block.aside} == {"recapitulation"}


@pytest.mark.parametrize("case", NO_SUMS)
def test_of_a_sheet_that_adds_up_to_something_else_it_is_asked_first_whether_it_is_data(
    tmp_path, case
):
    sheet, rows = NO_SUMS[case]
    folder = workbook(tmp_path / "d", {"Conventions": AGREEMENTS, sheet: rows})
    faults = [fault for fault in check_data.check(folder).faults if fault.file.endswith(sheet)]
    assert len(faults) == 1 and "[[source]]" in faults[0].message
