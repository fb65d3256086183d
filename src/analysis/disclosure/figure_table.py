"""The counts and amounts of one figure of one edition, and the sums that its exhibit declares."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any, NamedTuple

import pandas as pd

from analysis.article.rules import Rules
from analysis.article.table_export import NOT_NUMBERS
from analysis.disclosure.additive import BASES, PLACES, sums_of
from analysis.disclosure.cell_suppression import counts_of
from analysis.disclosure.cliffs import reached
from analysis.disclosure.secrecy_rules import Limits
from analysis.disclosure.solver import Sum

TableCell = tuple[str, str]  # row, column
_KEYS = frozenset(("month", "months", "year", "cohort", "fifth", "day"))  # say which row
_CURVES = ("stratum", "cause", "state")  # say which curve
_COURSES = frozenset(("survival", "incidence", "state", "running"))  # what is told month by month
AMOUNTS = ("quantity",)
BETWEEN_LABELS = " | "  # of the name of a row
BASE = ("", "n")  # the cell of what a figure rests on
WORDS = "words"
KEY_FACTS = "T8"  # what key numbers rest on, by the names of facts
OPENING = "opening"  # the words above a page, as a figure of their own


class Holders(NamedTuple):
    """By how many partners an amount is held, and how much of it the two largest hold."""

    partners: float
    amount: float
    first: float
    second: float


class RowOfCurve(NamedTuple):
    """What a row of a curve tells beside its counts: its curve and month, the survival by then, and,
    where words tell both sides of a cliff, what ran just ahead of that month.
    """

    curve: str
    month: float
    survival: float | None = None
    reached: float | None = None


@dataclass
class Table:
    """The counts and amounts of one figure: cells are (row, column), a row known by its labels.

    A value that is hidden in an edition released before is missing. `places` are the cells as the
    figure's own table names them; `holders` say of an amount by how many partners it is held, and
    the amounts of the two largest; `facts` are what a row of a curve or of amounts states, by row,
    and `times` what it tells beside its counts; `ends` are how many ended, by curve and month, which
    no ledger keeps; `no_secret` are hidden cells that others may tell, since they are hidden for what they tell together; it counts no relations
    (`Rules.of_other_units`), or relations and nothing else (`of_relations`).
    """

    value: dict[tuple[str, str], float]
    hidden: set[tuple[str, str]]
    amounts: set[tuple[str, str]] = field(default_factory=set)
    sums: list[Sum] = field(default_factory=list)
    places: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    holders: dict[tuple[str, str], Holders] = field(default_factory=dict)
    facts: dict[str, set[str]] = field(default_factory=dict)
    times: dict[str, RowOfCurve] = field(default_factory=dict)
    ends: dict[str, pd.Series] = field(default_factory=dict, compare=False)
    no_secret: set[tuple[str, str]] = field(default_factory=set)
    of_other_units: bool = False
    of_relations: bool = False

    def copy(self) -> "Table":
        """The same table, in which more may be hidden or told together."""
        return replace(self, value={**self.value}, hidden={*self.hidden}, sums=[*self.sums])

    def record(self) -> dict[str, Any]:
        """What was published of it, as a file can hold it: hidden values are not in it; of amounts
        that were shown it says how many hold them, and in tenths no less than what the largest
        does.
        """
        cells = [
            [*cell, None if cell in self.hidden else value] for cell, value in self.value.items()
        ]
        # all of them: what parts of another release leave adds up as the whole does
        sums = [[item.parts, item.whole, item.total, item.rest] for item in self.sums]
        held = [
            [*cell, holders.partners, ceil(10 * holders.first / holders.amount) / 10]
            for cell, holders in sorted(self.holders.items())
            if cell not in self.hidden and holders.amount > 0
        ]
        closed = {row for row, _column in self.hidden}
        times = [[row, *time] for row, time in self.times.items() if row not in closed]
        record = {"cells": cells, "amounts": sorted(self.amounts), "sums": sums, "held": held}
        return record | ({"times": times} if times else {})

    def as_known(self, now: "Table") -> "Table":
        """The table as it was released, with what it hid as the same data tell it `now`."""
        unknown = {
            cell: now.value[cell] for cell in self.hidden & now.value.keys() if cell in self.value
        }
        return replace(self, value=self.value | unknown, holders=now.holders)

    def without_bases(self) -> "Table":
        """The same without what its counts are of, which counts of words do not tell themselves."""
        counts = {cell: number for cell, number in self.value.items() if cell[1] != BASE[1]}
        return replace(self, value=counts)

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> "Table":
        """A table as it was released."""
        value = {
            (row, column): float("nan") if number is None else float(number)
            for row, column, number in record["cells"]
        }
        sums = [
            Sum([tuple(part) for part in parts], tuple(whole) if whole else None, total, any(rest))
            for parts, whole, total, *rest in record["sums"]
        ]
        hidden = {cell for cell, number in value.items() if number != number}
        holders = {
            (row, column): Holders(partners, value[row, column], *[share * value[row, column]] * 2)
            for row, column, partners, share in record.get("held", ())
        }
        amounts = {tuple(cell) for cell in record["amounts"]}
        times = {row: RowOfCurve(*time) for row, *time in record.get("times", ())}
        return cls(value, hidden, amounts, sums, holders=holders, times=times)


def window(day: pd.Timestamp, months: int) -> str:
    """The calendar month in which a month ahead of a day ends: editions of two days are compared by
    it, for the third month ahead of May is the second ahead of June. What is past has no month.

    >>> window(pd.Timestamp("2018-05-27"), 3), window(pd.Timestamp("2018-06-27"), 2)
    ('2018-08', '2018-08')
    """
    if months:
        return f"{day + pd.DateOffset(months=int(months)):%Y-%m}"
    return "past"


BEYOND = "beyond"  # the row of what a curve states where it is told no more


def table_of(exhibit, data: pd.DataFrame, hidden: pd.DataFrame, limits: Limits) -> Table:
    """The table of an exhibit: `data` before anything is hidden in it, and what its own rules hide.

    A share that is a count of its base is a count of that name.
    """
    numbers = counts_of(data, exhibit.formats)
    dated = data
    if exhibit.rules.months_ahead:
        windows = [window(exhibit.day, month) for month in data["month"]]
        dated = data.assign(month=windows)
    names = _row_names(dated, exhibit.formats)
    columns = {column: numbers[column] for column in numbers} | _shares_as_counts(
        data, exhibit.formats, numbers, exhibit.n
    )
    columns |= {column: data[column].astype(float) for column in AMOUNTS if column in data}
    table = Table({BASE: float(exhibit.n)}, set(), of_other_units=exhibit.rules.of_other_units)
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
                table.holders[cell] = _holders(exhibit.rules, data, row, float(number))
    if "survival" in data:
        table.facts = _facts_of_rows(exhibit.states, data["survival"], names)
    for row, amount in exhibit.rules.amounts.items():
        table.facts.setdefault(names[row], set()).add(amount)
    table.times = _times_of_rows(exhibit, data, names)
    table.ends = _ends_of_curves(exhibit.data)
    few = limits["secret_below"]
    own_sums = sums_of(data, numbers, exhibit.n, exhibit.rules, few)
    table.sums = [_renamed(item, names) for item in own_sums]
    return table


def _facts_of_rows(
    states: Mapping[str, float], measures: pd.Series, names: list[str]
) -> dict[str, set[str]]:
    """What an exhibit states of a measure, by the first row that tells it; a survival that no row
    tells, since few are followed so long, beyond them.
    """
    facts: dict[str, set[str]] = {}
    for fact, value in states.items():
        rows = [name for name, measure in zip(names, measures, strict=True) if measure == value]
        if rows or fact.startswith("survival."):
            facts.setdefault(rows[0] if rows else BEYOND, set()).add(fact)
    return facts


def _times_of_rows(exhibit, data: pd.DataFrame, names: list[str]) -> dict[str, RowOfCurve]:
    """What each row of a curve tells beside its counts, its shares as exactly as they are read."""
    curve = next((data[name] for name in _CURVES if name in data), pd.Series("", data.index))
    month = next((data[name] for name in ("months", "month") if name in data), None)
    if month is None or not (_COURSES & set(data.columns)):
        return {}
    if pd.api.types.is_datetime64_any_dtype(month):
        month = month.dt.year * 12 + month.dt.month
    decimals = len(str(exhibit.n))
    if "survival" in data:
        shares = [data["survival"], reached(exhibit, data)]
    else:
        shares = [pd.Series(float("nan"), data.index)] * 2
    rows = zip(names, curve, month, *(_as_read(share, decimals) for share in shares), strict=True)
    return {row: RowOfCurve(str(of), float(at), *told) for row, of, at, *told in rows}


def _as_read(shares: pd.Series, decimals: int) -> list[float | None]:
    """Shares with the decimals that they are told with; None where none is."""
    return [None if share != share else float(share) for share in shares.round(decimals)]


def _ends_of_curves(data: pd.DataFrame) -> dict[str, pd.Series]:
    if not {"stratum", "months", "ended"} <= set(data):
        return {}
    ended = data.set_index("months").groupby("stratum", sort=False)["ended"]
    return {str(name): ends for name, ends in ended}


def _holders(rules: Rules, data: pd.DataFrame, row: int, amount: float) -> Holders:
    """Who holds the amount of a row; one partner all of it where the exhibit does not say."""
    if not {"partners", "largest"} <= set(data.columns):
        return Holders(1, amount, amount, 0.0)
    first = float(data.at[row, "largest"])
    of_two = rules.two_largest[row] if rules.two_largest else 1.0
    partners = float(data.at[row, "partners"])
    return Holders(partners, amount, first * amount, (of_two - first) * amount)


def counted(counts: Mapping[tuple[str, str], float]) -> Table:
    """A table of counts that have no rows of their own: of words, of a header, of key numbers."""
    return Table(dict(counts), set())


def _row_names(data: pd.DataFrame, formats: Mapping[str, str]) -> list[str]:
    """The rows by their labels; rows of the same labels by their order too.

    A line is itself under any threshold, which its label says.
    """
    if "line" in data and data["line"].is_unique:
        return data["line"].astype("str").tolist()
    labels = [
        column
        for column in data.columns
        if column in _KEYS or (formats[column] in NOT_NUMBERS and column != "beyond_chance")
    ]
    if not labels:
        return [str(row) for row in range(len(data))]
    texts = data[labels].astype("str").fillna("").agg(BETWEEN_LABELS.join, axis=1)
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
    if item.whole is None:
        whole = None
    else:
        whole = (names[item.whole[0]], item.whole[1])
    return Sum(parts, whole, item.total, item.rest)
