"""What becomes of a project in its first three years: funding, support, spread; and what its sites
do year by year.

Elapsed time is counted in calendar months from a project's own start. A project's first territory
is its base, whenever it opens; spread is what comes beside it.
"""

import numpy as np
import pandas as pd

from analysis.declare.conventions import DEFAULTS
from analysis.relations import months_between, year_over

STATES = ("running", "funded", "supported", "spread", "ended", "ended after spread")


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
    is_first = placed_sites["opened_month"] <= first.clip(lower=0)
    placed_sites["base"] = is_first & ~(placed_sites["closed_month"] <= 0)
    by_place = placed_sites.groupby(["project_id", "department"], dropna=False)
    was_at_start, again = by_place["base"].transform("any"), by_place.cumcount() > 0
    is_later = placed_sites["opened_month"] > 0
    return placed_sites.assign(new_territory=~was_at_start & is_later & ~again)


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
    months = ["opened_month", "closed_month"]
    moves = placed_sites.melt(["project_id", "base"], months, "move", "month")
    moves = moves.dropna(subset="month")
    moves["step"] = np.where(moves["move"] == "opened_month", 1, -1)
    moves = moves.sort_values(["project_id", "month", "step"])
    moves["open"] = moves.groupby("project_id")["step"].cumsum()
    twice = (moves["month"] > 0) & (moves["open"] >= times * moves["base"])
    doubled = moves[twice].groupby("project_id")["month"].min()
    opened = placed_sites[placed_sites["new_territory"]].sort_values(["project_id", "opened_month"])
    enough = opened.groupby("project_id").cumcount() == territories - 1
    territory = opened[enough].set_index("project_id")["opened_month"]
    criteria = pd.concat([doubled, territory], axis=1).min(axis=1)
    criteria = criteria.reindex(placed_sites["project_id"].unique(), fill_value=np.inf)
    return criteria.reindex(projects["project_id"]).rename("scaled_at")


def funded_on(projects: pd.DataFrame, contributions: pd.DataFrame) -> pd.Series:
    """The day of the first cash from the group to each project (by project_id), its own or that of
    its agreement.

    A contribution known by its year alone counts from the end of that year.
    """
    is_to_partner = contributions["direction"] == "to partner"
    cash = contributions[is_to_partner & (contributions["kind"] == "cash")]
    cash = cash.assign(date=cash["date"].fillna(year_over(cash["year"])))
    project_cash = cash.dropna(subset="project_id")[["project_id", "date"]]
    of = projects[["project_id", "agreement_id"]]
    shared = cash[cash["project_id"].isna()].merge(of, on="agreement_id", suffixes=("_", ""))
    every_cash = pd.concat([project_cash, shared[["project_id", "date"]]])
    return every_cash.groupby("project_id")["date"].min()


def tells_funding(projects: pd.DataFrame, contributions: pd.DataFrame) -> bool:
    """Whether any contribution names one of the projects or its agreement: else nothing tells which
    are funded, and none is known not to be.

    >>> projects = pd.DataFrame({"project_id": ["J1"], "agreement_id": [None]})
    >>> tells_funding(projects, pd.DataFrame({"project_id": [None], "agreement_id": ["C1"]}))
    False
    """
    of_project = contributions["project_id"].isin(projects["project_id"].dropna())
    of_agreement = contributions["agreement_id"].isin(projects["agreement_id"].dropna())
    return bool((of_project | of_agreement).any())


def monthly_states(
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
    observable_projects = projects[observable(projects["start"], day, months)]
    observable_projects = observable_projects.set_index("project_id")
    start = observable_projects["start"]
    grid = np.arange(months + 1)

    def reached(dates: pd.Series) -> np.ndarray:
        dates = dates.reindex(start.index).astype("datetime64[us]")
        return elapsed(start, dates).to_numpy()[:, None] <= grid

    new = placed(observable_projects.reset_index(), sites).query("new_territory")
    spread = new.groupby("project_id")["opened_month"].min().reindex(start.index)
    state = np.zeros((len(observable_projects), months + 1), dtype=np.int8)
    state[reached(funded_on)] = STATES.index("funded")
    state[reached(support.groupby("project_id")["start"].min())] = STATES.index("supported")
    state[spread.to_numpy()[:, None] <= grid] = STATES.index("spread")
    ended = reached(observable_projects["end"])
    had_spread = state == STATES.index("spread")
    state[ended & ~had_spread] = STATES.index("ended")
    state[ended & had_spread] = STATES.index("ended after spread")
    names, month = np.array(STATES)[state], pd.RangeIndex(months + 1, name="month")
    return pd.DataFrame(names, index=observable_projects.index, columns=month)


def state_shares(sequences: pd.DataFrame) -> pd.DataFrame:
    """Share of the panel in each state at each month: rows months, one column per state; each row
    sums to one.
    """
    share_by_state = {state: (sequences == state).mean() for state in STATES}
    return pd.DataFrame(share_by_state).rename_axis(index="month")


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
    last = int(max([*opened.index, *closed.index]))
    years = pd.RangeIndex(int(opened.index.min()), last + 1, name="year")
    opened = opened.reindex(years, fill_value=0)
    closed = closed.reindex(index=years, columns=opened.columns, fill_value=0)
    net = opened - closed
    parts = {"opened": opened, "closed": closed, "net": net, "open": net.cumsum()}
    table = pd.concat({name: part.stack() for name, part in parts.items()}, axis=1)
    return table.rename_axis(["year", "mode"]).reset_index()
