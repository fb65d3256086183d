"""Exports of tools of sales: what was lost, or is still open, is no grant."""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.layout.headers.header_matching import match
from analysis.layout.rows.sales_stages import tells_lists_of_a_board
from analysis.run import check_data
from raw_lists import block

NAMES = ["Amicale laïque", "Club nautique", "Emmaüs", "Foyer rural", "Judo club", "Recyclerie"]


def answered(folder, header: str, lines: list[str], name: str = "liste.csv") -> str:
    """The draft of a list of which something is asked, accepted as it stands."""
    (folder / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    with pytest.raises(Refused):
        clean.clean(folder, day="2019-12-31")
    draft = check_data.check(folder).draft.replace(" # ?", "")
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    return draft


def total(folder) -> float:
    agreements = clean.clean(folder, day="2019-12-31").tables["agreements"]
    return agreements["planned_amount_eur"].sum()


STAGES = [
    ("Stage", "Closed Won", "Closed Lost", "Prospecting"),
    ("Étape", "Fermé gagné", "Fermé perdu", "Négociation"),
    ("Phase", "Gewonnen", "Verloren", "Verhandlung"),
    ("Fase", "Gesloten gewonnen", "Gesloten verloren", "Kwalificatie"),
    ("Etapa", "Cerrada ganada", "Cerrada perdida", "Negociación"),
    ("Fase", "Chiusa vinta", "Chiusa persa", "Trattativa"),
]


@pytest.mark.parametrize(("header", "won", "lost", "still_open"), STAGES)
def test_only_what_was_won_counts(tmp_path, header, won, lost, still_open):
    stages = [won, lost, still_open, won, lost, won]
    lines = [
        f"{name};2018-0{month}-05;1000;{stage}"
        for month, (name, stage) in enumerate(zip(NAMES, stages, strict=True), 1)
    ]
    draft = answered(tmp_path, f"Association;Date;Montant;{header}", lines)
    assert f'outcome = "{header}"' in draft and f'"{still_open}" = "undecided"' in draft
    assert total(tmp_path) == 3000


def test_a_deal_whose_record_was_deleted_does_not_count(tmp_path):
    rows = ["Alpha;2018-01-05;1000;Closed Won;0", "Bravo;2018-02-05;1000;Closed Lost;0"]
    rows += ["Charlie;2018-03-05;1000;Closed Won;1", "Delta;2018-04-05;1000;Closed Won;0"]
    header = "Association;Date;Montant;Stage;Deleted"
    (tmp_path / "liste.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    assert 'outcome = ["Deleted", "Stage"]' in check_data.check(tmp_path).draft
    assert total(tmp_path) == 2000


def test_what_is_but_likely_is_asked(tmp_path):
    chances = ["100%", "20 %", "100%", "60%", "100%", "0%"]
    lines = [
        f"{name};2018-0{month}-05;1000;{chance}"
        for month, (name, chance) in enumerate(zip(NAMES, chances, strict=True), 1)
    ]
    draft = answered(tmp_path, "Association;Date;Montant;Probabilité", lines)
    assert '"Probabilité" = ["20 %", "60%", "0%"]' in draft
    assert total(tmp_path) == 3000


def test_a_lost_agreement_is_asked(tmp_path):
    stages = ["Closed Won", "Closed Lost", "Negotiation", *["Closed Won"] * 3]
    lines = [
        f"{number};{name};Siège;2018-0{number}-05;2018-12-31;1000;{stage}"
        for number, (name, stage) in enumerate(zip(NAMES, stages, strict=True), 1)
    ]
    header = "N°;Partenaire;Entité;Début;Fin prévue;Montant;Stage"
    draft = answered(tmp_path, header, lines, name="conventions.csv")
    assert '"Stage" = ["Closed Lost", "Negotiation"]' in draft
    assert total(tmp_path) == 4000


def test_a_partner_that_was_lost_is_no_request_that_was_refused(tmp_path):
    lines = [f"{name};2018-0{month}-05;1000;Actif" for month, name in enumerate(NAMES[:5], 1)]
    text = "\n".join(["Association;Date;Montant;Lien", *lines, "Club;2018-09-05;1000;Perdu"])
    (tmp_path / "liste.csv").write_text(text + "\n", encoding="utf-8")
    assert total(tmp_path) == 6000


def test_deals_that_bear_the_number_of_an_account_are_of_its_partner(tmp_path):
    """The name of a deal ("Mécénat 2018") is no partner: each account is one."""
    header = "Id,AccountId,Name,StageName,Amount,Start_Date__c,End_Date__c,IsDeleted"
    terms = "2018-04-01,2019-03-31"
    rows = [f"D1,A1,Mécénat 2018,Closed Won,15000,{terms},false"]
    rows += [f"D2,A2,Mobilité,Closed Won,20000,{terms},false"]
    rows += [f"D3,A3,Mobilité,Closed Won,9500,{terms},false"]
    rows += ["D4,A1,Mécénat 2019,Closed Won,15500,2019-04-01,2020-03-31,false"]
    rows += [f"D5,A2,Mobilité (doublon),Closed Won,20000,{terms},true"]
    (tmp_path / "Opportunity.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    draft = check_data.check(tmp_path).draft
    assert 'recipient_id = "AccountId"' in draft and 'planned_end = "End_Date__c"' in draft
    (tmp_path / "study.toml").write_text(draft.replace(" # ?", ""), encoding="utf-8")
    agreements = clean.clean(tmp_path, day="2020-12-31").tables["agreements"]
    assert agreements["planned_amount_eur"].sum() == 15000 + 20000 + 9500 + 15500
    assert agreements["partner_id"].nunique() == 3


BOARDS = [  # header of the cards, header of the lists, the list of each card, those asked
    ("Card Name", "List Name", ["Signé", "Idées", "Abandonné"], ["Idées"]),
    ("Carte", "Liste", ["Versé", "À relancer", "Fait"], ["À relancer", "Fait"]),
    ("Task Name", "Bucket Name", ["Won", "Next year", "Dropped"], ["Next year"]),
    ("Titel", "Phase", ["Bewilligt", "Ideen", "Prüfung"], ["Ideen"]),
    ("Tâche", "Colonne", ["À faire", "Fait", "Gagné"], ["À faire", "Fait"]),
]


@pytest.mark.parametrize(("cards", "lists", "stages", "asked"), BOARDS)
def test_lists_of_a_board_are_asked_of_each_word(tmp_path, cards, lists, stages, asked):
    """What the words of a board say is the team's: nothing counts that it has not told."""
    lines = [
        f"Soutien {month};{name};2018-0{month}-05;1000;{stage}"
        for month, (name, stage) in enumerate(zip(NAMES, stages * 2, strict=True), 1)
    ]
    draft = answered(tmp_path, f"{cards};Association;Date;Montant;{lists}", lines)
    assert f'outcome = "{lists}"' in draft
    assert all(f'"{word}" = "undecided"' in draft for word in asked)
    assert "leave_out" not in draft
    given = draft.replace(f'"{asked[0]}" = "undecided"', f'"{asked[0]}" = "granted"')
    (tmp_path / "study.toml").write_text(given, encoding="utf-8")
    assert total(tmp_path) > 0


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Liste", ["Liste A", "Liste B", "Liste C"]),  # no card, no word of an outcome
        ("Étape", ["Amorçage", "Essor", "Amorçage"]),
        ("Colonne", ["Signé", "Oui", "Non"]),
    ],
)
def test_other_words_under_such_headers_are_no_lists_of_a_board(header, words):
    rows = block(**{"Association": NAMES, "Montant": ["1000"] * 6, header: words * 2})
    assert not tells_lists_of_a_board(rows, header)


DEALS = [  # name of the deal, its company, stage, created on, closed on
    ("Deal Name", "Associated Company", "Deal Stage", "Create Date", "Close Date"),
    ("Opportunity Name", "Account Name", "Stage", "Created Date", "Close Date"),
    (
        *("Nom de la transaction", "Entreprise associée", "Phase de la transaction"),
        *("Créé le", "Date de fermeture"),
    ),
]


@pytest.mark.parametrize("header", DEALS)
def test_a_deal_begins_when_it_was_closed_and_does_not_end_then(tmp_path, header):
    stages = ["Closed Won", "Closed Lost", "Closed Won", "Closed Won", "Closed Lost", "Closed Won"]
    lines = [
        f"{name} 2018;{name};{stage};2017-1{month % 3}-02;2018-0{month}-05;1000"
        for month, (name, stage) in enumerate(zip(NAMES, stages, strict=True), 1)
    ]
    draft = answered(tmp_path, ";".join([*header, "Amount"]), lines)
    assert f'recipient = "{header[1]}"' in draft and f'date = "{header[4]}"' in draft
    assert "\nplanned_end" not in draft
    agreements = clean.clean(tmp_path, day="2019-12-31").tables["agreements"]
    assert sorted(agreements["start"].dt.month) == [1, 3, 4, 6]


def test_the_day_on_which_a_deal_closed_is_no_end_beside_that_of_its_contract(tmp_path):
    lines = [
        f"{name};Closed Won;2018-0{month}-05;2018-0{month}-05;2019-0{month}-04;1000"
        for month, name in enumerate(NAMES, 1)
    ]
    header = "Account Name;Stage;Close Date;Contract Start Date;Contract End Date;Amount"
    text = "\n".join([header, *lines])
    (tmp_path / "Opportunity.csv").write_text(text + "\n", encoding="utf-8")
    checked = check_data.check(tmp_path)
    assert all(fault.column == "control_total" for fault in checked.faults)
    assert 'planned_end = "Contract End Date"' in checked.draft


def test_where_nothing_is_sold_a_close_date_may_be_an_end(tmp_path):
    lines = [f"{name};2018-0{n}-05;2019-0{n}-04;1000" for n, name in enumerate(NAMES, 1)]
    text = "\n".join(["Organization;Grant Date;Close Date;Amount", *lines])
    (tmp_path / "grants.csv").write_text(text + "\n", encoding="utf-8")
    assert 'planned_end = "Close Date"' in check_data.check(tmp_path).draft


@pytest.mark.parametrize("below", [("Count", "6"), ("Total", "")])
def test_names_of_deals_that_speak_of_grants_are_no_stages(below):
    """The title "Grant 2016" was taken for the word of a request that was granted."""
    titles = [f"Grant {2016 + n // 2}" for n in range(6)]
    rows = block(
        **{
            "Account Name": [*NAMES, below[0]],
            "Opportunity Name": [*titles, below[1]],
            "Close Date": [*[f"2018-03-0{n}" for n in range(1, 7)], ""],
            "Amount": [*["1000"] * 6, ""],
            "Stage": [*["Closed Won"] * 6, ""],
        }
    )
    assert match(rows, "grants").columns["outcome"] == ("Stage",)
    assert not tells_lists_of_a_board(rows, "Opportunity Name")
