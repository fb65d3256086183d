"""How far predicted chances lie from what happened, where some were lost from sight before it could be seen."""

import numpy as np
import pandas as pd

from analysis.stats import array_checks, risk_table


def brier(duration, ended, predicted, time) -> pd.Series:
    """The squared error of each predicted chance to go on at `time`, by row: its mean is the Brier score (0 is perfect).

    What was censored before `time` counts 0, and the others for it: one over the chance not to be censored before
    their end or `time` (Graf 1999; at ties ends come first, so that what is censored at `time` itself still goes on at it).

    >>> brier([1, 2, 3, 4], [1, 0, 1, 1], [0.5, 0.5, 0.5, 0.5], 3).round(3).tolist()
    [0.25, 0.0, 0.375, 0.375]
    """
    index = duration.index if isinstance(duration, pd.Series) else None
    duration, ended, _, predicted = risk_table.checked(duration, ended, None, predicted)
    predicted = array_checks.numbers(predicted, "predicted")
    tally = risk_table.count_at_risk(duration, ended, 2, None, None)
    stays = np.concatenate(
        [
            [1.0],
            np.cumprod(1 - tally.counts[:, 0] / np.maximum(tally.at_risk - tally.counts[:, 1], 1)),
        ]
    )
    chance = stays[np.searchsorted(tally.time, np.minimum(duration, time), side="left")]
    gone = ended & (duration <= time)
    there = ~gone & (duration >= time)
    weight = np.divide(1, chance, out=np.zeros(len(chance)), where=gone | there)
    return pd.Series(weight * (there - predicted) ** 2, index=index, name="squared_error")
