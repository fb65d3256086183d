"""Which column is the money, where its header says so in the words of those who give."""

import openpyxl
import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data
from test_false_totals import AMOUNTS, GRANTED, answered, money, question, rows, write


def draft_of(folder, name: str, header: str, lines: list[str]) -> str:
    """The draft of a file of which something is asked."""
    (folder / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    with pytest.raises(Refused):
        clean.clean(folder, day="2019-12-31")
    return check_data.check(folder).draft


@pytest.mark.parametrize("word", ["Don", "Mécénat", "Sostegno", "Gift"])
def test_a_share_is_no_amount_beside_what_was_given(tmp_path, word):
    cells = rows(lambda amount: f"{4 * amount};0.25;{amount}")
    write(tmp_path, f"Association;Date;Budget du projet;Participation prise;{word}", cells)
    question(tmp_path)
    assert money(answered(tmp_path)) == GRANTED


def test_german_lists_of_gifts_call_their_amounts_gifts(tmp_path):
    cells = rows(lambda amount: f"{4 * amount};0.25;{amount}")
    write(tmp_path, "Association;Date;Budget du projet;Participation prise;Spende", cells)
    assert money(clean.clean(tmp_path)) == GRANTED


def test_how_many_agreements_a_partner_has_is_no_reference(tmp_path):
    lines = [f"Club {n};{2010 + n};{1000 + 1500 * (n % 3)};{1 + n % 3}" for n in range(12)]
    header = "Association;Année;Montant;Nb de conventions"
    (tmp_path / "liste.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    assert money(clean.clean(tmp_path)) == 30_000


@pytest.mark.parametrize("header", ["Soutien annuel (€)", "Apport (€)", "Zuwendung jährlich"])
def test_what_partners_receive_is_asked(tmp_path, header):
    lines = [f"Club {n};Siège;{2010 + n % 7};{1000 * (1 + n % 4)}" for n in range(12)]
    names = f"Association;Direction;Partenaire depuis;{header}"
    draft = draft_of(tmp_path, "annuaire.csv", names, lines)
    assert f'planned_amount_eur = "{header}"' in draft


def test_amounts_of_agreements_that_nobody_can_read_are_asked(tmp_path):
    lines = [f"A{n};Charity {n};HQ;2016-0{n}-01;2018-12-31;£{n}k p.a. x 3yrs" for n in range(1, 8)]
    names = "Ref;Charity;Business unit;Start;Planned end;Value"
    draft = draft_of(tmp_path, "agreements.csv", names, lines)
    assert 'planned_amount_eur = "Value"' in draft


def test_payments_below_their_agreements_are_theirs(tmp_path):
    """Nothing but a title says that the upper table lists agreements."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Conventions de partenariat"])
    sheet.append(["N°", "Partenaire", "Direction", "Début", "Fin", "Montant"])
    for number, amount in enumerate(AMOUNTS, 1):
        days = (f"2016-0{number}-01", "2018-12-31")
        sheet.append([number, f"Club {number}", "Siège", *days, amount])
    sheet.append([])
    sheet.append([])
    sheet.append(["Versements effectués"])
    sheet.append(["N°", "Date", "Montant versé"])
    for number, amount in enumerate(AMOUNTS, 1):
        sheet.append([number, f"2017-0{number}-01", amount / 2])
    book.save(tmp_path / "suivi.xlsx")
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    assert 'table = "contributions"' in draft and 'table = "accounts"' not in draft
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    assert money(clean.clean(tmp_path, day="2019-12-31")) == GRANTED / 2
