"""Sheets of a workbook with a row for each other sheet, or for each partner, entity, year or theme of
these, which tells what that one adds up to.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from analysis import layout, parse, read
from analysis.clean.sheets.sheets_apart import name_without_figures, set_sheets_aside
from analysis.clean.team.source_overlaps import BlockOfSource
from analysis.layout.rows.sums_in_rows import amount_of_rows, are_sums, are_totals
from analysis.parse.quantities import HALF_CENT

_FEWEST = 2  # sheets that a sheet sums up
_MOST_STATUSES = 6  # of which each choice is left out in turn
_MOST_ROWS = 100  # of a sheet that has one for each of the others
_SCALES = (1, 1000, 0.001)  # sums in thousands of what is listed in units, and the reverse
_STARTS = ("start", "date", "planned_start")
_OF_A_LIST = {"agreement_id", "reference", *_STARTS}  # columns that a sheet of sums has not
_STATUSES = ("status_as_given", "outcome")
_AMOUNTS = ("amount", "planned_amount_eur", "value_eur")


def without_sheets_of_sums(parts: Sequence[BlockOfSource]) -> None:
    """Set aside the sheets of which study.toml says nothing, whose rows each name another sheet, or a
    text of one column of these, and bear its total, as that sheet says it or as its rows add up:
    they list nothing of their own.
    """
    for part in parts:
        may_sum_up = part.stated is None and 0 < len(part.block.lines) <= _MOST_ROWS
        if may_sum_up and (
            _sums_up(part.block, _totals_by_sheet(part, parts)) or _sums_up_rows(part, parts)
        ):
            set_sheets_aside(part.block, "recapitulation")
            part.mapping = None


def _totals_by_sheet(
    summing: BlockOfSource, parts: Sequence[BlockOfSource]
) -> dict[str, np.ndarray]:
    """For each other sheet of its workbook, by folded name, the amounts that may be its total."""
    totals = {}
    for part in _sheets_beside(summing, parts):
        if headers := _headers_of_amounts(part):
            amount = amount_of_rows(part.block, headers)
            is_sum = are_sums(part.block, part.mapping.columns, amount)
            sums = [*amount[is_sum], amount[~is_sum].sum()]
            totals[read.folded(part.block.sheet)] = np.array(sums)
    return totals


def _sheets_beside(summing: BlockOfSource, parts: Sequence[BlockOfSource]) -> list[BlockOfSource]:
    """The other sheets of its workbook that are read."""
    workbook = summing.block.source.partition("#")[0]
    others = [part for part in parts if part is not summing and part.mapping is not None]
    beside = [part for part in others if part.block.source.partition("#")[0] == workbook]
    return [part for part in beside if part.block.sheet]


def _headers_of_amounts(part: BlockOfSource) -> tuple[str, ...]:
    columns = part.mapping.columns if part.mapping else {}
    return tuple(header for name in _AMOUNTS for header in columns.get(name, ()))


def _sums_up_rows(summing: BlockOfSource, parts: Sequence[BlockOfSource]) -> bool:
    """Whether a sheet without dates and numbers of its own has a row for each text of one column of
    the others, or for each year in which these begin, with their total.

    One amount for each may be given anew: the name of the sheet says that it sums up, or several
    texts have several rows. A sheet that says so may sum up one other sheet, as where others are
    copies of it, and leave out its rows of some statuses, as those refused.
    """
    mapping = summing.mapping
    if mapping and not _OF_A_LIST.isdisjoint({*mapping.columns, *mapping.constants, mapping.split}):
        return False
    beside = _sheets_beside(summing, parts)
    for totals, are_of_several_rows in _totals_by_text(beside):
        if are_of_several_rows and _sums_up(summing.block, totals, are_all=True):
            return True
    if not _says_that_it_sums_up(summing.block):
        return False
    return any(
        _sums_up(summing.block, totals, are_all=True)
        for part in beside
        for is_counted in _rows_counted(part)
        for totals, _are_of_several_rows in _totals_by_text([part], is_counted)
    )


def _rows_counted(part: BlockOfSource) -> Iterator[np.ndarray]:
    """Which rows of a sheet may count: all, and all without those of each choice of statuses."""
    columns = part.mapping.columns if part.mapping else {}
    headers = [header for name in _STATUSES for header in columns.get(name, ())]
    statuses = [part.block.columns[header] for header in headers][:1]
    yield np.full(len(part.block.lines), True)
    for status in statuses:
        codes = status.used().index
        for size in range(1, len(codes)) if len(codes) <= _MOST_STATUSES else ():
            for left_out in combinations(codes, size):
                yield ~np.isin(status.codes, left_out)


def _says_that_it_sums_up(block: read.Block) -> bool:
    """Whether the name of a sheet says that it sums up others, or its first header that a pivot
    table does.
    """
    is_named = layout.says("sums of others", name_without_figures(block))
    return is_named or layout.heads_a_pivot_table(tuple(block.columns))


def _totals_by_text(
    parts: Sequence[BlockOfSource], is_counted: np.ndarray | bool = True
) -> Iterator[tuple[dict[str, np.ndarray], bool]]:
    """For each header of some sheets, what the rows of each text that count add up to, and whether
    several texts have several rows.
    """
    for rows in _rows_by_text(parts, is_counted).values():
        by_text = rows.groupby("text")["amount"].agg(["sum", "size"])
        totals = {text: np.array([total]) for text, total in by_text["sum"].items()}
        yield totals, bool(by_text["size"].gt(1).sum() >= _FEWEST)


def _rows_by_text(
    parts: Sequence[BlockOfSource], is_counted: np.ndarray | bool
) -> dict[str, pd.DataFrame]:
    """For each header of some sheets, the `text` of each row, folded, or its year below a date, and
    its `amount`.
    """
    rows: dict[str, list[pd.DataFrame]] = {}
    for part in parts:
        headers = _headers_of_amounts(part)
        if not headers:
            continue
        amount = amount_of_rows(part.block, headers)
        is_row = ~are_sums(part.block, part.mapping.columns, amount) & is_counted
        starts = [header for name in _STARTS for header in part.mapping.columns.get(name, ())]
        for header, column in part.block.columns.items():
            texts = column.values
            if header in starts:
                texts = parse.dates(texts)[0]["date"].dt.year.astype("Int64").astype("str")
            if texts.nunique() <= _MOST_ROWS:
                text = read.Coded(column.codes, texts.map(read.folded, na_action="ignore")).series()
                of_header = pd.DataFrame({"text": text, "amount": amount})[is_row]
                rows.setdefault(read.folded(header), []).append(of_header)
    return {header: pd.concat(of_header) for header, of_header in rows.items()}


def _sums_up(block: read.Block, totals: dict[str, np.ndarray], *, are_all: bool = False) -> bool:
    """Whether all rows but those of totals name a sheet, each of them where `are_all`, and a column
    holds the totals of these.
    """
    is_row = ~are_totals(block)
    texts = {header: column.series()[is_row] for header, column in block.columns.items()}
    for names in texts.values():
        sheets = names.map(read.folded, na_action="ignore")
        if len(sheets) < _FEWEST or sheets.duplicated().any() or not sheets.isin(totals).all():
            continue
        if are_all and len(sheets) < len(totals):
            continue
        for cells in texts.values():
            amounts = parse.amounts(cells)[0].astype("float64")
            if any(_are_totals_of(sheets, scale * amounts, totals) for scale in _SCALES):
                return True
    return False


def _are_totals_of(sheets: pd.Series, amounts: pd.Series, totals: dict[str, np.ndarray]) -> bool:
    """Whether each amount may be the total of its sheet."""
    pairs = zip(sheets, amounts, strict=True)
    return all((np.abs(totals[sheet] - amount) < HALF_CENT).any() for sheet, amount in pairs)
