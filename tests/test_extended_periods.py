"""Periods in one cell that words behind them prolong."""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from test_team_habits import MORE, TWO, agreements_of, workbook


@pytest.mark.parametrize(
    "cell",
    [
        "01.05.2017 – 30.04.2020, verlängert bis 30.04.2021",
        "Convention du 01/05/2017 au 30/04/2020\nAvenant du 01/04/2020 : prolongation jusqu’au 30/04/2021",
        "01/05/2017 to 30/04/2020 (extended until 30/04/2021)",
    ],
)
def test_a_period_that_was_extended_keeps_its_start(tmp_path, cell):
    head = ["N° convention", "Partenaire", "Entité", "Date de début", "Montant"]
    lines = [[*row[:3], f"{row[3]} au {row[4]}", row[5]] for row in [*TWO, *MORE]]
    lines[0][3] = cell
    folder = workbook(tmp_path, {"Conventions": [head, *lines]})
    agreements = agreements_of(folder, accept_guesses=True)
    row = agreements.set_index("agreement_id").loc["C1"]
    assert f"{row['start']:%Y-%m-%d}" == "2017-05-01"
    assert f"{row['planned_end']:%Y-%m-%d}" == "2021-04-30"


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Reconductions", ["-", "2015", "2015, 2016", "2015 et 2016"]),
        ("Renouvellements", ["", "2015", "2015/2016", "2015, 2016"]),
        ("Verlängerungen", ["-", "2015", "2015; 2016", "2015 und 2016"]),
        ("Nombre de reconductions", [0, 1, 2, 2]),
    ],
)
def test_years_of_renewals_prolong_the_first_term(tmp_path, header, cells):
    head = ["Partenaire", "Direction", "Début", "Échéance initiale", header, "Montant"]
    lines = [
        [f"Foyer {n}", "Nord", "01/02/2014", "31/01/2015", cell, 100 * n]
        for n, cell in enumerate(cells, 1)
    ]
    folder = workbook(tmp_path, {"Conventions": [head, *lines]}, "conventions.xlsx")
    ends = clean.clean(folder, day="2018-12-31").tables["agreements"]["planned_end"]
    years = ends.dt.strftime("%d/%m/%Y").sort_values().tolist()
    assert years == ["31/01/2015", "31/01/2016", "31/01/2017", "31/01/2017"]


def test_a_year_of_renewal_that_begins_no_term_is_asked(tmp_path):
    head = ["Partenaire", "Direction", "Début", "Échéance initiale", "Reconductions", "Montant"]
    lines = [
        [f"Foyer {n}", "Nord", "01/02/2014", "31/01/2015", "2019" if n < 3 else "2015", 100 * n]
        for n in range(1, 7)
    ]
    folder = workbook(tmp_path, {"Conventions": [head, *lines]}, "conventions.xlsx")
    with pytest.raises(Refused) as refused:
        clean.clean(folder, day="2018-12-31")
    assert any("(renouvellement) : fin" in fault.message for fault in refused.value.faults)


@pytest.mark.parametrize(
    ("term", "cell", "renewals"),
    [
        ("Durée", "1 an", "Nombre de reconductions"),
        ("Durée (mois)", "12", "Renouvellements"),
        ("Durée (années)", "1", "Nb de renouvellements"),
        ("Duration", "1 year", "Number of renewals"),
    ],
)
def test_renewals_that_are_counted_prolong_a_term(tmp_path, term, cell, renewals):
    """They were left out in silence, and the first term alone was read."""
    head = ["N° convention", "Partenaire", "Direction", "Date de début", term, renewals, "Montant"]
    lines = [
        [f"C{n}", f"Club {n}", "Nord", f"{20 + n}/05/2014", cell, str(count), 1000 * n]
        for n, count in enumerate((2, 0, 1, 0), 1)
    ]
    agreements = agreements_of(workbook(tmp_path, {"Conventions": [head, *lines]}))
    ends = agreements.sort_values("agreement_id")["planned_end"]
    assert ends.dt.strftime("%d/%m/%Y").tolist() == [
        *("20/05/2017", "21/05/2015", "22/05/2016", "23/05/2015")
    ]


def test_renewals_that_may_come_prolong_no_term(tmp_path):
    head = ["N° convention", "Partenaire", "Direction", "Date de début", "Durée", "Montant"]
    lines = [[f"C{n}", f"Club {n}", "Nord", f"2{n}/05/2014", "1 an", 1000, 2] for n in range(1, 4)]
    table = [[*head, "Nombre maximum de reconductions"], *lines]
    agreements = agreements_of(workbook(tmp_path, {"Conventions": table}))
    assert agreements["planned_end"].dt.year.eq(2015).all()
