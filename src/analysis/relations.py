"""Agreements -> relations as known on a day: the only place where time is cut.

A relation is the chain of agreements of one partner with one entity of the group. What had not happened by the day is
not known: agreements that start later are outside, an end that lies ahead is a forecast. A term that has passed is an
end only once its grace has elapsed without a successor, since a renewal may still be signed until then.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.declare import schema
from analysis.declare.conventions import DEFAULTS

# a tacit renewal without sign of life for longer is "to confirm" (R08)
SILENCE = pd.DateOffset(months=DEFAULTS["silence_months"])
READ = (
    "agreement_id",
    "partner_id",
    "entity",
    "level",
    "kinds",
    "domains",
    "signed_on",
    "start",
    "start_precision",
    "planned_end",
    "term_assumed",
    "end",
    "tacit_renewal",
    "end_reason",
    "contacts_partner",
    "contacts_group",
)
CONTACTS = ("contacts_partner", "contacts_group")
FEW_VALUES = ("entity", "level", "kinds", "domains", "start_precision", "end_reason")
FOREVER = np.iinfo(np.int64).max // 4
SPAN = 8_000_000  # days from one group to the next where days of several are told apart: some 11,000 years to each side of 1970
BLOCK = 1_000_000  # rows worked on at once: what is worked with takes several times the room of what comes out


def months_between(start, end) -> np.ndarray:
    """Calendar months from the first to the last day, both included: whole months and years come out whole.

    A part of a month counts as its share of that calendar month. Missing dates give NaN.

    >>> months_between(["2008-01-01", "2016-02-15"], ["2008-12-31", "2016-02-15"]).round(3).tolist()
    [12.0, 0.034]
    """
    first = np.asarray(pd.to_datetime(start), dtype="datetime64[D]")
    past = np.asarray(pd.to_datetime(end), dtype="datetime64[D]") + 1
    unknown = np.isnat(first) | np.isnat(past)
    first, past = (
        np.where(unknown, np.datetime64(0, "D"), first),
        np.where(unknown, np.datetime64(0, "D"), past),
    )
    month, end = (days.astype("datetime64[M]").astype(np.int64) for days in (first, past))
    met = np.concatenate([[0], month, end])
    lowest, highest = met.min(), met.max()
    opens = (
        np.arange(lowest - 1, highest + 3)
        .astype("datetime64[M]")
        .astype("datetime64[D]")
        .astype(np.int64)
    )  # of each month
    whole, month = end - month, month - lowest + 1
    first, past = first.astype(np.int64), past.astype(np.int64)
    day = first - opens[month]

    def anniversary(month: np.ndarray) -> np.ndarray:
        return opens[month] + np.minimum(day, opens[month + 1] - opens[month] - 1)

    whole -= anniversary(month + whole) > past
    reached = anniversary(month + whole)
    part = (past - reached) / (anniversary(month + whole + 1) - reached)
    return np.where(unknown, np.nan, whole + part)


def signs_of_life(agreement_id: pd.Series, day: pd.Timestamp, traces: pd.DataFrame) -> pd.Series:
    """The last dated trace of each agreement up to the day; `traces` carries `agreement_id` and `date`.

    >>> events = pd.DataFrame({"agreement_id": ["A"], "date": pd.to_datetime(["2016-05-01"])})
    >>> signs_of_life(pd.Series(["A", "B"]), pd.Timestamp("2018-06-27"), events).tolist()
    [Timestamp('2016-05-01 00:00:00'), NaT]
    """
    last = traces[traces["date"] <= day].groupby("agreement_id")["date"].max()
    return pd.Series(last.reindex(agreement_id).array, agreement_id.index, dtype="datetime64[us]")


def place(keys: pd.Series, among: pd.Series) -> np.ndarray:
    """The place of each text among distinct ones, -1 where it is none of them (Arrow's look-up is several times pandas').

    >>> place(pd.Series(["b", None]), pd.Series(["a", "b"])).tolist()
    [1, -1]
    """
    if isinstance(keys.dtype, pd.CategoricalDtype):
        return np.append(place(keys.cat.categories.to_series(), among), -1)[keys.cat.codes]
    sought, known = (pa.array(side.array, "large_string") for side in (keys, among))
    if len(sought) >= len(known):
        return (
            pc.index_in(sought, value_set=known, skip_nulls=True)
            .fill_null(-1)
            .to_numpy(zero_copy_only=False)
        )
    codes, few = pd.factorize(keys)  # the fewer are held, the many pass by
    met = (
        pc.index_in(known, value_set=pa.array(few.array, "large_string"))
        .fill_null(-1)
        .to_numpy(zero_copy_only=False)
    )
    at = np.flatnonzero(met >= 0)[::-1]
    first = np.full(len(few) + 1, -1)
    first[met[at]] = at
    return first[codes]


def in_chains(agreements: pd.DataFrame, partners: pd.DataFrame | None = None) -> pd.DataFrame:
    """Agreements one behind the other in their chains: by partner, entity, start, term and name, whatever the order of rows.

    This is the work that no day changes, done once for all days. The text of few values becomes a category, which takes a
    tenth of the room and is moved as whole numbers; `partners` lends department and region. Done twice, it changes nothing.

    >>> agreements = pd.DataFrame({"agreement_id": ["A1", "A2"], "partner_id": ["Q", "P"], "start": pd.to_datetime(["2014-01-01"] * 2)})
    >>> in_chains(agreements)["agreement_id"].tolist()
    ['A2', 'A1']
    """
    if isinstance(agreements.get("partner_id", pd.Series()).dtype, pd.CategoricalDtype):
        return agreements
    few = [
        name
        for name in FEW_VALUES
        if isinstance(agreements.get(name, pd.Series()).dtype, pd.CategoricalDtype)
    ]
    rows = schema.conform(agreements.drop(columns=few), "agreements", only=READ).assign(
        **agreements[few]
    )
    kinds = dict.fromkeys(("partner_id", *FEW_VALUES), "category") | dict.fromkeys(
        CONTACTS, "float32"
    )
    rows = rows.astype(kinds)
    for name in FEW_VALUES:
        rows[name] = rows[name].cat.reorder_categories(rows[name].cat.categories.sort_values())
    rank = (
        pd.factorize(rows["agreement_id"], sort=True)[0]
        if not rows["agreement_id"].is_monotonic_increasing
        else rows.index
    )
    keys = [days(rows[name], FOREVER) for name in ("planned_end", "start")]
    order = np.lexsort((rank, *keys, rows["entity"].cat.codes, rows["partner_id"].cat.codes))
    rows = rows.iloc[order]
    if partners is not None and len(partners):
        partners = partners.drop_duplicates("partner_id")
        at = place(rows["partner_id"].cat.categories.to_series(), partners["partner_id"])
        at = np.append(at, -1)[rows["partner_id"].cat.codes]
        where = partners[["department", "region"]].astype("category")
        rows = rows.assign(**{name: where[name].array.take(at, allow_fill=True) for name in where})
    return rows


def as_known_on(
    agreements: pd.DataFrame,
    day: pd.Timestamp,
    *,
    grace_days: int = 180,
    windows: pd.DataFrame | None = None,
    last_sign: pd.Series | None = None,
) -> pd.DataFrame:
    """The relations (table `relations`) as they were known at the end of the day.

    Agreements of one partner with one entity are one relation as long as each starts at most `grace_days` after the
    furthest end before it (R04-R06). `windows` (entity, first, last) tells when the source of each entity begins and
    ceases to see: entry is never before the first, and nothing is known after the last. `last_sign` (by row of
    `agreements`) is the last sign of life of tacit renewals. `start_seen`: the source had been seeing for longer than the
    grace before the start, so that an earlier agreement would have been seen, or a signed agreement states it (R10).

    Status: *ended* when the last term has passed and its grace too; *running* when an agreement covers the day;
    *to confirm* when neither is known: a term whose grace still runs, a tacit renewal without sign of life for 18 months, or a
    source that ceased to see more than 18 months ago. What is not ended is censored: at the day, or at the last sign of life when to confirm.

    >>> agreements = pd.DataFrame({"agreement_id": ["A1", "A2"], "partner_id": "P", "entity": "E",
    ...     "start": pd.to_datetime(["2014-01-01", "2015-03-01"]), "end": pd.to_datetime(["2014-12-31", "2016-02-29"])})
    >>> as_known_on(agreements, pd.Timestamp("2018-06-27"))[["agreements", "duration_months", "status"]].values.tolist()
    [[2, 26.0, 'ended']]
    """
    day = pd.Timestamp(day).normalize()
    known = in_chains(agreements)
    entities = known["entity"].cat.categories
    limits = {
        "first": np.full(len(entities) + 1, -FOREVER),
        "last": np.full(len(entities) + 1, days(pd.Series(day))[0]),
    }
    if windows is not None and len(windows):
        told = windows.set_index("entity").reindex(entities)
        limits["first"][:-1] = days(told["first"], -FOREVER)
        limits["last"][:-1] = np.minimum(days(told["last"]), limits["last"][:-1])
    sign = days(known["start"] if last_sign is None else last_sign.reindex(known.index), -FOREVER)
    limits["long_ago"] = days(pd.Series(day - SILENCE))[0]
    blocks = [
        _related(known.iloc[a:b], sign[a:b], grace_days, **limits)
        for a, b in blocks_of(known["partner_id"].cat.codes)
    ]
    if not any(map(len, blocks)):
        return schema.empty("relations")
    built = pd.concat([block for block in blocks if len(block)], ignore_index=True)
    del blocks
    number = pc.utf8_lpad(
        pc.cast(pa.array(np.arange(1, len(built) + 1)), "string"), max(4, len(str(len(built)))), "0"
    )
    built["relation_id"] = pd.Series(pc.binary_join_element_wise("R", number, ""), dtype="str")
    return schema.conform(built, "relations")


def settled(
    relations: pd.DataFrame, last_seen: pd.Timestamp | pd.Series, grace_days: int
) -> pd.DataFrame:
    """The relations followed up to the settled day: `grace_days` before the last day that their source sees.

    Up to then every end is known, since every grace is over; what comes later is not used, neither ends nor life. This is the
    one clock of durability. Relations that begin after it, or that ended before their source began to see, are left out.
    `last_seen` is at most the day as known on which the relations were built; it may differ by relation.

    >>> agreements = pd.DataFrame({"agreement_id": ["A1", "A2"], "partner_id": ["P", "Q"], "entity": "E",
    ...     "start": pd.to_datetime(["2015-01-01"] * 2), "end": pd.to_datetime(["2016-12-31", "2018-03-31"])})
    >>> found = as_known_on(agreements, pd.Timestamp("2018-06-29"))
    >>> settled(found, pd.Timestamp("2018-06-29"), 180)[["duration_months", "ended"]].values.tolist()
    [[24.0, True], [36.0, False]]
    """
    until = pd.Series(last_seen, index=relations.index, dtype="datetime64[us]")
    until = until - pd.Timedelta(days=grace_days)
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


def blocks_of(partner: pd.Series) -> list[tuple[int, int]]:
    """Where to cut rows in the order of their partners into blocks, so that no partner stands in two.

    >>> blocks_of(pd.Series([0, 0, 1]))
    [(0, 3)]
    """
    partner = partner.to_numpy()
    new = np.append(np.flatnonzero(partner[1:] != partner[:-1]) + 1, len(partner))
    ends = new[np.searchsorted(new, range(BLOCK, len(partner), BLOCK))]
    cuts = np.unique([0, *ends, len(partner)]).tolist()
    return list(zip(cuts, cuts[1:], strict=False))


def _related(
    known, sign: np.ndarray, grace_days: int, first: np.ndarray, last: np.ndarray, long_ago: int
) -> pd.DataFrame:
    """The relations of agreements in their chains; `first` and `last` say from when to when each entity is seen, `long_ago`
    before which day nobody can be taken to run on unseen."""
    there = days(known["start"]) <= last[known["entity"].cat.codes]
    if not there.any():
        return pd.DataFrame()
    known, sign = known[there], sign[there]
    start, entity = days(known["start"]), known["entity"].cat.codes.to_numpy()
    partner, horizon = known["partner_id"].cat.codes.to_numpy(), last[entity]
    term, recorded = days(known["planned_end"]), days(known["end"])
    tacit = known["tacit_renewal"].fillna(False).to_numpy(dtype=bool)
    first_of_pair = np.append(True, (partner[1:] != partner[:-1]) | (entity[1:] != entity[:-1]))

    # The end of each agreement as known on the day: the recorded one if it has come; else the term, which a tacit
    # renewal outlives until the next agreement of the pair takes over.
    following = np.append(np.where(first_of_pair[1:], FOREVER, start[1:]), FOREVER)
    outlived = np.where(
        following > np.minimum(term, FOREVER - 1), following - (following < FOREVER), FOREVER
    )
    ends = np.where(
        recorded <= horizon, recorded, np.where(tacit & (term <= horizon), outlived, term)
    )
    ends = np.maximum(ends, start)

    reach = running_maximum(ends, np.cumsum(first_of_pair))
    before = np.append(-FOREVER, reach[:-1])
    opens = first_of_pair | (start > before + np.where(before >= FOREVER, 0, grace_days))
    heads = np.flatnonzero(opens)
    last_end = np.maximum.reduceat(ends, heads)
    last_row = _last_by_end(ends, heads, np.cumsum(opens) - 1)

    bound = horizon[heads]
    grace_over = (last_end < bound) & (bound - last_end >= grace_days)
    pending = (last_end < bound) & ~grace_over
    beyond_term = tacit[last_row] & (term[last_row] <= bound) & (last_end > bound)
    sign = np.maximum(np.maximum(sign, start), np.where(term <= horizon, term, -FOREVER))
    last_sign_of = np.maximum.reduceat(np.minimum(sign, horizon), heads)
    silence = days(_dates(last) - SILENCE)[entity[heads]]
    silent = beyond_term & (last_sign_of < silence)
    unseen = bound < long_ago  # the source no longer sees what goes on
    silent_end = np.where(silent, last_sign_of, np.where(last_end <= bound, last_end, bound))

    entry = np.maximum(start, first[entity])[heads]
    status = np.where(grace_over, 0, np.where(pending | silent | unseen, 2, 1))
    head = known.iloc[heads].reset_index(drop=True)
    built = head[
        [
            "partner_id",
            "entity",
            "start",
            "level",
            "kinds",
            "domains",
            *known.columns.intersection(["department", "region"]),
        ]
    ]
    built = built.assign(
        end=_dates(np.where(grace_over, last_end, FOREVER)),
        entry=_dates(entry),
        last_known=_dates(silent_end),
        ended=grace_over,
        agreements=np.diff(np.append(heads, len(known))),
        renewals=np.add.reduceat((start > before) & ~opens, heads, dtype=int),
        interruptions=np.add.reduceat((start > before + 1) & ~opens, heads, dtype=int),
        status=pd.Categorical.from_codes(status, ["ended", "running", "to confirm"]),
        entry_months=0.0,
    )
    reasons = known["end_reason"].cat
    cause = reasons.set_categories(reasons.categories.union(["unknown"]))
    built["cause"] = cause.iloc[last_row].fillna("unknown").reset_index(drop=True).where(grace_over)
    built["duration_months"] = months_between(built["start"], built["last_known"])
    built["start_seen"] = head["signed_on"].notna() | (start - first[entity] > grace_days)[heads]
    late = np.flatnonzero(entry > start[heads])
    built.loc[late, "entry_months"] = months_between(
        built["start"].iloc[late], built["entry"].iloc[late] - pd.Timedelta(days=1)
    )
    return built.assign(partner_id=as_text(built["partner_id"]))


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
    codes, places, width = [], [], 1
    for name in ("partner_id", "entity"):
        values = agreements[name].astype("category").cat
        codes.append(values.codes.to_numpy())
        places.append(place(relations[name], values.categories.to_series()))
        width = len(values.categories) + 1

    def numbered(partner: np.ndarray, entity: np.ndarray, dates: pd.Series) -> np.ndarray:
        start = days(dates, -FOREVER)
        number = partner.astype(np.int64)
        for times, plus in ((width, entity), (SPAN, start)):
            number *= times
            number += plus
        number += SPAN // 2
        number[(partner < 0) | (entity < 0) | (start == -FOREVER)] = -1
        return number

    number, begun = numbered(*codes, agreements["start"]), numbered(*places, relations["start"])
    order = np.argsort(begun, kind="stable")
    begun = np.append(begun[order], -SPAN)
    found = np.searchsorted(begun[:-1], number, side="right") - 1
    return np.where(
        (number >= 0) & (begun[found] // SPAN == number // SPAN), np.append(order, -1)[found], -1
    )


# The date that brings a row of each table into being, and the date that ends it.
BEGINS = {
    "agreements": "start",
    "projects": "start",
    "contributions": "date",
    "accounts": "year_end",
    "answers": "date",
    "events": "date",
    "sites": "opened",
    "support": "start",
    "offers": "active_from",
}
ENDS = {
    "agreements": "end",
    "projects": "end",
    "sites": "closed",
    "support": "end",
    "partners": "dissolved_on",
}


def known(table: pd.DataFrame, name: str, day: pd.Timestamp) -> pd.DataFrame:
    """What a table held at the end of the day: later rows are not there yet, later ends are not known.

    Rows without a date stay. A contribution known by its year alone is there once the year is over.

    >>> sites = pd.DataFrame({"opened": pd.to_datetime(["2016-01-01", "2019-01-01"]), "closed": pd.to_datetime(["2018-12-31", None])})
    >>> known(sites, "sites", pd.Timestamp("2018-06-27"))["closed"].tolist()
    [NaT]
    """
    begins = table.get(
        BEGINS.get(name, ""), pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]")
    )
    if name == "contributions":
        begins = begins.fillna(year_over(table["year"]))
    later = begins > day
    there = table[~later] if later.any() else table
    if ENDS.get(name) in there:
        there = there.assign(**{ENDS[name]: there[ENDS[name]].where(there[ENDS[name]] <= day)})
    return there


def as_text(category: pd.Series) -> pd.Series:
    """A category (or text) as text, several times faster than `astype`, which looks at each value.

    >>> as_text(pd.Series(["a", None], dtype="category")).dtype
    <StringDtype(na_value=nan)>
    """
    if not isinstance(category.dtype, pd.CategoricalDtype):
        return category
    words = category.cat.categories.astype("str").array.take(
        category.cat.codes.to_numpy(), allow_fill=True
    )
    return pd.Series(words, category.index, dtype="str")


def year_over(years: pd.Series) -> pd.Series:
    """The last day of each year, missing where the year is.

    >>> year_over(pd.Series([2017, None], dtype="Int64")).tolist()
    [Timestamp('2017-12-31 00:00:00'), NaT]
    """
    number = years.to_numpy(dtype=float, na_value=np.nan)
    sound = (number > 0) & (number < 10_000)
    following = (
        (np.where(sound, number, 1969).astype(np.int64) - 1969)
        .astype("datetime64[Y]")
        .astype("datetime64[us]")
    )
    return pd.Series(following - np.timedelta64(1, "D"), years.index).where(sound)


def days(dates: pd.Series, missing: int = FOREVER) -> np.ndarray:
    """Dates as days since 1970.

    >>> days(pd.Series(pd.to_datetime(["1970-01-02", None])), missing=-1).tolist()
    [1, -1]
    """
    days = dates.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(days), missing, days.astype(np.int64))


def _dates(days: np.ndarray) -> pd.Series:
    return pd.Series(
        np.where(days >= FOREVER, np.datetime64("NaT"), days.astype("datetime64[D]"))
    ).astype("datetime64[us]")


def running_maximum(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The greatest day so far within each run of equal groups, which rise.

    >>> running_maximum(np.array([3, 2, 1, FOREVER]), np.array([0, 0, 1, 1])).tolist() == [3, 3, 1, FOREVER]
    True
    """
    offset = group.astype(np.int64) * SPAN
    reached = np.maximum.accumulate(np.minimum(values, SPAN // 2 - 1) + offset) - offset
    return np.where(reached == SPAN // 2 - 1, FOREVER, reached)


def _last_by_end(ends: np.ndarray, heads: np.ndarray, relation: np.ndarray) -> np.ndarray:
    """The row, within each relation, whose end lies furthest (the last such row)."""
    furthest = ends == np.maximum.reduceat(ends, heads)[relation]
    return np.maximum.reduceat(np.where(furthest, np.arange(len(ends)), -1), heads)
