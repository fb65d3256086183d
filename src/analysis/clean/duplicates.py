"""The same record more than once: within a source, in two sources, or under one key with differing values."""

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.coded_rows import Rows, mixed, repeated
from analysis.clean.personal_data import masked
from analysis.declare import schema

HALF_A_YEAR = np.timedelta64(183, "D")
UNDECIDED = "undecided repeat"
CONFLICTS = ["table", "key", "column", "kept", "dropped", "source"]


def written(frame: pd.DataFrame, names: list[str]) -> pd.Series:
    """The values of some columns as one text, joined by "|"."""
    first, *others = [frame[name].astype("str") for name in names]
    return first.str.cat(others, sep="|") if others else first


def earlier(key: np.ndarray, by: list[np.ndarray]) -> np.ndarray:
    """For each row the first one, by some columns (the last counts most), that has its key; -1 where that is the row itself.

    >>> earlier(np.array([7, 5, 7, 5, 7]), [np.array([2, 3, 4, 5, 1])]).tolist()
    [4, -1, 4, 1, -1]
    """
    found = np.full(len(key), -1, dtype=np.int64)
    borne = repeated(key)
    borne = borne[np.lexsort([column[borne] for column in by])]
    codes = pd.factorize(key[borne])[0]
    first = np.empty(codes.max(initial=-1) + 1, dtype=np.int64)
    first[codes[::-1]] = borne[::-1]
    found[borne] = np.where(first[codes] == borne, -1, first[codes])
    return found


def repeats(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Rows equal to an earlier row of their source in every cell: which that is, where they are surely the same record (else -1),
    and the undecided.

    A repeat is surely the same where the source's references tell its records apart; elsewhere two equal grants and one grant
    written twice cannot be told apart.
    """
    into = earlier(mixed([rows.record, rows.source]), [rows.line, rows.source])
    again = into >= 0
    if not again.any():
        return into, again
    sure = again & telling(rows, again) & rows.known("reference")
    return np.where(sure, into, -1), again & ~sure


def telling(rows: Rows, again: np.ndarray) -> np.ndarray:
    """Whether the references of a row's source tell its records apart (repeats left out), as serial numbers and addresses do."""
    reference = rows.keys("reference").astype(np.int64)
    known = (reference >= 0) & ~again
    pairs = pd.DataFrame({"source": rows.source[known], "reference": reference[known]})
    per_source = pairs.groupby("source")["reference"].agg(["size", "nunique"])
    good = per_source.index[per_source["nunique"] >= 0.98 * per_source["size"]]
    return np.isin(rows.source, good)


def across(rows: Rows, rank: np.ndarray, names: list[str], purpose: str) -> np.ndarray:
    """Which row of a source of better rank each row repeats (-1: none), equal in the columns `names` and in `purpose`, if both
    sources have one.

    A record that a source holds k times is expected k times in another: only as many are taken for the same.
    """
    if len(np.unique(rows.source)) < 2:
        return np.full(len(rows), -1)
    found = _held(rows, rank, [*names, purpose])
    silent = ~np.isin(rows.source, np.unique(rows.source[rows.known(purpose)]))
    if silent.any() and not silent.all():
        left = np.flatnonzero(found < 0)
        last = rank + np.where(np.isin(np.arange(len(rank)), rows.source[silent]), len(rank), 0)
        into = _held(rows.rows(left), last, names)
        found[left] = np.where((into >= 0) & silent[left], left[into], -1)
    return found


def _held(rows: Rows, rank: np.ndarray, names: list[str]) -> np.ndarray:
    by = [rows.line, rank[rows.source]]
    order = np.lexsort(by)
    what = mixed([rows.keys(name) for name in names])
    in_order = pd.DataFrame({"what": what[order], "source": rows.source[order]})
    nth = np.empty(len(rows), dtype=np.int64)
    nth[order] = in_order.groupby(["what", "source"]).cumcount()
    return earlier(mixed([what.view(np.int64), nth]), by)


def by_reference(
    rows: Rows, rank: np.ndarray, sources: list[str], again: np.ndarray
) -> tuple[np.ndarray, pd.DataFrame]:
    """Which row of better rank bears the funder and the telling reference of each row too (-1: none), and the values in which
    the two differ.

    `again` marks repeats within a source, which are left out.
    """
    none = np.full(len(rows), -1)
    if len(np.unique(rows.source)) < 2 or "reference" not in rows.columns:
        return none, _log([])
    usable = np.flatnonzero(telling(rows, again) & rows.known("reference") & ~again)
    if not len(usable):
        return none, _log([])
    key = mixed([rows.keys("funder"), rows.keys("reference")])[usable]
    order = np.lexsort((rows.line[usable], rank[rows.source[usable]]))
    usable, key = usable[order], key[order]
    codes, _ = pd.factorize(key)
    first = usable[pd.Series(codes).drop_duplicates().index.to_numpy()][codes]
    later = rows.source[usable] != rows.source[first]
    merged = none
    merged[usable[later]] = first[later]
    kept, dropped = first[later], usable[later]
    apart = {}
    for name in ("recipient", "siret", "date", "amount", "planned_start", "planned_end"):
        left, right = rows.keys(name)[kept], rows.keys(name)[dropped]
        apart[name] = (left != right) & (left >= 0) & (right >= 0)
    # References that begin anew each year name other grants in another source: most of the dates are then far from each other.
    other = np.abs(rows.days("date")[kept] - rows.days("date")[dropped]) > HALF_A_YEAR
    most = np.bincount(rows.source[dropped], other) > 0.5 * np.bincount(rows.source[dropped])
    same = ~most[rows.source[dropped]]
    merged[dropped[~same]] = -1
    kept, dropped = kept[same], dropped[same]
    found = []
    for name, differs in apart.items():
        differ = np.flatnonzero(differs[same])
        if len(differ):
            ours, theirs = (
                rows.rows(at[differ]).series(name).astype("str").array for at in (kept, dropped)
            )
            reference = masked(rows.rows(kept[differ]).series("reference")).array
            source = np.array(sources, dtype=object)[rows.source[dropped[differ]]]
            found.append(
                dict(zip(CONFLICTS, ("grants", reference, name, ours, theirs, source), strict=True))
            )
    return merged, _log(found)


def _log(found: list[dict]) -> pd.DataFrame:
    """The conflicts found column by column as one table."""
    return (
        pd.concat(map(pd.DataFrame, found), ignore_index=True)
        if found
        else pd.DataFrame(columns=CONFLICTS)
    )


def by_key(
    rows: Rows, number: np.ndarray, rank: np.ndarray, sources: list[str]
) -> tuple[np.ndarray, pd.DataFrame]:
    """One row of a declared table for each key (rows of one `number`): the best source's, completed in place by the others, of whose
    dates a finer one within a coarser is taken.

    Returns the positions of rows merged into another, and the conflict log. Where two rows of one source differ, the fuller one
    is kept, then the first by content: the order of rows decides nothing.
    """
    key = schema.key(rows.table)
    borne = repeated(number)
    if not len(borne):
        return borne, _log([])
    met = rows.rows(borne)
    frame = met.frame()
    doubled = schema.conform(frame, rows.table).assign(source=met.source).set_axis(borne)
    values = [name for name in schema.columns(rows.table) if name not in key]
    texts = doubled[[*key, *values]].astype("str")
    order = (
        texts.assign(_rank=rank[met.source], _blank=doubled[values].isna().sum(axis=1))
        .sort_values(["_rank", "_blank", *texts], kind="stable", na_position="last")
        .index
    )
    for name in [name for name in values if f"{name}_precision" in frame]:
        coarse = _coarser(number[borne], frame[name], frame[f"{name}_precision"])
        doubled.loc[
            coarse, [column for column in (name, f"{name}_precision") if column in values]
        ] = pd.NA
    doubled = doubled.loc[order]
    later = doubled.duplicated(key).to_numpy()
    first, merged = doubled[~later], doubled.index[later].to_numpy()
    filled = doubled.groupby(key, sort=False, dropna=False)[values].first()
    group = first.set_index(key)
    for name in values:
        group[name] = (
            group[name].fillna(filled[name].reindex(group.index)).astype(doubled[name].dtype)
        )
    kept = group.reset_index().set_axis(first.index)
    for name in values:
        completed = first[name].isna() & kept[name].notna()
        rows.put(name, first.index[completed].to_numpy(), kept.loc[completed, name])
    against = doubled[later].join(kept.set_index(key)[values].add_suffix("_kept"), on=key)
    found = []
    for name in values:
        ours, theirs = against[f"{name}_kept"].astype("str"), against[name].astype("str")
        differ = against[name].notna() & against[f"{name}_kept"].notna() & (ours != theirs)
        if differ.any():
            apart = against[differ]
            source = np.array(sources, dtype=object)[apart["source"].to_numpy(dtype=int)]
            told = (rows.table, written(apart, key), name, ours[differ], theirs[differ], source)
            found.append(dict(zip(CONFLICTS, told, strict=True)))
    return merged, _log(found).sort_values(CONFLICTS, ignore_index=True)


def _coarser(number: np.ndarray, date: pd.Series, precision: pd.Series) -> np.ndarray:
    """Which dates leave open what a finer one within them, in a row of the same `number`, tells."""
    width = precision.map(parse.PRECISIONS).fillna(-1).to_numpy(int)
    month = date.to_numpy("datetime64[M]").astype(int)
    found = np.zeros(len(width), dtype=bool)
    for months in {*width[width > 0].tolist()}:
        period = mixed([number, month // months])
        found |= (width == months) & np.isin(period, period[(width >= 0) & (width < months)])
    return found
