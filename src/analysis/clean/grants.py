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


def periods(rows: Rows, term_months: int) -> tuple[pd.Series, pd.Series, pd.Series, np.ndarray]:
    """First and last day of what each grant covers, the last day of its date, and which planned ends come before their start.

    From the planned start (else the date) to the planned end; else for the term in months; else for the year of a date that
    tells only its year; else for `term_months`. Last days are inclusive.
    """
    given = rows.series("date")
    precision = rows.series("date_precision")
    planned_start, planned_end = rows.series("planned_start"), rows.series("planned_end")
    start = planned_start.fillna(given) if "planned_start" in rows.columns else given
    months = precision.map({"day": 0, "month": 1, "quarter": 3, "year": 12}).fillna(0).to_numpy(dtype=int)
    date_end = _later(given, months, np.where(months > 0, -1, 0))
    by_year = (precision == "year").to_numpy(dtype=bool) & ~rows.known("planned_start")
    term = np.full(len(rows), term_months, dtype=int)
    if "term_months" in rows.columns:
        told = rows.series("term_months").to_numpy(dtype=float, na_value=np.nan)
        sound = np.nan_to_num(told) >= 0.5
        term = np.where(sound, np.round(np.nan_to_num(told)), term).astype(int)
        by_year &= ~sound
    end = _later(start, np.where(by_year, 12, term), -1)
    turned = np.zeros(len(rows), dtype=bool)
    if "planned_end" in rows.columns:
        if "planned_end_precision" in rows.columns:
            width = rows.series("planned_end_precision").map({"month": 1, "quarter": 3, "year": 12}).fillna(0).to_numpy(dtype=int)
            planned_end = _later(planned_end, width, np.where(width > 0, -1, 0))
        turned = (planned_end < start).to_numpy(dtype=bool)
        end = planned_end.mask(turned).fillna(end)
    return start, end, date_end, turned


def _later(dates: pd.Series, months, days) -> pd.Series:
    """Dates moved by calendar months (the last day of a shorter month), then by days; missing stays missing."""
    day = dates.to_numpy(dtype="datetime64[D]")
    lost = np.isnat(day)
    day = np.where(lost, np.datetime64(0, "D"), day)
    month = day.astype("datetime64[M]") + months
    length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int)
    moved = month.astype("datetime64[D]") + np.minimum((day - day.astype("datetime64[M]").astype("datetime64[D]")).astype(int), length - 1)
    return pd.Series(np.where(lost, np.datetime64("NaT"), moved + days), index=dates.index).astype("datetime64[us]")


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


def recipients(rows: Rows, start: pd.Series, end: pd.Series, rule: str, aliases: pd.DataFrame | None) -> Recipients:
    """Who is who, by the identity rule, decided once for each way in which a recipient is written."""
    parts = {"identifier": identifiers(rows), "name": rows.columns.get("recipient"), "department": rows.columns.get("department")}
    parts = {name: part for name, part in parts.items() if part is not None}
    codes, _ = pd.factorize(mixed([part.codes for part in parts.values()]))
    first_row = np.zeros(codes.max(initial=-1) + 1, dtype=np.int64)
    first_row[codes[::-1]] = np.arange(len(rows))[::-1]
    records = pd.DataFrame({name: part.rows(first_row).series() for name, part in parts.items()})
    records = records.reindex(columns=["identifier", "name", "department"]).astype("str")
    for name, dates, extreme, worst in (("first", start, np.minimum, np.iinfo("i8").max), ("last", end, np.maximum, np.iinfo("i8").min)):
        days = np.full(len(records), worst)
        extreme.at(days, codes, dates.to_numpy("datetime64[D]").astype("i8"))
        records[name] = days.astype("datetime64[D]").astype("datetime64[us]")
    who = match.identify(records, aliases, rule)
    return Recipients(codes, records, who.assign(partner_id=code(who["partner_id"])), pd.DataFrame())


class Relationships(NamedTuple):
    """The clean tables of a grant list, and the agreement of each row (missing where the identity rule keeps none)."""

    tables: dict[str, pd.DataFrame]
    agreement: pd.Series


def relationships(
    rows: Rows, known: Recipients, start: pd.Series, end: pd.Series, unused: np.ndarray, currency: str
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
    days = pd.DataFrame(
        {
            "partner": partner, "entity": place[entity.codes], "start": start.to_numpy("datetime64[D]").astype("i8"),
            "end": end.to_numpy("datetime64[D]").astype("i8"), "cents": np.round(np.where(unused, np.nan, amount) * 100),
            "grain": grain[precision.codes],
        }
    )  # fmt: skip
    grouped = days[kept].groupby(["partner", "entity", "start", "end"], sort=True)
    # Cents are whole numbers: their sum does not depend on the order of rows.
    built = grouped.agg(cents=("cents", lambda cents: cents.sum(min_count=1)), grain=("grain", "min")).reset_index()
    number = np.full(len(rows), -1)
    number[kept] = grouped.ngroup()
    agreement_id = numbered("A", len(built))
    value = built["cents"].div(100).astype("Float64")
    agreements = pd.DataFrame(
        {
            "agreement_id": agreement_id,
            "partner_id": partner_ids.take(built["partner"].to_numpy()),
            "entity": entity_ids.take(built["entity"].to_numpy()),
            "start": _dates(built["start"]),
            "start_precision": np.array(precisions, dtype=object)[built["grain"]],
            "planned_end": _dates(built["end"]),
            "planned_amount_eur": value,
        }
    )
    contributions = pd.DataFrame(
        {
            "contribution_id": numbered("C", len(built)),
            "agreement_id": agreement_id,
            "year": agreements["start"].dt.year,
            "date": agreements["start"].where(agreements["start_precision"] == "day"),
            "direction": "to partner",
            "kind": "cash",
            "unit": "EUR" if currency == "EUR" else pd.NA,
            "quantity": value,
            "value_eur": value,
            "valuation": "actual",
            "stage": "committed",
        }
    )
    made = {
        "partners": _partners(rows, partner, partner_ids),
        "agreements": tables.conform(agreements, "agreements"),
        "contributions": tables.conform(contributions[value.notna()].reset_index(drop=True), "contributions"),
        "identities": _identities(known, days, entity_ids, agreement_id, number),
    }
    return Relationships(made, pd.Series(agreement_id.array.take(number, allow_fill=True), dtype="str"))


def numbered(letter: str, size: int) -> pd.Series:
    """Identifiers of rows in the order of their content: A000001, A000002…"""
    width = max(6, len(str(size)))
    digits = pd.Series(np.arange(1, size + 1)).astype("int64[pyarrow]").astype("string[pyarrow]").str.zfill(width)
    return (letter + digits).astype("str")


def _dates(days: pd.Series) -> pd.Series:
    return pd.Series(days.to_numpy("i8").astype("datetime64[D]").astype("datetime64[us]"), index=days.index)


def _usual(partner: np.ndarray, rows: Rows, name: str, size: int) -> pd.Series:
    """The value of a column that each partner bears most often (then the first in order); missing where it bears none."""
    found = pd.Series(pd.NA, index=range(size), dtype="str")
    if name not in rows.columns:
        return found
    key = rows.keys(name)
    distinct = pd.Series(pd.factorize(rows.columns[name].values)[1], dtype="str")
    order = np.argsort(np.argsort(distinct.to_numpy(dtype=object), kind="stable"), kind="stable")
    pairs = pd.DataFrame({"partner": partner, "key": key})[(partner >= 0) & (key >= 0)].value_counts(sort=False).reset_index()
    pairs["order"] = order[pairs["key"]] if len(pairs) else []
    best = pairs.sort_values(["partner", "count", "order"], ascending=[True, False, True]).drop_duplicates("partner")
    found.iloc[best["partner"]] = distinct.array.take(best["key"].to_numpy())
    return found


def _partners(rows: Rows, partner: np.ndarray, partner_ids: pd.Index) -> pd.DataFrame:
    frame = {name: _usual(partner, rows, raw, len(partner_ids)) for name, raw in (
        ("name", "recipient"), ("siren", "siren"), ("siret", "siret"), ("rna", "rna"), ("department", "department"),
    )}  # fmt: skip
    frame["name"] = frame["name"].fillna(pd.Series(partner_ids, dtype="str"))
    frame["region"] = cells.region_of(frame["department"])
    return tables.conform(pd.DataFrame({"partner_id": partner_ids} | frame), "partners")


def _identities(
    known: Recipients, days: pd.DataFrame, entity_ids: pd.Index, agreement_id: pd.Series, number: np.ndarray
) -> pd.DataFrame:
    """One row for each agreement that some identity rule would keep apart: by identifier, by name, by both."""
    apart = days[["entity", "start", "end"]].assign(agreement=number)
    for name in ("identifier_key", "name_key", "partner_id"):
        apart[name] = pd.factorize(known.who[name])[0][known.codes]
    apart = apart[~pd.Series(mixed([apart[name].to_numpy() for name in apart if name != "agreement"])).duplicated().to_numpy()]
    frame = pd.DataFrame(
        {
            "agreement_id": agreement_id.array.take(apart["agreement"].to_numpy(), allow_fill=True),
            "entity": entity_ids.take(apart["entity"].to_numpy()),
            "start": _dates(apart["start"]).array,
            "end": _dates(apart["end"]).array,
            **{name: known.who[name].array.take(known.codes[apart.index]) for name in ("identifier_key", "name_key", "partner_id")},
        }
    )
    return frame.sort_values(list(frame)[::-1], ignore_index=True)


def windows(rows: Rows, date_end: pd.Series, first=None, last=None) -> pd.DataFrame:
    """From when to when the source sees each funder: its first and last dated period, inclusive, unless the study says it."""
    entity = rows.columns["funder"]
    frame = pd.DataFrame({"entity": entity.codes, "first": rows.series("date").array, "last": date_end.array}).dropna()
    seen = frame.groupby("entity").agg({"first": "min", "last": "max"}).reset_index()
    seen["entity"] = entity.values.array.take(seen["entity"].to_numpy())
    if first is not None:
        seen["first"] = pd.Timestamp(first)
    if last is not None:
        seen["last"] = pd.Timestamp(last)
    return seen.astype({"first": "datetime64[us]", "last": "datetime64[us]"}).sort_values("entity", ignore_index=True)


def breaks(identities: pd.DataFrame) -> pd.DataFrame:
    """The share of one year's relations that the next year finds again, by identifier and by name; years of sudden loss flagged.

    Among funders that are seen in both years; `year` is the later, `relations` how many the earlier had by name. Where names
    lose many at once and identifiers do not (or are absent), the publisher changed how it writes names: the "ends" and
    "starts" of that year are none.
    """
    year = identities["start"].dt.year
    frame = pd.DataFrame({"year": sorted(year.dropna().unique())[1:]}).astype("int64")
    for column, key in (("by_identifier", "identifier_key"), ("by_name", "name_key")):
        known = identities[key].notna() & year.notna()
        pairs = identities.loc[known, ["entity", key]].assign(year=year[known].astype("int64")).drop_duplicates()
        before = pairs.assign(year=pairs["year"] + 1)
        before = before.merge(pairs[["entity", "year"]].drop_duplicates()).merge(pairs, how="left", indicator="found")
        again = before["found"].eq("both").groupby(before["year"])
        frame[column] = frame["year"].map(again.mean()).astype("Float64")
        frame["relations"] = frame["year"].map(again.size()).astype("Int64")
    lost, kept = (frame[name] < BREAK * _around(frame[name]) for name in ("by_name", "by_identifier"))
    frame["flag"] = (lost & ~kept.fillna(False) & (frame["relations"] >= ENOUGH)).fillna(False).astype("boolean")
    return frame[["year", "relations", "by_identifier", "by_name", "flag"]]


def _around(shares: pd.Series) -> pd.Series:
    """The median of the two years before and the two after."""
    return pd.concat([shares.shift(step) for step in (-2, -1, 1, 2)], axis=1).astype("float64").median(axis=1)
