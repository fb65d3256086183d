"""References of grants under the headers of six languages, and rows of which several bear one."""

import numpy as np
import pandas as pd
import pytest

from analysis.layout.header_matching import match
from analysis.read import Block, Coded
from raw_lists import cleaned
from test_counted_once import count
from test_false_totals import answered, money, question, write

THREE_YEARS = [
    f"G/{n};Alpha {n};{year};Year {number} of 3;{amount}"
    for n, amount in ((1, "2,000"), (2, "8,000"), (3, "5,000"), (4, "6,000"))
    for number, year in enumerate((2016, 2017, 2018), start=1)
]


@pytest.mark.parametrize(
    "header",
    [
        *("Grant ref", "Grant no.", "Grant No", "Grant reference", "Grant reference number"),
        *("Award ID", "Award number", "Project number", "Project ref", "Project ID"),
        *("Dossier n°", "N° subvention", "N° de subvention", "N° de projet", "Référence projet"),
        *("Projektnummer", "Projekt-Nr.", "Aktenzeichen", "Förderkennzeichen", "Bescheidnummer"),
        *("Projectnummer", "Dossiernummer", "Subsidienummer", "Zaaknummer"),
        *("Número de expediente", "Nº expediente", "Código del proyecto", "Número de proyecto"),
        *("Numero pratica", "Codice progetto", "N. pratica", "Numero progetto"),
    ],
)
def test_the_reference_of_a_grant_is_known_by_its_header(header):
    names = ["Association", "Date", "Montant", header]
    codes = np.arange(3, dtype=np.int32)
    cells = (["A", "B", "C"], ["2016-01-02"] * 3, ["10", "20", "30"], ["X1", "X2", "X3"])
    columns = {
        name: Coded(codes, pd.Series(list(values), dtype="str"))
        for name, values in zip(names, cells, strict=True)
    }
    found = match(Block("list.csv", 1, columns, np.arange(2, 5)), "grants")
    assert found.columns["reference"] == (header,)


@pytest.mark.parametrize("header", ["Grant ref", "Project number", "Reference"])
def test_instalments_of_one_reference_are_asked(tmp_path, header):
    """Amounts of which the mark may stand before cents are compared all the same."""
    write(tmp_path, f"{header};Organisation;Year;Instalment;Amount (£)", THREE_YEARS)
    assert 'same_reference = "once" | "last" | "add"' in question(tmp_path)


def test_instalments_that_differ_are_asked_too(tmp_path):
    lines = [f"{line[:-5]}{n + 2},500" for n, line in enumerate(THREE_YEARS)]
    write(tmp_path, "Grant ref;Organisation;Year;Instalment;Amount (£)", lines)
    assert "same_reference" in question(tmp_path)


def shared(header: str, amounts: list[int]) -> tuple[str, list[str]]:
    """Projects of two partners each, with the amount of the project on the row of both."""
    rows = [
        f"P-{n};{partner} {n};{1 + n % 9}.3.2017;{amount}"
        for n, amount in enumerate(amounts)
        for partner in ("Alpha", "Bravo")[: 1 + (n > 2)]
    ]
    return f"{header};Organisation;Datum;Bewilligungssumme (€)", rows


@pytest.mark.parametrize("header", ["Projektnummer", "Reference", "Grant ref", "N° de dossier"])
def test_a_few_amounts_that_partners_of_a_reference_share_are_asked(tmp_path, header):
    amounts = [60_000, 45_000, 30_000] * 4
    write(tmp_path, *shared(header, amounts))
    assert 'same_reference = "shared" | "add"' in question(tmp_path)
    assert money(answered(tmp_path)) == sum(amounts)


def test_fixed_rates_of_a_decision_to_many_are_not_asked(tmp_path):
    rows = [f"CP-{n % 4};Alpha {n};{1 + n % 4}.3.2017;{500 * (1 + n % 2)}" for n in range(24)]
    result = cleaned(
        tmp_path, "\n".join(["Référence de la décision;Association;Date;Montant", *rows])
    )
    assert count(result) == 24


# ---- payments of one number, on several days
def paid(again: int) -> list[str]:
    """Six grants, of which some are paid twice on other days."""
    first = [f"{n};Alpha {n};0{n}/03/2018;{100 * n + 1}" for n in range(1, 7)]
    return first + [f"{n};Alpha {n};0{n}/09/2018;{50 * n + 3}" for n in range(1, again + 1)]


@pytest.mark.parametrize("header", ["Project Number", "N° de dossier", "Aktenzeichen"])
@pytest.mark.parametrize(("name", "again"), [("liste", 4), ("2018_payments", 1)])
def test_payments_of_one_number_are_asked(tmp_path, header, name, again):
    rows = [f"{header};Organisation;Date;Amount (£)", *paid(again)]
    (tmp_path / f"{name}.csv").write_text("\n".join(rows), encoding="utf-8")
    assert 'same_reference = "add" | "apart"' in question(tmp_path)
    result = answered(tmp_path)
    total = sum(100 * n + 1 for n in range(1, 7)) + sum(50 * n + 3 for n in range(1, again + 1))
    assert (count(result), money(result)) == (6, total)
    assert count(answered(tmp_path, '"add"', '"apart"')) == 6 + again


def test_one_number_that_comes_again_is_not_asked(tmp_path):
    write(tmp_path, "Project Number;Organisation;Date;Amount (£)", paid(1))
    assert count(answered(tmp_path)) == 7


@pytest.mark.parametrize("reference", ["N° convention", "Réf. dossier", "Agreement number"])
@pytest.mark.parametrize(
    ("day", "amount"),
    [
        *(
            ("Date", "Montant versé"),
            ("Date de versement", "Montant"),
            ("Date de paiement", "Somme"),
        ),
        *(("Payment date", "Amount"), ("Date", "Amount paid")),
    ],
)
def test_a_number_below_payments_that_comes_again_is_asked(tmp_path, reference, day, amount):
    """Each payment counted as a grant, of which the second seemed to renew the first."""
    rows = [row.replace(";0", ";2") for row in paid(1)]
    write(tmp_path, f"{reference};Organisation;{day};{amount}", rows)
    assert 'same_reference = "add" | "apart"' in question(tmp_path)
    assert count(answered(tmp_path)) == 6


CONTACTS = [("Nom contact", "Fonction"), ("Contact", "Email"), ("Ansprechpartner", "Telefon")]


@pytest.mark.parametrize(("person", "beside"), CONTACTS)
def test_a_grant_told_once_for_each_contact_counts_once(tmp_path, person, beside):
    rows = [
        f"Alpha {n};0{1 + n}.03.2017;28.02.2018;{1000 * (n + 1)};Person {who};tells {who}"
        for n in range(6)
        for who in range(1 + n % 3)
    ]
    write(tmp_path, f"Association;Début;Fin;Montant;{person};{beside}", rows)
    assert "same_reference" in question(tmp_path)
    assert money(answered(tmp_path)) == 21_000


def test_equal_grants_of_one_contact_each_are_not_asked(tmp_path):
    rows = [f"Alpha {n};0{1 + n}.03.2017;{1000 * (n + 1)};Person {n}" for n in range(6)]
    text = "\n".join(["Association;Date;Montant;Contact", *rows])
    assert count(cleaned(tmp_path, text)) == 6
