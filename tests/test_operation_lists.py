"""Lists of operations of the funds of the Union, in the languages of its members: who received,
what of, from when to when.
"""

import pytest

from analysis import clean, layout
from analysis.layout import StudyDescription, recognise
from analysis.layout.headers import header_names, header_words
from analysis.read import folded
from analysis.run import check_data
from raw_lists import accepted, block_of

NAMES = ["Amber", "Birke", "Cedar", "Dorn", "Erle", "Fohre"]


def write(folder, header: str, lines: list[str]) -> None:
    (folder / "list.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def drafted(checked: check_data.Checked) -> dict[str, str]:
    """The columns that the draft of a list states or proposes."""
    lines = checked.draft.splitlines()
    stated = [line.partition(" = ") for line in lines if line[:1] not in ("#", "[")]
    return {name: value.partition("  #")[0] for name, _mark, value in stated if value}


# ---- the words of each language
HEADERS = {  # who received, what of, when it was decided, from when to when
    "Bulgarian": "Име на бенефициера;Размер на БФП;Дата на договора;Начална дата;Крайна дата",
    "Croatian": "Korisnik;Bespovratna sredstva;Datum ugovaranja;Datum početka;Datum završetka",
    "Czech": "Název příjemce;Příspěvek Unie;Datum rozhodnutí;Datum zahájení;Datum ukončení",
    "Danish": "Støttemodtagers navn;Bevilget tilskud;Tilsagnsdato;Startdato;Slutdato",
    "Dutch": "Naam begunstigde;Toegekend bedrag;Datum beslissing;Startdatum;Einddatum",
    "English": "Beneficiary name;Amount awarded;Award date;Operation start date;Operation end date",
    "Estonian": "Toetuse saaja;Eraldatud toetus;Otsuse kuupäev;Projekti algus;Projekti lõpp",
    "Finnish": "Tuensaajan nimi;Myönnetty tuki;Päätöspäivä;Alkamispäivä;Päättymispäivä",
    "French": "Bénéficiaire;Montant attribué;Date de décision;Début de l'opération;Fin de l'opération",
    "German": "Name des Begünstigten;Zuwendung;Bewilligt am;Datum des Beginns;Datum des Endes",
    "Greek": "Δικαιούχος;Επιχορήγηση;Ημερομηνία ένταξης;Ημερομηνία έναρξης;Ημερομηνία λήξης",
    "Hungarian": "Kedvezményezett neve;Megítélt támogatás;Döntés dátuma;Kezdő dátum;Záró dátum",
    "Italian": "Beneficiario;Contributo concesso;Data di concessione;Data di inizio;Data di fine",
    "Latvian": "Finansējuma saņēmējs;Piešķirtā summa;Līguma datums;Sākuma datums;Beigu datums",
    "Lithuanian": "Paramos gavėjas;Skirta suma;Sutarties data;Projekto pradžia;Projekto pabaiga",
    "Maltese": "Isem tal-benefiċjarju;Għotja;Data tal-ftehim;Data tal-bidu;Data tat-tmiem",
    "Polish": "Nazwa beneficjenta;Dofinansowanie z UE;Data umowy;Data rozpoczęcia;Data zakończenia",
    "Portuguese": "Nome do beneficiário;Apoio financeiro;Data de decisão;Data de início;Data de fim",
    "Romanian": "Nume beneficiar;Suma aprobată;Data contractului;Data începerii;Data finalizării",
    "Slovak": "Názov prijímateľa;Výška NFP;Dátum zmluvy;Dátum začatia;Dátum ukončenia",
    "Slovene": "Upravičenec;Dodeljena sredstva;Datum odločbe;Datum začetka;Datum zaključka",
    "Spanish": "Beneficiario;Ayuda concedida;Fecha de concesión;Fecha de inicio;Fecha de fin",
    "Swedish": "Stödmottagare;Beviljat stöd;Beslutsdatum;Startdatum;Slutdatum",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_the_headers_of_each_language_are_known(header):
    names = ("recipient", "amount", "date", "planned_start", "planned_end")
    meanings = [
        [name for name in names if header_names.sense_of(each, name)] for each in header.split(";")
    ]
    assert meanings == [[name] for name in names]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        *(("Zuwendungsempfaenger", "recipient"), ("Gesuchssteller", "recipient")),
        *(("Name der Zuschussempfänger", "recipient"), ("Förderungswerber", "recipient")),
        *(("FoerderbeitragCHF", "amount"), ("Zuschuss in EUR", "amount")),
        *(("Contributo spettante", "amount"), ("År", "date"), ("Années", "date")),
    ],
)
def test_headers_are_known_by_words_of_their_language(header, name):
    assert header_names.sense_of(header, name)


@pytest.mark.parametrize("header", ["AREA", "Are", "Foerderart", "Förderbereich"])
def test_headers_that_but_begin_so_mean_nothing(header):
    """Danish writes a year "År", and "Are" and "Area" are other words."""
    names = ("recipient", "amount", "date")
    assert not any(header_names.sense_of(header, name) for name in names)


@pytest.mark.parametrize(
    "header",
    [
        *("Ukupno prihvatljivi troškovi", "Celkové způsobilé výdaje", "Wartość projektu"),
        *("Contribuția proprie a beneficiarului", "Elszámolható költség", "Haettu tuki"),
        *("Prašoma suma", "Adresa korisnika", "Kraj", "Data aktualizacji"),
    ],
)
def test_costs_requests_and_places_are_no_grants(header):
    assert not header_words.senses(folded(header))


def test_a_list_in_words_of_its_language_asks_nothing(tmp_path):
    lines = [
        f"Udruga {name} (1535158388{n});10.0{n}.2015;17.06.2016;{n}.172.338,50 kn;{n}.500.000,00 kn"
        for n, name in enumerate(NAMES, 1)
    ]
    header = (
        "Korisnik;Datum ugovaranja;Zaključni datum provedbe;Bespovratna sredstva;Ukupni troškovi"
    )
    write(tmp_path, header, lines)
    result = clean.clean(tmp_path)
    assert result.about["currency"] == "HRK"
    assert result.tables["contributions"]["value_eur"].sum() == pytest.approx(
        21_000_000 + 6 * 172_338.5
    )
    assert not result.tables["agreements"]["term_assumed"].any()


# ---- an end is never the date of a grant
FROM_DAY_TO_DAY = [
    [f"{name} e.V.", f"0{n}.04.2016", f"15.1{n % 3}.2016", f"{n}100,50"]
    for n, name in enumerate(NAMES, 1)
]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("Datum des Beginns", "Datum des Endes"),
        ("Date of start", "Date of end"),
        ("Commencement date", "Completion date"),
        ("Fecha de inicio", "Fecha de fin"),
        ("Data di inizio", "Data di fine"),
        ("Startdatum", "Einddatum"),
        ("Beginn", "Datum des Endes"),
    ],
)
def test_an_end_beside_a_start_is_the_planned_end(start, end):
    block = block_of(["Begünstigter", start, end, "Zuwendung"], *FROM_DAY_TO_DAY)
    columns = recognise(block, "list", StudyDescription(name="list")).columns
    assert columns["planned_end"] == (end,)
    assert columns["date"] == columns["planned_start"] == (start,)


def test_the_planned_end_that_a_draft_states_is_that_of_its_agreements(tmp_path):
    lines = [";".join(row) for row in FROM_DAY_TO_DAY]
    write(tmp_path, "Begünstigter;Datum des Beginns;Datum des Endes;Zuwendung", lines)
    checked = check_data.check(tmp_path)
    columns = drafted(checked)
    assert columns["planned_end"] == '"Datum des Endes"'
    assert columns["date"] == columns["planned_start"] == '"Datum des Beginns"'
    agreements = accepted(tmp_path, checked.draft).tables["agreements"]
    assert not agreements["term_assumed"].any()
    assert str(agreements["planned_end"].max())[:10] == "2016-12-15"


def test_an_end_among_unknown_words_is_no_date_and_comes_before_other_days(tmp_path):
    lines = [
        f"{name} Ltd;0{n}/04/2016;1{n}/05/2016;15/1{n % 3}/2017;{n}100.50"
        for n, name in enumerate(NAMES, 1)
    ]
    write(tmp_path, "Grantee;xyz_startdate;xyz_letter;xyz_expected_end_date;Amount", lines)
    columns = drafted(check_data.check(tmp_path))
    assert columns["date"] == '"xyz_startdate"'
    assert columns["planned_end"] == '"xyz_expected_end_date"'


def test_headers_in_two_languages_say_the_start_and_the_end(tmp_path):
    lines = [
        f"{name} ABEE;0{n}/04/2016;15/1{n % 3}/2017;{n}.100,50;13/05/2016"
        for n, name in enumerate(NAMES, 1)
    ]
    days = "ΗΜ/ΝΙΑ ΕΝΑΡΞΗΣ / OPERATION START DATE;ΚΑΤΑΛΗΚΤΙΚΗ ΗΜ/ΝΙΑ / OPERATION END DATE"
    write(tmp_path, f"ΔΙΚΑΙΟΥΧΟΣ / BENEFICIARY NAME;{days};ΠΟΣΟ;LAST UPDATE OF THE LIST", lines)
    columns = drafted(check_data.check(tmp_path))
    start, end = days.split(";")
    assert columns["date"] == columns["planned_start"] == f'"{start}"'
    assert columns["planned_end"] == f'"{end}"'


def test_postcodes_are_no_amounts(tmp_path):
    lines = [f"{name} e.V.;0{n}.04.2016;{n}100,50;1{n}997" for n, name in enumerate(NAMES, 1)]
    write(tmp_path, "Begünstigter;Bewilligt am;Förderfähige Ausgaben;PLZ Begünstigter", lines)
    assert not any("`PLZ" in fault.message for fault in check_data.check(tmp_path).faults)


# ---- money beside names
def test_a_list_of_names_and_money_in_unknown_words_is_asked_as_one_of_grants(tmp_path):
    lines = [f"Droga {n};{name} S.A.;{n}607614.76;{n}551845.35" for n, name in enumerate(NAMES, 1)]
    write(tmp_path, "Tytu³;Nazwa beneficjenta;Wartoœæ [z³];Dofyn", lines)
    checked = check_data.check(tmp_path)
    assert 'table = "grants"' in checked.draft
    messages = [fault.message for fault in checked.faults if fault.rule == "question"]
    assert any("`Wartoœæ [z³]`" in message and "`Dofyn`" in message for message in messages)


# ---- the grant of a fund beside what all sides paid
OF_ALL_SIDES = [(n, name, (f"{3 * n}200,50", f"{n}400,25")) for n, name in enumerate(NAMES, 1)]


@pytest.mark.parametrize(
    ("grant", "whole"),
    [
        ("eu_amount", "total"),
        ("Financement FEDER (UE)", "Financement public"),
        ("ERDF grant", "Total public funding"),
        ("Montant UE", "Montant total"),
        ("EFRE-Mittel", "Öffentliche Mittel"),
        ("Ayuda FEDER", "Gasto público total"),
        ("Dofinansowanie z UE", "Dofinansowanie publiczne"),
        ("ESF", "Eligible expenditure"),
        ("ES finansējums", "Kopējais finansējums"),
        ("eu", "budget"),
        ("ESF approved (max 50%)", "Total eligible expenditure"),
    ],
)
def test_the_grant_of_a_fund_comes_before_what_all_sides_paid(grant, whole):
    rows = [[f"{name} asbl", f"0{n}/03/2016", *paid] for n, name, paid in OF_ALL_SIDES]
    block = block_of(["Bénéficiaire", "Date de décision", whole, grant], *rows)
    study = StudyDescription(name="list")
    mapping = recognise(block, "list", study) or layout.drafted(block, "list", study)[1]
    (doubt,) = [doubt for doubt in mapping.doubts if doubt.column == "amount"]
    assert doubt.headers == (grant,) and whole in doubt.others


def test_the_grant_of_a_fund_is_proposed_before_what_all_sides_paid(tmp_path):
    lines = [f"{name} asbl;0{n}/03/2016;{';'.join(paid)}" for n, name, paid in OF_ALL_SIDES]
    write(tmp_path, "Bénéficiaire;Date de décision;total;eu_amount", lines)
    checked = check_data.check(tmp_path)
    assert drafted(checked)["amount"] == '"eu_amount"'
    questions = [fault.message for fault in checked.faults]
    assert any("`eu_amount`" in message and "`total`" in message for message in questions)


def test_the_grant_of_a_fund_beside_a_cost_asks_nothing(tmp_path):
    lines = [f"{name} asbl;0{n}/03/2016;{3 * n}200,50;{n}400,25" for n, name in enumerate(NAMES, 1)]
    write(tmp_path, "Bénéficiaire;Date de décision;Coût total;Montant UE", lines)
    assert not check_data.check(tmp_path).faults
