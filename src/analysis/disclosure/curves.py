"""Curves that leave the team: cut down to half-years between which no or enough have ended."""

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit, Unsupported
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.cell_suppression import Limits, together
from analysis.text import formatting

_ = formatting.text


def reduced(exhibit: Exhibit, horizon: int, limits: Limits = DEFAULTS) -> pd.DataFrame:
    """The data at times between which no or enough have ended; everything else as it is."""
    data = exhibit.data.reset_index(drop=True)
    if {"stratum", "at_risk", "survival"} <= set(data.columns):
        return _survival(data, horizon, exhibit.id, limits)
    if {"cause", "incidence"} <= set(data.columns):
        return _stacked(
            data, "months", "cause", ["incidence"], "ended", horizon, exhibit.id, limits
        )
    if {"month", "state"} <= set(data.columns):
        anchor = int(limits["path_months"])
        return _stacked(data, "month", "state", ["share"], "count", anchor, exhibit.id, limits)
    return data


def _told_times(
    count: np.ndarray, times: np.ndarray, anchor: float, limits: Limits = DEFAULTS
) -> list[int]:
    """Which times may be told, of rising counts (times x parts): none or five more of each part since the one told before.

    The anchor is told in any case, at the expense of those before it; where even so it cannot be, nothing is.

    >>> _told_times(np.array([[0], [3], [6], [8]]), np.array([6, 12, 18, 24]), 24)
    [0, 3]
    """
    told: list[int] = []

    def may_follow(place: int) -> bool:
        before = count[told[-1]] if told else 0
        return together((count[place] - before).ravel(), limits=limits)

    for place, time in enumerate(times):
        while time == anchor and told and not may_follow(place):
            told.pop()
        if may_follow(place):
            told.append(place)
        elif time == anchor:
            return []
    return told


def _refuse_curve(id: str):
    raise Unsupported(_("Too few have ended: their curve would tell of single ones."), id)


def _survival(data: pd.DataFrame, horizon: int, id: str, limits: Limits = DEFAULTS) -> pd.DataFrame:
    """Survival curves at half-years while enough are followed."""
    strata, step = [], limits["curve_step_months"]
    for name, part in data.groupby("stratum", sort=False):
        grid = np.arange(step, max(part["months"].max(), horizon) + step, step, dtype=float)
        grid = np.union1d(grid, [float(horizon)])
        place = part["months"].searchsorted(grid, side="right") - 1
        ended = np.concatenate([[0], part["ended"].cumsum()])[place + 1]
        told = _told_times(ended[:, None], grid, horizon, limits)
        if not told:
            _refuse_curve(id)
        rows = part.iloc[place[told].clip(0)].assign(months=grid[told], stratum=name)
        begun = place[told] < 0
        rows = rows[~begun]
        strata.append(rows[rows["at_risk"] >= limits["secret_below"]])
    curve = pd.concat(strata, ignore_index=True)
    if curve.empty:
        _refuse_curve(id)
    return curve.drop(columns=["ended", "censored"])


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
    """Shares that add up, at half-years; parts too small to be told at the anchor are put together, the smallest first."""
    step = int(limits["curve_step_months"])
    grid = [
        month
        for month in range(0, int(data[time].max()) + step, step)
        if month <= max(anchor, data[time].max())
    ]
    order = list(dict.fromkeys(data[part]))
    wide = {
        name: data.pivot(index=time, columns=part, values=name)[order] for name in (*shares, count)
    }
    place = wide[count].index.searchsorted(grid, side="right") - 1
    grid, place = (
        [month for month, at in zip(grid, place, strict=True) if at >= 0],
        place[place >= 0],
    )
    wide = {name: table.iloc[place].set_axis(grid) for name, table in wide.items()}
    last = wide[count].loc[max(month for month in grid if month <= anchor)]
    while not together(last, limits=limits):
        least = [name for name in order if last[name] > 0]
        if len(least) < 2:
            _refuse_curve(id)
        one, other = sorted(sorted(least, key=lambda name: (last[name], name))[:2], key=order.index)
        for name, table in wide.items():
            joined = table[[one, other]].sum(axis=1)
            wide[name] = (
                table.drop(columns=other)
                .rename(columns={one: f"{one} / {other}"})
                .assign(**{f"{one} / {other}": joined})
            )
        order = list(wide[count].columns)
        last = wide[count].loc[last.name]
    rising = wide[count].loc[:, [wide[count][name].is_monotonic_increasing for name in order]]
    told = _told_times(rising.to_numpy(), np.array(grid), last.name, limits)
    told = [place for place in told if together(wide[count].iloc[place], limits=limits)]
    if not told:
        _refuse_curve(id)
    long = [
        table.iloc[told].rename_axis(time).reset_index().melt(time, var_name=part, value_name=name)
        for name, table in wide.items()
    ]
    return long[0].assign(**{name: one[name] for name, one in zip(wide, long, strict=True)})[
        [c for c in data.columns if c in long[0] or c in wide]
    ]
