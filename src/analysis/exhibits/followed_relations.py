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
from analysis.study.once import once, result
from analysis.text.facts import Count, Months, Years


def charter(study) -> pd.Timestamp:
    """The first day of the charter between the group and its partners, when the programme starts."""
    return pd.Timestamp(study.conventions["charter_year"], 1, 1)


def settled_relations(study, some_relations: pd.DataFrame, grace_days: int) -> pd.DataFrame:
    """Relations of the study followed up to the settled day of their source (see
    `relations.settled`).
    """
    last_seen, holes = study.seen_until(some_relations), study.raw("holes")
    return relations.settled(some_relations, last_seen, grace_days, holes)


@once
def followed_to_year_end(study) -> pd.DataFrame | None:
    """The relations of the study followed up to the last year's end that is settled; None where the
    settled day is one already.

    Where terms gather at the end of the year, following relations up to a day just before it leaves
    out the ends of that year but not the time before them: the share that lasts comes out too high.
    Of relations with eight terms in ten at a year's end and 29 December as their settled day, S(36)
    came out .06 too high, and .003 when followed to the year's end (benchmarks/RESULTS.md).
    """
    grace = pd.Timedelta(days=study.parameters.grace_days)
    settled_day = study.seen_until(study.relations) - grace
    this_year = pd.to_datetime(settled_day.dt.year.astype("str") + "-12-31")
    year_end = this_year.where(this_year <= settled_day, this_year - pd.DateOffset(years=1))
    if (year_end == settled_day).all():
        return None
    return relations.settled(study.relations, year_end + grace, grace.days, study.raw("holes"))


def ended_by(some_relations: pd.DataFrame, months: float) -> int:
    """How many of the relations had ended by so many months: a survival there knows no other ends.

    >>> some_relations = pd.DataFrame({"duration_months": [12, 40, 9], "ended": [True, True, False]})
    >>> ended_by(some_relations, 36)
    1
    """
    by_then = some_relations["duration_months"] <= months
    return int((some_relations["ended"] & by_then).sum())


def estimator_columns(some_relations: pd.DataFrame) -> dict[str, np.ndarray]:
    """How long relations lasted, whether they ended, from when they were followed, as arrays."""
    return {
        "duration": some_relations["duration_months"].to_numpy("float64"),
        "ended": some_relations["ended"].to_numpy("bool"),
        "entry": some_relations["entry_months"].to_numpy("float64"),
    }


def require_followed_relations(study, words: ExhibitWords) -> pd.DataFrame:
    """The followed relations, or the words that say why no curve is drawn."""
    is_few = len(study.followed) < study.conventions["curve_at_risk"]
    words.refuse_if(is_few, "few_followed", followed=Count(len(study.followed)))
    return study.followed


def followed_counts(study, some_relations: pd.DataFrame, grace_days: int) -> dict[str, int]:
    """How many relations a figure of durability rests on, and how many it leaves out and why.

    `base`: their start is seen; `begun_since`: of these, begun after the settled day, so not
    followed yet; `start_unseen`: left out since no source sees their start; `ended_before_entry`:
    left out since they ended before their source began to see.
    """
    start_seen = some_relations["start_seen"].astype("bool")
    never_followed = some_relations["duration_months"] <= some_relations["entry_months"]
    last_seen, holes = study.seen_until(some_relations), study.raw("holes")
    settled_day = relations.settled_days(some_relations, last_seen, grace_days, holes)
    in_base = start_seen & ~never_followed
    counted = {
        "base": in_base,
        "begun_since": in_base & (some_relations["start"] > settled_day),
        "start_unseen": ~start_seen,
        "ended_before_entry": start_seen & never_followed,
    }
    return {name: int(is_counted.sum()) for name, is_counted in counted.items()}


def scope_facts(study) -> dict[str, Count | bool]:
    """What the phrase `followed_scope` tells: how many are left out of the figures of durability,
    or not followed yet; whether some are followed from later than their start only, so that fewer
    are at risk when a curve begins than it rests on.
    """
    counts = followed_counts(study, study.relations, study.parameters.grace_days)
    facts = {name: Count(count) for name, count in counts.items() if name != "base"}
    return facts | {"followed_late": bool(study.followed["entry_months"].gt(0).any())}


def followed_base(study) -> int:
    """How many relations the figures of durability rest on."""
    return followed_counts(study, study.relations, study.parameters.grace_days)["base"]


def curve_facts(study, n: int) -> dict[str, object]:
    """What every figure of the followed relations tells beside its finding: whom it leaves out,
    whether it rests on few, whether terms are assumed.
    """
    return scope_facts(study) | {
        "few": rests_on_few(study, n, len(study.relations)),
        "assumed_terms": assumes_terms(study),
    }


def horizon_facts(months: float) -> dict[str, Months | Years | None]:
    """What the phrases `when` and `first_years` tell: a horizon in months, and in years where they
    are whole.

    >>> horizon_facts(36)["years"].value, horizon_facts(30)["years"]
    (3.0, None)
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
    """The headline of some settled relations at a horizon, a partner's relations counting as alike."""
    estimates = durability.by_partner(
        **estimator_columns(some_relations),
        partner=some_relations["partner_id"],
        horizon=months,
        confidence=study.parameters.confidence,
    )
    return Headline(months, estimates.loc["survival"], estimates.loc["rmst"])


@result
def curve(study) -> pd.DataFrame:
    """The share of followed relations that still run, by time since start (`durability.curve`)."""
    columns = estimator_columns(study.followed)
    return durability.curve(**columns, confidence=study.parameters.confidence)


@once
def headline(study) -> Headline:
    """The headline of the study, at the horizon asked or the last one to which enough relations
    were followed.
    """
    few = study.conventions["curve_at_risk"]
    months = reachable_horizon(curve(study), study.parameters.horizon_months, few)
    # A curve that was given by hand comes without the relations of each partner.
    if "curve" in study.own.frames and len(curve(study)):
        mean = survival.rmst(curve(study), months, confidence=study.parameters.confidence)
        return Headline(months, survival.at(curve(study), months).iloc[0], mean.iloc[0])
    return headline_of(study, study.followed, months)


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
