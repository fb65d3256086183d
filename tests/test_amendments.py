"""Amendments of agreements in a team's own workbook: asked, then one agreement with the one they amend."""

import openpyxl
import pandas as pd
import pytest

import french_team
from analysis import clean, parse, prepare
from analysis.clean.amended_agreements import with_amendments
from analysis.clean.repeats import one_row_each
from analysis.declare.faults import Refused
from test_prepare import field

SHEETS = {
    "Partenaires": "partners",
    "Conventions": "agreements",
    "Versements": "contributions",
    "Enquête 2018": "answers",
}
AGREEMENTS = 30  # of the workbook that have a start
FIRST_LINE, EVERY = 4, 3


def amended(folder, number="{}-A1", amount="1 k€", header="", mark="", term="31/12/{}"):
    """Every third of the first twelve agreements, amended from July on to the end of the next year."""
    file = french_team.write(folder)
    book = openpyxl.load_workbook(file)
    sheet = book["Conventions"]
    if header:
        sheet["G3"] = header
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=FIRST_LINE)]
    for place, line in enumerate(lines[: 4 * EVERY : EVERY]):
        year = int(line[4][-4:])
        row = [number.format(line[0], place), *line[1:3], f"01/07/{year}", term.format(year + 1)]
        sheet.append([*row, amount, *[mark] * bool(header)])
    paid = book["Versements"]
    paid.append(
        ["V999", number.format("C001", 0), 2017, "numéraire", "vers le partenaire", "7,00 €"]
    )
    book.save(file)
    return lines[: 4 * EVERY : EVERY]


def answered(folder, answer: str) -> clean.Cleaned:
    """The workbook cleaned, with an answer to what is asked of its agreements."""
    sources = [
        f'[[source]]\nfiles = "suivi.xlsx"\nsheet = "{sheet}"\ntable = "{table}"\n'
        + f'same_reference = "{answer}"\n' * (table == "agreements")
        for sheet, table in SHEETS.items()
    ]
    text = "[study]\nday = 2018-12-31\n" + "".join(sources)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return clean.clean(folder)


def amounts_of(lines) -> pd.Series:
    cells = pd.Series([line[5] for line in lines], index=[line[0] for line in lines])
    return parse.amounts(cells)[0]


@pytest.mark.parametrize(
    ("number", "header", "mark"),
    [
        ("{}-A1", "", ""),
        ("{}.1", "", ""),
        ("Avenant {}", "", ""),
        ("Avenant n° 1 à {}", "", ""),
        ("{}", "", ""),  # under the same number, begun and ended later
        ("{}", "Avenant", 1),
    ],
)
def test_amendments_are_asked_then_of_one_agreement(tmp_path, number, header, mark):
    lines = amended(tmp_path, number, header=header, mark=mark)
    with pytest.raises(Refused) as refused:
        clean.clean(tmp_path)
    (fault,) = refused.value.faults
    assert fault.column == "same_reference" and "4 " in fault.message
    before = amounts_of(lines)
    for answer, amount in {"last": before * 0 + 1000, "add": before + 1000}.items():
        tables = answered(tmp_path, answer).tables
        agreements = tables["agreements"].set_index("agreement_id")
        assert len(agreements) == AGREEMENTS
        of_these = agreements.loc[before.index]
        assert of_these["planned_amount_eur"].tolist() == amount.tolist()
        for line in lines:
            agreement = of_these.loc[line[0]]
            assert f"{agreement['start']:%d/%m/%Y}" == line[3]
            assert agreement["planned_end"].year == int(line[4][-4:]) + 1
        paid = tables["contributions"].set_index("contribution_id")
        assert paid.at["V999", "agreement_id"] == "C001"


def test_the_page_asks_what_the_amounts_of_amendments_are(tmp_path):
    lines = amended(tmp_path)
    page = prepare.open(tmp_path, "en", tmp_path / "reports")
    columns = page.parts["columns"]
    asked = "suivi.xlsx#Conventions"
    assert f"{asked}, same_reference" in page.state.value
    columns.sheet.value = [sheet.source for sheet in page.choices.sheets].index(asked)
    field(columns, "Rows of one reference").value = "add"
    assert "same_reference" not in page.state.value
    page.save()
    assert field(columns, "Rows of one reference").value == "add"
    agreements = clean.clean(tmp_path).tables["agreements"].set_index("agreement_id")
    expected = amounts_of(lines) + 1000
    assert agreements["planned_amount_eur"][expected.index].tolist() == expected.tolist()


def test_without_amendments_the_page_asks_nothing_of_them(tmp_path):
    french_team.write(tmp_path)
    page = prepare.open(tmp_path, "en", tmp_path / "reports")
    columns = page.parts["columns"]
    sources = [sheet.source for sheet in page.choices.sheets]
    columns.sheet.value = sources.index("suivi.xlsx#Conventions")
    descriptions = {row.children[0].description for row in columns.rows.children if row.children}
    assert len(descriptions) > 3 and "Rows of one reference" not in descriptions


def test_amendments_may_be_agreements_of_their_own(tmp_path):
    lines = amended(tmp_path)
    tables = answered(tmp_path, "apart").tables
    agreements = tables["agreements"].set_index("agreement_id")
    assert len(agreements) == AGREEMENTS + len(lines)
    assert agreements.at["C001-A1", "planned_amount_eur"] == 1000
    paid = tables["contributions"].set_index("contribution_id")
    assert paid.at["V999", "agreement_id"] == "C001-A1"


def test_numbers_of_other_partners_amend_nothing():
    agreements = pd.DataFrame(
        {
            "agreement_id": ["C1", "C1-A1", "C2-1", "C2-2"],
            "partner_id": ["P1", "P2", "P3", "P3"],
            "start": pd.to_datetime(["2014-01-01", "2015-01-01", "2014-01-01", "2015-01-01"]),
            "source": "a.csv",
            "line": range(2, 6),
            "rank": 0,
        }
    )
    notes: dict = {}
    rows, number_of = with_amendments(agreements, notes)
    pd.testing.assert_frame_equal(rows, agreements)
    assert notes == {} and number_of.empty


def test_what_stands_in_two_files_is_added_once():
    agreements = pd.DataFrame(
        {
            "agreement_id": ["C1", "C1-A1", "C1"],
            "partner_id": "P1",
            "start": pd.to_datetime(["2014-01-01", "2015-06-01", "2014-01-01"]),
            "planned_end": pd.to_datetime(["2015-12-31", "2016-12-31", "2015-12-31"]),
            "planned_amount_eur": pd.Series([9000, 1000, 9000], dtype="Float64"),
            "~same_reference": "add",
            "source": ["a.csv", "a.csv", "b.csv"],
            "line": [2, 3, 2],
            "rank": [0, 0, 1],
        }
    )
    rows, _numbers = with_amendments(agreements, {})
    assert rows["planned_amount_eur"].tolist() == [10_000] * 3


def test_an_agreement_of_one_day_in_two_files_amends_nothing():
    """Its second row begins on the day on which the first ends, and tells the same agreement again."""
    agreements = pd.DataFrame(
        {
            "agreement_id": "C1",
            "partner_id": "P1",
            "start": pd.to_datetime(["2016-05-21"] * 2),
            "planned_end": pd.to_datetime(["2016-05-21"] * 2),
            "source": ["a.csv", "b.csv"],
            "line": 2,
            "rank": [0, 1],
        }
    )
    notes: dict = {}
    rows, number_of = with_amendments(agreements, notes)
    pd.testing.assert_frame_equal(rows, agreements)
    assert notes == {} and number_of.empty


def test_an_agreement_without_amendments_begins_as_the_better_source_says():
    agreements = pd.DataFrame(
        {
            "agreement_id": ["C1", "C1-A1", "C2", "C2"],
            "partner_id": "P1",
            "start": pd.to_datetime(["2014-01-01", "2015-06-01", "2014-05-01", "2013-05-01"]),
            "planned_end": pd.to_datetime(["2015-12-31", "2016-12-31", "2016-04-30", "2016-04-30"]),
            "source": ["a.csv", "a.csv", "a.csv", "b.csv"],
            "line": [2, 3, 4, 2],
            "rank": [0, 0, 0, 1],
        }
    )
    rows, _numbers = with_amendments(agreements, {})
    rows, *_rest = one_row_each(rows, "agreements")
    start = rows.set_index("agreement_id")["start"]
    assert start.dt.year.to_dict() == {"C1": 2014, "C2": 2014}


def test_an_amendment_that_names_its_agreement_makes_no_cycle():
    agreements = pd.DataFrame(
        {
            "agreement_id": ["C1", "C1-A1", "C2", "C1-A1"],  # the amendment in two files
            "partner_id": "P1",
            "start": pd.to_datetime(["2014-01-01", "2015-06-01", "2017-01-01", "2015-06-01"]),
            "planned_end": pd.to_datetime(["2015-12-31", "2016-12-31", "2018-12-31", "2016-12-31"]),
            "previous_id": pd.Series([None, "C1", "C1-A1", "C1"], dtype="str"),
            "source": ["a.csv", "a.csv", "a.csv", "b.csv"],
            "line": [2, 3, 4, 2],
            "rank": [0, 0, 0, 1],
        }
    )
    rows, number_of = with_amendments(agreements, {})
    assert number_of.to_dict() == {"C1-A1": "C1"}
    assert rows["agreement_id"].tolist() == ["C1", "C1", "C2", "C1"]
    assert rows["previous_id"].fillna("").tolist() == ["", "", "C1", ""]


@pytest.mark.parametrize("header", ["Prorogée au", "Nouvelle échéance", "Extended to"])
def test_an_extended_term_is_the_term(tmp_path, header):
    file = french_team.write(tmp_path)
    book = openpyxl.load_workbook(file)
    sheet = book["Conventions"]
    sheet["G3"] = header
    extended = {}
    for line in range(FIRST_LINE, sheet.max_row + 1, EVERY):
        year = int(sheet.cell(line, 5).value[-4:]) + 2
        extended[sheet.cell(line, 1).value] = year
        sheet.cell(line, 7, f"31/12/{year}")
    book.save(file)
    agreements = clean.clean(tmp_path).tables["agreements"].set_index("agreement_id")
    ends = agreements["planned_end"].dt.year
    known = [number for number in extended if number in ends]
    assert ends[known].tolist() == [extended[number] for number in known]
    assert (ends.drop(known) <= 2018).all()


@pytest.mark.parametrize(("files", "of_alpha", "of_beta"), [(1, 1000, 700), (2, 2000, 1400)])
def test_an_agreement_paid_in_equal_parts_adds_up(tmp_path, files, of_alpha, of_beta):
    """Where the rows of one number are said to add up, equal ones do too, in one file or in two."""
    header = "agreement_id;partner_id;entity;start;planned_end;planned_amount_eur"
    alpha = "C1;Alpha;Nord;2015-01-01;2016-12-31;500"
    beta = "C2;Beta;Nord;2015-02-01;2017-12-31;700"
    described = ["[study]", 'name = "x"', "day = 2018-12-31"]
    for name in ("annee_1.csv", "annee_2.csv")[:files]:
        (tmp_path / name).write_text("\n".join([header, alpha, alpha, beta]))
        described += ["[[source]]", f'files = "{name}"', 'table = "agreements"']
        described += ['same_reference = "add"']
    (tmp_path / "study.toml").write_text("\n".join(described))
    agreements = clean.clean(tmp_path).tables["agreements"].set_index("agreement_id")
    assert agreements["planned_amount_eur"].to_dict() == {"C1": of_alpha, "C2": of_beta}


def test_amendments_paid_in_equal_parts_add_up():
    """What two files tell of one agreement counts once, and as often as one of them tells it."""
    of_one_file = [("C1", "2016-12-31", 500), ("C1", "2017-12-31", 300), ("C1", "2017-12-31", 300)]
    rows = pd.DataFrame(
        of_one_file * 2, columns=["agreement_id", "planned_end", "planned_amount_eur"]
    )
    rows = rows.assign(partner_id="P", start=pd.Timestamp("2015-01-01"), rank=[0] * 3 + [1] * 3)
    rows["planned_end"] = pd.to_datetime(rows["planned_end"])
    rows = rows.assign(source=["a"] * 3 + ["b"] * 3, line=[2, 3, 4] * 2)
    rows["~same_reference"] = "add"
    amended, _numbers = with_amendments(rows.astype({"planned_amount_eur": "Float64"}), {})
    assert amended["planned_amount_eur"].unique().tolist() == [1100.0]


@pytest.mark.parametrize(("answer", "amount"), [("once", 500), ("add", 1500)])
def test_equal_rows_of_agreements_that_bear_much_of_the_money_are_asked(tmp_path, answer, amount):
    """An agreement on three equal lines may be one written thrice, or three payments: which it is
    decides its amount, so that nothing is taken for granted.
    """
    header = "agreement_id;partner_id;entity;start;planned_end;planned_amount_eur"
    equal = [f"C{n};Partner {n};Nord;2015-0{n}-01;2016-12-31;500" for n in range(1, 9)]
    (tmp_path / "portefeuille.csv").write_text("\n".join([header, *3 * equal]))
    source = '[[source]]\nfiles = "portefeuille.csv"\ntable = "agreements"\n'
    described = '[study]\nname = "x"\nday = 2018-12-31\n' + source
    (tmp_path / "study.toml").write_text(described)
    with pytest.raises(Refused) as refused:
        clean.clean(tmp_path)
    (fault,) = refused.value.faults
    assert fault.column == "same_reference"
    for part in ("16", "24", "8 000", "12 000"):
        assert part in fault.message.replace("\u202f", " ")
    (tmp_path / "study.toml").write_text(f'{described}same_reference = "{answer}"\n')
    agreements = clean.clean(tmp_path).tables["agreements"]
    assert agreements["planned_amount_eur"].tolist() == [amount] * 8


def test_one_row_pasted_twice_is_told_and_not_asked(tmp_path):
    header = "agreement_id;partner_id;entity;start;planned_end;planned_amount_eur"
    rows = [f"C{n};Partner {n};Nord;2015-0{n}-01;2016-12-31;500" for n in range(1, 9)]
    (tmp_path / "portefeuille.csv").write_text("\n".join([header, *rows, rows[0]]))
    (tmp_path / "study.toml").write_text(
        '[study]\nname = "x"\nday = 2018-12-31\n'
        '[[source]]\nfiles = "portefeuille.csv"\ntable = "agreements"\n'
    )
    cleaned = clean.clean(tmp_path)
    assert cleaned.tables["agreements"]["planned_amount_eur"].sum() == 4000
    assert cleaned.ledger.set_index("action")["rows"]["merged"] == 1
