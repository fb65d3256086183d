"""Statements of accounts, one a sheet, that partners hand in: their lines are no recipients of grants."""

import openpyxl
import pytest

from analysis import clean
from analysis.clean.sheets.sources import parts_of
from analysis.layout.shapes.statements import stands_as_statement
from analysis.layout.study_file import study_file
from analysis.run import check_data
from raw_lists import block_of

FRENCH = [
    *("Subventions publiques", "Dons et mécénat", "Ventes et prestations", "Cotisations"),
    *("Total des produits", "Total des charges", "Résultat"),
]
ENGLISH = ["Public grants", "Donations", "Sales", "Total income", "Total expenditure", "Surplus"]
GERMAN = ["Zuschüsse", "Spenden", "Sonstige Erträge", "Aufwendungen", "Jahresüberschuss"]

PURPOSES = ["Subvention au club", "Dons aux écoles", "Mécénat du musée", "Achats de vélos", "Prêt"]


def statement(lines, corner: str = "Compte de résultat", years=("2015", "Exercice 2016", "2017")):
    rows = [
        [line, *(1000 * n + year for year in range(len(years)))] for n, line in enumerate(lines)
    ]
    return [[corner, *years], *rows]


@pytest.mark.parametrize("lines", [FRENCH, ENGLISH, GERMAN, ["Subventions", "Dons", "Ventes"]])
def test_lines_of_accounts_beside_years_are_a_statement(lines):
    header, *rows = statement(lines)
    assert stands_as_statement(block_of(header, *rows))


@pytest.mark.parametrize(
    ("lines", "years"),
    [
        (["Judo club", "Dons du cœur", "Foyer rural", "Radio Bocage", "Emmaüs"], ("2015", "2016")),
        (FRENCH, ("2015", "Montant")),  # another column tells more
        (FRENCH[:2], ("2015", "2016")),
        (PURPOSES, ("2015", "2016")),
        (["Grants to schools", "Gifts for toys", "Donations", "Sales of work"], ("2015", "2016")),
        (["Produits du terroir", "Charges", "Dons"], ("2015", "Lieu")),
    ],
)
def test_names_or_further_columns_are_none(lines, years):
    header, *rows = statement(lines, years=years)
    assert not stands_as_statement(block_of(header, *rows))


def test_statements_are_told_once_and_no_line_of_them_is_a_grant(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in ("Judo club", "Emmaüs"):
        sheet = book.create_sheet(name)
        for row in statement(FRENCH, years=(2015, 2016, 2017)):
            sheet.append(row)
    book.save(tmp_path / "comptes.xlsx")
    lines = [f"C{n};Judo club {n};Ouest;01/01/2016;31/12/2018;{1000 * n}" for n in range(1, 7)]
    text = "\n".join(["N° convention;Partenaire;Direction;Début;Fin prévue;Montant", *lines])
    (tmp_path / "conventions.csv").write_text(text + "\n", encoding="utf-8")
    _parts, _strays, faults = parts_of(tmp_path, study_file(tmp_path))
    (fault,) = faults
    assert "état de comptes" in fault.message and fault.file == "comptes.xlsx#Judo club"
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    assert "comptes.xlsx" not in draft
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    cleaned = clean.clean(tmp_path, day="2019-12-31")
    assert cleaned.tables["agreements"]["planned_amount_eur"].sum() == 21000
    assert any("comptes.xlsx" in remark for remark in cleaned.remarks)
