"""Does support go with a change of scale? The trial that would tell, emulated with the projects
there are.

Eligible are projects whose start is known, with a site on record, not yet scaled as they start.
Support may start within a grace (month 12); a project that starts later, or never, is in the other
arm. Follow-up runs to the settled day of its source, so that projects too young for three whole
years count for what is known of them, where a landmark leaves them out.
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

    `until` is the last day up to which ends and openings are settled, for all or by row of
    `projects`.

    >>> projects = pd.DataFrame({"project_id": ["in", "young"], "start": pd.to_datetime(["2015-01-01", "2019-01-01"])})
    >>> sites = pd.DataFrame({"project_id": ["in"], "department": ["35"], "opened": pd.to_datetime(["2015-01-01"]), "closed": pd.NaT})
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
    """The chance of a change of scale by month 36 with support begun by month 12 and without, and
    who is left out and why.

    `facts` (by project_id) are what was known as the project started and may go with both
    (`support_comparison.comparison_strata`: size and age of the partner, domain); a project that
    ends first has not changed scale. The projects of a partner count together. See
    `clone_weights.emulate` for the columns; second, reason -> projects, with those ``compared``.
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
