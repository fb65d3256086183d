"""Lists as teams keep them: what would count twice, or count what was not granted, is set aside or asked."""

import openpyxl
import pandas as pd
import pytest

import raw_lists
from analysis import clean, prepare
from analysis.declare.faults import Refused
from analysis.layout.headers.header_matching import match
from analysis.layout.headers.table_match import BY_WORDS
from analysis.read import matching
from analysis.read.total_words import SUBTOTAL
from analysis.run import check_data
from analysis.text import formatting
from raw_lists import accepted, as_read, block_of_lines, counted, grants_kept, rows_read

NAMES = ["Amicale laïque", "Club nautique", "Emmaüs", "Foyer rural", "Judo club", "Recyclerie"]
AMOUNTS = [1000, 2500, 700, 4200, 1800, 950]
GRANTED = sum(AMOUNTS)


def rows(first: int = 0, last: int = 6) -> list[str]:
    return [
        f"{name};2021-{month:02}-05;{amount}"
        for month, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True), 1)
    ][first:last]


def write(folder, lines: list[str]) -> None:
    (folder / "liste.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def total(folder, lines: list[str]) -> float:
    """What a list adds up to, which leaves nothing to ask."""
    write(folder, lines)
    return counted(folder)


SUBTOTALS = ["Sous-total SPORT", "Subtotal CULTURE", "Zwischensumme UMWELT", "Subtotale ALTRI"]


def test_labels_of_sub_totals_are_known():
    assert matching(pd.Series(SUBTOTALS), SUBTOTAL).all()


def test_sub_totals_of_each_year_are_nobody(tmp_path):
    lines = ["Association;Attribué 2022;Attribué 2023"]
    parts = (slice(0, 2), slice(2, 4), slice(4, 5), slice(5, 6))
    for label, part in zip(SUBTOTALS, parts, strict=True):
        grants = zip([*NAMES[part], label], [*AMOUNTS[part], sum(AMOUNTS[part])], strict=True)
        lines += [f"{name};{amount};{2 * amount}" for name, amount in grants]
    assert total(tmp_path, lines) == 3 * GRANTED


HEADER = "Association;Date de décision;Montant"


def test_what_stands_under_refused_requests_is_no_grant(tmp_path):
    lines = [HEADER, "Demandes acceptées;;", *rows(0, 4), "Non retenus;;", *rows(4)]
    assert total(tmp_path, lines) == sum(AMOUNTS[:4])
    again = [HEADER, "Demandes annulées;;", *rows(0, 2), "Demandes acceptées;;", *rows(2)]
    assert total(tmp_path, again) == sum(AMOUNTS[2:])


def test_a_title_that_only_mentions_refusals_takes_nothing_away(tmp_path):
    lines = [HEADER, "Subventions accordées (hors demandes refusées);;", *rows()]
    assert total(tmp_path, lines) == GRANTED


def test_a_sheet_may_say_that_its_requests_were_refused(tmp_path):
    sheets = {}
    for name, part in (("Accordées", rows(0, 4)), ("Refusées", rows(4))):
        lines = [line.split(";") for line in part]
        sheets[name] = [HEADER.split(";"), *([*line[:2], float(line[2])] for line in lines)]
    assert counted(raw_lists.workbook(tmp_path, sheets)) == sum(AMOUNTS[:4])


def test_an_amount_taken_back_is_no_refused_request(tmp_path):
    lines = ["Recipient;Award date;Amount awarded;Status", *(f"{row};Awarded" for row in rows())]
    lines.append("Emmaüs;2021-09-01;-300;Cancelled")
    assert total(tmp_path, lines) == GRANTED - 300


STATUS = "Organization;Decision date;Grant amount;Status"
STATUSES = ["Approved", "Approved", "Pipeline", "Approved", "Cancelled", "Approved"]


@pytest.fixture
def with_words(tmp_path):
    lines = [STATUS, *(f"{row};{status}" for row, status in zip(rows(), STATUSES, strict=True))]
    (tmp_path / "list.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    yield tmp_path
    formatting.use("fr")


@pytest.mark.parametrize(("outcome", "lost"), [("undecided", 700), ("granted", 0)])
def test_a_word_that_may_say_a_refusal_is_asked(with_words, outcome, lost):
    checked = check_data.check(with_words)
    (fault,) = checked.faults
    assert fault.rule == "question" and "[source.outcomes]" in fault.message
    guess, answer = '"Pipeline" = "undecided"', f'"Pipeline" = "{outcome}"'
    assert guess in checked.draft
    answered = checked.draft.replace(guess, answer).replace("# ?", "")
    (with_words / "study.toml").write_text(answered, encoding="utf-8")
    assert counted(with_words) == GRANTED - AMOUNTS[4] - lost


def test_the_page_asks_what_such_a_word_says(with_words):
    page = prepare.open(with_words, "fr", with_words / "reports")
    children = page.parts["columns"].rows.children
    (field,) = [row.children[0] for row in children if "Pipeline" in row.children[0].description]
    field.value = "undecided"
    page.save()
    assert counted(with_words) == GRANTED - AMOUNTS[4] - AMOUNTS[2]


def test_the_marks_of_a_draft_may_be_removed_as_they_stand(tmp_path):
    lines = [f"Asso {n};{1000 + 37 * n};0{n + 1}/02/2020" for n in range(8)]
    write(tmp_path, ["Machin;Somme A;Jour", *lines])
    draft = check_data.check(tmp_path).draft
    assert "# ?" in draft
    (tmp_path / "study.toml").write_text(draft.replace("# ?", ""), encoding="utf-8")
    assert len(grants_kept(tmp_path)) == 8


REFERENCE = "N° convention;Bénéficiaire;Exercice;Montant accordé;Versement de l'année"


def several_lines(folder):
    """Each grant on three lines, one a year, with its whole amount on all of them."""
    lines = [
        f"C{number};{name};{year};{amount};{amount / 4}"
        for number, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True))
        for year in (2019, 2020, 2021)
    ]
    (folder / "liste.csv").write_text("\n".join([REFERENCE, *lines]) + "\n", encoding="utf-8")


@pytest.mark.parametrize(("answer", "times"), [("once", 1), ("add", 3)])
def test_an_amount_on_several_lines_of_one_reference_is_asked(tmp_path, answer, times):
    several_lines(tmp_path)
    checked = check_data.check(tmp_path)
    assert "N° convention" in str(checked.faults)
    guess = '# same_reference = "once"', f'same_reference = "{answer}"'
    tables = accepted(tmp_path, checked.draft, guess).tables
    agreements = tables["agreements"]
    assert len(agreements) == len(NAMES)
    assert agreements["planned_amount_eur"].sum() == times * GRANTED
    assert agreements["start"].dt.year.eq(2019).all()
    by_year = tables["contributions"].groupby("year")["value_eur"].sum().to_dict()
    assert by_year == {year: GRANTED for year in (2019, 2020, 2021)[:times]}


def test_a_grant_above_its_two_parts_is_asked(tmp_path):
    lines = [
        f"C{number};{name};2019;{part}"
        for number, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True))
        for part in (amount, amount / 4, 3 * amount / 4)
    ]
    head = "N° convention;Bénéficiaire;Exercice;Montant accordé"
    (tmp_path / "liste.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    with pytest.raises(Refused, match="N° convention"):
        clean.clean(tmp_path)


def test_the_page_asks_what_lines_of_one_reference_are(tmp_path):
    several_lines(tmp_path)
    page = prepare.open(tmp_path, "en", tmp_path / "reports")
    children = page.parts["columns"].rows.children
    (field,) = [
        row.children[0]
        for row in children
        if row.children[0].description == "Rows of one reference"
    ]
    field.value = "once"
    page.save()
    formatting.use("fr")
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == GRANTED


def test_the_last_amendment_replaces_those_before(tmp_path):
    lines = [
        "ref_number,amendment_number,recipient_legal_name,agreement_value,agreement_start_date,agreement_end_date"
    ]
    lines += [
        f"R{n},0,{name},{amount},2019-0{n + 1}-01,2020-03-31"
        for n, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True))
    ]
    lines += [
        "R1,2,Club nautique,900,2019-02-01,2020-12-31",
        "R1,1,Club nautique,4000,2019-02-01,2020-06-30",
    ]
    (tmp_path / "grants.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft = check_data.check(tmp_path).draft.replace('"once"', '"last"')
    agreements = accepted(tmp_path, draft).tables["agreements"]
    assert agreements["planned_amount_eur"].sum() == GRANTED - 2500 + 900
    ends = agreements.set_index("planned_amount_eur")["planned_end"]
    assert str(ends[900].date()) == "2020-12-31"


def test_an_amount_taken_back_belongs_to_its_grant(tmp_path):
    lines = ["N° dossier;Bénéficiaire;Date de décision;Montant accordé"]
    lines += [f"19{n};{row}" for n, row in enumerate(rows())]
    lines.append("193;Foyer rural;2022-04-10;-1200")
    write(tmp_path, lines)
    agreements = clean.clean(tmp_path).tables["agreements"]
    assert len(agreements) == 6 and agreements["start"].dt.year.eq(2021).all()
    assert agreements["planned_amount_eur"].sum() == GRANTED - 1200


def workbook(folder, payments: list[list], contacts: bool):
    """A programme of six partners and agreements, with payments or with the persons one writes to."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Partenaires"
    sheet.append(["Code partenaire", "Nom du partenaire"])
    agreements = book.create_sheet("Conventions")
    agreements.append(["N° convention", "Code partenaire", "Entité", "Date de début", "Échéance"])
    for number, name in enumerate(NAMES):
        sheet.append([f"P{number}", name])
        agreements.append([f"C{number}", f"P{number}", "Siège", "2018-01-01", "2019-12-31"])
    if contacts:
        persons = book.create_sheet("Contacts")
        persons.append(["Code", "Civilité", "Nom", "Prénom"])
        for number, name in enumerate(["Martin", "Bernard", "Petit"]):
            persons.append([f"P{number}", "Mme", name, "Dominique"])
    if payments:
        sheet = book.create_sheet("Versements")
        sheet.append(["N° convention", "Date", "Nature", "Montant versé"])
        for row in payments:
            sheet.append(row)
    book.save(folder / "suivi.xlsx")


def test_numbers_with_the_fraction_of_a_spreadsheet_are_those_of_the_partners(tmp_path):
    sirens = ["552100554", "732829320", "356000000", "542065479", "552081317", "775670417"]
    grouped = [f"{siren[:3]} {siren[3:6]} {siren[6:]}" for siren in sirens]
    partners = [f"{siren};{name}" for siren, name in zip(grouped, NAMES, strict=True)]
    agreements = [
        f"C{n};{siren}.0;{NAMES[n]};Siège;01/01/2018;31/12/2019;{AMOUNTS[n]}"
        for n, siren in enumerate(sirens)
    ]
    lists = {
        "Partenaires.csv": ["SIREN;Raison sociale", *partners],
        "Conventions.csv": ["N°;SIREN;Nom;Direction;Début;Fin prévue;Montant", *agreements],
    }
    for name, lines in lists.items():
        (tmp_path / name).write_text("\n".join([*lines, ""]), encoding="utf-8")
    agreements = clean.clean(tmp_path, day="2019-12-31").tables["agreements"]
    assert agreements["partner_id"].nunique() == 6
    assert agreements["planned_amount_eur"].sum() == GRANTED


def test_persons_are_no_partners(tmp_path):
    workbook(tmp_path, [], contacts=True)
    result = clean.clean(tmp_path)
    assert sorted(result.tables["partners"]["name"]) == sorted(NAMES)
    assert not result.quarantine["value"].str.contains("Martin|Dominique", na=False).any()


def test_a_list_of_partners_may_name_a_contact_of_each(tmp_path):
    lines = ["Code partenaire;Nom du partenaire;Civilité;Prénom;Nom;Département"]
    lines += [f"P{n};{name};Mme;Anne;Durand;75" for n, name in enumerate(NAMES)]
    (tmp_path / "partenaires.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert rows_read(tmp_path, "partners")["name"].tolist() == NAMES


def test_instalments_are_payments_to_partners(tmp_path):
    paid = [
        [f"C{n}", f"201{8 + turn}-06-0{n + 1}", ("Acompte", "Solde")[turn], 500]
        for n in range(6)
        for turn in (0, 1)
    ]
    workbook(tmp_path, paid, contacts=False)
    draft = check_data.check(tmp_path).draft
    assert 'kind = "cash"' in draft and 'direction = "to partner"' in draft
    draft = draft.replace("# day", "day").replace("# ?", "")
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    contributions = rows_read(tmp_path, "contributions")
    assert contributions["value_eur"].tolist() == [500] * 12
    assert contributions["direction"].eq("to partner").all()


@pytest.mark.parametrize(
    ("first", "last"),
    [("Bewilligungszeitraum von", "Bewilligungszeitraum bis"), ("Spalte X", "Spalte Y")],
)
def test_the_period_of_a_grant_stands_before_its_year(tmp_path, first, last):
    days = [(f"0{n + 2}.07.2019", f"31.12.{2019 + n % 2}") for n in range(6)]
    lines = [f"Name;Zweck;{first};{last};Jahr;Bewilligter Betrag"]
    lines += [
        f"{name};Projekt;{start};{end};2019;{amount}"
        for name, amount, (start, end) in zip(NAMES, AMOUNTS, days, strict=True)
    ]
    write(tmp_path, lines)
    tables, asked = as_read(tmp_path)
    assert bool(asked) == first.startswith("Spalte")
    if asked:
        draft = check_data.check(tmp_path).draft.replace("# ?", "")
        (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
        tables, _asked = as_read(tmp_path)
    grants = tables["grants"]
    assert grants["planned_start"].dt.month.eq(7).all()
    assert grants["planned_end"].dt.month.eq(12).all()


def test_of_an_agreement_the_last_amendment_counts(tmp_path):
    lines = ["N° convention;Avenant n°;Code partenaire;Entité;Date de début;Échéance;Montant prévu"]
    lines += [
        f"C{n};0;P{n};Siège;2018-01-01;2019-12-31;{amount}" for n, amount in enumerate(AMOUNTS)
    ]
    lines += ["C2;2;P2;Siège;2018-01-01;2021-12-31;500", "C2;1;P2;Siège;2018-01-01;2020-12-31;900"]
    (tmp_path / "conventions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(Refused, match="same_reference"):
        clean.clean(tmp_path)
    result = clean.clean(tmp_path, accept_guesses=True)
    kept = result.tables["agreements"].set_index("agreement_id").loc["C2"]
    assert kept["planned_amount_eur"] == 500 and str(kept["planned_end"].date()) == "2021-12-31"
    assert set(result.notes["conflicts"]["column"]) == {"planned_end", "planned_amount_eur"}


def test_lines_of_one_reference_stay_asked_where_columns_are_stated(tmp_path):
    several_lines(tmp_path)
    text = (tmp_path / "liste.csv").read_text(encoding="utf-8")
    (tmp_path / "liste.csv").write_text(
        text.replace("Montant accordé", "Somme A"), encoding="utf-8"
    )
    (tmp_path / "study.toml").write_text(
        '[study]\nname = "x"\n[[source]]\nfiles = "liste.csv"\ntable = "grants"\n[source.columns]\namount = "Somme A"\n'
        'recipient = "Bénéficiaire"\ndate = "Exercice"\nreference = "N° convention"\n',
        encoding="utf-8",
    )
    with pytest.raises(Refused, match="same_reference"):
        clean.clean(tmp_path)


def beside(folder, titles: list[str], headers: list[str]) -> list:
    """Two tables of the same headers side by side, each below its title."""
    gap = [""] * (len(headers) - 1)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([titles[0], *gap, "", titles[1], *gap])
    sheet.append([*headers, "", *headers])
    for (name, amount), month in zip(zip(NAMES, AMOUNTS, strict=True), range(1, 7), strict=True):
        left = [f"Les {name}", amount, f"{month:02}/03/2022"][: len(headers)]
        right = [f"Union {name}", 10 * amount, f"{month:02}/05/2023"][: len(headers)]
        sheet.append([*left, "", *(right if month < 5 else [""] * len(headers))])
    totals = [sum(AMOUNTS), 10 * sum(AMOUNTS[:4])]
    sheet.append(["TOTAL", totals[0], *gap[1:], "", "TOTAL", totals[1], *gap[1:]])
    book.save(folder / "liste.xlsx")
    return totals


@pytest.mark.parametrize("name", ["Association", "Nom"])
def test_tables_side_by_side_below_a_title_are_one_list(tmp_path, name):
    totals = beside(tmp_path, ["SPORT", "CULTURE"], [name, "Montant", "Date"])
    grants = grants_kept(tmp_path)
    assert grants["amount"].sum() == sum(totals)
    assert grants["date"].dt.year.value_counts().to_dict() == {2022: 6, 2023: 4}
    assert grants["recipient"].str.startswith(("Les ", "Union ")).all()


def test_titles_of_tables_side_by_side_may_be_years(tmp_path):
    totals = beside(tmp_path, ["2021", "2022"], ["Association", "Montant"])
    grants = grants_kept(tmp_path)
    granted = grants["amount"].groupby(grants["date"].dt.year).sum()
    assert granted.to_dict() == {2021: totals[0], 2022: totals[1]}


ENGLISH = "Recipient;Award date;Amount awarded"
OPEN_DATES = ["04/01/2021", "07/01/2021", "10/01/2021", "04/05/2021", "02/02/2021", "01/12/2021"]


def english(dates: list[str], header: str = ENGLISH, sign: str = "") -> list[str]:
    rows_of = zip(NAMES, dates, AMOUNTS, strict=True)
    return [header, *(f"{name};{date};{sign}{amount}" for name, date, amount in rows_of)]


def test_dates_of_an_english_list_that_read_both_ways_are_asked(tmp_path):
    write(tmp_path, english(OPEN_DATES))
    (question,) = as_read(tmp_path)[1]
    assert 'date_order = "day" | "month"' in question


def test_a_source_that_says_nothing_of_the_order_is_asked_all_the_same(tmp_path):
    source = '[[source]]\nfiles = "liste.csv"\ntable = "grants"\n'
    (tmp_path / "study.toml").write_text(source, encoding="utf-8")
    write(tmp_path, english(OPEN_DATES))
    assert "date_order" in str(as_read(tmp_path)[1])
    (tmp_path / "study.toml").write_text(source + 'currency = "GBP"\n', encoding="utf-8")
    assert counted(tmp_path) == GRANTED


@pytest.mark.parametrize(
    ("order", "months"), [("day", [1, 1, 1, 2, 5, 12]), ("month", [1, 2, 4, 4, 7, 10])]
)
def test_the_answer_tells_the_order_of_dates(tmp_path, order, months):
    stated = '[[source]]\nfiles = "liste.csv"\ntable = "grants"\n'
    (tmp_path / "study.toml").write_text(f'{stated}date_order = "{order}"\n', encoding="utf-8")
    write(tmp_path, english(OPEN_DATES))
    assert sorted(rows_read(tmp_path, "grants")["date"].dt.month) == months


@pytest.mark.parametrize(
    "lines",
    [
        english(["13/01/2021", *OPEN_DATES[1:]]),
        english(OPEN_DATES, sign="£"),
        english(OPEN_DATES, header="Recipient;Award date;Amount awarded (GBP)"),
        english(OPEN_DATES, header="Association;Date de décision;Montant"),
        english(["01/01/2021", "02/02/2021", "03/03/2021"] * 2),
    ],
    ids=["a day tells", "pounds", "pounds in the header", "French", "all the same"],
)
def test_dates_are_not_asked_where_something_tells(tmp_path, lines):
    assert total(tmp_path, lines) == GRANTED


PERIODS = [f"Foyer {n};0{n}/11/2016;01/0{n}/2017 - 31/12/2018;{n}00" for n in range(1, 7)]


@pytest.mark.parametrize("header", ["Laufzeit", "Période", "Grant period", "Durée du projet"])
def test_headers_of_periods_are_of_both_ends(header):
    block = block_of_lines([f"Association;Date;{header};Montant accordé", *PERIODS])
    matched = match(block, "grants")
    for name in ("planned_start", "planned_end"):
        assert (matched.columns[name], matched.how[name]) == ((header,), BY_WORDS)


def test_a_period_beside_the_date_tells_when_grants_run(tmp_path):
    write(tmp_path, ["Association;Date;Laufzeit;Montant accordé", *PERIODS])
    agreements = clean.clean(tmp_path, day="2020-06-30").tables["agreements"]
    assert agreements["start"].dt.year.eq(2017).all()
    assert agreements["planned_end"].dt.strftime("%d/%m/%Y").eq("31/12/2018").all()
    assert not agreements["term_assumed"].any()


def test_ranges_of_days_under_a_header_that_says_nothing_are_asked(tmp_path):
    write(tmp_path, ["Association;Date;Colonne 7;Montant accordé", *PERIODS])
    with pytest.raises(Refused) as refused:
        clean.clean(tmp_path, day="2020-06-30")
    assert "`Colonne 7`" in str(refused.value)


def test_sums_carried_over_a_page_are_totals(tmp_path):
    words = ["a riportare", "riporto", "Carried forward", "b/f", "Übertrag", "Übertrag"]
    lines = ["Association;Date;Montant accordé"]
    for n in range(1, 29):
        lines.append(f"Foyer {n};{n:02}/03/2018;{n}00")
        if n in (9, 18, 27):  # at the foot of a page, and at the head of the next
            carried = 100 * sum(range(1, n + 1))
            page = 2 * (n // 9)
            lines += [f"{word};;{carried}" for word in words[page - 2 : page]]
    write(tmp_path, [*lines, "Total;;40600"])
    result = clean.clean(tmp_path, day="2018-12-31")
    assert result.tables["agreements"]["planned_amount_eur"].sum() == 40_600
    assert result.remarks == [] and result.quarantine["rule"].eq("total").sum() == 7


def test_wrapped_cells_beside_a_title_of_a_further_page_are_read(tmp_path):
    header = ["Porteur\n(ville)", "Projet", "Montant\naccordé", "Durée"]
    page = [["Annexe 2019"], header, ["Bocage\n(Le Pin)", "Réemploi\nde téléphones", 45, "2 ans"]]
    more = [["Annexe 2019 (suite)"], header, ["Wimoov\n(Bordeaux)", "Mobilité", 20, "3 ans"]]
    folder = raw_lists.workbook(tmp_path / "raw", {"Annexe": [*page, *more]})
    assert counted(folder) == 65
