"""Editions that share no relation: what such parts leave of a whole, or of several wholes that share
none either, is known with all of them, whatever filters they go by.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache, reduce
from itertools import product
from operator import or_
from typing import NamedTuple

from analysis.disclosure.edition import Edition


class WholesAndParts(NamedTuple):
    """Wholes (mostly one) and parts that lie in them; neither share anything among themselves."""

    wholes: tuple[Edition, ...]
    parts: tuple[Edition, ...]


def wholes_and_parts_among(
    editions: Iterable[Edition], new: Iterable[Edition]
) -> list[WholesAndParts]:
    """Each whole with its parts, and several wholes with parts that none of them holds alone; of
    the latter those with a `new` edition, since the others were judged before.

    Parts of another day, or another choice of method, that have no whole of their own are parts
    as well; those that have one only complete those of the day of the whole.
    """
    by_name = tuple((name, name.relations) for name in sorted(editions))
    return _wholes_and_parts_among(by_name, frozenset(new))


@lru_cache(maxsize=500)
def _wholes_and_parts_among(
    editions: tuple[tuple[Edition, frozenset[str]], ...], new: frozenset[Edition]
) -> list[WholesAndParts]:
    sets = _RelationSets([name for name, _relations in editions], new)
    wholes = [*((name,) for name in sets.bits), *sets.unions()]
    families = {
        (family.wholes, frozenset(family.parts)): family
        for each in wholes
        for family in sets.with_parts(each)
    }
    return list(families.values())


class _RelationSets:
    """Editions among which wholes and their parts are sought: the relations of each as the bits of
    a number, by which many sets are compared at once.
    """

    def __init__(self, editions: list[Edition], new: frozenset[Edition]):
        relations = sorted(frozenset[str]().union(*(name.relations for name in editions)))
        bit_of = {relation: 1 << position for position, relation in enumerate(relations)}
        known = [name for name in editions if name.relations]
        self.new = new
        self.bits = {name: sum(bit_of[each] for each in name.relations) for name in known}
        self.held_by = {name: sum(other.holds(name) for other in known) for name in known}

    def with_parts(self, wholes: tuple[Edition, ...]) -> Iterator[WholesAndParts]:
        """The wholes with sets of their parts that share nothing, as large as can be; of several
        wholes one part at least lies in none alone.

        There are two for each day that parts are of: one with the largest parts, of that day where
        it has them and else of the nearest to the day of the whole; one with what parts that day
        has, and others beside them. Those for the day of the whole are also completed by parts of
        each other day that has a whole of its own, and by those of all such days. So it is for each
        kind of filters that comes first; and where one part comes before them all, if anything is
        new in that.
        """
        day, is_one = wholes[0].day, len(wholes) == 1
        completing = set.intersection(*map(self._other_days_of, wholes))
        parts = self._parts_of(wholes)
        not_completing = [name for name in parts if name.day not in completing]
        astride = [
            name for name in not_completing if not any(whole.holds(name) for whole in wholes)
        ]
        can_start = not_completing if is_one else astride
        if not can_start:
            return
        for days in _days_first(day, parts, completing):
            pool = [*not_completing, *(name for name in parts if name.day in days[1:])]
            orders = self._orders(pool, day, days)
            if is_one:
                yield from (
                    WholesAndParts(wholes, tuple(self._apart(in_order))) for in_order in orders
                )
            starts = [name for name in can_start if name.day == days[0]]
            for start, in_order in product(starts, orders):
                disjoint = self._apart([start, *in_order])
                is_new = not self.new.isdisjoint([*wholes, *disjoint])
                if is_new and not self._stands_for_a_larger(start, disjoint, in_order):
                    yield WholesAndParts(wholes, tuple(disjoint))

    def _parts_of(self, wholes: tuple[Edition, ...]) -> list[Edition]:
        """The editions that lie in the wholes; of their day also those that make all of them."""
        together = self._together(wholes)
        return [
            name
            for name, bits in self.bits.items()
            if bits | together == together
            and name not in wholes
            and (bits != together or name.day == wholes[0].day)
        ]

    def unions(self) -> Iterator[tuple[Edition, ...]]:
        """Several editions that share nothing and hold another one together, and none of them
        alone; further ones with them where others lie astride of them too. They are of one day, by
        whatever choices of method, and of any days. None that make what one edition looks at.
        """
        dates = sorted({_date(name) for name in self.bits})
        of_dates = [[name for name in self.bits if _date(name) == date] for date in dates]
        if len(dates) > 1:
            of_dates.append([*self.bits])
        kinds = sorted({_kind(name) for name in self.bits})
        for editions in of_dates:
            known = {self.bits[name] for name in editions}
            for part, kind in product(self.bits, kinds):
                wholes = self._apart(self._closest_first(part, kind, editions))
                for union in self._widened(part, wholes):
                    if self._together(union) not in known:
                        known.add(self._together(union))
                        yield union

    def _closest_first(
        self, part: Edition, kind: tuple[str, ...], editions: list[Edition]
    ) -> list[Edition]:
        """Of these editions those that do not hold a part alone: first those that share something
        with it, of these those of a kind, of these those that have the least beside it.
        """
        bits = self.bits[part]

        def closeness(name: Edition) -> tuple:
            beside = (self.bits[name] & ~bits).bit_count()
            shares = bool(self.bits[name] & bits)
            return (not shares, _kind(name) != kind, beside if shares else -beside, name)

        may_join = [name for name in editions if self.bits[name] & bits != bits]
        return sorted(may_join, key=closeness)

    def _widened(self, part: Edition, wholes: list[Edition]) -> Iterator[tuple[Edition, ...]]:
        """Those of the wholes that hold a part together, and with them those that hold all others
        which lie astride of these.
        """
        every, bits_held = self._together(wholes), self.bits[part]
        if bits_held & every != bits_held:
            return
        union = tuple(name for name in wholes if self.bits[name] & bits_held)
        yield union
        kind = _kind(part)
        for bits in (
            self.bits[name]
            for name in sorted(self.bits, key=lambda name: (_kind(name) != kind, name))
        ):
            bits_of_union = self._together(union)
            is_astride = bool(bits & bits_of_union) and bits & bits_of_union != bits
            if is_astride and bits & every == bits and not bits & bits_held:
                bits_held |= bits
                union = tuple(name for name in wholes if self.bits[name] & bits_held)
        yield union

    def _together(self, editions: Iterable[Edition]) -> int:
        """The relations of these editions together."""
        return reduce(or_, (self.bits[name] for name in editions), 0)

    def _apart(self, editions: Iterable[Edition]) -> list[Edition]:
        """Of these editions, one after the other, those that share nothing with those before."""
        disjoint, bits_taken = [], 0
        for name in editions:
            if not self.bits[name] & bits_taken:
                disjoint.append(name)
                bits_taken |= self.bits[name]
        return disjoint

    def _other_days_of(self, whole: Edition) -> set[str]:
        """The other days on which the relations of a whole have an edition."""
        return {name.day for name in self.bits if name.is_of_same(whole)} - {whole.day}

    def _orders(self, pool: list[Edition], day: str, days: list[str]) -> list[list[Edition]]:
        """The orders in which parts are chosen: for each kind of filters those of this kind before
        the others, the nearest to the day of the whole first, or the largest.
        """

        def nearness(part: Edition) -> tuple:
            if part.day == days[0]:
                rank = 0
            elif part.day in days:
                rank = 1
            else:
                rank = 2
            return (rank, part.days_from(day))

        near = {part: nearness(part) for part in pool}
        nearest = sorted(pool, key=lambda part: (*near[part], self.held_by[part], part))
        largest = sorted(pool, key=lambda part: (self.held_by[part], *near[part], part))
        return [
            sorted(in_order, key=lambda part: _kind(part) != kind)
            for kind in sorted({_kind(part) for part in pool})
            for in_order in (nearest, largest)
        ]

    def _stands_for_a_larger(
        self, part: Edition, disjoint: list[Edition], pool: list[Edition]
    ) -> bool:
        """Whether an edition of its day that holds the part, and is judged with it, may stand in its
        place.
        """
        others = self._together(disjoint) & ~self.bits[part]
        return any(
            not self.bits[larger] & others and larger.day == part.day and larger.holds(part)
            for larger in pool
        )


def _days_first(day: str, parts: list[Edition], completing: set[str]) -> list[list[str]]:
    """The days of which parts are chosen first, and by which they are completed."""
    days = sorted({day, *(part.day for part in parts if part.day not in completing)})
    days_of_parts = sorted(completing.intersection(part.day for part in parts))
    completed_by = [[each] for each in days_of_parts]
    completed_by += [days_of_parts] if len(days_of_parts) > 1 else []
    return [*([each] for each in days), *([day, *others] for others in completed_by)]


def _date(edition: Edition) -> str:
    """Its day, without the choices of method that stand behind it."""
    return edition.day.split(" ")[0]


def _kind(edition: Edition) -> tuple[str, ...]:
    """The names of its filters."""
    return tuple(name for name, _value in edition.filters)
