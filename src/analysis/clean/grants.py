"""Grants as given: whose they are, what they cover, in which currency, and what each funder's source can have seen."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.coded_rows import Rows
from analysis.clean.typed_columns import code
from analysis.linkage import partner_matching
from analysis.read import Coded

WRITTEN = [
    "recipient",
    "siren",
    "siret",
    "rna",
    "recipient_id",
    "department",
]  # what tells of a recipient
# Columns in which one grant is equal in two sources; references and texts each source writes its own way.
SAMENESS = ["funder", "~who", "date", "date_precision", "amount", "planned_start", "planned_end"]


class Periods(NamedTuple):
    """What each grant covers: first and last day (inclusive), first and last day of its date, as numbers of days since 1970;
    whether its planned end was not used, and whether its last day is assumed, as nothing tells how long it lasts."""

    start: np.ndarray
    end: np.ndarray
    date: np.ndarray
    date_end: np.ndarray
    turned: np.ndarray
    assumed: np.ndarray


def periods(rows: Rows, term_months: int) -> Periods:
    """From the planned start (else the date) to the planned end; else for the term in months; else for the year of a date
    that tells only its year; else for `term_months`. A planned end before the start is not used.
    """
    dated = ["date", "planned_start", "planned_end"]
    codes, first = rows.distinct([*dated, *(f"{name}_precision" for name in dated), "term_months"])
    some = rows.rows(first)
    day = {name: some.series(name).to_numpy("datetime64[D]") for name in dated}
    last = {name: last_day(day[name], some.series(f"{name}_precision")) for name in dated}
    planned = ~np.isnat(day["planned_start"])
    start = np.where(planned, day["planned_start"], day["date"])
    told = (
        some.series("term_months").to_numpy(float, na_value=np.nan)
        if "term_months" in some.columns
        else np.full(len(first), np.nan)
    )
    sound = np.nan_to_num(told) >= 0.5
    by_year = some.series("date_precision").eq("year").fillna(False).to_numpy(bool) & ~planned
    term = np.where(
        sound, np.round(np.nan_to_num(told)), np.where(by_year, 12, term_months)
    ).astype(int)
    turned = last["planned_end"] < start
    untold = turned | np.isnat(last["planned_end"])
    end = np.where(untold, _later(start, term, -1), last["planned_end"])
    days = (start, end, day["date"], last["date"])
    return Periods(
        *(each.astype("i8").astype(np.int32)[codes] for each in days),
        turned[codes],
        (untold & ~sound)[codes],
    )


def last_day(day: np.ndarray, precision: pd.Series) -> np.ndarray:
    """The last day of what dates tell: that of the month or the year, where only these are known."""
    width = precision.map(parse.PRECISIONS).fillna(0).to_numpy(int)
    return _later(day, width, np.where(width > 0, -1, 0))


def _later(day: np.ndarray, months, days) -> np.ndarray:
    """Days moved by calendar months (the last day of a shorter month), then by days; missing stays missing."""
    first = day.astype("datetime64[M]") + months
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(int)
    of_month = (day - day.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    moved = first.astype("datetime64[D]") + np.minimum(of_month, length - 1) + days
    return np.where(np.isnat(day), np.datetime64("NaT", "D"), moved)


def entities(rows: Rows) -> Coded:
    """The funder's name as it is written most often, for each identifier, and for each name without case and accents.

    A slip of the pen or a changed capital opens no new entity.
    """
    codes, first = rows.distinct(["funder", "funder_id"])
    pairs = rows.only(["funder", "funder_id"]).rows(first)
    names = pd.Series(pd.factorize(pairs.columns["funder"].values)[1], dtype="str")
    name = pairs.keys("funder")
    key = np.append(pd.factorize(partner_matching.normalised(names))[0], -1)[name]
    if "funder_id" in pairs.columns:
        column = pairs.columns["funder_id"]
        siren = np.append(pd.factorize(parse.siren(column.values)[0])[0], -1)[column.codes]
        # One name may stand with and without its identifier: what bears the name bears the identifier, if it is but one.
        both = pd.DataFrame({"key": key, "siren": siren})[
            (siren >= 0) & (key >= 0)
        ].drop_duplicates()
        sole = both.drop_duplicates("key", keep=False).set_index("key")["siren"]
        siren = np.where(siren >= 0, siren, pd.Series(key).map(sole).fillna(-1).to_numpy(dtype=int))
        key = np.where(siren >= 0, siren + len(names) + 1, key)
    counts = pd.DataFrame(
        {"key": key, "name": name, "count": np.bincount(codes, minlength=len(first))}
    )[name >= 0]
    counts = counts.groupby(["key", "name"], as_index=False)["count"].sum()
    counts["text"] = names.array.take(counts["name"].to_numpy())
    usual = counts.sort_values(
        ["key", "count", "text"], ascending=[True, False, True]
    ).drop_duplicates("key")
    chosen = pd.Series(key).map(usual.set_index("key")["name"]).fillna(-1).to_numpy(dtype=np.int32)
    return Coded(np.where(name < 0, -1, chosen).astype(np.int32)[codes], names)


def foreign(rows: Rows) -> tuple[np.ndarray, pd.DataFrame]:
    """Which rows have an amount in another currency than most, or in several at once, and how many rows each currency has; a row
    that says none is in that of most."""
    if "currency" not in rows.columns:
        return np.zeros(len(rows), dtype=bool), pd.DataFrame({"currency": [], "rows": []})
    column = rows.columns["currency"]
    codes, names = pd.factorize(column.values)
    key = np.append(codes, -1)[column.codes]
    counts = pd.DataFrame(
        {"currency": names, "rows": np.bincount(key[key >= 0], minlength=len(names))}
    )
    counts["several"] = counts["currency"].str.contains("+", regex=False)
    counts = counts[counts["rows"] > 0].sort_values(
        ["several", "rows", "currency"], ascending=[True, False, True]
    )
    usual = counts.index[0] if len(counts) and not counts["several"].iloc[0] else -1
    if usual >= 0:
        counts.loc[usual, "rows"] += (key < 0).sum()
    return (key >= 0) & (key != usual), counts[["currency", "rows"]].reset_index(drop=True)


def comparable(rows: Rows) -> Rows:
    """The rows with who received (`~who`: identifier, else normalised name) and for what (`~what`), as two sources can be compared."""
    identifier, name = identifiers(rows), rows.columns["recipient"]
    names = partner_matching.normalised(name.values)
    shift = len(identifier.values)
    by_name = np.append(pd.factorize(names)[0], -1)[name.codes]
    codes = np.where(
        identifier.codes >= 0, identifier.codes, np.where(by_name >= 0, by_name + shift, -1)
    )
    values = pd.concat(
        [identifier.values, pd.Series(pd.factorize(names)[1], dtype="str")], ignore_index=True
    )
    added = {"~who": Coded(codes.astype(np.int32), values)}
    if "purpose" in rows.columns:
        purpose = rows.columns["purpose"]
        added["~what"] = Coded(purpose.codes, parse.fold(purpose.values).reset_index(drop=True))
    return Rows(rows.table, rows.columns | added, rows.source, rows.line, rows.record)


def identifiers(rows: Rows) -> Coded:
    """What identifies each recipient beyond its name: SIREN, else RNA, else the publisher's own code; missing where nothing does."""
    held = [name for name in ("siren", "rna", "recipient_id") if name in rows.columns]
    codes = np.full(len(rows), -1, dtype=np.int64)
    values: list[pd.Series] = []
    offset = 0
    for name in held:
        distinct = pd.factorize(rows.columns[name].values)[1]
        keys = rows.keys(name)
        codes = np.where((codes < 0) & (keys >= 0), keys + offset, codes)
        values.append(pd.Series(distinct, dtype="str"))
        offset += len(distinct)
    return Coded(
        codes.astype(np.int32),
        pd.concat(values, ignore_index=True) if values else pd.Series(dtype="str"),
    )


class Recipients(NamedTuple):
    """Who received each grant: codes into the distinct recipients, and who each of these is; and how they are written."""

    codes: np.ndarray
    who: (
        pd.DataFrame
    )  # partner_id (missing where the identity rule keeps none), identifier_key, name_key
    spelling: np.ndarray  # equal for grants whose recipient is written alike, cell by cell
    first: np.ndarray  # the first grant of each spelling


def recipients(rows: Rows, names: pd.Series, rule: str, aliases: pd.DataFrame | None) -> Recipients:
    """Who is who, by the identity rule, decided once for each identifier and normalised name that stand together; `names` holds
    the distinct names of recipients, normalised."""
    spelling, first = rows.distinct(WRITTEN)
    spelled = rows.only(WRITTEN).rows(first)
    codes, names = pd.factorize(names)
    name = Coded(
        np.append(codes, -1)[spelled.columns["recipient"].codes], pd.Series(names, dtype="str")
    )
    told = Rows(
        rows.table,
        {"identifier": identifiers(spelled), "name_key": name},
        spelled.source,
        spelled.line,
        spelled.record,
    )
    codes, one = told.distinct(list(told.columns))
    who = partner_matching.identify(told.rows(one).frame(), aliases, rule)
    return Recipients(
        codes.astype(np.int32)[spelling],
        who.assign(partner_id=code(who["partner_id"])),
        spelling,
        first,
    )


def years(days: np.ndarray) -> np.ndarray:
    """The years of numbers of days since 1970."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def dates(days: np.ndarray) -> pd.Series:
    """Numbers of days since 1970 as dates."""
    return pd.Series(days.astype("datetime64[D]").astype("datetime64[us]"))


def windows(rows: Rows, period: Periods, first=None, last=None) -> pd.DataFrame:
    """From when to when the source sees each funder: its first and last dated period, inclusive, unless the study says it."""
    entity = rows.columns["funder"]
    seen = (
        pd.DataFrame({"first": period.date, "last": period.date_end})
        .groupby(entity.codes)
        .agg({"first": "min", "last": "max"})
    )
    first_day, last_day = (dates(seen[side].to_numpy()) for side in seen)
    found = pd.DataFrame(
        {"entity": entity.values.iloc[seen.index].array, "first": first_day, "last": last_day}
    )
    if first is not None:
        found["first"] = pd.Timestamp(first)
    if last is not None:
        found["last"] = pd.Timestamp(last)
    return found.astype(
        {"entity": "str", "first": "datetime64[us]", "last": "datetime64[us]"}
    ).sort_values("entity", ignore_index=True)
