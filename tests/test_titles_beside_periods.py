"""Titles that bear years date the rows below them only where no column tells from when to when."""

import pytest

from analysis.run import check_data
from test_false_totals import NAMES, write


def listed(folder, header: str, cells: list[str]) -> str:
    """The draft of a list in two parts, below a title for each year."""
    rows = [f"{name};1000;{cell}" for name, cell in zip(NAMES, cells, strict=True)]
    write(
        folder,
        f"Träger;Bewilligte Summe;{header}",
        ["Jahr 2016;;", *rows[:3], "Jahr 2017;;", *rows[3:]],
    )
    return check_data.check(folder).draft


@pytest.mark.parametrize("header", ["Laufzeit", "Zeitraum", "Dauer"])
def test_a_period_beside_titles_of_years_is_asked(tmp_path, header):
    periods = [f"0{n}.04.2016 - 31.12.201{6 + n % 3}" for n in range(1, 7)]
    draft = listed(tmp_path, header, periods)
    assert f'date = "{header}"' in draft and 'split = "date"' not in draft


def test_titles_of_years_date_the_rows_where_nothing_else_does(tmp_path):
    assert 'split = "date"' in listed(tmp_path, "Projekt", ["P1", "P2", "P3", "P4", "P5", "P6"])
