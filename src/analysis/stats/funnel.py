"""Which groups lie further from a common value than their size and an ordinary spread allow:
funnels with overdispersion.

Groups that are compared all differ a little, for reasons nobody records. Spiegelhalter (2005,
Statistics in Medicine 24) measures that spread from the groups themselves, the outermost
winsorised, and widens the funnel by it; then a group is named only where its own test, with Holm
over all groups, still rejects.
"""

import numpy as np
import pandas as pd

from analysis.stats import array_checks, intervals

WINSORISED = 0.1  # of the groups at each side, brought in before the spread is measured
FEWEST_GROUPS = 4  # groups that tell a spread: of three, the outermost would always hide itself


def share_z(k, n, target: float) -> np.ndarray:
    """How far each share k / n lies from a target, as a standard normal deviate: from the exact
    binomial tail (mid-P).

    Counts may be fractions, where a design effect has shrunk them. Missing where n is 0.

    >>> share_z([5, 9], [10, 10], 0.5).round(2).tolist()
    [0.0, 2.52]
    """
    from scipy.special import betainc, ndtri

    k, n = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    array_checks.refuse((k < 0) | (k > n), "counts are negative or exceed their base")
    if not 0 < target < 1:
        raise ValueError(f"a target share lies between 0 and 1, not {target!r}")
    at_most = np.where(k < n, betainc(np.maximum(n - k, 1e-9), k + 1, 1 - target), 1.0)
    fewer = np.where(k > 0, betainc(n - k + 1, np.maximum(k, 1e-9), 1 - target), 0.0)
    return np.where(n > 0, ndtri((at_most + fewer) / 2), np.nan)


def rate_z(count, expected) -> np.ndarray:
    """How far each count lies from the expected one, as a standard normal deviate: from the exact
    Poisson tail (mid-P).

    >>> rate_z([10, 20], [10.0, 10.0]).round(2).tolist()
    [0.05, 2.8]
    """
    from scipy.special import gammaincc, ndtri

    count, expected = np.asarray(count, dtype=float), np.asarray(expected, dtype=float)
    array_checks.refuse((count < 0) | (expected <= 0), "counts are negative or none is expected")
    at_most = gammaincc(count + 1, expected)
    fewer = np.where(count > 0, gammaincc(np.maximum(count, 1e-9), expected), 0.0)
    return ndtri((at_most + fewer) / 2)


def overdispersion(z) -> float:
    """The spread of groups beyond chance: the mean of z squared once the outermost are winsorised;
    at least 1, and no more where fewer than four tell it.

    >>> overdispersion([-2.0, -1.5, 0.0, 1.5, 2.0]) > 1, overdispersion([-0.1, 0.0, 0.1])
    (True, 1.0)
    >>> overdispersion([-9.0, 0.0, 9.0])
    1.0
    """
    z = np.asarray(z, dtype=float)
    z = z[np.isfinite(z)]
    if len(z) < FEWEST_GROUPS:
        return 1.0
    low, high = np.quantile(z, [WINSORISED, 1 - WINSORISED])
    return max(1.0, float((np.clip(z, low, high) ** 2).mean()))


def outliers(z, *, confidence: float = 0.95) -> pd.DataFrame:
    """Which groups stand out: ``z`` (over the square root of the overdispersion), ``p_value,
    p_holm, stands_out``.

    Where all groups are alike, none is named in at least `confidence` of samples. A missing z is
    never named.

    >>> outliers([0.3, -0.4, 4.2, 0.1, -0.2])["stands_out"].tolist()
    [False, False, True, False, False]
    """
    from scipy.special import ndtr

    index = array_checks.index_of(z)
    z = np.asarray(z, dtype=float)
    adjusted = z / np.sqrt(overdispersion(z))
    p_value = pd.Series(2 * ndtr(-np.abs(adjusted)), index=index)
    p_holm = intervals.holm(p_value)
    columns = {
        "z": pd.Series(adjusted, index=p_holm.index),
        "p_value": p_value,
        "p_holm": p_holm,
        "stands_out": p_holm < 1 - confidence,
    }
    return pd.DataFrame(columns)
