"""Amounts that stand in one of several columns, never in two: all together are the amount granted,
which is asked, and each alone is a false total.
"""

import pytest

from analysis import clean
from analysis.run import check_data
from test_changed_amounts import AMOUNTS, GRANTED, answered, asked, rows, total, written

RUNNING = [amount if number % 2 else "" for number, amount in enumerate(AMOUNTS)]
OVER = ["" if number % 2 else amount for number, amount in enumerate(AMOUNTS)]


def in_turn(header: str) -> list[str]:
    """A list of which each row bears its amount in one of two columns."""
    lines = [line.rpartition(";")[0] for line in rows()]
    cells = zip(lines, RUNNING, OVER, strict=True)
    return [header, *(f"{line};{running};{over}" for line, running, over in cells)]


@pytest.mark.parametrize(
    "headers",
    [
        ("Montant accordé", "Montant versé à la fin"),
        ("Bewilligter Betrag", "bei Abschluss gezahlte Gesamtbeträge"),
        ("Amount awarded", "Total paid on completion"),
        ("Engagé", "Mandaté"),
    ],
)
def test_both_columns_together_are_offered_and_proposed(tmp_path, headers):
    granted, paid = headers
    written(tmp_path, in_turn(f"Association;Date;{granted};{paid}"))
    together = f'amount = ["{granted}", "{paid}"]'
    assert f'{together} | amount = "{granted}" | amount = "{paid}"' in asked(tmp_path)
    draft = check_data.check(tmp_path).draft
    (line,) = [line for line in draft.splitlines() if line.startswith(together)]
    assert line.endswith("# ?")
    assert total(answered(tmp_path)) == GRANTED


@pytest.mark.parametrize("header", ["Date", "Année"])
def test_a_column_for_each_currency_is_offered_together_with_the_other(tmp_path, header):
    """The year of each row is no sign of columns of years, whatever its header."""
    cells = [line.split(";") for line in in_turn("")[1:]]
    lines = [f"{name};{day[:4]};{running};{over}" for name, day, running, over in cells]
    written(tmp_path, [f"Association;{header};CHF;EUR", *lines])
    assert 'amount = ["CHF", "EUR"] | amount = "CHF" | amount = "EUR"' in asked(tmp_path)


def test_one_column_alone_may_be_answered(tmp_path):
    written(tmp_path, in_turn("Association;Date;Montant accordé;Montant versé"))
    together, alone = 'amount = ["Montant accordé", "Montant versé"]', 'amount = "Montant accordé"'
    answered(tmp_path, together, alone)
    assert total(tmp_path) == sum(filter(None, RUNNING))


def test_three_columns_of_one_amount_each_are_offered(tmp_path):
    lines = [
        f"Club {n};2018-0{n}-05;{';' * (n % 3)}{1000 * n + 50}{';' * (2 - n % 3)}"
        for n in range(1, 10)
    ]
    written(tmp_path, ["Association;Date;Montant accordé;Versé en 1 fois;Versé sur pièces", *lines])
    assert total(answered(tmp_path)) == sum(1000 * n + 50 for n in range(1, 10))


@pytest.mark.parametrize("other", ["Prêt", "Montant demandé", "Montant refusé", "Don en nature"])
def test_what_is_no_grant_is_not_added(tmp_path, other):
    written(tmp_path, in_turn(f"Association;Date;Montant accordé;{other}"))
    draft = check_data.check(tmp_path).draft
    assert f'["Montant accordé", "{other}"]' not in draft


def test_columns_of_which_many_rows_fill_both_do_not_complement_each_other(tmp_path):
    lines = [f"{line};{int(amount)}" for line, amount in zip(rows(), AMOUNTS, strict=True)]
    written(tmp_path, ["Association;Date;Montant accordé;Montant versé", *lines])
    assert "ensemble" not in str(check_data.check(tmp_path).faults)
    assert clean.clean(tmp_path).tables["agreements"]["planned_amount_eur"].sum() == GRANTED


def test_the_year_in_which_a_project_ends_is_a_planned_end(tmp_path):
    lines = [line + f";{2018 + number % 3}" for number, line in enumerate(rows())]
    written(tmp_path, ["Association;Date;Montant;Année de fin du projet", *lines])
    agreements = clean.clean(tmp_path).tables["agreements"]
    assert sorted(agreements["planned_end"].dt.year.unique()) == [2018, 2019, 2020]
