"""Regions and departments: reference facts, rates with their chance, and what becomes of places without any relation."""

import json
import re
from importlib import resources

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gallery
from analysis.disclosure import audiences
from analysis.disclosure.withheld import Withheld
from analysis.exhibits.territories import _rate_facts
from analysis.indicators import territories
from analysis.study import published

PLACES = pd.Index(["Bretagne", "Corse", "Mayotte"])


def test_eighteen_regions_of_which_five_overseas_each_with_a_tile():
    table = territories.regions()
    assert len(table) == 18 and table["region_code"].isin(["01", "02", "03", "04", "06"]).sum() == 5
    assert not table[["tile_column", "tile_row"]].isna().any(axis=None)
    assert not table.duplicated(["tile_column", "tile_row"]).any()


def test_region_75_is_not_department_75():
    assert territories.regions().loc["Nouvelle-Aquitaine", "region_code"] == "75"
    assert territories.departments().loc["75", "region"] == "Île-de-France"


def test_poitou_charentes_lands_in_nouvelle_aquitaine_and_corsica_and_overseas_stay():
    found = territories.departments()
    assert set(found.loc[["16", "17", "79", "86"], "region"]) == {"Nouvelle-Aquitaine"}
    assert set(found.loc[["2A", "2B"], "region"]) == {"Corse"}
    assert found.loc[["971", "972", "973", "974", "976"], "region"].tolist() == [
        "Guadeloupe",
        "Martinique",
        "Guyane",
        "La Réunion",
        "Mayotte",
    ]


def test_former_regions_that_a_public_file_gets_wrong():
    """The history of departments by Etalab puts these in a neighbouring region of before 2016."""
    former = territories.departments()["former_region"]
    assert former[["86", "59", "54", "46", "63", "87", "67", "50"]].tolist() == [
        "Poitou-Charentes",
        "Nord-Pas-de-Calais",
        "Lorraine",
        "Midi-Pyrénées",
        "Auvergne",
        "Limousin",
        "Alsace",
        "Basse-Normandie",
    ]


def test_present_regions_of_departments_are_those_of_the_official_code(shared):
    official = json.loads(
        (
            shared / "data/ref-geo-fr/etalab-decoupage-administratif-6.0.0-departements.json"
        ).read_text("utf-8")
    )
    names = territories.regions().reset_index().set_index("region_code")["region"]
    for row in official:
        if row["zone"] in ("metro", "drom"):
            assert territories.departments().loc[row["code"], "region"] == names[row["region"]]


def test_populations_add_up_to_the_published_totals():
    table = territories.regions()
    overseas = table["region_code"].str.startswith("0")
    assert table.loc[~overseas, "population"].sum() == 64_027_958
    assert table.loc[overseas, "population"].sum() == 2_102_915
    assert table["source"].notna().all() and (table["year"] == 2014).all()


def test_a_region_with_no_relation_counts_zero_and_may_have_some():
    count = territories.counts_by_place(
        pd.Series(["Bretagne", None, "Bretagne"], dtype="str"), PLACES
    )
    assert count.to_dict() == {"Bretagne": 2, "Corse": 0, "Mayotte": 0}
    found = territories.rates(count, pd.Series({"Bretagne": 1e6, "Corse": 1e5}), 100_000)
    assert found.loc["Corse", ["rate", "low"]].tolist() == [0, 0] and found.loc[
        "Corse", "high"
    ] == pytest.approx(3.689, abs=1e-3)


def test_a_region_without_population_has_no_rate():
    found = territories.rates(pd.Series({"Mayotte": 3}), pd.Series({"Bretagne": 1e6}), 100_000)
    assert found.loc["Mayotte", ["rate", "low", "high"]].isna().all()


def test_exact_poisson_interval_of_ten():
    """Garwood 1936: 10 seen, 95 % interval 4.80 to 18.39."""
    found = territories.rates(pd.Series({"A": 10}), pd.Series({"A": 1.0}), 1)
    assert found[["low", "high"]].astype(float).round(2).values.tolist() == [[4.80, 18.39]]


def test_the_funnel_holds_the_common_rate_and_narrows_with_size():
    limits = territories.funnel_limits(np.array([1e5, 1e6, 1e7]), 3e-5, 0.95)
    width = (limits["high"] - limits["low"]).to_numpy()
    assert (
        (limits["low"] < 3e-5).all()
        and (limits["high"] > 3e-5).all()
        and (np.diff(width) < 0).all()
    )


def test_of_equal_regions_none_is_named_in_95_percent_of_runs():
    exposed, _per = territories.population_exposed()
    random = np.random.default_rng(1)
    for total in (30, 300):
        expected = (exposed / exposed.sum() * total).astype(float)
        names = [
            territories.beyond_chance(pd.Series(random.poisson(expected), exposed.index), exposed)
            .isin(["above", "below"])
            .any()
            for _run in range(400)
        ]
        assert np.mean(names) <= 0.07, total  # 5 % of 400 runs, and two standard errors


def test_a_place_far_above_is_told_apart_and_one_without_size_is_missing():
    usual = [20, 24, 16, 21, 19, 18, 22, 20, 17, 23]
    count = pd.Series([90, 4, *usual], index=["far above", "no size", *"abcdefghij"])
    exposed = pd.Series(1e6, index=count.index.drop("no size"))
    beyond = territories.beyond_chance(count, exposed)
    assert beyond["far above"] == "above" and pd.isna(beyond["no size"])
    assert (beyond[list("abcdefghij")] == "within").all()


def test_places_that_all_differ_widen_the_funnel_until_none_stands_out():
    """Half of the places have 12, half 28: more than chance, but none more than the others."""
    count = pd.Series([12, 28] * 10)
    exposed = pd.Series(1e6, index=count.index)
    assert territories.dispersion(count, exposed) == pytest.approx(3.2, abs=0.3)
    assert (territories.beyond_chance(count, exposed) == "within").all()


def test_small_places_are_drawn_to_the_common_rate_and_large_ones_are_not():
    count = pd.Series({"small, none": 0, "large, high": 900, "large, low": 100})
    exposed = pd.Series({"small, none": 1e3, "large, high": 1e6, "large, low": 1e6})
    found = territories.shrink(count, exposed)
    assert found.loc["small, none", "shrunken"] > 0 and found.loc["small, none", "weight"] < 0.6
    assert found.loc["large, high", "shrunken"] == pytest.approx(9e-4, rel=0.01)


def test_places_that_differ_no_more_than_chance_all_take_the_common_rate():
    found = territories.shrink(pd.Series({"A": 12, "B": 8}), pd.Series({"A": 1e3, "B": 1e3}))
    assert found["shrunken"].tolist() == [0.01, 0.01] and (found["weight"] == 0).all()


def test_the_shrunken_rate_is_the_gamma_poisson_posterior_mean():
    count, exposed = pd.Series([4.0, 30, 12]), pd.Series([1e3, 2e3, 3e3])
    found = territories.shrink(count, exposed)
    common = count.sum() / exposed.sum()
    between = (found["weight"] * common / exposed / (1 - found["weight"])).iloc[0]
    shape, scale = common**2 / between, common / between
    assert found["shrunken"].tolist() == pytest.approx(
        ((count + shape) / (exposed + scale)).tolist()
    )


@given(st.lists(st.integers(0, 50), min_size=2, max_size=8))
def test_shrinking_never_leaves_the_span_between_observed_and_common(count):
    count = pd.Series(count)
    found = territories.shrink(count, pd.Series(100.0, index=count.index))
    common = count.sum() / (100 * len(count))
    low, high = found["observed"].clip(upper=common), found["observed"].clip(lower=common)
    assert ((found["shrunken"] >= low - 1e-12) & (found["shrunken"] <= high + 1e-12)).all()


def test_regions_without_a_relation_alone_make_a_map_and_no_rates(opened):
    level = opened(lang="en", level="regional")
    built = published.build(level, "F22")
    regions = built.data[built.data["view"] == "Region"]
    some = regions.index[regions["count"] > 0]
    assert len(regions) - len(some) > 1
    withheld = Withheld(cells={"F22": tuple((row, "count") for row in some)})
    shown = audiences.disclosed(built, "partners", withheld=withheld)
    told = shown.data.loc[shown.data["view"] == "Region", "count"]
    assert set(told) == {0, "s"}
    assert "Rate by size" not in shown.svg()


PAPER_WIDTH = 146  # millimetres of a drawing on a sheet, as page.css has it


def test_the_highest_rate_is_named_from_as_many_relations_as_percents_need():
    rates = pd.DataFrame(
        {"count": [9, 10, 40], "rate": [9.0, 7.0, 2.0], "low": 1.0, "high": 12.0, "shrunken": 4.0},
        index=["Corse", "Bretagne", "Occitanie"],
    )
    facts = _rate_facts(rates, 10, 1)
    assert (facts["region"].value, facts["last"].value) == ("Bretagne", "Occitanie")


@pytest.mark.parametrize("id", ["F13", "F22", "F26"])
def test_a_tall_drawing_keeps_its_letters_on_paper(opened, id):
    """What does not fit the height that a sheet gives is drawn smaller: at 7.2 points a letter may lose 3 %."""
    css = resources.files("analysis").joinpath("template/page.css").read_text("utf-8")
    assert f"max-width:{PAPER_WIDTH}mm" in css
    most = float(re.search(r"\.wide svg\{max-height:(\d+)mm\}", css)[1])
    assert most < 200  # with the title above it
    figure = opened(lang="fr").exhibit(id)
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', figure.svg()).groups())
    assert PAPER_WIDTH * height / width < most / 0.97
    assert not gallery.crowded(figure)
