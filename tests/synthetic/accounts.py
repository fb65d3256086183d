"""Accounts of partners around the cash that they receive: on both sides of every threshold of fragility, close to it and far."""

import numpy as np
import pandas as pd

from analysis.indicators.finances import REVENUE_LINES
from synthetic.parties import BANDS

COVERED = 0.6  # partners whose accounts are known
CHANCES = {"LF1": 0.12, "LF2": 0.45, "LF3": 0.15, "LF4": 0.20}


def draw_accounts(
    rng: np.random.Generator, relations: pd.DataFrame, partners: pd.DataFrame, cash: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Three fiscal years of six partners in ten, and the shares of them for which LF1-LF4 hold (LF1: of those paid last year).

    `cash` has the place of the `partner`, the `date` and the `value_eur` of each payment by the group.
    """
    n = len(partners)
    covered = np.isin(np.arange(n), relations.loc[relations["detailed"], "partner"])
    covered &= rng.random(n) < COVERED
    holds = {line: rng.random(n) < chance for line, chance in CHANCES.items()}
    last_months = np.where(rng.random(n) < 0.04, rng.choice([9, 18], n), 12)
    closing = np.where(rng.random(n) < 0.85, "2018-01", "2017-09").astype("datetime64[M]")
    revenue_of_band = BANDS.set_index("band")["revenue_eur"]
    usual = partners["budget_band"].map(revenue_of_band).to_numpy() * rng.lognormal(0, 0.3, n)
    main_source = rng.choice(len(REVENUE_LINES), n, p=[0.45, 0.2, 0.25, 0.05, 0.05])
    # On either side of a concentration of a half, far from it and close: a threshold moves both.
    main_weight = np.where(holds["LF2"], rng.uniform(0.62, 0.95, n), rng.uniform(0, 0.58, n))
    years, shares = [], {}
    for years_back in range(3):
        months = last_months if years_back == 0 else np.full(n, 12)
        year_end = closing.astype("datetime64[D]") - 1
        year_start = (closing - months).astype("datetime64[D]")
        received = cash_between(cash, year_start, year_end) * 12 / months
        depends = holds["LF1"] & (received > 0)
        if years_back == 0:
            shares["LF1"] = depends[covered & (received > 0)].mean()
        place = rng.random(n)
        least = received / np.where(depends, 0.3 + 0.3 * place, 0.1 + 0.2 * place)
        revenue = np.where(depends, least, np.maximum(usual, least))
        total = np.round(revenue * months / 12)
        parts = rng.dirichlet(np.full(len(REVENUE_LINES), 9.0), n)
        parts *= (1 - main_weight)[:, None]
        parts[np.arange(n), main_source] += main_weight
        lines = np.round(parts * total[:, None])
        lines[:, -1] = total - lines[:, :-1].sum(axis=1)
        if years_back == 0:
            is_concentrated = ((lines / total[:, None]) ** 2).sum(axis=1) >= 0.5
            shares["LF2"] = is_concentrated[covered].mean()
        loss, profit = -rng.uniform(0.03, 0.12, n), rng.uniform(0.005, 0.08, n)
        bad_year = (rng.random(n) < 0.2) & (years_back > 0)  # but not two running
        margin = np.where(holds["LF3"], loss, np.where(bad_year, -profit, profit))
        expenses = np.round(total * (1 - margin))
        monthly = expenses / months
        reserve_months = np.where(holds["LF4"], rng.uniform(-1, 0.999, n), rng.uniform(1.001, 9, n))
        equity, debts = (
            np.round(monthly * reserve_months),
            np.round(monthly * rng.uniform(0.5, 4, n)),
        )
        other_assets = np.round(monthly * rng.uniform(0, 2, n))
        table = {
            "partner_id": partners["partner_id"],
            "year_end": year_end,
            "months": months,
            **dict(zip(REVENUE_LINES, lines.T, strict=True)),
            "revenue_total": total,
            "expenses_total": expenses,
            "administration": np.round(expenses * rng.uniform(0.05, 0.25, n)),
            "equity": equity,
            "debts": debts,
            "assets_total": np.maximum(equity, 0) + debts + other_assets,
            "in_kind_valued": np.round(total * rng.uniform(0, 0.3, n)),
        }
        years.append(pd.DataFrame(table)[covered])
        closing = closing - months
    shares |= {line: holds[line][covered].mean() for line in ("LF3", "LF4")}
    return pd.concat(years).sort_values(["partner_id", "year_end"]), shares


def cash_between(cash: pd.DataFrame, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """What each partner received from its first to its last day, both included."""
    partner, date = cash["partner"].to_numpy(), cash["date"].to_numpy("datetime64[D]")
    inside = (date >= first[partner]) & (date <= last[partner])
    return np.bincount(partner[inside], cash["value_eur"].to_numpy()[inside], minlength=len(first))
