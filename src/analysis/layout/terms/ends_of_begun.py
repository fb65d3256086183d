"""Remarks and ends by which an agreement or a grant that had begun ended before its term: it counts,
and is none that was called off.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare.shares import HALF
from analysis.layout.headers.cell_evidence import days_of_rows
from analysis.layout.headers.words import says
from analysis.layout.terms.days_in_remarks import WORDS_OF_ENDS, days_of_ends
from analysis.parse.month_arithmetic import last_day
from analysis.read import Block

_STARTS = ("start", "planned_start", "date")
_ENDS = ("end", "planned_end", "term_months")


def tell_ends_of_begun(
    block: Block, columns: Mapping[str, tuple[str, ...]], header: str, texts: pd.Series
) -> pd.Series:
    """Whether each text under a header tells the day of an end that is after the start of all its
    rows; none where nothing says until when these were to run.
    """
    starts = _starts(block, columns)
    if starts is None:
        return pd.Series(False, texts.index)
    days = days_of_ends(texts, WORDS_OF_ENDS)
    read = parse.dates(days, of_ends=True)[0]
    ends = last_day(read["date"], read["precision"])
    last_starts = starts.groupby(block.columns[header].codes).max()
    return ends > last_starts.reindex(texts.index)


def ended_after_start(block: Block, columns: Mapping[str, tuple[str, ...]]) -> np.ndarray:
    """Which rows have an end that came after their start, under a header of such ends, which most
    rows have not.
    """
    early = [header for header in columns.get("planned_end", ()) if says("early end", header)]
    headers = [header for header in (*columns.get("end", ()), *early) if header in block.columns]
    starts = _starts(block, columns)
    has_ended = np.zeros(len(block.lines), dtype=bool)
    for header in headers if starts is not None else ():
        ends = days_of_rows(block.columns[header], to_the_last=True)
        if ends.notna().mean() <= HALF:
            has_ended |= (ends > starts).to_numpy(bool)
    return has_ended


def _starts(block: Block, columns: Mapping[str, tuple[str, ...]]) -> pd.Series | None:
    """The day on which each row starts; None where nothing says until when rows run."""
    name = next((name for name in _STARTS if name in columns), "")
    if not name or columns.keys().isdisjoint(_ENDS) or columns[name][0] not in block.columns:
        return None
    return days_of_rows(block.columns[columns[name][0]])
