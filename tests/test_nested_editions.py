"""Editions whose filters bear other names and look at the same relations, or at a part of them."""

import pytest

from analysis.declare.faults import Refused
from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import Table
from analysis.run import releases
from analysis.run.nested_editions import (
    refuse_parts_by_several_filters,
    with_editions_around,
    without_figure_between,
)

pytestmark = pytest.mark.usefixtures("english")
DAY = "2018-06-27"
LEVELS = "local|regional|national"


def edition(**filters: str) -> Edition:
    return Edition(DAY, tuple(sorted(filters.items())))


@pytest.fixture
def release(opened, tmp_path):
    """Release an edition of the demonstration to directors, after those before it."""
    study = opened(lang="en", audience="directors")

    def release(figures: tuple[str, ...] = ("F2",), **filters: str) -> releases.Release:
        choices = {name: filters.pop(name) for name in [*filters] if name == "horizon_months"}
        asked = study.where(**filters).with_(**choices)
        made = releases.planned([asked], tmp_path / "ledger.json", "inputs", figures)
        made.record("directors")
        return made

    return release


def all_but(opened, name: str, value: str) -> str:
    """The values of a filter in the demonstration but for one."""
    relations = opened(lang="en").relations
    return "|".join(sorted({*relations[name].dropna().unique()} - {value}))


def test_an_edition_lies_within_those_that_look_at_all_its_relations():
    guadeloupe, local = edition(region="Guadeloupe"), edition(level="local")
    relations = {(): frozenset("abcd"), local.filters: frozenset("abc")}
    relations |= {guadeloupe.filters: frozenset("ab"), edition(kind="x").filters: frozenset("ad")}
    editions = [edition(), local, guadeloupe, edition(kind="x")]
    within = with_editions_around(guadeloupe, editions, relations)
    assert within.around == (("level", "local"),)
    assert local.parts_by(within) == "region" and not within.parts_by(local)


def test_a_part_by_two_filters_waits_for_an_edition_between():
    whole, local = edition(), edition(level="local")
    of_both = edition(level="local", region="Corse")
    for editions, released in ([[of_both], [whole]], [[whole], [of_both]]):
        with pytest.raises(Refused, match="-p level=local"):
            refuse_parts_by_several_filters(editions, released)
    refuse_parts_by_several_filters([of_both], [whole, local])
    refuse_parts_by_several_filters([of_both, local], [whole])
    refuse_parts_by_several_filters([of_both], [edition(region="Bretagne")])


def test_what_two_reports_leave_of_the_whole_is_told_by_no_third(opened, release):
    """The whole less what is not local, less what is local but in Mayotte, is Mayotte."""
    others = all_but(opened, "region", "Mayotte")
    release()
    release(level="regional|national")
    with pytest.raises(Refused, match="-p level=local"):
        release(level="local", region=others)
    release(level="local")
    release(level="local", region=others)


def test_a_filter_that_names_all_its_values_is_no_second_whole(opened, release):
    release()
    entities = all_but(opened, "entity", "Direction régionale Mayotte")
    with pytest.raises(Refused):
        release(entity=entities, level=LEVELS)
    every_kind = {"level": LEVELS, "kind": all_but(opened, "kinds", "")}
    (again,) = release(**every_kind, horizon_months=38).editions
    assert again.filters == () and "horizon_months=38" in again.day  # the whole, once more


def test_entities_of_regions_are_parts_of_these(release):
    """The regions less their own branches leave three partners, of whom one alone was paid in 2016."""
    figures = ("F18",)
    first = release(figures, region="Guadeloupe|La Réunion")
    second = release(
        figures, entity="Direction régionale Guadeloupe|Direction régionale La Réunion"
    )
    regions, entities = (next(iter(made.editions.values()))["F18"] for made in (first, second))
    told = regions.value.keys() - regions.hidden if regions else set()
    of_2016 = {cell for cell in told if "2016" in cell[0] and "cash" in cell[0]}
    assert entities is None or of_2016 <= entities.hidden


def test_a_curve_of_a_part_keeps_hidden_what_its_row_in_the_whole_hid(release):
    """At 36 months 320 of all and 271 local are followed, and 4 national: the regional are theirs."""
    whole = next(iter(release(("F3", "F4")).editions.values()))
    month = ("regional | 36.0", "at_risk")
    assert month in whole["F4-level"].hidden
    part = next(iter(release(("F3",), level="regional").editions.values()))
    assert ("all | 36.0", "at_risk") in part["F3"].hidden


def test_a_whole_after_its_part_protects_nothing_by_the_row_that_the_part_told(release):
    """At 36 months 45 regional are followed: of 320 less 271 local and these, 4 are national."""
    part = next(iter(release(("F3",), level="regional").editions.values()))
    assert part["F3"].value["all | 36.0", "at_risk"] == 45
    whole = next(iter(release(("F3", "F4")).editions.values()))
    f3, f4 = whole["F3"], whole["F4-level"]
    cells = [(f3, "all"), (f4, "local")]
    told = [
        table is not None and (f"{row} | 36.0", "at_risk") not in table.hidden
        for table, row in cells
    ]
    assert not all(told)


def test_a_figure_that_no_edition_between_shows_is_told_of_no_part():
    whole, local, of_both = edition(), edition(level="local"), edition(level="local", region="x|y")
    table = Table({}, set())
    tables = {whole: table, local: None, of_both: table}
    assert without_figure_between([of_both], tables) == {of_both}
    assert without_figure_between([of_both], tables | {local: table}) == set()
    long_ago = local._replace(day="2016-06-27")
    assert without_figure_between([of_both], tables | {long_ago: table}) == {of_both}


def test_filters_that_cross_are_no_overlap(release):
    """A region of two levels lies within both together, and beside one of them."""
    release(level="local")
    release(level="local|regional")
    release(region="Bretagne")
