"""Amounts of which a column says whether they are given once, or each year of a term."""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data
from test_false_totals import answered, money, question, write

TWO_YEARS = "01/01/2017;31/12/2018"
WORDS = [
    ("Périodicité", "annuel", "ponctuel", "mensuel"),
    ("Frequency", "Yearly", "One-off", "Monthly"),
    ("Turnus", "jährlich", "einmalig", "monatlich"),
    ("Frequentie", "Jaarlijks", "Eenmalig", "Maandelijks"),
    ("Periodicidad", "Anual", "Puntual", "Mensual"),
    ("Periodicità", "annuale", "una tantum", "mensile"),
]


@pytest.mark.parametrize(("header", "yearly", "once", "monthly"), WORDS)
def test_each_amount_counts_for_its_period(tmp_path, header, yearly, once, monthly):
    rows = [
        f"Alpha;{TWO_YEARS};1000;{yearly}",
        f"Bravo;{TWO_YEARS};1500;{once}",
        f"Delta;{TWO_YEARS};100;{monthly}",
    ]
    write(tmp_path, f"Association;Début;Fin;Montant;{header}", rows)
    assert f'amount_per = "{header}" | "year" | "grant"' in question(tmp_path)
    assert money(answered(tmp_path)) == 2 * 1000 + 1500 + 24 * 100
    assert money(answered(tmp_path, f'amount_per = "{header}"', 'amount_per = "grant"')) == 2600


@pytest.mark.parametrize(
    ("word", "times_a_year"),
    [
        *[("semestriel", 2), ("half-yearly", 2), ("halbjährlich", 2), ("halfjaarlijks", 2)],
        *[("trimestriel", 4), ("quarterly", 4), ("vierteljährlich", 4), ("par mois", 12)],
    ],
)
def test_an_amount_of_each_part_of_a_year_counts_as_often(tmp_path, word, times_a_year):
    rows = [f"Alpha;{TWO_YEARS};1000;annuel", f"Bravo;{TWO_YEARS};100;{word}"]
    write(tmp_path, "Association;Début;Fin;Montant;Rythme", rows)
    assert money(answered(tmp_path)) == 2 * 1000 + 2 * times_a_year * 100


def test_agreements_are_asked_too(tmp_path):
    rows = [
        f"{number};Partenaire {number};Siège;{TWO_YEARS};1000;{period}"
        for number, period in enumerate(["annuel", "ponctuel", "annuel"], 1)
    ]
    header = "N°;Partenaire;Entité;Début;Fin prévue;Montant;Périodicité"
    (tmp_path / "conventions.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    agreements = clean.clean(tmp_path, day="2018-12-31").tables["agreements"]
    assert agreements["planned_amount_eur"].tolist() == [2000, 1000, 2000]


@pytest.mark.parametrize("per", ["Périodicité", "Rythme"])
def test_a_column_that_is_not_there_or_tells_no_period_is_refused(tmp_path, per):
    rows = [f"Alpha;{TWO_YEARS};1000;annuel", f"Bravo;{TWO_YEARS};1500;au besoin"]
    write(tmp_path, "Association;Début;Fin;Montant;Rythme", rows)
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    stated = draft.replace('amount_per = "Rythme"', f'amount_per = "{per}"')
    (tmp_path / "study.toml").write_text(stated, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        clean.clean(tmp_path)
    assert any("amount_per" in str(fault) for fault in refused.value.faults)


def test_yearly_grants_without_a_term_are_not_asked(tmp_path):
    rows = [f"Club {n};2018;{1000 + n};{('annuel', 'ponctuel')[n % 2]}" for n in range(6)]
    write(tmp_path, "Association;Année;Montant;Périodicité", rows)
    assert money(clean.clean(tmp_path)) == 6015


@pytest.mark.parametrize(
    "header",
    [
        "Partenaire;Date de début;Durée (ans);Montant annuel;Montant total",
        "Association;Date;Durée (ans);Subvention par an;Total",
        "Partenaire;Entité;Début;Durée (ans);Montant annuel;Engagement",
        "Charity;Start date;Duration (years);Annual amount;Total amount",
    ],
)
def test_a_total_of_all_years_counts_where_the_rows_reach_it(tmp_path, header):
    years_and_amounts = [(1, 2100), (2, 8200), (3, 3400), (3, 4600), (2, 2750), (1, 5900)]
    entity = "Siège;" if "Entité" in header else ""
    rows = [
        f"Foyer {amount};{entity}{day}/02/2016;{years};{amount};{years * amount}"
        for day, (years, amount) in enumerate(years_and_amounts, 13)
    ]
    (tmp_path / "liste.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    agreements = clean.clean(tmp_path, day="2018-12-31").tables["agreements"]
    assert agreements["planned_amount_eur"].sum() == sum(y * a for y, a in years_and_amounts)


def test_the_end_tells_the_years_of_a_total(tmp_path):
    header = "N°;Partenaire;Entité;Date de début;Date de fin prévue;Montant annuel;Montant total"
    rows = [
        f"{n};Foyer {n};Siège;01/01/2016;31/12/{2015 + n % 3 + 1};{100 * n};{100 * n * (n % 3 + 1)}"
        for n in range(1, 9)
    ]
    (tmp_path / "conventions.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    agreements = clean.clean(tmp_path, day="2018-12-31").tables["agreements"]
    assert agreements["planned_amount_eur"].sum() == sum(100 * n * (n % 3 + 1) for n in range(1, 9))


def test_yearly_amounts_of_terms_are_proposed_as_those_of_each_year(tmp_path):
    rows = [f"Alpha {n};01/01/2016;31/12/201{6 + n % 3};{1000 + n}" for n in range(6)]
    write(tmp_path, "Association;Début;Fin;Montant annuel", rows)
    assert money(answered(tmp_path)) == sum((1000 + n) * (1 + n % 3) for n in range(6))
    (tmp_path / "study.toml").unlink()
    again = [*rows, *(row.replace(";10", ";20") for row in rows)]
    write(tmp_path, "Association;Début;Fin;Montant annuel", again)
    assert 'amount_per = "grant"' in check_data.check(tmp_path).draft


def test_yearly_amounts_that_no_term_multiplies_are_told(tmp_path):
    rows = [f"Alpha {n};01/01/2016;;{1000 + n}" for n in range(6)]
    rows += [f"Beta {n};01/01/2016;31/12/2017;{1000 + n}" for n in range(6)]
    write(tmp_path, "Association;Début;Fin;Montant annuel", rows)
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    (tmp_path / "study.toml").write_text(draft.replace('"grant"  #', '"year"  #'), encoding="utf-8")
    (remark,) = [text for text in clean.clean(tmp_path).remarks if "amount_per" in text]
    assert ": 6 montants annuels restent inconnus" in remark
