"""How far a headline has moved from one edition to a later one: a paired interval, and what the
change is made of.

Editions share most relations, so that the interval of their difference is far narrower than two
intervals side by side say: influences are summed by partner over both (see `stats.changes`). The
parts add up to the change exactly, in the manner of Kitagawa (1955): *late* (recorded since of time
that the earlier edition could see), *corrections* (what it had recorded otherwise), *rates* (what
relations that are in both did since), *composition* (who came and who went).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.relations import settled
from analysis.stats import changes, intervals
from analysis.stats.array_checks import z_of
from analysis.stats.influence import Influence

PARTS = ["late", "corrections", "rates", "composition"]


def moved_for_sure(headlines: pd.DataFrame, confidence: float) -> pd.Series:
    """Whether each headline has moved by more than chance explains, all of them compared at once
    (Holm); false where the limits `low` and `high` of its change are missing.

    >>> headlines = pd.DataFrame({"low": [0.9, 0.1], "high": [4.9, 4.1]})
    >>> moved_for_sure(headlines, 0.95).tolist(), moved_for_sure(headlines.tail(1), 0.95).tolist()
    ([True, True], [True])
    """
    from scipy.special import ndtr

    change = (headlines["low"] + headlines["high"]) / 2
    error = (headlines["high"] - headlines["low"]) / 2 / z_of(confidence)
    distance = (change.abs() / error).where(change != 0, 0.0)
    p_value = pd.Series(2 * ndtr(-distance), headlines.index).where(error.notna())
    return intervals.holm(p_value).set_axis(headlines.index) < 1 - confidence


class HeadlineChange(NamedTuple):
    """A headline in both editions, the interval of its change, and the parts of the change."""

    before: float
    after: float
    low: float
    high: float
    late: float = np.nan
    corrections: float = np.nan
    rates: float = np.nan
    composition: float = np.nan

    @property
    def value(self) -> float:
        return self.after - self.before


_NOT_MEASURED = HeadlineChange(np.nan, np.nan, np.nan, np.nan)


def of_followed(
    statistic,
    earlier: pd.DataFrame,
    later: pd.DataFrame,
    settled_before: pd.Series,
    recorded_late: pd.Index,
    horizon: float,
    confidence: float = 0.95,
) -> HeadlineChange:
    """The change of a headline of durability (`influence.of_survival`,
    `influence.of_restricted_mean`) at a horizon.

    Relations whose start is seen, up to the `settled_day` of each. The later edition is cut to the
    settled day of the earlier one (`settled_before`, by row of `later`), first with what the
    earlier one knew of the relations `recorded_late` (corrections), then with all of it (late);
    the same relations are followed on to the later settled day (rates), and those begun since join
    them (composition).

    >>> from analysis.stats import influence
    >>> one = pd.DataFrame({"relation_id": ["R1", "R2"], "partner_id": ["P", "Q"], "start": pd.to_datetime(["2015-01-01"] * 2),
    ...     "end": pd.to_datetime(["2015-12-31", None]), "last_known": pd.to_datetime(["2015-12-31", "2018-12-31"]), "cause": None,
    ...     "ended": [True, False], "duration_months": [12.0, 48.0], "entry_months": 0.0, "start_seen": True,
    ...     "settled_day": pd.Timestamp("2018-12-31")})
    >>> change = of_followed(influence.of_survival, one, one, one["settled_day"], pd.Index([]), 36)
    >>> change.before, change.after, change.low, change.high, change.rates
    (0.5, 0.5, 0.0, 0.0, 0.0)
    """
    earlier, later = (edition[edition["start_seen"].astype("bool")] for edition in (earlier, later))
    # the days are settled already: no grace is taken off once more
    before = settled(earlier, earlier["settled_day"], 0)
    cut = settled(later, settled_before.loc[later.index], 0)
    in_time = cut[~cut["relation_id"].isin(recorded_late)]
    as_known_then = before[before["relation_id"].isin(recorded_late)]
    corrected = pd.concat([in_time, as_known_then])
    after = settled(later, later["settled_day"], 0)
    in_both = after[after["relation_id"].isin(cut["relation_id"])]
    estimates = []
    for followed in (before, corrected, cut, in_both, after):
        if followed.empty:
            return _NOT_MEASURED
        duration, ended = followed["duration_months"], followed["ended"].astype("bool")
        entry = followed["entry_months"].to_numpy("float64")
        estimates.append(statistic(duration.to_numpy("float64"), ended, horizon, entry=entry))
    change = changes.of_influences(
        estimates[-1], after["partner_id"], estimates[0], before["partner_id"], confidence
    )
    values = [float(estimate.value) for estimate in estimates]
    corrections, late, rates, composition = np.diff(values).tolist()
    parts = (late, corrections, rates, composition)
    return HeadlineChange(values[0], values[-1], float(change.low), float(change.high), *parts)


def of_share(
    earlier: pd.DataFrame, later: pd.DataFrame, part_of: pd.Series, confidence: float = 0.95
) -> HeadlineChange:
    """The change of a share of units: frames by their id with ``partner_id`` and ``value`` (yes,
    no, missing).

    Each unit adds its value's distance from the mean of those known in both, at its weight in the
    later edition, and takes off that of the earlier one. `part_of` says to which part it adds, by
    id; else it is rates where it is known in both, and composition where it came, went, or became
    known (a survey asked since). On those known in both this is Kitagawa's effect of rates.

    >>> ids = ["R1", "R2", "R3", "R4"]
    >>> earlier = pd.DataFrame({"partner_id": ids, "value": [True, True, False, False]}, index=ids)
    >>> later = earlier.assign(value=[True, True, True, False])
    >>> change = of_share(earlier, later, pd.Series(dtype="str"))
    >>> change.value, change.rates, change.composition, change.late
    (0.25, 0.25, 0.0, 0.0)
    """
    before, after = earlier.dropna(subset="value"), later.dropna(subset="value")
    if before.empty or after.empty:
        return _NOT_MEASURED
    yes_before, yes_after = before["value"].astype("float64"), after["value"].astype("float64")
    share_before, share_after = float(yes_before.mean()), float(yes_after.mean())
    shared = before.index.intersection(after.index)
    from_mean = (share_before + share_after) / 2
    if len(shared):
        from_mean = (yes_before[shared].mean() + yes_after[shared].mean()) / 2
    change = changes.of_influences(
        Influence(share_after, (yes_after - share_after).to_numpy() / len(after), 0),
        after["partner_id"],
        Influence(share_before, (yes_before - share_before).to_numpy() / len(before), 0),
        before["partner_id"],
        confidence,
    )
    parts = _parts(
        (yes_before - from_mean) / len(before), (yes_after - from_mean) / len(after), part_of
    )
    return HeadlineChange(share_before, share_after, change.low, change.high, *parts)


def of_count(
    earlier: pd.DataFrame, later: pd.DataFrame, part_of: pd.Series, confidence: float = 0.95
) -> HeadlineChange:
    """The change of how many units say yes, as `of_share` takes them: each adds one to a part.

    The interval lets partners and what becomes of them vary alike (the variance of a sum over
    partners).

    >>> ids = ["R1", "R2", "R3"]
    >>> earlier = pd.DataFrame({"partner_id": ids[:2], "value": True}, index=ids[:2])
    >>> later = pd.DataFrame({"partner_id": ids, "value": [True, False, True]}, index=ids)
    >>> change = of_count(earlier, later, pd.Series(dtype="str"))
    >>> change.value, change.rates, change.composition
    (0.0, -1.0, 1.0)
    """
    counts = []
    for edition in (later, earlier):
        yes = edition["value"].fillna(False).astype("float64")
        counts += [Influence(float(yes.sum()), yes.to_numpy(), 0), edition["partner_id"]]
    change = changes.of_influences(*counts, confidence)
    yes_before, yes_after = (
        edition["value"].fillna(False).astype("float64") for edition in (earlier, later)
    )
    parts = _parts(yes_before, yes_after, part_of)
    return HeadlineChange(counts[2].value, counts[0].value, change.low, change.high, *parts)


def _parts(before: pd.Series, after: pd.Series, part_of: pd.Series) -> tuple[float, ...]:
    added = after.sub(before, fill_value=0.0)
    part = pd.Series("composition", index=added.index, dtype="str")
    part[before.index.intersection(after.index)] = "rates"
    stated = added.index.intersection(part_of.index)
    part[stated] = part_of[stated]
    sums = added.groupby(part).sum().reindex(PARTS, fill_value=0.0)
    return tuple(float(total) for total in sums)
