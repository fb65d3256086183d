"""In which unit the amounts of grants, agreements, payments and accounts are."""

import pytest

from analysis import layout
from analysis.layout.amounts.amount_scale import are_small_without_unit
from analysis.layout.recognition import recognise
from analysis.run.check_data import check
from raw_lists import accepted, block_of, workbook

STUDY = layout.StudyDescription(name="study")
HEAD = ["N° de convention", "Partenaire", "Entité", "Début", "Échéance"]
CENTS = [120_000, 450_000, 800_000, 300_000, 250_000, 90_000]
SMALL = [12, 45.5, 120, 8, 30, 17]


def agreements(amounts, unit=""):
    lines = [
        [f"C{n}", f"Foyer {n}", "Siège", f"01/0{n}/2016", "31/12/2018", amount]
        for n, amount in enumerate(amounts, 1)
    ]
    return [[*HEAD, f"Montant prévu{unit}"], *lines]


def payments(amounts, unit=""):
    lines = [[f"C{n}", f"15/0{n}/2017", amount] for n, amount in enumerate(amounts, 1)]
    return [["N° de convention", "Date de versement", f"Montant versé{unit}"], *lines]


def grants(amounts, unit=""):
    lines = [[f"Club {n}", f"2018-03-{n + 10}", amount] for n, amount in enumerate(amounts)]
    return [["Association", "Date", f"Montant{unit}"], *lines]


def accounts(amounts, unit=""):
    lines = [[f"P{n}", 2017, "", amount] for n, amount in enumerate(amounts, 1)]
    return [["Code partenaire", "Année", "Subventions", f"Total des produits{unit}"], *lines]


@pytest.mark.parametrize("lines", [agreements, payments, accounts, grants])
@pytest.mark.parametrize(
    ("amounts", "unit", "reason"),
    [
        (SMALL, "", "small"),
        ([1.2345, 2.1234, 3.9876, 4.1234, 5.1234], "", "decimals"),
        ([-5000, -200, -3000, -400, -2500], "", "turned"),
        (CENTS, " (centimes)", "hundredths"),
        (SMALL, " (€)", ""),
        (SMALL, " (k€)", ""),
        ([f"{amount} €" for amount in SMALL], "", ""),
        ([*SMALL, 1000], "", ""),  # one reaches a thousand: a list in single euros
        ([100, 120, 250, 99, 500, 800], "", ""),
        (SMALL[:4], "", ""),
    ],
)
def test_the_unit_of_amounts_is_in_doubt(lines, amounts, unit, reason):
    sheet = lines(amounts, unit)
    mapping = recognise(block_of(*sheet), "suivi", STUDY)
    assert [doubt.reason for doubt in mapping.doubts if doubt.headers == (sheet[0][-1],)] == (
        [reason] if reason else []
    )


@pytest.mark.parametrize(("unit", "factor"), [("k", 1000), ("1", 1)])
def test_the_answer_counts_for_agreements_and_payments(tmp_path, unit, factor):
    sheets = {"Conventions": agreements(SMALL), "Versements": payments(SMALL)}
    checked = check(workbook(tmp_path, sheets), lang="en")
    asked = [fault for fault in checked.faults if 'unit = "k" | "1"' in fault.message]
    assert len(asked) == 2 and "nothing names" in asked[0].message
    answer = ('# unit = "k"', f'unit = "{unit}"')
    tables = accepted(tmp_path, checked.draft, answer, day="2018-12-31").tables
    assert tables["agreements"]["planned_amount_eur"].sum() == sum(SMALL) * factor
    assert tables["contributions"]["value_eur"].sum() == sum(SMALL) * factor


@pytest.mark.parametrize(
    ("name", "cell", "is_asked"),
    [("Devise", "EUR", False), ("Unité", "k€", False), ("Remarque", "ok", True)],
)
def test_a_column_beside_small_amounts_may_name_their_unit(name, cell, is_asked):
    heads, *rows = agreements(SMALL)
    block = block_of([*heads, name], *[[*row, cell] for row in rows])
    assert are_small_without_unit(block, (heads[-1],)) == is_asked
