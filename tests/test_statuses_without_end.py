"""Statuses that tell an end without its day, or contradict the end that is written: told."""

import pandas as pd
import pytest

from analysis import clean, parse
from analysis.clean.programme.statuses_without_end import remarks_on_parts, remarks_on_statuses
from analysis.clean.sheets.sources import parts_of
from analysis.layout import study_file
from analysis.text import formatting
from test_team_habits import HEAD, MORE, TWO, workbook


def write(folder, header: str, first: str, others: str):
    """Agreements of which the first has a cell of its own under a header."""
    rows = [*TWO, *MORE[:5]]
    ends = ["30/06/2017", *(row[4] for row in rows[1:])]  # the first has passed by the day
    lines = [[*row[:4], end, row[5], others] for row, end in zip(rows, ends, strict=True)]
    lines[0][-1] = first
    return workbook(folder, {"Conventions": [[*HEAD, header], *lines]})


def remarks(folder) -> list[str]:
    """What is told of agreements once they are clean."""
    formatting.use("en")
    return clean.clean(folder, day="2018-12-31", accept_guesses=True).remarks


def remarks_on_rows(folder) -> list[str]:
    """What is told of the rows of agreements as they are read."""
    formatting.use("en")
    parts, _strays, _faults = parts_of(folder, study_file(folder))
    return remarks_on_parts(parts)


def remarks_on_status(status: str) -> list[str]:
    """What is told of two agreements of which the first, of this status, has passed by the day."""
    formatting.use("en")
    agreements = pd.DataFrame(
        {
            "agreement_id": ["C1", "C2"],
            "partner_id": ["P1", "P2"],
            "entity": "Nord",
            "planned_end": pd.to_datetime(["2017-06-30", "2018-06-30"]),
            "end": pd.Series([None, None], dtype="datetime64[us]"),
            "tacit_renewal": False,
            "status_as_given": pd.Series([status, "Terminée"], dtype="str"),
        }
    )
    return remarks_on_statuses({"agreements": agreements}, "2018-12-31", 180)


@pytest.mark.parametrize("status", ["Résiliée", "Rescindido", "Rescindida"])
def test_an_agreement_that_was_ended_early_is_no_request_withdrawn(status):
    assert parse.outcomes(pd.Series([status, "Rescinded"]))[0].fillna("").tolist() == [
        "",
        "withdrawn",
    ]


@pytest.mark.parametrize("status", ["Résiliée", "Gekündigt", "Opgezegd", "Terminated"])
def test_statuses_say_an_end_of_which_nothing_tells_the_day(status):
    (remark,) = remarks_on_status(status)
    assert remark.startswith("1 agreement is said to be terminated") and "(C1)" in remark


@pytest.mark.parametrize("status", ["En cours", "Laufend", "Vigente", "Active"])
def test_statuses_say_that_a_term_that_passed_runs(status):
    (remark,) = remarks_on_status(status)
    assert remark.startswith("1 agreement is said to run") and "(C1)" in remark


@pytest.mark.parametrize(
    ("status", "said"), [("Résiliée", "said to be terminated"), ("En cours", "said to run")]
)
def test_what_a_status_contradicts_is_told(tmp_path, status, said):
    (remark,) = remarks(write(tmp_path, "Statut", status, "Terminée"))
    assert remark.startswith(f"1 agreement is {said}") and "(C1)" in remark


@pytest.mark.parametrize("header", ["Renouvelée ?", "Renouvelée (O/N)", "Verlängert?", "Renewed"])
def test_renewals_of_which_nothing_tells_the_end_are_told(tmp_path, header):
    (remark,) = remarks_on_rows(write(tmp_path, header, "oui", "non"))
    assert f"`{header}` says that 1 row was renewed" in remark


def test_what_ended_with_its_term_is_not_told(tmp_path):
    assert not remarks(write(tmp_path, "Statut", "Terminée", "Terminée"))


RENEWAL = ["C9", *TWO[0][1:3], "01/01/2019", "31/12/2020", TWO[0][5], "non"]


@pytest.mark.parametrize("header", ["Renouvelée ?", "Reconduction", "Renewed"])
def test_renewals_that_stand_on_lines_of_their_own_are_not_told(tmp_path, header):
    rows = [*([*row[:6], "oui"] for row in TWO), RENEWAL]
    workbook(tmp_path, {"Conventions": [[*HEAD, header], *rows]})
    (remark,) = remarks_on_rows(tmp_path)
    assert f"`{header}` says that 1 row was renewed" in remark  # that of the second
    if header == "Renewed":
        assert remarks(tmp_path) == [remark]


def test_rows_of_nobody_that_are_said_to_be_renewed_are_counted(tmp_path):
    events = ["Id_événement;Numéro de convention;Date de l'événement;Type d'événement;Renouvelée"]
    events += [f"E{n};C{n};0{n}/03/2017;Signature;{'oui' if n < 3 else 'non'}" for n in range(1, 6)]
    (tmp_path / "evenements.csv").write_text("\n".join(events), encoding="utf-8")
    (remark,) = remarks_on_rows(tmp_path)
    assert "evenements.csv" in remark and "2" in remark.replace("evenements.csv", "")
    (tmp_path / "evenements.csv").write_text(events[0], encoding="utf-8")
    assert remarks_on_rows(tmp_path) == []
