"""What each row adds to an estimate of time to an end: its influence (infinitesimal jackknife).

The influence of a row is the slope of the estimate in the row's weight. Influences sum to zero; the
sum of their squares is the robust variance of the estimate, and summed within clusters first, the
variance when rows of a cluster may be alike (Lin and Wei 1989; Therneau, Crowson and Atkinson 2020,
the `influence` of R's survfit). Differences of estimates have the differences of influences,
whether or not the same clusters stand on both sides.
"""

from typing import NamedTuple

import numpy as np

from analysis.stats import array_checks, risk_table


class Influence(NamedTuple):
    """An estimate, the influence of each row on it, and how many ends it rests on."""

    value: float
    by_row: np.ndarray
    ends: int


class _History:
    def __init__(self, duration, kind, kinds: int, entry):
        table = risk_table.count_at_risk(duration, kind, kinds + 1, entry, None)
        self.time, self.kind = table.time, kind
        self.at_risk = table.at_risk.astype(float)
        self.hazard = table.counts[:, 1:] / self.at_risk[:, None]
        self.going = 1 - self.hazard.sum(axis=1)
        self.survival = np.cumprod(self.going)
        self.before = np.concatenate([[1.0], self.survival])[: len(self.time)]
        self.last_at_risk = np.searchsorted(self.time, duration)
        self.entered_at = np.zeros(len(kind), dtype=np.int64)
        if entry is not None:
            self.entered_at = np.searchsorted(self.time, entry, side="right")

    def watched_until(self, horizon: float) -> bool:
        return bool(len(self.time)) and bool(self.time[-1] >= horizon or self.survival[-1] <= 0)

    def by_row(self, weight: np.ndarray) -> np.ndarray:
        expected = np.concatenate([[0.0], np.cumsum((weight * self.hazard).sum(axis=1))])
        own_influence = np.zeros(len(self.kind))
        ended = self.kind > 0
        own_influence[ended] = weight[self.last_at_risk[ended], self.kind[ended] - 1]
        return own_influence - (expected[self.last_at_risk + 1] - expected[self.entered_at])

    def per_survivor(self, loss: np.ndarray) -> np.ndarray:
        survivors = self.at_risk * self.going
        return np.divide(loss, survivors, out=np.zeros(len(loss)), where=self.going > 1e-12)


def of_survival(duration, ended, time: float, *, entry=None) -> Influence:
    """The share still going after `time` (Kaplan-Meier), with the influence of each row on it.

    The value is missing past the last row where some were still going.

    >>> of_survival([1, 2, 3, 4], [1, 1, 0, 0], 2).by_row.tolist()
    [-0.125, -0.125, 0.125, 0.125]
    """
    history = _History(*_checked(duration, ended, entry))
    reached = np.searchsorted(history.time, time, side="right")
    value = history.survival[reached - 1] if reached else 1.0
    if not history.watched_until(time):
        value = np.nan
    loss = np.where(history.time <= time, value, 0.0)
    by_row = history.by_row(-history.per_survivor(loss)[:, None])
    return Influence(float(value), by_row, _ends_by(history, time))


def of_restricted_mean(duration, ended, horizon: float, *, entry=None) -> Influence:
    """The mean time lived up to `horizon` (area under the Kaplan-Meier curve), with the influence
    of each row on it.

    >>> of_restricted_mean([1, 2, 3, 4], [1, 1, 1, 1], 4).by_row.tolist()
    [-0.375, -0.125, 0.125, 0.375]
    """
    history = _History(*_checked(duration, ended, entry))
    until = np.minimum(history.time, horizon)
    steps = np.concatenate([[1.0], history.survival])
    areas = steps * np.diff(np.concatenate([[0.0], until, [horizon]]))
    value = np.nan
    if history.watched_until(horizon):
        value = areas.sum()
    area_ahead = areas.sum() - np.cumsum(areas)[:-1]
    loss = np.where(history.time <= horizon, area_ahead, 0.0)
    by_row = history.by_row(-history.per_survivor(loss)[:, None])
    return Influence(float(value), by_row, _ends_by(history, horizon))


def of_incidences(duration, cause, time: float, *, entry=None) -> dict:
    """The share ended from each cause by `time` (Aalen-Johansen), by cause, with the influence of
    each row.

    A missing cause is a row still going. The incidences and the survival sum to 1, and so their
    influences sum to 0.

    >>> of_incidences([1, 2, 3, 4], ["aim", "stop", None, None], 2)["aim"].by_row.tolist()
    [0.1875, -0.0625, -0.0625, -0.0625]
    """
    array_checks.require_alike(duration, cause, entry)
    kinds, causes = array_checks.causes(cause)
    duration = risk_table.durations(duration)
    entry = risk_table.risk_entries(entry, duration)
    history = _History(duration, kinds, len(causes), entry)
    within = history.time <= time
    influences = {}
    for column, name in enumerate(causes):
        steps = np.where(within, history.before * history.hazard[:, column], 0.0)
        value = steps.sum()
        still_to_come = value - np.cumsum(steps)
        weight = np.repeat(-history.per_survivor(still_to_come)[:, None], len(causes), axis=1)
        weight[:, column] += history.before / history.at_risk
        weight[~within] = 0.0
        value_if_followed = np.nan
        if history.watched_until(time):
            value_if_followed = value
        ends = int(np.count_nonzero((kinds == column + 1) & (duration <= time)))
        influences[name] = Influence(float(value_if_followed), history.by_row(weight), ends)
    return influences


def cluster_sums(by_row: np.ndarray, clusters: np.ndarray, cluster_count: int) -> np.ndarray:
    """Influences summed within each cluster: of one estimate, or of several in columns."""
    if by_row.ndim == 1:
        return np.bincount(clusters, weights=by_row, minlength=cluster_count)
    sums = np.zeros((cluster_count, by_row.shape[1]))
    np.add.at(sums, clusters, by_row)
    return sums


def _checked(duration, ended, entry):
    duration, ended, entry = risk_table.checked_follow_up(duration, ended, entry)
    return duration, ended.astype(np.int64), 1, entry


def _ends_by(history: _History, time: float) -> int:
    return int(np.count_nonzero(history.kind[history.time[history.last_at_risk] <= time]))
