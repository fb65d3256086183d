"""Renewals, cohorts, what runs when: hand-made relations whose answer can be counted on fingers."""

import numpy as np
import pandas as pd
import pytest

from analysis import relations
from analysis.indicators import calendar_time, durability
from analysis.stats import intervals, survival

DAY = pd.Timestamp("2018-06-27")
GRACE = pd.Timedelta(days=180)


def dates(*days):
    return pd.to_datetime(list(days)).astype("datetime64[us]")


def agreements(rows):
    """Rows of (name, partner, start, planned end, tacit)."""
    frame = pd.DataFrame(
        rows, columns=["agreement_id", "partner_id", "start", "planned_end", "tacit_renewal"]
    )
    frame[["start", "planned_end"]] = frame[["start", "planned_end"]].astype("datetime64[us]")
    return frame.assign(entity="E", end=pd.NaT).astype({"end": "datetime64[us]"})


def watched(rows):
    """Rows of (start, last day, ended)."""
    frame = pd.DataFrame(rows, columns=["start", "last_known", "ended"])
    frame[["start", "last_known"]] = frame[["start", "last_known"]].astype("datetime64[us]")
    frame["duration_months"] = relations.months_between(frame["start"], frame["last_known"])
    return frame.assign(
        entry=frame["start"], entry_months=0.0, status=np.where(frame["ended"], "ended", "running")
    )


def test_the_base_of_renewals_excludes_unripe_terms():
    made = agreements(
        [
            ("renewed in time", "A", "2014-01-01", "2014-12-31", False),
            (
                "its successor",
                "A",
                "2015-06-01",
                "2016-05-31",
                False,
            ),  # 152 days later; itself not renewed
            ("renewed too late", "B", "2014-01-01", "2014-12-31", False),
            (
                "a new relation",
                "B",
                "2015-07-01",
                "2018-06-30",
                False,
            ),  # 182 days later; its term is not there yet
            ("renews itself", "C", "2014-01-01", "2016-12-31", True),
            ("grace runs", "D", "2017-05-01", "2018-04-30", False),
            ("renewed, grace runs", "F", "2017-05-01", "2018-04-30", False),
            ("signed early", "F", "2018-05-01", "2019-04-30", False),
        ]
    )
    found = durability.terms(made, DAY, grace=GRACE).set_axis(made["agreement_id"])
    assert found["renewed"].dropna().to_dict() == {
        "renewed in time": True,
        "its successor": False,
        "renewed too late": False,
        "renews itself": True,
    }
    assert found["how"].dropna().to_dict() == {
        "renewed in time": "explicit",
        "renews itself": "tacit",
    }
    rate = durability.renewal_rate(found).iloc[0]
    assert rate[["n", "renewed", "explicit", "tacit"]].tolist() == [4, 2, 1, 1]
    assert rate["low"] == intervals.wilson(2, 4)["low"]


def test_what_renews_itself_was_renewed_at_its_term_unless_it_ended_by_then():
    made = agreements([(name, name, "2014-01-01", "2015-12-31", True) for name in "ABCD"]).assign(
        end=dates("2015-06-30", "2015-12-31", "2016-01-01", None)
    )
    found = durability.terms(made, DAY, grace=GRACE).set_axis(made["agreement_id"])
    assert found["renewed"].to_dict() == {"A": False, "B": False, "C": True, "D": True}


def test_an_end_before_the_term_is_the_term():
    made = agreements([("cut short", "A", "2014-01-01", "2018-12-31", False)]).assign(
        end=dates("2015-01-31")
    )
    assert durability.terms(made, DAY, grace=GRACE)["term"].tolist() == [pd.Timestamp("2015-01-31")]
    # an end that lies ahead is a forecast: the term stands
    made = made.assign(end=dates("2018-09-30"))
    assert durability.terms(made, DAY, grace=GRACE)["term"].tolist() == [pd.Timestamp("2018-12-31")]


def test_an_agreement_within_another_does_not_renew_it():
    made = agreements(
        [
            ("frame", "A", "2014-01-01", "2016-12-31", False),
            ("add-on", "A", "2015-01-01", "2015-12-31", False),
        ]
    )
    assert durability.terms(made, DAY, grace=GRACE)["renewed"].tolist() == [
        False,
        False,
    ]  # the frame was there before: it is parallel


def test_renewals_of_one_partner_weigh_less():
    same = pd.DataFrame({"renewed": pd.array([True] * 10 + [False] * 10), "how": None})
    partner = pd.Series(np.repeat(["P", "Q"], 10))
    alone, together = (
        durability.renewal_rate(same).iloc[0],
        durability.renewal_rate(same, partner=partner).iloc[0],
    )
    assert together["value"] == alone["value"] == 0.5
    assert together["high"] - together["low"] > 1.5 * (alone["high"] - alone["low"])


def test_running_by_month_counts_first_and_last_days():
    made = watched(
        [
            ("2018-01-31", "2018-02-28", True),
            ("2018-02-01", "2018-06-27", False),
            ("2018-06-27", "2018-06-27", False),
        ]
    )
    months = calendar_time.running_by_month(made, DAY)
    assert months.index[0] == pd.Timestamp("2018-01-01") and months.index[-1] == pd.Timestamp(
        "2018-06-01"
    )
    assert months["running"].tolist() == [1, 2, 1, 1, 1, 2]
    assert months["begun"].tolist() == [1, 1, 0, 0, 0, 1]
    assert months["ended"].tolist() == [0, 1, 0, 0, 0, 0]
    assert calendar_time.running_by_month(made.iloc[:0], DAY).empty


def test_a_relation_said_to_run_counts_to_the_day_however_far_its_source_sees():
    made = watched([("2018-01-01", "2018-03-31", False)] * 2)
    made.loc[1, "status"] = "to confirm"
    months = calendar_time.running_by_month(made, DAY)
    assert months["running"].tolist() == [2, 2, 2, 1, 1, 1]


def test_cohorts_show_only_what_could_be_seen():
    made = watched(
        [
            ("2015-01-01", "2015-12-31", True),  # 12 months to the day: it no longer runs at 12
            ("2015-06-01", "2018-06-27", False),
            ("2015-07-01", "2018-06-27", False),  # 36 months only on 30 June 2018
            ("2016-01-01", "2016-06-30", False),  # lost from sight
        ]
    )
    table = durability.cohorts(made, DAY).set_index(["cohort", "months"])
    assert table.loc[(2015, 12), ["n", "known", "kept"]].tolist() == [3, 3, 2]
    assert table.loc[(2015, 24), "kept"] == 2
    assert table.loc[(2015, 36), ["known", "kept", "value", "low"]].isna().all()
    assert table.loc[(2016, 12), ["n", "known", "kept"]].tolist() == [1, 0, 0]
    assert np.isnan(table.loc[(2016, 12), "value"])


def test_by_partner_is_the_plain_estimate_with_wider_limits():
    duration, ended = [5, 12, 24, 30, 40, 48, 50, 60], [1, 1, 1, 0, 1, 0, 0, 0]
    alone = durability.by_partner(duration, ended, range(8), 36)
    plain = survival.kaplan_meier(duration, ended)
    assert alone.loc["survival", "value"] == survival.at(plain, 36)["value"].iloc[0]
    # each relation its own partner: the sandwich is Greenwood's variance, up to P / (P - 1)
    greenwood = plain[plain["time"] <= 36]["std_error"].iloc[-1]
    assert alone.loc["survival", "std_error"] == pytest.approx(greenwood * np.sqrt(8 / 7), rel=1e-9)
    assert alone.loc["rmst", "std_error"] == pytest.approx(
        survival.rmst(plain, 36)["std_error"].iloc[0] * np.sqrt(8 / 7), rel=1e-9
    )
    twice = durability.by_partner(duration * 2, ended * 2, [*range(8), *range(8)], 36)
    assert twice["value"].tolist() == alone["value"].tolist()
    assert twice.loc["rmst", "std_error"] == pytest.approx(alone.loc["rmst", "std_error"])


def test_by_partner_agrees_with_resampling_partners():
    random = np.random.default_rng(2)
    partner = np.repeat(np.arange(150), 2)
    months = np.ceil(random.exponential(40, 150)[partner] * random.uniform(0.5, 1.5, 300))
    rows = np.column_stack(
        [
            np.minimum(months, 60),
            months <= 60,
            random.integers(0, 2, 300) * np.minimum(months, 60) // 3,
        ]
    )

    def mean(rows):
        return survival.rmst(survival.kaplan_meier(rows[:, 0], rows[:, 1], entry=rows[:, 2]), 36)[
            "value"
        ].iloc[0]

    closed = durability.by_partner(rows[:, 0], rows[:, 1], partner, 36, entry=rows[:, 2]).loc[
        "rmst"
    ]
    drawn = intervals.bootstrap(rows, mean, cluster=partner, draws=400, seed=1)
    assert closed["value"] == pytest.approx(drawn["value"])
    assert closed["std_error"] == pytest.approx(drawn["std_error"], rel=0.1)


def test_extremes_hold_the_curve_between_them():
    made = watched(
        [("2014-01-01", "2014-12-31", True)] * 5 + [("2014-01-01", "2018-06-27", False)] * 5
    )
    made = pd.concat(
        [made, watched([("2014-01-01", "2015-06-30", False)] * 5).assign(status="to confirm")],
        ignore_index=True,
    )
    alive, ended = durability.extremes(made, DAY)
    at = {
        name: survival.at(durability.curve(rows["duration_months"], rows["ended"]), 36)[
            "value"
        ].iloc[0]
        for name, rows in {"alive": alive, "censored": made, "ended": ended}.items()
    }
    assert at == pytest.approx({"alive": 10 / 15, "censored": 10 / 15, "ended": 5 / 15})
    # what its source saw to its last day is not lost: the source stopped, not the relation
    same, over = durability.extremes(made, pd.Series(made["last_known"]))
    assert same["duration_months"].equals(made["duration_months"]) and over["ended"].equals(
        made["ended"]
    )


def test_what_a_source_did_not_see_is_neither_renewed_nor_lost():
    """Two funders, one of which ceased to be seen at the end of 2015: its last grants tell nothing of what came after."""
    agreements = pd.DataFrame(
        {
            "partner_id": ["P", "P", "Q"],
            "entity": ["seen", "unseen", "unseen"],
            "end": pd.NaT,
            "tacit_renewal": False,
            "start": pd.to_datetime(["2015-01-01", "2015-01-01", "2014-01-01"]),
            "planned_end": pd.to_datetime(["2015-12-31", "2015-12-31", "2014-12-31"]),
        }
    )
    until = pd.Series([DAY, *pd.to_datetime(["2015-12-31"] * 2)])
    assert durability.terms(agreements, until, grace=GRACE)["renewed"].tolist() == [
        False,
        pd.NA,
        False,
    ]
    relations = watched(
        [("2014-01-01", "2018-06-27", False)] * 3 + [("2014-01-01", "2014-12-31", True)] * 2
    ).assign(start=pd.Timestamp("2014-01-01"))
    relations.loc[4, ["last_known", "duration_months", "ended"]] = [
        pd.Timestamp("2015-12-31"),
        24.0,
        False,
    ]
    until = pd.Series([DAY] * 4 + [pd.Timestamp("2015-12-31")])
    table = durability.cohorts(relations, until).set_index("months")
    assert table.loc[[12, 24], ["n", "kept"]].values.tolist() == [
        [5, 4],
        [4, 3],
    ]  # the fifth is seen for less than 24 months


def test_a_source_that_closes_or_falls_silent_is_told():
    years = [2010, 2011, 2012, 2014, 2015]
    made = watched(
        [(f"{year}-01-01", f"{year}-12-31", True) for year in years for _ in range(40)]
    ).assign(entity="hole")
    many = {2010: 40, 2011: 30, 2012: 20, 2013: 4, 2014: 2}
    closing = watched(
        [
            (f"{year}-01-01", f"{year}-12-31", True)
            for year, some in many.items()
            for _ in range(some)
        ]
    )
    course = calendar_time.courses(
        pd.concat([made, closing.assign(entity="closing")], ignore_index=True), DAY
    )
    assert course.loc["closing", ["peak", "faded_on"]].tolist() == [40, pd.Timestamp("2013-01-01")]
    assert course.loc["hole", ["silent_from", "silent_to"]].tolist() == [
        pd.Timestamp("2013-01-01"),
        pd.Timestamp("2013-12-01"),
    ]
    assert course["faded_on"].isna().tolist() == [False, True] and course[
        "silent_from"
    ].isna().tolist() == [True, False]


def test_periods_lose_no_time_and_no_end():
    made = watched(
        [
            ("2012-03-05", "2016-02-10", True),
            ("2014-06-01", "2018-06-27", False),
            ("2010-01-01", "2012-12-31", True),
        ]
    )
    made["entry_months"] = [6.0, 0, 0]
    cut = calendar_time.follow_up_by_window(made, ["2013-01-01", "2014-01-01"])
    watched_months = (cut["duration_months"] - cut["entry_months"]).groupby(level=0).sum()
    np.testing.assert_allclose(watched_months, made["duration_months"] - made["entry_months"])
    assert cut.groupby(level=0)["ended"].sum().tolist() == [1, 0, 1]
    assert cut.loc[2, "window"] == 0  # ended on the last day before the first edge
    assert cut[cut["ended"]]["window"].tolist() == [0, 2]


def test_discontinuity_of_a_yearly_list():
    years = pd.Series([2012, 2012, 2012, 2013, 2013, 2015])
    names = pd.Series(["a", "b", "b", "a", None, "a"])
    table = calendar_time.discontinuity(years, names)
    assert table.loc[2012, ["n", "lost", "value"]].tolist() == [2, 1, 0.5]
    assert table.loc[[2013, 2015], "value"].isna().all()  # no list for 2014 and 2016
    # a's and c's source sees no further than 2012: they are there that year, but their return is not looked for
    seen = pd.Series([True, True, False, False, True, True])
    table = calendar_time.discontinuity(
        pd.Series([2011, 2012, 2012, 2012, 2012, 2013]), pd.Series(list("aabcbb")), seen
    )
    assert table.loc[2011, ["n", "lost"]].tolist() == [1, 0] and table.loc[
        2012, ["n", "lost"]
    ].tolist() == [2, 1]


def test_limits_are_beta_products_where_fewer_than_thirty_are_at_risk():
    months = np.arange(1.0, 33.0)
    by_at_risk = durability.curve(months, np.ones(32)).set_index("at_risk")["interval"]
    assert by_at_risk[[31, 30, 29, 1]].tolist() == ["log-log", "log-log", "beta", "beta"]
