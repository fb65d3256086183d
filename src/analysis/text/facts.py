"""What sentences tell, typed: a fact knows its value, how a reader sees it, and its whole.

An exhibit hands facts to the sentences of its family (`text/<language>/<family>.toml`); a sentence
remembers those that it prints, and `disclosure` decides on them. So a number of people or relations
is a `Count`, which may be too small to be told, and a duration, a threshold or a rank is not.

Facts compare by value, with numbers too: ``{% if whole > half %}``. One that is zero or missing is
false.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import total_ordering

from analysis.text import formatting


@total_ordering
class Fact:
    """The base of all facts: a `value` and the way it is written in the language spoken now."""

    def written(self) -> str:
        """The fact as a reader sees it."""
        raise NotImplementedError

    def parts(self) -> Iterator["Fact"]:
        """The facts that are read where this one is printed: itself, or those it is made of."""
        yield self

    def one(self) -> bool:
        """Whether its words are in the singular: French says "0 relation", English "0 relations"."""
        return formatting.written(self.written(), self.value).one

    def __bool__(self) -> bool:
        return not formatting.is_missing(self.value) and bool(self.value)

    def __eq__(self, other) -> bool:
        return self.value == (other.value if isinstance(other, Fact) else other)

    def __lt__(self, other) -> bool:
        return self.value < (other.value if isinstance(other, Fact) else other)

    def __hash__(self) -> int:
        return hash(self.value)


@dataclass(frozen=True, eq=False)
class Count(Fact):
    """How many of something that disclosure protects (relations, partners, people), among how many
    (`of`) where that is told.

    >>> formatting.use("en"); Count(1347).written(), Count(3) > 2, bool(Count(0))
    ('1,347', True, False)
    """

    value: int
    of: int | None = None

    def written(self) -> str:
        return formatting.number(self.value)


@dataclass(frozen=True, eq=False)
class Share(Fact):
    """A part of a whole, 0 to 1; `of` is how many the whole is, the base of the exhibit where it is
    not given.

    >>> formatting.use("en"); Share(0.571, of=1347).written(), Share(0.571, digits=1).written()
    ('57%', '57.1%')
    """

    value: float
    of: int | None = None
    digits: int = 0

    def written(self) -> str:
        return formatting.percent(self.value, self.digits)


@dataclass(frozen=True, eq=False)
class Number(Fact):
    """A measure that counts nobody: a score, a mean, a ratio, a number of lines or of years.

    >>> formatting.use("en"); Number(3.41, digits=1).written(), Number(12).written()
    ('3.4', '12')
    """

    value: float
    digits: int = 0

    def written(self) -> str:
        return formatting.number(self.value, self.digits)


class Pooled(Number):
    """A number that rests on every row of the table: not told where one of them is hidden."""


@dataclass(frozen=True, eq=False)
class Proportion(Fact):
    """A part of what counts nobody: of points, of draws, of money, of cells. (A part of people is a
    `Share`.)

    >>> formatting.use("en"); Proportion(0.107, digits=1).written()
    '10.7%'
    """

    value: float
    digits: int = 0

    def written(self) -> str:
        return formatting.percent(self.value, self.digits)


class Days(Number):
    """A number of days."""


class Months(Number):
    """A number of months."""


class Years(Number):
    """A number of years."""


class Rank(Number):
    """A place in an order: 1 is the first."""


@dataclass(frozen=True, eq=False)
class Points(Fact):
    """A difference of two shares (0.05), in points and with its sign; small ones in tenths.
    >>> formatting.use("en"); Points(-0.051).written(), Points(0.012).written()
    ('−5 points', '+1 point')
    """

    value: float
    in_tenths: bool = False

    def written(self) -> str:
        if formatting.is_missing(self.value):
            return formatting.number(None)
        is_small = 0.0005 <= abs(self.value) < 0.0095
        digits = 1 if is_small or self.in_tenths else 0
        points = round(100 * self.value, digits)
        written = formatting.number(abs(points), digits)
        sign = "" if points == 0 else "+" if points > 0 else "−"
        return f"{sign}{written} {'point' if written.one else 'points'}"


@dataclass(frozen=True, eq=False)
class Quantity(Fact):
    """So much of something, with its unit in words; of money, as an amount.

    >>> formatting.use("en"); Quantity(1204, unit="days").written()
    '1,204 days'
    """

    value: float
    unit: str = ""
    money: bool = False

    def written(self) -> str:
        if self.money:
            return formatting.money(self.value)
        return f"{formatting.number(self.value)} {self.unit}".strip()


@dataclass(frozen=True, eq=False)
class Money(Fact):
    """An amount in the currency of the study; `from_thousand`: as those beside it, in thousands.

    >>> formatting.use("en"); formatting.count_in("EUR"); Money(1_234_567).written()
    '€1.2M'
    >>> Money(8_000).written(), Money(8_000, from_thousand=True).written()
    ('€8,000', '€8k')
    """

    value: float
    from_thousand: bool = False

    def written(self) -> str:
        return formatting.money(self.value, from_thousand=self.from_thousand)


@dataclass(frozen=True, eq=False)
class Interval(Fact):
    """From `low` to `high`: of shares, unless `share` is false.

    >>> formatting.use("en"); Interval(0.53, 0.59).written(), Interval(28.1, 31.9, digits=1, share=False).written()
    ('53–59%', '28.1–31.9')
    """

    low: float
    high: float
    digits: int = 0
    share: bool = True

    @property
    def value(self) -> tuple[float, float]:
        return self.low, self.high

    def written(self) -> str:
        return formatting.interval(self.low, self.high, self.digits, self.share)

    def one(self) -> bool:
        return False

    def __bool__(self) -> bool:
        return not (formatting.is_missing(self.low) or formatting.is_missing(self.high))


@dataclass(frozen=True, eq=False)
class Day(Fact):
    """A date, as precise as it is known ("day", "month", "quarter", "half-year", "year").

    >>> formatting.use("fr"); Day(date(2018, 6, 27)).written()
    '27 juin 2018'
    """

    value: date
    precision: str = "day"

    def written(self) -> str:
        return formatting.date(self.value, self.precision)


@dataclass(frozen=True, eq=False)
class Label(Fact):
    """What a row of the data is called: beside a number it tells of whom or what that number is.

    >>> Label("Bretagne").written()
    'Bretagne'
    """

    value: str

    def written(self) -> str:
        return self.value

    def one(self) -> bool:
        return True


@dataclass(frozen=True, eq=False)
class Listed(Fact):
    """Labels, each with a fact or alone, as a sentence lists them.

    >>> formatting.use("en"); Listed([(Label("Own"), Share(0.6)), (Label("Franchise"), Share(0.4))]).written()
    'Own 60% and Franchise 40%'
    """

    value: list

    def written(self) -> str:
        return formatting.join(" ".join(fact.written() for fact in item) for item in self._items())

    def parts(self) -> Iterator[Fact]:
        for item in self._items():
            yield from item

    def _items(self) -> Iterator[tuple[Fact, ...]]:
        return (item if isinstance(item, tuple) else (item,) for item in self.value)

    def one(self) -> bool:
        return len(self.value) == 1

    def __hash__(self) -> int:
        return id(self)


def labelled_shares(
    labels: Iterable[str], shares: Iterable[float], of: Iterable[int] | None = None, digits: int = 0
) -> Listed:
    """Every label with its share.

    >>> formatting.use("en"); labelled_shares(["Own", "Franchise"], [0.6, 0.4]).written()
    'Own 60% and Franchise 40%'
    """
    labels = list(labels)
    bases = [None] * len(labels) if of is None else of
    rows = zip(labels, shares, bases, strict=True)
    return Listed([(Label(label), Share(share, base, digits)) for label, share, base in rows])


_TELLS_SUM = 30  # units: one decimal of a mean of fewer tells their sum within three


def mean(value: float, of: int | None = None) -> Number:
    """A mean, with one decimal where it says something; of few units (`of`), one that tells of all.

    >>> mean(2.04).written(), mean(0.94).written(), type(mean(2.04, of=6)).__name__
    ('2', '0.9', 'Pooled')
    """
    is_whole = formatting.is_missing(value) or round(value, 1) % 1 == 0
    kind = Number if of is None or of >= _TELLS_SUM else Pooled
    return kind(value, digits=0 if is_whole else 1)
