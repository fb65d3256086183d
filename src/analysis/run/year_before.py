"""What an edition may not tell of a year earlier, since an edition of that day hides it."""

from collections.abc import Iterable, Mapping

from analysis.declare.key_numbers import LINES_TOLD
from analysis.disclosure.figure_table import BETWEEN_LABELS
from analysis.disclosure.key_numbers import a_year_before
from analysis.disclosure.release import Edition, Table
from analysis.exhibits.line_counts import year_before
from analysis.run.release_tables import release_exhibits, release_tables
from analysis.study import withholding

# The figure that tells each key number of durability, and those of which a line is a row.
_WHOLE = {"survival": "F3", "mean": "F3", "renewal": "F6"}
_OF_LINES = {"F8": "LF", "F15": "LS"}

_FIGURES = sorted({*_WHOLE.values(), *_OF_LINES})

Figures = Mapping[str, Table | None]


def untold_a_year_before(
    study, name: Edition, released: Iterable[tuple[Edition, Figures]]
) -> frozenset[str]:
    """The facts of a year before that a study does not state: those of which its own edition of that
    day would hide something, and those of which a released one of the same relations did, for what
    others tell.
    """
    earlier = year_before(study)
    if earlier is None:
        return frozenset()
    own_tables = release_tables(
        earlier, release_exhibits(earlier, _FIGURES), withholding.of_own_numbers(earlier)
    )
    figures_hiding: list[Figures] = [{id: own_tables.get(id) for id in _FIGURES}]
    day = str(earlier.day.date())
    for edition, figures in released:
        if edition.is_of_same(name) and edition.day.startswith(day):
            figures_hiding.append(figures)
    keys = set().union(*map(_hidden_keys, figures_hiding))
    return frozenset(a_year_before(key) for key in keys)


def _hidden_keys(figures: Figures) -> set[str]:
    keys = {key for key, id in _WHOLE.items() if id in figures and _hides(figures[id])}
    for id, family in _OF_LINES.items():
        table = figures.get(id)
        if table is not None:
            keys |= {row.split(BETWEEN_LABELS)[0] for row, _column in table.hidden}
        elif id in figures:
            keys |= {line for line in LINES_TOLD if line.startswith(family)}
    return keys


def _hides(table: Table | None) -> bool:
    return table is None or bool(table.hidden)
