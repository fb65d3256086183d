"""Lists of which a header that names nobody plainly tells who gave and who received."""

import pytest

from analysis import clean
from analysis.run import check_data
from test_false_totals import AMOUNTS, GRANTED, NAMES, answered, money, question, rows, total, write


def draft_of(folder) -> str:
    return check_data.check(folder).draft


def grants(cells) -> list[str]:
    """A grant to each of six recipients, and a second one to the first of them, with a further
    cell told by the number of the recipient and that of the row.
    """
    numbers = [*range(len(NAMES)), 0]
    return [f"{NAMES[i]};{1000 + 50 * n};{cells(i, n)}" for n, i in enumerate(numbers)]


# ---- numbers of recipients
def test_a_number_of_each_row_is_no_identifier_of_recipients(tmp_path):
    write(tmp_path, "Qui;Valor;NUMERO", grants(lambda i, n: 80010 + 7 * n))
    assert "recipient_id" not in draft_of(tmp_path)


def test_a_number_that_goes_with_the_name_is_one(tmp_path):
    write(tmp_path, "Qui;Valor;NUMERO", grants(lambda i, n: 80010 + 7 * i))
    assert 'recipient_id = "NUMERO"' in draft_of(tmp_path)


def test_a_number_that_several_bear_is_none(tmp_path):
    write(tmp_path, "Qui;Valor;NUMERO", grants(lambda i, n: 333 + i // 3))
    assert "recipient_id" not in draft_of(tmp_path)


# ---- names of companies
@pytest.mark.parametrize("header", ["company", "Firm", "Entreprise", "Unternehmen", "Azienda"])
def test_companies_received(tmp_path, header):
    lines = grants(lambda i, n: f"{'OEM' if i % 2 else 'Materials'};2018")
    write(tmp_path, f"{header};Amount;role;Year", lines)
    assert f'recipient = "{header}"' in draft_of(tmp_path)
    assert " # ?\n" not in draft_of(tmp_path)


def test_a_few_companies_of_a_group_are_asked(tmp_path):
    lines = grants(lambda i, n: f"{'Nord' if i % 2 else 'Sud'};2018")
    write(tmp_path, "Qui;Amount;Company;Year", lines)
    assert "`Qui`" in question(tmp_path)


# ---- who gave
GIVERS = ("Fonds Nord", "Fonds Sud", "Maison des dons")


@pytest.mark.parametrize("header", ["Organization", "Organisme", "Sponsor", "Geldgeber"])
def test_a_few_organisations_beside_the_recipient_are_asked(tmp_path, header):
    lines = [
        f"{line};{giver};{year}"
        for year, giver in enumerate(GIVERS, start=2016)
        for line in grants(lambda i, n: "x")
    ]
    write(tmp_path, f"Recipient;Amount;Note;{header};Year", lines)
    assert f'funder = "{header}"' in question(tmp_path)
    assert set(answered(tmp_path).tables["agreements"]["entity"]) == set(GIVERS)
    result = answered(tmp_path, f'funder = "{header}"', 'funder = ""')
    assert set(result.tables["agreements"]["entity"]).isdisjoint(GIVERS)


def test_who_gave_is_not_asked_where_it_is_stated(tmp_path):
    lines = [f"{line};{GIVERS[n % 3]};2018" for n, line in enumerate(grants(lambda i, n: "x") * 3)]
    write(tmp_path, "Recipient;Amount;Note;Organization;Year", lines)
    stated = (
        '[study]\nname = "x"\n[[source]]\nfiles = "*.csv"\ntable = "grants"\nfunder = "Fonds"\n'
    )
    (tmp_path / "study.toml").write_text(f"{stated}[source.columns]\n", encoding="utf-8")
    assert set(clean.clean(tmp_path).tables["agreements"]["entity"]) == {"Fonds"}


# ---- names of nobody
@pytest.mark.parametrize(
    "name",
    [
        *("(Anonymous)", "Anonyme", "N.N.", "Various", "Confidential", "PROVISION MANIFESTATION"),
        *("Provision - Aides aux clubs", "Réserve", "Divers bénéficiaires", "Unbekannt"),
        *("Anoniem", "Diverse verenigingen", "Anónimo", "Varios beneficiarios", "Riserva"),
    ],
)
def test_a_name_of_nobody_is_asked(tmp_path, name):
    write(tmp_path, "Association;Date;Montant", [*rows(str), f"{name};03/03/2018;510"])
    assert f'"Association" = ["{name}"]' in question(tmp_path)
    assert money(answered(tmp_path)) == GRANTED


@pytest.mark.parametrize(
    "name", ["Réserve naturelle", "Anonymal TV", "Diversité 44", "Reserve Elder"]
)
def test_a_name_that_begins_so_is_somebody(tmp_path, name):
    write(tmp_path, "Association;Date;Montant", [*rows(str), f"{name};03/03/2018;510"])
    assert total(tmp_path) == GRANTED + 510


# ---- the day of a file
@pytest.mark.parametrize(
    ("name", "is_asked"),
    [
        *(("ordre-16-avr-2025", True), ("liste_30.06.2019", True), ("stand 3. Mai 2019", True)),
        *(("order-16-apr-2025", True), ("liste-2019", False), ("42-projets-2018", False)),
    ],
)
def test_a_day_in_the_name_of_a_file_is_asked(tmp_path, name, is_asked):
    lines = [f"{name};{amount}" for name, amount in zip(NAMES, AMOUNTS, strict=True)]
    (tmp_path / f"{name}.csv").write_text("\n".join(["Association;Montant", *lines]), "utf-8")
    if is_asked:
        assert "date" in question(tmp_path)
    else:
        assert total(tmp_path) == GRANTED
