"""Which numbers of a table must be hidden, so that none that is too small can be worked out from
those that are left.

Fewer than 5 is secret, 5 to 9 carry no percentage (METHOD section 5). What a reader knows is
written as sums (`additive`). As long as these leave a hidden number fewer than three possible
values, by linear programme (`solver`), one more number is hidden.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.article.rules import Rules
from analysis.article.table_export import NOT_NUMBERS
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.additive import BASES, PLACES, sums_of
from analysis.disclosure.secrecy_rules import Limits, is_small, is_spread
from analysis.disclosure.solver import protected

POOLED = ("shrunken",)  # each cell rests on all counts of the table
ABOUT_ONE = "largest"  # a column about one partner: heeded, then left out

SECRET = "s"
MEAN_DECIMALS = 1  # of means of counts


def together(counts: Iterable[int], audience: str = "", limits: Limits = DEFAULTS) -> bool:
    """Whether counts that make a whole may be told side by side: none of them is 1 to 4, or the
    audience is the team.

    >>> together([60, 3], "team"), together([60, 3], "partners"), together([60, 0], "partners")
    (True, False, True)
    """
    return audience == "team" or not any(0 < count < limits["secret_below"] for count in counts)


def counts_of(data: pd.DataFrame, formats: dict[str, str]) -> pd.DataFrame:
    """The columns of a table that count, as numbers."""
    ranks = PLACES | {"low", "high"}  # which are whole numbers only as the interval of a rank
    counts = [
        column for column in data.columns if formats[column] == "integer" and column not in ranks
    ]
    return data[counts].apply(pd.to_numeric, errors="coerce").astype(float)


def secret(
    data: pd.DataFrame,
    formats: dict[str, str],
    n: int,
    rules: Rules = Rules(),
    limits: Limits = DEFAULTS,
    withheld: Iterable[tuple[int, str]] = (),
) -> pd.DataFrame | None:
    """Which cells of the table of an exhibit, resting on `n`, are secret: boolean, same shape; None
    where all must be.

    A count of 1 to 4 is secret, and so is one that its base passes by 1 to 4: those that are not
    counted would be known. What a row derives from its counts goes with them. Zeros are told,
    unless nothing else protects a secret. Cells that are `withheld` (row, column) for what is
    published elsewhere are secret too.

    >>> data = pd.DataFrame({"region": list("abc"), "count": [3, 40, 20]})
    >>> secret(data, {"region": "text", "count": "integer"}, 63)["count"].tolist()
    [True, False, True]
    """
    data = data.reset_index(drop=True)
    numbers = counts_of(data, formats)
    few = limits["secret_below"]
    value = {(row, column): numbers.at[row, column] for column in numbers for row in numbers.index}
    small = {cell for cell, number in value.items() if 0 < number < few}
    first = small.difference(rules.elsewhere)  # what is told elsewhere is no secret here
    first |= {cell for cell in [*withheld, *rules.telling] if cell in value}
    sums = sums_of(data, numbers, n, rules, few)
    protection = protected(value, sums, first, limits, published=rules.elsewhere)
    if protection.solved:
        return None
    hidden = pd.DataFrame(False, index=data.index, columns=data.columns)
    for row, column in {*protection.hidden, *withheld}:
        hidden.loc[row, column] = True
    counts = list(numbers)
    derived = [
        column for column in data.columns if _is_derived(column, formats) and column not in counts
    ]
    closed = hidden.any(axis=1) | _few(numbers, limits["percent_from"])
    closed |= _told_by_shares(data, formats, numbers, n, few) | _dominated(data, rules, limits)
    hidden[derived] = np.repeat(closed.to_numpy()[:, None], len(derived), axis=1)
    for row, column in rules.telling:
        hidden.loc[row, column] = True
    means = [column for column in rules.count_means if column in data.columns]
    hidden[means] |= _told_by_means(numbers, n, few).to_numpy()[:, None]
    measures = [column for column in derived if formats[column] in ("number", "months")]
    hidden[measures] |= _told_again(data[measures], hidden[measures])
    pooled = [column for column in POOLED if column in data.columns]
    if rules.parts:
        wholes = data[rules.parts] == data.at[0, rules.parts]
    else:
        wholes = slice(None)
    hidden[pooled] |= hidden[wholes].any(axis=None)
    if "crude" in data and hidden.loc[data["crude"].isna(), counts].any(
        axis=None
    ):  # contrasts: their counts are sums of these
        hidden.loc[data["crude"].notna(), counts + derived] = True
    # else a blank mean would tell that a hidden count is none
    blank = (
        hidden[list(numbers)].any(axis=1).to_numpy()[:, None] & hidden[means].any(axis=0).to_numpy()
    )
    shown = data.notna()
    shown[means] |= blank
    return hidden & shown


def _told_again(measures: pd.DataFrame, hidden: pd.DataFrame) -> pd.DataFrame:
    """Where a column tells again, in another row, a measure that it hides."""
    again = hidden.copy()
    for column in measures:
        secrets = set(measures.loc[hidden[column], column].dropna()) - {0, 1}
        again[column] = measures[column].isin(secrets)
    return again


def _is_derived(column: str, formats: dict[str, str]) -> bool:
    return column == "beyond_chance" or (
        formats[column] not in NOT_NUMBERS | {"integer"} and column not in PLACES - {"x"}
    )


def _few(numbers: pd.DataFrame, percent_from: float) -> pd.Series:
    """Rows whose base is too small for a percentage: counts only."""
    bases = numbers[[column for column in BASES if column in numbers][:1]]
    return ((bases > 0) & (bases < percent_from)).any(axis=1)


def _told_by_means(numbers: pd.DataFrame, n: int, few: float) -> pd.Series:
    """Rows of which a mean of counts, with its decimals, would leave open fewer than `few` values
    of the sum.
    """
    base = next((numbers[column] for column in BASES if column in numbers), None)
    bases = base
    if base is None:
        bases = pd.Series(float(n), numbers.index)
    return bases * 10.0**-MEAN_DECIMALS < few


def _dominated(data: pd.DataFrame, rules: Rules, limits: Limits) -> pd.Series:
    """Rows with an amount of which one partner holds so much that it would tell that partner's, or
    of which the others are so little that the second could work out the first.
    """
    largest = data.get(ABOUT_ONE, pd.Series(np.nan, data.index)).astype(float)
    two_largest = pd.Series(rules.two_largest or np.nan, data.index, dtype=float)
    second = (two_largest - largest).fillna(0)
    return largest.notna() & ~is_spread(1, largest, second, limits)


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
    small = whole & (is_small(counts, few) | is_small(-counts.sub(base, axis=0), few))
    if {"lower", "higher"} <= set(counts.columns):
        steps = counts[["lower", "share", "higher"]].diff(axis=1).abs()
        small |= is_small(steps.round(), few).reindex(columns=small.columns, fill_value=False)
    return small.any(axis=1)
