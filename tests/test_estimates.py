"""Proportions, rates, concentration and resampling give published values, and their edges are missing rather than zero."""

import json

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.indicators import edition_parts
from analysis.stats import intervals


def test_wilson_gives_the_published_interval():
    # 8 laureates of 18 reached other territories: 25-66 %; 4 of 18 stayed: 9-45 %
    assert intervals.wilson(8, 18).round(3).tolist() == [0.444, 0.246, 0.663]
    assert intervals.wilson(4, 18).round(2).tolist() == [0.22, 0.09, 0.45]


def test_wilson_keeps_the_index_and_what_is_unknown():
    table = intervals.wilson(
        pd.Series([0, 3, 0], index=["a", "b", "c"]), pd.Series([5, 3, 0], index=["a", "b", "c"])
    )
    assert table.index.tolist() == ["a", "b", "c"]
    assert table.loc["a", ["value", "low"]].tolist() == [0, 0] and table.loc["a", "high"] > 0.4
    assert table.loc["b", ["value", "high"]].tolist() == [1, 1]
    assert table.loc["c"].isna().all()
    assert intervals.wilson(pd.Series([1, None], dtype="Int64"), 4)["value"].isna().tolist() == [
        False,
        True,
    ]
    assert intervals.wilson(None, 4).isna().all()


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 200))
def test_a_census_leaves_no_doubt_and_a_sample_some(k, n, more):
    k = min(k, n)
    free, sampled = intervals.wilson(k, n), intervals.wilson(k, n, population=n + more)
    factor = np.sqrt(more / (n + more - 1)) if n + more > 1 else 0
    assert sampled["high"] - sampled["low"] == pytest.approx((free["high"] - free["low"]) * factor)
    assert (
        sampled["low"] <= sampled["value"] + 1e-12 and sampled["value"] <= sampled["high"] + 1e-12
    )
    if more == 0:
        assert sampled["low"] == sampled["high"] == free["value"]


@pytest.mark.parametrize(
    ("counts", "limits"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
        ((0, 10, 0, 10), (-0.2775, 0.2775)),
        ((10, 10, 0, 20), (0.6791, 1)),
        ((10, 10, 0, 10), (0.6075, 1)),
    ],
)
def test_newcombe_gives_the_published_intervals(counts, limits):
    # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10, cases (a) to (h)
    found = intervals.newcombe(*counts)
    assert found.round(4)[["low", "high"]].tolist() == list(limits)
    swapped = intervals.newcombe(*counts[2:], *counts[:2])
    assert swapped[["low", "high"]].tolist() == pytest.approx([-found["high"], -found["low"]])


def test_wilson_gives_newcombes_single_proportions():
    # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    table = intervals.wilson([81, 15, 0, 1], [263, 148, 20, 29])
    assert table["low"].round(4).tolist() == [0.2553, 0.0624, 0, 0.0061]
    assert table["high"].round(4).tolist() == [0.3662, 0.1605, 0.1611, 0.1718]


def test_poisson_rate_is_exact():
    # Garwood 1936: limits for 0, 1, 2, 5, 10 and 100 events
    table = intervals.poisson_rate([0, 1, 2, 5, 10, 100])
    assert table["low"].round(3).tolist() == [0, 0.025, 0.242, 1.623, 4.795, 81.364]
    assert table["high"].round(3).tolist() == [3.689, 5.572, 7.225, 11.668, 18.390, 121.627]
    assert intervals.poisson_rate(5).round(4).tolist() == [5, 1.6235, 11.6683]
    assert intervals.poisson_rate(5, 10).round(4).tolist() == [0.5, 0.1623, 1.1668]
    assert intervals.poisson_rate(pd.Series([0, 2]), pd.Series([10, 0])).isna().all(
        axis=1
    ).tolist() == [False, True]


def test_holm_on_a_hand_made_family():
    p = pd.Series([0.01, np.nan, 0.04, 0.03, 0.005], index=list("abcda"))
    assert intervals.holm(p).round(3).tolist()[0] == 0.03
    np.testing.assert_allclose(intervals.holm(p), [0.03, np.nan, 0.06, 0.06, 0.02])
    assert intervals.holm(p).index.tolist() == list("abcda")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: intervals.wilson(5, 4), "1 of 1 counts exceed their base"),
        (lambda: intervals.wilson(-1, 4), "values of k are negative"),
        (lambda: intervals.wilson(1, 4, population=3), "exceed their population"),
        (
            lambda: intervals.wilson(pd.Series([1]), pd.Series([4], index=[9])),
            "indexed differently",
        ),
        (lambda: intervals.holm([1.2]), "outside 0-1"),
        (lambda: intervals.wilson([1, 2, 3], [3, 4]), "one length are needed, not 3, 2"),
        (lambda: intervals.poisson_rate(3, confidence=95), "between 0 and 1"),
        (lambda: intervals.concentration([1, np.inf]), "negative or infinite"),
        (lambda: intervals.bootstrap([1, 2], "mean", cluster=[1], seed=1), "one length"),
        (lambda: intervals.bootstrap([1, 2], "mean", seed=1, draws=1), "2 or more"),
        (lambda: intervals.bootstrap([1, 2], "ratio", seed=1), "two columns"),
        (lambda: intervals.bootstrap(np.ones((3, 2)), "mean", seed=1), "one column"),
        (
            lambda: intervals.bootstrap([1, 2, 3], lambda rows: rows[:2], seed=1),
            r"shape \(2,\): one number",
        ),
        (
            lambda: intervals.bootstrap(
                pd.Series([1, 2]), "mean", cluster=pd.Series([1, 2], index=[1, 0]), seed=1
            ),
            "indexed differently",
        ),
        (lambda: intervals.concentration([1, -1]), "amounts are negative"),
        (lambda: intervals.bootstrap([1, None], "mean", seed=1), "missing or infinite value"),
        (lambda: intervals.bootstrap([1, np.inf], "mean", seed=1), "missing or infinite value"),
        (lambda: intervals.bootstrap([1, 2], "mode", seed=1), "mean, sum, ratio or a function"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_concentration_oracle(shared):
    expected = json.loads((shared / "oracles/concentration/expected_published.json").read_text())
    doj = expected["hhi_doj"]
    assert intervals.concentration(doj["shares_pct"])["hhi"] * 10_000 == pytest.approx(
        doj["hhi"], abs=1e-9
    )
    for n, hhi in expected["hhi_closed"]["equal_n"]:
        found = intervals.concentration([7] * n)
        assert found["hhi"] * 10_000 == pytest.approx(hhi)
        assert found["hhi_star"] == pytest.approx(0) if n > 1 else np.isnan(found["hhi_star"])
    gini = expected["gini_closed"]
    n = len(gini["x"])
    found = intervals.concentration(gini["x"])["gini"]  # the population form
    assert found == pytest.approx(gini["gini_population"], abs=1e-15)
    assert found * n / (n - 1) == pytest.approx(gini["gini_bias_corrected"], abs=1e-15)


def test_concentration_of_50_30_20():
    found = intervals.concentration([50, 30, 20, 0, None])
    assert found[["n", "hhi", "effective", "hhi_star"]].round(2).tolist() == [3, 0.38, 2.63, 0.07]
    assert intervals.concentration([]).drop("n").isna().all()


def test_lorenz_runs_from_nothing_to_all():
    curve = intervals.lorenz([1, 3, 0])
    assert curve["amount"].tolist() == [0, 0, 0.25, 1] and curve["holders"].iloc[-1] == 1


def test_bootstrap_is_the_same_whatever_the_order_of_rows_and_changes_with_the_seed():
    random = np.random.default_rng(3)
    rows = pd.DataFrame(
        {"value": random.normal(size=2000), "cluster": random.integers(0, 700, 2000)}
    )
    rows["group"] = random.integers(0, 3, 2000)
    shuffled = rows.sample(frac=1, random_state=1)
    for statistic in ["mean", "sum", np.median]:
        for keys in [
            {},
            {"cluster": "cluster"},
            {"groups": "group"},
            {"cluster": "cluster", "groups": "group"},
        ]:
            first, again = (
                intervals.bootstrap(
                    frame["value"],
                    statistic,
                    draws=50,
                    seed=8,
                    **{name: frame[column] for name, column in keys.items()},
                )
                for frame in [rows, shuffled]
            )
            np.testing.assert_allclose(first, again, rtol=1e-12)
    assert (
        intervals.bootstrap(rows["value"], "mean", seed=1)["low"]
        != intervals.bootstrap(rows["value"], "mean", seed=2)["low"]
    )


def test_bootstrap_by_weights_agrees_with_resampling_rows():
    random = np.random.default_rng(5)
    values, cluster = random.gamma(2, size=3000), random.integers(0, 900, 3000)
    by_weights = intervals.bootstrap(values, "mean", cluster=cluster, draws=4000, seed=1)
    by_rows = intervals.bootstrap(
        values, lambda rows: rows.mean(), cluster=cluster, draws=4000, seed=1
    )
    assert by_weights["value"] == pytest.approx(by_rows["value"]) == values.mean()
    for column in ["std_error", "low", "high"]:
        assert by_weights[column] == pytest.approx(
            by_rows[column], rel=0.06 if column == "std_error" else 0.005
        )


def test_bootstrap_by_cluster_sees_that_rows_repeat():
    once = np.random.default_rng(4).normal(size=100)
    fourfold = np.repeat(once, 4)
    alone = intervals.bootstrap(once, "mean", seed=1)["std_error"]
    together = intervals.bootstrap(fourfold, "mean", cluster=np.repeat(np.arange(100), 4), seed=1)[
        "std_error"
    ]
    assert together == pytest.approx(alone, rel=0.1)
    assert intervals.bootstrap(fourfold, "mean", seed=1)["std_error"] == pytest.approx(
        alone / 2, rel=0.1
    )


def test_bootstrap_of_a_ratio_and_of_a_sum():
    rows = pd.DataFrame({"cash": [1.0, 2, 3], "total": [2.0, 8, 10]})
    assert intervals.bootstrap(rows, "ratio", seed=1)["value"] == pytest.approx(6 / 20)
    found = intervals.bootstrap([10, 20, 30], "sum", seed=1)
    assert found["value"] == 60 and found["std_error"] == pytest.approx(
        np.sqrt(3 * 200 / 3), rel=0.05
    )


def test_bootstrap_edges():
    assert intervals.bootstrap([], "mean", seed=1).isna().all()
    assert intervals.bootstrap([0, 0, 1], "mean", seed=1, bounds=(0, 1))[
        ["low", "high"]
    ].tolist() == [0, 1]
    alone = intervals.bootstrap([4, 4], "mean", cluster=["a", "a"], seed=1)
    assert alone["value"] == 4 and alone[["std_error", "low", "high"]].isna().all()


def test_the_bootstrap_of_few_values_gives_students_interval():
    values = np.array([3.0, 5, 6, 9, 14])
    found = intervals.bootstrap(values, "mean", seed=1)
    error = values.std(ddof=1) / np.sqrt(5)
    expected = scipy.stats.t.interval(0.95, 4, values.mean(), error)
    np.testing.assert_allclose(found[["low", "high"]], expected)


def test_of_several_changes_those_move_for_sure_that_holm_leaves():
    """Of four changes 3.2, 2, 0 and no standard errors wide, one of unknown width: at 95 % the
    second interval excludes zero, but of two of three by chance alone, p = 0.0455 x 2.
    """
    errors = pd.Series([1.0, 2.0, 1.0, 0.0, np.nan])
    changes = pd.Series([3.2, 4.0, 0.0, 0.0, 5.0])
    reach = 1.959964 * errors
    limits = pd.DataFrame({"low": changes - reach, "high": changes + reach})
    assert (limits["low"] > 0).tolist() == [True, True, False, False, False]
    moved = edition_parts.moved_for_sure(limits, 0.95)
    assert moved.tolist() == [True, False, False, False, False]
    assert edition_parts.moved_for_sure(limits.iloc[[1]], 0.95).tolist() == [True]
    below_zero = pd.DataFrame({"low": -limits["high"], "high": -limits["low"]})
    assert edition_parts.moved_for_sure(below_zero, 0.95).tolist() == moved.tolist()
