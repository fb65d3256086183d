"""Amounts of agreements that payments contradict a thousandfold are asked about."""

import pandas as pd
import pytest

from analysis import prepare
from analysis.clean.amounts.distant_amounts import distant_amounts
from analysis.clean.team.decisions import CORRECTIONS
from analysis.run.check_data import check, write_lists
from raw_lists import accepted, workbook
from test_prepare import field

HEAD = ["N°", "Partenaire", "Entité", "Début", "Fin prévue", "Montant (k€)"]
AGREEMENTS = [
    ["C1", "Amicale", "DR", "01/01/2017", "31/12/2018", 10],
    ["C2", "Bouée", "DR", "01/02/2017", "31/12/2018", 12000],  # euros in a column of thousands
    ["C3", "Cabane", "DR", "01/03/2017", "31/12/2018", 4.5],
]
PAYMENTS = [["C1", "01/02/2018", 5000], ["C2", "01/02/2018", 12000], ["C3", "01/02/2018", 4500]]


@pytest.mark.parametrize(("correction", "amount"), [("12", 12_000), ("12000", 12_000_000)])
def test_an_amount_a_thousand_times_its_payments_counts_once_somebody_wrote_it(
    tmp_path, correction, amount
):
    payments = ["N° convention", "Date", "Montant (€)"], *PAYMENTS
    folder = workbook(tmp_path, {"Conventions": [HEAD, *AGREEMENTS], "Versements": payments})
    checked = check(folder)
    (question,) = checked.faults
    assert question.rule == "question" and "12 000 000" in question.message
    write_lists(folder, checked)
    rows = (folder / CORRECTIONS).read_text(encoding="utf-8-sig").splitlines()
    (cell,) = rows[1:]
    assert cell.startswith("suivi.xlsx#Conventions;3;Montant (k€);12000;")
    (folder / CORRECTIONS).write_text("\n".join([rows[0], cell + correction]), encoding="utf-8")
    agreements = accepted(folder, checked.draft).tables["agreements"]
    assert agreements["planned_amount_eur"].sum() == 10_000 + amount + 4_500


ASKED = {  # amount, payment, its kind and direction, whether it is asked about
    "hundreds of times": (2_500_000, 5000, "cash", "to partner", True),
    "a tiny part": (10, 5000, "cash", "to partner", True),
    "a first payment of many": (2_400_000, 5000, "cash", "to partner", False),
    "a gift in kind": (2_500_000, 5000, "goods", "to partner", False),
    "money of the partner": (2_500_000, 5000, "cash", "from partner", False),
    "nothing planned": (0, 5000, "cash", "to partner", False),
    "nothing paid": (2_500_000, 0, "cash", "to partner", False),
}


@pytest.mark.parametrize(
    ("amount", "paid", "kind", "direction", "is_asked"), ASKED.values(), ids=ASKED
)
def test_which_amounts_are_far_from_what_was_paid(amount, paid, kind, direction, is_asked):
    agreement = {"agreement_id": "C1", "planned_amount_eur": amount, "source": "a", "line": 2}
    payment = {"agreement_id": "C1", "value_eur": paid, "kind": kind, "direction": direction}
    by_table = {"agreements": pd.DataFrame([agreement]), "contributions": pd.DataFrame([payment])}
    questions, _cells = distant_amounts(by_table, {}, [])
    assert bool(questions) == is_asked
    may_be_thousands = [question.choice is not None for question in questions]
    assert may_be_thousands == [amount < paid] * is_asked


def test_a_column_in_thousands_is_answered_on_the_page(tmp_path):
    head = [*HEAD[:-1], "Montant"]
    agreements = [
        [*row[:-1], paid[-1] // 500] for row, paid in zip(AGREEMENTS, PAYMENTS, strict=True)
    ]
    payments = ["N° convention", "Date", "Montant (€)"], *PAYMENTS
    folder = workbook(tmp_path, {"Conventions": [head, *agreements], "Versements": payments})
    page = prepare.open(folder, "fr", tmp_path / "reports")
    field(page.parts["columns"], "Unité des montants").value = "k"
    page.save()
    assert not page.choices.questions_of_rows.keys
    planned = accepted(folder, (folder / "study.toml").read_text("utf-8")).tables["agreements"]
    assert planned["planned_amount_eur"].tolist() == [10_000, 24_000, 9_000]
