"""Relations of agreements, as known on a day (rules R01-R10)."""

import base64
from hashlib import blake2b

import numpy as np
import pandas as pd

from analysis.declare import schema
from analysis.declare.conventions import DEFAULTS
from analysis.relations.agreements import in_chains
from analysis.relations.dates import OPEN_END, months_between
from analysis.relations.holes import grace_in_hole, touches_hole
from analysis.relations.lookup import as_text
from analysis.relations.renewal import NO_ROW, predecessors, terms_of
from analysis.relations.windows import first_days_seen, last_days_seen

_ONE_DAY = pd.Timedelta(days=1)
AT_START = ["partner_id", "entity", "start", "level", "kinds", "domains", "department", "region"]


def as_known_on(
    agreements: pd.DataFrame,
    day: pd.Timestamp,
    *,
    grace_days: int = 180,
    windows: pd.DataFrame | None = None,
    last_sign: pd.Series | None = None,
    holes: pd.DataFrame | None = None,
    silence_months: int = DEFAULTS["silence_months"],
) -> pd.DataFrame:
    """The relations (table `relations`) as they were known at the end of the day.

    Agreements of one partner with one entity are one relation as long as each starts at most
    `grace_days` after the furthest end before it, or renews one that it names (R04-R06, see
    `renewal.predecessors`). `windows` (entity, first, last, last_start) tells when the source of each
    entity begins and ceases to see: entry is never before the first, and nothing is known after the
    last but the starts of what was signed by then.
    `last_sign` (by row of `agreements`) is the last sign of life of tacit renewals. `start_seen`:
    the source had been seeing for longer than the grace before the start, so that an earlier
    agreement would have been seen, or a signed agreement states it (R10). `holes` (entity, first,
    last, kind) are years in which a source cannot have held all rows: a term whose grace touches
    one has not ended for sure, and a start that follows one so closely is not seen.

    Status: *ended* when the last term has passed and its grace too; *running* when an agreement
    covers the day;
    *to confirm* when neither is known: a term whose grace still runs or had not elapsed when the
    source ceased to see, a tacit renewal without sign of life for `silence_months` (R08), or a
    source that ceased to see longer ago than that. What is not ended is censored: at the last day
    that its source sees, or at the last sign of life when to confirm.

    >>> agreements = pd.DataFrame({"agreement_id": ["A1", "A2"], "partner_id": "P", "entity": "E",
    ...     "start": pd.to_datetime(["2014-01-01", "2015-03-01"]), "end": pd.to_datetime(["2014-12-31", "2016-02-29"])})
    >>> as_known_on(agreements, pd.Timestamp("2018-06-27"))[["agreements", "duration_months", "status"]].values.tolist()
    [[2, 26.0, 'ended']]
    """
    day = pd.Timestamp(day).normalize()
    rows = in_chains(agreements)
    rows = _with_source_window(rows, windows, day)
    rows["last_sign"] = pd.NaT if last_sign is None else last_sign.reindex(rows.index)
    rows = rows[rows["start"] <= rows["last_seen"]].reset_index(drop=True)
    if rows.empty:
        return schema.empty("relations")
    rows = _with_ends(rows)
    rows = _with_relation(rows, grace_days)
    relations = _one_row_each(rows)
    relations = _with_status(relations, day, grace_days, holes, silence_months)
    relations["partner_id"] = as_text(relations["partner_id"])
    relations["relation_id"] = relation_ids(relations)
    return schema.conform(relations, "relations")


def _with_source_window(
    rows: pd.DataFrame, windows: pd.DataFrame | None, day: pd.Timestamp
) -> pd.DataFrame:
    if windows is None or windows.empty:
        return rows.assign(first_seen=pd.NaT, last_seen=day)
    first, last = first_days_seen(rows, windows), last_days_seen(rows, windows, day)
    return rows.assign(first_seen=first, last_seen=last)


def _with_ends(rows: pd.DataFrame) -> pd.DataFrame:
    pair = rows.groupby(["partner_id", "entity"], observed=True, dropna=False).ngroup()
    last_seen, term = rows["last_seen"], rows["planned_end"].fillna(OPEN_END)
    tacit = rows["tacit_renewal"].fillna(False).astype("bool")
    next_start = rows["start"].groupby(pair).shift(-1)
    outlived = (next_start - _ONE_DAY).where(next_start > term, OPEN_END)
    end = term.mask(tacit & (term <= last_seen), outlived)
    end = end.mask(rows["end"] <= last_seen, rows["end"])
    end = end.where(end > rows["start"], rows["start"])
    return rows.assign(pair=pair, tacit=tacit, term=term, last_day=end)


def _with_relation(rows: pd.DataFrame, grace_days: int) -> pd.DataFrame:
    furthest = rows.groupby("pair")["last_day"].cummax()
    furthest_before = furthest.groupby(rows["pair"]).shift()
    gap_days = (rows["start"] - furthest_before).dt.days
    predecessor = predecessors(rows, terms_of(rows, rows["last_seen"]), grace_days)
    opens = furthest_before.isna() | ((gap_days > grace_days) & ~_bridged(predecessor))
    return rows.assign(
        relation=opens.cumsum() - 1,
        renews=(predecessor != NO_ROW) & ~opens,
        interrupted=(gap_days > 1) & ~opens,
    )


def _bridged(predecessor: np.ndarray) -> np.ndarray:
    change = np.zeros(len(predecessor) + 1, dtype="int64")
    successor = np.flatnonzero(predecessor != NO_ROW)
    np.add.at(change, predecessor[successor] + 1, 1)
    np.add.at(change, successor + 1, -1)
    return change.cumsum()[:-1] > 0


def _one_row_each(rows: pd.DataFrame) -> pd.DataFrame:
    by_relation = rows.groupby("relation")
    at_start = [
        *rows.columns.intersection(AT_START, sort=False),
        "signed_on",
        "first_seen",
        "last_seen",
    ]
    relations = rows.drop_duplicates("relation").set_index("relation")[at_start]
    furthest = rows["last_day"] == by_relation["last_day"].transform("max")
    last = rows[furthest].drop_duplicates("relation", keep="last").set_index("relation")
    term_that_came = rows["planned_end"].where(rows["planned_end"] <= rows["last_seen"])
    signs = pd.concat([rows["last_sign"], rows["start"], term_that_came], axis=1).max(axis=1)
    signs = signs.clip(upper=rows["last_seen"])
    reasons = last["end_reason"].cat
    causes = reasons.set_categories(reasons.categories.union(["unknown"])).fillna("unknown")
    return relations.assign(
        last_day=last["last_day"],
        last_sign=signs.groupby(rows["relation"]).max(),
        renews_itself=last["tacit"] & (last["term"] <= last["last_seen"]),
        cause=causes,
        agreements=by_relation.size(),
        renewals=by_relation["renews"].sum(),
        interruptions=by_relation["interrupted"].sum(),
    ).reset_index(drop=True)


def _with_status(
    relations: pd.DataFrame,
    day: pd.Timestamp,
    grace_days: int,
    holes: pd.DataFrame | None,
    silence_months: int,
) -> pd.DataFrame:
    last_day, last_seen = relations["last_day"], relations["last_seen"]
    silence = pd.DateOffset(months=silence_months)
    term_passed = last_day < last_seen
    grace_over = (last_seen - last_day).dt.days >= grace_days
    unsure = term_passed & grace_in_hole(
        relations["entity"], last_day.clip(upper=last_seen), grace_days, holes
    )
    ended = term_passed & grace_over & ~unsure
    silent = relations["renews_itself"] & (last_day > last_seen)
    silent &= relations["last_sign"] < last_seen - silence
    unseen = last_seen < day - silence  # the source no longer sees what goes on
    past_term = last_day < day  # the source may have ceased to see before, which is no sign of life
    status = np.select([ended, past_term | silent | unseen], ["ended", "to confirm"], "running")
    last_known = last_day.clip(upper=last_seen).mask(silent, relations["last_sign"])
    start, first_seen = relations["start"], relations["first_seen"]
    late = first_seen > start
    entry = start.mask(late, first_seen)
    grace_before = start - pd.Timedelta(days=grace_days)
    watched_before = first_seen.isna() | (first_seen < grace_before)
    watched_before &= ~touches_hole(relations["entity"], grace_before, start, holes)
    return relations.assign(
        end=last_day.where(ended),
        entry=entry,
        last_known=last_known,
        ended=ended,
        status=pd.Categorical(status, ["ended", "running", "to confirm"]),
        cause=relations["cause"].where(ended),
        start_seen=watched_before | relations["signed_on"].notna(),
        duration_months=months_between(start, last_known),
        entry_months=np.where(late, months_between(start, entry - _ONE_DAY), 0.0),
    )


def relation_ids(relations: pd.DataFrame) -> pd.Series:
    """An id for each relation, made from its partner, its entity and the day its first agreement
    starts.

    Relations of one partner with one entity do not overlap, so that this day names the first
    agreement; its own number would not do, since that of a grant list is a number of rows. The same
    relation therefore bears the same id on another day, under another grace or rule of identity,
    wherever these leave its partner, entity and start as they are. Ten letters and digits of a
    hash; of two relations that these would name alike (one chance in a thousand among a million)
    each takes twenty.

    >>> relations = pd.DataFrame({"partner_id": ["P", "P"], "entity": "E", "start": pd.to_datetime(["2014-01-01", "2017-01-01"])})
    >>> relation_ids(relations).tolist()
    ['RREKHC2O3E3', 'R4O53BMBNOO']
    """
    pair = [relations[name].astype("str").fillna("") for name in ("partner_id", "entity")]
    keys = pair[0] + "\n" + pair[1] + "\n" + relations["start"].dt.strftime("%Y-%m-%d")
    if keys.duplicated().any():
        raise ValueError(f"two relations begin alike: {keys[keys.duplicated()].iloc[0]!r}")
    digests = [blake2b(key.encode(), digest_size=15).digest() for key in keys]
    long_ids = pd.Series(
        [base64.b32encode(digest).decode() for digest in digests], keys.index, dtype="str"
    )
    short_ids = long_ids.str[:10]
    return "R" + short_ids.mask(short_ids.duplicated(keep=False), long_ids)
