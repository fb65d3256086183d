"""Curves that leave the team: cut down to half-years between which no or enough have ended."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.cell_suppression import together
from analysis.disclosure.cliffs import REACHED, ends_on_both_sides, shares_said, steps_at
from analysis.disclosure.secrecy_rules import Limits, is_small
from analysis.text.messages import say

COURSE = {"month", "running"}  # how many run, month by month
BY_CAUSE = {"cause", "incidence"}  # shares ended from each cause, which add up
BY_STATE = {"month", "state", "share"}  # shares in each state, which add up
BESIDE = " / "  # between the names of parts told together


def reduced(exhibit: Exhibit, horizon: int, limits: Limits = DEFAULTS) -> pd.DataFrame:
    """The data at times between which no or enough have ended; everything else as it is."""
    data = exhibit.data.reset_index(drop=True)
    if {"stratum", "at_risk", "survival"} <= set(data.columns):
        return _survival(data, horizon, exhibit, limits)
    if set(data.columns) >= COURSE:
        counts = data[["running"]].to_numpy(float)
        months = np.arange(len(data))
        return data.iloc[_told_times(counts, months, months[-1], limits)].reset_index(drop=True)
    if set(data.columns) >= BY_CAUSE:
        told = _stacked(
            data, "months", "cause", ["incidence"], "ended", horizon, exhibit.id, limits
        )
        return _without_few_later(told, exhibit, horizon, limits)
    if {"month", "state"} <= set(data.columns):
        anchor = int(limits["path_months"])
        return _stacked(data, "month", "state", ["share"], "count", anchor, exhibit.id, limits)
    return data


def shares_of_no_band(exhibit: Exhibit, told: pd.DataFrame) -> list[float]:
    """The shares in the words of an exhibit that are no sum of states as the table tells them, some
    of them together: beside it, such a share takes apart what it puts together.
    """
    sums = {0.0}
    for _month, shares in told.groupby("month")["share"]:
        sums_of_month = {0.0}
        for share in shares:
            sums_of_month |= {total + share for total in sums_of_month}
        sums |= sums_of_month
    shares = shares_said(exhibit)
    return [share for share in shares if not np.isclose(share, list(sums)).any()]


def _told_times(
    count: np.ndarray, times: np.ndarray, anchor: float, limits: Limits = DEFAULTS
) -> list[int]:
    """Which times may be told, of counts (times x parts): none or five more, or less, of each part
    since the one told before.

    The anchor is told in any case, at the expense of those before it; where even so it cannot be,
    nothing is.

    >>> _told_times(np.array([[0], [3], [6], [8]]), np.array([6, 12, 18, 24]), 24)
    [0, 3]
    """
    published_steps: list[int] = []

    def may_follow(place: int) -> bool:
        before = 0
        if published_steps:
            before = count[published_steps[-1]]
        return together(np.abs(count[place] - before).ravel(), limits=limits)

    for place, time in enumerate(times):
        while time == anchor and published_steps and not may_follow(place):
            published_steps.pop()
        if may_follow(place):
            published_steps.append(place)
        elif time == anchor:
            return []
    return published_steps


def _refuse_curve(id: str):
    raise Unsupported(say("withheld.curve"), id)


def _survival(
    data: pd.DataFrame, horizon: int, exhibit: Exhibit, limits: Limits = DEFAULTS
) -> pd.DataFrame:
    """Survival curves at half-years while enough are followed."""
    strata, step = [], limits["curve_step_months"]
    is_one = data["stratum"].nunique() == 1
    for name, part in data.groupby("stratum", sort=False):
        grid = np.arange(step, max(part["months"].max(), horizon) + step, step, dtype=float)
        grid = np.union1d(grid, [float(horizon)])
        steps = steps_at(part, grid, shares_said(exhibit, REACHED))
        published_times = _told_times(ends_on_both_sides(part, steps), grid, horizon, limits)
        if not published_times:
            _refuse_curve(exhibit.id)
        last_step = steps.by[published_times] - 1
        rows = part.iloc[last_step.clip(0)].assign(months=grid[published_times], stratum=name)
        rows = rows[last_step >= 0]
        rows = rows[rows["at_risk"] >= limits["secret_below"]]
        is_anchor = rows["months"] == horizon
        if is_one:
            followed = exhibit.n
        else:
            followed = int(part[["ended", "censored"]].sum(axis=None))
        places = _apart(rows["at_risk"], is_anchor, followed, limits)
        if is_anchor.any() and not is_anchor.iloc[places].any():
            _refuse_curve(exhibit.id)
        strata.append(rows.iloc[places])
    curve = pd.concat(strata, ignore_index=True)
    if curve.empty:
        _refuse_curve(exhibit.id)
    return curve.drop(columns=["ended", "censored"])


def _without_few_later(
    told: pd.DataFrame, exhibit: Exhibit, horizon: int, limits: Limits
) -> pd.DataFrame:
    """Shares ended by cause without the months after which a few more have ended, since all figures
    together tell how many have ended at all; refused where these are few after the horizon.
    """
    since = exhibit.states["ended"] - told.groupby("months")["ended"].transform("sum")
    is_few = is_small(since.astype(float), limits["secret_below"])
    if (is_few & told["months"].eq(horizon)).any():
        _refuse_curve(exhibit.id)
    return told[~is_few].reset_index(drop=True)


def bands_of(counts: Mapping[str, float], limits: Limits) -> list[tuple[str, ...]] | None:
    """Parts as they may be told side by side: those too small with the next smallest, in the order
    given; None where all together are too small. Of parts of one size the first is taken, whatever
    they are called: their names are those of a language.

    >>> bands_of({"aim reached": 12, "dispute": 3, "no reply": 9, "moved": 2}, {"secret_below": 5})
    [('aim reached',), ('dispute', 'moved'), ('no reply',)]
    """
    bands = [(name,) for name in counts]

    def size(band: tuple[str, ...]) -> float:
        return sum(counts[name] for name in band)

    while not together(map(size, bands), limits=limits):
        by_size = sorted(
            (band for band in bands if size(band)),
            key=lambda band: (size(band), bands.index(band)),
        )
        if len(by_size) < 2:
            return None
        first, second = sorted(by_size[:2], key=bands.index)
        bands[bands.index(first)] = first + second
        bands.remove(second)
    return bands


def _apart(at_risk: pd.Series, is_anchor: pd.Series, followed: int, limits: Limits) -> list[int]:
    """The places between which none or enough were lost, ended or followed no longer, beginning
    with all that were followed; the anchor is told at the expense of those before it, and not where
    it leaves a few of all.

    >>> at_risk = pd.Series([30, 20, 18, 15, 9, 8])
    >>> _apart(at_risk, at_risk == 18, 32, {"secret_below": 5})
    [2, 4]
    """
    apart: list[int] = []

    def is_near(place: int) -> bool:
        before = at_risk.iloc[apart[-1]] if apart else followed
        return bool(is_small(abs(at_risk.iloc[place] - before), limits["secret_below"]))

    for place in range(len(at_risk)):
        while is_anchor.iloc[place] and apart and is_near(place):
            apart.pop()
        if not is_near(place):
            apart.append(place)
    return apart


def _stacked(
    data: pd.DataFrame,
    time: str,
    part: str,
    shares: list[str],
    count: str,
    anchor: int,
    id: str,
    limits: Limits,
) -> pd.DataFrame:
    """Shares that add up, at half-years; parts too small to be told at the anchor are put together,
    the smallest first.
    """
    step = int(limits["curve_step_months"])
    grid = [
        month
        for month in sorted({*range(0, int(data[time].max()) + step, step), anchor})
        if month <= max(anchor, data[time].max())
    ]
    order = list(dict.fromkeys(data[part]))
    wide = {
        name: data.pivot(index=time, columns=part, values=name)[order] for name in (*shares, count)
    }
    last_step = wide[count].index.searchsorted(grid, side="right") - 1
    grid = [month for month, at in zip(grid, last_step, strict=True) if at >= 0]
    last_step = last_step[last_step >= 0]
    wide = {name: table.iloc[last_step].set_axis(grid) for name, table in wide.items()}
    last = wide[count].loc[max(month for month in grid if month <= anchor)]
    bands = bands_of(last.to_dict(), limits)
    if bands is None:
        _refuse_curve(id)
    wide = {
        name: pd.DataFrame({BESIDE.join(band): table[list(band)].sum(axis=1) for band in bands})
        for name, table in wide.items()
    }
    order = list(wide[count].columns)
    rising = wide[count].loc[:, [wide[count][name].is_monotonic_increasing for name in order]]
    published_times = _told_times(rising.to_numpy(), np.array(grid), last.name, limits)
    published_times = [
        last_step
        for last_step in published_times
        if together(wide[count].iloc[last_step], limits=limits)
    ]
    if not published_times:
        _refuse_curve(id)
    long = [
        table.iloc[published_times]
        .rename_axis(time)
        .reset_index()
        .melt(time, var_name=part, value_name=name)
        for name, table in wide.items()
    ]
    return long[0].assign(**{name: first[name] for name, first in zip(wide, long, strict=True)})[
        [c for c in data.columns if c in long[0] or c in wide]
    ]
