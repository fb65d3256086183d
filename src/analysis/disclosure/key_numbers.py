"""What may be said of a key number whose base is too small, or that other publications would let
work out another's.
"""

from collections.abc import Iterable, Set
from dataclasses import replace

from analysis.article.captions import stated, still_stated
from analysis.article.key_number_cards import KeyNumber, KeyNumbers, YearBefore
from analysis.article.sureness_marks import Mark
from analysis.declare.conventions import DEFAULTS
from analysis.declare.key_numbers import KEY_NUMBERS
from analysis.disclosure.cell_suppression import SECRET, together
from analysis.disclosure.key_number_counts import coverage_of, fact_of, wholes_of
from analysis.disclosure.secrecy_rules import Limits
from analysis.disclosure.sentences import is_few
from analysis.disclosure.withheld import Withheld
from analysis.text import formatting
from analysis.text.facts import Count, Share
from analysis.text.messages import say
from analysis.text.sentences import Sentence, spoken

RENEWAL_KEY = "renewal"  # the key number of terms, not of relations


def plain_key_numbers(
    exhibit: KeyNumbers, withheld: Withheld, limits: Limits = DEFAULTS
) -> KeyNumbers:
    """Key numbers without what is too small, or withheld for what is published elsewhere."""
    untold = withheld.numbers(exhibit.states)
    untold_of_terms = withheld.numbers(exhibit.states, of_other_units=True)
    before = {key for key in KEY_NUMBERS if a_year_before(key) in withheld.facts}
    numbers = []
    for number in exhibit.numbers:
        if number.key in before:
            number = replace(number, before=None)
        if coverage_of(fact_of(number.key, exhibit.states)) in withheld.facts:
            number = _without_coverage(number)
        bases = untold
        if number.key == RENEWAL_KEY:
            bases = untold_of_terms
        numbers.append(plain_key_number(number, exhibit.ended, untold, limits, bases))
    published = _numbers_of(numbers)
    hidden = _numbers_of(exhibit.numbers) - published
    states = still_stated(stated(exhibit.states), published, hidden)
    return replace(exhibit, numbers=[_rounded(number) for number in numbers], states=states)


def a_year_before(key: str) -> str:
    """The name of the fact what a key number was a year earlier."""
    return f"before.{key}"


def _rounded(number: KeyNumber) -> KeyNumber:
    """A key number with the decimals that its base bears, and what it was a year earlier as it is
    written: with more, a share tells of how many it is one.
    """
    if number.value is None or number.n == SECRET:
        return number
    in_months = number.format == "months"
    places = len(str(int(number.n)))  # as `audiences.rounded`
    digits = max(places - 2, 0) if in_months else places
    limits = {name: getattr(number, name) for name in ("value", "low", "high")}
    bounds = {
        name: None if value is None else round(value, digits) for name, value in limits.items()
    }
    before = number.before
    if before is not None:
        before = replace(before, value=round(before.value, 0 if in_months else 2))
    return replace(
        number, **bounds, before=before, marks=tuple(rounded_mark(m, places) for m in number.marks)
    )


def rounded_mark(mark: Mark, places: int) -> Mark:
    """A mark with what it draws, a share or points, in as many decimals."""
    digits = places if mark.name == "coverage" else max(places - 2, 0)
    return replace(mark, values=tuple(round(value, digits) for value in mark.values))


def _numbers_of(numbers: Iterable[KeyNumber]) -> set[float]:
    """The values and bases of key numbers, those that are told."""
    published_numbers = [value for number in numbers for value in (number.value, number.n)]
    return {
        float(value)
        for value in published_numbers
        if value != SECRET and not formatting.is_missing(value)
    }


def plain_key_number(
    number: KeyNumber,
    ended: int | None,
    untold: Set[float],
    limits: Limits = DEFAULTS,
    bases: Set[float] | None = None,
) -> KeyNumber:
    """A key number without what is too small or `untold` (`bases`: that it may not rest on, by
    default the same): first its value, then its base; no duration on few ends. Of how many its base
    is a part it says no more where that is untold.
    """
    bases = untold if bases is None else bases
    base = 0 if formatting.is_missing(number.n) else int(number.n)
    is_untold = number.n in bases or number.value in bases
    not_few = _sentences_on_enough(number, base, is_untold, limits)
    lost = len(not_few) < len(number.sentences)
    sentences = tuple(
        sentence for sentence in not_few if untold.isdisjoint(counts_told_by(sentence))
    )
    is_secret = lost or is_untold or not together([base], limits=limits)
    is_enough = base >= limits["percent_from"] and together([base], limits=limits)
    is_small = not is_enough or tells_few(number, base, ended, limits)
    if not is_secret and not is_small:
        marks = _public_marks(number, untold, limits)
        public = replace(number, marks=marks, before=_plain_before(number, limits))
        return _with_sentences(public, sentences)
    notice = say("withheld.elsewhere" if is_untold and not is_small else "withheld.number")
    hidden = _without_its_value(number, notice)
    return replace(
        hidden,
        caution=spoken(sentences) or notice,
        sentences=sentences,
        n=SECRET if is_secret else number.n,
    )


def _with_sentences(number: KeyNumber, sentences: tuple[Sentence, ...]) -> KeyNumber:
    """A key number with these of its sentences, and a notice where some are left out."""
    if len(sentences) == len(number.sentences):
        return number
    notice = spoken(sentences) or say("withheld.number")
    return replace(number, sentences=sentences, caution=notice)


def _without_its_value(number: KeyNumber, notice: str) -> KeyNumber:
    """A key number without its value, its interval and all that rests on them, and why."""
    return replace(
        number,
        value=None,
        low=None,
        high=None,
        solid=None,
        holds=notice,
        marks=(),
        before=None,
        untold="" if formatting.is_missing(number.value) else notice,
    )


def _without_coverage(number: KeyNumber) -> KeyNumber:
    """A key number that does not tell of how many of all units it is known."""
    sentences = tuple(sentence for sentence in number.sentences if not wholes_of(sentence))
    return _with_sentences(replace(number, marks=without_coverage(number.marks)), sentences)


def without_coverage(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The marks but for that of coverage."""
    return tuple(mark for mark in marks if mark.name != "coverage")


def _sentences_on_enough(
    number: KeyNumber, base: int, is_untold: bool, limits: Limits
) -> tuple[Sentence, ...]:
    """The sentences of a key number that tell nothing on few; no count where it is untold itself."""
    return tuple(
        sentence
        for sentence in number.sentences
        if not any(
            is_few(fact, base, limits) or (is_untold and isinstance(fact, Count | Share))
            for fact in sentence.facts
        )
    )


def _public_marks(number: KeyNumber, untold: Set[float], limits: Limits) -> tuple[Mark, ...]:
    """The marks of a key number that draw nothing on few, nor a share of what is untold."""
    return tuple(
        mark
        for mark in number.marks
        if together(mark.counts, limits=limits)
        and not (mark.name == "coverage" and sum(mark.counts) in untold)
    )


def counts_told_by(sentence: Sentence) -> set[float]:
    """The counts that a sentence of a caution tells, and of how many each of its counts and shares
    is a part.
    """
    counts = [fact for fact in sentence.facts or () if isinstance(fact, Count | Share)]
    numbers = {fact.value for fact in counts if isinstance(fact, Count)} | wholes_of(sentence)
    return {float(number) for number in numbers if not formatting.is_missing(number)}


def _plain_before(number: KeyNumber, limits: Limits) -> YearBefore | None:
    """Its value a year earlier, where that one may be shown too."""
    before = number.before
    if before is None:
        return None
    is_enough = before.n >= limits["percent_from"] and together([before.n], limits=limits)
    earlier = replace(number, value=before.value)
    is_shown = is_enough and not tells_few(earlier, before.n, before.ended, limits)
    if is_shown:
        return before
    return None


def tells_few(number: KeyNumber, base: int, ended: int | None, limits: Limits) -> bool:
    """Whether the value tells that few are concerned, or all but few: as a share of its base, or by
    how many had ended.
    """
    is_duration = number.key in ("survival", "mean")
    if is_duration and ended is not None and not together([ended, base - ended], limits=limits):
        return True
    return number.format == "percent" and is_few(Share(number.value, of=base), base, limits)
