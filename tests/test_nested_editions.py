"""Editions whose filters bear other names and look at the same relations, or at a part of them, alone or
together.
"""

import json

import pytest

from analysis.disclosure.disjoint_parts import wholes_and_parts_among
from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import Table
from analysis.run import releases
from editions_by_hand import edition

pytestmark = pytest.mark.usefixtures("english")
LEVELS = "local|regional|national"
FIGURES = ("F8", "F15")


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


def all_but(opened, name: str, *values: str) -> str:
    """The values of a filter in the demonstration but for some."""
    relations = opened(lang="en").relations
    return "|".join(sorted({*relations[name].dropna().unique()} - {*values}))


def few_left(
    made: dict[str, dict[str, Table | None]],
    wholes: str,
    parts: str,
    figures: tuple[str, ...] = FIGURES,
) -> set[tuple]:
    """The cells of figures, told by all of these editions, of which the parts leave a few."""
    left = set()
    for id in figures:
        of_wholes, of_parts = ([made[name][id] for name in names] for names in (wholes, parts))
        tables = [*of_wholes, *of_parts]
        if None in tables:
            continue
        for cell in set().union(*(table.value for table in tables)):
            step = sum(table.value.get(cell, 0) for table in of_wholes)
            step -= sum(table.value.get(cell, 0) for table in of_parts)
            if 0 < step < 5 and not any(cell in table.hidden for table in tables):
                left.add((id, *cell))
    return left


# ---- who holds whom
def test_an_edition_lies_within_those_that_look_at_all_its_relations():
    local = edition(level="local")
    guadeloupe = edition(region="Guadeloupe").looking_at(frozenset(sorted(local.relations)[:3]))
    assert local.holds(guadeloupe) and not guadeloupe.holds(local)
    assert edition(department="44").is_of_same(edition(region="c"))


def parts_of(wholes: list[Edition], editions: list[Edition]) -> list[set[Edition]]:
    """The sets of parts that are judged beside these wholes."""
    return [
        {*family.parts}
        for family in wholes_and_parts_among(editions, editions)
        if {*family.wholes} == {*wholes}
    ]


def test_parts_by_several_filters_stand_apart_from_each_other():
    whole, of_region = edition(), edition(region="x|y")
    entities = edition(entity="A|B", region="v|w")
    local = edition(level="local", region="Corse")
    assert parts_of([whole], [whole, of_region, entities, local]) == [{of_region, entities, local}]


def test_a_part_is_judged_beside_those_of_every_kind_that_are_apart_from_it():
    """Local in x and y less the levels, and less the regions, are other rests."""
    whole, both = edition(), edition(level="local", region="x|y")
    levels = [edition(level=name) for name in ("regional", "national")]
    regions = [edition(region=name) for name in ("v", "w")]
    sets = parts_of([whole], [whole, both, *levels, *regions])
    assert {both, *levels} in sets and {both, *regions} in sets


def test_editions_that_share_nothing_hold_a_part_together():
    regions = [edition(region=name) for name in "xyz"]
    part = edition(entity="A|B", region="x|y")
    assert parts_of(regions[:2], [*regions, part]) == [{part}]
    assert not parts_of(regions, [*regions, part])
    inner = edition(entity="C", region="x")  # told after the others, it is apart from the part
    assert {*wholes_and_parts_among([*regions, part, inner], [inner])[-1].parts} == {part, inner}
    further = edition(entity="C", region="y|z")
    assert parts_of(regions, [*regions, part, further]) == [{part, further}]
    whole = edition(region="x|y")  # which they are together
    assert parts_of([whole], [*regions, part, whole]) == [{part}, {*regions[:2]}]
    assert not parts_of(regions[:2], [*regions, part, whole])


# ---- what is told together
BRETAGNE, NORMANDIE = {"region": "Bretagne"}, {"region": "Normandie"}
OF_BOTH = {"entity": "Direction régionale Bretagne|Direction régionale Normandie"}
OF_TWO = {"entity": "Direction régionale Guadeloupe|Direction régionale Guyane"}


@pytest.mark.parametrize("order", ["abc", "bca", "cab"])  # each is last once
@pytest.mark.parametrize(
    ("filters", "wholes", "parts"),
    [
        # two regions less the branches of both together: of 55 relations three are on a line
        ({"a": BRETAGNE, "b": NORMANDIE, "c": OF_BOTH}, "ab", "c"),
        # all less 16 regions, less the branches of the two others: three relations
        ({"a": {}, "b": {"region": ("Guadeloupe", "Guyane")}, "c": OF_TWO}, "a", "bc"),
        # all less what is not local, less what is local but in Mayotte: four
        (
            {"a": {}, "b": {"level": ("local",)}, "c": {"level": "local", "region": ("Mayotte",)}},
            "a",
            "bc",
        ),
    ],
)
def test_editions_by_different_filters_leave_no_few_of_each_other(
    opened, release, filters, wholes, parts, order
):
    made = {}
    for name in order:
        asked = {
            by: all_but(opened, by, *values) if isinstance(values, tuple) else values
            for by, values in filters[name].items()
        }
        (made[name],) = release(FIGURES, **asked).editions.values()
    assert not few_left(made, wholes, parts)


@pytest.mark.parametrize(
    ("asked", "wholes", "part", "figure"),
    [
        # what lies between hides what the part would tell with the whole: the branches of 35 and 56
        (
            ({"region": "Bretagne"}, {"department": "22|29|35"}, {"department": "22|29"}),
            "0",
            "2",
            "F18",
        ),
        # two wholes of one day by other choices, less all regions but one: six relations
        (
            (
                {"level": "local"},
                {"level": "regional|national", "horizon_months": 38},
                {"region": ("Mayotte",)},
            ),
            "01",
            "2",
            "F18",
        ),
        # a part that tells nothing of what stands above a page, and all others: nine relations
        (({}, {"region": "Guyane"}, {"region": ("Guyane",)}), "0", "2", "opening"),
        # two that make all, and share the branches in Bretagne: 23 relations
        (
            ({}, {"entity": ("Direction régionale Bretagne",)}, {"region": "Bretagne"}),
            "12",
            "0",
            "F18",
        ),
        # the last has no row that the others hide: what they leave of it is all of two partners
        (
            (
                {"department": "14|50|61"},
                {"level": "local", "region": "Normandie"},
                {"level": "regional", "region": "Normandie"},
            ),
            "12",
            "0",
            "F18",
        ),
    ],
)
def test_what_an_edition_hides_no_two_others_tell(opened, release, asked, wholes, part, figure):
    made = {}
    for place, filters in enumerate(asked):
        named = {
            by: all_but(opened, by, *value) if isinstance(value, tuple) else value
            for by, value in filters.items()
        }
        (made[str(place)],) = release(("F8", "F18"), **named).editions.values()
    assert not few_left(made, wholes, part, (figure,))


def test_families_are_refused_beside_no_other(opened, tmp_path):
    study = opened(lang="en", audience="directors")
    names = ["level", "region", "kind"]
    families = [[study.where(**{by: value}) for value in study_values(opened, by)] for by in names]
    for studies in [*families, [study]]:
        made = releases.planned(studies, tmp_path / "ledger.json", "inputs", ("F15",))
        made.record("directors")
        assert len(made.editions) == len(studies)


def study_values(opened, by: str) -> list[str]:
    """The values of a filter that a family of reports would have."""
    column = {"kind": "kinds"}.get(by, by)
    cells = opened(lang="en").relations[column].dropna().astype("str")
    return sorted({value for cell in cells.unique() for value in cell.split("|")})


def test_a_filter_that_names_all_its_values_is_no_second_whole(opened, release):
    (whole,) = release().editions
    every_kind = {"level": LEVELS, "kind": all_but(opened, "kinds", "")}
    (again,) = release(**every_kind, horizon_months=38).editions
    assert again.is_of_same(whole) and "horizon_months=38" in again.day


def test_the_same_relations_under_other_filters_are_told_as_before(opened, release):
    (first,) = release().editions.values()
    (again,) = release(level=LEVELS).editions.values()
    assert (
        again["F2"].value.keys() - again["F2"].hidden
        == first["F2"].value.keys() - first["F2"].hidden
    )


def test_a_ledger_that_says_within_what_its_editions_lie_is_read(release, tmp_path):
    (first,) = release(region="Corse").editions
    ledger = tmp_path / "ledger.json"
    record = json.loads(ledger.read_text(encoding="utf-8"))
    assert "within" not in record["releases"][0] and "relations" not in record["releases"][0]
    record["releases"][0]["within"] = [["level", "local"]]
    ledger.write_text(json.dumps(record), encoding="utf-8")
    (again,) = release(region="Corse").editions
    assert again == first


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


def test_filters_that_cross_are_no_overlap(release):
    """A region of two levels lies within both together, and beside one of them."""
    release(level="local")
    release(level="local|regional")
    release(region="Bretagne")
    release(region="Bretagne|Corse")
    release(entity="Direction régionale Corse")
    release(region="Corse")
