"""Sentences of one report agree with their numbers, and figures of one report with each other."""

import re

import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis import clean, explore
from analysis.charts import marks
from analysis.charts.look import style
from analysis.indicators import durability
from analysis.text import formatting

TOML = """[study]
name = "grants"
day = {day}

[[source]]
files = "grants.csv"
table = "grants"
funder = "Fondation X"

[source.columns]
recipient = "Organisation"
date = "Date"
planned_start = "Start"
planned_end = "End"
amount = "Amount"
outcome = "Decision"
"""


def opened(folder, rows: list[str], day: str) -> explore.Study:
    """A list of grants (organisation, date, end, decision), read as an analyst reads it."""
    folder.mkdir()
    (folder / "study.toml").write_text(TOML.format(day=day), encoding="utf-8")
    lines = [f"{who};{date};{date};{end};1000;{decision}" for who, date, end, decision in rows]
    (folder / "grants.csv").write_text(
        "\n".join(["Organisation;Date;Start;End;Amount;Decision", *lines]) + "\n", encoding="utf-8"
    )
    clean.write(clean.clean(folder), folder / "cleaned")
    return explore.open(str(folder / "cleaned"), lang="en")


def grants(
    many: int,
    date: str = "2018-01-10",
    end: str = "2018-12-31",
    decision: str = "granted",
    of: str = "Association",
) -> list:
    return [(f"{of} {place:03}", date, end, decision) for place in range(many)]


def number(text: str) -> int:
    return int(re.search(r"\d[\d,]*", text)[0].replace(",", ""))


def test_a_list_of_one_year_says_so_instead_of_drawing_its_course(tmp_path):
    study = opened(tmp_path / "raw", grants(30), "2018-12-31")
    assert study.exhibit("F1").reason == "The list covers 2018 alone: there is no course to draw."


def test_terms_passed_and_ahead_make_the_line_of_terms(tmp_path):
    rows = (
        grants(20, end="2018-10-31")
        + grants(30, end="2019-02-28", of="Club")
        + grants(10, end="2019-11-30", of="Ligue")
    )
    study = opened(tmp_path / "raw", rows, "2018-12-31")
    calendar, line = (
        study.exhibit("F12").data,
        study.exhibit("F8").data.set_index("line").loc["LF5"],
    )
    assert calendar.iloc[:7, 1].tolist() == [20, 0, 30, 0, 0, 0, 0]  # passed, then month by month
    assert line["yes"] == calendar.iloc[:7, 1].sum() == 50 and "passed" in line["label"]


def test_terms_that_may_have_been_renewed_in_a_hole_are_in_neither_count(tmp_path):
    rows = [
        row
        for year in (2013, 2014, 2015)
        for row in grants(20, f"{year}-02-01", f"{year}-12-31", of=f"Cercle {year}")
    ]
    rows += grants(20, "2016-02-01", "2016-12-31", of="Club")  # of 2017 nothing is recorded
    rows += grants(12, "2018-02-01", "2018-10-31") + grants(15, "2018-02-01", of="Ligue")
    study = opened(tmp_path / "raw", rows, "2018-12-31")
    assert study.relations["status"].value_counts()["to confirm"] == 20 + 12
    calendar = study.exhibit("F12")
    line = study.exhibit("F8").data.set_index("line").loc["LF5"]
    assert calendar.data["without"].iloc[0] == 12 and line["yes"] == 12 + 15
    assert (line["unknown"], calendar.n, len(study.behind("F12"))) == (20, 27, 27)
    assert "may have been renewed while its source lacks rows" in calendar.note
    french = study.with_(lang="fr").exhibit("F12")
    assert "dans une période où il manque des lignes à sa source" in french.note


def test_a_term_that_falls_on_the_day_is_that_of_a_relation_that_runs(tmp_path):
    rows = grants(20) + grants(12, end="2018-12-30", of="Club")
    rows += grants(15, end="2019-02-28", of="Ligue") + grants(10, end="2019-12-31", of="Union")
    study = opened(tmp_path / "raw", rows, "2018-12-31")
    statuses = study.relations["status"].value_counts()
    figure = study.exhibit("F12")
    assert "lacks rows" not in figure.note
    without = figure.data.set_index("month")["without"]
    assert without.loc[[0, 1, 2, 12]].tolist() == [12, 20, 15, 10]
    assert statuses["to confirm"] == without[0] and statuses["running"] == without[1:].sum()
    behind = study.behind("F12")
    assert behind["month"].value_counts().loc[[0, 1, 2, 12]].tolist() == [12, 20, 15, 10]
    findings = {finding.exhibit: finding for finding in study.exhibit("B1").findings}
    assert findings["F12"].columns["now"].tolist() == [20, 15, 0, 0, 0, 0]


def test_relations_running_are_counted_while_their_source_sees(tmp_path):
    rows = grants(12, "2017-11-10", "2019-06-30")
    rows += grants(4, "2018-03-15", "2018-03-31", of="Club")
    study = opened(tmp_path / "raw", rows, "2018-07-20")
    statuses = study.relations["status"].value_counts()
    assert (statuses["running"], statuses["to confirm"]) == (12, 4)  # on 20 July
    figure = study.exhibit("F1")
    assert number(figure.title) == figure.data["running"].iloc[-1] == 16  # on 15 March
    assert "running" not in figure.states  # that other day is not the study's
    assert "2018" in figure.title and "end of July" not in figure.title  # no month that is not over


def test_requests_that_were_refused_are_no_faults(tmp_path):
    rows = grants(20) + grants(6, decision="refused", of="Club")
    study = opened(tmp_path / "raw", rows, "2018-12-31")
    french = study.with_(lang="fr")
    assert "besides 6 requests not granted" in study.exhibit("T1").title
    assert "hors 6 demandes non accordées" in french.exhibit("T1").title
    for sheet in (study.exhibit("T7").data, french.exhibit("T7").data):
        assert "6" in sheet["value"].tolist() and not sheet["subject"].isin(["Exclusions"]).any()


def test_a_threshold_that_moves_nothing_is_said_to_move_nothing(tmp_path):
    study = opened(tmp_path / "raw", grants(20, end="2019-01-31"), "2018-12-31")
    thresholds = study.exhibit("T5")
    assert thresholds.title.startswith("One line has a threshold and does not depend on it")
    assert "Units of the thresholds: days (LF5)." in thresholds.note
    assert "A table of 1 line " in thresholds.alt


@pytest.fixture(scope="module")
def of_two_years(tmp_path_factory) -> explore.Study:
    rows = grants(20, "2017-01-10", "2017-12-31") + grants(20, "2018-01-10")
    return opened(tmp_path_factory.mktemp("two years") / "raw", rows, "2018-12-31")


@pytest.mark.parametrize("lang", formatting.LANGUAGES)
def test_no_sentence_goes_from_a_number_to_itself(of_two_years, lang):
    study = of_two_years.with_(lang=lang)
    for name in ("T1", "F1", "F3", "F6", "F6D", "F7", "F8", "F12", "T4", "T5", "T7", "F10P"):
        told = study.exhibit(name)
        for text in (
            getattr(told, part, "")
            for part in ("title", "reading", "scope", "note", "alt", "reason")
        ):
            assert not re.search(r"(?<![\d,.])(\d[\d,.]*)\s?%? (?:to|à) (\1)(?![\d,.])", text), text


@pytest.fixture(scope="module")
def of_five_years(tmp_path_factory) -> explore.Study:
    rows = grants(9, "2013-01-01", "2013-12-31", of="Ligue") + grants(9, of="Club")
    rows += grants(30, "2014-01-01", "2014-12-31")
    return opened(tmp_path_factory.mktemp("five years") / "raw", rows, "2018-12-31")


@pytest.mark.parametrize("ended_there", [4, 5])
def test_both_sides_of_a_cliff_count_who_ends_at_the_horizon_itself(of_five_years, ended_there):
    """Of 100 relations 20 end after a year, so many after three, and the others go on."""
    months = [12] * 20 + [36] * ended_there + [48] * (80 - ended_there)
    curve = durability.curve(months, [True] * (20 + ended_there) + [False] * (80 - ended_there))
    reading = of_five_years.with_(lang="en").exhibit("F3", curve=curve).reading
    assert f"{80 - ended_there}% of relations are still running" in reading
    assert ("80% reached that day" in reading) == (ended_there == 5)


@pytest.mark.parametrize(("renamed", "told"), [(0, "0% of recipients"), (1, "0% (")])
def test_rules_of_who_is_who_are_alike_within_less_than_a_point(of_two_years, renamed, told):
    """Of 100 recipients, all there in both years, so many bear another name in the second."""
    who = [str(place) for place in range(100)]
    both = pd.DataFrame({"year": 2017, "seen": True, "partner_id": who, "identifier_key": who})
    both = pd.concat([both, both.assign(year=2018, seen=False)], ignore_index=True)
    both["name_key"] = who + ["anew"] * renamed + who[renamed:]
    title = of_two_years.with_(lang="en").exhibit("F6D", present=both).title
    assert title.startswith(f"From one year to the next, {told}") and ("1%" in title) == renamed


def test_choices_that_change_nothing_are_said_to_change_nothing(tmp_path):
    rows = grants(12, "2014-01-10", "2014-12-31", of="Ligue")  # whose start is not seen
    rows += grants(30, "2015-01-10", "2015-12-31")
    rows += grants(30, "2016-01-10", "2016-12-31", of="Union")
    rows += grants(30, "2017-01-01", "2018-12-31", of="Club")
    study = opened(tmp_path / "raw", rows, "2018-12-31")
    for lang, zero in (("en", "0%"), ("fr", "0 %")):
        table = study.with_(lang=lang).exhibit("T4")
        assert table.data["survival"].dropna().eq(0).all() and len(table.data) > 1
        for text in (table.title, table.reading, table.alt):
            assert text.replace("\u202f", " ").replace("\xa0", " ").count(zero) <= 1, text


def test_the_headline_is_not_raised_by_ends_that_are_not_yet_known(tmp_path):
    """A list of four years, its last one open: of those begun in the years before, one in ten was seen again."""
    rows = grants(100, "2013-01-01", "2013-12-31", of="New in 2013")
    for year in (2014, 2015, 2016):
        rows += grants(100, f"{year}-01-01", f"{year}-12-31", of=f"New in {year}")
        rows += grants(10, f"{year}-01-01", f"{year}-12-31", of=f"New in {year - 1}")
    study = opened(tmp_path / "raw", rows, "2016-12-31")
    curve = study.exhibit("F3")
    assert curve.data["stratum"].unique().tolist() == ["all"]
    assert curve.data.set_index("months")["survival"].at[12] == pytest.approx(0.1)
    assert curve.title == (
        "After one year, 10% of relations go on; 100% reached the end of that time"
    )
    assert curve.n == 300 and "100 whose start no source sees are left out" in curve.scope
    lasts = study.exhibit("T8").numbers[0]
    assert lasts.value is None and lasts.caution.startswith("No relation could be followed")
    assert study.with_(horizon_months=12).exhibit("T8").numbers[0].value == pytest.approx(0.1)
    table = study.exhibit("T4").data.set_index("choice")
    assert table["survival"].iloc[0] == pytest.approx(0.1)
    every_start = table.loc["all relations, also those whose start no source sees"]
    assert (every_start["n"], every_start["survival"]) == (400, pytest.approx(0.1))


@pytest.mark.parametrize(
    ("alpha", "bravo", "delta", "title"),
    [
        # 14 of 20 pass a year, or 12 where a gap of 121 days is an end: 10 points, and yet within
        # the interval of .70 among 20
        (6, 12, 2, "moves from 60% to 70% with the choices of method (n = 20)"),
        # 140 or 136 of 200
        (60, 136, 4, "moves by 5 points at most under the 5 other choices of method"),
    ],
)
def test_a_share_holds_by_points_not_within_its_interval(tmp_path, alpha, bravo, delta, title):
    first = {"date": "2015-01-10", "end": "2015-12-31"}
    rows = [
        *grants(alpha, **first, of="Alpha"),
        *grants(bravo, **first, of="Bravo"),
        *grants(bravo, "2016-01-01", "2016-12-31", of="Bravo"),
        *grants(delta, **first, of="Delta"),
        *grants(delta, "2016-04-30", "2016-12-31", of="Delta"),
    ]
    seen = "observed_from = 2014-01-01\nobserved_to = 2018-12-31"
    study = opened(tmp_path / "raw", rows, f'"2018-12-31"\n{seen}')
    told = study.with_(horizon_months=12).exhibit("T4").title
    assert told == f"The share of relations that last one year {title}"


def test_a_funder_that_stops_before_its_grace_has_elapsed_breaks_no_figure(tmp_path):
    """Seen from 2014 on: one funder until 20 February 2014, with grants begun before, another until 2018."""
    toml = TOML.format(day='"2018-12-31"').replace('funder = "Fondation X"', "")
    toml = toml.replace('name = "grants"', 'name = "grants"\nobserved_from = 2014-01-01')
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "study.toml").write_text(toml + 'funder = "Funder"\n', encoding="utf-8")
    rows = [
        (f"{funder} {number:03}", start, end, funder)
        for number in range(60)
        for funder, start, end in (
            ("Brief", "2012-05-01", "2016-04-30"),
            ("Brief", "2014-02-20", "2014-12-31"),
            ("Long", "2015-05-01", f"{2016 + number % 2}-04-30"),
            ("Long", "2018-12-01", "2018-12-31"),
        )
        if start < "2018" or number < 5  # too few a year for the years between to be holes
    ]
    lines = [f"{who};{start};{start};{end};100;;{funder}" for who, start, end, funder in rows]
    header = "Organisation;Date;Start;End;Amount;Decision;Funder"
    (folder / "grants.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    clean.write(clean.clean(folder), folder / "cleaned")
    study = explore.open(str(folder / "cleaned"), lang="en")
    for name in ("F3", "F4", "F7", "T4", "T8"):
        study.exhibit(name)
    curve = study.exhibit("F3")
    # the five of December 2018 are of a year with far fewer rows than usual: nothing is read there
    assert curve.data["at_risk"].max() == 60 and curve.n == 60


def test_two_sides_that_agree_do_not_hide_each_other():
    with style(False):
        axes = Figure().subplots()
        points = marks.dumbbell(
            axes,
            pd.DataFrame({"label": ["One"], "a": [6.2], "b": [6.2]}),
            ("A", "B"),
            "strength",
            False,
        )
    assert points[0].x == points[1].x and abs(points[0].y - points[1].y) > 0.2


def test_no_term_whose_renewal_may_lie_in_a_hole_is_without_one(tmp_path):
    """Sixty grants a year, to others each year, but none in 2016: those of 2015 came to their term
    on the eve of it, and those of 2018 will within 90 days of the day.
    """
    ends = {2013: "2013-12-31", 2014: "2014-12-31", 2015: "2015-12-31"}
    ends |= {2017: "2017-12-31", 2018: "2019-03-31"}
    rows = []
    for year, end in ends.items():
        rows += grants(60, date=f"{year}-02-01", end=end, of=f"Trust {year}")
    seen = "observed_from = 2013-01-01\nobserved_to = 2018-12-31"
    study = opened(tmp_path / "raw", rows, f'"2018-12-31"\n{seen}')
    assert {2016} == set(study.raw("holes").query("kind != 'not over'")["year"])
    counts = study.exhibit("F8").data.set_index("line").loc["LF5", ["yes", "no", "unknown"]]
    assert counts.to_dict() == {"yes": 60, "no": 0, "unknown": 60}
