"""What two days tell of amounts: the difference of an amount that an edition of another day told is
an amount too, and is told as any other.

A ledger keeps no partner. Who holds a difference is worked out from the data of today, looked at
as of the other day; what they do not explain of it is taken to be one partner's.
"""

from collections.abc import Mapping

import pandas as pd

from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import Table
from analysis.disclosure.hidden_parts import holders_of_difference, may_be_told_of
from analysis.disclosure.withheld import Withheld
from analysis.exhibits.strength import brought_by_partner
from analysis.run.release_tables import release_exhibits, release_tables

OF_AMOUNTS = "F18"  # the figure that tells amounts

Amounts = Mapping[tuple[str, str], pd.Series]  # by cell, of each partner


def untold_since(
    study, name: Edition, table: Table | None, released: Mapping[Edition, Table | None]
) -> Withheld:
    """The amounts of an edition that it does not tell, since they differ from what another day told
    by what few partners brought, or nearly all by one.
    """
    if table is None or released.get(name) is not None:
        return Withheld()
    now: Amounts | None = None
    untold = set()
    for other, earlier in released.items():
        if earlier is None or not other.is_of_same(name) or other.day == name.day:
            continue
        steps = _steps(table, earlier)
        if not steps:
            continue
        now = now or _amounts(study)
        then = _amounts(study.with_(day=other.day.split()[0]))
        for cell, step in steps.items():
            holders = holders_of_difference(step, then.get(cell, _NOBODY), now.get(cell, _NOBODY))
            if not may_be_told_of(holders, study.conventions):
                untold.add(table.places[cell])
    return Withheld(cells={OF_AMOUNTS: tuple(sorted(untold))} if untold else {})


_NOBODY = pd.Series(dtype=float)


def _steps(table: Table, earlier: Table) -> dict[tuple[str, str], float]:
    cells = (table.amounts - table.hidden) & (earlier.value.keys() - earlier.hidden)
    steps = {cell: table.value[cell] - earlier.value[cell] for cell in cells}
    return {cell: step for cell, step in steps.items() if abs(step) > 1e-9 * abs(table.value[cell])}


def _amounts(study) -> Amounts:
    exhibits = release_exhibits(study, (OF_AMOUNTS,))
    table = release_tables(study, exhibits, Withheld()).get(OF_AMOUNTS)
    if table is None:
        return {}
    by_row = brought_by_partner(study)
    return {cell: by_row[table.places[cell][0]] for cell in table.amounts}
