"""Agreements and grants of several partners on one row: asked, since only one of them would count."""

import openpyxl
import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.layout.amounts.merged_amounts import MERGED
from analysis.layout.partners.several_partners import are_partners_in_cells
from analysis.run import check_data
from raw_lists import block_of
from test_false_totals import question, write

NAMES = ["Amicale laïque", "Club nautique", "Emmaüs Loire", "Foyer rural", "Judo club", "Rejoué"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Partenaire 1", "Partenaire 2"),
        ("Partner", "Partner 2"),
        ("Partenaire", "Autre partenaire"),
    ],
)
def test_the_first_of_several_partners_is_taken_and_asked(tmp_path, first, second):
    rows = [
        f"{number};{name};{'Voisins malins' if number < 3 else ''};Siège;2018-01-0{number};2018-12-31"
        for number, name in enumerate(NAMES, 1)
    ]
    header = f"N°;{first};{second};Entité;Début;Fin prévue"
    (tmp_path / "conventions.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        clean.clean(tmp_path, day="2018-12-31")
    assert any(second in fault.message for fault in refused.value.faults)
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    assert f'partner_id = "{first}"' in draft
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    assert len(clean.clean(tmp_path, day="2018-12-31").tables["agreements"]) == len(NAMES)


def of_cells(header: str, cells: list[str]) -> tuple[str, list[str]]:
    grants = enumerate([*NAMES, *cells], 1)
    return f"{header};Date;Montant", [f"{cell};2018-01-0{n};{1000 * n}" for n, cell in grants]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Association(s)", ["Konexio + Aurore"]),
        ("Association(s)", ["Konexio et Aurore", "Proxité et Voisins malins"]),
        ("Association", ["Judo club / Konexio", "Foyer rural + Aurore"]),
        ("Association", ["Judo club et Rejoué", "Foyer rural & Club nautique"]),
        ("Association", ['"Judo club,Rejoué"', '"Foyer rural, Club nautique"']),  # linked records
    ],
)
def test_cells_that_name_several_partners_are_asked(tmp_path, header, cells):
    write(tmp_path, *of_cells(header, cells))
    assert f'recipient = "{header}"' in question(tmp_path)


@pytest.mark.parametrize("cell", ["Lire et faire lire", "Sport / Culture", "Judo club / section"])
def test_a_name_of_two_words_is_no_two_partners(tmp_path, cell):
    write(tmp_path, *of_cells("Association", [cell]))
    assert len(clean.clean(tmp_path).tables["partners"]) == len(NAMES) + 1


def test_partners_of_linked_records_are_asked_beside_the_column_that_names_them(tmp_path):
    """Asked with the column: once that is confirmed nothing would ask whether "A,B" are two."""
    cells = [*NAMES, "Judo club,Rejoué", "Foyer rural,Club nautique", NAMES[0]]
    lines = [f'"{cell} {day}","{cell}",2018-01-0{day},1000' for day, cell in enumerate(cells, 1)]
    text = "\n".join(["Name,Linked,Start date,Amount", *lines])
    (tmp_path / "liste.csv").write_text(text + "\n", encoding="utf-8")
    asked = question(tmp_path)
    assert 'recipient = "Linked"' in asked and "plusieurs partenaires" in asked


@pytest.mark.parametrize("table", ["grants", "agreements"])
@pytest.mark.parametrize("is_partner", [True, False])
def test_partners_that_share_a_merged_amount_are_asked(tmp_path, table, is_partner):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["N° convention", "Partenaire", "Direction", "Début", "Fin prévue", "Montant"])
    for number, name in enumerate(NAMES, 1):
        amount = None if number == 3 else 1000 * number
        sheet.append([f"C{number}", name, "Nord", f"0{number}/01/2016", "31/12/2018", amount])
    sheet.merge_cells("F3:F4")
    book.save(tmp_path / ("conventions.xlsx" if table == "agreements" else "dons.xlsx"))
    with pytest.raises(Refused) as refused:
        clean.clean(tmp_path, day="2018-12-31")
    messages = [fault.message for fault in refused.value.faults]
    assert any("Emmaüs Loire" in message and "fusionnée" in message for message in messages)
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    left_out = "[]" if is_partner else f'["{MERGED}"]'
    draft = draft.replace('"merged" = []', f'"merged" = {left_out}')
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    amounts = clean.clean(tmp_path, day="2018-12-31").tables["agreements"]["planned_amount_eur"]
    assert amounts.sum() == 18000
    assert (len(amounts), amounts.isna().sum()) == ((6, 1) if is_partner else (5, 0))


def test_an_amount_merged_over_the_rows_of_one_partner_is_not_asked(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Association", "Date", "Montant"])
    for day, name in enumerate([*NAMES, NAMES[-1]], 1):
        sheet.append([name, f"0{day}/01/2016", 1000 * day if day < 7 else None])
    sheet.merge_cells("C7:C8")
    book.save(tmp_path / "dons.xlsx")
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == 21000


@pytest.mark.parametrize(
    ("cell", "is_several"),
    [
        ("Age UK; Mind", True),
        ("Age UK, Mind and Shelter", True),
        ("Age UK & Mind", False),  # two words of one name stand alone too
        ("Age UK; Leeds", False),
        ("Age UK, Leeds and Shelter", False),
    ],
)
def test_one_cell_of_partners_that_all_stand_alone_names_several(cell, is_several):
    listed = block_of(["Grantee"], [cell], ["Mind"], ["Shelter"], ["Age UK"])
    assert are_partners_in_cells(listed, ("Grantee",)) == is_several
