"""The wrong readings, by simulation: the naive way errs by about as much as the method says, the study's way does not.

Sizes are those of METHOD section 7 (a simulation like this one); the last two pitfalls of its list, the aggregation and the
goalposts of an index, are held on the published index in `test_strength_index`.
"""

import numpy as np
import pandas as pd
import pytest

from analysis.indicators import composite_indicator, durability
from analysis.stats import intervals, survival


@pytest.fixture
def random():
    return np.random.default_rng(2018)


def survival_at(curve, months):
    return survival.at(curve, months)["value"].iloc[0]


def test_left_truncation_ignored_flatters_durability(random):
    """Relations seen only if still alive when the files begin: S(5 years) .38 instead of .25."""
    years = random.exponential(5 / -np.log(0.252), 40_000)
    seen_from = random.uniform(
        0, 3.15, len(years)
    )  # relations begun in the three years before the files do
    seen = years > seen_from
    years, entry = years[seen], seen_from[seen]
    last = np.minimum(years, entry + 6)
    naive = survival.kaplan_meier(last, years <= entry + 6)
    assert survival_at(naive, 5) == pytest.approx(0.377, abs=0.02)
    ours = survival.kaplan_meier(last, years <= entry + 6, entry=entry)
    assert survival_at(ours, 5) == pytest.approx(0.252, abs=0.015)


def test_finished_relations_alone_are_too_short(random):
    """The median of those that ended: 2.09 years where half in fact last 2.33 and more."""
    truth = 2.33
    years, followed = random.exponential(truth / np.log(2), 20_000), random.uniform(4, 14, 20_000)
    ended = years <= followed
    assert np.median(years[ended]) == pytest.approx(2.09, abs=0.1)
    curve = survival.kaplan_meier(np.minimum(years, followed), ended)
    assert survival.quantile(curve)["value"].iloc[0] == pytest.approx(truth, abs=0.06)


def test_immortal_time_makes_a_useless_support_protect(random):
    """Whoever lives to be supported has lived: hazard ratio .28 for a support without effect; about 1 by landmark or by period."""
    many = 6000
    months, offered = np.ceil(random.exponential(24, many)), np.ceil(random.uniform(0, 72, many))
    last, ended = np.minimum(months, 60), months <= 60
    supported = offered < last
    naive = survival.cox(last, ended, {"supported": supported})
    assert naive["hazard_ratio"].iloc[0] == pytest.approx(0.28, abs=0.08)
    # landmark: who was supported by month 12, among those still there
    there = last > 12
    landmark = survival.cox(last[there] - 12, ended[there], {"supported": offered[there] <= 12})
    assert landmark["hazard_ratio"].iloc[0] == pytest.approx(1, abs=0.1)
    # or each relation unsupported until the support, supported from then on
    rows = pd.DataFrame(
        {"entry": 0.0, "last": last, "ended": ended, "supported": False, "id": range(many)}
    )
    after = rows[supported].assign(entry=offered[supported], supported=True)
    rows.loc[supported, "last"], rows.loc[supported, "ended"] = offered[supported], False
    rows = pd.concat([rows, after])
    by_period = survival.cox(
        rows["last"], rows["ended"], rows[["supported"]], entry=rows["entry"], cluster=rows["id"]
    )
    assert by_period["low"].iloc[0] < 1 < by_period["high"].iloc[0]
    assert by_period["hazard_ratio"].iloc[0] == pytest.approx(1, abs=0.1)


def test_one_minus_kaplan_meier_overstates_a_competing_end(random):
    """A cause taken alone, the others as censorings: .457 where .311 end so."""
    many = 40_000
    first, other = random.exponential(1 / 0.12, many), random.exponential(1 / 0.155, many)
    last = np.minimum(np.minimum(first, other), 5.08)
    cause = np.select([first <= last, other <= last], ["not renewed", "aim reached"], "")
    cause = pd.Series(cause, dtype="str").where(cause != "")
    naive = 1 - survival_at(survival.kaplan_meier(last, cause == "not renewed"), 5)
    assert naive == pytest.approx(0.457, abs=0.02)
    table = survival.cumulative_incidence(last, cause)
    at_five = table[(table["time"] <= 5) & (table["cause"] == "not renewed")]["incidence"].iloc[-1]
    assert at_five == pytest.approx(0.12 / 0.275 * (1 - np.exp(-0.275 * 5)), abs=0.01)
    assert at_five == pytest.approx(0.311, abs=0.03)


def test_the_lost_are_not_the_living(random):
    """Relations nobody heard of counted as running: S(3 years) .58 where .37 last; bounds hold the truth."""
    many, day = 6000, pd.Timestamp("2018-06-27")
    months = random.exponential(36 / -np.log(0.37), many)
    start = pd.Timestamp("2012-01-01") + pd.to_timedelta(random.integers(0, 1000, many), unit="D")
    age = (day - start).days.to_numpy() / 30.4375
    ended = months < age
    silent = ended & (random.random(many) < 1 / 3)  # ends that nobody recorded
    relations = pd.DataFrame(
        {
            "start": start,
            "duration_months": np.minimum(months, age),
            "ended": ended & ~silent,
            "last_known": start + pd.to_timedelta(np.minimum(months, age) * 30.4375, unit="D"),
            "status": np.select([silent, ended], ["to confirm", "ended"], "running"),
        }
    )
    alive, over = durability.extremes(relations, day)
    least, censored, most = (
        survival_at(durability.curve(rows["duration_months"], rows["ended"]), 36)
        for rows in (over, relations, alive)
    )
    assert (least, most) == (pytest.approx(0.37, abs=0.02), pytest.approx(0.58, abs=0.03))
    assert least <= censored <= most


def test_agreements_of_one_partner_are_not_independent(random):
    """95 % intervals that take agreements as independent cover 86.5 %; by partner they cover as they say."""
    tries, partners = 300, 60
    covered = {"alone": 0, "by partner": 0}
    partner = np.repeat(np.arange(partners), 4)
    frailty = random.gamma(1.2, 1 / 1.2, (tries, partners))
    truth = (1 + 36 * 0.02 / 1.2) ** -1.2  # the mean of exp(-0.02 x 36 x frailty)
    for try_ in range(tries):
        months = random.exponential(1 / (0.02 * frailty[try_][partner]))
        last, ended = np.minimum(months, 48), months <= 48
        alone = survival.at(durability.curve(last, ended), 36).iloc[0]
        grouped = durability.by_partner(last, ended, partner, 36).loc["survival"]
        covered["alone"] += alone["low"] <= truth <= alone["high"]
        covered["by partner"] += grouped["low"] <= truth <= grouped["high"]
    assert covered["alone"] / tries == pytest.approx(0.865, abs=0.03)
    assert covered["by partner"] / tries == pytest.approx(0.955, abs=0.025)


def test_eight_relations_need_the_beta_product(random):
    """With n = 8 the log-log interval covers about 80 %, the beta product 99 %."""
    tries, n, rate = 3000, 8, 0.006
    months = random.exponential(1 / rate, tries * n)
    watched = random.uniform(20, 60, tries * n)
    one = {
        "duration": np.minimum(months, watched),
        "ended": months <= watched,
        "strata": np.repeat(np.arange(tries), n),
    }
    coverage = {}
    for interval in ["log-log", "beta"]:
        read = survival.at(survival.kaplan_meier(**one, interval=interval), 36).dropna()
        coverage[interval] = (
            (read["low"] <= np.exp(-rate * 36)) & (np.exp(-rate * 36) <= read["high"])
        ).mean()
    assert coverage["log-log"] == pytest.approx(0.80, abs=0.06)
    assert coverage["beta"] > 0.97


def test_twenty_groups_find_a_difference_by_chance(random):
    """Twenty tests of nothing: 62 % chance of a false alarm somewhere; 7 % at most by Holm's rule."""
    tries, alarms = 80, {"each": 0, "holm": 0}
    group = np.repeat(["this", "others"], [25, 100])
    for _ in range(tries):
        p = []
        for _ in range(20):
            months = random.exponential(30, 125)
            p.append(
                survival.logrank(np.minimum(months, 60), months <= 60, group)["p_value"].iloc[0]
            )
        alarms["each"] += min(p) < 0.05
        alarms["holm"] += intervals.holm(p).min() < 0.05
    assert alarms["each"] / tries == pytest.approx(0.62, abs=0.12)
    assert alarms["holm"] / tries < 0.12


def test_a_survey_of_the_living_hears_the_strong(random):
    """Strength of those still there to answer: 66 where all had 60."""
    strong = np.clip(random.normal(60, 18, 20_000), 0, 100)
    alive = random.exponential(1, 20_000) > np.exp(-(strong - 60) / 40) * 0.75
    assert strong.mean() == pytest.approx(60, abs=0.5)
    assert strong[alive].mean() == pytest.approx(66, abs=1)


def test_aggregation_and_goalposts_move_countries(shared):
    """Korea is 5th or 16th by linear or geometric mean; Norway moves 8 places with sample minima and maxima for goalposts."""
    from test_composite import DIMENSIONS, UNDP

    items = pd.read_csv(shared / "oracles/tai_oecd/data.csv", index_col="country")
    linear = composite_indicator.score_ranks(composite_indicator.composite(items, DIMENSIONS, UNDP))
    geometric = composite_indicator.score_ranks(
        composite_indicator.composite(items, aggregation="geometric")
    )
    assert (linear["Korea, Rep. of"], geometric["Korea, Rep. of"]) == (5, 16)
    sample = composite_indicator.score_ranks(
        composite_indicator.composite(composite_indicator.normalise(items, "minmax"), DIMENSIONS)
    )
    assert abs(sample["Norway"] - linear["Norway"]) == 8
