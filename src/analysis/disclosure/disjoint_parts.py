"""Parts of a whole that share nothing: what such a set leaves of the whole is known with both."""

from collections.abc import Mapping
from itertools import combinations

from analysis.disclosure.edition import Edition


def sets_apart(
    whole: Edition, editions: list[Edition], completing: list[Edition]
) -> list[list[Edition]]:
    """Sets of parts of a whole that share nothing, as large as can be, each part apart from the
    others or within one of them.

    There are two for each day that parts are of: one with the largest parts, of that day where it
    has them and else of the nearest to the day of the whole; one with what parts that day has, and
    others beside them. Those for the day of the whole are also completed by parts of each other day
    that has a whole of its own, and by those of all such days.
    """
    parts = [*editions, *completing]
    shares_nothing = _shares_nothing(parts)
    held_by = {part: sum(_lies_in(part, other) for other in parts) for part in parts}
    days_completing = sorted({part.day for part in completing})
    completed_by = [{day} for day in days_completing]
    completed_by += [set(days_completing)] if len(days_completing) > 1 else []
    days_first = [[day] for day in sorted({whole.day, *(part.day for part in editions)})]
    days_first += [[whole.day, *sorted(days)] for days in completed_by]
    sets: dict[frozenset[Edition], list[Edition]] = {}
    for days in days_first:
        pool = [*editions, *(part for part in completing if part.day in days[1:])]

        def nearness(part: Edition, days: list[str] = days) -> tuple:
            rank = 0 if part.day == days[0] else 1 if part.day in days else 2
            return (rank, whole.days_from(part))

        largest_first = sorted(pool, key=lambda part: (held_by[part], *nearness(part), part))
        nearest_first = sorted(pool, key=lambda part: (*nearness(part), held_by[part], part))
        for in_order in (nearest_first, largest_first):
            apart = _apart(in_order, shares_nothing)
            sets.setdefault(frozenset(apart), apart)
    return list(sets.values())


def _lies_in(part: Edition, other: Edition) -> bool:
    """Whether another edition holds all of one and more."""
    return other.holds(part) and not part.holds(other)


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


def _apart(
    editions: list[Edition], shares_nothing: Mapping[Edition, set[Edition]]
) -> list[Edition]:
    """Of these parts, one after the other, those that share nothing with those before."""
    apart: list[Edition] = []
    for name in editions:
        if shares_nothing[name].issuperset(apart):
            apart.append(name)
    return apart
