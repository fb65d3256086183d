"""Forms, domains, challenges, levels and needs: what sets say, and what they do not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.programme.programme_rows import in_the_nomenclature
from analysis.indicators import domains

DAY = pd.Timestamp("2018-06-27")


def sets(**rows) -> pd.Series:
    return pd.Series(rows, dtype="str", name="kinds")


def test_every_domain_names_its_source_and_what_it_becomes_exists_later():
    table = domains.nomenclature()
    assert table["source"].notna().all() and table["label_fr"].notna().all()
    for row in table.dropna(subset="becomes").itertuples():
        later = table[table["valid_from"] > row.valid_from]["domain"]
        assert row.becomes in set(later)


def test_five_axes_then_three_domains():
    sizes = domains.nomenclature()["scheme"].value_counts()
    assert sizes["2014"] == 5 and sizes["2018"] == 3


@pytest.mark.parametrize(
    ("day", "scheme"),
    [
        ("2010-01-01", "2014"),
        ("2018-06-26", "2014"),
        ("2018-06-27", "2018"),
        ("2024-01-01", "2022"),
    ],
)
def test_the_scheme_in_force_follows_the_day(day, scheme):
    assert domains.in_force(pd.Timestamp(day)) == scheme


def test_recoding_keeps_what_a_scheme_holds_and_says_other_for_the_rest():
    given = sets(
        mobility="professional mobility",
        banking="banking and finance|energy transition",
        unknown=None,
        empty="",
        free="x",
    )
    assert domains.recode(given, "2018").fillna("missing").to_dict() == {
        "mobility": "skills sponsorship",
        "banking": "other",
        "unknown": "missing",
        "empty": "",
        "free": "other",
    }


def test_shares_of_several_answers_may_sum_above_one():
    """Le RAMEAU's published shares of the four forms sum to 147: a multiple answer is no partition."""
    found = domains.counts(
        sets(both="philanthropy|economic cooperation", one="philanthropy", two="philanthropy")
    )
    assert found["share"].sum() == pytest.approx(4 / 3)
    assert found.loc["philanthropy", ["count", "base"]].tolist() == [3, 3]


def test_unknown_sets_are_in_no_base_and_empty_ones_are():
    found = domains.counts(sets(unknown=None, empty="", holds="a"), values=["a", "never met"])
    assert found.loc["a", ["count", "base"]].tolist() == [1, 2]
    assert found.loc["never met", "count"] == 0


def test_no_known_set_gives_no_share():
    found = domains.counts(sets(unknown=None), values=["a"])
    assert found.loc["a", "base"] == 0 and pd.isna(found.loc["a", "share"])


def test_the_interval_of_a_share_is_wilsons():
    found = domains.counts(pd.Series(["a"] * 8 + [""] * 10, dtype="str"))
    assert found.loc["a", ["low", "high"]].astype(float).round(3).tolist() == [0.246, 0.663]


@given(st.lists(st.sets(st.sampled_from("abc")), min_size=1))
def test_combinations_are_a_partition(rows):
    found = domains.combinations(pd.Series(["|".join(sorted(row)) for row in rows], dtype="str"))
    assert found["count"].sum() == len(rows) and found["share"].sum() == pytest.approx(1)


def coders(table: list[list[int]]) -> tuple[pd.Series, pd.Series]:
    pairs = [
        (str(i), str(j))
        for i, row in enumerate(table)
        for j, times in enumerate(row)
        for _ in range(times)
    ]
    return pd.Series([i for i, _ in pairs]), pd.Series([j for _, j in pairs])


def test_kappa_of_fleiss_levin_and_paik():
    """Statistical Methods for Rates and Proportions, table 18.1: 100 subjects, kappa 0.68."""
    found = domains.agreement(*coders([[75, 1, 4], [5, 4, 1], [0, 0, 10]]))
    assert (
        found.kappa == pytest.approx(0.676, abs=5e-4)
        and found.observed == pytest.approx(0.89)
        and found.n == 100
    )


def test_kappa_and_its_interval_equal_those_of_statsmodels():
    table = [[12, 3, 1], [4, 9, 2], [0, 5, 14]]
    reference = pytest.importorskip("statsmodels.stats.inter_rater").cohens_kappa(np.array(table))
    found = domains.agreement(*coders(table))
    assert found[:3] == pytest.approx(
        (reference.kappa, reference.kappa_low, reference.kappa_upp), abs=1e-9
    )


def test_kappa_of_any_form_is_taken_row_by_row():
    one, two = list("aabbc"), list("abbbc")
    wanted = domains.agreement(pd.Series(one), pd.Series(two))
    assert (
        domains.agreement(one, np.array(two))
        == domains.agreement(pd.Categorical(one), pd.Categorical(two))
        == wanted
    )
    with pytest.raises(ValueError, match="indexed differently"):
        domains.agreement(pd.Series(one), pd.Series(two, index=range(4, -1, -1)))


def test_kappa_says_nothing_without_rows_or_with_a_single_value():
    single = pd.Series(["x", "x"])
    assert (
        np.isnan(domains.agreement(single, single).kappa)
        and domains.agreement(single, single).observed == 1
    )
    assert domains.agreement(single, pd.Series([None, None], dtype="str")).n == 0


def test_swapping_the_coders_changes_nothing():
    first, second = coders([[5, 2], [1, 6]])
    assert domains.agreement(first, second) == pytest.approx(domains.agreement(second, first))


def test_a_national_frame_and_its_local_versions_stand_apart():
    rows = {
        "frame": ("national", "N1"),
        "version": ("local", "N1"),
        "region": ("regional", "N2"),
        "alone": ("national", "N3"),
        "unknown level": (None, "N4"),
    }
    found = domains.articulation(
        pd.Series([v[0] for v in rows.values()]), pd.Series([v[1] for v in rows.values()])
    )
    assert found["state"].to_dict() == {
        "N1": "national and local",
        "N2": "local only",
        "N3": "national only",
    }


def test_a_need_is_answered_from_the_day_its_support_starts():
    projects = pd.DataFrame(
        {
            "project_id": ["asks", "silent"],
            "partner_id": ["P1", "P2"],
            "start": pd.to_datetime(["2015-01-01"] * 2),
            "need": pd.Series(["digital transition", None], dtype="str"),
        }
    )
    support = pd.DataFrame(
        {
            "project_id": ["asks", "silent"],
            "kind": "digital",
            "start": pd.to_datetime(["2016-06-01"] * 2),
        }
    )
    relations = pd.DataFrame(
        {
            "relation_id": ["R1", "R2", "ended"],
            "partner_id": ["P1", "P2", "P1"],
            "start": pd.to_datetime(["2015-01-01"] * 3),
            "end": pd.to_datetime([None, None, "2015-06-30"]),
        }
    )
    days = pd.to_datetime(["2014-12-31", "2015-12-31", "2016-12-31"])
    found = domains.needs_answered(projects, support, relations, days).query(
        "need == 'digital transition'"
    )
    assert found["base"].tolist() == [0, 1, 1] and found["answered"].tolist() == [0, 0, 1]
    assert pd.isna(found["share"].iloc[0])


def test_every_domain_passes_into_every_scheme():
    nomenclature = domains.nomenclature()
    for scheme in nomenclature["scheme"].unique():
        held = set(nomenclature.loc[nomenclature["scheme"] == scheme, "domain"])
        assert set(domains.passage(scheme).values()) <= held | {domains.OTHER}


def test_domains_that_no_scheme_names_are_left_out_and_counted():
    cells = ["Jonglage|tiers-lieux", "Jonglage", None, "clauses sociales|achats responsables"]
    notes = {}
    rows = in_the_nomenclature(pd.DataFrame({"domains": pd.Series(cells, dtype="str")}), notes)
    known = rows["domains"].dropna().to_dict()
    assert known == {0: "shared places", 3: "responsible purchasing"}
    assert notes["domains_unmapped"].values.tolist() == [["Jonglage", 2]]


def test_a_domain_of_2018_that_no_page_ends_is_one_of_2022():
    """The page of 2022 names four of twelve domains: what it leaves out has not ended for that."""
    signed = pd.Series(["responsible purchasing", "professional mobility|shared places"])
    recoded = domains.recode(signed.astype("str"), "2022")
    assert recoded.tolist() == ["responsible purchasing", "shared places|skills sponsorship"]
    assert domains.recode(pd.Series(["energy transition"], dtype="str"), "2022").tolist() == [
        domains.OTHER
    ]
