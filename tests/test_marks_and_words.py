"""What key numbers and titles tell others than the team of rows that a table hides or puts together."""

import itertools

import pandas as pd
import pytest

from analysis.article.captions import Unsupported
from analysis.disclosure.concentration import points_of_one
from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import Table
from analysis.disclosure.release import since_before

REGIONS = ("Grand Est", "Normandie", "Île-de-France", "Hauts-de-France", "")
LIMITS = {"secret_below": 5, "dominance": 0.85, "prior_percent": 0.1}


def asked_of(region: str) -> dict[str, str]:
    return {"audience": "partners"} | ({"region": region} if region else {})


@pytest.mark.parametrize("region", REGIONS)
def test_no_mark_tells_the_row_of_a_line_that_its_table_hides(opened, region):
    study = opened(**asked_of(region))
    rows = study.exhibit("T5").data.set_index("line")
    hidden = {line for line in rows.index if "s" in rows.loc[line, ["lower", "higher"]].tolist()}
    marked = {
        number.key
        for number in study.exhibit("T8").numbers
        if any(mark.name == "robustness" for mark in number.marks)
    }
    assert hidden and not hidden & marked


def test_marks_of_many_are_told(opened):
    numbers = {number.key: number for number in opened(**asked_of("")).exhibit("T8").numbers}
    assert "robustness" in [mark.name for mark in numbers["LF1"].marks]
    assert "robustness" not in [mark.name for mark in numbers["survival"].marks]


@pytest.mark.parametrize("region", ["Hauts-de-France", "Occitanie"])
def test_words_take_no_states_apart_that_the_table_puts_together(opened, region):
    exhibit = opened(**asked_of(region)).exhibit("F23")
    assert exhibit.data["state"].str.contains(" / ").any()
    told = [
        {round(sum(some), 2) for size in range(5) for some in itertools.combinations(shares, size)}
        for _month, shares in exhibit.data.groupby("month")["share"]
    ]
    words = f"{exhibit.title} {exhibit.reading}".replace("\u202f", " ").replace("\xa0", " ")
    percents = [int(word) / 100 for word in words.replace("%", " %").split() if word.isdigit()]
    shares_said = [share for share in percents if f"{share * 100:.0f} %" in words]
    assert all(any(share in sums for sums in told) for share in shares_said)


def test_what_two_days_leave_of_a_base_is_no_few():
    def table(n, renewed):
        return Table({("2017", "n"): float(n), ("2017", "renewed"): float(renewed)}, set())

    day, earlier = Edition("2018-06-27"), Edition("2018-06-20")
    moved = since_before(day, table(290, 165), {earlier: table(282, 158)}, LIMITS)
    assert moved == {("2017", "renewed")}
    assert not since_before(day, table(300, 165), {earlier: table(282, 158)}, LIMITS)


def test_no_point_of_a_curve_is_a_step_from_the_ten_largest():
    amounts = pd.Series([*[50] * 20, *[100] * 11])  # ten of a hundred, and one more below them
    assert points_of_one(amounts, [0, 20, 31], LIMITS) == [False, True, False]


@pytest.mark.parametrize("region", ["", "Pays de la Loire", "Auvergne-Rhône-Alpes"])
def test_curves_side_by_side_leave_no_few_of_all_together(opened, region):
    study = opened(**asked_of(region))
    try:
        groups = study.exhibit("F4").data
    except Unsupported:
        return  # nothing stands side by side
    whole = study.exhibit("F3").data.set_index("months")["at_risk"]
    for month, at_risk in groups.groupby("months")["at_risk"]:
        if month in whole.index and "s" not in [*at_risk, whole[month]]:
            left = whole[month] - at_risk.astype(int).sum()
            assert left <= 0 or left >= LIMITS["secret_below"], (month, left)
