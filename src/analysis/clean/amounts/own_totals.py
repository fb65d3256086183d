"""The totals that a list writes below its rows: where these miss them, a question if amounts could
not be read, else a remark.
"""

import pandas as pd

from analysis.clean.team.control_total import written_amount
from analysis.clean.unclear_rows import cells_shown
from analysis.declare.faults import Fault, question_about
from analysis.text.messages import say

_MONEY = ("amount", "~part")


def asked_of_cells(
    unknown: list[Fault], totals: pd.DataFrame, unread: list[pd.DataFrame], tolerance_eur: float
) -> list[Fault]:
    """The questions what stands in cells that could not be read: for each list that writes a total
    of its own by what this misses, else as they are asked of its rows alone (`unknown`).
    """
    by_total = questions_on_totals(totals, unread, tolerance_eur)
    sources = {fault.file for fault in by_total}
    return by_total + [fault for fault in unknown if fault.file not in sources]


def questions_on_totals(
    totals: pd.DataFrame, unread: list[pd.DataFrame], tolerance_eur: float
) -> list[Fault]:
    """The question what the amounts are that could not be read, for each list of grants with such
    cells that writes a total of its own, which its rows miss by more than the tolerance.
    """
    asked = []
    for total in _missed(totals, tolerance_eur).itertuples():
        cells = pd.concat([cells[cells["source"].eq(total.source)] for cells in unread])
        cells = cells[cells["column"].isin(_MONEY) & cells["rule"].isin(["M02", "M03"])]
        if not len(cells):
            continue
        message = say("layout.total_missed_unread", cells=cells_shown(cells), **_told(total))
        asked.append(question_about(total.source, message))
    return asked


def remarks_on_totals(totals: pd.DataFrame, tolerance_eur: float) -> list[str]:
    """That a total which a list writes is not what its rows add up to, once for each list."""
    return [
        say("layout.total_missed", source=total.source, more=total.more, **_told(total))
        for total in _missed(totals, tolerance_eur).itertuples()
    ]


def _missed(totals: pd.DataFrame, tolerance_eur: float) -> pd.DataFrame:
    """The total of each source that misses its rows by most, and how many `more` do."""
    if not len(totals):
        return totals
    missed = totals[totals["difference"].abs() > tolerance_eur]
    by_size = missed["difference"].abs().sort_values(ascending=False, kind="stable").index
    missed = missed.loc[by_size]
    of_source = missed.groupby("source")["difference"]
    missed = missed.assign(more=of_source.transform("size") - 1)
    return missed.drop_duplicates("source").sort_values("source", ignore_index=True)


def _told(total) -> dict[str, object]:
    return {
        "label": total.label,
        "given": written_amount(total.given),
        "computed": written_amount(total.computed),
        "difference": written_amount(abs(total.difference)),
        "is_more": total.difference > 0,
    }
