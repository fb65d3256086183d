"""Tests and differences between groups: numbers of R, influences by their definition, and the level kept when rows of a cluster are alike."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from analysis.declare.conventions import DEFAULTS
from analysis.exhibits import group_durations
from analysis.stats import differences, group_tests, influence, survival
from analysis.text.facts import Label


@pytest.fixture
def lung(shared):
    return pd.read_csv(shared / "oracles/lung/data.csv")


def programme(seed: int, partners: int, most: int = 3) -> pd.DataFrame:
    """Relations of partners with one to `most` each, whose pace of ending is the partner's own; half the partners are "a"."""
    random = np.random.default_rng(seed)
    partner = np.repeat(np.arange(partners), random.integers(1, most + 1, partners))
    pace = random.gamma(1.5, 1 / 1.5, partners)[partner]
    lasts = np.ceil(random.exponential(50 / pace))
    watched = np.ceil(random.uniform(36, 80, len(partner)))
    return pd.DataFrame(
        {
            "partner": partner,
            "group": np.where(partner % 2 == 0, "a", "b"),
            "months": np.minimum(lasts, watched),
            "ended": lasts <= watched,
            "cause": np.where(random.random(len(partner)) < 0.5, "aim", "stop"),
        }
    )


def test_stratified_logrank_is_that_of_r(lung):
    # the example of R's ?survdiff: survdiff(Surv(time, status) ~ pat.karno + strata(inst), data = lung), 4 rows left out
    rows = lung.dropna(subset=["pat.karno", "inst"])
    score = rows["pat.karno"].astype(int)
    test = survival.logrank(rows["time"], rows["status"] == 2, score, strata=rows["inst"])
    assert test["n"].tolist() == [2, 2, 4, 30, 41, 50, 60, 35]
    assert test["observed"].tolist() == [1, 1, 4, 27, 31, 38, 38, 21]
    expected = [0.692, 1.099, 1.166, 16.298, 26.358, 41.938, 47.242, 26.207]
    assert test["expected"].round(3).tolist() == expected
    assert test["statistic"].round(1).iloc[0] == 21.4 and test["df"].iloc[0] == 7
    assert test["p_value"].round(5).iloc[0] == 0.00326


def test_one_stratum_is_none(lung):
    dead = lung["status"] == 2
    plain = survival.logrank(lung["time"], dead, lung["sex"])
    pd.testing.assert_frame_equal(
        plain, survival.logrank(lung["time"], dead, lung["sex"], strata=np.zeros(len(lung)))
    )


def score_pulls(start, stop, event, x):
    """The pull of each row on the score of Cox's model at no effect, by its definition (Lin and Wei 1989), Breslow's ties."""
    pulls = np.zeros(x.shape)
    for time in np.unique(stop[event]):
        at_risk = (start < time) & (stop >= time)
        ends_now = event & (stop == time)
        mean = x[at_risk].mean(axis=0)
        hazard = ends_now.sum() / at_risk.sum()
        pulls += (ends_now * 1.0 - at_risk * hazard)[:, None] * (x - mean)
    return pulls


def robust_score(pulls, cluster):
    sums = pd.DataFrame(pulls).groupby(np.asarray(cluster)).sum().to_numpy()
    total = sums.sum(axis=0)
    return total @ np.linalg.inv(sums.T @ sums) @ total


def test_clustered_logrank_is_the_robust_score_test_of_r(shared):
    folder = shared / "oracles/bladder_recurrent"
    rows = pd.read_csv(folder / "bladder2.csv")
    expected = json.loads((folder / "expected_r.json").read_text())["AG_breslow"]["robscore"]
    start, stop = rows["start"].to_numpy(float), rows["stop"].to_numpy(float)
    event = rows["event"].to_numpy(bool)
    # the definition above gives R's robust score of three covariates; ours is the same for one that names groups
    three = rows[["rx", "size", "number"]].to_numpy(float)
    theirs = expected["test"] if isinstance(expected, dict) else expected[0]
    assert robust_score(score_pulls(start, stop, event, three), rows["id"]) == pytest.approx(theirs)
    treated = score_pulls(start, stop, event, three[:, :1])
    ours = survival.logrank(stop, event, rows["rx"], entry=start, cluster=rows["id"])
    assert ours["statistic"].iloc[0] == pytest.approx(robust_score(treated, rows["id"]), rel=1e-9)
    # with strata, each row is compared within its own
    within = np.zeros(len(rows))
    for enum in rows["enum"].unique():
        part = (rows["enum"] == enum).to_numpy()
        within[part] = score_pulls(start[part], stop[part], event[part], three[part, :1])[:, 0]
    stratified = survival.logrank(
        stop, event, rows["rx"], entry=start, strata=rows["enum"], cluster=rows["id"]
    )
    assert stratified["statistic"].iloc[0] == pytest.approx(
        robust_score(within[:, None], rows["id"]), rel=1e-9
    )


def test_clustered_logrank_keeps_its_level_where_partners_are_alike():
    naive, clustered = [], []
    for seed in range(200):
        rows = programme(seed, 60, most=8)
        arguments = rows["months"], rows["ended"], rows["group"]
        naive.append(group_tests.logrank(*arguments)["p_value"].iloc[0] < 0.05)
        robust = group_tests.logrank(*arguments, cluster=rows["partner"])
        clustered.append(robust["p_value"].iloc[0] < 0.05)
    assert np.mean(naive) > 0.15  # the test that takes relations for independent does not
    assert np.mean(clustered) < 0.075


def weighted_survival(duration, ended, weight, time):
    share = 1.0
    for instant in np.unique(duration[ended & (duration <= time)]):
        at_risk = weight[duration >= instant].sum()
        share *= 1 - weight[ended & (duration == instant)].sum() / at_risk
    return share


def weighted_incidence(duration, cause, name, weight, time):
    share, incidence = 1.0, 0.0
    ended = np.array([value is not None for value in cause])
    for instant in np.unique(duration[ended & (duration <= time)]):
        at_risk = weight[duration >= instant].sum()
        now = ended & (duration == instant)
        incidence += share * weight[now & (cause == name)].sum() / at_risk
        share *= 1 - weight[now].sum() / at_risk
    return incidence


def test_an_influence_is_the_slope_in_the_weight_of_a_row():
    rows = programme(1, 15)
    duration, ended = rows["months"].to_numpy(), rows["ended"].to_numpy(bool)
    cause = np.where(ended, rows["cause"], None)
    grid = np.arange(36)
    survival_part = influence.of_survival(duration, ended, 36)
    mean_part = influence.of_restricted_mean(duration, ended, 36)
    aim = influence.of_incidences(duration, cause, 36)["aim"]
    for row in range(0, len(rows), 3):
        steps = []
        for nudge in (1e-6, -1e-6):
            weight = np.ones(len(rows))
            weight[row] += nudge
            mean = sum(weighted_survival(duration, ended, weight, month) for month in grid)
            steps.append(
                [
                    weighted_survival(duration, ended, weight, 36),
                    mean,
                    weighted_incidence(duration, cause, "aim", weight, 36),
                ]
            )
        slopes = (np.array(steps[0]) - steps[1]) / 2e-6
        ours = [part.by_row[row] for part in (survival_part, mean_part, aim)]
        assert ours == pytest.approx(slopes.tolist(), abs=1e-6)
    assert mean_part.value == pytest.approx(
        sum(weighted_survival(duration, ended, np.ones(len(rows)), month) for month in grid)
    )


def test_influences_with_entry_sum_to_nothing_and_causes_to_the_survival():
    rows = programme(2, 40)
    entry = np.minimum(np.arange(len(rows)) % 12, rows["months"] - 1)
    cause = np.where(rows["ended"], rows["cause"], None)
    alive = influence.of_survival(rows["months"], rows["ended"], 36, entry=entry)
    parts = influence.of_incidences(rows["months"], cause, 36, entry=entry)
    together = sum(part.by_row for part in parts.values())
    assert alive.by_row.sum() == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(together, -alive.by_row, atol=1e-14)
    assert sum(part.value for part in parts.values()) == pytest.approx(1 - alive.value)


def test_difference_of_restricted_means_of_lung(lung):
    # 241.4951 and 297.4654 days of 365 (R, survfit); Uno's variance of independent rows adds the two Greenwood ones
    dead = lung["status"] == 2
    table = differences.of_restricted_means(lung["time"], dead, lung["sex"], 365).loc[(1, 2)]
    assert table["value"] == pytest.approx(241.4951 - 297.4654, abs=1e-4)
    means = survival.rmst(survival.kaplan_meier(lung["time"], dead, strata=lung["sex"]), 365)
    greenwood = np.sqrt((means["std_error"] ** 2).sum())
    assert table["std_error"] == pytest.approx(greenwood, rel=0.01)
    assert table["low"] < table["value"] < table["high"] < 0 and table["p_value"] < 0.001


def test_rows_given_twice_by_one_cluster_tell_nothing_more(lung):
    dead = lung["status"] == 2
    once = differences.of_restricted_means(lung["time"], dead, lung["sex"], 365)
    twice = pd.concat([lung, lung])
    again = differences.of_restricted_means(
        twice["time"], twice["status"] == 2, twice["sex"], 365, cluster=twice.index.to_series()
    )
    pd.testing.assert_frame_equal(once, again)
    test = group_tests.logrank(lung["time"], dead, lung["sex"], cluster=lung.index.to_series())
    repeated = group_tests.logrank(
        twice["time"], twice["status"] == 2, twice["sex"], cluster=twice.index.to_series()
    )
    assert repeated["p_value"].iloc[0] == pytest.approx(test["p_value"].iloc[0], rel=1e-9)


def test_a_partner_on_both_sides_is_paired():
    # each partner has one relation in each group, the second lasting exactly three months more
    first = np.array([5.0, 11, 17, 23, 29])
    duration = np.concatenate([first, first + 3])
    rows = {"group": list("aaaaabbbbb"), "horizon": 40, "cluster": [*range(5), *range(5)]}
    paired = differences.of_restricted_means(duration, [1] * 10, **rows).iloc[0]
    assert paired["value"] == pytest.approx(-3)
    assert paired["std_error"] == pytest.approx(0, abs=1e-6)
    apart = differences.of_restricted_means(duration, [1] * 10, list("aaaaabbbbb"), 40).iloc[0]
    assert apart["std_error"] > 5


def test_several_groups_are_compared_pairwise_with_holm():
    rows = programme(5, 60)
    group = np.array(list("abcd"))[rows["partner"] % 4]
    table = differences.of_survival(
        rows["months"], rows["ended"], group, 36, cluster=rows["partner"]
    )
    assert table.index.names == ["group", "other"] and len(table) == 6
    assert (table["p_holm"] >= table["p_value"]).all()
    assert table["p_holm"].min() == pytest.approx(min(1, 6 * table["p_value"].min()))
    inside = (table["low"] <= 0) & (table["high"] >= 0)
    assert (inside == (table["p_value"] >= 0.05)).all()  # interval and p-value agree


def test_a_group_in_which_nothing_ends_still_has_doubt():
    table = differences.of_restricted_means(
        [40] * 8 + [10, 20, 30, 40], [0] * 8 + [1, 1, 1, 0], list("aaaaaaaabbbb"), 36
    ).iloc[0]
    assert table["value"] == pytest.approx(36 - 24)
    assert table["high"] > table["value"] and table["low"] < table["value"]
    same = differences.of_survival([40] * 8, [0] * 8, list("aaaabbbb"), 36).iloc[0]
    assert same["value"] == 0 and same["p_value"] == 1 and same["low"] == -same["high"] < -0.4
    unseen = differences.of_survival([40, 40, 20, 30], [1, 1, 1, 0], list("aabb"), 36).iloc[0]
    assert unseen[["value", "low", "high", "p_value"]].isna().all()


def test_causes_are_compared_within_the_same_rows():
    rows = programme(7, 80)
    cause = np.where(rows["ended"], rows["cause"], None)
    table = differences.of_incidences(rows["months"], cause, 36, cluster=rows["partner"])
    parts = influence.of_incidences(rows["months"], cause, 36)
    shares = {name: part.value for name, part in parts.items()}
    first, second = table.index[0]
    assert shares[first] > shares[second]
    assert table["value"].iloc[0] == pytest.approx(shares[first] - shares[second])
    # causes crowd one another out: taken for independent, the error would be too small
    alone = np.sqrt(sum((part.by_row**2).sum() for part in parts.values()))
    unclustered = differences.of_incidences(rows["months"], cause, 36)["std_error"].iloc[0]
    assert unclustered > 1.1 * alone


def test_differences_hold_the_truth():
    hits = {"mean": [], "survival": [], "incidence": []}
    for seed in range(200):
        rows = programme(seed, 75)
        watched = rows["months"], rows["ended"], rows["group"], 36
        clustered = {"cluster": rows["partner"]}
        cause = np.where(rows["ended"], rows["cause"], None)
        tables = {
            "mean": differences.of_restricted_means(*watched, **clustered),
            "survival": differences.of_survival(*watched, **clustered),
            "incidence": differences.of_incidences(rows["months"], cause, 36, **clustered),
        }
        for name, table in tables.items():
            hits[name].append(table["low"].iloc[0] <= 0 <= table["high"].iloc[0])
    for name, shares in hits.items():
        assert 0.91 <= np.mean(shares) <= 0.99, name


def followed_late() -> tuple[pd.DataFrame, pd.Series]:
    """Twenty relations followed from their start, and twenty older ones: one from month 0.5 on, the others from month 5 on."""
    months = np.tile(np.arange(8.0, 48.0, 2.0), 2)
    entry = np.repeat([0.0, 4.5], 20)
    entry[20] = 0.5
    relations = pd.DataFrame(
        {
            "duration_months": months,
            "ended": np.tile(np.arange(20) % 3 > 0, 2),
            "entry_months": entry,
            "partner_id": [f"P{row}" for row in range(40)],
        }
    )
    return relations, pd.Series(np.repeat(["since", "before"], 20))


def test_periods_are_compared_where_enough_of_each_are_followed():
    relations, group = followed_late()
    usual = group_durations.compare_groups(relations, group, 36, 0.95)
    assert usual.since == 5
    assert usual.pairs["value"].item() == pytest.approx(0)
    # the one relation followed in the first months ends there: half the curve falls, the comparison stays
    relations.loc[20, ["duration_months", "ended"]] = 1.0, True
    alone = group_durations.compare_groups(relations, group, 36, 0.95)
    assert alone.since == 5
    assert abs(alone.pairs["value"].item()) < 1.5
    assert group_durations.compare_groups(relations.head(25), group.head(25), 36, 0.95) is None


def test_periods_differ_only_where_the_log_rank_test_agrees():
    pairs = pd.DataFrame({"longer": ["since"], "shorter": ["before"], "p_holm": [0.01]})
    means = pd.Series({"since": 30.0, "before": 25.0})
    pace = pd.DataFrame({"p_value": [0.2, 0.2], "observed": [5, 5]})
    late = group_durations.GroupComparison(3, 36, means, pairs, pace)
    assert late.apart(0.95).empty and not late.stands_out(0.95)
    from_start = late._replace(since=0)
    assert len(from_start.apart(0.95)) == 1


def test_relations_are_alike_by_what_is_known_at_their_start():
    partners = pd.DataFrame({"partner_id": ["P1", "P2", "P3"], "staff_fte": [1.0, 500.0, np.nan]})
    study = SimpleNamespace(partners=partners, conventions=DEFAULTS)
    rows = pd.DataFrame(
        {
            "partner_id": ["P1", "P2", "P3"] * 10,
            "level": ["local"] * 28 + ["national"] * 2,
            "domains": "shared places",
            "kinds": None,
        }
    )
    facts = group_durations.at_start(study, rows)
    assert facts["size"].value_counts().to_dict() == {"False": 10, "True": 10, "unknown": 10}
    assert facts["level"].value_counts().to_dict() == {"local": 28, "other": 2}
    assert facts["kind"].unique().tolist() == ["unknown"]


@pytest.fixture
def two_groups():
    """A study of relations of group "a", which last longer, and "b", compared from month 6 to 24."""
    random = np.random.default_rng(8)
    n = 120
    rows = pd.DataFrame(
        {
            "partner_id": [f"P{number}" for number in range(n)],
            "level": random.choice(["local", "national"], n),
            "domains": "shared places",
            "kinds": None,
            "duration_months": 6.5 + random.exponential(20, n),
            "ended": random.random(n) < 0.7,
            "entry_months": 0.0,
        }
    )
    group = pd.Series(random.choice(["a", "b"], n))
    rows["duration_months"] += 10 * group.eq("a")
    partners = pd.DataFrame({"partner_id": rows["partner_id"], "staff_fte": 1.0})
    study = SimpleNamespace(
        followed=rows,
        partners=partners,
        conventions=DEFAULTS,
        parameters=SimpleNamespace(confidence=0.95),
    )
    comparison = group_durations.GroupComparison(6, 24, None, None, None)

    def alike(longer: str, shorter: str) -> dict:
        facts = {"longer": Label(longer), "shorter": Label(shorter)}
        return group_durations.alike_facts(study, [], group, facts, comparison)

    return study, alike


def test_relations_followed_from_before_the_month_compared_from_are_followed_from_it(two_groups):
    """Compared from month 6, whoever is followed from month 3 is followed as from the start."""
    study, alike = two_groups
    from_start, rows = alike("a", "b"), study.followed
    months = np.random.default_rng(9).choice([0.0, 3.0, 6.0], len(rows))
    study.followed = rows.assign(entry_months=months)
    assert alike("a", "b") == from_start


def test_between_relations_alike_the_longer_group_is_told_first(two_groups):
    _study, alike = two_groups
    told, turned = alike("a", "b"), alike("b", "a")
    assert told["alike"].value > 0 > turned["alike"].value == -told["alike"].value
    assert told["alike_interval"].low == -turned["alike_interval"].high > 0


def test_three_groups_of_few_partners_are_told_apart_by_hotellings_f():
    """Chi-square would take the variance of 12 partners for known."""
    random = np.random.default_rng(4)
    partner = np.repeat(np.arange(12), 5)
    months = random.exponential(20, 60) * np.repeat(random.gamma(2, 0.5, 12), 5)
    group = np.tile(["a", "b", "c"], 20)
    test = group_tests.logrank(months, np.ones(60), group, cluster=partner)
    statistic, p_value = test["statistic"].iloc[0], test["p_value"].iloc[0]
    assert p_value == pytest.approx(scipy.stats.f.sf(statistic * 10 / (2 * 11), 2, 10))
