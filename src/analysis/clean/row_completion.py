"""What other cells of a row tell: parts of its amount, the end of a range of years, an answer
declined, a coarser date.
"""

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.cell_forms import Form, amount_form
from analysis.clean.rows import spread


def with_parts(rows: pd.DataFrame) -> pd.DataFrame:
    """The amount of a row that has none is the sum of its parts, of which a total of its column is
    one; what several currencies make together means nothing.
    """
    if "~part" in rows:
        rows["~part"] = rows["~part"].mask(rows["amount"].notna())
        rows["amount"] = rows["amount"].fillna(rows["~part"])
    if "currency" in rows:
        several = rows["currency"].str.contains("+", regex=False, na=False)
        rows["amount"] = rows["amount"].mask(several.astype(bool))
    return rows


def with_dates_of_other_cells(rows: pd.DataFrame, form: Form) -> pd.DataFrame:
    """Dates that other cells of a row tell: the end of a range of years, and a grant's date from
    when it is paid.
    """
    columns, block = form.mapping.columns, form.block
    for name in ("planned_start", "start", "date"):
        for header in columns.get(name, ()):
            ends = spread(
                parse.range_ends(block.columns[header].values), block.columns[header].codes
            )
            rows = _filled(rows, "planned_end", ends, pd.Series("day", ends.index, dtype="str"))
    if form.mapping.table == "grants" and rows["date"].isna().any():
        for header in columns.get("~period", ()):
            periods, _unread = parse.periods(block.columns[header].values)
            start, precision = (
                spread(periods[name], block.columns[header].codes)
                for name in ("start", "precision")
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


def with_no_opinion(rows: pd.DataFrame) -> pd.DataFrame:
    """An answer that says "ne se prononce pas" instead of a value is no opinion, whatever the
    column for it says.
    """
    if "~declined" not in rows:
        return rows
    declined = rows.pop("~declined").fillna(False).astype(bool)
    if declined.any():
        no_opinion = rows["no_opinion"] if "no_opinion" in rows else pd.Series(pd.NA, rows.index)
        rows["no_opinion"] = no_opinion.astype("boolean").mask(declined, True)
    return rows


def no_more_precise(rows: pd.DataFrame) -> pd.DataFrame:
    """Dates no more precise than the column `~precision` says: a grant of "2016-01-01, year" is of
    2016, not of 1 January.
    """
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
