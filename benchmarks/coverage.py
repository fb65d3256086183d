"""How often the study's 95 % intervals hold the truth: 93-97 % asked, and false alarms in at most 7 % of comparisons.

Agreements are drawn in two shapes (the demonstration's, `tests/synthetic/relations.py`; few partners that differ much,
`tests/synthetic/frail.py`), made into relations as known on the day, followed to the settled day and estimated, all by
the library's own functions. Truths are those of very many relations followed to their end. Groups are drawn at random,
but for "since 2014", so that nothing differs between them.

    python benchmarks/coverage.py [--tries 300] [--sizes 75 250 1000]
"""

import argparse
import sys
from functools import partial

import numpy as np
import pandas as pd

import record
from analysis import relations as chains
from analysis.exhibits import group_durations
from analysis.exhibits.followed_relations import estimator_columns
from analysis.indicators import durability
from analysis.stats import differences, survival
from synthetic import frail, programme, truth
from synthetic.relations import DAY, GRACE_DAYS

HORIZON = 36
LAST = pd.Timestamp(DAY)
SETTLED = LAST - pd.Timedelta(days=GRACE_DAYS)
CAUSE = "aim reached"


def draw_demonstration(rng: np.random.Generator, n: int):
    """Agreements as recorded of about n relations, their last signs of life, and from when the source sees."""
    _, agreements, last_sign = programme.record_relations(rng, n)
    return agreements, last_sign, programme.OBSERVED_FROM


def draw_frail(rng: np.random.Generator, n: int, at_years_end: float = 0.5):
    """The same, of the other shape, with more or fewer terms at the ends of years."""
    return frail.record(rng, n, at_years_end), None, frail.OBSERVED_FROM


def truths_demonstration() -> dict[str, float]:
    known = truth.of_all_programmes()
    return {
        "S(36)": known["survival"]["36"],
        "RMST(36)": known["restricted_mean_36"],
        "incidence(36)": known["incidence_36_by_cause"][CAUSE],
        "renewal": known["renewed_at_term"],
    }


def truths_frail(at_years_end: float = 0.5) -> dict[str, float]:
    rng, until = np.random.default_rng(0), np.datetime64("2022-12-31")
    drawn, agreements = frail.draw_process(rng, 400_000, until, at_years_end)
    drawn = drawn[drawn["start"] <= DAY]
    survives = truth.lasts(drawn, HORIZON)
    lasted = chains.months_between(drawn["start"], drawn["end"])
    seen = drawn[~(drawn["end"] < frail.OBSERVED_FROM)]
    terms = truth.true_terms(seen, agreements[agreements["relation"].isin(seen.index)])
    ripe = terms["term"].between(frail.OBSERVED_FROM, SETTLED)
    return {
        "S(36)": survives.mean(),
        "RMST(36)": np.minimum(np.nan_to_num(lasted, nan=np.inf), HORIZON).mean(),
        "incidence(36)": (1 - survives.mean()) * frail.CAUSES[CAUSE],
        "renewal": terms.loc[ripe, "renewed"].mean(),
    }


SHAPES = {
    "demonstration": (draw_demonstration, truths_demonstration),
    "frail partners": (draw_frail, truths_frail),
    "frail partners, terms at years' ends": (
        partial(draw_frail, at_years_end=0.8),
        partial(truths_frail, 0.8),
    ),
}
UNTIL_YEAR_END = ", to the last year's end (T4)"
YEAR_END = pd.Timestamp("2016-12-31")  # the last that is settled on the day


def settled_relations(agreements, last_sign, first_day) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Relations as known on the day, with seen starts, followed up to the settled day, and to the last year's end."""
    windows = pd.DataFrame({"entity": agreements["entity"].unique()})
    windows = windows.assign(first=pd.Timestamp(first_day), last=LAST)
    known = chains.as_known_on(agreements, LAST, windows=windows, last_sign=last_sign)
    known = known[known["start_seen"].astype("bool")]
    grace = pd.Timedelta(days=GRACE_DAYS)
    return tuple(chains.settled(known, last, GRACE_DAYS) for last in (LAST, YEAR_END + grace))


def headline_to(settled: pd.DataFrame, until: str) -> dict[str, pd.Series]:
    """S(36) and RMST(36) of relations followed up to some day, with their limits by partner, as F3 and T4 compute them."""
    columns = estimator_columns(settled)
    by_partner = durability.by_partner(**columns, partner=settled["partner_id"], horizon=HORIZON)
    rows = {"S(36)": by_partner.loc["survival"], "RMST(36)": by_partner.loc["rmst"]}
    return {f"{name}{until}": row for name, row in rows.items()}


def estimates(agreements: pd.DataFrame, settled: pd.DataFrame, first_day) -> dict[str, pd.Series]:
    """Value, low and high of each estimate, as the exhibits F3, F5 and F6 compute them."""
    columns, estimated = estimator_columns(settled), headline_to(settled, "")
    cause = settled["cause"].astype(object).where(settled["ended"].astype(bool), None)
    incidence = survival.cumulative_incidence(
        columns["duration"], cause.to_numpy(), entry=columns["entry"]
    )
    of_cause = incidence[(incidence["time"] <= HORIZON) & (incidence["cause"] == CAUSE)]
    if len(of_cause):
        estimated["incidence(36)"] = of_cause.iloc[-1].rename({"incidence": "value"})
    rows = agreements.assign(end=agreements.get("end", pd.NaT))
    terms = durability.terms(rows, LAST, grace=pd.Timedelta(days=GRACE_DAYS))
    terms = terms[~(terms["term"] < pd.Timestamp(first_day))]
    partner = agreements.loc[terms.index, "partner_id"]
    estimated["renewal"] = durability.renewal_rate(terms, partner=partner).iloc[0]
    return estimated


def false_alarms(settled: pd.DataFrame, group: np.ndarray) -> dict[str, bool]:
    """Whether two groups are said to differ at 5 %: by restricted means and log-rank by partner, and as if independent."""
    columns, partner = estimator_columns(settled), settled["partner_id"].to_numpy(object)
    means = differences.of_restricted_means(
        **columns, group=group, horizon=HORIZON, cluster=partner
    )
    by_partner = survival.logrank(**columns, group=group, cluster=partner)
    independent = survival.logrank(**columns, group=group)
    return {
        "restricted means by partner": means["p_value"].iloc[0] < 0.05,
        "log-rank by partner": by_partner["p_value"].iloc[0] < 0.05,
        "log-rank, relations as independent": independent["p_value"].iloc[0] < 0.05,
    }


def try_once(shape: str, rng, n: int, true: dict[str, float]) -> dict[str, bool]:
    """For one drawing: whether each interval holds the truth, and whether each comparison gives a false alarm."""
    agreements, last_sign, first_day = SHAPES[shape][0](rng, n)
    settled, to_year_end = settled_relations(agreements, last_sign, first_day)
    estimated = estimates(agreements, settled, first_day)
    estimated |= headline_to(to_year_end, UNTIL_YEAR_END)
    outcomes = {}
    for name, row in estimated.items():
        truth_of = true[name.removesuffix(UNTIL_YEAR_END)]
        outcomes[name] = row["low"] <= truth_of <= row["high"]
        outcomes[f"{name}: bias"] = row["value"] - truth_of
    partners = pd.factorize(settled["partner_id"])[0]
    of_partner = rng.random(partners.max() + 1) < 0.5
    groups = {
        "groups of relations": rng.random(len(settled)) < 0.5,
        "groups of partners": of_partner[partners],
        "since 2014": (settled["start"] >= "2014-01-01").to_numpy(),
    }
    for name, group in groups.items():
        if 10 <= group.sum() <= len(settled) - 10:
            for test, alarm in false_alarms(settled, group).items():
                outcomes[f"{name}: {test}"] = alarm
    since = pd.Series(groups["since 2014"]).map({True: "since", False: "before"})
    if since.value_counts().reindex(["since", "before"], fill_value=0).min() >= 10:
        comparison = group_durations.compare_groups(settled, since, HORIZON, 0.95)
        if comparison is not None:
            outcomes["since 2014: as F4 tells it"] = len(comparison.apart(0.95)) > 0
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=300)
    parser.add_argument("--sizes", type=int, nargs="*", default=[75, 250, 1000])
    asked = parser.parse_args()
    tables = []
    for shape, (_, truths) in SHAPES.items():
        true = truths()
        print(shape, true, flush=True)
        by_size = {}
        for n in asked.sizes:
            rng = np.random.default_rng([n, 7])
            tries = pd.DataFrame([try_once(shape, rng, n, true) for _ in range(asked.tries)])
            by_size[f"n = {n}"] = 100 * tries.astype(float).mean()
            print(by_size[f"n = {n}"].round(1).to_string(), flush=True)
        tables.append(
            pd.DataFrame(by_size).rename_axis("estimate").reset_index().assign(shape=shape)
        )
    table = pd.concat(tables).set_index(["shape", "estimate"])
    bias = table.index.get_level_values("estimate").str.endswith(": bias")
    is_alarm = table.index.get_level_values("estimate").str.contains(":") & ~bias
    slack = 200 * np.sqrt(0.95 * 0.05 / asked.tries)  # two standard errors of a share
    missed = (table[~bias & ~is_alarm] < 93 - slack) | (table[~bias & ~is_alarm] > 97 + slack)
    note = (
        f"Share of {asked.tries} drawings whose 95 % interval holds the truth, in %, give or take {slack:.1f} (93-97 asked); of "
        "comparisons, the share of false alarms at 5 %. From agreements on: relations as known on the day, seen starts, "
        "followed to the settled day."
    )
    record.section("Intervals: coverage", table[~bias].reset_index(), note)
    note = "Mean of the estimates of the same drawings less the truth, in points (RMST: hundredths of a month)."
    record.section("Intervals: bias", table[bias].reset_index(), note)
    return int(missed.any(axis=None))


if __name__ == "__main__":
    sys.exit(main())
