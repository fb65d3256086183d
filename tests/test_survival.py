"""The survival estimators give the published numbers, agree with one another, and refuse what they cannot use.

The numbers come from R (survival, cmprsk) on public data. Where definitions change digits the test says which one holds:
R's median takes the middle of a flat part where ours takes its start, so levels that a curve touches are compared apart.
"""

import json
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from analysis.stats import survival

SCALES = ["plain", "log", "log-log"]


@pytest.fixture
def oracle(shared):
    def load(folder, data="data.csv"):
        here = shared / "oracles" / folder
        return pd.read_csv(here / data), json.loads((here / "expected_r.json").read_text())

    return load


def numbers(values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def assert_curve(curve, expected, tolerance=1e-9):
    """Our rows with an end are R's rows."""
    rows = curve[curve["ended"] > 0]
    assert rows["time"].tolist() == expected["time"]
    assert rows["at_risk"].tolist() == expected["n_risk"]
    assert rows["ended"].tolist() == expected["n_event"]
    for ours, theirs in {
        "survival": "surv",
        "std_error": "std_err",
        "low": "lower",
        "high": "upper",
    }.items():
        np.testing.assert_allclose(
            rows[ours], numbers(expected[theirs]), atol=tolerance, rtol=0, err_msg=ours
        )


def assert_quantiles(curve, expected):
    for percent in ["25", "50", "75"]:
        ours = survival.quantile(curve, int(percent) / 100)
        for column, name in {"value": "quantile", "low": "lower", "high": "upper"}.items():
            theirs = numbers([row[percent] for row in expected["quantiles"][name]])
            np.testing.assert_array_equal(ours[column], theirs, err_msg=f"{column} at {percent} %")


def assert_cox(fit, expected, tolerance=1e-6):
    rows = pd.DataFrame(expected["coef"])
    columns = {
        "coefficient": "coef",
        "hazard_ratio": "exp(coef)",
        "std_error": "se(coef)",
        "p_value": "Pr(>|z|)",
    }
    if "robust se" in rows:
        columns["robust_error"] = "robust se"
    for ours, theirs in columns.items():
        np.testing.assert_allclose(
            fit[ours], rows[theirs], atol=tolerance, rtol=tolerance, err_msg=ours
        )
    limits = pd.DataFrame(expected["conf"])
    np.testing.assert_allclose(
        fit[["low", "high"]], limits[["lower .95", "upper .95"]], rtol=tolerance
    )


@pytest.mark.parametrize("scale", SCALES)
def test_leukemia_curves_are_those_of_r(oracle, scale):
    rows, expected = oracle("leukemia_6mp")
    curve = survival.kaplan_meier(rows["time"], rows["cens"], strata=rows["treat"], interval=scale)
    assert_curve(curve, expected["km"][scale])
    assert_quantiles(curve, expected["km"][scale])


def test_leukemia_restricted_mean_and_tests(oracle):
    rows, expected = oracle("leukemia_6mp")
    mean = survival.rmst(
        survival.kaplan_meier(rows["time"], rows["cens"], strata=rows["treat"]), 20
    )
    table = pd.DataFrame(expected["km"]["rmst"]["table"])
    np.testing.assert_allclose(mean["value"], table["rmean"], atol=1e-9)
    np.testing.assert_allclose(mean["std_error"], table["se(rmean)"], atol=1e-9)
    assert mean.index.tolist() == ["6-MP", "control"]
    test = survival.logrank(rows["time"], rows["cens"], rows["treat"])
    assert test["statistic"].iloc[0] == pytest.approx(16.7929409892165, abs=1e-9)
    np.testing.assert_allclose(test["expected"], expected["logrank"]["exp"], atol=1e-9)
    for ties in ["efron", "breslow"]:
        fit = survival.cox(
            rows["time"], rows["cens"], {"control": rows["treat"] == "control"}, ties=ties
        )
        assert_cox(fit, expected[f"cox_{ties}"])


@pytest.mark.parametrize("scale", SCALES)
def test_lung_curves_are_those_of_r(oracle, scale):
    rows, expected = oracle("lung")
    dead = rows["status"] == 2
    for strata, name in [(None, "km_all"), (rows["sex"], "km_sex")]:
        curve = survival.kaplan_meier(rows["time"], dead, strata=strata, interval=scale)
        assert_curve(curve, expected[name][scale])
        assert_quantiles(curve, expected[name][scale])
        mean = survival.rmst(curve, 365)
        table = pd.DataFrame(expected[name]["rmst"]["table"])
        np.testing.assert_allclose(
            mean[["value", "std_error"]], table[["rmean", "se(rmean)"]], atol=1e-9
        )
    assert mean["value"].round(4).tolist() == [241.4951, 297.4654]


def test_lung_tests_and_cox(oracle):
    rows, expected = oracle("lung")
    known = rows[rows["ph.ecog"].notna()]  # R leaves out the one row without a performance score
    for group, frame, name in [("sex", rows, "logrank_sex"), ("ph.ecog", known, "logrank_ecog")]:
        test = survival.logrank(frame["time"], frame["status"] == 2, frame[group])
        assert test["statistic"].iloc[0] == pytest.approx(expected[name]["chisq"], abs=1e-9)
        assert test["df"].iloc[0] == expected[name]["df"]
        assert test["p_value"].iloc[0] == pytest.approx(expected[name]["p"], rel=1e-9)
        np.testing.assert_allclose(
            test[["observed", "expected"]].T,
            [expected[name]["obs"], expected[name]["exp"]],
            atol=1e-9,
        )
    time, dead = known["time"], known["status"] == 2
    fit = survival.cox(time, dead, known[["age", "sex", "ph.ecog"]])
    assert_cox(fit, expected["cox"])
    assert_cox(
        survival.cox(time, dead, known[["age", "sex", "ph.ecog"]], ties="breslow"),
        expected["cox_breslow"],
    )
    assert_cox(
        survival.cox(time, dead, known[["age", "ph.ecog"]], strata=known["sex"]),
        expected["cox_strata"],
    )
    drift = pd.DataFrame(expected["zph"]["table"])
    np.testing.assert_allclose(fit["proportionality"], drift["chisq"][:3], atol=1e-6)
    np.testing.assert_allclose(fit["proportionality_p"], drift["p"][:3], atol=1e-6)
    assert fit["proportionality_p_all"].iloc[0] == pytest.approx(drift["p"][3], abs=1e-6)


def test_rossi_cox_and_curves(oracle):
    rows, expected = oracle("rossi")
    covariates = rows[["fin", "age", "race", "wexp", "mar", "paro", "prio"]]
    assert_cox(survival.cox(rows["week"], rows["arrest"], covariates), expected["cox"])
    assert_cox(
        survival.cox(rows["week"], rows["arrest"], covariates, ties="breslow"),
        expected["cox_breslow"],
    )
    # R's score is of the model fin + age + prio; nobody is censored before week 52, so the weights are all 1
    some = covariates[["fin", "age", "prio"]]
    for time, score, gain in zip(
        *(expected["brier"][name] for name in ["times", "brier", "rsquared"]), strict=True
    ):
        predicted = survival.predict(rows["week"], rows["arrest"], some, some, time)
        loss = survival.brier(rows["week"], rows["arrest"], predicted, time).mean()
        assert loss == pytest.approx(score, abs=1e-6)
        base = survival.at(survival.kaplan_meier(rows["week"], rows["arrest"]), time)["value"].iloc[
            0
        ]
        nothing_known = survival.brier(
            rows["week"], rows["arrest"], np.full(len(rows), base), time
        ).mean()
        assert 1 - loss / nothing_known == pytest.approx(gain, abs=1e-6)
    for scale in SCALES:
        assert_curve(
            survival.kaplan_meier(rows["week"], rows["arrest"], strata=rows["fin"], interval=scale),
            expected["km_fin"][scale],
        )


def test_brier_weighs_up_what_was_censored():
    # A (ends at 1), B (censored at 2 before the horizon: unknown), C and D go on past 3; B's weight passes to C and D
    assert survival.brier([1, 2, 4, 5], [1, 0, 1, 0], [0, 0, 1, 0.5], 3).tolist() == pytest.approx(
        [0, 0, 0, 0.25 * 3 / 2]
    )
    # an end and a censoring at one time: the end comes first, its chance to have been seen is whole
    assert survival.brier([2, 2, 4], [1, 0, 1], [1, 1, 0], 2).tolist() == pytest.approx([1, 0, 1])
    # what was followed to the horizon and no further went on at it: all four count, whether ended or not
    assert survival.brier([1, 12, 12, 12], [1, 0, 0, 0], [0.75] * 4, 12).mean() == pytest.approx(
        0.75 * 0.25
    )


def test_left_truncated_curve_is_exact(oracle):
    rows, expected = oracle("therneau_grambsch_tiny", "test2.csv")
    for scale in SCALES:
        curve = survival.kaplan_meier(
            rows["stop"], rows["event"], entry=rows["start"], interval=scale
        )
        assert_curve(curve, expected["test2_km_left_truncated"][scale])
    ended = curve[curve["ended"] > 0]["survival"]
    exact = [
        Fraction(1, 2),
        Fraction(1, 3),
        Fraction(4, 15),
        Fraction(1, 5),
        Fraction(3, 20),
        Fraction(9, 100),
    ]
    np.testing.assert_allclose(ended, [float(f) for f in exact], rtol=1e-15)
    # S touches 0.5 at 2 and leaves it at 3: R answers 2.5, METHOD the first time
    assert expected["test2_km_left_truncated"]["plain"]["quantiles"]["quantile"][0]["50"] == 2.5
    assert survival.quantile(curve)["value"].tolist() == [2]


def test_closed_forms_of_cox(oracle):
    rows, expected = oracle("therneau_grambsch_tiny", "test1.csv")
    known = rows.dropna()
    covariates = known[["x"]]
    breslow = survival.cox(known["time"], known["status"], covariates, ties="breslow")
    assert breslow["coefficient"].iloc[0] == pytest.approx(np.log(1.5 + np.sqrt(33) / 2), abs=1e-12)
    efron = survival.cox(known["time"], known["status"], covariates)
    closed = np.log(np.cos(np.arccos((45 / 23) * np.sqrt(3 / 23)) / 3) * 2 * np.sqrt(23 / 3))
    assert efron["coefficient"].iloc[0] == pytest.approx(closed, abs=1e-12)
    assert_cox(efron, expected["test1_efron"])
    assert_cox(breslow, expected["test1_breslow"])
    rows, _ = oracle("therneau_grambsch_tiny", "test2.csv")
    for ties in ["efron", "breslow"]:
        fit = survival.cox(rows["stop"], rows["event"], rows[["x"]], entry=rows["start"], ties=ties)
        assert_cox(fit, expected[f"test2_{ties}"])


def test_competing_toy_is_exact(oracle):
    rows, expected = oracle("competing_toy")
    incidence = survival.cumulative_incidence(rows["time"], rows["cause"].where(rows["cause"] > 0))
    value = incidence.pivot(index="time", columns="cause", values="incidence")
    np.testing.assert_allclose(value, np.array(expected["pstate"])[:, 1:], rtol=1e-14)
    assert value.loc[3, 2] == pytest.approx(12 / 35, rel=1e-15)
    error = incidence.pivot(index="time", columns="cause", values="std_error")
    np.testing.assert_allclose(error, np.array(expected["std_err"])[:, 1:], atol=1e-9)


def test_mgus2_competing_ends(oracle):
    rows, expected = oracle("mgus2_competing")
    cause = rows["cause"].map({1: "pcm", 2: "death"})
    sex = pd.Categorical(rows["sex"])
    incidence = survival.cumulative_incidence(rows["etime"], cause, strata=sex, interval="log")
    reached = expected["aalen_johansen"]
    for place, (stratum, time) in enumerate(zip(reached["strata"], reached["time"], strict=True)):
        for column, name in enumerate(reached["states"][1:], start=1):
            mine = (incidence["stratum"] == stratum.removeprefix("sex=")) & (
                incidence["cause"] == name
            )
            row = incidence[mine & (incidence["time"] <= time)].iloc[-1]
            for ours, theirs in {
                "incidence": "pstate",
                "std_error": "std_err",
                "low": "lower",
                "high": "upper",
            }.items():
                assert row[ours] == pytest.approx(reached[theirs][place][column], abs=1e-9), (
                    stratum,
                    time,
                    name,
                    ours,
                )
    fit = survival.cox(
        rows["etime"], cause == "pcm", pd.DataFrame({"age": rows["age"], "sex": sex})
    )
    assert fit.index.tolist() == ["age", "sex_M"]
    assert_cox(fit, expected["cause_specific_pcm"])


def test_bladder_recurrent_events(oracle):
    rows, expected = oracle("bladder_recurrent", "bladder2.csv")
    covariates = rows[["rx", "size", "number"]]
    for ties in ["breslow", "efron"]:
        fit = survival.cox(
            rows["stop"],
            rows["event"],
            covariates,
            entry=rows["start"],
            cluster=rows["id"],
            ties=ties,
        )
        assert_cox(fit, expected[f"AG_{ties}"])
    # Prentice, Williams and Peterson's two models: one baseline per recurrence, in total or in gap time, Breslow's ties
    once_more = {"strata": rows["enum"], "cluster": rows["id"], "ties": "breslow"}
    total = survival.cox(rows["stop"], rows["event"], covariates, entry=rows["start"], **once_more)
    gap = survival.cox(rows["stop"] - rows["start"], rows["event"], covariates, **once_more)
    assert_cox(total, expected["PWP_total"])
    assert_cox(gap, expected["PWP_gap"])
    reached = pd.DataFrame(expected["mean_cumulative"])
    for rx, part in rows.groupby("rx"):
        curve = survival.mean_cumulative(part["start"], part["stop"], part["event"], part["id"])
        wanted = reached[reached["strata"] == f"rx={rx}"]
        at = curve.iloc[np.searchsorted(curve["time"], wanted["time"], side="right") - 1]
        np.testing.assert_allclose(at["mean"], wanted["cumhaz"], atol=1e-9)
        np.testing.assert_allclose(at["std_error"], wanted["std_chaz"], atol=1e-9)
        seen = curve[curve["mean"] > 0]
        factor = np.exp(norm.ppf(0.975) * seen["std_error"] / seen["mean"])
        np.testing.assert_allclose(seen["high"], seen["mean"] * factor)
        np.testing.assert_allclose(seen["low"], seen["mean"] / factor)


def test_two_events_of_one_day():
    # as Nelson's valve seats (1995), two of which were replaced in one engine on day 139: a row that lasts no time
    curve = survival.mean_cumulative(
        [0, 139, 139, 0], [139, 139, 589, 600], [1, 1, 0, 1], ["402", "402", "402", "403"]
    )
    assert curve[["time", "at_risk", "events", "mean"]].values.tolist() == [
        [139, 2, 2, 1],
        [589, 2, 0, 1],
        [600, 1, 1, 2],
    ]
    assert curve["std_error"].tolist() == pytest.approx(
        [np.sqrt(1 / 2)] * 3
    )  # (2 - 1)^2 + (0 - 1)^2, over 2^2
    alone = survival.mean_cumulative([0, 2], [2, 4], [1, 1], ["a", "a"])
    assert alone["mean"].tolist() == [1, 2] and alone[["std_error", "low", "high"]].isna().all(
        axis=None
    )


def test_aml_and_ovarian_are_those_of_r():
    # R survival's data: Miller 1997 (maintained chemotherapy), Edmunson 1979; summary(survfit), survdiff and coxph as R prints them
    time = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161, 5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45]
    ended = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]
    group = np.repeat(["maintained", "not"], [11, 12])
    curve = survival.kaplan_meier(time, ended, strata=group)
    maintained = curve[(curve["stratum"] == "maintained") & (curve["ended"] > 0)]
    assert maintained["survival"].round(3).tolist() == [
        0.909,
        0.818,
        0.716,
        0.614,
        0.491,
        0.368,
        0.184,
    ]
    assert maintained["std_error"].round(4).tolist() == [
        0.0867,
        0.1163,
        0.1397,
        0.1526,
        0.1642,
        0.1627,
        0.1535,
    ]
    np.testing.assert_array_equal(survival.quantile(curve), [[31, 13, np.nan], [23, 5, 33]])
    test = survival.logrank(time, ended, group)
    assert test["expected"].round(2).tolist() == [10.69, 7.31] and test["statistic"].iloc[
        0
    ] == pytest.approx(3.39638869898)
    fit = survival.cox(time, ended, {"x": group})
    assert fit.index.tolist() == ["x_not"] and fit[["coefficient", "std_error"]].round(
        4
    ).values.tolist() == [[0.9155, 0.5119]]
    time = [
        59,
        115,
        156,
        421,
        431,
        448,
        464,
        475,
        477,
        563,
        638,
        744,
        769,
        770,
        803,
        855,
        1040,
        1106,
        1129,
        1206,
        1227,
        268,
        329,
        353,
        365,
        377,
    ]
    ended = [1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, *[0] * 10, 1, 1, 1, 1, 0]
    treated = [1, 1, 1, 2, 1, 1, 2, 2, 1, 2, 1, 2, 2, 2, 1, 1, 1, 1, 2, 2, 2, 1, 1, 2, 2, 2]
    age = [
        72.3315,
        74.4932,
        66.4658,
        53.3644,
        50.3397,
        56.4301,
        56.9370,
        59.8548,
        64.1753,
        55.1781,
        56.7562,
        50.1096,
        59.6301,
        57.0521,
        39.2712,
        43.1233,
        38.8932,
        44.6000,
        53.9068,
        44.2055,
        59.5890,
        74.5041,
        43.1370,
        63.2192,
        64.4247,
        58.3096,
    ]
    test = survival.logrank(time, ended, treated)
    assert test["expected"].round(2).tolist() == [5.23, 6.77] and test["p_value"].round(
        1
    ).tolist() == [0.3, 0.3]
    fit = survival.cox(time, ended, {"age": age})
    assert fit[["coefficient", "std_error"]].round(4).values.tolist() == [[0.1616, 0.0497]]


def test_stanford_transplants_an_exposure_that_begins_later():
    # R: coxph(Surv(start, stop, event) ~ age + year + surgery + transplant, heart), Kalbfleisch and Prentice 2002 table 6.2,
    # and survfit(~ transplant, conf.type = "log-log"): patients come at risk in the second curve on the day of their transplant
    from lifelines.datasets import load_stanford_heart_transplants

    rows = load_stanford_heart_transplants()
    fit = survival.cox(
        rows["stop"],
        rows["event"],
        rows[["age", "year", "surgery", "transplant"]],
        entry=rows["start"],
    )
    assert fit["coefficient"].round(5).tolist() == [0.02717, -0.14635, -0.63721, -0.01025]
    assert fit["std_error"].round(5).tolist() == [0.01371, 0.07047, 0.36723, 0.31375]
    assert fit["p_value"].round(4).tolist() == [0.0476, 0.0378, 0.0827, 0.9739]
    curve = survival.kaplan_meier(
        rows["stop"], rows["event"], entry=rows["start"], strata=rows["transplant"]
    )
    found = survival.at(curve, 100)[["value", "low", "high", "at_risk"]]
    expected = [
        [0.562714010979, 0.390886808175, 0.703310367694, 10],
        [0.467875421482, 0.306709951545, 0.613760980487, 40],
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-11)


def test_veterans_keep_the_order_of_their_covariates():
    # R: coxph(Surv(time, status) ~ trt + celltype + karno + age, veteran); Kalbfleisch and Prentice 2002, table 1.5
    from sksurv.datasets import load_veterans_lung_cancer

    rows, ends = load_veterans_lung_cancer()
    cell = pd.Categorical(rows["Celltype"], ["squamous", "smallcell", "adeno", "large"])
    covariates = pd.DataFrame(
        {
            "trt": rows["Treatment"] == "test",
            "celltype": cell,
            "karno": rows["Karnofsky_score"],
            "diagtime": rows["Months_from_Diagnosis"],
            "age": rows["Age_in_years"],
            "prior": (rows["Prior_therapy"] == "yes") * 10,
        }
    )
    fit = survival.cox(ends["Survival_in_days"], ends["Status"], covariates)
    assert fit.index.tolist() == [
        "trt",
        "celltype_smallcell",
        "celltype_adeno",
        "celltype_large",
        "karno",
        "diagtime",
        "age",
        "prior",
    ]
    expected = [0.2946, 0.8616, 1.1961, 0.4013, -0.0328, 0.0001, -0.0087, 0.0072]
    np.testing.assert_allclose(fit["coefficient"], expected, atol=5.1e-5)
    np.testing.assert_allclose(
        fit["std_error"],
        [0.2075, 0.2753, 0.3009, 0.2827, 0.0055, 0.0091, 0.0093, 0.0232],
        atol=5.1e-5,
    )
    test = survival.logrank(ends["Survival_in_days"], ends["Status"], cell)
    assert (
        test["expected"].round(1).tolist() == [47.7, 30.1, 15.7, 34.5]
        and test["statistic"].round(1).iloc[0] == 25.4
    )


def test_transplants_of_marrow_end_in_two_ways():
    # Scrucca, Santucci and Aversa 2007, Bone Marrow Transplantation 40: 35 patients, leukaemia 0 or 1, relapse 1 or death in
    # remission 2; cmprsk::cuminc and survival::survfit in R (whose errors are those of the multinomial counts)
    from sksurv.datasets import load_bmt

    rows, ends = load_bmt()
    cause = pd.Series(ends["status"]).where(ends["status"] > 0)
    incidence = survival.cumulative_incidence(ends["ftime"], cause, strata=rows["dis"].astype(int))
    last = incidence[incidence["time"] <= 20].groupby(["stratum", "cause"]).last()
    np.testing.assert_allclose(
        last["incidence"],
        [0.176470588235, 0.588235294118, 0.368185763889, 0.205707465278],
        rtol=1e-11,
    )
    np.testing.assert_allclose(
        last["std_error"],
        [0.0924594409404, 0.119364624987, 0.1208514945937, 0.107947078824],
        rtol=1e-10,
    )


def test_beta_interval_is_the_exact_binomial_without_censoring():
    from scipy.stats import binomtest

    curve = survival.kaplan_meier([1, 2, 2, 3, 5, 8, 9, 9], [1] * 8, interval="beta")
    for row in curve.itertuples():
        exact = binomtest(row.at_risk - row.ended, 8).proportion_ci(0.95, "exact")
        assert (row.low, row.high) == pytest.approx((exact.low, exact.high), abs=1e-9)


def test_beta_interval_knows_nothing_past_the_last_row():
    curve = survival.kaplan_meier([3, 5], [False, False], interval="beta")
    assert curve["high"].tolist() == [1, 1]
    assert curve["low"].tolist() == pytest.approx([0.025, 0])  # one row left, then none


rows = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.sampled_from([None, "a", "b"]),
        st.integers(0, 11),
        st.sampled_from("xy"),
    ),
    min_size=1,
    max_size=40,
).map(
    lambda drawn: pd.DataFrame(drawn, columns=["time", "cause", "entry", "stratum"]).query(
        "entry < time"
    )
)


@settings(deadline=None)
@given(rows)
def test_curves_are_consistent(frame):
    ended = frame["cause"].notna()
    curve = survival.kaplan_meier(
        frame["time"], ended, entry=frame["entry"], strata=frame["stratum"]
    )
    # no order of rows, unit of time, or company of other strata changes a curve
    shuffled = frame.sample(frac=1, random_state=1)
    again = survival.kaplan_meier(
        shuffled["time"],
        shuffled["cause"].notna(),
        entry=shuffled["entry"],
        strata=shuffled["stratum"],
    )
    pd.testing.assert_frame_equal(curve, again)
    halves = survival.kaplan_meier(
        frame["time"] / 2, ended, entry=frame["entry"] / 2, strata=frame["stratum"]
    )
    pd.testing.assert_frame_equal(curve.drop(columns="time"), halves.drop(columns="time"))
    assert (halves["time"] * 2).tolist() == curve["time"].tolist()
    for name, part in frame.groupby("stratum"):
        alone = survival.kaplan_meier(part["time"], part["cause"].notna(), entry=part["entry"])
        pd.testing.assert_frame_equal(
            alone, curve[curve["stratum"] == name].drop(columns="stratum").reset_index(drop=True)
        )
    # incidences and survival share one whole
    incidence = survival.cumulative_incidence(
        frame["time"], frame["cause"], entry=frame["entry"], strata=frame["stratum"]
    )
    if ended.any():
        whole = (
            incidence.groupby(["stratum", "time"])["incidence"].sum().to_numpy()
            + curve["survival"].to_numpy()
        )
        np.testing.assert_allclose(whole, 1, atol=1e-12)
    single = survival.cumulative_incidence(
        frame["time"], ended.where(ended), entry=frame["entry"], strata=frame["stratum"]
    )
    if ended.any():
        np.testing.assert_allclose(single["incidence"], 1 - curve["survival"], atol=1e-12)
        left = curve["survival"].to_numpy() > 1e-9
        np.testing.assert_allclose(single["std_error"][left], curve["std_error"][left], atol=1e-9)


@settings(deadline=None)
@given(rows)
def test_beta_limits_hold_the_curve(frame):
    curve = survival.kaplan_meier(frame["time"], frame["cause"].notna(), interval="beta")
    assert (
        (curve["low"] <= curve["survival"] + 1e-9) & (curve["survival"] <= curve["high"] + 1e-9)
    ).all()
    assert curve["low"].is_monotonic_decreasing and curve["high"].is_monotonic_decreasing


def test_a_row_is_at_risk_after_its_entry_until_its_end():
    # A from 0 to 3; B comes in at 3, when A ends, and is not at risk then; C comes in at 1
    curve = survival.kaplan_meier([3, 5, 4], [1, 1, 1], entry=[0, 3, 1])
    assert curve["at_risk"].tolist() == [2, 2, 1]
    assert curve["survival"].tolist() == [0.5, 0.25, 0]
    assert survival.quantile(curve)["value"].tolist() == [3]
    test = survival.logrank([3, 5, 4], [1, 1, 1], ["A", "B", "C"], entry=[0, 3, 1])
    assert test["expected"].tolist() == pytest.approx([1 / 2, 1 / 2 + 1, 1 / 2 + 1 / 2])
    # Cox sees the same risk sets: at 3 A of A and C, at 4 C of B and C, at 5 B alone
    fit = survival.cox([3, 5, 4], [1, 1, 1], {"x": [1.0, 0.3, 0.0]}, entry=[0, 3, 1])
    beta = fit["coefficient"].iloc[0]
    score = (
        1
        - np.exp(beta) / (np.exp(beta) + 1)
        + 0
        - 0.3 * np.exp(0.3 * beta) / (np.exp(0.3 * beta) + 1)
    )
    assert score == pytest.approx(0, abs=1e-9)


def test_entry_at_zero_is_no_entry():
    plain = survival.kaplan_meier([0, 2, 3], [1, 0, 1])
    pd.testing.assert_frame_equal(
        plain, survival.kaplan_meier([0, 2, 3], [1, 0, 1], entry=[0, 0, 0])
    )
    assert plain["survival"].tolist() == pytest.approx([2 / 3, 2 / 3, 0])


def test_an_end_comes_before_a_censoring_of_the_same_day():
    assert survival.kaplan_meier([5, 5], [1, 0])["survival"].tolist() == [0.5]


def test_a_risk_set_that_empties_ends_the_curve():
    # one row from the start ends at 2, before the others come: as in R, the curve stays at 0, whatever is seen later
    for interval in ["log-log", "beta"]:
        curve = survival.kaplan_meier([2, 5, 6], [1, 1, 1], entry=[0, 3, 4], interval=interval)
        assert curve["at_risk"].tolist() == [1, 2, 1] and curve["survival"].tolist() == [0, 0, 0]
    assert curve["low"].tolist() == [0, 0, 0] and curve["high"].is_monotonic_decreasing
    assert survival.rmst(curve, 6)["value"].tolist() == [2]


def test_a_row_that_ends_at_once_was_at_risk():
    # all four estimators count the row watched from the start that ends at 0, whether or not another entered late
    late = {"entry": [0, 0, 0, 1]}
    time, ended, group = [0, 2, 3, 4], [1, 1, 1, 0], ["a", "b", "a", "b"]
    assert survival.kaplan_meier(time, ended, **late)["at_risk"].tolist() == [3, 3, 2, 1]
    assert survival.logrank(time, ended, group, **late)["expected"].tolist() == pytest.approx(
        [2 / 3 + 1 / 3 + 1 / 2, 1 / 3 + 2 / 3 + 1 / 2]
    )
    fit = survival.cox(time, ended, {"x": [1.0, 0.0, 1.0, 0.0]}, **late)
    ratio = fit["hazard_ratio"].iloc[0]
    assert sum(
        ones * ratio / (ones * ratio + zeros) for ones, zeros in [(2, 1), (1, 2), (1, 1)]
    ) == pytest.approx(2)
    assert survival.mean_cumulative([0, 0, 0, 1], time, ended, list("wxyz"))[
        "at_risk"
    ].tolist() == [3, 3, 2, 1]


def test_forms_of_input_give_one_answer():
    wanted = survival.kaplan_meier([1, 2, 2], [True, False, True])
    for duration in [
        np.array([1, 2, 2]),
        pd.Series([1, 2, 2], dtype="Int64"),
        pd.Series([1, 2, 2], dtype="int64[pyarrow]"),
    ]:
        for ended in [
            [1, 0, 1],
            [1.0, 0.0, 1.0],
            pd.Series([True, False, True], dtype=object),
            pd.array([True, False, True]),
        ]:
            pd.testing.assert_frame_equal(wanted, survival.kaplan_meier(duration, ended))


def test_forms_of_covariates_give_one_answer():
    time, ended, values = [1, 2, 3, 4, 5, 6], [1, 1, 0, 1, 1, 0], [1, 2, 0, 3, 2, 1]
    wanted = survival.cox(time, ended, {"x": values})["coefficient"].iloc[0]
    as_objects = pd.DataFrame({"x": values}, dtype=object)
    for form in [
        values,
        np.array(values),
        np.array(values)[:, None],
        pd.Series(values, dtype="Int64"),
        as_objects,
    ]:
        assert survival.cox(time, ended, form)["coefficient"].tolist() == pytest.approx([wanted])
    with_unmet = survival.cox(time, ended, {"x": pd.Categorical(list("abbaba"), list("abc"))})
    assert with_unmet.index.tolist() == ["x_b"]


def test_edges_give_frames():
    assert survival.kaplan_meier([], []).empty
    assert survival.quantile(survival.kaplan_meier([], [], strata=[])).empty
    assert survival.cumulative_incidence([4, 5], [None, None]).empty
    never = survival.kaplan_meier([40, 50], [0, 0])
    assert never["survival"].tolist() == [1, 1]
    assert survival.quantile(never).isna().all(axis=None)  # not reached
    assert survival.rmst(never, 36)["value"].tolist() == [36]
    assert (
        survival.rmst(survival.kaplan_meier([10, 20], [1, 0]), 36).isna().all(axis=None)
    )  # watched for 20 only
    assert survival.rmst(survival.kaplan_meier([10, 20], [1, 1]), 36)["value"].tolist() == [
        15
    ]  # nothing left to watch
    at_once = survival.rmst(survival.kaplan_meier([12] * 5, [1] * 5), 36).iloc[0]
    assert (
        at_once[["value", "std_error"]].tolist() == [12, 0]
        and at_once[["low", "high"]].isna().all()
    )
    tiny_unit = survival.cox([1, 2, 3, 4], [1, 1, 1, 0], {"x": [0, 1e-9, 0, 1e-9]})
    assert np.isfinite(tiny_unit["coefficient"]).all()  # whatever its ratio, no warning is raised
    alone = survival.logrank([1, 2], [1, 1], ["a", "a"])
    assert alone["df"].tolist() == [0] and alone["p_value"].isna().all()


def rises_for_ever(duration, ended, entry, x) -> bool:
    """Whether a direction exists along which no row at risk comes before one that ends, and some come behind."""
    from scipy.optimize import linprog

    behind = [
        x[other] - x[end]
        for end in np.flatnonzero(ended)
        for other in range(len(x))
        if duration[other] >= duration[end] and (entry[other] < duration[end] or entry[other] == 0)
    ]
    gaps = np.array(behind)
    bounds = [(-1, 1)] * x.shape[1]
    return linprog(gaps.sum(axis=0), A_ub=gaps, b_ub=np.zeros(len(gaps)), bounds=bounds).fun < -1e-7


def test_cox_is_refused_exactly_where_no_finite_estimate_exists():
    random = np.random.default_rng(3)
    refused = estimated = 0
    for turn in range(160):
        n, many = random.integers(4, 12), random.integers(1, 3)
        duration, ended = random.integers(1, 12, n), random.random(n) < 0.7
        entry = np.where(random.random(n) < 0.5, np.floor(random.random(n) * duration), 0)
        x = random.normal(size=(n, many)).round(2)
        if turn % 2:
            x[:, 0] = random.integers(0, 2, n)
        if not ended.any():
            continue
        try:
            fit = survival.cox(duration, ended, x, entry=entry)
        except ValueError as refusal:
            if "does not differ" in str(refusal) or "follows from" in str(refusal):
                continue
            assert "no finite estimate exists" in str(refusal)
            assert rises_for_ever(duration, ended, entry, x)
            refused += 1
            held_finite = survival.cox(duration, ended, x, entry=entry, penalty=1)
            assert np.isfinite(held_finite[["coefficient", "std_error"]]).all(axis=None)
        else:
            assert not rises_for_ever(duration, ended, entry, x)
            assert np.isfinite(fit[["coefficient", "std_error"]]).all(axis=None)
            estimated += 1
    assert refused > 10 and estimated > 40, (refused, estimated)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            # 6, 26 and 2 end with the highest x of those at risk; 29 is alone
            lambda: survival.cox(
                [6, 26, 29, 2], [1] * 4, {"x": [0.91, -1.64, -1.67, 1.43]}, entry=[5, 0, 15, 1]
            ),
            "no finite estimate exists: x separates .* or give a penalty",
        ),
        (
            lambda: survival.kaplan_meier([1, -2, -3], [1, 1, 1]),
            r"2 of 3 durations are negative \(the first at position 1\)",
        ),
        (lambda: survival.kaplan_meier([1, None], [1, 1]), "1 of 2 values of duration are missing"),
        (
            lambda: survival.kaplan_meier([1, 2], pd.array([True, None])),
            "1 of 2 values of ended are missing",
        ),
        (lambda: survival.kaplan_meier([1, 2], [1, 2]), "neither 1"),
        (
            lambda: survival.kaplan_meier([1, 2], [1, 1], entry=[1, 0]),
            "1 of 2 rows enter at or after",
        ),
        (
            lambda: survival.kaplan_meier([1, 2], [1, 1], strata=["a", None]),
            "values of strata are missing",
        ),
        (lambda: survival.kaplan_meier(["1", "2"], [1, 1]), "must be numbers"),
        (lambda: survival.kaplan_meier([1, 2], [1]), "one length"),
        (
            lambda: survival.kaplan_meier(pd.Series([1]), pd.Series([1], index=[7])),
            "indexed differently",
        ),
        (lambda: survival.kaplan_meier([1], [1], confidence=95), "between 0 and 1"),
        (lambda: survival.kaplan_meier([1], [1], interval="exact"), "log-log, log, plain or beta"),
        (lambda: survival.kaplan_meier(np.ones((2, 2)), [1, 1]), "one column"),
        (lambda: survival.kaplan_meier(3, 1), "columns are needed"),
        (lambda: survival.quantile(survival.kaplan_meier([1], [1]), 50), "share between 0 and 1"),
        (
            lambda: survival.quantile(survival.kaplan_meier([1], [1]), [0.25, 0.5]),
            "share between 0 and 1",
        ),
        (lambda: survival.rmst(survival.kaplan_meier([1], [1]), 0), "time above 0"),
        (lambda: survival.rmst(survival.kaplan_meier([1], [1]), [12, 36]), "time above 0"),
        (lambda: survival.at(survival.kaplan_meier([1], [1]), [1, 2]), "at one time"),
        (
            lambda: survival.mean_cumulative([0, 1], [3, 4], [1, 1], ["a", "a"]),
            "1 of 2 rows begin before",
        ),
        (
            lambda: survival.mean_cumulative([5, 0], [5, 9], [1, 1], ["a", "b"]),
            "1 of 2 rows last no time",
        ),
        (
            lambda: survival.mean_cumulative([6, 0], [5, 9], [1, 1], ["a", "b"]),
            "1 of 2 rows enter at or after their end",
        ),
        (lambda: survival.brier([1, 2], [1, 1], [0.5], 1), "one length"),
        (
            lambda: survival.predict([1, 2, 3], [1, 1, 0], {"x": list("aba")}, {"x": ["c"]}, 2),
            "no fitted row has x c",
        ),
        (
            lambda: survival.predict([1, 2, 3], [1, 1, 0], {"x": [0, 1, 0]}, {"y": [1]}, 2),
            "fitted are x, to predict are y",
        ),
        (lambda: survival.cox([1, 2], [0, 0], {"x": [0, 1]}), "nothing ends"),
        (lambda: survival.cox([1, 2], [1, 1], {"x": ["a", "a"]}), "x does not differ"),
        (
            lambda: survival.cox([1, 2], [1, 1], {"x": [1, np.inf]}),
            "values of x are missing or infinite",
        ),
        (
            lambda: survival.cox([1, 2], [1, 1], {"x": pd.to_datetime(["2018", "2019"])}),
            "x must be numbers",
        ),
        (lambda: survival.cox([1, 2], [1, 1], pd.DataFrame(index=[0, 1])), "no covariate"),
        (
            lambda: survival.cox(
                pd.Series([1, 2], index=list("ab")), [1, 1], pd.Series([1, 2], index=list("ba"))
            ),
            "indexed differently",
        ),
        (
            lambda: survival.cox([1, 2, 3], [1, 1, 1], {"x": [0, 1, 0]}, cluster=[1, 1, 1]),
            "one cluster",
        ),
        (lambda: survival.cox([1, 2, 3], [1, 1, 1], {"x": [0, 1, 0]}, penalty=-1), "0 or more"),
        (lambda: survival.cox([1, 2, 3], [1, 1, 1], {"x": [1, 1, 1]}), "x does not differ"),
        (
            lambda: survival.cox(
                [1, 2, 3, 4], [1, 1, 1, 0], {"x": [0, 1, 2, 2], "y": [0, 2, 4, 4]}
            ),
            "follows from the others",
        ),
        (lambda: survival.cox([1, 2, 3, 4], [1, 1, 1, 1], {"x": [1, 1, 0, 0]}), "x separates"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(call, says):
    with pytest.raises(ValueError, match=says):
        call()
