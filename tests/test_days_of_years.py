"""A column of days tells better than the column of their years when grants are decided or begin."""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.layout.recognition import matched_as
from raw_lists import block_of_lines

DAYS = ["2020-03-10", "2021-05-20", "2022-02-14", "2023-09-20", "2024-11-05"]
STARTS = ["period_start_date", "Date de démarrage du projet", "effective_from", "Projektbeginn"]
DECISIONS = [
    "Décision du",
    "agreement_signature_date",
    "Bewilligungsbescheid unterzeichnet",
    "Datum beschikking",
    "Data determina",
    "Data resolució",
]
OTHERS = [
    "Date de dépôt",
    "Fiscal year start date",
    "period_end_date",
    "Dernière mise à jour",
    "Versé le",
    "Eingangsdatum",
]


def listed(folder, years: str, days: str, dates: list[str]):
    """The grants of a list with a column of years and one of days."""
    names = ["Club nautique", "Emmaüs", "Foyer rural", "Judo club", "Recyclerie"]
    lines = [f"Association;{years};{days};Montant (€)"]
    for name, year, date in zip(names, range(2020, 2025), dates, strict=True):
        lines.append(f"{name};{year};{date};{year}0")
    (folder / "liste.csv").write_text("\n".join(lines), encoding="utf-8")
    return clean.clean(folder).tables["agreements"].sort_values("start")


@pytest.mark.parametrize("years", ["Année", "start_year"])
@pytest.mark.parametrize("days", STARTS)
def test_days_on_which_grants_begin_are_their_starts(tmp_path, years, days):
    starts = listed(tmp_path, years, days, DAYS)["start"]
    assert starts.astype("str").tolist() == DAYS


@pytest.mark.parametrize("days", DECISIONS)
def test_days_of_decisions_are_dates_and_the_year_where_they_are_blank(tmp_path, days):
    starts = listed(tmp_path, "Année", days, [*DAYS[:4], ""])["start"]
    assert starts.astype("str").tolist() == [*DAYS[:4], "2024-01-01"]


@pytest.mark.parametrize("days", OTHERS)
def test_days_of_something_else_leave_the_years(tmp_path, days):
    starts = listed(tmp_path, "Année", days, DAYS)["start"]
    assert starts.dt.strftime("%m-%d").eq("01-01").all()


@pytest.mark.parametrize("header", ["Merkintäpäivä", "Journée"])
def test_days_in_the_years_of_which_nothing_says_what_they_are_are_asked(tmp_path, header):
    with pytest.raises(Refused) as asked:
        listed(tmp_path, "Année", header, DAYS)
    (message,) = [fault.message for fault in asked.value.faults if "`Année`" in fault.message]
    assert f"`{header}`" in message


def test_days_of_other_years_leave_the_years(tmp_path):
    earlier = ["2011-04-01", "2012-04-01", "2013-04-01", "2014-04-01", "2015-04-01"]
    starts = listed(tmp_path, "Année", "Décision du", earlier)["start"]
    assert starts.dt.year.tolist() == [2020, 2021, 2022, 2023, 2024]


def agreements_with(header: str, cells: list[str]):
    """What is understood of agreements with a column of a year beside their only end."""
    lines = [f"N° convention;Association;Direction;Date de début;Date de fin;Montant (€);{header}"]
    lines += [
        f"C{row};Club {row};Nord;01/0{row}/2019;31/12/2020;{row}0000;{cell}"
        for row, cell in enumerate(cells, 1)
    ]
    return matched_as("agreements", block_of_lines(lines), "conventions").columns


@pytest.mark.parametrize("header", ["Échéance 2019", "Terme 2019", "Expiry 2019"])
@pytest.mark.parametrize("cells", [["15000", "18000", ""], ["5 000,00 €", "12 500,00 €", "0 €"]])
def test_money_due_in_a_year_is_no_end(header, cells):
    columns = agreements_with(header, cells)
    assert columns["planned_end"] == ("Date de fin",) and "end" not in columns


@pytest.mark.parametrize("cells", [["30/06/2019", "31/12/2019", ""], ["06/2019", "12/2019", ""]])
def test_days_below_a_year_are_ends(cells):
    assert agreements_with("Échéance 2019", cells)["planned_end"] == ("Échéance 2019",)


@pytest.mark.parametrize("cells", [["2019", "2020", "2021"], ["à fixer", "?", ""]])
def test_years_below_a_year_and_what_cannot_be_read_stay_ends(cells):
    assert agreements_with("Échéance (2019-2021)", cells)["planned_end"][0].startswith("Échéance")
