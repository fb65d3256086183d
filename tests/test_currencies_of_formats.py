"""A currency that a workbook shows by the format of its cells alone is that of their amounts."""

import datetime

import openpyxl
import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data
from analysis.text import formatting

POUNDS, EUROS, DOLLARS = "[$£-809]#,##0", '#,##0.00 "€"', "[$$-409]#,##0"


@pytest.fixture(autouse=True)
def in_english():
    formatting.use("en")
    yield
    formatting.use("fr")


def list_of(folder, formats: list[str], unit: float = 1):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Recipient", "Award date", "Amount"])
    for row, number_format in enumerate(formats, 2):
        sheet.append([f"Trust {row}", datetime.date(2018, 3, row), 1000 * row * unit])
        sheet.cell(row, 3).number_format = number_format
    book.save(folder / "grants.xlsx")
    return folder


def question(folder) -> str:
    with pytest.raises(Refused) as refused:
        clean.clean(folder)
    return str(refused.value)


def sums(folder, control_total: float) -> tuple[str, float]:
    """The currency that a list tells (blank: none), which comes to this total, and what is read."""
    draft = check_data.check(folder).draft.replace("# control_total = …", "control_total = 0")
    draft = draft.replace("control_total = 0", f"control_total = {control_total}")
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    cleaned = clean.clean(folder)
    return cleaned.about["currency"], cleaned.tables["contributions"]["value_eur"].sum()


@pytest.mark.parametrize(
    ("other", "code"), [(POUNDS, "GBP"), (DOLLARS, "USD"), ("[$CHF] #,##0", "CHF")]
)
def test_amounts_in_other_currencies_are_asked(tmp_path, other, code):
    message = question(list_of(tmp_path, [EUROS] * 3 + [other]))
    assert f'line 5 "{code}"' in message and "corrections.csv" in message


def test_a_list_in_pounds_is_in_pounds(tmp_path):
    list_of(tmp_path, [POUNDS] * 3, unit=0.125)
    assert sums(tmp_path, 1125) == ("GBP", 1125)


@pytest.mark.parametrize("shown", [EUROS, "#,##0 _€", '0 "ETP"', '#,##0 "jours"', "0.0%"])
def test_amounts_in_euros_and_units_of_other_things_stay_as_they_are(tmp_path, shown):
    """Room for a sign is none; of a unit that is no currency nothing is taken."""
    list_of(tmp_path, [shown] * 3)
    assert sums(tmp_path, 9000) == ("", 9000)
