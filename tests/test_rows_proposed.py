"""What a draft proposes of rows in doubt: what takes money back counts, what replaces another row
counts in its place, and what was paid was granted.
"""

import re

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data
from raw_lists import counted
from test_false_totals import NAMES


def drafted(folder, lines: list[str]) -> str:
    """The draft of a list, which is asked."""
    (folder / "liste.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    checked = check_data.check(folder)
    assert checked.faults
    return re.sub(r" # \?$", "", checked.draft, flags=re.M)


def stated(folder, draft: str):
    """The folder with this draft as its study.toml."""
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    return folder


def money(folder, draft: str) -> float:
    agreements = clean.clean(stated(folder, draft), day="2019-12-31").tables["agreements"]
    return agreements["planned_amount_eur"].sum()


@pytest.mark.parametrize(
    ("header", "text"), [("Nature", "Annulation versement"), ("Milestone", "Funds Returned")]
)
def test_rows_below_zero_are_asked_and_proposed_to_count(tmp_path, header, text):
    lines = [f"Association;Date;{header};Montant"]
    for month, name in enumerate(NAMES, start=1):
        lines.append(f"{name};01/0{month}/2018;Versement;1000")
        lines += [f"{name};02/0{month}/2018;{text};-1000"] if month % 3 == 0 else []
    draft = drafted(tmp_path, lines)
    assert f'"{header}" = []' in draft
    assert money(tmp_path, draft) == 4 * 1000


def test_rows_of_money_back_above_zero_are_proposed_to_be_left_out(tmp_path):
    lines = ["Association;Date;Nature;Montant"]
    for month, name in enumerate(NAMES, start=1):
        text = "Trop-perçu" if month == 6 else "Versement"
        lines.append(f"{name};01/0{month}/2018;{text};1000")
    assert '"Nature" = ["Trop-perçu"]' in drafted(tmp_path, lines)


@pytest.mark.parametrize("remark", ["Annule et remplace D{}", "Annule et remplace la décision D{}"])
def test_a_row_that_replaces_another_counts_in_its_place(tmp_path, remark):
    lines = ["N°;Association;Date;Montant;Observations"]
    for month, name in enumerate(NAMES, start=1):
        lines.append(f"D{month};{name};01/0{month}/2018;1000;")
        if month % 3 == 0:
            lines.append(f"D{month}b;{name};10/0{month}/2018;1500;{remark.format(month)}")
    draft = drafted(tmp_path, lines)
    assert 'same_reference = "last"' in draft and "leave_out" not in draft
    assert money(tmp_path, draft) == 4 * 1000 + 2 * 1500


@pytest.mark.parametrize(("paid", "cell"), [("Paid Out", "03/05/2018"), ("Montant versé", "1000")])
def test_what_was_cancelled_though_it_was_paid_is_asked(tmp_path, paid, cell):
    lines = [f"Association;Date;Montant accordé;{paid};Statut"]
    for month, name in enumerate(NAMES, start=1):
        status = "Annulée" if month % 3 == 0 else "Accordée"
        lines.append(f"{name};01/0{month}/2018;1000;{cell};{status}")
    draft = drafted(tmp_path, lines)
    assert '"Annulée" = "granted"' in draft
    assert counted(stated(tmp_path, draft)) == 6 * 1000


def test_what_was_cancelled_and_not_paid_is_not_asked(tmp_path):
    lines = ["Association;Date;Montant;Paid Out;Statut"]
    for month, name in enumerate(NAMES, start=1):
        paid, status = ("", "Annulée") if month % 3 == 0 else ("03/05/2018", "Accordée")
        lines.append(f"{name};01/0{month}/2018;1000;{paid};{status}")
    (tmp_path / "liste.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert counted(tmp_path) == 4 * 1000


@pytest.mark.parametrize("blank_rows", [1, 3])
def test_a_few_rows_of_no_kind_are_asked_beside_loans_but_count(tmp_path, blank_rows):
    kinds = ["Prêt", "Don", "Don", "Don", "Don", "Garantie", "Don", "Don"] + [""] * blank_rows
    lines = ["Association;Date;Nature;Montant"]
    for row, kind in enumerate(kinds, start=1):
        lines.append(f"Club {row};0{row % 9 + 1}/02/2018;{kind};1000")
    (tmp_path / "liste.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    checked = check_data.check(tmp_path)
    assert '"Nature" = ["Prêt", "Garantie"]' in checked.draft
    assert ('ajouter ""' in checked.draft) == (blank_rows == 1)
    asked = " ".join(fault.message for fault in checked.faults)
    assert re.search(r"Prêt.*Garantie", asked)
    assert ("cellule de `Nature` est vide" in asked) == (blank_rows == 1)


def test_an_envelope_and_what_is_left_of_it_are_proposed_to_be_left_out(tmp_path):
    lines = ["Association;Date;Montant", "Enveloppe 2018;01/01/2018;7000"]
    lines += [f"{name};0{month}/02/2018;1{month}00" for month, name in enumerate(NAMES, start=1)]
    lines += ["Reste disponible;31/12/2018;-1100"]
    draft = drafted(tmp_path, lines)
    assert counted(stated(tmp_path, draft)) == 8100


@pytest.mark.parametrize("name", ["Budget annuel", "Enveloppe globale", "Dotation 2018"])
def test_the_budget_of_a_list_is_no_grant_whatever_it_adds_up_to(tmp_path, name):
    lines = ["Association;Date;Montant", f"{name};01/01/2018;10000"]
    lines += [f"{name};0{month}/02/2018;1{month}00" for month, name in enumerate(NAMES, start=1)]
    assert counted(stated(tmp_path, drafted(tmp_path, lines))) == 8100


@pytest.mark.parametrize("note", ["* sous réserve du vote", "* subject to conditions", "* estimé"])
def test_of_grants_on_a_condition_a_draft_proposes_nothing(tmp_path, note):
    lines = ["Date;Association;Montant"]
    for month, name in enumerate(NAMES, start=1):
        lines.append(f"01/0{month}/2018;{name};1000{'*' if month % 3 == 0 else ''}")
    draft = drafted(tmp_path, [*lines, "", note])
    with pytest.raises(Refused, match="footnote"):
        money(tmp_path, draft)
    left_out = f'"footnote" = ["{note}"]'
    for answer, grants in ((left_out, 4), ('"footnote" = []', 6)):
        assert counted(stated(tmp_path, draft.replace(f"# {left_out}", answer))) == grants * 1000


def test_loans_are_asked_beside_a_kind_that_is_told_at_length(tmp_path):
    kinds = ["PRÉSTAMOS", "SUBVENCIÓN Y ENTREGA DINERARIA SIN CONTRAPRESTACIÓN"]
    lines = ["Beneficiario;Fecha de concesión;Importe;Instrumento"]
    lines += [f"Club {n};{n + 1:02}/03/2019;1000,00;{kinds[n % 5 > 0]}" for n in range(20)]
    draft = drafted(tmp_path, lines)
    assert '"Instrumento" = ["PRÉSTAMOS"]' in draft
    assert money(tmp_path, draft) == 16 * 1000


def test_grants_for_projects_are_not_proposed_to_be_left_out(tmp_path):
    kinds = ["Project", "Activiteiten", "Exploitatie"]
    lines = ["Naam aanvrager;Subsidiejaar;Soort subsidie;Bedrag verleend;Bedrag vastgesteld"]
    lines += [f"Club {n};{2018 + n // 9};{kinds[n % 3]};{900 + n};{800 + n}" for n in range(18)]
    draft = drafted(tmp_path, lines)
    assert "[source.leave_out]" not in draft
    assert money(tmp_path, draft) == sum(900 + n for n in range(18))


ANSWERS = {  # a cell of the last row, its amount, and what of it is left out
    "taken back below zero": ("Annulation 17", "-900", "[]"),
    "of no grant": ("Prêt", "900", '["Prêt"]'),
}


@pytest.mark.parametrize(("text", "amount", "listed"), ANSWERS.values(), ids=ANSWERS)
def test_a_question_prints_the_answer_that_the_draft_writes(tmp_path, text, amount, listed):
    """It printed a list that leaves out what the draft counts: 900 too much."""
    lines = ["Association;Date;Montant;Texte"]
    lines += [f"Amicale {n};0{n}/03/2018;{n}00;Mécénat" for n in range(1, 9)]
    lines.append(f"Amicale 1;09/03/2018;{amount};{text}")
    (tmp_path / "liste.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    checked = check_data.check(tmp_path)
    (question,) = [fault.message for fault in checked.faults if "leave_out" in fault.message]
    assert f'"Texte" = {listed}' in question
    assert f'\n"Texte" = {listed}  #' in checked.draft
    assert ("Il semble que oui" in question) is (listed == "[]")
