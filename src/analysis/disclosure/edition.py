"""What names a report among those that are released: its day and what it keeps to."""

from typing import NamedTuple

import pandas as pd


class Edition(NamedTuple):
    """What a report looks at: its day and its filters (name, value), in order; `within` which other
    filters all of it lies, as a department does in its region; and which filters of other editions
    are `around` it, since these look at all its relations.
    """

    day: str
    filters: tuple[tuple[str, str], ...] = ()
    within: tuple[tuple[str, str], ...] = ()
    around: tuple[tuple[str, str], ...] = ()

    def parts_by(self, other: "Edition") -> str:
        """The filter by which another edition, of whatever day, is a part of this one; blank where
        it is none.

        >>> corse = Edition("2018-06-27", (("region", "Corse"),))
        >>> department = Edition("2018-07-04", (("department", "2A"),), (("region", "Corse"),))
        >>> corse.parts_by(department), department.parts_by(corse)
        ('department', '')
        """
        own = [item for item in other.filters if item not in self.filters]
        return own[0][0] if self.holds(other) and len(own) == 1 else ""

    def holds(self, other: "Edition") -> bool:
        """Whether all relations of another edition, but for its day, are of this one too."""
        scope = (*other.around, *other.within, *other.filters)
        return all(
            any(name == by and _values(value) >= _values(of_other) for by, of_other in scope)
            for name, value in self.filters
        )

    def crosses(self, other: "Edition") -> str:
        """A filter of which both name some of the same values, and each others beside them; or of
        which one names some of those that the other lies in, as departments of several regions do.
        Blank where there is none: all others are apart, or within one another.

        >>> day, both = "2018-06-27", (("region", "Bretagne|Corse"),)
        >>> names = ("Corse|Guyane", "Corse")
        >>> [Edition(day, both).crosses(Edition(day, (("region", name),))) for name in names]
        ['region', '']
        >>> departments = Edition(day, (("department", "2A|22"),), both)
        >>> departments.crosses(Edition(day, (("region", "Corse"),)))
        'region'
        """
        theirs = dict(other.filters)
        for name, value in self.filters:
            mine, of_other = _values(value), _values(theirs.get(name))
            if mine & of_other and not (mine <= of_other or of_other <= mine):
                return name
        for name, value in self.within:
            around, of_other = _values(value), _values(theirs.get(name))
            if around & of_other and not around <= of_other:
                return name
        return ""

    def days_from(self, other: "Edition") -> int:
        """How many days lie between two editions."""
        dates = [pd.Timestamp(edition.day.split(" ")[0]) for edition in (self, other)]
        return abs((dates[0] - dates[1]).days)


def _values(value: str | None) -> set[str | None]:
    """The values of a filter, where several are joined by |."""
    return set(value.split("|")) if value else {value}
