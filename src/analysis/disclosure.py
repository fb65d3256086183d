"""What may be shown to whom: names, small numbers, and which figures appear, for the team, directors and partners.

Rules (METHOD section 5): fewer than 5 is secret ("s"), 5 to 9 gives counts without percentages, and where one hidden cell
could be had by subtraction another is hidden with it. "s" (secret), missing (not available) and 0 are three things.
"""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import words
from analysis.exhibit import Exhibit, Unsupported
from analysis.faults import Fault, Refused
from analysis.shown import FORMATS

_ = words.text

SECRET = "s"
FEW, SOME = 5, 10  # fewer than 5 are secret; fewer than 10 give no percentage
DOMINANCE = 0.85  # of an amount held by one unit: the amount would tell that unit's
KEPT_FROM = {"F3R": ("directors", "partners"), "F12": ("partners",)}
COUNTS = ("n", "known", "count", "base", "yes", "no", "unknown", "partners", "relations", "projects", "terms", "rows", "events", "answers")
PARTS = ("yes", "no", "unknown")
GRID = 6  # months between the points of a curve that leaves the team: ends are told by half-year, not by day


def disclosed(exhibit: Exhibit, audience: str) -> Exhibit:
    """The exhibit as an audience may see it: unchanged for the team; refused in words where it is not for them.

    Hidden cells hold "s" in the data and nothing in the picture; words that would tell a hidden number give way to plain ones.
    """
    if audience == "team":
        return exhibit
    if audience in KEPT_FROM.get(exhibit.id, ()):
        raise Unsupported(_("This figure is for the study team or the directors only."), exhibit.id)
    data = _curve(exhibit.data) if {"at_risk", "survival"} <= set(exhibit.data.columns) else exhibit.data
    hidden = secret(data, exhibit.formats)
    if not hidden.any(axis=None):
        return replace(exhibit, data=data)
    if hidden[[name for name in data.columns if exhibit.formats[name] != "text"]].all(axis=None):
        raise Unsupported(_("Every number of this figure is too small to be shown."), exhibit.id)
    shown = data.astype(object).mask(hidden, SECRET)
    told = _told(data, hidden, exhibit.formats)
    tells = lambda text: any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text) for one in told)
    plain = {name: _("Some numbers are too small to be shown: they are marked s.") for name in ("reading", "alt", "note") if tells(getattr(exhibit, name))}
    plain |= {"title": exhibit.subtitle} if tells(exhibit.title) else {}
    numeric = data.mask(hidden, np.nan) if exhibit.draw else None
    return replace(exhibit, data=shown, draw=exhibit.draw and (lambda _data, narrow: exhibit.draw(numeric, narrow)), **plain)


def secret(data: pd.DataFrame, formats: dict[str, str]) -> pd.DataFrame:
    """Which cells of a table of counts and what is read from them are secret; same shape as `data`, boolean.

    A count of 1 to 4 hides itself and all that its row derives from it; a base of 5 to 9 hides percentages. If a row's yes,
    no and unknown, or a column of counts, would be left with a single hidden cell, the next smallest one is hidden too.

    >>> data = pd.DataFrame({"region": list("abc"), "count": [3, 40, 20]})
    >>> secret(data, {"region": "text", "count": "integer"})["count"].tolist()
    [True, False, True]
    """
    hidden = pd.DataFrame(False, index=data.index, columns=data.columns)
    counts = [name for name in data.columns if name in COUNTS and formats[name] in ("integer", "number")]
    if not counts:
        return hidden
    numbers = data[counts].apply(pd.to_numeric, errors="coerce").astype(float)
    small = (numbers > 0) & (numbers < FEW)
    parts = [name for name in PARTS if name in counts]
    hidden[counts] = small
    if len(parts) > 1:
        hidden[parts] = _complement(numbers[parts], hidden[parts], axis=1)
    for name in counts:
        hidden[name] = _complement(numbers[[name]], hidden[[name]], axis=0)[name]
    derived = [name for name in data.columns if name not in counts and formats[name] not in ("text", "date")]
    bases = [name for name in ("known", "base", "n") if name in counts][:1] or counts
    few = (numbers[bases] < SOME).any(axis=1) & (numbers[bases] > 0).any(axis=1)
    told = hidden[counts].any(axis=1)
    for name in derived:
        hidden[name] = told | (few & (formats[name] == "percent"))
    return hidden & data.notna()


def _complement(numbers: pd.DataFrame, hidden: pd.DataFrame, axis: int) -> pd.DataFrame:
    """Hide a second cell in each row (axis 1) or column (axis 0) that has exactly one hidden: the smallest left that is not zero."""
    held = numbers.to_numpy() if axis else numbers.to_numpy().T
    masked = (hidden.to_numpy() if axis else hidden.to_numpy().T).copy()
    for line in np.flatnonzero(masked.sum(axis=1) == 1):
        left = np.where(masked[line] | ~(held[line] > 0), np.inf, held[line])
        if np.isfinite(left).any():
            masked[line, left.argmin()] = True
    return pd.DataFrame(masked if axis else masked.T, index=hidden.index, columns=hidden.columns)


def _curve(data: pd.DataFrame) -> pd.DataFrame:
    """A curve at half-years while 5 or more are followed, without the counts of each day."""
    strata = []
    for name, part in data.groupby("stratum", sort=False):
        part = part[part["at_risk"] >= FEW]
        grid = np.arange(GRID, part["months"].max() + GRID, GRID) if len(part) else []
        place = part["months"].searchsorted(grid, side="right") - 1
        kept = part.iloc[place[place >= 0]].assign(months=np.asarray(grid, dtype=float)[place >= 0])
        strata.append(kept.assign(stratum=name))
    return pd.concat(strata, ignore_index=True)[[name for name in data.columns if name not in ("ended", "censored")]]


def _told(data: pd.DataFrame, hidden: pd.DataFrame, formats: dict[str, str]) -> set[str]:
    """The hidden numbers as they would be written in a sentence, those too common to betray anything left out."""
    written = set()
    for name in data.columns:
        for value in data.loc[hidden[name], name].dropna():
            written.add(FORMATS[formats[name]](value))
            if formats[name] == "percent":
                written.add(words.percent(value))
    return written


def dominated(amounts: pd.Series, unit: pd.Series, group: pd.Series) -> pd.Series:
    """Whether one unit holds more than 85 % of each group's amount, by group: such an amount would tell that unit's.

    >>> dominated(pd.Series([90, 10, 50, 50]), pd.Series(list("abab")), pd.Series([1, 1, 2, 2])).tolist()
    [True, False]
    """
    held = amounts.groupby([group, unit]).sum()
    share = held.groupby(level=0).max() / held.groupby(level=0).sum()
    return (share > DOMINANCE).rename("dominated")


def released(table: pd.DataFrame, name: str, audience: str) -> pd.DataFrame:
    """A table that an audience may take away row by row: all of it for the team, nothing said by someone for directors,
    no row at all for partners."""
    said_by_someone = name in ("answers", "votes")
    if audience == "partners" or (audience == "directors" and said_by_someone):
        expected = "rows of single relations or persons stay within the study team; take a figure's CSV instead"
        raise Refused([Fault("audience", None, "", "parameter", audience, f"{name}: {expected}")], 2)
    return table
