"""Amounts and their days in one cell; who gave, beside who received ("From", "To")."""

import pytest

from analysis import clean
from analysis.run import check_data
from test_changed_amounts import AMOUNTS, GRANTED, NAMES, answered, asked, total, written


@pytest.mark.parametrize(
    "cell",
    [
        '"${amount}.00\n10/{day}/2018"',
        "{amount} € le {day}/10/2018",
        "{amount} ({day}.10.2018)",
        '"{amount}\n2018-10-{day}"',
    ],
)
def test_the_day_of_an_amount_is_offered_as_the_date(tmp_path, cell):
    cells = [cell.format(amount=amount, day=13 + n) for n, amount in enumerate(AMOUNTS)]
    lines = [f"{name};{both}" for name, both in zip(NAMES, cells, strict=True)]
    written(tmp_path, ["Association;Montant", *lines])
    assert 'date = "Montant (date)"' in check_data.check(tmp_path).draft
    agreements = clean.clean(answered(tmp_path)).tables["agreements"]
    assert agreements["planned_amount_eur"].sum() == GRANTED
    assert f"{agreements['start'].min():%Y-%m-%d}" == "2018-10-13"


@pytest.mark.parametrize("period", ["0{n}.02.2017 - 31.12.2017", "0{n}.02.17 - 31.12.2018"])
def test_a_period_is_no_amount_with_its_day(tmp_path, period):
    periods = [period.format(n=n + 1) for n in range(len(NAMES))]
    rows = zip(NAMES, periods, AMOUNTS, strict=True)
    lines = [f"{name};{period};{amount}" for name, period, amount in rows]
    written(tmp_path, ["Verein;Laufzeit;Betrag (€)", *lines])
    assert "(date)" not in check_data.check(tmp_path).draft


def test_an_amount_alone_keeps_its_column(tmp_path):
    lines = [f"{name};2018-10-05;{amount}" for name, amount in zip(NAMES, AMOUNTS, strict=True)]
    written(tmp_path, ["Association;Date;Montant", *lines])
    assert total(tmp_path) == GRANTED


@pytest.mark.parametrize("headers", ["to;from", "Nach;Von", "Destinataire;Origine"])
def test_who_gave_stands_beside_who_received(tmp_path, headers):
    lines = [
        f"{name};Fondation {'Nord' if n % 2 else 'Sud'};2018-10-05;{amount}"
        for n, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True))
    ]
    written(tmp_path, [f"{headers};Date;Montant", *lines])
    to, source = headers.split(";")
    assert f'recipient = "{to}"' in asked(tmp_path)
    assert f'funder = "{source}"' in check_data.check(tmp_path).draft
    assert clean.clean(answered(tmp_path)).tables["agreements"]["entity"].nunique() == 2
