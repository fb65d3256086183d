"""Rows that are not of the study, or not of money: of other funders, in kind, of what was not signed."""

import pytest

from analysis import clean
from analysis.layout.rows.balance_rows import rows_of_balances
from analysis.layout.rows.marked_rows import texts_proposed
from analysis.layout.rows.rows_of_funders import rows_of_other_funders
from analysis.run import check_data
from raw_lists import accepted, block_of, only_question
from test_false_totals import AMOUNTS, GRANTED, NAMES, money, question, rows, write

OURS = [
    ("Financeur", "Notre Fondation"),
    ("Funder", "Our foundation"),
    ("Geldgeber", "Unsere Stiftung"),
]


def funded(ours: str) -> list[list]:
    """The grants of three funders to each of six."""
    grants = zip(NAMES, AMOUNTS, strict=True)
    funders = (ours, "Région", "CAF")
    return [[name, funder, "2018", amount] for name, amount in grants for funder in funders]


OF_FUNDERS = {"recipient": ("Association",), "date": ("Année",), "amount": ("Montant",)}


@pytest.mark.parametrize(("header", "ours"), OURS)
def test_rows_of_other_funders_are_those_that_are_not_ours(header, ours):
    block = block_of(["Association", header, "Année", "Montant"], *funded(ours))
    assert rows_of_other_funders(block, OF_FUNDERS) == {header: ["Région", "CAF"]}


def test_funders_of_other_recipients_are_not_asked():
    rows_of_funders = funded("Nord")[::3][::2] + funded("Sud")[::3][1::2]
    block = block_of(["Association", "Financeur", "Année", "Montant"], *rows_of_funders)
    assert rows_of_other_funders(block, OF_FUNDERS) == {}


def test_rows_of_other_funders_of_the_same_grants_are_asked(tmp_path):
    lines = [";".join(map(str, row)) for row in funded("Notre Fondation")]
    write(tmp_path, "Association;Financeur;Année;Montant", lines)
    checked = check_data.check(tmp_path)
    assert '"Financeur" = ["Région", "CAF"]' in only_question(checked)
    assert money(accepted(tmp_path, checked.draft)) == GRANTED


def test_a_whole_of_which_a_column_tells_our_share_is_never_the_amount(tmp_path):
    write(tmp_path, "Association;Date;Montant total;Notre part (%)", rows(lambda a: f"{2 * a};50"))
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    question(tmp_path)  # a yes does not multiply


def test_the_product_of_a_whole_and_our_share_is_the_amount(tmp_path):
    header = "Association;Date;Coût du projet;Notre part (%);Montant"
    write(tmp_path, header, rows(lambda amount: f"{2 * amount};50;{amount}"))
    assert money(clean.clean(tmp_path)) == GRANTED


def test_what_was_given_in_kind_is_asked_beside_money(tmp_path):
    kinds = {amount: ("Numéraire", "Compétences")[n % 2] for n, amount in enumerate(AMOUNTS)}
    write(tmp_path, "Association;Date;Montant;Type de soutien", rows(lambda a: f"{a};{kinds[a]}"))
    checked = check_data.check(tmp_path)
    question = only_question(checked)  # they count as what they are, which the draft writes
    assert "« Compétences »" in question and '"Type de soutien" = []' in question
    in_money = 'Type de soutien" = []', 'Type de soutien" = ["Compétences"]'
    assert money(accepted(tmp_path, checked.draft, in_money)) == sum(AMOUNTS[::2])


def test_names_of_agreements_that_are_off_are_asked(tmp_path):
    names = ["Club A", "Club B (non signée)", "Club C - RÉSILIÉE", "Club D (not signed)"]
    lines = [
        f"{number};{name};Siège;2018-0{number}-01;2018-12-31;1000"
        for number, name in enumerate(names, 1)
    ]
    header = "N°;Partenaire;Entité;Début;Fin prévue;Montant"
    (tmp_path / "conventions.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    assert '"Partenaire" = ["Club B (non signée)", "Club D (not signed)"]' in draft
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    assert len(clean.clean(tmp_path, day="2018-12-31").tables["agreements"]) == 2


def test_an_agreement_that_ended_is_not_proposed_to_be_left_out():
    names = ["Club (non signé)", "Club - gekündigt", "Club (terminated)"]
    assert texts_proposed("Partenaire", names) == names[:1]


@pytest.mark.parametrize(
    "balance",
    [
        *("Report à nouveau", "Solde reporté 2017", "Solde au 31/12/2018", "Opening balance"),
        *("Balance b/f", "Saldovortrag", "Anfangsbestand 01.01.2018", "Beginsaldo"),
        *("Saldo anterior", "Saldo iniziale"),
    ],
)
def test_names_say_the_balance_of_an_account(balance):
    lines = [f"{balance};01/01/2018;41250", *rows(str)]
    head = ["Association", "Date", "Montant"]
    columns = {"recipient": (head[0],), "date": (head[1],), "amount": (head[2],)}
    block = block_of(head, *(line.split(";") for line in lines))
    assert rows_of_balances(block, columns) == {"Association": [balance]}


def test_the_balance_of_an_account_is_asked_and_left_out(tmp_path):
    lines = ["Report à nouveau;01/01/2018;41250", *rows(str)]
    write(tmp_path, "Association;Date;Montant", lines)
    checked = check_data.check(tmp_path)
    assert '"Association" = ["Report à nouveau"]' in only_question(checked)
    assert money(accepted(tmp_path, checked.draft)) == GRANTED


def test_names_that_only_begin_like_a_balance_count(tmp_path):
    names = ["Report Citoyen", "Balance", "À nouveau souffle", "Vortragsreihe e.V."]
    lines = [f"{name};01/01/2018;100" for name in names]
    write(tmp_path, "Association;Date;Montant", [*lines, *rows(str)])
    assert money(clean.clean(tmp_path)) == GRANTED + 400
