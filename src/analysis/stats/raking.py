"""Weights that make a sample agree with known totals, and what weighted means are worth with them.

Raking (Deville and Sarndal 1992, the multiplicative distance; R `survey::calibrate(calfun =
"raking")`): the weights stay as near as they can to those given while the weighted counts of every
category equal the known ones.
"""

import numpy as np
import pandas as pd

from analysis.stats import array_checks
from analysis.stats.influence import cluster_sums

MAX_ROUNDS = 500
_TOLERANCE = 1e-10
_MEAN = ["value", "std_error", "low", "high", "n", "effective_n"]


class NoWeights(ValueError):
    """No weights of the sample agree with all known totals."""


def rake(sample: pd.DataFrame, totals: dict[str, pd.Series]) -> pd.Series:
    """Weights of the rows of `sample` so that each category weighs as `totals` say.

    `totals` gives, by column, the number of all in each category. Refused where a category has no
    row, a row no known category, or where totals contradict one another.

    >>> sample = pd.DataFrame({"size": ["small", "large", "large"]})
    >>> rake(sample, {"size": pd.Series({"small": 10, "large": 4})}).tolist()
    [10.0, 2.0, 2.0]
    """
    _refuse_unmatched(sample, totals)
    raked = np.ones(len(sample))
    for _ in range(MAX_ROUNDS):
        largest = 0.0
        for name, known_totals in totals.items():
            codes = pd.Categorical(sample[name], categories=known_totals.index).codes
            now = np.bincount(codes, weights=raked, minlength=len(known_totals))
            aimed, ones = known_totals.to_numpy(dtype=float), np.ones(len(known_totals))
            factor = np.divide(aimed, now, out=ones, where=now > 0)
            raked *= factor[codes]
            largest = max(largest, np.abs(factor - 1).max())
        if largest < _TOLERANCE:
            return pd.Series(raked, index=sample.index, name="weight")
    raise NoWeights(
        f"no weights agree with the totals of {', '.join(totals)}: join categories that few rows stand for"
    )


def _refuse_unmatched(sample: pd.DataFrame, totals: dict[str, pd.Series]) -> None:
    if not totals:
        raise ValueError("no known totals are given")
    sums = {name: float(known_totals.sum()) for name, known_totals in totals.items()}
    if max(sums.values()) - min(sums.values()) > 1e-6 * max(sums.values()):
        listed = ", ".join(f"{name} {total:g}" for name, total in sums.items())
        raise ValueError(f"the totals of one population have one sum, not {listed}")
    for name, known_totals in totals.items():
        sample_values = sample[name]
        is_other = ~sample_values.isin(known_totals.index).to_numpy()
        array_checks.refuse(is_other, f"rows have a category of {name} without a known total")
        absent = [
            str(level)
            for level in known_totals.index[known_totals > 0]
            if level not in set(sample_values)
        ]
        if absent:
            raise ValueError(f"no row of {name} stands for {', '.join(absent)}: join categories")


def calibrated_mean(
    values: pd.Series,
    weights: pd.Series,
    sample: pd.DataFrame,
    *,
    cluster=None,
    population: float | None = None,
    confidence: float = 0.95,
) -> pd.Series:
    """A mean under raked weights: ``value, std_error, low, high, n, effective_n``.

    The error is linearised: what counts of a value is what the columns of `sample`, raked on, do
    not already tell of it (residuals of its regression on them, as R's `survey`); rows of a
    `cluster` (one respondent's) are summed first. The finite population factor sqrt(1 - n /
    population) narrows it; Student's t for the clusters less one. Rows whose value is missing are
    left out, and their weight shared among the others in proportion. ``effective_n`` is Kish's.

    >>> sample = pd.DataFrame({"size": ["small", "large", "large", "small"]})
    >>> float(calibrated_mean(pd.Series([1.0, 0, 1, 1]), pd.Series([3.0, 1, 1, 3]), sample)["value"])
    0.875
    """
    array_checks.require_alike(values, weights, sample, cluster)
    is_known = values.notna().to_numpy()
    y, w = values.to_numpy(dtype=float)[is_known], weights.to_numpy(dtype=float)[is_known]
    n = len(y)
    if not n or not w.sum() > 0:
        return pd.Series([np.nan] * 4 + [n, 0.0], index=_MEAN)
    value = float(w @ y / w.sum())
    columns = [np.ones(n)]
    for name in sample:
        codes = pd.factorize(sample[name][is_known])[0]
        columns += [(codes == code).astype(float) for code in range(1, codes.max() + 1)]
    x = np.column_stack(columns)
    explained = x @ np.linalg.lstsq(x, y - value, rcond=None)[0]
    pulls = w * (y - value - explained) / w.sum()
    of_known = array_checks.some_rows(cluster, is_known)
    clusters, cluster_count = array_checks.cluster_codes(of_known, n)
    sums = cluster_sums(pulls, clusters, cluster_count)
    variance = ((sums - sums.mean()) ** 2).sum() * cluster_count / max(cluster_count - 1, 1)
    if population is not None:
        array_checks.refuse(np.array([n > population]), "samples exceed their population")
        variance *= 1 - n / population
    error = low = high = np.nan
    if cluster_count > 1:
        error = float(np.sqrt(variance))
        low, high, _p = array_checks.student_limits(value, error, cluster_count - 1, confidence)
    effective_n = float(w.sum() ** 2 / (w**2).sum())
    return pd.Series([value, error, low, high, n, effective_n], index=_MEAN)
