"""Where a figure begins and ends to count: hand-made studies on both sides of each edge."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import tiny
from analysis import explore
from analysis.exhibits import (
    brief,
    followed_relations,
    headline_estimates,
    line_counts,
    quality,
    renewals,
    two_sides,
    years_of_money,
)
from analysis.indicators import finances
from analysis.study import relations_on_day
from analysis.text.facts import Count


def study_of(folder: Path, starts: list[str], terms: list[str], **tables):
    """A study with one agreement for each start and term, each of a partner of its own; its source
    sees from 2014-01-01 to 2018-06-27.
    """
    places = range(len(starts))
    agreements = pd.DataFrame(
        {
            "agreement_id": [f"A{place}" for place in places],
            "partner_id": [f"P{place}" for place in places],
            "entity": "Siège",
            "level": "local",
            "start": pd.to_datetime(starts),
            "planned_end": pd.to_datetime(terms),
        }
    )
    partners = pd.DataFrame({"partner_id": agreements["partner_id"], "name": "Une association"})
    folder.mkdir(exist_ok=True)
    tables |= {"agreements": agreements, "partners": partners}
    return explore.open(tiny.cleaned(folder, **tables), lang="en")


@pytest.mark.parametrize(("ripe", "is_told"), [(9, False), (10, True)])
def test_a_rate_of_renewal_is_told_from_ten_terms_on(tmp_path, ripe, is_told):
    study = study_of(tmp_path, ["2014-03-01"] * ripe, ["2015-03-01"] * ripe)
    renewal = headline_estimates.durability_estimates(study, False)["renewal"]
    assert (renewal.value == 0) if is_told else np.isnan(renewal.value)


def test_a_term_before_its_source_sees_is_in_no_rate(tmp_path):
    terms = ["2013-12-31", "2014-01-01", "2014-06-30"]
    study = study_of(tmp_path, ["2012-01-01"] * 3, terms)
    assert renewals.terms_seen(study, 180)["term"].dt.strftime("%Y-%m-%d").tolist() == terms[1:]


def test_only_relations_whose_start_was_seen_are_followed(tmp_path):
    """METHOD 4, R10: the source sees from 2014 on, so that a grant of 2013 would have been missed."""
    starts = ["2014-03-01", "2014-06-30", "2014-07-01", "2015-03-01"]
    study = study_of(tmp_path, starts, ["2020-01-01"] * 4)
    assert study.followed["start"].dt.strftime("%Y-%m-%d").tolist() == starts[2:]


def test_terms_ahead_are_those_from_the_day_up_to_its_day_of_the_sixth_month(tmp_path):
    """One whose term is the day itself runs that day, as the header counts it."""
    terms = ["2018-06-27", "2018-06-28", "2018-07-27", "2018-07-28", "2018-12-27", "2018-12-28"]
    study = study_of(tmp_path, ["2016-01-01"] * 6, terms)
    ahead = brief._open_terms(study, 6).sort_values("term")
    assert ahead["term"].dt.strftime("%Y-%m-%d").tolist() == terms[:5]
    assert ahead["month"].tolist() == [1, 1, 1, 2, 6]


def test_two_equal_lines_of_revenue_are_few_sources(tmp_path):
    """METHOD 5, LF2: HHI >= 0.5, which two equal lines have."""
    accounts = pd.DataFrame({"partner_id": [f"P{place}" for place in range(12)], "months": 12.0})
    accounts["year_end"] = pd.Timestamp("2017-12-31")
    accounts[list(finances.REVENUE_LINES)] = 200.0
    accounts.loc[:2, list(finances.REVENUE_LINES)] = [500.0, 500.0, 0.0, 0.0, 0.0]
    accounts["revenue_total"] = 1000.0
    study = study_of(tmp_path, ["2014-03-01"] * 12, ["2020-01-01"] * 12, accounts=accounts)
    facts = [
        fact for told in study.exhibit("F10").sentences.values() for s in told for fact in s.facts
    ]
    assert Count(3, of=12) in facts


def test_lines_of_revenue_may_miss_their_total_by_the_tolerance(tmp_path):
    accounts = pd.DataFrame({"partner_id": [f"P{place}" for place in range(12)], "months": 12.0})
    accounts["year_end"] = pd.Timestamp("2017-12-31")
    accounts[list(finances.REVENUE_LINES)] = 200.0
    accounts["revenue_total"] = [1000.0] * 10 + [1005.0] * 2
    for name, moved, known in (("usual", {}, 12), ("strict", {"revenue_tolerance": 0.001}, 10)):
        dates = ["2014-03-01"] * 12, ["2020-01-01"] * 12
        study_of(tmp_path / name, *dates, accounts=accounts)
        package = tmp_path / name / "datapackage.json"
        about = json.loads(package.read_text(encoding="utf-8"))
        about["study"]["conventions"] = moved
        package.write_text(json.dumps(about), encoding="utf-8")
        assert explore.open(tmp_path / name, lang="en").exhibit("F10").n == known


@pytest.mark.parametrize(("answering", "is_told"), [(29, False), (30, True)])
def test_the_reliability_of_a_side_is_told_from_thirty_answers_on(answering, is_told):
    level = np.arange(answering) % 7
    keys = [("2018", f"P{place}", "partner") for place in range(answering)]
    index = pd.MultiIndex.from_tuples(
        [(*key, item) for key in keys for item in ("Q1", "Q2", "Q3")],
        names=["wave", "partner_id", "side", "item"],
    )
    score = np.repeat(level, 3) + np.tile([0.0, 0.3, 0.1], answering) * (np.repeat(level, 3) % 2)
    sides = pd.DataFrame({"score": score}, index=index)
    items = pd.DataFrame({"item": ["Q1", "Q2", "Q3"], "dimension": "relationship"})
    asked = SimpleNamespace(
        items=items,
        conventions={"reliability_from": 30},
        parameters=SimpleNamespace(confidence=0.95),
    )
    alpha = two_sides._consistency(asked, sides, "2018")["alpha"]
    assert np.isnan(alpha.value) != is_told


def test_what_begins_on_the_settled_day_is_followed(tmp_path):
    """The source sees to 27 June 2018: with a grace of 180 days, all is known up to 29 December."""
    starts = ["2017-12-29", "2017-12-30", "2016-01-01"]
    study = study_of(tmp_path, starts, ["2020-01-01"] * 3)
    counts = followed_relations.followed_counts(study, study.relations, 180)
    assert (counts["base"], counts["begun_since"]) == (3, 1)


def test_scopes_say_who_of_those_counted_is_not_followed_yet(opened):
    """F3 and F4 stand on one page: the first counts relations that are too recent, the second does
    not.
    """
    study = opened(lang="en")
    overall, by_level = study.exhibit("F3"), study.exhibit("F4")
    recent = overall.n - by_level.n
    assert recent > 0
    too_recent = f"of which {recent}, begun too recently, are not followed yet"
    assert too_recent in overall.scope and too_recent in by_level.scope
    assert "Relations begun too recently to be followed are not counted here." in by_level.scope
    assert "not counted here" not in overall.scope


def test_scopes_say_that_some_are_at_risk_from_later_than_their_start(opened, tmp_path):
    """The table below the curve of F3 then begins with fewer than the curve rests on."""
    followed_late = "those that began before their source began to see are followed from the day"
    study = opened(lang="en")
    demo = study.exhibit("F3")
    assert demo.data["at_risk"].iloc[0] < len(study.followed)
    assert followed_late in demo.scope
    terms = ["2016-12-31", "2020-01-01"] * 20
    seen_from_the_start = study_of(tmp_path, ["2015-03-01"] * 40, terms).exhibit("F3")
    assert seen_from_the_start.data["at_risk"].iloc[0] == 40
    assert followed_late not in seen_from_the_start.scope


def test_a_year_whose_end_is_the_settled_day_is_whole(tmp_path):
    study = study_of(tmp_path, ["2014-03-01"] * 3, ["2020-01-01"] * 3)
    to_year_end = followed_relations.followed_to_year_end
    assert to_year_end(study.with_(grace_days=178)) is None  # 31 December 2017 is the settled day
    followed = to_year_end(study.with_(grace_days=179))
    assert followed["last_known"].dt.strftime("%Y-%m-%d").unique().tolist() == ["2016-12-31"]


def test_relations_live_for_as_long_as_silence_is_no_sign(tmp_path):
    study = study_of(tmp_path, ["2014-03-01"] * 3, ["2030-01-01"] * 3)
    silence = pd.DateOffset(months=study.conventions["silence_months"])
    last = pd.Timestamp("2018-06-27") + silence
    assert relations_on_day.alive(study.on(last.date())).all()
    assert not relations_on_day.alive(study.on((last + pd.Timedelta(days=1)).date())).any()


def test_who_was_lost_from_sight_before_the_settled_day_is_no_relation_that_goes_on(tmp_path):
    """Of 40 relations that are read a year ago 10 renew themselves and gave no sign since 2015."""
    lost = np.arange(40) < 10
    terms = pd.Series(["2030-01-01", "2017-09-30"] * 20).mask(lost, "2015-03-01")
    agreements = pd.DataFrame(
        {
            "agreement_id": [f"A{place}" for place in range(40)],
            "partner_id": [f"P{place}" for place in range(40)],
            "entity": "Siège",
            "start": pd.Timestamp("2014-03-01"),
            "planned_end": pd.to_datetime(terms),
            "tacit_renewal": lost,
            "contacts_partner": np.where(np.arange(40) % 4 < 2, 1, 3),
            "contacts_group": 3,
        }
    )
    study = explore.open(tiny.cleaned(tmp_path, agreements=agreements), lang="en")
    assert (study.relations["status"] == "to confirm").sum() == 10
    found = line_counts.ends_by_line(study).loc["LF6"]
    assert found[["known", "ended_with", "ended_without"]].tolist() == [30, 0.5, 0.5]


def test_a_year_is_full_once_half_of_the_entities_gave():
    funding = pd.DataFrame(
        {"year": [2015.0, 2015.0, 2015.0, 2015.0, 2016.0, 2016.0, 2017.0], "entity": [*"ABCDABA"]}
    )
    on = lambda day: SimpleNamespace(day=pd.Timestamp(day))
    assert years_of_money.year_told(on("2018-06-27"), funding) == 2016
    assert years_of_money.year_told(on("2016-12-30"), funding) == 2015
    assert years_of_money.year_told(on("2016-12-31"), funding) == 2016  # that day it is over
    assert years_of_money.year_told(on("2015-12-30"), funding) == 2015  # none is over: so far
    assert years_of_money.year_told(on("2014-12-30"), funding) is None


def test_what_is_no_data_or_not_granted_is_no_exclusion():
    rows = pd.Series({"read": 12, "kept": 7, "set aside": 5, "no_data": 2, "not_granted": 1})
    assert quality.excluded_rows(rows) == (2, pytest.approx(2 / 9))
