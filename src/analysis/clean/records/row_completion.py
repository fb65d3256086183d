"""What other cells of a row tell: parts of its amount, the end of a range of years, an answer
declined, a coarser date.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.amounts.currency import ENGLISH_LAYOUTS
from analysis.clean.programme.tacit_renewals import with_tacit_renewals
from analysis.clean.records.rows import spread
from analysis.clean.records.yearly_amounts import with_amounts_of_all_years
from analysis.layout import Mapping, Source, scale_of, titles_above
from analysis.layout.amounts.debit_and_credit import is_booked
from analysis.layout.amounts.periods_of_amounts import OF_ALL_ROWS, times_a_year
from analysis.layout.headers.header_matching import MEASURE_BY_TABLE
from analysis.layout.mapping import LESS
from analysis.read import Block

OTHERS = tuple(
    f"grants in {name}"
    for name in ("German", "Dutch", "Italian or Spanish", "Polish", "Scandinavian", "Finnish")
)
# The mark between thousands where a list is in such a language; in French it is a space.
GROUPED = {",": ENGLISH_LAYOUTS, ".": OTHERS}
STARTS = ("planned_start", "start", "date")  # of which a cell may be a range of years


class Form(NamedTuple):
    """How the cells of a block are written: as its mapping and study.toml say."""

    block: Block
    mapping: Mapping
    stated: Source | None
    usual_order: str  # of an unclear date: day or month first


def amount_form(
    form: Form, headers: tuple[str, ...], *, is_money: bool = True
) -> dict[str, str | None]:
    """How the numbers under some headers are written; titles above them tell the scale of money."""
    layout, unit = form.mapping.layout, form.stated and form.stated.unit
    titles = titles_above(form.block) if is_money else ()
    groups = [mark for mark, layouts in GROUPED.items() if layout.endswith(layouts)]
    return {
        "decimal": (form.stated and form.stated.decimal) or form.block.decimal,
        "unit": unit or scale_of(" ".join(headers), titles),
        "groups": groups[0] if groups else None,
    }


def completed(rows: pd.DataFrame, form: Form) -> pd.DataFrame:
    """The rows with what other cells of theirs tell."""
    measure = MEASURE_BY_TABLE.get(form.mapping.table, "amount")
    rows = with_parts(with_blank_debits(rows, measure, form), measure)
    rows = with_dates_of_other_cells(rows, form)
    rows = with_limits(rows, form)
    rows = with_tacit_renewals(rows, form.block, form.mapping)
    if form.stated and form.stated.amount_per and measure in rows:
        rows = with_amounts_of_all_years(rows, measure, times_of_rows(form, rows))
    rows = with_no_opinion(rows)
    rows = no_more_precise(rows)
    if "postcode" in rows:
        departments = parse.once_each(lambda codes: parse.departments(codes)[0], rows["postcode"])
        rows = rows.assign(department=departments)
    return rows


def with_blank_debits(rows: pd.DataFrame, measure: str, form: Form) -> pd.DataFrame:
    """An amount that is blank beside one of the other side of an account is zero."""
    headers = [*form.mapping.columns.get(measure, ()), *form.mapping.columns.get(LESS, ())]
    if LESS not in rows or measure not in rows or not all(map(is_booked, headers)):
        return rows
    is_blank = np.logical_and.reduce(
        [form.block.columns[header].codes < 0 for header in form.mapping.columns[measure]]
    )
    is_zero = is_blank & rows[LESS].notna()
    return rows.assign(**{measure: rows[measure].mask(is_zero, 0.0)})


def with_parts(rows: pd.DataFrame, measure: str = "amount") -> pd.DataFrame:
    """An amount not given is the sum of its parts; what is taken off it again (`~less`) is, with or
    without a minus; several currencies together mean nothing.
    """
    if measure not in rows:
        return rows
    if "~part" in rows:
        rows["~part"] = rows["~part"].mask(rows[measure].notna())
        rows[measure] = rows[measure].fillna(rows["~part"])
    if "~less" in rows:
        rows[measure] = rows[measure] - rows["~less"].abs().fillna(0)
    if "currency" in rows:
        several = rows["currency"].str.contains("+", regex=False, na=False)
        rows[measure] = rows[measure].mask(several.astype(bool))
    return rows


def with_dates_of_other_cells(rows: pd.DataFrame, form: Form) -> pd.DataFrame:
    """Dates that other cells tell: the end of a range of years, and when a grant is paid."""
    columns, block = form.mapping.columns, form.block
    for name in STARTS:
        for header in columns.get(name, ()):
            cells = block.columns[header]
            ends = spread(parse.range_ends(cells.values), cells.codes)
            rows = _filled(rows, "planned_end", ends, pd.Series("day", ends.index, dtype="str"))
    for header in columns.get("planned_end", ()):
        cells = block.columns[header]
        ends = spread(parse.range_ends(cells.values), cells.codes)
        if ends.notna().any():  # "2016-2018" ends with its last year
            rows["planned_end"] = ends.fillna(rows["planned_end"])
            rows["planned_end_precision"] = rows["planned_end_precision"].mask(ends.notna(), "day")
    if form.mapping.table == "grants" and rows["date"].isna().any():
        for header in columns.get("~period", ()):
            cells = block.columns[header]
            periods, _unread = parse.periods(cells.values)
            start, precision = (
                spread(periods[name], cells.codes) for name in ("start", "precision")
            )
            rows = _filled(rows, "date", start, precision)
    return rows


def _filled(rows: pd.DataFrame, name: str, dates: pd.Series, precision: pd.Series) -> pd.DataFrame:
    """The rows with dates, and their precision, where they have none."""
    if not dates.notna().any():
        return rows
    precision = precision.where(dates.notna())
    for column, values in ((name, dates), (f"{name}_precision", precision)):
        rows[column] = rows[column].fillna(values) if column in rows else values
    return rows


def with_limits(rows: pd.DataFrame, form: Form) -> pd.DataFrame:
    """What amounts are at most where cells say no more: a column of its own."""
    names = {
        "grants": ("amount", "~limit"),
        "agreements": ("planned_amount_eur", "amount_limit_eur"),
    }
    amount, limit = names.get(form.mapping.table, ("", ""))
    for header in form.mapping.columns.get(amount, ()):
        column = form.block.columns[header]
        bounds = parse.upper_bounds(column.values, **amount_form(form, (header,)))
        if bounds.notna().any():
            values = spread(bounds, column.codes)
            rows[limit] = rows[limit].fillna(values) if limit in rows else values
    return rows


def times_of_rows(form: Form, rows: pd.DataFrame) -> pd.Series:
    """How often a year the amount of each row is given, as study.toml says of all of them or by a
    column; 0 for an amount of the whole term.
    """
    per = form.stated.amount_per
    if per in OF_ALL_ROWS:
        return pd.Series(float(per == "year"), rows.index)
    column = form.block.columns[per]
    return spread(times_a_year(column.values), column.codes).set_axis(rows.index)


def with_no_opinion(rows: pd.DataFrame) -> pd.DataFrame:
    """An answer "ne se prononce pas" is no opinion, whatever the column for it says."""
    if "~declined" not in rows:
        return rows
    declined = rows.pop("~declined").fillna(False).astype(bool)
    if declined.any():
        if "no_opinion" in rows:
            no_opinion = rows["no_opinion"]
        else:
            no_opinion = pd.Series(pd.NA, rows.index)
        rows["no_opinion"] = no_opinion.astype("boolean").mask(declined, True)
    return rows


def no_more_precise(rows: pd.DataFrame) -> pd.DataFrame:
    """Dates no more precise than `~precision` says: "2016-01-01, year" is 2016."""
    if "~precision" not in rows:
        return rows
    grains = list(parse.PRECISIONS)
    rank = {name: grain for grain, name in enumerate(grains)}
    stated_grain = parse.fold(rows.pop("~precision")).str.replace("multi year", "year").map(rank)
    read = rows["date_precision"].map(rank)
    coarse = np.maximum(stated_grain.fillna(0), read.fillna(0)).astype(int)
    months = np.array(list(parse.PRECISIONS.values()))[coarse]
    month = rows["date"].to_numpy("datetime64[M]")
    begins = month - np.where(months > 0, month.astype(int) % np.maximum(months, 1), 0)
    day = np.where(coarse == 0, rows["date"].to_numpy("datetime64[D]"), begins.astype("M8[D]"))
    rows["date"] = pd.Series(day.astype("datetime64[us]"), rows.index)
    rows["date_precision"] = pd.Series(np.array(grains)[coarse], rows.index, dtype="str")
    rows["date_precision"] = rows["date_precision"].where(rows["date"].notna())
    return rows
