"""Money that came back, written above zero: asked, and subtracted where the team says so."""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.layout.rows.subtracted_rows import rows_to_subtract, with_rows_subtracted
from analysis.prepare.choices import Choices
from analysis.run import check_data
from raw_lists import block, counted, rows_read, workbook
from test_false_totals import confirmed

AGREEMENTS = [
    ["N°", "Partenaire", "Entité", "Début", "Fin prévue", "Montant (€)"],
    ["C1", "Amicale", "RH", "2018-01-01", "2018-12-31", 1000],
    ["C2", "Bouée", "RSE", "2019-01-01", "2019-12-31", 4000],
]


def of_payments(folder, header: str, payments: list[tuple[str, int]]) -> None:
    """A programme of two agreements whose payments bear a text under a header."""
    rows = [["N° convention", "Date", header, "Montant (€)"]]
    for month, (text, amount) in enumerate(payments, 2):
        rows.append(["C2", f"2019-{month:02}-01", text, amount])
    workbook(folder, {"Conventions": AGREEMENTS, "Versements": rows}, "programme.xlsx")


def of_grants(folder, header: str, grants: list[tuple[str, str]]) -> None:
    """A list of grants to two associations with a text of each under a header."""
    lines = [
        f"{'Amicale' if month % 2 else 'Bouée'};0{month}/03/2019;{text};{amount}"
        for month, (text, amount) in enumerate(grants, 1)
    ]
    text = "\n".join([f"Association;Date;{header};Montant", *lines]) + "\n"
    (folder / "liste.csv").write_text(text, encoding="utf-8")


def test_a_refund_among_payments_is_asked_and_subtracted(tmp_path):
    back = "Remboursement du partenaire"
    of_payments(tmp_path, "Type", [("Versement", 1000), ("Versement", 4000), (back, 1500)])
    asked, amount = confirmed(tmp_path)
    assert f"« {back} »" in asked and f'[source.subtract] ; "Type" = ["{back}"]' in asked
    assert amount == 3500


@pytest.mark.parametrize(
    ("header", "back"),
    [
        *(("Type", "Refund"), ("Remarque", "remboursement trop-perçu")),
        *(("Nature de l'opération", "Titre de recette"), ("Art der Buchung", "Rückzahlung")),
    ],
)
def test_words_under_headers_of_payments_say_that_money_came_back(header, back):
    rows = block(**{header: ["Versement", "Versement", back], "Montant": ["1000", "4000", "1500"]})
    assert rows_to_subtract(rows, {"value_eur": ("Montant",)}) == {header: [back]}


def test_the_team_may_say_that_such_rows_are_added_or_left_out(tmp_path):
    of_payments(tmp_path, "Type", [("Versement", 4000), ("Remboursement", 1500)])
    answer = '[source.subtract]\n"Type" = ["Remboursement"]'
    assert confirmed(tmp_path, answer, answer.replace('["Remboursement"]', "[]"))[1] == 5500
    (tmp_path / "study.toml").unlink()
    assert confirmed(tmp_path, answer, answer.replace("subtract", "leave_out"))[1] == 4000
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == 4000


def test_a_refund_beside_a_remark_that_a_payment_was_called_off_is_asked_too(tmp_path):
    payments = [("", 1000), ("doublon, annulé", 4000), ("remboursement trop-perçu", 1500)]
    of_payments(tmp_path, "Remarque", payments)
    asked, amount = confirmed(tmp_path)
    assert "« doublon, annulé »" in asked and "« remboursement trop-perçu »" in asked
    assert amount == -500
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == -500


def test_an_amount_below_zero_is_subtracted_already(tmp_path):
    of_payments(tmp_path, "Type", [("Versement", 4000), ("Remboursement", -1500)])
    assert rows_read(tmp_path, "contributions")["value_eur"].sum() == 2500


def test_payments_of_other_kinds_are_not_asked(tmp_path):
    of_payments(tmp_path, "Type", [("Acompte", 4000), ("Solde", 1500)])
    assert rows_read(tmp_path, "contributions")["value_eur"].sum() == 5500


def test_one_side_of_an_account_is_asked_and_subtracted(tmp_path):
    of_grants(tmp_path, "SHKZG", [("H", "25.000,00"), ("S", "5.000,00"), ("H", "30.000,00")])
    asked, amount = confirmed(tmp_path)
    assert '[source.subtract] ; "SHKZG" = ["S"]' in asked and amount == 50_000


@pytest.mark.parametrize(
    ("header", "gives", "takes"),
    [("S/H-Kennz.", "S", "H"), ("Vorzeichen", "+", "-"), ("Signe", "+", "-")],
)
def test_headers_of_debit_and_credit_tell_the_rarer_sign(header, gives, takes):
    rows = block(**{header: [gives, takes, gives], "Montant": ["25", "5", "30"]})
    assert rows_to_subtract(rows, {"amount": ("Montant",)}) == {header: [takes]}


def test_the_credit_side_of_an_account_may_be_subtracted_too(tmp_path):
    grants = [("Débit", "25000"), ("Crédit", "5000"), ("Débit", "30000")]
    of_grants(tmp_path, "Sens", grants)
    answer = '[source.leave_out]\n"Sens" = ["Crédit"]'
    asked, amount = confirmed(tmp_path, answer, answer.replace("leave_out", "subtract"))
    assert '[source.subtract] ; "Sens" = ["Crédit"]' in asked and amount == 50_000
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == 50_000


@pytest.mark.parametrize("texts", [("H", "M"), ("H", "H"), ("A", "B")])
def test_other_letters_under_such_a_header_are_no_sides_of_an_account(tmp_path, texts):
    of_grants(tmp_path, "Sens", [(texts[0], "1000"), (texts[1], "500"), (texts[0], "700")])
    assert rows_read(tmp_path, "grants")["amount"].sum() == 2200


def test_a_title_of_receipts_among_grants_is_subtracted_and_a_cancelled_one_left_out(tmp_path):
    kinds = ["Mandat", "Mandat", "Titre de recette", "Annulation de mandat"]
    of_grants(
        tmp_path, "Type de pièce", list(zip(kinds, ["1000", "2000", "500", "300"], strict=True))
    )
    assert confirmed(tmp_path)[1] == 2500
    study = (tmp_path / "study.toml").read_text(encoding="utf-8")
    study = study.replace('["Annulation de mandat"]', "[]")
    study = study.replace('["Titre de recette"]', '["Titre de recette", "Annulation de mandat"]')
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    assert counted(tmp_path) == 2200


def test_a_header_that_is_not_there_is_a_fault(tmp_path):
    of_payments(tmp_path, "Type", [("Versement", 4000), ("Remboursement", 1500)])
    with pytest.raises(Refused, match="Kind"):
        confirmed(tmp_path, '"Type" = ["Remboursement"]', '"Kind" = ["Remboursement"]')


def test_a_text_that_no_row_bears_is_a_fault(tmp_path):
    of_payments(tmp_path, "Type", [("Versement", 4000), ("Remboursement", 1500)])
    with pytest.raises(Refused, match="Rembours"):
        confirmed(tmp_path, '"Type" = ["Remboursement"]', '"Type" = ["Remborsement"]')


@pytest.mark.parametrize(("called_off", "left_out"), [([], {}), (["Annulé"], {"Type": ["Annulé"]})])
def test_the_page_of_decisions_offers_to_subtract_what_came_back(tmp_path, called_off, left_out):
    rows = [("Versement", 4000), ("Remboursement", 1500), *((text, 700) for text in called_off)]
    of_payments(tmp_path, "Type", rows)
    check_data.check(tmp_path)
    choices = Choices(tmp_path)
    sheet = next(sheet for sheet in choices.sheets if "Versements" in sheet.source)
    assert sheet.rows_asked == {"Type": [*called_off, "Remboursement"]}
    sheet.tell_rows("Type", "back")
    assert sheet.content["subtract"] == {"Type": ["Remboursement"]} and not sheet.rows_asked
    assert sheet.content.get("leave_out", {}) == left_out


def test_a_minus_is_written_before_amounts_above_zero_alone():
    rows = block(Type=["a", "b", "b", "b", "b"], Amount=["10 €", "20 €", "-30", "(40)", "€ 50"])
    changed = with_rows_subtracted(rows, {"type": ["B"]}, {"amount": ("Amount",)})
    texts = changed.columns["Amount"].series().tolist()
    assert texts == ["10 €", "-20 €", "-30", "(40)", "-€ 50"]


def test_signs_beside_amounts_below_zero_are_not_asked():
    columns = {"amount": ("Amount",)}
    rows = block(SHKZG=["S", "H", "H"], Amount=["10", "-5", "20"])
    assert rows_to_subtract(rows, columns) == {"SHKZG": ["S"]}
    rows = block(SHKZG=["S", "H", "H"], Amount=["-10", "5", "20"])
    assert rows_to_subtract(rows, columns) == {}
