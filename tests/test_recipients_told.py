"""Lists of which a header that names nobody plainly tells who gave and who received."""

import pytest

from analysis.run import check_data
from test_false_totals import NAMES, question, write


def draft_of(folder) -> str:
    return check_data.check(folder).draft


def grants(cells) -> list[str]:
    """A grant to each of six recipients, and a second one to the first of them, with a further
    cell told by the number of the recipient and that of the row.
    """
    rows = [*enumerate(NAMES), (0, NAMES[0])]
    return [f"{NAMES[i]};{1000 + 50 * n};{cells(i, n)}" for n, (i, _name) in enumerate(rows)]


# ---- numbers of recipients
def test_a_number_of_each_row_is_no_identifier_of_recipients(tmp_path):
    write(tmp_path, "Qui;Valor;NUMERO", grants(lambda i, n: 80010 + 7 * n))
    assert "recipient_id" not in draft_of(tmp_path)


def test_a_number_that_goes_with_the_name_is_one(tmp_path):
    write(tmp_path, "Qui;Valor;NUMERO", grants(lambda i, n: 80010 + 7 * i))
    assert 'recipient_id = "NUMERO"' in draft_of(tmp_path)


def test_a_number_that_several_bear_is_none(tmp_path):
    write(tmp_path, "Qui;Valor;NUMERO", grants(lambda i, n: 333 + i // 3))
    assert "recipient_id" not in draft_of(tmp_path)


# ---- names of companies
@pytest.mark.parametrize("header", ["company", "Firm", "Entreprise", "Unternehmen", "Azienda"])
def test_companies_received(tmp_path, header):
    lines = grants(lambda i, n: f"{'OEM' if i % 2 else 'Materials'};2018")
    write(tmp_path, f"{header};Amount;role;Year", lines)
    assert f'recipient = "{header}"' in draft_of(tmp_path)
    assert " # ?\n" not in draft_of(tmp_path)


def test_a_few_companies_of_a_group_are_asked(tmp_path):
    lines = grants(lambda i, n: f"{'Nord' if i % 2 else 'Sud'};2018")
    write(tmp_path, "Qui;Amount;Company;Year", lines)
    assert "`Qui`" in question(tmp_path)
