"""Lists of which a header that names nobody plainly tells who gave and who received."""

import pytest

from analysis import clean
from analysis.layout.doubts import doubts_of
from analysis.layout.headers.header_matching import match
from analysis.layout.headers.table_match import BY_CELLS, BY_WORDS
from analysis.layout.rows.rows_of_nobody import rows_of_nobody
from analysis.layout.shapes.titles import bears_a_day
from analysis.run import check_data
from raw_lists import block_of, counted
from test_false_totals import AMOUNTS, GRANTED, NAMES, answered, money, question, rows, total, write


def draft_of(folder) -> str:
    return check_data.check(folder).draft


def split(lines: list[str]) -> list[list[str]]:
    return [line.split(";") for line in lines]


def grants(cells) -> list[str]:
    """A grant to each of six recipients, and a second one to the first of them, with a further
    cell told by the number of the recipient and that of the row.
    """
    numbers = [*range(len(NAMES)), 0]
    return [f"{NAMES[i]};{1000 + 50 * n};{cells(i, n)}" for n, i in enumerate(numbers)]


# ---- numbers of recipients
@pytest.mark.parametrize(
    ("cells", "is_number"),
    [
        (lambda i, n: 80010 + 7 * n, False),  # of each row
        (lambda i, n: 80010 + 7 * i, True),  # goes with the name
        (lambda i, n: 333 + i // 3, False),  # borne by several
    ],
)
def test_numbers_of_recipients_go_with_their_names(tmp_path, cells, is_number):
    write(tmp_path, "Qui;Valor;NUMERO", grants(cells))
    draft = draft_of(tmp_path)
    assert ('recipient_id = "NUMERO"' in draft) == ("recipient_id" in draft) == is_number


# ---- names of companies
@pytest.mark.parametrize("header", ["company", "Firm", "Entreprise", "Unternehmen", "Azienda"])
def test_headers_of_companies_are_of_those_who_received(header):
    lines = grants(lambda i, n: f"{'OEM' if i % 2 else 'Materials'};2018")
    matched = match(block_of([header, "Amount", "role", "Year"], *split(lines)), "grants")
    assert (matched.columns["recipient"], matched.how["recipient"]) == ((header,), BY_WORDS)


def test_companies_received(tmp_path):
    lines = grants(lambda i, n: f"{'OEM' if i % 2 else 'Materials'};2018")
    write(tmp_path, "company;Amount;role;Year", lines)
    draft = draft_of(tmp_path)
    asked = [line for line in draft.splitlines() if line.endswith("# ?")]
    assert 'recipient = "company"' in draft
    assert len(asked) == 1 and asked[0].startswith(
        "control_total"
    )  # of all lists that are no standard's


def test_a_few_companies_of_a_group_are_asked(tmp_path):
    lines = grants(lambda i, n: f"{'Nord' if i % 2 else 'Sud'};2018")
    write(tmp_path, "Qui;Amount;Company;Year", lines)
    assert "`Qui`" in question(tmp_path)


# ---- who gave
GIVERS = ("Fonds Nord", "Fonds Sud", "Maison des dons")


def grants_of_givers() -> list[str]:
    return [
        f"{line};{giver};{year}"
        for year, giver in enumerate(GIVERS, start=2016)
        for line in grants(lambda i, n: "x")
    ]


@pytest.mark.parametrize("header", ["Organization", "Organisme", "Sponsor", "Geldgeber"])
def test_a_few_organisations_beside_the_recipient_may_have_given(header):
    headers = ["Recipient", "Amount", "Note", header, "Year"]
    matched = match(block_of(headers, *split(grants_of_givers())), "grants")
    assert matched.columns["funder"] == (header,)
    assert matched.how["funder"] == BY_CELLS


@pytest.mark.parametrize(
    "header",
    [
        *("awarding_agency", "Funding agency", "granter_ministry", "Ente erogante"),
        "Nome do órgão ou entidade",
    ],
)
@pytest.mark.parametrize("recipient", ["Recipient", "Nome do parceiro"])
def test_who_gave_is_told_by_its_header(header, recipient):
    headers = [recipient, "Amount", "Note", header, "Year"]
    matched = match(block_of(headers, *split(grants_of_givers())), "grants")
    assert matched.columns["funder"] == (header,)
    assert matched.columns["recipient"] == (recipient,)


@pytest.mark.parametrize(
    ("applicants", "organisations"),
    [("Applicant", "Organisation"), ("Naam", "Organisatie"), ("Nombre", "Entidad")],
)
@pytest.mark.parametrize(("many", "is_asked"), [(12, True), (4, False)])
def test_the_column_of_more_names_is_offered_beside_that_of_fewer(
    applicants, organisations, many, is_asked
):
    """The few organisations may be the departments that gave; the names of as many are contacts."""
    lines = [[f"Club {row % many}", f"Dept {row % 3}", 2016, 100 * row] for row in range(1, 13)]
    listed = block_of([applicants, organisations, "Date", "Montant accordé"], *lines)
    found = match(listed, "grants")
    doubts = {doubt.column: doubt.others for doubt in doubts_of(listed, found, set())}
    assert found.columns["recipient"] == (organisations,)
    assert doubts.get("recipient") == ((applicants,) if is_asked else None)
    assert "recipient" not in {doubt.column for doubt in doubts_of(listed, found, {"recipient"})}


def test_a_few_organisations_beside_the_recipient_are_asked(tmp_path):
    write(tmp_path, "Recipient;Amount;Note;Organization;Year", grants_of_givers())
    assert 'funder = "Organization"' in question(tmp_path)
    assert set(answered(tmp_path).tables["agreements"]["entity"]) == set(GIVERS)
    result = answered(tmp_path, 'funder = "Organization"', 'funder = ""')
    assert set(result.tables["agreements"]["entity"]).isdisjoint(GIVERS)


def test_who_gave_is_not_asked_where_it_is_stated(tmp_path):
    lines = [f"{line};{GIVERS[n % 3]};2018" for n, line in enumerate(grants(lambda i, n: "x") * 3)]
    write(tmp_path, "Recipient;Amount;Note;Organization;Year", lines)
    stated = (
        '[study]\nname = "x"\n[[source]]\nfiles = "*.csv"\ntable = "grants"\nfunder = "Fonds"\n'
    )
    (tmp_path / "study.toml").write_text(f"{stated}[source.columns]\n", encoding="utf-8")
    assert set(clean.clean(tmp_path).tables["agreements"]["entity"]) == {"Fonds"}


@pytest.mark.parametrize(
    ("header", "is_recipient"),
    [
        *(("Förderinstitutionen", False), ("Fördernde Stelle", False), ("Mittelgeber", False)),
        *(("Institution", True), ("Förderempfänger", True), ("Träger der Institution", True)),
    ],
)
def test_institutions_that_fund_did_not_receive(header, is_recipient):
    rows = [[f"Haus {n}", 100 * n + 7, 2018] for n in range(1, 5)]
    matched = match(block_of([header, "Betrag", "Jahr"], *rows), "grants")
    assert (matched.columns.get("recipient") == (header,)) == is_recipient


def test_as_many_givers_as_recipients_are_asked_where_a_header_says_them(tmp_path):
    lines = [f"Club {n};{n}00;2018;Fondation {n}" for n in range(1, 7)]
    write(tmp_path, "Bénéficiaire;Montant;Année;Mécène", lines)
    assert 'funder = "Mécène"' in question(tmp_path)
    assert answered(tmp_path).tables["agreements"]["entity"].nunique() == 6


def test_as_many_organisations_as_recipients_are_not_asked(tmp_path):
    lines = [f"Club {n};{n}00;2018;Agence {n}" for n in range(1, 7)]
    write(tmp_path, "Recipient;Amount;Year;Organization", lines)
    assert counted(tmp_path) == 2100


@pytest.mark.parametrize(("beside", "are_givers"), [("Fonction", False), ("Groupe", True)])
def test_persons_gave_by_an_office_alone(tmp_path, beside, are_givers):
    """The names of those who preside over a partner make no second entity of its second grant."""
    persons = [("Durand", "Anne"), ("Petit", "Luc"), ("Moreau", "Zoé"), ("Lopez", "Inès")]
    lines = [
        f"Club {n % 2};{name};{first};x;{n}00;201{n}"
        for n, (name, first) in enumerate(persons, start=1)
    ]
    write(tmp_path, f"Association;Nom;Prénom;{beside};Montant;Année", lines)
    entities = clean.clean(tmp_path).tables["agreements"]["entity"]
    assert entities.nunique() == (4 if are_givers else 1)


@pytest.mark.parametrize(
    ("header", "recipient"), [("Objet", "Nom de l'attributaire"), ("Bénéficiaire", "Bénéficiaire")]
)
def test_the_only_name_of_a_list_is_that_of_who_received(header, recipient):
    rows = [[f"Nom {n}", f"Autre {n}", 100 * n, 2018] for n in range(1, 5)]
    headers = ["Nom de l'attributaire", header, "Montant", "Année"]
    assert match(block_of(headers, *rows), "grants").columns["recipient"] == (recipient,)


# ---- names of nobody
NOBODY = [
    *("(Anonymous)", "Anonyme", "N.N.", "Various", "Confidential", "PROVISION MANIFESTATION"),
    *("Provision - Aides aux clubs", "Réserve", "Divers bénéficiaires", "Unbekannt"),
    *("Anoniem", "Diverse verenigingen", "Anónimo", "Varios beneficiarios", "Riserva"),
]


@pytest.mark.parametrize("name", NOBODY)
def test_a_name_of_nobody_is_in_doubt(name):
    headers = ["Association", "Date", "Montant"]
    block = block_of(headers, *split(rows(str)), [name, "03/03/2018", 510])
    assert rows_of_nobody(block, match(block, "grants").columns) == {"Association": [name]}


def test_a_name_of_nobody_is_asked(tmp_path):
    name = "(Anonymous)"
    write(tmp_path, "Association;Date;Montant", [*rows(str), f"{name};03/03/2018;510"])
    assert f'"Association" = ["{name}"]' in question(tmp_path)
    assert money(answered(tmp_path)) == GRANTED


def test_names_that_begin_so_are_somebody(tmp_path):
    names = ["Réserve naturelle", "Anonymal TV", "Diversité 44", "Reserve Elder"]
    lines = [*rows(str), *(f"{name};03/03/2018;510" for name in names)]
    write(tmp_path, "Association;Date;Montant", lines)
    assert total(tmp_path) == GRANTED + 4 * 510


# ---- the day of a file
@pytest.mark.parametrize(
    ("name", "is_day"),
    [
        *(("ordre-16-avr-2025", True), ("liste_30.06.2019", True), ("stand 3. Mai 2019", True)),
        *(("order-16-apr-2025", True), ("liste-2019", False), ("42-projets-2018", False)),
    ],
)
def test_names_of_files_bear_days(name, is_day):
    assert bears_a_day(name) == is_day


@pytest.mark.parametrize("name", ["ordre-16-avr-2025", "42-projets-2018"])
def test_a_day_in_the_name_of_a_file_is_asked_and_a_year_is_not(tmp_path, name):
    lines = [f"{name};{amount}" for name, amount in zip(NAMES, AMOUNTS, strict=True)]
    (tmp_path / f"{name}.csv").write_text("\n".join(["Association;Montant", *lines]), "utf-8")
    if bears_a_day(name):
        assert "date" in question(tmp_path)
    else:
        assert total(tmp_path) == GRANTED
