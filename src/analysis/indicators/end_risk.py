"""The risk that a running relation ends within twelve months: learnt from earlier years, tried on later ones.

For the study team alone. It is published only where it says more than the base rate does, on years it has not seen.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.relations import months_between
from analysis.stats import intervals, survival

HORIZON = 12  # months
FEW = 30  # relations: years with fewer teach and prove nothing
PENALTY = 1  # ridge: where relations only ever end at their term, the term ahead alone would have no finite coefficient
PER_COVARIATE = 10  # ends, in the years learnt from, that pay for one covariate
# what is known of a relation on the day, the most telling first: as many are used as there are ends to pay for
COVARIATES = (
    "term_ahead",
    "never_renewed",
    "log_age",
    "log_renewals",
    "interruptions",
    "kinds",
    "domains",
)


class Risk(NamedTuple):
    """`publishable` when the test years' Brier score is better than the base rate's beyond its interval.

    `score`: ``model, base`` (Brier, 0 is perfect), ``skill`` = 1 - model / base with ``low, high`` (bootstrap by partner), ``n`` and ``ended``
    on the test years. `calibration`: by fifth of predicted risk, ``n, known, predicted, ended, value, low, high`` (Wilson on
    the known). `risk`: by relation_id of the relations running on the
    day; empty unless publishable.
    """

    publishable: bool
    score: pd.Series
    calibration: pd.DataFrame
    risk: pd.Series


def of_ending(
    as_known: Callable[[pd.Timestamp], pd.DataFrame],
    agreements: pd.DataFrame,
    day: pd.Timestamp,
    *,
    grace: pd.Timedelta,
    years: int = 10,
    tests: int = 2,
    seed: int,
    confidence: float = 0.95,
) -> Risk | None:
    """Learn and test the risk of ending within 12 months; None where too few relations or ends were ever followed.

    `as_known` gives the relations as known on a day. A relation running on a past day is described by what was known then
    (see COVARIATES; a term that falls within the year ahead first of all), and followed for 12 months by what is known on
    `day`. Past days lie 12 months apart and the last one 12 months and the grace before `day`, so that each end is known and
    no year teaches what it is tried on. The `tests` latest years are for the test, all earlier ones for learning; Cox's
    model (with a light penalty) gives the chance, inverse-probability weights make up for those lost from sight. Relations
    that were there on the first day of their source may be older than they look: they are in the base rate, and teach nothing.
    """
    last = day - grace
    days = [last - pd.DateOffset(months=HORIZON * (back + 1)) for back in range(years)]
    now = as_known(day)
    snapshots = [_followed(as_known(then), agreements, then, now) for then in days]
    snapshots = [snapshot for snapshot in snapshots if len(snapshot) >= FEW]
    recent, earlier = snapshots[:tests], snapshots[tests:]
    if not earlier:
        return None
    learn, test = pd.concat(earlier, ignore_index=True), pd.concat(recent, ignore_index=True)
    first = now.groupby("entity")["start"].min()
    aged = lambda rows: rows[rows["start"] > rows["entity"].map(first)]
    taught = aged(learn)
    names = _affordable(taught)
    if not names or not test["ended"].any():
        return None
    going = survival.predict(
        taught["months"], taught["ended"], taught[names], test[names], HORIZON, penalty=PENALTY
    )
    base = survival.at(survival.kaplan_meier(learn["months"], learn["ended"]), HORIZON)[
        "value"
    ].iloc[0]
    said = {"model": going, "base": np.full(len(test), base)}
    losses = pd.DataFrame(
        {
            name: survival.brier(test["months"], test["ended"], each, HORIZON)
            for name, each in said.items()
        }
    )
    ratio = intervals.bootstrap(
        losses, "ratio", cluster=test["partner_id"], seed=seed, confidence=confidence
    )
    score = pd.Series(
        {
            **losses.mean(),
            "skill": 1 - ratio["value"],
            "low": 1 - ratio["high"],
            "high": 1 - ratio["low"],
            "n": len(test),
            "ended": test["ended"].sum(),
        }
    )
    publishable = bool(score["low"] > 0)
    risk = pd.Series(dtype=float)
    if publishable:
        every, running = (
            pd.concat([taught, aged(test)], ignore_index=True),
            _described(now, agreements, day),
        )
        fitted = every["months"], every["ended"], every[names]
        risk = 1 - survival.predict(*fitted, running[names], HORIZON, penalty=PENALTY)
    return Risk(publishable, score, _calibration(test, 1 - going, confidence), risk.rename("risk"))


def _described(
    relations: pd.DataFrame, agreements: pd.DataFrame, day: pd.Timestamp
) -> pd.DataFrame:
    """The relations running on the day, by relation_id, with what is known of each by then."""
    running = relations[relations["status"] == "running"].set_index("relation_id")
    begun = agreements[agreements["start"] <= day]
    term = begun.groupby(["partner_id", "entity"])["planned_end"].max().rename("term")
    term = running[["partner_id", "entity"]].join(term, on=["partner_id", "entity"])["term"]
    return running.assign(
        term_ahead=((term > day) & (term <= day + pd.DateOffset(months=HORIZON))).astype(float),
        never_renewed=(running["renewals"] == 0).astype(float),
        log_renewals=np.log1p(running["renewals"].astype(float)),
        log_age=np.log1p(months_between(running["start"], np.full(len(running), day))),
        **{name: running[name].str.count(r"\|").fillna(-1) + 1 for name in ("kinds", "domains")},
    )


def _followed(
    relations: pd.DataFrame, agreements: pd.DataFrame, then: pd.Timestamp, now: pd.DataFrame
) -> pd.DataFrame:
    """The relations running on a past day, described as known then, with the months followed since (12 at most) and whether they ended."""
    key = ["partner_id", "entity", "start"]
    rows = _described(relations, agreements, then).drop(columns=["ended", "last_known"])
    rows = rows.merge(now[[*key, "last_known", "ended"]], on=key)
    months = months_between(np.full(len(rows), then + pd.Timedelta(days=1)), rows["last_known"])
    rows["ended"] = rows["ended"].astype(bool) & (months <= HORIZON)
    rows["months"] = np.minimum(months, HORIZON)
    return rows[months > 0]


def _affordable(rows: pd.DataFrame) -> list[str]:
    """The covariates that the ends pay for and that say something of their own."""
    kept: list[str] = []
    for name in COVARIATES:
        tried = rows[[*kept, name]].astype(float).to_numpy()
        if np.linalg.matrix_rank(tried - tried.mean(axis=0), tol=1e-6) > len(kept):
            kept.append(name)
    return kept[: rows["ended"].sum() // PER_COVARIATE]


def _calibration(test: pd.DataFrame, risk: pd.Series, confidence: float) -> pd.DataFrame:
    """Predicted against observed, by fifth of predicted risk; ties stay together, so that fifths may be fewer."""
    fifth = pd.qcut(risk, 5, labels=False, duplicates="drop") + 1
    known = test["ended"] | (test["months"] >= HORIZON)
    rows = pd.DataFrame(
        {"n": 1, "known": known.astype(int), "ended": test["ended"].astype(int), "predicted": risk}
    )
    table = rows.groupby(fifth.rename("fifth")).agg(
        {"n": "sum", "known": "sum", "predicted": "mean", "ended": "sum"}
    )
    return table.join(intervals.wilson(table["ended"], table["known"], confidence=confidence))
