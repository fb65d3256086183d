"""Rows that are the sum of other rows: found by their label or by the sum itself, set aside and
reconciled.
"""

import re

import numpy as np
import pandas as pd

from analysis.clean.records.rows import column
from analysis.declare.conventions import DEFAULTS
from analysis.layout.rows.sums_in_rows import FEWEST_DETAILS
from analysis.linkage import partner_matching
from analysis.parse.quantities import HALF_CENT
from analysis.read.total_words import BARE, OF_ALL, SUBTOTAL, TOTAL_OF_A_YEAR, matching_labels

TOTAL_COLUMNS = ["source", "label", "given", "computed", "difference", "of"]


def total_rows(
    rows: pd.DataFrame,
    measure: str,
    nameless: pd.Series,
    requests: pd.Series | None = None,
    of_groups: pd.Series | None = None,
    somebody: pd.Series | None = None,
    alone_on_a_day: pd.Series | None = None,
    *,
    tolerance_eur: float = DEFAULTS["totals_tolerance_eur"],
) -> tuple[pd.Series, pd.DataFrame]:
    """Which rows are totals, and how each compares with the sum of the rows that it stands for:
    `of` says whether of all rows, of those kept, or of those whose amount stands in its column,
    where not all are as near: `requests` that were not granted may have been summed or not, and an
    amount may stand in other columns (`~part`) than the total. `of_groups` are sums of their
    neighbours, as the whole source shows (`group_rows.sums_of_a_group`); `somebody` marks rows that
    no sum alone makes a total, since they name a recipient on a date of their own; on a day that no
    other row bears (`alone_on_a_day`), neither does the word "Total" alone, nor does it in a cell
    beside a recipient (`~label_beside`).

    `measure` is the column of amounts, `nameless` marks rows that name nobody: only these can be
    totals without a label, unless a row is the sum of all others of its source. A labelled row is a
    total where its label says nothing else or a sub-total, where it names nobody, or where it
    equals the sum of other rows to within `tolerance_eur`: a recipient may be called "Total".
    """
    label, nameless = column(rows, "~label"), nameless.to_numpy(bool)
    labelled = label.notna().to_numpy(bool)
    amounts, by_column = _amounts_given(rows, measure, labelled, nameless)
    left_out = _rows_left_out(rows, requests)
    lefts = list(left_out.values())
    details = np.where(labelled | by_column, np.nan, amounts)
    # what another sheet lists and was left out, as payments are, makes no sum of the grants
    counted = np.where(left_out.get("rows kept", False), np.nan, details)
    summary = _summary_sheets(rows, counted)
    without = [np.where(left, np.nan, details) for left in lefts]
    sums_the_rest = np.any([_sums_the_rest(rows, amount) for amount in without], axis=0)
    if somebody is not None:
        sums_the_rest &= ~somebody.to_numpy(bool)
    candidates = (labelled | nameless) & ~by_column & ~np.isnan(amounts)
    if of_groups is None:
        groups = np.zeros(len(rows), dtype=bool)
    else:
        groups = of_groups.to_numpy(bool)
    if not np.any([summary, sums_the_rest, candidates, by_column, labelled, groups]):
        return pd.Series(False, index=rows.index), pd.DataFrame(columns=TOTAL_COLUMNS)

    candidates |= sums_the_rest | groups
    by_column |= summary
    sums = [_best_sum(rows, amounts, candidates | by_column, left) for left in lefts]
    best = _nearest(sums, amounts)
    agrees = np.abs(best - amounts) <= tolerance_eur
    bare = matching_labels(label, BARE) | matching_labels(label, SUBTOTAL)
    if somebody is not None and alone_on_a_day is not None:
        bare &= ~(somebody & alone_on_a_day).to_numpy(bool)
    bare |= matching_labels(label, TOTAL_OF_A_YEAR)
    beside = column(rows, "~label_beside", "boolean").fillna(False).astype(bool)
    bare &= ~beside.to_numpy(bool)
    total = by_column | (labelled & (bare | nameless | agrees))
    total |= groups | ((nameless | sums_the_rest) & candidates & agrees & (best != 0))
    # Rows that were but suspected are details after all.
    of_recipient = by_column & ~nameless
    sums = [_sum_of_total(rows, amounts, total, of_recipient, summary, left) for left in lefts]
    sums = [np.where(groups, amounts, item) for item in sums]
    compared = _compared(rows, total, amounts, sums, list(left_out))
    return pd.Series(total, index=rows.index), compared


def _amounts_given(
    rows: pd.DataFrame, measure: str, labelled: np.ndarray, nameless: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The amount of each row, or that of a column of totals, and which rows are totals by it."""
    amounts = column(rows, measure, "Float64").to_numpy(float, na_value=np.nan)
    none = np.zeros(len(rows), dtype=bool)
    if "~total" not in rows:
        return amounts, none
    beside = rows["~total"].to_numpy(float, na_value=np.nan)
    # A row is the total of its recipient's rows where the column never stands beside an amount; or
    # of others, if it says so.
    in_both = ~(labelled | np.isnan(amounts) | np.isnan(beside))
    is_separate = _sums(in_both, _source(rows)) == 0
    by_column = np.isnan(amounts) & ~np.isnan(beside) & is_separate
    of_recipient = _sum_of_recipient(rows, np.isfinite(amounts) * 1.0, by_column) > 0
    by_column &= nameless | of_recipient
    is_beside = by_column | (np.isnan(amounts) & labelled)
    return np.where(is_beside, beside, amounts), by_column


def _rows_left_out(rows: pd.DataFrame, requests: pd.Series | None) -> dict[str, np.ndarray]:
    """Which rows a total may leave out, by what it is then of."""
    none = np.zeros(len(rows), dtype=bool)
    in_parts = column(rows, "~part").notna().to_numpy(bool)
    not_granted = none if requests is None else requests.to_numpy(bool)
    others = {"rows kept": not_granted, "rows of its column": in_parts}
    others = {of: left for of, left in others.items() if left.any()}
    return {"all rows" if "rows kept" in others else "": none} | others


def _sum_of_total(
    rows: pd.DataFrame,
    given: np.ndarray,
    total: np.ndarray,
    of_recipient: np.ndarray,
    summary: np.ndarray,
    left: np.ndarray,
) -> np.ndarray:
    """For each row, the sum of the details that it stands for if it is a total."""
    best = _best_sum(rows, given, total & ~summary, left)
    if of_recipient.any():
        best = np.where(of_recipient, _sum_of_recipient(rows, given, total | left), best)
    best = np.where(summary, given, best)
    by_label = _sum_by_label(rows, np.where(total | left, 0.0, given))
    return np.where(np.isnan(by_label), best, by_label)


def _compared(
    rows: pd.DataFrame,
    total: np.ndarray,
    given: np.ndarray,
    sums: list[np.ndarray],
    of_names: list[str],
) -> pd.DataFrame:
    """Each total beside the sum of its details."""
    best = _nearest(sums, given)
    same = np.all([item == sums[0] for item in sums], axis=0)
    of = np.where(same, "", np.select([best == item for item in sums], of_names, ""))
    totals = rows[total]
    label = column(totals, "~label").fillna(column(totals, "recipient")).fillna("")
    table = pd.DataFrame(
        {
            "source": totals["source"].astype("str").array,
            "label": label.array,
            "given": given[total],
            "computed": best[total],
            "difference": (given - best)[total].round(2),
            "of": pd.Series(of[total], dtype="str"),
        }
    )
    return table.sort_values(TOTAL_COLUMNS, ignore_index=True)


def _source(rows: pd.DataFrame) -> np.ndarray:
    return rows["source"].cat.codes.to_numpy(np.int64)


def _sums(values: np.ndarray, *keys: np.ndarray) -> np.ndarray:
    """For each row the sum of the values of the rows that share its keys."""
    group = keys[0]
    if len(keys) > 1:
        table = pd.DataFrame(dict(enumerate(keys)))
        group = table.groupby(list(table), sort=False, dropna=False).ngroup()
    return np.bincount(group, values)[group]


def _sums_the_rest(rows: pd.DataFrame, given: np.ndarray) -> np.ndarray:
    """Which rows equal the sum of all others of their source, to the cent."""
    amount = np.nan_to_num(given)
    whole, count = (_sums(values, _source(rows)) for values in (amount, amount != 0))
    return (count > FEWEST_DETAILS) & (amount != 0) & (np.abs(whole - 2 * amount) < HALF_CENT)


def _summary_sheets(rows: pd.DataFrame, given: np.ndarray) -> np.ndarray:
    """Rows of sheets that but sum up the other sheets of their workbook, to the cent."""
    none = np.zeros(len(rows), dtype=bool)
    sheets = pd.Series(rows["source"].unique().astype("str"))
    if not sheets.str.split("#").str[0].duplicated().any() or "recipient" not in rows:
        return none
    book = rows["source"].astype("str").str.split("#").str[0]
    is_known = ~np.isnan(given) & rows["recipient"].notna().to_numpy(bool)
    name = partner_matching.normalised(rows["recipient"]).fillna("")
    details = pd.DataFrame({"source": rows["source"], "book": book, "name": name})
    details = details.assign(cents=np.round(given * 100))[is_known]
    by_name = details.groupby(["source", "book", "name"], observed=True)["cents"]
    by_sheet = by_name.agg(["sum", "size"]).reset_index()
    whole = by_sheet.groupby(["book", "name"])[["sum", "size"]].transform("sum")
    alone = (by_sheet["size"] == 1) & (whole["sum"] == 2 * by_sheet["sum"])
    by_sheet = by_sheet.assign(alone=alone, several=whole["size"] > 2)
    sheets = by_sheet.groupby("source", observed=True)
    is_summary = sheets["alone"].all() & sheets["several"].any() & (sheets.size() > 1)
    return is_known & rows["source"].isin(is_summary.index[is_summary]).to_numpy()


def _best_sum(
    rows: pd.DataFrame, given: np.ndarray, totals: np.ndarray, left: np.ndarray
) -> np.ndarray:
    """The nearest sum a row may stand for: of source, date, year, funder, of the column in which
    its amount stood, or of rows above it, up to the last total or all.
    """
    detail = np.where(totals | left | np.isnan(given), 0.0, given)
    source = _source(rows)
    sums = [_sums(detail, source)]
    for name in ("date", "year", "funder", "region", "entity", "~column_period"):
        if name in rows:
            key = pd.factorize(rows[name])[0]
            sums.append(np.where(key < 0, np.nan, _sums(detail, key, source)))
    no_group = np.zeros(len(rows), dtype=np.int64)
    dates = pd.factorize(rows["date"])[0] if "date" in rows else no_group
    periods = pd.factorize(column(rows, "~column_period"))[0]  # of rows dated by their signature
    for of_date in (no_group, dates, periods):  # a line of columns by year is a row of each year
        order = np.lexsort((rows["line"], of_date, source))
        begins = _begins(source[order], of_date[order])
        for opens in (begins | np.append(False, totals[order][:-1]), begins):
            above = np.empty(len(order))
            above[order] = _sums_since(detail[order], opens)
            sums.append(above)
    return _nearest(sums, given)


def _begins(*keys: np.ndarray) -> np.ndarray:
    """Where another group begins in rows that are sorted by these keys."""
    changes = [np.append(True, key[1:] != key[:-1]) for key in keys]
    return np.any(changes, axis=0)


def _sums_since(detail: np.ndarray, opens: np.ndarray) -> np.ndarray:
    """For each row the sum of those since the last that opens a group, its own included."""
    running = np.cumsum(detail)
    start = np.maximum.accumulate(np.where(opens, np.arange(len(detail)), 0))
    return running - (running - detail)[start]


def _nearest(sums: list[np.ndarray], given: np.ndarray) -> np.ndarray:
    """For each row, the sum nearest to its amount; the first of equals."""
    choices = np.column_stack(sums)
    distance = np.abs(choices - given[:, None])
    nearest = np.argmin(np.where(np.isnan(distance), np.inf, distance), axis=1)
    return choices[np.arange(len(given)), nearest]


def _sum_of_recipient(rows: pd.DataFrame, given: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """The sum of the details of a row's recipient, as its identifier and name are written."""
    detail = np.where(totals | np.isnan(given), 0.0, given)
    written = (pd.factorize(column(rows, name))[0] for name in ("recipient", "~siret"))
    return _sums(detail, _source(rows), *written)


def _sum_by_label(rows: pd.DataFrame, detail: np.ndarray) -> np.ndarray:
    """The sum that a label names: of its source ("Total général"), or of its column where each year
    has one, or of one year; else missing.
    """
    sums = np.full(len(rows), np.nan)
    labels = column(rows, "~label").reset_index(drop=True)
    year = None
    if "year" in rows:
        year = rows["year"].to_numpy(float, na_value=np.nan)
    elif "date" in rows:
        year = rows["date"].dt.year.to_numpy(float)
    source = _source(rows)
    period = pd.factorize(column(rows, "~column_period"))[0]
    for row, label in labels.dropna().items():
        mine = (source == source[row]) & (period == period[row])
        named = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", label)
        if named and year is not None:
            mine &= year == int(named[0])
        elif not re.search(OF_ALL, label):
            continue
        if np.nansum(np.abs(detail[mine])):
            sums[row] = np.nansum(detail[mine])
    return sums
