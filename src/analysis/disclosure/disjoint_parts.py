"""Parts of a whole that share nothing: what such a set leaves of the whole is known with both."""

from collections.abc import Iterator, Mapping
from itertools import combinations, groupby, islice
from operator import attrgetter

from analysis.disclosure.figure_table import Edition

_MOST_SETS = 200  # of one day: beyond those, parts overlap in more ways than a reader would try


def sets_apart(
    whole: Edition, editions: list[Edition], completing: list[Edition]
) -> list[list[Edition]]:
    """Sets of parts of a whole that share nothing, as large as can be: all those of the day of the
    whole, and for parts of other days those that they make with their day, or else with the nearest
    to the day of the whole. A set of the day of the whole is also completed by parts of each other
    day that has a whole of its own, and by those of all such days, the nearest first.
    """
    sets: dict[frozenset[Edition], list[Edition]] = {}

    def nearness(name: Edition) -> tuple:
        return (name.day != whole.day, whole.days_from(name), name)

    in_order = sorted(editions, key=nearness)
    by_day = groupby(sorted(completing), key=attrgetter("day"))
    completed_by = [list(names) for _day, names in by_day]
    completed_by += [sorted(completing, key=nearness)] if completing else []
    shares_nothing = _shares_nothing([*editions, *completing])
    placed: set[Edition] = set()
    for first in in_order:
        if first in placed:
            continue
        of_its_day = [name for name in in_order if name.day == first.day]
        for names in islice(_maximal_sets(of_its_day, shares_nothing), _MOST_SETS):
            apart = _apart([*names, *in_order], shares_nothing)
            placed.update(apart)
            sets.setdefault(frozenset(apart), apart)
            for others in completed_by if first.day == whole.day else ():
                completed = _apart([*names, *others, *in_order], shares_nothing)
                sets.setdefault(frozenset(completed), completed)
    return list(sets.values())


def _shares_nothing(editions: list[Edition]) -> dict[Edition, set[Edition]]:
    """With which others each edition has no value of some filter in common."""
    scopes = {
        name: {by: set(value.split("|")) for by, value in (*name.within, *name.filters)}
        for name in editions
    }
    shares_nothing: dict[Edition, set[Edition]] = {name: set() for name in scopes}
    for (name, scope), (other, other_scope) in combinations(scopes.items(), 2):
        if any(scope[by].isdisjoint(other_scope[by]) for by in scope.keys() & other_scope.keys()):
            shares_nothing[name].add(other)
            shares_nothing[other].add(name)
    return shares_nothing


def _maximal_sets(
    editions: list[Edition],
    shares_nothing: Mapping[Edition, set[Edition]],
    chosen: tuple[Edition, ...] = (),
    before: frozenset[Edition] = frozenset(),
) -> Iterator[tuple[Edition, ...]]:
    """All sets of editions that share nothing and to which none can be added (Bron and Kerbosch);
    `before` are those that earlier sets hold beside the chosen ones.
    """
    if not editions:
        if not before:
            yield chosen
        return
    left = set(editions)
    # each set holds this one or one that shares something with it: no others need be begun with
    pivot = max((*editions, *sorted(before)), key=lambda one: len(shares_nothing[one] & left))
    for first in [name for name in editions if name not in shares_nothing[pivot]]:
        left.remove(first)
        may_be_added = left & shares_nothing[first]
        yield from _maximal_sets(
            [name for name in editions if name in may_be_added],
            shares_nothing,
            (*chosen, first),
            before & shares_nothing[first],
        )
        before |= {first}


def _apart(
    editions: list[Edition], shares_nothing: Mapping[Edition, set[Edition]]
) -> list[Edition]:
    """Of these parts, one after the other, those that share nothing with those before."""
    apart: list[Edition] = []
    for name in editions:
        if shares_nothing[name].issuperset(apart):
            apart.append(name)
    return apart
