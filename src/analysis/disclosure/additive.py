"""What a reader can add up in the table of an exhibit: its rows, its columns, and what it declares.

yes + no = known, the rows of a table add up to its base, a count and those that are not counted
make their base.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.article.rules import Rules
from analysis.disclosure.secrecy_rules import is_small
from analysis.disclosure.solver import Sum

CellPlace = tuple[int, str]  # (row, column)

# Columns that say where or under which rule, not how many.
PLACES = frozenset(
    (
        "month",
        "months",
        "year",
        "cohort",
        "fifth",
        "x",
        "day",
        "tile_column",
        "tile_row",
        "exposure",
        "threshold",
        "rank",
        "rank_partner",
        "rank_group",
        "rank_geometric",
        "rank_best",
        "rank_worst",
        "merged",
        "set aside",
        "impact",
        "effort",
        "largest",
    )
)
BASES = ("known", "base", "asked", "n")
# of a base: the rest is known with them
_PARTS = ("count", "answered", "events", "ended", "renewed", "kept", "partners", "units")
MADE_UP_OF = {"known": ("yes", "no"), "renewed": ("explicit", "tacit")}


def sums_of(
    data: pd.DataFrame, numbers: pd.DataFrame, n: int, rules: Rules, few: float
) -> Iterator[Sum]:
    """Every sum of the table of an exhibit that rests on `n`, along its rows and down its columns;
    cells are (row, column), a row by its place.
    """
    data, numbers = data.reset_index(drop=True), numbers.reset_index(drop=True)
    yield from _along_rows(data, numbers, n)
    yield from _down_columns(data, numbers, n, rules, few)
    if rules.sums:
        yield from rules.sums(data, numbers)


def _along_rows(data: pd.DataFrame, numbers: pd.DataFrame, n: int) -> Iterator[Sum]:
    base = next((column for column in BASES if column in numbers), None)
    for row, values in enumerate(numbers.to_dict("records")):
        told = {column for column, number in values.items() if number == number}
        yield from _made_up(row, values, told, n, "line" in data)
        if base is None or base in told:
            yield from _of_base(row, told, base, n)


def _made_up(
    row: int, values: dict[str, float], told: set[str], n: int, of_lines: bool
) -> Iterator[Sum]:
    """The columns of a row that make another one up, or what the exhibit rests on."""
    names = set(values)
    for whole, parts in MADE_UP_OF.items():
        if {whole, *parts} <= names:
            cells = [(row, part) for part in parts if part in told]
            yield Sum(cells, (row, whole), 0.0, False)
    has_sides = {"yes", "no"} <= names
    if "known" in names and (has_sides or of_lines):
        unknown = []
        if has_sides and "unknown" in told:
            unknown = [(row, "unknown")]
        yield Sum([(row, "known"), *unknown], None, float(n), not unknown)
    elif {"yes", "no"} <= told:
        columns = [column for column in ("yes", "no", "unknown") if column in told]
        total = sum(values[column] for column in columns)
        yield Sum([(row, column) for column in columns], None, total, False)
    if {"read", "kept"} <= names:
        yield Sum([(row, "kept")], (row, "read"), values["kept"] - values["read"], False)


def _of_base(row: int, told: set[str], base: str | None, n: int) -> Iterator[Sum]:
    """The columns of a row that are part of its base: the rest is known with them."""
    for part in _PARTS:
        if part not in told:
            continue
        if base is None:
            yield Sum([(row, part)], None, float(n), True)
        elif part == "answered" and base == "n":  # the same pairs among all that answered
            yield Sum([(row, "n")], (row, part), 0.0, True)
        else:
            yield Sum([(row, part)], (row, base), 0.0, True)


def _headings(data: pd.DataFrame, numbers: pd.DataFrame) -> list[str]:
    """The columns by which a table is arranged, those that only say another one again left out."""
    headings = []
    for column in data.columns:
        is_time = column in ("month", "months", "year", "cohort")
        heads = is_time or not pd.api.types.is_numeric_dtype(data[column])
        if (
            heads
            and column not in numbers
            and any(isinstance(value, int | str | pd.Timestamp) for value in data[column])
        ):
            values = data[column].astype("str")
            again = any(
                data.groupby(candidate, dropna=False)[column].nunique(dropna=False).max() == 1
                for candidate in headings
            )
            if values.nunique() > 1 and not again:
                headings.append(column)
    return headings


def _down_columns(
    data: pd.DataFrame, numbers: pd.DataFrame, n: int, rules: Rules, few: float
) -> Iterator[Sum]:
    """Rows that add up to their base or to what the exhibit rests on, within each heading."""
    headings = _headings(data, numbers)
    counts = {column: numbers[column].to_numpy(float) for column in numbers}
    added = [column for column in numbers.columns if column not in BASES or column == "n"]
    for size in range(max(len(headings), 1)):
        for by in combinations(headings, size):
            groups = [np.arange(len(data))]
            if by:
                groups = data.groupby(list(by), dropna=False).indices.values()
            for rows in [rows for rows in groups if len(rows) > 1]:
                if not rules.parts or data.at[rows[0], rules.parts] == data.at[0, rules.parts]:
                    always = rules.total and not by
                    yield from _total(counts, rows, added, n, few, always)
    if rules.margin:
        margins = data.groupby(rules.margin).indices.values()
        for rows in [rows for rows in margins if len(rows) > 1]:
            yield from _total(counts, rows, added, n, few, always=True)


def shares_of_one(data: pd.DataFrame, formats: Mapping[str, str]) -> Iterator[list[CellPlace]]:
    """The cells (row, column) of shares that add up to one, under each value of a heading or in
    all: one of them that is hidden alone, the others tell.

    >>> data = pd.DataFrame({"label": list("abc"), "share": [0.2, 0.3, 0.5]})
    >>> list(shares_of_one(data, {"label": "text", "share": "percent"}))
    [[(0, 'share'), (1, 'share'), (2, 'share')]]
    """
    headings = [column for column in data.columns if formats[column] == "text"]
    groups = [np.arange(len(data))]
    for heading in headings:
        groups += data.groupby(heading, dropna=False).indices.values()
    shares = [name for name in data if formats[name] == "percent" and name not in PLACES]
    for column in shares:
        values = pd.to_numeric(data[column], errors="coerce").to_numpy(float)
        for rows in groups:
            if len(rows) > 1 and abs(np.nansum(values[rows]) - 1) < 1e-6:
                yield [(int(row), column) for row in rows if values[row] > 0]


def _total(
    counts: Mapping[str, np.ndarray],
    rows: np.ndarray,
    added: list[str],
    n: int,
    few: float,
    always: bool,
) -> Iterator[Sum]:
    """The sums of several rows, where they are the base of these or are always told."""
    bases = [counts[column][rows] for column in BASES if column in counts]
    totals = {float(n)} | {base[0] for base in bases if (base == base[0]).all()}
    sums = {column: np.nansum(counts[column][rows]) for column in added}
    if not always and totals.isdisjoint(sums.values()):
        return
    for column in added:
        if always and is_small(sums[column], few):
            continue  # a sum that is small itself is told nowhere
        known_rows = rows[~np.isnan(counts[column][rows])].tolist()
        yield Sum([(row, column) for row in known_rows], None, sums[column], False)
