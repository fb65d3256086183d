"""How long relations last, by group and at the horizon: facts of hand-made relations, and few false alarms."""

import numpy as np
import pandas as pd
import pytest

from analysis import explore
from analysis.declare.conventions import DEFAULTS
from analysis.exhibits import durability, ends_by_cause, group_durations


def followed(months, ended, partner=None) -> pd.DataFrame:
    months = np.asarray(months, dtype=float)
    partner = np.arange(len(months)).astype(str) if partner is None else partner
    return pd.DataFrame(
        {"duration_months": months, "ended": ended, "entry_months": 0.0, "partner_id": partner}
    )


def drawn_alike(seed: int) -> tuple[pd.DataFrame, pd.Series]:
    """Relations of partners with one to three each and a pace of their own; a partner's all lie in one group of two."""
    random = np.random.default_rng(seed)
    partner = np.repeat(np.arange(30), random.integers(1, 4, 30))
    pace = random.gamma(1.5, 1 / 1.5, 30)[partner]
    lasts = np.ceil(random.exponential(40 / pace))
    watched = np.ceil(random.uniform(24, 80, len(partner)))
    relations = followed(np.minimum(lasts, watched), lasts <= watched, partner.astype(str))
    return relations, pd.Series(np.where(partner % 2 == 0, "a", "b"))


def test_of_groups_drawn_alike_one_stands_out_in_one_set_of_twenty_at_most():
    alarms = 0
    for seed in range(200):
        relations, group = drawn_alike(seed)
        comparison = group_durations.compare_groups(relations, group, 36, 0.95)
        alarms += len(comparison.apart(0.95)) > 0
    assert alarms <= 10


def test_a_group_that_lasts_longest_stands_out_from_every_other():
    months = np.tile([6.0, 12.0, 18.0, 48.0], 30)
    group = pd.Series(np.repeat(["short", "middle", "long"], 40))
    months = np.where(group == "long", months + 30, np.where(group == "middle", months + 4, months))
    comparison = group_durations.compare_groups(followed(months, months < 40), group, 36, 0.95)
    assert comparison.horizon == 36 and comparison.means.idxmax() == "long"
    assert comparison.stands_out(0.95)
    surest = comparison.apart(0.95)
    assert surest["longer"].tolist()[:2] == ["long", "long"]
    # of 36 months: (6 + 12 + 18 + 36) / 4, four months later, and (36 + 36 + 36 + 36) / 4
    assert comparison.means.round(6).to_dict() == {"short": 18.0, "middle": 21.0, "long": 36.0}
    assert (surest["low"] > 0).all() and (comparison.pairs["value"] >= 0).all()


def test_the_bounds_of_a_difference_do_not_depend_on_the_names_of_the_groups():
    months = pd.Series(np.tile([6.0, 12.0, 18.0, 48.0], 20))
    is_longer = np.arange(80) >= 40
    relations = followed(months + 20 * is_longer, months < 40)
    as_named = [
        group_durations.compare_groups(relations, pd.Series(names), 36, 0.95).pairs
        for names in (np.where(is_longer, "a", "b"), np.where(is_longer, "b", "a"))
    ]
    for pairs, longer in zip(as_named, ("a", "b"), strict=True):
        assert pairs["longer"].item() == longer
        assert 0 < pairs["low"].item() < pairs["value"].item() < pairs["high"].item()
    bounds = ["value", "low", "high"]
    assert as_named[0][bounds].round(6).equals(as_named[1][bounds].round(6))


def test_relations_of_one_partner_are_no_proof():
    """Two partners make all the difference between two groups of forty: beyond that nobody differs."""
    short = followed(np.full(20, 6.0), True, "one")
    long = followed(np.full(20, 40.0), False, "other")
    some = followed(np.tile([6.0, 40.0], 20), np.tile([True, False], 20))
    relations = pd.concat([short, some[:20], long, some[20:]], ignore_index=True)
    group = pd.Series(np.repeat(["a", "b"], 40))
    by_partner = group_durations.compare_groups(relations, group, 36, 0.95)
    alone = group_durations.compare_groups(
        relations.assign(partner_id=np.arange(80).astype(str)), group, 36, 0.95
    )
    assert len(alone.apart(0.95)) == 1 and len(by_partner.apart(0.95)) == 0


def test_groups_are_compared_as_far_as_all_were_followed():
    old = followed(np.linspace(3, 60, 40), True)
    young = followed(np.repeat([10.0, 26.0], 20), np.repeat([True, False], 20))
    relations = pd.concat([old, young], ignore_index=True)
    group = pd.Series(np.repeat(["old", "young"], 40))
    assert group_durations.compare_groups(relations, group, 36, 0.95).horizon == 24


def test_the_largest_groups_are_drawn_and_none_of_fewer_than_ten():
    group = pd.Series(["a"] * 12 + ["b"] * 30 + ["c"] * 9 + ["d"] * 10 + [None] * 50)
    assert group_durations.largest_groups(group, DEFAULTS) == ["b", "a", "d"]
    assert group_durations.largest_groups(group, {**DEFAULTS, "groups_compared": 2}) == ["b", "a"]


def test_of_groups_of_one_size_the_same_are_drawn_in_either_language():
    """Else both pages together would draw all but the groups that are too small."""
    english = pd.Series(["shared places"] * 20 + ["skills"] * 12 + ["purchasing"] * 12)
    french = english.map({"shared places": "tiers-lieux", "skills": "compétences"}).fillna("achats")
    two = {**DEFAULTS, "groups_compared": 2}
    assert group_durations.largest_groups(english, two) == ["shared places", "skills"]
    assert group_durations.largest_groups(french, two) == ["tiers-lieux", "compétences"]


@pytest.mark.parametrize(("ended_there", "both_sides"), [(4, False), (5, True)])
def test_both_sides_of_a_cliff_are_told_unless_few_made_it(ended_there, both_sides):
    numbers = {"cliff_points": 2.0, "secret_below": 5}
    assert durability.falls_off(numbers, 0.16, ended_there) is both_sides
    assert not durability.falls_off(numbers, 0.01, ended_there)


# ---- causes
def causes(**ends: int) -> tuple[pd.DataFrame, pd.Series]:
    """Relations of as many partners that ended after a year from each cause, and a hundred that still run after four."""
    named = [cause for cause, many in ends.items() for _end in range(many)]
    relations = followed([12.0] * len(named) + [48.0] * 100, [True] * len(named) + [False] * 100)
    return relations, pd.Series(named + [None] * 100, dtype="str")


@pytest.mark.parametrize(
    ("ends", "first"),
    [
        ({"aim": 20, "group": 18, "partner": 17}, None),  # 10, 9 and 8 %: none stands out
        ({"aim": 60, "group": 18, "partner": 17}, "aim"),
        ({"aim": 60, "group": 58, "partner": 5}, None),  # the third alone is beaten
        ({"unknown": 90, "aim": 40, "group": 10}, "aim"),  # the first of those known
        ({"aim": 60, "unknown": 58, "group": 10}, "aim"),
    ],
)
def test_a_cause_is_the_first_only_if_it_beats_every_other(ends, first):
    relations, cause = causes(**ends)
    assert ends_by_cause.first_cause(relations, cause, 36, 0.95) == first


def test_ends_of_one_partner_make_no_first_cause():
    relations, cause = causes(aim=60, group=18)
    of_one = relations.assign(partner_id=relations["partner_id"].mask(cause == "aim", "one"))
    assert ends_by_cause.first_cause(of_one, cause, 36, 0.95) is None


def test_at_most_five_bands_are_drawn_the_smallest_as_one(opened):
    study = opened(lang="en")
    drawn = set(study.exhibit("F5").data["cause"])
    assert len(drawn) == 5 < study.followed["cause"].nunique() and "other causes" in drawn


def test_where_none_has_ended_by_the_horizon_no_cause_is_drawn(opened):
    """Ten are followed for two months and a half, and of two who are for longer one ends."""
    study = opened(lang="en")
    young = study.followed.head(10).assign(entry_months=0.0, cause="aim reached")
    young = young.assign(duration_months=[2.5] * 8 + [7.0, 8.0], ended=[False] * 8 + [True, False])
    assert study.exhibit("F5", followed=young).reason == "No relation has ended by the horizon."


def test_incidences_and_what_still_runs_make_the_whole():
    relations, cause = causes(aim=30, group=20)
    at_horizon = ends_by_cause.incidence_at(relations, cause, 36, 0.95)
    assert at_horizon["incidence"].round(6).to_dict() == {"aim": 0.2, "group": 0.133333}
    rows = ends_by_cause.incidence_rows(relations, cause, 0.95)
    assert rows.set_index(["months", "cause"])["ended"].to_dict() == {
        (12.0, "aim"): 30,
        (12.0, "group"): 20,
        (48.0, "aim"): 30,
        (48.0, "group"): 20,
    }


@pytest.mark.parametrize(
    "lang, of_group, of_funder",
    [("fr", "le Groupe", "le financeur"), ("en", "the Group", "the funder")],
)
def test_causes_of_an_end_name_the_side_as_its_study_does(
    demo, monkeypatch, lang, of_group, of_funder
):
    study = explore.open(demo, lang=lang)
    causes = " ".join(study.exhibit("F5").data["cause"].unique())
    assert of_group in causes and of_funder not in causes
    monkeypatch.setitem(study.about, "words", {"publisher": "Ville de X"})
    figure = study.exhibit("F5")
    causes = " ".join(figure.data["cause"].unique()) + figure.title + figure.reading + figure.alt
    assert of_funder in causes and of_group not in causes
