"""What readers could take for the numbers that the openings of a run hide, given those that were
released before.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import Table
from analysis.disclosure.possible_numbers import possible_numbers
from analysis.disclosure.withheld import Withheld
from analysis.study import opening
from analysis.study.filters import FILTERS

_Openings = Mapping[Edition, Table | None]


def possible_of_openings(
    made: _Openings, released: _Openings, studies: Mapping[Edition, Any], settled: Iterable[Edition]
) -> dict[Edition, set[int]]:
    """For each edition of a run what a reader of its opening, of the others `made` with it and of
    those `released` could take for its hidden numbers; not for those that are `settled`, whose
    ledger says it.

    An opening tells the same by whatever choices of method and version of a study's file, as long
    as these move none of its numbers.
    """
    day, study = next((name.day, study) for name, study in studies.items())
    no_filters = dict.fromkeys(FILTERS, "")

    def counted(name: Edition) -> Table:
        filters = no_filters | dict(name.filters)
        return opening.counts_table(study.with_(**filters), Withheld())

    openings: dict[Edition, Table] = {}
    for name, table in released.items():
        is_of_day = bool(name.relations) and name.day.split()[0] == day.split()[0]
        if table is None or not is_of_day:
            continue
        now = counted(name)
        told = table.value.keys() - table.hidden
        if all(table.value[cell] == now.value[cell] for cell in told):
            of_day = Edition(day, name.filters).looking_at(name.relations, name.lies_in)
            openings[of_day] = table.as_known(now)
    openings |= {name: table for name, table in made.items() if table is not None}
    new = (studies.keys() - {*settled}) & openings.keys()
    return possible_numbers(openings, new, study.conventions)
