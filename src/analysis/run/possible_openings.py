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
    """
    day, study = next((name.day, study) for name, study in studies.items())
    no_filters = dict.fromkeys(FILTERS, "")

    def counted(name: Edition) -> Table:
        filters = no_filters | dict(name.filters)
        return opening.counts_table(study.with_(**filters), Withheld())

    openings = {
        name: table.as_known(counted(name))
        for name, table in released.items()
        if table is not None and name.day == day and name not in made
    }
    openings |= {name: table for name, table in made.items() if table is not None}
    new = (studies.keys() - {*settled}) & openings.keys()
    return possible_numbers(openings, new, study.conventions)
