"""Agreements and grants of no money of which a cell says that they were in kind."""

import pytest

from analysis.clean import clean
from analysis.run import check_data
from raw_lists import accepted
from test_team_habits import workbook

HEAD = ["Association partenaire", "Action", "Du", "Au", "Montant €", "Décision"]
WEST = [
    HEAD,
    ["Club A", "Épicerie", "01/01/2022", "31/12/2024", 9000, "OK"],
    ["Club B", "Service civique", "01/09/2022", "31/08/2023", 6500, "OK"],
    ["Club C", "Mobilier", "15/11/2023", "14/11/2024", 0, "en nature seulement"],
    ["Sous-total", None, None, None, 15500, None],
]
SOUTH = [
    HEAD,
    ["Club D", "Microcrédit", "01/04/2022", "31/03/2025", 18000, "OK"],
    ["Club E", "Prévention", "01/06/2023", "31/05/2024", 5000, "OK"],
    ["Club F", "Prévention", "01/01/2026", "31/12/2028", 7000, "KO – refusé"],
    ["Sous-total", None, None, None, 23000, None],
]
RECAPITULATION = [
    ["Direction", "Nombre", "Montant €"],
    ["Dir. Ouest", 3, 15500],
    ["Dir. Sud", 2, 23000],
    ["Total", 5, 38500],
]


def directions(folder, recapitulation=RECAPITULATION, west=WEST):
    sheets = {"Récap": recapitulation, "Dir. Ouest": west, "Dir. Sud": SOUTH}
    return workbook(folder, sheets, "Partenariats.xlsx")


def agreements_of(folder, draft: str):
    """The agreements of a folder whose draft is accepted, with the day that it proposes."""
    return accepted(folder, draft.replace("# day", "day"), day="2026-11-01").tables["agreements"]


@pytest.mark.parametrize("amount", [0, None])
def test_a_draft_counts_agreements_in_kind_alone(tmp_path, amount):
    west = [[*row[:4], amount, row[5]] if row[0] == "Club C" else row for row in WEST]
    folder = directions(tmp_path, west=west)
    checked = check_data.check(folder)
    assert '"Décision" = []' in checked.draft
    assert any('"Décision" = ["KO – refusé"]' in fault.message for fault in checked.faults)
    agreements = agreements_of(folder, checked.draft)
    assert (len(agreements), agreements["planned_amount_eur"].sum()) == (5, 38500)


def test_a_draft_counts_grants_in_kind_alone(tmp_path):
    lines = ["Association;Date;Montant;Décision", "Club A;01/02/2018;900;OK"]
    lines += ["Club B;01/03/2018;0;en nature seulement", "Club C;01/03/2018;500;Refusée"]
    (tmp_path / "subventions.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    draft = check_data.check(tmp_path).draft
    assert '"en nature seulement" = "granted"' in draft
    assert len(agreements_of(tmp_path, draft)) == 2


def test_no_money_and_nothing_in_kind_is_no_agreement(tmp_path):
    of_nothing = ["rien en nature ni en argent", "sans don en nature", "à revoir"]
    rows = [["Club C", f"Mobilier {words}", *WEST[3][2:5], words] for words in of_nothing]
    folder = directions(tmp_path, west=[*WEST[:3], *rows, WEST[4]])
    assert len(agreements_of(folder, check_data.check(folder).draft)) == 4


def test_a_grant_of_no_money_of_which_a_remark_says_in_kind_counts(tmp_path):
    in_kind = ["en nature seulement", "in kind only", "nur Sachspenden"]
    lines = ["Association;Date;Montant;Remarque"]
    lines += [f"Club {words};01/02/2018;0;{words}" for words in in_kind]
    lines += ["Club B;01/03/2018;500;", "Club C;01/03/2018;0;"]
    (tmp_path / "subventions.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    partners = clean(tmp_path, day="2018-12-31").tables["partners"]
    assert {*partners["name"]} == {"Club B", *(f"Club {words}" for words in in_kind)}
