"""Planted changes of a small programme are found one by one, and the parts of a headline's change add up to it."""

import shutil

import numpy as np
import pandas as pd
import pytest

from analysis import explore
from analysis.declare import parameters
from analysis.indicators import edition_changes, edition_parts
from analysis.relations import as_known_on
from analysis.report import edition_relations
from analysis.stats import influence
from synthetic import small

LATER = pd.Timestamp("2019-12-31")
AGREEMENT = {"entity": "Direction", "level": "local", "tacit_renewal": False}


def edition(agreements: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The relations of an edition, as a team's report keeps them; the tacit agreements keep giving signs of life."""
    signs = agreements["agreement_id"].map({"J1": day, "K1": day})
    relations = as_known_on(
        agreements, day, grace_days=small.GRACE_DAYS, last_sign=pd.to_datetime(signs)
    )
    settled_day = day - pd.Timedelta(days=small.GRACE_DAYS)
    return relations.assign(last_seen=day, settled_day=settled_day, start_seen=True)


def signed(agreements: pd.DataFrame, id: str, partner: str, start: str, term: str, **more):
    """The agreements and one more."""
    dates = {"start": pd.Timestamp(start), "planned_end": pd.Timestamp(term)}
    row = {"agreement_id": id, "partner_id": partner, "signed_on": dates["start"]}
    added = pd.DataFrame([{**AGREEMENT, **row, **dates, "end": pd.NaT, **more}])
    return pd.concat([agreements, added], ignore_index=True)


def moved(agreements: pd.DataFrame, id: str, column: str, value) -> pd.DataFrame:
    """The agreements with one cell changed."""
    cell = agreements["agreement_id"] == id
    return agreements.assign(**{column: agreements[column].mask(cell, value)})


def changes(agreements: pd.DataFrame, day: pd.Timestamp = small.DAY) -> list[tuple]:
    earlier, later = edition(small.agreements(), small.DAY), edition(agreements, day)
    found = edition_changes.relation_changes(earlier, later, small.DAY, small.GRACE_DAYS)
    return list(found[["partner_id", "change", "recorded_late"]].itertuples(index=False, name=None))


def test_a_later_edition_of_the_same_facts_shows_no_change():
    assert changes(small.agreements()) == []


STRUCK = small.agreements().query("agreement_id != 'B1'")
PLANTED = {
    "begun before, recorded since": (
        signed(small.agreements(), "X1", "P20", "2016-01-01", "2022-12-31"),
        ("P20", "new", True),
    ),
    "begun on the very day": (
        signed(small.agreements(), "X1", "P20", "2018-12-31", "2022-12-31"),
        ("P20", "new", True),
    ),
    "an end that the grace had let go": (
        moved(small.agreements(), "I2", "end", pd.Timestamp("2018-03-01")),
        ("P09", "ended", True),
    ),
    "an end taken back": (
        signed(small.agreements(), "X1", "P01", "2017-01-01", "2022-12-31"),
        ("P01", "corrected", False),
    ),
    "an end moved": (
        moved(small.agreements(), "G1", "end", pd.Timestamp("2017-09-30")),
        ("P07", "corrected", False),
    ),
    "another start": (
        moved(small.agreements(), "I1", "start", pd.Timestamp("2013-02-01")),
        ("P09", "corrected", False),
    ),
    "struck out": (STRUCK, ("P02", "gone", False)),
    "back after a gap, recorded since": (
        signed(small.agreements(), "X1", "P02", "2018-01-01", "2022-12-31"),
        ("P02", "resumed", True),
    ),
}


@pytest.mark.parametrize(("agreements", "change"), PLANTED.values(), ids=PLANTED.keys())
def test_each_planted_change_of_the_past_is_found_alone(agreements, change):
    assert changes(agreements) == [change]


def test_what_happened_since_is_no_late_recording():
    """Of the small programme three ends come within the year by themselves: P03's grace is over, P04's and P08's terms too."""
    by_itself = {("P04", "ended", False), ("P08", "ended", False)}
    assert set(changes(small.agreements(), LATER)) == by_itself
    grown = signed(small.agreements(), "X1", "P20", "2019-01-01", "2022-12-31")
    grown = signed(grown, "X2", "P02", "2019-02-01", "2022-12-31")
    grown = moved(grown, "I2", "end", pd.Timestamp("2018-12-31"))  # on the day: its grace ran
    planted = {("P20", "new", False), ("P02", "resumed", False), ("P09", "ended", False)}
    assert set(changes(grown, LATER)) == by_itself | planted


def test_a_relation_taken_up_again_did_not_begin_late():
    """Under the same id: begun in 2015 and seen then, ended in 2016, running again two years later."""
    earlier = pd.DataFrame(
        {"relation_id": ["R1"], "partner_id": "P", "entity": "E", "cause": None, "interruptions": 0}
    ).assign(
        start=pd.Timestamp("2015-01-01"),
        end=pd.Timestamp("2016-06-30"),
        status="ended",
        last_seen=small.DAY,
    )
    later = earlier.assign(end=pd.NaT, status="running", interruptions=1, last_seen=LATER)
    found = edition_changes.relation_changes(earlier, later, small.DAY, small.GRACE_DAYS)
    assert found[["change", "recorded_late"]].to_numpy().tolist() == [["resumed", False]]


def test_what_a_decision_merged_is_told_as_such():
    """P02, ended in 2016, turns out to be P20's name of then: its past goes over, and so says the list."""
    renamed = moved(small.agreements(), "B1", "partner_id", "P20")
    earlier, later = edition(small.agreements(), small.DAY), edition(renamed, small.DAY)
    as_of = (small.DAY, small.GRACE_DAYS)
    alone = edition_changes.relation_changes(earlier, later, *as_of)
    assert sorted(alone["change"]) == ["gone", "new"]
    decided = edition_changes.relation_changes(earlier, later, *as_of, {"P02", "P20"})
    assert set(decided["change"]) == {"merged"} and not decided["recorded_late"].any()
    assert set(edition_changes.part_of(decided)) == {"corrections"}


def test_changes_planted_in_the_demonstration_are_found_one_by_one(demo, tmp_path):
    planted_folder = shutil.copytree(demo, tmp_path / "planted")
    asked = parameters.parse({"lang": "en"})
    study = explore.Study(demo, asked)
    relations = study.relations[study.relations["agreements"] == 1]
    agreements = pd.read_parquet(planted_folder / "agreements.parquet")
    alone = agreements[~agreements["tacit_renewal"].fillna(False)]
    alone = alone.drop_duplicates(["partner_id", "entity"], keep=False)
    alone = alone.merge(relations[["relation_id", "partner_id", "entity", "status"]])
    ended = alone.loc[alone["status"] == "ended"].iloc[:3].set_axis(["gone", "moved", "merged"])
    running = alone.loc[alone["status"] == "running"].iloc[0]
    ids = ended["agreement_id"]
    agreements = agreements[agreements["agreement_id"] != ids["gone"]]
    agreements = moved(agreements, ids["moved"], "end", pd.Timestamp("2017-03-31"))
    agreements = moved(agreements, ids["merged"], "partner_id", "P-MERGED")
    agreements = moved(agreements, running["agreement_id"], "end", pd.Timestamp("2017-06-30"))
    begun = agreements[agreements["agreement_id"] == running["agreement_id"]]
    begun = begun.assign(agreement_id="A-LATE", partner_id="P-LATE", end=pd.NaT)
    begun["planned_end"] = pd.Timestamp("2020-12-31")
    pd.concat([agreements, begun]).to_parquet(planted_folder / "agreements.parquet")
    editions = [
        edition_relations.relations_to_keep(explore.Study(folder, asked))
        for folder in (demo, planted_folder)
    ]
    merged = {ended.at["merged", "partner_id"], "P-MERGED"}
    changed = edition_changes.relation_changes(*editions, study.day, 180, merged)
    of_partner = changed.set_index("partner_id")[["change", "recorded_late"]].T.to_dict("list")
    assert of_partner == {
        ended.at["gone", "partner_id"]: ["gone", False],
        ended.at["moved", "partner_id"]: ["corrected", False],
        ended.at["merged", "partner_id"]: ["merged", False],
        "P-MERGED": ["merged", False],
        running["partner_id"]: ["ended", True],
        "P-LATE": ["new", True],
    }
    running_then, running_now = (
        relations.set_index("relation_id").assign(value=relations["status"].eq("running").array)
        for relations in editions
    )
    part_of = edition_changes.part_of(changed)
    change = edition_parts.of_count(running_then, running_now, part_of)
    assert (change.value, change.late, change.rates, change.composition) == (0, 0, 0, 0)
    late_alone = running_now[running_now["partner_id"] != running["partner_id"]]
    assert edition_parts.of_count(late_alone.iloc[:0], late_alone, part_of).late == 1


# ---- headlines
def headline_change(agreements: pd.DataFrame, day: pd.Timestamp, statistic=influence.of_survival):
    earlier, later = edition(small.agreements(), small.DAY), edition(agreements, day)
    settled_before = edition_changes.settled_by_earlier(earlier, later, small.DAY, small.GRACE_DAYS)
    changed = edition_changes.relation_changes(earlier, later, small.DAY, small.GRACE_DAYS)
    part_of = edition_changes.part_of(changed)
    late = part_of.index[part_of == "late"]
    return edition_parts.of_followed(statistic, earlier, later, settled_before, late, 24)


@pytest.mark.parametrize("statistic", [influence.of_survival, influence.of_restricted_mean])
def test_each_kind_of_change_falls_into_its_part_of_a_headline(statistic):
    same = headline_change(small.agreements(), small.DAY, statistic)
    assert (same.value, same.low, same.high) == (0, 0, 0)
    late = moved(small.agreements(), "I2", "end", pd.Timestamp("2018-03-01"))
    late = signed(late, "X1", "P20", "2016-01-01", "2016-12-31")
    recorded = headline_change(late, small.DAY, statistic)
    assert recorded.late == pytest.approx(recorded.value) and recorded.value < 0
    assert recorded.corrections == recorded.rates == recorded.composition == 0
    struck = headline_change(STRUCK, small.DAY, statistic)
    assert struck.corrections == pytest.approx(struck.value) and struck.value != 0
    assert struck.late == struck.rates == struck.composition == 0
    begun = signed(small.agreements(), "X1", "P20", "2018-08-01", "2018-12-31")
    without, grown = (
        headline_change(agreements, LATER, statistic) for agreements in (small.agreements(), begun)
    )
    assert without.late == grown.late == without.corrections == grown.corrections == 0
    assert grown.rates == pytest.approx(without.rates)
    assert grown.composition < without.composition
    parts = grown.late + grown.corrections + grown.rates + grown.composition
    assert parts == pytest.approx(grown.value, abs=1e-12) and grown.low < grown.value < grown.high


NO_PART = pd.Series(dtype="str")


def shares(*values, ids="abcdefghij") -> pd.DataFrame:
    ids = list(ids[: len(values)])
    return pd.DataFrame({"partner_id": ids, "value": pd.array(values, dtype="boolean")}, index=ids)


def test_the_parts_of_a_share():
    """Worked by hand: a-d known in both go from 1/4 to 2/4 (mean 3/8); e (yes) goes, f (no) comes, g (yes) was recorded late."""
    earlier = shares(True, False, False, False, True, ids="abcde")
    later = shares(True, True, False, False, False, True, ids="abcdfg")
    change = edition_parts.of_share(earlier, later, pd.Series({"g": "late"}))
    assert (change.before, change.after) == (2 / 5, 3 / 6)
    assert change.rates == pytest.approx((4 / 5 + 4 / 6) / 2 * (1 / 4))
    assert change.composition == pytest.approx((0 - 3 / 8) / 6 - (1 - 3 / 8) / 5)
    assert change.late == pytest.approx((1 - 3 / 8) / 6) and change.corrections == 0
    assert change.late + change.rates + change.composition == pytest.approx(change.value)


def test_a_line_known_since_is_composition_and_unknown_ones_do_not_count():
    earlier, later = shares(True, False, None), shares(True, False, True)
    change = edition_parts.of_share(earlier, later, NO_PART)
    assert change.composition == pytest.approx(change.value) and change.value > 0
    for sides in ((shares(None, None), later), (later, shares(None, None))):
        assert np.isnan(edition_parts.of_share(*sides, NO_PART)).all()  # of one alone, no change


def test_the_interval_of_a_share_is_that_of_the_paired_difference():
    """Of 100, one of 50 no longer holds and 15 others do: McNemar's variance, not that of two samples, and by partner."""
    earlier = pd.DataFrame({"partner_id": range(100), "value": [True] * 50 + [False] * 50})
    later = earlier.assign(value=[False] + [True] * 64 + [False] * 35)
    change = edition_parts.of_share(earlier, later, NO_PART)
    difference = later["value"].astype(int) - earlier["value"].astype(int)
    margin = 1.9842169515 * difference.std() / 10  # t, 99 degrees of freedom
    assert change.value == pytest.approx(0.14)
    assert (change.low, change.high) == pytest.approx((0.14 - margin, 0.14 + margin), rel=1e-6)
    assert change.low > 0.06  # of two samples it would be 0.003 (Newcombe)


def test_which_part_a_term_adds_to():
    """A renewed term known then is no change; one over then and told since is late; others came since, or were corrected."""
    seen = {"last_seen": small.DAY}
    rows = {
        "told since": ("R1", "2017-01-01", None, True),
        "same": ("R1", "2016-01-01", True, True),
        "came since": ("R1", "2018-12-01", None, False),
        "of a new one": ("R9", "2018-12-01", None, False),
        "taken back": ("R2", "2016-06-01", False, True),
        "struck out": ("R3", "2016-06-01", False, None),
    }
    table = pd.DataFrame.from_dict(rows, "index", columns=["relation_id", "term", "then", "now"])
    table = table.assign(term=pd.to_datetime(table["term"]), **seen)
    earlier = table[table["relation_id"] != "R9"].drop(index="told since")
    earlier = earlier.rename(columns={"then": "value"})
    later = table.drop(index="struck out").rename(columns={"now": "value"})
    parts = edition_changes.part_of_terms(earlier, later, small.GRACE_DAYS)
    assert parts.to_dict() == {
        "told since": "late",
        "came since": "rates",
        "taken back": "corrections",
        "struck out": "corrections",
    }
