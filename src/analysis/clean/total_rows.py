"""Rows that are the sum of other rows: found by their label or by the sum itself, set aside and reconciled."""

import re

import numpy as np
import pandas as pd

from analysis.clean.coded_rows import Rows, mixed
from analysis.declare.conventions import DEFAULTS
from analysis.linkage import partner_matching

TOLERANCE = DEFAULTS["totals_tolerance_eur"]
BARE = r"^\s*(?:(?:grand|sous)[\s-]*)?(?:total|totaux|subtotal)(?:\s+(?:g[ée]n[ée]ral|global|r[ée]gional|annuel))?\s*:?\s*$"
GRAND = r"g[ée]n[ée]ral|grand"
COLUMNS = ["source", "label", "given", "computed", "difference", "of"]


def found(
    rows: Rows,
    measure: str,
    nameless: np.ndarray,
    sources: list[str],
    asked: np.ndarray | None = None,
) -> tuple[np.ndarray, pd.DataFrame]:
    """Which rows are totals, and how each compares with the sum of the rows that it stands for: `of` says whether of all rows, of
    those kept, or of those whose amount stands in its column, where not all are as near: requests (`asked`) may have been
    summed or not, and an amount may stand in other columns (`~part`) than the total.

    `measure` is the column of amounts, `nameless` marks rows that name nobody: only these can be totals without a label, unless
    a row is the sum of all others of its source.
    A labelled row is a total where its label says nothing else, where it names nobody, or where it equals the sum of other
    rows to within a euro: a recipient may be called "Total".
    """
    size = len(rows)
    labels = (
        rows.series("~label")
        if "~label" in rows.columns
        else pd.Series(pd.NA, index=range(size), dtype="str")
    )
    labelled = labels.notna().to_numpy(dtype=bool)
    given = rows.series(measure).to_numpy(dtype=float, na_value=np.nan)
    by_column = np.zeros(size, dtype=bool)
    if "~total" in rows.columns:
        beside = rows.series("~total").to_numpy(dtype=float, na_value=np.nan)
        # A row is the total of its recipient's rows where the column never stands beside an amount; or of others, if it says so.
        apart = np.bincount(rows.source, ~(labelled | np.isnan(given) | np.isnan(beside))) == 0
        by_column = np.isnan(given) & ~np.isnan(beside) & apart[rows.source]
        by_column &= nameless | (_of_recipient(rows, np.isfinite(given) * 1.0, by_column) > 0)
        given = np.where(by_column | (np.isnan(given) & labelled), beside, given)
    candidates = (labelled | nameless) & ~by_column & ~np.isnan(given)
    apart = {"rows kept": asked, "rows of its column": rows.known("~part")}
    apart = {of: left for of, left in apart.items() if left is not None and left.any()}
    apart = {"all rows" if "rows kept" in apart else "": np.zeros(size, dtype=bool)} | apart
    without = list(apart.values())
    summary = _summaries(rows, np.where(labelled | by_column, np.nan, given), sources)
    rest = np.any(
        [
            _sums_the_rest(rows, np.where(labelled | by_column | left, np.nan, given))
            for left in without
        ],
        axis=0,
    )
    if not (summary.any() or rest.any() or candidates.any() or by_column.any() or labelled.any()):
        return np.zeros(size, dtype=bool), pd.DataFrame(columns=COLUMNS)

    candidates |= rest
    by_column |= summary
    sums = [_best(rows, given, candidates | by_column, left) for left in without]
    best = _nearest(sums, given)
    reconciled = np.abs(best - given) <= TOLERANCE
    bare = labels.str.match(BARE, case=False, na=False).to_numpy(dtype=bool)
    total = (
        by_column
        | (labelled & (bare | nameless | reconciled))
        | ((nameless | rest) & candidates & reconciled & (best != 0))
    )
    # Rows that were but suspected are details after all.
    sums = []
    for left in without:
        best = _best(rows, given, total & ~summary, left)
        if by_column.any():
            best = np.where(by_column & ~nameless, _of_recipient(rows, given, total | left), best)
        best = np.where(summary, given, best)
        told = _by_label(rows, labels, np.where(total | left, 0.0, given))
        sums.append(np.where(np.isnan(told), best, told))
    best = _nearest(sums, given)
    same = np.all([each == sums[0] for each in sums], axis=0)
    of = np.where(same, "", np.select([best == each for each in sums], list(apart), ""))
    at = np.flatnonzero(total)
    note = pd.DataFrame(
        {
            "source": np.array(sources, dtype=object)[rows.source[at]],
            "label": labels.iloc[at]
            .fillna(rows.series("recipient").iloc[at] if "recipient" in rows.columns else "")
            .fillna("")
            .array,
            "given": given[at],
            "computed": best[at],
            "of": pd.Series(of[at], dtype="str"),
        }
    )
    note["difference"] = (note["given"] - note["computed"]).round(2)
    return total, note[COLUMNS].sort_values(COLUMNS, ignore_index=True)


def _sums_the_rest(rows: Rows, given: np.ndarray) -> np.ndarray:
    """Which rows equal the sum of all others of their source, to the cent: its total, whatever it is called. From five rows on."""
    amount = np.where(np.isnan(given), 0.0, given)
    whole, count = (np.bincount(rows.source, weights) for weights in (amount, amount != 0))
    return (
        (count > 5)[rows.source] & (amount != 0) & (np.abs(whole[rows.source] - 2 * amount) < 0.005)
    )


def _summaries(rows: Rows, given: np.ndarray, sources: list[str]) -> np.ndarray:
    """Rows of sheets that but sum up the other sheets of their workbook, recipient by recipient, to the cent."""
    none = np.zeros(len(rows), dtype=bool)
    books = pd.factorize(np.array([source.partition("#")[0] for source in sources], dtype=object))[
        0
    ]
    if (
        not (np.bincount(books[np.unique(rows.source)]) > 1).any()
        or "recipient" not in rows.columns
    ):
        return none
    known = ~np.isnan(given) & rows.known("recipient")
    name = partner_matching.normalised(rows.columns["recipient"].values)
    who = mixed(
        [books[rows.source], np.append(pd.factorize(name)[0], -1)[rows.columns["recipient"].codes]]
    )
    frame = pd.DataFrame({"source": rows.source, "who": who, "cents": np.round(given * 100)})[known]
    own = frame.groupby(["source", "who"])["cents"].agg(["sum", "size"]).reset_index()
    whole = own.groupby("who")[["sum", "size"]].transform("sum")
    alone = (own["size"] == 1) & (whole["sum"] == 2 * own["sum"])
    told = own.assign(alone=alone, several=whole["size"] > 2).groupby("source")
    found = told["alone"].all() & told["several"].any() & (told.size() > 1)
    return known & np.isin(rows.source, found.index[found])


def _best(rows: Rows, given: np.ndarray, totals: np.ndarray, left: np.ndarray) -> np.ndarray:
    """For each row, the sum nearest to its amount that it might stand for: of the details of its source, of its date or year
    there, of its funder, or of the rows above it, up to the total before; without the rows that are `left` out."""
    detail = np.where(totals | left | np.isnan(given), 0.0, given)
    by_source = rows.source.astype(np.int64)
    sums = [np.bincount(by_source, detail)[by_source]]
    sums += [
        _mass(rows, name, detail, by_source)
        for name in ("date", "year", "funder", "region", "entity")
        if name in rows.columns
    ]
    order = np.lexsort((rows.line, by_source))
    ordered = detail[order]
    running = np.cumsum(ordered)
    opens = np.append(True, totals[order][:-1]) | np.append(
        True, by_source[order][1:] != by_source[order][:-1]
    )
    start = np.maximum.accumulate(np.where(opens, np.arange(len(order)), 0))
    above = np.empty(len(order))
    above[order] = running - (running - ordered)[start]
    return _nearest([*sums, above], given)


def _nearest(sums: list[np.ndarray], given: np.ndarray) -> np.ndarray:
    """For each row, the sum nearest to its amount; the first of equals."""
    distance = np.abs(np.column_stack(sums) - given[:, None])
    return np.column_stack(sums)[
        np.arange(len(given)), np.argmin(np.where(np.isnan(distance), np.inf, distance), axis=1)
    ]


def _of_recipient(rows: Rows, given: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """The sum of the details of a row's recipient, as its identifier and name are written."""
    codes = pd.factorize(mixed([rows.source, rows.keys("recipient"), rows.keys("~siret")]))[0]
    return np.bincount(codes, np.where(totals | np.isnan(given), 0.0, given))[codes]


def _by_label(rows: Rows, labels: pd.Series, detail: np.ndarray) -> np.ndarray:
    """The sum that a label names: of its source ("Total général"), or of one year there ("Sous-total 2016"); else missing."""
    told = np.full(len(rows), np.nan)
    at = np.flatnonzero(labels.notna())
    year = (
        rows.series("year")
        if "year" in rows.columns
        else rows.series("date").dt.year
        if "date" in rows.columns
        else None
    )
    for row in at:
        mine = rows.source == rows.source[row]
        named = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", labels[row])
        if named and year is not None:
            mine &= (year == int(named[0])).fillna(False).to_numpy(bool)
        elif not re.search(GRAND, labels[row], re.IGNORECASE):
            continue
        if np.nansum(np.abs(detail[mine])):
            told[row] = np.nansum(detail[mine])
    return told


def _mass(
    rows: Rows, name: str, detail: np.ndarray, within: np.ndarray | None = None
) -> np.ndarray:
    """The sum of the detail of the rows that share a row's value of a column; missing where it has none."""
    key = rows.keys(name).astype(np.int64)
    if within is not None:
        key = np.where(key < 0, -1, key * (int(within.max(initial=0)) + 1) + within)
    codes = pd.factorize(key)[0]
    return np.where(key < 0, np.nan, np.bincount(codes, detail)[codes])
