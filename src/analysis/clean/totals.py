"""Rows that are the sum of other rows: found by their label or by the sum itself, set aside and reconciled."""

import re

import numpy as np
import pandas as pd

from analysis.clean.rows import Rows, mixed

TOLERANCE = 1.0  # EUR
BARE = r"^\s*(?:(?:grand|sous)[\s-]*)?(?:total|totaux|subtotal)(?:\s+(?:g[ée]n[ée]ral|global|r[ée]gional|annuel))?\s*:?\s*$"
GRAND = r"g[ée]n[ée]ral|grand"
COLUMNS = ["source", "label", "given", "computed", "difference"]


def found(rows: Rows, measure: str, nameless: np.ndarray, sources: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Which rows are totals, and how each compares with the sum of the rows that it stands for.

    `measure` is the column of amounts, `nameless` marks rows that name nobody: only these can be totals without a label.
    A labelled row is a total where its label says nothing else, where it names nobody, or where it equals the sum of other
    rows to within a euro: a recipient may be called "Total".
    """
    size = len(rows)
    labels = rows.series("~label") if "~label" in rows.columns else pd.Series(pd.NA, index=range(size), dtype="str")
    labelled = labels.notna().to_numpy(dtype=bool)
    given = rows.series(measure).to_numpy(dtype=float, na_value=np.nan)
    by_column = np.zeros(size, dtype=bool)
    if "~total" in rows.columns:
        beside = rows.series("~total").to_numpy(dtype=float, na_value=np.nan)
        by_column = np.isnan(given) & ~np.isnan(beside)
        given = np.where(by_column, beside, given)
    candidates = (labelled | nameless) & ~by_column & ~np.isnan(given)
    if not (candidates.any() or by_column.any() or labelled.any()):
        return np.zeros(size, dtype=bool), pd.DataFrame(columns=COLUMNS)

    detail = np.where(candidates | by_column | np.isnan(given), 0.0, given)
    sums = _sums(rows, detail, candidates | by_column)
    told = _by_label(rows, labels, detail)
    distance = np.abs(sums - given[:, None])
    nearest = np.argmin(np.where(np.isnan(distance), np.inf, distance), axis=1)
    best = sums[np.arange(size), nearest]
    reconciled = np.abs(best - given) <= TOLERANCE
    best = np.where(np.isnan(told), best, told)
    bare = labels.str.match(BARE, case=False, na=False).to_numpy(dtype=bool)
    total = by_column | (labelled & (bare | nameless | reconciled)) | (nameless & ~labelled & reconciled & candidates & (best != 0))
    if "~total" in rows.columns:
        best = np.where(by_column & ~labelled, _of_recipient(rows, detail, by_column, given), best)
    at = np.flatnonzero(total)
    note = pd.DataFrame(
        {
            "source": np.array(sources, dtype=object)[rows.source[at]],
            "label": labels.iloc[at].fillna(rows.series("recipient").iloc[at] if "recipient" in rows.columns else "").fillna("").array,
            "given": given[at],
            "computed": best[at],
        }
    )
    note["difference"] = (note["given"] - note["computed"]).round(2)
    return total, note[COLUMNS].sort_values(COLUMNS, ignore_index=True)


def _sums(rows: Rows, detail: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """For each row, the sums that it might stand for: its whole source, its date there, its funder, the rows above it."""
    by_source = rows.source.astype(np.int64)
    sums = [np.bincount(by_source, detail)[by_source]]
    sums += [_mass(rows, name, detail, by_source) for name in ("date", "year", "funder", "region", "entity") if name in rows.columns]
    order = np.lexsort((rows.line, by_source))
    ordered, is_total = detail[order], totals[order]
    running = np.cumsum(ordered)
    opens = np.append(True, is_total[:-1]) | np.append(True, by_source[order][1:] != by_source[order][:-1])
    start = np.maximum.accumulate(np.where(opens, np.arange(len(order)), 0))
    above = np.empty(len(order))
    above[order] = running - (running - ordered)[start]
    return np.column_stack([*sums, above])


def _of_recipient(rows: Rows, detail: np.ndarray, totals: np.ndarray, given: np.ndarray) -> np.ndarray:
    """The sum of the details of a recipient: of its identifier and name, or of the rows below its total, whichever is nearer."""
    codes = pd.factorize(mixed([rows.source, rows.keys("recipient"), rows.keys("siren")]))[0]
    by_name = np.bincount(codes, detail)[codes]
    order = np.lexsort((rows.line, rows.source))
    opens = np.append(True, totals[order][1:] | (rows.source[order][1:] != rows.source[order][:-1]))
    groups = np.cumsum(opens) - 1
    below = np.empty(len(rows))
    below[order] = np.bincount(groups, detail[order])[groups]
    return np.where(np.abs(by_name - given) <= np.abs(below - given), by_name, below)


def _by_label(rows: Rows, labels: pd.Series, detail: np.ndarray) -> np.ndarray:
    """The sum that a label names: of its source ("Total général"), or of one year there ("Sous-total 2016"); else missing."""
    told = np.full(len(rows), np.nan)
    at = np.flatnonzero(labels.notna())
    year = rows.series("year") if "year" in rows.columns else rows.series("date").dt.year if "date" in rows.columns else None
    for row in at:
        mine = rows.source == rows.source[row]
        named = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", labels[row])
        if named and year is not None:
            mine &= (year == int(named[0])).fillna(False).to_numpy(bool)
        elif not re.search(GRAND, labels[row], re.IGNORECASE):
            continue
        if detail[mine].any():
            told[row] = detail[mine].sum()
    return told


def _mass(rows: Rows, name: str, detail: np.ndarray, within: np.ndarray | None = None) -> np.ndarray:
    """The sum of the detail of the rows that share a row's value of a column; missing where it has none."""
    key = rows.keys(name).astype(np.int64)
    if within is not None:
        key = np.where(key < 0, -1, key * (int(within.max(initial=0)) + 1) + within)
    codes = pd.factorize(key)[0]
    return np.where(key < 0, np.nan, np.bincount(codes, detail)[codes])
