"""The share that has ended from each cause, where causes compete (Aalen-Johansen)."""

import numpy as np
import pandas as pd

from analysis.stats import array_checks, risk_table
from analysis.stats.array_checks import z_of
from analysis.stats.kaplan_meier import limits

ROUNDING = 1e-9  # of a share that should be zero
VARIANCE_TOLERANCE = 1e-15  # rounding of a variance that should be zero


def cumulative_incidence(
    duration, cause, *, entry=None, strata=None, confidence=0.95, interval="log-log"
) -> pd.DataFrame:
    """The share that has ended from each cause after each time, by Aalen-Johansen: causes compete,
    and none is censored.

    `cause` names what each row ended from; a *missing* cause (None, NaN, NA) is a row still going;
    a cause 0 or "" is a cause like another. Columns ``[stratum,] time, cause, incidence, std_error,
    low, high``, one row per distinct duration of the stratum and cause seen anywhere; no cause at
    all gives no row. At any time the incidences and the Kaplan-Meier survival sum to 1. The
    variance is that of the multinomial counts (R's for data without delayed entry); `interval` is
    ``log-log``, ``log`` or ``plain``, of the incidence itself.

    >>> cumulative_incidence([2, 2, 3, 4], ["aim", None, "stop", "aim"])[["time", "cause", "incidence"]]
       time cause  incidence
    0     2   aim      0.250
    1     2  stop      0.000
    2     3   aim      0.250
    3     3  stop      0.375
    4     4   aim      0.625
    5     4  stop      0.375
    """
    z = z_of(confidence)
    array_checks.require_alike(duration, cause, entry, strata)
    kinds, causes = array_checks.causes(cause)
    duration = risk_table.durations(duration)
    entry = risk_table.risk_entries(entry, duration)
    table = risk_table.count_at_risk(duration, kinds, len(causes) + 1, entry, strata)
    hazards = table.counts[:, 1:] / table.at_risk[:, None]
    going = 1 - hazards.sum(axis=1)
    before = _survival_just_before(table, going)
    incidences = np.zeros(hazards.shape)
    errors = np.zeros(hazards.shape)
    for column, hazard in enumerate(hazards.T):
        incidences[:, column] = table.running(np.add, before * hazard)
        errors[:, column] = _error(table, hazard, going, before, incidences[:, column])
    value, error = incidences.ravel(), errors.ravel()
    low, high = limits(value, error, z, interval)
    by_time = table.frame(time=table.time)
    rows = by_time.loc[by_time.index.repeat(len(causes))].reset_index(drop=True)
    return rows.assign(
        cause=causes.take(np.tile(np.arange(len(causes)), len(table.time))),
        incidence=value,
        std_error=error,
        low=low,
        high=high,
    )


def _survival_just_before(table: risk_table.RiskTable, going: np.ndarray) -> np.ndarray:
    survival = table.running(np.multiply, going)
    before = np.concatenate([[1.0], survival])[: len(survival)]
    first_rows = table.bounds[:-1][np.diff(table.bounds) > 0]
    before[first_rows] = 1
    return before


def _error(table: risk_table.RiskTable, hazard, going, before, incidence) -> np.ndarray:
    """Standard error of an incidence at each time: hazard p, of all ends q, survival S.

    Var = sum over past times of (p(1-p)S^2 - 2pS G + q/(1-q) G^2) / at risk, G the incidence since:
    a polynomial in the incidence now.
    """
    odds = np.divide(1 - going, going, out=np.zeros(len(going)), where=going > ROUNDING)
    flow = before * hazard
    terms = hazard * (1 - hazard) * before**2 + 2 * flow * incidence + odds * incidence**2
    constant = table.running(np.add, terms / table.at_risk)
    linear = table.running(np.add, 2 * (flow + odds * incidence) / table.at_risk)
    square = table.running(np.add, odds / table.at_risk)
    variance = constant - incidence * linear + incidence**2 * square
    return np.sqrt(np.where(variance > VARIANCE_TOLERANCE, variance, 0))
