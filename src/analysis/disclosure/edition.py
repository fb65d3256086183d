"""What names a report among those that are released, and which relations it looks at."""

from typing import NamedTuple

import pandas as pd


class _Name(NamedTuple):
    day: str
    filters: tuple[tuple[str, str], ...] = ()


class Edition(_Name):
    """What a report looks at: its day and its filters (name, value), in order, which name it.

    What it shares with others is judged by the `relations` that it looks at, whatever its filters
    are called. `lies_in` are the values of other filters that all of these relations have, as those
    of a department have its region. Neither is a part of its name, and no ledger keeps them.

    >>> day = "2018-06-27"
    >>> corse = Edition(day, (("region", "Corse"),)).looking_at(frozenset("abc"))
    >>> department = Edition(day, (("department", "2A"),)).looking_at(frozenset("ab"))
    >>> corse.holds(department), department.holds(corse)
    (True, False)
    """

    relations: frozenset[str] = frozenset()
    lies_in: frozenset[str] = frozenset()

    def looking_at(
        self, relations: frozenset[str], lies_in: frozenset[str] = frozenset()
    ) -> "Edition":
        """The edition of this name that looks at these relations."""
        edition = Edition(*self)
        edition.relations, edition.lies_in = relations, lies_in
        return edition

    def is_of_same(self, other: "Edition") -> bool:
        """Whether another edition, of whatever day or choice, looks at the same relations."""
        is_known = bool(self.relations)
        return self.filters == other.filters or (is_known and self.relations == other.relations)

    def holds(self, other: "Edition") -> bool:
        """Whether all relations of another edition are of this one too, and others beside them."""
        return bool(other.relations) and other.relations < self.relations

    def own_values(self, whole: "Edition") -> list[str]:
        """The values of the filters that a whole lacks, as its rows name them."""
        return [item[1] for item in self.filters if item not in whole.filters]

    def crosses(self, other: "Edition") -> str:
        """A filter of which both name some of the same values, and each others beside them; or
        that of places, where one names departments of several regions and the other one of these.

        >>> day, both = "2018-06-27", (("region", "Bretagne|Corse"),)
        >>> names = ("Corse|Guyane", "Corse")
        >>> [Edition(day, both).crosses(Edition(day, (("region", name),))) for name in names]
        ['region', '']
        """
        theirs = dict(other.filters)
        for name, value in self.filters:
            mine, of_other = {*value.split("|")}, {*theirs.get(name, "").split("|")}
            if mine & of_other and mine - of_other and of_other - mine:
                return name
        names = [name for edition in (self, other) for name, _value in edition.filters]
        shared = self.relations & other.relations
        is_in_part = shared and self.relations - shared and other.relations - shared
        if is_in_part and sorted(names) == ["department", "region"]:
            return names[0]
        return ""

    def days_from(self, day: str) -> int:
        """How many days lie between an edition and a day."""
        dates = [pd.Timestamp(each.split(" ")[0]) for each in (self.day, day)]
        return abs((dates[0] - dates[1]).days)
