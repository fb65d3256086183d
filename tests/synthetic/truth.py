"""What the programme was drawn from, told as the numbers that a study of it is held to.

Shares of relations are those of a great many drawn in the same way and followed to their end: no estimator is used.
"""

from functools import cache

import numpy as np
import pandas as pd

from synthetic import recording
from synthetic.projects import scale_months
from synthetic.relations import (
    DAY,
    DOMAINS,
    GRACE_DAYS,
    KINDS,
    OBSERVED_FROM,
    add_months,
    draw_process,
    random,
)

MANY = 200_000  # relations: their shares are known to .001
MONTHS = (12, 24, 36, 48, 60)


@cache
def drawn_alike(n: int = MANY) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A great many relations begun by the day, followed for more than five years after it, and their agreements."""
    drawn, agreements = draw_process(random(0, "truth"), n, until=np.datetime64("2024-06-30"))
    drawn = drawn[drawn["start"] <= DAY]
    return drawn, agreements[agreements["relation"].isin(drawn.index)]


def lasts(drawn: pd.DataFrame, months: int) -> np.ndarray:
    """Whether each relation goes on past so many months."""
    start, end = (drawn[name].to_numpy("datetime64[D]") for name in ("start", "end"))
    return ~(end < add_months(start, months))


def survival(months: int, drawn: pd.DataFrame | None = None) -> float:
    """The share of relations that go on past so many months.

    >>> survival(12) > survival(36) > survival(60) > 0.3
    True
    """
    return float(lasts(drawn_alike()[0] if drawn is None else drawn, months).mean())


def restricted_mean(months: int = 36) -> float:
    """Months that relations last on average, up to so many."""
    drawn = drawn_alike()[0]
    lasted = (drawn["end"] + pd.Timedelta(days=1) - drawn["start"]).dt.days / 30.4375
    return float(lasted.fillna(np.inf).clip(upper=months).mean())


def incidence_by_cause(months: int = 36) -> dict[str, float]:
    """The share of relations that ended by so many months, by the cause as recorded."""
    drawn, agreements = drawn_alike()
    broken = recording.ends_broken(agreements).reindex(drawn.index)
    ended = ~lasts(drawn, months)
    parts = [(ended & broken, recording.CAUSES_BROKEN_OFF), (ended & ~broken, recording.CAUSES)]
    shares = pd.concat([share.mean() * pd.Series(causes) for share, causes in parts])
    return shares.groupby(level=0).sum().to_dict()


def true_terms(drawn: pd.DataFrame, agreements: pd.DataFrame) -> pd.DataFrame:
    """Agreements with what became of their term (R04): `renewed` where another of the pair names it, or begins on it or
    within the grace after it; where a tacit relation goes on. One agreement renews one, the last to come to its term."""
    agreements = agreements[(agreements["rank"] <= 0) | ~agreements["relation"].map(drawn["tacit"])]
    of_relation = drawn.loc[agreements["relation"]].reset_index(drop=True)
    agreements = agreements.reset_index(drop=True)
    term = agreements["term"].where(~agreements["broken"], agreements["end"])
    agreements = agreements.assign(term=term)
    keys = ["relation", "rank"]
    before = agreements.loc[agreements["names_predecessor"], keys].assign(
        rank=lambda rows: rows["rank"] - 1
    )
    named = pd.MultiIndex.from_frame(agreements[keys]).isin(pd.MultiIndex.from_frame(before))
    pair = of_relation.groupby(["partner", "entity"]).ngroup()
    followed = followed_in_time(pair, agreements, named)
    goes_on = of_relation["end"].fillna(pd.Timestamp.max.floor("D")) > term
    return agreements.assign(renewed=np.where(of_relation["tacit"], goes_on, named | followed))


def followed_in_time(pair: pd.Series, agreements: pd.DataFrame, named: np.ndarray) -> np.ndarray:
    """Which agreements one of their pair follows that names none: each takes the last term on or up to the grace before it."""
    grace = np.timedelta64(GRACE_DAYS, "D")
    start, term = (agreements[name].to_numpy("datetime64[D]") for name in ("start", "term"))
    names_one = agreements["names_predecessor"].to_numpy()
    followed = np.zeros(len(agreements), dtype=bool)
    for rows in pair.groupby(pair).groups.values():
        rows = sorted(rows, key=lambda row: start[row])
        for row in rows:
            if names_one[row]:
                continue
            waiting = [
                other
                for other in rows
                if start[other] < start[row]
                and term[other] <= start[row] <= term[other] + grace
                and not (named[other] or followed[other])
            ]
            if waiting:
                followed[max(waiting, key=lambda other: term[other])] = True
    return followed


def renewal_rate() -> float:
    """The share of terms between the first day that the source sees and the settled day that were renewed."""
    drawn, agreements = drawn_alike()
    seen = drawn[~(drawn["end"] < OBSERVED_FROM)]
    terms = true_terms(seen, agreements[agreements["relation"].isin(seen.index)])
    ripe = terms["term"].between(OBSERVED_FROM, DAY - GRACE_DAYS)
    return float(terms.loc[ripe, "renewed"].mean())


def support_effect() -> dict:
    """Chance of a change of scale by month 36 among projects that run and have not changed by month 12, with advice and without."""
    drawn = drawn_alike()[0]
    drawn = drawn[lasts(drawn, 12)]
    chances = {}
    for name, is_advised in (("exposed", True), ("others", False)):
        month = scale_months(random(0, name), np.full(len(drawn), is_advised))
        start, end = (drawn[name].to_numpy("datetime64[D]") for name in ("start", "end"))
        changes = (month < 36) & ~(end < add_months(start, np.minimum(month, 60)))
        chances[name] = float(changes[month >= 12].mean())
    return {
        "effect": {"kind": "strategic advice", **chances},
        "no_effect": {"kind": "communication"},
        "risk_difference": chances["exposed"] - chances["others"],
    }


@cache
def of_all_programmes() -> dict:
    """What every programme is drawn from, whatever its seed and size."""
    drawn = drawn_alike()[0]
    by_kind = {kind: drawn[drawn["kind"] == place] for place, kind in enumerate(KINDS)}
    by_domain = {domain: drawn[drawn["domain"] == place] for place, domain in enumerate(DOMAINS)}
    return {
        "day": str(DAY),
        "observed_from": str(OBSERVED_FROM),
        "grace_days": GRACE_DAYS,
        "survival": {str(months): survival(months) for months in MONTHS},
        "survival_36_by_first_kind": {name: survival(36, rows) for name, rows in by_kind.items()},
        "survival_36_by_first_domain": {
            name: survival(36, rows) for name, rows in by_domain.items()
        },
        "no_difference": ["level", "since the charter"],
        "restricted_mean_36": restricted_mean(36),
        "incidence_36_by_cause": incidence_by_cause(36),
        "renewed_at_term": renewal_rate(),
        "support": support_effect(),
    }


def rounded(value):
    """Numbers with four digits, in dicts of dicts."""
    if isinstance(value, dict):
        return {name: rounded(part) for name, part in value.items()}
    return round(float(value), 4) if isinstance(value, float) else value
