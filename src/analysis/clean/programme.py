"""The programme's own tables: required columns, one code for each partner, one row for each key, dates that agree."""

import csv
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd

from analysis import cells, match, tables, words
from analysis.clean import duplicates, totals
from analysis.clean.ledger import Books, Fates
from analysis.clean.review import breaks
from analysis.clean.rows import Rows

_ = words.text
MEASURES = {"contributions": "value_eur", "agreements": "planned_amount_eur", "accounts": "revenue_total"}
ORDER = {"agreements": ("start", ("planned_end", "end")), "projects": ("start", ("end",)), "support": ("start", ("end",)),
         "sites": ("opened", ("closed",)), "offers": ("active_from", ("active_to",))}  # fmt: skip


def clean(by_table: dict[str, Rows], books: Books, study, identity: str, aliases, built: dict, notes: dict) -> None:
    """Clean tables of all rows that are no grants, into `built`; what a reader should know, into `notes`."""
    if not by_table:
        return
    codes: dict[str, str] = {}
    reconciled = [notes.get("totals", pd.DataFrame(columns=totals.COLUMNS))]
    conflicts = [notes.get("conflicts", pd.DataFrame(columns=duplicates.CONFLICTS))]
    for name in [table for table in tables.declared() if table in by_table]:  # partners, whom all others name, come first
        fates = books.open(by_table.pop(name))
        frame = _usable(fates, name, books, reconciled)
        fates.close()
        if name == "partners":
            codes = _partner_codes(frame, identity, aliases)
        for column in ("partner_id", "network_id"):
            if column in frame:
                other = frame[column].isin(codes)
                frame[column] = frame[column].mask(other, frame.loc[other, column].map(codes))
        frame, merged, differing = duplicates.by_key(frame, name, books.rank, books.sources)
        fates.merge(merged, "same key")
        conflicts.append(differing)
        frame = _in_order(frame, name, books, fates.rows)
        if name == "accounts":
            _add_up(frame, books, fates.rows)
        _recoded(frame, name, notes)
        frame = frame.sort_values(tables.key(name))
        keys = duplicates.written(frame, tables.key(name))
        fates.keys(frame.index.to_numpy(), keys, np.arange(len(keys)))
        built[name] = tables.conform(frame, name).reset_index(drop=True)
    notes["conflicts"] = pd.concat(conflicts, ignore_index=True)
    notes["totals"] = pd.concat(reconciled, ignore_index=True)
    if "agreements" in built:
        built["identities"] = _identities(built["agreements"], built.get("partners", tables.empty("partners")))
        known = built["identities"]
        entity, year = pd.factorize(known["entity"])[0], known["start"].dt.year.to_numpy(np.int32)
        notes["breaks"] = breaks(entity, year, known["identifier_key"], known["name_key"], np.arange(len(known)))
        notes["windows"] = _windows(built["agreements"], study)


def _usable(fates: Fates, table: str, books: Books, reconciled: list[pd.DataFrame]) -> pd.DataFrame:
    """The rows of a table that are neither totals nor without what is required, by their positions."""
    rows = fates.rows
    required = [column for column in tables.columns(table).values() if column.required]
    if table in MEASURES and "~label" in rows.columns:
        keyless = ~np.logical_and.reduce([rows.known(column.name) for column in required])
        is_total, compared = totals.found(rows, MEASURES[table], keyless, books.sources)
        fates.set_aside(is_total, "total", _("the sum of other rows"), "~label")
        reconciled.append(compared)
    if table == "contributions" and "date" in rows.columns:
        _fill_year(rows)
    for column in required:
        message = _("required: {column}").format(column=column.label(words.language()))
        fates.set_aside(~rows.known(column.name), f"no {column.name}", message, tables.key(table)[0])
    kept, at = fates.left()
    frame = kept.frame().set_axis(at)
    return tables.conform(frame, table).assign(source=frame["source"], line=frame["line"])


def _fill_year(rows: Rows) -> None:
    dates = rows.columns["date"]
    year = dates._replace(values=dates.values.dt.year.astype("Int64"))
    if "year" not in rows.columns:
        rows.columns["year"] = year
    elif not rows.known("year").all():
        filled = rows.series("year").fillna(year.series())
        codes, values = pd.factorize(filled)
        rows.columns["year"] = rows.columns["year"]._replace(
            codes=codes.astype(np.int32), values=pd.Series(values, dtype="Int64")
        )


def _partner_codes(partners: pd.DataFrame, identity: str, aliases: pd.DataFrame | None) -> dict[str, str]:
    """Partner codes -> the code of the partner that they are, where it is another one: several codes of one identifier are one
    partner (the first).

    By "name", partners of one exact name are one. `aliases` may name partners by their code or name. Codes that the table of
    partners does not hold stay as they are.
    """
    if partners.empty:
        return {}
    once = partners.sort_values(["partner_id", "source", "line"]).drop_duplicates("partner_id").reset_index(drop=True)
    records = pd.DataFrame({"identifier": once["siren"].fillna(once["rna"]).fillna(once["partner_id"]), "name": once["name"]})
    if aliases is not None:
        known = dict(zip(once["partner_id"], records["identifier"], strict=True))
        aliases = aliases.assign(**{side: aliases[side].replace(known) for side in ("partner", "same_as")})
    who = match.identify(records, aliases, identity)["partner_id"].fillna(once["partner_id"])
    several = once.loc[who.duplicated(keep=False), "partner_id"]
    first = several.groupby(who).transform("min")
    return dict(zip(several[several != first], first[several != first], strict=True))


def _in_order(frame: pd.DataFrame, table: str, books: Books, rows: Rows) -> pd.DataFrame:
    """Ends that come before their start are not used (R01); each is told in the quarantine."""
    start, ends = ORDER.get(table, ("", ()))
    for end in ends:
        turned = (frame[end] < frame[start]).to_numpy()
        if turned.any():
            met = frame[turned]
            books.put(
                rows.rows(met.index.to_numpy()), end, "R01", met[end].astype("str"), _("the end comes before the start: not used")
            )
            frame[end] = frame[end].mask(turned)
    return frame


def _add_up(accounts: pd.DataFrame, books: Books, rows: Rows) -> None:
    """Totals of revenue that differ from the sum of the five lines by more than 1 % are told (R12), and kept as given."""
    lines = accounts[["public_grants", "gifts_sponsorship", "sales", "dues", "other_revenue"]]
    summed = lines.sum(axis=1).where(lines.notna().all(axis=1))
    off = ((accounts["revenue_total"] - summed).abs() > 0.01 * accounts["revenue_total"].abs() + totals.TOLERANCE).fillna(False)
    if off.any():
        met = accounts[off.to_numpy(bool)]
        books.put(
            rows.rows(met.index.to_numpy()), "revenue_total", "R12", met["revenue_total"].astype("str"),
            _("differs from the sum of the five lines by more than 1%: kept as given"),
        )  # fmt: skip


@cache
def _domains() -> dict[str, str]:
    with (resources.files("analysis") / "reference/domains.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    spelled = {
        (row["domain"], name)
        for row in rows
        for name in (row["domain"], row["label_fr"], row["label_en"], *row["aliases"].split("|"))
    }
    folded = cells.fold(pd.Series([name for _domain, name in sorted(spelled)], dtype="str"))
    return {name: domain for (domain, _name), name in zip(sorted(spelled), folded, strict=True) if name}


def _recoded(frame: pd.DataFrame, table: str, notes: dict) -> None:
    """Domains in the words of the nomenclature; those it does not know are left out and counted."""
    for column in ("domains", "domain"):
        if column in frame:
            written = pd.Categorical(frame[column])
            parts = pd.Series(written.categories, dtype="str").str.split("|").explode().dropna()
            known = cells.fold(parts).map(_domains())
            lost = parts[known.isna()]
            rows = np.bincount(written.codes[written.codes >= 0], minlength=len(written.categories))[lost.index]
            unmapped = pd.DataFrame({"value": lost.array, "rows": rows})
            before = notes.get(
                "domains_unmapped", pd.DataFrame({"value": [], "rows": []}).astype({"value": "str", "rows": "int64"})
            )
            merged = pd.concat([before, unmapped]).groupby("value")["rows"].sum().reset_index()
            notes["domains_unmapped"] = merged.sort_values(["rows", "value"], ascending=[False, True], ignore_index=True)
            kept = known.dropna()
            joined = kept.groupby(level=0).agg(lambda values: "|".join(sorted(set(values))))
            joined = joined.reindex(range(len(written.categories))).astype("str")
            frame[column] = joined.array.take(written.codes, allow_fill=True)


def _identities(agreements: pd.DataFrame, partners: pd.DataFrame) -> pd.DataFrame:
    """Each agreement with what identifies its partner: its SIREN, RNA or code, and its normalised name."""
    held = partners.set_index("partner_id")
    key = held["siren"].fillna(held["rna"])
    names = match.normalised(held["name"])
    found = agreements[["agreement_id", "entity", "start", "end", "planned_end", "partner_id"]].copy()
    found["end"] = found["end"].fillna(found.pop("planned_end"))
    found["identifier_key"] = found["partner_id"].map(key).astype("str").fillna(found["partner_id"])
    found["name_key"] = found["partner_id"].map(names).astype("str")
    return found[["agreement_id", "entity", "start", "end", "identifier_key", "name_key", "partner_id"]]


def _windows(agreements: pd.DataFrame, study) -> pd.DataFrame:
    """From when to when the source sees each entity: as study.toml says, else from its first to its last date."""
    starts = agreements.groupby("entity")["start"].agg(["min", "max"])
    seen = pd.DataFrame({"entity": starts.index, "first": starts["min"].array, "last": starts["max"].array})
    if study.day:
        seen["last"] = pd.Timestamp(study.day)
    else:
        furthest = agreements[["start", "planned_end", "end"]].max(axis=1)
        seen["last"] = seen["entity"].map(furthest.groupby(agreements["entity"]).max())
    if study.observed_from:
        seen["first"] = pd.Timestamp(study.observed_from)
    if study.observed_to:
        seen["last"] = pd.Timestamp(study.observed_to)
    return seen.astype({"entity": "str", "first": "datetime64[us]", "last": "datetime64[us]"}).sort_values(
        "entity", ignore_index=True
    )
