"""Statuses that tell an end without its day, or contradict the end that is written: told."""

import pytest

from analysis import clean
from analysis.text import formatting
from test_team_habits import HEAD, MORE, TWO, workbook


def remarks(folder, header, first, others):
    """What is told of agreements of which the first has a cell of its own under a header."""
    rows = [*TWO, *MORE[:5]]
    ends = ["30/06/2017", *(row[4] for row in rows[1:])]  # the first has passed by the day
    lines = [[*row[:4], end, row[5], others] for row, end in zip(rows, ends, strict=True)]
    lines[0][-1] = first
    workbook(folder, {"Conventions": [[*HEAD, header], *lines]})
    formatting.use("en")
    return clean.clean(folder, day="2018-12-31", accept_guesses=True).remarks


@pytest.mark.parametrize("status", ["Résiliée", "Gekündigt", "Opgezegd", "Terminated"])
def test_an_end_of_which_nothing_tells_the_day_is_told(tmp_path, status):
    (remark,) = remarks(tmp_path, "Statut", status, "Terminée")
    assert remark.startswith("1 agreement is said to be terminated") and "(C1)" in remark


@pytest.mark.parametrize("status", ["En cours", "Laufend", "Vigente", "Active"])
def test_a_term_that_passed_though_it_is_said_to_run_is_told(tmp_path, status):
    (remark,) = remarks(tmp_path, "Statut", status, "Terminée")
    assert remark.startswith("1 agreement is said to run") and "(C1)" in remark


@pytest.mark.parametrize("header", ["Renouvelée ?", "Renouvelée (O/N)", "Verlängert?", "Renewed"])
def test_renewals_of_which_nothing_tells_the_end_are_told(tmp_path, header):
    (remark,) = remarks(tmp_path, header, "oui", "non")
    assert f"`{header}` says that 1 row was renewed" in remark


def test_what_ended_with_its_term_is_not_told(tmp_path):
    assert not remarks(tmp_path, "Statut", "Terminée", "Terminée")


def remarks_on(folder, header: str, rows: list[list[str]]) -> list[str]:
    workbook(folder, {"Conventions": [[*HEAD, header], *rows]})
    formatting.use("en")
    return clean.clean(folder, day="2018-12-31", accept_guesses=True).remarks


@pytest.mark.parametrize("header", ["Renouvelée ?", "Reconduction", "Renewed"])
def test_renewals_that_stand_on_lines_of_their_own_are_not_told(tmp_path, header):
    first, second = ([*row[:6], "oui"] for row in TWO)
    renewal = ["C9", *first[1:3], "01/01/2019", "31/12/2020", first[5], "non"]
    (remark,) = remarks_on(tmp_path, header, [first, second, renewal])
    assert f"`{header}` says that 1 row was renewed" in remark  # that of the second
