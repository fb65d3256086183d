"""Money that came back, written above zero: asked, and subtracted where the team says so."""

import openpyxl
import pandas as pd
import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.layout.subtracted_rows import rows_to_subtract, with_rows_subtracted
from analysis.prepare.choices import Choices
from analysis.read.block import Coded, empty_block
from analysis.run import check_data

AGREEMENTS = [
    ["N°", "Partenaire", "Entité", "Début", "Fin prévue", "Montant (€)"],
    ["C1", "Amicale", "RH", "2018-01-01", "2018-12-31", 1000],
    ["C2", "Bouée", "RSE", "2019-01-01", "2019-12-31", 4000],
]


def of_payments(folder, header: str, payments: list[tuple[str, int]]) -> None:
    """A programme of two agreements whose payments bear a text under a header."""
    book = openpyxl.Workbook()
    book.active.title = "Conventions"
    for row in AGREEMENTS:
        book.active.append(row)
    sheet = book.create_sheet("Versements")
    sheet.append(["N° convention", "Date", header, "Montant (€)"])
    for month, (text, amount) in enumerate(payments, 2):
        sheet.append(["C2", f"2019-{month:02}-01", text, amount])
    book.save(folder / "programme.xlsx")


def of_grants(folder, header: str, grants: list[tuple[str, str]]) -> None:
    """A list of grants to two associations with a text of each under a header."""
    lines = [
        f"{'Amicale' if month % 2 else 'Bouée'};0{month}/03/2019;{text};{amount}"
        for month, (text, amount) in enumerate(grants, 1)
    ]
    text = "\n".join([f"Association;Date;{header};Montant", *lines]) + "\n"
    (folder / "liste.csv").write_text(text, encoding="utf-8")


def total(folder, changes: dict[str, str] | None = None) -> float:
    """What a folder adds up to once its draft is confirmed, with some answers changed."""
    draft = check_data.check(folder).draft.replace(" # ?", "")
    for old, new in (changes or {}).items():
        assert old in draft
        draft = draft.replace(old, new)
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    return clean.clean(folder).tables["contributions"]["value_eur"].sum()


def question(folder) -> str:
    """The only question about a folder."""
    with pytest.raises(Refused) as refused:
        clean.clean(folder)
    (fault,) = refused.value.faults
    assert fault.rule == "question"
    return fault.message


@pytest.mark.parametrize(
    ("header", "back"),
    [
        ("Type", "Remboursement du partenaire"),
        ("Type", "Refund"),
        ("Remarque", "remboursement trop-perçu"),
        ("Nature de l'opération", "Titre de recette"),
        ("Art der Buchung", "Rückzahlung"),
    ],
)
def test_a_refund_among_payments_is_asked_and_subtracted(tmp_path, header, back):
    of_payments(tmp_path, header, [("Versement", 1000), ("Versement", 4000), (back, 1500)])
    asked = question(tmp_path)
    assert f"« {back} »" in asked and f'[source.subtract] ; "{header}" = ["{back}"]' in asked
    assert total(tmp_path) == 3500


def test_the_team_may_say_that_such_rows_are_added_or_left_out(tmp_path):
    of_payments(tmp_path, "Type", [("Versement", 4000), ("Remboursement", 1500)])
    answer = '[source.subtract]\n"Type" = ["Remboursement"]'
    assert total(tmp_path, {answer: answer.replace('["Remboursement"]', "[]")}) == 5500
    (tmp_path / "study.toml").unlink()
    assert total(tmp_path, {answer: answer.replace("subtract", "leave_out")}) == 4000


def test_a_refund_beside_a_remark_that_a_payment_was_called_off_is_asked_too(tmp_path):
    payments = [("", 1000), ("doublon, annulé", 4000), ("remboursement trop-perçu", 1500)]
    of_payments(tmp_path, "Remarque", payments)
    asked = question(tmp_path)
    assert "« doublon, annulé »" in asked and "« remboursement trop-perçu »" in asked
    assert total(tmp_path) == -500


def test_an_amount_below_zero_is_subtracted_already(tmp_path):
    of_payments(tmp_path, "Type", [("Versement", 4000), ("Remboursement", -1500)])
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == 2500


def test_payments_of_other_kinds_are_not_asked(tmp_path):
    of_payments(tmp_path, "Type", [("Acompte", 4000), ("Solde", 1500)])
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == 5500


@pytest.mark.parametrize(
    ("header", "gives", "takes"),
    [
        *[("SHKZG", "H", "S"), ("S/H-Kennz.", "S", "H")],
        *[("Vorzeichen", "+", "-"), ("Signe", "+", "-")],
    ],
)
def test_one_side_of_an_account_is_asked_and_subtracted(tmp_path, header, gives, takes):
    grants = [(gives, "25.000,00"), (takes, "5.000,00"), (gives, "30.000,00")]
    of_grants(tmp_path, header, grants)
    assert f'[source.subtract] ; "{header}" = ["{takes}"]' in question(tmp_path)
    assert total(tmp_path) == 50_000


def test_the_credit_side_of_an_account_may_be_subtracted_too(tmp_path):
    grants = [("Débit", "25000"), ("Crédit", "5000"), ("Débit", "30000")]
    of_grants(tmp_path, "Sens", grants)
    assert '[source.subtract] ; "Sens" = ["Crédit"]' in question(tmp_path)
    answer = '[source.leave_out]\n"Sens" = ["Crédit"]'
    assert total(tmp_path, {answer: answer.replace("leave_out", "subtract")}) == 50_000


@pytest.mark.parametrize("texts", [("H", "M"), ("H", "H"), ("A", "B")])
def test_other_letters_under_such_a_header_are_no_sides_of_an_account(tmp_path, texts):
    of_grants(tmp_path, "Sens", [(texts[0], "1000"), (texts[1], "500"), (texts[0], "700")])
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == 2200


def test_a_title_of_receipts_among_grants_is_subtracted_and_a_cancelled_one_left_out(tmp_path):
    kinds = ["Mandat", "Mandat", "Titre de recette", "Annulation de mandat"]
    of_grants(
        tmp_path, "Type de pièce", list(zip(kinds, ["1000", "2000", "500", "300"], strict=True))
    )
    assert total(tmp_path) == 2500
    (tmp_path / "study.toml").unlink()
    both = '"Type de pièce" = ["Titre de recette", "Annulation de mandat"]'
    changes = {'"Type de pièce" = ["Annulation de mandat"]': '"Type de pièce" = []'}
    assert total(tmp_path, changes | {'"Type de pièce" = ["Titre de recette"]': both}) == 2200


def test_a_header_that_is_not_there_is_a_fault(tmp_path):
    of_payments(tmp_path, "Type", [("Versement", 4000), ("Remboursement", 1500)])
    with pytest.raises(Refused, match="Kind"):
        total(tmp_path, {'"Type" = ["Remboursement"]': '"Kind" = ["Remboursement"]'})


def test_a_text_that_no_row_bears_is_a_fault(tmp_path):
    of_payments(tmp_path, "Type", [("Versement", 4000), ("Remboursement", 1500)])
    with pytest.raises(Refused, match="Rembours"):
        total(tmp_path, {'"Type" = ["Remboursement"]': '"Type" = ["Remborsement"]'})


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


def block(**columns: list[str]):
    """A block of rows under headers."""
    made = empty_block("liste.csv", 1)
    for name, texts in columns.items():
        codes, values = pd.factorize(pd.Series(texts))
        made.columns[name] = Coded(codes.astype("int32"), pd.Series(values, dtype="str"))
    made.lines = pd.RangeIndex(2, 2 + len(texts)).to_numpy()
    return made


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
