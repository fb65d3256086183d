"""Weights that make a sample agree with known totals, and what weighted means are worth with them.

Raking (Deville and Sarndal 1992; R `survey::calibrate(calfun = "raking")`): weights stay near those
given while the weighted counts of every category equal the known ones.
"""

import numpy as np
import pandas as pd

from analysis.stats import array_checks
from analysis.stats.influence import cluster_sums

MAX_ROUNDS = 500
_TOLERANCE = 1e-10


class NoWeights(ValueError):
    """No weights of the sample agree with all known totals."""


def rake(sample: pd.DataFrame, totals: dict[str, pd.Series], *, weights=None) -> pd.Series:
    """Weights of the rows of `sample` so that each category weighs as `totals` say.

    `totals` gives, by column, the number of all in each category. Refused where a category has no
    row, a row no known category, or where totals contradict one another.

    >>> sample = pd.DataFrame({"size": ["small", "large", "large"]})
    >>> rake(sample, {"size": pd.Series({"small": 10, "large": 4})}).tolist()
    [10.0, 2.0, 2.0]
    """
    _refuse_unmatched(sample, totals)
    start = np.ones(len(sample)) if weights is None else array_checks.numbers(weights, "weights")
    raked = np.asarray(start, dtype=float).copy()
    for _ in range(MAX_ROUNDS):
        largest = 0.0
        for name, known_totals in totals.items():
            codes = pd.Categorical(sample[name], categories=known_totals.index).codes
            now = np.bincount(codes, weights=raked, minlength=len(known_totals))
            factor = np.divide(
                known_totals.to_numpy(dtype=float),
                now,
                out=np.ones(len(known_totals)),
                where=now > 0,
            )
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
        array_checks.refuse(
            ~sample_values.isin(known_totals.index).to_numpy(),
            f"rows have a category of {name} without a known total",
        )
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

    Linearised: residuals of the regression on what was raked on, as R's `survey`, summed by
    `cluster`; sqrt(1 - n / population) narrows it; Student's t for the clusters less one. Missing
    values are left out. ``effective_n`` is Kish's.

    >>> sample = pd.DataFrame({"size": ["small", "large", "large", "small"]})
    >>> float(calibrated_mean(pd.Series([1.0, 0, 1, 1]), pd.Series([3.0, 1, 1, 3]), sample)["value"])
    0.875
    """
    from scipy.special import stdtrit

    array_checks.require_alike(values, weights, sample, cluster)
    is_known = values.notna().to_numpy()
    y, w = values.to_numpy(dtype=float)[is_known], weights.to_numpy(dtype=float)[is_known]
    n = len(y)
    if not n or not w.sum() > 0:
        return pd.Series(
            {
                "value": np.nan,
                "std_error": np.nan,
                "low": np.nan,
                "high": np.nan,
                "n": n,
                "effective_n": 0.0,
            }
        )
    value = float(w @ y / w.sum())
    columns = [np.ones(n)]
    for name in sample:
        codes = pd.factorize(sample[name][is_known])[0]
        columns += [(codes == code).astype(float) for code in range(1, codes.max() + 1)]
    x = np.column_stack(columns)
    explained = x @ np.linalg.lstsq(x, y - value, rcond=None)[0]
    pulls = w * (y - value - explained) / w.sum()
    clusters, cluster_count = np.arange(n), n
    if cluster is not None:
        clusters, names = array_checks.codes(array_checks.as_series(cluster)[is_known], "cluster")
        cluster_count = len(names)
    sums = cluster_sums(pulls, clusters, cluster_count)
    variance = ((sums - sums.mean()) ** 2).sum() * cluster_count / max(cluster_count - 1, 1)
    if population is not None:
        array_checks.refuse(np.array([n > population]), "samples exceed their population")
        variance *= 1 - n / population
    error = float(np.sqrt(variance)) if cluster_count > 1 else np.nan
    reach = (
        stdtrit(cluster_count - 1, 1 - array_checks.upper_tail(confidence)) * error
        if cluster_count > 1
        else np.nan
    )
    return pd.Series(
        {
            "value": value,
            "std_error": error,
            "low": value - reach,
            "high": value + reach,
            "n": n,
            "effective_n": float(w.sum() ** 2 / (w**2).sum()),
        }
    )
