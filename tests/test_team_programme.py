"""Workbooks in which a team keeps its agreements and payments: what is paid, what numbers the rows."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

import french_team
import raw_lists
from analysis import clean, parse
from analysis.declare.faults import Refused
from analysis.layout.agreements.statuses_of_agreements import not_signed, of_no_agreement
from analysis.layout.doubts import doubts_of
from analysis.layout.headers.header_matching import match
from analysis.layout.payments.stages import stages, yes_means
from analysis.layout.terms.changed_ends import tells_early_end
from analysis.read import Coded
from analysis.run import check_data
from raw_lists import agreements_read, as_read, block_of, rows_read

AGREEMENTS = [
    ["N° convention", "Code partenaire", "Entité", "Début", "Échéance", "Montant prévu (€)"],
    *[[f"C{n}", f"P{n}", "Courrier", "2016-01-01", "2018-12-31", 9000] for n in range(4)],
]
HEADER = ["N° convention", "Année", "Sens", "Nature", "Valorisation (€)"]


def payments(header: str | None, marks: list[str], instalments=(3000,)) -> list[list]:
    """Payments of three years of four agreements; the marks are those of each year."""
    rows = [
        [f"C{n}", 2016 + year, "vers partenaire", "Numéraire", amount, mark]
        for n in range(4)
        for year, mark in enumerate(marks)
        for amount in instalments
    ]
    return [[*HEADER, header], *rows] if header else [HEADER, *(row[:-1] for row in rows)]


def workbook(folder, sheets: dict[str, list[list]], study: str = "day = 2018-12-31"):
    """A folder with one workbook, and what study.toml says of the study."""
    raw_lists.workbook(folder, sheets)
    (folder / "study.toml").write_text(f'[study]\nname = "suivi"\n{study}\n', encoding="utf-8")
    return folder


def of_stages(folder) -> dict[str, float]:
    """What the contributions of each stage add up to."""
    rows = rows_read(folder, "contributions")
    return rows.groupby("stage")["value_eur"].sum().to_dict()


def questions(folder) -> list[str]:
    try:
        clean.clean(folder)
    except Refused as refused:
        return [str(fault) for fault in refused.faults]
    return []


TOLD_BY = [
    ("Prévu / Réalisé", "Réalisé", "Prévu"),
    ("Statut", "Versé", "Prévu"),
    ("État", "payé", "à verser"),
    ("Payé", "oui", "non"),
    ("Versé (O/N)", "O", "N"),
    ("Versement effectué (O/N)", "O", "N"),
    ("Payment status", "Paid", "Pending"),
]


@pytest.mark.parametrize(("header", "paid", "ahead"), TOLD_BY)
def test_headers_and_words_say_what_is_paid_and_what_is_but_planned(header, paid, ahead):
    block = block_of(*payments(header, [paid, paid, ahead]))
    matched = match(block, "contributions")
    assert matched.columns["stage"] == (header,)
    assert not any(doubt.column == "stage" for doubt in doubts_of(block, matched, set()))
    assert stages(pd.Series([paid, ahead]), header)[0].tolist() == ["paid", "committed"]


@pytest.mark.parametrize(("header", "paid", "ahead"), [TOLD_BY[0], TOLD_BY[4]])
def test_a_column_tells_what_is_paid_and_what_is_but_planned(tmp_path, header, paid, ahead):
    sheets = {"Conventions": AGREEMENTS, "Versements": payments(header, [paid, paid, ahead])}
    assert of_stages(workbook(tmp_path / "d", sheets)) == {"paid": 24000, "committed": 12000}


def test_yes_and_no_number_no_rows(tmp_path):
    rows = payments("Versé (O/N)", ["O", "O", "N"], instalments=(3000, 2000))
    sheets = {"Conventions": AGREEMENTS, "Versements": rows}
    folder = workbook(tmp_path / "d", sheets)
    assert of_stages(folder) == {"paid": 40000, "committed": 20000}
    sheets["Versements"] = payments("N°", ["oui", "oui", "non"], instalments=(3000, 2000))
    assert clean.clean(workbook(folder, sheets)).tables["contributions"]["value_eur"].sum() == 60000


def test_what_numbers_no_rows_is_asked(tmp_path):
    rows = payments("N°", ["12", "12", "15"], instalments=(3000, 2000))
    folder = workbook(tmp_path / "d", {"Conventions": AGREEMENTS, "Versements": rows})
    assert ["`N°` (12 | 15)" in text for text in questions(folder)] == [True]
    source = '[[source]]\nfiles = "suivi.xlsx"\nsheet = "{}"\ntable = "{}"\n[source.columns]\n'
    source = source.format("Versements", "contributions") + 'contribution_id = ""\n'
    source += '[[source]]\nfiles = "suivi.xlsx"\nsheet = "Conventions"\ntable = "agreements"\n'
    stated = workbook(folder, {"Conventions": AGREEMENTS, "Versements": rows}, source)
    assert clean.clean(stated).tables["contributions"]["value_eur"].sum() == 60000


def test_numbers_of_rows_stay_numbers(tmp_path):
    """Also those that begin anew in each agreement."""
    rows = payments("N°", ["1", "2", "3"])
    folder = workbook(tmp_path / "d", {"Conventions": AGREEMENTS, "Versements": rows})
    numbers = clean.clean(folder).tables["contributions"]["contribution_id"]
    assert len(numbers) == numbers.nunique() == 12 and numbers.str.match("[123] ").all()
    header, *rows = payments("N°", ["1", "2", "3"])
    rows = [[*row[:-1], f"V{number}"] for number, row in enumerate(rows)]
    sheets = {"Conventions": AGREEMENTS, "Versements": [header, *rows, rows[0]]}
    table = clean.clean(workbook(folder, sheets)).tables["contributions"]
    assert table["value_eur"].sum() == 36000 and set(table["contribution_id"]) >= {"V0", "V11"}


@pytest.mark.parametrize(
    ("header", "marks"),
    [
        ("Statut", ["Versé", "Versé", "En litige"]),  # a word that says neither
        ("Payé", ["x", "x", ""]),  # not yet, or not written
        ("Suivi comptable", ["Versé", "Versé", "Prévu"]),  # a header that says nothing
        ("À verser", ["non", "non", "oui"]),
    ],
)
def test_a_stage_that_is_not_sure_is_asked(tmp_path, header, marks):
    sheets = {"Conventions": AGREEMENTS, "Versements": payments(header, marks)}
    folder = workbook(tmp_path / "d", sheets)
    checked = check_data.check(folder)
    assert [f"`{header}`" in str(fault) for fault in checked.faults] == [True]
    assert f'stage = "{header}"' in checked.draft
    (folder / "study.toml").write_text(checked.draft.replace(" # ?", ""), encoding="utf-8")
    assert of_stages(folder)["paid"] == 24000


@pytest.mark.parametrize(
    ("header", "marks"),
    [
        ("Reçu fiscal", ["oui", "oui", "non"]),
        ("Statut", ["dossier A", "dossier B", "dossier A"]),
        (None, ["", "", ""]),
    ],
)
def test_of_other_columns_the_stage_is_what_the_sheet_says(tmp_path, header, marks):
    sheets = {"Conventions": AGREEMENTS, "Versements": payments(header, marks)}
    assert of_stages(workbook(tmp_path / "d", sheets)) == {"paid": 36000}


def test_yes_means_what_its_header_says():
    cells = pd.Series(["oui", "non", "prévu"])
    assert stages(cells, "Versé")[0].tolist() == ["paid", "committed", "committed"]
    assert stages(cells, "Reste à verser")[0].tolist() == ["committed", "paid", "committed"]
    assert yes_means("Paid (Y/N)") == "paid" and yes_means("Not paid") == "committed"
    assert yes_means("Reçu") == ""


def test_sentences_are_no_fault_of_a_workbook(tmp_path):
    """A table without headers stays a fault."""
    notes = [["Ce fichier recense les versements."], [], ["Source : service culture, 2018"]]
    sheets = {"Conventions": AGREEMENTS, "Versements": payments(None, ["", "", ""])}
    folder = workbook(tmp_path / "d", sheets | {"Lisez-moi": notes})
    checked = check_data.check(folder)
    assert not checked.faults and not checked.remarks
    assert len(rows_read(folder, "contributions")) == 12
    data = [[f"Association {n}", 500] for n in range(6)]
    checked = check_data.check(workbook(folder, sheets | {"Données": data}))
    assert checked.faults


# ---- rows that are in no force
FIFTH = 1000 + 10 * 4  # what the fifth line of the French team's payments holds
PAID = 35_960


def with_remarks(sheet: str, *remarks: str):
    """Write remarks beside the lines of a sheet from the fifth on."""

    def change(book) -> None:
        header_line = 3 if sheet == "Conventions" else 1
        column = book[sheet].max_column + 1
        book[sheet].cell(header_line, column, "Observations")
        for line, remark in enumerate(remarks, 5):
            book[sheet].cell(line, column, remark)

    return change


def hide(book) -> None:
    book["Versements"].row_dimensions[5].hidden = True


def strike(book) -> None:
    for cell in book["Versements"][5]:
        cell.font = openpyxl.styles.Font(strike=True)


def copied(sheet: str, name: str):
    """Copy a sheet under another name, with keys of its own."""

    def change(book) -> None:
        copy = book.copy_worksheet(book[sheet])
        copy.title = name
        for cell in copy["A"][3 if sheet == "Conventions" else 1 :]:
            cell.value = f"X{cell.value}"

    return change


@pytest.mark.parametrize(
    ("change", "said", "paid", "agreements"),
    [
        (
            with_remarks("Versements", "annulé", "Club folded before payment", "à confirmer"),
            '["annulé", "à confirmer", "Club folded before payment"]',
            PAID - (3 * FIFTH + 10 + 20),
            31,
        ),
        (with_remarks("Conventions", "non signée"), "« non signée »", PAID, 30),
        (hide, '"hidden" = ["masqué / hidden"]', PAID, 31),
        (strike, '"strikethrough" =', PAID - FIFTH, 31),
        (copied("Versements", "Versements prévus"), '"sheet" = ["Versements prévus"]', PAID, 31),
        (copied("Conventions", "Conventions refusées"), '"sheet" = ["Conventions ref', PAID, 31),
        (copied("Conventions", "Modèle"), '"sheet" = ["Modèle"]', PAID, 31),
    ],
)
def test_rows_of_a_programme_that_may_not_count_are_asked(tmp_path, change, said, paid, agreements):
    """What is paid and how many agreements are read, one of them with a start that is no day."""
    file = french_team.write(tmp_path)
    book = openpyxl.load_workbook(file)
    change(book)
    book.save(file)
    checked = check_data.check(tmp_path)
    (fault,) = checked.faults
    assert said in str(fault)
    (tmp_path / "study.toml").write_text(checked.draft.replace(" # ?", ""), encoding="utf-8")
    tables, asked = as_read(tmp_path)
    assert asked == [] and tables["contributions"]["value_eur"].sum() == paid
    assert len(tables["agreements"]) == agreements


@pytest.mark.parametrize("status", ["projet", "non signée", "à signer", "En cours de signature"])
def test_a_status_may_say_that_nothing_is_signed(status):
    texts = pd.Series(["signée", status, "échue"], dtype="str")
    assert not_signed(texts) == [status]
    assert of_no_agreement(texts, Coded(np.array([0, 0, 0, 1, *[2] * 26]), texts)) == [status]


def test_a_status_of_what_is_not_signed_is_asked(tmp_path):
    file = french_team.write(tmp_path)
    book = openpyxl.load_workbook(file)
    sheet = book["Conventions"]
    for line, text in enumerate(["Statut", *["signée"] * 3, "projet", *["échue"] * 26], 3):
        sheet.cell(line, 7, text)
    book.save(file)
    (asked,) = questions(tmp_path)
    assert "« projet »" in asked


def test_an_agreement_that_was_ended_early_ends_then(tmp_path):
    file = french_team.write(tmp_path)
    book = openpyxl.load_workbook(file)
    sheet = book["Conventions"]
    sheet["G3"], sheet["G5"] = "Date de résiliation", "30/06/2015"
    book.save(file)
    ended = agreements_read(tmp_path).dropna(subset="end")[["agreement_id", "end"]]
    assert ended.astype("str").values.tolist() == [[sheet["A5"].value, "2015-06-30"]]


NOTICES = ["Date limite de dénonciation", "Préavis de résiliation"]
NOTICES += ["Termination notice date", "Kündigungsfrist"]


@pytest.mark.parametrize("header", [*NOTICES, "Date de résiliation"])
def test_the_day_by_which_an_agreement_may_be_ended_is_no_early_end(header):
    block = block_of([header], ["30/09/2015"], ["30/09/2016"])
    assert tells_early_end(block, header) == (header not in NOTICES)


@pytest.mark.parametrize("header", [NOTICES[0], "Date de résiliation"])
def test_the_day_by_which_agreements_may_be_ended_is_no_end(tmp_path, header):
    """Asked where most agreements ended early, or may be ended by then."""
    file = french_team.write(tmp_path)
    book = openpyxl.load_workbook(file)
    sheet = book["Conventions"]
    sheet["G3"] = header
    for line in range(4, sheet.max_row + 1):
        sheet.cell(line, 7, sheet.cell(line, 5).value.replace("31/12", "30/09"))
    book.save(file)
    if header in NOTICES:
        assert "end" not in rows_read(tmp_path, "agreements")
    else:
        assert any(f"`{header}`" in question for question in questions(tmp_path))


@pytest.mark.parametrize(
    ("header", "cells", "asked"),
    [
        ("Montant versé", ["$ 300", "1 200"], True),
        ("Montant versé (€)", ["300 CHF", "1 200"], True),
        ("Montant versé", ["300 €", "1 200"], False),
        ("Montant versé ($)", ["$ 300", "US$ 200"], False),
        ("Amount", ["£300", "£1,200"], False),
    ],
)
def test_an_amount_in_another_currency_than_its_table_is_asked(tmp_path, header, cells, asked):
    rows = payments("Payé", ["oui", "oui", "oui"])
    rows[0][4] = header
    for row, cell in zip(rows[1:], cells * 6, strict=True):
        row[4] = cell if asked is False or row is rows[1] else cells[1]
    folder = workbook(tmp_path / "raw", {"Conventions": AGREEMENTS, "Versements": rows})
    told = [cells[0] in question for question in questions(folder)]
    assert told.count(True) == asked  # beside amounts in euros, the currency of all is asked


def in_a_further_sheet(folder, lines_of_2017: int, numbered: bool) -> float:
    """Write payments of 2017 again, without numbers, and one more of 7 euros; what these pay."""
    file = french_team.write(folder)
    book = openpyxl.load_workbook(file)
    sheet = book["Versements"]
    lines = list(sheet.iter_rows(values_only=True))
    again = book.create_sheet("Versements 2017")
    repeated = [line for line in lines if line[2] == 2017][:lines_of_2017]
    further = ["", "C001", 2017, "numéraire", "vers le partenaire", "7,00 €"]
    for line in [lines[0], *repeated, further]:
        again.append(line[1:])
    if not numbered:
        sheet.delete_cols(1)
    book.save(file)
    return sum(parse.amounts(pd.Series([line[5] for line in repeated]))[0])


@pytest.mark.parametrize("numbered", [True, False])
def test_payments_that_stand_in_another_sheet_without_a_number_are_asked(tmp_path, numbered):
    paid_again = in_a_further_sheet(tmp_path, 4, numbered)
    (asked,) = questions(tmp_path)
    assert "same_as_others = true" in asked and "4 " in asked
    sheets = {"Partenaires": "partners", "Conventions": "agreements", "Versements": "contributions"}
    sources = [
        f'[[source]]\nfiles = "suivi.xlsx"\nsheet = "{sheet}"\ntable = "{table}"\n'
        for sheet, table in (sheets | {"Versements 2017": "contributions"}).items()
    ]
    for answer, paid in {"true": PAID + 7, "false": PAID + 7 + paid_again}.items():
        stated = "".join(sources) + f"same_as_others = {answer}\n"
        (tmp_path / "study.toml").write_text(f"[study]\nday = 2018-12-31\n{stated}", "utf-8")
        assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == paid


@pytest.mark.parametrize("numbered", [True, False])
def test_few_equal_payments_of_another_sheet_are_further_ones(tmp_path, numbered):
    paid_again = in_a_further_sheet(tmp_path, 2, numbered)
    paid = clean.clean(tmp_path).tables["contributions"]["value_eur"].sum()
    assert paid == PAID + paid_again + 7


def test_other_remarks_of_a_programme_are_not_asked(tmp_path):
    file = french_team.write(tmp_path)
    book = openpyxl.load_workbook(file)
    remarks = ["RAS", "Reconduction tacite", "Projet de jardin", "Payé"]
    for sheet in ("Versements", "Conventions"):
        with_remarks(sheet, *remarks)(book)
    book.save(file)
    assert questions(tmp_path) == []


def test_the_year_of_payments_may_be_that_of_their_sheet(tmp_path):
    """Each sheet of payments was a list of grants, which stopped the programme."""
    header = ["N° convention", "Partenaire", "Montant (€)"]
    paid = [[row[0], f"Partenaire {row[0]}", 100] for row in AGREEMENTS[1:]]
    sheets = {"Conventions": AGREEMENTS}
    sheets |= {f"Contributions {year}": [header, *paid] for year in (2016, 2017)}
    folder = workbook(tmp_path / "d", sheets)
    draft = check_data.check(folder).draft
    stated = draft.replace('# kind = "…"', 'kind = "cash"').replace(" # ?", "")
    stated = stated.replace('# direction = "…"', 'direction = "to partner"')
    (folder / "study.toml").write_text(stated, encoding="utf-8")
    contributions = clean.clean(folder, day="2018-12-31").tables["contributions"]
    assert contributions.groupby("year")["value_eur"].sum().tolist() == 2 * [100.0 * len(paid)]
