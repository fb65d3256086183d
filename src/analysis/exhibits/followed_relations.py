"""The relations that durations are read from: their starts seen, followed up to the settled day;
the headline on them.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import relations
from analysis.article.exhibit_words import ExhibitWords
from analysis.indicators import durability
from analysis.stats import survival
from analysis.study.study import once, result
from analysis.text.facts import Count, Months, Years


def charter(study) -> pd.Timestamp:
    """The first day of the charter between the group and its partners, with which the programme
    starts.
    """
    return pd.Timestamp(study.conventions["charter_year"], 1, 1)


def settled_relations(study, some_relations: pd.DataFrame, grace_days: int) -> pd.DataFrame:
    """Relations of the study followed up to the settled day of their source (see
    `relations.settled`).
    """
    last_seen, holes = study.seen_until(some_relations), study.raw("holes")
    return relations.settled(some_relations, last_seen, grace_days, holes)


@once
def followed_relations(study) -> pd.DataFrame:
    """The relations of every figure of durability: their start is seen, and they are followed up to
    the settled day.
    """
    return study.followed


def estimator_columns(some_relations: pd.DataFrame) -> dict[str, np.ndarray]:
    """How long relations lasted, whether they ended, from when they were followed: as the
    estimators of survival take it.
    """
    return {
        "duration": some_relations["duration_months"].to_numpy("float64"),
        "ended": some_relations["ended"].to_numpy("bool"),
        "entry": some_relations["entry_months"].to_numpy("float64"),
    }


def require_followed_relations(study, words: ExhibitWords) -> pd.DataFrame:
    """The followed relations, or the words that say why no curve is drawn."""
    followed = followed_relations(study)
    is_few = len(followed) < study.conventions["curve_at_risk"]
    words.refuse_if(is_few, "few_followed", followed=Count(len(followed)))
    return followed


class FollowedCounts(NamedTuple):
    """How many relations a figure of durability rests on, and how many it leaves out and why.

    `base`: their start is seen; `begun_since`: of these, begun after the settled day, so not
    followed yet; `start_unseen`: left out since no source sees their start; `ended_before_entry`:
    left out since they ended before their source began to see.
    """

    base: int
    begun_since: int
    start_unseen: int
    ended_before_entry: int


def followed_counts(study, some_relations: pd.DataFrame, grace_days: int) -> FollowedCounts:
    """The base of a figure of durability among some relations, and what it leaves out."""
    start_seen = some_relations["start_seen"].astype("bool")
    never_followed = some_relations["duration_months"] <= some_relations["entry_months"]
    last_seen, holes = study.seen_until(some_relations), study.raw("holes")
    settled_day = relations.settled_days(some_relations, last_seen, grace_days, holes)
    in_base = start_seen & ~never_followed
    return FollowedCounts(
        base=int(in_base.sum()),
        begun_since=int((in_base & (some_relations["start"] > settled_day)).sum()),
        start_unseen=int((~start_seen).sum()),
        ended_before_entry=int((start_seen & never_followed).sum()),
    )


def scope_facts(study) -> dict[str, Count]:
    """What the phrase `followed_scope` tells: how many are left out of the figures of durability,
    or not followed yet.
    """
    counts = followed_counts(study, study.relations, study.parameters.grace_days)
    return {
        "start_unseen": Count(counts.start_unseen),
        "ended_before_entry": Count(counts.ended_before_entry),
        "begun_since": Count(counts.begun_since),
    }


def horizon_facts(months: float) -> dict[str, Months | Years | None]:
    """What the phrases `when` and `first_years` tell: a horizon in months, and in years where they
    are whole.
    """
    is_whole_years = months % 12 == 0
    return {"horizon": Months(months), "years": Years(months / 12) if is_whole_years else None}


def assumes_terms(study) -> bool:
    """Whether for most agreements no source tells when they end, so that their terms are assumed."""
    assumed = study.only("agreements", "term_assumed")["term_assumed"].fillna(False)
    return bool(assumed.mean() > study.conventions["half_known"])


def rests_on_few(study, known: int, every: int) -> bool:
    """Whether a title says on how many it rests: fewer than 30, or less than half of all (METHOD
    9.4).
    """
    numbers = study.conventions
    return known < numbers["interval_below"] or known < numbers["half_known"] * every


class Headline(NamedTuple):
    """How long relations last: survival at the horizon and mean up to it, each with value, low and
    high.

    `months` is the horizon asked, or the last one to which enough relations were followed.
    """

    months: float
    survival: pd.Series
    mean: pd.Series


def headline_of(study, some_relations: pd.DataFrame, months: float) -> Headline:
    """The headline of some settled relations at a horizon; its intervals let one partner's
    relations be alike.
    """
    estimates = durability.by_partner(
        **estimator_columns(some_relations),
        partner=some_relations["partner_id"],
        horizon=months,
        confidence=study.parameters.confidence,
    )
    return Headline(months, estimates.loc["survival"], estimates.loc["rmst"])


@result
def curve(study) -> pd.DataFrame:
    """The share of the followed relations that still run, by time since their start
    (`durability.curve`).
    """
    followed = followed_relations(study)
    confidence = study.parameters.confidence
    return durability.curve(**estimator_columns(followed), confidence=confidence)


@once
def headline(study) -> Headline:
    """The headline of the study, at the horizon asked or the last one to which enough relations
    were followed.
    """
    followed = followed_relations(study)
    few = study.conventions["curve_at_risk"]
    months = reachable_horizon(curve(study), study.parameters.horizon_months, few)
    if "curve" in study.own.frames:  # given by hand, without the relations of each partner
        mean = survival.rmst(curve(study), months, confidence=study.parameters.confidence)
        return Headline(months, survival.at(curve(study), months).iloc[0], mean.iloc[0])
    return headline_of(study, followed, months)


def share_reaching(curve: pd.DataFrame, months: float) -> float:
    """The share that reach a horizon, those that end on that very day among them: the upper side of
    a cliff.

    >>> share_reaching(durability.curve([12, 36, 36, 48], [True] * 4), 36)
    0.75
    """
    just_before = np.nextafter(months, 0)
    return float(survival.at(curve, just_before)["value"].iloc[0])


def reachable_horizon(curve: pd.DataFrame, horizon: float, few: float) -> float:
    """The horizon asked, or the last whole year (else month) to which `few` relations were followed
    where that is earlier.
    """
    last_time = curve.loc[curve["at_risk"] >= few, "time"].max()
    reached = curve["time"].max() >= horizon or curve["survival"].min() == 0
    if reached or pd.isna(last_time):
        return horizon
    return last_time // 12 * 12 or max(1, last_time // 1)
