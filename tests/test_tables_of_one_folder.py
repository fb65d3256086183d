"""Tables of several kinds beside each other, each in several lists: what is told twice or under other
names is asked or counted once.
"""

import re
from dataclasses import replace

import pandas as pd
import pytest

from analysis import clean, layout, prepare
from analysis.clean.partners.numbers_of_partners import codes_of_others
from analysis.clean.programme.payments_by_partner import with_agreements_of_partners
from analysis.clean.several_lists.agreements_of_sources import with_one_number_across
from analysis.clean.several_lists.numbers_of_rows import numbered
from analysis.layout.agreements.amending_sheets import amending_instead, numbers_of_agreements
from analysis.layout.amounts.doubts_about_amounts import amounts_unnamed
from analysis.layout.headers.header_matching import match
from analysis.layout.payments.payment_sheets import take_days_and_amounts
from analysis.layout.recognition import recognise
from analysis.run.check_data import check
from analysis.text import formatting
from raw_lists import accepted, block_of, workbook
from test_choices_for_untold import write
from test_prepare import field

STUDY = layout.StudyDescription(name="study")
AGREEMENTS = ["N° de convention", "Partenaire", "Entité", "Début", "Échéance", "Montant prévu"]
ROWS = [
    [f"C{n}", f"Foyer {n}", "Siège", f"01/0{n}/2016", "31/12/2018", 1000 * n] for n in range(1, 7)
]
PARTNERS = "Code partenaire;Raison sociale;N° siren"
NORTH = [PARTNERS, "1;Foyer 1;732829320", "2;Foyer 2;304865000", "3;Foyer 3;"]
SOUTH = [PARTNERS, "1;Foyer 4;542065479", "2;Foyer 5;", "3;Foyer 6;"]


def agreements(folder) -> None:
    write(folder, "conventions.csv", [";".join(map(str, row)) for row in (AGREEMENTS, *ROWS)])


def test_lists_that_number_their_partners_anew_are_asked(tmp_path):
    agreements(tmp_path)
    write(tmp_path, "partenaires nord.csv", NORTH)
    write(tmp_path, "partenaires sud.csv", SOUTH)
    checked = check(tmp_path)
    (fault,) = checked.faults
    assert "Foyer 1" in fault.message
    apart = ("# same_as_others = false", "same_as_others = false")
    tables = accepted(tmp_path, checked.draft, apart, day="2018-12-31").tables
    by_code = tables["partners"].set_index("partner_id")["name"]
    assert by_code[tables["agreements"]["partner_id"]].tolist() == [row[1] for row in ROWS]
    assert len(by_code) == 6


def test_the_answer_about_codes_has_one_field_on_the_page(tmp_path):
    agreements(tmp_path)
    write(tmp_path, "partenaires nord.csv", NORTH)
    write(tmp_path, "partenaires sud.csv", SOUTH)
    (tmp_path / "study.toml").write_text("[study]\nday = 2018-12-31\n", encoding="utf-8")
    page = prepare.open(tmp_path, "en", tmp_path / "reports")
    (sheet,) = [each for each in page.choices.sheets if each.source == "partenaires nord.csv"]
    (choice,) = page.choices.questions_of_rows.of_sheet(sheet)
    sheet.answer(choice, "apart")
    assert page.choices.questions_of_rows.of_sheet(sheet) == [choice]
    page.choices.look()
    assert not page.choices.questions_of_rows.keys
    formatting.use("fr")


def test_codes_of_several_lists_in_a_list_of_all_regions_are_asked(tmp_path):
    write(tmp_path, "partenaires nord.csv", NORTH)
    write(tmp_path, "partenaires sud.csv", SOUTH)
    codes = [[row[0], n % 3 + 1, *row[2:]] for n, row in enumerate(ROWS)]
    write(tmp_path, "suivi.csv", [";".join(map(str, row)) for row in (AGREEMENTS, *codes)])
    apart = '[[source]]\nfiles = "partenaires *.csv"\ntable = "partners"\nsame_as_others = false\n'
    source = '[[source]]\nfiles = "suivi.csv"\ntable = "agreements"\n'
    (tmp_path / "study.toml").write_text(f'[study]\nname = "x"\n{apart}{source}', "utf-8")
    (fault,) = check(tmp_path).faults
    assert fault.file == "suivi.csv" and "6 lignes portent des codes" in fault.message


def test_agreements_by_codes_of_each_region_are_of_its_own_partners(tmp_path):
    by_region = {"nord": NORTH, "sud": SOUTH}
    for region, partners in by_region.items():
        write(tmp_path, f"partenaires {region}.csv", partners)
        codes = [[f"{region}-{n}", n, *ROWS[n][2:]] for n in (1, 2, 3)]
        lines = [";".join(map(str, row)) for row in ([AGREEMENTS[0], *AGREEMENTS[1:]], *codes)]
        write(tmp_path, f"conventions {region}.csv", lines)
    source = '[[source]]\nfiles = "{} *.csv"\ntable = "{}"\nsame_as_others = false\n'
    sources = source.format("partenaires", "partners") + source.format("conventions", "agreements")
    (tmp_path / "study.toml").write_text(f'[study]\nname = "x"\n{sources}', encoding="utf-8")
    tables = clean.clean(tmp_path, day="2018-12-31").tables
    by_code = tables["partners"].set_index("partner_id")["name"]
    partner_of = tables["agreements"].set_index("agreement_id")["partner_id"].map(by_code)
    assert partner_of["NORD-1"] == "Foyer 1" and partner_of["SUD-1"] == "Foyer 4"
    assert len(by_code) == 6


def write_regions(folder, partners: dict[str, list[str]], payment_lists: list[str]) -> None:
    """Two lists of agreements that number from 1, and payments by these numbers."""
    for region, names in partners.items():
        lines = [[n + 1, names[n], region, *ROWS[n][3:]] for n in range(2)]
        text = [";".join(map(str, row)) for row in (AGREEMENTS, *lines)]
        write(folder, f"conventions {region}.csv", text)
    for number, name in enumerate(payment_lists):
        paid = [f"{n};2017;{100 * (number + 1)}" for n in (1, 2)]
        write(folder, f"{name}.csv", ["N° de convention;Année;Montant versé", *paid])
    source = '[[source]]\nfiles = "{} *.csv"\ntable = "{}"\n'
    text = '[study]\nname = "x"\n' + source.format("versements", "contributions")
    text += source.format("conventions", "agreements") + "same_as_others = false\n"
    (folder / "study.toml").write_text(text, encoding="utf-8")


def paid_by_entity(folder) -> dict[str, float]:
    tables = clean.clean(folder, day="2018-12-31").tables
    entities = tables["agreements"].set_index("agreement_id")["entity"]
    paid = tables["contributions"].groupby(tables["contributions"]["agreement_id"].map(entities))
    return paid["value_eur"].sum().to_dict()


@pytest.mark.parametrize(
    ("one", "other", "partners"),
    [
        ("nord", "sud", ["Foyer 1", "Foyer 2"]),
        ("nord", "sud", ["Halte", "Ilot"]),
        ("secteur 1", "secteur 2", ["Halte", "Ilot"]),  # which figures alone tell apart
    ],
)
def test_payments_of_numbers_given_anew_are_of_the_agreements_of_their_region(
    tmp_path, one, other, partners
):
    payment_lists = [f"versements {one}", f"versements {other}"]
    write_regions(tmp_path, {one: ["Foyer 1", "Foyer 2"], other: partners}, payment_lists)
    assert paid_by_entity(tmp_path) == {one: 200, other: 400}


@pytest.mark.parametrize("name", ["versements 2", "versements 2017 2", "versements v2"])
def test_a_figure_without_its_word_tells_no_region(tmp_path, name):
    partners = {"secteur 1": ["Foyer 1", "Foyer 2"], "secteur 2": ["Halte", "Ilot"]}
    write_regions(tmp_path, partners, [name])
    (fault,) = check(tmp_path).faults
    assert fault.file == f"{name}.csv" and "2 lignes de versements" in fault.message


def test_numbers_that_two_lists_give_anew_are_answered_on_the_page(tmp_path):
    partners = {"nord": ["Foyer 1", "Foyer 2"], "sud": ["Halte", "Ilot"]}
    write_regions(tmp_path, partners, ["versements nord", "versements sud"])
    south = tmp_path / "conventions sud.csv"  # of other amounts, so that its agreements are others
    south.write_text(south.read_text("utf-8").replace("000\n", "500\n"), "utf-8")
    (tmp_path / "study.toml").write_text("[study]\nday = 2018-12-31\n", encoding="utf-8")
    page = prepare.open(tmp_path, "fr", tmp_path / "reports")
    (question,) = page.choices.questions_of_rows.still_open
    assert question.file == "conventions nord.csv"
    assert "4 lignes de versements nord.csv, versements sud.csv" in question.message
    field(page.parts["columns"], "Lignes d’une autre liste").value = "apart"
    page.save()
    assert not page.choices.questions_of_rows.keys
    assert paid_by_entity(tmp_path) == {"nord": 200, "sud": 400}


def accepted_faults(folder) -> list:
    """What is asked of the rows, once all that the draft proposes is confirmed."""
    text = re.sub(" # \\?$", "", check(folder).draft, flags=re.MULTILINE)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return check(folder).faults


@pytest.mark.parametrize("answer", ["same", "different"])
def test_payments_by_a_spelling_reach_the_agreement_whatever_was_decided_of_it(tmp_path, answer):
    register = ["Code partenaire;Raison sociale", "P1;Association Envie Rhône", "P2;Judo club"]
    write(tmp_path, "annuaire.csv", register)
    names = ["Envie Rhône", "Judo club"]
    rows = [[f"C{n}", name, *ROWS[n][2:]] for n, name in enumerate(names, 1)]
    write(tmp_path, "conventions.csv", [";".join(map(str, row)) for row in (AGREEMENTS, *rows)])
    paid = [f"{name};01/06/2017;500" for name in names]
    write(tmp_path, "versements.csv", ["Structure;Date;Somme versée", *paid])
    decisions = ["partner,same_as,answer", f"P1,Envie Rhône,{answer}"]
    write(tmp_path, "partners.csv", decisions)
    tables = accepted(tmp_path, check(tmp_path).draft, day="2018-12-31").tables
    is_attached = tables["contributions"]["agreement_id"].isin(tables["agreements"]["agreement_id"])
    assert is_attached.tolist() == [True, True]
    assert tables["agreements"]["partner_id"].eq("P1").any() == (answer == "same")


REGIONS = ("nord", "ouest", "sud")
CODES = "N° de convention;Code partenaire;Début;Échéance;Montant prévu"


def write_three_regions(folder) -> None:
    """Partners, agreements and amendments of three regions, each of which counts from 1."""
    for nth, region in enumerate(REGIONS):
        names = [f"{n};{word} {region}" for n, word in enumerate(("Halte", "Ilot"), 1)]
        write(folder, f"partenaires {region}.csv", ["Code partenaire;Raison sociale", *names])
        rows = [f"{n};{n};01/0{n}/2016;31/12/2017;{n}{nth}00" for n in (1, 2)]
        write(folder, f"conventions {region}.csv", [CODES, *rows])
        head = "N° de convention;Avenant;Nouvelle échéance"
        write(folder, f"avenants {region}.csv", [head, f"2;1;31/12/{2018 + nth}"])


def test_amendments_of_regions_are_of_the_agreements_that_each_numbers(tmp_path):
    write_three_regions(tmp_path)
    draft = check(tmp_path).draft
    assert {fault.file for fault in accepted_faults(tmp_path)} == {
        "conventions nord.csv",
        "partenaires nord.csv",
    }
    for table in ("partners", "agreements"):
        draft = draft.replace(f'table = "{table}"', f'same_as_others = false\ntable = "{table}"')
    tables = accepted(tmp_path, draft, day="2018-12-31").tables
    agreements = tables["agreements"].set_index("agreement_id")
    ends = agreements["planned_end"].dt.year
    assert [ends[f"1-{region}"] for region in REGIONS] == [2017, 2017, 2017]
    assert [ends[f"2-{region}"] for region in REGIONS] == [2018, 2019, 2020]
    names = agreements["partner_id"].map(tables["partners"].set_index("partner_id")["name"])
    assert [names[f"2-{region}"] for region in REGIONS] == [f"Ilot {each}" for each in REGIONS]


def test_an_amendment_by_a_number_that_two_lists_give_is_asked(tmp_path):
    for nth, partner in enumerate(("Halte", "Ilot")):
        lines = [f"{n};{partner} {n};01/0{n}/2016;31/12/2017;{n}{nth}00" for n in (1, 2)]
        write(tmp_path, f"conventions {REGIONS[nth]}.csv", [CODES.replace("Code p", "P"), *lines])
    head = "N° de convention;Avenant;Nouvelle échéance"
    write(tmp_path, "avenants.csv", [head, "2;1;31/12/2019"])
    (fault,) = accepted_faults(tmp_path)
    assert "1 ligne de avenants.csv" in fault.message


def test_payments_of_all_regions_by_numbers_given_anew_are_asked(tmp_path):
    partners = {"nord": ["Foyer 1", "Foyer 2"], "sud": ["Foyer 1", "Foyer 2"]}
    write_regions(tmp_path, partners, ["versements 2017"])
    (fault,) = check(tmp_path).faults
    assert fault.file == "versements 2017.csv" and "2 lignes de versements" in fault.message


@pytest.mark.parametrize(
    "other",
    [
        {"name": ["Foyer un", "Foyer deux"], "siren": ["732829320", "304865000"]},
        {"name": ["FOYER 1", "foyer-2"], "siren": [None, None]},
        {"name": ["Foyer 8", "Foyer 9"], "siren": [None, None], "~same_as_others": True},
        {"name": ["Foyer 8", "Foyer 9"], "siren": [None, None], "~precedence": 1},
    ],
)
def test_codes_of_the_same_partners_in_two_lists_are_not_asked(other):
    one = pd.DataFrame({"partner_id": ["1", "2"], "name": ["Foyer 1", "Foyer 2"], "source": "a"})
    one["siren"] = ["732829320", "304865000"]
    two = pd.DataFrame({"partner_id": ["1", "2"], "source": "b"} | other)
    assert codes_of_others(pd.concat([one, two], ignore_index=True)).empty


def test_payments_by_name_are_of_the_agreements_of_codes():
    running = pd.DataFrame({"agreement_id": ["A1", "A2"], "partner_id": ["P1", "P2"]})
    running["start"] = pd.to_datetime(["2016-01-01", "2016-01-01"])
    running["planned_end"] = running["end"] = pd.to_datetime(["2018-12-31", "2018-12-31"])
    names = pd.DataFrame({"partner_id": ["P1", "P2"], "name": ["Foyer d’Ain", "P2"]})
    payments = pd.DataFrame({"agreement_id": ["FOYER D'AIN", "P2", "P1"], "year": 2017})
    payments["date"] = pd.to_datetime([None, None, None])
    found = with_agreements_of_partners(payments, running, names, {})
    assert found["agreement_id"].tolist() == ["A1", "A2", "A1"]
    assert found["~attachment"].eq("by partner").all()


def payments(source: str, days: list[str], name: str = "Foyer") -> pd.DataFrame:
    """Payments without numbers, of one partner."""
    rows = pd.DataFrame({"date": pd.to_datetime(days), "source": source, "agreement_id": name})
    return rows.assign(year=rows["date"].dt.year, value_eur=500.0, kind="cash")


def test_rows_without_numbers_are_told_apart_by_how_often_they_were_said():
    rows = payments("a", ["2018-03-01", "2018-03-01", "2018-09-01"])
    first, again, other = numbered(rows, "contributions", {})["contribution_id"]
    assert again == f"{first} 2" and not other.endswith(" 1")


EARLIER = ["2014-03-01", "2015-03-01", "2016-03-01", "2016-09-01", "2017-03-01", "2017-09-01"]
LATER = ["2017-03-01", "2017-06-01", "2017-09-01"]
LATER += ["2018-03-01", "2018-09-01", "2019-03-01", "2019-09-01", "2019-10-01"]


@pytest.mark.parametrize(("later", "is_asked"), [(LATER, True), ([LATER[1], *LATER[3:]], False)])
def test_exports_that_repeat_the_payments_of_a_year_are_asked(later, is_asked):
    notes = {}
    earlier = [*EARLIER, "2017-06-01"] if is_asked else EARLIER
    rows = pd.concat([payments("a", earlier), payments("b", later, "FOYER")], ignore_index=True)
    numbered(rows, "contributions", notes)
    assert notes["repeated_payments"]["rows"].tolist() == ([3] if is_asked else [])


def amended(header: str):
    """Amendments of agreements, with amounts below a header."""
    return block_of(
        ["N° de convention", "Date avenant", "Nouvelle échéance", header],
        *[(f"C{n}", "01/02/2018", "31/12/2019", 500 * n) for n in (1, 3, 5)],
        source="avenants.csv",
    )


@pytest.mark.parametrize("header", ["Complément (€)", "Rallonge budgétaire", "Budget conventionné"])
def test_amounts_of_amendments_that_no_header_names_are_asked(header):
    listed = block_of(AGREEMENTS, *ROWS, source="conventions.csv")
    blocks = [(listed, "conventions", recognise(listed, "conventions", STUDY))]
    _same, mapping = amending_instead([*blocks, (amended(header), "avenants", None)], STUDY)
    assert mapping.amends
    (doubt,) = [doubt for doubt in mapping.doubts if doubt.column == "planned_amount_eur"]
    assert doubt.others == (header,)


@pytest.mark.parametrize(("stem", "amends"), [("avenants", True), ("versements avenants", False)])
def test_amendments_drafted_as_payments_are_amendments(stem, amends):
    listed = block_of(AGREEMENTS, *ROWS, source="conventions.csv")
    mapping = recognise(listed, "conventions", STUDY)
    doubts = (layout.Doubt("kind", (), (), "unnamed"),)
    draft = replace(mapping, table="contributions", columns={}, doubts=doubts)
    blocks = [(listed, "conventions", mapping), (amended("Complément (€)"), stem, draft)]
    _same, amending = amending_instead(blocks, STUDY)
    assert (amending is not None) == amends


@pytest.mark.parametrize(
    ("header", "offered"),
    [("Budget conventionné", True), ("Budget du projet", False), ("Heures", False)],
)
def test_amounts_of_agreements_below_a_word_for_money_are_asked(header, offered):
    block = block_of([*AGREEMENTS[:5], header], *ROWS)
    doubts = amounts_unnamed(match(block, "agreements"))
    assert [doubt.others for doubt in doubts] == ([(header,)] if offered else [])


def test_numbers_made_of_several_columns_are_no_numbers_of_other_tables():
    block = block_of(AGREEMENTS[1:], *[row[1:] for row in ROWS])
    mapping = recognise(block, "conventions", STUDY)
    assert mapping is None or len(mapping.columns["agreement_id"]) > 1
    by_number = recognise(block_of(AGREEMENTS, *ROWS), "conventions", STUDY)
    joined = {"agreement_id": ("Partenaire", "Début")}
    assert numbers_of_agreements(block, type(by_number)("", "agreements", joined, {})) == set()
    assert "c1" in numbers_of_agreements(block_of(AGREEMENTS, *ROWS), by_number)


@pytest.mark.parametrize(
    ("last", "amounts"), [("2018", [700, 700, 700]), ("register", [300, 300, 400])]
)
def test_amounts_that_add_up_for_one_year_add_up_for_all_years_alone(last, amounts):
    rows = pd.DataFrame({"source": ["2016", "2017", last], "agreement_id": "C1", "rank": [2, 1, 0]})
    rows = rows.assign(partner_id="P", entity="E", line=2, start=pd.Timestamp("2016-01-01"))
    rows["planned_amount_eur"] = [100.0, 200.0, 400.0]
    rows["~same_reference"] = ["add", None, None]
    summed, _numbers = with_one_number_across(rows, {})
    assert summed["planned_amount_eur"].tolist() == amounts


@pytest.mark.parametrize(
    ("header", "how"), [("Versement", "words"), ("Débours", "cells"), ("Montant réglé", "words")]
)
def test_days_and_amounts_of_payments_are_taken_by_their_cells(header, how):
    rows = [(f"C{n}", f"0{n}/02/2017", 1250.5 * n) for n in range(1, 7)]
    found = match(block_of(["N° dossier", "Payé le", header], *rows), "contributions")
    take_days_and_amounts(found, are_payments=True)
    assert found.columns["date"] == ("Payé le",) and found.columns["value_eur"] == (header,)
    assert how in found.how["value_eur"]


def test_a_recapitulation_of_payments_by_number_is_left_aside(tmp_path):
    agreements(tmp_path)
    paid = [f"V{n};C{n};{year};{100 * n}" for n in range(1, 7) for year in (2016, 2017)]
    write(tmp_path, "versements.csv", ["N° pièce;N° de convention;Année;Montant versé", *paid])
    sums = [f"Foyer {n};{100 * n};{100 * n};{200 * n}" for n in range(1, 7)]
    write(tmp_path, "recap versements.csv", ["Partenaire;2016;2017;Total", *sums])
    assert (
        clean.clean(tmp_path, day="2018-12-31").tables["contributions"]["value_eur"].sum() == 4200
    )


def test_a_table_of_one_row_is_asked_about_like_a_longer_one_of_its_headers(tmp_path):
    header = ["S.No.", "Type", "Organization Name", "Signed On"]
    rows = [[f"{n}.", "Academic", f"University {n}", f"201{n}-03-12"] for n in range(1, 6)]
    desks = [["Region", "Contact", "Telephone"], ["Asia", "Mrs E", "12 34"]]
    sheets = {"Europe": [header, *rows[:4]], "Africa": [header, rows[4]], "Desks": desks}
    draft = check(workbook(tmp_path / "d", sheets)).draft
    assert re.findall('^sheet = "(.*)"', draft, re.M) == ["Europe", "Africa"]


def test_a_file_that_no_source_names_is_told_and_one_of_another_folder_is_not(tmp_path):
    named = '[study]\nname = "lay"\n[[source]]\nfiles = "projets.csv"\ntable = "projects"\n'
    (tmp_path / "study.toml").write_text(named, encoding="utf-8")
    (tmp_path / "projets.csv").write_text(
        "N° de projet;Code partenaire;Début\nP1;A1;2014-03-01\n", encoding="utf-8"
    )
    (tmp_path / "conventions.csv").write_text("N°;Montant\nC1;12000\n", encoding="utf-8")
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth/planted.csv").write_text("N°;Montant\nC1;12000\n", encoding="utf-8")
    formatting.use("fr")
    cleaned = clean.clean(tmp_path)
    assert [remark.split(": ", 1)[0] for remark in cleaned.remarks] == ["conventions.csv"]
    assert "aucune [[source]] de study.toml ne le nomme" in cleaned.remarks[0]
    in_quarantine = cleaned.quarantine.set_index("source")["rule"]
    assert in_quarantine["conventions.csv"] == "not named"
    assert in_quarantine["truth/planted.csv"] == "not read"
    said = [line for line in check(tmp_path).remarks if "conventions.csv" in line]
    assert len(said) == 1
