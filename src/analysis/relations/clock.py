"""The one clock of durability: relations followed up to the settled day."""

import pandas as pd

from analysis.relations.dates import months_between
from analysis.relations.holes import settled_days


def settled(
    relations: pd.DataFrame,
    last_seen: pd.Timestamp | pd.Series,
    grace_days: int,
    holes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The relations followed up to the settled day: `grace_days` before the last day that their
    source sees.

    Up to then every end is known, since every grace is over; what comes later is not used, neither
    ends nor life. This is the one clock of durability. Where the source has a hole (`holes`:
    entity, first, last, kind), it ceases to see where that begins, for all relations begun before
    its end: no end or renewal is read across it. Relations that begin after the settled day, or
    that ended before their source began to see, are left out. `last_seen` is at most the day as
    known on which the relations were built; it may differ by relation.

    >>> agreements = pd.DataFrame({"agreement_id": ["A1", "A2"], "partner_id": ["P", "Q"], "entity": "E",
    ...     "start": pd.to_datetime(["2015-01-01"] * 2), "end": pd.to_datetime(["2016-12-31", "2018-03-31"])})
    >>> from analysis.relations.build import as_known_on
    >>> found = as_known_on(agreements, pd.Timestamp("2018-06-29"))
    >>> settled(found, pd.Timestamp("2018-06-29"), 180)[["duration_months", "ended"]].values.tolist()
    [[24.0, True], [36.0, False]]
    """
    until = settled_days(relations, last_seen, grace_days, holes)
    later = relations["last_known"] > until
    to_settled_day = months_between(relations["start"], until)
    cut = relations.assign(
        last_known=relations["last_known"].where(~later, until),
        end=relations["end"].where(~later),
        cause=relations["cause"].where(~later),
        duration_months=relations["duration_months"]
        .astype("float64")
        .where(~later, to_settled_day),
        ended=relations["ended"].astype("bool") & ~later,
    )
    return cut[cut["duration_months"] > cut["entry_months"].astype("float64")]
