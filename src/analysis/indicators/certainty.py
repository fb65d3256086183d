"""How sure a headline is, by three marks that are told apart: coverage, precision, robustness
(METHOD 9.1).

A value is never called sure because other choices of method stay within its interval: that would
reward imprecision.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from analysis.declare.conventions import DEFAULTS

MARKS = ("coverage", "precision", "robustness")


class Certainty(NamedTuple):
    """The three marks of a value, on the scale of what it may be (points: hundredths of that
    scale).

    `coverage`: known / all; `precision_points`: half-width of the interval; `robustness_points`:
    the largest move over the other choices of method. A mark that cannot be measured is missing.
    """

    coverage: float
    precision_points: float
    robustness_points: float

    def failing(self, conventions: Mapping[str, float] = DEFAULTS) -> tuple[str, ...]:
        """The marks that do not hold.

        >>> Certainty(0.65, 3.0, 6.0).failing()
        ('coverage', 'robustness')
        """
        fails = {
            "coverage": self.coverage < conventions["coverage"],
            "precision": self.precision_points > conventions["precision_points"],
            "robustness": self.robustness_points > conventions["robustness_points"],
        }
        return tuple(mark for mark in MARKS if fails[mark])

    def is_solid(self, conventions: Mapping[str, float] = DEFAULTS) -> bool | None:
        """Whether all three marks hold; None where one that was measured does not fail and another
        is not known.

        >>> Certainty(0.9, 3.0, 1.0).is_solid(), Certainty(0.9, 20.0, np.nan).is_solid()
        (True, False)
        >>> Certainty(0.9, 3.0, np.nan).is_solid() is None
        True
        """
        if self.failing(conventions):
            return False
        if np.isnan(self).any():
            return None
        return True


def certainty(
    value: float,
    low: float,
    high: float,
    *,
    known: int,
    all_units: int,
    others: Iterable[float] = (),
    scale: float = 1.0,
) -> Certainty:
    """The marks of a value with its interval, known of so many of all, and its values under other
    choices of method.

    >>> marks = certainty(0.57, 0.54, 0.61, known=80, all_units=100, others=[0.54, 0.65])
    >>> [round(float(mark), 2) for mark in marks]
    [0.8, 3.5, 8.0]
    """
    moves = [abs(choice - value) for choice in others if not np.isnan(choice)]
    return Certainty(
        coverage=known / all_units if all_units else np.nan,
        precision_points=100 * (high - low) / 2 / scale,
        robustness_points=100 * max(moves) / scale if moves else np.nan,
    )
