"""Codes by which agreements name the partners that a list of them tells of."""

import pandas as pd
import pytest

from analysis import clean
from analysis.clean.partners import partner_codes
from analysis.layout.headers.words import says
from analysis.run import check_data
from test_team_programme import questions, workbook

HEADER = ["N°", "Code partenaire", "Entité", "Début", "Fin prévue", "Montant (€)"]
AGREEMENTS = [
    HEADER,
    ["C1", "P01", "RH", "2018-01-01", "2018-12-31", 1000],
    ["C2", "P02", "RH", "2019-01-01", "2019-12-31", 4000],
]
CONTACTS = [
    ["P01", "Amicale", "Ann Lee"],
    ["P01", "Amicale", "Bob Ray"],
    ["P02", "Bouée", "Cy Fox"],
]


def tables(folder) -> dict:
    return clean.clean(folder).tables


def names_by_code(folder) -> dict[str, str]:
    return tables(folder)["partners"].set_index("partner_id")["name"].to_dict()


@pytest.mark.parametrize("header", ["Réf. partenaire", "Code asso", "Identifiant association"])
def test_headers_of_codes_of_partners(header):
    assert says("code of a partner", header)


def test_who_runs_an_association_is_no_code():
    assert not says("code of a partner", "Référent association")


@pytest.mark.parametrize(
    "header",
    [
        ["Code", "Nom", "Contact"],
        ["Code", "Name", "Ansprechpartner"],
        ["Code partenaire", "Raison sociale", "Interlocuteur"],
    ],
)
def test_a_partner_with_a_row_for_each_contact_is_one_partner(tmp_path, header):
    folder = workbook(
        tmp_path / "d", {"Partenaires": [header, *CONTACTS], "Conventions": AGREEMENTS}
    )
    assert not questions(folder)
    assert names_by_code(folder) == {"P01": "Amicale", "P02": "Bouée"}
    result = tables(folder)
    assert {*result["agreements"]["partner_id"]} == {"P01", "P02"}
    assert not any("Lee" in rows.to_csv() or "Ray" in rows.to_csv() for rows in result.values())


def test_a_code_that_many_partners_bear_is_none_of_theirs(tmp_path):
    rows = [["Code", "Nom"], ["75", "Amicale"], ["75", "Bouée"], ["13", "Cabane"]]
    agreements = [HEADER[:1] + ["Partenaire"] + HEADER[2:]]
    agreements += [
        [*row[:1], name, *row[2:]]
        for row, name in zip(AGREEMENTS[1:], ["Amicale", "Bouée"], strict=True)
    ]
    folder = workbook(tmp_path / "d", {"Partenaires": rows, "Conventions": agreements})
    assert {*names_by_code(folder).values()} == {"Amicale", "Bouée", "Cabane"}


PARTNERS = [["Code", "Nom"], ["P01", "Amicale"], ["P02", "Bouée"]]


def test_agreements_may_name_partners_by_the_numbers_of_registers(tmp_path):
    """Each in its way: a SIRET with spaces or without, the RNA of who has no SIRET."""
    partners = [["SIRET", "Raison sociale", "N° RNA"], ["73282932000074", "Amicale", "W691000001"]]
    partners += [["", "Bouée", "W751234567"], ["304865000", "Cabane", ""]]
    named = ["732 829 320 00074", "73282932000074", "W751234567", "W691000001", "W999999999"]
    header = ["N°", "Identifiant (SIRET ou RNA)", "Entité", "Début", "Fin prévue", "Montant (€)"]
    rows = [[f"C{n}", who, "RH", "2018-01-01", "2018-12-31", 100] for n, who in enumerate(named)]
    folder = workbook(tmp_path / "d", {"Partenaires": partners, "Conventions": [header, *rows]})
    draft = check_data.check(folder).draft.replace(" # ?", "")
    assert 'partner_id = "Identifiant (SIRET ou RNA)"' in draft
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    result = tables(folder)
    names = result["partners"].set_index("partner_id")["name"]
    agreements = result["agreements"].set_index("agreement_id")["partner_id"].map(names)
    assert [*agreements.sort_index()] == ["Amicale", "Amicale", "Bouée", "Amicale", "W999999999"]
    assert len(names) == 4


def test_payments_under_a_reference_cut_short_are_read(tmp_path):
    """The sheet was passed over: as a list of grants it names nobody."""
    header = ["Réf. conv.", *HEADER[1:]]
    paid = [["Réf. conv.", "Date mandat", "Montant mandaté"], ["C1", "2018-02-03", 600]]
    paid += [["C2", "2019-02-03", 3000], ["C2", "2019-08-01", 1000]]
    sheets = {"Partenaires": PARTNERS, "Conventions": [header, *AGREEMENTS[1:]], "Mandats": paid}
    payments = tables(workbook(tmp_path / "d", sheets))["contributions"]
    assert payments.groupby("agreement_id")["value_eur"].sum().to_dict() == {"C1": 600, "C2": 4000}


def test_of_two_codes_in_a_cell_it_is_asked_whose_agreement_it_is(tmp_path):
    agreements = [*AGREEMENTS, ["C3", "P01 / P02", "RH", "2019-01-01", "2019-12-31", 700]]
    folder = workbook(tmp_path / "d", {"Partenaires": PARTNERS, "Conventions": agreements})
    (question,) = questions(folder)
    assert "Code partenaire" in question and "plusieurs partenaires" in question


def test_a_code_that_the_list_lacks_is_a_partner_and_is_told(tmp_path):
    agreements = [*AGREEMENTS, ["C3", "P9", "RH", "2019-01-01", "2019-12-31", 700]]
    folder = workbook(tmp_path / "d", {"Partenaires": PARTNERS, "Conventions": agreements})
    result = clean.clean(folder)
    assert any("P9" in remark and "1 partenaire" in remark for remark in result.remarks)
    partners = result.tables["partners"]["partner_id"]
    assert {*result.tables["agreements"]["partner_id"]} <= {*partners}
    assert [*partners] == ["P01", "P02", "P9"]


def test_what_the_team_says_of_such_a_code_counts(tmp_path):
    agreements = [*AGREEMENTS, ["C3", "P9", "RH", "2019-01-01", "2019-12-31", 700]]
    folder = workbook(tmp_path / "d", {"Partenaires": PARTNERS, "Conventions": agreements})
    decision = "partner;same_as;answer\nP9;P01;same\n"
    (folder / "partners.csv").write_text(decision, encoding="utf-8")
    result = clean.clean(folder)
    assert not any("P9" in remark for remark in result.remarks)
    assert [*result.tables["partners"]["partner_id"]] == ["P01", "P02"]


def test_of_codes_that_are_all_listed_nothing_is_said(tmp_path):
    partners = [*PARTNERS, ["P01/2", "Cabane"]]
    agreements = [*AGREEMENTS, ["C3", "P01/2", "RH", "2019-01-01", "2019-12-31", 700]]
    folder = workbook(tmp_path / "d", {"Partenaires": partners, "Conventions": agreements})
    assert not questions(folder)
    assert not any("P01" in remark for remark in clean.clean(folder).remarks)


def test_of_names_in_place_of_codes_the_most_frequent_spelling_comes_first():
    borne = ["Amicale", "La Bouée", "Amicale laïque", "La Bouée", "Amicale laïque", "La Bouée"]
    agreements = pd.DataFrame({"partner_id": borne}, dtype="str")
    partners = partner_codes.with_partners_named_elsewhere({"agreements": agreements})
    assert partners["name"].tolist() == ["La Bouée", "Amicale laïque", "Amicale"]
