"""What each side brings, and the accounts of partners around the cash that they receive."""

import numpy as np
import pandas as pd

from analysis.indicators.fragility import REVENUE
from synthetic.agreements import SILENT_FROM, Made
from synthetic.parties import BANDS, codes
from synthetic.process import DAY, OBSERVED_FROM

KINDS = {  # kind: unit, valuation, EUR per unit
    "cash": ("EUR", "actual", 1.0),
    "skills": ("day", "flat rate", 350.0),
    "premises": ("m2 month", "market rent", 11.5),
    "purchases": ("EUR", "actual", 1.0),
    "goods": ("EUR", "cost price", 1.0),
}
HOW_MANY = [
    0.38,
    0.32,
    0.20,
    0.10,
]  # chance that a relation brings one, two, three or four kinds (LF7, LS3)
DEPENDENT, CONCENTRATED, LOSING, BARE = 0.12, 0.45, 0.15, 0.20  # chances of LF1, LF2, LF3, F4


def contributions(rng: np.random.Generator, made: Made) -> pd.DataFrame:
    """One row per kind and year of an agreement, dated: every living relation leaves a trace each year."""
    relation = made.relation
    begin, term = (
        made.agreements[name].to_numpy(dtype="datetime64[D]") for name in ("start", "planned_end")
    )
    stop = np.minimum(
        np.where(made.tacit[relation], made.process.last[relation], term),
        made.process.last[relation],
    )
    row, year = _repeated(
        np.clip(((stop - begin).astype(int) + 365) // 365, 0, 12) * made.detailed[relation]
    )
    date = np.minimum(
        begin[row] + 365 * year + rng.integers(20, 300, len(row)), np.minimum(stop[row], DAY - 5)
    )
    n = len(made.partner)
    many = rng.choice([1, 2, 3, 4], n, p=HOW_MANY)
    order = rng.permuted(np.tile(np.arange(len(KINDS)), (n, 1)), axis=1)
    order = np.where(
        rng.random((n, 1)) < 0.7, np.sort(order, axis=1), order
    )  # cash comes first in most
    each, place = _repeated(many[relation[row]])
    row, date = row[each], date[each]
    kept = (date >= OBSERVED_FROM) & ~(made.silent[relation[row]] & (date >= SILENT_FROM))
    row, date, kind = row[kept], date[kept], order[relation[row], place][kept]
    size = len(row)
    quantity = np.choose(
        kind,
        [
            np.round(rng.lognormal(8.3, 0.8, size), -1),
            rng.integers(2, 60, size),
            rng.integers(20, 400, size),
            np.round(rng.lognormal(8.0, 0.9, size), 2),
            np.round(rng.lognormal(7.0, 0.6, size)),
        ],
    )
    unit, valuation, price = (np.array(column) for column in zip(*KINDS.values(), strict=True))
    to_group = (kind == 3) | ((kind == 1) & (rng.random(size) < 0.2))
    committed = (date > np.datetime64("2018-03-01")) & (rng.random(size) < 0.5)
    return pd.DataFrame(
        {
            "contribution_id": codes("A", np.arange(1, size + 1)),
            "date": date,
            "year": pd.Series(date).dt.year,
            "agreement_id": made.agreements["agreement_id"].to_numpy()[row],
            "kind": np.array(list(KINDS))[kind],
            "direction": np.where(to_group, "to group", "to partner"),
            "stage": np.where(committed, "committed", "paid"),
            "quantity": quantity,
            "unit": unit[kind],
            "value_eur": np.round(quantity * price[kind], 2),
            "valuation": valuation[kind],
        }
    )


def _repeated(times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each place as often as told, and the rank of each repeat."""
    place = np.repeat(np.arange(len(times)), times)
    return place, np.arange(len(place)) - np.repeat(np.cumsum(times) - times, times)


def accounts(
    rng: np.random.Generator, made: Made, brought: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Three fiscal years of six partners in ten, and the shares of them for which LF1-LF4 hold (of those paid in the last year: LF1)."""
    many = len(made.partners)
    covered = np.isin(np.arange(many), made.partner[made.detailed]) & (rng.random(many) < 0.6)
    dependent, concentrated, losing, bare = (
        rng.random(many) < share for share in (DEPENDENT, CONCENTRATED, LOSING, BARE)
    )
    months = np.where(rng.random(many) < 0.04, rng.choice([9, 18], many), 12)
    closing = ((2017 - 1970) * 12 + np.where(rng.random(many) < 0.85, 12, 8)).astype(
        "datetime64[M]"
    )
    payee = pd.Series(made.partner[made.relation], made.agreements["agreement_id"])[
        brought["agreement_id"]
    ].to_numpy()
    paid_on = brought["date"].to_numpy(dtype="datetime64[D]")
    paid = np.where(
        (brought["kind"] == "cash") & (brought["stage"] == "paid"), brought["value_eur"], 0.0
    )
    usual = rng.lognormal(
        np.log(
            made.partners["budget_band"].map({band: usual for band, (_, _, usual) in BANDS.items()})
        ),
        0.3,
    )
    main, weight = (
        rng.choice(len(REVENUE), many, p=[0.45, 0.2, 0.25, 0.05, 0.05]),
        rng.uniform(0.78, 0.95, many),
    )
    found, holds = [], {}
    for back in range(3):
        length = months if back == 0 else np.full(many, 12)
        year_end = closing.astype("datetime64[D]") - 1
        inside = (paid_on > (year_end - np.round(length * 30.4375).astype(int))[payee]) & (
            paid_on <= year_end[payee]
        )
        received = np.bincount(payee[inside], paid[inside], minlength=many) * 12 / length
        if back == 0:
            seen = covered & np.isin(np.arange(many), payee[inside])
            holds = {"LF1": (dependent & (received > 0))[seen]}
        leaning = received / rng.uniform(0.36, 0.6, many)
        revenue = np.where(dependent & (received > 0), leaning, np.maximum(usual, received / 0.22))
        total = np.round(revenue * length / 12)
        shares = rng.dirichlet(np.full(len(REVENUE), 9.0), many)
        shares = np.where(concentrated[:, None], shares * (1 - weight)[:, None], shares)
        shares[np.arange(many), main] += np.where(concentrated, weight, 0)
        lines = np.round(shares * total[:, None])
        lines[:, -1] = total - lines[:, :-1].sum(axis=1)
        margin = np.where(losing, -rng.uniform(0.03, 0.12, many), rng.uniform(0.005, 0.08, many))
        margin *= np.where(
            (rng.random(many) < 0.2) & ~losing & (back > 0), -1, 1
        )  # a bad year, not two running
        expenses = np.round(total * (1 - margin))
        monthly = expenses / length
        equity = np.round(
            monthly * np.where(bare, rng.uniform(-1, 0.8, many), rng.uniform(1.4, 9, many))
        )
        debts = np.round(monthly * rng.uniform(0.5, 4, many))
        found.append(
            pd.DataFrame(
                {
                    **dict(zip(REVENUE, lines.T, strict=True)),
                    "year_end": year_end,
                    "months": length,
                    "equity": equity,
                    "debts": debts,
                    "partner_id": made.partners["partner_id"],
                    "revenue_total": total,
                    "expenses_total": expenses,
                    "administration": np.round(expenses * rng.uniform(0.05, 0.25, many)),
                    "assets_total": np.maximum(equity, 0)
                    + debts
                    + np.round(monthly * rng.uniform(0, 2, many)),
                    "in_kind_valued": np.round(total * rng.uniform(0, 0.3, many)),
                }
            )[covered]
        )
        closing = closing - length
    holds |= {"LF2": concentrated[covered], "LF3": losing[covered], "LF4": bare[covered]}
    shares = {name: round(float(flags.mean()), 6) for name, flags in holds.items()}
    return pd.concat(found).sort_values(["partner_id", "year_end"]), shares
