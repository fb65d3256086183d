"""What is published together, protected together: the figures of an edition, a family of reports
with their whole, and editions released before.

Each figure of an edition becomes a `Table` of counts and amounts with the sums that its exhibit
declares. Between editions more sums hold: a whole is the sum of its parts (`families`), and what
another day told of the same cell leaves a difference. One linear programme (`solver`) runs over all
of them.
"""

from collections.abc import Iterator, Mapping

from analysis.disclosure import families
from analysis.disclosure.amounts import amounts_to_hide, counts_to_hide
from analysis.disclosure.courses import steps_to_hide
from analysis.disclosure.curve_steps import steps_since
from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import BASE, Table, TableCell
from analysis.disclosure.other_days import other_days
from analysis.disclosure.solver import Limits, Protection, Sum, is_small, protected


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
    while True:
        open_editions = tables.keys() - refused
        now = {name: tables[name] for name in open_editions}
        protection = _protection(now, released, limits, of_words)
        lost = {name for name in open_editions if (name, *BASE) in protection.hidden}
        if not lost:
            editions = {cell[0] for item in protection.solved for cell in item.cells}
            # what such a row of theirs has none of, they tell by having none
            without_row = {name for item in protection.solved for name in item.editions}
            smallest = sorted(
                open_editions & editions or open_editions & without_row,
                key=lambda name: (tables[name].value.get(BASE, 0), name),
            )
            lost = set(smallest[:1])
        if not lost:
            cells: dict[Edition, set] = {name: set() for name in open_editions}
            for name, *cell in protection.hidden:
                if name in cells:
                    cells[name].add(tuple(cell))
            return cells, refused
        refused |= lost


def _protection(
    now: Mapping[Edition, Table],
    released: Mapping[Edition, Table],
    limits: Limits,
    of_words: bool,
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
    added = {name: table.without_bases() for name, table in every.items()} if of_words else every
    families_asked = [*families.families_of(added, now)]
    protection = _asked_again(
        every, families_asked, hidden - cells_told, published | cells_told, limits
    )
    if cells_told > cells_told_again and protection.solved:
        certain = published | cells_told_again
        protection = _asked_again(every, families_asked, hidden - cells_told_again, certain, limits)
    return protection


def _asked_again(
    every: Mapping[Edition, Table],
    families_asked: list[families.Family],
    hidden: set[tuple],
    published: set[tuple],
    limits: Limits,
) -> Protection:
    """What to hide beside what is `hidden`; amounts and steps that others tell make it be asked
    again.
    """
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
        )
        not_told = protection.hidden | known.left.keys() | no_secret.keys()
        of_amounts = amounts_to_hide(families_asked, value, not_told, published, limits)
        of_counts = counts_to_hide(known.sums, value | known.left, not_told, published, limits)
        more = of_amounts.hidden | of_counts.hidden
        more |= steps_to_hide(families_asked, protection.hidden, published, limits)
        if not more:
            solved = [*protection.solved, *of_amounts.solved, *of_counts.solved]
            return protection._replace(solved=solved)
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
