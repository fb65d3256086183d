"""A list of what partners got in each year, beside the grants that it adds up, lists nothing."""

from pathlib import Path

import pytest

from analysis import clean
from analysis.run import check_data
from raw_lists import as_read, counted
from test_team_programme import workbook

GRANTS = ["Association;Date;Montant", "Amicale;01/03/2019;1000", "Bouée;15/04/2020;2000"]
SUMS = ["Association;2019;2020", "Amicale;1000;", "Bouée;;2000"]
LIST = [
    ["Association", "Date de notification", "Montant accordé", "Objet"],
    ["Amicale", "2019-03-01", 700, "Atelier"],
    ["Amicale", "2019-09-01", 300, "Sortie"],
    ["Bouée", "2019-04-01", 2000, "Voile"],
    ["Amicale", "2020-03-03", 1100, "Atelier"],
    ["Dune", "2020-09-01", 500, "Sable"],
]
MATRIX = [
    ["Association", 2019, 2020, "Total"],
    ["Amicale", 1000, 1100, 2100],
    ["Bouée", 2000, None, 2000],
    ["Dune", None, 500, 500],
    ["Total", 3000, 1600, 4600],
]
ONE_BELOW_THE_OTHER = [
    ["Association", "Année", "Montant"],
    ["Amicale", 2019, 1000],
    ["Bouée", 2019, 2000],
    ["Amicale", 2020, 1100],
    ["Dune", 2020, 500],
]


def files(folder: Path, **rows_by_stem: list[str]) -> Path:
    folder.mkdir()
    for stem, rows in rows_by_stem.items():
        (folder / f"{stem}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def money(folder: Path) -> float:
    return clean.clean(folder, accept_guesses=True).tables["contributions"]["value_eur"].sum()


def questions(folder: Path, name: str) -> list[str]:
    """What is asked of a sheet or file."""
    faults = check_data.check(folder).faults
    return [fault.message for fault in faults if name in fault.file and fault.rule == "question"]


def test_a_file_of_sums_by_partner_and_year_is_left_aside(tmp_path):
    folder = files(tmp_path / "d", dons=GRANTS, recap=SUMS)
    assert not check_data.check(folder).faults
    result = clean.clean(folder)
    assert result.tables["contributions"]["value_eur"].sum() == 3000
    counts = result.ledger
    of_recap = counts[counts["source"].eq("recap.csv")]
    assert {*of_recap["rule"]} == {"recapitulation", ""}
    by_action = of_recap.groupby("action")["rows"].sum()
    assert by_action["read"] == by_action["set aside"] == 2


@pytest.mark.parametrize("rows", [MATRIX, ONE_BELOW_THE_OTHER], ids=["matrix", "rows"])
@pytest.mark.parametrize("name", ["Synthèse", "Summary", "Feuil2"])
def test_so_is_a_sheet_whatever_it_is_called(tmp_path, name, rows):
    folder = workbook(tmp_path / "d", {"Dons": LIST, name: rows})
    assert counted(folder) == 4600


def test_so_are_the_sums_of_the_sheets_of_several_years(tmp_path):
    of_2019, of_2020 = ([LIST[0], *LIST[1:4]], [LIST[0], *LIST[4:]])
    folder = workbook(tmp_path / "d", {"2019": of_2019, "2020": of_2020, "Synthèse": MATRIX})
    assert counted(folder) == 4600


def test_of_sums_of_which_one_cell_differs_it_is_asked_whether_they_are(tmp_path):
    other = [list(row) for row in MATRIX]
    other[1][1] = 1200
    folder = workbook(tmp_path / "d", {"Dons": LIST, "Feuil2": other})
    (question,) = questions(folder, "Feuil2")
    assert "undecided" in question
    assert money(folder) == 4600  # as drafted: left out


def test_two_equal_amounts_in_an_unnamed_list_are_asked(tmp_path):
    folder = files(tmp_path / "d", dons=GRANTS, aides=SUMS)
    assert questions(folder, "aides")


@pytest.mark.parametrize("amounts", [(900, 40, 2000, 80), (1000, 30, 60, 500)])
def test_grants_of_another_list_stay_grants(tmp_path, amounts):
    first, second, third, fourth = amounts
    rows = [
        ["Association", 2019, 2020],
        ["Amicale", first, second],
        ["Bouée", third, None],
        ["Dune", None, fourth],
    ]
    folder = workbook(tmp_path / "d", {"Dons": LIST, "Aides": rows})
    rows_by_table, asked = as_read(folder)
    assert not any("Aides" in question for question in asked)
    assert rows_by_table["grants"]["amount"].sum() == 4600 + sum(amounts)


def test_of_two_lists_by_year_neither_sums_up_the_other(tmp_path):
    folder = files(tmp_path / "d", dons=SUMS, aides=[SUMS[0], "Cabane;70;80", "Amicale;1000;90"])
    _rows_by_table, asked = as_read(folder)
    assert not any("undecided" in question for question in asked)


def test_sums_beside_a_list_of_agreements_are_left_aside(tmp_path):
    agreements = [
        [
            *("N° convention", "Partenaire", "Direction", "Date de début"),
            *("Date de fin prévue", "Montant"),
        ],
        ["C1", "Alpha", "Nord", "2014-01-01", "2016-12-31", 30000],
        ["C2", "Beta", "Nord", "2014-05-01", "2016-04-30", 20000],
        ["C3", "Alpha", "Sud", "2015-01-01", "2017-12-31", 45000],
    ]
    sums = [["Partenaire", "2014", "2015"], ["Alpha", 30000, 45000], ["Beta", 20000, None]]
    folder = workbook(tmp_path / "d", {"Conventions": agreements, "Synthèse": sums})
    tables = clean.clean(folder).tables
    assert tables["agreements"]["planned_amount_eur"].sum() == 95000
    assert "contributions" not in tables
