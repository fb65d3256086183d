"""Lists of one year with one column for each of its months or quarters ("janv.", "févr."; "T1",
"T2"), as one row for each.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare.shares import NEARLY_ALL
from analysis.layout.amounts.paid_by_year import is_paid_by_year, takes_a_whole_column
from analysis.layout.headers.cell_evidence import mostly_years
from analysis.layout.payments.repeated_references import amounts_by_row
from analysis.layout.shapes.long_rows import lengthened
from analysis.layout.shapes.titles import year_of
from analysis.layout.shapes.year_columns import OF_YEARS, by_year, mostly_numbers
from analysis.parse.month_names import NAMES_OF_MONTHS
from analysis.parse.parts_of_a_year import WORDS_OF_QUARTERS
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block, Coded, as_tuple, folded

_FEWEST = {"month": 3, "quarter": 4}  # columns of such parts of one year from which they are plain
_LONGEST = 20  # letters beyond which a header is no name of a month
_MAY_BE_PART = re.compile(rf"\d|{NAMES_OF_MONTHS}|{WORDS_OF_QUARTERS}|[tq]i")  # "T II"
_AMOUNT = "Montant"
_ANY_YEAR = "2020"  # by which headers are known for months whose years the rows tell


def by_period(
    block: Block,
    named: set[str] = frozenset(),
    *,
    amounts: set[str] = frozenset(),
    any_word: bool = False,
) -> Block:
    """The block with each row once for every year (`by_year`) or, of a list of one year, for every
    month or quarter in which it has an amount.
    """
    long = by_year(block, named, amounts=amounts, any_word=any_word)
    if long is not block:
        return long
    return by_month(block, named, amounts=amounts)


def by_month(block: Block, named: set[str], *, amounts: set[str] = frozenset()) -> Block:
    """The block with each row once for every month in which it has an amount, where three columns or
    more are named by months, or four by quarters, and the sheet, a title, the file or one column of
    the rows tells their year. A row without any amount stays one row, without a month; sums of all
    months are left out.
    """
    year = year_of(block, PurePath(block.source.partition("#")[0]).stem)
    months = _months(block, named, year)
    years = "" if months or year else _header_of_years(block, named)
    if years:
        months = _months(block, named, _ANY_YEAR)
    is_whole = takes_a_whole_column(block, amounts, months)
    if not months or is_whole or not mostly_numbers(block, list(months)):
        return block
    others = [header for header in block.columns if header not in months]
    if is_paid_by_year(block, months, others):
        return block
    sums = columns_of_sums(block, months, others)
    columns = {header: column for header, column in block.columns.items() if header not in sums}
    steps = {month: {_AMOUNT: header} for header, month in months.items()}
    long, position = lengthened(replace(block, columns=columns), steps)
    amount = long.columns.pop(_AMOUNT)
    dates = Coded(position, pd.Series(list(steps), dtype="str"))
    if years:
        year_of_row = long.columns[years].series()
        texts = dates.series().str.replace(_ANY_YEAR, "") + year_of_row
        of_rows = Coded.of(texts.fillna(year_of_row))
        long.columns |= {years: of_rows, _AMOUNT: amount}
        return replace(long, written_as=block.written_as | {_AMOUNT: next(iter(months))})
    long.columns |= {OF_YEARS: dates, _AMOUNT: amount}
    return replace(long, written_as=block.written_as | {OF_YEARS: "", _AMOUNT: next(iter(months))})


def _header_of_years(block: Block, named: set[str]) -> str:
    """The one header of years beside headers that are months of some year; blank where there are
    none, or several.
    """
    months = _months(block, named, _ANY_YEAR)
    if not months or any(header == month for header, month in months.items()):
        return ""
    headers = [header for header in block.columns if mostly_years(block, header)]
    if len(headers) == 1:
        return headers[0]
    return ""


def _months(block: Block, named: set[str], year: str) -> dict[str, str]:
    """The headers of months, or of the quarters of one year, with the month and the year of each."""
    headers = [
        header
        for header in block.columns
        if len(header) <= _LONGEST and folded(header) not in named
    ]
    may_be_parts = [header for header in headers if _MAY_BE_PART.search(folded(header))]
    if len(may_be_parts) < min(_FEWEST.values()):
        return {}
    with_year = [f"{header} {year}" for header in headers]
    read = parse.dates(pd.Series([*headers, *with_year], dtype="str"))[0]
    precisions = as_tuple(read["precision"])
    alone, beside = precisions[: len(headers)], precisions[len(headers) :]
    for precision, fewest in _FEWEST.items():
        months = {
            header: header if of_header else month
            for header, of_header, month, of_month in zip(
                headers, alone, with_year, beside, strict=True
            )
            if (of_header or of_month) == precision
        }
        if len(months) >= fewest:
            return months
    return {}


def columns_of_sums(block: Block, months: Iterable[str], others: Iterable[str]) -> set[str]:
    """The other columns that hold the sum of some (`months`) in nearly all rows."""
    amounts = [np.nan_to_num(amounts_by_row(block.columns[header])) for header in months]
    whole = np.sum(amounts, axis=0)
    return {
        header
        for header in others
        if np.isclose(
            np.nan_to_num(amounts_by_row(block.columns[header])), whole, rtol=0, atol=HALF_CENT
        ).mean()
        >= NEARLY_ALL
    }
