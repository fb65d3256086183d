"""How long things last when many have not ended yet: the door to the estimators of time to an end.

Arrays or Series in, frames out. Conventions held throughout: a row is at risk at t when entry < t
<= duration; ends come before censorings of the same time; times stand in whatever unit they came
in. What cannot be known is missing, never zero: a duration or an end that is missing is refused
(leave the row out and count it), a missing cause is a censoring. Series are taken in the order
given, and must then share one index.
"""

from analysis.stats.competing_ends import cumulative_incidence
from analysis.stats.cox_model import cox, predict
from analysis.stats.group_tests import logrank
from analysis.stats.kaplan_meier import at, kaplan_meier, limits, quantile, rmst
from analysis.stats.prediction_error import brier
from analysis.stats.recurrent_events import mean_cumulative

__all__ = [
    "at",
    "brier",
    "cox",
    "cumulative_incidence",
    "kaplan_meier",
    "limits",
    "logrank",
    "mean_cumulative",
    "predict",
    "quantile",
    "rmst",
]
