"""Does support go with a change of scale? The trial that would tell, emulated.

Eligible are projects with a known start and a site, not yet scaled. Support may start within a
grace (month 12), else the project is in the other arm. Follow-up runs to the settled day, so that
young projects count for what is known of them.
"""

import numpy as np
import pandas as pd

from analysis.declare.conventions import DEFAULTS
from analysis.indicators import trajectory
from analysis.stats import clone_weights

_REASONS = ("start unknown", "not followed yet", "no site recorded", "scaled at its start")


def eligible(
    projects: pd.DataFrame, sites: pd.DataFrame, until: pd.Timestamp | pd.Series
) -> pd.Series:
    """Why each project (by project_id) is left out of the trial; missing for those in it.

    `until`: up to when ends and openings are settled, for all or by row of `projects`.

    >>> projects = pd.DataFrame({"project_id": ["in", "young"], "start": pd.to_datetime(["2015-01-01", "2019-01-01"])})
    >>> sites = pd.DataFrame(
    ...     {
    ...         "project_id": ["in"],
    ...         "department": ["35"],
    ...         "opened": pd.to_datetime(["2015-01-01"]),
    ...         "closed": pd.NaT,
    ...     }
    ... )
    >>> eligible(projects, sites, pd.Timestamp("2018-06-30")).to_dict()
    {'in': nan, 'young': 'not followed yet'}
    """
    last_day = pd.Series(until, index=projects.index, dtype="datetime64[us]")
    scaled_at = trajectory.scaled_at(projects, sites).set_axis(projects.index)
    conditions = {
        "start unknown": projects["start"].isna(),
        "not followed yet": ~(last_day > projects["start"]),
        "no site recorded": scaled_at.isna(),
        "scaled at its start": scaled_at <= 0,
    }
    reason = np.select([conditions[name] for name in _REASONS], _REASONS, default="")
    by_project = pd.Series(reason, index=projects["project_id"], dtype="str", name="left_out")
    return by_project.where(by_project != "")


def support_and_scale(
    projects: pd.DataFrame,
    sites: pd.DataFrame,
    support: pd.DataFrame,
    facts: pd.DataFrame,
    until: pd.Timestamp | pd.Series,
    *,
    grace_months: int = DEFAULTS["landmark_months"],
    horizon_months: int = DEFAULTS["scale_months"],
    confidence: float = 0.95,
) -> tuple[clone_weights.Emulation, pd.Series]:
    """The chance of a change of scale by month 36 with early support and without; who is left out.

    `facts` (by project_id) may go with both (`support_comparison.comparison_strata`); a project
    that ends first has not changed scale. Those of a partner count together. Columns of
    `clone_weights.emulate`; second, reason -> projects, with those ``compared``.
    """
    left_out = eligible(projects, sites, until)
    is_in = left_out.isna().to_numpy()
    rows = projects[is_in].reset_index(drop=True)
    last_day = pd.Series(until, index=projects.index, dtype="datetime64[us]")[is_in]
    last_day = last_day.reset_index(drop=True)
    first_support = support.groupby("project_id")["start"].min()
    started_on = rows["project_id"].map(first_support).astype("datetime64[us]")
    trial = clone_weights.emulate(
        trajectory.elapsed(rows["start"], started_on),
        trajectory.scaled_at(rows, sites).to_numpy(),
        trajectory.elapsed(rows["start"], rows["end"]),
        trajectory.elapsed(rows["start"], last_day),
        facts.loc[rows["project_id"]].set_axis(rows.index),
        grace=grace_months,
        horizon=horizon_months,
        cluster=rows["partner_id"],
        confidence=confidence,
    )
    counts = left_out.value_counts().reindex(_REASONS, fill_value=0)
    return trial, pd.concat([counts, pd.Series({"compared": len(rows)})]).rename("projects")
