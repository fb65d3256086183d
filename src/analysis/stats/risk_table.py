"""Rows that last, checked and counted: how many are at risk and how many leave, by stratum, time
and kind of exit.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.stats.array_checks import flags, levels, numbers, refuse, require_alike


class RiskTable(NamedTuple):
    """Counts at each distinct duration of each stratum, the strata one after the other.

    Rows bounds[k]:bounds[k + 1] are stratum k; the columns of `counts` are kinds of exit, the first
    is the censored.
    """

    levels: pd.Index | None
    bounds: np.ndarray
    time: np.ndarray
    at_risk: np.ndarray
    counts: np.ndarray

    def running(self, accumulate: np.ufunc, values: np.ndarray) -> np.ndarray:
        """A running sum or product that starts afresh in each stratum."""
        result = np.empty_like(values)
        for first, last in zip(self.bounds[:-1], self.bounds[1:], strict=True):
            accumulate.accumulate(values[first:last], out=result[first:last])
        return result

    def frame(self, **columns) -> pd.DataFrame:
        if self.levels is None:
            return pd.DataFrame(columns)
        return pd.DataFrame({"stratum": self.levels.repeat(np.diff(self.bounds)), **columns})


def count_at_risk(duration, kind, kinds: int, entry, strata) -> RiskTable:
    """Count the rows by stratum, duration and kind: for whole-number durations in one pass without
    a sort.
    """
    codes, labels = (None, None) if strata is None else levels(strata, "strata")
    stratum_count = 1 if labels is None else len(labels)
    span = 0
    if len(duration) and duration.dtype.kind in "iu":
        span = int(duration.max()) + 1
    if 0 < stratum_count * span * kinds <= 2 * len(duration) + 65536:
        grid = _count(duration, kind, kinds, codes, stratum_count, span)
        cells = np.flatnonzero(grid.any(axis=1))
        counts, time, stratum = grid[cells], (cells % span).astype(duration.dtype), cells // span
    else:
        position, distinct = pd.factorize(
            duration, sort=True
        )  # times repeat: hashed, they are not sorted all
        cells = np.arange(len(distinct))
        if codes is not None:
            position, cells = pd.factorize(codes * np.int64(len(distinct)) + position, sort=True)
        counts = np.bincount(position * kinds + kind, minlength=len(cells) * kinds).reshape(
            len(cells), kinds
        )
        time, stratum = distinct[cells % max(len(distinct), 1)], cells // max(len(distinct), 1)
    bounds = np.searchsorted(stratum, np.arange(stratum_count + 1))
    gone = np.concatenate([[0], np.cumsum(counts.sum(axis=1))])
    at_risk = np.repeat(gone[bounds[1:]], np.diff(bounds)) - gone[:-1]
    if entry is not None:
        late = np.flatnonzero(entry > 0)  # those watched from the start are at risk at every time
        order, edges = late, [0, len(late)]
        if codes is not None:
            order = late[np.argsort(codes[late], kind="stable")]
            edges = np.searchsorted(codes[order], np.arange(stratum_count + 1))
        for k in range(stratum_count):
            entries = np.sort(entry[order[edges[k] : edges[k + 1]]])
            rows = slice(bounds[k], bounds[k + 1])
            at_risk[rows] -= len(entries) - np.searchsorted(entries, time[rows])
    return RiskTable(labels, bounds, time, at_risk, counts)


def _count(duration, kind, kinds, codes, stratum_count, span) -> np.ndarray:
    cells = stratum_count * span * kinds
    total, step = np.zeros(cells, dtype=np.int64), max(65536, cells)
    room = np.empty(min(step, len(duration)), dtype=np.int64)
    for first in range(0, len(duration), step):
        part = slice(first, first + step)
        cell = room[: len(duration[part])]
        np.copyto(cell, duration[part], casting="unsafe")
        if codes is not None:
            cell += codes[part] * np.int64(span)
        cell *= kinds
        cell += kind[part]
        total += np.bincount(cell, minlength=cells)
    return total.reshape(-1, kinds)


def checked_follow_up(
    duration, ended, entry, *beside, name: str = "ended", instants: bool = False
) -> tuple:
    """Durations, whether each ended and entries as plain arrays, and the columns beside them as
    given: all of one length.
    """
    require_alike(duration, ended, entry, *beside)
    duration = durations(duration)
    return duration, flags(ended, name), risk_entries(entry, duration, instants), *beside


def durations(values) -> np.ndarray:
    values = numbers(values, "duration")
    if len(values) and values.min() < 0:
        refuse(values < 0, "durations are negative")
    return values


def risk_entries(values, duration, instants: bool = False) -> np.ndarray | None:
    """Times of delayed entry, or None when all rows are watched from the start; an entry at 0 lies
    before all times (-1).

    Where `instants` are, a row may last no time: it enters as it leaves, and is at risk at no time.
    """
    if values is None:
        return None
    values, duration = numbers(values, "entry"), np.asarray(duration)
    if not values.any():
        return None
    refuse(values < 0, "entries are negative")
    is_late = (values > duration) | ((values == duration) & (values > 0) & (not instants))
    refuse(is_late, "rows enter at or after their end")
    kind = "int64" if values.dtype.kind in "biu" else "float64"
    return np.where(values > 0, values.astype(kind, copy=False), -1)
