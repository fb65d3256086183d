"""Which numbers of a table must be hidden, so that none that is too small can be worked out from
those that are left.

Fewer than 5 is secret, 5 to 9 carry no percentage (METHOD section 5). What a reader knows is
written as sums between counts: yes + no = known, the rows of a table add up to its base, a count
and those that are not counted make their base. As long as these sums leave a hidden number fewer
than three possible values, by linear programme, one more number is hidden.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.article.exhibit import Rules
from analysis.declare.conventions import DEFAULTS

Limits = Mapping[str, float]  # the conventions in force, those of disclosure among them

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
PARTS = (
    "count",
    "answered",
    "events",
    "ended",
    "renewed",
    "kept",
    "partners",
    "units",
)  # of a base: the rest is known with them
POOLED = ("shrunken",)  # each cell rests on all counts of the table

SECRET = "s"

Cell = tuple[int, str]


class Sum(NamedTuple):
    """What a reader knows: parts, less the whole where it is a cell too, are `total`; with `rest`,
    up to what is not told.
    """

    parts: list[Cell]
    whole: Cell | None
    total: float
    rest: bool


def together(counts: Iterable[int], audience: str = "", limits: Limits = DEFAULTS) -> bool:
    """Whether counts that make a whole may be told side by side: none of them is 1 to 4, or the
    audience is the team.

    >>> together([60, 3], "team"), together([60, 3], "partners"), together([60, 0], "partners")
    (True, False, True)
    """
    return audience == "team" or not any(0 < count < limits["secret_below"] for count in counts)


def secret(
    data: pd.DataFrame,
    formats: dict[str, str],
    n: int,
    rules: Rules = Rules(),
    limits: Limits = DEFAULTS,
) -> pd.DataFrame | None:
    """Which cells of the table of an exhibit, resting on `n`, are secret: boolean, same shape; None
    where all must be.

    A count of 1 to 4 is secret, and so is one that its base passes by 1 to 4: those that are not
    counted would be known. What a row derives from its counts goes with them. Zeros are told,
    unless nothing else protects a secret.

    >>> data = pd.DataFrame({"region": list("abc"), "count": [3, 40, 20]})
    >>> secret(data, {"region": "text", "count": "integer"}, 63)["count"].tolist()
    [True, False, True]
    """
    data = data.reset_index(drop=True)
    ranks = PLACES | {"low", "high"}  # which are whole numbers only as the interval of a rank
    counts = [
        column for column in data.columns if formats[column] == "integer" and column not in ranks
    ]
    numbers = data[counts].apply(pd.to_numeric, errors="coerce").astype(float)
    few = limits["secret_below"]
    cells = _protected(numbers, list(_sums(data, numbers, n, rules, few)), limits)
    if cells is None:
        return None
    hidden = pd.DataFrame(False, index=data.index, columns=data.columns)
    for row, column in cells:
        hidden.loc[row, column] = True
    derived = [
        column for column in data.columns if _is_derived(column, formats) and column not in counts
    ]
    closed = (
        hidden[counts].any(axis=1)
        | _few(numbers, limits["percent_from"])
        | _told_by_shares(data, formats, numbers, n, few)
        | _dominated(data, limits["dominance"])
    )
    hidden[derived] = np.repeat(closed.to_numpy()[:, None], len(derived), axis=1)
    pooled = [column for column in POOLED if column in data.columns]
    wholes = data[rules.parts] == data.at[0, rules.parts] if rules.parts else slice(None)
    hidden[pooled] |= hidden[wholes].any(axis=None)
    if "crude" in data and hidden.loc[data["crude"].isna(), counts].any(
        axis=None
    ):  # contrasts: their counts are sums of these
        hidden.loc[data["crude"].notna(), counts + derived] = True
    return hidden & data.notna()


def _is_derived(column: str, formats: dict[str, str]) -> bool:
    return column == "beyond_chance" or (
        formats[column] not in ("text", "date", "integer") and column not in PLACES - {"x"}
    )


def _few(numbers: pd.DataFrame, percent_from: float) -> pd.Series:
    """Rows whose base is too small for a percentage: counts only."""
    bases = numbers[[column for column in BASES if column in numbers][:1]]
    return ((bases > 0) & (bases < percent_from)).any(axis=1)


def _dominated(data: pd.DataFrame, dominance: float) -> pd.Series:
    """Rows with an amount of which one partner holds so much that it would tell that partner's."""
    largest = data["largest"] if "largest" in data else pd.Series(np.nan, data.index)
    return largest.astype(float) > dominance


def _told_by_shares(
    data: pd.DataFrame, formats: dict[str, str], numbers: pd.DataFrame, n: int, few: float
) -> pd.Series:
    """Rows with a share that is a small count of its base, or two shares of nested groups that a
    small count tells apart.
    """
    base = next(
        (numbers[column] for column in BASES if column in numbers), pd.Series(float(n), data.index)
    )
    shares = data[
        [column for column in data.columns if formats[column] == "percent" and column not in PLACES]
    ]
    counts = shares.apply(pd.to_numeric, errors="coerce").astype(float).mul(base, axis=0)
    whole = (counts - counts.round()).abs() < 1e-6
    small = whole & (_small(counts, few) | _small(-counts.sub(base, axis=0), few))
    if {"lower", "higher"} <= set(counts.columns):
        steps = counts[["lower", "share", "higher"]].diff(axis=1).abs()
        small |= _small(steps.round(), few).reindex(columns=small.columns, fill_value=False)
    return small.any(axis=1)


def _small(values, few: float):
    return (values > 0.5) & (values < few - 0.5)


# ---- what a reader knows
def _sums(
    data: pd.DataFrame, numbers: pd.DataFrame, n: int, rules: Rules, few: float
) -> Iterator[Sum]:
    yield from _along_rows(data, numbers, n)
    yield from _down_columns(data, numbers, n, rules, few)
    if rules.sums:
        yield from rules.sums(data, numbers)


def _along_rows(data: pd.DataFrame, numbers: pd.DataFrame, n: int) -> Iterator[Sum]:
    column_names = set(numbers.columns)
    base = next((column for column in BASES if column in column_names), None)
    for row, values in enumerate(numbers.to_dict("records")):
        based = base is None or values[base] == values[base]
        whole, total = ((row, base), 0.0) if base else (None, float(n))
        if {"yes", "no"} <= column_names:
            stated = [column for column in ("yes", "no") if values[column] == values[column]]
            unknown = (
                ["unknown"]
                if "unknown" in column_names and values["unknown"] == values["unknown"]
                else []
            )
            if "known" in column_names:
                yield Sum([(row, column) for column in stated], (row, "known"), 0.0, False)
                yield Sum(
                    [(row, "known"), *((row, column) for column in unknown)],
                    None,
                    float(n),
                    not unknown,
                )
            elif len(stated) == 2:
                together = sum(values[column] for column in stated + unknown)
                yield Sum([(row, column) for column in stated + unknown], None, together, False)
        elif "known" in column_names and "line" in data:
            yield Sum([(row, "known")], None, float(n), True)
        for part in PARTS:
            if part in column_names and values[part] == values[part] and based:
                nested = (
                    part == "answered" and base == "n"
                )  # the same pairs among all that answered
                yield (
                    Sum([(row, "n")], (row, part), 0.0, True)
                    if nested
                    else Sum([(row, part)], whole, total, True)
                )
        if {"renewed", "explicit", "tacit"} <= column_names:
            yield Sum([(row, "explicit"), (row, "tacit")], (row, "renewed"), 0.0, False)
        if {"read", "kept"} <= column_names:
            yield Sum([(row, "kept")], (row, "read"), values["kept"] - values["read"], False)


def _headings(data: pd.DataFrame, numbers: pd.DataFrame) -> list[str]:
    """The columns by which a table is arranged, those that only say another one again left out."""
    headings = []
    for column in data.columns:
        heads = column in (
            "month",
            "months",
            "year",
            "cohort",
        ) or not pd.api.types.is_numeric_dtype(data[column])
        if (
            heads
            and column not in numbers
            and data[column].map(lambda value: isinstance(value, int | str | pd.Timestamp)).any()
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
    added = [column for column in numbers.columns if column not in BASES or column == "n"]
    for size in range(max(len(headings), 1)):
        for by in combinations(headings, size):
            groups = (
                data.groupby(list(by), dropna=False).indices.values()
                if by
                else [np.arange(len(data))]
            )
            for rows in groups:
                if not rules.parts or data.at[rows[0], rules.parts] == data.at[0, rules.parts]:
                    always = rules.total and not by
                    yield from _total(numbers.iloc[rows], added, n, few, always)
    if rules.margin:
        for rows in data.groupby(rules.margin).indices.values():
            yield from _total(numbers.iloc[rows], added, n, few, always=True)


def _total(rows: pd.DataFrame, added: list[str], n: int, few: float, always: bool) -> Iterator[Sum]:
    totals = {float(n)} | {
        rows[column].iloc[0]
        for column in BASES
        if column in rows and rows[column].nunique(dropna=False) == 1
    }
    sums = rows[added].sum()
    if len(rows) > 1 and (always or any(value in totals for value in sums)):
        for column in added:
            if not (
                always and _small(sums[column], few)
            ):  # a sum that is small itself is told nowhere
                yield Sum(
                    [(row, column) for row in rows.index[rows[column].notna()]],
                    None,
                    sums[column],
                    False,
                )


# ---- how much is left open
def _protected(numbers: pd.DataFrame, sums: list[Sum], limits: Limits) -> set[Cell] | None:
    """The cells to hide so that no small count, told or not, can be worked out; None where no more
    can be hidden.
    """
    few, open_values = limits["secret_below"], limits["open_values"]
    value = {(row, column): numbers.at[row, column] for column in numbers for row in numbers.index}
    sums = [
        item for item in sums if not item.rest or _small(_rest(item, value), few)
    ]  # a large rest says nothing of its part
    hidden = {cell for cell, number in value.items() if 0 < number < few}
    nil = {
        cell for item in sums if not any(value[part] for part in item.parts) for cell in item.parts
    }  # told by a sum of zero

    def size(cell: Cell) -> tuple:
        return (value[cell] == 0, value[cell], cell)

    done = False
    while not done:
        done = True
        for together in _together(sums, hidden):
            narrow = list(_narrow(together, value, hidden, open_values))
            more = {_next(where, size, hidden | nil) for where in narrow} - {None}
            if narrow and not more:
                return None
            hidden |= (
                {min(more, key=size)} if more else set()
            )  # one at a time: it may open the others too
            done &= not narrow
    return hidden


def _rest(one: Sum, value: dict[Cell, float]) -> float:
    return (
        one.total + (value[one.whole] if one.whole else 0) - sum(value[part] for part in one.parts)
    )


def _next(where: list[Sum], size: Callable[[Cell], tuple], closed: set[Cell]) -> Cell | None:
    """The next cell to hide in some sums: the smallest part, zeros after the others; the whole only
    where no part is left.
    """
    parts = [cell for item in where for cell in item.parts if cell not in closed]
    wholes = [item.whole for item in where if item.whole and item.whole not in closed]
    return min(parts or wholes, key=size, default=None)


def _together(sums: list[Sum], hidden: set[Cell]) -> list[list[Sum]]:
    """The sums with something secret in them, those that share a hidden cell together."""
    groups: list[tuple[set[Cell], list[Sum]]] = []
    for item in sums:
        hidden_cells = {cell for cell in [*item.parts, item.whole] if cell in hidden}
        if hidden_cells or item.rest:
            near = [group for group in groups if group[0] & hidden_cells]
            groups = [group for group in groups if not group[0] & hidden_cells]
            groups.append(
                (
                    hidden_cells.union(*(cells for cells, _sums in near)),
                    [
                        *(
                            group_sum
                            for _cells, sums_of_group in near
                            for group_sum in sums_of_group
                        ),
                        item,
                    ],
                )
            )
    return [sums_of_group for _cells, sums_of_group in groups]


def _narrow(
    sums: list[Sum], value: dict[Cell, float], hidden: set[Cell], open_values: float
) -> Iterator[list[Sum]]:
    """For each secret of these sums with too few possible values, the sums that it stands in."""
    cells = sorted({cell for item in sums for cell in [*item.parts, item.whole] if cell in hidden})
    unknown = [*cells, *(position for position, item in enumerate(sums) if item.rest)]
    at = {name: column for column, name in enumerate(unknown)}
    matrix, targets = np.zeros((len(sums), len(unknown))), np.zeros(len(sums))
    for row, item in enumerate(sums):
        targets[row] = item.total
        for cell, sign in [
            *((part, 1) for part in item.parts),
            *([(item.whole, -1)] if item.whole else []),
        ]:
            if cell in hidden:
                matrix[row, at[cell]] += sign
            else:
                targets[row] -= sign * value[cell]
        if item.rest:
            matrix[row, at[row]] = 1
    least = np.array(
        [
            0 if isinstance(name, int) or any(value[cell] == 0 for cell in cells) else 1
            for name in unknown
        ]
    )
    truth = np.array(
        [_rest(sums[name], value) if isinstance(name, int) else value[name] for name in unknown]
    )
    for column in np.flatnonzero(~_exchanged(matrix, truth - least, open_values)):
        low, high = _interval(matrix, targets, least, column)
        if np.floor(high + 1e-6) - np.ceil(low - 1e-6) < open_values - 1:
            yield [sums[row] for row in np.flatnonzero(matrix[:, column])]


def _exchanged(matrix: np.ndarray, above: np.ndarray, open_values: float) -> np.ndarray:
    """Which unknowns are surely open: they stand in the same sums as others, with enough among them
    to be shared out otherwise.
    """
    _columns, kind, many = np.unique(matrix, axis=1, return_inverse=True, return_counts=True)
    kind = kind.ravel()
    return (many[kind] > 1) & (np.bincount(kind, above)[kind] >= open_values - 1)


def _interval(
    matrix: np.ndarray, right: np.ndarray, least: np.ndarray, column: int
) -> tuple[float, float]:
    """Between what an unknown lies, where matrix x unknowns = right and each is its least or more."""
    from scipy.optimize import linprog

    aim = np.eye(len(least))[column]
    ends = [
        linprog(
            sign * aim,
            A_eq=matrix,
            b_eq=right,
            bounds=[(low, None) for low in least],
            method="highs",
        )
        for sign in (1, -1)
    ]
    return tuple(
        sign * end.fun if end.status == 0 else -sign * np.inf
        for sign, end in zip((1, -1), ends, strict=True)
    )
