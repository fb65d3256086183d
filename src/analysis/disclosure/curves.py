"""Curves that leave the team: cut down to half-years between which no or enough have ended."""

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit, Unsupported
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.cell_suppression import FEW, together
from analysis.text import formatting

_ = formatting.text

GRID = DEFAULTS[
    "curve_step_months"
]  # months between points: ends are told by half-year, not by day


def reduced(exhibit: Exhibit, horizon: int) -> pd.DataFrame:
    """The data at times between which no or enough have ended; everything else as it is."""
    data = exhibit.data.reset_index(drop=True)
    if {"stratum", "at_risk", "survival"} <= set(data.columns):
        return _survival(data, horizon, exhibit.id)
    if {"cause", "incidence"} <= set(data.columns):
        return _stacked(data, "months", "cause", ["incidence"], "ended", horizon, exhibit.id)
    if {"month", "state"} <= set(data.columns):
        return _stacked(data, "month", "state", ["share"], "count", 36, exhibit.id)
    return data


def _told_times(count: np.ndarray, times: np.ndarray, anchor: float) -> list[int]:
    """Which times may be told, of rising counts (times x parts): none or five more of each part since the one told before.

    The anchor is told in any case, at the expense of those before it; where even so it cannot be, nothing is.

    >>> _told_times(np.array([[0], [3], [6], [8]]), np.array([6, 12, 18, 24]), 24)
    [0, 3]
    """
    told: list[int] = []
    step = lambda place: count[place] - (count[told[-1]] if told else 0)
    for place, time in enumerate(times):
        while time == anchor and told and not together(step(place).ravel()):
            told.pop()
        if together(step(place).ravel()):
            told.append(place)
        elif time == anchor:
            return []
    return told


def _refuse_curve(id: str):
    raise Unsupported(_("Too few have ended: their curve would tell of single ones."), id)


def _survival(data: pd.DataFrame, horizon: int, id: str) -> pd.DataFrame:
    """Survival curves at half-years while 5 or more are followed."""
    strata = []
    for name, part in data.groupby("stratum", sort=False):
        grid = np.arange(GRID, max(part["months"].max(), horizon) + GRID, GRID, dtype=float)
        grid = np.union1d(grid, [float(horizon)])
        place = part["months"].searchsorted(grid, side="right") - 1
        ended = np.concatenate([[0], part["ended"].cumsum()])[place + 1]
        told = _told_times(ended[:, None], grid, horizon)
        if not told:
            _refuse_curve(id)
        rows = part.iloc[place[told].clip(0)].assign(months=grid[told], stratum=name)
        begun = place[told] < 0
        rows = rows[~begun]
        strata.append(rows[rows["at_risk"] >= FEW])
    curve = pd.concat(strata, ignore_index=True)
    if curve.empty:
        _refuse_curve(id)
    return curve.drop(columns=["ended", "censored"])


def _stacked(
    data: pd.DataFrame, time: str, part: str, shares: list[str], count: str, anchor: int, id: str
) -> pd.DataFrame:
    """Shares that add up, at half-years; parts too small to be told at the anchor are put together, the smallest first."""
    grid = [
        month
        for month in range(0, int(data[time].max()) + GRID, GRID)
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
    while not together(last):
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
    told = _told_times(rising.to_numpy(), np.array(grid), last.name)
    told = [place for place in told if together(wide[count].iloc[place])]
    if not told:
        _refuse_curve(id)
    long = [
        table.iloc[told].rename_axis(time).reset_index().melt(time, var_name=part, value_name=name)
        for name, table in wide.items()
    ]
    return long[0].assign(**{name: one[name] for name, one in zip(wide, long, strict=True)})[
        [c for c in data.columns if c in long[0] or c in wide]
    ]
