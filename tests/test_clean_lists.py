"""Lists as publishers write them: amounts, years, currencies and totals are read as they are meant."""

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from analysis import clean, layout, read
from analysis.clean.amounts.currency import currencies_of_grants
from analysis.clean.sheets import malformed_records, short_records
from analysis.declare.faults import Refused
from analysis.run.check_data import check
from raw_lists import (
    HEADER,
    as_read,
    balance,
    block_of,
    by_list,
    cleaned,
    cleaned_together,
    fate,
    grants_kept,
    rows_read,
    workbook,
)


def test_a_record_written_with_another_separator_is_a_row(tmp_path):
    result = cleaned(
        tmp_path, "Association;Date;Montant\nA;2018;10\nB,2018,5\nC\t2018\t7\nDons, legs, autres\n"
    )
    assert (
        result.tables["contributions"]["value_eur"].tolist() == [10, 5, 7]
        and fate(result, "title") == 1
    )


def test_totals_are_found_by_label_or_by_sum(tmp_path):
    lines = [
        "V;A;;2016;1000;",
        "V;B;;2016;2000;",
        ";;;2016;3000;",
        "V;A;;2017;500;",
        "V;B;;2017;500;",
        ";Total 2017;;;1100;",
        "V;TOTAL FRANCE;;2016;700;",
    ]
    result = cleaned(tmp_path, HEADER + "\n".join(lines))
    assert (
        fate(result, "total") == 2
        and "total france" in result.tables["partners"]["partner_id"].tolist()
    )
    assert result.notes["totals"][["label", "given", "computed", "difference"]].values.tolist() == [
        ["", 3000.0, 3000.0, 0.0],
        ["Total 2017", 1100.0, 1000.0, 100.0],
    ]


def test_a_row_that_sums_all_others_is_their_total_whatever_it_is_called(tmp_path):
    labels = ["Yhteensä", "Gesamtsumme", "Ensemble", "T O T A L", "s/total :"]
    lists = {"few": "Association;Année;Montant\nA;2018;1\nB;2018;2\nC;2018;3\n"}  # tell nothing
    for label in labels:
        rows = "".join(f"Asso {i} A;2018;{i}00,25\n" for i in range(1, 7))
        lists[label] = f"Association;Année;Montant\n{rows}{label};;2101,50\n"
    result = cleaned_together(tmp_path, lists)
    amounts = by_list(result, lists, "contributions", "value_eur")
    assert {name: sum(of_list) for name, of_list in amounts.items()} == {
        "few": 6,
        **dict.fromkeys(labels, 2101.5),
    }
    compared = result.notes["totals"][["label", "difference"]]
    assert sorted(compared.values.tolist()) == sorted([label, 0] for label in labels)


def test_lines_that_fit_no_header_keep_their_notes_to_themselves(tmp_path):
    rows = "Asso A;10;2018;x;a été malade\nAsso B;10;2018;x;y;z;un cancer\n"
    (value,) = cleaned(
        tmp_path,
        f"Bénéficiaire;Montant;Date;Objet;Commentaire libre\n{rows}",
        accept_guesses=True,
    ).quarantine.query("rule == 'broken line'")["value"]
    assert value == "Asso B…"


def written(folder, text):
    """The folder with a list of this text."""
    (folder / "list.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_title_above_the_rows_may_give_their_year(tmp_path):
    study = '[study]\nname = "x"\n[[source]]\nfiles = "list.csv"\ntable = "grants"\nfunder = "F"\nsplit = "date"\n[source.columns]\nrecipient = "Grantee"\namount = "Sum"\n'
    rows = "Grantee,Sum,Town\n2017 Grants,,\nA,1,X\n\n2016 Grants,,\nB,2,Y\n"
    (tmp_path / "study.toml").write_text(study)
    grants = grants_kept(written(tmp_path, rows))
    assert grants["date"].dt.year.tolist() == [2017, 2016]


def test_a_record_with_one_reading_is_repaired(tmp_path):
    records = {
        # a comma in a name, another before the cents
        "commas": "V,A, anciens et nouveaux,2016-04-03,24 975,00,bal",
        "cents": "V,A,2016-04-03,24 975,bal",
        "quoted": '"V,A,2016-04-03,24 975,00,""bal"""',  # the whole record in quotes
    }
    header = "nomAttribuant,nomBeneficiaire,dateConvention,montant,objet\n"
    lists = {name: f"{header}V,B,2016-01-01,5,x\n{text}\n" for name, text in records.items()}
    agreements = cleaned_together(tmp_path, lists).tables["agreements"]
    assert sorted(agreements["planned_amount_eur"]) == [5] * 3 + [24_975] * 3


NOTES_LAST = """funder,recipient,amount,date,url,notes
V,A,"30,000 USD",2019/11,u,
V,B,"5,500 USD",2021/02,v,x
{record}
V,C,"100,000 USD",2022/03,w,y
"""


def amounts_with(folder, record: str) -> list[float]:
    result = cleaned(folder, NOTES_LAST.format(record=record), accept_guesses=True)
    assert balance(result.ledger).eval("read == told").all()
    return sorted(result.tables["contributions"]["value_eur"])


@pytest.mark.parametrize("url", ["u", '"one, two"'])
def test_a_record_that_lacks_last_cells_which_others_leave_blank_is_a_row(tmp_path, url):
    record = f'V,D,"18,500 USD",2021/02,{url}'
    assert amounts_with(tmp_path, record) == [5500, 18_500, 30_000, 100_000]


@pytest.mark.parametrize(
    "record",
    [
        'V,D,"18,500 USD",2021/02',  # no good row lacks its address
        "V,D,18500 USD,Feb. 21,u",  # no date as those of the others
        "V,D,1 BTC,2021/02,u",
        "V D,18500 USD,2021/02,u,x",  # a separator is lost within
        "V,D,,2021/02,u",
        "V, D,18500 USD,2021/02,u",  # a text that holds the separator
    ],
)
def test_a_record_that_lacks_more_than_blank_texts_at_its_end_is_none(tmp_path, record):
    assert amounts_with(tmp_path, record) == [5500, 30_000, 100_000]


def test_a_figure_at_which_a_file_may_have_been_cut_off_is_none(tmp_path):
    rows = ["A,2019,300,", "B,2020,400,x", "C,2021,500", "D,2022,700,y", "E,2023,9"]
    text = "\n".join(["recipient,date,amount,notes", *rows])
    result = cleaned(tmp_path, text, accept_guesses=True)
    assert sorted(result.tables["contributions"]["value_eur"]) == [300, 400, 500, 700]


def test_a_record_with_several_readings_goes_to_quarantine_with_its_line(tmp_path):
    header = "nomAttribuant,nomBeneficiaire,objet,dateConvention,montant\n"
    lines = "V,A,x,2016-01-01,5\nV,Amis,anciens,bal,2016-04-03,7\n"
    result = cleaned(tmp_path, header + lines, accept_guesses=True)
    (told,) = result.quarantine.query("rule == 'broken line'").to_dict("records")
    assert told["line"] == 3 and told["value"] == "V,Amis,anciens,bal,2016-04-03,7"
    assert balance(result.ledger)[["read", "kept", "set aside"]].values.tolist() == [[2, 1, 1]]


NAMES_LAST = "jahr,geber,betrag,plz,name\n" + "".join(
    f"201{n},0{n},{n}50,10{n},Verein {n}\n" for n in range(1, 7)
)


def test_surplus_cells_behind_codes_belong_to_the_text_at_the_end(tmp_path):
    lines = "2013,16,02550,301,Bund (IB) Freier Träger der Jugend-, Sozial- und Bildung\n"
    lines += "2016,16,2384,45,'Lyra e. V.', Förderung,der Integration\n"
    result = cleaned(tmp_path, NAMES_LAST + lines)
    assert result.tables["contributions"]["value_eur"].sum() == 2400 + 2550 + 2384
    (remark,) = [each for each in result.remarks if "8, 9" in each]
    assert "2 lignes avaient d’autres cellules" in remark


def test_more_than_a_few_lines_that_fit_no_header_are_asked(tmp_path):
    lines = "2013,16,x,2550,301,Bund, Land,Stadt\n"
    with pytest.raises(Refused) as refused:
        cleaned(tmp_path, NAMES_LAST + lines)
    (fault,) = refused.value.faults
    assert fault.rule == "question" and "ligne 8" in fault.message


def test_a_record_that_fits_in_no_way_is_given_up_at_once():
    kinds = ["text"] * 25 + ["number"]
    assert (
        malformed_records._fits([*"abcdefghij" * 6, "no number"], ";", kinds) == []
    )  # some 10^16 ways to try one by one
    assert malformed_records._fits(["x"] * 500, ";", kinds) == []
    assert malformed_records._fits([*"ab", "1"], ";", ["text", "number"]) == [["a;b", "1"]]


def test_a_cell_that_holds_nothing_has_no_form_among_those_of_good_rows():
    block = block_of(["montant"], ["500"], ["700"])
    block.columns["montant"].values[1] = None
    (amounts,) = short_records.good_cells(block, layout.Mapping("", "grants", {}, {}), ["number"])
    assert amounts.forms == {""}


@pytest.mark.parametrize(("alike", "left"), [(4, [2] * 10), (5, [1] * 5 + [2] * 5)])
def test_a_value_that_half_of_the_records_may_have_is_theirs(alike, left):
    values = ["x"] * alike + [f"x{n}" for n in range(10 - alike)]
    readings = [[[value], [f"y{n}"]] for n, value in enumerate(values)]
    malformed_records._narrow(readings, 1)
    assert [len(ways) for ways in readings] == left


def test_the_currency_is_what_the_source_says_and_no_guess(tmp_path):
    text = "Funder,Grantee,Award Date,Currency,Amount\nF,A,2018-01-01,usd,1\nF,B,2018-01-01,$,2\nF,C,2018-01-01,GBP,3\n"
    result = cleaned(tmp_path, text, accept_guesses=True)  # other currencies are asked
    agreements = result.tables["agreements"].sort_values("partner_id")
    assert agreements["planned_amount_eur"].fillna(0).tolist() == [1, 2, 0]
    assert result.about["currency"] == "USD"


@pytest.mark.parametrize(
    ("text", "currencies"),
    [
        ("Funder,Grantee,Award Date,Amount (£)\nF,A,2018,100\n", ["GBP"]),
        ("Mottagare;Beslutsdatum;Belopp\nA;2018-01-01;1 000 kr\n", ["kr"]),
        ("Funder,Grantee,Award Date,Amount\nF,A,2018-01-01,100\n", [""]),
        ("Financeur;Bénéficiaire;Date;Montant\nF;A;2018-01-01;100\n", [""]),
        ("Financeur;Bénéficiaire;SIREN;Date;Montant\nF;A;732829320;2018;100\n", ["EUR"]),
        ("Beneficiario;Importe;Fecha\nA;$100;2018-01-01\n", ["$"]),
        ("Funder,Grantee,Award Date,Amount\nF,A,2018-01-01,$100\n", ["$"]),
        ("Funder,Grantee,State,Award Date,Amount\nF,A,NY,2018-01-01,$100\n", ["$"]),
        (
            "Funder,Grantee,Award Date,Amount\nF,A,2018,$100\nF,B,2018,$200\nF,C,2018,US$300\n",
            ["USD"] * 3,
        ),
    ],
)
def test_the_currency_of_each_row_is_what_the_source_says(tmp_path, text, currencies):
    assert currencies_read(tmp_path, "list.csv", text) == currencies


def test_dates_of_a_list_in_dollars_stand_month_first(tmp_path):
    text = "Funder,Grantee,Award Date,Amount (USD),Term (years)\nF,A,3/4/2018,100,2\n"
    (grant,) = rows_read(written(tmp_path, text), "grants").to_dict("records")
    assert f"{grant['date']:%Y-%m-%d}" == "2018-03-04" and grant["term_months"] == 24


def test_the_language_of_a_list_says_what_stands_between_thousands(tmp_path):
    headers = {
        "Dutch": "Begunstigde;Datum;Bedrag",
        "German": "Zuwendungsempfänger;Jahr;Betrag",
        "Spanish": "Beneficiario;Fecha;Importe",
        "Polish": "Beneficjent;Rok;Kwota dotacji",
    }
    lists = {name: f"{head}\nA;2018;10.000\nB;2018;1.250\n" for name, head in headers.items()}
    result = cleaned_together(tmp_path, lists)
    amounts = by_list(result, lists, "contributions", "value_eur")
    assert amounts == dict.fromkeys(headers, [1_250, 10_000])
    assert not len(result.quarantine)


@pytest.mark.parametrize(
    ("headers", "mark", "decimal"),
    [("Bénéficiaire;Année;Montant", ",", "."), ("Recipient;Year;Amount", ".", ",")],
)
def test_what_a_mark_in_amounts_means_is_asked_where_nothing_shows_it(
    tmp_path, headers, mark, decimal
):
    text = f"{headers}\nA;2018;10{mark}000\nB;2018;1{mark}250\nC;2018;300\n"
    (question,) = check(written(tmp_path, text)).faults
    answer = f'decimal = "{decimal}"'
    assert question.rule == "question" and f"10{mark}000" in question.message
    assert answer in question.message.split("else")[0].split("sinon")[0]
    guessed = clean.clean(tmp_path, accept_guesses=True)
    assert str(question) in guessed.about["guesses"]
    (tmp_path / "study.toml").write_text(f'[[source]]\nfiles = "*.csv"\ntable = "grants"\n{answer}')
    assert sorted(grants_kept(tmp_path)["amount"]) == [300, 1_250, 10_000]


def currencies_read(folder, name, text, stated=""):
    """The currency of each row of a list, under the currency that study.toml states."""
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "study.toml").write_text(f'[study]\nname = "x"\ncurrency = "{stated}"\n')
    (block,) = read.blocks(folder / name, name)
    mapping = layout.recognise(block, name.split(".")[0], layout.study_file(folder))
    return currencies_of_grants(block, mapping).fillna("").tolist()


@pytest.mark.parametrize(
    ("name", "headers", "currency"),
    [
        ("list.csv", "Funder,Grantee,Province,Award Date,Amount", "$"),
        ("list.csv", "Funder,Grantee,State/Province,Award Date,Amount", "$"),
        ("list.csv", "American Fund,Grantee,State,Award Date,Amount", "$"),
        ("list.csv", "Funder,Grantee,EIN,Award Date,Amount", "USD"),
        ("list.csv", "Canada Fund,Grantee,City,Award Date,Amount (CA$)", "CAD"),
        ("canada.csv", "Funder,Grantee,City,Award Date,Amount (US$)", "USD"),
        ("list.csv", "Funder,Grantee,Website (.org.au),Award Date,Amount", "AUD"),
        ("australia.csv", "Funder,Grantee,State,Award Date,Amount", "AUD"),
        ("new-mexico-fund.csv", "Funder,Grantee,City,Award Date,Amount", "$"),
        ("united-states-and-canada.csv", "Funder,Grantee,City,Award Date,Amount", "$"),
    ],
)
def test_the_dollar_is_that_of_the_only_country_that_a_list_names(
    tmp_path, name, headers, currency
):
    text = f"{headers}\nF,A,X,2018-01-01,$100\nF,B,Y,2018-01-01,$200\n"
    assert currencies_read(tmp_path, name, text) == [currency] * 2


@pytest.mark.parametrize(
    ("stated", "cells", "currencies"),
    [
        ("", ["$1", "US$2", "CA$3"], ["$", "USD", "CAD"]),
        ("", ["$1", "CA$2"], ["CAD", "CAD"]),
        ("", ["1 kr", "2 SEK"], ["SEK", "SEK"]),
        ("JMD", ["$1", "$2"], ["JMD", "JMD"]),
        ("XCD", ["$1", "US$2"], ["XCD", "USD"]),
        ("EUR", ["$1", "2"], ["$", "EUR"]),
        ("INR", ["$1", "2"], ["$", "INR"]),
        ("", ["Rs. 1", "₹2", "¥3"], ["INR", "INR", "JPY"]),
        ("NPR", ["NPR 1", "INR 2", "Rs 3"], ["NPR", "INR", "NPR"]),
        ("CNY", ["¥1", "JPY 2"], ["CNY", "JPY"]),
        ("", ["¥1", "CNY 2"], ["CNY", "CNY"]),
        ("", ["¥1", "CNY 2", "JPY 3"], ["¥", "CNY", "JPY"]),
    ],
)
def test_a_sign_of_several_countries_is_resolved_and_a_code_never_changed(
    tmp_path, stated, cells, currencies
):
    rows = "".join(f"F,A{i},2018-01-01,{cell}\n" for i, cell in enumerate(cells))
    text = f"Funder,Grantee,Award Date,Amount\n{rows}"
    assert currencies_read(tmp_path, "list.csv", text, stated) == currencies


@pytest.mark.parametrize(
    ("name", "title", "headers", "currency"),
    [
        ("list.csv", "Ministère de la Culture du Québec", "Bénéficiaire;Date;Montant", ""),
        ("list.csv", "Bundesamt für Kultur", "Empfänger;Datum;Betrag", ""),
        ("fondation-suisse.csv", "Version française", "Bénéficiaire;Date;Montant", ""),
        ("list.csv", "Conseil régional de Dakar", "Bénéficiaire;Date;Montant", ""),
        ("list.csv", "Conseil régional", "Bénéficiaire;NIF;Date;Montant", ""),
        ("list.csv", "Fondation France Suisse", "Bénéficiaire;Date;Montant", ""),
        ("list.csv", "Fondation de France", "Bénéficiaire;Date;Montant", "EUR"),
        ("list.csv", "Bundesrepublik Deutschland", "Empfänger;Datum;Betrag", "EUR"),
        ("list.csv", "Subventions", "Bénéficiaire;RNA;Date;Montant", "EUR"),
        ("list.csv", "Subventions", "Bénéficiaire;SIRET;Date;Montant", "EUR"),
    ],
)
def test_euros_are_said_of_lists_that_name_a_country_in_euros_and_no_other(
    tmp_path, name, title, headers, currency
):
    blanks = ";" * headers.count(";")
    middle = "x;" * (headers.count(";") - 2)
    text = f"{title}{blanks}\n{headers}\nA;{middle}2018-01-01;100\nB;{middle}2018-01-02;200\n"
    assert currencies_read(tmp_path, name, text) == [currency] * 2


def test_the_headers_that_columns_of_years_get_say_no_currency(tmp_path):
    """They are "Année" and "Montant", as those of the French standard."""
    text = "State Name,2017,2018\nOhio,5,7\nUtah,2,1\n"
    tables, _asked = as_read(written(tmp_path, text))
    assert tables["grants"]["currency"].isna().all()


@pytest.mark.parametrize(
    ("folder", "file", "title", "currency"),
    [
        ("01-berlin", "liste.csv", "", ""),
        ("01-berlin", "liste.csv", "01 berlin", ""),  # as the draft writes it
        ("01-berlin", "liste.csv", "Land Berlin", "EUR"),
        ("liste", "zuwendungen-berlin.csv", "", "EUR"),
        ("suisse", "zuwendungen-berlin.csv", "", ""),
    ],
)
def test_the_name_of_a_folder_says_no_currency(tmp_path, folder, file, title, currency):
    (tmp_path / folder).mkdir()
    text = "Empfänger;Datum;Betrag\nA;2018-01-01;100\nB;2018-01-02;200\n"
    (tmp_path / folder / file).write_text(text, encoding="utf-8")
    if title:
        study = f'[study]\nname = "{folder}"\ntitle = "{title}"\n'
        (tmp_path / folder / "study.toml").write_text(study)
    currencies = rows_read(tmp_path / folder, "grants")["currency"]
    assert set(currencies.fillna("")) == {currency}


def test_a_decimal_comma_makes_no_currency(tmp_path):
    text = (
        "Funder,Grantee,Award Date,Currency,Amount\n"
        + "F,A,2018-01-01,USD,100\n" * 3
        + "F,B,2018-01-02,USD,2,500.50\n"
    )
    result = cleaned(tmp_path, text, accept_guesses=True)
    assert fate(result, "broken line") == 1 and balance(result.ledger).eval("read == told").all()


def test_a_list_that_is_wide_by_year_keeps_every_row_and_its_totals(tmp_path):
    result = cleaned(tmp_path, "Association;2017;2018\nA;100;110\nB;;210\nC;;\nTotal;100;320\n")
    assert (
        result.tables["agreements"]["planned_amount_eur"].sum() == 420
        and fate(result, "title") == 1
    )
    assert (
        result.notes["totals"]["difference"].tolist() == [0, 0]
        and balance(result.ledger).eval("read == told").all()
    )


def test_a_range_of_years_gives_both_ends_and_a_bound_is_no_amount(tmp_path):
    text = 'Grantee,Year,Amount\nA,2015 - 2022,"Up To $500,000"\nB,2019/20 - 2021/22,$10\nC,2017/18,$20\n'
    made = cleaned(tmp_path, text).tables["agreements"].sort_values("partner_id")
    columns = ["start", "planned_end", "planned_amount_eur", "amount_limit_eur"]
    assert made[columns].astype("str").fillna("").values.tolist() == [
        ["2015-01-01", "2022-12-31", "", "500000.0"],
        ["2019-01-01", "2021-12-31", "10.0", ""],
        ["2017-01-01", "2017-12-31", "20.0", ""],
    ]


LISTS = {  # a list as published, its years and its amounts
    "two amounts under one title": (
        "Association;Date;Montant;\n;;Fonctionnement;Investissement\nA;2018;10,5;5\nB;2018;;7\n",
        [(2018, 7), (2018, 15.5)],
    ),
    "two amounts": (
        "Association;Date;Fonctionnement Montant;Investissement Montant\nA;2018;10,5;5\nB;2018;;7\n",
        [(2018, 7), (2018, 15.5)],
    ),
    "a year, its parts in two units": (
        "Année;Association;Fonctionnement (k€);Investissement (€)\n2018;A;12;500\n",
        [(2018, 12_500)],
    ),
    "parts by year": (
        "Association;Acompte 2017;Solde 2017;Acompte 2018\nA;10;20;30\n",
        [(2017, 30), (2018, 30)],
    ),
    "a part also without a year": (
        "Association;Acompte;Acompte 2017;Solde 2017;Acompte 2018\nA;7;10;20;30\n",
        [(2017, 30), (2018, 30)],
    ),
    "aids by year": ("Association;Aide 2017;Aide 2018\nA;5;6\n", [(2017, 5), (2018, 6)]),
    "financial years": (
        "Recipient,Financial Year,Amount\nA,2009-10,5\nB,2011-12,7\n",
        [(2009, 5), (2011, 7)],
    ),
    "thousands": ("Zuwendungsempfänger;Jahr;Betrag (Tsd. €)\nA;2018;1,5\n", [(2018, 1_500)]),
    "thousands, the German way": ("Träger;Jahr;Förderung (T€)\nA;2018;1,5\n", [(2018, 1_500)]),
    "years in thousands, the German way": (
        "Träger;2017 (TEUR);2018 (TEUR)\nA;1,5;2\n",
        [(2017, 1_500), (2018, 2_000)],
    ),
    "thousands told by a title": (
        "Subventions (en milliers d'euros);;\nAssociation;Année;Montant\nA;2018;1,5\n",
        [(2018, 1_500)],
    ),
    "refusals in Portuguese": (
        "Entidade beneficiária;Valor atribuído;Ano;Estado\nA;5;2018;Aprovado\nB;6;2018;Indeferido\nC;7;2018;Revogado\n",
        [(2018, 5)],
    ),
    "a threshold in a header": (
        "Association;Année;Montant (aides > 23 000 €)\nA;2018;25000\n",
        [(2018, 25_000)],
    ),
    "a state of the recipient": (
        "Association;Année;Montant;Statut;Décision\nA;2018;1;En activité;Accordé\nB;2018;2;Active;Refusé\n",
        [(2018, 1)],
    ),
    "yes and no": ("Association;Année;Montant;Décision\nA;2018;1;Oui\nB;2018;2;Non\n", [(2018, 1)]),
    "a reason for a refusal": (
        "Association;Année;Montant;Statut\nA;2018;1;Voté\nB;2018;2;Refusé (bilan 2017 manquant)\n",
        [(2018, 1)],
    ),
    "an opinion, and a decision that says otherwise": (
        "Association;Année;Montant;Avis de la commission;Décision\nA;2018;1;Favorable;\nB;2018;2;Avis défavorable;\nC;2018;3;Défavorable;Accordé\n",
        [(2018, 1), (2018, 3)],
    ),
    "a decision, and what came of it": (
        "Association;Année;Montant;Statut;Décision\nA;2018;1;Clos;Refusé\nB;2018;2;Annulé;Accordé\nC;2018;3;Clos;Accordé\n",
        [(2018, 3)],
    ),
    "a proposition": (
        "Association;Année;Montant;Proposition\nA;2018;1;Favorable\nB;2018;2;Défavorable\n",
        [(2018, 1)],
    ),
    "years with a remark": (
        "Association;Montant 2018 (réalisé);Montant 2019 (voté)\nA;1;2\nB;;3\n",
        [(2018, 1), (2019, 2), (2019, 3)],
    ),
    "a financial year and a unit": (
        'Organisation,Revenue Grant 2017/18 (£),Capital Grant 2017/18 (£)\nA,"1,000",500\nB,250,\n',
        [(2017, 250), (2017, 1_500)],
    ),
    "quarters, and the sum of each year": (
        "Association;T1 2018;T2 2018;Total 2018;T1 2019;Total 2019\nA;1;2;3;4;4\nB;;5;5;;\n",
        [(2018, 1), (2018, 2), (2018, 5), (2019, 4)],
    ),
    "quarters in German": (
        "Verein;1. Quartal 2018;2. Quartal 2018\nA;1;2\nB;;5\n",
        [(2018, 1), (2018, 2), (2018, 5)],
    ),
    "halves of a year beside the year": (
        "Association;Versé 1er semestre 2018;Versé 2e semestre 2018;2018\nA;1;2;3\nB;;5;5\n",
        [(2018, 1), (2018, 2), (2018, 5)],
    ),
    "years in thousands": (
        "Association;2018 (k€);2019 (k€)\nA;1,5;2\n",
        [(2018, 1_500), (2019, 2_000)],
    ),
    "years in two units": (
        "Association;Montant 2018 (en k€);Montant 2019 (en €)\nA;1,5;2000\nB;;300\n",
        [(2018, 1_500), (2019, 300), (2019, 2_000)],
    ),
    "years in dollars": (
        'Organization,FY2017 Award,FY2018 Award\nA,"$1,000",$500\n',
        [(2017, 1_000), (2018, 500)],
    ),
    "financial years as headers": (
        'Applicant,Project,2018/19 (£),2019/20 (£)\nA,p,"10,000","5,000"\n',
        [(2018, 10_000), (2019, 5_000)],
    ),
    "headers in two languages": (
        "Nom du bénéficiaire/Beneficiary name;Date de début/Start date;Montant UE programmé/EU amount\nA;01/01/2018;5000,00\n",
        [(2018, 5_000)],
    ),
    "a decision of a body": (
        "Gestionnaire;Exercice;Montant accordé;Date CASD;Décision CASD\nA;2018;1;15/03/2018;Accord\nB;2018;2;15/03/2018;Refus\nC;2019;3;;Accord\n",
        [(2018, 1), (2019, 3)],
    ),
    "one year, its header on every page": (
        "Association;Année;Montant\nA;2018;1\nAssociation;Année;Montant\nB;2018;2\n",
        [(2018, 1), (2018, 2)],
    ),
    "years above amounts, the name on the first line": (
        "Association;2017;;2018;\n;Montant demandé;Montant voté;Montant demandé;Montant voté\nA;9;1;9;2\n",
        [(2017, 1), (2018, 2)],
    ),
    "thousands the English way": (
        "Recipient,Year,Amount ($000)\nA,2018,5\nB,2018,7.5\n",
        [(2018, 5_000), (2018, 7_500)],
    ),
    "millions after an underscore": ("recipient,year,amount_mln\nA,2018,0.5\n", [(2018, 500_000)]),
    "thousands after a small letter": (
        "recipient,year,amountKEUR\nA,2018,1.5\n",
        [(2018, 1_500)],
    ),
    "years in thousands, with underscores": (
        "bénéficiaire;montant_2017_k€;montant_2018_k€\nA;1,5;2\n",
        [(2017, 1_500), (2018, 2_000)],
    ),
    "millions the English way": ("Recipient,Year,Amount (£m)\nA,2018,0.5\n", [(2018, 500_000)]),
    "thousands by a factor": ("Association;Année;Montant (x 1 000 €)\nA;2018;5\n", [(2018, 5_000)]),
    "tables side by side": (
        "Association;Année;Montant;;Association;Année;Montant\nA;2017;1;;A;2018;2\nB;2017;3;;;;\n",
        [(2017, 1), (2017, 3), (2018, 2)],
    ),
    "units in a column": (
        "Association;Année;Montant;Unité\nA;2018;12;k€\nB;2018;500;€\n",
        [(2018, 500), (2018, 12_000)],
    ),
    "a column that names a service": (
        "Association;Année;Montant;Unité\nA;2018;12;Sports\n",
        [(2018, 12)],
    ),
    "a total's label among years": (
        "N°;Association;Année;Montant\n1;A;2018;5\n;;TOTAL;5\n",
        [(2018, 5)],
    ),
    "years and amounts with footnotes": (
        "Association;Année;Montant\nA;2018*;5 €*\nB;2018;6**\n",
        [(2018, 5), (2018, 6)],
    ),
    "a state of the project": (
        "Association;Année;Montant;Etat du projet\nA;2018;1;Abandonné\n",
        [(2018, 1)],
    ),
}


@pytest.mark.parametrize("symbol", ["€", "£", "$"])
def test_what_lists_hold_is_neither_lost_nor_taken_twice(tmp_path, symbol):
    """Those in pounds and those in dollars apart: one study counts in one currency."""
    lists = {
        name: (text, expected)
        for name, (text, expected) in LISTS.items()
        if symbol == next((mark for mark in "£$" if mark in text), "€")
    }
    result = cleaned_together(tmp_path, {name: text for name, (text, _expected) in lists.items()})
    contributions = result.tables["contributions"]
    amounts = zip(contributions["year"], contributions["value_eur"], strict=True)
    result.tables["contributions"] = contributions.assign(dated=list(amounts))
    dated_amounts = by_list(result, lists, "contributions", "dated")
    assert dated_amounts == {name: expected for name, (_text, expected) in lists.items()}


def test_amounts_in_two_currencies_are_told_and_not_added(tmp_path):
    result = cleaned(
        tmp_path,
        "Association;Année;Fonctionnement;Investissement\nA;2018;500 €;300 $\nB;2018;1 €;2 €\nC;2018;3;\nD;2018;;4 $\n",
        accept_guesses=True,
    )
    assert sorted(result.tables["contributions"]["value_eur"]) == [3, 3]
    assert result.quarantine[["line", "rule"]].values.tolist() == [[2, "M19"], [5, "M19"]]
    assert result.notes["currencies"].values.tolist() == [["EUR", 2], ["$", 1], ["$+EUR", 1]]


def test_rows_that_say_no_currency_are_counted_in_that_of_the_others(tmp_path):
    result = cleaned(tmp_path, 'grantee,amount,date\nA,"$1,000",2018\nB,2000,2018\nC,3000,2018\n')
    assert result.notes["currencies"].values.tolist() == [["$", 3]]


def test_neither_means_nor_percentages_are_amounts(tmp_path, english):
    lists = {
        "means.csv": "Recipient,Year,Revenue,Capital\nA,2018,9,8\n",
        "rates.csv": "Association;Année;Acompte;Solde;Taux\nA;2018;50;50;100\nB;2018;30;70;100\n",
        "signs.csv": "Association;Année;Acompte;Solde\nA;2018;50 %;50 %\nB;2018;30 %;70 %\n",
    }
    with pytest.raises(Refused) as refused:
        cleaned(tmp_path, lists)
    asked = {fault.file for fault in refused.value.faults if "amount" in fault.message}
    assert asked == set(lists)


def test_an_amount_of_a_quarter_is_known_to_the_quarter(tmp_path):
    text = "Association;T1 2018;Q2 2018\nA;500;\nB;;700\n"
    grants = grants_kept(written(tmp_path, text)).sort_values("date")
    assert grants["date"].dt.strftime("%Y-%m-%d").tolist() == ["2018-01-01", "2018-04-01"]
    assert grants["date_precision"].tolist() == ["quarter", "quarter"]


def test_one_grant_in_columns_by_year_is_given_year_by_year(tmp_path):
    lines = [
        "Association;Début;Fin;Numéraire 2016;Numéraire 2017;Numéraire 2018",
        "A;01/03/2016;28/02/2019;1000;7000;3000",
        "B;01/09/2016;31/08/2018;;1500;1700",
    ]
    tables = cleaned(tmp_path, "\n".join(lines) + "\n").tables
    agreements, given = tables["agreements"], tables["contributions"]
    assert sorted(agreements["planned_amount_eur"]) == [3200, 11000]
    assert set(agreements["start_precision"]) == {"day"}
    by_year = given.groupby("year")["value_eur"].sum()
    assert by_year.to_dict() == {2016: 1000, 2017: 8500, 2018: 4700}


def test_columns_of_scores_named_as_quarters_are_no_amounts(tmp_path):
    scores = "Partenaire;Q1 2018;Q2 2018\nA;7;8\nB;6;5\nC;3;4\nD;9;9\nE;8;7\nF;10;9\n"
    with pytest.raises(Refused, match="amount"):
        cleaned(tmp_path, scores)


def test_a_header_may_be_a_word_for_what_is_missing(tmp_path):
    text = "Association;Année;Montant;NC\nA;2018;50;x\nB;2018;70;\n"
    assert grants_kept(written(tmp_path, text))["amount"].tolist() == [50, 70]


def test_a_title_in_thousands_is_about_a_header_without_a_unit(tmp_path):
    title = "Subventions 2018 (en milliers d'euros)"
    rows = "".join(f"{name};0{day}/02/2018;{day}2\n" for day, name in enumerate("ABC", 1))
    folder = written(tmp_path, f"{title}\nAssociation;Date;Montant\n{rows}")
    assert grants_kept(folder)["amount"].tolist() == [12_000, 22_000, 32_000]


def test_parts_that_add_up_to_100_are_amounts_where_nothing_says_percent(tmp_path):
    text = "Association;Année;Acompte;Solde\nA;2018;50;50\nB;2018;30;70\n"
    assert grants_kept(written(tmp_path, text))["amount"].tolist() == [100, 100]


def test_a_total_may_be_of_a_column_that_some_rows_leave_to_its_parts(tmp_path):
    header = "Association;Année;Montant voté;Fonctionnement;Investissement\n"
    rows = "A;2018;10;;\nB;2018;;5;6\nC;2018;20;;\n"
    lists = {
        "column": f"{header}{rows}Total;;30;;\n",
        "all": f"{header}{rows}Total;;41;;\n",
    }
    result = cleaned_together(tmp_path, lists)
    amounts = by_list(result, lists, "contributions", "value_eur")
    assert amounts == {"column": [10, 11, 20], "all": [10, 11, 20]}
    compared = result.notes["totals"].sort_values("source")[["difference", "of"]]
    assert compared.values.tolist() == [[0, "rows of its column"], [0, ""]]


def test_a_total_may_stand_in_a_column_of_totals_only(tmp_path):
    lists = {
        "another": "Montant voté;Total\nA;2018;10;10\nB;2018;20;20\nTotal;;;31\n",
        "of each": (
            "Montant;Total des subventions\n"
            "A;2018;10;\nA;2018;5;\nA;2018;;15\nB;2018;20;\nTotal;;;35\n"
        ),
        "paid": "Montant;Total versé\nA;2018;10;\nB;2018;;20\n",
    }
    lists = {name: f"Association;Année;{text}" for name, text in lists.items()}
    result = cleaned_together(tmp_path, lists)
    compared = result.notes["totals"].sort_values(["source", "given"])[["given", "computed"]]
    assert compared.values.tolist() == [[31, 30], [15, 15], [35, 35]]
    recipients = by_list(result, lists, "agreements", "partner_id")
    assert {name: len(of_list) for name, of_list in recipients.items()} == dict.fromkeys(lists, 2)


def test_a_total_says_whether_requests_that_were_refused_are_in_it(tmp_path):
    rows = "Association;Année;Montant;Statut\nA;2018;1;Voté\nB;2018;4;Refusé\nC;2018;10;Voté\n"
    lists = {"all": f"{rows}Total;;15;\n", "granted": f"{rows}Total;;11;\n"}
    totals = cleaned_together(tmp_path, lists).notes["totals"].sort_values("source")
    assert totals[["difference", "of"]].values.tolist() == [[0, "all rows"], [0, "rows kept"]]


def test_numbers_of_a_workbook_that_counts_from_1904_are_days(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    head = ["Bénéficiaire", "Montant", "Date"]
    for row in (head, ["A", 39814, 39814], ["B", 6, pd.Timestamp("2013-01-02")]):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    grants = grants_kept(tmp_path)
    assert grants["date"].dt.strftime("%Y-%m-%d").tolist() == ["2013-01-02", "2013-01-02"]
    assert sorted(grants["amount"]) == [6, 39814]


def test_a_sheet_that_sums_up_the_others_is_no_list_of_its_own(tmp_path):
    head = ["Association", "Montant"]
    years = {"2017": [head, ["A", 5], ["B", 6]], "2018": [head, ["A", 7], ["C", 1]]}
    sums = [head, ["A", 12], ["B", 6], ["C", 1], ["Total", 19]]
    folder = workbook(tmp_path, years | {"Cumul 2017-2018": sums}, "subventions_2019.xlsx")
    result = clean.clean(folder)
    assert sorted(result.tables["contributions"]["value_eur"]) == [1, 5, 6, 7]
    assert fate(result, "total") == 4
    assert result.notes["totals"]["difference"].tolist() == [0, 0, 0, 0]
    of_2019 = [head, ["A", 12], ["B", 6], ["C", 2]]
    workbook(tmp_path, years | {"2019": of_2019}, "subventions_2019.xlsx")
    assert len(grants_kept(tmp_path)) == 7


def test_no_row_of_a_workbook_is_a_header(tmp_path):
    rows = [
        ["Bénéficiaire", "Type", "Objet", "Montant"],
        ["A", "Association", "Tournoi", 500],
        ["B", "Association", "Fonctionnement", 1000],
    ]
    folder = workbook(tmp_path, {"Sheet1": rows}, "subventions_2018.xlsx")
    assert grants_kept(folder)["amount"].tolist() == [500, 1000]


def test_an_archive_may_hold_workbooks_and_what_systems_leave_in_it(tmp_path):
    import zipfile

    pd.DataFrame({"Association": ["A"], "Année": ["2018"], "Montant": [5]}).to_excel(
        tmp_path / "list.xlsx", index=False
    )
    with zipfile.ZipFile(
        tmp_path / "raw.zip", "w"
    ) as archive:  # as it is, so that its bytes are those of a workbook
        archive.write(tmp_path / "list.xlsx", "list.xlsx")
        archive.writestr("__MACOSX/._list.csv", b"\x00\x05\x16\x07")
    result = clean.clean(tmp_path / "raw.zip")
    assert (
        result.tables["contributions"]["value_eur"].tolist() == [5]
        and fate(result, "not read") == 1
    )
    unread, _list = read.blocks(tmp_path / "raw.zip", "raw.zip")
    assert [(each.line, each.rule) for each in unread.aside] == [(1, "not read")]


def test_an_amount_of_a_record_is_taken_once(tmp_path):
    (tmp_path / "list.json").write_text(
        '[{"beneficiaire": "A", "annee": 2018, "montant_accorde": 1500, "paiements": [{"montant_paye": 1000}, {"montant_paye": 500}]}]'
    )
    assert grants_kept(tmp_path)["amount"].tolist() == [1500]


def test_the_name_of_an_only_sheet_tells_the_scale_of_its_amounts(tmp_path):
    rows = [["Association", "Montant", "Date"], ["A", 1.5, "03/04/2018"], ["B", 2, "2018"]]
    folder = workbook(tmp_path, {"Subventions 2018 (k€)": rows})
    assert grants_kept(folder)["amount"].tolist() == [1500, 2000]


def test_an_amount_that_study_toml_states_is_what_it_says_whatever_the_unit_of_the_cells(tmp_path):
    study = '[[source]]\nfiles = "*.csv"\ntable = "grants"\nunit = "k"\namount = "1500"\n'
    study += '[source.columns]\nrecipient = "Association"\ndate = "Date de la subvention"\n'
    (tmp_path / "study.toml").write_text(study)
    rows = "Association;Date de la subvention\nAmicale;2016-02-01\nBouée;2017-03-01\n"
    assert as_read(written(tmp_path, rows))[0]["grants"]["amount"].tolist() == [1500, 1500]
