"""Payments of which a sheet tells what was planned beside what was paid: what was paid counts."""

import pytest

from analysis.layout import drafted
from analysis.layout.payments.stages import told_by_cells
from analysis.layout.study_keys import StudyDescription
from analysis.run.check_data import check
from raw_lists import accepted, block, block_of, workbook
from test_units_of_programmes import agreements

AMOUNTS = [12_000, 4_500, 8_000, 3_000, 2_500, 9_000]


@pytest.mark.parametrize(
    "headers",
    [
        ("Montant prévu", "Montant réglé"),
        ("Montant versé", "Montant prévu"),
        ("Prévu (€)", "Payé (€)"),
        ("Planned amount", "Paid amount"),
        ("Betrag geplant", "Betrag ausgezahlt"),
        ("Importo previsto", "Importo pagato"),
    ],
)
def test_what_was_paid_counts_and_not_what_was_planned(tmp_path, headers):
    paid = [amount - 500 for amount in AMOUNTS]
    are_turned = headers[0] == "Montant versé"
    pairs = zip(paid, AMOUNTS, strict=True) if are_turned else zip(AMOUNTS, paid, strict=True)
    payments = [["Date de paiement", "N°", *headers]]
    payments += [[f"15/0{n}/2017", f"C{n}", *pair] for n, pair in enumerate(pairs, 1)]
    sheets = {"Conventions": agreements(AMOUNTS), "Paiements": payments}
    checked = check(workbook(tmp_path, sheets))
    contributions = accepted(tmp_path, checked.draft, day="2018-12-31").tables["contributions"]
    assert contributions["value_eur"].sum() == sum(paid)
    assert set(contributions["stage"]) == {"paid"}


def test_a_sheet_of_payments_is_drafted_by_what_was_paid():
    header = ["Réglé le", "N° convention", "Montant prévu", "Montant réglé"]
    rows = [[f"2017-0{n}-28", f"C17-00{n}", 500 * n, 500 * n] for n in range(1, 8)]
    _block, mapping = drafted(block_of(header, *rows), "Règlements", StudyDescription(name="x"))
    assert mapping.columns["value_eur"] == ("Montant réglé",)
    assert mapping.constants["stage"] == "paid"


def test_a_header_that_names_no_stage_is_known_by_cells_that_do():
    told = block(Avis=["oui", "non"], Suivi=["versé", "à verser"])
    assert told_by_cells(told, ["Avis", "Suivi"]) == ("Suivi",)
