"""What two to four editions tell of a set of relations that has no report of its own: of invented
programmes, released one after the other, every sum and difference is tried.
"""

import random
from collections.abc import Iterator
from itertools import combinations, product

import pandas as pd
import pytest

from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.edition import Edition
from analysis.disclosure.few_editions import MOST_FOR_ALL, signs_of_sets, sums_that_tell
from analysis.disclosure.figure_table import BASE, Holders, Table
from analysis.disclosure.hidden_parts import may_be_told_of
from analysis.disclosure.release import hidden_together
from analysis.disclosure.secrecy_rules import is_small

REGIONS = "uvwxyz"


def programme(draw: random.Random) -> pd.DataFrame:
    """Relations with what they are filtered by, the row that counts them, and what they received:
    most by the branch of their region, and each region of two departments.
    """
    rows = []
    for _relation in range(150):
        region = draw.choices(REGIONS, weights=[30, 20, 15, 10, 5, 3])[0]
        filters = {
            "region": region,
            "department": region + draw.choice("12"),
            "entity": region if draw.random() < 0.8 else "national",
            "level": draw.choices(["local", "regional", "national"], weights=[6, 3, 1])[0],
        }
        row = draw.choices("abcdefgh", weights=[40, 20, 15, 10, 8, 6, 4, 2])[0]
        amount = float(draw.randrange(100, 3000))
        rows.append(filters | {"row": row, "partner": draw.randrange(25), "amount": amount})
    return pd.DataFrame(rows, index=[f"r{number:03d}" for number in range(len(rows))])


def table_of(relations: pd.DataFrame) -> Table:
    """The figure that an edition of these relations shows, with what its own rules hide."""
    counts = relations["row"].value_counts()
    value = {(str(row), "count"): float(number) for row, number in counts.items()}
    hidden = {cell for cell, number in value.items() if is_small(number, DEFAULTS["secret_below"])}
    held = {(str(row), "quantity"): holders(of_row) for row, of_row in relations.groupby("row")}
    hidden |= {cell for cell, each in held.items() if not may_be_told_of([each], DEFAULTS)}
    value |= {cell: each.amount for cell, each in held.items()} | {BASE: float(len(relations))}
    return Table(value, hidden, {*held}, holders=held)


def holders(relations: pd.DataFrame) -> Holders:
    """Who holds what these relations received."""
    of_partners = relations.groupby("partner")["amount"].sum().sort_values(ascending=False)
    first, second = [*of_partners.head(2), 0.0, 0.0][:2]
    return Holders(len(of_partners), float(of_partners.sum()), first, second)


def editions_of(draw: random.Random, relations: pd.DataFrame) -> Iterator[Edition]:
    """Some values of one filter or of two."""
    while True:
        names = draw.sample(["region", "department", "entity", "level"], draw.choice([1, 1, 2]))
        choices = [sorted(relations[name].unique()) for name in names]
        values = [draw.sample(each, draw.randrange(1, len(each))) for each in choices]
        is_kept = pd.Series(True, relations.index)
        for name, kept in zip(names, values, strict=True):
            is_kept &= relations[name].isin(kept)
        filters = tuple((name, "|".join(kept)) for name, kept in zip(names, values, strict=True))
        if is_kept.sum() >= 5:
            yield Edition("2018-06-27", filters).looking_at(frozenset(relations.index[is_kept]))


def released(draw: random.Random, relations: pd.DataFrame, most: int) -> dict[Edition, Table]:
    """As many editions, one after the other, each with what it hides beside those before."""
    tables: dict[Edition, Table] = {}
    for edition in editions_of(draw, relations):
        if edition in tables or any(edition.is_of_same(name) for name in tables):
            continue
        table = table_of(relations.loc[sorted(edition.relations)])
        cells, refused = hidden_together({edition: table}, tables, DEFAULTS)
        if not refused:
            table.hidden |= cells[edition]
            tables[edition] = table
        most -= 1
        if most == 0:
            return tables
    return tables


def told_of_sets(tables: dict[Edition, Table]) -> Iterator[tuple[frozenset[str], tuple, float]]:
    """What two to four of the tables tell of a cell for a set of relations."""
    for size in range(2, 5):
        for names in combinations(tables, size):
            for signs in product((1, -1), repeat=size):
                times: dict[str, int] = {}
                for name, sign in zip(names, signs, strict=True):
                    for relation in name.relations:
                        times[relation] = times.get(relation, 0) + sign
                if {*times.values()} <= {0, 1} and 1 in times.values() and -1 in signs:
                    of_set = frozenset(name for name, number in times.items() if number)
                    for cell in set().union(*(tables[name].value for name in names)):
                        if not any(cell in tables[name].hidden for name in names):
                            numbers = [tables[name].value.get(cell, 0.0) for name in names]
                            yield of_set, cell, sum(map(float.__mul__, map(float, signs), numbers))


@pytest.mark.parametrize("seed", range(12))
def test_no_few_editions_tell_what_a_report_on_the_same_relations_would_hide(seed):
    draw = random.Random(seed)
    relations = programme(draw)
    tables = released(draw, relations, most=9)
    assert len(tables) > 4
    shown = [cell for table in tables.values() for cell in table.value.keys() - table.hidden]
    assert len(shown) > 2 * len(tables)  # not by hiding all of it
    for of_set, cell, number in told_of_sets(tables):
        if cell[1] == "quantity":
            of_cell = relations.loc[sorted(of_set)].query("row == @cell[0]")
            assert number == pytest.approx(of_cell["amount"].sum(), abs=1e-6)
            assert of_cell.empty or may_be_told_of([holders(of_cell)], DEFAULTS), (cell, number)
        else:
            assert not is_small(number, DEFAULTS["secret_below"]), (sorted(of_set), cell, number)


def test_beyond_many_editions_one_fewer_are_combined():
    """W - A - B - C is one of four; of three, W - A - B."""
    parts = [Edition(f"{number:02d}") for number in range(MOST_FOR_ALL)]
    parts = [part.looking_at(frozenset([part.day])) for part in parts]
    for count, most in ((MOST_FOR_ALL - 1, 4), (MOST_FOR_ALL, 3)):
        every = frozenset(part.day for part in parts[:count])
        whole = Edition("whole").looking_at(every)
        names = [*parts[:count], whole]
        combined = signs_of_sets(
            tuple((name, name.relations) for name in names), frozenset([whole])
        )
        assert abs(combined.signs).sum(axis=1).max() == most


def test_a_row_that_moved_to_another_day_hides_no_leak_of_the_others():
    every = frozenset(f"r{number}" for number in range(90))
    whole = Edition("2018-06-27").looking_at(every)
    part = Edition("2018-06-20", (("level", "local"),)).looking_at(
        frozenset([*sorted(every)[:80], "one that left"])
    )
    now = {"a": 40.0, "b": 30.0, "c": 20.0}
    before = {"a": 37.0, "b": 31.0, "c": 12.0}  # one of b has moved since
    tables = {
        name: Table({(row, "count"): number for row, number in cells.items()}, set())
        for name, cells in ((whole, now), (part, before))
    }
    told = sums_that_tell(tables, tables, set(), DEFAULTS)
    assert {row for item in told for _name, row, _column in item.cells} == {"a"}
