"""Portfolios of partners since some day, of which no column tells the end."""

import pytest

from analysis.declare.faults import Refused
from test_changed_ends import ends_of
from test_team_habits import agreements_of, with_answers, workbook

NAMES = ["Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot"]


def portfolio(folder, since, *further, dates=tuple(f"01/0{n}/2012" for n in range(1, 7))):
    """Partners since some day, with further columns: their header, the cell of the first row, that
    of the others.
    """
    head = ["Partenaire", "Direction", since, *(each[0] for each in further), "Montant (€)"]
    lines = [
        [name, "Nord", day, *(each[1 if name == "Alpha" else 2] for each in further), 100 * n]
        for n, (name, day) in enumerate(zip(NAMES, dates, strict=True), 1)
    ]
    return workbook(folder, {"Liste": [head, *lines]}, "portefeuille.xlsx")


def asked(folder) -> str:
    """All that is asked of the files of a folder."""
    with pytest.raises(Refused) as refused:
        agreements_of(folder)
    return " ".join(fault.message for fault in refused.value.faults)


@pytest.mark.parametrize(
    "since",
    ["Début du partenariat", "Partenaire depuis", "Start of the partnership", "Partner seit"],
)
def test_partners_since_a_day_are_asked_when_they_end(tmp_path, since):
    folder = portfolio(tmp_path, since, ("Statut", "Ancien", "Actif"))
    assert "planned_end" in asked(folder)
    agreements = agreements_of(with_answers(folder))
    assert len(agreements) == 6 and agreements["planned_end"].isna().all()


def test_grants_that_are_said_to_run_are_asked_when_they_end(tmp_path):
    dates = [f"01/01/201{n}" for n in range(2, 8)]
    folder = portfolio(tmp_path, "Date", ("Statut", "Terminé", "En cours"), dates=dates)
    assert 'planned_end = "en cours"' in asked(folder)
    with_answers(folder)  # confirmed as it stands it answers nothing
    assert 'planned_end = "en cours"' in asked(folder)
    study = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(
        study.replace("\n[source.columns]", '\nplanned_end = "en cours"\n[source.columns]')
    )
    assert agreements_of(folder)["planned_end"].isna().all()


@pytest.mark.parametrize("mark", ["→", "->", "–", "au"])
def test_grants_whose_dates_are_ranges_end_with_these(tmp_path, mark):
    dates = [f"March 1, 201{n} {mark} February 28, 201{n + 2}" for n in range(2, 8)]
    folder = portfolio(tmp_path, "Période", ("Statut", "Terminé", "En cours"), dates=dates)
    assert sorted(agreements_of(folder)["planned_end"].dt.year) == list(range(2014, 2020))


def test_the_first_year_over_of_statuses_by_year_is_asked_as_the_end(tmp_path):
    statuses = [
        ("Statut 2016", "Actif", "Actif"),
        ("Statut 2017", "Arrêté", "Actif"),
        ("Statut 2018", None, "Actif"),
    ]
    folder = portfolio(tmp_path, "Début du partenariat", *statuses)
    assert 'end = "Statut (end)"' in asked(folder)
    agreements = agreements_of(with_answers(folder))
    assert list(ends_of(agreements).values()) == ["2017-12-31"]
    assert agreements.set_index("partner_id").at["Alpha", "end"].year == 2017


def test_starts_that_cannot_be_read_are_asked(tmp_path):
    dates = ["2012", "avant 2010", "~2014", "2015", "2013", "2016"]
    folder = with_answers(portfolio(tmp_path, "Partenaire depuis", dates=dates))
    assert "avant 2010" in asked(folder)
