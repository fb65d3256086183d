"""Rules on the rows of one of the programme's own tables."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.grants.exclusions import NOT_GRANTED, NOTHING_GIVEN, outcome_of_agreements
from analysis.clean.programme.amended_agreements import number_of_the_first
from analysis.clean.records.rows import (
    FAULTS,
    column,
    contradicting_cells,
    is_kept,
    mark,
    set_aside,
)
from analysis.declare import schema
from analysis.layout.headers.words import which_say
from analysis.parse.column import reference_rows
from analysis.text import formatting
from analysis.text.messages import say

ORDER = {
    "agreements": ("start", ("planned_end", "end")),
    "projects": ("start", ("end",)),
    "support": ("start", ("end",)),
    "sites": ("opened", ("closed",)),
    "offers": ("active_from", ("active_to",)),
    "accounts": ("", ("year_end",)),
}
# What study.toml or other columns say of rows of agreements that more than one row tells of.
_SAID_OF_ROWS = ("~amendment", "~amends", "~same_reference", "~same_as_others", "~precedence")
_SAID_OF_ROWS += ("~amount_header",)
_REVENUE = ("public_grants", "gifts_sponsorship", "sales", "dues", "other_revenue")


def with_dates_told(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Values that a date tells where their column does not; ends as the last day written."""
    for name, date in schema.TOLD_BY.get(table, {}).items():
        if date not in rows:
            continue
        is_integer = schema.columns(table)[name].kind == "integer"
        if is_integer:
            value = rows[date].dt.year.astype("Int64")
        else:
            value = rows[date]
        if name == "start":
            signed = column(rows, name, "datetime64[us]").isna() & value.notna()
            mark(rows, signed, "kept", "start from signature")
            precision = column(rows, f"{name}_precision").where(~signed)
            rows[f"{name}_precision"] = precision.fillna(rows[f"{date}_precision"])
        rows[name] = rows[name].fillna(value) if name in rows else value
    if table == "contributions" and "date" in rows:
        # of which only the year or the month is known is no day
        rows["date"] = rows["date"].where(rows["date_precision"].eq("day"))
    if table == "agreements" and "term_months" in rows:
        rows = with_ends_of_terms(rows)
    for end in {*ORDER.get(table, ("", ()))[1]} & {*rows}:
        rows[end] = parse.last_day(rows[end], rows[f"{end}_precision"])
    return rows


def with_ends_of_terms(agreements: pd.DataFrame) -> pd.DataFrame:
    """The agreements of which a term in months is told, planned to end on its last day.

    >>> rows = pd.DataFrame({"start": pd.to_datetime(["2010-03-01"]), "term_months": [36.0]})
    >>> with_ends_of_terms(rows)["planned_end"].dt.strftime("%Y-%m-%d").tolist()
    ['2013-02-28']
    """
    months = agreements["term_months"].astype("Float64").round()
    is_told = months.ge(1).fillna(False).astype(bool) & agreements["start"].notna()
    whole_months = months.where(is_told, 0).to_numpy(int)
    last_day = parse.later(agreements["start"], whole_months) - pd.Timedelta(days=1)
    own_end = column(agreements, "planned_end", "datetime64[us]")
    precision = column(agreements, "planned_end_precision")
    return agreements.assign(
        planned_end=own_end.fillna(last_day.where(is_told)),
        planned_end_precision=precision.mask(own_end.isna() & is_told, "day"),
    )


def set_aside_incomplete(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Rows without what their table requires."""
    for name, declared in schema.columns(table).items():
        if declared.required:
            label = declared.label(formatting.language())
            message = say("clean.required", column=label)
            lacking = column(rows, name).isna()
            set_aside(rows, lacking, f"no {name}", message, schema.key(table)[0])
    return rows


def set_aside_no_agreements(rows: pd.DataFrame, contributions: pd.DataFrame | None) -> pd.DataFrame:
    """Agreements not granted (R18), and those of 0 EUR under which nothing is given (R19)."""
    key = "agreement_id"
    outcomes = outcome_of_agreements(column(rows, "status_as_given"))
    outcomes = outcomes.mask(_ran_until_ended(rows))
    message = say("clean.no_agreement")
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
    nothing &= ~_amends_another(rows)
    nothing &= ~column(rows, "~beside", "boolean").fillna(False).astype(bool)  # it was in kind
    message = say("clean.nothing_given")
    set_aside(rows, nothing, NOTHING_GIVEN, message, key)
    return rows


def _ran_until_ended(rows: pd.DataFrame) -> pd.Series:
    """Which rows say that they were ended early ("Rescindido"), and by a day that they ran until
    then.
    """
    is_said = which_say("early end", column(rows, "status_as_given"))
    return is_said & column(rows, "end", "datetime64[us]").gt(rows["start"])


def _amends_another(rows: pd.DataFrame) -> pd.Series:
    """Which rows bear the number of another agreement of their partner with more behind it: they
    give nothing more and may extend it.
    """
    numbered = rows[is_kept(rows) & rows["agreement_id"].notna() & rows["partner_id"].notna()]
    amends = number_of_the_first(numbered).ne(numbered["agreement_id"])
    return amends.reindex(rows.index, fill_value=False).astype(bool)


def in_declared_types(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """The declared columns in their types, with each row's origin and dates' precision."""
    declared = schema.columns(table)
    dates = [name for name, column in declared.items() if column.kind == "date"]
    precisions = [f"{name}_precision" for name in dates if f"{name}_precision" in rows]
    origin = ["source", "line", "rank"]
    names = [name for name in declared if name in rows]
    typed_columns = {name: schema.typed(rows[name], declared[name]) for name in names}
    origin += [name for name in _SAID_OF_ROWS if name in rows]
    others = [name for name in dict.fromkeys([*precisions, *origin]) if name not in typed_columns]
    return pd.DataFrame(typed_columns, index=rows.index).join(rows[others])


def without_turned_ends(rows: pd.DataFrame, table: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows without ends that come before their start (R01), and these cells for the quarantine."""
    start, ends = ORDER.get(table, ("", ()))
    cells = [pd.DataFrame(columns=FAULTS)]
    for end in ends:
        if {start, end} <= set(rows):
            turned = rows[end] < rows[start]
            message = say("clean.end_turned")
            cells.append(contradicting_cells(rows, turned, end, "R01", message))
            rows = rows.assign(**{end: rows[end].mask(turned)})
    return rows, pd.concat(cells)


def sums_apart(rows: pd.DataFrame, table: str, numbers: Mapping[str, float]) -> list[pd.DataFrame]:
    """Totals of revenue too far from the sum of the five lines (R12): told, kept as given."""
    if table != "accounts":
        return []
    total, *lines = (
        column(rows, name, "Float64").to_numpy(float, na_value=np.nan)
        for name in ("revenue_total", *_REVENUE)
    )
    share = numbers["revenue_tolerance"]
    tolerated = share * np.abs(total) + numbers["totals_tolerance_eur"]
    off = np.abs(total - sum(lines)) > tolerated
    message = say(
        "clean.revenue_apart",
        share=formatting.percent(share),
    )
    return [contradicting_cells(rows, off, "revenue_total", "R12", message)]


@cache
def _domains() -> dict[str, str]:
    """How a domain may be written, folded -> its name."""
    spelled = {
        (row["domain"], name)
        for row in reference_rows("domains")
        for name in (row["domain"], row["label_fr"], row["label_en"], *row["aliases"].split("|"))
    }
    names = sorted(spelled)
    folded = parse.fold(pd.Series([name for _domain, name in names], dtype="str"))
    pairs = zip(names, folded, strict=True)
    return {name: domain for (domain, _written), name in pairs if name}


def in_the_nomenclature(rows: pd.DataFrame, notes: dict[str, pd.DataFrame]) -> pd.DataFrame:
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
