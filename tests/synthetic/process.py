"""How relations of the demonstration programme begin, renew and end, and what their survival truly is.

Agreements are signed in the second half of the year, for 12, 24 or 36 months; at each term a relation renews or ends, with
a chance that depends on its kind, its domain and its age. All terms therefore fall on anniversaries of the start, from 1
July to 30 November, so that no term falls within the grace delay before the day: whether a relation has ended is always
known, and the Kaplan-Meier curve with delayed entry estimates `survival` without bias. (Ends within the grace delay would
be counted as survivals: with terms all year round, S(36) would come out about .03 too high.)
"""

from dataclasses import dataclass, fields
from functools import cache

import numpy as np
import pandas as pd

from analysis.relations import months_between

DAY = np.datetime64("2018-06-27")
OBSERVED_FROM = np.datetime64("2014-01-01")
GRACE_DAYS = 180
OPEN = np.datetime64("NaT")  # the end of what has not ended

# Chance of not renewing at the first term of 12 months' age or more, by kind; factors by domain and by age at the term.
KINDS = {
    "philanthropy": 0.40,
    "responsible practice": 0.30,
    "economic cooperation": 0.20,
    "societal innovation": 0.32,
}
KIND_WEIGHTS = np.array([0.45, 0.20, 0.18, 0.17])
DOMAINS = {
    "shared places": 0.8,
    "professional mobility": 1.0,
    "skills sponsorship": 1.0,
    "responsible purchasing": 1.25,
    "energy transition": 1.0,
    "banking and finance": 1.0,
}
DOMAIN_WEIGHTS = np.array([0.30, 0.15, 0.15, 0.25, 0.10, 0.05])
AGE_FACTORS = np.array([np.nan, 1.15, 1.0, 0.9, 0.75])  # at 12, 24, 36 months, later
TERMS, TERM_WEIGHTS = np.array([12, 24, 36]), np.array([0.45, 0.20, 0.35])
SECOND = {"kind": 0.35, "domain": 0.30}  # chance of holding another one
CAUSES = {
    "aim reached": 0.22,
    "absorbed": 0.06,
    "not renewed by group": 0.26,
    "not renewed by partner": 0.22,
    "dissolved or merged": 0.10,
    "force majeure": 0.02,
    "unknown": 0.12,
}
YEARS = np.arange(2007, 2018)
YEAR_WEIGHTS = np.array([25, 25, 30, 30, 35, 40, 45, 220, 200, 180, 170]) / 1000
MONTHS, MONTH_WEIGHTS = (
    np.array([7, 8, 9, 10, 11, 12]),
    np.array([0.10, 0.05, 0.32, 0.25, 0.20, 0.08]),
)
STEPS = 14  # terms of 12 months from 2007 on reach beyond the day
NEVER = 1200  # months: an end that lies beyond what is drawn


def random(seed: int, subject: str) -> np.random.Generator:
    """A stream of its own for each subject, so that a change in one table leaves the others as they were."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *subject.encode()])))


def ends_at(age: np.ndarray, kind: np.ndarray, domain: np.ndarray) -> np.ndarray:
    """Chance that a relation that reaches a term at this age (months) ends there; kind and domain by their place in the lists.

    >>> ends_at(np.array([12]), np.array([0]), np.array([0])).round(3).tolist()
    [0.368]
    """
    base, factor = np.array(list(KINDS.values())), np.array(list(DOMAINS.values()))
    return base[kind] * factor[domain] * AGE_FACTORS[np.minimum(age // 12, 4)]


@cache
def ends_by(kind: int, domain: int) -> tuple[float, ...]:
    """Exact chance that a relation ends at its 1st, 2nd, … 12th anniversary, by recursion over the terms that lead there."""
    reached, ended = np.zeros(16), np.zeros(13)
    reached[0] = 1.0
    for year in range(13):
        if year:
            ended[year] = (
                reached[year]
                * ends_at(np.array([12 * year]), np.array([kind]), np.array([domain]))[0]
            )
        reached[year + TERMS // 12] += (reached[year] - ended[year]) * TERM_WEIGHTS
    return tuple(ended[1:])


def survival(months: int, kind: str | None = None, domain: str | None = None) -> float:
    """True share of relations that last longer than so many months (whole years), all or those that hold a kind or a domain.

    A relation holds one or two kinds and domains; the first of each drives its ends.

    >>> round(survival(12), 3), survival(36) < survival(36, kind="economic cooperation")
    (0.829, True)
    """

    def holding(
        names: list[str], weights: np.ndarray, second: float, asked: str | None
    ) -> np.ndarray:
        held = np.where(
            np.array(names) == asked, 1.0, second / (len(names) - 1)
        )  # a second name is any other, alike
        return weights if asked is None else weights * held

    kinds = holding(list(KINDS), KIND_WEIGHTS, SECOND["kind"], kind)
    domains = holding(list(DOMAINS), DOMAIN_WEIGHTS, SECOND["domain"], domain)
    weight = np.outer(kinds, domains)
    lasting = np.array(
        [
            [1 - sum(ends_by(k, d)[: months // 12]) for d in range(len(DOMAINS))]
            for k in range(len(KINDS))
        ]
    )
    return float((weight * lasting).sum() / weight.sum())


@dataclass(frozen=True)
class Process:
    """Relations as they truly are; arrays by relation."""

    start: np.ndarray
    end: np.ndarray  # true last day, long after the day where the relation goes on
    kind: np.ndarray  # place in KINDS of the kind that drives its ends
    domain: np.ndarray  # place in DOMAINS, likewise
    terms: np.ndarray  # months of each agreement (relation x step)
    count: np.ndarray  # agreements until the end

    @property
    def running(self) -> np.ndarray:
        return self.end > DAY

    @property
    def last(self) -> np.ndarray:
        """The last day that can have been seen."""
        return np.minimum(self.end, DAY)


def draw_process(rng: np.random.Generator, n: int) -> Process:
    """The first `n` relations that the source sees: those that had not ended before it began to look."""
    drawn = int(n * 1.25) + 200
    kind = rng.choice(len(KINDS), drawn, p=KIND_WEIGHTS)
    domain = rng.choice(len(DOMAINS), drawn, p=DOMAIN_WEIGHTS)
    year = rng.choice(YEARS, drawn, p=YEAR_WEIGHTS)
    month = rng.choice(MONTHS, drawn, p=MONTH_WEIGHTS)
    day = np.where((month == 12) | (rng.random(drawn) < 0.6), 1, rng.integers(2, 28, drawn))
    start = ((year - 1970) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]") + (
        day - 1
    )
    terms = rng.choice(TERMS, (drawn, STEPS), p=TERM_WEIGHTS).astype(np.int16)
    ages = terms.cumsum(axis=1)
    ends = rng.random((drawn, STEPS)) < ends_at(ages, kind[:, None], domain[:, None])
    step = np.where(ends.any(axis=1), ends.argmax(axis=1), STEPS - 1)
    months = np.where(ends.any(axis=1), ages[np.arange(drawn), step], NEVER)
    end = add_months(start, months) - 1
    whole = Process(start, end, kind, domain, terms, step + 1)
    seen = np.flatnonzero(end >= OBSERVED_FROM)[:n]
    return Process(**{field.name: getattr(whole, field.name)[seen] for field in fields(Process)})


def add_months(date: np.ndarray, months: np.ndarray) -> np.ndarray:
    """A date (day 1-28) some months later."""
    month = date.astype("datetime64[M]")
    return (month + months).astype("datetime64[D]") + (date - month.astype("datetime64[D]"))


def as_seen(process: Process) -> pd.DataFrame:
    """What is known on the day: start, end (missing unless its grace has elapsed), entry, entry_months, duration_months, ended."""
    ended = DAY - process.end >= GRACE_DAYS
    entry = np.maximum(process.start, OBSERVED_FROM)
    seen = {"start": process.start, "end": np.where(ended, process.end, OPEN), "entry": entry}
    seen = {name: day.astype("datetime64[us]") for name, day in seen.items()}
    seen |= {
        "kind": np.array(list(KINDS))[process.kind],
        "domain": np.array(list(DOMAINS))[process.domain],
        "ended": ended,
    }
    entered, seen_for = (months_between(process.start, day) for day in (entry - 1, process.last))
    return pd.DataFrame(seen | {"entry_months": entered, "duration_months": seen_for})
