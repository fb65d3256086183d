"""Amendments of agreements in a team's own workbook: asked, then one agreement with the one they amend."""

import openpyxl
import pandas as pd
import pytest

import french_team
from analysis import clean, parse, prepare
from analysis.clean.programme.amended_agreements import with_amendments
from analysis.clean.programme.programme_rows import set_aside_no_agreements
from analysis.clean.several_lists.repeats import one_row_each
from analysis.declare.faults import Refused
from analysis.layout import study_file
from analysis.layout.recognition import matched_as
from analysis.run.check_data import check
from analysis.text import formatting
from raw_lists import accepted, block_of, block_of_lines
from test_prepare import field

SHEETS = {
    "Partenaires": "partners",
    "Conventions": "agreements",
    "Versements": "contributions",
    "Enquête 2018": "answers",
}
AGREEMENTS = 30  # of the workbook that have a start
FIRST_LINE, EVERY = 4, 3


def amended(folder):
    """Every third of the first twelve agreements, amended from July on to the end of the next year."""
    file = french_team.write(folder)
    book = openpyxl.load_workbook(file)
    sheet = book["Conventions"]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=FIRST_LINE)]
    for line in lines[: 4 * EVERY : EVERY]:
        year = int(line[4][-4:])
        sheet.append([f"{line[0]}-A1", *line[1:3], f"01/07/{year}", f"31/12/{year + 1}", "1 k€"])
    paid = book["Versements"]
    paid.append(["V999", "C001-A1", 2017, "numéraire", "vers le partenaire", "7,00 €"])
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


def unspaced(text: str) -> str:
    """A text whose no-break space before a colon is a plain one."""
    return text.replace("\u00a0:", " :")


def amounts_of(lines) -> pd.Series:
    cells = pd.Series([line[5] for line in lines], index=[line[0] for line in lines])
    return parse.amounts(cells)[0]


def agreement_and_amendment(number: str, answer: str | None, mark: float) -> pd.DataFrame:
    """An agreement of a year, and a row half a year later that ends a year later."""
    rows = pd.DataFrame(
        {
            "agreement_id": ["C1", number.format("C1")],
            "partner_id": "P1",
            "start": pd.to_datetime(["2014-01-01", "2014-07-01"]),
            "planned_end": pd.to_datetime(["2014-12-31", "2015-12-31"]),
            "planned_amount_eur": pd.Series([9000, 1000], dtype="Float64"),
            "~same_reference": pd.Series([answer] * 2, dtype="str"),
            "~amendment": pd.Series([0, mark], dtype="Float64"),
            "source": "a.csv",
            "line": [2, 3],
            "rank": 0,
        }
    )
    return rows if mark else rows.drop(columns="~amendment")


@pytest.mark.parametrize(
    ("number", "mark"),
    [
        ("{}-A1", 0),
        ("{}.1", 0),
        ("Avenant {}", 0),
        ("Avenant n° 1 à {}", 0),
        ("{}", 0),  # under the same number, begun and ended later
        ("{}", 1),
    ],
)
def test_an_amendment_is_of_the_agreement_that_its_number_names(number, mark):
    notes: dict = {}
    with_amendments(agreement_and_amendment(number, None, mark), notes)
    assert notes["amendments"]["rows"].tolist() == [1]  # which is asked
    for answer, amount in {"last": 1000, "add": 10_000}.items():
        rows, number_of = with_amendments(agreement_and_amendment(number, answer, mark), {})
        assert number_of.to_dict() == ({} if number == "{}" else {number.format("C1"): "C1"})
        agreements, *_rest = one_row_each(rows, "agreements")
        (agreement,) = agreements.itertuples()
        assert (agreement.agreement_id, agreement.planned_amount_eur) == ("C1", amount)
        assert (agreement.start.year, agreement.start.month) == (2014, 1)
        assert agreement.planned_end.year == 2015


@pytest.mark.parametrize(
    ("partner", "fate_of_first", "fate"),
    [
        ("P1", "kept", "kept"),
        ("P1", "set aside", "set aside"),
        (None, "kept", "set aside"),
    ],
)
def test_an_amendment_of_nothing_is_kept_beside_an_agreement_that_counts(
    partner, fate_of_first, fate
):
    rows = agreement_and_amendment("{}-A1", None, 0).assign(
        partner_id=partner,
        planned_amount_eur=pd.Series([9000, 0], dtype="Float64"),
        status_as_given=pd.Series(["", ""], dtype="str"),
        fate=[fate_of_first, "kept"],
        rule="",
        message="",
        shown="",
    )
    assert set_aside_no_agreements(rows, None)["fate"].tolist() == [fate_of_first, fate]


def test_amendments_are_asked_then_of_one_agreement_or_of_their_own(tmp_path):
    lines = amended(tmp_path)
    with pytest.raises(Refused) as refused:
        clean.clean(tmp_path)
    (fault,) = refused.value.faults
    assert fault.column == "same_reference" and "4 " in fault.message
    for answer in ("last", "add", "apart"):  # each with what all agreements come to
        total = answered(tmp_path, answer).tables["agreements"]["planned_amount_eur"].sum()
        told = formatting.number(float(total))
        assert f'same_reference = "{answer}" : {told} en tout' in unspaced(fault.message)
    tables = answered(tmp_path, "add").tables
    agreements = tables["agreements"].set_index("agreement_id")
    assert len(agreements) == AGREEMENTS
    amounts = amounts_of(lines)
    of_these = agreements.loc[amounts.index]
    assert of_these["planned_amount_eur"].tolist() == (amounts + 1000).tolist()
    for line in lines:
        agreement = of_these.loc[line[0]]
        assert f"{agreement['start']:%d/%m/%Y}" == line[3]
        assert agreement["planned_end"].year == int(line[4][-4:]) + 1
    paid = tables["contributions"].set_index("contribution_id")
    assert paid.at["V999", "agreement_id"] == "C001"
    tables = answered(tmp_path, "apart").tables
    agreements = tables["agreements"].set_index("agreement_id")
    assert len(agreements) == AGREEMENTS + len(lines)
    assert agreements.at["C001-A1", "planned_amount_eur"] == 1000
    paid = tables["contributions"].set_index("contribution_id")
    assert paid.at["V999", "agreement_id"] == "C001-A1"


HEAD = ["N° convention", "Code partenaire", "Entité", "Début", "Échéance", "Montant prévu"]
ROWS = [
    ["C1", "P1", "Nord", "01/01/2014", "31/12/2014", "9000"],
    ["C2", "P2", "Nord", "01/02/2014", "31/12/2016", "2000"],
    ["C3", "P3", "Nord", "01/03/2014", "31/12/2016", "3000"],
]


def listed(folder, header: str, *rows: list[str]):
    """A list of agreements with a further column, in a folder."""
    lines = [";".join(line) for line in ([*HEAD, header], *rows)]
    (folder / "conventions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_column_of_amendments_tells_them_under_the_same_number(tmp_path):
    amendment = ["C1", "P1", "Nord", "01/07/2014", "31/12/2015", "1000", "1"]
    checked = check(listed(tmp_path, "Avenant", *([*row, ""] for row in ROWS), amendment))
    (question,) = [fault for fault in checked.faults if fault.column == "same_reference"]
    assert "1 " in question.message
    tables = accepted(tmp_path, checked.draft).tables  # which replace what they amend
    agreements = tables["agreements"].set_index("agreement_id")
    assert agreements["planned_amount_eur"].to_dict() == {"C1": 1000, "C2": 2000, "C3": 3000}
    assert f"{agreements.at['C1', 'start']:%Y-%m}" == "2014-01"
    assert agreements.at["C1", "planned_end"].year == 2015


def test_the_page_asks_what_the_amounts_of_amendments_are(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    page = prepare.open(listed(raw, "Note", *([*row, "x"] for row in ROWS)), "en", tmp_path)
    fields = {row.children[0].description for row in page.parts["columns"].rows.children}
    assert len(fields) > 3 and "Rows of one reference" not in fields
    amendment = ["C1-A1", "P1", "Nord", "01/07/2014", "31/12/2015", "1000", "x"]
    listed(raw, "Note", *([*row, "x"] for row in ROWS), amendment)
    page = prepare.open(raw, "en", tmp_path)
    columns = page.parts["columns"]
    assert "conventions.csv: 1 row seems to amend" in page.state.value
    field(columns, "Rows of one reference").value = "add"
    assert "seems to amend" not in page.state.value
    page.save()
    assert field(columns, "Rows of one reference").value == "add"
    (source,) = study_file(raw).source
    assert source.same_reference == "add"
    columns = prepare.open(raw, "en", tmp_path).parts["columns"]  # another day
    assert field(columns, "Rows of one reference").value == "add"


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


@pytest.mark.parametrize(
    ("headers", "cells", "telling"),
    [
        ("", "", ("Partenaire", "Début")),
        ("Entité;", "Nord;", ("Partenaire", "Entité", "Début")),
    ],
)
def test_what_all_versions_share_numbers_an_agreement(headers, cells, telling):
    """Two versions of one agreement of A, and one of B, none of which has a number."""
    lines = [
        f"Partenaire;Version;{headers}Début;Fin;Montant",
        f"A;1;{cells}2014-01-01;2015-12-31;100",
        f"A;2;{cells}2014-01-01;2016-12-31;100",
        f"B;1;{cells}2014-01-01;2015-12-31;300",
    ]
    found = matched_as("agreements", block_of_lines(lines), "Conventions")
    assert found.columns["agreement_id"] == telling


@pytest.mark.parametrize("header", ["Prorogée au", "Nouvelle échéance", "Extended to"])
def test_headers_name_an_extended_term(header):
    rows = [[*ROWS[0], "31/12/2018"], *([*row, None] for row in ROWS[1:])]
    found = matched_as("agreements", block_of([*HEAD, header], *rows), "conventions")
    assert found.columns["planned_end"] == (header, "Échéance")


def test_an_extended_term_is_the_term(tmp_path):
    rows = [[*ROWS[0], "31/12/2018"], *([*row, ""] for row in ROWS[1:])]
    agreements = clean.clean(listed(tmp_path, "Prorogée au", *rows)).tables["agreements"]
    assert agreements["planned_end"].dt.year.tolist() == [2018, 2016, 2016]


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


def test_equal_rows_of_agreements_that_bear_much_of_the_money_are_asked(tmp_path):
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
    for answer, amount in {"once": 500, "add": 1500}.items():
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


YEARLY = "N° convention;Partenaire;Entité;Date début;Date fin prévue;Montant total\n"


def test_no_answer_is_proposed_of_lists_that_number_their_agreements_anew(tmp_path):
    """Each year's list numbers its agreements from 1 on, with the partners of the year before."""
    for year in (2016, 2017, 2018):
        rows = [
            f"{number};Foyer {number};Nord;0{number}/03/{year};0{number}/03/{year + 1};{100 * number}"
            for number in (1, 2, 3)
        ]
        text = YEARLY + "\n".join(rows) + "\n"
        (tmp_path / f"conventions {year}.csv").write_text(text, encoding="utf-8")
    checked = check(tmp_path)
    assert {fault.answer for fault in checked.faults} == {'# same_reference = "apart"'}
    draft = checked.draft.replace("# same_reference", "same_reference").replace(" # ?", "")
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    agreements = clean.clean(tmp_path, day="2019-12-31").tables["agreements"]
    assert len(agreements) == 9 and agreements["planned_amount_eur"].sum() == 1800
