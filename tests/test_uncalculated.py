"""Formulas of a workbook that no program has calculated yet are told, and never read as no money."""

import openpyxl
import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.text import formatting

ROWS = [("Emmaüs", 2000), ("Judo club", 5000), ("Foyer rural", 1400), ("Recyclerie", 600)]


@pytest.fixture(autouse=True)
def in_english():
    formatting.use("en")
    yield
    formatting.use("fr")


def write(folder, granted, last: list[tuple] = ()) -> None:
    book = openpyxl.Workbook()
    book.active.append(("Association", "Date", "Coût du projet", "Taux", "Subvention accordée"))
    for line, (name, cost) in enumerate(ROWS, 2):
        book.active.append((name, f"0{line}/03/2018", cost, 0.5, granted(line, cost)))
    for row in last:
        book.active.append(row)
    book.save(folder / "calcul.xlsx")


@pytest.mark.parametrize("accept_guesses", [False, True])
@pytest.mark.parametrize("formula", ["=C{0}*D{0}", "=ROUND(C{0}*D{0},0)", "=$C${0}/2"])
def test_formulas_without_what_they_give_stop(tmp_path, formula, accept_guesses):
    write(tmp_path, lambda line, _cost: formula.format(line))
    with pytest.raises(Refused) as raised:
        clean.clean(tmp_path, accept_guesses=accept_guesses)
    faults = [fault for fault in raised.value.faults if fault.rule == "uncalculated"]
    assert [fault.column for fault in faults] == ["Subvention accordée"]
    assert "save it" in faults[0].message and raised.value.exit_code == 3


def test_a_formula_of_a_total_alone_stops_nothing(tmp_path):
    total = ("Total", None, None, None, "=SUM(E2:E5)")
    write(tmp_path, lambda _line, cost: cost / 2, [total])
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == 4500
