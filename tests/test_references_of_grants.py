"""References of grants under the headers of six languages, and rows of which several bear one."""

import re

import pytest

from analysis import clean
from analysis.layout.amounts.shared_amounts import SHARED
from analysis.layout.headers.grant_numbers import numbers_of_grants
from analysis.layout.headers.header_matching import match
from analysis.layout.payments.matched_references import ON_SEVERAL_LINES
from analysis.layout.payments.payments_by_reference import PAYMENTS_LIKELY
from analysis.layout.payments.repeated_references import repeated_reference
from analysis.run import check_data
from raw_lists import block_of, cleaned, counted
from test_counted_once import count
from test_false_totals import answered, money, question, write

THREE_YEARS = [
    f"G/{n};Alpha {n};{year};Year {number} of 3;{amount}"
    for n, amount in ((1, "2,000"), (2, "8,000"), (3, "5,000"), (4, "6,000"))
    for number, year in enumerate((2016, 2017, 2018), start=1)
]


def why_asked(header: str, rows: list[str], source="list.csv") -> str:
    """How the first column of a list is known as the reference of its grants; which reasons of
    doubts this tells.
    """
    headers = header.split(";")
    matched = match(block_of(headers, *(row.split(";") for row in rows), source=source), "grants")
    assert matched.columns["reference"] == (headers[0],)
    return matched.how["reference"]


@pytest.mark.parametrize(
    "header",
    [
        *("Grant ref", "Grant no.", "Grant No", "Grant reference", "Grant reference number"),
        *("Award ID", "Award number", "Project number", "Project ref", "Project ID"),
        *("Dossier n°", "N° subvention", "N° de subvention", "N° de projet", "Référence projet"),
        *("Projektnummer", "Projekt-Nr.", "Aktenzeichen", "Förderkennzeichen", "Bescheidnummer"),
        *("Projectnummer", "Dossiernummer", "Subsidienummer", "Zaaknummer"),
        *("Número de expediente", "Nº expediente", "Código del proyecto", "Número de proyecto"),
        *("Numero pratica", "Codice progetto", "N. pratica", "Numero progetto"),
    ],
)
def test_the_reference_of_a_grant_is_known_by_its_header(header):
    rows = [[name, "2016-01-02", 10 * n, f"X{n}"] for n, name in enumerate("ABC", 1)]
    matched = match(block_of(["Association", "Date", "Montant", header], *rows), "grants")
    assert matched.columns["reference"] == (header,)


@pytest.mark.parametrize(("numbers", "tells_apart"), [(2, False), (3, True)])
def test_a_number_that_more_than_one_row_in_five_has_of_its_own_is_of_a_grant(numbers, tells_apart):
    block = block_of(["Grant ref"], *[[f"G{row % numbers}"] for row in range(10)])
    assert numbers_of_grants(block, ["Grant ref"]) == ("Grant ref",) * tells_apart


INSTALMENTS = "Organisation;Year;Instalment;Amount (£)"


@pytest.mark.parametrize("header", ["Grant ref", "Project number", "Reference"])
def test_instalments_of_one_reference_stand_on_several_lines(header):
    """Amounts of which the mark may stand before cents are compared all the same."""
    assert why_asked(f"{header};{INSTALMENTS}", THREE_YEARS) == ON_SEVERAL_LINES


def test_instalments_of_one_reference_are_asked(tmp_path):
    write(tmp_path, f"Grant ref;{INSTALMENTS}", THREE_YEARS)
    assert 'same_reference = "once" | "last" | "add"' in question(tmp_path)


def test_instalments_that_differ_are_asked_too(tmp_path):
    lines = [f"{line[:-5]}{n + 2},500" for n, line in enumerate(THREE_YEARS)]
    write(tmp_path, f"Grant ref;{INSTALMENTS}", lines)
    assert "same_reference" in question(tmp_path)


@pytest.mark.parametrize(("instalments", "header"), [(16, "Grant ref"), (15, "")])
def test_eight_cells_in_ten_make_a_column_of_instalments(instalments, header):
    """Four grants on five rows each, of which some say which instalment they are."""
    rows = [
        [f"G{row % 4}", f"Alpha {row % 4}", row + 1, cell.format(row + 1)]
        for row, cell in enumerate(["{} of 20"] * instalments + ["advance {}"] * (20 - instalments))
    ]
    headers = ["Grant ref", "Organisation", "Amount", "Instalment"]
    columns = {"reference": ("Grant ref",), "recipient": ("Organisation",), "amount": ("Amount",)}
    assert repeated_reference(block_of(headers, *rows), columns) == header


def shared(header: str, amounts: list[int]) -> tuple[str, list[str]]:
    """Projects of two partners each, with the amount of the project on the row of both."""
    rows = [
        f"P-{n};{partner} {n};{1 + n % 9}.3.2017;{amount}"
        for n, amount in enumerate(amounts)
        for partner in ("Alpha", "Bravo")[: 1 + (n > 2)]
    ]
    return f"{header};Organisation;Datum;Bewilligungssumme (€)", rows


PROJECTS = [60_000, 45_000, 30_000] * 4


@pytest.mark.parametrize("header", ["Projektnummer", "Reference", "Grant ref", "N° de dossier"])
def test_a_few_amounts_are_shared_by_partners_of_a_reference(header):
    assert why_asked(*shared(header, PROJECTS)) == SHARED


def test_a_few_amounts_that_partners_of_a_reference_share_are_asked(tmp_path):
    write(tmp_path, *shared("Projektnummer", PROJECTS))
    assert 'same_reference = "shared" | "add"' in question(tmp_path)
    assert money(answered(tmp_path)) == sum(PROJECTS)


def test_fixed_rates_of_a_decision_to_many_are_not_asked(tmp_path):
    rows = [f"CP-{n % 4};Alpha {n};{1 + n % 4}.3.2017;{500 * (1 + n % 2)}" for n in range(24)]
    result = cleaned(
        tmp_path, "\n".join(["Référence de la décision;Association;Date;Montant", *rows])
    )
    assert count(result) == 24


# ---- payments of one number, on several days
def paid(again: int) -> list[str]:
    """Six grants, of which some are paid twice on other days."""
    first = [f"{n};Alpha {n};0{n}/03/2018;{100 * n + 1}" for n in range(1, 7)]
    return first + [f"{n};Alpha {n};0{n}/09/2018;{50 * n + 3}" for n in range(1, again + 1)]


@pytest.mark.parametrize("header", ["Project Number", "N° de dossier", "Aktenzeichen"])
@pytest.mark.parametrize(("name", "again"), [("liste", 4), ("2018_payments", 1)])
def test_rows_of_one_number_are_likely_its_payments(header, name, again):
    header = f"{header};Organisation;Date;Amount (£)"
    assert why_asked(header, paid(again), f"{name}.csv") == PAYMENTS_LIKELY


@pytest.mark.parametrize(("name", "again"), [("liste", 4), ("2018_payments", 1)])
def test_payments_of_one_number_are_asked(tmp_path, name, again):
    rows = ["Project Number;Organisation;Date;Amount (£)", *paid(again)]
    (tmp_path / f"{name}.csv").write_text("\n".join(rows), encoding="utf-8")
    assert 'same_reference = "add" | "apart"' in question(tmp_path)
    result = answered(tmp_path)
    total = sum(100 * n + 1 for n in range(1, 7)) + sum(50 * n + 3 for n in range(1, again + 1))
    assert (count(result), money(result)) == (6, total)
    assert count(answered(tmp_path, '"add"', '"apart"')) == 6 + again


def test_one_number_that_comes_again_is_not_asked(tmp_path):
    write(tmp_path, "Project Number;Organisation;Date;Amount (£)", paid(1))
    assert count(answered(tmp_path)) == 7


PAID_ONCE_AGAIN = [row.replace(";0", ";2") for row in paid(1)]


@pytest.mark.parametrize("reference", ["N° convention", "Réf. dossier", "Agreement number"])
@pytest.mark.parametrize(
    ("day", "amount"),
    [
        *(
            ("Date", "Montant versé"),
            ("Date de versement", "Montant"),
            ("Date de paiement", "Somme"),
        ),
        *(("Payment date", "Amount"), ("Date", "Amount paid")),
    ],
)
def test_headers_say_that_rows_of_one_number_are_its_payments(reference, day, amount):
    header = f"{reference};Organisation;{day};{amount}"
    assert why_asked(header, PAID_ONCE_AGAIN) == PAYMENTS_LIKELY


def test_a_number_below_payments_that_comes_again_is_asked(tmp_path):
    """Each payment counted as a grant, of which the second seemed to renew the first."""
    write(tmp_path, "N° convention;Organisation;Date;Montant versé", PAID_ONCE_AGAIN)
    assert 'same_reference = "add" | "apart"' in question(tmp_path)
    assert count(answered(tmp_path)) == 6


CONTACTS = [("Nom contact", "Fonction"), ("Contact", "Email"), ("Ansprechpartner", "Telefon")]


OF_EACH_CONTACT = [
    f"Alpha {n};0{1 + n}.03.2017;28.02.2018;{1000 * (n + 1)};Person {who};tells {who}"
    for n in range(6)
    for who in range(1 + n % 3)
]


@pytest.mark.parametrize(("person", "beside"), CONTACTS)
def test_a_grant_stands_once_for_each_contact(person, beside):
    headers = ["Association", "Début", "Fin", "Montant", person, beside]
    rows = [row.split(";") for row in OF_EACH_CONTACT]
    assert match(block_of(headers, *rows), "grants").how["reference"] == ON_SEVERAL_LINES


def test_a_grant_told_once_for_each_contact_counts_once(tmp_path):
    write(tmp_path, "Association;Début;Fin;Montant;Nom contact;Fonction", OF_EACH_CONTACT)
    assert "same_reference" in question(tmp_path)
    assert money(answered(tmp_path)) == 21_000


def test_equal_grants_of_one_contact_each_are_not_asked(tmp_path):
    rows = [f"Alpha {n};0{1 + n}.03.2017;{1000 * (n + 1)};Person {n}" for n in range(6)]
    text = "\n".join(["Association;Date;Montant;Contact", *rows])
    assert count(cleaned(tmp_path, text)) == 6


TWICE = [
    f"C{n};{year};Foyer {n};{n}000;http://ville.fr/{year}/{n}"
    for n in (1, 2, 3)
    for year in (2016, 2017)
]


@pytest.mark.parametrize("header", ["url", "Identifier"])
@pytest.mark.parametrize("number", ["contract-number", "N° de convention"])
def test_what_never_comes_again_hides_no_number_that_does(tmp_path, header, number):
    """Of each agreement the amount stands on the rows of two years: 6,000, and not 12,000."""
    write(tmp_path, f"{number};Année;Association;Montant;{header}", TWICE)
    assert f"`{number}`" in question(tmp_path)
    assert money(answered(tmp_path, "# same_reference", "same_reference")) == 6000


def test_a_known_reference_that_comes_again_stays(tmp_path):
    """Decisions on several are no agreements, and each row of this list is a grant."""
    rows = [f"D{n % 2};X{n};2016;Foyer {n};{n}000" for n in range(1, 7)]
    write(tmp_path, "Référence;Dossier n°;Année;Association;Montant", rows)
    assert counted(tmp_path) == 21000


@pytest.mark.parametrize(
    "number", ["amendment_number", "N° d'avenant", "Numéro de la modification"]
)
def test_the_latest_amendment_is_proposed_where_they_are_numbered(tmp_path, number):
    """An agreement of 1,000 became one of 1,500, and four others stayed as they were."""
    rows = ["C1;0;Foyer 1;2016;1000", "C1;1;Foyer 1;2016;1500"]
    rows += [f"C{n};0;Foyer {n};2016;{n}00" for n in range(2, 6)]
    write(tmp_path, f"N° de convention;{number};Association;Année;Montant", rows)
    assert "same_reference" in question(tmp_path)
    assert money(answered(tmp_path)) == 1500 + 1400


STANDARD = (
    "Identifier;Title;Description;Currency;Amount Awarded;Award Date;Recipient Org:Name;"
    "Funding Org:Name"
)
UNIQUE = [f"360G-x-{n};Grant;a;GBP;{1000 + n};2018-03-1{n};Club {n};Trust" for n in range(9)]


@pytest.mark.parametrize(
    ("amount", "answer", "total"),
    [(1007, "once", 9036), (5000, "last", 9036 - 1007 + 5000), (5000, "apart", 9036 + 5000)],
)
def test_an_identifier_that_a_standard_has_once_is_asked_where_it_comes_again(
    tmp_path, amount, answer, total
):
    """Nine grants of 1,000 to 1,008 pounds, of which the eighth is told again in other words."""
    again = f"360G-x-7;Grant;other words;GBP;{amount};2018-03-17;Club 7;Trust"
    write(tmp_path, STANDARD, [*UNIQUE, again])
    assert "`Identifier`" in question(tmp_path)
    (drafted,) = re.findall(r'same_reference = "\w+"', check_data.check(tmp_path).draft)
    result = answered(tmp_path, drafted, f'same_reference = "{answer}"')
    assert money(result) == total


def test_equal_rows_of_one_identifier_are_one_grant_unasked(tmp_path):
    write(tmp_path, STANDARD, [*UNIQUE, UNIQUE[7]])
    assert money(clean.clean(tmp_path)) == 9036


# ---- what each answer about rows of one reference would add up to
VERSIONS = {  # header -> the rows of three references on several lines
    "the largest stands below": (
        "N° de convention;Association;Date;Montant",
        [
            f"C{n};Foyer {n};0{n}/03/2018;{1000 * n + more}"
            for n in (1, 2, 3, 4, 5)
            for more in (0, 500 * (n == 4))
        ],
    ),
    "case of names": (
        "N° de convention;Association;Date;Montant",
        [
            f"C{n};{name} {n};0{n}/03/2018;{1000 * n}"
            for n in (1, 2, 3, 4, 5)
            for name in ("Foyer", "FOYER" if n == 2 else "Foyer")
        ],
    ),
    "the latest tells no amount": (
        "N° de convention;N° d'avenant;Association;Date;Montant",
        [
            *("C1;0;Foyer 1;01/03/2018;1000", "C1;1;Foyer 1;01/04/2018;1500"),
            *("C1;2;Foyer 1;01/05/2018;", "C2;0;Foyer 2;01/03/2018;700"),
        ],
    ),
    "the newest stands first": (
        "N° de convention;Date d'avenant;Association;Date;Montant",
        [
            *("C1;01/09/2018;Foyer 1;01/03/2018;900", "C1;01/06/2018;Foyer 1;01/03/2018;1500"),
            *("C1;;Foyer 1;01/03/2018;1000", "C2;;Foyer 2;01/03/2018;700"),
        ],
    ),
    "a recipient each": (
        "N° de convention;N° d'avenant;Association;Date;Montant",
        [
            *("C1;0;Foyer 1;01/03/2018;1000", "C1;0;Foyer 2;01/03/2018;1200"),
            *("C1;1;Foyer 1;01/05/2018;1100", "C2;0;Foyer 3;01/03/2018;700"),
        ],
    ),
}


@pytest.mark.parametrize("answer", ["once", "last", "add"])
@pytest.mark.parametrize("name", VERSIONS)
def test_the_total_told_of_each_answer_is_what_it_makes(tmp_path, english, name, answer):
    write(tmp_path, *VERSIONS[name])
    (told,) = re.findall(rf"\({answer}: ([\d,]+) in all\)", question(tmp_path))
    (drafted,) = re.findall(r'(?:# )?same_reference = "\w+"', check_data.check(tmp_path).draft)
    result = answered(tmp_path, drafted, f'same_reference = "{answer}"')
    assert money(result) == int(told.replace(",", ""))
