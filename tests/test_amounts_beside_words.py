"""Amounts that stand in their cells beside a day or the kind of a grant."""

import re

import pandas as pd
import pytest

from analysis import clean, parse
from analysis.declare import schema
from analysis.layout.headers.unexplained import unread_reason
from analysis.run import check_data
from raw_lists import block_of


def write(folder, amounts: list[str]) -> None:
    lines = [f'Foyer {n};2018-0{n + 1}-05;"{amount}"' for n, amount in enumerate(amounts)]
    text = "\n".join(["Beneficiary;Award date;Amount", *lines, ""])
    (folder / "list.csv").write_text(text, encoding="utf-8")


def confirm(folder) -> None:
    draft = check_data.check(folder).draft
    (folder / "study.toml").write_text(re.sub(r" # \?$", "", draft, flags=re.M), encoding="utf-8")


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("$5,000.00\n10/23/2020", 5000, "$"),
        ("12.03.2018 5 000 €", 5000, "EUR"),
        ("1 000 kr, 12/03/2018", 1000, "kr"),
        ("$50K unrestricted grants", 50_000, "$"),
        ("£2.6 million core funding", 2_600_000, "GBP"),
        ("5 000 € (subvention)", 5000, "EUR"),
        ("5.000,50 € Zuschuss", 5000.5, "EUR"),
    ],
)
def test_one_amount_with_its_currency_is_read_beside_a_day_or_a_kind(cell, amount, currency):
    cells = pd.Series([cell])
    assert parse.amounts(cells)[0].tolist() == [amount]
    assert parse.currencies(cells).tolist() == [currency]


@pytest.mark.parametrize(
    "cell",
    ["$5,000 per month", "$3,000 or 4,000", "5,000 grants", "$5,000 10/23/2020 11/23/2020"],
)
def test_what_may_be_another_amount_is_not_read(cell):
    assert parse.amounts(pd.Series([cell]))[0].isna().all()


def test_amounts_that_say_that_they_were_lent_are_asked(tmp_path):
    lent = ["$200K loans", "$1 million convertible debt"]
    write(tmp_path, [*lent, *(f"${n}0K unrestricted grants" for n in range(1, 7))])
    (question,) = [f.message for f in check_data.check(tmp_path).faults if "leave_out" in f.message]
    assert all(cell in question for cell in lent)
    confirm(tmp_path)
    agreements = clean.clean(tmp_path).tables["agreements"]
    assert agreements["planned_amount_eur"].sum() == 210_000


def test_of_several_answered_columns_one_that_holds_figures_among_words_is_enough():
    figures = [f"environ {n} 500 puis {n} 900" for n in range(1, 9)]
    words = [f"voir annexe {n}" for n in range(1, 9)]
    block = block_of(["Montant", "Complément", "Avenant"], *zip(figures, words, words, strict=True))
    amount = schema.columns("grants")["amount"]
    reasons = [
        unread_reason(block, headers, amount, is_stated=True)
        for headers in [("Montant",), ("Montant", "Complément"), ("Complément", "Avenant")]
    ]
    assert reasons == ["", "", "no numbers"]


def test_cells_of_an_answered_column_that_cannot_be_read_are_asked_one_by_one(tmp_path):
    write(tmp_path, [f"{n},500 or {n + 1},000 as agreed" for n in range(1, 8)])
    confirm(tmp_path)
    checked = check_data.check(tmp_path)
    assert "corrections.csv" in " ".join(map(str, checked.faults))
    cells = checked.to_mend.assign(correction="2000")
    cells.to_csv(tmp_path / "corrections.csv", sep=";", index=False)
    assert clean.clean(tmp_path).tables["agreements"]["planned_amount_eur"].sum() == 14_000
