"""What whole and parts tell of the hidden parts together: a number too.

Whole less the parts that show theirs is the amount, or the count, of those that do not. It is told
as any other: an amount must rest on enough partners, of which none could work out another's, and a
count may not be a few.
"""

from collections.abc import Collection, Iterable, Mapping, Set

import pandas as pd

from analysis.disclosure.families import CellOfEdition, Family
from analysis.disclosure.figure_table import Holders
from analysis.disclosure.secrecy_rules import Limits, is_small, may_be_told
from analysis.disclosure.solver import Protection, Sum, rest_of


def amounts_to_hide(
    families: Iterable[Family],
    value: Mapping[CellOfEdition, float],
    hidden: Set[CellOfEdition],
    published: Collection[CellOfEdition],
    limits: Limits,
) -> Protection:
    """Of each amount of a whole whose hidden parts together may not be told, the smallest part that
    can be hidden with them; where there is none, the whole.
    """
    telling = []
    for family in families:
        for cell in family.table.amounts:
            wholes, parts = tuple(family.of_wholes(cell)), family.of_parts(cell)
            if hidden.issuperset(parts) or not hidden.isdisjoint(wholes):
                continue  # all that is told is told by the whole itself
            if not may_be_told_of(_left(family, cell, hidden), limits):
                telling.append(Sum(parts, None, 0.0, True, wholes, family.editions))
    return smallest_of_each(telling, value, hidden, published)


def counts_to_hide(
    sums: Iterable[Sum],
    value: Mapping[CellOfEdition, float],
    hidden: Set[CellOfEdition],
    published: Collection[CellOfEdition],
    limits: Limits,
) -> Protection:
    """Of each count of a whole whose hidden parts are a few together, the smallest part that can be
    hidden with them; where there is none, the whole.
    """
    telling = []
    for item in sums:
        if not item.editions or item.rest or not hidden.isdisjoint(item.subtracted):
            continue
        shown_parts = [cell for cell in item.parts if cell not in hidden]
        of_shown = Sum(shown_parts, item.whole, item.total, False, item.wholes)
        together = rest_of(of_shown, value)
        if is_small(together, limits["secret_below"]):
            telling.append(item)
    return smallest_of_each(telling, value, hidden, published)


def smallest_of_each(
    telling: list[Sum],
    value: Mapping[CellOfEdition, float],
    hidden: Set[CellOfEdition],
    published: Collection[CellOfEdition],
) -> Protection:
    """Of each sum that tells too much the smallest part that can be hidden still, or a whole; and
    the sums of which nothing can. A cell that is chosen for one sum serves the others.
    """
    more: set[CellOfEdition] = set()
    solved = []
    closed = {*hidden, *published}
    for item in telling:
        if not more.isdisjoint(item.cells):
            continue
        free = [cell for cell in item.cells if cell not in closed and value[cell] != 0]
        parts = [cell for cell in free if cell in item.parts]
        if free:
            more.add(min(parts or free, key=lambda cell: (value[cell], cell)))
        else:
            solved.append(item)
    return Protection(more, solved)


def may_be_told_of(holders: list[Holders], limits: Limits) -> bool:
    """Whether an amount held by these together may be told: nobody holds any of it, or enough
    partners do, none of them nearly all, and the second could not work out the first.

    >>> limits = {"secret_below": 5, "dominance": 0.85, "prior_percent": 0.1}
    >>> may_be_told_of([Holders(1, 6000, 6000, 0), Holders(1, 4000, 4000, 0)], limits)
    False
    >>> may_be_told_of([Holders(1, 6000, 6000, 0), Holders(30, 9000, 4000, 3000)], limits)
    True
    """
    if not holders:
        return True
    largest = [amount for holder in holders for amount in (holder.first, holder.second)]
    second, first = sorted(largest)[-2:]
    partners = sum(holder.partners for holder in holders)
    total = sum(holder.amount for holder in holders)
    return bool(may_be_told(partners, total, first, second, limits))


def holders_of_difference(told: float, then: pd.Series, now: pd.Series) -> list[Holders]:
    """Who holds the difference of an amount between two days: each partner what theirs moved by; of
    what the partners' amounts do not explain of a difference that is `told`, one more.

    >>> holders_of_difference(300.0, pd.Series({"a": 5.0, "b": 7.0}), pd.Series({"a": 305.0, "b": 7.0}))
    [Holders(partners=1, amount=300.0, first=300.0, second=0.0)]
    """
    of_partners = now.sub(then, fill_value=0.0).astype(float)
    steps = of_partners.abs().sort_values(ascending=False)
    largest = float(steps.max()) if len(steps) else 0.0
    steps = steps[steps > 1e-9 * largest]
    holders = []
    if len(steps):
        second = float(steps.iloc[1]) if len(steps) > 1 else 0.0
        holders.append(Holders(len(steps), float(steps.sum()), largest, second))
    unexplained = abs(told - of_partners.sum())
    if unexplained > 1e-6 * max(1.0, abs(told)):
        holders.append(Holders(1, unexplained, unexplained, 0.0))
    return holders


def _left(family: Family, cell: tuple, hidden: Collection[CellOfEdition]) -> list[Holders]:
    """Who holds what the shown parts leave of the amount of a whole."""
    whole = family.table.value[cell]
    left, told, holders = whole, [], []
    for name, *_cell in family.of_parts(cell):
        part = family.parts[name]
        held = part.holders.get(cell)
        if (name, *cell) not in hidden:
            left -= part.value[cell]
            told.append(held)
        elif held:
            holders.append(held)
    unknown = left - sum(held.amount for held in holders)
    if family.of_other_days:  # what the parts have more is an amount too, by whom, nobody knows
        unknown = abs(unknown)
    if unknown > 1e-6 * abs(whole):
        holders.append(_of_others(family.table.holders.get(cell), unknown, [*told, *holders]))
    return holders


def _of_others(whole: Holders | None, amount: float, known: list[Holders | None]) -> Holders:
    """Who may hold an amount of which no table says it: as few partners as those of the whole leave
    beside the others, the largest with as much as the largest of the whole.
    """
    if whole is None:
        return Holders(1, amount, amount, 0.0)
    is_told = all(holder is not None and holder.partners == holder.partners for holder in known)
    partners = 1
    if is_told:
        partners = whole.partners - sum(holder.partners for holder in known if holder)
    first = min(amount, whole.first)
    return Holders(max(partners, 1), amount, first, min(amount - first, whole.second))
