"""Agreements become relations as known on a day (METHOD rules R01-R09)."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import relations
from analysis.stats.survival import kaplan_meier

DAY = pd.Timestamp("2018-06-27")


def agreements(**rows: tuple) -> pd.DataFrame:
    """Rows named for what they show: (partner, start, planned_end, end, tacit)."""
    frame = pd.DataFrame.from_dict(
        rows, orient="index", columns=["partner_id", "start", "planned_end", "end", "tacit_renewal"]
    )
    for column in ("start", "planned_end", "end"):
        frame[column] = pd.to_datetime(frame[column])
    return frame.assign(agreement_id=frame.index, entity="E").reset_index(drop=True)


def only(frame: pd.DataFrame) -> pd.Series:
    assert len(frame) == 1
    return frame.iloc[0]


def test_whole_months_and_years_come_out_whole():
    assert relations.months_between(["2008-01-01"], ["2017-12-31"]).tolist() == [120.0]
    assert relations.months_between(["2017-05-01"], ["2017-05-31"]).tolist() == [1.0]
    assert np.isnan(relations.months_between(["2017-05-01"], [None])).all()


def test_agreements_within_grace_are_one_relation_and_a_longer_gap_starts_another():
    chained = agreements(
        first=("P", "2014-01-01", "2014-12-31", None, False),
        renewed_on_the_last_day_of_grace=("P", "2015-06-29", "2015-12-31", None, False),
        after_more_than_grace=("P", "2016-06-29", "2016-12-31", None, False),
    )
    assert relations.renewals(chained, DAY, 180)["renewed"].tolist() == [True, False, False]
    found = relations.as_known_on(chained, DAY)
    assert found["agreements"].tolist() == [2, 1]
    assert found["interruptions"].tolist() == [1, 0]
    assert found["ended"].all()


def test_overlapping_agreements_merge():
    found = only(
        relations.as_known_on(
            agreements(
                long=("P", "2014-01-01", "2016-12-31", None, False),
                inside=("P", "2015-01-01", "2015-12-31", None, False),
            ),
            DAY,
        )
    )
    assert (found["duration_months"], found["renewals"], found["interruptions"]) == (36, 0, 0)


def test_a_term_is_an_end_only_once_its_grace_has_elapsed():
    term_just_passed = agreements(a=("P", "2017-05-01", "2018-04-30", None, False))
    assert only(relations.as_known_on(term_just_passed, DAY))["status"] == "to confirm"
    later = only(relations.as_known_on(term_just_passed, pd.Timestamp("2018-10-27")))
    assert (later["status"], later["end"]) == ("ended", pd.Timestamp("2018-04-30"))


def test_an_agreement_that_covers_the_day_runs():
    assert (
        only(
            relations.as_known_on(agreements(a=("P", "2018-01-01", "2018-06-27", None, False)), DAY)
        )["status"]
        == "running"
    )


def test_an_end_after_the_day_is_a_forecast():
    found = only(
        relations.as_known_on(agreements(a=("P", "2015-01-01", None, "2019-01-01", False)), DAY)
    )
    assert (found["status"], found["last_known"]) == ("running", DAY)


def test_what_starts_after_the_day_is_outside():
    assert relations.as_known_on(agreements(a=("P", "2018-06-28", None, None, False)), DAY).empty


def test_tacit_renewal_outlives_its_term_while_it_gives_signs_of_life():
    tacit = agreements(a=("P", "2014-01-01", "2014-12-31", None, True))
    silent = only(relations.as_known_on(tacit, DAY))
    assert (silent["status"], silent["last_known"]) == ("to confirm", pd.Timestamp("2014-12-31"))
    alive = only(
        relations.as_known_on(tacit, DAY, last_sign=pd.Series(pd.to_datetime(["2017-09-01"])))
    )
    assert (alive["status"], alive["last_known"]) == ("running", DAY)


@pytest.mark.parametrize(
    ("sign", "status"), [("2016-12-27", "running"), ("2016-12-26", "to confirm")]
)
def test_a_sign_of_life_eighteen_months_ago_to_the_day_still_counts(sign, status):
    tacit = agreements(a=("P", "2014-01-01", "2014-12-31", None, True))
    found = relations.as_known_on(tacit, DAY, last_sign=pd.Series(pd.to_datetime([sign])))
    assert only(found)["status"] == status


def test_a_tacit_renewal_ends_where_its_successor_takes_over():
    found = only(
        relations.as_known_on(
            agreements(
                a=("P", "2014-01-01", "2014-12-31", None, True),
                b=("P", "2016-01-01", None, "2016-12-31", False),
            ),
            DAY,
        )
    )
    assert (found["status"], found["end"]) == ("ended", pd.Timestamp("2016-12-31"))


def test_entry_is_when_the_source_begins_to_see_and_censoring_when_it_ceases():
    windows = pd.DataFrame(
        {
            "entity": ["E"],
            "first": [pd.Timestamp("2014-01-01")],
            "last": [pd.Timestamp("2016-12-31")],
        }
    )
    before = only(
        relations.as_known_on(
            agreements(a=("P", "2010-01-01", None, None, False)), DAY, windows=windows
        )
    )
    assert (before["entry_months"], before["duration_months"], before["status"]) == (
        48,
        84,
        "running",
    )


def test_what_was_signed_before_its_source_ceased_to_see_is_known_from_its_start():
    """Signed in May for June, in a list whose last signature it is: it runs, and renews the last."""
    windows = pd.DataFrame({"entity": ["E"], "first": pd.NaT, "last": ["2018-05-21"]})
    windows = windows.assign(last_start="2018-06-01")
    rows = agreements(
        a=("P", "2016-06-01", "2018-05-31", None, False),
        b=("P", "2018-06-01", "2020-05-31", None, False),
        c=("Q", "2018-06-01", "2020-05-31", None, False),
        d=("R", "2018-07-01", "2020-05-31", None, False),  # ahead of the day, or of all starts
    )
    known = relations.as_known_on(rows, DAY, windows=windows).set_index("partner_id")
    assert known["status"].to_dict() == {"P": "running", "Q": "running"}
    assert known["renewals"].to_dict() == {"P": 1, "Q": 0}
    assert known.loc["Q", "last_known"] == pd.Timestamp("2018-06-01")
    last_seen = relations.last_days_seen(rows, windows, DAY)
    assert relations.renewals(rows, last_seen, 180)["renewed"].tolist() == [True, *[False] * 3]
    before = relations.as_known_on(rows, pd.Timestamp("2018-05-25"), windows=windows)
    assert before["partner_id"].tolist() == ["P"]


def test_a_term_that_came_after_its_source_ceased_to_see_is_to_confirm():
    """No agreement covers the day, and nobody saw whether it was renewed: it neither runs nor ended."""
    last_seen = pd.Timestamp("2017-12-31")
    windows = pd.DataFrame({"entity": ["E"], "first": pd.NaT, "last": [last_seen]})
    statuses = {}
    for planned_end in ("2017-06-01", "2017-12-31", "2018-03-31", "2018-12-31"):
        rows = agreements(a=("P", "2017-01-01", planned_end, None, False))
        seen = only(relations.as_known_on(rows, DAY, windows=windows))
        statuses[planned_end] = seen["status"]
    assert list(statuses.values()) == ["ended", "to confirm", "to confirm", "running"]


def test_a_start_is_seen_only_after_longer_than_the_grace_or_where_it_is_stated():
    windows = pd.DataFrame({"entity": ["E"], "first": ["2014-01-01"], "last": ["2018-06-27"]})
    windows = windows.astype({"first": "datetime64[us]", "last": "datetime64[us]"})
    rows = agreements(
        on_the_last_day_of_grace=("P", "2014-06-30", None, None, False),
        the_day_after=("Q", "2014-07-01", None, None, False),
        signed=("R", "2012-03-01", None, None, False),
        before_the_source=("S", "2012-03-01", None, None, False),
    ).assign(signed_on=pd.to_datetime([None, None, "2012-02-15", None]))
    seen = {
        grace: relations.as_known_on(rows, DAY, grace_days=grace, windows=windows)["start_seen"]
        for grace in (180, 181)
    }
    assert seen[180].tolist() == [False, True, True, False]
    assert seen[181].tolist() == [False, False, True, False]
    assert relations.as_known_on(rows, DAY)[
        "start_seen"
    ].all()  # nothing says when they begin to see


def test_followed_up_to_the_settled_day_every_end_is_known():
    rows = agreements(
        its_grace_over_on_the_day=("P", "2016-01-01", None, "2017-12-29", False),
        its_grace_still_running=("Q", "2016-01-01", None, "2017-12-30", False),
        ended_before_entry=("R", "2013-01-01", None, "2013-12-31", False),
        begun_since=("S", "2018-01-01", None, None, False),
    ).assign(end_reason="aim reached")
    day = pd.Timestamp("2018-06-27")
    windows = pd.DataFrame({"entity": ["E"], "first": [pd.Timestamp("2014-01-01")], "last": [day]})
    found = relations.settled(relations.as_known_on(rows, day, windows=windows), day, 180)
    assert found["partner_id"].tolist() == ["P", "Q"]
    assert found["ended"].tolist() == [True, False]
    assert found["last_known"].tolist() == [pd.Timestamp("2017-12-29")] * 2
    assert found["cause"].isna().tolist() == [False, True]


def test_a_source_that_stops_before_its_grace_has_elapsed_follows_nobody():
    """Relations that entered when their source began to see cannot leave before."""
    first, last = pd.Timestamp("2014-01-01"), pd.Timestamp("2014-02-20")
    rows = agreements(
        a=("P", "2010-01-01", "2012-12-31", None, False),
        b=("Q", "2010-01-01", "2015-12-31", None, False),
        c=("R", "2014-01-15", "2015-12-31", None, False),
    )
    windows = pd.DataFrame({"entity": ["E"], "first": [first], "last": [last]})
    found = relations.as_known_on(rows, DAY, windows=windows)
    assert relations.settled(found, last, 180).empty


def test_cause_is_that_of_the_last_agreement_and_missing_while_running():
    rows = agreements(
        a=("P", "2014-01-01", None, "2014-12-31", False), b=("Q", "2014-01-01", None, None, False)
    )
    rows["end_reason"] = ["aim reached", None]
    assert relations.as_known_on(rows, DAY)["cause"].astype(object).fillna("none").tolist() == [
        "aim reached",
        "none",
    ]


def test_a_named_successor_continues_the_relation_whatever_the_gap():
    rows = agreements(
        first=("P", "2010-01-01", "2010-12-31", None, False),
        between=("P", "2012-01-01", "2012-06-30", None, False),
        named=("P", "2014-01-01", "2014-12-31", None, False),
        unnamed=("P", "2016-01-01", "2016-12-31", None, False),
    ).assign(previous_id=[None, None, "first", None])
    found = relations.as_known_on(rows, DAY)
    assert found["agreements"].tolist() == [3, 1]
    assert found["renewals"].tolist() == [1, 0] and found["interruptions"].tolist() == [2, 0]
    before = relations.as_known_on(rows, pd.Timestamp("2013-12-31"))
    assert before["ended"].tolist() == [True, True]  # no successor is known yet
    renewed = relations.renewals(rows, DAY, 180)["successor"]
    assert renewed.fillna("").tolist() == ["named", "", "", ""]


def test_one_successor_no_cycle_and_no_parallel_agreement():
    rows = agreements(
        base=("P", "2014-01-01", "2014-12-31", None, False),
        parallel=("P", "2014-06-01", "2015-05-31", None, False),
        second=("P", "2015-01-01", "2015-12-31", None, False),  # renews base, not parallel
        third=("P", "2015-12-31", "2016-12-31", None, False),  # on the last day of second
        to_itself=("Q", "2014-01-01", "2014-12-31", None, False),
        late=("R", "2014-01-01", "2014-12-31", None, False),
        first_heir=("R", "2016-01-01", "2016-06-30", None, False),
        second_heir=("R", "2017-06-01", "2017-12-31", None, False),
        elsewhere=("S", "2016-01-01", "2016-12-31", None, False),
        backwards=("T", "2014-01-01", "2014-12-31", None, False),
        forwards=("T", "2016-01-01", "2016-12-31", None, False),
    )
    names = {
        "to_itself": "to_itself",
        "first_heir": "late",
        "second_heir": "late",
        "elsewhere": "late",
        "backwards": "forwards",
        "forwards": "backwards",
    }
    rows["previous_id"] = rows["agreement_id"].map(names)
    renewed = relations.renewals(rows, DAY, 180).set_axis(rows["agreement_id"])["successor"]
    assert renewed.dropna().to_dict() == {
        "base": "second",
        "second": "third",
        "late": "first_heir",
        "backwards": "forwards",
    }
    found = relations.as_known_on(rows, DAY).groupby("partner_id")["agreements"].agg(list)
    assert found.to_dict() == {"P": [4], "Q": [1], "R": [2, 1], "S": [1], "T": [2]}


def test_a_successor_counts_once_and_renews_the_nearest_term():
    rows = agreements(
        beside=("P", "2014-03-01", "2014-10-31", None, False),
        base=("P", "2014-01-01", "2014-12-31", None, False),
        next_one=("P", "2015-01-01", "2015-12-31", None, False),
    )
    found = relations.renewals(rows, DAY, 180).set_axis(rows["agreement_id"])
    assert found["successor"].dropna().to_dict() == {"base": "next_one"}


def test_a_relation_keeps_its_id_on_another_day_under_another_grace_or_identity():
    rows = agreements(
        a=("P", "2012-01-01", "2012-12-31", None, False),
        b=("P", "2013-09-01", "2014-08-31", None, False),
        c=("Q", "2014-01-01", "2018-12-31", None, False),
        d=("S", "2010-05-01", "2011-04-30", None, False),
    )
    ids = lambda found: found.set_index(["partner_id", "start"])["relation_id"]
    asked = relations.as_known_on(rows, DAY)
    assert asked["relation_id"].is_unique
    earlier = ids(relations.as_known_on(rows, pd.Timestamp("2015-06-30")))
    tolerant = ids(relations.as_known_on(rows, DAY, grace_days=365))
    other_names = ids(relations.as_known_on(rows.replace({"partner_id": {"S": "A"}}), DAY))
    numbered_anew = ids(relations.as_known_on(rows.assign(agreement_id=list("wxyz")), DAY))
    for other in (earlier, tolerant, other_names, numbered_anew):
        shared_keys = other.index.intersection(ids(asked).index)
        assert len(shared_keys) >= 3
        assert other[shared_keys].tolist() == ids(asked)[shared_keys].tolist()
        others = other.drop(shared_keys)
        assert not others.isin(asked["relation_id"]).any()


dates = st.dates(pd.Timestamp("2008-01-01").date(), pd.Timestamp("2020-12-31").date())


@st.composite
def any_agreements(draw):
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from("PQR"), dates, st.integers(0, 1500), st.booleans(), st.booleans()
            ),
            min_size=1,
            max_size=25,
        )
    )
    frame = pd.DataFrame(
        rows, columns=["partner_id", "start", "length", "explicit", "tacit_renewal"]
    )
    frame["start"] = pd.to_datetime(frame["start"])
    last = frame["start"] + pd.to_timedelta(frame["length"], unit="D")
    frame["planned_end"], frame["end"] = (
        last.where(~frame["explicit"]),
        last.where(frame["explicit"]),
    )
    return frame.assign(agreement_id=[f"A{k:02d}" for k in range(len(frame))], entity="E")


@settings(max_examples=15, deadline=None)
@given(any_agreements(), st.integers(0, 400), st.randoms())
def test_order_changes_nothing_later_rows_change_nothing_and_time_adds_up(rows, grace, random):
    found = relations.as_known_on(rows, DAY, grace_days=grace)
    earlier = list(rows.index[rows["start"] <= DAY])
    random.shuffle(earlier)
    shuffled = relations.as_known_on(rows.loc[earlier], DAY, grace_days=grace)
    pd.testing.assert_frame_equal(found, shuffled)
    assert found["agreements"].sum() == (rows["start"] <= DAY).sum()
    assert (found["duration_months"] >= found["entry_months"]).all()
    assert (found["end"].notna() == found["ended"]).all()
    assert (found["last_known"] <= DAY).all()


@settings(max_examples=40, deadline=None)
@given(any_agreements(), st.integers(0, 400))
def test_what_is_settled_is_what_later_knowledge_confirms(rows, grace):
    """What was said of the time up to the settled day is still said of it a year later."""
    early, late = (
        relations.settled(
            relations.as_known_on(rows.assign(tacit_renewal=False), day, grace_days=grace),
            DAY,
            grace,
        )
        for day in (DAY, DAY + pd.DateOffset(years=1))
    )
    columns = ["partner_id", "start", "last_known", "duration_months", "ended"]
    pd.testing.assert_frame_equal(
        early[columns].reset_index(drop=True), late[columns].reset_index(drop=True)
    )


def test_every_agreement_belongs_to_its_relation():
    rows = agreements(
        a=("P", "2014-01-01", "2014-12-31", None, False),
        b=("P", "2015-01-01", "2015-12-31", None, False),
        c=("P", "2017-01-01", "2017-12-31", None, False),
        d=("Q", "2019-01-01", "2019-12-31", None, False),
    )
    found = relations.as_known_on(rows, DAY)
    first, second = found["relation_id"]
    assert relations.membership(rows, found).fillna("").tolist() == [first, first, second, ""]


@pytest.fixture(scope="module")
def loire_atlantique(shared) -> pd.DataFrame:
    """One agreement per valid SIREN and year of the list of grants of Loire-Atlantique, 2008 to 2018."""
    luhn = pytest.importorskip("stdnum.luhn")
    file = next((shared / "data/loire-atlantique-2008-2018").glob("*.csv"))
    lines = pd.read_csv(file, sep=";", dtype=str)
    grants = lines.iloc[:, [2, 5]].set_axis(["year", "partner_id"], axis=1)
    zero = pd.to_numeric(lines["Montant total de la subvention"], errors="coerce") == 0
    in_kind = lines["Nature de la subvention"].str.contains("nature").fillna(False)
    grants = grants.assign(empty=zero & ~in_kind).dropna()
    grants = grants[grants["partner_id"].map(luhn.is_valid)]
    return grants.assign(
        agreement_id=grants["partner_id"] + grants["year"],
        entity="D44",
        start=pd.to_datetime(grants["year"] + "-01-01"),
        planned_end=pd.to_datetime(grants["year"] + "-12-31"),
    )


@pytest.mark.parametrize("grace, relations_, ended", [(180, 5594, 4208), (400, 4676, 2938)])
def test_loire_atlantique_by_valid_identifier(loire_atlantique, grace, relations_, ended):
    rows = loire_atlantique.drop_duplicates("agreement_id")
    found = relations.as_known_on(rows, pd.Timestamp("2018-12-31"), grace_days=grace)
    assert (len(found), found["ended"].sum()) == (relations_, ended)


CURVES = [  # METHOD section 9: S(12, 24, 36, 48 months) up to the settled day, empty rows of 0 EUR left out
    (180, True, 3881, [0.3541, 0.2163, 0.1529, 0.1211]),
    (180, False, 5594, [0.4910, 0.3643, 0.3060, 0.2719]),
    (400, True, 2496, [0.4083, 0.3135, 0.2285, 0.1896]),
    (400, False, 4675, [0.5870, 0.4995, 0.4240, 0.3890]),
]


@pytest.mark.parametrize("grace, start_seen, relations_, curve", CURVES)
def test_loire_atlantique_up_to_the_settled_day(
    loire_atlantique, grace, start_seen, relations_, curve
):
    rows = loire_atlantique[~loire_atlantique["empty"]].drop_duplicates("agreement_id")
    day = pd.Timestamp("2018-12-31")
    windows = pd.DataFrame(
        {"entity": ["D44"], "first": [pd.Timestamp("2008-01-01")], "last": [day]}
    )
    found = relations.as_known_on(rows, day, grace_days=grace, windows=windows)
    found = found[found["start_seen"] | (not start_seen)]
    assert len(found) == relations_
    settled = relations.settled(found, day, grace)
    survival = kaplan_meier(settled["duration_months"], settled["ended"]).set_index("time")
    assert survival.loc[[12, 24, 36, 48], "survival"].tolist() == pytest.approx(curve, abs=5e-5)


def test_agreements_in_their_chains_stay_there():
    rows = agreements(
        b=("Q", "2014-01-01", None, None, False),
        a=("P", "2015-01-01", None, None, False),
        c=("P", "2014-01-01", None, None, True),
    )
    chained = relations.in_chains(rows)
    assert chained["agreement_id"].tolist() == ["c", "a", "b"]
    pd.testing.assert_frame_equal(relations.in_chains(chained), chained)
    pd.testing.assert_frame_equal(
        relations.as_known_on(chained, DAY), relations.as_known_on(rows, DAY)
    )


def test_entities_stand_in_the_order_of_their_names_in_whatever_order_a_file_numbers_them():
    one = ("2014-01-01", None, None, False)
    rows = agreements(a=("P", *one), b=("P", *one), c=("P", *one))
    rows["entity"] = pd.Categorical(["Sud", "Est", "Nord"], categories=["Sud", "Est", "Nord"])
    assert relations.in_chains(rows)["agreement_id"].tolist() == ["b", "c", "a"]
