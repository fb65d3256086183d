"""No two exhibits of a run say two things of one fact; a headline is sure only where its three marks hold."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import gallery
import tiny
from analysis import explore
from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.article.sureness_marks import Mark
from analysis.declare import parameters
from analysis.disclosure import audiences
from analysis.exhibits import key_numbers
from analysis.indicators.certainty import Certainty, certainty
from analysis.report import assemble
from analysis.report.contradictions import contradictions
from analysis.run import notebook_jobs
from analysis.stats import changes
from analysis.text.facts import Count
from analysis.text.sentences import Sentence, Words


def test_a_planted_difference_is_named_with_both_figures_and_values():
    lines = contradictions([("F3", {"survival.36": 0.61}), ("F5", {"survival.36": 0.72})])
    assert lines == ["survival.36: F3 says 0.61, F5 says 0.72"]


def test_a_tenth_of_a_point_is_a_difference_and_the_last_digit_of_a_number_is_none():
    first, second = ("F3", {"renewal": 0.61}), ("T8", {"renewal": 0.611})
    assert contradictions([first, second]) == ["renewal: F3 says 0.61, T8 says 0.611"]
    assert contradictions([first, ("T8", {"renewal": 0.61 + 1e-12})]) == []


def test_equal_statements_and_facts_of_one_figure_are_silent():
    assert contradictions([("F3", {"a": 0.1}), ("T4", {"a": 0.1}), ("F9", {"b": 2})]) == []


DURABILITY = Path(__file__).parents[1] / "notebooks/2_durability.ipynb"
PLANTED = """from dataclasses import replace

found = study.exhibit("F3")
replace(found, id="F3-planted", states={"survival.12": found.states["survival.12"] + 0.01})"""


def test_a_run_ends_with_1_where_two_figures_differ(desk, typed):
    tiny.notebook(desk / "one.ipynb", "The essentials", '"T8"', '"F3"', last=PLANTED)
    command = ("run", "--data", "raw", "--notebook", "one.ipynb", "--lang", "en", "--out", "out")
    code, _said, wrong = typed(*command, "-p", "horizon_months=12")
    assert code == 1
    (line,) = [line for line in wrong if "survival.12" in line]
    stated = re.search(r"survival\.12: T8 says ([\d.]+), F3-planted says ([\d.]+)$", line)
    assert float(stated[2]) == pytest.approx(float(stated[1]) + 0.01)


@pytest.mark.parametrize("split", [(), ("--by", "entity")])
def test_funders_whose_last_grants_are_of_different_years_contradict_nothing(desk, typed, split):
    """Grants of the earlier funder whose planned end lies after the day run on, the others are to
    confirm: the course of relations and the head of the pages count them alike.
    """
    rows = ["Funder,Recipient,Amount,Date,Planned start,Planned end"]
    for number in range(12):
        planned_end = "2018-12-31" if number % 2 else "2020-12-31"
        rows.append(
            f"Fund North,Alder {number},{1000 + number},2018-05-02,2018-05-02,{planned_end}"
        )
        rows.append(f"Fund South,Birch {number},{1200 + number},2019-04-01,2019-04-01,2019-12-31")
    (desk / "lists").mkdir()
    (desk / "lists/grants.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (desk / "lists/study.toml").write_text("[study]\ncontrol_agreements = 24\n", encoding="utf-8")
    command = ("run", "--data", "lists", "--notebook", DURABILITY, "--lang", "en", "--out", "out")
    code, _said, wrong = typed(*command, *split)
    assert code == 0, wrong
    if not split:
        course = pd.read_csv(desk / "out/figures/F1.csv")
        relations = pd.read_csv(desk / "out/relations.csv")
        assert course["running"].iloc[-1] == relations["status"].eq("running").sum() == 18


def test_a_report_for_others_is_put_together_with_its_differences(desk, typed):
    """What its figures state is what the audience is told (see the facts of the demonstration)."""
    typed("clean", "--data", "raw")
    notebook = tiny.notebook(desk / "executed/one.ipynb", "The essentials")
    (desk / "executed/figures").mkdir()
    told = {"kind": "exhibit", "csv": ""}
    records = [
        {"id": "T8", "states": {"survival.36": 0.61}} | told,
        {"id": "F3", "states": {"survival.36": 0.72}} | told,
    ]
    record = {"records": records, "cells": {"T8": "", "F3": ""}, "places": {}, "parts": {}}
    (desk / "executed/records.json").write_text(json.dumps(record), encoding="utf-8")
    results = [notebook_jobs.Result(None, desk / "executed", None, False)]
    for audience in ("partners", "directors"):
        asked = parameters.parse({"audience": audience})
        study = explore.Study(desk / "data/processed/tiny", asked)
        edition = assemble.edition(study, "", [notebook], "")
        lines = assemble.assemble(edition, results, desk / audience, {"code": "1"})
        assert lines == ["survival.36: T8 says 0.61, F3 says 0.72"]


@pytest.fixture(scope="module")
def shown(opened) -> dict[str, dict]:
    """Exhibits of the demonstration that state facts, by audience and id."""
    ids = ("B1", "F1", "F3", "F5", "F6", "F8", "F12", "F15", "T4", "T5", "T8")
    exhibits = {}
    for audience in ("team", "partners"):
        study = opened(lang="en", audience=audience)
        exhibits[audience] = {id: study.exhibit(id) for id in ids}
    return exhibits


@pytest.mark.parametrize("audience", ["team", "partners"])
def test_facts_of_the_demonstration_are_stated_alike_wherever_they_are_told(shown, audience):
    exhibits = shown[audience].values()
    exhibits = [one for one in exhibits if not isinstance(one, Unsupported)]
    statements = [(one.id, dict(one.states)) for one in exhibits]
    assert contradictions(statements) == []
    by_fact = pd.Series([fact for _id, facts in statements for fact in facts]).value_counts()
    several = set(by_fact.index[by_fact > 1])
    expected = {"survival.36", "followed", "living", "line.LF1.share", "line.LF1.known"}
    of_team = {"relations", "ended", "renewal", "renewal.n", "mean.36", "terms.6"}
    assert several >= expected | (of_team if audience == "team" else set())


def test_a_number_that_is_hidden_is_stated_no_more(english):
    data = pd.DataFrame({"label": list("abcd"), "count": [3, 40, 57, 40]})
    exhibit = Exhibit(
        **{name: "words" for name in ("subtitle", "reading", "scope", "source", "note", "alt")},
        **{"id": "F8", "family": "across", "title": "Title", "n": 140, "n_unit": "relations"},
        **{"day": pd.Timestamp("2018-06-27"), "data": data, "draw": None, "synthetic": True},
        labels={"label": "Label", "count": "Count"},
        formats={"label": "text", "count": "integer"},
        states={"of_a": 3.0, "of_b": 40.0, "of_c": 57.0, "all": 140.0, "elsewhere": 0.5},
    )
    shown = audiences.disclosed(exhibit, "partners")
    assert shown.data["count"].tolist().count(40) == 1  # one is hidden, one is shown
    assert dict(shown.states) == {"of_c": 57.0, "all": 140.0}


@pytest.mark.parametrize(
    ("marks", "solid"),
    [
        (Certainty(0.70, 10.0, 5.0), True),
        (Certainty(0.69, 1.0, 0.0), False),
        (Certainty(1.0, 10.1, 0.0), False),
        (Certainty(1.0, 1.0, 5.1), False),
    ],
)
def test_solid_takes_all_three_marks(marks, solid):
    assert marks.is_solid() is solid


@pytest.mark.parametrize(
    ("failing", "verdict"),
    [
        ({"coverage"}, "Caution: too much unknown."),
        ({"precision", "robustness"}, "Caution: imprecise, depends on method."),
    ],
)
def test_a_caution_names_the_marks_that_do_not_hold(failing, verdict):
    marks = tuple(
        Mark(name=name, label="", text="", holds=name not in failing)
        for name in ("coverage", "precision", "robustness")
    )
    assert key_numbers.verdict(Words("key_numbers", "en", {}), marks, False) == verdict


def test_a_wide_interval_is_never_solid_however_little_other_choices_move():
    seventeen = certainty(0.35, 0.17, 0.59, known=17, all_units=17, others=[0.35])
    assert seventeen.failing() == ("precision",)
    many = certainty(30.9, 30.2, 31.7, known=1553, all_units=1553, others=[30.7], scale=36)
    assert many.is_solid()


def test_a_change_is_taken_within_pairs_and_within_partners():
    units = list("abcdef")
    earlier = pd.Series([True] * 3 + [False] * 3, index=units, dtype="boolean")
    later = earlier.copy()
    later["a"] = pd.NA
    partner = pd.Series(list("PPQQRR"), index=units)
    same = changes.of_shares(later, earlier, partner)
    assert (same.value, same.low, same.high, same.n) == (0, 0, 0, 5)
    later["b"] = False
    fell = changes.of_shares(later, earlier, partner)
    assert fell.value == pytest.approx(-0.2) and fell.low < -0.2 < fell.high


def test_a_brief_gives_each_finding_a_change_and_asks_for_decisions(shown, opened):
    brief = shown["team"]["B1"]
    assert 4 <= len(brief.findings) <= 6 and brief.findings[0].kind == "terms"
    assert all(finding.change and finding.action is None for finding in brief.findings)
    survival = shown["team"]["T8"].numbers[0]
    assert brief.findings[1].now == survival.value
    directors = opened(lang="en", audience="directors").exhibit("B1")
    told = {"directors": directors.findings, "partners": shown["partners"]["B1"].findings}
    kinds = {audience: {finding.kind for finding in told[audience]} for audience in told}
    # the calendar of terms is the directors' too, as F12 is; nobody else is told of any change
    assert kinds == {"directors": {"terms", "survival", "line"}, "partners": {"survival", "line"}}
    assert not any(finding.change for findings in told.values() for finding in findings)


@pytest.mark.parametrize("audience", ["team", "directors", "partners"])
def test_each_key_number_names_a_figure_that_its_reader_gets(opened, audience):
    study = opened(lang="en", audience=audience)
    numbers = {number.key: number.figure for number in study.exhibit("T8").numbers}
    refused = [id for id in set(numbers.values()) if isinstance(study.exhibit(id), Unsupported)]
    assert {"survival", "renewal", "LF5"} <= numbers.keys() and refused == []


def test_what_others_are_told_of_is_stated_as_it_is_written(shown):
    stated = {id: dict(one.states) for id, one in shown["partners"].items() if id != "F12"}
    values = [value for states in stated.values() for value in states.values()]
    assert stated["F3"]["survival.36"] == stated["T8"]["survival.36"]
    assert values and all(value == round(value, 2) for value in values)
    assert dict(shown["team"]["F3"].states)["survival.36"] != stated["F3"]["survival.36"]


def test_a_count_is_stated_by_no_month_of_the_same_number_and_no_other_row(english):
    """What words that give way told, and no cell does but by chance, is stated nowhere."""
    data = pd.DataFrame({"month": range(6), "without": [4, 9, 11, 7, 3, 13]})
    sentence = Sentence("11 terms of 47 soon, beside 3.", (Count(11, of=47), Count(3)))
    exhibit = gallery.exhibit(
        data=data,
        labels={"month": "Month", "without": "Without"},
        formats={"month": "integer", "without": "integer"},
        **{"n": 47, "draw": None, "reading": sentence.text},
        sentences={"reading": (sentence,)},
        states={"by_a_label": 5.0, "by_chance": 11.0, "all": 47.0, "but_few": 44.0},
    )
    assert dict(audiences.disclosed(exhibit, "directors").states) == {"all": 47.0}


def test_what_is_unknown_of_a_line_is_the_way_from_its_least_to_its_most_share(opened):
    known = SimpleNamespace(coverage=0.4)
    estimate = SimpleNamespace(value=0.25, known=40, all_units=100, certainty=known)
    facts = key_numbers._facts(opened(), "LF1", estimate)
    assert (facts["least"].value, facts["most"].value) == pytest.approx((0.1, 0.7))
