"""How covariates multiply the pace at which things end: Cox's proportional hazards, fitted and used
to predict.
"""

import numpy as np
import pandas as pd

from analysis.stats import array_checks, cox_likelihood, risk_table
from analysis.stats.array_checks import z_of
from analysis.stats.design import covariate_frame, design, designs_alike


def cox(
    duration,
    ended,
    covariates,
    *,
    entry=None,
    strata=None,
    cluster=None,
    ties="efron",
    penalty=0,
    confidence=0.95,
) -> pd.DataFrame:
    """How covariates multiply the pace at which things end: Cox's proportional hazards by partial
    likelihood.

    `covariates` is a frame (or a Series, or a 2-d array); text, categories and booleans become
    indicators against their first level. A covariate that changes with time takes one row per
    period, from `entry` to `duration`. `cluster` says which rows belong together and gives
    `robust_error` (missing without); `strata` have each their own baseline; `ties` is ``efron`` or
    ``breslow``; a `penalty` above 0 shrinks the coefficients (ridge, on covariates scaled to 1),
    which keeps one that separates the ends finite. One row per covariate (index): ``coefficient``
    (log hazard ratio), ``hazard_ratio``, ``std_error`` and ``robust_error`` of the coefficient,
    ``low`` and ``high`` of the *hazard ratio*, ``p_value`` (Wald; these three from the robust error
    where there is one). ``proportionality`` is the chi-squared of a ratio that drifts with time
    (score test against 1 - the Kaplan-Meier curve, as R's `cox.zph`), ``proportionality_p`` its
    p-value and ``proportionality_p_all`` that of all covariates together.

    >>> cox([1, 1, 6, 6, 8, 9], [1, 0, 1, 1, 0, 1], {"x": [1, 1, 1, 0, 0, 0]})["coefficient"].round(6).tolist()
    [1.676857]
    """
    from scipy.special import chdtrc, ndtr

    if ties not in ("efron", "breslow"):
        raise ValueError(f"ties is efron or breslow, not {ties!r}")
    if penalty < 0:
        raise ValueError(f"a penalty is 0 or more, not {penalty!r}")
    z = z_of(confidence)
    # a frame numbered from 0 has no labels of its own: it is taken in the order given
    frame = covariate_frame(covariates)
    labelled = frame
    if frame.index.equals(pd.RangeIndex(len(frame))):
        labelled = None
    duration, ended, entry, strata, cluster, _ = risk_table.checked_follow_up(
        duration, ended, entry, strata, cluster, labelled
    )
    columns = design(frame, len(duration))
    if strata is None:
        codes = None
    else:
        codes = array_checks.levels(strata, "strata")[0]
    fit = cox_likelihood.maximise(
        columns, duration, ended, entry, codes, efron=ties == "efron", penalty=penalty
    )
    whole = risk_table.count_at_risk(duration, ended, 2, entry, None)
    before = np.searchsorted(
        whole.time, fit.event_times
    )  # the Kaplan-Meier curve just before each end
    passed = 1 - np.concatenate([[1.0], np.cumprod(1 - whole.counts[:, 1] / whole.at_risk)])[before]
    drift, drift_all = fit.drift(passed - passed.mean())
    error, robust = np.sqrt(np.diag(fit.variance)), np.full(len(fit.coefficients), np.nan)
    if cluster is not None:
        clusters, names = array_checks.levels(cluster, "cluster")
        if len(names) < 2:
            raise ValueError("all rows are of one cluster: a robust error compares clusters")
        robust = fit.robust_error(clusters, len(names))
    used = error if cluster is None else robust
    with np.errstate(
        over="ignore", under="ignore"
    ):  # per unit of a covariate in very large ones, a ratio may pass all numbers
        ratio, low, high = (np.exp(fit.coefficients + shift * used) for shift in (0, -z, z))
    return pd.DataFrame(
        {
            "coefficient": fit.coefficients,
            "hazard_ratio": ratio,
            "std_error": error,
            "robust_error": robust,
            "low": low,
            "high": high,
            "p_value": 2 * ndtr(-np.abs(fit.coefficients / used)),
            "proportionality": drift,
            "proportionality_p": chdtrc(1, drift),
            "proportionality_p_all": chdtrc(len(drift), drift_all),
        },
        index=pd.Index(columns.columns, name="covariate"),
    )


def predict(duration, ended, covariates, new, time, *, penalty=0) -> pd.Series:
    """The chance that each row of `new` (covariates like those fitted) still goes on at `time`, by
    Cox's model (`penalty` as in `cox`).

    >>> predict([1, 2, 3, 4], [1, 1, 1, 0], {"x": [1, 0, 1, 0]}, {"x": [0, 1]}, 3).round(3).tolist()
    [0.527, 0.194]
    """
    duration, ended, _ = risk_table.checked_follow_up(duration, ended, None)
    fitted_rows, new_rows = designs_alike(covariates, new)
    fit = cox_likelihood.maximise(
        fitted_rows, duration, ended, None, None, efron=True, penalty=penalty
    )
    hazard = fit.slot_hazards[fit.event_times <= time].sum()
    pace = np.exp((new_rows - fitted_rows.mean()).to_numpy() @ fit.coefficients)
    return pd.Series(np.exp(-hazard * pace), index=new_rows.index, name="predicted")
