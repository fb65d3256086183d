"""What is published together, protected together: the figures of an edition, a family of reports
with their whole, and editions released before.

Each figure of an edition becomes a `Table` of counts and amounts with the sums that its exhibit
declares. Between editions more sums hold: a whole is the sum of its parts, and what another day
told of the same cell leaves a difference. One linear programme (`solver`) runs over all of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from analysis.disclosure.additive import BASES, PLACES, sums_of
from analysis.disclosure.cell_suppression import counts_of
from analysis.disclosure.solver import Limits, Sum, is_small, protected

_KEYS = frozenset(("month", "months", "year", "cohort", "fifth", "x", "day"))  # say which row
AMOUNTS = ("quantity",)
BASE = ("", "n")  # the cell of what a figure rests on
WORDS = "words"


class Edition(NamedTuple):
    """What a report looks at: its day and its filters (name, value), in order."""

    day: str
    filters: tuple[tuple[str, str], ...] = ()

    def parts_by(self, other: "Edition") -> str:
        """The filter by which another edition is a part of this one; blank where it is none."""
        more = set(other.filters) - set(self.filters)
        is_part = self.day == other.day and set(self.filters) < set(other.filters)
        return next(iter(more))[0] if is_part and len(more) == 1 else ""


@dataclass
class Table:
    """The counts and amounts of one figure: cells are (row, column), a row known by its labels.

    A value that is hidden in an edition released before is missing. `places` are the cells as the
    figure's own table names them.
    """

    value: dict[tuple[str, str], float]
    hidden: set[tuple[str, str]]
    amounts: set[tuple[str, str]] = field(default_factory=set)
    sums: list[Sum] = field(default_factory=list)
    places: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """What was published of it, as a file can hold it: hidden values are not in it."""
        cells = [
            [*cell, None if cell in self.hidden else value] for cell, value in self.value.items()
        ]
        concerned = [
            item
            for item in self.sums
            if not item.rest and any(cell in self.hidden for cell in item.cells)
        ]
        sums = [[item.parts, item.whole, item.total] for item in concerned]
        return {"cells": cells, "amounts": sorted(self.amounts), "sums": sums}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> "Table":
        """A table as it was released."""
        value = {
            (row, column): float("nan") if number is None else float(number)
            for row, column, number in record["cells"]
        }
        sums = [
            Sum([tuple(part) for part in parts], tuple(whole) if whole else None, total, False)
            for parts, whole, total in record["sums"]
        ]
        hidden = {cell for cell, number in value.items() if number != number}
        return cls(value, hidden, {tuple(cell) for cell in record["amounts"]}, sums)


def table_of(exhibit, data: pd.DataFrame, hidden: pd.DataFrame, limits: Limits) -> Table:
    """The table of an exhibit: `data` before anything is hidden in it, and what its own rules hide.

    A share that is a count of its base is a count of that name.
    """
    numbers = counts_of(data, exhibit.formats)
    names = _row_names(data, exhibit.formats)
    columns = {column: numbers[column] for column in numbers} | _shares_as_counts(
        data, exhibit.formats, numbers, exhibit.n
    )
    columns |= {column: data[column].astype(float) for column in AMOUNTS if column in data}
    table = Table({BASE: float(exhibit.n)}, set())
    for column, values in columns.items():
        for row, number in values.items():
            if number != number:
                continue
            cell = (names[row], column)
            table.value[cell] = float(number)
            table.places[cell] = (row, column)
            if hidden.at[row, column]:
                table.hidden.add(cell)
            if column in AMOUNTS:
                table.amounts.add(cell)
    few = limits["secret_below"]
    own_sums = sums_of(data, numbers, exhibit.n, exhibit.rules, few)
    table.sums = [_renamed(item, names) for item in own_sums]
    return table


def counted(counts: Mapping[tuple[str, str], float]) -> Table:
    """A table of counts that have no rows of their own: of words, of a header, of key numbers."""
    return Table(dict(counts), set())


def _row_names(data: pd.DataFrame, formats: Mapping[str, str]) -> list[str]:
    """The rows by their labels; rows of the same labels by their order too."""
    labels = [
        column
        for column in data.columns
        if column in _KEYS or (formats[column] in ("text", "date") and column != "beyond_chance")
    ]
    if not labels:
        return [str(row) for row in range(len(data))]
    texts = data[labels].astype("str").fillna("").agg(" | ".join, axis=1)
    again = texts.groupby(texts).cumcount()
    return [
        f"{text} | {number}" if number else text for text, number in zip(texts, again, strict=True)
    ]


def _shares_as_counts(
    data: pd.DataFrame, formats: Mapping[str, str], numbers: pd.DataFrame, n: int
) -> dict[str, pd.Series]:
    """The shares of a table that are counts of their base, as counts; none that the table counts
    too.
    """
    base = next((numbers[column] for column in BASES if column in numbers), float(n))
    counts = {}
    for column in data.columns:
        if formats[column] != "percent" or column in PLACES:
            continue
        count = pd.to_numeric(data[column], errors="coerce").astype(float) * base
        known = count.dropna()
        is_whole = ((known - known.round()).abs() < 1e-6).all()
        is_new = not any((numbers[name] - count).abs().max() < 1e-6 for name in numbers)
        if len(known) and is_whole and is_new:
            counts[column] = count.round()
    return counts


def _renamed(item: Sum, names: list[str]) -> Sum:
    parts = [(names[row], column) for row, column in item.parts]
    whole = None if item.whole is None else (names[item.whole[0]], item.whole[1])
    return Sum(parts, whole, item.total, item.rest)


# ---- what is known between editions
def hidden_together(
    tables: Mapping[Edition, Table],
    released: Mapping[Edition, Table],
    limits: Limits,
    add_up: bool = True,
) -> tuple[dict[Edition, set], set[Edition]]:
    """For one figure: the cells to hide in each edition that is to be released, and the editions
    that must do without it.

    Counts told in words do not `add_up` between editions. `released` are those published before: nothing more is hidden in them, and what they hide stays
    hidden.
    """
    refused: set[Edition] = set()
    while True:
        every = {**released, **{name: t for name, t in tables.items() if name not in refused}}
        value = {(name, *cell): v for name, t in every.items() for cell, v in t.value.items()}
        hidden = {(name, *cell) for name, t in every.items() for cell in t.hidden}
        for name in tables.keys() - refused:
            hidden |= {(name, *cell) for cell in since_before(name, tables[name], released, limits)}
        protection = protected(
            value,
            [*_own_sums(every), *(_sums_of_parts(every, limits) if add_up else ())],
            hidden,
            limits,
            amounts={(name, *cell) for name, t in every.items() for cell in t.amounts},
            published={(name, *cell) for name, t in released.items() for cell in t.value},
        )
        open_editions = tables.keys() - refused
        lost = {name for name in open_editions if (name, *BASE) in protection.hidden}
        if not lost:
            unsolved = [cell[0] for item in protection.solved for cell in item.cells]
            smallest = sorted(
                open_editions & set(unsolved),
                key=lambda name: (tables[name].value.get(BASE, 0), name),
            )
            lost = set(smallest[:1])
        if not lost:
            cells: dict[Edition, set] = {name: set() for name in open_editions}
            for name, *cell in protection.hidden:
                if name in cells:
                    cells[name].add(tuple(cell))
            return cells, refused
        refused |= lost


def since_before(
    edition: Edition, table: Table, released: Mapping[Edition, Table], limits: Limits
) -> set:
    """The cells that differ by a few from what an edition of another day told of the same."""
    cells = set()
    for other, earlier in released.items():
        if other.filters == edition.filters and other.day != edition.day:
            cells |= {
                cell
                for cell, number in table.value.items()
                if cell not in table.amounts
                and is_small(
                    abs(number - earlier.value.get(cell, float("nan"))), limits["secret_below"]
                )
            }
    return cells


def _own_sums(tables: Mapping[Edition, Table]) -> Iterator[Sum]:
    for name, table in tables.items():
        for item in table.sums:
            parts = [(name, *part) for part in item.parts]
            yield Sum(parts, item.whole and (name, *item.whole), item.total, item.rest)


def _sums_of_parts(tables: Mapping[Edition, Table], limits: Limits) -> Iterator[Sum]:
    """A cell of a whole is the sum of those of its parts, where it is; or all but a few of it."""
    for whole, table in tables.items():
        families: dict[str, list[Edition]] = {}
        for other in tables:
            if by := whole.parts_by(other):
                families.setdefault(by, []).append(other)
        for parts in families.values():
            yield from _sums_of_family(whole, table, {name: tables[name] for name in parts}, limits)


def _sums_of_family(
    whole: Edition, table: Table, parts: Mapping[Edition, Table], limits: Limits
) -> Iterator[Sum]:
    cells = {
        cell: [(name, *cell) for name, part in parts.items() if cell in part.value]
        for cell in table.value
    }
    rest = {
        cell: table.value[cell] - sum(parts[name].value[cell] for name, *_cell in own)
        for cell, own in cells.items()
        if own
    }
    adds_up, is_part = _columns_of_family(table, rest)
    for cell, left in rest.items():
        total = (whole, *cell)
        if abs(left) < 1e-6 * max(1.0, abs(table.value[cell])):
            yield Sum(cells[cell], total, 0.0, False)
        elif left != left and cell[1] in adds_up | is_part:
            yield Sum(cells[cell], total, 0.0, cell[1] not in adds_up)
        elif is_small(left, limits["secret_below"]) and cell not in table.amounts:
            yield Sum(cells[cell], total, 0.0, True)


def _columns_of_family(
    table: Table, rest: Mapping[tuple[str, str], float]
) -> tuple[set[str], set[str]]:
    """The columns in which all parts make the whole, and those in which they make no more than it
    (some parts have no such figure), as the rows that all tell show; zeros show nothing, and where
    no row does, what the figure rests on shows it.
    """
    adds_up, is_part = set(), set()
    for column in {column for _row, column in rest}:
        rows = [cell for cell in rest if cell[1] == column and table.value[cell] > 0]
        lefts = [rest[cell] / table.value[cell] for cell in rows if rest[cell] == rest[cell]]
        lefts = lefts or [rest.get(BASE, float("nan"))]
        if max(map(abs, lefts)) < 1e-6:
            adds_up.add(column)
        elif min(lefts) > -1e-6:
            is_part.add(column)
    return adds_up, is_part
