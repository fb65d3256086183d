"""Numbers of recipients beside their names: keys where the rows show it, and never names."""

import pytest

from analysis import clean
from analysis.layout.headers.table_match import Match
from analysis.layout.partners.numbers_of_recipients import are_numbers_beside_names
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
