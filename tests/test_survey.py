"""The two-sided survey: scales, the 60 % rule, who weighs what, both sides, waves."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.declare import schema
from analysis.exhibits import line_counts
from analysis.indicators import survey

TRUST = [f"q{k}" for k in range(1, 6)]
ITEMS = schema.conform(
    pd.DataFrame(
        {
            "item": [*TRUST, *TRUST],
            "version": ["5 points"] * 5 + ["10 points"] * 5,
            "dimension": "relationship",
            "reversed": [False] * 4 + [True] + [False] * 5,
            "scale_min": [1.0] * 5 + [0.0] * 5,
            "scale_max": [5.0] * 5 + [10.0] * 5,
        }
    ),
    "items",
)


def answers(*rows: dict) -> pd.DataFrame:
    usual = dict(
        wave="2017",
        partner_id="P",
        entity="E",
        side="partner",
        respondent="a",
        item_version="10 points",
        no_opinion=False,
    )
    dated = usual | {"date": pd.Timestamp("2017-10-01")}
    return schema.conform(
        pd.DataFrame([{**dated, "answer_id": str(k), **row} for k, row in enumerate(rows)]),
        "answers",
    )


def says(values, **row) -> list[dict]:
    return [dict(item=item, value=value, **row) for item, value in zip(TRUST, values, strict=False)]


def score(*rows: dict) -> pd.DataFrame:
    return survey.sides(survey.scored(answers(*rows), ITEMS))


def level(*rows: dict) -> pd.DataFrame:
    return survey.pairs(score(*rows)).reset_index()


class TestScored:
    @pytest.mark.parametrize(
        "name, row, expected",
        [
            ("middle of five points", dict(item="q1", value=3.0, item_version="5 points"), 5),
            ("best of ten", dict(item="q1", value=10.0), 10),
            (
                "reversed: the low end is good",
                dict(item="q5", value=1.0, item_version="5 points"),
                10,
            ),
            ("not reversed in the other version", dict(item="q5", value=1.0), 1),
            ("off the scale", dict(item="q1", value=7.0, item_version="5 points"), None),
            ("no opinion", dict(item="q1", value=5.0, no_opinion=True), None),
            ("unknown item", dict(item="q99", value=5.0), None),
            (
                "version not said while there are two",
                dict(item="q1", value=5.0, item_version=None),
                None,
            ),
        ],
    )
    def test_every_scale_becomes_0_to_10(self, name, row, expected):
        found = survey.scored(answers(row), ITEMS)["score"].item()
        assert np.isnan(found) if expected is None else found == expected

    def test_keeps_rows_and_their_order(self):
        asked = answers(*says([1, 2, 3, 4, 5])).sample(frac=1, random_state=1)
        assert survey.scored(asked, ITEMS)["score"].tolist() == asked["value"].tolist()


class TestSides:
    def test_three_answers_of_five_make_a_score_and_two_do_not(self):
        everyone = says(
            [8] * 5, respondent="all", partner_id="other"
        )  # five items were asked in the wave
        assert score(*everyone, *says([6, 7, 8]))["score"].tolist() == [7, 8]
        assert len(score(*everyone, *says([6, 7]))) == 1

    def test_no_opinion_is_no_answer_but_was_asked(self):
        silent = [dict(item=item, no_opinion=True) for item in TRUST[2:]]
        assert len(score(*says([6, 7]), *silent)) == 0

    def test_respondents_weigh_alike_however_many_items_they_answered(self):
        assert score(*says([10] * 5, respondent="a"), *says([4] * 3, respondent="b"))[
            "score"
        ].tolist() == [7]

    def test_answering_twice_counts_once(self):
        once = score(*says([10] * 5, respondent="a"), *says([4] * 5, respondent="b"))
        assert (
            score(*says([10] * 5, respondent="a") * 3, *says([4] * 5, respondent="b"))[
                "score"
            ].tolist()
            == once["score"].tolist()
        )

    def test_a_large_delegation_is_one_side(self):
        many = [row for k in range(10) for row in says([2] * 5, respondent=str(k))]
        assert level(*many, *says([8] * 5, side="group"))["level"].tolist() == [5]

    def test_by_item(self):
        found = survey.sides(survey.scored(answers(*says([1, 2, 3])), ITEMS), by="item")
        assert found["score"].tolist() == [1, 2, 3]


class TestPairs:
    def test_level_floor_gap(self):
        found = level(*says([8] * 5), *says([5] * 5, side="group")).iloc[0]
        assert (found["level"], found["floor"], found["gap"]) == (6.5, 5, 3)

    def test_one_side_alone_has_no_level(self):
        found = level(*says([8] * 5)).iloc[0]
        assert found["partner"] == 8 and found[["group", "level", "floor", "gap"]].isna().all()

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=8))
    def test_swapping_the_sides_flips_the_gap_only(self, said):
        def build(mine, yours):
            rows = [
                says([pair[mine]] * 5, partner_id=f"P{k}")
                + says([pair[yours]] * 5, partner_id=f"P{k}", side="group")
                for k, pair in enumerate(said)
            ]
            return level(*[row for pair in rows for row in pair])

        one, other = build(0, 1), build(1, 0)
        pd.testing.assert_frame_equal(one[["level", "floor"]], other[["level", "floor"]])
        assert (one["gap"] == -other["gap"]).all()
        assert (one["partner"] == other["group"]).all()

    def test_row_order_changes_nothing(self):
        asked = answers(
            *says([8, 3, 7, 9, 1]),
            *says([5, 1, 9, 9, 2], side="group"),
            *says([5] * 4, partner_id="Q"),
        )
        one, other = (
            survey.sides(survey.scored(rows, ITEMS))
            for rows in (asked, asked.sample(frac=1, random_state=3))
        )
        pd.testing.assert_frame_equal(one, other)

    def test_nobody_asked(self):
        assert survey.pairs(survey.sides(survey.scored(answers()[:0], ITEMS))).empty


class TestRelated:
    relations = pd.DataFrame(
        {
            "relation_id": ["first", "second"],
            "partner_id": "P",
            "entity": "E",
            "start": pd.to_datetime(["2010-01-01", "2016-01-01"]),
            "end": pd.to_datetime(["2013-12-31", None]),
        }
    )

    @pytest.mark.parametrize(
        "when, expected",
        [
            ("2012-05-01", "first"),
            ("2013-12-31", "first"),
            ("2014-06-01", None),
            ("2017-10-01", "second"),
            ("2009-01-01", None),
        ],
    )
    def test_an_answer_speaks_of_the_relation_alive_at_its_wave(self, when, expected):
        pairs = survey.pairs(score(*says([8] * 5, date=pd.Timestamp(when))))
        found = survey.related(pairs, self.relations).item()
        assert pd.isna(found) if expected is None else found == expected

    def test_an_undated_answer_takes_the_date_of_its_wave(self):
        pairs = survey.pairs(score(*says([8] * 5, date=pd.NaT), *says([8] * 5, partner_id="Q")))
        assert survey.related(pairs, self.relations).iloc[0] == "second"


class TestOverWaves:
    def waves(self):
        before = dict(date=pd.Timestamp("2015-10-01"), wave="2015")
        rows = [
            *says([6] * 5, **before),
            *says([6] * 5, side="group", **before),
            *says([8] * 5),
            *says([8] * 5, side="group"),
            *says([2] * 5, partner_id="lost", **before),
            *says([2] * 5, partner_id="lost", side="group", **before),
            *says([10] * 5, partner_id="new"),
            *says([10] * 5, partner_id="new", side="group"),
        ]
        return survey.by_wave(survey.pairs(score(*rows)), "relationship")

    def test_change_is_told_on_the_same_pairs(self):
        levels = self.waves()
        assert levels.dropna().values.tolist() == [[6, 8]]
        assert survey.over_waves(levels)["mean_all"].tolist() == [4, 9]

    def test_bounds_give_the_lost_the_worst_and_the_best(self):
        found = survey.over_waves(self.waves())
        assert found[["low", "high"]].values.tolist() == [[4, 4], [4, 9]]

    def test_a_dimension_that_was_not_asked(self):
        levels = survey.by_wave(survey.pairs(score(*says([8] * 5))), "understanding")
        assert survey.over_waves(levels)["answered"].tolist() == [0]


def test_response_counts_the_relations_alive_at_the_wave():
    relations = pd.DataFrame(
        {
            "relation_id": ["answers", "does not", "begins later", "over"],
            "partner_id": ["P", "Q", "R", "S"],
            "entity": "E",
            "start": pd.to_datetime(["2010-01-01", "2010-01-01", "2018-01-01", "2010-01-01"]),
            "end": pd.to_datetime([None, None, None, "2016-12-31"]),
        }
    )
    found = survey.response_rate(score(*says([8] * 5), *says([8] * 5, partner_id="S")), relations)
    assert found.loc[("2017", "partner"), ["asked", "answered"]].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("scale_tops", "is_compared"),
    [({"2014": 5, "2016": 10, "2018": 10}, True), ({"2014": 10, "2016": 5, "2018": 10}, False)],
)
def test_the_last_wave_is_compared_with_the_one_before_on_its_scale_alone(scale_tops, is_compared):
    waves = list(scale_tops)
    answers = pd.DataFrame({"wave": waves, "item": "Q1", "item_version": waves})
    answers["date"] = pd.to_datetime([f"{wave}-03-01" for wave in waves])
    items = pd.DataFrame({"item": "Q1", "version": waves, "scale_min": 0.0})
    items["scale_max"] = items["version"].map(scale_tops).astype(float)
    now = SimpleNamespace(answers=answers, items=items)
    then = SimpleNamespace(answers=answers[answers["wave"] < "2018"])
    lines_apart = line_counts.lines_on_another_scale(now, then)
    assert lines_apart == (set() if is_compared else {"LF8", "LS1", "LS2"})
    assert line_counts.lines_on_another_scale(now, now) == set()
