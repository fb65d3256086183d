"""What is published together: parts with their whole, and days with each other, tell nothing hidden."""

import re
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis import explore
from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.article.key_number_cards import KeyNumber, KeyNumbers, YearBefore
from analysis.article.rules import Rules
from analysis.declare.conventions import DEFAULTS
from analysis.declare.faults import Refused
from analysis.declare.key_numbers import LINES_TOLD
from analysis.disclosure import audiences, key_numbers, release
from analysis.disclosure.companions import companions
from analysis.disclosure.curve_steps import steps_since
from analysis.disclosure.families import families_of, known_of
from analysis.disclosure.figure_table import Holders, RowOfCurve, table_of
from analysis.disclosure.other_days import is_unmoved
from analysis.disclosure.release import BASE, Edition, Table
from analysis.disclosure.solver import Sum, protected
from analysis.disclosure.withheld import Withheld, untold_sizes, withheld_of
from analysis.exhibits import sensitivity, strength
from analysis.run import amounts_of_days, release_tables, releases
from analysis.run.edition_names import with_relations
from analysis.run.overlapping_editions import refuse_overlaps
from analysis.run.year_before import untold_a_year_before
from analysis.study import published
from analysis.study.cleaned_folder import CleanedFolder
from analysis.text.facts import Count
from analysis.text.sentences import Sentence
from conftest import ROOT
from editions_by_hand import DAY, edition

sys.path.append(str(ROOT / "benchmarks"))
import secrecy  # noqa: E402 (beside the library: it shares no line with it)

pytestmark = pytest.mark.usefixtures("english")
WEEK = "2018-07-04"
WHOLE = edition()
FIGURES = ("F2", "F8", "F16", "F17", "F19", "T5")


def part(name: str) -> Edition:
    return edition(region=name)


def counts(hidden: str = "", **values: float) -> Table:
    """A table with one count per letter that add up to its base."""
    value = {BASE: sum(values.values())} | {(name, "count"): v for name, v in values.items()}
    own = Sum([(name, "count") for name in values], None, value[BASE], False)
    return Table(value, {(name, "count") for name in hidden}, sums=[own])


# ---- parts with their whole
def test_a_count_hidden_in_one_part_alone_is_not_told_by_the_whole():
    parts = {part("x"): counts("ab", a=3, b=6, c=40), part("y"): counts(a=30, b=50, c=40)}
    whole = counts(a=33, b=56, c=80)
    together, refused = release.hidden_together({WHOLE: whole, **parts}, {}, DEFAULTS)
    for name in "ab":  # not x alone: the whole or y hides it too
        assert any((name, "count") in together[other] for other in (WHOLE, part("y")))
    assert not refused


@pytest.mark.parametrize(("of_second", "is_hidden"), [(2, True), (3, False)])
def test_two_hidden_parts_are_no_few_together(of_second, is_hidden):
    """METHOD 5: fewer than five are suppressed."""
    parts = {
        part("x"): counts("ab", a=2, b=6, c=40),
        part("v"): counts("ab", a=of_second, b=7, c=40),
        part("y"): counts(a=30, b=50, c=40),
        part("z"): counts(a=31, b=50, c=40),
    }
    released = {WHOLE: counts(a=63 + of_second, b=113, c=160)}
    together, refused = release.hidden_together(parts, released, DEFAULTS)
    assert (("a", "count") in together[part("y")]) == is_hidden and not refused


def test_an_edition_without_a_row_tells_it_by_having_none():
    """All that regions x and y have of a is of A and B, and 30 of it is of y: three are of x."""
    released = {
        part("x"): replace(counts("a", a=3, b=40), sums=[]),
        part("y"): counts(a=30, b=90),
        edition(region="x|y", entity="A|B"): counts(a=33, b=50),
    }
    others = edition(region="x|y", entity="C|D|other")
    _together, refused = release.hidden_together({others: counts(b=80)}, released, DEFAULTS)
    assert refused == {others}


def test_a_whole_that_was_released_hides_no_more_and_the_parts_do():
    parts = {part("x"): counts("ab", a=3, b=6, c=40), part("y"): counts(a=30, b=50, c=40)}
    released = {WHOLE: counts(a=33, b=56, c=80)}
    together, refused = release.hidden_together(parts, released, DEFAULTS)
    assert {("a", "count"), ("b", "count")} <= together[part("y")] and not refused


def test_what_all_published_parts_leave_of_the_whole_is_no_small_number():
    parts = {part("x"): counts(a=30, b=6), part("y"): counts(a=30, b=50)}
    whole = counts(a=63, b=70, c=50)  # 3 of a in a part that has no report
    together, _refused = release.hidden_together({WHOLE: whole, **parts}, {}, DEFAULTS)
    assert any(("a", "count") in cells for cells in together.values())


def test_parts_released_without_all_of_their_whole_leave_the_next_parts_protected():
    def of_level(name: str) -> Edition:
        return edition(level=name)

    # regions x and y make only part of the whole: another has too few for a report
    regions = {
        WHOLE: counts("ef", a=46, b=59, c=90, d=0, e=3, f=6),
        part("x"): counts("abe", a=3, b=6, c=40, d=0, e=2, f=0),
        part("y"): counts("bce", a=30, b=7, c=20, d=0, e=1, f=0),
    }
    released = {name: Table.of_record(table.record()) for name, table in regions.items()}
    levels = {
        of_level("p"): counts("abe", a=3, b=6, c=40, d=0, e=3, f=0),
        of_level("q"): counts(a=43, b=53, c=50, d=0, e=0, f=6),
    }
    together, refused = release.hidden_together(levels, released, DEFAULTS)
    assert {("a", "count"), ("b", "count")} <= together[of_level("q")] and not refused


def test_sums_that_do_not_agree_leave_no_hidden_count_unprotected():
    value = {"a": 3.0, "b": 40.0, "c": 20.0, "d": 30.0}
    sums = [Sum(["a", "b", "c"], None, 63.0, False), Sum(["a", "d"], None, 2.5, False)]
    assert len(protected(value, sums, {"a", "d"}, DEFAULTS).hidden) > 2


def test_what_published_numbers_tell_is_not_hidden_in_vain():
    value = {"a": 3.0, "b": 8.0, "c": 20.0, "B": 8.0}
    sums = [Sum(["a", "b", "c"], None, 31.0, False), Sum(["b"], "B", 0.0, False)]
    assert protected(value, sums, {"a"}, DEFAULTS, published={"B"}).hidden == {"a", "c"}


def test_a_zero_is_hidden_only_where_no_other_cell_is_left():
    sums = [Sum(["a", "b", "c"], None, 32, False)]
    assert protected({"a": 2, "b": 0, "c": 30}, sums, {"a"}, DEFAULTS).hidden == {"a", "c"}


def test_an_amount_of_one_part_is_not_the_whole_less_the_others():
    def amounts(value: float, hidden: bool = False) -> Table:
        cell = ("cash", "quantity")
        return Table({BASE: 40.0, cell: value}, {cell} if hidden else set(), {cell})

    parts = {part("x"): amounts(1208.8, True), part("y"): amounts(9e5), part("z"): amounts(2e4)}
    released = {WHOLE: amounts(1208.8 + 9e5 + 2e4)}
    together, _refused = release.hidden_together(parts, released, DEFAULTS)
    assert ("cash", "quantity") in together[part("y")] | together[part("z")]


def test_what_all_shown_parts_leave_adds_up_as_the_whole_does():
    parts = {part("x"): counts(a=30, b=40, c=50), part("y"): counts(a=9, b=8, c=7)}
    whole = counts(a=42, b=65, c=57, d=6)  # of z, which has no such figure, 3, 17, 0 and 6
    tables = {WHOLE: whole, **parts}
    known = known_of(families_of(tables, tables), DEFAULTS)
    left = {cell[1]: value for cell, value in known.left.items() if cell[2] == "count"}
    assert left == {"a": 3, "b": 17, "c": 0, "d": 6}
    assert [
        item.total for item in known.sums if all(cell in known.left for cell in item.cells)
    ] == [26]


def test_a_mean_is_no_name_of_a_row():
    data = pd.DataFrame({"fragility": ["0-1", "2"], "n": [30, 40], "x": [0.7, 2.0]})
    formats = {"fragility": "text", "n": "integer", "x": "number"}
    nothing = pd.DataFrame(False, index=data.index, columns=data.columns)
    tables = [
        table_of(exhibit(shown, 70, formats), shown, nothing, DEFAULTS)
        for shown in (data, data.assign(x=[0.6, 2.0]))
    ]
    assert tables[0].value == tables[1].value != {}


def test_a_share_that_comes_to_whole_numbers_of_its_base_is_a_count_that_no_column_tells_yet():
    data = pd.DataFrame({"label": ["a", "b"], "base": [40, 50], "count": [10, 40]})
    data = data.assign(share=[10 / 40, 40 / 50], renewed=[8 / 40, 25 / 50], rate=[0.333, 0.5])
    formats = dict.fromkeys(("share", "renewed", "rate"), "percent")
    formats |= {"label": "text", "base": "integer", "count": "integer"}
    nothing = pd.DataFrame(False, index=data.index, columns=data.columns)
    told = table_of(exhibit(data, 90, formats), data, nothing, DEFAULTS).value
    of_first = {cell[1]: value for cell, value in told.items() if cell[0] == "a"}
    assert of_first == {"base": 40, "count": 10, "renewed": 8}


def test_a_small_part_hides_no_more_than_its_few_when_another_hides_the_same():
    small = counts("ab", a=1, b=3, c=12, d=11, e=6)
    parts = {part("x"): small, part("y"): counts(a=10, b=15, c=46, d=25, e=17)}
    whole = counts(a=11, b=18, c=58, d=36, e=23)
    together, refused = release.hidden_together(parts, {WHOLE: whole}, DEFAULTS)
    assert not refused and all(
        together[name] == {("a", "count"), ("b", "count")} for name in (part("x"), part("y"))
    )


def of_amount(*holders: float, shown: bool = True) -> Table:
    """The table of one amount that partners hold."""
    held = sorted(holders, reverse=True)
    cell, amount = ("cash", "quantity"), float(sum(held))
    table = Table({BASE: 40.0, cell: amount}, set() if shown else {cell}, {cell})
    table.holders[cell] = Holders(len(held), amount, held[0], held[1] if len(held) > 1 else 0.0)
    return table


def test_an_amount_of_whose_holders_nothing_is_known_is_one_partners():
    data = pd.DataFrame({"label": ["cash"], "quantity": [50.0]})
    nothing = pd.DataFrame(False, index=data.index, columns=data.columns)
    formats = {"label": "text", "quantity": "integer"}
    table = table_of(exhibit(data, 40, formats), data, nothing, DEFAULTS)
    assert table.holders["cash", "quantity"] == Holders(1, 50.0, 50.0, 0.0)


@pytest.mark.parametrize("is_released", [True, False])
def test_the_hidden_parts_of_an_amount_are_an_amount_of_few(is_released):
    cell = ("cash", "quantity")
    many, alone = [100.0] * 9, {name: of_amount(60.0, shown=False) for name in map(part, "xy")}
    parts = alone | {name: of_amount(*many) for name in map(part, "vw")}
    whole = {WHOLE: of_amount(60.0, 60.0, *many, *many)}
    if is_released:
        released = {name: Table.of_record(table.record()) for name, table in whole.items()}
        together, _refused = release.hidden_together(parts, released, DEFAULTS)
    else:
        together, _refused = release.hidden_together(parts | whole, {}, DEFAULTS)
    # 120 in all of two partners, each of whom would know the other's
    assert sum(cell in together[name] for name in map(part, "vw")) == 1
    assert cell not in together.get(WHOLE, ())


@pytest.mark.parametrize(("partners", "hidden_with_them"), [(4, 1), (5, 0)])
def test_hidden_parts_of_five_partners_together_may_be_told(partners, hidden_with_them):
    """METHOD 5: fewer than five are suppressed."""
    many, cell = [100.0] * 9, ("cash", "quantity")
    hidden = {part("x"): of_amount(*[60.0] * 2, shown=False)}
    hidden |= {part("y"): of_amount(*[60.0] * (partners - 2), shown=False)}
    shown = {name: of_amount(*many) for name in map(part, "vw")}
    whole = {WHOLE: of_amount(*[60.0] * partners, *many, *many)}
    together, _refused = release.hidden_together(hidden | shown | whole, {}, DEFAULTS)
    assert sum(cell in together.get(name, ()) for name in map(part, "vw")) == hidden_with_them


def test_an_amount_of_the_parts_without_a_report_is_held_by_those_that_are_left():
    cell, many = ("cash", "quantity"), [100.0] * 30
    released = {WHOLE: Table.of_record(of_amount(*many, *many).record())}
    together, _refused = release.hidden_together({part("x"): of_amount(*many)}, released, DEFAULTS)
    assert cell not in together[part("x")]  # 30 partners are left
    mine = {part("x"): of_amount(*many, *many[:27])}
    together, _refused = release.hidden_together(mine, released, DEFAULTS)
    assert cell in together[part("x")]  # three are


@pytest.mark.parametrize(("largest", "is_hidden"), [(1000.0, True), (20.0, False)])
def test_an_amount_of_the_parts_without_a_report_may_be_that_of_the_largest(largest, is_hidden):
    """Seven partners are left, of whom nobody says that the largest of the whole is none."""
    cell, many = ("cash", "quantity"), [20.0] * 30
    tables = {WHOLE: of_amount(largest, *many), part("x"): of_amount(*many[:24])}
    together, _refused = release.hidden_together(tables, {}, DEFAULTS)
    assert (cell in together[part("x")]) == is_hidden


def test_a_row_that_is_listed_counts_one_at_least_in_an_edition_of_before():
    hidden = {name: counts("ab", a=1, b=6) for name in map(part, "xy")}
    released = {name: Table.of_record(table.record()) for name, table in hidden.items()}
    released[WHOLE] = counts(a=42, b=57)
    now = {part("z"): counts("ab", a=1, b=6), part("v"): counts(a=39, b=39)}
    together, _refused = release.hidden_together(now, released, DEFAULTS)
    assert ("a", "count") in together[part("v")]  # three hidden ones made three


def course(hidden: str = "", **running: float) -> Table:
    """A table of how many run, month by month."""
    value = {BASE: running.pop("n")} | {(m, "running"): v for m, v in running.items()}
    times = {month: RowOfCurve("", place) for place, month in enumerate(running)}
    return Table(value, {(month, "running") for month in hidden}, times=times)


def known_steps(shown: dict, one: Edition, base: Edition = WHOLE) -> list[float]:
    """The steps of the course of one part, as its own figure and whole less the others tell it."""
    months = sorted({month for table in shown.values() for month in table})
    told = []
    for month in months:
        others = [table for name, table in shown.items() if name not in (one, base)]
        if month in shown.get(one, {}):
            told.append(shown[one][month])
        elif all(month in table for table in (shown[base], *others)):
            told.append(shown[base][month] - sum(table[month] for table in others))
    return np.diff(told).tolist()


@pytest.mark.parametrize("has_figure", [True, False])
def test_whole_and_other_parts_tell_no_small_step_of_the_course_of_a_part(has_figure):
    whole = {WHOLE: course(n=600, a=300, b=310, c=320, d=340)}
    parts = {part("x"): course(n=500, a=270, b=278, c=285, d=298)}
    if has_figure:
        parts[part("y")] = course(n=100, a=30, d=42)  # 32 and 35 in between
    together, _refused = release.hidden_together(parts | whole, {}, DEFAULTS)
    shown = {
        name: {
            cell[0]: v
            for cell, v in table.value.items()
            if cell != BASE and cell not in together[name]
        }
        for name, table in (parts | whole).items()
    }
    steps = known_steps(shown, part("y"))
    assert len(steps) >= 1 and all(abs(step) >= DEFAULTS["secret_below"] for step in steps)


def test_whole_less_one_of_three_parts_tells_no_small_step_of_the_two_others():
    parts = {
        part("x"): course(n=300, a=200, b=212, c=230),
        part("y"): course(n=200, a=70, c=90),
        part("z"): course(n=100, a=30),
    }
    whole = course(n=600, a=300, b=314, c=340)  # without x 100, 102, 110
    together, _refused = release.hidden_together(parts, {WHOLE: whole}, DEFAULTS)
    assert together[part("x")] == {("b", "running")}


def test_the_month_of_a_headline_is_told_at_the_expense_of_the_one_before():
    """Whole less x: 120 followed at 30 months and 118 at 36; then 100."""

    def followed(n: float, at_risk: tuple[float, ...], **facts: set[str]) -> Table:
        times = {f"{month} | all": RowOfCurve("all", month) for month in (30, 36, 42)}
        value = {(row, "at_risk"): number for row, number in zip(times, at_risk, strict=True)}
        return Table({BASE: n} | value, set(), times=times, facts=facts)

    whole = followed(600, (320, 308, 260))
    stated = {"36 | all": {"survival.36"}}
    for facts, hidden in (({}, "36 | all"), (stated, "30 | all")):
        parts = {part("x"): followed(300, (200, 190, 160), **facts)}
        together, _refused = release.hidden_together(parts, {WHOLE: whole}, DEFAULTS)
        assert together[part("x")] == {(hidden, "at_risk")}


def ended_by_cause(n: float, **ended: tuple[float, ...]) -> Table:
    """A table of how many ended by causes, at a year, two and three."""
    times = {
        f"{month} | {cause}": RowOfCurve(cause, month)
        for cause, counts in ended.items()
        for month in (12, 24, 36)[: len(counts)]
    }
    counts = [number for of_cause in ended.values() for number in of_cause]
    value = {(row, "ended"): number for row, number in zip(times, counts, strict=True)}
    return Table({BASE: n} | value, set(), times=times)


def test_whole_less_a_part_tells_no_few_that_ended_of_a_cause_between_two_months():
    parts = {part("x"): ended_by_cause(300, aim=(30, 40, 60), other=(20, 30, 40))}
    whole = ended_by_cause(600, aim=(40, 52, 80), other=(40, 60, 80))  # without x 10, 12, 20
    together, _refused = release.hidden_together(parts, {WHOLE: whole}, DEFAULTS)
    assert together[part("x")] == {("24 | aim", "ended")}
    falling = ended_by_cause(600, aim=(52, 40, 80), other=(40, 60, 80))  # of states, some are left
    together, _refused = release.hidden_together(parts, {WHOLE: falling}, DEFAULTS)
    assert not any(together.values())


def kept(hidden: bool = False, **of_year: tuple[float, float]) -> Table:
    """A table of how many are kept of a base in two years; of the first this may be hidden."""
    value = {BASE: 900.0}
    for year, (n, of) in of_year.items():
        value |= {(year, "n"): n, (year, "kept"): of}
    first = (min(of_year), "kept")
    own = [Sum([(year, "kept")], (year, "n"), 0.0, True) for year in of_year]
    return Table(value, {first} if hidden else set(), sums=own)


def as_released(table: Table) -> Table:
    """A table as the ledger of releases gives it back."""
    return Table.of_record(table.record())


@pytest.mark.parametrize("is_released", [True, False])
def test_what_is_left_of_a_base_of_none_has_no_parts(is_released):
    """Kept of national is 13 where whole, local and regional tell theirs and none is left of n."""
    whole = kept(y1=(358, 311), y2=(200, 150))
    parts = {
        part("x"): kept(y1=(287, 251), y2=(100, 80)),
        part("y"): kept(y1=(57, 47), y2=(60, 40)),
        # of y2 3 and 2 are of none of these
        part("z"): kept(hidden=True, y1=(14, 13), y2=(37, 28)),
    }
    released = {WHOLE: as_released(whole)} if is_released else {}
    now = parts if is_released else {WHOLE: whole, **parts}
    together, refused = release.hidden_together(now, released, DEFAULTS)
    hidden = [name for name, cells in together.items() if ("y1", "kept") in cells]
    assert len(hidden) > 1 and not refused


def test_what_parts_leave_is_not_all_but_a_few_of_its_base():
    """The whole less two parts is 14, of which 13 are kept: one is not."""
    whole = {WHOLE: as_released(kept(y1=(358, 311)))}
    parts = {part("x"): kept(y1=(287, 251)), part("y"): kept(y1=(57, 47))}
    together, refused = release.hidden_together(parts, whole, DEFAULTS)
    assert any(together.values()) and not refused
    parts[part("y")] = kept(y1=(57, 40))  # 20, and six are not
    together, refused = release.hidden_together(parts, whole, DEFAULTS)
    assert not any(together.values()) and not refused


def test_a_part_of_a_base_that_was_hidden_and_did_not_move_stays_hidden():
    before = {edition(WEEK): as_released(kept(hidden=True, y1=(14, 13), y2=(37, 28)))}
    now = replace(kept(y1=(14, 6), y2=(67, 48)), sums=[])  # six since, which a reader cannot know
    together, _refused = release.hidden_together({WHOLE: now}, before, DEFAULTS)
    assert together[WHOLE] == {("y1", "kept")}


# ---- unions of values
def union(values: str, day: str = DAY) -> Edition:
    return edition(day, entity=values)


def of_unions(sizes: dict[str, int], days: dict[str, str]) -> dict[Edition, Table]:
    """Tables of unions by their values ("" for the whole), of which `a` counts so many."""
    return {
        union(values, days.get(values, DAY)) if values else WHOLE: counts(a=n, b=30 * n, c=40 * n)
        for values, n in sizes.items()
    }


OTHER_CHOICE = f"{DAY} horizon_months=37"


@pytest.mark.parametrize("days", [{}, {"C": OTHER_CHOICE, "C|D": OTHER_CHOICE}, {"C|D": WEEK}])
@pytest.mark.parametrize(
    ("released", "last"),
    [
        ({"": 100, "A": 20, "C": 30, "A|B": 44}, {"C|D": 52}),  # halves within which one is alone
        ({"A": 20, "C": 30, "A|B": 44, "C|D": 52}, {"": 100}),
    ],
)
def test_unions_tell_no_small_count_that_they_leave_of_their_whole(released, last, days):
    """Of a, 4 are in a place that no edition names, whatever day or choice each union is of."""
    before = {name: as_released(table) for name, table in of_unions(released, days).items()}
    together, refused = release.hidden_together(of_unions(last, days), before, DEFAULTS)
    assert any(("a", "count") in cells for cells in together.values()) or refused


def test_departments_of_several_regions_are_parts_beside_the_other_regions():
    """3 of a are in the one region that neither names."""
    released = {WHOLE: counts(a=73, b=190), edition(region="x|y"): counts(a=30, b=50)}
    before = {name: as_released(table) for name, table in released.items()}
    departments = edition(department="22|29|14|50")
    together, refused = release.hidden_together({departments: counts(a=40, b=90)}, before, DEFAULTS)
    assert refused or ("a", "count") in together[departments]


def test_departments_of_several_regions_are_refused_beside_one_of_these():
    """All departments of two regions less one of the two are the other."""
    departments = edition(department="22|976")
    for names, is_refused in {"Bretagne": 1, "Mayotte|Corse": 1, "Corse": 0}.items():
        region = edition(region=names)
        for editions, released in ([[departments], [region]], [[region], [departments]]):
            if is_refused:
                with pytest.raises(Refused):
                    refuse_overlaps(editions, released)
            else:
                refuse_overlaps(editions, released)
    of_both = edition(region="Bretagne|Mayotte")
    refuse_overlaps([departments], [of_both])
    of_one = edition(department="22")
    refuse_overlaps([of_one], [edition(region="Bretagne"), of_both])


def test_an_edition_that_overlaps_another_in_part_is_refused(opened, tmp_path):
    """Of regions two by two each is told; what others hold wholly, or not at all, is released."""
    ledger = tmp_path / "ledger.json"
    study = opened(lang="en", audience="directors")
    first = releases.planned([study.where(region="Bretagne|Corse")], ledger, "inputs", ["F2"])
    first.record("directors")
    for overlapping in ("Corse|Normandie", "Bretagne|Normandie|Occitanie"):
        for moved in ({}, {"horizon_months": 37}, {"day": "2018-06-25"}):
            edition = study.where(region=overlapping).with_(**moved)
            with pytest.raises(Refused, match="edition of 27 June 2018") as refused:
                releases.planned([edition], ledger, "inputs", ["F2"])
            assert refused.value.exit_code == 2
    for region in ("Bretagne", "Normandie|Occitanie", "Bretagne|Corse|Normandie", "Bretagne|Corse"):
        releases.planned([study.where(region=region)], ledger, "inputs", ["F2"])


def test_a_department_is_a_part_of_its_region():
    corse = edition(region="Corse")
    of_department = edition(department="2B")
    together, _refused = release.hidden_together(
        {of_department: counts(a=6, b=50)}, {corse: counts(a=9, b=90)}, DEFAULTS
    )
    assert ("a", "count") in together.get(of_department, {("a", "count")})  # or refused


def test_a_department_stands_for_its_region_beside_all_other_regions():
    released = {WHOLE: counts(a=73, b=190), part("x"): counts(a=30, b=50)}
    released = {name: as_released(table) for name, table in released.items()}
    of_department = edition(department="2B")
    now = {of_department: counts(a=40, b=90)}  # 3 of a are in 2A
    together, _refused = release.hidden_together(now, released, DEFAULTS)
    assert ("a", "count") in together[of_department]


@pytest.mark.parametrize("day", [f"{DAY} horizon_months=24", WEEK])
def test_regions_of_another_day_or_method_are_parts_of_the_whole(day):
    of_day = {
        edition(day, region=name): table
        for name, table in {
            "x": counts("ab", a=3, b=6, c=40),
            "y": counts(a=30, b=50, c=40),
        }.items()
    }
    released = {WHOLE: counts(a=33, b=56, c=80)}
    together, refused = release.hidden_together(of_day, released, DEFAULTS)
    second = together[edition(day, region="y")]
    assert {("a", "count"), ("b", "count")} <= second and not refused


@pytest.mark.parametrize(("in_both", "is_hidden"), [(4, True), (9, False)])
def test_few_partners_that_stand_in_two_parts_are_not_told_by_their_whole(in_both, is_hidden):
    """17 and 6 partners of two levels, and 19 of them all together: 4 are in both."""
    parts = {part("x"): counts(a=17 + in_both, b=320), part("y"): counts(a=46, b=59)}
    whole = {WHOLE: as_released(counts(a=63, b=340))}
    together, refused = release.hidden_together(parts, whole, DEFAULTS)
    hidden = [cell for cells in together.values() for cell in cells]
    assert (("a", "count") in hidden) == is_hidden and not refused


def test_words_of_a_whole_less_those_of_its_parts_tell_no_few(demo, opened, tmp_path):
    """15 accounting years of all, 12 of the local level: the 3 of another no words tell."""
    study = opened(lang="en", audience="directors")
    levels = [study.where(level=level) for level in ("local", "regional", "national")]
    words = {}
    for together in ([study], levels):
        made = releases.planned(together, tmp_path / "ledger.json", "inputs", ["F11"])
        made.record("directors")
        words |= {name.filters: figures["F11 words"] for name, figures in made.editions.items()}
    of_year = ("annualised", "count of annualised")
    assert words[()].value[of_year] == 15 and of_year not in words[()].hidden
    assert of_year not in words[("level", "local"),].value
    assert words[("level", "local"),].value[("n", "count of n")] > 500  # the figure stays


def test_words_that_nothing_can_protect_are_left_out_and_their_figure_stays():
    now = {part("x"): Table({("late", "count of late"): 11.0}, set())}
    whole = {WHOLE: Table({("late", "count of late"): 12.0}, set())}
    cells, refused = release.hidden_together(now, whole, DEFAULTS, of_words=True)
    assert cells[part("x")] == {("late", "count of late")} and not refused


# ---- days with each other
def test_a_week_between_two_days_isolates_no_relation():
    before = {edition(WEEK): counts(a=30, b=50, c=40)}
    now = {WHOLE: counts(a=31, b=50, c=60)}
    together, refused = release.hidden_together(now, before, DEFAULTS)
    assert ("a", "count") in together[WHOLE] and len(together[WHOLE]) > 1 and not refused
    base_moves = {WHOLE: counts(a=31, b=50, c=40)}
    assert release.hidden_together(base_moves, before, DEFAULTS)[1] == {WHOLE}


def test_terms_of_two_days_are_compared_by_calendar_month():
    """The third month ahead of May is the second of June: one more in it is one relation."""
    tables = {}
    for day, terms in (("2018-05-27", [30, 12, 26, 14, 50]), ("2018-06-27", [40, 26, 15, 50, 60])):
        data = pd.DataFrame({"month": range(1, 6), "without": terms})
        formats = {"month": "integer", "without": "integer"}
        dated = replace(exhibit(data, 400, formats), day=pd.Timestamp(day))
        dated = replace(dated, rules=Rules(months_ahead=True))
        table = table_of(dated, data, data.isna(), DEFAULTS)
        tables[Edition(day)] = replace(table, value={**table.value, BASE: float(day == DAY)})
    (before, earlier), (now, table) = tables.items()
    cells = release.since_before(now, table, {before: earlier}, DEFAULTS)
    assert cells - {BASE} == {("2018-09", "without")}


def test_a_hidden_companion_of_one_day_is_hidden_on_the_next():
    """Hérault 5 and Aveyron 2 make 7: told the next day, the one would tell the other."""
    before = Table.of_record(counts("ab", a=5, b=2, c=30, d=12).record())
    now = {WHOLE: counts("bd", a=5, b=2, c=48, d=12)}
    together, refused = release.hidden_together(now, {edition(WEEK): before}, DEFAULTS)
    assert {("a", "count"), ("b", "count")} <= together[WHOLE] and not refused
    moved = {WHOLE: counts("bd", a=15, b=2, c=48, d=22)}  # half a year later
    together, refused = release.hidden_together(moved, {edition(WEEK): before}, DEFAULTS)
    assert ("a", "count") not in together[WHOLE] and not refused


@pytest.mark.parametrize("step", [1, -1])
def test_the_whole_of_one_day_less_the_parts_of_another_is_no_step_of_a_few(step):
    parts = {
        union("A", WEEK): counts(a=30, b=50, c=40),
        union("B", WEEK): counts(a=43 + step, b=20, c=21),
    }
    whole = counts(a=73, b=70, c=51)  # a week before: ten fewer of c
    together, refused = release.hidden_together(parts, {WHOLE: as_released(whole)}, DEFAULTS)
    assert any(("a", "count") in cells for cells in together.values()) and not refused
    before = {name: as_released(table) for name, table in parts.items()}
    together, refused = release.hidden_together({WHOLE: whole}, before, DEFAULTS)
    assert ("a", "count") in together[WHOLE] and not refused
    moved = {name: counts(a=60, b=50, c=40) for name in parts}
    together, refused = release.hidden_together(moved, {WHOLE: as_released(whole)}, DEFAULTS)
    assert not any(together.values()) and not refused


def test_the_whole_of_one_day_less_the_parts_of_another_is_no_grant_of_one_partner():
    cell, many = ("cash", "quantity"), [100.0] * 9
    parts = {union("A", WEEK): of_amount(*many), union("B", WEEK): of_amount(*many, 70.0)}
    whole = {WHOLE: as_released(of_amount(*many, *many))}
    together, _refused = release.hidden_together(parts, whole, DEFAULTS)
    assert any(cell in cells for cells in together.values())
    parts[union("B", WEEK)] = of_amount(*many)
    together, _refused = release.hidden_together(parts, whole, DEFAULTS)
    assert not any(cell in cells for cells in together.values())


def test_parts_of_another_day_that_have_a_whole_of_their_own_are_parts_of_no_other():
    later = edition("2018-12-27")
    tables = {WHOLE: counts(a=33), part("x"): counts(a=3), later: counts(a=35)}
    assert {whole for family in families_of(tables, tables) for whole in family.wholes} == {WHOLE}
    del tables[WHOLE]
    assert {whole for family in families_of(tables, tables) for whole in family.wholes} == {later}


@pytest.mark.parametrize("step", [3, -3])
@pytest.mark.parametrize("order", [[0, 1, 2, 3], [0, 1, 3, 2], [2, 3, 0, 1], [3, 0, 2, 1]])
def test_the_last_part_of_a_day_is_told_beside_no_whole_and_parts_of_another(step, order):
    """A week ago the whole less x and y was 44 of a: z has 47 now, beside a whole of its own."""
    tables = [
        (WHOLE, counts(a=164, b=140, c=90)),
        ({union("A"): counts(a=70, b=70, c=40), union("B"): counts(a=50, b=50, c=20)}),
        (union("C", WEEK), counts(a=44 + step, b=40, c=60)),
        (edition(WEEK), counts(a=184 + step, b=180, c=140)),
    ]
    together, released = [], {}
    for position in order:
        item = tables[position]
        now = item if isinstance(item, dict) else dict([item])
        cells, refused = release.hidden_together(now, released, DEFAULTS)
        assert not refused
        together += [cells[name] for name in now]
        now = {name: replace(table, hidden=cells[name]) for name, table in now.items()}
        released |= {name: as_released(table) for name, table in now.items()}
    assert any(("a", "count") in cells for cells in together)


def test_parts_of_several_other_days_complete_those_of_a_whole_together():
    """Each of three days has a whole and told one part: the whole less the three is the last."""
    days = [WEEK, "2018-07-11"]
    parts = [edition(day, region=name) for name, day in zip("yz", days, strict=True)]
    names = [WHOLE, part("x"), *map(edition, days), *parts]
    tables = {name: counts(a=33) for name in names}
    sets_of_whole = [
        set(family.parts) for family in families_of(tables, tables) if [*family.wholes] == [WHOLE]
    ]
    assert {part("x"), *parts} in sets_of_whole


def test_parts_of_another_day_complete_those_of_each_day_of_a_whole():
    days = [WEEK, "2018-07-11"]
    names = [WHOLE, part("x"), *map(edition, days)]
    names += [edition(day, region=name) for day in days for name in "xy"]
    tables = {name: counts(a=33) for name in names}
    sets_of_whole = {
        frozenset((name.day, dict(name.filters)["region"]) for name in family.parts)
        for family in families_of(tables, tables)
        if [*family.wholes] == [WHOLE]
    }
    assert sets_of_whole == {frozenset({(DAY, "x")})} | {
        frozenset({(DAY, "x"), (day, "y")}) for day in days
    }


def curve(points: dict, id: str = "F3") -> Table:
    """The table of a curve that is told at these months: (at risk, survival), or the ended."""
    months = pd.Series(points).rename_axis("months").reset_index()
    if id == "F3":
        data = pd.DataFrame(months[0].tolist(), columns=["at_risk", "survival"])
        data = data.assign(months=months["months"], stratum="all")
    else:
        data = pd.DataFrame({"ended": months[0], "months": months["months"], "incidence": 0.1234})
        data["cause"] = "aim reached"
    formats = {"months": "months", "at_risk": "integer", "survival": "percent", "ended": "integer"}
    formats |= {"stratum": "text", "cause": "text", "incidence": "percent"}
    of_curve = replace(exhibit(data, 1590, formats), id=id)
    return table_of(of_curve, data, data.isna(), DEFAULTS)


@pytest.mark.parametrize(
    ("id", "told", "now", "hidden"),
    [
        ("F5", {24: 54, 36: 70, 78: 76}, {24: 54, 37: 71, 78: 76}, {("37 | aim reached", "ended")}),
        ("F5", {24: 54, 36: 70}, {24: 54, 30: 62, 42: 76}, set()),
        ("F3", {36: (320, 0.636)}, {38: (316, 0.636)}, {("38 | all", "at_risk")}),
        ("F3", {36: (320, 0.636)}, {38: (290, 0.630)}, {("38 | all", "at_risk")}),  # three ended
        ("F3", {36: (320, 0.636)}, {42: (227, 0.6077)}, set()),
    ],
)
def test_curves_of_two_horizons_make_no_step_of_a_few(id, told, now, hidden):
    before = Table.of_record(curve(told, id).record())
    name = edition(f"{DAY} horizon_months=37")
    together, refused = release.hidden_together({name: curve(now, id)}, {WHOLE: before}, DEFAULTS)
    assert together[name] == hidden and not refused


def test_no_cause_alone_is_hidden_at_a_month_for_what_another_horizon_told(opened, tmp_path):
    """Between 24 and 33 months four ended from one cause: beside the survival, which F3 tells, the
    shares of all other causes at 33 would leave its own.
    """
    given, ledger = {"lang": "en", "audience": "directors"}, tmp_path / "ledger" / "x.json"
    releases.planned([opened(**given)], ledger, "inputs", ("F5",)).record("directors")
    later = releases.planned([opened(**given, horizon_months=33)], ledger, "inputs", ("F5",))
    (figures,) = later.editions.values()
    months = pd.Series([row.split(" | ")[0] for row, _column in figures["F5"].hidden])
    assert not months.empty and months.value_counts().gt(1).all()


@pytest.mark.parametrize(
    ("ended", "hidden"), [((3, 4), {("27 | all", "at_risk")}), ((5, 6), set())]
)
def test_between_the_months_of_two_horizons_no_few_have_ended(ended, hidden):
    """Of 55 followed at 12 months 28 are at 27 and 17 at 36: the drop of a tenth is of 3 to 5."""
    before = Table.of_record(curve({12: (55, 0.90), 36: (17, 0.68)}).record())
    months = {"months": [12, 20, 30, 36], "ended": [5, *ended, 0], "stratum": "all"}
    now = replace(curve({27: (28, 0.82)}), ends=_ends(pd.DataFrame(months)))
    name = edition(f"{DAY} horizon_months=27")
    together, refused = release.hidden_together({name: now}, {WHOLE: before}, DEFAULTS)
    assert together[name] == hidden and not refused


def curve_with_cliff(reached: float | None) -> Table:
    """Of 116 at month 24, 53 are followed to month 36, where as many end on that very day: 74.2 % go
    on to then, and 67.2 % beyond.
    """
    points = {24: ("all", 116.0, 0.807), 36: ("all", 53.0, 0.672)}
    value = {BASE: 300.0} | {(f"{month} | all", "at_risk"): of[1] for month, of in points.items()}
    times = {f"{month} | all": RowOfCurve(of[0], month, of[2]) for month, of in points.items()}
    times["36 | all"] = times["36 | all"]._replace(reached=reached)
    return Table(value, set(), times=times)


@pytest.mark.parametrize(
    ("reached", "hidden"),
    [(0.742, {("30 | all", "at_risk")}), (0.672, set()), (None, set())],
)
def test_the_upper_side_of_a_cliff_is_a_point_beside_the_months_of_another_horizon(reached, hidden):
    """Of 93 followed at month 30 and 76.1 % that run by then, 93 * (1 - .742 / .761) = 2 end ahead of
    month 36, and 93 * (1 - .672 / .761) = 11 by its end.
    """
    cliff, sixty = curve_with_cliff(reached), edition(f"{DAY} horizon_months=60")
    between = curve({30: (93, 0.761)})
    before = {WHOLE: Table.of_record(cliff.record())}
    assert steps_since(sixty, between, before, DEFAULTS) == hidden
    before = {sixty: Table.of_record(between.record())}
    of_cliff = {("36 | all", "at_risk") for _cell in hidden}
    assert steps_since(WHOLE, cliff, before, DEFAULTS) == of_cliff


def test_what_tells_an_upper_side_anew_repeats_no_edition_without_it():
    without, cliff, other = map(curve_with_cliff, (None, 0.742, 0.75))
    assert is_unmoved(cliff, cliff) and is_unmoved(without, cliff)
    assert not is_unmoved(cliff, without) and not is_unmoved(other, cliff)


def test_a_ledger_of_before_upper_sides_were_kept_is_read():
    record = curve_with_cliff(None).record()
    record["times"] = [row[:4] for row in record["times"]]
    assert Table.of_record(record).times["36 | all"] == RowOfCurve("all", 36, 0.672, None)


@pytest.mark.parametrize("horizons", [(36, 60), (60, 36)])
def test_two_horizons_tell_no_few_that_ended_ahead_of_a_cliff(opened, tmp_path, horizons):
    """Of Île-de-France 74.2 % reach the end of the third year, as the mark of one edition tells; by
    month 30, which the other would tell, 76.1 % run.
    """
    given = {"lang": "en", "audience": "directors", "region": "Île-de-France"}
    every = opened(lang="en", region="Île-de-France").exhibit("F3").data
    ledger = tmp_path / "ledger" / "x.json"
    told_points = set()
    for months in horizons:
        study = opened(**given, horizon_months=months)
        planned = releases.planned([study], ledger, "inputs", ("F3",))
        planned.record("directors")
        (figures,) = planned.editions.values()
        table = figures["F3"]
        closed = {row for row, _column in table.hidden}
        rows = [row for name, row in table.times.items() if name not in closed]
        told_points |= {row.month for row in rows}
        # where the words tell both sides, what ended on that very day is apart
        told_points |= {row.month - 1e-6 for row in rows if row.reached is not None}
    assert 24 in told_points
    steps = pd.cut(every["months"], [0, *sorted(told_points)])
    ended = every.groupby(steps, observed=True)["ended"].sum()
    assert not ended.between(1, 4).any()


def _ends(months: pd.DataFrame) -> dict[str, pd.Series]:
    data = months.assign(at_risk=60, survival=0.9)
    formats = {"months": "months", "at_risk": "integer", "survival": "percent", "ended": "integer"}
    of_curve = exhibit(data, 1590, formats | {"stratum": "text"})
    return table_of(of_curve, data.drop(columns="ended"), data.isna(), DEFAULTS).ends


def of_causes(ended: dict[str, float]) -> Table:
    """The table of how many have ended from each cause, or several together, by one month."""
    value = {BASE: 1590.0} | {(name, "ended"): count for name, count in ended.items()}
    return Table(value, set(), times={name: RowOfCurve(name, 36) for name in ended})


@pytest.mark.parametrize(
    ("told", "now", "hidden"),
    [
        ({"dispute / moved": 8}, {"dispute": 7}, {"dispute"}),
        ({"dispute": 7, "moved": 9}, {"dispute / moved": 17}, {"dispute / moved"}),
        ({"dispute / moved": 8}, {"dispute / moved": 8}, set()),
    ],
)
def test_what_one_horizon_tells_together_another_tells_not_apart(told, now, hidden):
    before = {WHOLE: of_causes(told | {"aim": 70})}
    name = edition(f"{DAY} horizon_months=48")
    together, _refused = release.hidden_together(
        {name: of_causes(now | {"aim": 70})}, before, DEFAULTS
    )
    assert together[name] == {(cause, "ended") for cause in hidden}


def test_what_another_day_told_protects_nothing_any_more():
    before = Table.of_record(counts("bd", a=6, b=2, c=30, d=12).record())
    now = {WHOLE: counts("ab", a=6, b=2, c=48, d=32)}
    together, refused = release.hidden_together(now, {edition(WEEK): before}, DEFAULTS)
    assert ("d", "count") in together[WHOLE] and not refused


def test_a_count_that_only_told_ones_could_protect_is_not_told_by_them():
    """The 5, 8 and 5 renewed that were told in June leave the 2 of the year that began since."""

    def renewed(hidden: str, base: float, **values: float) -> Table:
        table = counts(hidden, **values)
        return replace(table, value=table.value | {BASE: base})

    before = {edition(WEEK): Table.of_record(renewed("", 100, a=5, b=8, c=5).record())}
    now = {WHOLE: renewed("acd", 180, a=5, b=8, c=5, d=2)}
    assert release.hidden_together(now, before, DEFAULTS)[1] == {WHOLE}
    now = {WHOLE: renewed("acd", 180, a=5, b=8, c=5, d=2, e=60)}
    together, refused = release.hidden_together(now, before, DEFAULTS)
    assert ("e", "count") in together[WHOLE] and not refused
    moved = renewed("acd", 180, a=5, b=8, c=5, d=2)  # of a line: by chance as many of more
    before[edition(WEEK)].value["a", "known"], moved.value["a", "known"] = 40.0, 60.0
    together, refused = release.hidden_together({WHOLE: moved}, before, DEFAULTS)
    assert ("a", "count") in together[WHOLE] and not refused


def test_what_is_still_open_tells_no_few_that_closed_between_two_days(opened, tmp_path):
    """Of cooperation 20 opened since and 17 more are open: 3 closed, which their row hides."""
    study = opened(lang="en", audience="directors")
    told = []
    for day in ("2017-12-31", "2018-06-27"):
        made = releases.planned([study.on(day)], tmp_path / "ledger.json", "inputs", ["F25"])
        made.record("directors")
        (table,) = (figures["F25 words"] for figures in made.editions.values())
        told.append({table.value[cell] for cell in table.value.keys() - table.hidden})
    assert 74 in told[0] and told[1] and 91 not in told[1]


def test_a_choice_of_method_that_moves_no_figure_tells_what_the_first_told(opened, tmp_path):
    ledger = tmp_path / "ledger.json"
    of_all = opened(lang="en", audience="directors")
    choices = ({}, {"confidence": 0.9}, {"horizon_months": 24})
    studies = [of_all.with_(**moved) for moved in choices]
    names = [releases.edition_of(study) for study in studies]
    assert names[0] == names[1] != names[2]
    first = releases.planned(studies[:1], ledger, "inputs", ["F2"])
    table = first.editions[names[0]]["F2"]
    cell = max(table.value.keys() - table.hidden - {BASE}, key=lambda cell: table.value[cell])
    table.hidden.add(cell)  # as if because of what the regions tell
    first.record("directors")
    for name, study in zip(names, studies, strict=True):
        again = releases.planned([study], ledger, "inputs", ["F2"])
        assert cell in again.editions[name]["F2"].hidden


def test_two_choices_of_method_tell_no_few_between_them(opened, tmp_path):
    """T5 at 35 % less F8 at 36 %, or T4's base by one grace less its row by another."""
    ledger, figures = tmp_path / "ledger.json", ("F8", "T4", "T5")
    study = opened(lang="en", audience="directors")

    def released(**choice) -> dict:
        made = releases.planned([study.with_(**choice)], ledger, "inputs", figures)
        made.record("directors")
        (told,) = made.editions.values()
        return told

    first = released()
    assert ("LF1", "yes") not in first["F8"].hidden and first["T4"] is not None
    moved = released(thresholds={"LF1": 0.36})
    hidden = {line for line, column in moved["F8"].hidden if column == "yes"}
    assert "LF1" in hidden and "LF2" not in hidden and ("LF1", "known") not in moved["F8"].hidden
    assert moved["T4"] is not None and released(grace_days=400)["T4"] is None
    assert released()["T4"] is not None  # what was told is told again


def test_a_department_of_a_study_lies_in_its_region(opened):
    study = opened(lang="en", department="2B")
    assert "Corse" in with_relations(releases.edition_of(study), study).lies_in


@pytest.mark.parametrize(
    ("regions", "lies_in"),
    [
        (["Corse", "Corse"], {"Corse", "local"}),
        (["Corse", None], {"local"}),  # of a partner nobody knows where it is
        (["Corse", "Bretagne"], {"local"}),
        ([None, None], {"local"}),
    ],
)
def test_an_edition_lies_in_what_all_of_its_relations_share(regions, lies_in):
    relations = pd.DataFrame({"relation_id": ["r1", "r2"], "region": regions}, dtype="str")
    relations = relations.assign(department=["2A", "29"], level="local", entity=["x", "y"])
    study = SimpleNamespace(all_relations=relations, folder=None)
    edition = with_relations(Edition(DAY), study)
    assert edition.relations == {"r1", "r2"} and edition.lies_in == lies_in


def test_what_a_ledger_keeps_is_what_was_told():
    table = counts("ab", a=3, b=6, c=40)
    again = Table.of_record(table.record())
    assert again.hidden == table.hidden and np.isnan(again.value["a", "count"])
    assert again.value["c", "count"] == 40 and len(again.sums) == 1
    shown = kept(y1=(358, 311))  # what it adds up to speaks of its parts, whatever it hides itself
    assert as_released(shown).sums == shown.sums


# ---- one edition
def test_few_to_confirm_or_ended_are_not_told_by_two_totals():
    relations = pd.DataFrame({"status": ["running"] * 20 + ["to confirm"] * 3 + ["ended"] * 9})
    assert untold_sizes(relations) == {20}
    relations = pd.DataFrame({"status": ["running"] * 20 + ["ended"] * 2})
    assert untold_sizes(relations) == {22}


@pytest.mark.parametrize(
    ("of_smallest", "withheld"),
    [
        ({"ended": 3}, {6}),
        ({"ended": 8, "to confirm": 2}, {6}),  # few have not ended
        ({"to confirm": 8, "running": 2}, {6}),  # few run
        ({"ended": 8}, set()),
        ({"running": 8}, set()),
    ],
)
def test_the_next_smallest_part_keeps_its_size_where_few_of_one_alone_run(of_smallest, withheld):
    statuses = {"a": {"running": 9}, "b": {"running": 6}, "c": of_smallest}
    rows = [
        (region, status)
        for region, counted in statuses.items()
        for status, count in counted.items()
        for _relation in range(count)
    ]
    relations = pd.DataFrame(rows, columns=["region", "status"])
    assert companions(relations, "region", "b") == withheld
    assert companions(relations, "region", "a") == set()


def test_a_line_that_one_figure_hides_no_other_states():
    cell, place = ("LF9 | 0.1", "known"), (3, "known")
    table = Table({BASE: 47.0, cell: 41.0}, {cell}, places={cell: place})
    line = withheld_of({"T5": {cell}}, {"T5": table})
    assert line.facts == {"line.LF9.known", "line.LF9.share"} and line.cells == {"T5": (place,)}
    both = line.joined(Withheld(facts=frozenset({"x"}), cells={"F8": ((1, "yes"),)}))
    assert both.facts == line.facts | {"x"} and both.joined(line) == both


def exhibit(data: pd.DataFrame, n: int, formats: dict[str, str]) -> Exhibit:
    words = dict.fromkeys(
        ("title", "subtitle", "reading", "scope", "source", "note", "n_unit", "alt"), "Words."
    )
    return Exhibit(
        id="F9",
        family="fragility",
        n=n,
        day=pd.Timestamp(DAY),
        data=data,
        labels={name: name for name in data},
        formats=formats,
        draw=None,
        synthetic=False,
        **words,
    )


def test_two_means_tell_no_partner_that_stands_in_one_of_them_only():
    rng = np.random.default_rng(5)
    dependence = rng.uniform(0, 0.4, 439)
    means = [dependence.mean(), dependence[:438].mean()]
    data = pd.DataFrame({"label": ["all", "of known size"], "n": [439, 438], "share": means})
    formats = {"label": "text", "n": "integer", "share": "percent"}
    shown = audiences.disclosed(exhibit(data, 439, formats), "partners").data["share"].astype(float)
    half_digit = 0.0005
    open_to = 2 * half_digit * (439 + 438)  # the width of what the last partner may be
    assert open_to > 0.4 and (shown.round(3) == shown).all()


def test_a_course_is_told_where_it_moved_by_five_since_it_was_told_last():
    months = pd.date_range("2018-01-01", periods=6, freq="MS")
    data = pd.DataFrame({"month": months, "running": [40, 42, 47, 46, 47, 60]})
    formats = {"month": "date", "running": "integer"}
    shown = audiences.disclosed(exhibit(data, 80, formats), "partners").data["running"]
    assert shown.tolist() == [40, 47, 47, 60]


def test_rows_have_one_order_in_both_languages(opened):
    french, english = (opened(lang=lang, audience="partners") for lang in ["fr", "en"])
    for id in ("F2", "F9", "F17", "F22", "F25", "T2"):
        shown = english.exhibit(id)
        measures = [name for name in shown.data if shown.formats[name] not in ("text", "date")]
        same = french.exhibit(id).data[measures].reset_index(drop=True)
        assert same.equals(shown.data[measures].reset_index(drop=True)), id


def test_elimination_finds_what_sums_tell_exactly():
    editions = [secrecy.Edition("team", {}, {}, "", {})]
    attack = secrecy.Attack(editions[0], editions)
    cells = [("team", "F1", name, "count") for name in "abc"]
    attack.value = dict(zip(cells, [float("nan"), float("nan"), 4.0], strict=True))
    attack.equations = [(dict.fromkeys(cells, 1.0), 15.0), ({cells[0]: 1.0, cells[2]: -1.0}, 0.0)]
    assert dict(secrecy.eliminated(attack)) == {cells[0]: 4.0, cells[1]: 7.0}


# ---- the attack on a sample: the whole and its levels, by another's programme
def shown_in(study, name: str, ids) -> secrecy.Edition:
    shown = [study.exhibit(id) for id in ids]
    shown = {item.id: item for item in shown if isinstance(item, Exhibit)}
    tables = {
        id: item.data.astype("str").replace({"nan": "", "<NA>": "", "None": ""})
        for id, item in shown.items()
    }
    bases = {id: int(item.n) for id, item in shown.items()}
    return secrecy.Edition(name, tables, bases, " · ".join([study.about_line]), {})


def attacked(of_team: secrecy.Edition, studies) -> list:
    """What the attack solves of what a whole and its levels publish."""
    names = ["whole", *(f"level {study.parameters.level}" for study in studies[1:])]
    editions = [shown_in(*pair, FIGURES) for pair in zip(studies, names, strict=True)]
    attack = secrecy.Attack(of_team, editions)
    attack.add_families("whole", names[1:])
    assert sum(value != value for value in attack.value.values()) > 10
    return [*attack.solved(), *secrecy.eliminated(attack)]


def linked(demo, tmp_path) -> CleanedFolder:
    """A cleaned folder of the demonstration's files, into which releases may be handed down; read
    and chained once for all studies of it.
    """
    folder = tmp_path / "demo"
    folder.mkdir()
    for file in demo.iterdir():
        (folder / file.name).symlink_to(file)
    return CleanedFolder(folder, "both")


def test_what_was_chosen_by_hand_is_in_no_edition(demo, opened, tmp_path):
    """All relations but one tell that one's status; before any release, and to the team, all is told."""
    folder = linked(demo, tmp_path)
    study = explore.Study(folder, opened(lang="en", audience="directors").parameters)
    but_one = study.where(study.relations.index > 0)
    assert but_one.exhibit("F8").n and "1,594" in but_one.opening()[0]
    releases.planned([study], tmp_path / "ledger.json", "inputs", ("F8",)).hand_down(folder.path)
    assert study.exhibit("F8").n and study.exhibit("F4", by="level").id == "F4-level"
    others = [but_one.exhibit("F8"), study.exhibit("F4", by="region"), study.on(WEEK).exhibit("F8")]
    assert all(isinstance(each, Unsupported) for each in others)
    assert len(but_one.opening()) == 1 and "1,594" not in but_one.opening()[0]
    assert explore.Study(folder, opened(lang="en").parameters).on(WEEK).exhibit("F8").n


def test_a_portrait_with_consent_is_told_beside_the_editions_that_were_planned(
    demo, opened, tmp_path
):
    """It needs no plan; other figures of its partner, frames of one's own and a count of it do."""
    folder = linked(demo, tmp_path)
    study = explore.Study(folder, opened(lang="en", audience="partners").parameters)
    (partner, *_others) = study.values("partner")
    silent = set(opened().relations["partner_id"]) - set(study.values("partner"))
    assert "Fewer than 5\u00a0relations" in " ".join(study.where(partner=partner).opening())
    releases.planned([study], tmp_path / "ledger.json", "inputs", ("F8",)).hand_down(folder.path)
    of_one = study.where(partner=partner)
    assert of_one.exhibit("P1").n and of_one.exhibit("P2").n
    assert of_one.opening() == []
    assert isinstance(of_one.exhibit("P1", events=of_one.events.head(0)), Unsupported)
    assert isinstance(of_one.exhibit("F18"), Unsupported)
    with pytest.raises(Refused):
        study.where(partner=min(silent)).exhibit("P1")


def test_levels_and_their_whole_give_another_solver_no_hidden_cell(demo, opened, tmp_path):
    team = opened(lang="en")
    of_all = team.with_(audience="directors")
    studies = [of_all, *(of_all.where(level=level) for level in team.values("level"))]
    of_team = shown_in(team, "team", FIGURES)
    assert len(attacked(of_team, studies)) > 5  # each protected alone
    ledger, folder = tmp_path / "ledger.json", linked(demo, tmp_path)
    protected = [explore.Study(folder, study.parameters) for study in studies]
    for together in (protected[:1], protected[1:]):  # the levels when their whole is out
        made = releases.planned(together, ledger, "inputs", FIGURES)
        made.hand_down(folder.path)
        made.record("directors")
    readers = [explore.Study(folder, study.parameters) for study in protected]
    assert attacked(of_team, readers) == []
    again = releases.planned(readers[1:], ledger, "inputs", FIGURES)
    for name, held_back in made.withheld.items():
        assert again.withheld[name].record() == held_back.record()


def test_no_amount_that_a_family_hides_is_of_few_partners(demo, opened, tmp_path):
    team = opened(lang="en")
    of_region = {name: team.where(region=name) for name in team.values("region")}
    folder = linked(demo, tmp_path)

    def released(*studies) -> dict:
        made = releases.planned(
            [
                explore.Study(folder, study.parameters.model_copy(update={"audience": "partners"}))
                for study in studies
            ],
            tmp_path / "ledger.json",
            "inputs",
            ("F18",),
        )
        made.record("partners")
        return {name: figures.get("F18") for name, figures in made.editions.items()}

    shown = released(team) | released(of_region["Mayotte"]) | released(*of_region.values())
    labels = ["direction", "kind", "unit", "stage", "year"]
    of_team = pd.concat(
        study.exhibit("F18").data.assign(region=name) for name, study in of_region.items()
    )
    together = 0
    for names, rows in of_team.groupby(labels):
        cell = (" | ".join(names), "quantity")
        parts = {dict(name.filters).get("region"): table for name, table in shown.items()}
        tellers = [name for name, t in parts.items() if t and cell in t.value.keys() - t.hidden]
        if None in tellers:  # the whole
            rest = rows[~rows["region"].isin(tellers)]
            together += len(rest) > 1
            assert rest.empty or rest["partners"].sum() >= DEFAULTS["secret_below"], cell
            first = (rest["largest"] * rest["quantity"]).max()
            assert rest.empty or first <= DEFAULTS["dominance"] * rest["quantity"].sum(), cell
    assert together > 10


ONE_CONTACT = KeyNumber(
    key="LF6",
    family="fragility",
    label="have one contact",
    value=0.52,
    low=0.48,
    high=0.56,
    scale=(0, 1),
    format="percent",
    n=300,
    n_unit="relations",
    caution="Words.",
    solid=True,
    holds="Words.",
)


@pytest.mark.parametrize(("unknown", "shown"), [(3, None), (30, 0.52)])
def test_a_key_number_gives_way_of_which_a_sentence_tells_few(unknown, shown):
    told = Sentence(f"{unknown} of 300 are unknown.", (Count(unknown, of=300),))
    number = replace(ONE_CONTACT, sentences=(told,))
    assert key_numbers.plain_key_number(number, None, set()).value == shown


def test_a_key_number_leaves_the_team_with_a_year_before_that_may_be_told():
    kept, few = YearBefore(0.5, 300, 120, 2017), YearBefore(0.5, 8, 3, 2017)
    long = replace(kept, value=233 / 1146)  # which would tell of how many it is one
    for before, shown in ((kept, kept), (few, None), (long, replace(kept, value=0.2))):
        numbers = KeyNumbers(
            numbers=[replace(ONE_CONTACT, before=before)],
            day=pd.Timestamp(DAY),
            source="Invented numbers.",
            synthetic=True,
        )
        assert audiences.disclosed(numbers, "partners").numbers[0].before == shown


@pytest.mark.parametrize(
    ("key", "value", "ended", "is_shown"),
    [
        ("LF6", 0.5, 120, True),
        ("LF6", 297 / 300, 120, False),  # all but three
        ("survival", 0.5, 120, True),
        ("survival", 0.5, 3, False),
        ("survival", 0.5, 297, False),
    ],
)
def test_a_year_before_tells_of_no_few(key, value, ended, is_shown):
    before = YearBefore(value, 300, ended, 2017)
    number = replace(ONE_CONTACT, key=key, before=before)
    told = key_numbers.plain_key_number(number, None, set())
    assert told.before == (before if is_shown else None)


def test_a_year_before_tells_nothing_that_the_edition_of_that_day_hid(opened):
    study = opened(lang="en", audience="partners").with_rows
    other_lines = Table({("LF6 | one contact", "yes"): 9.0, ("LF1 | half", "yes"): 3.0}, set())
    other_lines.hidden.add(("LF1 | half", "yes"))
    figures = {"F8": other_lines, "F15": None, "F3": None, "F6": counts(a=30)}
    untold = {"before.LF1", "before.survival", "before.mean"}
    untold |= {f"before.{line}" for line in LINES_TOLD if line.startswith("LS")}
    of_region = (("region", "Bretagne"),)
    for name, facts in (
        (Edition("2017-06-27"), untold),
        (Edition("2017-06-27 grace_days=90"), untold),
        (Edition("2017-06-26"), set()),
        (Edition("2017-06-27", of_region), set()),
    ):
        assert untold_a_year_before(study, WHOLE, [(name, figures)]) == facts
    shown = {number.key: number.before for number in study.exhibit("T8").numbers}
    withheld = Withheld(facts=frozenset({"before.LF1"}))
    built = published.build(study, "T8")
    left = audiences.disclosed(built, "partners", withheld=withheld).numbers
    assert shown["LF1"] is not None
    assert {number.key: number.before for number in left} == {**shown, "LF1": None}


def test_a_key_number_has_the_decimals_that_its_base_bears(opened):
    study = opened(lang="en", audience="partners")
    for number in study.exhibit("T8").numbers:
        places = len(str(number.n)) - 2 * (number.format == "months")
        told = [number.value, number.low, number.high]
        assert told == [round(value, places) for value in told]
        assert number.before is None or number.before.value == round(number.before.value, 2)
        for mark in number.marks:
            assert all(value == round(value, len(str(number.n))) for value in mark.values)


def test_a_ledger_keeps_nothing_that_an_edition_does_not_tell(opened):
    """Neither findings nor sentences nor key numbers that are left out stand in it."""
    study = opened(lang="en", audience="directors", region="Centre-Val de Loire")
    ids = ("B1", "T8", "F12")
    tables = release_tables.release_tables(
        study, release_tables.release_exhibits(study.with_rows, ids), Withheld()
    )
    told = [
        number
        for table in tables.values()
        for number in (cell[2] for cell in table.record()["cells"])
        if number is not None
    ]
    assert {"B1", "T8", "F12 words"} <= tables.keys() and told
    assert not any(0 < number < DEFAULTS["secret_below"] for number in told)


def test_a_survival_that_one_curve_hides_no_other_figure_tells(opened):
    study = opened(lang="en", audience="directors")
    limits, fact = study.conventions, "survival.36"
    curve = published.build(study, "F3")
    prepared = audiences.protected_table(curve, "directors", limits=limits)
    table = table_of(curve, prepared.data, prepared.hidden, limits)
    (row,) = [row for row, facts in table.facts.items() if fact in facts]
    table.hidden.add((row, "at_risk"))
    held_back = withheld_of({"F3": table.hidden}, {"F3": table})
    assert held_back.facts == {fact}
    for id in ("F3", "T8"):
        told = audiences.disclosed(
            published.build(study, id), "directors", withheld=held_back, limits=limits
        )
        assert fact not in told.states
    assert told.numbers[[number.key for number in told.numbers].index("survival")].value is None
    with pytest.raises(Unsupported):  # what its causes leave is the survival
        audiences.disclosed(published.build(study, "F5"), "directors", withheld=held_back)


def test_no_choice_near_the_studys_own_tells_a_survival_that_is_withheld():
    """Of the same 39, 12 had ended if those to confirm ran on, as studied; eight more if not."""
    data = pd.DataFrame({"choice": list("abcd"), "n": [39, 39, 60, 39]})
    others = ("low", "high", "mean", "mean_low", "mean_high")
    data = data.assign(survival=[0.7256, 0.7331, 0.8, 0.6575], **dict.fromkeys(others, 0.5))
    tried = data.assign(ended_by_horizon=[12, 12, 20, 20])
    formats = dict.fromkeys(data, "percent") | {"choice": "text", "n": "integer"}
    rules = sensitivity.secrecy_rules(tried, DEFAULTS, 36)
    of_choices = replace(exhibit(data, 39, formats), id="T4", rules=rules)
    for facts, hidden in (({"survival.36"}, [0, 1]), ({"survival.24"}, [])):
        held_back = Withheld(facts=frozenset(facts))
        told = audiences.disclosed(of_choices, "directors", withheld=held_back).data
        assert told.index[told["survival"] == "s"].tolist() == hidden


def test_a_survival_beyond_the_rows_that_are_told_no_other_figure_tells(opened):
    """Where few are followed to the horizon, the curve stops before it and the number is theirs."""
    study = opened(lang="en", audience="directors")
    limits = study.conventions
    curve = published.build(study, "F3")
    prepared = audiences.protected_table(curve, "directors", limits=limits)
    is_before = prepared.data["months"] < 36
    table = table_of(curve, prepared.data[is_before], prepared.hidden[is_before], limits)
    assert withheld_of({"F3": set()}, {"F3": table}).facts == {"survival.36"}
    whole = table_of(curve, prepared.data, prepared.hidden, limits)
    assert not withheld_of({"F3": set()}, {"F3": whole}).facts


def shown_cells(table: Table) -> set[tuple[str, str]]:
    return table.value.keys() - table.hidden


CLIFFS = [  # few ended between month 30 and the end of the third year, and many on that very day
    {"region": "Île-de-France"},
    {"domain": "professional mobility"},
    {"kind": "societal innovation"},
]


@pytest.mark.parametrize("part", CLIFFS, ids=lambda part: "".join(part))
def test_the_upper_side_of_a_cliff_is_no_small_step_from_what_is_told_before(opened, part):
    """In Île-de-France 76.1 % run by month 30 and 93 are followed; 74.2 % reach the third year, by
    the mark that is drawn there: two have ended between.
    """
    told = opened(lang="en", audience="partners", **part).exhibit("F3")
    assert len(re.findall(r"\d%", told.title)) == 2  # both sides
    months = told.data["months"]
    every = opened(lang="en", **part).exhibit("F3").data
    is_between = (every["months"] > months[months < 36].max()) & (every["months"] < 36)
    assert 36 in set(months) and every.loc[is_between, "ended"].sum() >= 5


def test_levels_leave_no_count_of_the_opening_that_one_of_them_withholds(demo, opened):
    """The whole tells how many run, are ended and to confirm; national withholds who runs."""
    team = opened(lang="en", audience="directors")
    levels = [team.where(level=level) for level in team.values("level")]
    made = releases.planned([team, *levels], demo / "no ledger", "inputs", ("F22",))
    told = {}
    for name, figures in made.editions.items():
        told[dict(name.filters).get("level")] = shown_cells(figures["opening"])
    whole = told.pop(None)
    assert ("", "running") in whole and ("", "to confirm") not in told["national"]
    for cell in whole:
        assert sum(cell not in of_level for of_level in told.values()) != 1, cell


def test_how_many_have_ended_is_not_told_where_the_map_of_the_whole_told_who_runs(opened, tmp_path):
    """All, less those that run on the map, less those that have ended: the four to confirm."""
    team, ledger = opened(lang="en"), tmp_path / "ledger" / "x.json"
    region = team.where(region="Bretagne")
    ended = int(region.relations["status"].eq("ended").sum())
    not_ended = len(region.relations) - ended
    (alone,) = releases.planned([region], ledger, "inputs", ("F5",)).withheld.values()
    assert not alone.statuses & {ended, not_ended}
    releases.planned([team], ledger, "inputs", ("F22",)).record("partners")
    (beside,) = releases.planned([region], ledger, "inputs", ("F5",)).withheld.values()
    assert {ended, not_ended} <= beside.statuses


def test_a_whole_released_after_its_levels_tells_not_who_runs_in_one_that_hides_it(
    opened, tmp_path
):
    team, ledger = opened(lang="en", audience="directors"), tmp_path / "ledger" / "x.json"
    levels = [team.where(level=level) for level in team.values("level")]
    released = releases.planned(levels, ledger, "inputs", ("F22",))
    hidden = [
        figures["opening"].hidden
        for figures in released.editions.values()
        if ("", "running") in figures["opening"].hidden
    ]
    assert len(hidden) == 1
    released.record("directors")
    (whole,) = releases.planned([team], ledger, "inputs", ("F22",)).editions.values()
    assert ("", "running") in whole["opening"].hidden


@pytest.mark.parametrize(("steps", "is_told"), [([100, 1, 1, 1, 1, 1], False), ([20] * 6, True)])
def test_what_an_amount_moved_by_between_two_days_is_an_amount(monkeypatch, steps, is_told):
    cell, place = ("to partner | cash", "quantity"), (2, "quantity")
    then = pd.Series(range(100, 130), dtype=float)
    now = then.add(pd.Series(steps, dtype=float), fill_value=0)
    earlier, table = (
        Table({cell: amounts.sum()}, set(), {cell}, places={cell: place}) for amounts in (then, now)
    )
    study = SimpleNamespace(conventions=DEFAULTS, with_=lambda day: day)
    monkeypatch.setattr(
        amounts_of_days, "_amounts", lambda asked: {cell: then if asked == WEEK else now}
    )
    held_back = amounts_of_days.untold_since(study, WHOLE, table, {edition(WEEK): earlier})
    assert held_back.cells == ({} if is_told else {"F18": (place,)})
    untold = replace(table, hidden={cell})  # it tells of no difference
    assert not amounts_of_days.untold_since(study, WHOLE, untold, {edition(WEEK): earlier}).cells
    changed = replace(earlier, value={cell: earlier.value[cell] - 10000})  # by whom, nobody knows
    held_back = amounts_of_days.untold_since(study, WHOLE, table, {edition(WEEK): changed})
    assert held_back.cells == {"F18": (place,)}


def test_what_partners_brought_adds_up_to_what_is_told(opened):
    study = opened(lang="en").with_rows
    by_partner = pd.Series([amounts.sum() for amounts in strength.brought_by_partner(study)])
    quantity = strength.brought(study)["quantity"].astype(float).reset_index(drop=True)
    assert np.allclose(by_partner, quantity.fillna(0))


def test_an_amount_less_those_of_portraits_is_of_enough_partners():
    six = pd.Series([30.0, 25, 20, 15, 10, 5], index=list("abcdef"))
    by_row = [six, six.drop("f"), six.drop("a"), six[["a"]]]
    study = SimpleNamespace(
        has=lambda table: True, values=lambda by: ["a", "z"], conventions=DEFAULTS
    )
    assert strength.told_by_portraits(study, by_row) == ((1, "quantity"), (1, "partners"))


def test_no_count_of_partners_less_portraits_is_of_few(opened):
    """Five partners of Pays de la Loire are promised skills for 2018: one has a portrait, of four
    others nothing is told.
    """
    of_region = {"lang": "en", "region": "Pays de la Loire"}
    team = opened(**of_region)
    partner_of = team.agreements.drop_duplicates("agreement_id").set_index("agreement_id")
    given = team.contributions
    is_asked = given["kind"].eq("skills") & given["direction"].eq("to partner")
    is_asked &= given["stage"].eq("committed") & given["year"].eq(2018)
    partners = set(given.loc[is_asked, "agreement_id"].map(partner_of["partner_id"]))
    assert len(partners) == 5 and len(partners & {*team.values("partner")}) == 1
    for audience in ("directors", "partners"):
        rows = opened(**of_region, audience=audience).exhibit("F18").data
        is_row = rows["kind"].eq("skills") & rows["stage"].eq("committed")
        is_row &= rows["direction"].str.endswith("to partners") & rows["year"].eq("2018")
        assert rows.loc[is_row, ["quantity", "partners"]].to_numpy().tolist() == [["s", "s"]]


def test_a_line_is_the_same_row_under_another_threshold():
    tables = {}
    for day, threshold, yes in ((DAY, 180, 238), (f"{DAY} thresholds=LF5=181", 181, 240)):
        data = pd.DataFrame({"line": ["LF5"], "label": [f"{threshold} days"], "yes": [yes]})
        formats = {"line": "text", "label": "text", "yes": "integer"}
        made = exhibit(data, 1206, formats)
        tables[Edition(day)] = table_of(made, data, data.isna(), DEFAULTS)
    (before, earlier), (now, table) = tables.items()
    assert release.since_before(now, table, {before: earlier}, DEFAULTS) == {("LF5", "yes")}


def test_a_line_that_is_hidden_and_known_of_all_refuses_no_figure_of_lines():
    data = pd.DataFrame({"line": ["LF5", "LF6"], "yes": [240, 324], "no": [966, 753]})
    data = data.assign(unknown=[0, 129], known=[1206, 1077], share=[240 / 1206, 324 / 1077])
    formats = {name: "integer" for name in data} | {"line": "text", "share": "percent"}
    states = {"line.LF5.known": 1206.0, "line.LF5.share": 240 / 1206}
    made = replace(exhibit(data, 1206, formats), id="F8", states=states)
    held_back = Withheld(facts=frozenset(states), cells={"F8": ((0, "yes"),)})
    hidden = audiences.protected_table(made, "partners", withheld=held_back).hidden
    assert hidden.at[0, "yes"] and not hidden.loc[1].any()
    single = replace(made, data=data.drop(columns="line"), formats=formats)
    with pytest.raises(Unsupported):
        audiences.protected_table(single, "partners", withheld=held_back)
