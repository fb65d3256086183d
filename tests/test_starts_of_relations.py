"""Since when recipients are partners, beside what they received each year: no start of a grant."""

import openpyxl
import pytest

from analysis import clean
from analysis.declare.faults import Refused
from test_false_totals import answered, money, question, write

PAID = [  # who, in which year, partner since when
    *(("Alpha", year, 2021) for year in (2021, 2022, 2023, 2024)),
    *(("Bravo", year, 2022) for year in (2022, 2023)),
    ("Charlie", 2024, 2024),
]
IN_ALL = 1000.0 * len(PAID)


def payments(folder, header: str) -> None:
    write(folder, header, [f"{name};{year};{since};1000" for name, year, since in PAID])


@pytest.mark.parametrize(
    "header",
    [
        "Association;Année;Début du partenariat;Montant (€)",
        "Association;Année;Partenaire depuis;Montant (€)",
        "Grantee;Year;Partner since;Amount (€)",
        "Verein;Jahr;Partnerschaft seit;Betrag (€)",
    ],
)
def test_the_start_of_a_partnership_is_none_of_its_payments(tmp_path, header):
    payments(tmp_path, header)
    result = clean.clean(tmp_path)
    agreements = result.tables["agreements"]
    assert len(agreements) == len(PAID) and agreements["planned_end"].dt.year.max() == 2024
    assert money(result) == IN_ALL


def test_columns_of_years_keep_each_year_beside_the_start_of_the_partnership(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["Association", "Début du partenariat", 2021, 2022, 2023])
    for row in (["Alpha", 2021, 100, 100, 100], ["Bravo", 2022, None, 50, 50]):
        sheet.append(row)
    workbook.save(tmp_path / "soutiens.xlsx")
    starts = clean.clean(tmp_path).tables["agreements"]["start"].dt.year
    assert sorted(starts) == [2021, 2022, 2022, 2023, 2023]


@pytest.mark.parametrize(
    "header",
    ["Association;Année;Début;Montant (€)", "Grantee;Year;Start date;Amount (€)"],
)
def test_a_start_long_before_the_payments_is_asked(tmp_path, header):
    payments(tmp_path, header)
    assert 'planned_start = ""' in question(tmp_path)
    result = answered(tmp_path)
    assert len(result.tables["agreements"]) == len(PAID) and money(result) == IN_ALL


def test_a_start_of_each_grant_is_asked_how_long_they_run(tmp_path):
    payments(tmp_path, "Association;Année;Début;Montant (€)")
    with pytest.raises(Refused) as refused:
        answered(tmp_path, 'planned_start = ""', 'planned_start = "Début"')
    (fault,) = refused.value.faults
    assert 'planned_end = "en cours"' in fault.message


def test_starts_shortly_before_their_dates_are_taken(tmp_path):
    lines = [f"{name};15/06/{year};01/01/{year};1000" for name, year, _since in PAID]
    write(tmp_path, "Association;Date de versement;Date de début;Montant (€)", lines)
    agreements = clean.clean(tmp_path).tables["agreements"]
    assert len(agreements) == len(PAID) and agreements["start"].dt.month.eq(1).all()


def test_a_year_in_the_header_of_amounts_is_that_of_the_payments(tmp_path):
    lines = [f"{name};{2014 + number};100" for number, name in enumerate("ABCDEF")]
    write(tmp_path, "Association;Début;Montant 2024", lines)
    assert 'planned_start = ""' in question(tmp_path)
    assert answered(tmp_path).tables["agreements"]["start"].dt.year.eq(2024).all()
