"""Composite indices and reliability give the published values of the OECD handbook, the UNDP, COINr, psych and lavaan."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.indicators import composite_indicator
from analysis.stats import reliability


@pytest.fixture
def tai(shared):
    folder = shared / "oracles/tai_oecd"
    return pd.read_csv(folder / "data.csv", index_col="country"), json.loads(
        (folder / "expected_published.json").read_text()
    )


# UNDP, Human Development Report 2001, technical note: what counts as none and as all; telephones and electricity in logs
UNDP = {
    "patents": (0, 994),
    "royalties": (0, 272.6),
    "internet": (0, 232.4),
    "exports": (0, 80.8),
    "telephones_log": (0, np.log10(901)),
    "electricity_log": (np.log10(22), np.log10(6969)),
    "schooling": (0.8, 12),
    "university": (0.1, 27.4),
}
DIMENSIONS = {name: 0.125 for name in UNDP}  # four dimensions of two indicators each


def test_handbook_normalisations(tai):
    items, expected = tai
    table = expected["table15_schooling_p87"]
    for method, name in {"minmax": "minmax", "rank": "rank_high_is_top"}.items():
        ours = composite_indicator.normalise(items[["schooling"]], method)["schooling"][
            table["country"]
        ]
        np.testing.assert_allclose(ours, table[name], atol=0.0051, err_msg=method)


def test_handbook_reliability(tai):
    items, expected = tai
    table = expected["table11_cronbach_p73"]
    assert reliability.alpha(items, standardised=True) == pytest.approx(
        table["alpha_standardised_all8"], abs=0.005
    )
    for item, published in table["alpha_if_deleted"].items():
        assert reliability.alpha(items.drop(columns=item), standardised=True) == pytest.approx(
            published, abs=0.002
        )


def test_handbook_ranks_linear_and_geometric(tai):
    items, expected = tai
    table = expected["table38_ranks_p116_equal_weights"]
    linear = composite_indicator.score_ranks(composite_indicator.composite(items, DIMENSIONS, UNDP))
    assert linear.astype(int).to_dict() == table["LIN"]
    geometric = composite_indicator.score_ranks(
        composite_indicator.composite(items, aggregation="geometric")
    )  # of the raw values, as the handbook does
    assert geometric.astype(int).to_dict() == table["GME"]


def test_handbook_geometric_example(tai):
    example = tai[1]["geometric_example_p104"]
    scores = composite_indicator.composite(
        pd.DataFrame([example["a"], example["b"], [21, 2, 1, 1], [7, 6, 6, 6]]),
        aggregation="geometric",
    )
    published = [example[name] for name in ("gm_a", "gm_b", "a_second_plus_1", "b_plus_1")]
    np.testing.assert_allclose(
        scores, published, atol=0.0099
    )  # two decimals, cut off rather than rounded


def test_human_development_index(shared):
    rows = pd.read_csv(shared / "oracles/hdi_2019/data.csv", index_col="country")
    education = composite_indicator.composite(
        rows[["expected_schooling", "mean_schooling"]],
        goalposts={"expected_schooling": (0, 18), "mean_schooling": (0, 15)},
    )
    items = pd.DataFrame(
        {
            "health": rows["life_expectancy"],
            "education": education,
            "income": np.log(rows["gni_pc_ppp2017"]),
        }
    )
    posts = {"health": (20, 85), "education": (0, 1), "income": (np.log(100), np.log(75_000))}
    index = composite_indicator.composite(items, goalposts=posts, aggregation="geometric")
    np.testing.assert_allclose(index, rows["hdi_published"], atol=0.0015)


def test_coinr_pillars(shared):
    folder = shared / "oracles/coinr_asem"
    treated = (
        pd.read_csv(folder / "treated.csv", index_col="UnitCode")
        .drop(columns="UnitName")
        .astype(float)
    )
    meta = pd.read_csv(folder / "ind_meta.csv", index_col="IndCode")
    low, high = treated.min(), treated.max()
    worst, best = low.where(meta["Direction"] > 0, high), high.where(meta["Direction"] > 0, low)
    posts = pd.DataFrame({"worst": worst, "best": best}).loc[treated.columns]
    normalised = composite_indicator.normalise(treated, "goalposts", posts) * 100
    expected = pd.read_csv(folder / "normalised_expected.csv", index_col="UnitCode").drop(
        columns="UnitName"
    )
    np.testing.assert_allclose(
        normalised[expected.columns].loc[expected.index], expected, atol=1e-10
    )
    pd.testing.assert_frame_equal(
        composite_indicator.normalise(treated, "minmax", posts) * 100, normalised
    )
    structure = pd.read_csv(folder / "structure.csv", index_col="IndCode")["Agg1"]
    weights = pd.read_csv(folder / "weights.csv").query("AgLevel == 1").set_index("Code")["Weight"]
    pillars = pd.read_csv(folder / "pillars_expected.csv", index_col="UnitCode")
    for pillar in pillars:
        members = structure.index[structure == pillar]
        score = (
            composite_indicator.composite(treated[members], weights[members], posts.loc[members])
            * 100
        )
        np.testing.assert_allclose(
            score.loc[pillars.index], pillars[pillar], atol=1e-10, err_msg=pillar
        )


def test_reliability_of_attitude(shared):
    folder = shared / "oracles/reliability_attitude"
    items, expected = (
        pd.read_csv(folder / "data.csv"),
        json.loads((folder / "expected_r.json").read_text()),
    )
    total = expected["alpha"]["total"][0]
    assert reliability.alpha(items) == pytest.approx(total["raw_alpha"], abs=1e-12)
    assert reliability.alpha(items, standardised=True) == pytest.approx(
        total["std.alpha"], abs=1e-12
    )
    for item, row in zip(items, expected["alpha"]["drop"], strict=True):
        assert reliability.alpha(items.drop(columns=item)) == pytest.approx(
            row["raw_alpha"], abs=1e-9
        )
    assert reliability.omega(items, "ml") == pytest.approx(
        expected["cfa"]["omega_ml_one_factor"], abs=1e-6
    )
    assert reliability.omega(items, "minres") == pytest.approx(
        expected["omega1"]["omega_tot"], abs=1e-6
    )
    told = reliability.reliability(items, seed=1)
    assert told.loc["alpha", "low"] < total["raw_alpha"] < told.loc["alpha", "high"] and told[
        "n"
    ].tolist() == [30, 30]


def test_reliability_where_it_stops():
    # raters who agree wholly; an item that never varies; one respondent; an item that is all its factor (Heywood)
    same = pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]})
    assert reliability.alpha(same) == 1
    assert np.isnan(reliability.alpha(same * 0)) and np.isnan(
        reliability.alpha(same.assign(b=1), standardised=True)
    )
    assert np.isnan(reliability.alpha(same[:1], standardised=True))
    assert (
        reliability.alpha([[1, 2], [3, 3], [None, 3]])
        == reliability.alpha(np.array([[1.0, 2], [3, 3]]))
        == 2 / 3 * 4 / 3
    )
    common = np.linspace(-2, 2, 40)
    items = pd.DataFrame(
        {"a": common, "b": common + np.tile([1, -1], 20), "c": common + np.repeat([1, -1], 20)}
    )
    assert 0 < reliability.omega(items) < 1
    repeated = pd.DataFrame(
        {name: common for name in "abcd"}
    )  # one question asked four times: nothing is an item's own
    assert [reliability.omega(repeated, family) for family in ("ml", "minres")] == pytest.approx(
        [1, 1], abs=2e-3
    )


def test_too_few_respondents_tell_no_reliability():
    items = pd.DataFrame(np.random.default_rng(1).normal(size=(29, 4)), columns=list("abcd"))
    assert reliability.reliability(items, seed=1)["value"].isna().all()
    assert np.isnan(reliability.alpha(items[["a"]])) and np.isnan(
        reliability.omega(items[["a", "b"]])
    )


@settings(deadline=None)
@given(
    st.lists(st.lists(st.floats(0, 10), min_size=3, max_size=3), min_size=2, max_size=12),
    st.sampled_from(["arithmetic", "geometric"]),
)
def test_a_unit_that_joins_moves_no_other_score(rows, aggregation):
    items = pd.DataFrame(rows, columns=list("abc"))
    posts = {"a": (0, 10), "b": (10, 0), "c": (2, 8)}
    weights = {"a": 1, "b": 2, "c": 1}
    whole = composite_indicator.composite(items, weights, posts, aggregation)
    fewer = composite_indicator.composite(items.iloc[1:], weights, posts, aggregation)
    np.testing.assert_allclose(whole.iloc[1:], fewer, rtol=1e-12)
    assert whole.between(0, 1 + 1e-12).all()
    shuffled = composite_indicator.composite(items[list("cab")], weights, posts, aggregation)
    np.testing.assert_allclose(whole, shuffled, rtol=1e-9, atol=1e-12)
    # a geometric mean never exceeds the arithmetic one
    assert (
        composite_indicator.composite(items, weights, posts, "geometric")
        <= composite_indicator.composite(items, weights, posts) + 1e-9
    ).all()


def test_forms_of_goalposts_and_weights_give_one_answer():
    items = pd.DataFrame({"a": [1.0, 4], "b": [3.0, 2]})
    wanted = composite_indicator.composite(items, {"a": 1, "b": 3}, {"a": (0, 5), "b": (5, 0)})
    named = pd.DataFrame({"best": [5, 0], "worst": [0, 5]}, index=["a", "b"])
    for weights in [[1, 3], (1, 3), np.array([2, 6]), pd.Series({"b": 3, "a": 1})]:
        for posts in [
            [(0, 5), (5, 0)],
            np.array([[0, 5], [5, 0]]),
            named,
            {"b": [5, 0], "a": [0, 5]},
        ]:
            assert (
                composite_indicator.composite(items.astype("Float64"), weights, posts).tolist()
                == wanted.tolist()
                == pytest.approx([0.35, 0.65])
            )


def test_an_item_with_all_the_weight_is_never_left_out():
    items = pd.DataFrame({"a": [1.0, 2, 3], "b": [3.0, 2, 1]})
    drawn = composite_indicator.rank_draws(items, [1, 0], seed=1)
    assert drawn.notna().all(axis=None) and drawn.quantile(0.05, axis=1).tolist() == [3, 2, 1]
    assert composite_indicator.rank_draws(items[["a"]], seed=1).notna().all(axis=None)
    assert composite_indicator.sobol(items, [1, 0], samples=16, seed=1)["total"].isna().all()
    assert composite_indicator.sobol(items[:1], samples=16, seed=1)["total"].isna().all()


def test_missing_items_leave_their_weight_or_the_score():
    items = pd.DataFrame(
        {"a": [1.0, np.nan], "b": [0.0, 0.5], "c": [0.5, np.nan]},
        index=["all known", "one of three"],
    )
    assert composite_indicator.composite(items).tolist() == pytest.approx(
        [0.5, np.nan], nan_ok=True
    )
    assert composite_indicator.composite(items, {"a": 1, "b": 8, "c": 1})["one of three"] == 0.5
    assert composite_indicator.composite(items, aggregation="geometric")["all known"] == 0


def test_draws_hold_the_choices():
    random = np.random.default_rng(1)
    items = pd.DataFrame(random.uniform(0, 10, (20, 5)), columns=list("abcde"))
    items.loc[0], items.loc[1] = 10, 0  # best and worst at everything: no choice moves them
    posts = {name: (0, 10) for name in items}
    drawn = composite_indicator.rank_draws(items, goalposts=posts, seed=1)
    assert (drawn.loc[0] == 1).all() and (drawn.loc[1] == 20).all()
    apart = lambda drawn: drawn.quantile(0.95, axis=1) - drawn.quantile(0.05, axis=1)
    assert apart(drawn).max() > 3
    pd.testing.assert_frame_equal(
        drawn, composite_indicator.rank_draws(items, goalposts=posts, seed=1)
    )
    assert not drawn.equals(composite_indicator.rank_draws(items, goalposts=posts, seed=2))
    heavy = composite_indicator.rank_draws(
        items, {"a": 1000, "b": 1, "c": 1, "d": 1, "e": 1}, posts, seed=1
    )
    assert apart(heavy).mean() < 2 * apart(drawn).mean()


def test_draws_leave_items_out():
    # all the weight is on a: only draws without it see that b says the contrary
    items = pd.DataFrame({"a": [9.0, 5, 1], "b": [1.0, 5, 9]}, index=["x", "y", "z"])
    drawn = composite_indicator.rank_draws(
        items, {"a": 1000, "b": 1}, {"a": (0, 10), "b": (0, 10)}, seed=1
    )
    assert drawn.loc["x"].median() == 1 and drawn.loc["x"].quantile(0.95) == 3


def test_leave_one_out_gives_a_column_per_item():
    items = pd.DataFrame({"a": [9, 1, 5], "b": [1, 9, 5], "c": [1, 9, 6]}, index=["x", "y", "z"])
    table = composite_indicator.leave_one_out(items, goalposts={name: (0, 10) for name in items})
    assert table.columns.tolist() == ["all", "a", "b", "c"]
    assert table["all"].to_dict() == {"y": 1, "z": 2, "x": 3}
    assert table["b"].to_dict() == {"z": 1, "x": 2, "y": 2}


def test_sobol_names_what_moves_the_ranks():
    random = np.random.default_rng(1)
    items = pd.DataFrame(random.uniform(0, 10, (30, 4)), columns=list("abcd"))
    table = composite_indicator.sobol(
        items, goalposts={name: (0, 10) for name in items}, samples=128, seed=1
    )
    assert table.index.tolist() == ["weights", "normalisation", "aggregation", "exclusion"]
    assert table["total"].idxmax() == "weights" and table["total"].between(0, 1.3).all()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda items: composite_indicator.composite(items, {"a": 1, "z": 1}),
            "do not name the same: b, z",
        ),
        (lambda items: composite_indicator.composite(items, [1, -1]), "one weight per item"),
        (
            lambda items: composite_indicator.composite(items, goalposts={"a": (0, 1)}),
            "goalposts need a worst and another best value for: b",
        ),
        (
            lambda items: composite_indicator.composite(
                items, goalposts={"a": (0, 1), "b": (2, 2)}
            ),
            "for: b",
        ),
        (
            lambda items: composite_indicator.composite(items - 5, aggregation="geometric"),
            "zero or more",
        ),
        (
            lambda items: composite_indicator.composite(items, aggregation="harmonic"),
            "arithmetic or geometric",
        ),
        (lambda items: reliability.omega(items, "bayes"), "ml or minres"),
        (lambda items: reliability.alpha(items.assign(b="x")), "must be numbers: b"),
        (
            lambda items: composite_indicator.composite(items, goalposts={"a": 0, "b": 1}),
            "pairs of a worst and a best",
        ),
        (
            lambda items: composite_indicator.composite(
                items, goalposts={"a": (0, np.inf), "b": (0, 1)}
            ),
            "for: a",
        ),
        (lambda items: composite_indicator.sobol(items, samples=100, seed=1), "power of 2"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(call, says):
    with pytest.raises(ValueError, match=says):
        call(pd.DataFrame({"a": [1, 2, 4], "b": [2, 3, 1]}))
