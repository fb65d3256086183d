"""Regressions, pseudo-observations, raking and pooling give closed forms, other libraries' numbers and planted truths."""

import numpy as np
import pandas as pd
import pytest

from analysis.stats import (
    funnel,
    partial_pooling,
    pseudo_observations,
    raking,
    regression,
    survival,
)


def drawn(seed: int = 1, n: int = 200) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "x": random.normal(size=n),
            "kind": random.choice(["u", "v", "w"], n),
            "cluster": random.integers(0, 30, n),
            "y": random.normal(size=n),
        }
    ).assign(yes=lambda rows: random.random(n) < 1 / (1 + np.exp(-rows["x"])))


def test_regressions_are_those_of_statsmodels():
    sm = pytest.importorskip("statsmodels.formula.api")
    rows = drawn()
    options = {"cov_type": "cluster", "cov_kwds": {"groups": rows["cluster"]}}
    theirs = sm.ols("y ~ x + C(kind)", rows).fit(**options, use_t=True)
    ours = regression.linear(rows["y"], rows[["x", "kind"]], cluster=rows["cluster"]).table()
    order = ["Intercept", "x", "C(kind)[T.v]", "C(kind)[T.w]"]
    np.testing.assert_allclose(ours["value"], theirs.params[order], rtol=1e-10)
    np.testing.assert_allclose(ours["std_error"], theirs.bse[order], rtol=1e-9)
    np.testing.assert_allclose(ours["p_value"], theirs.pvalues[order], rtol=1e-8)
    theirs = sm.logit("yes ~ x + C(kind)", rows.assign(yes=rows["yes"] * 1)).fit(disp=0)
    ours = regression.logistic(rows["yes"], rows[["x", "kind"]])
    np.testing.assert_allclose(ours.coefficients, theirs.params[order], rtol=1e-7)


def test_a_saturated_logistic_is_the_log_odds():
    yes, group = [1, 1, 1, 0, 1, 0, 0, 0], list("aaaabbbb")
    fit = regression.logistic(yes, {"group": group})
    assert fit.coefficients.tolist() == pytest.approx([np.log(3), -2 * np.log(3)])
    assert regression.chances(fit, {"group": ["a", "b"]}).tolist() == pytest.approx([0.75, 0.25])
    weighted = regression.logistic([1, 0, 1, 0], {"group": list("aabb")}, weights=[3, 1, 1, 3])
    np.testing.assert_allclose(weighted.coefficients, fit.coefficients)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: regression.logistic([1, 1], {"x": [0, 1]}), "all outcomes are the same"),
        (lambda: regression.logistic([0, 0, 1, 1], {"x": [0, 0, 1, 1]}), "separates the outcomes"),
        (lambda: regression.linear([1, 2, 3], {"x": [1, 1, 1]}), "follows from the others"),
        (
            lambda: regression.linear([1, 2, 3], {"k": list("aba")}).linear_predictor({"k": ["c"]}),
            "no fitted row has k c",
        ),
        (
            lambda: raking.rake(pd.DataFrame({"a": ["x"]}), {"a": pd.Series({"x": 3, "y": 1})}),
            "no row of a stands for y",
        ),
        (
            lambda: raking.rake(pd.DataFrame({"a": ["z"]}), {"a": pd.Series({"x": 3})}),
            "1 of 1 rows have a category of a without a known total",
        ),
        (
            lambda: raking.rake(
                pd.DataFrame({"a": ["x"], "b": ["y"]}),
                {"a": pd.Series({"x": 3}), "b": pd.Series({"y": 4})},
            ),
            "have one sum, not a 3, b 4",
        ),
        (lambda: funnel.share_z([1, 5], [4, 4], 0.5), "1 of 2 .*exceed their base"),
        (lambda: funnel.share_z([-1, 4], [4, 4], 0.5), "1 of 2 .*are negative"),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_words(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_a_penalty_shares_out_what_two_equal_covariates_say():
    outcome, x = [0, 1, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1]
    with pytest.raises(ValueError, match="no separate estimates"):
        regression.logistic(outcome, {"x": x, "not x": [1 - value for value in x]})
    twice = regression.logistic(outcome, {"x": x, "not x": [1 - value for value in x]}, penalty=1)
    assert twice.coefficients["x"] == pytest.approx(-twice.coefficients["not x"])


def test_a_penalty_keeps_what_separates_finite():
    fit = regression.logistic([0, 0, 1, 1], {"x": [0, 0, 1, 1]}, penalty=1)
    assert 0 < fit.coefficients["x"] < 3 and np.isfinite(fit.covariance).all(axis=None)


def test_a_row_without_which_no_mean_is_known_has_its_share_in_it():
    """Of three, one ends at 10 and one is lost at 20: only the third is followed to 36. The mean is
    10 + 26 x 2/3, and grows by 26/9 as the third weighs more: its pseudo-observation is 36.
    """
    values = pseudo_observations.of_restricted_mean([10, 20, 50], [1, 0, 0], 36)
    assert values[2] == pytest.approx(10 + 26 * 2 / 3 + 3 * 26 / 9)


def test_pseudo_observations_are_the_jackknife(shared):
    lung = pd.read_csv(shared / "oracles/lung/data.csv")
    dead = lung["status"] == 2

    def mean(rows):
        curve = survival.kaplan_meier(rows["time"], rows["status"] == 2)
        return survival.rmst(curve, 365)["value"].iloc[0]

    values = pseudo_observations.of_restricted_mean(lung["time"], dead, 365)
    for row in (
        0,
        3,
        17,
        100,
        227,
    ):  # by R's pseudo::pseudomean: n x mean - (n - 1) x mean without the row
        expected = len(lung) * mean(lung) - (len(lung) - 1) * mean(lung.drop(index=row))
        assert values[row] == pytest.approx(expected, rel=1e-9)
    # without censoring each is the row's own time up to the horizon
    assert pseudo_observations.of_restricted_mean([5, 400, 90], [1, 1, 1], 365).tolist() == (
        pytest.approx([5, 365, 90])
    )
    # without covariates, the difference of the two curves' restricted means (R: 241.4951 and 297.4654)
    table = pseudo_observations.standardised_differences(
        lung["time"], dead, lung["sex"], {"none": np.arange(len(lung)) % 2}, 365
    )
    assert table["raw"].iloc[0] == pytest.approx(241.4951 - 297.4654, abs=0.1)


def test_a_standardised_difference_is_that_of_r(shared):
    """Worked outside with R 4.5.0, survival 3.8-3, sandwich 3.1-1, on the 226 rows with ph.ecog and inst: within each sex
    v = n * m - (n - 1) * m without the row, m the rmean of summary(survfit(Surv(time, status == 2) ~ 1), rmean = 365) (so
    pseudo::pseudomean); then fit <- lm(v ~ male + age + ph.ecog), vcovCL(fit, cluster = inst, type = "HC1"), pt(., 17).
    """
    lung = pd.read_csv(shared / "oracles/lung/data.csv")
    rows = lung.dropna(subset=["ph.ecog", "inst"])
    table = pseudo_observations.standardised_differences(
        rows["time"],
        rows["status"] == 2,
        rows["sex"],
        rows[["age", "ph.ecog"]],
        365,
        cluster=rows["inst"],
    ).iloc[0]
    assert table[["value", "std_error"]].tolist() == pytest.approx(
        [-52.6156584921, 12.4192911731], rel=1e-10
    )
    assert table["df"] == 17 and table["p_value"] == pytest.approx(0.000555942700963, rel=1e-9)


def test_a_small_group_has_the_freedom_of_its_own_clusters():
    table = pseudo_observations.standardised_differences(
        np.arange(1.0, 27),
        [1] * 26,
        ["small"] * 6 + ["large"] * 20,
        {"x": np.arange(26) % 3},
        20,
        cluster=np.arange(26) // 2,
    )
    assert table["df"].tolist() == [2]  # three partners beside ten


def mixed(seed: int, effect: float = 0.0) -> pd.DataFrame:
    """Relations of partners: the large ones, who last longer, are commoner in group a; the group itself adds `effect` months."""
    random = np.random.default_rng(seed)
    partner = np.repeat(np.arange(90), random.integers(1, 4, 90))
    in_a = random.random(90)[partner] < 0.5
    large = random.random(90)[partner] < np.where(in_a, 0.7, 0.3)
    lasts = np.clip(20 + 12 * large + effect * in_a + random.normal(0, 5, 90)[partner], 1, None)
    lasts = lasts + random.normal(0, 4, len(partner))
    watched = random.uniform(20, 70, len(partner))
    return pd.DataFrame(
        {
            "months": np.maximum(np.minimum(lasts, watched), 0.5),
            "ended": lasts <= watched,
            "group": np.where(in_a, "a", "b"),
            "large": large,
            "partner": partner,
        }
    )


def test_a_difference_of_mix_is_none_of_the_groups():
    held, raw = [], []
    for seed in range(40):
        rows = mixed(seed)
        table = pseudo_observations.standardised_differences(
            rows["months"],
            rows["ended"],
            rows["group"],
            rows[["large"]],
            36,
            cluster=rows["partner"],
        ).iloc[0]
        held.append(table["low"] <= 0 <= table["high"])
        raw.append(table["raw"])
    assert np.mean(raw) > 2  # months that the mix alone gives
    assert np.mean(held) >= 0.88


def test_raking_to_two_margins_meets_both():
    random = np.random.default_rng(2)
    sample = pd.DataFrame(
        {"size": random.choice(list("sml"), 80), "side": random.choice(list("pg"), 80)}
    )
    totals = {
        "size": pd.Series({"s": 100, "m": 60, "l": 40}),
        "side": pd.Series({"p": 120, "g": 80}),
    }
    weights = raking.rake(sample, totals)
    for name, known in totals.items():
        assert weights.groupby(sample[name]).sum().to_dict() == pytest.approx(known.to_dict())
    # Deville and Sarndal: log weights are a sum of one term per category
    logs = np.log(weights).groupby([sample["size"], sample["side"]]).agg(["min", "max"])
    np.testing.assert_allclose(logs["min"], logs["max"])
    gap = logs["min"].unstack()
    assert (gap["p"] - gap["g"]).std() == pytest.approx(0, abs=1e-9)


def test_one_margin_is_poststratification():
    # closed form: mean = sum of N_h / N x mean_h; variance = (1 - n / N) n / (n - 1) sum w^2 (y - mean_h)^2 / N^2
    sample = pd.DataFrame({"size": list("sssslll")})
    y = pd.Series([4.0, 6, 8, 6, 2, 3, 1])
    weights = raking.rake(sample, {"size": pd.Series({"s": 12, "l": 30})})
    assert weights.tolist() == pytest.approx([3] * 4 + [10] * 3)
    found = raking.calibrated_mean(y, weights, sample, population=42)
    assert found["value"] == pytest.approx((12 * 6 + 30 * 2) / 42)
    squares = 9 * (4 + 0 + 4 + 0) + 100 * (0 + 1 + 1)
    variance = (1 - 7 / 42) * 7 / 6 * squares / 42**2
    assert found["std_error"] == pytest.approx(np.sqrt(variance))
    census = raking.calibrated_mean(y, pd.Series(1.0, y.index), sample[[]], population=7)
    assert census["std_error"] == 0 and census["value"] == pytest.approx(y.mean())


@pytest.mark.parametrize(("by_person", "error"), [(False, 0.267207209583), (True, 0.244372599505)])
def test_two_margins_have_the_error_of_r_survey(by_person, error):
    """Worked outside with R 4.5.0, survey 4.4-2, on the same 24 rows with their person and f = 24 / 60:

    calibrate(svydesign(ids = ~person, data = d, weights = rep(60 / 24, 24), fpc = ~f), ~size + side, c(`(Intercept)` = 60,
    sizem = 18, sizes = 28, sidep = 35), calfun = "raking", epsilon = 1e-12), then svymean(~y, .); ids = ~1 without persons.
    """
    sample = pd.DataFrame({"size": list("ssmlsm" * 4), "side": list("pgppggpppgpppgppggpppgpp")})
    y = pd.Series([7.0, 4, 6, 9, 5, 8, 6, 7, 3, 8, 9, 6, 5, 7, 7, 4, 8, 9, 6, 5, 7, 8, 2, 6])
    person = [1, 1, 9, 2, 3, 3, 11, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 2, 11, 11, 12, 12]
    totals = {
        "size": pd.Series({"s": 28, "m": 18, "l": 14}),
        "side": pd.Series({"p": 35, "g": 25}),
    }
    weights = raking.rake(sample, totals)
    assert weights.agg(["min", "max"]).tolist() == pytest.approx([2.0649457253, 4.0319716839])
    mean = raking.calibrated_mean(
        y, weights, sample, cluster=person if by_person else None, population=60
    )
    assert mean["value"] == pytest.approx(6.482874996998, rel=1e-11)
    assert mean["std_error"] == pytest.approx(error, rel=1e-11)


def test_answers_of_one_respondent_count_together():
    y = pd.Series([1.0, 1, 0, 0, 1, 1, 0, 0])
    even, none = pd.Series(1.0, y.index), pd.DataFrame(index=y.index)
    alone = raking.calibrated_mean(y, even, none)
    by_person = raking.calibrated_mean(y, even, none, cluster=list("aabbccdd"))
    assert alone["std_error"] == pytest.approx(np.sqrt(0.25 / 7))  # s / sqrt(n)
    assert by_person["std_error"] == pytest.approx(np.sqrt(0.25 / 3))  # four persons of two answers


def test_pooling_between_its_two_ends():
    alike = partial_pooling.pool_shares([50, 5, 1], [100, 10, 2])
    assert alike["value"].tolist() == pytest.approx([0.5] * 3, abs=0.01)
    apart = partial_pooling.pool_shares([10, 90, 50, 1], [100, 100, 100, 1])
    assert apart["value"][:2].tolist() == pytest.approx(
        [0.1, 0.9], abs=0.02
    )  # large groups keep their own
    assert (
        0.4 < apart["value"][3] < 0.8 and apart["own_weight"][3] < 0.5
    )  # one yes of one is no 100 %
    untold = partial_pooling.pool_estimates([0.0, 1.0, np.nan], [0.2, 0.2, np.nan])
    assert untold["value"][2] == pytest.approx(0.5) and untold["high"][2] > untold["high"][1]
    # known degree of pooling: with equal errors the pooled values keep their mean and order, closer together
    equal = partial_pooling.pool_estimates([0.0, 1.0, 5.0], [1.0] * 3)["value"]
    assert equal.mean() == pytest.approx(2) and equal.is_monotonic_increasing and equal[2] < 5


def test_pooled_estimates_are_those_of_the_integrals_worked_in_r():
    """Worked outside with R 4.5.0: integrate() over the degree of pooling p of exp((sum(log w) - log(sum w) - sum(w *
    (y - m)^2)) / 2), w = 1 / (v + s0 * (1 - p) / p), s0 = 5 / sum(1 / v), m = sum(w * y) / sum(w); limits by uniroot().
    """
    pooled = partial_pooling.pool_estimates([-0.4, 0.1, 0.9, 0.3, 1.6], [0.3, 0.5, 0.25, 0.8, 0.6])
    expected = {
        "value": [-0.1630751769, 0.2644342888, 0.7964990134, 0.3974037657, 0.9568913964],
        "low": [-0.76598036548, -0.54026094281, 0.32572365117, -0.62750671821, 0.09217527856],
        "high": [0.426557851, 1.017228219, 1.278148179, 1.403585207, 2.022795242],
    }
    for name, numbers in expected.items():
        assert pooled[name].tolist() == pytest.approx(numbers, abs=5e-5)


def test_pooled_shares_are_those_of_the_sums_worked_in_r():
    """Worked outside with R 4.5.0: lbeta() summed over a grid of 2,000 degrees of pooling by 2,000 common means."""
    pooled = partial_pooling.pool_shares([0, 5, 9, 14, 2], [2, 10, 18, 16, 9])
    expected = [0.3461015334, 0.5011879593, 0.5014537990, 0.7709123976, 0.3312363142]
    assert pooled["value"].tolist() == pytest.approx(expected, abs=2e-5)


def test_equal_groups_are_not_named_and_a_planted_one_is():
    random = np.random.default_rng(3)
    sizes = np.array([6, 8, 12, 15, 20, 25, 30, 40, 60, 80, 120, 200, 300])
    named = []
    for _ in range(400):
        k = random.binomial(sizes, 0.6)
        z = funnel.share_z(k, sizes, k.sum() / sizes.sum())
        named.append(funnel.outliers(z)["stands_out"].any())
    assert np.mean(named) <= 0.06
    k = random.binomial(sizes, 0.6)
    k[10] = 30
    table = funnel.outliers(funnel.share_z(k, sizes, k.sum() / sizes.sum()))
    assert table["stands_out"].tolist().index(True) == 10 and table["stands_out"].sum() == 1


@pytest.mark.parametrize("groups", [3, 4, 5])
def test_one_group_far_out_is_named_among_few(groups):
    """94 of 100 beside groups at 52 of 100: of three it would hide itself in the spread it makes."""
    k, sizes = np.array([94] + [52] * (groups - 1)), np.full(groups, 100)
    table = funnel.outliers(funnel.share_z(k, sizes, k.sum() / sizes.sum()))
    assert table["stands_out"].iloc[0]
    alike = funnel.outliers(funnel.share_z(np.full(groups, 52), sizes, 0.52))
    assert not alike["stands_out"].any()


def test_overdispersion_is_the_mean_square_winsorised():
    z = np.array([-3.0, -2, -1, 0, 1, 2, 3, 4, -4, 30])
    low, high = np.quantile(z, [0.1, 0.9])
    assert funnel.overdispersion(z) == pytest.approx((np.clip(z, low, high) ** 2).mean())
    assert funnel.overdispersion(z) < (z**2).mean() / 5  # the outlier does not hide itself
    from scipy.stats import binom, norm

    mid = binom.cdf(7, 20, 0.5) - binom.pmf(7, 20, 0.5) / 2
    assert funnel.share_z([7], [20], 0.5).tolist() == pytest.approx([norm.ppf(mid)])


def test_a_late_entry_changes_the_pseudo_observations_of_others_little():
    """The linear form, taken where rows enter late, is the jackknife to the order of 1 / n."""
    random = np.random.default_rng(2)
    months = random.exponential(30, 200)
    ended = random.random(200) < 0.7
    entry = np.where(np.arange(200) == 0, 1e-6, 0.0)
    by_leaving_out = pseudo_observations.of_restricted_mean(months, ended, 36)
    linear = pseudo_observations.of_restricted_mean(months, ended, 36, entry=entry)
    assert by_leaving_out.std() > 10
    np.testing.assert_allclose(linear, by_leaving_out, atol=0.5)
