"""What other figures, or its other views, tell of sums of a figure's cells (`Rules.sums`)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations

import pandas as pd

from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.secrecy_rules import is_small
from analysis.disclosure.solver import Sum

_FEW = DEFAULTS["secret_below"]
_CLASSES_UP_TO_TWO = 2  # of F10: 1 to 1.5 equal sources, and 1.5 to 2


def end_classes(data: pd.DataFrame, numbers: pd.DataFrame) -> Iterator[Sum]:
    """Of F13: the pairs far apart, in its two end classes, are those that F8 counts on its line
    (and the title as a share), unless they are too few to be told there.
    """
    classes = data.index[data["view"] == data["view"].iloc[0]]
    ends = [int(classes[0]), int(classes[-1])]
    total = numbers.loc[ends, "n"].sum()
    if not is_small(total, _FEW):
        yield Sum([(row, "n") for row in ends], None, total, False)


def one_side_alone(
    data: pd.DataFrame, numbers: pd.DataFrame, pairs: Mapping[str, int]
) -> Iterator[Sum]:
    """Of T3: of the relations for which a side answered, F13 and F14 count the pairs of each wave,
    for which the other side did too.
    """
    for row, wave in data["wave"].items():
        if pairs.get(wave):
            yield Sum([], (row, "answered"), -float(pairs[wave]), True)


def flagged(data: pd.DataFrame, numbers: pd.DataFrame) -> Iterator[Sum]:
    """Of F11: each flag of a partner is a yes of one ratio, so that the numbers of flags, each so
    many times, and the no of all ratios make their bases (but for partners of whom a ratio is
    unknown); and those with a flag are counted in the reading, which tells those without.
    """
    is_ratio = data["view"] == data["view"].iloc[0]
    yes, no = numbers["yes"], numbers["no"]
    by_number = list(numbers.index[~is_ratio])  # of no flag, of one, and so on
    parts = [(row, "yes") for times, row in enumerate(by_number) for _ in range(times)]
    flags = sum(times * yes[row] for times, row in enumerate(by_number))
    ratios = list(numbers.index[is_ratio & no.notna()])
    left = yes[ratios].sum() - flags
    bases = float(yes[ratios].sum() + no[ratios].sum())
    yield Sum([*parts, *((row, "no") for row in ratios)], None, bases, bool(left > 0))
    none = by_number[0]
    if not is_small(yes[none], _FEW):  # beside those with a flag, which it is no use to hide
        yield Sum([(none, "yes")], None, float(yes[none]), False)


def told_by_bases(ratios: pd.DataFrame, enough: float) -> tuple[tuple[int, str], ...]:
    """The cells of F11 (`Rules.elsewhere`) with those of whom a ratio is unknown that bases tell, of
    all who have accounts: F10 rests on those whose concentration is known, if they are `enough` for
    it; F11 on those whose four ratios are, which leaves those of the only ratio that is unknown of
    some. Were they a secret, the yes or the no of that ratio would be hidden in vain.

    >>> told_by_bases(pd.DataFrame({"known": [40, 37], "unknown": [0, 3]}, ["margin", "hhi"]), 10)
    ((1, 'unknown'),)
    >>> told_by_bases(pd.DataFrame({"known": [12, 9], "unknown": [1, 4]}, ["margin", "hhi"]), 10)
    ()
    >>> told_by_bases(pd.DataFrame({"known": [8, 9], "unknown": [1, 0]}, ["margin", "hhi"]), 10)
    ((0, 'unknown'),)
    """
    is_unknown = ratios["unknown"].gt(0).to_numpy()
    is_told = is_unknown & (is_unknown.sum() == 1)
    is_told |= (ratios.index == "hhi") & ratios["known"].ge(enough).to_numpy()
    return tuple((int(row), "unknown") for row in is_told.nonzero()[0])


def first_rows(data: pd.DataFrame, numbers: pd.DataFrame, rows: int) -> Iterator[Sum]:
    """Of F24: its first rows are the projects compared, whatever is published of others beside
    them; their changes of scale are counted by the scope, unless they are too few.
    """
    compared = list(numbers.index[:rows])
    for column in ("events", "n"):
        total = float(numbers.loc[compared, column].sum())
        if not is_small(total, _FEW):
            yield Sum([(row, column) for row in compared], None, total, False)


def nested_traits(
    data: pd.DataFrame, numbers: pd.DataFrame, members: Sequence[frozenset]
) -> Iterator[Sum]:
    """Of T2: where each value of a trait lies in one value of another, as legal forms do in their
    families, those in it make that one up.
    """
    rows_of = {trait: list(rows) for trait, rows in data.groupby("trait").indices.items()}
    pairs = [(rows_of[one], rows_of[other]) for one, other in permutations(rows_of, 2)]
    for wholes, rows in [(wholes, rows) for wholes, rows in pairs if len(wholes) > 1]:
        within = {
            whole: [row for row in rows if members[row] <= members[whole]] for whole in wholes
        }
        if sum(len(parts) for parts in within.values()) < len(rows):
            continue
        for whole, parts in within.items():
            count = sum(len(members[row]) for row in parts)
            if parts and count == len(members[whole]):
                yield Sum([(row, "partners") for row in parts], (whole, "partners"), 0.0, False)


def halves(data: pd.DataFrame, numbers: pd.DataFrame, concentrated: Iterable[int]) -> Iterator[Sum]:
    """Of F10: who lives on no more than two equal sources has half or more from one line of
    revenue, and hardly anybody else has. Those of each line and those of the other classes make all
    partners. The `concentrated`, of the first classes up to the threshold, are counted by F8 and by
    the words, and those up to a threshold that T5 moves by T5.
    """
    is_class = data["view"] == data["view"].iloc[0]
    classes, by_line = numbers.index[is_class], numbers.index[~is_class]
    cells = [(row, "count") for row in (*classes[_CLASSES_UP_TO_TWO:], *by_line)]
    yield Sum(cells, None, float(sum(numbers.at[cell] for cell in cells)), False)
    up_to = numbers.loc[classes, "count"].cumsum()
    for count in concentrated:
        within = list(classes[(up_to <= count).to_numpy()])
        if within and up_to[within[-1]] == count and not is_small(count, _FEW):
            yield Sum([(row, "count") for row in within], None, float(count), False)


def terms_of_line(data: pd.DataFrame, numbers: pd.DataFrame, months: int) -> Iterator[Sum]:
    """Of F12: the terms passed and those of the next months are the relations that F8 counts on
    its line of terms, unless they are too few to be told there.
    """
    rows = data.index[data["month"] <= months]
    total = float(numbers.loc[rows, "without"].sum())
    if not is_small(total, _FEW):
        yield Sum([(row, "without") for row in rows], None, total, False)
