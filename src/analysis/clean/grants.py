"""Grants -> partners, agreements and contributions; what each source can have seen; where identity breaks."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import cells, match, tables
from analysis.clean.rows import Rows, code, mixed
from analysis.read import Coded

BREAK = 0.67  # a year whose renewal by name falls below this share of that of the years around it is an identity break
# Columns in which one grant is equal in two sources; references and texts each source writes its own way.
SAMENESS = ["funder", "~who", "date", "date_precision", "amount", "planned_start", "planned_end"]
ENOUGH = 30  # relations without whom a year's renewal is chance


class Periods(NamedTuple):
    """What each grant covers, in days: first, last (inclusive), last of its date; and whether its planned end was unusable."""

    start: np.ndarray
    end: np.ndarray
    date: np.ndarray
    date_end: np.ndarray
    turned: np.ndarray


MONTHS = {"day": 0, "month": 1, "quarter": 3, "year": 12}


def periods(rows: Rows, term_months: int) -> Periods:
    """From the planned start (else the date) to the planned end; else for the term in months; else for the year of a date
    that tells only its year; else for `term_months`. A planned end before the start is not used.
    """
    dated = ["date", "planned_start", "planned_end"]
    codes, first = rows.distinct([*dated, *(f"{name}_precision" for name in dated), "term_months"])
    some = rows.rows(first)
    day = {name: some.series(name).to_numpy("datetime64[D]") for name in dated}
    width = {name: some.series(f"{name}_precision").map(MONTHS).fillna(0).to_numpy(int) for name in dated}
    last = {name: _later(day[name], width[name], np.where(width[name] > 0, -1, 0)) for name in dated}
    planned = ~np.isnat(day["planned_start"])
    start = np.where(planned, day["planned_start"], day["date"])
    told = some.series("term_months").to_numpy(float, na_value=np.nan) if "term_months" in some.columns else np.full(len(first), np.nan)
    sound = np.nan_to_num(told) >= 0.5
    by_year = (width["date"] == 12) & ~planned
    term = np.where(sound, np.round(np.nan_to_num(told)), np.where(by_year, 12, term_months)).astype(int)
    turned = last["planned_end"] < start
    end = np.where(turned | np.isnat(last["planned_end"]), _later(start, term, -1), last["planned_end"])
    return Periods(*(each[codes] for each in (start, end, day["date"], last["date"], turned)))


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
    written = rows.columns["funder"]
    names = pd.Series(pd.factorize(written.values)[1], dtype="str")
    name = rows.keys("funder")
    key = np.append(pd.factorize(match.normalised(names))[0], -1)[name]
    if "funder_id" in rows.columns:
        column = rows.columns["funder_id"]
        siren = np.append(pd.factorize(cells.siren(column.values)[0])[0], -1)[column.codes]
        # One name may stand with and without its identifier: what bears the name bears the identifier, if it is but one.
        pairs = pd.DataFrame({"key": key, "siren": siren})[(siren >= 0) & (key >= 0)].drop_duplicates()
        sole = pairs.drop_duplicates("key", keep=False).set_index("key")["siren"]
        siren = np.where(siren >= 0, siren, pd.Series(key).map(sole).fillna(-1).to_numpy(dtype=int))
        key = np.where(siren >= 0, siren + len(names) + 1, key)
    counts = pd.DataFrame({"key": key, "name": name})[name >= 0].value_counts().reset_index()
    counts["text"] = names.array.take(counts["name"].to_numpy())
    usual = counts.sort_values(["key", "count", "text"], ascending=[True, False, True]).drop_duplicates("key")
    if len(usual) == len(counts):
        return Coded(name.astype(np.int32), names)
    chosen = pd.Series(key).map(usual.set_index("key")["name"]).fillna(-1).to_numpy(dtype=np.int32)
    return Coded(np.where(name < 0, -1, chosen).astype(np.int32), names)


def foreign(rows: Rows) -> tuple[np.ndarray, pd.DataFrame]:
    """Which rows have an amount in another currency than most, and how many rows each currency has."""
    if "currency" not in rows.columns:
        return np.zeros(len(rows), dtype=bool), pd.DataFrame({"currency": [], "rows": []})
    column = rows.columns["currency"]
    text = column.values.str.upper()
    codes, names = pd.factorize(text)
    key = np.append(codes, -1)[column.codes]
    counts = pd.DataFrame({"currency": names, "rows": np.bincount(key[key >= 0], minlength=len(names))})
    counts = counts[counts["rows"] > 0].sort_values(["rows", "currency"], ascending=[False, True])
    usual = counts.index[0] if len(counts) else -1
    return (key >= 0) & (key != usual), counts.reset_index(drop=True)


def comparable(rows: Rows) -> Rows:
    """The rows with who received (`~who`: identifier, else normalised name) and for what (`~what`), as two sources can be compared."""
    identifier, name = identifiers(rows), rows.columns["recipient"]
    names = match.normalised(name.values)
    shift = len(identifier.values)
    by_name = np.append(pd.factorize(names)[0], -1)[name.codes]
    codes = np.where(identifier.codes >= 0, identifier.codes, np.where(by_name >= 0, by_name + shift, -1))
    values = pd.concat([identifier.values, pd.Series(pd.factorize(names)[1], dtype="str")], ignore_index=True)
    added = {"~who": Coded(codes.astype(np.int32), values)}
    if "purpose" in rows.columns:
        purpose = rows.columns["purpose"]
        added["~what"] = Coded(purpose.codes, cells.fold(purpose.values).reset_index(drop=True))
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
    return Coded(codes.astype(np.int32), pd.concat(values, ignore_index=True) if values else pd.Series(dtype="str"))


class Recipients(NamedTuple):
    """Who received each grant: codes into the distinct recipients as written, and who each of these is."""

    codes: np.ndarray
    records: pd.DataFrame  # identifier, name, department, first, last
    who: pd.DataFrame  # partner_id (missing where the identity rule keeps none), identifier_key, name_key
    candidates: pd.DataFrame


def recipients(rows: Rows, period: Periods, rule: str, aliases: pd.DataFrame | None) -> Recipients:
    """Who is who, by the identity rule, decided once for each way in which a recipient is written."""
    rows = Rows(rows.table, rows.columns | {"~identifier": identifiers(rows)}, rows.source, rows.line, rows.record)
    codes, first = rows.distinct(["~identifier", "recipient", "department"])
    some = rows.rows(first)
    records = pd.DataFrame({"identifier": some.series("~identifier"), "name": some.series("recipient"), "department": some.series("department")})
    seen, over = np.full(len(first), np.iinfo("i8").max), np.full(len(first), np.iinfo("i8").min)
    np.minimum.at(seen, codes, period.start.astype("i8"))
    np.maximum.at(over, codes, period.end.astype("i8"))
    records["first"], records["last"] = _dates(seen), _dates(over)
    who = match.identify(records, aliases, rule)
    return Recipients(codes, records, who.assign(partner_id=code(who["partner_id"])), pd.DataFrame())


class Relationships(NamedTuple):
    """The clean tables of a grant list, and the agreement of each row (missing where the identity rule keeps none)."""

    tables: dict[str, pd.DataFrame]
    agreement: pd.Series


def relationships(
    rows: Rows, known: Recipients, period: Periods, unused: np.ndarray, currency: str
) -> Relationships:
    """One agreement for each partner, funder and period, its amount the sum of the grants of that period.

    `unused` marks rows whose amount is in another currency than `currency`.
    """
    entity = rows.columns["funder"]
    partner_codes, partner_ids = pd.factorize(known.who["partner_id"], sort=True)
    partner = partner_codes[known.codes]
    kept = partner >= 0
    used = np.unique(entity.codes)
    order, entity_ids = pd.factorize(entity.values.iloc[used], sort=True)
    place = np.full(len(entity.values), -1)
    place[used] = order
    precisions = ["year", "quarter", "month", "day"]
    precision = rows.columns["date_precision"]
    grain = precision.values.map({name: i for i, name in enumerate(precisions)}).fillna(-1).to_numpy(dtype=int)
    amount = rows.series("amount").to_numpy(float, na_value=np.nan)
    pair = partner * (len(entity_ids) + 1) + place[entity.codes]
    start, end = period.start.astype("i8"), period.end.astype("i8")
    at = np.flatnonzero(kept)
    order = at[np.lexsort((end[at], start[at], pair[at]))]
    opens = np.logical_or.reduce([np.append(True, each[order][1:] != each[order][:-1]) for each in (pair, start, end)])
    number = np.full(len(rows), -1)
    number[order] = np.cumsum(opens) - 1
    head = order[opens]
    # Cents are whole numbers: their sum does not depend on the order of rows.
    valued = kept & ~np.isnan(amount) & ~unused
    cents = np.bincount(number[valued], np.round(amount[valued] * 100), minlength=len(head))
    cents[np.bincount(number[valued], minlength=len(head)) == 0] = np.nan
    coarsest = np.full(len(head), len(precisions) - 1)
    np.minimum.at(coarsest, number[kept], grain[precision.codes][kept])
    agreement_id = numbered("A", len(head))
    value = pd.Series(cents / 100).astype("Float64").mask(np.isnan(cents))
    begins, paid = _dates(start[head]), np.flatnonzero(~np.isnan(cents))
    grain_text = pd.Series(precisions, dtype="str").array.take(coarsest)
    built = {
        "partners": _partners(rows, partner, partner_ids),
        "agreements": _table(
            "agreements", len(head), agreement_id=agreement_id, partner_id=partner_ids.array.take(partner[head]),
            entity=entity_ids.array.take(place[entity.codes[head]]), start=begins, start_precision=grain_text,
            planned_end=_dates(end[head]), planned_amount_eur=value,
        ),
        "contributions": _table(
            "contributions", len(paid), contribution_id=numbered("C", len(paid)), agreement_id=agreement_id.array.take(paid),
            year=begins.dt.year.array[paid], date=begins.where(coarsest == precisions.index("day")).array[paid], direction="to partner",
            kind="cash", quantity=value.array[paid], unit="EUR" if currency == "EUR" else None, value_eur=value.array[paid],
            valuation="actual", stage="committed",
        ),
        "identities": _identities(known, place[entity.codes], entity_ids, start, end, agreement_id, number),
    }  # fmt: skip
    return Relationships(built, pd.Series(agreement_id.array.take(number, allow_fill=True), dtype="str"))


def _table(name: str, size: int, **columns) -> pd.DataFrame:
    """A declared table from its columns; one text stands for a whole column, and absent columns are empty."""
    import pyarrow as pa

    def whole(text: str | None) -> pd.Series:
        return pd.Series(pd.array(pa.repeat(pa.scalar(text, pa.large_string()), size), dtype="str"))

    texts = [column for column, declared in tables.columns(name).items() if declared.dtype == "str" and column not in columns]
    columns = {column: whole(values) if isinstance(values, str | None) else values for column, values in columns.items()}
    return tables.conform(pd.DataFrame(dict.fromkeys(texts, whole(None)) | columns), name)


def numbered(letter: str, size: int) -> pd.Series:
    """Identifiers of rows in the order of their content.

    >>> numbered("A", 2).tolist()
    ['A000001', 'A000002']
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    digits = pc.cast(pa.array(np.arange(1, size + 1)), pa.large_string())
    padded = pc.utf8_lpad(digits, max(6, len(str(size))), "0")
    return pd.Series(pd.array(pc.utf8_replace_slice(padded, 0, 0, letter), dtype="str"))


def _dates(days: np.ndarray) -> pd.Series:
    return pd.Series(days.astype("datetime64[D]").astype("datetime64[us]"))


def _usual(partner: np.ndarray, rows: Rows, name: str, size: int) -> pd.Series:
    """The value of a column that each partner bears most often (then the first in order); missing where it bears none."""
    if name not in rows.columns:
        return pd.Series(pd.NA, index=range(size), dtype="str")
    distinct = pd.Series(pd.factorize(rows.columns[name].values, sort=True)[1], dtype="str")
    key = np.append(pd.factorize(rows.columns[name].values, sort=True)[0], -1)[rows.columns[name].codes]
    known = (partner >= 0) & (key >= 0)
    pairs, counts = np.unique(partner[known] * (len(distinct) + 1) + key[known], return_counts=True)
    owner, value = np.divmod(pairs, len(distinct) + 1)
    order = np.lexsort((value, -counts, owner))
    best = order[np.append(True, owner[order][1:] != owner[order][:-1])] if len(order) else order
    chosen = np.full(size, -1)
    chosen[owner[best]] = value[best]
    return pd.Series(distinct.array.take(chosen, allow_fill=True), dtype="str")


def _partners(rows: Rows, partner: np.ndarray, partner_ids: pd.Index) -> pd.DataFrame:
    frame = {name: _usual(partner, rows, raw, len(partner_ids)) for name, raw in (
        ("name", "recipient"), ("siren", "siren"), ("siret", "siret"), ("rna", "rna"), ("department", "department"),
    )}  # fmt: skip
    frame["name"] = frame["name"].fillna(pd.Series(partner_ids, dtype="str"))
    frame["region"] = cells.region_of(frame["department"])
    return tables.conform(pd.DataFrame({"partner_id": partner_ids} | frame), "partners")


def _identities(
    known: Recipients, entity: np.ndarray, entity_ids: pd.Index, start: np.ndarray, end: np.ndarray, agreement_id: pd.Series, number: np.ndarray
) -> pd.DataFrame:
    """One row for each agreement that some identity rule would keep apart: by identifier, by name, by both."""
    ranked = {}
    keys = {}
    for name in ("partner_id", "name_key", "identifier_key"):
        codes, keys[name] = pd.factorize(known.who[name], sort=True)
        ranked[name] = codes[known.codes]
    held = [number, *ranked.values(), end, start, entity]
    first = np.flatnonzero(~pd.Series(mixed(held[1:])).duplicated().to_numpy())
    # Kept rows stand in the order of their agreement, whose partner and period need no comparing; the few others are sorted whole.
    kept, others = first[number[first] >= 0], first[number[first] < 0]
    spelling = ranked["name_key"].astype("i8") * (len(keys["identifier_key"]) + 1) + ranked["identifier_key"]
    kept = kept[np.lexsort((spelling[kept], number[kept]))]
    others = others[np.lexsort([column[others] for column in held])]
    agreement, partner, name, identifier, end, start, entity = (column[np.append(kept, others)] for column in held)
    return pd.DataFrame(
        {
            "agreement_id": agreement_id.array.take(agreement, allow_fill=True),
            "entity": entity_ids.array.take(entity),
            "start": _dates(start),
            "end": _dates(end),
            "identifier_key": keys["identifier_key"].array.take(identifier, allow_fill=True),
            "name_key": keys["name_key"].array.take(name, allow_fill=True),
            "partner_id": keys["partner_id"].array.take(partner, allow_fill=True),
        }
    )


def windows(rows: Rows, period: Periods, first=None, last=None) -> pd.DataFrame:
    """From when to when the source sees each funder: its first and last dated period, inclusive, unless the study says it."""
    entity = rows.columns["funder"]
    used = np.unique(entity.codes)
    seen, over = np.full(len(entity.values), np.iinfo("i8").max), np.full(len(entity.values), np.iinfo("i8").min)
    np.minimum.at(seen, entity.codes, period.date.astype("i8"))
    np.maximum.at(over, entity.codes, period.date_end.astype("i8"))
    found = pd.DataFrame({"entity": entity.values.iloc[used].array, "first": _dates(seen[used]), "last": _dates(over[used])})
    if first is not None:
        found["first"] = pd.Timestamp(first)
    if last is not None:
        found["last"] = pd.Timestamp(last)
    return found.astype({"entity": "str", "first": "datetime64[us]", "last": "datetime64[us]"}).sort_values("entity", ignore_index=True)


def breaks(identities: pd.DataFrame) -> pd.DataFrame:
    """The share of one year's relations that the next year finds again, by identifier and by name; years of sudden loss flagged.

    Among funders that are seen in both years; `year` is the later, `relations` how many the earlier had by name. Where names
    lose many at once and identifiers do not (or are absent), the publisher changed how it writes names: the "ends" and
    "starts" of that year are none.
    """
    year = identities["start"].dt.year.to_numpy()
    years = np.unique(year)
    frame = pd.DataFrame({"year": years[1:]}).astype("int64")
    entity = pd.factorize(identities["entity"])[0]
    for column, name in (("by_identifier", "identifier_key"), ("by_name", "name_key")):
        key = pd.factorize(identities[name])[0]
        at = np.flatnonzero(key >= 0)
        at = at[~pd.Series(mixed([entity[at], year[at], key[at]])).duplicated().to_numpy()]
        held, by_funder = (pd.Index(mixed([entity[at], year[at], *more])) for more in ([key[at]], []))
        again, present = (
            index.get_indexer(mixed([entity[at], year[at] + 1, *more])) >= 0 for index, more in ((held, [key[at]]), (by_funder.unique(), []))
        )
        grouped = pd.Series(again[present]).groupby(year[at][present] + 1)
        frame[column] = frame["year"].map(grouped.mean()).astype("Float64")
        frame["relations"] = frame["year"].map(grouped.size()).astype("Int64")
    lost, kept = (frame[name] < BREAK * _around(frame[name]) for name in ("by_name", "by_identifier"))
    frame["flag"] = (lost & ~kept.fillna(False) & (frame["relations"] >= ENOUGH)).fillna(False).astype("boolean")
    return frame[["year", "relations", "by_identifier", "by_name", "flag"]]


def _around(shares: pd.Series) -> pd.Series:
    """The median of the two years before and the two after."""
    return pd.concat([shares.shift(step) for step in (-2, -1, 1, 2)], axis=1).astype("float64").median(axis=1)
