"""How long an agreement lasts, where its end is blank and a column beside it tells the duration."""

import pandas as pd
import pytest

from analysis import clean

HEADER = "N°;Partenaire;Entité;Début;Durée;Fin prévue"
ROWS = [
    "C1;Amicale;RH;2019-01-01;{};2021-12-31",
    "C2;Bouée;RSE;2019-06-01;{};",
    "C3;Cabane;RH;2020-01-01;{};2021-12-31",
]


def ends(folder, durations: list[str], rows: list[str] = ROWS) -> list[str]:
    """The planned end of each agreement."""
    lines = [row.format(duration) for row, duration in zip(rows, durations, strict=True)]
    (folder / "conventions.csv").write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    agreements = clean.clean(folder, day="2022-01-01").tables["agreements"]
    return agreements["planned_end"].dt.strftime("%Y-%m-%d").fillna("").tolist()


@pytest.mark.parametrize(
    ("durations", "end"),
    [(["3 ans", "1 an", "2 ans"], "2020-05-31"), (["36 mois", "18 mois", "24 mois"], "2020-11-30")],
)
def test_a_blank_end_is_that_of_the_duration_beside_it(tmp_path, durations, end):
    assert ends(tmp_path, durations) == ["2021-12-31", end, "2021-12-31"]


def test_an_end_that_is_told_counts_before_the_duration(tmp_path):
    assert ends(tmp_path, ["5 ans", "1 an", "4 ans"]) == ["2021-12-31", "2020-05-31", "2021-12-31"]


def test_where_the_duration_is_blank_too_the_end_stays_unknown(tmp_path):
    assert ends(tmp_path, ["3 ans", "", "2 ans"]) == ["2021-12-31", "", "2021-12-31"]


def test_bare_numbers_of_a_column_that_fills_no_blank_are_not_asked(tmp_path):
    whole = [row.rstrip(";") + ";2020-05-31" if row.endswith(";") else row for row in ROWS]
    assert pd.Series(ends(tmp_path, ["3", "1", "2"], whole)).ne("").all()


@pytest.mark.parametrize("header", ["Ended", "Ended on", "Beendet am", "Finalizado el"])
def test_the_day_on_which_some_ended_is_not_the_planned_end_of_all(tmp_path, header):
    """The duration tells that; nothing is asked about it, nor is the early end taken for it."""
    lines = [f"Ref;Partner organisation;Department;Start date;Duration;{header}"]
    lines += ["P1;Oxford Hub;London;2018-03-12;3 years;", "P2;Bury;Leeds;2018-06-01;18 months;"]
    lines += ["P3;Wild Trails;Leeds;2019-01-15;2 years;2020-11-30"]
    (tmp_path / "partnership agreements.csv").write_text("\n".join(lines), encoding="utf-8")
    agreements = clean.clean(tmp_path, day="2022-01-01").tables["agreements"]
    by_number = agreements.set_index("agreement_id")
    assert by_number["end"].dt.strftime("%Y-%m-%d").dropna().to_dict() == {"P3": "2020-11-30"}
    planned = by_number["planned_end"].dt.strftime("%Y-%m-%d").to_dict()
    assert planned == {"P1": "2021-03-11", "P2": "2019-11-30", "P3": "2021-01-14"}
