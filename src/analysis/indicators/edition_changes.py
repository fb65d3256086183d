"""What became of each relation from one edition of a study to a later one, matched by its lasting
id.

Frames of relations as an edition keeps them (`relations.csv` of a team report): ``relation_id,
partner_id, entity, start, end, status, cause, interruptions, last_seen``, the last being the last
day that the source of the relation sees.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.relations import months_between

_PAIR = ["partner_id", "entity"]
IDS = ["relation_id", "earlier_id"]
CHANGES = ["new", "resumed", "ended", "corrected", "merged", "gone"]
_COLUMNS = [
    "relation_id",
    "earlier_id",
    "partner_id",
    "entity",
    "start",
    "change",
    "recorded_late",
    "status_before",
    "status_after",
    "end_before",
    "end_after",
]


def relation_changes(
    earlier: pd.DataFrame,
    later: pd.DataFrame,
    earlier_day: pd.Timestamp,
    grace_days: int,
    merged_partners: Iterable[str] = (),
) -> pd.DataFrame:
    """The relations that differ between two editions, one row each, in the order of their ids
    (columns COLUMNS).

    `change` is *new*, *resumed* (a new relation of a pair whose relation had ended, or one taken up
    again after a gap), *ended*, *corrected* (an end taken back or moved, another start, another
    cause), *merged* (what the decision that two partners are one, taken since, does to the past of
    their relations: `merged_partners` holds both) or *gone* (struck out). `earlier_id` is the id in
    the earlier edition, another one where the start was moved. `recorded_late`: it began by the
    last day that the earlier edition sees, or ended a grace before it. An end whose grace still ran
    then could not be known, and is real change. What is corrected, merged or gone is never late.

    >>> earlier = pd.DataFrame({"relation_id": ["R1"], "partner_id": "P", "entity": "E", "start": pd.to_datetime(["2015-01-01"]),
    ...     "end": pd.NaT, "status": "running", "cause": None, "interruptions": 0, "last_seen": pd.Timestamp("2017-12-31")})
    >>> later = earlier.assign(end=pd.Timestamp("2017-12-31"), status="ended")
    >>> relation_changes(earlier, later, pd.Timestamp("2017-12-31"), 180)[["change", "recorded_late"]].values.tolist()
    [['ended', False]]
    """
    grace = pd.Timedelta(days=grace_days)
    matched = earlier.merge(later, on="relation_id", how="outer", suffixes=("_before", "_after"))
    for column in [*_PAIR, "start"]:
        matched[column] = matched[f"{column}_after"].fillna(matched[f"{column}_before"])
    last_seen = earlier.groupby("entity")["last_seen"].max()
    seen_until = matched["entity"].astype("str").map(last_seen).fillna(earlier_day)
    matched["change"] = _changes(matched, earlier)
    is_new = matched["change"].isin(["new", "resumed"]) & matched["status_before"].isna()
    late_start = is_new & (matched["start"] <= seen_until)
    late_end = (matched["change"] == "ended") & (matched["end_after"] + grace <= seen_until)
    matched["recorded_late"] = late_start | late_end
    matched["earlier_id"] = matched["relation_id"]
    matched = _with_moved_starts(matched)
    matched["earlier_id"] = matched["earlier_id"].where(matched["status_before"].notna())
    of_the_past = matched["change"].isin(["corrected", "gone"]) | matched["recorded_late"]
    merged = of_the_past & matched["partner_id"].isin(set(merged_partners))
    matched["change"] = matched["change"].mask(merged, "merged")
    matched["recorded_late"] &= ~merged
    changed = matched[matched["change"] != ""]
    return changed[_COLUMNS].sort_values("relation_id").reset_index(drop=True)


def part_of(changed: pd.DataFrame) -> pd.Series:
    """By id, in either edition, the part of a headline's change that a changed relation adds to
    (see `edition_parts`): late or corrections; others are not in it.
    """
    part = pd.Series("late", index=changed.index, dtype="str")
    part = part.mask(changed["change"].isin(["corrected", "merged", "gone"]), "corrections")
    of_the_past = changed["recorded_late"] | (part == "corrections")
    by_id = [part[of_the_past].set_axis(changed.loc[of_the_past, id]) for id in IDS]
    parts = pd.concat(by_id)
    return parts[parts.index.notna() & ~parts.index.duplicated()]


def part_of_terms(earlier: pd.DataFrame, later: pd.DataFrame, grace_days: int) -> pd.Series:
    """By agreement, the part of the change of renewal that its term adds to.

    Frames by agreement_id with ``relation_id, term, value`` (renewed or not; missing: not known)
    and ``last_seen`` (the last day that the earlier edition sees). A term whose grace was over then
    is late where it is known only now, a correction where it was known otherwise; one that came
    since tells of rates where its relation is in both editions.
    """
    terms = later.join(earlier["value"].rename("value_before"), how="outer")
    known_before, known_after = terms["value_before"].notna(), terms["value"].notna()
    was_over = terms["term"] + pd.Timedelta(days=grace_days) <= terms["last_seen"]
    is_new = known_after & ~known_before
    part = pd.Series("", index=terms.index, dtype="str")
    part = part.mask(is_new & terms["relation_id"].isin(earlier["relation_id"]), "rates")
    part = part.mask(is_new & was_over, "late")
    other_value = (terms["value_before"] != terms["value"]).fillna(False).astype("bool")
    part = part.mask(known_before & (~known_after | other_value), "corrections")
    return part[part != ""]


def with_durations(relations: pd.DataFrame) -> pd.DataFrame:
    """Relations with ``duration_months, entry_months``, worked from their dates: a rounded month
    would unmake ties.

    >>> dates = ["2014-01-01", "2014-04-01", "2014-12-31"]
    >>> relation = pd.DataFrame([dates], columns=["start", "entry", "last_known"]).apply(pd.to_datetime)
    >>> with_durations(relation)[["duration_months", "entry_months"]].values.tolist()
    [[12.0, 3.0]]
    """
    start, entry = relations["start"], relations["entry"]
    months_before = months_between(start, entry - pd.Timedelta(days=1))
    return relations.assign(
        duration_months=months_between(start, relations["last_known"]),
        entry_months=np.where(entry > start, months_before, 0.0),
    )


def settled_by_earlier(
    earlier: pd.DataFrame, later: pd.DataFrame, earlier_day: pd.Timestamp, grace_days: int
) -> pd.Series:
    """By row of `later`, the settled day of the earlier edition (see `relations.settled`), at most
    the later edition's own.
    """
    last_seen = later["entity"].astype("str").map(earlier.groupby("entity")["last_seen"].max())
    settled_before = last_seen.fillna(earlier_day) - pd.Timedelta(days=grace_days)
    return pd.concat([settled_before, later["settled_day"]], axis=1).min(axis=1)


def _changes(both: pd.DataFrame, earlier: pd.DataFrame) -> pd.Series:
    ended_before = both["status_before"] == "ended"
    ended_after = both["status_after"] == "ended"
    absent_before = both["status_before"].isna()
    gone = both["status_after"].isna()
    first_end = earlier[earlier["status"] == "ended"].groupby(_PAIR)["end"].min()
    first_end = both[_PAIR].join(first_end, on=_PAIR)["end"]
    more_gaps = both["interruptions_after"] > both["interruptions_before"]
    no_end = both["end_before"].isna() & both["end_after"].isna()
    other_end = (both["end_before"] != both["end_after"]) & ~no_end
    causes = both[["cause_before", "cause_after"]].astype("str").fillna("")
    other_cause = causes["cause_before"] != causes["cause_after"]
    change = pd.Series("", index=both.index, dtype="object")
    change = change.mask(~ended_before & ended_after, "ended")
    change = change.mask(ended_before & (other_end | other_cause), "corrected")
    change = change.mask(ended_before & other_end & more_gaps, "resumed")
    change = change.mask(gone, "gone")
    change = change.mask(absent_before, "new")
    return change.mask(absent_before & (first_end < both["start"]), "resumed")


def _with_moved_starts(both: pd.DataFrame) -> pd.DataFrame:
    """A relation gone whose pair has a new one: its start moved."""
    gone = both[both["change"] == "gone"]
    added = both[both["change"].isin(["new", "resumed"]) & both["status_before"].isna()]
    pairs = gone.merge(added, on=_PAIR, suffixes=("_gone", "_added"))
    starts_after = pairs["start_added"] > pairs["end_before_gone"]
    ends_before = pairs["end_after_added"] < pairs["start_gone"]
    pairs = pairs[~starts_after & ~ends_before]
    pairs = pairs.drop_duplicates("relation_id_gone").drop_duplicates("relation_id_added")
    if pairs.empty:
        return both
    of_gone = pairs.set_index("relation_id_added")
    added_id = both["relation_id"].isin(of_gone.index)
    for column in ("status_before", "end_before", "relation_id"):
        earlier_value = both["relation_id"].map(of_gone[f"{column}_gone"])
        into = column
        if column == "relation_id":
            into = "earlier_id"
        both[into] = both[into].mask(added_id, earlier_value)
    both["change"] = both["change"].mask(added_id, "corrected")
    both["recorded_late"] = both["recorded_late"] & ~added_id
    return both[~both["relation_id"].isin(pairs["relation_id_gone"])]
