"""Terms ahead and the emulated trial: planted programmes whose truth is known."""

import numpy as np
import pandas as pd
import pytest

import tiny
from analysis import explore
from analysis.article.captions import Unsupported
from analysis.declare import parameters
from analysis.exhibits import renewal_forecast
from analysis.indicators import fragility_outcomes, target_trial, terms_ahead
from analysis.stats import clone_weights, prediction_error

DAY = pd.Timestamp("2018-06-27")
GRACE = pd.Timedelta(days=180)


def agreements(seed: int, told: bool, partners: int = 150) -> pd.DataFrame:
    """Ten years of agreements with terms all year round; where `told`, national ones are renewed far more often."""
    random = np.random.default_rng(seed)
    rows = []
    for partner in range(partners):
        national = partner % 3 == 0
        chance = {True: 0.9, False: 0.35}[national] if told else 0.55
        start = pd.Timestamp("2008-01-01") + pd.Timedelta(days=int(random.integers(0, 3000)))
        while start < DAY + pd.Timedelta(days=30):
            end = start + pd.Timedelta(days=int(random.integers(300, 900)))
            level = "national" if national else "local"
            rows.append((f"P{partner}", "E", start, end, level))
            if random.random() > chance:
                break
            start = end + pd.Timedelta(days=int(random.integers(1, 120)))
    table = pd.DataFrame(rows, columns=["partner_id", "entity", "start", "planned_end", "level"])
    table = table[table["start"] <= DAY + pd.Timedelta(days=400)].reset_index(drop=True)
    return table.assign(
        end=pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]"), tacit_renewal=False
    )


def test_the_model_beats_the_calendar_only_where_something_tells():
    told = terms_ahead.forecast(agreements(1, told=True), DAY, grace=GRACE, seed=1)
    assert told.publishable and told.score["skill"] > 0.1
    assert told.score["model"] < told.score["benchmark"]
    inside = (told.calibration["low"] <= told.calibration["predicted"]) & (
        told.calibration["predicted"] <= told.calibration["high"]
    )
    assert inside.mean() >= 0.5
    assert told.terms.loc[told.terms["chance"].idxmax(), "chance"] > 0.75
    drawn = [
        terms_ahead.forecast(agreements(seed, told=False), DAY, grace=GRACE, seed=1)
        for seed in range(1, 7)
    ]
    assert sum(forecast.publishable for forecast in drawn) <= 1
    calendar = next(forecast for forecast in drawn if not forecast.publishable)
    assert calendar.terms["chance"].nunique() == 1  # the one rate of the calendar


def test_the_expected_renewals_hold_those_that_came():
    # as known a year and the grace ago, against what was known later
    then = DAY - GRACE - pd.DateOffset(months=12)
    inside, errors = [], []
    for seed in range(6):
        rows = agreements(seed, told=True)
        forecast = terms_ahead.forecast(rows[rows["start"] <= then], then, grace=GRACE, seed=1)
        came = forecast.terms.join(terms_ahead.durability.terms(rows, DAY, grace=GRACE)["renewed"])
        by_month = came.groupby(came["term"].dt.to_period("M"))["renewed"].sum()
        months = forecast.expected(forecast.terms["term"].dt.to_period("M"))
        counts = by_month.reindex(months.index).astype(float)
        inside += ((months["low"] <= counts) & (counts <= months["high"])).tolist()
        errors.append(counts.sum() - months["expected"].sum())
    assert np.mean(inside) >= 0.93, np.mean(inside)
    assert abs(np.mean(errors)) < 2  # of some forty terms


def test_the_brief_counts_the_terms_of_a_year_ago_that_were_not_renewed(opened):
    before, now = opened(lang="en", day="2017-06-27"), opened(lang="en")
    due = pd.concat([before.behind("F12", month=month, renewed=False) for month in range(1, 7)])
    last_known = now.relations.set_index("relation_id")["last_known"][due["relation"]]
    lost = (last_known.to_numpy() <= due["term"].to_numpy()).sum()
    told = f"{len(due)} terms with no known renewal, of which {lost} were not renewed"
    assert told in now.exhibit("B1").findings[0].change


def test_the_brief_says_among_how_many_terms_non_renewals_are_expected(opened):
    """Of the terms that come, some are of agreements that end on the day, as is known already: of
    these nothing is estimated.
    """
    study = opened(lang="en", day="2017-12-31")
    due = pd.concat([study.behind("F12", month=month, renewed=False) for month in range(1, 7)])
    relations = study.relations.set_index("relation_id").loc[due["relation"]]
    pairs = relations[["partner_id", "entity"]].astype("str").agg(" ".join, axis=1)
    estimated = renewal_forecast.renewal_forecast(study).terms[["partner_id", "entity"]]
    number = int(pairs.isin(estimated.astype("str").agg(" ".join, axis=1)).sum())
    finding = study.exhibit("B1").findings[0]
    assert 10 <= number < len(due)
    assert f"{len(due)} relations" in finding.title
    assert f"among the {number} whose probability can be estimated" in finding.detail
    assert "probability" not in finding.outside_detail


def test_terms_ahead_know_nothing_of_later_days():
    rows = agreements(3, told=True)
    then = pd.Timestamp("2016-03-01")
    later = rows[rows["start"] <= then]
    pd.testing.assert_frame_equal(
        terms_ahead.terms_within_year(rows, then), terms_ahead.terms_within_year(later, then)
    )
    shuffled = rows.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        terms_ahead.terms_within_year(rows, then).sort_index(),
        terms_ahead.terms_within_year(shuffled, then).sort_index(),
    )


def test_too_few_terms_prove_nothing():
    few = agreements(1, told=True).head(12)
    forecast = terms_ahead.forecast(few, DAY, grace=GRACE, seed=1)
    assert not forecast.publishable and forecast.score.isna().all()
    none = terms_ahead.forecast(few.iloc[:0], DAY, grace=GRACE, seed=1)
    assert none.terms.empty and none.renewed.shape[1] == 0


def test_what_a_source_could_not_see_teaches_nothing():
    rows = agreements(1, told=True)
    seen = rows["planned_end"] >= pd.Timestamp("2014-01-01")
    forecast = terms_ahead.forecast(rows, DAY, grace=GRACE, terms_seen=seen, seed=1)
    # whatever became of the others, they change nothing
    others_lost = rows.assign(end=rows["end"].mask(~seen, rows["planned_end"]))
    again = terms_ahead.forecast(others_lost, DAY, grace=GRACE, terms_seen=seen, seed=1)
    pd.testing.assert_series_equal(forecast.score, again.score)
    nothing = terms_ahead.forecast(rows, DAY, grace=GRACE, terms_seen=seen & False, seed=1)
    assert nothing.score.isna().all()


def test_covariates_are_paid_for_by_outcomes_of_the_rarer_kind():
    rows = pd.DataFrame({name: np.arange(60) % 2.0 for name in terms_ahead.COVARIATES})
    rows["log_length"] = np.arange(60.0)
    rows["national"] = (np.arange(60) < 5).astype(float)  # too few to learn from
    rows["renewed"] = np.arange(60) >= 25
    assert terms_ahead._affordable(rows) == ["second_term", "log_length"]
    rows["renewed"] = np.arange(60) >= 30
    rows["national"] = (np.arange(60) < 10).astype(float)  # just enough
    assert terms_ahead._affordable(rows) == ["second_term", "log_length", "national"]


def test_skill_and_calibration_by_hand():
    model, base = pd.Series([0.0, 0.0, 0.0, 1.0]), pd.Series([0.5, 0.5, 0.5, 0.5])
    assert prediction_error.skill(model, base, seed=1)["skill"] == pytest.approx(0.5)
    table = prediction_error.calibration(
        pd.Series([0.2] * 4 + [0.9] * 6), pd.Series([1] + [0] * 3 + [1] * 6)
    )
    assert table[["n", "happened"]].values.tolist() == [[4, 1], [6, 6]]


def projects(seed: int, effect: float, n: int = 200) -> dict:
    """Projects by month: large ones are supported and spread more often; support multiplies the pace of spread by `effect`."""
    random = np.random.default_rng(seed)
    large = random.random(n) < 0.4
    pace = np.where(large, 0.022, 0.008)
    started, happened, ended = (np.full(n, np.inf) for _ in range(3))
    going = np.ones(n, dtype=bool)
    for month in range(1, 37):
        spreads = going & (random.random(n) < pace * np.where(started < month, effect, 1))
        ends = going & ~spreads & (random.random(n) < 0.008)
        starts = going & np.isinf(started) & (random.random(n) < np.where(large, 0.06, 0.02))
        starts &= ~spreads & ~ends
        happened[spreads], ended[ends], started[starts] = month, month, month
        going &= ~(spreads | ends)
    return {
        "started": started,
        "happened": happened,
        "ended": ended,
        "followed": random.uniform(6, 60, n),
        "covariates": pd.DataFrame({"large": large}),
    }


def risk_under(pace_before, pace_after) -> float:
    """The risk by month 36 where an end competes at .008 a month."""
    going, risk = 1.0, 0.0
    for month in range(1, 37):
        pace = pace_before if month <= 12 else pace_after
        risk += going * pace
        going *= 1 - pace - (1 - pace) * 0.008
    return risk


def test_support_without_effect_shows_none():
    covered, naive = [], []
    for seed in range(100):
        rows = projects(seed, effect=1)
        difference = clone_weights.emulate(**rows, grace=12, horizon=36).difference
        covered.append(difference["low"] <= 0 <= difference["high"])
        whole = rows["followed"] >= 36
        ever, spread = np.isfinite(rows["started"][whole]), np.isfinite(rows["happened"][whole])
        naive.append(spread[ever].mean() - spread[~ever].mean())
    assert 0.9 <= np.mean(covered) <= 0.99
    assert np.mean(naive) < -0.05  # counting whoever was ever supported misleads


def test_a_planted_effect_is_found():
    # after month 12 all in one arm are supported (pace x 3); few start late in the other, whose pace then rises a little
    values = [
        clone_weights.emulate(**projects(seed, effect=3), grace=12, horizon=36).difference
        for seed in range(60)
    ]
    shares = {True: 0.4, False: 0.6}
    paces = {True: 0.022, False: 0.008}
    most = sum(
        shares[large] * (risk_under(pace, 3 * pace) - risk_under(pace, pace))
        for large, pace in paces.items()
    )
    mean = np.mean([value["value"] for value in values])
    assert 0.5 * most < mean < 1.05 * most
    assert np.mean([value["low"] > 0 for value in values]) > 0.3


def test_clones_are_weighted_by_hand():
    # ten alike projects, five supported in month 1: no covariate tells, so that each arm is its own share of month 36
    started = np.array([1.0] * 5 + [np.nan] * 5)
    happened = np.array([20.0, 30, np.nan, np.nan, np.nan, 15, np.nan, np.nan, np.nan, np.nan])
    trial = clone_weights.emulate(
        started,
        happened,
        np.full(10, np.nan),
        np.full(10, 40),
        pd.DataFrame({"same": np.arange(10) % 2}),
        grace=12,
        horizon=36,
    )
    assert trial.arms["units"].tolist() == [5, 5] and trial.arms["events"].tolist() == [2, 1]
    assert trial.difference["value"] == pytest.approx(0.4 - 0.2, abs=0.06)
    # the jackknife of two in five: .25 without one that spread, .5 without another, .4 without one of the other arm
    jackknife = np.sqrt(0.9 * (2 * 0.15**2 + 3 * 0.1**2))
    assert trial.arms.loc["start", "std_error"] == pytest.approx(jackknife, abs=0.01)
    few = clone_weights.emulate(
        started[:8],
        happened[:8],
        [np.nan] * 8,
        [40] * 8,
        {"same": [0, 1] * 4},
        grace=12,
        horizon=36,
    )
    assert few.difference.isna().all()


def test_what_is_alike_for_all_changes_no_trial():
    rows = projects(1, effect=1)
    covariates = pd.DataFrame(rows["covariates"])
    alike = {**rows, "covariates": covariates.assign(age="old")}
    assert clone_weights.emulate(**alike, grace=12, horizon=36).difference.equals(
        clone_weights.emulate(**rows, grace=12, horizon=36).difference
    )


def test_partners_of_one_age_are_compared_without_it(opened):
    study = opened(lang="en", entity="Branche Banque", audience="directors")
    assert study.exhibit("F24").data["n"].notna().all()


def test_a_unit_never_at_risk_may_be_like_no_other():
    rows = projects(1, effect=1)
    followed = np.array(rows["followed"], dtype=float)
    followed[0] = 0.5
    covariates = pd.DataFrame(rows["covariates"]).assign(kind="usual")
    covariates["kind"] = np.where(np.arange(len(followed)) % 2, "usual", "other")
    covariates.loc[covariates.index[0], "kind"] = "one of a kind"
    rows = {**rows, "followed": followed, "covariates": covariates}
    assert clone_weights.emulate(**rows, grace=12, horizon=36).difference.notna().all()


def test_young_projects_count_in_the_trial():
    start = pd.to_datetime(["2014-01-01"] * 30 + ["2016-09-01"] * 30)
    table = pd.DataFrame(
        {
            "project_id": [f"J{place}" for place in range(60)],
            "partner_id": [f"P{place // 2}" for place in range(60)],
            "start": start,
            "end": pd.Series(pd.NaT, index=range(60), dtype="datetime64[us]"),
        }
    )
    sites = pd.DataFrame(
        {"project_id": table["project_id"], "department": "35", "opened": start, "closed": pd.NaT}
    )
    spread = pd.DataFrame(
        {
            "project_id": table["project_id"].iloc[::3],
            "department": "56",
            "opened": start[::3] + pd.DateOffset(months=16),
            "closed": pd.NaT,
        }
    )
    support = pd.DataFrame(
        {
            "project_id": table["project_id"].iloc[::2],
            "start": start[::2] + pd.DateOffset(months=4),
        }
    )
    facts = pd.DataFrame({"size": ["small", "large"] * 30}, index=table["project_id"])
    trial, counts = target_trial.support_and_scale(
        table, pd.concat([sites, spread]), support, facts, pd.Timestamp("2018-06-27")
    )
    # a landmark at 36 months keeps the 30 of 2014
    assert counts.sum() == counts["compared"] == 60
    assert trial.arms["units"].tolist() == [30, 30]
    assert trial.difference["low"] < 0 < trial.difference["high"]
    left_out = target_trial.eligible(table, sites.iloc[1:], pd.Timestamp("2016-06-30"))
    assert left_out.value_counts().to_dict() == {"not followed yet": 30, "no site recorded": 1}


def test_expected_renewals_stand_beside_the_terms_ahead_for_the_team_alone(demo):
    """By month they would tell of counts that a rule hides from directors; in words their sum is in the months' own."""
    asked = parameters.parse({"lang": "en"})
    calendar = explore.Study(demo, asked).exhibit("F12")
    by_month = calendar.data.dropna(subset="expected")
    assert len(by_month) == 12 and (by_month["expected"] <= by_month["without"]).all()
    assert (
        (by_month["low"] <= by_month["expected"]) & (by_month["expected"] <= by_month["high"])
    ).all()
    assert f"{by_month['expected'].sum():.0f} (" in calendar.reading
    assert "no model foresaw years it had not seen any better" in calendar.reading  # as F3R says
    directors = asked.model_copy(update={"audience": "directors"})
    assert not {"expected", "low", "high"} & set(explore.Study(demo, directors).exhibit("F12").data)


@pytest.mark.parametrize(("lang", "said"), [("en", "no model"), ("fr", "aucun modèle")])
def test_no_model_is_said_to_have_been_tried_where_terms_are_too_few_for_one(opened, lang, said):
    """Past terms of the whole programme teach a model, those of one region do not."""
    for region, is_tried in (("", True), ("Occitanie", False)):
        study = opened(lang=lang, **({"region": region} if region else {}))
        assert isinstance(study.exhibit("F3R"), Unsupported) != is_tried
        assert (said in study.exhibit("F12").reading) == is_tried
        assert ("F3R" in study.exhibit("F12").reading) == is_tried


# ---- does fragility foretell?
def lines_and_ends(random, effect: float):
    """Lines of 300 relations a year ago and what became of them: LF6 adds `effect` to the chance of an end, LF7 goes with
    a term that lies near, which alone makes ends frequent, LF10 tells nothing.
    """
    near = random.random(300) < 0.4
    stated = pd.DataFrame({"LF6": random.random(300) < 0.3, "LF10": random.random(300) < 0.5})
    stated["LF7"] = random.random(300) < np.where(near, 0.8, 0.2)
    chance = np.where(near, 0.5, 0.1) + effect * stated["LF6"]
    likeness = random.random(150)[np.arange(300) // 2]  # of the two relations of a partner
    ended = pd.Series(np.where(np.arange(300) % 4 < 2, likeness, random.random(300)) < chance)
    term = pd.Series(near).map({True: "near", False: "far"})
    return stated, ended, term, pd.Series(np.arange(300) // 2)


def test_only_a_line_that_tells_more_than_the_calendar_foretells():
    random = np.random.default_rng(3)
    alarms, holds, raw = [], [], []
    for _ in range(150):
        table = fragility_outcomes.ends_since(*lines_and_ends(random, 0.0))
        alarms.append((table["p_holm"] < 0.05).any())
        holds.append((table["low"] <= 0) & (table["high"] >= 0))
        raw.append(table.at["LF7", "ended_with"] - table.at["LF7", "ended_without"])
    assert np.mean(alarms) <= 0.09
    assert pd.DataFrame(holds).mean().between(0.91, 0.99).all()
    assert np.mean(raw) > 0.15  # what the calendar alone makes of LF7
    planted = pd.DataFrame(
        [fragility_outcomes.ends_since(*lines_and_ends(random, 0.2)).loc["LF6"] for _ in range(150)]
    )
    assert (planted["p_holm"] < 0.05).mean() > 0.7
    assert ((planted["low"] <= 0.2) & (planted["high"] >= 0.2)).mean() > 0.9


def test_a_line_that_hardly_any_relation_has_is_not_compared():
    stated, ended, term, partner = lines_and_ends(np.random.default_rng(3), 0.0)
    stated["LF1"] = np.arange(300) < 9
    stated["LF2"] = pd.Series([None] * 300, dtype="boolean")
    assert set(fragility_outcomes.ends_since(stated, ended, term, partner).index) == {
        *("LF6", "LF7", "LF10")
    }


def test_six_months_after_the_end_of_a_month_end_with_a_month(tmp_path):
    """Twelve terms on 31 October are within the six months that follow 30 April."""
    number = pd.Series(range(12)).astype(str)
    rows = pd.DataFrame({"agreement_id": "A" + number, "partner_id": "P" + number, "entity": "E"})
    rows["start"], rows["planned_end"] = pd.Timestamp("2016-11-01"), pd.Timestamp("2018-10-31")
    folder = tiny.cleaned(tmp_path, agreements=rows)
    study = explore.open(folder, lang="en", day="2018-04-30")
    calendar = study.exhibit("F12")
    assert calendar.title.startswith("Within six months, 12 relations reach their term")
    assert calendar.data.set_index("month")["without"].at[6] == 12
    assert len(study.behind("F12", month=6)) == 12
    assert study.exhibit("B1").findings[0].title.startswith("By 31 October 2018, 12 relations")
