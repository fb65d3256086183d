"""Starting something within a grace period against not starting: a trial emulated by clones,
censoring and weights.

Every unit is in both arms from its own time zero, so that nobody has to survive to be counted
(immortal time). A clone is taken out of its arm once what the unit does departs from it, and the
clones that stay are weighted up for those taken out by the chance to start that their covariates
gave them (Hernan and Robins 2016; Maringe and others 2020). Causes that are not among the
covariates may remain: the result is an association that a trial might have shown, no more.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.stats import array_checks, regression
from analysis.stats.design import covariate_frame
from analysis.stats.differences import DIFFERENCE_COLUMNS
from analysis.stats.influence import cluster_sums

_PENALTY = 1.0  # ridge of the model of starting: keeps a covariate that nobody started with finite
_FEWEST = 5  # units in an arm at the end of the grace: with fewer there is nothing to compare


class Emulation(NamedTuple):
    """`arms` has a row ``start`` and a row ``none``: ``risk, std_error, units`` (followed in the
    arm past the grace), ``events`` (of them) ``, largest_weight, effective_n``. `difference` is
    start - none: ``value, std_error, df, low, high, p_value``.
    """

    arms: pd.DataFrame
    difference: pd.Series


def emulate(
    started,
    happened,
    ended,
    followed,
    covariates,
    *,
    grace: int,
    horizon: int,
    cluster=None,
    confidence: float = 0.95,
) -> Emulation:
    """The risk that something happens by `horizon` if units start within `grace`, and if they do
    not; and the difference.

    All times are since a unit's time zero, in periods such as months, rounded up to whole ones:
    when it `started`, when it `happened`, when the unit `ended` without (each missing or infinite
    where never seen), and how long it was `followed`; younger units count for as long as they were.
    Arm ``none``: not started by the end of the grace (what follows is as it comes). Arm ``start``:
    started by then, at the times at which units do start. Risks are Aalen-Johansen's: an end
    competes. The model of starting is logistic, by period of the grace and covariates (known at
    time zero). The error is the jackknife's, which leaves each cluster out of both arms in turn and
    takes the weights for known. With some 150 units it is as large as the spread of drawings, where
    the sum of squared influences is too small. Missing with fewer than five units in an arm at the
    end of the grace.

    >>> months = np.arange(40)
    >>> trial = emulate(np.where(months % 2, 3, np.nan), np.where(months % 4 < 2, 20, np.nan), np.full(40, np.nan),
    ...     np.full(40, 48), {"large": months % 3 == 0}, grace=12, horizon=36)
    >>> trial.arms[["units", "events"]].values.tolist(), bool(trial.difference["low"] < 0 < trial.difference["high"])
    ([[20, 10], [20, 10]], True)
    """
    facts = covariate_frame(covariates)
    array_checks.require_alike(started, happened, ended, followed, facts.iloc[:, 0], cluster)
    columns = {
        "started": _periods(started),
        "happened": _periods(happened),
        "ended": _periods(ended),
        "followed": np.floor(np.asarray(followed, dtype=float)),
    }
    table = pd.DataFrame(columns)
    array_checks.refuse(
        ~(table["followed"] >= 0).to_numpy(), "units are followed for less than no time"
    )
    facts = facts.reset_index(drop=True)
    last = table[["happened", "ended", "followed"]].min(axis=1).clip(upper=horizon).to_numpy()
    start = table["started"].to_numpy()
    start = np.where((start <= last) & (start <= grace), start, np.inf)
    not_started = _chance_not_started(start, last, facts, grace)
    weights = _arm_weights(start, last, not_started, grace, horizon)
    in_arm = {}
    if horizon > grace:
        in_arm = {name: weights[name][:, grace] > 0 for name in weights}
    if not in_arm or min(part.sum() for part in in_arm.values()) < _FEWEST:
        return _nothing()
    units, cluster_count = array_checks.cluster_codes(cluster, len(table))
    risks, without_each, rows = {}, {}, {}
    for name, weight in weights.items():
        risks[name], without_each[name] = _risks_without_each(
            weight, table, last, horizon, units, cluster_count
        )
        after_grace = weight[:, grace]
        rows[name] = {
            "risk": risks[name],
            "std_error": _error(without_each[name]),
            "units": int(in_arm[name].sum()),
            "events": int((in_arm[name] & (table["happened"] == last)).sum()),
            "largest_weight": after_grace.max(),
            "effective_n": after_grace.sum() ** 2 / (after_grace**2).sum(),
        }
    value = risks["start"] - risks["none"]
    error = _error(without_each["start"] - without_each["none"])
    return Emulation(
        pd.DataFrame.from_dict(rows, orient="index"),
        _difference(value, error, cluster_count - 1, confidence),
    )


def _periods(times) -> np.ndarray:
    times = pd.Series(times).to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(times), np.inf, np.maximum(np.ceil(times), 1))


def _chance_not_started(start, last, facts: pd.DataFrame, grace: int) -> np.ndarray:
    periods = np.arange(1, grace + 1)
    at_risk = (start[:, None] >= periods) & (last[:, None] >= periods)
    unit, period = np.nonzero(at_risk)
    starts = start[unit] == periods[period]
    rows = facts.iloc[unit].reset_index(drop=True)
    rows["period"] = np.log(periods[period])
    rows["first period"] = (period == 0).astype(float)
    if not 0 < starts.sum() < len(starts):
        return np.full((len(start), grace), 1 - float(starts.any()))
    rows = rows.loc[:, rows.nunique() > 1]  # what is alike for all tells nothing, as the intercept
    model = regression.logistic(starts, rows, penalty=_PENALTY)
    units = np.unique(unit)  # those never at risk may be of a level that nobody else has
    every = facts.loc[units.repeat(grace)].reset_index(drop=True)
    every["period"] = np.tile(np.log(periods), len(units))
    every["first period"] = np.tile((periods == 1).astype(float), len(units))
    hazard = np.zeros((len(start), grace))
    chances = regression.chances(model, every[list(rows)])
    hazard[units] = chances.to_numpy().reshape(-1, grace)
    return np.cumprod(1 - hazard, axis=1)


def _arm_weights(start, last, not_started, grace: int, horizon: int) -> dict[str, np.ndarray]:
    periods = np.arange(1, horizon + 1)
    in_grace = periods <= grace
    is_followed = last[:, None] >= periods
    until = np.minimum(periods, grace) - 1
    none = is_followed * (start[:, None] > np.minimum(periods, grace)) / not_started[:, until]
    by_grace = np.maximum(1 - not_started[:, -1:], 1e-12)
    starters = is_followed * np.isfinite(start)[:, None] / by_grace
    return {"start": np.where(in_grace, is_followed, starters), "none": none}


def _risks_without_each(
    weight, table: pd.DataFrame, last, horizon: int, units, cluster_count: int
) -> tuple[float, np.ndarray]:
    periods = np.arange(1, horizon + 1)
    now = last[:, None] == periods
    happens = weight * (now & (table["happened"].to_numpy()[:, None] == periods))
    ends = weight * (now & (table["ended"].to_numpy()[:, None] == periods)) * (happens == 0)
    by_cluster = [cluster_sums(rows, units, cluster_count) for rows in (weight, happens, ends)]
    risk = _risk(*[rows.sum(axis=0, keepdims=True) for rows in by_cluster])
    return float(risk[0]), _risk(*[rows.sum(axis=0) - rows for rows in by_cluster])


def _risk(at_risk: np.ndarray, happening: np.ndarray, ending: np.ndarray) -> np.ndarray:
    safe = np.maximum(at_risk, 1e-12)
    stays = 1 - (happening + ending) / safe
    free_before = np.cumprod(np.insert(stays, 0, 1.0, axis=1), axis=1)[:, :-1]
    return (free_before * happening / safe).sum(axis=1)


def _error(without_each: np.ndarray) -> float:
    clusters = len(without_each)
    return float(np.sqrt((clusters - 1) * without_each.var()))


def _difference(value: float, error: float, df: int, confidence: float) -> pd.Series:
    low, high, p_value = array_checks.student_limits(value, error, df, confidence)
    limits = max(low, -1.0), min(high, 1.0)
    return pd.Series([value, error, df, *limits, p_value], index=DIFFERENCE_COLUMNS)


def _nothing() -> Emulation:
    columns = ["risk", "std_error", "units", "events", "largest_weight", "effective_n"]
    arms = pd.DataFrame(np.nan, index=["start", "none"], columns=columns)
    return Emulation(arms, pd.Series(np.nan, index=DIFFERENCE_COLUMNS))
