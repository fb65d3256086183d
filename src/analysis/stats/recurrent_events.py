"""How many events a subject has had by each time, when events may recur."""

import numpy as np
import pandas as pd

from analysis.stats import array_checks, risk_table
from analysis.stats.array_checks import refuse, z_of

CELLS_AT_ONCE = 4_000_000  # subjects x times held in memory together


def mean_cumulative(start, stop, event, subject, *, confidence=0.95) -> pd.DataFrame:
    """The mean number of events per subject by each time, when events may recur (Nelson's mean
    cumulative function).

    A row watches a subject over (start, stop] and says whether an event closed it; a subject's rows
    follow one another, and a row may last no time where a second event comes with another. Columns
    ``time, at_risk, events, mean, std_error, low, high``, one row per distinct stop. The variance
    sums over subjects (Lawless and Nadeau: events of one subject need not be independent; one
    subject alone has none); the interval is on the log scale.

    >>> mean_cumulative([0, 2, 0], [2, 4, 3], [1, 1, 0], ["a", "a", "b"])[["time", "at_risk", "events", "mean"]]
       time  at_risk  events  mean
    0     2        2       1   0.5
    1     3        2       0   0.5
    2     4        1       1   1.5
    """
    z = z_of(confidence)
    stop, event, start, subject = risk_table.checked_follow_up(
        stop, event, start, subject, name="event", instants=True
    )
    subjects, names = array_checks.levels(subject, "subject")
    begin = np.full(len(stop), -1) if start is None else start
    order = np.lexsort((begin, stop, subjects))
    _refuse_unordered(begin, stop, subjects, order)
    table = risk_table.count_at_risk(stop, event, 2, start, None)
    hazard = table.counts[:, 1] / table.at_risk
    mean = np.cumsum(hazard)
    if len(names) > 1:
        error = np.sqrt(_variance(table, hazard, begin, stop, event, subjects, order))
    else:
        error = np.full(len(table.time), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.exp(z * np.where(mean > 0, error / mean, 0))
    columns = {
        "time": table.time,
        "at_risk": table.at_risk,
        "events": table.counts[:, 1],
        "mean": mean,
        "std_error": error,
        "low": mean / factor,
        "high": mean * factor,
    }
    return pd.DataFrame(columns)


def _refuse_unordered(begin, stop, subjects, order) -> None:
    given_place = np.argsort(order)
    follows = np.diff(subjects[order], prepend=-1) == 0
    stop_before = np.roll(stop[order], 1)
    overlap = follows & (begin[order] < stop_before)
    refuse(
        overlap[given_place], "rows begin before the row of the same subject ahead of them stops"
    )
    instant = (begin == stop)[order] & ~(follows & (stop_before == stop[order]))
    refuse(instant[given_place], "rows last no time, and nobody watched their subject just before")


def _variance(table, hazard, begin, stop, event, subjects, order) -> np.ndarray:
    times = table.time
    first = np.searchsorted(times, begin, side="right")
    last = np.searchsorted(times, stop)
    variance = np.zeros(len(times))
    subject_count = int(subjects.max(initial=-1)) + 1
    at_once = max(1, CELLS_AT_ONCE // max(len(times), 1))
    edges = np.searchsorted(subjects[order], np.arange(0, subject_count + at_once, at_once))
    for from_row, to_row in zip(edges[:-1], edges[1:], strict=True):
        rows = order[from_row:to_row]
        share_at_once = subjects[rows] % at_once
        change = np.zeros((min(at_once, subject_count), len(times) + 1))
        np.add.at(change, (share_at_once, first[rows]), 1)
        np.add.at(change, (share_at_once, last[rows] + 1), -1)
        watched = np.cumsum(change[:, :-1], axis=1)
        happened = np.zeros_like(watched)
        np.add.at(happened, (share_at_once, last[rows]), event[rows])
        influence = np.cumsum((happened - watched * hazard) / table.at_risk, axis=1)
        variance += (influence**2).sum(axis=0)
    return variance
