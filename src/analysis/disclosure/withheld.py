"""What an edition withholds beyond the rules of single figures, because of what else is published."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import pandas as pd

from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.figure_table import (
    BETWEEN_LABELS,
    BEYOND,
    KEY_FACTS,
    OPENING,
    WORDS,
    Table,
)
from analysis.disclosure.secrecy_rules import Limits, is_small

FIGURES_OF_LINES = ("F8", "F15", "T5")  # figures whose rows are lines of fragility and strength
OF_KNOWN = ("known", "unknown")  # columns of a line that tell of how many it is known
_OF_AMOUNTS, _OF_SHARES = "F18", "F10P"  # the one tells amounts, the other shares of them
RESTED_ON = ("relations", "not ended", "running")  # counts of the opening that figures rest on


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """`sizes` are numbers that no figure may rest on or tell, `statuses` numbers of relations by
    status that only one of terms may, for which they are of another fact; `facts` are the names of
    what no figure may state; `figures` are refused as a whole, of others `cells` (row, column) are
    hidden and `counts` not told in words. `possible_statuses` are what a reader could take for one
    of the numbers that are withheld: a number that is shown is seen not to be it.
    """

    sizes: frozenset[int] = frozenset()
    statuses: frozenset[int] = frozenset()
    possible_statuses: frozenset[int] = frozenset()
    facts: frozenset[str] = frozenset()
    figures: frozenset[str] = frozenset()
    cells: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    counts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def bases(self) -> frozenset[int]:
        """The numbers that no figure of relations may rest on."""
        return self.sizes | self.statuses | self.possible_statuses

    def numbers_for(self, exhibit) -> set[float]:
        """The numbers that the table of an exhibit may not tell: one of voters, or of files, may tell
        any, which is no number of relations. Were it hidden, another report's table would tell it.
        """
        rules = exhibit.rules
        is_the_same_for_all = rules.of_voters or rules.of_files
        if is_the_same_for_all:
            return set()
        return self.numbers(exhibit.states, rules.of_other_units)

    def numbers(self, states: Mapping[str, float], of_other_units: bool = False) -> set[float]:
        """The numbers that an exhibit with these statements, of relations or not, may not tell. What
        a size could be taken for is hidden wherever the size is: else what is shown is not it.

        >>> of_part = Withheld(sizes=frozenset({6}), possible_statuses=frozenset({5, 6}))
        >>> of_status = Withheld(possible_statuses=frozenset({46}))
        >>> sorted(of_part.numbers({}, of_other_units=True)), of_status.numbers({}, True)
        ([5.0, 6.0], set())
        """
        sizes = self.sizes and self.sizes | self.possible_statuses
        bases = sizes if of_other_units else self.bases
        return {float(size) for size in bases} | self.numbers_stated(states)

    def numbers_stated(self, states: Mapping[str, float]) -> set[float]:
        """Of what an exhibit states by name, the numbers that no figure may state.

        >>> Withheld(facts=frozenset({"renewal"})).numbers_stated({"renewal": 0.4, "renewal.n": 30})
        {0.4}
        """
        return {value for name, value in states.items() if name in self.facts}

    def closes(self, exhibit) -> bool:
        """Whether an exhibit is refused as a whole, or rests on a number that none may rest on."""
        # a line on which all is known rests on what all lines do, which is no secret of that line
        if "line" in exhibit.data:
            bases = self.bases
        else:
            bases = self.numbers_for(exhibit)
        return exhibit.id in self.figures or exhibit.n in bases

    def joined(self, other: Self) -> Self:
        """What the one or the other withholds."""

        def of_both(mine: Mapping[str, tuple], theirs: Mapping[str, tuple]) -> dict[str, tuple]:
            ids = sorted({*mine, *theirs})
            return {id: tuple(sorted({*mine.get(id, ()), *theirs.get(id, ())})) for id in ids}

        return type(self)(
            sizes=self.sizes | other.sizes,
            statuses=self.statuses | other.statuses,
            possible_statuses=self.possible_statuses | other.possible_statuses,
            facts=self.facts | other.facts,
            figures=self.figures | other.figures,
            cells=of_both(self.cells, other.cells),
            counts=of_both(self.counts, other.counts),
        )

    def without(self, refused: set[str]) -> Self:
        """The same where these figures are refused as a whole."""
        figures = {id for id in self.figures | refused if not id.endswith(WORDS)}
        cells = {id: cells for id, cells in self.cells.items() if id not in figures}
        return replace(self, figures=frozenset(figures), cells=cells)

    def record(self) -> dict[str, Any]:
        """What a file can hold, in one order.

        >>> Withheld(statuses=frozenset([16, 8])).record()["statuses"]
        [8, 16]
        """
        return {
            "sizes": sorted(self.sizes),
            "statuses": sorted(self.statuses),
            "possible": sorted(self.possible_statuses),
            "facts": sorted(self.facts),
            "figures": sorted(self.figures),
            "cells": {name: sorted(cells) for name, cells in sorted(self.cells.items())},
            "counts": {name: sorted(counts) for name, counts in sorted(self.counts.items())},
        }

    @classmethod
    def of_record(
        cls, record: Mapping[str, Any], statuses: set[int], possible: Collection[int] = ()
    ) -> Self:
        """What a file holds, with the numbers by status that a study withholds in any case, and
        what these are `possible` to be.
        """
        cells = record.get("cells", {}).items()
        return cls(
            sizes=frozenset(record.get("sizes", ())),
            statuses=frozenset(record.get("statuses", ())) | statuses,
            possible_statuses=frozenset(record.get("possible", ())).union(possible),
            facts=frozenset(record.get("facts", ())),
            figures=frozenset(record.get("figures", ())),
            cells={name: tuple((row, column) for row, column in cell) for name, cell in cells},
            counts={name: tuple(counts) for name, counts in record.get("counts", {}).items()},
        )


def untold_sizes(relations: pd.DataFrame, limits: Limits = DEFAULTS) -> set[int]:
    """The numbers of relations that are not told, lest they tell with the others how many are to
    confirm or have ended where these are few.

    Those not ended stand under every figure of lines: where few are to confirm, how many run is
    not told; where few have ended, how many are known is not.

    >>> untold_sizes(pd.DataFrame({"status": ["running"] * 9 + ["to confirm"] * 2}))
    {9}
    """
    of_status = relations["status"].value_counts()
    sizes = set()
    if 0 < of_status.get("to confirm", 0) < limits["secret_below"]:
        sizes.add(int(of_status.get("running", 0)))
    if 0 < of_status.get("ended", 0) < limits["secret_below"]:
        sizes.add(len(relations))
    return sizes


def possible_sizes(relations: pd.DataFrame, limits: Limits = DEFAULTS) -> set[int]:
    """What a reader who knows how many have not ended could take for the `untold_sizes`: were they
    told where they are not these, one would be left.

    >>> sorted(possible_sizes(pd.DataFrame({"status": ["running"] * 9 + ["to confirm"] * 2})))
    [7, 8, 9, 10]
    """
    of_status = relations["status"].value_counts()
    ended = int(of_status.get("ended", 0))
    not_ended, few = len(relations) - ended, limits["secret_below"]
    sizes = set()
    if is_small(of_status.get("to confirm", 0), few):
        sizes |= {not_ended - few_to_confirm for few_to_confirm in range(1, int(few))}
    if is_small(ended, few):
        sizes |= {not_ended + few_ended for few_ended in range(1, int(few))}
    return {size for size in sizes if size > 0}


def withheld_of(
    hidden: Mapping[str, set | None],
    tables: Mapping[str, Table | None],
    untold: Collection[int] = (),
) -> Withheld:
    """What a release hides beyond the rules of each figure, as the study is told of it; None where
    a figure is refused. A line of a figure that hides beyond its own rules no figure states, nor
    what a hidden row of a curve does.
    """
    cells, counts, statuses = {}, {}, {*untold}
    facts = _facts_of_hidden_rows([tables[id] for id in hidden])
    for id, more in hidden.items():
        table = tables[id]
        if not more or table is None:
            continue
        if id in FIGURES_OF_LINES:
            facts |= _facts_of_lines(more)
        if id == OPENING:
            statuses |= {int(table.value[cell]) for cell in more if cell[1] in RESTED_ON}
            counts[id] = tuple(table.value[cell] for cell in more if cell[1] not in RESTED_ON)
        elif id.endswith(WORDS):
            counts[id.removesuffix(f" {WORDS}")] = tuple(table.value[cell] for cell in more)
        elif table.places:
            cells[id] = tuple(table.places[cell] for cell in more if cell in table.places)
        elif id in ("B1", KEY_FACTS):
            facts |= {row for row, _column in more}
        else:
            cells[id] = tuple((int(row), column) for row, column in more)
    refused = {id for id, more in hidden.items() if more is None}
    if _OF_AMOUNTS in refused and _OF_SHARES in hidden:
        refused.add(_OF_SHARES)
    return Withheld(
        statuses=frozenset(statuses),
        facts=frozenset(facts),
        figures=frozenset(refused),
        cells=cells,
        counts=counts,
    )


def _facts_of_lines(cells: set) -> set[str]:
    """What is stated of the lines of which some cells are hidden."""
    by_line = {(row.split(BETWEEN_LABELS)[0], column) for row, column in cells}
    shares = {f"line.{line}.share" for line, _column in by_line}
    return shares | {f"line.{line}.known" for line, column in by_line if column in OF_KNOWN}


def _facts_of_hidden_rows(tables: list[Table | None]) -> set[str]:
    """What the hidden rows of curves state, and what these state beyond the rows that are told."""
    return {
        fact
        for table in tables
        if table is not None
        for row in {BEYOND, *(row for row, _column in table.hidden)}
        for fact in table.facts.get(row, ())
    }
