"""How far predicted chances lie from what happened, where some were lost from sight before it could
be seen.
"""

import numpy as np
import pandas as pd

from analysis.stats import array_checks, intervals, risk_table


def brier(duration, ended, predicted, time) -> pd.Series:
    """The squared error of each predicted chance to go on at `time`, by row: its mean is the Brier
    score (0 is perfect).

    What was censored before `time` counts 0, and the others for it: one over the chance not to be
    censored before their end or `time` (Graf 1999; at ties ends come first, so that what is
    censored at `time` itself still goes on at it).

    >>> brier([1, 2, 3, 4], [1, 0, 1, 1], [0.5, 0.5, 0.5, 0.5], 3).round(3).tolist()
    [0.25, 0.0, 0.375, 0.375]
    """
    index = array_checks.index_of(duration)
    duration, ended, _, predicted = risk_table.checked_follow_up(duration, ended, None, predicted)
    predicted = array_checks.numbers(predicted, "predicted")
    tally = risk_table.count_at_risk(duration, ended, 2, None, None)
    remaining = np.maximum(tally.at_risk - tally.counts[:, 1], 1)
    stays = np.concatenate([[1.0], np.cumprod(1 - tally.counts[:, 0] / remaining)])
    chance = stays[np.searchsorted(tally.time, np.minimum(duration, time), side="left")]
    gone = ended & (duration <= time)
    at_risk = ~gone & (duration >= time)
    weight = np.divide(1, chance, out=np.zeros(len(chance)), where=gone | at_risk)
    return pd.Series(weight * (at_risk - predicted) ** 2, index=index, name="squared_error")


def skill(
    model_loss: pd.Series, benchmark_loss: pd.Series, *, cluster=None, seed: int, confidence=0.95
) -> pd.Series:
    """How much less a model errs than a benchmark on the same rows: ``model, benchmark`` (mean
    losses), ``skill, low, high``.

    skill = 1 - model / benchmark: 0 says that the model adds nothing, 1 that it never errs. The
    interval resamples rows, or whole clusters. A model is worth using where `low` is above 0 on
    rows that it was not fitted to.

    >>> skill(pd.Series([0.1, 0.2, 0.1, 0.2]), pd.Series([0.2, 0.4, 0.2, 0.4]), seed=1)["skill"].round(9).item()
    0.5
    """
    losses = pd.DataFrame({"model": model_loss, "benchmark": benchmark_loss})
    ratio = intervals.bootstrap(losses, "ratio", cluster=cluster, seed=seed, confidence=confidence)
    values = {
        **losses.mean(),
        "skill": 1 - ratio["value"],
        "low": 1 - ratio["high"],
        "high": 1 - ratio["low"],
    }
    return pd.Series(values)


def calibration(
    predicted: pd.Series, happened: pd.Series, *, parts: int = 5, confidence: float = 0.95
) -> pd.DataFrame:
    """Predicted chances beside what happened, by fifth of the prediction: ``n, predicted, happened,
    value, low, high``.

    Equal predictions stay together, so that parts may be fewer. Wilson's interval: a model is
    calibrated where it holds the mean prediction of most parts.

    >>> calibration(pd.Series([0.1] * 5 + [0.8] * 5), pd.Series([0] * 5 + [1] * 4 + [0]))[["n", "happened"]].values.tolist()
    [[5, 0], [5, 4]]
    """
    middle = (predicted.rank(method="average") - 0.5) / len(predicted)
    part = np.floor(parts * middle).rename("part")
    rows = pd.DataFrame({"n": 1, "predicted": predicted, "happened": happened.astype(int)})
    table = rows.groupby(part).agg({"n": "sum", "predicted": "mean", "happened": "sum"})
    table.index = pd.RangeIndex(1, len(table) + 1, name="part")
    return table.join(intervals.wilson(table["happened"], table["n"], confidence=confidence))
