"""Agreements and payments as teams keep them in small workbooks: read right, or asked."""

import re

import pandas as pd
import pytest

from analysis import clean, parse
from analysis.clean import Part
from analysis.clean.amounts.currency_of_a_programme import with_currency_of_headers
from analysis.clean.programme.programme_rows import with_dates_told
from analysis.declare.faults import Refused
from analysis.layout import drafted, recognise, says
from analysis.layout.agreements.amending_sheets import CHANGE
from analysis.layout.headers.table_match import BY_CELLS
from analysis.layout.payments.payment_sheets import constants_of_payments
from analysis.layout.recognition import matched_as
from analysis.layout.study_keys import StudyDescription
from analysis.layout.terms.days_in_remarks import WORDS_OF_ENDS, days_of_ends
from analysis.run import pipeline, project
from analysis.run.check_data import check
from analysis.text import formatting
from raw_lists import as_read, block_of, grants_kept, rows_of, rows_read, workbook

STUDY = StudyDescription(name="x")

HEAD = ["N° convention", "Partenaire", "Entité", "Date de début", "Échéance", "Montant"]
MORE = [
    [f"C{n}", f"Foyer {n}", "Nord", f"{n}/02/2016", f"{n}/12/2018", 100 * n] for n in range(10, 22)
]
TWO = [
    ["C1", "Alpha", "Nord", "01/01/2016", "31/12/2018", 3000],
    ["C2", "Bravo", "Sud", "01/01/2017", "30/06/2018", 2000],
]


def agreements_of(folder, **options):
    return clean.clean(folder, day="2018-12-31", **options).tables["agreements"]


def questions(folder) -> dict[str, str]:
    """What is asked, by the file and sheet that it is about, but for the day of the study."""
    with pytest.raises(Refused) as refused:
        agreements_of(folder)
    return {
        fault.file: fault.message for fault in refused.value.faults if fault.file != folder.name
    }


def test_numbers_that_begin_anew_each_year_are_of_their_partners(tmp_path):
    years = {
        "2016": [HEAD, ["1", *TWO[0][1:]]],
        "2017": [HEAD, ["1", "Zoulou", "Sud", "01/01/2017", "31/12/2017", 500]],
    }
    agreements = agreements_of(workbook(tmp_path, years))
    assert sorted(agreements["partner_id"]) == ["Alpha", "Zoulou"]
    assert agreements["planned_amount_eur"].sum() == 3500


def test_partners_with_since_when_they_are_hold_agreements(tmp_path):
    heads = [
        ["Charity", "Region", "Partner since", "Partner until"],
        ["Verein", "Region", "Partner seit", "Partner bis"],
        ["Association", "Région", "Partenaire depuis", "Partenaire jusqu'en"],
    ]
    lines = [["Mind", "North", 2012, 2018], ["RNLI", "South", 2015, None]]
    lines += [["Scope", "South", 2016, 2017], ["Barnardo’s", "North", 2014, "ongoing"]]
    for head in heads:
        _block, mapping = drafted(block_of(head, *lines), "Partners", STUDY)
        assert mapping.table == "agreements"
        assert [mapping.columns[end] for end in ("start", "planned_end")] == [
            (head[2],),
            (head[3],),
        ]
    folder = workbook(tmp_path, {"Partners": [heads[-1], *lines]})
    answer = "\n[source.columns]", '\nentity = "Fondation"\n[source.columns]'
    agreements = rows_read(with_answers(folder, answer), "agreements")
    assert agreements["start"].dt.year.tolist() == [2012, 2015, 2016, 2014]
    assert agreements["planned_end"].dt.year.dropna().tolist() == [2018, 2017]


def test_a_number_of_several_partners_of_whom_one_is_spelt_two_ways_counts_each_once(tmp_path):
    years = {
        "2016": [HEAD, ["1", *TWO[0][1:]]],
        "2017": [HEAD, ["1", "Zoulou", "Sud", "01/01/2017", "31/12/2017", 500]],
        "Toutes": [HEAD, ["1", "Alphaa", *TWO[0][2:]]],
    }
    agreements = agreements_of(workbook(tmp_path, years))
    assert len(agreements) == 2 and agreements["planned_amount_eur"].sum() == 3500


def test_of_which_agreement_a_payment_is_whose_number_several_have_is_asked(tmp_path):
    paid = ["N° contribution", "N° convention", "Année", "Sens", "Nature", "Valeur (€)"]
    sheets = {
        "Conventions 2016": [HEAD, ["1", *TWO[0][1:]]],
        "Conventions 2017": [HEAD, ["1", *TWO[1][1:]]],
        "Versements": [paid, ["V1", "1", 2016, "vers le partenaire", "Numéraire", 10]],
    }
    (message,) = questions(workbook(tmp_path, sheets)).values()
    assert "agreement_id" in message


def test_an_amendment_under_the_number_of_its_agreement_extends_it_whenever_it_starts(tmp_path):
    starts = {"C1": "01/01/2016", "C10": "01/07/2018", "C11": None}
    first = {row[0]: row for row in [*TWO, *MORE]}
    amendments = [
        [number, *first[number][1:3], start, "31/12/2019", None] for number, start in starts.items()
    ]
    folder = workbook(tmp_path, {"Conventions": [HEAD, *first.values(), *amendments]})
    (message,) = questions(folder).values()
    assert "same_reference" in message
    agreements = agreements_of(folder, accept_guesses=True).set_index("agreement_id")
    extended = agreements.loc[list(starts)]
    days = extended["start"].dt.strftime("%d/%m/%Y").tolist()
    assert days == ["01/01/2016", "10/02/2016", "11/02/2016"]
    assert extended["planned_end"].dt.strftime("%d/%m/%Y").tolist() == 3 * ["31/12/2019"]
    assert extended["planned_amount_eur"].tolist() == [3000, 1000, 1100]


@pytest.mark.parametrize(
    ("header", "cells", "ends"),
    [
        ("Durée", ["3 ans", "18 mois"], ["2018-12-31", "2018-06-30"]),
        ("Durée (ans)", [3, 1], ["2018-12-31", "2017-12-31"]),
        ("Laufzeit", ["3 Jahre", "12 Monate"], ["2018-12-31", "2017-12-31"]),
        ("Échéance", ["2016-2018", "2017/2019"], ["2018-12-31", "2019-12-31"]),
    ],
)
def test_how_long_an_agreement_lasts_tells_when_it_ends(header, cells, ends):
    head = [*HEAD[:4], header, HEAD[5]]
    lines = [[*row[:4], cell, row[5]] for row, cell in zip(TWO, cells, strict=True)]
    rows = rows_of("agreements", block_of(head, *lines), "Conventions")
    agreements = with_dates_told(rows, "agreements")
    assert agreements["planned_end"].dt.strftime("%Y-%m-%d").tolist() == ends


def test_when_agreements_end_of_which_no_header_tells_it_is_asked(tmp_path):
    lines = [[*row[:4], row[5]] for row in (HEAD, *TWO)]
    (message,) = questions(workbook(tmp_path, {"Conventions": lines})).values()
    assert "planned_end" in message


def test_a_sheet_is_what_its_own_name_says_in_a_file_of_another(tmp_path):
    paid = [["N° convention", "Date de versement", "Montant"], ["C1", "01/02/2016", 1000]]
    sheets = {"Conventions": [HEAD, *TWO], "Versements": paid}
    tables, _asked = as_read(workbook(tmp_path, sheets, "Conventions.xlsx"))
    told = ["agreement_id", "value_eur", "kind", "direction", "stage"]
    payment = tables["contributions"].loc[0, told].tolist()
    assert payment == ["C1", 1000, "cash", "to partner", "paid"]
    assert len(tables["agreements"]) == 2


@pytest.mark.parametrize(
    ("sheet", "days", "told"),
    [
        ("Versements", ["Date"], ["cash", "to partner", "paid"]),
        ("Échéancier des versements", ["Date"], ["cash", "to partner", "committed"]),
        ("Versements reçus", ["Date"], ["cash", None, "paid"]),
        ("Mouvements", ["Date"], [None, None, None]),
        ("Paiements Région", ["Date"], ["cash", None, "paid"]),
        ("Versements", ["Date prévue", "Date réelle"], ["cash", "to partner", None]),
    ],
)
def test_what_all_payments_are_is_what_their_sheet_says(sheet, days, told):
    line = ["C1", *["01/02/2016", "01/03/2016"][: len(days)], 1000]
    payments = matched_as(
        "contributions", block_of(["N° convention", *days, "Montant"], line), sheet
    )
    constants = constants_of_payments(payments, sheet)
    assert [constants.get(name) for name in ("kind", "direction", "stage")] == told


def test_a_draft_states_what_all_payments_of_a_sheet_are(tmp_path):
    paid = [["N° convention", "Date", "Montant"], ["C1", "01/02/2016", 1000]]
    sheets = {"Conventions": [HEAD, *TWO], "Versements reçus": [*paid, ["C2", "01/02/2017", 50]]}
    draft = check(workbook(tmp_path, sheets)).draft.partition('sheet = "Versements reçus"')[2]
    stated = re.findall(r'^(kind|direction|stage) = "(.*)"$', draft, re.MULTILINE)
    assert stated == [("kind", "cash"), ("stage", "paid")]


@pytest.mark.parametrize(
    ("head", "sheet"),
    [
        (["N°", "Partenaire", "Entité", "Début", "Échéance", "Montant (€)"], "Conventions"),
        (["Nr.", "Partner", "Abteilung", "Beginn", "Ende", "Betrag (€)"], "Vereinbarungen"),
        (["Ref", "Charity", "Division", "Start date", "End date", "Value (€)"], "Agreements"),
        (
            ["Overeenkomstnr.", "Partner", "Afdeling", "Ingangsdatum", "Einddatum", "Bedrag (€)"],
            "Overeenkomsten",
        ),
        (["Codice", "Ente", "Direzione", "Data inizio", "Data fine", "Importo (€)"], "Convenzioni"),
        (["Association", "Service", "Date de début", "Fin prévue", "Montant (€)"], "Conventions"),
    ],
)
def test_a_sheet_called_agreements_lists_agreements_of_entities(head, sheet):
    columns = ["partner_id", "entity", "start", "planned_end", "planned_amount_eur"]
    lines = [row[-len(head) :] for row in (*TWO, *MORE)]
    mapping = recognise(block_of(head, *lines), sheet, STUDY)
    assert mapping.table == "agreements"
    assert [mapping.columns[name] for name in columns] == [(header,) for header in head[-5:]]
    number = (head[0],) if len(head) == 6 else tuple(head[:4])
    assert mapping.columns["agreement_id"] == number


def test_payments_with_the_numbers_of_agreements_are_theirs(tmp_path):
    paid = [["Référence", "Date règlement", "Montant réglé"], ["C1", "01/02/2016", 1000]]
    paid += [["C2", "01/03/2017", 500], ["Total", None, 1500]]
    folder = workbook(tmp_path, {"Conventions": [HEAD, *TWO], "Règlements": paid})
    contributions = clean.clean(folder, day="2018-12-31").tables["contributions"]
    assert contributions["agreement_id"].tolist() == ["C1", "C2"]
    assert contributions["value_eur"].tolist() == [1000, 500]


def test_the_end_that_came_stands_beside_the_one_that_was_planned(tmp_path):
    head = [*HEAD[:4], "Fin prévue", "Fin réelle", HEAD[5]]
    lines = [[*row[:5], None, row[5]] for row in TWO]
    lines[1][5] = "31/05/2017"
    agreements = rows_read(workbook(tmp_path, {"Conventions": [head, *lines]}), "agreements")
    assert agreements["end"].dt.strftime("%Y-%m-%d").fillna("").tolist() == ["", "2017-05-31"]


def test_agreements_of_a_sheet_called_so_are_read(tmp_path):
    head = ["Association", "Service", "Date de début", "Fin prévue", "Montant (€)"]
    rows = [TWO[0], TWO[1], ["C3", "Alpha", "Sud", "01/03/2016", "28/02/2019", 700]]
    agreements = rows_read(
        workbook(tmp_path, {"Conventions": [head, *(row[1:] for row in rows)]}), "agreements"
    )
    assert agreements["entity"].tolist() == ["Nord", "Sud", "Sud"]
    assert agreements["start"].dt.year.tolist() == [2016, 2017, 2016]
    assert agreements["planned_end"].dt.year.tolist() == [2018, 2018, 2019]
    assert agreements["planned_amount_eur"].tolist() == [3000, 2000, 700]
    assert agreements["partner_id"].tolist() == ["Alpha", "Bravo", "Alpha"]


def test_contacts_are_no_partners(tmp_path):
    contacts = [["Association", "Nom", "Fonction", "Email"], ["Alpha", "Petit", "Présidente", "x"]]
    folder = workbook(tmp_path, {"Conventions": [HEAD, *TWO], "Contacts": contacts})
    tables = as_read(folder)[0]
    assert "Alpha" in str(tables) and "Petit" not in str(tables)


def test_remarks_that_an_agreement_was_never_signed_are_asked(tmp_path):
    lines = [[*HEAD, "Observations"], [*TWO[0], None], [*TWO[1], "annulée, jamais signée"]]
    (message,) = questions(workbook(tmp_path, {"Conventions": lines})).values()
    assert "annulée, jamais signée" in message


def test_a_grant_whose_signature_is_to_come_is_asked(tmp_path):
    head = ["Association", "Date", "Montant (€)", "Statut"]
    lines = [["Alpha", "01/01/2016", 3000, "Signée"], ["Bravo", "01/01/2018", 2000, "À signer"]]
    folder = workbook(tmp_path, {"Subventions": [head, *lines]})
    with pytest.raises(Refused) as refused:
        clean.clean(folder)
    assert "À signer" in refused.value.faults[0].message


def test_amounts_in_the_currency_of_a_column_beside_them_are_asked(tmp_path):
    lines = [[*HEAD, "Devise"], [*TWO[0], "EUR"], [*TWO[1], "GBP"], [*MORE[0], "EUR"]]
    folder = workbook(tmp_path, {"Conventions": lines})
    (message,) = questions(folder).values()
    assert "GBP" in message
    amounts = agreements_of(folder, accept_guesses=True)["planned_amount_eur"]
    assert amounts.sum() == 3000 + MORE[0][5] and amounts.isna().sum() == 1


def test_an_end_that_is_open_in_some_rows_is_the_end_of_the_others(tmp_path):
    head = ["Association", "Début", "Fin", "Montant (€)"]
    lines = [
        ["Alpha", "01/01/2016", "31/12/2018", 3000],
        ["Bravo", "01/01/2017", "tacite reconduction", 2000],
        ["Charlie", "01/01/2017", "en cours", 500],
        ["Delta", "01/03/2017", "indéterminée", 700],
    ]
    ends = rows_read(workbook(tmp_path, {"Subventions": [head, *lines]}), "grants")["planned_end"]
    assert ends.dt.strftime("%Y-%m-%d").tolist()[0] == "2018-12-31"


def test_whether_the_day_or_the_month_comes_first_is_asked_of_agreements_too(tmp_path):
    head = ["Agreement number", "Partner", "Entity", "Start date", "Planned end", "Amount ($)"]
    lines = [
        ["C1", "Alpha", "North", "03/04/2016", "03/03/2018", 3000],
        ["C2", "Bravo", "South", "07/01/2016", "06/05/2018", 2000],
    ]
    (message,) = questions(workbook(tmp_path, {"Agreements": [head, *lines]})).values()
    assert "date_order" in message


def test_amounts_of_a_year_count_for_each_year_of_an_agreement(tmp_path):
    folder = workbook(tmp_path, {"Conventions": [[*HEAD[:5], "Montant annuel"], *TWO]})
    (message,) = questions(folder).values()
    assert "amount_per" in message
    assert agreements_of(with_answers(folder))["planned_amount_eur"].tolist() == [9000, 3000]


def test_a_row_that_shows_how_rows_are_written_is_asked(tmp_path):
    example = ["EX", "Exemple : nom de l'association", "Nord", "01/01/2000", "31/12/2000", 1000]
    (message,) = questions(workbook(tmp_path, {"Conventions": [HEAD, example, *TWO]})).values()
    assert "Exemple" in message


END_OF_REMARKS = """
[study]
name = "x"
day = 2018-12-31
[[source]]
files = "suivi.xlsx"
table = "agreements"
[source.columns]
end = "{}"
"""


def with_remark(folder, remark, answer):
    """Three agreements, the second with a remark, and the study that says where ends stand."""
    lines = [[*HEAD, "Observations"], [*TWO[0], "visite le 03/02/2017"]]
    workbook(folder, {"Conventions": [*lines, [*TWO[1], remark], [*MORE[0], None]]})
    study = END_OF_REMARKS.format(answer)
    (folder / "study.toml").write_text(study, encoding="utf-8")
    return folder


def test_remarks_that_tell_when_an_agreement_ended_are_asked_and_then_read(tmp_path):
    folder = with_remark(tmp_path, "résiliée le 30/09/2017", "")
    assert agreements_of(folder)["end"].isna().all()
    (folder / "study.toml").unlink()
    (message,) = questions(folder).values()
    assert 'end = "Observations"' in message


def test_the_day_of_an_end_stands_beside_the_words_of_a_remark():
    remarks = pd.Series(
        [
            *("résiliée le 30/09/2017", "signée le 01/02/2017, résiliée le 30/09/2017"),
            "Résiliation au 30 septembre 2017 (courrier du 02/05/2017)",
            "dénoncée le 12/03/2017 avec effet au 30/09/2017",
            "gekündigt am 01.06.2017 zum 30.09.2017",
            "Vereinbarung vom 01.01.2017, zum 30.09.2017 gekündigt",
            "terminated on 2017-09-30",
        ]
    )
    days = parse.dates(days_of_ends(remarks, WORDS_OF_ENDS))[0]["date"]
    assert days.dt.strftime("%Y-%m-%d").tolist() == ["2017-09-30"] * len(remarks)


def test_rows_are_left_out_by_remarks_that_tell_ends_too(tmp_path):
    lines = [[*TWO[0], "jamais signée"], [*TWO[1], "résiliée le 30/09/2017"]]
    workbook(tmp_path, {"Conventions": [[*HEAD, "Observations"], *lines]})
    left_out = '[source.leave_out]\nObservations = ["jamais signée"]\n'
    study = END_OF_REMARKS.format("Observations") + left_out
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    agreements = rows_read(tmp_path, "agreements")
    assert agreements["partner_id"].tolist() == ["Bravo"]
    assert f"{agreements['end'].iloc[0]:%Y-%m-%d}" == "2017-09-30"


def test_a_grant_that_goes_on_is_no_grant_of_twelve_months(tmp_path):
    head = ["Bénéficiaire", "Date de début", "Date de fin", "Montant attribué (€)"]
    lines = [[f"Foyer {n}", f"{n}/02/2012", f"{n}/02/2014", 1000 + 7 * n] for n in range(10, 20)]
    going_on = [["Alpha", "01/03/2012", "en cours", 500], ["Bravo", "01/03/2012", None, 700]]
    agreements = agreements_of(workbook(tmp_path, {"Subventions": [head, *lines, *going_on]}))
    agreements = agreements.set_index("partner_id")
    assert agreements.at["alpha", "planned_end"] is pd.NaT
    assert not agreements.at["alpha", "term_assumed"]
    assert f"{agreements.at['bravo', 'planned_end']:%Y-%m-%d}" == "2013-02-28"
    assert agreements.at["bravo", "term_assumed"]


def test_a_remark_of_several_days_is_a_cell_that_could_not_be_read(tmp_path):
    remark = "résiliée par courrier du 12/03/2017, solde le 30/06/2017"
    folder = with_remark(tmp_path, remark, "Observations")
    study = clean.clean(folder, day="2018-12-31", accept_guesses=True)
    assert study.tables["agreements"]["end"].isna().all()
    (cell,) = study.quarantine.to_dict("records")
    assert cell["value"].startswith("résiliée par courrier") and cell["line"] == 3


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        *(("Duração", "2 anos"), ("Prazo", "24 meses"), ("Months", "24")),
        *(("No. of years", "2"), ("Laufzeit (Monate)", "24"), ("Durata", "2 anni")),
        *(("Plazo", "2 años"), ("Nb années", "2"), ("Looptijd", "24 mnd")),
    ],
)
def test_how_long_a_grant_lasts_tells_when_it_ends(header, cell):
    head = ["Bénéficiaire", "Date de début", header, "Montant attribué (€)"]
    lines = [[f"Foyer {n}", f"{n}/02/2012", cell, 1000 + 7 * n] for n in range(10, 20)]
    grants = rows_of("grants", block_of(head, *lines))
    assert grants["term_months"].eq(24).all()


@pytest.mark.parametrize(
    ("extended", "early"),
    [
        *(("Proroga al", "Data revoca"), ("Verlängert bis", "Gekündigt zum")),
        *(("Renovado até", "Rescindido em"), ("Prorogée au", "Date de résiliation")),
        *(("Avenant 1 – nouvelle fin", "Terminated on"), ("Avenant jusqu’au", "Rupture le")),
    ],
)
def test_columns_beside_the_planned_end_of_grants_tell_others(extended, early):
    head = ["Bénéficiaire", "Date de début", "Fin initiale", extended, early, "Montant attribué"]
    lines = [[f"Foyer {n}", f"{n}/02/2012", f"{n}/02/2014", "", "", 7 * n] for n in range(10, 20)]
    lines += [["Alpha", "01/03/2012", "28/02/2014", "31/12/2015", "", 500]]
    lines += [["Bravo", "01/03/2012", "28/02/2014", "31/12/2015", "30/06/2013", 900]]
    ends = rows_of("grants", block_of(head, *lines)).set_index("recipient")["planned_end"]
    assert ends[["Alpha", "Bravo"]].tolist() == [
        pd.Timestamp(2015, 12, 31),
        pd.Timestamp(2013, 6, 30),
    ]
    assert ends["Foyer 10"] == pd.Timestamp(2014, 2, 10)


def test_the_last_of_several_extensions_counts():
    head = ["Bénéficiaire", "Date de début", "Fin initiale", "Avenant 1 – nouvelle fin"]
    head += ["Avenant 2 – nouvelle fin", "Montant attribué (€)"]
    lines = [[f"Foyer {n}", f"{n}/02/2012", f"{n}/02/2014", "", "", 7 * n] for n in range(10, 20)]
    lines += [["Alpha", "01/03/2012", "28/02/2014", "31/12/2015", "31/12/2017", 500]]
    grants = rows_of("grants", block_of(head, *lines))
    assert grants.set_index("recipient").at["Alpha", "planned_end"].year == 2017


def test_early_ends_alone_are_no_planned_ends_without_a_question(tmp_path):
    head = ["Bénéficiaire", "Date de début", "Date de résiliation", "Montant attribué (€)"]
    lines = [[f"Foyer {n}", f"{n}/02/2012", None, 7 * n] for n in range(10, 20)]
    lines += [["Bravo", "01/03/2012", "30/06/2012", 900]]
    (message,) = questions(workbook(tmp_path, {"Liste": [head, *lines]})).values()
    assert 'planned_end = "Date de résiliation"' in message


def test_a_programme_counts_in_the_currency_that_its_amounts_name(tmp_path):
    for header, cell, currency in (("Amount (£)", 1, "GBP"), ("Betrag (CHF)", 1, "CHF")):
        agreements = block_of([*HEAD[:5], header], *([*row[:5], cell] for row in TWO))
        part = Part(agreements, "Conventions", recognise(agreements, "Conventions", STUDY))
        assert with_currency_of_headers(STUDY, [part]).currency == currency
    lines = [[*row[:5], "£3000"] for row in TWO]
    folder = workbook(tmp_path, {"Conventions": [[*HEAD[:5], "Amount"], *lines]})
    cleaned = clean.clean(folder, day="2018-12-31")
    assert cleaned.about["currency"] == "GBP"
    assert cleaned.tables["agreements"]["planned_amount_eur"].sum() == 6000


def test_in_which_currency_a_programme_of_several_counts_is_asked(tmp_path):
    paid = [["N° convention", "Date de versement", "Montant versé (€)"], ["C1", "01/02/2016", 1000]]
    sheets = {"Conventions": [[*HEAD[:5], "Montant (£)"], *TWO], "Versements": paid}
    (message,) = questions(workbook(tmp_path, sheets)).values()
    assert "GBP" in message and "EUR" in message and "currency" in message


@pytest.mark.parametrize("place", ["agreement_id", "partner_id"])
def test_an_example_is_asked_wherever_it_says_so(tmp_path, place):
    number, name = ("EXEMPLE", "Nom") if place == "agreement_id" else ("C0", "Exemple : nom")
    example = [number, name, "Nord", "01/01/2000", "31/12/2000", 1000]
    (message,) = questions(workbook(tmp_path, {"Conventions": [HEAD, example, *TWO]})).values()
    assert "leave_out" in message and ("EXEMPLE" in message or "Exemple" in message)


def test_a_note_that_agreements_were_called_off_is_asked(tmp_path):
    lines = [HEAD, *TWO, ["C3", "Cercle **", "Sud", "01/04/2017", "31/03/2018", 900], []]
    lines += [["** Convention annulée, non comptée"]]
    (message,) = questions(workbook(tmp_path, {"Conventions": lines})).values()
    assert "footnote" in message


def test_a_sheet_that_study_toml_names_nowhere_is_told(tmp_path):
    other = [["Réunion", "Ville"], ["Comité", "Lyon"], ["Comité", "Paris"]]
    folder = workbook(tmp_path, {"Conventions": [HEAD, *TWO], "Réunions": other})
    remarks = check(with_answers(folder, ("# day", "day"))).remarks
    assert any("suivi.xlsx#Réunions" in str(line) for line in remarks)


def test_what_others_give_is_asked(tmp_path):
    grants = [["Association", "Date de début", "Montant accordé (€)"]]
    grants += [[f"Foyer {n}", f"{n}/02/2018", 1000 + n] for n in range(10, 16)]
    others = [["Association", "Année", "Montant (€)"]]
    others += [[f"Foyer {n}", 2018, 70000 + n] for n in range(10, 16)]
    asked = questions(workbook(tmp_path, {"Nos conventions": grants, "Match funding": others}))
    assert "outcome" in asked["suivi.xlsx#Match funding"]


def test_whether_terms_are_years_or_months_is_asked(tmp_path):
    head = [*HEAD[:4], "Durée", "Montant"]
    lines = [[*row[:4], 3, row[5]] for row in TWO]
    folder = workbook(tmp_path, {"Conventions": [head, *lines]})
    (message,) = questions(folder).values()
    assert "term_unit" in message
    study = '[study]\nname = "x"\nday = 2018-12-31\n[[source]]\nfiles = "suivi.xlsx"\n'
    columns = '[source.columns]\nagreement_id = "N° convention"\npartner_id = "Partenaire"\n'
    columns += 'entity = "Entité"\nstart = "Date de début"\nterm_months = "Durée"\n'
    for answer, year in (("year", 2018), ("month", 2016)):
        stated = f'table = "agreements"\nterm_unit = "{answer}"\n{columns}'
        (folder / "study.toml").write_text(study + stated, encoding="utf-8")
        agreements = with_dates_told(rows_read(folder, "agreements"), "agreements")
        assert agreements["planned_end"].dt.year.min() == year


@pytest.mark.parametrize("header", ["Vertragssumme (€)", "Partnership value", "Commitment"])
def test_what_agreements_are_worth_does_not_number_them(header):
    head = ["Nr.", "Partner", "Abteilung", "Beginn", "Ende", header]
    columns = matched_as("agreements", block_of(head, *TWO, *MORE), "Partnerships").columns
    assert columns["agreement_id"] == ("Nr.",) and columns["planned_amount_eur"] == (header,)


def test_a_status_of_what_is_not_signed_is_asked(tmp_path):
    statuses = ["Entwurf", "Draft", "Pipeline", "Fell through", "Bozza", "In negotiation"]
    statuses += ["En cours de négociation", "in onderhandeling", "En négociation", "Prospect"]
    statuses += ["Zurückgestellt"]
    lines = [[*HEAD, "Status"], *([*row, "aktiv"] for row in [*TWO, *MORE])]
    lines += [
        [f"Z{n}", f"Zulu {n}", "Nord", "01/01/2018", "31/12/2019", 900, status]
        for n, status in enumerate(statuses)
    ]
    (message,) = questions(workbook(tmp_path, {"Conventions": lines})).values()
    assert [status for status in statuses if f'"{status}"' not in message] == []


def test_terms_in_words_are_read(tmp_path):
    terms = {"deux ans": 24, "3 ans renouvelable": 36, "triennale": 36, "zwei Jahre": 24}
    lines = [[*HEAD[:4], "Durée", "Montant"]]
    lines += [[*row[:4], term, row[5]] for row, term in zip([*TWO, *MORE], terms, strict=False)]
    agreements = rows_read(workbook(tmp_path, {"Conventions": lines}), "agreements")
    assert agreements["term_months"].tolist() == list(terms.values())


def test_a_place_is_asked_before_it_is_the_entity(tmp_path):
    for header in ("Région", "Site", "Regio", "Standort", "Área", "Region", "Pôle"):
        head = [*HEAD[:2], header, *HEAD[3:]]
        agreements = matched_as("agreements", block_of(head, *TWO), "Conventions")
        assert agreements.columns["entity"] == (header,) and agreements.how["entity"] == BY_CELLS
    (message,) = questions(workbook(tmp_path, {"Conventions": [head, *TWO, *MORE]})).values()
    assert "`Pôle`" in message


@pytest.mark.parametrize("header", ["Direction", "Entité", "Direction régionale", "Abteilung"])
def test_an_entity_by_its_name_is_not_asked(header):
    head = [*HEAD[:2], header, *HEAD[3:]]
    mapping = recognise(block_of(head, *TWO), "Conventions", STUDY)
    assert mapping.columns["entity"] == (header,) and mapping.doubts == ()


OF_ONE_ENTITY = ["N°", "Partenaire", "Début", "Fin prévue", "Montant", "Observations"]
REMARKS = [
    ["1", "Alpha", "01/01/2016", "31/12/2017", 3000, "résiliée le 30/06/2017"],
    ["2", "Bravo", "01/01/2016", "31/12/2017", 2000, "prolongée jusqu'au 31/12/2019"],
    ["3", "Charlie", "01/03/2016", "28/02/2018", 1000, "RAS"],
    ["4", "Delta", "01/04/2016", "31/03/2018", 4000, None],
]


def with_answers(folder, *answers: tuple[str, str]):
    """The folder with its draft as study.toml, all guesses confirmed but for what is replaced."""
    draft = re.sub(r" # \?$", "", check(folder).draft, flags=re.MULTILINE)
    for guess, answer in answers:
        assert guess in draft
        draft = draft.replace(guess, answer)
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    return folder


def test_agreements_of_which_no_column_tells_the_entity_are_those_of_the_study(tmp_path):
    lines = [row[:5] for row in REMARKS]
    folder = workbook(tmp_path, {"Conventions": [OF_ONE_ENTITY[:5], *lines]})
    agreements = rows_read(folder, "agreements")
    assert agreements["entity"].nunique() == 1
    assert agreements["planned_amount_eur"].sum() == 10_000


def test_remarks_that_end_and_extend_agreements_are_asked_and_both_are_used(tmp_path):
    folder = workbook(tmp_path, {"Conventions": [OF_ONE_ENTITY, *REMARKS]})
    asked = " ".join(questions(folder).values())
    assert 'planned_end = ["Observations", "Fin prévue"]' in asked
    rows = agreements_of(with_answers(folder)).set_index("agreement_id")
    days = rows[["planned_end", "end"]].apply(lambda day: day.dt.strftime("%d/%m/%Y"))
    assert days["planned_end"].to_dict() == {
        "1": "31/12/2017",
        "2": "31/12/2019",
        "3": "28/02/2018",
        "4": "31/03/2018",
    }
    assert days["end"].dropna().to_dict() == {"1": "30/06/2017"}


def test_remarks_change_the_end_of_grants_too(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    head = "Association;Date;Fin prévue;Montant accordé;Observations"
    rows = [";".join([row[1], row[2], row[3], str(row[4]), row[5] or ""]) for row in REMARKS]
    (folder / "liste.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    assert 'planned_end = ["Observations", "Fin prévue"]' in str(questions(folder))
    ends = rows_read(with_answers(folder), "grants")["planned_end"].dt.year
    assert ends.tolist() == [2017, 2019, 2018, 2018]


def test_extensions_on_a_sheet_of_their_own_reach_agreements_of_one_entity(tmp_path):
    lines = [row[:5] for row in REMARKS]
    extended = [["N° convention", "Nouvelle date de fin"], ["2", "31/12/2019"], ["4", "31/03/2020"]]
    sheets = {"Conventions": [OF_ONE_ENTITY[:5], *lines], "Prórrogas": extended}
    agreements = agreements_of(workbook(tmp_path, sheets)).set_index("agreement_id")
    ends = agreements["planned_end"].dt.year.to_dict()
    assert ends == {"1": 2017, "2": 2019, "3": 2018, "4": 2020}


@pytest.mark.parametrize("status", ["en cours de négociation", "in Verhandlung"])
def test_a_grant_that_is_not_signed_yet_is_asked(tmp_path, status):
    rows = [f"Foyer {n};0{n}/02/2017;{n}00;{status if n == 5 else 'beendet'}" for n in range(1, 8)]
    text = "\n".join(["Association;Date;Montant accordé;Status", *rows])
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    assert status in str(questions(tmp_path))
    assert parse.outcomes(pd.Series(["Draft"]))[0].tolist() == ["undecided"]


def test_a_corrected_amount_does_not_renumber_an_agreement():
    lines = [row[1:5] for row in REMARKS]
    corrected = [[*lines[0][:3], 3500], *lines[1:]]
    numbers, numbers_of_corrected = (
        rows_of("agreements", block_of(OF_ONE_ENTITY[1:5], *rows), "Conventions")["agreement_id"]
        for rows in (lines, corrected)
    )
    assert numbers.tolist() == numbers_of_corrected.tolist()


@pytest.mark.parametrize("is_numbered", [True, False])
def test_payments_by_partner_are_of_the_agreement_that_ran(tmp_path, is_numbered):
    lines = [
        ["Alpha", "01/01/2016", "31/12/2016", 3000],
        ["Alpha", "01/01/2017", "31/12/2018", 500],
    ]
    lines += [[name, "01/01/2016", "31/12/2018", 700] for name in ("Bravo", "Echo", "Golf")]
    payments = [["Partner", "Betaaldatum", "Betaald bedrag (€)"]]
    payments += [["Alpha", "01/05/2016", 1000], ["ALPHA", "01/05/2018", 500]]
    payments += [[name, "01/02/2017", 700] for name in ("Bravo", "Echo", "Golf")]
    payments += [["Zulu", "01/02/2017", 50]]
    contacts = [["Partner", "Naam", "E-mail"], ["Alpha", "Jan Jansen", "a@x.nl"]]
    contacts += [["Bravo", "Piet Jansen", "b@x.nl"]]
    head = ["Partner", "Ingangsdatum", "Einddatum", "Toegezegd bedrag (€)"]
    if is_numbered:
        head = ["Nummer", *head]
        lines = [[f"OV-{number}", *line] for number, line in enumerate(lines)]
    sheets = {"Overeenkomsten": [head, *lines], "Betalingen": payments, "Contactpersonen": contacts}
    result = clean.clean(workbook(tmp_path, sheets), day="2018-12-31", accept_guesses=True)
    agreements, contributions = result.tables["agreements"], result.tables["contributions"]
    together = contributions.merge(agreements, on="agreement_id")
    starts = together.sort_values("date")[["date", "start"]].apply(lambda day: day.dt.year)
    assert starts.values.tolist() == [[2016, 2016], *3 * [[2017, 2016]], [2018, 2017]]
    (remark,) = result.remarks
    assert "Zulu" in remark and "50" in remark
    assert "Jansen" not in str(result.tables)


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("framework", ["Convention-cadre", "Framework agreement", "Rahmenvertrag"]),
        ("other kind of list", ["Cofinancements", "Comptes des associations", "Match funding"]),
        (CHANGE, ["Avenants", "Prórrogas", "Extensions"]),
    ],
)
def test_headers_and_names_of_sheets_say_what_their_lists_are(kind, texts):
    assert [text for text in texts if not says(kind, text)] == []


@pytest.mark.parametrize(
    ("headers", "own_header", "again"),
    [
        (("Org ID", "Organisation name"), "Org ID", 0),
        (("Partner-Nr.", "Name"), "Partner-Nr.", 1),
        (("Código", "Entidad"), "Código", 0),
        (("Ref", "Organisation"), "Org ID", 1),
    ],
)
def test_the_code_that_partners_share_with_their_agreements_is_their_key(
    tmp_path, headers, own_header, again
):
    """Keyed by their names, all partners would have stood there twice, one of them without name."""
    numbers = range(1, 6)
    agreements = [["Agreement ID", own_header, "Business unit", "Start date", "End date", "Amount"]]
    agreements += [
        [f"K{year}{n:02}", f"O{n:02}", "Retail", f"{year}-01-01", f"{year}-12-31", 10 * n]
        for year in (2016, 2016 + again)[: 1 + again]
        for n in numbers
    ]
    partners = [[*headers, "Region"], *[[f"O{n:02}", f"Friends {n}", "North"] for n in numbers]]
    folder = workbook(tmp_path, {"Agreements": agreements, "Partners": partners})
    rows_by_table, asked = as_read(folder)
    assert sum("partner_id" in message for message in asked) == (headers[0] != own_header)
    rows, partners = rows_by_table["agreements"], rows_by_table["partners"]
    assert len(rows) == 5 * (1 + again)
    assert partners.set_index("partner_id")["name"]["O05"] == "Friends 5"
    assert set(rows["partner_id"]) == set(partners["partner_id"])


def test_numbers_of_rows_in_two_lists_are_no_codes_of_partners(tmp_path):
    agreements = [["Contract number", "N°", "Partner", *HEAD[2:]]]
    agreements += [[f"K{n}", n, f"Foyer {13 - n}", *MORE[0][2:]] for n in range(1, 13)]
    partners = [["N°", "Nom", "Région"], *[[n, f"Foyer {n}", "Nord"] for n in range(1, 13)]]
    folder = workbook(tmp_path, {"Conventions": agreements, "Partenaires": partners})
    tables, _asked = as_read(folder)
    agreements = tables["agreements"].set_index("agreement_id")
    assert agreements.loc["K1", "partner_id"] == "Foyer 12"
    assert tables["partners"].set_index("partner_id")["name"]["12"] == "Foyer 12"


FRAMEWORKS = [[f"CC{n}", None, f"Réseau {n}", 60000] for n in range(1, 5)]
LOCAL = [[f"L{n}", f"CC{1 + n % 4}", f"Antenne {n}", 5000] for n in range(1, 13)]
ALONE = [[f"S{n}", None, f"Foyer {n}", 2000] for n in range(1, 4)]
ENVELOPES, LOCAL_AMOUNTS, AMOUNTS_ALONE = 4 * 60000, 12 * 5000, 3 * 2000


@pytest.mark.parametrize(
    ("header", "as_grants"), [("Rahmenvertrag", True), ("Convention-cadre", False)]
)
def test_amounts_under_a_framework_are_asked_and_never_added_to_its_own_unasked(
    tmp_path, header, as_grants
):
    """R11: a framework agreement and its local versions are never summed, on sheets of their own
    as in one list.
    """
    head = ["N° convention", header, "Association" if as_grants else "Partenaire", "Montant (€)"]
    head += ["Date de décision"] if as_grants else ["Entité", "Date de début", "Échéance"]
    more = ["01/01/2016"] if as_grants else ["Nord", "01/01/2016", "31/12/2018"]
    rows = [[*row, *more] for row in (*LOCAL, *ALONE)]
    frameworks = [[*row, *more] for row in FRAMEWORKS]
    sheets = {"Cadres": [head, *frameworks], "Conventions locales": [head, *rows]}
    folder = workbook(
        tmp_path, sheets if as_grants else {"Conventions": [head, *frameworks, *rows]}
    )
    checked = check(folder)
    (message,) = [fault.message for fault in checked.faults]
    assert "framework = " in message and f"`{header}`" in message
    draft = checked.draft.replace(" # ?", "")
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    table, measure = ("grants", "amount") if as_grants else ("agreements", "planned_amount_eur")
    within = rows_read(folder, table) if as_grants else agreements_of(folder)
    assert len(within) == 19 and within[measure].sum() == ENVELOPES + AMOUNTS_ALONE
    beside = draft.replace('framework = "within"', 'framework = "beside"')
    (folder / "study.toml").write_text(beside, encoding="utf-8")
    amounts = rows_read(folder, table)[measure]
    assert amounts.sum() == ENVELOPES + AMOUNTS_ALONE + LOCAL_AMOUNTS


def test_a_framework_that_no_list_holds_is_no_question(tmp_path):
    """Nothing is counted twice where the envelope stands nowhere."""
    head = ["N° convention", "Convention-cadre", "Association", "Montant (€)", "Date de décision"]
    rows = [[*row, "01/01/2016"] for row in (*LOCAL, *ALONE)]
    folder = workbook(tmp_path, {"Conventions": [head, *rows]})
    assert grants_kept(folder)["amount"].sum() == LOCAL_AMOUNTS + AMOUNTS_ALONE


def test_agreements_that_bear_identifiers_of_partners_are_matched_by_these(tmp_path):
    head = ["N° de convention", "Structure", "SIREN", "Renouvelle la convention n°"]
    head += ["Date de signature", "Date d’effet", "Date d’échéance", "Montant (€)"]
    days = ["12/12/2015", "01/01/2016", "31/12/2016"], ["12/12/2016", "01/01/2017", "31/12/2018"]
    lines = [["1", "Alpha", "480 000 009", "", *days[0], 100]]
    lines += [["2", "Asso. Alpha", "480000009", "1", *days[1], 200]]
    lines += [["3", "Bravo", "480 043 215", "", *days[0], 300]]
    agreements = agreements_of(workbook(tmp_path, {"Suivi": [head, *lines]}, "conventions.xlsx"))
    assert agreements["partner_id"].nunique() == 2


def test_the_number_of_the_agreement_that_is_renewed_is_read(tmp_path):
    head = [*HEAD, "Renouvelle la convention n°"]
    lines = [[*row, ""] for row in [*TWO, *MORE]]
    lines[1][-1] = "C1"
    agreements = rows_read(workbook(tmp_path, {"Conventions": [head, *lines]}), "agreements")
    assert agreements.set_index("agreement_id")["previous_id"].dropna().to_dict() == {"C2": "C1"}


def test_partners_of_one_agreement_below_each_other_are_asked(tmp_path):
    lines = [["Partenaire", "Début", "Durée", "Montant"]]
    for number, name in enumerate(["Alpha", "Bravo", "Charlie", "Delta", "Echo"], 1):
        lines += [[name, f"01/0{number}/2016", "2 ans", 1000], [f"{name} Sud", None, None, 500]]
    folder = workbook(tmp_path, {"Conventions": lines}, "conventions.xlsx")
    (question,) = questions(folder).values()
    assert 'blank_cells = "above"' in question
    agreements = agreements_of(with_answers(folder))
    assert len(agreements) == 10 and agreements["planned_amount_eur"].sum() == 7500
    assert agreements["planned_end"].notna().all()


@pytest.mark.parametrize("ending", ["prolongée au 31/12/2018", "verlängert bis 31.12.2018"])
def test_a_date_with_an_extension_behind_it_is_the_extended_one(tmp_path, ending):
    lines = [["Partenaire", "Début", "Fin prévue", "Montant"]]
    lines += [[f"Foyer {n}", f"0{n}/01/2016", "31/12/2017", 100] for n in range(1, 8)]
    lines[3][2] = f"31/12/2017, {ending}"
    folder = workbook(tmp_path, {"Conventions": lines}, "conventions.xlsx")
    ends = rows_read(folder, "agreements")["planned_end"].dt.year
    assert sorted(ends) == [2017] * 6 + [2018]


def test_an_amount_with_and_without_tax_is_asked_of_agreements(tmp_path):
    lines = [["Partenaire", "Début", "Fin prévue", "Montant HT", "Montant TTC"]]
    lines += [[f"Foyer {n}", f"0{n}/01/2016", "31/12/2017", 100, 120] for n in range(1, 8)]
    asked = questions(workbook(tmp_path, {"Conventions": lines}, "conventions.xlsx"))
    assert "`Montant HT`" in str(asked) and "`Montant TTC`" in str(asked)


def test_payments_under_a_number_of_an_agreement_are_one_grant_with_what_came_back(tmp_path):
    rows = [f"CV{n};Foyer {n};0{n}/03/2018;{n} 000,00" for n in range(1, 8)]
    rows += ["CV3;Foyer 3;01/09/2018;-500,00"]
    text = "\n".join(["N° convention;Bénéficiaire;Date;Montant (€)", *rows])
    (tmp_path / "versements.csv").write_text(text, encoding="utf-8")
    agreements = agreements_of(tmp_path)
    assert len(agreements) == 7 and agreements["planned_amount_eur"].sum() == 27_500


def test_an_annual_amount_beside_a_range_of_years_is_asked(tmp_path):
    rows = [f"Foyer {n};201{n}-2018;{n}00" for n in range(2, 8)]
    text = "\n".join(["Association;Période;Montant annuel", *rows])
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    assert "amount_per" in str(questions(tmp_path))


@pytest.mark.parametrize(("header", "no"), [("Signé", "non"), ("Unterschrieben (j/n)", "n")])
def test_what_is_not_signed_is_asked(tmp_path, header, no):
    lines = [[*HEAD, header], *([*row, "oui" if no == "non" else "j"] for row in [*TWO, *MORE])]
    lines[4][-1] = no
    asked = questions(workbook(tmp_path, {"Conventions": lines}))
    assert f'["{no}"]' in str(asked)


def test_the_end_of_2099_is_no_planned_end(tmp_path):
    lines = [HEAD, *([*row] for row in [*TWO, *MORE])]
    lines[1][4] = "31/12/2099"
    agreements = agreements_of(workbook(tmp_path, {"Conventions": lines})).set_index("agreement_id")
    assert agreements["planned_end"].isna().to_dict()["C1"]
    assert agreements["planned_end"].notna().sum() == len(agreements) - 1


def test_a_revised_amount_stands_for_the_first_where_it_is_filled(tmp_path):
    head = [*HEAD[:5], "Montant initial", "Montant révisé"]
    lines = [head, *([*row, None] for row in [*TWO, *MORE])]
    lines[1][-1] = 3500
    folder = workbook(tmp_path, {"Conventions": lines})
    draft = re.sub(r" # \?$", "", check(folder).draft, flags=re.MULTILINE)
    draft = re.sub(r"^planned_amount_eur = .*$", '"~part" = "Montant initial"', draft, flags=re.M)
    answer = 'planned_amount_eur = "Montant révisé"\n"~part"'
    (folder / "study.toml").write_text(draft.replace('"~part"', answer, 1), encoding="utf-8")
    agreements = rows_read(folder, "agreements")
    assert agreements["planned_amount_eur"].sum() == sum(row[5] for row in [*TWO, *MORE]) + 500


@pytest.mark.parametrize("names", [(), ("1_quality.ipynb",)])
def test_files_of_which_no_agreement_is_read_are_told_instead_of_a_report(tmp_path, names):
    lines = [["Association", "Région"], ["Alpha", "Nord"], ["Bravo", "Sud"], ["Charlie", "Est"]]
    raw = tmp_path / "raw"
    raw.mkdir()
    workbook(raw, {"Partenaires": lines})
    places = {"out": tmp_path / "report", "processed": tmp_path / "clean"}
    notebooks = [project.shipped() / name for name in names]
    with pytest.raises(Refused) as refused:
        pipeline.run(raw, {}, notebooks=notebooks, accept_guesses=True, **places)
    assert not places["out"].exists()
    assert [fault.rule for fault in refused.value.faults] == ["agreements"]


def test_rows_with_a_unit_each_are_a_fault(tmp_path):
    head = ["Partenaire", "Début", "Fin prévue", "Montant", "Unité"]
    lines = [head, ["Alpha", "01/01/2016", "31/12/2017", 0.22, "M€"]]
    lines += [[f"Foyer {n}", f"0{n}/01/2016", "31/12/2017", 10 * n, "k€"] for n in range(2, 8)]
    folder = workbook(tmp_path, {"Conventions": lines}, "conventions.xlsx")
    with pytest.raises(Refused) as refused:
        agreements_of(folder, accept_guesses=True)
    assert {fault.rule for fault in refused.value.faults} == {"units"}


def test_an_extension_of_no_money_extends_its_agreement(tmp_path):
    lines = [[*HEAD[:2], "Tipo", "Desde", "Hasta", "Aportación (€)"]]
    lines += [[row[0], row[1], "Convenio", row[3], row[4], row[5]] for row in [*TWO, *MORE]]
    lines += [["C2/P1", "Bravo", "Prórroga", "01/07/2018", "30/06/2019", 0]]
    folder = workbook(tmp_path, {"Convenios": lines}, "convenios.xlsx")
    assert "C2/P1" in str(questions(folder))
    agreements = agreements_of(folder, accept_guesses=True).set_index("agreement_id")
    assert agreements.loc["C2", "planned_end"].year == 2019 and "C2/P1" not in agreements.index


def test_payments_that_no_number_ties_to_an_agreement_are_told_by_reason(tmp_path):
    head = [
        *("Number", "Partner", "Entity", "Start date", "End date", "Amount (£)"),
        "Status as given",
    ]
    agreements = [
        ["AG-1", "Alpha", "North", "01/01/2016", "31/12/2018", 900, "signed"],
        ["AG-2", "Alpha", "North", "01/01/2017", "31/12/2018", 800, "signed"],
        ["AG-3", "Bravo", "North", "01/01/2016", "31/12/2016", 700, "signed"],
        ["AG-4", "Carol", "North", "01/01/2016", "31/12/2018", 600, "refused"],
        ["AG-5", "Delta", "North", "01/01/2016", "31/12/2018", 500, "signed"],
    ]
    payments = [["Agreement", "Payment date", "Amount paid (£)"]]
    payments += [["Alpha", "01/05/2017", 11], ["ALPHA", "01/05/2018", 22]]  # both run
    payments += [["Bravo", "01/02/2017", 33]]  # after the end
    payments += [["AG-4", "01/02/2017", 44], ["AG-9", "01/02/2017", None]]
    payments += [["Delta", "01/02/2017", 55], ["AG-5", "01/02/2018", 66]]
    folder = workbook(tmp_path, {"Agreements": [head, *agreements], "Payments": payments})
    formatting.use("en")
    result = clean.clean(folder, day="2018-12-31", accept_guesses=True)
    told = [remark for remark in result.remarks if "number of an agreement" in remark]
    assert [remark.partition(";")[0] for remark in told] == [
        "contributions that name a partner of which several agreements ran on that day, taken as of"
        " the one that began last: 2 (together: GBP 33), of ALPHA, Alpha",
        "contributions that name a partner of which no agreement ran on that day, taken as of the"
        " last that had begun: 1 (together: GBP 33), of Bravo",
        "contributions under agreements that were refused or set aside: 1 (together: GBP 44), of"
        " AG-4",
        "contributions of no known agreement: 1, of AG-9",
    ]
    numbers = result.tables["contributions"].set_index("value_eur")["agreement_id"]
    assert numbers[[11, 22, 33, 55]].tolist() == ["AG-2", "AG-2", "AG-3", "AG-5"]


# ---- numbers of files that agreements and their payments bear
def numbered_files(header: str, paid: str = "F") -> tuple[list[list], list[list]]:
    """Lists of agreements and of payments whose rows bear the number of a file."""
    agreements = [header, "Structure", "Entité", "Date début", "Date fin", "Montant conventionné"]
    rows = [
        [f"F{n}", f"Club {n}", "Nord", f"1{n}/05/2014", f"1{n}/04/2016", 100 * n]
        for n in range(1, 6)
    ]
    payments = [[f"{paid}{n}", f"1{n}/06/2014", 100 * n] for n in range(1, 6)]
    return [agreements, *rows], [[header, "Date de paiement", "Montant payé"], *payments]


@pytest.mark.parametrize(
    "header", ["N° dossier", "Réf. dossier", "Numéro de projet", "Project number"]
)
def test_numbers_of_files_number_agreements(header):
    agreements, _payments = numbered_files(header)
    columns = matched_as("agreements", block_of(*agreements), "Conventions").columns
    assert columns["agreement_id"] == (header,)


def test_numbers_of_files_number_agreements_and_tie_their_payments(tmp_path):
    """What told agreements apart was joined for their number, and no payment was of any."""
    agreements, payments = numbered_files("Réf. dossier")
    sheets = {"Conventions": agreements, "Versements": payments}
    rows_by_table, asked = as_read(workbook(tmp_path, sheets))
    numbers = {f"F{n}" for n in range(1, 6)}
    assert set(rows_by_table["agreements"]["agreement_id"]) == numbers and not asked
    assert set(rows_by_table["contributions"]["agreement_id"]) == numbers


def test_payments_of_no_agreement_tell_both_columns_of_numbers(tmp_path):
    agreements, payments = numbered_files("N° dossier", paid="X")
    folder = workbook(tmp_path, {"Conventions": agreements, "Versements": payments})
    (folder / "study.toml").write_text(
        '[study]\nname = "n"\n[[source]]\nfiles = "*.xlsx"\ntable = "agreements"\n'
        'sheet = "Conventions"\n[source.columns]\nagreement_id = ["Structure", "Date début"]\n'
        'partner_id = "Structure"\nentity = "Entité"\nstart = "Date début"\n'
        'planned_end = "Date fin"\nplanned_amount_eur = "Montant conventionné"\n'
        '[[source]]\nfiles = "*.xlsx"\ntable = "contributions"\nsheet = "Versements"\n'
        'kind = "cash"\ndirection = "to partner"\nstage = "paid"\n[source.columns]\n'
        'agreement_id = "N° dossier"\ndate = "Date de paiement"\nvalue_eur = "Montant payé"\n',
        encoding="utf-8",
    )
    told = " ".join(clean.clean(folder, day="2018-12-31").remarks)
    assert "`N° dossier`" in told and "`Structure` + `Date début`" in told
