"""The risk of an outcome in one group less that in another: crude, within strata, its E-value."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.stats import intervals
from analysis.stats.array_checks import z_of


class Contrast(NamedTuple):
    """An exposed group against an unexposed one: events of n, crude risk difference with its
    interval, the same within strata, E-value.

    `value` is the Mantel-Haenszel risk difference over strata (variance of Sato, Greenland and
    Robins 1989), `p_value` tests it; `compared` counts the rows of strata that hold both groups,
    the only ones that inform it. `e_value` is how strongly something unseen would have to go with
    both support and scale to explain the crude ratio away, `e_value_limit` the same for its
    interval's near end.
    """

    events: int
    n: int
    crude: float
    crude_low: float
    crude_high: float
    value: float
    low: float
    high: float
    compared: int
    p_value: float
    e_value: float
    e_value_limit: float


CONTRAST_FIELDS = list(Contrast.__annotations__)


def contrast(
    outcome: pd.Series, exposed: pd.Series, strata: pd.DataFrame, confidence: float = 0.95
) -> Contrast:
    """The risk of an outcome among exposed less that among the others: crude (Newcombe) and within
    strata.

    `outcome` and `exposed` are boolean, rows alike; in `strata` an unknown value is a stratum of
    its own. With nobody in one of the groups the difference is missing. An association: nothing
    here was drawn by lot.
    """
    a, n1 = int(outcome[exposed].sum()), int(exposed.sum())
    b, n0 = int(outcome[~exposed].sum()), int((~exposed).sum())
    if not n1 or not n0:
        return Contrast(a, n1, *[np.nan] * 6, 0, np.nan, np.nan, np.nan)
    crude = intervals.newcombe(a, n1, b, n0, confidence=confidence)
    *adjusted, compared, p_value = _mantel_haenszel(outcome, exposed, strata, confidence)
    ratio, ratio_low, ratio_high = _risk_ratio(a, n1, b, n0, confidence)
    near = float(np.clip(1.0, ratio_low, ratio_high))  # the limit nearer to one, or one
    return Contrast(a, n1, *crude, *adjusted, compared, p_value, e_value(ratio), e_value(near))


def _mantel_haenszel(
    outcome: pd.Series, exposed: pd.Series, strata: pd.DataFrame, confidence: float
) -> tuple:
    from scipy.special import ndtr

    cells = (
        strata.astype("str")
        .fillna("unknown")
        .assign(_a=outcome & exposed, _b=outcome & ~exposed, _n1=exposed, _n0=~exposed)
    )
    sums = cells.groupby(list(strata.columns))[["_a", "_b", "_n1", "_n0"]].sum().astype("float64")
    sums = sums[(sums["_n1"] > 0) & (sums["_n0"] > 0)]
    if sums.empty:
        return np.nan, np.nan, np.nan, 0, np.nan
    a, b, n1, n0 = (sums[name].to_numpy() for name in ("_a", "_b", "_n1", "_n0"))
    n = n1 + n0
    weight = (n1 * n0 / n).sum()
    difference = ((a * n0 - b * n1) / n).sum() / weight
    p = (n1**2 * b - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / n**2
    q = (a * (n0 - b) + b * (n1 - a)) / (2 * n)
    half = z_of(confidence) * np.sqrt(max(difference * p.sum() + q.sum(), 0)) / weight
    p_value = np.nan
    if q.sum() > 0:
        p_value = 2 * ndtr(-abs(difference) * weight / np.sqrt(q.sum()))
    return (
        float(difference),
        float(max(difference - half, -1)),
        float(min(difference + half, 1)),
        int(n.sum()),
        float(p_value),
    )


def _risk_ratio(a: int, n1: int, b: int, n0: int, confidence: float) -> tuple[float, float, float]:
    a, n1, b, n0 = (count + 0.5 * (a == 0 or b == 0) for count in (a, n1, b, n0))
    log_ratio = np.log(a / n1) - np.log(b / n0)
    half = z_of(confidence) * np.sqrt(1 / a - 1 / n1 + 1 / b - 1 / n0)
    return tuple(float(np.exp(value)) for value in (log_ratio, log_ratio - half, log_ratio + half))


def e_value(ratio: float) -> float:
    """E-value of a risk ratio (VanderWeele and Ding 2017), 1 where there is nothing to explain
    away.

    >>> round(e_value(3.9), 2), round(e_value(1.8), 2), e_value(1.0)
    (7.26, 3.0, 1.0)
    """
    if ratio <= 0:
        raise ValueError(f"a risk ratio is above 0, not {ratio!r}")
    ratio = max(ratio, 1 / ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1)))
