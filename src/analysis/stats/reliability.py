"""How well items that should say one thing do: Cronbach's alpha and McDonald's omega."""

import numpy as np
import pandas as pd

from analysis.declare.conventions import DEFAULTS
from analysis.stats import intervals
from analysis.stats.array_checks import numeric_items

LEAST_OWN = 0.005  # of an item's variance, in a model with a common factor (as R's factanal)


def alpha(items: pd.DataFrame, *, standardised: bool = False) -> float:
    """Cronbach's alpha: how far items that should say one thing do (1 is perfect agreement; it may
    be negative).

    Units with a missing item are left out. `standardised` gives each item the same variance first.
    Missing with fewer than two items or units, or where the total does not vary.

    >>> round(alpha(pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]})), 3)
    0.889
    """
    return _alpha(_complete(items, standardised))


def omega(items: pd.DataFrame, family: str = "ml") -> float:
    """McDonald's omega total: the share of the sum's variance due to what items have in common. The
    family must be named:

    ``ml`` is the maximum-likelihood one-factor model of the covariances (as lavaan); ``minres`` is
    the minimum-residual one-factor model of the correlations (as psych's omega_tot). Units with a
    missing item are left out; missing with fewer than three items or no more units than items.

    >>> random = np.random.default_rng(1)
    >>> common = random.normal(size=500)
    >>> items = pd.DataFrame({name: common + random.normal(size=500) for name in "abcd"})
    >>> round(omega(items), 2)  # four items, half of each shared: 0.8 but for chance
    0.77
    """
    values = _complete(items, standardised=False)
    if family not in ("ml", "minres"):
        raise ValueError(f"family is ml or minres, not {family!r}")
    if len(values) > 1:
        spread = values.std(axis=0, ddof=1)
    else:
        spread = np.zeros(values.shape[1])
    if values.shape[1] < 3 or len(values) <= values.shape[1] or not spread.all():
        return np.nan
    correlation = np.corrcoef(values.T)
    unique = _uniqueness(correlation, family)
    if family == "minres":
        return float(1 - unique.sum() / correlation.sum())
    root = np.sqrt(unique)
    top, vector = (part[..., -1] for part in np.linalg.eigh(correlation / np.outer(root, root)))
    loading = spread * root * vector * np.sqrt(top - 1)
    common = loading.sum() ** 2
    return float(common / (common + (spread**2 * unique).sum()))


def reliability(
    items: pd.DataFrame,
    *,
    cluster=None,
    draws: int = 2000,
    seed: int,
    confidence: float = 0.95,
    least: float = DEFAULTS["reliability_from"],
) -> pd.DataFrame:
    """Alpha with its bootstrap interval and omega (family ``ml``), rows ``alpha, omega``; columns
    ``value, low, high, n``.

    None is told under `least` complete respondents. `cluster` (same index) says which respondents
    belong together.

    >>> reliability(pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]}), seed=1)["value"].isna().all()
    np.True_
    """
    whole = numeric_items(items).dropna()
    table = pd.DataFrame(np.nan, index=["alpha", "omega"], columns=["value", "low", "high"]).assign(
        n=len(whole)
    )
    if len(whole) >= least:
        among = None if cluster is None else cluster.loc[whole.index]
        drawn = intervals.bootstrap(
            whole, _alpha, cluster=among, draws=draws, seed=seed, confidence=confidence
        )
        table.loc["alpha", ["value", "low", "high"]] = drawn[["value", "low", "high"]]
        table.loc["omega", "value"] = omega(whole)
    return table


def _complete(items, standardised: bool) -> np.ndarray:
    values = numeric_items(items).dropna().to_numpy()
    if not standardised or len(values) < 2:
        return values
    spread = values.std(axis=0, ddof=1)
    return (values - values.mean(axis=0)) / np.where(spread > 0, spread, np.nan)


def _alpha(values: np.ndarray) -> float:
    n, k = values.shape
    if n < 2 or k < 2:
        return np.nan
    total = values.sum(axis=1).var(ddof=1)
    if total > 0:
        return float(k / (k - 1) * (1 - values.var(axis=0, ddof=1).sum() / total))
    return np.nan


def _uniqueness(correlation: np.ndarray, family: str) -> np.ndarray:
    from scipy.optimize import minimize

    correlation = correlation + 1e-9 * np.eye(
        len(correlation)
    )  # items that follow from one another have an inverse too

    def loss(log_unique):
        unique = np.exp(log_unique)
        if family == "ml":
            eigenvalues = np.linalg.eigvalsh(correlation / np.sqrt(np.outer(unique, unique)))[:-1]
            return (eigenvalues - np.log(np.maximum(eigenvalues, 1e-300)) - 1).sum()
        values, vectors = np.linalg.eigh(correlation - np.diag(unique))
        return (
            np.triu(correlation - max(values[-1], 0) * np.outer(vectors[:, -1], vectors[:, -1]), 1)
            ** 2
        ).sum()

    start = np.log(np.clip(1 / np.diag(np.linalg.inv(correlation)), LEAST_OWN, 1))
    fitted = minimize(
        loss,
        start,
        method="L-BFGS-B",
        bounds=[(np.log(LEAST_OWN), 0)] * len(start),
        options={"ftol": 1e-15, "gtol": 1e-10},
    )
    return np.exp(fitted.x)
