"""How an estimate changed between two days, where many of the same units stand on both sides.

Intervals of two dates that overlap say nothing of their difference: it is taken within clusters,
whose influences on both estimates are subtracted before they are squared (infinitesimal jackknife,
as in `stats.influence`).
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.stats import intervals
from analysis.stats.influence import Influence


class PairedChange(NamedTuple):
    """The later value less the earlier one, with its interval, on how many units or clusters it
    rests, and the p-value of no change.
    """

    value: float
    low: float
    high: float
    n: int
    p_value: float = np.nan


def clear_ones(changes: Mapping[str, PairedChange], confidence: float = 0.95) -> set[str]:
    """The names of the changes, told beside each other, that go beyond chance: Holm over all of
    them.

    >>> pair = {"a": PairedChange(0.03, 0.01, 0.05, 40, 0.03), "b": PairedChange(0.0, -0.1, 0.1, 40, 1.0)}
    >>> clear_ones({"a": pair["a"]}), clear_ones(pair)
    ({'a'}, set())
    """
    p_value = pd.Series({name: change.p_value for name, change in changes.items()}, dtype="float64")
    is_clear = intervals.holm(p_value) < 1 - confidence
    return set(p_value.index[is_clear])


def of_shares(
    later: pd.Series, earlier: pd.Series, cluster: pd.Series, confidence: float = 0.95
) -> PairedChange:
    """The change of a share among the units known on both days (yes / no, missing where unknown;
    indexed by unit).

    >>> later = pd.Series([True, True, False, None], index=list("abcd"), dtype="boolean")
    >>> earlier = pd.Series([False, True, False, True], index=list("abcd"), dtype="boolean")
    >>> of_shares(later, earlier, pd.Series(list("PQRS"), index=list("abcd"))).n
    3
    """
    answers_of_both = pd.DataFrame({"later": later, "earlier": earlier}).dropna().astype(float)
    difference = answers_of_both["later"] - answers_of_both["earlier"]
    if answers_of_both.empty:
        return PairedChange(np.nan, np.nan, np.nan, 0)
    deviations = (difference - difference.mean()) / len(difference)
    by_cluster = deviations.groupby(cluster.reindex(difference.index).to_numpy()).sum()
    return _change(float(difference.mean()), by_cluster.to_numpy(), len(difference), confidence)


def of_influences(
    later: Influence,
    later_clusters: pd.Series,
    earlier: Influence,
    earlier_clusters: pd.Series,
    confidence: float = 0.95,
) -> PairedChange:
    """The change of an estimate (a survival, a mean) whose influences by row are known on both
    days.

    >>> from analysis.stats import influence
    >>> now = influence.of_survival([12, 24, 48, 48], [1, 1, 0, 0], 36)
    >>> partners = pd.Series(list("PQRS"))
    >>> of_influences(now, partners, now, partners).p_value
    1.0
    """
    sums = pd.DataFrame(
        {
            "later": pd.Series(later.by_row).groupby(np.asarray(later_clusters)).sum(),
            "earlier": pd.Series(earlier.by_row).groupby(np.asarray(earlier_clusters)).sum(),
        }
    ).fillna(0.0)
    by_cluster = (sums["later"] - sums["earlier"]).to_numpy()
    return _change(later.value - earlier.value, by_cluster, len(sums), confidence)


def _change(value: float, by_cluster: np.ndarray, n: int, confidence: float) -> PairedChange:
    from scipy.special import stdtr, stdtrit

    clusters = len(by_cluster)
    if clusters < 2:
        return PairedChange(value, np.nan, np.nan, n)
    error = np.sqrt((by_cluster**2).sum() * clusters / (clusters - 1))
    reach = float(stdtrit(clusters - 1, (1 + confidence) / 2)) * error
    if error > 0:
        p_value = float(2 * stdtr(clusters - 1, -abs(value) / error))
    else:
        p_value = float(value == 0)
    return PairedChange(value, value - reach, value + reach, n, p_value)
