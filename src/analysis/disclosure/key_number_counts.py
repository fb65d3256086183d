"""The counts that key numbers tell: what each rests on, and what its share times that, and how much
of all is known, let a reader work out.
"""

from collections.abc import Iterable
from itertools import chain

from analysis.article.key_number_cards import KeyNumber, KeyNumbers
from analysis.disclosure.cell_suppression import SECRET
from analysis.disclosure.figure_table import BASE, Table, TableCell
from analysis.disclosure.solver import Sum
from analysis.text.facts import Count, Share
from analysis.text.formatting import is_missing
from analysis.text.sentences import Sentence

# what each key number of durability rests on, by the name of the fact, as other figures do
DURABILITY_BASES = {"survival": "followed", "mean": "followed", "renewal": "renewal.n"}
# of what those of durability, and those of lines, know a part
_ALL_OF_DURABILITY, _ALL_OF_LINES = "relations", "living"
_DURATIONS = ("survival", "mean")  # estimated, and no counted share of what they rest on
_COVERAGE = ".coverage"


def counts_of_key_numbers(numbers: KeyNumbers) -> Table:
    """What key numbers rest on, and of how many that is a part, by the name of the fact: what
    several rest on is one; how many of these a share counts and how many not; and of how many it
    is not known, where a mark draws it.
    """
    told = [number for number in numbers.numbers if not is_missing(_base(number))]
    counts: dict[TableCell, float] = {}
    sums = []
    for number in numbers.numbers:
        of_durability = number.key in DURABILITY_BASES
        whole = _ALL_OF_LINES
        if of_durability:
            whole = _ALL_OF_DURABILITY
        for all_units in sorted({*chain(*map(wholes_of, number.sentences))}):
            counts[whole, BASE[1]] = all_units
    for number in told:
        counts[_base_cell(number)] = _base(number)
    for number in told:
        fact = fact_of(number.key, numbers.states)
        if number.key not in _DURATIONS and not is_missing(number.value):
            counted = float(round(number.value * _base(number)))
            parts = {(fact, "yes"): counted, (fact, "no"): _base(number) - counted}
            counts |= parts
            sums.append(Sum([*parts], _base_cell(number), 0.0, rest=False))
        for mark in number.marks:
            if mark.name == "coverage":
                counts[coverage_of(fact), "unknown"] = float(mark.counts[1])
    return Table(counts, set(), sums=sums)


def fact_of(key: str, states: Iterable[str]) -> str:
    """The name of the fact that a key number states; those of durability name their horizon.

    >>> fact_of("LF6", []), fact_of("survival", ["survival.36"]), fact_of("renewal", ["renewal"])
    ('line.LF6.share', 'survival.36', 'renewal')
    """
    if key not in DURABILITY_BASES:
        return f"line.{key}.share"
    return next((name for name in states if name.partition(".")[0] == key), key)


def coverage_of(fact: str) -> str:
    """The name of the fact of how many of all units another fact is known."""
    return fact + _COVERAGE


def wholes_of(sentence: Sentence) -> set[float]:
    """Of how many the counts and shares that a sentence tells are parts."""
    parts = [fact for fact in sentence.facts or () if isinstance(fact, Count | Share)]
    return {float(fact.of) for fact in parts if fact.of is not None and fact.of == fact.of}


def _base(number: KeyNumber) -> float:
    """What a key number rests on; missing where that is not told."""
    is_told = number.n != SECRET and not is_missing(number.n)
    if is_told:
        return float(number.n)
    return float("nan")


def _base_cell(number: KeyNumber) -> TableCell:
    return DURABILITY_BASES.get(number.key, f"line.{number.key}.known"), BASE[1]
