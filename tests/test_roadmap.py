"""Proposals, votes and offers: one voice each, honest ranks, and gaps that are only gaps of the record."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.declare.faults import Refused
from analysis.indicators import proposals as roadmap

DAY = pd.Timestamp("2018-06-27")


def proposals(**duplicate_of) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "proposal_id": list(duplicate_of),
            "duplicate_of": pd.Series(list(duplicate_of.values()), dtype="str"),
        }
    )


def votes(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["voter", "side", "proposal_id", "points"])


def test_duplicates_of_duplicates_stand_for_the_first():
    found = roadmap.merged(proposals(A=None, B="A", C="B", D="C", E=None))
    assert found.to_dict() == {"A": "A", "B": "A", "C": "A", "D": "A", "E": "E"}


def test_circles_and_lost_proposals_are_refused_all_at_once():
    with pytest.raises(Refused) as refused:
        roadmap.merged(proposals(A="B", B="A", C="gone", D="D"))
    assert sorted(fault.message.split()[0] for fault in refused.value.faults) == [
        "A",
        "B",
        "C",
        "D",
    ]


def test_each_voter_counts_once_however_many_points():
    stands_for = roadmap.merged(proposals(A=None, B=None, C="A"))
    found = roadmap.vote_shares(
        votes(
            ("modest", "group", "A", 1),
            ("lavish", "group", "B", 90),
            ("lavish", "group", "A", 5),
            ("lavish", "group", "C", 5),
            ("gave none", "group", "A", 0),
        ),
        stands_for,
    )
    assert found.loc["modest"].to_dict() == {"A": 1, "B": 0} and found.loc["lavish"].to_dict() == {
        "A": 0.1,
        "B": 0.9,
    }
    assert "gave none" not in found.index


def shares(rows: list[list[float]]) -> pd.DataFrame:
    table = pd.DataFrame(
        rows,
        columns=[f"P{i}" for i in range(len(rows[0]))],
        index=[f"V{i:03}" for i in range(len(rows))],
    )
    return table.div(table.sum(axis=1), axis=0)


def test_all_voters_alike_leave_no_doubt():
    found = roadmap.ranking(shares([[3, 2, 1]] * 6), seed=1, draws=200, top=1)
    assert (
        found["rank"].tolist() == [1, 2, 3]
        and (found["low"] == found["high"]).all()
        and found["first"].tolist() == [1, 0, 0]
    )


def test_two_equal_camps_leave_the_order_open():
    found = roadmap.ranking(shares([[1, 0]] * 10 + [[0, 1]] * 10), seed=1, draws=500, top=1)
    assert (
        found["rank"].tolist() == [1, 1]
        and found["low"].tolist() == [1, 1]
        and found["high"].tolist() == [2, 2]
    )


def test_each_side_weighs_half_when_asked():
    """Nine of the group want P0, one partner wants P1: pooled P0 wins, side by side they are level."""
    table = shares([[1, 0]] * 9 + [[0, 1]])
    side = pd.Series(["group"] * 9 + ["partner"], index=table.index)
    pooled, balanced = roadmap.ranking(table, seed=1), roadmap.ranking(table, side, seed=1)
    assert pooled["score"].to_dict() == {"P0": pytest.approx(0.9), "P1": pytest.approx(0.1)}
    assert balanced["score"].tolist() == pytest.approx([0.5, 0.5])


def test_a_proposal_with_one_vote_keeps_a_wide_interval_or_says_one_voter():
    table = shares([[5, 4, 3, 2, 1, 0]] * 20 + [[0, 0, 0, 0, 0, 1]])
    found = roadmap.ranking(table, seed=1)
    assert found.loc["P5", "voters"] == 1 and found.loc["P5", "low"] < found.loc["P5", "high"]


def test_no_vote_gives_no_ranking():
    assert roadmap.ranking(pd.DataFrame(columns=["A"], dtype=float), seed=1).empty


def test_row_order_and_repetition_change_nothing():
    table = shares([[3, 2, 1], [1, 5, 1], [2, 2, 4], [0, 1, 6]])
    again = roadmap.ranking(table.sample(frac=1, random_state=2), seed=4)
    pd.testing.assert_frame_equal(roadmap.ranking(table, seed=4), again)


def test_intervals_hold_the_rank_of_the_whole_crowd():
    """40 voters drawn from a crowd: its own rank lies within the 90 % interval in nine cases out of ten or more."""
    random = np.random.default_rng(2)
    taste = random.dirichlet(np.full(6, 2.0))
    held = []
    for _ in range(60):
        crowd = pd.DataFrame(random.dirichlet(8 * taste, 40), columns=list("ABCDEF"))
        found = roadmap.ranking(crowd, seed=1, draws=300)
        truth = pd.Series(taste, index=list("ABCDEF")).rank(ascending=False)
        held += (
            (found["low"] <= truth[found.index]) & (truth[found.index] <= found["high"])
        ).tolist()
    assert np.mean(held) >= 0.9


def test_kendalls_w_with_and_without_ties():
    """Without ties W = 12 S / m²(n³ - n); Siegel and Castellan's three judges of six applicants give 0.16."""
    judges = pd.DataFrame([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]], dtype=float)
    assert roadmap.kendall_w(judges) == pytest.approx(0.162, abs=5e-4)
    tied = pd.DataFrame([[1, 1, 2, 3], [1, 1, 2, 3]], dtype=float)
    assert roadmap.kendall_w(tied) == pytest.approx(1)


def test_kendalls_w_says_nothing_with_one_voter_or_without_any_preference():
    assert np.isnan(roadmap.kendall_w(shares([[1, 2]]))) and np.isnan(
        roadmap.kendall_w(shares([[1, 1], [1, 1]]))
    )


@given(st.lists(st.lists(st.integers(0, 5), min_size=4, max_size=4), min_size=2, max_size=6))
def test_kendalls_w_lies_between_none_and_full(rows):
    w = roadmap.kendall_w(pd.DataFrame(rows, dtype=float))
    assert np.isnan(w) or -1e-9 <= w <= 1 + 1e-9


def offers(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(
        rows,
        columns=[
            "offer_id",
            "scope",
            "regions",
            "phase",
            "kind",
            "need",
            "active_to",
            "verified_on",
        ],
    )
    table = table.assign(
        operator="O", active_from=pd.NaT, active_to=pd.to_datetime(table["active_to"])
    )
    return table.assign(verified_on=pd.to_datetime(table["verified_on"]))


OFFERS = offers(
    ("national", "national", None, "idea", "support", None, None, "2018-05-01"),
    (
        "two regions",
        "regional",
        "Bretagne|Corse",
        "idea",
        "support",
        "innovation",
        None,
        "2016-01-01",
    ),
    ("over", "regional", "Corse", "idea", "finance", None, "2017-12-31", "2017-12-01"),
    ("never checked", "regional", "Corse", "creation", "finance", "cultural support", None, None),
)


def test_offers_that_are_over_are_gone_and_unchecked_ones_are_stale():
    found = roadmap.active(OFFERS, DAY).set_index("offer_id")
    assert found.index.tolist() == ["national", "two regions", "never checked"]
    assert (
        found["stale"].tolist() == [False, True, True] and found.loc["national", "age_days"] == 57
    )
    assert pd.isna(found.loc["never checked", "age_days"])


def test_national_offers_have_their_own_row_and_are_added_to_no_region():
    found = roadmap.offer_matrix(
        roadmap.active(OFFERS, DAY),
        pd.Index(["Bretagne", "Corse", "Mayotte"]),
        ["idea"],
        ["support"],
    )
    assert found.set_index("region")["offers"].to_dict() == {
        "national": 1,
        "Bretagne": 1,
        "Corse": 1,
        "Mayotte": 0,
    }
    assert pd.isna(found.set_index("region").loc["Mayotte", "checked"])


def test_every_cell_is_there_even_where_none_is_recorded():
    found = roadmap.offer_matrix(
        roadmap.active(OFFERS, DAY),
        pd.Index(["Corse"]),
        ["idea", "creation"],
        ["support", "finance"],
    )
    assert len(found) == 2 * 2 * 2 and found["offers"].sum() == 3


@pytest.mark.parametrize(
    ("region", "phase", "need", "expected"),
    [
        ("Corse", "idea", "innovation", ["national", "two regions"]),
        ("Mayotte", "idea", "innovation", ["national"]),
        ("Corse", "idea", "digital transition", ["national"]),
        ("Corse", None, None, ["national", "never checked", "two regions"]),
        (None, "creation", None, ["never checked"]),
        ("Corse", "consolidation", None, []),
    ],
)
def test_which_offers_serve_a_project(region, phase, need, expected):
    found = roadmap.serving(roadmap.active(OFFERS, DAY), region, phase, need)
    assert sorted(found["offer_id"]) == sorted(expected)


@given(st.lists(st.tuples(st.floats(0, 0.49), st.floats(1, 5), st.floats(1, 5)), min_size=1))
def test_what_voters_do_not_want_is_neither_to_be_done_first_nor_planned(rows):
    proposals = pd.DataFrame(rows, columns=["first", "impact", "effort"])
    assert set(roadmap.suggestion(proposals)) <= {"if time allows", "not now"}
