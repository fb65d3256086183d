"""How often the study's 95 % intervals hold the truth, by simulation: at least 93 % everywhere, at most 97 % from n = 50 on.

Relations last as exponential times whose pace differs between partners (one to three relations each) where clustered;
a third are watched from later on where there is delayed entry; ends have two causes. Run: python benchmarks/coverage.py
"""

import argparse
import sys

import numpy as np
import pandas as pd

import record
from analysis.indicators import durability, lines
from analysis.stats import intervals, survival

SIZES = (15, 50, 500)
PACE, SHAPE, HORIZON = 0.02, 4.0, 36  # ends per month; gamma shape of the partners' paces; months


def drawn(random, n: int, clustered: bool, entered: bool):
    """One programme of n watched relations: duration, ended, cause, entry, partner."""
    partner, pace = partners(random, 3 * n, clustered)
    months = np.ceil(random.exponential(1 / (PACE * pace[partner])))
    watched = np.ceil(random.uniform(24, 120, 3 * n))
    entry = np.where(random.random(3 * n) < entered / 3, np.floor(random.uniform(0, 24, 3 * n)), 0)
    seen = np.flatnonzero(np.minimum(months, watched) > entry)[:n]
    cause = np.where(random.random(n) < 0.4, "aim", "stop")
    ended = (months <= watched)[seen]
    return (
        np.minimum(months, watched)[seen],
        ended,
        np.where(ended, cause, None),
        entry[seen],
        partner[seen],
    )


def partners(random, n: int, clustered: bool):
    """The partner of each of n rows (one to three rows each where clustered) and the factor of each partner, of mean 1."""
    partner = np.repeat(np.arange(n), random.integers(1, 4, n) if clustered else 1)[:n]
    return partner, random.gamma(SHAPE, 1 / SHAPE, n) if clustered else np.ones(n)


def still_going(months, clustered: bool):
    """The true share that goes on past so many (whole) months."""
    return (1 + PACE * months / SHAPE) ** -SHAPE if clustered else np.exp(-PACE * months)


def of_durations(random, n: int, clustered: bool, entered: bool):
    """Intervals of S(36), RMST(36) and, where independent, of the share ended from one cause by 36 months."""
    duration, ended, cause, entry, partner = drawn(random, n, clustered, entered)
    truth = {
        "S(36)": still_going(HORIZON, clustered),
        "RMST(36)": still_going(np.arange(HORIZON), clustered).sum(),
    }
    if clustered:
        table = durability.by_partner(duration, ended, partner, HORIZON, entry=entry)
        found = {"S(36)": table.loc["survival"], "RMST(36)": table.loc["rmst"]}
    else:
        curve = durability.curve(duration, ended, entry=entry)
        found = {
            "S(36)": survival.at(curve, HORIZON).iloc[0],
            "RMST(36)": survival.rmst(curve, HORIZON).iloc[0],
        }
        if "aim" in cause:
            table = survival.cumulative_incidence(duration, cause, entry=entry)
            found["incidence(36)"] = table[
                (table["time"] <= HORIZON) & (table["cause"] == "aim")
            ].iloc[-1]
            truth["incidence(36)"] = 0.4 * (1 - still_going(HORIZON, clustered))
    return found, truth


def rows_of_partners(random, n: int, clustered: bool):
    """Partner, renewal, line, concentration and composite of each of n rows; partners lean one way where clustered."""
    partner, factor = partners(random, n, clustered)
    lean = np.minimum(factor, 1.8)[partner]
    resources = random.gamma(0.6 * factor[partner][:, None], size=(n, 5)) + 1e-9
    hhi = ((resources / resources.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
    composite = np.clip(0.5 + 0.15 * (lean - 1) + random.normal(0, 0.15, n), 0, 1)
    return partner, random.random(n) < 0.55 * lean, random.random(n) < 0.25 * lean, hhi, composite


def of_shares(random, n: int, clustered: bool):
    """Intervals of a renewal rate, of the prevalence of a line, of mean concentration and of the mean composite."""
    partner, renewed, line, hhi, composite = rows_of_partners(random, n, clustered)
    who = pd.Series(partner)
    seed = int(random.integers(1 << 30))
    return {
        "renewal": durability.renewal_rate(
            pd.DataFrame({"renewed": pd.array(renewed), "how": ""}), partner=who
        ).iloc[0],
        "prevalence": lines.prevalence(pd.DataFrame({"LF1": pd.array(line)}), who).iloc[0],
        "mean HHI": intervals.bootstrap(hhi, "mean", cluster=partner, draws=500, seed=seed),
        "mean composite": intervals.bootstrap(
            composite, "mean", cluster=partner, draws=500, seed=seed
        ),
    }, TRUTH[clustered]


TRUTH = {
    clustered: dict(
        zip(
            ["renewal", "prevalence", "mean HHI", "mean composite"],
            [
                values.mean()
                for values in rows_of_partners(np.random.default_rng(2), 2_000_000, clustered)[1:]
            ],
            strict=True,
        )
    )
    for clustered in [False, True]
}


def covered(draw, n: int, tries: int, *how) -> pd.Series:
    """The share of tries whose interval holds the truth, by estimate; a missing interval holds nothing."""
    random, hits = np.random.default_rng(1), []
    for _ in range(tries):
        found, truth = draw(random, n, *how)
        hits.append({name: row["low"] <= truth[name] <= row["high"] for name, row in found.items()})
    return pd.DataFrame(hits).mean()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=1000)
    tries = parser.parse_args().tries
    parts = [
        pd.DataFrame({n: covered(draw, n, tries, *how) for n in SIZES}).assign(data=data)
        for data, draw, *how in [
            ("independent", of_durations, False, False),
            ("delayed entry", of_durations, False, True),
            ("clustered", of_durations, True, False),
            ("clustered, delayed entry", of_durations, True, True),
            ("independent", of_shares, False),
            ("clustered", of_shares, True),
        ]
    ]
    table = pd.concat(parts).set_index("data", append=True).swaplevel()
    slack = 2 * np.sqrt(
        0.95 * 0.05 / tries
    )  # coverage itself is known to two standard errors of a share
    missed = (table < 0.93 - slack) | ((table > 0.97 + slack) & (table.columns >= 50))
    said = table.map(lambda share: f"{100 * share:.1f}")
    print(said.where(~missed, said + " !").to_string())
    print(
        f"{tries} tries; 93 % asked, and at most 97 % from n = 50 on, give or take {100 * slack:.1f}; {missed.sum().sum()} missed"
    )
    rows = table.reset_index().set_axis(["data", "estimate", *(f"n = {n}" for n in SIZES)], axis=1)
    rows[rows.columns[2:]] *= 100
    note = f"Share of {tries:,} tries whose 95 % interval holds the truth, in %, give or take {100 * slack:.1f}."
    record.section("Intervals: coverage", rows, note)
    return int(missed.any(axis=None))


if __name__ == "__main__":
    sys.exit(main())
