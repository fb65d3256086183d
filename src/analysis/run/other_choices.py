"""What an edition does not tell, since one of its day and filters was released by another choice of
method.

What a figure tells of other choices (T4, T5) stands beside what another edition tells of its own: a
line at 30 % less the same line at 35 % is how many lie between, and a whole at 36 % (T5) less its
other parts at 36 % (F8) is the part that hides it. So do classes that a convention bounds: beside
those of another bound a figure is not told.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import BETWEEN_LABELS, Table
from analysis.disclosure.other_classes import has_other_classes, has_rows_beyond, rest_on_the_same
from analysis.disclosure.secrecy_rules import Limits
from analysis.disclosure.withheld import FIGURES_OF_LINES, OF_KNOWN, Withheld

_OF_CHOICES = "T4"  # the figure whose rows are other choices, beside the study's own

_Figures = Mapping[str, Table | None]


def untold_by_other_choices(
    name: Edition, figures: _Figures, released: Mapping[Edition, _Figures], limits: Limits
) -> Withheld:
    """The figure of other choices where another edition told its own, the figures that it told of
    other classes, and the lines whose threshold is another there; nothing of an edition that was
    released itself, which tells what it told.
    """
    if name in released:
        return Withheld()
    refused = {*_of_other_classes(name, figures, released, limits)}
    date, _thresholds, choices = _choices(name)
    for edition, published in released.items():
        other_date, _other_thresholds, other_choices = _choices(edition)
        is_the_same = edition.is_of_same(name) and other_date == date
        if is_the_same and choices != other_choices and published.get(_OF_CHOICES) is not None:
            refused.add(_OF_CHOICES)
    lines = {*_lines_moved(name, figures, released, limits)}
    cells = {
        id: tuple(sorted({*_cells_of_lines(table, lines)}))
        for id in FIGURES_OF_LINES
        if (table := figures.get(id)) is not None and lines
    }
    facts = frozenset(f"line.{line}.share" for line in lines)
    return Withheld(figures=frozenset(refused), cells=cells, facts=facts)


def _lines_moved(
    name: Edition, figures: _Figures, released: Mapping[Edition, _Figures], limits: Limits
) -> Iterator[str]:
    _date, thresholds, _choices_of_name = _choices(name)
    for edition, published in released.items():
        moved = {line for line, _number in thresholds ^ _choices(edition)[1]}
        if moved and _stand_together((name, figures), (edition, published), released, limits):
            yield from moved & _lines_told(published)


def _lines_told(figures: _Figures) -> set[str]:
    return {
        row.split(BETWEEN_LABELS)[0]
        for table in _tables_of_lines(figures)
        for row, column in table.value.keys() - table.hidden
        if column not in OF_KNOWN
    }


def _stand_together(
    now: tuple[Edition, _Figures],
    before: tuple[Edition, _Figures],
    released: Mapping[Edition, _Figures],
    limits: Limits,
) -> bool:
    """Whether lines of two editions are of the same relations, or of a whole and its part, as far
    as a reader can see: on one day, or on two between which they hardly moved.
    """
    (name, figures), (edition, published) = now, before
    is_of_day = _choices(name)[0] == _choices(edition)[0]
    if edition.is_of_same(name):
        return is_of_day or _rest_on_the_same_lines(figures, published, limits)
    if not (name.holds(edition) or edition.holds(name)):
        return False
    (whole, of_whole), (part, _of_part) = (now, before) if name.holds(edition) else (before, now)
    of_part_day = _told_on_day_of(part, whole, released)
    return (
        is_of_day
        or not of_part_day
        or any(_rest_on_the_same_lines(of_whole, of_day, limits) for of_day in of_part_day)
    )


def _told_on_day_of(
    part: Edition, whole: Edition, released: Mapping[Edition, _Figures]
) -> list[_Figures]:
    return [
        figures
        for edition, figures in released.items()
        if edition.is_of_same(whole) and _choices(edition)[0] == _choices(part)[0]
    ]


def _rest_on_the_same_lines(figures: _Figures, published: _Figures, limits: Limits) -> bool:
    pairs = product(_tables_of_lines(figures), _tables_of_lines(published))
    return any(rest_on_the_same(table, earlier, limits) for table, earlier in pairs)


def _tables_of_lines(figures: _Figures) -> list[Table]:
    return [table for id in FIGURES_OF_LINES if (table := figures.get(id)) is not None]


def _of_other_classes(
    name: Edition, figures: _Figures, released: Mapping[Edition, _Figures], limits: Limits
) -> Iterable[str]:
    for edition, published in released.items():
        if _method(edition) == _method(name):
            continue
        for id, table in figures.items():
            earlier = published.get(id)
            if table is None or earlier is None or not table.places or table.times:
                continue
            if _tells_other_classes(id, (name, table), (edition, earlier), released, limits):
                yield id


def _tells_other_classes(
    id: str,
    now: tuple[Edition, Table],
    before: tuple[Edition, Table],
    released: Mapping[Edition, _Figures],
    limits: Limits,
) -> bool:
    (name, table), (edition, earlier) = now, before
    is_of_day = name.day.split()[0] == edition.day.split()[0]
    if edition.is_of_same(name):
        if not is_of_day and not rest_on_the_same(table, earlier, limits):
            return False
        if id in FIGURES_OF_LINES:
            return has_rows_beyond(table, earlier) and _choices(name)[2] != _choices(edition)[2]
        return has_other_classes(table, earlier, limits)
    if id in FIGURES_OF_LINES or not (name.holds(edition) or edition.holds(name)):
        return False
    (whole, of_whole), (part, of_part) = (now, before) if name.holds(edition) else (before, now)
    of_part_day = [
        of_day
        for figures in _told_on_day_of(part, whole, released)
        if (of_day := figures.get(id)) is not None
    ]
    has_moved = of_part_day and not any(
        rest_on_the_same(of_whole, of_day, limits) for of_day in of_part_day
    )
    return (is_of_day or not has_moved) and has_rows_beyond(of_part, of_whole)


def _method(name: Edition) -> str:
    choices = name.day.partition(" ")[2]
    return re.sub(r"(^|\s)[0-9a-f]{12}$", "", choices)


def _choices(name: Edition) -> tuple[str, set[tuple[str, str]], str]:
    date, _blank, choices = name.day.partition(" ")
    thresholds = set(re.findall(r"\b(L[FS]\d+)=([^,\s]+)", choices))
    others = re.sub(r"(thresholds=)?L[FS]\d+=[^,\s]+,?", "", choices)
    return date, thresholds, " ".join(others.split())


def _cells_of_lines(table: Table, lines: set[str]) -> Iterable[tuple[int, str]]:
    for (row, _column), (position, column) in table.places.items():
        if row.split(BETWEEN_LABELS)[0] in lines:
            if column in ("yes", "no"):
                yield position, column
            yield position, "share"
