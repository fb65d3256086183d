"""The programme's own tables: required columns, one code for each partner, one row for each key,
dates that agree.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean import partner_codes, repeats, totals
from analysis.clean.exclusions import NOT_GRANTED, NOTHING_GIVEN, outcome_of_agreements
from analysis.clean.review_lists import what_is_seen
from analysis.clean.rows import (
    FAULTS,
    column,
    contradicting_cells,
    is_kept,
    mark,
    merge,
    set_aside,
    with_keys,
)
from analysis.declare import schema
from analysis.layout import Study
from analysis.linkage import partner_matching
from analysis.parse.column import reference
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
REVENUE = ("public_grants", "gifts_sponsorship", "sales", "dues", "other_revenue")
Tables = dict[str, pd.DataFrame]


def clean_programme(
    by_table: dict[str, pd.DataFrame],
    study: Study,
    identity: str,
    aliases: pd.DataFrame | None,
    notes: Tables,
) -> tuple[list[pd.DataFrame], Tables, list[pd.DataFrame]]:
    """All rows with fates and keys, table by table; the clean tables; cells not used."""
    if not by_table:
        return [], {}, []
    same_partner = partner_codes.same_partners(by_table, identity, aliases)
    if aliases is not None:
        undecided = partner_codes.same_partners(by_table, identity, None)
        codes = pd.Series(sorted(same_partner), dtype="str")
        notes["merges"] = partner_codes.merges(
            codes.replace(undecided), codes.replace(same_partner)
        )
    decided, tables, cells = [], {}, []
    for table in [name for name in schema.declared() if name in by_table]:
        rows = by_table[table]
        rows = set_aside_totals(rows, table, notes, study.numbers["totals_tolerance_eur"])
        rows = with_dates_told(rows, table)
        rows = set_aside_incomplete(rows, table)
        if table == "agreements":
            rows = set_aside_no_agreements(rows, by_table.get("contributions"))
        clean = typed(rows[is_kept(rows)], table)
        clean = partner_codes.with_partner_codes(clean, same_partner)
        clean = with_own_numbers(clean, table)
        clean, into, conflicts = repeats.one_row_each(clean, table)
        merge(rows, into.reindex(rows.index, fill_value=-1), "same key")
        notes["conflicts"] = _with_more(notes.get("conflicts"), conflicts)
        clean, turned = without_turned_ends(clean, table)
        cells += [turned, *sums_apart(clean, table, study.numbers)]
        clean = in_the_nomenclature(clean, notes)
        tables[table] = schema.conform(clean, table).reset_index(drop=True)
        keys = repeats.joined_key(schema.conform(clean, table), schema.key(table))
        decided.append(with_keys(rows, keys).assign(table=table))
    notes.setdefault("totals", pd.DataFrame(columns=totals.COLUMNS))
    if "partners" in tables:
        tables["partners"] = partner_codes.with_partners_named_elsewhere(tables)
    if "agreements" in tables:
        agreements = tables["agreements"]
        identities = identities_of(agreements, tables.get("partners"))
        last = last_seen(tables).max()  # on which any table shows a fact
        dated = agreements[["entity"]].assign(date=agreements["start"], last=last)
        observed_to, year = study.observed_to or study.day, agreements["start"].dt.year
        keys = identities["identifier_key"], identities["name_key"]
        notes |= what_is_seen(dated, study, observed_to, year, *keys)
        tables["identities"] = identities
    if "answers" in tables:
        tables["answers"] = with_days_of_waves(tables["answers"], study.day)
    return decided, tables, cells


def with_days_of_waves(answers: pd.DataFrame, day) -> pd.DataFrame:
    """Answers of an undated wave that is named by its year, on the last day of that year, or on the
    study's day if it comes first: the latest that they can have been given.

    >>> answers = pd.DataFrame({"wave": ["2017", "2018", "trial"], "date": pd.to_datetime([None] * 3)})
    >>> with_days_of_waves(answers, "2018-06-27")["date"].dt.strftime("%Y-%m-%d").tolist()
    ['2017-12-31', '2018-06-27', nan]
    """
    if day is None:
        return answers
    is_undated = answers["date"].isna().groupby(answers["wave"]).transform("all")
    year = answers["wave"].where(answers["wave"].astype("str").str.fullmatch("[12][0-9]{3}"))
    year_end = pd.to_datetime(year + "-12-31", format="%Y-%m-%d").clip(upper=pd.Timestamp(day))
    date = answers["date"].mask(is_undated, year_end.astype("datetime64[us]"))
    return answers.assign(date=date)


def _with_more(known: pd.DataFrame | None, more: pd.DataFrame) -> pd.DataFrame:
    return more if known is None else pd.concat([known, more], ignore_index=True)


def set_aside_totals(
    rows: pd.DataFrame, table: str, notes: Tables, tolerance_eur: float
) -> pd.DataFrame:
    """Rows that are the sum of others; how each compares with these goes to the notes."""
    if table not in MEASURES or "~label" not in rows:
        return rows
    required = [name for name, column in schema.columns(table).items() if column.required]
    keyless = ~pd.concat([column(rows, name).notna() for name in required], axis=1).all(axis=1)
    is_total, compared = totals.total_rows(rows, MEASURES[table], keyless, None, tolerance_eur)
    set_aside(rows, is_total, "total", _("the sum of other rows"), "~label")
    notes["totals"] = _with_more(notes.get("totals"), compared)
    return rows


def with_dates_told(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Values that a date tells where their column does not; ends as the last day written."""
    for name, date in schema.TOLD_BY.get(table, {}).items():
        if date not in rows:
            continue
        is_integer = schema.columns(table)[name].kind == "integer"
        value = rows[date].dt.year.astype("Int64") if is_integer else rows[date]
        if name == "start":
            signed = column(rows, name, "datetime64[us]").isna() & value.notna()
            mark(rows, signed, "kept", "start from signature")
            precision = column(rows, f"{name}_precision").where(~signed)
            rows[f"{name}_precision"] = precision.fillna(rows[f"{date}_precision"])
        rows[name] = rows[name].fillna(value) if name in rows else value
    if table == "contributions" and "date" in rows:
        # of which only the year or the month is known is no day
        rows["date"] = rows["date"].where(rows["date_precision"].eq("day"))
    for end in {*ORDER.get(table, ("", ()))[1]} & {*rows}:
        rows[end] = parse.last_day(rows[end], rows[f"{end}_precision"])
    return rows


def set_aside_incomplete(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Rows without what their table requires."""
    for name, declared in schema.columns(table).items():
        if declared.required:
            label = declared.label(formatting.language())
            message = _("required: {column}").format(column=label)
            lacking = column(rows, name).isna()
            set_aside(rows, lacking, f"no {name}", message, schema.key(table)[0])
    return rows


def set_aside_no_agreements(rows: pd.DataFrame, contributions: pd.DataFrame | None) -> pd.DataFrame:
    """Agreements not granted (R18), and those of 0 EUR under which nothing is given (R19)."""
    key = "agreement_id"
    outcomes = outcome_of_agreements(column(rows, "status_as_given"))
    message = _("a request that was not granted is no agreement")
    for outcome, rule in NOT_GRANTED.items():
        set_aside(rows, outcomes.eq(outcome), rule, message, key)
    zero = column(rows, "planned_amount_eur", "Float64").eq(0)
    other_kinds = column(rows, "kinds").fillna("philanthropy").ne("philanthropy")
    given_agreements = pd.Series(dtype="str")
    if contributions is not None:
        value, quantity = (
            column(contributions, name, "Float64") for name in ("value_eur", "quantity")
        )
        worth = value.fillna(quantity).ne(0).fillna(True)
        given_agreements = column(contributions, key)[worth.astype(bool)]
    nothing = zero.fillna(False) & ~other_kinds & ~rows[key].isin(given_agreements)
    message = _("0 EUR, nothing in kind, no loan and no guarantee: no relation")
    set_aside(rows, nothing, NOTHING_GIVEN, message, key)
    return rows


def typed(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """The declared columns in their types, with each row's origin and dates' precision."""
    declared = schema.columns(table)
    dates = [name for name, column in declared.items() if column.kind == "date"]
    precisions = [f"{name}_precision" for name in dates if f"{name}_precision" in rows]
    origin = ["source", "line", "rank"]
    names = [name for name in declared if name in rows]
    typed_columns = {name: schema.typed(rows[name], declared[name]) for name in names}
    others = [name for name in dict.fromkeys([*precisions, *origin]) if name not in typed_columns]
    return pd.DataFrame(typed_columns, index=rows.index).join(rows[others])


def with_own_numbers(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Numbers that but count rows, anew in each file or agreement, with what each row is of."""
    key = schema.key(table)[0]
    if table not in LISTED or key not in rows:
        return rows
    of = [
        name
        for name, declared in schema.columns(table).items()
        if declared.required and not declared.key and name in rows
    ]
    again = rows[rows[key].duplicated(keep=False)][[key, *of]].drop_duplicates()
    several = again.groupby(key).size() > 1
    if not len(several) or several.mean() <= 0.5:
        return rows
    numbers = repeats.joined_key(rows, [key, *of]).str.replace("|", " ")
    return rows.assign(**{key: numbers})


def without_turned_ends(rows: pd.DataFrame, table: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows without ends that come before their start (R01), and these cells for the quarantine."""
    start, ends = ORDER.get(table, ("", ()))
    cells = [pd.DataFrame(columns=FAULTS)]
    for end in ends:
        if {start, end} <= set(rows):
            turned = rows[end] < rows[start]
            message = _("the end comes before the start: not used")
            cells.append(contradicting_cells(rows, turned, end, "R01", message))
            rows = rows.assign(**{end: rows[end].mask(turned)})
    return rows, pd.concat(cells)


def sums_apart(rows: pd.DataFrame, table: str, numbers: Mapping[str, float]) -> list[pd.DataFrame]:
    """Totals of revenue too far from the sum of the five lines (R12): told, kept as given."""
    if table != "accounts":
        return []
    total, *lines = (
        column(rows, name, "Float64").to_numpy(float, na_value=np.nan)
        for name in ("revenue_total", *REVENUE)
    )
    share = numbers["revenue_tolerance"]
    tolerated = share * np.abs(total) + numbers["totals_tolerance_eur"]
    off = np.abs(total - sum(lines)) > tolerated
    message = _(
        "differs from the sum of the five lines by more than {share}: kept as given",
        share=formatting.percent(share),
    )
    return [contradicting_cells(rows, off, "revenue_total", "R12", message)]


@cache
def _domains() -> dict[str, str]:
    """How a domain may be written, folded -> its name."""
    spelled = {
        (row["domain"], name)
        for row in reference("domains")
        for name in (row["domain"], row["label_fr"], row["label_en"], *row["aliases"].split("|"))
    }
    names = sorted(spelled)
    folded = parse.fold(pd.Series([name for _domain, name in names], dtype="str"))
    pairs = zip(names, folded, strict=True)
    return {name: domain for (domain, _written), name in pairs if name}


def in_the_nomenclature(rows: pd.DataFrame, notes: Tables) -> pd.DataFrame:
    """Domains in the words of the nomenclature; unknown ones are left out and counted."""
    for name in [name for name in ("domains", "domain") if name in rows]:
        written = rows[name].str.split("|").explode().dropna()
        domain = parse.once_each(parse.fold, written).map(_domains())
        unknown = written[domain.isna()].value_counts().rename_axis("value").rename("rows")
        before = notes.get("domains_unmapped", pd.DataFrame({"value": [], "rows": []}))
        counts = pd.concat([before.set_index("value")["rows"], unknown]).groupby(level=0).sum()
        counts = counts.rename_axis("value").reset_index()
        counts = counts.astype({"value": "str", "rows": "int64"})
        notes["domains_unmapped"] = counts.sort_values(
            ["rows", "value"], ascending=[False, True], ignore_index=True
        )
        known_domains = (
            domain.dropna().groupby(level=0).agg(lambda values: "|".join(sorted(set(values))))
        )
        rows = rows.assign(**{name: known_domains.reindex(rows.index).astype("str")})
    return rows


def identities_of(agreements: pd.DataFrame, partners: pd.DataFrame | None) -> pd.DataFrame:
    """Each agreement with what identifies its partner (SIREN, RNA or code) and its name."""
    identities = agreements[["agreement_id", "entity", "start"]].copy()
    identities["end"] = agreements["end"].fillna(agreements["planned_end"])
    identities["identifier_key"] = agreements["partner_id"]
    identities["name_key"] = pd.Series(pd.NA, index=identities.index, dtype="str")
    if partners is not None:
        by_code = partners.set_index("partner_id")
        identifier = by_code["siren"].fillna(by_code["rna"])
        identifiers = agreements["partner_id"].map(identifier).astype("str")
        identities["identifier_key"] = identifiers.fillna(agreements["partner_id"])
        name = partner_matching.normalised(by_code["name"])
        identities["name_key"] = agreements["partner_id"].map(name).astype("str")
    return identities.assign(partner_id=agreements["partner_id"])


def last_seen(tables: Tables) -> pd.Series:
    """The last day on which each table shows something that had happened, by table.

    Ends count for nothing: written before they come, they are planned (R03), and so are amounts
    that are committed. Of a signed agreement the signature is seen, its start may lie ahead.
    """
    dates = {table: tables[table]["date"] for table in LISTED if table in tables}
    if "contributions" in dates:
        is_committed = tables["contributions"]["stage"].eq("committed").fillna(False)
        dates["contributions"] = dates["contributions"].mask(is_committed.astype(bool))
    agreements = tables["agreements"]
    dates["agreements"] = agreements["signed_on"].fillna(agreements["start"])
    return pd.Series({table: days.max() for table, days in dates.items()}, dtype="datetime64[us]")
