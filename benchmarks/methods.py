"""Do the comparisons keep their promises? Coverage of intervals and false alarms, by simulation with known truth, on one core.

Run: python benchmarks/methods.py [--tries 500]
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy reads them

import argparse  # noqa: E402
import sys  # noqa: E402

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

import record  # noqa: E402
from analysis.indicators import durability, edition_parts, small_groups  # noqa: E402
from analysis.relations import months_between  # noqa: E402
from analysis.stats import (  # noqa: E402
    clone_weights,
    differences,
    group_tests,
    influence,
    pseudo_observations,
)

HORIZON = 36
LIKENESS = (
    1.5  # gamma shape of the partners' paces: the lower, the more alike a partner's relations
)


def relations(random, partners: int, share: float) -> pd.DataFrame:
    """Relations of partners with one to three each; `share` of the partners are in group a; both groups have one truth."""
    partner = np.repeat(np.arange(partners), random.integers(1, 4, partners))
    pace = random.gamma(LIKENESS, 1 / LIKENESS, partners)[partner]
    lasts = np.ceil(random.exponential(50 / pace))
    watched = np.ceil(random.uniform(36, 80, len(partner)))
    entry = np.where(random.random(len(partner)) < 0.3, random.integers(0, 12, len(partner)), 0)
    rows = pd.DataFrame(
        {
            "partner": partner,
            "group": np.where(partner < share * partners, "a", "b"),
            "months": np.minimum(lasts, watched),
            "ended": lasts <= watched,
            "entry": entry,
            "large": random.random(len(partner)) < 0.5,
        }
    )
    cause = np.where(random.random(len(partner)) < 0.5, "aim", "stop")
    return rows.assign(cause=np.where(rows["ended"], cause, None))[rows["months"] > rows["entry"]]


def comparisons(random, partners: int, share: float) -> dict[str, bool]:
    """Whether each interval holds the truth, which is no difference, and whether the test keeps silent."""
    rows = relations(random, partners, share)
    watched = rows["months"], rows["ended"], rows["group"]
    options = {"entry": rows["entry"], "cluster": rows["partner"]}
    tables = {
        "difference of restricted means": differences.of_restricted_means(
            *watched, HORIZON, **options
        ),
        "difference of survivals": differences.of_survival(*watched, HORIZON, **options),
        "difference of incidences": differences.of_incidences(
            rows["months"], rows["cause"], HORIZON, **options
        ),
        "standardised difference": pseudo_observations.standardised_differences(
            *watched, rows[["large"]], HORIZON, **options
        ),
    }
    holds = {name: holds_zero(table.iloc[0]) for name, table in tables.items()}
    clustered = group_tests.logrank(*watched, **options)["p_value"].iloc[0]
    alone = group_tests.logrank(*watched, entry=rows["entry"])["p_value"].iloc[0]
    return holds | {
        "clustered log-rank, silent": clustered >= 0.05,
        "log-rank that takes relations for independent, silent": alone >= 0.05,
    }


def holds_zero(row: pd.Series) -> bool:
    return bool(row["low"] <= 0 <= row["high"])


def regions(random, _partners: int, likeness: float) -> dict[str, bool]:
    """Whether no region of thirteen equal ones is named, by renewals and by survival."""
    sizes = np.array([8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 60, 80, 120])
    region = np.repeat(np.arange(13), sizes)
    partner = np.arange(len(region)) // 2 * 100 + region
    chance = random.beta(0.6 * likeness, 0.4 * likeness, partner.max() + 1)[partner]
    pace = random.gamma(likeness, 1 / likeness, partner.max() + 1)[partner]
    lasts, watched = random.exponential(70 / pace), random.uniform(30, 90, len(region))
    by, cluster = pd.Series(region), pd.Series(partner)
    renewed = pd.Series(random.random(len(region)) < chance, dtype="boolean")
    terms = pd.DataFrame({"renewed": renewed, "how": "explicit"})
    rates = durability.renewal_rate(terms, by, partner=cluster)
    months, ended = np.minimum(lasts, watched), lasts <= watched
    survivals = {}
    for name in by.unique():
        rows = region == name
        table = durability.by_partner(months[rows], ended[rows], partner[rows], 24)
        survivals[name] = table.loc["survival"]
    survivals = pd.DataFrame(survivals).T.assign(n=by.value_counts())
    names = {
        "no region named by renewals": small_groups.of_numbers(rates, "share"),
        "no region named by survival": small_groups.of_numbers(survivals, "survival"),
    }
    return {name: not table["stands_out"].any() for name, table in names.items()}


def projects(random, n: int, effect: float, assigned: str | None = None) -> dict:
    """Projects by month: large ones are supported and spread more often; partners of two projects are alike."""
    large = random.random(n) < 0.4
    pace = np.where(large, 0.022, 0.008) * random.gamma(4, 1 / 4, n // 2 + 1)[np.arange(n) // 2]
    started, happened, ended = (np.full(n, np.inf) for _ in range(3))
    going = np.ones(n, dtype=bool)
    for month in range(1, HORIZON + 1):
        spreads = going & (random.random(n) < pace * np.where(started < month, effect, 1))
        ends = going & ~spreads & (random.random(n) < 0.008)
        going &= ~(spreads | ends)
        starts = going & np.isinf(started) & (random.random(n) < np.where(large, 0.06, 0.02))
        if assigned == "start" and month == 12:
            starts = going & np.isinf(started)
        if assigned == "none" and month <= 12:
            starts = np.zeros(n, dtype=bool)
        happened[spreads], ended[ends], started[starts] = month, month, month
    return {
        "started": started,
        "happened": happened,
        "ended": ended,
        "covariates": {"large": large},
    }


def planted(effect: float) -> float:
    """The difference that a trial of these projects would show: all supported by month 12, or none."""
    risks = {}
    for assigned in ("start", "none"):
        drawn = projects(np.random.default_rng(9), 1_000_000, effect, assigned)
        risks[assigned] = np.isfinite(drawn["happened"]).mean()
    return risks["start"] - risks["none"]


def trials(random, n: int, effect: float) -> dict[str, bool]:
    drawn = projects(random, n, effect)
    followed, cluster = random.uniform(6, 60, n), np.arange(n) // 2
    found = clone_weights.emulate(
        **drawn, followed=followed, grace=12, horizon=HORIZON, cluster=cluster
    ).difference
    whole = followed >= HORIZON
    ever = np.isfinite(drawn["started"][whole])
    spread = np.isfinite(drawn["happened"][whole])
    k1, n1, k0, n0 = spread[ever].sum(), ever.sum(), spread[~ever].sum(), (~ever).sum()
    error = np.sqrt(k1 * (n1 - k1) / n1**3 + k0 * (n0 - k0) / n0**3)
    naive = k1 / n1 - k0 / n0
    truth = PLANTED[effect]
    return {
        "emulated trial": bool(found["low"] <= truth <= found["high"]),
        "ever supported against never": bool(abs(naive - truth) <= 1.96 * error),
    }


# ---- two editions of a study, a year apart
DAYS = [pd.Timestamp("2017-12-31"), pd.Timestamp("2018-12-31")]
STATISTICS = {
    "change of survival": influence.of_survival,
    "change of the restricted mean": influence.of_restricted_mean,
}


def two_editions(random, partners: int, pace_since: float) -> list[pd.DataFrame]:
    """The relations of both editions, which share most; since the first, relations end at another pace, and a line is
    met by more of them where that pace is not one.
    """
    partner = np.repeat(np.arange(partners), random.integers(1, 4, partners))
    pace = random.gamma(LIKENESS, 1 / LIKENESS, partners)[partner]
    begun = random.integers(0, 4017, len(partner))  # days since 2008
    lasts = random.exponential(30.4375 * 50 / pace)
    first_day = (DAYS[0] - pd.Timestamp("2008-01-01")).days
    later_part = np.clip(begun + lasts - np.maximum(first_day, begun), 0, None)
    lasts = np.floor(lasts - later_part + later_part / pace_since).clip(max=36525)
    met_then = random.random(len(partner)) < 0.2 + 0.4 * np.minimum(pace, 1)
    turned = random.random(len(partner)) < 0.1
    turns_to = (random.random(len(partner)) < 0.5) | (pace_since != 1)
    met_now = np.where(turned, turns_to, met_then)
    start = pd.Timestamp("2008-01-01") + pd.to_timedelta(begun, unit="D")
    end = start + pd.to_timedelta(lasts, unit="D")
    rows = pd.DataFrame({"relation_id": np.arange(len(partner)), "partner_id": partner})
    editions = []
    for day, met in zip(DAYS, (met_then, met_now), strict=True):
        ended = end <= day
        last_known = pd.Series(end).clip(upper=day)
        edition = rows.assign(
            start=start, ended=ended, last_known=last_known, cause=None, value=met
        )
        edition = edition.assign(end=pd.Series(end).where(ended), entry_months=0.0)
        edition = edition.assign(start_seen=True, settled_day=day)
        edition["duration_months"] = months_between(edition["start"], last_known)
        editions.append(edition[edition["start"] <= day])
    return editions


def changes_of(random, partners: int, pace_since: float) -> dict[str, edition_parts.HeadlineChange]:
    earlier, later = two_editions(random, partners, pace_since)
    then = later["settled_day"].clip(upper=DAYS[0])
    measured = {
        name: edition_parts.of_followed(statistic, earlier, later, then, pd.Index([]), HORIZON)
        for name, statistic in STATISTICS.items()
    }
    running = [edition[~edition["ended"]].set_index("relation_id") for edition in (earlier, later)]
    return measured | {"change of a line": edition_parts.of_share(*running, pd.Series(dtype="str"))}


def editions(random, partners: int, pace_since: float) -> dict[str, bool]:
    """Whether the paired interval of each change holds the change of very many relations."""
    if pace_since not in TRUE_CHANGES:
        of_many = changes_of(np.random.default_rng(9), 300_000, pace_since)
        TRUE_CHANGES[pace_since] = {name: change.value for name, change in of_many.items()}
    true = TRUE_CHANGES[pace_since]
    measured = changes_of(random, partners, pace_since)
    return {name: change.low <= true[name] <= change.high for name, change in measured.items()}


TRUE_CHANGES = {}
PLANTED = {1.0: 0.0}

CASES = [
    *[("groups of one truth, half and half", comparisons, n, 0.5) for n in (75, 250, 1000)],
    *[("groups of one truth, one in seven", comparisons, n, 1 / 7) for n in (75, 250, 1000)],
    ("thirteen equal regions", regions, 240, 4.0),
    ("thirteen equal regions, partners very alike", regions, 240, 1.5),
    *[("support without effect", trials, n, 1.0) for n in (150, 500, 1000)],
    *[("support that doubles the pace", trials, n, 2.0) for n in (150, 500, 1000)],
    *[("as before", editions, n, 1.0) for n in (75, 250, 1000)],
    *[("twice as fast", editions, n, 2.0) for n in (75, 250, 1000)],
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=500)
    tries = parser.parse_args().tries
    PLANTED[2.0] = planted(2.0)
    of_groups, of_editions = [], []
    for data, draw, size, how in CASES:
        random = np.random.default_rng(1)
        drawn = tries
        if draw is comparisons and size == 1000:
            drawn = tries // 3
        if draw is regions:  # each draws thirteen curves
            drawn = tries // 5
        held = pd.DataFrame([draw(random, size, how) for _ in range(drawn)]).mean()
        rows = [(data, size, drawn, name, 100 * share) for name, share in held.items()]
        (of_editions if draw is editions else of_groups).extend(rows)
        print(data, size, (100 * held).round(1).to_dict(), flush=True)
    columns = ["partners or projects", "tries", "what", "%"]
    slack = 200 * np.sqrt(0.95 * 0.05 / tries)  # of a third as many, 1.7 times as much
    record.section(
        "Comparisons: coverage and false alarms",
        pd.DataFrame(of_groups, columns=["data", *columns]),
        f"Share of tries whose 95 % interval holds the truth, or in which nothing is named where nothing differs, in %, "
        f"give or take {slack:.1f} with {tries:,} tries. A doubled pace is a planted difference of {100 * PLANTED[2.0]:.1f} points.",
        ["numpy", "pandas", "scipy"],
    )
    planted_changes = ", ".join(f"{change:.3f}" for change in TRUE_CHANGES[2.0].values())
    record.section(
        "Editions: coverage of paired changes",
        pd.DataFrame(of_editions, columns=["relations end since", *columns]),
        f"Share of drawings of two editions a year apart whose paired 95 % interval holds the change, in %, give or take {slack:.1f}. "
        f"Planted changes of survival, restricted mean (months) and a line: {planted_changes} where relations end twice as fast since.",
        ["numpy", "pandas", "scipy"],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
