"""The accounts of partners: ratios, concentration of resources, dependence on the group.

Flows of fiscal years of 9 or 18 months are brought to twelve months, stocks are not; a fiscal year
of unknown length is taken as twelve months, its length in law. What is unknown stays missing: no
ratio is computed on a part of its terms.
"""

import numpy as np
import pandas as pd

from analysis.declare.conventions import DEFAULTS
from analysis.parse.month_arithmetic import DAYS_A_MONTH

REVENUE_LINES = ("public_grants", "gifts_sponsorship", "sales", "dues", "other_revenue")


KINDS_RECEIVED = {"cash": ["cash"], "in_kind": ["skills", "premises", "goods", "management"]}


FLOWS = (*REVENUE_LINES, "revenue_total", "expenses_total", "administration", "in_kind_valued")


# Tuckman and Chang (1991): on which side of the reference population each ratio is fragile.
WORST = {"equity_ratio": "low", "hhi": "high", "administration_ratio": "low", "margin": "low"}


def annualised(accounts: pd.DataFrame) -> pd.DataFrame:
    """Accounts with flows brought to twelve months, and a column `annualised` that flags the rows
    that changed (M25).

    >>> accounts = pd.DataFrame({"months": [18], "sales": [150.0], "equity": [40.0]})
    >>> annualised(accounts)[["sales", "equity", "annualised"]].values.tolist()
    [[100.0, 40.0, True]]
    """
    months = accounts["months"].astype("Float64").fillna(12)
    factor = 12 / months.where(months > 0)
    flows = {name: accounts[name] * factor for name in FLOWS if name in accounts}
    return accounts.assign(**flows, annualised=(months != 12).astype(bool))


def latest(
    accounts: pd.DataFrame, day: pd.Timestamp, stale_months: int = DEFAULTS["accounts_months"]
) -> pd.DataFrame:
    """The last accounts of each partner closed by the day, indexed by partner; none where they are
    older than that.

    >>> accounts = pd.DataFrame({"partner_id": "P", "year_end": pd.to_datetime(["2016-12-31", "2017-12-31", "2018-12-31"])})
    >>> latest(accounts, pd.Timestamp("2018-06-27"))["year_end"].dt.year.tolist()
    [2017]
    """
    closed = accounts["year_end"]
    is_recent = (closed <= day) & (closed > day - pd.DateOffset(months=stale_months))
    recent = accounts[is_recent].sort_values("year_end")
    recent = recent.drop_duplicates("partner_id", keep="last")
    return recent.set_index("partner_id").sort_index()


def ratios(
    accounts: pd.DataFrame, tolerance: float = DEFAULTS["revenue_tolerance"]
) -> pd.DataFrame:
    """Financial ratios of each fiscal year (annualised here), with the index of the accounts.

    margin (revenue - expenses) / revenue; equity_ratio equity / revenue; administration_ratio
    administration / expenses; equity_months equity in months of expenses; and the columns of
    `resources_concentration`. Missing where a term is missing or where revenue (or expenses) is not
    positive.

    >>> accounts = pd.DataFrame({"months": [12], "revenue_total": [200.0], "expenses_total": [240.0], "equity": [10.0],
    ...     "administration": [24.0], "public_grants": [100.0], "gifts_sponsorship": [60.0], "sales": [40.0], "dues": [0.0],
    ...     "other_revenue": [0.0]})
    >>> ratios(accounts)[["margin", "equity_ratio", "administration_ratio", "equity_months", "hhi"]].round(3).values.tolist()
    [[-0.2, 0.05, 0.1, 0.5, 0.38]]
    """
    year = annualised(accounts)
    terms = _numbers(year, ("revenue_total", "expenses_total", "administration", "equity"))
    positive = terms.where(terms > 0)
    revenue, expenses = positive["revenue_total"], positive["expenses_total"]
    return resources_concentration(year, tolerance).assign(
        margin=(revenue - terms["expenses_total"]) / revenue,
        equity_ratio=terms["equity"] / revenue,
        administration_ratio=terms["administration"] / expenses,
        equity_months=terms["equity"] / (expenses / 12),
    )


def resources_concentration(
    accounts: pd.DataFrame, tolerance: float = DEFAULTS["revenue_tolerance"]
) -> pd.DataFrame:
    """Concentration of resources on the five fixed revenue lines, with bounds for "other" (index of
    the accounts).

    hhi: sum of squared shares, 0.2 (five equal lines) to 1 (one line). low, high: its bounds when
    "other" is many small sources or a single one (the five lines count it as one, so high = hhi).
    hhi_star = (hhi - 1/k) / (1 - 1/k) with k = 5; effective: 1/hhi, the number of equal lines that
    would be as concentrated. Descriptive: two meta-analyses find little link with the financial
    health of non-profits. Lines that miss the total by more than `tolerance` (R12), negative lines
    and missing ones give a missing result, except that a missing line holds nothing where the
    others already reach the total.

    >>> accounts = pd.DataFrame([[50.0, 30.0, 0.0, 0.0, 20.0, 100.0]], columns=[*REVENUE_LINES, "revenue_total"])
    >>> resources_concentration(accounts).round(3).loc[0].to_dict()
    {'hhi': 0.38, 'low': 0.34, 'high': 0.38, 'hhi_star': 0.225, 'effective': 2.632}
    """
    *lines, total = _numbers(accounts, (*REVENUE_LINES, "revenue_total")).to_numpy().T
    lines = np.column_stack(lines)
    known_total = np.nansum(lines, axis=1)
    whole = np.isfinite(lines).all(axis=1)
    agrees = np.abs(known_total - total) <= tolerance * np.abs(total)
    sound = (agrees | (whole & np.isnan(total))) & ~(lines < 0).any(axis=1) & (known_total > 0)
    sound_lines = np.where(sound[:, None], np.nan_to_num(lines), np.nan)
    share = sound_lines / np.where(sound, known_total, np.nan)[:, None]
    hhi = (share**2).sum(axis=1)
    star = (hhi - 1 / len(REVENUE_LINES)) / (1 - 1 / len(REVENUE_LINES))
    built = {
        "hhi": hhi,
        "low": hhi - share[:, -1] ** 2,
        "high": hhi,
        "hhi_star": star,
        "effective": 1 / hhi,
    }
    return pd.DataFrame(built, index=accounts.index)


def dependence(received: pd.Series, resources: pd.Series) -> pd.Series:
    """Share of a partner's yearly resources that the group brings, in [0, 1].

    In cash: cash received / revenue. With in-kind: (cash + valued in-kind received) / (revenue +
    valued in-kind of the accounts): what is added above is added below too. A share outside [0, 1]
    means that the two sources disagree (R13) and is missing, as is one of unknown terms or without
    resources.

    >>> dependence(pd.Series([30.0, 0.0, 120.0]), pd.Series([100.0, 100.0, 100.0])).tolist()
    [0.3, 0.0, nan]
    """
    share = received.astype(float) / resources.astype(float).where(resources > 0)
    return share.where(share.between(0, 1)).rename("dependence")


def received(contributions: pd.DataFrame, years: pd.DataFrame) -> pd.DataFrame:
    """Cash and valued in-kind that each partner received from the group over its fiscal year (EUR
    per twelve months).

    `contributions` carries `partner_id`; `years` is one row per partner (`latest`). What was only
    committed does not count. Dated contributions fall in the fiscal year by their date, others by
    the calendar year of its closing. A partner without any contribution recorded in the year is
    unknown, not zero; so is a sum with an unknown value.

    >>> years = pd.DataFrame({"year_end": pd.to_datetime(["2017-12-31"]), "months": [12]}, index=["P"])
    >>> contributions = pd.DataFrame({"partner_id": ["P", "P"], "date": pd.to_datetime(["2017-03-01", None]),
    ...     "year": [2017, 2017], "direction": "to partner", "kind": ["cash", "skills"], "value_eur": [300.0, None],
    ...     "quantity": [300.0, 4.0], "unit": ["EUR", "day"], "stage": "paid"})
    >>> received(contributions, years).loc["P"].tolist()
    [300.0, nan]
    """
    rows = contributions[contributions["stage"].ne("committed").fillna(True).astype(bool)]
    position = years.index.get_indexer(rows["partner_id"])
    rows, position = rows[position >= 0], position[position >= 0]
    closing = years["year_end"].to_numpy(dtype="datetime64[D]")
    months = years["months"].astype("Float64").fillna(12).to_numpy(dtype=float)
    opening = closing - np.round(months * DAYS_A_MONTH).astype("timedelta64[D]")
    date = rows["date"].to_numpy(dtype="datetime64[D]")
    dated = ~np.isnat(date)
    year = rows["year"].to_numpy(dtype=float, na_value=np.nan)
    by_year = year == years["year_end"].dt.year.to_numpy(dtype=float)[position]
    inside = np.where(dated, (date > opening[position]) & (date <= closing[position]), by_year)
    in_euros = rows["quantity"].astype(float).where(rows["unit"] == "EUR")
    value = rows["value_eur"].astype(float).fillna(in_euros).to_numpy()
    value = value * np.where(dated, 12 / months[position], 1)
    has_payment = np.bincount(position[inside], minlength=len(years)) > 0
    to_partner = (rows["direction"] == "to partner").to_numpy()
    built = {}
    for name, kinds in KINDS_RECEIVED.items():
        amounts = rows["kind"].isin(kinds).to_numpy() & inside & to_partner
        total = np.bincount(position[amounts], weights=value[amounts], minlength=len(years))
        built[name] = np.where(has_payment, total, np.nan)
    return pd.DataFrame(built, index=years.index)


def dependence_by_partner(contributions: pd.DataFrame, years: pd.DataFrame) -> pd.DataFrame:
    """Dependence of each partner on the group, in cash and with in-kind, by partner; arguments as
    in `received`.

    cash, in_kind: received, per twelve months; revenue, resources: without and with valued in-kind;
    dependence, dependence_in_kind: the shares; contradicted: money received above revenue, which
    two sources cannot both mean (R13).

    >>> years = pd.DataFrame({"year_end": pd.to_datetime(["2017-12-31"]), "months": [12], "revenue_total": [900.0],
    ...     "in_kind_valued": [100.0]}, index=["P"])
    >>> contributions = pd.DataFrame({"partner_id": "P", "date": pd.NaT, "year": 2017, "direction": "to partner",
    ...     "kind": ["cash", "skills"], "value_eur": [300.0, 100.0], "quantity": None, "unit": None, "stage": "paid"})
    >>> dependence_by_partner(contributions, years)[["dependence", "dependence_in_kind"]].round(3).values.tolist()
    [[0.333, 0.4]]
    """
    paid = received(contributions, years)
    flows = annualised(years[["months", "revenue_total", "in_kind_valued"]])
    revenue = flows["revenue_total"].astype(float)
    resources = revenue + flows["in_kind_valued"].astype(float)
    return paid.assign(
        revenue=revenue,
        resources=resources,
        contradicted=paid["cash"] > revenue,
        dependence=dependence(paid["cash"], revenue),
        dependence_in_kind=dependence(paid["cash"] + paid["in_kind"], resources),
    )


def deficits(
    accounts: pd.DataFrame, day: pd.Timestamp, stale_months: int = DEFAULTS["accounts_months"]
) -> pd.Series:
    """How many of each partner's last two fiscal years closed by the day had a negative margin (0,
    1, 2), by partner.

    Missing unless both margins are known and one year follows the other: were one good year enough
    to say "not twice", the line would be known more often where the answer is no. Margins are those
    of a column ``margin``, or else of `ratios`.

    >>> accounts = pd.DataFrame({"partner_id": "P", "year_end": pd.to_datetime(["2016-12-31", "2017-12-31"]), "months": 12,
    ...     "revenue_total": [90.0, 95.0], "expenses_total": [100.0, 100.0]})
    >>> deficits(accounts, pd.Timestamp("2018-06-27")).to_dict()
    {'P': 2.0}
    """
    last = latest(accounts, day, stale_months)
    last_end = last["year_end"].reindex(accounts["partner_id"]).array
    earlier = accounts[accounts["year_end"] < last_end]
    before = latest(earlier, day, stale_months=1200)  # however old: the months between tell
    before = before.reindex(last.index)
    months = last["months"].astype("Float64").fillna(12).to_numpy(dtype=float)
    days_between = (last["year_end"] - before["year_end"]).dt.days.to_numpy(dtype=float)
    follows = np.abs(days_between / DAYS_A_MONTH - months) < 1
    if "margin" not in accounts:
        last, before = ratios(last), ratios(before)
    margin, margin_before = last["margin"], before["margin"]
    n_deficits = (margin < 0).astype(float) + (margin_before < 0).astype(float)
    is_known = margin.notna() & margin_before.notna() & follows
    return n_deficits.where(is_known).rename("deficits")


def tuckman_chang(
    ratios: pd.DataFrame, reference: pd.DataFrame, worst: float = DEFAULTS["worst_part"]
) -> pd.DataFrame:
    """Tuckman and Chang's four flags of vulnerability against a declared reference population.

    A ratio is flagged where it lies in the worst part (a fifth) of the reference: equity / revenue
    low, HHI high, administration / expenses **low** (no slack to cut), margin low. Gives one
    boolean column per ratio, `flags` (0-4) and `scored` (how many of the four were known); at risk:
    one flag or more, severely: four of four.

    >>> reference = pd.DataFrame({name: range(1, 11) for name in WORST})
    >>> one = pd.DataFrame({"equity_ratio": [1.0], "hhi": [10.0], "administration_ratio": [5.0], "margin": [None]})
    >>> tuckman_chang(one, reference)[["flags", "scored"]].values.tolist()
    [[2, 3]]
    """
    flags = {}
    for name, side in WORST.items():
        values = ratios[name].astype(float)
        cut = reference[name].astype(float).quantile(worst if side == "low" else 1 - worst)
        flagged = (values <= cut) if side == "low" else (values >= cut)
        flags[name] = flagged.astype("boolean").where(values.notna() & pd.notna(cut))
    built = pd.DataFrame(flags, index=ratios.index)
    return built.assign(
        flags=built.sum(axis=1).astype("Int64"), scored=built.notna().sum(axis=1).astype("Int64")
    )


def _numbers(accounts: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    return accounts.reindex(columns=names).astype(float)
