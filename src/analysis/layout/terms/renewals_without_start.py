"""Renewals of which only the end, or how long they last, and the amount stand in the row of what they
renew ("Date de fin du renouvellement, Montant du renouvellement"): each begins when that ends.
"""

import re
from dataclasses import replace

import pandas as pd

from analysis import parse
from analysis.declare.shares import NEARLY_ALL
from analysis.layout.headers.cell_evidence import days_of_rows
from analysis.layout.headers.header_words import senses
from analysis.layout.terms.renewals_in_columns import (
    HeadersByNumber,
    are_figures,
    says_renewal,
    without_renewal,
)
from analysis.layout.terms.term_units import YEARS, unit_is_open
from analysis.parse.month_arithmetic import later
from analysis.read import Block, Coded, folded, spaced

_MEANINGS = {  # of a header -> the senses that tell it, the surest first
    "start": ("planned_start", "date"),
    "end": ("planned_end", "term_months"),
    "amount": ("amount",),
}


def with_starts_of_renewals(block: Block, headers: list[str]) -> tuple[Block, HeadersByNumber]:
    """The block with the start of each renewal as a column, and the headers of the first agreement
    and of each renewal; none where a header tells such a start, or a renewal has no end or amount of
    its own.
    """
    first = _told([header for header in headers if not says_renewal(header)])
    renewals = _told([header for header in headers if says_renewal(header)])
    own_ends, own_amounts = renewals["end"], renewals["amount"]
    is_told = all(len(first[meaning]) == 1 for meaning in _MEANINGS)
    if not is_told or renewals["start"] or not own_ends or len(own_ends) != len(own_amounts):
        return block, {}
    start, end, amount = (first[meaning][0] for meaning in _MEANINGS)
    ends_before = last_days(block, days_of_rows(block.columns[start]), end)
    columns = {"1": {header: header for header in (start, end, amount)}}
    for number, (own_end, own_amount) in enumerate(zip(own_ends, own_amounts, strict=True), 2):
        begins = ends_before + pd.Timedelta(days=1)
        ends = last_days(block, begins, own_end)
        is_later = (ends > begins)[ends.notna() & begins.notna()]
        if not is_later.mean() >= NEARLY_ALL:  # nor where none is known
            return block, {}
        if not are_figures(block, own_amount) or (_is_term(end) and not _alike(end, own_end)):
            return block, {}
        own_start = f"{start} ({own_end})"
        made = {own_start: _coded(begins.where(ends.notna()))}
        if _is_term(own_end) and not _is_term(end):
            own_end = f"{end} ({own_end})"
            made[own_end] = _coded(ends)
        block = replace(block, columns={**block.columns, **made})
        ends_before = ends
        columns[str(number)] = {start: own_start, end: own_end, amount: own_amount}
    return block, columns


def _told(headers: list[str]) -> dict[str, list[str]]:
    """The headers that mean a start, an end or an amount."""
    told: dict[str, list[str]] = {meaning: [] for meaning in _MEANINGS}
    for header in headers:
        columns = senses(folded(without_renewal(header)))
        for meaning, names in _MEANINGS.items():
            if not columns.keys().isdisjoint(names):
                told[meaning].append(header)
                break
    return told


def _is_term(header: str) -> bool:
    return "term_months" in senses(folded(without_renewal(header)))


def _alike(header: str, other: str) -> bool:
    """Whether two headers tell how long something lasts, in one unit."""
    counts_years = [bool(re.search(YEARS, spaced(each))) for each in (header, other)]
    return _is_term(other) and counts_years[0] == counts_years[1]


def last_days(block: Block, begins: pd.Series, header: str) -> pd.Series:
    """The last day of each row, by an end or by how long it lasts; missing where the unit is open."""
    if not _is_term(header):
        return days_of_rows(block.columns[header], to_the_last=True)
    if unit_is_open(block, (header,)):
        return pd.Series(pd.NaT, begins.index)
    column = block.columns[header]
    counts_years = bool(re.search(YEARS, spaced(header)))
    terms = parse.months(column.values.reset_index(drop=True), years=counts_years)[0]
    months = terms.reindex(column.codes).reset_index(drop=True).round()
    last_days = later(begins, months.fillna(0).to_numpy(int)) - pd.Timedelta(days=1)
    return last_days.where(months.gt(0))


def _coded(days: pd.Series) -> Coded:
    return Coded.of(days.dt.strftime("%Y-%m-%d"))
