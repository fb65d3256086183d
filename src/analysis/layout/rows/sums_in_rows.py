"""Rows that name somebody on a date of their own and bear the sum of all others, or that are but
called "Total" and bear no sum: a grant or a total, which nothing but the team can tell.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.headers.cell_evidence import days_of_rows
from analysis.layout.headers.numbers_of_cells import amounts_of_rows
from analysis.layout.headers.outcome_columns import says_no_grant
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block
from analysis.read.total_words import (
    ALONE_OR_NAME,
    BARE,
    POSSIBLE_LABEL,
    SUBTOTAL,
    matching_labels,
    rows_with_label,
)

_NEAR = 1e-6  # of the sum: a cent is much of amounts in millions
FEWEST_DETAILS = 5  # rows beyond which one that equals the sum of the others may be their total


def have_dates_of_their_own(block: Block, columns: Mapping[str, tuple[str, ...]]) -> np.ndarray:
    """Which rows bear a date in a column of dates; none of a long list, where no amount is the sum
    of thousands of others by chance.
    """
    dated = np.zeros(len(block.lines), dtype=bool)
    for header in columns.get("date", ()):
        if header in block.columns:
            dated |= block.columns[header].codes >= 0
    return dated


def sums_of_all_others(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """The header of recipients with the names of rows whose amount is the sum of all others, to the
    cent, though they bear a date and no word for a total.
    """
    names, amounts = columns.get("recipient", ()), columns.get("amount", ())
    dated = have_dates_of_their_own(block, columns)
    if len(names) != 1 or not amounts or not dated.any():
        return {}
    amount_of_row = amount_of_rows(block, amounts)
    name = block.columns[names[0]]
    is_detail = (name.codes >= 0) & ~says_total(block)
    is_granted = ~says_no_grant(block, columns.get("outcome", ()))
    is_sum = np.zeros(len(amount_of_row), dtype=bool)
    for counts in (is_detail, is_detail & is_granted):
        detail = np.where(counts, amount_of_row, 0.0)
        if np.count_nonzero(detail) > FEWEST_DETAILS:
            near = min(HALF_CENT, _NEAR * detail.sum())
            is_sum |= (detail > 0) & (np.abs(detail.sum() - 2 * detail) < near)
    texts = name.values.iloc[np.unique(name.codes[is_sum & dated])]
    if len(texts):
        return {names[0]: list(texts)}
    return {}


def totals_of_nothing(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The header of recipients with names that but say "Total", or begin with "Sous-total", of rows
    that bear a day of their own and the sum neither of all others nor of those above, back to the
    total before, nor of their year: a recipient may be called so; "Razem" is asked about on any day.
    """
    names, amounts = columns.get("recipient", ()), columns.get("amount", ())
    if len(names) != 1 or not amounts:
        return {}
    name = block.columns[names[0]]
    says_so = matching_labels(name.values, BARE) | matching_labels(name.values, SUBTOTAL)
    may_be_name = np.append(matching_labels(name.values, ALONE_OR_NAME), False)[name.codes]
    asked = np.append(says_so, False)[name.codes] & _alone_on_their_day(block, columns)
    asked |= may_be_name
    if not asked.any():
        return {}
    amount_of_row = amount_of_rows(block, amounts)
    sums = _sums_of_details(block, columns, amount_of_row)
    asked &= ~sums.sub(amount_of_row, axis=0).abs().lt(HALF_CENT).any(axis=1).to_numpy(bool)
    texts = name.values.iloc[np.unique(name.codes[asked])]
    if len(texts):
        return {names[0]: list(texts)}
    return {}


def _sums_of_details(
    block: Block, columns: Mapping[str, tuple[str, ...]], amount_of_row: np.ndarray
) -> pd.DataFrame:
    """With each row, the sums that it may be: of all rows without a word for a total, of those
    above, of those above back to the total before, of those of its year.
    """
    is_total = says_total(block)
    detail = pd.Series(np.where(is_total, 0.0, amount_of_row))
    above = detail.cumsum()
    at_total_before = above.where(is_total).ffill().shift(fill_value=0.0).fillna(0.0)
    sums = pd.DataFrame({"above": above, "since": above - at_total_before, "all": detail.sum()})
    for header in columns.get("date", ()):
        years = days_of_rows(block.columns[header]).dt.year
        sums[header] = detail.groupby(years).transform("sum")
    return sums


def are_totals(block: Block) -> np.ndarray:
    """Which rows bear the label of a total."""
    return rows_with_label(block, SUBTOTAL) | rows_with_label(block, BARE)


def are_sums(
    block: Block, columns: Mapping[str, tuple[str, ...]], amount_of_row: np.ndarray
) -> np.ndarray:
    """Which rows say no more than that they are totals, or begin so ("Total Volet Emploi") and
    either name no recipient or bear a sum of others.
    """
    is_total = are_totals(block)
    is_labelled = says_total(block)
    if not is_labelled.any():
        return is_total
    sums = _sums_of_details(block, columns, amount_of_row)
    is_like_a_sum = sums.sub(amount_of_row, axis=0).abs().lt(HALF_CENT).any(axis=1).to_numpy(bool)
    names = columns.get("recipient", ())
    is_nameless = np.full(len(block.lines), bool(names))
    for header in names:
        is_nameless &= block.columns[header].codes < 0
    return is_total | (is_labelled & (is_nameless | is_like_a_sum))


def _alone_on_their_day(block: Block, columns: Mapping[str, tuple[str, ...]]) -> np.ndarray:
    """Which rows bear a day, not a year alone, that no other row bears."""
    is_alone = np.zeros(len(block.lines), dtype=bool)
    for header in columns.get("date", ()):
        days = block.columns[header].each(_whole_days)
        is_alone |= (days.notna() & ~days.duplicated(keep=False)).to_numpy(bool)
    return is_alone


def _whole_days(texts: pd.Series) -> pd.Series:
    dates = parse.dates(texts)[0]
    return dates["date"].where(dates["precision"].eq("day").fillna(False))


def amount_of_rows(block: Block, headers: tuple[str, ...]) -> np.ndarray:
    """The amount of each row, over all columns of amounts; 0 where none is written."""
    parsed = [amounts_of_rows(block.columns[header]) for header in headers]
    return np.sum([amounts.to_numpy(float, na_value=0.0) for amounts in parsed], axis=0)


def says_total(block: Block) -> np.ndarray:
    """Which rows bear a word for a total in any cell."""
    return rows_with_label(block, POSSIBLE_LABEL)
