"""Numbers of recipients beside their names: keys where the rows show it, and never names."""

import pytest

from analysis import clean
from analysis.layout.headers.header_names import slips
from analysis.layout.headers.table_match import Match
from analysis.layout.partners.numbers_of_recipients import are_numbers_beside_names
from analysis.run import check_data
from raw_lists import block_of
from test_false_totals import answered, question, write

SPELLED = [  # numbers far apart, and the names that go with them
    (1493, "RESTAURANTS DU COEUR - RELAIS DU COEUR"),
    (1493, "Restaurants du cœur"),
    (1664, "L'AVITARELLE"),
    (1664, "Avitarelle"),
    (1909, "CIDFF"),
    (1909, "Centre d'information des droits des femmes et des familles"),
    (926, "MUC omnisports"),
    (926, "Muc Omnisports"),
    (2139, "ASPTT"),
    (2139, "ASPTT"),
    ("", "Les céramistes"),
]
PARTNERS = 6


def grants(folder, header: str, rows=SPELLED) -> None:
    lines = [f"{number};{name};2018;{950 + 75 * n}" for n, (number, name) in enumerate(rows)]
    write(folder, header, lines)


def partners(result: clean.Cleaned) -> int:
    return result.tables["agreements"]["partner_id"].nunique()


@pytest.mark.parametrize(
    "header",
    [
        "CODE;Structure;Année;Montant (€)",
        "Code structure;Structure;Année;Montant (€)",
        "N° bénéficiaire;Structure;Année;Montant (€)",
        "Num bénéficiaire;Association;Année;Montant (€)",
        "Vendor ID;Organization;Year;Amount (€)",
        "AccountId;Organization;Year;Amount (€)",
        "Kundennummer;Verein;Jahr;Betrag (€)",
    ],
)
def test_a_number_of_several_spellings_is_the_key(tmp_path, header):
    grants(tmp_path, header)
    result = clean.clean(tmp_path)
    assert partners(result) == PARTNERS and len(result.quarantine) == 0
    assert not result.tables["partners"]["name"].str.isdigit().any()


def test_a_count_of_what_each_received_is_no_key(tmp_path):
    """Its header resembles that of a number; two who were chosen as often are not one."""
    rows = ["4082;Palmese;950", "11;Jesina;1000", "2978;Bovalino;1100", "11;Auser;1200"]
    write(tmp_path, "NUMERO SCELTE;DENOMINAZIONE;Importo (€)", rows)
    draft = check_data.check(tmp_path).draft  # no header says a date
    assert "recipient_id" not in draft and 'recipient = "DENOMINAZIONE"' in draft


def test_names_that_differ_under_one_number_are_asked(tmp_path):
    grants(tmp_path, "N° tiers;Association;Année;Montant (€)", [*SPELLED, (2139, "Judo club")])
    assert 'recipient_id = "N° tiers"' in question(tmp_path)
    assert partners(answered(tmp_path)) == PARTNERS
    unused = answered(tmp_path, 'recipient_id = "N° tiers"', 'recipient_id = ""')
    assert partners(unused) == PARTNERS + 4


def test_numbers_that_a_list_counts_itself_are_asked(tmp_path):
    numbers = list(dict.fromkeys(number for number, _name in SPELLED))
    rows = [(numbers.index(number) + 1, name) for number, name in SPELLED]
    grants(tmp_path, "N° bénéficiaire;Structure;Année;Montant (€)", rows)
    assert "recipient_id" in question(tmp_path)


def test_a_code_of_a_place_is_no_key(tmp_path):
    names = ["Judo club", "Foyer rural", "Chorale", "Chorale", "Tennis", "Tennis", "Pétanque"]
    rows = [(34001 + n // 3, name) for n, name in enumerate(names)]
    grants(tmp_path, "Code;Association;Année;Montant (€)", rows)
    assert partners(clean.clean(tmp_path)) == 5


def test_numbers_alone_stay_the_names_of_recipients(tmp_path):
    grants(tmp_path, "N° bénéficiaire;Objet;Année;Montant (€)", SPELLED[:-1])
    assert partners(clean.clean(tmp_path)) == 5


@pytest.mark.parametrize(
    ("header", "are_names"),
    [("Nom complet", True), ("Denominazione", True), ("Company", True), ("Objet", False)],
)
def test_a_number_names_nobody_beside_a_header_of_names(header, are_names):
    block = block_of(["N° bénéficiaire", header], *SPELLED)
    found = Match(block, "grants", list(block.columns))
    assert are_numbers_beside_names(found, "N° bénéficiaire") == are_names


def test_names_of_which_no_header_says_whose_they_are_have_numbers_too(tmp_path):
    grants(tmp_path, "Num bénéficiaire;Nom;Année;Montant (€)")
    assert 'recipient = "Nom"' in question(tmp_path)
    assert partners(answered(tmp_path)) == PARTNERS


SPANISH = {  # numbers of companies, of persons and masked ones, as registers of Spain show them
    "CIF beneficiari": ["G20359187", "B25581820", "Q0801118G", "***1234**"],
    "Id beneficiari": ["G20359187", "B25581820", "Q0801118G", "12345678Z"],
    "N° SIRET": ["12345678Z", "X1234567L", "G-2558182-0", "B25581820"],
}


def test_a_header_that_says_a_foreign_number_is_no_slip_of_another():
    assert slips({"nifbeneficiaire": "NIF bénéficiaire"}) == {}
    assert slips({"idbeneficiari": "Id beneficiari"}) == {"idbeneficiaire": "Id beneficiari"}


@pytest.mark.parametrize(("header", "numbers"), SPANISH.items(), ids=SPANISH)
def test_a_spanish_number_is_no_siret(tmp_path, header, numbers):
    """Else each of its cells would be one to mend, for its checksum is another one."""
    lines = [
        f"{number};Associació {name};2018;{900 + 75 * place}"
        for place, (number, name) in enumerate(zip(numbers, "ABCD", strict=True))
    ]
    write(tmp_path, f"{header};Raó social del beneficiari;Any;Import concedit (€)", lines)
    result = clean.clean(tmp_path, accept_guesses=True)
    assert sorted(result.tables["partners"]["name"]) == [f"Associació {name}" for name in "ABCD"]
    assert result.tables["partners"]["siret"].isna().all()
    assert not any("siret" in remark for remark in result.remarks)
    assert check_data.check(tmp_path).to_mend.empty


def test_a_foreign_number_is_drafted_neither_as_a_siret_nor_as_a_name(tmp_path):
    lines = [f"G2035918{n};ASSOCIACIÓ {name};2018;{n}900" for n, name in enumerate("ABCD", 1)]
    for number, digits in (("CIF beneficiari", "G20"), ("NIF beneficiari", "120")):
        write(tmp_path, f"{number};Qui;Any;Import", [f"{digits}{line[3:]}" for line in lines])
        draft = check_data.check(tmp_path).draft
        assert 'recipient = "Qui"' in draft and "siret" not in draft
