"""How far a headline has moved from one edition to a later one: a paired interval, and what the
change is made of.

Editions share most relations, so that the interval of their difference is far narrower than two
intervals side by side say: influences are summed by partner over both (see `stats.influence`). The
parts add up to the change exactly, in the manner of Kitagawa (1955): *recording* (what the later
edition tells of time that the earlier one could see), *rates* (what relations that are in both
did), *composition* (who came and who went).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from analysis.relations import settled


class Change(NamedTuple):
    """A headline in both editions, the interval of its change, and the parts of the change."""

    before: float
    after: float
    low: float
    high: float
    recording: float = np.nan
    rates: float = np.nan
    composition: float = np.nan

    @property
    def value(self) -> float:
        return self.after - self.before


def of_followed(
    statistic, earlier, later, settled_before: pd.Series, horizon, confidence=0.95
) -> Change:
    """The change of a headline of durability (`influence.of_survival`,
    `influence.of_restricted_mean`) at a horizon.

    Relations whose start is seen, up to the `settled_day` of each. Recording: the later edition,
    cut to the settled day of the earlier one (`settled_before`, by row of `later`), against the
    earlier. Rates: the same relations, followed on to the later settled day. Composition: with
    those begun since.

    >>> from analysis.stats import influence
    >>> one = pd.DataFrame({"relation_id": ["R1", "R2"], "partner_id": ["P", "Q"], "start": pd.to_datetime(["2015-01-01"] * 2),
    ...     "end": pd.to_datetime(["2015-12-31", None]), "last_known": pd.to_datetime(["2015-12-31", "2018-12-31"]), "cause": None,
    ...     "ended": [True, False], "duration_months": [12.0, 48.0], "entry_months": 0.0, "start_seen": True,
    ...     "settled_day": pd.Timestamp("2018-12-31")})
    >>> change = of_followed(influence.of_survival, one, one, one["settled_day"], 36)
    >>> change.before, change.after, change.low, change.high, change.rates
    (0.5, 0.5, 0.0, 0.0, 0.0)
    """
    earlier, later = (edition[edition["start_seen"].astype("bool")] for edition in (earlier, later))
    # the days are settled already: no grace is taken off once more
    before = settled(earlier, earlier["settled_day"], 0)
    cut = settled(later, settled_before.loc[later.index], 0)
    after = settled(later, later["settled_day"], 0)
    in_both = after[after["relation_id"].isin(cut["relation_id"])]
    estimates = []
    for followed in (before, cut, in_both, after):
        if followed.empty:
            return Change(np.nan, np.nan, np.nan, np.nan)
        duration, ended = followed["duration_months"], followed["ended"].astype("bool")
        entry = followed["entry_months"].to_numpy("float64")
        estimates.append(statistic(duration.to_numpy("float64"), ended, horizon, entry=entry))
    values = [float(estimate.value) for estimate in estimates]
    low, high = paired_interval(
        _by_partner(before["partner_id"], estimates[0].by_row),
        _by_partner(after["partner_id"], estimates[3].by_row),
        values[3] - values[0],
        confidence,
    )
    recording, rates, composition = np.diff(values).tolist()
    return Change(values[0], values[3], low, high, recording, rates, composition)


def of_share(
    earlier: pd.DataFrame, later: pd.DataFrame, recorded: pd.Index, confidence: float = 0.95
) -> Change:
    """The change of a share of relations: frames by relation_id with ``partner_id`` and ``value``
    (yes, no, missing).

    Rates: the mean difference on relations known in both, at their mean weight. Those known in one
    only are recording where their id is among `recorded`; else they came, went, or became known (a
    survey asked since). Their parts are measured from the mean of those known in both.

    >>> ids = ["R1", "R2", "R3", "R4"]
    >>> earlier = pd.DataFrame({"partner_id": ids, "value": [True, True, False, False]}, index=ids)
    >>> later = earlier.assign(value=[True, True, True, False])
    >>> change = of_share(earlier, later, pd.Index([]))
    >>> change.value, change.rates, change.composition, change.recording
    (0.25, 0.25, 0.0, 0.0)
    """
    before, after = earlier.dropna(subset="value"), later.dropna(subset="value")
    if before.empty or after.empty:
        return Change(np.nan, np.nan, np.nan, np.nan)
    yes_before, yes_after = before["value"].astype("float64"), after["value"].astype("float64")
    share_before, share_after = yes_before.mean(), yes_after.mean()
    low, high = paired_interval(
        _by_partner(before["partner_id"], (yes_before - share_before) / len(before)),
        _by_partner(after["partner_id"], (yes_after - share_after) / len(after)),
        share_after - share_before,
        confidence,
    )
    shared = before.index.intersection(after.index)
    rate_before, rate_after = share_before, share_after
    if len(shared):
        rate_before, rate_after = yes_before[shared].mean(), yes_after[shared].mean()
    weight = (len(shared) / len(before) + len(shared) / len(after)) / 2
    rates = weight * (rate_after - rate_before)
    from_mean = (rate_before + rate_after) / 2
    moved = ((yes_after - from_mean) / len(after)).drop(shared)
    moved = pd.concat([moved, -((yes_before - from_mean) / len(before)).drop(shared)])
    is_recording = moved.index.isin(recorded)
    recording, composition = moved[is_recording].sum(), moved[~is_recording].sum()
    parts = (float(part) for part in (recording, rates, composition))
    return Change(float(share_before), float(share_after), low, high, *parts)


def paired_interval(
    before: pd.Series, after: pd.Series, change: float, confidence: float
) -> tuple[float, float]:
    """The interval of a change, of the influence of each partner on it in either edition (Student's
    t, by partner).

    Missing with fewer than two partners, or where the change is.

    >>> same = pd.Series([0.1, -0.1], index=["P", "Q"])
    >>> paired_interval(same, same, 0.0, 0.95)
    (0.0, 0.0)
    """
    by_partner = after.sub(before, fill_value=0)
    partners = len(by_partner)
    if partners < 2 or np.isnan(change):
        return np.nan, np.nan
    variance = partners / (partners - 1) * (by_partner**2).sum()
    margin = stats.t.ppf((1 + confidence) / 2, partners - 1) * np.sqrt(variance)
    return float(change - margin), float(change + margin)


def _by_partner(partner: pd.Series, by_row) -> pd.Series:
    return pd.Series(np.asarray(by_row), index=partner.to_numpy()).groupby(level=0).sum()
