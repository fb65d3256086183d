"""Numbers of words that add up rows of the table beside them: "12 of 111 are above 30 %" are the
last bands together.

Beside the bands that are shown, such a number tells what the hidden ones come to. It is told only
where the table stays as protected with it as without.
"""

from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.disclosure.additive import sums_of
from analysis.disclosure.cell_suppression import counts_of
from analysis.disclosure.secrecy_rules import Limits
from analysis.disclosure.solver import Sum, protected
from analysis.text import formatting
from analysis.text.facts import Count, Fact, Label, Share
from analysis.text.sentences import Sentence

MOST_ROWS = 40  # of a table whose rows words add up; a curve's are not


def counts_told(fact: Fact, n: int) -> list[float]:
    """The count that a fact tells, and what it leaves of its whole: itself, or the whole number
    that a share is of its base (`n` where it does not say of how many).

    >>> counts_told(Count(12, of=111), 111), counts_told(Share(0.25), 8), counts_told(Share(0.3), 8)
    ([12.0, 99.0], [2.0, 6.0], [])
    """
    if not isinstance(fact, Count | Share) or formatting.is_missing(fact.value):
        return []
    if isinstance(fact, Count):
        return [float(fact.value)] + ([] if fact.of is None else [float(fact.of - fact.value)])
    whole = n if fact.of is None else fact.of
    count = fact.value * whole
    is_whole = abs(count - round(count)) < 1e-6
    if is_whole:
        return [float(round(count)), float(whole - round(count))]
    return []


class TellingSums:
    """The counts of an exhibit's words of which, as sums of rows, a hidden cell could be worked
    out.

    A sentence that names a row of the table tells of that row, and of no sum.
    """

    def __init__(self, exhibit: Exhibit, data: pd.DataFrame, hidden: pd.DataFrame, limits: Limits):
        self.n = exhibit.n
        data, hidden = data.reset_index(drop=True), hidden.reset_index(drop=True)
        texts = [column for column in data if exhibit.formats[column] == "text"]
        self.names = {name for column in texts for name in data[column].dropna()}
        numbers = counts_of(data, exhibit.formats)
        value = {cell: numbers.at[cell] for cell in product(numbers.index, numbers)}
        closed = {cell for cell in value if hidden.at[cell]}
        sentences = [sentence for field in exhibit.sentences.values() for sentence in field]
        told = {count for sentence in sentences for count in self._counts(sentence)}
        self.counts: set[float] = set()
        if not closed or not told:
            return
        known = list(sums_of(data, numbers, exhibit.n, exhibit.rules, limits["secret_below"]))
        enough = protected(value, known, closed, limits).hidden
        for item in _runs(data, numbers):
            if item.total in told - self.counts and closed.intersection(item.parts):
                protection = protected(value, [*known, item], enough, limits)
                if protection.solved or protection.hidden != enough:
                    self.counts.add(item.total)
                else:
                    known.append(item)

    def told_by(self, sentence: Sentence) -> bool:
        """Whether a sentence tells one of them."""
        return not self.counts.isdisjoint(self._counts(sentence))

    def _counts(self, sentence: Sentence) -> set[float]:
        facts = sentence.facts or ()
        if any(isinstance(fact, Label) and fact.value in self.names for fact in facts):
            return set()
        # what all rests on, and none, every table tells
        return {count for fact in facts for count in counts_told(fact, self.n)} - {0, self.n}


def _runs(data: pd.DataFrame, numbers: pd.DataFrame) -> Iterator[Sum]:
    """The first rows under each heading together, the last ones, and as many at both ends."""
    counts = {column: numbers[column].to_numpy(float) for column in numbers}
    groups = [np.arange(len(data))]
    for column in data.columns.difference(numbers.columns):
        if 1 < data[column].nunique() < len(data):
            groups += data.groupby(column, dropna=False).indices.values()
    for rows in groups:
        if len(rows) > MOST_ROWS:
            continue
        for size in range(1, len(rows)):
            first, last = rows[:size], rows[-size:]
            ends = []
            if 2 * size < len(rows):
                ends = [np.concatenate([first, last])]
            for run in (first, last, *ends):
                yield from _sums_of_rows(run, counts)


def _sums_of_rows(rows: np.ndarray, counts: Mapping[str, np.ndarray]) -> Iterator[Sum]:
    """The sum of some rows in each column in which two or more of them are known."""
    for column, numbers in counts.items():
        known_rows = rows[~np.isnan(numbers[rows])]
        if len(known_rows) > 1:
            parts = [(row, column) for row in known_rows.tolist()]
            yield Sum(parts, None, float(numbers[known_rows].sum()), False)
