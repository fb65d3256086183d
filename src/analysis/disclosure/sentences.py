"""What may be said of an exhibit: each sentence is kept or left out by the facts that it tells."""

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.cell_suppression import together
from analysis.disclosure.hidden_rows import hidden_labels
from analysis.disclosure.secrecy_rules import Limits, is_small
from analysis.disclosure.told_sums import TellingSums, counts_told
from analysis.text import formatting
from analysis.text.convention_facts import Convention
from analysis.text.facts import (
    Count,
    Day,
    Days,
    Fact,
    Interval,
    Label,
    Listed,
    Money,
    Months,
    Number,
    Points,
    Pooled,
    Proportion,
    Quantity,
    Rank,
    Share,
    Years,
)
from analysis.text.messages import say
from analysis.text.sentences import EXHIBIT_FIELDS, Sentence, spoken

DURATIONS = (Days, Months, Years)  # which count nobody: no number of relations is one of them
# What measures nothing of the data: every other fact is a number that a cell may hide.
NO_MEASURES = (Label, Day, Listed, Convention)
# The formats of columns whose hidden cells a fact of each kind may tell.
KINDS = {
    Share: ("percent",),
    Proportion: ("percent",),
    Points: ("percent",),
    Count: ("integer",),
    Number: ("number", "months"),
    Money: ("euros", "number"),
    Quantity: ("euros", "number"),
}
ROUNDED_TO = range(2, 7)  # significant digits: one says too little, more are no rounding


def plain_sentences(exhibit: Exhibit, hidden: pd.DataFrame, secret: "Secrets") -> dict[str, Any]:
    """The words of the exhibit without the sentences that tell a secret; a title that does gives
    way to the subtitle.
    """
    notice, reserved = say("withheld.some"), say("withheld.reserved")
    every = {field: sentences_of(exhibit, field) for field in EXHIBIT_FIELDS}
    published = {
        field: tuple(sentence for sentence in sentences if not secret.told_by(sentence))
        for field, sentences in every.items()
    }
    lost = {field for field in EXHIBIT_FIELDS if len(published[field]) < len(every[field])}
    words: dict[str, Any] = {field: spoken(published[field]) for field in lost}
    for field in lost & {"reading", "scope", "note"}:
        words[field] = words[field] or reserved
    if "title" in lost:
        words["title"] = exhibit.subtitle
    if "alt" in lost and not words["alt"]:
        words["alt"] = f"{exhibit.subtitle}. {notice}"
    if hidden.any(axis=None) and notice not in words.values():
        words["note"] = f"{words.get('note', exhibit.note)} {notice}"
    return words | {"sentences": published}


def sentences_of(exhibit: Exhibit, field: str) -> tuple[Sentence, ...]:
    """The sentences of a field; an analyst's own text is one of which nobody knows the facts."""
    sentences, text = exhibit.sentences.get(field, ()), getattr(exhibit, field)
    if spoken(sentences) == text:
        return sentences
    return (Sentence(text, None),)


def counts_in_words(sentences: Mapping[str, Iterable[Sentence]]) -> set[float]:
    """The counts that the sentences of an exhibit tell, all fields together."""
    facts = [fact for field in sentences.values() for each in field for fact in each.facts or ()]
    counts = [fact.value for fact in facts if isinstance(fact, Count)]
    return {float(count) for count in counts if not formatting.is_missing(count)}


class Secrets:
    """What the words of an exhibit must not tell: hidden cells, numbers of hidden rows, sums of
    rows that tell one, counts that are too small, and those that are `untold` for what is published
    elsewhere, among them `sizes`, which are numbers of relations.
    """

    def __init__(
        self,
        exhibit: Exhibit,
        data: pd.DataFrame,
        hidden: pd.DataFrame,
        limits: Limits,
        untold: Iterable[float] = (),
        sizes: Iterable[int] = (),
    ):
        self.n, self.limits = exhibit.n, limits
        self.sizes = [float(size) for size in sizes]
        self.sums = TellingSums(exhibit, data, hidden, limits)
        self.hides = bool(hidden.any(axis=None))
        self.adds_up = exhibit.rules.total and self.hides
        self.labels = hidden_labels(exhibit, data, hidden)
        self.values = {
            kind: [
                *untold,
                *(
                    float(value)
                    for column in data.columns
                    if exhibit.formats[column] in formats
                    for value in data.loc[hidden[column].to_numpy(), column]
                    if not formatting.is_missing(value) and value not in (0, 1)
                ),
            ]
            for kind, formats in KINDS.items()
        }

    def told_by(self, sentence: Sentence) -> bool:
        """Whether a sentence tells one of them; one of unknown facts may, where it holds a number."""
        if sentence.facts is None:
            return any(character.isdigit() for character in sentence.text)
        numbers = [fact for fact in sentence.facts if not isinstance(fact, NO_MEASURES)]
        spoken = {fact.value for fact in sentence.facts if isinstance(fact, Label)}
        if numbers and (self.adds_up or spoken & self.labels):
            return True
        if self.hides and any(isinstance(fact, Pooled) for fact in numbers):
            return True
        return self.sums.told_by(sentence) or any(self._is_secret(fact) for fact in numbers)

    def _is_secret(self, fact: Fact) -> bool:
        if isinstance(fact, Interval):
            kind = Share if fact.share else Number
            return all(self._is_hidden(kind, bound) for bound in fact.value)
        if formatting.is_missing(fact.value) or isinstance(fact, Rank):
            return False
        kind = next(kind for kind in KINDS if isinstance(fact, kind))
        # beside the base a count tells what one has more than the other
        if kind is Count and is_small(abs(fact.value - self.n), self.limits["secret_below"]):
            return True
        may_count = not isinstance(fact, DURATIONS)
        is_hidden = self._is_hidden(kind, fact.value, self.sizes if may_count else ())
        return is_hidden or is_few(fact, self.n, self.limits)

    def _is_hidden(self, kind: type, value: float, sizes: Iterable[float] = ()) -> bool:
        may_be_rounded = kind is not Count
        return any(
            math.isclose(value, secret, rel_tol=1e-9)
            or (may_be_rounded and is_rounding(value, secret))
            for secret in (*self.values[kind], *sizes)
        )


def is_rounding(value: float, exact: float) -> bool:
    """Whether a number that an exhibit rounded itself is what another one comes to.

    >>> is_rounding(11_000, 11_414), is_rounding(3.4, 3.41), is_rounding(3.42, 3.41)
    (True, True, False)
    """
    digits = len(Decimal(repr(float(value))).normalize().as_tuple().digits)
    return digits in ROUNDED_TO and float(f"{exact:.{digits - 1}e}") == value


def is_few(fact: Fact, n: int, limits: Limits = DEFAULTS) -> bool:
    """Whether a count, or the count that a share is (of `n`, where it does not say of how many), or
    what is left of its whole, is too small to be told.

    >>> is_few(Count(1116, of=1119), 1119), is_few(Share(0.5), 80), is_few(Number(3), 80)
    (True, False, False)
    """
    return not together(map(int, counts_told(fact, n)), limits=limits)
