"""Durations compared like with like: regression of pseudo-observations of the restricted mean
(Andersen and Pohar Perme 2010).
"""

from itertools import combinations

import numpy as np
import pandas as pd

from analysis.stats import array_checks, differences, influence, regression
from analysis.stats.design import covariate_frame


def of_restricted_mean(duration, ended, horizon: float, *, entry=None, strata=None) -> pd.Series:
    """What each row adds to n times the restricted mean: its own time up to `horizon`, were nothing
    censored.

    n x mean - (n - 1) x mean without the row (R's `pseudo::pseudomean`). With delayed entry, or
    where leaving a row out empties a risk set, the linear form mean + n x influence (R's
    `survival::pseudo`). `strata` are samples of their own: use them where groups are lost from
    sight at different paces. Missing where watching stops before the horizon.

    >>> of_restricted_mean([1, 2, 3, 4], [1, 1, 1, 1], 3).round(9).tolist()
    [1.0, 2.0, 3.0, 3.0]
    """
    index = array_checks.index_of(duration)
    array_checks.require_alike(duration, ended, entry, strata)
    duration, ended = np.asarray(duration), np.asarray(ended)
    stratum = np.zeros(len(duration), dtype=int)
    if strata is not None:
        stratum, _ = array_checks.codes(strata, "strata")
    values = np.full(len(duration), np.nan)
    for code in np.unique(stratum):
        rows = np.flatnonzero(stratum == code)
        if entry is None:
            values[rows] = _jackknife(duration[rows], ended[rows], horizon)
        else:
            entered = array_checks.some_rows(entry, rows)
            part = influence.of_restricted_mean(duration[rows], ended[rows], horizon, entry=entered)
            values[rows] = part.value + len(rows) * part.by_row
    return pd.Series(values, index=index, name="pseudo_observation")


def standardised_differences(
    duration,
    ended,
    group,
    covariates,
    horizon: float,
    *,
    entry=None,
    cluster=None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How much longer one group lasts than another within `horizon`, were their rows alike in the
    covariates: all pairs.

    Rows ``group, other``; columns ``value`` (group - other, in the unit of the durations),
    ``std_error, df, low, high, p_value, p_holm`` and ``raw``, the difference without covariates.
    Pseudo-observations, made within each group, are regressed on the group and the covariates
    (identity link, working independence); the error is the sandwich of the clusters, with Student's
    t for the clusters of the smaller group less one: the sandwich of ten partners is no surer for
    sixty beside them. One difference is assumed to hold at all values of the covariates.
    Associations: what is not among the covariates may still differ.

    >>> table = standardised_differences([1, 2, 3, 4] * 2, [1] * 8, list("aaaabbbb"), {"x": [0, 0, 1, 1] * 2}, 3)
    >>> table["value"].round(9).tolist()
    [0.0]
    """
    values = of_restricted_mean(duration, ended, horizon, entry=entry, strata=group).to_numpy()
    groups, names = array_checks.codes(group, "group")
    levels = pd.Categorical.from_codes(groups, pd.Index(names).astype(str))
    others = covariate_frame(covariates).reset_index(drop=True).add_prefix("covariate ")
    frame = pd.concat([pd.Series(levels, name="group"), others], axis=1)
    array_checks.refuse(
        np.isnan(values), "rows are of groups not watched up to the horizon: leave these groups out"
    )
    adjusted = regression.linear(values, frame, cluster=cluster)
    raw = regression.linear(values, frame[["group"]], cluster=cluster)
    clusters = pd.Series(array_checks.cluster_codes(cluster, len(values))[0])
    cluster_counts = clusters.groupby(np.asarray(names)[groups]).nunique()
    rows = {}
    for first, second in combinations(names, 2):
        contrast = _contrast(adjusted, first, second)
        value = float(contrast @ adjusted.coefficients)
        error = float(np.sqrt(contrast @ adjusted.covariance @ contrast))
        df = max(min(cluster_counts[first], cluster_counts[second]) - 1, 1)
        limits = array_checks.student_limits(value, error, df, confidence)
        unadjusted = float(_contrast(raw, first, second) @ raw.coefficients)
        rows[first, second] = [value, error, df, *limits, unadjusted]
    return differences.all_pairs(rows, ["group", "other"], [*differences.DIFFERENCE_COLUMNS, "raw"])


def _contrast(fit: regression.Fit, first, second) -> pd.Series:
    contrast = pd.Series(0.0, fit.coefficients.index)
    for name, sign in ((first, 1.0), (second, -1.0)):
        if f"group_{name}" in contrast:
            contrast[f"group_{name}"] += sign
    return contrast


def _jackknife(duration, ended, horizon: float) -> np.ndarray:
    n = len(duration)
    whole = influence.of_restricted_mean(duration, ended, horizon)
    if n < 2 or np.isnan(whole.value):
        return np.full(n, whole.value)
    clipped = np.minimum(duration, horizon)
    fate = ended.astype(bool) & (duration <= horizon)
    _, first_rows, kind = np.unique(
        np.column_stack([clipped, fate]), axis=0, return_index=True, return_inverse=True
    )
    values = np.empty(len(first_rows))
    for number, row in enumerate(first_rows):
        others = np.arange(n) != row
        without = influence.of_restricted_mean(duration[others], ended[others], horizon).value
        if np.isnan(without):
            values[number] = whole.value + n * whole.by_row[row]
        else:
            values[number] = n * whole.value - (n - 1) * without
    return values[kind.ravel()]
