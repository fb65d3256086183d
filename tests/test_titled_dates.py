"""Lists whose dates stand in titles between the rows, as those of the meetings that decided."""

import pytest

from analysis.layout.shapes.titled_dates import dates_of_titles
from raw_lists import cleaned, fate

HEADER = "Association;Objet;Montant voté"


def below_titles(titles: list[str], *, header: str = HEADER) -> str:
    """A list in which each title stands above a grant to Alpha, equal at each, and one to another."""
    blanks = ";" * header.count(";")
    lines = [header]
    for number, title in enumerate(titles):
        lines += [f"{title}{blanks}", "Alpha;Vie;500", f"Bravo {number};Vie;700"]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("titles", "days"),
    [
        (
            ["Commission du 12 mars 2016", "Commission du 4 octobre 2016"],
            ["2016-03-12", "2016-10-04"],
        ),
        (["Séance du 12/03/2016", "Séance du 04/10/2016"], ["2016-03-12", "2016-10-04"]),
        (["12 mars 2016", "4 octobre 2016"], ["2016-03-12", "2016-10-04"]),
        (
            ["CP n° 3 – 12 mars 2016 (Vesoul)", "CP n° 4 – 4 octobre 2016"],
            ["2016-03-12", "2016-10-04"],
        ),
        (["Sitzung vom 12.03.2016", "Sitzung vom 14.10.2016"], ["2016-03-12", "2016-10-14"]),
        (["Comisión de 12 de marzo de 2016", "2016-10-04"], ["2016-03-12", "2016-10-04"]),
    ],
)
def test_the_day_of_a_title_is_that_of_the_rows_below_it(tmp_path, titles, days):
    result = cleaned(tmp_path, below_titles(titles))
    agreements = result.tables["agreements"].sort_values("start")
    starts = agreements.loc[agreements["partner_id"].eq("alpha"), "start"]
    assert starts.dt.strftime("%Y-%m-%d").tolist() == days
    assert set(agreements["start_precision"]) == {"day"} and len(agreements) == 4
    assert agreements["planned_amount_eur"].sum() == 2400


def test_rows_equal_in_each_cell_below_two_titles_are_two_grants(tmp_path):
    lines = ["Référence;Association;Montant voté", "Commission du 12 mars 2016;;"]
    lines += [f"R{n};Alpha {n};500" for n in range(60)]
    below_one_title = "\n".join([*lines, lines[2], ""])
    result = cleaned(tmp_path, below_one_title)
    assert fate(result, "exact repeat") == 1
    below_two = "\n".join([*lines, "Commission du 4 mai 2016;;", lines[2], ""])
    result = cleaned(tmp_path, below_two)
    assert fate(result, "exact repeat") == 0
    assert result.tables["contributions"]["value_eur"].sum() == 61 * 500


def test_days_of_titles_tell_more_than_the_year_of_a_file(tmp_path):
    titles = ["Commission du 12 mars 2016", "Sport", "Commission du 4 octobre 2016"]
    lists = {"subventions 2016.csv": below_titles(titles)}
    agreements = cleaned(tmp_path, lists).tables["agreements"]
    starts = agreements.loc[agreements["partner_id"].eq("alpha"), "start"]
    assert sorted(starts.dt.month) == [3, 10] and len(agreements) == 5


def test_rows_with_a_date_of_their_own_keep_it(tmp_path):
    lines = ["Association;Date;Montant voté", "Commission du 12 mars 2016;;", "A;01/04/2016;5"]
    lines += ["Commission du 4 octobre 2016;;", "B;02/11/2016;6"]
    agreements = cleaned(tmp_path, "\n".join(lines) + "\n").tables["agreements"]
    assert sorted(agreements["start"].dt.month) == [4, 11]


@pytest.mark.parametrize(
    ("title", "date"),
    [
        ("Commission du 12 mars 2016 - exercice 2017", "12 mars 2016"),
        ("Subventions, mars 2016", "mars 2016"),
        ("1er trimestre 2016", "1er trimestre 2016"),
        ("Délibération n° 12/2016", "2016"),
        ("Délibération 2016-045", "2016"),
        ("Du 1er janvier 2016 au 31 mars 2016", "2016"),
        ("Commissions du 12 mars 2016 et du 4 octobre 2016", "2016"),
        ("Édité le 15/01/2020 par le secrétariat", "2020"),
        ("2017 (mise à jour du 03/02/2018)", "2017"),
        ("Situation au 31/12/2016", "2016"),
        ("Stand: 31.12.2016", "2016"),
        ("30 février 2016", "2016"),
        ("Sport", ""),
    ],
)
def test_a_title_tells_its_one_day_else_its_year(title, date):
    assert dates_of_titles([title]) == [date]


def test_numbers_of_an_english_list_that_tell_no_order_tell_their_year(tmp_path):
    titles = ["Board of 03/04/2016", "Board of 05/04/2016"]
    text = below_titles(titles, header="Grantee;Purpose;Amount awarded")
    agreements = cleaned(tmp_path, text).tables["agreements"]
    assert set(agreements["start_precision"]) == {"year"}
