"""Both sides of a cliff, where many relations end on the very day of the horizon: what ran just ahead
of that day no row of a curve holds, while words tell it and the picture has a mark there.
"""

from itertools import zip_longest
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.text.facts import Share

REACHED = "reached"  # the name in words of what ran just ahead of the horizon


def shares_said(exhibit: Exhibit, name: str | None = None) -> set[float]:
    """The shares in the words of an exhibit; of one `name` only, where it is given."""
    sentences = [sentence for field in exhibit.sentences.values() for sentence in field]
    return {
        float(fact.value)
        for sentence in sentences
        for fact, of_name in zip_longest(sentence.facts or (), sentence.names)
        if isinstance(fact, Share) and name in (None, of_name)
    }


class StepsOfCurve(NamedTuple):
    """How many steps of a curve lie by each of some times, how many ahead of it, and whether words
    tell what ran just ahead: the upper side of a cliff, where the picture has a mark.
    """

    by: np.ndarray
    ahead: np.ndarray
    is_said: np.ndarray


def steps_at(part: pd.DataFrame, times: np.ndarray, said: set[float]) -> StepsOfCurve:
    """The steps of a curve at some times, where words tell the shares `said`.

    >>> part = pd.DataFrame({"months": [4.0, 9.0, 12.0], "survival": [0.6, 0.5, 0.2]})
    >>> [column.tolist() for column in steps_at(part, np.array([6.0, 12.0]), {0.5})]
    [[1, 3], [1, 2], [False, True]]
    """
    by, ahead = (part["months"].searchsorted(times, side) for side in ("right", "left"))
    survival_ahead = _from_start(1.0, part["survival"])[ahead]
    is_said = np.isclose(survival_ahead[:, None], sorted(said)).any(axis=1)
    return StepsOfCurve(by, ahead, is_said)


def _from_start(first: float, values: pd.Series) -> np.ndarray:
    """What a curve tells after so many steps, before the first of them too."""
    return np.concatenate([[first], values])


def ends_on_both_sides(part: pd.DataFrame, steps: StepsOfCurve) -> np.ndarray:
    """How many have ended by each of some times, and beside it (times x 2), where words tell the
    upper side of a cliff, how many had ahead of that time itself.

    >>> part = pd.DataFrame({"months": [4.0, 9.0, 12.0], "ended": [8, 2, 6], "survival": [0.6, 0.5, 0.2]})
    >>> ends_on_both_sides(part, steps_at(part, np.array([6.0, 12.0]), {0.5})).tolist()
    [[8, 8], [16, 10]]
    """
    ended = _from_start(0, part["ended"].cumsum())
    ended_ahead = ended[np.where(steps.is_said, steps.ahead, steps.by)]
    return np.column_stack([ended[steps.by], ended_ahead])


def reached(exhibit: Exhibit, rows: pd.DataFrame) -> pd.Series:
    """What ran just ahead of the month of each row of its curves, where words tell it: the upper
    side of a cliff, which no row holds; missing elsewhere.
    """
    upper_side = pd.Series(np.nan, rows.index)
    said = shares_said(exhibit, REACHED)
    if not said or not {"stratum", "months", "survival"} <= set(exhibit.data):
        return upper_side
    for name, part in exhibit.data.groupby("stratum", sort=False):
        of_curve = rows.index[rows["stratum"] == name]
        steps = steps_at(part, rows.loc[of_curve, "months"].to_numpy(float), said)
        survival = _from_start(1.0, part["survival"])[steps.ahead]
        upper_side[of_curve] = np.where(steps.is_said, survival, np.nan)
    return upper_side
