"""The same record more than once: within a source, in two sources, or under one key with differing
values.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.partners.personal_data import masked
from analysis.clean.records.rows import column
from analysis.declare import schema

HALF_A_YEAR = pd.Timedelta(days=183)
TELLING = (
    0.98  # share of the references of a source that must differ for them to tell its records apart
)
FEWEST_ALIKE = 10  # rows equal in two sources from which it is asked whether they hold the same
ALIKE = 0.8  # share of the smaller source that these rows are
CONFLICTS = ["table", "key", "column", "kept", "dropped", "source"]
_COMPARED = ("recipient", "siret", "date", "amount", "planned_start", "planned_end")


def joined_key(frame: pd.DataFrame, names: list[str]) -> pd.Series:
    """The values of some columns as one text, joined by "|"."""
    first, *others = [frame[name].astype("str") for name in names]
    if others:
        return first.str.cat(others, sep="|")
    return first


def first_equal(rows: pd.DataFrame, keys: list[str], order: list[str]) -> pd.Series:
    """For each row the label of the first, in some order, equal in its keys; -1: the row itself.

    >>> rows = pd.DataFrame({"key": [7, 5, 7, 5, 7], "place": [2, 3, 4, 5, 1]})
    >>> first_equal(rows, ["key"], ["place"]).tolist()
    [4, -1, 4, 1, -1]
    """
    into = pd.Series(-1, index=rows.index)
    again = rows[rows.duplicated(keys, keep=False)].sort_values(order, kind="stable")
    labels = again.index.to_series()
    first = labels.groupby([again[key] for key in keys], sort=False, dropna=False).transform(
        "first"
    )
    into[again.index] = first.where(first != labels, -1)
    return into


def repeats(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Rows equal to an earlier row of their source in every cell: which that is, where they are
    surely the same record (else -1), and the undecided.

    A repeat is surely the same where the source's references tell its records apart, or where
    study.toml says so (`same_reference = "once"`); elsewhere two equal grants and one grant written
    twice cannot be told apart, unless study.toml says anything else of them.
    """
    into = first_equal(rows[["record", "source", "line"]], ["record", "source"], ["source", "line"])
    again = into >= 0
    if not again.any():
        return into, again
    stated = column(rows, "~same_reference")
    sure = again & telling(rows, again) & column(rows, "reference").notna()
    sure |= again & stated.eq("once")
    return into.where(sure, -1), again & ~sure & stated.isna()


def telling(rows: pd.DataFrame, again: pd.Series) -> pd.Series:
    """Whether the references of a row's source tell its records apart, repeats left out."""
    references = rows.assign(reference=column(rows, "reference"))[~again].dropna(subset="reference")
    by_source = references.groupby("source", observed=True)["reference"].agg(["size", "nunique"])
    good = by_source.index[by_source["nunique"] >= TELLING * by_source["size"]]
    return rows["source"].isin(good)


def across(rows: pd.DataFrame, names: list[str], purpose: str) -> pd.Series:
    """Which row of a source of better rank each row repeats (-1: none), equal in the columns
    `names` and in `purpose`, if both sources have one.

    A record that a source holds k times is expected k times in another: only as many are taken for
    the same.
    """
    if rows["source"].nunique() < 2:
        return pd.Series(-1, index=rows.index)
    names = [name for name in names if name in rows]
    with_purpose = [*names, purpose] if purpose in rows else names
    into = _same_record(rows, with_purpose)
    with_purpose_known = rows["source"][column(rows, purpose).notna()].unique()
    silent = ~rows["source"].isin(with_purpose_known)
    if silent.any() and not silent.all():
        remaining = rows[into < 0]
        remaining = remaining.assign(rank=remaining["rank"] + silent * (rows["rank"].max() + 1))
        again = _same_record(remaining, names)
        again = again[(again >= 0) & silent[again.index]]
        into[again.index] = again
    return into


def sources_alike(rows: pd.DataFrame, is_merged: pd.Series, names: list[str]) -> pd.DataFrame:
    """Pairs of sources of which most rows are equal in the columns `names` and are not merged, as
    of one list in two languages: columns source, other, rows. Those of which study.toml says
    whether they hold the same grants are left out.
    """
    columns = ["source", "other", "rows"]
    if rows["source"].nunique() < 2:
        return pd.DataFrame(columns=columns)
    into = _same_record(rows, [name for name in names if name in rows])
    into = into[(into >= 0) & ~is_merged]
    is_told = column(rows, "~same_as_others", "boolean").notna()
    into = into[~is_told[into.index].to_numpy() & ~is_told[into].to_numpy()]
    source = rows["source"].astype("str")
    pairs = pd.DataFrame({"source": source[into.index], "other": source[into].to_numpy()})
    pairs = pairs.value_counts().rename("rows").reset_index()
    size = source.value_counts()
    smaller = np.minimum(size[pairs["source"]].to_numpy(), size[pairs["other"]].to_numpy())
    is_alike = (pairs["rows"] >= FEWEST_ALIKE) & (pairs["rows"] >= ALIKE * smaller)
    return pairs.loc[is_alike, columns].sort_values(columns, ignore_index=True)


def stated_as_same(rows: pd.DataFrame, names: list[str]) -> pd.Series:
    """Which row of another source each row repeats in the columns `names` (-1: none), where
    study.toml says of one of the two sources that such rows are the same grants.
    """
    into = across(rows, names, "")
    says_same = column(rows, "~same_as_others", "boolean").fillna(False).astype(bool)
    repeated = into[into >= 0]
    is_said = says_same[repeated.index].to_numpy() | says_same[repeated].to_numpy()
    into[repeated.index[~is_said]] = -1
    return into


def _same_record(rows: pd.DataFrame, names: list[str]) -> pd.Series:
    ordered = rows[[*names, "source", "line", "rank"]].sort_values(["rank", "line"], kind="stable")
    content = ordered.groupby(names, sort=False, dropna=False).ngroup()
    ordered = ordered.assign(content=content)
    nth = ordered.groupby(["content", "source"], observed=True, sort=False).cumcount()
    into = first_equal(ordered.assign(nth=nth), ["content", "nth"], ["rank", "line"])
    return into.reindex(rows.index)


def by_reference(rows: pd.DataFrame, again: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """Which row of better rank bears the funder and the telling reference of each row too (-1:
    none), and the values in which the two differ.

    `again` marks repeats within a source, which are left out.
    """
    into = pd.Series(-1, index=rows.index)
    if "reference" not in rows:
        return into, pd.DataFrame(columns=CONFLICTS)
    usable = rows[telling(rows, again) & rows["reference"].notna() & ~again]
    first = first_equal(usable, ["funder", "reference"], ["rank", "line"])
    first = first[first >= 0]
    better, dropped = rows.loc[first.to_numpy()], rows.loc[first.index]
    other_source = better["source"].array != dropped["source"].array
    better, dropped = better[other_source], dropped[other_source]
    # References that begin anew each year, or in the list of each region, name other grants in
    # another source: most of the dates are then far from each other, or most recipients are others
    # on another day or with another amount.
    other_grant = better.set_axis(dropped.index)
    is_far = (dropped["date"] - other_grant["date"]).abs() > HALF_A_YEAR
    is_of_another = ~_are_equal(dropped, other_grant, ["identifier", "name_key"]).any(axis=1)
    is_of_another &= ~_are_equal(dropped, other_grant, ["date", "amount"]).all(axis=1)
    is_separate = is_far | is_of_another
    anew = is_separate.groupby(dropped["source"], observed=True).transform("mean") > 0.5
    better, dropped = better[~anew.to_numpy()], dropped[~anew.to_numpy()]
    into[dropped.index] = better.index
    reference = masked(better["reference"].astype("str"))
    return into, _conflicts("grants", reference, better, dropped, _COMPARED)


def _are_equal(rows: pd.DataFrame, others: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Whether each value of rows equals that of another row; an unknown amount may be any."""
    return (rows[names] == others[names]).fillna(True)


def _conflicts(
    table: str, key: pd.Series, better: pd.DataFrame, dropped: pd.DataFrame, names: Iterable[str]
) -> pd.DataFrame:
    """The values in which pairs of rows differ, column by column; `key` says which pair."""
    conflicts = [pd.DataFrame(columns=CONFLICTS)]
    for name in names:
        value, other_value = column(better, name), column(dropped, name)
        differ = value.notna().to_numpy() & other_value.notna().to_numpy()
        value, other_value = value.astype("str").array, other_value.astype("str").array
        differ &= value.to_numpy() != other_value.to_numpy()
        if differ.any():
            source = dropped["source"].astype("str").array[differ]
            values = (table, key.array[differ], name, value[differ], other_value[differ], source)
            conflicts.append(pd.DataFrame(dict(zip(CONFLICTS, values, strict=True))))
    return pd.concat(conflicts, ignore_index=True)


def one_row_each(rows: pd.DataFrame, table: str) -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    """One row of a declared table for each key: the best source's, completed by the others, of
    whose dates a finer one within a coarser is taken.

    Returns these rows, in the order of their keys, the row that each other one was merged into (-1
    for none), and the conflict log. Where two rows of one source differ, the last amendment is
    kept, else the fuller one, then the first by content: the order of rows decides nothing. What is
    amended began with its first row.
    """
    key = [name for name in schema.key(table) if name in rows]
    into = pd.Series(-1, index=rows.index)
    again = rows.duplicated(key, keep=False)
    if not again.any():
        return rows.sort_values(key, kind="stable"), into, pd.DataFrame(columns=CONFLICTS)
    values = [name for name in schema.columns(table) if name not in key and name in rows]
    doubled = rows[again]
    texts = doubled[[*key, *values]].astype("str")
    # Columns that no row holds weigh nothing in the choice of the fuller row.
    order = texts.assign(
        _rank=doubled["rank"],
        _earlier=-column(doubled, "~amendment", "Float64").fillna(0).astype("float64"),
        _blank=doubled[values].isna().sum(axis=1),
    )
    names = ["_rank", "_earlier", "_blank", *texts]
    order = order.sort_values(names, kind="stable", na_position="last").index
    doubled = _without_coarser_dates(doubled, key, values).loc[order]
    later = doubled.duplicated(key)
    first = doubled[~later]
    filled = doubled.groupby(key, sort=False, dropna=False)[values].first()
    better = first.copy()
    for name in values:
        others = filled[name].set_axis(first.index)
        better[name] = better[name].fillna(others).astype(rows[name].dtype)
    by_group = doubled.groupby(key, sort=False, dropna=False).ngroup()
    if "~amendment" in rows:
        is_amended = doubled["~amendment"].gt(0).groupby(by_group).transform("any")
        is_amended = is_amended.fillna(False).astype(bool)
        if is_amended.any():
            better = _begun_with_the_first(better, doubled[is_amended], by_group)
    label = pd.Series(first.index, index=by_group[first.index].to_numpy())
    into[doubled.index[later]] = label[by_group[later].to_numpy()].array
    rows = pd.concat([rows[~again], better]).sort_values(key, kind="stable")
    dropped, better_rows = doubled[later], better.loc[into[doubled.index[later]]]
    whole_key = dropped.assign(**dict.fromkeys(set(schema.key(table)) - set(dropped)))
    keys = joined_key(whole_key, schema.key(table))
    conflicts = _conflicts(table, keys, better_rows, dropped, values)
    return rows, into, conflicts.sort_values(CONFLICTS, ignore_index=True)


def _begun_with_the_first(
    better: pd.DataFrame, amended: pd.DataFrame, by_group: pd.Series
) -> pd.DataFrame:
    """The rows, of which what is amended has the earliest signature and start of all its rows."""
    for name in [name for name in ("signed_on", "start") if name in amended]:
        earliest = amended[name].dropna().groupby(by_group).idxmin()
        for date in [date for date in (name, f"{name}_precision") if date in better]:
            first = amended.loc[earliest, date].set_axis(earliest.index)
            value_of_first = by_group[better.index].map(first)
            better[date] = value_of_first.fillna(better[date]).astype(better[date].dtype)
    return better


def _without_coarser_dates(rows: pd.DataFrame, key: list[str], values: list[str]) -> pd.DataFrame:
    """The rows without dates that a finer one of the same key, within them, makes needless."""
    group = rows.groupby(key, sort=False, dropna=False).ngroup()
    for name in [name for name in values if f"{name}_precision" in rows]:
        width = rows[f"{name}_precision"].map(parse.PRECISIONS).fillna(-1)
        month = pd.Series(rows[name].to_numpy("datetime64[M]").astype(int), rows.index)
        coarse = pd.Series(False, index=rows.index)
        for months in sorted({*width[width > 0]}):
            period = pd.DataFrame({"group": group, "period": month // months})
            finer = width.between(0, months, inclusive="left")
            finest = finer.groupby([period["group"], period["period"]]).transform("any")
            coarse |= (width == months) & finest
        for column_name in (name, f"{name}_precision"):
            if column_name in values:
                rows = rows.assign(**{column_name: rows[column_name].mask(coarse)})
    return rows
