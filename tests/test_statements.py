"""No two exhibits of a run say two things of one fact; a headline is sure only where its three marks hold."""

import pandas as pd
import pytest

from analysis.article.exhibit import Exhibit
from analysis.indicators.certainty import Certainty, certainty
from analysis.report.contradictions import contradictions
from analysis.stats import changes


def test_a_planted_difference_is_named_with_both_figures_and_values():
    lines = contradictions([("F3", {"survival.36": 0.61}), ("F5", {"survival.36": 0.72})])
    assert lines == ["survival.36: F3 says 0.61, F5 says 0.72"]


def test_equal_statements_and_facts_of_one_figure_are_silent():
    assert contradictions([("F3", {"a": 0.1}), ("T4", {"a": 0.1}), ("F9", {"b": 2})]) == []


@pytest.mark.xdist_group("demo")
def test_a_run_ends_with_1_where_two_figures_differ(cleaned_demo, monkeypatch):
    from analysis import explore

    monkeypatch.chdir(cleaned_demo)
    study = explore.open("demo", lang="en")
    exhibits = [study.exhibit(id) for id in ("F3", "F5", "F6", "F8", "F15", "T4", "T5", "T8")]
    statements = [(one.id, dict(one.states)) for one in exhibits]
    shared = pd.Series([fact for _id, facts in statements for fact in facts]).value_counts()
    assert (shared > 1).sum() >= 10 and contradictions(statements) == []
    table = next(one for one in exhibits if isinstance(one, Exhibit) and one.id == "T4")
    planted = {name: value + 0.01 for name, value in table.states.items()}
    assert contradictions([*statements, ("T4", planted)])


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


@pytest.mark.xdist_group("demo")
def test_a_brief_gives_each_finding_a_change_and_asks_for_decisions(cleaned_demo, monkeypatch):
    from analysis import explore

    monkeypatch.chdir(cleaned_demo)
    study = explore.open("demo", lang="en")
    brief = study.exhibit("B1")
    assert 4 <= len(brief.findings) <= 6 and brief.findings[0].kind == "terms"
    assert all(finding.change and finding.action is None for finding in brief.findings)
    survival = study.exhibit("T8").numbers[0]
    assert brief.findings[1].now == survival.value
    of_partners = explore.open("demo", lang="en", audience="partners").exhibit("B1")
    assert {finding.kind for finding in of_partners.findings} == {"line"}
