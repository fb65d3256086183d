"""The headline numbers with their intervals, bases, and values under other choices of method."""

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.exhibits import renewals, sensitivity
from analysis.exhibits.followed_relations import ended_by, followed_base, headline
from analysis.exhibits.line_counts import living, prevalence, terms_beside_moved
from analysis.indicators import lines
from analysis.indicators.certainty import Certainty, certainty
from analysis.study.once import once

UNKNOWN = {"value": np.nan, "low": np.nan, "high": np.nan}


class Estimate(NamedTuple):
    """A value with its interval, its base, and its values under other choices of method; `steps` are
    the counts of these other choices, and how far they are from its own.
    """

    value: float
    low: float
    high: float
    known: int
    all_units: int
    others: tuple[float, ...] = ()
    scale: float = 1.0
    steps: tuple[int, ...] = ()

    @property
    def certainty(self) -> Certainty:
        known = {name: part for name, part in self._asdict().items() if name != "steps"}
        return certainty(**known)


def ended_by_horizon(study) -> int:
    """How many of the relations followed had ended by the horizon."""
    return ended_by(study.followed, study.parameters.horizon_months)


@once
def durability_estimates(study, tried: bool) -> dict[str, Estimate]:
    """Survival at the horizon, renewal at term and mean duration; missing where few are followed."""
    horizon, grace_days = study.parameters.horizon_months, study.parameters.grace_days
    base, followed = followed_base(study), study.followed
    survival, mean = UNKNOWN, UNKNOWN
    others: Mapping[str, Iterable[float]] = {"survival": (), "mean": ()}
    steps: tuple[int, ...] = ()
    if len(followed) >= study.conventions["curve_at_risk"] and followed["ended"].any():
        reached = headline(study)
        # the same horizon in every report, as they are set side by side
        if reached.months == horizon:
            survival, mean = reached.survival, reached.mean
        if tried:
            choices = sensitivity.choices(study)
            others = choices[1:]
            counts = choices.loc[choices["survival"].notna(), ["n", "ended_by_horizon"]]
            steps = _steps(counts, headline_row=choices.index[0])
    all_relations = len(study.relations)
    renewal = renewals.renewal_rate(study, grace_days)
    ripe = int(renewal["n"])
    graces = sensitivity.other_graces(study) if tried else []
    rates = pd.DataFrame([renewal, *(renewals.renewal_rate(study, days) for days in graces)])
    rates = rates.reset_index(drop=True)
    terms_in_view = renewals.terms_seen(study, grace_days)
    terms = int((terms_in_view["term"] <= study.day).sum())
    enough = ripe >= study.conventions["percent_from"]
    return {
        "survival": _estimate(survival, base, all_relations, others["survival"], steps=steps),
        "renewal": _estimate(
            renewal if enough else UNKNOWN,
            ripe,
            max(terms, ripe),
            rates["value"][1:],
            steps=_steps(rates[["n", "renewed"]], headline_row=0),
        ),
        "mean": _estimate(mean, base, all_relations, others["mean"], scale=horizon, steps=steps),
    }


def _steps(counts: pd.DataFrame, headline_row: Hashable) -> tuple[int, ...]:
    counts = counts.round().astype("int64")
    if headline_row not in counts.index:
        return ()
    others = counts.drop(index=headline_row)
    moves = (others - counts.loc[headline_row]).abs()
    return (*others.to_numpy().ravel().tolist(), *moves.to_numpy().ravel().tolist())


@once
def line_estimates(study, tried: bool) -> dict[str, Estimate]:
    """The share of living relations on every line, of those known, and under moved thresholds."""
    relations = living(study)
    declared = lines.declared_lines(study.conventions)
    moved = pd.DataFrame()
    if tried:
        moved = lines.threshold_sensitivity(
            study.measures.iloc[relations.index], declared, study.conventions["threshold_move"]
        )
    estimates = {}
    for line, counts in prevalence(study).rename(columns={"share": "value"}).iterrows():
        enough = counts["known"] >= study.conventions["percent_from"]
        others, steps = pd.Series(dtype="float64"), ()
        if enough and line in moved.index:
            others = moved.loc[line, ["lower", "higher"]].astype("float64")
            shares = pd.concat([others, pd.Series({"share": counts["value"]})])
            yes = shares.dropna() * counts["known"]
            yes_and_no = pd.DataFrame({"yes": yes, "no": counts["known"] - yes})
            steps = _steps(yes_and_no, headline_row="share")
            if line == "LF5":
                steps += terms_beside_moved(study, relations)
        share = counts if enough else UNKNOWN
        estimates[line] = _estimate(share, counts["known"], len(relations), others, steps=steps)
    return estimates


def _estimate(
    row,
    known: int,
    all_units: int,
    others: Iterable[float],
    scale: float = 1.0,
    steps: tuple[int, ...] = (),
) -> Estimate:
    numbers = (np.nan if pd.isna(row[name]) else float(row[name]) for name in UNKNOWN)
    tried = tuple(float(value) for value in others if not pd.isna(value))
    return Estimate(*numbers, int(known), int(all_units), tried, float(scale), steps)
