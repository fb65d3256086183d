"""Columns of months beside one of years: each amount is of its month, in the year of its row."""

import pytest

from analysis import clean
from analysis.layout.shapes.month_columns import by_month
from raw_lists import block_of_lines

MONTHS = {  # a header of years, and of the months beside it
    "French": "Année;Janv.;Févr.;Mars;Août;Déc.",
    "German": "Jahr;Jan.;Feb.;März;Aug.;Dez.",
    "Dutch": "Jaar;jan;feb;mrt;aug;dec",
}


@pytest.mark.parametrize("header", MONTHS.values(), ids=[*MONTHS])
def test_each_month_is_of_the_year_of_its_row(tmp_path, header):
    rows = ["Alpha;2019;1000;;;40;", "Bravo;2019;;500,50;;;", "Alpha;2020;50;;;;60"]
    rows = [f"{row};{total}" for row, total in zip(rows, (1040, "500,50", 110), strict=True)]
    (tmp_path / "liste.csv").write_text(
        "\n".join([f"Association;{header};Cumul", *rows]), encoding="utf-8"
    )
    result = clean.clean(tmp_path).tables
    by_year = result["contributions"].groupby("year")["value_eur"].sum()
    assert by_year.to_dict() == {2019: 1540.5, 2020: 110}
    starts = result["agreements"]["start"]
    assert f"{starts.max():%Y-%m}" == "2020-12" and f"{starts.min():%Y-%m}" == "2019-01"


def test_the_year_of_the_file_stays_that_of_its_months(tmp_path):
    rows = ["Association;Janv.;Févr.;Mars", "Alpha;100;;", "Bravo;;200;30"]
    (tmp_path / "versements 2018.csv").write_text("\n".join(rows), encoding="utf-8")
    paid = clean.clean(tmp_path).tables["contributions"]
    assert paid.groupby("year")["value_eur"].sum().to_dict() == {2018: 330}


@pytest.mark.parametrize(
    "headers",
    [
        "TI;TII;TIII;TIV",
        "I trim.;II trim.;III trim.;IV trim.",
        "1er trimestre;Deuxième trimestre;Troisième trimestre;4e trim.",
        "Erstes Quartal;Zweites Quartal;Drittes Quartal;Viertes Quartal",
        "Eerste kwartaal;Tweede kwartaal;Derde kwartaal;Vierde kwartaal",
    ],
)
def test_quarters_without_a_figure_are_those_of_the_year_of_their_title(headers):
    lines = block_of_lines([f"Association;{headers}", "Alpha;100;;30;", "Bravo;;200;;40"])
    lines.titles.append("Versements 2018")
    assert by_month(lines, set()).lines.tolist() == [2, 2, 3, 3]
