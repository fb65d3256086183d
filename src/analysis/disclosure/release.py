"""What is published together, protected together: the figures of an edition, a family of reports
with their whole, and editions released before.

Each figure of an edition becomes a `Table` of counts and amounts with the sums that its exhibit
declares. Between editions more sums hold: a whole is the sum of its parts (`families`), and what
another day told of the same cell leaves a difference. One linear programme (`solver`) runs over all
of them.
"""

from collections.abc import Iterator, Mapping

from analysis.disclosure import families
from analysis.disclosure.courses import steps_to_hide
from analysis.disclosure.curve_steps import steps_since
from analysis.disclosure.edition import Edition
from analysis.disclosure.few_editions import sums_that_tell
from analysis.disclosure.figure_table import BASE, Table, TableCell
from analysis.disclosure.hidden_parts import amounts_to_hide, counts_to_hide, smallest_of_each
from analysis.disclosure.other_days import other_days
from analysis.disclosure.secrecy_rules import Limits, is_small
from analysis.disclosure.solver import Protection, Sum, protected


def hidden_together(
    tables: Mapping[Edition, Table],
    released: Mapping[Edition, Table],
    limits: Limits,
    of_words: bool = False,
) -> tuple[dict[Edition, set], set[Edition]]:
    """For one figure: the cells to hide in each edition that is to be released, and the editions
    that must do without it.

    Counts `of_words` have no rows that other days told again. `released` are those published
    before: nothing more is hidden in them, and what they hide stays hidden. A part without the
    figure, or without a report, is what the others leave of the whole.
    """
    refused: set[Edition] = set()
    told_before: frozenset = frozenset()
    while True:
        now = {name: table for name, table in tables.items() if name not in refused}
        protection = _protection(now, released, limits, of_words, told_before)
        others = {name: table for name, table in released.items() if name not in tables}
        if others and protection.told and not told_before:  # perhaps not by what is new
            told_before = _protection({}, others, limits, of_words).told
            if told_before:
                protection = _protection(now, released, limits, of_words, told_before)
        lost = {name for name in now if (name, *BASE) in protection.hidden}
        lost = lost or _smallest_that_tells(now, protection.solved)
        if not lost:
            cells: dict[Edition, set] = {name: set() for name in now}
            for name, *cell in protection.hidden:
                if name in cells:
                    cells[name].add(tuple(cell))
            return cells, refused
        refused |= lost


def _smallest_that_tells(tables: Mapping[Edition, Table], solved: list[Sum]) -> set[Edition]:
    """Of these editions the smallest one with a cell in the sums that tell a hidden number, or, where
    none has one, that tells it by having no such row.
    """
    with_cell = {cell[0] for item in solved for cell in item.cells}
    without_row = {name for item in solved for name in item.editions}
    smallest = sorted(
        tables.keys() & with_cell or tables.keys() & without_row,
        key=lambda name: (tables[name].value.get(BASE, 0), name),
    )
    return set(smallest[:1])


def _protection(
    now: Mapping[Edition, Table],
    released: Mapping[Edition, Table],
    limits: Limits,
    of_words: bool,
    told_before: frozenset = frozenset(),
) -> Protection:
    """What to hide of the tables of `now`. What others told protects nothing, unless nothing else
    is left to hide and its row moved: a reader cannot take it for the same.
    """
    every = {**released, **now}
    hidden = {(name, *cell) for name, t in every.items() for cell in t.hidden}
    published = {(name, *cell) for name, t in released.items() for cell in t.value}
    cells_told, cells_told_again = set(), set()
    for name, table in now.items():
        moved = since_before(name, table, released, limits)
        if not of_words:
            others = other_days(name, table, released, limits)
            moved |= others.hidden | steps_since(name, table, released, limits)
            cells_told |= {(name, *cell) for cell in others.told - moved}
            cells_told_again |= {(name, *cell) for cell in others.told_again - moved}
        hidden |= {(name, *cell) for cell in moved}
    added = every
    if of_words:
        added = {name: table.without_bases() for name, table in every.items()}
    published |= cells_told
    closed = hidden - cells_told
    protection = _asked_again(every, added, now, closed, published, told_before, limits)
    if cells_told > cells_told_again and protection.solved:
        closed, published = hidden - cells_told_again, published - (cells_told - cells_told_again)
        protection = _asked_again(every, added, now, closed, published, told_before, limits)
    return protection


def _asked_again(
    every: Mapping[Edition, Table],
    added: Mapping[Edition, Table],
    now: Mapping[Edition, Table],
    hidden: set[tuple],
    published: set[tuple],
    told_before: frozenset,
    limits: Limits,
) -> Protection:
    """What to hide beside what is `hidden`, where the tables `added` make wholes; what that leaves
    told of hidden parts together, of sets and of steps makes it be asked again.
    """
    families_asked = [*families.families_of(added, now)]
    value = {(name, *cell): v for name, t in every.items() for cell, v in t.value.items()}
    known = families.known_of(families_asked, limits)
    no_secret = {(name, *cell): t.value[cell] for name, t in every.items() for cell in t.no_secret}
    while True:
        protection = protected(
            value | known.left,
            [*_own_sums(every), *known.sums],
            hidden,
            limits,
            amounts={(name, *cell) for name, t in every.items() for cell in t.amounts},
            published=published,
            left=known.left | no_secret,
            told=told_before,
        )
        not_told = protection.hidden | known.left.keys() | no_secret.keys()
        of_amounts = amounts_to_hide(families_asked, value, not_told, published, limits)
        of_counts = counts_to_hide(known.sums, value | known.left, not_told, published, limits)
        telling = sums_that_tell(added, now, protection.hidden | no_secret.keys(), limits)
        of_sets = smallest_of_each(telling, value, not_told, published)
        more = of_amounts.hidden | of_counts.hidden | of_sets.hidden
        more |= steps_to_hide(families_asked, protection.hidden, published, limits)
        if not more:
            protection.solved.extend([*of_amounts.solved, *of_counts.solved, *of_sets.solved])
            return protection
        hidden = hidden | more


def since_before(
    edition: Edition, table: Table, released: Mapping[Edition, Table], limits: Limits
) -> set:
    """The cells that differ by a few from what an edition of another day told of the same, or of
    which what they leave of their row's base does.
    """
    few = limits["secret_below"]
    cells = set()
    for other, earlier in released.items():
        if other.is_of_same(edition) and other.day != edition.day:
            for cell in table.value.keys() - table.amounts:
                steps = [_step(table, earlier, cell), _step_of_rest(table, earlier, cell)]
                if any(is_small(abs(step), few) for step in steps):
                    cells.add(cell)
    return cells


def _step(table: Table, earlier: Table, cell: TableCell) -> float:
    """By how much a cell moved; missing where another edition did not tell it."""
    return table.value[cell] - earlier.value.get(cell, float("nan"))


def _step_of_rest(table: Table, earlier: Table, cell: TableCell) -> float:
    """By how much moved what a cell leaves of the base of its row; missing where nothing tells it."""
    base = (cell[0], BASE[1])
    if cell == base or base not in table.value:
        return float("nan")
    return _step(table, earlier, base) - _step(table, earlier, cell)


def _own_sums(tables: Mapping[Edition, Table]) -> Iterator[Sum]:
    for name, table in tables.items():
        for item in table.sums:
            parts = [(name, *part) for part in item.parts]
            yield Sum(parts, item.whole and (name, *item.whole), item.total, item.rest)
