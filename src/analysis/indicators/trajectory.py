"""What becomes of a project in its first three years: funding, support, spread; and what its sites
do year by year.

Elapsed time is counted in calendar months from a project's own start. A project's first territory
is its base, whenever it opens; spread is what comes beside it.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.declare.conventions import DEFAULTS
from analysis.indicators import domains
from analysis.relations import months_between, year_over
from analysis.stats import intervals
from analysis.stats.array_checks import z_of

STATES = ("running", "funded", "supported", "spread", "ended", "ended after spread")
LEVELS = ("none", "1-5 days", "over 5 days")


def elapsed(start: pd.Series, date: pd.Series) -> pd.Series:
    """Calendar months from a start to a date: 0 on the day itself, negative before it, missing
    where either is.

    >>> elapsed(pd.Series(pd.to_datetime(["2015-01-15"])), pd.Series(pd.to_datetime(["2016-01-15"]))).tolist()
    [12.0]
    """
    return pd.Series(months_between(start, date - pd.Timedelta(days=1)), index=start.index)


def observable(
    start: pd.Series, day: pd.Timestamp, months: int = DEFAULTS["path_months"]
) -> pd.Series:
    """Whether so many months after its start had passed by the day: only these make a balanced
    panel.
    """
    return (start + pd.DateOffset(months=months) <= day).rename("observable")


def placed(projects: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """Each site in its project's time: opened and closed (months since the start), whether it is
    part of the base.

    The base holds the sites open at the start or, where there were none, the first opened. A site
    in a department where the project was never before is a new territory. The columns of `sites`,
    then opened_month, closed_month, base, new_territory; sites of projects whose start is unknown
    are left out.
    """
    placed_sites = sites.merge(projects[["project_id", "start"]].dropna(), on="project_id")
    placed_sites["opened_month"] = elapsed(placed_sites["start"], placed_sites["opened"])
    placed_sites["closed_month"] = elapsed(placed_sites["start"], placed_sites["closed"])
    placed_sites = placed_sites.drop(columns="start").sort_values(
        ["project_id", "opened", "department"], kind="stable", ignore_index=True
    )
    first = placed_sites.groupby("project_id")["opened_month"].transform("min")
    placed_sites["base"] = (placed_sites["opened_month"] <= first.clip(lower=0)) & ~(
        placed_sites["closed_month"] <= 0
    )
    by_place = placed_sites.groupby(["project_id", "department"], dropna=False)
    was_at_start, again = by_place["base"].transform("any"), by_place.cumcount() > 0
    return placed_sites.assign(
        new_territory=~was_at_start & (placed_sites["opened_month"] > 0) & ~again
    )


def scaled_at(
    projects: pd.DataFrame,
    sites: pd.DataFrame,
    territories: int = DEFAULTS["scale_territories"],
    times: float = DEFAULTS["scale_sites"],
) -> pd.Series:
    """Months from its start until each project (by project_id) changed scale: so many territories
    more, or times the sites of its base.

    Never yet: infinite. A project of which no site is recorded is missing: nothing says that it
    stayed small.

    >>> projects = pd.DataFrame({"project_id": ["grew", "stayed", "no site"], "start": pd.to_datetime(["2015-01-01"] * 3)})
    >>> sites = pd.DataFrame({"project_id": ["grew", "grew", "stayed"], "department": ["35", "56", "75"],
    ...     "opened": pd.to_datetime(["2015-01-01", "2016-07-01", "2015-01-01"]), "closed": pd.NaT})
    >>> scaled_at(projects, sites).to_dict()
    {'grew': 18.0, 'stayed': inf, 'no site': nan}
    """
    placed_sites = placed(projects, sites)
    placed_sites["base"] = placed_sites.groupby("project_id")["base"].transform("sum")
    moves = placed_sites.melt(
        ["project_id", "base"], ["opened_month", "closed_month"], "move", "month"
    ).dropna(subset="month")
    moves["step"] = np.where(moves["move"] == "opened_month", 1, -1)
    moves = moves.sort_values(["project_id", "month", "step"])
    moves["open"] = moves.groupby("project_id")["step"].cumsum()
    twice = (moves["month"] > 0) & (moves["open"] >= times * moves["base"])
    doubled = moves[twice].groupby("project_id")["month"].min()
    opened = placed_sites[placed_sites["new_territory"]].sort_values(["project_id", "opened_month"])
    enough = opened.groupby("project_id").cumcount() == territories - 1
    territory = opened[enough].set_index("project_id")["opened_month"]
    criteria = (
        pd.concat([doubled, territory], axis=1)
        .min(axis=1)
        .reindex(placed_sites["project_id"].unique(), fill_value=np.inf)
    )
    return criteria.reindex(projects["project_id"]).rename("scaled_at")


def funded_on(projects: pd.DataFrame, contributions: pd.DataFrame) -> pd.Series:
    """The day of the first cash from the group to each project (by project_id), its own or that of
    its agreement.

    A contribution known by its year alone counts from the end of that year.
    """
    cash = contributions[
        (contributions["kind"] == "cash") & (contributions["direction"] == "to partner")
    ]
    cash = cash.assign(date=cash["date"].fillna(year_over(cash["year"])))
    project_cash = cash.dropna(subset="project_id")[["project_id", "date"]]
    of = projects[["project_id", "agreement_id"]]
    shared = cash[cash["project_id"].isna()].merge(of, on="agreement_id", suffixes=("_", ""))
    return (
        pd.concat([project_cash, shared[["project_id", "date"]]])
        .groupby("project_id")["date"]
        .min()
    )


def steps(
    projects: pd.DataFrame,
    funded_on: pd.Series,
    support: pd.DataFrame,
    sites: pd.DataFrame,
    day: pd.Timestamp,
    months: int = DEFAULTS["path_months"],
) -> pd.DataFrame:
    """The state of each project at each month 0 … 36 after its start, for those whose three years
    had passed by the day.

    A state is the furthest step reached so far: running, funded (`funded_on`, a date by
    project_id), supported, spread (a territory beside its base); a project that ends is "ended"
    from then on, or "ended after spread" if it had spread, and stays in the panel. A step for which
    nothing is recorded is not shown as reached; that it did not happen is not known. Rows
    project_id, columns months.
    """
    observable_projects = projects[observable(projects["start"], day, months)].set_index(
        "project_id"
    )
    start = observable_projects["start"]
    grid = np.arange(months + 1)

    def reached(dates: pd.Series) -> np.ndarray:
        return (
            elapsed(start, dates.reindex(start.index).astype("datetime64[us]")).to_numpy()[:, None]
            <= grid
        )

    new = placed(observable_projects.reset_index(), sites).query("new_territory")
    spread = new.groupby("project_id")["opened_month"].min().reindex(start.index)
    state = np.zeros((len(observable_projects), months + 1), dtype=np.int8)
    for rank, now in enumerate(
        [reached(funded_on), reached(support.groupby("project_id")["start"].min())], start=1
    ):
        state[now] = rank
    state[spread.to_numpy()[:, None] <= grid] = STATES.index("spread")
    ended = reached(observable_projects["end"])
    had_spread = state == STATES.index("spread")
    state[ended & ~had_spread] = STATES.index("ended")
    state[ended & had_spread] = STATES.index("ended after spread")
    return pd.DataFrame(
        np.array(STATES)[state],
        index=observable_projects.index,
        columns=pd.RangeIndex(months + 1, name="month"),
    )


def shares(sequences: pd.DataFrame) -> pd.DataFrame:
    """Share of the panel in each state at each month: rows months, one column per state; each row
    sums to one.
    """
    share_by_state = {state: (sequences == state).mean() for state in STATES}
    return pd.DataFrame(share_by_state).rename_axis(index="month")


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
    return (
        days.where(days.notna() | days.index.isin(early_support["project_id"]), 0)
        .astype("Float64")
        .rename("support_days")
    )


def exposure(days: pd.Series, light: float = DEFAULTS["support_days"]) -> pd.Series:
    """Days of support as one of three levels (none, up to `light` days, more); missing where the
    days are.

    >>> exposure(pd.Series([0, 5, 5.5, None])).astype(object).tolist()
    ['none', '1-5 days', 'over 5 days', nan]
    """
    return pd.cut(days.astype("float64"), [-np.inf, 0, light, np.inf], labels=list(LEVELS)).rename(
        "exposure"
    )


def comparison_strata(
    projects: pd.DataFrame,
    partners: pd.DataFrame,
    scheme: str,
    conventions: Mapping[str, float] = DEFAULTS,
) -> pd.DataFrame:
    """What projects are compared within, by project_id: size and age of the partner, domain of the
    project (conventions).
    """
    partner_traits = partners[["partner_id", "staff_fte", "created_on"]].drop_duplicates(
        "partner_id"
    )
    table = projects.merge(partner_traits, on="partner_id", how="left")
    age = (table["start"] - table["created_on"]).dt.days / 365.25
    strata = pd.DataFrame(
        {
            "size": pd.cut(
                table["staff_fte"].astype("float64"),
                [-1, conventions["size_fte"], float("inf")],
                labels=["small", "large"],
                right=False,
            ),
            "age": pd.cut(
                age,
                [-float("inf"), conventions["age_years"], float("inf")],
                labels=["young", "old"],
                right=False,
            ),
            "domain": domains.recode(table["domain"], scheme),
        }
    )
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
    why = np.select(
        [condition.to_numpy(dtype=bool) for condition in reasons.values()],
        list(reasons),
        default="compared",
    )
    left_out = pd.Series(why).value_counts().reindex([*reasons, "compared"], fill_value=0)
    table = table[why == "compared"]
    projects_at_landmark = pd.DataFrame(
        {
            "days": table["days"],
            "exposure": exposure(table["days"], conventions["support_days"]),
            "scaled": (table["scaled_at"] <= late),
        }
    )
    return projects_at_landmark, left_out


class Contrast(NamedTuple):
    """An exposed group against an unexposed one: events of n, crude risk difference with its
    interval, the same within strata, E-value.

    `value` is the Mantel-Haenszel risk difference over strata (variance of Sato, Greenland and
    Robins 1989), `p_value` tests it; `compared` counts the rows of strata that hold both groups,
    the only ones that inform it. `e_value` is how strongly something unseen would have to go with
    both support and scale to explain the crude ratio away, `e_value_limit` the same for its
    interval's near end.
    """

    events: int
    n: int
    crude: float
    crude_low: float
    crude_high: float
    value: float
    low: float
    high: float
    compared: int
    p_value: float
    e_value: float
    e_value_limit: float


def contrast(
    outcome: pd.Series, exposed: pd.Series, strata: pd.DataFrame, confidence: float = 0.95
) -> Contrast:
    """The risk of an outcome among exposed less that among the others: crude (Newcombe) and within
    strata.

    `outcome` and `exposed` are boolean, rows alike; in `strata` an unknown value is a stratum of
    its own. With nobody in one of the groups the difference is missing. An association: nothing
    here was drawn by lot.
    """
    a, n1 = int(outcome[exposed].sum()), int(exposed.sum())
    b, n0 = int(outcome[~exposed].sum()), int((~exposed).sum())
    if not n1 or not n0:
        return Contrast(a, n1, *[np.nan] * 6, 0, np.nan, np.nan, np.nan)
    crude = intervals.newcombe(a, n1, b, n0, confidence=confidence)
    *adjusted, compared, p_value = _mantel_haenszel(outcome, exposed, strata, confidence)
    ratio, ratio_low, ratio_high = _risk_ratio(a, n1, b, n0, confidence)
    near = 1.0 if ratio_low <= 1 <= ratio_high else (ratio_low if ratio > 1 else ratio_high)
    return Contrast(a, n1, *crude, *adjusted, compared, p_value, e_value(ratio), e_value(near))


def _mantel_haenszel(
    outcome: pd.Series, exposed: pd.Series, strata: pd.DataFrame, confidence: float
) -> tuple:
    """Risk difference with its limits, the rows that inform it and its p-value."""
    from scipy.special import ndtr

    cells = (
        strata.astype("str")
        .fillna("unknown")
        .assign(_a=outcome & exposed, _b=outcome & ~exposed, _n1=exposed, _n0=~exposed)
    )
    sums = cells.groupby(list(strata.columns))[["_a", "_b", "_n1", "_n0"]].sum().astype("float64")
    sums = sums[(sums["_n1"] > 0) & (sums["_n0"] > 0)]
    if sums.empty:
        return np.nan, np.nan, np.nan, 0, np.nan
    a, b, n1, n0 = (sums[name].to_numpy() for name in ("_a", "_b", "_n1", "_n0"))
    n = n1 + n0
    weight = (n1 * n0 / n).sum()
    difference = ((a * n0 - b * n1) / n).sum() / weight
    p = (n1**2 * b - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / n**2
    q = (a * (n0 - b) + b * (n1 - a)) / (2 * n)
    half = z_of(confidence) * np.sqrt(max(difference * p.sum() + q.sum(), 0)) / weight
    p_value = 2 * ndtr(-abs(difference) * weight / np.sqrt(q.sum())) if q.sum() > 0 else np.nan
    return (
        float(difference),
        float(max(difference - half, -1)),
        float(min(difference + half, 1)),
        int(n.sum()),
        float(p_value),
    )


def _risk_ratio(a: int, n1: int, b: int, n0: int, confidence: float) -> tuple[float, float, float]:
    """Ratio of two risks with its log interval (Katz 1978); half an event is added to each where
    one group has none.
    """
    a, n1, b, n0 = (count + 0.5 * (a == 0 or b == 0) for count in (a, n1, b, n0))
    log_ratio = np.log(a / n1) - np.log(b / n0)
    half = z_of(confidence) * np.sqrt(1 / a - 1 / n1 + 1 / b - 1 / n0)
    return tuple(float(np.exp(value)) for value in (log_ratio, log_ratio - half, log_ratio + half))


def e_value(ratio: float) -> float:
    """E-value of a risk ratio (VanderWeele and Ding 2017), 1 where there is nothing to explain
    away.

    >>> round(e_value(3.9), 2), round(e_value(1.8), 2), e_value(1.0)
    (7.26, 3.0, 1.0)
    """
    if ratio <= 0:
        raise ValueError(f"a risk ratio is above 0, not {ratio!r}")
    ratio = max(ratio, 1 / ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1)))


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
    those of `Contrast`.
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
        beside = strata.reindex(compared.index).assign(
            other_kind=had.drop(columns=kind).any(axis=1)
        )
        contrasts[kind] = contrast(compared["scaled"], had[kind], beside, confidence)
    return pd.DataFrame.from_dict(contrasts, orient="index", columns=Contrast._fields).rename_axis(
        "kind"
    )


def net_openings(sites: pd.DataFrame) -> pd.DataFrame:
    """Sites opened less sites closed, by year and mode: rows (year, mode), columns opened, closed,
    net, open at the year's end.

    Sites without a mode are shown as "unknown". A year between the first and the last without any
    move has zeros.
    """
    opened, closed = (
        pd.crosstab(sites[name].dt.year, sites["mode"].fillna("unknown"))
        for name in ("opened", "closed")
    )
    if opened.empty:
        return pd.DataFrame(columns=["year", "mode", "opened", "closed", "net", "open"])
    years = pd.RangeIndex(
        int(opened.index.min()), int(max([*opened.index, *closed.index])) + 1, name="year"
    )
    opened = opened.reindex(years, fill_value=0)
    closed = closed.reindex(index=years, columns=opened.columns, fill_value=0)
    net = opened - closed
    parts = {"opened": opened, "closed": closed, "net": net, "open": net.cumsum()}
    return (
        pd.concat({name: part.stack() for name, part in parts.items()}, axis=1)
        .rename_axis(["year", "mode"])
        .reset_index()
    )
