"""Projects with support beside those without: exposure by a landmark, what they are compared
within, who changed scale since.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.declare.conventions import DEFAULTS
from analysis.indicators import domains
from analysis.indicators.trajectory import elapsed, observable, scaled_at
from analysis.stats.risk_difference import CONTRAST_FIELDS, contrast

SUPPORT_LEVELS = ("none", "1-5 days", "over 5 days")


def support_days(
    projects: pd.DataFrame,
    support: pd.DataFrame,
    kinds: list[str] | None = None,
    months: int = DEFAULTS["landmark_months"],
) -> pd.Series:
    """Days of support that each project (by project_id) had received some months after its start; 0
    with none recorded.

    A support that was still under way counts for the part of its time that had passed. A support
    without its days is missing, and so is its project. `kinds` keeps only some kinds.
    """
    early_support = support.merge(
        projects[["project_id", "start"]].rename(columns={"start": "origin"}), on="project_id"
    )
    if kinds is not None:
        early_support = early_support[early_support["kind"].isin(kinds)]
    landmark = early_support["origin"] + pd.DateOffset(months=months)
    early_support = early_support[early_support["start"] < landmark]
    length = (early_support["end"] - early_support["start"]).dt.days + 1
    passed = (landmark - early_support["start"]).dt.days
    part = (passed / length).clip(upper=1).fillna(1)
    days = (early_support["days"] * part).groupby(early_support["project_id"]).sum(skipna=False)
    days = days.reindex(projects["project_id"])
    days = days.where(days.notna() | days.index.isin(early_support["project_id"]), 0)
    return days.astype("Float64").rename("support_days")


def support_level(days: pd.Series, light: float = DEFAULTS["support_days"]) -> pd.Series:
    """Days of support as one of three levels (none, up to `light` days, more); missing where the
    days are.

    >>> support_level(pd.Series([0, 5, 5.5, None])).astype(object).tolist()
    ['none', '1-5 days', 'over 5 days', nan]
    """
    edges = [-np.inf, 0, light, np.inf]
    level = pd.cut(days.astype("float64"), edges, labels=list(SUPPORT_LEVELS))
    return level.rename("exposure")


def comparison_strata(
    projects: pd.DataFrame,
    partners: pd.DataFrame,
    scheme: str,
    conventions: Mapping[str, float] = DEFAULTS,
) -> pd.DataFrame:
    """What projects are compared within, by project_id: size and age of the partner, domain of the
    project (conventions).
    """
    partner_traits = partners[["partner_id", "staff_fte", "created_on"]]
    partner_traits = partner_traits.drop_duplicates("partner_id")
    table = projects.merge(partner_traits, on="partner_id", how="left")
    age = (table["start"] - table["created_on"]).dt.days / 365.25
    staff, sizes = table["staff_fte"].astype("float64"), [-1, conventions["size_fte"], np.inf]
    ages = [-np.inf, conventions["age_years"], np.inf]
    columns = {
        "size": pd.cut(staff, sizes, labels=["small", "large"], right=False),
        "age": pd.cut(age, ages, labels=["young", "old"], right=False),
        "domain": domains.recode(table["domain"], scheme),
    }
    strata = pd.DataFrame(columns)
    return strata.astype("str").fillna("unknown").set_axis(table["project_id"], axis=0)


def landmark(
    projects: pd.DataFrame,
    sites: pd.DataFrame,
    support: pd.DataFrame,
    day: pd.Timestamp,
    conventions: Mapping[str, float] = DEFAULTS,
) -> tuple[pd.DataFrame, pd.Series]:
    """Who is compared for support by month 12 and change of scale from then to month 36, and who is
    left out and why.

    Kept: projects whose 36 months had passed by the day, still running 12 months after their start,
    not yet scaled, with sites and days of support known. What follows month 12 decides nothing
    about who is kept or how they are exposed, so that no one counts as supported because it lasted
    (immortal time). A project that ended between months 12 and 36 without having changed scale is a
    "no". First frame, by project_id: days, exposure, scaled. Second: reason -> projects.
    """
    early, late = conventions["landmark_months"], conventions["scale_months"]
    table = projects.set_index("project_id")[["start", "end"]]
    table["scaled_at"] = scaled_at(
        projects, sites, conventions["scale_territories"], conventions["scale_sites"]
    )
    table["days"] = support_days(projects, support, months=early)
    ended = elapsed(table["start"], table["end"])
    reasons = {
        "three years not over": ~observable(table["start"], day, late),
        "ended before the landmark": ended <= early,
        "no site recorded": table["scaled_at"].isna(),
        "scaled before the landmark": table["scaled_at"] <= early,
        "days of support unknown": table["days"].isna(),
    }
    conditions = [condition.to_numpy(dtype=bool) for condition in reasons.values()]
    why = np.select(conditions, list(reasons), default="compared")
    left_out = pd.Series(why).value_counts().reindex([*reasons, "compared"], fill_value=0)
    table = table[why == "compared"]
    columns = {
        "days": table["days"],
        "exposure": support_level(table["days"], conventions["support_days"]),
        "scaled": (table["scaled_at"] <= late),
    }
    projects_at_landmark = pd.DataFrame(columns)
    return projects_at_landmark, left_out


def contrasts_by_kind(
    compared: pd.DataFrame,
    projects: pd.DataFrame,
    support: pd.DataFrame,
    strata: pd.DataFrame,
    confidence: float = 0.95,
    months: int = DEFAULTS["landmark_months"],
) -> pd.DataFrame:
    """Each kind of support by month 12 against none of that kind, within strata and within "had
    another kind or not".

    Comparing with "no support at all" would lend one kind what another does. Rows kinds, columns
    CONTRAST_FIELDS.
    """
    inside = projects[projects["project_id"].isin(compared.index)]
    kinds = sorted(support["kind"].dropna().unique())
    received = {
        kind: support_days(inside, support, [kind], months).reindex(compared.index)
        for kind in kinds
    }
    had = pd.DataFrame(
        {kind: days.isna() | (days > 0) for kind, days in received.items()}, index=compared.index
    ).astype(bool)
    contrasts = {}
    for kind in kinds:
        beside = strata.reindex(compared.index)
        beside = beside.assign(other_kind=had.drop(columns=kind).any(axis=1))
        contrasts[kind] = contrast(compared["scaled"], had[kind], beside, confidence)
    table = pd.DataFrame.from_dict(contrasts, orient="index", columns=CONTRAST_FIELDS)
    return table.rename_axis("kind")
