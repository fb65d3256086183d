"""The programme's own tables: required columns, one code for each partner, one row for each key, dates that agree."""

import csv
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import parse
from analysis.clean import duplicates, grants, total_rows
from analysis.clean.arrow_tables import Tables, encoded, plain, spread, table_of
from analysis.clean.coded_rows import Rows, mixed, repeated
from analysis.clean.exclusions import NOT_GRANTED, NOTHING_GIVEN, outcome_of_agreements
from analysis.clean.holes import source_holes
from analysis.clean.ledger import Books, Fates
from analysis.clean.review_lists import breaks
from analysis.clean.typed_columns import code
from analysis.declare import schema
from analysis.linkage import partner_matching
from analysis.read import Coded, parallel
from analysis.text import formatting

_ = formatting.text
MEASURES = {
    "contributions": "value_eur",
    "agreements": "planned_amount_eur",
    "accounts": "revenue_total",
}
ORDER = {
    "agreements": ("start", ("planned_end", "end")),
    "projects": ("start", ("end",)),
    "support": ("start", ("end",)),
    "sites": ("opened", ("closed",)),
    "offers": ("active_from", ("active_to",)),
    "accounts": ("", ("year_end",)),
}


LISTED = ("contributions", "answers", "events")  # tables to whose rows no other refers


def clean(
    by_table: dict[str, Rows],
    books: Books,
    study,
    identity: str,
    aliases,
    built: Tables,
    notes: dict,
) -> None:
    """Clean tables of all rows that are no grants, into `built`; what a reader should know, into `notes`."""
    if not by_table:
        return
    codes: dict[str, str] = {}
    reconciled = [notes.get("totals", pd.DataFrame(columns=total_rows.COLUMNS))]
    conflicts = [notes.get("conflicts", pd.DataFrame(columns=duplicates.CONFLICTS))]
    named = [
        rows.columns["partner_id"].values
        for rows in by_table.values()
        if "partner_id" in rows.columns
    ]
    if "partners" not in by_table:
        codes = _partner_codes(
            Rows("partners", {}, *[np.array([], dtype=int)] * 3), identity, aliases, named
        )
    for name in [
        table for table in schema.declared() if table in by_table
    ]:  # partners, whom all others name, come first
        fates = books.open(by_table.pop(name))
        rows, at = _usable(fates, name, books, reconciled, by_table.get("contributions"))
        fates.close()
        if name == "partners":
            codes = _partner_codes(rows, identity, aliases, named)
        for column in {"partner_id", "network_id"} & set(rows.columns):
            written = rows.columns[column]
            other = written.values[written.values.isin(codes)]
            rows.columns[column] = written._replace(
                values=written.values.mask(written.values.isin(codes), other.map(codes))
            )
        number = rows.ranked(schema.key(name))
        if name in LISTED and _only_lines(rows, number):
            _join_key(rows)
            number = rows.ranked(schema.key(name))
        merged, differing = duplicates.by_key(rows, number, books.rank, books.sources)
        fates.merge(at[merged], "same key")
        conflicts.append(differing)
        _in_order(rows, books)
        if name == "accounts":
            _add_up(rows, books)
        _recoded(rows, notes)
        left = np.delete(np.arange(len(rows)), merged)
        order = left[np.argsort(number[left], kind="stable")]
        built[name] = table_of(rows, order)
        keys = duplicates.written(built.columns(name, schema.key(name)), schema.key(name))
        fates.keys(at, keys, np.searchsorted(number[order], number))
        parallel.release()
    notes["conflicts"] = pd.concat(conflicts, ignore_index=True)
    notes["totals"] = pd.concat(reconciled, ignore_index=True)
    if "agreements" in built:
        _identities(built, notes)
        parallel.release()
        notes["windows"] = _windows(built.arrow("agreements"), study)
        dated = built.columns("agreements", ["entity", "start"]).rename(columns={"start": "date"})
        notes["holes"] = source_holes(dated, notes["windows"])


def _usable(
    fates: Fates,
    table: str,
    books: Books,
    reconciled: list[pd.DataFrame],
    contributions: Rows | None,
) -> tuple[Rows, np.ndarray]:
    """The declared columns of the rows that are neither totals nor without what is required, and their positions."""
    rows = fates.rows
    required = [column for column in schema.columns(table).values() if column.required]
    if table in MEASURES and "~label" in rows.columns:
        keyless = ~np.logical_and.reduce([rows.known(column.name) for column in required])
        is_total, compared = total_rows.found(rows, MEASURES[table], keyless, books.sources)
        fates.set_aside(is_total, "total", _("the sum of other rows"), "~label")
        reconciled.append(compared)
    for column, date in schema.TOLD_BY.get(table, {}).items():
        if date in rows.columns:
            known = rows.known(column)
            _fill(rows, column, date)
            if column == "start":
                fates.note(~known & rows.known(column), "start from signature")
    if (
        table == "contributions" and "date" in rows.columns
    ):  # of which only the year or the month is known is no day
        dates = rows.columns["date"]
        rows.columns["date"] = dates._replace(
            values=dates.values.where(rows.columns["date_precision"].values.eq("day"))
        )
    for end in {*ORDER.get(table, ("", ()))[1]} & {*rows.columns}:
        held = rows.columns[end]
        last = grants.last_day(
            held.values.to_numpy("datetime64[D]"), rows.columns[f"{end}_precision"].values
        )
        rows.columns[end] = held._replace(values=pd.Series(last.astype("datetime64[us]")))
    for column in required:
        message = _("required: {column}").format(column=column.label(formatting.language()))
        fates.set_aside(
            ~rows.known(column.name), f"no {column.name}", message, schema.key(table)[0]
        )
    if table == "agreements":
        _set_aside_no_agreements(fates, contributions)
    rows, at = fates.left()
    declared = schema.columns(table)
    held = {name: rows.columns[name] for name in declared if name in rows.columns}
    held = {
        name: column._replace(values=schema.typed(column.values, declared[name]))
        for name, column in held.items()
    }
    grains = {f"{name}_precision" for name, column in declared.items() if column.kind == "date"} & {
        *rows.columns
    }
    held |= {name: rows.columns[name] for name in grains}  # until repeats are one
    return Rows(table, held, rows.source, rows.line, rows.record), at


def _set_aside_no_agreements(fates: Fates, contributions: Rows | None) -> None:
    """Agreements that were refused, withdrawn or never decided (R18), and those of 0 EUR under which nothing else is given (R19)."""
    rows = fates.rows
    key = "agreement_id"
    outcomes = outcome_of_agreements(rows.series("status_as_given"))
    for outcome, rule in NOT_GRANTED.items():
        is_none = outcomes.eq(outcome).to_numpy(bool, na_value=False)
        fates.set_aside(is_none, rule, _("a request that was not granted is no agreement"), key)
    zero = rows.series("planned_amount_eur").eq(0)
    other_kinds = rows.series("kinds").fillna("philanthropy").ne("philanthropy")
    given = pd.Series(dtype="str")
    if contributions is not None:
        worth = contributions.series("value_eur").fillna(contributions.series("quantity"))
        given = contributions.series(key)[worth.ne(0).fillna(True).to_numpy(bool)]
    nothing = zero.fillna(False).to_numpy(bool) & ~other_kinds.to_numpy(bool)
    nothing &= ~rows.series(key).isin(given).to_numpy(bool)
    message = _("0 EUR, nothing in kind, no loan and no guarantee: no relation")
    fates.set_aside(nothing, NOTHING_GIVEN, message, key)


def _fill(rows: Rows, column: str, date: str) -> None:
    """Values that a date tells where their own column does not: its year, or the day itself with its precision."""
    told = rows.columns[date]
    if schema.columns(rows.table)[column].kind == "integer":
        found = {column: told._replace(values=told.values.dt.year.astype("Int64"))}
    else:
        found = {column: told, f"{column}_precision": rows.columns[f"{date}_precision"]}
    lacking = np.flatnonzero(~rows.known(column))
    for name, values in found.items():
        if len(lacking) == len(rows):
            rows.columns[name] = values
        else:
            rows.put(name, lacking, values.rows(lacking).series())


def _told(rows: Rows) -> list[str]:
    """The columns that say what a row is of, beside its number."""
    return [
        column.name
        for column in schema.columns(rows.table).values()
        if column.required and not column.key
    ]


def _only_lines(rows: Rows, number: np.ndarray) -> bool:
    """Whether the numbers of rows but count them, anew in each file or agreement: most that occur again are of something else."""
    again = repeated(number)
    several = pd.DataFrame(
        {
            "number": number[again],
            "of": mixed([rows.rows(again).keys(name) for name in _told(rows)]),
        }
    )
    several = several.drop_duplicates().groupby("number").size() > 1
    return len(again) > 0 and bool(several.mean() > 0.5)


def _join_key(rows: Rows) -> None:
    """Numbers that but count rows, with what each row is of: together they say which it is."""
    key = schema.key(rows.table)[0]
    codes, first = rows.distinct([key, *_told(rows)])
    texts = duplicates.written(rows.rows(first).frame(), [key, *_told(rows)]).str.replace("|", " ")
    rows.columns[key] = Coded(codes.astype(np.int32), texts)


def _partner_codes(
    partners: Rows, identity: str, aliases: pd.DataFrame | None, named: list[pd.Series]
) -> dict[str, str]:
    """Partner codes -> the code of the partner that they are, where it is another one: several codes of one identifier are one
    partner (the first).

    By "name", partners of one exact name are one. `aliases` may name partners by their code or name. Codes that the table of
    partners does not hold but others do (`named`) stay as they are, unless `aliases` say who they are.
    """
    if not len(partners) and aliases is None:
        return {}
    if aliases is None:  # who shares nothing with another is nobody else
        name = partners.columns["name"]._replace(
            values=partner_matching.normalised(partners.columns["name"].values)
        )
        shared = [partners.series(key) for key in ("partner_id", "siren", "rna")] + [
            name.series()
        ] * (identity == "name")
        several = np.logical_or.reduce([key.duplicated(keep=False) & key.notna() for key in shared])
        partners = partners.rows(np.flatnonzero(several))
    told = {key: partners.series(key) for key in ("partner_id", "name", "siren", "rna")}
    told = pd.DataFrame(told | {"source": partners.source, "line": partners.line}).sort_values(
        ["partner_id", "source", "line"]
    )
    once = told.groupby("partner_id").first().reset_index()  # what any of its rows tells
    once["identifier"] = once["siren"].fillna(once["rna"]).fillna(once["partner_id"])
    if aliases is not None:
        aliases = aliases.assign(**{side: code(aliases[side]) for side in ("partner", "same_as")})
        elsewhere = {met for values in named for met in values[~values.isin(once["partner_id"])]}
        lone = sorted(elsewhere & {*aliases["partner"], *aliases["same_as"]})
        lone = pd.DataFrame(dict.fromkeys(("partner_id", "name", "identifier"), lone), dtype="str")
        once = pd.concat([once, lone], ignore_index=True)
        known = dict(zip(once["partner_id"], once["identifier"], strict=True))
        aliases = aliases.assign(
            **{side: aliases[side].replace(known) for side in ("partner", "same_as")}
        )
    who = partner_matching.identify(once, aliases, identity)["partner_id"].fillna(
        once["partner_id"]
    )
    several = once.loc[who.duplicated(keep=False), "partner_id"]
    first = several.groupby(who).transform("min")
    return dict(zip(several[several != first], first[several != first], strict=True))


def _in_order(rows: Rows, books: Books) -> None:
    """Ends that come before their start are not used (R01); each is told in the quarantine."""
    start, ends = ORDER.get(rows.table, ("", ()))
    for end in ends:
        if {start, end} <= set(rows.columns):
            turned = rows.days(end) < rows.days(start)
            books.cells(rows, turned, end, "R01", _("the end comes before the start: not used"))
            rows.put(end, np.flatnonzero(turned), None)


def _add_up(accounts: Rows, books: Books) -> None:
    """Totals of revenue that differ from the sum of the five lines by more than 1 % are told (R12), and kept as given."""
    lines = ("public_grants", "gifts_sponsorship", "sales", "dues", "other_revenue")
    total, *lines = (
        accounts.series(name).to_numpy(float, na_value=np.nan) for name in ("revenue_total", *lines)
    )
    off = np.abs(total - sum(lines)) > 0.01 * np.abs(total) + total_rows.TOLERANCE
    books.cells(
        accounts,
        off,
        "revenue_total",
        "R12",
        _("differs from the sum of the five lines by more than 1%: kept as given"),
    )


@cache
def _domains() -> dict[str, str]:
    with (resources.files("analysis") / "reference/domains.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    spelled = {
        (row["domain"], name)
        for row in rows
        for name in (row["domain"], row["label_fr"], row["label_en"], *row["aliases"].split("|"))
    }
    folded = parse.fold(pd.Series([name for _domain, name in sorted(spelled)], dtype="str"))
    return {
        name: domain for (domain, _name), name in zip(sorted(spelled), folded, strict=True) if name
    }


def _recoded(rows: Rows, notes: dict) -> None:
    """Domains in the words of the nomenclature; those it does not know are left out and counted."""
    for column in {"domains", "domain"} & set(rows.columns):
        written = rows.columns[column]
        parts = written.values.str.split("|").explode().dropna()
        known = parse.fold(parts).map(_domains())
        lost = parts[known.isna()]
        counts = np.bincount(written.codes[written.codes >= 0], minlength=len(written.values))[
            lost.index
        ]
        unmapped = pd.DataFrame({"value": lost.array, "rows": counts})[counts > 0]
        before = notes.get(
            "domains_unmapped",
            pd.DataFrame({"value": [], "rows": []}).astype({"value": "str", "rows": "int64"}),
        )
        merged = pd.concat([before, unmapped]).groupby("value")["rows"].sum().reset_index()
        notes["domains_unmapped"] = merged.sort_values(
            ["rows", "value"], ascending=[False, True], ignore_index=True
        )
        kept = known.dropna()
        joined = kept.groupby(level=0).agg(lambda values: "|".join(sorted(set(values))))
        rows.columns[column] = written._replace(
            values=joined.reindex(range(len(written.values))).astype("str")
        )


def _identities(built: Tables, notes: dict) -> None:
    """Each agreement with what identifies its partner: its SIREN, RNA or code, and its normalised name."""
    agreements, partners = (
        built.arrow("agreements"),
        built.arrow("partners") if "partners" in built else None,
    )
    who = encoded(agreements["partner_id"])
    codes = who.indices.to_numpy()
    identifier, name, spelled = (
        who.dictionary,
        np.full(len(who.dictionary), -1),
        pd.Index([], dtype="str"),
    )
    if partners is not None:
        row = pc.index_in(who.dictionary, partners["partner_id"])
        identifier = pc.coalesce(
            *(plain(partners[key]).take(row) for key in ("siren", "rna")), who.dictionary
        )
        names = encoded(partners["name"])
        of_name, spelled = pd.factorize(
            partner_matching.normalised(pd.Series(names.dictionary, dtype="str"))
        )
        name = np.append(of_name, -1)[names.indices.take(row).fill_null(-1).to_numpy()]
        del row, names
    identifier = pd.Series(pd.array(identifier, dtype="str"))
    found = {key: agreements[key] for key in ("agreement_id", "entity", "start")}
    found["end"] = pc.coalesce(agreements["end"], agreements["planned_end"])
    found["identifier_key"] = spread(Coded(codes, identifier), "str")
    found["name_key"] = spread(Coded(name.astype(np.int32)[codes], spelled.to_series()), "str")
    built["identities"] = pa.table(found | {"partner_id": agreements["partner_id"]})
    year = pc.year(agreements["start"]).cast(pa.int32()).to_numpy()
    del who
    parallel.release()
    name = pd.Series(pd.Categorical.from_codes(name, spelled))
    notes["breaks"] = breaks(
        encoded(agreements["entity"]).indices.to_numpy(), year, identifier, name, codes
    )


def _windows(agreements: pa.Table, study) -> pd.DataFrame:
    """From when to when the source sees each entity: as study.toml says, else from its first to its last date."""
    furthest = pc.max_element_wise(*(agreements[name] for name in ("start", "planned_end", "end")))
    entity = encoded(agreements["entity"])
    seen = pa.table({"entity": entity.indices, "first": agreements["start"], "last": furthest})
    seen = (
        seen.group_by("entity", use_threads=False)
        .aggregate([("first", "min"), ("last", "max")])
        .to_pandas()
    )
    seen = seen.set_axis(["entity", "first", "last"], axis=1)
    seen["entity"] = entity.dictionary.take(pa.array(seen["entity"])).to_pandas()
    if study.day:
        seen["last"] = pd.Timestamp(study.day)
    if study.observed_from:
        seen["first"] = pd.Timestamp(study.observed_from)
    if study.observed_to:
        seen["last"] = pd.Timestamp(study.observed_to)
    return seen.astype(
        {"entity": "str", "first": "datetime64[us]", "last": "datetime64[us]"}
    ).sort_values("entity", ignore_index=True)
