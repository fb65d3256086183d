"""What is too little to be told: counts of a few, and amounts of few partners or of one above all.

The limits are conventions of disclosure (`secret_below`, `dominance`, `prior_percent`), METHOD 5.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

Limits = Mapping[str, float]  # the conventions in force, those of disclosure among them
NumberOrArray = float | np.ndarray | pd.Series


def is_small(count: NumberOrArray, few: float) -> NumberOrArray:
    """Whether a count is above zero and below `few`.

    >>> is_small(4, 5), is_small(5, 5), is_small(0, 5)
    (True, False, False)
    """
    return (count > 0.5) & (count < few - 0.5)


def is_spread(
    amount: NumberOrArray, first: NumberOrArray, second: NumberOrArray, limits: Limits
) -> NumberOrArray:
    """Whether of an amount the first partner holds not nearly all, and the second could not work
    out what the first holds: the others together hold enough for that. Not where one is unknown.

    >>> limits = {"dominance": 0.85, "prior_percent": 0.1}
    >>> is_spread(100, 60, 30, limits), is_spread(100, 60, 36, limits), is_spread(100, 86, 0, limits)
    (True, False, False)
    """
    is_not_nearly_all = first <= limits["dominance"] * amount
    others = amount - first - second
    return is_not_nearly_all & (others >= limits["prior_percent"] * first)


def may_be_told(
    partners: NumberOrArray,
    amount: NumberOrArray,
    first: NumberOrArray,
    second: NumberOrArray,
    limits: Limits,
) -> NumberOrArray:
    """Whether an amount rests on enough partners and is spread among them (`is_spread`).

    >>> limits = {"secret_below": 5, "dominance": 0.85, "prior_percent": 0.1}
    >>> may_be_told(np.array([4, 5]), 100.0, 60.0, 20.0, limits).tolist()
    [False, True]
    """
    return (partners >= limits["secret_below"]) & is_spread(amount, first, second, limits)
