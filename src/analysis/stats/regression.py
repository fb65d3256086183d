"""Linear and logistic regression whose errors let the rows of a cluster be alike; plain, for a few
covariates.

`covariates` is a frame of numbers, or of text, categories and booleans, which become indicators
against their first level. Both give a `Fit`, which predicts for new rows and compares any two of
them.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.stats import array_checks
from analysis.stats.design import covariate_frame, design, designs_alike
from analysis.stats.influence import cluster_sums

MAX_STEPS = 50
_TOLERANCE = 1e-10
DOUBTFUL_LOG_ODDS = 30  # chances that rounding no longer tells from 0 and 1
INTERCEPT = "(all)"


class Fit(NamedTuple):
    """Coefficients (``(all)`` is the intercept), their cluster-robust covariance, degrees of
    freedom, and what was fitted.

    `pulls` are the influences of the clusters on the coefficients: cluster x coefficient.
    """

    coefficients: pd.Series
    covariance: pd.DataFrame
    df: int
    covariates: pd.DataFrame
    pulls: np.ndarray

    def linear_predictor(self, new) -> pd.Series:
        """The linear predictor of new rows, with covariates named like those fitted."""
        _, columns = designs_alike(self.covariates, new)
        return _with_intercept(columns) @ self.coefficients

    def table(self, confidence: float = 0.95) -> pd.DataFrame:
        """One row per coefficient: ``value, std_error, low, high, p_value`` (Student's t for the
        clusters less one).
        """
        from scipy.special import stdtr, stdtrit

        error = np.sqrt(np.diag(self.covariance))
        reach = stdtrit(self.df, 1 - array_checks.upper_tail(confidence)) * error
        with np.errstate(divide="ignore", invalid="ignore"):
            p_value = 2 * stdtr(self.df, -np.abs(self.coefficients / error))
        columns = {
            "value": self.coefficients,
            "std_error": error,
            "low": self.coefficients - reach,
            "high": self.coefficients + reach,
            "p_value": p_value,
        }
        return pd.DataFrame(columns)


def linear(outcome, covariates, *, weights=None, cluster=None) -> Fit:
    """Least squares, with the sandwich of the clusters (P / (P - 1) x (n - 1) / (n - k), as Stata
    and R's vcovCL).

    >>> linear([1.0, 3.0, 2.0, 6.0], {"x": [0, 0, 1, 1]}).coefficients.round(3).tolist()
    [2.0, 2.0]
    """
    outcome = array_checks.numbers(outcome, "outcome").astype(float)
    frame = covariate_frame(covariates)
    columns = _with_intercept(design(frame, len(outcome)))
    x = columns.to_numpy()
    if weights is None:
        weights = np.ones(len(x))
    else:
        weights = array_checks.numbers(weights, "weights")
    bread = _inverse(x.T @ (weights[:, None] * x), columns.columns)
    coefficients = bread @ (x.T @ (weights * outcome))
    residuals = outcome - x @ coefficients
    return _fit(frame, columns, coefficients, bread, x * (weights * residuals)[:, None], cluster)


def logistic(outcome, covariates, *, penalty: float = 0.0, weights=None, cluster=None) -> Fit:
    """Logistic regression; a `penalty` above 0 shrinks the coefficients (ridge, on covariates of
    standard deviation 1).

    A penalty keeps finite what separates the outcomes, and tells apart covariates of which one
    follows from the others; the intercept is never shrunk. Errors are
    the sandwich's of the clusters at the shrunken estimate.

    >>> fit = logistic([1, 0, 1, 1, 0, 0], {"x": [1, 1, 1, 1, 0, 0]}, penalty=1)
    >>> chances(fit, {"x": [0, 1]}).round(2).tolist()
    [0.21, 0.64]
    """
    outcome = array_checks.flags(outcome, "outcome").astype(float)
    frame = covariate_frame(covariates)
    columns = _with_intercept(design(frame, len(outcome)))
    x = columns.to_numpy()
    if weights is None:
        weights = np.ones(len(x))
    else:
        weights = array_checks.numbers(weights, "weights")
    if not 0 < outcome @ weights < weights.sum():
        raise ValueError("all outcomes are the same: there is nothing to tell apart")
    shrinkage = penalty * np.diag(np.append(0.0, x[:, 1:].var(axis=0)))
    _inverse(x.T @ (weights[:, None] * x) + shrinkage, columns.columns)
    coefficients = np.zeros(x.shape[1])
    is_reached = False
    for _ in range(MAX_STEPS):
        chance = _expit(x @ coefficients)
        score = x.T @ (weights * (outcome - chance)) - shrinkage @ coefficients
        information = x.T @ ((weights * chance * (1 - chance))[:, None] * x) + shrinkage
        step = np.linalg.solve(information, score)
        step *= min(1.0, 5 / max(np.abs(x @ step).max(), 1e-300))
        coefficients = coefficients + step
        is_reached = np.abs(step).max() < _TOLERANCE * max(1.0, np.abs(coefficients).max())
        if is_reached or np.abs(x @ coefficients).max() > DOUBTFUL_LOG_ODDS:
            break
    if not is_reached:
        raise ValueError(
            "no finite estimate exists: a covariate separates the outcomes. Leave it out or give a penalty"
        )
    pulls = x * (weights * (outcome - _expit(x @ coefficients)))[:, None]
    bread = _inverse(information, columns.columns)
    return _fit(frame, columns, coefficients, bread, pulls, cluster)


def chances(fit: Fit, new) -> pd.Series:
    """The chance of a yes for each new row, by a logistic fit."""
    return _expit(fit.linear_predictor(new)).rename("chance")


def _expit(values):
    from scipy.special import expit

    return expit(values)


def _with_intercept(columns: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([pd.Series(1.0, columns.index, name=INTERCEPT), columns], axis=1)


def _inverse(matrix: np.ndarray, names: pd.Index) -> np.ndarray:
    scale = np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    scaled = matrix / np.outer(scale, scale)
    if np.linalg.eigvalsh(scaled)[0] < 1e-12:
        raise ValueError(
            f"no separate estimates exist: one of {', '.join(map(str, names[1:]))} follows from the others"
        )
    return np.linalg.inv(scaled) / np.outer(scale, scale)


def _fit(frame, columns, coefficients, bread, pulls, cluster) -> Fit:
    rows, column_count = columns.shape
    clusters, count = array_checks.cluster_codes(cluster, rows)
    sums = cluster_sums(pulls @ bread, clusters, count)
    correction = count / max(count - 1, 1) * (rows - 1) / max(rows - column_count, 1)
    names = columns.columns
    return Fit(
        pd.Series(coefficients, names),
        pd.DataFrame(correction * sums.T @ sums, names, names),
        max(count - 1, 1),
        frame,
        sums,
    )
