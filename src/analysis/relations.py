"""Agreements -> relations as known on a day: the only place where time is cut.

A relation is the chain of agreements of one partner with one entity of the group. What had not happened by the day is
not known: agreements that start later are outside, an end that lies ahead is a forecast. A term that has passed is an
end only once its grace has elapsed without a successor, since a renewal may still be signed until then.
"""

import numpy as np
import pandas as pd

SILENCE = pd.DateOffset(months=18)  # a tacit renewal without sign of life for longer is "to confirm" (R08)
READ = (
    "agreement_id", "partner_id", "entity", "level", "kinds", "domains", "start", "planned_end", "end", "tacit_renewal", "end_reason",
)  # fmt: skip
FOREVER = np.iinfo(np.int64).max // 4


def months_between(start, end) -> np.ndarray:
    """Calendar months from the first to the last day, both included: whole months and years come out whole.

    A part of a month counts as its share of that calendar month. Missing dates give NaN.

    >>> months_between(["2008-01-01", "2016-02-15"], ["2008-12-31", "2016-02-15"]).round(3).tolist()
    [12.0, 0.034]
    """
    first = np.asarray(pd.to_datetime(start), dtype="datetime64[D]")
    past = np.asarray(pd.to_datetime(end), dtype="datetime64[D]") + 1
    unknown = np.isnat(first) | np.isnat(past)
    first, past = np.where(unknown, np.datetime64(0, "D"), first), np.where(unknown, np.datetime64(0, "D"), past)
    day = (first - first.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)

    def anniversary(months: np.ndarray) -> np.ndarray:
        month = first.astype("datetime64[M]") + months
        length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64)
        return month.astype("datetime64[D]") + np.minimum(day, length - 1)

    whole = (past.astype("datetime64[M]") - first.astype("datetime64[M]")).astype(np.int64)
    whole -= anniversary(whole) > past
    reached = anniversary(whole)
    part = (past - reached).astype(np.int64) / (anniversary(whole + 1) - reached).astype(np.int64)
    return np.where(unknown, np.nan, whole + part)


def signs_of_life(agreement_id: pd.Series, day: pd.Timestamp, **sources: pd.DataFrame) -> pd.Series:
    """The last dated trace of each agreement up to the day, over any tables that carry `agreement_id` and `date`.

    >>> events = pd.DataFrame({"agreement_id": ["A"], "date": pd.to_datetime(["2016-05-01"])})
    >>> signs_of_life(pd.Series(["A", "B"]), pd.Timestamp("2018-06-27"), events=events).tolist()
    [Timestamp('2016-05-01 00:00:00'), NaT]
    """
    traces = [source.loc[source["date"] <= day, ["agreement_id", "date"]] for source in sources.values() if len(source)]
    if not traces:
        return pd.Series(pd.NaT, index=agreement_id.index, dtype="datetime64[us]")
    last = pd.concat(traces).groupby("agreement_id")["date"].max()
    return pd.Series(last.reindex(agreement_id).array, agreement_id.index, dtype="datetime64[us]")


def as_known_on(
    agreements: pd.DataFrame,
    day: pd.Timestamp,
    *,
    grace_days: int = 180,
    windows: pd.DataFrame | None = None,
    last_sign: pd.Series | None = None,
    partners: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The relations (table `relations`) as they were known at the end of the day.

    Agreements of one partner with one entity are one relation as long as each starts at most `grace_days` after the
    furthest end before it (R04-R06). `windows` (entity, first, last) tells when the source of each entity begins and
    ceases to see: entry is never before the first, and nothing is known after the last. `last_sign` (by row of
    `agreements`) is the last sign of life of tacit renewals; `partners` lends department and region.

    Status: *ended* when the last term has passed and its grace too; *running* when an agreement covers the day;
    *to confirm* when neither is known: a term whose grace still runs, a tacit renewal without sign of life for 18 months, or a
    source that ceased to see more than 18 months ago. What is not ended is censored: at the day, or at the last sign of life when to confirm.

    >>> agreements = pd.DataFrame({"agreement_id": ["A1", "A2"], "partner_id": "P", "entity": "E",
    ...     "start": pd.to_datetime(["2014-01-01", "2015-03-01"]), "end": pd.to_datetime(["2014-12-31", "2016-02-29"])})
    >>> as_known_on(agreements, pd.Timestamp("2018-06-27"))[["agreements", "duration_months", "status"]].values.tolist()
    [[2, 26.0, 'ended']]
    """
    from analysis import tables

    day = pd.Timestamp(day).normalize()
    known = tables.conform(agreements, "agreements", only=READ).reset_index(drop=True)
    if not known["agreement_id"].is_monotonic_increasing:
        names = known["agreement_id"].sort_values(kind="stable").index
        known, last_sign = known.loc[names], None if last_sign is None else last_sign.iloc[names]
    start = _days(known["start"])
    entity, entities = pd.factorize(known["entity"], use_na_sentinel=False)
    first, last = np.full(len(entities), -FOREVER), np.full(len(entities), _days(pd.Series(day))[0])
    if windows is not None and len(windows):
        limits = windows.set_index("entity").reindex(entities)
        first, last = _days(limits["first"], -FOREVER), np.minimum(_days(limits["last"]), last)
    # Only whole numbers are put in the order of the chains: moving the texts of a million agreements takes far longer.
    pair = known.groupby(["partner_id", "entity"], dropna=False).ngroup().to_numpy()
    term = _days(known["planned_end"], FOREVER)
    order = np.lexsort((term, start, pair))
    order = order[start[order] <= last[entity[order]]]
    if not len(order):
        return tables.empty("relations")
    start, term, pair, horizon, seen_from = start[order], term[order], pair[order], last[entity[order]], first[entity[order]]
    recorded = _days(known["end"], FOREVER)[order]
    tacit = known["tacit_renewal"].fillna(False).to_numpy(dtype=bool)[order]

    # The end of each agreement as known on the day: the recorded one if it has come; else the term, which a tacit
    # renewal outlives until the next agreement of the pair takes over.
    following = np.append(np.where(pair[1:] == pair[:-1], start[1:], FOREVER), FOREVER)
    outlived = np.where(following > np.minimum(term, FOREVER - 1), following - (following < FOREVER), FOREVER)
    ends = np.where(recorded <= horizon, recorded, np.where(tacit & (term <= horizon), outlived, term))
    ends = np.maximum(ends, start)

    reach = _running_maximum(ends, pair)
    before = np.append(-FOREVER, reach[:-1])
    first_of_pair = np.append(True, pair[1:] != pair[:-1])
    opens = first_of_pair | (start > before + np.where(before >= FOREVER, 0, grace_days))
    relation = np.cumsum(opens) - 1
    heads = np.flatnonzero(opens)
    last_end = np.maximum.reduceat(ends, heads)
    last_row = _last_by_end(ends, heads, relation)

    bound = horizon[heads]
    grace_over = (last_end < bound) & (bound - last_end >= grace_days)
    pending = (last_end < bound) & ~grace_over
    beyond_term = tacit[last_row] & (term[last_row] <= bound) & (last_end > bound)
    sign = start if last_sign is None else np.maximum(_days(last_sign, -FOREVER)[order], start)
    sign = np.maximum(sign, np.where(term <= horizon, term, -FOREVER))
    last_sign_of = np.maximum.reduceat(np.minimum(sign, horizon), heads)
    silence = _days(_dates(last) - SILENCE)[entity[order[heads]]]
    silent = beyond_term & (last_sign_of < silence)
    unseen = bound < _days(pd.Series(day - SILENCE))[0]
    silent_end = np.where(silent, last_sign_of, np.where(last_end <= bound, last_end, bound))

    gaps = np.maximum(start - before - 1, 0) * ~opens
    head = known.iloc[order[heads]].reset_index(drop=True)
    entry = np.maximum(start, seen_from)[heads]
    built = pd.DataFrame(
        {
            "partner_id": head["partner_id"],
            "entity": head["entity"],
            "start": head["start"],
            "end": _dates(np.where(grace_over, last_end, FOREVER)),
            "entry": _dates(entry),
            "last_known": _dates(silent_end),
            "ended": grace_over,
            "agreements": np.diff(np.append(heads, len(order))),
            "renewals": np.add.reduceat(((start > before) & ~opens).astype(int), heads),
            "interruptions": np.add.reduceat((gaps > 0).astype(int), heads),
            "status": np.where(grace_over, "ended", np.where(pending | silent | unseen, "to confirm", "running")),
            **{name: head[name] for name in ("level", "kinds", "domains")},
        }
    )
    built["cause"] = known["end_reason"].iloc[order[last_row]].fillna("unknown").reset_index(drop=True).where(grace_over)
    built["duration_months"] = months_between(built["start"], built["last_known"])
    built["entry_months"], late = 0.0, np.flatnonzero(entry > start[heads])
    built.loc[late, "entry_months"] = months_between(built["start"].iloc[late], built["entry"].iloc[late] - pd.Timedelta(days=1))
    width = max(4, len(str(len(built))))
    built["relation_id"] = "R" + pd.Series(np.arange(1, len(built) + 1)).astype(str).str.zfill(width)
    if partners is not None and len(partners):
        place = partners.drop_duplicates("partner_id").set_index("partner_id")[["department", "region"]]
        built = built.join(place, on="partner_id")
    return tables.conform(built, "relations")


def membership(agreements: pd.DataFrame, relations: pd.DataFrame) -> pd.Series:
    """The relation that each agreement is part of, by row of `agreements`; missing where it is in none.

    >>> agreements = pd.DataFrame({"partner_id": "P", "entity": "E", "start": pd.to_datetime(["2008-01-01", "2014-01-01"])})
    >>> relations = pd.DataFrame({"relation_id": ["R1"], "partner_id": "P", "entity": "E", "start": pd.to_datetime(["2014-01-01"])})
    >>> membership(agreements, relations).tolist()
    [nan, 'R1']
    """
    row = rows_of(agreements, relations)
    named = np.append(relations["relation_id"].to_numpy(dtype=object), np.nan)
    return pd.Series(named[row], agreements.index, dtype="str")


def rows_of(agreements: pd.DataFrame, relations: pd.DataFrame) -> np.ndarray:
    """The row of `relations` that each agreement is part of, -1 where it is in none: the last of its pair begun by its start.

    >>> agreements = pd.DataFrame({"partner_id": "P", "entity": "E", "start": pd.to_datetime(["2008-01-01", "2014-01-01"])})
    >>> rows_of(agreements, pd.DataFrame({"partner_id": "P", "entity": "E", "start": pd.to_datetime(["2014-01-01"])})).tolist()
    [-1, 0]
    """
    both = pd.concat([agreements[["partner_id", "entity", "start"]], relations[["partner_id", "entity", "start"]]])
    partner, entity = pd.factorize(both["partner_id"])[0], pd.factorize(both["entity"])[0]
    start = _days(both["start"], -1) + 1_000_000  # days from some 700 BC: above zero
    nowhere = (partner < 0) | (entity < 0) | both["start"].isna().to_numpy()
    pair = np.where(nowhere, -1, partner * (entity.max(initial=0) + 1) + entity)
    at = pair * 4_000_000 + start
    many = len(agreements)
    order = np.argsort(at[many:], kind="stable")
    place = np.searchsorted(at[many:][order], at[:many], side="right") - 1
    row = np.append(order, -1)[place]
    return np.where((pair[:many] >= 0) & (pair[many:][row] == pair[:many]), row, -1) if len(order) else np.full(many, -1)


# The date that brings a row of each table into being, and the date that ends it.
BEGINS = {
    "agreements": "start", "projects": "start", "contributions": "date", "accounts": "year_end", "answers": "date",
    "events": "date", "sites": "opened", "support": "start", "offers": "active_from",
}  # fmt: skip
ENDS = {"agreements": "end", "projects": "end", "sites": "closed", "support": "end", "partners": "dissolved_on"}


def known(table: pd.DataFrame, name: str, day: pd.Timestamp) -> pd.DataFrame:
    """What a table held at the end of the day: later rows are not there yet, later ends are not known.

    Rows without a date stay. A contribution known by its year alone is there once the year is over.

    >>> sites = pd.DataFrame({"opened": pd.to_datetime(["2016-01-01", "2019-01-01"]), "closed": pd.to_datetime(["2018-12-31", None])})
    >>> known(sites, "sites", pd.Timestamp("2018-06-27"))["closed"].tolist()
    [NaT]
    """
    begins = table.get(BEGINS.get(name, ""), pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]"))
    if name == "contributions":
        year_over = pd.to_datetime(table["year"].astype("str") + "-12-31", errors="coerce")
        begins = begins.fillna(year_over)
    there = table[~(begins > day)]
    if ENDS.get(name) in there:
        there = there.assign(**{ENDS[name]: there[ENDS[name]].where(there[ENDS[name]] <= day)})
    return there


def _days(dates: pd.Series, missing: int = FOREVER) -> np.ndarray:
    days = dates.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(days), missing, days.astype(np.int64))


def _dates(days: np.ndarray) -> pd.Series:
    return pd.Series(np.where(days >= FOREVER, np.datetime64("NaT"), days.astype("datetime64[D]"))).astype("datetime64[us]")


def _running_maximum(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The greatest value so far within each run of equal groups."""
    ranks = np.unique(values, return_inverse=True)
    offset = group.astype(np.int64) * (len(ranks[0]) + 1)
    return ranks[0][np.maximum.accumulate(ranks[1] + offset) - offset]


def _last_by_end(ends: np.ndarray, heads: np.ndarray, relation: np.ndarray) -> np.ndarray:
    """The row, within each relation, whose end lies furthest (the last such row)."""
    furthest = ends == np.maximum.reduceat(ends, heads)[relation]
    return np.maximum.reduceat(np.where(furthest, np.arange(len(ends)), -1), heads)
