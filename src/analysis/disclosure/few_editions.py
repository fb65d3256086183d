"""What a few editions leave of each other: each sum and difference of two to four of them that makes
a set of relations, whatever filters they go by.

`families` ask what a whole and all its parts tell of each that hides something. Here it is asked
what a few editions tell of a set that may have no report at all: it may be no more than what a
report on this set could tell.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import combinations, product
from typing import NamedTuple

import numpy as np

from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import Holders, Table, TableCell
from analysis.disclosure.secrecy_rules import Limits, is_small, may_be_told
from analysis.disclosure.solver import Sum

MOST_EDITIONS = 4  # in a combination
MOST_FOR_ALL = 40  # beyond so many, one fewer: there are too many combinations
MOST_MOVED = 4  # relations that entered, or moved, from one day to another
_AT_ONCE = 20_000  # combinations that are judged together


class SignsOfEditions(NamedTuple):
    """Combinations, a row each, of editions, a column each: 1 for those that are added, -1 for
    those that are subtracted.
    """

    editions: list[Edition]
    signs: np.ndarray


def sums_that_tell(
    tables: Mapping[Edition, Table],
    new: Collection[Edition],
    hidden: Collection[tuple],
    limits: Limits,
) -> list[Sum]:
    """The cells of which a few editions, some of them `new`, tell for a set of relations a count of
    a few, or an amount that may not be told.
    """
    by_name = tuple((name, name.relations) for name in sorted(tables) if name.relations)
    if len(by_name) < 2:
        return []
    combined = signs_of_sets(by_name, frozenset(new))
    cells = sorted(set().union(*(table.value for table in tables.values())))
    if not len(combined.signs) or not cells:
        return []
    of_cells = _Cells.of(combined.editions, tables, cells, hidden)
    return [
        item
        for start in range(0, len(combined.signs), _AT_ONCE)
        for item in _telling(
            SignsOfEditions(combined.editions, combined.signs[start : start + _AT_ONCE]),
            tables,
            of_cells,
            limits,
        )
    ]


@lru_cache(maxsize=50)
def signs_of_sets(
    editions: tuple[tuple[Edition, frozenset[str]], ...], new: frozenset[Edition]
) -> SignsOfEditions:
    """The combinations in which each relation counts once or not at all, and some do, but for a few
    that may have moved between days; none that only adds, and none without a new edition.

    >>> from analysis.disclosure.edition import Edition
    >>> sets = {"other": "bc", "part": "ab", "whole": "abc"}
    >>> names = [Edition("2018-06-27", (("kind", name),)) for name in sets]
    >>> sets = zip(names, map(frozenset, sets.values()))
    >>> signs_of_sets(tuple(sets), frozenset(names)).signs.tolist()
    [[-1, 0, 1], [0, -1, 1], [1, 1, -1]]
    """
    names = [name for name, _relations in editions]
    members = _Members.of(editions)
    is_new = np.array([name in new for name in names])
    most = MOST_EDITIONS - (len(names) > MOST_FOR_ALL)
    of_sizes = [np.zeros((0, len(names)), int)]
    for size in range(2, most + 1):
        places = np.array([*combinations(range(len(names)), size)], int).reshape(-1, size)
        places = places[is_new[places].any(axis=1)]
        for start in range(0, len(places), _AT_ONCE):
            of_sizes += _sets_among(places[start : start + _AT_ONCE], members)
    return SignsOfEditions(names, np.concatenate(of_sizes))


class _Members(NamedTuple):
    """Which editions (rows) have which relations (columns): those alike once, with how many they
    are. `day` is a number for the day of each edition, and its choices of method.
    """

    contains: np.ndarray
    alike: np.ndarray
    day: np.ndarray

    @classmethod
    def of(cls, editions: tuple[tuple[Edition, frozenset[str]], ...]) -> "_Members":
        relations = sorted(frozenset[str]().union(*(each for _name, each in editions)))
        rows = [[relation in each for relation in relations] for _name, each in editions]
        contains, alike = np.unique(np.array(rows, np.int8), axis=1, return_counts=True)
        days = sorted({name.day for name, _relations in editions})
        return cls(contains, alike, np.array([days.index(name.day) for name, _each in editions]))


def _sets_among(places: np.ndarray, members: _Members) -> Iterator[np.ndarray]:
    """Of these editions, as many in each row, the combinations that make a set, as signs."""
    days = members.day[places]
    may_move = np.where((days == days[:, :1]).all(axis=1), 0, MOST_MOVED)
    for signs in product((1, -1), repeat=places.shape[1]):
        if len({*signs}) == 1:
            continue
        times = sum(sign * members.contains[places[:, at]] for at, sign in enumerate(signs))
        is_set = ((times < 0) | (times > 1)) @ members.alike <= may_move
        is_set &= (times == 1).any(axis=1)
        chosen = places[is_set]
        of_editions = np.zeros((len(chosen), len(members.contains)), int)
        np.put_along_axis(of_editions, chosen, np.array(signs)[None, :], axis=1)
        yield of_editions


class _Cells(NamedTuple):
    """The cells of a figure (columns) in each edition (rows): what is told of them, missing where
    nothing is, and who holds the amounts.
    """

    names: list[TableCell]
    numbers: np.ndarray
    is_amount: np.ndarray
    partners: np.ndarray
    first: np.ndarray
    second: np.ndarray

    @classmethod
    def of(
        cls,
        editions: list[Edition],
        tables: Mapping[Edition, Table],
        names: list[TableCell],
        hidden: Collection[tuple],
    ) -> "_Cells":
        """A row that a table does not have is none, unless it lacks the whole column."""
        numbers = np.full((len(editions), len(names)), np.nan)
        holders = np.zeros((3, *numbers.shape))
        nobody = Holders(0, 0.0, 0.0, 0.0)
        for row, edition in enumerate(editions):
            table = tables[edition]
            columns = {column for _row, column in table.value}
            for number, cell in enumerate(names):
                if cell[1] in columns and (edition, *cell) not in hidden:
                    numbers[row, number] = table.value.get(cell, 0.0)
                of_cell = table.holders.get(cell, nobody)
                holders[:, row, number] = (of_cell.partners, of_cell.first, of_cell.second)
        amounts = set().union(*(table.amounts for table in tables.values()))
        is_amount = np.array([cell in amounts for cell in names])
        return cls(names, numbers, is_amount, *holders)


def _telling(
    combined: SignsOfEditions, tables: Mapping[Edition, Table], cells: _Cells, limits: Limits
) -> Iterator[Sum]:
    """The sums by which combinations tell what is too little."""
    signs = combined.signs.astype(float)
    added, subtracted = np.maximum(signs, 0), np.maximum(-signs, 0)
    is_known = (np.abs(signs) @ np.isnan(cells.numbers)) == 0
    remainder = np.where(is_known, signs @ np.nan_to_num(cells.numbers), np.nan)
    is_part = _is_part(remainder, [column for _row, column in cells.names])
    of_wholes = added @ np.nan_to_num(cells.numbers)
    is_few = is_small(remainder, limits["secret_below"]) & ~cells.is_amount
    # what parts hold nothing of, a whole tells itself
    is_untold_amount = (remainder > 1e-6 * of_wholes) & (remainder < of_wholes) & cells.is_amount
    if is_untold_amount.any():
        # partners of several wholes may be the same ones
        of_largest = np.zeros(remainder.shape)
        for edition, partners in enumerate(cells.partners):
            of_largest = np.maximum(of_largest, added[:, [edition]] * partners)
        partners = np.maximum(of_largest - subtracted @ cells.partners, 1)
        first = np.minimum(remainder, added @ cells.first)
        second = np.minimum(remainder - first, added @ cells.second)
        is_untold_amount &= ~may_be_told(partners, remainder, first, second, limits)
    for combination, number in np.argwhere((is_few | is_untold_amount) & is_part):
        row, cell = combined.signs[combination], cells.names[number]
        parts, wholes = (
            [name for name, own in zip(combined.editions, row, strict=True) if own == sign]
            for sign in (-1, 1)
        )
        told_by_parts, told_by_wholes = (
            [(name, *cell) for name in names if cell in tables[name].value]
            for names in (parts, wholes)
        )
        editions = frozenset([*parts, *wholes])
        yield Sum(told_by_parts, None, 0.0, True, tuple(told_by_wholes), editions)


def _is_part(remainders: np.ndarray, columns: list[str]) -> np.ndarray:
    """Of what combinations leave, by cell, whether its column adds up: no more cells of it are less
    than none than are more. Some are where relations moved from day to day; most, where a partner
    counts in several editions.
    """
    is_part = np.ones(remainders.shape, bool)
    for column in {*columns}:
        cells = [cell for cell, name in enumerate(columns) if name == column]
        less, more = (remainders[:, cells] < -1e-6), (remainders[:, cells] > 1e-6)
        is_part[:, cells] = (less.sum(axis=1) <= more.sum(axis=1))[:, None]
    return is_part
