"""Nothing is read across the holes of a source: years without rows, or with far fewer than usual
(METHOD 9.7).
"""

import numpy as np
import pandas as pd

UNFINISHED = "not over"  # the rest of the last year: it lies after the last day seen, where nothing is read in any case
_ONE_DAY = pd.Timedelta(days=1)


def touches_hole(
    entity: pd.Series, first: pd.Series, last: pd.Series, holes: pd.DataFrame | None
) -> np.ndarray:
    """Whether the source of each row has a hole between two days, both included: one truth value
    per row.

    `holes` has the columns entity, first, last and kind; a missing day touches none.

    >>> holes = pd.DataFrame({"entity": ["E"], "kind": "no rows", "first": pd.to_datetime(["2011-01-01"]), "last": pd.to_datetime(["2011-12-31"])})
    >>> days = pd.Series(pd.to_datetime(["2010-12-31", "2012-01-01"]))
    >>> touches_hole(pd.Series(["E", "E"]), days, days + pd.Timedelta(days=180), holes).tolist()
    [True, False]
    """
    touched = np.zeros(len(entity), dtype=bool)
    for hole in _holes_within(holes):
        overlaps = (first <= hole.last) & (last >= hole.first)
        touched |= overlaps.to_numpy(bool) & (entity == hole.entity).to_numpy(bool)
    return touched


def grace_in_hole(
    entity: pd.Series, term: pd.Series, grace_days: int, holes: pd.DataFrame | None
) -> np.ndarray:
    """Whether the grace after a term touches a hole, so that nobody can say whether it was renewed."""
    return touches_hole(entity, term + _ONE_DAY, term + pd.Timedelta(days=grace_days), holes)


def unread_terms(
    entity: pd.Series,
    term: pd.Series,
    day: pd.Timestamp,
    grace_days: int,
    holes: pd.DataFrame | None,
) -> np.ndarray:
    """Whether each term has passed by the day and a renewal of it may lie in a hole of its source
    that began by then: one truth value per row, false where no term is known.

    >>> holes = pd.DataFrame({"entity": ["E"], "kind": "no rows", "first": pd.to_datetime(["2011-01-01"]), "last": pd.to_datetime(["2011-12-31"])})
    >>> terms = pd.Series(pd.to_datetime(["2010-12-31", "2012-06-30", None]))
    >>> unread_terms(pd.Series(["E", "E", "E"]), terms, pd.Timestamp("2012-03-31"), 180, holes).tolist()
    [True, False, False]
    """
    until = (term + pd.Timedelta(days=grace_days)).clip(upper=day)
    return touches_hole(entity, (term + _ONE_DAY).where(term < day), until, holes)


def last_days_before_silence(
    entity: pd.Series, last_seen: pd.Series, windows: pd.DataFrame, holes: pd.DataFrame | None
) -> pd.Series:
    """The last day that the source of each row sees, or the day before a hole since whose first day
    nothing began that it knows: a source may be said to see to the day, and hold none of its last
    years.

    >>> holes = pd.DataFrame({"entity": "E", "kind": "no rows", "first": pd.to_datetime(["2011-01-01", "2016-01-01"])})
    >>> windows = pd.DataFrame({"entity": ["E"], "last_start": pd.to_datetime(["2015-05-31"])})
    >>> last_seen = pd.Series(pd.to_datetime(["2018-06-30", "2014-06-30"]))
    >>> last_days_before_silence(pd.Series(["E", "E"]), last_seen, windows, holes).astype("str").tolist()
    ['2015-12-31', '2014-06-30']
    """
    if holes is None or holes.empty:
        return last_seen
    last_start = windows.reindex(columns=["entity", "last_start"]).set_index("entity")["last_start"]
    years = holes[holes["kind"] != UNFINISHED]
    silent_years = years[years["first"] > years["entity"].map(last_start)]
    if silent_years.empty:
        return last_seen
    silent_from = silent_years.groupby("entity")["first"].min()
    last_day = entity.astype("str").map(silent_from) - _ONE_DAY
    return last_seen.mask(last_day < last_seen, last_day)


def settled_days(
    relations: pd.DataFrame,
    last_seen: pd.Timestamp | pd.Series,
    grace_days: int,
    holes: pd.DataFrame | None = None,
) -> pd.Series:
    """The day up to which every end of the source of each relation is known: `grace_days` before it
    ceases to see.

    It ceases to see at the last day, or where the first hole begins that does not lie wholly before
    the relation.
    """
    until = pd.Series(last_seen, index=relations.index, dtype="datetime64[us]")
    for hole in _holes_within(holes):
        same_source = (relations["entity"] == hole.entity).to_numpy(bool)
        ahead = same_source & (relations["start"] <= hole.last).to_numpy(bool)
        until = until.mask(ahead & (until >= hole.first).to_numpy(bool), hole.first - _ONE_DAY)
    return until - pd.Timedelta(days=grace_days)


def _holes_within(holes: pd.DataFrame | None):
    if holes is None or holes.empty:
        return []
    return holes[holes["kind"] != UNFINISHED].itertuples()
