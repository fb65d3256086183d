"""Agreements become relations as known on a day (METHOD rules R01-R09)."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import relations

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


def test_cause_is_that_of_the_last_agreement_and_missing_while_running():
    rows = agreements(
        a=("P", "2014-01-01", None, "2014-12-31", False), b=("Q", "2014-01-01", None, None, False)
    )
    rows["end_reason"] = ["aim reached", None]
    assert relations.as_known_on(rows, DAY)["cause"].astype(object).fillna("none").tolist() == [
        "aim reached",
        "none",
    ]


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


@settings(max_examples=60, deadline=None)
@given(any_agreements(), st.integers(0, 400), st.randoms())
def test_order_changes_nothing_later_rows_change_nothing_and_time_adds_up(rows, grace, random):
    found = relations.as_known_on(rows, DAY, grace_days=grace)
    order = list(rows.index)
    random.shuffle(order)
    pd.testing.assert_frame_equal(
        found, relations.as_known_on(rows.loc[order], DAY, grace_days=grace)
    )
    pd.testing.assert_frame_equal(
        found, relations.as_known_on(rows[rows["start"] <= DAY], DAY, grace_days=grace)
    )
    assert found["agreements"].sum() == (rows["start"] <= DAY).sum()
    assert (found["duration_months"] >= found["entry_months"]).all()
    assert (found["end"].notna() == found["ended"]).all()
    assert (found["last_known"] <= DAY).all()


def test_every_agreement_belongs_to_its_relation():
    rows = agreements(
        a=("P", "2014-01-01", "2014-12-31", None, False),
        b=("P", "2015-01-01", "2015-12-31", None, False),
        c=("P", "2017-01-01", "2017-12-31", None, False),
        d=("Q", "2019-01-01", "2019-12-31", None, False),
    )
    found = relations.as_known_on(rows, DAY)
    assert relations.membership(rows, found).fillna("").tolist() == ["R0001", "R0001", "R0002", ""]


@pytest.mark.parametrize("grace, relations_, ended", [(180, 5594, 4208), (400, 4676, 2938)])
def test_loire_atlantique_by_valid_identifier(shared, grace, relations_, ended):
    luhn = pytest.importorskip("stdnum.luhn")
    file = next((shared / "data/loire-atlantique-2008-2018").glob("*.csv"))
    grants = (
        pd.read_csv(file, sep=";", dtype=str, usecols=[2, 5])
        .set_axis(["year", "partner_id"], axis=1)
        .dropna()
        .drop_duplicates()
    )
    grants = grants[grants["partner_id"].map(luhn.is_valid)]
    rows = grants.assign(
        agreement_id=grants["partner_id"] + grants["year"],
        entity="D44",
        start=pd.to_datetime(grants["year"] + "-01-01"),
        planned_end=pd.to_datetime(grants["year"] + "-12-31"),
    )
    found = relations.as_known_on(rows, pd.Timestamp("2018-12-31"), grace_days=grace)
    assert (len(found), found["ended"].sum()) == (relations_, ended)


def test_chained_by_blocks_as_in_one(monkeypatch):
    rows = agreements(
        **{
            f"a{k}": (f"P{k // 3}", f"20{10 + k % 3}-01-01", None, f"20{10 + k % 3}-12-31", False)
            for k in range(30)
        }
    )
    whole = relations.as_known_on(rows, DAY)
    monkeypatch.setattr(relations, "BLOCK", 4)
    pd.testing.assert_frame_equal(relations.as_known_on(rows, DAY), whole)


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
