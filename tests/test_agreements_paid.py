"""A list that looks like grants is one of agreements where payments beside it bear its numbers."""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data

NAMES = ["Amicale", "Bouée", "Cercle", "Dojo", "Éole", "Fanfare"]
DEALS = [  # number, account, start, end, currency, amount, the same in EUR, stage
    ("D-101", NAMES[0], "2016-02-01", "2017-01-31", "EUR", 4000, 4000, "Closed Won"),
    ("D-102", NAMES[1], "2016-03-01", "2017-02-28", "USD", 5000, 4500, "Closed Won"),
    ("D-103", NAMES[2], "2016-04-01", "2017-03-31", "EUR", 9000, 9000, "Closed Lost"),
    ("D-104", NAMES[3], "2016-05-01", "2017-04-30", "EUR", 7000, 7000, "Nurturing"),
    ("D-105", NAMES[4], "2016-06-01", "2017-05-31", "EUR", 2500, 2500, "Closed Won"),
    ("D-106", NAMES[5], "2016-07-01", "2017-06-30", "USD", 3000, 2700, "Closed Won"),
]
WON = [deal for deal in DEALS if deal[-1] == "Closed Won"]
PAID = [(deal[0], f"{deal[2][:7]}-{day}", deal[6] // 2) for deal in WON for day in (10, 20)]


def written(path, rows) -> None:
    path.write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n", encoding="utf-8")


def programme(folder, number_of_payments: str = "Deal No") -> None:
    head = (
        "Deal No",
        "Account",
        "From",
        "Until",
        "Currency",
        "Amount",
        "Amount converted",
        "Stage",
    )
    written(folder / "deals.csv", [head, *DEALS])
    head = ("Line", number_of_payments, "Scheduled", "Payment Amount")
    lines = [(f"L{n}", *payment) for n, payment in enumerate(PAID, 1)]
    written(folder / "payments.csv", [head, *lines])


@pytest.mark.parametrize("number_of_payments", ["Deal No", "For"])
def test_deals_that_payments_name_are_agreements(tmp_path, number_of_payments):
    programme(tmp_path, number_of_payments)
    with pytest.raises(Refused):
        clean.clean(tmp_path)
    draft = check_data.check(tmp_path).draft
    assert 'table = "agreements"' in draft and 'agreement_id = "Deal No"' in draft
    assert 'planned_amount_eur = "Amount converted"' in draft
    assert '"Stage" = ["Closed Lost", "Nurturing"]' in draft
    (tmp_path / "study.toml").write_text(draft.replace(" # ?", ""), encoding="utf-8")
    tables = clean.clean(tmp_path, day="2017-12-31").tables
    assert sorted(tables["agreements"]["agreement_id"]) == [deal[0] for deal in WON]
    assert tables["agreements"]["planned_amount_eur"].sum() == 4000 + 4500 + 2500 + 2700
    assert tables["contributions"]["value_eur"].sum() == sum(paid for *_, paid in PAID)
    assert tables["agreements"]["entity"].nunique() == 1


def test_payments_of_other_numbers_make_no_agreements_of_a_list(tmp_path):
    programme(tmp_path)
    text = (tmp_path / "payments.csv").read_text(encoding="utf-8")
    (tmp_path / "payments.csv").write_text(text.replace("D-1", "X-9"), encoding="utf-8")
    with pytest.raises(Refused):
        clean.clean(tmp_path)
    assert 'table = "agreements"' not in check_data.check(tmp_path).draft
