"""What a question offers: the right column is among its choices, the likeliest first, and no code."""

import re
from datetime import datetime

import pytest

from analysis import clean
from analysis.layout.doubts import doubts_of
from analysis.layout.headers.cell_evidence import day_numbers
from analysis.layout.headers.columns_offered import names_offered
from analysis.layout.headers.numbers_of_cells import Numbers
from analysis.layout.headers.words import says
from analysis.layout.payments.repeated_references import tells_grants_apart
from analysis.layout.recognition import matched_as
from analysis.run import check_data
from raw_lists import accepted, block, block_of, workbook

AMOUNT, RECIPIENT, DATE = "montant accordé", "nom du bénéficiaire", "date de la subvention"


def offered(folder, text: str, meaning: str) -> list[str]:
    """The headers that a question about a list names, in their order."""
    (folder / "liste.csv").write_text(text, encoding="utf-8")
    return headers_offered(check_data.check(folder), meaning)


def headers_offered(checked: check_data.Checked, meaning: str) -> list[str]:
    (message,) = [fault.message for fault in checked.faults if meaning in fault.message]
    choices = message.partition(" ou aucune")[0]
    return re.findall(r"`([^`]+)` \(", choices)


def rows(header: str, *lines: str) -> str:
    return "\n".join([header, *lines, *lines]) + "\n"


AMOUNTS = {  # a list, and what its question about the amount offers
    "granted before paid": (
        rows(
            "Ontvanger;Jaar;Betaald (EUR);Toegekend (EUR)",
            *(f"Vzw De Brug {n};202{n};{n}10,50;{n}20,50" for n in range(4)),
        ),
        ["Toegekend (EUR)", "Betaald (EUR)"],
    ),
    "no zeros, no marks, what says money first": (
        rows(
            "name;won;money;score;rank;year",
            *(f"Fund {n};1;0.{n}5256;3{n}.67;0;201{n}" for n in range(1, 7)),
        ),
        ["money", "score"],
    ),
    "a currency before a code that all rows share": (
        rows(
            "recipient_name;year;type_of_finance;usd_commitment;usd_disbursement;channel_code",
            *(f"Relief {n};201{n};110;0.{n}32441;0.{n}22441;{n}2000" for n in range(1, 7)),
        ),
        ["usd_commitment", "usd_disbursement", "type_of_finance"],
    ),
    "the one that repeats another and holds more": (
        rows(
            "Partij;Jaar;Bedragen > 1.000;Totaal 2025",
            *(f"Vzw De Brug {n};202{n};{n}500;{n}500" for n in range(1, 5)),
            "Vzw De Brug 5;2025;;900",
        ),
        ["Totaal 2025", "Bedragen > 1.000"],
    ),
    "the fullest of two amounts": (
        rows(
            "Beneficiary;Date;Released Amount;Amount USD",
            *(f"Relief {n};0{n}/05/2018;;{n}0500.50" for n in range(1, 9)),
            "Relief 9;09/05/2018;10830.30;1000.50",
        ),
        ["Amount USD", "Released Amount"],
    ),
    "a rate in brackets, and no share in percent": (
        rows(
            "Name;Year;Cofinancing (max 50%);Eligible outlay;Cofinancing (%);Rate (max 80 %)",
            *(f"Relief {n};201{n};{n}0500.50;{n}8600.50;4{n}.5;{n}5.5" for n in range(1, 9)),
        ),
        ["Cofinancing (max 50%)", "Eligible outlay"],
    ),
}


@pytest.mark.parametrize(("text", "headers"), AMOUNTS.values(), ids=AMOUNTS)
def test_a_question_about_the_amount_offers_what_may_be_money(tmp_path, text, headers):
    assert offered(tmp_path, text, AMOUNT) == headers


def test_a_number_of_a_register_is_no_amount(tmp_path):
    lines = [f"{year};81101498{n};Menighet {n};{n}89" for n in (2, 3) for year in range(2010, 2014)]
    (tmp_path / "liste.csv").write_text(rows("year;orgnr;organisasjon navn;medlemmer", *lines))
    checked = check_data.check(tmp_path)
    assert checked.faults and not any("`orgnr`" in fault.message for fault in checked.faults)


NAMES = {  # a list, and the first that its question about the recipient offers
    "names before what was paid for, without headers": (
        "".join(
            f"4957{n};Verein {name} e.V.;0{n}/05/2018;das Projekt „{name}“ im Stadtteil, offenes "
            f"Programm für Kinder und Familien {n};{n} 453,00\n"
            for n, name in enumerate(["Mokip", "Vivo", "Frauenhaus", "Hellbrook"], 1)
        ),
        "column 2",
    ),
    "names before addresses of pages": (
        rows(
            "link;who;amount;date",
            *(f"https://ballet{n}.org/;Ballet {n};{n}00,00 €;0{n}/05/2018" for n in range(1, 6)),
        ),
        "who",
    ),
    "the party to a contract before its country": (
        rows(
            "country-region;contract-partner;contract-volume;year",
            "Land 1;Netzwerk für Freiwillige im Ausland und für die Entwicklungshilfe 1;9.500,00 €;2016",
            "Land 2;Netzwerk für Freiwillige im Ausland und für die Entwicklungshilfe 2;9.800,00 €;2016",
        ),
        "contract-partner",
    ),
    "names on each row before those that some rows leave blank": (
        rows(
            "Orga;Wie;Bedrag;Jaar",
            *(f"Fonds Stichting {n};Partij Oranje {n};{n}00,00 €;2016" for n in range(1, 6)),
            ";Partij Blauw;800,00 €;2016",
        ),
        "Wie",
    ),
    "names before places": (
        rows(
            "region;hvem;beløb;år",
            *(f"Landsdel {n};Hjælp {n};{n}00,00 €;2016" for n in range(1, 6)),
        ),
        "hvem",
    ),
    "names before codes of digits and letters": (
        rows(
            "Record;Number;Paid;Whom;Value;Year",
            *(f"006{n:05}CDEFQAU;PMT-{n:06};TRUE;Choir {n};{n}00.50;2016" for n in range(1, 6)),
        ),
        "Whom",
    ),
    "a party before the countries of its givers": (
        rows(
            "#Partei\tSpende in EUR\tSpender\tLand\tEingang der Spende",
            *(
                f"{party}\t{n}0001\t{giver}\t{country}\t0{n}.07.11"
                for n, (party, giver, country) in enumerate(
                    [
                        ("MLPD", "Frau Dr. Irene Muster", "Deutschland"),
                        ("GRÜNE", "Muster SE", "Deutschland"),
                        ("CDU", "Verband der Industrie e.V.", "Niederlande"),
                        ("CSU ", "Muster Holdings Ltd.", "Zypern"),
                    ],
                    1,
                )
            ),
        ),
        "#Partei",
    ),
}


@pytest.mark.parametrize(("text", "first"), NAMES.values(), ids=NAMES)
def test_a_question_about_the_recipient_offers_names_first(tmp_path, text, first):
    assert offered(tmp_path, text, RECIPIENT)[0] == first


@pytest.mark.parametrize("cell", ["006{:05}CDEFQAU", "PMT-{:06}", "TRUE"])
def test_codes_and_answers_are_no_names_that_a_question_offers(cell):
    cells = [cell.format(n) for n in range(1, 5)] + ["FALSE"] * (cell == "TRUE")
    assert names_offered(block_of(["Whom"], *([each] for each in cells)), ["Whom"]) == []


def test_the_number_of_whoever_is_named_leaves_a_name():
    cells = ["123456789 Choir", "Farm - 123456789", "Oaks (OIB 15351583880)", "Elms 15351583880"]
    block = block_of(["Whom"], *([each] for each in cells))
    assert names_offered(block, ["Whom"]) == ["Whom"]


def test_a_question_about_the_recipient_offers_all_columns_of_names(tmp_path):
    bodies = ["Ministarstvo mladih", "Udruga za pomoć osobama s teškoćama", "Gradska knjižnica"]
    others = [f"{word} {{n}}" for word in ("Europski fond", "Razvoj", "Projekt", "Opis", "Gradina")]
    lines = [
        ";".join([*(text.format(n="abc"[n]) for text in others), f"{body} ({n}5351583880)", date])
        for n, (body, date) in enumerate(
            zip(bodies, ("1/03/18", "2/03/18", "3/03/18"), strict=True)
        )
    ]
    text = "\n".join(["q;r;s;t;u;whoever;Datum;amount", *(f"{line};100,50" for line in lines * 2)])
    assert "whoever" in offered(tmp_path, text, RECIPIENT)


def test_parts_of_an_amount_are_no_days_as_spreadsheets_count_them(tmp_path):
    parts = [("56148.21", "24295.46"), ("33277.08", "8814.77"), ("64980.96", "65.47")]
    lines = [
        f"{n},{a},{b},{float(a) + float(b):.2f}" for n, (a, b) in zip("ABC", parts, strict=True)
    ]
    text = "\n".join(["DENOMINAZIONE,scelte espresse,scelte generiche,totale", *lines]) + "\n"
    assert offered(tmp_path, text, "date") == []
    assert day_numbers(block(Tag=["43281.5", "43646,25"]), "Tag")


def test_a_date_that_leaves_rows_without_one_is_no_date_before_a_complete_one(tmp_path):
    lines = [
        f"Relief {n};{n}0000.50;{start};01/0{n}/2023;{end}"
        for n, (start, end) in enumerate(
            [("", ""), ("", ""), ("01/01/2023", "31/12/2023"), ("02/01/2023", "31/12/2023")], 1
        )
    ]
    text = rows("recipient;amount;expected_start_date;commitment_date;completion_date", *lines)
    (tmp_path / "liste.csv").write_text(text)
    result = clean.clean(tmp_path, accept_guesses=True)
    assert result.tables["contributions"]["value_eur"].sum() == 2 * 100_002


def test_rows_without_a_date_are_asked_where_another_column_tells_theirs(tmp_path):
    lines = [f"Foyer {n};{n}00,50;;1{n}/03/2018" for n in range(1, 4)]
    lines += [f"Foyer {n};{n}00,50;1{n}/02/2018;1{n}/03/2018" for n in range(4, 8)]
    text = "\n".join(["Association;Montant;Date de décision;Date de convention", *lines])
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    checked = check_data.check(tmp_path)
    (question,) = checked.faults
    both = 'date = ["Date de décision", "Date de convention"]'
    assert f'{both} | date = "Date de décision"' in question.message and both in checked.draft
    stated = checked.draft.replace("# ?", "#")
    first = stated.replace(both, 'date = "Date de décision"')
    first = first.replace("\n[source.columns]", '\nblank_cells = "unknown"\n[source.columns]')
    for written, count in ((stated, 7), (first, 4)):
        (tmp_path / "study.toml").write_text(written, encoding="utf-8")
        assert len(clean.clean(tmp_path).tables["contributions"]) == count


def test_a_year_tells_the_date_of_rows_that_a_stated_column_leaves_without_one(tmp_path):
    lines = [f"Foyer {n};{n}00,50;{'' if n < 4 else f'1{n}/02/2018'};2018" for n in range(1, 8)]
    text = "\n".join(["Association;Montant;Jour;Année", *lines])
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    source = '[[source]]\nfiles = "liste.csv"\ntable = "grants"\n[source.columns]\ndate = "Jour"\n'
    (tmp_path / "study.toml").write_text(source, encoding="utf-8")
    assert len(clean.clean(tmp_path).tables["contributions"]) == 7


def test_amounts_that_stand_once_for_each_year_come_before_a_column_that_repeats_one(tmp_path):
    head = "who;lease_rsf;budget2014;budget2014;budget2013;budget2012"
    lines = [f"Théâtre {n};{n}000;{n}000;{n}000;{n}500;{n}250,15" for n in range(1, 7)]
    text = "\n".join([head, *lines])
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    checked = check_data.check(tmp_path)
    headers = headers_offered(checked, AMOUNT)
    assert headers[0] == "budget" and "lease_rsf" in headers
    money = (
        accepted(tmp_path, checked.draft).tables["contributions"].groupby("year")["value_eur"].sum()
    )
    assert money.round(2).to_dict() == {2012: 22_500.9, 2013: 24_000, 2014: 21_000}


UNDATED = {  # a list that no header dates, and the amount that its draft proposes
    "a budget beside codes": (
        "Fonction;Article;Bénéficiaire;Budget de l'année\n"
        + "".join(f"422.{n};6574;Foyer rural {n};{n}2500\n" for n in range(1, 9)),
        "Budget de l'année",
    ),
    "sponsors": (
        "SPONSOR;KIND;LOGO;Spending\n"
        + "".join(f"Ballet {n};{n % 3};ballet{n}.png;{n},500\n" for n in range(1, 9)),
        "Spending",
    ),
}


@pytest.mark.parametrize(("text", "amount"), UNDATED.values(), ids=UNDATED)
def test_a_list_of_no_known_amount_and_date_is_drafted_and_asked(tmp_path, text, amount):
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    checked = check_data.check(tmp_path)
    assert {fault.rule for fault in checked.faults} == {"question"}
    asked = [line for line in checked.draft.splitlines() if line.endswith("# ?")]
    assert any(line.startswith(f'amount = "{amount}"') for line in asked)
    assert any(line.startswith("# date = ") for line in asked)


def test_states_may_be_those_who_received(tmp_path):
    names = ["Alabama", "Alaska", "Arizona", "Delaware", "Idaho", "Iowa", "Kansas", "Ohio"]
    lines = [f"{name},2016,{n}5876,Office of Water" for n, name in enumerate(names, 1)]
    text = "\n".join(["state,fiscal_year,value,bureau", *lines])
    assert offered(tmp_path, text, RECIPIENT) == ["state"]


def test_a_register_of_agreements_without_amounts_is_drafted_and_asked(tmp_path):
    lines = [f"University {name};200{n}-05-01;200{n + 3}-04-30" for n, name in enumerate("ABCDEF")]
    text = "\n".join(["Partner;Signed on;Valid until", *lines])
    (tmp_path / "register.csv").write_text(text, encoding="utf-8")
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    answered = re.sub("(?m)^# amount = .*", 'amount = ""', draft)
    (tmp_path / "study.toml").write_text(answered, encoding="utf-8")
    agreements = clean.clean(tmp_path).tables["agreements"]
    assert sorted(agreements["planned_end"].dt.year) == [2003, 2004, 2005, 2006, 2007, 2008]


def test_names_and_codes_beside_a_known_list_are_no_list_that_is_asked(tmp_path):
    listed = "Association;Montant;Date\n" + "".join(
        f"Foyer {n};{n}00,50;1{n}/03/2018\n" for n in range(1, 7)
    )
    (tmp_path / "liste.csv").write_text(
        listed + "\n\nBénéficiaire;Effectif\n" + "Foyer 1;31200\nFoyer 2;41250\nFoyer 3;52220\n"
    )
    (fault,) = check_data.check(tmp_path).faults
    assert (
        "ne répondent pas aux en-têtes" in fault.message
    )  # of the lines below, no column is asked


def test_a_stated_amount_is_not_asked_again_for_cells_that_are_no_numbers(tmp_path):
    cells = ["500", "1,500", "trade", "2,000", "0. 18-19 $40k", "Trade?", "none told", "n/a yet"]
    lines = [f"Ballet {n};{cell}" for n, cell in enumerate(cells)]
    (tmp_path / "liste.csv").write_text("\n".join(["SPONSOR;Spending", *lines]))
    source = '[[source]]\nfiles = "liste.csv"\ntable = "grants"\ndate = "2020"\ndecimal = "."\n'
    columns = '[source.columns]\nrecipient = "SPONSOR"\namount = "Spending"\n'
    (tmp_path / "study.toml").write_text(source + columns, encoding="utf-8")
    (question,) = check_data.check(tmp_path).faults
    assert "corrections.csv" in question.message and "18-19" in question.message


BOOKED = [1300, 7100, 8200, 2750, 11300, 13700]


def test_what_has_added_up_so_far_is_never_the_amount(tmp_path):
    so_far = [sum(BOOKED[: n + 1]) for n in range(len(BOOKED))]
    lines = [
        f"{13 + n}/02/2018;Foyer {n};{amount};{total}"
        for n, (amount, total) in enumerate(zip(BOOKED, so_far, strict=True))
    ]
    text = "\n".join(["Date;Tiers;Soll;Saldo", *lines])  # whatever they are called
    assert offered(tmp_path, text, AMOUNT) == ["Soll"]


def test_headers_say_a_balance():
    assert all(says("balance", header) for header in ("Solde", "Reste à verser", "Saldo"))


def test_a_balance_alone_is_asked(tmp_path):
    lines = [f"{13 + n}/02/2018;Foyer {n};{amount}" for n, amount in enumerate(BOOKED)]
    text = "\n".join(["Date;Association;Reste à verser", *lines])
    assert offered(tmp_path, text, AMOUNT) == ["Reste à verser"]


@pytest.mark.parametrize(
    ("estimated", "actual"),
    [
        ("Est. Revenue", "Actual Revenue"),
        ("Montant estimé", "Montant réel"),
        ("Geschätzter Wert", "Tatsächlicher Wert"),
        ("Importe estimado", "Importe real"),
    ],
)
def test_headers_say_that_an_amount_was_only_estimated(estimated, actual):
    assert says("only estimated", estimated) and not says("only estimated", actual)


@pytest.mark.parametrize(  # headers of no known word for an amount, and of one
    ("estimated", "actual"),
    [("Est. Revenue", "Actual Revenue"), ("Montant estimé", "Montant réel")],
)
def test_what_came_is_offered_before_what_was_estimated(tmp_path, estimated, actual):
    lines = [
        f"{13 + n}/02/2018;Foyer {n};{amount + 500};{amount}" for n, amount in enumerate(BOOKED)
    ]
    text = "\n".join([f"Date;Tiers;{estimated};{actual}", *lines])
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    assert f'amount = "{actual}"' in check_data.check(tmp_path).draft


def test_the_day_on_which_a_row_was_changed_is_neither_date_nor_end(tmp_path):
    lines = [
        f"2018-12-02;Foyer {n};2016-0{n + 1}-01;2016-0{n + 1}-13;{amount}"
        for n, amount in enumerate(BOOKED)
    ]
    header = "(Do Not Modify) Modified On;Account;Est. Close Date;Actual Close Date;Amount"
    text = "\n".join([header, *lines])
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    draft = check_data.check(tmp_path).draft
    assert 'date = "Actual Close Date"' in draft and '= "(Do Not Modify)' not in draft


def test_neither_codes_of_places_nor_coordinates_are_offered_as_the_amount(tmp_path):
    header = "Organisation;Start_date;Subsidy;Lat_coords;Long_coords;département du donateur"
    lines = [
        f"Foyer {n};0{n + 1}/02/2018;{amount};53.92301{n}1;-1.10{n}0414;{(40, 60, 80, 42)[n % 4]}"
        for n, amount in enumerate(BOOKED)
    ]
    assert offered(tmp_path, "\n".join([header, *lines]), AMOUNT) == ["Subsidy"]


def test_for_a_date_that_cannot_be_read_other_dates_are_offered_and_no_amounts():
    cells = {
        "Bénéficiaire": [f"Club {n}" for n in range(1, 9)],
        "Date": [f"rue {n}" for n in range(1, 9)],
        "Montant": [f"{n}100,50" for n in range(1, 9)],
        "Vu par le comité": [f"0{n}/03/2018" for n in range(1, 9)],
        "Solde": [f"{n}20,50" for n in range(1, 9)],
    }
    of_cells = block(**cells)
    asked = doubts_of(of_cells, matched_as("grants", of_cells, "liste"), set())
    assert {doubt.column: doubt.others for doubt in asked}["date"] == ("Vu par le comité",)


def test_what_a_department_paid_may_be_the_amount(tmp_path):
    lines = [f"Foyer {n};0{n + 1}/02/2018;{n + 1}00" for n in range(8)]
    text = "\n".join(["Association;Date;Département", *lines])
    assert offered(tmp_path, text, AMOUNT) == ["Département"]


def test_where_those_who_granted_live_is_no_amount_beside_what_was_paid(tmp_path):
    lines = [f"Foyer {n};{1 + n}500;{(42, 60, 80, 975)[n % 4]};0{n + 1}/02/2018" for n in range(8)]
    header = "bénéficiaire;montant versé (€);département attributeur;date"
    (tmp_path / "liste.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    assert "`département attributeur`" not in " ".join(map(str, check_data.check(tmp_path).faults))


def test_columns_of_years_are_offered_by_the_headers_of_the_file(tmp_path):
    header = "mandataire;budget2014;budget2013;budget2012"
    lines = [f"Foyer {n};{n + 1}500;{n + 1}400;{n + 1}300" for n in range(8)]
    (tmp_path / "liste.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    checked = check_data.check(tmp_path)
    shown = "`budget2014`, `budget2013`, `budget2012`"
    assert shown in " ".join(map(str, checked.faults)) and shown in checked.draft


@pytest.mark.parametrize(
    ("cells", "share"), [(["10", "Judo", "20", "7", "30"], 3 / 4), (["Judo", "Foyer rural"], 0)]
)
def test_round_numbers_are_a_share_of_the_cells_that_are_numbers(cells, share):
    assert Numbers(block(Montant=cells).columns["Montant"]).round_share == share


def test_a_draft_that_nobody_touched_is_written_again_as_it_was(tmp_path):
    """Two amounts stand to choose from; a draft that states one of them offered it alone."""
    lines = "Amicale;03/02/2018;1000;900\nBouée;04/03/2018;2000;1500\nCercle;05/04/2018;3000;2000\n"
    header = "Association;Date;Montant demandé;Montant proposé\n"
    (tmp_path / "liste.csv").write_text(header + lines, encoding="utf-8")
    first = check_data.check(tmp_path)
    check_data.write_draft(tmp_path, first.draft)
    again = check_data.check(tmp_path)
    assert again.draft == first.draft
    (question,) = again.faults
    assert "`Montant demandé`" in question.message and "`Montant proposé`" in question.message
    (tmp_path / "study.toml").write_text(first.draft.replace('name = "', 'name = "nous '))
    (question,) = check_data.check(tmp_path).faults  # what a team wrote holds
    assert "`Montant proposé`" not in question.message


ASKED_AND_GRANTED = [  # who asked; the number and day of a request; the amount, asked and granted
    ("Gesuchsteller", "Gesuch", "Nr.", "Datum", "Beitrag", "beantragt (CHF)", "bewilligt (CHF)"),
    ("Association", "Dossier", "N°", "Date", "Subvention", "demandée (€)", "accordée (€)"),
    ("Organisation", "Application", "No.", "Date", "Amount", "requested (£)", "awarded (£)"),
    ("Entidad", "Expediente", "N.º", "Fecha", "Importe", "solicitado (€)", "concedido (€)"),
    ("Associazione", "Pratica", "N.", "Data", "Importo", "richiesto (€)", "concesso (€)"),
    ("Organisatie", "Aanvraag", "Nr.", "Datum", "Bedrag", "aangevraagd (€)", "toegekend (€)"),
    ("Entidade", "Processo", "N.º", "Data", "Montante", "solicitado (€)", "concedido (€)"),
    ("Forening", "Ansøgning", "Nr.", "Dato", "Beløb", "ansøgt (kr.)", "bevilget (kr.)"),
]


def asked_and_granted(folder, words: tuple[str, ...], *, in_two_lines: bool) -> str:
    """The draft of a list of what was asked for and granted."""
    who, request, number, day, amount, asked, granted = words
    if in_two_lines:
        rows_written = [[request, None, who, amount, None], [number, day, None, asked, granted]]
    else:
        rows_written = [[number, day, who, f"{amount} {asked}", f"{amount} {granted}"]]
    names = ["Musikverein", "Jodlerklub", "Theater am Tor", "Heimatmuseum", "Pfadi Aare"]
    for place, name in enumerate(names):
        day_decided = datetime(2018, 1 + place, 10)
        rows_written.append([f"2018.{place}", day_decided, name, 900 + place, 400 + place])
    workbook(folder, {"Liste": [["Liste 2018"], *rows_written]})
    return check_data.check(folder).draft


@pytest.mark.parametrize("in_two_lines", [True, False], ids=["two lines", "one line"])
@pytest.mark.parametrize("words", ASKED_AND_GRANTED, ids=[words[0] for words in ASKED_AND_GRANTED])
def test_what_was_granted_is_taken_beside_what_was_asked_for(tmp_path, words, in_two_lines):
    """Of a header in two lines the first column counted, with what was asked for."""
    draft = asked_and_granted(tmp_path, words, in_two_lines=in_two_lines)
    amount, asked, granted = words[-3:]
    assert f'amount = "{amount} {granted}"' in draft
    assert f'# "{amount} {asked}": 900 |' in draft


def test_what_was_applied_for_comes_after_what_a_grant_is_now(tmp_path):
    """It came first, with the sum of both as a third answer: 47,250 instead of 22,500."""
    header = "Identifier,Title,Currency,Amount Applied For,Current Amount,Award Date,"
    header += "Recipient Org:Name,Funding Org:Name"
    lines = [
        f"360G-x-{n},Project {n},GBP,{500 * n + 250},{500 * n},2018-0{n}-05,Club Nord {n},Trust"
        for n in range(1, 10)
    ]
    text = "\n".join([header, *lines])
    assert offered(tmp_path, text, AMOUNT) == ["Current Amount", "Amount Applied For"]
    (question,) = [f.message for f in check_data.check(tmp_path).faults if AMOUNT in f.message]
    assert "s'additionnent" not in question and "~" not in question


@pytest.mark.parametrize(
    ("header", "is_reference"),
    [("Subvention demandée", False), ("Subvention", True), ("N° de demande de subvention", True)],
)
def test_money_asked_for_is_no_reference(header, is_reference):
    assert tells_grants_apart(header) is is_reference
